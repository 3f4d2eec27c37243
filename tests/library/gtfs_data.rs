//! The feeds of `../shared/data`: facts that their READMEs state, counted there by another program.

use std::path::PathBuf;

use isokron::base::diagnostics::Diagnostics;
use isokron::base::executor::Quiet;
use isokron::base::units::clock;
use isokron::inputs::gtfs;
use isokron::inputs::raw::RawFeed;
use isokron::network::calendar::{date_of, day_number, service_day_start, wall};
use isokron::network::span::{best_date, hours, service_span, trips_on};
use isokron::network::timetable::build;
use isokron::network::transit::{FREQUENCY_INEXACT, Timetable};
use jiff::civil::{Date, date};

use crate::common;

fn read(rel: &str) -> (RawFeed, Diagnostics) {
    let path = common::data(rel);
    let mut diagnostics = Diagnostics::default();
    let feed = gtfs::read(&path, &mut diagnostics, &Quiet).unwrap_or_else(|error| panic!("{error}"));
    (feed, diagnostics)
}

fn timetable(rel: &str) -> (Timetable, Diagnostics) {
    let (feed, mut diagnostics) = read(rel);
    let timetable = build(&[feed], true, &mut diagnostics);
    assert!(timetable.calls.rows().all(|calls| calls.len() >= 2 && falls_never(calls)), "{rel}");
    (timetable, diagnostics)
}

fn falls_never(calls: &[isokron::network::transit::Call]) -> bool {
    let times: Vec<i32> = calls.iter().flat_map(|call| [call.arrival_s, call.departure_s]).collect();
    times.is_sorted()
}

/// Stops, routes, trips, stop times.
fn sizes(feed: &RawFeed) -> [usize; 4] {
    [feed.stops.len(), feed.routes.len(), feed.trips.len(), feed.stop_times.len()]
}

fn on(timetable: &Timetable, day: Date) -> usize {
    trips_on(timetable, 0, day_number(day))
}

fn span(timetable: &Timetable) -> (Date, Date, Date, usize) {
    let span = service_span(timetable, 0).expect("it runs");
    let day = |day| date_of(day).expect("a date");
    (day(span.first), day(span.last), day(span.best), span.trips)
}

/// Path; stops, routes, trips, stop times; trips on some dates.
type Facts<'f> = (&'f str, [usize; 4], &'f [(Date, usize)]);

