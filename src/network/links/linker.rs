//! [`Linker`]: points → the nearest streets that they may be linked to.

use super::around::Around;
use super::kept::KeptComponents;
use super::linkage::{LinkStatus, Linkage};
use super::nearest::{SegmentIndex, StreetHit};
use crate::base::error::Result;
use crate::base::executor::{Executor, collect};
use crate::base::ids::EdgeId;
use crate::network::streets::Streets;
use crate::study::NetworkSpec;

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
    pub(super) streets: &'a Streets,
    /// The name of the input in diagnostics.
    pub(super) input: &'static str,
    pub(super) index: SegmentIndex<'a>,
    pub(super) max_mm: u64,
    pub(super) reach_mm: u64,
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

    /// Diagnostics name this input.
    pub fn named(self, input: &'static str) -> Self {
        Linker { input, ..self }
    }

    fn of(streets: &'a Streets, rule: LinkRule, wanted: impl Fn(EdgeId) -> bool) -> Self {
        // A float cast saturates; u32 mm is what `Linkage` can hold.
        let mm = |m: f64| ((m * 1000.0).round() as u64).min(u64::from(u32::MAX));
        let (max_mm, reach_mm) = (mm(rule.max_link_m), mm(rule.fragment_reach_m));
        let index = SegmentIndex::new(streets, wanted);
        Linker { streets, input: "osm", index, max_mm, reach_mm }
    }

    /// Links points (lon, lat in degrees): to the nearest kept component, or else to the island they are on. Stops are
    /// linked by [`Linker::link_stops`]. Errors: stopped by `executor`.
    pub fn link(
        &self,
        kept: &KeptComponents,
        points: &[(f64, f64)],
        executor: &dyn Executor,
    ) -> Result<Linkage> {
        self.linked(points, executor, |point| self.index.nearest(point, kept.flags(), self.max_mm))
    }

    /// Links each point to what `find` gives: a place on a kept component, or one on another.
    pub(super) fn linked(
        &self,
        points: &[(f64, f64)],
        executor: &dyn Executor,
        find: impl Fn((f64, f64)) -> (Option<StreetHit>, Option<StreetHit>) + Sync,
    ) -> Result<Linkage> {
        let mut linked = Linkage::default();
        for (hit, island) in self.of_each(points, executor, find)? {
            let status = match (hit, island) {
                (Some(_), _) => LinkStatus::Linked,
                (None, Some(_)) => LinkStatus::Island,
                (None, None) => LinkStatus::Unlinked,
            };
            linked.push(hit.or(island), status);
        }
        Ok(linked)
    }

    pub(super) fn of_each<T: Send>(
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
