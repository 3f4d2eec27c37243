//! The study file: what it says, its defaults, and what is said about its mistakes.

use std::path::{Path, PathBuf};

use isokron::base::error::{Error, Result};
use isokron::base::units::SpeedMmPerS;
use isokron::scenario::written::{parse, read};
use isokron::study::keys::{Fallback, defaults_table, keys};
use isokron::study::parse::resolved;
use isokron::study::{GroupsAre, Matrix, OutputCrs, PlacesSource, Study, TableFormat, Unlinked, WindowOf};

const WHOLE: &str = r#"
[study]
name = "porto_alegre"
output = "results"
time_zone = "America/Sao_Paulo"

[network]
osm = ["poa_osm.pbf"]
gtfs = ["poa_eptc.zip", "poa_trensurb.zip"]
max_link_m = 500.5
fragment_reach_m = 300
min_island_nodes = 20
may_be_idle = ["poa_trensurb"]
cache = "net"
phone_ahead = false

[cells]
file = "poa_hexgrid.csv"
id = "hex"
x = "east"
y = "north"
crs = "EPSG:32722"
population = "people"
opportunities = ["jobs", "schools"]
groups = ["poor", "rich"]
groups_are = "shares"
income = "income"

[[destinations]]
name = "clinics"
file = "clinics.csv"
opportunities = ["beds"]

[[period]]
name = "midday"
date = 2019-05-13
depart = "14:00/15:00"

[[period]]
name = "night"
date = 2019-05-14
depart = "24:10/25:10:30"
every_s = 1_00

[[profile]]
name = "slow"
modes = ["transit", "walk"]
walk_speed_mps = 0.875
max_walk_s = 900
max_direct_walk_s = 0
max_transfer_walk_s = 300
max_rides = 3
board_slack_s = 0
transfer_slack_s = 120
max_travel_time_s = 3600

[[profile]]
name = "walker"
modes = ["walk"]
walk_speed_mps = 1

[access]
cutoffs_min = [10, 60]
percentiles = [5, 50, 99.5]
unlinked = "zero"
own_cell_s = 90

[outputs]
tables = ["csv"]
matrix = true
"#;

const SMALL: &str = "[study]\nname = \"town\"\n[network]\ngtfs = [\"bus.zip\"]\n[cells]\nfile = \"cells.csv\"\n\
                     [[period]]\nname = \"am\"\ndate = 2025-03-04\ndepart = \"7:00/9:00\"\n";

fn text(text: &str) -> Result<Study> {
    parse(text, "study.toml", Path::new("."))
}

