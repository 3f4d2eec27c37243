//! `run.log`: what differs between equal runs. When, where, how many threads, how long, how much memory.

use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

use super::staging;
use crate::base::error::Result;

/// Notes of one run, each with its second.
pub struct RunLog {
    begun: Instant,
    text: String,
}

impl RunLog {
    /// Starts the clock; `study` is the study file as it was named.
    pub fn begin(study: &Path, threads: usize) -> Self {
        let absolute = std::path::absolute(study).unwrap_or_else(|_| study.to_path_buf());
        let mut text = String::new();
        for (what, value) in [
            ("begun", jiff::Timestamp::now().to_string()),
            ("program", format!("isokron {}", env!("CARGO_PKG_VERSION"))),
            ("study", absolute.display().to_string()),
            ("host", host()),
            ("system", format!("{} {}", std::env::consts::OS, std::env::consts::ARCH)),
            ("threads", threads.to_string()),
        ] {
            text += &format!("{what}: {value}\n");
        }
        RunLog { begun: Instant::now(), text }
    }

    /// Adds a line with the seconds since the beginning and the most memory held so far.
    pub fn note(&mut self, what: &str) {
        let seconds = self.begun.elapsed().as_secs_f64();
        let peak = Usage::now().peak_mib.map_or_else(String::new, |mib| format!("{mib:6} MiB"));
        writeln!(self.text, "{seconds:9.3} s {peak}  {what}").expect("a string takes all");
    }

    /// Ends the notes with what the process used so far and writes them to `path`.
    pub fn finish(mut self, path: &Path) -> Result<()> {
        let usage = Usage::now();
        if let Some(cpu_s) = usage.cpu_s {
            self.note(&format!("CPU time {cpu_s:.2} s"));
        }
        if let Some(peak_mib) = usage.peak_mib {
            self.note(&format!("peak memory {peak_mib} MiB"));
        }
        self.note("done");
        staging::write_atomically(path, |out| std::io::Write::write_all(out, self.text.as_bytes()))?;
        Ok(())
    }
}

/// What this process used so far; `None` where the system does not tell (it does on Linux).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// User and system time of all threads, s.
    pub cpu_s: Option<f64>,
    /// The most memory held at once, MiB.
    pub peak_mib: Option<u64>,
    /// Memory held now that is not a file's, bytes.
    pub anonymous: Option<u64>,
}

impl Usage {
    pub fn now() -> Self {
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let kib = |key: &str| kib(&status, key);
        Usage {
            cpu_s: cpu_seconds(&stat),
            peak_mib: kib("VmHWM:").map(|kib| kib / 1024),
            anonymous: kib("RssAnon:").map(|kib| kib * 1024),
        }
    }
}

/// CPU time of this thread so far, s; `None` where the system does not tell. A busy machine moves it less than the
/// clock on the wall.
pub fn thread_cpu_s() -> Option<f64> {
    scheduled_s("/proc/thread-self/schedstat".as_ref())
}

/// CPU time of all threads that are alive, s.
pub fn threads_cpu_s() -> Option<f64> {
    let tasks = std::fs::read_dir("/proc/self/task").ok()?;
    tasks.map(|task| scheduled_s(&task.ok()?.path().join("schedstat"))).sum()
}

/// The first field is the time on a core, in nanoseconds.
fn scheduled_s(path: &Path) -> Option<f64> {
    let text = std::fs::read_to_string(path).ok()?;
    text.split_whitespace().next()?.parse::<u64>().ok().map(|ns| ns as f64 / 1e9)
}

/// Fields 14 and 15 of `/proc/self/stat`, counted after the program's name, in hundredths of a second.
fn cpu_seconds(stat: &str) -> Option<f64> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let (user, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some((user + system) as f64 / 100.0)
}

fn kib(status: &str, key: &str) -> Option<u64> {
    let kib = status.lines().find_map(|line| line.strip_prefix(key))?;
    kib.split_whitespace().next()?.parse().ok()
}

fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    name.or_else(|| std::env::var("HOSTNAME").ok()).map_or_else(String::new, |name| name.trim().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_is_read_from_the_systems_texts() {
        // A program's name may hold blanks and brackets; utime and stime are 150 and 25 hundredths.
        let stat = "7 (my (odd) name) R 1 2 3 4 5 6 7 8 9 10 150 25 0 0";
        assert_eq!(cpu_seconds(stat), Some(1.75));
        assert_eq!(kib("VmPeak:\t9 kB\nVmHWM:\t  20480 kB\n", "VmHWM:"), Some(20_480));
        assert_eq!((cpu_seconds(""), kib("", "VmHWM:")), (None, None));
    }
}
