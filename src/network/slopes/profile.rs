//! One edge → the points whose heights it needs → how much its pieces rise.

use super::tagged::{PointE7, Tagged, degrees};
use crate::base::ids::{EdgeId, Id};
use crate::network::streets::{Streets, piece_start, pieces};

/// An edge, cut in pieces.
pub(super) struct EdgeProfile<'a> {
    streets: &'a Streets,
    edge: EdgeId,
    tagged: &'a Tagged,
    /// Ends of the pieces, (lon, lat) in degrees.
    pub points: Vec<(f64, f64)>,
    /// Ends of the pieces: the segment that it lies on, by the number of its first point in the shape, and how far along
    /// that it lies, 0 … 1.
    on: Vec<(usize, f64)>,
}

/// What comes out.
pub(super) struct Rises {
    /// Piece → mm.
    pub rises: Vec<i16>,
    /// Pieces with neither a height at both ends nor an incline.
    pub unknown: u32,
}

impl<'a> EdgeProfile<'a> {
    pub fn new(streets: &'a Streets, edge: EdgeId, tagged: &'a Tagged) -> EdgeProfile<'a> {
        let mm = streets.edge_mm[edge.index()];
        let n = pieces(mm);
        let shape = streets.shape(edge);
        let mut profile =
            EdgeProfile { streets, edge, tagged, points: Vec::new(), on: Vec::with_capacity(n as usize + 1) };
        let mut segment = shape.start;
        for k in 0..=n {
            let at = piece_start(mm, k, n);
            while segment + 2 < shape.end && streets.shape_mm[segment + 1] < at {
                segment += 1;
            }
            let (start, end) = (streets.shape_mm[segment], streets.shape_mm[segment + 1]);
            let part = if end > start { f64::from(at - start) / f64::from(end - start) } else { 0.0 };
            let part = if k == n { 1.0 } else { part };
            profile.on.push((segment, part));
            let [from, to] = [segment, segment + 1].map(|point| degrees(profile.corner(point)));
            // Over the antimeridian by the shorter way.
            let within = |lon: f64| lon - (lon / 360.0).round() * 360.0;
            let lon = within(from.0 + part * within(to.0 - from.0));
            profile.points.push((lon, from.1 + part * (to.1 - from.1)));
        }
        profile
    }

    fn corner(&self, point: usize) -> PointE7 {
        (self.streets.shape_lon_e7[point], self.streets.shape_lat_e7[point])
    }

    fn segment_mm(&self, segment: usize) -> u32 {
        self.streets.shape_mm[segment + 1] - self.streets.shape_mm[segment]
    }

    fn segments(&self) -> std::ops::Range<usize> {
        let shape = self.streets.shape(self.edge);
        shape.start..shape.end - 1
    }

    fn tags(&self, segment: usize) -> super::tagged::TaggedSegment {
        self.tagged.segment(self.corner(segment), self.corner(segment + 1))
    }

    /// How much of the edge is steps.
    pub fn steps_mm(&self) -> u32 {
        self.segments()
            .filter(|&segment| self.tags(segment).is_steps)
            .map(|segment| self.segment_mm(segment))
            .sum()
    }

    /// The rises of the pieces, from the heights of [`EdgeProfile::points`], NaN where there is none.
    pub fn rises(&self, mut heights: Vec<f64>) -> Rises {
        let last = heights.len() - 1;
        for (k, &(segment, part)) in self.on.iter().enumerate() {
            let ends = [segment, segment + 1].map(|point| self.tagged.deck(self.corner(point)));
            let end = if k == 0 { ends[0] } else { ends[1] };
            if let Some(height) = end.filter(|_| k == 0 || k == last) {
                heights[k] = height;
            } else if self.tags(segment).is_level
                && let [Some(from), Some(to)] = ends
            {
                heights[k] = from + part * (to - from);
            }
        }
        let unknown = heights.windows(2).filter(|ends| ends[0].is_nan() || ends[1].is_nan()).count() as u32;
        if heights.iter().any(|height| !height.is_nan()) {
            filled(&mut heights);
            heights = without_spikes(&heights);
        } else if let Some(inclined) = self.inclined() {
            return Rises { rises: rises(&inclined), unknown: 0 };
        } else {
            heights.fill(0.0);
        }
        Rises { rises: rises(&heights), unknown }
    }

    /// Heights by the inclines of the ways, the start of the edge at 0; `None` where none is known.
    fn inclined(&self) -> Option<Vec<f64>> {
        let slopes: Vec<Option<f64>> = self.segments().map(|segment| self.tags(segment).incline).collect();
        slopes.iter().any(Option::is_some).then(|| {
            let mut starts = vec![0.0];
            for (segment, slope) in self.segments().zip(&slopes) {
                let rise = slope.unwrap_or(0.0) * f64::from(self.segment_mm(segment)) / 1000.0;
                starts.push(starts[starts.len() - 1] + rise);
            }
            let first = self.segments().start;
            let at = |&(segment, part): &(usize, f64)| {
                let (from, to) = (starts[segment - first], starts[segment - first + 1]);
                from + part * (to - from)
            };
            self.on.iter().map(at).collect()
        })
    }
}

