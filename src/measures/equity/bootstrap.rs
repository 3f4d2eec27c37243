//! Cells and a seed → resamples of whole blocks of cells, and from them intervals around every figure.
//!
//! Neighbouring cells reach nearly the same, so single cells are no independent sample; squares of `block_m` metres,
//! drawn with replacement, keep what hangs together together (Hall 1985; Lahiri 2003). With a standard error per cell
//! every draw also moves the people or the income of each cell, normally distributed.
//!
//! Blocks cut through what hangs together at their borders, and so show too little variance: too little by C / block_m
//! (Künsch 1989). Draws of blocks half as wide tell C, and the interval is stretched to the variance that is left when
//! blocks grow: 2 V(b) − V(b / 2), the flat-top estimate of Politis & Romano (1995) at two widths. It is stretched by
//! reading quantiles further out, so that its ends are draws: no share above 1, no access below 0.

use std::collections::BTreeMap;

use rand_pcg::Pcg64;
use rand_pcg::rand_core::Rng;

use super::cells::{Draw, RankedCells};
use super::interval::{Interval, interval, stretch};
use super::register;
use super::register::{BuiltFigures, FAMILIES, FigureRow, IndexRange};
use super::terms::{Bootstrap, People, Settings};
use crate::base::NONE;
use crate::base::error::Result;
use crate::base::executor::{Executor, Pool, collect};
use crate::base::meridian::Opened;

/// The blocks are left out in so many groups for the acceleration: more would only cost time.
const MOST_LEFT_OUT: usize = 200;
/// Draws of blocks half as wide.
const HALVED: u32 = 400;
/// Metres in a degree of a great circle.
const METRES_A_DEGREE: f64 = 111_195.0;

impl Bootstrap {
    /// How many draws there are at most, those that leave out blocks included.
    pub fn draws(&self) -> u32 {
        let replicates = match (self.replicates, self.interval) {
            (0, _) => return 0,
            (replicates, Interval::Percentile) => replicates,
            (replicates, Interval::Bca) => replicates + MOST_LEFT_OUT as u32,
        };
        replicates + self.halved()
    }

    fn halved(&self) -> u32 {
        if self.block_m > 0.0 { HALVED.min(self.replicates) } else { 0 }
    }
}

/// Metres east and north of points in degrees, on a plane that fits in their middle: good enough for blocks.
pub fn metres(lon_lat: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let ends = |of: fn(&(f64, f64)) -> f64| {
        lon_lat.iter().map(of).fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)))
    };
    let lats = ends(|p| p.1);
    let opened = Opened::around(lon_lat.iter().map(|point| point.0));
    let narrow = ((lats.0 + lats.1) / 2.0).to_radians().cos();
    let place =
        |&(lon, lat): &(f64, f64)| (opened.lon(lon) * METRES_A_DEGREE * narrow, lat * METRES_A_DEGREE);
    lon_lat.iter().map(place).collect()
}

/// What is drawn as one: blocks of cells, or single cells.
pub(super) struct Units {
    /// Cell → unit; `NONE` for cells that count nowhere.
    of: Vec<u32>,
    pub number: usize,
}

impl Units {
    pub fn new(places_m: Option<&[(f64, f64)]>, block_m: f64, counted: &[bool]) -> Units {
        let mut of = vec![NONE; counted.len()];
        let cells = || (0..counted.len()).filter(|&cell| counted[cell]);
        let Some(places) = places_m.filter(|_| block_m > 0.0) else {
            let number = cells().enumerate().map(|(unit, cell)| of[cell] = unit as u32).count();
            return Units { of, number };
        };
        let (west, south) = cells().fold((f64::INFINITY, f64::INFINITY), |(west, south), cell| {
            (west.min(places[cell].0), south.min(places[cell].1))
        });
        let square = |cell: usize| {
            let (x, y) = places[cell];
            (((y - south) / block_m).floor() as i64, ((x - west) / block_m).floor() as i64)
        };
        // Numbered by place, so that the order of the cells changes nothing.
        let mut numbers: BTreeMap<(i64, i64), u32> = cells().map(|cell| (square(cell), 0)).collect();
        numbers.values_mut().enumerate().for_each(|(i, number)| *number = i as u32);
        cells().for_each(|cell| of[cell] = numbers[&square(cell)]);
        Units { of, number: numbers.len() }
    }

