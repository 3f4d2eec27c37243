//! Memory that runs out: Rust ends the process then. Here it ends with the exit code of a machine that failed, and with
//! words. (Where the system promises more memory than it has, as Linux does by default, it kills instead: then nobody
//! can say a word, and `--memory-limit` is what helps.)

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, Ordering};

/// The system's memory; it remembers whether some was refused.
pub struct Memory;

static REFUSED: AtomicBool = AtomicBool::new(false);

fn noted(at: *mut u8) -> *mut u8 {
    if at.is_null() {
        REFUSED.store(true, Ordering::Relaxed);
    }
    at
}

// SAFETY: all is done by the system's allocator.
unsafe impl GlobalAlloc for Memory {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps what `alloc` asks for.
        noted(unsafe { System.alloc(layout) })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps what `alloc_zeroed` asks for.
        noted(unsafe { System.alloc_zeroed(layout) })
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller keeps what `realloc` asks for; `at` came from the system, as all does.
        noted(unsafe { System.realloc(at, layout, size) })
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: likewise.
        unsafe { System.dealloc(at, layout) }
    }
}

/// From now on a process that ends for want of memory says so, with exit code 4.
#[cfg(unix)]
pub fn watch_over() {
    use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
    let action = SigAction::new(SigHandler::Handler(aborted), SaFlags::SA_RESETHAND, SigSet::empty());
    // SAFETY: the handler calls nothing but what a handler may. Without it the process ends all the same.
    let _ = unsafe { sigaction(Signal::SIGABRT, &action) };
}

#[cfg(not(unix))]
pub fn watch_over() {}

/// Rust aborts where memory was refused and nobody made do without; other aborts stay what they are.
#[cfg(unix)]
extern "C" fn aborted(_: nix::libc::c_int) {
    use nix::libc;
    const WORDS: &[u8] = b"error: there is too little memory; no result was changed\n  \
\xe2\x86\x92 free some, or make do with less: --memory-limit 4GiB, or fewer --threads\n";
    if REFUSED.load(Ordering::Relaxed) {
        // SAFETY: both may be called in a handler, and the words outlive it.
        unsafe {
            libc::write(2, WORDS.as_ptr().cast(), WORDS.len());
            libc::_exit(4);
        }
    }
}
