//! Streets come, go, or are walked more slowly: the plain tables are edited, and streets built from them anew, so
//! that a scenario's streets are what the same change on the map would give.

use geo::{Intersects, Line, LineString, Polygon};
use rustc_hash::FxHashSet;

use super::doubts;
use super::names::Said;
use super::report::Report;
use crate::base::NONE;
use crate::base::error::{Error, Problem, Result};
use crate::base::meridian::{Opened, ring_onwards, wrapped};
use crate::inputs::raw::{RawNode, RawStreets, RawWay};
use crate::network::modes::walk;
use crate::network::streets::distance_mm;
use crate::study::{AddStreet, Edit, PlacedEdit, Streets};

/// The ends of a new street are joined to streets no farther than this, mm.
const MAX_JOIN_MM: u64 = 100_000;

/// Applies the edits that concern streets to what was read from OpenStreetMap, in their order; others are passed
/// over. What is left must be built ([`crate::network::streets::build`]), linked and walked.
///
/// Of a way that a polygon touches only the segments, from node to node, that it touches are meant.
///
/// # Errors
/// [`Error::Input`] with all that is wrong with all edits: unknown ways, polygons without streets, new streets that
/// end too far from others.
pub fn edit_streets(raw: &mut RawStreets, edits: &[PlacedEdit]) -> Result<Vec<Report>> {
    let mut reports = Vec::new();
    let mut problems: Vec<Problem> = Vec::new();
    for placed in edits {
        let mut said = Said::new(&placed.place, placed.edit.kind());
        let (added_mm, removed_mm) = match &placed.edit {
            Edit::AddStreet(edit) => (add(raw, edit, &mut said), 0),
            Edit::CloseStreets(streets) => (0, change(raw, streets, None, &mut said)),
            Edit::ChangeStreets(edit) => {
                let mm = change(raw, &edit.streets, Some(edit.walk_factor), &mut said);
                (mm, mm)
            }
            _ => continue,
        };
        problems.append(&mut said.problems);
        let (place, kind) = (placed.place.clone(), placed.edit.kind());
        let km = |mm: u64| mm as f64 / 1e6;
        reports.push(Report {
            place,
            kind,
            street_km_added: km(added_mm),
            street_km_removed: km(removed_mm),
            doubts: doubts::of_streets(&placed.edit),
            ..Report::default()
        });
    }
    if problems.is_empty() { Ok(reports) } else { Err(Error::Input(problems)) }
}

fn degrees(node: &RawNode) -> (f64, f64) {
    (f64::from(node.lon_e7) / 1e7, f64::from(node.lat_e7) / 1e7)
}

/// A way that people walk.
fn is_walked(way: &RawWay) -> bool {
    walk::way(&way.tags) != walk::OnFoot::NO
}

/// Closes segments, or (`factor`) makes them ways of their own that are walked so many times longer. Returns their
/// length, mm.
fn change(raw: &mut RawStreets, which: &Streets, factor: Option<f64>, said: &mut Said) -> u64 {
    let known: FxHashSet<i64> = raw.ways.iter().filter(|way| is_walked(way)).map(|way| way.osm_id).collect();
    for id in which.ways.iter().filter(|id| !known.contains(id)) {
        said.wrong(
            format_args!("names way {id}, which is none that people walk here"),
            "look at its id and tags",
        );
    }
    if !said.is_well() {
        return 0;
    }
    let polygon = (!which.polygon.is_empty()).then(|| {
        let (ring, opened) = ring_onwards(&which.polygon);
        (Polygon::new(LineString::from(ring), Vec::new()), opened)
    });
    let tagged = |way: &RawWay| which.tag.as_ref().is_none_or(|tag| way.tags.contains(tag));
    let named = |way: &RawWay| which.ways.is_empty() || which.ways.contains(&way.osm_id);
    let mut new: Vec<(RawWay, u32)> = Vec::new();
    let mut mm = 0;
    for w in 0..raw.ways.len() {
        let way = &raw.ways[w];
        if !(named(way) && tagged(way) && is_walked(way)) {
            continue;
        }
        // Segments in a row that are meant are one piece.
        let (mut kept, mut pieces): (Vec<u32>, Vec<Vec<u32>>) = (Vec::new(), Vec::new());
        let mut within = false;
        for (i, &node) in way.nodes.iter().enumerate() {
            let before = i.checked_sub(1).map_or(NONE, |i| way.nodes[i]);
            let ends = [before, node].map(|node| raw.nodes.get(node as usize).map(degrees));
            let meant = match ends {
                [Some(a), Some(b)] => {
                    let touches = |(polygon, opened): &(Polygon, Opened)| {
                        polygon.intersects(&Line::new((opened.lon(a.0), a.1), (opened.lon(b.0), b.1)))
                    };
                    let meant = polygon.as_ref().is_none_or(touches);
                    mm += if meant { distance_mm(a, b) } else { 0 };
                    meant
                }
                _ => false,
            };
            if meant && !within {
                pieces.push(vec![before]);
            }
            if meant {
                pieces.last_mut().expect("begun above").push(node);
                kept.push(NONE);
            }
            within = meant;
            kept.push(node);
        }
        if pieces.is_empty() {
            continue;
        }
        let permille = raw.walked_permille(w as u32);
        if let Some(factor) = factor {
            let permille = (f64::from(permille) * factor).round().clamp(1.0, 1e6) as u32;
            let piece = |nodes| (RawWay { nodes, ..raw.ways[w].clone() }, permille);
            new.extend(pieces.into_iter().map(piece));
        }
        raw.ways[w].nodes = kept;
    }
    for (way, permille) in new {
        raw.walked.push((raw.ways.len() as u32, permille));
        raw.ways.push(way);
    }
    if mm == 0 {
        said.wrong("matches no street that people walk", "are lon and lat in that order? Or look at the tag");
    }
    mm
}

