//! What gives heights.

use crate::base::error::Result;

/// Heights of points (lon, lat in degrees), m; NaN where there is none.
pub type Heights<'a> = &'a (dyn Fn(&[(f64, f64)]) -> Result<Vec<f32>> + Sync);
