//! Which streets of those who ride hang together: strongly connected components, for a one-way street that leads out of
//! one, or into it, is no place to be linked to.

use std::collections::VecDeque;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::unionfind::UnionFind;

use super::ridden::RiddenStreets;
use super::table::{BACKWARD, FORWARD};
use crate::base::NONE;
use crate::base::ids::{EdgeId, Id, JunctionId};

/// Numbers the components of edges anew, in the order of the edges, and counts them.
///
/// Streets to pass through: both ends in one strongly connected component of theirs. Streets that are only to begin or to
/// end on: the large component from which one comes to them, and to which one gets from them, by such streets alone;
/// else those that hang together are a small island. One-way streets from one component into another are one by
/// themselves, which is small.
pub(super) fn set_components(ridden: &mut RiddenStreets, min_island_nodes: u32) {
    let label = labels(ridden);
    let edges = ridden.streets.edges();
    let ends = |ridden: &RiddenStreets, edge: usize| {
        (ridden.streets.edge_from[edge].index(), ridden.streets.edge_to[edge].index())
    };
    // OSM nodes of each strongly connected component: junctions, and points between them.
    let mut nodes = vec![0u32; ridden.streets.nodes()];
    let mut counted = vec![false; ridden.streets.nodes()];
    let through: Vec<bool> = ridden.streets.edge_ids().map(|edge| !ridden.is_ends_only(edge)).collect();
    for edge in (0..edges).filter(|&edge| through[edge]) {
        let (from, to) = ends(ridden, edge);
        for junction in [from, to] {
            if !std::mem::replace(&mut counted[junction], true) {
                nodes[label[junction] as usize] += 1;
            }
        }
        if label[from] == label[to] {
            nodes[label[from] as usize] += ridden.streets.shape(EdgeId(edge as u32)).len() as u32 - 2;
        }
    }
    let large = |label: u32| label != NONE && nodes[label as usize] >= min_island_nodes;
    let seeds: Vec<u32> = (0..label.len())
        .map(|junction| if counted[junction] && large(label[junction]) { label[junction] } else { NONE })
        .collect();
    let restricted: Vec<[JunctionId; 2]> = arcs(ridden, |edge| !through[edge.index()]).collect();
    let from_core = spread(&seeds, restricted.iter().copied());
    let to_core = spread(&seeds, restricted.iter().map(|&[a, b]| [b, a]));

    // What an edge belongs to: (kind, number), numbered in the order of the edges.
    let mut sets: UnionFind<u32> = UnionFind::new(ridden.streets.nodes());
    for edge in (0..edges).filter(|&edge| !through[edge]) {
        let (from, to) = ends(ridden, edge);
        sets.union(from as u32, to as u32);
    }
    let belongs = |edge: usize| -> (u8, u32) {
        let (from, to) = ends(ridden, edge);
        if through[edge] {
            return if label[from] == label[to] { (0, label[from]) } else { (2, 0) };
        }
        let directions = ridden.streets.edge_directions[edge];
        let along = [(FORWARD, from, to), (BACKWARD, to, from)];
        let along = || along.iter().filter(|(bit, _, _)| directions & bit != 0);
        let mut entered = along().map(|&(_, a, _)| from_core[a]).filter(|&core| core != NONE);
        let core = entered.find(|&core| along().any(|&(_, _, b)| to_core[b] == core));
        match core {
            Some(core) => (0, core),
            None => (1, sets.find(from as u32)),
        }
    };
    let belongs: Vec<(u8, u32)> = (0..edges).map(belongs).collect();
    let mut number = rustc_hash::FxHashMap::default();
    let (mut of_component, mut mm, mut is_large): (Vec<u32>, Vec<i64>, Vec<u8>) = Default::default();
    let mut component = Vec::with_capacity(edges);
    for (edge, &of) in belongs.iter().enumerate() {
        let next = number.len() as u32;
        let at = *number.entry(of).or_insert(next);
        if at == next {
            let own = if of.0 == 0 { nodes[of.1 as usize] } else { 0 };
            of_component.push(own);
            mm.push(0);
            is_large.push(u8::from(of.0 == 0 && own >= min_island_nodes));
        }
        mm[at as usize] += i64::from(ridden.streets.edge_mm[edge]);
        component.push(at);
    }
    let streets = &mut ridden.streets;
    streets.edge_component = component.into();
    streets.component_nodes = of_component.into();
    streets.component_mm = mm.into();
    streets.component_large = is_large.into();
}

/// The directed edges of those that are `wanted`.
fn arcs(ridden: &RiddenStreets, wanted: impl Fn(EdgeId) -> bool) -> impl Iterator<Item = [JunctionId; 2]> {
    let streets = &ridden.streets;
    streets.edge_ids().filter(move |&edge| wanted(edge)).map(EdgeId::index).flat_map(|edge| {
        let (from, to, directions) =
            (streets.edge_from[edge], streets.edge_to[edge], streets.edge_directions[edge]);
        let forward = (directions & FORWARD != 0).then_some([from, to]);
        forward.into_iter().chain((directions & BACKWARD != 0).then_some([to, from]))
    })
}

/// Junction → its strongly connected component among the streets to pass through.
fn labels(ridden: &RiddenStreets) -> Vec<u32> {
    let mut graph: DiGraph<(), (), u32> = DiGraph::new();
    (0..ridden.streets.nodes()).for_each(|_| {
        graph.add_node(());
    });
    for [from, to] in arcs(ridden, |edge| !ridden.is_ends_only(edge)) {
        graph.add_edge(NodeIndex::new(from.index()), NodeIndex::new(to.index()), ());
    }
    // Kosaraju's algorithm, which does not recurse: a long street would overflow the stack.
    let mut label = vec![NONE; ridden.streets.nodes()];
    for (number, component) in kosaraju_scc(&graph).iter().enumerate() {
        component.iter().for_each(|junction| label[junction.index()] = number as u32);
    }
    label
}

/// Labels spread along arcs, to whoever has none.
fn spread(seeds: &[u32], arcs: impl Iterator<Item = [JunctionId; 2]>) -> Vec<u32> {
    let arcs: Vec<(JunctionId, JunctionId)> = arcs.map(|[from, to]| (from, to)).collect();
    let onward = crate::base::csr::Csr::from_pairs(seeds.len(), &arcs);
    let mut label = seeds.to_vec();
    let all = (0..seeds.len() as u32).map(JunctionId);
    let mut queue: VecDeque<JunctionId> = all.filter(|&junction| label[junction.index()] != NONE).collect();
    while let Some(junction) = queue.pop_front() {
        for &to in onward.row(junction.index()) {
            if label[to.index()] == NONE {
                label[to.index()] = label[junction.index()];
                queue.push_back(to);
            }
        }
    }
    label
}
