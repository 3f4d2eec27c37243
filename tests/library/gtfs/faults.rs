//! Feeds that mislead: marks left open, files twice there, dates far away, zips made to fill the memory. Each is read
//! as GTFS has it, refused with words, or counted with its line; and no byte of a feed ends in a panic.

use std::sync::atomic::{AtomicUsize, Ordering};

use isokron::base::error::Error;
use isokron::base::executor::Executor;

use super::*;

fn names(feed: &RawFeed) -> Vec<(&str, &str)> {
    feed.stops.iter().map(|stop| (stop.id.as_str(), stop.name.as_str())).collect()
}

#[test]
fn an_open_mark_swallows_no_row() {
    let header = "stop_id,stop_name,stop_lat,stop_lon\n";
    for (rows, wanted, code, line) in [
        // Never closed; closed by a mark of the next row; by one of the last row; in the middle of a cell.
        ("s1,\"One,59,18\ns2,Two,59.1,18\ns3,Three,59.2,18\n", "One", "gtfs_open_quote", "stops.txt:2"),
        ("s1,\"One,59,18\ns2,\"Two\",59.1,18\ns3,Three,59.2,18\n", "One", "gtfs_open_quote", "stops.txt:2"),
        ("s1,\"One,59,18\ns2,Two,59.1,18\ns3,\"Three\",59.2,18\n", "One", "gtfs_open_quote", "stops.txt:2"),
        ("s1,O\"ne,59,18\ns2,Two,59.1,18\ns3,Three,59.2,18\n", "O\"ne", "gtfs_stray_quote", "stops.txt:2"),
        // The doubled mark is part of the text, so that the first one is open.
        (
            "s1,\"The \"\"One\"\",59,18\ns2,Two,59.1,18\ns3,Three,59.2,18\n",
            "The \"One\"",
            "gtfs_open_quote",
            "stops.txt:2",
        ),
        // Closed by a mark further on in the line: cut at every comma, for that makes a whole row.
        ("s1,\"One,59,18\"x\ns2,Two,59.1,18\ns3,Three,59.2,18\n", "One", "gtfs_stray_quote", "stops.txt:2"),
    ] {
        for ends in ["\n", "\r\n", "\r"] {
            let text = format!("{header}{rows}").replace('\n', ends);
            let (feed, diagnostics) = Feed::new().with("stops.txt", text).read();
            assert_eq!(names(&feed), [("s1", wanted), ("s2", "Two"), ("s3", "Three")], "{rows}");
            assert_eq!(places(&diagnostics, code), [line], "{rows}");
            assert_eq!(feed.stops[1].lon_lat, Some((18.0, 59.1)), "{rows}");
        }
    }
}

#[test]
fn marks_at_the_end_of_rows_and_files() {
    // The mark is in the last column, of the last row, without an end of line; and in another table.
    let stops = "stop_id,stop_lat,stop_lon,stop_name\ns1,59,18,\"One\ns2,59.1,18,Two\ns3,59.2,18,\"Three";
    let (feed, diagnostics) = Feed::new().with("stops.txt", stops).read();
    assert_eq!(names(&feed), [("s1", "One"), ("s2", "Two"), ("s3", "Three")]);
    assert_eq!(places(&diagnostics, "gtfs_open_quote"), ["stops.txt:2", "stops.txt:4"]);
    let times = "trip_id,arrival_time,departure_time,stop_id,stop_sequence,stop_headsign\n\
                 t1,8:00:00,8:00:00,s1,1,\"x\nt1,8:10:00,8:10:00,s2,2,\nt1,8:20:00,8:20:00,s3,3,\"\n";
    let (feed, diagnostics) = Feed::new().with("stop_times.txt", times).read();
    assert_eq!(feed.stop_times.len(), 3);
    assert_eq!(places(&diagnostics, "gtfs_open_quote"), ["stop_times.txt:2", "stop_times.txt:4"]);
    // A comma within a text that is not closed: its cells cannot be told apart, and the row goes, counted.
    let stops =
        "stop_id,stop_name,stop_lat,stop_lon\ns1,\"One, the first,59,18\ns2,Two,59.1,18\ns3,Three,59.2,18\n";
    let (feed, diagnostics) = Feed::new().with("stops.txt", stops).read();
    assert_eq!(names(&feed), [("s2", "Two"), ("s3", "Three")]);
    assert_eq!(places(&diagnostics, "gtfs_open_quote_row"), ["stops.txt:2"]);
}

