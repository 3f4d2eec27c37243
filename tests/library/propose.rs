//! What `init` proposes: it parses, it says what was found, and what is commented out are the defaults.

use std::path::{Path, PathBuf};

use isokron::base::diagnostics::Diagnostics;
use isokron::inputs::propose::{
    CellsFacts, Coordinates, Facts, FeedFacts, RunsByFeed, look, name_of, propose, usual_day, write_new,
};
use isokron::inputs::{cells, tables};
use isokron::scenario::written::parse;
use isokron::study::parse::resolved;
use isokron::study::{GroupsAre, MatrixOutput, PlacesSource, Study};

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
    let mut diagnostics = Diagnostics::default();
    let table = tables::from_bytes(text.as_bytes().to_vec(), "c.csv", &mut diagnostics).unwrap();
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

/// Days of a made-up feed: 20 weekdays from Monday 2 March 2026 with 100 trips, half of that on weekends, a holiday
/// (Wednesday the 4th) with 30, a fair (Thursday the 5th) with 180, and two Fridays with 101.
#[test]
fn a_usual_weekday_is_taken() {
    let mut service = RunsByFeed::new();
    for i in 0..28 {
        let date = jiff::civil::date(2026, 3, 2 + i);
        let weekend = matches!(date.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday);
        let trips = match date.day() {
            4 => 30,
            5 => 180,
            6 | 13 => 101,
            _ if weekend => 50,
            _ => 100,
        };
        service.insert(date, vec![trips]);
    }
    // Sorted: 30, 16 × 100, 101, 101, 180: the tenth of twenty is 100, which Tuesday the 3rd has first amid the week.
    let usual = usual_day(&service).unwrap();
    assert_eq!(usual.date, jiff::civil::date(2026, 3, 3));
    assert_eq!(usual.why, "the median of 20 weekdays (30 to 180 trips)");
    // A second feed from the third week on: only days of both are looked at.
    for (date, trips) in &mut service {
        trips.push(if date.day() >= 18 { 7 } else { 0 });
    }
    let usual = usual_day(&service).unwrap();
    assert_eq!(
        (usual.date, usual.why.as_str()),
        (jiff::civil::date(2026, 3, 18), "as on each of 8 weekdays")
    );
    // Nothing from Monday to Friday.
    service.retain(|date, _| date.day() == 7);
    let usual = usual_day(&service).unwrap();
    assert_eq!(
        (usual.date, usual.why.as_str()),
        (jiff::civil::date(2026, 3, 7), "the only day with service")
    );
    assert_eq!(usual_day(&RunsByFeed::new()), None);
}

/// Work comes first, whatever its place in the table, then by size; people where there is nothing else to reach.
#[test]
fn what_planners_look_at_first_comes_first() {
    let of = |header: &str, row: &str| table(&format!("id,lon,lat,{header}\na,1,2,{row}\n"), None).unwrap();
    assert_eq!(
        of("kiosks,hospital_beds,schools,jobs_low,Jobs,unemployed", "9,3,4,10,30,99").opportunities,
        ["Jobs", "jobs_low", "schools", "hospital_beds", "unemployed", "kiosks"]
    );
    assert_eq!(of("escolas,empregos_formais", "9,3").opportunities, ["empregos_formais", "escolas"]);
    let mut facts = facts();
    facts.cells = Some(of("population,density", "9,3"));
    let (study, text) = study(&facts);
    assert_eq!(study.cells.opportunities, ["population"]);
    assert!(text.contains("how many people can be reached; other numbers: density\n"), "{text}");
}