/// Gaps are straight between what is known, and level beyond it.
fn filled(heights: &mut [f64]) {
    let known: Vec<usize> = (0..heights.len()).filter(|&k| !heights[k].is_nan()).collect();
    let (Some(&first), Some(&last)) = (known.first(), known.last()) else { return };
    let (start, end) = (heights[first], heights[last]);
    heights[..first].fill(start);
    heights[last..].fill(end);
    for pair in known.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        for k in from + 1..to {
            let part = (k - from) as f64 / (to - from) as f64;
            heights[k] = heights[from] + part * (heights[to] - heights[from]);
        }
    }
}

/// Running medians of five (Tukey 1977, "Exploratory Data Analysis", chapter 7), of three beside the ends, which stay: a
/// wall, a roof or a hole of up to two heights is gone, and what rises or falls all the way stays as it is.
fn without_spikes(heights: &[f64]) -> Vec<f64> {
    let last = heights.len() - 1;
    let median = |k: usize| {
        let reach = k.min(last - k).min(2);
        let mut window = heights[k - reach..=k + reach].to_vec();
        window.sort_by(f64::total_cmp);
        window[reach]
    };
    (0..heights.len()).map(median).collect()
}

/// From heights in whole mm, so that what rises and falls again comes back to where it was.
fn rises(heights: &[f64]) -> Vec<i16> {
    let mm: Vec<i64> = heights.iter().map(|height| (height * 1000.0).round() as i64).collect();
    let most = i64::from(i16::MAX);
    mm.windows(2).map(|pair| (pair[1] - pair[0]).clamp(-most, most) as i16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spikes_go_and_slopes_stay() {
        let ramp: Vec<f64> = (0..9).map(f64::from).collect();
        assert_eq!(without_spikes(&ramp), ramp);
        assert_eq!(without_spikes(&[0.0, 0.0, 9.0, 9.0, 0.0, 0.0]), [0.0; 6]);
        // Of three beside the ends.
        assert_eq!(without_spikes(&[1.0, 7.0, 2.0]), [1.0, 2.0, 2.0]);
        assert_eq!(without_spikes(&[1.0, 7.0]), [1.0, 7.0]);
        // A plateau of three is a plateau.
        let terrace = [0.0, 0.0, 5.0, 5.0, 5.0, 0.0, 0.0];
        assert_eq!(without_spikes(&terrace), terrace);
    }

    #[test]
    fn gaps_are_straight() {
        let nan = f64::NAN;
        let mut heights = [nan, 1.0, nan, nan, 4.0, nan];
        filled(&mut heights);
        assert_eq!(heights, [1.0, 1.0, 2.0, 3.0, 4.0, 4.0]);
    }

    #[test]
    fn rises_are_whole_millimetres() {
        assert_eq!(rises(&[0.0, 0.0004, 0.0008, 0.0]), [0, 1, -1]);
        assert_eq!(rises(&[0.0, 500.0]), [i16::MAX]);
    }
}
