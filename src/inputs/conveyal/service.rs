//! New service: lines, headways, other ways.

use super::DAYS;
use super::fields::{EditToml, Fields, listed, quoted, texts, time};
use super::kinds::which;

/// The latest time that a study may write.
const LATEST_S: i64 = 72 * 3600;

fn seconds(m: &mut Fields<'_>, key: &'static str) -> Option<i64> {
    let read = m.whole(key);
    let seconds = m.must(key, read)?;
    if (0..=LATEST_S).contains(&seconds) {
        return Some(seconds);
    }
    let what = format!("{} is {seconds}, not seconds from 0 to {LATEST_S}", m.named(key));
    m.wrong(what, "write seconds after midnight");
    None
}

enum Stop {
    Known(String),
    New { id: String, name: Option<String>, at: [f64; 2] },
}

/// Stops of a line; new ones are named after it where they have no name of their own.
fn stops(m: &mut Fields<'_>, line: &str) -> Vec<Stop> {
    let mut stops = m.objects("stops", |stop| {
        let id = stop.text("id").map(|id| stop.id(id));
        let name = stop.text("name").map(str::to_string);
        let (lon, lat) = (stop.number("lon"), stop.number("lat"));
        match id {
            // Coordinates of 0 are how an object without any is written there.
            Some(id) if lon.unwrap_or(0.0) == 0.0 && lat.unwrap_or(0.0) == 0.0 => Some(Stop::Known(id)),
            Some(_) => {
                stop.wrong("a stop has both id and place", "a known stop has an id alone, a new one a place");
                None
            }
            None => {
                let (lon, lat) = (stop.must("lon", lon), stop.must("lat", lat));
                Some(Stop::New { id: String::new(), name, at: [lon?, lat?] })
            }
        }
    });
    let mut taken: Vec<String> = Vec::new();
    for (n, stop) in stops.iter_mut().enumerate() {
        if let Stop::New { id, name, .. } = stop {
            *id =
                name.clone().filter(|name| !taken.contains(name)).unwrap_or(format!("{line}_stop_{}", n + 1));
            taken.push(id.clone());
        }
    }
    stops
}

/// Stops in TOML; `made`: new ones are there already.
fn written(stops: &[Stop], made: bool) -> String {
    listed(stops, |stop| match stop {
        Stop::Known(id) => quoted(id),
        Stop::New { id, .. } if made => quoted(id),
        Stop::New { id, name, at: [lon, lat] } => {
            let name = name.as_ref().filter(|name| *name != id);
            let name = name.map_or(String::new(), |name| format!("name = {}, ", quoted(name)));
            format!("{{ id = {}, {name}lon = {lon:?}, lat = {lat:?} }}", quoted(id))
        }
    })
}

/// Seconds stop by stop: one number where all are equal.
fn dwells(list: &[u32]) -> String {
    match list {
        [first, rest @ ..] if rest.iter().all(|dwell| dwell == first) => first.to_string(),
        [] => "0".to_string(),
        _ => listed(list, u32::to_string),
    }
}

/// Whether a timetable runs: every day, or on the one that was asked for.
fn runs(m: &mut Fields<'_>) -> bool {
    let on: Vec<bool> = DAYS.iter().map(|day| m.flag(day, false)).collect();
    let days: Vec<&str> = DAYS.iter().zip(&on).filter(|(_, on)| **on).map(|(day, _)| *day).collect();
    let shown = if days.is_empty() { "no day".to_string() } else { days.join(", ") };
    match m.options.day {
        _ if days.len() == DAYS.len() => true,
        Some(day) => {
            if !on[day] {
                let what = m.named("");
                m.note(format!("{} left out, as it runs on {shown}", what.trim_end_matches('.')));
            }
            on[day]
        }
        None => {
            let what = format!("{} runs on {shown}", m.named("").trim_end_matches('.'));
            m.not_yet(
                what,
                "new service runs every day here: with --day tuesday, take what runs on that day",
            );
            true
        }
    }
}

/// From, to, headway; seconds.
type Band = (i64, i64, i64);

#[derive(Clone, PartialEq)]
enum Times {
    Bands(Vec<Band>),
    Departures(Vec<i64>),
}

