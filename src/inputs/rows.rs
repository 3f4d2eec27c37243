//! Some columns of a long table, CSV or Parquet, row by row: tables that other tools wrote, too long to be held as
//! text.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::columnar::not_newer;
use super::columns::{Holds, allowed};
use super::numbers::{BLANK, Fault, number};
use super::parquet::{ParquetColumn, ParquetFile, RowValue, ValueKind};
use super::tables::{self, Table, separator};
use super::{geopackage, shapefile};
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Problem, Result, machine_behind, unread};
use crate::base::format;
use crate::study::parse::nearest;
use crate::study::split_layer;

/// A field of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum RowField {
    Blank,
    Text(String),
    Number(f64),
}

impl RowField {
    /// As an id: whole numbers without a point.
    pub fn id(&self) -> Option<String> {
        match self {
            RowField::Blank => None,
            RowField::Text(text) => Some(text.clone()),
            RowField::Number(number) => Some(number.to_string()),
        }
    }

    /// A finite number; nothing where it is blank; else what it is and what to do.
    pub fn number(&self) -> std::result::Result<Option<f64>, Fault> {
        match self {
            RowField::Blank => Ok(None),
            RowField::Number(number) if number.is_finite() => Ok(Some(*number)),
            RowField::Number(number) => Err((format!("is {number}"), BLANK.to_string())),
            RowField::Text(text) => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(Some(number)),
                // As R and Python write what is not there.
                _ if ["NA", "NaN", "nan", "null"].contains(&text.as_str()) => Ok(None),
                _ => number(text),
            },
        }
    }
}

impl RowField {
    /// People or opportunities: 0 or more, nothing where it is blank; else what it is and what to do.
    pub fn amount(&self) -> std::result::Result<Option<f64>, Fault> {
        self.number()?.map(|number| allowed(number, Holds::Amounts)).transpose()
    }
}

/// A table whose header has been read: a file, or a folder of Parquet files that are one table together.
#[derive(Debug)]
pub struct LongTable {
    /// The file, or the first of the folder.
    path: PathBuf,
    /// The others of the folder, in the order of their names.
    more: Vec<PathBuf>,
    /// For messages.
    pub file: String,
    pub headers: Vec<String>,
    parquet: bool,
    /// What cannot be read row by row: GeoJSON, GeoPackage, Shapefile.
    held: Option<Table>,
}

fn broken(file: &str, error: impl std::error::Error + 'static) -> Error {
    machine_behind(file, &error).unwrap_or_else(|| damaged(file, &error.to_string()))
}

fn damaged(file: &str, what: &str) -> Error {
    Error::input(file, format!("cannot be read ({what})"), "export it once more, as CSV or Parquet")
}

/// The Parquet files of a folder, by name.
fn parts(folder: &Path, file: &str) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).map_err(|error| broken(file, error))?;
    let mut parts: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    parts.retain(|path| path.extension().is_some_and(|ending| ending == "parquet"));
    parts.sort();
    match parts.is_empty() {
        true => Err(Error::input(
            file,
            "is a folder without .parquet files",
            "give a table, or a folder of its parts",
        )),
        false => Ok(parts),
    }
}

impl LongTable {
    /// # Errors
    /// Where there is no such file, or it is no table that is read.
    pub fn open(path: &Path) -> Result<LongTable> {
        let file = path.display().to_string();
        let (bare, layer) = split_layer(path);
        let mut parts = if bare.is_dir() { parts(&bare, &file)? } else { vec![bare] };
        let first = parts.remove(0);
        let mut table =
            LongTable { path: first, more: parts, file, headers: Vec::new(), parquet: false, held: None };
        let mut opened = table.reopen()?;
        let mut magic = [0; 16];
        let read =
            std::io::Read::read(&mut opened, &mut magic).map_err(|error| broken(&table.file, error))?;
        let starts = |with: &[u8]| magic[..read].starts_with(with);
        if layer.is_some() || [geopackage::MAGIC, shapefile::MAGIC, b"{"].iter().any(|kind| starts(kind)) {
            let held = tables::read(path, &table.file, &mut Diagnostics::default())?;
            return Ok(LongTable { headers: held.headers().to_vec(), held: Some(held), ..table });
        }
        table.parquet = starts(b"PAR1");
        table.headers = if table.parquet {
            let opened = table.parquet_file(&table.path)?;
            not_newer(opened.explained(format::KEY), &table.file)?;
            opened.columns.iter().map(|column| column.name.clone()).collect()
        } else {
            let mut reader = table.csv_reader()?;
            let record = reader.headers().map_err(|error| broken(&table.file, error))?;
            record.iter().map(|header| header.trim_start_matches('\u{feff}').to_string()).collect()
        };
        if table.headers.iter().all(String::is_empty) {
            return Err(Error::input(&table.file, "is empty", "give a table with a header"));
        }
        Ok(table)
    }

    fn reopen(&self) -> Result<File> {
        self.open_file(&self.path)
    }

    fn open_file(&self, path: &Path) -> Result<File> {
        File::open(path).map_err(|error| unread(&*self.file, &error, "check the path"))
    }

