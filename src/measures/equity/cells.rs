//! One measure over cells and who lives there → the cells in rising order of the measure, and draws of them: the same
//! cells with other weights. Indices are computed from a draw, so that a resample costs no sorting.

use super::terms::{Measure, People};

/// Cells of a chunk whose weights are summed together.
const CHUNK: usize = 64;

/// The cells that have a value and somebody living there, in rising order of the value; ties keep the cells' order.
pub struct RankedCells {
    pub(super) values: Vec<f64>,
    /// Position in the caller's order.
    pub(super) at: Vec<u32>,
    people: Vec<f64>,
    /// All who live in the cell, where weights may stand for something else: the population, or where none is known
    /// the sum of the caller's groups.
    pub(super) everyone: Vec<f64>,
    /// Group by group, people per cell.
    groups: Vec<(String, Vec<f64>)>,
    /// How many of the groups are the caller's; the others are classes of income.
    pub(super) own_groups: usize,
    income: Option<Vec<f64>>,
    by_income: IncomeOrder,
    /// Where the cells are, in metres on a plane.
    pub(super) places_m: Option<Vec<(f64, f64)>>,
    /// Whether small values are good: costs, times.
    pub(super) less_is_better: bool,
    /// Lines of sufficiency, in units of the measure.
    pub(super) standards: Vec<f64>,
    /// Something infinite or below 0 among the values: indices of shares mean nothing then.
    pub(super) below_zero: bool,
}

/// Cells of known income, in rising order of it.
#[derive(Clone, Default)]
struct IncomeOrder {
    /// Positions in the order of values.
    cells: Vec<u32>,
    incomes: Vec<f64>,
    values: Vec<f64>,
}

impl RankedCells {
    /// `classes`: so many groups of equal population by income, if there is an income; 0 or 1: none.
    pub fn new(measure: &Measure<'_>, people: &People<'_>, classes: usize) -> RankedCells {
        let values = measure.values;
        let weight = |cell: usize| people.population.map_or(1.0, |people| people[cell]);
        let inhabited = |cell: &u32| {
            let cell = *cell as usize;
            weight(cell) > 0.0 || people.groups.iter().any(|group| group.values[cell] > 0.0)
        };
        let value = |cell: u32| values[cell as usize].unwrap_or(f64::NAN);
        let known = |cell: &u32| values[*cell as usize].is_some_and(|value| !value.is_nan());
        let mut at: Vec<u32> = (0..values.len() as u32).filter(known).filter(inhabited).collect();
        at.sort_by(|&a, &b| value(a).total_cmp(&value(b)));
        let here =
            |column: &[f64]| -> Vec<f64> { at.iter().map(|&cell| column[cell as usize] + 0.0).collect() };
        let weights: Vec<f64> = at.iter().map(|&cell| weight(cell as usize)).collect();
        let mut groups: Vec<(String, Vec<f64>)> =
            people.groups.iter().map(|group| (group.name.clone(), here(&group.values))).collect();
        let own_groups = groups.len();
        let everyone = match people.population {
            Some(_) => weights.clone(),
            None => (0..at.len()).map(|i| groups.iter().map(|(_, people)| people[i]).sum()).collect(),
        };
        let income = people.income.map(here);
        if let Some(income) = income.as_ref().filter(|_| classes > 1) {
            groups.extend(income_classes(income, &weights, classes));
        }
        let values: Vec<f64> = at.iter().map(|&cell| value(cell)).collect();
        let by_income = income.as_ref().map(|income| IncomeOrder::new(income, &values)).unwrap_or_default();
        let place = |places: &[(f64, f64)]| at.iter().map(|&cell| places[cell as usize]).collect();
        RankedCells {
            everyone,
            places_m: people.places_m.map(place),
            below_zero: values.first().is_some_and(|&lowest| lowest < 0.0),
            values,
            at,
            people: weights,
            groups,
            own_groups,
            income,
            by_income,
            less_is_better: measure.less_is_better,
            standards: measure.standards.to_vec(),
        }
    }

    pub(super) fn has_income(&self) -> bool {
        !self.by_income.cells.is_empty()
    }

    pub(super) fn group_names(&self) -> impl Iterator<Item = &str> {
        self.groups.iter().map(|(name, _)| name.as_str())
    }

    /// The caller's groups, people per cell.
    pub(super) fn own(&self) -> &[(String, Vec<f64>)] {
        &self.groups[..self.own_groups]
    }

