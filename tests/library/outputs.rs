//! Results as files: what was written is read back with other code, and nothing stands half-written.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use geo::Area;
use isokron::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use isokron::base::error::Error;
use isokron::engine::matrix::MatrixSink;
use isokron::inputs::raw::RawPlaces;
use isokron::measures::equity::EquityRow;
use isokron::outputs::diagnostics;
use isokron::outputs::folder::OutputFolder;
use isokron::outputs::formats::{OutputFormats, Placing, writers};
use isokron::outputs::log::RunLog;
use isokron::outputs::manifest::{InputFile, Manifest, OSM_ATTRIBUTION};
use isokron::outputs::matrix::{MatrixSpec, MatrixWriter, time_columns};
use isokron::outputs::projection::Projection;
use isokron::outputs::staging::{WrittenFile, write_atomically};
use isokron::outputs::swap::Swap;
use isokron::outputs::tables::{ColumnData, ResultTable, access_table, equity_table};
use isokron::study::TableFormat;
use parquet::data_type::{ByteArrayType, DoubleType, Int32Type};
use parquet::file::reader::FileReader;
use serde_json::{Value, json};

use crate::parquet_files::{column, open, said, texts, types};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn csv(table: &ResultTable) -> String {
    let mut bytes = Vec::new();
    table.write_csv(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn geojson_of(table: &ResultTable, places: &RawPlaces) -> String {
    let folder = folder();
    let path = folder.path().join("a.geojson");
    write_places(TableFormat::GeoJson, &path, table, places, None);
    fs::read_to_string(path).unwrap()
}

/// Writes a table, a row a place.
pub fn write_places(
    format: TableFormat,
    path: &Path,
    table: &ResultTable,
    places: &RawPlaces,
    projection: Option<&Projection>,
) -> WrittenFile {
    let write = writers(format).places.expect("every format holds places");
    write(path, table, &Placing { places, projection, grid: None }).expect("written")
}

/// Two squares, the second with its shell clockwise and a hole: wrong way round on purpose.
fn two_squares() -> RawPlaces {
    let square = |at: f64, side: f64| {
        vec![(at, at), (at + side, at), (at + side, at + side), (at, at + side), (at, at)]
    };
    let mut clockwise = square(2.0, 1.0);
    clockwise.reverse();
    RawPlaces {
        name: "cells".into(),
        ids: vec!["a".into(), "b, \"the\" second".into()],
        points: vec![(0.5, 0.5), (2.123456789, -0.0)],
        outlines: vec![vec![square(0.0, 1.0)], vec![clockwise, square(2.25, 0.5)]],
        population: Some(vec![10.0, 2.5]),
        ..RawPlaces::default()
    }
}

fn two_rows() -> ResultTable {
    let jobs = vec![Some(1234567.0), None];
    access_table(
        &two_squares(),
        &["ok", "unlinked"],
        &[Some(12.345), None],
        vec![("jobs_30min_p50".into(), jobs)],
    )
}

#[test]
fn csv_is_plain_and_exact() {
    let expected = "id,lon,lat,status,link_m,population,jobs_30min_p50\n\
        a,0.5,0.5,ok,12.345,10,1234567\n\
        \"b, \"\"the\"\" second\",2.123456789,0,unlinked,,2.5,\n";
    assert_eq!(csv(&two_rows()), expected);
    let mut numbers = ResultTable::default();
    let hard = vec![Some(0.1 + 0.2), Some(1e21), Some(5e-324), Some(f64::NAN), Some(f64::INFINITY)];
    numbers.push("x", ColumnData::Number(hard.clone()));
    numbers.push("n", ColumnData::Integer(vec![Some(i64::MIN), None, Some(0), Some(7), Some(-7)]));
    let text = csv(&numbers);
    let back: Vec<Option<f64>> =
        text.lines().skip(1).map(|line| line.split(',').next().unwrap().parse().ok()).collect();
    assert_eq!(back, [hard[0], hard[1], hard[2], None, hard[4]]);
    assert!(text.lines().nth(1).unwrap().ends_with(",-9223372036854775808"));
}

#[test]
fn geojson_reads_back_with_rings_the_right_way_round() {
    let text = geojson_of(&two_rows(), &two_squares());
    let features: geojson::FeatureCollection = text.parse().unwrap();
    assert_eq!(features.features.len(), 2);
    let second = &features.features[1];
    let properties = second.properties.as_ref().unwrap();
    assert_eq!(properties["id"], "b, \"the\" second");
    assert_eq!((&properties["jobs_30min_p50"], &properties["population"]), (&Value::Null, &json!(2.5)));
    for feature in &features.features {
        let polygon: geo::Polygon = feature.geometry.clone().unwrap().try_into().unwrap();
        // RFC 7946, 3.1.6: shells counter-clockwise (positive), holes clockwise.
        let ring = |line: &geo::LineString| geo::Polygon::new(line.clone(), vec![]).signed_area();
        assert!(ring(polygon.exterior()) > 0.0);
        assert!(polygon.interiors().iter().all(|hole| ring(hole) < 0.0));
    }
    // The serde_json reader as well, for our own writer made the text by hand.
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["features"][1]["geometry"]["coordinates"][1][0], json!([2.25, 2.25]));
}

#[test]
fn points_are_written_to_seven_decimals() {
    let mut places = two_squares();
    places.outlines.clear();
    let value: Value = serde_json::from_str(&geojson_of(&two_rows(), &places)).unwrap();
    assert_eq!(value["features"][1]["geometry"], json!({ "type": "Point", "coordinates": [2.1234568, 0] }));
}

#[test]
fn geoparquet_reads_back() {
    let folder = folder();
    let path = folder.path().join("access.parquet");
    write_places(TableFormat::Parquet, &path, &two_rows(), &two_squares(), None);
    let metadata = open(&path).metadata().file_metadata().clone();
    assert_eq!(metadata.created_by(), Some(concat!("isokron ", env!("CARGO_PKG_VERSION"))));
    assert_eq!(texts(&path, "status")[1], "unlinked");
    assert_eq!(column::<DoubleType>(&path, "jobs_30min_p50"), [Some(1234567.0), None]);
    let bounds = json!([0.0, 0.0, 3.0, 3.0]);
    let side = |side: &str| json!(["bbox", side]);
    let boxes =
        json!({ "xmin": side("xmin"), "ymin": side("ymin"), "xmax": side("xmax"), "ymax": side("ymax") });
    let geometry = json!({
        "encoding": "WKB", "geometry_types": ["Polygon"], "orientation": "counterclockwise", "bbox": bounds,
        "covering": { "bbox": boxes }
    });
    let expected =
        json!({ "version": "1.1.0", "primary_column": "geometry", "columns": { "geometry": geometry } });
    assert_eq!(serde_json::from_str::<Value>(&said(&path, "geo").unwrap()).unwrap(), expected);
    let wkb = column::<ByteArrayType>(&path, "geometry");
    for (row, area) in [(0, 1.0), (1, 0.75)] {
        assert_eq!(wkb_area(wkb[row].as_ref().unwrap().data()), area);
    }
}

/// The signed area of a little-endian WKB polygon, read as OGC 06-103r4, 8.2 has it.
fn wkb_area(bytes: &[u8]) -> f64 {
    let u32_at = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    let f64_at = |at: usize| f64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
    assert_eq!((bytes[0], u32_at(1)), (1, 3));
    let mut at = 9;
    let mut ring = || {
        let n = u32_at(at);
        let corners: Vec<_> = (0..n).map(|i| (f64_at(at + 4 + 16 * i), f64_at(at + 12 + 16 * i))).collect();
        at += 4 + 16 * n;
        geo::Polygon::new(corners.into(), vec![]).signed_area()
    };
    let area = (0..u32_at(5)).map(|_| ring()).sum();
    assert_eq!(at, bytes.len());
    area
}

#[test]
fn h3_ids_get_their_hexagon_if_the_point_lies_in_it() {
    // A cell of Porto Alegre's grid, resolution 9, some 0.11 km².
    let mut places = RawPlaces {
        ids: vec!["89a901291abffff".into()],
        points: vec![(-51.22, -30.03)],
        ..RawPlaces::default()
    };
    let cell: h3o::CellIndex = places.ids[0].parse().unwrap();
    let centre = h3o::LatLng::from(cell);
    let shape = |places: &RawPlaces| -> Value {
        let text = geojson_of(&ResultTable::default(), places);
        serde_json::from_str::<Value>(&text).unwrap()["features"][0]["geometry"].clone()
    };
    assert_eq!(shape(&places)["type"], "Point");
    places.points = vec![(centre.lng(), centre.lat())];
    let hexagon = shape(&places);
    assert_eq!(
        (&hexagon["type"], hexagon["coordinates"][0].as_array().unwrap().len()),
        (&json!("Polygon"), 7)
    );
    // Digits that happen to be no cell, and one id that is none, leave all as points.
    places.ids = vec!["1234".into()];
    assert_eq!(shape(&places)["type"], "Point");
}

#[test]
fn no_rows_make_valid_files() {
    let folder = folder();
    let places = RawPlaces::default();
    let table = access_table(&places, &[], &[], vec![]);
    let value: Value = serde_json::from_str(&geojson_of(&table, &places)).unwrap();
    assert_eq!(value["features"], json!([]));
    let path = folder.path().join("empty.parquet");
    write_places(TableFormat::Parquet, &path, &table, &places, None);
    assert_eq!(open(&path).metadata().file_metadata().num_rows(), 0);
}

#[test]
fn equity_is_a_long_table() {
    let row = EquityRow {
        measure: "jobs_30min_p50".into(),
        group: "all".into(),
        index: "gini".into(),
        value: Some(0.25),
        lower: None,
        upper: None,
    };
    let expected = "measure,group,index,value,lower,upper\njobs_30min_p50,all,gini,0.25,,\n";
    assert_eq!(csv(&equity_table(&[row])), expected);
}

#[test]
fn a_matrix_says_how_long_one_walks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.csv");
    let ids = ["a".to_string(), "b".to_string()];
    let spec = MatrixSpec {
        begin: writers(TableFormat::Csv).pairs.unwrap(),
        from_ids: &ids,
        to_ids: &ids,
        percentiles: &[50.0],
        all_pairs: false,
    };
    let mut writer = MatrixWriter::create(&path, &spec).unwrap();
    // From a to b one rides for 60 s or walks for 90; from b to a nothing rides.
    writer.push(0, |to, _| Some([0, 60][to]), |to| Some([0, 90][to])).unwrap();
    writer.push(1, |to, _| Some([90, 0][to]), |to| [Some(90), None][to]).unwrap();
    writer.finish().unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text, "from_id,to_id,travel_time_s,walk_s\na,a,0,0\na,b,60,90\nb,a,90,90\nb,b,0,\n");
}

