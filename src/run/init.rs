//! A study from a folder of data: what is in it, and so what to ask of the data, and of whoever sits there.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::around;
use super::ask::Prompt;
use super::load::{must_be_there, street_points};
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Problem, Result};
use crate::base::executor::Executor;
use crate::inputs::propose::{self, CellsFacts, Facts, FeedFacts, RunsByFeed, usual_day};
use crate::inputs::{gtfs, osm, tables};
use crate::network::streets::{self, Streets};
use crate::network::transit::{FREQUENCY, Timetable};
use crate::network::{calendar, timetable};
use crate::outputs::report::MOST_PAIRS;
use crate::study::parse::{nearest, window_of};
use crate::study::split_layer;

/// What the command line says, paths relative to the current folder.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub osm: Vec<PathBuf>,
    pub gtfs: Vec<PathBuf>,
    pub cells: Option<PathBuf>,
    pub date: Option<Date>,
    /// The window, seconds from midnight.
    pub depart: Option<(i32, i32)>,
    pub opportunities: Option<Vec<String>>,
    /// Where no file is named, those in the current folder are taken.
    pub around: bool,
}

/// A study that was written, and what nobody was asked.
#[derive(Debug)]
pub struct StudyBegun {
    /// The date that was chosen, and why.
    pub date: Option<(Date, String)>,
    /// Feeds without a trip near the streets then.
    pub idle: Vec<String>,
}

/// Looks into the data and writes the study; says what it saw. `asker` is asked what neither the options nor the data
/// say; without one, what is proposed is taken.
///
/// # Errors
/// What is wrong in the files; a study that is there already; as [`Prompt::ask`].
pub fn init(
    study: &Path,
    options: &Options,
    asker: &mut Option<Prompt<'_>>,
    executor: &dyn Executor,
) -> Result<StudyBegun> {
    if study.exists() {
        return Err(Error::input(
            study.display().to_string(),
            "is there already",
            "init never overwrites: choose another name, or move it away",
        ));
    }
    let mut options = options.clone();
    let tables = files(&mut options, asker)?;
    if options.osm.is_empty() {
        return Err(Error::Usage(Problem::new(
            "init",
            "there are no streets, and without them no cell can be linked",
            "give an OpenStreetMap extract with --osm",
        )));
    }
    must_be_there(options.osm.iter().chain(&options.gtfs).chain(&options.cells).map(PathBuf::as_path))?;
    let mut diagnostics = Diagnostics::default();
    let file = absolute(study)?;
    let folder = file.parent().map(Path::to_path_buf).unwrap_or_default();
    let all = |paths: &[PathBuf]| paths.iter().map(|path| absolute(path)).collect::<Result<Vec<_>>>();
    let (osm_files, gtfs_files) = (all(&options.osm)?, all(&options.gtfs)?);
    let streets = streets::build(&osm::read(&osm_files, &mut diagnostics, executor)?, 40, &mut diagnostics);
    let timetable = feeds(&gtfs_files, &mut diagnostics, executor)?;
    executor.rest();
    let bounds = RegionBox::of(&streets, &timetable);
    let centre = bounds.centre();
    let mut cells = match &options.cells {
        None => places(&tables, centre, asker, &mut diagnostics)?,
        Some(path) => Some(table_of(path, centre, &mut diagnostics)?),
    };
    if let Some(cells) = &mut cells {
        opportunities(cells, &options, asker)?;
    }
    let feed_facts = gtfs_files.iter().enumerate().map(|(f, file)| FeedFacts {
        file: file.clone(),
        zones: zones(&timetable, f as u32),
        starts_by_hour: Vec::new(),
    });
    let mut facts = Facts {
        name: propose::name_of(&file),
        feeds: feed_facts.collect(),
        osm: osm_files,
        cells,
        centre,
        folder: folder.clone(),
        ..Facts::default()
    };
    facts.stops_near = bounds.stops(&timetable);
    facts.dropped =
        gtfs_files.iter().find_map(|file| diagnostics.dropped(&file.file_stem()?.to_string_lossy()));
    when(&mut facts, &timetable, &bounds, &options, asker)?;
    facts.street = middle(&streets, centre);
    facts.route = busiest_route(&timetable, &bounds, facts.date);
    facts.shows_times = places_of(&facts, &streets).is_some_and(|places| places * places <= MOST_PAIRS);
    let text = propose::propose(&facts)?;
    std::fs::create_dir_all(&folder).map_err(|error| Error::machine(shown(&folder), error))?;
    propose::write_new(&file, &text)?;
    let chosen = facts.date.filter(|_| options.date.is_none() && asker.is_none());
    let idle = facts.idle()?;
    Ok(StudyBegun { date: chosen.map(|date| (date, facts.why.to_string())), idle })
}

