//! A new street, path or bridge.

use crate::base::meridian::wrapped;
use crate::inputs::raw::{RawNode, RawStreets, RawWay, StressLine};
use crate::network::streets::distance_mm;
#[cfg(feature = "native")]
use crate::scenario::conveyal::ids::{ConveyalIds, Translated};
use crate::scenario::edit::{EditSpec, Lengths, StreetsEdit, Target, WrittenPlaces};
use crate::scenario::modes::{Modes, StreetMode, set_tag};
use crate::scenario::said::WrongEdit;
use crate::scenario::street_use::StreetUse;
use crate::scenario::streets::degrees;

const NAME: &str = "add_street";

/// The ends of a new street are joined to streets no farther than this, mm.
const MAX_JOIN_MM: u64 = 100_000;

#[derive(Clone, Debug, PartialEq)]
pub struct AddStreet {
    /// (lon, lat); its two ends are joined to the streets there.
    pub line: Vec<(f64, f64)>,
    /// Who may use it.
    pub modes: Modes,
    /// In the direction of its line only.
    pub oneway: bool,
    /// Without modes.
    pub to: StreetUse,
}

impl EditSpec for AddStreet {
    fn kind(&self) -> &'static str {
        NAME
    }

    fn target(&self) -> Target<'_> {
        Target::Streets(self)
    }

    fn coordinates(&self) -> Vec<WrittenPlaces> {
        vec![("line point".to_string(), self.line.clone())]
    }

    #[cfg(feature = "native")]
    fn to_conveyal(&self, ids: &mut ConveyalIds<'_>) -> Translated {
        written::to_conveyal(self, ids)
    }
}

impl StreetsEdit for AddStreet {
    fn modes(&self) -> Modes {
        self.modes
    }

    fn apply(&self, raw: &mut RawStreets, used: Modes, _: &[StressLine], said: &mut WrongEdit) -> Lengths {
        Lengths { added_mm: add(raw, self, self.modes.and(used), said), removed_mm: 0 }
    }

    fn doubts(&self) -> Vec<String> {
        self.to.doubts()
    }
}

impl AddStreet {
    /// As the map would have it: a footway, a cycleway, or an unclassified street.
    fn tags(&self, modes: Modes) -> Vec<(String, String)> {
        let class = match modes {
            Modes { car: true, .. } => "unclassified",
            Modes { bicycle: true, .. } => "cycleway",
            _ => "footway",
        };
        let mut tags = vec![("highway".to_string(), class.to_string())];
        modes.allow(&mut tags);
        if modes == Modes::WALK {
            // Of a footway that is said already.
            ["bicycle", "motorcar", "foot"].iter().for_each(|key| set_tag(&mut tags, key, ""));
        }
        if self.oneway {
            ["oneway", "oneway:foot"].iter().for_each(|key| set_tag(&mut tags, key, "yes"));
        }
        tags
    }
}

/// Where a new street begins or ends: on a way, in the segment that begins at its node `at`.
struct Join {
    way: usize,
    at: usize,
    point: (f64, f64),
    mm: u64,
}

