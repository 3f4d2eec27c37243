//! Windows of arrivals: the network reversed in time. Trips run from their last call to their first, origins and
//! destinations change places, and the latest departure from home becomes the earliest arrival at it. So the same
//! kernel answers "when must I leave to be there by then", for every second of the window.

use super::expand::{ActiveTrips, TripInstance};
use super::query::Query;
use crate::base::csr::{Csr, TimedArc};
use crate::base::units::Window;
use crate::network::StreetLegs;
use crate::network::transit::{ALIGHT, BOARD, Call, InSeatTransfer, Timetable, TransferRule};

/// A network seen backwards: all that the windows of arrivals of one profile share. Its origins are the
/// destinations, and a travel time from one of them to an origin is that of the journey from the origin to it.
#[derive(Clone, Debug)]
pub struct ReversedNetwork {
    pub timetable: Timetable,
    pub legs: StreetLegs,
}

/// The question whose runs cover all journeys that arrive within the window of `arrivals`: of one departure, the
/// first that can matter, and up to the last arrival.
pub fn before(arrivals: &Query) -> Query {
    Query {
        start_unix_s: arrivals.start_unix_s - i64::from(arrivals.longest_s),
        window: Window { length_s: 1, every_s: 1 },
        longest_s: arrivals.longest_s + arrivals.last_departure_s(),
        ..*arrivals
    }
}

impl ReversedNetwork {
    pub fn new(timetable: &Timetable, legs: &StreetLegs, board_slack_s: u32) -> ReversedNetwork {
        let with_slack = |row: &[TimedArc]| {
            row.iter()
                .map(|walk| TimedArc { seconds: walk.seconds.saturating_add(board_slack_s), ..*walk })
                .collect::<Vec<_>>()
        };
        ReversedNetwork {
            timetable: backwards(timetable),
            legs: StreetLegs {
                access: legs.egress.clone(),
                egress: Csr::from_rows(legs.access.rows().map(with_slack)),
                footpaths: transposed(&legs.footpaths, legs.footpaths.len()),
                direct: transposed(&legs.direct, legs.egress.len()),
            },
        }
    }

    /// The runs of `service` on the clock that goes back from the last of `arrivals`; it was unrolled for `asked`,
    /// which is [`before`] these arrivals or longer ones.
    pub fn service(service: &ActiveTrips, asked: &Query, arrivals: &Query) -> ActiveTrips {
        let last_unix_s = arrivals.start_unix_s + i64::from(arrivals.last_departure_s());
        let last_s = (last_unix_s - asked.start_unix_s) as i32;
        let backwards = |of: &TripInstance| TripInstance { day_offset_s: last_s - of.day_offset_s, ..*of };
        let instances = service.instances.values().iter().map(backwards).collect();
        let mut joins: Vec<_> = service.joins.iter().map(|&(from, to)| (to, from)).collect();
        joins.sort_unstable();
        ActiveTrips { instances, joins, backwards: true, ..*service }
    }

    /// What is asked of the mirror: the slack of the first boarding lies in its walks.
    pub fn query(arrivals: &Query) -> Query {
        Query { board_slack_s: 0, ..*arrivals }
    }
}

/// Row → column; rows stay sorted by `to`.
fn transposed(legs: &Csr<TimedArc>, columns: usize) -> Csr<TimedArc> {
    let pairs: Vec<(u32, TimedArc)> = (0..legs.len())
        .flat_map(|from| {
            let back = move |walk: &TimedArc| (walk.to, TimedArc { to: from as u32, seconds: walk.seconds });
            legs.row(from).iter().map(back)
        })
        .collect();
    Csr::from_pairs(columns, &pairs)
}

fn backwards(timetable: &Timetable) -> Timetable {
    let call = |call: &Call| {
        let swapped = |from: u32, to: u32| if call.flags & from != 0 { to } else { 0 };
        let others = call.flags & !(BOARD | ALIGHT);
        Call {
            stop: call.stop,
            arrival_s: -call.departure_s,
            departure_s: -call.arrival_s,
            flags: swapped(BOARD, ALIGHT) | swapped(ALIGHT, BOARD) | others,
        }
    };
    let rule = |rule: &TransferRule| TransferRule {
        from_stop: rule.to_stop,
        to_stop: rule.from_stop,
        from_route: rule.to_route,
        to_route: rule.from_route,
        from_trip: rule.to_trip,
        to_trip: rule.from_trip,
        ..*rule
    };
    let join = |join: &InSeatTransfer| InSeatTransfer {
        from_trip: join.to_trip,
        to_trip: join.from_trip,
        stay: join.stay,
    };
    Timetable {
        calls: Csr::from_rows(
            timetable.calls.rows().map(|calls| calls.iter().rev().map(call).collect::<Vec<_>>()),
        ),
        rules: timetable.rules.iter().map(rule).collect(),
        joins: timetable.joins.iter().map(join).collect(),
        ..timetable.clone()
    }
}
