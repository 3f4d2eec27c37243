//! The points that isochrones are contoured from: a fine lattice over the streets, each point linked as a cell is.

use super::links::{KeptComponents, LinkStatus, Linkage, Linker};
use super::streets::Streets;
use crate::base::array::Array;
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::base::meridian::{HALF_E7, Opened, TURN_E7};

/// WGS 84: half the equator's diameter in m, and the square of the eccentricity.
const A: f64 = 6_378_137.0;
const E2: f64 = 0.006_694_379_990_141_33;

/// Beyond this latitude, degrees, columns of a lattice run together.
pub const FARTHEST_LAT: f64 = 85.0;

/// A lattice of points in whole 1e-7 degrees: columns from west to east, rows from south to north. One that reaches over
/// the antimeridian goes on behind ±180°, and has a column on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lattice {
    pub west_e7: i32,
    pub south_e7: i32,
    pub step_lon_e7: i32,
    pub step_lat_e7: i32,
    pub columns: u32,
    pub rows: u32,
}

impl Lattice {
    /// A lattice with a point every `step_m` metres (east-west: at the middle latitude of the streets) as far as
    /// `around_m` beyond the streets; empty without streets, or where they reach round the Earth. Its points lie at whole
    /// multiples of its steps, counted from the antimeridian where it reaches that.
    pub fn over(streets: &Streets, step_m: u32, around_m: f64) -> Lattice {
        let (lon, lat) = (&streets.shape_lon_e7, &streets.shape_lat_e7);
        let opened = Opened::around(lon.iter().map(|&e7| f64::from(e7) / 1e7));
        let ends = |values: &mut dyn Iterator<Item = i64>| {
            values.fold(None, |ends: Option<(i64, i64)>, value| {
                let (low, high) = ends.unwrap_or((value, value));
                Some((low.min(value), high.max(value)))
            })
        };
        let lons = ends(&mut lon.iter().map(|&e7| opened.lon_e7(e7)));
        let lats = ends(&mut lat.iter().map(|&e7| i64::from(e7)));
        let (Some((west, east)), Some((south, north))) = (lons, lats) else {
            return Lattice::default();
        };
        let middle = (south + north) as f64 / 2e7;
        let (m_lon, m_lat) = metres_of_a_degree(middle.clamp(-FARTHEST_LAT, FARTHEST_LAT));
        let steps = |metres: f64, of_a_degree: f64| ((metres / of_a_degree * 1e7).round() as i64).max(2);
        let (step_lon, step_lat) = (steps(step_m.into(), m_lon), steps(step_m.into(), m_lat));
        let (more_lon, more_lat) = (steps(around_m, m_lon), steps(around_m, m_lat));
        // A border for the contours is included.
        let reach = more_lon + 2 * step_lon;
        let crossed = [-HALF_E7, HALF_E7].into_iter().find(|at| (west - reach..=east + reach).contains(at));
        // Counted from there, so that a column lies on it.
        let from = crossed.unwrap_or(0);
        let mut first = from + (west - more_lon - from).div_euclid(step_lon) * step_lon;
        let columns = (east + more_lon - first).div_euclid(step_lon) + 1;
        // Whole numbers of 32 bits end 34.7 degrees behind the antimeridian; from the other side there is as much.
        let fits = |first: i64| {
            [first - step_lon, first + columns * step_lon].iter().all(|&end| i32::try_from(end).is_ok())
        };
        if !fits(first) {
            first -= TURN_E7;
        }
        if !fits(first) || (columns + 2) * step_lon >= TURN_E7 {
            return Lattice::default();
        }
        let most = HALF_E7 / 2;
        let south = (south - more_lat).max(2 * step_lat - most).div_euclid(step_lat);
        let north = (north + more_lat).min(most - 2 * step_lat).div_euclid(step_lat);
        Lattice {
            west_e7: first as i32,
            south_e7: (south * step_lat) as i32,
            step_lon_e7: step_lon as i32,
            step_lat_e7: step_lat as i32,
            columns: columns as u32,
            rows: (north - south + 1).max(0) as u32,
        }
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        self.columns as usize * self.rows as usize
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The (lon, lat) of point `row * columns + column`, degrees.
    pub fn point(&self, index: u32) -> (f64, f64) {
        let (column, row) = (i64::from(index % self.columns), (index / self.columns) as i32);
        let lon_e7 = i64::from(self.west_e7) + column * i64::from(self.step_lon_e7);
        let turn = match lon_e7 {
            HALF_E7.. if lon_e7 > HALF_E7 => -TURN_E7,
            _ if lon_e7 < -HALF_E7 => TURN_E7,
            _ => 0,
        };
        let lat_e7 = self.south_e7 + row * self.step_lat_e7;
        ((lon_e7 + turn) as f64 / 1e7, f64::from(lat_e7) / 1e7)
    }

    /// The column on the antimeridian, and whether that is +180° here (else −180°).
    pub fn antimeridian(&self) -> Option<(u32, bool)> {
        let step = i64::from(self.step_lon_e7).max(1);
        [HALF_E7, -HALF_E7].into_iter().find_map(|at| {
            let along = at - i64::from(self.west_e7);
            let column = u32::try_from(along / step).ok().filter(|&column| column < self.columns)?;
            (along >= 0 && along % step == 0).then_some((column, at > 0))
        })
    }
}

/// Metres of a degree of longitude and of latitude on WGS 84 (Snyder 1987, "Map projections", p. 24).
pub fn metres_of_a_degree(lat: f64) -> (f64, f64) {
    let (sin, cos) = lat.to_radians().sin_cos();
    let w = 1.0 - E2 * sin * sin;
    (A * cos / w.sqrt() * 1f64.to_radians(), A * (1.0 - E2) / w.powf(1.5) * 1f64.to_radians())
}

/// The points of a lattice that have a street, and where they are linked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surface {
    pub lattice: Lattice,
    /// Index in the lattice, rising.
    pub nodes: Array<u32>,
    pub linked: Linkage,
}

