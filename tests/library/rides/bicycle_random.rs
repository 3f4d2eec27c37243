//! Random towns: times equal those of plain Dijkstra (petgraph's) on the segments as the ways draw them, in three layers,
//! with exact costs, but for what rounding up to milliseconds an edge adds.

use isokron::base::ids::Id;
use isokron::base::units::SpeedMmPerS;
use isokron::inputs::raw::{RawNode, RawStreets, RawWay};
use isokron::network::links::LinkStatus;
use isokron::network::modes::bicycle::{CLASSES, SURFACES, WHOLE, kind, way};
use isokron::network::modes::{Along, Use};
use isokron::network::reach::EdgePosition;
use isokron::network::rides::Speeds;
use isokron::network::streets::{RiddenStreets, distance_mm};
use petgraph::algo::dijkstra;
use petgraph::graph::{DiGraph, NodeIndex};
use proptest::prelude::*;

use super::bicycle::{built, by_bicycle};
use super::{are_one_spot, linked, matrix, swept, tags, times_between};

const KINDS: [&str; 12] = [
    "highway=residential",
    "highway=residential oneway=yes",
    "highway=residential oneway=yes foot=no",
    "highway=cycleway oneway=-1 foot=no",
    "highway=residential oneway=yes cycleway=opposite",
    "highway=footway",
    "highway=track surface=gravel",
    "highway=path surface=sett",
    "highway=service access=private",
    "highway=service access=destination oneway=yes",
    "highway=service access=customers surface=cobblestone",
    "highway=primary bicycle=no foot=no",
];
const BARRIERS: [&str; 4] = ["", "", "barrier=bollard", "barrier=gate access=no"];

/// Most that rounding adds to a leg, s: a millisecond for each of some dozens of edges.
const ROUNDING_S: f64 = 0.06;

/// A segment as its way draws it.
struct Piece {
    way: i64,
    ends: [usize; 2],
    mm: f64,
    along: Along,
    /// Seconds a mm, forth and back.
    pace: [f64; 2],
}

fn degrees(node: &RawNode) -> (f64, f64) {
    (f64::from(node.lon_e7) / 1e7, f64::from(node.lat_e7) / 1e7)
}

/// Segments; each side of a closed barrier is a node of its own, behind those of the town.
fn pieces(raw: &RawStreets, speeds: Speeds) -> (Vec<Piece>, Vec<usize>) {
    let mut pieces = Vec::new();
    // Node of the picture → node of the town.
    let mut node_of: Vec<usize> = (0..raw.nodes.len()).collect();
    for drawn in &raw.ways {
        let along = way(&drawn.tags);
        if along.forward == Use::No && along.backward == Use::No {
            continue;
        }
        let [class, surface, _] = kind(&drawn.tags);
        let part = CLASSES[class as usize].1.min(SURFACES[surface as usize].1);
        let ride_mm_per_s = f64::from(speeds.ride_m_per_h) / 3.6 * f64::from(part) / f64::from(WHOLE);
        let pace = [along.forward, along.backward].map(|used| match used {
            Use::No => f64::INFINITY,
            Use::OnFoot => 1.0 / f64::from(speeds.push.0),
            Use::Riding => 1.0 / ride_mm_per_s,
        });
        let closed = |node: usize| raw.nodes[node].tags.iter().any(|(_, value)| value == "gate");
        let mut before: Option<usize> = None;
        for &node in &drawn.nodes {
            let node = node as usize;
            let mut own = || {
                if closed(node) {
                    node_of.push(node);
                    node_of.len() - 1
                } else {
                    node
                }
            };
            let here = own();
            if let Some(from) = before {
                pieces.push((drawn.osm_id, [from, here], along, pace));
            }
            before = Some(own());
        }
    }
    let measured = pieces.into_iter().map(|(way, ends, along, pace)| {
        let [a, b] = ends.map(|end| degrees(&raw.nodes[node_of[end]]));
        Piece { way, ends, mm: distance_mm(a, b) as f64, along, pace }
    });
    (measured.collect(), node_of)
}