    /// Cell → how many times its unit was drawn.
    fn drawn(&self, random: &mut Pcg64, factors: &mut Vec<f64>) {
        let mut times = vec![0.0; self.number];
        for _ in 0..self.number {
            let unit = (u128::from(random.next_u64()) * self.number as u128) >> 64;
            times[unit as usize] += 1.0;
        }
        factors.clear();
        factors.extend(self.of.iter().map(|&unit| times.get(unit as usize).copied().unwrap_or(0.0)));
    }

    /// All cells but those of every `groups`-th unit from `group` on.
    fn without(&self, group: usize, groups: usize, factors: &mut Vec<f64>) {
        factors.clear();
        factors.extend(
            self.of.iter().map(|&unit| f64::from(u8::from(unit != NONE && unit as usize % groups != group))),
        );
    }
}

/// One measure with the figures asked for.
pub(super) struct Sample<'a> {
    pub cells: &'a RankedCells,
    built: Vec<BuiltFigures>,
    /// Of each figure that is computed the range; `None`: it was not asked for.
    kept: Vec<Option<IndexRange>>,
}

impl<'a> Sample<'a> {
    pub fn new(cells: &'a RankedCells, settings: &Settings) -> Sample<'a> {
        let wanted = |name: &str| settings.indices.iter().any(|index| index == name);
        let families = FAMILIES.iter().filter(|family| family.indices.iter().any(|index| wanted(index.name)));
        let built: Vec<BuiltFigures> =
            families.filter_map(|family| (family.build)(cells, settings)).collect();
        let range =
            |name: &str| register::indices().find(|index| index.name == name).map(|index| index.range);
        let kept = built.iter().flat_map(|built| &built.figures);
        let kept = kept.map(|figure| range(figure.of).filter(|_| wanted(figure.of))).collect();
        Sample { cells, built, kept }
    }

    pub fn figures(&self) -> impl Iterator<Item = &FigureRow> {
        let all = self.built.iter().flat_map(|built| &built.figures);
        all.zip(&self.kept).filter(|(_, kept)| kept.is_some()).map(|(figure, _)| figure)
    }

    pub fn values(&self, draw: &Draw<'_>) -> Vec<f64> {
        let mut out = Vec::with_capacity(self.kept.len());
        self.built.iter().for_each(|built| (built.evaluate)(draw, &mut out));
        let kept = self.kept.iter().zip(out);
        kept.filter_map(|(range, value)| range.map(|range| range.rounded(value))).collect()
    }
}

/// What a worker needs for a draw.
struct DrawScratch<'a> {
    factors: Vec<f64>,
    added: Option<Vec<f64>>,
    draws: Vec<Draw<'a>>,
}

/// Intervals of the figures of one sample, or of the first minus the second where there are two: both over the same
/// cells, which are drawn together. `values` are the figures themselves.
///
/// # Errors
/// `Stopped`.
pub(super) fn intervals(
    samples: &[Sample<'_>],
    values: &[f64],
    people: &People<'_>,
    [units, halves]: [&Units; 2],
    plan: &Bootstrap,
    executor: &dyn Executor,
) -> Result<Vec<Option<(f64, f64)>>> {
    if plan.replicates == 0 || units.number < 2 {
        return Ok(vec![None; values.len()]);
    }
    let replicates = plan.replicates as usize;
    let left_out = match plan.interval {
        Interval::Percentile => 0,
        Interval::Bca => units.number.min(MOST_LEFT_OUT),
    };
    let pool: Pool<DrawScratch<'_>> = Pool::default();
    let scratch = || DrawScratch {
        factors: Vec::new(),
        added: None,
        draws: samples.iter().map(|sample| Draw::new(sample.cells)).collect(),
    };
    let task = |i: usize, scratch: &mut DrawScratch<'_>| {
        let DrawScratch { factors, added, draws } = scratch;
        if (replicates..replicates + left_out).contains(&i) {
            units.without(i - replicates, left_out, factors);
            *added = None;
        } else {
            let mut random = generator(plan.seed, i as u64);
            let units = if i < replicates { units } else { halves };
            units.drawn(&mut random, factors);
            *added = moved(people, factors, &mut random);
        }
        draws.iter_mut().for_each(|draw| draw.fill(factors, added.as_deref()));
        let mut figures = samples.iter().zip(draws.iter()).map(|(sample, draw)| sample.values(draw));
        let first = figures.next().unwrap_or_default();
        match figures.next() {
            Some(second) => first.iter().zip(second).map(|(a, b)| a - b).collect(),
            None => first,
        }
    };
    let drawn: Vec<Vec<f64>> = collect(executor, replicates + left_out + plan.halved() as usize, |i| {
        pool.with(scratch, |scratch| task(i, scratch))
    })?;
    let of = |figure: usize, draws: &[Vec<f64>]| draws.iter().map(|draw| draw[figure]).collect::<Vec<f64>>();
    collect(executor, values.len(), |figure| {
        let (replicates, others) = drawn.split_at(replicates);
        let (without, halved) = others.split_at(left_out);
        let (replicates, without) = (of(figure, replicates), of(figure, without));
        let by = stretch(&replicates, &of(figure, halved));
        interval(values[figure], replicates, &without, plan.interval, plan.level, by)
    })
}