fn write_matrix(
    path: &Path,
    format: TableFormat,
    percentiles: &[f64],
    all_pairs: bool,
) -> (WrittenFile, u64) {
    let from: Vec<String> = ["a", "b"].map(String::from).to_vec();
    let to: Vec<String> = ["x", "y,z"].map(String::from).to_vec();
    let spec = MatrixSpec {
        begin: writers(format).pairs.unwrap(),
        from_ids: &from,
        to_ids: &to,
        percentiles,
        all_pairs,
    };
    let mut writer = MatrixWriter::create(path, &spec).unwrap();
    // From a: 0 s and no time; from b: 60 s at the first percentile only, then 7200 s.
    let times = [[[Some(0), Some(5)], [None, None]], [[Some(60), None], [Some(7200), Some(7201)]]];
    for from in [0, 1] {
        writer.push(from, |to, k| times[from][to][k], |_| None).unwrap();
    }
    let pairs = writer.pairs();
    (writer.finish().unwrap(), pairs)
}

#[test]
fn matrix_as_csv() {
    let folder = folder();
    let path = folder.path().join("m.csv");
    let text = |percentiles: &[f64], all_pairs| {
        write_matrix(&path, TableFormat::Csv, percentiles, all_pairs);
        fs::read_to_string(&path).unwrap()
    };
    assert_eq!(
        text(&[50.0], false),
        "from_id,to_id,travel_time_s,walk_s\na,x,0,\nb,x,60,\nb,\"y,z\",7200,\n"
    );
    assert_eq!(
        text(&[50.0, 97.5], true),
        "from_id,to_id,travel_time_p50_s,travel_time_p97_5_s,walk_s\na,x,0,5,\na,\"y,z\",,,\nb,x,60,,\nb,\"y,z\",7200,7201,\n"
    );
    assert_eq!(time_columns(&[5.0, 100.0]), ["travel_time_p5_s", "travel_time_p100_s"]);
}

