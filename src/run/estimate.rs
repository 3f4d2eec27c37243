//! Before a run: what it will cost. Some batches, spread over the region, are routed and timed; the rest is counting.

use std::time::Instant;

use serde_json::{Value, json};

use super::progress::Progress;
use crate::base::error::{Error, Problem, Result};
use crate::base::executor::{Executor, Quiet, try_collect};
use crate::base::hilbert::hilbert_order;
use crate::engine::profile_network::ProfileNetwork;
use crate::engine::region::Region;
use crate::engine::task::{cumulative, linked, router};
use crate::engine::window::WindowQuery;
use crate::outputs::log::RunLog;
use crate::outputs::process::{Usage, process_cpu_s, thread_cpu_s};
use crate::study::{Study, WindowOf};

/// Groups of batches that are tried: one in twenty, at least 8, at most 32.
const TRIED: std::ops::RangeInclusive<usize> = 8..=32;
/// Batches of a group that is tried, at most.
const GROUP: usize = 8;
/// Batches differ, few are tried, and the allocator keeps what the parts of the graph leave behind: a thread may hold
/// this much more than what was counted of any of those tried.
const SPARE: f64 = 2.0;
/// Of a limit so much is used: what the allocator keeps of memory that was given back cannot be told beforehand.
const USED: f64 = 0.85;
/// Bytes of results and tables for each cell and measure, beside the network and the threads.
const RESULT: u64 = 60;

/// What one profile × period will cost.
#[derive(Clone, Debug)]
pub struct Estimate {
    pub name: String,
    pub cells: usize,
    pub stops: usize,
    /// Arrivals and departures of a sweep, and pushes.
    pub events: usize,
    pub pushes: usize,
    /// CPU and wall time, s, with `threads`.
    pub cpu_s: f64,
    pub wall_s: f64,
    pub threads: usize,
    /// Bytes for each thread, and for all else; `None` where the system does not tell.
    pub per_thread: u64,
    pub base: Option<u64>,
}

impl Estimate {
    /// Routes some batches, up to times of `longest_s`, for the study's cumulative opportunities, and times them.
    ///
    /// # Errors
    /// `Stopped`.
    #[allow(clippy::too_many_arguments)] // as `measured`, and the threads
    pub fn new(
        study: &Study,
        region: &Region,
        longest_s: u32,
        ground: &ProfileNetwork,
        asked: &WindowQuery,
        name: &str,
        threads: usize,
        opened_bytes: u64,
        executor: &Progress,
    ) -> Result<Estimate> {
        let timer = Timer::all();
        let (places, links) = region.destinations();
        let router = router(study, region, ground, asked, longest_s, None, executor)?;
        let measure = cumulative(study, region, asked);
        let (lanes, goals) = match asked.of {
            WindowOf::Departures => (&region.cells.points, &region.links.cells),
            WindowOf::Arrivals => (&places.points, links),
        };
        let curve = linked(&hilbert_order(lanes), goals);
        // The run takes the same hierarchy of streets; the memory in use holds it from here on.
        ground.prepare(curve.len(), asked, executor)?;
        let (once_s, once_cpu_s) = timer.stop();
        // In a large region batches come in groups, as they do in the run: a group shares its part of the network.
        let how = asked.how;
        let most = if how.grouped { GROUP } else { 1 };
        let group = router.lanes(how) * (curve.len() / router.lanes(how) / (8 * TRIED.end())).clamp(1, most);
        // Before anything is routed: what threads give back the allocator may keep.
        let held = Usage::now().held;
        let groups: Vec<&[u32]> = curve.chunks(group).collect();
        let tried = (groups.len() / 20).clamp(*TRIED.start(), *TRIED.end()).min(groups.len());
        let took = try_collect(executor, tried, |i| {
            let group = groups[(2 * i + 1) * groups.len() / (2 * tried)];
            let timer = Timer::thread();
            // For arrivals lanes and sums change sides; what is asked of each pair is the same.
            let routed = router.route(group, how, |batch| measure.listen(batch), &Quiet);
            routed.map(|_| (timer.stop().1, group.len()))
        })?;
        let origins: usize = took.iter().map(|tried| tried.1).sum();
        let all_s =
            took.iter().map(|tried| tried.0).sum::<f64>() / origins.max(1) as f64 * curve.len() as f64;
        let results = RESULT * (region.cells.ids.len() * measure.names().len()) as u64;
        let (events, pushes) = router.size();
        Ok(Estimate {
            name: name.to_string(),
            cells: region.cells.ids.len(),
            stops: region.timetable.stops.called.iter().filter(|&&called| called != 0).count(),
            events,
            pushes,
            cpu_s: once_cpu_s + all_s,
            wall_s: once_s + all_s / threads.min(groups.len()).max(1) as f64,
            threads,
            per_thread: (SPARE * (router.bytes_per_thread() + ground.bytes_per_thread()) as f64) as u64,
            base: held.map(|held| held + opened_bytes + results),
        })
    }

