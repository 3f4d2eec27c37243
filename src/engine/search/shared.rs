//! A scenario with `attribute` → which edit did how much of the change of each measure's mean.

use super::each::{Standing, each};
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Problem, Result};
use crate::base::executor::Executor;
use crate::engine::equity::{EquityContext, MeasuredValues};
use crate::engine::measured::Measured;
use crate::engine::region::Region;
use crate::engine::scenario::EditMaker;
use crate::engine::setting::{Journal, Setting};
use crate::inputs::raw::RawPlaces;
use crate::measures::shapley::{Share, shares, subsets};
use crate::study::{Attribute, Scenario, Study};

/// An edit's share in the change of a measure's mean, for a group in a window.
#[derive(Clone, Debug, Default)]
pub struct SharedRow {
    pub profile: String,
    pub period: String,
    pub measure: String,
    pub group: String,
    /// From 0.
    pub edit: usize,
    /// The change with all edits.
    pub whole: Option<f64>,
    pub share: Option<Share>,
}

/// A scenario whose change is shared among its edits.
pub struct Shared<'s> {
    pub scenario: &'s Scenario,
    /// Whether all subsets of the edits are measured, for Shapley's shares.
    pub every: bool,
    /// A row for each window, measure, group and edit.
    pub rows: Vec<SharedRow>,
}

impl<'s> Shared<'s> {
    /// # Errors
    /// Edits that cannot be made without others, saying which; the machine's; `Stopped`.
    pub fn new(edits: &EditMaker<'_>, scenario: &'s Scenario, attribute: Attribute) -> Result<Shared<'s>> {
        let shared = Shared { scenario, every: attribute == Attribute::Shapley, rows: Vec::new() };
        let made = |set: usize| match edits.make(&shared.part(set)) {
            Ok(_) => Ok(None),
            Err(Error::Input(problems)) => Ok(problems.into_iter().next()),
            Err(other) => Err(other),
        };
        let executor = edits.executor;
        let edits = scenario.edits.len();
        let mut problems = Vec::new();
        for (i, edit) in scenario.edits.iter().enumerate() {
            let Some(why) = made(1 << i)? else { continue };
            let mut needs = "edits before it".to_string();
            for j in 0..i {
                if made(1 << i | 1 << j)?.is_none() {
                    needs = named(scenario, j);
                    break;
                }
            }
            let what = format!("{} needs {needs}: without it, {}", named(scenario, i), why.what);
            problems.push(Problem::new(&edit.place, what, REMEDY));
        }
        if !problems.is_empty() {
            return Err(Error::Input(problems));
        }
        for set in subsets(edits, shared.every) {
            executor.go_on()?;
            if let Some(why) = made(set)? {
                let without: Vec<String> =
                    (0..edits).filter(|i| set & 1 << i == 0).map(|i| named(scenario, i)).collect();
                let what =
                    format!("{} cannot do without {}: {}", scenario.name, without.join(", "), why.what);
                return Err(Error::input(&why.place, what, REMEDY));
            }
        }
        Ok(shared)
    }

    /// The scenario with some of its edits.
    fn part(&self, set: usize) -> Scenario {
        let edits = self.scenario.edits.iter().enumerate();
        let edits = edits.filter(|(i, _)| set & 1 << i != 0).map(|(_, edit)| edit.clone()).collect();
        Scenario { edits, ..self.scenario.clone() }
    }

    /// Shares the changes of a window. `whole`: what is measured with all edits.
    ///
    /// # Errors
    /// What is wrong with edits; the machine's; `Stopped`.
    pub fn window(
        &mut self,
        setting: &Setting<'_>,
        standing: Standing<'_>,
        (edited, whole): (&Region, &Measured),
        journal: &mut dyn Journal,
    ) -> Result<()> {
        let EditMaker { study, base, executor, .. } = setting.edits;
        let edits = self.scenario.edits.len();
        let all = (1usize << edits) - 1;
        let mut of_sets: Vec<Option<Means>> = vec![None; all + 1];
        of_sets[0] = Some(means(study, &base.cells, standing.of_base, executor)?);
        of_sets[all] = Some(means(study, &edited.cells, whole, executor)?);
        let sets: Vec<usize> =
            subsets(edits, self.every).into_iter().filter(|&set| set != 0 && set != all).collect();
        let parts: Vec<Scenario> = sets.iter().map(|&set| self.part(set)).collect();
        let parts: Vec<&Scenario> = parts.iter().collect();
        each(setting, standing, &parts, journal, |i, region, measured| {
            of_sets[sets[i]] = Some(means(study, &region.cells, measured, executor)?);
            Ok(())
        })?;
        let window = standing.window;
        let first = of_sets[0].clone().unwrap_or_default();
        for (nth, (measure, group, _)) in first.iter().enumerate() {
            let figure = |set: usize| of_sets[set].as_ref().and_then(|means| means[nth].2);
            let known = subsets(edits, self.every).into_iter().all(|set| figure(set).is_some());
            let found = known.then(|| shares(edits, self.every, |set| figure(set).unwrap_or(f64::NAN)));
            for edit in 0..edits {
                self.rows.push(SharedRow {
                    profile: window.profile.name.clone(),
                    period: window.period.name.clone(),
                    measure: measure.clone(),
                    group: group.clone(),
                    edit,
                    whole: figure(all).zip(figure(0)).map(|(all, none)| all - none),
                    share: found.as_ref().map(|found| found[edit]),
                });
            }
        }
        Ok(())
    }
}

const REMEDY: &str = "attribution takes edits apart: leave attribute out, or split the scenario";

/// What an edit is called: its number and kind.
pub fn named(scenario: &Scenario, edit: usize) -> String {
    format!("edit {} ({})", edit + 1, scenario.edits[edit].edit.kind())
}

/// Measure, group, mean; the same measures and groups in every scenario of a study.
type Means = Vec<(String, String, Option<f64>)>;

fn means(study: &Study, cells: &RawPlaces, measured: &Measured, executor: &dyn Executor) -> Result<Means> {
    let fairness = EquityContext::new(&study.equity, cells)?.only(vec!["mean".to_string()], false);
    let found: Vec<MeasuredValues<'_>> = measured
        .measures
        .iter()
        .map(|(name, values)| {
            let less_is_better = measured.slots.iter().any(|slot| slot.name == *name && slot.less_is_better);
            MeasuredValues { name, values, less_is_better }
        })
        .collect();
    let (rows, _) = fairness.measure(&study.equity, cells, &found, &mut Diagnostics::default(), executor)?;
    let means = rows.into_iter().filter(|row| row.index == "mean");
    Ok(means.map(|row| (row.measure, row.group, row.value)).collect())
}
