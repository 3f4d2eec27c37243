//! Routing with the study's `[[measure]]`s listening beside `[access]`: what they say of a range of places, ranges
//! joined, and then their results, those over all rows from travel times kept in room that the caller makes.

use std::ops::Range;

use super::kept::KeptTimes;
use super::region::Region;
use super::spill::Rooms;
use crate::base::error::{Error, Problem, Result};
use crate::base::executor::Executor;
use crate::inputs::raw::RawPlaces;
use crate::measures::kinds::Doubt;
use crate::measures::pairwise::Pairwise;
use crate::measures::plan::{self, BoundMeasure, PlacesSide};
use crate::measures::rows::{TimesRow, TimesRows};
use crate::measures::spec::{self, MeasureSpec};
use crate::measures::stream::{BatchOutput, BothListeners, ColumnSource, MeasureListener, OutputColumn};
use crate::measures::tiles::{PART, Tiles, parts};
use crate::routing::{Batch, KernelOptions, Listener, Router};
use crate::study::{Study, Unlinked};

/// Batches routed before their sums are added up: enough for every thread, few enough for memory.
const STRETCH: usize = 16;

/// One result: its slot, and a value for each place; NaN where nothing is known.
pub type SlotValues = (OutputColumn, Vec<f64>);

/// What the measures of a listener say of a range of the places that are routed. Positions are those along the curve.
pub struct Streamed {
    pub(super) range: Range<usize>,
    /// Result by row → place of the range.
    pub(super) rows: Vec<Vec<f64>>,
    /// Result summed over places × destination.
    pub(super) sums: Pairwise,
    /// By percentile.
    pub(super) kept: Vec<KeptTimes>,
    /// Places of each batch whose times are kept.
    pub(super) batches: Vec<u32>,
}

impl Streamed {
    /// Of no place yet; `first`: the position of the one that comes next.
    pub fn new(listener: &MeasureListener<'_>, first: usize) -> Streamed {
        Streamed {
            range: first..first,
            rows: vec![Vec::new(); listener.rows_and_sums().0],
            sums: Pairwise::default(),
            kept: (0..listener.percentiles()).map(|_| KeptTimes::default()).collect(),
            batches: Vec::new(),
        }
    }

    /// Keeps what the next batch has said.
    fn heard(&mut self, places: usize, heard: BatchOutput, rooms: &dyn Rooms) -> Result<()> {
        for lane in &heard.active {
            self.rows.iter_mut().zip(lane).for_each(|(row, &value)| row.push(value));
        }
        heard.passive.into_iter().for_each(|block| self.sums.push(block));
        for (kept, packed) in self.kept.iter_mut().zip(&heard.kept) {
            kept.push(packed, rooms)?;
        }
        self.range.end += places;
        self.batches.push(places as u32);
        Ok(())
    }

    /// Takes what is said of the range that follows.
    pub fn append(&mut self, next: Streamed) {
        debug_assert_eq!(self.range.end, next.range.start);
        self.range.end = next.range.end;
        self.rows.iter_mut().zip(next.rows).for_each(|(row, more)| row.extend(more));
        self.sums.append(next.sums);
        self.kept.iter_mut().zip(next.kept).for_each(|(kept, more)| kept.append(more));
        self.batches.extend(next.batches);
    }