/// Returns the length of what is new, mm.
fn add(raw: &mut RawStreets, edit: &AddStreet, modes: Modes, said: &mut WrongEdit) -> u64 {
    let ends = [edit.line[0], edit.line[edit.line.len() - 1]];
    for (end, word) in ends.into_iter().zip(["begins", "ends"]) {
        for mode in modes.each() {
            let far = nearest(raw, end, mode).map_or(u64::MAX, |join| join.mm);
            if far > MAX_JOIN_MM {
                let metres = if far == u64::MAX { "far".to_string() } else { format!("{} m", far / 1000) };
                let doing = mode.alone().doing();
                said.wrong(
                    format_args!("{word} {metres} from the nearest street that people {doing}"),
                    format!("draw it on to within {} m of one", MAX_JOIN_MM / 1000),
                );
            }
        }
    }
    if !said.is_well() {
        return 0;
    }
    // One after the other: several may lie on one segment.
    let joins: Vec<(StreetMode, [u32; 2])> =
        modes.each().map(|mode| (mode, ends.map(|end| join(raw, end, mode)))).collect();
    let Some(&(_, [first, last])) = joins.first() else { return 0 };
    let points: Vec<u32> = edit.line.iter().map(|&point| node_at(raw, point)).collect();
    let mut nodes = vec![first];
    nodes.extend(&points);
    nodes.push(last);
    let mut mm = push_way(raw, edit, edit.modes, nodes);
    // Who joins other streets there than the first mode gets a piece more.
    for (end, from) in [points[0], points[points.len() - 1]].into_iter().enumerate() {
        let mut joined = vec![joins[0].1[end]];
        for &(_, at) in &joins {
            if joined.contains(&at[end]) {
                continue;
            }
            joined.push(at[end]);
            let theirs = joins.iter().filter(|(_, other)| other[end] == at[end]);
            let modes = theirs.fold(Modes::default(), |all, (mode, _)| all.or(mode.alone()));
            // In the direction of the line.
            let nodes = if end == 0 { vec![at[end], from] } else { vec![from, at[end]] };
            mm += push_way(raw, edit, modes, nodes);
        }
    }
    mm
}

/// Adds a way for some modes; returns its length, mm.
fn push_way(raw: &mut RawStreets, edit: &AddStreet, modes: Modes, nodes: Vec<u32>) -> u64 {
    let length = nodes.windows(2).map(|pair| {
        let [a, b] = [pair[0], pair[1]].map(|node| degrees(&raw.nodes[node as usize]));
        distance_mm(a, b)
    });
    let (mm, way) = (length.sum(), raw.ways.len() as u32);
    raw.ways.push(RawWay { osm_id: 0, nodes, tags: edit.tags(modes) });
    edit.to.apply(raw, way);
    mm
}

fn node_at(raw: &mut RawStreets, (lon, lat): (f64, f64)) -> u32 {
    let e7 = |degrees: f64| (degrees * 1e7).round() as i32;
    raw.nodes.push(RawNode { osm_id: 0, lon_e7: e7(lon), lat_e7: e7(lat), tags: Vec::new() });
    raw.nodes.len() as u32 - 1
}

/// A node on the street nearest to a point: one of its own, or a new one in a segment.
fn join(raw: &mut RawStreets, point: (f64, f64), mode: StreetMode) -> u32 {
    let Join { way, at, point, .. } =
        nearest(raw, point, mode).expect("looked for before, and nothing is taken away");
    let segment = [raw.ways[way].nodes[at], raw.ways[way].nodes[at + 1]];
    let on = |node: u32| distance_mm(degrees(&raw.nodes[node as usize]), point) == 0;
    if let Some(&node) = segment.iter().find(|&&node| on(node)) {
        return node;
    }
    let node = node_at(raw, point);
    // Ways that share the segment are cut at the same place.
    for other in &mut raw.ways {
        let shares = |pair: &[u32]| pair == segment || pair == [segment[1], segment[0]];
        let places: Vec<usize> =
            (1..other.nodes.len()).filter(|&i| shares(&other.nodes[i - 1..=i])).collect();
        for place in places.into_iter().rev() {
            other.nodes.insert(place, node);
        }
    }
    node
}