#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn sizes_of_the_real_feeds() {
    // Stops, routes, trips, stop times; trips in the timetable on a date. Only what can run is in the timetable.
    let feeds: [Facts; 15] = [
        (
            "porto_alegre/poa_eptc.zip",
            [3986, 115, 2374, 130_019],
            &[(date(2019, 5, 13), 2374), (date(2019, 5, 1), 1053), (date(2019, 5, 12), 0)],
        ),
        (
            "porto_alegre/poa_trensurb.zip",
            [24, 2, 1248, 14_855],
            &[(date(2019, 5, 13), 529), (date(2019, 5, 18), 416), (date(2019, 5, 19), 303)],
        ),
        ("porto/porto_stcp.zip", [2504, 73, 12_950, 460_898], &[(date(2024, 10, 8), 5751)]),
        ("porto/porto_metro.zip", [85, 7, 2939, 64_285], &[(date(2024, 10, 8), 1151)]),
        (
            "porto/portugal_cp_rail_2026.zip",
            [454, 182, 1899, 31_473],
            &[(date(2026, 9, 15), 1352), (date(2025, 12, 16), 664)],
        ),
        ("newport/newport_bus_gtfs.zip", [5377, 220, 5426, 204_361], &[(date(2024, 3, 5), 5426)]),
        (
            "newport/newport_rail_gtfs.zip",
            [253, 141, 939, 12_082],
            &[(date(2024, 3, 5), 939), (date(2024, 3, 9), 0)],
        ),
        (
            "laquila/laquila_ama_gtfs_2022-09.zip",
            [1059, 30, 1608, 50_194],
            &[(date(2022, 9, 20), 846), (date(2022, 9, 24), 728), (date(2022, 9, 25), 34)],
        ),
        (
            "addison/addison_gtfs.zip",
            [114, 11, 330, 4712],
            &[(date(2016, 3, 3), 142), (date(2016, 11, 15), 113)],
        ),
        ("sao_paulo/spo.zip", [654, 19, 36, 860], &[(date(2019, 5, 13), 36), (date(2019, 5, 12), 35)]),
        // 8 trips of one stop are left out.
        ("helsinki/helsinki_gtfs.zip", [1388, 200, 3195, 62_485], &[(date(2022, 2, 22), 3195 - 8)]),
        (
            "portland/trimet_2routes.zip",
            [103, 2, 2341, 43_813],
            &[(date(2021, 10, 25), 302), (date(2021, 12, 31), 315), (date(2021, 11, 25), 238)],
        ),
        (
            "beatty/google_sample_feed_1.zip",
            [9, 5, 11, 28],
            &[(date(2007, 6, 5), 7), (date(2007, 6, 9), 11), (date(2007, 6, 4), 0)],
        ),
        (
            "kuopio/kuopio_gtfs.zip",
            [1355, 46, 2149, 79_123],
            &[(date(2016, 12, 2), 1167), (date(2017, 3, 15), 1130)],
        ),
        (
            "trondelag/trondelag_atb.zip",
            [3693, 181, 1098, 26_890],
            &[(date(2019, 1, 9), 832), (date(2019, 1, 12), 45), (date(2019, 1, 13), 31)],
        ),
    ];
    for (rel, expected, dates) in feeds {
        let (feed, mut diagnostics) = read(rel);
        assert_eq!(sizes(&feed), expected, "{rel}");
        let timetable = build(&[feed], true, &mut diagnostics);
        for &(day, trips) in dates {
            assert_eq!(on(&timetable, day), trips, "{rel} on {day}");
        }
    }
}

#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn porto_alegre() {
    let (timetable, diagnostics) = timetable("porto_alegre/poa_eptc.zip");
    assert_eq!(diagnostics.total("gtfs_interpolated_time"), 125_271);
    assert_eq!(span(&timetable), (date(2019, 4, 15), date(2019, 7, 15), date(2019, 4, 15), 2374));
    // Trips start 11:20–16:10; the last arrival is at 17:50.
    let (first, last) = hours(&timetable, 0, day_number(date(2019, 5, 13))).expect("it runs");
    assert_eq!((clock(first), clock(last)), ("11:20:00".into(), "17:50:00".into()));
    let starts =
        timetable.calls.rows().filter(|calls| (50_400..54_000).contains(&calls[0].departure_s)).count();
    assert_eq!(starts, 583);
}

#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn two_feeds_together() {
    let (stcp, mut diagnostics) = read("porto/porto_stcp.zip");
    let (metro, _) = read("porto/porto_metro.zip");
    assert_eq!(stcp.transfers.iter().filter(|rule| rule.transfer_type == 3).count(), 460);
    let timetable = build(&[stcp, metro], true, &mut diagnostics);
    assert_eq!(timetable.rules.len(), 460 + 16 + 3);
    let day = isokron::network::calendar::day_number(jiff::civil::date(2024, 10, 8));
    assert_eq!((trips_on(&timetable, 0, day), trips_on(&timetable, 1, day)), (5751, 1151));
    // 28 blocks on 394 trips, all of STCP.
    let blocks: std::collections::BTreeSet<u32> = timetable.trips.iter().map(|trip| trip.block).collect();
    assert_eq!((blocks.len(), blocks.first()), (28 + 1, Some(&0)));
    assert_eq!(timetable.trips.iter().filter(|trip| trip.block != isokron::base::NONE).count(), 394);
    assert_eq!(timetable.zones, ["Europe/Lisbon"]);
}

#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn newport() {
    let (_, diagnostics) = timetable("newport/newport_bus_gtfs.zip");
    assert_eq!(diagnostics.total("gtfs_repeated_trip"), 383);
}

