//! From door to door by bicycle and car: small towns whose times follow from arithmetic, and random towns against plain
//! Dijkstra.
//!
//! On the equator 0.001° of longitude are 111.319 m, and the first 0.001° of a meridian 110.574 m (as in `streets`).

mod bicycle;
mod bicycle_random;
mod car;
mod car_random;
mod chains;
mod edited;
mod table;
mod traffic;
mod ways;

use std::sync::Arc;

use isokron::base::diagnostics::Diagnostics;
use isokron::base::executor::Quiet;
use isokron::base::ids::{EdgeId, Id};
use isokron::engine::swept::Swept;
use isokron::inputs::raw::{RawNode, RawStreets, RawWay};
use isokron::network::links::{LinkRule, Linkage, Linker};
use isokron::network::reach::EdgePosition;
use isokron::network::rides::{RiddenPlaces, RiddenTimes, RideLimits, Vehicle};
use isokron::network::streets::RiddenStreets;
use isokron::network::transit::Stops;
use isokron::routing::SimdLevel;

/// `key=value` tags, sorted.
fn tags(text: &str) -> Vec<(String, String)> {
    let pair = |tag: &str| tag.split_once('=').map(|(key, value)| (key.to_string(), value.to_string()));
    let mut tags: Vec<_> = text.split_whitespace().map(|tag| pair(tag).expect("key=value")).collect();
    tags.sort();
    tags
}

/// Nodes at (lon, lat) in thousandths of a degree with their tags, ways as (nodes, tags).
fn town(nodes: &[(f64, f64, &str)], ways: &[(&[u32], &str)]) -> RawStreets {
    let node = |(i, &(x, y, text)): (usize, &(f64, f64, &str))| RawNode {
        osm_id: i as i64 + 1,
        lon_e7: (x * 1e4).round() as i32,
        lat_e7: (y * 1e4).round() as i32,
        tags: tags(text),
    };
    let way = |(i, &(nodes, text)): (usize, &(&[u32], &str))| RawWay {
        osm_id: i as i64 + 101,
        nodes: nodes.to_vec(),
        tags: tags(text),
    };
    RawStreets {
        nodes: nodes.iter().enumerate().map(node).collect(),
        ways: ways.iter().enumerate().map(way).collect(),
        ..RawStreets::default()
    }
}

/// Places of the town, in thousandths of a degree, linked to the streets within 100 m.
fn linked(streets: &RiddenStreets, points: &[(f64, f64)]) -> Linkage {
    let rule = LinkRule { max_link_m: 100.0, fragment_reach_m: 250.0 };
    let linker = Linker::new(&streets.streets, rule);
    let kept = linker.keep(&Stops::default(), &mut Diagnostics::default(), &Quiet).unwrap();
    let degrees: Vec<_> = points.iter().map(|p| (p.0 / 1000.0, p.1 / 1000.0)).collect();
    linker.link(&kept, &degrees, &Quiet).unwrap()
}

fn times_between(streets: RiddenStreets, points: Linkage, limits: RideLimits) -> RiddenTimes {
    let origins = Arc::new(points);
    let destinations = Arc::clone(&origins);
    RiddenTimes::new(
        RiddenPlaces { streets: Arc::new(streets), origins, destinations, stops: Arc::default() },
        limits,
    )
}

/// Seconds from each place to each, by searches from the origins, which those from the destinations must equal.
fn matrix(times: &RiddenTimes, places: usize) -> Vec<Vec<Option<u32>>> {
    let mut rows = vec![vec![None; places]; places];
    for (from, row) in rows.iter_mut().enumerate() {
        times.from_origin(from, |to, seconds| row[to as usize] = Some(seconds));
    }
    let column = |to: usize| -> Vec<Option<u32>> { rows.iter().map(|row| row[to]).collect() };
    for to in 0..places {
        let mut back = vec![None; places];
        times.to_destination(to, |from, seconds| back[from as usize] = Some(seconds));
        assert_eq!(column(to), back, "forth and back");
    }
    for (from, row) in rows.iter().enumerate() {
        for (to, &time) in row.iter().enumerate() {
            assert_eq!(time_of_way(times, from, to), time, "the way from {from} to {to}");
        }
    }
    rows
}

/// Seconds of the way that is drawn from one place to another, whose stretches must hang together.
fn time_of_way(times: &RiddenTimes, from: usize, to: usize) -> Option<u32> {
    let places = times.places();
    let streets = &places.streets.streets;
    let (from, to) = (places.origins.spot(from)?, places.destinations.spot(to)?);
    let (ms, path) = times.graph().way(from, to)?;
    // Where an end of a stretch is: at a junction (either, of an edge of no length), or on the edge.
    let end = |edge: EdgeId, at_mm: u32| {
        let [first, last] = [&streets.edge_from, &streets.edge_to].map(|ends| ends[edge.index()].0);
        let length_mm = streets.edge_mm[edge.index()];
        let ends = [(at_mm == 0).then_some(first), (at_mm == length_mm).then_some(last)];
        let on = (0 < at_mm && at_mm < length_mm).then_some((edge, at_mm));
        (ends.into_iter().flatten().collect::<Vec<u32>>(), on)
    };
    let meet = |a: &(Vec<u32>, Option<(EdgeId, u32)>), b: &(Vec<u32>, Option<(EdgeId, u32)>)| {
        a.1 == b.1 && (a.1.is_some() || a.0.iter().any(|junction| b.0.contains(junction)))
    };
    let mut here = end(from.edge, from.at_mm);
    for stretch in &path.stretches {
        assert!(meet(&end(stretch.edge, stretch.from_mm), &here), "{path:?}");
        here = end(stretch.edge, stretch.to_mm);
    }
    assert!(meet(&end(to.edge, to.at_mm), &here), "{path:?}");
    let RideLimits { by, max_direct_s } = times.limits();
    let extra_s = if let Vehicle::Car { parking_s, .. } = by { parking_s } else { 0 };
    let seconds = u32::try_from(ms.div_ceil(1000)).unwrap() + extra_s;
    (seconds <= max_direct_s && max_direct_s > extra_s).then_some(seconds)
}

/// The same by a hierarchy of the streets.
fn swept(times: &RiddenTimes, places: usize) -> Vec<Vec<Option<u32>>> {
    let swept = Swept::new(times, SimdLevel::Portable, &Quiet).unwrap();
    let mut rows = vec![vec![None; places]; places];
    let origins: Vec<u32> = (0..places as u32).collect();
    swept.each(&origins, times.limits().max_direct_s, |from, to, seconds| {
        let known: &mut Option<u32> = &mut rows[from][to as usize];
        *known = Some(known.map_or(seconds, |known| known.min(seconds)));
    });
    let backward = Swept::backward(times, SimdLevel::Portable, &Quiet).unwrap();
    let mut back = vec![vec![None; places]; places];
    backward.each(&origins, times.limits().max_direct_s, |to, from, seconds| {
        let known: &mut Option<u32> = &mut back[from as usize][to];
        *known = Some(known.map_or(seconds, |known| known.min(seconds)));
    });
    assert_eq!(rows, back, "forth and back");
    // What a thread holds is known once it has worked, for limits of memory.
    assert!(places == 0 || swept.bytes_per_thread() > 0);
    rows
}

/// Whether two places are so near to each other on one edge that it lies in a millisecond which is before the other.
fn are_one_spot(a: Option<EdgePosition>, b: Option<EdgePosition>) -> bool {
    let near = |(a, b): (EdgePosition, EdgePosition)| a.edge == b.edge && a.at_mm.abs_diff(b.at_mm) < 30;
    a != b && a.zip(b).is_some_and(near)
}
