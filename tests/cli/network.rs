//! The network's files as users meet them: what a change builds anew, damage of every kind, two programs at once,
//! what is removed; and `verify`.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::town::{Town, rows};

/// The parts that a build made, in words.
fn built(town: &Town, words: &str) -> String {
    let said: Value = serde_json::from_str(&town.isokron(&format!("build {words} --json")).well()).unwrap();
    let parts = said["parts"].as_array().unwrap();
    let made = parts.iter().filter(|part| part["built"] == true).map(|part| part["name"].as_str().unwrap());
    made.collect::<Vec<_>>().join(" ")
}

/// The parts in the cache, by name.
fn parts(town: &Town) -> BTreeMap<String, Vec<u8>> {
    let mut files = town.files("out/network");
    files.retain(|name, _| name.ends_with(".isokron"));
    files
}

/// What a run wrote, without the network's files and the log.
fn results(town: &Town) -> BTreeMap<String, Vec<u8>> {
    let mut files = town.files("out");
    files.retain(|name, _| !name.starts_with("network/") && name != "run.log");
    files
}

#[test]
fn a_change_builds_what_depends_on_it_and_no_more() {
    let town = Town::without_intervals();
    assert_eq!(built(&town, "study.toml"), "links streets timetable walks water");
    assert_eq!(built(&town, "study.toml"), "");
    // The same words again, in a new file: the hash decides.
    town.write("cells.csv", town.read("cells.csv"));
    assert_eq!(built(&town, "study.toml"), "");

    let mut feed = town.feed("town_gtfs.zip");
    let routes = feed["routes.txt"].replacen("\n", "\r\n", 1);
    feed.insert("routes.txt".into(), routes);
    town.write_feed("town_gtfs.zip", &feed);
    assert_eq!(built(&town, "study.toml"), "links timetable walks", "a feed");
    town.edit("study.toml", "[network]\n", "[network]\nmin_island_nodes = 41\n");
    assert_eq!(built(&town, "study.toml"), "links streets walks", "a setting of the streets");
    town.edit("study.toml", "[network]\n", "[network]\nmax_link_m = 900\n");
    assert_eq!(built(&town, "study.toml"), "links walks", "a setting of the links");
    town.edit("study.toml", "[network]\n", "[network]\nfragment_reach_m = 200\n");
    assert_eq!(built(&town, "study.toml"), "links walks", "another setting of the links");
    town.edit("study.toml", "max_walk_s = ", "max_walk_s = 1");
    assert_eq!(built(&town, "study.toml"), "walks", "a setting of the walks");
    town.edit("study.toml", "max_walk_s = 1", "max_walk_s = ");
    assert_eq!(built(&town, "study.toml"), "", "back again: it is still there");

    // Column 4 is the population, 2 the longitude: only where the cells are matters to the network.
    let change = |column: usize, to: &str| {
        let text = town.read("cells.csv");
        let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
        let mut fields: Vec<&str> = lines[5].split(',').collect();
        fields[column] = to;
        lines[5] = fields.join(",");
        town.write("cells.csv", lines.join("\n") + "\n");
    };
    let header = town.read("cells.csv").lines().next().unwrap().to_string();
    let column = |name: &str| header.split(',').position(|found| found == name).unwrap();
    change(column("population"), "77");
    assert_eq!(built(&town, "study.toml"), "", "people");
    change(column("lon"), "17.8101");
    assert_eq!(built(&town, "study.toml"), "links walks", "a cell that moved");
    assert_eq!(built(&town, "study.toml --anew"), "links streets timetable walks water");

    // What came of all the changes is what a fresh start gives.
    town.isokron("run study.toml").well();
    let with_cache = results(&town);
    fs::remove_dir_all(town.path("out")).unwrap();
    town.isokron("run study.toml --threads 1").well();
    assert!(results(&town) == with_cache);
}

