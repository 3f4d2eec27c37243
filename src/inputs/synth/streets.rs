//! Streets as a graph: a lattice, bent by noise, that is fine where many live and coarse in the woods; cut by
//! the sea and joined by a few bridges.

use std::collections::BTreeMap;

use petgraph::unionfind::UnionFind;

use super::dice::Noise;
use super::field::DistrictFields;
use super::land::Land;
use super::lattice::Line;
use super::plan::{BridgeKind, Plan, Point, Ways, distance};
use crate::base::NONE;

/// A line of the lattice crosses water once within this far, m: all of a city.
const ONE_BRIDGE_M: f64 = 60_000.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    Primary,
    Secondary,
    Tertiary,
    Residential,
    Footway,
}

pub struct StreetNode {
    pub at: Point,
    /// [`NONE`] on a bridge.
    pub island: u32,
}

pub struct StreetEdge {
    pub from: u32,
    pub to: u32,
    pub class: Class,
    /// Which line of the lattice; edges of one line and island share a name.
    pub line: Line,
    /// Index of the plan's bridge, or [`NONE`].
    pub bridge: u32,
}

/// Edges run east or north; those of one line follow each other.
pub struct SynthStreets {
    pub nodes: Vec<StreetNode>,
    pub edges: Vec<StreetEdge>,
}

impl SynthStreets {
    pub fn length(&self, edge: &StreetEdge) -> f64 {
        distance(self.nodes[edge.from as usize].at, self.nodes[edge.to as usize].at)
    }
}

/// How often a line is kept when the lattice gets coarser: the number of times 2 divides its index.
fn rank(index: i32) -> u32 {
    if index == 0 { 9 } else { index.trailing_zeros() }
}

fn class(rank: u32) -> Class {
    match rank {
        0 | 1 => Class::Residential,
        2 => Class::Tertiary,
        3 => Class::Secondary,
        _ => Class::Primary,
    }
}

/// The lattice: columns `-half.0 ..= half.0`, rows likewise. In the woods, most of a country, only corners of
/// lines that may be laid there are kept.
struct StreetLattice {
    half: (i32, i32),
    /// Per corner, row by row: where it is kept, or [`NONE`].
    kept: Vec<u32>,
    /// Per kept corner: its number, place, island (or [`NONE`]), rank that a line needs to be laid there.
    corner: Vec<u32>,
    at: Vec<Point>,
    island: Vec<u32>,
    need: Vec<u32>,
}

impl StreetLattice {
    fn new(plan: &Plan, land: &Land, seed: u64) -> Self {
        let half = ((plan.half.0 / plan.block_m) as i32, (plan.half.1 / plan.block_m) as i32);
        let bends = [Noise::new(seed, 20, 1400.0), Noise::new(seed, 21, 1400.0)];
        let shakes = [Noise::new(seed, 22, 1.0), Noise::new(seed, 23, 1.0)];
        let fields = DistrictFields::new(plan);
        let mut lattice = StreetLattice {
            half,
            kept: Vec::with_capacity(((2 * half.0 + 1) * (2 * half.1 + 1)) as usize),
            corner: Vec::new(),
            at: Vec::new(),
            island: Vec::new(),
            need: Vec::new(),
        };
        // Paths may be laid where nobody lives.
        let all = plan.islands.iter().any(|island| island.ways == Ways::Paths);
        for j in -half.1..=half.1 {
            for i in -half.0..=half.0 {
                let p = (f64::from(i) * plan.block_m, f64::from(j) * plan.block_m);
                // A neighbour is as far from people, so no line of a lower rank leads here.
                if !all && rank(i).max(rank(j)) < plan.wild && fields.far(p) {
                    lattice.kept.push(NONE);
                    continue;
                }
                lattice.corner.push(lattice.kept.len() as u32);
                lattice.kept.push(lattice.at.len() as u32);
                let push = |k: usize| {
                    bends[k].at(p) * plan.block_m * 2.0
                        + shakes[k].corner(i64::from(i), i64::from(j)) * plan.block_m * 0.09
                };
                let at = (p.0 + push(0), p.1 + push(1));
                let island = land.island(at, 0.06);
                let ways = island.map_or(Ways::Nothing, |island| plan.islands[island].ways);
                lattice.at.push(at);
                lattice.island.push(match (island, ways) {
                    (Some(island), Ways::Streets | Ways::Paths) => island as u32,
                    _ => NONE,
                });
                let here = fields.at(at);
                lattice.need.push(match here.people_km2 + here.jobs_km2 * 0.4 {
                    _ if ways == Ways::Paths => 1,
                    dense if dense > plan.fine[0] => 0,
                    dense if dense > plan.fine[1] => 1,
                    dense if dense > plan.fine[2] => 2,
                    dense if dense > 0.0 => 3,
                    _ => plan.wild,
                });
            }
        }
        lattice
    }

