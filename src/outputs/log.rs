//! `run.log`: what differs between equal runs. When, where, how many threads, how long, how much memory.

use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

use super::process::Usage;
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
        let peak = Usage::now().peak.map_or_else(String::new, |bytes| format!("{:6} MiB", bytes >> 20));
        writeln!(self.text, "{seconds:9.3} s {peak}  {what}").expect("a string takes all");
    }

    /// Ends the notes with what the process used so far and writes them to `path`.
    pub fn finish(mut self, path: &Path) -> Result<()> {
        let usage = Usage::now();
        if let Some(cpu_s) = usage.cpu_s {
            self.note(&format!("CPU time {cpu_s:.2} s"));
        }
        if let Some(peak) = usage.peak {
            self.note(&format!("peak memory {} MiB", peak >> 20));
        }
        self.note("done");
        staging::write_atomically(path, |out| std::io::Write::write_all(out, self.text.as_bytes()))?;
        Ok(())
    }
}

#[cfg(unix)]
fn host() -> String {
    nix::unistd::gethostname().map_or_else(|_| String::new(), |name| name.to_string_lossy().into_owned())
}

#[cfg(not(unix))]
fn host() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_default()
}