/// When a timetable runs, and nothing else of it.
fn times(entry: &mut Fields<'_>) -> Option<Times> {
    for key in ["phaseFromTimetable", "phaseAtStop", "phaseFromStop"] {
        if entry.text(key).is_some() {
            let what = format!("{} sets its departures by another line's", entry.named(key));
            entry.not_yet(what, "give it firstDepartures");
        }
    }
    entry.whole("phaseSeconds");
    if entry.has("firstDepartures") {
        // What is there beside departures is not used there either.
        for key in ["startTime", "endTime", "headwaySecs"] {
            entry.whole(key);
        }
        let list = entry.wholes("firstDepartures")?.into_iter().map(i64::from).collect();
        return Some(Times::Departures(list));
    }
    entry.wholes("firstDepartures");
    let band = (seconds(entry, "startTime"), seconds(entry, "endTime"), seconds(entry, "headwaySecs"));
    Some(Times::Bands(vec![(band.0?, band.1?, band.2?)]))
}

fn apart(bands: &[Band]) -> bool {
    let mut bands = bands.to_vec();
    bands.sort_unstable();
    bands.windows(2).all(|pair| pair[0].1 <= pair[1].0)
}

fn headways(bands: &[Band]) -> String {
    listed(bands, |&(from, to, headway)| {
        format!("{{ from = {}, to = {}, headway_s = {headway} }}", time(from), time(to))
    })
}

/// A name made of letters that need no quotes anywhere.
fn slug(text: &str) -> String {
    let safe = |c: char| if c.is_alphanumeric() || "_-.".contains(c) { c } else { '_' };
    text.trim().chars().map(safe).collect()
}

pub fn add_trips(m: &mut Fields<'_>, number: usize) -> Vec<EditToml> {
    let name = m.comment().map_or(format!("line_{number}"), |comment| comment.trim().to_string());
    let line = slug(&name);
    let stops = stops(m, &line);
    if stops.len() < 2 {
        m.wrong("stops are fewer than two", "a line needs two stops or more");
    }
    let mode = m.whole("mode").unwrap_or(3);
    let both = m.flag("bidirectional", true);
    // Which of two directions it is, of a route that is new.
    m.whole("directionId");
    let hops = stops.len().saturating_sub(1);
    let entries = m.objects("frequencies", |entry| {
        let runs = runs(entry);
        let times = times(entry);
        let (hop_s, dwell_s) = (entry.wholes("hopTimes"), entry.wholes("dwellTimes"));
        let (hop_s, dwell_s) = (entry.must("hopTimes", hop_s), entry.must("dwellTimes", dwell_s));
        let (hop_s, dwell_s) = (hop_s?, dwell_s?);
        for (key, has, must) in [("hopTimes", hop_s.len(), hops), ("dwellTimes", dwell_s.len(), hops + 1)] {
            if has != must {
                let what = format!("{} has {has} numbers", entry.named(key));
                entry.wrong(what, &format!("write {must}"));
            }
        }
        Some((runs, hop_s, dwell_s, times?))
    });
    if !m.has("frequencies") {
        m.wrong("frequencies is missing or empty", "say when it runs");
    }
    // Bands of one pace become one line, where none is over another.
    let mut lines: Vec<(Vec<u32>, Vec<u32>, Times)> = Vec::new();
    for (_, hop_s, dwell_s, times) in entries.into_iter().filter(|entry| entry.0) {
        let known = lines.iter_mut().find_map(|(hops, dwells, known)| match (known, &times) {
            (Times::Bands(known), Times::Bands(new)) if *hops == hop_s && *dwells == dwell_s => {
                apart(&[&known[..], &new[..]].concat()).then_some((known, new))
            }
            _ => None,
        });
        match known {
            Some((known, new)) => known.extend(new),
            None => lines.push((hop_s, dwell_s, times)),
        }
    }
    let line_of = |(n, (hop_s, dwell_s, times)): (usize, &(Vec<u32>, Vec<u32>, Times))| {
        let id = if n == 0 { line.clone() } else { format!("{line}_{}", n + 1) };
        let edit = EditToml::new("add_line")
            .put("id", quoted(&id))
            .maybe("name", (name != id).then(|| quoted(&name)))
            .put("route_type", mode)
            .put("stops", written(&stops, n > 0))
            .put("hop_s", listed(hop_s, u32::to_string))
            .put("dwell_s", dwells(dwell_s))
            .put("both_directions", both);
        match times {
            Times::Bands(bands) => edit.put("headways", headways(bands)),
            Times::Departures(list) => edit.put("departures", listed(list, |&s| time(s))),
        }
    };
    lines.iter().enumerate().map(line_of).collect()
}

