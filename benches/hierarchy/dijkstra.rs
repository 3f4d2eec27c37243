//! The baselines: Dijkstra's search from one origin, with buckets and with a heap. They share no code with the
//! hierarchy.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A directed graph: vertex → (head, ms).
pub struct Graph {
    first: Vec<u32>,
    arcs: Vec<(u32, u32)>,
}

/// What a search leaves, used again by the next.
#[derive(Default)]
pub struct Scratch {
    pub label: Vec<u32>,
    touched: Vec<u32>,
    buckets: Vec<Vec<(u32, u32)>>,
    heap: BinaryHeap<Reverse<(u32, u32)>>,
}

/// Width of a bucket. Arcs may be shorter: a vertex may then come twice into the bucket that is being emptied.
const BUCKET_MS: u32 = 1_000;

impl Graph {
    /// From (tail, head, ms).
    pub fn new(vertices: usize, mut arcs: Vec<(u32, u32, u32)>) -> Graph {
        arcs.sort_unstable();
        let mut first = vec![0; vertices + 1];
        for &(tail, _, _) in &arcs {
            first[tail as usize + 1] += 1;
        }
        for vertex in 0..vertices {
            first[vertex + 1] += first[vertex];
        }
        Graph { first, arcs: arcs.into_iter().map(|(_, head, ms)| (head, ms)).collect() }
    }

    fn from(&self, vertex: u32) -> &[(u32, u32)] {
        &self.arcs[self.first[vertex as usize] as usize..self.first[vertex as usize + 1] as usize]
    }

    /// Buckets (Dial 1969; wider ones Denardo & Fox 1979).
    pub fn by_buckets(&self, seeds: &[(u32, u32)], limit_ms: u32, scratch: &mut Scratch) {
        scratch.begin(self.first.len() - 1);
        scratch.buckets.resize((limit_ms / BUCKET_MS) as usize + 1, Vec::new());
        let reach = |scratch: &mut Scratch, vertex: u32, ms: u32| {
            if ms <= limit_ms && scratch.lower(vertex, ms) {
                scratch.buckets[(ms / BUCKET_MS) as usize].push((vertex, ms));
            }
        };
        seeds.iter().for_each(|&(vertex, ms)| reach(scratch, vertex, ms));
        for bucket in 0..scratch.buckets.len() {
            let mut at = 0;
            while let Some(&(vertex, ms)) = scratch.buckets[bucket].get(at) {
                at += 1;
                if scratch.label[vertex as usize] == ms {
                    self.from(vertex).iter().for_each(|&(head, cost)| reach(scratch, head, ms + cost));
                }
            }
            scratch.buckets[bucket].clear();
        }
    }

    /// The standard library's binary heap.
    pub fn by_heap(&self, seeds: &[(u32, u32)], limit_ms: u32, scratch: &mut Scratch) {
        scratch.begin(self.first.len() - 1);
        let reach = |scratch: &mut Scratch, vertex: u32, ms: u32| {
            if ms <= limit_ms && scratch.lower(vertex, ms) {
                scratch.heap.push(Reverse((ms, vertex)));
            }
        };
        seeds.iter().for_each(|&(vertex, ms)| reach(scratch, vertex, ms));
        while let Some(Reverse((ms, vertex))) = scratch.heap.pop() {
            if scratch.label[vertex as usize] == ms {
                self.from(vertex).iter().for_each(|&(head, cost)| reach(scratch, head, ms + cost));
            }
        }
    }
}

impl Scratch {
    fn begin(&mut self, vertices: usize) {
        for vertex in self.touched.drain(..) {
            self.label[vertex as usize] = u32::MAX;
        }
        self.label.resize(vertices, u32::MAX);
    }

    fn lower(&mut self, vertex: u32, ms: u32) -> bool {
        let label = &mut self.label[vertex as usize];
        if *label == u32::MAX {
            self.touched.push(vertex);
        }
        let lower = ms < *label;
        *label = ms.min(*label);
        lower
    }
}
