//! The slow twin: places are vertices in the middle of their streets, and Dijkstra's algorithm runs from each.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use isokron::network::streets::{BACKWARD, FORWARD};
use isokron::routing::hierarchy::{CLOSED, StreetPlace};

use super::Streets;

/// Origin by origin, target by target: ms, or `CLOSED` beyond the limit.
pub fn times(
    streets: &Streets,
    origins: &[StreetPlace],
    targets: &[StreetPlace],
    limit_ms: u32,
) -> Vec<Vec<u32>> {
    let places: Vec<StreetPlace> = origins.iter().chain(targets).copied().collect();
    let junctions = streets.lon_e7.len();
    let mut arcs = vec![Vec::new(); junctions + places.len()];
    for street in 0..streets.from.len() {
        let ends = [streets.from[street], streets.to[street]];
        for (bit, cost, ends, along) in [
            (FORWARD, streets.forward_ms[street], ends, (|p| p.forward_ms) as fn(&StreetPlace) -> u32),
            (BACKWARD, streets.backward_ms[street], [ends[1], ends[0]], |p| p.backward_ms),
        ] {
            if streets.directions[street] & bit == 0 || cost == CLOSED {
                continue;
            }
            let cost = cost.max(1);
            let mut on: Vec<(u32, usize)> = places
                .iter()
                .enumerate()
                .filter(|(_, place)| place.street == street as u32)
                .map(|(i, place)| (along(place), junctions + i))
                .collect();
            on.sort_unstable();
            // At its very end a place is at the junction.
            for &(at, vertex) in &on {
                for junction in
                    [(at == 0).then_some(ends[0]), (at == cost).then_some(ends[1])].into_iter().flatten()
                {
                    arcs[vertex].push((junction as usize, 0));
                    arcs[junction as usize].push((vertex, 0));
                }
            }
            on.insert(0, (0, ends[0] as usize));
            on.push((cost, ends[1] as usize));
            for pair in on.windows(2) {
                arcs[pair[0].1].push((pair[1].1, pair[1].0 - pair[0].0));
            }
            // Places at one spot reach each other.
            for pair in on[1..on.len() - 1].windows(2).filter(|pair| pair[0].0 == pair[1].0) {
                arcs[pair[1].1].push((pair[0].1, 0));
            }
        }
    }
    let row = |origin: usize| {
        let reached = dijkstra(&arcs, junctions + origin);
        let time = |target: usize| {
            let links = places[origin].link_ms as u64 + targets[target].link_ms as u64;
            let ms = reached[junctions + origins.len() + target].map(|ms| ms + links);
            ms.filter(|&ms| ms <= u64::from(limit_ms)).map_or(CLOSED, |ms| ms as u32)
        };
        (0..targets.len()).map(time).collect()
    };
    (0..origins.len()).map(row).collect()
}

fn dijkstra(arcs: &[Vec<(usize, u32)>], from: usize) -> Vec<Option<u64>> {
    let mut best = vec![None; arcs.len()];
    let mut heap = BinaryHeap::from([(Reverse(0u64), from)]);
    while let Some((Reverse(ms), here)) = heap.pop() {
        if best[here].is_some() {
            continue;
        }
        best[here] = Some(ms);
        for &(to, cost) in &arcs[here] {
            heap.push((Reverse(ms + u64::from(cost)), to));
        }
    }
    best
}