    /// With so much CPU time more, in which all threads work.
    pub fn and_all(self, cpu_s: f64) -> Estimate {
        Estimate { cpu_s: self.cpu_s + cpu_s, wall_s: self.wall_s + cpu_s / self.threads as f64, ..self }
    }

    /// With so many bytes more beside the threads.
    pub fn holding(self, bytes: u64) -> Estimate {
        Estimate { base: self.base.map(|base| base + bytes), ..self }
    }

    /// Peak memory with all threads, bytes.
    pub fn memory(&self) -> Option<u64> {
        self.base.map(|base| base + self.threads as u64 * self.per_thread)
    }

    /// How many threads a limit of `bytes` leaves.
    ///
    /// # Errors
    /// Not even one; the system does not tell what is in use.
    pub fn threads_within(&self, bytes: u64) -> Result<usize> {
        let Some(base) = self.base else {
            let what = "--memory-limit: this system does not tell how much memory is in use";
            return Err(Error::Usage(Problem::new("", what, "leave it out, and choose --threads")));
        };
        let threads = ((bytes as f64 * USED) as u64).saturating_sub(base) / self.per_thread.max(1);
        if threads == 0 {
            let need = ((base + self.per_thread) as f64 / USED).ceil() as u64;
            let (need, given) = (size(need), size(bytes));
            let what = format!("--memory-limit {given}: {} needs {need} with a single thread", self.name);
            return Err(Error::Usage(Problem::new("", what, "allow it more")));
        }
        Ok((threads as usize).min(self.threads))
    }

    pub fn json(&self) -> Value {
        json!({
            "name": self.name, "cells": self.cells, "stops": self.stops, "events": self.events,
            "pushes": self.pushes, "threads": self.threads, "cpu_s": self.cpu_s, "wall_s": self.wall_s,
            "memory_bytes": self.memory(), "bytes_per_thread": self.per_thread,
        })
    }
}

/// Wall and CPU time of a piece of work: of a thread, or of all.
pub struct Timer {
    begun: Instant,
    cpu_s: fn() -> Option<f64>,
    before_s: Option<f64>,
}

impl Timer {
    pub fn all() -> Timer {
        Timer { begun: Instant::now(), cpu_s: process_cpu_s, before_s: process_cpu_s() }
    }

    fn thread() -> Timer {
        Timer { begun: Instant::now(), cpu_s: thread_cpu_s, before_s: thread_cpu_s() }
    }

    /// Seconds on the wall and of CPU; where the system does not tell of the CPU, those on the wall twice.
    pub fn stop(self) -> (f64, f64) {
        let wall_s = self.begun.elapsed().as_secs_f64();
        let cpu_s = self.before_s.zip((self.cpu_s)()).map_or(wall_s, |(before, after)| after - before);
        (wall_s, cpu_s)
    }
}

/// Resource limits of a run: threads and memory.
#[derive(Clone, Copy, Debug, Default)]
pub struct Resources {
    pub threads: usize,
    /// Bytes.
    pub memory: Option<u64>,
}

