//! Links → walks: access, egress, transfers and direct walks of one walking profile.

use super::linkage::Linkage;
use crate::base::NONE;
use crate::base::csr::{Csr, TimedArc};
use crate::base::error::Result;
use crate::base::executor::{Executor, Pool, collect};
use crate::base::ids::JunctionId;
use crate::base::units::SpeedMmPerS;
use crate::network::modes::hills::{FASTEST_ON_FOOT, FLAT};
use crate::network::reach::{BoundedDijkstra, FoundTargets, WalkTargets};
use crate::network::slopes::WalkLengths;
use crate::network::street_legs::StreetLegs;
use crate::network::streets::{Streets, distance_mm};
use crate::network::transit::Stops;

/// How far a person walks. Each limit is for a whole leg, links included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub speed: SpeedMmPerS,
    /// Of each of access and egress.
    pub max_walk_s: u32,
    pub max_transfer_walk_s: u32,
    /// 0: no direct walks.
    pub max_direct_walk_s: u32,
    /// Those of the streets that are walked.
    pub lengths: WalkLengths,
}

impl Limits {
    /// Nobody gets farther in so many seconds, mm: downhill one goes faster than on the flat.
    pub fn reach_mm(&self, seconds: u32) -> u64 {
        let flat = if self.lengths.slopes { FASTEST_ON_FOOT } else { FLAT };
        (self.speed.reach_mm(seconds) * FLAT).div_ceil(flat)
    }
}

/// So many searches are one task.
const CHUNK: usize = 64;

/// Walks between origins, destinations and stops. `same_set`: the destinations are the origins.
/// `stops` has a link for each stop of `table`, which tells stations apart.
///
/// A leg is link + streets + link in mm, rounded up to seconds once; the limits apply to the seconds.
/// Errors: stopped by `executor`, which sees the stage "walks", a step a search.
#[allow(clippy::too_many_arguments)]
pub fn legs(
    streets: &Streets,
    origins: &Linkage,
    destinations: &Linkage,
    same_set: bool,
    stops: &Linkage,
    table: &Stops,
    limits: Limits,
    executor: &dyn Executor,
) -> Result<StreetLegs> {
    let targets = |linked: &Linkage| WalkTargets::new(streets, linked.len(), |place| linked.spot(place));
    let (to_stops, to_destinations) = (targets(stops), targets(destinations));
    let direct_s = Some(limits.max_direct_walk_s).filter(|&s| s > 0);
    executor.begin("walks", (origins.len() + stops.len()) as u64);

    let searches =
        LegSearches { streets, limits, executor, to_stops: &to_stops, to_places: &to_destinations };
    let (access, direct) = searches.run(origins, Some(limits.max_walk_s), direct_s, |_, _| {})?;
    let siblings = Siblings::new(table);
    let (footpaths, egress) =
        searches.run(stops, Some(limits.max_transfer_walk_s), Some(limits.max_walk_s), |stop, row| {
            siblings.add(stop, table, row)
        })?;
    Ok(StreetLegs {
        access,
        egress: transposed(&egress, destinations.len()),
        footpaths: without_self(footpaths),
        direct: if same_set { without_self(direct) } else { direct },
    })
}

/// Stop → places within `limits.max_walk_s`.
///
/// Errors: stopped by `executor`, which sees the stage "walks", a step a search.
pub fn to_places(
    streets: &Streets,
    stops: &Linkage,
    places: &Linkage,
    limits: Limits,
    executor: &dyn Executor,
) -> Result<Csr<TimedArc>> {
    let nowhere = WalkTargets::new(streets, 0, |_| None);
    let to_places = WalkTargets::new(streets, places.len(), |place| places.spot(place));
    executor.begin("walks", stops.len() as u64);
    let searches = LegSearches { streets, limits, executor, to_stops: &nowhere, to_places: &to_places };
    Ok(searches.run(stops, None, Some(limits.max_walk_s), |_, _| {})?.1)
}

/// Origin → stops within `limits.max_walk_s`, and → those of the places that are `wanted` within
/// `limits.max_direct_walk_s`; each measured as by [`legs`].
///
/// Errors: as [`to_places`].
pub fn outward(
    streets: &Streets,
    origins: &Linkage,
    stops: &Linkage,
    places: &Linkage,
    wanted: impl Fn(usize) -> bool,
    limits: Limits,
    executor: &dyn Executor,
) -> Result<(Csr<TimedArc>, Csr<TimedArc>)> {
    let to_stops = WalkTargets::new(streets, stops.len(), |stop| stops.spot(stop));
    let spot = |place: usize| if wanted(place) { places.spot(place) } else { None };
    let to_places = WalkTargets::new(streets, places.len(), spot);
    let direct_s = Some(limits.max_direct_walk_s).filter(|&s| s > 0);
    executor.begin("walks", origins.len() as u64);
    let searches = LegSearches { streets, limits, executor, to_stops: &to_stops, to_places: &to_places };
    searches.run(origins, Some(limits.max_walk_s), direct_s, |_, _| {})
}

/// What all searches share.
pub(super) struct LegSearches<'a> {
    pub streets: &'a Streets,
    pub limits: Limits,
    pub executor: &'a dyn Executor,
    pub to_stops: &'a WalkTargets,
    pub to_places: &'a WalkTargets,
}

/// A worker's memory.
struct LegScratch {
    reach: BoundedDijkstra<JunctionId>,
    stops: FoundTargets,
    places: FoundTargets,
    /// (to, mm)
    row: Vec<(u32, u64)>,
}

