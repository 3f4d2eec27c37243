//! Reading streets, building the network, linking stops and measuring the walks between them and from cells: on the
//! demo town, and on the smallest real place where its data is there.

use std::hint::black_box;
use std::path::PathBuf;

use criterion::{Criterion, criterion_group, criterion_main};
use isokron::base::NONE;
use isokron::base::diagnostics::Diagnostics;
use isokron::base::executor::Quiet;
use isokron::base::ids::EdgeId;
use isokron::base::strings::StringColumn;
use isokron::base::units::SpeedMmPerS;
use isokron::inputs::osm;
use isokron::network::links::{Limits, LinkRule, Linkage, Linker, legs};
use isokron::network::slopes::WalkLengths;
use isokron::network::streets::{self, Streets};
use isokron::network::transit::Stops;

mod place;

/// A stop at every tenth junction or so: where edges begin.
fn stops(streets: &Streets) -> Stops {
    let at: Vec<usize> =
        (0..streets.edges()).step_by(10).map(|e| streets.shape(EdgeId(e as u32)).start).collect();
    let degrees = |e7: &[i32]| at.iter().map(|&i| f64::from(e7[i]) / 1e7).collect();
    Stops {
        ids: StringColumn::default(),
        names: StringColumn::default(),
        feed: vec![0; at.len()].into(),
        lon: degrees(&streets.shape_lon_e7),
        lat: degrees(&streets.shape_lat_e7),
        station: vec![NONE; at.len()].into(),
        called: vec![1; at.len()].into(),
    }
}

/// The demo town; and a real one where its data is there.
fn bench(criterion: &mut Criterion) {
    let demo = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/skargard/town.osm.pbf");
    stages(criterion, "streets of skargard", &demo);
    if let Some(path) = place::data("beatty/beatty.osm.pbf") {
        stages(criterion, "streets of beatty", &path);
    }
}

fn stages(criterion: &mut Criterion, name: &str, path: &PathBuf) {
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10);
    let read =
        || osm::read(std::slice::from_ref(path), &mut Diagnostics::default(), &Quiet).expect("a sound file");
    group.bench_function("read", |b| b.iter(|| black_box(read())));
    let raw = read();
    let build = || streets::build(black_box(&raw), 40, &mut Diagnostics::default());
    group.bench_function("build", |b| b.iter(build));

    let streets = build();
    let table = stops(&streets);
    let link = || {
        let linker = Linker::new(&streets, LinkRule { max_link_m: 1000.0, fragment_reach_m: 250.0 });
        let kept = linker.keep(&table, &mut Diagnostics::default(), &Quiet).expect("nobody stops it");
        linker.link_stops(&kept, &table, &Quiet).expect("nobody stops it")
    };
    group.bench_function("link", |b| b.iter(link));

    let (linked, none) = (link(), Linkage::default());
    let limits = Limits {
        speed: SpeedMmPerS(1000),
        max_walk_s: 1800,
        max_transfer_walk_s: 900,
        max_direct_walk_s: 1800,
        lengths: WalkLengths::PLAIN,
    };
    group.bench_function("footpaths", |b| {
        b.iter(|| {
            legs(&streets, &none, &none, true, &linked, &table, limits, &Quiet).expect("nobody stops it")
        });
    });
    // Stops stand for cells: walks from them to stops and to each other as well.
    group.bench_function("walks of cells", |b| {
        b.iter(|| {
            legs(&streets, &linked, &linked, true, &linked, &table, limits, &Quiet).expect("nobody stops it")
        });
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
