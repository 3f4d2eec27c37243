//! Rides and drives between all places of a region by a hierarchy of its streets: the times of
//! [`RiddenTimes::from_origin`], or of [`RiddenTimes::to_destination`], to the millisecond, for up to 64 origins at once.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::base::error::Result;
use crate::base::executor::{Executor, Pool};
use crate::network::links::Linkage;
use crate::network::reach::EdgePosition;
use crate::network::rides::{
    Core, CoreSpot, CoreVertex, RiddenPlaces, RiddenTargets, RiddenTimes, RideGraph,
};
use crate::routing::SimdLevel;
use crate::routing::hierarchy::{
    CLOSED, Customised, GraphSpot, Hierarchy, LANES, StreetCosts, StreetGraph, StreetPlace, SweepTargets,
    TravelTimes, Turn,
};

const MS_PER_S: u32 = 1000;
/// For fewer origins nobody waits for searches. (Where a hierarchy begins to pay was not measured: at 1,070 it costs a
/// quarter of them.)
pub(super) const LEAST_SWEPT: usize = 1_000;

/// A hierarchy with the places of a region on it.
pub struct Swept {
    customised: Customised,
    targets: SweepTargets,
    /// Of the origins.
    spots: Vec<GraphSpot>,
    /// Origin → destinations that it gets to without coming to the hierarchy's streets, with ms.
    off_core: Vec<Vec<(u32, u32)>>,
    scratch: Pool<TravelTimes>,
    /// The most bytes that a thread has held.
    held: AtomicUsize,
    simd: SimdLevel,
}

impl Swept {
    /// Prepares the streets and places of some times; that takes seconds for a large region.
    ///
    /// # Errors
    /// `Stopped` when `executor` wants to stop.
    pub fn new(times: &RiddenTimes, simd: SimdLevel, executor: &dyn Executor) -> Result<Swept> {
        let RiddenPlaces { origins, destinations, .. } = times.places();
        Swept::along(times.graph(), origins, destinations, simd, executor)
    }

    /// The same from destinations back to origins: what is said of origins is of destinations there, and the other way round.
    ///
    /// # Errors
    /// `Stopped` when `executor` wants to stop.
    pub fn backward(times: &RiddenTimes, simd: SimdLevel, executor: &dyn Executor) -> Result<Swept> {
        let RiddenPlaces { origins, destinations, .. } = times.places();
        Swept::along(&times.graph().reversed(), destinations, origins, simd, executor)
    }

    /// Along a graph of streets; along a reversed one, times are from `to` to `from`.
    ///
    /// # Errors
    /// `Stopped` when `executor` wants to stop.
    pub fn along(
        graph: &RideGraph,
        from: &Linkage,
        to: &Linkage,
        simd: SimdLevel,
        executor: &dyn Executor,
    ) -> Result<Swept> {
        let customised = customised(&graph.core(), executor)?;
        let customised = if graph.is_reversed() { customised.against() } else { customised };
        let other = graph.reversed();
        let (forth, back) = if graph.is_reversed() { (&other, graph) } else { (graph, &other) };
        let spots_of = |places: &Linkage| -> Vec<GraphSpot> {
            let spot = |at: EdgePosition| spot(forth.core_spot(back, at));
            (0..places.len()).map(|place| places.spot(place).map_or(GraphSpot::default(), spot)).collect()
        };
        let targets = customised.targets(&spots_of(to));
        executor.go_on()?;
        let known = RiddenTargets::new(graph, to.len(), |place| to.spot(place));
        let off_core = |place: usize| from.spot(place).map(|at| graph.off_core(at, &known));
        Ok(Swept {
            spots: spots_of(from),
            off_core: (0..from.len()).map(|place| off_core(place).unwrap_or_default()).collect(),
            customised,
            targets,
            scratch: Pool::default(),
            held: AtomicUsize::new(0),
            simd,
        })
    }

    /// All origins in batches of neighbours.
    pub fn batches(&self) -> Vec<Vec<u32>> {
        self.customised.batches(&self.spots)
    }

    /// Bytes that a thread has held at most so far.
    pub fn bytes_per_thread(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    /// Calls `hit(lane, destination, seconds)` for each destination within a limit of each origin, whose place in the list
    /// is its lane; some come several times.
    pub fn each(&self, origins: &[u32], limit_s: u32, mut hit: impl FnMut(usize, u32, u32)) {
        let limit_ms = limit_s.saturating_mul(MS_PER_S);
        for (first, origins) in (0..).step_by(LANES).zip(origins.chunks(LANES)) {
            let spots: Vec<&GraphSpot> = origins.iter().map(|&origin| &self.spots[origin as usize]).collect();
            self.scratch.with(TravelTimes::default, |times| {
                self.customised.rows(&spots, &self.targets, limit_ms, self.simd, times);
                for (to, row) in times.reached() {
                    let reached = row[..origins.len()].iter().enumerate().filter(|(_, ms)| **ms != CLOSED);
                    reached.for_each(|(lane, ms)| hit(first + lane, to, ms.div_ceil(MS_PER_S)));
                }
                self.held.fetch_max(times.bytes(), Ordering::Relaxed);
            });
            for (lane, &origin) in origins.iter().enumerate() {
                let near = self.off_core[origin as usize].iter().filter(|(_, ms)| *ms <= limit_ms);
                near.for_each(|&(to, ms)| hit(first + lane, to, ms.div_ceil(MS_PER_S)));
            }
        }
    }
}

fn customised(core: &Core, executor: &dyn Executor) -> Result<Customised> {
    let graph = StreetGraph {
        from: bytemuck::cast_slice(&core.from),
        to: bytemuck::cast_slice(&core.to),
        directions: &core.directions,
        lon_e7: &core.lon_e7,
        lat_e7: &core.lat_e7,
        gates: bytemuck::cast_slice(&core.gates),
    };
    let costs = StreetCosts { forward_ms: &core.forward_ms, backward_ms: &core.backward_ms };
    match &core.turns {
        None => Hierarchy::build(&graph, executor)?.customise(&costs, executor),
        Some(listed) => {
            let (turns, ms): (Vec<Turn>, Vec<u32>) =
                listed.iter().map(|&(from, into, ms)| (Turn { from: from.0, into: into.0 }, ms)).unzip();
            Hierarchy::with_turns(&graph, &turns, executor)?.customise_with_turns(&costs, &ms, executor)
        }
    }
}

fn spot(spot: CoreSpot) -> GraphSpot {
    let CoreSpot { on, out, into } = spot;
    let on = on.map(|(street, [forward_ms, backward_ms], link_ms)| StreetPlace {
        street: street.0,
        forward_ms,
        backward_ms,
        link_ms,
    });
    let numbers =
        |known: Vec<(CoreVertex, u32)>| known.into_iter().map(|(vertex, ms)| (vertex.0, ms)).collect();
    GraphSpot { on, out: numbers(out), into: numbers(into) }
}
