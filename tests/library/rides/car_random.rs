//! Random towns of streets between two nodes each, with one-way and private ones, gates and turn restrictions: times equal
//! those of plain Dijkstra over whole histories (the last three streets, and whether one has left the streets of the start
//! or entered those of the goal), with exact costs, but for what rounding up to milliseconds adds.

use std::collections::{BTreeMap, BinaryHeap};

use isokron::base::ids::Id;
use isokron::inputs::raw::{RawNode, RawRestriction, RawStreets, RawWay};
use isokron::network::modes::{Use, car, car_speeds};
use isokron::network::reach::EdgePosition;
use isokron::network::streets::{RiddenStreets, distance_mm};
use isokron::study::CarDelays;
use proptest::prelude::*;

use super::car::{built, by_car};
use super::{are_one_spot, linked, matrix, swept, tags, times_between};

const KINDS: [&str; 7] = [
    "highway=residential maxspeed=36",
    "highway=residential maxspeed=36",
    "highway=tertiary maxspeed=50 maxspeed:backward=20",
    "highway=residential oneway=yes",
    "highway=primary oneway=-1",
    "highway=service access=private",
    "highway=service service=parking_aisle",
];
const RESTRICTIONS: [&str; 4] = [
    "restriction=no_left_turn",
    "restriction=only_right_turn",
    "restriction=no_u_turn",
    "restriction:motorcar=no_straight_on",
];
const CROSSING_S: f64 = 9.4;
const FROM_LARGE_S: f64 = 11.3;
const ROUNDING_S: f64 = 0.06;

/// A street and a direction: the way, and whether it is driven against the order of its nodes.
type Directed = (usize, bool);

/// The town as the twin sees it.
struct Town<'a> {
    raw: &'a RawStreets,
    /// Way → seconds a direction, where it is open; and whether only to begin or to end there.
    ways: Vec<([Option<f64>; 2], bool)>,
    /// Sequences that nobody drives, and those of which only one end is driven.
    no: Vec<Vec<Directed>>,
    only: Vec<Vec<Directed>>,
}

impl Town<'_> {
    fn end(&self, (way, against): Directed) -> u32 {
        let nodes = &self.raw.ways[way].nodes;
        if against { nodes[0] } else { nodes[1] }
    }

    fn leaving(&self, node: u32) -> Vec<Directed> {
        let mut leaving = Vec::new();
        for way in 0..self.ways.len() {
            for against in [false, true] {
                let open = self.ways[way].0[usize::from(against)].is_some();
                if open && self.end((way, !against)) == node {
                    leaving.push((way, against));
                }
            }
        }
        leaving
    }

    fn is_closed(&self, node: u32) -> bool {
        car::blocks(&self.raw.nodes[node as usize].tags)
    }

    /// Where one may drive on from the end of a history, with the seconds of the turn.
    fn onward(&self, history: &[Directed]) -> Vec<(Directed, f64)> {
        let here = history[history.len() - 1];
        let back = (here.0, !here.1);
        let node = self.end(here);
        let is_turn = |next: &Directed| !self.is_closed(node) || *next == back;
        let ends_with = |sequence: &[Directed]| history.ends_with(sequence);
        let allowed = |next: &Directed| {
            let no = self.no.iter().any(|no| no[no.len() - 1] == *next && ends_with(&no[..no.len() - 1]));
            let only = self.only.iter().any(|only| {
                ends_with(&only[..only.len() - 1]) && only[only.len() - 1] != *next && *next != back
            });
            !no && !only
        };
        let mut onward: Vec<Directed> =
            self.leaving(node).into_iter().filter(|next| is_turn(next) && allowed(next)).collect();
        if onward.iter().any(|next| *next != back) {
            onward.retain(|next| *next != back);
        }
        let meeting = (0..self.ways.len()).filter(|&way| {
            let (seconds, ends_only) = self.ways[way];
            seconds.iter().any(Option::is_some) && !ends_only && self.raw.ways[way].nodes.contains(&node)
        });
        let is_crossing = !self.is_closed(node) && meeting.count() >= 3;
        let is_large = self.raw.ways[here.0].tags.iter().any(|(_, value)| value == "primary");
        let turn_s = match (is_crossing, is_large) {
            (false, _) => 0.0,
            (true, true) => FROM_LARGE_S,
            (true, false) => CROSSING_S,
        };
        onward.into_iter().map(|next| (next, turn_s)).collect()
    }
}

/// In which layer one is after turning from a street into another: 0 in the streets of the start, 1 on the way, 2 in those
/// of the goal; `None`: nobody does so.
fn layer(layer: u8, into_ends_only: bool) -> Option<u8> {
    match (layer, into_ends_only) {
        (0, true) => Some(0),
        (0 | 1, false) => Some(1),
        (1 | 2, true) => Some(2),
        _ => None,
    }
}

