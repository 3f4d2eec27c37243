//! Lines on the streets: where buses run and stop, where metro stations and piers lie. `timetable` says when;
//! `tables` writes it down.

mod network;
mod roads;
mod rules;
mod tables;
mod text;
mod timetable;

use std::collections::BTreeMap;

use rstar::RTree;
use rstar::primitives::GeomWithData;

use super::feed_text::FeedText;
use super::land::{Globe, Land};
use super::names;
use super::plan::{BusLine, District, Plan, Point, Rail, Service, distance};
use super::streets::SynthStreets;
pub use network::SynthNetwork;
use network::{Pattern, Platform, Station};
use roads::Roads;

/// A place where buses halt: a street node with a platform for each way.
struct Halt {
    name: String,
    number: usize,
    station: String,
    /// Index in `platforms` of the way east or north, and of the other.
    sides: [Option<usize>; 2],
}

pub fn network(plan: &Plan, land: &Land, streets: &SynthStreets) -> SynthNetwork {
    let mut network = SynthNetwork::default();
    let roads = Roads::new(streets);
    metros(plan, &roads, streets, &mut network);
    let mut halts: BTreeMap<u32, Halt> = BTreeMap::new();
    let mut used: BTreeMap<String, usize> = BTreeMap::new();
    let places = DistrictPlaces::new(plan);
    for line in &plan.buses {
        let path = roads.path(&line.via);
        let calls = calls(plan, line, &roads, &path, &halts);
        for &call in &calls {
            let number = halts.len();
            let next = || halt(&places, &roads, streets, &network.stations, &mut used, path[call], number);
            halts.entry(path[call]).or_insert_with(next);
        }
        let back: Vec<u32> = path.iter().rev().copied().collect();
        let calls_back: Vec<usize> = calls.iter().rev().map(|call| path.len() - 1 - call).collect();
        let out = pattern(&roads, streets, &path, &calls, &mut halts, &mut network.platforms);
        let back = match line.service {
            Service::Frequency => Pattern::default(),
            _ => pattern(&roads, streets, &back, &calls_back, &mut halts, &mut network.platforms),
        };
        network.buses.push([out, back]);
    }
    // A bus that goes on as another line waits at the platform that it came to.
    for (index, line) in plan.buses.iter().enumerate() {
        let next =
            line.goes_on_as.as_ref().and_then(|name| plan.buses.iter().position(|other| other.name == *name));
        let last = network.buses[index][0].platforms.last().copied();
        if let (Some(next), Some(last)) = (next, last)
            && let Some(first) = network.buses[next][0].platforms.first_mut()
        {
            *first = last;
        }
    }
    network.ashore = network.platforms.len();
    ferries(plan, land, streets, &mut network);
    network
}

/// The feeds as text: land transport, and the ferries of a company of their own.
pub fn feeds(plan: &Plan, network: &SynthNetwork, globe: &Globe) -> Vec<FeedText> {
    vec![tables::land(plan, network, globe), tables::ferries(plan, network, globe)]
}

/// Which nodes of a path a line halts at: halts of other lines where they lie well, else new ones.
fn calls(
    plan: &Plan,
    line: &BusLine,
    roads: &Roads,
    path: &[u32],
    halts: &BTreeMap<u32, Halt>,
) -> Vec<usize> {
    let spacing = plan.stop_spacing_m * if line.service == Service::Express { 2.8 } else { 1.0 };
    let steps: Vec<f64> = path.windows(2).map(|pair| roads.step(pair[0], pair[1])).collect();
    let mut left: f64 = steps.iter().sum();
    let mut since = 0.0;
    let mut calls = Vec::new();
    for (k, node) in path.iter().enumerate() {
        let at_end = k == 0 || k + 1 == path.len();
        let halt_ahead = (k + 1..path.len().min(k + 3)).any(|next| halts.contains_key(&path[next]));
        let shared = halts.contains_key(node) && since >= 0.6 * spacing;
        let fresh = roads.may_halt(*node) && since >= spacing && !halt_ahead;
        if at_end || (left >= 0.5 * spacing && (shared || fresh)) {
            calls.push(k);
            since = 0.0;
        }
        let step = steps.get(k).copied().unwrap_or(0.0);
        since += step;
        left -= step;
    }
    calls
}

/// Districts by their middles.
struct DistrictPlaces<'a> {
    districts: &'a [District],
    tree: RTree<GeomWithData<[f64; 2], usize>>,
}

