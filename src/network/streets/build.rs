//! OSM nodes and ways → [`Streets`] of a mode: segments, their graph (petgraph), components, chains, flat arrays.

use geo::{Distance, Geodesic, Point};
use petgraph::graph::{EdgeIndex, NodeIndex, UnGraph};
use petgraph::unionfind::UnionFind;
use petgraph::visit::EdgeRef;

use super::table::{BACKWARD, FORWARD, MAX_EDGE_MM, Streets};
use crate::base::NONE;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::ids::JunctionId;
use crate::inputs::raw::{RawNode, RawStreets};
use crate::network::modes::{Along, ModeRules, Use, walk};

const UNKNOWN_CLASS: DiagnosticCode = DiagnosticCode {
    code: "street_unknown_highway",
    severity: Severity::Dropped,
    meaning: "ways with a highway value that we do not know: nobody walks there, unless foot says so",
    remedy: "",
};
const CLOSED_BARRIER: DiagnosticCode = DiagnosticCode {
    code: "street_closed_barrier",
    severity: Severity::Note,
    meaning: "ways cut at a gate or other barrier that people may not pass",
    remedy: "",
};
const LOOSE_PIECE: DiagnosticCode = DiagnosticCode {
    code: "street_loose_piece",
    severity: Severity::Dropped,
    meaning: "platforms, piers and areas that meet no street: left out, so that nothing is linked to them",
    remedy: "",
};
const TOO_LONG: DiagnosticCode = DiagnosticCode {
    code: "street_segment_too_long",
    severity: Severity::Dropped,
    meaning: "street segments of more than 1,000 km between two nodes",
    remedy: "",
};

/// Geodesic distance on WGS 84 (Karney 2013, "Algorithms for geodesics"), rounded to whole mm.
/// Points are (lon, lat) in degrees.
pub fn distance_mm(a: (f64, f64), b: (f64, f64)) -> u64 {
    // A float cast saturates, and NaN becomes 0.
    (Geodesic.distance(Point::from(a), Point::from(b)) * 1000.0).round() as u64
}

/// A node of the graph: an OSM node, or one side of a closed barrier.
#[derive(Clone, Copy)]
struct Corner {
    lon_e7: i32,
    lat_e7: i32,
    /// Of the plain table.
    node: u32,
}

/// A straight piece between two corners, from the graph edge's source to its target.
#[derive(Clone, Copy)]
struct StreetSegment {
    mm: u32,
    /// [`FORWARD`] | [`BACKWARD`] | [`RIDDEN_FORWARD`] | [`RIDDEN_BACKWARD`] | [`WAY_FORWARD`], or against it.
    directions: u8,
    is_street: bool,
    /// Of the plain table, where edges are by way; else 0.
    way: u32,
}

/// Beside the directions while segments are gathered: some way along it is a street.
const STREET: u8 = 4;
/// Beside the directions: those in which one rides.
const RIDDEN_FORWARD: u8 = 8;
const RIDDEN_BACKWARD: u8 = 16;
/// … and the order of its way's nodes, where edges are by way; against it is twice that.
const WAY_FORWARD: u8 = 32;

type SegmentGraph = UnGraph<Corner, StreetSegment>;

/// Builds the walking network. `min_island_nodes`: components with fewer OSM nodes are small islands.
pub fn build(raw: &RawStreets, min_island_nodes: u32, diagnostics: &mut Diagnostics) -> Streets {
    built(raw, walk::RULES, &[], min_island_nodes, diagnostics).streets
}

/// Streets of a mode, and what its edges are beside that.
pub(super) struct BuiltStreets {
    pub streets: Streets,
    /// Edge → its way in the plain table, where the rules go by way.
    pub edge_way: Vec<u32>,
    /// Edge → the directions in which one rides, [`FORWARD`] | [`BACKWARD`].
    pub edge_ridden: Vec<u8>,
    /// Edge → 1 where it runs in the order of its way's nodes.
    pub edge_along: Vec<u8>,
    /// Junction → its node in the plain table.
    pub junction_node: Vec<u32>,
}

