//! `.osm.pbf` files → the nodes, ways and multipolygons that fit tag filters: each at a point, or as it is drawn.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use super::blocks::{self, ElementTags, IdWay};
use super::format::{Element, OsmBlock};
use super::reader::{BlockReader, kept};
use super::wire::BlockDamage;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::inputs::raw::{RawElement, RawWater};
use crate::study::TagFilter;

const OPEN: DiagnosticCode = DiagnosticCode {
    code: "osm_place_open",
    severity: Severity::Dropped,
    meaning: "ways with tags of places of interest that are no areas, for they do not end where they begin",
    remedy: "",
};
const CUT: DiagnosticCode = DiagnosticCode {
    code: "osm_place_cut",
    severity: Severity::Dropped,
    meaning: "areas of interest whose outline is not all in the files",
    remedy: "usual at the edge of an extract; to keep areas whole, cut with `osmium extract -s smart`",
};

/// What fits one or more of the columns, by number.
struct ElementHit<T> {
    id: i64,
    columns: Vec<usize>,
    what: T,
}

/// A relation's outlines: (way, whether it is a hole).
type Members = Vec<(i64, bool)>;

#[derive(Default)]
struct FoundElements {
    /// Degrees.
    nodes: Vec<ElementHit<(f64, f64)>>,
    /// Nodes of closed ways.
    ways: Vec<ElementHit<Vec<i64>>>,
    areas: Vec<ElementHit<Members>>,
    /// Nodes of other ways.
    open: Vec<ElementHit<Vec<i64>>>,
    /// Where nodes of these ways lie, where the file says so at the way.
    places: Vec<(i64, (f64, f64))>,
    has_nodes: bool,
    has_ways: bool,
}

/// Reads what fits: `columns` are lists of filters, and an element belongs to a column, once, if one of its filters
/// fits. Elements come by column: nodes, ways and relations, each by id. A closed way stands at its centroid, a
/// multipolygon at that of its outer rings less the inner ones.
///
/// # Errors
/// As [`super::read`].
pub fn elements(
    paths: &[PathBuf],
    columns: &[Vec<TagFilter>],
    diagnostics: &mut Diagnostics,
    executor: &dyn Executor,
) -> Result<Vec<Vec<RawElement>>> {
    let drawn = Drawn::new(paths, columns, false, executor)?;
    let all = &drawn.found;
    if let Some(first) = all.open.first() {
        diagnostics.count(OPEN, "osm", all.open.len() as u64, format!("such as way {}", first.id));
    }
    let mut made: Vec<Vec<RawElement>> = vec![Vec::new(); columns.len()];
    let mut place = |kind: u8, id: i64, columns: &[usize], (lon, lat): (f64, f64)| {
        for &column in columns {
            made[column].push(RawElement { kind, osm_id: id, lon, lat });
        }
    };
    for node in &all.nodes {
        place(b'n', node.id, &node.columns, node.what);
    }
    for way in &all.ways {
        match drawn.line(&way.what) {
            Some(ring) => place(b'w', way.id, &way.columns, centroid(&[(ring, false)])),
            None => diagnostics.add(CUT, "osm", "", way.id, format!("way {}", way.id)),
        }
    }
    for area in &all.areas {
        match drawn.rings(&area.what) {
            Some(rings) => place(b'r', area.id, &area.columns, centroid(&rings)),
            None => diagnostics.add(CUT, "osm", "", area.id, format!("relation {}", area.id)),
        }
    }
    Ok(made)
}

/// A line or ring of (lon, lat), degrees.
type LonLatLine = Vec<(f64, f64)>;

/// Lakes, wide rivers, harbours.
const WATER: [&str; 5] =
    ["natural=water", "waterway=riverbank", "waterway=dock", "landuse=reservoir", "landuse=basin"];
/// Rivers as lines, and the shore of the sea.
const SHORES: [&str; 3] = ["waterway=river", "waterway=canal", "natural=coastline"];

