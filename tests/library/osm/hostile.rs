//! Extracts with places of nodes at their ways, other files in their stead, blocks made to fill the memory, and bytes
//! that mean nothing.

use isokron::network::streets;

use super::*;
use crate::gtfs::{Dice, mutate};

/// A way that says itself where its nodes lie, as `osmium add-locations-to-ways` writes it: latitudes in field 9,
/// longitudes in field 10, which the messages of the format's library do not know. `cut`: the last latitude is missing.
fn located_or_cut(id: i64, nodes: &[(i64, i64, i64)], tags: Tags, cut: bool) -> Block {
    let mut block = Block::default();
    let (keys, vals) = block.tags(tags);
    let column = |of: fn(&(i64, i64, i64)) -> i64| {
        let mut column: Vec<i64> = nodes.iter().map(of).collect();
        differences(&mut column);
        column
    };
    let (refs, lons, mut lats) = (column(|node| node.0), column(|node| node.1), column(|node| node.2));
    if cut {
        lats.pop();
    }
    let mut way = osmformat::Way { id: Some(id), keys, vals, refs, ..Default::default() };
    let more = way.special_fields.mut_unknown_fields();
    more.add_length_delimited(9, packed(&lats));
    more.add_length_delimited(10, packed(&lons));
    block.inner.primitivegroup.push(osmformat::PrimitiveGroup { ways: vec![way], ..Default::default() });
    block
}

fn located(id: i64, nodes: &[(i64, i64, i64)], tags: Tags) -> Block {
    located_or_cut(id, nodes, tags, false)
}

/// Protobuf's `sint64`s: the sign in the lowest bit, seven bits a byte, the lowest first.
fn packed(values: &[i64]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for value in values {
        let mut left = ((value << 1) ^ (value >> 63)) as u64;
        while left >= 0x80 {
            bytes.push(left as u8 | 0x80);
            left >>= 7;
        }
        bytes.push(left as u8);
    }
    bytes
}

fn file(blocks: impl IntoIterator<Item = Block>) -> Vec<u8> {
    let blocks = blocks.into_iter().map(|block| frame("OSMData", &raw(block.bytes())));
    [vec![header(&FEATURES)], blocks.collect()].concat().concat()
}

#[test]
fn places_of_nodes_may_stand_at_ways() {
    // Node 7, a gate, is there by itself, too; node 8 lies beyond the world. Degrees · 10⁷, as blocks count by 100 nano.
    let gate =
        Block::default().nodes(&[(7, 180_001_000, 590_000_000, &[("barrier", "gate"), ("access", "no")])]);
    let street =
        located(70, &[(5, 180_000_000, 590_000_000), (7, 1, 1), (9, -180_002_000, -590_001_000)], STREET);
    let other = located(71, &[(9, -180_002_000, -590_001_000), (8, 1_800_000_001, 0), (6, 3, 4)], STREET);
    let (streets, diagnostics) = read(&file([gate, street, other]));
    let streets = streets.unwrap();
    let nodes: Vec<_> = streets.nodes.iter().map(|n| (n.osm_id, n.lon_e7, n.lat_e7, n.tags.len())).collect();
    assert_eq!(
        nodes,
        [
            (5, 180_000_000, 590_000_000, 0),
            (6, 3, 4, 0),
            (7, 180_001_000, 590_000_000, 2),
            (9, -180_002_000, -590_001_000, 0)
        ]
    );
    let ways: Vec<_> = streets.ways.iter().map(|way| way.nodes.clone()).collect();
    assert_eq!(ways, [vec![0, 2, 3], vec![3, NONE, 1]]);
    assert_eq!(diagnostics.total("osm_node_outside_the_world"), 1);

    // The same streets, whichever way the file says where its nodes lie.
    let corners = [(1, 0, 0), (2, 10_000, 0), (3, 10_000, 10_000), (4, 0, 10_000), (1, 0, 0)];
    let at_ways = file([located(80, &corners, &[("highway", "pedestrian"), ("area", "yes")])]);
    let nodes: Vec<(i64, i64, i64, Tags)> =
        corners[..4].iter().map(|&(id, x, y)| (id, x, y, &[][..])).collect();
    let refs: Vec<i64> = corners.iter().map(|corner| corner.0).collect();
    let at_nodes =
        file([Block::default().nodes(&nodes).way(80, &refs, &[("highway", "pedestrian"), ("area", "yes")])]);
    assert_eq!(read(&at_ways).0.unwrap(), read(&at_nodes).0.unwrap());

    // Places of interest: a school's middle.
    let school = file([located(40, &corners, &[("amenity", "school")])]);
    let folder = Folder::new();
    let columns = [vec![TagFilter::parse("amenity=school").unwrap()]];
    let found =
        osm::elements(&[folder.write("a.osm.pbf", &school)], &columns, &mut Diagnostics::default(), &Quiet)
            .unwrap();
    let middle = &found[0][0];
    assert_eq!((found[0].len(), middle.osm_id), (1, 40));
    assert!((middle.lon - 0.0005).abs() < 1e-12 && (middle.lat - 0.0005).abs() < 1e-12, "{middle:?}");

    // Columns that do not fit each other.
    let block = located_or_cut(70, &[(5, 1, 1), (6, 2, 2)], STREET, true);
    assert!(message(&file([block])).contains("numbers that do not fit in the block that begins at byte"));
}

