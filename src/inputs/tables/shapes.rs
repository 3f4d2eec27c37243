//! Shapes of rows: those that can be places or lines, and what is wrong with the others.

use geo::{CoordsIter, Geometry};

use super::table::Table;
use crate::base::error::{Error, Problem, Result};

/// So many broken rows are named, the rest counted.
pub(in crate::inputs) const KEPT_ROWS: usize = 5;

const REMEDY: &str = "give each place a point, a polygon or a multipolygon";

/// Shapes of rows that are of no use.
#[derive(Default)]
pub(in crate::inputs) struct WrongShapes(Vec<Problem>);

impl WrongShapes {
    /// The shape if it is a point, an area or a line; else what is wrong is kept, and any point stands for it.
    pub fn usable(
        &mut self,
        shape: std::result::Result<Geometry, String>,
        place: impl Fn() -> String,
    ) -> Geometry {
        let what = match shape {
            Ok(shape) if !shape.coords_iter().all(|at| is_place(at.x) && is_place(at.y)) => {
                "has a coordinate that is no number, or too large".to_string()
            }
            Ok(
                shape @ (Geometry::Point(_)
                | Geometry::Polygon(_)
                | Geometry::MultiPolygon(_)
                | Geometry::LineString(_)
                | Geometry::MultiLineString(_)),
            ) => return shape,
            Ok(Geometry::MultiPoint(points)) if points.len() == 1 => return Geometry::Point(points.0[0]),
            Ok(other) => format!("is a {}", kind(&other)),
            Err(what) => what,
        };
        self.0.push(Problem::new(place(), what, REMEDY));
        Geometry::Point(geo::Point::new(0.0, 0.0))
    }

    /// Lines among the shapes of a table of places.
    pub fn lines_of(table: &Table) -> WrongShapes {
        let is_line =
            |shape: &Geometry| matches!(shape, Geometry::LineString(_) | Geometry::MultiLineString(_));
        let lines = table.shapes().unwrap_or_default().iter().enumerate().filter(|(_, shape)| is_line(shape));
        let problem = |(row, shape)| Problem::new(table.place(row), format!("is a {}", kind(shape)), REMEDY);
        WrongShapes(lines.map(problem).collect())
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