    /// Where the corner is kept, or [`NONE`].
    fn corner(&self, i: i32, j: i32) -> u32 {
        self.kept[((j + self.half.1) * (2 * self.half.0 + 1) + i + self.half.0) as usize]
    }

    /// Rows, then columns, each with its corners in order.
    fn lines(&self) -> impl Iterator<Item = (Line, Vec<u32>)> + '_ {
        let rows = (-self.half.1..=self.half.1).map(|j| {
            (
                Line { north: false, index: j },
                (-self.half.0..=self.half.0).map(|i| self.corner(i, j)).collect(),
            )
        });
        let columns = (-self.half.0..=self.half.0).map(|i| {
            (
                Line { north: true, index: i },
                (-self.half.1..=self.half.1).map(|j| self.corner(i, j)).collect(),
            )
        });
        rows.chain(columns)
    }
}

pub fn streets(plan: &Plan, land: &Land, seed: u64) -> SynthStreets {
    let lattice = StreetLattice::new(plan, land, seed);
    let gaps = Noise::new(seed, 24, 1.0);
    // (from, to, class, line) by corners.
    let mut laid: Vec<(u32, u32, Class, Line)> = Vec::new();
    for (line, corners) in lattice.lines() {
        let rank = rank(line.index);
        for pair in corners.windows(2) {
            if pair.contains(&NONE) {
                continue;
            }
            let (a, b) = (pair[0] as usize, pair[1] as usize);
            let middle =
                ((lattice.at[a].0 + lattice.at[b].0) / 2.0, (lattice.at[a].1 + lattice.at[b].1) / 2.0);
            let one_island = lattice.island[a] != NONE && lattice.island[a] == lattice.island[b];
            let wanted = rank >= lattice.need[a].min(lattice.need[b]);
            // Small streets have gaps, so that blocks differ.
            let gap = rank < 2 && gaps.corner(i64::from(lattice.corner[a]), i64::from(line.north)) > 0.76;
            if one_island && wanted && !gap && land.island(middle, 0.03).is_some() {
                let paths = plan.islands[lattice.island[a] as usize].ways == Ways::Paths;
                laid.push((pair[0], pair[1], if paths { Class::Footway } else { class(rank) }, line));
            }
        }
    }
    let kept = largest_of_each_island(&lattice, &laid, plan.islands.len());
    laid.retain(|&(a, _, _, _)| kept[a as usize]);

    let mut of_corner = vec![NONE; lattice.at.len()];
    let mut streets = SynthStreets { nodes: Vec::new(), edges: Vec::new() };
    for corner in (0..lattice.at.len()).filter(|&corner| kept[corner]) {
        of_corner[corner] = streets.nodes.len() as u32;
        streets.nodes.push(StreetNode { at: lattice.at[corner], island: lattice.island[corner] });
    }
    for (a, b, class, line) in laid {
        streets.edges.push(StreetEdge {
            from: of_corner[a as usize],
            to: of_corner[b as usize],
            class,
            line,
            bridge: NONE,
        });
    }
    bridges(plan, &lattice, &of_corner, &mut streets);
    streets
}