#[test]
fn matrix_as_parquet() {
    let folder = folder();
    let path = folder.path().join("m.parquet");
    let (written, pairs) = write_matrix(&path, TableFormat::Parquet, &[50.0, 75.0], false);
    assert_eq!((pairs, written.bytes), (3, fs::metadata(&path).unwrap().len()));
    let ids = |name: &str| texts(&path, name).join(" ");
    assert_eq!((ids("from_id"), ids("to_id")), ("a b b".into(), "x x y,z".into()));
    assert_eq!(column::<Int32Type>(&path, "travel_time_p75_s"), [Some(5), None, Some(7201)]);
    let (again, _) = write_matrix(&path, TableFormat::Parquet, &[50.0, 75.0], false);
    assert_eq!(again, written, "equal runs give equal bytes");
    write_matrix(&path, TableFormat::Parquet, &[50.0], true);
    assert_eq!(column::<Int32Type>(&path, "travel_time_s").iter().filter(|time| time.is_none()).count(), 1);
    // One schema, whether pairs without a time are kept or not.
    let kept = types(&path);
    write_matrix(&path, TableFormat::Parquet, &[50.0], false);
    assert_eq!(types(&path), kept);
}

#[test]
fn a_city_of_pairs_reads_back_in_order() {
    let folder = folder();
    let n = 400;
    let ids: Vec<String> = (0..n).map(|i| format!("89a90{i:05}ffff")).collect();
    let time =
        |from: usize, to: usize| (!(from + to).is_multiple_of(7)).then_some((from * 31 + to * 17) as u32);
    let path = folder.path().join("m.parquet");
    let spec = MatrixSpec {
        begin: writers(TableFormat::Parquet).pairs.unwrap(),
        from_ids: &ids,
        to_ids: &ids,
        percentiles: &[50.0],
        all_pairs: false,
    };
    let mut writer = MatrixWriter::create(&path, &spec).unwrap();
    for from in 0..n {
        writer.push(from, |to, _| time(from, to), |to| time(from, to)).unwrap();
    }
    writer.finish().unwrap();
    let expected = (0..n * n).map(|i| (i / n, i % n)).filter(|&(from, to)| time(from, to).is_some());
    let times = column::<Int32Type>(&path, "travel_time_s");
    let mut rows = texts(&path, "from_id").into_iter().zip(texts(&path, "to_id")).zip(times);
    for (from, to) in expected {
        let ((from_id, to_id), seconds) = rows.next().unwrap();
        assert_eq!((&from_id, &to_id), (&ids[from], &ids[to]));
        assert_eq!(seconds.map(|seconds| seconds as u32), time(from, to));
    }
    assert!(rows.next().is_none());
}

