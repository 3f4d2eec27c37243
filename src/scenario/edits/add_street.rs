//! A new way to walk: a bridge.

use crate::base::meridian::wrapped;
use crate::inputs::raw::{RawNode, RawStreets, RawWay};
use crate::network::modes::walk;
use crate::network::streets::distance_mm;
#[cfg(feature = "native")]
use crate::scenario::conveyal::ids::{ConveyalIds, Translated};
use crate::scenario::doubts;
use crate::scenario::edit::{EditSpec, Lengths, StreetsEdit, Target, WrittenPlaces};
use crate::scenario::said::WrongEdit;
use crate::scenario::streets::{degrees, is_walked};

const NAME: &str = "add_street";

/// The ends of a new street are joined to streets no farther than this, mm.
const MAX_JOIN_MM: u64 = 100_000;

#[derive(Clone, Debug, PartialEq)]
pub struct AddStreet {
    /// (lon, lat); its two ends are joined to the streets there.
    pub line: Vec<(f64, f64)>,
    /// Walking takes this many times longer than its length says.
    pub walk_factor: f64,
    /// Walked in its direction only.
    pub oneway: bool,
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
    fn apply(&self, raw: &mut RawStreets, said: &mut WrongEdit) -> Lengths {
        Lengths { added_mm: add(raw, self, said), removed_mm: 0 }
    }

    fn doubts(&self) -> Vec<String> {
        doubts::walk_factor(self.walk_factor).into_iter().collect()
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
fn add(raw: &mut RawStreets, edit: &AddStreet, said: &mut WrongEdit) -> u64 {
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

#[cfg(feature = "native")]
pub(super) mod written {
    use serde_json::json;

    use super::{AddStreet, NAME};
    use crate::scenario::conveyal::fields::{EditToml, ModificationFields, point, points as points_toml};
    use crate::scenario::conveyal::ids::{ConveyalIds, Translated};
    use crate::scenario::reading::{
        EditKind, FACTOR, Flag, KeyGroup, POINTS, Required, Value, key, points, positive,
    };
    use crate::scenario::streets::written::{
        factor_there, not_on_foot, points_there, walk_factor_there, walked,
    };
    use crate::scenario::written::Registered;

    pub const KIND: Registered = Registered {
        kind: EditKind {
            name: NAME,
            meaning: "a new way to walk: a bridge",
            groups: &[&KEYS],
            read: |s, _| {
                let line = s.read("line", "write points [[lon, lat], …]", |value| points(value, false));
                AddStreet {
                    line: line.unwrap_or_default(),
                    walk_factor: positive(s, "walk_factor").unwrap_or(1.0),
                    oneway: s.flag("oneway"),
                }
                .into()
            },
        },
        modifications: &[("add-streets", from_conveyal)],
    };

    const KEYS: KeyGroup = KeyGroup {
        name: NAME,
        keys: &[
            key(
                "line",
                POINTS,
                Required,
                "[[18.07, 59.33], [18.08, 59.33]]",
                "points in degrees; the two ends are joined to the nearest streets",
            ),
            key("walk_factor", FACTOR, Value("1"), "1.5", "walking takes so many times longer"),
            key("oneway", Flag, Value("false"), "true", "walked in its direction only"),
        ],
        tables: &[],
        later: &[
            ("modes", "streets for bicycles or cars"),
            ("car_speed_kmh", "driving"),
            ("bicycle_factor", "edits of streets to cycle on"),
            ("stress", "stress of cycling"),
        ],
    };

    fn from_conveyal(m: &mut ModificationFields<'_>, _: usize) -> Vec<EditToml> {
        let line =
            |value: &serde_json::Value| value.as_array()?.iter().map(point).collect::<Option<Vec<_>>>();
        let lines = m.list("lineStrings", "a list of lines [[lon, lat], …]", line);
        let lines = m.must("lineStrings", lines).unwrap_or_default();
        let walked = walked(m);
        if m.must("allowedModes", walked) == Some(false) {
            m.not_yet("is not for walking", "streets for cars and bicycles alone are not there yet");
        }
        if !m.flag("linkable", true) {
            m.not_yet("is not linkable, and a new street here is", "take linkable out");
        }
        let factor = walk_factor_there(m);
        not_on_foot(m, ["carSpeedKph", "bikeTimeFactor", "bikeLts", "carSpeedFactor"]);
        let street = |line: &Vec<[f64; 2]>| {
            EditToml::new(NAME).put("line", points_toml(line)).maybe("walk_factor", factor.clone())
        };
        lines.iter().map(street).collect()
    }

    pub fn to_conveyal(edit: &AddStreet, _: &mut ConveyalIds<'_>) -> Translated {
        if edit.oneway {
            return Err(("a street in one direction is not there".into(), "leave oneway out"));
        }
        factor_there(edit.walk_factor)?;
        Ok(json!({
            "type": "add-streets", "lineStrings": [points_there(&edit.line)], "allowedModes": ["WALK"],
            "walkTimeFactor": edit.walk_factor, "linkable": true,
        }))
    }
}