/// A time to be looked at, the least first.
#[derive(PartialEq)]
struct Next(f64, Vec<Directed>, u8);
impl Eq for Next {}
impl Ord for Next {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        other.0.total_cmp(&self.0)
    }
}
impl PartialOrd for Next {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// Seconds from a spot to the start of each directed street, by layer.
fn search(town: &Town<'_>, way: usize, rest: [f64; 2]) -> BTreeMap<(Directed, u8), f64> {
    let mut known: BTreeMap<(Vec<Directed>, u8), f64> = BTreeMap::new();
    let mut heap = BinaryHeap::new();
    let mut push = |heap: &mut BinaryHeap<Next>, seconds: f64, history: Vec<Directed>, layer: u8| {
        let history = history[history.len().saturating_sub(3)..].to_vec();
        let best = known.entry((history.clone(), layer)).or_insert(f64::INFINITY);
        if seconds < *best {
            *best = seconds;
            heap.push(Next(seconds, history, layer));
        }
    };
    let first_layer = if town.ways[way].1 { 0 } else { 1 };
    for against in [false, true] {
        let Some(whole) = town.ways[way].0[usize::from(against)] else { continue };
        for (next, turn_s) in town.onward(&[(way, against)]) {
            if let Some(layer) = layer(first_layer, town.ways[next.0].1) {
                let seconds = rest[usize::from(against)] * whole + turn_s;
                push(&mut heap, seconds, vec![(way, against), next], layer);
            }
        }
    }
    let mut found: BTreeMap<(Directed, u8), f64> = BTreeMap::new();
    while let Some(Next(seconds, history, at)) = heap.pop() {
        let here = history[history.len() - 1];
        let best = found.entry((here, at)).or_insert(f64::INFINITY);
        *best = best.min(seconds);
        let whole = town.ways[here.0].0[usize::from(here.1)].expect("one drives there");
        for (next, turn_s) in town.onward(&history) {
            if let Some(layer) = layer(at, town.ways[next.0].1) {
                let longer = [&history[..], &[next]].concat();
                push(&mut heap, seconds + whole + turn_s, longer, layer);
            }
        }
    }
    found
}

fn seen(raw: &RawStreets) -> Town<'_> {
    let degrees = |node: u32| {
        let node = &raw.nodes[node as usize];
        (f64::from(node.lon_e7) / 1e7, f64::from(node.lat_e7) / 1e7)
    };
    let ways = raw.ways.iter().map(|way| {
        let along = car::way(&way.tags);
        let mm = distance_mm(degrees(way.nodes[0]), degrees(way.nodes[1])) as f64;
        let (speeds, _) = car_speeds::speeds(&way.tags, None, false);
        let seconds = |used: Use, m_per_h: u32| (used != Use::No).then(|| mm * 3.6 / f64::from(m_per_h));
        ([seconds(along.forward, speeds[0]), seconds(along.backward, speeds[1])], along.ends_only)
    });
    let mut town = Town { raw, ways: ways.collect(), no: Vec::new(), only: Vec::new() };
    let both = |way: u32| [(way as usize, false), (way as usize, true)];
    for restriction in &raw.restrictions {
        let (from, to) = (both(restriction.from[0]), both(restriction.to[0]));
        let open = |d: &Directed| town.ways[d.0].0[usize::from(d.1)].is_some();
        let meets = |a: Directed, b: Directed| {
            let node = town.end(a);
            // At a closed barrier one can but turn back.
            node == town.end((b.0, !b.1)) && (!town.is_closed(node) || a.0 == b.0)
        };
        let mut readings: Vec<Vec<Directed>> = Vec::new();
        for f in from.into_iter().filter(open) {
            for t in to.into_iter().filter(open) {
                match (restriction.via_nodes.first(), restriction.via_ways.first()) {
                    (Some(&node), _) if town.end(f) == node && meets(f, t) && (f.0 != t.0 || t.1 != f.1) => {
                        readings.push(vec![f, t]);
                    }
                    (_, Some(&via)) => {
                        for v in both(via).into_iter().filter(open) {
                            if meets(f, v) && meets(v, t) {
                                readings.push(vec![f, v, t]);
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        let [reading] = &readings[..] else { continue };
        let only = restriction.tags.iter().any(|(_, value)| value.starts_with("only"));
        if only { town.only.push(reading.clone()) } else { town.no.push(reading.clone()) }
    }
    town
}

/// Where a spot lies: its way, and which part of it lies before it.
fn place(town: &Town<'_>, streets: &RiddenStreets, spot: EdgePosition) -> (usize, f64) {
    let way = streets.way(spot.edge).osm_id as usize;
    let part = f64::from(spot.at_mm) / f64::from(streets.streets.edge_mm[spot.edge.index()].max(1));
    let shape = streets.streets.shape(spot.edge);
    let first = &town.raw.nodes[town.raw.ways[way].nodes[0] as usize];
    let along = (first.lon_e7, first.lat_e7)
        == (streets.streets.shape_lon_e7[shape.start], streets.streets.shape_lat_e7[shape.start]);
    (way, if along { part } else { 1.0 - part })
}

fn plain(raw: &RawStreets, streets: &RiddenStreets, spots: &[Option<EdgePosition>]) -> Vec<Vec<f64>> {
    let town = seen(raw);
    let mut rows = vec![vec![f64::INFINITY; spots.len()]; spots.len()];
    for (from, row) in rows.iter_mut().enumerate() {
        let Some(start) = spots[from] else { continue };
        let (way, part) = place(&town, streets, start);
        let found = search(&town, way, [1.0 - part, part]);
        for (to, time) in row.iter_mut().enumerate() {
            let Some(goal) = spots[to] else { continue };
            let links = f64::from(start.link_mm + goal.link_mm) / 1000.0;
            let (other, there) = place(&town, streets, goal);
            for against in [false, true] {
                let Some(whole) = town.ways[other].0[usize::from(against)] else { continue };
                let before = if against { 1.0 - there } else { there };
                for layer in 0..3 {
                    if let Some(seconds) = found.get(&((other, against), layer)) {
                        *time = time.min(seconds + before * whole + links);
                    }
                }
                let ahead = if against { part - there } else { there - part };
                if other == way && ahead >= 0.0 {
                    *time = time.min(ahead * whole + links);
                }
            }
        }
    }
    rows
}

prop_compose! {
    fn random_town()(
        jitter in prop::collection::vec((0.0..0.3f64, 0.0..0.3f64), 9),
        gates in prop::collection::vec(0..6usize, 9),
        ways in prop::collection::vec((0..KINDS.len(), 0..9u32, 1..9u32), 4..16),
        asked in prop::collection::vec((0..RESTRICTIONS.len(), any::<bool>(), 0..64usize, 0..64usize, 0..64usize), 0..8),
        points in prop::collection::vec((0..9usize, 0..9usize, 0.0..1.0f64), 2..8),
    ) -> (RawStreets, Vec<(f64, f64)>) {
        let at = |i: usize| ((i % 3) as f64 * 0.9 + jitter[i].0, (i / 3) as f64 * 0.9 + jitter[i].1);
        let node = |i: usize| RawNode {
            osm_id: i as i64,
            lon_e7: (at(i).0 * 1e4).round() as i32,
            lat_e7: (at(i).1 * 1e4).round() as i32,
            tags: tags(if gates[i] == 0 { "barrier=bollard" } else { "" }),
        };
        let mut ways: Vec<RawWay> = ways
            .iter()
            .map(|&(kind, from, step)| RawWay { osm_id: 0, nodes: vec![from, (from + step) % 9], tags: tags(KINDS[kind]) })
            .collect();
        ways.iter_mut().zip(0..).for_each(|(way, id)| way.osm_id = id);
        // Ways that meet, so that most restrictions mean something.
        let meeting = |node: u32| -> Vec<u32> {
            (0..ways.len() as u32).filter(|&way| ways[way as usize].nodes.contains(&node)).collect()
        };
        let mut restrictions = Vec::new();
        for &(text, over_way, a, b, c) in &asked {
            let via = b % ways.len();
            let [x, y] = [ways[via].nodes[0], ways[via].nodes[1]];
            let (first, then) = (meeting(x), meeting(if over_way { y } else { x }));
            let (from, to) = (first[a % first.len()], then[c % then.len()]);
            let via_way = (over_way && from != to && from as usize != via && to as usize != via).then_some(via as u32);
            if over_way && via_way.is_none() {
                continue;
            }
            restrictions.push(RawRestriction {
                osm_id: restrictions.len() as i64,
                tags: tags(RESTRICTIONS[text]),
                from: vec![from],
                via_nodes: if over_way { Vec::new() } else { vec![x] },
                via_ways: via_way.into_iter().collect(),
                to: vec![to],
                missing: 0,
            });
        }
        let points = points.iter().map(|&(a, b, part)| {
            let (a, b) = (at(a), at(b));
            (a.0 + part * (b.0 - a.0), a.1 + part * (b.1 - a.1))
        });
        let points = points.collect();
        (RawStreets { nodes: (0..9).map(node).collect(), ways, restrictions, ..RawStreets::default() }, points)
    }
}

proptest! {
    #[test]
    fn times_equal_plain_dijkstra((raw, points) in random_town()) {
        let streets = built(&raw, 1);
        let places = linked(&streets, &points);
        let spots: Vec<_> = (0..points.len()).map(|place| places.spot(place)).collect();
        let plain = plain(&raw, &streets, &spots);
        for delays in [CarDelays::Conveyal, CarDelays::None] {
            let times = times_between(streets.clone(), places.clone(), by_car(delays));
            prop_assert_eq!(&swept(&times, points.len()), &matrix(&times, points.len()), "{:?}", delays);
        }
        let times = times_between(streets, places, by_car(CarDelays::Helsinki));
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
                        let (least, most) = ((exact - 2e-3).ceil(), (exact + ROUNDING_S).ceil());
                        let is_right = (least..=most).contains(&f64::from(seconds));
                        prop_assert!(is_right, "{from} → {to}: {seconds} s, and {exact} s");
                    }
                }
            }
        }
    }
}