#[test]
fn a_file_appears_whole_or_not_at_all() {
    let folder = folder();
    let path = folder.path().join("deep/er/table.csv");
    let written = write_atomically(&path, |out| out.write_all(b"abc")).unwrap();
    // BLAKE3 of "abc", from the reference implementation's documentation.
    let abc = "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85";
    assert_eq!(written, WrittenFile { bytes: 3, blake3: abc.into() });
    let full = write_atomically(&path, |out| {
        out.write_all(b"half")?;
        Err(io::Error::from(io::ErrorKind::StorageFull))
    })
    .unwrap_err();
    assert_eq!(full.exit_code(), 4);
    let message = full.to_string();
    assert!(message.contains("table.csv") && message.contains("make room on the disk"), "{message}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "abc", "the old file stays");
    assert_eq!(names(path.parent().unwrap()), ["table.csv"], "nothing half-written stays");
}

#[test]
fn the_machines_errors_name_the_path() {
    let folder = folder();
    fs::write(folder.path().join("file"), "").unwrap();
    let below_a_file = write_atomically(&folder.path().join("file/x.csv"), |_| Ok(())).unwrap_err();
    assert!(matches!(below_a_file, Error::Machine(_)) && below_a_file.to_string().contains("file/x.csv"));
    fs::create_dir(folder.path().join("x.csv")).unwrap();
    let over_a_folder = write_atomically(&folder.path().join("x.csv"), |_| Ok(())).unwrap_err();
    assert!(matches!(over_a_folder, Error::Machine(_)) && over_a_folder.to_string().contains("x.csv"));
    assert_eq!(names(folder.path()), ["file", "x.csv"]);
}

fn manifest() -> Manifest {
    Manifest {
        study: "town".into(),
        parameters: json!({ "zebra": 1, "ant": 2 }),
        warnings: vec!["half of the cells are at sea".into()],
        attribution: vec![OSM_ATTRIBUTION.into()],
        ..Manifest::default()
    }
}

#[test]
fn a_folder_with_a_manifest_is_a_finished_one() {
    let folder = folder();
    let root = folder.path().join("out");
    let run = |names: &[&str]| {
        let before = fs::read_to_string(root.join("manifest.json")).ok();
        let mut output = begin(&root).unwrap();
        for name in names {
            output.write(name, |out| writeln!(out, "{name}")).unwrap();
        }
        let meanwhile = fs::read_to_string(root.join("manifest.json")).ok();
        assert_eq!(meanwhile, before, "the old results stand until the new ones are whole");
        assert_eq!(output.finish(&manifest()).unwrap(), [""; 0]);
        fs::read_to_string(root.join("manifest.json")).unwrap()
    };
    let first = run(&["base/adult/access.csv", "equity.csv"]);
    let value: Value = serde_json::from_str(&first).unwrap();
    assert_eq!(value["program"], "isokron");
    assert_eq!(value["outputs"][0]["path"], "base/adult/access.csv");
    assert_eq!(value["outputs"][1]["bytes"], 11);
    assert!(first.find("zebra") < first.find("ant"), "parameters keep their order");
    assert!(!first.contains(folder.path().to_str().unwrap()), "no absolute path");
    assert_eq!(run(&["base/adult/access.csv", "equity.csv"]), first, "equal runs, equal bytes");

    // What a crash left, a result of the earlier run that is no more, and a file that is not ours.
    fs::write(root.join("base/adult/.isokron-x1.part"), "half").unwrap();
    fs::write(root.join("notes.txt"), "mine").unwrap();
    run(&["base/adult/access.csv"]);
    assert_eq!(names(&root), ["base", "manifest.json", "notes.txt"]);
    assert_eq!(names(&root.join("base/adult")), ["access.csv"]);
}

#[test]
fn a_foreign_manifest_is_left_alone() {
    let folder = folder();
    for foreign in ["{\"name\": \"a web page\"}", "not JSON"] {
        fs::write(folder.path().join("manifest.json"), foreign).unwrap();
        let error = begin(folder.path()).err().unwrap();
        assert_eq!(error.exit_code(), 1);
        assert!(error.to_string().contains("not one of isokron's"), "{error}");
        assert_eq!(fs::read_to_string(folder.path().join("manifest.json")).unwrap(), foreign);
    }
    // A forged one cannot reach out of the folder.
    let outside = folder.path().join("precious.txt");
    fs::write(&outside, "").unwrap();
    let root = folder.path().join("out");
    fs::create_dir(&root).unwrap();
    // BLAKE3 of nothing, as the test vectors of its authors have it.
    let blake3 = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";
    let listed = |path: &str| json!({ "path": path, "bytes": 0, "blake3": blake3 });
    fs::write(root.join("ours.csv"), "").unwrap();
    fs::write(root.join("changed.csv"), "by hand").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path(), root.join("linked")).unwrap();
    let names =
        ["../precious.txt", outside.to_str().unwrap(), "linked/precious.txt", "ours.csv", "changed.csv"];
    let forged = json!({ "program": "isokron", "outputs": names.map(listed) });
    fs::write(root.join("manifest.json"), forged.to_string()).unwrap();
    let stays = begin(&root).unwrap().finish(&manifest()).unwrap();
    assert!(outside.exists() && root.join("changed.csv").exists() && !root.join("ours.csv").exists());
    assert!(stays.contains(&"changed.csv".to_string()), "{stays:?}");
}

