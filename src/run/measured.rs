//! A window → the measures of every cell.

use super::ground::Ground;
use super::load::Loaded;
use super::periods::Asked;
use super::results::Results;
use super::streamed::{self, Streamed};
use crate::base::NONE;
use crate::base::curve::along_curve;
use crate::base::error::Result;
use crate::base::watch::Watch;
use crate::measures::access::Cumulative;
use crate::measures::asked::Asked as Wanted;
use crate::measures::plan::Bound;
use crate::measures::stream::{Slot, Stream};
use crate::measures::turned::Turned;
use crate::network::links::Linked;
use crate::outputs::log::RunLog;
use crate::routing::{Batch, Flow, How, Router};
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
    pub slots: Vec<Slot>,
}

impl Measured {
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

/// What results were made from.
pub(super) fn of_results(results: &Results) -> Measured {
    let Results { measures, passive, slots, .. } = results;
    Measured { measures: measures.clone(), passive: passive.clone(), slots: slots.clone() }
}

/// What is routed.
#[derive(Clone, Copy)]
pub struct Routed<'a> {
    pub study: &'a Study,
    pub wanted: &'a [Wanted],
    pub ground: &'a Ground,
    pub asked: &'a Asked,
    /// For the progress and the log.
    pub name: &'a str,
    /// These cells alone; `None`: all.
    pub only: Option<&'a [u32]>,
    /// Where it is known.
    pub flow: Option<&'a Flow>,
}

/// Routes cells once and measures for each of `lands`: the same places at the same streets, with other amounts.
///
/// # Errors
/// `Stopped`; the machine's, where it cannot keep travel times in the output folder.
pub fn measured(
    routed: Routed<'_>,
    lands: &[&Loaded],
    watch: &dyn Watch,
    log: &mut RunLog,
) -> Result<Vec<Measured>> {
    let Routed { study, wanted, ground, asked, name, only, flow } = routed;
    let first = lands[0];
    let longest_s = longest_s(study, wanted, asked);
    let router = router(study, first, ground, asked, longest_s, flow, watch)?;
    let (events, pushes) = router.size();
    log.note(&format!("{name}: {events} events, {pushes} pushes"));
    let mirrored = asked.of == WindowOf::Arrivals;
    let (cells, goals) = (first.cells.ids.len(), first.destinations().0.ids.len());
    let (from, to) = if mirrored { (goals, cells) } else { (cells, goals) };
    let percentiles = &study.access.percentiles;
    let whats: Vec<Cumulative<'_>> = lands.iter().map(|loaded| cumulative(study, loaded, asked)).collect();
    let bounds = lands.iter().map(|loaded| streamed::bind(loaded, wanted, longest_s));
    let bounds: Vec<Vec<Bound<'_>>> = bounds.collect::<Result<_>>()?;
    let stream = |bound| Stream::new(bound, mirrored, to, percentiles, asked.question.window, longest_s);
    let streams: Vec<Stream<'_>> = bounds.iter().map(|bound| stream(bound)).collect();
    let folder = study.folder.join(&study.output);
    let mut streams: Vec<Streamed<'_>> =
        streams.iter().map(|stream| Streamed::new(stream, (from, to), &folder)).collect();

    let blank = match study.access.unlinked {
        Unlinked::Blank => None,
        Unlinked::Zero => Some(0.0),
    };
    let mut order = linked(&along_curve(&first.cells.points), &first.links.cells);
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
            let turned = turned(&router, first, what, asked.how, &mut streams[land], name, watch)?;
            order.iter().for_each(|&cell| set(land, cell, &mut turned.of(cell as usize)));
        }
    } else {
        watch.begin(name, order.len() as u64);
        let listen = |land: usize, batch: Batch<'_>| whats[land].listen(batch);
        let said = streamed::route(&router, &order, asked.how, &mut streams, listen, watch)?;
        for (land, batches) in said.iter().enumerate() {
            for (&cell, values) in order.iter().zip(batches.iter().flatten()) {
                set(land, cell, &mut values.iter().copied());
            }
        }
    }
    log.note(&format!("{name}: {} origins routed", order.len()));
    let mut results = Vec::new();
    for (((loaded, bound), streamed), mut measures) in lands.iter().zip(&bounds).zip(streams).zip(all) {
        let found = streamed.finish(watch)?;
        let columns = |passive| streamed::columns(loaded, bound, &found, study.access.unlinked, passive);
        measures.append(&mut columns(false));
        let mut passive = columns(true);
        if loaded.others.is_none() {
            measures.append(&mut passive);
        }
        let slots = found.into_iter().map(|(slot, _)| slot).collect();
        results.push(Measured { measures, passive, slots });
    }
    Ok(results)
}

/// The longest time that matters, s: the largest cutoff, and what measures reach.
pub fn longest_s(study: &Study, wanted: &[Wanted], asked: &Asked) -> u32 {
    let most_s = asked.question.longest_s;
    let largest_s = study.access.cutoffs_min.iter().max().map_or(0, |minutes| minutes * 60);
    largest_s.max(Wanted::longest_s(wanted, most_s)).min(most_s)
}

/// The router of a window.
pub fn router<'g>(
    study: &Study,
    loaded: &Loaded,
    ground: &'g Ground,
    asked: &Asked,
    longest_s: u32,
    flow: Option<&Flow>,
    watch: &dyn Watch,
) -> Result<Router<'g>> {
    let (places, _) = loaded.destinations();
    let own_s = loaded.others.is_none().then_some(study.access.own_cell_s);
    ground.router(asked, longest_s, &loaded.cells.points, &places.points, own_s, flow, watch)
}

/// What `[access]` asks of a window.
pub fn cumulative<'a>(study: &'a Study, loaded: &'a Loaded, asked: &Asked) -> Cumulative<'a> {
    let (places, _) = loaded.destinations();
    let AccessSpec { cutoffs_min, percentiles, .. } = &study.access;
    Cumulative {
        columns: &places.opportunities,
        cutoffs_min,
        percentiles,
        departures: asked.question.window.count(),
        destinations: places.points.len(),
    }
}

/// Sums by cell from sweeps whose lanes are the destinations.
fn turned<'a>(
    router: &Router<'_>,
    loaded: &Loaded,
    what: &'a Cumulative<'a>,
    how: How,
    streamed: &mut Streamed<'_>,
    name: &str,
    watch: &dyn Watch,
) -> Result<Turned<'a>> {
    let (places, links) = loaded.destinations();
    let mut turned = Turned::new(what, loaded.cells.points.len());
    // Along the curve within a stretch; stretches in the order of the destinations, for that of the sums.
    let curve = linked(&along_curve(&places.points), links);
    let most = (HELD / turned.bytes_per_destination().max(1)).max(1024);
    watch.begin(name, curve.len() as u64);
    for first in (0..places.points.len()).step_by(most) {
        let within = first..first + most;
        let stretch: Vec<u32> = curve.iter().copied().filter(|&d| within.contains(&(d as usize))).collect();
        let listen = |_, batch: Batch<'_>| turned.listen(batch);
        let said = streamed::route(router, &stretch, how, std::slice::from_mut(streamed), listen, watch)?;
        turned.add(&stretch, router.lanes(how), &said[0], watch)?;
    }
    Ok(turned)
}

/// Those of `places` that have a street.
pub fn linked(places: &[u32], links: &Linked) -> Vec<u32> {
    places.iter().copied().filter(|&place| links.edge[place as usize] != NONE).collect()
}
