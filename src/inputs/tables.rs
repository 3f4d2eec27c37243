//! CSV, GeoJSON, Parquet, GeoPackage and Shapefiles → one kind of table: texts by row and column, each row with its
//! place, and shapes where the file has them.

mod delimited;
mod features;
pub(super) mod room;
pub(super) mod shapes;
pub(super) mod table;

use std::io::Read;
use std::path::{Path, PathBuf};

use super::{geopackage, shapefile};
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Result, unread};
use crate::study::split_layer;
pub(super) use delimited::separator;
pub(super) use shapes::KEPT_ROWS;
use shapes::WrongShapes;
use table::NOT_UTF8;
pub use table::Table;

/// Reads a CSV (separated by `,`, `;` or tab), GeoJSON, Parquet (GeoParquet) or GeoPackage file, or a Shapefile. `file` is
/// its name for messages. A layer of a GeoPackage is named behind its path: `a.gpkg:layer`.
///
/// # Errors
/// `Error::Input` where the file is missing, is of another kind, is empty or has no rows; all broken rows.
pub fn read(path: &Path, file: &str, diagnostics: &mut Diagnostics) -> Result<Table> {
    of_places(read_with_lines(path, file, diagnostics)?)
}

/// A table without lines.
fn of_places(table: Table) -> Result<Table> {
    WrongShapes::lines_of(&table).finish(&table.file)?;
    Ok(table)
}

/// As [`read`], whose shapes may be lines, too.
///
/// # Errors
/// As [`read`].
pub fn read_with_lines(path: &Path, file: &str, diagnostics: &mut Diagnostics) -> Result<Table> {
    let (path, layer) = split_layer(path);
    let shown = split_layer(Path::new(file)).0.display().to_string();
    let wrong = |error: std::io::Error| unread(file, &error, "paths are relative to the study file's folder");
    let start = first_bytes(&path).map_err(wrong)?;
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    let table = if start.starts_with(geopackage::MAGIC) {
        geopackage::table(&path, layer.as_deref(), &shown, diagnostics)?
    } else if start.starts_with(shapefile::MAGIC) && ending == "shp" {
        shapefile::table(&path, &shown, diagnostics)?
    } else if ending == "gpkg" {
        let remedy = "download or export it once more";
        return Err(Error::input(shown, "is no GeoPackage: it does not begin as an SQLite database", remedy));
    } else if ["dbf", "shx", "prj", "cpg"].iter().any(|part| ending == *part) {
        let remedy = format!("give {}", Path::new(&shown).with_extension("shp").display());
        return Err(Error::input(shown, "is a part of a Shapefile", remedy));
    } else {
        return from_text_or_parquet(std::fs::read(&path).map_err(wrong)?, file, diagnostics);
    };
    if table.is_empty() { Err(no_rows(file)) } else { Ok(table) }
}

/// Files beside `path` that belong to it and are there: the parts of a Shapefile, the log of a database.
pub fn companions(path: &Path) -> Vec<PathBuf> {
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    let named: Vec<PathBuf> = if ending == "shp" {
        ["dbf", "DBF", "prj", "PRJ", "cpg", "CPG"].iter().map(|part| path.with_extension(part)).collect()
    } else if ending == "gpkg" {
        vec![path.with_extension("gpkg-wal")]
    } else {
        Vec::new()
    };
    named.into_iter().filter(|path| path.is_file()).collect()
}

/// As many bytes of a file as tell its kind.
fn first_bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut start = Vec::new();
    std::fs::File::open(path)?.take(16).read_to_end(&mut start)?;
    Ok(start)
}

/// As [`read`], from the file's bytes.
pub fn from_bytes(bytes: Vec<u8>, file: &str, diagnostics: &mut Diagnostics) -> Result<Table> {
    of_places(from_text_or_parquet(bytes, file, diagnostics)?)
}

fn from_text_or_parquet(bytes: Vec<u8>, file: &str, diagnostics: &mut Diagnostics) -> Result<Table> {
    let other = [
        (geopackage::MAGIC, "a database, not a table"),
        (&b"PK\x03\x04"[..], "a zip or a spreadsheet"),
        (shapefile::MAGIC, "a Shapefile without its other files"),
        (b"\xff\xfe", "UTF-16"),
        (b"\xfe\xff", "UTF-16"),
        (b"\x1f\x8b", "packed with gzip"),
        (b"BZh91AY&SY", "packed with bzip2"),
        (b"\xfd7zXZ\0", "packed with xz"),
        (b"\x28\xb5\x2f\xfd", "packed with zstd"),
        (b"7z\xbc\xaf\x27\x1c", "packed with 7-Zip"),
    ];
    if let Some((_, kind)) = other.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        let remedy = match *kind {
            "UTF-16" => "save it as UTF-8",
            packed if packed.starts_with("packed") => "unpack it",
            "a zip or a spreadsheet" => "unpack it, or export it as CSV, GeoJSON, GeoPackage or Parquet",
            _ => "export it as CSV, GeoJSON or Parquet",
        };
        return Err(Error::input(file, format!("is {kind}, which isokron does not read"), remedy));
    }
    if bytes.starts_with(b"PAR1") {
        let table = super::columnar::table(bytes, file, diagnostics)?;
        return if table.is_empty() { Err(no_rows(file)) } else { Ok(table) };
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..valid].iter().filter(|byte| **byte == b'\n').count() + 1;
            diagnostics.add(NOT_UTF8, file, "", line, format!("the first such byte is in line {line}"));
            error.as_bytes().iter().map(|byte| char::from(*byte)).collect()
        }
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let table = match text.trim_start().chars().next() {
        None => {
            return Err(Error::input(
                file,
                "is empty",
                "give a table with a header and a row for each place",
            ));
        }
        Some('{') => features::geojson(text, file)?,
        Some('<') => {
            return Err(Error::input(
                file,
                "is HTML or XML, not a table",
                "download the file itself once more",
            ));
        }
        Some(_) => delimited::csv(text, file, diagnostics)?,
    };
    if table.is_empty() { Err(no_rows(file)) } else { Ok(table) }
}

