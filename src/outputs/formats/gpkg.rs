//! Result tables as GeoPackage 1.4 (OGC 12-128r19): one layer, its R-tree, a row of its projection. The same bytes from
//! run to run: no clock, one order of writing (the version of SQLite stands in the file's header).

use std::io;
use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql, params};

use super::super::isochrones::{self, IsochroneFile};
use super::super::projection::Projection;
use super::super::shapes::{self, Bounds, PlaceShape, Placed};
use super::super::staging::{StagedPath, WrittenFile, failed};
use super::super::tables::{ColumnData, ResultTable};
use super::holds::{FormatWriters, NOTHING, Placing};
use crate::base::error::Result;
use crate::measures::isochrone::Polygon;

pub(super) static WRITERS: FormatWriters = FormatWriters {
    places: Some(places),
    cells: true,
    isochrones: Some(|path, like, projection| {
        let package = GeoPackage::create(path, like, "MULTIPOLYGON", projection)?;
        Ok(Box::new(GpkgIsochrones { package, projection }))
    }),
    ..NOTHING
};

/// "GPKG".
const APPLICATION_ID: i32 = 0x4750_4B47;
const VERSION_1_4: i32 = 10_400;
/// Nobody looks at a clock: equal runs give equal files.
const LAST_CHANGE: &str = "1970-01-01T00:00:00.000Z";
/// Longitude and latitude on WGS 84.
const DEGREES: i64 = 4326;

/// A GeoPackage on its way; it appears under its name at [`GeoPackage::finish`].
struct GeoPackage {
    db: Connection,
    staged: StagedPath,
    layer: String,
    key: String,
    geometry: String,
    srs: i64,
    insert: String,
    around: Option<Bounds>,
    rows: i64,
}

/// Writes a table, one row per place: a layer named as the file, shapes in `projection`, or in longitude and latitude.
///
/// # Errors
/// The machine's; a place outside the area of the projection.
fn places(path: &Path, table: &ResultTable, placing: &Placing<'_>) -> Result<WrittenFile> {
    let projection = placing.projection;
    let shapes = shapes::projected(shapes::shapes(placing.places), projection).map_err(io::Error::other);
    let shapes = shapes.map_err(|error| failed(path, &error))?;
    let all = |is: fn(&PlaceShape) -> bool| shapes.iter().all(is);
    let kind = if all(|shape| matches!(shape, PlaceShape::Point(_))) {
        "POINT"
    } else if all(|shape| matches!(shape, PlaceShape::Polygon(_))) {
        "POLYGON"
    } else {
        "GEOMETRY"
    };
    let placed = shapes::placed(&shapes).map_err(|error| failed(path, &error))?;
    let mut package = GeoPackage::create(path, table, kind, projection)?;
    package.push(table, &placed)?;
    package.finish()
}

/// Multipolygons on their way.
struct GpkgIsochrones<'p> {
    package: GeoPackage,
    projection: Option<&'p Projection>,
}

impl IsochroneFile for GpkgIsochrones<'_> {
    fn push(&mut self, table: &ResultTable, shapes: &[&[Polygon]]) -> Result<()> {
        let placed = isochrones::placed(shapes, self.projection);
        self.package.push(table, &placed.map_err(|error| failed(self.package.path(), &error))?)
    }

    fn finish(self: Box<Self>) -> Result<WrittenFile> {
        self.package.finish()
    }
}

impl GeoPackage {
    /// `like`: a table with the columns to come, perhaps without rows. `kind`: POINT, POLYGON and so on.
    fn create(
        path: &Path,
        like: &ResultTable,
        kind: &str,
        projection: Option<&Projection>,
    ) -> Result<GeoPackage> {
        let staged = StagedPath::create(path)?;
        let layer =
            path.file_stem().map_or_else(|| "layer".into(), |stem| stem.to_string_lossy().into_owned());
        let begun = begin(&staged, layer, like, kind, projection);
        let (db, layer, key, geometry, srs, insert) = begun.map_err(|error| failed(path, &machine(error)))?;
        Ok(GeoPackage { db, staged, layer, key, geometry, srs, insert, around: None, rows: 0 })
    }

    /// Where it is going to stand.
    fn path(&self) -> &Path {
        self.staged.path()
    }

    /// Writes the rows of a table, each with its shape.
    fn push(&mut self, table: &ResultTable, shapes: &[Placed]) -> Result<()> {
        let pushed = self.insert_rows(table, shapes);
        pushed.map_err(|error| failed(self.path(), &machine(error)))
    }

