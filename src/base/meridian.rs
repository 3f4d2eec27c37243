//! Longitudes of places on both sides of the antimeridian → longitudes that go on eastwards past 180°.

/// Half a turn and a whole one, in 1e-7 degrees.
pub const HALF_E7: i64 = 1_800_000_000;
pub const TURN_E7: i64 = 2 * HALF_E7;

/// Buckets of a degree, each with its westernmost and easternmost place.
const BUCKETS: usize = 360;

/// Where the circle of longitudes is cut open, so that some places lie as near each other as they do on the Earth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Opened {
    /// Longitudes below it go on behind 180°.
    west: f64,
}

impl Opened {
    /// At the antimeridian, or (where places lie on both sides of it) in the middle of the widest stretch without any, so
    /// that what lies beside them goes on with them. Not finite longitudes are passed over.
    pub fn around(lons: impl Iterator<Item = f64>) -> Opened {
        let mut ends = [(f64::INFINITY, f64::NEG_INFINITY); BUCKETS];
        for lon in lons.filter(|lon| lon.is_finite()) {
            let bucket = ((lon + 180.0).floor().max(0.0) as usize).min(BUCKETS - 1);
            ends[bucket] = (ends[bucket].0.min(lon), ends[bucket].1.max(lon));
        }
        let taken: Vec<(f64, f64)> = ends.into_iter().filter(|(first, last)| first <= last).collect();
        let (Some(first), Some(last)) = (taken.first(), taken.last()) else {
            return Opened { west: -180.0 };
        };
        let (mut widest, mut west) = (first.0 + 360.0 - last.1, -180.0);
        for pair in taken.windows(2) {
            let gap = pair[1].0 - pair[0].1;
            if gap > widest {
                (widest, west) = (gap, (pair[0].1 + pair[1].0) / 2.0);
            }
        }
        Opened { west }
    }

    /// Whether the cut is not at the antimeridian, for places lie on both sides of it.
    pub fn is_elsewhere(&self) -> bool {
        self.west > -180.0
    }

    /// The longitude in degrees, as it goes on.
    pub fn lon(&self, lon: f64) -> f64 {
        if lon < self.west { lon + 360.0 } else { lon }
    }

    /// The same in 1e-7 degrees.
    pub fn lon_e7(&self, lon_e7: i32) -> i64 {
        let turn = if f64::from(lon_e7) / 1e7 < self.west { TURN_E7 } else { 0 };
        i64::from(lon_e7) + turn
    }
}

/// A closed ring of (lon, lat) whose longitudes go on over the antimeridian, and how others go on with it.
pub fn ring_onwards(ring: &[(f64, f64)]) -> (Vec<(f64, f64)>, Opened) {
    let opened = Opened::around(ring.iter().map(|corner| corner.0));
    (ring.iter().map(|&(lon, lat)| (opened.lon(lon), lat)).collect(), opened)
}

/// A longitude between -180° and 180°.
pub fn wrapped(lon: f64) -> f64 {
    if (-180.0..=180.0).contains(&lon) || !lon.is_finite() {
        return lon;
    }
    (lon + 180.0).rem_euclid(360.0) - 180.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_circle_is_opened_where_nobody_is() {
        let opened = |lons: &[f64]| {
            let opened = Opened::around(lons.iter().copied());
            lons.iter().map(|&lon| opened.lon(lon)).collect::<Vec<_>>()
        };
        // A town on the antimeridian; Chukotka with the rest of Russia; two places on one side.
        assert_eq!(opened(&[179.5, -179.75]), [179.5, 180.25]);
        assert_eq!(opened(&[19.5, 100.0, 179.0, -169.0]), [19.5, 100.0, 179.0, 191.0]);
        // What lies just beside goes on, too: on either side.
        let town = Opened::around([179.5, -179.75].into_iter());
        assert_eq!((town.lon(179.25), town.lon(-179.5)), (179.25, 180.5));
        assert_eq!(opened(&[-51.5, -51.25, f64::NAN]).first(), Some(&-51.5));
        // From Portugal to the Bering Strait is wider than half a turn, and still one stretch.
        assert_eq!(opened(&[-9.0, 60.0, 120.0, 179.0]), [-9.0, 60.0, 120.0, 179.0]);
        let of_e7 = Opened::around([179.9, -179.9].into_iter());
        assert_eq!(
            (of_e7.lon_e7(1_799_000_000), of_e7.lon_e7(-1_799_000_000)),
            (1_799_000_000, 1_801_000_000)
        );
        assert_eq!((wrapped(180.25), wrapped(-180.25), wrapped(180.0)), (-179.75, 179.75, 180.0));
    }
}