/// The streets by the rules of a mode. At the nodes `kept` (of the plain table, sorted) no chain passes.
pub(super) fn built(
    raw: &RawStreets,
    rules: ModeRules,
    kept: &[u32],
    min_island_nodes: u32,
    diagnostics: &mut Diagnostics,
) -> BuiltStreets {
    let mut graph = graph(raw, rules, diagnostics);
    drop_loose_pieces(&mut graph, rules, diagnostics);
    let mut streets = Streets::default();
    let component = components(&graph, min_island_nodes, &mut streets);
    let mut junctions = junctions(&graph, &component, kept);
    let (mut edge_way, mut edge_ridden, mut edge_along) = (Vec::new(), Vec::new(), Vec::new());
    for chain in chains(&graph, &mut junctions) {
        push_edge(&graph, &chain, &junctions, &component, &mut streets);
        if rules.by_way {
            edge_way.push(graph[chain.segments[0]].way);
            let directions = directions_from(&graph, chain.segments[0], chain.corners[0]);
            edge_ridden.push((directions / RIDDEN_FORWARD) & (FORWARD | BACKWARD));
            edge_along.push(u8::from(directions & WAY_FORWARD != 0));
        }
    }
    let count = junctions.iter().filter(|&&junction| junction != NONE).count();
    streets.set_arcs(count);
    let mut junction_node = vec![NONE; count];
    for (corner, &junction) in junctions.iter().enumerate().filter(|(_, junction)| **junction != NONE) {
        junction_node[junction as usize] = graph[NodeIndex::new(corner)].node;
    }
    BuiltStreets { streets, edge_way, edge_ridden, edge_along, junction_node }
}

/// Directions seen from the other end.
fn flipped(directions: u8) -> u8 {
    let forward = FORWARD | RIDDEN_FORWARD | WAY_FORWARD;
    (directions & STREET) | (directions & forward) << 1 | (directions & forward << 1) >> 1
}

/// The directions of a way, in which one rides, and whether it is a street.
fn directions_of(along: Along, is_street: bool) -> u8 {
    let bit = |is: bool, bit: u8| if is { bit } else { 0 };
    bit(along.forward != Use::No, FORWARD)
        | bit(along.backward != Use::No, BACKWARD)
        | bit(along.forward == Use::Riding, RIDDEN_FORWARD)
        | bit(along.backward == Use::Riding, RIDDEN_BACKWARD)
        | bit(is_street, STREET)
}

/// A segment while they are gathered, from the corner of the lesser number to the other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct GatheredSegment {
    corners: [u32; 2],
    way: u32,
    directions: u8,
    /// Thousandths of its length.
    permille: u32,
}