    /// All results, those over all rows computed now, and what is to be said of them. `order`: the places that were
    /// routed, all of them, by position, out of `places`.
    ///
    /// # Errors
    /// Those of the room where times are kept; `Stopped`.
    pub fn finish(
        self,
        listener: &MeasureListener<'_>,
        order: &[u32],
        (places, destinations): (usize, usize),
        executor: &dyn Executor,
    ) -> Result<(Vec<SlotValues>, Vec<Doubt>)> {
        let Streamed { rows, sums, kept, batches, .. } = self;
        let slots = listener.slots();
        let sums = sums.all().unwrap_or_else(|| vec![0.0; listener.rows_and_sums().1 * destinations]);
        let value = |slot: &OutputColumn| match slot.comes {
            ColumnSource::Row(i) => {
                let mut values = vec![f64::NAN; places];
                order.iter().zip(&rows[i]).for_each(|(&place, &value)| values[place as usize] = value);
                values
            }
            ColumnSource::Sum(i) => sums[i * destinations..][..destinations].to_vec(),
            ColumnSource::Kept { .. } => Vec::new(),
        };
        let mut values: Vec<Vec<f64>> = slots.iter().map(value).collect();
        listener.close(&mut values);
        let begins = batches.iter().scan(0, |next, &places| {
            let first = *next;
            *next += places as usize;
            Some(first)
        });
        let begins: Vec<usize> = begins.collect();
        let parts = parts(begins.iter().copied());
        let of_batch = |(&first, &places): (&usize, &u32)| &order[first..first + places as usize];
        let batches: Vec<&[u32]> = begins.iter().zip(&batches).map(of_batch).collect();
        let mut doubts: Vec<Doubt> = Vec::new();
        let mut done: Vec<(usize, usize, Vec<Vec<f64>>)> = Vec::new();
        for (slot, values) in slots.iter().zip(&mut values) {
            let ColumnSource::Kept { percentile } = slot.comes else { continue };
            let measure = slot.measure;
            if !done.iter().any(|of| (of.0, of.1) == (measure, percentile)) {
                let read = |at: u64, bytes: &mut [u8]| kept[percentile].read(at, bytes);
                let index = &kept[percentile].index;
                let (batches, parts) = (&batches[..], &parts[..]);
                let tiles = Tiles { batches, parts, origins: places, destinations, index, read: &read };
                let (bound, turned) = (listener.measure(measure), tiles.turned());
                let rows: &dyn TimesRows = if listener.turned(bound) { &turned } else { &tiles };
                executor.begin(&format!("{} over all", bound.asked.name), 0);
                let first = doubts.len();
                done.push((measure, percentile, bound.whole(rows, executor, &mut doubts)?));
                let at = listener.percentile(percentile);
                doubts[first..].iter_mut().for_each(|doubt| doubt.what += &format!("; {at}"));
            }
            let of = done.iter().find(|of| (of.0, of.1) == (measure, percentile)).expect("pushed above");
            *values = of.2[slot.result].clone();
        }
        Ok((slots.into_iter().zip(values).collect(), doubts))
    }
}

/// The next stretches of a range, of `most` places each. Where it begins within a part of the kept travel times, that
/// part's rest comes first, so that no batch lies in two.
pub(super) fn stretches(range: Range<usize>, most: usize) -> impl Iterator<Item = Range<usize>> {
    let mut first = range.start;
    std::iter::from_fn(move || {
        let next = if first.is_multiple_of(PART) { first + most } else { first.next_multiple_of(PART) };
        let stretch = first..next.min(range.end);
        first = stretch.end;
        (!stretch.is_empty()).then_some(stretch)
    })
}

/// Routes the places of a range of `order` once, for several listeners (lands of one network), each with another beside
/// it, and adds what they say to `streams`. Returns what the others say, listener by listener, batch by batch.
///
/// # Errors
/// Those of `rooms`; `Stopped`.
#[allow(clippy::too_many_arguments)] // what is routed, who listens, and the caller's side
pub fn route<'l, L: Listener>(
    router: &Router<'_>,
    (order, range): (&[u32], Range<usize>),
    how: KernelOptions,
    listeners: &'l [MeasureListener<'l>],
    streams: &mut [Streamed],
    listen: impl Fn(usize, Batch<'_>) -> L + Sync,
    rooms: &dyn Rooms,
    executor: &dyn Executor,
) -> Result<Vec<Vec<L::Output>>> {
    let lanes = router.lanes(how);
    let idle = listeners.iter().all(MeasureListener::is_idle);
    let most = if idle { range.len().max(1) } else { STRETCH * lanes };
    let mut said: Vec<Vec<L::Output>> = streams.iter().map(|_| Vec::new()).collect();
    for stretch in stretches(range, most) {
        let all = |batch: Batch<'_>| -> Vec<_> {
            let of = |(i, listener): (usize, &'l MeasureListener<'l>)| {
                BothListeners(listen(i, batch), listener.listen(batch, stretch.start))
            };
            listeners.iter().enumerate().map(of).collect()
        };
        let places = &order[stretch.clone()];
        let outputs = router.route(places, how, all, executor)?;
        for (batch, of_listeners) in places.chunks(lanes).zip(outputs) {
            for ((stream, said), (other, heard)) in streams.iter_mut().zip(&mut said).zip(of_listeners) {
                stream.heard(batch.len(), heard, rooms)?;
                said.push(other);
            }
        }
    }
    Ok(said)
}

