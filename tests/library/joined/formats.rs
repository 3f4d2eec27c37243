//! GeoPackages and Shapefiles as tables of places.

use isokron::inputs::project::Crs;
use isokron::inputs::rows::LongTable;
use isokron::inputs::{stress_lines, tables};
use shapefile::dbase::{self, TableWriterBuilder};
use shapefile::{Point, PolygonRing};

use super::*;

#[test]
fn the_only_layer_with_its_own_projection() {
    let folder = tempfile::tempdir().unwrap();
    two_squares(&folder);
    let (places, diagnostics) = good(&folder, "file = \"cells.gpkg\"\npopulation = \"n\"");
    assert_eq!(places.ids, ["a", "b"]);
    assert_eq!(places.population.as_deref(), Some(&[1.0, 2.0][..]));
    let (x, y) =
        Crs::parse("EPSG:3006").unwrap().from_lon_lat(places.points[1].0, places.points[1].1).unwrap();
    assert!((x - 674_150.0).abs() < 1e-3 && (y - 6_580_050.0).abs() < 1e-3, "the middle of b: {x} {y}");
    assert_eq!(places.outlines[0][0].len(), 5);
    assert_eq!(diagnostics.counts().count(), 0);
    // Nothing was written beside the file.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn layers_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let square = || Some(rectangle(0.0, 0.0, 100.0, 100.0));
    let package = Package::new(&folder.path().join("c.gpkg"));
    package.layer("one", 3006, &[("a", None, square())]).layer(
        "the \"other\"",
        3006,
        &[("b", None, square())],
    );
    wrong(
        &folder,
        "file = \"c.gpkg\"",
        &["has several layers: one, the \"other\"", "layer = \"one\"", "c.gpkg:one"],
    );
    wrong(&folder, "file = \"c.gpkg\"\nlayer = \"on\"", &["has no layer \"on\"", "did you mean one?"]);
    wrong(&folder, "file = \"c.csv\"\nlayer = \"one\"", &["cells.layer is of a GeoPackage"]);
    wrong(&folder, "file = \"c.gpkg:one\"\nlayer = \"one\"", &["stands beside a layer"]);
    assert_eq!(good(&folder, "file = \"c.gpkg\"\nlayer = \"one\"").0.ids, ["a"]);
    assert_eq!(good(&folder, "file = 'c.gpkg:the \"other\"'").0.ids, ["b"]);
}

#[test]
fn what_is_wrong_with_a_package() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "text.gpkg", "id,lon,lat\n");
    wrong(&folder, "file = \"text.gpkg\"", &["text.gpkg: is no GeoPackage"]);
    Connection::open(folder.path().join("other.gpkg")).unwrap().execute("CREATE TABLE a (b)", []).unwrap();
    wrong(&folder, "file = \"other.gpkg\"", &["has no table gpkg_contents"]);
    Package::new(&folder.path().join("empty.gpkg"));
    wrong(&folder, "file = \"empty.gpkg\"", &["has no layers"]);

    let square = || Some(rectangle(0.0, 0.0, 100.0, 100.0));
    let mut empty = rectangle(0.0, 0.0, 1.0, 1.0);
    empty[3] |= 0b1_0000;
    let broken = b"GP\x00\x01....".to_vec();
    let rows =
        [("a", None, square()), ("b", None, None), ("c", None, Some(empty)), ("d", None, Some(broken))];
    Package::new(&folder.path().join("bad.gpkg")).layer("x", 3006, &rows);
    let said =
        ["bad.gpkg:2: has no geometry", "bad.gpkg:3: has an empty geometry", "bad.gpkg:4: has no shape"];
    wrong(&folder, "file = \"bad.gpkg\"", &said);
    let none: Vec<_> = (0..9).map(|_| ("a", None, None)).collect();
    Package::new(&folder.path().join("none.gpkg")).layer("x", 3006, &none);
    wrong(&folder, "file = \"none.gpkg\"", &["and 4 more rows without a usable geometry"]);

    Package::new(&folder.path().join("own.gpkg")).layer("x", 100_000, &[("a", None, square())]);
    wrong(&folder, "file = \"own.gpkg\"", &["does not tell its projection (my own)", "crs = \"EPSG:"]);
    assert_eq!(good(&folder, "file = \"own.gpkg\"\ncrs = \"EPSG:3006\"").0.ids, ["a"]);
    // Nothing but degrees fits: taken for granted, and said.
    let degrees = polygon(0, &[(18.0, 59.0), (18.1, 59.0), (18.1, 59.1)]);
    Package::new(&folder.path().join("deg.gpkg")).layer("x", 100_000, &[("a", None, Some(degrees))]);
    assert_eq!(good(&folder, "file = \"deg.gpkg\"").1.total("table_unknown_crs"), 1);

    // Cut anywhere, a package is refused or read, and never a panic.
    two_squares(&folder);
    let whole = std::fs::read(folder.path().join("cells.gpkg")).unwrap();
    for cut in (0..whole.len()).step_by(509) {
        std::fs::write(folder.path().join("cut.gpkg"), &whole[..cut]).unwrap();
        if let Err(error) = places(folder.path(), "file = \"cut.gpkg\"").0 {
            assert_eq!(error.exit_code(), 1, "{error}");
        }
    }
}

