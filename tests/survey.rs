use isokron::base::findings::Findings;
mod common;
#[test]
fn survey() {
    let base = common::data("README.md").unwrap();
    let base = base.parent().unwrap();
    let mut zips = Vec::new();
    let mut stack = vec![base.to_path_buf()];
    while let Some(d) = stack.pop() {
        for e in std::fs::read_dir(d).unwrap() {
            let p = e.unwrap().path();
            if p.is_dir() {
                stack.push(p)
            } else if p.extension().is_some_and(|x| x == "zip") {
                zips.push(p)
            }
        }
    }
    zips.sort();
    for z in zips {
        println!("===== {}", z.strip_prefix(base).unwrap().display());
        let mut f = Findings::default();
        match isokron::inputs::gtfs::read(&z, &mut f) {
            Err(e) => println!("ERROR {e}"),
            Ok(feed) => {
                println!(
                    "{} stops {} routes {} trips {} stop_times {} services",
                    feed.stops.len(),
                    feed.routes.len(),
                    feed.trips.len(),
                    feed.stop_times.len(),
                    feed.services.len()
                );
                let t = isokron::network::timetable::build(&[feed], true, &mut f);
                println!(
                    "timetable: {} trips {} calls {} runs {} rules {} joins; span {:?} {:?}",
                    t.trips.len(),
                    t.calls.values().len(),
                    t.shifts.values().len(),
                    t.rules.len(),
                    t.joins.len(),
                    isokron::network::span::service_span(&t, 0),
                    isokron::network::span::best_date(&t, 0)
                        .map(|(d, n)| (isokron::network::calendar::date_of(d), n))
                );
            }
        }
        for (k, _, n) in f.counts() {
            println!("   {n} {} {}", k.severity.word(), k.code);
        }
        for k in f.kept().iter().take(4) {
            println!("      {}:{} {} {}", k.file, k.at, k.kind.code, k.what);
        }
    }
}
