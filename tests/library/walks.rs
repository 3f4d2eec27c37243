//! Walks on random small towns equal plain Dijkstra (petgraph's) on the graph as the OSM ways draw it, without
//! contraction, into which every link is inserted naively; links equal a search through all segments.

use std::collections::BTreeMap;

use geo::{Distance, Geodesic, Point};
use isokron::base::NONE;
use isokron::base::csr::{Csr, TimedArc};
use isokron::base::diagnostics::Diagnostics;
use isokron::base::executor::Quiet;
use isokron::base::strings::StringColumn;
use isokron::base::units::SpeedMmPerS;
use isokron::inputs::raw::{RawNode, RawStreets, RawWay};
use isokron::network::links::{
    KeptComponents, LegEnds, Limits, LinkRule, LinkStatus, Linkage, Linker, legs, legs_again, relinked,
};
use isokron::network::modes::walk;
use isokron::network::reach::EdgePosition;
use isokron::network::slopes::WalkLengths;
use isokron::network::streets::{self, Streets};
use isokron::network::transit::Stops;
use petgraph::algo::dijkstra;
use petgraph::graph::{DiGraph, NodeIndex};
use proptest::prelude::*;

/// A segment as the ways draw it: ends, mm, walkable from the first end to the second and back.
#[derive(Clone, Copy, Debug)]
struct Piece {
    ends: [usize; 2],
    mm: u64,
    forward: bool,
    backward: bool,
}

/// The plain picture of the streets.
struct Plain<'a> {
    raw: &'a RawStreets,
    pieces: Vec<Piece>,
    /// Node → component (its smallest node).
    component: Vec<usize>,
}

fn degrees(node: &RawNode) -> (f64, f64) {
    (f64::from(node.lon_e7) / 1e7, f64::from(node.lat_e7) / 1e7)
}

impl<'a> Plain<'a> {
    fn new(raw: &'a RawStreets) -> Self {
        let mut pieces = Vec::new();
        let mut street_at = vec![false; raw.nodes.len()];
        for way in &raw.ways {
            let walk = walk::way(&way.tags);
            for pair in way.nodes.windows(2) {
                let ends = [pair[0] as usize, pair[1] as usize];
                if pair.contains(&NONE) || ends[0] == ends[1] || !(walk.forward || walk.backward) {
                    continue;
                }
                let [a, b] = ends.map(|end| Point::from(degrees(&raw.nodes[end])));
                let mm = (Geodesic.distance(a, b) * 1000.0).round() as u64;
                pieces.push(Piece { ends, mm, forward: walk.forward, backward: walk.backward });
                street_at[ends[0]] |= walk::is_street(&way.tags);
            }
        }
        // Labels spread until nothing changes.
        let mut component: Vec<usize> = (0..raw.nodes.len()).collect();
        loop {
            let before = component.clone();
            for piece in &pieces {
                let least = component[piece.ends[0]].min(component[piece.ends[1]]);
                component[piece.ends[0]] = least;
                component[piece.ends[1]] = least;
            }
            if component == before {
                break;
            }
        }
        // Platforms that meet no street are no streets.
        let has_street = |c: usize| (0..raw.nodes.len()).any(|node| component[node] == c && street_at[node]);
        pieces.retain(|piece| has_street(component[piece.ends[0]]));
        Plain { raw, pieces, component }
    }

    fn nodes_of(&self, component: usize) -> usize {
        let touched = |node: &usize| self.pieces.iter().any(|piece| piece.ends.contains(node));
        (0..self.raw.nodes.len()).filter(|&node| self.component[node] == component).filter(touched).count()
    }

    /// Metres from a point to a piece, in a plane around the point: right to some cm in a small town.
    fn metres(&self, point: (f64, f64), piece: &Piece) -> f64 {
        let lat = point.1.to_radians();
        // Radii of curvature along the parallel and the meridian.
        let (a, e2) = (6_378_137.0, 0.006_694_379_990_14);
        let w = (1.0f64 - e2 * lat.sin().powi(2)).sqrt();
        let scale = (a / w * lat.cos(), a * (1.0 - e2) / w.powi(3));
        let [p, q] = piece.ends.map(|end| {
            let (lon, lat) = degrees(&self.raw.nodes[end]);
            let lon = (lon - point.0 + 540.0).rem_euclid(360.0) - 180.0;
            (lon.to_radians() * scale.0, (lat - point.1).to_radians() * scale.1)
        });
        let d = (q.0 - p.0, q.1 - p.1);
        let t = (-(p.0 * d.0 + p.1 * d.1) / (d.0 * d.0 + d.1 * d.1)).clamp(0.0, 1.0);
        (p.0 + t * d.0).hypot(p.1 + t * d.1)
    }

