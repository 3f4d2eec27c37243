//! What to compute: the study as types, with every default resolved. `parse` makes it from text.

use std::path::PathBuf;

use jiff::civil::Date;

use crate::base::units::SpeedMmPerS;

mod contrast;
mod equity;
mod format;
mod joined;
mod layer;
#[cfg(feature = "native")]
pub mod parse;
mod scenario;
mod search;
mod written;

pub use written::{Written, WrittenKey, WrittenMeasure};

pub use contrast::{Against, Contrast};
pub use equity::{BootstrapSpec, EquitySpec, Material};
pub use format::TableFormat;
pub use joined::{InterestSpec, JoinBy, JoinSpec, TagCondition, TagFilter, Taken};
pub use layer::{split_layer, with_layer};
pub use scenario::*;
pub use search::*;

/// A whole study. All paths are as written, relative to `folder`.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    pub name: String,
    /// The folder of the study file.
    pub folder: PathBuf,
    pub output: PathBuf,
    /// IANA name; `None`: the feeds', if all agree.
    pub time_zone: Option<String>,
    pub network: NetworkSpec,
    pub cells: PlacesSpec,
    /// Empty: the cells are the destinations.
    pub destinations: Vec<PlacesSpec>,
    pub periods: Vec<Period>,
    pub profiles: Vec<Profile>,
    pub access: AccessSpec,
    /// As written; `measures::spec` makes sense of them.
    pub measures: Vec<WrittenMeasure>,
    pub equity: EquitySpec,
    /// `None`: no isochrones.
    pub isochrones: Option<IsochronesSpec>,
    pub outputs: OutputsSpec,
    /// Beside "base".
    pub scenarios: Vec<Scenario>,
    /// Scenarios that are run many times.
    pub searches: Vec<Search>,
}

impl Study {
    /// All scenarios by whose names one may ask: those of variants, too.
    pub fn named_scenarios(&self) -> impl Iterator<Item = &Scenario> {
        let variants = self.searches.iter().filter(|search| !search.keep).flat_map(|search| &search.variants);
        self.scenarios.iter().chain(variants.map(|variant| &variant.scenario))
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct NetworkSpec {
    pub osm: Vec<PathBuf>,
    pub gtfs: Vec<PathBuf>,
    pub max_link_m: f64,
    pub fragment_reach_m: f64,
    pub min_island_nodes: u32,
    /// Feeds (by name) that may have no service in the window.
    pub may_be_idle: Vec<String>,
    pub cache: PathBuf,
    /// Pick-up or drop-off type 2 counts as yes.
    pub phone_ahead: bool,
}

/// Where places come from and which columns say what.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacesSpec {
    /// "cells", or the name of the destinations.
    pub name: String,
    pub source: PlacesSource,
    pub population: Option<String>,
    pub opportunities: Vec<String>,
    pub groups: Vec<String>,
    pub groups_are: GroupsAre,
    pub income: Option<String>,
    /// Columns of the standard errors of the two.
    pub population_se: Option<String>,
    pub income_se: Option<String>,
    /// Columns of other tables.
    pub joins: Vec<JoinSpec>,
    /// Columns counted in OpenStreetMap.
    pub interests: Vec<InterestSpec>,
}

impl PlacesSpec {
    /// Places of which only ids and points matter.
    pub fn bare(name: &str, source: PlacesSource) -> PlacesSpec {
        PlacesSpec {
            name: name.to_string(),
            source,
            population: None,
            opportunities: Vec::new(),
            groups: Vec::new(),
            groups_are: GroupsAre::Counts,
            income: None,
            population_se: None,
            income_se: None,
            joins: Vec::new(),
            interests: Vec::new(),
        }
    }

