//! Lines of a planned region: rail in rays, buses along a mesh of neighbouring districts, ferries.

use std::collections::BTreeMap;

use super::centre::{Centre, towards};
use crate::inputs::synth::dice::Dice;
use crate::inputs::synth::land::Land;
use crate::inputs::synth::names;
use crate::inputs::synth::plan::{
    Bridge, BridgeKind, BusLine, District, Ferry, Metro, Plan, Point, Rail, Service, distance,
};

/// Stations nearer than this to each other are one, m.
const SAME_STATION_M: f64 = 500.0;
/// Neighbouring districts are no further apart, m.
const NEIGHBOURS_M: f64 = 4500.0;
/// A bus line is about as long, m.
const LINE_M: f64 = 13_000.0;

/// Railways with their stations, as they are laid.
#[derive(Default)]
pub struct Stations {
    pub all: Vec<(String, Point)>,
    pub lines: Vec<Metro>,
    trains: u32,
}

impl Stations {
    /// Lines through a centre, each of two rays; they meet in its middle.
    pub fn lay(&mut self, centre: &Centre, land: &Land, dice: &mut Dice) {
        let first = self.all.len();
        self.all.push((format!("{} C", centre.name), centre.at));
        let count = centre.metros + centre.trains;
        for line in 0..count {
            // Trains lie between the metros.
            let metro = line < centre.metros;
            let place = if metro { line * 2 } else { (line - centre.metros) * 2 + 1 };
            let turn = i64::from(place) * 1800 / i64::from(2 * centre.metros.max(centre.trains)) + 40;
            let (rail, reach, step) = match metro {
                true => (Rail::Metro, 0.62, 850.0),
                false => (Rail::Train, 0.93, 1900.0),
            };
            let mut stations = vec![self.all[first].clone()];
            for ray in [0, 1800] {
                let (mut turn, mut out) = (turn + ray, step);
                while out < centre.radius_m * reach {
                    let at = towards(centre.at, turn, out);
                    if land.island(at, 0.1).is_some() {
                        let near = |other: &&(String, Point)| distance(other.1, at) < SAME_STATION_M;
                        let station = self.all[first..].iter().find(near).cloned().unwrap_or_else(|| {
                            self.all.push((names::place(1000 + self.all.len() as u32), at));
                            self.all[self.all.len() - 1].clone()
                        });
                        if !stations.contains(&station) {
                            stations.push(station);
                        }
                    }
                    turn += (dice.both() * 45.0) as i64;
                    out += step + out * 0.05;
                }
                stations.reverse();
            }
            // Twice turned: the first ray is behind, the second ahead, the middle between.
            let name = self.name(rail);
            self.lines.push(Metro { name, rail, stations });
        }
    }

    /// Trains between neighbouring centres.
    pub fn between(&mut self, centres: &[Centre]) {
        for (a, b) in neighbours(centres) {
            let station = |k: usize| (format!("{} C", centres[k].name), centres[k].at);
            let name = self.name(Rail::Intercity);
            self.lines.push(Metro { name, rail: Rail::Intercity, stations: vec![station(a), station(b)] });
        }
    }

    fn name(&mut self, rail: Rail) -> String {
        self.trains += 1;
        format!("{}{}", if rail == Rail::Metro { "T" } else { "J" }, self.trains)
    }
}

/// Pairs of centres with none between them: no third is nearer to both ends of the pair's circle.
pub fn neighbours(centres: &[Centre]) -> Vec<(usize, usize)> {
    let places: Vec<Point> = centres.iter().map(|centre| centre.at).collect();
    gabriel(&places, f64::INFINITY)
}

/// Gabriel and Sokal (1969): pairs whose circle, with the pair as its diameter, holds no third.
fn gabriel(places: &[Point], most_m: f64) -> Vec<(usize, usize)> {
    let square = |a: Point, b: Point| (a.0 - b.0) * (a.0 - b.0) + (a.1 - b.1) * (a.1 - b.1);
    let mut pairs = Vec::new();
    for (a, &from) in places.iter().enumerate() {
        let near: Vec<usize> =
            (0..places.len()).filter(|&b| b != a && distance(from, places[b]) <= most_m).collect();
        for &b in near.iter().filter(|&&b| b > a) {
            let to = places[b];
            let empty = near
                .iter()
                .all(|&k| k == b || square(from, places[k]) + square(places[k], to) >= square(from, to));
            if empty {
                pairs.push((a, b));
            }
        }
    }
    pairs
}

