//! Arrival windows: everything seen backwards in time. Trips run from their last call to their first, origins and
//! destinations change places, and the latest departure from home becomes the earliest arrival at it: the same
//! kernel answers "when must I leave to be there by then", for every second of the window.

use super::Question;
use super::unroll::{Run, Service};
use crate::base::csr::{Csr, Walk};
use crate::base::units::Window;
use crate::network::Walks;
use crate::network::transit::{ALIGHT, BOARD, Call, Join, Rule, Timetable};

/// A network seen backwards: all that the windows of arrivals of one profile share. Its origins are the
/// destinations, and a travel time from one of them to an origin is that of the journey from the origin to it.
#[derive(Clone, Debug)]
pub struct Mirror {
    pub timetable: Timetable,
    pub walks: Walks,
}

/// The question whose runs cover all journeys that arrive within the window of `arrivals`: of one departure, the
/// first that can matter, and up to the last arrival.
pub fn before(arrivals: &Question) -> Question {
    Question {
        start_unix_s: arrivals.start_unix_s - i64::from(arrivals.longest_s),
        window: Window { length_s: 1, every_s: 1 },
        longest_s: arrivals.longest_s + arrivals.last_departure_s(),
        ..*arrivals
    }
}

impl Mirror {
    pub fn new(timetable: &Timetable, walks: &Walks, board_slack_s: u32) -> Mirror {
        let with_slack = |row: &[Walk]| {
            row.iter()
                .map(|walk| Walk { seconds: walk.seconds.saturating_add(board_slack_s), ..*walk })
                .collect::<Vec<_>>()
        };
        Mirror {
            timetable: backwards(timetable),
            walks: Walks {
                access: walks.egress.clone(),
                egress: Csr::from_rows(walks.access.rows().map(with_slack)),
                transfers: transposed(&walks.transfers, walks.transfers.len()),
                direct: transposed(&walks.direct, walks.egress.len()),
            },
        }
    }

    /// The runs of `service` on the clock that goes back from the last of `arrivals`; it was unrolled for `asked`,
    /// which is [`before`] these arrivals or longer ones.
    pub fn service(service: &Service, asked: &Question, arrivals: &Question) -> Service {
        let last_unix_s = arrivals.start_unix_s + i64::from(arrivals.last_departure_s());
        let last_s = (last_unix_s - asked.start_unix_s) as i32;
        let runs = service.runs.iter().map(|run| Run { trip: run.trip, shift_s: last_s - run.shift_s });
        let mut joins: Vec<(u32, u32)> = service.joins.iter().map(|&(from, to)| (to, from)).collect();
        joins.sort_unstable();
        Service { runs: runs.collect(), joins, backwards: true, ..*service }
    }

    /// What is asked of the mirror: the slack of the first boarding lies in its walks.
    pub fn question(arrivals: &Question) -> Question {
        Question { board_slack_s: 0, ..*arrivals }
    }
}

/// Row → column; rows stay sorted by `to`.
fn transposed(walks: &Csr<Walk>, columns: usize) -> Csr<Walk> {
    let pairs: Vec<(u32, Walk)> = (0..walks.len())
        .flat_map(|from| {
            let back = move |walk: &Walk| (walk.to, Walk { to: from as u32, seconds: walk.seconds });
            walks.row(from).iter().map(back)
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
    let rule = |rule: &Rule| Rule {
        from_stop: rule.to_stop,
        to_stop: rule.from_stop,
        from_route: rule.to_route,
        to_route: rule.from_route,
        from_trip: rule.to_trip,
        to_trip: rule.from_trip,
        ..*rule
    };
    let join = |join: &Join| Join { from_trip: join.to_trip, to_trip: join.from_trip, stay: join.stay };
    Timetable {
        calls: Csr::from_rows(
            timetable.calls.rows().map(|calls| calls.iter().rev().map(call).collect::<Vec<_>>()),
        ),
        rules: timetable.rules.iter().map(rule).collect(),
        joins: timetable.joins.iter().map(join).collect(),
        ..timetable.clone()
    }
}