/// Seconds from each spot to each: in the first layer one has not left the streets of the start that are only to begin or
/// to end on, in the last one has entered those of the goal.
fn plain(
    raw: &RawStreets,
    streets: &RiddenStreets,
    speeds: Speeds,
    spots: &[Option<EdgePosition>],
) -> Vec<Vec<f64>> {
    let (pieces, node_of) = pieces(raw, speeds);
    let nodes = node_of.len();
    let mut graph: DiGraph<(), f64> = DiGraph::new();
    (0..3 * nodes + 2 * spots.len()).for_each(|_| {
        graph.add_node(());
    });
    let at = |node: usize, layer: usize| NodeIndex::new(layer * nodes + node);
    let (start, goal) = (
        |spot: usize| NodeIndex::new(3 * nodes + spot),
        |spot: usize| NodeIndex::new(3 * nodes + spots.len() + spot),
    );
    let layers = |piece: &Piece| if piece.along.ends_only { vec![0, 2] } else { vec![1] };
    for node in 0..nodes {
        graph.add_edge(at(node, 0), at(node, 1), 0.0);
        graph.add_edge(at(node, 1), at(node, 2), 0.0);
    }
    for piece in &pieces {
        let [a, b] = piece.ends;
        for layer in layers(piece) {
            for (from, to, pace) in [(a, b, piece.pace[0]), (b, a, piece.pace[1])] {
                if pace.is_finite() {
                    graph.add_edge(at(from, layer), at(to, layer), piece.mm * pace);
                }
            }
        }
    }
    // Where each spot lies: the segments of its way there, and how far from their first ends.
    let placed: Vec<Vec<(usize, f64)>> = spots
        .iter()
        .map(|spot| spot.map_or(Vec::new(), |spot| on_pieces(raw, streets, &pieces, &node_of, spot)))
        .collect();
    for (spot, lies) in placed.iter().enumerate() {
        let Some(position) = spots[spot] else { continue };
        let link = f64::from(position.link_mm) / f64::from(speeds.push.0);
        for &(piece, mm) in lies {
            let Piece { ends: [a, b], mm: whole, pace, along, .. } = &pieces[piece];
            let first = if along.ends_only { 0 } else { 1 };
            let last = if along.ends_only { 2 } else { 1 };
            for (node, mm, out, back) in [(*a, mm, pace[1], pace[0]), (*b, whole - mm, pace[0], pace[1])] {
                let cost =
                    |pace: f64| if mm == 0.0 { Some(0.0) } else { pace.is_finite().then_some(mm * pace) };
                if let Some(cost) = cost(out) {
                    graph.add_edge(start(spot), at(node, first), link + cost);
                }
                if let Some(cost) = cost(back) {
                    graph.add_edge(at(node, last), goal(spot), link + cost);
                    if along.ends_only {
                        // Without leaving the streets of the start, or out of those to pass through.
                        graph.add_edge(at(node, 0), goal(spot), link + cost);
                    }
                }
            }
            for (other, others) in placed.iter().enumerate() {
                let Some(other_at) = spots[other] else { continue };
                for &(_, other_mm) in others.iter().filter(|(at, _)| *at == piece) {
                    let links = link + f64::from(other_at.link_mm) / f64::from(speeds.push.0);
                    let between = other_mm - mm;
                    let pace = pace[usize::from(between < 0.0)];
                    if between == 0.0 || pace.is_finite() {
                        let cost = if between == 0.0 { 0.0 } else { between.abs() * pace };
                        graph.add_edge(start(spot), goal(other), links + cost);
                    }
                }
            }
        }
    }
    (0..spots.len())
        .map(|from| {
            let found = dijkstra(&graph, start(from), None, |edge| *edge.weight());
            (0..spots.len()).map(|to| found.get(&goal(to)).copied().unwrap_or(f64::INFINITY)).collect()
        })
        .collect()
}

/// The segments of a spot's way on which it lies, and mm from their first ends.
fn on_pieces(
    raw: &RawStreets,
    streets: &RiddenStreets,
    pieces: &[Piece],
    node_of: &[usize],
    spot: EdgePosition,
) -> Vec<(usize, f64)> {
    let own = &streets.streets;
    let shape = own.shape(spot.edge);
    let after = (shape.start + 1..shape.end).find(|&i| spot.at_mm <= own.shape_mm[i]).unwrap();
    let is_at = |node: usize, i: usize| {
        let node = &raw.nodes[node_of[node]];
        (node.lon_e7, node.lat_e7) == (own.shape_lon_e7[i], own.shape_lat_e7[i])
    };
    let along = f64::from(spot.at_mm - own.shape_mm[after - 1]);
    let way = streets.way(spot.edge).osm_id;
    let mut found = Vec::new();
    for (i, piece) in pieces.iter().enumerate().filter(|(_, piece)| piece.way == way) {
        let [a, b] = piece.ends;
        if is_at(a, after - 1) && is_at(b, after) {
            found.push((i, along));
        } else if is_at(b, after - 1) && is_at(a, after) {
            found.push((i, piece.mm - along));
        }
    }
    assert!(!found.is_empty(), "a spot lies on a segment of its way");
    found
}