/// The nearest place on ways that a mode uses, not at a barrier that is closed to it; of equally near ones the first.
fn nearest(raw: &RawStreets, point: (f64, f64), mode: StreetMode) -> Option<Join> {
    let east = point.1.to_radians().cos();
    // Degrees of latitude from the point: right for what is near.
    let flat = |(lon, lat): (f64, f64)| (wrapped(lon - point.0) * east, lat - point.1);
    let mut best: Option<(f64, Join)> = None;
    for (w, way) in raw.ways.iter().enumerate().filter(|(_, way)| mode.uses(way)) {
        for (at, pair) in way.nodes.windows(2).enumerate() {
            let [Some(a), Some(b)] = [pair[0], pair[1]].map(|node| raw.nodes.get(node as usize)) else {
                continue;
            };
            let (p, q) = (flat(degrees(a)), flat(degrees(b)));
            let along = (q.0 - p.0, q.1 - p.1);
            let square = along.0 * along.0 + along.1 * along.1;
            let t =
                if square > 0.0 { (-(p.0 * along.0 + p.1 * along.1) / square).clamp(0.0, 1.0) } else { 0.0 };
            let blocked = (t == 0.0 && mode.is_blocked(a)) || (t == 1.0 && mode.is_blocked(b));
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

#[cfg(feature = "native")]
pub(super) mod written {
    use serde_json::{Map, Value, json};

    use super::{AddStreet, Modes, NAME};
    use crate::scenario::conveyal::fields::{EditToml, ModificationFields, point, points as points_toml};
    use crate::scenario::conveyal::ids::{ConveyalIds, Translated};
    use crate::scenario::reading::{
        EditKind, Fallback, Flag, KeyGroup, POINTS, Required, group, key, points,
    };
    use crate::scenario::street_use::StreetUse;
    use crate::scenario::street_use::written::{
        USE, modes, modes_key, modes_there, modes_toml, put_there, put_use, read, use_there,
    };
    use crate::scenario::streets::written::points_there;
    use crate::scenario::written::Registered;

    pub const KIND: Registered = Registered {
        kind: EditKind {
            name: NAME,
            meaning: "a new street, path or bridge",
            groups: &[&KEYS, &USE],
            read: |s, _| {
                let line = s.read("line", "write points [[lon, lat], …]", |value| points(value, false));
                AddStreet {
                    line: line.unwrap_or_default(),
                    modes: modes(s).unwrap_or(Modes::WALK),
                    oneway: s.flag("oneway"),
                    to: read(s),
                }
                .into()
            },
        },
        modifications: &[("add-streets", from_conveyal)],
    };

    const KEYS: KeyGroup = group(
        NAME,
        &[
            key(
                "line",
                POINTS,
                Required,
                "[[18.07, 59.33], [18.08, 59.33]]",
                "points in degrees; the two ends are joined to the nearest streets of each mode",
            ),
            modes_key(Fallback::Value("[\"walk\"]"), "who may use it"),
            key(
                "oneway",
                Flag,
                Fallback::Value("false"),
                "true",
                "in the direction of its line only, walkers too",
            ),
        ],
    );

    fn from_conveyal(m: &mut ModificationFields<'_>, _: usize) -> Vec<EditToml> {
        let line =
            |value: &serde_json::Value| value.as_array()?.iter().map(point).collect::<Option<Vec<_>>>();
        let lines = m.list("lineStrings", "a list of lines [[lon, lat], …]", line);
        let lines = m.must("lineStrings", lines).unwrap_or_default();
        let modes = modes_there(m);
        let modes = m.must("allowedModes", modes).unwrap_or_default();
        if !m.flag("linkable", true) {
            m.not_yet("is not linkable, and a new street here is", "take linkable out");
        }
        let keys = use_there(m);
        if modes.is_empty() {
            return Vec::new();
        }
        let modes = modes_toml(&modes);
        let street = |line: &Vec<[f64; 2]>| {
            let edit = EditToml::new(NAME).put("line", points_toml(line));
            let edit = if modes == modes_toml(&["walk"]) { edit } else { edit.put("modes", &modes) };
            put_use(edit, &keys)
        };
        lines.iter().map(street).collect()
    }

    pub fn to_conveyal(edit: &AddStreet, _: &mut ConveyalIds<'_>) -> Translated {
        if edit.oneway {
            return Err(("a street in one direction is not there".into(), "leave oneway out"));
        }
        let mut there = Map::new();
        there.insert("type".into(), json!("add-streets"));
        there.insert("lineStrings".into(), json!([points_there(&edit.line)]));
        let to = StreetUse { modes: Some(edit.modes), ..edit.to.clone() };
        put_there(&to, &mut there)?;
        there.insert("linkable".into(), json!(true));
        Ok(Value::Object(there))
    }
}
