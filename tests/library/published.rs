//! Measures against published figures.

use std::collections::HashMap;

use isokron::base::executor::Quiet;
use isokron::inputs::raw::Column;
use isokron::measures::equity::register::indices;
use isokron::measures::equity::{ALL, Bootstrap, EquityRow, Measure, People, Settings, equity, gini};
use parquet::data_type::DoubleType;

use crate::{common, parquet_files};

/// Belo Horizonte: 898 H3 cells and 748,437 travel times, from the R package `accessibility` 1.5.0.
#[derive(Clone)]
struct City {
    ids: Vec<String>,
    people: Vec<f64>,
    jobs: Vec<f64>,
    /// NaN where blank, as of the deciles.
    income: Vec<f64>,
    decile: Vec<f64>,
    /// Jobs within 30 minutes.
    reached: Vec<f64>,
}

fn city() -> City {
    let land_use = common::data("belo_horizonte/land_use.csv");
    let matrix = common::data("belo_horizonte/travel_matrix.parquet");
    let mut city = City {
        ids: Vec::new(),
        people: Vec::new(),
        jobs: Vec::new(),
        income: Vec::new(),
        decile: Vec::new(),
        reached: Vec::new(),
    };
    for record in csv::Reader::from_path(land_use).unwrap().records() {
        let record = record.unwrap();
        city.ids.push(record[0].to_string());
        let number = |i: usize| record[i].parse::<f64>();
        city.people.push(number(1).unwrap());
        city.jobs.push(number(2).unwrap());
        city.income.push(number(4).unwrap_or(f64::NAN));
        city.decile.push(number(5).unwrap_or(f64::NAN));
    }
    let index: HashMap<&str, usize> = city.ids.iter().enumerate().map(|(i, id)| (id.as_str(), i)).collect();

    let mut reached = vec![0.0; city.ids.len()];
    let ids = |name: &str| parquet_files::texts(&matrix, name);
    let minutes = parquet_files::column::<DoubleType>(&matrix, "travel_time");
    let pairs = minutes.len();
    for ((from, to), minutes) in ids("from_id").iter().zip(ids("to_id")).zip(minutes) {
        if minutes.unwrap() <= 30.0 {
            reached[index[from.as_str()]] += city.jobs[index[to.as_str()]];
        }
    }
    assert_eq!((city.ids.len(), pairs), (898, 748_437));
    assert_eq!(reached[..6], [14561.0, 29452.0, 16647.0, 10700.0, 6669.0, 37029.0]);
    city.reached = reached;
    city
}

impl City {
    /// The positions of cells by the ends of their ids.
    fn at(&self, ends: &[&str]) -> Vec<usize> {
        let find = |end: &&str| self.ids.iter().position(|id| id.ends_with(*end)).expect("a cell");
        ends.iter().map(find).collect()
    }

    /// All figures over some cells, groups being the income deciles.
    fn figures(&self, cells: &[usize], standards: &[f64]) -> Vec<EquityRow> {
        let pick = |column: &[f64]| -> Vec<f64> { cells.iter().map(|&cell| column[cell]).collect() };
        let (people, income, decile) = (pick(&self.people), pick(&self.income), pick(&self.decile));
        let values: Vec<Option<f64>> = pick(&self.reached).into_iter().map(Some).collect();
        let group = |k: usize| Column {
            name: format!("decile_{k}"),
            values: decile.iter().zip(&people).map(|(&d, &p)| if d == k as f64 { p } else { 0.0 }).collect(),
        };
        let groups: Vec<Column> = (1..=10).map(group).collect();
        let people =
            People { population: Some(&people), income: Some(&income), groups: &groups, ..People::default() };
        let settings = Settings {
            indices: indices().map(|index| index.name.to_string()).collect(),
            bootstrap: Bootstrap { replicates: 0, ..Bootstrap::default() },
            ..Settings::default()
        };
        let measure = Measure { name: "jobs_30min", values: &values, less_is_better: false, standards };
        equity(&measure, &people, &settings, &Quiet).unwrap()
    }
}

#[track_caller]
fn close(rows: &[EquityRow], group: &str, index: &str, expected: f64, digits: i32) {
    let row = rows.iter().find(|row| row.group == group && row.index == index);
    let found = row.and_then(|row| row.value).unwrap_or(f64::NAN);
    assert!((found - expected).abs() <= 0.50001 * 10f64.powi(-digits), "{index}: {found}, not {expected}");
}

