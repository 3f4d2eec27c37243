//! What all questions of a run share, and how the base and its scenarios are measured in a window.

use super::measured::Measured;
use super::partial::Effort;
use super::profile_network::ProfileNetwork;
use super::region::Region;
use super::scenario::{EditMaker, Edited, Networks};
use super::spill::Rooms;
use super::task::{self, Question};
use super::whole::measured;
use super::window::WindowQuery;
use super::windowed::Windowed;
use crate::base::error::Result;
use crate::base::ids::CellId;
use crate::measures::spec::MeasureSpec;
use crate::routing::{ReverseSearch, TimeExpandedGraph};
use crate::study::{Period, Profile, WindowOf};

/// The name of the study without edits.
pub const BASE: &str = "base";

/// What all questions of a run share.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The study, its base, and what edits are made of.
    pub edits: EditMaker<'a>,
    pub wanted: &'a [MeasureSpec],
    /// These cells alone, sorted; `None`: all.
    pub only: Option<&'a [CellId]>,
    /// Networks of profiles, in the base and in scenarios.
    pub networks: &'a dyn Networks,
    pub rooms: &'a dyn Rooms,
}

/// A window on the network of a scenario.
#[derive(Clone, Copy)]
pub struct WindowOn<'a> {
    pub scenario: &'a str,
    pub ground: &'a ProfileNetwork,
    pub profile: &'a Profile,
    pub period: &'a Period,
    pub asked: &'a WindowQuery,
}

impl<'a> WindowOn<'a> {
    /// One of the base's.
    pub fn base(ground: &'a ProfileNetwork, window: &'a Windowed<'_>) -> WindowOn<'a> {
        let Windowed { profile, period, asked, .. } = window;
        WindowOn { scenario: BASE, ground, profile, period, asked }
    }
}

/// Hears of the steps of a run, in their order.
pub trait Journal {
    /// A window was measured; `name`: the profile and the period.
    fn measured(&mut self, _name: &str, _effort: &Effort) {}

    /// The network of a scenario was made.
    fn network_made(&mut self, _scenario: &str) {}

    /// So many origins may have other answers in a scenario than in the base.
    fn affected(&mut self, _scenario: &str, _origins: usize) {}
}

/// What a scenario measures in a window.
pub struct RoutedScenario {
    pub measured: Measured,
    /// How many origins were routed.
    pub routed: usize,
    /// Its network and what is asked of it, where these are not the base's.
    pub own: Option<(ProfileNetwork, WindowQuery)>,
}

impl Setting<'_> {
    /// Measures a window, for the amounts of each of `lands`. `graph`: as in [`Question::router`].
    ///
    /// # Errors
    /// As [`measured`].
    pub fn measured(
        &self,
        window: WindowOn<'_>,
        only: Option<&[CellId]>,
        graph: Option<&TimeExpandedGraph>,
        lands: &[&Region],
        journal: &mut dyn Journal,
    ) -> Result<Vec<Measured>> {
        let EditMaker { study, executor, .. } = self.edits;
        let WindowOn { scenario, ground, profile, period, asked } = window;
        let question = Question { study, wanted: self.wanted, ground, asked, only, lands };
        let task = question.task(scenario, &profile.name, &period.name);
        let (measured, effort) = measured(&question, &task, graph, self.rooms, executor)?;
        journal.measured(&task.label(), &effort);
        Ok(measured)
    }

    /// The network of a window seen backwards, where that can tell which cells a scenario affects.
    ///
    /// # Errors
    /// `Stopped`.
    pub fn backwards<'g>(
        &self,
        ground: &'g ProfileNetwork,
        asked: &'g WindowQuery,
    ) -> Result<Option<ReverseSearch<'g>>> {
        let some = self.wanted.iter().all(MeasureSpec::is_of_one_origin) && self.edits.only_affected;
        let longest_s = task::longest_s(self.edits.study, self.wanted, asked);
        let departs = asked.of == WindowOf::Departures;
        (some && departs).then(|| ground.backwards(asked, longest_s, self.edits.executor)).transpose()
    }

    /// Measures a scenario in a window, routing what it affects. `before`: the base seen backwards; `there`: what is
    /// measured on the base's network with the scenario's amounts.
    ///
    /// # Errors
    /// Periods that a changed profile cannot ask for; `Stopped`; those of the rooms.
    pub fn routed(
        &self,
        edited: &Edited<'_>,
        (ground, window): (&ProfileNetwork, &Windowed<'_>),
        before: Option<&ReverseSearch<'_>>,
        there: Measured,
        journal: &mut dyn Journal,
    ) -> Result<RoutedScenario> {
        let EditMaker { base, zone, executor, .. } = self.edits;
        let profile = edited.profile(&window.profile.name).clone();
        if edited.travels_as(&self.edits, &profile, window.profile) {
            return Ok(RoutedScenario { measured: there, routed: 0, own: None });
        }
        let period = window.period;
        let of_scenario = edited.ground(&self.edits, ground, &profile, self.networks)?;
        let asked = WindowQuery::plainly(&edited.region, zone, period, &profile, window.asked.how)?;
        let after = if before.is_some() { self.backwards(&of_scenario, &asked)? } else { None };
        journal.network_made(edited.name());
        // Who cycles or drives otherwise than before may get anywhere otherwise.
        let pair = before.zip(after.as_ref()).filter(|_| ground.rides_alike(&of_scenario));
        let mut affected = match pair {
            Some((before, after)) => edited.affected(before, after, executor)?,
            None => None,
        };
        if let (Some(affected), Some(only)) = (&mut affected, self.only) {
            affected.retain(|cell| only.binary_search(cell).is_ok());
        }
        if let Some(affected) = &affected {
            journal.affected(edited.name(), affected.len());
        }
        let only = affected.as_deref().or(self.only);
        let graph = after.as_ref().map(ReverseSearch::flow);
        let (scenario, lands) = (edited.name(), [&edited.region]);
        let own = WindowOn { scenario, ground: &of_scenario, profile: &profile, period, asked: &asked };
        let mut measured = self.measured(own, only, graph, &lands, journal)?.remove(0);
        if let Some(affected) = &affected {
            measured.take_but(affected, &there);
        }
        let routed = only.map_or(base.cells.ids.len(), <[CellId]>::len);
        drop(after);
        Ok(RoutedScenario { measured, routed, own: Some((of_scenario, asked)) })
    }
}
