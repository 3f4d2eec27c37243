//! Reading `.osm.pbf`: what is kept, how files are joined, and what damage says. The files are written here,
//! block by block, with the format's own messages.

use std::path::PathBuf;

use isokron::base::NONE;
use isokron::base::diagnostics::Diagnostics;
use isokron::base::error::{Error, Result};
use isokron::base::executor::{Executor, Quiet};
use isokron::inputs::osm;
use isokron::inputs::raw::{RawElement, RawNode, RawStreets};
use isokron::study::TagFilter;
use osmpbfreader::{fileformat, osmformat};
use protobuf::{EnumOrUnknown, Message, MessageField};

mod hostile;

type Tags<'a> = &'a [(&'a str, &'a str)];

/// One block in the making.
#[derive(Default)]
struct Block {
    inner: osmformat::PrimitiveBlock,
    texts: Vec<String>,
}

impl Block {
    fn text(&mut self, text: &str) -> u32 {
        if self.texts.is_empty() {
            self.texts.push(String::new());
        }
        let at = self.texts.iter().position(|known| known == text).unwrap_or_else(|| {
            self.texts.push(text.to_string());
            self.texts.len() - 1
        });
        at as u32
    }

    fn tags(&mut self, tags: Tags) -> (Vec<u32>, Vec<u32>) {
        tags.iter().map(|(key, value)| (self.text(key), self.text(value))).unzip()
    }

    /// Dense nodes: (id, lon e7, lat e7, tags).
    fn nodes(mut self, nodes: &[(i64, i64, i64, Tags)]) -> Self {
        let mut dense = osmformat::DenseNodes::new();
        for &(id, lon, lat, tags) in nodes {
            dense.id.push(id);
            dense.lon.push(lon);
            dense.lat.push(lat);
            let (keys, values) = self.tags(tags);
            for (key, value) in keys.into_iter().zip(values) {
                dense.keys_vals.extend([key as i32, value as i32]);
            }
            dense.keys_vals.push(0);
        }
        // As the format allows where no node has tags.
        if dense.keys_vals.iter().all(|&key| key == 0) {
            dense.keys_vals.clear();
        }
        differences(&mut dense.id);
        differences(&mut dense.lon);
        differences(&mut dense.lat);
        let mut group = osmformat::PrimitiveGroup::new();
        group.dense = MessageField::some(dense);
        self.inner.primitivegroup.push(group);
        self
    }

    fn way(mut self, id: i64, refs: &[i64], tags: Tags) -> Self {
        let (keys, vals) = self.tags(tags);
        let mut way = osmformat::Way { id: Some(id), keys, vals, refs: refs.to_vec(), ..Default::default() };
        differences(&mut way.refs);
        let group = osmformat::PrimitiveGroup { ways: vec![way], ..Default::default() };
        self.inner.primitivegroup.push(group);
        self
    }

    fn relation(mut self, id: i64, ways: &[i64], tags: Tags) -> Self {
        let (keys, vals) = self.tags(tags);
        let mut relation =
            osmformat::Relation { id: Some(id), keys, vals, memids: ways.to_vec(), ..Default::default() };
        differences(&mut relation.memids);
        relation.roles_sid = vec![0; ways.len()];
        relation.types = vec![EnumOrUnknown::new(osmformat::relation::MemberType::WAY); ways.len()];
        let group = osmformat::PrimitiveGroup { relations: vec![relation], ..Default::default() };
        self.inner.primitivegroup.push(group);
        self
    }

    fn bytes(mut self) -> Vec<u8> {
        let mut table = osmformat::StringTable::new();
        table.s = self.texts.into_iter().map(String::into_bytes).collect();
        self.inner.stringtable = MessageField::some(table);
        self.inner.write_to_bytes().unwrap()
    }
}

fn differences(values: &mut [i64]) {
    for i in (1..values.len()).rev() {
        values[i] -= values[i - 1];
    }
}

fn frame(kind: &str, blob: &fileformat::Blob) -> Vec<u8> {
    let blob = blob.write_to_bytes().unwrap();
    let mut header = fileformat::BlobHeader::new();
    header.set_type(kind.to_string());
    header.set_datasize(blob.len() as i32);
    let header = header.write_to_bytes().unwrap();
    [&(header.len() as u32).to_be_bytes()[..], &header, &blob].concat()
}