fn begin(root: &Path) -> isokron::base::error::Result<OutputFolder> {
    OutputFolder::over(Swap::begin(root, "a test")?, OutputFormats::default())
}

#[test]
fn a_run_that_is_given_up_leaves_the_earlier_one_whole() {
    let folder = folder();
    let root = folder.path().join("out");
    let mut first = begin(&root).unwrap();
    first.write("base/a.csv", |out| writeln!(out, "first")).unwrap();
    first.finish(&manifest()).unwrap();
    let manifest_of_first = fs::read(root.join("manifest.json")).unwrap();
    let mut second = begin(&root).unwrap();
    second.write("base/a.csv", |out| writeln!(out, "second")).unwrap();
    second.write("base/b.csv", |out| writeln!(out, "second")).unwrap();
    drop(second);
    assert_eq!(fs::read_to_string(root.join("base/a.csv")).unwrap(), "first\n");
    assert_eq!(fs::read(root.join("manifest.json")).unwrap(), manifest_of_first);
    assert_eq!(
        (names(&root), names(&root.join("base"))),
        (vec!["base".into(), "manifest.json".into()], vec!["a.csv".to_string()])
    );
}

#[test]
fn inputs_are_hashed_and_missing_ones_named() {
    let folder = folder();
    let path = folder.path().join("cells.csv");
    fs::write(&path, "abc").unwrap();
    let file = InputFile::read("../data/cells.csv", &path).unwrap();
    assert_eq!((file.path.as_str(), file.bytes, &file.blake3[..8]), ("../data/cells.csv", 3, "6437b3ac"));
    let missing = InputFile::read("nowhere.csv", &folder.path().join("nowhere.csv")).unwrap_err();
    assert_eq!(missing.exit_code(), 1);
    assert!(missing.to_string().starts_with("nowhere.csv: "));
}

