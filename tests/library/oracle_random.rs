//! The oracle tested on random networks: that they hold what is rare, and that its scan finds the best of all the
//! journeys that there are.

use crate::oracle;
use crate::oracle::{Case, Oracle, random};
use isokron::inputs::raw::RawCalendarDate;
use jiff::ToSpan;
use proptest::prelude::*;

#[test]
fn random_cases_are_rich() {
    // Of 400 networks a fair share shows each rare thing; otherwise the comparisons prove little.
    let mut seen = std::collections::BTreeMap::new();
    for seed in 0..400 {
        let case = random::make(seed, random::Size::Small);
        let all = |case: &Case| -> Vec<_> {
            let oracle = Oracle::new(case);
            (0..case.ways.origins.min(4)).map(|o| oracle.times(o)).collect()
        };
        let list = all(&case);
        let flat: Vec<Option<u32>> = list.iter().flatten().flatten().copied().collect();
        let mut saw = |what: &'static str, is: bool| *seen.entry(what).or_insert(0) += u32::from(is);
        saw("infinite and finite", flat.contains(&None) && flat.iter().any(Option::is_some));
        // What the answer owes to a part: it differs without it.
        let mut owes = |what: &'static str, change: &dyn Fn(&mut Case)| {
            let mut other = case.clone();
            change(&mut other);
            saw(what, all(&other) != list);
        };
        let no_rules = |case: &mut Case, kinds: std::ops::RangeInclusive<u8>| {
            case.feeds.iter_mut().for_each(|f| f.transfers.retain(|r| !kinds.contains(&r.transfer_type)));
        };
        let no_blocks = |case: &mut Case| {
            case.feeds.iter_mut().flat_map(|f| &mut f.trips).for_each(|t| t.block_id.clear());
        };
        owes("rides", &|c| c.query.max_rides = Some(0));
        owes("direct", &|c| c.ways.direct.clear());
        owes("footpaths", &|c| c.ways.transfers.clear());
        owes("changes", &|c| c.query.max_rides = Some(1));
        owes("rides limit", &|c| c.query.max_rides = None);
        owes("slack", &|c| (c.query.board_slack_s, c.query.transfer_slack_s) = (0, 0));
        owes("rules 0", &|c| no_rules(c, 0..=0));
        owes("rules 1", &|c| no_rules(c, 1..=1));
        owes("rules 2", &|c| no_rules(c, 2..=2));
        owes("rules 3", &|c| no_rules(c, 3..=3));
        owes("rules by trip or route", &|c| {
            for feed in &mut c.feeds {
                feed.transfers.retain(|r| {
                    let general =
                        (r.from_trip, r.to_trip, r.from_route, r.to_route) == (None, None, None, None);
                    r.transfer_type > 3 || general
                });
            }
        });
        owes("rules by station", &|c| {
            c.feeds.iter_mut().flat_map(|f| &mut f.stops).for_each(|s| s.parent = None);
        });
        owes("type 4", &|c| no_rules(c, 4..=4));
        owes("type 5", &|c| no_rules(c, 5..=5));
        owes("blocks", &no_blocks);
        owes("frequencies", &|c| c.feeds.iter_mut().for_each(|f| f.frequencies.clear()));
        owes("pick-up", &|c| {
            c.feeds.iter_mut().flat_map(|f| &mut f.stop_times).for_each(|r| r.pickup_type = 0);
        });
        owes("drop-off", &|c| {
            c.feeds.iter_mut().flat_map(|f| &mut f.stop_times).for_each(|r| r.drop_off_type = 0);
        });
        owes("distances along shapes", &|c| {
            c.feeds.iter_mut().flat_map(|f| &mut f.stop_times).for_each(|r| r.shape_dist_traveled = None);
        });
        owes("coordinates", &|c| {
            c.feeds.iter_mut().flat_map(|f| &mut f.stops).for_each(|s| s.lon_lat = None);
        });
        owes("other days", &|c| {
            let dates = [-1, 1].map(|n: i64| c.query.date.checked_add(n.days()).expect("near"));
            for feed in &mut c.feeds {
                for service in 0..feed.services.len() as u32 {
                    feed.calendar_dates.extend(dates.map(|date| RawCalendarDate {
                        service,
                        date,
                        added: false,
                        line: 0,
                    }));
                }
            }
        });
    }
    println!("{seen:#?}");
    for (what, number) in seen {
        let least = match what {
            "rides" => 150,
            "changes" => 60,
            "infinite and finite" => 100,
            "rules 0" | "type 4" | "type 5" => 2,
            _ => 4,
        };
        assert!(number >= least, "{what}: only {number}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn the_scan_finds_the_best_of_all_journeys(case in random::tiny_case()) {
        let oracle = Oracle::new(&case);
        for origin in 0..case.ways.origins {
            for leave in oracle.departures().into_iter().step_by(3) {
                if let Some(brute) = oracle::brute::from(&case, origin, leave) {
                    prop_assert_eq!(oracle.from(origin, leave), brute, "origin {} at {}", origin, leave);
                }
            }
        }
    }
}
