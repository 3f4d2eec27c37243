//! Windows split into tasks at random, and tasks into smaller ones; partials merged in a tree, some of them from bytes: the
//! same bits as one task over all places. Names of tasks change with what determines their results; damaged
//! bytes are refused.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use isokron::base::array::Array;
use isokron::base::diagnostics::Diagnostics;
use isokron::base::executor::Quiet;
use isokron::base::ids::{EdgeId, Id};
use isokron::engine::measured::Measured;
use isokron::engine::merge::merge;
use isokron::engine::partial::Partial;
use isokron::engine::profile_network::ProfileNetwork;
use isokron::engine::region::{Links, Region};
use isokron::engine::spill::InMemory;
use isokron::engine::task::{Question, Task, run};
use isokron::engine::whole::measured;
use isokron::engine::window::WindowQuery;
use isokron::inputs::raw::{Column, RawPlaces, RawStreets};
use isokron::measures::spec::MeasureSpec;
use isokron::network::links::{LinkStatus, Linkage};
use isokron::network::streets;
use isokron::routing::{ActiveTrips, KernelOptions, Router};
use isokron::study::{self, Study, WindowOf};
use proptest::prelude::*;

use crate::access::asked;
use crate::engine::{Engine, arrivals};
use crate::oracle::hand::{Hand, ask};
use crate::oracle::random::Dice;
use crate::oracle::{Case, case};

/// Of each form one or more, both ways: sums over a place's row, over places, means, rows, and over all rows.
const FLAGS: [&str; 11] = [
    "cumulative:cutoffs_min=1+7.5,of=jobs+beds,mean=true",
    "cumulative:name=who,cutoffs_min=4,of=population,direction=passive,percentiles=30+75",
    "gravity:decay=exponential,half_life_min=4,of=population,direction=passive,mean=true",
    "mean_time:within_min=6,of=population,direction=passive,mean=true",
    "nearest:n=1+2,of=beds",
    "nearest:n=2,of=population,direction=passive",
    "dual:amounts=20,of=jobs",
    "2sfca:catchment_min=8,of=beds",
    "bfca:decay=exponential,half_life_min=4,of=jobs,percentiles=30",
    "spatial_availability:decay=exponential,half_life_min=4,of=jobs",
    "singly_constrained:decay=exponential,half_life_min=4,of=population,direction=passive,demand=jobs",
];

/// A network as a run has it, with amounts whose sums depend on their order, for a base and a scenario.
pub struct World {
    pub study: Study,
    pub lands: [Region; 2],
    pub ground: ProfileNetwork,
    pub asked: WindowQuery,
    wanted: Vec<MeasureSpec>,
}

impl World {
    pub fn new(case: &Case, of: WindowOf) -> World {
        let mut study = isokron::scenario::written::read(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/skargard/study.toml"),
        )
        .expect("the demo's study");
        study.access.cutoffs_min = vec![2, 9];
        study.access.percentiles = vec![30.0, 90.0];
        let (ground, mut window) = arrivals(case);
        if of == WindowOf::Departures {
            window.of = of;
            window.service = ActiveTrips::expand(&Engine::new(case).timetable, &window.query);
        }
        window.how = KernelOptions::best();
        let mut dice = Dice(u64::from(case.ways.origins) + 11);
        let (from, to) = (case.ways.origins as usize, case.ways.destinations as usize);
        let lands = std::array::from_fn(|_| Region {
            streets: Arc::new(streets::build(&RawStreets::default(), 1, &mut Diagnostics::default())),
            slopes: None,
            timetable: Arc::clone(&ground.network.timetable),
            cells: places(from, &mut dice),
            others: Some(places(to, &mut dice)),
            links: Links { cells: linked(from), others: linked(to), stops: Linkage::default() },
        });
        World { study, lands, ground, asked: window, wanted: asked(&FLAGS) }
    }

