//! frequencies.txt: the bands of a trip become the shifts at which its calls run.

use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity, kind};
use crate::inputs::raw::RawFrequency;

const REPEATED: DiagnosticCode = kind(
    "gtfs_repeated_run",
    Severity::Dropped,
    "runs of frequencies.txt at the second of another of the same trip",
    "",
);
const OVERLAPPING: DiagnosticCode = kind(
    "gtfs_overlapping_frequencies",
    Severity::Doubt,
    "bands of frequencies.txt that begin before the same trip's band before them ends: both run",
    "",
);
const INEXACT: DiagnosticCode = kind(
    "gtfs_inexact_frequencies",
    Severity::Note,
    "trips with exact_times = 0: laid out from the band's start like exact ones",
    "",
);

/// Bands by trip: those of one feed, grouped, in the file's order within a trip.
pub(super) struct Bands<'f> {
    sorted: Vec<&'f RawFrequency>,
}

impl<'f> Bands<'f> {
    pub fn new(bands: &'f [RawFrequency]) -> Self {
        let mut sorted: Vec<_> = bands.iter().collect();
        sorted.sort_by_key(|band| band.trip);
        Bands { sorted }
    }

    /// The bands of a trip; none: it runs as its own times say.
    pub fn of(&self, trip: u32) -> &[&'f RawFrequency] {
        let start = self.sorted.partition_point(|band| band.trip < trip);
        let end = self.sorted.partition_point(|band| band.trip <= trip);
        &self.sorted[start..end]
    }
}

/// The shifts of a trip whose template departs first at `first_s`: so that departures are at
/// start + k · headway, strictly before the end of the band. Sorted, each once.
pub(super) fn shifts(
    bands: &[&RawFrequency],
    first_s: i32,
    feed: &str,
    diagnostics: &mut Diagnostics,
) -> Vec<i32> {
    let mut shifts = Vec::new();
    let mut by_start = bands.to_vec();
    by_start.sort_by_key(|band| (band.start_s, band.end_s));
    for (index, band) in by_start.iter().enumerate() {
        let step = usize::try_from(band.headway_s.max(1)).unwrap_or(usize::MAX);
        shifts.extend((band.start_s..band.end_s).step_by(step).map(|start| start - first_s));
        if index > 0 && band.start_s < by_start[index - 1].end_s {
            diagnostics.add(OVERLAPPING, feed, "frequencies.txt", band.line, "");
        }
    }
    if bands.iter().any(|band| !band.exact) {
        diagnostics.count(INEXACT, feed, 1, "");
    }
    shifts.sort_unstable();
    let all = shifts.len();
    shifts.dedup();
    if shifts.len() < all {
        let line = bands.first().map_or(0, |band| band.line);
        for _ in shifts.len()..all {
            diagnostics.add(REPEATED, feed, "frequencies.txt", line, "a trip with a band at this line");
        }
    }
    shifts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn band(start_s: i32, end_s: i32, headway_s: u32, exact: bool) -> RawFrequency {
        RawFrequency { trip: 0, start_s, end_s, headway_s, exact, line: 2 }
    }

    #[test]
    fn the_end_is_not_a_departure() {
        let (a, b) = (band(3600, 4800, 600, true), band(4800, 4801, 600, true));
        let mut diagnostics = Diagnostics::default();
        // Template at 1:00:30; runs at 1:00, 1:10 and, from the second band's start, 1:20.
        assert_eq!(shifts(&[&a, &b], 3630, "f", &mut diagnostics), [-30, 570, 1170]);
        assert_eq!(diagnostics, Diagnostics::default());
    }

    #[test]
    fn repeats_run_once() {
        let (a, b) = (band(0, 1200, 600, true), band(600, 1500, 600, false));
        let mut diagnostics = Diagnostics::default();
        assert_eq!(shifts(&[&a, &b], 0, "f", &mut diagnostics), [0, 600, 1200]);
        assert_eq!(diagnostics.total("gtfs_repeated_run"), 1);
        assert_eq!(diagnostics.total("gtfs_overlapping_frequencies"), 1);
        assert_eq!(diagnostics.total("gtfs_inexact_frequencies"), 1);
    }
}
