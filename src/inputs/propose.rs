//! What was found in the data → the commented study file that `init` writes. It runs as it is.

mod day;
mod extras;
mod facts;
mod table;
mod texts;

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::{grid, project};
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Result};
use crate::base::units::clock;
use crate::study::keys::{Fallback, keys};
use crate::study::{GroupsAre, PlacesSource, PlacesSpec};
pub use day::{RunsByFeed, Usual, usual_day};
pub use facts::{Facts, FeedFacts};
pub use table::{CellsFacts, Coordinates, look};
use texts::{quoted, relative};

/// Sides of the squares of a grid, m.
const GRID_M: u32 = 250;

impl Facts {
    /// Feeds that the proposed window leaves without a trip.
    ///
    /// # Errors
    /// As [`propose`].
    pub fn idle(&self) -> Result<Vec<String>> {
        Ok(window(self)?.map_or_else(Vec::new, |window| window.idle))
    }

    /// The proposed window, seconds from midnight; `None` without feeds.
    ///
    /// # Errors
    /// As [`propose`].
    pub fn window_s(&self) -> Result<Option<(i32, i32)>> {
        Ok(window(self)?.map(|window| window.depart))
    }
}

/// A key as it is written: name, value as TOML, a remark in place of the key's meaning.
struct ProposedKey {
    key: &'static str,
    value: String,
    remark: Option<String>,
}

fn written(key: &'static str, value: String) -> ProposedKey {
    ProposedKey { key, value, remark: None }
}

fn remarked(key: &'static str, value: String, remark: String) -> ProposedKey {
    ProposedKey { key, value, remark: Some(remark) }
}

/// The text of a study: what was found, and every other key commented out with its default.
///
/// # Errors
/// `Error::Input` where nothing that runs can be proposed: no streets and no cells, feeds without service.
pub fn propose(facts: &Facts) -> Result<String> {
    let mut text = String::from(
        "# A study of isokron: everything that a run depends on. Paths are relative to this file.\n\
         # Lines behind a # are defaults, or examples where it says what holds without them; a section whose head is\n\
         # behind a # is one as a whole, and what is left when its marks are taken away works. docs/study.md has all keys.\n",
    );
    let window = window(facts)?;
    section(&mut text, "study", "[study]", &study(facts), &["time_zone"]);
    section(&mut text, "network", "[network]", &network(facts, window.as_ref()), &[]);
    let remark = match &facts.cells {
        Some(cells) => {
            format!("[cells]                         # {} places: origins and destinations", cells.rows)
        }
        None => {
            "[cells]                         # a grid made here: its squares are origins and destinations"
                .into()
        }
    };
    let given = cells(facts)?;
    let crs =
        given.iter().find(|written| written.key == "crs").map(|written| written.value.trim_matches('"'));
    // Keys that want other data than these.
    let foreign: Vec<&str> = keys()
        .filter(|key| {
            key.section == "cells" && !["groups", "groups_are", "opportunities"].contains(&key.name)
        })
        .map(|key| key.name)
        .collect();
    section(&mut text, "cells", &remark, &given, &foreign);
    extras::places(&mut text, facts, crs.filter(|_| facts.cells.is_none()));
    if let Some(window) = &window {
        section(
            &mut text,
            "period",
            "[[period]]                      # when; several may follow",
            &period(facts, window),
            &["arrive", "every_s"],
        );
    }
    let modes = if facts.feeds.is_empty() { "[\"walk\"]" } else { "[\"walk\", \"transit\"]" };
    let mut profile = vec![written("name", quoted("adult")), written("modes", modes.into())];
    if facts.feeds.is_empty() {
        // As long as the largest cutoff: who only walks may walk an hour.
        profile.push(written("max_walk_s", "3600".into()));
    }
    section(
        &mut text,
        "profile",
        "[[profile]]                     # a person; several may follow",
        &profile,
        &[],
    );
    extras::profile(&mut text);
    let cutoffs = [written("cutoffs_min", "[15, 30, 45, 60]".into())];
    let head = "[access]                        # cumulative opportunities";
    section(&mut text, "access", head, &cutoffs, &["contrasts"]);
    text += &format!(
        "{:<31} # with the profile slow above; - for differences\n",
        "# contrasts = [\"adult / slow\"]"
    );
    let first = first_of(facts);
    extras::analyses(&mut text, facts, &key_of(&format!("{first}_30min")));
    let mut outputs = Vec::new();
    if facts.shows_times {
        let remark = "all travel times, which report.html shows on its map".to_string();
        outputs.push(remarked("matrix", "true".into(), remark));
    }
    section(&mut text, "outputs", "[outputs]", &outputs, &["crs"]);
    Ok(text)
}

