//! A made-up region as the files that a study names: OSM `.pbf`, heights `.tif`, GTFS `.zip`, cells `.csv`, `study.toml`.
//! The same region gives the same bytes.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use osmpbfreader::fileformat::{Blob, BlobHeader};
use osmpbfreader::osmformat::relation::MemberType;
use osmpbfreader::osmformat::{
    DenseNodes, HeaderBBox, HeaderBlock, PrimitiveBlock, PrimitiveGroup, Relation, StringTable, Way,
};
use protobuf::{EnumOrUnknown, Message};
use zip::write::SimpleFileOptions;

use super::geotiff::{GeoTiff, PixelExtent};
use super::staging;
use super::swap::Swap;
use crate::base::error::{Error, Result};
use crate::base::executor::Executor;
use crate::base::strings::NumberedTexts;
use crate::inputs::raw::{RawNode, RawPlaces, RawRestriction, RawStreets, RawWay};
use crate::inputs::synth::{FeedText, SynthHeights, SynthRegion};

const SWEREF_99_TM: u16 = 3006;
/// Most nodes or ways in a block; readers expect no more than 8,000.
const BLOCK: usize = 8000;

/// Writes all files of a region into a folder, which is made if it is not there: all of them or none.
///
/// A `study.toml` that says something else stays: an input error. A full disk or the like is a machine error.
pub fn write(region: &SynthRegion, dir: &Path, executor: &dyn Executor) -> Result<Vec<PathBuf>> {
    let swap = Swap::begin(dir, "isokron synth")?;
    let study = dir.join("study.toml");
    if std::fs::read(&study).is_ok_and(|there| there != region.study.as_bytes()) {
        let remedy = "choose another folder, or move that study away";
        return Err(Error::input(study.display().to_string(), "another study is there", remedy));
    }
    let mut files = vec![(region.osm.clone(), pbf(&region.streets)?)];
    for feed in &region.feeds {
        executor.go_on()?;
        files.push((format!("{}.zip", feed.name), zipped(feed)?));
    }
    files.push(("cells.csv".to_owned(), cells(&region.cells)?));
    files.push(("study.toml".to_owned(), region.study.clone().into_bytes()));
    // Without the study a file may be anybody's.
    let anothers = |name: &str, bytes: &[u8]| {
        let there = dir.join(name);
        if study.exists() || std::fs::read(&there).is_ok_and(|there| there == bytes) || !there.exists() {
            return Ok(());
        }
        let what = "another file of that name is there";
        let remedy = "choose another folder, or move the file away";
        Err(Error::input(there.display().to_string(), what, remedy))
    };
    for (name, bytes) in &files {
        executor.go_on()?;
        anothers(name, bytes)?;
        staging::write_atomically(&swap.place(name)?, |out| out.write_all(bytes))?;
    }
    let mut names: Vec<String> = files.into_iter().map(|(name, _)| name).collect();
    if let Some(heights) = &region.heights {
        let place = swap.place(&heights.file)?;
        raster(heights, &place)?;
        let packed = std::fs::read(&place).map_err(|why| staging::failed(&place, &why))?;
        anothers(&heights.file, &packed)?;
        names.insert(1, heights.file.clone());
    }
    swap.commit(names.clone(), Vec::new())?;
    Ok(names.iter().map(|name| dir.join(name)).collect())
}

fn raster(heights: &SynthHeights, path: &Path) -> Result<()> {
    let extent = PixelExtent {
        west: heights.corner.0,
        north: heights.corner.1,
        pixel_x: heights.pixel_m,
        pixel_y: heights.pixel_m,
        columns: heights.columns as usize,
        rows: heights.rows as usize,
        epsg: SWEREF_99_TM,
        geographic: false,
    };
    let mut tiff = GeoTiff::<f64>::create(path, extent, 1)?;
    tiff.push("height above the sea, m", &heights.metres)?;
    tiff.finish()?;
    Ok(())
}

fn encoding(what: &str) -> impl Fn(String) -> Error {
    let what = what.to_owned();
    move |why| Error::machine(what.clone(), why)
}

