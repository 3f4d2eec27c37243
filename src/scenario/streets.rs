//! Streets come, go, or are walked, cycled and driven otherwise: the plain tables are edited, and the streets of each mode
//! built from them anew, so that a scenario's streets are what the same change on the map would give.

use geo::{Intersects, Line, LineString, Polygon};
use rustc_hash::FxHashSet;

use super::edit::{Lengths, StressLinesFile, Target, WrittenPlaces, spec};
use super::modes::Modes;
use super::report::EditReport;
use super::said::WrongEdit;
use crate::base::NONE;
use crate::base::error::{Error, Problem, Result};
use crate::base::meridian::ring_onwards;
use crate::inputs::raw::{RawNode, RawStreets, RawWay, StressLine, WayChange};
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

/// Reads the lines that an edit needs.
pub type ReadLines<'a> = dyn Fn(&StressLinesFile<'_>) -> Result<Vec<StressLine>> + 'a;

/// Applies the edits that concern streets to what was read from OpenStreetMap, in their order; others are passed
/// over. `used`: by what the study travels on streets. What is left must be built ([`crate::network::streets::build`]), linked
/// and walked.
///
/// Of a way that a polygon touches only the segments, from node to node, that it touches are meant.
///
/// # Errors
/// [`Error::Input`] with all that is wrong with all edits: unknown ways, polygons without streets, new streets that
/// end too far from others; those of `lines`.
pub fn edit_streets(
    raw: &mut RawStreets,
    edits: &[PlacedEdit],
    used: Modes,
    lines: &ReadLines<'_>,
) -> Result<Vec<EditReport>> {
    let mut reports = Vec::new();
    let mut problems: Vec<Problem> = Vec::new();
    for placed in edits {
        let Target::Streets(edit) = spec(&placed.edit).target() else { continue };
        let mut said = WrongEdit::new(&placed.place, placed.edit.kind());
        let (modes, mut doubts) = (edit.modes(), edit.doubts());
        let mut lengths = Lengths::default();
        if modes.and(used).is_empty() {
            let doing = modes.doing();
            doubts.push(format!("it is for those who {doing}, as no profile does: nothing changes"));
        } else {
            let lines = match edit.stress().map(|table| lines(&table)) {
                Some(Ok(lines)) => lines,
                Some(Err(Error::Input(more))) => {
                    problems.extend(more);
                    continue;
                }
                Some(Err(other)) => return Err(other),
                None => Vec::new(),
            };
            lengths = edit.apply(raw, used, &lines, &mut said);
        }
        problems.append(&mut said.problems);
        let (place, kind) = (placed.place.clone(), placed.edit.kind());
        let km = |mm: u64| mm as f64 / 1e6;
        reports.push(EditReport {
            place,
            kind,
            street_km_added: km(lengths.added_mm),
            street_km_removed: km(lengths.removed_mm),
            doubts,
            ..EditReport::default()
        });
    }
    if problems.is_empty() { Ok(reports) } else { Err(Error::Input(problems)) }
}

pub(super) fn degrees(node: &RawNode) -> (f64, f64) {
    (f64::from(node.lon_e7) / 1e7, f64::from(node.lat_e7) / 1e7)
}

/// Streets that an edit means, as ways of their own.
pub(super) struct Meant {
    pub ways: Vec<u32>,
    pub mm: u64,
}

/// Whose streets a choice is made of.
#[derive(Clone, Copy)]
pub(super) enum Among {
    /// Those that one of these modes uses.
    Used(Modes),
    /// All that there are, for one of these modes.
    All(Modes),
}

impl Among {
    pub fn modes(self) -> Modes {
        match self {
            Among::Used(modes) | Among::All(modes) => modes,
        }
    }

    /// For those modes alone that are also among these.
    pub fn and(self, used: Modes) -> Among {
        match self {
            Among::Used(modes) => Among::Used(modes.and(used)),
            Among::All(modes) => Among::All(modes.and(used)),
        }
    }

    fn holds(self, way: &RawWay) -> bool {
        match self {
            Among::Used(modes) => modes.use_way(way),
            Among::All(_) => true,
        }
    }
}