/// How many squares the grid has that is proposed where there are no cells.
pub fn squares(facts: &Facts, nodes: &[(f64, f64)]) -> Option<usize> {
    let (lon, lat) = facts.centre?;
    let crs = format!("EPSG:{}", project::fitting(lon, lat));
    let source = PlacesSource::Grid { size_m: GRID_M, crs, boundary: None, values: None };
    let spec = PlacesSpec::bare("cells", source);
    let made = grid::make(&spec, &facts.folder, Some(nodes), &mut Diagnostics::default());
    made.ok().map(|places| places.ids.len())
}

/// A study's name from the path of its file, or of its folder where the file is a mere `study.toml`: small
/// letters, digits and `_`.
pub fn name_of(path: &Path) -> String {
    let folder = path.parent().and_then(Path::file_name);
    let stem = match (path.file_stem().unwrap_or_default(), folder) {
        (stem, Some(folder)) if stem == "study" => folder,
        (stem, _) => stem,
    };
    let stem = stem.to_string_lossy().to_lowercase();
    let clean: String =
        stem.chars().map(|c| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '_' }).collect();
    let trimmed = clean.trim_matches('_');
    if trimmed.is_empty() { "study".into() } else { trimmed.into() }
}

/// Writes a new study file.
///
/// # Errors
/// Where there is a file of that name already (it stays as it is), or the folder cannot be written.
pub fn write_new(path: &Path, text: &str) -> Result<()> {
    use std::io::Write;
    let place = path.display().to_string();
    let file = std::fs::OpenOptions::new().write(true).create_new(true).open(path);
    let written = file.and_then(|mut file| {
        // Whole or not at all.
        file.write_all(text.as_bytes()).inspect_err(|_| drop(std::fs::remove_file(path)))
    });
    match written {
        Ok(()) => Ok(()),
        Err(error) => match error.kind() {
            std::io::ErrorKind::AlreadyExists => {
                Err(Error::input(place, "is there already, and init never overwrites", "choose another name"))
            }
            std::io::ErrorKind::NotFound => {
                Err(Error::input(place, "its folder is not there", "make the folder"))
            }
            _ => Err(Error::machine(place, error)),
        },
    }
}

/// One section: its keys in the order of the table, those not written commented out, but for `without`.
fn section(text: &mut String, name: &str, header: &str, given: &[ProposedKey], without: &[&str]) {
    *text += &format!("\n{header}\n");
    for key in keys().filter(|key| key.section == name) {
        let line = match (given.iter().find(|written| written.key == key.name), key.default) {
            (None, _) if without.contains(&key.name) => continue,
            (Some(written), _) => {
                let remark = written.remark.as_deref().unwrap_or(key.meaning);
                (format!("{} = {}", key.name, written.value), remark.to_string())
            }
            (None, Fallback::Value(default)) => (format!("# {} = {default}", key.name), key.meaning.into()),
            (None, Fallback::Absent(otherwise) | Fallback::As(otherwise)) => {
                let meaning = format!("{}; without it: {otherwise}", key.meaning);
                (format!("# {} = {}", key.name, key.example), meaning)
            }
            (None, Fallback::Required) => continue,
        };
        *text += &format!("{:<31} # {}\n", line.0, line.1);
    }
}

fn study(facts: &Facts) -> Vec<ProposedKey> {
    let mut keys = vec![written("name", quoted(&facts.name))];
    let mut zones: Vec<&String> = facts.feeds.iter().flat_map(|feed| &feed.zones).collect();
    zones.sort();
    zones.dedup();
    // The zone of the feed with most trips, where they do not agree.
    let busiest =
        facts.feeds.iter().rev().max_by_key(|feed| feed.trips()).and_then(|feed| feed.zones.first());
    if let (true, Some(zone)) = (zones.len() > 1, busiest) {
        let all = zones.iter().map(|zone| zone.as_str()).collect::<Vec<_>>().join(", ");
        keys.push(remarked("time_zone", quoted(zone), format!("the feeds differ: {all}")));
    }
    keys
}

