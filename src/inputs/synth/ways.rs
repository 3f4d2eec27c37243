//! SynthStreets as OpenStreetMap has them: nodes, ways and tags.

use super::bends::Bends;
use super::land::{Globe, Land};
use super::names;
use super::plan::{Plan, Point, distance};
use super::road_tags::RoadTags;
use super::streets::{Class, StreetEdge, SynthStreets};
use super::turns::{self, Forbidden, Via};
use crate::base::NONE;
use crate::inputs::raw::{RawNode, RawRestriction, RawStreets, RawWay};

/// Made-up ids start here.
const FIRST_NODE: i64 = 1_000_001;
const FIRST_WAY: i64 = 2_000_001;
const FIRST_RELATION: i64 = 3_000_001;
/// Small streets at least this steep are stairs.
const STAIRS: f64 = 0.1;
/// Height of a step, m.
const STEP_M: f64 = 0.16;
/// SynthStreets as near to the middle as this have pavements mapped as ways of their own (the main street), m.
pub const DOWNTOWN_M: f64 = 560.0;

/// Sorted by key.
type SynthTags = Vec<(String, String)>;

/// Grows the tables; ids rise.
pub struct SynthMap<'a> {
    globe: &'a Globe,
    pub streets: RawStreets,
}

impl<'a> SynthMap<'a> {
    pub fn new(globe: &'a Globe) -> Self {
        SynthMap { globe, streets: RawStreets::default() }
    }

    pub fn node(&mut self, p: Point) -> u32 {
        let (lon_e7, lat_e7) = self.globe.e7(p);
        let osm_id = FIRST_NODE + self.streets.nodes.len() as i64;
        self.streets.nodes.push(RawNode { osm_id, lon_e7, lat_e7, tags: Vec::new() });
        self.streets.nodes.len() as u32 - 1
    }

    pub fn nodes(&mut self, points: &[Point]) -> Vec<u32> {
        points.iter().map(|&p| self.node(p)).collect()
    }

    pub fn tag_node(&mut self, node: u32, tags: &[(&str, &str)]) {
        self.streets.nodes[node as usize].tags = sorted(tags);
    }

    pub fn way(&mut self, nodes: Vec<u32>, tags: &[(&str, &str)]) {
        self.way_with(nodes, sorted(tags));
    }

    fn way_with(&mut self, nodes: Vec<u32>, tags: SynthTags) {
        let osm_id = FIRST_WAY + self.streets.ways.len() as i64;
        self.streets.ways.push(RawWay { osm_id, nodes, tags });
    }

    /// A turn that is forbidden, or the only one; `way_of` is by edge of the streets.
    fn forbid(&mut self, forbidden: &Forbidden, way_of: &[u32]) {
        let Forbidden { kind, from, ref via, to, spares_bicycles } = *forbidden;
        let mut tags = vec![("restriction", kind), ("type", "restriction")];
        tags.extend(spares_bicycles.then_some(("except", "bicycle")));
        let way = |edge: u32| way_of[edge as usize];
        let mut via_ways = Vec::new();
        let via_nodes = match via {
            Via::Node(node) => vec![*node],
            Via::Edges(edges) => {
                via_ways.extend(edges.iter().map(|&edge| way(edge)));
                via_ways.dedup();
                Vec::new()
            }
        };
        self.streets.restrictions.push(RawRestriction {
            osm_id: FIRST_RELATION + self.streets.restrictions.len() as i64,
            tags: sorted(&tags),
            from: vec![way(from)],
            via_ways,
            to: vec![way(to)],
            via_nodes,
            missing: 0,
        });
    }
}

fn sorted(tags: &[(&str, &str)]) -> SynthTags {
    let mut tags: SynthTags = tags.iter().map(|&(k, v)| (k.to_owned(), v.to_owned())).collect();
    tags.sort();
    tags
}

