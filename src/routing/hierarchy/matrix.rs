//! Batches of origins → times to all targets: by hand, batch by batch, or over all batches by the caller's threads.

use super::customised::Customised;
use super::graph::INFINITE;
use super::place::{GraphSpot, Located};
use super::plan::SweepTargets;
use super::sweep::{LANES, TravelTimes};
use super::weights::{RankArcs, SearchGraph};
use crate::base::error::Result;
use crate::base::executor::{Executor, Pool, collect};
use crate::base::hilbert::hilbert_order;
use crate::routing::SimdLevel;

impl Customised {
    /// Prepares the way to `places`: cells, or stops. A place on a street that nobody may go is never reached.
    pub fn targets(&self, places: &[GraphSpot]) -> SweepTargets {
        SweepTargets::new(self, places)
    }

    /// Sets in `times` the ms from up to [`LANES`] origins, whose place in the list is their lane, to all targets within
    /// `limit_ms`, links included. Neighbours share most of the work: see [`Customised::batches`].
    ///
    /// # Panics
    /// When there are more origins than lanes, or the targets are those of another map.
    pub fn rows(
        &self,
        origins: &[&GraphSpot],
        targets: &SweepTargets,
        limit_ms: u32,
        simd: SimdLevel,
        times: &mut TravelTimes,
    ) {
        assert!(origins.len() <= LANES, "an origin a lane");
        let map = &self.places.map;
        assert_eq!(targets.plan.row_of.len(), map.chordal.len(), "targets of this map");
        let limit_ms = limit_ms.min(INFINITE - 1);
        times.begin(map.chordal.len(), targets);
        let located: Vec<_> = origins.iter().map(|origin| self.places.locate(origin.on.as_ref()?)).collect();
        for (lane, (place, spot)) in located.iter().zip(origins).enumerate() {
            for (rank, ms) in self.ends(place.as_ref(), spot, !self.against) {
                if ms <= limit_ms {
                    times.seed(lane, rank, ms);
                }
            }
        }
        self.sweep(targets, limit_ms, simd, times);
        for (lane, origin) in located.iter().enumerate() {
            let Some(origin) = origin else { continue };
            for &target in targets.on_chain.row(origin.chain as usize) {
                let there = targets.located[target as usize].as_ref().expect("it lies on the chain");
                let (from, to) = if self.against { (there, origin) } else { (origin, there) };
                let ms = self.places.direct_ms(from, to);
                if ms <= limit_ms {
                    times.lower(lane, target, ms);
                }
            }
        }
    }

    /// Where one comes to from a place, or whence one gets to it: (rank, ms).
    pub(super) fn ends(&self, place: Option<&Located>, spot: &GraphSpot, leaving: bool) -> Vec<(u32, u32)> {
        let on_chain = place.map(|place| match leaving {
            true => self.places.seeds(place),
            false => self.places.exits(place).to_vec(),
        });
        let more = self.places.ranks(if leaving { &spot.out } else { &spot.into });
        on_chain.into_iter().flatten().chain(more).collect()
    }

    /// The arcs along which one climbs from an origin, and those along which the rows of targets are filled.
    pub(super) fn arcs_up_and_down(&self) -> (&RankArcs, &RankArcs) {
        let SearchGraph { up, down } = &*self.search;
        if self.against { (down, up) } else { (up, down) }
    }

    /// Origins in batches of neighbours, by their place in the list.
    pub fn batches(&self, origins: &[GraphSpot]) -> Vec<Vec<u32>> {
        let point = |origin: &GraphSpot| self.places.point(origin);
        let points: Vec<(f64, f64)> = origins.iter().map(point).collect();
        hilbert_order(&points).chunks(LANES).map(<[u32]>::to_vec).collect()
    }

    /// What `listen` makes of each batch of neighbours, in the order of [`Customised::batches`]: it is called with the
    /// origins' places in the list, which are the lanes, and their times.
    ///
    /// # Errors
    /// `Stopped` when `executor` wants to stop.
    pub fn each_batch<R: Send>(
        &self,
        origins: &[GraphSpot],
        targets: &SweepTargets,
        limit_ms: u32,
        simd: SimdLevel,
        executor: &dyn Executor,
        listen: impl Fn(&[u32], &TravelTimes) -> R + Sync,
    ) -> Result<Vec<R>> {
        let batches = self.batches(origins);
        let pool: Pool<TravelTimes> = Pool::default();
        collect(executor, batches.len(), |batch| {
            let batch = &batches[batch];
            let places: Vec<&GraphSpot> = batch.iter().map(|&origin| &origins[origin as usize]).collect();
            pool.with(TravelTimes::default, |times| {
                self.rows(&places, targets, limit_ms, simd, times);
                listen(batch, times)
            })
        })
    }

    fn sweep(&self, targets: &SweepTargets, limit_ms: u32, simd: SimdLevel, times: &mut TravelTimes) {
        #[cfg(not(target_arch = "x86_64"))]
        let _ = simd;
        #[cfg(target_arch = "x86_64")]
        if simd == SimdLevel::Avx2 && std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the machine has AVX2, asked in the line above.
            return unsafe { self.sweep_avx2(targets, limit_ms, times) };
        }
        self.sweep_portable(targets, limit_ms, times);
    }

    #[inline(never)]
    fn sweep_portable(&self, targets: &SweepTargets, limit_ms: u32, times: &mut TravelTimes) {
        times.sweep(self.arcs_up_and_down().0, &targets.plan, limit_ms);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    #[inline(never)]
    fn sweep_avx2(&self, targets: &SweepTargets, limit_ms: u32, times: &mut TravelTimes) {
        times.sweep(self.arcs_up_and_down().0, &targets.plan, limit_ms);
    }
}
