//! From door to door by bicycle or car: what edges cost (`costs`), the graph that is searched (`graph`; by junctions in
//! `junctions`, by turns in `turns`, restrictions in `restrictions`), a search (`search`), times between the places of a
//! region (`times`), ways to public transport (`chains`), one way edge by edge (`way`).

mod chains;
mod core;
mod costs;
mod graph;
mod ids;
mod junctions;
mod kept;
mod layer;
mod restrictions;
mod search;
mod times;
mod trapped;
mod turns;
mod way;

pub use self::core::{Core, CoreSpot};
pub use chains::{By, Chains, Feeder, FeederParts, OnwardWalks, SiteList};
pub use costs::{CarSpeeds, EdgeCosts, Speeds};
pub use graph::RideGraph;
pub use ids::{CoreStreet, CoreVertex, RideNode};
pub use kept::kept;
pub use search::{RiddenSearch, RiddenTargets};
pub use times::{RiddenPlaces, RiddenTimes, RideLimits, Vehicle};
pub use trapped::{driven_streets, set_trapped_apart};
