//! Streets come, go, or are walked more slowly: the plain tables are edited, and streets built from them anew, so
//! that a scenario's streets are what the same change on the map would give.

use geo::{Intersects, Line, LineString, Polygon};
use rustc_hash::FxHashSet;

use super::edit::{Lengths, Target, WrittenPlaces, spec};
use super::report::EditReport;
use super::said::WrongEdit;
use crate::base::NONE;
use crate::base::error::{Error, Problem, Result};
use crate::base::meridian::{Opened, ring_onwards};
use crate::inputs::raw::{RawNode, RawStreets, RawWay};
use crate::network::modes::walk;
use crate::network::streets::distance_mm;
use crate::study::PlacedEdit;

/// Which streets: those of which all holds that is given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WhichStreets {
    /// OSM ids of ways.
    pub ways: Vec<i64>,
    /// A closed ring of (lon, lat).
    pub polygon: Vec<(f64, f64)>,
    /// A tag, `highway=steps`.
    pub tag: Option<(String, String)>,
}

/// Applies the edits that concern streets to what was read from OpenStreetMap, in their order; others are passed
/// over. What is left must be built ([`crate::network::streets::build`]), linked and walked.
///
/// Of a way that a polygon touches only the segments, from node to node, that it touches are meant.
///
/// # Errors
/// [`Error::Input`] with all that is wrong with all edits: unknown ways, polygons without streets, new streets that
/// end too far from others.
pub fn edit_streets(raw: &mut RawStreets, edits: &[PlacedEdit]) -> Result<Vec<EditReport>> {
    let mut reports = Vec::new();
    let mut problems: Vec<Problem> = Vec::new();
    for placed in edits {
        let Target::Streets(edit) = spec(&placed.edit).target() else { continue };
        let mut said = WrongEdit::new(&placed.place, placed.edit.kind());
        let Lengths { added_mm, removed_mm } = edit.apply(raw, &mut said);
        problems.append(&mut said.problems);
        let (place, kind) = (placed.place.clone(), placed.edit.kind());
        let km = |mm: u64| mm as f64 / 1e6;
        reports.push(EditReport {
            place,
            kind,
            street_km_added: km(added_mm),
            street_km_removed: km(removed_mm),
            doubts: edit.doubts(),
            ..EditReport::default()
        });
    }
    if problems.is_empty() { Ok(reports) } else { Err(Error::Input(problems)) }
}

pub(super) fn degrees(node: &RawNode) -> (f64, f64) {
    (f64::from(node.lon_e7) / 1e7, f64::from(node.lat_e7) / 1e7)
}

/// A way that people walk.
pub(super) fn is_walked(way: &RawWay) -> bool {
    walk::way(&way.tags) != walk::OnFoot::NO
}

/// Closes segments, or (`factor`) makes them ways of their own that are walked so many times longer. Returns their
/// length, mm.
pub(super) fn change(
    raw: &mut RawStreets,
    which: &WhichStreets,
    factor: Option<f64>,
    said: &mut WrongEdit,
) -> u64 {
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

/// The corners that a choice of streets writes.
pub(super) fn coordinates(streets: &WhichStreets) -> Vec<WrittenPlaces> {
    match streets.polygon.as_slice() {
        [] => Vec::new(),
        ring => vec![("polygon corner".to_string(), ring[..ring.len() - 1].to_vec())],
    }
}

/// Reading which streets, and what both translations have in common.
#[cfg(feature = "native")]
pub(super) mod written {
    use serde_json::Value;

    use super::WhichStreets;
    use crate::scenario::conveyal::fields::ModificationFields;
    use crate::scenario::conveyal::ids::Not;
    use crate::scenario::reading::{
        Absent, Form, KeyGroup, List, POINTS, Section, Shape, Whole, group, key, limits, number, points, text,
    };

    const WAY: Shape = Whole(1, 9_000_000_000_000_000);

    pub const STREETS: KeyGroup = group(
        "streets",
        &[
            key("ways", List(&WAY), Absent("any"), "[4040404]", "OSM ids of ways"),
            key(
                "polygon",
                POINTS,
                Absent("anywhere"),
                "[[18.0, 59.3], [18.1, 59.3], [18.1, 59.4]]",
                "corners in degrees: streets that touch it",
            ),
            key("tag", Form("="), Absent("any"), "\"highway=steps\"", "a tag of OSM"),
        ],
    );

    pub fn streets(s: &mut Section<'_, '_>) -> WhichStreets {
        let id = "write OSM ids of ways, whole numbers above 0";
        let ways = s.list("ways", id, |value| {
            let id = number(value, &limits(WAY))?;
            if id.fract() == 0.0 { Ok(id as i64) } else { Err(format!("is {id}")) }
        });
        let polygon = s.read("polygon", "write corners [[lon, lat], …]", |value| points(value, true));
        let tag = s.read("tag", "write a key and a value, such as \"highway=steps\"", |value| {
            let written = text(value)?;
            let (key, value) = written.split_once('=').ok_or(format!("is \"{written}\""))?;
            Ok((key.trim().to_string(), value.trim().to_string()))
        });
        let streets = WhichStreets { ways, polygon: polygon.unwrap_or_default(), tag };
        if streets == WhichStreets::default() && !["ways", "polygon", "tag"].iter().any(|key| s.has(key)) {
            s.wrong("ways", "is missing, and so are polygon and tag", "say which streets");
        }
        streets
    }

    /// Whether one may walk there by the modes of a modification; the others are said.
    pub fn walked(m: &mut ModificationFields<'_>) -> Option<bool> {
        let given = m.list("allowedModes", "a list of modes", Value::as_str)?;
        for mode in &given {
            if !["WALK", "BICYCLE", "CAR"].contains(mode) {
                m.wrong(format!("allowedModes has {mode}"), "write WALK, BICYCLE or CAR");
            }
        }
        Some(given.contains(&"WALK"))
    }

    /// What concerns bicycles and cars, which nothing here has yet.
    pub fn not_on_foot(m: &mut ModificationFields<'_>, keys: [&'static str; 4]) {
        for key in keys {
            if m.number(key).is_some() {
                m.note(format_args!(
                    "{key} is left out: people walk, and cars and bicycles are not there yet"
                ));
            }
        }
    }

    /// How many times longer walking takes, where it is not as long as ever.
    pub fn walk_factor_there(m: &mut ModificationFields<'_>) -> Option<String> {
        m.number("walkTimeFactor").filter(|&factor| factor != 1.0).map(|factor| format!("{factor:?}"))
    }

    /// Points as they are there.
    pub fn points_there(points: &[(f64, f64)]) -> Vec<[f64; 2]> {
        points.iter().map(|&(lon, lat)| [lon, lat]).collect()
    }

    /// The one polygon by which streets are chosen there.
    pub fn polygon_there(streets: &WhichStreets) -> Result<Vec<[f64; 2]>, Not> {
        if streets.polygon.is_empty() || !streets.ways.is_empty() || streets.tag.is_some() {
            return Err((
                "streets are chosen there by a polygon alone".into(),
                "write polygon, without ways and tag",
            ));
        }
        Ok(points_there(&streets.polygon))
    }

    /// Whether a factor of walking can be written there.
    pub fn factor_there(factor: f64) -> Result<(), Not> {
        if factor <= 10.0 { Ok(()) } else { Err(("walkTimeFactor is at most 10 there".into(), "write less")) }
    }
}