pub fn adjust_frequency(m: &mut Fields<'_>) -> Vec<EditToml> {
    let route = m.text("route");
    let route = m.must("route", route).map(|route| m.id(route));
    let retain = m.flag("retainTripsOutsideFrequencyEntries", false);
    let entries = m.objects("entries", |entry| {
        let runs = runs(entry);
        let trip = entry.text("sourceTrip");
        let trip = entry.must("sourceTrip", trip).map(|trip| entry.id(trip));
        let times = times(entry);
        // The trip's own are used.
        entry.wholes("hopTimes");
        entry.wholes("dwellTimes");
        match times? {
            Times::Bands(bands) => Some((runs, trip?, bands[0])),
            Times::Departures(_) => {
                let what =
                    format!("{} has departures, and ours headways alone", entry.named("firstDepartures"));
                entry.not_yet(what, "write startTime, endTime and headwaySecs");
                None
            }
        }
    });
    if !m.has("entries") {
        m.wrong("entries is missing or empty", "say how often it runs");
    }
    // Trip by trip its bands; then the trips that have the same.
    let mut of_trips: Vec<(String, Vec<Band>)> = Vec::new();
    for (_, trip, band) in entries.into_iter().filter(|entry| entry.0) {
        match of_trips.iter_mut().find(|(known, _)| *known == trip) {
            Some((_, bands)) => bands.push(band),
            None => of_trips.push((trip, vec![band])),
        }
    }
    let mut groups: Vec<(Vec<Band>, Vec<String>)> = Vec::new();
    for (trip, mut bands) in of_trips {
        bands.sort_unstable();
        match groups.iter_mut().find(|(known, _)| *known == bands) {
            Some((_, trips)) => trips.push(trip),
            None => groups.push((bands, vec![trip])),
        }
    }
    // One edit a group, each sees what the one before it left.
    let all: Vec<Band> = groups.iter().flat_map(|(bands, _)| bands.clone()).collect();
    if !apart(&all) {
        let what = "has entries over each other that are not of the same hours for each sourceTrip";
        m.not_yet(what, "let all trips have the same hours, or hours that are apart");
    }
    if groups.len() > 1 && !retain {
        let what = "has other hours for each sourceTrip, and removes the trips outside them";
        m.not_yet(what, "set retainTripsOutsideFrequencyEntries, or give all trips the same hours");
    } else if !retain {
        m.note(
            "directions without a sourceTrip stay as they are here; there all other trips of the route go",
        );
    }
    let Some(route) = route else { return Vec::new() };
    let edit = |(bands, trips): &(Vec<Band>, Vec<String>)| {
        EditToml::new("set_headway")
            .put("route", quoted(&route))
            .put("headways", headways(bands))
            .put("templates", texts(trips))
            .maybe("retain_outside", (!retain).then_some(false))
    };
    groups.iter().map(edit).collect()
}

pub fn reroute(m: &mut Fields<'_>, number: usize) -> Vec<EditToml> {
    let which = which(m);
    let end = |m: &mut Fields<'_>, key| m.text(key).map(|id| m.id(id));
    let (from, to) = (end(m, "fromStop"), end(m, "toStop"));
    if from.is_none() && to.is_none() {
        m.wrong("fromStop is missing, and so is toStop", "add one of them, or both");
    }
    let line = m.comment().map_or(format!("reroute_{number}"), slug);
    let stops = stops(m, &line);
    let ends = usize::from(from.is_some()) + usize::from(to.is_some());
    let (hop_s, dwell_s) = (m.wholes("hopTimes"), m.wholes("dwellTimes"));
    let (hop_s, dwell_s) = (m.must("hopTimes", hop_s), m.must("dwellTimes", dwell_s));
    let (Some(which), Some(hop_s), Some(dwell_s)) = (which, hop_s, dwell_s) else { return Vec::new() };
    let calls = stops.len() + ends;
    for (key, has, must) in
        [("hopTimes", hop_s.len(), calls.saturating_sub(1)), ("dwellTimes", dwell_s.len(), calls)]
    {
        if has != must {
            m.wrong(format!("{key} has {has} numbers"), &format!("write {must}"));
            return Vec::new();
        }
    }
    // The first and the last dwell are those at the stops that stay.
    let first = usize::from(from.is_some());
    let (before, rest) = dwell_s.split_at(first);
    let (own, after) = rest.split_at(stops.len());
    for (dwell, stop) in before.iter().zip(&from).chain(after.iter().zip(&to)) {
        m.note(format_args!("trips stand at {stop} as long as they did; there it would be {dwell} s"));
    }
    let edit = which.put(EditToml::new("reroute"));
    let edit = edit
        .maybe("from_stop", from.map(|stop| quoted(&stop)))
        .maybe("to_stop", to.map(|stop| quoted(&stop)))
        .put("stops", written(&stops, false))
        .put("hop_s", listed(&hop_s, u32::to_string));
    vec![edit.maybe("dwell_s", (!own.is_empty()).then(|| dwells(own)))]
}
