//! Datums: degrees on a national ellipsoid ↔ degrees on WGS 84, by seven parameters (Helmert), each code with the metres
//! that this may be off.
//!
//! The parameters are those of EPSG for the area of the code (`shifts.tsv`); grid files are not read. Heights are 0 on
//! the way to WGS 84, and the way back is found by iteration, so that both ways agree to a hundredth of a millimetre.

use std::ops::RangeInclusive;

/// Made by `scripts/projections.py`.
const TABLE: &str = include_str!("shifts.tsv");
/// Semi-major axis, m, and squared eccentricity of WGS 84 (NIMA TR 8350.2, 2000).
const WGS84: (f64, f64) = (6_378_137.0, 0.006_694_379_990_141_316);
const ARC_SECOND: f64 = std::f64::consts::PI / 648_000.0;

/// The way from one datum to WGS 84.
#[derive(Clone, Copy, Debug)]
pub(super) struct DatumShift {
    /// x, y, z (m), rotations (radians, position vector), scale − 1; none where both are taken as one.
    seven: Option<[f64; 7]>,
    /// Semi-major axis, m, and squared eccentricity of the datum's ellipsoid.
    ellipsoid: (f64, f64),
    /// Places may lie so far aside, m.
    pub off_m: f64,
}

/// What the table has for a code.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum KnownDatum {
    Shift {
        seven: Option<[f64; 7]>,
        off_m: f64,
    },
    /// Only by a file of corrections.
    WithGrid,
    /// Not at all.
    Unknown,
}

/// The table's line for a code.
pub(super) fn known(code: u16) -> Option<KnownDatum> {
    let line = TABLE.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let mut fields = line.split('\t');
        let (off, seven, codes) = (fields.next()?, fields.next()?, fields.next()?);
        codes
            .split(' ')
            .any(|codes| range(codes).is_some_and(|range| range.contains(&code)))
            .then_some((off, seven))
    });
    let (off, seven) = line?;
    Some(match off {
        "grid" => KnownDatum::WithGrid,
        "none" => KnownDatum::Unknown,
        _ => {
            let numbers: Vec<f64> = seven.split(' ').filter_map(|number| number.parse().ok()).collect();
            let seven = <[f64; 7]>::try_from(numbers).ok().map(|[x, y, z, rx, ry, rz, s]| {
                [x, y, z, rx * ARC_SECOND, ry * ARC_SECOND, rz * ARC_SECOND, s * 1e-6]
            });
            KnownDatum::Shift { seven, off_m: off.parse().ok()? }
        }
    })
}

/// `3006` or `3006-3018`.
fn range(codes: &str) -> Option<RangeInclusive<u16>> {
    let (first, last) = codes.split_once('-').unwrap_or((codes, codes));
    Some(first.parse().ok()?..=last.parse().ok()?)
}

impl DatumShift {
    /// `axes`: semi-major and semi-minor axis of the datum's ellipsoid, m.
    pub fn new(seven: Option<[f64; 7]>, axes: (f64, f64), off_m: f64) -> DatumShift {
        let (a, b) = axes;
        DatumShift { seven, ellipsoid: (a, 1.0 - (b / a).powi(2)), off_m }
    }

    /// Whether there is anything to shift.
    pub fn is_some(&self) -> bool {
        self.seven.is_some()
    }

    /// Degrees on WGS 84 from degrees on the datum.
    pub fn to_wgs84(self, (lon, lat): (f64, f64)) -> (f64, f64) {
        let Some([dx, dy, dz, rx, ry, rz, s]) = self.seven else { return (lon, lat) };
        let [x, y, z] = geocentric((lon, lat), self.ellipsoid);
        let scale = 1.0 + s;
        geodetic(
            [
                dx + scale * (x - rz * y + ry * z),
                dy + scale * (rz * x + y - rx * z),
                dz + scale * (-ry * x + rx * y + z),
            ],
            WGS84,
        )
    }

