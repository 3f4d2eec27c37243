//! Streets that a car cannot leave, or cannot come to, with all turns as they are allowed, and motorways, where nobody
//! stops: no place is linked to them while there is another street.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::costs::EdgeCosts;
use super::ids::RideNode;
use super::layer::Layer;
use super::turns::{TurnCosts, TurnNodes};
use crate::base::csr::Csr;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity, kind};
use crate::base::ids::{EdgeId, Id, IdVec};
use crate::inputs::raw::RawStreets;
use crate::network::modes::car_speeds::{self, Law};
use crate::network::streets::{DirectedEdge, RiddenStreets};

const TRAPPED: DiagnosticCode = kind(
    "street_one_way_trap",
    Severity::Note,
    "stretches of street to drive on that cars cannot leave or come to by the turns that are allowed: no place is linked to \
     them while there is another street",
    "",
);

/// The streets of those who drive, those that trap a car set apart. `law`: the speeds where no sign stands.
pub fn driven_streets(
    raw: &RawStreets,
    law: Option<&Law>,
    min_island_nodes: u32,
    diagnostics: &mut Diagnostics,
) -> RiddenStreets {
    let mut streets = RiddenStreets::car(raw, law, min_island_nodes, diagnostics);
    set_trapped_apart(&mut streets, diagnostics);
    streets
}

/// Takes such streets out of the large components, into one that is small.
pub fn set_trapped_apart(streets: &mut RiddenStreets, diagnostics: &mut Diagnostics) {
    let costs = EdgeCosts::even(streets);
    let nodes = TurnNodes::new(streets, &costs, TurnCosts { delays: None, drives_left: false });
    let arcs: Vec<(RideNode, RideNode)> =
        nodes.arcs(&costs).into_iter().map(|(from, (to, _))| (from, to)).collect();
    let Some(core) = core(&nodes, &arcs) else { return };
    let back: Vec<(RideNode, RideNode)> = arcs.iter().map(|&(from, to)| (to, from)).collect();
    let (from_core, to_core) = (reached(nodes.nodes, &core, &arcs), reached(nodes.nodes, &core, &back));
    let is_apart = |edge: EdgeId| {
        let leaves = |directed| nodes.after(directed).iter().any(|&(node, _)| to_core[node]);
        let comes = |directed| nodes.before(directed).iter().any(|&node| from_core[node]);
        let both = DirectedEdge::both(edge);
        !(both.iter().any(|&directed| leaves(directed)) && both.iter().any(|&directed| comes(directed)))
    };
    let is_motorway = |streets: &RiddenStreets, edge: EdgeId| {
        let class = car_speeds::CLASSES[streets.driven_way(edge).class as usize].0;
        matches!(class, "motorway" | "motorway_link")
    };
    let apart = streets.streets.components() as u32;
    let (mut trapped, mut mm, mut apart_mm) = (0, 0u64, 0);
    for edge in streets.streets.edge_ids() {
        let at = edge.index();
        let component = streets.streets.edge_component[at] as usize;
        if streets.streets.component_large[component] == 0 {
            continue;
        }
        let is_trap = is_apart(edge);
        if !is_trap && !is_motorway(streets, edge) {
            continue;
        }
        let length = i64::from(streets.streets.edge_mm[at]);
        if is_trap {
            (trapped, mm) = (trapped + 1, mm + length as u64);
        }
        streets.streets.edge_component.to_mut()[at] = apart;
        streets.streets.component_mm.to_mut()[component] -= length;
        apart_mm += length;
    }
    if apart_mm > 0 {
        streets.streets.component_nodes.push(0);
        streets.streets.component_mm.push(apart_mm);
        streets.streets.component_large.push(0);
    }
    diagnostics.count(TRAPPED, "osm, car", trapped, format!("{} m in all", mm / 1000));
}

/// The largest strongly connected set of nodes to pass through.
fn core(nodes: &TurnNodes, arcs: &[(RideNode, RideNode)]) -> Option<Vec<RideNode>> {
    let mut graph: DiGraph<(), (), u32> = DiGraph::new();
    (0..nodes.nodes).for_each(|_| {
        graph.add_node(());
    });
    let through = |node: RideNode| nodes.layer(node) == Layer::Through;
    for &(from, to) in arcs.iter().filter(|(from, to)| through(*from) && through(*to)) {
        graph.add_edge(NodeIndex::new(from.index()), NodeIndex::new(to.index()), ());
    }
    // Kosaraju's algorithm, which does not recurse. Of sets as large the one with the least node.
    let sets = kosaraju_scc(&graph).into_iter().map(|set| {
        let mut set: Vec<RideNode> = set.into_iter().map(|node| RideNode(node.index() as u32)).collect();
        set.sort_unstable();
        set
    });
    sets.filter(|set| through(set[0])).max_by_key(|set| (set.len(), std::cmp::Reverse(set[0])))
}

/// Whether each node is reached from some.
fn reached(nodes: usize, from: &[RideNode], arcs: &[(RideNode, RideNode)]) -> IdVec<RideNode, bool> {
    let onward = Csr::from_pairs(nodes, arcs);
    let (mut reached, mut stack) = (IdVec::new(false, nodes), from.to_vec());
    from.iter().for_each(|&node| reached[node] = true);
    while let Some(node) = stack.pop() {
        for &next in onward.row(node.index()) {
            if !std::mem::replace(&mut reached[next], true) {
                stack.push(next);
            }
        }
    }
    reached
}
