//! A graph and an order of its vertices → the arcs that the order needs: whoever is taken away leaves its neighbours
//! joined to each other. Vertices get ranks along the elimination tree (Liu 1986), so that what hangs below one has
//! ranks in a row.

use crate::base::NONE;
use crate::base::csr::Csr;
use crate::base::error::Result;
use crate::base::executor::Executor;

/// The chordal graph, by rank: each arc stands with its lower end.
#[derive(Clone, Debug)]
pub(super) struct Chordal {
    pub rank_of: Vec<u32>,
    /// Rank → its arcs (offsets), and the higher ends of these, ascending.
    pub first: Vec<u32>,
    pub head: Vec<u32>,
    /// Ranks in the subtree that ends with a rank, itself included.
    pub below: Vec<u32>,
}

impl Chordal {
    /// # Errors
    /// `Stopped` when `executor` wants to stop.
    pub fn complete(ends: &[(u32, u32)], order: &[u32], executor: &dyn Executor) -> Result<Chordal> {
        let n = order.len();
        let mut rank_of = inverse(order);
        let parent = elimination_tree(&lower_neighbours(ends, &rank_of), n);
        executor.go_on()?;
        let moved = inverse(&postorder(&parent));
        rank_of.iter_mut().for_each(|rank| *rank = moved[*rank as usize]);
        let lower = lower_neighbours(ends, &rank_of);
        let mut higher_pairs = Vec::with_capacity(lower.values().len());
        for high in 0..n as u32 {
            higher_pairs.extend(lower.row(high as usize).iter().map(|&low| (low, high)));
        }
        let higher = Csr::from_pairs(n, &higher_pairs);
        let mut chordal = Chordal { rank_of, first: vec![0], head: Vec::new(), below: vec![1; n] };
        // Children of the elimination tree, as a list from each vertex on: whoever is taken away hands its neighbours
        // to the lowest of them.
        let mut first_child = vec![NONE; n];
        let mut next_child = vec![NONE; n];
        let mut seen = vec![NONE; n];
        for v in 0..n as u32 {
            let begin = chordal.head.len();
            seen[v as usize] = v;
            let mut add = |w: u32, head: &mut Vec<u32>| {
                if seen[w as usize] != v {
                    seen[w as usize] = v;
                    head.push(w);
                }
            };
            for &w in higher.row(v as usize) {
                add(w, &mut chordal.head);
            }
            let mut child = first_child[v as usize];
            while child != NONE {
                for at in chordal.first[child as usize]..chordal.first[child as usize + 1] {
                    let w = chordal.head[at as usize];
                    add(w, &mut chordal.head);
                }
                chordal.below[v as usize] += chordal.below[child as usize];
                child = next_child[child as usize];
            }
            chordal.head[begin..].sort_unstable();
            if let Some(&lowest) = chordal.head.get(begin) {
                next_child[v as usize] = first_child[lowest as usize];
                first_child[lowest as usize] = v;
            }
            chordal.first.push(u32::try_from(chordal.head.len()).expect("fewer than 2^32 arcs"));
            if v % 65_536 == 0 {
                executor.go_on()?;
            }
        }
        chordal.head.shrink_to_fit();
        Ok(chordal)
    }

    pub fn len(&self) -> usize {
        self.rank_of.len()
    }

    pub fn arcs(&self, rank: u32) -> std::ops::Range<usize> {
        self.first[rank as usize] as usize..self.first[rank as usize + 1] as usize
    }

    /// The arc between two ranks that are neighbours.
    pub fn arc(&self, low: u32, high: u32) -> usize {
        let arcs = self.arcs(low);
        arcs.start + self.head[arcs].binary_search(&high).expect("every street is an arc")
    }
}

/// Place in a list → what stands there; the other way round.
fn inverse(list: &[u32]) -> Vec<u32> {
    let mut place = vec![0; list.len()];
    for (i, &value) in list.iter().enumerate() {
        place[value as usize] = i as u32;
    }
    place
}

/// Rank → neighbours of lower rank.
fn lower_neighbours(ends: &[(u32, u32)], rank_of: &[u32]) -> Csr<u32> {
    let ranks = ends.iter().map(|&(a, b)| (rank_of[a as usize], rank_of[b as usize]));
    let pairs: Vec<(u32, u32)> = ranks.filter(|(a, b)| a != b).map(|(a, b)| (a.max(b), a.min(b))).collect();
    Csr::from_pairs(rank_of.len(), &pairs)
}

/// The lowest of the higher neighbours that each vertex will have, or `NONE`.
fn elimination_tree(lower: &Csr<u32>, n: usize) -> Vec<u32> {
    let mut parent = vec![NONE; n];
    let mut ancestor = vec![NONE; n];
    for v in 0..n as u32 {
        for &w in lower.row(v as usize) {
            // Up from the neighbour to the root of its tree so far, shortening the way for those who come after.
            let mut here = w;
            while here != NONE && here != v {
                let above = ancestor[here as usize];
                ancestor[here as usize] = v;
                if above == NONE {
                    parent[here as usize] = v;
                }
                here = above;
            }
        }
    }
    parent
}

/// The vertices so that each comes right after all that is below it.
fn postorder(parent: &[u32]) -> Vec<u32> {
    let n = parent.len();
    let mut below = vec![1u32; n];
    for v in 0..n {
        if parent[v] != NONE {
            below[parent[v] as usize] += below[v];
        }
    }
    // A subtree's places end with its root's; children fill them from the back.
    let mut end = vec![0u32; n];
    let mut order = vec![0; n];
    let mut roots_end = n as u32;
    for v in (0..n).rev() {
        let free = if parent[v] == NONE { &mut roots_end } else { &mut end[parent[v] as usize] };
        let own = *free;
        *free -= below[v];
        order[own as usize - 1] = v as u32;
        end[v] = own - 1;
    }
    order
}
