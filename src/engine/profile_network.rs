//! What the periods of a profile share, a network and its mirror → the router of one window.

use std::sync::OnceLock;

use super::region::limits;
use super::window::WindowQuery;
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::network::Network;
use crate::network::format::{Digest, Writer};
use crate::network::links::Limits;
use crate::routing::{AffectedNetwork, Query, ReverseSearch, ReversedNetwork, Router, TimeExpandedGraph};
use crate::study::{Profile, WindowOf};

/// The network of a profile, for all of its periods.
pub struct ProfileNetwork {
    pub network: Network,
    limits: Limits,
    board_slack_s: u32,
    /// Made when the first window of arrivals asks for it.
    reversed: OnceLock<ReversedNetwork>,
    /// Of timetable and legs, for the names of tasks.
    digest: OnceLock<Digest>,
}

impl ProfileNetwork {
    pub fn new(network: Network, profile: &Profile) -> ProfileNetwork {
        let (limits, board_slack_s) = (limits(profile), profile.board_slack_s);
        let (reversed, digest) = (OnceLock::new(), OnceLock::new());
        ProfileNetwork { network, limits, board_slack_s, reversed, digest }
    }

    /// A hash of all that the network holds.
    pub fn digest(&self) -> &Digest {
        self.digest.get_or_init(|| {
            let Network { timetable, legs } = &self.network;
            let (mut of_timetable, mut of_legs) = (Writer::default(), Writer::default());
            timetable.write(&mut of_timetable);
            legs.write(&mut of_legs);
            [of_timetable.finish().digest, of_legs.finish().digest].concat()
        })
    }

    /// Whether it serves this profile as well.
    pub fn serves(&self, profile: &Profile) -> bool {
        self.limits == limits(profile) && self.board_slack_s == profile.board_slack_s
    }

    /// Whether its walks are those of this profile as well.
    pub fn has_legs_of(&self, profile: &Profile) -> bool {
        self.limits == limits(profile)
    }

    /// The network seen backwards, for departures with times up to `longest_s`.
    pub fn backwards<'a>(
        &'a self,
        asked: &'a WindowQuery,
        longest_s: u32,
        executor: &dyn Executor,
    ) -> Result<ReverseSearch<'a>> {
        let Network { timetable, legs } = &self.network;
        let network = AffectedNetwork { timetable, legs, service: &asked.service };
        ReverseSearch::new(network, &query(asked, longest_s), executor)
    }

    /// A router of times up to `longest_s`. For departures its origins are the cells and its destinations lie at
    /// `goals`, and where it is known, the `flow` of the same [`ProfileNetwork::backwards`] serves; for arrivals it is the
    /// mirror's, from the goals to the cells.
    #[allow(clippy::too_many_arguments)] // all that a router is made of
    pub fn router(
        &self,
        asked: &WindowQuery,
        longest_s: u32,
        cells: &[(f64, f64)],
        goals: &[(f64, f64)],
        own_s: Option<u32>,
        flow: Option<&TimeExpandedGraph>,
        executor: &dyn Executor,
    ) -> Result<Router<'_>> {
        let query = query(asked, longest_s);
        let Network { timetable, legs } = &self.network;
        match asked.of {
            WindowOf::Departures => match flow {
                Some(flow) => Ok(Router::along(flow, legs, &asked.service, query, goals, own_s)),
                None => Router::new(timetable, legs, &asked.service, query, goals, own_s, executor),
            },
            WindowOf::ArrivalProfile => {
                let ReversedNetwork { timetable, legs } =
                    self.reversed.get_or_init(|| ReversedNetwork::new(timetable, legs, self.board_slack_s));
                let service = ReversedNetwork::service(&asked.service, &asked.span(), &query);
                Router::new(timetable, legs, &service, ReversedNetwork::query(&query), cells, own_s, executor)
            }
        }
    }
}

/// What is asked, up to `longest_s`.
fn query(asked: &WindowQuery, longest_s: u32) -> Query {
    Query { longest_s: longest_s.min(asked.query.longest_s), ..asked.query }
}