#[test]
fn a_line_break_within_marks_is_put_right() {
    let stops = "\"stop_id\",\"stop_name\",\"stop_lat\",\"stop_lon\"\n\
                 s1,\"One\nof\n\nfour\",59,18\ns2,\"Two\",59.1,18\ns3,\"Three, or\n3\",59.2,18\n";
    let (feed, diagnostics) = Feed::new().with("stops.txt", stops).read();
    assert_eq!(names(&feed), [("s1", "One of  four"), ("s2", "Two"), ("s3", "Three, or 3")]);
    assert_eq!(places(&diagnostics, "gtfs_line_break"), ["stops.txt:2", "stops.txt:7"]);
    assert_eq!(feed.stops.iter().map(|stop| stop.line).collect::<Vec<_>>(), [2, 6, 7]);
    assert_eq!(diagnostics.total("gtfs_header"), 0);
    for (column, code) in [("stop_lat", "gtfs_stray_quote"), ("stop_lon", "gtfs_open_quote")] {
        let open = stops.replacen(&format!("\"{column}\""), &format!("\"{column}"), 1);
        let (feed, diagnostics) = Feed::new().with("stops.txt", open).read();
        assert_eq!(feed.stops.iter().filter(|stop| stop.lon_lat.is_some()).count(), 3, "{column}");
        assert_eq!(places(&diagnostics, code), ["stops.txt:1"], "{column}");
    }
}

/// The zip with a member renamed where it lies and where it is listed; the names are of one length.
fn renamed(feed: &Feed, from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = feed.zip();
    for at in 0..bytes.len() - from.len() {
        if &bytes[at..at + from.len()] == from.as_bytes() {
            bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
        }
    }
    bytes
}

fn read_zip(bytes: Vec<u8>) -> (Result<RawFeed, String>, Diagnostics) {
    let mut diagnostics = Diagnostics::default();
    let feed = gtfs::read_bytes("f", "f.zip", bytes, &mut diagnostics);
    (feed.map_err(|error| error.to_string()), diagnostics)
}

#[test]
fn a_table_that_is_there_twice() {
    let other = "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nt2,7:00:00,7:00:00,s1,1\n";
    let two = Feed::new().with("stop_timeX.txt", other);
    let error = read_zip(renamed(&two, "stop_timeX.txt", "stop_times.txt")).0.unwrap_err();
    assert!(error.starts_with("f.zip/stop_times.txt: is in the zip 2 times: which one counts"), "{error}");
    // Names are case-sensitive: the small one counts, and the other is named.
    let (feed, diagnostics) = Feed::new().with("STOP_TIMES.TXT", other).read();
    assert_eq!(feed.stop_times.len(), 5);
    assert_eq!(places(&diagnostics, "gtfs_file_beside_a_table"), ["STOP_TIMES.TXT:"]);
    // Where none is small, one will do and two will not.
    let capitals = |feed: Feed, name: &str| {
        let text = Feed::new().0["stop_times.txt"].clone();
        feed.without("stop_times.txt").with(name, text)
    };
    let (feed, diagnostics) = capitals(Feed::new(), "Stop_Times.txt").read();
    assert_eq!((feed.stop_times.len(), diagnostics.total("gtfs_file_in_capitals")), (5, 1));
    let error = capitals(Feed::new(), "STOP_TIMES.TXT").with("STOP_times.txt", other).error();
    assert!(error.contains("is in the zip 2 times (STOP_TIMES.TXT, STOP_times.txt)"), "{error}");
    // Rules in another folder are not read, and that is said; a table there makes two feeds.
    let aside = Feed::new().with("extra/transfers.txt", "from_stop_id,to_stop_id,transfer_type\ns1,s2,3\n");
    let (feed, diagnostics) = aside.read();
    assert!(feed.transfers.is_empty());
    assert_eq!(places(&diagnostics, "gtfs_file_in_another_folder"), ["extra/transfers.txt:"]);
    assert!(
        Feed::new()
            .with("old/stop_times.txt", other)
            .error()
            .contains("holds more than one feed (in / and old/)")
    );
}

