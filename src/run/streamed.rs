//! Routing with the study's `[[measure]]`s listening beside `[access]`, and then those measures that go over all
//! rows, from travel times kept in a temporary file.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path as FilePath;
use std::sync::Mutex;

use super::load::Loaded;
use crate::base::NONE;
use crate::base::error::{Error, Problem, Result};
use crate::base::watch::Watch;
use crate::inputs::raw::RawPlaces;
use crate::measures::asked::{self, Asked};
use crate::measures::plan::{self, Bound, Side};
use crate::measures::rows::{Row, Rows};
use crate::measures::stream::{Both, Comes, Heard, Slot, Stream};
use crate::measures::tiles::{TileIndex, Tiles};
use crate::outputs::folder::OutputFolder;
use crate::outputs::geo;
use crate::outputs::staging;
use crate::outputs::tables::{ColumnData, ResultTable};
use crate::routing::{Batch, How, Listener, Router};
use crate::study::{Period, Study, Unlinked};

/// Batches routed before their sums are added up: enough for every thread, few enough for memory.
const STRETCH: usize = 16;

/// One result: its slot, and a value for each place; NaN where nothing is known.
pub type Measured = (Slot, Vec<f64>);

/// A stream under way.
pub struct Streamed<'s> {
    stream: &'s Stream<'s>,
    /// How many places there are to route from, and to.
    places: usize,
    destinations: usize,
    /// Where times are kept, in a file without a name.
    folder: &'s FilePath,
    slots: Vec<Slot>,
    values: Vec<Vec<f64>>,
    kept: Vec<Kept>,
    batches: Vec<Vec<u32>>,
}

impl<'s> Streamed<'s> {
    pub fn new(stream: &'s Stream<'s>, (places, destinations): (usize, usize), folder: &'s FilePath) -> Self {
        let slots = stream.slots();
        let empty = |slot: &Slot| match slot.comes {
            Comes::Row(_) => vec![f64::NAN; places],
            Comes::Sum(_) => vec![0.0; destinations],
            Comes::Kept { .. } => Vec::new(),
        };
        let values = slots.iter().map(empty).collect();
        let kept = (0..stream.percentiles()).map(|_| Kept::default()).collect();
        Streamed { stream, places, destinations, folder, slots, values, kept, batches: Vec::new() }
    }

    /// Keeps what a batch has said.
    fn heard(&mut self, batch: &[u32], heard: &Heard) -> Result<()> {
        take(&self.slots, &mut self.values, batch, heard);
        for (kept, packed) in self.kept.iter_mut().zip(&heard.kept) {
            if !packed.bytes.is_empty() {
                let at = kept.append(self.folder, &packed.bytes)?;
                kept.index.push(packed, at);
            }
        }
        self.batches.push(batch.to_vec());
        Ok(())
    }

