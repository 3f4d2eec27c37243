//! The measures of all scenarios, profiles and periods as one long table, a row a value: `results.csv`, `results.parquet`.
//! Rows are made as they are written, for there may be millions of them.

use std::io::{self, Write};
use std::sync::Arc;

use arrow_array::types::UInt32Type;
use arrow_array::{
    ArrayRef, DictionaryArray, Float64Array, Int64Array, RecordBatch, StringArray, UInt32Array,
};
use arrow_schema::{DataType, Field, Schema};

use super::columnar::{self, BATCH};
use super::staging::Staged;
use super::tables::{Combination, csv_field, write_csv_number};

/// The columns, in their order.
pub const COLUMNS: [&str; 8] =
    ["scenario", "profile", "period", "id", "measure", "cutoff", "percentile", "value"];

/// A measure of every cell of a combination.
#[derive(Clone, Debug, PartialEq)]
pub struct Series<'a> {
    pub of: &'a Combination,
    pub ids: &'a [String],
    /// What is measured, without cutoff and percentile.
    pub measure: String,
    /// Minutes; `None`: it has none.
    pub cutoff: Option<u32>,
    /// `None`: none, as of a mean over the window.
    pub percentile: Option<f64>,
    pub values: &'a [Option<f64>],
}

/// As CSV, in the ways of all tables.
pub fn write_csv(all: &[Series<'_>], out: &mut impl Write) -> io::Result<()> {
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

/// As Parquet: texts, `cutoff` a whole number, `percentile` and `value` doubles.
pub fn write_parquet(all: &[Series<'_>], out: &mut Staged) -> io::Result<()> {
    let text = DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8));
    let mut fields: Vec<Field> =
        COLUMNS[..5].iter().map(|name| Field::new(*name, text.clone(), false)).collect();
    fields.push(Field::new(COLUMNS[5], DataType::Int64, true));
    fields.extend(COLUMNS[6..].iter().map(|name| Field::new(*name, DataType::Float64, true)));
    let schema = Arc::new(Schema::new(fields));
    let mut writer = columnar::writer(out, &schema, None)?;
    for series in all {
        let ids = Arc::new(StringArray::from_iter_values(series.ids));
        for from in (0..series.values.len()).step_by(BATCH) {
            let rows = from..(from + BATCH).min(series.values.len());
            let n = rows.len();
            let words = |words: &str| -> io::Result<ArrayRef> {
                dictionary(vec![0; n], &Arc::new(StringArray::from_iter_values([words])))
            };
            let Combination { scenario, profile, period } = series.of;
            let keys = rows.clone().map(|row| row as u32).collect();
            let known = |value: &Option<f64>| value.filter(|value| !value.is_nan()).map(|value| value + 0.0);
            let arrays: Vec<ArrayRef> = vec![
                words(scenario)?,
                words(profile)?,
                words(period)?,
                dictionary(keys, &ids)?,
                words(&series.measure)?,
                Arc::new(Int64Array::from(vec![series.cutoff.map(i64::from); n])),
                Arc::new(Float64Array::from(vec![series.percentile; n])),
                Arc::new(series.values[rows].iter().map(known).collect::<Float64Array>()),
            ];
            let batch = RecordBatch::try_new(schema.clone(), arrays).map_err(io::Error::other)?;
            writer.write(&batch).map_err(columnar::io_error)?;
        }
    }
    writer.close().map_err(columnar::io_error)?;
    Ok(())
}

fn dictionary(keys: Vec<u32>, values: &Arc<StringArray>) -> io::Result<ArrayRef> {
    let keys = UInt32Array::from(keys);
    let array = DictionaryArray::<UInt32Type>::try_new(keys, values.clone()).map_err(io::Error::other)?;
    Ok(Arc::new(array))
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
        write_csv(&[jobs(Some(30), Some(2.5)), jobs(None, None)], &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "scenario,profile,period,id,measure,cutoff,percentile,value\n\
             base,adult,morning,a,jobs,30,2.5,5\nbase,adult,morning,\"b,c\",jobs,30,2.5,\n\
             base,adult,morning,a,jobs,,,5\nbase,adult,morning,\"b,c\",jobs,,,\n"
        );
    }
}