    fn with<T>(&self, ask: impl FnOnce(&Question<'_>) -> T) -> T {
        let lands: Vec<&Region> = self.lands.iter().collect();
        let World { study, wanted, ground, asked, .. } = self;
        ask(&Question { study, wanted, ground, asked, only: None, lands: &lands })
    }
}

/// Equal numbers of places lie at the same points, whatever their amounts.
fn places(number: usize, dice: &mut Dice) -> RawPlaces {
    let mut amounts = || -> Vec<f64> {
        let amount = |_| if dice.chance(30) { 0.0 } else { dice.below(90) as f64 / 3.0 };
        (0..number).map(amount).collect()
    };
    let column = |name: &str, values| Column { name: name.into(), values };
    RawPlaces {
        ids: (0..number).map(|i| i.to_string()).collect(),
        population: Some(amounts()),
        opportunities: vec![column("jobs", amounts()), column("beds", amounts())],
        points: (0..number).map(|i| ((i * 37 % 101) as f64 / 1e3, (i * 61 % 97) as f64 / 1e3)).collect(),
        ..RawPlaces::default()
    }
}

/// Every seventh place has no street.
fn linked(number: usize) -> Linkage {
    let unlinked = |i: usize| i % 7 == 6;
    let status = |i| if unlinked(i) { LinkStatus::Unlinked } else { LinkStatus::Linked } as u8;
    Linkage {
        edge: (0..number).map(|i| if unlinked(i) { EdgeId::NONE } else { EdgeId(0) }).collect(),
        at_mm: Array::from(vec![0; number]),
        link_mm: Array::from(vec![0; number]),
        status: Array::from((0..number).map(status).collect::<Vec<u8>>()),
    }
}

fn task(places: Range<usize>) -> Task {
    Task { scenario: "base".into(), profile: "adult".into(), period: "morning".into(), places }
}

/// All bits of the answers, and what is said of them.
type Bits = Vec<(String, Vec<Option<u64>>)>;

fn bits(found: &[Measured]) -> Bits {
    let mut all = Bits::new();
    for found in found {
        for (name, values) in found.measures.iter().chain(&found.passive) {
            all.push((name.clone(), values.iter().map(|value| value.map(f64::to_bits)).collect()));
        }
        all.extend(
            found.doubts.iter().map(|doubt| (format!("{} {}", doubt.kind.code, doubt.what), Vec::new())),
        );
    }
    all
}

/// A range in up to four parts, some of them empty.
fn split(range: &Range<usize>, dice: &mut Dice) -> Vec<Range<usize>> {
    let mut borders: Vec<usize> =
        (0..dice.below(4)).map(|_| range.start + dice.below(range.len() + 1)).collect();
    borders.extend([range.start, range.end]);
    borders.sort_unstable();
    borders.windows(2).map(|pair| pair[0]..pair[1]).collect()
}

/// Runs a task; by lot its partial goes through bytes.
fn found(question: &Question<'_>, router: &Router<'_>, places: Range<usize>, dice: &mut Dice) -> Partial {
    let partial = run(question, router, &task(places.clone()), &InMemory, &Quiet).expect("nobody stops it");
    if dice.chance(50) {
        return partial;
    }
    let name = question.name(&places);
    let bytes = partial.bytes(&name).expect("memory");
    Partial::read(Arc::new(bytes), "a file", &name, question, &InMemory).expect("as they were written")
}

fn joined(partials: Vec<Partial>) -> Partial {
    let mut partials = partials.into_iter();
    let mut whole = partials.next().expect("one or more");
    partials.for_each(|next| whole.append(next).expect("they follow each other"));
    whole
}

/// On two levels: all places → tasks → smaller tasks; these joined, and then merged.
fn compare(case: &Case, of: WindowOf) -> Result<(), TestCaseError> {
    let case = &larger(case);
    World::new(case, of).with(|question| {
        let router = question.router(None, &Quiet).expect("nobody stops it");
        let all = 0..question.order().len();
        let (whole, effort) =
            measured(question, &task(all.clone()), None, &InMemory, &Quiet).expect("nobody stops it");
        prop_assert_eq!(effort.origins, all.len());
        let whole = bits(&whole);
        let mut dice = Dice(case.ways.origins.into());
        for _ in 0..2 {
            let mut partials = Vec::new();
            for task in split(&all, &mut dice) {
                let parts = split(&task, &mut dice);
                partials.push(joined(
                    parts.into_iter().map(|part| found(question, &router, part, &mut dice)).collect(),
                ));
            }
            let borders: Vec<usize> = partials.iter().map(|partial| partial.range.start).collect();
            let (merged, again) = merge(question, partials, &Quiet).expect("they follow each other");
            prop_assert_eq!(again, effort);
            for (one, merged) in whole.iter().zip(bits(&merged)) {
                prop_assert_eq!(one, &merged, "split before {:?}\n{:?}", borders, case);
            }
        }
        Ok(())
    })
}

/// The case with other origins and destinations beside each, a little farther off: enough places for some batches.
fn larger(case: &Case) -> Case {
    let mut case = case.clone();
    let ways = &mut case.ways;
    let (from, to) = (ways.origins, ways.destinations);
    let times = (200 / from.max(to)).max(1);
    let (access, egress, direct) = (ways.access.clone(), ways.egress.clone(), ways.direct.clone());
    for k in 1..times {
        ways.access.extend(access.iter().map(|(&(origin, stop), s)| ((origin + k * from, stop), s + k)));
        ways.egress.extend(egress.iter().map(|(&(stop, goal), s)| ((stop, goal + k * to), s + 2 * k)));
        ways.direct.extend(direct.iter().map(|(&(o, goal), s)| ((o + k * from, goal + k * to), s + k)));
    }
    (ways.origins, ways.destinations) = (from * times, to * times);
    case
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn any_split_of_departures_gives_the_bits_of_one_task(case in case()) {
        compare(&case, WindowOf::Departures)?;
    }

    #[test]
    fn any_split_of_arrivals_gives_the_bits_of_one_task(case in case()) {
        compare(&case, WindowOf::Arrivals)?;
    }

    #[test]
    fn damaged_bytes_are_refused(case in case(), at in any::<prop::sample::Index>(), bit in 0u8..8) {
        World::new(&case, WindowOf::Departures).with(|question| {
            let router = question.router(None, &Quiet).expect("nobody stops it");
            let places = 0..question.order().len();
            let name = question.name(&places);
            let partial = run(question, &router, &task(places.clone()), &InMemory, &Quiet).expect("nobody stops it");
            let bytes = partial.bytes(&name).expect("memory");
            let read = |bytes: Vec<u8>, name: &String| {
                Partial::read(Arc::new(bytes), "a file", name, question, &InMemory)
            };
            let mut harmed = bytes.clone();
            harmed[at.index(bytes.len())] ^= 1 << bit;
            // What lies between two sections means nothing.
            if let Ok(read) = read(harmed, &name) {
                prop_assert!(read.bytes(&name).expect("memory") == bytes);
            }
            let cut = bytes[..at.index(bytes.len())].to_vec();
            let error = read(cut, &name).err().expect("cut off").to_string();
            prop_assert!(error.starts_with("a file: is no such partial result: "), "{}", error);
            let other = question.name(&(0..places.len() + 1));
            let error = read(bytes, &other).err().expect("another task").to_string();
            prop_assert!(error.contains("it is of another task"), "{}", error);
            Ok(())
        })?;
    }
}

/// A world of three stops, for what does not hang on chance.
fn town() -> World {
    let mut town = Hand::new("town", "Europe/Stockholm");
    town.trip("T1", "A 08:05 B 08:15");
    let case = ask(vec![town.feed], "2025-05-14", "08:00", "08:10");
    World::new(&case.access(0, "A", 0).egress("B", 0, 0), WindowOf::Departures)
}

#[test]
fn a_name_is_of_all_that_determines_the_result() {
    let name = |world: &World| world.with(|question| question.name(&(0..1)));
    let first = name(&town());
    assert_eq!(first.len(), 64);
    // The same made anew, and otherwise called or computed.
    assert_eq!(name(&town()), first);
    let mut same = town();
    same.study.name = "other".into();
    same.study.access.unlinked = study::Unlinked::Zero;
    same.asked.how = KernelOptions::on(isokron::routing::SimdLevel::Portable);
    same.lands.iter_mut().for_each(|region| region.cells.ids = vec!["z".into()]);
    assert_eq!(name(&same), first);
    type Change = fn(&mut World);
    let changes: [(&str, Change); 12] = [
        ("cutoffs", |world| world.study.access.cutoffs_min = vec![2, 8]),
        ("percentiles", |world| world.study.access.percentiles = vec![30.0]),
        ("own cell", |world| world.study.access.own_cell_s += 1),
        ("measures", |world| drop(world.wanted.pop())),
        ("a decay", |world| {
            world.wanted[2] = asked(&["gravity:decay=exponential,half_life_min=5,of=jobs"]).remove(0)
        }),
        ("slack", |world| world.asked.query.transfer_slack_s += 1),
        ("the window", |world| world.asked.query.window.length_s += 1),
        ("the other side", |world| world.asked.of = WindowOf::Arrivals),
        ("people", |world| world.lands[0].cells.population = Some(vec![7.5])),
        ("jobs", |world| {
            world.lands[1].others.as_mut().expect("there are others").opportunities[0].values[0] += 0.5
        }),
        ("where a cell lies", |world| world.lands[0].cells.points[0].0 += 1e-9),
        ("a walk", |world| {
            let mut town = Hand::new("town", "Europe/Stockholm");
            town.trip("T1", "A 08:05 B 08:15");
            let case =
                ask(vec![town.feed], "2025-05-14", "08:00", "08:10").access(0, "A", 0).egress("B", 0, 1);
            world.ground = arrivals(&case).0;
        }),
    ];
    let mut names = vec![first, town().with(|question| question.name(&(0..0)))];
    for (what, change) in changes {
        let mut world = town();
        change(&mut world);
        let name = name(&world);
        assert!(!names.contains(&name), "{what}");
        names.push(name);
    }
}

#[test]
fn a_task_comes_back_from_text() {
    let task = task(1024..2048);
    let text = serde_json::to_string(&task).unwrap();
    assert_eq!(
        text,
        r#"{"scenario":"base","profile":"adult","period":"morning","places":{"start":1024,"end":2048}}"#
    );
    assert_eq!(serde_json::from_str::<Task>(&text).unwrap(), task);
}

#[test]
fn what_is_missing_or_there_twice_is_said() {
    town().with(|question| {
        let router = question.router(None, &Quiet).expect("nobody stops it");
        let of = |places: Range<usize>| run(question, &router, &task(places), &InMemory, &Quiet);
        let said =
            |partials: Vec<Partial>| merge(question, partials, &Quiet).err().expect("wrong").to_string();
        assert_eq!(said(Vec::new()), "partial results: there are none");
        assert_eq!(
            said(vec![of(0..0).unwrap()]),
            "partial results: they are of places 0 to 0, and not of all 1"
        );
        assert_eq!(
            said(vec![of(0..1).unwrap(), of(0..1).unwrap()]),
            "partial results: one of places 0 to 1 does not follow one that ends before place 1"
        );
        let error = of(0..2).err().expect("too many").to_string();
        assert!(
            error.starts_with("task adult × morning: asks for places 0 to 2, and there are 1"),
            "{error}"
        );
    });
}
