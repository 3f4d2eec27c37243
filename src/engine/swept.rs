//! Rides and drives between all places of a region by a hierarchy of its streets: the times of
//! [`RiddenTimes::from_origin`], to the millisecond, for up to 64 origins at once.

use crate::base::error::Result;
use crate::base::executor::{Executor, Pool};
use crate::network::reach::EdgePosition;
use crate::network::rides::{Core, CoreSpot, CoreVertex, RiddenTargets, RiddenTimes};
use crate::routing::SimdLevel;
use crate::routing::hierarchy::{
    CLOSED, Customised, GraphSpot, Hierarchy, LANES, StreetCosts, StreetGraph, StreetPlace, SweepTargets,
    TravelTimes, Turn,
};

const MS_PER_S: u32 = 1000;

/// A hierarchy with the places of a region on it.
pub struct Swept {
    customised: Customised,
    targets: SweepTargets,
    /// Of the origins.
    spots: Vec<GraphSpot>,
    /// Origin → destinations that it gets to without coming to the hierarchy's streets, with ms.
    off_core: Vec<Vec<(u32, u32)>>,
    scratch: Pool<TravelTimes>,
    simd: SimdLevel,
}

impl Swept {
    /// Prepares the streets and places of some times; that takes seconds for a large region.
    ///
    /// # Errors
    /// `Stopped` when `executor` wants to stop.
    pub fn new(times: &RiddenTimes, simd: SimdLevel, executor: &dyn Executor) -> Result<Swept> {
        let (graph, places) = (times.graph(), times.places());
        let core = graph.core();
        let customised = customised(&core, executor)?;
        let back = graph.reversed();
        let spot =
            |at: Option<EdgePosition>| at.map_or(GraphSpot::default(), |at| spot(graph.core_spot(&back, at)));
        let destinations = 0..places.destinations.len();
        let targets: Vec<GraphSpot> =
            destinations.clone().map(|to| spot(places.destinations.spot(to))).collect();
        let targets = customised.targets(&targets);
        executor.go_on()?;
        let known = RiddenTargets::new(graph, destinations.len(), |to| places.destinations.spot(to));
        let origins = 0..places.origins.len();
        let off_core = |from: usize| places.origins.spot(from).map(|at| graph.off_core(at, &known));
        Ok(Swept {
            spots: origins.clone().map(|from| spot(places.origins.spot(from))).collect(),
            off_core: origins.map(|from| off_core(from).unwrap_or_default()).collect(),
            customised,
            targets,
            scratch: Pool::default(),
            simd,
        })
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
