//! Reading streets, building the network, linking stops and measuring the walks between them: on the smallest
//! real place if its data is there, else on a made-up grid (which has nothing to read).

use std::hint::black_box;
use std::path::PathBuf;

use criterion::{Criterion, criterion_group, criterion_main};
use isokron::base::NONE;
use isokron::base::findings::Findings;
use isokron::base::texts::Texts;
use isokron::base::units::SpeedMmPerS;
use isokron::base::watch::Quiet;
use isokron::inputs::osm;
use isokron::inputs::raw::{RawNode, RawStreets, RawWay};
use isokron::network::links::{Limits, Linked, Linker, walks};
use isokron::network::streets::{self, Streets};
use isokron::network::transit::Stops;

fn file() -> Option<PathBuf> {
    let base = std::env::var_os("ISOKRON_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    Some(base.join("beatty/beatty.osm.pbf")).filter(|path| path.exists())
}

/// 40 × 40 streets, some 110 m apart.
fn grid() -> RawStreets {
    let side = 40;
    let node = |i: u32| RawNode {
        osm_id: i64::from(i),
        lon_e7: (i % side * 10_000) as i32,
        lat_e7: (i / side * 10_000) as i32,
        tags: vec![],
    };
    let way = |i: u32| RawWay {
        osm_id: i64::from(i),
        nodes: if i < side {
            (0..side).map(|x| i * side + x).collect()
        } else {
            (0..side).map(|y| y * side + i - side).collect()
        },
        tags: vec![("highway".into(), "residential".into())],
    };
    RawStreets { nodes: (0..side * side).map(node).collect(), ways: (0..2 * side).map(way).collect() }
}

/// A stop at every tenth junction or so: where edges begin.
fn stops(streets: &Streets) -> Stops {
    let at: Vec<usize> = (0..streets.edges()).step_by(10).map(|e| streets.shape(e as u32).start).collect();
    let degrees = |e7: &[i32]| at.iter().map(|&i| f64::from(e7[i]) / 1e7).collect();
    Stops {
        ids: Texts::default(),
        names: Texts::default(),
        feed: vec![0; at.len()].into(),
        lon: degrees(&streets.shape_lon_e7),
        lat: degrees(&streets.shape_lat_e7),
        station: vec![NONE; at.len()].into(),
        called: vec![1; at.len()].into(),
    }
}

fn bench(criterion: &mut Criterion) {
    let read = |path: &PathBuf| {
        osm::read(std::slice::from_ref(path), &mut Findings::default(), &Quiet).expect("a sound file")
    };
    let raw = match file() {
        Some(path) => {
            criterion.bench_function("streets/read", |b| b.iter(|| read(black_box(&path))));
            read(&path)
        }
        None => grid(),
    };
    let build = || streets::build(black_box(&raw), 40, &mut Findings::default());
    criterion.bench_function("streets/build", |b| b.iter(build));

    let streets = build();
    let table = stops(&streets);
    let link = || {
        let linker = Linker::new(&streets, 1000.0);
        let kept = linker.keep(&table, &mut Findings::default(), &Quiet).expect("nobody stops it");
        linker.link_stops(&kept, &table, &Quiet).expect("nobody stops it")
    };
    criterion.bench_function("streets/link", |b| b.iter(link));

    let (linked, none) = (link(), Linked::default());
    let limits = Limits {
        speed: SpeedMmPerS(1000),
        max_walk_s: 1800,
        max_transfer_walk_s: 900,
        max_direct_walk_s: 1800,
    };
    criterion.bench_function("streets/footpaths", |b| {
        b.iter(|| {
            walks(&streets, &none, &none, true, &linked, &table, limits, &Quiet).expect("nobody stops it")
        })
    });
}

criterion_group!(benches, bench);
criterion_main!(benches);
