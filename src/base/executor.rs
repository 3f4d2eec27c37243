//! What the engine asks of its caller: show progress, say when to stop, spread work over threads.
//! The engine has no thread, clock or terminal of its own.

use std::sync::Mutex;

use super::error::{Error, Result};

/// The caller's side of a long piece of work.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// use isokron::base::executor::{Executor, collect};
///
/// /// Counts steps, and stops after more than ten.
/// #[derive(Default)]
/// struct Ten(AtomicU64);
///
/// impl Executor for Ten {
///     fn advance(&self, steps: u64) {
///         self.0.fetch_add(steps, Ordering::Relaxed);
///     }
///
///     fn cancelled(&self) -> bool {
///         self.0.load(Ordering::Relaxed) > 10
///     }
/// }
///
/// let squares = |executor: &Ten, n| {
///     collect(executor, n, |i| {
///         executor.advance(1);
///         i * i
///     })
/// };
/// assert_eq!(squares(&Ten::default(), 4).unwrap(), [0, 1, 4, 9]);
/// // All results, or none.
/// assert!(squares(&Ten::default(), 20).is_err());
/// ```
pub trait Executor: Sync {
    /// A stage of `total` steps begins ("walks", 1200).
    fn begin(&self, _stage: &str, _total: u64) {}

    /// `steps` more of the stage are done.
    fn advance(&self, _steps: u64) {}

    /// No stage is under way for now: something else wants the terminal.
    fn rest(&self) {}

    /// A word to the user beside the results: something odd that was put right.
    fn note(&self, _line: &str) {}

    /// Whether to stop; asked between tasks. Once it holds, it holds for good.
    fn cancelled(&self) -> bool {
        false
    }

    /// For work that is no tasks: `executor.go_on()?` between its steps.
    ///
    /// # Errors
    /// `Stopped` when the caller wants to stop.
    fn go_on(&self) -> Result<()> {
        if self.cancelled() { Err(Error::Stopped) } else { Ok(()) }
    }

    /// Runs `task(0) … task(n - 1)`, in any order and on any thread.
    ///
    /// # Errors
    /// `Stopped` when the caller wants to stop: then some tasks may not have run.
    fn each(&self, n: usize, task: &(dyn Fn(usize) + Sync)) -> Result<()> {
        for i in 0..n {
            self.go_on()?;
            task(i);
        }
        Ok(())
    }
}

/// One after another, in silence: for tests and small work.
pub struct Quiet;

impl Executor for Quiet {}

/// The results of `n` tasks, placed by index: the same whatever the threads. All of them, or none.
///
/// # Errors
/// `Stopped` when `executor` wants to stop before or during the tasks.
pub fn collect<T: Send>(
    executor: &dyn Executor,
    n: usize,
    task: impl Fn(usize) -> T + Sync,
) -> Result<Vec<T>> {
    let places: Vec<Mutex<Option<T>>> = (0..n).map(|_| Mutex::new(None)).collect();
    executor.each(n, &|i| {
        if !executor.cancelled() {
            let result = task(i);
            *places[i].lock().expect("no task panics while it holds its place") = Some(result);
        }
    })?;
    // A task that saw the stop may have left its work undone.
    executor.go_on()?;
    let taken = places.into_iter().map(|place| place.into_inner().expect("all tasks are done"));
    taken.collect::<Option<Vec<T>>>().ok_or(Error::Stopped)
}

/// As [`collect`], of tasks that may fail: the first error in their order.
///
/// # Errors
/// `Stopped`, or that of a task.
pub fn try_collect<T: Send>(
    executor: &dyn Executor,
    n: usize,
    task: impl Fn(usize) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    collect(executor, n, task)?.into_iter().collect()
}

/// Scratch memory for workers: taken for a task, given back after it, so that there is one a thread.
pub struct Pool<T> {
    free: Mutex<Vec<T>>,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Pool { free: Mutex::new(Vec::new()) }
    }
}

impl<T> Pool<T> {
    /// Runs `task` with a free piece of scratch, made by `make` if there is none.
    pub fn with<R>(&self, make: impl FnOnce() -> T, task: impl FnOnce(&mut T) -> R) -> R {
        let taken = self.free.lock().expect("never held during a task").pop();
        let mut scratch = taken.unwrap_or_else(make);
        let result = task(&mut scratch);
        self.free.lock().expect("never held during a task").push(scratch);
        result
    }
}
