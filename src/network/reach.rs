//! From one link along the streets: how far, in mm, are the places within a limit?
//! A bounded Dijkstra search on the junctions; places are found from the junctions of the edges they lie on.
//! The scratch is made once and reused: in the long run a search allocates nothing.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::streets::{BACKWARD, FORWARD, Streets};
use crate::base::csr::Csr;

/// Where a place is linked: a position along an edge, and the straight line to it. All in mm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EdgePosition {
    pub edge: u32,
    pub at_mm: u32,
    pub link_mm: u32,
}

/// No search goes farther, mm (4,294 km).
const FARTHEST_MM: u64 = u32::MAX as u64 - 1;
const UNREACHED: u32 = u32::MAX;

/// Places to be found, by junction and by edge.
#[derive(Clone, Debug)]
pub struct Targets {
    /// Junction → (place, mm from the junction to the place, link included).
    by_node: Csr<(u32, u32)>,
    /// Edge → places on it.
    by_edge: Csr<(u32, EdgePosition)>,
    places: usize,
}

impl Targets {
    /// Of `places` places those that have a spot.
    pub fn new(streets: &Streets, places: usize, spot: impl Fn(usize) -> Option<EdgePosition>) -> Self {
        let (mut by_node, mut by_edge) = (Vec::new(), Vec::new());
        for place in 0..places {
            let Some(spot) = spot(place) else { continue };
            let edge = Edge::of(streets, spot.edge);
            let place = place as u32;
            by_edge.push((spot.edge, (place, spot)));
            // At its end a place is at the junction, whatever the direction of the edge.
            if edge.forward || spot.at_mm == 0 {
                by_node.push((edge.from, (place, spot.at_mm.saturating_add(spot.link_mm))));
            }
            let rest = edge.mm - spot.at_mm;
            if edge.backward || rest == 0 {
                by_node.push((edge.to, (place, rest.saturating_add(spot.link_mm))));
            }
        }
        Targets {
            by_node: Csr::from_pairs(streets.nodes(), &by_node),
            by_edge: Csr::from_pairs(streets.edges(), &by_edge),
            places,
        }
    }
}

struct Edge {
    from: u32,
    to: u32,
    mm: u32,
    forward: bool,
    backward: bool,
}

impl Edge {
    fn of(streets: &Streets, edge: u32) -> Self {
        let directions = streets.edge_directions[edge as usize];
        Edge {
            from: streets.edge_from[edge as usize],
            to: streets.edge_to[edge as usize],
            mm: streets.edge_mm[edge as usize],
            forward: directions & FORWARD != 0,
            backward: directions & BACKWARD != 0,
        }
    }
}

/// A search and its memory.
#[derive(Debug, Default)]
pub struct BoundedDijkstra {
    /// Junction → mm from the start, its link included; `UNREACHED` but for those in `reached`.
    mm: Vec<u32>,
    reached: Vec<u32>,
    /// mm << 32 | junction.
    heap: BinaryHeap<Reverse<u64>>,
    start: Option<EdgePosition>,
}

impl BoundedDijkstra {
    pub fn new(streets: &Streets) -> Self {
        BoundedDijkstra { mm: vec![UNREACHED; streets.nodes()], ..BoundedDijkstra::default() }
    }

    /// Searches from `start` to all junctions within `limit_mm`, links included.
    pub fn search(&mut self, streets: &Streets, start: EdgePosition, limit_mm: u64) {
        for node in self.reached.drain(..) {
            self.mm[node as usize] = UNREACHED;
        }
        self.start = Some(start);
        let limit = limit_mm.min(FARTHEST_MM);
        let edge = Edge::of(streets, start.edge);
        let rest = edge.mm - start.at_mm;
        if edge.backward || start.at_mm == 0 {
            self.relax(edge.from, u64::from(start.link_mm) + u64::from(start.at_mm), limit);
        }
        if edge.forward || rest == 0 {
            self.relax(edge.to, u64::from(start.link_mm) + u64::from(rest), limit);
        }
        while let Some(Reverse(key)) = self.heap.pop() {
            let (mm, node) = (key >> 32, key as u32 as usize);
            if mm > u64::from(self.mm[node]) {
                continue;
            }
            for arc in streets.arc_offsets[node]..streets.arc_offsets[node + 1] {
                let arc = arc as usize;
                self.relax(streets.arc_to[arc], mm + u64::from(streets.arc_mm[arc]), limit);
            }
        }
    }

    #[inline]
    fn relax(&mut self, node: u32, mm: u64, limit: u64) {
        let known = &mut self.mm[node as usize];
        if mm <= limit && mm < u64::from(*known) {
            if *known == UNREACHED {
                self.reached.push(node);
            }
            *known = mm as u32;
            self.heap.push(Reverse(mm << 32 | u64::from(node)));
        }
    }
}

/// The places that a search found, and the memory for them.
#[derive(Debug)]
pub struct FoundTargets {
    mm: Vec<u32>,
    found: Vec<u32>,
}

impl FoundTargets {
    pub fn new(targets: &Targets) -> Self {
        FoundTargets { mm: vec![UNREACHED; targets.places], found: Vec::new() }
    }

    /// Calls `hit(place, mm)` for each target within `limit_mm` of the last search's start, both links
    /// included, in ascending order of places. The limit may not be above that of the search.
    pub fn collect(
        &mut self,
        streets: &Streets,
        reach: &BoundedDijkstra,
        targets: &Targets,
        limit_mm: u64,
        mut hit: impl FnMut(u32, u64),
    ) {
        let limit = limit_mm.min(FARTHEST_MM);
        let Some(start) = reach.start else { return };
        for &node in &reach.reached {
            let mm = u64::from(reach.mm[node as usize]);
            for &(place, more) in targets.by_node.row(node as usize) {
                self.offer(place, mm + u64::from(more), limit);
            }
        }
        let edge = Edge::of(streets, start.edge);
        for &(place, spot) in targets.by_edge.row(start.edge as usize) {
            let may = match spot.at_mm.cmp(&start.at_mm) {
                Ordering::Less => edge.backward,
                Ordering::Equal => true,
                Ordering::Greater => edge.forward,
            };
            if may {
                let along = spot.at_mm.abs_diff(start.at_mm);
                self.offer(
                    place,
                    u64::from(start.link_mm) + u64::from(along) + u64::from(spot.link_mm),
                    limit,
                );
            }
        }
        self.found.sort_unstable();
        for place in self.found.drain(..) {
            let mm = std::mem::replace(&mut self.mm[place as usize], UNREACHED);
            hit(place, u64::from(mm));
        }
    }

    #[inline]
    fn offer(&mut self, place: u32, mm: u64, limit: u64) {
        let known = &mut self.mm[place as usize];
        if mm <= limit && mm < u64::from(*known) {
            if *known == UNREACHED {
                self.found.push(place);
            }
            *known = mm as u32;
        }
    }
}
