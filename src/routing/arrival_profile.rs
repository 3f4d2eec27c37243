//! One destination's arrivals, as the listeners see them: counts within a cutoff, and times at a rank.

use super::lanes::{Label, Row};
use super::summed::PrefixSums;
use super::sweep::Clock;

/// One destination's arrivals for each of `N` origins: from the k-th piece's time on, the origins are there
/// with the departures up to the k-th row. Times rise, and every row raises some lane of the one before.
pub struct ArrivalProfile<'a, T, const N: usize> {
    pub(super) times_s: &'a [i32],
    pub(super) rows: &'a [Row<T, N>],
    /// Seconds on foot all the way; `u32::MAX`: too far.
    pub(super) direct_s: &'a [u32; N],
    pub(super) clock: Clock,
    pub(super) longest_s: u32,
}

impl<T: Label, const N: usize> ArrivalProfile<'_, T, N> {
    /// How many departures get there within `cutoff_s` (at most the longest time asked for), lane by lane.
    #[inline(always)]
    pub fn within(&self, cutoff_s: u32) -> Row<T, N> {
        let cutoff_s = cutoff_s.min(self.longest_s);
        let mut count = self.count(|time_s| {
            let late = T::from_u32(self.clock.steps_up(time_s.saturating_sub(cutoff_s)));
            move |_| late
        });
        let all = T::from_u32(self.clock.departures);
        for i in 0..N {
            if self.direct_s[i] <= cutoff_s {
                count.0[i] = all;
            }
        }
        count
    }

    /// A bit for each lane in which at least `rank` departures get there within `cutoff_s`.
    #[inline(always)]
    pub fn reached(&self, cutoff_s: u32, rank: u32) -> u128 {
        self.within(cutoff_s).at_least(&Row::splat(T::from_u32(rank)))
    }

    /// The `rank`-th shortest travel time over the departures, s; `u32::MAX` where it is above the longest.
    #[inline(always)]
    pub fn ranked(&self, rank: u32) -> [u32; N] {
        let mut out = [u32::MAX; N];
        self.ranked_into(rank, &mut out);
        out
    }

    /// The first departure, counted from 0, whose travel time is the one that [`ArrivalProfile::ranked`] found in a lane.
    pub fn first_with(&self, lane: usize, time_s: u32) -> u32 {
        let (every, direct_s) = (self.clock.every_s, self.direct_s[lane]);
        let mut before = 0;
        for (&arrives_s, row) in self.times_s.iter().zip(self.rows) {
            // Those of `before … last` arrive then, each sooner the later it leaves.
            let (arrives_s, last) = (arrives_s as u32, row.0[lane].to_u32());
            if last > before {
                let longest_s = arrives_s - before * every;
                if time_s == direct_s && longest_s >= time_s {
                    return before;
                }
                let step = arrives_s.checked_sub(time_s).filter(|later_s| later_s % every == 0);
                if let Some(step) =
                    step.map(|later_s| later_s / every).filter(|step| (before..last).contains(step))
                {
                    return step;
                }
                before = last;
            }
        }
        before
    }

    #[inline(always)]
    fn ranked_into(&self, rank: u32, out: &mut [u32; N]) {
        let every = self.clock.every_s;
        let rank = Row::splat(T::from_u32(rank));
        // A time is `steps · every + rest`. First the steps, with the rest at its greatest, then the rest.
        let steps = self.search(self.longest_s / every + 1, |steps| {
            let count = self.count(|time_s| {
                let step = T::from_u32(time_s / every);
                move |lane: usize| step.minus(steps.0[lane])
            });
            count.at_least(&rank)
        });
        let rest = if every == 1 {
            Row::zero()
        } else {
            self.search(every, |rest| {
                let count = self.count(|time_s| {
                    let (step, over) = (T::from_u32(time_s / every), T::from_u32(time_s % every));
                    move |lane: usize| {
                        let carry = if over > rest.0[lane] { T::from_u32(1) } else { T::default() };
                        step.plus(carry).minus(steps.0[lane])
                    }
                });
                count.at_least(&rank)
            })
        };
        for (i, slot) in out.iter_mut().enumerate() {
            let time = steps.0[i].to_u32() * every + rest.0[i].to_u32();
            let best = time.min(self.direct_s[i]);
            *slot = if best <= self.longest_s { best } else { u32::MAX };
        }
    }

    /// The weights of all departures' travel times summed, lane by lane: what is slower than the longest time asked
    /// for, which must be the table's, weighs nothing.
    #[inline(always)]
    pub fn summed(&self, table: &PrefixSums) -> [u64; N] {
        let every = self.clock.every_s;
        let mut sums = [0; N];
        let mut counted = [0; N];
        let nothing = Row::zero();
        let mut before: &Row<T, N> = &nothing;
        for (&time_s, row) in self.times_s.iter().zip(self.rows) {
            let time_s = time_s as u32;
            for i in 0..N {
                // Of the departures that get there now, those for which walking is not faster.
                let late = time_s.saturating_sub(self.direct_s[i].min(self.longest_s)).div_ceil(every);
                let (early, last) = (before.0[i].to_u32().max(late), row.0[i].to_u32());
                if last > early {
                    sums[i] += table.between(time_s, early, last);
                    counted[i] += last - early;
                }
            }
            before = row;
        }
        for i in 0..N {
            if self.direct_s[i] <= self.longest_s {
                sums[i] += u64::from(self.clock.departures - counted[i]) * table.weight(self.direct_s[i]);
            }
        }
        sums
    }

    /// Departures that count when those up to `late(time)(lane)` are too early for a piece of that time.
    #[inline(always)]
    fn count<L: Fn(usize) -> T>(&self, late: impl Fn(u32) -> L) -> Row<T, N> {
        let mut count: Row<T, N> = Row::zero();
        let nothing = Row::zero();
        let mut before: &Row<T, N> = &nothing;
        for (&time_s, row) in self.times_s.iter().zip(self.rows) {
            let late = late(time_s as u32);
            for i in 0..N {
                let too_early = before.0[i].max(late(i));
                count.0[i] = count.0[i].plus(row.0[i].minus(too_early));
            }
            before = row;
        }
        count
    }

    /// Lane by lane the smallest value below `end` that `holds` (which, once true, stays true); else `end`.
    #[inline(always)]
    fn search(&self, end: u32, holds: impl Fn(&Row<T, N>) -> u128) -> Row<T, N> {
        let mut found: Row<T, N> = Row::zero();
        let mut bit = end.next_power_of_two();
        while bit > 0 {
            let mut tried = found;
            for i in 0..N {
                tried.0[i] = T::from_u32(found.0[i].to_u32() + bit - 1);
            }
            let reached = holds(&tried);
            for i in 0..N {
                let next = found.0[i].to_u32() + bit;
                if reached >> i & 1 == 0 && next <= end {
                    found.0[i] = T::from_u32(next);
                }
            }
            bit /= 2;
        }
        found
    }
}