    /// The segment that a spot lies on, and mm from its first end.
    fn place(&self, streets: &Streets, spot: EdgePosition) -> (usize, u64) {
        let shape = streets.shape(spot.edge);
        let after = (shape.start + 1..shape.end).find(|&i| spot.at_mm <= streets.shape_mm[i]).unwrap();
        let node = |i: usize| {
            let here = (streets.shape_lon_e7[i], streets.shape_lat_e7[i]);
            self.raw.nodes.iter().position(|node| (node.lon_e7, node.lat_e7) == here).unwrap()
        };
        let (a, b) = (node(after - 1), node(after));
        let along = u64::from(spot.at_mm - streets.shape_mm[after - 1]);
        let piece = self.pieces.iter().position(|p| p.ends == [a, b] || p.ends == [b, a]).unwrap();
        let from_first = if self.pieces[piece].ends[0] == a { along } else { self.pieces[piece].mm - along };
        (piece, from_first)
    }

    /// From every spot the mm along the streets to every other.
    fn distances(&self, streets: &Streets, spots: &[Option<EdgePosition>]) -> Vec<BTreeMap<usize, u64>> {
        let mut graph: DiGraph<(), u64> = DiGraph::new();
        for _ in &self.raw.nodes {
            graph.add_node(());
        }
        let at = NodeIndex::new;
        for piece in &self.pieces {
            let [a, b] = piece.ends.map(at);
            if piece.forward {
                graph.add_edge(a, b, piece.mm);
            }
            if piece.backward {
                graph.add_edge(b, a, piece.mm);
            }
        }
        let mut inserted: Vec<(usize, NodeIndex, [usize; 2], u64)> = Vec::new();
        for (spot, place) in spots.iter().enumerate().filter_map(|(i, s)| Some((i, (*s)?))) {
            let (piece, along) = self.place(streets, place);
            let ends = self.pieces[piece].ends;
            let node = graph.add_node(());
            // The same segment may be drawn by several ways: the link lies on all of them.
            for piece in &self.pieces {
                let along = match piece.ends {
                    same if same == ends => along,
                    [b, a] if [a, b] == ends => piece.mm - along,
                    _ => continue,
                };
                let [a, b] = piece.ends.map(at);
                let rest = piece.mm - along;
                if piece.forward || along == 0 {
                    graph.add_edge(a, node, along);
                }
                if piece.backward || along == 0 {
                    graph.add_edge(node, a, along);
                }
                if piece.forward || rest == 0 {
                    graph.add_edge(node, b, rest);
                }
                if piece.backward || rest == 0 {
                    graph.add_edge(b, node, rest);
                }
                for &(_, other, other_ends, other_along) in &inserted {
                    let other_along = match other_ends {
                        same if same == piece.ends => other_along,
                        [b, a] if [a, b] == piece.ends => piece.mm - other_along,
                        _ => continue,
                    };
                    let mm = along.abs_diff(other_along);
                    let (first, second) = if along <= other_along { (node, other) } else { (other, node) };
                    if piece.forward || mm == 0 {
                        graph.add_edge(first, second, mm);
                    }
                    if piece.backward || mm == 0 {
                        graph.add_edge(second, first, mm);
                    }
                }
            }
            inserted.push((spot, node, ends, along));
        }
        let mut distances = vec![BTreeMap::new(); spots.len()];
        for &(from, node, _, _) in &inserted {
            let reached = dijkstra(&graph, node, None, |edge| *edge.weight());
            for &(to, node, _, _) in &inserted {
                if let Some(&mm) = reached.get(&node) {
                    distances[from].insert(to, mm);
                }
            }
        }
        distances
    }
}

#[derive(Clone, Debug)]
struct Town {
    raw: RawStreets,
    origins: Vec<(f64, f64)>,
    destinations: Option<Vec<(f64, f64)>>,
    stops: Vec<(f64, f64)>,
    called: Vec<bool>,
    station: Vec<Option<usize>>,
    rule: LinkRule,
    min_island_nodes: u32,
    limits: Limits,
}

