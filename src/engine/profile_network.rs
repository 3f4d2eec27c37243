//! What the periods of a profile share, a network and its mirror → the router of one window.

use std::sync::OnceLock;

use super::region::limits;
use super::window::Asked;
use crate::base::error::Result;
use crate::base::watch::Watch;
use crate::network::Network;
use crate::network::links::Limits;
use crate::routing::{Backwards, Flow, Mirror, Question, Router, TouchedNetwork};
use crate::study::{Profile, WindowOf};

/// The network of a profile, for all of its periods.
pub struct Ground {
    pub network: Network,
    limits: Limits,
    board_slack_s: u32,
    /// Made when the first window of arrivals asks for it.
    mirror: OnceLock<Mirror>,
}

impl Ground {
    pub fn new(network: Network, profile: &Profile) -> Ground {
        let (limits, board_slack_s) = (limits(profile), profile.board_slack_s);
        Ground { network, limits, board_slack_s, mirror: OnceLock::new() }
    }

    /// Whether it serves this profile as well.
    pub fn serves(&self, profile: &Profile) -> bool {
        self.limits == limits(profile) && self.board_slack_s == profile.board_slack_s
    }

    /// Whether its walks are those of this profile as well.
    pub fn walks_as(&self, profile: &Profile) -> bool {
        self.limits == limits(profile)
    }

    /// The network seen backwards, for departures with times up to `longest_s`.
    pub fn backwards<'a>(
        &'a self,
        asked: &'a Asked,
        longest_s: u32,
        watch: &dyn Watch,
    ) -> Result<Backwards<'a>> {
        let Network { timetable, walks } = &self.network;
        let network = TouchedNetwork { timetable, walks, service: &asked.service };
        Backwards::new(network, &question(asked, longest_s), watch)
    }

    /// A router of times up to `longest_s`. For departures its origins are the cells and its destinations lie at
    /// `goals`, and where it is known, the `flow` of the same [`Ground::backwards`] serves; for arrivals it is the
    /// mirror's, from the goals to the cells.
    #[allow(clippy::too_many_arguments)] // all that a router is made of
    pub fn router(
        &self,
        asked: &Asked,
        longest_s: u32,
        cells: &[(f64, f64)],
        goals: &[(f64, f64)],
        own_s: Option<u32>,
        flow: Option<&Flow>,
        watch: &dyn Watch,
    ) -> Result<Router<'_>> {
        let question = question(asked, longest_s);
        let Network { timetable, walks } = &self.network;
        match asked.of {
            WindowOf::Departures => match flow {
                Some(flow) => Ok(Router::along(flow, walks, &asked.service, question, goals, own_s)),
                None => Router::new(timetable, walks, &asked.service, question, goals, own_s, watch),
            },
            WindowOf::Arrivals => {
                let Mirror { timetable, walks } =
                    self.mirror.get_or_init(|| Mirror::new(timetable, walks, self.board_slack_s));
                let service = Mirror::service(&asked.service, &asked.span(), &question);
                Router::new(timetable, walks, &service, Mirror::question(&question), cells, own_s, watch)
            }
        }
    }
}

/// What is asked, up to `longest_s`.
fn question(asked: &Asked, longest_s: u32) -> Question {
    Question { longest_s: longest_s.min(asked.question.longest_s), ..asked.question }
}