fn no_rows(file: &str) -> Error {
    Error::input(file, "has no rows", "give a row for each place")
}

#[cfg(test)]
mod tests {
    use geo::Geometry;

    use super::*;

    fn table(text: &str) -> Table {
        from_bytes(text.as_bytes().to_vec(), "t.csv", &mut Diagnostics::default()).unwrap()
    }

    fn lines(table: &Table) -> Vec<String> {
        (0..table.len()).map(|row| table.place(row)).collect()
    }

    #[test]
    fn separators_quotes_and_marks() {
        for text in ["\u{feff}id,n\na,1\n\"b,c\",2\n", "id;n\r\na;1\r\n\"b,c\";2", "id\tn\na\t1\nb,c\t2\n"] {
            let table = table(text);
            assert_eq!(table.headers(), ["id", "n"]);
            assert_eq!((table.cell(0, 0), table.cell(1, 0), table.cell(1, 1)), ("a", "b,c", "2"));
        }
        // A separator in a quoted header does not count, one at each line's end is no column.
        assert_eq!(table("\"a;b;c\",d,\n1,2,\n").headers(), ["a;b;c", "d"]);
    }

    #[test]
    fn lines_are_physical() {
        for end in ["\n", "\r\n"] {
            let text = ["id,name", "", "1,\"two", "lines\"", "2,x", "", "3,y", ""].join(end);
            assert_eq!(lines(&table(&text)), ["t.csv:3", "t.csv:5", "t.csv:7"], "{end:?}");
        }
        assert_eq!(lines(&table("id,n\r1,2\r3,4\r")), ["t.csv:2", "t.csv:3"]);
    }

    #[test]
    fn latin_1_is_read_and_counted() {
        let mut diagnostics = Diagnostics::default();
        let table = from_bytes(b"id,name\n1,Malm\xf6\n".to_vec(), "t.csv", &mut diagnostics).unwrap();
        assert_eq!(table.cell(0, 1), "Malmö");
        assert_eq!((diagnostics.total("table_not_utf8"), diagnostics.kept()[0].at.as_str()), (1, "2"));
    }

    #[test]
    fn short_rows_are_filled_and_long_ones_refused() {
        let mut diagnostics = Diagnostics::default();
        let table = from_bytes(b"id,n,m\n1,2\n1,2,3,\n".to_vec(), "t.csv", &mut diagnostics).unwrap();
        assert_eq!((table.cell(0, 2), table.len(), diagnostics.total("table_short_row")), ("", 2, 1));
        let error = from_bytes(b"id,n\n1,2,5\n".to_vec(), "t.csv", &mut diagnostics).unwrap_err();
        assert!(error.to_string().starts_with("t.csv:2: has 3 fields, and the header 2"), "{error}");
    }

    #[test]
    fn other_files_are_named() {
        for (bytes, said) in [
            (&b""[..], "t.csv: is empty"),
            (b" \n ", "t.csv: is empty"),
            (b"id,n\n", "t.csv: has no rows"),
            (b"SQLite format 3\0", "is a database, not a table, which isokron does not read"),
            (b"PAR1", "is not a Parquet file that can be read"),
            (b"PK\x03\x04", "is a zip or a spreadsheet"),
            (b"<html>", "is HTML or XML"),
            (b"{\"type\": 3", "is not GeoJSON (EOF while parsing an object at line 1 column 10)"),
            (br#"{"type":"FeatureCollection","features":[]}"#, "has no rows"),
            (br#"{"type":"LineString","coordinates":[[0,0],[1,1]]}"#, "t.csv, feature 1: is a LineString"),
            (br#"{"type":"Feature","geometry":null,"properties":{}}"#, "feature 1: has no geometry"),
            (
                br#"{"type":"Point","coordinates":[0,0],"crs":{"type":"link","properties":{"href":"x"}}}"#,
                "has a crs that isokron does not know",
            ),
        ] {
            let error = from_bytes(bytes.to_vec(), "t.csv", &mut Diagnostics::default()).unwrap_err();
            assert!(error.to_string().contains(said), "{error}");
            assert_eq!(error.exit_code(), 1);
        }
    }

    #[test]
    fn geojson_becomes_a_table() {
        let table = table(
            r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3006"}},
            "features":[
            {"type":"Feature","id":7,"geometry":{"type":"Point","coordinates":[674000.5,6580000]},"properties":{"n":12.5}},
            {"type":"Feature","id":"b","geometry":{"type":"MultiPoint","coordinates":[[1,2]]},"properties":{"m":null}}
            ]}"#,
        );
        assert_eq!(table.headers(), ["n", "m", "id"]);
        assert_eq!(
            [table.cell(0, 0), table.cell(0, 2), table.cell(1, 1), table.cell(1, 2)],
            ["12.5", "7", "", "b"]
        );
        assert_eq!((table.crs.as_deref(), table.place(1)), (Some("EPSG:3006"), "t.csv, feature 2".into()));
        assert_eq!(table.shapes().map(<[Geometry]>::len), Some(2));
    }

    #[test]
    fn missing_columns_are_suggested() {
        let table = table("ident,Jobs\n1,2\n");
        let problem = table.column("jobs", "opportunities").unwrap_err();
        assert_eq!(problem.remedy, "did you mean opportunities = \"Jobs\"? its columns are ident, Jobs");
        assert_eq!(problem.what, "has no column \"jobs\" (opportunities)");
    }
}
