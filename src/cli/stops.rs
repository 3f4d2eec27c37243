//! Ctrl-C, SIGTERM and SIGHUP: work ends between two tasks; what has not ended within a moment is ended.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::base::error::{Error, Result};
use crate::base::executor::Executor;
use crate::outputs::staging;
use crate::run::progress::Progress;

/// A stop is heard within a second: tasks have this long to end of themselves.
const GRACE: Duration = Duration::from_millis(600);

pub const KEPT: &str = "\
stopped: no result was changed, and nothing half-done stays
  → what was finished of the network is kept: the same command goes on from there";
const TOO_LATE: &str = "stopped when the new results were in place already: they are whole";

/// Whether the stop was told already, by whoever came first.
static TOLD: AtomicBool = AtomicBool::new(false);

/// From now on a signal stops `executor`, and after a moment the process; a second one at once. `end` is called with the
/// last word, should the work not end of itself.
///
/// # Errors
/// The system takes no handler.
pub fn heed(executor: &Arc<Progress>, end: fn(&Error)) -> Result<()> {
    let hangs_up = hangs_up();
    let executor = Arc::clone(executor);
    let heard = AtomicBool::new(false);
    let stop = move || {
        executor.stop();
        if heard.swap(true, Ordering::Relaxed) {
            leave(&executor, end);
        }
        let executor = Arc::clone(&executor);
        // The next signal must be heard meanwhile.
        let late = std::thread::Builder::new().spawn(move || {
            std::thread::sleep(GRACE);
            leave(&executor, end);
        });
        // Without a thread more the second signal ends it.
        drop(late);
    };
    ctrlc::set_handler(stop).map_err(|error| Error::machine("Ctrl-C", error))?;
    if !hangs_up {
        ignore_hang_up();
    }
    Ok(())
}

/// Says once how a stop left things.
pub fn tell(end: fn(&Error)) {
    if !TOLD.swap(true, Ordering::Relaxed) {
        end(&Error::Stopped);
    }
}

fn leave(executor: &Progress, end: fn(&Error)) -> ! {
    let changed = staging::abandon();
    executor.rest();
    if changed {
        let _ = writeln!(std::io::stderr(), "{TOO_LATE}");
    } else {
        tell(end);
    }
    std::process::exit(i32::from(Error::Stopped.exit_code()))
}

/// Whether a terminal that closes is to stop the program: not under `nohup`, which has it ignored.
#[cfg(unix)]
fn hangs_up() -> bool {
    use nix::libc;
    // SAFETY: zeros are a valid `sigaction`: numbers, and no handler.
    let mut now: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: it only asks, into a place of its own.
    let asked = unsafe { libc::sigaction(libc::SIGHUP, std::ptr::null(), &raw mut now) };
    asked != 0 || now.sa_sigaction != libc::SIG_IGN
}

#[cfg(unix)]
fn ignore_hang_up() {
    use nix::sys::signal::{SigHandler, Signal, signal};
    // SAFETY: to ignore a signal runs no code.
    let _ = unsafe { signal(Signal::SIGHUP, SigHandler::SigIgn) };
}

#[cfg(not(unix))]
fn hangs_up() -> bool {
    true
}

#[cfg(not(unix))]
fn ignore_hang_up() {}
