//! Rasters: tables of cells that are squares on a grid, a band a column of numbers; travel times at the points of a
//! lattice, a band an origin.

use std::path::Path;

use super::geotiff::{GeoTiff, MOST_BANDS, Pixel, PixelExtent};
use super::projection::Projection;
use super::staging::WrittenFile;
use super::tables::{ColumnData, ResultTable};
use crate::base::error::Result;
use crate::base::meridian::{Opened, wrapped};
use crate::inputs::raw::RawPlaces;
use crate::measures::isochrone::Reach;
use crate::network::surface::Lattice;

/// Points may lie so far beside the middle of their square, m: coordinates of five or six decimals.
const MOST_ASTRAY_M: f64 = 1.0;
const METRES_A_DEGREE: f64 = 111_320.0;
/// Smaller squares would be found anywhere, as points may lie beside their middle.
const LEAST_SIZE_M: f64 = 10.0;
/// Squares of the whole grid, the empty ones too, so many of 8 bytes are held.
const MOST_PIXELS: f64 = 2e8;

/// The grid that cells are the squares of.
pub struct Grid {
    extent: PixelExtent,
    /// Cell → pixel, row by row from the north-west.
    pixel: Vec<u32>,
}

impl Grid {
    /// The grid of the cells' points in a projection.
    ///
    /// # Errors
    /// In words, why they are none.
    pub fn of(places: &RawPlaces, projection: &Projection) -> std::result::Result<Grid, String> {
        let unit = if projection.is_geographic() { METRES_A_DEGREE } else { 1.0 };
        if !projection.is_geographic() && !projection.is_metric() {
            return Err("is neither in metres nor in degrees".into());
        }
        let astray = MOST_ASTRAY_M / unit;
        let mut points = Vec::with_capacity(places.points.len());
        for &point in &places.points {
            points.push(projection.place(point)?);
        }
        if projection.is_geographic() {
            let opened = Opened::around(points.iter().map(|point| point.0));
            points.iter_mut().for_each(|point| point.0 = opened.lon(point.0));
        }
        let [xs, ys] = [lines(points.iter().map(|p| p.0), astray), lines(points.iter().map(|p| p.1), astray)];
        let gaps = |lines: &[f64]| lines.windows(2).map(|two| two[1] - two[0]).fold(f64::INFINITY, f64::min);
        let least = gaps(&xs).min(gaps(&ys));
        if !least.is_finite() {
            return Err("a single cell tells no size".into());
        }
        let size = size(&xs, &ys, least);
        if size * unit < LEAST_SIZE_M {
            return Err(format!("columns or rows of cells lie {:.1} m apart", size * unit));
        }
        let (xs, ys) = match (axis(&xs, size, astray), axis(&ys, size, astray)) {
            (Some(x), Some(y)) => (x, y),
            _ => {
                let (id, off) = worst(places, &points, [xs[0], ys[0]], size);
                let (off, size) = (off * unit, size * unit);
                return Err(format!("cell {id} lies {off:.0} m beside a grid of {size:.0} m"));
            }
        };
        let (columns, rows) = (xs.across(), ys.across());
        if columns * rows > MOST_PIXELS {
            return Err(format!("the grid would have {columns:.0} × {rows:.0} squares"));
        }
        let extent = PixelExtent {
            west: xs.first - size / 2.0,
            north: ys.last + size / 2.0,
            pixel_x: size,
            pixel_y: size,
            columns: columns as usize,
            rows: rows as usize,
            epsg: projection.code(),
            geographic: projection.is_geographic(),
        };
        let mut taken = vec![false; extent.columns * extent.rows];
        let mut pixel = Vec::with_capacity(points.len());
        for (cell, &(x, y)) in points.iter().enumerate() {
            let (column, row) = (((x - xs.first) / size).round(), ((ys.last - y) / size).round());
            let at = row as usize * extent.columns + column as usize;
            if std::mem::replace(&mut taken[at], true) {
                return Err(format!("cell {} lies in the square of another", places.ids[cell]));
            }
            if let Some(ring) = places.outlines.get(cell).and_then(|rings| rings.first()) {
                check_square(ring, projection, (x, y), size, astray)
                    .map_err(|what| format!("cell {} {what}", places.ids[cell]))?;
            }
            pixel.push(at as u32);
        }
        Ok(Grid { extent, pixel })
    }

