//! `[scenario.rank]` → the figure of equity of a scenario by which variants are ranked, and its change.

use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Problem, Result};
use crate::base::executor::{Executor, Quiet};
use crate::base::near::nearest;
use crate::engine::equity::{EquityContext, MeasuredValues};
use crate::engine::measured::Measured;
use crate::engine::region::Region;
use crate::engine::streamed;
use crate::engine::task;
use crate::engine::windowed::Windowed;
use crate::inputs::raw::RawPlaces;
use crate::measures::equity::EquityRow;
use crate::measures::equity::register::indices;
use crate::measures::spec::MeasureSpec;
use crate::measures::stream::MeasureListener;
use crate::study::{RankSpec, Study};

/// Indices with the measure's own unit and direction; and signed indices, for which 0 is best.
const AS_THE_MEASURE: [&str; 3] = ["mean", "median", "quantiles"];
const SIGNED: [&str; 5] = [
    "suits",
    "concentration",
    "concentration_generalised",
    "concentration_erreygers",
    "concentration_wagstaff",
];

/// A figure of equity: of a measure, by an index, of a group.
pub struct Figure {
    pub measure: String,
    /// The row of `equity.csv`: an index, and of which group.
    pub row: String,
    pub group: String,
    /// The index of the register that the row belongs to.
    of: &'static str,
    less_is_better: bool,
    /// Whether large figures are good.
    pub largest: bool,
}

/// A figure, and its change against the base with the paired interval.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Valued {
    pub value: Option<f64>,
    pub change: Option<f64>,
    pub lower: Option<f64>,
    pub upper: Option<f64>,
}

