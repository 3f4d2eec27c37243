//! One parsed block → the ways, multipolygons and nodes in it that matter. Every index is checked.

use osmpbfreader::osmformat::relation::MemberType;
use osmpbfreader::osmformat::{PrimitiveBlock, PrimitiveGroup};

use crate::inputs::raw::RawNode;

/// Tags that say who may use a way, sorted. Others are not kept.
const WAY_KEYS: [&str; 19] = [
    "access",
    "area",
    "foot",
    "highway",
    "impassable",
    "incline",
    "indoor",
    "man_made",
    "motorroad",
    "oneway",
    "oneway:foot",
    "public_transport",
    "railway",
    "route",
    "service",
    "sidewalk",
    "sidewalk:both",
    "sidewalk:left",
    "sidewalk:right",
];

/// Tags of nodes that can bar the way, sorted.
const NODE_KEYS: [&str; 3] = ["access", "barrier", "foot"];

pub(super) type Tags = Vec<(String, String)>;

/// A way with ids in place of indices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct IdWay {
    pub id: i64,
    pub refs: Vec<i64>,
    pub tags: Tags,
}

/// A multipolygon whose tags make its outlines walkable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct IdArea {
    pub id: i64,
    pub ways: Vec<i64>,
    pub tags: Tags,
}

/// What the first pass takes from a block.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub ways: Vec<IdWay>,
    pub areas: Vec<IdArea>,
    pub has_nodes: bool,
    pub has_ways: bool,
}

/// What the last pass takes from a block.
#[derive(Debug, Default)]
pub(super) struct FoundNodes {
    pub nodes: Vec<RawNode>,
    /// Needed, but outside the world.
    pub nowhere: u64,
}

/// Why a block cannot be used.
pub(super) type Damage = &'static str;

const BAD_TEXT: Damage = "a tag that points nowhere in the block that begins";
const BAD_NUMBER: Damage = "numbers that do not fit in the block that begins";

/// The keys of a block's string table that we keep, by index.
pub(super) fn wanted_keys(block: &PrimitiveBlock, keys: &[&str]) -> Vec<bool> {
    let wanted = |text: &Vec<u8>| keys.binary_search_by(|key| key.as_bytes().cmp(text)).is_ok();
    block.stringtable.s.iter().map(wanted).collect()
}

pub(super) fn text(block: &PrimitiveBlock, at: usize) -> Result<String, Damage> {
    let bytes = block.stringtable.s.get(at).ok_or(BAD_TEXT)?;
    Ok(String::from_utf8_lossy(bytes).into_owned())
}

/// The wanted ones of (key, value) indices, sorted by key; of equal keys the first.
pub(super) fn kept_tags(
    block: &PrimitiveBlock,
    wanted: &[bool],
    pairs: impl Iterator<Item = (usize, usize)>,
) -> Result<Tags, Damage> {
    let mut tags = Tags::new();
    for (key, value) in pairs {
        if *wanted.get(key).ok_or(BAD_TEXT)? {
            tags.push((text(block, key)?, text(block, value)?));
        }
    }
    tags.sort_by(|a, b| a.0.cmp(&b.0));
    tags.dedup_by(|later, first| later.0 == first.0);
    Ok(tags)
}

/// Whether a way with these tags may matter: streets of any kind, platforms, piers.
fn matters(tags: &Tags) -> bool {
    tags.iter().any(|(key, value)| match key.as_str() {
        "highway" => true,
        "railway" | "public_transport" => value == "platform",
        "man_made" => value == "pier",
        _ => false,
    })
}

pub(super) fn pairs<'a>(keys: &'a [u32], values: &'a [u32]) -> impl Iterator<Item = (usize, usize)> + 'a {
    keys.iter().zip(values).map(|(&key, &value)| (key as usize, value as usize))
}

/// Ids from their differences.
pub(super) fn running(differences: &[i64]) -> Result<Vec<i64>, Damage> {
    let mut sum = 0i64;
    let mut next = |d: &i64| {
        sum = sum.checked_add(*d).ok_or(BAD_NUMBER)?;
        Ok(sum)
    };
    differences.iter().map(&mut next).collect()
}

/// First pass: ways that may matter, multipolygons that may.
pub(super) fn ways(block: &PrimitiveBlock) -> Result<Found, Damage> {
    let wanted = wanted_keys(block, &WAY_KEYS);
    let mut found = Found::default();
    for group in &block.primitivegroup {
        found.has_nodes |= !group.nodes.is_empty() || !group.dense.id.is_empty();
        found.has_ways |= !group.ways.is_empty();
        for way in &group.ways {
            let tags = kept_tags(block, &wanted, pairs(&way.keys, &way.vals))?;
            if matters(&tags) {
                found.ways.push(IdWay { id: way.id(), refs: running(&way.refs)?, tags });
            }
        }
        for relation in &group.relations {
            let tags = kept_tags(block, &wanted, pairs(&relation.keys, &relation.vals))?;
            if !matters(&tags) || !is_multipolygon(block, &relation.keys, &relation.vals)? {
                continue;
            }
            let members = running(&relation.memids)?;
            let is_way =
                |kind: &protobuf::EnumOrUnknown<MemberType>| kind.enum_value() == Ok(MemberType::WAY);
            let ways = members.into_iter().zip(&relation.types).filter(|(_, kind)| is_way(kind));
            found.areas.push(IdArea { id: relation.id(), ways: ways.map(|(id, _)| id).collect(), tags });
        }
    }
    Ok(found)
}

