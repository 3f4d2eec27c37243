//! Results as CSV: numbers as the shortest text that reads back as the same, blank for nothing.

use std::io::{self, Write};

use super::super::matrix::{MatrixSpec, PairsFile, WALK, time_columns};
use super::super::staging::{Staged, write_atomically};
use super::super::tables::{Combination, csv_field, write_csv_number};
use super::super::tidy::{COLUMNS, Series};
use super::holds::{FormatWriters, NOTHING};

pub(super) static WRITERS: FormatWriters = FormatWriters {
    places: Some(|path, table, _| write_atomically(path, |out| table.write_csv(out))),
    rows: Some(|table, out| table.write_csv(out)),
    series: Some(series),
    pairs: Some(|out, spec| Ok(Box::new(CsvPairs::new(out, spec)?))),
    drawn: true,
    ..NOTHING
};

fn series(all: &[Series<'_>], out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}", COLUMNS.join(","))?;
    for series in all {
        let Combination { scenario, profile, period } = series.of;
        let before = format!("{scenario},{profile},{period},");
        let mut behind = format!(",{},", csv_field(&series.measure));
        behind += &series.cutoff.map_or_else(String::new, |cutoff| cutoff.to_string());
        behind.push(',');
        behind += &series.percentile.map_or_else(String::new, |percentile| percentile.to_string());
        behind.push(',');
        for (id, value) in series.ids.iter().zip(series.values) {
            write!(out, "{before}{}{behind}", csv_field(id))?;
            write_csv_number(out, *value)?;
            writeln!(out)?;
        }
    }
    Ok(())
}

/// Ids as ready CSV fields.
struct CsvPairs {
    out: Staged,
    from_ids: Vec<String>,
    to_ids: Vec<String>,
}

impl CsvPairs {
    fn new(mut out: Staged, spec: &MatrixSpec<'_>) -> io::Result<Self> {
        writeln!(out, "from_id,to_id,{},{WALK}", time_columns(spec.percentiles).join(","))?;
        let fields = |ids: &[String]| ids.iter().map(|id| csv_field(id).into_owned()).collect();
        Ok(CsvPairs { out, from_ids: fields(spec.from_ids), to_ids: fields(spec.to_ids) })
    }
}

impl PairsFile for CsvPairs {
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

    fn finish(self: Box<Self>) -> io::Result<Staged> {
        Ok(self.out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_a_value() {
        let of = Combination::new("base", "adult", "morning");
        let ids = ["a".to_string(), "b,c".to_string()];
        let values = [Some(5.0), None];
        let jobs = |cutoff, percentile| Series {
            of: &of,
            ids: &ids,
            measure: "jobs".to_string(),
            cutoff,
            percentile,
            values: &values,
        };
        let mut out = Vec::new();
        series(&[jobs(Some(30), Some(2.5)), jobs(None, None)], &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "scenario,profile,period,id,measure,cutoff,percentile,value\n\
             base,adult,morning,a,jobs,30,2.5,5\nbase,adult,morning,\"b,c\",jobs,30,2.5,\n\
             base,adult,morning,a,jobs,,,5\nbase,adult,morning,\"b,c\",jobs,,,\n"
        );
    }
}
