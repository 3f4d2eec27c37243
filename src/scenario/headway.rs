//! Routes get another headway: new trips like those that there are, laid out anew.
//!
//! A *pattern* is what trips with equal stops and rules of boarding have in common, a *direction* a set of patterns
//! of which each has two stops in the order of the most frequent one. Trips change with the kind of day, so the
//! study's days are taken by which trips of the route run on them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::add_line::laid_out;
use super::draft::{Draft, Fate, Row};
use super::names::Said;
use super::which::Chosen;
use crate::base::NONE;
use crate::network::transit::{FREQUENCY, Trip};
use crate::study::{Band, SetHeadway};

/// Stops and rules of boarding, call by call.
type Pattern = Vec<(u32, u32)>;

/// A run: first departure, and its row among those of the route.
type Run = (i32, usize);

struct Direction {
    /// Rows of its main pattern, most frequent or named; then those of the others.
    main: Vec<usize>,
    others: Vec<usize>,
}

pub(super) fn set_headway(draft: &mut Draft<'_>, edit: &SetHeadway, said: &mut Said) {
    let mut routes: Vec<(u32, &String)> = Vec::new();
    for name in &edit.routes {
        // "T1" and "bus:T1" may be one.
        if let Some(route) =
            draft.route(name, said).filter(|route| routes.iter().all(|(known, _)| known != route))
        {
            routes.push((route, name));
        }
    }
    let templates: FxHashSet<u32> = edit.templates.iter().filter_map(|trip| draft.trip(trip, said)).collect();
    if !said.is_well() {
        return;
    }
    let mut used = FxHashSet::default();
    for (route, name) in routes {
        if !set_of_route(draft, edit, route, &templates, &mut used, said) {
            said.wrong(
                format_args!("finds no trip of route \"{name}\" to be like on the study's days"),
                "look at the dates and templates, or add a line",
            );
        }
    }
    if said.is_well() && used.len() < templates.len() {
        said.wrong(
            "names templates that do not run on its routes on the study's days",
            "name trips of the routes that run on the periods' dates, or leave templates out",
        );
    }
}

/// Whether there was a trip to be like, on any of the study's days.
fn set_of_route(
    draft: &mut Draft<'_>,
    edit: &SetHeadway,
    route: u32,
    templates: &FxHashSet<u32>,
    used: &mut FxHashSet<u32>,
    said: &Said,
) -> bool {
    let rows: Vec<Row<'_>> = draft.rows.iter().filter(|row| row.trip.route == route).cloned().collect();
    let mut kinds: BTreeMap<Vec<usize>, Vec<i32>> = BTreeMap::new();
    for &day in draft.given.days {
        let runs =
            |row: &Row<'_>| draft.table.services.row(row.trip.service as usize).binary_search(&day).is_ok();
        let running: Vec<usize> = (0..rows.len()).filter(|&r| runs(&rows[r])).collect();
        if !running.is_empty() {
            kinds.entry(running).or_default().push(day);
        }
    }
    let mut replaced = FxHashSet::default();
    let mut new = Vec::new();
    for (running, days) in &kinds {
        let service = draft.service(days);
        for direction in directions(&rows, running, templates, edit.each_pattern) {
            let all = || direction.main.iter().chain(&direction.others);
            replaced.extend(all().map(|&r| rows[r].key));
            used.extend(direction.main.iter().map(|&r| rows[r].key).filter(|key| templates.contains(key)));
            new.extend(
                laid(&rows, &direction, edit, templates).into_iter().map(|(r, shifts)| (r, shifts, service)),
            );
        }
    }
    let meant = Chosen::of_trips(replaced);
    if edit.headway_s.is_some() || !edit.retain_outside {
        draft.change(&meant, said, |_, _| Fate::Gone);
    } else {
        for band in &edit.bands {
            draft.change(&meant.clone().between(band.from_s, band.to_s), said, |_, _| Fate::Gone);
        }
    }
    let any = !new.is_empty();
    for (n, (r, shifts, service)) in new.into_iter().enumerate() {
        let like = &rows[r];
        let (id, headsign) =
            (draft.table.trip_ids.get(like.text as usize), draft.table.headsigns.get(like.text as usize));
        let (id, headsign) = (format!("{id}_headway_{}", n + 1), headsign.to_string());
        let row = Row {
            key: draft.new_key(),
            edit: draft.edit,
            trip: Trip { service, block: NONE, flags: FREQUENCY, ..like.trip },
            text: draft.add_text(&id, &headsign),
            calls: like.calls.clone(),
            shifts: Cow::Owned(shifts),
        };
        draft.add(row);
    }
    any
}

