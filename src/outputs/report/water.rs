//! Water → what the page draws of it behind the cells: cut to the map's extent, simplified, the largest first.

use serde_json::{Value, json};

use super::codec::varint;
use super::path::Path;
use super::strokes::simplified;
use crate::inputs::raw::RawWater;

/// Points of all areas, and of all lines.
const BUDGET: usize = 40_000;

type LonLat = (f64, f64);

/// `areas`: one after the other its number of rings, of each its number of corners and these; `lines`: of each its number
/// of points and these. `extent`: lowest and highest longitude and latitude.
pub(super) fn drawn(water: &RawWater, extent: (LonLat, LonLat)) -> Value {
    with_budget(water, extent, BUDGET)
}

fn with_budget(water: &RawWater, extent: (LonLat, LonLat), budget: usize) -> Value {
    let (low, high) = extent;
    let tolerance = ((high.1 - low.1) / 8_000.0).clamp(3e-5, 3e-4);
    let mut areas: Vec<(f64, Vec<Vec<LonLat>>)> = Vec::new();
    for area in &water.areas {
        let rings = area.iter().map(|ring| ring_within(ring, extent, tolerance));
        let rings: Vec<Vec<LonLat>> = rings.filter(|ring| ring.len() > 2).collect();
        let size = rings.iter().map(|ring| area_of(ring)).fold(0.0, f64::max);
        // Of a few quanta nothing is seen.
        if size > 4.0 * tolerance * tolerance {
            areas.push((size, rings));
        }
    }
    // Stable: equal ones keep their order.
    areas.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut path = Path::new(tolerance / 4.0, low);
    let mut points = 0;
    for (_, rings) in areas {
        // One that is too much by itself leaves room for the others.
        let more: usize = rings.iter().map(Vec::len).sum();
        if points + more > budget {
            continue;
        }
        points += more;
        varint(rings.len() as u64, &mut path.bytes);
        for ring in rings {
            put(&ring, &mut path);
        }
    }
    let mut shores: Vec<Vec<LonLat>> = Vec::new();
    for line in &water.lines {
        let within = |place: &LonLat| is_within(*place, extent);
        // Where it leaves the map it is cut, and goes on as another line where it comes back.
        for part in line.split(|place| !within(place)).filter(|part| part.len() > 1) {
            shores.push(simplified(part, tolerance));
        }
    }
    shores.sort_by_key(|line| std::cmp::Reverse(line.len()));
    let mut lines = Path::new(tolerance / 4.0, low);
    let mut points = 0;
    for line in shores {
        if points + line.len() > budget {
            continue;
        }
        points += line.len();
        put(&line, &mut lines);
    }
    json!({ "areas": path.json(), "lines": lines.json() })
}

fn put(line: &[LonLat], path: &mut Path) {
    varint(line.len() as u64, &mut path.bytes);
    line.iter().for_each(|&place| path.go(place));
}

fn is_within((x, y): LonLat, (low, high): (LonLat, LonLat)) -> bool {
    low.0 <= x && x <= high.0 && low.1 <= y && y <= high.1
}

/// A ring cut to the extent, without the corner that closes it.
fn ring_within(ring: &[LonLat], extent: (LonLat, LonLat), tolerance: f64) -> Vec<LonLat> {
    let open = &ring[..ring.len().saturating_sub(1)];
    let mut cut = clipped(open, extent);
    if let Some(&first) = cut.first() {
        cut.push(first);
        cut = simplified(&halved(cut), tolerance);
        cut.pop();
    }
    cut
}

/// A closed ring begun at its most eastern corner, so that what is simplified is no line from a place to itself.
fn halved(mut ring: Vec<LonLat>) -> Vec<LonLat> {
    ring.pop();
    let east = (0..ring.len()).max_by(|&a, &b| ring[a].0.total_cmp(&ring[b].0).then(b.cmp(&a)));
    ring.rotate_left(east.unwrap_or(0));
    ring.extend(ring.first().copied());
    ring
}

