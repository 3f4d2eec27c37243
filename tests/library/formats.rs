//! Results in the formats of other software: GeoPackage, GeoTIFF, projections, matrices in parts; read back with other code.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use isokron::base::diagnostics::Diagnostics;
use isokron::base::ids::{CellId, Id};
use isokron::engine::matrix::MatrixSink;
use isokron::inputs::project::Crs;
use isokron::inputs::raw::RawPlaces;
use isokron::inputs::travel_times::{self, TableHints};
use isokron::measures::isochrone::{Polygon, Reach};
use isokron::network::surface::Lattice;
use isokron::outputs::formats::{self, FormatWriters, OutputFormats, writers};
use isokron::outputs::matrix::{MatrixParts, MatrixSpec, by_id};
use isokron::outputs::projection::Projection;
use isokron::outputs::raster::{Grid, Surfaces};
use isokron::outputs::tables::{ColumnData, ResultTable};
use isokron::study::keys::{Fallback, keys};
use isokron::study::{GroupsAre, OutputCrs, OutputsSpec, PlacesSource, PlacesSpec, TableFormat};
use parquet::data_type::DoubleType;
use parquet::file::reader::FileReader;
use parquet::file::statistics::Statistics;
use rusqlite::Connection;
use serde_json::Value;
use tiff::decoder::{Decoder, DecodingResult};
use tiff::tags::Tag;

use crate::outputs::write_places;
use crate::parquet_files;

const SWEREF: &str = "EPSG:3006";

/// Three squares of 250 m in SWEREF 99 TM: lower left corners (674000, 6580000), (674250, 6580000), (674500, 6580500).
/// With outlines, or as points of six decimals.
fn squares(outlines: bool) -> RawPlaces {
    let crs = Crs::parse(SWEREF).unwrap();
    let mut places = RawPlaces { name: "cells".into(), ..RawPlaces::default() };
    for (x, y) in [(674_000.0, 6_580_000.0), (674_250.0, 6_580_000.0), (674_500.0, 6_580_500.0)] {
        let at = |dx: f64, dy: f64| crs.to_lon_lat(x + dx, y + dy).unwrap();
        let (lon, lat) = at(125.0, 125.0);
        places.ids.push(format!("{x}_{y}"));
        if outlines {
            let ring = [(0.0, 0.0), (250.0, 0.0), (250.0, 250.0), (0.0, 250.0), (0.0, 0.0)];
            places.outlines.push(vec![ring.iter().map(|&(dx, dy)| at(dx, dy)).collect()]);
            places.points.push((lon, lat));
        } else {
            places.points.push(((lon * 1e6).round() / 1e6, (lat * 1e6).round() / 1e6));
        }
    }
    places.crs = outlines.then(|| SWEREF.to_string());
    places
}

