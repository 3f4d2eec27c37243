//! What `init` proposes: it parses, it says what was found, and what is commented out are the defaults.

use std::path::{Path, PathBuf};

use isokron::base::findings::Findings;
use isokron::inputs::propose::{
    CellsFacts, Coordinates, Facts, FeedFacts, look, name_of, propose, write_new,
};
use isokron::inputs::{cells, tables};
use isokron::study::parse::{parse, resolved};
use isokron::study::{GroupsAre, PlacesSource, Study};

use crate::common;

fn feed(file: &str, zone: &str, hours: &[(usize, u32)]) -> FeedFacts {
    let mut starts_by_hour = vec![0; 28];
    for (hour, trips) in hours {
        starts_by_hour[*hour] = *trips;
    }
    FeedFacts { file: file.into(), zones: vec![zone.into()], starts_by_hour }
}

fn facts() -> Facts {
    Facts {
        folder: "/data/study".into(),
        name: "town".into(),
        osm: vec!["/data/streets.osm.pbf".into()],
        feeds: vec![feed("/data/study/bus.zip", "Europe/Stockholm", &[(7, 5), (8, 9), (16, 30)])],
        date: Some(jiff::civil::date(2025, 3, 4)),
        depart: None,
        cells: None,
        centre: Some((18.07, 59.33)),
        ..Facts::default()
    }
}

fn study(facts: &Facts) -> (Study, String) {
    let text = propose(facts).unwrap();
    let study = parse(&text, "study.toml", Path::new(".")).unwrap_or_else(|error| panic!("{error}\n{text}"));
    (study, text)
}

fn table(text: &str, centre: Option<(f64, f64)>) -> Result<CellsFacts, String> {
    let mut findings = Findings::default();
    let table = tables::from_bytes(text.as_bytes().to_vec(), "c.csv", &mut findings).unwrap();
    look(&table, "c.csv".into(), centre).map_err(|error| error.to_string())
}

#[test]
fn a_grid_where_there_are_no_cells() {
    let (study, text) = study(&facts());
    let grid = PlacesSource::Grid { size_m: 250, crs: "EPSG:3006".into(), boundary: None, values: None };
    assert_eq!(study.cells.source, grid);
    assert_eq!(study.network.osm, [PathBuf::from("../streets.osm.pbf")]);
    assert_eq!(study.network.gtfs, [PathBuf::from("bus.zip")]);
    let period = &study.periods[0];
    assert_eq!((period.name.as_str(), period.start_s, period.end_s), ("morning", 7 * 3600, 9 * 3600));
    assert!(
        text.contains("date = 2025-03-04               # Tuesday; 44 trips near the streets that day\n"),
        "{text}"
    );
    assert!(
        text.contains("# max_rides = 4                 # most boardings; without it: unlimited\n"),
        "{text}"
    );
    assert!(study.profiles[0].transit && study.time_zone.is_none());
}

/// Every commented line, taken in alone, leaves a study that parses and, where it is a default, the same one.
#[test]
fn what_is_commented_out_can_be_taken_in() {
    let (before, text) = study(&facts());
    let whole: Vec<&str> = text.lines().collect();
    let mut tried = 0;
    for (i, line) in whole.iter().enumerate() {
        let Some(key) = line.strip_prefix("# ").filter(|line| line.contains(" = ")) else { continue };
        // Those of a file, of values and of destinations exclude the grid or need more.
        let excluded = [
            "file",
            "id",
            "layer",
            "lon",
            "lat",
            "x",
            "y",
            "population",
            "population_se",
            "opportunities",
            "groups",
            "income",
            "income_se",
            "arrive",
        ];
        let name = key.split(' ').next().unwrap();
        if excluded.contains(&name) || name == "every_s" || (name == "name" && key.contains("clinics")) {
            continue;
        }
        let mut lines = whole.clone();
        lines[i] = key;
        let text = lines.join("\n").replace("[\"feed\"]", "[\"bus\"]");
        let after =
            parse(&text, "study.toml", Path::new(".")).unwrap_or_else(|error| panic!("{key}: {error}"));
        tried += 1;
        let defaulted = !key.contains("without it");
        assert!(!defaulted || resolved(&after) == resolved(&before), "{key}");
    }
    assert!(tried > 20, "{tried}");
}

