//! One parsed block → the ways, multipolygons and nodes in it that matter. Every index is checked.

use super::format::{BAD_TEXT, Element, MessageColumns, OsmBlock};
use super::wire::BlockDamage;
use crate::inputs::raw::RawNode;

/// Tags that say who may use a way, how fast, and how it lies, sorted. Others are not kept.
const WAY_KEYS: [&str; 72] = [
    "access",
    "access:backward",
    "access:forward",
    "area",
    "bicycle",
    "bicycle:backward",
    "bicycle:forward",
    "bridge",
    "cycleway",
    "cycleway:both",
    "cycleway:both:buffer",
    "cycleway:both:oneway",
    "cycleway:buffer",
    "cycleway:left",
    "cycleway:left:buffer",
    "cycleway:left:oneway",
    "cycleway:right",
    "cycleway:right:buffer",
    "cycleway:right:oneway",
    "foot",
    "footway",
    "highway",
    "impassable",
    "incline",
    "indoor",
    "junction",
    "lanes",
    "lanes:backward",
    "lanes:forward",
    "lts",
    "man_made",
    "maxspeed",
    "maxspeed:backward",
    "maxspeed:forward",
    "maxspeed:type",
    "motor_vehicle",
    "motor_vehicle:backward",
    "motor_vehicle:forward",
    "motorcar",
    "motorcar:backward",
    "motorcar:forward",
    "motorroad",
    "oneway",
    "oneway:bicycle",
    "oneway:foot",
    "oneway:motor_vehicle",
    "oneway:motorcar",
    "oneway:vehicle",
    "parking:lane:both",
    "parking:lane:left",
    "parking:lane:right",
    "public_transport",
    "railway",
    "ramp",
    "ramp:bicycle",
    "route",
    "service",
    "sidewalk",
    "sidewalk:both",
    "sidewalk:left",
    "sidewalk:right",
    "smoothness",
    "source:maxspeed",
    "surface",
    "tracktype",
    "tunnel",
    "vehicle",
    "vehicle:backward",
    "vehicle:forward",
    "width",
    "zone:maxspeed",
    "zone:traffic",
];

/// Tags of nodes that can bar the way, sorted.
const NODE_KEYS: [&str; 7] = ["access", "barrier", "bicycle", "foot", "motor_vehicle", "motorcar", "vehicle"];

/// Tags that say what a turn restriction is, and for whom, sorted.
const RESTRICTION_KEYS: [&str; 12] = [
    "day_on",
    "except",
    "hour_on",
    "restriction",
    "restriction:bicycle",
    "restriction:conditional",
    "restriction:motor_vehicle",
    "restriction:motor_vehicle:conditional",
    "restriction:motorcar",
    "restriction:motorcar:conditional",
    "restriction:vehicle",
    "type",
];

pub(super) type ElementTags = Vec<(String, String)>;

/// A way with ids in place of indices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct IdWay {
    pub id: i64,
    pub refs: Vec<i64>,
    pub tags: ElementTags,
    /// Where its nodes lie, where the file says so at the way; `None` outside the world.
    pub places: Vec<Option<(i32, i32)>>,
}

/// A multipolygon whose tags make its outlines walkable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct IdArea {
    pub id: i64,
    pub ways: Vec<i64>,
    pub tags: ElementTags,
}

/// A turn restriction with ids in place of indices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct IdRestriction {
    pub id: i64,
    pub tags: ElementTags,
    /// Ways and nodes, each with its role.
    pub ways: Vec<(i64, String)>,
    pub nodes: Vec<(i64, String)>,
}