/// Files that are not named are looked for in the current folder, and asked for. Returns tables among which the cells
/// may be.
fn files(options: &mut Options, asker: &mut Option<Prompt<'_>>) -> Result<Vec<PathBuf>> {
    if asker.is_none() && !options.around {
        return Ok(Vec::new());
    }
    let here = around::look(Path::new("."))?;
    let plain = |paths: &[PathBuf]| -> Vec<PathBuf> {
        paths.iter().map(|path| path.strip_prefix(".").unwrap_or(path).to_path_buf()).collect()
    };
    let named = |paths: &[PathBuf]| paths.iter().map(|path| shown(path)).collect::<Vec<_>>().join(", ");
    for (given, found, question) in [
        (&mut options.osm, here.osm, "Streets: OpenStreetMap extracts (.osm.pbf)"),
        (&mut options.gtfs, here.gtfs, "Timetables: GTFS feeds (.zip), - for none"),
    ] {
        let found = plain(&found);
        if given.is_empty() {
            *given = match asker {
                Some(asker) => asker.ask(question, &named(&found), paths)?,
                None => found,
            };
        }
    }
    Ok(if options.cells.is_some() { Vec::new() } else { plain(&here.tables) })
}

/// Paths with commas between, which must be there; `-` for none.
fn paths(answer: &str) -> std::result::Result<Vec<PathBuf>, String> {
    if answer == "-" {
        return Ok(Vec::new());
    }
    // A name may have commas of its own, and a layer behind it.
    let is_there = |path: &Path| split_layer(path).0.is_file();
    if is_there(Path::new(answer)) {
        return Ok(vec![PathBuf::from(answer)]);
    }
    let paths: Vec<PathBuf> = answer.split(',').map(|path| PathBuf::from(path.trim())).collect();
    match paths.iter().find(|path| !is_there(path)) {
        Some(path) => Err(format!("there is no file {}", path.display())),
        None => Ok(paths),
    }
}

/// The cells among some tables: the first that can be read as places, or what is answered.
fn places(
    tables: &[PathBuf],
    centre: Option<(f64, f64)>,
    asker: &mut Option<Prompt<'_>>,
    diagnostics: &mut Diagnostics,
) -> Result<Option<CellsFacts>> {
    // What is wrong in tables that nobody named is nobody's business.
    let read = |path: &PathBuf| table_of(path, centre, &mut Diagnostics::default()).ok();
    let found = tables.iter().find_map(|path| Some((path.clone(), read(path)?)));
    let Some(asker) = asker else { return Ok(found.map(|(_, cells)| cells)) };
    let proposal = found.as_ref().map_or("-".to_string(), |(path, _)| shown(path));
    let question = "Cells: a table of places, - for a grid of 250 m";
    let path = asker.ask(question, &proposal, |answer| Ok(paths(answer)?.into_iter().next()))?;
    match (path, found) {
        (Some(path), Some((known, cells))) if path == known => Ok(Some(cells)),
        (Some(path), _) => table_of(&path, centre, diagnostics).map(Some),
        (None, _) => Ok(None),
    }
}

fn table_of(path: &Path, centre: Option<(f64, f64)>, diagnostics: &mut Diagnostics) -> Result<CellsFacts> {
    let path = absolute(path)?;
    let table = tables::read(&path, &shown(&path), diagnostics)?;
    propose::look(&table, path, centre)
}

/// The columns of opportunities as told, or as answered where it is doubtful which they are.
fn opportunities(cells: &mut CellsFacts, options: &Options, asker: &mut Option<Prompt<'_>>) -> Result<()> {
    let numbers: Vec<String> = cells.opportunities.iter().chain(&cells.others).cloned().collect();
    let read = |answer: &str| {
        let names = answer.split(',').map(str::trim).filter(|name| !["", "-"].contains(name));
        let names: Vec<String> = names.map(str::to_string).collect();
        match names.iter().find(|name| !numbers.contains(name)) {
            Some(name) => Err(match nearest(name, numbers.iter().map(String::as_str)) {
                Some(near) => format!("there is no column {name} of amounts: did you mean {near}?"),
                None => format!("there is no column {name} of amounts, but {}", numbers.join(", ")),
            }),
            None => Ok(names),
        }
    };
    let doubtful = !cells.others.is_empty() || cells.opportunities.is_empty();
    let chosen = match (&options.opportunities, asker) {
        (Some(names), _) => {
            let wrong =
                |what| Error::Usage(Problem::new("--opportunities", what, "name columns of the cells"));
            read(&names.join(",")).map_err(wrong)?
        }
        (None, Some(asker)) if doubtful && !numbers.is_empty() => {
            let others = cells.others.join(", ");
            let question = format!("Columns of what can be reached, - for none (other numbers: {others})");
            let proposal = cells.opportunities.join(", ");
            asker.ask(&question, if proposal.is_empty() { "-" } else { &proposal }, read)?
        }
        _ => return Ok(()),
    };
    cells.others = numbers.into_iter().filter(|name| !chosen.contains(name)).collect();
    cells.opportunities = chosen;
    Ok(())
}

