//! Travel times, origin by origin. The timetable is expanded once into a fixed graph; many neighbouring origins are
//! swept through it together, for all departures of the window at once.
//!
//! | file | what it does |
//! | --- | --- |
//! | `expand`, `events` | find the trip instances of a query, and put all their events into one order |
//! | `transfer_rules`, `transfers` | say who may change to what; with the events: a [`TimeExpandedGraph`] |
//! | `graph`, `reachable` | make of it the graph that is swept, and of that the part that a group of origins can reach |
//! | `sweep`, `lanes`, `budget` | the kernel |
//! | `tiles`, `egress`, `arrival_profile` | turn its rows into arrivals at destinations |
//! | `router` | sweeps origins batch by batch and hands arrivals to a [`Listener`] |
//! | `reversed` | does the same for windows of arrivals |
//! | `affected`, `contacts`, `dominated`, `reverse_search` | find the origins that a scenario can change |
//! | `hierarchy` | times between all places by street, for those who do not ride |
//! | `journey` | answers one question, leg by leg |
//!
//! A network of two stops and one line, from plain tables to travel times:
//!
//! ```
//! use isokron::base::csr::{Csr, TimedArc};
//! use isokron::base::diagnostics::Diagnostics;
//! use isokron::base::executor::Quiet;
//! use isokron::base::units::Window;
//! use isokron::inputs::raw::*;
//! use isokron::measures::times::{BatchTimes, ranks};
//! use isokron::network::calendar::wall;
//! use isokron::network::{StreetLegs, timetable};
//! use isokron::routing::{ActiveTrips, KernelOptions, Needs, Query, Router};
//! use jiff::civil::date;
//!
//! // Buses leave A at 07:00 and 07:20 and are at B ten minutes later.
//! let (zone, day) = ("Europe/Stockholm", date(2026, 3, 10));
//! let stop = |id: &str| RawStop { id: id.into(), lon_lat: Some((18.0, 59.3)), ..RawStop::default() };
//! let call = |trip, stop, at_s| {
//!     let (arrival_s, departure_s) = (Some(at_s), Some(at_s));
//!     RawStopTime { trip, stop, sequence: stop, arrival_s, departure_s, ..RawStopTime::default() }
//! };
//! let feed = RawFeed {
//!     agencies: vec![RawAgency { timezone: zone.into(), ..RawAgency::default() }],
//!     stops: vec![stop("A"), stop("B")],
//!     routes: vec![RawRoute { id: "1".into(), route_type: 3, ..RawRoute::default() }],
//!     services: vec!["tuesday".into()],
//!     calendar_dates: vec![RawCalendarDate { service: 0, date: day, added: true, line: 0 }],
//!     trips: ["early", "late"].map(|id| RawTrip { id: id.into(), ..RawTrip::default() }).into(),
//!     stop_times: vec![call(0, 0, 25_200), call(0, 1, 25_800), call(1, 0, 26_400), call(1, 1, 27_000)],
//!     ..RawFeed::default()
//! };
//! let timetable = timetable::build(&[feed], false, &mut Diagnostics::default());
//!
//! // Home lies 100 s from A, work 50 s from B; it is too far to walk all the way.
//! let walk = |to, seconds| TimedArc { to, seconds };
//! let legs = StreetLegs {
//!     access: Csr::from_rows([[walk(0, 100)]]),
//!     egress: Csr::from_rows([[walk(1, 50)]]),
//!     footpaths: Csr::from_rows([[], []]),
//!     direct: Csr::from_rows([[]]),
//! };
//!
//! // Who leaves at 07:00 or at 07:10?
//! let query = Query {
//!     start_unix_s: wall(zone, day, 25_200).expect("no change of clocks"),
//!     window: Window { length_s: 1200, every_s: 600 },
//!     board_slack_s: 0,
//!     transfer_slack_s: 0,
//!     max_rides: None,
//!     longest_s: 3600,
//!     needs: Needs::default(),
//! };
//! let active = ActiveTrips::expand(&timetable, &query);
//! let work = [(18.1, 59.3)];
//! let router = Router::new(&timetable, &legs, &active, query, &work, None, &Quiet)?;
//! let ranks = ranks(&[50.0, 100.0], query.window.count());
//! let listen = |batch: isokron::routing::Batch<'_>| BatchTimes::listen(&ranks, work.len(), batch);
//! let times = router.route(&[0], KernelOptions::best(), listen, &Quiet)?;
//!
//! // Both take the bus at 07:20 and are at work at 07:30:50.
//! assert_eq!(times, [[1250, 1850]]);
//! # Ok::<(), isokron::base::error::Error>(())
//! ```

mod affected;
mod arrival_profile;
mod budget;
mod contacts;
mod direct;
mod dominated;
mod egress;
mod events;
mod expand;
mod graph;
pub mod hierarchy;
mod ids;
pub mod journey;
mod lanes;
mod options;
mod query;
mod reachable;
mod reverse_search;
mod reversed;
mod router;
mod summed;
mod sweep;
mod tiles;
mod time_expanded;
mod transfer_rules;
mod transfers;

pub use affected::{ORIGINS_PER_REVERSE_PASS, affected};
pub use arrival_profile::ArrivalProfile;
pub use direct::{DirectRows, DirectTimes};
pub use expand::ActiveTrips;
pub use lanes::{Label, Row};
pub use options::{KernelOptions, SimdLevel};
pub use query::{Needs, Query};
pub use reverse_search::{AffectedNetwork, ReverseSearch};
pub use reversed::{ReversedNetwork, before};
pub use router::{Batch, Listener, Router};
pub use summed::PrefixSums;
pub use time_expanded::TimeExpandedGraph;