#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn laquila_and_addison() {
    let (timetable, diagnostics) = timetable("laquila/laquila_ama_gtfs_2022-09.zip");
    assert_eq!((diagnostics.total("gtfs_repeated_trip"), diagnostics.total("gtfs_phone_ahead")), (4, 8));
    assert_eq!(span(&timetable).1, date(2022, 10, 31));
    let (feed, diagnostics) = read("addison/addison_gtfs.zip");
    // 68.2 % of 4,712 stop times are blank; phone pick-up on 1,312.
    assert_eq!(feed.stop_times.iter().filter(|row| row.departure_s.is_none()).count(), 3215);
    assert_eq!(feed.stop_times.iter().filter(|row| row.pickup_type == 2).count(), 1312);
    assert_eq!((feed.frequencies.len(), diagnostics.total("gtfs_bad_row")), (0, 0));
}

#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn frequencies_of_sao_paulo_helsinki_and_beatty() {
    let (timetable, diagnostics) = timetable("sao_paulo/spo.zip");
    // The agency and the six services stand there twice.
    assert_eq!(diagnostics.total("gtfs_duplicate_id"), 7);
    assert!(timetable.trips.iter().all(|trip| trip.flags & FREQUENCY_INEXACT != 0));
    let runs = |day: Date| -> usize {
        let runs = |service: u32| timetable.services.row(service as usize).contains(&day_number(day));
        let trips = timetable.trips.iter().enumerate().filter(|(_, trip)| runs(trip.service));
        trips.map(|(index, _)| timetable.shifts.row(index).len()).sum()
    };
    assert_eq!(runs(date(2019, 5, 13)), 7948);

    let (helsinki, diagnostics) = self::timetable("helsinki/helsinki_gtfs.zip");
    // 11,463 runs and 1,415 trips, less the 8 trips of one stop: 87 runs of 5 of them, and 3 without bands.
    assert_eq!(helsinki.shifts.values().len(), 11_463 + 1415 - 87 - 3);
    // 620, one of them of a trip of one stop.
    assert_eq!(diagnostics.total("gtfs_overlapping_frequencies"), 619);
    assert_eq!(diagnostics.total("gtfs_trip_too_short"), 8);

    let (beatty, _) = self::timetable("beatty/google_sample_feed_1.zip");
    // STBA every 30 min from 6:00 to before 22:00; CITY1 as its five bands say: 4 + 12 + 12 + 18 + 6.
    let runs = |id: &str| {
        beatty.shifts.row(beatty.trip_ids.iter().position(|trip| trip == id).expect("it is there"))
    };
    assert_eq!((runs("STBA").len(), runs("CITY1").len(), runs("AB1")), (32, 52, &[0][..]));
    assert_eq!(&runs("CITY2")[..3], [-1800, 0, 1800], "CITY2's template departs at 6:30");
}

#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn nordic_feeds() {
    for (rel, sizes_, rules, days) in [
        (
            "norrbotten/norrbotten_2022-06.zip",
            [4444, 186, 1808, 41_631],
            [927, 1720],
            [(date(2022, 6, 24), 1331), (date(2022, 9, 1), 1328)],
        ),
        (
            "norrbotten/norrbotten_2022-12.zip",
            [4374, 175, 1997, 45_329],
            [1105, 1701],
            [(date(2023, 8, 23), 1418); 2],
        ),
    ] {
        let (feed, mut diagnostics) = read(rel);
        assert_eq!(sizes(&feed), sizes_);
        assert_eq!(feed.routes.iter().filter(|route| route.route_type == 700).count(), 132);
        assert!(feed.calendars.iter().all(|calendar| calendar.weekdays == [false; 7]));
        let timetable = build(&[feed], true, &mut diagnostics);
        let of = |kind| timetable.rules.iter().filter(|rule| rule.kind == kind).count();
        assert_eq!([of(1), of(2)], rules);
        assert!(timetable.rules.iter().all(|rule| rule.kind != 1 || rule.from_trip != isokron::base::NONE));
        for (day, trips) in days {
            assert_eq!(on(&timetable, day), trips, "{rel} on {day}");
        }
        assert_eq!(best_date(&timetable, 0), Some((day_number(days[0].0), days[0].1)));
    }
    let (feed, diagnostics) = read("trondelag/trondelag_atb.zip");
    assert!(diagnostics.total("gtfs_not_utf8") > 900);
    assert!(feed.stops.iter().any(|stop| stop.name.contains('ø')), "Latin-1 read as such");
    assert!(feed.stops.iter().all(|stop| !stop.name.contains('\u{fffd}')));
    assert_eq!((feed.calendars.len(), feed.calendar_dates.len(), feed.services.len()), (0, 333, 29));
    assert_eq!(diagnostics.total("gtfs_stops_at_one_place"), 1264);
    let (_, diagnostics) = timetable("kuopio/kuopio_gtfs.zip");
    assert_eq!(diagnostics.total("gtfs_too_slow"), 1, "17:42 to 34:22");
}

