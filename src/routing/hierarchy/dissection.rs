//! Junctions → the order in which they, or the streets between them, are taken away: nested dissection (George 1973). A
//! part is halved again and again; what separates its halves goes after both.

use super::cut::{Cut, DIRECTIONS, PartEdges, cut};
use crate::base::NONE;
use crate::base::csr::Csr;
use crate::base::error::Result;
use crate::base::executor::{Executor, Pool, collect};

/// A part of so few vertices is a task of its own; larger ones are cut in each direction by another.
const TASK: usize = 2_000;

/// Coordinates on a plane, in some unit that is the same both ways.
pub(super) fn plane(lon_e7: &[i32], lat_e7: &[i32]) -> Vec<(i64, i64)> {
    let sum: i64 = lat_e7.iter().map(|&lat| i64::from(lat)).sum();
    let middle = sum as f64 / lat_e7.len().max(1) as f64 / 1e7;
    // Thousandths: the last bit of a cosine, which machines may differ in, then moves no junction.
    let shrink = (middle.to_radians().cos() * 1e3).round() as i64;
    lon_e7.iter().zip(lat_e7).map(|(&lon, &lat)| (i64::from(lon) * shrink, i64::from(lat) * 1_000)).collect()
}

/// What is taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    /// Junctions: where streets are cut, their ends on one side.
    Junctions,
    /// Streets: those that are cut. (Of an order of streets by themselves, as vertices of a graph of turns, the arcs make
    /// three times as many triangles.)
    Streets,
}

/// Junctions, or streets, in the order in which they are taken away.
///
/// # Errors
/// `Stopped` when `executor` wants to stop.
pub(super) fn order(
    ends: &[(u32, u32)],
    points: &[(i64, i64)],
    separator: Separator,
    executor: &dyn Executor,
) -> Result<Vec<u32>> {
    let graph = CutGraph::new(ends, points, separator);
    // Level by level: first all that is large, each direction a task; then the small parts, each with all below it.
    let mut tree = vec![PartNode::default()];
    let mut small = Vec::new();
    let mut large = Vec::new();
    let all: Vec<u32> = (0..points.len() as u32).collect();
    if all.len() > TASK { &mut large } else { &mut small }.push((0, all));
    let pool: Pool<PartNumbers> = Pool::default();
    while !large.is_empty() {
        let work = std::mem::take(&mut large);
        let cuts = collect(executor, work.len() * DIRECTIONS.len(), |task| {
            let vertices = &work[task / DIRECTIONS.len()].1;
            pool.with(PartNumbers::default, |scratch| {
                let part = graph.part(vertices, scratch);
                cut(&part, &graph.points_of(vertices), DIRECTIONS[task % DIRECTIONS.len()])
            })
        })?;
        for ((node, vertices), cuts) in work.iter().zip(cuts.chunks(DIRECTIONS.len())) {
            let part = pool.with(PartNumbers::default, |scratch| graph.part(vertices, scratch));
            let (halves, separator) = graph.split(&part, vertices, best(cuts));
            tree[*node].own = separator;
            for half in halves {
                let below = tree.len();
                tree[*node].halves.push(below);
                if half.len() > TASK { &mut large } else { &mut small }.push((below, half));
                tree.push(PartNode::default());
            }
        }
    }
    let orders = collect(executor, small.len(), |task| {
        let mut order = Vec::new();
        pool.with(PartNumbers::default, |scratch| graph.dissect(&small[task].1, scratch, &mut order));
        order
    })?;
    for ((node, _), order) in small.iter().zip(orders) {
        tree[*node].own = order;
    }
    // Loops separate nothing, and go first.
    let mut order = match separator {
        Separator::Junctions => Vec::new(),
        Separator::Streets => loops(ends),
    };
    append(&tree, 0, &mut order);
    Ok(order)
}

/// A part in the tree of parts.
#[derive(Debug, Default)]
struct PartNode {
    halves: Vec<usize>,
    /// What separates the halves; all of it, in order, of a part that is not halved here.
    own: Vec<u32>,
}

/// Halves are smaller by a quarter at least: some forty levels are the most.
fn append(tree: &[PartNode], node: usize, order: &mut Vec<u32>) {
    for &half in &tree[node].halves {
        append(tree, half, order);
    }
    order.extend_from_slice(&tree[node].own);
}

/// The first of the best.
fn best(cuts: &[Cut]) -> &Cut {
    cuts.iter().reduce(|best, cut| if cut.beats(best) { cut } else { best }).expect("a cut a direction")
}