/// All segments that the mode may use, equal ones once.
fn graph(raw: &RawStreets, rules: ModeRules, diagnostics: &mut Diagnostics) -> SegmentGraph {
    let mut segments: Vec<GatheredSegment> = Vec::new();
    // Sides of closed barriers are corners of their own, numbered from here on.
    let mut sides: Vec<u32> = Vec::new();
    let closed: Vec<bool> = raw.nodes.iter().map(|node| (rules.blocks)(&node.tags)).collect();
    for (w, way) in raw.ways.iter().enumerate() {
        // Who rides has costs by way instead.
        let permille = if rules.by_way { 1000 } else { raw.change(w as u32).walk_permille };
        // Walking's streets tell of them for all.
        if let Some(value) = walk::unknown_highway(&way.tags).filter(|_| !rules.by_way) {
            diagnostics.add(UNKNOWN_CLASS, rules.input, "", way.osm_id, format!("highway={value}"));
        }
        let along = (rules.way)(&way.tags);
        if along.forward == Use::No && along.backward == Use::No {
            continue;
        }
        let of_way = if rules.by_way { WAY_FORWARD } else { 0 };
        let directions = directions_of(along, walk::is_street(&way.tags)) | of_way;
        let number = if rules.by_way { w as u32 } else { 0 };
        let mut before = NONE;
        for &node in &way.nodes {
            // A reference out of range is as good as an absent node.
            let Some(&is_closed) = closed.get(node as usize) else {
                before = NONE;
                continue;
            };
            let mut side = || {
                sides.push(node);
                (raw.nodes.len() + sides.len() - 1) as u32
            };
            let here = if is_closed { side() } else { node };
            if before != NONE && before != here {
                let (corners, directions) = if before < here {
                    ([before, here], directions)
                } else {
                    ([here, before], flipped(directions))
                };
                segments.push(GatheredSegment { corners, way: number, directions, permille });
            }
            before = if is_closed { side() } else { here };
        }
        if way.nodes.iter().any(|&node| closed.get(node as usize) == Some(&true)) {
            diagnostics.add(CLOSED_BARRIER, rules.input, "", way.osm_id, "way");
        }
    }
    segments.sort_unstable();
    segments.dedup_by(|later, first| {
        let same = (later.corners, later.way) == (first.corners, first.way);
        if same {
            first.directions |= later.directions;
            first.permille = first.permille.min(later.permille);
        }
        same
    });

    let number_of = |corner: u32| match (corner as usize).checked_sub(raw.nodes.len()) {
        Some(side) => sides[side],
        None => corner,
    };
    let node_of = |corner: u32| -> &RawNode { &raw.nodes[number_of(corner) as usize] };
    let mut index = vec![NONE; raw.nodes.len() + sides.len()];
    let mut graph = SegmentGraph::with_capacity(segments.len(), segments.len());
    for GatheredSegment { corners, way, directions, permille } in segments {
        let [from, to] = corners.map(|corner| {
            if index[corner as usize] == NONE {
                let RawNode { lon_e7, lat_e7, .. } = *node_of(corner);
                let corner_of = Corner { lon_e7, lat_e7, node: number_of(corner) };
                index[corner as usize] = graph.add_node(corner_of).index() as u32;
            }
            NodeIndex::new(index[corner as usize] as usize)
        });
        let mm = distance_mm(degrees(graph[from]), degrees(graph[to])).saturating_mul(u64::from(permille));
        let mm = mm.div_ceil(1000);
        match u32::try_from(mm) {
            Ok(mm) if mm <= 1_000_000_000 => {
                let is_street = directions & STREET != 0;
                let directions = directions & !STREET;
                // Two corners on one spot are 0 apart whatever the direction.
                let directions = if mm == 0 { FORWARD | BACKWARD | directions } else { directions };
                graph.add_edge(from, to, StreetSegment { mm, directions, is_street, way });
            }
            _ => {
                let (node, km) = (node_of(corners[0]).osm_id, mm / 1_000_000);
                diagnostics.add(TOO_LONG, rules.input, "", node, format!("{km} km"));
            }
        }
    }
    graph.retain_nodes(|graph, node| graph.neighbors(node).next().is_some());
    graph
}

fn degrees(corner: Corner) -> (f64, f64) {
    (f64::from(corner.lon_e7) / 1e7, f64::from(corner.lat_e7) / 1e7)
}

/// Corner → the number of its component; components are numbered by their first corner.
/// (Union-find: petgraph's component searches recurse, and a long path would overflow the stack.)
fn labels(graph: &SegmentGraph) -> (Vec<u32>, usize) {
    let mut sets: UnionFind<u32> = UnionFind::new(graph.node_count());
    for segment in graph.edge_references() {
        sets.union(segment.source().index() as u32, segment.target().index() as u32);
    }
    let mut number = vec![NONE; graph.node_count()];
    let mut count = 0;
    let mut labels = sets.into_labeling();
    for label in &mut labels {
        let number = &mut number[*label as usize];
        if *number == NONE {
            *number = count;
            count += 1;
        }
        *label = *number;
    }
    (labels, count as usize)
}