/// `id`, `lon`, `jobs` (7, blank, never) and `JOBS`, which SQLite takes for the same name.
fn table(places: &RawPlaces) -> ResultTable {
    let mut table = ResultTable::default();
    table.push("id", ColumnData::Text(places.ids.clone()));
    table.push("lon", ColumnData::Number(places.points.iter().map(|point| Some(point.0)).collect()));
    table.push("jobs", ColumnData::Number(vec![Some(7.0), None, Some(f64::INFINITY)]));
    table.push("JOBS", ColumnData::Integer(vec![Some(1), Some(2), None]));
    table
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[test]
fn a_geopackage_reads_back() {
    let (folder, places) = (folder(), squares(true));
    let path = folder.path().join("access.gpkg");
    let sweref = Projection::parse(SWEREF).unwrap();
    let write = || write_places(TableFormat::GeoPackage, &path, &table(&places), &places, Some(&sweref));
    let (first, bytes) = (write(), fs::read(&path).unwrap());
    assert_eq!((write(), fs::read(&path).unwrap()), (first, bytes.clone()), "equal runs give equal bytes");
    // SQLite's file format: application_id at 68, user_version at 60, big-endian. OGC 12-128r19, 1.1.1.1.1.
    assert_eq!(
        (&bytes[..15], &bytes[68..72], &bytes[60..64]),
        (&b"SQLite format 3"[..], &b"GPKG"[..], &[0, 0, 0x28, 0xA0][..])
    );

    let db = Connection::open(&path).unwrap();
    let contents: (String, String, f64, f64, f64, f64, i64) = db
        .query_row(
            "SELECT table_name, data_type, min_x, min_y, max_x, max_y, srs_id FROM gpkg_contents",
            [],
            |row| {
                Ok((
                    row.get(0)?,
                    row.get(1)?,
                    row.get(2)?,
                    row.get(3)?,
                    row.get(4)?,
                    row.get(5)?,
                    row.get(6)?,
                ))
            },
        )
        .unwrap();
    let wanted = ("access".into(), "features".into(), 674_000.0, 6_580_000.0, 674_750.0, 6_580_750.0, 3006);
    assert_eq!(contents, wanted);
    let count = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM rtree_access_geom"), 3);
    assert_eq!(count("SELECT id FROM rtree_access_geom WHERE minx > 674400 AND maxy > 6580600"), 3);
    assert_eq!(count("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'"), 7);
    assert_eq!(
        count("SELECT count(*) FROM gpkg_spatial_ref_sys WHERE srs_id = 3006 AND definition LIKE 'PROJCS%'"),
        1
    );
    let row: (i64, Vec<u8>, String, Option<f64>, Option<i64>) = db
        .query_row("SELECT fid, geom, id, jobs, JOBS_2 FROM access WHERE fid = 3", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })
        .unwrap();
    assert_eq!((row.0, row.2.as_str(), row.3, row.4), (3, "674500_6580500", Some(f64::INFINITY), None));
    assert_eq!(count("SELECT count(*) FROM access WHERE jobs IS NULL"), 1);
    // "GP", version 0, little-endian with a box of x and y, 3006; the box; then a polygon (3) of one ring of 5.
    let geometry = row.1;
    assert_eq!(&geometry[..8], [b'G', b'P', 0, 3, 0xBE, 0x0B, 0, 0]);
    let number = |at: usize| f64::from_le_bytes(geometry[at..at + 8].try_into().unwrap());
    assert_eq!([8, 16, 24, 32].map(number), [674_500.0, 674_750.0, 6_580_500.0, 6_580_750.0]);
    assert_eq!(&geometry[40..53], [1, 3, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0]);
    assert_eq!((number(53), number(61)), (674_500.0, 6_580_500.0));
}

#[test]
fn isochrones_of_nowhere_are_empty_shapes_out_of_the_index() {
    let folder = folder();
    let path = folder.path().join("isochrones.gpkg");
    let mut rows = ResultTable::default();
    rows.push("id", ColumnData::Text(vec!["home".into(), "at sea".into()]));
    // From 18.00, 59.30 to 18.01, 59.31 degrees.
    let (west, south, east, north) = (180_000_000, 593_000_000, 180_100_000, 593_100_000);
    let shell = vec![(west, south), (east, south), (east, north), (west, north), (west, south)];
    let square = [Polygon { shell, holes: Vec::new() }];
    let mut writer = writers(TableFormat::GeoPackage).isochrones.unwrap()(&path, &rows, None).unwrap();
    writer.push(&rows, &[&square, &[]]).unwrap();
    writer.finish().unwrap();
    let db = Connection::open(&path).unwrap();
    let shapes: Vec<Vec<u8>> = db
        .prepare("SELECT geom FROM isochrones ORDER BY fid")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(std::result::Result::unwrap)
        .collect();
    // A box and a multipolygon (6) of one; no box, empty, and a multipolygon of none, in 4326 (0x10E6).
    assert_eq!((shapes[0][3], &shapes[0][40..49]), (3, &[1, 6, 0, 0, 0, 1, 0, 0, 0][..]));
    assert_eq!(shapes[1], [b'G', b'P', 0, 17, 0xE6, 0x10, 0, 0, 1, 6, 0, 0, 0, 0, 0, 0, 0]);
    let ids: i64 = db.query_row("SELECT sum(id) FROM rtree_isochrones_geom", [], |row| row.get(0)).unwrap();
    assert_eq!(ids, 1);
    let sql = "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents";
    let around: [f64; 4] =
        db.query_row(sql, [], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?])).unwrap();
    assert_eq!(around, [18.0, 59.3, 18.01, 59.31]);
}

