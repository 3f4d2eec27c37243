//! Measures against published figures.

mod common;

use std::collections::HashMap;
use std::fs::File;

use arrow_array::{Float64Array, LargeStringArray};
use isokron::measures::equity::{ALL, equity, gini};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// Belo Horizonte: 898 H3 cells and 748,437 travel times, from the R package `accessibility` 1.5.0.
/// Its own test values, and the city's Gini computed anew in Python from the formulas in its documentation.
#[test]
fn jobs_within_half_an_hour_in_belo_horizonte() {
    let (Some(land_use), Some(matrix)) =
        (common::data("belo_horizonte/land_use.csv"), common::data("belo_horizonte/travel_matrix.parquet"))
    else {
        return;
    };
    let mut ids = Vec::new();
    let (mut people, mut jobs) = (Vec::new(), Vec::new());
    for record in csv::Reader::from_path(land_use).unwrap().records() {
        let record = record.unwrap();
        ids.push(record[0].to_string());
        people.push(record[1].parse::<f64>().unwrap());
        jobs.push(record[2].parse::<f64>().unwrap());
    }
    let index: HashMap<&str, usize> = ids.iter().enumerate().map(|(i, id)| (id.as_str(), i)).collect();

    let mut reached = vec![0.0; ids.len()];
    let mut pairs = 0;
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(matrix).unwrap()).unwrap();
    for batch in reader.with_batch_size(1 << 16).build().unwrap() {
        let batch = batch.unwrap();
        let ids = |name: &str| {
            batch.column_by_name(name).unwrap().as_any().downcast_ref::<LargeStringArray>().unwrap()
        };
        let minutes =
            batch.column_by_name("travel_time").unwrap().as_any().downcast_ref::<Float64Array>().unwrap();
        let (from, to) = (ids("from_id"), ids("to_id"));
        for row in 0..batch.num_rows() {
            if minutes.value(row) <= 30.0 {
                reached[index[from.value(row)]] += jobs[index[to.value(row)]];
            }
        }
        pairs += batch.num_rows();
    }
    assert_eq!((ids.len(), pairs), (898, 748_437));
    assert_eq!(reached[..6], [14561.0, 29452.0, 16647.0, 10700.0, 6669.0, 37029.0]);

    let values: Vec<Option<f64>> = reached.iter().copied().map(Some).collect();
    let rows = equity("jobs_30min", &values, Some(&people), &[]);
    let figure = |index: &str| {
        let row = rows.iter().find(|row| row.group == ALL && row.index == index);
        row.and_then(|row| row.value).expect("a figure")
    };
    assert!((figure("gini") - 0.471525).abs() < 5e-7, "{}", figure("gini"));
    assert_eq!(figure("cells_left_out"), 0.0);
    let mut last = 0.0;
    for index in ["p10", "p25", "median", "p75", "p90"] {
        assert!(figure(index) >= last && reached.contains(&figure(index)));
        last = figure(index);
    }

    // Five cells of the package's own test: 0.1386, and 0.1148 without the last.
    let five =
        ["89a88cd909bffff", "89a88cdb57bffff", "89a88cdb597ffff", "89a88cdb5b3ffff", "89a88cdb5cfffff"];
    let at: Vec<usize> = five.iter().map(|id| index[id]).collect();
    let of = |at: &[usize]| {
        let values: Vec<Option<f64>> = at.iter().map(|&i| values[i]).collect();
        let weights: Vec<f64> = at.iter().map(|&i| people[i]).collect();
        gini(&values, &weights).expect("somebody lives there")
    };
    assert!((of(&at) - 0.1386).abs() < 5e-5 && (of(&at[..4]) - 0.1148).abs() < 5e-5);
}