const KINDS: [&[(&str, &str)]; 8] = [
    &[("highway", "residential")],
    &[("highway", "residential")],
    &[("highway", "footway")],
    &[("highway", "residential"), ("oneway", "yes")],
    &[("highway", "footway"), ("oneway:foot", "yes")],
    &[("highway", "steps"), ("oneway:foot", "-1")],
    &[("highway", "motorway")],
    &[("railway", "platform")],
];

/// Where towns are: Stockholm, on the antimeridian, on the equator, far north.
const CENTRES: [(f64, f64); 4] = [(18.07, 59.33), (179.9996, -17.0), (0.0, 0.0), (25.0, 80.0)];

/// A place in metres from the centre → degrees.
fn place(centre: (f64, f64), (x, y): (f64, f64)) -> (f64, f64) {
    let lat = centre.1 + y / 111_000.0;
    let lon = centre.0 + x / (111_000.0 * centre.1.to_radians().cos());
    ((lon + 540.0).rem_euclid(360.0) - 180.0, lat)
}

prop_compose! {
    fn town()(
        centre in 0..CENTRES.len(),
        jitter in prop::collection::vec((0.0..30.0f64, 0.0..30.0f64), 16),
        ways in prop::collection::vec((0..KINDS.len(), prop::collection::vec(0..16u32, 2..6)), 1..9),
        // Near a node, in the open, or half-way between two nodes (perhaps on a street).
        points in prop::collection::vec((0..3, 0..16usize, 0..16usize, -60.0..360.0f64, -60.0..360.0f64), 3..16),
        stops in 0..8usize,
        destinations in 0..4usize,
        called in prop::collection::vec(prop::bool::weighted(0.8), 8),
        station in prop::collection::vec(prop::option::of(0..8usize), 8),
        max_link_m in prop::sample::select(vec![30.0, 120.0, 1000.0]),
        fragment_reach_m in prop::sample::select(vec![0.0, 20.0, 70.0, 150.0, 250.0]),
        min_island_nodes in 0..9u32,
        speed in prop::sample::select(vec![700u32, 1000, 1333]),
        limits in (0..900u32, 0..600u32, 0..900u32),
    ) -> Town {
        let centre = CENTRES[centre];
        let metres = |i: usize| {
            ((i % 4) as f64 * 90.0 + jitter[i].0, (i / 4) as f64 * 90.0 + jitter[i].1)
        };
        let node = |i: usize| {
            let (lon, lat) = place(centre, metres(i));
            RawNode {
                osm_id: i as i64,
                lon_e7: (lon * 1e7).round() as i32,
                lat_e7: (lat * 1e7).round() as i32,
                tags: vec![],
            }
        };
        let nodes: Vec<RawNode> = (0..16).map(node).collect();
        let ways = ways.iter().enumerate().map(|(id, (kind, refs))| RawWay {
            osm_id: id as i64,
            // Node 15 is absent from the file.
            nodes: refs.iter().map(|&node| if node == 15 { NONE } else { node }).collect(),
            tags: KINDS[*kind].iter().map(|(k, v)| (k.to_string(), v.to_string())).collect(),
        }).collect();
        let points: Vec<(f64, f64)> = points.iter().map(|&(how, a, b, x, y)| {
            let ((ax, ay), (bx, by)) = (metres(a), metres(b));
            match how {
                0 => degrees(&nodes[a]),
                1 => place(centre, ((ax + bx) / 2.0, (ay + by) / 2.0)),
                _ => place(centre, (x, y)),
            }
        }).collect();
        let stops = stops.min(points.len() - 1);
        let (stop_points, rest) = points.split_at(stops);
        let destinations = destinations.min(rest.len() - 1);
        let (to, from) = rest.split_at(destinations);
        Town {
            raw: RawStreets { nodes, ways, ..RawStreets::default() },
            origins: from.to_vec(),
            destinations: (destinations > 0).then(|| to.to_vec()),
            stops: stop_points.to_vec(),
            called: called[..stops].to_vec(),
            station: station[..stops].iter().map(|s| s.filter(|&s| s < stops)).collect(),
            rule: LinkRule { max_link_m, fragment_reach_m },
            min_island_nodes,
            limits: Limits {
                speed: SpeedMmPerS(speed),
                max_walk_s: limits.0,
                max_transfer_walk_s: limits.1,
                max_direct_walk_s: limits.2,
                lengths: WalkLengths::PLAIN,
            },
        }
    }
}

