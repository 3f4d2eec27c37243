//! What the tags of ways say of heights: bridges and tunnels, inclines, steps. By the coordinates of segments, for the
//! streets of a mode know no way of the extract.

use rustc_hash::FxHashMap;

use super::heights::Heights;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics};
use crate::base::error::Result;
use crate::inputs::raw::{RawStreets, RawWay};
use crate::network::streets::distance_mm;

/// A point in 1e-7 degrees.
pub(super) type PointE7 = (i32, i32);

/// What is known of a segment in the order of its points.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct TaggedSegment {
    /// On a bridge or in a tunnel.
    pub is_level: bool,
    /// Rise by length.
    pub incline: Option<f64>,
    pub is_steps: bool,
}

/// What the tags of an extract say.
#[derive(Default)]
pub(super) struct Tagged {
    /// From the lesser point to the greater.
    segments: FxHashMap<(PointE7, PointE7), TaggedSegment>,
    /// Points of bridges and tunnels → their height, m.
    decks: FxHashMap<PointE7, f64>,
    /// Ways whose incline is not used.
    odd: Vec<(i64, String)>,
}

impl Tagged {
    /// # Errors
    /// Those of `heights`.
    pub fn new(raw: &RawStreets, heights: Option<Heights<'_>>) -> Result<Tagged> {
        let mut tagged = Tagged::default();
        let mut level: Vec<Vec<PointE7>> = Vec::new();
        for way in &raw.ways {
            let segment = tagged.said(way);
            if segment == TaggedSegment::default() {
                continue;
            }
            for run in runs(raw, way) {
                for pair in run.windows(2) {
                    tagged.add(pair[0], pair[1], segment);
                }
                if segment.is_level && run.len() > 1 {
                    level.push(run);
                }
            }
        }
        if let Some(heights) = heights {
            tagged.set_decks(&joined(level), heights)?;
        }
        Ok(tagged)
    }

    fn said(&mut self, way: &RawWay) -> TaggedSegment {
        let value = |key: &str| {
            let at = way.tags.binary_search_by(|(k, _)| k.as_str().cmp(key)).ok()?;
            Some(way.tags[at].1.as_str())
        };
        let is = |key: &str| value(key).is_some_and(|value| value != "no");
        let said = value("incline");
        let incline = said.and_then(number);
        if let (Some(said), None) = (said, incline) {
            self.odd.push((way.osm_id, said.to_string()));
        }
        let is_steps = value("highway") == Some("steps");
        TaggedSegment { is_level: is("bridge") || is("tunnel"), incline, is_steps }
    }

    fn add(&mut self, from: PointE7, to: PointE7, segment: TaggedSegment) {
        let incline = segment.incline.map(|incline| if from <= to { incline } else { -incline });
        self.segments.insert((from.min(to), from.max(to)), TaggedSegment { incline, ..segment });
    }

    /// Straight from end to end, by the length along the way.
    fn set_decks(&mut self, level: &[Vec<PointE7>], heights: Heights<'_>) -> Result<()> {
        let ends: Vec<(f64, f64)> =
            level.iter().flat_map(|run| [run[0], run[run.len() - 1]]).map(degrees).collect();
        let found = heights(&ends)?;
        for (run, ends) in level.iter().zip(found.chunks_exact(2)) {
            let [from, to] = [f64::from(ends[0]), f64::from(ends[1])];
            if from.is_nan() || to.is_nan() {
                continue;
            }
            let mut along_mm = vec![0];
            for pair in run.windows(2) {
                along_mm.push(along_mm[along_mm.len() - 1] + distance_mm(degrees(pair[0]), degrees(pair[1])));
            }
            let whole = along_mm[along_mm.len() - 1].max(1) as f64;
            for (&point, &mm) in run.iter().zip(&along_mm) {
                self.decks.insert(point, from + (to - from) * mm as f64 / whole);
            }
        }
        Ok(())
    }

    /// What is said of a segment, in the order of the points.
    pub fn segment(&self, from: PointE7, to: PointE7) -> TaggedSegment {
        let found = self.segments.get(&(from.min(to), from.max(to))).copied().unwrap_or_default();
        let incline = found.incline.map(|incline| if from <= to { incline } else { -incline });
        TaggedSegment { incline, ..found }
    }

    /// The height of a point of a bridge or tunnel.
    pub fn deck(&self, point: PointE7) -> Option<f64> {
        self.decks.get(&point).copied()
    }

