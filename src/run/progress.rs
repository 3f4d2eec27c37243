//! The engine's `Executor` for a machine with threads and perhaps a terminal: rayon and progress bars.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::base::error::{Error, Result};
use crate::base::executor::Executor;

/// Threads and, where standard error is a terminal and nobody asked for quiet, a bar.
pub struct Progress {
    bar: Mutex<Option<ProgressBar>>,
    shown: bool,
    quiet: bool,
    stopped: AtomicBool,
    /// The most threads to use.
    threads: AtomicUsize,
}

impl Progress {
    pub fn new(quiet: bool) -> Progress {
        let shown = !quiet && std::io::stderr().is_terminal();
        Progress {
            bar: Mutex::new(None),
            shown,
            quiet,
            stopped: AtomicBool::new(false),
            threads: AtomicUsize::new(usize::MAX),
        }
    }

    /// Ends the stage, if there is one.
    pub fn end(&self) {
        if let Some(bar) = self.bar.lock().expect("nobody panics with the bar").take() {
            bar.finish_and_clear();
        }
    }

    /// Whether nobody wants to hear anything but errors.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// From now on no more than `threads` threads work.
    pub fn use_threads(&self, threads: usize) {
        self.threads.store(threads, Ordering::Relaxed);
    }

    /// From now on `cancelled` holds.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}

impl Executor for Progress {
    fn begin(&self, stage: &str, total: u64) {
        self.end();
        if !self.shown {
            return;
        }
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
        let shape = "{msg:<34} {bar:28} {human_pos}/{human_len} {eta} left";
        bar.set_style(ProgressStyle::with_template(shape).expect("the template is right"));
        bar.set_message(stage.to_string());
        bar.enable_steady_tick(Duration::from_millis(200));
        *self.bar.lock().expect("nobody panics with the bar") = Some(bar);
    }

    fn advance(&self, steps: u64) {
        if let Some(bar) = self.bar.lock().expect("nobody panics with the bar").as_ref() {
            bar.inc(steps);
        }
    }

    fn rest(&self) {
        self.end();
    }

    /// On standard error, unless quiet is asked for.
    fn note(&self, line: &str) {
        if !self.quiet {
            self.end();
            // A reader that has gone is no failure.
            let _ = writeln!(std::io::stderr(), "{line}");
        }
    }

    fn cancelled(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    fn each(&self, n: usize, task: &(dyn Fn(usize) + Sync)) -> Result<()> {
        // One after another to whoever is free: tasks differ in cost, and neighbours share a region's part.
        let next = AtomicUsize::new(0);
        let threads = self.threads.load(Ordering::Relaxed).min(rayon::current_num_threads()).min(n);
        rayon::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|_| {
                    while let Some(i) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|&i| i < n) {
                        if self.cancelled() {
                            return;
                        }
                        task(i);
                    }
                });
            }
        });
        self.go_on()
    }
}

/// How many threads to use: as asked, else `RAYON_NUM_THREADS`, else the cores that the container grants.
///
/// # Errors
/// `Usage` for 0 threads; `Machine` if the threads cannot be made.
pub fn set_threads(asked: Option<usize>) -> Result<usize> {
    if asked == Some(0) {
        let what = "--threads must be 1 or more";
        return Err(Error::Usage(crate::base::error::Problem::new("", what, "")));
    }
    let granted = || std::thread::available_parallelism().map_or(1, usize::from);
    let from_environment =
        || std::env::var("RAYON_NUM_THREADS").ok()?.parse().ok().filter(|&n: &usize| n > 0);
    let threads = asked.or_else(from_environment).unwrap_or_else(granted);
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()
        .map_err(|error| Error::machine("threads", error))?;
    Ok(threads)
}
