//! A question of a window and a range of the places that are routed → a partial.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::partial::{Effort, OfLand, Partial};
use super::profile_network::ProfileNetwork;
use super::region::Region;
use super::spill::Rooms;
use super::streamed::{self, Streamed, stretches};
use super::window::WindowQuery;
use crate::base::error::{Error, Result};
use crate::base::executor::Executor;
use crate::base::hilbert::hilbert_order;
use crate::base::ids::{CellId, Id};
use crate::measures::access::Cumulative;
use crate::measures::pairwise::Pairwise;
use crate::measures::plan::BoundMeasure;
use crate::measures::spec::MeasureSpec;
use crate::measures::stream::MeasureListener;
use crate::measures::turned::{Stretch, Turned};
use crate::network::links::Linkage;
use crate::routing::{Batch, Router, TimeExpandedGraph};
use crate::study::{AccessSpec, Study, WindowOf};

/// Marks of a stretch of destinations held at once, bytes.
const HELD: usize = 256 << 20;

/// A unit of work: places of one window in one scenario. Any ranges will do: the answers are the same bits, whatever the
/// split. Those that begin at a multiple of 1,024 fill the groups of origins that the router makes, and cost the least.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    pub scenario: String,
    pub profile: String,
    pub period: String,
    /// Positions along the curve, as [`Question::order`] has them.
    pub places: Range<usize>,
}

impl Task {
    /// For the progress and the log.
    pub fn label(&self) -> String {
        format!("{} × {}", self.profile, self.period)
    }
}

/// What is asked of the network of a profile in a window, for the amounts of each of `lands`: the same places at the same
/// streets.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    pub study: &'a Study,
    pub wanted: &'a [MeasureSpec],
    pub ground: &'a ProfileNetwork,
    pub asked: &'a WindowQuery,
    /// These cells alone; `None`: all.
    pub only: Option<&'a [CellId]>,
    /// One or more.
    pub lands: &'a [&'a Region],
}

impl<'a> Question<'a> {
    /// Whether routing goes from destinations to cells.
    pub(super) fn mirrored(&self) -> bool {
        self.asked.of == WindowOf::Arrivals
    }

    /// Places to route from, and to: all, linked or not.
    pub(super) fn sides(&self) -> (usize, usize) {
        let (cells, goals) = (self.lands[0].cells.ids.len(), self.lands[0].destinations().0.ids.len());
        if self.mirrored() { (goals, cells) } else { (cells, goals) }
    }

    /// The cells that there are answers for, along the curve.
    pub(super) fn cells(&self) -> Vec<CellId> {
        let region = self.lands[0];
        let mut cells: Vec<CellId> = hilbert_order(&region.cells.points).into_iter().map(CellId).collect();
        cells.retain(|&cell| self.ground.is_linked(region, cell));
        if let Some(only) = self.only {
            cells.retain(|cell| only.binary_search(cell).is_ok());
        }
        cells
    }

    /// The places that are routed, by their position along the curve: the cells, or in windows of arrivals the
    /// destinations.
    pub fn order(&self) -> Vec<u32> {
        if !self.mirrored() {
            return self.cells().into_iter().map(CellId::number).collect();
        }
        let (places, links) = self.lands[0].destinations();
        linked(&hilbert_order(&places.points), links)
    }

    /// All places as one task; the names are its window's.
    pub fn task(&self, scenario: &str, profile: &str, period: &str) -> Task {
        let [scenario, profile, period] = [scenario, profile, period].map(str::to_string);
        Task { scenario, profile, period, places: 0..self.order().len() }
    }

    pub fn longest_s(&self) -> u32 {
        longest_s(self.study, self.wanted, self.asked)
    }

    /// The router of the window: one serves all tasks. `flow`: where it is known.
    ///
    /// # Errors
    /// `Stopped`.
    pub fn router(&self, flow: Option<&TimeExpandedGraph>, executor: &dyn Executor) -> Result<Router<'a>> {
        self.ground.prepare(self.order().len(), self.asked, executor)?;
        router(self.study, self.lands[0], self.ground, self.asked, self.longest_s(), flow, executor)
    }

    pub(super) fn whats(&self) -> Vec<Cumulative<'a>> {
        self.lands.iter().map(|region| cumulative(self.study, region, self.asked)).collect()
    }

    /// How many results `[access]` has, land by land.
    pub(super) fn access_names(&self) -> Vec<usize> {
        self.whats().iter().map(|what| what.names().len()).collect()
    }

    pub(super) fn bound(&self) -> Result<Vec<Vec<BoundMeasure<'a>>>> {
        let bind = |region: &&'a Region| streamed::bind(region, self.wanted, self.longest_s());
        self.lands.iter().map(bind).collect()
    }

    /// A listener for each land.
    pub(super) fn listeners<'b>(&self, bound: &'b [Vec<BoundMeasure<'b>>]) -> Vec<MeasureListener<'b>> {
        let (mirrored, to) = (self.mirrored(), self.sides().1);
        let (percentiles, window) = (&self.study.access.percentiles, self.asked.query.window);
        let listener =
            |bound| MeasureListener::new(bound, mirrored, to, percentiles, window, self.longest_s());
        bound.iter().map(|bound: &'b Vec<BoundMeasure<'b>>| listener(bound)).collect()
    }
}