/// What the buses of a centre are laid on.
pub struct BusArea<'a> {
    pub centre: &'a Centre,
    pub land: &'a Land<'a>,
    pub districts: &'a [District],
    pub stations: &'a [(String, Point)],
    pub bridges: &'a [Bridge],
}

/// Two neighbours, and a bridge on the way.
struct Link {
    ends: (usize, usize),
    over: Option<Point>,
}

pub fn buses(area: &BusArea, buses: &mut Vec<BusLine>, dice: &mut Dice) {
    let links = links(area);
    let first = buses.len();
    for trail in trails(area, &links) {
        let ends = [trail.districts[0], trail.districts[trail.districts.len() - 1]];
        let dense = trail.districts.iter().map(|&k| area.districts[k].people_km2).sum::<f64>()
            / trail.districts.len() as f64;
        let service = match dense {
            dense if dense > 1000.0 => Service::Trunk,
            dense if dense > 90.0 => Service::Local,
            _ => Service::Rural,
        };
        add(buses, [ends[0], ends[1]].map(|k| area.districts[k].name.clone()), trail.via, service, dice);
    }
    go_on(&mut buses[first..]);
    let centre = area.centre;
    let middle = area.stations[0].0.clone();
    // A ring in the middle.
    let ring: Vec<Point> = (0..=6).map(|k| towards(centre.at, k * 600, centre.core_m * 0.45)).collect();
    add(buses, [middle.clone(), middle.clone()], ring, Service::Frequency, dice);
    // Districts without a railway have a bus to the middle in the rush.
    let mut lonely = 0;
    for district in area.districts {
        let far = area.stations.iter().map(|s| distance(s.1, district.middle)).fold(f64::INFINITY, f64::min);
        if far > 2500.0 && distance(district.middle, centre.at) < centre.radius_m * 0.85 {
            lonely += 1;
            if lonely % 6 == 1 {
                let ends = [district.name.clone(), middle.clone()];
                add(buses, ends, vec![district.middle, centre.at], Service::Express, dice);
            }
        }
    }
    // At night along six rays.
    for k in 0..6 {
        let ends = [0.3, 0.55].map(|part| towards(centre.at, k * 600 + 150, centre.radius_m * part));
        if ends.iter().all(|&end| area.land.island(end, 0.1).is_some()) {
            let names = [middle.clone(), format!("Natt {}", names::place(6000 + buses.len() as u32))];
            add(buses, names, vec![centre.at, ends[0], ends[1]], Service::Night, dice);
        }
    }
}

fn add(
    buses: &mut Vec<BusLine>,
    [from, to]: [String; 2],
    via: Vec<Point>,
    service: Service,
    dice: &mut Dice,
) {
    let number = buses.len() + 1;
    let name = if service == Service::Express { format!("{number}X") } else { number.to_string() };
    let offset_min = dice.below(30) as u32;
    buses.push(BusLine { name, from, to, via, service, blank_times: false, offset_min, goes_on_as: None });
}

/// Every tenth line goes on as one that starts where it ends.
fn go_on(buses: &mut [BusLine]) {
    let mut starts: BTreeMap<String, usize> = BTreeMap::new();
    for (k, bus) in buses.iter().enumerate() {
        starts.entry(bus.from.clone()).or_insert(k);
    }
    for k in 0..buses.len() {
        // The line it goes on as comes later, so that its hours follow from this one's.
        let next = starts.get(&buses[k].to).copied().filter(|&next| next > k && next % 5 != 0);
        if let Some(next) = next.filter(|&next| k % 5 == 0 && buses[next].service == buses[k].service) {
            let name = buses[next].name.clone();
            if buses[..k].iter().all(|bus| bus.goes_on_as.as_ref() != Some(&name)) {
                buses[k].goes_on_as = Some(name);
            }
        }
    }
}