    /// The columns that places get from elsewhere.
    pub fn added(&self) -> impl Iterator<Item = &str> {
        let joined = self.joins.iter().flat_map(|join| join.columns.iter().chain(&join.mean));
        let counted = self.interests.iter().map(|interest| interest.column.as_str());
        joined.map(|taken| taken.name.as_str()).chain(counted)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum PlacesSource {
    /// A table in any form that is read; a layer of a GeoPackage is named behind its path.
    File { file: PathBuf, id: String, x: String, y: String, crs: String },
    /// A square grid made on the spot, clipped to a boundary (a polygon file); `None`: to where the streets are.
    /// `values`: a table of points whose columns are summed into the cells.
    Grid { size_m: u32, crs: String, boundary: Option<PathBuf>, values: Option<PathBuf> },
    /// What OpenStreetMap has with one of these tags.
    Elements { tags: Vec<TagFilter> },
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GroupsAre {
    #[default]
    Counts,
    Shares,
}

/// What a window is a window of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WindowOf {
    #[default]
    Departures,
    /// Per second of arrival the latest departure.
    ArrivalProfile,
}

/// A window of departures or arrivals on a date, wall-clock time in the study's zone.
#[derive(Clone, Debug, PartialEq)]
pub struct Period {
    pub name: String,
    pub date: Date,
    pub of: WindowOf,
    /// Seconds from the date's midnight by the clock on the wall; both may pass 24 h; start < end.
    pub start_s: i32,
    pub end_s: i32,
    /// 1: exact.
    pub every_s: u32,
}

/// How somebody cycles from door to door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BicycleSpec {
    /// On a good surface on the flat, metres an hour.
    pub speed_m_per_h: u32,
    /// 0: not at all.
    pub max_direct_s: u32,
}

/// A person and how they travel.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    pub name: String,
    /// False: nobody walks all the way.
    pub walk: bool,
    /// False: nobody rides by public transport.
    pub transit: bool,
    /// `None`: nobody cycles.
    pub bicycle: Option<BicycleSpec>,
    pub walk_speed: SpeedMmPerS,
    /// Of each of access and egress.
    pub max_walk_s: u32,
    /// 0: no direct walks.
    pub max_direct_walk_s: u32,
    pub max_transfer_walk_s: u32,
    /// `None`: unlimited.
    pub max_rides: Option<u32>,
    pub board_slack_s: u32,
    pub transfer_slack_s: u32,
    pub max_travel_time_s: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub struct AccessSpec {
    pub cutoffs_min: Vec<u32>,
    /// 0 < p ≤ 100.
    pub percentiles: Vec<f64>,
    pub unlinked: Unlinked,
    pub own_cell_s: u32,
    /// The measures for each hour that a longer window touches, too.
    pub by_hour: bool,
    /// Results to set against each other.
    pub contrasts: Vec<Contrast>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unlinked {
    #[default]
    Blank,
    Zero,
}

/// From where, and how far.
#[derive(Clone, Debug, PartialEq)]
pub struct IsochronesSpec {
    /// From every cell.
    pub cells: bool,
    /// From these points, (lon, lat) in degrees.
    pub at: Vec<(f64, f64)>,
    /// From the places of a file, whose columns are called as those of the cells.
    pub origins: Option<PathBuf>,
    /// Rising.
    pub cutoffs_min: Vec<u32>,
    /// 0 < p ≤ 100.
    pub percentiles: Vec<f64>,
    /// Between the points that are contoured, m.
    pub grid_m: u32,
    /// Also the times at these points, as a raster.
    pub surfaces: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutputsSpec {
    /// Each once, in the order of [`TableFormat::ALL`].
    pub tables: Vec<TableFormat>,
    pub crs: OutputCrs,
    pub matrix: Matrix,
    /// All measures as one long table.
    pub tidy: bool,
}

/// The projection of shapes and rasters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum OutputCrs {
    /// Longitude and latitude on WGS 84.
    #[default]
    Degrees,
    /// That of the cells.
    Cells,
    /// `EPSG:n`.
    Code(String),
}

/// How travel times of all pairs are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Matrix {
    #[default]
    None,
    /// `matrix.parquet`.
    Whole,
    /// A folder of files, each of some origins.
    Partitioned,
}
