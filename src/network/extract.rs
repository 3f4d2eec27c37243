//! What was read from OpenStreetMap as a part of the network's files, so that scenarios change streets without reading the
//! extract again.

use std::collections::BTreeMap;

use super::format::{Damage, Reader, Writer};
use crate::base::NONE;
use crate::base::array::Array;
use crate::base::strings::{NumberedTexts, StringColumn};
use crate::inputs::raw::{RawNode, RawRestriction, RawStreets, RawWay};
use crate::network::modes::Tags;

/// Key and value of each tag in turn, and where the tags of each thing begin.
fn rows<'a>(texts: &mut NumberedTexts<'a>, all: impl Iterator<Item = &'a Tags>) -> [Vec<u32>; 2] {
    let (mut at, mut pairs) = (vec![0], Vec::new());
    for tags in all {
        for (key, value) in tags {
            pairs.extend([texts.number(key), texts.number(value)]);
        }
        at.push(pairs.len() as u32);
    }
    [at, pairs]
}

/// Lists of numbers, one a thing.
fn lists<'a>(all: impl Iterator<Item = &'a [u32]>) -> [Vec<u32>; 2] {
    let (mut at, mut values) = (vec![0], Vec::new());
    for list in all {
        values.extend_from_slice(list);
        at.push(values.len() as u32);
    }
    [at, values]
}

pub fn write_extract<'a>(raw: &'a RawStreets, to: &mut Writer<'a>) {
    let RawStreets { nodes, ways, restrictions, .. } = raw;
    let mut texts = NumberedTexts::default();
    let mut put = |name: &str, [at, values]: [Vec<u32>; 2]| {
        to.made(&format!("{name}.at"), &at);
        to.made(&format!("{name}.values"), &values);
    };
    put("node_tags", rows(&mut texts, nodes.iter().map(|node| &*node.tags)));
    put("way_tags", rows(&mut texts, ways.iter().map(|way| &*way.tags)));
    put("turn_tags", rows(&mut texts, restrictions.iter().map(|turn| &*turn.tags)));
    put("way_nodes", lists(ways.iter().map(|way| &*way.nodes)));
    put("turn_from", lists(restrictions.iter().map(|turn| &*turn.from)));
    put("turn_via_ways", lists(restrictions.iter().map(|turn| &*turn.via_ways)));
    put("turn_to", lists(restrictions.iter().map(|turn| &*turn.to)));
    put("turn_via_nodes", lists(restrictions.iter().map(|turn| &*turn.via_nodes)));
    to.made_texts("texts", texts.texts());
    to.made("node_ids", &nodes.iter().map(|node| node.osm_id).collect::<Vec<_>>());
    to.made("node_lon_e7", &nodes.iter().map(|node| node.lon_e7).collect::<Vec<_>>());
    to.made("node_lat_e7", &nodes.iter().map(|node| node.lat_e7).collect::<Vec<_>>());
    to.made("way_ids", &ways.iter().map(|way| way.osm_id).collect::<Vec<_>>());
    to.made("turn_ids", &restrictions.iter().map(|turn| turn.osm_id).collect::<Vec<_>>());
    to.made("turn_missing", &restrictions.iter().map(|turn| turn.missing).collect::<Vec<_>>());
}

