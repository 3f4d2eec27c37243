//! What the periods of a profile share, a network and its mirror → the router of one window.

use std::sync::{Arc, OnceLock};

use super::direct::{Backward, Forward};
use super::region::{Region, limits, ride_limits};
use super::window::WindowQuery;
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::base::ids::{CellId, Id};
use crate::network::Network;
use crate::network::format::{Digest, Writer};
use crate::network::links::{Limits, LinkStatus, Linkage};
use crate::network::rides::RideLimits;
use crate::routing::{AffectedNetwork, Query, ReverseSearch, ReversedNetwork, Router, TimeExpandedGraph};
use crate::study::{ChainSpec, Profile, WindowOf};

/// The network of a profile, for all of its periods.
pub struct ProfileNetwork {
    pub network: Network,
    limits: Limits,
    /// Nobody walks where it is false: then all is by vehicle.
    walks: bool,
    rides: Vec<RideLimits>,
    chains: Option<ChainSpec>,
    board_slack_s: u32,
    forward: Option<Forward>,
    /// Made when the first window of arrivals asks for it.
    reversed: OnceLock<Backward>,
    /// Of all that it holds, for the names of tasks.
    digest: OnceLock<Digest>,
}

impl ProfileNetwork {
    pub fn new(network: Network, profile: &Profile) -> ProfileNetwork {
        let (limits, rides, board_slack_s) = (limits(profile), ride_limits(profile), profile.board_slack_s);
        let forward = Forward::new(&network.legs, &network.rides);
        let (walks, reversed, digest) = (profile.walk, OnceLock::new(), OnceLock::new());
        ProfileNetwork {
            chains: profile.chains,
            network,
            limits,
            walks,
            rides,
            board_slack_s,
            forward,
            reversed,
            digest,
        }
    }

    /// A hash of all that the network holds.
    pub fn digest(&self) -> &Digest {
        self.digest.get_or_init(|| {
            let Network { timetable, legs, rides, .. } = &self.network;
            let (mut of_timetable, mut of_legs) = (Writer::default(), Writer::default());
            timetable.write(&mut of_timetable);
            legs.write(&mut of_legs);
            let on_foot = [of_timetable.finish().digest, of_legs.finish().digest].concat();
            let ridden = rides.iter().map(|ride| {
                let places = ride.places();
                let (mut streets, mut origins, mut destinations) =
                    (Writer::default(), Writer::default(), Writer::default());
                places.streets.write(&mut streets);
                if let Some(slopes) = &places.streets.slopes {
                    slopes.write(&mut streets);
                }
                if let Some(traffic) = &places.streets.traffic {
                    streets.made_texts("traffic", [traffic.words()]);
                }
                places.origins.write("origins", &mut origins);
                places.destinations.write("destinations", &mut destinations);
                [streets, origins, destinations].map(|part| part.finish().digest).concat()
            });
            let ridden: Vec<String> = ridden.collect();
            format!("{on_foot} {ridden:?} {:?} {}", self.rides, self.walks)
        })
    }

    /// Whether it serves this profile as well.
    pub fn serves(&self, profile: &Profile) -> bool {
        self.has_legs_of(profile) && self.rides_as(profile) && self.board_slack_s == profile.board_slack_s
    }

    /// Whether its legs are those of this profile as well.
    pub fn has_legs_of(&self, profile: &Profile) -> bool {
        self.limits == limits(profile) && self.walks == profile.walk && self.chains == profile.chains
    }

    /// Whether one cycles and drives as in this profile.
    pub fn rides_as(&self, profile: &Profile) -> bool {
        self.rides == ride_limits(profile)
    }

    /// Whether one cycles and drives from door to door as in another network: as fast, on the same streets.
    pub fn rides_alike(&self, other: &ProfileNetwork) -> bool {
        let streets = |network: &ProfileNetwork| {
            network.network.rides.iter().map(|ride| Arc::as_ptr(&ride.places().streets)).collect::<Vec<_>>()
        };
        self.rides == other.rides && streets(self) == streets(other)
    }

