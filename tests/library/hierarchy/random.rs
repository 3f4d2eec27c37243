//! Random streets: everything that matters is drawn, and every way gives the twin's milliseconds.

use isokron::base::executor::{Executor, Quiet};
use isokron::network::streets::{BACKWARD, FORWARD};
use isokron::routing::SimdLevel;
use isokron::routing::hierarchy::{CLOSED, Hierarchy, StreetPlace};
use proptest::prelude::*;
use rayon::prelude::*;

use super::{Streets, plain, spots, times};

/// A street as drawn: ends, length, directions, ms a unit of length by direction.
#[derive(Clone, Debug)]
pub struct Drawn {
    ends: (u32, u32),
    length: u32,
    directions: u8,
    pace: [u32; 2],
    closed: [bool; 2],
}

fn drawn(junctions: u32) -> impl Strategy<Value = Drawn> {
    let directions =
        prop_oneof![6 => Just(FORWARD | BACKWARD), 2 => Just(FORWARD), 2 => Just(BACKWARD), 1 => Just(0)];
    // Few lengths, so that ways tie; 0 counts as 1 ms.
    let length = prop_oneof![4 => 0u32..8, 1 => 0u32..300];
    let closed = || prop::bool::weighted(0.05);
    ((0..junctions, 0..junctions), length, directions, [1u32..4, 1u32..4], [closed(), closed()])
        .prop_map(|(ends, length, directions, pace, closed)| Drawn { ends, length, directions, pace, closed })
}

/// Of junctions that lie anywhere, with a chain of streets here and there.
pub fn streets() -> impl Strategy<Value = (Streets, Vec<Drawn>)> {
    (1u32..40).prop_flat_map(|junctions| {
        let points = prop::collection::vec((0i32..50_000, 0i32..50_000), junctions as usize);
        let random = prop::collection::vec(drawn(junctions), 1..60);
        let chain = prop::collection::vec(drawn(junctions), 0..junctions as usize);
        (points, random, chain).prop_map(|(points, mut list, chain)| {
            list.extend(chain.into_iter().enumerate().map(|(i, mut street)| {
                street.ends = (i as u32, (i as u32 + 1) % points.len() as u32);
                street
            }));
            (made(&points, &list), list)
        })
    })
}

fn made(points: &[(i32, i32)], list: &[Drawn]) -> Streets {
    // What a direction costs that nobody may go is of no meaning.
    let cost = |street: &Drawn, side: usize| {
        if street.closed[side] { CLOSED } else { street.length * street.pace[side] }
    };
    Streets {
        from: list.iter().map(|street| street.ends.0).collect(),
        to: list.iter().map(|street| street.ends.1).collect(),
        directions: list.iter().map(|street| street.directions).collect(),
        lon_e7: points.iter().map(|point| point.0).collect(),
        lat_e7: points.iter().map(|point| point.1).collect(),
        forward_ms: list.iter().map(|street| cost(street, 0)).collect(),
        backward_ms: list.iter().map(|street| cost(street, 1)).collect(),
    }
}

/// A place by (street, place along it, link) as drawn.
fn place(list: &[Drawn], &(street, at, link_ms): &(u32, u32, u32)) -> StreetPlace {
    let number = street as usize % list.len();
    let street = &list[number];
    let [forward, backward] = [0, 1].map(|side| (street.length * street.pace[side]).max(1));
    let at = at % (street.length + 1);
    let (forward_ms, backward_ms) = match street.length {
        0 => (0, 1),
        _ => (forward / street.length * at, backward / street.length * (street.length - at)),
    };
    StreetPlace { street: number as u32, forward_ms, backward_ms, link_ms }
}

pub fn places(list: &[Drawn], drawn: &[(u32, u32, u32)]) -> Vec<StreetPlace> {
    drawn.iter().map(|drawn| place(list, drawn)).collect()
}

pub fn some_places() -> impl Strategy<Value = Vec<(u32, u32, u32)>> {
    let link = prop_oneof![2 => Just(0u32), 1 => 0u32..20];
    prop::collection::vec((any::<u32>(), any::<u32>(), link), 1..20)
}

pub fn limit() -> impl Strategy<Value = u32> {
    prop_oneof![2 => Just(u32::MAX), 1 => 0u32..40, 1 => 0u32..400]
}

