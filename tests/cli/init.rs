//! `init`: what it writes, `check` takes; on the demo with every section behind `#` taken in, and on all real places.

use std::fs;

use crate::common;
use crate::town::{Town, rows};

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

/// `check` takes a study with each of its sections behind `#`, and with all of them.
#[track_caller]
fn every_section_works(town: &Town, name: &str) {
    let text = town.read(name);
    let blocks = marked(&text);
    assert!(blocks.len() >= 8, "{text}");
    let alone = blocks.iter().map(|block| vec![block.clone()]);
    for some in alone.chain([blocks.clone()]) {
        let mut taken = taken_in(&text, &some);
        if some.len() > 1 {
            taken = taken.replace("# contrasts", "contrasts");
        }
        town.write("taken.toml", &taken);
        let said = town.isokron("check taken.toml");
        assert_eq!(said.code, 0, "{}\n{some:?}", said.err);
    }
    // What `check` takes runs.
    let whole = taken_in(&text, &blocks)
        .replace("# contrasts", "contrasts")
        .replace("replicates = 1000", "replicates = 0");
    town.write("taken.toml", whole);
    town.isokron("run taken.toml").well();
}

#[test]
fn every_section_behind_a_mark_works_when_it_is_taken_in() {
    let town = Town::new();
    town.isokron("init study2.toml --osm town.osm.pbf --gtfs town_gtfs.zip --cells cells.csv").well();
    let text = town.read("study2.toml");
    // 681 cells: the page shows times of up to 1,254.
    assert!(text.contains("\nmatrix = true "), "{text}");
    every_section_works(&town, "study2.toml");
    assert!(town.path("out/every_ten/adult-morning/winners.csv").is_file());
    assert!(town.path("out/base/adult_over_slow-morning/access.csv").is_file());
}

/// On foot, of points without outlines.
#[test]
fn every_section_works_without_feeds() {
    let town = Town::new();
    let lines: Vec<String> = town.read("cells.csv").lines().take(31).map(str::to_string).collect();
    town.write("few.csv", lines.join("\n") + "\n");
    town.isokron("init walk.toml --osm town.osm.pbf --cells few.csv").well();
    every_section_works(&town, "walk.toml");
}

/// Where there is no column of opportunities people are what can be reached: each cell reaches its own.
#[test]
fn people_are_reached_where_nothing_else_is() {
    let town = Town::new();
    let text: String = town
        .read("cells.csv")
        .lines()
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            format!("{}\n", fields[..4].join(","))
        })
        .collect();
    town.write("people.csv", text);
    town.isokron("init people.toml --osm town.osm.pbf --gtfs town_gtfs.zip --cells people.csv").well();
    assert!(town.read("people.toml").contains("\nopportunities = [\"population\"] "));
    town.isokron("check people.toml").well();
    town.edit("people.toml", "\n# [equity] ", "\n[equity]\nbootstrap = { replicates = 0 }\n# ");
    town.isokron("run people.toml").well();
    let of: Vec<_> = rows(&town.read("out/base/adult-morning/access.csv"));
    assert!(of.iter().filter(|row| row["status"] == "ok").all(|row| {
        let number = |name: &str| row[name].parse::<f64>().unwrap();
        number("population_60min_p50") >= number("population")
    }));
}

/// Feeds that run elsewhere have no day to blame.
#[test]
fn feeds_of_another_place_are_told_as_such() {
    let town = Town::new();
    let mut tables = town.feed("town_gtfs.zip");
    let stops = tables["stops.txt"].replace(",59.", ",49.");
    tables.insert("stops.txt".into(), stops);
    town.write_feed("far.zip", &tables);
    town.isokron("init far.toml --osm town.osm.pbf --gtfs far.zip")
        .refused(1, &["far: no stop with trips is near the streets", "of the same area;"]);
}

/// Streets, feeds, cells; some folders lack some of them.
const PLACES: [(&str, &str, &[&str], &str); 12] = [
    ("addison", "addison.osm.pbf", &["addison_gtfs.zip"], ""),
    ("beatty", "beatty.osm.pbf", &["google_sample_feed_1.zip"], ""),
    ("helsinki", "helsinki_centre.osm.pbf", &["helsinki_gtfs.zip"], "population_grid_2020.gpkg"),
    ("laquila", "laquila.osm.pbf", &["laquila_ama_gtfs_2022-09.zip"], ""),
    ("lund_station", "lund_station.osm.pbf", &[], ""),
    (
        "newport",
        "newport.osm.pbf",
        &["newport_bus_gtfs.zip", "newport_rail_gtfs.zip"],
        "newport_output_areas.csv",
    ),
    ("oslo_east", "oslo_east.osm.pbf", &[], ""),
    ("porto_alegre", "poa_osm.pbf", &["poa_eptc.zip", "poa_trensurb.zip"], "poa_hexgrid.csv"),
    ("portland", "portland_central.osm.pbf", &["trimet_2routes.zip"], ""),
    ("sao_paulo", "spo_osm.pbf", &["spo.zip"], "spo_hexgrid.csv"),
    ("stockholm_centre", "stockholm_centre.osm.pbf", &[], ""),
    ("porto", "porto.osm.pbf", &["porto_stcp.zip", "porto_metro.zip", "portugal_cp_rail_2026.zip"], ""),
];

/// What `init` writes of real places, `check` takes: as it is, and with all sections behind `#`.
#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn what_is_written_of_real_places_is_taken() {
    for (place, osm, feeds, cells) in PLACES {
        let file = |name: &str| common::data(&format!("{place}/{name}")).display().to_string();
        let town = Town::new();
        let mut words = format!("init {place}.toml --osm {}", file(osm));
        for feed in feeds {
            words += &format!(" --gtfs {}", file(feed));
        }
        if !cells.is_empty() {
            words += &format!(" --cells {}", file(cells));
        }
        town.isokron(&words).well();
        let study = format!("{place}.toml");
        town.isokron(&format!("check {study}")).well();
        let text = town.read(&study);
        let all = taken_in(&text, &marked(&text)).replace("# contrasts", "contrasts");
        fs::write(town.path("all.toml"), all).unwrap();
        let said = town.isokron("check all.toml");
        assert_eq!(said.code, 0, "{place}: {}\n{text}", said.err);
    }
}
