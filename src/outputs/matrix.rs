//! Travel times between places as one long table, CSV or Parquet, written origin by origin.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::types::UInt32Type;
use arrow_array::{ArrayRef, DictionaryArray, Int32Array, RecordBatch, StringArray, UInt32Array};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;

use super::columnar::{self, BATCH};
use super::staging::{Staged, Written, failed};
use super::tables::csv_field;
use crate::base::error::Result;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatrixFormat {
    Csv,
    Parquet,
}

/// Origins of a part, at most.
const MOST_ORIGINS: usize = 256;
/// Pairs of a part, at most, but for a single origin.
const MOST_PAIRS: usize = 1 << 24;
/// A row group of a part ends with the origin that brings it to so many rows.
const GROUP: u64 = 1 << 17;

/// Which matrix is written.
#[derive(Clone, Copy)]
pub struct MatrixSpec<'a> {
    pub format: MatrixFormat,
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
    table: Table,
    destinations: usize,
    percentiles: usize,
    all_pairs: bool,
    pairs: u64,
}

enum Table {
    Csv(Box<CsvTable>),
    Parquet(Box<ParquetTable>),
}

impl MatrixWriter {
    pub fn create(path: &Path, spec: &MatrixSpec) -> Result<Self> {
        let staged = Staged::create(path)?;
        let table = match spec.format {
            MatrixFormat::Csv => CsvTable::new(staged, spec).map(|table| Table::Csv(Box::new(table))),
            MatrixFormat::Parquet => {
                ParquetTable::new(staged, spec).map(|table| Table::Parquet(Box::new(table)))
            }
        };
        Ok(MatrixWriter {
            table: table.map_err(|error| failed(path, &error))?,
            destinations: spec.to_ids.len(),
            percentiles: spec.percentiles.len(),
            all_pairs: spec.all_pairs,
            pairs: 0,
        })
    }

    /// Ends a row group, so that the statistics of the next are those of other origins.
    fn end_group(&mut self) -> Result<()> {
        let ended = match &mut self.table {
            Table::Csv(_) => Ok(()),
            Table::Parquet(table) => table.end_group(),
        };
        ended.map_err(|error| failed(self.path(), &error))
    }

    /// Pairs written so far.
    pub fn pairs(&self) -> u64 {
        self.pairs
    }

    pub fn finish(self) -> Result<Written> {
        let path = self.path().to_path_buf();
        let staged = match self.table {
            Table::Csv(table) => Ok(table.out),
            Table::Parquet(table) => table.finish(),
        };
        staged.map_err(|error| failed(&path, &error))?.finish()
    }

    /// Where the table is going to stand.
    pub fn path(&self) -> &Path {
        match &self.table {
            Table::Csv(table) => table.out.path(),
            Table::Parquet(table) => table.writer.inner().path(),
        }
    }
}

/// Where a matrix goes, origin by origin.
pub trait MatrixOut {
    /// Writes origin `from`: `time(to, k)` is the time to destination `to` at percentile `k`, `walk(to)` that on foot,
    /// in seconds.
    ///
    /// # Errors
    /// The machine's.
    fn push(
        &mut self,
        from: usize,
        time: impl Fn(usize, usize) -> Option<u32>,
        walk: impl Fn(usize) -> Option<u32>,
    ) -> Result<()>;

    /// A path in the folder where it is going to stand.
    fn path(&self) -> &Path;
}

impl MatrixOut for MatrixWriter {
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
            let pushed = match &mut self.table {
                Table::Csv(table) => table.push(from, to, &times),
                Table::Parquet(table) => table.push(from, to, &times),
            };
            pushed.map_err(|error| failed(self.path(), &error))?;
        }
        Ok(())
    }

    fn path(&self) -> &Path {
        MatrixWriter::path(self)
    }
}

/// A matrix as a folder of Parquet files of some origins each, which readers take as one table. Origins are pushed in
/// the order of their ids ([`by_id`]): then each file and row group has a stretch of ids, and its statistics tell a
/// reader of one origin which to open.
pub struct MatrixParts<'a> {
    first: PathBuf,
    folder: PathBuf,
    spec: MatrixSpec<'a>,
    part: Option<MatrixWriter>,
    /// Origins of the part, and its pairs when the row group began.
    origins: usize,
    grouped: u64,
    done: Vec<(String, Written)>,
}