#[test]
fn dates_far_away_are_dates() {
    let calendar = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n\
                    w,1,1,1,1,1,1,1,20240101,99991231\nx,1,1,1,1,1,1,1,00010101,20240506\n";
    let dates = "service_id,date,exception_type\nw,99991230,2\nx,99991231,1\nx,00010101,1\n";
    let feed = Feed::new().with("calendar.txt", calendar).with("calendar_dates.txt", dates);
    let (timetable, diagnostics) = feed.build();
    assert_eq!(diagnostics.total("gtfs_bad_row"), 0);
    assert_eq!(places(&diagnostics, "gtfs_far_date"), ["calendar.txt:2", "calendar.txt:3"]);
    // 2024-05-06 is day 19849, as 19,849 · 86,400 s = 1,714,953,600 s since 1970 is its midnight.
    for service in [0, 1] {
        let days = timetable.services.row(service);
        assert!(days.binary_search(&19849).is_ok());
        assert_eq!(days.binary_search(&19850).is_ok(), service == 0);
    }
    // Single days are kept wherever they are: 9999-12-31 is 2,932,896 days after 1970-01-01 (Hinnant's algorithm).
    assert_eq!(timetable.services.row(1).last(), Some(&2_932_896));
    // Very many services without an end keep a generation: 500 until 2199 would be 32 million days.
    let mut many = calendar.to_string();
    for service in 0..500 {
        many += &format!("s{service},1,1,1,1,1,1,1,20240101,99991231\n");
    }
    let (timetable, diagnostics) = Feed::new().with("calendar.txt", many).build();
    assert_eq!(diagnostics.total("gtfs_far_date"), 502);
    assert!(timetable.services.values().len() < 502 * 41 * 366);
    assert!(timetable.services.row(0).binary_search(&19850).is_ok());
}

#[test]
fn large_numbers_keep_their_order_or_say_the_limit() {
    let rows = "t1,8:00:00,8:00:00,s1,4999999999\nt1,8:20:00,8:20:00,s3,6000000000\nt1,8:10:00,8:10:00,s2,5000000000.0\n\
                t2,9:00:00,9:00:00,s3,-3\nt2,9:20:00,9:20:00,s1,7\nt2,9:30:00,9:30:00,s2,99999999999999999999\n";
    let (feed, diagnostics) = Feed::new().stop_times(rows).read();
    let order: Vec<_> = feed.stop_times.iter().map(|row| (row.trip, row.stop, row.sequence)).collect();
    assert_eq!(order, [(0, 0, 0), (0, 1, 1), (0, 2, 2), (1, 2, 0), (1, 0, 10)]);
    assert_eq!(diagnostics.total("gtfs_odd_sequence"), 4);
    let said = diagnostics.kept().iter().find(|finding| finding.kind.code == "gtfs_bad_sequence").unwrap();
    assert!(said.what.contains("it takes whole numbers up to 9007199254740992"), "{}", said.what);
    let bands =
        "trip_id,start_time,end_time,headway_secs\nt1,8:00:00,8:01:00,5\nt2,8:00:00,9:00:00,99999999999\n";
    let (feed, diagnostics) = Feed::new().with("frequencies.txt", bands).read();
    assert_eq!((feed.frequencies[0].headway_s, diagnostics.total("gtfs_short_headway")), (5, 1));
    let said = diagnostics.kept().iter().find(|finding| finding.kind.code == "gtfs_bad_value").unwrap();
    assert!(said.what.contains("it takes whole seconds, 0 to 10,000,000"), "{}", said.what);
}

