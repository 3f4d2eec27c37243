//! What a real map has besides streets: a motorway, pavements, a square, paths, piers, rails, gates, coasts,
//! and ways that a person may not walk although they look like it.

use super::dice::Dice;
use super::land::Land;
use super::plan::{Plan, Point, distance};
use super::streets::{Class, SynthStreets};
use super::transit::SynthNetwork;
use super::ways::{SynthMap, has_pavements};
use crate::base::NONE;

/// Points of a coast.
const COAST_POINTS: u32 = 72;

pub fn add(
    plan: &Plan,
    land: &Land,
    streets: &SynthStreets,
    network: &SynthNetwork,
    map: &mut SynthMap,
    seed: u64,
) {
    let mut dice = Dice::new(seed, 50);
    pavements(streets, map);
    downtown(streets, map);
    paths(land, streets, map, &mut dice);
    driveways(land, streets, map, &mut dice);
    piers(plan, network, map);
    if let Some(ends) = plan.motorway {
        motorway(streets, map, ends);
    }
    if let Some(ends) = plan.freight {
        freight(streets, map, ends);
    }
    underground(network, map);
    for island in 0..plan.islands.len() {
        let large = plan.mainland.as_ref().is_some_and(|mainland| island < mainland.parts);
        let ring = land.ring(island, if large { 10 * COAST_POINTS } else { COAST_POINTS });
        let mut nodes = map.nodes(&ring[..ring.len() - 1]);
        nodes.push(nodes[0]);
        map.way(
            nodes,
            &[("name", &plan.islands[island].name), ("natural", "coastline"), ("place", "island")],
        );
    }
}

/// The street node on land nearest to a place.
fn nearest(streets: &SynthStreets, p: Point) -> u32 {
    let on_land = (0..streets.nodes.len() as u32).filter(|&node| streets.nodes[node as usize].island != NONE);
    on_land.min_by_key(|&node| (distance(streets.nodes[node as usize].at, p) * 10.0) as u64).unwrap_or(0)
}

fn between(a: Point, b: Point, part: f64) -> Point {
    (a.0 + (b.0 - a.0) * part, a.1 + (b.1 - a.1) * part)
}

/// Beside the main street, joined to it by crossings.
fn pavements(streets: &SynthStreets, map: &mut SynthMap) {
    let mut last: Option<(u32, [u32; 2])> = None;
    for edge in &streets.edges {
        let (a, b) = (streets.nodes[edge.from as usize].at, streets.nodes[edge.to as usize].at);
        if !has_pavements(edge, a, b) {
            continue;
        }
        let length = distance(a, b).max(1.0);
        let aside = |p: Point, m: f64| (p.0 + (b.1 - a.1) / length * m, p.1 - (b.0 - a.0) / length * m);
        let crossing = |node: u32, at: Point, map: &mut SynthMap| {
            let sides = [map.node(aside(at, -9.0)), map.node(aside(at, 9.0))];
            let tags = [("crossing", "uncontrolled"), ("footway", "crossing"), ("highway", "footway")];
            map.way(vec![sides[0], node, sides[1]], &tags);
            sides
        };
        let from = match last {
            Some((node, sides)) if node == edge.from => sides,
            _ => crossing(edge.from, a, map),
        };
        let to = crossing(edge.to, b, map);
        for side in 0..2 {
            map.way(vec![from[side], to[side]], &[("footway", "sidewalk"), ("highway", "footway")]);
        }
        last = Some((edge.to, to));
    }
}

