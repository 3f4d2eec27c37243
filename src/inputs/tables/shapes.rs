//! Shapes of rows: those that can be places, and what is wrong with the others.

use geo::{CoordsIter, Geometry};

use crate::base::error::{Error, Problem, Result};

/// So many broken rows are named, the rest counted.
pub(in crate::inputs) const KEPT_ROWS: usize = 5;

/// Shapes of rows that are of no use as places.
#[derive(Default)]
pub(in crate::inputs) struct WrongShapes(Vec<Problem>);

impl WrongShapes {
    /// The shape if it is a point or an area; else what is wrong is kept, and any point stands for it.
    pub fn usable(
        &mut self,
        shape: std::result::Result<Geometry, String>,
        place: impl Fn() -> String,
    ) -> Geometry {
        let what = match shape {
            Ok(shape) if !shape.coords_iter().all(|at| is_place(at.x) && is_place(at.y)) => {
                "has a coordinate that is no number, or too large".to_string()
            }
            Ok(shape @ (Geometry::Point(_) | Geometry::Polygon(_) | Geometry::MultiPolygon(_))) => {
                return shape;
            }
            Ok(Geometry::MultiPoint(points)) if points.len() == 1 => return Geometry::Point(points.0[0]),
            Ok(other) => format!("is a {}", kind(&other)),
            Err(what) => what,
        };
        let remedy = "give each place a point, a polygon or a multipolygon";
        self.0.push(Problem::new(place(), what, remedy));
        Geometry::Point(geo::Point::new(0.0, 0.0))
    }

    /// # Errors
    /// Where there was any.
    pub fn finish(mut self, file: &str) -> Result<()> {
        if self.0.len() > KEPT_ROWS {
            let more = self.0.len() - KEPT_ROWS;
            self.0.truncate(KEPT_ROWS);
            self.0.push(Problem::new(file, format!("and {more} more rows without a usable geometry"), ""));
        }
        if self.0.is_empty() { Ok(()) } else { Err(Error::Input(self.0)) }
    }
}

/// Whether a number can be a coordinate in any projection: what is larger overflows where areas are measured.
fn is_place(coordinate: f64) -> bool {
    coordinate.abs() <= 1e9
}

fn kind(shape: &Geometry) -> &'static str {
    match shape {
        Geometry::Line(_) | Geometry::LineString(_) => "LineString",
        Geometry::MultiLineString(_) => "MultiLineString",
        Geometry::MultiPoint(_) => "MultiPoint",
        _ => "GeometryCollection",
    }
}
