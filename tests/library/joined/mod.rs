//! Cells from GeoPackages and Shapefiles, and columns that they get from other tables. The files are written here by
//! other code than reads them: rusqlite, and the shapefile crate with its dBASE.

mod columnar;
mod damage;
mod formats;
mod helsinki;
mod joins;

use std::path::Path;

use isokron::base::diagnostics::Diagnostics;
use isokron::base::error::Result;
use isokron::inputs::cells;
use isokron::inputs::raw::RawPlaces;
use rusqlite::Connection;
use tempfile::TempDir;

/// A study of cells alone, its `[cells]` as given.
fn places(folder: &Path, cells: &str) -> (Result<RawPlaces>, Diagnostics) {
    let text = format!("[study]\nname = \"a\"\n[network]\nosm = [\"a.osm.pbf\"]\n[cells]\n{cells}\n");
    let mut diagnostics = Diagnostics::default();
    let study = match isokron::scenario::written::parse(&text, "study.toml", folder) {
        Ok(study) => study,
        Err(error) => return (Err(error), diagnostics),
    };
    let places = cells::read(&study.cells, folder, None, &mut diagnostics);
    (places, diagnostics)
}

#[track_caller]
fn good(folder: &TempDir, cells: &str) -> (RawPlaces, Diagnostics) {
    let (places, diagnostics) = self::places(folder.path(), cells);
    (places.unwrap_or_else(|error| panic!("{error}")), diagnostics)
}

#[track_caller]
fn wrong(folder: &TempDir, cells: &str, words: &[&str]) {
    let error = places(folder.path(), cells).0.expect_err("it is wrong");
    assert_eq!(error.exit_code(), 1);
    for word in words {
        assert!(error.to_string().contains(word), "no {word:?} in:\n{error}");
    }
}

/// A text, a number, a geometry.
type Row<'a> = (&'a str, Option<f64>, Option<Vec<u8>>);

/// A GeoPackage in the making.
struct Package(Connection);

impl Package {
    fn new(path: &Path) -> Package {
        let connection = Connection::open(path).unwrap();
        connection
            .execute_batch(
                "PRAGMA synchronous = OFF;
                 CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
                     organization_coordsys_id INTEGER, definition TEXT, description TEXT);
                 INSERT INTO gpkg_spatial_ref_sys VALUES ('SWEREF99 TM', 3006, 'EPSG', 3006, '', NULL),
                     ('WGS 84', 4326, 'epsg', 4326, '', NULL), ('my own', 100000, 'NONE', 1, '', NULL);
                 CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, srs_id INTEGER);
                 CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT,
                     srs_id INTEGER, z INTEGER, m INTEGER);",
            )
            .unwrap();
        Package(connection)
    }

    /// A layer with the columns `id` and `n`.
    fn layer(&self, name: &str, srs: i32, rows: &[Row<'_>]) -> &Package {
        let Package(connection) = self;
        let quoted = name.replace('"', "\"\"");
        let table =
            format!("CREATE TABLE \"{quoted}\" (fid INTEGER PRIMARY KEY, geom BLOB, id TEXT, n REAL)");
        connection.execute(&table, []).unwrap();
        connection.execute("INSERT INTO gpkg_contents VALUES (?1, 'features', ?2)", (name, srs)).unwrap();
        let columns = "INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', 'POLYGON', ?2, 0, 0)";
        connection.execute(columns, (name, srs)).unwrap();
        for (id, n, shape) in rows {
            let insert = format!("INSERT INTO \"{quoted}\" (id, n, geom) VALUES (?1, ?2, ?3)");
            connection.execute(&insert, (id, n, shape)).unwrap();
        }
        self
    }
}

/// GeoPackage's header without an envelope, and a polygon of one ring.
fn polygon(srs: i32, corners: &[(f64, f64)]) -> Vec<u8> {
    let mut blob = b"GP\x00\x01".to_vec();
    blob.extend(srs.to_le_bytes());
    blob.extend([1, 3, 0, 0, 0, 1, 0, 0, 0]);
    blob.extend((corners.len() as u32 + 1).to_le_bytes());
    for (x, y) in corners.iter().chain(corners.first()) {
        blob.extend(x.to_le_bytes());
        blob.extend(y.to_le_bytes());
    }
    blob
}

/// A rectangle in SWEREF 99 TM, from a corner in Stockholm, m.
fn rectangle(x: f64, y: f64, width: f64, height: f64) -> Vec<u8> {
    let (x, y) = (674_000.0 + x, 6_580_000.0 + y);
    polygon(3006, &[(x, y), (x + width, y), (x + width, y + height), (x, y + height)])
}

/// `a`, `b`: two squares of 100 m side by side.
fn two_squares(folder: &TempDir) {
    let package = Package::new(&folder.path().join("cells.gpkg"));
    package.layer(
        "rutor",
        3006,
        &[
            ("a", Some(1.0), Some(rectangle(0.0, 0.0, 100.0, 100.0))),
            ("b", Some(2.0), Some(rectangle(100.0, 0.0, 100.0, 100.0))),
        ],
    );
}

fn write(folder: &TempDir, name: &str, text: &str) {
    std::fs::write(folder.path().join(name), text).unwrap();
}
