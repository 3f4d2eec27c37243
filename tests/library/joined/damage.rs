//! Damaged tables of every form: an answer or an error, never a panic; what a small file may unpack to.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use isokron::inputs::travel_times::{self, TableHints};
use isokron::inputs::{tables, values};
use parquet::basic::Compression;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use super::formats::{SWEREF, shape};
use super::*;
use crate::common;
use crate::parquet_files::{self, Written};

/// Knuth's linear congruential generator (The Art of Computer Programming 2, 3.3.4, table 1, line 26): the same damage in
/// every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides.max(1)
    }

    /// One to four kinds of damage: bits, bytes, numbers, cuts, and stretches that are there twice or not at all.
    fn damaged(&mut self, whole: &[u8]) -> Vec<u8> {
        let mut bytes = whole.to_vec();
        for _ in 0..=self.below(4) {
            if bytes.is_empty() {
                break;
            }
            let (at, length) = (self.below(bytes.len()), 1 + self.below(12));
            let end = (at + length).min(bytes.len());
            match self.below(8) {
                0 => bytes[at] ^= 1 << self.below(8),
                1 => bytes[at] = [0, 0xff, 0x80, 0x7f, b'"', b'\n', b',', b'['][self.below(8)],
                2 => bytes[at..end].fill(0xff),
                3 => bytes[at..end].fill(0),
                4 => bytes.truncate(at),
                5 => drop(bytes.drain(at..end)),
                6 => drop(bytes.splice(at..at, bytes[at..end].to_vec())),
                _ => bytes[at] = self.below(256) as u8,
            }
        }
        bytes
    }
}

const CSV: &str =
    "id,lon,lat,n,from_id,to_id,travel_time_s\na,18.07,59.33,\"1\",a,b,60\nb,18.08,59.34,2.5,b,a,70\n";
const HEXAGONS: &str = "id,n\n8a0888463a4ffff,1\n8a0888463a6ffff,2\n";
const GEOJSON: &str = r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:4326"}},"features":[
{"type":"Feature","id":"a","properties":{"n":1,"from_id":"a","to_id":"b","travel_time_s":60},"geometry":{"type":"Polygon",
"coordinates":[[[18.07,59.33],[18.08,59.33],[18.08,59.34],[18.07,59.33]],[[18.074,59.331],[18.076,59.331],[18.076,59.333],[18.074,59.331]]]}},
{"type":"Feature","id":"b","properties":{"n":2},"geometry":{"type":"MultiPolygon","coordinates":[[[[18.09,59.33],[18.1,59.33],[18.1,59.34],[18.09,59.33]]]]}},
{"type":"Feature","id":"c","properties":{"n":3},"geometry":{"type":"Point","coordinates":[18.05,59.33,7]}}]}"#;

/// A GeoParquet file of two polygons, as a matrix too.
fn geoparquet(compression: Compression) -> Vec<u8> {
    let geo = r#"{"version":"1.1.0","primary_column":"geom","columns":{"geom":{"encoding":"WKB","geometry_types":[]}}}"#;
    let wkb = |x: f64| polygon(4326, &[(x, 59.33), (x + 0.01, 59.33), (x + 0.01, 59.34)])[8..].to_vec();
    let shapes = [wkb(18.07), wkb(18.08)];
    let columns = [
        ("id", Written::Texts(&["a", "b"])),
        ("n", Written::Numbers(&[Some(1.0), None])),
        ("jobs", Written::Integers(&[3, 4])),
        ("geom", Written::Bytes(&[&shapes[0], &shapes[1]])),
        ("from_id", Written::Texts(&["a", "b"])),
        ("to_id", Written::Texts(&["b", "a"])),
        ("travel_time_s", Written::Numbers(&[Some(60.0), Some(70.0)])),
    ];
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_key_value_metadata(Some(vec![KeyValue::new("geo".to_string(), geo.to_string())]))
        .build();
    let mut bytes = Vec::new();
    parquet_files::write(&mut bytes, &columns, properties, 1);
    bytes
}