/// Day and window, where there are feeds.
fn when(
    facts: &mut Facts,
    timetable: &Timetable,
    bounds: &RegionBox,
    options: &Options,
    asker: &mut Option<Prompt<'_>>,
) -> Result<()> {
    let starts =
        |date: Date, feed: usize| starts_by_hour(timetable, feed as u32, calendar::day_number(date), bounds);
    let feeds = facts.feeds.len();
    let date = |answer: &str| {
        let date: Date = answer.parse().map_err(|_| format!("{answer} is no day: write 2026-03-10"))?;
        let runs = (0..feeds).any(|feed| starts(date, feed).iter().any(|&trips| trips > 0));
        if runs { Ok(date) } else { Err(format!("no trip starts near the streets on {date}")) }
    };
    let usual = usual_day(&service(timetable, feeds, bounds));
    facts.runs = timetable.trips.iter().any(|trip| !timetable.services.row(trip.service as usize).is_empty());
    let best = usual.as_ref().map(|usual| usual.date);
    facts.date = match (options.date, asker.as_mut(), best) {
        (Some(given), ..) if feeds > 0 => {
            let wrong =
                |what| Error::Usage(Problem::new("--date", what, "isokron check FEED says when it runs"));
            Some(date(&given.to_string()).map_err(wrong)?)
        }
        (None, Some(asker), Some(best)) => {
            Some(asker.ask("Day of travel (proposed: a usual weekday)", &best.to_string(), date)?)
        }
        _ => best,
    };
    facts.why =
        usual.filter(|usual| facts.date == Some(usual.date)).map_or_else(String::new, |usual| usual.why);
    for feed in 0..feeds {
        facts.feeds[feed].starts_by_hour = facts.date.map_or_else(Vec::new, |date| starts(date, feed));
    }
    facts.depart = options.depart;
    if let (Some(asker), None, Some(window)) = (asker, options.depart, facts.window_s()?) {
        let read = |answer: &str| window_of(answer).map_err(|what| format!("the window {what}"));
        facts.depart = Some(asker.ask("Departures from/to", &propose::shown_window(window), read)?);
    }
    Ok(())
}

fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).map_err(|error| Error::machine(shown(path), error))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn feeds(paths: &[PathBuf], diagnostics: &mut Diagnostics, executor: &dyn Executor) -> Result<Timetable> {
    let (mut feeds, mut problems): (Vec<_>, Vec<Problem>) = (Vec::new(), Vec::new());
    for path in paths {
        match gtfs::read(path, diagnostics, executor) {
            Ok(feed) => feeds.push(feed),
            Err(Error::Input(more)) => problems.extend(more),
            Err(other) => return Err(other),
        }
    }
    if !problems.is_empty() {
        return Err(Error::Input(problems));
    }
    timetable::check_names(feeds.iter().map(|feed| feed.name.as_str()))?;
    Ok(timetable::build(&feeds, true, diagnostics))
}

fn zones(timetable: &Timetable, feed: u32) -> Vec<String> {
    let of_feed = timetable.routes.iter().filter(|route| route.feed == feed);
    let mut zones: Vec<String> = of_feed.map(|route| timetable.zones[route.zone as usize].clone()).collect();
    zones.sort_unstable();
    zones.dedup();
    zones
}

/// The box of the streets; of the stops where there are no streets. Degrees.
struct RegionBox(Option<[f64; 4]>);

impl RegionBox {
    fn of(streets: &Streets, timetable: &Timetable) -> RegionBox {
        let e7 = |values: &[i32]| values.iter().map(|&v| f64::from(v) / 1e7).collect::<Vec<_>>();
        let (lon, lat) = if streets.edges() > 0 {
            (e7(&streets.shape_lon_e7), e7(&streets.shape_lat_e7))
        } else {
            (timetable.stops.lon.to_vec(), timetable.stops.lat.to_vec())
        };
        let range = |values: &[f64]| {
            let mut finite: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
            finite.sort_by(f64::total_cmp);
            Some((*finite.first()?, *finite.last()?))
        };
        RegionBox(range(&lon).zip(range(&lat)).map(|((w, e), (s, n))| [w, s, e, n]))
    }