/// Numbers in a part.
#[derive(Debug, Default)]
struct PartNumbers {
    /// Of a vertex; `NONE` elsewhere.
    number: Vec<u32>,
    /// Of an edge; elsewhere whatever it was.
    edge_number: Vec<u32>,
}

struct CutGraph<'a> {
    /// (Neighbour, street.)
    around: Csr<(u32, u32)>,
    points: &'a [(i64, i64)],
    streets: usize,
    separator: Separator,
}

impl CutGraph<'_> {
    fn new<'a>(ends: &[(u32, u32)], points: &'a [(i64, i64)], separator: Separator) -> CutGraph<'a> {
        let mut pairs = Vec::with_capacity(2 * ends.len());
        for (edge, &(a, b)) in ends.iter().enumerate().filter(|(_, (a, b))| a != b) {
            pairs.push((a, (b, edge as u32)));
            pairs.push((b, (a, edge as u32)));
        }
        CutGraph { around: Csr::from_pairs(points.len(), &pairs), points, streets: ends.len(), separator }
    }

    fn points_of(&self, vertices: &[u32]) -> Vec<(i64, i64)> {
        vertices.iter().map(|&v| self.points[v as usize]).collect()
    }

    /// The edges among some vertices.
    fn part(&self, vertices: &[u32], scratch: &mut PartNumbers) -> PartEdges {
        let PartNumbers { number, edge_number } = scratch;
        number.resize(self.points.len(), NONE);
        edge_number.resize(self.streets, NONE);
        for (i, &v) in vertices.iter().enumerate() {
            number[v as usize] = i as u32;
        }
        let mut part = PartEdges { first: vec![0], ..PartEdges::default() };
        for (i, &v) in vertices.iter().enumerate() {
            for &(w, edge) in self.around.row(v as usize) {
                let w = number[w as usize];
                if w == NONE {
                    continue;
                }
                if (i as u32) < w {
                    edge_number[edge as usize] = part.streets.len() as u32;
                    part.streets.push(edge);
                }
                part.arcs.push((w, edge));
            }
            part.first.push(part.arcs.len() as u32);
        }
        for (_, edge) in &mut part.arcs {
            *edge = edge_number[*edge as usize];
        }
        for &v in vertices {
            number[v as usize] = NONE;
        }
        part
    }

    /// Appends the order of a small part.
    fn dissect(&self, vertices: &[u32], scratch: &mut PartNumbers, order: &mut Vec<u32>) {
        match self.separator {
            Separator::Junctions if vertices.len() < 3 => return order.extend_from_slice(vertices),
            Separator::Streets if vertices.len() < 2 => return,
            _ => {}
        }
        let part = self.part(vertices, scratch);
        let points = self.points_of(vertices);
        let cuts = DIRECTIONS.map(|direction| cut(&part, &points, direction));
        let (halves, separator) = self.split(&part, vertices, best(&cuts));
        for half in &halves {
            self.dissect(half, scratch, order);
        }
        order.extend(separator);
    }

    /// The two halves and what separates them.
    fn split(&self, part: &PartEdges, vertices: &[u32], cut: &Cut) -> ([Vec<u32>; 2], Vec<u32>) {
        let crosses = |v: usize, w: u32| cut.side[w as usize] != cut.side[v];
        let (mut halves, mut separator) = ([Vec::new(), Vec::new()], Vec::new());
        if self.separator == Separator::Streets {
            let mut cuts = vec![false; part.streets.len()];
            for (v, &vertex) in vertices.iter().enumerate() {
                halves[usize::from(cut.side[v])].push(vertex);
                for &(_, edge) in part.around(v as u32).iter().filter(|&&(w, _)| crosses(v, w)) {
                    cuts[edge as usize] = true;
                }
            }
            separator
                .extend(part.streets.iter().zip(cuts).filter(|(_, cut)| *cut).map(|(&street, _)| street));
            return (halves, separator);
        }
        // Of the ends of what is cut those on the side that has fewer.
        let border: Vec<bool> =
            (0..vertices.len()).map(|v| part.around(v as u32).iter().any(|&(w, _)| crosses(v, w))).collect();
        let count = |side: bool| (0..vertices.len()).filter(|&v| border[v] && cut.side[v] == side).count();
        let separates = count(true) < count(false);
        for (v, &vertex) in vertices.iter().enumerate() {
            if border[v] && cut.side[v] == separates {
                separator.push(vertex);
            } else {
                halves[usize::from(cut.side[v])].push(vertex);
            }
        }
        (halves, separator)
    }
}

fn loops(ends: &[(u32, u32)]) -> Vec<u32> {
    (0..ends.len() as u32).filter(|&street| ends[street as usize].0 == ends[street as usize].1).collect()
}