impl<'a> DistrictPlaces<'a> {
    fn new(plan: &'a Plan) -> Self {
        let all = plan.districts.iter().enumerate();
        let points = all.map(|(index, district)| GeomWithData::new(district.middle.into(), index));
        DistrictPlaces { districts: &plan.districts, tree: RTree::bulk_load(points.collect()) }
    }

    /// The nearest district, to the metre; of several the first.
    fn nearest(&self, at: Point) -> Option<&'a District> {
        let metres = |found: &GeomWithData<[f64; 2], usize>| {
            let place = found.geom();
            distance((place[0], place[1]), at) as u64
        };
        let mut near = self.tree.nearest_neighbor_iter(&[at.0, at.1]).peekable();
        let least = near.peek().map(|found| metres(found))?;
        let first = near.take_while(|found| metres(found) == least).map(|found| found.data).min();
        first.map(|index| &self.districts[index])
    }
}

fn halt(
    places: &DistrictPlaces,
    roads: &Roads,
    streets: &SynthStreets,
    stations: &[Station],
    used: &mut BTreeMap<String, usize>,
    node: u32,
    number: usize,
) -> Halt {
    let at = streets.nodes[node as usize].at;
    if let Some(station) = stations.iter().find(|station| distance(station.at, at) < 130.0) {
        return Halt { name: station.name.clone(), number, station: station.id.clone(), sides: [None; 2] };
    }
    let nearest = places.nearest(at);
    // Named by the smaller street that crosses, else by the district.
    let island = streets.nodes[node as usize].island;
    let crossing = roads.crossing(node).map(|line| names::street(line, island));
    let plain = crossing.unwrap_or_else(|| nearest.map_or("Hållplats", |district| &district.name).to_owned());
    let count = used.entry(plain.clone()).or_insert(0);
    *count += 1;
    let name = match (*count, nearest) {
        (1, _) => plain,
        (2, Some(district)) => format!("{plain} ({})", district.name),
        (n, _) if n - 2 < names::SIDES.len() => format!("{plain} {}", names::SIDES[n - 2]),
        (n, Some(district)) => {
            let plain = format!("{plain} ({})", district.name);
            let count = used.entry(plain.clone()).or_insert(0);
            *count += 1;
            if *count == 1 { plain } else { format!("{plain} {n}") }
        }
        (n, None) => format!("{plain} {n}"),
    };
    Halt { name, number, station: String::new(), sides: [None; 2] }
}

fn pattern(
    roads: &Roads,
    streets: &SynthStreets,
    path: &[u32],
    calls: &[usize],
    halts: &mut BTreeMap<u32, Halt>,
    platforms: &mut Vec<Platform>,
) -> Pattern {
    let mut pattern = Pattern::default();
    let (mut along, mut seconds, mut done) = (0.0, 0.0, 0);
    for &call in calls {
        for pair in path[done..=call].windows(2) {
            along += roads.step(pair[0], pair[1]);
            seconds += roads.step(pair[0], pair[1]) / roads.speed(pair[0], pair[1]);
        }
        done = call;
        let at = streets.nodes[path[call] as usize].at;
        let before = streets.nodes[path[call.saturating_sub(1)] as usize].at;
        let after = streets.nodes[path[(call + 1).min(path.len() - 1)] as usize].at;
        let (dx, dy) = (after.0 - before.0, after.1 - before.1);
        let length = (dx * dx + dy * dy).sqrt().max(1.0);
        let side = usize::from(dx + dy < 0.0);
        let Some(halt) = halts.get_mut(&path[call]) else { continue };
        let platform = *halt.sides[side].get_or_insert_with(|| {
            let letter = ["A", "B"][side];
            platforms.push(Platform {
                id: format!("{}{letter}", 1001 + halt.number),
                name: halt.name.clone(),
                // Past the crossing, on the right-hand side.
                at: (at.0 + (14.0 * dx + 6.0 * dy) / length, at.1 + (14.0 * dy - 6.0 * dx) / length),
                station: halt.station.clone(),
                code: letter.into(),
            });
            platforms.len() - 1
        });
        // Out of a dead end again: one call is enough.
        if pattern.platforms.last() == Some(&platform) {
            continue;
        }
        let hop = if pattern.platforms.is_empty() {
            0
        } else {
            ((seconds / 10.0).round() as i32 * 10 + 20).max(30)
        };
        pattern.platforms.push(platform);
        pattern.along_m.push(along);
        pattern.hops_s.push(hop);
        seconds = 0.0;
    }
    pattern
}

