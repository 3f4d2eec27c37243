//! Routing with the study's `[[measure]]`s listening beside `[access]`, and then those measures that go over all
//! rows, from travel times kept in room that the caller makes.

use super::region::Region;
use super::spill::{Rooms, Spill};
use crate::base::NONE;
use crate::base::error::{Error, Problem, Result};
use crate::base::executor::Executor;
use crate::inputs::raw::RawPlaces;
use crate::measures::kinds::Doubt;
use crate::measures::plan::{self, BoundMeasure, Side};
use crate::measures::rows::{Row, Rows};
use crate::measures::spec::{self, MeasureSpec};
use crate::measures::stream::{BatchOutput, Both, MeasureListener, OutputColumn, Source};
use crate::measures::tiles::{TileIndex, Tiles};
use crate::routing::{Batch, KernelOptions, Listener, Router};
use crate::study::{Study, Unlinked};

/// Batches routed before their sums are added up: enough for every thread, few enough for memory.
const STRETCH: usize = 16;

/// One result: its slot, and a value for each place; NaN where nothing is known.
pub type Measured = (OutputColumn, Vec<f64>);

/// A stream under way.
pub struct Streamed<'s> {
    stream: &'s MeasureListener<'s>,
    /// How many places there are to route from, and to.
    places: usize,
    destinations: usize,
    /// Where times are kept.
    rooms: &'s dyn Rooms,
    slots: Vec<OutputColumn>,
    values: Vec<Vec<f64>>,
    kept: Vec<Kept>,
    batches: Vec<Vec<u32>>,
}

impl<'s> Streamed<'s> {
    pub fn new(
        stream: &'s MeasureListener<'s>,
        (places, destinations): (usize, usize),
        rooms: &'s dyn Rooms,
    ) -> Self {
        let slots = stream.slots();
        let empty = |slot: &OutputColumn| match slot.comes {
            Source::Row(_) => vec![f64::NAN; places],
            Source::Sum(_) => vec![0.0; destinations],
            Source::Kept { .. } => Vec::new(),
        };
        let values = slots.iter().map(empty).collect();
        let kept = (0..stream.percentiles()).map(|_| Kept::default()).collect();
        Streamed { stream, places, destinations, rooms, slots, values, kept, batches: Vec::new() }
    }

    /// Keeps what a batch has said.
    fn heard(&mut self, batch: &[u32], heard: &BatchOutput) -> Result<()> {
        take(&self.slots, &mut self.values, batch, heard);
        for (kept, packed) in self.kept.iter_mut().zip(&heard.kept) {
            if !packed.bytes.is_empty() {
                let at = kept.append(self.rooms, &packed.bytes)?;
                kept.index.push(packed, at);
            }
        }
        self.batches.push(batch.to_vec());
        Ok(())
    }

    /// All results, those over all rows computed now, and what is to be said of them.
    ///
    /// # Errors
    /// As [`route`].
    pub fn finish(self, executor: &dyn Executor) -> Result<(Vec<Measured>, Vec<Doubt>)> {
        let Streamed { stream, places, destinations, slots, mut values, kept, batches, .. } = self;
        stream.close(&mut values);
        let mut doubts: Vec<Doubt> = Vec::new();
        let mut done: Vec<(usize, usize, Vec<Vec<f64>>)> = Vec::new();
        for (slot, values) in slots.iter().zip(&mut values) {
            let Source::Kept { percentile } = slot.comes else { continue };
            let measure = slot.measure;
            if !done.iter().any(|of| (of.0, of.1) == (measure, percentile)) {
                let read = |at: u64, bytes: &mut [u8]| kept[percentile].read(at, bytes);
                let index = &kept[percentile].index;
                let tiles = Tiles { batches: &batches, origins: places, destinations, index, read: &read };
                let (bound, turned) = (stream.measure(measure), tiles.turned());
                let rows: &dyn Rows = if stream.turned(bound) { &turned } else { &tiles };
                executor.begin(&format!("{} over all", bound.asked.name), 0);
                let first = doubts.len();
                done.push((measure, percentile, bound.whole(rows, executor, &mut doubts)?));
                let at = stream.percentile(percentile);
                doubts[first..].iter_mut().for_each(|doubt| doubt.what += &format!("; {at}"));
            }
            let of = done.iter().find(|of| (of.0, of.1) == (measure, percentile)).expect("pushed above");
            *values = of.2[slot.result].clone();
        }
        Ok((slots.into_iter().zip(values).collect(), doubts))
    }
}

