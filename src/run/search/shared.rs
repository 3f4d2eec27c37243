//! A scenario with `attribute` → `attribution.csv`: which edit did how much of the change of each measure's mean.

use super::each::{Standing, each};
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Problem, Result};
use crate::base::executor::Executor;
use crate::engine::measured::Measured;
use crate::engine::region::Region;
use crate::engine::scenario::Edited;
use crate::inputs::raw::RawPlaces;
use crate::measures::shapley::{Share, shares, subsets};
use crate::outputs::tables::{ColumnData, ResultTable};
use crate::routing::ReverseSearch;
use crate::run::debug_environment;
use crate::run::equity::{EquityContext, Found};
use crate::run::load::EditFiles;
use crate::run::work::Work;
use crate::study::{Attribute, Scenario, Study};

/// A row for each window, measure, group and edit.
#[derive(Default)]
struct Row {
    profile: String,
    period: String,
    measure: String,
    group: String,
    /// From 0.
    edit: usize,
    whole: Option<f64>,
    share: Option<Share>,
}

/// A scenario whose change is shared among its edits.
pub(super) struct Shared<'s> {
    scenario: &'s Scenario,
    every: bool,
    rows: Vec<Row>,
}

impl<'s> Shared<'s> {
    /// # Errors
    /// Edits that cannot be made without others, saying which; the machine's; `Stopped`.
    pub fn new(
        study: &Study,
        base: &Region,
        zone: &str,
        scenario: &'s Scenario,
        attribute: Attribute,
        executor: &dyn Executor,
    ) -> Result<Shared<'s>> {
        let shared = Shared { scenario, every: attribute == Attribute::Shapley, rows: Vec::new() };
        let files = EditFiles { study, executor };
        let made = |set: usize| match Edited::new(
            study,
            base,
            &shared.part(set),
            zone,
            &files,
            debug_environment::only_affected(),
            executor,
        ) {
            Ok(_) => Ok(None),
            Err(Error::Input(problems)) => Ok(problems.into_iter().next()),
            Err(other) => Err(other),
        };
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
    /// As [`each`].
    pub fn window<'g>(
        &mut self,
        work: &mut Work<'_>,
        standing: Standing<'_, 'g>,
        before: Option<&ReverseSearch<'_>>,
        (edited, whole): (&Region, &Measured),
    ) -> Result<()> {
        let edits = self.scenario.edits.len();
        let all = (1usize << edits) - 1;
        let mut of_sets: Vec<Option<Means>> = vec![None; all + 1];
        of_sets[0] = Some(means(work.study, &standing.base.cells, standing.of_base, work.executor)?);
        of_sets[all] = Some(means(work.study, &edited.cells, whole, work.executor)?);
        let sets: Vec<usize> =
            subsets(edits, self.every).into_iter().filter(|&set| set != 0 && set != all).collect();
        let parts: Vec<Scenario> = sets.iter().map(|&set| self.part(set)).collect();
        let parts: Vec<&Scenario> = parts.iter().collect();
        each(work, standing, before, &parts, |work, i, loaded, measured| {
            of_sets[sets[i]] = Some(means(work.study, &loaded.cells, measured, work.executor)?);
            Ok(())
        })?;
        let window = standing.window;
        let first = of_sets[0].clone().unwrap_or_default();
        for (nth, (measure, group, _)) in first.iter().enumerate() {
            let figure = |set: usize| of_sets[set].as_ref().and_then(|means| means[nth].2);
            let known = subsets(edits, self.every).into_iter().all(|set| figure(set).is_some());
            let found = known.then(|| shares(edits, self.every, |set| figure(set).unwrap_or(f64::NAN)));
            for edit in 0..edits {
                self.rows.push(Row {
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

    /// Writes `attribution.csv`; says what there is to say of the first measure.
    ///
    /// # Errors
    /// The machine's.
    pub fn finish(&self, work: &mut Work<'_>) -> Result<Vec<String>> {
        let text = |of: &dyn Fn(&Row) -> String| ColumnData::Text(self.rows.iter().map(of).collect());
        let number =
            |of: &dyn Fn(&Row) -> Option<f64>| ColumnData::Number(self.rows.iter().map(of).collect());
        let mut table = ResultTable::default();
        table.push("profile", text(&|row| row.profile.clone()));
        table.push("period", text(&|row| row.period.clone()));
        table.push("measure", text(&|row| row.measure.clone()));
        table.push("group", text(&|row| row.group.clone()));
        let edits = self.rows.iter().map(|row| Some(row.edit as i64 + 1));
        table.push("edit", ColumnData::Integer(edits.collect()));
        table.push("kind", text(&|row| self.scenario.edits[row.edit].edit.kind().to_string()));
        table.push("change", number(&|row| row.whole));
        table.push("alone", number(&|row| row.share.map(|share| share.alone)));
        table.push("last", number(&|row| row.share.map(|share| share.last)));
        table.push("shapley", number(&|row| row.share.and_then(|share| share.shapley)));
        let name = format!("{}/attribution.csv", self.scenario.name);
        let table = table.of([("scenario", &*self.scenario.name)]);
        work.folder.write(&name, |out| table.write_csv(out))?;
        let Some(first) = self.rows.first() else { return Ok(Vec::new()) };
        let signed = |value: Option<f64>| value.map_or("unknown".to_string(), crate::run::compare::signed);
        let mut lines = vec![format!(
            "{}: {} on average by edit, {} × {}, of {}",
            self.scenario.name,
            first.measure,
            first.profile,
            first.period,
            signed(first.whole)
        )];
        for row in &self.rows[..self.scenario.edits.len()] {
            let share = |of: fn(&Share) -> Option<f64>| signed(row.share.as_ref().and_then(of));
            let mut line = format!(
                "  {}: {} alone, {} last",
                named(self.scenario, row.edit),
                share(|share| Some(share.alone)),
                share(|share| Some(share.last))
            );
            if self.every {
                line += &format!(", {} as its share", share(|share| share.shapley));
            }
            lines.push(line);
        }
        Ok(lines)
    }
}

const REMEDY: &str = "attribution takes edits apart: leave attribute out, or split the scenario";

fn named(scenario: &Scenario, edit: usize) -> String {
    format!("edit {} ({})", edit + 1, scenario.edits[edit].edit.kind())
}

/// Measure, group, mean; the same measures and groups in every scenario of a study.
type Means = Vec<(String, String, Option<f64>)>;

fn means(study: &Study, cells: &RawPlaces, measured: &Measured, executor: &dyn Executor) -> Result<Means> {
    let fairness = EquityContext::new(&study.equity, cells)?.only(vec!["mean".to_string()], false);
    let found: Vec<Found<'_>> = measured
        .measures
        .iter()
        .map(|(name, values)| {
            let less_is_better = measured.slots.iter().any(|slot| slot.name == *name && slot.less_is_better);
            Found { name, values, less_is_better }
        })
        .collect();
    let (rows, _) = fairness.measure(&study.equity, cells, &found, &mut Diagnostics::default(), executor)?;
    let means = rows.into_iter().filter(|row| row.index == "mean");
    Ok(means.map(|row| (row.measure, row.group, row.value)).collect())
}
