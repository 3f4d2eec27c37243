//! CPU time as the kernel counts it, in nanoseconds: a busy machine moves it less than the clock on the wall.

use std::time::Instant;

/// What a piece of work cost.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// All threads together.
    pub cpu_s: f64,
    #[allow(dead_code)] // the bench of instructions asks for CPU time alone
    pub wall_s: f64,
}

pub fn cost<R>(work: impl FnOnce() -> R) -> (Cost, R) {
    let (begun, before) = (Instant::now(), cpu_s());
    let result = work();
    let wall_s = begun.elapsed().as_secs_f64();
    let cpu_s = match (before, cpu_s()) {
        (Some(before), Some(after)) => after - before,
        _ => wall_s,
    };
    (Cost { cpu_s, wall_s }, result)
}

/// Threads that have ended are not counted: the work must not end any.
fn cpu_s() -> Option<f64> {
    let mut sum = 0u64;
    for task in std::fs::read_dir("/proc/self/task").ok()? {
        let text = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        sum += text.split_whitespace().next()?.parse::<u64>().ok()?;
    }
    Some(sum as f64 / 1e9)
}
