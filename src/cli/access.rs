//! `isokron access`: measures of access from travel times that are there already.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::Said;
use super::formats::format_that;
use crate::base::error::{Result, unread};
use crate::inputs::travel_times::{TableHints, TimeUnit};
use crate::measures::tables;
use crate::measures::unit::Unit;
use crate::outputs::diagnostics::summary;
use crate::run::access::{Options, access};
use crate::run::progress::Progress;
use crate::study::TableFormat;
use crate::study::parse::{measure_of_flag, measures_of_toml};

/// Every measure of access from a travel-time matrix of isokron, r5r, r5py, OpenTripPlanner or others
///
/// The matrix is a long table, CSV, Parquet, GeoJSON, GeoPackage or Shapefile: from_id, to_id and travel_time_s (isokron, seconds),
/// travel_time_p50 (r5r, minutes) or travel_time (r5py, minutes); fromPlace, toPlace, duration
/// (OpenTripPlanner, seconds). Pairs that it lacks are not reached. Rows may be departures: times are then taken at
/// percentiles of them, or measures averaged. Other costs than time are counted in a unit of yours. The land-use table
/// has a row for each place of the matrix. Results: a row a place, a column a measure.
#[derive(Args)]
#[command(after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{}", tables::help()))]
pub struct Arguments {
    /// The matrix; of several each is a mode, and its file's name ends its columns' names
    #[arg(required = true, value_name = "MATRIX")]
    matrices: Vec<PathBuf>,
    /// The table of places: ids, people, opportunities; CSV, Parquet, GeoJSON, GeoPackage or Shapefile
    #[arg(long, value_name = "TABLE")]
    land_use: PathBuf,
    /// A measure: KIND:key=value,key=value, lists with +; may be repeated [see --help for all]
    #[arg(long = "measure", short, value_name = "MEASURE")]
    measures: Vec<String>,
    /// More measures: a TOML file of [[measure]], as in a study
    #[arg(long = "measures", value_name = "FILE")]
    measure_file: Option<PathBuf>,
    /// The file to write
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// What kind of file [default: by its ending, else csv]
    #[arg(long, value_parser = format_that(TableFormat::Csv, |format| format.rows.is_some()))]
    format: Option<TableFormat>,
    /// Column of ids in the land-use table
    #[arg(long, value_name = "COLUMN", default_value = "id")]
    id: String,
    /// Its column of people
    #[arg(long, value_name = "COLUMN", default_value = "population")]
    population: String,
    /// Column of origins in the matrix [default: found by its name]
    #[arg(long, value_name = "COLUMN")]
    from: Option<String>,
    /// Column of destinations [default: found by its name]
    #[arg(long, value_name = "COLUMN")]
    to: Option<String>,
    /// Column of travel times or other costs, perhaps several [default: found by their names]
    #[arg(long, visible_alias = "cost", value_name = "COLUMN")]
    time: Vec<String>,
    /// What the costs are in: s, min, or another unit, which keys and columns then end in
    ///
    /// Without it the column's name tells whether times are seconds or minutes. With --unit m, say, limits and rates are
    /// metres: cutoffs_m=500, decay=exponential,half_life_m=800; results are jobs_cumulative_500m, jobs_nearest_1_m.
    #[arg(long, value_name = "UNIT", value_parser = unit)]
    unit: Option<(TimeUnit, Unit)>,
    /// Column that says which departure a row is of; several together name one [default: found by its name]
    ///
    /// departure, departure_time (with draw_number, as r5r writes them), depart_time or departure_s. Measures are then of
    /// percentiles of the departures, 50 if they name none, and with mean=true the mean over all of them. A pair without
    /// a row for a departure does not arrive then.
    #[arg(long, value_name = "COLUMN")]
    departure: Vec<String>,
}

fn unit(name: &str) -> std::result::Result<(TimeUnit, Unit), String> {
    match name {
        "s" | "sec" | "seconds" => Ok((TimeUnit::Seconds, Unit::Time)),
        "min" | "mins" | "minutes" => Ok((TimeUnit::Minutes, Unit::Time)),
        _ => Unit::other(name).map(|unit| (TimeUnit::Other, unit)),
    }
}

const EXAMPLES: &str = "\
Examples:
  isokron access ttm.parquet --land-use land.csv -m cumulative:cutoffs_min=15+30,of=jobs -o access.csv
  isokron access r5r.csv --land-use land.csv -m gravity:decay=exponential,half_life_min=20,of=jobs -o a.csv
  isokron access r5py.csv --land-use land.csv --measures measures.toml -o access.parquet
  isokron access expanded.csv --land-use land.csv -m cumulative:cutoffs_min=30,of=jobs,mean=true -o access.csv
  isokron access fares.csv --cost fare --unit eur --land-use land.csv -m cumulative:cutoffs_eur=3,of=jobs -o a.csv
  isokron access walk.csv bus.csv --land-use land.csv -m logsum:rate_per_min=0.05,of=jobs -o logsum.csv";

impl Arguments {
    pub fn run(&self, executor: &Progress) -> Result<Said> {
        let mut measures = Vec::new();
        for flag in &self.measures {
            measures.push(measure_of_flag(flag)?);
        }
        if let Some(file) = &self.measure_file {
            let place = file.display().to_string();
            let text =
                std::fs::read_to_string(file).map_err(|error| unread(&place, &error, "check the path"))?;
            measures.extend(measures_of_toml(&text, &place)?);
        }
        let (time_unit, unit) = self.unit.clone().unzip();
        let options = Options {
            matrices: self.matrices.clone(),
            told: TableHints {
                from: self.from.clone(),
                to: self.to.clone(),
                times: self.time.clone(),
                unit: time_unit,
                departure: self.departure.clone(),
            },
            land_use: self.land_use.clone(),
            id: self.id.clone(),
            population: self.population.clone(),
            measures,
            unit: unit.unwrap_or_default(),
            measure_file: self.measure_file.clone(),
            format: self.format,
        };
        let outcome = access(&options, &self.output, executor)?;
        let mut lines = summary(&outcome.diagnostics);
        let json = json!({
            "places": outcome.places, "columns": outcome.columns, "departures": outcome.departures,
            "output": self.output, "said": lines,
        });
        for (matrix, departures) in self.matrices.iter().zip(&outcome.departures) {
            lines.extend(departures.map(|number| format!("{}: {number} departures", matrix.display())));
        }
        let (columns, places) = (outcome.columns.len(), outcome.places);
        lines.push(format!("{columns} columns of {places} places in {}", self.output.display()));
        Ok(Said { json, lines })
    }
}
