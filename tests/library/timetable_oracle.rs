//! The engine's timetable against the oracle's own reading of the same plain tables, on random feeds: which trips
//! run, when they call, on which days, and how frequencies shift them.

use isokron::base::diagnostics::Diagnostics;
use isokron::inputs::raw::RawStopTime;
use isokron::network::timetable::build;
use isokron::network::transit::{ALIGHT, BOARD};
use jiff::ToSpan;

use crate::oracle::random::{Size, make};
use crate::oracle::runs;

#[test]
fn the_same_trips_times_and_days() {
    let (mut trips, mut blank) = (0, 0);
    for seed in 0..1500 {
        let case = make(seed, Size::Small);
        let timetable = build(&case.feeds, case.query.phone_ahead, &mut Diagnostics::default());
        let mut next = 0;
        for (f, feed) in case.feeds.iter().enumerate() {
            for (t, trip) in feed.trips.iter().enumerate() {
                let rows: Vec<&RawStopTime> =
                    feed.stop_times.iter().filter(|r| r.trip as usize == t).collect();
                let Some(times) = runs::clock_times(feed, &rows) else { continue };
                let shifts = runs::shifts(feed, t as u32, times[0].1);
                if shifts.is_empty() {
                    continue;
                }
                trips += 1;
                blank += rows.iter().filter(|r| r.arrival_s.or(r.departure_s).is_none()).count();
                let at = format!("seed {seed}, feed {f}, trip {t}\n{case:?}");
                let row = timetable.trips[next];
                assert_eq!((row.feed as usize, timetable.trip_ids.get(next)), (f, trip.id.as_str()), "{at}");
                let calls: Vec<(u32, i64, i64)> = timetable
                    .calls
                    .row(next)
                    .iter()
                    .map(|c| (c.stop, i64::from(c.arrival_s), i64::from(c.departure_s)))
                    .collect();
                let expected: Vec<(u32, i64, i64)> = rows
                    .iter()
                    .zip(&times)
                    .map(|(r, (arrival, departure))| (case.first_stop(f) + r.stop, *arrival, *departure))
                    .collect();
                assert_eq!(calls, expected, "{at}");
                let may = |kind: u8| kind != 1 && (kind != 2 || case.query.phone_ahead);
                for (call, r) in timetable.calls.row(next).iter().zip(&rows) {
                    let open = (call.flags & BOARD != 0, call.flags & ALIGHT != 0);
                    assert_eq!(open, (may(r.pickup_type), may(r.drop_off_type)), "{at}");
                }
                let laid_out: Vec<i64> = timetable.shifts.row(next).iter().map(|s| i64::from(*s)).collect();
                assert_eq!(laid_out, shifts.into_iter().collect::<Vec<_>>(), "{at}");
                for n in -40..40 {
                    let date = case.query.date.checked_add(n.days()).expect("near");
                    let days = date.since((jiff::Unit::Day, jiff::civil::date(1970, 1, 1))).expect("near");
                    let runs = timetable.services.row(row.service as usize).contains(&days.get_days());
                    assert_eq!(runs, runs::runs_on(feed, trip.service, date), "{date} {at}");
                }
                next += 1;
            }
        }
        assert_eq!(next, timetable.trips.len(), "seed {seed}: trips that should not run\n{case:?}");
    }
    println!("{trips} trips, {blank} blank calls");
    assert!(trips > 5000 && blank > 500);
}