/// A file that another program has open and has not folded its log into: what stands in the log counts.
#[test]
fn a_log_beside_a_package_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("open.gpkg");
    let package = Package::new(&path);
    package.0.pragma_update(None, "journal_mode", "WAL").unwrap();
    package.layer("x", 3006, &[("a", None, Some(rectangle(0.0, 0.0, 100.0, 100.0)))]);
    assert!(folder.path().join("open.gpkg-wal").exists());
    assert_eq!(good(&folder, "file = \"open.gpkg\"").0.ids, ["a"]);
    assert_eq!(tables::companions(&path).len(), 1, "the log is part of what is read");
}

/// Two squares, the second with a hole, with texts that are not ASCII; `prj` as given.
pub(super) fn shape(folder: &TempDir, name: &str, prj: Option<&str>) {
    let name_of = |text: &str| dbase::FieldName::try_from(text).unwrap();
    let table = TableWriterBuilder::new().add_character_field(name_of("id"), 20).add_numeric_field(
        name_of("people"),
        10,
        1,
    );
    let mut writer = shapefile::Writer::from_path(folder.path().join(name), table).unwrap();
    let ring = |x: f64, side: f64| -> Vec<Point> {
        let (x, y) = (674_000.0 + x, 6_580_000.0);
        [(x, y), (x, y + side), (x + side, y + side), (x + side, y), (x, y)]
            .map(|(x, y)| Point::new(x, y))
            .to_vec()
    };
    for (id, people, rings) in [
        ("åäö", Some(1.5), vec![PolygonRing::Outer(ring(0.0, 100.0))]),
        ("b", None, vec![PolygonRing::Inner(ring(210.0, 10.0)), PolygonRing::Outer(ring(200.0, 100.0))]),
    ] {
        let mut record = dbase::Record::default();
        record.insert("id".into(), dbase::FieldValue::Character(Some(id.into())));
        record.insert("people".into(), dbase::FieldValue::Numeric(people));
        writer.write_shape_and_record(&shapefile::Polygon::with_rings(rings), &record).unwrap();
    }
    drop(writer);
    if let Some(prj) = prj {
        std::fs::write(folder.path().join(name).with_extension("prj"), prj).unwrap();
    }
}

pub(super) const SWEREF: &str = "PROJCS[\"SWEREF99_TM\",GEOGCS[\"GCS_SWEREF99\",DATUM[\"D_SWEREF99\",SPHEROID[\"GRS_1980\",6378137,298.25]]]]";

#[test]
fn a_shapefile_with_its_projection() {
    let folder = tempfile::tempdir().unwrap();
    shape(&folder, "c.shp", Some(SWEREF));
    let (places, diagnostics) = good(&folder, "file = \"c.shp\"\npopulation = \"people\"");
    assert_eq!(places.ids, ["åäö", "b"]);
    assert_eq!(places.population.as_deref(), Some(&[1.5, 0.0][..]));
    assert_eq!(diagnostics.total("cells_blank_number"), 1);
    assert_eq!(places.outlines.iter().map(Vec::len).collect::<Vec<_>>(), [1, 2], "a hole in the second");
    let (x, _) =
        Crs::parse("EPSG:3006").unwrap().from_lon_lat(places.points[0].0, places.points[0].1).unwrap();
    assert!((x - 674_050.0).abs() < 1e-3);
    assert_eq!(tables::companions(&folder.path().join("c.shp")).len(), 2, ".dbf and .prj");
}

