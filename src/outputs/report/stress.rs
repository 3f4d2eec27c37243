//! Streets to cycle on → lines by their level of traffic stress, and how much there is of each.

use serde_json::{Value, json};

use super::path::Path;
use super::strokes::{self, Stroke};
use crate::base::ids::{EdgeId, Id};
use crate::base::meridian::Opened;
use crate::network::modes::stress;
use crate::network::streets::{BACKWARD, FORWARD, RiddenStreets};
use crate::study::StressTable;
use crate::study::fields::Choice;

/// Points of all lines of a table; where there are more, the shortest lines are left out.
const BUDGET: usize = 40_000;
const LEVELS: usize = 4;

/// What those who cycle ride on, by the tables that they ask.
#[derive(Clone, Copy, Debug)]
pub struct Cycled<'a> {
    pub streets: &'a RiddenStreets,
    pub tables: &'a [StressTable],
}

/// A table each: its name, the lines of each level and its kilometres. Streets are counted once, in their worse direction,
/// and whole if `seen` sees some of them; what is only pushed along, or not rated, is not there.
pub(super) fn drawn(
    cycled: &Cycled<'_>,
    opened: &Opened,
    (tolerance, origin): (f64, (f64, f64)),
    seen: impl Fn(&Stroke) -> bool,
) -> Value {
    let of = |&table: &StressTable| {
        let (streets, number) = (cycled.streets, stress::number(table));
        let level = |edge: EdgeId| worse(streets, number, edge);
        let strokes = strokes::by_kind(&streets.streets, opened, &level);
        let mut paths: Vec<Path> = (0..LEVELS).map(|_| Path::new(tolerance / 4.0, origin)).collect();
        let (mut mm, mut points) = ([0; LEVELS], 0);
        for stroke in &strokes {
            let line = strokes::line(&streets.streets, opened, &stroke.ends);
            if !seen(&line) {
                continue;
            }
            let level = usize::from(stroke.kind) - 1;
            mm[level] += stroke.mm;
            let line = strokes::simplified(&line, tolerance);
            points += line.len();
            if points <= BUDGET {
                paths[level].line(&line);
            }
        }
        let km = mm.map(|mm| (mm as f64 / 1e5).round() / 10.0);
        let levels: Vec<Value> = paths.into_iter().map(Path::json).collect();
        json!({ "table": table.word(), "km": km, "levels": levels })
    };
    cycled.tables.iter().map(of).collect()
}

/// The level of the worse direction in which one rides; 0: there is none that is rated.
fn worse(streets: &RiddenStreets, table: usize, edge: EdgeId) -> u8 {
    let levels = streets.way(edge).stress[table];
    let ridden = streets.edge_ridden[edge.index()];
    let rated = [FORWARD, BACKWARD].into_iter().zip(levels).filter(|(bit, _)| ridden & bit != 0);
    rated.map(|(_, level)| level).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::JunctionId;
    use crate::network::streets::{RiddenWay, Streets};

    #[test]
    fn streets_by_their_worse_direction() {
        // A line of four streets to the east, 0.1° each: 1 against it and 2 along it; 2; 3 but pushed along; 4.
        //   0 ──1/2── 1 ──2/2── 2 ──3── 3 ──4/4── 4
        let e7 = |tenths: i32| tenths * 1_000_000;
        let way = |along: u8, against: u8| RiddenWay {
            osm_id: 1,
            class: 0,
            surface: 0,
            smoothness: 0,
            ends_only: 0,
            pushed: 0,
            stress: [[along, against]; stress::TABLES.len()],
        };
        let both = FORWARD | BACKWARD;
        let streets = RiddenStreets {
            streets: Streets {
                edge_from: [0, 1, 2, 3].map(JunctionId).to_vec().into(),
                edge_to: [1, 2, 3, 4].map(JunctionId).to_vec().into(),
                edge_mm: vec![1_000_000, 2_000_000, 4_000_000, 8_000_000].into(),
                shape_offsets: vec![0, 2, 4, 6, 8].into(),
                shape_lon_e7: [0, 1, 1, 2, 2, 3, 3, 4].map(e7).to_vec().into(),
                shape_lat_e7: vec![0; 8].into(),
                ..Streets::default()
            },
            edge_ridden: vec![both, FORWARD, 0, both].into(),
            edge_way: vec![0, 1, 2, 3].into(),
            ways: vec![way(2, 1), way(2, 4), way(3, 3), way(4, 4)].into(),
            ..RiddenStreets::default()
        };
        let cycled = Cycled { streets: &streets, tables: &[StressTable::Bna] };
        let opened = Opened::around([0.0].into_iter());
        let found = drawn(&cycled, &opened, (0.04, (0.0, 0.0)), |_| true);
        // The first two are one line of level 2, for the second is ridden along it alone; the last is one of level 4.
        let mut lines = [(); 4].map(|()| Path::new(0.01, (0.0, 0.0)));
        lines[1].line(&[(0.0, 0.0), (0.2, 0.0)]);
        lines[3].line(&[(0.3, 0.0), (0.4, 0.0)]);
        let lines = lines.map(Path::json);
        assert_eq!(found, json!([{ "table": "bna", "km": [0.0, 3.0, 0.0, 8.0], "levels": lines }]));
        let west = |line: &Stroke| line[0].0 < 0.25;
        assert_eq!(drawn(&cycled, &opened, (0.04, (0.0, 0.0)), west)[0]["km"], json!([0.0, 3.0, 0.0, 0.0]));
    }
}
