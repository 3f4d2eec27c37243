//! All formats of results: what writes each, and which can hold something.

use std::path::Path;

use super::holds::FormatWriters;
use super::{csv, geojson, gpkg, parquet, tif};
use crate::base::error::{Error, Problem, Result};
use crate::study::TableFormat;

/// What writes a format.
pub fn writers(format: TableFormat) -> &'static FormatWriters {
    match format {
        TableFormat::Csv => &csv::WRITERS,
        TableFormat::Parquet => &parquet::WRITERS,
        TableFormat::GeoJson => &geojson::WRITERS,
        TableFormat::GeoPackage => &gpkg::WRITERS,
        TableFormat::GeoTiff => &tif::WRITERS,
    }
}

/// The formats that can hold something, in the order of the register.
pub fn that(holds: fn(&FormatWriters) -> bool) -> impl Iterator<Item = TableFormat> + Clone {
    TableFormat::ALL.iter().copied().filter(move |format| holds(writers(*format)))
}

/// The names that a table may have, by the formats that can hold something.
pub fn files(name: &str, holds: fn(&FormatWriters) -> bool) -> impl Iterator<Item = String> {
    that(holds).map(move |format| format.file(name))
}

/// What writes a file: in the format asked for, else in that of the file's ending, else in another one.
///
/// # Errors
/// A format that holds no such thing.
pub fn chosen<W>(
    asked: Option<TableFormat>,
    file: &Path,
    otherwise: TableFormat,
    writer: impl Fn(&FormatWriters) -> Option<W>,
) -> Result<(TableFormat, W)> {
    let ending = file.extension().and_then(|ending| TableFormat::named(ending.to_str()?));
    let ending = ending.filter(|format| writer(writers(*format)).is_some());
    let format = asked.or(ending).unwrap_or(otherwise);
    writer(writers(format)).map(|writer| (format, writer)).ok_or_else(|| {
        let holds = |format: &&TableFormat| writer(writers(**format)).is_some();
        let names: Vec<&str> = TableFormat::ALL.iter().filter(holds).map(|format| format.name()).collect();
        let what = format!("{} cannot hold this", format.name());
        Error::Usage(Problem::new("--format", what, format!("choose one of {}", names.join(", "))))
    })
}

/// The formats and what they can hold, as the guide lists them.
pub fn formats_table() -> String {
    let mut table =
        "| format | what | tables by place | other tables | travel times | isochrones |\n".to_string();
    table += "| --- | --- | --- | --- | --- | --- |\n";
    let yes = |holds: bool| if holds { "yes" } else { "" };
    for &format in TableFormat::ALL {
        let FormatWriters { places, on_grid, rows, isochrones, pairs, .. } = writers(format);
        let of_places = if *on_grid { "squares on a grid" } else { yes(places.is_some()) };
        let rest = [rows.is_some(), pairs.is_some(), isochrones.is_some()].map(yes);
        let row = [&format!("`{}`", format.name()), format.words(), of_places, rest[0], rest[1], rest[2]];
        table += &format!("| {} |\n", row.join(" | "));
    }
    table
}