/// All that reads a table, over one file.
fn through_all_readers(folder: &TempDir, name: &str) {
    let path = folder.path().join(name);
    let _ = tables::read(&path, name, &mut Diagnostics::default());
    let _ = values::read(&path, &values::WantedColumns::default(), &mut Diagnostics::default());
    let ids: HashMap<String, u32> = [("a".to_string(), 0), ("b".to_string(), 1)].into();
    let _ = travel_times::read(&path, &TableHints::default(), &ids, &mut Diagnostics::default());
    for cells in [
        "population = \"n\"",
        "population = \"n\"\ncrs = \"EPSG:3006\"",
        "opportunities = [\"m\"]\n[[cells.join]]\nfile = \"NAME\"\nby = \"area\"\ncolumns = [\"n as m\"]",
        "[[cells.join]]\nfile = \"NAME\"\nby = \"points\"\nwithin_m = 100\ncolumns = [\"n as m\"]",
        "[[cells.join]]\nfile = \"NAME\"\nkey = \"id\"\ncolumns = [\"n as m\"]",
    ] {
        let _ = places(folder.path(), &format!("file = \"{name}\"\n{}", cells.replace("NAME", name)));
    }
    let _ = places(folder.path(), &format!("size_m = 250\ncrs = \"EPSG:3006\"\nboundary = \"{name}\""));
}

/// Each form damaged so often, with files beside it that are damaged or whole.
#[test]
fn damage_is_an_error_or_an_answer_and_never_a_panic() {
    const TIMES: u64 = 80;
    let folder = tempfile::tempdir().unwrap();
    two_squares(&folder);
    let package = std::fs::read(folder.path().join("cells.gpkg")).unwrap();
    shape(&folder, "c.shp", Some(SWEREF));
    let beside =
        ["c.shp", "c.dbf", "c.prj"].map(|name| (name, std::fs::read(folder.path().join(name)).unwrap()));
    let mut forms: Vec<(&str, Vec<u8>)> = vec![
        ("t.csv", CSV.into()),
        ("h.csv", HEXAGONS.into()),
        ("t.geojson", GEOJSON.into()),
        ("t.parquet", geoparquet(Compression::UNCOMPRESSED)),
        ("s.parquet", geoparquet(Compression::SNAPPY)),
        ("z.parquet", geoparquet(Compression::ZSTD(Default::default()))),
        ("cells.gpkg", package),
    ];
    forms.extend(beside.clone());
    let mut broken = Vec::new();
    for (form, (name, whole)) in forms.iter().enumerate() {
        for seed in 0..TIMES {
            let bytes = Dice((form as u64) << 32 | seed).damaged(whole);
            std::fs::write(folder.path().join(name), &bytes).unwrap();
            let read = if name.starts_with("c.") { "c.shp" } else { name };
            if catch_unwind(AssertUnwindSafe(|| through_all_readers(&folder, read))).is_err() {
                broken.push((*name, seed));
            }
        }
        std::fs::write(folder.path().join(name), whole).unwrap();
    }
    assert!(broken.is_empty(), "panics: {broken:?}");
}

/// What was found to panic: a position of one number, a corner that is no number, pages whose levels lie.
#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn what_panicked_is_said() {
    for (name, said) in [
        ("panic_position_of_one_number.geojson", "feature 1: has a position of fewer than two numbers"),
        ("panic_nan_longitude.parquet", ":1: has a coordinate that is no number"),
        ("panic_parquet_1.parquet", "is not a Parquet file that can be read"),
    ] {
        let path = common::data(&format!("faults/panics/{name}"));
        let error = tables::read(&path, name, &mut Diagnostics::default()).unwrap_err();
        assert!(error.exit_code() == 1 && error.to_string().contains(said), "{error}");
    }
}