    fn centre(&self) -> Option<(f64, f64)> {
        self.0.map(|[w, s, e, n]| ((w + e) / 2.0, (s + n) / 2.0))
    }

    /// How many stops with trips lie within.
    fn stops(&self, timetable: &Timetable) -> usize {
        let stops = &timetable.stops;
        let called = (0..stops.called.len()).filter(|&stop| stops.called[stop] != 0);
        called.filter(|&stop| self.hold(stops.lon[stop], stops.lat[stop])).count()
    }

    fn hold(&self, lon: f64, lat: f64) -> bool {
        self.0.is_some_and(|[w, s, e, n]| (w..=e).contains(&lon) && (s..=n).contains(&lat))
    }

    /// Whether a trip calls at a stop in them.
    fn near(&self, timetable: &Timetable, trip: usize) -> bool {
        let stops = &timetable.stops;
        let at = |stop: usize| self.hold(stops.lon[stop], stops.lat[stop]);
        timetable.calls.row(trip).iter().any(|call| at(call.stop as usize))
    }
}

/// How many runs of each feed call near the streets, day by day.
fn service(timetable: &Timetable, feeds: usize, bounds: &RegionBox) -> RunsByFeed {
    let mut runs = vec![vec![0; feeds]; timetable.services.len()];
    for (t, trip) in timetable.trips.iter().enumerate().filter(|(t, _)| bounds.near(timetable, *t)) {
        runs[trip.service as usize][trip.feed as usize] += timetable.shifts.row(t).len() as u64;
    }
    let mut days = RunsByFeed::new();
    for (service, runs) in runs.iter().enumerate().filter(|(_, runs)| runs.iter().any(|runs| *runs > 0)) {
        for date in timetable.services.row(service).iter().filter_map(|&day| calendar::date_of(day)) {
            let of_day = days.entry(date).or_insert_with(|| vec![0; feeds]);
            of_day.iter_mut().zip(runs).for_each(|(sum, runs)| *sum += runs);
        }
    }
    days
}

/// The route with most trips near the streets that day: its id, with its feed's name where another feed has it too, and
/// what it is called.
fn busiest_route(timetable: &Timetable, bounds: &RegionBox, date: Option<Date>) -> Option<(String, String)> {
    let day = calendar::day_number(date?);
    let mut trips = vec![0usize; timetable.routes.len()];
    for (t, trip) in timetable.trips.iter().enumerate() {
        let runs = timetable.services.row(trip.service as usize).binary_search(&day).is_ok();
        if runs && trip.flags & FREQUENCY == 0 && bounds.near(timetable, t) {
            trips[trip.route as usize] += 1;
        }
    }
    // The first of equals, from behind.
    let best = (0..trips.len()).rev().filter(|&route| trips[route] > 1).max_by_key(|&route| trips[route])?;
    let id = timetable.route_ids.get(best);
    let same = (0..trips.len()).filter(|&route| timetable.route_ids.get(route) == id).count();
    let feed = &timetable.feeds[timetable.routes[best].feed as usize].name;
    let shown = if same > 1 { format!("{feed}:{id}") } else { id.to_string() };
    Some((shown, timetable.route_names.get(best).to_string()))
}

/// A point of the streets, the nearest to the middle of them all.
fn middle(streets: &Streets, centre: Option<(f64, f64)>) -> Option<(f64, f64)> {
    let (x, y) = centre?;
    let away = |&(lon, lat): &(f64, f64)| ((lon - x) * y.to_radians().cos()).hypot(lat - y);
    street_points(streets).into_iter().min_by(|a, b| away(a).total_cmp(&away(b)))
}

/// How many places the study will have.
fn places_of(facts: &Facts, streets: &Streets) -> Option<usize> {
    match &facts.cells {
        Some(cells) => Some(cells.rows),
        None => propose::squares(facts, &street_points(streets)),
    }
}

/// Runs of the feed that start in each hour of a service day and call near the streets.
fn starts_by_hour(timetable: &Timetable, feed: u32, day: i32, bounds: &RegionBox) -> Vec<u32> {
    let mut starts = vec![0; 30];
    for (t, trip) in timetable.trips.iter().enumerate().filter(|(_, trip)| trip.feed == feed) {
        let runs = timetable.services.row(trip.service as usize).binary_search(&day).is_ok();
        let calls = timetable.calls.row(t);
        if !runs || !bounds.near(timetable, t) {
            continue;
        }
        for shift in timetable.shifts.row(t) {
            let hour = (calls[0].departure_s + shift).div_euclid(3600);
            if let Some(slot) = usize::try_from(hour).ok().and_then(|hour| starts.get_mut(hour)) {
                *slot += 1;
            }
        }
    }
    starts
}