/// Takes components out that are nothing but platforms, piers and outlines of areas: a stop would link to one
/// and be cut off.
fn drop_loose_pieces(graph: &mut SegmentGraph, rules: ModeRules, diagnostics: &mut Diagnostics) {
    let (labels, count) = labels(graph);
    let (mut has_street, mut mm) = (vec![false; count], 0);
    let label_of = |segment: EdgeIndex, graph: &SegmentGraph| {
        let (corner, _) = graph.edge_endpoints(segment).expect("the segment is of this graph");
        labels[corner.index()] as usize
    };
    for segment in graph.edge_indices() {
        has_street[label_of(segment, graph)] |= graph[segment].is_street;
    }
    for segment in graph.edge_indices().filter(|&segment| !has_street[label_of(segment, graph)]) {
        mm += u64::from(graph[segment].mm);
    }
    let loose = has_street.iter().filter(|&&has| !has).count() as u64;
    diagnostics.count(LOOSE_PIECE, rules.input, loose, format!("{} m in all", mm / 1000));
    graph.retain_nodes(|_, corner| has_street[labels[corner.index()] as usize]);
}

/// Corner → component; fills the counts of `streets`.
fn components(graph: &SegmentGraph, min_island_nodes: u32, streets: &mut Streets) -> Vec<u32> {
    let (component, count) = labels(graph);
    let mut nodes = vec![0; count];
    for &component in &component {
        nodes[component as usize] += 1;
    }
    streets.component_large = nodes.iter().map(|&n| u8::from(n >= min_island_nodes)).collect();
    streets.component_mm = vec![0; count].into();
    streets.component_nodes = nodes.into();
    component
}

/// Directions of a segment when one leaves `corner` along it.
fn directions_from(graph: &SegmentGraph, segment: EdgeIndex, corner: NodeIndex) -> u8 {
    let (source, _) = graph.edge_endpoints(segment).expect("the segment is of this graph");
    let directions = graph[segment].directions;
    if source == corner { directions } else { flipped(directions) }
}

/// Whether a chain of segments runs through a corner: two segments, the same directions in both, and of one way where
/// edges go by way.
fn is_passed(graph: &SegmentGraph, corner: NodeIndex) -> bool {
    let mut segments = graph.edges(corner).map(|segment| segment.id());
    let (Some(a), Some(b), None) = (segments.next(), segments.next(), segments.next()) else {
        return false;
    };
    let directions = |segment| directions_from(graph, segment, corner);
    directions(a) == flipped(directions(b)) && graph[a].way == graph[b].way
}

/// Corner → junction, or `NONE` where a chain passes. A component without junctions (a ring by itself) gets one.
/// Junctions that lie near each other get near numbers (Z order), so that searches touch less memory.
fn junctions(graph: &SegmentGraph, component: &[u32], kept: &[u32]) -> Vec<u32> {
    let is_kept = |corner: NodeIndex| kept.binary_search(&graph[corner].node).is_ok();
    let components = component.iter().max().map_or(0, |&last| last as usize + 1);
    let mut has_junction = vec![false; components];
    let mut corners: Vec<NodeIndex> = Vec::new();
    for corner in graph.node_indices().filter(|&corner| is_kept(corner) || !is_passed(graph, corner)) {
        has_junction[component[corner.index()] as usize] = true;
        corners.push(corner);
    }
    for corner in graph.node_indices() {
        let has = &mut has_junction[component[corner.index()] as usize];
        if !*has {
            *has = true;
            corners.push(corner);
        }
    }
    corners.sort_by_key(|&corner| (z_order(graph[corner]), corner));
    let mut junctions = vec![NONE; graph.node_count()];
    for (number, corner) in corners.into_iter().enumerate() {
        junctions[corner.index()] = number as u32;
    }
    junctions
}