/// A square, an underpass that leads out only, cycle tracks with and without walkers, a building site.
fn downtown(streets: &SynthStreets, map: &mut SynthMap) {
    let middle = nearest(streets, (0.0, 0.0));
    let at = streets.nodes[middle as usize].at;
    let corner = |dx: f64, dy: f64| (at.0 + dx, at.1 + dy);
    let mut square = vec![middle];
    square.extend(map.nodes(&[corner(62.0, 4.0), corner(66.0, 58.0), corner(6.0, 60.0)]));
    square.push(middle);
    map.way(square, &[("area", "yes"), ("highway", "pedestrian"), ("name", "Stora torget")]);

    let joined = |from: Point, to: Point, tags: &[(&str, &str)], bend: f64, map: &mut SynthMap| {
        let (a, b) = (nearest(streets, from), nearest(streets, to));
        let (p, q) = (streets.nodes[a as usize].at, streets.nodes[b as usize].at);
        let half = between(p, q, 0.5);
        let way = vec![a, map.node((half.0 + bend, half.1 + bend)), b];
        map.way(way, tags);
    };
    let out = [("highway", "footway"), ("layer", "-1"), ("oneway:foot", "yes"), ("tunnel", "yes")];
    joined(corner(0.0, 0.0), corner(-300.0, -300.0), &out, 0.0, map);
    joined(
        corner(-600.0, 200.0),
        corner(-1400.0, 500.0),
        &[("foot", "no"), ("highway", "cycleway"), ("surface", "asphalt")],
        15.0,
        map,
    );
    let shared = [("foot", "designated"), ("highway", "cycleway"), ("segregated", "yes")];
    joined(corner(500.0, 300.0), corner(1300.0, 700.0), &shared, -15.0, map);
    joined(
        corner(300.0, 600.0),
        corner(900.0, 1000.0),
        &[("construction", "footway"), ("highway", "construction")],
        0.0,
        map,
    );
    // A way through a block with posts that stop cars only.
    let posts = nearest(streets, corner(-200.0, 400.0));
    let to = nearest(streets, corner(-400.0, 600.0));
    let post = map.node(between(streets.nodes[posts as usize].at, streets.nodes[to as usize].at, 0.5));
    map.tag_node(post, &[("barrier", "bollard")]);
    map.way(vec![posts, post, to], &[("highway", "pedestrian"), ("name", "Postgången")]);
}

/// Short cuts through blocks and woods.
fn paths(land: &Land, streets: &SynthStreets, map: &mut SynthMap, dice: &mut Dice) {
    // From a node two edges on: around the corner, so to say.
    let mut out: Vec<Vec<u32>> = vec![Vec::new(); streets.nodes.len()];
    for edge in streets.edges.iter().filter(|edge| edge.bridge == NONE && edge.class <= Class::Residential) {
        out[edge.from as usize].push(edge.to);
    }
    for (from, nexts) in out.iter().enumerate() {
        let [east, north] = nexts.as_slice() else { continue };
        let (a, b) = (streets.nodes[*east as usize].at, streets.nodes[*north as usize].at);
        let straight = distance(a, b);
        let middle = between(between(a, b, 0.5), streets.nodes[from].at, -0.15);
        let chance = dice.unit() < 0.09;
        if chance && straight > 100.0 && land.island(middle, 0.03).is_some() {
            let bend = map.node(middle);
            map.way(vec![*east, bend, *north], &[("highway", "footway"), ("surface", "gravel")]);
        }
    }
}

/// Private drives and a few car parks: no way through, some gated.
fn driveways(land: &Land, streets: &SynthStreets, map: &mut SynthMap, dice: &mut Dice) {
    for (number, node) in streets.nodes.iter().enumerate() {
        let (dx, dy) = (dice.both() * 40.0, dice.both() * 40.0);
        let end = (node.at.0 + dx, node.at.1 + dy);
        if dice.unit() > 0.012 || node.island == NONE || land.island(end, 0.02).is_none() {
            continue;
        }
        let gate = map.node(between(node.at, end, 0.3));
        let end = map.node(end);
        let nodes = vec![number as u32, gate, end];
        if dice.below(3) == 0 {
            map.way(nodes, &[("highway", "service"), ("service", "parking_aisle")]);
        } else {
            map.tag_node(gate, &[("access", "private"), ("barrier", "gate")]);
            map.way(nodes, &[("access", "private"), ("highway", "service"), ("service", "driveway")]);
        }
    }
}

