//! Stopped at any moment, the engine gives all or nothing, and never a part.

use std::sync::atomic::{AtomicUsize, Ordering};

use isokron::base::error::Error;
use isokron::base::executor::{Executor, collect, try_collect};
use isokron::routing::{AffectedNetwork, KernelOptions, ReverseSearch, Router, affected};

use crate::engine::Engine;
use crate::oracle::hand::{Hand, ask};

/// Wants to stop from the `at`-th time on that it is asked.
struct Stops {
    at: usize,
    asked: AtomicUsize,
}

impl Stops {
    fn at(at: usize) -> Stops {
        Stops { at, asked: AtomicUsize::new(0) }
    }
}

impl Executor for Stops {
    fn cancelled(&self) -> bool {
        self.asked.fetch_add(1, Ordering::Relaxed) >= self.at
    }
}

#[test]
fn collect_gives_all_results_or_none() {
    // Asked before each of five tasks by `each`, again in it, and once after all: eleven times.
    for at in 0..=11 {
        match collect(&Stops::at(at), 5, |i| i * i) {
            Ok(all) => assert_eq!((at, all), (11, vec![0, 1, 4, 9, 16])),
            Err(error) => assert!(matches!(error, Error::Stopped) && at < 11, "{at}"),
        }
    }
    let failing =
        try_collect(
            &Stops::at(100),
            5,
            |i| if i < 2 { Ok(i) } else { Err(Error::machine(i.to_string(), "")) },
        );
    assert_eq!(failing.unwrap_err().to_string(), "2: ", "the first in the order of tasks");
}

/// Runs `make` with stops at every moment until it is done; says how many times it was stopped.
fn stopped_everywhere<T>(make: impl Fn(&dyn Executor) -> isokron::base::error::Result<T>) -> usize {
    for at in 0.. {
        match make(&Stops::at(at)) {
            Ok(_) => return at,
            Err(error) => assert!(matches!(error, Error::Stopped), "{at}: {error}"),
        }
    }
    unreachable!("it ends when it is not stopped")
}

#[test]
fn routing_stopped_at_any_moment_says_so_and_does_not_panic() {
    let mut town = Hand::new("town", "Europe/Stockholm");
    town.trip("T1", "A 08:00 B 08:10 C 08:20");
    town.trip("T2", "B 08:15 D 08:30");
    let case = ask(vec![town.feed], "2025-05-14", "08:00", "08:10").access(0, "A", 0).egress("D", 0, 0);
    let Engine { timetable, legs, service, query, .. } = Engine::new(&case);
    let router = |executor: &dyn Executor| {
        Router::new(&timetable, &legs, &service, query, &[(0.0, 0.0)], None, executor)
    };
    assert!(stopped_everywhere(router) > 4);
    assert!(stopped_everywhere(|executor| Router::aimless(&timetable, &legs, &service, query, executor)) > 4);
    let network = || AffectedNetwork { timetable: &timetable, legs: &legs, service: &service };
    assert!(stopped_everywhere(|executor| ReverseSearch::new(network(), &query, executor)) > 4);
    let both = [network(), network()]
        .map(|network| ReverseSearch::new(network, &query, &Stops::at(usize::MAX)).unwrap());
    let same: Vec<u32> = (0..timetable.trips.len() as u32).collect();
    assert!(stopped_everywhere(|executor| affected(&both[0], &both[1], &same, 0, executor)) > 4);
    let made = router(&Stops::at(usize::MAX)).unwrap();
    let listen =
        |batch: isokron::routing::Batch<'_>| isokron::measures::times::BatchTimes::listen(&[0], 1, batch);
    assert!(stopped_everywhere(|executor| made.route(&[0], KernelOptions::best(), listen, executor)) > 2);
}
