//! Random edits of random timetables: they stay sound; more service never makes a time longer and less never makes
//! one shorter; what is undone is undone.

use isokron::base::diagnostics::Diagnostics;
use isokron::network::calendar::day_number;
use isokron::network::timetable::build;
use isokron::network::transit::Timetable;
use isokron::routing::ActiveTrips;
use isokron::scenario::edits::add_line::{AddLine, LineDepartures};
use isokron::scenario::edits::cut_short::CutShort;
use isokron::scenario::edits::extend::Extend;
use isokron::scenario::edits::remove_routes::RemoveRoutes;
use isokron::scenario::edits::remove_stops::RemoveStops;
use isokron::scenario::edits::remove_trips::RemoveTrips;
use isokron::scenario::edits::replace_feed::ReplaceFeed;
use isokron::scenario::edits::reroute::Reroute;
use isokron::scenario::edits::set_dwell::{DwellChange, SetDwell};
use isokron::scenario::edits::set_headway::SetHeadway;
use isokron::scenario::edits::set_pickup_dropoff::SetPickupDropoff;
use isokron::scenario::edits::set_speed::SetSpeed;
use isokron::scenario::edits::shift::Shift;
use isokron::scenario::edits::spec_as;
use isokron::scenario::line::{Dwell, Pace, StopAt};
use isokron::scenario::which::Which;
use isokron::scenario::{EditedTimetable, Given, edit_timetable};
use isokron::study::{HeldEdit, PlacedEdit};
use proptest::prelude::*;

use super::hand::sound;

use crate::engine::{Engine, Time};
use crate::oracle::Case;
use crate::oracle::case;
use crate::oracle::random::{Dice, Size, make};

const PERCENTILES: [f64; 3] = [1.0, 50.0, 100.0];

type Times = Vec<Vec<Vec<Time>>>;

/// Edits a case's timetable, for the days around its date.
fn edit(case: &Case, base: &Timetable, edits: &[HeldEdit]) -> Option<EditedTimetable> {
    let date = day_number(case.query.date);
    let days: Vec<i32> = (date - 4..date + 6).collect();
    let given = Given { days: &days, dates: &[date], zone: &case.query.zone, feeds: &[] };
    edit_timetable(base, &placed(edits), &given).ok()
}

fn placed(edits: &[HeldEdit]) -> Vec<PlacedEdit> {
    let placed =
        |edit: &HeldEdit| PlacedEdit { place: "s:1".into(), edit: edit.clone(), written: String::new() };
    edits.iter().map(placed).collect()
}

fn base(case: &Case) -> Timetable {
    build(&case.feeds, case.query.phone_ahead, &mut Diagnostics::default())
}

fn times(case: &Case, timetable: &Timetable) -> Times {
    let mut engine = Engine::new(case);
    engine.service = ActiveTrips::expand(timetable, &engine.query);
    engine.timetable = timetable.clone();
    engine.percentiles(&PERCENTILES)
}

/// Whether some time of `less` is shorter than that of `more`.
fn shorter(less: &Times, more: &Times) -> bool {
    let flat = |times: &Times| {
        times.iter().flatten().flatten().map(|time| time.unwrap_or(u32::MAX)).collect::<Vec<_>>()
    };
    flat(less).iter().zip(flat(more)).any(|(less, more)| *less < more)
}

fn stop(table: &Timetable, dice: &mut Dice, feed: u32) -> String {
    let of: Vec<usize> = (0..table.stops.ids.len()).filter(|&s| table.stops.feed[s] == feed).collect();
    let stop = of[dice.below(of.len())];
    format!("{}:{}", table.feeds[feed as usize].name, table.stops.ids.get(stop))
}

fn trip(table: &Timetable, dice: &mut Dice) -> (u32, String) {
    let trip = dice.below(table.trips.len());
    let feed = table.trips[trip].feed;
    (feed, format!("{}:{}", table.feeds[feed as usize].name, table.trip_ids.get(trip)))
}

fn which(table: &Timetable, dice: &mut Dice) -> Which {
    let (feed, id) = trip(table, dice);
    match dice.below(4) {
        0 => Which { feeds: vec![table.feeds[feed as usize].name.clone()], ..Which::default() },
        1 => Which { route_types: vec![3], between_s: Some((0, 8 * 3600 + 600)), ..Which::default() },
        2 => Which { trips: vec![id], between_s: Some((8 * 3600 + 300, i32::MAX)), ..Which::default() },
        _ => Which { trips: vec![id], ..Which::default() },
    }
}

fn add_line(case: &Case, table: &Timetable, dice: &mut Dice) -> HeldEdit {
    let feed = dice.below(table.feeds.len()) as u32;
    let n = 2 + dice.below(2);
    let stops = (0..n).map(|_| StopAt::Known(stop(table, dice, feed))).collect();
    let hops = (1..n).map(|_| dice.below(200) as u32).collect();
    let departures = (0..3).map(|_| case.query.start_s + dice.below(1800) as i32).collect();
    HeldEdit::from(AddLine {
        id: format!("new{}", dice.below(1000)),
        name: "new".into(),
        feed: None,
        route_type: 3,
        stops,
        pace: Pace::Hops(hops),
        dwell: Dwell::Each(dice.below(60) as u32),
        departures: LineDepartures::Times { out_s: departures, back_s: None },
        both_directions: dice.chance(50),
    })
}

