//! A window → the measures of every cell.

use super::ground::Ground;
use super::load::Loaded;
use super::periods::Asked;
use super::streamed::{self, Streamed};
use crate::base::NONE;
use crate::base::curve::along_curve;
use crate::base::error::{Error, Result};
use crate::base::watch::Watch;
use crate::measures::access::Cumulative;
use crate::measures::asked::Asked as Wanted;
use crate::measures::stream::{Slot, Stream};
use crate::measures::turned::Turned;
use crate::network::links::Linked;
use crate::outputs::log::RunLog;
use crate::routing::{How, Router};
use crate::study::{AccessSpec, Study, Unlinked, WindowOf};

/// A measure's name and its value for every cell.
pub type Measures = Vec<(String, Vec<Option<f64>>)>;

/// Marks of a stretch of destinations held at once, bytes.
const HELD: usize = 256 << 20;

/// All that one window says.
pub struct Measured {
    /// By cell: `[access]`, then `[[measure]]`s.
    pub measures: Measures,
    /// By destination, where these are other places than the cells.
    pub passive: Measures,
    /// What the columns of `[[measure]]`s are.
    pub slots: Vec<Slot>,
}

/// Routes all cells and measures; `name` is for the progress and the log.
///
/// # Errors
/// `Stopped`; the machine's, where it cannot keep travel times in the output folder.
#[allow(clippy::too_many_arguments)] // one step of `run`, named
pub fn measured(
    study: &Study,
    loaded: &Loaded,
    wanted: &[Wanted],
    ground: &Ground,
    asked: &Asked,
    name: &str,
    watch: &dyn Watch,
    log: &mut RunLog,
) -> Result<Measured> {
    let (places, _) = loaded.destinations();
    let longest_s = longest_s(study, wanted, asked);
    let router = router(study, loaded, ground, asked, longest_s, watch);
    let (events, pushes) = router.size();
    log.note(&format!("{name}: {events} events, {pushes} pushes"));
    let what = cumulative(study, loaded, asked);
    let percentiles = &study.access.percentiles;
    let bound = streamed::bind(loaded, wanted, longest_s)?;
    let mirrored = asked.of == WindowOf::Arrivals;
    let (cells, goals) = (loaded.cells.ids.len(), places.ids.len());
    let to = if mirrored { cells } else { goals };
    let stream = Stream::new(&bound, mirrored, to, percentiles, asked.question.window, longest_s);

    let blank = match study.access.unlinked {
        Unlinked::Blank => None,
        Unlinked::Zero => Some(0.0),
    };
    let mut measures: Measures = what.names().into_iter().map(|name| (name, vec![blank; cells])).collect();
    let mut set = |cell: u32, values: &mut dyn Iterator<Item = f64>| {
        for ((_, column), value) in measures.iter_mut().zip(values) {
            column[cell as usize] = Some(value);
        }
    };
    let mut order = linked(&along_curve(&loaded.cells.points), &loaded.links.cells);
    if let Some(only) = &loaded.only {
        order.retain(|cell| only.contains(cell));
    }
    let folder = study.folder.join(&study.output);
    let from = if mirrored { goals } else { cells };
    let mut streamed = Streamed::new(&stream, (from, to), &folder);
    if mirrored {
        let turned = turned(&router, loaded, &what, asked.how, &mut streamed, name, watch)?;
        order.iter().for_each(|&cell| set(cell, &mut turned.of(cell as usize)));
    } else {
        watch.begin(name, order.len() as u64);
        let batches = streamed.route(&router, &order, asked.how, |batch| what.listen(batch), watch)?;
        for (&cell, values) in order.iter().zip(batches.iter().flatten()) {
            set(cell, &mut values.iter().copied());
        }
    }
    let found = streamed.finish(watch)?;
    log.note(&format!("{name}: {} origins routed", order.len()));
    let columns = |passive| streamed::columns(loaded, &bound, &found, study.access.unlinked, passive);
    measures.append(&mut columns(false));
    let mut passive = columns(true);
    if loaded.others.is_none() {
        measures.append(&mut passive);
    }
    Ok(Measured { measures, passive, slots: found.into_iter().map(|(slot, _)| slot).collect() })
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
    watch: &dyn Watch,
) -> Router<'g> {
    let (places, _) = loaded.destinations();
    let own_s = loaded.others.is_none().then_some(study.access.own_cell_s);
    ground.router(asked, longest_s, &loaded.cells.points, &places.points, own_s, watch)
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
        let marked = streamed.route(router, &stretch, how, |batch| turned.listen(batch), watch)?;
        turned.add(&stretch, router.lanes(how), &marked, watch);
        if watch.cancelled() {
            return Err(Error::Stopped);
        }
    }
    Ok(turned)
}

/// Those of `places` that have a street.
pub fn linked(places: &[u32], links: &Linked) -> Vec<u32> {
    places.iter().copied().filter(|&place| links.edge[place as usize] != NONE).collect()
}
