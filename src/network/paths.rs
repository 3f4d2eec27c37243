//! The way from one place to another along the streets: what it is made of, its length and its line.
//!
//! A search of its own for one pair, which remembers where it came from; the costs are those of the searches that find
//! times, and so are the sums.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use super::reach::{self, Arcs, EdgePosition};
use super::streets::{BACKWARD, DirectedEdge, FORWARD, Streets};
use crate::base::ids::{EdgeId, Id, IdVec, JunctionId};

/// A stretch of an edge, from one place on it to another; against it where the second comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EdgeStretch {
    pub edge: EdgeId,
    pub from_mm: u32,
    pub to_mm: u32,
}

/// A way between two places, links apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreetPath {
    pub from: EdgePosition,
    pub to: EdgePosition,
    pub stretches: Vec<EdgeStretch>,
}

impl StreetPath {
    /// Its length, links included.
    pub fn mm(&self) -> u64 {
        let streets = self.stretches.iter().map(|stretch| u64::from(stretch.from_mm.abs_diff(stretch.to_mm)));
        u64::from(self.from.link_mm) + streets.sum::<u64>() + u64::from(self.to.link_mm)
    }

    /// Its points along the streets, (lon, lat) in degrees, no two in a row the same.
    pub fn line(&self, streets: &Streets) -> Vec<(f64, f64)> {
        let mut line: Vec<(f64, f64)> = vec![point_at(streets, self.from.edge, self.from.at_mm)];
        for &EdgeStretch { edge, from_mm, to_mm } in &self.stretches {
            line.push(point_at(streets, edge, from_mm));
            let between = |&at: &usize| {
                let mm = streets.shape_mm[at];
                from_mm.min(to_mm) < mm && mm < from_mm.max(to_mm)
            };
            let mut inner: Vec<usize> = streets.shape(edge).filter(between).collect();
            if to_mm < from_mm {
                inner.reverse();
            }
            line.extend(inner.into_iter().map(|at| shape_point(streets, at)));
            line.push(point_at(streets, edge, to_mm));
        }
        line.push(point_at(streets, self.to.edge, self.to.at_mm));
        line.dedup();
        line
    }
}

fn shape_point(streets: &Streets, at: usize) -> (f64, f64) {
    (f64::from(streets.shape_lon_e7[at]) / 1e7, f64::from(streets.shape_lat_e7[at]) / 1e7)
}

/// Where an edge is so far from its start, straight in degrees between its points.
pub fn point_at(streets: &Streets, edge: EdgeId, at_mm: u32) -> (f64, f64) {
    let shape = streets.shape(edge);
    let next = shape.clone().find(|&at| streets.shape_mm[at] >= at_mm).unwrap_or(shape.end - 1);
    let (there, there_mm) = (shape_point(streets, next), streets.shape_mm[next]);
    if next == shape.start || there_mm <= at_mm {
        return there;
    }
    let (here, here_mm) = (shape_point(streets, next - 1), streets.shape_mm[next - 1]);
    let part = f64::from(at_mm - here_mm) / f64::from(there_mm - here_mm);
    let between = |a: f64, b: f64| ((a + (b - a) * part) * 1e7).round() / 1e7;
    (between(here.0, there.0), between(here.1, there.1))
}

/// A node that one comes to from a place, or the other way round.
#[derive(Clone, Copy, Debug)]
pub(super) struct PathEnd<N> {
    pub node: N,
    /// Link included.
    pub cost: u64,
    pub stretch: EdgeStretch,
}

/// From one node to the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct PathStep<N> {
    pub from: N,
    pub to: N,
    pub cost: u32,
}

/// A shortest way over nodes.
#[derive(Clone, Debug)]
pub(super) struct NodePath<N> {
    /// Both ends included.
    pub cost: u64,
    pub first: EdgeStretch,
    pub steps: Vec<PathStep<N>>,
    pub last: EdgeStretch,
}

