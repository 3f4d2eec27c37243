//! Values that others published.

use std::collections::HashMap;
use std::path::Path;

use isokron::base::diagnostics::Diagnostics;
use isokron::inputs::rows::LongTable;
use isokron::inputs::travel_times::{TableHints, read};
use isokron::measures::rows::TimesInMemory;

use super::{near, side, whole};

use crate::common;

/// Belo Horizonte as the R package accessibility 1.5.0 has it: all of it, or some cells alone.
struct City {
    people: Vec<f64>,
    jobs: Vec<f64>,
    schools: Vec<f64>,
    matrix: TimesInMemory,
}

impl City {
    /// `only`: these cells, in this order.
    fn load(only: Option<[&str; 5]>) -> City {
        let land_use = common::data("belo_horizonte/land_use.csv");
        let matrix = common::data("belo_horizonte/travel_matrix.parquet");
        let table = LongTable::open(&land_use).unwrap();
        let columns = ["id", "population", "jobs", "schools"].map(|name| table.column(name, "").unwrap());
        let mut rows: Vec<(String, [f64; 3])> = Vec::new();
        let mut take = |_: &dyn Fn() -> String, fields: &[isokron::inputs::rows::RowField]| {
            let number = |i: usize| fields[i].number().unwrap().unwrap();
            rows.push((fields[0].id().unwrap(), [number(1), number(2), number(3)]));
            Ok(())
        };
        table.rows(&columns, &mut take).unwrap();
        if let Some(only) = only {
            rows = only.iter().map(|id| rows.iter().find(|row| row.0 == *id).unwrap().clone()).collect();
        }
        let ids: HashMap<String, u32> = rows.iter().zip(0..).map(|(row, i)| (row.0.clone(), i)).collect();
        let read =
            read(Path::new(&matrix), &TableHints::default(), &ids, &mut Diagnostics::default()).unwrap();
        let column = |i: usize| rows.iter().map(|row| row.1[i]).collect();
        City {
            people: column(0),
            jobs: column(1),
            schools: column(2),
            matrix: TimesInMemory::new(ids.len(), ids.len(), read.times[0].pairs.clone()),
        }
    }

    fn measure(&self, flag: &str) -> Vec<f64> {
        let side = side(&[("population", &self.people), ("jobs", &self.jobs), ("schools", &self.schools)], 0);
        whole(flag, &self.matrix, &side, &side).remove(0)
    }
}

/// The cells of most of the package's tests, in their order.
const FIVE: [&str; 5] =
    ["89a88cdb57bffff", "89a88cdb597ffff", "89a88cdb5b3ffff", "89a88cdb5cfffff", "89a88cd909bffff"];

fn rounded(values: &[f64], digits: i32) -> Vec<f64> {
    let scale = 10f64.powi(digits);
    values.iter().map(|value| (value * scale).round() / scale).collect()
}

/// Its tests test-floating_catchment_area.R, test-cost_to_closest.R, test-cumulative_interval.R.
#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn five_cells_of_belo_horizonte() {
    let city = City::load(Some(FIVE));
    let found = city.measure("2sfca:catchment_min=45,of=jobs");
    assert_eq!(rounded(&found, 4), [0.0152, 0.1491, 0.1491, 0.1068, 0.0]);
    assert_eq!(rounded(&city.measure("e2sfca:decay=step,cutoff_min=45,of=jobs"), 4), rounded(&found, 4));
    let found = city.measure("bfca:decay=step,cutoff_min=45,of=jobs");
    assert_eq!(rounded(&found, 4), [0.0094, 0.1993, 0.1993, 0.1147, 0.0]);
    // 47, 5.8, 13, 43 and 70 minutes to a school; three there are not.
    assert_eq!(city.measure("nearest:of=schools"), [2820.0, 348.0, 780.0, 2580.0, 4200.0]);
    assert_eq!(city.measure("dual:amounts=1,of=schools"), [2820.0, 348.0, 780.0, 2580.0, 4200.0]);
    assert_eq!(city.measure("dual:amounts=3,of=schools"), [f64::INFINITY; 5]);
    // To the nearest people.
    let found = city.measure("nearest:direction=passive,of=population");
    assert_eq!(found.iter().filter(|&&time| time == 348.0).count(), 4, "{found:?}");
    let mut found = city.measure("cumulative:cutoffs_min=30,of=jobs");
    found.sort_by(f64::total_cmp);
    assert_eq!(found, [0.0, 82.0, 109.0, 408.0, 408.0]);
    let mut found = city.measure("interval:from_min=40,to_min=45,of=jobs");
    found.sort_by(f64::total_cmp);
    assert_eq!(found.iter().map(|value| value.trunc()).collect::<Vec<_>>(), [0.0, 82.0, 304.0, 517.0, 517.0]);
}

/// Its test-balancing_cost.R: 42, 6, 27, 6 and 20 minutes, of the matrix of these cells alone. It asks for more
/// than the people.
#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn balancing_cost_of_five_cells() {
    let cells =
        ["89a88cda64fffff", "89a88cdb027ffff", "89a88cdb12bffff", "89a88cdb287ffff", "89a88cdb67bffff"];
    let city = City::load(Some(cells));
    let found = city.measure("balancing:rule=more_than,of=jobs");
    assert_eq!(found, [42.0, 6.0, 27.0, 6.0, 20.0].map(|minutes| 60.0 * minutes));
}

/// The first six cells of the whole city, as its vignette prints them.
#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn jobs_of_the_whole_city() {
    let city = City::load(None);
    let found = city.measure("cumulative:cutoffs_min=30,of=jobs");
    assert_eq!(found[..6], [14561.0, 29452.0, 16647.0, 10700.0, 6669.0, 37029.0]);
    let shared = city.measure("spatial_availability:decay=exponential,rate_per_min=0.1,of=jobs");
    // All jobs are reached by somebody, if it be slowly.
    assert!(near(shared.iter().sum(), city.jobs.iter().sum(), 1e-9));
}

/// The example of Soukhov, Páez, Higgins & Mohamed 2023 (PLOS ONE 18(1): e0278468): three zones, exp(−0.1 c).
#[test]
fn spatial_availability_of_the_paper() {
    let minutes = [[15.0, 30.0, 100.0], [30.0, 15.0, 100.0], [100.0, 100.0, 15.0]];
    let pairs = (0..9).map(|k| (k / 3, k % 3, 60.0 * minutes[k as usize / 3][k as usize % 3]));
    let matrix = TimesInMemory::new(3, 3, pairs.collect());
    let side = side(
        &[("population", &[50_000.0, 150_000.0, 10_000.0]), ("jobs", &[100_000.0, 100_000.0, 10_000.0])],
        0,
    );
    let decay = "decay=exponential,rate_per_min=0.1,of=jobs";
    for kind in ["spatial_availability", "singly_constrained"] {
        let found = whole(&format!("{kind}:{decay}"), &matrix, &side, &side).remove(0);
        assert_eq!(rounded(&found, 0), [66_833.0, 133_203.0, 9_963.0]);
    }
}
