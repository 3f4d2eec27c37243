//! `isokron equity`: how a table's values are shared.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::{Said, words};
use crate::base::error::Result;
use crate::inputs::values::WantedColumns;
use crate::measures::equity::{Bootstrap, Interval, Settings, register};
use crate::outputs::diagnostics::summary;
use crate::run::equity::table::{Options, of_table};
use crate::run::progress::Progress;
use crate::study::GroupsAre;

const EXAMPLES: &str = "\
Examples:
  isokron equity out/base/adult-am/access.csv --people cells.csv --groups poor,rich
  isokron equity grid.parquet --value jobs --income income --indices all -o eq.csv
  isokron equity times.csv --value minutes --less-is-better --standard 15,30
  isokron equity both.csv --value jobs_after --minus jobs_before

Indices (* by default; docs/measures.md has formulas and when to use which):
";

/// How evenly and to whom: equity figures of any table, with their intervals
///
/// The table (CSV, GeoJSON, Parquet, GeoPackage, Shapefile) has a row for each cell. Columns called population and
/// income are taken for that; values are all other columns of numbers, or those of --value. Blank, NA and NaN are
/// unknown, inf is never, -inf what a logsum of nothing is.
///
/// Intervals come from resampling square blocks of cells (lon and lat, x and y in metres, shapes or H3 ids say where
/// cells are; without any, cell by cell): how the figures would differ over other such neighbourhoods.
#[derive(Args)]
#[command(after_help = format!("{EXAMPLES}{}", register::help()))]
pub struct Arguments {
    /// The table
    table: PathBuf,
    /// Another table with population, income, groups and places, joined by id
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,
    /// Columns to look at [default: all results]
    #[arg(long, value_name = "COL", value_delimiter = ',')]
    value: Vec<String>,
    /// The figures of each value less those of this column, intervals paired
    #[arg(long, value_name = "COL")]
    minus: Option<String>,
    /// People in the cell [default: population, if there]
    #[arg(long, value_name = "COL")]
    population: Option<String>,
    /// Income of the cell [default: income, if there]
    #[arg(long, value_name = "COL")]
    income: Option<String>,
    /// Columns of people by group
    #[arg(long, value_name = "COL", value_delimiter = ',')]
    groups: Vec<String>,
    /// The groups are shares of the population, 0 to 1
    #[arg(long)]
    shares: bool,
    /// A column whose words make the groups
    #[arg(long, value_name = "COL")]
    by: Option<String>,
    /// So many groups of equal population by income; 0: none
    #[arg(long, value_name = "N", default_value_t = 5)]
    income_groups: usize,
    /// Lines of sufficiency, in units of the value
    #[arg(long, value_name = "X", value_delimiter = ',')]
    standard: Vec<f64>,
    /// Small values are good: costs, times
    #[arg(long)]
    less_is_better: bool,
    /// Which indices, or all [default: those with a star below]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    indices: Vec<String>,
    /// Quantiles, percent
    #[arg(long, value_name = "P", value_delimiter = ',', default_values_t = [10.0, 25.0, 75.0, 90.0])]
    quantiles: Vec<f64>,
    /// ε of atkinson
    #[arg(long, value_name = "E", value_delimiter = ',', default_values_t = [0.5, 1.0])]
    atkinson: Vec<f64>,
    /// ε of kolm
    #[arg(long, value_name = "E", value_delimiter = ',', default_values_t = [0.5])]
    kolm: Vec<f64>,
    /// α of ge
    #[arg(long, value_name = "A", value_delimiter = ',', default_values_t = [2.0], allow_hyphen_values = true)]
    ge: Vec<f64>,
    /// How far people count as near, m, for dissimilarity_spatial
    #[arg(long, value_name = "M", default_value_t = 1000.0)]
    kernel_m: f64,
    /// Lowest and highest possible value, for the indices of Erreygers and Wagstaff
    #[arg(long, value_names = ["LOW", "HIGH"], num_args = 2, allow_negative_numbers = true)]
    bounds: Option<Vec<f64>>,
    /// Resamples; 0: no intervals
    #[arg(long, value_name = "N", default_value_t = 1000)]
    replicates: u32,
    #[arg(long, value_name = "N", default_value_t = 1, help = "Another seed draws other resamples")]
    seed: u64,
    /// Side of the blocks, m; 0: cells one by one
    #[arg(long, value_name = "M", default_value_t = 2000.0)]
    block_m: f64,
    /// How to read intervals off the resamples
    #[arg(long, value_enum, default_value_t = IntervalKind::Bca)]
    interval: IntervalKind,
    /// Level of the intervals
    #[arg(long, value_name = "L", default_value_t = 0.95)]
    level: f64,
    /// Standard error of the population
    #[arg(long, value_name = "COL")]
    population_se: Option<String>,
    /// Standard error of the income
    #[arg(long, value_name = "COL")]
    income_se: Option<String>,
    /// Column of the ids [default: id]
    #[arg(long, value_name = "COL")]
    id: Option<String>,
    /// Column of the easting
    #[arg(long, value_name = "COL")]
    x: Option<String>,
    /// Column of the northing
    #[arg(long, value_name = "COL")]
    y: Option<String>,
    /// Projection of x and y [default: metres on some plane]
    #[arg(long, value_name = "EPSG:N")]
    crs: Option<String>,
    /// Write the figures: measure, group, index, value, lower, upper
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write Lorenz and concentration curves
    #[arg(long, value_name = "FILE")]
    curves: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum IntervalKind {
    Bca,
    Percentile,
}

impl Arguments {
    pub fn run(&self, executor: &Progress) -> Result<Said> {
        let answer = of_table(&self.table, &self.options(), executor)?;
        let rows = answer.figures.iter().flatten().map(|row| {
            json!({ "measure": row.measure, "group": row.group, "index": row.index, "value": row.value,
                "lower": row.lower, "upper": row.upper })
        });
        let said = summary(&answer.diagnostics);
        let json = json!({ "rows": rows.collect::<Vec<_>>(), "said": said });
        let files = [&self.output, &self.curves].into_iter().flatten();
        let written = files.map(|file| format!("Written: {}", file.display()));
        let figures = answer.figures.iter();
        let figures = figures.flat_map(|rows| words::equity::figures(rows, &answer.bootstrap, answer.blocks));
        let lines = said.iter().cloned().chain(figures).chain(written).collect();
        Ok(Said { lines, json })
    }

