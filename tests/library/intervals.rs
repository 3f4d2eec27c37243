//! How often the intervals of equity figures hold the truth, in fields whose truth is known.

use isokron::base::executor::Quiet;
use isokron::measures::equity::{Bootstrap, EquityRow, Interval, Measure, People, differences, equity};
use rand_pcg::Pcg64;
use rand_pcg::rand_core::Rng;

use crate::equity::settings;

/// A square of cells 100 m apart whose values hang together over some cells: exp of a moving mean of noise.
pub struct Field {
    side: usize,
    pub values: Vec<f64>,
}

impl Field {
    /// `reach`: cells so far apart (in each direction) still share noise; 0: none do.
    pub fn new(side: usize, reach: usize, seed: u64) -> Field {
        let mut random = Pcg64::new(u128::from(seed) << 64 | 0x9e37_79b9, 77);
        let mut noise = || {
            // A sum of twelve uniform numbers: nearly normal.
            (0..12).map(|_| (random.next_u64() >> 11) as f64 / (1u64 << 53) as f64).sum::<f64>() - 6.0
        };
        let wide = side + reach;
        let raw: Vec<f64> = (0..wide * wide).map(|_| noise()).collect();
        let width = reach + 1;
        let mut values = Vec::new();
        for y in 0..side {
            for x in 0..side {
                let mut sum = 0.0;
                for dy in 0..width {
                    for dx in 0..width {
                        sum += raw[(y + dy) * wide + x + dx];
                    }
                }
                values.push((0.7 * sum / width as f64).exp());
            }
        }
        Field { side, values }
    }

    pub fn places(&self) -> Vec<(f64, f64)> {
        (0..self.side * self.side)
            .map(|i| ((i % self.side) as f64 * 100.0 + 50.0, (i / self.side) as f64 * 100.0 + 50.0))
            .collect()
    }
}

/// How values hang together.
#[derive(Clone, Copy, Debug)]
enum Noise {
    /// Each cell with those up to so many cells away.
    Shared(usize),
    /// Each cell with the others of its square of so many cells, and with nobody else: blocks are independent.
    Squares(usize),
}

impl Noise {
    fn field(self, side: usize, seed: u64) -> Field {
        match self {
            Noise::Shared(reach) => Field::new(side, reach, seed),
            Noise::Squares(width) => {
                let (wide, own) = (Field::new(side / width, 0, seed ^ 0x5eed), Field::new(side, 0, seed));
                // Half of the variance is the square's. ln v = 0.7 z.
                let value = |i: usize| {
                    let square = wide.values[i / side / width * wide.side + i % side / width];
                    ((square.ln() + own.values[i].ln()) * 0.5f64.sqrt()).exp()
                };
                Field { side, values: (0..side * side).map(value).collect() }
            }
        }
    }
}

/// Figures of exp(0.7 z), z standard normal, and what they truly are: the mean exp(0.245); the Gini index 2 Φ(0.7/√2)
/// − 1 = erf(0.35); the first decile exp(0.7 · −1.281552); and what lies near the end of its range: the share of those
/// with at least exp(0.7 · 2), 1 − Φ(2), and the Lorenz curve at one tenth, Φ(−1.281552 − 0.7).
const TRUTH: [(&str, f64); 5] = [
    ("mean", 1.277_621),
    ("gini", 0.379_382),
    ("p10", 0.407_756),
    ("share_at_least_4_0552", 0.022_750),
    ("lorenz_10", 0.023_765),
];

/// How often intervals of 90 % hold the truth, for each of `TRUTH`.
fn coverage(noise: Noise, block_m: f64, interval: Interval, runs: u64, replicates: u32) -> [f64; 5] {
    let plan = Bootstrap { replicates, seed: 9, block_m, interval, level: 0.9 };
    let settings = settings(&["mean", "gini", "quantiles", "share", "lorenz"], plan);
    let mut held = [0.0; 5];
    for run in 0..runs {
        let field = noise.field(48, run);
        let places = field.places();
        let values: Vec<Option<f64>> = field.values.iter().copied().map(Some).collect();
        let people = People { places_m: Some(&places), ..People::default() };
        let measure = Measure { name: "m", values: &values, less_is_better: false, standards: &[4.0552] };
        let rows = equity(&measure, &people, &settings, &Quiet).unwrap();
        for (held, (index, truth)) in held.iter_mut().zip(TRUTH) {
            let row = rows.iter().find(|row| row.index == index).unwrap();
            if row.lower.unwrap() <= truth && truth <= row.upper.unwrap() {
                *held += 1.0 / runs as f64;
            }
        }
    }
    held
}

