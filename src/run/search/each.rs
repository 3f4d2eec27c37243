//! Scenarios beyond those of the study, one after the other → what is measured in each; none is kept.

use crate::base::error::{Error, Problem, Result};
use crate::base::executor::Executor;
use crate::engine::measured::Measured;
use crate::engine::profile_network::ProfileNetwork;
use crate::engine::region::Region;
use crate::engine::scenario::Edited;
use crate::routing::ReverseSearch;
use crate::run::debug_environment;
use crate::run::load::{EditFiles, StudyData};
use crate::run::scenarios::BASE;
use crate::run::windowed::Windowed;
use crate::run::work::Work;
use crate::study::{Concern, Scenario, Study};

/// What scenarios measured in one pass may hold at once, bytes, and how many they may be.
const HELD: usize = 256 << 20;
const MOST: usize = 64;

/// A window with the base's answers.
#[derive(Clone, Copy)]
pub(in crate::run) struct Standing<'a, 'g> {
    pub base: &'a StudyData,
    pub ground: &'g ProfileNetwork,
    pub window: &'g Windowed<'g>,
    pub of_base: &'a Measured,
}

/// Measures scenarios, in their order, and hands each to `take`. Those with amounts of their own share routing
/// passes, so many as can be held; of the others only what they touch is routed, scenario by scenario.
///
/// # Errors
/// What is wrong with edits; those of `take`; the machine's; `Stopped`.
pub(super) fn each<'g>(
    work: &mut Work<'_>,
    standing: Standing<'_, 'g>,
    before: Option<&ReverseSearch<'_>>,
    scenarios: &[&Scenario],
    mut take: impl FnMut(&Work<'_>, usize, &Region, &Measured) -> Result<()>,
) -> Result<()> {
    let Standing { base, ground, window, of_base } = standing;
    let (study, zone, executor) = (work.study, work.zone, work.executor);
    let files = EditFiles { study, executor };
    let edited = |scenario| {
        Edited::new(study, base, scenario, zone, &files, debug_environment::only_affected(), executor)
    };
    let most = at_once(base, of_base);
    for (nth, some) in scenarios.chunks(most).enumerate() {
        let with_land = some.iter().filter(|scenario| scenario.changes(Concern::Places));
        let with_land: Vec<Edited<'_>> = with_land.map(|scenario| edited(scenario)).collect::<Result<_>>()?;
        let lands: Vec<&Region> = with_land.iter().map(|edited| &edited.region).collect();
        let there = match lands.is_empty() {
            true => Vec::new(),
            false => {
                let of = (window.profile, window.period, &window.asked);
                let flow = before.map(ReverseSearch::flow);
                work.measured(BASE, ground, of, base.only.as_deref(), flow, &lands)?
            }
        };
        let mut with_land = with_land.into_iter().zip(there);
        for (i, scenario) in some.iter().enumerate() {
            let (edited, there) = match scenario.changes(Concern::Places) {
                true => with_land.next().expect("one for each that changes places"),
                false => (edited(scenario)?, of_base.clone()),
            };
            let routed = work.routed(&edited, base, (ground, window), before, there)?;
            take(work, nth * most + i, &edited.region, &routed.measured)?;
        }
    }
    Ok(())
}

/// Makes the edits of scenarios and lets them go again: a wrong one must not show after an hour.
///
/// # Errors
/// All that is wrong with them, each but once; the machine's; `Stopped`.
pub(super) fn check<'s>(
    study: &Study,
    base: &Region,
    zone: &str,
    scenarios: impl Iterator<Item = &'s Scenario>,
    executor: &dyn Executor,
) -> Result<()> {
    let mut problems: Vec<Problem> = Vec::new();
    let files = EditFiles { study, executor };
    for scenario in scenarios {
        executor.begin(&format!("scenario {}", scenario.name), 0);
        match Edited::new(study, base, scenario, zone, &files, debug_environment::only_affected(), executor) {
            Ok(_) => {}
            Err(Error::Input(more)) => {
                for mut problem in more {
                    if !problems
                        .iter()
                        .any(|known| known.place == problem.place && problem.what == known.what)
                    {
                        problem.remedy += &format!(" (variant {})", scenario.name);
                        problems.push(problem);
                    }
                }
            }
            Err(other) => return Err(other),
        }
        executor.go_on()?;
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Input(problems)) }
}

/// How many scenarios with amounts of their own are held at once: their places, and twice their measures.
fn at_once(base: &Region, of_base: &Measured) -> usize {
    let places = [Some(&base.cells), base.others.as_ref()];
    let place = |places: &crate::inputs::raw::RawPlaces| {
        places.ids.len() * (64 + 8 * (places.opportunities.len() + places.groups.len() + 4))
    };
    let places: usize = places.into_iter().flatten().map(place).sum();
    let columns = of_base.measures.iter().chain(&of_base.passive).map(|(_, values)| values.len());
    let bytes = places + 2 * columns.sum::<usize>() * size_of::<Option<f64>>();
    (HELD / bytes.max(1)).clamp(1, MOST)
}