    fn csv_reader(&self) -> Result<csv::Reader<File>> {
        let mut start = vec![0; 1 << 16];
        let read = std::io::Read::read(&mut self.reopen()?, &mut start);
        start.truncate(read.map_err(|error| broken(&self.file, error))?);
        let delimiter = separator(&String::from_utf8_lossy(&start));
        Ok(csv::ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).from_reader(self.reopen()?))
    }

    fn parquet_file(&self, path: &Path) -> Result<ParquetFile<File>> {
        ParquetFile::open(self.open_file(path)?).map_err(|what| damaged(&self.file, &what))
    }

    pub fn find(&self, column: &str) -> Option<usize> {
        self.headers.iter().position(|header| header == column)
    }

    /// # Errors
    /// Where there is no such column, with the nearest and with all there are.
    pub fn column(&self, column: &str, flag: &str) -> std::result::Result<usize, Problem> {
        self.find(column).ok_or_else(|| {
            let all = format!("its columns are {}", self.headers.join(", "));
            let near = nearest(column, self.headers.iter().map(String::as_str));
            let remedy = near.map_or(all.clone(), |near| format!("did you mean {flag} {near}? {all}"));
            Problem::new(&self.file, format!("has no column \"{column}\""), remedy)
        })
    }

    /// Hands the fields of some columns, row by row, to `take`, with the row's place for messages: `a.csv:17`.
    ///
    /// # Errors
    /// What cannot be read; what `take` says.
    pub fn rows(
        &self,
        columns: &[usize],
        mut take: impl FnMut(&dyn Fn() -> String, &[RowField]) -> Result<()>,
    ) -> Result<()> {
        if let Some(held) = &self.held {
            let field = |text: &str| match text {
                "" => RowField::Blank,
                text => RowField::Text(text.to_string()),
            };
            return (0..held.len()).try_for_each(|row| {
                let fields: Vec<RowField> =
                    columns.iter().map(|&column| field(held.cell(row, column))).collect();
                take(&|| held.place(row), &fields)
            });
        }
        if self.parquet { self.parquet_rows(columns, &mut take) } else { self.csv_rows(columns, &mut take) }
    }

    fn csv_rows(
        &self,
        columns: &[usize],
        take: &mut impl FnMut(&dyn Fn() -> String, &[RowField]) -> Result<()>,
    ) -> Result<()> {
        let mut reader = self.csv_reader()?;
        let mut record = csv::StringRecord::new();
        let mut fields = vec![RowField::Blank; columns.len()];
        while reader.read_record(&mut record).map_err(|error| broken(&self.file, error))? {
            for (field, &column) in fields.iter_mut().zip(columns) {
                let text = record.get(column).unwrap_or_default();
                *field = if text.is_empty() { RowField::Blank } else { RowField::Text(text.to_string()) };
            }
            let line = record.position().map_or(0, csv::Position::line);
            // Ids and times have no line breaks: what stands between two marks would be lost.
            if record.as_slice().contains(['\n', '\r']) {
                let what = "has a quotation mark that is not closed in its row";
                return Err(Error::input(format!("{}:{line}", self.file), what, "close it, or take it away"));
            }
            take(&|| format!("{}:{line}", self.file), &fields)?;
        }
        Ok(())
    }

    fn parquet_rows(
        &self,
        columns: &[usize],
        take: &mut impl FnMut(&dyn Fn() -> String, &[RowField]) -> Result<()>,
    ) -> Result<()> {
        let mut before = 0;
        for path in std::iter::once(&self.path).chain(&self.more) {
            before += self.part_rows(path, before, columns, take)?;
        }
        Ok(())
    }

    /// The rows of one file, of which `before` came before; says how many.
    fn part_rows(
        &self,
        path: &Path,
        before: usize,
        columns: &[usize],
        take: &mut impl FnMut(&dyn Fn() -> String, &[RowField]) -> Result<()>,
    ) -> Result<usize> {
        let opened = self.parquet_file(path)?;
        if !opened.columns.iter().map(|column| &column.name).eq(&self.headers) {
            let what = format!("has not the columns of {}", self.path.display());
            return Err(Error::input(path.display().to_string(), what, "keep one table in one folder"));
        }
        opened.look_at(|column| columns.contains(&column)).map_err(|what| damaged(&self.file, &what))?;
        let wanted: Vec<ParquetColumn> =
            columns.iter().map(|&column| opened.columns[column].clone()).collect();
        let unread = |column: &ParquetColumn| {
            let what = format!("column {} is {}", column.name, column.said);
            Error::input(&self.file, what, "texts, whole numbers and floats are read")
        };
        if let Some(other) = wanted.iter().find(|column| column.kind == ValueKind::Other) {
            return Err(unread(other));
        }
        let (mut fields, mut read) = (vec![RowField::Blank; columns.len()], 0);
        for batch in opened.batches(columns) {
            let batch = batch.map_err(|what| damaged(&self.file, &what))?;
            let mut values: Vec<_> = batch.columns.into_iter().map(Vec::into_iter).collect();
            for row in 0..batch.rows {
                for (i, values) in values.iter_mut().enumerate() {
                    let value = values.next().expect("a value a row");
                    fields[i] = field_of(value).ok_or_else(|| unread(&wanted[i]))?;
                }
                take(&|| format!("{}, row {}", self.file, before + read + row + 1), &fields)?;
            }
            read += batch.rows;
        }
        Ok(read)
    }
}

fn field_of(value: RowValue) -> Option<RowField> {
    Some(match value {
        RowValue::Blank => RowField::Blank,
        RowValue::Text(text) => RowField::Text(text),
        RowValue::Bytes(bytes) => RowField::Text(String::from_utf8_lossy(bytes.data()).into()),
        RowValue::Integer(number) => whole(number.into()),
        RowValue::Unsigned(number) => whole(number.into()),
        RowValue::Float(number) => RowField::Number(number.into()),
        RowValue::Double(number) => RowField::Number(number),
        RowValue::Truth(_) => return None,
    })
}

/// A whole number, with all its digits: some ids have more than a float.
fn whole(number: i128) -> RowField {
    const MOST: u128 = 1 << f64::MANTISSA_DIGITS;
    if number.unsigned_abs() <= MOST {
        RowField::Number(number as f64)
    } else {
        RowField::Text(number.to_string())
    }
}
