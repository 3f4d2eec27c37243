//! Edits of a small timetable whose results are worked out by hand; edits and their inverses; edits that are wrong.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use isokron::base::NONE;
use isokron::base::diagnostics::Diagnostics;
use isokron::base::error::Error;
use isokron::inputs::raw::*;
use isokron::network::format::{Reader, Writer};
use isokron::network::timetable::build;
use isokron::network::transit::{
    ALIGHT, BICYCLES_UNKNOWN_OR_YES, BOARD, FREQUENCY, InSeatTransfer, Timetable,
};
use isokron::scenario::written::parse;
use isokron::scenario::{EditedTimetable, Given, edit_timetable};
use isokron::study::*;

/// 2025-03-04, days since 1970-01-01: 55 years of 365 days, 14 leap days, 31 + 28 + 3 days.
const DAY: i32 = 55 * 365 + 14 + 62;
const H: i32 = 3600;

/// Stops A to D in a row, 0.01° of the equator apart (1,113.195 m).
/// Route R: t1 A→D at 8:00, back as t2 at 8:30, t3 A→D at 9:00, one block; 5 min a hop, 1 min at B and C.
/// Route F: f1 A→C by frequencies, 2 × 200 s, 6:00 to 8:00 every 20 min.
fn town() -> RawFeed {
    let mut feed = RawFeed { name: "bus".into(), ..RawFeed::default() };
    feed.agencies.push(RawAgency { timezone: "Europe/Stockholm".into(), ..RawAgency::default() });
    for (i, id) in ["A", "B", "C", "D", "E"].into_iter().enumerate() {
        let lon_lat = Some((i as f64 / 100.0, 0.0));
        feed.stops.push(RawStop { id: id.into(), name: format!("Stop {id}"), lon_lat, ..RawStop::default() });
    }
    for id in ["R", "F"] {
        feed.routes.push(RawRoute { id: id.into(), route_type: 3, ..RawRoute::default() });
    }
    feed.services.push("daily".into());
    let date = jiff::civil::date(2025, 3, 4);
    feed.calendar_dates.push(RawCalendarDate { service: 0, date, added: true, line: 0 });
    let mut trip = |id: &str, route: u32, block: &str, calls: &[(u32, i32, i32)]| {
        let trip = feed.trips.len() as u32;
        feed.trips.push(RawTrip {
            id: id.into(),
            route,
            headsign: format!("to {}", calls[calls.len() - 1].0),
            block_id: block.into(),
            ..RawTrip::default()
        });
        for (sequence, &(stop, arrives, departs)) in calls.iter().enumerate() {
            feed.stop_times.push(RawStopTime {
                trip,
                stop,
                sequence: sequence as u32,
                arrival_s: Some(arrives),
                departure_s: Some(departs),
                ..RawStopTime::default()
            });
        }
    };
    let along = |stops: [u32; 4], start: i32| {
        [0, 360, 720, 1080]
            .into_iter()
            .zip(stops)
            .map(|(t, stop)| match t {
                0 => (stop, start, start),
                1080 => (stop, start + 1020, start + 1020),
                _ => (stop, start + t - 60, start + t),
            })
            .collect::<Vec<_>>()
    };
    trip("t1", 0, "b", &along([0, 1, 2, 3], 8 * H));
    trip("t2", 0, "b", &along([3, 2, 1, 0], 8 * H + 1800));
    trip("t3", 0, "b", &along([0, 1, 2, 3], 9 * H));
    trip("f1", 1, "", &[(0, 0, 0), (1, 200, 200), (2, 400, 400)]);
    feed.frequencies.push(RawFrequency {
        trip: 3,
        start_s: 6 * H,
        end_s: 8 * H,
        headway_s: 1200,
        exact: true,
        line: 0,
    });
    feed.transfers.push(RawTransfer {
        from_stop: Some(2),
        to_stop: Some(2),
        from_trip: Some(3),
        to_trip: Some(2),
        transfer_type: 1,
        ..RawTransfer::default()
    });
    feed
}