impl Town {
    fn table(&self) -> Stops {
        let mut ids = StringColumn::default();
        for stop in 0..self.stops.len() {
            ids.push(&stop.to_string());
        }
        Stops {
            names: ids.clone(),
            ids,
            feed: vec![0; self.stops.len()].into(),
            lon: self.stops.iter().map(|p| p.0).collect(),
            lat: self.stops.iter().map(|p| p.1).collect(),
            station: self.station.iter().map(|s| s.map_or(NONE, |s| s as u32)).collect(),
            called: self.called.iter().map(|&c| u8::from(c)).collect(),
        }
    }
}

/// Metres that are too near to each other to tell by the plain picture which is less.
fn close(a: f64, b: f64) -> bool {
    a.is_finite() && b.is_finite() && (a - b).abs() < 0.5
}

/// The streets by component, as seen from a point, by a search through all segments: (metres, component), nearest first.
fn seen(plain: &Plain, point: (f64, f64)) -> Vec<(f64, usize)> {
    let mut nearest: BTreeMap<usize, f64> = BTreeMap::new();
    for piece in &plain.pieces {
        let metres = plain.metres(point, piece);
        let least = nearest.entry(plain.component[piece.ends[0]]).or_insert(metres);
        *least = least.min(metres);
    }
    let mut seen: Vec<(f64, usize)> =
        nearest.into_iter().map(|(component, metres)| (metres, component)).collect();
    seen.sort_by(|a, b| a.0.total_cmp(&b.0));
    seen
}

fn least(seen: &[(f64, usize)], of: impl Fn(usize) -> bool) -> f64 {
    seen.iter().find(|&&(_, component)| of(component)).map_or(f64::INFINITY, |&(metres, _)| metres)
}

fn large(town: &Town, plain: &Plain) -> Vec<bool> {
    let most = (town.min_island_nodes as usize).max(1);
    (0..town.raw.nodes.len()).map(|component| plain.nodes_of(component) >= most).collect()
}

/// Kept components by the rule's own words: a small one is kept where a stop lies within 50 m of it, it is the stop's
/// nearest, and no large one has an edge within `fragment_reach_m`. `None` where a tie or a limit is too near to call.
fn kept(town: &Town, plain: &Plain) -> Option<Vec<bool>> {
    let large = large(town, plain);
    let mut kept = large.clone();
    for stop in (0..town.stops.len()).filter(|&stop| town.called[stop]) {
        let seen = seen(plain, town.stops[stop]);
        let Some(&(metres, component)) = seen.first() else { continue };
        let street = least(&seen, |component| large[component]);
        let on_m = town.rule.max_link_m.min(50.0);
        if seen.get(1).is_some_and(|second| close(second.0, metres))
            || close(metres, on_m)
            || close(street, town.rule.fragment_reach_m)
        {
            return None;
        }
        if metres <= on_m && street > town.rule.fragment_reach_m {
            kept[component] = true;
        }
    }
    Some(kept)
}

/// What a link is compared with: its state and length, or `None` where a limit is too near to call.
fn link_of(town: &Town, kept: &[bool], seen: &[(f64, usize)]) -> Option<(LinkStatus, f64)> {
    let max_link_m = town.rule.max_link_m;
    let (near, island) =
        (least(seen, |component| kept[component]), least(seen, |component| !kept[component]));
    if close(near, max_link_m) || close(island, max_link_m) {
        return None;
    }
    Some(if near < max_link_m {
        (LinkStatus::Linked, near)
    } else if island < max_link_m {
        (LinkStatus::Island, island)
    } else {
        (LinkStatus::Unlinked, 0.0)
    })
}

/// A stop with a large component within `fragment_reach_m` is linked to that, others as cells.
fn stop_link_of(
    town: &Town,
    large: &[bool],
    kept: &[bool],
    seen: &[(f64, usize)],
) -> Option<(LinkStatus, f64)> {
    let street = least(seen, |component| large[component]);
    let within_m = town.rule.max_link_m.min(town.rule.fragment_reach_m);
    match street {
        _ if close(street, within_m) => None,
        _ if street < within_m => Some((LinkStatus::Linked, street)),
        _ => link_of(town, kept, seen),
    }
}

fn check_link(linked: &Linkage, point: usize, expected: Option<(LinkStatus, f64)>) {
    let Some((status, metres)) = expected else { return };
    assert_eq!(linked.status(point), status, "point {point}");
    let link_m = f64::from(linked.link_mm[point]) / 1000.0;
    assert!((link_m - metres).abs() < 0.05 + metres * 1e-4, "point {point}: {link_m} m, not {metres} m");
}