impl Figure {
    /// # Errors
    /// Names of measures, indices or groups that there are none of, all at once.
    pub fn new(
        study: &Study,
        base: &Region,
        wanted: &[MeasureSpec],
        window: &Windowed<'_>,
        spec: &RankSpec,
    ) -> Result<Figure> {
        let mut problems = Vec::new();
        let measures = measures(study, base, wanted, window)?;
        let by = spec.by.as_deref();
        let measure = measures.iter().find(|(name, _)| by.is_none_or(|by| by == name));
        if measure.is_none() {
            let names = || measures.iter().map(|(name, _)| name.as_str());
            problems.push(unknown(spec, "by", by.unwrap_or_default(), names()));
        }
        let (measure, less_is_better) = measure.cloned().unwrap_or_default();
        // Any values will do that differ: the names of rows do not depend on them.
        let values: Vec<Option<f64>> = (0..base.cells.ids.len()).map(|cell| Some(cell as f64)).collect();
        let rows = |names: Vec<String>| {
            let found = [MeasuredValues { name: &measure, values: &values, less_is_better }];
            let fairness = EquityContext::new(&study.equity, &base.cells)?.only(names, false);
            let mut unsaid = Diagnostics::default();
            Ok::<_, Error>(fairness.measure(&study.equity, &base.cells, &found, &mut unsaid, &Quiet)?.0)
        };
        let always = rows(Vec::new())?;
        let mut known: Vec<(&'static str, String, String)> = Vec::new();
        for index in indices() {
            let own = rows(vec![index.name.to_string()])?;
            let own =
                own.into_iter().filter(|row| !always.iter().any(|other| is(other, &row.group, &row.index)));
            known.extend(own.map(|row| (index.name, row.group, row.index)));
        }
        let found = known.iter().find(|(_, group, row)| *group == spec.group && *row == spec.index);
        if found.is_none() {
            if known.iter().any(|(_, _, row)| *row == spec.index) {
                let of_index = known.iter().filter(|(_, _, row)| *row == spec.index);
                problems.push(unknown(spec, "group", &spec.group, of_index.map(|known| known.1.as_str())));
            } else {
                problems.push(unknown(
                    spec,
                    "index",
                    &spec.index,
                    known.iter().map(|known| known.2.as_str()),
                ));
            }
        }
        let of = found.map_or("mean", |found| found.0);
        if SIGNED.contains(&of) && spec.largest.is_none() {
            let what = format!("scenario.rank.index is \"{}\", which may be above 0 and below", spec.index);
            problems.push(Problem::new(&spec.place, what, "write best = \"largest\" or \"smallest\""));
        }
        if !problems.is_empty() {
            return Err(Error::Input(problems));
        }
        let usual = match of {
            "share" => true,
            of => AS_THE_MEASURE.contains(&of) && !less_is_better,
        };
        let (row, group) = (spec.index.clone(), spec.group.clone());
        Ok(Figure { measure, row, group, of, less_is_better, largest: spec.largest.unwrap_or(usual) })
    }

    /// Of what is measured among the people of `cells`.
    ///
    /// # Errors
    /// As [`EquityContext::measure`].
    pub fn value(
        &self,
        study: &Study,
        cells: &RawPlaces,
        measured: &Measured,
        executor: &dyn Executor,
    ) -> Result<Option<f64>> {
        let fairness = EquityContext::new(&study.equity, cells)?.only(vec![self.of.to_string()], false);
        let found = [self.found(measured)];
        let (rows, _) =
            fairness.measure(&study.equity, cells, &found, &mut Diagnostics::default(), executor)?;
        Ok(self.row(&rows).and_then(|row| row.value))
    }

    /// With its change against the base, among the base's people, as in `differences.csv`.
    ///
    /// # Errors
    /// As [`EquityContext::differences`].
    pub fn valued(
        &self,
        study: &Study,
        base: &Region,
        cells: &RawPlaces,
        [before, after]: [&Measured; 2],
        executor: &dyn Executor,
    ) -> Result<Valued> {
        let value = self.value(study, cells, after, executor)?;
        let fairness = EquityContext::new(&study.equity, &base.cells)?.only(vec![self.of.to_string()], true);
        let pair = [self.found(after), self.found(before)];
        let rows = fairness.differences(&study.equity, &base.cells, &pair, executor)?;
        let row = self.row(&rows);
        Ok(Valued {
            value,
            change: row.and_then(|row| row.value),
            lower: row.and_then(|row| row.lower),
            upper: row.and_then(|row| row.upper),
        })
    }

    fn found<'a>(&'a self, measured: &'a Measured) -> MeasuredValues<'a> {
        let column = measured.measures.iter().find(|(name, _)| *name == self.measure);
        let values = column.map_or(&[][..], |(_, values)| values);
        MeasuredValues { name: &self.measure, values, less_is_better: self.less_is_better }
    }

    fn row<'r>(&self, rows: &'r [EquityRow]) -> Option<&'r EquityRow> {
        rows.iter().find(|row| is(row, &self.group, &self.row))
    }
}

fn is(row: &EquityRow, group: &str, index: &str) -> bool {
    row.group == group && row.index == index
}

fn unknown<'n>(spec: &RankSpec, key: &str, name: &str, known: impl Iterator<Item = &'n str>) -> Problem {
    let mut names: Vec<&str> = Vec::new();
    for name in known {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let remedy = match nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("there are {}", names.join(", ")),
    };
    Problem::new(
        &spec.place,
        format!("scenario.rank.{key} is \"{name}\", which is none of this study"),
        remedy,
    )
}

/// The measures by cell that a window will have, and whether less of each is better.
fn measures(
    study: &Study,
    base: &Region,
    wanted: &[MeasureSpec],
    window: &Windowed<'_>,
) -> Result<Vec<(String, bool)>> {
    let asked = &window.asked;
    let longest_s = task::longest_s(study, wanted, asked);
    let bound = streamed::bind(base, wanted, longest_s)?;
    let (to, percentiles) = (base.destinations().0.ids.len(), &study.access.percentiles);
    let slots = MeasureListener::new(&bound, false, to, percentiles, asked.query.window, longest_s).slots();
    let names = task::cumulative(study, base, asked).names().into_iter().map(|name| (name, false));
    let of_cells = slots.into_iter().filter(|slot| !slot.passive || base.others.is_none());
    Ok(names.chain(of_cells.map(|slot| (slot.name, slot.less_is_better))).collect())
}