fn written(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn said(path: &Path) -> String {
    tables::read(path, "t", &mut Diagnostics::default()).map(|table| table.len()).unwrap_err().to_string()
}

/// A file of few bytes that stands for a giant table is not unpacked to its end.
#[test]
fn what_unpacks_without_bound_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    // 70 million rows of nothing: run lengths take no bytes, and 4 bytes each are more than there is room for.
    let (rows, part) = (70, 1_000_000);
    let mut bytes = Vec::new();
    parquet_files::write(&mut bytes, &[("n", Written::Nulls(part))], WriterProperties::default(), rows);
    assert!(bytes.len() < 1 << 20, "{}", bytes.len());
    let text = said(&written(&folder, "rows.parquet", &bytes));
    assert!(text.contains("unpacks to more than 256 MiB"), "{text}");
    // 40,000 features, each with a key of its own: 1.6 thousand million fields; and more columns than a table has.
    let feature = |i: usize| {
        format!(
            r#"{{"type":"Feature","geometry":{{"type":"Point","coordinates":[1,2]}},"properties":{{"k{i}":1}}}}"#
        )
    };
    let text = |features: usize| {
        let features: Vec<String> = (0..features).map(feature).collect();
        format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
    };
    let error = said(&written(&folder, "keys.geojson", text(40_000).as_bytes()));
    assert!(error.contains("has 40000 columns, and up to 10000 are read"), "{error}");
    assert!(
        tables::read(
            &written(&folder, "keys.geojson", text(100).as_bytes()),
            "t",
            &mut Diagnostics::default()
        )
        .is_ok()
    );
    // Short rows are filled: 9,000 columns by 10,000 rows of two bytes.
    let header: Vec<String> = (0..9_000).map(|i| format!("k{i}")).collect();
    let error = said(&written(
        &folder,
        "short.csv",
        format!("{}\n{}", header.join(","), "1\n".repeat(10_000)).as_bytes(),
    ));
    assert!(error.contains("unpacks to more than 256 MiB"), "{error}");
    // Brackets in brackets.
    let deep = format!(r#"{{"type":"Point","coordinates":{}"#, "[".repeat(1_000_000));
    let error = said(&written(&folder, "deep.geojson", deep.as_bytes()));
    assert!(error.contains("is not GeoJSON"), "{error}");
    for (magic, kind) in [(&b"\x1f\x8b\x08"[..], "gzip"), (b"BZh91AY&SY", "bzip2"), (b"\xfd7zXZ\0", "xz")] {
        let error = said(&written(&folder, "packed.csv", magic));
        assert!(error.contains(&format!("is packed with {kind}")) && error.contains("unpack it"), "{error}");
    }
}

/// A mark that is left open in a matrix would take in pairs; more rows than pairs are a pair twice.
#[test]
fn matrices_lose_no_pair() {
    let folder = tempfile::tempdir().unwrap();
    let ids: HashMap<String, u32> = [("a".to_string(), 0), ("b".to_string(), 1)].into();
    let header = "from_id,to_id,travel_time_s\n";
    for (rows, said) in [
        ("a,b,60\n\"b,a,70\na,a,0\n\"b\",b,0\n", "has a quotation mark that is not closed in its row"),
        ("a,b,\"1,008\"\n", "the time is 1,008: its comma may stand between thousands or before decimals"),
        ("a,b,1e308\n", "a time of"),
        ("a,a,0\na,b,1\nb,a,1\nb,b,0\na,b,1\n", "more rows than there are pairs of places"),
    ] {
        let path = written(&folder, "m.csv", format!("{header}{rows}").as_bytes());
        let error =
            travel_times::read(&path, &TableHints::default(), &ids, &mut Diagnostics::default()).unwrap_err();
        assert!(error.to_string().contains(said), "{said}\n--\n{error}");
    }
    // All columns that are missing, in one go.
    let path = written(&folder, "m.csv", b"x,y,z\na,b,1\n");
    let told = TableHints {
        from: Some("f".into()),
        to: Some("t".into()),
        times: vec!["n".into()],
        ..TableHints::default()
    };
    let error = travel_times::read(&path, &told, &ids, &mut Diagnostics::default()).unwrap_err().to_string();
    assert!(["\"f\"", "\"t\"", "\"n\""].iter().all(|name| error.contains(name)), "{error}");
}
