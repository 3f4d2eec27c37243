//! A part of a graph → two halves with few edges between them: inertial flow (Schild & Sommer 2015). The quarter of the
//! vertices that lies farthest one way is held apart from the quarter farthest the other way by a smallest cut, found
//! by Dinic's algorithm (1970).

use std::collections::VecDeque;

use crate::base::NONE;

/// Directions along which a part is cut, as factors of (x, y).
pub(super) const DIRECTIONS: [(i64, i64); 4] = [(1, 0), (0, 1), (1, 1), (1, -1)];

/// Undirected edges of a part, between vertices numbered from 0.
#[derive(Debug, Default)]
pub(super) struct PartEdges {
    pub first: Vec<u32>,
    /// (Neighbour, edge of the part.)
    pub arcs: Vec<(u32, u32)>,
    /// Edge of the part → that of the whole graph.
    pub streets: Vec<u32>,
}

/// How a direction cuts a part.
#[derive(Clone, Debug)]
pub(super) struct Cut {
    pub edges: u32,
    /// Vertices of the smaller side.
    pub smaller: u32,
    /// By vertex.
    pub side: Vec<bool>,
}

impl Cut {
    /// Whether it is better: fewer edges for each vertex that it cuts off.
    pub fn beats(&self, other: &Cut) -> bool {
        u64::from(self.edges) * u64::from(other.smaller) < u64::from(other.edges) * u64::from(self.smaller)
    }
}

const SOURCE: u8 = 1;
const SINK: u8 = 2;

/// Cuts a part of at least two vertices.
pub(super) fn cut(part: &PartEdges, points: &[(i64, i64)], direction: (i64, i64)) -> Cut {
    let n = points.len();
    let key = |v: u32| {
        let (x, y) = points[v as usize];
        (x * direction.0 + y * direction.1, v)
    };
    let mut along: Vec<u32> = (0..n as u32).collect();
    let quarter = (n / 4).max(1);
    along.select_nth_unstable_by_key(quarter - 1, |&v| key(v));
    along[quarter..].select_nth_unstable_by_key(n - 2 * quarter, |&v| key(v));
    let mut kind = vec![0u8; n];
    along[..quarter].iter().for_each(|&v| kind[v as usize] = SOURCE);
    along[n - quarter..].iter().for_each(|&v| kind[v as usize] = SINK);
    let mut flow = Flow {
        part,
        kind,
        along: vec![NONE; part.streets.len()],
        level: vec![NONE; n],
        next: vec![0; n],
        queue: VecDeque::new(),
    };
    let mut edges = 0;
    while flow.layers(SOURCE, SINK) {
        edges += flow.augment(&along[..quarter]);
    }
    // Both ends of the cut's choice are smallest cuts: that nearest the sources, and that nearest the sinks.
    let near_sources: Vec<bool> = flow.level.iter().map(|&level| level != NONE).collect();
    flow.layers(SINK, SOURCE);
    let near_sinks: Vec<bool> = flow.level.iter().map(|&level| level == NONE).collect();
    let smaller = |side: &[bool]| {
        let one = side.iter().filter(|&&s| s).count();
        one.min(n - one) as u32
    };
    let (a, b) = (smaller(&near_sources), smaller(&near_sinks));
    if a >= b {
        Cut { edges, smaller: a, side: near_sources }
    } else {
        Cut { edges, smaller: b, side: near_sinks }
    }
}

struct Flow<'a> {
    part: &'a PartEdges,
    kind: Vec<u8>,
    /// The vertex that an edge carries one unit away from, or `NONE`.
    along: Vec<u32>,
    level: Vec<u32>,
    /// The arc with which the search goes on from a vertex.
    next: Vec<u32>,
    queue: VecDeque<u32>,
}

impl Flow<'_> {
    /// Levels of the residual graph from all vertices of a kind, or towards them; whether it gets to the other kind.
    fn layers(&mut self, from: u8, to: u8) -> bool {
        self.level.fill(NONE);
        self.queue.clear();
        for (v, _) in self.kind.iter().enumerate().filter(|(_, kind)| **kind == from) {
            self.level[v] = 0;
            self.queue.push_back(v as u32);
        }
        let mut met = false;
        while let Some(v) = self.queue.pop_front() {
            for &(w, edge) in self.part.around(v) {
                // An edge has no room left in the direction in which it carries its unit.
                let carries_from = if from == SOURCE { v } else { w };
                if self.level[w as usize] != NONE || self.along[edge as usize] == carries_from {
                    continue;
                }
                self.level[w as usize] = self.level[v as usize] + 1;
                if self.kind[w as usize] == to {
                    met = true;
                } else if !met {
                    self.queue.push_back(w);
                }
            }
        }
        met
    }

    /// Sends units along the levels until none gets through; how many did.
    fn augment(&mut self, sources: &[u32]) -> u32 {
        for v in 0..self.next.len() {
            self.next[v] = self.part.first[v];
        }
        let mut sent = 0;
        let mut path: Vec<(u32, u32)> = Vec::new();
        for &source in sources {
            let mut v = source;
            loop {
                if self.kind[v as usize] == SINK {
                    for &(from, edge) in &path {
                        // A unit that comes the other way is taken back.
                        let carried = &mut self.along[edge as usize];
                        *carried = if *carried == NONE { from } else { NONE };
                    }
                    sent += 1;
                    path.clear();
                    v = source;
                    continue;
                }
                let at = self.next[v as usize];
                if at == self.part.first[v as usize + 1] {
                    // A dead end: back, and past the arc that led here.
                    let Some((from, _)) = path.pop() else { break };
                    self.next[from as usize] += 1;
                    v = from;
                    continue;
                }
                let (w, edge) = self.part.arcs[at as usize];
                let deeper = self.level[w as usize] == self.level[v as usize] + 1;
                if deeper && self.along[edge as usize] != v {
                    path.push((v, edge));
                    v = w;
                } else {
                    self.next[v as usize] += 1;
                }
            }
        }
        sent
    }
}

impl PartEdges {
    pub fn around(&self, v: u32) -> &[(u32, u32)] {
        &self.arcs[self.first[v as usize] as usize..self.first[v as usize + 1] as usize]
    }
}