#[test]
fn geoparquet_in_a_projection_reads_back_as_cells() {
    let (folder, places) = (folder(), squares(true));
    let path = folder.path().join("access.parquet");
    let sweref = Projection::parse(SWEREF).unwrap();
    write_places(TableFormat::Parquet, &path, &table(&places), &places, Some(&sweref));
    let geo: Value = serde_json::from_str(&parquet_files::said(&path, "geo").unwrap()).unwrap();
    let column = &geo["columns"]["geometry"];
    assert_eq!(column["crs"]["id"]["code"], 3006);
    assert_eq!(column["bbox"], serde_json::json!([674_000.0, 6_580_000.0, 674_750.0, 6_580_750.0]));
    assert_eq!(column["covering"]["bbox"]["ymax"], serde_json::json!(["bbox", "ymax"]));
    let side = |name: &str| parquet_files::column::<DoubleType>(&path, &format!("bbox.{name}"))[1].unwrap();
    assert_eq!(["xmin", "ymin", "xmax", "ymax"].map(side), [674_250.0, 6_580_000.0, 674_500.0, 6_580_250.0]);

    let spec = PlacesSpec {
        name: "cells".into(),
        source: PlacesSource::File {
            file: PathBuf::from("access.parquet"),
            id: "id".into(),
            x: "lon".into(),
            y: "lat".into(),
            crs: "EPSG:4326".into(),
        },
        population: None,
        opportunities: Vec::new(),
        groups: Vec::new(),
        groups_are: GroupsAre::Counts,
        income: None,
        population_se: None,
        income_se: None,
        joins: Vec::new(),
        interests: Vec::new(),
    };
    let mut diagnostics = Diagnostics::default();
    let read = isokron::inputs::cells::read(&spec, folder.path(), None, &mut diagnostics).unwrap();
    assert_eq!((&read.ids, read.crs.as_deref()), (&places.ids, Some(SWEREF)));
    assert_eq!(diagnostics.counts().count(), 0, "the column of boxes is no surprise");
    for (ours, before) in read.points.iter().zip(&places.points) {
        assert!((ours.0 - before.0).hypot(ours.1 - before.1) < 1e-8, "{ours:?} {before:?}");
    }
}

/// A tag's numbers.
fn numbers(tiff: &mut Decoder<fs::File>, tag: u16) -> Vec<f64> {
    tiff.get_tag(Tag::Unknown(tag)).unwrap().into_f64_vec().unwrap()
}

fn text(tiff: &mut Decoder<fs::File>, tag: u16) -> String {
    tiff.get_tag(Tag::Unknown(tag)).unwrap().into_string().unwrap()
}

#[test]
fn cells_on_a_grid_are_pixels() {
    // Six decimals are up to 6 cm beside the middle: the grid is found all the same.
    for places in [squares(true), squares(false)] {
        let folder = folder();
        let path = folder.path().join("access.tif");
        let grid = Grid::of(&places, &Projection::parse(SWEREF).unwrap()).unwrap();
        grid.write(&path, &table(&places)).unwrap();
        let mut tiff = Decoder::new(fs::File::open(&path).unwrap()).unwrap();
        // Three columns, and three rows of which the middle one has no cell.
        assert_eq!(tiff.dimensions().unwrap(), (3, 3));
        assert_eq!(numbers(&mut tiff, 33_550), [250.0, 250.0, 0.0]);
        assert_eq!(numbers(&mut tiff, 33_922), [0.0, 0.0, 0.0, 674_000.0, 6_580_750.0, 0.0]);
        let keys = tiff.get_tag(Tag::Unknown(34_735)).unwrap().into_u16_vec().unwrap();
        assert_eq!(keys, [1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, 3006]);
        assert_eq!(text(&mut tiff, 42_113), "nan");
        let names = text(&mut tiff, 42_112);
        assert!(names.contains("sample=\"0\" role=\"description\">jobs<"), "{names}");
        assert!(names.contains("sample=\"1\" role=\"description\">JOBS<"), "{names}");
        for (band, wanted) in [(0, [Some(7.0), None, Some(f64::INFINITY)]), (1, [Some(1.0), Some(2.0), None])]
        {
            let DecodingResult::F64(tile) = tiff.read_chunk(band).unwrap() else { panic!("floats") };
            // Pixels within the image, row by row: the third square is the north-east one.
            let at = |row: usize, column: usize| Some(tile[row * 3 + column]).filter(|v| !v.is_nan());
            assert_eq!([at(2, 0), at(2, 1), at(0, 2)], wanted);
            assert_eq!([at(0, 0), at(1, 1), at(2, 2)], [None, None, None]);
        }
    }
}

