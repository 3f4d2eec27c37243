//! A search from a place on the streets to others, within a limit.

use super::costs::MS_PER_S;
use super::graph::RideGraph;
use super::ids::RideNode;
use crate::base::csr::Csr;
use crate::base::ids::Id;
use crate::network::reach::{BoundedDijkstra, EdgePosition, FoundTargets};

/// Places to be found from others.
#[derive(Clone, Debug)]
pub struct RiddenTargets {
    /// Node → (place, ms from the node to it, link included).
    by_node: Csr<(u32, u32)>,
    /// Edge → places on it.
    by_edge: Csr<(u32, EdgePosition)>,
    places: usize,
}

impl RiddenTargets {
    /// Of `places` places those that have a spot.
    pub fn new(
        graph: &RideGraph,
        places: usize,
        spot: impl Fn(usize) -> Option<EdgePosition>,
    ) -> RiddenTargets {
        let (mut by_node, mut by_edge) = (Vec::new(), Vec::new());
        for (place, spot) in (0..places).filter_map(|place| Some((place as u32, spot(place)?))) {
            by_edge.push((spot.edge, (place, spot)));
            let nodes = if graph.reversed { graph.starts(spot) } else { graph.goals(spot) };
            let within = |(node, ms)| (node, (place, u32::try_from(ms).unwrap_or(u32::MAX)));
            by_node.extend(nodes.into_iter().map(within));
        }
        RiddenTargets {
            by_node: Csr::from_pairs(graph.nodes(), &by_node),
            by_edge: Csr::from_pairs(graph.streets.streets.edges(), &by_edge),
            places,
        }
    }
}

impl RiddenTargets {
    /// Places that lie so many ms beyond a node.
    pub(super) fn at(&self, node: RideNode) -> impl Iterator<Item = (u32, u64)> + '_ {
        self.by_node.row(node.index()).iter().map(|&(place, ms)| (place, u64::from(ms)))
    }

    /// Places on the edge of another, with ms along it.
    pub(super) fn along(&self, graph: &RideGraph, from: EdgePosition) -> impl Iterator<Item = (u32, u64)> {
        self.by_edge.row(from.edge.index()).iter().filter_map(move |&(place, spot)| {
            let ms = if graph.reversed { graph.along(spot, from) } else { graph.along(from, spot) };
            Some((place, ms?))
        })
    }
}

/// A search and its memory.
#[derive(Debug)]
pub struct RiddenSearch {
    reach: BoundedDijkstra<RideNode>,
    found: FoundTargets,
}

impl RiddenSearch {
    pub fn new(graph: &RideGraph, targets: &RiddenTargets) -> RiddenSearch {
        RiddenSearch {
            reach: BoundedDijkstra::over(graph.nodes()),
            found: FoundTargets::over(targets.places),
        }
    }

    /// Calls `hit(place, seconds)` for each target within `limit_s` of a place, in ascending order of places.
    pub fn each(
        &mut self,
        graph: &RideGraph,
        from: EdgePosition,
        targets: &RiddenTargets,
        limit_s: u32,
        hit: impl FnMut(u32, u32),
    ) {
        self.each_from_any(graph, &[from], targets, limit_s, hit);
    }

    /// As [`RiddenSearch::each`], from the nearest of several places.
    pub fn each_from_any(
        &mut self,
        graph: &RideGraph,
        from: &[EdgePosition],
        targets: &RiddenTargets,
        limit_s: u32,
        mut hit: impl FnMut(u32, u32),
    ) {
        let limit = u64::from(limit_s) * MS_PER_S;
        let starts = |&from| if graph.reversed { graph.goals(from) } else { graph.starts(from) };
        self.reach.search_from(graph.arcs(), from.iter().flat_map(starts), limit);
        let along = from.iter().flat_map(|&from| targets.along(graph, from));
        let seconds = |ms: u64| ms.div_ceil(MS_PER_S) as u32;
        self.found.collect_at(&self.reach, &targets.by_node, along, limit, |to, ms| hit(to, seconds(ms)));
    }
}
