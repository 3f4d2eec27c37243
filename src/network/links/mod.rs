//! Points and stops → where they are linked to the streets.

use super::reach::EdgePosition;
use super::streets::Streets;
use crate::base::NONE;
use crate::base::array::Array;
use crate::base::error::Result;
use crate::base::executor::{Executor, collect};
use crate::study::NetworkSpec;

mod again;
mod around;
mod legs;
mod nearest;
mod stops;

pub use again::{Ends, legs_again, relinked};
pub use around::Around;
pub use legs::{Limits, legs, outward, to_places};
use nearest::{Hit, Index};
pub use stops::Kept;

/// What became of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum LinkStatus {
    /// Linked to a kept component.
    Linkage = 0,
    /// Only a small island that is not kept within reach: linked to that.
    Island = 1,
    /// No street within `max_link_m`, or a stop that no trip calls at.
    Unlinked = 2,
}

/// Points and their links, in the points' order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Linkage {
    /// Edge, or `NONE`.
    pub edge: Array<u32>,
    /// Position along the edge, mm from its start.
    pub at_mm: Array<u32>,
    /// Straight line from the point to the street, mm.
    pub link_mm: Array<u32>,
    /// [`LinkStatus`] as a number.
    pub status: Array<u8>,
}

impl Linkage {
    /// Number of points.
    pub fn len(&self) -> usize {
        self.edge.len()
    }

    pub fn is_empty(&self) -> bool {
        self.edge.is_empty()
    }

    pub fn status(&self, point: usize) -> LinkStatus {
        match self.status[point] {
            0 => LinkStatus::Linkage,
            1 => LinkStatus::Island,
            _ => LinkStatus::Unlinked,
        }
    }

    /// Where a point is linked, or `None`.
    pub fn spot(&self, point: usize) -> Option<EdgePosition> {
        let edge = self.edge[point];
        (edge != NONE).then(|| EdgePosition { edge, at_mm: self.at_mm[point], link_mm: self.link_mm[point] })
    }

    /// Whether the arrays fit each other and the streets: what a file must pass before it is used.
    pub fn check(&self, streets: &Streets) -> bool {
        let len = self.len();
        let fits = |point: usize| match self.edge[point] {
            NONE => self.status[point] == LinkStatus::Unlinked as u8,
            edge => {
                self.status[point] < LinkStatus::Unlinked as u8
                    && streets.edge_mm.get(edge as usize).is_some_and(|&mm| self.at_mm[point] <= mm)
            }
        };
        [self.at_mm.len(), self.link_mm.len(), self.status.len()].iter().all(|&other| other == len)
            && (0..len).all(fits)
    }

    /// Adds more points at the end.
    pub fn append(&mut self, more: &Linkage) {
        self.edge.to_mut().extend_from_slice(&more.edge);
        self.at_mm.to_mut().extend_from_slice(&more.at_mm);
        self.link_mm.to_mut().extend_from_slice(&more.link_mm);
        self.status.to_mut().extend_from_slice(&more.status);
    }

    /// Takes a point of `other` for its own, which may be the next one.
    fn set(&mut self, point: usize, other: &Linkage, at: usize) {
        let put = |own: &mut Vec<u32>, value| {
            own.resize(own.len().max(point + 1), value);
            own[point] = value;
        };
        put(self.edge.to_mut(), other.edge[at]);
        put(self.at_mm.to_mut(), other.at_mm[at]);
        put(self.link_mm.to_mut(), other.link_mm[at]);
        let status = self.status.to_mut();
        status.resize(status.len().max(point + 1), 0);
        status[point] = other.status[at];
    }

    fn push(&mut self, hit: Option<Hit>, status: LinkStatus) {
        self.edge.push(hit.map_or(NONE, |hit| hit.edge));
        self.at_mm.push(hit.map_or(0, |hit| hit.at_mm));
        // `max_link_m` is far below 2³² mm.
        self.link_mm.push(hit.map_or(0, |hit| u32::try_from(hit.link_mm).unwrap_or(u32::MAX)));
        self.status.push(status as u8);
    }
}

/// How far streets are looked for, m.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinkRule {
    /// A point farther from a street is not linked.
    pub max_link_m: f64,
    /// A stop this near to a large component is linked to none but large ones.
    pub fragment_reach_m: f64,
}

impl From<&NetworkSpec> for LinkRule {
    fn from(network: &NetworkSpec) -> LinkRule {
        LinkRule { max_link_m: network.max_link_m, fragment_reach_m: network.fragment_reach_m }
    }
}

/// Finds the nearest streets.
pub struct Linker<'a> {
    streets: &'a Streets,
    /// As findings have it.
    input: &'static str,
    index: Index<'a>,
    max_mm: u64,
    reach_mm: u64,
}

/// So many points are linked in one task.
const CHUNK: usize = 256;

impl<'a> Linker<'a> {
    /// Makes the index.
    pub fn new(streets: &'a Streets, rule: LinkRule) -> Self {
        Self::of(streets, rule, |_| true)
    }

    /// As [`Linker::new`], for these points alone: only the streets around them are gone through.
    pub fn around(streets: &'a Streets, rule: LinkRule, points: &[(f64, f64)]) -> Self {
        let near = Around::new(points, rule.max_link_m.max(rule.fragment_reach_m));
        Self::of(streets, rule, |edge| near.may_touch(streets, edge))
    }

    /// Findings are of this input.
    pub fn named(self, input: &'static str) -> Self {
        Linker { input, ..self }
    }

    fn of(streets: &'a Streets, rule: LinkRule, wanted: impl Fn(u32) -> bool) -> Self {
        // A float cast saturates; u32 mm is what `Linkage` can hold.
        let mm = |m: f64| ((m * 1000.0).round() as u64).min(u64::from(u32::MAX));
        let (max_mm, reach_mm) = (mm(rule.max_link_m), mm(rule.fragment_reach_m));
        let index = Index::new(streets, wanted);
        Linker { streets, input: "osm", index, max_mm, reach_mm }
    }

    /// Links points (lon, lat in degrees): to the nearest kept component, or else to the island they are on. Stops are
    /// linked by [`Linker::link_stops`]. Errors: stopped by `executor`.
    pub fn link(&self, kept: &Kept, points: &[(f64, f64)], executor: &dyn Executor) -> Result<Linkage> {
        self.linked(points, executor, |point| self.index.nearest(point, kept.flags(), self.max_mm))
    }

    /// Links each point to what `find` gives: a place on a kept component, or one on another.
    fn linked(
        &self,
        points: &[(f64, f64)],
        executor: &dyn Executor,
        find: impl Fn((f64, f64)) -> (Option<Hit>, Option<Hit>) + Sync,
    ) -> Result<Linkage> {
        let mut linked = Linkage::default();
        for (hit, island) in self.of_each(points, executor, find)? {
            let status = match (hit, island) {
                (Some(_), _) => LinkStatus::Linkage,
                (None, Some(_)) => LinkStatus::Island,
                (None, None) => LinkStatus::Unlinked,
            };
            linked.push(hit.or(island), status);
        }
        Ok(linked)
    }

    fn of_each<T: Send>(
        &self,
        points: &[(f64, f64)],
        executor: &dyn Executor,
        find: impl Fn((f64, f64)) -> T + Sync,
    ) -> Result<Vec<T>> {
        let chunks: Vec<&[(f64, f64)]> = points.chunks(CHUNK).collect();
        let found = collect(executor, chunks.len(), |i| {
            chunks[i].iter().map(|&point| find(point)).collect::<Vec<_>>()
        })?;
        Ok(found.into_iter().flatten().collect())
    }
}