/// All streets: the map's first nodes are theirs, with the same numbers. Edges of one line that look alike
/// become one way.
pub fn lay(plan: &Plan, streets: &SynthStreets, land: &Land, map: &mut SynthMap, seed: u64) {
    for node in &streets.nodes {
        map.node(node.at);
    }
    let bridges: Vec<&str> = plan.bridges.iter().map(|bridge| bridge.name.as_str()).collect();
    let heights_m: Vec<f64> = streets.nodes.iter().map(|node| land.height_m(node.at)).collect();
    let road_tags = plan.detailed.then(|| RoadTags::new(plan, streets));
    let forbidden = road_tags.as_ref().map_or(Vec::new(), |road_tags| turns::plan(streets, road_tags, seed));
    let ends = turns::ends(streets, &forbidden);
    let mut bends = Bends::new(seed);
    let mut way_of = Vec::with_capacity(streets.edges.len());
    let mut open: Option<(Vec<u32>, SynthTags)> = None;
    for edge in &streets.edges {
        let tags = tags(streets, edge, &bridges, &heights_m, road_tags.as_ref());
        let (a, b) = (streets.nodes[edge.from as usize].at, streets.nodes[edge.to as usize].at);
        let is_straight = !plan.detailed || edge.bridge != NONE || has_pavements(edge, a, b);
        let between = if is_straight { Vec::new() } else { bends.between(a, b) };
        let goes_on = open.as_ref().is_some_and(|(nodes, like)| {
            nodes.last() == Some(&edge.from) && *like == tags && !ends[edge.from as usize]
        });
        if !goes_on && let Some((nodes, tags)) = open.take() {
            map.way_with(nodes, tags);
        }
        way_of.push(map.streets.ways.len() as u32);
        let (nodes, _) = open.get_or_insert_with(|| (vec![edge.from], tags));
        nodes.extend(map.nodes(&between));
        nodes.push(edge.to);
    }
    if let Some((nodes, tags)) = open {
        map.way_with(nodes, tags);
    }
    forbidden.iter().for_each(|forbidden| map.forbid(forbidden, &way_of));
}

/// `road_tags` is what a detailed map says beside class and slope.
fn tags(
    streets: &SynthStreets,
    edge: &StreetEdge,
    bridges: &[&str],
    heights_m: &[f64],
    road_tags: Option<&RoadTags>,
) -> SynthTags {
    let (a, b) = (streets.nodes[edge.from as usize].at, streets.nodes[edge.to as usize].at);
    let mut tags: Vec<(&str, &str)> = Vec::new();
    let (highway, maxspeed) = match edge.class {
        Class::Primary => ("primary", "60"),
        Class::Secondary => ("secondary", "50"),
        Class::Tertiary => ("tertiary", "40"),
        Class::Residential => ("residential", ""),
        Class::Footway => ("path", ""),
    };
    if edge.bridge != NONE {
        tags.extend([("bridge", "yes"), ("layer", "1"), ("name", bridges[edge.bridge as usize])]);
        match edge.class {
            Class::Footway => tags.extend([("highway", "cycleway"), ("foot", "designated")]),
            _ => tags.extend([("highway", highway), ("maxspeed", maxspeed), ("sidewalk", "both")]),
        }
        return sorted(&tags);
    }
    let name = names::main_street(edge.line)
        .filter(|_| distance(a, (0.0, 0.0)) < 2500.0)
        .map_or_else(|| names::street(edge.line, streets.nodes[edge.from as usize].island), str::to_owned);
    if edge.class != Class::Footway {
        tags.push(("name", &name));
    }
    let length = distance(a, b).max(1.0);
    let slope = (heights_m[edge.to as usize] - heights_m[edge.from as usize]) / length;
    let steps = format!("{:.0}", (slope.abs() * length / STEP_M).max(3.0));
    if slope.abs() >= STAIRS && edge.class == Class::Residential {
        let incline = if slope > 0.0 { "up" } else { "down" };
        tags.extend([("highway", "steps"), ("incline", incline), ("step_count", &steps)]);
        return sorted(&tags);
    }
    // Steps of 2 %: fewer, longer ways; less is flat enough.
    let percent = (slope * 50.0).round() as i32 * 2;
    let incline = format!("{percent}%");
    if percent.abs() >= 2 {
        tags.push(("incline", &incline));
    }
    if road_tags.is_some_and(|road_tags| road_tags.is_cycleway(edge)) {
        tags.extend([("highway", "cycleway"), ("foot", "designated"), ("segregated", "no")]);
        return sorted(&tags);
    }
    tags.push(("highway", highway));
    let sidewalk = match edge.class {
        Class::Primary | Class::Secondary if has_pavements(edge, a, b) => "separate",
        Class::Primary | Class::Secondary | Class::Tertiary => "both",
        _ => "",
    };
    tags.extend((!sidewalk.is_empty()).then_some(("sidewalk", sidewalk)));
    if let Some(road_tags) = road_tags {
        tags.extend(road_tags.tags(edge));
        return sorted(&tags);
    }
    tags.extend((!maxspeed.is_empty()).then_some(("maxspeed", maxspeed)));
    // One-way for cars; people on foot walk as they like.
    if edge.class == Class::Residential && edge.line.index % 4 == 1 {
        tags.push(("oneway", "yes"));
    }
    sorted(&tags)
}

/// The main street in the middle has its pavements as ways of their own.
pub fn has_pavements(edge: &StreetEdge, a: Point, b: Point) -> bool {
    let downtown = distance(a, (0.0, 0.0)) < DOWNTOWN_M && distance(b, (0.0, 0.0)) < DOWNTOWN_M;
    downtown && edge.line.north && edge.line.index == 0 && edge.bridge == NONE
}