#[test]
fn cells_that_are_no_squares_are_refused() {
    let spec = OutputsSpec { tables: vec![TableFormat::GeoTiff], ..OutputsSpec::default() };
    let refused = |places: &RawPlaces| {
        OutputFormats::of(&spec, places, None, &mut Diagnostics::default())
            .err()
            .expect("no grid of squares")
            .to_string()
    };
    // Points are squares in the projection that fits Stockholm, though they are written in degrees.
    let formats = OutputFormats::of(&spec, &squares(false), None, &mut Diagnostics::default()).unwrap();
    let (folder, places) = (folder(), squares(false));
    let path = folder.path().join("access.tif");
    formats.grid.unwrap().write(&path, &table(&places)).unwrap();
    let mut tiff = Decoder::new(fs::File::open(&path).unwrap()).unwrap();
    assert_eq!(tiff.get_tag(Tag::Unknown(34_735)).unwrap().into_u16_vec().unwrap().last(), Some(&3006));
    // 100 m farther north than its square.
    let mut places = squares(false);
    places.points[2].1 += 0.0009;
    let said = refused(&places);
    assert!(said.contains("cell 674500_6580500") && said.contains("[outputs] crs"), "{said}");
    // A square whose southern side lies 56 m too far north.
    let mut places = squares(true);
    let middle = places.points[1].1;
    places.outlines[1][0].iter_mut().filter(|corner| corner.1 < middle).for_each(|corner| corner.1 += 0.0005);
    assert!(refused(&places).contains("cell 674250_6580000 is no square of 250"), "{}", refused(&places));
}

#[test]
fn projections_are_those_of_the_place() {
    let spec = |crs| OutputsSpec { crs, ..OutputsSpec::default() };
    let code = |crs| {
        OutputFormats::of(&spec(crs), &squares(true), None, &mut Diagnostics::default())
            .unwrap()
            .projection
            .map(|of| of.code())
    };
    assert_eq!(code(OutputCrs::Degrees), None);
    assert_eq!(code(OutputCrs::Cells), Some(3006));
    assert_eq!(code(OutputCrs::Code("EPSG:3035".into())), Some(3035));
    let error = |code: &str| {
        OutputFormats::of(
            &spec(OutputCrs::Code(code.into())),
            &squares(true),
            None,
            &mut Diagnostics::default(),
        )
        .err()
        .unwrap()
        .to_string()
    };
    // A zone of Brazil.
    assert!(error("EPSG:32722").contains("is outside the area of EPSG:32722"), "{}", error("EPSG:32722"));
    assert!(error("EPSG:1").contains("EPSG:1 is not known"));
}

#[test]
fn a_surface_has_its_points_in_the_middle_of_pixels() {
    // Points 0.002° apart from 18.000, 59.300 on; of three columns and two rows only those of the upper right are reached.
    let lattice = Lattice {
        west_e7: 180_000_000,
        south_e7: 593_000_000,
        step_lon_e7: 20_000,
        step_lat_e7: 20_000,
        columns: 3,
        rows: 2,
    };
    let folder = folder();
    let path = folder.path().join("surfaces.tif");
    let mut surfaces = Surfaces::create(&path, &lattice, &[4, 5], 2).unwrap();
    let reach = Reach { surfaces: vec![vec![(4, 60), (5, 125)]], ..Reach::default() };
    surfaces.push("home", &[50.0], Some(&reach)).unwrap();
    surfaces.push("at sea", &[50.0], None).unwrap();
    surfaces.finish().unwrap();
    let mut tiff = Decoder::new(fs::File::open(&path).unwrap()).unwrap();
    assert_eq!(tiff.dimensions().unwrap(), (2, 1));
    // Half a step west and north of point 4, which is at 18.002, 59.302.
    let corner = numbers(&mut tiff, 33_922);
    assert!((corner[3] - 18.001).abs() < 1e-12 && (corner[4] - 59.303).abs() < 1e-12, "{corner:?}");
    assert!(text(&mut tiff, 42_112).contains("sample=\"1\" role=\"description\">at sea p50<"));
    for (band, wanted) in [(0, [60, 125]), (1, [-1, -1])] {
        let DecodingResult::I32(tile) = tiff.read_chunk(band).unwrap() else { panic!("whole numbers") };
        assert_eq!(tile[..2], wanted);
    }
}