#[test]
fn what_is_wrong_with_a_shapefile() {
    let folder = tempfile::tempdir().unwrap();
    shape(&folder, "c.shp", None);
    wrong(&folder, "file = \"c.shp\"", &["does not tell its projection (it has no .prj)"]);
    assert_eq!(good(&folder, "file = \"c.shp\"\ncrs = \"EPSG:3006\"").0.ids.len(), 2);
    write(&folder, "c.prj", "PROJCS[\"Bonne_of_our_own\"]");
    wrong(&folder, "file = \"c.shp\"", &["its .prj says Bonne_of_our_own"]);
    wrong(&folder, "file = \"c.dbf\"", &["is a part of a Shapefile", "c.shp"]);
    let dbf = std::fs::read(folder.path().join("c.dbf")).unwrap();
    std::fs::write(folder.path().join("c.dbf"), &dbf[..dbf.len() - 20]).unwrap();
    wrong(
        &folder,
        "file = \"c.shp\"\ncrs = \"EPSG:3006\"",
        &["c.dbf: is no dBASE table", "rows are cut off"],
    );
    std::fs::remove_file(folder.path().join("c.dbf")).unwrap();
    wrong(&folder, "file = \"c.shp\"", &["has no .dbf beside it"]);
    std::fs::write(folder.path().join("c.dbf"), dbf).unwrap();
    let shp = std::fs::read(folder.path().join("c.shp")).unwrap();
    for cut in 0..shp.len() {
        std::fs::write(folder.path().join("c.shp"), &shp[..cut]).unwrap();
        assert!(places(folder.path(), "file = \"c.shp\"\ncrs = \"EPSG:3006\"").0.is_err(), "{cut}");
    }
}

/// Lines with levels of traffic stress, from (674,000, 6,580,000) 100 m to the east; as places they are refused.
#[test]
fn a_shapefile_of_lines() {
    let folder = tempfile::tempdir().unwrap();
    let name = dbase::FieldName::try_from("LTS").unwrap();
    let table = TableWriterBuilder::new().add_numeric_field(name, 10, 1);
    let path = folder.path().join("lines.shp");
    let mut writer = shapefile::Writer::from_path(&path, table).unwrap();
    let points = vec![Point::new(674_000.0, 6_580_000.0), Point::new(674_100.0, 6_580_000.0)];
    let mut record = dbase::Record::default();
    record.insert("LTS".into(), dbase::FieldValue::Numeric(Some(3.0)));
    writer.write_shape_and_record(&shapefile::Polyline::new(points), &record).unwrap();
    drop(writer);
    let read = || stress_lines::read(&path, "lines.shp", "LTS", &mut Diagnostics::default());
    let said = read().unwrap_err().to_string();
    assert!(said.contains("does not tell its projection (it has no .prj)"), "{said}");
    write(&folder, "lines.prj", SWEREF);
    let lines = read().unwrap();
    assert_eq!((lines.len(), lines[0].level, lines[0].points.len()), (1, 3, 2));
    let (x, y) =
        Crs::parse("EPSG:3006").unwrap().from_lon_lat(lines[0].points[1].0, lines[0].points[1].1).unwrap();
    assert!((x - 674_100.0).abs() < 1e-3 && (y - 6_580_000.0).abs() < 1e-3, "{x} {y}");
    wrong(&folder, "file = \"lines.shp\"\nid = \"LTS\"", &["is a MultiLineString", "a point, a polygon"]);
}

/// Tables of land use are read as the others: `access --land-use cells.gpkg:rutor`.
#[test]
fn long_tables_are_packages_too() {
    let folder = tempfile::tempdir().unwrap();
    two_squares(&folder);
    for name in ["cells.gpkg", "cells.gpkg:rutor"] {
        let table = LongTable::open(&folder.path().join(name)).unwrap();
        assert_eq!(table.headers, ["fid", "id", "n"]);
        let mut rows = Vec::new();
        table
            .rows(&[1, 2], |_, fields| {
                rows.push((fields[0].id().unwrap(), fields[1].number().unwrap()));
                Ok(())
            })
            .unwrap();
        assert_eq!(rows, [("a".to_string(), Some(1.0)), ("b".to_string(), Some(2.0))]);
    }
}
