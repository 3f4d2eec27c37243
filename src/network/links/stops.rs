//! Stops → which components of the streets are kept, and where the stops are linked: a fragment never hides a street.
//!
//! A small component (fewer than `min_island_nodes`) is kept for a stop only where the stop lies on it (50 m) and no
//! large component has an edge within `fragment_reach_m`: an islet with its ferry keeps its paths, a stop beside a
//! stray footway, a fenced car park or a platform that meets nothing is linked to the street.

use super::kept::KeptComponents;
use super::linkage::Linkage;
use super::linker::Linker;
use super::nearest::StreetHit;
use crate::base::NONE;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::base::ids::{EdgeId, Id};
use crate::network::transit::Stops;

const ISLAND: DiagnosticCode = DiagnosticCode {
    code: "street_island",
    severity: Severity::Dropped,
    meaning: "small islands of streets that are kept for no stop: cells and stops link to them only where nothing else \
              is near",
    remedy: "[network] min_island_nodes sets what is small",
};

/// A stop this near to a street lies on it, mm.
const ON_ISLAND_MM: u64 = 50_000;

impl Linker<'_> {
    /// Decides which components are kept: the large ones, and those that a stop lies on which some trip calls at,
    /// where no large one is near. The others are reported.
    ///
    /// Errors: stopped by `executor`.
    pub fn keep(
        &self,
        stops: &Stops,
        diagnostics: &mut Diagnostics,
        executor: &dyn Executor,
    ) -> Result<KeptComponents> {
        let large = KeptComponents(self.streets.component_large.to_vec());
        let kept = self.keep_also(large, &called_points(stops), executor)?;
        self.tell_islands(&kept, diagnostics);
        Ok(kept)
    }

    /// Keeps the large components alone, for those to whom an islet with a stop is of no use. The others are reported.
    pub fn keep_large(&self, diagnostics: &mut Diagnostics) -> KeptComponents {
        let large = KeptComponents(self.streets.component_large.to_vec());
        self.tell_islands(&large, diagnostics);
        large
    }

    fn tell_islands(&self, KeptComponents(kept): &KeptComponents, diagnostics: &mut Diagnostics) {
        let (mut islands, mut nodes, mut mm) = (0, 0u64, 0i64);
        for component in (0..kept.len()).filter(|&component| kept[component] == 0) {
            islands += 1;
            nodes += u64::from(self.streets.component_nodes[component]);
            mm += self.streets.component_mm[component];
        }
        let what = format!("{nodes} nodes and {} m in all", mm / 1000);
        diagnostics.count(ISLAND, self.input, islands, what);
    }

    /// Keeps the small components as well that stops at `points` keep.
    pub(super) fn keep_also(
        &self,
        kept: KeptComponents,
        points: &[(f64, f64)],
        executor: &dyn Executor,
    ) -> Result<KeptComponents> {
        let KeptComponents(mut kept) = kept;
        for hit in self.of_each(points, executor, |point| self.own_island(point))?.into_iter().flatten() {
            kept[self.streets.edge_component[hit.edge.index()] as usize] = 1;
        }
        Ok(KeptComponents(kept))
    }

    /// Where a stop is nearest to the small component that is kept for it.
    fn own_island(&self, point: (f64, f64)) -> Option<StreetHit> {
        let on_mm = self.max_mm.min(ON_ISLAND_MM);
        let large = &self.streets.component_large;
        let (street, island) = self.index.nearest(point, large, self.reach_mm.max(on_mm));
        let island = island.filter(|island| island.link_mm <= on_mm)?;
        street.is_none_or(|street| street.link_mm > self.reach_mm && island < street).then_some(island)
    }

    /// Links the stops that trips call at: to the nearest large component within `fragment_reach_m`, else as other
    /// points. The other stops stay unlinked. Errors: stopped by `executor`.
    pub fn link_stops(
        &self,
        kept: &KeptComponents,
        stops: &Stops,
        executor: &dyn Executor,
    ) -> Result<Linkage> {
        self.link_as_stops(kept, &called_points(stops), executor)
    }

    pub(super) fn link_as_stops(
        &self,
        kept: &KeptComponents,
        points: &[(f64, f64)],
        executor: &dyn Executor,
    ) -> Result<Linkage> {
        let large = &self.streets.component_large;
        self.linked(points, executor, |point| {
            match self.index.nearest(point, large, self.max_mm.min(self.reach_mm)) {
                (None, _) => self.index.nearest(point, kept.flags(), self.max_mm),
                (street, _) => (street, None),
            }
        })
    }

    /// How far each stop is from a small component that is nearer than the street it is `linked` to, mm; `NONE` where
    /// there is none. Errors: stopped by `executor`.
    pub fn passed(&self, stops: &Stops, linked: &Linkage, executor: &dyn Executor) -> Result<Vec<u32>> {
        let large = &self.streets.component_large;
        let component = |edge: EdgeId| self.streets.edge_component[edge.index()];
        let points = called_points(stops);
        let islands =
            self.of_each(&points, executor, |point| self.index.nearest(point, large, self.max_mm).1)?;
        let passed = islands.into_iter().enumerate().map(|(stop, island)| {
            let spot = linked.spot(stop)?;
            let island = island?;
            let nearer = island.link_mm < u64::from(spot.link_mm);
            (nearer && component(island.edge) != component(spot.edge)).then_some(island.link_mm as u32)
        });
        Ok(passed.map(|mm| mm.unwrap_or(NONE)).collect())
    }
}

/// The stops' points; NaN, which links nowhere, for stops that no trip calls at.
pub(super) fn called_points(stops: &Stops) -> Vec<(f64, f64)> {
    let point = |stop: usize| match stops.called[stop] {
        0 => (f64::NAN, f64::NAN),
        _ => (stops.lon[stop], stops.lat[stop]),
    };
    (0..stops.called.len()).map(point).collect()
}