#[test]
fn a_feed_that_unpacks_without_end_is_refused() {
    // 80 MiB of one row, packed to some 80 KiB: above 64 MiB a table may come to 100 times its packed size.
    let row = "t1,8:00:00,8:00:00,s1,1\n";
    let feed = Feed::new().stop_times(&row.repeat((80 << 20) / row.len()));
    let error = feed.error();
    assert!(error.contains("f.zip/stop_times.txt: unpacks to more than 64 MiB"), "{error}");
    // The same rows within the limit are one stop time, written again and again.
    let (feed, diagnostics) =
        Feed::new().stop_times(&format!("{}t1,8:10:00,8:10:00,s2,2\n", row.repeat(100_000))).read();
    assert_eq!((feed.stop_times.len(), diagnostics.total("gtfs_duplicate_sequence")), (2, 99_999));
    // As many departures as would take 400 KB a row.
    let band = |trip: usize| format!("t{trip},0:00:00,27:00:00,1\n");
    let trips: String = (1..=300).map(|trip| format!("r,w,t{trip}\n")).collect();
    let bands: String = (1..=300).map(band).collect();
    let error = Feed::new()
        .with("trips.txt", format!("route_id,service_id,trip_id\n{trips}"))
        .with("frequencies.txt", format!("trip_id,start_time,end_time,headway_secs\n{bands}"))
        .error();
    assert!(error.contains("frequencies.txt: has 29160300 departures a day"), "{error}");
}

#[test]
fn other_kinds_of_files_are_named() {
    for (bytes, words) in [
        (
            &b"\0\0\0\x0d\x0a\x09OSMHeader\x18\x7c"[..],
            "it is an OpenStreetMap extract (PBF), not a GTFS feed\n  → an extract is given as streets",
        ),
        (b"<!DOCTYPE html><html>404</html>", "it is a web page (HTML)"),
        (b"<?xml version='1.0'?><osm/>", "it is an OpenStreetMap extract in XML"),
        (b"7z\xbc\xaf\x27\x1c", "it is a 7z archive"),
        (b"\x1f\x8b\x08\0", "it is packed with gzip"),
        (b"stop_id,stop_name\ns1,One\n", "it is a table as text"),
        (b"{\"type\": \"FeatureCollection\"}", "it is a JSON file"),
    ] {
        let error = read_zip(bytes.to_vec()).0.unwrap_err();
        assert!(error.starts_with("f.zip: is not a readable zip file: ") && error.contains(words), "{error}");
    }
    let bare = |name: &str| Feed(BTreeMap::new()).with(name, "x").error();
    assert!(bare("town.osm.pbf").contains("a zip with an OpenStreetMap extract"));
    assert!(bare("cells.shp").contains("a zip with tables of places"));
    // Packings: the method's number stands at byte 8 of a member, and at byte 10 of its entry in the list.
    for (method, words) in [
        (12, "is packed by bzip2"),
        (14, "is packed by LZMA"),
        (93, "is packed by zstd"),
        (9, "is packed by deflate64"),
    ] {
        let mut bytes = Feed::new().zip();
        patch(&mut bytes, b"PK\x03\x04", 8, method);
        patch(&mut bytes, b"PK\x01\x02", 10, method);
        let error = read_zip(bytes).0.unwrap_err();
        assert!(error.contains(words) && error.contains("zip the tables anew"), "{error}");
    }
    let mut bytes = Feed::new().zip();
    patch(&mut bytes, b"PK\x03\x04", 6, 1);
    patch(&mut bytes, b"PK\x01\x02", 8, 1);
    let error = read_zip(bytes).0.unwrap_err();
    assert!(error.contains("is encrypted") && error.contains("password"), "{error}");
}

/// Writes a byte at a place of every record that begins with `mark`.
fn patch(bytes: &mut [u8], mark: &[u8], at: usize, value: u8) {
    let found: Vec<usize> = (0..bytes.len() - mark.len()).filter(|&i| bytes[i..].starts_with(mark)).collect();
    found.into_iter().for_each(|i| bytes[i + at] = value);
}

