//! `isokron trip`: one journey, leg by leg.

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};

use super::Said;
use super::journey::said;
use crate::base::error::Result;
use crate::run::progress::Progress;
use crate::run::trip::{Options, trip};
use crate::study::WindowOf;

/// One door-to-door journey, leg by leg: the way to ask "why?"
///
/// A place is LON,LAT, the id of a cell (or, to go to, of one of the [[destinations]]), or stop:ID (stop:FEED:ID
/// with several feeds; no walk to it then). Of the journeys that arrive first (with --arrive: of those that are
/// there in time, the ones that leave last, and of these the first), the one that leaves last, with fewest rides,
/// with the least walking.
///
/// Times are told to the minute (departures rounded down); --json has every second.
///
/// With --geojson each leg is a line: along the streets, links included, or straight from stop to stop. Properties: leg,
/// mode (walk, bicycle, car, transit), from, to, departs, arrives, seconds, metres; by bicycle and car parking_s (of the
/// seconds those to lock or park it), osm_ways, and capacity and price of a park-and-ride site; in public transport route, headsign, trip_id, feed, stayed_seated.
#[derive(Args)]
#[command(group = ArgGroup::new("when").required(true).args(["depart", "arrive"]))]
#[command(after_help = "\
Examples:
  isokron trip city/study.toml --from 89a901291abffff --to -51.2177,-30.0331 --depart 14:05
  isokron trip city/study.toml --from stop:9021001 --to stop:9021014 --depart 2026-03-10T23:50
  isokron trip city/study.toml --from 89a901291abffff --to stop:9021014 --arrive 08:00
  isokron trip city/study.toml --scenario tram --from stop:9021001 --to stop:9021014 --depart 14:05
  isokron trip city/study.toml --profile cyclist --from 18.06,59.33 --to 18.10,59.31 --depart 8:00 --geojson ride.geojson")]
pub struct Arguments {
    /// The study file
    study: PathBuf,
    /// Where from
    #[arg(long, value_name = "PLACE", allow_hyphen_values = true)]
    from: String,
    /// Where to
    #[arg(long, value_name = "PLACE", allow_hyphen_values = true)]
    to: String,
    /// When to leave: HH:MM[:SS] on the period's date, or 2026-03-10T07:30
    #[arg(long, value_name = "TIME")]
    depart: Option<String>,
    /// When to be there at the latest, likewise
    #[arg(long, value_name = "TIME")]
    arrive: Option<String>,
    /// Which period, where the study has several
    #[arg(long, value_name = "NAME")]
    period: Option<String>,
    /// Which profile, where the study has several
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Which scenario [default: base, the study without edits]
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    /// Also the legs on the map, as GeoJSON: a line each; `-`: on standard output, in place of words
    #[arg(long, value_name = "FILE")]
    geojson: Option<PathBuf>,
}

impl Arguments {
    pub fn run(&self, executor: &Progress) -> Result<Said> {
        let (of, at) = match (&self.depart, &self.arrive) {
            (Some(at), _) => (WindowOf::Departures, at.clone()),
            (None, at) => (WindowOf::Arrivals, at.clone().unwrap_or_default()),
        };
        let options = Options {
            from: self.from.clone(),
            to: self.to.clone(),
            of,
            at,
            period: self.period.clone(),
            profile: self.profile.clone(),
            scenario: self.scenario.clone(),
            geojson: self.geojson.clone(),
        };
        let answer = trip(&self.study, &options, executor)?;
        if let (Some(drawn), Some("-")) = (&answer.drawn, self.geojson.as_deref().and_then(Path::to_str)) {
            return Ok(Said { lines: vec![format!("{drawn:#}")], json: drawn.clone() });
        }
        Ok(said(&answer, &self.from, &self.to))
    }
}
