//! A scenario that varies → `ranking.csv`, a row a variant, best first, and `greedy.csv`, a row a round.

use super::each::{Standing, check, each};
use super::figure::{Figure, Valued};
use crate::base::error::{Error, Problem, Result};
use crate::base::executor::Executor;
use crate::engine::scenario::Edited;
use crate::measures::ranking::{Pick, greedy, ranked};
use crate::measures::spec::MeasureSpec;
use crate::outputs::tables::{ColumnData, ResultTable};
use crate::routing::ReverseSearch;
use crate::run::compare::signed;
use crate::run::load::StudyData;
use crate::run::results::Results;
use crate::run::windowed::Windowed;
use crate::run::work::Work;
use crate::study::parse::nearest;
use crate::study::{Scenario, Search, Study};

/// Variants named on the terminal.
const TOLD: usize = 10;

/// A search, its names resolved.
pub(super) struct Ranked<'s> {
    search: &'s Search,
    profile: &'s str,
    period: &'s str,
    figure: Figure,
}

impl<'s> Ranked<'s> {
    /// # Errors
    /// Names that there are none of; edits that cannot be made; the machine's; `Stopped`.
    pub fn new(
        study: &'s Study,
        base: &StudyData,
        wanted: &[MeasureSpec],
        windows: &[Windowed<'_>],
        zone: &str,
        search: &'s Search,
        executor: &dyn Executor,
    ) -> Result<Ranked<'s>> {
        let spec = &search.rank;
        let mut problems = Vec::new();
        let mut chosen = |key: &str, name: &Option<String>, known: Vec<&'s str>| match name {
            None => known[0],
            Some(name) => known.iter().find(|known| *known == name).copied().unwrap_or_else(|| {
                let what = format!("scenario.rank.{key} is \"{name}\", which is none of this study");
                let remedy = match nearest(name, known.iter().copied()) {
                    Some(near) => format!("did you mean {near}?"),
                    None => format!("there are {}", known.join(", ")),
                };
                problems.push(Problem::new(&spec.place, what, remedy));
                known[0]
            }),
        };
        let profiles = study.profiles.iter().map(|profile| profile.name.as_str()).collect();
        let profile = chosen("profile", &spec.profile, profiles);
        let periods = study.periods.iter().map(|period| period.name.as_str()).collect();
        let period = chosen("period", &spec.period, periods);
        if !problems.is_empty() {
            return Err(Error::Input(problems));
        }
        let is = |window: &&Windowed<'_>| window.profile.name == profile && window.period.name == period;
        let window = windows.iter().find(is).expect("there is a window for each profile and period");
        let figure = Figure::new(study, base, wanted, window, spec)?;
        tried(study, base, zone, search, executor)?;
        Ok(Ranked { search, profile, period, figure })
    }

    fn is_of(&self, window: &Windowed<'_>) -> bool {
        window.profile.name == self.profile && window.period.name == self.period
    }

    /// Ranks and chooses, if this window is the one. `kept`: scenarios of the study with their results, among which
    /// variants may be.
    ///
    /// # Errors
    /// As [`each`].
    pub fn window<'g>(
        &self,
        work: &mut Work<'_>,
        standing: Standing<'_, 'g>,
        before: Option<&ReverseSearch<'_>>,
        kept: &[(&Edited<'_>, &Results)],
    ) -> Result<Vec<String>> {
        if !self.is_of(standing.window) {
            return Ok(Vec::new());
        }
        let Standing { base, of_base, .. } = standing;
        let variants = &self.search.variants;
        let mut found: Vec<Valued> = Vec::new();
        if self.search.keep {
            for variant in variants {
                let is = |(edited, _): &&(&Edited<'_>, &Results)| edited.name() == variant.scenario.name;
                let (edited, results) = kept.iter().find(is).expect("kept variants are scenarios");
                let (study, cells) = (work.study, &edited.region.cells);
                let after = results.measured();
                found.push(self.figure.valued(study, base, cells, [of_base, &after], work.executor)?);
            }
        } else {
            let scenarios: Vec<&Scenario> = variants.iter().map(|variant| &variant.scenario).collect();
            each(work, standing, before, &scenarios, |work, _, loaded, after| {
                found.push(self.figure.valued(
                    work.study,
                    base,
                    &loaded.cells,
                    [of_base, after],
                    work.executor,
                )?);
                Ok(())
            })?;
        }
        let name = |file: &str| format!("{}/{file}", self.search.name);
        let values: Vec<Option<f64>> = found.iter().map(|found| found.value).collect();
        let order = ranked(&values, self.figure.largest);
        let of = [("scenario", &*self.search.name), ("profile", self.profile), ("period", self.period)];
        let table = self.ranking(&order, &found).of(of);
        work.folder.write(&name("ranking.csv"), |out| table.write_csv(out))?;
        let mut lines = self.said(&order, &found);
        if self.search.greedy > 0 {
            let start = self.figure.value(work.study, &base.cells, of_base, work.executor)?;
            let picks = self.picks(work, standing, before, &values)?;
            let table = self.choices(&picks, start).of(of);
            work.folder.write(&name("greedy.csv"), |out| table.write_csv(out))?;
            lines.extend(self.told(&picks));
        }
        Ok(lines)
    }

    /// Chooses values one on top of the other; `alone`: the figures of the first round, which are known.
    fn picks<'g>(
        &self,
        work: &mut Work<'_>,
        standing: Standing<'_, 'g>,
        before: Option<&ReverseSearch<'_>>,
        alone: &[Option<f64>],
    ) -> Result<Vec<Pick>> {
        let (choices, rounds) = (self.search.variants.len(), self.search.greedy as usize);
        greedy(choices, rounds, self.figure.largest, |made, candidates| {
            if made.is_empty() {
                return Ok(alone.to_vec());
            }
            let scenarios: Vec<Scenario> =
                candidates.iter().map(|&candidate| together(self.search, made, candidate)).collect();
            let scenarios: Vec<&Scenario> = scenarios.iter().collect();
            let mut figures = Vec::new();
            each(work, standing, before, &scenarios, |work, _, loaded, after| {
                figures.push(self.figure.value(work.study, &loaded.cells, after, work.executor)?);
                Ok(())
            })?;
            Ok(figures)
        })
    }

    /// `rank, variant`, a column a key, then the figure.
    fn ranking(&self, order: &[usize], found: &[Valued]) -> ResultTable {
        let variants = &self.search.variants;
        let mut table = ResultTable::default();
        table.push("rank", ColumnData::Integer((1..=order.len() as i64).map(Some).collect()));
        let names = order.iter().map(|&i| variants[i].scenario.name.clone());
        table.push("variant", ColumnData::Text(names.collect()));
        for (k, key) in self.search.keys.iter().enumerate() {
            let values = order.iter().map(|&i| variants[i].values[k].clone());
            table.push(key.clone(), ColumnData::Text(values.collect()));
        }
        let numbers = |of: fn(&Valued) -> Option<f64>| {
            ColumnData::Number(order.iter().map(|&i| of(&found[i])).collect())
        };
        table.push("value", numbers(|found| found.value));
        table.push("change", numbers(|found| found.change));
        table.push("lower", numbers(|found| found.lower));
        table.push("upper", numbers(|found| found.upper));
        table
    }

    /// `round`, the value chosen, the figure with it and all before it, what it gains, and the second best.
    fn choices(&self, picks: &[Pick], start: Option<f64>) -> ResultTable {
        let value = |i: usize| self.search.variants[i].values[0].clone();
        let mut table = ResultTable::default();
        table.push("round", ColumnData::Integer((1..=picks.len() as i64).map(Some).collect()));
        let chosen = picks.iter().map(|pick| value(pick.chosen));
        table.push(self.search.keys[0].clone(), ColumnData::Text(chosen.collect()));
        let figures: Vec<Option<f64>> = picks.iter().map(|pick| pick.figure).collect();
        let earlier = std::iter::once(start).chain(figures.iter().copied());
        let gain = |(figure, before): (&Option<f64>, Option<f64>)| Some((*figure)? - before?);
        let gains = figures.iter().zip(earlier).map(gain).collect();
        table.push("value", ColumnData::Number(figures));
        table.push("gain", ColumnData::Number(gains));
        let runner_up = |pick: &Pick| pick.runner_up.map_or(String::new(), |(i, _)| value(i));
        table.push("runner_up", ColumnData::Text(picks.iter().map(runner_up).collect()));
        let figure = |pick: &Pick| pick.runner_up.and_then(|(_, figure)| figure);
        table.push("runner_up_value", ColumnData::Number(picks.iter().map(figure).collect()));
        table
    }

    fn said(&self, order: &[usize], found: &[Valued]) -> Vec<String> {
        let Search { name, variants, .. } = self.search;
        let title = self.figure.title();
        let mut lines = vec![format!("{name}: {} variants by {title}, {}", variants.len(), self.of_window())];
        for (rank, &i) in order.iter().take(TOLD).enumerate() {
            let Valued { value, change, lower, upper } = found[i];
            let interval = lower.zip(upper).map_or_else(String::new, |(lower, upper)| {
                format!(" ({} to {})", signed(lower), signed(upper))
            });
            let change = change.map_or("unknown".to_string(), signed);
            let value = plain(value);
            lines.push(format!("  {}. {}: {value}, {change}{interval}", rank + 1, variants[i].scenario.name));
        }
        if order.len() > TOLD {
            lines.push(format!("  … {} more in {name}/ranking.csv", order.len() - TOLD));
        }
        lines
    }

    fn told(&self, picks: &[Pick]) -> Vec<String> {
        let value = |i: usize| &self.search.variants[i].values[0];
        let line = |(round, pick): (usize, &Pick)| {
            let next = pick.runner_up.map_or_else(String::new, |(i, figure)| {
                format!("; next best {}: {}", value(i), plain(figure))
            });
            format!("  choice {}: {}: {}{next}", round + 1, value(pick.chosen), plain(pick.figure))
        };
        picks.iter().enumerate().map(line).collect()
    }

    fn of_window(&self) -> String {
        format!("{} × {}", self.profile, self.period)
    }
}

fn plain(value: Option<f64>) -> String {
    value.map_or("unknown".to_string(), |value| format!("{value:.3}"))
}

/// Makes the edits of all variants once.
///
/// # Errors
/// As [`check`].
pub(super) fn tried(
    study: &Study,
    base: &StudyData,
    zone: &str,
    search: &Search,
    executor: &dyn Executor,
) -> Result<()> {
    if !search.keep {
        check(study, base, zone, search.variants.iter().map(|variant| &variant.scenario), executor)?;
    }
    if search.greedy > 1 {
        // What cannot stand beside another mostly shows in the first two.
        let two = together(search, &[0], 1);
        check(study, base, zone, std::iter::once(&two), executor)?;
    }
    Ok(())
}

/// The scenario with the varied edit as often as values are chosen, in their order.
fn together(search: &Search, made: &[usize], last: usize) -> Scenario {
    let at = search.varied;
    let mut scenario = search.variants[last].scenario.clone();
    let chosen = made.iter().map(|&i| search.variants[i].scenario.edits[at].clone());
    scenario.edits.splice(at..at, chosen.collect::<Vec<_>>());
    scenario
}
