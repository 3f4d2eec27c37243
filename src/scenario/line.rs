//! Stops, hops and dwells as an edit writes them → calls.

use rustc_hash::FxHashMap;

use super::draft::Draft;
use super::names::Said;
use crate::base::NONE;
use crate::network::streets::distance_mm;
use crate::network::transit::{ALIGHT, BOARD, Call, Timetable};
use crate::study::{Dwell, Pace, StopAt};

/// No hop is longer, s.
const MOST_S: f64 = 129_600.0;
/// Both ways through a stop.
pub(super) const OPEN: u32 = BOARD | ALIGHT;

/// Stops of the timetable, new ones named and not yet there.
pub(super) struct Route<'e> {
    stops: Vec<At<'e>>,
}

#[derive(Clone, Copy)]
enum At<'e> {
    Known(u32),
    New(&'e str, &'e str, (f64, f64)),
}

impl<'e> Route<'e> {
    /// Finds the known ones. A new stop is named again by its id; its id must be new to `feed`, where that is known.
    pub fn find(draft: &Draft<'_>, stops: &'e [StopAt], feed: Option<u32>, said: &mut Said) -> Route<'e> {
        let mut made: FxHashMap<&str, At<'e>> = FxHashMap::default();
        for stop in stops {
            let StopAt::New { id, name, lon, lat } = stop else { continue };
            if made.insert(id, At::New(id, name, (*lon, *lat))).is_some() {
                said.wrong(format_args!("makes stop \"{id}\" twice"), "the second time write its id alone");
            }
            let stops = &draft.table.stops;
            let taken = |s: usize| feed == Some(stops.feed[s]) && stops.ids.get(s) == id;
            if (0..stops.ids.len()).any(taken) {
                said.wrong(
                    format_args!("makes stop \"{id}\", which is there already"),
                    "write its id alone, or another id",
                );
            }
        }
        let at = |stop: &'e StopAt| match stop {
            StopAt::Known(id) => match made.get(id.as_str()) {
                Some(&new) => Some(new),
                None => draft.stop(id, said).map(At::Known),
            },
            StopAt::New { id, .. } => made.get(id.as_str()).copied(),
        };
        Route { stops: stops.iter().filter_map(at).collect() }
    }

    /// The feed of the first known stop.
    pub fn feed(&self, table: &Timetable) -> Option<u32> {
        self.stops.iter().find_map(|at| match at {
            At::Known(stop) => Some(table.stops.feed[*stop as usize]),
            At::New(..) => None,
        })
    }

    /// Makes the new ones, each once.
    pub fn make(&self, draft: &mut Draft<'_>, feed: u32) -> Vec<u32> {
        let mut made: FxHashMap<&str, u32> = FxHashMap::default();
        let stops = self.stops.iter().map(|at| match *at {
            At::Known(stop) => stop,
            At::New(id, name, place) => {
                *made.entry(id).or_insert_with(|| draft.add_stop(feed, id, name, place, NONE))
            }
        });
        stops.collect()
    }
}

/// Seconds of each hop along stops; `None` where a speed is given and a stop has no coordinates.
pub(super) fn hops(table: &Timetable, stops: &[u32], pace: &Pace) -> Option<Vec<i32>> {
    let kmh = match pace {
        Pace::Hops(hops) => return Some(hops.iter().map(|&s| s as i32).collect()),
        Pace::SpeedKmh(kmh) => *kmh,
    };
    let at = |stop: u32| (table.stops.lon[stop as usize], table.stops.lat[stop as usize]);
    let placed = |stop: &u32| at(*stop).0.is_finite() && at(*stop).1.is_finite();
    let seconds = |pair: &[u32]| {
        let mm = distance_mm(at(pair[0]), at(pair[1]));
        // 1 km/h is 10⁶ mm in 3600 s; a hair below, so that what is whole seconds stays so.
        (mm as f64 * 3600.0 / (kmh * 1e6) - 1e-9).ceil().clamp(0.0, MOST_S) as i32
    };
    stops.iter().all(placed).then(|| stops.windows(2).map(seconds).collect())
}

/// The dwell at each of `n` stops.
pub(super) fn dwells(dwell: &Dwell, n: usize) -> Vec<i32> {
    match dwell {
        Dwell::Each(seconds) => vec![*seconds as i32; n],
        Dwell::List(list) => list.iter().map(|&s| s as i32).collect(),
    }
}

/// Calls that begin at second 0 and end with the last arrival: dwells at both ends do not count.
pub(super) fn calls(stops: &[u32], hops: &[i32], dwells: &[i32]) -> Vec<Call> {
    let (mut calls, mut now) = (Vec::with_capacity(stops.len()), 0);
    for (i, &stop) in stops.iter().enumerate() {
        let arrival_s = if i == 0 { 0 } else { now + hops[i - 1] };
        let stays = i > 0 && i + 1 < stops.len();
        let departure_s = arrival_s + if stays { dwells[i] } else { 0 };
        calls.push(Call { stop, arrival_s, departure_s, flags: OPEN });
        now = departure_s;
    }
    calls
}