    /// How many squares it has, the empty ones too.
    pub fn pixels(&self) -> usize {
        self.extent.columns * self.extent.rows
    }

    /// Writes a table, a row a cell: all its numbers but `lon` and `lat`, blank where there is nothing.
    ///
    /// # Errors
    /// The machine's.
    pub fn write(&self, path: &Path, table: &ResultTable) -> Result<WrittenFile> {
        let bands: Vec<&(String, ColumnData)> = table
            .columns()
            .iter()
            .filter(|(_, data)| !matches!(data, ColumnData::Text(_) | ColumnData::Same(..)))
            .filter(|(name, _)| name != "lon" && name != "lat")
            .take(MOST_BANDS)
            .collect();
        let mut tiff = GeoTiff::<f64>::create(path, self.extent, bands.len())?;
        let mut values = vec![f64::NOTHING; self.pixels()];
        for (name, data) in bands {
            for (cell, &pixel) in self.pixel.iter().enumerate() {
                let value = match data {
                    ColumnData::Number(column) => column[cell].map(|v| v + 0.0),
                    ColumnData::Integer(column) => column[cell].map(|v| v as f64),
                    ColumnData::Text(_) | ColumnData::Same(..) => None,
                };
                values[pixel as usize] = value.unwrap_or(f64::NOTHING);
            }
            tiff.push(name, &values)?;
        }
        tiff.finish()
    }
}

/// Travel times at the points of a lattice as GeoTIFF: whole seconds, a pixel around each point, a band for each origin and
/// percentile.
pub struct Surfaces {
    tiff: GeoTiff<i32>,
    lattice: Lattice,
    /// First column and row of the lattice, from the south-west, and how many there are.
    west: u32,
    south: u32,
    columns: u32,
    rows: u32,
    values: Vec<i32>,
}

impl Surfaces {
    /// `nodes`: the points of the lattice that may be reached.
    ///
    /// # Errors
    /// The machine's.
    pub fn create(path: &Path, lattice: &Lattice, nodes: &[u32], bands: usize) -> Result<Surfaces> {
        let place = |&node: &u32| (node % lattice.columns, node / lattice.columns);
        let ends = |of: &dyn Fn(&u32) -> u32| {
            let least = nodes.iter().map(of).min().unwrap_or(0);
            (least, nodes.iter().map(of).max().unwrap_or(0) - least + 1)
        };
        let ((west, columns), (south, rows)) = (ends(&|node| place(node).0), ends(&|node| place(node).1));
        let (step_x, step_y) = (f64::from(lattice.step_lon_e7), f64::from(lattice.step_lat_e7));
        let extent = PixelExtent {
            west: (f64::from(lattice.west_e7) + step_x * (f64::from(west) - 0.5)) / 1e7,
            north: (f64::from(lattice.south_e7) + step_y * (f64::from(south + rows) - 0.5)) / 1e7,
            pixel_x: step_x / 1e7,
            pixel_y: step_y / 1e7,
            columns: columns as usize,
            rows: rows as usize,
            epsg: 4326,
            geographic: true,
        };
        let values = vec![i32::NOTHING; extent.columns * extent.rows];
        let tiff = GeoTiff::create(path, extent, bands)?;
        Ok(Surfaces { tiff, lattice: *lattice, west, south, columns, rows, values })
    }

    /// The bands of an origin; `None`: one without a street.
    ///
    /// # Errors
    /// The machine's.
    pub fn push(&mut self, id: &str, percentiles: &[f64], reach: Option<&Reach>) -> Result<()> {
        for (at, percentile) in percentiles.iter().enumerate() {
            self.values.fill(i32::NOTHING);
            let times = reach.and_then(|reach| reach.surfaces.get(at));
            for &(node, time_s) in times.into_iter().flatten() {
                let column = node % self.lattice.columns - self.west;
                let row = self.rows - 1 - (node / self.lattice.columns - self.south);
                self.values[(row * self.columns + column) as usize] =
                    i32::try_from(time_s).unwrap_or(i32::MAX);
            }
            self.tiff.push(&format!("{id} p{percentile}"), &self.values)?;
        }
        Ok(())
    }

