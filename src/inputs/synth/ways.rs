//! Streets as OpenStreetMap has them: nodes, ways and tags.

use super::land::{Globe, Land};
use super::names;
use super::plan::{Point, distance};
use super::streets::{Class, StreetEdge, SynthStreets};
use crate::base::NONE;
use crate::inputs::raw::{RawNode, RawStreets, RawWay};

/// Made-up ids start here.
const FIRST_NODE: i64 = 1_000_001;
const FIRST_WAY: i64 = 2_000_001;
/// Small streets at least this steep are stairs.
const STAIRS: f64 = 0.1;
/// Height of a step, m.
const STEP_M: f64 = 0.16;
/// Streets as near to the middle as this have pavements mapped as ways of their own (the main street), m.
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
}

fn sorted(tags: &[(&str, &str)]) -> SynthTags {
    let mut tags: SynthTags = tags.iter().map(|&(k, v)| (k.to_owned(), v.to_owned())).collect();
    tags.sort();
    tags
}

/// All streets: the map's first nodes are theirs, with the same numbers. Edges of one line that look alike
/// become one way.
pub fn lay(streets: &SynthStreets, bridges: &[&str], land: &Land, map: &mut SynthMap) {
    for node in &streets.nodes {
        map.node(node.at);
    }
    let heights_m: Vec<f64> = streets.nodes.iter().map(|node| land.height_m(node.at)).collect();
    let mut open: Option<(Vec<u32>, SynthTags)> = None;
    for edge in &streets.edges {
        let tags = tags(streets, edge, bridges, &heights_m);
        if let Some((nodes, like)) = &mut open
            && nodes.last() == Some(&edge.from)
            && *like == tags
        {
            nodes.push(edge.to);
            continue;
        }
        if let Some((nodes, tags)) = open.replace((vec![edge.from, edge.to], tags)) {
            map.way_with(nodes, tags);
        }
    }
    if let Some((nodes, tags)) = open {
        map.way_with(nodes, tags);
    }
}

fn tags(streets: &SynthStreets, edge: &StreetEdge, bridges: &[&str], heights_m: &[f64]) -> SynthTags {
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
    tags.push(("highway", highway));
    let sidewalk = match edge.class {
        Class::Primary | Class::Secondary if has_pavements(edge, a, b) => "separate",
        Class::Primary | Class::Secondary | Class::Tertiary => "both",
        _ => "",
    };
    let optional = [("maxspeed", maxspeed), ("sidewalk", sidewalk)];
    tags.extend(optional.into_iter().filter(|(_, value)| !value.is_empty()));
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
