//! The town's files as other crates read them.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use osmpbfreader::{Node, OsmObj, OsmPbfReader, Way};

pub type Row = BTreeMap<String, String>;
pub type Tables = BTreeMap<String, Vec<Row>>;

pub fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/skargard")
}

pub fn osm(file: &Path) -> (Vec<Node>, Vec<Way>) {
    let mut reader = OsmPbfReader::new(std::fs::File::open(file).unwrap());
    let (mut nodes, mut ways) = (Vec::new(), Vec::new());
    for object in reader.iter().map(Result::unwrap) {
        match object {
            OsmObj::Node(node) => nodes.push(node),
            OsmObj::Way(way) => ways.push(way),
            OsmObj::Relation(_) => panic!("no relations are written"),
        }
    }
    (nodes, ways)
}

pub fn rows(text: impl Read) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(text);
    let header = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| {
        header.iter().zip(record.iter()).map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

pub fn gtfs(file: &Path) -> Tables {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(file).unwrap()).unwrap();
    let names: Vec<String> = zip.file_names().map(str::to_owned).collect();
    names.into_iter().map(|name| (name.clone(), rows(zip.by_name(&name).unwrap()))).collect()
}

pub fn cells() -> Vec<Row> {
    rows(std::fs::File::open(fixture().join("cells.csv")).unwrap())
}

pub fn number(row: &Row, key: &str) -> f64 {
    row[key].parse().unwrap()
}

pub fn seconds(clock: &str) -> i32 {
    let parts: Vec<i32> = clock.split(':').map(|part| part.parse().unwrap()).collect();
    parts[0] * 3600 + parts[1] * 60 + parts[2]
}

pub fn stops() -> Vec<(String, (f64, f64))> {
    let mut all = Vec::new();
    for feed in ["town_gtfs.zip", "town_ferry.zip"] {
        for row in &gtfs(&fixture().join(feed))["stops.txt"] {
            if row["location_type"] != "1" {
                all.push((row["stop_id"].clone(), (number(row, "stop_lon"), number(row, "stop_lat"))));
            }
        }
    }
    all
}
