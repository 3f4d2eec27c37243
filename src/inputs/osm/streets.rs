//! `.osm.pbf` files → the nodes and ways that may matter for travel.
//!
//! Two passes: ways and multipolygons first, then only the nodes that these need, so that the memory taken
//! is a block a thread plus what is kept. Several files are joined by OSM id.

use std::path::PathBuf;

use super::blocks::{self, FirstPass, FoundNodes, IdArea, IdWay};
use super::reader::{BlockReader, FileBlock, kept};
use super::restrictions;
use crate::base::NONE;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::inputs::raw::{RawNode, RawStreets, RawWay};

const DUPLICATE: DiagnosticCode = DiagnosticCode {
    code: "osm_duplicate",
    severity: Severity::Note,
    meaning: "ways and nodes that come several times, as where extracts overlap: taken once",
    remedy: "",
};
const DIFFERS: DiagnosticCode = DiagnosticCode {
    code: "osm_differs",
    severity: Severity::Doubt,
    meaning: "ways and nodes that come several times and differ: all forms of a way, the first of a node",
    remedy: "use extracts of the same date",
};
const ABSENT_NODE: DiagnosticCode = DiagnosticCode {
    code: "osm_absent_node",
    severity: Severity::Dropped,
    meaning: "ways that refer to nodes that no file has: cut there",
    remedy: "usual at the edge of an extract; to keep ways whole, cut with `osmium extract -s complete_ways`",
};
const NOWHERE: DiagnosticCode = DiagnosticCode {
    code: "osm_node_outside_the_world",
    severity: Severity::Dropped,
    meaning: "nodes with coordinates that are not on Earth",
    remedy: "",
};
const AREA_MEMBER: DiagnosticCode = DiagnosticCode {
    code: "osm_absent_area_member",
    severity: Severity::Dropped,
    meaning: "outlines of walkable multipolygons that no file has",
    remedy: "",
};
const NO_STREETS: DiagnosticCode = DiagnosticCode {
    code: "osm_no_streets",
    severity: Severity::Doubt,
    meaning: "files without a single street",
    remedy: "check that the file is a full extract, not one filtered to other things",
};

/// Reads the files; `executor` sees the stages "streets: ways" and "streets: nodes", a step a block.
///
/// Nodes come sorted by id, ways by id. Errors: a file is missing, empty, not a PBF, cut off or damaged (with
/// the byte), packed or featured in a way that we cannot read: all such files at once.
pub fn read(paths: &[PathBuf], diagnostics: &mut Diagnostics, executor: &dyn Executor) -> Result<RawStreets> {
    let reader = BlockReader { paths, executor };
    let pieces = reader.pieces(diagnostics)?;

    let first: Vec<FirstPass> = reader.pass("streets: ways", &pieces, blocks::ways)?;
    let with_nodes: Vec<FileBlock> = kept(&pieces, &first, |found| found.has_nodes);
    let with_ways: Vec<FileBlock> = kept(&pieces, &first, |found| found.has_ways);
    let mut streets_of_file = vec![0usize; paths.len()];
    let (mut ways, mut areas, mut restrictions) = (Vec::new(), Vec::new(), Vec::new());
    for (piece, found) in pieces.iter().zip(first) {
        streets_of_file[piece.file] += found.ways.len();
        ways.extend(found.ways.into_iter().map(|way| (way, piece.file)));
        areas.extend(found.areas);
        restrictions.extend(found.restrictions);
    }
    for (file, _) in streets_of_file.iter().enumerate().filter(|(_, n)| **n == 0) {
        diagnostics.add(NO_STREETS, &reader.name(file), "", "", "no way is a street");
    }
    reader.add_outlines(areas, &with_ways, &mut ways, diagnostics)?;
    let ways = reader.merged_ways(ways, diagnostics);
    reader.go_on()?;

    let mut needed: Vec<i64> = ways.iter().flat_map(|way| way.refs.iter().copied()).collect();
    needed.sort_unstable();
    needed.dedup();
    let last: Vec<FoundNodes> =
        reader.pass("streets: nodes", &with_nodes, |block| blocks::nodes(block, &needed))?;
    let nodes = reader.merged_nodes(&with_nodes, last, diagnostics);
    reader.go_on()?;
    let nodes = with_places(nodes, &ways, diagnostics);
    let restrictions = restrictions::joined(restrictions, &ways, &nodes);
    Ok(RawStreets { restrictions, ..joined(ways, nodes, diagnostics) })
}

