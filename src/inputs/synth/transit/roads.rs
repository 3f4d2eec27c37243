//! The roads that buses use: the nearest node to a place, the quickest way through several.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use petgraph::unionfind::UnionFind;
use rstar::RTree;
use rstar::primitives::GeomWithData;

use crate::base::NONE;
use crate::inputs::synth::lattice::Line;
use crate::inputs::synth::plan::Point;
use crate::inputs::synth::streets::{Class, SynthStreets};

pub struct Roads {
    /// Per node: (neighbour, metres, metres per second).
    near: Vec<Vec<(u32, f64, f64)>>,
    /// On land.
    land: Vec<bool>,
    /// The smallest street at a node.
    crossing: Vec<Option<(Class, Line)>>,
    tree: RTree<GeomWithData<[f64; 2], u32>>,
    scratch: RefCell<RoadScratch>,
}

/// Of the last search: what it touched is to be wiped.
struct RoadScratch {
    best: Vec<u64>,
    parent: Vec<u32>,
    touched: Vec<u32>,
}

impl Roads {
    pub fn new(streets: &SynthStreets) -> Self {
        let mut near: Vec<Vec<(u32, f64, f64)>> = vec![Vec::new(); streets.nodes.len()];
        let mut crossing: Vec<Option<(Class, Line)>> = vec![None; streets.nodes.len()];
        for edge in streets.edges.iter().filter(|edge| edge.bridge == NONE) {
            for node in [edge.from, edge.to] {
                let smallest = &mut crossing[node as usize];
                *smallest = (*smallest).max(Some((edge.class, edge.line)));
            }
        }
        let mut pieces = UnionFind::<usize>::new(streets.nodes.len());
        for edge in streets.edges.iter().filter(|edge| for_buses(edge.class)) {
            let speed = match (edge.bridge == NONE, edge.class) {
                (false, _) => 13.0,
                (_, Class::Primary) => 11.0,
                (_, Class::Secondary) => 9.5,
                _ => 8.0,
            };
            let metres = streets.length(edge);
            near[edge.from as usize].push((edge.to, metres, speed));
            near[edge.to as usize].push((edge.from, metres, speed));
            pieces.union(edge.from as usize, edge.to as usize);
        }
        let labels = pieces.into_labeling();
        let mut sizes = vec![0u32; labels.len()];
        for &label in &labels {
            sizes[label] += 1;
        }
        // The first of the largest pieces: only there can buses run.
        let largest = (0..sizes.len()).max_by_key(|&label| (sizes[label], Reverse(label)));
        let land: Vec<bool> = streets.nodes.iter().map(|node| node.island != NONE).collect();
        let usable = (0..labels.len()).filter(|&node| Some(labels[node]) == largest && land[node]);
        let points = usable.map(|node| {
            let at = streets.nodes[node].at;
            GeomWithData::new([at.0, at.1], node as u32)
        });
        let scratch = RoadScratch {
            best: vec![u64::MAX; near.len()],
            parent: vec![NONE; near.len()],
            touched: Vec::new(),
        };
        let tree = RTree::bulk_load(points.collect());
        Roads { tree, near, land, crossing, scratch: RefCell::new(scratch) }
    }

    /// The usable node nearest to a place.
    pub fn nearest(&self, p: Point) -> u32 {
        self.tree.nearest_neighbor(&[p.0, p.1]).map_or(0, |found| found.data)
    }

    /// Not on a bridge.
    pub fn may_halt(&self, node: u32) -> bool {
        self.land[node as usize]
    }

    /// The smallest street that meets at a node: what a stop there is named by.
    pub fn crossing(&self, node: u32) -> Option<Line> {
        self.crossing[node as usize].map(|(_, line)| line)
    }

    fn edge(&self, a: u32, b: u32) -> Option<(u32, f64, f64)> {
        self.near[a as usize].iter().copied().find(|edge| edge.0 == b)
    }

    /// Metres from a node to its neighbour.
    pub fn step(&self, a: u32, b: u32) -> f64 {
        self.edge(a, b).map_or(0.0, |edge| edge.1)
    }

    /// Metres per second between neighbours.
    pub fn speed(&self, a: u32, b: u32) -> f64 {
        self.edge(a, b).map_or(10.0, |edge| edge.2)
    }

    /// Nodes of the quickest way through all places, none twice in a row.
    pub fn path(&self, via: &[Point]) -> Vec<u32> {
        let stops: Vec<u32> = via.iter().map(|&p| self.nearest(p)).collect();
        let mut path = vec![stops[0]];
        for pair in stops.windows(2) {
            path.extend(self.quickest(pair[0], pair[1]).into_iter().skip(1));
        }
        path
    }

    /// Dijkstra in tenths of seconds, so that ties do not depend on the last bit.
    fn quickest(&self, from: u32, to: u32) -> Vec<u32> {
        let mut scratch = self.scratch.borrow_mut();
        let RoadScratch { best, parent, touched } = &mut *scratch;
        for node in touched.drain(..) {
            best[node as usize] = u64::MAX;
            parent[node as usize] = NONE;
        }
        touched.push(from);
        let mut heap = BinaryHeap::from([Reverse((0u64, from))]);
        best[from as usize] = 0;
        while let Some(Reverse((cost, node))) = heap.pop() {
            if node == to {
                break;
            }
            if cost > best[node as usize] {
                continue;
            }
            for &(next, metres, speed) in &self.near[node as usize] {
                let there = cost + (metres / speed * 10.0).round() as u64;
                if there < best[next as usize] {
                    touched.push(next);
                    best[next as usize] = there;
                    parent[next as usize] = node;
                    heap.push(Reverse((there, next)));
                }
            }
        }
        let mut way = vec![to];
        let mut node = to;
        while node != from && parent[node as usize] != NONE {
            node = parent[node as usize];
            way.push(node);
        }
        way.reverse();
        way
    }
}

/// Streets that buses use.
fn for_buses(class: Class) -> bool {
    class <= Class::Tertiary
}