/// Makes the study's measures, as far as they can be checked before any file is read.
///
/// # Errors
/// Everything that is wrong in them; limits above a profile's longest journey.
pub fn asked(study: &Study) -> Result<Vec<MeasureSpec>> {
    let asked = spec::resolve(&study.measures)?;
    let mut problems = Vec::new();
    for profile in &study.profiles {
        let most = profile.max_travel_time_s;
        for measure in &asked {
            let reach_s = measure.form.reach_s();
            // A wrong limit is 0 here and reported already.
            if most > 0 && reach_s.is_finite() && reach_s > f64::from(most) {
                problems.push(Problem::new(
                    &measure.place,
                    format!(
                        "{} reaches {} min, above max_travel_time_s = {most} of profile {}",
                        measure.name,
                        reach_s / 60.0,
                        profile.name
                    ),
                    "raise max_travel_time_s, or lower the measure's limit",
                ));
            }
        }
    }
    if problems.is_empty() { Ok(asked) } else { Err(Error::Input(problems)) }
}

/// Ties measures to the columns of cells and destinations.
///
/// # Errors
/// As [`plan::bind`].
pub fn bind<'a>(
    region: &'a Region,
    asked: &'a [MeasureSpec],
    longest_s: u32,
) -> Result<Vec<BoundMeasure<'a>>> {
    bind_places(&region.cells, region.others.as_ref(), asked, longest_s)
}

/// The same before they are linked to anything; `others`: destinations that are not the cells.
///
/// # Errors
/// As [`plan::bind`].
pub fn bind_places<'a>(
    cells: &'a RawPlaces,
    others: Option<&'a RawPlaces>,
    asked: &'a [MeasureSpec],
    longest_s: u32,
) -> Result<Vec<BoundMeasure<'a>>> {
    let origins = side(cells);
    let destinations = others.map_or_else(|| origins.clone(), side);
    plan::bind(asked, &origins, &destinations, longest_s)
}

fn side(places: &RawPlaces) -> PlacesSide<'_> {
    let mut columns: Vec<(&str, &[f64])> = Vec::new();
    for column in places.opportunities.iter().chain(&places.groups) {
        columns.push((&column.name, &column.values));
    }
    let taken = columns.iter().any(|column| column.0 == "population");
    columns.extend(places.population.iter().filter(|_| !taken).map(|people| ("population", &people[..])));
    PlacesSide { places: places.ids.len(), columns, usual: places.opportunities.len() }
}

/// Results as columns: blank where nothing is known, and where the place is not linked, unless that is to be as if
/// it reached nothing.
pub fn columns(
    region: &Region,
    bound: &[BoundMeasure<'_>],
    measured: &[SlotValues],
    unlinked: Unlinked,
    passive: bool,
) -> Vec<(String, Vec<Option<f64>>)> {
    let links = if passive { region.destinations().1 } else { &region.links.cells };
    // What each measure says of a place that reaches nothing.
    let nothing = |slot: &OutputColumn, place: usize| {
        let mut out = Vec::new();
        bound[slot.measure].row(place as u32, TimesRow { to: &[], cost_s: &[] }, &mut out);
        out.get(slot.result).copied().unwrap_or(0.0)
    };
    let column = |(slot, values): &SlotValues| {
        let value = |(place, &value): (usize, &f64)| {
            let linked = links.has_street(place);
            let value = if linked { value } else { nothing(slot, place) };
            (linked || unlinked == Unlinked::Zero).then_some(value).filter(|value| !value.is_nan())
        };
        (slot.name.clone(), values.iter().enumerate().map(value).collect())
    };
    measured.iter().filter(|(slot, _)| slot.passive == passive).map(column).collect()
}