#[test]
fn the_log_takes_what_differs_between_runs() {
    let folder = folder();
    let path = folder.path().join("run.log");
    let mut log = RunLog::begin(Path::new("study.toml"), 2);
    log.note("network built");
    log.finish(&path).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("threads: 2\n") && text.contains(" MiB  network built\n"), "{text}");
}

const BLANK: DiagnosticCode = DiagnosticCode {
    code: "gtfs_blank_times",
    severity: Severity::Repaired,
    meaning: "blank stop times, interpolated",
    remedy: "",
};
const UNKNOWN: DiagnosticCode = DiagnosticCode {
    code: "gtfs_unknown_stop",
    severity: Severity::Dropped,
    meaning: "stop times at a stop that stops.txt lacks",
    remedy: "ask the agency",
};

#[test]
fn diagnostics_list_a_hundred_and_count_the_rest() {
    let mut diagnostics = Diagnostics::default();
    for line in 1..=250 {
        diagnostics.add(UNKNOWN, "bus", "stop_times.txt", line, format!("stop X{line}"));
    }
    diagnostics.count(BLANK, "bus", 125_271, "");
    diagnostics.add(UNKNOWN, "metro", "stop_times.txt", 9, "stop Y");
    let text = csv(&diagnostics::table(&diagnostics));
    let lines: Vec<&str> = text.lines().collect();
    let start = [
        "code,severity,input,file,line_or_id,what,what_to_do",
        "gtfs_blank_times,repaired,bus,,,\"blank stop times, interpolated\",",
        "gtfs_blank_times,repaired,bus,,,\"blank stop times, interpolated: 125,271 in all\",",
        "gtfs_unknown_stop,dropped,bus,stop_times.txt,1,stop times at a stop that stops.txt lacks: stop X1,ask the agency",
    ];
    assert_eq!(lines[..4], start);
    assert_eq!(lines.len(), 3 + 100 + 1 + 1);
    assert!(lines[103].contains("lacks: 250 in all"));
    assert!(lines[104].starts_with("gtfs_unknown_stop,dropped,metro,stop_times.txt,9,"));

    let summary = [
        "bus: dropped 250 × stop times at a stop that stops.txt lacks",
        "bus: repaired 125,271 × blank stop times, interpolated",
        "metro: dropped 1 × stop times at a stop that stops.txt lacks",
    ];
    assert_eq!(diagnostics::summary(&diagnostics), summary);
}
