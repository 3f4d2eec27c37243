//! The way of one who rides or drives from one place to another: edge by edge, for drawings and lengths.

use super::graph::{Nodes, RideGraph};
use super::ids::RideNode;
use super::layer::Layer;
use crate::base::ids::{Id, JunctionId};
use crate::network::paths::{EdgeStretch, PathEnd, PathStep, StreetPath, edges_of, shortest, whole};
use crate::network::reach::EdgePosition;
use crate::network::streets::DirectedEdge;

impl RideGraph {
    /// The fastest way from one place to another, with its milliseconds, links included. The graph is not a reversed one.
    pub fn way(&self, from: EdgePosition, to: EdgePosition) -> Option<(u64, StreetPath)> {
        let streets = &self.streets.streets;
        let end_mm = |at: EdgePosition, along: bool| if along { streets.edge_mm[at.edge.index()] } else { 0 };
        let start = |(node, cost, direction): (RideNode, u64, usize)| {
            let to_mm = end_mm(from, direction == 0);
            PathEnd { node, cost, stretch: EdgeStretch { edge: from.edge, from_mm: from.at_mm, to_mm } }
        };
        let goal = |(node, cost, direction): (RideNode, u64, usize)| {
            let from_mm = end_mm(to, direction == 1);
            PathEnd { node, cost, stretch: EdgeStretch { edge: to.edge, from_mm, to_mm: to.at_mm } }
        };
        let starts: Vec<_> = self.starts_by_direction(from).into_iter().map(start).collect();
        let goals: Vec<_> = self.goals_by_direction(to).into_iter().map(goal).collect();
        let along = (from.edge == to.edge).then(|| self.along(from, to)).flatten();
        let over = shortest(self.arcs(), &starts, &goals);
        if let Some(ms) = along.filter(|&ms| over.as_ref().is_none_or(|over| ms <= over.cost)) {
            let stretches = vec![EdgeStretch { edge: from.edge, from_mm: from.at_mm, to_mm: to.at_mm }];
            return Some((ms, StreetPath { from, to, stretches }));
        }
        let over = over?;
        let mut stretches = vec![over.first];
        stretches.extend(self.edges_along(&over.steps).into_iter().map(|directed| whole(streets, directed)));
        stretches.push(over.last);
        Some((over.cost, StreetPath { from, to, stretches }))
    }

    /// The directed edges that one goes along.
    fn edges_along(&self, steps: &[PathStep<RideNode>]) -> Vec<DirectedEdge> {
        let streets = &self.streets.streets;
        let all = match &*self.nodes {
            // One is at the start of a directed edge, and goes along it.
            Nodes::Turns(all) => return steps.iter().map(|step| all.edge(step.from)).collect(),
            Nodes::Junctions(all) => all,
        };
        let junctions = all.junctions();
        // Streets that are only to begin or to end on are told apart by a bit.
        let of = |junction: JunctionId, ends_only: bool| 2 * junction.0 + u32::from(ends_only);
        let by_junctions = |step: &PathStep<RideNode>| {
            let ends_only = [step.from, step.to].iter().any(|&node| all.layer(node) != Layer::Through);
            let [from, to] = [step.from, step.to].map(|node| of(junctions[node], ends_only));
            PathStep { from, to, cost: step.cost }
        };
        let steps: Vec<PathStep<u32>> = steps.iter().map(by_junctions).collect();
        edges_of(streets, &steps, |directed| {
            let ends_only = self.streets.is_ends_only(directed.edge());
            let ms = self.costs.directed_ms(directed)?;
            Some((of(streets.tail(directed), ends_only), of(streets.head(directed), ends_only), ms))
        })
    }
}