/// Trips of before that are gone or otherwise now, and trips of now that are new or otherwise than before: by route,
/// days, block, times, stops and runs.
fn differing(base: &Timetable, edited: &EditedTimetable) -> (Vec<u32>, Vec<u32>) {
    let now = &edited.timetable;
    let same = |old: usize, new: usize| {
        let (a, b) = (base.trips[old], now.trips[new]);
        (a.route, a.block, a.flags) == (b.route, b.block, b.flags)
            && base.services.row(a.service as usize) == now.services.row(b.service as usize)
            && base.calls.row(old) == now.calls.row(new)
            && base.shifts.row(old) == now.shifts.row(new)
    };
    let kept = |trip: &usize| {
        let old = edited.came_from[*trip];
        (old != NONE && same(old as usize, *trip)).then_some(old)
    };
    let all: Vec<Option<u32>> = (0..now.trips.len()).map(|trip| kept(&trip)).collect();
    let gone = (0..base.trips.len() as u32).filter(|old| !all.contains(&Some(*old))).collect();
    (gone, (0..all.len() as u32).filter(|&trip| all[trip as usize].is_none()).collect())
}

fn base() -> Timetable {
    build(&[town()], true, &mut Diagnostics::default())
}

/// The edits of a study, written as one would.
pub fn edits(text: &str) -> Vec<PlacedEdit> {
    let study = "[study]\nname = \"s\"\n[network]\ngtfs = [\"bus.zip\"]\n[cells]\nfile = \"c.csv\"\n[[period]]\nname = \"p\"\n\
                 date = 2025-03-04\ndepart = \"07:00/08:00\"\n[[scenario]]\nname = \"a\"\n";
    let edits: String = text.split(';').map(|edit| format!("[[scenario.edit]]\n{}\n", edit.trim())).collect();
    match parse(&format!("{study}{edits}"), "study.toml", Path::new(".")) {
        Ok(study) => study.scenarios[0].edits.clone(),
        Err(error) => panic!("{error}"),
    }
}