#[test]
fn a_damaged_part_is_built_again_and_a_foreign_one_left_alone() {
    let town = Town::without_intervals();
    town.isokron("run study.toml").well();
    let (whole, expected) = (parts(&town), results(&town));
    assert_eq!(whole.len(), 5, "{:?}", whole.keys());
    for (part, bytes) in &whole {
        let file = format!("out/network/{part}");
        let with = |at: usize, new: &[u8]| {
            let mut bytes = bytes.clone();
            bytes[at..at + new.len()].copy_from_slice(new);
            bytes
        };
        let last = bytes.len() - 1;
        let harms = [
            (with(last, &[bytes[last] ^ 0x40]), "does not match its hash"),
            (with(70, &[bytes[70] ^ 1]), "its table does not match its hash"),
            (bytes[..bytes.len() / 2].to_vec(), "and should have"),
            (Vec::new(), "it is cut off within its header"),
            (with(8, &7u32.to_le_bytes()), "of format 7, where this isokron writes"),
            (with(12, &[bytes[15], bytes[14], bytes[13], bytes[12]]), "with another order of bytes"),
        ];
        for (harmed, words) in harms {
            town.write(&file, harmed);
            let said = town.isokron("run study.toml");
            let told = said.err.contains(&format!("./{file}: ")) && said.err.contains(words);
            assert!(told && said.err.ends_with("; built again\n"), "no {words:?} in {:?}", said.err);
            said.well();
            assert!(results(&town) == expected && parts(&town) == whole, "{part}: {words}");
        }
    }
    for part in whole.keys() {
        town.write(&format!("out/network/{part}"), "something else");
    }
    let all = ["out/network/streets-", "out/network/timetable-", "not a network file of isokron", "--anew"];
    town.isokron("run study.toml").refused(1, &all);
    town.isokron("check study.toml").refused(1, &all);
    town.isokron("build study.toml --anew").well();
    assert!(parts(&town) == whole);
    town.isokron("run study.toml").well();
    assert!(results(&town) == expected);
}

#[test]
fn programs_may_share_a_cache() {
    let town = Town::without_intervals();
    let start = |words: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_isokron"));
        command.args(words.split(' ')).current_dir(town.root()).stdout(Stdio::null());
        command.spawn().unwrap()
    };
    // All begin with nothing; one comes to write results while others may still write parts beside them.
    let programs = ["run study.toml", "build study.toml", "build study.toml --anew", "check study.toml"];
    for mut program in programs.map(start) {
        assert!(program.wait().unwrap().success());
    }
    assert_eq!(built(&town, "study.toml"), "");
    town.isokron("verify study.toml").well();
    assert!(town.files("out").keys().all(|name| !name.ends_with(".part")));
}

#[test]
fn parts_that_nobody_uses_go() {
    let town = Town::without_intervals();
    built(&town, "study.toml");
    let first = parts(&town);
    town.edit("study.toml", "[network]\n", "[network]\nfragment_reach_m = 200\n");
    assert_eq!(built(&town, "study.toml"), "links walks", "another setting of the links");
    town.edit("study.toml", "max_walk_s = ", "max_walk_s = 1");
    built(&town, "study.toml");
    assert_eq!(parts(&town).len(), 8, "the old links and walks may be wanted again");
    let old = first.keys().find(|name| name.starts_with("walks-")).unwrap();
    town.write("out/network/walks-notes.isokron", "not a part's name");
    town.isokron("build study.toml --prune").well();
    assert!(!parts(&town).contains_key(old));
    assert_eq!(parts(&town).len(), 6, "five, and the file that is not ours");

    // 31 days and nobody used it, as far as is known: the next build that makes something removes it.
    let idle = "out/network/walks-0123456789abcdef.isokron";
    let long_ago = SystemTime::now() - Duration::from_secs(31 * 86_400 + 3600);
    for (days, left) in [(29, true), (31, false)] {
        town.write(idle, "old");
        let then = long_ago + Duration::from_secs((31 - days) * 86_400);
        fs::File::options().write(true).open(town.path(idle)).unwrap().set_modified(then).unwrap();
        built(&town, "study.toml");
        assert!(town.path(idle).exists(), "nothing made, nothing removed");
        built(&town, "study.toml --anew");
        assert_eq!(town.path(idle).exists(), left, "{days} days");
    }
}

