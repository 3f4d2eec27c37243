//! A box around some points: what lies outside need not be looked at.

use crate::base::ids::{EdgeId, Id};
use crate::network::streets::Streets;

/// A box, in degrees: what lies outside is farther than a limit from all of its points.
pub struct Around {
    /// West, south, east, north; `None` near the poles and the 180th meridian: everything is near.
    bounds: Option<[f64; 4]>,
}

impl Around {
    /// A degree of latitude is nowhere shorter, m.
    const DEGREE_M: f64 = 110_000.0;
    /// Edges up to this length leave the box of their corners by less than a hundredth of it; longer ones are near.
    const LONG_MM: u32 = 100_000_000;

    /// The box of `points` (lon, lat in degrees), wider by `limit_m` on all sides and some more.
    pub fn new(points: &[(f64, f64)], limit_m: f64) -> Around {
        let mut bounds = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
        for &(lon, lat) in points {
            bounds = [bounds[0].min(lon), bounds[1].min(lat), bounds[2].max(lon), bounds[3].max(lat)];
        }
        let up = (limit_m + f64::from(Self::LONG_MM) / 1e5) / Self::DEGREE_M;
        let farthest = bounds[1].abs().max(bounds[3].abs()) + up;
        let across = up / farthest.to_radians().cos().max(0.01);
        let [west, south, east, north] = bounds;
        let bounds = [west - across, south - up, east + across, north + up];
        let plain = farthest < 79.0 && bounds[0] > -180.0 && bounds[2] < 180.0;
        Around { bounds: plain.then_some(bounds) }
    }

    pub fn holds(&self, (lon, lat): (f64, f64)) -> bool {
        let holds = |[west, south, east, north]: [f64; 4]| {
            (west..=east).contains(&lon) && (south..=north).contains(&lat)
        };
        self.bounds.is_none_or(holds)
    }

    /// Whether some of an edge may lie in the box.
    pub fn may_touch(&self, streets: &Streets, edge: EdgeId) -> bool {
        let Some([west, south, east, north]) = self.bounds else { return true };
        let shape = streets.shape(edge);
        let outside = |values: &[i32], low: f64, high: f64| {
            let degrees = || values[shape.clone()].iter().map(|&e7| f64::from(e7) / 1e7);
            degrees().all(|x| x < low) || degrees().all(|x| x > high)
        };
        streets.edge_mm[edge.index()] > Self::LONG_MM
            || !(outside(&streets.shape_lon_e7, west, east) || outside(&streets.shape_lat_e7, south, north))
    }
}