#[test]
fn the_caller_can_stop_it_within_a_table() {
    struct After(AtomicUsize);
    impl Executor for After {
        fn cancelled(&self) -> bool {
            self.0.fetch_add(1, Ordering::Relaxed) > 30
        }
    }
    let rows: String = (0..400_000).map(|row| format!("t1,8:00:00,8:00:00,s1,{row}\n")).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f.zip");
    std::fs::write(&path, Feed::new().stop_times(&rows).zip()).unwrap();
    let executor = After(AtomicUsize::new(0));
    let read = gtfs::read(&path, &mut Diagnostics::default(), &executor);
    assert!(matches!(read, Err(Error::Stopped)));
    assert!(executor.0.load(Ordering::Relaxed) < 40);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_refused_before_it_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f.zip");
    if !std::process::Command::new("mkfifo").arg(&path).status().is_ok_and(|status| status.success()) {
        return;
    }
    for error in [
        gtfs::read(&path, &mut Diagnostics::default(), &Quiet).unwrap_err(),
        isokron::inputs::osm::read(std::slice::from_ref(&path), &mut Diagnostics::default(), &Quiet)
            .unwrap_err(),
    ] {
        assert_eq!(error.exit_code(), 1);
        assert!(error.to_string().contains("f.zip: is a pipe or a device, not a file"), "{error}");
    }
}

/// Numbers after Knuth's linear congruence: the same in every run.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n.max(1)
    }
}

/// Changes a few bytes: others in their place, some more, some less, a stretch twice.
pub fn mutate(bytes: &mut Vec<u8>, tokens: &[&[u8]], dice: &mut Dice) {
    for _ in 0..1 + dice.below(3) {
        let at = dice.below(bytes.len());
        let end = (at + 1 + dice.below(20)).min(bytes.len());
        match dice.below(5) {
            0 => bytes[at] = dice.below(256) as u8,
            1 => bytes[at] ^= 1 << dice.below(8),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let twice = bytes[at..end].to_vec();
                bytes.splice(at..at, twice);
            }
            _ => drop(bytes.splice(at..at, tokens[dice.below(tokens.len())].iter().copied())),
        }
        if bytes.is_empty() {
            bytes.push(b'x');
        }
    }
}

#[test]
fn no_byte_of_a_feed_ends_in_a_panic() {
    const TOKENS: [&[u8]; 16] = [
        b"\"",
        b"\"\"",
        b",",
        b"\n",
        b"\r",
        b"\0",
        b"\xff",
        b"-",
        b"99999999999999999999",
        b"1e308",
        b"nan",
        b";",
        b"24:00:00",
        b"999:59:59",
        b"s1",
        b"\xef\xbb\xbf",
    ];
    let whole = Feed::new()
        .with("calendar_dates.txt", "service_id,date,exception_type\nw,20240511,1\nw,20240506,2\n")
        .with(
            "frequencies.txt",
            "trip_id,start_time,end_time,headway_secs,exact_times\nt2,8:00:00,9:00:00,600,1\n",
        )
        .with(
            "transfers.txt",
            "from_stop_id,to_stop_id,transfer_type,min_transfer_time\ns1,s2,2,90\ns3,s3,1,\n",
        );
    let files: Vec<String> = whole.0.keys().cloned().collect();
    let mut dice = Dice(15);
    let (mut read, mut refused) = (0, 0);
    for round in 0..2_000 {
        let bytes = if round % 4 == 0 {
            let mut bytes = whole.zip();
            mutate(&mut bytes, &TOKENS, &mut dice);
            bytes
        } else {
            let mut feed = whole.clone();
            let file = &files[dice.below(files.len())];
            mutate(feed.0.get_mut(file).unwrap(), &TOKENS, &mut dice);
            feed.zip()
        };
        let mut diagnostics = Diagnostics::default();
        match gtfs::read_bytes("f", "f.zip", bytes, &mut diagnostics) {
            Ok(feed) => {
                build(&[feed], true, &mut diagnostics);
                read += 1;
            }
            Err(error) => {
                assert_eq!(error.exit_code(), 1, "{error}");
                refused += 1;
            }
        }
    }
    // Both happen often enough to mean something.
    assert!(read > 500 && refused > 150, "{read} read, {refused} refused");
}
