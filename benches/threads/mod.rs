//! Threads for the benches, and what threads would bring.
#![allow(dead_code)] // every bench uses its own part

use std::sync::Mutex;

use cpu_time::ThreadTime;
use isokron::base::error::Result;
use isokron::base::executor::Executor;
use rayon::prelude::*;

/// Some threads of one pool.
pub struct Threads(rayon::ThreadPool);

impl Threads {
    /// So many; 0: as many as there are cores.
    pub fn new(n: usize) -> Threads {
        Threads(rayon::ThreadPoolBuilder::new().num_threads(n).build().expect("threads"))
    }

    pub fn count(&self) -> usize {
        self.0.current_num_threads()
    }
}

impl Executor for Threads {
    fn each(&self, n: usize, task: &(dyn Fn(usize) + Sync)) -> Result<()> {
        self.0.install(|| (0..n).into_par_iter().with_max_len(1).for_each(task));
        Ok(())
    }
}

/// Numbers of threads of which [`Rehearsal`] tells.
pub const CROWDS: [usize; 3] = [2, 4, 8];

/// One thread, which notes what each task takes of its CPU time, and how long they would take where each goes to the
/// first of several threads that is free: a figure that no busy machine moves. It knows nothing of shared caches.
#[derive(Default)]
pub struct Rehearsal(Mutex<Noted>);

#[derive(Default)]
struct Noted {
    /// s in tasks, and what these would take on each of [`CROWDS`].
    tasks_s: f64,
    shared_s: [f64; CROWDS.len()],
}

impl Rehearsal {
    /// How much faster work would be, by the number of threads, that took so many seconds in all.
    pub fn speedups(&self, all_s: f64) -> [f64; CROWDS.len()] {
        let noted = self.0.lock().expect("one thread");
        noted.shared_s.map(|shared_s| all_s / (all_s - noted.tasks_s + shared_s))
    }
}

impl Executor for Rehearsal {
    fn each(&self, n: usize, task: &(dyn Fn(usize) + Sync)) -> Result<()> {
        let mut took = Vec::with_capacity(n);
        for at in 0..n {
            let begun = ThreadTime::now();
            task(at);
            took.push(begun.elapsed().as_secs_f64());
        }
        let mut noted = self.0.lock().expect("one thread");
        noted.tasks_s += took.iter().sum::<f64>();
        for (shared_s, threads) in noted.shared_s.iter_mut().zip(CROWDS) {
            let mut busy = vec![0.0; threads];
            for &s in &took {
                let first = busy.iter_mut().min_by(|a: &&mut f64, b| a.total_cmp(b)).expect("a thread");
                *first += s;
            }
            *shared_s += busy.into_iter().fold(0.0, f64::max);
        }
        Ok(())
    }
}