#[test]
fn the_window_is_where_the_service_is() {
    // Porto Alegre: buses start from 11 to 16 only, the train runs all day.
    let mut facts = facts();
    facts.feeds = vec![
        feed("/data/eptc.zip", "America/Sao_Paulo", &[(11, 100), (14, 583), (15, 583), (16, 50)]),
        feed("/data/train.zip", "America/Sao_Paulo", &[(7, 90), (8, 90), (14, 24), (15, 24), (23, 5)]),
        feed("/data/night.zip", "America/Recife", &[(26, 3)]),
    ];
    let (study, text) = study(&facts);
    let period = &study.periods[0];
    assert_eq!((period.name.as_str(), period.start_s, period.end_s), ("midday", 14 * 3600, 15 * 3600));
    assert_eq!(study.network.may_be_idle, ["night"]);
    assert_eq!(study.time_zone.as_deref(), Some("America/Sao_Paulo"));
    assert!(text.contains("# the feeds differ: America/Recife, America/Sao_Paulo\n"));
    facts.feeds = vec![feed("/data/night.zip", "America/Recife", &[(26, 3)])];
    let period = &self::study(&facts).0.periods[0];
    assert_eq!((period.name.as_str(), period.start_s), ("night", 26 * 3600));
}

#[test]
fn without_feeds_one_walks() {
    let mut facts = facts();
    facts.feeds.clear();
    facts.date = None;
    facts.centre = Some((-8.61, 41.15));
    let (study, _) = study(&facts);
    assert!(study.periods[0].name == "any_time" && !study.profiles[0].transit);
    assert!(matches!(study.cells.source, PlacesSource::Grid { crs, .. } if crs == "EPSG:32629"));
}

#[test]
fn what_cannot_run_is_not_proposed() {
    let mut idle = facts();
    idle.feeds[0].starts_by_hour.clear();
    let error = propose(&idle).unwrap_err();
    assert_eq!(error.exit_code(), 1);
    assert!(error.to_string().starts_with("bus: no stop with trips is near the streets"), "{error}");
    idle.stops_near = 7;
    let error = propose(&idle).unwrap_err().to_string();
    assert!(error.starts_with("bus: no trip that calls near the streets runs on "), "{error}");
    idle.date = None;
    idle.dropped = Some("3 trips on which a time is earlier than the one before it".into());
    let error = propose(&idle).unwrap_err().to_string();
    assert!(error.starts_with("bus: there is no day with service; left out: 3 trips on which"), "{error}");
    let mut bare = facts();
    bare.osm.clear();
    assert!(propose(&bare).unwrap_err().to_string().contains("neither cells nor streets"));
}