/// Routes the places of a task, and keeps what they contribute. `router`: that of the question.
///
/// # Errors
/// The task is of places that the question has not; `Stopped`; those of `rooms`.
pub fn run(
    question: &Question<'_>,
    router: &Router<'_>,
    task: &Task,
    rooms: &dyn Rooms,
    executor: &dyn Executor,
) -> Result<Partial> {
    let (how, name, range) = (question.asked.how, &task.label(), task.places.clone());
    let order = question.order();
    if range.start > range.end || range.end > order.len() {
        let (first, end, all) = (range.start, range.end, order.len());
        let what = format!("asks for places {first} to {end}, and there are {all}");
        return Err(Error::input(format!("task {name}"), what, "make tasks of the study as it is now"));
    }
    let (whats, bound) = (question.whats(), question.bound()?);
    let listeners = question.listeners(&bound);
    let mut streams: Vec<Streamed> =
        listeners.iter().map(|listener| Streamed::new(listener, range.start)).collect();
    let mut access: Vec<(Vec<Vec<f64>>, Pairwise)> = Vec::new();
    if question.mirrored() {
        for (land, what) in whats.iter().enumerate() {
            let turned = Turned::new(what, question.sides().1);
            let (own, stream) = (&listeners[land..=land], &mut streams[land..=land]);
            let mut sums = Pairwise::default();
            executor.begin(name, range.len() as u64);
            // Stretches as long as a power of two are blocks of the sums.
            let most = 1 << (HELD / turned.bytes_per_destination().max(1)).max(1024).ilog2();
            for stretch in stretches(range.clone(), most) {
                let listen = |_, batch: Batch<'_>| turned.listen(batch);
                let routed = (&order[..], stretch.clone());
                let marks = streamed::route(router, routed, how, own, stream, listen, rooms, executor)?;
                let (first, destinations) = (stretch.start, &order[stretch]);
                let marked = Stretch { first, destinations, lanes: router.lanes(how), marks: &marks[0] };
                turned.add(marked, &mut sums, executor)?;
            }
            access.push((Vec::new(), sums));
        }
    } else {
        executor.begin(name, range.len() as u64);
        let listen = |land: usize, batch: Batch<'_>| whats[land].listen(batch);
        let routed = (&order[..], range.clone());
        let said = streamed::route(router, routed, how, &listeners, &mut streams, listen, rooms, executor)?;
        for (what, batches) in whats.iter().zip(said) {
            let mut columns = vec![Vec::with_capacity(range.len()); what.names().len()];
            for values in batches.iter().flatten() {
                columns.iter_mut().zip(values).for_each(|(column, &value)| column.push(value));
            }
            access.push((columns, Pairwise::default()));
        }
    }
    let (events, pushes) = router.size();
    let effort = Effort { events, pushes, origins: range.len() };
    let land = |((access, access_sums), measures)| OfLand { access, access_sums, measures };
    Ok(Partial { range, lands: access.into_iter().zip(streams).map(land).collect(), effort })
}

/// The longest time that matters, s: the largest cutoff, and what measures reach.
pub fn longest_s(study: &Study, wanted: &[MeasureSpec], asked: &WindowQuery) -> u32 {
    let most_s = asked.query.longest_s;
    let largest_s = study.access.cutoffs_min.iter().max().map_or(0, |minutes| minutes * 60);
    largest_s.max(MeasureSpec::longest_s(wanted, most_s)).min(most_s)
}

/// The router of a window.
pub fn router<'g>(
    study: &Study,
    region: &Region,
    ground: &'g ProfileNetwork,
    asked: &WindowQuery,
    longest_s: u32,
    flow: Option<&TimeExpandedGraph>,
    executor: &dyn Executor,
) -> Result<Router<'g>> {
    let (places, _) = region.destinations();
    let own_s = region.others.is_none().then_some(study.access.own_cell_s);
    ground.router(asked, longest_s, &region.cells.points, &places.points, own_s, flow, executor)
}

/// What `[access]` asks of a window.
pub fn cumulative<'a>(study: &'a Study, region: &'a Region, asked: &WindowQuery) -> Cumulative<'a> {
    let (places, _) = region.destinations();
    let AccessSpec { cutoffs_min, percentiles, .. } = &study.access;
    Cumulative {
        columns: &places.opportunities,
        cutoffs_min,
        percentiles,
        departures: asked.query.window.count(),
        destinations: places.points.len(),
    }
}

/// Those of `places` that have a street.
pub fn linked(places: &[u32], links: &Linkage) -> Vec<u32> {
    places.iter().copied().filter(|&place| links.has_street(place as usize)).collect()
}