/// File → what must be said: a code of the findings, or part of the error.
const BROKEN: [(&str, Result<&str, &str>); 35] = [
    ("bad_calendar_date", Err("leaves no trip")),
    ("bad_date_format", Ok("gtfs_odd_value")),
    ("bad_eol", Ok("gtfs_mixed_line_ends")),
    ("bad_utf8", Ok("gtfs_not_utf8")),
    ("contains_null", Ok("gtfs_nul_byte")),
    ("duplicate_schedule_id", Ok("gtfs_duplicate_id")),
    ("duplicate_stop", Ok("gtfs_stops_at_one_place")),
    ("duplicate_stop_sequence", Ok("gtfs_shared_sequence")),
    ("empty_agency_id", Ok("gtfs_route_without_agency")),
    ("empty_file", Err("agency.txt: is empty")),
    ("extra_row_cells", Ok("gtfs_long_row")),
    ("filter_unusual_trips", Ok("gtfs_repeated_trip")),
    ("flex_badref", Ok("gtfs_no_usable_trip")),
    ("interpolated_stop_times", Ok("gtfs_unknown_route")),
    ("invalid_route_agency", Ok("gtfs_unknown_agency")),
    ("metra_spaces_truncated", Ok("gtfs_trip_without_stop_times")),
    ("missing_agency", Err("agency.txt: is missing")),
    ("missing_calendar", Err("has neither calendar.txt nor calendar_dates.txt")),
    ("missing_column", Ok("gtfs_missing_column")),
    ("missing_departure_time", Ok("gtfs_half_blank_time")),
    ("missing_endpoint_times", Ok("gtfs_untimed_end")),
    ("missing_routes", Err("routes.txt: is missing")),
    ("missing_row_cells", Ok("gtfs_short_row")),
    ("missing_stop_times", Err("stop_times.txt: is missing")),
    ("missing_weekday_column", Ok("gtfs_missing_column")),
    ("negative_stop_sequence", Ok("gtfs_odd_sequence")),
    ("no_stop_times_file", Err("stop_times.txt: is missing")),
    ("r5py_broken", Ok("gtfs_unknown_stop")),
    ("service_without_days", Ok("gtfs_service_never_runs")),
    ("undefined_stop", Ok("gtfs_unknown_stop")),
    ("utf16", Err("stop_times.txt: is UTF-16")),
    ("utf8bom", Ok("gtfs_bom")),
    ("zip_invalid", Err("is not a readable zip file")),
    ("zip_two_feeds_in_folders", Err("holds more than one feed")),
    ("zip_unknown_format", Err("is not a readable zip file")),
];