#[test]
fn other_kinds_of_files_are_named() {
    for (bytes, words) in [
        (&b"PK\x03\x04 and so on"[..], "it is a zip file\n  → if it is a GTFS feed, give it as one"),
        (b"<?xml version='1.0'?><osm/>", "it is an OpenStreetMap extract in XML"),
        (b"\xff\xe0\x04o5m2\xff\0\0", "it is an OpenStreetMap extract in the o5m format"),
        (b"BZh91AY&SY....", "it is packed with bzip2"),
        (b"stop_id,stop_name\n1,One\n", "it is a table as text"),
        (b"{\"type\": \"FeatureCollection\"}", "it is a JSON file, such as GeoJSON"),
        (b"SQLite format 3\0....", "it is an SQLite database"),
    ] {
        let text = message(bytes);
        assert!(
            text.contains("is not an OpenStreetMap PBF file (byte 0): ") && text.contains(words),
            "{text}"
        );
    }
}

/// A sound block with one long text.
fn long_text(bytes: usize) -> Vec<u8> {
    let mut block = Block::default();
    block.text(&"x".repeat(bytes));
    block.bytes()
}

#[test]
fn what_unpacks_without_end_is_refused() {
    // 8 MiB of one letter are packed to some 8 KiB.
    let text = message(&[header(&FEATURES), frame("OSMData", &zlib(long_text(8 << 20)))].concat());
    assert!(
        text.contains("the block at byte") && text.contains("unpacks to more than 20 times its size"),
        "{text}"
    );
    // A size that lies is found out by unpacking no more than that.
    let mut lying = zlib(long_text(8 << 20));
    lying.raw_size = None;
    assert!(
        message(&[header(&FEATURES), frame("OSMData", &lying)].concat())
            .contains("more than 20 times its size")
    );
    // 70 blocks of a MiB each, which one by one would do.
    let one = frame("OSMData", &zlib(long_text((1 << 20) - 100)));
    let text = message(&[header(&FEATURES), one.repeat(70)].concat());
    assert!(text.contains("its blocks unpack to more than 20 times the file's size"), "{text}");
    assert_eq!(text.matches("its blocks unpack").count(), 1);
    assert!(read(&[header(&FEATURES), one.repeat(30)].concat()).0.is_ok());
    // Beyond the format's own limit.
    let mut huge = raw(vec![0; 10]);
    huge.raw_size = Some(40 << 20);
    assert!(
        message(&[header(&FEATURES), frame("OSMData", &huge)].concat()).contains("wrong size of the block")
    );
}

#[test]
fn no_byte_of_an_extract_ends_in_a_panic() {
    const TOKENS: [&[u8]; 8] = [
        b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
        b"\xff\xff\xff\xff\x0f",
        b"\x00",
        b"\x08",
        b"\x12\x00",
        b"\x80",
        b"\x1a\x7f",
        b"\x0a\x09OSMHeader",
    ];
    let nodes = Block::default().nodes(&[
        (5, 180_000_000, 590_000_000, &[]),
        (7, 180_001_000, 590_000_000, &[("barrier", "gate"), ("access", "no")]),
        (9, 180_002_000, 590_001_000, &[]),
    ]);
    let ways = Block::default().way(70, &[5, 7, 9], STREET).way(71, &[5, 7, 9, 5], &[]).relation(
        30,
        &[71],
        &[("type", "multipolygon"), ("highway", "pedestrian")],
    );
    let at_ways = located(72, &[(5, 180_000_000, 590_000_000), (11, 180_003_000, 590_000_000)], STREET);
    let blocks = [nodes.bytes(), ways.bytes(), at_ways.bytes()];
    let framed = |bytes: &[Vec<u8>], packed: bool| {
        let pack = |bytes: &Vec<u8>| if packed { zlib(bytes.clone()) } else { raw(bytes.clone()) };
        let frames: Vec<Vec<u8>> = bytes.iter().map(|bytes| frame("OSMData", &pack(bytes))).collect();
        [header(&FEATURES), frames.concat()].concat()
    };
    let columns = [vec![TagFilter::parse("highway=pedestrian").unwrap()]];
    let folder = Folder::new();
    let mut dice = Dice(15);
    let (mut sound, mut refused) = (0, 0);
    for round in 0..2_000 {
        // The file itself, or what is in its blocks, which their packing would else keep us from.
        let bytes = if round % 3 == 0 {
            let mut bytes = framed(&blocks, round % 2 == 0);
            mutate(&mut bytes, &TOKENS, &mut dice);
            bytes
        } else {
            let mut blocks = blocks.clone();
            mutate(&mut blocks[dice.below(3)], &TOKENS, &mut dice);
            framed(&blocks, round % 2 == 0)
        };
        let paths = [folder.write("m.osm.pbf", &bytes)];
        let mut diagnostics = Diagnostics::default();
        let found = osm::elements(&paths, &columns, &mut diagnostics, &Quiet);
        match osm::read(&paths, &mut diagnostics, &Quiet) {
            Ok(raw) => {
                streets::build(&raw, 40, &mut diagnostics);
                sound += 1;
            }
            Err(error) => {
                assert_eq!(error.exit_code(), 1, "{error}");
                assert!(found.is_err() || error.to_string().contains("byte"), "{error}");
                refused += 1;
            }
        }
    }
    assert!(sound > 100 && refused > 500, "{sound} read, {refused} refused");
}