impl Resources {
    /// How many threads to use, and how: batches by themselves, or fewer threads, where the memory asks for it, with
    /// a word.
    ///
    /// # Errors
    /// As [`Estimate::new`] and [`Estimate::threads_within`].
    pub fn keep(
        self,
        asked: &mut WindowQuery,
        estimate: impl Fn(&WindowQuery) -> Result<Estimate>,
        log: Option<&mut RunLog>,
        executor: &Progress,
    ) -> Result<usize> {
        let Some(bytes) = self.memory else { return Ok(self.threads) };
        let usual = asked.how;
        // The trial must keep within the limit as well.
        executor.use_threads(1);
        let mut found = estimate(asked)?;
        let threads = |of: &Estimate| of.threads_within(bytes).unwrap_or(0);
        if threads(&found) < self.threads && usual.grouped {
            // A batch by itself holds less, and takes longer.
            asked.how.grouped = false;
            let mut alone = estimate(asked)?;
            // The first trial's memory may still be held.
            alone.base = alone.base.min(found.base);
            if threads(&alone) > threads(&found) {
                found = alone;
            } else {
                asked.how = usual;
            }
        }
        let threads = found.threads_within(bytes)?;
        let (name, all) = (&found.name, self.threads);
        let batches = if asked.how == usual { "" } else { ", each batch by itself," };
        let what = format!("{name}: {threads} of {all} threads{batches} within {}", size(bytes));
        if let Some(log) = log {
            log.note(&what);
        }
        if threads < all || asked.how != usual {
            executor.note(&what);
        }
        Ok(threads)
    }
}

/// Bytes for a person.
pub fn size(bytes: u64) -> String {
    let mib = bytes as f64 / f64::from(1 << 20);
    if mib < 1024.0 { format!("{mib:.0} MiB") } else { format!("{:.1} GiB", mib / 1024.0) }
}

/// `2GiB`, `500 MB`, `1.5G`; a number alone is bytes.
///
/// # Errors
/// What is wrong with it, for the command line.
pub fn parse_size(text: &str) -> std::result::Result<u64, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor: f64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "kb" => 1e3,
        "mb" => 1e6,
        "gb" => 1e9,
        "k" | "kib" => 1024.0,
        "m" | "mib" => 1_048_576.0,
        "g" | "gib" => 1_073_741_824.0,
        _ => return Err(format!("{text}: not a size, as in 2GiB or 500MB")),
    };
    match number.parse::<f64>() {
        Ok(number) if number > 0.0 => Ok((number * factor) as u64),
        _ => Err(format!("{text}: not a size, as in 2GiB or 500MB")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_said() {
        assert_eq!(parse_size("2GiB"), Ok(2 << 30));
        assert_eq!(parse_size("1.5g"), Ok(3 << 29));
        assert_eq!(parse_size("500 MB"), Ok(500_000_000));
        assert_eq!(parse_size("4096"), Ok(4096));
        for wrong in ["", "GiB", "-1", "0", "2 potatoes", "1e9"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
        assert_eq!((size(300 << 20), size(3 << 29)), ("300 MiB".to_string(), "1.5 GiB".to_string()));
    }

    #[test]
    fn a_limit_leaves_threads() {
        let estimate = Estimate {
            name: "adult × morning".to_string(),
            cells: 1,
            stops: 1,
            events: 1,
            pushes: 1,
            cpu_s: 1.0,
            wall_s: 1.0,
            threads: 8,
            per_thread: 100 << 20,
            base: Some(500 << 20),
        };
        assert_eq!(estimate.memory(), Some(1300 << 20));
        // 85 % of 2,048 MiB are 1,740: 500 and eight times 100 fit; of 1,000 they are 850, and of 705 just not 600.
        assert_eq!(estimate.threads_within(2 << 30).unwrap(), 8);
        assert_eq!(estimate.threads_within(1000 << 20).unwrap(), 3);
        assert!(estimate.threads_within(705 << 20).unwrap_err().to_string().contains("needs 706 MiB"));
        assert!(Estimate { base: None, ..estimate }.threads_within(1 << 40).is_err());
    }
}
