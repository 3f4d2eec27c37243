//! Arrivals → measures of access, batch by batch: rows of travel times live as long as their batch, sums over
//! origins are handed on by the blocks of their order (`pairwise`), and only what measures over all rows need is packed to
//! be kept.

use super::kinds::{Form, is_time};
use super::pairwise::{Block, blocks, sum_of_block};
use super::plan::BoundMeasure;
use super::rows::TimesRow;
use super::tiles::{Packed, pack};
use crate::base::units::{Window, rank};
use crate::routing::{ArrivalProfile, Batch, Label, Listener, PrefixSums};

/// What to listen for.
#[derive(Debug)]
pub struct MeasureListener<'a> {
    bound: &'a [BoundMeasure<'a>],
    /// Whether routing goes from destinations to origins, as for windows of arrivals.
    mirrored: bool,
    /// Where routing goes to.
    destinations: usize,
    departures: u32,
    percentiles: Vec<f64>,
    ranks: Vec<u32>,
    /// Whether times at a percentile are kept.
    kept: Vec<bool>,
    /// Measure by measure: which percentiles it is wanted at.
    views: Vec<Vec<usize>>,
    /// Measure by measure and decay by decay: its table in `tables`, where the mean is wanted.
    means: Vec<Vec<usize>>,
    tables: Vec<PrefixSums>,
}

/// A result of a whole run: its name, whether it has a value for each destination and not each origin, and where it
/// comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputColumn {
    pub name: String,
    /// Its measure, and which of that one's `stems` it is.
    pub measure: usize,
    pub result: usize,
    pub passive: bool,
    /// It is a time.
    pub less_is_better: bool,
    pub comes: ColumnSource,
}

/// Where a result comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnSource {
    /// Index into `BatchOutput::active`.
    Row(usize),
    /// Index of a sum of `BatchOutput::passive`.
    Sum(usize),
    /// The times kept at a percentile: the measure's [`BoundMeasure::whole`] over them.
    Kept { percentile: usize },
}

/// What one batch says.
#[derive(Debug, Default)]
pub struct BatchOutput {
    /// Lane → results.
    pub active: Vec<Vec<f64>>,
    /// The blocks of the batch's places: result × destination. None where nothing is summed over places.
    pub passive: Vec<Block>,
    /// Percentile → times, where they are kept.
    pub kept: Vec<Packed>,
}

/// `p50`, `p2_5`.
fn percentile_name(p: f64) -> String {
    super::access::percentile_name(p)
}

