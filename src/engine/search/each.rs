//! Scenarios beyond those of the study, one after the other → what is measured in each; none is kept.

use crate::base::error::{Error, Problem, Result};
use crate::engine::measured::Measured;
use crate::engine::profile_network::ProfileNetwork;
use crate::engine::region::Region;
use crate::engine::scenario::{EditMaker, Edited};
use crate::engine::setting::{Journal, Setting, WindowOn};
use crate::engine::windowed::Windowed;
use crate::inputs::raw::RawPlaces;
use crate::routing::ReverseSearch;
use crate::study::{Concern, Scenario};

/// What scenarios measured in one pass may hold at once, bytes, and how many they may be.
const HELD: usize = 256 << 20;
const MOST: usize = 64;

/// A window with the base's answers.
#[derive(Clone, Copy)]
pub struct Standing<'a> {
    pub ground: &'a ProfileNetwork,
    pub window: &'a Windowed<'a>,
    pub of_base: &'a Measured,
    /// The base seen backwards, where that can tell which cells a scenario affects.
    pub before: Option<&'a ReverseSearch<'a>>,
}

/// Measures scenarios, in their order, and hands each to `take`. Those with amounts of their own share routing
/// passes, so many as can be held; of the others only what they affect is routed, scenario by scenario.
///
/// # Errors
/// What is wrong with edits; those of `take`; the machine's; `Stopped`.
pub(super) fn each(
    setting: &Setting<'_>,
    standing: Standing<'_>,
    scenarios: &[&Scenario],
    journal: &mut dyn Journal,
    mut take: impl FnMut(usize, &Region, &Measured) -> Result<()>,
) -> Result<()> {
    let Standing { ground, window, of_base, before } = standing;
    let most = at_once(setting.edits.base, of_base);
    for (nth, some) in scenarios.chunks(most).enumerate() {
        let with_land = some.iter().filter(|scenario| scenario.changes(Concern::Places));
        let with_land: Vec<Edited<'_>> =
            with_land.map(|scenario| setting.edits.make(scenario)).collect::<Result<_>>()?;
        let lands: Vec<&Region> = with_land.iter().map(|edited| &edited.region).collect();
        let there = match lands.is_empty() {
            true => Vec::new(),
            false => {
                let graph = before.map(ReverseSearch::flow);
                setting.measured(WindowOn::base(ground, window), setting.only, graph, &lands, journal)?
            }
        };
        let mut with_land = with_land.into_iter().zip(there);
        for (i, scenario) in some.iter().enumerate() {
            let (edited, there) = match scenario.changes(Concern::Places) {
                true => with_land.next().expect("one for each that changes places"),
                false => (setting.edits.make(scenario)?, of_base.clone()),
            };
            let routed = setting.routed(&edited, (ground, window), before, there, journal)?;
            take(nth * most + i, &edited.region, &routed.measured)?;
        }
    }
    Ok(())
}

/// Makes the edits of scenarios and lets them go again: a wrong one must not show after an hour.
///
/// # Errors
/// All that is wrong with them, each but once; the machine's; `Stopped`.
pub(super) fn check<'s>(edits: &EditMaker<'_>, scenarios: impl Iterator<Item = &'s Scenario>) -> Result<()> {
    let mut problems: Vec<Problem> = Vec::new();
    for scenario in scenarios {
        edits.executor.begin(&format!("scenario {}", scenario.name), 0);
        match edits.make(scenario) {
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
        edits.executor.go_on()?;
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Input(problems)) }
}

/// How many scenarios with amounts of their own are held at once: their places, and twice their measures.
fn at_once(base: &Region, of_base: &Measured) -> usize {
    let places = [Some(&base.cells), base.others.as_ref()];
    let place = |places: &RawPlaces| {
        places.ids.len() * (64 + 8 * (places.opportunities.len() + places.groups.len() + 4))
    };
    let places: usize = places.into_iter().flatten().map(place).sum();
    let columns = of_base.measures.iter().chain(&of_base.passive).map(|(_, values)| values.len());
    let bytes = places + 2 * columns.sum::<usize>() * size_of::<Option<f64>>();
    (HELD / bytes.max(1)).clamp(1, MOST)
}