#[test]
fn columns_are_told_by_name_and_value() {
    let found = table(
        "ruta,X,Y,Befolkning,jobs,schools,income,low_income,high_income,area_m2,name,empty\n\
         1,674000,6580000,100,5,1,300,60,40,62500,A,0\n2,674250,6580000,0,,0,,0,0,62500,B,0\n",
        Some((18.07, 59.33)),
    )
    .unwrap();
    assert_eq!(found.id, "ruta");
    assert_eq!(found.coordinates, Coordinates::XY("X".into(), "Y".into(), "EPSG:3006".into()));
    assert_eq!((found.population.as_deref(), found.income.as_deref()), (Some("Befolkning"), Some("income")));
    assert_eq!(
        (found.opportunities.join(","), found.others.join(",")),
        ("jobs,schools".into(), "area_m2".into())
    );
    assert_eq!(
        (found.groups.join(","), found.groups_are),
        ("low_income,high_income".into(), GroupsAre::Counts)
    );
    let mut facts = facts();
    facts.cells = Some(found);
    let (study, text) = study(&facts);
    assert_eq!(study.cells.groups, ["low_income", "high_income"]);
    assert!(text.contains("; other numbers: area_m2\n"), "{text}");
    let shares = table("id,lon,lat,pop,women,men\na,1,2,10,0.4,0.6\n", None).unwrap();
    assert_eq!((shares.groups.len(), shares.groups_are), (2, GroupsAre::Shares));
    // More women than people: not sure, so not proposed.
    assert!(table("id,lon,lat,pop,women,men\na,1,2,10,40,60\n", None).unwrap().groups.is_empty());
    // No known name, but a column that tells rows apart.
    assert_eq!(table("n,place,lon,lat\n1,a,1,2\n1,b,1,2\n", None).unwrap().id, "place");
    assert!(table("n,lon,lat\n1,1,2\n1,1,2\n", None).unwrap_err().contains("tells its rows apart"));
    assert!(table("id,n\na,1\n", None).unwrap_err().contains("call them lon and lat, or x and y"));
    let unknown = table("id,x,y\na,674000,6580000\n", Some((-8.6, 41.1))).unwrap_err();
    assert!(unknown.contains("no projection puts them near the streets"), "{unknown}");
    let utm = table("id,x,y\na,480000,6670000\n", Some((-51.2, -30.1))).unwrap();
    assert_eq!(utm.coordinates, Coordinates::XY("x".into(), "y".into(), "EPSG:32722".into()));
}

#[test]
fn names_and_no_overwriting() {
    assert_eq!(name_of(Path::new("a/Porto Alegre-2.toml")), "porto_alegre_2");
    assert_eq!(name_of(Path::new("Å.toml")), "study");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("study.toml");
    write_new(&path, "one").unwrap();
    let error = write_new(&path, "two").unwrap_err();
    assert_eq!(error.exit_code(), 1);
    assert!(error.to_string().contains("init never overwrites"));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "one");
    assert!(
        write_new(&folder.path().join("no/study.toml"), "")
            .unwrap_err()
            .to_string()
            .contains("make the folder")
    );
}

/// The tables of the real places: what is proposed is read by the reader of cells.
#[test]
fn real_tables() {
    for (name, id, population, opportunities) in [
        ("porto_alegre/poa_hexgrid.csv", "id", Some("population"), "schools,jobs,healthcare"),
        ("sao_paulo/spo_hexgrid.csv", "id", Some("population"), "schools,jobs,healthcare"),
        ("newport/newport_output_areas.csv", "id", None, "output_areas"),
        ("newport/newport_supermarkets.csv", "id", None, "supermarkets"),
        ("belo_horizonte/land_use.csv", "id", Some("population"), "jobs,schools"),
        ("porto_alegre/poa_points_of_interest.csv", "id", None, ""),
    ] {
        let Some(path) = common::data(name) else { continue };
        let mut findings = Findings::default();
        let table = tables::read(&path, name, &mut findings).unwrap();
        let mut facts = facts();
        facts.folder = path.parent().unwrap().into();
        let found = look(&table, path.clone(), None).unwrap();
        assert_eq!((found.id.as_str(), found.population.as_deref()), (id, population), "{name}");
        assert_eq!(found.opportunities.join(","), opportunities, "{name}");
        facts.cells = Some(found);
        let (study, _) = study(&facts);
        let places = cells::read(&study.cells, path.parent().unwrap(), None, &mut findings).unwrap();
        assert_eq!(places.ids.len(), table.len());
    }
}

#[test]
fn a_study_is_called_as_its_folder() {
    let name = |path: &str| isokron::inputs::propose::name_of(Path::new(path));
    assert_eq!(name("/data/Porto Alegre/study.toml"), "porto_alegre");
    assert_eq!(name("/data/porto/before.toml"), "before");
    assert_eq!(name("study.toml"), "study");
}