/// The sections behind `#`, each as a whole: with the marks taken away the study parses, alone and all together.
#[test]
fn sections_behind_marks_can_be_taken_in() {
    let mut grid = facts();
    grid.street = Some((18.07, 59.33));
    grid.route = Some(("bus:5".into(), "Five".into()));
    grid.shows_times = true;
    let mut cells = grid.clone();
    let shares = "id,lon,lat,pop,jobs,women,men\na,18.07,59.33,10,5,0.4,0.6\n";
    cells.cells = Some(table(shares, None).unwrap());
    for facts in [grid, cells] {
        let (before, text) = study(&facts);
        assert!(before.outputs.matrix == MatrixOutput::Whole && before.scenarios.is_empty());
        let blocks = marked(&text);
        assert!(blocks.len() >= 8, "{text}");
        for block in &blocks {
            let after = taken_in(&text, std::slice::from_ref(block));
            let study = parse(&after, "study.toml", Path::new("."));
            assert_ne!(
                resolved(&study.unwrap_or_else(|e| panic!("{e}\n{after}"))),
                resolved(&before),
                "{block}"
            );
        }
        let study = parse(&taken_in(&text, &blocks), "study.toml", Path::new(".")).unwrap();
        assert_eq!((study.profiles.len(), study.scenarios.len(), study.measures.len()), (2, 1, 2));
        assert!(study.isochrones.is_some() && study.destinations.len() == 1);
        let contrasts = taken_in(&text, &blocks).replace("# contrasts", "contrasts");
        let study = parse(&contrasts, "study.toml", Path::new(".")).unwrap();
        assert_eq!(study.access.contrasts.len(), 1);
    }
}

/// Sections behind `#`, as they stand in the text.
fn marked(text: &str) -> Vec<String> {
    let all = text.split("\n\n").filter(|part| part.starts_with("# ["));
    all.map(|part| part.trim_end().to_string()).collect()
}

/// The text without the marks of some sections.
fn taken_in(text: &str, blocks: &[String]) -> String {
    let bare = |block: &str| block.lines().map(|line| &line[2..]).collect::<Vec<_>>().join("\n");
    blocks.iter().fold(text.to_string(), |text, block| text.replace(block, &bare(block)))
}

/// Every commented line, taken in alone, leaves a study that parses and, where it is a default, the same one.
#[test]
fn what_is_commented_out_can_be_taken_in() {
    let (before, text) = study(&facts());
    let whole: Vec<&str> = text.lines().collect();
    let blocks = marked(&text).join("\n");
    let in_block: Vec<&str> = blocks.lines().collect();
    let mut tried = 0;
    for (i, line) in whole.iter().enumerate() {
        let Some(key) = line.strip_prefix("# ").filter(|line| line.contains(" = ")) else { continue };
        // Sections behind marks are taken in as a whole, below, and contrasts with the other profile.
        if in_block.contains(line) || key.starts_with("contrasts") {
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
    assert!(error.to_string().starts_with("bus: there is no day with service"));
    // They run, but elsewhere: no calendar is to blame.
    idle.runs = true;
    let error = propose(&idle).unwrap_err().to_string();
    assert!(error.starts_with("bus: no trip calls at a stop near the streets, on any day"), "{error}");
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
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn real_tables() {
    for (name, id, population, opportunities) in [
        ("porto_alegre/poa_hexgrid.csv", "id", Some("population"), "jobs,schools,healthcare"),
        ("sao_paulo/spo_hexgrid.csv", "id", Some("population"), "jobs,schools,healthcare"),
        ("newport/newport_output_areas.csv", "id", None, "output_areas"),
        ("newport/newport_supermarkets.csv", "id", None, "supermarkets"),
        ("belo_horizonte/land_use.csv", "id", Some("population"), "jobs,schools"),
        ("porto_alegre/poa_points_of_interest.csv", "id", None, ""),
    ] {
        let path = common::data(name);
        let mut diagnostics = Diagnostics::default();
        let table = tables::read(&path, name, &mut diagnostics).unwrap();
        let mut facts = facts();
        facts.folder = path.parent().unwrap().into();
        let found = look(&table, path.clone(), None).unwrap();
        assert_eq!((found.id.as_str(), found.population.as_deref()), (id, population), "{name}");
        assert_eq!(found.opportunities.join(","), opportunities, "{name}");
        facts.cells = Some(found);
        let (study, _) = study(&facts);
        let places = cells::read(&study.cells, path.parent().unwrap(), None, &mut diagnostics).unwrap();
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