/// Corners in the largest connected piece of their island.
fn largest_of_each_island(
    lattice: &StreetLattice,
    laid: &[(u32, u32, Class, Line)],
    islands: usize,
) -> Vec<bool> {
    let mut pieces = UnionFind::<u32>::new(lattice.at.len());
    for &(a, b, _, _) in laid {
        pieces.union(a, b);
    }
    let labels = pieces.into_labeling();
    let mut sizes = vec![0u32; lattice.at.len()];
    for &label in &labels {
        sizes[label as usize] += 1;
    }
    let mut largest = vec![(1, NONE); islands];
    for (corner, &label) in labels.iter().enumerate() {
        let Some(best) = largest.get_mut(lattice.island[corner] as usize) else { continue };
        if sizes[label as usize] > best.0 {
            *best = (sizes[label as usize], label);
        }
    }
    labels
        .iter()
        .enumerate()
        .map(|(corner, &label)| {
            largest.get(lattice.island[corner] as usize).is_some_and(|best| best.1 == label)
        })
        .collect()
}

/// (line, from, to): neighbours on a line with nothing but water between.
type Gap = (Line, u32, u32);

/// Goes on with lines of the lattice over the water, where it is narrow and near the planned place.
fn bridges(plan: &Plan, lattice: &StreetLattice, of_corner: &[u32], streets: &mut SynthStreets) {
    // By pair of islands.
    let mut gaps: BTreeMap<(u32, u32), Vec<Gap>> = BTreeMap::new();
    let pair = |a: u32, b: u32| (a.min(b), a.max(b));
    for (line, corners) in lattice.lines() {
        let mut last = NONE;
        let corners = corners.iter().filter(|&&corner| corner != NONE);
        for node in corners.map(|&corner| of_corner[corner as usize]).filter(|&node| node != NONE) {
            if last != NONE {
                let islands = pair(streets.nodes[last as usize].island, streets.nodes[node as usize].island);
                if islands.0 != islands.1 {
                    gaps.entry(islands).or_default().push((line, last, node));
                }
            }
            last = node;
        }
    }
    let mut taken: Vec<(Line, Point)> = Vec::new();
    for (index, bridge) in plan.bridges.iter().enumerate() {
        let cost = |&(line, from, to): &Gap| {
            let (a, b) = (&streets.nodes[from as usize], &streets.nodes[to as usize]);
            let allowed = bridge.kind == BridgeKind::FootAndCycle || rank(line.index) >= 2;
            let near = |other: &(Line, Point)| other.0 == line && distance(other.1, a.at) < ONE_BRIDGE_M;
            if !allowed || taken.iter().any(near) {
                return None;
            }
            let middle = ((a.at.0 + b.at.0) / 2.0, (a.at.1 + b.at.1) / 2.0);
            let small = 3u32.saturating_sub(rank(line.index));
            let metres = distance(a.at, b.at) + 0.5 * distance(middle, bridge.near) + f64::from(small) * 80.0;
            Some((metres * 10.0) as u64)
        };
        let between = gaps.get(&pair(bridge.islands.0 as u32, bridge.islands.1 as u32));
        let all = between.into_iter().flatten();
        let best = all.filter_map(|gap| cost(gap).map(|cost| (cost, *gap))).min_by_key(|&(cost, _)| cost);
        let Some((_, (line, from, to))) = best else { continue };
        taken.push((line, streets.nodes[from as usize].at));
        let class = match bridge.kind {
            BridgeKind::Road => class(rank(line.index)).min(Class::Secondary),
            BridgeKind::FootAndCycle => Class::Footway,
        };
        let (a, b) = (streets.nodes[from as usize].at, streets.nodes[to as usize].at);
        let pieces = ((distance(a, b) / plan.block_m) as u32).max(1);
        let mut last = from;
        for k in 1..=pieces {
            let next = if k == pieces {
                to
            } else {
                let part = f64::from(k) / f64::from(pieces);
                let at = (a.0 + (b.0 - a.0) * part, a.1 + (b.1 - a.1) * part);
                streets.nodes.push(StreetNode { at, island: NONE });
                streets.nodes.len() as u32 - 1
            };
            streets.edges.push(StreetEdge { from: last, to: next, class, line, bridge: index as u32 });
            last = next;
        }
    }
}