/// Of 200 intervals of 90 %, 180 should hold the truth, ± 4.2 by chance. Blocks of cells that hang together do
/// nearly, and independent ones more than that; cells one by one, taken as a sample of their own, do not by far.
#[test]
fn blocks_cover_what_cells_do_not() {
    let blocks = coverage(Noise::Shared(3), 800.0, Interval::Bca, 200, 300);
    let apart = coverage(Noise::Squares(8), 800.0, Interval::Bca, 60, 300);
    let cells = coverage(Noise::Shared(3), 0.0, Interval::Bca, 100, 200);
    assert!(blocks[..2].iter().all(|held| (0.80..=0.97).contains(held)), "blocks {blocks:?}");
    // What is near the end of its range hangs on few cells.
    assert!(blocks.iter().all(|held| (0.70..=1.0).contains(held)), "blocks {blocks:?}");
    assert!(apart.iter().all(|held| (0.75..=1.0).contains(held)), "independent blocks {apart:?}");
    assert!(cells[..2].iter().all(|held| *held < 0.65), "cells {cells:?}");
}

/// Longer, and printed: `cargo test --release --test library -- --ignored --nocapture intervals::`.
#[test]
#[ignore = "a minute or more of computing; prints its figures"]
fn coverage_in_full() {
    use Noise::{Shared, Squares};
    let shared = [(0, 0.0), (3, 0.0), (3, 400.0), (3, 800.0), (7, 800.0), (7, 1600.0)];
    let squares = [(4, 400.0), (8, 800.0), (16, 1600.0)];
    let shared = shared.map(|(reach, block_m)| (Shared(reach), block_m));
    for (noise, block_m) in
        shared.into_iter().chain(squares.map(|(width, block_m)| (Squares(width), block_m)))
    {
        for interval in [Interval::Percentile, Interval::Bca] {
            let held = coverage(noise, block_m, interval, 200, 300);
            let held: Vec<String> =
                TRUTH.iter().zip(held).map(|((index, _), held)| format!("{index} {held:.3}")).collect();
            println!("{noise:?}, blocks {block_m} m, {interval:?}: {}", held.join(", "));
        }
    }
}

/// The same draws for both: what they share does not blur their difference.
#[test]
fn paired_intervals_are_narrower() {
    let (field, change) = (Field::new(32, 3, 1), Field::new(32, 3, 2));
    let places = field.places();
    let now: Vec<Option<f64>> = field.values.iter().copied().map(Some).collect();
    let then: Vec<Option<f64>> =
        field.values.iter().zip(&change.values).map(|(now, change)| Some(now + 0.1 * change)).collect();
    let people = People { places_m: Some(&places), ..People::default() };
    let plan = Bootstrap { block_m: 800.0, interval: Interval::Percentile, ..Bootstrap::default() };
    let settings = settings(&["mean"], plan);
    let of = |values| Measure { name: "m", values, less_is_better: false, standards: &[] };
    let row = |rows: Vec<EquityRow>| rows.into_iter().find(|row| row.index == "mean").unwrap();
    let width = |row: &EquityRow| row.upper.unwrap() - row.lower.unwrap();
    let (first, second) = (of(&then), of(&now));
    let paired = row(differences("more", &first, &second, &people, &settings, &Quiet).unwrap());
    let alone = row(equity(&first, &people, &settings, &Quiet).unwrap());
    assert!(width(&paired) < 0.3 * width(&alone), "{paired:?} {alone:?}");
    // Not by luck: it is that of the change, a tenth.
    let tenth: Vec<Option<f64>> = change.values.iter().map(|value| Some(0.1 * value)).collect();
    let change = row(equity(&of(&tenth), &people, &settings, &Quiet).unwrap());
    assert!((paired.lower.unwrap() - change.lower.unwrap()).abs() < 1e-9, "{paired:?} {change:?}");
}