/// Where a new street begins or ends: on a way, in the segment that begins at its node `at`.
struct Join {
    way: usize,
    at: usize,
    point: (f64, f64),
    mm: u64,
}

/// Returns the length of what is new, mm.
fn add(raw: &mut RawStreets, edit: &AddStreet, said: &mut Said) -> u64 {
    let ends = [edit.line[0], edit.line[edit.line.len() - 1]];
    for (end, word) in ends.into_iter().zip(["begins", "ends"]) {
        let far = nearest(raw, end).map_or(u64::MAX, |join| join.mm);
        if far > MAX_JOIN_MM {
            let metres = if far == u64::MAX { "far".to_string() } else { format!("{} m", far / 1000) };
            said.wrong(
                format_args!("{word} {metres} from the nearest street that people walk"),
                format!("draw it on to within {} m of one", MAX_JOIN_MM / 1000),
            );
        }
    }
    if !said.is_well() {
        return 0;
    }
    // One after the other: both may lie on one segment.
    let first = join(raw, ends[0]);
    let last = join(raw, ends[1]);
    let mut nodes = vec![first];
    for &point in &edit.line {
        nodes.push(node_at(raw, point));
    }
    nodes.push(last);
    let length = nodes.windows(2).map(|pair| {
        let [a, b] = [pair[0], pair[1]].map(|node| degrees(&raw.nodes[node as usize]));
        distance_mm(a, b)
    });
    let mm = length.sum();
    let mut tags = vec![("highway".to_string(), "footway".to_string())];
    if edit.oneway {
        tags.push(("oneway:foot".to_string(), "yes".to_string()));
    }
    if edit.walk_factor != 1.0 {
        let permille = (edit.walk_factor * 1000.0).round().clamp(1.0, 1e6) as u32;
        raw.walked.push((raw.ways.len() as u32, permille));
    }
    raw.ways.push(RawWay { osm_id: 0, nodes, tags });
    mm
}

fn node_at(raw: &mut RawStreets, (lon, lat): (f64, f64)) -> u32 {
    let e7 = |degrees: f64| (degrees * 1e7).round() as i32;
    raw.nodes.push(RawNode { osm_id: 0, lon_e7: e7(lon), lat_e7: e7(lat), tags: Vec::new() });
    raw.nodes.len() as u32 - 1
}

/// A node on the street nearest to a point: one of its own, or a new one in a segment.
fn join(raw: &mut RawStreets, point: (f64, f64)) -> u32 {
    let Join { way, at, point, .. } =
        nearest(raw, point).expect("looked for before, and nothing is taken away");
    let segment = [raw.ways[way].nodes[at], raw.ways[way].nodes[at + 1]];
    let on = |node: u32| distance_mm(degrees(&raw.nodes[node as usize]), point) == 0;
    if let Some(&node) = segment.iter().find(|&&node| on(node)) {
        return node;
    }
    let node = node_at(raw, point);
    // Ways that share the segment are cut at the same place.
    for other in raw.ways.iter_mut().filter(|way| is_walked(way)) {
        let shares = |pair: &[u32]| pair == segment || pair == [segment[1], segment[0]];
        let places: Vec<usize> =
            (1..other.nodes.len()).filter(|&i| shares(&other.nodes[i - 1..=i])).collect();
        for place in places.into_iter().rev() {
            other.nodes.insert(place, node);
        }
    }
    node
}

/// The nearest place on ways that people walk, not at a closed barrier; of equally near ones the first.
fn nearest(raw: &RawStreets, point: (f64, f64)) -> Option<Join> {
    let east = point.1.to_radians().cos();
    // Degrees of latitude from the point: right for what is near.
    let flat = |(lon, lat): (f64, f64)| (wrapped(lon - point.0) * east, lat - point.1);
    let mut best: Option<(f64, Join)> = None;
    for (w, way) in raw.ways.iter().enumerate().filter(|(_, way)| is_walked(way)) {
        for (at, pair) in way.nodes.windows(2).enumerate() {
            let [Some(a), Some(b)] = [pair[0], pair[1]].map(|node| raw.nodes.get(node as usize)) else {
                continue;
            };
            let (p, q) = (flat(degrees(a)), flat(degrees(b)));
            let along = (q.0 - p.0, q.1 - p.1);
            let square = along.0 * along.0 + along.1 * along.1;
            let t =
                if square > 0.0 { (-(p.0 * along.0 + p.1 * along.1) / square).clamp(0.0, 1.0) } else { 0.0 };
            let blocked = (t == 0.0 && walk::blocks(&a.tags)) || (t == 1.0 && walk::blocks(&b.tags));
            let (x, y) = (p.0 + along.0 * t, p.1 + along.1 * t);
            let far = x * x + y * y;
            if !blocked && best.as_ref().is_none_or(|(least, _)| far < *least) {
                let (a, b) = (degrees(a), degrees(b));
                let place = (wrapped(a.0 + wrapped(b.0 - a.0) * t), a.1 + (b.1 - a.1) * t);
                best = Some((far, Join { way: w, at, point: place, mm: 0 }));
            }
        }
    }
    best.map(|(_, join)| Join { mm: distance_mm(join.point, point), ..join })
}