prop_compose! {
    fn random_town()(
        jitter in prop::collection::vec((0.0..0.3f64, 0.0..0.3f64), 16),
        gates in prop::collection::vec(0..BARRIERS.len(), 16),
        ways in prop::collection::vec((0..KINDS.len(), prop::collection::vec(0..16u32, 2..6)), 1..12),
        points in prop::collection::vec((0..3, 0..16usize, 0..16usize, -0.5..3.5f64, -0.5..3.5f64), 2..10),
        speeds in (3_000..40_000u32, 500..2000u32),
        min_island_nodes in 0..6u32,
    ) -> (RawStreets, Vec<(f64, f64)>, Speeds, u32) {
        let at = |i: usize| ((i % 4) as f64 * 0.9 + jitter[i].0, (i / 4) as f64 * 0.9 + jitter[i].1);
        let node = |i: usize| RawNode {
            osm_id: i as i64,
            lon_e7: (at(i).0 * 1e4).round() as i32,
            lat_e7: (at(i).1 * 1e4).round() as i32,
            tags: tags(BARRIERS[gates[i]]),
        };
        let way = |(id, (kind, refs)): (usize, &(usize, Vec<u32>))| {
            // No way uses a node twice: then each of its segments has one direction.
            let mut nodes: Vec<u32> = Vec::new();
            refs.iter().for_each(|node| if !nodes.contains(node) { nodes.push(*node) });
            RawWay { osm_id: id as i64, nodes, tags: tags(KINDS[*kind]) }
        };
        let points = points.iter().map(|&(how, a, b, x, y)| match how {
            0 => at(a),
            1 => ((at(a).0 + at(b).0) / 2.0, (at(a).1 + at(b).1) / 2.0),
            _ => (x, y),
        });
        let raw = RawStreets {
            nodes: (0..16).map(node).collect(),
            ways: ways.iter().enumerate().map(way).collect(),
            ..RawStreets::default()
        };
        (raw, points.collect(), Speeds::plain(speeds.0, SpeedMmPerS(speeds.1)), min_island_nodes)
    }
}

proptest! {
    #[test]
    fn times_equal_plain_dijkstra((raw, points, speeds, min_island_nodes) in random_town()) {
        let streets = built(&raw, min_island_nodes);
        let places = linked(&streets, &points);
        let spots: Vec<_> = (0..points.len()).map(|place| places.spot(place)).collect();
        let plain = plain(&raw, &streets, speeds, &spots);
        let component = |place: usize| streets.streets.edge_component[places.edge[place].index()];
        let is_kept = |place: usize| {
            places.status(place) == LinkStatus::Linked
                && streets.streets.component_large[component(place) as usize] != 0
        };
        let kept: Vec<bool> = (0..points.len()).map(|p| spots[p].is_some() && is_kept(p)).collect();
        let of: Vec<u32> = (0..points.len()).map(|p| if kept[p] { component(p) } else { 0 }).collect();
        let times = times_between(streets, places.clone(), by_bicycle(speeds, 1_000_000));
        let found = matrix(&times, points.len());
        prop_assert_eq!(&swept(&times, points.len()), &found, "by the hierarchy");
        for from in 0..points.len() {
            for to in 0..points.len() {
                if are_one_spot(spots[from], spots[to]) {
                    continue;
                }
                let exact = plain[from][to];
                match found[from][to] {
                    None => prop_assert!(exact.is_infinite(), "{from} → {to}: none, and {exact} s"),
                    Some(seconds) => {
                        // A place short of an end is a millisecond short of it at the least.
                        let (least, most) = ((exact - 2e-3).ceil(), (exact + ROUNDING_S).ceil());
                        let is_right = (least..=most).contains(&f64::from(seconds));
                        prop_assert!(is_right, "{from} → {to}: {seconds} s, and {exact} s");
                    }
                }
                // Of one component that is kept one gets from everywhere to everywhere.
                if kept[from] && kept[to] && of[from] == of[to] {
                    prop_assert!(found[from][to].is_some(), "{from} → {to} of one component");
                }
            }
        }
    }
}