    /// # Errors
    /// The machine's.
    pub fn finish(self) -> Result<WrittenFile> {
        self.tiff.finish()
    }
}

/// The lines that coordinates lie on, rising: the middle of each heap of them.
fn lines(values: impl Iterator<Item = f64>, astray: f64) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    let heaps = sorted.chunk_by(|a, b| b - a <= astray);
    heaps.map(|heap| (heap[0] + heap[heap.len() - 1]) / 2.0).collect()
}

/// The squares' side: of the least gap, sharpened by the whole width, to a whole number of metres where it is one.
fn size(xs: &[f64], ys: &[f64], least: f64) -> f64 {
    let width = |lines: &[f64]| lines[lines.len() - 1] - lines[0];
    let most = width(xs).max(width(ys));
    let number = (most / least).round();
    let size = most / number;
    // Two metres over the whole width are what the ends may be astray.
    let whole = size.round();
    if whole >= 1.0 && (size - whole).abs() * number <= 2.0 * MOST_ASTRAY_M { whole } else { size }
}

/// Lines of squares, from the middle of the first to that of the last.
struct GridAxis {
    first: f64,
    last: f64,
    size: f64,
}

impl GridAxis {
    fn across(&self) -> f64 {
        ((self.last - self.first) / self.size).round() + 1.0
    }
}

/// Lines that all lie at whole numbers of sides; where the grid's edges are near whole sides, or metres, they are there.
fn axis(lines: &[f64], size: f64, astray: f64) -> Option<GridAxis> {
    let edge = lines[0] - size / 2.0;
    let near = |whole: f64| (edge - whole).abs() <= astray && size >= 1.0;
    let edge =
        [(edge / size).round() * size, edge.round()].into_iter().find(|&whole| near(whole)).unwrap_or(edge);
    let first = edge + size / 2.0;
    let number = |line: f64| ((line - first) / size).round();
    let sound = |&line: &f64| (line - first - number(line) * size).abs() <= astray;
    let last = first + number(lines[lines.len() - 1]) * size;
    lines.iter().all(sound).then_some(GridAxis { first, last, size })
}

/// The cell that lies farthest beside the grid, and how far.
fn worst<'p>(places: &'p RawPlaces, points: &[(f64, f64)], first: [f64; 2], size: f64) -> (&'p str, f64) {
    let off = |v: f64, first: f64| {
        let steps = (v - first) / size;
        (steps - steps.round()).abs() * size
    };
    let of = |&(x, y): &(f64, f64)| off(x, first[0]).max(off(y, first[1]));
    let all = places.ids.iter().zip(points.iter().map(of));
    all.fold(("", -1.0), |worst, (id, off)| if off > worst.1 { (id.as_str(), off) } else { worst })
}

/// Whether an outline is the square around a point.
fn check_square(
    ring: &[(f64, f64)],
    projection: &Projection,
    (x, y): (f64, f64),
    size: f64,
    astray: f64,
) -> std::result::Result<(), String> {
    let mut sides = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    for &corner in ring {
        let (mut cx, cy) = projection.place(corner)?;
        if projection.is_geographic() {
            cx = x + wrapped(cx - x);
        }
        sides = [sides[0].min(cx), sides[1].min(cy), sides[2].max(cx), sides[3].max(cy)];
    }
    let half = size / 2.0;
    let off = |side: f64, where_it_should_be: f64| (side - where_it_should_be).abs() > 2.0 * astray;
    if off(sides[0], x - half)
        || off(sides[1], y - half)
        || off(sides[2], x + half)
        || off(sides[3], y + half)
    {
        return Err(format!("is no square of {size}"));
    }
    Ok(())
}