/// Runs `verify` and expects a fault with all of `words`.
#[track_caller]
fn faulty(town: &Town, words: &[&str]) {
    let said = town.isokron("verify study.toml --origins 40");
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    for word in words {
        assert!(said.err.contains(word), "no {word:?} in:\n{}", said.err);
    }
}

#[test]
fn verify_finds_what_is_not_as_it_was() {
    let town = Town::without_intervals();
    town.isokron("verify study.toml")
        .refused(1, &["out/manifest.json: there is no such file", "isokron run"]);
    town.isokron("run study.toml").well();
    let before = town.files("");
    let said = town.isokron("verify study.toml").well();
    for words in [
        "outputs: 12 files compared",
        "inputs: 4 files compared",
        "network: 5 parts compared",
        "16 cells × 1 tables computed anew",
    ] {
        assert!(said.contains(words), "no {words:?} in:\n{said}");
    }
    assert_eq!(town.isokron("verify out --origins 16").well(), said, "the folder's log tells of the study");
    assert!(town.files("") == before, "it changes nothing");

    let table = "out/base/adult-morning/access.csv";
    let whole = town.read(table);
    town.write(table, whole.replacen("ok", "no_service", 1));
    faulty(&town, &["out/base/adult-morning/access.csv: changed since the run"]);
    town.remove(table);
    faulty(&town, &["out/base/adult-morning/access.csv: the file is gone"]);

    // Altered by someone who put the manifest right as well: all cells computed anew tell. Cell 5 of the table.
    let mut lines: Vec<String> = whole.lines().map(str::to_string).collect();
    let mut fields: Vec<String> = lines[5].split(',').map(str::to_string).collect();
    let id = fields[0].clone();
    let column = lines[0].split(',').position(|name| name == "jobs_30min_p50").unwrap();
    let value = std::mem::replace(&mut fields[column], "123456".to_string());
    lines[5] = fields.join(",");
    let forged = lines.join("\n") + "\n";
    let hash = |text: &str| blake3::hash(text.as_bytes()).to_hex().to_string();
    town.write(table, &forged);
    town.edit("out/manifest.json", &hash(&whole), &hash(&forged));
    let said = town.isokron("verify study.toml --origins 681");
    let words = format!("access.csv, cell {id}: jobs_30min_p50 is 123456, computed anew {value}");
    assert!(said.code == 1 && said.err.contains(&words), "{}", said.err);
    town.write(table, &whole);
    town.edit("out/manifest.json", &hash(&forged), &hash(&whole));
    town.isokron("verify study.toml").well();

    // A part that is sound, but of other walks: as if a name had been mistaken.
    let walks = |town: &Town| parts(town).into_iter().find(|(name, _)| name.starts_with("walks-")).unwrap();
    let (name, right) = walks(&town);
    let other = Town::without_intervals();
    other.edit("study.toml", "max_walk_s = ", "max_walk_s = 1");
    built(&other, "study.toml");
    town.write(&format!("out/network/{name}"), walks(&other).1);
    faulty(&town, &["out/network/walks-", "holds something else than what its inputs give now"]);
    let mut flipped = right.clone();
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    town.write(&format!("out/network/{name}"), flipped);
    faulty(&town, &["out/network/walks-", "does not match its hash"]);
    town.write(&format!("out/network/{name}"), right);

    town.edit("study.toml", "[network]\n", "[network]\nfragment_reach_m = 200\n");
    assert_eq!(built(&town, "study.toml"), "links walks", "another setting of the links");
    town.edit("study.toml", "max_walk_s = ", "max_walk_s = 1");
    faulty(&town, &["profile", "max_walk_s", "changed since the run", "nothing computed anew"]);
    town.edit("study.toml", "max_walk_s = 1", "max_walk_s = ");
    town.write("cells.csv", town.read("cells.csv") + "\n");
    faulty(&town, &["cells.csv: changed since the run", "nothing computed anew"]);
}