proptest! {
    #[test]
    fn every_way_gives_dijkstras_milliseconds(
        (streets, list) in streets(),
        origins in some_places(),
        targets in some_places(),
        limit_ms in limit(),
        lanes in 1usize..=64,
    ) {
        let (origins, targets) = (places(&list, &origins), places(&list, &targets));
        let customised = streets.customised();
        let expected = plain::times(&streets, &origins, &targets, limit_ms);
        for simd in [SimdLevel::Portable, SimdLevel::best()] {
            let found = times(&customised, &origins, &targets, limit_ms, lanes, simd);
            prop_assert_eq!(&found, &expected);
        }
    }

    /// Other speeds on the same map are as good as a map of their own; targets are places of the new costs.
    #[test]
    fn customising_again_is_building_anew(
        (streets, mut list) in streets(),
        again in prop::collection::vec(([1u32..5, 1u32..5], [prop::bool::weighted(0.1), prop::bool::weighted(0.1)]), 1..20),
        targets in some_places(),
    ) {
        let hierarchy = Hierarchy::build(&streets.graph(), &Quiet).unwrap();
        for (street, (pace, closed)) in list.iter_mut().zip(again.iter().cycle()) {
            (street.pace, street.closed) = (*pace, *closed);
        }
        let points: Vec<(i32, i32)> = streets.lon_e7.iter().copied().zip(streets.lat_e7.iter().copied()).collect();
        let other = made(&points, &list);
        let targets = places(&list, &targets);
        let again = hierarchy.customise(&other.costs(), &Quiet).unwrap();
        let found = times(&again, &targets, &targets, u32::MAX, 64, SimdLevel::best());
        prop_assert_eq!(&found, &times(&other.customised(), &targets, &targets, u32::MAX, 64, SimdLevel::best()));
        prop_assert_eq!(found, plain::times(&other, &targets, &targets, u32::MAX));
    }
}

/// Some threads.
pub struct Threads(rayon::ThreadPool);

impl Threads {
    pub fn four() -> Threads {
        Threads(rayon::ThreadPoolBuilder::new().num_threads(4).build().unwrap())
    }
}

impl Executor for Threads {
    fn each(&self, n: usize, task: &(dyn Fn(usize) + Sync)) -> isokron::base::error::Result<()> {
        self.0.install(|| (0..n).into_par_iter().with_max_len(1).for_each(task));
        Ok(())
    }
}

/// A town of so many times so many junctions; some streets are missing, some are one-way.
pub fn grid(side: u32) -> (Streets, Vec<Drawn>) {
    let mut state = 1u64;
    let mut dice = |sides: u32| {
        // Knuth's multiplier for 64 bits.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u32 % sides
    };
    let mut points = Vec::new();
    let mut list = Vec::new();
    for junction in 0..side * side {
        let (x, y) = (junction % side, junction / side);
        points.push(((x * 1_000 + dice(700)) as i32, (y * 1_000 + dice(700)) as i32));
        for (other, there) in [(junction + 1, x + 1 < side), (junction + side, y + 1 < side)] {
            if there && dice(5) > 0 {
                let directions = [FORWARD, BACKWARD, 3, 3, 3, 3, 3, 3][dice(8) as usize];
                let pace = [1 + dice(3), 1 + dice(3)];
                list.push(Drawn {
                    ends: (junction, other),
                    length: 1 + dice(30),
                    directions,
                    pace,
                    closed: [false; 2],
                });
            }
        }
    }
    (made(&points, &list), list)
}

#[test]
fn a_town_by_threads_and_limits() {
    // Large enough for all of the hierarchy's ways: dissection in parallel tasks, blocks that are passed over, many
    // batches.
    let (streets, list) = grid(70);
    let drawn: Vec<(u32, u32, u32)> = (0..900u32).map(|i| (i * 2_654_435, i * 40_503, i % 5)).collect();
    let all = places(&list, &drawn);
    let threads = Threads::four();
    let one = Hierarchy::build(&streets.graph(), &Quiet).unwrap();
    let four = Hierarchy::build(&streets.graph(), &threads).unwrap();
    assert_eq!(one.arcs(), four.arcs());
    let one = one.customise(&streets.costs(), &Quiet).unwrap();
    let four = four.customise(&streets.costs(), &threads).unwrap();
    let some: Vec<StreetPlace> = all.iter().copied().step_by(60).collect();
    for limit_ms in [50, 400, u32::MAX] {
        let of = |customised: &isokron::routing::hierarchy::Customised, executor: &dyn Executor, simd| {
            let all = spots(&all);
            let targets = customised.targets(&all);
            let rows = customised.each_batch(&all, &targets, limit_ms, simd, executor, |batch, times| {
                let rows: Vec<(u32, [u32; 64])> =
                    times.reached().map(|(target, row)| (target, *row)).collect();
                (batch.to_vec(), rows)
            });
            rows.unwrap()
        };
        let expected = of(&one, &Quiet, SimdLevel::Portable);
        assert_eq!(expected, of(&four, &threads, SimdLevel::best()), "byte by byte, in order");
        let found = times(&one, &some, &all, limit_ms, 64, SimdLevel::best());
        assert_eq!(found, plain::times(&streets, &some, &all, limit_ms));
    }
}

/// Who is stopped gets no hierarchy.
#[test]
fn a_stop_is_obeyed() {
    struct Stopped;
    impl Executor for Stopped {
        fn cancelled(&self) -> bool {
            true
        }
    }
    let (streets, _) = grid(10);
    assert!(Hierarchy::build(&streets.graph(), &Stopped).is_err());
    let hierarchy = Hierarchy::build(&streets.graph(), &Quiet).unwrap();
    assert!(hierarchy.customise(&streets.costs(), &Stopped).is_err());
}
