//! Each kind of bad input: its message, its exit code, and nothing half-written.

use std::fs;

use crate::town::{Town, rows};

/// Spoils a town and runs its study; after an error nothing half-written may stand.
#[track_caller]
fn refused(spoil: impl FnOnce(&Town), code: i32, words: &[&str]) -> Town {
    let town = Town::new();
    spoil(&town);
    town.isokron("run study.toml").refused(code, words);
    town.nothing_half_written();
    town
}

/// Replaces field `column` of line `line` (1: the header).
fn cell(town: &Town, line: usize, column: usize, value: &str) {
    let text = town.read("cells.csv");
    let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
    let mut fields: Vec<&str> = lines[line - 1].split(',').collect();
    fields[column] = value;
    lines[line - 1] = fields.join(",");
    town.write("cells.csv", lines.join("\n") + "\n");
}

#[test]
fn missing_files_are_all_named() {
    let spoil = |town: &Town| ["town_gtfs.zip", "cells.csv"].iter().for_each(|file| town.remove(file));
    let words = [
        "error: there is no file town_gtfs.zip\n --> study.toml:8:8\n",
        "= help: did you mean town_ferry.zip?",
    ];
    let town = refused(spoil, 1, &words);
    town.isokron("run study.toml")
        .refused(1, &["error: there is no file cells.csv\n  --> study.toml:11:8\n"]);
    for command in ["check study.toml", "build study.toml", "matrix study.toml -o m.csv"] {
        town.isokron(command).refused(1, &words);
    }
    town.isokron("run nowhere.toml")
        .refused(1, &["nowhere.toml: there is no such study file", "isokron init"]);
    for command in [
        "check nowhere.zip",
        "init new.toml --osm nowhere.zip",
        "matrix study.toml -o m.csv --origins nowhere.zip",
    ] {
        // The study of the last command is whole again.
        fs::copy(crate::town::fixture().join("cells.csv"), town.path("cells.csv")).unwrap();
        fs::copy(crate::town::fixture().join("town_gtfs.zip"), town.path("town_gtfs.zip")).unwrap();
        town.isokron(command).refused(1, &["nowhere.zip: there is no such file\n  → check the path\n"]);
    }
}

/// Sums that no number holds are refused, not written as inf.
#[test]
fn amounts_beyond_all_numbers_are_refused() {
    let spoil = |town: &Town| {
        let text = town.read("cells.csv");
        let header: Vec<&str> = text.lines().next().unwrap().split(',').collect();
        let jobs = header.iter().position(|name| *name == "jobs").unwrap();
        cell(town, 2, jobs, "1e308");
        cell(town, 3, jobs, "1e308");
    };
    refused(
        spoil,
        1,
        &["cells.csv:2: jobs is 1e308, more than 1e15", "cells.csv:3: jobs is 1e308", "would overflow"],
    );
}

#[test]
fn damaged_files_are_all_named_at_once() {
    let spoil = |town: &Town| {
        town.write("town_gtfs.zip", "not a zip");
        town.write("town.osm.pbf", "not a pbf");
        cell(town, 2, 3, "NaN");
    };
    let zip = "town_gtfs.zip: is not a readable zip file";
    let pbf = "town.osm.pbf: is not an OpenStreetMap PBF file";
    let town = refused(
        spoil,
        1,
        &[zip, "as the zip that its publisher offers", pbf, "cells.csv:2: population is NaN"],
    );
    town.isokron("check town_gtfs.zip town.osm.pbf").refused(1, &[zip, pbf]);
    town.isokron("init new.toml --osm town.osm.pbf").refused(1, &[pbf]);
    town.nothing_half_written();
    let town = Town::new();
    town.write("town_gtfs.zip", "not a zip");
    town.isokron("init new.toml --osm town.osm.pbf --gtfs town_gtfs.zip").refused(1, &[zip]);
}

#[test]
fn a_truncated_pbf() {
    let spoil = |town: &Town| {
        let bytes = fs::read(town.path("town.osm.pbf")).unwrap();
        town.write("town.osm.pbf", &bytes[..bytes.len() / 2]);
    };
    refused(spoil, 1, &["town.osm.pbf: cut off in the block that begins at byte", "get the file again"]);
}

#[test]
fn a_feed_without_stop_times() {
    let spoil = |town: &Town| {
        let mut tables = town.feed("town_ferry.zip");
        tables.remove("stop_times.txt").unwrap();
        town.write_feed("town_ferry.zip", &tables);
    };
    refused(spoil, 1, &["town_ferry.zip/stop_times.txt: is missing", "publisher"]);
}