impl<'a> MatrixParts<'a> {
    pub fn new(folder: &Path, spec: MatrixSpec<'a>) -> MatrixParts<'a> {
        let (first, folder) = (folder.join(part_name(0)), folder.to_path_buf());
        MatrixParts { first, folder, spec, part: None, origins: 0, grouped: 0, done: Vec::new() }
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
    pub fn finish(mut self) -> Result<Vec<(String, Written)>> {
        self.end_part()?;
        Ok(self.done)
    }
}

impl MatrixOut for MatrixParts<'_> {
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

    fn path(&self) -> &Path {
        &self.first
    }
}

fn part_name(part: usize) -> String {
    format!("part-{part:05}.parquet")
}

/// Places in the order of their ids' bytes, as statistics of Parquet compare them.
pub fn by_id(ids: &[String]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..ids.len() as u32).collect();
    order.sort_by(|&a, &b| ids[a as usize].as_bytes().cmp(ids[b as usize].as_bytes()));
    order
}

/// Ids as ready CSV fields.
struct CsvTable {
    out: Staged,
    from_ids: Vec<String>,
    to_ids: Vec<String>,
}

impl CsvTable {
    fn new(mut out: Staged, spec: &MatrixSpec) -> io::Result<Self> {
        writeln!(out, "from_id,to_id,{},{WALK}", time_columns(spec.percentiles).join(","))?;
        let fields = |ids: &[String]| ids.iter().map(|id| csv_field(id).into_owned()).collect();
        Ok(CsvTable { out, from_ids: fields(spec.from_ids), to_ids: fields(spec.to_ids) })
    }

    fn push(&mut self, from: usize, to: usize, times: &[Option<u32>]) -> io::Result<()> {
        write!(self.out, "{},{}", self.from_ids[from], self.to_ids[to])?;
        for time in times {
            match time {
                Some(seconds) => write!(self.out, ",{seconds}")?,
                None => self.out.write_all(b",")?,
            }
        }
        self.out.write_all(b"\n")
    }
}

/// Rows gather in `from`, `to`, `times` until a batch is full: ids as indices into a dictionary.
struct ParquetTable {
    writer: ArrowWriter<Staged>,
    schema: Arc<Schema>,
    from_ids: Arc<StringArray>,
    to_ids: Arc<StringArray>,
    from: Vec<u32>,
    to: Vec<u32>,
    times: Vec<Vec<Option<i32>>>,
}

impl ParquetTable {
    fn new(out: Staged, spec: &MatrixSpec) -> io::Result<Self> {
        let id = DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8));
        let mut fields = vec![Field::new("from_id", id.clone(), false), Field::new("to_id", id, false)];
        // One schema, whoever writes and whichever pairs are kept.
        let times = time_columns(spec.percentiles).into_iter().chain([WALK.to_string()]);
        fields.extend(times.map(|name| Field::new(name, DataType::Int32, true)));
        let times = fields.len() - 2;
        let schema = Arc::new(Schema::new(fields));
        Ok(ParquetTable {
            writer: columnar::writer(out, &schema, None)?,
            schema,
            from_ids: Arc::new(StringArray::from_iter_values(spec.from_ids)),
            to_ids: Arc::new(StringArray::from_iter_values(spec.to_ids)),
            from: Vec::with_capacity(BATCH),
            to: Vec::with_capacity(BATCH),
            times: vec![Vec::with_capacity(BATCH); times],
        })
    }

    fn push(&mut self, from: usize, to: usize, times: &[Option<u32>]) -> io::Result<()> {
        self.from.push(from as u32);
        self.to.push(to as u32);
        for (column, time) in self.times.iter_mut().zip(times) {
            column.push(time.map(|seconds| i32::try_from(seconds).unwrap_or(i32::MAX)));
        }
        if self.from.len() == BATCH { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.from.is_empty() {
            return Ok(());
        }
        let ids = |keys: &mut Vec<u32>, values: &Arc<StringArray>| -> io::Result<ArrayRef> {
            let keys = UInt32Array::from(std::mem::take(keys));
            let array =
                DictionaryArray::<UInt32Type>::try_new(keys, values.clone()).map_err(io::Error::other)?;
            Ok(Arc::new(array))
        };
        let mut arrays = vec![ids(&mut self.from, &self.from_ids)?, ids(&mut self.to, &self.to_ids)?];
        for column in &mut self.times {
            arrays.push(Arc::new(Int32Array::from(std::mem::take(column))));
        }
        let batch = RecordBatch::try_new(self.schema.clone(), arrays).map_err(io::Error::other)?;
        self.writer.write(&batch).map_err(columnar::io_error)
    }

    fn end_group(&mut self) -> io::Result<()> {
        self.flush()?;
        self.writer.flush().map_err(columnar::io_error)
    }

    fn finish(mut self) -> io::Result<Staged> {
        self.flush()?;
        self.writer.into_inner().map_err(columnar::io_error)
    }
}
