//! What the baselines do with arrivals: count the departures within limits, cell by cell.

use isokron::base::units::rank;
use isokron::inputs::raw::Column;

use super::plain::Plain;

/// Counts departures within limits.
pub struct Counts {
    every_s: i32,
    /// Limits of a cell, s: the same for all, or each with its own.
    limits_s: Vec<u32>,
    per_cell: usize,
    same: bool,
    counts: Vec<u32>,
}

impl Counts {
    /// The same limits for every cell.
    pub fn within(plain: &Plain<'_>, limits_s: Vec<u32>) -> Counts {
        let per_cell = limits_s.len();
        let counts = vec![0; plain.cells * per_cell];
        Counts { every_s: plain.query.window.every_s as i32, limits_s, per_cell, same: true, counts }
    }

    /// `per_cell` limits for each cell.
    pub fn each(plain: &Plain<'_>, limits_s: Vec<u32>, per_cell: usize) -> Counts {
        let counts = vec![0; plain.cells * per_cell];
        Counts { every_s: plain.query.window.every_s as i32, limits_s, per_cell, same: false, counts }
    }

    pub fn clear(&mut self) {
        self.counts.fill(0);
    }

    /// Departures `first` to `last` are at the cell at `arrival_s`.
    #[inline]
    pub fn piece(&mut self, cell: u32, first: u32, last: u32, arrival_s: i32) {
        let at = cell as usize * self.per_cell;
        let limits = if self.same { &self.limits_s[..] } else { &self.limits_s[at..at + self.per_cell] };
        for (count, &limit_s) in self.counts[at..at + self.per_cell].iter_mut().zip(limits) {
            // The first departure that is not too early.
            let early = (arrival_s - limit_s as i32).max(0);
            let from = if self.every_s == 1 { early } else { (early + self.every_s - 1) / self.every_s };
            *count += (last + 1).saturating_sub(first.max(from as u32));
        }
    }

    /// Departures within each limit, walking all the way where that is enough.
    pub fn finished(&self, plain: &Plain<'_>, origin: u32) -> Vec<u32> {
        let all = plain.query.window.count();
        let mut counts = self.counts.clone();
        for (cell, direct_s) in plain.direct_s(origin).into_iter().enumerate() {
            for i in 0..self.per_cell {
                let at = cell * self.per_cell + i;
                if direct_s <= self.limits_s[if self.same { i } else { at }] {
                    counts[at] = all;
                }
            }
        }
        counts
    }

    /// Opportunities within each limit at each percentile, in the order of `measures::access`.
    pub fn access(
        &self,
        plain: &Plain<'_>,
        origin: u32,
        columns: &[Column],
        percentiles: &[f64],
    ) -> Vec<f64> {
        let counts = self.finished(plain, origin);
        let mut out = Vec::new();
        for column in columns {
            for limit in 0..self.per_cell {
                for &p in percentiles {
                    let enough = rank(p, plain.query.window.count());
                    let reached = |cell: usize| counts[cell * self.per_cell + limit] >= enough;
                    out.push(
                        (0..plain.cells).filter(|&c| reached(c)).fold(0.0, |sum, c| sum + column.values[c]),
                    );
                }
            }
        }
        out
    }
}

/// Whether `times_s` are the `rank`-th shortest times to all cells: as many departures get there by then, and fewer
/// a second earlier.
pub fn disproved(
    plain: &Plain<'_>,
    origin: u32,
    times_s: &[u32],
    rank: u32,
    fill: impl FnOnce(&mut Counts),
) -> Option<String> {
    let longest_s = plain.query.longest_s;
    let limits = times_s.iter().flat_map(|&time| match time {
        u32::MAX => [longest_s, longest_s],
        time => [time, time.saturating_sub(1)],
    });
    let mut counts = Counts::each(plain, limits.collect(), 2);
    fill(&mut counts);
    let counts = counts.finished(plain, origin);
    times_s.iter().zip(counts.chunks(2)).enumerate().find_map(|(cell, (&time, counts))| {
        let right = match time {
            u32::MAX => counts[0] < rank,
            0 => counts[0] >= rank,
            _ => counts[0] >= rank && counts[1] < rank,
        };
        (!right).then(|| format!("{origin} → {cell}: {time} s, but {counts:?} departures by then and before"))
    })
}