/// Links of cells and stops, and the small components that stops are led past, against a search through all segments.
fn check_links(town: &Town, plain: &Plain, origins: &Linkage, stops: &Linkage, passed_mm: &[u32]) {
    let Some(kept) = kept(town, plain) else { return };
    let large = large(town, plain);
    for (i, &point) in town.origins.iter().enumerate() {
        check_link(origins, i, link_of(town, &kept, &seen(plain, point)));
    }
    for (i, &point) in town.stops.iter().enumerate() {
        if !town.called[i] {
            check_link(stops, i, Some((LinkStatus::Unlinked, 0.0)));
            continue;
        }
        let seen = seen(plain, point);
        let expected = stop_link_of(town, &large, &kept, &seen);
        check_link(stops, i, expected);
        let Some((_, metres)) = expected.filter(|(status, _)| *status != LinkStatus::Unlinked) else {
            continue;
        };
        let (island_m, island) = seen[0];
        if !close(island_m, metres) {
            // The nearest of all is another than the one linked to.
            assert!(island_m < metres);
            let said = f64::from(passed_mm[i]) / 1000.0;
            assert!(!large[island] && (said - island_m).abs() < 0.05 + island_m * 1e-4, "stop {i}: {said}");
        } else if !seen.get(1).is_some_and(|second| close(second.0, metres)) {
            assert_eq!(passed_mm[i], NONE, "stop {i}");
        }
    }
}

fn rows(csr: &Csr<TimedArc>) -> Vec<Vec<(usize, u32)>> {
    csr.rows().map(|row| row.iter().map(|walk| (walk.to as usize, walk.seconds)).collect()).collect()
}

fn check(town: &Town) {
    let built = streets::build(&town.raw, town.min_island_nodes, &mut Diagnostics::default());
    assert!(built.check());
    let plain = Plain::new(&town.raw);
    let table = town.table();
    let linker = Linker::new(&built, town.rule);
    let keep = linker.keep(&table, &mut Diagnostics::default(), &Quiet).unwrap();
    let origins = linker.link(&keep, &town.origins, &Quiet).unwrap();
    let destinations = match &town.destinations {
        Some(points) => linker.link(&keep, points, &Quiet).unwrap(),
        None => origins.clone(),
    };
    let stops = linker.link_stops(&keep, &table, &Quiet).unwrap();
    assert!(origins.check(&built) && destinations.check(&built) && stops.check(&built));
    assert_eq!(KeptComponents::of(&built, &stops), keep);
    let passed_mm = linker.passed(&table, &stops, &Quiet).unwrap();
    check_links(town, &plain, &origins, &stops, &passed_mm);

    let same = town.destinations.is_none();
    let found = legs(&built, &origins, &destinations, same, &stops, &table, town.limits, &Quiet).unwrap();

    // All spots in one list: origins, destinations, stops.
    let all = |linked: &Linkage| (0..linked.len()).map(|i| linked.spot(i)).collect::<Vec<_>>();
    let spots = [all(&origins), all(&destinations), all(&stops)].concat();
    let (first_destination, first_stop) = (origins.len(), origins.len() + destinations.len());
    let distances = plain.distances(&built, &spots);
    let link = |i: usize| Some(u64::from(spots[i]?.link_mm));
    let leg = |from: usize, to: usize| Some(link(from)? + distances[from].get(&to)? + link(to)?);
    let speed = town.limits.speed;
    let row = |limit: u32, from: usize, targets: std::ops::Range<usize>| {
        let seconds = |to: usize| Some(speed.seconds(leg(from, to)?)).filter(|&s| s <= limit);
        targets.clone().filter_map(|to| Some((to - targets.start, seconds(to)?))).collect::<Vec<_>>()
    };
    let stop_range = first_stop..spots.len();
    let place_range = first_destination..first_stop;
    let Limits { max_walk_s, max_transfer_walk_s, max_direct_walk_s, .. } = town.limits;

    let access: Vec<_> = (0..origins.len()).map(|o| row(max_walk_s, o, stop_range.clone())).collect();
    assert_eq!(rows(&found.access), access, "access");

    let mut direct: Vec<_> =
        (0..origins.len()).map(|o| row(max_direct_walk_s, o, place_range.clone())).collect();
    for (origin, row) in direct.iter_mut().enumerate() {
        row.retain(|&(to, _)| max_direct_walk_s > 0 && !(same && to == origin));
    }
    assert_eq!(rows(&found.direct), direct, "direct");

    let mut egress = vec![Vec::new(); destinations.len()];
    for stop in 0..stops.len() {
        for (to, seconds) in row(max_walk_s, first_stop + stop, place_range.clone()) {
            egress[to].push((stop, seconds));
        }
    }
    assert_eq!(rows(&found.egress), egress, "egress");

    for stop in 0..stops.len() {
        let mut near: BTreeMap<usize, u32> =
            row(max_transfer_walk_s, first_stop + stop, stop_range.clone()).into_iter().collect();
        for other in 0..stops.len() {
            let siblings = town.station[stop].is_some() && town.station[stop] == town.station[other];
            if siblings && town.called[stop] && town.called[other] {
                let metres = Geodesic.distance(Point::from(town.stops[stop]), Point::from(town.stops[other]));
                let seconds = speed.seconds((metres * 1000.0).round() as u64);
                if seconds <= max_transfer_walk_s {
                    let best = near.entry(other).or_insert(seconds);
                    *best = seconds.min(*best);
                }
            }
        }
        near.remove(&stop);
        assert_eq!(rows(&found.footpaths)[stop], near.into_iter().collect::<Vec<_>>(), "transfers of {stop}");
    }
}