#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn broken_feeds_are_repaired_or_refused_aloud() {
    for (name, expected) in BROKEN {
        let path = common::data(&format!("feeds/broken/{name}.zip"));
        let mut diagnostics = Diagnostics::default();
        match (gtfs::read(&path, &mut diagnostics, &Quiet), expected) {
            (Ok(feed), Ok(code)) => {
                build(&[feed], true, &mut diagnostics);
                assert!(diagnostics.total(code) > 0, "{name}: {code}");
            }
            (Err(error), Err(part)) => {
                assert_eq!(error.exit_code(), 1);
                assert!(error.to_string().contains(part), "{name}: {error}");
            }
            (Ok(_), Err(part)) => panic!("{name}: read, where {part:?} was expected"),
            (Err(error), Ok(_)) => panic!("{name}: {error}"),
        }
    }
    // Where: undefined_stop's line 11 has NADAR.
    let (_, diagnostics) = read("feeds/broken/undefined_stop.zip");
    let at = diagnostics
        .kept()
        .iter()
        .find(|finding| finding.kind.code == "gtfs_unknown_stop")
        .expect("it was found");
    assert_eq!(
        (at.file.as_str(), at.at.as_str(), at.what.as_str()),
        ("stop_times.txt", "11", "stop NADAR of trip CITY2")
    );
}

#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn every_other_small_feed() {
    let folder = common::data("feeds");
    // No trips in them at all.
    let refused = ["entrances_sydney", "pathways_only", "fares_v2_translink"];
    let idle = ["ctran_flex_fares_v2", "flex_aspen_on_demand", "flex_r5_multipolygon"];
    let mut seen = 0;
    for folder in [folder.clone(), folder.join("mmri"), folder.join("inseat")] {
        let mut zips: Vec<PathBuf> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        zips.retain(|path| path.extension().is_some_and(|ending| ending == "zip"));
        zips.sort();
        for path in zips {
            seen += 1;
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let mut diagnostics = Diagnostics::default();
            match gtfs::read(&path, &mut diagnostics, &Quiet) {
                Err(error) => {
                    assert!(refused.contains(&name.as_str()), "{error}");
                    assert!(error.to_string().contains("has neither calendar.txt"), "{error}");
                }
                Ok(feed) => {
                    assert_eq!(feed.name, name);
                    let timetable = build(&[feed], true, &mut diagnostics);
                    assert_eq!(timetable.trips.is_empty(), idle.contains(&name.as_str()), "{name}");
                    assert_eq!(
                        diagnostics.total("gtfs_no_usable_trip") > 0,
                        timetable.trips.is_empty(),
                        "{name}"
                    );
                }
            }
        }
    }
    assert_eq!(seen, 31 + 15 + 14);
}

#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn facts_of_the_small_feeds() {
    let of = |name: &str| timetable(&format!("feeds/{name}.zip"));
    let (vvs, _) = of("vvs_bus_751");
    assert_eq!([date(2020, 2, 3), date(2020, 2, 8), date(2020, 2, 9)].map(|day| on(&vvs, day)), [73, 34, 22]);

    let (dates, _) = of("calendar_dates_only");
    let days: Vec<i32> = isokron::network::span::trips_by_day(&dates, 0).into_keys().collect();
    assert_eq!(
        days,
        [15, 16, 19, 20]
            .map(|day| day_number(date(2019, 7, day)))
            .into_iter()
            .chain([day_number(date(2019, 8, 1))])
            .collect::<Vec<_>>()
    );

    let (mixture, _) = of("calendar_mixture");
    let counts = [15, 18, 19, 20].map(|day| on(&mixture, date(2017, 9, day)));
    assert_eq!(counts, [1, 2, 1, 0]);

    let (simple, diagnostics) = of("otp_simple");
    // 18.bogus goes back from 23:20 to 00:25; all else of its 34 trips runs; 15.1 ten times.
    assert_eq!((simple.trips.len(), diagnostics.total("gtfs_falling_times")), (33, 1));
    let trip = simple.trip_ids.iter().position(|id| id == "15.1").unwrap();
    assert_eq!(simple.shifts.row(trip).len(), 10);
    let rules: Vec<_> = simple.rules.iter().map(|rule| (rule.kind, rule.min_s)).collect();
    assert_eq!(rules, [(0, 0), (0, 0), (3, 0), (3, 0), (1, 0), (1, 0), (2, 1200)]);

    let (interlining, _) = of("otp_interlining");
    assert_eq!((interlining.joins.len(), interlining.joins[0].stay), (1, 0));

    let (bom, _) = of("tidytransit_sample_feed_bom");
    let (beatty, _) = timetable("beatty/google_sample_feed_1.zip");
    assert_eq!((bom.calls, bom.shifts, bom.services), (beatty.calls, beatty.shifts, beatty.services));

    // One of two times blank: both feeds give the same times.
    let (whole, _) = of("tidytransit_routing");
    let (blank, diagnostics) = of("tidytransit_routing_NA_times");
    assert_eq!(diagnostics.total("gtfs_half_blank_time"), 6);
    assert_eq!(
        whole.calls.values().iter().map(|call| call.stop).collect::<Vec<_>>(),
        blank.calls.values().iter().map(|call| call.stop).collect::<Vec<_>>()
    );

    for name in ["flex_r5_valid", "flex_r5_threestops", "flex_r5_nowindow", "flex_r5_pointstop"] {
        let (timetable, _) = of(name);
        assert_eq!(timetable.trip_ids.iter().collect::<Vec<_>>(), ["SCHED"], "{name}");
    }
    let (ferry, _) = of("null_island_ferry");
    assert_eq!((ferry.stops.lon[0], ferry.stops.lat[0]), (0.0, 0.0), "real there");
    let (folder, _) = of("zip_macosx_folder");
    assert_eq!(folder.trips.len(), 1);
}