fn raw(bytes: Vec<u8>) -> fileformat::Blob {
    fileformat::Blob { raw_size: Some(bytes.len() as i32), raw: Some(bytes), ..Default::default() }
}

fn zlib(bytes: Vec<u8>) -> fileformat::Blob {
    use std::io::Read;
    let mut packed = Vec::new();
    flate2::read::ZlibEncoder::new(&bytes[..], flate2::Compression::default())
        .read_to_end(&mut packed)
        .unwrap();
    fileformat::Blob { raw_size: Some(bytes.len() as i32), zlib_data: Some(packed), ..Default::default() }
}

fn header(features: &[&str]) -> Vec<u8> {
    let mut header = osmformat::HeaderBlock::new();
    header.required_features = features.iter().map(|f| f.to_string()).collect();
    frame("OSMHeader", &raw(header.write_to_bytes().unwrap()))
}

const FEATURES: [&str; 2] = ["OsmSchema-V0.6", "DenseNodes"];
const STREET: Tags = &[("highway", "residential"), ("name", "Long Street")];

/// A street of three nodes, a building, a gate; packed with zlib, the ways raw.
fn small() -> Vec<u8> {
    let nodes = Block::default().nodes(&[
        (5, 180_000_000, 590_000_000, &[]),
        (7, 180_001_000, 590_000_000, &[("barrier", "gate"), ("access", "no"), ("colour", "red")]),
        (9, -180_002_000, -590_001_000, &[("amenity", "bench"), ("access", "yes")]),
        (11, 0, 0, &[]),
    ]);
    let ways = Block::default()
        .way(70, &[5, 7, 9], STREET)
        .way(71, &[5, 11, 9], &[("building", "yes")])
        .way(69, &[9, 8, 5], &[("railway", "platform"), ("foot", "yes")])
        .way(72, &[9, 11], &[("route", "ferry")]);
    [header(&FEATURES), frame("OSMData", &zlib(nodes.bytes())), frame("OSMData", &raw(ways.bytes()))].concat()
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Folder(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

fn read(bytes: &[u8]) -> (Result<RawStreets>, Diagnostics) {
    let folder = Folder::new();
    let mut diagnostics = Diagnostics::default();
    let streets = osm::read(&[folder.write("a.osm.pbf", bytes)], &mut diagnostics, &Quiet);
    (streets, diagnostics)
}

/// The message of what must fail with exit code 1.
fn message(bytes: &[u8]) -> String {
    let error = read(bytes).0.expect_err("must not be read");
    assert_eq!(error.exit_code(), 1);
    error.to_string()
}

#[test]
fn what_matters_is_kept() {
    let (streets, diagnostics) = read(&small());
    let streets = streets.unwrap();
    let tag = |key: &str, value: &str| (key.to_string(), value.to_string());
    let node = |osm_id, lon_e7, lat_e7, tags| RawNode { osm_id, lon_e7, lat_e7, tags };
    assert_eq!(
        streets.nodes,
        [
            node(5, 180_000_000, 590_000_000, vec![]),
            node(7, 180_001_000, 590_000_000, vec![tag("access", "no"), tag("barrier", "gate")]),
            node(9, -180_002_000, -590_001_000, vec![]),
        ]
    );
    let ways: Vec<_> = streets.ways.iter().map(|w| (w.osm_id, w.nodes.clone(), w.tags.clone())).collect();
    let platform = vec![tag("foot", "yes"), tag("railway", "platform")];
    assert_eq!(
        ways,
        [(69, vec![2, NONE, 0], platform), (70, vec![0, 1, 2], vec![tag("highway", "residential")])]
    );
    assert_eq!(diagnostics.total("osm_absent_node"), 1);
}

#[test]
fn multipolygons_lend_their_outlines_their_tags() {
    let block = Block::default()
        .nodes(&[(1, 0, 0, &[]), (2, 10, 0, &[]), (3, 10, 10, &[])])
        .way(20, &[1, 2, 3, 1], &[("source", "survey")])
        .way(21, &[1, 2], STREET)
        .relation(30, &[20, 21, 22], &[("type", "multipolygon"), ("highway", "pedestrian")])
        .relation(31, &[20], &[("type", "multipolygon"), ("landuse", "grass")])
        .relation(32, &[20], &[("type", "route"), ("highway", "path")]);
    let (streets, diagnostics) = read(&[header(&FEATURES), frame("OSMData", &raw(block.bytes()))].concat());
    let ways = streets.unwrap().ways;
    let of = |i: usize| ways[i].tags.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join(" ");
    assert_eq!(ways.len(), 2);
    assert_eq!((ways[0].osm_id, of(0)), (20, "area=yes highway=pedestrian".to_string()));
    assert_eq!((ways[1].osm_id, of(1)), (21, "highway=residential".to_string()));
    assert_eq!(diagnostics.total("osm_absent_area_member"), 1);
}

/// A school as a node, as a square building, as a square yard of two ways with a hole; what is not one, too.
#[test]
fn places_of_interest() {
    let school: Tags = &[("amenity", "school"), ("name", "Norra")];
    let square = |id: i64, x: i64, side: i64| {
        [(id, x, 0), (id + 1, x + side, 0), (id + 2, x + side, side), (id + 3, x, side)]
    };
    let corners: Vec<(i64, i64, i64, Tags)> = [square(10, 0, 100), square(20, 1000, 400)]
        .concat()
        .into_iter()
        .map(|(id, lon, lat)| (id, lon, lat, &[][..]))
        .chain([(1, 7_000, 9_000, school), (2, 8_000, 0, &[("amenity", "bench")][..])])
        .collect();
    let block = Block::default()
        .nodes(&corners)
        .way(40, &[10, 11, 12, 13, 10], &[("amenity", "school"), ("building", "yes")])
        .way(41, &[10, 11], school)
        .way(42, &[10, 11, 99, 10], school)
        .way(43, &[20, 21, 22], &[])
        .way(44, &[20, 23, 22], &[])
        .relation(50, &[43, 44], &[("type", "multipolygon"), ("amenity", "kindergarten;school")])
        .relation(51, &[43, 45], &[("type", "multipolygon"), ("amenity", "school")])
        .relation(52, &[40], &[("type", "site"), ("amenity", "school")]);
    let file = [header(&FEATURES), frame("OSMData", &raw(block.bytes()))].concat();
    let folder = Folder::new();
    // The same extract twice: everything counts once.
    let paths = [folder.write("a.osm.pbf", &file), folder.write("b.osm.pbf", &file)];
    let columns = [vec!["amenity=school", "amenity=kindergarten"], vec!["amenity & !building"], vec!["shop"]];
    let columns: Vec<Vec<TagFilter>> = columns
        .iter()
        .map(|filters| filters.iter().map(|filter| TagFilter::parse(filter).unwrap()).collect())
        .collect();
    let mut diagnostics = Diagnostics::default();
    let found = osm::elements(&paths, &columns, &mut diagnostics, &Quiet).unwrap();
    let told = |column: usize| -> Vec<(char, i64, i64, i64)> {
        let e7 = |degrees: f64| (degrees * 1e7).round() as i64;
        let one = |e: &RawElement| (char::from(e.kind), e.osm_id, e7(e.lon), e7(e.lat));
        found[column].iter().map(one).collect()
    };
    // Middles of the squares: 50 and 1000 + 200.
    assert_eq!(told(0), [('n', 1, 7_000, 9_000), ('w', 40, 50, 50), ('r', 50, 1_200, 200)]);
    assert_eq!(told(1), [('n', 1, 7_000, 9_000), ('n', 2, 8_000, 0), ('r', 50, 1_200, 200)]);
    assert!(found[2].is_empty());
    // Way 41 does not close; way 42 and relation 51 lack a part.
    assert_eq!((diagnostics.total("osm_place_open"), diagnostics.total("osm_place_cut")), (1, 2));
}

#[test]
fn several_files_are_joined_by_id() {
    let file = |nodes: &[(i64, i64, i64, Tags)], refs: &[i64]| {
        let block = Block::default().nodes(nodes).way(70, refs, STREET).way(71, &[1, 2], STREET);
        [header(&FEATURES), frame("OSMData", &raw(block.bytes()))].concat()
    };
    let folder = Folder::new();
    // The second extract has the node that the first lacks, another place for node 2 and another form of way 70.
    let first = folder.write("a.osm.pbf", &file(&[(1, 0, 0, &[]), (2, 10, 0, &[])], &[1, 2, 3]));
    let second = folder.write("b.osm.pbf", &file(&[(2, 11, 0, &[]), (3, 20, 0, &[])], &[1, 2]));
    let mut diagnostics = Diagnostics::default();
    let streets = osm::read(&[first, second], &mut diagnostics, &Quiet).unwrap();
    let ids: Vec<i64> = streets.nodes.iter().map(|node| node.osm_id).collect();
    assert_eq!((ids, streets.nodes[1].lon_e7), (vec![1, 2, 3], 10));
    let ways: Vec<_> = streets.ways.iter().map(|way| (way.osm_id, way.nodes.clone())).collect();
    assert_eq!(ways, [(70, vec![0, 1, 2]), (70, vec![0, 1]), (71, vec![0, 1])]);
    assert_eq!((diagnostics.total("osm_duplicate"), diagnostics.total("osm_differs")), (1, 2));
}

#[test]
fn what_is_no_pbf_says_so() {
    for (bytes, hint) in [
        (&b"id,lon,lat\n1,18.0,59.3\n"[..], "tables of places are given as cells"),
        (b"<!DOCTYPE html><html>404</html>", "a web page (HTML)"),
        (b"<?xml version='1.0'?><osm/>", "osmium cat"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\0\0\0", "unpack it first"),
        (b"PK\x03\x04 and so on", "an extract unpack first"),
        (b"\0\0", "give an OpenStreetMap extract"),
        (&[0; 5000], "give an OpenStreetMap extract"),
        // A PBF's frame, but no header block first.
        (&frame("OSMData", &raw(vec![])), "give an OpenStreetMap extract"),
    ] {
        let text = message(bytes);
        assert!(text.contains("a.osm.pbf: is not an OpenStreetMap PBF file (byte 0)"), "{text}");
        assert!(text.contains(hint), "{text}");
    }
    assert!(message(b"").contains("is empty"));
}

#[test]
fn missing_files_are_all_named() {
    let folder = Folder::new();
    let paths = [folder.0.path().join("no.osm.pbf"), folder.0.path().to_path_buf()];
    let error = osm::read(&paths, &mut Diagnostics::default(), &Quiet).unwrap_err();
    let text = error.to_string();
    assert_eq!(error.exit_code(), 1);
    assert!(text.contains("no.osm.pbf: there is no such file") && text.contains("is a folder"), "{text}");
}

#[test]
fn every_cut_is_found_with_its_byte() {
    let whole = small();
    // Where blocks begin: a file cut there is a shorter, sound file.
    let mut begins = vec![];
    let mut at = 0;
    while at < whole.len() {
        begins.push(at);
        let header_len = u32::from_be_bytes(whole[at..at + 4].try_into().unwrap()) as usize;
        let header = fileformat::BlobHeader::parse_from_bytes(&whole[at + 4..at + 4 + header_len]).unwrap();
        at += 4 + header_len + header.datasize() as usize;
    }
    assert_eq!(begins.len(), 3);
    for end in 1..whole.len() {
        if begins.contains(&end) {
            assert!(read(&whole[..end]).0.is_ok());
            continue;
        }
        let text = message(&whole[..end]);
        let begin = begins.iter().rev().find(|&&begin| begin < end).unwrap();
        let says = text.contains(&format!("at byte {begin}\n")) || (*begin == 0 && text.contains("(byte 0)"));
        assert!(says, "cut at {end}: {text}");
    }
}

#[test]
fn no_flipped_bit_passes_as_a_panic() {
    let whole = small();
    let folder = Folder::new();
    let (mut refused, mut read) = (0, 0);
    // Every third: all eight bits come in turn.
    for bit in (0..whole.len() * 8).step_by(3) {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let path = folder.write("flipped.osm.pbf", &bytes);
        match osm::read(&[path], &mut Diagnostics::default(), &Quiet) {
            Ok(_) => read += 1,
            Err(Error::Input(problems)) => {
                assert!(
                    problems[0].place.ends_with("flipped.osm.pbf") && problems[0].what.contains("byte")
                        || problems[0].what.contains("asks for"),
                    "{problems:?}"
                );
                refused += 1;
            }
            Err(other) => panic!("bit {bit}: {other:?}"),
        }
    }
    // The ways are raw here, so that some flips only change a name or a number.
    assert!(refused > 500, "{refused} refused, {read} read");
}

#[test]
fn wrong_contents_are_damage_not_a_panic() {
    let mut block = Block::default();
    let way = osmformat::Way { id: Some(1), keys: vec![99], vals: vec![99], ..Default::default() };
    block.inner.primitivegroup.push(osmformat::PrimitiveGroup { ways: vec![way], ..Default::default() });
    let text = message(&[header(&FEATURES), frame("OSMData", &zlib(block.bytes()))].concat());
    assert!(text.contains("a tag that points nowhere in the block that begins at byte"), "{text}");

    // Ids that run over.
    let mut block = Block::default();
    let (keys, vals) = block.tags(STREET);
    let group = osmformat::PrimitiveGroup {
        ways: vec![osmformat::Way {
            id: Some(1),
            keys,
            vals,
            refs: vec![i64::MAX, i64::MAX],
            ..Default::default()
        }],
        ..Default::default()
    };
    block.inner.primitivegroup.push(group);
    let text = message(&[header(&FEATURES), frame("OSMData", &raw(block.bytes()))].concat());
    assert!(text.contains("numbers that do not fit"), "{text}");

    // Dense columns of different lengths.
    let dense = osmformat::DenseNodes { id: vec![1, 1], lon: vec![1], lat: vec![1, 1], ..Default::default() };
    let mut block = Block::default().way(1, &[1, 2], STREET);
    let group = osmformat::PrimitiveGroup { dense: MessageField::some(dense), ..Default::default() };
    block.inner.primitivegroup.push(group);
    assert!(message(&[header(&FEATURES), frame("OSMData", &raw(block.bytes()))].concat()).contains("byte"));
}

#[test]
fn nodes_outside_the_world_are_left_out() {
    let block = Block::default()
        .nodes(&[(1, 1_800_000_001, 0, &[]), (2, 0, 900_000_001, &[]), (3, 0, 1 << 60, &[]), (4, 5, 5, &[])])
        .way(9, &[1, 2, 3, 4], STREET);
    let (streets, diagnostics) = read(&[header(&FEATURES), frame("OSMData", &raw(block.bytes()))].concat());
    let streets = streets.unwrap();
    assert_eq!((streets.nodes.len(), diagnostics.total("osm_node_outside_the_world")), (1, 3));
    assert_eq!(streets.ways[0].nodes, [NONE, NONE, NONE, 0]);
}

#[test]
fn features_packings_and_blocks_that_we_do_not_know() {
    let text = message(&header(&["OsmSchema-V0.6", "HistoricalInformation"]));
    assert!(text.contains("HistoricalInformation") && text.contains("time-filter"), "{text}");
    let lzma = fileformat::Blob { lzma_data: Some(vec![1]), raw_size: Some(1), ..Default::default() };
    let text = message(&[header(&FEATURES), frame("OSMData", &lzma)].concat());
    assert!(text.contains("is packed by LZMA, otherwise than raw or zlib"), "{text}");
    let (streets, diagnostics) = read(&[small(), frame("OSMIndex", &raw(vec![1, 2]))].concat());
    assert!(streets.is_ok());
    assert_eq!(diagnostics.total("osm_unknown_block"), 1);
    let (streets, diagnostics) = read(&header(&FEATURES));
    assert_eq!(streets.unwrap(), RawStreets::default());
    assert_eq!(diagnostics.total("osm_no_streets"), 1);
}

#[test]
fn the_caller_can_stop_it() {
    struct Stop;
    impl Executor for Stop {
        fn cancelled(&self) -> bool {
            true
        }
    }
    let folder = Folder::new();
    let path = folder.write("a.osm.pbf", &small());
    assert!(matches!(osm::read(&[path], &mut Diagnostics::default(), &Stop), Err(Error::Stopped)));
}
