//! How much less mixed cells are than the whole: Theil's information index, of each group and of all together.

use super::cells::{Draw, RankedCells, dot};
use super::register::{BuiltFigures, Family, FigureRow, Index, IndexNeeds, IndexRange};
use super::terms::Settings;

pub(super) const FAMILY: Family = Family {
    indices: &[Index {
        name: "entropy",
        rows: "`entropy` of each group (the group and all others), and of `by_group` (all groups together)",
        formula: "H = Σ t (E − E(cell)) / (T E) over the cells, E = −Σ_g π_g ln π_g of all people, E(cell) likewise of the \
                  t people of the cell",
        source: "Theil & Finizza 1971; Reardon & Firebaugh 2002",
        range: IndexRange::SHARE,
        needs: IndexNeeds::Groups,
        turned: "as it is: where people live, not what they reach",
        elsewhere: "PySAL `segregation`: `Entropy`, `MultiInfoTheory`; R `segregation`: `mutual_total`, column H. Some call E \
                    itself the entropy index",
        ..Index::PLAIN
    }],
    build,
};

/// Groups that part the people.
struct Parting {
    /// Group by group, people per cell.
    groups: Vec<Vec<f64>>,
    /// People of the cell times their entropy.
    mixed: Vec<f64>,
}

impl Parting {
    fn new(groups: Vec<Vec<f64>>) -> Parting {
        let cells = groups.first().map_or(0, Vec::len);
        let mixed = (0..cells).map(|cell| mixture(groups.iter().map(|group| group[cell]))).collect();
        Parting { groups, mixed }
    }

    /// NaN where there is nobody, or only one group has people.
    fn index(&self, draw: &Draw<'_>) -> f64 {
        let whole = mixture(self.groups.iter().map(|group| dot(draw.factors(), group)));
        if whole > 0.0 { 1.0 - dot(draw.factors(), &self.mixed) / whole } else { f64::NAN }
    }
}

/// t·E = −Σ x ln(x / t); 0 where there is nobody.
fn mixture(people: impl Iterator<Item = f64> + Clone) -> f64 {
    let total: f64 = people.clone().sum();
    people.filter(|&x| x > 0.0).map(|x| -x * (x / total).ln()).sum()
}

fn build(cells: &RankedCells, _: &Settings) -> Option<BuiltFigures> {
    let own = cells.own();
    let figure = |group: &str| FigureRow { of: "entropy", group: group.into(), row: "entropy".into() };
    let others = |people: &[f64]| -> Vec<f64> {
        cells.everyone.iter().zip(people).map(|(all, group)| (all - group).max(0.0)).collect()
    };
    let mut figures: Vec<FigureRow> = own.iter().map(|(name, _)| figure(name)).collect();
    let mut all: Vec<Parting> =
        own.iter().map(|(_, people)| Parting::new(vec![people.clone(), others(people)])).collect();
    if own.len() > 1 {
        figures.push(figure("by_group"));
        all.push(Parting::new(own.iter().map(|(_, people)| people.clone()).collect()));
    }
    let evaluate =
        move |draw: &Draw<'_>, out: &mut Vec<f64>| out.extend(all.iter().map(|parting| parting.index(draw)));
    (!own.is_empty()).then(|| BuiltFigures { figures, evaluate: Box::new(evaluate) })
}
