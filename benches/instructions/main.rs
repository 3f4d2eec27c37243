//! Instructions of the inner loops, counted by callgrind on the demo: a figure that no busy machine moves.
//! `scripts/instructions` starts it; it compares with `benches/instructions.tsv`, or with `--accept` writes that.
//!
//! The program runs itself under valgrind. Callgrind counts within [`measured`] alone, and writes what it has to a
//! file of its own whenever [`counted`] is called: one for each case, in their order.

use std::path::{Path as FilePath, PathBuf};
use std::process::{Command, ExitCode};

use isokron::base::executor::Quiet;
use isokron::engine::swept::Swept;
use isokron::routing::{KernelOptions, SimdLevel};
use isokron::scenario::written::read;

#[path = "../region/clock.rs"]
mod clock;
#[path = "../place/mod.rs"]
mod place;
#[path = "../ridden/mod.rs"]
mod ridden;
mod table;

use clock::cost;
use place::Place;
use ridden::MODES;
use table::{Row, Table};

/// Growth over the committed count that fails, in percent.
const ALLOWED: f64 = 5.0;
/// Neighbouring origins: four batches of 64; under other tools as many as take some time.
const ORIGINS: usize = 256;
const MANY_ORIGINS: usize = 2048;
/// How far one rides, min.
const RIDE_MINUTES: u32 = 60;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let result = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--measure"] => {
            workload(&Place::demo(), ORIGINS);
            rides(&Place::demo_file(), &Place::demo(), ORIGINS).map(|()| true)
        }
        // Another study, for whoever runs this under a tool of their own; with the CPU time of each case.
        ["--measure", file] => {
            let study = read(FilePath::new(file)).map_err(|error| error.to_string());
            study.and_then(|study| {
                let place = Place::built(&study);
                workload(&place, MANY_ORIGINS);
                rides(FilePath::new(file), &place, MANY_ORIGINS).map(|()| true)
            })
        }
        [] => count().and_then(|table| compare(&table)),
        ["--accept"] => count().and_then(|table| {
            table.print();
            table.write(&committed())?;
            println!("written to {}", committed().display());
            Ok(true)
        }),
        _ => Err("scripts/instructions [--accept]".to_string()),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(what) => {
            eprintln!("error: {what}");
            ExitCode::FAILURE
        }
    }
}

fn committed() -> PathBuf {
    FilePath::new(env!("CARGO_MANIFEST_DIR")).join("benches/instructions.tsv")
}

/// Callgrind counts within this function alone.
#[inline(never)]
fn measured(work: &mut dyn FnMut()) {
    work();
    // What comes after keeps this from becoming a jump.
    std::hint::black_box(());
}

/// Callgrind writes its count and begins anew.
#[inline(never)]
fn counted() {
    std::hint::black_box(());
}

/// One case: its name, how often the unit is done in it, and CPU seconds, for the parent.
fn case(what: &str, path: &str, per: &str, units: usize, mut work: impl FnMut()) {
    let (cost, ()) = cost(|| measured(&mut work));
    counted();
    println!("{what}\t{path}\t{per}\t{units}\t{:.9}", cost.cpu_s);
}

/// A study, with and without destinations: what the first lacks of the second is the pass over the cells.
fn workload(place: &Place, origins: usize) {
    let nowhere = place.clone().without_destinations();
    let origins = place.middle(origins);
    let reachable = |every_s, max_rides| place.reachable(place.with(every_s, max_rides));
    let exact = reachable(1, None);
    case("unroll the timetable", "any", "all", 1, || drop(place.service(&exact)));
    let service = place.service(&exact);
    case("make the graph", "any", "all", 1, || drop(place.router(&service, exact)));

    for path in paths() {
        let (name, how) = (path.to_string(), KernelOptions::on(path));
        // Every event is visited, so that they can be counted.
        let whole = KernelOptions { reachable: false, ..how };
        let questions = [
            ("every second", exact),
            ("every minute", reachable(60, None)),
            ("four rides", reachable(1, Some(4))),
        ];
        for (what, query) in questions {
            let service = place.service(&query);
            let router = nowhere.router(&service, query);
            let batches = origins.len().div_ceil(router.lanes(how));
            let events = router.size().0 * batches;
            case(&format!("sweep, {what}"), &name, "event", events, || {
                drop(nowhere.access(&router, &query, &origins, whole, &Quiet));
            });
            if what == "four rides" {
                continue;
            }
            let router = place.router(&service, query);
            let cells = place.destinations.points.len() * batches;
            case(&format!("opportunities, {what}"), &name, "cell", cells, || {
                drop(place.access(&router, &query, &origins, how, &Quiet));
            });
            case(&format!("median times, {what}"), &name, "cell", cells, || {
                drop(place.medians(&router, &query, &origins, how));
            });
        }
    }
}