pub(super) fn is_multipolygon(block: &PrimitiveBlock, keys: &[u32], values: &[u32]) -> Result<bool, Damage> {
    for (key, value) in pairs(keys, values) {
        if text(block, key)? == "type" {
            return Ok(text(block, value)? == "multipolygon");
        }
    }
    Ok(false)
}

/// Between the passes: the ways with these ids (sorted), tags or not.
pub(super) fn ways_by_id(block: &PrimitiveBlock, ids: &[i64]) -> Result<Vec<IdWay>, Damage> {
    let mut found = Vec::new();
    for way in block.primitivegroup.iter().flat_map(|group| &group.ways) {
        if ids.binary_search(&way.id()).is_ok() {
            found.push(IdWay { id: way.id(), refs: running(&way.refs)?, tags: Tags::new() });
        }
    }
    Ok(found)
}

/// Last pass: the nodes with these ids (sorted).
pub(super) fn nodes(block: &PrimitiveBlock, ids: &[i64]) -> Result<FoundNodes, Damage> {
    let wanted = wanted_keys(block, &NODE_KEYS);
    let mut found = FoundNodes::default();
    let mut take = |id: i64, lon: i64, lat: i64, tags: &mut dyn FnMut() -> Result<Tags, Damage>| {
        if ids.binary_search(&id).is_err() {
            return Ok(());
        }
        let Some((lon_e7, lat_e7)) = place(block, lon, lat) else {
            found.nowhere += 1;
            return Ok(());
        };
        let mut tags = tags()?;
        if !tags.iter().any(|(key, _)| key == "barrier") {
            tags = Tags::new();
        }
        found.nodes.push(RawNode { osm_id: id, lon_e7, lat_e7, tags });
        Ok(())
    };
    for group in &block.primitivegroup {
        for node in &group.nodes {
            take(node.id(), node.lon(), node.lat(), &mut || {
                kept_tags(block, &wanted, pairs(&node.keys, &node.vals))
            })?;
        }
        dense_nodes(block, group, &wanted, &mut take)?;
    }
    Ok(found)
}

pub(super) type Take<'a> =
    dyn FnMut(i64, i64, i64, &mut dyn FnMut() -> Result<Tags, Damage>) -> Result<(), Damage> + 'a;

/// Dense nodes: columns of differences, and one column of tags in which a 0 ends each node's.
pub(super) fn dense_nodes(
    block: &PrimitiveBlock,
    group: &PrimitiveGroup,
    wanted: &[bool],
    take: &mut Take<'_>,
) -> Result<(), Damage> {
    let dense = &group.dense;
    if dense.id.len() != dense.lon.len() || dense.id.len() != dense.lat.len() {
        return Err(BAD_NUMBER);
    }
    let (mut id, mut lon, mut lat, mut tag) = (0i64, 0i64, 0i64, 0);
    for i in 0..dense.id.len() {
        let next = |sum: i64, difference: i64| sum.checked_add(difference).ok_or(BAD_NUMBER);
        (id, lon, lat) = (next(id, dense.id[i])?, next(lon, dense.lon[i])?, next(lat, dense.lat[i])?);
        // The column may be left out where no node has tags.
        let first = tag.min(dense.keys_vals.len());
        tag = first;
        while dense.keys_vals.get(tag).is_some_and(|&key| key != 0) {
            tag += 2;
        }
        let own = dense.keys_vals.get(first..tag).ok_or(BAD_TEXT)?;
        tag += 1;
        take(id, lon, lat, &mut || {
            let index = |i: i32| usize::try_from(i).unwrap_or(usize::MAX);
            kept_tags(block, wanted, own.chunks_exact(2).map(|pair| (index(pair[0]), index(pair[1]))))
        })?;
    }
    Ok(())
}

/// Degrees · 10⁷, or `None` outside the world.
pub(super) fn place(block: &PrimitiveBlock, lon: i64, lat: i64) -> Option<(i32, i32)> {
    let e7 = |offset: i64, steps: i64, limit: i64| {
        let nano = i64::from(block.granularity()).checked_mul(steps)?.checked_add(offset)?;
        let e7 = nano.checked_add(50)?.div_euclid(100);
        (e7.abs() <= limit).then_some(e7 as i32)
    };
    Some((e7(block.lon_offset(), lon, 1_800_000_000)?, e7(block.lat_offset(), lat, 900_000_000)?))
}
