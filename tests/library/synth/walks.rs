//! Walking in the town, by a plain graph of all nodes.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use osmpbfreader::Way;

use super::read::{fixture, osm};

/// What may be walked, plainly: enough to see which pieces the town falls into.
fn walkable(way: &Way) -> bool {
    let Some(highway) = way.tags.get("highway") else { return false };
    !["motorway", "motorway_link", "construction"].contains(&highway.as_str())
        && !way.tags.contains("foot", "no")
        && !way.tags.contains("access", "private")
}

pub struct StreetLegs {
    index: BTreeMap<i64, usize>,
    pub at: Vec<(f64, f64)>,
    near: Vec<Vec<(usize, f64)>>,
}

pub fn metres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let north = (a.1 - b.1) * 111_400.0;
    let east = (a.0 - b.0) * 111_320.0 * ((a.1 + b.1) / 2.0).to_radians().cos();
    north.hypot(east)
}

impl StreetLegs {
    pub fn new() -> Self {
        let (nodes, ways) = osm(&fixture().join("town.osm.pbf"));
        let place: BTreeMap<i64, (f64, f64)> =
            nodes.iter().map(|node| (node.id.0, (node.lon(), node.lat()))).collect();
        let mut walks = StreetLegs { index: BTreeMap::new(), at: Vec::new(), near: Vec::new() };
        for way in ways.iter().filter(|way| walkable(way)) {
            let ids: Vec<usize> = way.nodes.iter().map(|id| walks.node(id.0, place[&id.0])).collect();
            for pair in ids.windows(2) {
                let m = metres(walks.at[pair[0]], walks.at[pair[1]]);
                walks.near[pair[0]].push((pair[1], m));
                if !way.tags.contains("oneway:foot", "yes") {
                    walks.near[pair[1]].push((pair[0], m));
                }
            }
        }
        walks
    }

    fn node(&mut self, id: i64, at: (f64, f64)) -> usize {
        *self.index.entry(id).or_insert_with(|| {
            self.at.push(at);
            self.near.push(Vec::new());
            self.at.len() - 1
        })
    }

    /// Metres from a node to all within `most`.
    pub fn reach(&self, from: usize, most: f64) -> BTreeMap<usize, f64> {
        let mut done = BTreeMap::new();
        let mut heap = BinaryHeap::from([(std::cmp::Reverse(0u64), from)]);
        while let Some((std::cmp::Reverse(mm), node)) = heap.pop() {
            if done.contains_key(&node) {
                continue;
            }
            done.insert(node, mm as f64 / 1000.0);
            for &(next, m) in &self.near[node] {
                let there = mm + (m * 1000.0) as u64;
                if !done.contains_key(&next) && there as f64 / 1000.0 <= most {
                    heap.push((std::cmp::Reverse(there), next));
                }
            }
        }
        done
    }

    pub fn nearest(&self, p: (f64, f64)) -> (usize, f64) {
        let all = (0..self.at.len()).map(|node| (node, metres(self.at[node], p)));
        all.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap()
    }

    /// Sizes of the connected pieces, largest first, with one node of each.
    pub fn pieces(&self) -> Vec<(usize, usize)> {
        let mut left: BTreeSet<usize> = (0..self.at.len()).collect();
        let mut pieces = Vec::new();
        while let Some(&first) = left.iter().next() {
            let piece = self.reach(first, f64::INFINITY);
            left.retain(|node| !piece.contains_key(node));
            pieces.push((piece.len(), first));
        }
        pieces.sort_by(|a, b| b.cmp(a));
        pieces
    }
}
