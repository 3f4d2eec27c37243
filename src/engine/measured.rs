//! A window → the measures of every cell.

use super::profile_network::ProfileNetwork;
use super::region::Region;
use super::spill::Rooms;
use super::streamed::{self, Streamed};
use super::window::WindowQuery;
use crate::base::NONE;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity, kind};
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::base::hilbert::hilbert_order;
use crate::measures::access::Cumulative;
use crate::measures::kinds::Doubt;
use crate::measures::plan::BoundMeasure;
use crate::measures::spec::MeasureSpec;
use crate::measures::stream::{MeasureListener, OutputColumn};
use crate::measures::turned::Turned;
use crate::network::links::Linkage;
use crate::routing::{Batch, KernelOptions, Router, TimeExpandedGraph};
use crate::study::{AccessSpec, Study, Unlinked, WindowOf};

/// A measure's name and its value for every cell.
pub type Measures = Vec<(String, Vec<Option<f64>>)>;

/// Marks of a stretch of destinations held at once, bytes.
const HELD: usize = 256 << 20;

/// All that one window says.
#[derive(Clone)]
pub struct Measured {
    /// By cell: `[access]`, then `[[measure]]`s.
    pub measures: Measures,
    /// By destination, where these are other places than the cells.
    pub passive: Measures,
    /// What the columns of `[[measure]]`s are.
    pub slots: Vec<OutputColumn>,
    /// What is to be said of them.
    pub doubts: Vec<Doubt>,
}

pub const OVERFLOW: DiagnosticCode = kind(
    "measure_overflows",
    Severity::Doubt,
    "measures with values beyond what a number can hold",
    "are the amounts of people and opportunities right?",
);

impl Measured {
    /// Adds what is to be said of them to the findings, as of `name`.
    pub fn tell(&self, name: &str, diagnostics: &mut Diagnostics) {
        for doubt in &self.doubts {
            diagnostics.add(doubt.kind, name, "", "", doubt.what.clone());
        }
        // A time may be infinite; a sum that is has no room in a number.
        let may_be = |name: &str| self.slots.iter().any(|slot| slot.name == name && slot.less_is_better);
        for (column, values) in self.measures.iter().chain(&self.passive) {
            let beyond = values.iter().filter(|value| **value == Some(f64::INFINITY)).count();
            if beyond > 0 && !may_be(column) {
                diagnostics.add(OVERFLOW, name, "", "", format!("{column} of {beyond} places"));
            }
        }
    }

    /// Takes what `other` says of all cells but `own`, which are sorted.
    pub fn take_but(&mut self, own: &[u32], other: &Measured) {
        for ((_, column), (_, others)) in self.measures.iter_mut().zip(&other.measures) {
            let mut own = own.iter().peekable();
            for (cell, (value, &other)) in column.iter_mut().zip(others).enumerate() {
                if own.next_if_eq(&&(cell as u32)).is_none() {
                    *value = other;
                }
            }
        }
    }
}

/// What is routed.
#[derive(Clone, Copy)]
pub struct Routed<'a> {
    pub study: &'a Study,
    pub wanted: &'a [MeasureSpec],
    pub ground: &'a ProfileNetwork,
    pub asked: &'a WindowQuery,
    /// For the progress and the log.
    pub name: &'a str,
    /// These cells alone; `None`: all.
    pub only: Option<&'a [u32]>,
    /// Where it is known.
    pub flow: Option<&'a TimeExpandedGraph>,
}

/// What routing a window took.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Operations of a sweep over the whole graph, and pushes.
    pub events: usize,
    pub pushes: usize,
    pub origins: usize,
}