#[test]
fn an_unknown_stop_is_counted_and_the_run_goes_on() {
    let town = Town::new();
    let mut tables = town.feed("town_ferry.zip");
    let times = tables.get_mut("stop_times.txt").unwrap();
    let at = times.find(",F2,").unwrap();
    times.replace_range(at..at + 4, ",NOWHERE,");
    town.write_feed("town_ferry.zip", &tables);
    let said = town.isokron("run study.toml").well();
    assert!(said.contains("town_ferry: dropped 1 × stop times at a stop that stops.txt lacks"), "{said}");
    let found = rows(&town.read("out/diagnostics.csv"));
    let found: Vec<_> = found.iter().filter(|row| row["input"] == "town_ferry").collect();
    assert_eq!(found.len(), 1);
    // The first F2 is in the second line of data.
    assert_eq!((&*found[0]["file"], &*found[0]["line_or_id"]), ("stop_times.txt", "3"));
    assert!(found[0]["what"].contains("NOWHERE"), "{found:?}");
}

#[test]
fn a_date_without_service_feed_by_feed() {
    let spoil = |town: &Town| town.edit("study.toml", "2026-03-10", "2031-01-01");
    let words = [
        "error: town_gtfs: no departure",
        "2031-01-01 from 07:00:00 to 09:59:59, the time of [[period]] morning",
        "it runs from 2026-01-01 to 2026-12-31; most trips on 2026-01-02",
        "may_be_idle = [\"town_gtfs\"]",
        "\ntown_ferry: no departure",
        "it runs from 2026-01-07 to 2026-12-20; most trips on 2026-01-07 (180, from 05:45:00 to 24:01:00)",
    ];
    let town = refused(spoil, 1, &words);
    town.isokron("matrix study.toml -o m.csv").refused(1, &words);
    let trip = town.isokron("trip study.toml --from stop:F1 --to stop:F2 --depart 07:00");
    trip.refused(
        1,
        &["town_ferry: no departure", "2031-01-01 from 07:00:00 to 09:00:00, the time of --depart"],
    );
    // `check` says what it could read as well.
    let said = town.isokron("check study.toml");
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    assert!(
        said.err.contains("cells: 681") && words.iter().all(|word| said.err.contains(word)),
        "{}",
        said.err
    );
    let quiet = town.isokron("check study.toml --quiet");
    assert!(quiet.err.starts_with("error: ") && !quiet.err.contains("cells: 681"), "{}", quiet.err);
    town.nothing_half_written();
}

#[test]
fn cells_without_coordinates() {
    let spoil = |town: &Town| town.edit("cells.csv", "id,lon,lat", "id,a,b");
    refused(spoil, 1, &["cells.csv: has no coordinates", "\"lon\"", "its columns are id, a, b, population"]);
}

#[test]
fn numbers_that_are_none() {
    let spoil = |town: &Town| {
        cell(town, 2, 3, "NaN");
        cell(town, 3, 1, "NaN");
        cell(town, 4, 8, "-1");
        cell(town, 5, 8, "inf");
        cell(town, 6, 2, "");
    };
    let words = [
        "cells.csv:2: population is NaN",
        "cells.csv:3: lon is NaN",
        "cells.csv:4: jobs is -1, below 0",
        "cells.csv:5: jobs is inf",
        "cells.csv:6: lat is blank",
    ];
    refused(spoil, 1, &words);
}

#[test]
fn duplicate_ids() {
    let spoil = |town: &Town| cell(town, 3, 0, "6910006572750");
    refused(spoil, 1, &["cells.csv:3: the id 6910006572750 stands in cells.csv:2 already"]);
}

#[test]
fn coordinates_far_from_the_network() {
    let swap = |town: &Town| town.edit("cells.csv", "id,lon,lat", "id,lat,lon");
    refused(swap, 1, &["cells: the cells lie far from the streets", "with lon and lat exchanged"]);
    // Somewhere else, and exchanging would not help.
    let elsewhere = |town: &Town| {
        town.edit("study.toml", "id = \"id\"", "id = \"id\"\nlon = \"jobs\"\nlat = \"schools\"");
        town.write("cells.csv", "id,jobs,schools,healthcare,population,income,low_income,middle_income,high_income\n1,10,10,0,1,1,1,0,0\n");
    };
    refused(elsewhere, 1, &["cells: none of the 1 cells has a street within [network] max_link_m"]);
}

