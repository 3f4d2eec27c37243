//! A failing case made smaller: pieces are taken away one after another for as long as the test still fails.

use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::Case;
use super::random::{Size, askable, make};

/// Random cases of a size.
#[derive(Clone, Copy, Debug)]
pub struct Cases(pub Size);

impl Strategy for Cases {
    type Tree = Tree;
    type Value = Case;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let seed = proptest::num::u64::ANY.new_tree(runner)?.current();
        Ok(Tree::new(make(seed, self.0)))
    }
}

/// The smallest failing case so far, and the one that is being tried.
#[derive(Clone, Debug)]
pub struct Tree {
    best: Case,
    tried: Case,
    cuts: Vec<Cut>,
    next: usize,
    /// Whether some cut held since the list was begun: then it is worth another round.
    held: bool,
}

impl Tree {
    fn new(case: Case) -> Self {
        Tree { cuts: cuts(&case), tried: case.clone(), best: case, next: 0, held: false }
    }

    /// Tries the next cut of `best`; false when none is left.
    fn advance(&mut self) -> bool {
        loop {
            let Some(cut) = self.cuts.get(self.next).copied() else {
                if !self.held {
                    self.tried = self.best.clone();
                    return false;
                }
                (self.cuts, self.next, self.held) = (cuts(&self.best), 0, false);
                continue;
            };
            self.next += 1;
            let mut tried = self.best.clone();
            cut_off(&mut tried, cut);
            if tried != self.best {
                self.tried = tried;
                return true;
            }
        }
    }
}

impl ValueTree for Tree {
    type Value = Case;

    fn current(&self) -> Case {
        self.tried.clone()
    }

    /// What is being tried fails, so it is the best so far.
    fn simplify(&mut self) -> bool {
        self.held |= self.best != self.tried;
        self.best = self.tried.clone();
        self.advance()
    }

    /// What is being tried does not fail: back to the best.
    fn complicate(&mut self) -> bool {
        self.advance()
    }
}

/// Something to take away. Each list is gone through from its end, so that the numbers before stay right.
#[derive(Clone, Copy, Debug)]
enum Cut {
    Feed(usize),
    Origins(u32),
    Destinations(u32),
    Trip(usize, usize),
    TransferRule(usize, usize),
    Frequency(usize, usize),
    StopTime(usize, usize),
    Plain(usize, usize),
    Untie(usize, usize),
    Access(usize),
    Egress(usize),
    Transfer(usize),
    Direct(usize),
    WindowEnd(i32),
    WindowStart(i32),
    Exact,
    AnyRides,
    NoSlack,
}

fn cuts(case: &Case) -> Vec<Cut> {
    let mut cuts = Vec::new();
    let feeds = case.feeds.len();
    cuts.extend((0..feeds).rev().map(Cut::Feed));
    cuts.extend([1, 2, 4, 8, 16, 33, 64].map(Cut::Origins));
    cuts.extend([1, 2, 4, 8].map(Cut::Destinations));
    for f in (0..feeds).rev() {
        let feed = &case.feeds[f];
        cuts.extend((0..feed.trips.len()).rev().map(|i| Cut::Trip(f, i)));
        cuts.extend((0..feed.transfers.len()).rev().map(|i| Cut::TransferRule(f, i)));
        cuts.extend((0..feed.frequencies.len()).rev().map(|i| Cut::Frequency(f, i)));
    }
    cuts.extend([1, 2, 8, 32, 128].map(Cut::WindowEnd));
    cuts.extend([128, 32, 8, 2, 1].map(Cut::WindowStart));
    for f in (0..feeds).rev() {
        let feed = &case.feeds[f];
        cuts.extend((0..feed.stop_times.len()).rev().map(|i| Cut::StopTime(f, i)));
        cuts.extend((0..feed.stop_times.len()).rev().map(|i| Cut::Plain(f, i)));
        cuts.extend((0..feed.trips.len()).rev().map(|i| Cut::Untie(f, i)));
    }
    cuts.extend((0..case.ways.access.len()).rev().map(Cut::Access));
    cuts.extend((0..case.ways.egress.len()).rev().map(Cut::Egress));
    cuts.extend((0..case.ways.transfers.len()).rev().map(Cut::Transfer));
    cuts.extend((0..case.ways.direct.len()).rev().map(Cut::Direct));
    cuts.extend([Cut::Exact, Cut::AnyRides, Cut::NoSlack]);
    cuts
}

