//! What comes after routing: equity figures of 30,000 cells, and their table as CSV and Parquet.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use isokron::base::executor::Quiet;
use isokron::inputs::raw::{Column, RawPlaces};
use isokron::measures::equity::register::indices;
use isokron::measures::equity::{Bootstrap, Measure, People, Settings, equity};
use isokron::outputs::formats::writers;
use isokron::outputs::staging::Staged;
use isokron::outputs::tables::{ResultTable, access_table};
use isokron::study::TableFormat;

const CELLS: usize = 30_000;

fn measures(criterion: &mut Criterion) {
    // Cell i has 7·i mod 100 jobs within reach, and one inhabitant.
    let values: Vec<Option<f64>> = (0..CELLS).map(|i| Some((7 * i % 100) as f64)).collect();
    let people = vec![1.0; CELLS];
    let group = |name: &str, n: usize| Column {
        name: name.into(),
        values: (0..CELLS).map(|i| (i % n) as f64).collect(),
    };
    let groups = [group("low_income", 3), group("high_income", 7)];
    let measure =
        Measure { name: "jobs_30min_p50", values: &values, less_is_better: false, standards: &[40.0] };
    let (places, income): (Vec<(f64, f64)>, Vec<f64>) = (0..CELLS)
        .map(|i| (((i % 173) as f64 * 250.0, (i / 173) as f64 * 250.0), 1000.0 + (i * 31 % 997) as f64))
        .unzip();
    let who = People {
        population: Some(&people),
        groups: &groups,
        income: Some(&income),
        places_m: Some(&places),
        ..People::default()
    };
    let all = |bootstrap: Bootstrap| Settings {
        indices: indices().map(|index| index.name.to_string()).collect(),
        bootstrap,
        ..Settings::default()
    };
    let plain = all(Bootstrap { replicates: 0, ..Bootstrap::default() });
    let figures = || equity(&measure, &who, &plain, &Quiet).expect("sound input");
    // 0 … 99, as many of each: mean 49.5, median 49, Gini (n² − 1) / (6n) / mean·… = (n + 1) / (3n) of 0 … n − 1.
    let get = |index: &str| {
        let row = figures().into_iter().find(|r| r.group == "all" && r.index == index);
        row.and_then(|r| r.value).expect("a value")
    };
    assert_eq!((get("mean"), get("median")), (49.5, 49.0));
    assert!((get("gini") - 101.0 / 300.0).abs() < 1e-12);
    criterion.bench_function("measures/equity of 30,000 cells", |b| b.iter(|| black_box(figures())));
    // All indices, two groups, five classes of income; one thread.
    for (what, block_m) in [("blocks", 2000.0), ("cells", 0.0)] {
        let settings = all(Bootstrap { block_m, ..Bootstrap::default() });
        criterion.bench_function(&format!("measures/1,000 resamples of {what} of 30,000 cells"), |b| {
            b.iter(|| black_box(equity(&measure, &who, &settings, &Quiet).expect("sound input")))
        });
    }

    let places = RawPlaces {
        ids: (0..CELLS).map(|i| format!("cell{i}")).collect(),
        points: (0..CELLS).map(|i| (18.0 + i as f64 * 1e-5, 59.3)).collect(),
        population: Some(people.clone()),
        ..RawPlaces::default()
    };
    let (status, link_m) = (vec!["ok"; CELLS], vec![Some(12.5); CELLS]);
    let columns = |n: usize| (0..n).map(|i| (format!("jobs_{i}min_p50"), values.clone())).collect();
    let table = access_table(&places, &status, &link_m, columns(12));
    let csv = |table: &ResultTable| {
        let mut out = Vec::new();
        table.write_csv(&mut out).expect("memory");
        out
    };
    assert_eq!(csv(&table).iter().filter(|b| **b == b'\n').count(), CELLS + 1);
    criterion.bench_function("measures/csv of 30,000 cells", |b| b.iter(|| black_box(csv(&table))));
    let folder = tempfile::tempdir().expect("a folder");
    let write = writers(TableFormat::Parquet).rows.expect("it holds tables");
    criterion.bench_function("measures/parquet of 30,000 cells", |b| {
        b.iter(|| {
            let mut out = Staged::create(&folder.path().join("access.parquet")).expect("a file");
            write(&table, &mut out).expect("written");
        });
    });
}

criterion_group! { name = benches; config = Criterion::default().sample_size(10); targets = measures }
criterion_main!(benches);