fn network(facts: &Facts, window: Option<&ProposedWindow>) -> Vec<ProposedKey> {
    let list = |paths: Vec<&PathBuf>| {
        let paths: Vec<String> =
            paths.into_iter().map(|path| quoted(&relative(path, &facts.folder))).collect();
        format!("[{}]", paths.join(", "))
    };
    let mut keys = Vec::new();
    if !facts.osm.is_empty() {
        keys.push(written("osm", list(facts.osm.iter().collect())));
    }
    if !facts.feeds.is_empty() {
        keys.push(written("gtfs", list(facts.feeds.iter().map(|feed| &feed.file).collect())));
    }
    if let Some(window) = window.filter(|window| !window.idle.is_empty()) {
        let idle = window.idle.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
        let remark = "no trip starts in the window: see the feeds' dates with isokron check".to_string();
        keys.push(remarked("may_be_idle", format!("[{idle}]"), remark));
    }
    keys
}

fn cells(facts: &Facts) -> Result<Vec<ProposedKey>> {
    let Some(cells) = &facts.cells else {
        let Some((lon, lat)) = facts.centre.filter(|_| !facts.osm.is_empty()) else {
            return Err(Error::input(
                "init",
                "there are neither cells nor streets to lay a grid over",
                "give a table of places with --cells, or an OpenStreetMap extract with --osm",
            ));
        };
        let crs = format!("EPSG:{}", project::fitting(lon, lat));
        return Ok(vec![written("size_m", GRID_M.to_string()), written("crs", quoted(&crs))]);
    };
    let list = |names: &[String]| {
        format!("[{}]", names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", "))
    };
    let mut keys = vec![
        written("file", quoted(&relative(&cells.file, &facts.folder))),
        written("id", quoted(&cells.id)),
    ];
    match &cells.coordinates {
        Coordinates::Own => {}
        Coordinates::LonLat(lon, lat) => {
            keys.push(written("lon", quoted(lon)));
            keys.push(written("lat", quoted(lat)));
        }
        Coordinates::XY(x, y, crs) => {
            keys.push(written("x", quoted(x)));
            keys.push(written("y", quoted(y)));
            keys.push(remarked(
                "crs",
                quoted(crs),
                "the projection that puts them near the streets: check it".into(),
            ));
        }
        Coordinates::Shapes(crs) => {
            keys.push(remarked(
                "crs",
                quoted(crs),
                "the projection that puts them near the streets: check it".into(),
            ));
        }
    }
    if let Some(population) = &cells.population {
        keys.push(written("population", quoted(population)));
    }
    let reached = reached(cells);
    if !reached.is_empty() || !cells.others.is_empty() {
        let meaning = match cells.opportunities.is_empty() && !reached.is_empty() {
            true => "no column of opportunities was found: how many people can be reached",
            false => "columns of what can be reached",
        };
        let mut remark = meaning.to_string();
        if !cells.others.is_empty() {
            remark += &format!("; other numbers: {}", cells.others.join(", "));
        }
        let names: Vec<String> = reached.into_iter().cloned().collect();
        keys.push(remarked("opportunities", list(&names), remark));
    }
    if !cells.groups.is_empty() {
        keys.push(written("groups", list(&cells.groups)));
        let are = if cells.groups_are == GroupsAre::Shares { "shares" } else { "counts" };
        keys.push(written("groups_are", quoted(are)));
    }
    if let Some(income) = &cells.income {
        keys.push(written("income", quoted(income)));
    }
    Ok(keys)
}

/// The column that is reached, of which results have their first names.
fn first_of(facts: &Facts) -> &str {
    let reached = facts.cells.as_ref().map(reached).unwrap_or_default();
    reached.first().map_or("cells", |name| name.as_str())
}

/// The columns of what is reached: of people, where there is nothing else.
fn reached(cells: &CellsFacts) -> Vec<&String> {
    match cells.opportunities.is_empty() {
        true => cells.population.iter().collect(),
        false => cells.opportunities.iter().collect(),
    }
}

/// A text as a key of TOML, bare where it can be.
fn key_of(text: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if text.chars().all(bare) { text.to_string() } else { quoted(text) }
}

/// When to travel.
struct ProposedWindow {
    date: Date,
    /// Seconds from midnight.
    depart: (i32, i32),
    /// Trips that day and in the window.
    trips: (u64, u64),
    /// Feeds without a trip that starts in the window.
    idle: Vec<String>,
}