    /// The highest value that is a number, or 1 where none is above 0: a unit in which no power overflows.
    pub(super) fn unit(&self) -> f64 {
        self.values.iter().rev().copied().find(|value| value.is_finite()).filter(|&v| v > 0.0).unwrap_or(1.0)
    }

    /// The caller's groups and the classes of income, each as a name for their rows and places among the groups.
    pub(super) fn partitions(&self) -> Vec<(&'static str, std::ops::Range<usize>)> {
        let parts = [("by_group", 0..self.own_groups), ("by_income", self.own_groups..self.groups.len())];
        parts.into_iter().filter(|(_, groups)| groups.len() > 1).collect()
    }

    /// The cells as they are.
    pub(super) fn whole(&self) -> Draw<'_> {
        let mut draw = Draw::new(self);
        draw.fill(&vec![1.0; self.at.iter().map(|&cell| cell as usize + 1).max().unwrap_or(0)], None);
        draw
    }
}

/// Classes of as many people each, by income: a cell is in the first class whose highest income it does not exceed.
fn income_classes(income: &[f64], weights: &[f64], classes: usize) -> Vec<(String, Vec<f64>)> {
    let order = IncomeOrder::new(income, income);
    let mut crowd = Crowd::default();
    crowd.fill(order.cells.iter().map(|&cell| weights[cell as usize]), &order.values);
    let mut below = f64::NEG_INFINITY;
    let mut made = Vec::new();
    for class in 1..=classes {
        let highest = match crowd.quantile_at(class as f64 / classes as f64) {
            Some(i) if class < classes => order.incomes[i],
            _ => f64::INFINITY,
        };
        let inside = |income: f64| income > below && income <= highest;
        let people =
            income.iter().zip(weights).map(|(&income, &w)| if inside(income) { w } else { 0.0 }).collect();
        made.push((format!("income_{class}_of_{classes}"), people));
        below = highest;
    }
    made
}

impl IncomeOrder {
    fn new(income: &[f64], values: &[f64]) -> IncomeOrder {
        let mut cells: Vec<u32> =
            (0..income.len() as u32).filter(|&i| !income[i as usize].is_nan()).collect();
        cells.sort_by(|&a, &b| income[a as usize].total_cmp(&income[b as usize]));
        let pick = |column: &[f64]| cells.iter().map(|&i| column[i as usize]).collect();
        IncomeOrder { incomes: pick(income), values: pick(values), cells }
    }
}

/// People over cells in some order: how many, and how much of the measure they hold.
#[derive(Clone, Default)]
pub struct Crowd {
    pub(super) weights: Vec<f64>,
    /// Chunk → people in the chunks before it.
    before: Vec<f64>,
    pub(super) total: f64,
    /// Σ weight · value.
    pub(super) sum: f64,
}

impl Crowd {
    fn fill(&mut self, weights: impl Iterator<Item = f64>, values: &[f64]) {
        self.weights.clear();
        self.weights.extend(weights);
        self.before.clear();
        self.total = 0.0;
        for chunk in self.weights.chunks(CHUNK) {
            self.before.push(self.total);
            self.total += sum(chunk);
        }
        self.sum = dot(&self.weights, values);
    }

    /// `None` without people.
    pub(super) fn mean(&self) -> Option<f64> {
        (self.total > 0.0).then(|| self.sum / self.total)
    }

    /// The cell at which the people so far are at least the share `q` of all; `None` without people.
    pub(super) fn quantile_at(&self, q: f64) -> Option<usize> {
        if self.total <= 0.0 {
            return None;
        }
        // A hair below, so that ten weights of 0.1 reach half of their sum with the fifth.
        let wanted = (q - 1e-12) * self.total;
        let chunk = self.before.partition_point(|&before| before < wanted).saturating_sub(1);
        let mut below = self.before[chunk];
        let mut last = None;
        for (i, &weight) in self.weights.iter().enumerate().skip(chunk * CHUNK) {
            below += weight;
            if weight > 0.0 {
                last = Some(i);
                if below >= wanted {
                    return last;
                }
            }
        }
        // Rounding only: the last cell where somebody lives.
        last.or_else(|| self.weights.iter().rposition(|&weight| weight > 0.0))
    }

    /// People in the first `cells` cells.
    pub(super) fn people_before(&self, cells: usize) -> f64 {
        match self.before.get(cells / CHUNK) {
            Some(before) => before + sum(&self.weights[cells / CHUNK * CHUNK..cells]),
            None => self.total,
        }
    }

    /// People in the cells from `cell` on: exactly 0 where there is nobody, which a difference of sums is not.
    pub(super) fn people_from(&self, cell: usize) -> f64 {
        sum(&self.weights[cell..])
    }
}