/// Water for a map's backdrop. Outlines that the files have not whole are left out.
///
/// # Errors
/// As [`super::read`].
pub fn water(paths: &[PathBuf], executor: &dyn Executor) -> Result<RawWater> {
    let parsed = |texts: &[&str]| -> Vec<TagFilter> {
        texts.iter().map(|text| TagFilter::parse(text).expect("filters of ours are sound")).collect()
    };
    let columns = [parsed(&WATER), parsed(&SHORES)];
    let drawn = Drawn::new(paths, &columns, true, executor)?;
    let found = &drawn.found;
    let (is_area, is_line) = (|of: &[usize]| of.contains(&0), |of: &[usize]| of == [1]);
    let mut water = RawWater::default();
    for way in found.ways.iter().filter(|way| is_area(&way.columns)) {
        water.areas.extend(drawn.line(&way.what).map(|ring| vec![ring]));
    }
    for area in found.areas.iter().filter(|area| is_area(&area.columns)) {
        let rings = drawn.rings(&area.what).into_iter();
        water.areas.extend(rings.map(|rings| rings.into_iter().map(|(ring, _)| ring).collect()));
    }
    // A shore goes as far as the files have it.
    for way in found.ways.iter().chain(&found.open).filter(|way| is_line(&way.columns)) {
        let line: LonLatLine = way.what.iter().filter_map(|id| drawn.places.get(id).copied()).collect();
        water.lines.extend(Some(line).filter(|line| line.len() > 1));
    }
    Ok(water)
}

/// What fits, with all that it takes to draw it.
struct Drawn {
    found: FoundElements,
    /// Nodes of the outlines' ways.
    outlines: HashMap<i64, Vec<i64>>,
    places: HashMap<i64, (f64, f64)>,
}