fn cut_off(case: &mut Case, cut: Cut) {
    let asked = case.query.clone();
    let ways = &mut case.ways;
    match cut {
        Cut::Feed(f) => {
            for trip in (0..case.feeds[f].trips.len()).rev() {
                drop_trip(case, f, trip);
            }
        }
        Cut::Trip(f, trip) if trip < case.feeds[f].trips.len() => drop_trip(case, f, trip),
        Cut::TransferRule(f, i) if i < case.feeds[f].transfers.len() => {
            case.feeds[f].transfers.remove(i);
        }
        Cut::Frequency(f, i) if i < case.feeds[f].frequencies.len() => {
            case.feeds[f].frequencies.remove(i);
        }
        Cut::StopTime(f, i) if i < case.feeds[f].stop_times.len() => {
            let trip = case.feeds[f].stop_times[i].trip;
            if case.feeds[f].stop_times.iter().filter(|r| r.trip == trip).count() > 2 {
                case.feeds[f].stop_times.remove(i);
            }
        }
        Cut::Plain(f, i) if i < case.feeds[f].stop_times.len() => {
            let row = &mut case.feeds[f].stop_times[i];
            (row.pickup_type, row.drop_off_type, row.shape_dist_traveled) = (0, 0, None);
        }
        Cut::Untie(f, i) if i < case.feeds[f].trips.len() => case.feeds[f].trips[i].block_id.clear(),
        Cut::Origins(n) if n < ways.origins => {
            ways.origins = n;
            ways.access.retain(|k, _| k.0 < n);
            ways.direct.retain(|k, _| k.0 < n);
        }
        Cut::Destinations(n) if n < ways.destinations => {
            ways.destinations = n;
            ways.egress.retain(|k, _| k.1 < n);
            ways.direct.retain(|k, _| k.1 < n);
        }
        Cut::Access(i) => drop_walk(&mut ways.access, i),
        Cut::Egress(i) => drop_walk(&mut ways.egress, i),
        Cut::Transfer(i) => drop_walk(&mut ways.transfers, i),
        Cut::Direct(i) => drop_walk(&mut ways.direct, i),
        Cut::WindowEnd(length) if case.query.end_s - case.query.start_s > length => {
            case.query.end_s = case.query.start_s + length;
        }
        Cut::WindowStart(s) if case.query.end_s - case.query.start_s > s => case.query.start_s += s,
        Cut::Exact => case.query.every_s = 1,
        Cut::AnyRides => case.query.max_rides = None,
        Cut::NoSlack => (case.query.board_slack_s, case.query.transfer_slack_s) = (0, 0),
        _ => {}
    }
    // On the night of a clock change a cut may lead to a wall time that does not exist or a window of hours.
    if !askable(&case.query) {
        case.query = asked;
    }
}

fn drop_walk(legs: &mut std::collections::BTreeMap<(u32, u32), u32>, i: usize) {
    if let Some(key) = legs.keys().nth(i).copied() {
        legs.remove(&key);
    }
}

/// Takes a trip and all that names it away and closes the numbering.
fn drop_trip(case: &mut Case, feed: usize, trip: usize) {
    let feed = &mut case.feeds[feed];
    let gone = trip as u32;
    feed.trips.remove(trip);
    let close = |t: &mut u32| *t -= u32::from(*t > gone);
    feed.stop_times.retain(|r| r.trip != gone);
    feed.stop_times.iter_mut().for_each(|r| close(&mut r.trip));
    feed.frequencies.retain(|r| r.trip != gone);
    feed.frequencies.iter_mut().for_each(|r| close(&mut r.trip));
    feed.transfers.retain(|r| r.from_trip != Some(gone) && r.to_trip != Some(gone));
    for rule in &mut feed.transfers {
        rule.from_trip.iter_mut().for_each(close);
        rule.to_trip.iter_mut().for_each(close);
    }
}
