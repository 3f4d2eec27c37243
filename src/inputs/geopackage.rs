//! GeoPackage (OGC 12-128r19) → a table of texts and shapes, as of a CSV or GeoJSON file.
//!
//! The file is opened read-only and as one that nobody changes, so that nothing is ever written beside it.

use std::path::{Path, PathBuf};

use geo::Geometry;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use super::tables::room::Room;
use super::tables::shapes::WrongShapes;
use super::tables::table::{SKIPPED, Table};
use super::wkb;
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Result};
use crate::base::strings::StringColumn;
use crate::study::parse::nearest;

/// The first bytes of every SQLite file.
pub(super) const MAGIC: &[u8] = b"SQLite format 3\0";

const AGAIN: &str = "export it once more";

/// A table of the file that may be read.
#[derive(Clone, Debug)]
struct LayerTable {
    name: String,
    /// Column of the shapes; none in a table of attributes alone.
    shapes: Option<String>,
    /// `EPSG:n`, or what the file says in its place.
    crs: std::result::Result<String, String>,
}

/// An open file. A copy of its own lives as long as it.
struct Package {
    connection: Connection,
    bytes: u64,
    _copy: Option<tempfile::TempDir>,
}

/// Reads a layer; without a name the only one. Rows come in the order of their numbers (rowid) and count from 1; the
/// column of shapes is no column of the table.
///
/// # Errors
/// What is no GeoPackage or damaged; no layer, no such layer, several without a name; shapes that are of no use.
pub(super) fn table(
    path: &Path,
    layer: Option<&str>,
    file: &str,
    diagnostics: &mut Diagnostics,
) -> Result<Table> {
    let package = open(path, file)?;
    let layers = package.layers().map_err(|what| not_one(file, &what))?;
    let layer = chosen(&layers, layer, file)?;
    package.read(layer, file, diagnostics).map_err(|error| match error {
        Failure::Sqlite(error) => Error::input(file, format!("cannot be read ({error})"), AGAIN),
        Failure::Other(error) => error,
    })
}

/// The names of the layers that [`table`] would choose among.
///
/// # Errors
/// As [`table`].
pub fn layers(path: &Path, file: &str) -> Result<Vec<String>> {
    let layers = open(path, file)?.layers().map_err(|what| not_one(file, &what))?;
    Ok(offered(&layers).map(|layer| layer.name.clone()).collect())
}

enum Failure {
    Sqlite(rusqlite::Error),
    Other(Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Failure::Sqlite(error)
    }
}

fn not_one(file: &str, what: &str) -> Error {
    Error::input(file, format!("is no GeoPackage that can be read ({what})"), AGAIN)
}

/// Its first bytes were read before: that it cannot be opened, or read, now is the machine's fault.
fn unopened(file: &str, error: &rusqlite::Error) -> Error {
    use rusqlite::ErrorCode::{CannotOpen, OutOfMemory, PermissionDenied, SystemIoFailure};
    match error.sqlite_error_code() {
        Some(CannotOpen | OutOfMemory | PermissionDenied | SystemIoFailure) => {
            Error::machine(file, format!("cannot be read: {error}"))
        }
        _ => not_one(file, &error.to_string()),
    }
}

fn open(path: &Path, file: &str) -> Result<Package> {
    let beside = |ending: &str| {
        let mut name = path.as_os_str().to_os_string();
        name.push(ending);
        PathBuf::from(name)
    };
    let bytes = std::fs::metadata(path).map_or(0, |data| data.len());
    // What a writer left in its log would not be seen: then a copy of both is read.
    let log = beside("-wal");
    if std::fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
        let copy = || -> std::io::Result<(tempfile::TempDir, PathBuf)> {
            let folder = tempfile::tempdir()?;
            let own = folder.path().join("copy.gpkg");
            std::fs::copy(path, &own)?;
            std::fs::copy(&log, folder.path().join("copy.gpkg-wal"))?;
            Ok((folder, own))
        };
        let (folder, own) = copy().map_err(|error| Error::machine(file, error))?;
        let connection = Connection::open(own).map_err(|error| unopened(file, &error))?;
        return Ok(Package { connection, bytes, _copy: Some(folder) });
    }
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        Connection::open_with_flags(address(path), flags).map_err(|error| unopened(file, &error))?;
    Ok(Package { connection, bytes, _copy: None })
}

/// A path as SQLite's address of a file that does not change.
fn address(path: &Path) -> String {
    let path = std::path::absolute(path).unwrap_or(path.into());
    let mut address = String::from("file://");
    let bytes = path.as_os_str().as_encoded_bytes();
    if !bytes.starts_with(b"/") {
        address.push('/');
    }
    for &byte in bytes {
        match byte {
            b'\\' if cfg!(windows) => address.push('/'),
            b'/' | b':' | b'.' | b'-' | b'_' => address.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => address.push(char::from(byte)),
            _ => address += &format!("%{byte:02X}"),
        }
    }
    address + "?immutable=1"
}