    fn insert_rows(&mut self, table: &ResultTable, shapes: &[Placed]) -> rusqlite::Result<()> {
        let rtree = format!("INSERT INTO {} VALUES (?, ?, ?, ?, ?)", quoted(&self.rtree()));
        let (mut insert, mut index) = (self.db.prepare(&self.insert)?, self.db.prepare(&rtree)?);
        for (row, shape) in shapes.iter().enumerate() {
            self.rows += 1;
            let binary = binary(shape, self.srs);
            insert.raw_bind_parameter(1, self.rows)?;
            insert.raw_bind_parameter(2, &binary)?;
            for (i, (_, data)) in table.columns().iter().enumerate() {
                let value: &dyn ToSql = match data {
                    ColumnData::Text(values) => &values[row],
                    ColumnData::Number(values) => &values[row].filter(|v| !v.is_nan()).map(|v| v + 0.0),
                    ColumnData::Integer(values) => &values[row],
                    ColumnData::Same(text, _) => text,
                };
                insert.raw_bind_parameter(i + 3, value)?;
            }
            insert.raw_execute()?;
            let [west, south, east, north] = shape.bounds;
            if west <= east {
                index.execute(params![self.rows, west, east, south, north])?;
                self.around = shapes::around([self.around.unwrap_or(shape.bounds), shape.bounds]);
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<WrittenFile> {
        let path = self.path().to_path_buf();
        let ended = self.end();
        ended.map_err(|error| failed(&path, &machine(error)))?.finish()
    }

    /// The layer's box and the triggers that keep its index while others edit it.
    fn end(self) -> rusqlite::Result<StagedPath> {
        for (name, trigger) in triggers(&self.layer, &self.key, &self.geometry) {
            let name = quoted(&format!("{}_{name}", self.rtree()));
            self.db.execute_batch(&format!("CREATE TRIGGER {name} {trigger}"))?;
        }
        let side = |i: usize| self.around.map(|around| around[i]);
        let sql = "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ?";
        self.db.execute(sql, params![side(0), side(1), side(2), side(3)])?;
        self.db.execute_batch("COMMIT")?;
        self.db.close().map_err(|(_, error)| error)?;
        Ok(self.staged)
    }

    fn rtree(&self) -> String {
        format!("rtree_{}_{}", self.layer, self.geometry)
    }
}

type Begun = (Connection, String, String, String, i64, String);

/// The tables, empty, with their rows about the layer.
fn begin(
    staged: &StagedPath,
    layer: String,
    like: &ResultTable,
    kind: &str,
    projection: Option<&Projection>,
) -> rusqlite::Result<Begun> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(staged.temporary(), flags)?;
    // It is renamed when it is whole: nothing is to be rolled back, and it is synced then. What is freed is zeroed, so
    // that no old bytes stand between the rows.
    db.execute_batch(&format!(
        "PRAGMA page_size = 4096; PRAGMA encoding = 'UTF-8'; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
         PRAGMA locking_mode = EXCLUSIVE; PRAGMA secure_delete = ON;
         PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION_1_4};
         BEGIN"
    ))?;
    db.execute_batch(TABLES)?;
    let srs = projection.map_or(DEGREES, |projection| projection.code().into());
    let add_srs = |name: &str, code: i64, organization: &str, definition: &str| {
        let sql = "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, NULL)";
        db.execute(sql, params![name, code, organization, code, definition])
    };
    add_srs("Undefined, in a plane", -1, "NONE", "undefined")?;
    add_srs("Undefined, on a globe", 0, "NONE", "undefined")?;
    add_srs("WGS 84", DEGREES, "EPSG", crs_definitions::EPSG_4326.wkt)?;
    if let Some(projection) = projection.filter(|_| srs != DEGREES) {
        add_srs(projection.name(), srs, "EPSG", projection.wkt())?;
    }
    let (key, geometry) = (shapes::free_name(like, "fid"), shapes::free_name(like, "geom"));
    let rtree = format!("rtree_{layer}_{geometry}");
    let names = column_names(like);
    let columns: Vec<String> = like
        .columns()
        .iter()
        .zip(&names)
        .map(|((_, data), name)| {
            let kind = match data {
                ColumnData::Text(_) | ColumnData::Same(..) => "TEXT NOT NULL",
                ColumnData::Number(_) => "REAL",
                ColumnData::Integer(_) => "INTEGER",
            };
            format!(", {} {kind}", quoted(name))
        })
        .collect();
    db.execute_batch(&format!(
        "CREATE TABLE {} ({} INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {} {kind}{});
         CREATE VIRTUAL TABLE {} USING rtree(id, minx, maxx, miny, maxy)",
        quoted(&layer),
        quoted(&key),
        quoted(&geometry),
        columns.concat(),
        quoted(&rtree),
    ))?;
    let sql = "INSERT INTO gpkg_contents VALUES (?, 'features', ?, '', ?, NULL, NULL, NULL, NULL, ?)";
    db.execute(sql, params![layer, layer, LAST_CHANGE, srs])?;
    let sql = "INSERT INTO gpkg_geometry_columns VALUES (?, ?, ?, ?, 0, 0)";
    db.execute(sql, params![layer, geometry, kind, srs])?;
    let sql = "INSERT INTO gpkg_extensions VALUES (?, ?, 'gpkg_rtree_index',
        'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')";
    db.execute(sql, params![layer, geometry])?;
    let places = vec!["?"; names.len() + 2].join(", ");
    let insert = format!("INSERT INTO {} VALUES ({places})", quoted(&layer));
    Ok((db, layer, key, geometry, srs, insert))
}

