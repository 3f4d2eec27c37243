//! One door-to-door journey of a study.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::DateTime;
use serde_json::Value;

use super::cache::Cache;
use super::choose::choose;
use super::debug_environment;
use super::given;
use super::guard;
use super::load::StudyData;
use super::progress::Progress;
use super::scenarios::within;
use super::trip_drawn::{self, Told};
use crate::base::error::{Error, Problem, Result};
use crate::base::units::parse_clock;
use crate::engine::trip::{Drawing, EndSpots, FoundTrip, LegsBy, TripPlace, find};
use crate::engine::window::{self, WindowQuery};
use crate::network::rides::Vehicle;
use crate::network::transit::Timetable;
use crate::outputs::staging::write_atomically;
use crate::routing::Query;
use crate::routing::journey::Journey;
use crate::study::{Period, Profile, Study, WindowOf};

/// What the command line asks for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub from: String,
    pub to: String,
    pub of: WindowOf,
    /// When to leave, or to be there: `HH:MM[:SS]` on the period's date, or `YYYY-MM-DDTHH:MM[:SS]`.
    pub at: String,
    pub period: Option<String>,
    pub profile: Option<String>,
    /// `None`: the base.
    pub scenario: Option<String>,
    /// Also the legs on the map; "-": in the answer alone.
    pub geojson: Option<PathBuf>,
}

/// A journey, and what it takes to tell of it.
#[derive(Debug)]
pub struct TripAnswer {
    /// `None`: there is none within the longest travel time.
    pub journey: Option<Journey>,
    /// With what all the way without a ride is; `None`: on foot.
    pub vehicle: Option<Vehicle>,
    pub legs_by: LegsBy,
    pub of: WindowOf,
    /// Times of the journey are of this query.
    pub query: Query,
    /// The second asked for, and the date that the clock's hours count from.
    pub period: Period,
    pub zone: String,
    pub profile: Profile,
    pub timetable: Arc<Timetable>,
    /// The legs as GeoJSON, where it was asked for.
    pub drawn: Option<Value>,
}

/// Finds the journey.
///
/// # Errors
/// A place or time that cannot be understood; what [`StudyData::load`] meets.
pub fn trip(file: &Path, options: &Options, executor: &Progress) -> Result<TripAnswer> {
    let study = given::travel(file)?;
    guard::spares_study(options.geojson.iter().filter_map(|to| in_file(to)), file, &study)?;
    let profile =
        choose("profile", &study.profiles, |p: &Profile| &p.name, options.profile.as_deref())?.clone();
    let period = at_time(&study, options)?;
    let cache = Cache::new(&study.folder.join(&study.network.cache));
    let mut loaded = StudyData::load(&study, &cache, executor)?;
    let zone = window::zone(&study, &loaded.timetable)?;
    let mut diagnostics = std::mem::take(&mut loaded.diagnostics);
    let how = debug_environment::how()?;
    let mut asked = window::ask(&study, &loaded, &zone, &period, &profile, how, &mut diagnostics)?;
    let scenario = options.scenario.as_deref();
    let (region, profile, network) = within(&study, scenario, &loaded, &profile, &zone, &cache, executor)?;
    if scenario.is_some() {
        asked = WindowQuery::plainly(&region, &zone, &period, &profile, how)?;
    }
    let (from, to) =
        (TripPlace::named(&region, &options.from, false)?, TripPlace::named(&region, &options.to, true)?);
    let places = [(&from, options.from.as_str()), (&to, options.to.as_str())];
    let trip = find(&study, &region, &network, &profile, &asked, places, executor)?;
    let mut legs = Vec::new();
    if options.geojson.is_some() {
        let spots = |place: &TripPlace, is_start: bool| {
            EndSpots::of_place(&study, &region, &network, place, is_start, executor)
        };
        let (ends, streets) = ([spots(&from, true)?, spots(&to, false)?], region.walked_streets(&profile));
        let (region, network, profile, streets) = (&region, &network, &profile, &streets);
        legs = Drawing { region, network, profile, streets, ends }.legs(&trip);
    }
    executor.end();
    let FoundTrip { journey, vehicle, legs_by } = trip;
    let onward = network.chains.as_ref().and_then(|chains| chains.onward());
    let sites = onward.map(|onward| Arc::clone(&onward.sites));
    let mut answer = TripAnswer {
        journey,
        vehicle,
        legs_by,
        of: asked.of,
        query: asked.span(),
        period,
        zone,
        profile,
        timetable: region.timetable,
        drawn: None,
    };
    if let Some(to) = &options.geojson {
        let (timetable, zone, start_unix_s) = (&*answer.timetable, &*answer.zone, answer.query.start_unix_s);
        let drawn =
            trip_drawn::drawn(&legs, &Told { timetable, zone, start_unix_s, sites: sites.as_deref() });
        if let Some(to) = in_file(to) {
            write_atomically(to, |out| writeln!(out, "{drawn:#}"))?;
        }
        answer.drawn = Some(drawn);
    }
    Ok(answer)
}

/// The file to write; `None`: standard output.
fn in_file(geojson: &Path) -> Option<&Path> {
    (geojson != Path::new("-")).then_some(geojson)
}

/// The period with its window moved to the time asked for.
fn at_time(study: &Study, options: &Options) -> Result<Period> {
    let wrong = || {
        Error::Usage(Problem::new(
            match options.of {
                WindowOf::Departures => "--depart",
                WindowOf::Arrivals => "--arrive",
            },
            format!("{} is no time", options.at),
            "give HH:MM or HH:MM:SS (on the period's date), or 2026-03-10T07:30",
        ))
    };
    // Nameless: it is none of the study's.
    let moved = |date, start_s: i32| Period {
        name: String::new(),
        date,
        of: options.of,
        start_s,
        end_s: start_s + 1,
        every_s: 1,
    };
    if let Ok(at) = options.at.parse::<DateTime>()
        && options.at.contains('T')
    {
        let start_s = i32::from(at.hour()) * 3600 + i32::from(at.minute()) * 60 + i32::from(at.second());
        return Ok(moved(at.date(), start_s));
    }
    let start_s = parse_clock(&options.at).ok_or_else(wrong)?;
    let period = choose("period", &study.periods, |p: &Period| &p.name, options.period.as_deref())?;
    Ok(moved(period.date, start_s))
}