/// A stream of its own for each replicate, so that any thread may draw it.
fn generator(seed: u64, replicate: u64) -> Pcg64 {
    let high = mix(seed ^ mix(replicate));
    let state = (u128::from(high) << 64) | u128::from(mix(high ^ seed));
    Pcg64::new(state, u128::from(seed))
}

/// Steele, Lea & Flood (2014).
fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Moves the people (into `factors`, never below 0) and the incomes (as what to add) by their standard errors.
fn moved(people: &People<'_>, factors: &mut [f64], random: &mut Pcg64) -> Option<Vec<f64>> {
    if let (Some(se), Some(people)) = (people.population_se, people.population) {
        for ((factor, &se), &people) in factors.iter_mut().zip(se).zip(people) {
            let z = standard_normal(random);
            if people > 0.0 {
                *factor *= (1.0 + se / people * z).max(0.0);
            }
        }
    }
    let se = people.income_se.filter(|_| people.income.is_some())?;
    Some(se.iter().map(|&se| se * standard_normal(random)).collect())
}

/// Box & Muller (1958).
fn standard_normal(random: &mut Pcg64) -> f64 {
    let mut unit = || ((random.next_u64() >> 11) as f64 + 0.5) / (1u64 << 53) as f64;
    let (radius, angle) = ((-2.0 * unit().ln()).sqrt(), std::f64::consts::TAU * unit());
    radius * angle.cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_by_place() {
        // Two squares of 100 m, and a cell that counts nowhere.
        let places = [(250.0, 10.0), (120.0, 10.0), (210.0, 95.0), (0.0, 0.0)];
        let units = Units::new(Some(&places), 100.0, &[true, true, true, false]);
        assert_eq!((units.of, units.number), (vec![1, 0, 0, NONE], 2));
        let units = Units::new(None, 100.0, &[true, false, true]);
        assert_eq!((units.of, units.number), (vec![0, NONE, 1], 2));
    }

    #[test]
    fn a_resample_has_as_many_units_as_there_are() {
        let units = Units::new(None, 0.0, &[true; 50]);
        let mut factors = Vec::new();
        let mut means = 0.0;
        for replicate in 0..400 {
            units.drawn(&mut generator(7, replicate), &mut factors);
            assert_eq!(factors.iter().sum::<f64>(), 50.0);
            means += factors[13];
        }
        // Each once on average; the error of 400 draws is 0.05.
        assert!((means / 400.0 - 1.0f64).abs() < 0.2, "{means}");
        units.without(3, 10, &mut factors);
        assert_eq!(factors.iter().sum::<f64>(), 45.0);
        assert_eq!((factors[3], factors[13], factors[4]), (0.0, 0.0, 1.0));
    }

    #[test]
    fn normal_numbers() {
        let mut random = generator(1, 1);
        let numbers: Vec<f64> = (0..20_000).map(|_| standard_normal(&mut random)).collect();
        let mean = numbers.iter().sum::<f64>() / 20_000.0;
        let variance = numbers.iter().map(|z| (z - mean).powi(2)).sum::<f64>() / 20_000.0;
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
    }

    #[test]
    fn metres_of_degrees() {
        let m = metres(&[(179.9, 60.0), (-179.9, 60.0)]);
        // 0.2 degrees at 60 north are half as long as at the equator.
        assert!((m[1].0 - m[0].0 - 0.1 * METRES_A_DEGREE).abs() < 1e-6);
    }
}