    fn options(&self) -> Options {
        let interval = if self.interval == IntervalKind::Bca { Interval::Bca } else { Interval::Percentile };
        let indices = if self.indices.is_empty() { register::defaults() } else { self.indices.clone() };
        Options {
            wanted: WantedColumns {
                people: self.people.clone(),
                id: self.id.clone(),
                values: self.value.clone(),
                population: self.population.clone(),
                population_se: self.population_se.clone(),
                income: self.income.clone(),
                income_se: self.income_se.clone(),
                groups: self.groups.clone(),
                groups_are: if self.shares { GroupsAre::Shares } else { GroupsAre::Counts },
                by: self.by.clone(),
                x: self.x.clone(),
                y: self.y.clone(),
                crs: self.crs.clone(),
            },
            minus: self.minus.clone(),
            standards: self.standard.clone(),
            less_is_better: self.less_is_better,
            settings: Settings {
                indices,
                quantiles: self.quantiles.clone(),
                atkinson: self.atkinson.clone(),
                kolm: self.kolm.clone(),
                kolm_kappa: None,
                ge: self.ge.clone(),
                kernel_m: self.kernel_m,
                bounds: self.bounds.as_ref().map(|bounds| (bounds[0], bounds[1])),
                income_groups: self.income_groups,
                bootstrap: Bootstrap {
                    replicates: self.replicates,
                    seed: self.seed,
                    block_m: self.block_m,
                    interval,
                    level: self.level,
                },
            },
            output: self.output.clone(),
            curves: self.curves.clone(),
        }
    }
}
