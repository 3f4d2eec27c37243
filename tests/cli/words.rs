//! What the other commands say and write: help, `check`, `init`, `synth`, `--json`, `--quiet`.

use isokron::base::diagnostics::Diagnostics;
use isokron::base::executor::Quiet;
use isokron::inputs::osm;
use serde_json::Value;

use crate::town::{Town, fixture, tables};

#[test]
fn every_command_has_help_with_an_example() {
    let town = Town::new();
    let all = town.isokron("--help").well();
    for command in [
        "init",
        "check",
        "build",
        "run",
        "matrix",
        "isochrone",
        "trip",
        "access",
        "equity",
        "verify",
        "synth",
    ] {
        assert!(all.contains(&format!("\n  {command} ")), "{all}");
        let help = town.isokron(&format!("{command} --help")).well();
        assert!(help.contains(&format!("\n  isokron {command} ")), "{help}");
        assert!(help.contains("Usage: isokron"), "{help}");
    }
    assert!(all.contains("Exit codes: 0 done"), "{all}");
    assert_eq!(town.isokron("--version").well(), format!("isokron {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn check_says_what_is_there() {
    let town = Town::new();
    let study = town.isokron("check study.toml").well();
    for words in [
        "streets: 429 km to walk",
        "feed town_gtfs: 296 stops with trips, 14 routes",
        "  runs 2026-01-07 to 2026-12-20; most on 2026-01-07: 180 trips, 05:45:00 to 24:01:00",
        "stops: 300 with trips, 300 linked",
        "cells: 681, 678 linked, 2 on small islands, 1 without a street",
        "population 62,028, jobs 31,619, schools 41, healthcare 12",
        "departures to board between 07:00:00 and 09:59:59 (Europe/Stockholm)",
        "town_gtfs: repaired 1,776 × calls without times",
    ] {
        assert!(study.contains(words), "no {words:?} in:\n{study}");
    }
    let bare = town.isokron("check town_ferry.zip town.osm.pbf cells.csv").well();
    for words in [
        "feed town_ferry: 4 stops",
        "town.osm.pbf: 429 km",
        "cells.csv: 681 rows; columns id, lon, lat, population",
    ] {
        assert!(bare.contains(words), "no {words:?} in:\n{bare}");
    }
    let json: Value = serde_json::from_str(&town.isokron("check study.toml --json").well()).unwrap();
    let finding = json["findings"].as_array().unwrap().iter().find(|f| f["input"] == "town_gtfs").unwrap();
    assert_eq!((&finding["severity"], &finding["number"]), (&"repaired".into(), &1776.into()));
    town.write("notes.txt.bak", "");
    town.isokron("check notes.txt.bak").refused(1, &["is none of the kinds of file that check knows"]);
}

/// A wrong key, a value that cannot be, a file that is not there, a column that no table has, a number that is none, a
/// measure of a column that is not there: all in one go, as far as they can be known, whichever command meets them.
#[test]
fn mistakes_in_a_study_and_in_its_tables_are_told_at_once() {
    let town = Town::new();
    town.edit("study.toml", "groups_are", "grups_are");
    town.edit("study.toml", "max_walk_s = 1800", "max_walk_s = -5");
    town.edit("study.toml", "town_ferry.zip", "town_fery.zip");
    town.edit("study.toml", "income = \"income\"", "income = \"incom\"");
    town.edit(
        "study.toml",
        "[outputs]",
        "[[measure]]\nkind = \"gravety\"\n[equity]\nindices = [\"giny\"]\n[outputs]",
    );
    town.edit(
        "cells.csv",
        "\n6910006572750,18.352064,59.251597,19,",
        "\n6910006572750,18.352064,59.251597,many,",
    );
    let wanted = [
        "unknown key cells.grups_are",
        "profile.max_walk_s is -5",
        "there is no file town_fery.zip",
        "did you mean town_ferry.zip?",
        "cells.csv: has no column \"incom\" (income)",
        "cells.csv:2: population is \"many\", not a number",
        "gravety",
        "giny",
    ];
    for words in ["check study.toml", "run study.toml", "run study.toml --dry-run"] {
        town.isokron(words).refused(1, &wanted);
    }
    // Travel asks for no measure, but who has to mend the file anyway is told of all.
    town.isokron("matrix study.toml -o m.csv").refused(1, &wanted[..6]);

    // Where only files are wrong: feed, cells and what a measure asks of them.
    let town = Town::new();
    town.edit("study.toml", "[outputs]", "[[measure]]\nkind = \"nearest\"\nof = [\"jbos\"]\n[outputs]");
    town.write("town_ferry.zip", "no zip");
    let wanted = ["town_ferry", "jbos"];
    town.isokron("check study.toml").refused(1, &wanted);
    town.edit("cells.csv", ",jobs,", ",jobbs,");
    town.isokron("check study.toml").refused(1, &["town_ferry", "has no column \"jobs\" (opportunities)"]);

    // Of a table and of what is joined to it.
    let town = Town::new();
    town.write("other.csv", "id,n\n6910006572750,1\n");
    let join = "[[cells.join]]\nfile = \"other.csv\"\nkey = \"id\"\ncolumns = [\"m\"]\n[outputs]";
    town.edit("study.toml", "[outputs]", join);
    town.edit("study.toml", "income = \"income\"", "income = \"incom\"");
    let wanted = ["other.csv: has no column \"m\"", "cells.csv: has no column \"incom\""];
    town.isokron("check study.toml").refused(1, &wanted);

    // What is wrong with measures, periods and scenarios comes together, too.
    let town = Town::new();
    town.edit(
        "study.toml",
        "[outputs]",
        "[[measure]]\nkind = \"nearest\"\nof = [\"jbos\"]\n[[period]]\nname = \"far\"\ndate = 2031-01-01\n\
         depart = \"07:00/08:00\"\n[[scenario]]\nname = \"x\"\n[[scenario.edit]]\nkind = \"remove_routes\"\n\
         route = \"T99\"\n[outputs]",
    );
    for words in ["check study.toml", "run study.toml"] {
        // `check` says first what it could read.
        let said = town.isokron(words);
        assert_eq!(said.code, 1, "{words}: {}", said.err);
        for word in ["jbos", "2031-01-01", "T99"] {
            assert!(said.err.contains(word), "{words}, no {word}: {}", said.err);
        }
    }
}

/// Findings of the data are said in full once, then counted; new ones are said. Machines get all of them always.
#[test]
fn findings_are_said_once() {
    let town = Town::without_intervals();
    let line = "town_gtfs: repaired 1,776 × ";
    let first = town.isokron("run study.toml").well();
    assert!(first.contains(line) && !first.contains("as said before"), "{first}");
    let diagnostics = first.lines().take_while(|line| !line.starts_with("base/")).count();
    for words in [
        "run study.toml",
        "matrix study.toml -o m.csv",
        "isochrone study.toml --at 18.398136,59.297049 --cutoffs-min 15 -o i.geojson",
    ] {
        let said = town.isokron(words).well();
        assert!(!said.contains(line), "{words}: {said}");
        let before: Vec<&str> = said.lines().filter(|line| line.contains("as said before")).collect();
        assert_eq!(before.len(), 1, "{words}: {said}");
        assert!(before[0].contains("isokron check study.toml"), "{words}: {said}");
        if words.starts_with("run") {
            assert!(before[0].starts_with(&format!("{diagnostics} findings as said before (")), "{said}");
            assert!(before[0].ends_with("or ./out/diagnostics.csv"), "{said}");
        }
    }
    assert!(town.isokron("check study.toml").well().contains(line));
    let json = town.isokron("run study.toml --json").well();
    assert!(json.contains(line) && !json.contains("as said before"), "{json}");
    // A new doubt is said, and it alone.
    town.edit("cells.csv", "6910006572750,18.352064,59.251597", "6910006572750,18.9,59.251597");
    let said = town.isokron("run study.toml").well();
    assert!(said.contains("without a street within") && !said.contains(line), "{said}");
    // The folder of the network forgets with the network.
    std::fs::remove_dir_all(town.path("out")).unwrap();
    assert_eq!(town.isokron("build study.toml").well().matches(line).count(), 1);
    assert!(!town.isokron("run study.toml").well().contains(line));
    // Nobody heard what was said quietly.
    std::fs::remove_dir_all(town.path("out")).unwrap();
    town.isokron("run study.toml -q").well();
    assert!(town.isokron("run study.toml").well().contains(line));
}

#[test]
fn init_writes_a_study_that_runs_as_it_is_and_overwrites_none() {
    let town = Town::new();
    let words = "--osm town.osm.pbf --gtfs town_gtfs.zip town_ferry.zip --cells cells.csv";
    let said = town.isokron(&format!("init new/city.toml {words}")).well();
    assert!(said.contains("Wrote new/city.toml\n") && said.contains("isokron run new/city.toml"), "{said}");
    let text = town.read("new/city.toml");
    for line in [
        "name = \"city\"",
        "osm = [\"../town.osm.pbf\"]",
        "population = \"population\"",
        "opportunities = [\"jobs\", \"schools\", \"healthcare\"]",
        "date = 2026-01-07",
    ] {
        assert!(text.contains(line), "no {line:?} in:\n{text}");
    }
    let said = town.isokron("run new/city.toml").well();
    assert!(said.contains("base/adult-morning: 681 cells, 2 island, 1 unlinked"), "{said}");
    town.isokron(&format!("init new/city.toml {words}"))
        .refused(1, &["is there already", "never overwrites"]);
    assert_eq!(town.read("new/city.toml"), text);
    // Without cells a grid is made.
    town.isokron("init grid.toml --osm town.osm.pbf --gtfs town_gtfs.zip").well();
    assert!(town.read("grid.toml").contains("size_m = 250"), "{}", town.read("grid.toml"));
    let said = town.isokron("run grid.toml").well();
    assert!(said.contains("no population column"), "{said}");
}

/// Decoded contents, for another version of zlib may pack them otherwise.
#[test]
fn synth_makes_the_demo_town() {
    let town = Town::new();
    let said = town.isokron("synth --size town --seed 1 --output made").well();
    assert!(said.contains("isokron run made/study.toml"), "{said}");
    for file in ["cells.csv", "study.toml"] {
        let theirs = std::fs::read_to_string(fixture().join(file)).unwrap().replace('\r', "");
        assert_eq!(town.read(&format!("made/{file}")), theirs);
    }
    for file in ["town_gtfs.zip", "town_ferry.zip"] {
        assert!(tables(&town.path(&format!("made/{file}"))) == tables(&fixture().join(file)), "{file}");
    }
    let streets = |path| osm::read(&[path], &mut Diagnostics::default(), &Quiet).unwrap();
    assert!(streets(town.path("made/town.osm.pbf")) == streets(fixture().join("town.osm.pbf")));
    town.edit("made/study.toml", "skargardsstad", "mine");
    town.isokron("synth --output made").refused(1, &["another study is there"]);
}

#[test]
fn summaries_are_json_where_asked_for_and_silent_where_not() {
    let town = Town::new();
    let said = town.isokron("run study.toml --json");
    assert_eq!(said.err, "");
    let run: Value = serde_json::from_str(&said.well()).unwrap();
    assert_eq!((&run["output"], &run["counts"]["cells"]), (&"./out".into(), &681.into()));
    for words in [
        "build study.toml",
        "matrix study.toml -o m.csv",
        "isochrone study.toml --at 18.398136,59.297049 --cutoffs-min 15",
        "trip study.toml --from stop:F1 --to stop:F2 --depart 07:00",
        "init new.toml --osm town.osm.pbf",
        "synth -o made",
    ] {
        // The study that init wrote would be in its way.
        let said = town.isokron(&format!("{words} --json --quiet"));
        assert_eq!(said.err, "");
        let json: Value = serde_json::from_str(&said.well()).unwrap();
        assert!(json.is_object(), "{words}: {json}");
        let _ = std::fs::remove_file(town.path("new.toml"));
        let said = town.isokron(&format!("--quiet {words}"));
        assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, "", ""), "{words}");
    }
    let said = town.isokron("run study.toml -q");
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, "", ""));
    let said = town.isokron("run nowhere.toml -q");
    assert!(said.code == 1 && said.out.is_empty() && said.err.starts_with("error: "), "{}", said.err);
}