impl BlockReader<'_> {
    /// Makes the outlines of walkable multipolygons ways of their own, with the tags of the multipolygon.
    fn add_outlines(
        &self,
        mut areas: Vec<IdArea>,
        with_ways: &[FileBlock],
        ways: &mut Vec<(IdWay, usize)>,
        diagnostics: &mut Diagnostics,
    ) -> Result<()> {
        areas.sort_by_key(|area| area.id);
        areas.dedup_by_key(|area| area.id);
        let mut outlines: Vec<(i64, usize)> = areas
            .iter()
            .enumerate()
            .flat_map(|(area, found)| found.ways.iter().map(move |&id| (id, area)))
            .collect();
        outlines.sort_unstable();
        // A way in two areas follows the first; a way with tags of its own follows these.
        outlines.dedup_by_key(|(id, _)| *id);
        let mut own: Vec<i64> = ways.iter().map(|(way, _)| way.id).collect();
        own.sort_unstable();
        outlines.retain(|(id, _)| own.binary_search(id).is_err());
        if outlines.is_empty() {
            return Ok(());
        }
        let ids: Vec<i64> = outlines.iter().map(|(id, _)| *id).collect();
        let found = self.pass("streets: areas", with_ways, |block| blocks::ways_by_id(block, &ids))?;
        let mut seen = Vec::new();
        for (piece, found) in with_ways.iter().zip(found) {
            for mut way in found {
                let at = ids.binary_search(&way.id).expect("only ways with these ids were taken");
                way.tags = areas[outlines[at].1].tags.clone();
                way.tags.retain(|(key, _)| key != "area");
                way.tags.push(("area".to_string(), "yes".to_string()));
                way.tags.sort();
                seen.push(way.id);
                ways.push((way, piece.file));
            }
        }
        seen.sort_unstable();
        seen.dedup();
        let missing = (ids.len() - seen.len()) as u64;
        diagnostics.count(AREA_MEMBER, "osm", missing, "outlines left out");
        Ok(())
    }

    /// Ways sorted by id; equal ones once, different forms of one way all.
    fn merged_ways(&self, mut ways: Vec<(IdWay, usize)>, diagnostics: &mut Diagnostics) -> Vec<IdWay> {
        ways.sort_by_key(|(way, file)| (way.id, *file));
        let mut merged: Vec<IdWay> = Vec::with_capacity(ways.len());
        for (way, file) in ways {
            let mut same_id = merged.iter().rev().take_while(|before| before.id == way.id).peekable();
            if same_id.peek().is_none() {
                merged.push(way);
            } else if same_id.any(|before| *before == way) {
                diagnostics.add(DUPLICATE, &self.name(file), "", way.id, "way");
            } else {
                diagnostics.add(DIFFERS, &self.name(file), "", way.id, "way");
                merged.push(way);
            }
        }
        merged
    }

    /// Nodes sorted by id, each once: the first file's.
    fn merged_nodes(
        &self,
        pieces: &[FileBlock],
        found: Vec<FoundNodes>,
        diagnostics: &mut Diagnostics,
    ) -> Vec<RawNode> {
        let mut nodes: Vec<(RawNode, usize)> = Vec::new();
        for (piece, found) in pieces.iter().zip(found) {
            diagnostics.count(NOWHERE, &self.name(piece.file), found.nowhere, "nodes left out");
            nodes.extend(found.nodes.into_iter().map(|node| (node, piece.file)));
        }
        nodes.sort_by_key(|(node, file)| (node.osm_id, *file));
        let mut merged: Vec<RawNode> = Vec::with_capacity(nodes.len());
        for (node, file) in nodes {
            match merged.last() {
                Some(before) if before.osm_id == node.osm_id => {
                    let kind = if *before == node { DUPLICATE } else { DIFFERS };
                    diagnostics.add(kind, &self.name(file), "", node.osm_id, "node");
                }
                _ => merged.push(node),
            }
        }
        merged
    }
}

/// Nodes with those whose places stand at ways (`LocationsOnWays`) and that are not in the files by themselves, sorted.
fn with_places(mut nodes: Vec<RawNode>, ways: &[IdWay], diagnostics: &mut Diagnostics) -> Vec<RawNode> {
    let places = ways.iter().flat_map(|way| way.refs.iter().copied().zip(way.places.iter().copied()));
    let is_new = |id: i64| nodes.binary_search_by_key(&id, |node| node.osm_id).is_err();
    let mut found: Vec<(i64, Option<(i32, i32)>)> = places.filter(|(id, _)| is_new(*id)).collect();
    if found.is_empty() {
        return nodes;
    }
    // Of a node that ways place differently, the first.
    found.sort_by_key(|(id, _)| *id);
    found.dedup_by_key(|(id, _)| *id);
    let nowhere = found.iter().filter(|(_, place)| place.is_none()).count();
    diagnostics.count(NOWHERE, "osm", nowhere as u64, "nodes left out");
    nodes.extend(found.into_iter().filter_map(|(osm_id, place)| {
        let (lon_e7, lat_e7) = place?;
        Some(RawNode { osm_id, lon_e7, lat_e7, tags: Vec::new() })
    }));
    nodes.sort_by_key(|node| node.osm_id);
    nodes
}

/// Ids become indices.
fn joined(ways: Vec<IdWay>, nodes: Vec<RawNode>, diagnostics: &mut Diagnostics) -> RawStreets {
    let index = |id: &i64| nodes.binary_search_by_key(id, |node| node.osm_id).map_or(NONE, |at| at as u32);
    let ways = ways
        .into_iter()
        .map(|way| {
            let indices: Vec<u32> = way.refs.iter().map(index).collect();
            let absent = indices.iter().filter(|&&node| node == NONE).count();
            if absent > 0 {
                let what = format!("way {}: {absent} of {} nodes are absent", way.id, indices.len());
                diagnostics.add(ABSENT_NODE, "osm", "", way.id, what);
            }
            RawWay { osm_id: way.id, nodes: indices, tags: way.tags }
        })
        .collect();
    RawStreets { nodes, ways, ..RawStreets::default() }
}