/// What of a ring lies within, side by side of the extent (Sutherland & Hodgman 1974).
fn clipped(ring: &[LonLat], (low, high): (LonLat, LonLat)) -> Vec<LonLat> {
    let mut ring = ring.to_vec();
    for side in 0..4 {
        let beyond = |place: &LonLat| match side {
            0 => low.0 - place.0,
            1 => place.0 - high.0,
            2 => low.1 - place.1,
            _ => place.1 - high.1,
        };
        let mut kept = Vec::with_capacity(ring.len());
        for (i, here) in ring.iter().enumerate() {
            let before = &ring[(i + ring.len() - 1) % ring.len()];
            let (was, is) = (beyond(before), beyond(here));
            if (was > 0.0) != (is > 0.0) {
                let at = was / (was - is);
                kept.push((before.0 + at * (here.0 - before.0), before.1 + at * (here.1 - before.1)));
            }
            if is <= 0.0 {
                kept.push(*here);
            }
        }
        ring = kept;
    }
    // A corner on a side is cut to itself.
    ring.dedup();
    if ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    ring
}

/// Square degrees of latitude.
fn area_of(ring: &[LonLat]) -> f64 {
    let Some(&(x0, y0)) = ring.first() else { return 0.0 };
    let sides = ring.iter().zip(ring.iter().cycle().skip(1));
    let twice: f64 = sides.map(|(a, b)| (a.0 - x0) * (b.1 - y0) - (b.0 - x0) * (a.1 - y0)).sum();
    (twice / 2.0).abs() * y0.to_radians().cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lake_is_cut_to_the_map() {
        // A diamond around the corner (1, 1) of the map 0 … 1: what is left is its lower left triangle and the corner.
        let ring = [(0.5, 1.0), (1.0, 0.5), (1.5, 1.0), (1.0, 1.5)];
        let cut = clipped(&ring, ((0.0, 0.0), (1.0, 1.0)));
        assert_eq!(cut, [(0.5, 1.0), (1.0, 0.5), (1.0, 1.0)]);
        assert!(clipped(&ring, ((2.0, 2.0), (3.0, 3.0))).is_empty());
        // Half a square of 0.5 × 0.5, one degree from the equator.
        assert!((area_of(&cut) - 0.125 * 1.0f64.to_radians().cos()).abs() < 1e-12);
    }

    #[test]
    fn what_is_too_much_by_itself_hides_nothing_else() {
        // Teeth of half a degree: eleven corners and two more, where there is room for ten.
        let teeth = |i: usize| (i as f64 / 10.0, if i.is_multiple_of(2) { 0.0 } else { 0.5 });
        let huge: Vec<LonLat> = (0..=10).map(teeth).chain([(1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]).collect();
        let pond = vec![(0.3, 0.3), (0.4, 0.3), (0.4, 0.4), (0.3, 0.3)];
        let extent = ((0.0, 0.0), (1.0, 1.0));
        let found = |areas| with_budget(&RawWater { areas, lines: Vec::new() }, extent, 10);
        assert_eq!(found(vec![vec![huge.clone()], vec![pond.clone()]]), found(vec![vec![pond]]));
        assert_eq!(found(vec![vec![huge]]), found(Vec::new()));
    }

    #[test]
    fn a_shore_ends_where_the_map_does() {
        let line = vec![(0.2, 0.2), (0.5, 0.3), (5.0, 5.0), (0.8, 0.8), (0.9, 0.8)];
        let pond = vec![vec![(0.3, 0.3), (0.4, 0.3), (0.4, 0.4), (0.3, 0.3)]];
        let found = drawn(&RawWater { areas: vec![pond], lines: vec![line] }, ((0.0, 0.0), (1.0, 1.0)));
        // Each line: its length and two places of two numbers each.
        let bytes = |key: &str| found[key]["b"].as_str().expect("text").len();
        assert!(bytes("lines") > 0 && bytes("areas") > 0, "{found}");
        let none = drawn(&RawWater::default(), ((0.0, 0.0), (1.0, 1.0)));
        assert_eq!((&none["areas"]["b"], &none["lines"]["b"]), (&json!(""), &json!("")));
    }
}