/// Why no trip could be found, and what to do.
fn no_service(facts: &Facts) -> (String, String) {
    let lost = facts.dropped.as_ref().map_or_else(String::new, |dropped| format!("; left out: {dropped}"));
    match facts.date {
        None if facts.runs && facts.stops_near > 0 => (
            "no trip calls at a stop near the streets, on any day".into(),
            "are the feeds and the streets of the same area? Give those that belong together".into(),
        ),
        None if !facts.runs => (
            format!("there is no day with service{lost}"),
            "look at calendar.txt and calendar_dates.txt, and at what isokron check FEED says".into(),
        ),
        _ if facts.stops_near == 0 => (
            "no stop with trips is near the streets".into(),
            "give an extract and feeds of the same area; isokron check says where streets and stops lie"
                .into(),
        ),
        date => (
            format!(
                "no trip that calls near the streets runs on {}",
                date.map_or_else(String::new, |d| d.to_string())
            ),
            "give another day with --date; isokron check FEED says when it runs".into(),
        ),
    }
}

/// 7 to 9 o'clock if every feed that runs that day runs then; else the hour in which most feeds run, and of
/// those the one with most trips, the earliest of equal ones. None without feeds.
fn window(facts: &Facts) -> Result<Option<ProposedWindow>> {
    if facts.feeds.is_empty() {
        return Ok(None);
    }
    let running: Vec<&FeedFacts> = facts.feeds.iter().filter(|feed| feed.trips() > 0).collect();
    let date = facts.date.filter(|_| !running.is_empty()).ok_or_else(|| {
        let names: Vec<String> = facts.feeds.iter().map(FeedFacts::name).collect();
        let (what, remedy) = no_service(facts);
        Error::input(names.join(", "), what, remedy)
    })?;
    let mut hours = 7..9;
    if let Some((start_s, end_s)) = facts.depart {
        hours = start_s as usize / 3600..(end_s as usize).div_ceil(3600);
    } else if !running.iter().all(|feed| feed.starts(hours.clone()) > 0) {
        let last = running.iter().map(|feed| feed.starts_by_hour.len()).max().unwrap_or(0);
        let worth = |hour: &usize| {
            let starts: Vec<u64> = running.iter().map(|feed| feed.starts(*hour..*hour + 1)).collect();
            (starts.iter().filter(|trips| **trips > 0).count(), starts.iter().sum::<u64>())
        };
        // The last of equals wins in `max_by_key`: the earliest, from behind.
        let best = (0..last).rev().max_by_key(worth).unwrap_or(0);
        hours = best..best + 1;
    }
    let sum = |hours: &std::ops::Range<usize>| running.iter().map(|feed| feed.starts(hours.clone())).sum();
    let trips = (running.iter().map(|feed| feed.trips()).sum(), sum(&hours));
    let idle =
        facts.feeds.iter().filter(|feed| feed.starts(hours.clone()) == 0).map(FeedFacts::name).collect();
    let whole = (hours.start as i32 * 3600, hours.end as i32 * 3600);
    Ok(Some(ProposedWindow { date, depart: facts.depart.unwrap_or(whole), trips, idle }))
}

fn period(facts: &Facts, window: &ProposedWindow) -> Vec<ProposedKey> {
    let near = if facts.osm.is_empty() { "" } else { " near the streets" };
    let why = if facts.why.is_empty() { String::new() } else { format!(": {}", facts.why) };
    let name = match window.depart.0 / 3600 % 24 {
        5..10 => "morning",
        10..16 => "midday",
        16..20 => "afternoon",
        20..23 => "evening",
        _ => "night",
    };
    let weekday = format!("{:?}", window.date.weekday());
    vec![
        written("name", quoted(name)),
        remarked(
            "date",
            window.date.to_string(),
            format!("{weekday}; {} trips{near} that day{why}", window.trips.0),
        ),
        remarked(
            "depart",
            quoted(&shown_window(window.depart)),
            format!("half open, may pass 24:00; {} trips start in it", window.trips.1),
        ),
    ]
}

/// A window as a study has it: `07:00/09:00`.
pub fn shown_window((start_s, end_s): (i32, i32)) -> String {
    let time = |seconds: i32| {
        let full = clock(seconds);
        full.strip_suffix(":00").map(str::to_string).unwrap_or(full)
    };
    format!("{}/{}", time(start_s), time(end_s))
}
