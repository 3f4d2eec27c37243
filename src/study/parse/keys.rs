//! Every key of the study file: where it stands, its default, what it means. The one table from which the
//! parser takes defaults and names, `init` its comments, and the docs their list.

use super::shapes::Shape;

/// What holds where a key is not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// It must be written.
    Required,
    /// Nothing, or what the words say.
    Absent(&'static str),
    /// This value, as TOML.
    Value(&'static str),
}

/// A key of the study file.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    pub section: &'static str,
    pub name: &'static str,
    pub default: Fallback,
    /// A value as one would write it, as TOML.
    pub example: &'static str,
    pub meaning: &'static str,
    /// What it takes; `None`: what [`super::shapes`] says.
    pub shape: Option<Shape>,
}

pub(super) const fn key(
    section: &'static str,
    name: &'static str,
    default: Fallback,
    example: &'static str,
    meaning: &'static str,
) -> Key {
    Key { section, name, default, example, meaning, shape: None }
}

use Fallback::{Absent, Required, Value};

/// All keys, section by section in the order of the design.
pub const KEYS: &[Key] = &[
    key("study", "name", Required, "\"porto_alegre\"", "a name, [a-z0-9_]+"),
    key("study", "output", Value("\"out\""), "\"out\"", "folder of the results"),
    key(
        "study",
        "time_zone",
        Absent("the feeds', if all agree"),
        "\"America/Sao_Paulo\"",
        "IANA zone of dates and windows",
    ),
    key("network", "osm", Value("[]"), "[\"streets.osm.pbf\"]", "OpenStreetMap extracts"),
    key("network", "gtfs", Value("[]"), "[\"feed.zip\"]", "GTFS feeds; none: streets only"),
    key(
        "network",
        "max_link_m",
        Value("1000"),
        "1000",
        "a point or stop farther from a usable street is not linked",
    ),
    key(
        "network",
        "min_island_nodes",
        Value("40"),
        "40",
        "street islands of fewer OSM nodes are small: they are kept only for a stop on them",
    ),
    key(
        "network",
        "fragment_reach_m",
        Value("250"),
        "250",
        "no small island is kept for a stop that is so near to a larger piece of street",
    ),
    key(
        "network",
        "may_be_idle",
        Value("[]"),
        "[\"feed\"]",
        "feeds, by name, that may have no service in the window",
    ),
    key(
        "network",
        "cache",
        Absent("the output folder's \"network\""),
        "\"out/network\"",
        "folder of the built network",
    ),
    key(
        "network",
        "phone_ahead",
        Value("true"),
        "true",
        "pick-up and drop-off that must be phoned for count as service",
    ),
    key(
        "cells",
        "file",
        Absent("a grid, then size_m is needed"),
        "\"cells.csv\"",
        "places: CSV, GeoJSON, Parquet, GeoPackage, Shapefile",
    ),
    key(
        "cells",
        "layer",
        Absent("the only one"),
        "\"squares\"",
        "layer of a GeoPackage; for other files behind the path: \"a.gpkg:squares\"",
    ),
    key("cells", "id", Value("\"id\""), "\"id\"", "column of the ids"),
    key("cells", "lon", Value("\"lon\""), "\"lon\"", "column of the longitude, degrees"),
    key("cells", "lat", Value("\"lat\""), "\"lat\"", "column of the latitude, degrees"),
    key("cells", "x", Absent("lon and lat are read"), "\"x\"", "column of the easting in crs"),
    key("cells", "y", Absent("lon and lat are read"), "\"y\"", "column of the northing in crs"),
    key(
        "cells",
        "crs",
        Absent("EPSG:4326 for a file"),
        "\"EPSG:3006\"",
        "projection of x and y, or of the grid",
    ),
    key("cells", "size_m", Absent("no grid is made"), "250", "side of the squares of a grid made here, m"),
    key(
        "cells",
        "boundary",
        Absent("squares with walkable street nodes"),
        "\"area.geojson\"",
        "area of the grid: squares whose centre lies in it",
    ),
    key(
        "cells",
        "values",
        Absent("no people, no opportunities"),
        "\"points.csv\"",
        "points whose columns are summed into the squares of the grid",
    ),
    key("cells", "population", Absent("equal weights"), "\"population\"", "column of the people"),
    key("cells", "opportunities", Value("[]"), "[\"jobs\"]", "columns of what can be reached"),
    key("cells", "groups", Value("[]"), "[\"low_income\"]", "columns of people by group"),
    key(
        "cells",
        "groups_are",
        Value("\"counts\""),
        "\"shares\"",
        "\"counts\", or \"shares\" of the population",
    ),
    key("cells", "income", Absent("unknown"), "\"income\"", "column of the income, blank where unknown"),
    key(
        "cells",
        "population_se",
        Absent("people are taken as exact"),
        "\"population_se\"",
        "column of the standard error of the people, for intervals",
    ),
    key(
        "cells",
        "income_se",
        Absent("incomes are taken as exact"),
        "\"income_se\"",
        "column of the standard error of the income, for intervals",
    ),
    key(
        "cells",
        "join",
        Absent("no other table"),
        "[{ file = \"income.csv\", key = \"id\", mean = [\"income\"] }]",
        "[[cells.join]] tables: columns of other tables",
    ),
    key(
        "cells",
        "points_of_interest",
        Absent("none"),
        "[{ column = \"schools\", tags = [\"amenity=school\"] }]",
        "[[cells.points_of_interest]] tables: what OpenStreetMap has in each cell, as opportunities",
    ),
    key("cells.join", "file", Required, "\"income.csv\"", "the other table, in any form that is read"),
    key(
        "cells.join",
        "by",
        Value("\"key\""),
        "\"area\"",
        "\"key\", \"area\" (polygons, by share of area) or \"points\" (summed in the cell that holds them)",
    ),
    key("cells.join", "key", Absent("by area or points"), "\"id\"", "column of the file that is equal to on"),
    key("cells.join", "on", Absent("the id"), "\"deso\"", "column of the cells that is equal to key"),
    key(
        "cells.join",
        "columns",
        Value("[]"),
        "[\"Antal as people\"]",
        "amounts: given out once, and summed; \"a as b\": under another name",
    ),
    key(
        "cells.join",
        "mean",
        Value("[]"),
        "[\"income\"]",
        "figures that are averaged; blank where not known",
    ),
    key(
        "cells.join",
        "weights",
        Absent("the file has points"),
        "\"dwellings.csv\"",
        "by points: points within the file's polygons, over which these are spread",
    ),
    key(
        "cells.join",
        "weight",
        Absent("area; each point as one"),
        "\"people\"",
        "column that weights means; with weights a column of theirs, which also spreads amounts",
    ),
    key(
        "cells.join",
        "within_m",
        Absent("cells must have outlines"),
        "200",
        "by points, where cells are points: at the nearest, not farther, m",
    ),
    key(
        "cells.join",
        "crs",
        Absent("the file's own, or lon and lat"),
        "\"EPSG:3006\"",
        "projection of shapes or x and y that do not tell it",
    ),
    key("cells.points_of_interest", "column", Required, "\"schools\"", "the column that is made"),
    key(
        "cells.points_of_interest",
        "tags",
        Required,
        "[\"amenity=school\"]",
        "what counts: key=value, key, and with & also key!=value and !key; one of the list is enough",
    ),
    key(
        "cells.points_of_interest",
        "within_m",
        Absent("cells must have outlines"),
        "200",
        "where cells are points: at the nearest, not farther, m",
    ),
    key("destinations", "name", Required, "\"clinics\"", "a name, [a-z0-9_]+"),
    key(
        "destinations",
        "tags",
        Absent("a file or a grid"),
        "[\"amenity=pharmacy\"]",
        "in their place: each node, closed way and multipolygon of OpenStreetMap with one of these tags",
    ),
    key("period", "name", Required, "\"morning\"", "a name, [a-z0-9_]+"),
    key("period", "date", Required, "2025-03-04", "day of travel"),
    key(
        "period",
        "depart",
        Absent("arrive: one of the two"),
        "\"07:00/09:00\"",
        "window of departures on the clock of the study's zone, half open, up to 24 h; may pass 24:00",
    ),
    key(
        "period",
        "arrive",
        Absent("depart: one of the two"),
        "\"07:00/08:00\"",
        "window of arrivals in its place: for every second of arrival the latest departure",
    ),
    key("period", "departures", Absent("\"exact\""), "\"exact\"", "every second of the window"),
    key(
        "period",
        "every_s",
        Absent("every second"),
        "60",
        "in place of departures: one departure (or arrival) every so many seconds",
    ),
    key("profile", "name", Value("\"adult\""), "\"adult\"", "a name, [a-z0-9_]+"),
    key(
        "profile",
        "modes",
        Value("[\"walk\", \"transit\"]"),
        "[\"walk\"]",
        "how they travel; of walk, bicycle and transit (walked to and from) the fastest counts",
    ),
    key("profile", "walk_speed_mps", Value("1.2"), "1.2", "walking speed, m/s"),
    key("profile", "max_walk_s", Value("1800"), "1800", "longest walk to the first stop, and from the last"),
    key("profile", "max_direct_walk_s", Absent("max_walk_s"), "1800", "longest walk all the way; 0: none"),
    key(
        "profile",
        "bicycle_speed_kmh",
        Absent("16, where one cycles"),
        "16",
        "cycling speed on the flat and a good surface, km/h",
    ),
    key(
        "profile",
        "max_direct_bicycle_s",
        Absent("max_travel_time_s"),
        "3600",
        "longest ride by bicycle from door to door; 0: none",
    ),
    key("profile", "max_transfer_walk_s", Value("900"), "900", "longest walk between two rides"),
    key("profile", "max_rides", Absent("unlimited"), "4", "most boardings"),
    key("profile", "board_slack_s", Value("60"), "60", "at the stop so long before the first boarding"),
    key("profile", "transfer_slack_s", Absent("board_slack_s"), "60", "the same before later boardings"),
    key("profile", "max_travel_time_s", Value("7200"), "7200", "longer journeys count as none"),
    key(
        "access",
        "cutoffs_min",
        Value("[15, 30, 45, 60]"),
        "[15, 30, 45, 60]",
        "limits of travel time, minutes",
    ),
    key("access", "percentiles", Value("[50]"), "[50]", "percentiles of travel time over the window"),
    key(
        "access",
        "unlinked",
        Value("\"blank\""),
        "\"zero\"",
        "what cells without a street nearby get: \"blank\" or \"zero\"",
    ),
    key("access", "own_cell_s", Value("0"), "0", "travel time from a cell to itself, s"),
    key(
        "access",
        "by_hour",
        Value("false"),
        "true",
        "for windows of more than an hour also tables by hour of the day; each hour costs a run of its own",
    ),
    key(
        "access",
        "contrasts",
        Value("[]"),
        "[\"adult / child\", \"morning - night\"]",
        "profiles, periods or profile-periods set against each other: ratios with /, differences with -",
    ),
    key(
        "equity",
        "indices",
        Value(
            "[\"mean\", \"median\", \"quantiles\", \"gini\", \"lorenz\", \"fgt\", \"share\", \"palma\", \"concentration\"]",
        ),
        "[\"all\"]",
        "names from docs/measures.md, or [\"all\"]",
    ),
    key("equity", "groups", Absent("all of [cells] groups"), "[\"low_income\"]", "the groups to compare"),
    key("equity", "income", Value("true"), "true", "use the cells' income, where there is one"),
    key("equity", "income_groups", Value("5"), "5", "so many groups of equal population by income; 0: none"),
    key("equity", "quantiles", Value("[10, 25, 75, 90]"), "[10, 90]", "quantiles, percent of the people"),
    key("equity", "atkinson", Value("[0.5, 1]"), "[0.5, 1]", "aversions to inequality ε of atkinson"),
    key("equity", "kolm", Value("[0.5]"), "[0.5]", "aversions to inequality ε of kolm"),
    key(
        "equity",
        "kolm_kappa",
        Absent("from the cells, Σ p A / Σ p A²"),
        "0.0001",
        "κ of kolm at ε = 1, the same for what is compared",
    ),
    key("equity", "ge", Value("[2]"), "[-1, 0.5, 2]", "α of generalised entropy ge, −10 to 10"),
    key(
        "equity",
        "kernel_m",
        Value("1000"),
        "500",
        "how far people count as near, for dissimilarity_spatial, m",
    ),
    key(
        "equity",
        "bounds",
        Absent("the lowest and highest where people live"),
        "{ jobs_30min = [0, 50000] }",
        "values between which a measure lies, for the indices of Erreygers and Wagstaff: two numbers for all measures, \
         or by (the beginning of) their name, of which the longest counts",
    ),
    key(
        "equity",
        "standards",
        Value("[]"),
        "{ jobs_30min = [1000] }",
        "lines of sufficiency, for all measures or by (the beginning of) their name",
    ),
    key(
        "equity",
        "material_change",
        Value("0"),
        "{ jobs = \"5%\" }",
        "the least change that makes a winner or loser: a number, or a share of what was, for all or by name",
    ),
    key(
        "equity",
        "bootstrap",
        Absent("its keys below have their defaults"),
        "{ replicates = 1000 }",
        "intervals by resampling blocks of cells",
    ),
    key("equity.bootstrap", "replicates", Value("1000"), "1000", "resamples; 0: no intervals"),
    key("equity.bootstrap", "seed", Value("1"), "1", "another seed draws other resamples"),
    key(
        "equity.bootstrap",
        "block_m",
        Value("2000"),
        "2000",
        "side of the squares drawn as one, m; 0: cells one by one",
    ),
    key("equity.bootstrap", "interval", Value("\"bca\""), "\"bca\"", "\"bca\" or \"percentile\""),
    key("equity.bootstrap", "level", Value("0.95"), "0.95", "of the intervals"),
    key(
        "isochrones",
        "cells",
        Absent("true where neither at nor origins is given"),
        "true",
        "isochrones of every cell",
    ),
    key(
        "isochrones",
        "at",
        Absent("no points"),
        "[[18.06, 59.33]]",
        "of these points, [lon, lat] in degrees",
    ),
    key(
        "isochrones",
        "origins",
        Absent("no file"),
        "\"points.csv\"",
        "of the places of a file, its id and coordinate columns called as those of the cells",
    ),
    key(
        "isochrones",
        "cutoffs_min",
        Absent("those of [access]"),
        "[15, 30]",
        "limits of travel time, minutes",
    ),
    key(
        "isochrones",
        "percentiles",
        Absent("those of [access]"),
        "[50]",
        "percentiles of travel time over the window",
    ),
    key(
        "isochrones",
        "departures_percent",
        Absent("percentiles"),
        "[80]",
        "the same under another name: within the limit in so many percent of the departures",
    ),
    key("isochrones", "grid_m", Value("100"), "100", "between the points that are contoured, m"),
    key(
        "isochrones",
        "surfaces",
        Value("false"),
        "true",
        "write the times at these points as well, as surfaces.tif: a band for each origin and percentile",
    ),
    key(
        "outputs",
        "tables",
        Value("[\"csv\", \"parquet\", \"geojson\"]"),
        "[\"csv\"]",
        "forms of the tables by cell; also \"gpkg\" (GeoPackage), and \"tif\" (GeoTIFF) where cells are squares on a grid",
    ),
    key(
        "outputs",
        "crs",
        Absent("longitude and latitude"),
        "\"EPSG:3006\"",
        "projection of shapes in GeoParquet and GeoPackage: an EPSG code, or \"cells\", that of the cells",
    ),
    key(
        "outputs",
        "matrix",
        Value("false"),
        "true",
        "write all travel times as well: true for matrix.parquet, \"partitioned\" for a folder of files by origin",
    ),
    key(
        "outputs",
        "tidy",
        Value("true"),
        "false",
        "write all measures as one long table as well, results.csv and .parquet: a row a cell, measure and scenario",
    ),
    key("scenario", "name", Required, "\"tram_every_5\"", "a name, [a-z0-9_]+, not base"),
    key(
        "scenario",
        "include",
        Value("[]"),
        "[\"tram.toml\"]",
        "files of [[edit]] tables, applied before the own",
    ),
    key(
        "scenario",
        "edit",
        Absent("none"),
        "[{ kind = \"shift\" }]",
        "[[scenario.edit]] tables, see docs/scenarios.md",
    ),
    key(
        "scenario",
        "attribute",
        Absent("no attribution"),
        "\"shapley\"",
        "which edit did how much: \"one_at_a_time\", or \"shapley\" beside, for up to 6 edits",
    ),
    key(
        "scenario",
        "vary",
        Absent("run once"),
        "[{ key = \"headway_s\", values = [300, 600] }]",
        "[[scenario.vary]] tables: run with each value, ranked; several make a grid",
    ),
    key(
        "scenario",
        "keep",
        Value("false"),
        "true",
        "each variant is a scenario with all files, held in memory like others",
    ),
    key(
        "scenario",
        "rank",
        Absent("its keys below have their defaults"),
        "{ by = \"jobs_30min_p50\" }",
        "by which figure of equity variants are ranked",
    ),
    key(
        "scenario",
        "greedy",
        Absent("none"),
        "{ k = 3 }",
        "choose several values, each the best on top of those before",
    ),
    key(
        "scenario.vary",
        "edit",
        Absent("the only one"),
        "1",
        "which [[scenario.edit]] of this scenario, from 1",
    ),
    key("scenario.vary", "key", Required, "\"headway_s\"", "its key that varies"),
    key("scenario.vary", "values", Required, "[300, 600]", "what stands there, one after the other"),
    key("scenario.rank", "by", Absent("the first measure"), "\"jobs_30min_p50\"", "a measure"),
    key(
        "scenario.rank",
        "index",
        Value("\"mean\""),
        "\"p10\"",
        "a row of equity.csv; its index need not be in [equity] indices",
    ),
    key("scenario.rank", "group", Value("\"all\""), "\"low_income\"", "a group of people"),
    key("scenario.rank", "profile", Absent("the first"), "\"adult\"", "a profile"),
    key("scenario.rank", "period", Absent("the first"), "\"morning\"", "a period"),
    key(
        "scenario.rank",
        "best",
        Absent("as measure and index are"),
        "\"smallest\"",
        "\"largest\" or \"smallest\"",
    ),
    key("scenario.greedy", "k", Required, "3", "how many values"),
];