fn metros(plan: &Plan, roads: &Roads, streets: &SynthStreets, network: &mut SynthNetwork) {
    for (line, metro) in plan.metros.iter().enumerate() {
        let (mut out, mut back) = (Pattern::default(), Pattern::default());
        let mut last: Option<Point> = None;
        let mut along = 0.0;
        for (name, place) in &metro.stations {
            let known = network.stations.iter().position(|station| station.name == *name);
            let station = known.unwrap_or_else(|| {
                let node = streets.nodes[roads.nearest(*place) as usize].at;
                let id = format!("T{:02}", network.stations.len() + 1 + 20 * line);
                let at = (node.0 + 20.0, node.1 + 15.0);
                network.stations.push(Station { id, name: name.clone(), at });
                network.stations.len() - 1
            });
            let Station { id, at, .. } = &network.stations[station];
            let (id, at) = (id.clone(), *at);
            // Lines that meet have tracks of their own.
            let tracks = network.platforms.iter().filter(|platform| platform.station == id).count();
            let far = last.map_or(0.0, |last| distance(last, at));
            along += far;
            let speed = match metro.rail {
                Rail::Metro => 14.0,
                Rail::Train => 20.0,
                Rail::Intercity => 38.0,
            };
            let hop = last.map_or(0, |_| ((far / speed + 30.0) / 10.0).round() as i32 * 10);
            for (track, pattern) in [(tracks + 1, &mut out), (tracks + 2, &mut back)] {
                network.platforms.push(Platform {
                    id: format!("{id}-{track}"),
                    name: name.clone(),
                    at: (at.0 + 30.0 - 20.0 * track as f64, at.1 + 8.0 * track as f64),
                    station: id.clone(),
                    code: track.to_string(),
                });
                pattern.platforms.push(network.platforms.len() - 1);
                pattern.along_m.push(along);
                pattern.hops_s.push(hop);
            }
            last = Some(at);
        }
        network.metros.push([out, reversed(back)]);
    }
}

/// The same calls the other way.
fn reversed(pattern: Pattern) -> Pattern {
    let length = pattern.along_m.last().copied().unwrap_or(0.0);
    let mut hops_s: Vec<i32> = pattern.hops_s.iter().skip(1).rev().copied().collect();
    hops_s.insert(0, 0);
    Pattern {
        platforms: pattern.platforms.into_iter().rev().collect(),
        along_m: pattern.along_m.iter().rev().map(|m| length - m).collect(),
        hops_s,
    }
}

fn ferries(plan: &Plan, land: &Land, streets: &SynthStreets, network: &mut SynthNetwork) {
    for ferry in &plan.ferries {
        let mut out = Pattern::default();
        let mut along = 0.0;
        for (k, (name, island, place)) in ferry.piers.iter().enumerate() {
            let known = network.piers.iter().find(|pier| network.platforms[pier.2].name == *name).copied();
            let (_, at, platform) = known.unwrap_or_else(|| {
                let shore = land.shore_towards(*island, *place);
                let middle = plan.islands[*island].middle;
                let away = distance(shore, middle).max(1.0);
                // The pier ends 25 m out in the water.
                let beyond = |shore: f64, middle: f64| shore + (shore - middle) / away * 25.0;
                let end = (beyond(shore.0, middle.0), beyond(shore.1, middle.1));
                let node = nearest_on(streets, *island as u32, shore);
                network.platforms.push(Platform {
                    id: format!("F{}", network.piers.len() + 1),
                    name: name.clone(),
                    at: end,
                    station: String::new(),
                    code: String::new(),
                });
                let pier = (node, end, network.platforms.len() - 1);
                network.piers.push(pier);
                pier
            });
            if let Some(&last) = out.platforms.last() {
                along += distance(network.platforms[last].at, at);
            }
            out.platforms.push(platform);
            out.along_m.push(along);
            out.hops_s.push(if k == 0 { 0 } else { ferry.minutes_between as i32 * 60 });
        }
        let back = reversed(out.clone());
        network.ferries.push([out, back]);
    }
}

/// The street node of an island nearest to a place; bridges and the sea do not count.
fn nearest_on(streets: &SynthStreets, island: u32, p: Point) -> u32 {
    let mine = (0..streets.nodes.len() as u32).filter(|&node| streets.nodes[node as usize].island == island);
    mine.min_by_key(|&node| (distance(streets.nodes[node as usize].at, p) * 10.0) as u64).unwrap_or(0)
}