#[test]
fn a_matrix_in_parts_is_one_table() {
    let folder = folder();
    // 600 origins, the last first: 256 a part, so three parts; two destinations.
    let from: Vec<String> = (0..600).rev().map(|i| format!("o{i:03}")).collect();
    let to: Vec<String> = ["x", "y"].map(String::from).to_vec();
    let spec = MatrixSpec {
        begin: writers(TableFormat::Parquet).pairs.unwrap(),
        from_ids: &from,
        to_ids: &to,
        percentiles: &[50.0],
        all_pairs: false,
    };
    let order = by_id(&from);
    assert_eq!((order[0], order[599]), (CellId(599), CellId(0)));
    let write = |name: &str| {
        let mut parts = MatrixParts::new(&folder.path().join(name), spec);
        for &origin in &order {
            // To y there is no way.
            parts.push(origin.index(), |to, _| (to == 0).then_some(10 * origin.0), |_| None).unwrap();
        }
        parts.finish().unwrap()
    };
    let parts = write("matrix");
    assert_eq!(write("again"), parts, "equal runs give equal bytes");
    let names: Vec<&str> = parts.iter().map(|part| part.0.as_str()).collect();
    assert_eq!(names, ["part-00000.parquet", "part-00001.parquet", "part-00002.parquet"]);
    // Each part has a stretch of ids: statistics tell which to open.
    let ends = |name: &str| {
        let reader = parquet_files::open(&folder.path().join("matrix").join(name));
        let group = reader.metadata().row_group(0).column(0).statistics().cloned();
        let Some(Statistics::ByteArray(ids)) = group else { panic!("texts") };
        let id = |of: Option<&parquet::data_type::ByteArray>| of.unwrap().as_utf8().unwrap().to_string();
        (id(ids.min_opt()), id(ids.max_opt()))
    };
    let end = |a: &str, b: &str| (a.to_string(), b.to_string());
    let wanted = [end("o000", "o255"), end("o256", "o511"), end("o512", "o599")];
    assert_eq!(names.iter().map(|name| ends(name)).collect::<Vec<_>>(), wanted);

    let places: HashMap<String, u32> =
        from.iter().chain(&to).enumerate().map(|(i, id)| (id.clone(), i as u32)).collect();
    let read = |path: &Path| {
        travel_times::read(path, &TableHints::default(), &places, &mut Diagnostics::default())
            .map(|read| read.times[0].pairs.clone())
            .map_err(|error| error.to_string())
    };
    let pairs = read(&folder.path().join("matrix")).unwrap();
    assert_eq!((pairs.len(), pairs[7]), (600, (7, 600, 70.0)));
    let nothing = folder.path().join("nothing");
    fs::create_dir(&nothing).unwrap();
    assert!(read(&nothing).unwrap_err().contains("a folder without .parquet files"));
}

#[test]
fn each_format_says_what_it_holds() {
    // What the guide tells of formats is what they do.
    let table = formats::formats_table();
    assert!(include_str!("../../docs/study.md").contains(&table), "docs/study.md lacks this table:\n{table}");
    let of =
        |holds: fn(&FormatWriters) -> bool| formats::that(holds).map(TableFormat::name).collect::<Vec<_>>();
    assert_eq!(of(|format| format.places.is_some()), TableFormat::NAMES);
    assert_eq!(of(|format| format.rows.is_some()), ["csv", "parquet"]);
    assert_eq!(of(|format| format.pairs.is_some()), ["csv", "parquet"]);
    assert_eq!(of(|format| format.isochrones.is_some()), ["parquet", "geojson", "gpkg"]);
    for &format in TableFormat::ALL {
        assert_eq!(TableFormat::named(format.name()), Some(format));
        // The key's words name it, or its value by default does.
        let key = keys().find(|key| (key.section, key.name) == ("outputs", "tables")).unwrap();
        let Fallback::Value(default) = key.default else { panic!("{} has no value by default", key.name) };
        let name = format!("\"{}\"", format.name());
        assert!(key.meaning.contains(&name) || default.contains(&name), "{name}");
    }
}

#[test]
fn a_file_is_of_the_format_asked_for_or_of_its_ending() {
    let isochrones = |asked, file: &str| {
        formats::chosen(asked, Path::new(file), TableFormat::GeoJson, |format| format.isochrones)
            .map(|(format, _)| format)
            .map_err(|error| error.to_string())
    };
    assert_eq!(isochrones(None, "a.gpkg"), Ok(TableFormat::GeoPackage));
    assert_eq!(isochrones(Some(TableFormat::Parquet), "a.gpkg"), Ok(TableFormat::Parquet));
    // An ending that says nothing, none, and one of a format that holds none.
    for file in ["a.json", "a", "a.csv"] {
        assert_eq!(isochrones(None, file), Ok(TableFormat::GeoJson), "{file}");
    }
    let said = isochrones(Some(TableFormat::Csv), "a.csv").unwrap_err();
    assert!(said.contains("csv cannot hold this"), "{said}");
}