fn zipped(feed: &FeedText) -> Result<Vec<u8>> {
    let failed = encoding(&feed.name);
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    // No clock: every entry is of the same day.
    let options = SimpleFileOptions::default()
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o644)
        .compression_level(Some(9));
    for (name, text) in &feed.tables {
        zip.start_file(name, options).map_err(|why| failed(why.to_string()))?;
        zip.write_all(text.as_bytes()).map_err(|why| failed(why.to_string()))?;
    }
    Ok(zip.finish().map_err(|why| failed(why.to_string()))?.into_inner())
}

fn cells(places: &RawPlaces) -> Result<Vec<u8>> {
    let failed = encoding("cells.csv");
    let mut columns: Vec<(&str, &[f64])> = Vec::new();
    columns.extend(places.population.iter().map(|values| ("population", values.as_slice())));
    columns.extend(places.groups.iter().map(|column| (column.name.as_str(), column.values.as_slice())));
    columns.extend(places.income.iter().map(|values| ("income", values.as_slice())));
    columns
        .extend(places.opportunities.iter().map(|column| (column.name.as_str(), column.values.as_slice())));
    let mut table = csv::Writer::from_writer(Vec::new());
    let header = ["id", "lon", "lat"].into_iter().chain(columns.iter().map(|(name, _)| *name));
    table.write_record(header).map_err(|why| failed(why.to_string()))?;
    for (row, id) in places.ids.iter().enumerate() {
        let (lon, lat) = places.points[row];
        let mut record = vec![id.clone(), format!("{lon:.6}"), format!("{lat:.6}")];
        record.extend(columns.iter().map(|(_, values)| values[row].to_string()));
        table.write_record(&record).map_err(|why| failed(why.to_string()))?;
    }
    table.into_inner().map_err(|why| failed(why.to_string()))
}

/// The streets as a PBF file: dense nodes, ways, then relations, each sorted by id, in zlib blocks.
fn pbf(streets: &RawStreets) -> Result<Vec<u8>> {
    let mut file = Vec::new();
    blob(&mut file, "OSMHeader", &header(streets))?;
    for nodes in streets.nodes.chunks(BLOCK) {
        blob(&mut file, "OSMData", &node_block(nodes))?;
    }
    for ways in streets.ways.chunks(BLOCK) {
        blob(&mut file, "OSMData", &way_block(ways, &streets.nodes))?;
    }
    for restrictions in streets.restrictions.chunks(BLOCK) {
        blob(&mut file, "OSMData", &restriction_block(restrictions, streets))?;
    }
    Ok(file)
}

fn blob(file: &mut Vec<u8>, kind: &str, message: &impl Message) -> Result<()> {
    let failed = encoding("streets");
    let plain = message.write_to_bytes().map_err(|why| failed(why.to_string()))?;
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::best());
    packer.write_all(&plain).map_err(|why| failed(why.to_string()))?;
    let packed = packer.finish().map_err(|why| failed(why.to_string()))?;
    let mut blob = Blob::new();
    blob.set_raw_size(plain.len() as i32);
    blob.set_zlib_data(packed);
    let body = blob.write_to_bytes().map_err(|why| failed(why.to_string()))?;
    let mut header = BlobHeader::new();
    header.set_type(kind.to_owned());
    header.set_datasize(body.len() as i32);
    let head = header.write_to_bytes().map_err(|why| failed(why.to_string()))?;
    file.extend((head.len() as u32).to_be_bytes());
    file.extend(head);
    file.extend(body);
    Ok(())
}

fn header(streets: &RawStreets) -> HeaderBlock {
    let mut bounds = HeaderBBox::new();
    let nano = |e7: Option<i32>| i64::from(e7.unwrap_or(0)) * 100;
    bounds.set_left(nano(streets.nodes.iter().map(|node| node.lon_e7).min()));
    bounds.set_right(nano(streets.nodes.iter().map(|node| node.lon_e7).max()));
    bounds.set_bottom(nano(streets.nodes.iter().map(|node| node.lat_e7).min()));
    bounds.set_top(nano(streets.nodes.iter().map(|node| node.lat_e7).max()));
    let mut header = HeaderBlock::new();
    header.bbox = Some(bounds).into();
    header.required_features = vec!["OsmSchema-V0.6".into(), "DenseNodes".into()];
    header.optional_features = vec!["Sort.Type_then_ID".into()];
    header.set_writingprogram(concat!("isokron ", env!("CARGO_PKG_VERSION")).into());
    header.set_source("made up".into());
    header
}