    /// Where a cell must be linked, beside the streets that people walk on: to one of those to ride or drive on, where
    /// nobody walks.
    fn own_links(&self) -> impl Iterator<Item = &Linkage> {
        self.network.rides.iter().filter(|_| !self.walks).map(|ride| &*ride.places().origins)
    }

    /// Whether somebody can set out from a cell.
    pub fn is_linked(&self, region: &Region, cell: CellId) -> bool {
        let cell = cell.index();
        let mut own = self.own_links().map(|links| links.has_street(cell)).peekable();
        region.links.cells.has_street(cell) && (own.peek().is_none() || own.any(|is_linked| is_linked))
    }

    /// What became of a cell: the worse of the links that its travellers need.
    pub fn link_status(&self, region: &Region, cell: usize) -> LinkStatus {
        let on_foot = region.links.cells.status(cell);
        let own = self.own_links().map(|links| links.status(cell)).min_by_key(|&status| status as u8);
        let own = own.unwrap_or(LinkStatus::Linked);
        if own as u8 > on_foot as u8 { own } else { on_foot }
    }

    /// The network seen backwards, for departures with times up to `longest_s`.
    pub fn backwards<'a>(
        &'a self,
        asked: &'a WindowQuery,
        longest_s: u32,
        executor: &dyn Executor,
    ) -> Result<ReverseSearch<'a>> {
        let Network { timetable, legs, .. } = &self.network;
        let network = AffectedNetwork { timetable, legs, service: &asked.service };
        ReverseSearch::new(network, &query(asked, longest_s), executor)
    }

    /// Makes what answering a window for so many origins is worth; the answers are the same without.
    ///
    /// # Errors
    /// `Stopped`.
    pub fn prepare(&self, origins: usize, asked: &WindowQuery, executor: &dyn Executor) -> Result<()> {
        let Some(forward) = self.forward.as_ref().filter(|_| asked.how.hierarchy) else { return Ok(()) };
        match asked.of {
            WindowOf::Departures => forward.prepare(origins, asked.how.path, executor),
            WindowOf::Arrivals => self.backward().prepare(origins, asked.how.path, executor),
        }
    }

    /// What windows of arrivals are answered by.
    fn backward(&self) -> &Backward {
        let Network { timetable, legs, rides, .. } = &self.network;
        self.reversed.get_or_init(|| {
            let network = ReversedNetwork::new(timetable, legs, self.board_slack_s);
            Backward::new(network, rides)
        })
    }

    /// Bytes that a thread has held at most so far, beside those of a router.
    pub fn bytes_per_thread(&self) -> usize {
        let forward = self.forward.as_ref().map_or(0, Forward::bytes_per_thread);
        forward + self.reversed.get().map_or(0, Backward::bytes_per_thread)
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
        let Network { timetable, legs, rides, .. } = &self.network;
        match asked.of {
            WindowOf::Departures => {
                let router = match flow {
                    Some(flow) => Router::along(flow, legs, &asked.service, query, goals, own_s),
                    None => Router::new(timetable, legs, &asked.service, query, goals, own_s, executor)?,
                };
                Ok(match &self.forward {
                    Some(direct) => router.direct_by(direct),
                    None => router,
                })
            }
            WindowOf::Arrivals => {
                let backward = self.backward();
                let ReversedNetwork { timetable, legs } = &backward.network;
                let (service, query) = (
                    ReversedNetwork::service(&asked.service, &asked.span(), &query),
                    ReversedNetwork::query(&query),
                );
                let router = Router::new(timetable, legs, &service, query, cells, own_s, executor)?;
                Ok(if !rides.is_empty() { router.direct_by(backward) } else { router })
            }
        }
    }
}

/// What is asked, up to `longest_s`.
fn query(asked: &WindowQuery, longest_s: u32) -> Query {
    Query { longest_s: longest_s.min(asked.query.longest_s), ..asked.query }
}
