//! A window → the measures of every cell.

use super::ground::Ground;
use super::load::Loaded;
use super::periods::Asked;
use super::switches;
use crate::base::NONE;
use crate::base::curve::along_curve;
use crate::base::error::{Error, Result};
use crate::base::watch::Watch;
use crate::measures::access::Cumulative;
use crate::measures::turned::Turned;
use crate::network::links::Linked;
use crate::outputs::log::RunLog;
use crate::routing::Router;
use crate::study::{AccessSpec, Study, Unlinked, WindowOf};

/// A measure's name and its value for every cell.
pub type Measures = Vec<(String, Vec<Option<f64>>)>;

/// Marks of a stretch of destinations held at once, bytes.
const HELD: usize = 256 << 20;

/// Routes all cells and measures; `name` is for the progress and the log.
///
/// # Errors
/// `Stopped`.
pub fn measured(
    study: &Study,
    loaded: &Loaded,
    ground: &Ground,
    asked: &Asked,
    name: &str,
    watch: &dyn Watch,
    log: &mut RunLog,
) -> Result<Measures> {
    let (places, _) = loaded.destinations();
    let own_s = loaded.others.is_none().then_some(study.access.own_cell_s);
    // Times beyond the largest cutoff do not matter here.
    let largest_s = study.access.cutoffs_min.iter().max().map_or(0, |minutes| minutes * 60);
    let router = ground.router(asked, largest_s, &loaded.cells.points, &places.points, own_s, watch);
    let (events, pushes) = router.size();
    log.note(&format!("{name}: {events} events, {pushes} pushes"));
    let AccessSpec { cutoffs_min, percentiles, .. } = &study.access;
    let what = Cumulative {
        columns: &places.opportunities,
        cutoffs_min,
        percentiles,
        departures: asked.question.window.count(),
        destinations: places.points.len(),
    };
    let blank = match study.access.unlinked {
        Unlinked::Blank => None,
        Unlinked::Zero => Some(0.0),
    };
    let mut measures: Measures =
        what.names().into_iter().map(|name| (name, vec![blank; loaded.cells.ids.len()])).collect();
    let mut set = |cell: u32, values: &mut dyn Iterator<Item = f64>| {
        for ((_, column), value) in measures.iter_mut().zip(values) {
            column[cell as usize] = Some(value);
        }
    };
    let mut cells = linked(&along_curve(&loaded.cells.points), &loaded.links.cells);
    if let Some(only) = &loaded.only {
        cells.retain(|cell| only.contains(cell));
    }
    match asked.of {
        WindowOf::Departures => {
            watch.begin(name, cells.len() as u64);
            let batches = router.route(&cells, switches::how()?, |batch| what.listen(batch), watch)?;
            for (&cell, values) in cells.iter().zip(batches.iter().flatten()) {
                set(cell, &mut values.iter().copied());
            }
        }
        WindowOf::Arrivals => {
            let turned = turned(&router, loaded, &what, name, watch)?;
            cells.iter().for_each(|&cell| set(cell, &mut turned.of(cell as usize)));
        }
    }
    log.note(&format!("{name}: {} origins routed", cells.len()));
    Ok(measures)
}

/// Sums by cell from sweeps whose lanes are the destinations.
fn turned<'a>(
    router: &Router<'_>,
    loaded: &Loaded,
    what: &'a Cumulative<'a>,
    name: &str,
    watch: &dyn Watch,
) -> Result<Turned<'a>> {
    let (places, links) = loaded.destinations();
    let how = switches::how()?;
    let mut turned = Turned::new(what, loaded.cells.points.len());
    // Along the curve within a stretch; stretches in the order of the destinations, for that of the sums.
    let curve = linked(&along_curve(&places.points), links);
    let most = (HELD / turned.bytes_per_destination().max(1)).max(1024);
    watch.begin(name, curve.len() as u64);
    for first in (0..places.points.len()).step_by(most) {
        let within = first..first + most;
        let stretch: Vec<u32> = curve.iter().copied().filter(|&d| within.contains(&(d as usize))).collect();
        let marked = router.route(&stretch, how, |batch| turned.listen(batch), watch)?;
        turned.add(&stretch, router.lanes(how), &marked, watch);
        if watch.cancelled() {
            return Err(Error::Stopped);
        }
    }
    Ok(turned)
}

/// Those of `places` that have a street.
fn linked(places: &[u32], links: &Linked) -> Vec<u32> {
    places.iter().copied().filter(|&place| links.edge[place as usize] != NONE).collect()
}