    /// Degrees on the datum from degrees on WGS 84.
    pub fn to_datum(self, (lon, lat): (f64, f64)) -> (f64, f64) {
        if self.seven.is_none() {
            return (lon, lat);
        }
        let mut found = (lon, lat);
        // Each time over, a thousandth of the error is left; beside a pole, where meridians are near, some hundredths.
        for _ in 0..20 {
            let there = self.to_wgs84(found);
            let (east, north) = (around(lon - there.0), lat - there.1);
            found = (found.0 + east, (found.1 + north).clamp(-90.0, 90.0));
            if east.abs() + north.abs() < 1e-12 {
                break;
            }
        }
        let lon = if found.0.abs() > 180.0 { around(found.0) } else { found.0 };
        (lon, found.1)
    }
}

/// Degrees by the shorter way around.
pub(super) fn around(degrees: f64) -> f64 {
    (degrees + 540.0).rem_euclid(360.0) - 180.0
}

fn geocentric((lon, lat): (f64, f64), (a, e2): (f64, f64)) -> [f64; 3] {
    let ((sin, cos), (east, north)) = (lat.to_radians().sin_cos(), lon.to_radians().sin_cos());
    let n = a / (1.0 - e2 * sin * sin).sqrt();
    [n * cos * north, n * cos * east, n * (1.0 - e2) * sin]
}

fn geodetic([x, y, z]: [f64; 3], (a, e2): (f64, f64)) -> (f64, f64) {
    let p = x.hypot(y);
    let mut lat = z.atan2(p * (1.0 - e2));
    // The error falls to a hundredth each time over.
    for _ in 0..8 {
        let sin = lat.sin();
        lat = (z + e2 * a / (1.0 - e2 * sin * sin).sqrt() * sin).atan2(p);
    }
    (y.atan2(x).to_degrees(), lat.to_degrees())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// EPSG Guidance Note 7-2, position vector: WGS 72 to WGS 84 by dZ = 4.5 m, rZ = 0.554″, dS = 0.219 ppm; there the
    /// point is geocentric, X 3657660.66, Y 255768.55, Z 5201382.11 → X 3657660.78, Y 255778.43, Z 5201387.75.
    #[test]
    fn the_worked_example_of_the_guidance_note() {
        let shift = DatumShift::new(
            Some([0.0, 0.0, 4.5, 0.0, 0.0, 0.554 * ARC_SECOND, 0.219e-6]),
            (6_378_135.0, 6_378_135.0 * (1.0 - 1.0 / 298.26)),
            0.0,
        );
        // The same point without its height, by the ellipsoids alone.
        let from = geodetic([3_657_660.66, 255_768.55, 5_201_382.11], shift.ellipsoid);
        let to = geodetic([3_657_660.78, 255_778.43, 5_201_387.75], WGS84);
        let found = shift.to_wgs84(from);
        assert!((found.0 - to.0).abs() < 2e-7 && (found.1 - to.1).abs() < 2e-7, "{found:?} {to:?}");
    }

    #[test]
    fn both_ways_agree() {
        let shift = DatumShift::new(
            Some([414.1, 41.3, 603.1, -4e-6, 1e-5, -3.4e-5, 1e-5]),
            (6_377_397.155, 6_356_078.963),
            1.0,
        );
        for place in [(18.0, 59.0), (-179.9999, 10.0), (179.99999, -70.0), (0.0, 89.9)] {
            let there = shift.to_wgs84(place);
            let back = shift.to_datum(there);
            assert!(
                (back.0 - place.0).abs() < 1e-10 && (back.1 - place.1).abs() < 1e-10,
                "{place:?} {back:?}"
            );
        }
    }

    #[test]
    fn the_table_is_read() {
        assert_eq!(known(4326), Some(KnownDatum::Shift { seven: None, off_m: 0.0 }));
        assert!(matches!(
            known(2056),
            Some(KnownDatum::Shift { seven: Some([674.374, 15.056, 405.346, 0.0, 0.0, 0.0, 0.0]), .. })
        ));
        assert_eq!(known(1), None);
        assert!(
            TABLE.lines().filter(|line| !line.starts_with('#')).all(|line| line.split('\t').count() == 3)
        );
    }
}