/// # Errors
/// `Damage` where a section is missing, or a number points at nothing.
pub fn read_extract(from: &Reader) -> Result<RawStreets, Damage> {
    let texts = from.all_texts("texts")?;
    let node_ids: Array<i64> = from.array("node_ids")?;
    let (lon, lat): (Array<i32>, Array<i32>) = (from.array("node_lon_e7")?, from.array("node_lat_e7")?);
    let way_ids: Array<i64> = from.array("way_ids")?;
    let turn_ids: Array<i64> = from.array("turn_ids")?;
    let missing: Array<u32> = from.array("turn_missing")?;
    if lon.len() != node_ids.len() || lat.len() != node_ids.len() || missing.len() != turn_ids.len() {
        return Err(Damage::Damaged("columns of the extract differ in length".into()));
    }
    let rows = |name: &str, rows: usize, limit: usize, gaps: bool| Rows::read(from, name, rows, limit, gaps);
    let (n, w, t) = (node_ids.len(), way_ids.len(), turn_ids.len());
    let tags = |name: &str, things: usize| {
        Ok(OfTags { rows: rows(name, things, texts.len(), false)?, texts: &texts })
    };
    let (of_nodes, of_ways, of_turns) = (tags("node_tags", n)?, tags("way_tags", w)?, tags("turn_tags", t)?);
    let way_nodes = rows("way_nodes", w, n, true)?;
    let [from_ways, via_ways, to_ways] =
        ["turn_from", "turn_via_ways", "turn_to"].map(|name| rows(name, t, w, false));
    let (from_ways, via_ways, to_ways) = (from_ways?, via_ways?, to_ways?);
    let via_nodes = rows("turn_via_nodes", t, n, false)?;
    let node = |i: usize| {
        let tags = of_nodes.of(i)?;
        Ok(RawNode { osm_id: node_ids[i], lon_e7: lon[i], lat_e7: lat[i], tags })
    };
    let way =
        |i: usize| Ok(RawWay { osm_id: way_ids[i], nodes: way_nodes.of(i).to_vec(), tags: of_ways.of(i)? });
    let turn = |i: usize| {
        Ok(RawRestriction {
            osm_id: turn_ids[i],
            tags: of_turns.of(i)?,
            from: from_ways.of(i).to_vec(),
            via_ways: via_ways.of(i).to_vec(),
            to: to_ways.of(i).to_vec(),
            via_nodes: via_nodes.of(i).to_vec(),
            missing: missing[i],
        })
    };
    Ok(RawStreets {
        nodes: (0..n).map(node).collect::<Result<_, Damage>>()?,
        ways: (0..w).map(way).collect::<Result<_, Damage>>()?,
        changed: BTreeMap::new(),
        restrictions: (0..t).map(turn).collect::<Result<_, Damage>>()?,
    })
}

/// Lists as they were written.
struct Rows {
    at: Array<u32>,
    values: Array<u32>,
}

impl Rows {
    /// Numbers below `limit`, or, with `gaps`, `NONE`.
    fn read(from: &Reader, name: &str, rows: usize, limit: usize, gaps: bool) -> Result<Rows, Damage> {
        let at: Array<u32> = from.array(&format!("{name}.at"))?;
        let values: Array<u32> = from.array(&format!("{name}.values"))?;
        let sound = at.len() == rows + 1
            && at.first() == Some(&0)
            && at.is_sorted()
            && at.last().is_some_and(|&last| last as usize == values.len())
            && values.iter().all(|&value| (value as usize) < limit || gaps && value == NONE);
        sound
            .then_some(Rows { at, values })
            .ok_or_else(|| Damage::Damaged(format!("{name} of the extract does not fit")))
    }

    fn of(&self, row: usize) -> &[u32] {
        &self.values[self.at[row] as usize..self.at[row + 1] as usize]
    }
}

struct OfTags<'a> {
    rows: Rows,
    texts: &'a StringColumn,
}

impl OfTags<'_> {
    /// Sorted by key, as all who look for one rely on.
    fn of(&self, row: usize) -> Result<Vec<(String, String)>, Damage> {
        let text = |&number: &u32| self.texts.get(number as usize).to_string();
        let pairs = self.rows.of(row).chunks(2);
        let tags: Vec<(String, String)> =
            pairs.filter_map(|pair| Some((text(&pair[0]), text(pair.get(1)?)))).collect();
        let sorted = tags.is_sorted_by(|a, b| a.0 <= b.0);
        sorted.then_some(tags).ok_or_else(|| Damage::Damaged("tags of the extract are out of order".into()))
    }
}
