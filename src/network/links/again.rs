//! Walks of before → walks where some stops are new or elsewhere: what does not end or begin there stays.

use super::kept::{KeptComponents, kept_island};
use super::legs::{LegSearches, Limits, Siblings, transposed};
use super::linkage::Linkage;
use super::linker::{LinkRule, Linker};
use super::stops::called_points;
use crate::base::csr::{Csr, TimedArc};
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::base::ids::{EdgeId, Id};
use crate::network::reach::WalkTargets;
use crate::network::street_legs::StreetLegs;
use crate::network::streets::{Streets, distance_mm};
use crate::network::transit::Stops;

/// The links of stops, from those of `before` and those of `changed` alone: sorted stops of `table` that are new (behind
/// all others), elsewhere, or called at for the first time or no more. `None` where other islands of streets are kept
/// than before: then whatever lies near them may be linked otherwise.
///
/// # Errors
/// `Stopped`.
pub fn relinked(
    streets: &Streets,
    rule: LinkRule,
    before: &Linkage,
    table: &Stops,
    changed: &[u32],
    executor: &dyn Executor,
) -> Result<Option<Linkage>> {
    let all = called_points(table);
    let stays = |stop: &usize| changed.binary_search(&(*stop as u32)).is_err();
    // Islands that were kept for a stop that changed, perhaps: some stop that stays must keep them.
    let mut doubtful: Vec<usize> = changed
        .iter()
        .filter(|&&stop| (stop as usize) < before.len())
        .filter_map(|&stop| kept_island(streets, before, stop as usize))
        .collect();
    doubtful.sort_unstable();
    let is_doubtful = |island: usize| doubtful.binary_search(&island).is_ok();
    let staying = (0..before.len())
        .filter(stays)
        .filter(|&stop| kept_island(streets, before, stop).is_some_and(is_doubtful));
    let mut points: Vec<(f64, f64)> = changed.iter().map(|&stop| all[stop as usize]).collect();
    points.extend(staying.map(|stop| all[stop]));
    let linker = Linker::around(streets, rule, &points);
    let kept_before = KeptComponents::of(streets, before);
    let kept = linker.keep_also(kept_before.clone().without(&doubtful), &points, executor)?;
    if kept != kept_before {
        return Ok(None);
    }
    let found = linker.link_as_stops(&kept, &points[..changed.len()], executor)?;
    let mut links = before.clone();
    for (i, &stop) in changed.iter().enumerate() {
        links.set(stop as usize, &found, i);
    }
    Ok(Some(links))
}

/// What walks are between. Streets and places are those of before.
#[derive(Clone, Copy)]
pub struct LegEnds<'a> {
    pub streets: &'a Streets,
    pub origins: &'a Linkage,
    /// The origins' (lon, lat).
    pub points: &'a [(f64, f64)],
    pub destinations: &'a Linkage,
    /// A link for each stop of `table`.
    pub stops: &'a Linkage,
    pub table: &'a Stops,
}

/// The walks [`super::legs`] would find, from those of `before` and searches near `changed` alone: sorted stops that
/// are new (behind all others), elsewhere, or linked for the first time.
///
/// A search from a place matters only if a changed stop is within its limit as the crow flies: no walk along streets
/// is shorter than that, but for rounding.
///
/// # Errors
/// `Stopped`.
pub fn legs_again(
    before: &StreetLegs,
    changed: &[u32],
    ends: LegEnds<'_>,
    limits: Limits,
    executor: &dyn Executor,
) -> Result<StreetLegs> {
    let LegEnds { streets, origins, points, destinations, stops, table } = ends;
    let is_changed = |stop: u32| changed.binary_search(&stop).is_ok();
    let all = WalkTargets::new(streets, stops.len(), |stop| stops.spot(stop));
    let few =
        WalkTargets::new(streets, stops.len(), |stop| is_changed(stop as u32).then(|| stops.spot(stop))?);
    let places = WalkTargets::new(streets, destinations.len(), |place| destinations.spot(place));
    let siblings = Siblings::new(table);
    let at = |stop: u32| (table.lon[stop as usize], table.lat[stop as usize]);
    let near = |point: (f64, f64), seconds: u32| {
        let most_mm = limits.reach_mm(seconds) * 101 / 100 + 1000;
        let known = point.0.is_finite() && point.1.is_finite();
        known && changed.iter().any(|&stop| at(stop).0.is_finite() && distance_mm(point, at(stop)) <= most_mm)
    };
    executor.begin("walks", (origins.len() + 2 * stops.len()) as u64);

    let searches = |to_stops| LegSearches { streets, limits, executor, to_stops, to_places: &places };
    let from = only(origins, |origin| near(points[origin], limits.max_walk_s));
    let (access, _) = searches(&few).run(&from, Some(limits.max_walk_s), None, |_, _| {})?;
    let from = only(stops, |stop| is_changed(stop as u32));
    let (whole, egress) = searches(&all).run(
        &from,
        Some(limits.max_transfer_walk_s),
        Some(limits.max_walk_s),
        |stop, row| {
            if is_changed(stop as u32) {
                siblings.add(stop, table, row);
            }
        },
    )?;
    let from =
        only(stops, |stop| !is_changed(stop as u32) && near(at(stop as u32), limits.max_transfer_walk_s));
    let (to_changed, _) =
        searches(&few).run(&from, Some(limits.max_transfer_walk_s), None, |stop, row| {
            siblings.add(stop, table, row);
            row.retain(|&(to, _)| is_changed(to));
        })?;
    let footpaths = (0..stops.len()).map(|stop| {
        let mut row: Vec<TimedArc> = match is_changed(stop as u32) {
            true => whole.row(stop).to_vec(),
            false => joined(before.footpaths.row(stop), to_changed.row(stop), &is_changed),
        };
        row.retain(|walk| walk.to != stop as u32);
        row
    });
    let egress = transposed(&egress, destinations.len());
    let merged = |before: &Csr<TimedArc>, now: &Csr<TimedArc>| {
        Csr::from_rows((0..before.len()).map(|row| joined(before.row(row), now.row(row), &is_changed)))
    };
    Ok(StreetLegs {
        access: merged(&before.access, &access),
        egress: merged(&before.egress, &egress),
        footpaths: Csr::from_rows(footpaths),
        direct: before.direct.clone(),
    })
}

/// The links of some places; the others have none.
fn only(linked: &Linkage, wanted: impl Fn(usize) -> bool) -> Linkage {
    let mut some = linked.clone();
    let edges = some.edge.to_mut();
    (0..edges.len()).filter(|&place| !wanted(place)).for_each(|place| edges[place] = EdgeId::NONE);
    some
}

/// A row with walks to changed stops replaced, in order.
fn joined(before: &[TimedArc], now: &[TimedArc], is_changed: &impl Fn(u32) -> bool) -> Vec<TimedArc> {
    let mut row: Vec<TimedArc> = before.iter().copied().filter(|walk| !is_changed(walk.to)).collect();
    row.extend(now.iter().copied());
    row.sort_by_key(|walk| walk.to);
    row
}