/// The layers with shapes; in a file without any, its other tables. (QGIS keeps its styles as one of those.)
fn offered(layers: &[LayerTable]) -> impl Iterator<Item = &LayerTable> {
    let with_shapes = layers.iter().any(|layer| layer.shapes.is_some());
    layers.iter().filter(move |layer| layer.shapes.is_some() == with_shapes)
}

fn chosen<'l>(layers: &'l [LayerTable], name: Option<&str>, file: &str) -> Result<&'l LayerTable> {
    let names: Vec<&str> = offered(layers).map(|layer| layer.name.as_str()).collect();
    if let Some(name) = name {
        return layers.iter().find(|layer| layer.name.eq_ignore_ascii_case(name)).ok_or_else(|| {
            let all = format!("its layers are {}", names.join(", "));
            let remedy = nearest(name, names.iter().copied())
                .map_or(all.clone(), |near| format!("did you mean {near}? {all}"));
            Error::input(file, format!("has no layer \"{name}\""), remedy)
        });
    }
    match (offered(layers).next(), names.as_slice()) {
        (Some(layer), [_]) => Ok(layer),
        (Some(layer), _) => {
            let what = format!("has several layers: {}", names.join(", "));
            let remedy =
                format!("name one: layer = \"{0}\" in the study, or {file}:{0} as its path", layer.name);
            Err(Error::input(file, what, remedy))
        }
        (None, _) => Err(Error::input(file, "has no layers", "export it with a layer of places")),
    }
}

impl Package {
    /// All tables with shapes or attributes, by name.
    fn layers(&self) -> std::result::Result<Vec<LayerTable>, String> {
        let has = |table: &str| {
            let query = "SELECT count(*) FROM sqlite_master WHERE lower(name) = ?1";
            self.connection.query_row(query, [table], |row| row.get::<_, i64>(0)).map(|number| number > 0)
        };
        let said = |error: rusqlite::Error| error.to_string();
        if !has("gpkg_contents").map_err(said)? {
            return Err("another SQLite database: it has no table gpkg_contents".into());
        }
        let mut found: Vec<LayerTable> = Vec::new();
        let rows = |query: &str, take: &mut dyn FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<()>| {
            let mut statement = self.connection.prepare(query)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                take(row)?;
            }
            Ok(())
        };
        let tables = "SELECT table_name FROM gpkg_contents \
            WHERE lower(data_type) IN ('features', 'attributes') ORDER BY table_name";
        rows(tables, &mut |row| {
            found.push(LayerTable { name: row.get(0)?, shapes: None, crs: Err("no shapes".into()) });
            Ok(())
        })
        .map_err(said)?;
        if has("gpkg_geometry_columns").map_err(said)? {
            let shapes = "SELECT g.table_name, g.column_name, g.srs_id, s.organization, \
                s.organization_coordsys_id, s.srs_name FROM gpkg_geometry_columns g \
                LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id";
            rows(shapes, &mut |row| {
                let name: String = row.get(0)?;
                if let Some(layer) = found.iter_mut().find(|layer| layer.name.eq_ignore_ascii_case(&name)) {
                    layer.shapes = Some(row.get(1)?);
                    let number = row.get::<_, Option<i64>>(2)?.unwrap_or(0);
                    let (by, code): (Option<String>, Option<i64>) = (row.get(3)?, row.get(4)?);
                    layer.crs = match (by, code) {
                        (Some(by), Some(code)) if by.eq_ignore_ascii_case("EPSG") && code > 0 => {
                            Ok(format!("EPSG:{code}"))
                        }
                        _ => {
                            let name = row.get::<_, Option<String>>(5)?;
                            Err(name.unwrap_or_else(|| format!("srs_id {number}")))
                        }
                    };
                }
                Ok(())
            })
            .map_err(said)?;
        }
        Ok(found)
    }

    fn read(
        &self,
        layer: &LayerTable,
        file: &str,
        diagnostics: &mut Diagnostics,
    ) -> std::result::Result<Table, Failure> {
        let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        let kind = "SELECT type FROM sqlite_master WHERE lower(name) = lower(?1)";
        let kind: String = self.connection.query_row(kind, [&layer.name], |row| row.get(0))?;
        // A view has no numbers of its own.
        let order = if kind == "table" { " ORDER BY rowid" } else { "" };
        let mut statement =
            self.connection.prepare(&format!("SELECT * FROM {}{order}", quoted(&layer.name)))?;
        let names: Vec<String> = statement.column_names().map(str::to_string).collect();
        let is_shape = |name: &String| layer.shapes.as_ref().is_some_and(|s| s.eq_ignore_ascii_case(name));
        let shape_column = names.iter().position(is_shape);
        let kept: Vec<usize> = (0..names.len()).filter(|&i| Some(i) != shape_column).collect();
        let mut skipped = vec![false; names.len()];
        let (mut cells, mut shapes, mut wrong) =
            (StringColumn::default(), Vec::new(), WrongShapes::default());
        let mut count = 0;
        let mut room = Room::new(file, self.bytes);
        room.columns(names.len()).map_err(Failure::Other)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            count += 1;
            let mut text = 0;
            for &i in &kept {
                text += row.get_ref(i)?.as_bytes_or_null().ok().flatten().map_or(0, <[u8]>::len);
            }
            room.row(kept.len(), text).map_err(Failure::Other)?;
            for &i in &kept {
                match row.get_ref(i)? {
                    ValueRef::Null => cells.push(""),
                    ValueRef::Integer(number) => cells.push(&number.to_string()),
                    ValueRef::Real(number) => cells.push(&number.to_string()),
                    ValueRef::Text(text) => cells.push(String::from_utf8_lossy(text).trim()),
                    ValueRef::Blob(_) => {
                        skipped[i] = true;
                        cells.push("");
                    }
                }
            }
            if let Some(column) = shape_column {
                let found = match row.get_ref(column)? {
                    ValueRef::Blob(blob) => shape(blob),
                    ValueRef::Null => Err("has no geometry".to_string()),
                    _ => Err("has something else than a geometry".to_string()),
                };
                shapes.push(wrong.usable(found, || format!("{file}:{count}")));
            }
        }
        for (name, _) in names.iter().zip(&skipped).filter(|(_, skipped)| **skipped) {
            diagnostics.add(SKIPPED, file, "", name, format!("{name} (BLOB)"));
        }
        wrong.finish(file).map_err(Failure::Other)?;
        let headers = kept.into_iter().map(|i| names[i].clone()).collect();
        let shapes = shape_column.map(|_| shapes);
        let (crs, unknown) = match &layer.crs {
            _ if shapes.is_none() => (None, None),
            Ok(crs) => (Some(crs.clone()), None),
            Err(said) => (None, Some(said.clone())),
        };
        Ok(Table::of_rows(file, headers, cells, count, shapes, crs).of_unknown_crs(unknown))
    }
}

