//! Clock times, walking speed, the window of departures: whole numbers with their units in their names.

/// Walking speed in whole millimetres per second, so that seconds from millimetres are exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpeedMmPerS(pub u32);

/// The slowest that there is.
impl Default for SpeedMmPerS {
    fn default() -> Self {
        SpeedMmPerS(1)
    }
}

impl SpeedMmPerS {
    /// From m/s; `None` unless it is above 0, at most 100 m/s and a whole number of mm/s.
    pub fn from_mps(mps: f64) -> Option<Self> {
        let mm = mps * 1000.0;
        let whole = mm.round();
        ((mm - whole).abs() < 1e-6 && (1.0..=100_000.0).contains(&whole)).then_some(SpeedMmPerS(whole as u32))
    }

    /// Seconds for a leg of `mm`, rounded up once.
    #[inline]
    pub fn seconds(self, mm: u64) -> u32 {
        u32::try_from(mm.div_ceil(u64::from(self.0))).unwrap_or(u32::MAX)
    }

    /// The longest leg, in mm, that takes at most `seconds`.
    pub fn reach_mm(self, seconds: u32) -> u64 {
        u64::from(self.0) * u64::from(seconds)
    }
}

/// A headway below this is doubtful, s: no line runs more often than gondolas do, and a number of minutes looks like it.
pub const LEAST_HEADWAY_S: u32 = 10;

/// The departures of a period: `count` of them, one every `every_s`, the first at time 0.
/// All times of a query are seconds from the window's start.
///
/// ```
/// use isokron::base::units::{Window, parse_clock, rank};
///
/// let (from, to) = (parse_clock("7:00").unwrap(), parse_clock("07:45:01").unwrap());
/// let window = Window { length_s: (to - from) as u32, every_s: 60 };
/// assert_eq!(window.count(), 46);
/// // The median is the 23rd of 46 travel times, in rising order.
/// assert_eq!(rank(50.0, window.count()), 23);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Length of the half-open window, s.
    pub length_s: u32,
    /// Step between departures, s; 1 is exact.
    pub every_s: u32,
}

impl Window {
    /// Number of departures.
    pub fn count(self) -> u32 {
        self.length_s.div_ceil(self.every_s)
    }
}

/// The nearest-rank position ⌈p/100·n⌉ (1-based) of percentile `p` among `n` values, 0 < p ≤ 100.
pub fn rank(p: f64, n: u32) -> u32 {
    // A hair below, so that 29 % of 100 is the 29th although 0.29·100 is above 29 in binary.
    let exact = p * f64::from(n) / 100.0;
    ((exact - 1e-9).ceil() as u32).clamp(1, n.max(1))
}

/// `H:MM` or `H:MM:SS` as seconds; hours may pass 24 (up to 999).
pub fn parse_clock(text: &str) -> Option<i32> {
    let parts: Vec<&str> = text.trim().split(':').collect();
    let (h, m, s) = match parts.as_slice() {
        [h, m] => (*h, *m, "00"),
        [h, m, s] => (*h, *m, *s),
        _ => return None,
    };
    let number = |part: &str, digits: std::ops::RangeInclusive<usize>| -> Option<i32> {
        let good = digits.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        good.then(|| part.parse().ok()).flatten()
    };
    let (h, m, s) = (number(h, 1..=3)?, number(m, 2..=2)?, number(s, 2..=2)?);
    (m < 60 && s < 60).then_some(h * 3600 + m * 60 + s)
}

/// Seconds as `HH:MM:SS`, hours past 24 kept.
pub fn clock(seconds: i32) -> String {
    let sign = if seconds < 0 { "-" } else { "" };
    let s = seconds.unsigned_abs();
    format!("{sign}{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks() {
        assert_eq!(parse_clock("7:05:09"), Some(25_509));
        assert_eq!(parse_clock("25:00"), Some(90_000));
        assert_eq!(parse_clock("8h10"), None);
        assert_eq!(parse_clock("08:99:99"), None);
        assert_eq!(parse_clock("9999999:00:00"), None);
        assert_eq!(clock(90_061), "25:01:01");
    }

    #[test]
    fn seconds_round_up_once() {
        let speed = SpeedMmPerS::from_mps(1.1).unwrap();
        assert_eq!(speed, SpeedMmPerS(1100));
        assert_eq!(
            (speed.seconds(0), speed.seconds(1), speed.seconds(1100), speed.seconds(1101)),
            (0, 1, 1, 2)
        );
        assert!(SpeedMmPerS::from_mps(f64::NAN).is_none() && SpeedMmPerS::from_mps(0.0).is_none());
    }

    #[test]
    fn nearest_rank() {
        assert_eq!(
            (rank(50.0, 3), rank(50.0, 4), rank(29.0, 100), rank(100.0, 7), rank(0.1, 7)),
            (2, 2, 29, 7, 1)
        );
    }
}