impl Drawn {
    /// `open`: with the places of ways that are not closed.
    fn new(
        paths: &[PathBuf],
        columns: &[Vec<TagFilter>],
        open: bool,
        executor: &dyn Executor,
    ) -> Result<Drawn> {
        let reader = BlockReader { paths, executor };
        let pieces = reader.pieces(&mut Diagnostics::default())?;
        let mut keys: Vec<&str> =
            columns.iter().flatten().flat_map(|filter| &filter.0).map(|one| one.key.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        let first = reader.pass("places of interest", &pieces, |block| matching(block, &keys, columns))?;
        let with_nodes = kept(&pieces, &first, |found: &FoundElements| found.has_nodes);
        let with_ways = kept(&pieces, &first, |found| found.has_ways);
        let mut all = FoundElements::default();
        for found in first {
            all.nodes.extend(found.nodes);
            all.ways.extend(found.ways);
            all.areas.extend(found.areas);
            all.open.extend(found.open);
            all.places.extend(found.places);
        }
        // What overlapping extracts both have is there once.
        once(&mut all.nodes);
        once(&mut all.ways);
        once(&mut all.areas);
        once(&mut all.open);
        let mut members: Vec<i64> =
            all.areas.iter().flat_map(|area| &area.what).map(|member| member.0).collect();
        members.sort_unstable();
        members.dedup();
        let mut outlines: HashMap<i64, Vec<i64>> = HashMap::new();
        if !members.is_empty() {
            let read = |block: &OsmBlock<'_>| blocks::ways_by_id(block, &members);
            for way in reader.pass("places of interest: areas", &with_ways, read)?.into_iter().flatten() {
                all.places.extend(located(&way));
                outlines.entry(way.id).or_insert(way.refs);
            }
        }
        let ways = all.ways.iter().chain(all.open.iter().filter(|_| open));
        let mut needed: Vec<i64> =
            ways.flat_map(|way| &way.what).chain(outlines.values().flatten()).copied().collect();
        needed.sort_unstable();
        needed.dedup();
        let mut places: HashMap<i64, (f64, f64)> = HashMap::new();
        if !needed.is_empty() {
            let read = |block: &OsmBlock<'_>| blocks::nodes(block, &needed);
            for found in reader.pass("places of interest: nodes", &with_nodes, read)? {
                for node in found.nodes {
                    places.entry(node.osm_id).or_insert(degrees((node.lon_e7, node.lat_e7)));
                }
            }
        }
        for (id, place) in std::mem::take(&mut all.places) {
            places.entry(id).or_insert(place);
        }
        Ok(Drawn { found: all, outlines, places })
    }

    /// A way's places; `None` where one is not in the files.
    fn line(&self, refs: &[i64]) -> Option<LonLatLine> {
        refs.iter().map(|id| self.places.get(id).copied()).collect()
    }

    /// A multipolygon's rings, each with whether it is a hole; `None` where they are not whole.
    fn rings(&self, area: &Members) -> Option<Vec<(LonLatLine, bool)>> {
        let rings = closed(area, &self.outlines)?;
        rings.iter().map(|(refs, hole)| Some((self.line(refs)?, *hole))).collect()
    }
}

fn once<T>(hits: &mut Vec<ElementHit<T>>) {
    hits.sort_by_key(|hit| hit.id);
    hits.dedup_by_key(|hit| hit.id);
}

/// What of a block fits.
fn matching(
    block: &OsmBlock<'_>,
    keys: &[&str],
    columns: &[Vec<TagFilter>],
) -> std::result::Result<FoundElements, BlockDamage> {
    let wanted = blocks::wanted_keys(block, keys);
    let fitting = |tags: &ElementTags| -> Vec<usize> {
        if tags.is_empty() {
            return Vec::new();
        }
        (0..columns.len()).filter(|&column| columns[column].iter().any(|filter| filter.fits(tags))).collect()
    };
    let mut found = FoundElements::default();
    block.each(&mut |element| {
        match element {
            Element::Node(node) => {
                found.has_nodes = true;
                let columns = fitting(&blocks::kept_tags(block, &wanted, node.tags())?);
                if let (false, Some(place)) = (columns.is_empty(), block.place(node.lon, node.lat)) {
                    found.nodes.push(ElementHit { id: node.id, columns, what: degrees(place) });
                }
            }
            Element::Way(way) => {
                found.has_ways = true;
                let columns = fitting(&blocks::kept_tags(block, &wanted, way.tags())?);
                if columns.is_empty() {
                    return Ok(());
                }
                let way = blocks::id_way(block, way, ElementTags::new())?;
                found.places.extend(located(&way));
                let refs = way.refs;
                let is_ring = refs.len() >= 4 && refs.first() == refs.last();
                let list = if is_ring { &mut found.ways } else { &mut found.open };
                list.push(ElementHit { id: way.id, columns, what: refs });
            }
            Element::Relation(relation) => {
                let columns = fitting(&blocks::kept_tags(block, &wanted, relation.tags())?);
                if columns.is_empty() || !blocks::is_multipolygon(block, relation)? {
                    return Ok(());
                }
                let mut members = Members::new();
                for (id, role) in relation.member_ways()? {
                    members.push((id, blocks::text(block, role)? == "inner"));
                }
                found.areas.push(ElementHit { id: relation.id()?, columns, what: members });
            }
        }
        Ok(())
    })?;
    Ok(found)
}

fn degrees((lon_e7, lat_e7): (i32, i32)) -> (f64, f64) {
    (f64::from(lon_e7) / 1e7, f64::from(lat_e7) / 1e7)
}

/// Where the nodes of a way lie, as far as it says so itself.
fn located(way: &IdWay) -> impl Iterator<Item = (i64, (f64, f64))> {
    way.refs.iter().zip(&way.places).filter_map(|(&id, place)| Some((id, degrees((*place)?))))
}

/// Ways joined end to end to closed rings, outer and inner ones apart; `None` where one does not close.
fn closed(members: &[(i64, bool)], outlines: &HashMap<i64, Vec<i64>>) -> Option<Vec<(Vec<i64>, bool)>> {
    let mut rings = Vec::new();
    for hole in [false, true] {
        let ways = members.iter().filter(|member| member.1 == hole);
        let mut ways: Vec<&[i64]> =
            ways.map(|(id, _)| outlines.get(id).map(Vec::as_slice)).collect::<Option<_>>()?;
        ways.retain(|way| way.len() > 1);
        // Ways by their ends, in the relation's order.
        let mut ends: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        for (i, way) in ways.iter().enumerate() {
            ends.entry(way[0]).or_default().push(i);
            ends.entry(way[way.len() - 1]).or_default().push(i);
        }
        let mut used = vec![false; ways.len()];
        for start in 0..ways.len() {
            if used[start] {
                continue;
            }
            used[start] = true;
            let mut ring = ways[start].to_vec();
            while ring.first() != ring.last() {
                let end = *ring.last()?;
                let next = *ends.get(&end)?.iter().find(|&&way| !used[way])?;
                used[next] = true;
                let way = ways[next];
                if way[0] == end {
                    ring.extend(&way[1..]);
                } else {
                    ring.extend(way.iter().rev().skip(1));
                }
            }
            rings.push((ring, hole));
        }
    }
    rings.iter().any(|ring| !ring.1).then_some(rings)
}

/// The centroid of rings, holes taken away; of what has no area the mean of its corners.
fn centroid(rings: &[(Vec<(f64, f64)>, bool)]) -> (f64, f64) {
    let corners = || rings.iter().flat_map(|(ring, _)| ring.iter());
    let count = corners().count().max(1) as f64;
    let Some(&(x0, y0)) = corners().next() else { return (0.0, 0.0) };
    let (mut area, mut x, mut y) = (0.0, 0.0, 0.0);
    for (ring, hole) in rings {
        let mut own = [0.0; 3];
        for pair in ring.windows(2) {
            let ((ax, ay), (bx, by)) = ((pair[0].0 - x0, pair[0].1 - y0), (pair[1].0 - x0, pair[1].1 - y0));
            let cross = ax * by - bx * ay;
            own[0] += cross;
            own[1] += cross * (ax + bx);
            own[2] += cross * (ay + by);
        }
        // A hole takes away, whichever way it runs.
        let sign = if (own[0] < 0.0) == *hole { 1.0 } else { -1.0 };
        (area, x, y) = (area + sign * own[0], x + sign * own[1], y + sign * own[2]);
    }
    if area.abs() < 1e-18 {
        let mean = |part: fn(&(f64, f64)) -> f64| corners().map(part).sum::<f64>() / count;
        return (mean(|corner| corner.0), mean(|corner| corner.1));
    }
    (x0 + x / (3.0 * area), y0 + y / (3.0 * area))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn centroids_by_hand() {
        let square = |x: f64, y: f64, side: f64| {
            vec![(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]
        };
        assert_eq!(centroid(&[(square(2.0, 4.0, 2.0), false)]), (3.0, 5.0));
        // 4 × 4 less its lower left 2 × 2: (16 · 2 − 4 · 1) / 12 = 7/3 each way.
        let (x, y) = centroid(&[(square(0.0, 0.0, 4.0), false), (square(0.0, 0.0, 2.0), true)]);
        assert!((x - 7.0 / 3.0).abs() < 1e-12 && (y - 7.0 / 3.0).abs() < 1e-12);
        let backwards: Vec<_> = square(0.0, 0.0, 4.0).into_iter().rev().collect();
        assert_eq!(centroid(&[(backwards, false)]), (2.0, 2.0));
        assert_eq!(centroid(&[(vec![(1.0, 1.0), (3.0, 1.0), (2.0, 1.0), (1.0, 1.0)], false)]).1, 1.0);
    }

    #[test]
    fn rings_of_several_ways() {
        let outlines =
            HashMap::from([(1, vec![1, 2, 3]), (2, vec![1, 4, 3]), (3, vec![7, 8, 9, 7]), (4, vec![5, 6])]);
        let rings = closed(&[(1, false), (2, false), (3, true)], &outlines).unwrap();
        assert_eq!(rings, [(vec![1, 2, 3, 4, 1], false), (vec![7, 8, 9, 7], true)]);
        assert!(closed(&[(4, false)], &outlines).is_none(), "it does not close");
        assert!(closed(&[(5, false)], &outlines).is_none(), "it is not there");
        assert!(closed(&[(3, true)], &outlines).is_none(), "a hole in nothing");
    }
}
