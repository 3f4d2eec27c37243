//! What this process used so far: CPU time and memory, on Linux, macOS and Windows.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cpu_time::{ProcessTime, ThreadTime};

/// `None` where the system does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// User and system time of all threads, s.
    pub cpu_s: Option<f64>,
    /// The most memory held at once, bytes. Windows tells what is held now: there it is the most that was seen by this
    /// function.
    pub peak: Option<u64>,
    /// Memory held now, bytes. Linux tells which of it is a mapped file's, and leaves that out; elsewhere it counts, so
    /// that this is an upper bound.
    pub held: Option<u64>,
}

impl Usage {
    pub fn now() -> Self {
        let resident = memory_stats::memory_stats().map(|stats| stats.physical_mem as u64);
        Usage {
            cpu_s: process_cpu_s(),
            peak: most_resident().or_else(|| resident.map(most_seen)),
            held: anonymous().or(resident),
        }
    }
}

/// CPU time of all threads so far, s.
pub fn process_cpu_s() -> Option<f64> {
    ProcessTime::try_now().ok().map(|time| time.as_duration()).map(seconds)
}

/// CPU time of this thread so far, s. A busy machine moves it less than the clock on the wall.
pub fn thread_cpu_s() -> Option<f64> {
    ThreadTime::try_now().ok().map(|time| time.as_duration()).map(seconds)
}

fn seconds(time: Duration) -> f64 {
    time.as_secs_f64()
}

/// `getrusage` counts KiB; on Apple's systems bytes.
#[cfg(unix)]
fn most_resident() -> Option<u64> {
    use nix::sys::resource::{UsageWho, getrusage};
    let unit = if cfg!(target_vendor = "apple") { 1 } else { 1024 };
    let most = getrusage(UsageWho::RUSAGE_SELF).ok()?.max_rss();
    u64::try_from(most).ok().map(|most| most * unit)
}

#[cfg(not(unix))]
fn most_resident() -> Option<u64> {
    None
}

fn most_seen(now: u64) -> u64 {
    static MOST: AtomicU64 = AtomicU64::new(0);
    MOST.fetch_max(now, Ordering::Relaxed).max(now)
}

#[cfg(target_os = "linux")]
fn anonymous() -> Option<u64> {
    of_status(&std::fs::read_to_string("/proc/self/status").ok()?, "RssAnon:")
}

#[cfg(not(target_os = "linux"))]
fn anonymous() -> Option<u64> {
    None
}

/// A size of `/proc/self/status`, which are in KiB, in bytes.
#[cfg(target_os = "linux")]
fn of_status(status: &str, key: &str) -> Option<u64> {
    let kib = status.lines().find_map(|line| line.strip_prefix(key))?;
    kib.split_whitespace().next()?.parse().ok().map(|kib: u64| kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the kernel writes of the same process is the judge: a megabyte or a few hundredths of a second may come
    /// between the two readings.
    #[test]
    #[cfg(target_os = "linux")]
    fn figures_are_those_of_the_kernel() {
        let held = vec![1u8; 64 << 20];
        let (begun, mut rounds) = (std::time::Instant::now(), 0u64);
        while begun.elapsed() < Duration::from_millis(200) {
            rounds += u64::from(held[rounds as usize % held.len()]);
        }
        assert!(rounds > 0);
        let usage = Usage::now();
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let peak = of_status(&status, "VmHWM:").unwrap();
        assert!(usage.peak.unwrap().abs_diff(peak) < 32 << 20, "{usage:?} {peak}");
        assert!(usage.peak.unwrap() >= 64 << 20 && usage.held.unwrap() >= 64 << 20, "{usage:?}");
        assert!(usage.held.unwrap() <= usage.peak.unwrap() + (32 << 20), "{usage:?}");
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
        // Fields 14 and 15, counted behind the program's name, in hundredths of a second.
        let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        let hundredths: u64 = fields[11..13].iter().map(|field| field.parse::<u64>().unwrap()).sum();
        let cpu_s = usage.cpu_s.unwrap();
        assert!(cpu_s > 0.0 && hundredths as f64 / 100.0 >= cpu_s - 0.03, "{cpu_s} {hundredths}");
        assert!(thread_cpu_s().unwrap() <= process_cpu_s().unwrap());
        assert_eq!(of_status("VmPeak:\t9 kB\nVmHWM:\t  20480 kB\n", "VmHWM:"), Some(20 << 20));
        assert_eq!(most_seen(5).max(most_seen(3)), 5);
    }
}