/// The problems of a text, one a line with its remedy behind an arrow; checks the exit code.
fn wrong(study: &str) -> String {
    let error = text(study).expect_err("this study is wrong");
    assert_eq!(error.exit_code(), 1);
    match error {
        Error::Input(problems) => problems
            .iter()
            .map(|problem| format!("{}: {} -> {}\n", problem.place, problem.what, problem.remedy))
            .collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_key_is_read() {
    let study = text(WHOLE).unwrap();
    assert_eq!((study.name.as_str(), study.output.as_path()), ("porto_alegre", Path::new("results")));
    assert_eq!(study.time_zone.as_deref(), Some("America/Sao_Paulo"));
    let network = &study.network;
    assert_eq!(network.osm, [PathBuf::from("poa_osm.pbf")]);
    assert_eq!(network.gtfs, [PathBuf::from("poa_eptc.zip"), PathBuf::from("poa_trensurb.zip")]);
    assert_eq!((network.max_link_m, network.fragment_reach_m), (500.5, 300.0));
    assert_eq!((network.min_island_nodes, network.phone_ahead), (20, false));
    assert_eq!((network.may_be_idle.join(","), network.cache.clone()), ("poa_trensurb".into(), "net".into()));
    let cells = &study.cells;
    assert_eq!(
        cells.source,
        PlacesSource::File {
            file: "poa_hexgrid.csv".into(),
            id: "hex".into(),
            x: "east".into(),
            y: "north".into(),
            crs: "EPSG:32722".into()
        }
    );
    assert_eq!((cells.population.as_deref(), cells.income.as_deref()), (Some("people"), Some("income")));
    assert_eq!(
        (cells.opportunities.join(","), cells.groups.join(",")),
        ("jobs,schools".into(), "poor,rich".into())
    );
    assert_eq!(cells.groups_are, GroupsAre::Shares);
    assert_eq!((study.destinations[0].name.as_str(), study.destinations.len()), ("clinics", 1));
    assert_eq!(study.destinations[0].opportunities, ["beds"]);
    let periods: Vec<(i32, i32, u32)> =
        study.periods.iter().map(|p| (p.start_s, p.end_s, p.every_s)).collect();
    assert_eq!(periods, [(50_400, 54_000, 1), (87_000, 90_630, 100)]);
    assert_eq!(study.periods[1].date, jiff::civil::date(2019, 5, 14));
    let slow = &study.profiles[0];
    assert_eq!((slow.transit, slow.walk_speed, slow.max_rides), (true, SpeedMmPerS(875), Some(3)));
    assert_eq!((slow.max_walk_s, slow.max_direct_walk_s, slow.max_transfer_walk_s), (900, 0, 300));
    assert_eq!((slow.board_slack_s, slow.transfer_slack_s, slow.max_travel_time_s), (0, 120, 3600));
    assert!(!study.profiles[1].transit);
    assert_eq!(
        (&study.access.cutoffs_min[..], &study.access.percentiles[..]),
        (&[10, 60][..], &[5.0, 50.0, 99.5][..])
    );
    assert_eq!((study.access.unlinked, study.access.own_cell_s), (Unlinked::Zero, 90));
    let outputs = &study.outputs;
    assert_eq!((&outputs.tables[..], outputs.matrix), (&[TableFormat::Csv][..], Matrix::Whole));
    assert_eq!(&outputs.crs, &OutputCrs::Degrees);
    // In the order of the register, whatever that of the study.
    let other = "[outputs]\ntables = [\"tif\", \"gpkg\"]\ncrs = \"epsg:3006\"\nmatrix = \"partitioned\"";
    let outputs = text(&format!("{SMALL}{other}")).unwrap().outputs;
    assert_eq!(
        (&outputs.tables[..], outputs.matrix),
        (&[TableFormat::GeoPackage, TableFormat::GeoTiff][..], Matrix::Partitioned)
    );
    assert_eq!(outputs.crs, OutputCrs::Code("EPSG:3006".into()));
    let json = resolved(&Study { outputs, ..study });
    assert_eq!(
        (&json["outputs"]["crs"], &json["outputs"]["matrix"]),
        (&"EPSG:3006".into(), &"partitioned".into())
    );
}

#[test]
fn defaults_are_those_of_the_table() {
    let study = text(SMALL).unwrap();
    let json = resolved(&study);
    for key in keys() {
        let Fallback::Value(default) = key.default else { continue };
        let section = match key.section.split('.').fold(&json, |at, part| &at[part]) {
            serde_json::Value::Array(list) if list.is_empty() => continue,
            serde_json::Value::Array(list) => &list[0],
            serde_json::Value::Null => continue,
            table => table,
        };
        if ["osm", "gtfs"].contains(&key.name) {
            continue;
        }
        let written = section[key.name].to_string().replace(".0", "").replace(',', ", ");
        assert_eq!(written, default, "{}.{}", key.section, key.name);
    }
    assert_eq!(study.network.cache, Path::new("out").join("network"));
    let adult = &study.profiles[0];
    assert_eq!((study.profiles.len(), adult.name.as_str(), adult.transit), (1, "adult", true));
    assert_eq!((adult.max_direct_walk_s, adult.transfer_slack_s, adult.max_rides), (1800, 60, None));
    assert!(defaults_table().contains("| profile | `walk_speed_mps` | `1.2` | walking speed, m/s |\n"));
    crate::pages::hold_page("docs/study.md", &defaults_table());
    // No key stands twice.
    let mut names: Vec<_> = keys().map(|key| (key.section, key.name)).collect();
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[test]
fn equity_is_read() {
    let study = text(&format!(
        "{SMALL}[equity]\nindices = [\"all\"]\nstandards = {{ jobs = [5, 10.5] }}\nbounds = [0, 1]\nbootstrap = {{ \
         replicates = 0, interval = \"percentile\" }}\n"
    ))
    .unwrap();
    let equity = &study.equity;
    assert_eq!(equity.indices.join(","), "all");
    assert_eq!(equity.bounds_of("anything"), Some((0.0, 1.0)));
    assert_eq!(
        (equity.bootstrap.replicates, equity.bootstrap.bca, equity.bootstrap.block_m),
        (0, false, 2000)
    );
    assert_eq!(equity.standards_of("jobs_30min_p50"), [5.0, 10.5]);
    assert!(equity.standards_of("jobsites_30min_p50").is_empty());
    assert_eq!(equity.unused_standards(&["schools_15min_p50"]).collect::<Vec<_>>(), ["jobs"]);
    // By measure the longest name that fits counts; an empty list is none.
    let named = "bounds = { jobs = [0, 900], jobs_30min = [0, 50], near = [-1, 1] }";
    let named = text(&format!("{SMALL}[equity]\n{named}\n")).unwrap().equity;
    let of = ["jobs_30min_p50", "jobs_60min_p50", "near", "nearby", "jobs"].map(|name| named.bounds_of(name));
    assert_eq!(of, [Some((0.0, 50.0)), Some((0.0, 900.0)), Some((-1.0, 1.0)), None, Some((0.0, 900.0))]);
    assert_eq!(named.unused_bounds(&["jobs_30min_p50"]).collect::<Vec<_>>(), ["near"]);
    assert_eq!(text(&format!("{SMALL}[equity]\nbounds = []\n")).unwrap().equity.bounds_of("jobs"), None);
    let all = text(&format!("{SMALL}[equity]\nstandards = [3]\n")).unwrap();
    assert_eq!(all.equity.standards_of("anything"), [3.0]);
    // By measure: the longest name that fits; nothing for others.
    let by_name =
        "bounds = { jobs = [0, 9e4], jobs_30min = [0, 500], schools = [] }\nge = [-1, 2]\nkernel_m = 500\n";
    let by_name = text(&format!("{SMALL}[equity]\n{by_name}")).unwrap().equity;
    assert_eq!(by_name.bounds_of("jobs_30min_p50"), Some((0.0, 500.0)));
    assert_eq!(by_name.bounds_of("jobs_45min_p50"), Some((0.0, 9e4)));
    assert_eq!(
        (by_name.bounds_of("jobsites_45min_p50"), by_name.bounds_of("schools_15min_p50")),
        (None, None)
    );
    assert_eq!(by_name.unused_bounds(&["jobs_45min_p50"]).collect::<Vec<_>>(), ["jobs_30min"]);
    assert_eq!((by_name.ge, by_name.kernel_m), (vec![-1.0, 2.0], 500));
    for (line, said) in [
        ("bounds = { jobs = [1, 0] }", "equity.bounds .jobs is not a lower and an upper value"),
        ("bounds = { jobs = [0, 1], schools = 3 }", "equity.bounds .schools is not a list"),
        ("bounds = [nan, 1]", "equity.bounds"),
        ("ge = [11]", "equity.ge [1] is 11"),
        ("kernel_m = 0", "equity.kernel_m is 0"),
        ("standards = [0]", "equity.standards is 0 -> write numbers above 0"),
        ("standards = { jobs = 5 }", "equity.standards .jobs is not a list"),
        ("groups = [\"rich\"]", "names \"rich\", which is no group of the cells"),
        ("income = true", "equity.income is true, but the cells have none"),
        ("bounds = [1]", "equity.bounds is not a lower and an upper value"),
        ("bounds = { jobs = [5, 5] }", "equity.bounds .jobs is not a lower and an upper value"),
        ("bounds = { jobs = 5 }", "equity.bounds .jobs is not a list"),
        ("quantiles = [0]", "equity.quantiles [1] is 0"),
        ("bootstrap = 5", "equity.bootstrap is not a table"),
        (
            "bootstrap = { replicate = 5 }",
            "unknown key equity.bootstrap.replicate -> did you mean replicates?",
        ),
        (
            "bootstrap = { replicates = 5 }",
            "equity.bootstrap.replicates is 5 -> write 0, or a whole number from 100",
        ),
        ("bootstrap = { level = 1 }", "equity.bootstrap.level is 1 -> write a number above 0 and below 1"),
        ("bootstrap = { interval = \"t\" }", "equity.bootstrap.interval is \"t\""),
    ] {
        let found = wrong(&format!("{SMALL}[equity]\n{line}\n"));
        assert!(found.contains(said), "{line}\n{found}");
    }
    let se = wrong(&SMALL.replace("file = ", "population_se = \"se\"\nfile = "));
    assert!(se.contains("cells.population_se stands without population"), "{se}");
}

#[test]
fn isochrones_are_read() {
    assert_eq!(text(SMALL).unwrap().isochrones, None);
    let of = |lines: &str| text(&format!("{SMALL}[isochrones]\n{lines}\n")).unwrap().isochrones.unwrap();
    // Every cell, as far as [access] goes.
    let plain = of("");
    assert_eq!((plain.cells, plain.at.len(), plain.origins, plain.grid_m), (true, 0, None, 100));
    assert_eq!((&plain.cutoffs_min[..], &plain.percentiles[..]), (&[15, 30, 45, 60][..], &[50.0][..]));
    let points = of("at = [[-51.2, -30], [18.06, 59.33]]\ncutoffs_min = [30, 15]\ndepartures_percent = [80]");
    assert_eq!((points.cells, points.at), (false, vec![(-51.2, -30.0), (18.06, 59.33)]));
    assert_eq!((&points.cutoffs_min[..], &points.percentiles[..]), (&[15, 30][..], &[80.0][..]));
    assert!(of("at = [[0, 0]]\ncells = true\norigins = \"o.csv\"").cells);
    for (line, said) in [
        ("at = [[18.06]]", "isochrones.at [1] is no [lon, lat] -> write points as [[lon, lat], …]"),
        ("at = [[18.06, 99]]", "isochrones.at [1] lat is 99"),
        ("at = []", "isochrones.at is empty"),
        ("cells = false", "isochrones.cells is false, and there are no other points"),
        ("cutoffs_min = [600]", "isochrones.cutoffs_min has 600 min, above max_travel_time_s = 7200"),
        ("percentiles = [0]", "isochrones.percentiles [1] is 0"),
        (
            "percentiles = [5]\ndepartures_percent = [5]",
            "isochrones.departures_percent stands beside percentiles",
        ),
        ("grid_m = 5", "isochrones.grid_m is 5 -> write a whole number from 10 to 5000"),
        ("grid = 50", "unknown key isochrones.grid -> did you mean grid_m?"),
    ] {
        let found = wrong(&format!("{SMALL}[isochrones]\n{line}\n"));
        assert!(found.contains(said), "{line}\n{found}");
    }
}

#[test]
fn limits_follow_what_is_written() {
    let study = text(&format!("{SMALL}[[profile]]\nmax_walk_s = 600\nboard_slack_s = 10\n")).unwrap();
    let profile = &study.profiles[0];
    assert_eq!((profile.max_direct_walk_s, profile.transfer_slack_s), (600, 10));
}

#[test]
fn the_manifest_has_no_absolute_path() {
    let study = SMALL.replace("bus.zip", "/home/someone/feeds/bus.zip");
    let json = resolved(&text(&study).unwrap());
    assert_eq!(json["network"]["gtfs"][0], "bus.zip");
    assert!(!json.to_string().contains("/home"));
}

#[test]
fn all_unknown_keys_come_with_place_and_nearest_name() {
    let study =
        SMALL.replace("file = ", "popultion = \"p\"\nfile = ").replace("depart = ", "evry_s = 60\ndepart = ")
            + "[acess]\ncutoffs_min = [15]\n[[profile]]\nwalk_speed = \"fast\"\nmax_walk_s = \"far\"\n";
    assert_eq!(
        wrong(&study),
        "study.toml:6:1: unknown key cells.popultion -> did you mean population?\n\
         study.toml:11:1: unknown key period.evry_s -> did you mean every_s?\n\
         study.toml:13:2: unknown key acess -> did you mean access?\n\
         study.toml:16:1: unknown key profile.walk_speed -> did you mean walk_speed_mps?\n\
         study.toml:17:14: profile.max_walk_s is a text, not a whole number -> write a whole number from 0 to 129600\n"
    );
}

#[test]
fn what_comes_later_is_refused_with_a_word() {
    let study = SMALL.to_string() + "[[fares]]\n[emissions]\n";
    let said = wrong(&study);
    for what in ["fares", "emissions"] {
        assert!(said.contains(&format!("isokron does not do {what}")), "{said}");
    }
    for (mode, what) in
        [("car", "car"), ("park-and-ride", "park-and-ride"), ("car>transit>walk", "chains of modes")]
    {
        let said = wrong(&format!("{SMALL}[[profile]]\nmodes = [\"walk\", \"{mode}\"]\n"));
        assert!(said.contains(&format!("isokron does not do {what} yet")), "{said}");
    }
    let said = wrong(&SMALL.replace("gtfs", "zones = \"zones.geojson\"\ngtfs"));
    assert_eq!(
        said,
        "study.toml:4:1: network.zones: isokron does not do on-demand zones yet -> leave it out\n"
    );
}

/// One line of `SMALL` exchanged, and a part of what must be said.
#[test]
fn wrong_values_are_explained() {
    for (line, instead, said) in [
        ("date = 2025-03-04", "date = \"\"", "study.toml:9:8: period.date is empty"),
        ("date = 2025-03-04", "date =", "study.toml:9:7: is not TOML"),
        ("date = 2025-03-04", "date = 2025-02-29", "study.toml:9:"),
        ("date = 2025-03-04", "date = \"2025-02-29\"", "there is no such day"),
        ("date = 2025-03-04", "date = 2025-03-04T07:00:00", "is not a day alone"),
        ("date = 2025-03-04\n", "", "period.date is missing"),
        ("7:00/9:00", "9:00/7:00", "the end must be later than the start"),
        ("7:00/9:00", "9:00/9:00", "the end must be later than the start"),
        ("7:00/9:00", "7-9", "period.depart is \"7-9\" -> write start and end"),
        ("7:00/9:00", "7:00/9:60", "\"9:60\" is no time"),
        ("7:00/9:00", "0:00/24:00:01", "period.depart holds 86401 seconds, and 86400, those of 24 h"),
        (
            "depart = \"7:00/9:00\"\n",
            "",
            "study.toml:7:1: period.depart is missing, and so is arrive -> write one",
        ),
        (
            "depart = \"7:00/9:00\"",
            "arrive = \"8:00/7:00\"",
            "period.arrive is \"8:00/7:00\": the end must be later",
        ),
        (
            "depart",
            "arrive = \"7:00/8:00\"\ndepart",
            "period.arrive stands beside depart -> leave out one of the two",
        ),
        (
            "depart = \"7:00/9:00\"",
            "arrive = \"7-9\"",
            "period.arrive is \"7-9\" -> write start and end, such as arrive",
        ),
        ("\"am\"", "\"AM\"", "period.name is \"AM\" -> use small letters"),
        ("\"am\"", "\"\"", "period.name is empty"),
        ("\"town\"", "5", "study.name is a whole number, not a text"),
        ("name = \"town\"", "", "study.name is missing"),
        ("gtfs = [\"bus.zip\"]", "gtfs = \"bus.zip\"", "network.gtfs is a text, not a list"),
        ("gtfs = [\"bus.zip\"]", "gtfs = [\"bus.zip\", 3]", "network.gtfs [2] is a whole number, not a text"),
        ("gtfs = [\"bus.zip\"]", "gtfs = [\"a/bus.zip\", \"b/bus.zip\"]", "has two feeds called bus"),
        ("gtfs = [\"bus.zip\"]", "", "neither osm nor gtfs is given"),
        (
            "gtfs",
            "may_be_idle = [\"bos\"]\ngtfs",
            "\"bos\", which is no feed of this study -> did you mean bus?",
        ),
        ("gtfs", "max_link_m = nan\ngtfs", "network.max_link_m is NaN"),
        ("gtfs", "max_link_m = -1\ngtfs", "network.max_link_m is -1"),
        ("gtfs", "fragment_reach_m = -1\ngtfs", "network.fragment_reach_m is -1"),
        ("gtfs", "min_island_nodes = 4.5\ngtfs", "is a number with a point, not a whole number"),
        ("name = \"town\"", "name = \"town\"\ntime_zone = \"Sweden/Lund\"", "which is no time zone"),
        ("file = \"cells.csv\"", "size_m = 250", "cells.crs is missing"),
        ("file = \"cells.csv\"", "", "there is neither file nor size_m"),
        ("file = \"cells.csv\"", "file = \"c.csv\"\nsize_m = 9", "makes a grid, but there is a file too"),
        (
            "file = \"cells.csv\"",
            "size_m = 250\ncrs = \"3006\"",
            "cells.crs is \"3006\" -> write an EPSG code",
        ),
        ("file = \"cells.csv\"", "file = \"c.csv\"\nx = \"x\"", "cells.crs is missing"),
        (
            "file = \"cells.csv\"",
            "file = \"c.csv\"\nlon = \"x\"\ncrs = \"EPSG:3006\"",
            "stands beside x, y or crs",
        ),
        (
            "file = \"cells.csv\"",
            "size_m = 9\ncrs = \"EPSG:3006\"\npopulation = \"p\"",
            "names columns, but a grid has none",
        ),
        (
            "file = \"cells.csv\"",
            "file = \"c.csv\"\ngroups_are = \"share\"",
            "write one of \"counts\", \"shares\"",
        ),
        ("file = \"cells.csv\"", "file = \"c.csv\"\ngroups_are = \"shares\"", "no population to share"),
        ("file = \"cells.csv\"", "file = \"c.csv\"\nopportunities = [\"a\", \"a\"]", "[2] is there twice"),
        ("depart", "every_s = 0\ndepart", "period.every_s is 0"),
        ("depart", "every_s = 60\ndepartures = \"exact\"\ndepart", "stands beside departures"),
        ("[cells]", "[[cells]]", "cells is not a table -> write [cells] once"),
        ("[[period]]", "[period]", "period is not a list -> write [[period]]"),
        ("[study]", "[study]\nname = \"twice\"", "name stands here for a second time"),
    ] {
        let text = wrong(&SMALL.replace(line, instead));
        assert!(text.contains(said), "{instead}: {text}");
    }
    for (more, said) in [
        ("[[profile]]\nwalk_speed_mps = 0", "profile.walk_speed_mps is 0"),
        ("[[profile]]\nwalk_speed_mps = 1.2345", "at most three decimals"),
        ("[[profile]]\nmax_rides = 0", "write a whole number from 1 to"),
        ("[[profile]]\nmodes = [\"transit\"]", "profile.modes lacks \"walk\""),
        ("[[profile]]\nmodes = [\"wolk\"]", "profile.modes [1] is \"wolk\""),
        (
            "[[profile]]\nmax_travel_time_s = 1800",
            "has 45, 60 min, above max_travel_time_s = 1800 of profile adult",
        ),
        ("[[profile]]\n[[profile]]", "study.toml:12:1: there are two [[profile]] called adult"),
        ("[[destinations]]\nname = \"cells\"\nfile = \"c.csv\"", "is \"cells\", which the grid is called"),
        (
            "[[destinations]]\nname = \"d\"\nfile = \"c.csv\"\nincome = \"i\"",
            "does not do people at destinations",
        ),
        ("[access]\npercentiles = [0]", "access.percentiles [1] is 0"),
        ("[access]\npercentiles = [100.5]", "access.percentiles [1] is 100.5"),
        ("[access]\ncutoffs_min = []", "access.cutoffs_min is empty"),
        ("[access]\ncutoffs_min = [15, 15]", "[2] is there twice"),
        ("[access]\nunlinked = \"nil\"", "write one of \"blank\", \"zero\""),
        ("[outputs]\ntables = [\"csv\", \"xls\"]", "outputs.tables [2] is \"xls\""),
        ("[outputs]\nmatrix = \"yes\"", "outputs.matrix is \"yes\" -> write true, false or \"partitioned\""),
        ("[outputs]\nmatrix = 1", "outputs.matrix is a whole number, not a text -> write true, false"),
        ("[outputs]\ncrs = \"SWEREF\"", "outputs.crs is \"SWEREF\" -> write an EPSG code"),
    ] {
        let text = wrong(&format!("{SMALL}{more}\n"));
        assert!(text.contains(said), "{more}: {text}");
    }
}

/// A broken text is broken in one place: the first mistake alone is told, where somebody made it, though the parser
/// stumbles over much that comes behind. Lines are counted in `SMALL` by hand.
#[test]
fn of_a_broken_text_the_mistake_alone_is_told() {
    for (from, to, place, said) in [
        // A list that nobody closed: the parser runs on through all that follows.
        ("gtfs = [\"bus.zip\"]", "gtfs = [\"bus.zip\"", "4:8", "the list that begins here is not closed"),
        (
            "gtfs = [\"bus.zip\"]",
            "gtfs = [\"bus.zip\",\n# more",
            "4:8",
            "the list that begins here is not closed",
        ),
        ("depart", "list = [1, 2\ndepart", "10:8", "the list that begins here is not closed"),
        (
            "depart = \"7:00/9:00\"",
            "depart = [\"7:00/9:00\"",
            "10:10",
            "the list that begins here is not closed",
        ),
        (
            "gtfs = [\"bus.zip\"]",
            "gtfs = [\"bus.zip\" \"b.zip\"]",
            "4:19",
            "missing comma between array elements",
        ),
        // The comma, and no bracket, is missing where the list goes on.
        (
            "gtfs = [\"bus.zip\"]",
            "gtfs = [\"a.zip\"\n\"b.zip\"]",
            "5:1",
            "missing comma between array elements",
        ),
        ("[cells]", "[cells", "5:7", "unclosed table"),
        ("[[period]]", "[[period]", "7:10", "unclosed array table"),
        ("name = \"town\"", "name = \"town", "2:13", "invalid basic string"),
        ("name = \"town\"", "name = lund", "2:8", "string values must be quoted"),
        ("name = \"town\"", "name \"town\"", "2:6", "expected `=`"),
        ("name = \"town\"", "name = \"town\" gtfs", "2:15", "unexpected key or value"),
    ] {
        let text = SMALL.replace(from, to);
        assert_ne!(text, SMALL);
        let told = wrong(&text);
        assert_eq!(told.lines().count(), 1, "{to}: {told}");
        assert!(told.starts_with(&format!("study.toml:{place}: is not TOML: ")), "{to}: {told}");
        assert!(told.contains(said), "{to}: {told}");
    }
    // What is said twice breaks nothing: all of it is told, with all else.
    let twice =
        SMALL.replace("[cells]", "gtfs = [\"b.zip\"]\n[cells]\nid = \"a\"\nid = \"b\"\npopultion = \"p\"");
    assert_eq!(
        wrong(&twice),
        "study.toml:9:1: unknown key cells.popultion -> did you mean population?\n\
         study.toml:5:1: gtfs stands here for a second time -> leave out one of the two: a key, or [section], stands once\n\
         study.toml:8:1: id stands here for a second time -> leave out one of the two: a key, or [section], stands once\n"
    );
}

#[test]
fn a_window_is_of_departures_or_of_arrivals() {
    let study = text(SMALL).unwrap();
    assert_eq!((study.periods[0].of, study.access.by_hour), (WindowOf::Departures, false));
    let arrive =
        SMALL.replace("depart = \"7:00/9:00\"", "arrive = \"7:00/8:00\"") + "[access]\nby_hour = true\n";
    let study = text(&arrive).unwrap();
    let period = &study.periods[0];
    assert_eq!((period.of, period.start_s, period.end_s), (WindowOf::ArrivalProfile, 25_200, 28_800));
    assert!(study.access.by_hour);
    let json = resolved(&study);
    assert_eq!(json["period"][0]["arrive"], "07:00:00/08:00:00");
    assert!(json["period"][0].get("depart").is_none());
    // A whole day at every second, and on any part of the clock.
    for day in ["0:00/24:00", "4:00/28:00"] {
        assert_eq!(text(&SMALL.replace("7:00/9:00", day)).unwrap().periods[0].every_s, 1);
    }
}

#[test]
fn windows_may_pass_midnight() {
    for (window, seconds) in [("23:30/24:30", (84_600, 88_200)), ("25:00/26:00", (90_000, 93_600))] {
        let study = text(&SMALL.replace("7:00/9:00", window)).unwrap();
        assert_eq!((study.periods[0].start_s, study.periods[0].end_s), seconds);
    }
}

#[test]
fn periods_may_be_missing_where_nothing_rides() {
    let (before, _) = SMALL.split_once("[[period]]").unwrap();
    assert!(wrong(before).starts_with("study.toml: there is no [[period]] -> say when people travel"));
    // One second stands for all: a study of streets alone has a period of its own.
    let walking = text(&before.replace("gtfs = [\"bus.zip\"]", "osm = [\"a.pbf\"]")).unwrap();
    assert_eq!(
        walking.periods.iter().map(|p| (p.name.as_str(), p.end_s)).collect::<Vec<_>>(),
        [("any_time", 1)]
    );
    assert!(wrong("").contains("study.toml: there is no [cells]"));
    assert!(wrong("").contains("study.toml: study.name is missing"));
}

#[test]
fn a_grid_needs_no_file() {
    let grid = "size_m = 250\ncrs = \"epsg:3006\"\nboundary = \"area.geojson\"\nvalues = \"p.csv\"\npopulation = \"n\"";
    let study = text(&SMALL.replace("file = \"cells.csv\"", grid)).unwrap();
    assert_eq!(
        study.cells.source,
        PlacesSource::Grid {
            size_m: 250,
            crs: "EPSG:3006".into(),
            boundary: Some("area.geojson".into()),
            values: Some("p.csv".into())
        }
    );
}

#[test]
fn files_must_be_there_when_read_from_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("study.toml");
    let error = read(&path).unwrap_err();
    assert_eq!(error.exit_code(), 1);
    assert!(error.to_string().contains("study.toml: there is no such study file\n  → check the path"));
    std::fs::write(&path, format!("\u{feff}{SMALL}")).unwrap();
    std::fs::write(folder.path().join("buses.zip"), "").unwrap();
    let error = read(&path).unwrap_err();
    assert_eq!(error.exit_code(), 1);
    assert_eq!(
        error.to_string(),
        "study.toml:4:8: there is no file bus.zip\n  → did you mean buses.zip?\n\
         study.toml:6:8: there is no file cells.csv\n  → paths are relative to the study file's folder"
    );
    std::fs::write(folder.path().join("bus.zip"), "").unwrap();
    std::fs::write(folder.path().join("cells.csv"), "").unwrap();
    assert_eq!(read(&path).unwrap().folder, folder.path());
    std::fs::write(&path, b"[study]\nname = \"\xe5\"").unwrap();
    assert!(read(&path).unwrap_err().to_string().contains(":2: is not UTF-8"));
}
