//! GTFS reading and timetable building on feeds written here, line by line: every pitfall of the libraries, every
//! repair, every error.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use isokron::base::NONE;
use isokron::base::diagnostics::Diagnostics;
use isokron::base::executor::Quiet;
use isokron::inputs::gtfs;
use isokron::inputs::raw::RawFeed;
use isokron::network::timetable::{build, check_names};
use isokron::network::transit::{
    ALIGHT, BICYCLES_UNKNOWN_OR_YES, BOARD, FREQUENCY, FREQUENCY_INEXACT, InSeatTransfer, Timetable,
};
use zip::write::SimpleFileOptions;

mod faults;

pub use faults::{Dice, mutate};

/// A feed as texts; it begins as two trips over three stops and is changed from there.
#[derive(Clone)]
struct Feed(BTreeMap<String, Vec<u8>>);

impl Feed {
    fn new() -> Self {
        let tables = [
            (
                "agency.txt",
                "agency_id,agency_name,agency_url,agency_timezone\nA,Aa,http://a,Europe/Stockholm\n",
            ),
            (
                "stops.txt",
                "stop_id,stop_name,stop_lat,stop_lon\ns1,One,59.0,18.0\ns2,Two,59.01,18.0\ns3,Three,59.02,18.0\n",
            ),
            ("routes.txt", "route_id,agency_id,route_short_name,route_type\nr,A,1,3\n"),
            ("trips.txt", "route_id,service_id,trip_id\nr,w,t1\nr,w,t2\n"),
            (
                "stop_times.txt",
                "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n\
                 t1,8:00:00,8:00:00,s1,1\nt1,8:10:00,8:11:00,s2,2\nt1,8:20:00,8:20:00,s3,3\n\
                 t2,9:00:00,9:00:00,s3,1\nt2,9:20:00,9:20:00,s1,2\n",
            ),
            (
                "calendar.txt",
                "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n\
                 w,1,1,1,1,1,0,0,20240506,20240512\n",
            ),
        ];
        Feed(tables.iter().map(|(name, text)| (name.to_string(), text.as_bytes().to_vec())).collect())
    }

    fn with(mut self, file: &str, text: impl AsRef<[u8]>) -> Self {
        self.0.insert(file.to_string(), text.as_ref().to_vec());
        self
    }

    fn without(mut self, file: &str) -> Self {
        self.0.remove(file);
        self
    }

    fn stop_times(self, rows: &str) -> Self {
        self.with(
            "stop_times.txt",
            format!("trip_id,arrival_time,departure_time,stop_id,stop_sequence\n{rows}"),
        )
    }