impl<'a> MeasureListener<'a> {
    /// `percentiles`: those of measures that name none. `destinations` and `longest_s`: the router's, which is
    /// `mirrored` where it goes from destinations to origins.
    pub fn new(
        bound: &'a [BoundMeasure<'a>],
        mirrored: bool,
        destinations: usize,
        percentiles: &[f64],
        window: Window,
        longest_s: u32,
    ) -> MeasureListener<'a> {
        let departures = window.count();
        let mut stream = MeasureListener {
            bound,
            mirrored,
            destinations,
            departures,
            percentiles: Vec::new(),
            ranks: Vec::new(),
            kept: Vec::new(),
            views: Vec::new(),
            means: Vec::new(),
            tables: Vec::new(),
        };
        for measure in bound {
            let mut views = Vec::new();
            for &p in measure.asked.percentiles(percentiles) {
                let known = stream.percentiles.iter().position(|&known| known == p);
                let view = known.unwrap_or(stream.percentiles.len());
                if known.is_none() {
                    stream.percentiles.push(p);
                    stream.ranks.push(rank(p, departures));
                    stream.kept.push(false);
                }
                stream.kept[view] |= stream.keeps(measure);
                views.push(view);
            }
            stream.views.push(views);
            let first = stream.tables.len();
            if measure.asked.mean {
                let table = |weights: &super::decay::Weights| {
                    PrefixSums::new(|s| weights.at(f64::from(s)), longest_s, window.every_s)
                };
                stream.tables.extend(measure.weights.iter().map(table));
            }
            stream.means.push((first..stream.tables.len()).collect());
        }
        stream
    }

    /// All results in the order of the study: measure, column, words, then percentiles and mean.
    pub fn slots(&self) -> Vec<OutputColumn> {
        let (mut rows, mut sums) = (0, 0);
        let mut slots = Vec::new();
        for (measure, bound) in self.bound.iter().enumerate() {
            let passive = bound.asked.passive;
            let turned = self.turned(bound);
            let words = bound.asked.form.words();
            for (result, stem) in bound.stems.iter().enumerate() {
                let mut views: Vec<(String, Option<usize>)> = self.views[measure]
                    .iter()
                    .map(|&v| (percentile_name(self.percentiles[v]), Some(v)))
                    .collect();
                if bound.asked.mean {
                    views.push(("mean".to_string(), None));
                }
                for (view, percentile) in views {
                    let comes = match (percentile, self.keeps(bound), turned) {
                        (Some(percentile), true, _) => ColumnSource::Kept { percentile },
                        (_, _, true) => {
                            sums += 1;
                            ColumnSource::Sum(sums - 1)
                        }
                        _ => {
                            rows += 1;
                            ColumnSource::Row(rows - 1)
                        }
                    };
                    let words = &words[result % words.len()];
                    let less_is_better = is_time(words);
                    let name = format!("{stem}_{view}");
                    slots.push(OutputColumn { name, measure, result, passive, less_is_better, comes });
                }
            }
        }
        slots
    }

    /// How many results there are of each source: of rows, and of sums over places.
    pub fn rows_and_sums(&self) -> (usize, usize) {
        let slots = self.slots();
        let count = |which: fn(&ColumnSource) -> bool| slots.iter().filter(|slot| which(&slot.comes)).count();
        (
            count(|comes| matches!(comes, ColumnSource::Row(_))),
            count(|comes| matches!(comes, ColumnSource::Sum(_))),
        )
    }

    /// How many percentiles there are.
    pub fn percentiles(&self) -> usize {
        self.percentiles.len()
    }

    /// The name of one of them: `p50`.
    pub fn percentile(&self, percentile: usize) -> String {
        percentile_name(self.percentiles[percentile])
    }

    /// Whether times at one of them are kept.
    pub fn is_kept(&self, percentile: usize) -> bool {
        self.kept[percentile]
    }

    pub fn measure(&self, measure: usize) -> &'a BoundMeasure<'a> {
        &self.bound[measure]
    }

    /// Whether a measure's rows are the columns of what is routed.
    pub fn turned(&self, measure: &BoundMeasure<'_>) -> bool {
        measure.asked.passive != self.mirrored
    }

    /// Measures that see more than one row, or a row turned round.
    fn keeps(&self, measure: &BoundMeasure<'_>) -> bool {
        match &measure.asked.form {
            Form::Sums(_) | Form::OfSums(_) => false,
            Form::Row(_) => self.turned(measure),
            Form::All(_) => true,
        }
    }

    /// Whether there is anything to listen for.
    pub fn is_idle(&self) -> bool {
        self.bound.is_empty()
    }

    /// A listener for one batch; `at`: the position of the first place that is routed.
    pub fn listen(&'a self, batch: Batch<'_>, at: usize) -> Streaming<'a> {
        let cells = batch.origins.len() * self.destinations;
        Streaming {
            what: self,
            first: at + batch.first,
            origins: batch.origins.to_vec(),
            times_s: self.ranks.iter().map(|_| vec![u32::MAX; cells]).collect(),
            sums: self.tables.iter().map(|_| vec![0; cells]).collect(),
        }
    }
}

/// One batch.
#[derive(Debug)]
pub struct Streaming<'a> {
    what: &'a MeasureListener<'a>,
    /// Position of the first.
    first: usize,
    origins: Vec<u32>,
    /// Percentile → destination × lane, s; `u32::MAX` for none.
    times_s: Vec<Vec<u32>>,
    /// Table → destination × lane.
    sums: Vec<Vec<u64>>,
}

/// Lanes whose rows are made together: their times share cache lines.
const ABREAST: usize = 16;

impl Listener for Streaming<'_> {
    type Output = BatchOutput;

    #[inline(always)]
    fn arrivals<T: Label, const N: usize>(&mut self, destination: u32, arrivals: &ArrivalProfile<'_, T, N>) {
        let lanes = self.origins.len();
        let at = destination as usize * lanes;
        for (times_s, &rank) in self.times_s.iter_mut().zip(&self.what.ranks) {
            times_s[at..at + lanes].copy_from_slice(&arrivals.ranked(rank)[..lanes]);
        }
        for (sums, table) in self.sums.iter_mut().zip(&self.what.tables) {
            sums[at..at + lanes].copy_from_slice(&arrivals.summed(table)[..lanes]);
        }
    }

    fn finish(self) -> BatchOutput {
        let (what, lanes) = (self.what, self.origins.len());
        let active = self.of_rows();
        let passive = self.over_places();
        let time = |times_s: &Vec<u32>, kept: &bool| match kept {
            true => pack(lanes, what.destinations, |lane, to| times_s[to * lanes + lane]),
            false => Packed::default(),
        };
        let kept = self.times_s.iter().zip(&what.kept).map(|(times_s, kept)| time(times_s, kept)).collect();
        BatchOutput { active, passive, kept }
    }
}

