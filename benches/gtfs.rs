//! Reading a feed and building its timetable: 100,000 stop times made up here, six of seven blank; and a real feed
//! where its data is there.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::{Cursor, Write};

use criterion::{Criterion, criterion_group, criterion_main};
use isokron::base::diagnostics::Diagnostics;
use isokron::base::executor::Quiet;
use isokron::inputs::gtfs::{read, read_bytes};
use isokron::network::timetable::build;
use zip::write::SimpleFileOptions;

mod place;

/// 2,000 trips of 50 stops, every seventh stop timed, the last among them.
fn feed() -> Vec<u8> {
    let mut stops = String::from("stop_id,stop_name,stop_lat,stop_lon\n");
    for stop in 0..500 {
        let _ = writeln!(
            stops,
            "s{stop},Stop {stop},{},{}",
            59.0 + f64::from(stop % 50) / 200.0,
            18.0 + f64::from(stop / 50) / 100.0
        );
    }
    let mut trips = String::from("route_id,service_id,trip_id\n");
    let mut times = String::from("trip_id,arrival_time,departure_time,stop_id,stop_sequence\n");
    for trip in 0..2000u32 {
        let _ = writeln!(trips, "r,w,t{trip}");
        for call in 0..50 {
            let time = 18_000 + 30 * trip + 90 * call;
            let clock = match call % 7 {
                0 => format!("{}:{:02}:{:02}", time / 3600, time / 60 % 60, time % 60),
                _ => String::new(),
            };
            let _ = writeln!(times, "t{trip},{clock},{clock},s{},{call}", trip % 10 * 50 + call);
        }
    }
    let tables = [
        ("agency.txt", "agency_name,agency_timezone\nA,Europe/Stockholm\n".to_string()),
        ("routes.txt", "route_id,route_type\nr,3\n".to_string()),
        ("calendar_dates.txt", "service_id,date,exception_type\nw,20240506,1\n".to_string()),
        ("stops.txt", stops),
        ("trips.txt", trips),
        ("stop_times.txt", times),
    ];
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in tables {
        zip.start_file(name, SimpleFileOptions::default()).expect("a zip in memory");
        zip.write_all(text.as_bytes()).expect("a zip in memory");
    }
    zip.finish().expect("a zip in memory").into_inner()
}

fn gtfs(criterion: &mut Criterion) {
    let zip = feed();
    let read = || read_bytes("f", "f.zip", zip.clone(), &mut Diagnostics::default()).expect("a sound feed");
    criterion.bench_function("gtfs/read 100,000 stop times", |bench| bench.iter(|| black_box(read())));
    let feeds = [read()];
    criterion.bench_function("gtfs/build 100,000 calls", |bench| {
        bench.iter(|| black_box(build(&feeds, true, &mut Diagnostics::default())));
    });
}

/// The largest real feed, if it is there: 460,898 stop times.
fn porto(criterion: &mut Criterion) {
    let Some(path) = place::data("porto/porto_stcp.zip") else { return };
    let read = || read(&path, &mut Diagnostics::default(), &Quiet);
    let Ok(feed) = read() else { return };
    criterion.bench_function("gtfs/read Porto STCP", |bench| bench.iter(|| black_box(read())));
    let feeds = [feed];
    criterion.bench_function("gtfs/build Porto STCP", |bench| {
        bench.iter(|| black_box(build(&feeds, true, &mut Diagnostics::default())));
    });
}

criterion_group! { name = benches; config = Criterion::default().sample_size(10); targets = gtfs, porto }
criterion_main!(benches);
