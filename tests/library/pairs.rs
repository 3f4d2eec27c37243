//! Travel times of all pairs from the engine alone, held to times worked out by hand.

use isokron::base::error::Result;
use isokron::base::executor::Quiet;
use isokron::engine::matrix::{Matrix, MatrixSink, fill, in_order};
use isokron::engine::spill::InMemory;
use isokron::study::WindowOf;

use crate::oracle::hand::{Hand, ask};
use crate::partial::World;

/// Origin, destination, times at both percentiles, and on foot.
type Pair = (usize, usize, [Option<u32>; 2], Option<u32>);

#[derive(Default)]
struct Pairs(Vec<Pair>);

impl MatrixSink for Pairs {
    fn push(
        &mut self,
        from: usize,
        time: impl Fn(usize, usize) -> Option<u32>,
        walk: impl Fn(usize) -> Option<u32>,
    ) -> Result<()> {
        self.0.extend((0..2).map(|to| (from, to, [time(to, 0), time(to, 1)], walk(to))));
        Ok(())
    }
}

/// A minute's walk to A, the trip of 08:00, two minutes' walk from B at 08:10 to place 0; to place 1 two hours from B,
/// or five minutes on foot all the way.
/// The 30th and 90th percentiles of 60 times are the 18th and 54th.
fn pairs(of: WindowOf, from: &str, to: &str) -> Vec<Pair> {
    let mut town = Hand::new("town", "Europe/Stockholm");
    town.trip("one", "A 08:00 B 08:10");
    let case = ask(vec![town.feed], "2025-05-14", from, to);
    let case = case.access(0, "A", 60).egress("B", 0, 120).egress("B", 1, 7200).direct(0, 1, 300);
    let World { study, lands, ground, asked, .. } = &World::new(&case, of);
    assert_eq!(study.access.percentiles, [30.0, 90.0]);
    let matrix = Matrix { study, region: &lands[0], ground, asked, twins: &[] };
    let mut found = Pairs::default();
    fill(matrix, &in_order(matrix), &mut found, &InMemory, &Quiet).expect("nobody stops it");
    found.0
}

/// Who leaves at 07:58:00 and k seconds is there at 08:12, after 840 − k seconds: 781 to 840 in all.
#[test]
fn departures_by_hand() {
    let found = pairs(WindowOf::Departures, "07:58", "07:59");
    assert_eq!(found, [(0, 0, [Some(798), Some(834)], None), (0, 1, [Some(300), Some(300)], Some(300))]);
}

/// Who must be there at 08:12:00 and k seconds leaves at 07:59:00, 780 + k seconds before: 780 to 839 in all.
#[test]
fn arrivals_by_hand() {
    let found = pairs(WindowOf::Arrivals, "08:12", "08:13");
    assert_eq!(found, [(0, 0, [Some(797), Some(833)], None), (0, 1, [Some(300), Some(300)], Some(300))]);
}
