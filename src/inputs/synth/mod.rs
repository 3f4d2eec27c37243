//! A made-up region, the same for the same seed: OpenStreetMap, timetables, cells and a study, out of nothing.
//! A plan says what a size means; land, streets, transit and people follow from it. `outputs::feeds` writes it.

mod bends;
mod dice;
mod extras;
mod feed_text;
mod field;
mod heights;
mod land;
mod lattice;
mod names;
mod people;
mod plan;
mod plans;
mod road_tags;
mod streets;
mod transit;
mod turns;
mod ways;

use super::raw::{RawPlaces, RawStreets};
pub use feed_text::FeedText;
pub use heights::SynthHeights;
use land::{Globe, Land};
use plan::Plan;
use ways::SynthMap;

/// How large a region to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// An archipelago town of some sixty thousand people.
    Town,
    /// A city of three thousand cells.
    City,
    /// A capital's region of thirty thousand cells.
    Stockholm,
    /// Ten times that: cities of all sizes.
    Country,
}

/// What to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Synth {
    pub size: Size,
    pub seed: u64,
}

/// A made-up region, ready to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct SynthRegion {
    /// What the streets' file is called.
    pub osm: String,
    /// Ids rise; every way's nodes are there.
    pub streets: RawStreets,
    pub heights: Option<SynthHeights>,
    pub feeds: Vec<FeedText>,
    pub cells: RawPlaces,
    /// The study file's text; it names the files as `outputs::feeds` does.
    pub study: String,
}

impl Synth {
    /// Makes the region; all work is done here.
    pub fn make(self) -> SynthRegion {
        let plan = match self.size {
            Size::Town => plans::town(self.seed),
            Size::City => plans::city(self.seed),
            Size::Stockholm => plans::stockholm(self.seed),
            Size::Country => plans::country(self.seed),
        };
        region(&plan, self.seed)
    }
}

/// The town of a seed.
pub fn town(seed: u64) -> SynthRegion {
    Synth { size: Size::Town, seed }.make()
}

fn region(plan: &Plan, seed: u64) -> SynthRegion {
    let globe = Globe::new(plan);
    let land = Land::new(plan, seed);
    let streets = streets::streets(plan, &land, seed);
    let network = transit::network(plan, &land, &streets);
    let mut map = SynthMap::new(&globe);
    ways::lay(plan, &streets, &land, &mut map, seed);
    extras::add(plan, &land, &streets, &network, &mut map, seed);
    // A country's are large, and so is the timetable to come.
    drop(streets);
    SynthRegion {
        osm: format!("{}.osm.pbf", plan.name),
        streets: map.streets,
        heights: plan.detailed.then(|| heights::heights(plan, &land)),
        feeds: transit::feeds(plan, &network, &globe),
        cells: people::cells(plan, &land, &globe, seed),
        study: study(plan),
    }
}

/// The study of a region: the town's with other names. Large ones reach as far as the last cutoff, an hour, and
/// leave out the map, which would be huge.
fn study(plan: &Plan) -> String {
    if plan.name == "town" {
        return STUDY.to_owned();
    }
    let gtfs = r#"gtfs = ["town_gtfs.zip", "town_ferry.zip"]"#;
    let all = STUDY
        .replace(gtfs, &format!("{gtfs}\nelevation = [\"town_heights.tif\"]"))
        .replace("Skärgårdsstad: a made-up archipelago town", &format!("{}: a made-up region", plan.title))
        .replace("skargardsstad", plan.name)
        .replace("town", plan.name)
        .replace("max_travel_time_s = 7200", "max_travel_time_s = 3600")
        .replace(", \"geojson\"", "");
    all + RIDERS
}

const STUDY: &str = r#"# Skärgårdsstad: a made-up archipelago town. Nobody lives here; every number is invented.
[study]
name = "skargardsstad"
output = "out"

[network]
osm = ["town.osm.pbf"]
gtfs = ["town_gtfs.zip", "town_ferry.zip"]

[cells]                     # squares of 250 m, ids as Statistics Sweden writes them (SWEREF 99 TM)
file = "cells.csv"
id = "id"
population = "population"
opportunities = ["jobs", "schools", "healthcare"]
groups = ["low_income", "middle_income", "high_income"]
groups_are = "counts"
income = "income"           # mean of the cell, SEK a year

[[period]]
name = "morning"
date = 2026-03-10
depart = "07:00/08:00"
departures = "exact"        # every second of the hour

[[profile]]
name = "adult"
modes = ["walk", "transit"]
walk_speed_mps = 1.2
max_walk_s = 1800
max_transfer_walk_s = 900
board_slack_s = 60
max_travel_time_s = 7200

[access]
cutoffs_min = [15, 30, 45, 60]
percentiles = [50]

[outputs]
tables = ["csv", "parquet", "geojson"]
"#;

/// What large regions have streets for.
const RIDERS: &str = r#"
# Others who may travel here: take the signs away before the lines of a profile.
# [[profile]]
# name = "cyclist"
# modes = ["bicycle"]
# slopes = true               # by the heights above
# max_travel_time_s = 3600

# [[profile]]
# name = "driver"
# modes = ["car"]
# max_travel_time_s = 3600
"#;