/// The bits of longitude and latitude in turn (Morton 1966).
fn z_order(corner: Corner) -> u64 {
    let spread = |value: i32| {
        let mut bits = u64::from((i64::from(value) + (1 << 31)) as u32);
        for (shift, mask) in [
            (16, 0x0000_ffff_0000_ffff),
            (8, 0x00ff_00ff_00ff_00ff),
            (4, 0x0f0f_0f0f_0f0f_0f0f),
            (2, 0x3333_3333_3333_3333),
            (1, 0x5555_5555_5555_5555),
        ] {
            bits = (bits | (bits << shift)) & mask;
        }
        bits
    };
    spread(corner.lon_e7) | spread(corner.lat_e7) << 1
}

/// A run of segments from junction to junction.
struct Chain {
    corners: Vec<NodeIndex>,
    segments: Vec<EdgeIndex>,
}

/// Every segment lies in exactly one chain. Chains come in the order of the junctions that they begin at.
/// One that would grow beyond [`MAX_EDGE_MM`] ends at a new junction.
fn chains(graph: &SegmentGraph, junctions: &mut [u32]) -> Vec<Chain> {
    let mut starts: Vec<NodeIndex> = graph.node_indices().filter(|n| junctions[n.index()] != NONE).collect();
    starts.sort_by_key(|start| junctions[start.index()]);
    let mut taken = vec![false; graph.edge_count()];
    let mut chains = Vec::new();
    let mut at = 0;
    while let Some(&start) = starts.get(at) {
        at += 1;
        let mut first: Vec<EdgeIndex> = graph.edges(start).map(|segment| segment.id()).collect();
        first.sort_unstable();
        for segment in first {
            if taken[segment.index()] {
                continue;
            }
            let chain = chain(graph, junctions, start, segment);
            for segment in &chain.segments {
                taken[segment.index()] = true;
            }
            let end = *chain.corners.last().expect("a chain has two corners or more");
            if junctions[end.index()] == NONE {
                junctions[end.index()] = starts.len() as u32;
                starts.push(end);
            }
            chains.push(chain);
        }
    }
    chains
}

fn chain(graph: &SegmentGraph, junctions: &[u32], start: NodeIndex, first: EdgeIndex) -> Chain {
    let mut chain = Chain { corners: vec![start], segments: Vec::new() };
    let (mut corner, mut segment, mut mm) = (start, first, 0);
    loop {
        let (a, b) = graph.edge_endpoints(segment).expect("the segment is of this graph");
        corner = if a == corner { b } else { a };
        mm += graph[segment].mm;
        chain.corners.push(corner);
        chain.segments.push(segment);
        if junctions[corner.index()] != NONE {
            return chain;
        }
        segment = graph
            .edges(corner)
            .map(|next| next.id())
            .find(|&next| next != segment)
            .expect("a chain passes here: there are two segments");
        if mm + graph[segment].mm > MAX_EDGE_MM {
            return chain;
        }
    }
}

fn push_edge(
    graph: &SegmentGraph,
    chain: &Chain,
    junctions: &[u32],
    component: &[u32],
    streets: &mut Streets,
) {
    let component = component[chain.corners[0].index()];
    let point = |streets: &mut Streets, corner: NodeIndex, mm: u32| {
        streets.shape_lon_e7.push(graph[corner].lon_e7);
        streets.shape_lat_e7.push(graph[corner].lat_e7);
        streets.shape_mm.push(mm);
    };
    let mut along = 0;
    point(streets, chain.corners[0], 0);
    for (i, &segment) in chain.segments.iter().enumerate() {
        along += graph[segment].mm;
        point(streets, chain.corners[i + 1], along);
    }
    let [first, last] = [chain.corners.first(), chain.corners.last()]
        .map(|corner| JunctionId(junctions[corner.expect("a chain has two corners or more").index()]));
    streets.edge_from.push(first);
    streets.edge_to.push(last);
    streets.edge_mm.push(along);
    let directions = directions_from(graph, chain.segments[0], chain.corners[0]);
    streets.edge_directions.push(directions & (FORWARD | BACKWARD));
    streets.edge_component.push(component);
    streets.shape_offsets.push(streets.shape_mm.len() as u32);
    streets.component_mm[component as usize] += i64::from(along);
}