/// Edits after which there is less service, nowhere more.
fn lessen(table: &Timetable, dice: &mut Dice) -> HeldEdit {
    let which = which(table, dice);
    let (feed, _) = trip(table, dice);
    let at = stop(table, dice, feed);
    match dice.below(5) {
        0 => HeldEdit::from(CutShort { which, start_at: Some(at), end_at: None }),
        1 => HeldEdit::from(CutShort { which, start_at: None, end_at: Some(at) }),
        2 => HeldEdit::from(SetPickupDropoff { which, stops: vec![at], pickup: Some(false), dropoff: None }),
        _ => HeldEdit::from(RemoveTrips { which }),
    }
}

fn any_edit(case: &Case, table: &Timetable, dice: &mut Dice) -> HeldEdit {
    let which = which(table, dice);
    let (feed, id) = trip(table, dice);
    let (a, b) = (stop(table, dice, feed), stop(table, dice, feed));
    let route = {
        let route = dice.below(table.routes.len());
        format!("{}:{}", table.feeds[table.routes[route].feed as usize].name, table.route_ids.get(route))
    };
    let new = StopAt::New { id: format!("n{}", dice.below(1000)), name: "n".into(), lon: 1.0, lat: 1.0 };
    let (pace, dwell) = (Pace::Hops(vec![dice.below(100) as u32; 2]), Dwell::Each(dice.below(30) as u32));
    match dice.below(11) {
        0 => add_line(case, table, dice),
        1 | 2 => lessen(table, dice),
        3 => HeldEdit::from(Shift { which, by_s: dice.below(2000) as i32 - 1000 }),
        4 => HeldEdit::from(SetSpeed {
            which,
            scale: 0.3 + dice.below(30) as f64 / 10.0,
            hops: vec![],
            scale_dwells: dice.chance(50),
        }),
        5 => HeldEdit::from(SetDwell {
            which,
            stops: vec![a],
            change: DwellChange::Seconds(dice.below(90) as u32),
        }),
        6 => HeldEdit::from(Reroute {
            which,
            from_stop: Some(a),
            to_stop: Some(b),
            stops: vec![new],
            pace,
            dwell,
        }),
        7 => HeldEdit::from(Extend {
            which,
            after: Some(a),
            before: None,
            stops: vec![new, StopAt::Known(b)],
            pace,
            dwell,
        }),
        8 => HeldEdit::from(RemoveStops { which, stops: vec![a], seconds_saved: dice.below(100) as u32 }),
        9 => HeldEdit::from(Reroute {
            which,
            from_stop: None,
            to_stop: Some(b),
            stops: vec![new, StopAt::Known(a)],
            pace,
            dwell,
        }),
        _ => HeldEdit::from(SetHeadway {
            routes: vec![route],
            headway_s: dice.chance(50).then_some(300),
            bands: vec![],
            templates: if dice.chance(30) { vec![id] } else { vec![] },
            each_pattern: dice.chance(50),
            retain_outside: true,
        }),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn more_service_never_makes_a_time_longer(case in case(), seed: u64) {
        let (base, dice) = (base(&case), &mut Dice(seed));
        if let Some(edited) = edit(&case, &base, &[add_line(&case, &base, dice)]) {
            sound(&base, &edited);
            prop_assert!(!shorter(&times(&case, &base), &times(&case, &edited.timetable)));
        }
    }

    #[test]
    fn less_service_never_makes_a_time_shorter(case in case(), seed: u64) {
        let (base, dice) = (base(&case), &mut Dice(seed));
        if base.trips.is_empty() {
            return Ok(());
        }
        let edits = [lessen(&base, dice), lessen(&base, dice)];
        for edits in [&edits[..], &edits[..1]] {
            if let Some(edited) = edit(&case, &base, edits) {
                sound(&base, &edited);
                prop_assert!(!shorter(&times(&case, &edited.timetable), &times(&case, &base)), "{:?}", edits);
            }
        }
    }
}

#[test]
fn edits_keep_a_timetable_sound() {
    let (mut done, mut changed) = (0, 0);
    for seed in 0..3000 {
        let case = make(seed, Size::Small);
        let (base, dice) = (base(&case), &mut Dice(seed + 7));
        if base.trips.is_empty() {
            continue;
        }
        let edits: Vec<HeldEdit> = (0..1 + dice.below(3)).map(|_| any_edit(&case, &base, dice)).collect();
        let Some(edited) = edit(&case, &base, &edits) else { continue };
        sound(&base, &edited);
        done += 1;
        changed +=
            usize::from(edited.timetable.calls != base.calls || edited.timetable.shifts != base.shifts);
        // And again the very same.
        let again = edit(&case, &base, &edits).expect("as before");
        assert_eq!((again.timetable.calls, again.came_from), (edited.timetable.calls, edited.came_from));
    }
    println!("{done} done, {changed} changed something");
    assert!(done > 500 && changed > 400);
}

#[test]
fn what_is_undone_is_undone() {
    let mut seen = 0;
    for seed in 0..300 {
        let case = make(seed, Size::Small);
        let mut base = base(&case);
        // NaN, where a stop has no place, is not equal to itself.
        base.stops
            .lon
            .iter_mut()
            .chain(base.stops.lat.iter_mut())
            .filter(|x| x.is_nan())
            .for_each(|x| *x = 1.0);
        if base.trips.is_empty() {
            continue;
        }
        let all =
            Which { feeds: base.feeds.iter().map(|feed| feed.name.clone()).collect(), ..Which::default() };
        let by = |by_s| HeldEdit::from(Shift { which: all.clone(), by_s });
        let there = edit(&case, &base, &[by(77)]).expect("all trips");
        assert_ne!(there.timetable, base);
        let back = edit(&case, &base, &[by(77), by(-77)]).expect("all trips");
        assert_eq!(back.timetable, base);
        let dice = &mut Dice(seed);
        let line = add_line(&case, &base, dice);
        let AddLine { id, .. } = spec_as(&line).expect("made as one");
        let gone = HeldEdit::from(RemoveRoutes { routes: vec![id.clone()] });
        if let Some(back) = edit(&case, &base, &[line.clone(), gone]) {
            assert_eq!(back.timetable, base);
            seen += 1;
        }
    }
    assert!(seen > 200, "{seen}");
}

/// The seat law again, where it is rare: of blocks of three trips or more one in the middle goes, ends sooner or begins
/// later. Whoever stayed seated through it must not be carried past the gap.
#[test]
fn nobody_stays_seated_across_a_gap() {
    let mut seen = 0;
    for seed in 0..2000 {
        let case = make(seed, Size::Small);
        let base = base(&case);
        let mut blocks: std::collections::BTreeMap<u32, Vec<usize>> = std::collections::BTreeMap::new();
        for (trip, row) in base.trips.iter().enumerate().filter(|(_, row)| row.block != isokron::base::NONE) {
            blocks.entry(row.block).or_default().push(trip);
        }
        for trips in blocks.values_mut().filter(|trips| trips.len() > 2) {
            trips.sort_by_key(|&trip| base.calls.row(trip)[0].departure_s);
            let before = times(&case, &base);
            let trip = trips[1];
            let name = |feed: u32, id: &str| format!("{}:{id}", base.feeds[feed as usize].name);
            let which = Which {
                trips: vec![name(base.trips[trip].feed, base.trip_ids.get(trip))],
                ..Which::default()
            };
            let calls = base.calls.row(trip);
            let at = |i: usize| Some(name(base.trips[trip].feed, base.stops.ids.get(calls[i].stop as usize)));
            for edit_of in [
                HeldEdit::from(RemoveTrips { which: which.clone() }),
                HeldEdit::from(CutShort { which: which.clone(), start_at: at(1), end_at: None }),
                HeldEdit::from(CutShort {
                    which: which.clone(),
                    start_at: None,
                    end_at: at(calls.len() - 2),
                }),
            ] {
                let Some(edited) = edit(&case, &base, std::slice::from_ref(&edit_of)) else { continue };
                seen += 1;
                let after = times(&case, &edited.timetable);
                assert!(!shorter(&after, &before), "seed {seed}: {edit_of:?}\n{case:?}");
            }
        }
    }
    println!("{seen} edits");
    assert!(seen > 200, "{seen}");
}

#[test]
fn a_feed_in_place_of_itself_changes_nothing() {
    for seed in 0..300 {
        let case = make(seed, Size::Small);
        let base = base(&case);
        let which = seed as usize % case.feeds.len();
        let file = std::path::PathBuf::from("same.zip");
        let mut diagnostics = Diagnostics::default();
        let alone = build(std::slice::from_ref(&case.feeds[which]), case.query.phone_ahead, &mut diagnostics);
        let date = day_number(case.query.date);
        let days: Vec<i32> = (date - 4..date + 6).collect();
        let feeds = [(file.as_path(), alone)];
        let given = Given { days: &days, dates: &[date], zone: &case.query.zone, feeds: &feeds };
        let feed = case.feeds[which].name.clone();
        let replace = HeldEdit::from(ReplaceFeed { feed, file: file.clone() });
        let edited = edit_timetable(&base, &placed(&[replace]), &given).expect("it is there");
        sound(&base, &edited);
        assert!(edited.stops_to_link(&base).is_empty(), "all stops are where they were");
        assert_eq!(times(&case, &edited.timetable), times(&case, &base), "seed {seed}\n{case:?}");
    }
}
