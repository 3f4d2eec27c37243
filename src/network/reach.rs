//! From one link along the streets: how far, in mm, are the places within a limit?
//! A bounded Dijkstra search on the junctions; places are found from the junctions of the edges they lie on. The search
//! itself knows nodes, arcs and whole costs alone, and so serves other costs than mm ([`crate::network::rides`]).
//! The scratch is made once and reused: in the long run a search allocates nothing.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::streets::{BACKWARD, FORWARD, Streets};
use crate::base::csr::Csr;
use crate::base::ids::{EdgeId, Id, JunctionId};

/// Where a place is linked: a position along an edge, and the straight line to it. All in mm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EdgePosition {
    pub edge: EdgeId,
    pub at_mm: u32,
    pub link_mm: u32,
}

/// A directed graph of nodes of some kind, with whole costs, as flat arrays.
#[derive(Clone, Copy, Debug)]
pub struct Arcs<'a, N> {
    /// Node → its arcs (nodes + 1 offsets).
    pub first_out: &'a [u32],
    /// The node that an arc leads to.
    pub head: &'a [N],
    pub cost: &'a [u32],
}

impl Streets {
    pub(super) fn arcs(&self) -> Arcs<'_, JunctionId> {
        Arcs { first_out: &self.arc_offsets, head: &self.arc_to, cost: &self.arc_mm }
    }
}

/// No search goes farther (4,294 km in mm, 49 days in ms).
const FARTHEST: u64 = u32::MAX as u64 - 1;
const UNREACHED: u32 = u32::MAX;

/// Places to be found, by junction and by edge.
#[derive(Clone, Debug)]
pub struct WalkTargets {
    /// Junction → (place, mm from the junction to the place, link included).
    by_node: Csr<(u32, u32)>,
    /// Edge → places on it.
    by_edge: Csr<(u32, EdgePosition)>,
    places: usize,
}

impl WalkTargets {
    /// Of `places` places those that have a spot.
    pub fn new(streets: &Streets, places: usize, spot: impl Fn(usize) -> Option<EdgePosition>) -> Self {
        let (mut by_node, mut by_edge) = (Vec::new(), Vec::new());
        for place in 0..places {
            let Some(spot) = spot(place) else { continue };
            let place = place as u32;
            by_edge.push((spot.edge, (place, spot)));
            let within = |end: WalkedEnd| (end.node, (place, u32::try_from(end.mm).unwrap_or(u32::MAX)));
            by_node.extend(goals(streets, spot).map(within));
        }
        WalkTargets {
            by_node: Csr::from_pairs(streets.nodes(), &by_node),
            by_edge: Csr::from_pairs(streets.edges(), &by_edge),
            places,
        }
    }
}

/// An end of a place's edge that one comes to from there, or the other way round.
#[derive(Clone, Copy, Debug)]
pub(super) struct WalkedEnd {
    pub node: JunctionId,
    /// Where it lies on the edge.
    pub at_mm: u32,
    /// As how many it counts between the place and there, link included.
    pub mm: u64,
}

/// The ends that somebody comes to who sets out at a place.
pub(super) fn starts(streets: &Streets, at: EdgePosition) -> impl Iterator<Item = WalkedEnd> {
    let edge = WalkedEdge::of(streets, at.edge);
    let end = |node: JunctionId, at_mm: u32, along: u32| WalkedEnd {
        node,
        at_mm,
        mm: u64::from(at.link_mm) + u64::from(along),
    };
    // At its end a place is at the junction, whatever the direction of the edge.
    let back = (edge.backward || at.at_mm == 0).then(|| end(edge.from, 0, edge.before(at.at_mm, true)));
    let on =
        (edge.forward || at.at_mm == edge.mm).then(|| end(edge.to, edge.mm, edge.beyond(at.at_mm, false)));
    back.into_iter().chain(on)
}

/// The ends from which somebody comes to a place.
pub(super) fn goals(streets: &Streets, at: EdgePosition) -> impl Iterator<Item = WalkedEnd> {
    let edge = WalkedEdge::of(streets, at.edge);
    let end = |node: JunctionId, at_mm: u32, along: u32| WalkedEnd {
        node,
        at_mm,
        mm: u64::from(at.link_mm) + u64::from(along),
    };
    let on = (edge.forward || at.at_mm == 0).then(|| end(edge.from, 0, edge.before(at.at_mm, false)));
    let back =
        (edge.backward || at.at_mm == edge.mm).then(|| end(edge.to, edge.mm, edge.beyond(at.at_mm, true)));
    on.into_iter().chain(back)
}

/// As how many mm it counts from one place to another of the same edge without leaving it, links included; `None` where the
/// edge's direction forbids it.
pub(super) fn along(streets: &Streets, from: EdgePosition, to: EdgePosition) -> Option<u64> {
    let edge = WalkedEdge::of(streets, from.edge);
    let may = match to.at_mm.cmp(&from.at_mm) {
        Ordering::Less => edge.backward,
        Ordering::Equal => true,
        Ordering::Greater => edge.forward,
    };
    let backward = to.at_mm < from.at_mm;
    let [a, b] = [from, to].map(|place| edge.before(place.at_mm, backward));
    may.then(|| u64::from(from.link_mm) + u64::from(a.abs_diff(b)) + u64::from(to.link_mm))
}

struct WalkedEdge {
    from: JunctionId,
    to: JunctionId,
    mm: u32,
    /// As how many it counts along it, and against it.
    walked_mm: [u32; 2],
    forward: bool,
    backward: bool,
}

impl WalkedEdge {
    /// As how many mm it counts from the start of the edge to a place on it, in a direction, rounded up.
    fn before(&self, at_mm: u32, backward: bool) -> u32 {
        let whole = self.walked_mm[usize::from(backward)];
        if whole == self.mm {
            return at_mm;
        }
        (u64::from(whole) * u64::from(at_mm)).div_ceil(u64::from(self.mm.max(1))) as u32
    }