impl Surface {
    /// Links the points of a lattice over the streets. Errors: stopped by `executor`.
    pub fn new(
        streets: &Streets,
        linker: &Linker<'_>,
        kept: &KeptComponents,
        lattice: Lattice,
        max_link_m: f64,
        executor: &dyn Executor,
    ) -> Result<Surface> {
        let near = near(&lattice, streets, max_link_m);
        let points: Vec<(f64, f64)> = near.iter().map(|&node| lattice.point(node)).collect();
        let all = linker.link(kept, &points, executor)?;
        let mut surface = Surface { lattice, ..Surface::default() };
        for (at, &node) in near.iter().enumerate().filter(|(at, _)| all.status(*at) != LinkStatus::Unlinked) {
            surface.nodes.push(node);
            surface.linked.edge.push(all.edge[at]);
            surface.linked.at_mm.push(all.at_mm[at]);
            surface.linked.link_mm.push(all.link_mm[at]);
            surface.linked.status.push(all.status[at]);
        }
        Ok(surface)
    }

    /// Whether its points lie on the lattice, and that on Earth: what a file must pass before it is used.
    pub fn check(&self) -> bool {
        let Lattice { west_e7, south_e7, step_lon_e7, step_lat_e7, columns, rows } = self.lattice;
        // A border for the contours lies around it.
        let ends = |first: i32, step: i32, n: u32| {
            (i64::from(first) - i64::from(step), i64::from(first) + i64::from(step) * i64::from(n))
        };
        let (south, north) = ends(south_e7, step_lat_e7, rows);
        let (west, east) = ends(west_e7, step_lon_e7, columns);
        let crosses = |at: i64| west < at && at < east;
        let sound = step_lon_e7 >= 2
            && step_lat_e7 >= 2
            && (-HALF_E7 / 2..=HALF_E7 / 2).contains(&south)
            && (-HALF_E7 / 2..=HALF_E7 / 2).contains(&north)
            && i32::try_from(west).is_ok()
            && i32::try_from(east).is_ok()
            && east - west < TURN_E7
            && (!(crosses(HALF_E7) || crosses(-HALF_E7)) || self.lattice.antimeridian().is_some());
        self.nodes.len() == self.linked.len()
            && (self.nodes.is_empty() || sound)
            && self.nodes.is_sorted_by(|a, b| a < b)
            && self.nodes.last().is_none_or(|&last| (last as usize) < self.lattice.len())
    }

