//! `isokron isochrone`: what can be reached within a time, as polygons.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::Said;
use super::formats::format_that;
use crate::base::error::Result;
use crate::outputs::diagnostics::{grouped, summary};
use crate::run::isochrone::{AreaAndSums, IsochroneAnswer, IsochroneFigures, isochrone};
use crate::run::origins::Options;
use crate::run::progress::Progress;
use crate::study::TableFormat;

/// What can be reached within a time, as polygons
///
/// Times are exact at every point of a fine lattice over the streets; the polygons are contoured from them, nested,
/// with holes. A row for each origin, percentile and cutoff: id, lon, lat, cutoff_min, percentile, area_km2,
/// population_within and what else is within: that of the cells whose own time is within the cutoff. Within 30 minutes at
/// percentile 80 is the same as within 30 minutes in 80 % of the window's departures. Without --at, --origins and --cells
/// it is from where [isochrones] in the study says.
#[derive(Args)]
#[command(after_help = "\
Examples:
  isokron isochrone city/study.toml --at 18.0686,59.3293 --cutoffs-min 15,30
  isokron isochrone city/study.toml --at -51.2177,-30.0331 --at -51.18,-30.05 --departures-percent 80 -o two.geojson
  isokron isochrone city/study.toml --origins schools.csv --cutoffs-min 20 --grid-m 50 -o schools.parquet
  isokron isochrone city/study.toml --cells --period morning --cutoffs-min 30 -o cells.parquet")]
pub struct Arguments {
    /// The study file
    study: PathBuf,
    /// From this point, in degrees; may be repeated
    #[arg(long, value_name = "LON,LAT", allow_hyphen_values = true)]
    at: Vec<String>,
    /// From the places of a file, in any form that cells are read in, with the cells' id and coordinate columns
    #[arg(long, value_name = "FILE")]
    origins: Option<PathBuf>,
    /// From every cell
    #[arg(long)]
    cells: bool,
    /// Limits of travel time, minutes [default: the study's]
    #[arg(long, value_name = "MIN,MIN", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(1..=2160))]
    cutoffs_min: Vec<u32>,
    /// Percentiles of travel time over the window [default: the study's]
    #[arg(long, value_name = "P,P", value_delimiter = ',', value_parser = percentile)]
    percentiles: Vec<f64>,
    /// The same under another name: within the limit in so many percent of the departures
    #[arg(long, value_name = "P,P", value_delimiter = ',', value_parser = percentile, conflicts_with = "percentiles")]
    departures_percent: Vec<f64>,
    /// Between the points that are contoured, m [default: the study's, else 100]
    #[arg(long, value_name = "M", value_parser = clap::value_parser!(u32).range(10..=5000))]
    grid_m: Option<u32>,
    /// What kind of file [default: by its ending, else geojson]
    #[arg(long, value_parser = format_that(TableFormat::GeoJson, |format| format.isochrones.is_some()))]
    format: Option<TableFormat>,
    /// The file to write
    #[arg(long, short, value_name = "FILE", default_value = "isochrones.geojson")]
    output: PathBuf,
    /// Also the times themselves as a GeoTIFF: whole seconds at each point, a band for each origin and percentile
    #[arg(long, value_name = "FILE.tif")]
    surface: Option<PathBuf>,
    /// Which period, where the study has several
    #[arg(long, value_name = "NAME")]
    period: Option<String>,
    /// Which profile, where the study has several
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
}

fn percentile(text: &str) -> std::result::Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(p) if p > 0.0 && p <= 100.0 => Ok(p),
        _ => Err("a number above 0, up to 100".to_string()),
    }
}

impl Arguments {
    pub fn run(&self, executor: &Progress) -> Result<Said> {
        let shares = [&self.percentiles, &self.departures_percent];
        let options = Options {
            at: self.at.clone(),
            origins: self.origins.clone(),
            cells: self.cells,
            cutoffs_min: self.cutoffs_min.clone(),
            percentiles: shares.into_iter().flatten().copied().collect(),
            grid_m: self.grid_m,
            period: self.period.clone(),
            profile: self.profile.clone(),
            format: self.format,
            surface: self.surface.clone(),
        };
        let IsochroneAnswer { isochrones, origins, first, diagnostics, news: mut lines } =
            isochrone(&self.study, &options, &self.output, executor)?;
        // Of few each is said.
        if isochrones <= first.len() {
            lines.extend(first.iter().map(line));
        }
        lines.push(format!("{} isochrones in {}", grouped(isochrones as u64), self.output.display()));
        let first: Vec<Value> = first.iter().map(figures).collect();
        let said = summary(&diagnostics);
        let json = json!({ "output": self.output, "isochrones": isochrones, "origins": origins, "said": said,
            "first": first });
        Ok(Said { lines, json })
    }
}

fn line(of: &IsochroneFigures) -> String {
    let IsochroneFigures { id, cutoff_min, percentile, within } = of;
    let within = match within {
        None => "no street near".to_string(),
        Some(AreaAndSums { area_km2, sums }) => {
            let sums =
                sums.iter().map(|(what, sum)| format!(", {} {what}", grouped(sum.round().max(0.0) as u64)));
            format!("{area_km2:.2} km²{}", sums.collect::<String>())
        }
    };
    format!("{id}: {cutoff_min} min, p{percentile}: {within}")
}

fn figures(of: &IsochroneFigures) -> Value {
    let mut json = json!({ "id": of.id, "cutoff_min": of.cutoff_min, "percentile": of.percentile });
    if let Some(AreaAndSums { area_km2, sums }) = &of.within {
        json["area_km2"] = json!(area_km2);
        for (what, sum) in sums {
            json[format!("{what}_within")] = json!(sum);
        }
    }
    json
}