impl Streaming<'_> {
    /// Lane → results: those that depend on one place's row.
    fn of_rows(&self) -> Vec<Vec<f64>> {
        let (what, lanes) = (self.what, self.origins.len());
        let mut values = BatchValues::new(what, lanes);
        for (percentile, times_s) in self.times_s.iter().enumerate() {
            let wanted = |(m, bound): &(usize, &BoundMeasure<'_>)| {
                !what.keeps(bound) && !what.turned(bound) && what.views[*m].contains(&percentile)
            };
            let measures: Vec<(usize, &BoundMeasure<'_>)> =
                what.bound.iter().enumerate().filter(wanted).collect();
            if measures.is_empty() {
                continue;
            }
            for first in (0..lanes).step_by(ABREAST) {
                let rows = rows(times_s, lanes, first);
                for (i, (to, cost_s)) in rows.iter().enumerate() {
                    let (lane, row) = (first + i, TimesRow { to, cost_s });
                    for &(m, bound) in &measures {
                        values.row(bound, m, percentile, lane, self.origins[lane], row);
                    }
                }
            }
        }
        for (m, bound) in what.bound.iter().enumerate().filter(|(_, bound)| !what.turned(bound)) {
            for (result, (column, decay)) in bound.sums().enumerate() {
                let Some(&table) = what.means[m].get(decay) else { break };
                values.mean((m, result), column, &self.sums[table]);
            }
        }
        values.active
    }

    /// Block by block: the sums over the batch's places.
    fn over_places(&self) -> Vec<Block> {
        let (what, lanes, destinations) = (self.what, self.origins.len(), self.what.destinations);
        let results = what.rows_and_sums().1;
        if results == 0 {
            return Vec::new();
        }
        let ranges = blocks(self.first..self.first + lanes);
        let block = |range: &std::ops::Range<usize>| Block {
            first: range.start,
            size: range.len(),
            sums: vec![0.0; results * destinations],
        };
        let mut blocks: Vec<Block> = ranges.iter().map(block).collect();
        let ranges: Vec<_> = ranges.iter().map(|r| r.start - self.first..r.end - self.first).collect();
        let mut terms = vec![0.0; lanes];
        let mut first = 0;
        for (m, bound) in what.bound.iter().enumerate() {
            if !what.turned(bound) || what.keeps(bound) {
                continue;
            }
            let width = what.width(m);
            for (result, (column, decay)) in bound.sums().enumerate() {
                let people: Vec<f64> = self.origins.iter().map(|&origin| column[origin as usize]).collect();
                let weights = &bound.weights[decay];
                let place = first + result * width;
                for (view, &percentile) in what.views[m].iter().enumerate() {
                    for (to, times_s) in self.times_s[percentile].chunks(lanes).enumerate() {
                        if times_s.iter().all(|&time_s| time_s == u32::MAX) {
                            continue;
                        }
                        let weighed = people.iter().zip(times_s);
                        for (term, (&people, &time_s)) in terms.iter_mut().zip(weighed) {
                            let none = people == 0.0 || time_s == u32::MAX;
                            *term = if none { 0.0 } else { people * weights.at_second(time_s) };
                        }
                        put(&mut blocks, &ranges, &mut terms, (place + view) * destinations + to);
                    }
                }
                let Some(&table) = what.means[m].get(decay) else { continue };
                for (to, sums) in self.sums[table].chunks(lanes).enumerate() {
                    for (term, (people, &sum)) in terms.iter_mut().zip(people.iter().zip(sums)) {
                        *term = people * PrefixSums::mean(sum, what.departures);
                    }
                    put(&mut blocks, &ranges, &mut terms, (place + width - 1) * destinations + to);
                }
            }
            first += bound.stems.len() * width;
        }
        blocks
    }
}