    /// The points' (lon, lat), degrees.
    pub fn points(&self) -> Vec<(f64, f64)> {
        self.nodes.iter().map(|&node| self.lattice.point(node)).collect()
    }
}

/// Points of the lattice that may have a street within `max_link_m`: some more than have one.
fn near(lattice: &Lattice, streets: &Streets, max_link_m: f64) -> Vec<u32> {
    let (columns, rows) = (lattice.columns as usize, lattice.rows as usize);
    if lattice.is_empty() {
        return Vec::new();
    }
    let mut marked = vec![false; lattice.len()];
    // The streets lie in the lattice, perhaps a turn away.
    let (west, turn) = (f64::from(lattice.west_e7), TURN_E7 as f64);
    let onwards = |lon_e7: i32| west + (f64::from(lon_e7) - west).rem_euclid(turn);
    let at = |e7: f64, first: i32, step: i32, n: usize| {
        (((e7 - f64::from(first)) / f64::from(step)).round().max(0.0) as usize).min(n - 1)
    };
    for edge in streets.edge_ids() {
        let shape = streets.shape(edge);
        for p in shape.start..shape.end - 1 {
            let end = |p: usize| (onwards(streets.shape_lon_e7[p]), f64::from(streets.shape_lat_e7[p]));
            let (a, b) = (end(p), end(p + 1));
            // Every half step of the segment marks the point next to it.
            let steps = ((b.0 - a.0) / f64::from(lattice.step_lon_e7))
                .abs()
                .max(((b.1 - a.1) / f64::from(lattice.step_lat_e7)).abs());
            let pieces = (2.0 * steps).ceil().max(1.0) as usize;
            for piece in 0..=pieces {
                let t = piece as f64 / pieces as f64;
                let column = at(a.0 + t * (b.0 - a.0), lattice.west_e7, lattice.step_lon_e7, columns);
                let row = at(a.1 + t * (b.1 - a.1), lattice.south_e7, lattice.step_lat_e7, rows);
                marked[row * columns + column] = true;
            }
        }
    }
    // Steps are shortest at one of the ends.
    let ends = [0, rows - 1]
        .map(|row| lattice.point((row * columns) as u32).1.clamp(-FARTHEST_LAT, FARTHEST_LAT))
        .map(metres_of_a_degree);
    let reach = |a: f64, b: f64, step_e7: i32| {
        (max_link_m / (a.min(b) / 1e7 * f64::from(step_e7))).ceil() as usize + 2
    };
    let across = reach(ends[0].0, ends[1].0, lattice.step_lon_e7);
    let up = reach(ends[0].1, ends[1].1, lattice.step_lat_e7);
    let mut wide = vec![false; marked.len()];
    for (row, out) in marked.chunks(columns).zip(wide.chunks_mut(columns)) {
        spread(columns, across, |i| row[i], |i| out[i] = true);
    }
    let mut all = vec![false; marked.len()];
    for column in 0..columns {
        spread(rows, up, |i| wide[i * columns + column], |i| all[i * columns + column] = true);
    }
    (0..all.len() as u32).filter(|&node| all[node as usize]).collect()
}

/// Sets every place that is at most `reach` from one that is marked.
fn spread(n: usize, reach: usize, marked: impl Fn(usize) -> bool, mut set: impl FnMut(usize)) {
    let mut done = 0;
    for i in (0..n).filter(|&i| marked(i)) {
        for k in done.max(i.saturating_sub(reach))..(i + reach + 1).min(n) {
            set(k);
        }
        done = (i + reach + 1).min(n);
    }
}