/// Rides and drives from origins to all destinations, by the hierarchy of streets: bicycles, for whom turns cost nothing,
/// and cars, for whom they do.
fn rides(file: &FilePath, place: &Place, origins: usize) -> Result<(), String> {
    let origins = place.middle(origins);
    for mode in MODES {
        let times = ridden::times(file, mode, RIDE_MINUTES)?;
        for path in paths() {
            let swept = Swept::new(&times, path, &Quiet).map_err(|error| error.to_string())?;
            case(&format!("sweep of streets, {mode}"), &path.to_string(), "origin", origins.len(), || {
                times.all_within(|limit_s, _| {
                    swept.each(&origins, limit_s, |lane, to, seconds| {
                        std::hint::black_box((lane, to, seconds));
                    });
                });
            });
        }
    }
    Ok(())
}

/// The instructions that are counted: portable ones, and AVX2 where the machine has it.
fn paths() -> impl Iterator<Item = SimdLevel> {
    let is_here = |path: &SimdLevel| *path == SimdLevel::Portable || SimdLevel::best() == SimdLevel::Avx2;
    [SimdLevel::Portable, SimdLevel::Avx2].into_iter().filter(is_here)
}

/// Runs the workload under callgrind.
fn count() -> Result<Table, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let out = folder.path().join("count");
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", "--collect-atstart=no"])
        .args(["--toggle-collect=instructions::measured*", "--dump-before=instructions::counted*"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(program)
        .arg("--measure")
        .output()
        .map_err(|error| format!("valgrind: {error} (Debian: apt-get install valgrind)"))?;
    if !run.status.success() {
        return Err(format!("valgrind failed:\n{}", String::from_utf8_lossy(&run.stderr)));
    }
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    let mut rows: Vec<Row> = Vec::new();
    for (i, line) in said.lines().enumerate() {
        let [what, path, per, units, _] = line.split('\t').collect::<Vec<_>>()[..] else {
            return Err(format!("not a case: {line}"));
        };
        let dump = PathBuf::from(format!("{}.{}", out.display(), i + 1));
        let text = std::fs::read_to_string(&dump).map_err(|error| format!("{}: {error}", dump.display()))?;
        let total = text.lines().find_map(|line| line.strip_prefix("totals: ")?.trim().parse::<u64>().ok());
        let mut instructions = total.ok_or_else(|| format!("no total in {}", dump.display()))?;
        // The pass over the cells is what the whole has above the sweep of the same question.
        if let (true, Some((_, query))) = (per == "cell", what.split_once(", ")) {
            let same = |row: &&Row| row.what == format!("sweep, {query}") && row.path == path;
            let sweep = rows.iter().find(same).ok_or("the sweep comes first")?;
            instructions = instructions.saturating_sub(sweep.instructions);
        }
        let units = units.parse().map_err(|_| format!("not a case: {line}"))?;
        rows.push(Row { what: what.into(), path: path.into(), per: per.into(), units, instructions });
    }
    Ok(Table { compiler: compiler()?, rows })
}

/// The compiler that cargo uses here.
fn compiler() -> Result<String, String> {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_string());
    let run = Command::new(&rustc).arg("--version").output().map_err(|error| format!("{rustc}: {error}"))?;
    let version = String::from_utf8_lossy(&run.stdout).trim().to_string();
    Ok(format!("{version}, {}", std::env::consts::ARCH))
}

/// Prints growth; false where a count has grown too much under the same compiler.
fn compare(now: &Table) -> Result<bool, String> {
    now.print();
    let before = Table::read(&committed())?;
    let binding = before.compiler == now.compiler;
    let mut grown = Vec::new();
    println!();
    for row in &now.rows {
        let Some(old) = before.rows.iter().find(|old| old.what == row.what && old.path == row.path) else {
            println!("{} ({}): new", row.what, row.path);
            continue;
        };
        let change = 100.0 * (row.instructions as f64 / old.instructions.max(1) as f64 - 1.0);
        println!("{} ({}): {change:+.2} %", row.what, row.path);
        if change > ALLOWED {
            grown.push(format!("{} ({})", row.what, row.path));
        }
    }
    if !binding {
        println!("\ncounted with {}, committed with {}: for information only", now.compiler, before.compiler);
        return Ok(true);
    }
    if !grown.is_empty() {
        println!("\nmore than {ALLOWED} % above benches/instructions.tsv: {}", grown.join("; "));
        println!("If that is meant: scripts/instructions --accept");
    }
    Ok(grown.is_empty())
}