/// Adds up the terms of each block, lane by lane in `ranges`, into its sum at `place`.
fn put(blocks: &mut [Block], ranges: &[std::ops::Range<usize>], terms: &mut [f64], place: usize) {
    for (block, range) in blocks.iter_mut().zip(ranges) {
        block.sums[place] = sum_of_block(&mut terms[range.clone()]);
    }
}

/// The rows of up to `ABREAST` lanes.
fn rows(times_s: &[u32], lanes: usize, first: usize) -> Vec<(Vec<u32>, Vec<f64>)> {
    let abreast = ABREAST.min(lanes - first);
    let mut rows = vec![(Vec::new(), Vec::new()); abreast];
    for (to, times_s) in times_s.chunks(lanes).enumerate() {
        for (row, &time_s) in rows.iter_mut().zip(&times_s[first..first + abreast]) {
            if time_s != u32::MAX {
                row.0.push(to as u32);
                row.1.push(f64::from(time_s));
            }
        }
    }
    rows
}

/// Results of the rows of a batch under way, each at its place in the order of [`MeasureListener::slots`].
struct BatchValues<'a> {
    what: &'a MeasureListener<'a>,
    active: Vec<Vec<f64>>,
    /// Measure → place of its first result.
    first: Vec<usize>,
    room: Vec<f64>,
}

impl<'a> BatchValues<'a> {
    fn new(what: &'a MeasureListener<'a>, lanes: usize) -> BatchValues<'a> {
        let mut rows = 0;
        let mut first = Vec::new();
        for (m, bound) in what.bound.iter().enumerate() {
            first.push(rows);
            let none = what.turned(bound) || what.keeps(bound);
            rows += if none { 0 } else { bound.stems.len() * what.width(m) };
        }
        BatchValues { what, active: vec![vec![0.0; rows]; lanes], first, room: Vec::new() }
    }

    /// What one row says of one measure at a percentile.
    fn row(
        &mut self,
        bound: &BoundMeasure<'_>,
        m: usize,
        percentile: usize,
        lane: usize,
        origin: u32,
        row: TimesRow<'_>,
    ) {
        let width = self.what.width(m);
        let Some(view) = self.what.views[m].iter().position(|&view| view == percentile) else { return };
        self.room.clear();
        bound.unclosed(origin, row, &mut self.room);
        for (result, &value) in self.room.iter().enumerate() {
            self.active[lane][self.first[m] + result * width + view] = value;
        }
    }

    /// What the sums over departures say of one measure's column and decay.
    fn mean(&mut self, (m, result): (usize, usize), column: &[f64], sums: &[u64]) {
        let width = self.what.width(m);
        let place = self.first[m] + result * width + width - 1;
        for (sums, &amount) in sums.chunks(self.active.len()).zip(column) {
            if amount != 0.0 {
                for (lane, &sum) in self.active.iter_mut().zip(sums) {
                    lane[place] += amount * PrefixSums::mean(sum, self.what.departures);
                }
            }
        }
    }
}

impl MeasureListener<'_> {
    /// Sums of a whole run, in the order of [`MeasureListener::slots`], → results, where these are made of sums.
    pub fn close(&self, values: &mut [Vec<f64>]) {
        let mut first = 0;
        for (m, bound) in self.bound.iter().enumerate() {
            let (width, stems) = (self.width(m), bound.stems.len());
            if matches!(bound.asked.form, Form::OfSums(_)) {
                for view in 0..width {
                    let at = |stem: usize| first + stem * width + view;
                    let mut sums: Vec<Vec<f64>> =
                        (0..stems).map(|stem| std::mem::take(&mut values[at(stem)])).collect();
                    bound.close(&mut sums);
                    sums.into_iter().enumerate().for_each(|(stem, sums)| values[at(stem)] = sums);
                }
            }
            first += stems * width;
        }
    }

    /// Results of a measure for each stem: percentiles, and the mean last.
    fn width(&self, measure: usize) -> usize {
        self.views[measure].len() + usize::from(self.bound[measure].asked.mean)
    }
}

/// Two listeners at once.
pub struct BothListeners<A, B>(pub A, pub B);

impl<A: Listener, B: Listener> Listener for BothListeners<A, B> {
    type Output = (A::Output, B::Output);

    #[inline(always)]
    fn arrivals<T: Label, const N: usize>(&mut self, destination: u32, arrivals: &ArrivalProfile<'_, T, N>) {
        self.0.arrivals(destination, arrivals);
        self.1.arrivals(destination, arrivals);
    }

    fn finish(self) -> Self::Output {
        (self.0.finish(), self.1.finish())
    }
}
