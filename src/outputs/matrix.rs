//! Travel times between places as one long table, written origin by origin.

use std::io;
use std::path::{Path, PathBuf};

use super::staging::{Staged, WrittenFile, failed};
use crate::base::error::Result;
use crate::base::ids::{CellId, Id};
use crate::engine::matrix::MatrixSink;

/// A file of pairs on its way.
pub trait PairsFile {
    /// Writes a pair with its times, a column each; `None` is blank.
    ///
    /// # Errors
    /// The machine's.
    fn push(&mut self, from: usize, to: usize, times: &[Option<u32>]) -> io::Result<()>;

    /// Ends a group of rows, if the format has such.
    ///
    /// # Errors
    /// The machine's.
    fn end_group(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// # Errors
    /// The machine's.
    fn finish(self: Box<Self>) -> io::Result<Staged>;
}

/// Begins a file of pairs.
pub type BeginPairs = fn(Staged, &MatrixSpec<'_>) -> io::Result<Box<dyn PairsFile>>;

/// Origins of a part, at most.
const MOST_ORIGINS: usize = 256;
/// Pairs of a part, at most, but for a single origin.
const MOST_PAIRS: usize = 1 << 24;
/// A row group of a part ends with the origin that brings it to so many rows.
const GROUP: u64 = 1 << 17;

/// Which matrix is written.
#[derive(Clone, Copy)]
pub struct MatrixSpec<'a> {
    /// In the format that it is written in.
    pub begin: BeginPairs,
    pub from_ids: &'a [String],
    pub to_ids: &'a [String],
    /// One column of times each; see [`time_columns`].
    pub percentiles: &'a [f64],
    /// Keep pairs without a time, blank; else they are left out.
    pub all_pairs: bool,
}

/// Seconds on foot all the way; blank where that is no way. Where it is the travel time, walking is the fastest.
pub const WALK: &str = "walk_s";

/// Names of the time columns: `travel_time_s` for one percentile, else `travel_time_p50_s` … (`p2_5` for 2.5).
pub fn time_columns(percentiles: &[f64]) -> Vec<String> {
    match percentiles {
        [_] => vec!["travel_time_s".to_string()],
        several => {
            several.iter().map(|p| format!("travel_time_p{}_s", p.to_string().replace('.', "_"))).collect()
        }
    }
}

/// Writes the long table `from_id, to_id, travel_time_s, walk_s`. Origins come in the order in which they are pushed;
/// the file appears under its name at [`MatrixWriter::finish`].
pub struct MatrixWriter {
    table: Box<dyn PairsFile>,
    path: PathBuf,
    destinations: usize,
    percentiles: usize,
    all_pairs: bool,
    pairs: u64,
}

impl MatrixWriter {
    pub fn create(path: &Path, spec: &MatrixSpec) -> Result<Self> {
        let staged = Staged::create(path)?;
        Ok(MatrixWriter {
            table: (spec.begin)(staged, spec).map_err(|error| failed(path, &error))?,
            path: path.to_path_buf(),
            destinations: spec.to_ids.len(),
            percentiles: spec.percentiles.len(),
            all_pairs: spec.all_pairs,
            pairs: 0,
        })
    }

    /// Ends a row group, so that the statistics of the next are those of other origins.
    fn end_group(&mut self) -> Result<()> {
        self.table.end_group().map_err(|error| failed(&self.path, &error))
    }

    /// Pairs written so far.
    pub fn pairs(&self) -> u64 {
        self.pairs
    }

    pub fn finish(self) -> Result<WrittenFile> {
        self.table.finish().map_err(|error| failed(&self.path, &error))?.finish()
    }
}

impl MatrixSink for MatrixWriter {
    fn push(
        &mut self,
        from: usize,
        time: impl Fn(usize, usize) -> Option<u32>,
        walk: impl Fn(usize) -> Option<u32>,
    ) -> Result<()> {
        let mut times = vec![None; self.percentiles + 1];
        for to in 0..self.destinations {
            for (k, slot) in times.iter_mut().take(self.percentiles).enumerate() {
                *slot = time(to, k);
            }
            if !self.all_pairs && times[..self.percentiles].iter().all(Option::is_none) {
                continue;
            }
            times[self.percentiles] = walk(to);
            self.pairs += 1;
            self.table.push(from, to, &times).map_err(|error| failed(&self.path, &error))?;
        }
        Ok(())
    }
}

/// A matrix as a folder of Parquet files of some origins each, which readers take as one table. Origins are pushed in
/// the order of their ids ([`by_id`]): then each file and row group has a stretch of ids, and its statistics tell a
/// reader of one origin which to open.
pub struct MatrixParts<'a> {
    folder: PathBuf,
    spec: MatrixSpec<'a>,
    part: Option<MatrixWriter>,
    /// Origins of the part, and its pairs when the row group began.
    origins: usize,
    grouped: u64,
    done: Vec<(String, WrittenFile)>,
}

impl<'a> MatrixParts<'a> {
    pub fn new(folder: &Path, spec: MatrixSpec<'a>) -> MatrixParts<'a> {
        let folder = folder.to_path_buf();
        MatrixParts { folder, spec, part: None, origins: 0, grouped: 0, done: Vec::new() }
    }

    fn end_part(&mut self) -> Result<()> {
        if let Some(part) = self.part.take() {
            self.done.push((part_name(self.done.len()), part.finish()?));
        }
        Ok(())
    }

    /// The names of the files in the folder.
    ///
    /// # Errors
    /// The machine's.
    pub fn finish(mut self) -> Result<Vec<(String, WrittenFile)>> {
        self.end_part()?;
        Ok(self.done)
    }
}

impl MatrixSink for MatrixParts<'_> {
    fn push(
        &mut self,
        from: usize,
        time: impl Fn(usize, usize) -> Option<u32>,
        walk: impl Fn(usize) -> Option<u32>,
    ) -> Result<()> {
        let most = (MOST_PAIRS / self.spec.to_ids.len().max(1)).clamp(1, MOST_ORIGINS);
        if self.origins == most {
            self.end_part()?;
        }
        if self.part.is_none() {
            let path = self.folder.join(part_name(self.done.len()));
            self.part = Some(MatrixWriter::create(&path, &self.spec)?);
            (self.origins, self.grouped) = (0, 0);
        }
        let part = self.part.as_mut().expect("made above");
        part.push(from, time, walk)?;
        self.origins += 1;
        if part.pairs() - self.grouped >= GROUP {
            part.end_group()?;
            self.grouped = part.pairs();
        }
        Ok(())
    }
}

fn part_name(part: usize) -> String {
    format!("part-{part:05}.parquet")
}

/// Cells in the order of their ids' bytes, as statistics of Parquet compare them.
pub fn by_id(ids: &[String]) -> Vec<CellId> {
    let mut order: Vec<CellId> = (0..ids.len() as u32).map(CellId).collect();
    order.sort_by(|&a, &b| ids[a.index()].as_bytes().cmp(ids[b.index()].as_bytes()));
    order
}