/// Rows of a chunk: their lengths, then all walks in a row.
#[derive(Default)]
struct LegRows {
    lengths: Vec<u32>,
    legs: Vec<TimedArc>,
}

impl LegRows {
    fn push(&mut self, row: impl Iterator<Item = TimedArc>) {
        let before = self.legs.len();
        self.legs.extend(row);
        self.lengths.push((self.legs.len() - before) as u32);
    }
}

impl LegSearches<'_> {
    /// One search from each source: its walks to stops and to places, each within a limit in s (`None`: none).
    /// `more` may add (stop, mm) to a source's row of stops, in any order.
    pub fn run(
        &self,
        sources: &Linkage,
        stops_s: Option<u32>,
        places_s: Option<u32>,
        more: impl Fn(usize, &mut Vec<(u32, u64)>) + Sync,
    ) -> Result<(Csr<TimedArc>, Csr<TimedArc>)> {
        let speed = self.limits.speed;
        let limit_mm = |seconds: Option<u32>| seconds.map(|s| speed.reach_mm(s));
        let (stops_mm, places_mm) = (limit_mm(stops_s), limit_mm(places_s));
        let farthest = stops_mm.max(places_mm).unwrap_or(0);
        let pool = Pool::default();
        let make = || LegScratch {
            reach: BoundedDijkstra::new(self.streets),
            stops: FoundTargets::new(self.to_stops),
            places: FoundTargets::new(self.to_places),
            row: Vec::new(),
        };
        let walk = |&(to, mm): &(u32, u64)| TimedArc { to, seconds: speed.seconds(mm) };
        let task = |chunk: usize| {
            let (mut at_stops, mut at_places) = (LegRows::default(), LegRows::default());
            let sources_of_chunk = chunk * CHUNK..sources.len().min((chunk + 1) * CHUNK);
            let steps = sources_of_chunk.len() as u64;
            pool.with(make, |scratch| {
                let LegScratch { reach, stops, places, row } = scratch;
                for source in sources_of_chunk {
                    let spot = sources.spot(source);
                    if let Some(spot) = spot {
                        reach.search(self.streets, spot, farthest);
                    }
                    row.clear();
                    if let (Some(limit), Some(_)) = (places_mm, spot) {
                        places
                            .collect(self.streets, reach, self.to_places, limit, |to, mm| row.push((to, mm)));
                    }
                    at_places.push(row.iter().map(walk));
                    row.clear();
                    if let (Some(limit), Some(_)) = (stops_mm, spot) {
                        stops.collect(self.streets, reach, self.to_stops, limit, |to, mm| row.push((to, mm)));
                    }
                    more(source, row);
                    row.retain(|&(_, mm)| stops_mm.is_some_and(|limit| mm <= limit));
                    row.sort_unstable();
                    row.dedup_by_key(|(to, _)| *to);
                    at_stops.push(row.iter().map(walk));
                }
            });
            self.executor.advance(steps);
            (at_stops, at_places)
        };
        let chunks = collect(self.executor, sources.len().div_ceil(CHUNK), task)?;
        let (stops, places): (Vec<LegRows>, Vec<LegRows>) = chunks.into_iter().unzip();
        Ok((joined(stops), joined(places)))
    }
}

fn joined(chunks: Vec<LegRows>) -> Csr<TimedArc> {
    let mut csr = Csr::default();
    for LegRows { lengths, legs } in chunks {
        let mut legs = legs.into_iter();
        for length in lengths {
            csr.push_row(legs.by_ref().take(length as usize));
        }
    }
    csr
}

/// Row → column: walks to `to` become the rows of `to`.
pub(super) fn transposed(legs: &Csr<TimedArc>, columns: usize) -> Csr<TimedArc> {
    let pairs: Vec<(u32, TimedArc)> = legs
        .rows()
        .enumerate()
        .flat_map(|(from, row)| {
            row.iter().map(move |walk| (walk.to, TimedArc { to: from as u32, seconds: walk.seconds }))
        })
        .collect();
    Csr::from_pairs(columns, &pairs)
}

fn without_self(legs: Csr<TimedArc>) -> Csr<TimedArc> {
    Csr::from_rows(
        legs.rows()
            .enumerate()
            .map(|(from, row)| row.iter().copied().filter(move |walk| walk.to != from as u32)),
    )
}

/// The called stops of each station.
pub(super) struct Siblings {
    /// Stop (the station) → its called children.
    children: Csr<u32>,
}

impl Siblings {
    pub fn new(table: &Stops) -> Self {
        let is_child =
            |stop: &u32| table.called[*stop as usize] != 0 && table.station[*stop as usize] != NONE;
        let pairs: Vec<(u32, u32)> = (0..table.station.len() as u32)
            .filter(is_child)
            .map(|stop| (table.station[stop as usize], stop))
            .collect();
        Siblings { children: Csr::from_pairs(table.station.len(), &pairs) }
    }

    /// Adds the straight lines from a stop to the other children of its station.
    pub fn add(&self, stop: usize, table: &Stops, row: &mut Vec<(u32, u64)>) {
        let station = table.station[stop];
        if station == NONE || table.called[stop] == 0 {
            return;
        }
        let point = |stop: usize| (table.lon[stop], table.lat[stop]);
        let known = |stop: usize| table.lon[stop].is_finite() && table.lat[stop].is_finite();
        let siblings = self.children.row(station as usize).iter().copied();
        row.extend(
            siblings
                .filter(|&other| known(stop) && known(other as usize))
                .map(|other| (other, distance_mm(point(stop), point(other as usize)))),
        );
    }
}
