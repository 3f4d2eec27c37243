//! The heights of the land as a raster.

use super::land::Land;
use super::plan::Plan;

/// Width of a pixel, m; twice as much, again and again, where there would be more than [`MOST_PIXELS`].
const PIXEL_M: f64 = 50.0;
const MOST_PIXELS: f64 = 1e6;
/// SynthHeights are whole parts of a metre.
const PARTS: f64 = 8.0;

/// A raster of heights in SWEREF 99 TM (EPSG:3006).
#[derive(Clone, Debug, PartialEq)]
pub struct SynthHeights {
    /// What its file is called.
    pub file: String,
    pub columns: u32,
    pub rows: u32,
    pub pixel_m: f64,
    /// Its north-western corner: m east, m north.
    pub corner: (f64, f64),
    /// Row by row from the north, at the pixels' middles; 0 on water.
    pub metres: Vec<f64>,
}

/// The whole region's, and some more around it.
pub fn heights(plan: &Plan, land: &Land) -> SynthHeights {
    let (width, height) = (plan.half.0 * 2.0, plan.half.1 * 2.0);
    let mut pixel_m = PIXEL_M;
    while width / pixel_m * (height / pixel_m) > MOST_PIXELS {
        pixel_m *= 2.0;
    }
    let count = |length: f64| (length / pixel_m).ceil() as u32 + 20;
    let (columns, rows) = (count(width), count(height));
    let (west, north) = (-f64::from(columns) / 2.0 * pixel_m, f64::from(rows) / 2.0 * pixel_m);
    let middle = |k: u32| (f64::from(k) + 0.5) * pixel_m;
    let at = |row: u32, column: u32| land.height_m((west + middle(column), north - middle(row)));
    let metres =
        (0..rows).flat_map(|row| (0..columns).map(move |column| (at(row, column) * PARTS).round() / PARTS));
    SynthHeights {
        file: format!("{}_heights.tif", plan.name),
        columns,
        rows,
        pixel_m,
        corner: (plan.middle.0 as f64 + west, plan.middle.1 as f64 + north),
        metres: metres.collect(),
    }
}