/// The cells with the weights of one resample, or their own.
pub struct Draw<'a> {
    pub(super) cells: &'a RankedCells,
    pub(super) all: Crowd,
    pub(super) groups: Vec<Crowd>,
    /// The people of known income, in rising order of income.
    pub(super) income: Crowd,
    order: Option<IncomeOrder>,
    factors: Vec<f64>,
}

impl<'a> Draw<'a> {
    pub(super) fn new(cells: &'a RankedCells) -> Draw<'a> {
        let groups = vec![Crowd::default(); cells.groups.len()];
        Draw {
            cells,
            all: Crowd::default(),
            groups,
            income: Crowd::default(),
            order: None,
            factors: Vec::new(),
        }
    }

    /// Weights times `factors`, cell by cell in the caller's order; `added` moves the incomes.
    pub(super) fn fill(&mut self, factors: &[f64], added: Option<&[f64]>) {
        let cells = self.cells;
        self.factors.clear();
        self.factors.extend(cells.at.iter().map(|&cell| factors[cell as usize]));
        let groups = cells.groups.iter().map(|(_, people)| people).zip(&mut self.groups);
        for (people, crowd) in std::iter::once((&cells.people, &mut self.all)).chain(groups) {
            let weights = people.iter().zip(&self.factors).map(|(people, factor)| people * factor);
            crowd.fill(weights, &cells.values);
        }
        self.order = match (&cells.income, added) {
            (Some(income), Some(added)) => {
                let moved: Vec<f64> = income
                    .iter()
                    .zip(&cells.at)
                    .map(|(income, &cell)| income + added[cell as usize])
                    .collect();
                Some(IncomeOrder::new(&moved, &cells.values))
            }
            _ => None,
        };
        // Into the crowd that is there, for its room.
        let order = self.order.as_ref().unwrap_or(&cells.by_income);
        self.income.fill(order.cells.iter().map(|&i| self.all.weights[i as usize]), &order.values);
    }

    /// Cell → how many times it counts.
    pub(super) fn factors(&self) -> &[f64] {
        &self.factors
    }

    /// Those of `crowd` whose income is known, in rising order of it.
    pub(super) fn poorest_first(&self, crowd: &Crowd) -> Crowd {
        let order = self.order.as_ref().unwrap_or(&self.cells.by_income);
        let mut sorted = Crowd::default();
        sorted.fill(order.cells.iter().map(|&i| crowd.weights[i as usize]), &order.values);
        sorted
    }

    /// (incomes, values) of the cells of `income`.
    pub(super) fn by_income(&self) -> (&[f64], &[f64]) {
        let order = self.order.as_ref().unwrap_or(&self.cells.by_income);
        (&order.incomes, &order.values)
    }
}

/// Σ weight·value; where nobody's value is infinite, that is nothing.
pub(super) fn dot(weights: &[f64], values: &[f64]) -> f64 {
    let sum = strands(weights, values, |weight, value| weight * value);
    // Seldom: asking at each product would cost more than all of them.
    if sum.is_nan() { strands(weights, values, times) } else { sum }
}

/// In eight strands, so that it need not wait for each sum; the same order always.
#[inline(always)]
fn strands(a: &[f64], b: &[f64], times: impl Fn(f64, f64) -> f64) -> f64 {
    let (a8, b8) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f64 = a8.remainder().iter().zip(b8.remainder()).map(|(a, b)| times(*a, *b)).sum();
    let mut strands = [0.0; 8];
    for (a, b) in a8.zip(b8) {
        for (strand, (a, b)) in strands.iter_mut().zip(a.iter().zip(b)) {
            *strand += times(*a, *b);
        }
    }
    strands.iter().sum::<f64>() + rest
}

/// Where all are alike, rounding may end a hair below 0; what is not defined stays so.
pub(super) fn at_least_0(index: f64) -> f64 {
    if index < 0.0 { 0.0 } else { index }
}

/// Nobody's infinity is nothing.
fn times(weight: f64, value: f64) -> f64 {
    if weight == 0.0 { 0.0 } else { weight * value }
}

fn sum(values: &[f64]) -> f64 {
    let mut strands = [0.0; 8];
    let chunks = values.chunks_exact(8);
    let rest: f64 = chunks.remainder().iter().sum();
    for chunk in chunks {
        for (strand, value) in strands.iter_mut().zip(chunk) {
            *strand += value;
        }
    }
    strands.iter().sum::<f64>() + rest
}