#[test]
fn unknown_keys_are_all_named_with_the_nearest_right_ones() {
    let spoil = |town: &Town| {
        town.edit("study.toml", "population =", "populatoin =");
        town.edit("study.toml", "max_walk_s", "max_walks");
        town.edit("study.toml", "[outputs]", "[output]");
    };
    let words = [
        "error: unknown key cells.populatoin\n  --> study.toml:13:1\n",
        "error: unknown key profile.max_walks\n  --> study.toml:29:1\n",
        "  --> study.toml:38:2\n   |\n38 | [output]\n   |  ^^^^^^\n   |\n   = help: did you mean outputs?",
    ];
    let town = refused(spoil, 1, &words);
    // Of what comes later it says so.
    fs::copy(crate::town::fixture().join("study.toml"), town.path("study.toml")).unwrap();
    town.edit("study.toml", "[network]", "[network]\nzones = \"zones.geojson\"");
    town.isokron("run study.toml").refused(1, &["network.zones", "isokron does not do on-demand zones yet"]);
}

#[test]
fn an_output_folder_that_cannot_be_written() {
    // Below a file; the cache is elsewhere, so that the results are what fails.
    let below = |town: &Town| {
        town.edit("study.toml", "output = \"out\"", "output = \"cells.csv/out\"");
        town.edit("study.toml", "[network]", "[network]\ncache = \"out/network\"");
    };
    let town = refused(below, 4, &["cells.csv/out: cannot write", "choose another output folder"]);
    town.edit("study.toml", "\ncache = \"out/network\"", "");
    for command in [
        "run study.toml",
        "build study.toml",
        "matrix study.toml -o cells.csv/m.csv",
        "synth -o cells.csv/new",
    ] {
        town.isokron(command).refused(4, &["cells.csv/", "choose another output folder"]);
    }
    town.nothing_half_written();
    locked();
}

#[cfg(unix)]
fn locked() {
    use std::os::unix::fs::PermissionsExt;
    let town = Town::new();
    let folder = town.path("out");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(folder.join("probe"), "").is_ok() {
        eprintln!("skipped: root may write everywhere");
        return;
    }
    town.isokron("run study.toml").refused(4, &["out", "choose an output folder that you may write to"]);
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(town.path("cells.csv"), fs::Permissions::from_mode(0o000)).unwrap();
    town.isokron("run study.toml").refused(4, &["cells.csv: may not be read"]);
    fs::set_permissions(town.path("cells.csv"), fs::Permissions::from_mode(0o644)).unwrap();
    town.nothing_half_written();
}

#[cfg(not(unix))]
fn locked() {}

#[test]
fn a_wrong_command_line() {
    let town = Town::new();
    for words in [
        "frobnicate",
        "run",
        "run study.toml --thread 2",
        "run study.toml --threads 0",
        "run study.toml --threads two",
        "matrix study.toml",
        "matrix study.toml -o m.csv --format xlsx",
        "trip study.toml --from stop:F1 --to stop:F2",
        "synth --size moon -o new",
        "init new.toml",
        "init new.toml --gtfs town_gtfs.zip",
        "init new.toml --cells cells.csv --gtfs town_gtfs.zip",
    ] {
        town.isokron(words).refused(2, &[]);
    }
    let said = town.isokron("");
    assert_eq!(said.code, 2);
    assert!(said.out.is_empty() && said.err.contains("Usage: isokron"), "{}", said.err);
    town.isokron("matrix study.toml -o m.csv --period night")
        .refused(2, &["the study has no period night\n  → choose one with --period: morning"]);
    town.isokron("matrix study.toml -o m.csv --profile old")
        .refused(2, &["the study has no profile old\n  → choose one with --profile: adult"]);
    let second = "[[period]]\nname = \"night\"\ndate = 2026-03-10\ndepart = \"22:00/23:00\"\n\n[[profile]]";
    town.edit("study.toml", "[[profile]]", second);
    town.isokron("matrix study.toml -o m.csv")
        .refused(2, &["the study has several periods\n  → choose one with --period: morning, night"]);
    town.nothing_half_written();
}

#[test]
fn a_manifest_of_someone_else_is_left_alone() {
    let town = Town::new();
    fs::create_dir(town.path("out")).unwrap();
    for theirs in ["{\"name\": \"web app\"}", "not JSON", ""] {
        town.write("out/manifest.json", theirs);
        town.isokron("run study.toml")
            .refused(1, &["out/manifest.json: this manifest.json is not one of isokron's", "[study] output"]);
        assert_eq!(town.read("out/manifest.json"), theirs);
    }
    town.remove("out/manifest.json");
    town.nothing_half_written();
}