fn links(area: &BusArea) -> Vec<Link> {
    let places: Vec<Point> = area.districts.iter().map(|district| district.middle).collect();
    let islands: Vec<Option<usize>> = places.iter().map(|&p| area.land.island(p, 0.0)).collect();
    let mut links: Vec<Link> = gabriel(&places, NEIGHBOURS_M)
        .into_iter()
        .filter(|&(a, b)| islands[a].is_some() && islands[a] == islands[b])
        .map(|ends| Link { ends, over: None })
        .collect();
    for bridge in area.bridges.iter().filter(|bridge| bridge.kind == BridgeKind::Road) {
        let nearest = |island: usize| {
            let mine = (0..places.len()).filter(|&k| islands[k] == Some(island));
            mine.min_by_key(|&k| distance(places[k], bridge.near) as u64)
        };
        if let (Some(a), Some(b)) = (nearest(bridge.islands.0), nearest(bridge.islands.1)) {
            links.push(Link { ends: (a, b), over: Some(bridge.near) });
        }
    }
    links
}

/// A line's districts and the places it runs by.
struct Trail {
    districts: Vec<usize>,
    via: Vec<Point>,
}

/// Cuts the mesh into lines: each goes on as straight as it can until it is long enough.
fn trails(area: &BusArea, links: &[Link]) -> Vec<Trail> {
    let place = |k: usize| area.districts[k].middle;
    let mut at: Vec<Vec<usize>> = vec![Vec::new(); area.districts.len()];
    for (index, link) in links.iter().enumerate() {
        at[link.ends.0].push(index);
        at[link.ends.1].push(index);
    }
    let mut used = vec![false; links.len()];
    let other = |link: usize, k: usize| {
        let (a, b) = links[link].ends;
        if a == k { b } else { a }
    };
    let mut trails = Vec::new();
    for start in 0..links.len() {
        if std::mem::replace(&mut used[start], true) {
            continue;
        }
        // Links with the district that each leads to, from the first end.
        let (a, b) = links[start].ends;
        let mut way = vec![(None, a), (Some(start), b)];
        let mut length = distance(place(a), place(b));
        for _ in 0..2 {
            while length < LINE_M {
                let (before, here) = (place(way[way.len() - 2].1), way[way.len() - 1].1);
                let straight = |&link: &usize| {
                    let (p, q) = (place(here), place(other(link, here)));
                    let turn = (p.0 - before.0) * (q.0 - p.0) + (p.1 - before.1) * (q.1 - p.1);
                    (turn / (distance(before, p) * distance(p, q)).max(1.0) * 1000.0) as i64
                };
                let next = at[here].iter().copied().filter(|&link| !used[link] && straight(&link) > 250);
                let Some(next) = next.max_by_key(straight) else { break };
                used[next] = true;
                length += distance(place(here), place(other(next, here)));
                way.push((Some(next), other(next, here)));
            }
            // The other end: links move to the district that they now lead to.
            let turned: Vec<usize> = way.iter().rev().map(|step| step.1).collect();
            let over: Vec<Option<usize>> = way.iter().rev().map(|step| step.0).collect();
            way = turned
                .into_iter()
                .enumerate()
                .map(|(k, to)| (if k == 0 { None } else { over[k - 1] }, to))
                .collect();
        }
        let mut via = Vec::new();
        for &(link, to) in &way {
            via.extend(link.and_then(|link| links[link].over));
            via.push(place(to));
        }
        trails.push(Trail { districts: way.into_iter().map(|step| step.1).collect(), via });
    }
    trails
}

/// From the eastern shore of the middle to the islands before the coast.
pub fn ferries(plan: &Plan, centre: &Centre) -> Vec<Ferry> {
    let parts = plan.mainland.as_ref().map_or(0, |mainland| mainland.parts);
    let east = (0..parts).max_by_key(|&part| plan.islands[part].middle.0 as i64).unwrap_or(0);
    let mut ferries = Vec::new();
    for (island, to) in plan.islands.iter().enumerate().skip(parts) {
        let harbour = (to.middle.0, to.middle.1 - to.middle.1.signum() * 600.0);
        ferries.push(Ferry {
            name: format!("{}färjan", to.name),
            route_type: 1000,
            piers: vec![
                (format!("{} färjeläge", to.name), east, harbour),
                (format!("{} brygga", to.name), island, plan.islands[east].middle),
            ],
            minutes_between: 10,
            headway_min: 20,
        });
    }
    // Within the city, across the water.
    if parts > 2 {
        ferries.push(Ferry {
            name: "Sundsbåten".into(),
            route_type: 4,
            piers: vec![
                ("Östra kajen".into(), 0, plan.islands[east].middle),
                ("Motkajen".into(), east, centre.at),
            ],
            minutes_between: 6,
            headway_min: 20,
        });
    }
    ferries
}
