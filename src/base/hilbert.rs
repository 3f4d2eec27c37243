//! The order of points along Hilbert's curve: neighbours on the map are neighbours in memory.

/// Distance along Hilbert's curve of a cell of the 65,536 × 65,536 square (Hilbert 1891).
fn hilbert(mut x: u32, mut y: u32) -> u64 {
    let mut distance = 0u64;
    let mut side = 1u32 << 15;
    while side > 0 {
        let (right, up) = (u32::from(x & side > 0), u32::from(y & side > 0));
        distance += u64::from(side) * u64::from(side) * u64::from((3 * right) ^ up);
        if up == 0 {
            if right == 1 {
                x = 65_535 - x;
                y = 65_535 - y;
            }
            (x, y) = (y, x);
        }
        side >>= 1;
    }
    distance
}

/// The indices of `points` (lon, lat in degrees) along the curve over their box; equal places keep their order.
/// Points that are not finite come last.
pub fn hilbert_order(points: &[(f64, f64)]) -> Vec<u32> {
    let finite = || points.iter().filter(|p| p.0.is_finite() && p.1.is_finite());
    let (mut west, mut east, mut south, mut north) = (f64::MAX, f64::MIN, f64::MAX, f64::MIN);
    for &(lon, lat) in finite() {
        west = west.min(lon);
        east = east.max(lon);
        south = south.min(lat);
        north = north.max(lat);
    }
    // One scale for both axes keeps the squares nearly square on the ground.
    let shrink = ((south + north) / 2.0).to_radians().cos().max(0.01);
    let extent = ((east - west) * shrink).max(north - south).max(1e-9);
    let scale = 65_535.0 / extent;
    let key = |i: &u32| {
        let (lon, lat) = points[*i as usize];
        if !(lon.is_finite() && lat.is_finite()) {
            return u64::MAX;
        }
        hilbert(((lon - west) * shrink * scale) as u32, ((lat - south) * scale) as u32)
    };
    let mut order: Vec<u32> = (0..points.len() as u32).collect();
    order.sort_by_cached_key(key);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_steps_to_neighbours_only() {
        // On a full 16 × 16 grid each step of the curve goes to one of the four neighbours.
        let points: Vec<(f64, f64)> =
            (0..256).map(|i| (f64::from(i % 16) / 1000.0, f64::from(i / 16) / 1000.0)).collect();
        let order = hilbert_order(&points);
        let mut far = 0;
        for pair in order.windows(2) {
            let (a, b) = (points[pair[0] as usize], points[pair[1] as usize]);
            let steps = ((a.0 - b.0).abs() + (a.1 - b.1).abs()) * 1000.0;
            far += usize::from(steps > 1.5);
        }
        assert!(far <= 2, "{far} jumps");
        assert_eq!(hilbert_order(&[(0.0, f64::NAN), (1.0, 1.0)]), [1, 0]);
        assert!(hilbert_order(&[]).is_empty());
    }
}
