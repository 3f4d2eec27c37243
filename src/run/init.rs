//! A study from a folder of data: what is in it, and so what to ask.

use std::path::{Path, PathBuf};

use super::load::must_be_there;
use crate::base::error::{Error, Problem, Result};
use crate::base::findings::Findings;
use crate::base::watch::Watch;
use crate::inputs::propose::{self, Facts, FeedFacts};
use crate::inputs::{gtfs, osm, tables};
use crate::network::streets::{self, Streets};
use crate::network::transit::Timetable;
use crate::network::{calendar, span, timetable};

/// The data that the command line names, relative to the current folder.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub osm: Vec<PathBuf>,
    pub gtfs: Vec<PathBuf>,
    pub cells: Option<PathBuf>,
}

/// Looks into the data and writes the study; says what it saw.
///
/// # Errors
/// What is wrong in the files; a study that is there already.
pub fn init(study: &Path, options: &Options, watch: &dyn Watch) -> Result<Vec<String>> {
    if study.exists() {
        return Err(Error::input(
            study.display().to_string(),
            "is there already",
            "init never overwrites: choose another name, or move it away",
        ));
    }
    if options.osm.is_empty() {
        return Err(Error::Usage(Problem::new(
            "init",
            "there are no streets, and without them no cell can be linked",
            "give an OpenStreetMap extract with --osm",
        )));
    }
    must_be_there(options.osm.iter().chain(&options.gtfs).chain(&options.cells).map(PathBuf::as_path))?;
    let mut findings = Findings::default();
    let absolute =
        |path: &Path| std::path::absolute(path).map_err(|error| Error::machine(shown(path), error));
    let file = absolute(study)?;
    let folder = file.parent().map(Path::to_path_buf).unwrap_or_default();
    let all = |paths: &[PathBuf]| paths.iter().map(|path| absolute(path)).collect::<Result<Vec<_>>>();
    let (osm_files, gtfs_files) = (all(&options.osm)?, all(&options.gtfs)?);
    let streets = if osm_files.is_empty() {
        Streets::default()
    } else {
        streets::build(&osm::read(&osm_files, &mut findings, watch)?, 40, &mut findings)
    };
    let timetable = feeds(&gtfs_files, &mut findings)?;
    let bounds = Bounds::of(&streets, &timetable);
    let day = span::best_common_date(&timetable).map(|(day, _)| day);
    let centre = bounds.centre();
    let cells = match &options.cells {
        None => None,
        Some(path) => {
            let path = absolute(path)?;
            let table = tables::read(&path, &shown(&path), &mut findings)?;
            Some(propose::look(&table, path, centre)?)
        }
    };
    let feed_facts = gtfs_files.iter().enumerate().map(|(f, file)| FeedFacts {
        file: file.clone(),
        zones: zones(&timetable, f as u32),
        starts_by_hour: day.map_or_else(Vec::new, |day| starts_by_hour(&timetable, f as u32, day, &bounds)),
    });
    let facts = Facts {
        name: propose::name_of(&file),
        feeds: feed_facts.collect(),
        date: day.and_then(calendar::date_of),
        osm: osm_files,
        cells,
        centre,
        folder: folder.clone(),
    };
    let text = propose::propose(&facts)?;
    std::fs::create_dir_all(&folder).map_err(|error| Error::machine(shown(&folder), error))?;
    propose::write_new(&file, &text)?;
    let mut lines = vec![format!("Wrote {}", study.display())];
    if let Some(date) = facts.date {
        lines.push(format!("Service date with most trips: {date}"));
    }
    for feed in facts.idle()? {
        lines.push(format!("{feed} has no trip near the streets then: it is named in may_be_idle"));
    }
    Ok(lines)
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn feeds(paths: &[PathBuf], findings: &mut Findings) -> Result<Timetable> {
    let (mut feeds, mut problems): (Vec<_>, Vec<Problem>) = (Vec::new(), Vec::new());
    for path in paths {
        match gtfs::read(path, findings) {
            Ok(feed) => feeds.push(feed),
            Err(Error::Input(more)) => problems.extend(more),
            Err(other) => return Err(other),
        }
    }
    if !problems.is_empty() {
        return Err(Error::Input(problems));
    }
    timetable::check_names(feeds.iter().map(|feed| feed.name.as_str()))?;
    Ok(timetable::build(&feeds, true, findings))
}

fn zones(timetable: &Timetable, feed: u32) -> Vec<String> {
    let of_feed = timetable.routes.iter().filter(|route| route.feed == feed);
    let mut zones: Vec<String> = of_feed.map(|route| timetable.zones[route.zone as usize].clone()).collect();
    zones.sort_unstable();
    zones.dedup();
    zones
}

/// The box of the streets; of the stops where there are no streets. Degrees.
struct Bounds(Option<[f64; 4]>);

impl Bounds {
    fn of(streets: &Streets, timetable: &Timetable) -> Bounds {
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
        Bounds(range(&lon).zip(range(&lat)).map(|((w, e), (s, n))| [w, s, e, n]))
    }

    fn centre(&self) -> Option<(f64, f64)> {
        self.0.map(|[w, s, e, n]| ((w + e) / 2.0, (s + n) / 2.0))
    }

    fn hold(&self, lon: f64, lat: f64) -> bool {
        self.0.is_some_and(|[w, s, e, n]| (w..=e).contains(&lon) && (s..=n).contains(&lat))
    }
}

/// Runs of the feed that start in each hour of a service day and call near the streets.
fn starts_by_hour(timetable: &Timetable, feed: u32, day: i32, bounds: &Bounds) -> Vec<u32> {
    let mut starts = vec![0; 30];
    for (t, trip) in timetable.trips.iter().enumerate().filter(|(_, trip)| trip.feed == feed) {
        let runs = timetable.services.row(trip.service as usize).binary_search(&day).is_ok();
        let calls = timetable.calls.row(t);
        let stops = &timetable.stops;
        let near =
            || calls.iter().any(|c| bounds.hold(stops.lon[c.stop as usize], stops.lat[c.stop as usize]));
        if !runs || !near() {
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