    /// The rest of it.
    fn beyond(&self, at_mm: u32, backward: bool) -> u32 {
        self.walked_mm[usize::from(backward)] - self.before(at_mm, backward)
    }

    fn of(streets: &Streets, edge: EdgeId) -> Self {
        let directions = streets.edge_directions[edge.index()];
        WalkedEdge {
            from: streets.edge_from[edge.index()],
            to: streets.edge_to[edge.index()],
            mm: streets.edge_mm[edge.index()],
            walked_mm: [false, true].map(|backward| streets.walked_mm(edge, backward)),
            forward: directions & FORWARD != 0,
            backward: directions & BACKWARD != 0,
        }
    }
}

/// A search and its memory.
#[derive(Debug)]
pub struct BoundedDijkstra<N> {
    /// Node → cost from the start, its link included; `UNREACHED` but for those in `reached`.
    cost: Vec<u32>,
    reached: Vec<N>,
    /// cost << 32 | node.
    heap: BinaryHeap<Reverse<u64>>,
    start: Option<EdgePosition>,
}

impl BoundedDijkstra<JunctionId> {
    pub fn new(streets: &Streets) -> Self {
        Self::over(streets.nodes())
    }

    /// Searches from `start` to all junctions within `limit_mm`, links included.
    pub fn search(&mut self, streets: &Streets, start: EdgePosition, limit_mm: u64) {
        self.start = Some(start);
        self.search_from(streets.arcs(), starts(streets, start).map(|end| (end.node, end.mm)), limit_mm);
    }
}

impl<N: Id> BoundedDijkstra<N> {
    /// For a graph of so many nodes.
    pub fn over(nodes: usize) -> Self {
        let cost = vec![UNREACHED; nodes];
        BoundedDijkstra { cost, reached: Vec::new(), heap: BinaryHeap::new(), start: None }
    }

    /// Searches from nodes with the cost of getting to each to all nodes within `limit`.
    pub fn search_from(&mut self, arcs: Arcs<'_, N>, starts: impl Iterator<Item = (N, u64)>, limit: u64) {
        for node in self.reached.drain(..) {
            self.cost[node.index()] = UNREACHED;
        }
        let limit = limit.min(FARTHEST);
        for (node, cost) in starts {
            self.relax(node, cost, limit);
        }
        while let Some(Reverse(key)) = self.heap.pop() {
            let (cost, node) = (key >> 32, key as u32 as usize);
            if cost > u64::from(self.cost[node]) {
                continue;
            }
            for arc in arcs.first_out[node]..arcs.first_out[node + 1] {
                let arc = arc as usize;
                self.relax(arcs.head[arc], cost + u64::from(arcs.cost[arc]), limit);
            }
        }
    }

    #[inline]
    fn relax(&mut self, node: N, cost: u64, limit: u64) {
        let known = &mut self.cost[node.index()];
        if cost <= limit && cost < u64::from(*known) {
            if *known == UNREACHED {
                self.reached.push(node);
            }
            *known = cost as u32;
            self.heap.push(Reverse(cost << 32 | u64::from(node.number())));
        }
    }
}

/// The places that a search found, and the memory for them.
#[derive(Debug)]
pub struct FoundTargets {
    cost: Vec<u32>,
    found: Vec<u32>,
}

impl FoundTargets {
    pub fn new(targets: &WalkTargets) -> Self {
        Self::over(targets.places)
    }

    /// For so many places.
    pub fn over(places: usize) -> Self {
        FoundTargets { cost: vec![UNREACHED; places], found: Vec::new() }
    }

    /// Calls `hit(place, mm)` for each target within `limit_mm` of the last search's start, both links
    /// included, in ascending order of places. The limit may not be above that of the search.
    pub fn collect(
        &mut self,
        streets: &Streets,
        reach: &BoundedDijkstra<JunctionId>,
        targets: &WalkTargets,
        limit_mm: u64,
        hit: impl FnMut(u32, u64),
    ) {
        let Some(start) = reach.start else { return };
        let on_edge = targets.by_edge.row(start.edge.index()).iter();
        let along = on_edge.filter_map(|&(place, spot)| Some((place, along(streets, start, spot)?)));
        self.collect_at(reach, &targets.by_node, along, limit_mm, hit);
    }

    /// As [`FoundTargets::collect`], of places that lie so much beyond nodes (`by_node`: node → (place, more)), and of
    /// those that are come to without a node (`along`).
    pub fn collect_at<N: Id>(
        &mut self,
        reach: &BoundedDijkstra<N>,
        by_node: &Csr<(u32, u32)>,
        along: impl Iterator<Item = (u32, u64)>,
        limit: u64,
        mut hit: impl FnMut(u32, u64),
    ) {
        let limit = limit.min(FARTHEST);
        for &node in &reach.reached {
            let cost = u64::from(reach.cost[node.index()]);
            for &(place, more) in by_node.row(node.index()) {
                self.offer(place, cost + u64::from(more), limit);
            }
        }
        for (place, cost) in along {
            self.offer(place, cost, limit);
        }
        self.found.sort_unstable();
        for place in self.found.drain(..) {
            let cost = std::mem::replace(&mut self.cost[place as usize], UNREACHED);
            hit(place, u64::from(cost));
        }
    }

    #[inline]
    fn offer(&mut self, place: u32, cost: u64, limit: u64) {
        let known = &mut self.cost[place as usize];
        if cost <= limit && cost < u64::from(*known) {
            if *known == UNREACHED {
                self.found.push(place);
            }
            *known = cost as u32;
        }
    }
}
