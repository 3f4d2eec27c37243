//! Lines with levels of traffic stress, as cities survey them → [`StressLine`]s in degrees.

use std::path::Path;

use geo::{Geometry, LineString};

use super::columns::WrongRows;
use super::raw::StressLine;
use super::tables;
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Problem, Result};

/// Reads the lines of a file, a row or feature each; `file` is the name to show, `column` that of the levels.
///
/// # Errors
/// What is wrong in the file, all of it.
pub fn read(path: &Path, file: &str, column: &str, diagnostics: &mut Diagnostics) -> Result<Vec<StressLine>> {
    let table = tables::read_with_lines(path, file, diagnostics)?;
    let Some(shapes) = table.shapes() else {
        return Err(Error::input(file, "has no lines", "give lines: GeoJSON, GeoPackage or Shapefile"));
    };
    let crs = table.own_crs()?;
    crs.tell(file, diagnostics);
    let levels = table.column(column, "column").map_err(|problem| Error::Input(vec![problem]))?;
    let (mut lines, mut wrong) = (Vec::new(), WrongRows::default());
    for (row, shape) in shapes.iter().enumerate() {
        let text = table.cell(row, levels);
        // Tables of shapes often have levels as 2.0.
        let level =
            text.parse::<f64>().ok().filter(|level| (1.0..=4.0).contains(level) && level.fract() == 0.0);
        let parts: &[LineString] = match shape {
            Geometry::LineString(line) => std::slice::from_ref(line),
            Geometry::MultiLineString(parts) => &parts.0,
            _ => &[],
        };
        let problem = match (level, parts) {
            (_, []) => Some(("is no line".to_string(), "give lines alone")),
            (None, _) => Some((format!("{column} is \"{text}\""), "write a level of stress, 1 to 4")),
            _ => None,
        };
        if let Some((what, remedy)) = problem {
            wrong.add(file, "lines without a level", Problem::new(table.place(row), what, remedy));
            continue;
        }
        for part in parts {
            let points: std::result::Result<Vec<_>, String> =
                part.coords().map(|at| crs.to_lon_lat(at.x, at.y)).collect();
            match points {
                Ok(points) => lines.push(StressLine { level: level.unwrap_or_default() as u8, points }),
                Err(what) => {
                    let problem = Problem::new(table.place(row), what, "export it in WGS 84 (EPSG:4326)");
                    wrong.add(file, "lines outside the projection", problem);
                }
            }
        }
    }
    wrong.finish()?;
    Ok(lines)
}