/// The shortest way from one of some ends to one of others.
pub(super) fn shortest<N: Id>(
    arcs: Arcs<'_, N>,
    starts: &[PathEnd<N>],
    goals: &[PathEnd<N>],
) -> Option<NodePath<N>> {
    let nodes = arcs.first_out.len() - 1;
    let mut cost: IdVec<N, u64> = IdVec::new(u64::MAX, nodes);
    // Node → the one before it, or `NONE`, and the arc from there, or the start that it is.
    let mut before: IdVec<N, (N, usize)> = IdVec::new((N::NONE, 0), nodes);
    let mut heap = BinaryHeap::new();
    for (at, start) in starts.iter().enumerate() {
        if start.cost < cost[start.node] {
            cost[start.node] = start.cost;
            before[start.node] = (N::NONE, at);
            heap.push(Reverse((start.cost, start.node.number())));
        }
    }
    let mut best: Option<(u64, usize)> = None;
    while let Some(Reverse((so_far, node))) = heap.pop() {
        if best.is_some_and(|(least, _)| least <= so_far) {
            break;
        }
        let node = N::of(node);
        if so_far > cost[node] {
            continue;
        }
        for (at, goal) in goals.iter().enumerate().filter(|(_, goal)| goal.node == node) {
            let whole = so_far + goal.cost;
            if best.is_none_or(|(least, _)| whole < least) {
                best = Some((whole, at));
            }
        }
        for arc in arcs.first_out[node.index()] as usize..arcs.first_out[node.index() + 1] as usize {
            let (head, there) = (arcs.head[arc], so_far + u64::from(arcs.cost[arc]));
            if there < cost[head] {
                cost[head] = there;
                before[head] = (node, arc);
                heap.push(Reverse((there, head.number())));
            }
        }
    }
    let (whole, goal) = best?;
    let (mut steps, mut node) = (Vec::new(), goals[goal].node);
    loop {
        let (from, arc) = before[node];
        if from == N::NONE {
            steps.reverse();
            let (first, last) = (starts[arc].stretch, goals[goal].stretch);
            return Some(NodePath { cost: whole, first, steps, last });
        }
        steps.push(PathStep { from, to: node, cost: arcs.cost[arc] });
        node = from;
    }
}

/// The directed edges of steps: of each the first that `ends` says leads from its one end to the other at its cost.
pub(super) fn edges_of<N: Id + Ord>(
    streets: &Streets,
    steps: &[PathStep<N>],
    ends: impl Fn(DirectedEdge) -> Option<(N, N, u32)>,
) -> Vec<DirectedEdge> {
    let mut wanted: BTreeMap<(N, N, u32), DirectedEdge> =
        steps.iter().map(|step| ((step.from, step.to, step.cost), DirectedEdge::NONE)).collect();
    for directed in streets.directed_edges() {
        let Some(found) = ends(directed).and_then(|ends| wanted.get_mut(&ends)) else { continue };
        *found = directed.min(*found);
    }
    let of = |step: &PathStep<N>| wanted[&(step.from, step.to, step.cost)];
    steps.iter().map(of).filter(|&directed| directed != DirectedEdge::NONE).collect()
}

/// A directed edge as a whole.
pub(super) fn whole(streets: &Streets, directed: DirectedEdge) -> EdgeStretch {
    let (edge, mm) = (directed.edge(), streets.edge_mm[directed.edge().index()]);
    let [from_mm, to_mm] = if directed.is_backward() { [mm, 0] } else { [0, mm] };
    EdgeStretch { edge, from_mm, to_mm }
}

/// On foot, and as how many mm it counts, links included.
pub fn walked(streets: &Streets, from: EdgePosition, to: EdgePosition) -> Option<(u64, StreetPath)> {
    let stretch = |from_mm: u32, to_mm: u32, edge: EdgeId| EdgeStretch { edge, from_mm, to_mm };
    let starts: Vec<PathEnd<JunctionId>> = reach::starts(streets, from)
        .map(|end| PathEnd {
            node: end.node,
            cost: end.mm,
            stretch: stretch(from.at_mm, end.at_mm, from.edge),
        })
        .collect();
    let goals: Vec<PathEnd<JunctionId>> = reach::goals(streets, to)
        .map(|end| PathEnd { node: end.node, cost: end.mm, stretch: stretch(end.at_mm, to.at_mm, to.edge) })
        .collect();
    let along = (from.edge == to.edge).then(|| reach::along(streets, from, to)).flatten();
    let over = shortest(streets.arcs(), &starts, &goals);
    if let Some(mm) = along.filter(|&mm| over.as_ref().is_none_or(|over| mm <= over.cost)) {
        let stretches = vec![stretch(from.at_mm, to.at_mm, from.edge)];
        return Some((mm, StreetPath { from, to, stretches }));
    }
    let over = over?;
    let ends = |directed: DirectedEdge| {
        let bit = [FORWARD, BACKWARD][directed.direction()];
        let is_open = streets.edge_directions[directed.edge().index()] & bit != 0;
        let mm = streets.walked_mm(directed.edge(), directed.is_backward());
        is_open.then(|| (streets.tail(directed), streets.head(directed), mm))
    };
    let mut stretches = vec![over.first];
    stretches.extend(edges_of(streets, &over.steps, ends).into_iter().map(|edge| whole(streets, edge)));
    stretches.push(over.last);
    Some((over.cost, StreetPath { from, to, stretches }))
}