/// The shape in a blob: `GP`, version, flags, srs_id, an envelope of 0 to 8 numbers, WKB.
fn shape(blob: &[u8]) -> std::result::Result<Geometry, String> {
    let broken = || "has no shape that can be read".to_string();
    if blob.len() < 8 || &blob[..2] != b"GP" {
        return Err(broken());
    }
    let flags = blob[3];
    if flags & 0b10_0000 != 0 {
        return Err("has a shape of an extension of GeoPackage".into());
    }
    if flags & 0b1_0000 != 0 {
        return Err("has an empty geometry".into());
    }
    let envelope = [0, 32, 48, 48, 64].get(usize::from(flags >> 1 & 0b111)).ok_or_else(broken)?;
    let wkb = blob.get(8 + envelope..).ok_or_else(broken)?;
    wkb::read(wkb)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A point (1.5, −2) behind a header with the envelope of code `envelope`.
    fn point(envelope: u8, extra: u8) -> Vec<u8> {
        let mut blob = vec![b'G', b'P', 0, 1 | envelope << 1 | extra];
        blob.extend(3006_i32.to_le_bytes());
        blob.resize(8 + [0, 32, 48, 48, 64, 0][usize::from(envelope)], 0);
        blob.extend([1, 1, 0, 0, 0]);
        blob.extend(1.5_f64.to_le_bytes());
        blob.extend((-2.0_f64).to_le_bytes());
        blob
    }

    #[test]
    fn headers_with_every_envelope() {
        for envelope in 0..5 {
            assert_eq!(shape(&point(envelope, 0)), Ok(Geometry::Point(geo::Point::new(1.5, -2.0))));
        }
        assert_eq!(shape(&point(5, 0)).unwrap_err(), "has no shape that can be read");
        assert_eq!(shape(&point(0, 0b1_0000)).unwrap_err(), "has an empty geometry");
        assert!(shape(&point(0, 0b10_0000)).unwrap_err().contains("extension"));
        for cut in 0..point(1, 0).len() {
            assert!(shape(&point(1, 0)[..cut]).is_err());
        }
    }

    #[test]
    fn addresses_of_files_with_any_name() {
        if cfg!(unix) {
            let said = address(Path::new("/a b/å?x=1#.gpkg"));
            assert_eq!(said, "file:///a%20b/%C3%A5%3Fx%3D1%23.gpkg?immutable=1");
        }
    }
}
