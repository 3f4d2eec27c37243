//! Shapes that several sections have.

use super::declaration::MAX_SECONDS;
use super::declaration::Shape::{self, Above, Exactly, File, Filled, Form, List, Number, Text, Whole};

/// No number of a study is larger.
pub const LARGE: f64 = f64::MAX;
pub const POSITIVE: Shape = Above(0.0, LARGE);
pub const SECONDS: Shape = Whole(0, MAX_SECONDS as i64);
pub const SOME_SECONDS: Shape = Whole(1, MAX_SECONDS as i64);
/// Cutoffs.
pub const MINUTES: Shape = Filled(&Whole(1, MAX_SECONDS as i64 / 60));
pub const PERCENTILES: Shape = Filled(&Above(0.0, 100.0));
/// How far something may lie, m.
pub const NEAR: Shape = Number(0.0, 100_000.0);
pub const LON: Shape = Number(-180.0, 180.0);
/// Longitude and latitude; that the second is within 90° the parser says.
pub const POINT: Shape = Exactly(2, &LON);
pub const EPSG: Shape = Form(r"^\s*[Ee][Pp][Ss][Gg]:[0-9]+\s*$");
pub const TEXTS: Shape = List(&Text);
pub const FILES: Shape = List(&File);