/// Kobbholmen is an islet of 22 nodes, 2 km from any other street, with two cells and no stop. With a ferry that calls 34 m
/// from one of the cells' places, on its path, it is kept: its cells are linked and reach more than themselves. Where a
/// street so far away counts as near, it is not.
#[test]
fn a_ferry_keeps_the_paths_of_its_islet() {
    let town = Town::without_intervals();
    town.edit("study.toml", "07:00/08:00", "07:00/07:02");
    let mut feed = town.feed("town_ferry.zip");
    let add = |feed: &mut BTreeMap<String, String>, table: &str, rows: &str| {
        feed.get_mut(table).unwrap().push_str(rows);
    };
    add(&mut feed, "stops.txt", "F9,Kobbholmen,59.298541,18.541434,0,,\n");
    add(&mut feed, "trips.txt", "f1,vardag,k1,Kobbholmen,0,\nf1,vardag,k2,Hamnen,1,\n");
    let calls = "k1,07:20:00,07:20:00,F1,1,,,\nk1,07:40:00,07:40:00,F9,2,,,\n\
                 k2,07:40:00,07:40:00,F9,1,,,\nk2,08:00:00,08:00:00,F1,2,,,\n";
    add(&mut feed, "stop_times.txt", calls);
    town.write_feed("town_ferry.zip", &feed);
    let said = town.isokron("check study.toml").well();
    assert!(said.contains("cells: 681, 680 linked, 0 on small islands, 1 without a street"), "{said}");
    assert!(said.contains("doubt 1 × stops on small islands of streets, no other street near"), "{said}");
    assert!(said.contains("stop F9 at 18.54143, 59.29854: 0 m from an island of 22 nodes"), "{said}");
    let matrix = |town: &Town| {
        town.isokron("matrix study.toml -o m.csv").well();
        let from = |row: &BTreeMap<String, String>| row["from_id"] == "7015006578500";
        rows(&town.read("m.csv")).iter().filter(|row| from(row)).count()
    };
    let kept = matrix(&town);
    assert!(kept > 100, "{kept}");
    // By itself: 2.5 km are near, and no street is within max_link_m.
    town.edit("study.toml", "[network]\n", "[network]\nfragment_reach_m = 5000\n");
    let said = town.isokron("check study.toml").well();
    assert!(said.contains("cells: 681, 678 linked, 2 on small islands, 1 without a street"), "{said}");
    // The stop is linked to what there is, and so are the cells: the ferry still serves them.
    assert_eq!(matrix(&town), kept);
}

/// A cell of the islet moved 0.0065° of latitude (724 m) to the south, beyond its paths (at most 280 m from the islet's
/// middle), and the skerry without any street: only the first has a link, and is counted with its people.
#[test]
fn long_links_are_counted_with_their_people() {
    let town = Town::without_intervals();
    let line =
        town.read("cells.csv").lines().find(|line| line.starts_with("7015006578500")).unwrap().to_string();
    let fields: Vec<&str> = line.split(',').collect();
    let south = format!("{:.6}", fields[2].parse::<f64>().unwrap() - 0.0065);
    town.edit("cells.csv", &line, &line.replace(fields[2], &south));
    let said = town.isokron("check study.toml").well();
    let doubt = "cells: doubt 1 × places 300 m or more from the street they are linked to";
    assert!(said.contains(doubt), "{said}");
    assert!(said.contains(&format!("of 681, with {} people; farthest, 4", fields[3])), "{said}");
    assert!(said.contains("m: 7015006578500"), "{said}");
}