    /// Counts the inclines that are not used.
    pub fn tell(&self, code: DiagnosticCode, diagnostics: &mut Diagnostics) {
        for (id, said) in &self.odd {
            diagnostics.add(code, "elevation", "", id, format!("incline={said}"));
        }
    }
}

/// Degrees of a point in 1e-7 degrees.
pub(super) fn degrees((lon_e7, lat_e7): PointE7) -> (f64, f64) {
    (f64::from(lon_e7) / 1e7, f64::from(lat_e7) / 1e7)
}

/// The points of a way, cut where the extract lacks a node.
fn runs(raw: &RawStreets, way: &RawWay) -> Vec<Vec<PointE7>> {
    let mut runs = vec![Vec::new()];
    for &node in &way.nodes {
        match raw.nodes.get(node as usize) {
            Some(node) => runs.last_mut().expect("there is one").push((node.lon_e7, node.lat_e7)),
            None => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| run.len() > 1);
    runs
}

/// Runs that meet end to end, two at a point, as one: a bridge is often cut where its tags change.
fn joined(runs: Vec<Vec<PointE7>>) -> Vec<Vec<PointE7>> {
    let ends = |run: &[PointE7]| [run[0], run[run.len() - 1]];
    let mut at: FxHashMap<PointE7, Vec<usize>> = FxHashMap::default();
    for (number, run) in runs.iter().enumerate() {
        for end in ends(run) {
            at.entry(end).or_default().push(number);
        }
    }
    // The other run at an end where two meet.
    let next = |end: PointE7, number: usize| match at[&end].as_slice() {
        &[a, b] if a != b => Some(if a == number { b } else { a }),
        _ => None,
    };
    let mut taken = vec![false; runs.len()];
    let mut whole = Vec::new();
    for start in 0..runs.len() {
        if taken[start] {
            continue;
        }
        taken[start] = true;
        let mut run = runs[start].clone();
        // From the one end on, then from the other.
        for _ in 0..2 {
            let mut last = start;
            let mut step = |run: &Vec<PointE7>| {
                let end = run[run.len() - 1];
                let other = next(end, last).filter(|&other| !std::mem::replace(&mut taken[other], true))?;
                last = other;
                let more = &runs[other];
                let onward = more[0] == end;
                Some(if onward { more.clone() } else { more.iter().rev().copied().collect() })
            };
            while let Some(more) = step(&run) {
                run.extend(&more[1..]);
            }
            run.reverse();
        }
        whole.push(run);
    }
    whole
}

/// `8%`, `-12.5 %`, `8` (per cent, too), `5°`: rise by length along the way, up to 100 %.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let (digits, is_degrees) = match text.strip_suffix('°') {
        Some(digits) => (digits, true),
        None => (text.strip_suffix('%').unwrap_or(text), false),
    };
    let value: f64 = digits.trim().parse().ok()?;
    let slope = if is_degrees { value.to_radians().tan() } else { value / 100.0 };
    (slope.abs() <= 1.0).then_some(slope)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inclines() {
        for (text, expected) in [
            ("8%", Some(0.08)),
            ("-12.5 %", Some(-0.125)),
            ("8", Some(0.08)),
            ("0", Some(0.0)),
            ("up", None),
            ("down", None),
            ("steep", None),
            ("300%", None),
            ("NaN", None),
        ] {
            assert_eq!(number(text), expected, "{text}");
        }
        // The tangent of 45°.
        assert!((number("45°").unwrap() - 1.0).abs() < 1e-12 || number("45°").is_none());
        assert!((number("5.71059°").unwrap() - 0.1).abs() < 1e-6);
    }

    #[test]
    fn bridges_cut_in_pieces_are_one() {
        // a─b─c, d─c, d─e: one run from a to e, whatever the order and direction; f─g by itself.
        let [a, b, c, d, e, f, g] = [0, 1, 2, 3, 4, 5, 6].map(|i| (i, 0));
        let whole = joined(vec![vec![d, e], vec![f, g], vec![a, b, c], vec![d, c]]);
        assert_eq!(whole.len(), 2);
        assert_eq!(whole[0].len(), 5);
        assert!(whole[0] == [a, b, c, d, e] || whole[0] == [e, d, c, b, a]);
        // Where three meet each is by itself; a ring comes back to its start.
        assert_eq!(joined(vec![vec![a, b], vec![b, c], vec![b, d]]).len(), 3);
        assert_eq!(joined(vec![vec![a, b], vec![b, c], vec![c, a]])[0].len(), 4);
    }
}