/// New shifts of template rows for one direction, in the order of the rows.
fn laid(
    rows: &[Row<'_>],
    direction: &Direction,
    edit: &SetHeadway,
    templates: &FxHashSet<u32>,
) -> BTreeMap<usize, Vec<i32>> {
    let runs_of = |list: &[usize]| -> Vec<Run> {
        let runs =
            |&r: &usize| rows[r].shifts.iter().map(move |shift| (rows[r].calls[0].departure_s + shift, r));
        let mut runs: Vec<Run> = list.iter().flat_map(runs).collect();
        runs.sort_unstable();
        runs
    };
    let mut main = runs_of(&direction.main);
    let others = runs_of(&direction.others);
    let mut bands = edit.bands.clone();
    if let Some(headway_s) = edit.headway_s {
        let all = || main.iter().chain(&others).map(|run| run.0);
        if let (Some(first), Some(last)) = (all().min(), all().max()) {
            bands.push(Band { from_s: first, to_s: last + 1, headway_s });
        }
    }
    if main.iter().any(|run| templates.contains(&rows[run.1].key)) {
        main.retain(|run| templates.contains(&rows[run.1].key));
    }
    let mut laid: BTreeMap<usize, Vec<i32>> = BTreeMap::new();
    for band in &bands {
        let within = |run: &&Run| (band.from_s..band.to_s).contains(&run.0);
        // Twice the distance from the middle of the band's seconds, so that it is whole; of equals the earlier one.
        let off = |run: &&Run| ((2 * run.0 - band.from_s - (band.to_s - 1)).abs(), **run);
        let Some(&(_, like)) =
            main.iter().filter(within).min_by_key(off).or_else(|| main.iter().min_by_key(off))
        else {
            continue;
        };
        let first = rows[like].calls[0].departure_s;
        laid.entry(like).or_default().extend(laid_out(&[*band]).into_iter().map(|departs| departs - first));
    }
    for shifts in laid.values_mut() {
        shifts.sort_unstable();
    }
    laid
}

/// The directions of rows that run on one kind of day. With templates only those that have one; a template's pattern
/// is the main one.
fn directions(
    rows: &[Row<'_>],
    running: &[usize],
    templates: &FxHashSet<u32>,
    each_pattern: bool,
) -> Vec<Direction> {
    let mut patterns: BTreeMap<Pattern, Vec<usize>> = BTreeMap::new();
    for &r in running {
        let pattern = rows[r].calls.iter().map(|call| (call.stop, call.flags)).collect();
        patterns.entry(pattern).or_default().push(r);
    }
    let named = |list: &[usize]| list.iter().any(|&r| templates.contains(&rows[r].key));
    let runs = |list: &[usize]| list.iter().map(|&r| rows[r].shifts.len()).sum::<usize>();
    let mut order: Vec<(Pattern, Vec<usize>)> = patterns.into_iter().collect();
    order.sort_by_key(|(_, list)| (!named(list), std::cmp::Reverse(runs(list)), list[0]));
    let mut directions: Vec<(Pattern, Direction)> = Vec::new();
    for (pattern, list) in order {
        let same = directions.iter_mut().find(|(main, _)| !each_pattern && same_way(main, &pattern));
        match same {
            // Two templates of one direction both get the headway: that is asked for.
            Some((_, direction)) if templates.is_empty() || !named(&list) => direction.others.extend(list),
            _ if templates.is_empty() || named(&list) => {
                directions.push((pattern, Direction { main: list, others: Vec::new() }));
            }
            _ => {}
        }
    }
    directions.into_iter().map(|(_, direction)| direction).collect()
}

/// Whether two stops of the one come in the same order in the other.
fn same_way(main: &[(u32, u32)], other: &[(u32, u32)]) -> bool {
    let at = |stop: u32| main.iter().position(|call| call.0 == stop);
    let places: Vec<usize> = other.iter().filter_map(|call| at(call.0)).collect();
    places.windows(2).filter(|pair| pair[1] > pair[0]).count()
        > places.windows(2).filter(|pair| pair[1] < pair[0]).count()
}