/// What the first pass takes from a block.
#[derive(Debug, Default)]
pub(super) struct FirstPass {
    pub ways: Vec<IdWay>,
    pub areas: Vec<IdArea>,
    pub restrictions: Vec<IdRestriction>,
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

/// The keys of a block's texts that we keep, by number.
pub(super) fn wanted_keys(block: &OsmBlock<'_>, keys: &[&str]) -> Vec<bool> {
    let wanted = |text: &&[u8]| keys.binary_search_by(|key| key.as_bytes().cmp(text)).is_ok();
    block.texts.iter().map(wanted).collect()
}

pub(super) fn text(block: &OsmBlock<'_>, at: usize) -> Result<String, BlockDamage> {
    let bytes = block.texts.get(at).ok_or(BAD_TEXT)?;
    Ok(String::from_utf8_lossy(bytes).into_owned())
}

/// The wanted ones of (key, value) indices, sorted by key; of equal keys the first.
pub(super) fn kept_tags(
    block: &OsmBlock<'_>,
    wanted: &[bool],
    pairs: impl Iterator<Item = (usize, usize)>,
) -> Result<ElementTags, BlockDamage> {
    let mut tags = ElementTags::new();
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
fn matters(tags: &ElementTags) -> bool {
    tags.iter().any(|(key, value)| match key.as_str() {
        "highway" => true,
        "railway" | "public_transport" => value == "platform",
        "man_made" => value == "pier",
        _ => false,
    })
}

/// A way as it is kept.
pub(super) fn id_way(
    block: &OsmBlock<'_>,
    way: &MessageColumns,
    tags: ElementTags,
) -> Result<IdWay, BlockDamage> {
    let places = way.places()?.into_iter().map(|(lon, lat)| block.place(lon, lat)).collect();
    Ok(IdWay { id: way.id()?, refs: way.refs()?, tags, places })
}

/// First pass: ways that may matter, multipolygons that may, turn restrictions.
pub(super) fn ways(block: &OsmBlock<'_>) -> Result<FirstPass, BlockDamage> {
    let wanted = wanted_keys(block, &WAY_KEYS);
    let of_restrictions = wanted_keys(block, &RESTRICTION_KEYS);
    let mut found = FirstPass::default();
    block.each(&mut |element| {
        match element {
            Element::Node(_) => found.has_nodes = true,
            Element::Way(way) => {
                found.has_ways = true;
                let tags = kept_tags(block, &wanted, way.tags())?;
                if matters(&tags) {
                    found.ways.push(id_way(block, way, tags)?);
                }
            }
            Element::Relation(relation) => {
                found.restrictions.extend(restriction(block, relation, &of_restrictions)?);
                let tags = kept_tags(block, &wanted, relation.tags())?;
                if matters(&tags) && is_multipolygon(block, relation)? {
                    let ways = relation.member_ways()?.into_iter().map(|(id, _)| id).collect();
                    found.areas.push(IdArea { id: relation.id()?, ways, tags });
                }
            }
        }
        Ok(())
    })?;
    Ok(found)
}

fn restriction(
    block: &OsmBlock<'_>,
    relation: &MessageColumns,
    wanted: &[bool],
) -> Result<Option<IdRestriction>, BlockDamage> {
    let mut tags = kept_tags(block, wanted, relation.tags())?;
    if !tags.iter().any(|(key, value)| key == "type" && value == "restriction") {
        return Ok(None);
    }
    tags.retain(|(key, _)| key != "type");
    let named = |members: Vec<(i64, usize)>| {
        members
            .into_iter()
            .map(|(id, role)| Ok((id, text(block, role)?)))
            .collect::<Result<Vec<_>, BlockDamage>>()
    };
    let (ways, nodes) = (named(relation.member_ways()?)?, named(relation.member_nodes()?)?);
    Ok(Some(IdRestriction { id: relation.id()?, tags, ways, nodes }))
}

pub(super) fn is_multipolygon(block: &OsmBlock<'_>, relation: &MessageColumns) -> Result<bool, BlockDamage> {
    for (key, value) in relation.tags() {
        if text(block, key)? == "type" {
            return Ok(text(block, value)? == "multipolygon");
        }
    }
    Ok(false)
}

/// Between the passes: the ways with these ids (sorted), tags or not.
pub(super) fn ways_by_id(block: &OsmBlock<'_>, ids: &[i64]) -> Result<Vec<IdWay>, BlockDamage> {
    let mut found = Vec::new();
    block.each(&mut |element| {
        if let Element::Way(way) = element
            && ids.binary_search(&way.id()?).is_ok()
        {
            found.push(id_way(block, way, ElementTags::new())?);
        }
        Ok(())
    })?;
    Ok(found)
}

/// Last pass: the nodes with these ids (sorted).
pub(super) fn nodes(block: &OsmBlock<'_>, ids: &[i64]) -> Result<FoundNodes, BlockDamage> {
    let wanted = wanted_keys(block, &NODE_KEYS);
    let mut found = FoundNodes::default();
    block.each(&mut |element| {
        let Element::Node(node) = element else { return Ok(()) };
        if ids.binary_search(&node.id).is_err() {
            return Ok(());
        }
        let Some((lon_e7, lat_e7)) = block.place(node.lon, node.lat) else {
            found.nowhere += 1;
            return Ok(());
        };
        let mut tags = kept_tags(block, &wanted, node.tags())?;
        if !tags.iter().any(|(key, _)| key == "barrier") {
            tags = ElementTags::new();
        }
        found.nodes.push(RawNode { osm_id: node.id, lon_e7, lat_e7, tags });
        Ok(())
    })?;
    Ok(found)
}