pub fn given<'g>(feeds: &'g [(&'g Path, Timetable)]) -> Given<'g> {
    Given { days: &[DAY - 1, DAY, DAY + 1], dates: &[DAY], zone: "Europe/Stockholm", feeds }
}

fn edited(text: &str) -> EditedTimetable {
    let base = base();
    match edit_timetable(&base, &edits(text), &given(&[])) {
        Ok(edited) => {
            sound(&base, &edited);
            edited
        }
        Err(error) => panic!("{error}"),
    }
}

fn refused(text: &str) -> String {
    match edit_timetable(&base(), &edits(text), &given(&[])) {
        Err(Error::Input(problems)) => {
            problems.iter().map(|p| format!("{}: {} -> {}\n", p.place, p.what, p.remedy)).collect()
        }
        other => panic!("{other:?}"),
    }
}

/// What must hold of every timetable after edits.
pub fn sound(base: &Timetable, edited: &EditedTimetable) {
    let EditedTimetable { timetable: t, came_from, .. } = edited;
    assert_eq!(
        (t.trips.len(), t.calls.len(), t.shifts.len()),
        (t.trip_ids.len(), t.trips.len(), t.trips.len())
    );
    assert_eq!((t.headsigns.len(), came_from.len()), (t.trips.len(), t.trips.len()));
    let stops = t.stops.ids.len();
    for length in [t.stops.names.len(), t.stops.feed.len(), t.stops.lon.len(), t.stops.lat.len()] {
        assert_eq!(length, stops);
    }
    assert_eq!((t.stops.station.len(), t.stops.called.len()), (stops, stops));
    assert!(base.stops.ids.iter().zip(t.stops.ids.iter()).all(|(old, new)| old == new));
    assert_eq!((t.route_ids.len(), t.route_names.len()), (t.routes.len(), t.routes.len()));
    let mut called = vec![0; stops];
    for (n, trip) in t.trips.iter().enumerate() {
        assert!((trip.route as usize) < t.routes.len() && (trip.service as usize) < t.services.len());
        let (calls, shifts) = (t.calls.row(n), t.shifts.row(n));
        assert!(calls.len() >= 2 && !shifts.is_empty());
        assert!(trip.flags & FREQUENCY != 0 || shifts == [0], "only frequency trips are shifted");
        assert!(trip.flags & FREQUENCY == 0 || trip.block == NONE);
        assert!(calls.iter().all(|call| call.arrival_s <= call.departure_s || call.stop == calls[0].stop));
        assert!(calls.windows(2).all(|pair| pair[0].departure_s <= pair[1].arrival_s), "times never fall");
        calls.iter().for_each(|call| called[call.stop as usize] = 1);
    }
    assert_eq!(t.stops.called, called);
    let trips = t.trips.len() as u32;
    let trip = |trip: u32| trip == NONE || trip < trips;
    assert!(t.rules.iter().all(|rule| trip(rule.from_trip) && trip(rule.to_trip)));
    assert!(t.joins.iter().all(|join| join.from_trip < trips && join.to_trip < trips));
    assert!(t.services.rows().all(|days| days.is_sorted()));
    // What a file of the cache must pass.
    let mut writer = Writer::default();
    t.write(&mut writer);
    let reader = Reader::open(Arc::new(writer.finish().bytes())).expect("whole");
    let read = Timetable::read(&reader).expect("every index is in its table");
    assert_eq!((read.calls, read.trips, read.rules), (t.calls.clone(), t.trips.clone(), t.rules.clone()));
}

/// A trip's calls as "A 0 0, B 5 6": minutes after `from_s`; seconds where they are no whole minutes.
fn shown(t: &Timetable, trip: usize, from_s: i32) -> String {
    let minutes = |s: i32| match (s - from_s) % 60 {
        0 => ((s - from_s) / 60).to_string(),
        _ => format!("{}s", s - from_s),
    };
    let call = |call: &isokron::network::transit::Call| {
        let times = [call.arrival_s, call.departure_s].map(minutes).join(" ");
        format!("{} {times}", t.stops.ids.get(call.stop as usize))
    };
    t.calls.row(trip).iter().map(call).collect::<Vec<_>>().join(", ")
}

fn trips(t: &Timetable) -> Vec<&str> {
    t.trip_ids.iter().collect()
}

#[test]
fn nothing_asked_nothing_changed() {
    let base = base();
    let edited = edit_timetable(&base, &[], &given(&[])).unwrap();
    assert_eq!((&edited.timetable, edited.came_from.as_slice()), (&base, &[0, 1, 2, 3][..]));
    assert_eq!(shown(&base, 0, 8 * H), "A 0 0, B 5 6, C 11 12, D 17 17");
    assert_eq!(base.shifts.row(3).iter().map(|s| s / 60).collect::<Vec<_>>(), [360, 380, 400, 420, 440, 460]);
}

#[test]
fn shifts() {
    let there = edited("kind = \"shift\"\nroutes = [\"R\", \"bus:F\"]\nby_s = 60");
    assert_eq!(shown(&there.timetable, 0, 8 * H), "A 1 1, B 6 7, C 12 13, D 18 18");
    assert_eq!(there.timetable.shifts.row(3)[0], 6 * H + 60);
    assert_eq!(there.reports[0].trips_changed, 4);
    let back = edited(
        "kind = \"shift\"\nroutes = [\"R\", \"F\"]\nby_s = 60; kind = \"shift\"\nroutes = [\"R\", \"F\"]\nby_s = -60",
    );
    assert_eq!(back.timetable, base());
    // Of f1 only the runs of 7:00, 7:20 and 7:40: it becomes two, and so does the rule that names it.
    let part = edited("kind = \"shift\"\nroute = \"F\"\nfrom = \"07:00\"\nto = \"26:00\"\nby_s = 300");
    assert_eq!(differing(&base(), &part), (vec![3], vec![3, 4]));
    let t = &part.timetable;
    assert_eq!((trips(t).join(" "), part.came_from), ("t1 t2 t3 f1 f1".into(), vec![0, 1, 2, 3, 3]));
    assert_eq!(t.shifts.row(3).iter().map(|s| s / 60).collect::<Vec<_>>(), [360, 380, 400]);
    assert_eq!(t.shifts.row(4).iter().map(|s| s / 60).collect::<Vec<_>>(), [425, 445, 465]);
    assert_eq!(t.rules.iter().map(|r| (r.from_trip, r.to_trip)).collect::<Vec<_>>(), [(3, 2), (4, 2)]);
}

#[test]
fn removed_trips_leave_no_seat_across_the_gap() {
    let gone = edited("kind = \"remove_trips\"\ntrips = [\"t2\"]");
    let t = &gone.timetable;
    assert_eq!((trips(t).join(" "), gone.came_from), ("t1 t3 f1".into(), vec![0, 2, 3]));
    // t1 ends at D, t3 begins at A: nobody stays seated from the one into the other.
    assert_eq!(t.joins, [InSeatTransfer { from_trip: 0, to_trip: 1, stay: 0 }]);
    assert_eq!((t.rules[0].from_trip, t.rules[0].to_trip), (2, 1));
    let report = &gone.reports[0];
    // 3 hops of 1,113.195 m (0.01° of 6,378,137 m), 17 minutes.
    assert_eq!((report.trips_removed, report.before.runs, report.after.runs), (1, 1, 0));
    assert!((report.before.vehicle_km - 3.339585).abs() < 1e-5, "{report:?}");
    assert!((report.before.vehicle_h - 17.0 / 60.0).abs() < 1e-9);
    assert_eq!((report.routes.join(" "), report.stops_left.len()), ("bus:R".to_string(), 0));
    // The whole route: three runs of 17 minutes become two; the sum over routes is the same, for there is one.
    let service = &report.services[0];
    assert_eq!((report.services.len(), service.route.as_str()), (1, "bus:R"));
    assert_eq!((service.before.runs, service.after.runs), (3, 2));
    assert!((service.before.vehicle_h - 3.0 * 17.0 / 60.0).abs() < 1e-9, "{service:?}");
    assert!((service.after.vehicle_km - 2.0 * 3.339585).abs() < 1e-5, "{service:?}");
    assert_eq!(report.service(), [service.before, service.after]);
    // The night is cut: the runs of f1 from 7:20 on, and t3; what is over by then stays.
    let night = edited(
        "kind = \"remove_trips\"\nfrom = \"07:20\"\nto = \"08:00\"; kind = \"remove_trips\"\nfrom = \"09:00\"",
    );
    let t = &night.timetable;
    assert_eq!(trips(t).join(" "), "t1 t2 f1");
    assert_eq!(t.shifts.row(2).iter().map(|s| s / 60).collect::<Vec<_>>(), [360, 380, 400, 420]);
    assert!(t.rules.is_empty() && t.joins.is_empty());
}

#[test]
fn basic_types_mean_extended_ones() {
    let mut base = base();
    base.routes[0].route_type = 701;
    base.routes[1].route_type = 900;
    let gone = |types: &str| {
        let edit = edits(&format!("kind = \"remove_trips\"\nroute_types = [{types}]"));
        edit_timetable(&base, &edit, &given(&[])).map(|edited| trips(&edited.timetable).join(" "))
    };
    assert_eq!(gone("3").unwrap(), "f1");
    assert_eq!(gone("0").unwrap(), "t1 t2 t3");
    assert_eq!(gone("900").unwrap(), "t1 t2 t3");
    assert!(gone("1, 700").is_err());
}

#[test]
fn removed_routes_and_stops() {
    let gone = edited("kind = \"remove_routes\"\nroute = \"R\"");
    assert_eq!(
        (trips(&gone.timetable).join(" "), gone.timetable.stops.called),
        ("f1".into(), vec![1, 1, 1, 0, 0].into())
    );
    assert_eq!(gone.reports[0].stops_left, ["bus:D"]);
    // B is passed: its minute and half a minute more are gained; C, the end of f1, shortens it.
    let less = edited("kind = \"remove_stops\"\nstops = [\"B\"]\nseconds_saved = 30");
    assert_eq!(shown(&less.timetable, 0, 8 * H), "A 0 0, C 570s 630s, D 930s 930s");
    assert_eq!(shown(&less.timetable, 3, 0), "A 0 0, C 370s 370s");
    // Without A, t1 begins at B when it did; without B and C f1 has one stop and goes.
    let head = edited("kind = \"remove_stops\"\nstops = [\"A\"]\nroute = \"R\"");
    assert_eq!(shown(&head.timetable, 0, 8 * H), "B 5 6, C 11 12, D 17 17");
    let short = edited("kind = \"remove_stops\"\nstops = [\"B\", \"C\"]\nroute = \"F\"");
    assert_eq!((trips(&short.timetable).join(" "), short.reports[0].trips_removed), ("t1 t2 t3".into(), 1));
}

#[test]
fn speeds() {
    // 5 min → 150 s.
    let fast = edited("kind = \"set_speed\"\nroute = \"R\"\nscale = 2");
    assert_eq!(shown(&fast.timetable, 0, 8 * H), "A 0 0, B 150s 210s, C 6 7, D 570s 570s");
    let back = edited(
        "kind = \"set_speed\"\nroute = \"R\"\nscale = 2; kind = \"set_speed\"\nroute = \"R\"\nscale = 0.5",
    );
    assert_eq!(back.timetable, base());
    let hop = edited("kind = \"set_speed\"\nfeeds = [\"bus\"]\nscale = 0.5\nhops = [[\"B\", \"C\"]]");
    assert_eq!(shown(&hop.timetable, 0, 8 * H), "A 0 0, B 5 6, C 16 17, D 22 22");
    assert_eq!(
        shown(&hop.timetable, 1, 8 * H),
        "D 30 30, C 35 36, B 41 42, A 47 47",
        "the way back is another hop"
    );
    let dwells = edited("kind = \"set_speed\"\nroute_types = [3]\nscale = 2\nscale_dwells = true");
    assert_eq!(shown(&dwells.timetable, 0, 8 * H), "A 0 0, B 150s 3, C 330s 6, D 510s 510s");
}

#[test]
fn dwells() {
    let long = edited("kind = \"set_dwell\"\nstops = [\"B\"]\ndwell_s = 120");
    assert_eq!(shown(&long.timetable, 0, 8 * H), "A 0 0, B 5 7, C 12 13, D 18 18");
    assert_eq!(shown(&long.timetable, 3, 0), "A 0 0, B 200s 320s, C 520s 520s");
    let none = edited("kind = \"set_dwell\"\nroute = \"R\"\nscale = 0");
    assert_eq!(shown(&none.timetable, 1, 8 * H), "D 30 30, C 35 35, B 40 40, A 45 45");
}

#[test]
fn lines_come_and_go() {
    let line = "kind = \"add_line\"\nid = \"T\"\nname = \"Tram\"\nroute_type = 0\nstops = [\"A\", { id = \"N\", lon = 0.02, lat = 0.01 }, \"D\"]\n\
                hop_s = [100, 200]\ndwell_s = 20\nheadways = [{ from = \"06:00\", to = \"07:00\", headway_s = 1800 }]";
    let new = edited(line);
    let t = &new.timetable;
    assert_eq!(trips(t).join(" "), "t1 t2 t3 f1 T_out T_back");
    assert_eq!(differing(&base(), &new), (vec![], vec![4, 5]));
    assert_eq!(new.stops_to_link(&base()), [5], "N is new");
    assert_eq!((new.came_from, new.moved_stops.len()), (vec![0, 1, 2, 3, NONE, NONE], 0));
    assert_eq!(shown(t, 4, 0), "A 0 0, N 100s 2, D 320s 320s");
    assert_eq!(shown(t, 5, 0), "D 0 0, N 200s 220s, A 320s 320s");
    assert_eq!((t.shifts.row(4), t.shifts.row(5)), (&[6 * H, 6 * H + 1800][..], &[6 * H, 6 * H + 1800][..]));
    assert_eq!((t.headsigns.get(4), t.routes[2].route_type, t.route_names.get(2)), ("Stop D", 0, "Tram"));
    assert_eq!(t.services.row(t.trips[4].service as usize), [DAY - 1, DAY, DAY + 1]);
    assert_eq!((new.reports[0].stops_added.join(" "), new.reports[0].after.runs), ("bus:N".to_string(), 4));
    // Of known stops alone, and removed again: nothing is left of it. 1,113.195 m at 20 km/h: 200.4 s.
    let line = "kind = \"add_line\"\nid = \"T\"\nstops = [\"A\", \"B\", \"C\"]\nspeed_kmh = 20\ndepartures = [\"07:00\"]\nboth_directions = false";
    let new = edited(line);
    assert_eq!(shown(&new.timetable, 4, 0), "A 0 0, B 201s 201s, C 402s 402s");
    assert_eq!(new.timetable.shifts.row(4), [7 * H]);
    assert_eq!(edited(&format!("{line}; kind = \"remove_routes\"\nroute = \"T\"")).timetable, base());
}

#[test]
fn headways() {
    // All day from the first departure of each direction to the last: A→D 8:00 to 9:00 every 30 min, like the trip
    // nearest to 8:30: both are as near, so the earlier. D→A has one departure.
    let half = edited("kind = \"set_headway\"\nroute = \"R\"\nheadway_s = 1800");
    let t = &half.timetable;
    assert_eq!(trips(t).join(" "), "f1 t1_headway_1 t2_headway_2");
    assert_eq!(t.shifts.row(1), [0, 1800, 3600]);
    assert_eq!(shown(t, 1, 8 * H), "A 0 0, B 5 6, C 11 12, D 17 17");
    assert_eq!(
        (t.shifts.row(2), t.trips[1].block, t.trips[1].flags),
        (&[0][..], NONE, FREQUENCY | BICYCLES_UNKNOWN_OR_YES)
    );
    assert_eq!((half.reports[0].before.runs, half.reports[0].after.runs), (3, 4));
    // By time of day: the runs of 6:00 to 6:40 are replaced, those from 7:00 on stay; the rule holds for those.
    let band = edited(
        "kind = \"set_headway\"\nroute = \"F\"\nheadways = [{ from = \"06:00\", to = \"07:00\", headway_s = 600 }]",
    );
    let t = &band.timetable;
    assert_eq!(trips(t).join(" "), "t1 t2 t3 f1 f1_headway_1");
    assert_eq!(t.shifts.row(3).iter().map(|s| s / 60).collect::<Vec<_>>(), [420, 440, 460]);
    assert_eq!(t.shifts.row(4).iter().map(|s| s / 60).collect::<Vec<_>>(), [360, 370, 380, 390, 400, 410]);
    assert_eq!(t.rules.len(), 1);
    // In two bands, both like the run of 6:20 or 7:20: of six runs those of 6:40 and 7:40 stay, and eight are new.
    let bands = edited(
        "kind = \"set_headway\"\nroutes = [\"F\", \"bus:F\"]\nheadways = [{ from = \"06:00\", to = \"06:40\", headway_s = 600 }, \
         { from = \"07:00\", to = \"07:40\", headway_s = 600 }]",
    );
    let report = &bands.reports[0];
    assert_eq!((report.before.runs, report.after.runs), (6, 10));
    assert_eq!((report.trips_added, report.trips_removed, report.trips_changed), (1, 0, 1));
    assert_eq!(bands.timetable.shifts.row(3).iter().map(|s| s / 60).collect::<Vec<_>>(), [400, 460]);
    let only = edited(
        "kind = \"set_headway\"\nroute = \"F\"\nretain_outside = false\nheadways = [{ from = \"06:00\", to = \"06:20\", headway_s = 600 }]",
    );
    assert_eq!(only.timetable.shifts.row(3).iter().map(|s| s / 60).collect::<Vec<_>>(), [360, 370]);
    let named = edited("kind = \"set_headway\"\nroute = \"R\"\nheadway_s = 1800\ntemplates = [\"t3\"]");
    // The way back has no template and stays; 8:00 to 9:00 like t3, which leaves at 9:00.
    assert_eq!(trips(&named.timetable).join(" "), "t2 f1 t3_headway_1");
    assert_eq!(named.timetable.shifts.row(2), [-3600, -1800, 0]);
}

#[test]
fn other_ways() {
    // A → E → D in place of A → B → C → D: 4 + 1 + 6 min, so D at 11 instead of 17.
    let way = edited(
        "kind = \"reroute\"\ntrips = [\"t1\"]\nfrom_stop = \"A\"\nto_stop = \"D\"\nstops = [\"E\"]\nhop_s = [240, 360]\ndwell_s = 60",
    );
    assert_eq!(shown(&way.timetable, 0, 8 * H), "A 0 0, E 4 5, D 11 11");
    assert_eq!(way.stops_to_link(&base()), [4], "E is called at for the first time");
    assert!(way.timetable.joins.is_empty(), "it ends where it did, and goes on as t2");
    // The tail: after C to E. It ends elsewhere, so nobody stays seated into t2.
    let tail =
        edited("kind = \"reroute\"\ntrips = [\"t1\"]\nfrom_stop = \"C\"\nstops = [\"E\"]\nhop_s = [120]");
    assert_eq!(shown(&tail.timetable, 0, 8 * H), "A 0 0, B 5 6, C 11 12, E 14 14");
    assert_eq!(tail.timetable.joins, [InSeatTransfer { from_trip: 0, to_trip: 1, stay: 0 }]);
    let head = edited(
        "kind = \"reroute\"\nroute = \"F\"\nto_stop = \"B\"\nstops = [\"D\", \"E\"]\nhop_s = [60, 60]\ndwell_s = 30",
    );
    assert_eq!(shown(&head.timetable, 3, 0), "D 50s 50s, E 110s 140s, B 200s 200s, C 400s 400s");
    let longer = edited("kind = \"extend\"\nroute = \"F\"\nafter = \"C\"\nstops = [\"D\"]\nspeed_kmh = 20");
    assert_eq!(shown(&longer.timetable, 3, 0), "A 0 0, B 200s 200s, C 400s 400s, D 601s 601s");
    let before = edited("kind = \"extend\"\nroute = \"F\"\nbefore = \"A\"\nstops = [\"D\"]\nhop_s = [60]");
    assert_eq!(shown(&before.timetable, 3, 0), "D -1 -1, A 0 0, B 200s 200s, C 400s 400s");
    // And back again.
    let both = "kind = \"extend\"\nroute = \"F\"\nafter = \"C\"\nstops = [\"D\"]\nhop_s = [60]; kind = \"cut_short\"\nroute = \"F\"\nend_at = \"C\"";
    assert_eq!(edited(both).timetable, base());
    // Only those from A to C: not t2, which comes the other way.
    let cut = edited("kind = \"cut_short\"\nend_at = \"C\"\nvia = [\"A\", \"C\"]");
    assert_eq!(shown(&cut.timetable, 0, 8 * H), "A 0 0, B 5 6, C 11 12");
    assert_eq!(shown(&cut.timetable, 1, 8 * H), "D 30 30, C 35 36, B 41 42, A 47 47");
    assert_eq!((cut.reports[0].trips_changed, cut.timetable.joins.len()), (2, 1));
}

#[test]
fn stops_change() {
    let moved = edited("kind = \"move_stop\"\nstop = \"B\"\nlon = 0.5\nlat = 0.25");
    assert_eq!(
        (moved.moved_stops, moved.timetable.stops.lon[1], moved.timetable.stops.lat[1]),
        (vec![1], 0.5, 0.25)
    );
    assert_eq!(moved.reports[0].stops_moved, ["bus:B"]);
    let closed = edited("kind = \"set_pickup_dropoff\"\nstops = [\"B\"]\nroute = \"R\"\npickup = false");
    let flags =
        |trip: usize| closed.timetable.calls.row(trip).iter().map(|call| call.flags).collect::<Vec<_>>();
    assert_eq!(flags(0), [BOARD | ALIGHT, ALIGHT, BOARD | ALIGHT, BOARD | ALIGHT]);
    assert_eq!(flags(3), [BOARD | ALIGHT; 3]);
}

#[test]
fn feeds() {
    let base = base();
    let mut more = town();
    more.name = "new".into();
    more.stops[1].lon_lat = Some((0.3, 0.0));
    more.stops.push(RawStop { id: "Z".into(), ..RawStop::default() });
    let more = build(&[more], true, &mut Diagnostics::default());
    let path = PathBuf::from("new.zip");
    let feeds = [(path.as_path(), more)];
    let added =
        edit_timetable(&base, &edits("kind = \"add_feed\"\nfile = \"new.zip\""), &given(&feeds)).unwrap();
    sound(&base, &added);
    // As if both had been read together.
    let mut second = town();
    second.name = "new".into();
    second.stops[1].lon_lat = Some((0.3, 0.0));
    second.stops.push(RawStop { id: "Z".into(), ..RawStop::default() });
    let both = build(&[town(), second], true, &mut Diagnostics::default());
    assert!(added.timetable.stops.lon[10].is_nan());
    let mut timetable = added.timetable.clone();
    let mut both = both;
    for t in [&mut timetable, &mut both] {
        // NaN is not equal to itself.
        t.stops.lon.iter_mut().chain(t.stops.lat.iter_mut()).filter(|x| x.is_nan()).for_each(|x| *x = 99.0);
    }
    assert_eq!(timetable, both);
    let replaced = edit_timetable(
        &base,
        &edits("kind = \"replace_feed\"\nfeed = \"bus\"\nfile = \"new.zip\""),
        &given(&feeds),
    )
    .unwrap();
    sound(&base, &replaced);
    let t = &replaced.timetable;
    assert_eq!((trips(t).join(" "), replaced.came_from), ("t1 t2 t3 f1".into(), vec![NONE; 4]));
    assert_eq!((t.stops.ids.len(), t.routes.len(), replaced.moved_stops), (6, 2, vec![1]));
    assert_eq!((t.rules.len(), t.feeds.len()), (1, 1));
    assert_eq!(shown(t, 0, 8 * H), "A 0 0, B 5 6, C 11 12, D 17 17");
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let said = refused(
        "kind = \"shift\"\nroute = \"Rr\"\nby_s = 60; kind = \"remove_stops\"\nstops = [\"Stop C\"]; \
         kind = \"remove_trips\"\ntrips = [\"t9\"]; kind = \"remove_trips\"\nfrom = \"20:00\"; \
         kind = \"set_speed\"\nroute = \"R\"\nscale = 2\nhops = [[\"A\", \"C\"]]",
    );
    assert_eq!(
        said,
        "study.toml:13:1: shift names route \"Rr\", which there is none of -> did you mean R?\n\
         study.toml:17:1: remove_stops names stop \"Stop C\", which there is none of -> write its id: C (Stop C)\n\
         study.toml:20:1: remove_trips names trip \"t9\", which there is none of -> did you mean t1 or t2 or t3?\n\
         study.toml:23:1: remove_trips matches no trip -> look at the routes, trips, headsigns and times of day that it names\n\
         study.toml:26:1: set_speed names the hop A → C, which no trip that it is for makes -> hops go from each stop to \
         the next, in the order of travel\n"
    );
    // What a wrong edit would have made is not missed a second time.
    let said = refused(
        "kind = \"add_line\"\nid = \"T\"\nstops = [\"A\", \"Q\"]\nhop_s = [60]\ndepartures = [\"07:00\"]; kind = \"remove_routes\"\nroute = \"T\"",
    );
    assert_eq!(said.lines().count(), 1, "{said}");
}