    /// All results, those over all rows computed now.
    ///
    /// # Errors
    /// As [`Streamed::route`].
    pub fn finish(self, watch: &dyn Watch) -> Result<Vec<Measured>> {
        let Streamed { stream, places, destinations, slots, mut values, kept, batches, .. } = self;
        let mut done: Vec<(usize, usize, Vec<Vec<f64>>)> = Vec::new();
        for (slot, values) in slots.iter().zip(&mut values) {
            let Comes::Kept { percentile } = slot.comes else { continue };
            let measure = slot.measure;
            if !done.iter().any(|of| (of.0, of.1) == (measure, percentile)) {
                let read = |at: u64, bytes: &mut [u8]| kept[percentile].read(at, bytes);
                let index = &kept[percentile].index;
                let tiles = Tiles { batches: &batches, origins: places, destinations, index, read: &read };
                let (bound, turned) = (stream.measure(measure), tiles.turned());
                let rows: &dyn Rows = if stream.turned(bound) { &turned } else { &tiles };
                watch.begin(&format!("{} over all", bound.asked.name), 0);
                done.push((measure, percentile, bound.whole(rows, watch)?));
            }
            let of = done.iter().find(|of| (of.0, of.1) == (measure, percentile)).expect("pushed above");
            *values = of.2[slot.result].clone();
        }
        Ok(slots.into_iter().zip(values).collect())
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
    how: How,
    streams: &mut [Streamed<'s>],
    listen: impl Fn(usize, Batch<'_>) -> L + Sync,
    watch: &dyn Watch,
) -> Result<Vec<Vec<L::Output>>> {
    let lanes = router.lanes(how);
    let idle = streams.iter().all(|streamed| streamed.stream.is_idle());
    let most = if idle { order.len().max(1) } else { STRETCH * lanes };
    let mut said: Vec<Vec<L::Output>> = streams.iter().map(|_| Vec::new()).collect();
    for stretch in order.chunks(most) {
        let listeners: Vec<&'s Stream<'s>> = streams.iter().map(|streamed| streamed.stream).collect();
        let all = |batch: Batch<'_>| -> Vec<_> {
            let of = |(i, stream): (usize, &'s Stream<'s>)| Both(listen(i, batch), stream.listen(batch));
            listeners.iter().copied().enumerate().map(of).collect()
        };
        let outputs = router.route(stretch, how, all, watch)?;
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
fn take(slots: &[Slot], values: &mut [Vec<f64>], batch: &[u32], heard: &Heard) {
    for (slot, values) in slots.iter().zip(values) {
        match slot.comes {
            Comes::Row(i) => {
                for (&origin, lane) in batch.iter().zip(&heard.active) {
                    values[origin as usize] = lane[i];
                }
            }
            Comes::Sum(i) => {
                for (sum, &more) in values.iter_mut().zip(&heard.passive[i]) {
                    *sum += more;
                }
            }
            Comes::Kept { .. } => {}
        }
    }
}

/// Travel times kept: their bytes in a file, made when first needed, and where the tiles lie in it.
#[derive(Default)]
struct Kept {
    file: Option<Mutex<File>>,
    end: u64,
    index: TileIndex,
}

impl Kept {
    fn append(&mut self, folder: &FilePath, bytes: &[u8]) -> Result<u64> {
        let failed = |error: std::io::Error| staging::failed(folder, &error);
        if self.file.is_none() {
            self.file = Some(Mutex::new(tempfile::tempfile_in(folder).map_err(failed)?));
        }
        let file = self.file.as_ref().expect("made above");
        file.lock().expect("nobody panics with the file").write_all(bytes).map_err(failed)?;
        let at = self.end;
        self.end += bytes.len() as u64;
        Ok(at)
    }

    fn read(&self, at: u64, bytes: &mut [u8]) -> Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let mut file = file.lock().expect("nobody panics with the file");
        file.seek(SeekFrom::Start(at))
            .and_then(|_| file.read_exact(bytes))
            .map_err(|error| Error::machine("kept travel times", error))
    }
}

/// Makes the study's measures, as far as they can be checked before any file is read.
///
/// # Errors
/// Everything that is wrong in them; limits above a profile's longest journey.
pub fn asked(study: &Study) -> Result<Vec<Asked>> {
    let asked = asked::resolve(&study.measures)?;
    let mut problems = Vec::new();
    for profile in &study.profiles {
        let most = profile.max_travel_time_s;
        for measure in &asked {
            let reach_s = measure.form.reach_s();
            if reach_s.is_finite() && reach_s > f64::from(most) {
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
pub fn bind<'a>(loaded: &'a Loaded, asked: &'a [Asked], longest_s: u32) -> Result<Vec<Bound<'a>>> {
    let (origins, destinations) = sides(loaded);
    plan::bind(asked, &origins, &destinations, longest_s)
}

/// The cells and the destinations with their columns.
fn sides(loaded: &Loaded) -> (Side<'_>, Side<'_>) {
    let origins = side(&loaded.cells);
    let destinations = loaded.others.as_ref().map_or_else(|| origins.clone(), side);
    (origins, destinations)
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
    loaded: &Loaded,
    bound: &[Bound<'_>],
    measured: &[Measured],
    unlinked: Unlinked,
    passive: bool,
) -> Vec<(String, Vec<Option<f64>>)> {
    let links = if passive { loaded.destinations().1 } else { &loaded.links.cells };
    // What each measure says of a place that reaches nothing.
    let nothing = |slot: &Slot, place: usize| {
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

/// The table of destinations, where passive measures are about other places than the cells.
///
/// # Errors
/// The machine's.
pub fn write_passive(
    loaded: &Loaded,
    passive: &[(String, Vec<Option<f64>>)],
    name: impl Fn(&str) -> String,
    folder: &mut OutputFolder,
    watch: &dyn Watch,
) -> Result<()> {
    if passive.is_empty() {
        return Ok(());
    }
    let places = loaded.destinations().0;
    folder.write_places(&name("passive"), &places_table(places, passive), places, watch)
}

/// A row a place: `id`, `lon`, `lat` and the columns.
pub fn places_table(places: &RawPlaces, columns: &[(String, Vec<Option<f64>>)]) -> ResultTable {
    let mut table = ResultTable::default();
    table.push("id", ColumnData::Text(places.ids.clone()));
    table.push("lon", ColumnData::Number(places.points.iter().map(|&(lon, _)| Some(lon)).collect()));
    table.push("lat", ColumnData::Number(places.points.iter().map(|&(_, lat)| Some(lat)).collect()));
    for (name, values) in columns {
        table.push(name, ColumnData::Number(values.clone()));
    }
    table
}

/// One profile's results: which measure each is of, and all columns by name.
pub type OfProfile<'a> = (&'a [Slot], &'a [(String, Vec<Option<f64>>)]);

/// Measures over modes, with a profile for each mode, as one table a period, a row a cell:
/// `base/over_profiles_<period>.csv`. Nothing where there is one profile, or no such measure.
///
/// # Errors
/// The machine's.
pub fn write_over_profiles(
    study: &Study,
    scenario: &str,
    loaded: &Loaded,
    asked: &[Asked],
    period: &Period,
    profiles: &[OfProfile<'_>],
    folder: &mut OutputFolder,
) -> Result<()> {
    let [(slots, _), _, ..] = profiles else { return Ok(()) };
    let mut table = ResultTable::default();
    table.push("id", ColumnData::Text(loaded.cells.ids.clone()));
    for slot in *slots {
        let of = |(_, columns): &OfProfile<'_>| {
            columns.iter().find(|column| column.0 == slot.name).map(|column| column.1.clone())
        };
        let modes: Vec<Vec<Option<f64>>> = profiles.iter().filter_map(of).collect();
        let form = &asked[slot.measure].form;
        if modes.len() < profiles.len() || form.over_modes(&[]).is_none() {
            continue;
        }
        let at = |cell: usize| {
            let known: Option<Vec<f64>> = modes.iter().map(|mode| mode[cell]).collect();
            form.over_modes(&known?)
        };
        table.push(&slot.name, ColumnData::Number((0..loaded.cells.ids.len()).map(at).collect()));
    }
    if table.columns().len() == 1 {
        return Ok(());
    }
    let name = |ending: &str| format!("{scenario}/over_profiles_{}.{ending}", period.name);
    if study.outputs.csv {
        folder.write(&name("csv"), |out| table.write_csv(out))?;
    }
    if study.outputs.parquet {
        folder.write(&name("parquet"), |out| geo::write_parquet(&table, out))?;
    }
    Ok(())
}
