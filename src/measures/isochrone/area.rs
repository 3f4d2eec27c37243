//! The area of a polygon whose sides are straight in longitude and latitude, as RFC 7946 has them, on WGS 84.

use super::contour::{Polygon, Ring};

/// Half the equator's diameter in m, and the square of the eccentricity.
const A: f64 = 6_378_137.0;
const E2: f64 = 0.006_694_379_990_141_33;

/// m², on the ellipsoid: ∮ −Q(φ) dλ with Q the area between equator and φ for each radian of longitude. Along a side
/// λ and φ go in step, so that its part is Δλ times the mean of Q, by Simpson's rule (whose error is far below a mm²
/// for sides of some km).
pub fn area_m2(polygon: &Polygon) -> f64 {
    polygon.rings().map(ring_m2).sum()
}

/// Positive for a ring that goes counter-clockwise.
fn ring_m2(ring: &Ring) -> f64 {
    let Some(&(lon0, lat0)) = ring.first() else { return 0.0 };
    // From the ring's own latitude on, or all digits would go to the way from the equator.
    let base = q(f64::from(lat0) * 1e-7);
    let at = |lat_e7: f64| q(lat_e7 * 1e-7) - base;
    let (mut lon, mut lat, mut here) = (lon0, lat0, 0.0);
    let mut sum = 0.0;
    for &(next_lon, next_lat) in &ring[1..] {
        let there = at(f64::from(next_lat));
        let middle = at((f64::from(lat) + f64::from(next_lat)) / 2.0);
        let across = (f64::from(next_lon) - f64::from(lon)) * 1e-7;
        sum -= across.to_radians() * (here + 4.0 * middle + there) / 6.0;
        (lon, lat, here) = (next_lon, next_lat, there);
    }
    sum
}

/// The area between the equator and a latitude for each radian of longitude, m² (Snyder 1987, "Map projections",
/// eq. 3-12, times half the square of A).
fn q(lat: f64) -> f64 {
    let e = E2.sqrt();
    let sin = lat.to_radians().sin();
    A * A / 2.0 * (1.0 - E2) * (sin / (1.0 - E2 * sin * sin) + (e * sin).atanh() / e)
}