/// The whole city: the package's indices, computed anew in Python from the formulas in its documentation.
#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn belo_horizonte() {
    let city = city();
    let all: Vec<usize> = (0..city.ids.len()).collect();
    // Its standard of poverty in the vignette.
    let rows = city.figures(&all, &[95_368.0]);
    close(&rows, ALL, "gini", 0.471525, 6);
    close(&rows, ALL, "palma_interpolated", 3.800465, 6);
    close(&rows, "by_group", "theil_t", 0.361663, 6);
    close(&rows, "by_group", "theil_t_between", 0.128075, 6);
    close(&rows, "by_group", "theil_t_within", 0.233588, 6);
    close(&rows, ALL, "fgt0_below_95368", 0.574538, 6);
    close(&rows, ALL, "fgt1_below_95368", 0.327738, 6);
    close(&rows, ALL, "fgt2_below_95368", 0.221877, 6);
    // The package ranks equal incomes in the order of the rows: in the file's 0.286501, in others 0.286443 to
    // 0.286508. Here they share their rank, which gives the middle of the two.
    let ranked = |order: &dyn Fn(usize) -> f64| {
        // Incomes have one decimal: so little more decides between equal ones alone.
        let income = (0..city.ids.len()).map(|cell| city.income[cell] + 1e-8 * order(cell)).collect();
        City { income, ..city.clone() }.figures(&all, &[])
    };
    let in_file = ranked(&|cell| cell as f64);
    close(&in_file, ALL, "concentration", 0.286501, 6);
    // Its corrected index is 0.334650 where the plain one is 0.286499: times 4 μ / (max − min).
    let row = |index: &str| in_file.iter().find(|row| row.index == index).and_then(|row| row.value).unwrap();
    assert!((row("concentration_erreygers") / row("concentration") - 0.334650 / 0.286499).abs() < 5e-6);
    close(&ranked(&|cell| -1e-3 * city.reached[cell]), ALL, "concentration", 0.286443, 6);
    close(&ranked(&|cell| 1e-3 * city.reached[cell]), ALL, "concentration", 0.286508, 6);
    close(&rows, ALL, "concentration", (0.286443 + 0.286508) / 2.0, 6);
    close(&rows, ALL, "cells_left_out", 0.0, 0);
}

/// The package's own test values, `tests/testthat` of accessibility 1.5.0, with and without the last cell.
#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn five_cells_of_belo_horizonte() {
    let city = city();
    let five = city.at(&["cd909bffff", "cdb57bffff", "cdb597ffff", "cdb5b3ffff", "cdb5cfffff"]);
    let rows = city.figures(&five, &[100_000.0, 10_000.0]);
    close(&rows, ALL, "gini", 0.1386, 4);
    close(&rows, ALL, "concentration", -0.0248, 4);
    close(&rows, ALL, "concentration_erreygers", -0.1314, 4);
    for (index, expected) in [("fgt0", 1.0), ("fgt1", 0.5588), ("fgt2", 0.3256)] {
        close(&rows, ALL, &format!("{index}_below_100000"), expected, 4);
        close(&rows, ALL, &format!("{index}_below_10000"), 0.0, 4);
    }
    let rows = city.figures(&five[..4], &[]);
    close(&rows, ALL, "gini", 0.1148, 4);
    close(&rows, ALL, "concentration", -0.1148, 4);
    close(&rows, ALL, "concentration_erreygers", -0.8282, 4);
    // Another first cell, by income decile.
    let five = city.at(&["cd900bffff", "cdb57bffff", "cdb597ffff", "cdb5b3ffff", "cdb5cfffff"]);
    let rows = city.figures(&five, &[]);
    close(&rows, "by_group", "theil_t", 0.0852, 4);
    close(&rows, "by_group", "theil_t_between", 0.0515, 4);
    close(&rows, "by_group", "theil_t_within", 0.0337, 4);
    close(&city.figures(&five[..4], &[]), "by_group", "theil_t", 0.0839, 4);
}

/// The function alone, on the same five.
#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn gini_of_five_cells() {
    let city = city();
    let five = city.at(&["cd909bffff", "cdb57bffff", "cdb597ffff", "cdb5b3ffff", "cdb5cfffff"]);
    let values: Vec<Option<f64>> = five.iter().map(|&i| Some(city.reached[i])).collect();
    let weights: Vec<f64> = five.iter().map(|&i| city.people[i]).collect();
    assert!((gini(&values, &weights).unwrap() - 0.1386).abs() < 5e-5);
}
