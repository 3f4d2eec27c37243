//! A table of texts by row and column, each row with its place in the file.

use geo::Geometry;

use crate::base::diagnostics::{DiagnosticCode, Severity};
use crate::base::error::{Error, Problem, Result};
use crate::base::strings::StringColumn;
use crate::inputs::project::Crs;
use crate::study::parse::nearest;

pub(in crate::inputs) const NOT_UTF8: DiagnosticCode = DiagnosticCode {
    code: "table_not_utf8",
    severity: Severity::Repaired,
    meaning: "tables that are not UTF-8, read as Latin-1",
    remedy: "save the table as UTF-8 and look at its names",
};
pub(in crate::inputs) const SKIPPED: DiagnosticCode = DiagnosticCode {
    code: "table_column_skipped",
    severity: Severity::Note,
    meaning: "columns of lists, times and other kinds that are no plain number or text",
    remedy: "",
};

/// A table whose cells are still text. Rows keep the file's order.
#[derive(Clone, Debug)]
pub struct Table {
    /// As the study names it, for messages.
    pub file: String,
    pub(super) headers: Vec<String>,
    /// Row by row.
    pub(super) cells: StringColumn,
    /// Physical line of each row, or its number; empty where rows are GeoJSON features.
    pub(super) lines: Vec<u64>,
    pub(super) rows: usize,
    /// One per row, where the file is GeoJSON.
    pub(super) shapes: Option<Vec<Geometry>>,
    /// An old-style `crs` member of GeoJSON, as `EPSG:n`.
    pub crs: Option<String>,
    /// What a file that should name its projection says in place of an EPSG code.
    pub unknown_crs: Option<String>,
}

impl Table {
    /// A table that was read otherwise, its rows counted from 1.
    pub(in crate::inputs) fn of_rows(
        file: &str,
        headers: Vec<String>,
        cells: StringColumn,
        rows: usize,
        shapes: Option<Vec<Geometry>>,
        crs: Option<String>,
    ) -> Table {
        Table {
            file: file.to_string(),
            headers,
            cells,
            lines: (1..=rows as u64).collect(),
            rows,
            shapes,
            crs,
            unknown_crs: None,
        }
    }

    pub(in crate::inputs) fn of_unknown_crs(self, said: Option<String>) -> Table {
        Table { unknown_crs: said, ..self }
    }

    /// The projection of the shapes, which no key of the study names: what the file says, else degrees.
    ///
    /// # Errors
    /// The file does not tell, and its coordinates are no degrees; it names one that is not known here.
    pub(in crate::inputs) fn own_crs(&self) -> Result<Crs> {
        let remedy = "export it in WGS 84 (EPSG:4326)";
        match (&self.crs, &self.unknown_crs) {
            (None, said) if !self.in_degrees() => {
                let said = said.as_deref().unwrap_or("nothing says it");
                let what =
                    format!("does not tell its projection ({said}), and its coordinates are no degrees");
                Err(Error::input(&self.file, what, remedy))
            }
            (crs, _) => Crs::parse(crs.as_deref().unwrap_or("EPSG:4326"))
                .map_err(|what| Error::input(&self.file, what, remedy)),
        }
    }

    /// Whether all shapes may be in degrees.
    pub(in crate::inputs) fn in_degrees(&self) -> bool {
        use geo::BoundingRect;
        let inside = |x: f64, y: f64| x.abs() <= 180.0 && y.abs() <= 90.0;
        self.shapes
            .iter()
            .flatten()
            .filter_map(BoundingRect::bounding_rect)
            .all(|rect| inside(rect.min().x, rect.min().y) && inside(rect.max().x, rect.max().y))
    }

    /// One more column, a text for each row.
    pub(in crate::inputs) fn add(&mut self, header: &str, column: &[String]) {
        let (width, mut cells) = (self.headers.len(), StringColumn::default());
        for (row, text) in column.iter().enumerate() {
            (0..width).for_each(|column| cells.push(self.cells.get(row * width + column)));
            cells.push(text);
        }
        self.headers.push(header.to_string());
        self.cells = cells;
    }

    pub fn len(&self) -> usize {
        self.rows
    }

    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    pub fn has(&self, column: &str) -> bool {
        self.headers.iter().any(|header| header == column)
    }

    /// The text in a row and column, blanks trimmed.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        self.cells.get(row * self.headers.len() + column)
    }

    /// The shapes of the rows, where the file has them.
    pub fn shapes(&self) -> Option<&[Geometry]> {
        self.shapes.as_deref()
    }

    /// The row's line, or `feature 16`.
    pub fn at(&self, row: usize) -> String {
        self.lines.get(row).map_or_else(|| format!("feature {}", row + 1), u64::to_string)
    }

    /// `cells.csv:17`, or `cells.geojson, feature 16`.
    pub fn place(&self, row: usize) -> String {
        let between = if self.lines.is_empty() { ", " } else { ":" };
        format!("{}{between}{}", self.file, self.at(row))
    }

    /// The position of a column; `key` is the study's key that names it.
    ///
    /// # Errors
    /// Where there is none, with the nearest and with all there are; or where there are two.
    pub fn column(&self, column: &str, key: &str) -> std::result::Result<usize, Problem> {
        let mut found = self.headers.iter().enumerate().filter(|(_, header)| *header == column);
        match (found.next(), found.next()) {
            (Some((i, _)), None) => Ok(i),
            (Some(_), Some(_)) => Err(Problem::new(
                &self.file,
                format!("has two columns called \"{column}\""),
                "rename one of the two",
            )),
            (None, _) => {
                let all = format!("its columns are {}", self.headers.join(", "));
                let remedy = match nearest(column, self.headers.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean {key} = \"{near}\"? {all}"),
                    None => format!("set {key} in the study: {all}"),
                };
                Err(Problem::new(&self.file, format!("has no column \"{column}\" ({key})"), remedy))
            }
        }
    }
}