/// Routes places once, for several streams (lands of one network), each with another listener beside it. Returns what
/// those say, stream by stream, batch by batch.
///
/// # Errors
/// `Stopped`; the machine's.
pub fn route<'s, L: Listener>(
    router: &Router<'_>,
    order: &[u32],
    how: KernelOptions,
    streams: &mut [Streamed<'s>],
    listen: impl Fn(usize, Batch<'_>) -> L + Sync,
    executor: &dyn Executor,
) -> Result<Vec<Vec<L::Output>>> {
    let lanes = router.lanes(how);
    let idle = streams.iter().all(|streamed| streamed.stream.is_idle());
    let most = if idle { order.len().max(1) } else { STRETCH * lanes };
    let mut said: Vec<Vec<L::Output>> = streams.iter().map(|_| Vec::new()).collect();
    for stretch in order.chunks(most) {
        let listeners: Vec<&'s MeasureListener<'s>> =
            streams.iter().map(|streamed| streamed.stream).collect();
        let all = |batch: Batch<'_>| -> Vec<_> {
            let of =
                |(i, stream): (usize, &'s MeasureListener<'s>)| Both(listen(i, batch), stream.listen(batch));
            listeners.iter().copied().enumerate().map(of).collect()
        };
        let outputs = router.route(stretch, how, all, executor)?;
        for (batch, of_streams) in stretch.chunks(lanes).zip(outputs) {
            for ((streamed, said), (other, heard)) in streams.iter_mut().zip(&mut said).zip(of_streams) {
                streamed.heard(batch, &heard)?;
                said.push(other);
            }
        }
    }
    Ok(said)
}

/// Puts what a batch says where it belongs.
fn take(slots: &[OutputColumn], values: &mut [Vec<f64>], batch: &[u32], heard: &BatchOutput) {
    for (slot, values) in slots.iter().zip(values) {
        match slot.comes {
            Source::Row(i) => {
                for (&origin, lane) in batch.iter().zip(&heard.active) {
                    values[origin as usize] = lane[i];
                }
            }
            Source::Sum(i) => {
                for (sum, &more) in values.iter_mut().zip(&heard.passive[i]) {
                    *sum += more;
                }
            }
            Source::Kept { .. } => {}
        }
    }
}

/// Travel times kept: their bytes, with room made when it is first needed, and where the tiles lie in them.
#[derive(Default)]
struct Kept {
    room: Option<Box<dyn Spill>>,
    end: u64,
    index: TileIndex,
}

impl Kept {
    fn append(&mut self, rooms: &dyn Rooms, bytes: &[u8]) -> Result<u64> {
        if self.room.is_none() {
            self.room = Some(rooms.open()?);
        }
        self.room.as_mut().expect("opened above").append(bytes)?;
        let at = self.end;
        self.end += bytes.len() as u64;
        Ok(at)
    }

    fn read(&self, at: u64, bytes: &mut [u8]) -> Result<()> {
        self.room.as_ref().map_or(Ok(()), |room| room.read(at, bytes))
    }
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

fn side(places: &RawPlaces) -> Side<'_> {
    let mut columns: Vec<(&str, &[f64])> = Vec::new();
    for column in places.opportunities.iter().chain(&places.groups) {
        columns.push((&column.name, &column.values));
    }
    let taken = columns.iter().any(|column| column.0 == "population");
    columns.extend(places.population.iter().filter(|_| !taken).map(|people| ("population", &people[..])));
    Side { places: places.ids.len(), columns, usual: places.opportunities.len() }
}

/// Results as columns: blank where nothing is known, and where the place is not linked, unless that is to be as if
/// it reached nothing.
pub fn columns(
    region: &Region,
    bound: &[BoundMeasure<'_>],
    measured: &[Measured],
    unlinked: Unlinked,
    passive: bool,
) -> Vec<(String, Vec<Option<f64>>)> {
    let links = if passive { region.destinations().1 } else { &region.links.cells };
    // What each measure says of a place that reaches nothing.
    let nothing = |slot: &OutputColumn, place: usize| {
        let mut out = Vec::new();
        bound[slot.measure].row(place as u32, Row { to: &[], cost_s: &[] }, &mut out);
        out.get(slot.result).copied().unwrap_or(0.0)
    };
    let column = |(slot, values): &Measured| {
        let value = |(place, &value): (usize, &f64)| {
            let linked = links.edge[place] != NONE;
            let value = if linked { value } else { nothing(slot, place) };
            (linked || unlinked == Unlinked::Zero).then_some(value).filter(|value| !value.is_nan())
        };
        (slot.name.clone(), values.iter().enumerate().map(value).collect())
    };
    measured.iter().filter(|(slot, _)| slot.passive == passive).map(column).collect()
}