/// The standard's own tables.
const TABLES: &str = "
CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
    description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
    z TINYINT NOT NULL, m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
    CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (
    table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
    CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));";

/// What keeps the R-tree up to date (extension `gpkg_rtree_index` of GeoPackage 1.4), each with its name's ending.
fn triggers(layer: &str, key: &str, geometry: &str) -> [(&'static str, String); 7] {
    let (t, i, c) = (quoted(layer), quoted(key), quoted(geometry));
    let r = quoted(&format!("rtree_{layer}_{geometry}"));
    let there = |of: &str| format!("({of}.{c} NOTNULL AND NOT ST_IsEmpty({of}.{c}))");
    let gone = |of: &str| format!("({of}.{c} ISNULL OR ST_IsEmpty({of}.{c}))");
    let sides = format!("ST_MinX(NEW.{c}), ST_MaxX(NEW.{c}), ST_MinY(NEW.{c}), ST_MaxY(NEW.{c})");
    let put = format!("INSERT OR REPLACE INTO {r} VALUES (NEW.{i}, {sides});");
    let set = format!(
        "UPDATE {r} SET minx = ST_MinX(NEW.{c}), maxx = ST_MaxX(NEW.{c}), miny = ST_MinY(NEW.{c}), \
         maxy = ST_MaxY(NEW.{c}) WHERE id = NEW.{i};"
    );
    let drop = format!("DELETE FROM {r} WHERE id = OLD.{i};");
    let trigger =
        |when: &str, on: String, body: &str| format!("AFTER {when} ON {t} WHEN {on} BEGIN {body} END");
    let (new, old, same) = (there("NEW"), there("OLD"), format!("OLD.{i} = NEW.{i}"));
    let (shape, other) = (format!("UPDATE OF {c}"), format!("OLD.{i} != NEW.{i}"));
    let both = format!("DELETE FROM {r} WHERE id IN (OLD.{i}, NEW.{i});");
    [
        ("insert", trigger("INSERT", new.clone(), &put)),
        ("update2", trigger(&shape, format!("{same} AND {}", gone("NEW")), &drop)),
        ("update4", trigger("UPDATE", format!("{other} AND {}", gone("NEW")), &both)),
        ("update5", trigger("UPDATE", format!("{other} AND {new}"), &format!("{drop} {put}"))),
        ("update6", trigger(&shape, format!("{same} AND {new} AND {old}"), &set)),
        ("update7", trigger(&shape, format!("{same} AND {new} AND NOT {old}"), &put)),
        ("delete", trigger("DELETE", format!("OLD.{c} NOTNULL"), &drop)),
    ]
}

/// Names of the columns; SQLite knows no case, so one that another has already gets a number.
fn column_names(like: &ResultTable) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (name, _) in like.columns() {
        let taken = |name: &str| names.iter().any(|other| other.eq_ignore_ascii_case(name));
        let numbered = (2..).map(|k| format!("{name}_{k}"));
        let free = std::iter::once(name.clone()).chain(numbered).find(|name| !taken(name));
        names.push(free.expect("numbers do not end"));
    }
    names
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The standard's header, then well-known binary. The box is left out where it is a point's, or of nothing.
fn binary(shape: &Placed, srs: i64) -> Vec<u8> {
    let [west, south, east, north] = shape.bounds;
    let (nothing, point) = (west > east, west == east && south == north);
    // Little-endian; envelope of x and y; empty.
    let flags = 1 | if nothing || point { 0 } else { 2 } | if nothing { 16 } else { 0 };
    let mut bytes = vec![b'G', b'P', 0, flags];
    bytes.extend((srs as i32).to_le_bytes());
    if flags & 2 != 0 {
        for side in [west, east, south, north] {
            bytes.extend(side.to_le_bytes());
        }
    }
    bytes.extend(&shape.wkb);
    bytes
}

/// So that "disk full" stays "disk full".
fn machine(error: rusqlite::Error) -> io::Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => io::Error::from(io::ErrorKind::StorageFull),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            io::Error::from(io::ErrorKind::PermissionDenied)
        }
        _ => io::Error::other(error),
    }
}