/// The sections: name, and whether there may be several (`[[name]]`).
pub const SECTIONS: &[(&str, bool)] = &[
    ("study", false),
    ("network", false),
    ("cells", false),
    ("destinations", true),
    ("period", true),
    ("profile", true),
    ("access", false),
    ("measure", true),
    ("equity", false),
    ("isochrones", false),
    ("outputs", false),
    ("scenario", true),
];

/// What is planned but not done: section ("" for a whole section), key, what it would be.
pub const LATER: &[(&str, &str, &str)] = &[
    ("", "fares", "fares"),
    ("", "emissions", "emissions"),
    ("network", "elevation", "elevation"),
    ("network", "pathways", "pathways in stations"),
    ("network", "zones", "on-demand zones"),
    ("network", "congestion", "congestion"),
    ("destinations", "population", "people at destinations"),
    ("destinations", "groups", "people at destinations"),
    ("destinations", "groups_are", "people at destinations"),
    ("destinations", "income", "people at destinations"),
    ("destinations", "population_se", "people at destinations"),
    ("destinations", "income_se", "people at destinations"),
    ("profile", "max_stress", "stress of cycling"),
    ("profile", "max_bicycle_s", "the bicycle to a stop (from door to door: max_direct_bicycle_s)"),
    ("profile", "max_car_s", "driving"),
    ("profile", "wheelchair", "wheelchair access"),
    ("profile", "step_free", "step-free travel"),
    ("profile", "max_fare", "fares"),
    ("scenario", "profile", "profiles of one scenario by that name (write kind = \"set_profile\")"),
];

/// All keys of a section; destinations share the keys of cells.
pub fn of_section(section: &str) -> impl Iterator<Item = &'static Key> {
    let shared = match section {
        "destinations" => "cells",
        "destinations.join" => "cells.join",
        "destinations.points_of_interest" => "cells.points_of_interest",
        _ => section,
    };
    KEYS.iter().filter(move |key| {
        (key.section == section || key.section == shared)
            && !LATER.iter().any(|later| later.0 == section && later.1 == key.name)
    })
}

/// All keys as a Markdown table: section, key, default, meaning.
pub fn defaults_table() -> String {
    let mut table = String::from("| section | key | default | meaning |\n| --- | --- | --- | --- |\n");
    for key in KEYS {
        let default = match key.default {
            Required => "(must be given)".to_string(),
            Absent(words) => words.to_string(),
            Value(text) => format!("`{text}`"),
        };
        table += &format!("| {} | `{}` | {default} | {} |\n", key.section, key.name, key.meaning);
    }
    table
}