/// Makes segments that are meant ways of their own.
pub(super) fn cut_out(
    raw: &mut RawStreets,
    which: &WhichStreets,
    among: Among,
    said: &mut WrongEdit,
) -> Meant {
    let doing = among.modes().doing();
    let known: FxHashSet<i64> =
        raw.ways.iter().filter(|way| among.holds(way)).map(|way| way.osm_id).collect();
    for id in which.ways.iter().filter(|id| !known.contains(id)) {
        said.wrong(
            format_args!("names way {id}, which is none that people {doing} here"),
            "look at its id and tags",
        );
    }
    if !said.is_well() {
        return Meant { ways: Vec::new(), mm: 0 };
    }
    let polygon = (!which.polygon.is_empty()).then(|| {
        let (ring, opened) = ring_onwards(&which.polygon);
        (Polygon::new(LineString::from(ring), Vec::new()), opened)
    });
    let touches = |a: (f64, f64), b: (f64, f64)| {
        polygon.as_ref().is_none_or(|(polygon, opened)| {
            polygon.intersects(&Line::new((opened.lon(a.0), a.1), (opened.lon(b.0), b.1)))
        })
    };
    let tagged = |way: &RawWay| which.tag.as_ref().is_none_or(|tag| way.tags.contains(tag));
    let named = |way: &RawWay| which.ways.is_empty() || which.ways.contains(&way.osm_id);
    let meant = cut_where(raw, &|way| named(way) && tagged(way) && among.holds(way), &touches);
    if meant.mm == 0 {
        said.wrong(
            format_args!("matches no street that people {doing}"),
            "are lon and lat in that order? Or look at the tag",
        );
    }
    meant
}

/// Makes segments of some ways that are meant, by their ends in degrees, ways of their own.
pub(super) fn cut_where(
    raw: &mut RawStreets,
    holds: &dyn Fn(&RawWay) -> bool,
    is_meant: &dyn Fn((f64, f64), (f64, f64)) -> bool,
) -> Meant {
    let mut meant = Meant { ways: Vec::new(), mm: 0 };
    for w in 0..raw.ways.len() as u32 {
        let way = &raw.ways[w as usize];
        if !holds(way) {
            continue;
        }
        let Pieces { inside, outside, mm } = pieces(raw, way, is_meant);
        meant.mm += mm;
        if inside.is_empty() {
            continue;
        }
        if outside.iter().all(|&node| node == NONE) {
            meant.ways.push(w);
            continue;
        }
        let of = raw.change(w);
        for nodes in inside {
            let number = raw.ways.len() as u32;
            raw.ways.push(RawWay { nodes, ..raw.ways[w as usize].clone() });
            raw.changed.insert(number, of);
            meant.ways.push(number);
        }
        raw.ways[w as usize].nodes = outside;
    }
    meant
}

/// A way's segments, those that are meant and the others.
struct Pieces {
    /// Those in a row that are meant are one piece.
    inside: Vec<Vec<u32>>,
    /// The way without them; nodes between two of them alone are `NONE`, too.
    outside: Vec<u32>,
    /// Length of those inside.
    mm: u64,
}

fn pieces(raw: &RawStreets, way: &RawWay, is_meant: &dyn Fn((f64, f64), (f64, f64)) -> bool) -> Pieces {
    let mut pieces = Pieces { inside: Vec::new(), outside: Vec::new(), mm: 0 };
    let mut within = false;
    for (i, &node) in way.nodes.iter().enumerate() {
        let before = i.checked_sub(1).map_or(NONE, |i| way.nodes[i]);
        let ends = [before, node].map(|node| raw.nodes.get(node as usize).map(degrees));
        let meant = match ends {
            [Some(a), Some(b)] => {
                let meant = is_meant(a, b);
                pieces.mm += if meant { distance_mm(a, b) } else { 0 };
                meant
            }
            _ => false,
        };
        if meant && !within {
            pieces.inside.push(vec![before]);
        }
        if meant {
            pieces.inside.last_mut().expect("begun above").push(node);
            pieces.outside.push(NONE);
        }
        within = meant;
        pieces.outside.push(node);
    }
    // A node by itself is no street.
    let alone = |i: usize| {
        let near = |i: Option<usize>| i.and_then(|i| pieces.outside.get(i)).is_none_or(|&node| node == NONE);
        near(i.checked_sub(1)) && near(Some(i + 1))
    };
    let outside =
        (0..pieces.outside.len()).map(|i| if alone(i) { NONE } else { pieces.outside[i] }).collect();
    Pieces { outside, ..pieces }
}

/// A way's change, to write into.
pub(super) fn change_of(raw: &mut RawStreets, way: u32) -> &mut WayChange {
    raw.changed.entry(way).or_insert(WayChange::none(way))
}

/// So many times as long as before, thousandths.
pub(super) fn times(permille: u32, factor: f64) -> u32 {
    (f64::from(permille) * factor).round().clamp(1.0, 1e6) as u32
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
    use super::WhichStreets;
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
}