#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn the_night_when_clocks_go_forward() {
    let (sample, _) = timetable("feeds/sample_gtfs_feed_0.13.0.zip");
    assert_eq!(sample.zones.len(), 2);
    let trip = sample.trip_ids.iter().position(|id| id == "during-dst-1").unwrap();
    let calls = sample.calls.row(trip);
    let (leaves, arrives) = (calls[0].departure_s, calls[calls.len() - 1].arrival_s);
    assert_eq!((clock(leaves), clock(arrives)), ("25:58:00".into(), "26:03:00".into()));
    // 2019-03-30: 01:58 → 03:03 on the wall of the 31st, and still five minutes.
    let zone = &sample.zones[sample.routes[sample.trips[trip].route as usize].zone as usize];
    let start = service_day_start(zone, date(2019, 3, 30)).unwrap();
    assert_eq!(wall(zone, date(2019, 3, 31), 3600 + 58 * 60), Ok(start + i64::from(leaves)));
    assert_eq!(wall(zone, date(2019, 3, 31), 3 * 3600 + 180), Ok(start + i64::from(arrives)));
    // b-downtown-on-working-days: every 300 s from 8:00, exact; b-outbound every 600 s 15:00–16:00, not exact.
    let of = |id: &str| sample.trip_ids.iter().position(|trip| trip == id).unwrap();
    let first = |id: &str| sample.calls.row(of(id))[0].departure_s + sample.shifts.row(of(id))[0];
    assert_eq!(
        (sample.shifts.row(of("b-downtown-on-working-days")).len(), first("b-downtown-on-working-days")),
        (12, 28_800)
    );
    let inexact = sample.trips.iter().filter(|trip| trip.flags & FREQUENCY_INEXACT != 0).count();
    assert_eq!(inexact, 1);
}

/// In-seat transfers: the same service by block_id and by transfers.txt.
#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn staying_seated_is_written_twice() {
    for name in [
        "full_loops",
        "half_loops",
        "single_continuation",
        "competing_continuations_on_same_day",
        "trip_in_several_blocks",
        "with_other_existing_transfers",
    ] {
        let (blocks, _) = timetable(&format!("feeds/inseat/{name}_blocks.zip"));
        let (transfers, _) = timetable(&format!("feeds/inseat/{name}_transfers.zip"));
        assert!(blocks.trips.iter().any(|trip| trip.block != isokron::base::NONE), "{name}");
        assert!(blocks.joins.is_empty() && transfers.joins.iter().any(|join| join.stay == 1), "{name}");
    }
}