/// Piers are walked; the ferries' lines between them are not.
fn piers(plan: &Plan, network: &SynthNetwork, map: &mut SynthMap) {
    let mut ends = Vec::new();
    for &(node, at, platform) in &network.piers {
        let end = map.node(at);
        map.way(vec![node, end], &[("highway", "footway"), ("man_made", "pier")]);
        ends.push((platform, end));
    }
    for (ferry, patterns) in plan.ferries.iter().zip(&network.ferries) {
        let pier = |platform: &usize| ends.iter().find(|end| end.0 == *platform).map(|end| end.1);
        let nodes: Vec<u32> = patterns[0].platforms.iter().filter_map(pier).collect();
        map.way(nodes, &[("foot", "yes"), ("name", &ferry.name), ("route", "ferry")]);
    }
}

/// Two carriageways over a bridge of their own, joined to the streets by slip roads.
fn motorway(streets: &SynthStreets, map: &mut SynthMap, ends: (Point, Point)) {
    let (a, b) = (nearest(streets, ends.0), nearest(streets, ends.1));
    let (from, to) = (streets.nodes[a as usize].at, streets.nodes[b as usize].at);
    let length = distance(from, to).max(1.0);
    let ways = [(a, b, from, to), (b, a, to, from)];
    for (first, last, from, to) in ways {
        // Right-hand traffic: ten metres to the right.
        let aside = |part: f64| {
            let p = between(from, to, part);
            (p.0 + (to.1 - from.1) / length * 10.0, p.1 - (to.0 - from.0) / length * 10.0)
        };
        let road: Vec<u32> = (1..10).map(|k| map.node(aside(f64::from(k) / 10.0))).collect();
        let link = [("highway", "motorway_link"), ("maxspeed", "70"), ("oneway", "yes")];
        map.way(vec![first, road[0]], &link);
        map.way(vec![road[road.len() - 1], last], &link);
        let land: Vec<u32> = road[..3].to_vec();
        let bridge: Vec<u32> = road[2..7].to_vec();
        let beyond: Vec<u32> = road[6..].to_vec();
        let tags = [("highway", "motorway"), ("maxspeed", "90"), ("oneway", "yes"), ("ref", "E 99")];
        map.way(land, &tags);
        map.way(bridge, &[&tags[..], &[("bridge", "yes"), ("layer", "1")]].concat());
        map.way(beyond, &tags);
    }
}

/// A harbour railway that meets streets on the level at both shores and crosses the water between.
fn freight(streets: &SynthStreets, map: &mut SynthMap, ends: (Point, Point)) {
    let (a, b) = (nearest(streets, ends.0), nearest(streets, ends.1));
    let (from, to) = (streets.nodes[a as usize].at, streets.nodes[b as usize].at);
    let before = map.node(between(from, to, -0.1));
    let middle: Vec<u32> = (1..4).map(|k| map.node(between(from, to, f64::from(k) / 4.0))).collect();
    let beyond = map.node(between(from, to, 1.1));
    for crossing in [a, b] {
        map.tag_node(crossing, &[("railway", "level_crossing")]);
    }
    let mut nodes = vec![before, a];
    nodes.extend(middle);
    nodes.extend([b, beyond]);
    map.way(nodes, &[("name", "Hamnbanan"), ("railway", "rail"), ("usage", "industrial")]);
}

/// Metro tracks, joined to nothing that is walked.
fn underground(network: &SynthNetwork, map: &mut SynthMap) {
    for patterns in &network.metros {
        let track: Vec<Point> = patterns[0].platforms.iter().map(|&p| network.platforms[p].at).collect();
        let nodes = map.nodes(&track);
        map.way(nodes, &[("layer", "-2"), ("railway", "subway"), ("tunnel", "yes")]);
    }
}
