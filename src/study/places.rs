//! `[cells]` and `[[destinations]]`: where places come from and which columns say what.

use std::path::PathBuf;

use super::fields::Choice;
use super::joined::{InterestSpec, JoinSpec, TAGS, TagFilter};
use super::keys::declaration::Fallback::{Absent, Required, Value};
use super::keys::declaration::Shape::{File, List, Name, Table, Text, Whole, Words};
use super::keys::declaration::{Entry, key};
use super::keys::shapes::{EPSG, TEXTS};

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

impl Choice for GroupsAre {
    const WORDS: &'static [&'static str] = &["counts", "shares"];
    const ALL: &'static [Self] = &[GroupsAre::Counts, GroupsAre::Shares];
}

impl PlacesSpec {
    /// Those of cells; destinations share them, but for people.
    pub const KEYS: &'static [Entry<PlacesSpec>] = &[
        key(
            "cells",
            "file",
            Absent("a grid, then size_m is needed"),
            "\"cells.csv\"",
            "places: CSV, GeoJSON, Parquet, GeoPackage, Shapefile",
        )
        .takes(File)
        .apart(),
        key(
            "cells",
            "layer",
            Absent("the only one"),
            "\"squares\"",
            "layer of a GeoPackage; for other files behind the path: \"a.gpkg:squares\"",
        )
        .takes(Text)
        .apart(),
        key("cells", "id", Value("\"id\""), "\"id\"", "column of the ids").takes(Text).apart(),
        key("cells", "lon", Value("\"lon\""), "\"lon\"", "column of the longitude, degrees")
            .takes(Text)
            .apart(),
        key("cells", "lat", Value("\"lat\""), "\"lat\"", "column of the latitude, degrees")
            .takes(Text)
            .apart(),
        key("cells", "x", Absent("lon and lat are read"), "\"x\"", "column of the easting in crs")
            .takes(Text)
            .apart(),
        key("cells", "y", Absent("lon and lat are read"), "\"y\"", "column of the northing in crs")
            .takes(Text)
            .apart(),
        key(
            "cells",
            "crs",
            Absent("EPSG:4326 for a file"),
            "\"EPSG:3006\"",
            "projection of x and y, or of the grid",
        )
        .takes(EPSG)
        .apart(),
        key(
            "cells",
            "size_m",
            Absent("no grid is made"),
            "250",
            "side of the squares of a grid made here, m",
        )
        .takes(Whole(1, 100_000))
        .apart(),
        key(
            "cells",
            "boundary",
            Absent("squares with walkable street nodes"),
            "\"area.geojson\"",
            "area of the grid: squares whose centre lies in it",
        )
        .takes(File)
        .apart(),
        key(
            "cells",
            "values",
            Absent("no people, no opportunities"),
            "\"points.csv\"",
            "points whose columns are summed into the squares of the grid",
        )
        .takes(File)
        .apart(),
        key("cells", "population", Absent("equal weights"), "\"population\"", "column of the people")
            .takes(Text)
            .fills(|spec| &mut spec.population),
        key("cells", "opportunities", Value("[]"), "[\"jobs\"]", "columns of what can be reached")
            .takes(TEXTS)
            .fills(|spec| &mut spec.opportunities),
        key("cells", "groups", Value("[]"), "[\"low_income\"]", "columns of people by group")
            .takes(TEXTS)
            .fills(|spec| &mut spec.groups),
        key(
            "cells",
            "groups_are",
            Value("\"counts\""),
            "\"shares\"",
            "\"counts\", or \"shares\" of the population",
        )
        .takes(Words(GroupsAre::WORDS))
        .fills(|spec| &mut spec.groups_are),
        key("cells", "income", Absent("unknown"), "\"income\"", "column of the income, blank where unknown")
            .takes(Text)
            .fills(|spec| &mut spec.income),
        key(
            "cells",
            "population_se",
            Absent("people are taken as exact"),
            "\"population_se\"",
            "column of the standard error of the people, for intervals",
        )
        .takes(Text)
        .fills(|spec| &mut spec.population_se),
        key(
            "cells",
            "income_se",
            Absent("incomes are taken as exact"),
            "\"income_se\"",
            "column of the standard error of the income, for intervals",
        )
        .takes(Text)
        .fills(|spec| &mut spec.income_se),
        key(
            "cells",
            "join",
            Absent("no other table"),
            "[{ file = \"income.csv\", key = \"id\", mean = [\"income\"] }]",
            "[[cells.join]] tables: columns of other tables",
        )
        .takes(List(&Table("cells.join")))
        .apart(),
        key(
            "cells",
            "points_of_interest",
            Absent("none"),
            "[{ column = \"schools\", tags = [\"amenity=school\"] }]",
            "[[cells.points_of_interest]] tables: what OpenStreetMap has in each cell, as opportunities",
        )
        .takes(List(&Table("cells.points_of_interest")))
        .apart(),
    ];

    /// What destinations have beside.
    pub const OF_DESTINATIONS: &'static [Entry<PlacesSpec>] = &[
        key("destinations", "name", Required, "\"clinics\"", "a name, [a-z0-9_]+").takes(Name).apart(),
        key(
            "destinations",
            "tags",
            Absent("a file or a grid"),
            "[\"amenity=pharmacy\"]",
            "in their place: each node, closed way and multipolygon of OpenStreetMap with one of these tags",
        )
        .takes(TAGS)
        .apart(),
    ];
}