/// The texts of a block; 0 is reserved.
fn string_table(texts: &NumberedTexts<'_>) -> StringTable {
    let mut table = StringTable::new();
    table.s.push(Vec::new());
    table.s.extend(texts.texts().iter().map(|text| text.as_bytes().to_vec()));
    table
}

fn block(texts: &NumberedTexts<'_>, group: PrimitiveGroup) -> PrimitiveBlock {
    let mut block = PrimitiveBlock::new();
    block.stringtable = Some(string_table(texts)).into();
    block.primitivegroup.push(group);
    block
}

/// The difference to the last value, which it becomes.
fn delta(last: &mut i64, value: i64) -> i64 {
    let difference = value - *last;
    *last = value;
    difference
}

fn node_block(nodes: &[RawNode]) -> PrimitiveBlock {
    let mut texts = NumberedTexts::default();
    let mut dense = DenseNodes::new();
    let (mut id, mut lon, mut lat) = (0, 0, 0);
    let tagged = nodes.iter().any(|node| !node.tags.is_empty());
    for node in nodes {
        dense.id.push(delta(&mut id, node.osm_id));
        // The default granularity is 100 nanodegrees.
        dense.lon.push(delta(&mut lon, i64::from(node.lon_e7)));
        dense.lat.push(delta(&mut lat, i64::from(node.lat_e7)));
        for (key, value) in &node.tags {
            dense.keys_vals.extend([1 + texts.number(key) as i32, 1 + texts.number(value) as i32]);
        }
        if tagged {
            dense.keys_vals.push(0);
        }
    }
    let mut group = PrimitiveGroup::new();
    group.dense = Some(dense).into();
    block(&texts, group)
}

fn way_block(ways: &[RawWay], nodes: &[RawNode]) -> PrimitiveBlock {
    let mut texts = NumberedTexts::default();
    let mut group = PrimitiveGroup::new();
    for raw in ways {
        let mut way = Way::new();
        way.set_id(raw.osm_id);
        for (key, value) in &raw.tags {
            way.keys.push(1 + texts.number(key));
            way.vals.push(1 + texts.number(value));
        }
        let mut last = 0;
        let known = raw.nodes.iter().filter_map(|&node| nodes.get(node as usize));
        way.refs = known.map(|node| delta(&mut last, node.osm_id)).collect();
        group.ways.push(way);
    }
    block(&texts, group)
}

fn restriction_block(restrictions: &[RawRestriction], streets: &RawStreets) -> PrimitiveBlock {
    let mut texts = NumberedTexts::default();
    let mut group = PrimitiveGroup::new();
    let way = |&way: &u32| streets.ways[way as usize].osm_id;
    let node = |&node: &u32| streets.nodes[node as usize].osm_id;
    for raw in restrictions {
        let mut relation = Relation::new();
        relation.set_id(raw.osm_id);
        for (key, value) in &raw.tags {
            relation.keys.push(1 + texts.number(key));
            relation.vals.push(1 + texts.number(value));
        }
        let mut members: Vec<(&str, MemberType, i64)> = Vec::new();
        members.extend(raw.from.iter().map(|from| ("from", MemberType::WAY, way(from))));
        members.extend(raw.via_nodes.iter().map(|via| ("via", MemberType::NODE, node(via))));
        members.extend(raw.via_ways.iter().map(|via| ("via", MemberType::WAY, way(via))));
        members.extend(raw.to.iter().map(|to| ("to", MemberType::WAY, way(to))));
        let mut last = 0;
        for (role, kind, id) in members {
            relation.roles_sid.push(1 + texts.number(role) as i32);
            relation.types.push(EnumOrUnknown::new(kind));
            relation.memids.push(delta(&mut last, id));
        }
        group.relations.push(relation);
    }
    block(&texts, group)
}