    fn zip(&self) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in &self.0 {
            zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn read(&self) -> (RawFeed, Diagnostics) {
        let mut diagnostics = Diagnostics::default();
        let feed = gtfs::read_bytes("f", "f.zip", self.zip(), &mut diagnostics);
        (feed.unwrap_or_else(|error| panic!("{error}")), diagnostics)
    }

    fn error(&self) -> String {
        let error = gtfs::read_bytes("f", "f.zip", self.zip(), &mut Diagnostics::default()).unwrap_err();
        assert_eq!(error.exit_code(), 1);
        error.to_string()
    }

    fn build(&self) -> (Timetable, Diagnostics) {
        let (feed, mut diagnostics) = self.read();
        (build(&[feed], true, &mut diagnostics), diagnostics)
    }
}

/// `file:line` of the kept findings of a code.
fn places(diagnostics: &Diagnostics, code: &str) -> Vec<String> {
    let of_code = diagnostics.kept().iter().filter(|finding| finding.kind.code == code);
    of_code.map(|finding| format!("{}:{}", finding.file, finding.at)).collect()
}

#[test]
fn a_clean_feed_has_no_findings() {
    let (feed, diagnostics) = Feed::new().read();
    assert_eq!(diagnostics, Diagnostics::default());
    assert_eq!((feed.stops.len(), feed.trips.len(), feed.stop_times.len()), (3, 2, 5));
    assert_eq!(feed.stop_times[1].arrival_s, Some(8 * 3600 + 600));
    assert_eq!((feed.stop_times[4].line, feed.trips[1].line, feed.stops[2].line), (6, 3, 4));
}

#[test]
fn lines_are_physical_whatever_ends_them() {
    // Header, a good stop, a blank line, a name over two lines, a bad latitude on line 6 (after the two-line row).
    let text = "stop_id,stop_name,stop_lat,stop_lon\ns1,One,59.0,18.0\n\ns2,\"Two\nor 2\",59.0,18.1\ns3,Three,912,18.0\n";
    for (ends, name) in [("\n", "LF"), ("\r\n", "CRLF"), ("\r", "CR")] {
        let (feed, diagnostics) = Feed::new().with("stops.txt", text.replace('\n', ends)).read();
        assert_eq!(feed.stops.iter().map(|stop| stop.line).collect::<Vec<_>>(), [2, 4, 6], "{name}");
        assert_eq!(places(&diagnostics, "gtfs_bad_value"), ["stops.txt:6"], "{name}");
        assert_eq!(feed.stops[1].name, "Two or 2");
        assert_eq!(places(&diagnostics, "gtfs_line_break"), ["stops.txt:4"], "{name}");
    }
}

#[test]
fn bytes_that_are_no_utf8() {
    let stops = b"\xEF\xBB\xBFstop_id,stop_name,stop_lat,stop_lon\ns1,\xC5s\xF6,59,18\ns2,B\0ro,59,18.1\ns3,\xC3\x85,59,18.2\n";
    let (feed, diagnostics) = Feed::new().with("stops.txt", stops).read();
    assert_eq!(feed.stops.iter().map(|stop| stop.name.as_str()).collect::<Vec<_>>(), ["Åsö", "Bro", "Å"]);
    assert_eq!(places(&diagnostics, "gtfs_not_utf8"), ["stops.txt:2"]);
    assert_eq!(places(&diagnostics, "gtfs_nul_byte"), ["stops.txt:3"]);
    assert_eq!(places(&diagnostics, "gtfs_bom"), ["stops.txt:1"]);
    let utf16: Vec<u8> = "\u{feff}trip_id".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(Feed::new().with("trips.txt", utf16).error().starts_with("f.zip/trips.txt: is UTF-16"));
    let bare: Vec<u8> = "trip_id".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert!(Feed::new().with("trips.txt", bare).error().starts_with("f.zip/trips.txt: is UTF-16"));
}

#[test]
fn headers_and_row_lengths_are_put_right() {
    let stops = " Stop_ID , STOP_NAME;x,stop_lat,stop_lon,zone\ns1,One,59,18\ns2,Two,59,18.1,z,extra,more\ns3,,59,18.2,z\n";
    let (feed, diagnostics) = Feed::new().with("stops.txt", stops).read();
    assert_eq!(feed.stops.len(), 3);
    assert_eq!(places(&diagnostics, "gtfs_header"), ["stops.txt:1"]);
    assert_eq!(places(&diagnostics, "gtfs_short_row"), ["stops.txt:2"]);
    assert_eq!(places(&diagnostics, "gtfs_long_row"), ["stops.txt:3"]);
    let semicolons = "route_id;route_type;route_long_name\nr;3;Long\n";
    let (feed, diagnostics) = Feed::new().with("routes.txt", semicolons).read();
    assert_eq!((feed.routes[0].long_name.as_str(), diagnostics.total("gtfs_header")), ("Long", 1));
    assert_eq!(feed.routes[0].agency, 0, "the only agency, without a word");
}

/// What makes `gtfs-structures` drop a table or panic costs at most a cell here.
#[test]
fn bad_cells_cost_a_cell() {
    let routes = "route_id,agency_id,route_type,route_color,route_text_color\n\
                  r,A,3,0,#FF0000\nr2,A,1501,åäö,€€\nr3,A,11,,\nr4,A,12,,\nr5,A,42,,\nr6,A,,,\nr7,A,-5,,\nr8,A,99999,,\nr9,A,100,,\n";
    let (feed, diagnostics) = Feed::new().with("routes.txt", routes).read();
    let types: Vec<u16> = feed.routes.iter().map(|route| route.route_type).collect();
    assert_eq!(types, [3, 1501, 11, 12, 42, 3, 3, 3, 100]);
    assert_eq!(places(&diagnostics, "gtfs_blank_value"), ["routes.txt:7"]);
    assert_eq!(places(&diagnostics, "gtfs_bad_value"), ["routes.txt:8", "routes.txt:9"]);

    let trips = "route_id,service_id,trip_id,direction_id,wheelchair_accessible\nr,w,t1,N,x\nr,w,t2,1,\n";
    assert_eq!(Feed::new().with("trips.txt", trips).read().0.trips.len(), 2);

    let stops = "stop_id,stop_lat,stop_lon,location_type\ns1,912,18,9\ns2,nan,18,\ns3,59,inf,0\n";
    let (feed, diagnostics) = Feed::new().with("stops.txt", stops).read();
    assert!(feed.stops.iter().all(|stop| stop.lon_lat.is_none() && stop.location_type == 0));
    assert_eq!(diagnostics.total("gtfs_bad_value"), 4);
    assert_eq!(diagnostics.total("gtfs_stop_without_coordinates"), 3);

    let calendar = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n\
                    w,1,1,1,1,1,,yes,2024-05-06,20240512\nv,1,1,1,1,1,1,1,20240231,20240512\n";
    let (feed, diagnostics) = Feed::new().with("calendar.txt", calendar).read();
    assert_eq!(feed.calendars.len(), 1);
    assert_eq!(feed.calendars[0].weekdays, [true, true, true, true, true, false, false]);
    let counts = ["gtfs_blank_value", "gtfs_bad_value", "gtfs_odd_value", "gtfs_bad_row"];
    assert_eq!(counts.map(|code| diagnostics.total(code)), [1, 1, 1, 1]);
    assert_eq!(places(&diagnostics, "gtfs_bad_row"), ["calendar.txt:3"]);
}

#[test]
fn bad_stop_times_cost_a_cell_or_a_row() {
    let text = "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type,timepoint,shape_dist_traveled\n\
                t1,08:00,08:00:00,s1,-3,0,9,5,0\n\
                t1,8h10,08:99:99,s2,1.0,,,,nan\n\
                t1,9999999:00:00,8:15:00,s2,2,,,,-7\n\
                t1,8:16:00,8:16:00,NADAR,3,,,,\n\
                t1,8:17:00,8:17:00,s2,x,,,,\n\
                t1,8:18:00,8:18:00,s2,2,,,,\n\
                t9,8:00:00,8:00:00,s1,1,,,,\n\
                t1,8:20:00,8:20:00,s3,7,3,2,,12.5\n";
    let (feed, diagnostics) = Feed::new().with("stop_times.txt", text).read();
    let rows: Vec<_> =
        feed.stop_times.iter().map(|row| (row.sequence, row.arrival_s, row.departure_s)).collect();
    let at = |minutes: i32| Some((8 * 60 + minutes) * 60);
    assert_eq!(rows, [(0, at(0), at(0)), (4, None, None), (5, None, at(15)), (10, at(20), at(20))]);
    let last = &feed.stop_times[3];
    assert_eq!((last.pickup_type, last.drop_off_type, last.shape_dist_traveled), (3, 2, Some(12.5)));
    for (code, lines) in [
        ("gtfs_time_without_seconds", vec![2]),
        ("gtfs_bad_time", vec![3, 3, 4]),
        ("gtfs_odd_sequence", vec![2, 3]),
        ("gtfs_bad_sequence", vec![6]),
        ("gtfs_duplicate_sequence", vec![7]),
        ("gtfs_unknown_stop", vec![5]),
        ("gtfs_unknown_trip", vec![8]),
        ("gtfs_bad_pickup_type", vec![2]),
        ("gtfs_bad_distance", vec![3, 4]),
    ] {
        let lines: Vec<String> = lines.iter().map(|line| format!("stop_times.txt:{line}")).collect();
        assert_eq!(places(&diagnostics, code), lines, "{code}");
    }
}

#[test]
fn rows_out_of_order_are_sorted() {
    let rows = "t2,9:20:00,9:20:00,s1,20\nt1,8:20:00,8:20:00,s3,3\nt2,9:00:00,9:00:00,s3,10\nt1,8:00:00,8:00:00,s1,1\n";
    let (feed, _) = Feed::new().stop_times(rows).read();
    let order: Vec<_> = feed.stop_times.iter().map(|row| (row.trip, row.sequence, row.line)).collect();
    assert_eq!(order, [(0, 1, 5), (0, 3, 3), (1, 10, 4), (1, 20, 2)]);
}

#[test]
fn sequences_that_are_there_twice() {
    // s2 shares 10 with s1 but comes later; the second s1 and the early s3 are slips; 11 moves up behind s2.
    let rows = "t1,8:00:00,8:00:00,s1,10\nt1,8:05:00,8:06:00,s2,10\nt1,8:05:00,8:06:00,s2,10\nt1,8:01:00,8:01:00,s3,10\n\
                t1,8:10:00,8:10:00,s3,11\nt1,8:20:00,8:20:00,s1,20\n";
    let (feed, diagnostics) = Feed::new().stop_times(rows).read();
    let order: Vec<_> = feed.stop_times.iter().map(|row| (row.stop, row.sequence, row.line)).collect();
    assert_eq!(order, [(0, 10, 2), (1, 11, 3), (2, 12, 6), (0, 20, 7)]);
    assert_eq!(places(&diagnostics, "gtfs_shared_sequence"), ["stop_times.txt:3"]);
    assert_eq!(places(&diagnostics, "gtfs_duplicate_sequence"), ["stop_times.txt:4", "stop_times.txt:5"]);
}

#[test]
fn references_that_lead_nowhere() {
    let feed = Feed::new()
        .with("stops.txt", "stop_id,stop_lat,stop_lon,location_type,parent_station\ns1,59,18,,gone\ns2,59,18.1,,s1\ns3,59,18.2,,st\nst,59,18.2,1,st\ns1,1,1,,\n")
        .with("routes.txt", "route_id,agency_id,route_type\nr,B,3\nr,A,1\n")
        .with("trips.txt", "route_id,service_id,trip_id\nr,w,t1\nq,w,t2\nr,v,t3\nr,w,t1\n")
        .with("frequencies.txt", "trip_id,start_time,end_time,headway_secs\nt7,8:00:00,9:00:00,600\nt3,8:00:00,9:00:00,600\n")
        .with("transfers.txt", "from_stop_id,to_stop_id,transfer_type\ns1,s9,0\ns1,s2,7\n");
    let (raw, diagnostics) = feed.read();
    for (code, place) in [
        ("gtfs_unknown_parent", "stops.txt:2"),
        ("gtfs_parent_no_station", "stops.txt:3"),
        ("gtfs_unknown_agency", "routes.txt:2"),
        ("gtfs_unknown_route", "trips.txt:3"),
        ("gtfs_unknown_service", "trips.txt:4"),
        ("gtfs_frequency_of_unknown_trip", "frequencies.txt:2"),
        ("gtfs_transfer_of_unknown", "transfers.txt:2"),
    ] {
        assert_eq!(places(&diagnostics, code).first().map(String::as_str), Some(place), "{code}");
    }
    assert_eq!(places(&diagnostics, "gtfs_duplicate_id"), ["stops.txt:6", "routes.txt:3", "trips.txt:5"]);
    assert_eq!(raw.stops.iter().map(|stop| stop.parent).collect::<Vec<_>>(), [None, Some(0), Some(3), None]);
    // The route that is missing is made up.
    assert_eq!((raw.routes.len(), raw.routes[1].id.as_str(), raw.trips[1].route), (2, "q", 1));
    // An unknown type is the ordinary change.
    assert_eq!((raw.transfers.len(), raw.transfers[0].transfer_type), (1, 0));
}

#[test]
fn transfers_keep_their_trips_and_routes() {
    let rules = "from_stop_id,to_stop_id,from_trip_id,to_trip_id,from_route_id,transfer_type,min_transfer_time\n\
                 s3,s3,t1,t2,,1,\n,,t1,t2,,4,\n,,t1,,,5,\ns1,,,,,3,\ns1,s2,,,r,2,90\ns1,s2,,,,2,\ns1,s2,,,r,0,\n";
    let (timetable, diagnostics) = Feed::new().with("transfers.txt", rules).build();
    let rules: Vec<_> = timetable
        .rules
        .iter()
        .map(|r| (r.from_stop, r.to_stop, r.from_trip, r.to_trip, r.from_route))
        .collect();
    assert_eq!(rules, [(2, 2, 0, 1, NONE), (0, 1, NONE, NONE, 0), (0, 1, NONE, NONE, NONE)]);
    let kinds: Vec<_> = timetable.rules.iter().map(|rule| (rule.kind, rule.min_s)).collect();
    assert_eq!(kinds, [(1, 0), (2, 90), (0, 0)]);
    assert_eq!(timetable.joins, [InSeatTransfer { from_trip: 0, to_trip: 1, stay: 1 }]);
    assert_eq!(places(&diagnostics, "gtfs_transfer_without_trips"), ["transfers.txt:4"]);
    assert_eq!(places(&diagnostics, "gtfs_transfer_without_stops"), ["transfers.txt:5"]);
    assert_eq!(places(&diagnostics, "gtfs_transfer_without_time"), ["transfers.txt:7"]);
    assert_eq!(places(&diagnostics, "gtfs_duplicate_transfer"), ["transfers.txt:8"]);
}

#[test]
fn flex_is_counted_and_scheduled_trips_stay() {
    let text = "trip_id,stop_id,location_id,stop_sequence,start_pickup_drop_off_window,end_pickup_drop_off_window,arrival_time,departure_time\n\
                t1,,zone,1,08:00:00,12:00:00,,\nt1,s1,,2,08:00:00,12:00:00,,\n";
    let scheduled = "t2,s1,,1,,,8:00:00,8:00:00\nt2,s2,,2,8:00:00,9:00:00,8:30:00,8:30:00\n";
    let (feed, diagnostics) = Feed::new().with("stop_times.txt", format!("{text}{scheduled}")).read();
    assert_eq!((feed.stop_times.len(), diagnostics.total("gtfs_flex")), (2, 2));
    let (feed, diagnostics) = Feed::new().with("stop_times.txt", text).read();
    assert_eq!((feed.stop_times.len(), diagnostics.total("gtfs_no_usable_trip")), (0, 1));
    // A table for flex alone needs no times and no stops.
    let bare = "trip_id,location_id,stop_sequence\nt1,z,1\nt1,z,2\n";
    assert_eq!(Feed::new().with("stop_times.txt", bare).read().1.total("gtfs_flex"), 2);
}

#[test]
fn optional_tables_may_be_empty_or_odd() {
    let feed = Feed::new()
        .with("calendar_dates.txt", "")
        .with("frequencies.txt", "trip_id,start_time,end_time,headway_secs\n")
        .with("transfers.txt", "\r\n")
        .with("shapes.txt", b"\xFF\xFE\0");
    assert_eq!(feed.read().1, Diagnostics::default());
    let (_, diagnostics) = Feed::new().with("frequencies.txt", "trip,start\nt1,8\n").read();
    assert_eq!(places(&diagnostics, "gtfs_table_unusable"), ["frequencies.txt:1"]);
}

#[test]
fn folders_in_the_zip() {
    let moved = |folder: &str| {
        let tables = Feed::new().0;
        Feed(tables.into_iter().map(|(name, text)| (format!("{folder}/{name}"), text)).collect())
    };
    let mac = moved("My Feed").with("__MACOSX/My Feed/._stops.txt", "x").with("__MACOSX/stops.txt", "x");
    assert_eq!(mac.read().0.stops.len(), 3);
    let mut two = moved("a");
    two.0.extend(moved("b").0);
    assert!(two.error().starts_with("f.zip: holds more than one feed (in a/ and b/)"));
    assert!(Feed(BTreeMap::new()).with("readme.md", "x").error().contains("holds no table of a GTFS feed"));
}

#[test]
fn what_makes_a_feed_unusable() {
    for file in ["agency.txt", "stops.txt", "routes.txt", "trips.txt", "stop_times.txt"] {
        assert!(Feed::new().without(file).error().starts_with(&format!("f.zip/{file}: is missing")));
        assert!(Feed::new().with(file, "\n").error().starts_with(&format!("f.zip/{file}: is empty")));
    }
    assert!(Feed::new().without("calendar.txt").error().starts_with("f.zip: has neither calendar.txt nor"));
    // All at once.
    let both = Feed::new().without("agency.txt").without("calendar.txt").error();
    assert!(both.contains("agency.txt: is missing"), "{both}");
    let zone =
        Feed::new().with("agency.txt", "agency_name,agency_timezone\nA,Europe/Atlantis\nB,US/Pacific\n");
    let error = zone.error();
    assert!(error.starts_with("f.zip/agency.txt:2: agency_timezone \"Europe/Atlantis\""), "{error}");
    assert!(!error.contains("Pacific"));
    let error =
        Feed::new().with("stops.txt", "stop_name\nOne\n").with("routes.txt", "route_type\n3\n").error();
    assert!(error.contains("f.zip/stops.txt: has no column stop_id"), "{error}");
    assert!(error.contains("f.zip/routes.txt: has no column route_id"), "{error}");
    let error = Feed::new().stop_times("t1,8:00:00,8:00:00,s1,1\nt1,8:00:00,8:00:00,s8,2\n").error();
    assert!(
        error.contains("leaves no trip") && error.contains("1 stop times at a stop that stops.txt lacks"),
        "{error}"
    );
}

#[test]
fn files_that_are_no_feed() {
    let read = |path: &std::path::Path| gtfs::read(path, &mut Diagnostics::default(), &Quiet).unwrap_err();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gone.zip");
    let error = read(&path);
    assert_eq!(
        (error.exit_code(), error.to_string().contains("there is no such file")),
        (1, true),
        "{error}"
    );
    std::fs::write(&path, "this is not a zip").unwrap();
    let error = read(&path);
    assert_eq!(
        (error.exit_code(), error.to_string().contains("is not a readable zip file")),
        (1, true),
        "{error}"
    );
    let error = read(folder.path());
    assert_eq!((error.exit_code(), error.to_string().contains("is a folder")), (1, true), "{error}");
    // Cut short: a zip's list of members is at its end.
    let whole = Feed::new().zip();
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(read(&path).exit_code(), 1);
    // Damaged within a member.
    let mut damaged = whole.clone();
    let at = whole.windows(4).position(|bytes| bytes == b"http").unwrap_or(60);
    damaged[at] ^= 0x55;
    std::fs::write(&path, damaged).unwrap();
    assert_eq!(read(&path).exit_code(), 1);
}

#[test]
fn trips_that_cannot_run_are_dropped() {
    let trips = "route_id,service_id,trip_id\nr,w,t1\nr,w,t2\nr,w,t3\nr,w,t4\nr,w,t5\n";
    let rows = "t1,8:00:00,8:00:00,s1,1\n\
                t2,,,s1,1\nt2,9:00:00,9:00:00,s2,2\n\
                t3,9:00:00,9:00:00,s1,1\nt3,8:59:59,8:59:59,s2,2\n\
                t4,9:00:00,9:00:00,s1,1\nt4,9:10:00,,s2,2\n\
                t5,9:00:00,9:00:00,s1,1\nt5,,,s2,2\nt5,9:10:00,9:10:00,s3,3\n";
    let rules =
        "from_stop_id,to_stop_id,from_trip_id,to_trip_id,transfer_type\ns1,s1,t3,t4,3\ns1,s1,t4,t5,3\n";
    let feed = Feed::new().with("trips.txt", trips).stop_times(rows).with("transfers.txt", rules);
    let (timetable, diagnostics) = feed.build();
    assert_eq!(timetable.trip_ids.iter().collect::<Vec<_>>(), ["t4", "t5"]);
    assert_eq!(places(&diagnostics, "gtfs_trip_too_short"), ["stop_times.txt:2"]);
    assert_eq!(places(&diagnostics, "gtfs_untimed_end"), ["stop_times.txt:3"]);
    assert_eq!(places(&diagnostics, "gtfs_falling_times"), ["stop_times.txt:6"]);
    assert_eq!(
        (diagnostics.total("gtfs_half_blank_time"), diagnostics.total("gtfs_interpolated_time")),
        (1, 1)
    );
    // Half the way: stops 0.01° apart on a meridian (Karney's geodesics differ by centimetres): 9:05.
    assert_eq!(timetable.calls.row(1)[1].arrival_s, 9 * 3600 + 300);
    // The rule of a dropped trip goes with it; the other follows its trips.
    assert_eq!(places(&diagnostics, "gtfs_transfer_of_lost_trip"), ["transfers.txt:2"]);
    assert_eq!((timetable.rules.len(), timetable.rules[0].from_trip, timetable.rules[0].to_trip), (1, 0, 1));
}

#[test]
fn frequencies_move_the_template() {
    let bands = "trip_id,start_time,end_time,headway_secs,exact_times\n\
                 t1,10:00:00,10:30:00,600,1\nt1,10:30:00,10:30:01,600,1\nt1,10:10:00,10:11:00,600,1\n\
                 t2,9h,10:00:00,600,0\n";
    let trips = "route_id,service_id,trip_id,block_id\nr,w,t1,b\nr,w,t2,b\nr,w,t3,b\nr,w,t4,b\nr,w,t5,c\n";
    let rows = "t1,7:59:00,8:00:00,s1,1\nt1,8:20:00,8:20:00,s3,3\nt2,9:00:00,9:00:00,s3,1\nt2,9:20:00,9:20:00,s1,2\n\
                t3,9:00:00,9:00:00,s3,1\nt3,9:20:00,9:20:00,s1,2\nt4,10:00:00,10:00:00,s3,1\nt4,10:20:00,10:20:00,s1,2\n\
                t5,10:00:00,10:00:00,s3,1\nt5,10:20:00,10:20:00,s1,2\n";
    let feed = Feed::new().with("frequencies.txt", bands).with("trips.txt", trips).stop_times(rows);
    let (timetable, diagnostics) = feed.build();
    // t1 departs first at 8:00: runs at 10:00, 10:10, 10:20 (10:30 is the end), 10:30; t2's only band is no band.
    assert_eq!(timetable.trip_ids.iter().collect::<Vec<_>>(), ["t1", "t3", "t4", "t5"]);
    assert_eq!(timetable.shifts.row(0), [7200, 7800, 8400, 9000]);
    assert_eq!(timetable.shifts.row(1), [0]);
    assert_eq!(timetable.trips[0].flags, FREQUENCY | BICYCLES_UNKNOWN_OR_YES);
    let blocks: Vec<u32> = timetable.trips.iter().map(|trip| trip.block).collect();
    assert_eq!(blocks, [NONE, 0, 0, 1]);
    assert_eq!(places(&diagnostics, "gtfs_bad_frequency"), ["frequencies.txt:5"]);
    assert_eq!(diagnostics.total("gtfs_frequency_without_runs"), 1);
    assert_eq!(
        (diagnostics.total("gtfs_overlapping_frequencies"), diagnostics.total("gtfs_repeated_run")),
        (1, 1)
    );
    // t5 is t4 once more.
    assert_eq!(places(&diagnostics, "gtfs_repeated_trip"), ["trips.txt:6"]);
    let (timetable, diagnostics) = Feed::new()
        .with("frequencies.txt", "trip_id,start_time,end_time,headway_secs\nt1,10:00:00,10:30:00,600\n")
        .build();
    assert_eq!(timetable.trips[0].flags, FREQUENCY | FREQUENCY_INEXACT | BICYCLES_UNKNOWN_OR_YES);
    assert_eq!(diagnostics.total("gtfs_inexact_frequencies"), 1);
}

#[test]
fn boarding_rules() {
    let text = "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type\n\
                t1,8:00:00,8:00:00,s1,1,,1\nt1,8:10:00,8:10:00,s2,2,2,0\nt1,8:20:00,8:20:00,s3,3,1,3\n";
    let (feed, _) = Feed::new().with("stop_times.txt", text).read();
    let flags = |phone_ahead: bool| -> Vec<u32> {
        let mut diagnostics = Diagnostics::default();
        let timetable = build(std::slice::from_ref(&feed), phone_ahead, &mut diagnostics);
        assert_eq!(diagnostics.total("gtfs_phone_ahead"), 1);
        timetable.calls.row(0).iter().map(|call| call.flags).collect()
    };
    assert_eq!(flags(true), [BOARD, BOARD | ALIGHT, ALIGHT]);
    assert_eq!(flags(false), [BOARD, ALIGHT, ALIGHT]);
}

#[test]
fn several_feeds_and_zones() {
    let agencies =
        "agency_id,agency_name,agency_url,agency_timezone\nA,Aa,u,Europe/Berlin\nB,Bb,u,Europe/Warsaw\n";
    let routes = "route_id,agency_id,route_type\nr,B,3\nx,,3\n";
    let stops = "stop_id,stop_lat,stop_lon,location_type,parent_station\n\
                 s1,59,18,0,st\ns2,59,18.1,,\ns3,59,18.2,,\nst,59,18,1,\nba,59,18,4,s1\n";
    let first = Feed::new().with("agency.txt", agencies).with("routes.txt", routes).with("stops.txt", stops);
    let ((first, mut diagnostics), (second, _)) = (first.read(), Feed::new().read());
    let second = RawFeed { name: "g".into(), ..second };
    assert_eq!(diagnostics.total("gtfs_route_without_agency"), 1);
    let timetable = build(&[first, second], true, &mut diagnostics);
    assert_eq!(timetable.zones, ["Europe/Warsaw", "Europe/Berlin", "Europe/Stockholm"]);
    assert_eq!(timetable.routes.iter().map(|route| route.zone).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(timetable.stops.station, [3, NONE, NONE, NONE, 3, NONE, NONE, NONE]);
    assert_eq!(timetable.stops.called, [1, 1, 1, 0, 0, 1, 1, 1]);
    assert_eq!(timetable.calls.row(2)[0].stop, 5);
    assert_eq!((timetable.trips[2].feed, timetable.trips[2].route, timetable.trips[2].service), (1, 2, 1));
    // Mon 2024-05-06 is day 19,849.
    assert_eq!(timetable.services.row(1), [19849, 19850, 19851, 19852, 19853]);
    assert!(check_names(["f", "g"]).is_ok());
    let error = check_names(["g", "f", "g"]).unwrap_err().to_string();
    assert!(error.contains("2 feeds are named \"g\"") && error.contains("rename"), "{error}");
}

#[test]
fn stops_at_zero() {
    let stops = |other: &str| format!("stop_id,stop_lat,stop_lon\ns1,0,0\ns2,{other}\ns3,0.0,0\n");
    let (feed, diagnostics) = Feed::new().with("stops.txt", stops("59,18")).read();
    assert_eq!((feed.stops[0].lon_lat, diagnostics.total("gtfs_stop_at_zero")), (None, 2));
    let (feed, diagnostics) = Feed::new().with("stops.txt", stops("0.5,-1")).read();
    assert_eq!((feed.stops[0].lon_lat, diagnostics.total("gtfs_stop_at_zero")), (Some((0.0, 0.0)), 0));
}

#[test]
fn odd_hops_are_doubted() {
    // 0.01° of latitude is 1.11 km: 13 km/h allowed in 5 minutes; 111 km in 2 minutes is a flight.
    let stops = "stop_id,stop_lat,stop_lon\ns1,59,18\ns2,60,18\ns3,60.01,18\n";
    let rows = "t1,8:00:00,8:00:00,s1,1\nt1,8:02:00,8:02:00,s2,2\nt1,23:00:00,23:00:00,s3,3\n";
    let (_, diagnostics) = Feed::new().with("stops.txt", stops).stop_times(rows).build();
    assert_eq!(places(&diagnostics, "gtfs_too_fast"), ["stop_times.txt:3"]);
    assert_eq!(places(&diagnostics, "gtfs_too_slow"), ["stop_times.txt:4"]);
}