/// Routes cells once and measures for each of `lands`: the same places at the same streets, with other amounts.
///
/// # Errors
/// `Stopped`; those of `rooms`.
pub fn measured(
    routed: Routed<'_>,
    lands: &[&Region],
    rooms: &dyn Rooms,
    executor: &dyn Executor,
) -> Result<(Vec<Measured>, Effort)> {
    let Routed { study, wanted, ground, asked, name, only, flow } = routed;
    let first = lands[0];
    let longest_s = longest_s(study, wanted, asked);
    let router = router(study, first, ground, asked, longest_s, flow, executor)?;
    let (events, pushes) = router.size();
    let mirrored = asked.of == WindowOf::ArrivalProfile;
    let (cells, goals) = (first.cells.ids.len(), first.destinations().0.ids.len());
    let (from, to) = if mirrored { (goals, cells) } else { (cells, goals) };
    let percentiles = &study.access.percentiles;
    let whats: Vec<Cumulative<'_>> = lands.iter().map(|region| cumulative(study, region, asked)).collect();
    let bounds = lands.iter().map(|region| streamed::bind(region, wanted, longest_s));
    let bounds: Vec<Vec<BoundMeasure<'_>>> = bounds.collect::<Result<_>>()?;
    let stream =
        |bound| MeasureListener::new(bound, mirrored, to, percentiles, asked.query.window, longest_s);
    let streams: Vec<MeasureListener<'_>> = bounds.iter().map(|bound| stream(bound)).collect();
    let mut streams: Vec<Streamed<'_>> =
        streams.iter().map(|stream| Streamed::new(stream, (from, to), rooms)).collect();

    let blank = match study.access.unlinked {
        Unlinked::Blank => None,
        Unlinked::Zero => Some(0.0),
    };
    let mut order = hilbert_order(&first.cells.points);
    order.retain(|&cell| ground.is_linked(first, cell as usize));
    if let Some(only) = only {
        order.retain(|cell| only.binary_search(cell).is_ok());
    }
    let columns =
        |what: &Cumulative<'_>| what.names().into_iter().map(|name| (name, vec![blank; cells])).collect();
    let mut all: Vec<Measures> = whats.iter().map(columns).collect();
    let mut set = |land: usize, cell: u32, values: &mut dyn Iterator<Item = f64>| {
        for ((_, column), value) in all[land].iter_mut().zip(values) {
            column[cell as usize] = Some(value);
        }
    };
    if mirrored {
        for (land, what) in whats.iter().enumerate() {
            let turned = turned(&router, first, what, asked.how, &mut streams[land], name, executor)?;
            order.iter().for_each(|&cell| set(land, cell, &mut turned.of(cell as usize)));
        }
    } else {
        executor.begin(name, order.len() as u64);
        let listen = |land: usize, batch: Batch<'_>| whats[land].listen(batch);
        let said = streamed::route(&router, &order, asked.how, &mut streams, listen, executor)?;
        for (land, batches) in said.iter().enumerate() {
            for (&cell, values) in order.iter().zip(batches.iter().flatten()) {
                set(land, cell, &mut values.iter().copied());
            }
        }
    }
    let effort = Effort { events, pushes, origins: order.len() };
    let mut results = Vec::new();
    for (((region, bound), streamed), mut measures) in lands.iter().zip(&bounds).zip(streams).zip(all) {
        let (found, doubts) = streamed.finish(executor)?;
        let columns = |passive| streamed::columns(region, bound, &found, study.access.unlinked, passive);
        measures.append(&mut columns(false));
        let mut passive = columns(true);
        if region.others.is_none() {
            measures.append(&mut passive);
        }
        let slots = found.into_iter().map(|(slot, _)| slot).collect();
        results.push(Measured { measures, passive, slots, doubts });
    }
    Ok((results, effort))
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

/// Sums by cell from sweeps whose lanes are the destinations.
fn turned<'a>(
    router: &Router<'_>,
    region: &Region,
    what: &'a Cumulative<'a>,
    how: KernelOptions,
    streamed: &mut Streamed<'_>,
    name: &str,
    executor: &dyn Executor,
) -> Result<Turned<'a>> {
    let (places, links) = region.destinations();
    let mut turned = Turned::new(what, region.cells.points.len());
    // Along the curve within a stretch; stretches in the order of the destinations, for that of the sums.
    let curve = linked(&hilbert_order(&places.points), links);
    let most = (HELD / turned.bytes_per_destination().max(1)).max(1024);
    executor.begin(name, curve.len() as u64);
    for first in (0..places.points.len()).step_by(most) {
        let within = first..first + most;
        let stretch: Vec<u32> = curve.iter().copied().filter(|&d| within.contains(&(d as usize))).collect();
        let listen = |_, batch: Batch<'_>| turned.listen(batch);
        let said = streamed::route(router, &stretch, how, std::slice::from_mut(streamed), listen, executor)?;
        turned.add(&stretch, router.lanes(how), &said[0], executor)?;
    }
    Ok(turned)
}

/// Those of `places` that have a street.
pub fn linked(places: &[u32], links: &Linkage) -> Vec<u32> {
    places.iter().copied().filter(|&place| links.edge[place as usize] != NONE).collect()
}
