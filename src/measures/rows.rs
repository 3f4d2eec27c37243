//! Travel times from each origin to the destinations that it reaches: what every measure is a formula over. A
//! matrix in memory is such rows; so are the ones that a run keeps outside (`tiles`).

use crate::base::error::Result;
use crate::base::executor::{Executor, try_collect};

/// What one origin reaches, or, turned round, from where one destination is reached.
#[derive(Clone, Copy, Debug)]
pub struct TimesRow<'a> {
    pub to: &'a [u32],
    /// Seconds, 0 or more, in the order of `to`.
    pub cost_s: &'a [f64],
}

impl<'a> TimesRow<'a> {
    /// (destination, seconds).
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = (usize, f64)> + use<'a> {
        self.to.iter().map(|&to| to as usize).zip(self.cost_s.iter().copied())
    }
}

/// Rows in parts of a few dozen, the same parts each time, so that sums can be made part by part.
pub trait TimesRows: Sync {
    /// Places that rows are from; some may have no row: nothing is known of them.
    fn origins(&self) -> usize;

    fn destinations(&self) -> usize;

    fn parts(&self) -> usize;

    /// Hands the rows of a part to `take`, in a fixed order.
    ///
    /// # Errors
    /// The machine's, where rows are not in memory.
    fn part(&self, part: usize, take: &mut dyn FnMut(u32, TimesRow<'_>)) -> Result<()>;
}

/// Parts whose sums are held at once.
const STRETCH: usize = 32;

/// `width` values for each origin, value by value; NaN for origins without a row.
///
/// # Errors
/// As [`TimesRows::part`]; `Stopped`.
pub fn by_row(
    rows: &dyn TimesRows,
    executor: &dyn Executor,
    width: usize,
    values: impl Fn(u32, TimesRow<'_>, &mut Vec<f64>) + Sync,
) -> Result<Vec<Vec<f64>>> {
    let mut all = vec![vec![f64::NAN; rows.origins()]; width];
    let found = try_collect(executor, rows.parts(), |part| {
        let (mut from, mut found) = (Vec::new(), Vec::new());
        rows.part(part, &mut |origin, row| {
            from.push(origin);
            values(origin, row, &mut found);
        })?;
        Ok((from, found))
    })?;
    for (from, found) in found {
        for (origin, found) in from.into_iter().zip(found.chunks(width.max(1))) {
            for (all, &value) in all.iter_mut().zip(found) {
                all[origin as usize] = value;
            }
        }
    }
    Ok(all)
}

/// A value for each origin; NaN for those without a row.
///
/// # Errors
/// As [`TimesRows::part`]; `Stopped`.
pub fn value_by_row(
    rows: &dyn TimesRows,
    executor: &dyn Executor,
    value: impl Fn(u32, TimesRow<'_>) -> f64 + Sync,
) -> Result<Vec<f64>> {
    by_row(rows, executor, 1, |from, row, out| out.push(value(from, row))).map(|mut all| all.remove(0))
}

/// Sums by destination: `add` puts what a row gives. Summed within each part, and the parts in their order.
///
/// # Errors
/// As [`TimesRows::part`]; `Stopped`.
pub fn by_column(
    rows: &dyn TimesRows,
    executor: &dyn Executor,
    add: impl Fn(u32, TimesRow<'_>, &mut [f64]) + Sync,
) -> Result<Vec<f64>> {
    let mut sums = vec![0.0; rows.destinations()];
    let task = |part: usize| {
        let mut sums = vec![0.0; rows.destinations()];
        rows.part(part, &mut |from, row| add(from, row, &mut sums)).map(|()| sums)
    };
    by_part(rows, executor, task, |found| sums.iter_mut().zip(found).for_each(|(sum, part)| *sum += part))?;
    Ok(sums)
}

/// A task for each part of the rows, many at once; `take` gets what they find in the order of the parts.
///
/// # Errors
/// As `task`; `Stopped`.
pub fn by_part<T: Send>(
    rows: &dyn TimesRows,
    executor: &dyn Executor,
    task: impl Fn(usize) -> Result<T> + Sync,
    mut take: impl FnMut(T),
) -> Result<()> {
    for first in (0..rows.parts()).step_by(STRETCH) {
        let parts = STRETCH.min(rows.parts() - first);
        try_collect(executor, parts, |part| task(first + part))?.into_iter().for_each(&mut take);
    }
    Ok(())
}

/// A matrix in memory: pairs that are not there have no time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimesInMemory {
    destinations: usize,
    /// Origin → its first pair; one more at the end.
    first: Vec<usize>,
    to: Vec<u32>,
    cost_s: Vec<f64>,
}

/// Rows of a part.
const PART: usize = 64;

impl TimesInMemory {
    /// From (origin, destination, seconds) in any order. Of a pair that is there twice both are kept.
    pub fn new(origins: usize, destinations: usize, mut pairs: Vec<(u32, u32, f64)>) -> TimesInMemory {
        pairs.sort_by_key(|&(from, to, _)| (from, to));
        let mut first = vec![0; origins + 1];
        for &(from, _, _) in &pairs {
            first[from as usize + 1] += 1;
        }
        for i in 0..origins {
            first[i + 1] += first[i];
        }
        let (to, cost_s) = pairs.into_iter().map(|(_, to, cost_s)| (to, cost_s)).unzip();
        TimesInMemory { destinations, first, to, cost_s }
    }

    /// Destinations as origins.
    pub fn transposed(&self) -> TimesInMemory {
        let pairs = (0..self.origins() as u32).flat_map(|from| {
            let row = self.row(from);
            row.to.iter().zip(row.cost_s).map(move |(&to, &cost_s)| (to, from, cost_s))
        });
        TimesInMemory::new(self.destinations, self.origins(), pairs.collect())
    }

    pub fn row(&self, from: u32) -> TimesRow<'_> {
        let range = self.first[from as usize]..self.first[from as usize + 1];
        TimesRow { to: &self.to[range.clone()], cost_s: &self.cost_s[range] }
    }

    pub fn pairs(&self) -> usize {
        self.to.len()
    }

    /// The longest time, s; 0 where there is none.
    pub fn longest_s(&self) -> f64 {
        self.cost_s.iter().copied().fold(0.0, f64::max)
    }
}

impl TimesRows for TimesInMemory {
    fn origins(&self) -> usize {
        self.first.len() - 1
    }

    fn destinations(&self) -> usize {
        self.destinations
    }

    fn parts(&self) -> usize {
        self.origins().div_ceil(PART)
    }

    fn part(&self, part: usize, take: &mut dyn FnMut(u32, TimesRow<'_>)) -> Result<()> {
        for from in part * PART..((part + 1) * PART).min(self.origins()) {
            take(from as u32, self.row(from as u32));
        }
        Ok(())
    }
}
