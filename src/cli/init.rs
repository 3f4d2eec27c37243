//! `isokron init`: a study from the data.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;
use serde_json::json;

use super::Said;
use crate::base::error::Result;
use crate::run::ask::Prompt;
use crate::run::init::{Options, init};
use crate::run::progress::Progress;
use crate::study::parse::window_of;

/// Look into your data and write a commented study that runs as it is
///
/// The study gets a usual weekday (that with the median number of trips), a window in which the feeds run, the columns
/// of opportunities (jobs first) and people that the cells have, every other setting commented out with its default, and
/// commented sections for all else that a study can hold, which work when they are taken in.
/// It never overwrites a file.
///
/// In a terminal it asks what neither you nor the data say (files, of which it looks for some in the current folder;
/// the day; the window; columns that are doubtful), with a proposal that Enter takes. It asks nothing where standard
/// input or error is no terminal.
#[derive(Args)]
#[command(after_help = "\
Examples:
  isokron init poa/study.toml --osm poa_osm.pbf --gtfs poa_eptc.zip \\
      --gtfs poa_trensurb.zip --cells poa_hexgrid.csv
  isokron init porto/study.toml --osm porto.osm.pbf --gtfs stcp.zip
      (no cells: squares of 250 m are made)
  isokron init study.toml             (in a terminal: asks)
  isokron init study.toml --yes       (takes the data in this folder)
  isokron init s.toml --yes --date 2026-03-10 --depart 16:00/18:00")]
pub struct Arguments {
    /// The study file to write
    study: PathBuf,
    /// OpenStreetMap extracts (.osm.pbf)
    #[arg(long, value_name = "FILE", num_args = 1..)]
    osm: Vec<PathBuf>,
    /// GTFS feeds (.zip)
    #[arg(long, value_name = "FILE", num_args = 1..)]
    gtfs: Vec<PathBuf>,
    /// Cells, points or polygons: CSV, GeoJSON, Parquet, GeoPackage or Shapefile
    #[arg(long, value_name = "FILE")]
    cells: Option<PathBuf>,
    /// Day of travel, as 2026-03-10 [default: a usual weekday]
    #[arg(long, value_name = "DAY")]
    date: Option<Date>,
    /// Window of departures, as 07:00/09:00 [default: 07:00/09:00, or an hour in which the feeds run]
    #[arg(long, value_name = "FROM/TO", value_parser = window_of)]
    depart: Option<(i32, i32)>,
    /// Columns of what can be reached [default: guessed from names and numbers]
    #[arg(long, value_name = "COL", value_delimiter = ',')]
    opportunities: Option<Vec<String>>,
    /// Ask nothing: take what is proposed, files in the current folder too
    #[arg(long, short)]
    yes: bool,
}

impl Arguments {
    pub fn run(&self, executor: &Progress) -> Result<Said> {
        let options = Options {
            osm: self.osm.clone(),
            gtfs: self.gtfs.clone(),
            cells: self.cells.clone(),
            date: self.date,
            depart: self.depart,
            opportunities: self.opportunities.clone(),
            around: self.yes,
        };
        let (mut input, mut output) = (std::io::stdin().lock(), std::io::stderr());
        let somebody = std::io::stdin().is_terminal() && output.is_terminal();
        let mut asker = (somebody && !self.yes).then_some(Prompt { input: &mut input, output: &mut output });
        let begun = init(&self.study, &options, &mut asker, executor)?;
        let mut lines = vec![format!("Wrote {}", self.study.display())];
        if let Some((date, why)) = begun.date {
            lines.push(format!("Service date: {date}, {:?}, {why}", date.weekday()));
        }
        for feed in begun.idle {
            lines.push(format!("{feed} has no trip near the streets then: it is named in may_be_idle"));
        }
        lines.push(format!("Next: isokron check {0}, then isokron run {0}", self.study.display()));
        Ok(Said { json: json!({ "study": self.study, "said": lines }), lines })
    }
}