/// With some stops elsewhere, called at for the first time, or new, links and walks made from those of before are those
/// made from nothing.
fn check_again(town: &Town, moved: &[Option<usize>], new: usize) {
    let mut other = town.clone();
    for (stop, to) in moved.iter().enumerate().take(town.stops.len()) {
        if let Some(to) = to {
            other.stops[stop] = town.origins[to % town.origins.len()];
            other.called[stop] = true;
        }
    }
    other.stops.extend(town.origins.iter().take(new));
    other.called.resize(other.stops.len(), true);
    other.station.resize(other.stops.len(), None);
    let built = streets::build(&town.raw, town.min_island_nodes, &mut Diagnostics::default());
    let linker = Linker::new(&built, town.rule);
    let keep = |table: &Stops| linker.keep(table, &mut Diagnostics::default(), &Quiet).unwrap();
    let (before, table) = (town.table(), other.table());
    let (kept, kept_now) = (keep(&before), keep(&table));
    let stops = linker.link_stops(&kept, &before, &Quiet).unwrap();
    let changed: Vec<u32> = (0..other.stops.len() as u32)
        .filter(|&stop| stop as usize >= town.stops.len() || moved[stop as usize].is_some())
        .collect();
    let again = relinked(&built, town.rule, &stops, &table, &changed, &Quiet).unwrap();
    assert_eq!(again.is_some(), kept == kept_now);
    let Some(again) = again else { return };
    assert_eq!(again, linker.link_stops(&kept_now, &table, &Quiet).unwrap());

    let origins = linker.link(&kept, &town.origins, &Quiet).unwrap();
    let destinations = town.destinations.as_ref().map(|points| linker.link(&kept, points, &Quiet).unwrap());
    let (same, destinations) = (destinations.is_none(), destinations.unwrap_or_else(|| origins.clone()));
    let all = |stops: &Linkage, table: &Stops| {
        legs(&built, &origins, &destinations, same, stops, table, town.limits, &Quiet).unwrap()
    };
    let ends = LegEnds {
        streets: &built,
        origins: &origins,
        points: &town.origins,
        destinations: &destinations,
        stops: &again,
        table: &table,
    };
    let found = legs_again(&all(&stops, &before), &changed, ends, town.limits, &Quiet).unwrap();
    let whole = all(&again, &table);
    assert_eq!(rows(&found.access), rows(&whole.access), "access");
    assert_eq!(rows(&found.egress), rows(&whole.egress), "egress");
    assert_eq!(rows(&found.footpaths), rows(&whole.footpaths), "transfers");
    assert_eq!(rows(&found.direct), rows(&whole.direct), "direct");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn walks_equal_plain_dijkstra(town in town()) {
        check(&town);
    }

    #[test]
    fn some_stops_elsewhere_are_linked_and_walked_to_as_if_all_were(
        town in town(),
        moved in prop::collection::vec(prop::option::weighted(0.3, 0..16usize), 8),
        new in 0..3usize,
    ) {
        check_again(&town, &moved, new);
    }
}
