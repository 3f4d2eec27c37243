//! Results are not lost or mixed: two runs in one folder, runs that are killed, outputs named over inputs.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::town::{Dice, Town};

fn started(town: &Town, words: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_isokron"))
        .args(words.split_whitespace())
        .current_dir(town.root())
        .env_remove("RAYON_NUM_THREADS")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What a run wrote, without the network's files and the log.
fn results(town: &Town) -> BTreeMap<String, Vec<u8>> {
    let mut files = town.files("out");
    files.retain(|name, _| !name.starts_with("network/") && name != "run.log" && !name.starts_with(".work/"));
    files
}

/// A second study of the town: other cutoffs, another scenario's folder less.
fn with_second_study() -> Town {
    let town = Town::without_intervals();
    let scenario = "\n[[scenario]]\nname = \"more_jobs\"\n[[scenario.edit]]\nkind = \"set_opportunities\"\n\
                    column = \"jobs\"\nids = [\"CELL\"]\nset = 5000\n";
    let cells = town.read("cells.csv");
    let cell = cells.lines().nth(1).unwrap().split(',').next().unwrap();
    town.write("study.toml", town.read("study.toml") + scenario.replace("CELL", cell).as_str());
    let other = town.read("study.toml").replace("cutoffs_min = [15, 30, 45, 60]", "cutoffs_min = [20, 40]");
    town.write("other.toml", other.split("[[scenario]]").next().unwrap());
    town
}

#[test]
fn the_second_run_in_a_folder_is_refused_and_a_killed_one_holds_nobody_up() {
    let town = Town::without_intervals();
    town.isokron("build study.toml").well();
    // As a run that is under way holds it.
    fs::create_dir_all(town.path("out/.work")).unwrap();
    let held = fs::File::create(town.path("out/.work/lock")).unwrap();
    held.try_lock().unwrap();
    town.isokron("run study.toml")
        .refused(1, &["out: another isokron is writing into this folder", "wait until"]);
    town.isokron("report out").refused(1, &["is writing into this folder"]);
    town.isokron("synth -o out").refused(1, &["is writing into this folder"]);
    drop(held);
    // The lock's file is still there, as a killed run leaves it.
    town.isokron("run study.toml").well();
    assert!(!town.path("out/.work").exists());
}

#[test]
fn two_runs_at_once_are_one_run() {
    let town = with_second_study();
    town.isokron("build study.toml").well();
    let mut both = [started(&town, "run study.toml"), started(&town, "run other.toml")];
    let codes = both.each_mut().map(|run| run.wait().unwrap().code().unwrap());
    let mut said = String::new();
    both.iter_mut().for_each(|run| drop(run.stderr.take().unwrap().read_to_string(&mut said)));
    // One waited until the other was done, at most; files of both never lie beside each other.
    assert!(codes == [0, 1] || codes == [1, 0] || codes == [0, 0], "{codes:?} {said}");
    let parameters = town.read("out/manifest.json");
    let of_first = !parameters.contains("[\n        20,\n        40\n      ]");
    assert_eq!(town.path("out/more_jobs").exists(), of_first, "{parameters}");
    let study = if of_first { "study.toml" } else { "other.toml" };
    town.isokron(&format!("verify {study} --origins 3")).well();
}

#[test]
fn a_run_killed_at_any_moment_leaves_the_old_results_or_the_new_ones() {
    let town = with_second_study();
    town.isokron("run other.toml").well();
    let second = results(&town);
    town.isokron("run study.toml").well();
    let first = results(&town);
    assert_ne!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    let mut dice = Dice(20_251);
    let kills: u32 = std::env::var("ISOKRON_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(12);
    let begun = std::time::Instant::now();
    town.isokron("run other.toml").well();
    let took_ms = begun.elapsed().as_millis() as usize;
    for kill in 0..kills {
        let study = ["study.toml", "other.toml"][kill as usize % 2];
        let mut run = started(&town, &format!("run {study}"));
        std::thread::sleep(Duration::from_millis(dice.below(took_ms + took_ms / 4) as u64));
        run.kill().unwrap();
        run.wait().unwrap();
        let now = results(&town);
        let cut_off = town.path("out/.work/swap.json").exists();
        assert!(cut_off || now == first || now == second, "kill {kill}: {:?}", now.keys());
        if cut_off {
            town.isokron("verify other.toml").refused(1, &["new results are being put in place"]);
            town.isokron("report out").well();
            assert!(!town.path("out/.work").exists());
        }
    }
    // Whatever was left, the next run ends with the bytes of the first one, and nothing else.
    town.isokron("run study.toml").well();
    assert_eq!(results(&town), first);
    assert!(!town.path("out/.work").exists());
}

#[test]
fn stale_results_go_and_what_is_not_ours_stays() {
    let town = with_second_study();
    town.isokron("run study.toml").well();
    assert!(town.path("out/more_jobs/cells.csv").exists());
    town.write("out/notes.txt", "mine");
    town.write("out/more_jobs/mine.csv", "mine");
    let changed = "out/more_jobs/cells.parquet";
    town.write(changed, "by hand");
    let run = town.isokron("run other.toml");
    assert!(run.err.contains("cells.parquet: changed since the earlier run, and left there"), "{}", run.err);
    run.well();
    let mut left = town.files("out/more_jobs").into_keys().collect::<Vec<_>>();
    left.sort();
    assert_eq!(left, ["cells.parquet", "mine.csv"]);
    let verified = town.isokron("verify other.toml --origins 1").well();
    assert!(verified.contains("beside them: 3 files that are not of this run"), "{verified}");
    assert_eq!(town.read("out/notes.txt"), "mine");
}

/// A folder of parts stands where it stood, and goes when one file is asked for.
#[test]
fn a_matrix_in_parts_is_written_over_an_earlier_one() {
    let town = Town::without_intervals();
    let plain = town.read("study.toml");
    let as_matrix = |form: &str| {
        town.write("study.toml", plain.replace("[outputs]\n", &format!("[outputs]\nmatrix = {form}\n")));
        town.isokron("run study.toml").well();
        let mut names: Vec<String> = town.files("out/base/adult-morning").into_keys().collect();
        names.retain(|name| name.starts_with("matrix"));
        names
    };
    let parts = ["matrix/part-00000.parquet", "matrix/part-00001.parquet", "matrix/part-00002.parquet"];
    assert_eq!(as_matrix("\"partitioned\""), parts);
    let before = town.files("out/base/adult-morning");
    assert_eq!(as_matrix("\"partitioned\""), parts);
    assert_eq!(town.files("out/base/adult-morning"), before);
    assert_eq!(as_matrix("true"), ["matrix.parquet"]);
    assert_eq!(as_matrix("\"partitioned\""), parts);
}

/// Each names an output over an input, by some way; nothing may be written.
#[test]
fn no_output_takes_the_place_of_an_input() {
    let town = Town::without_intervals();
    town.isokron("build study.toml").well();
    town.write("times.csv", "from_id,to_id,travel_time_s\na,b,60\n");
    town.write("land.csv", "id,jobs\na,1\nb,2\n");
    town.write(
        "m.toml",
        "[[measure]]\nname = \"m\"\nkind = \"cumulative\"\ncutoffs_min = [30]\nof = [\"jobs\"]\n",
    );
    town.write("edits.json", "{}");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("town.osm.pbf", town.path("linked.csv")).unwrap();
    }
    #[cfg(not(unix))]
    fs::hard_link(town.path("town.osm.pbf"), town.path("linked.csv")).unwrap();
    fs::hard_link(town.path("cells.csv"), town.path("hard.csv")).unwrap();
    fs::create_dir(town.path("sub")).unwrap();
    let before = town.files("");
    let absolute = town.path("cells.csv");
    for words in [
        "matrix study.toml -o town.osm.pbf",
        "matrix study.toml -o study.toml",
        "matrix study.toml -o ./sub/../cells.csv",
        "matrix study.toml -o linked.csv",
        "matrix study.toml -o hard.csv",
        "matrix study.toml --origins land.csv -o land.csv",
        "matrix study.toml --origins land.csv -o cells.csv",
        "matrix study.toml --destinations land.csv -o land.csv",
        "isochrone study.toml --cells -o town_gtfs.zip",
        "isochrone study.toml --cells -o a.geojson --surface town_ferry.zip",
        "isochrone study.toml --cells -o a.tif --surface a.tif",
        "isochrone study.toml --origins land.csv -o land.csv",
        "equity cells.csv --value jobs -o cells.csv",
        "equity cells.csv --value jobs --curves cells.csv",
        "equity cells.csv --value jobs -o e.csv --curves e.csv",
        "access times.csv --land-use land.csv -m cumulative:cutoffs_min=30,of=jobs -o land.csv",
        "access times.csv --land-use land.csv -m cumulative:cutoffs_min=30,of=jobs -o times.csv",
        "access times.csv --land-use land.csv --measures m.toml -o m.toml",
        "scenario from-conveyal edits.json -o edits.json",
        &format!("matrix study.toml -o {}", absolute.display()),
    ] {
        let said = town.isokron(words);
        let told = ["would take the place of an input", "would be written to one file"];
        assert!(said.code == 1 && told.iter().any(|told| said.err.contains(told)), "{words}: {said:?}");
        assert_eq!(town.files(""), before, "{words}");
    }
    // A device is no file: nothing takes its place.
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(".", town.path("here")).unwrap();
        let over = ["would take the place of an input"];
        town.isokron("matrix study.toml -o here/study.toml").refused(1, &over);
        town.isokron("matrix study.toml -o /dev/null").refused(1, &["/dev/null: is a device or a pipe"]);
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
    // A folder cannot be replaced, and that shows before anything is computed.
    town.isokron("matrix study.toml -o sub").refused(4, &["sub: cannot write", "a folder stands where"]);
}

#[test]
fn a_link_that_is_written_to_stays_one() {
    let town = Town::without_intervals();
    fs::create_dir(town.path("far")).unwrap();
    town.write("far/figures.csv", "old");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("far/figures.csv", town.path("figures.csv")).unwrap();
        town.isokron("equity cells.csv --value jobs --replicates 0 -o figures.csv").well();
        assert!(fs::symlink_metadata(town.path("figures.csv")).unwrap().is_symlink());
        assert!(town.read("far/figures.csv").starts_with("measure,"));
    }
}

#[test]
fn inputs_that_lie_where_results_go_are_refused_before_anything_is_computed() {
    for (name, also) in [("out/diagnostics.csv", ""), ("out/base/mine.csv", ""), ("out/manifest.json", "")] {
        let town = Town::without_intervals();
        fs::create_dir_all(town.path(name).parent().unwrap()).unwrap();
        if name.ends_with(".json") {
            // One of ours, so that nothing but its place is wrong.
            town.isokron("run study.toml").well();
        } else {
            town.write(name, town.read("cells.csv"));
        }
        town.edit("study.toml", "file = \"cells.csv\"", &format!("file = \"{name}\"{also}"));
        let before = town.files("");
        town.isokron("run study.toml").refused(1, &[name, "lies where the run writes its results"]);
        assert_eq!(town.files(""), before);
    }
    // What an earlier run wrote, and this one would take away.
    let town = with_second_study();
    town.isokron("run study.toml").well();
    town.edit("other.toml", "file = \"cells.csv\"", "file = \"out/more_jobs/cells.csv\"");
    let before = town.files("");
    town.isokron("run other.toml").refused(1, &["out/more_jobs/cells.csv", "lies where the run writes"]);
    assert_eq!(town.files(""), before);
    // Beside the results an input may lie.
    let town = Town::without_intervals();
    fs::create_dir(town.path("out")).unwrap();
    town.write("out/my_cells.csv", town.read("cells.csv"));
    town.edit("study.toml", "file = \"cells.csv\"", "file = \"out/my_cells.csv\"");
    town.isokron("run study.toml").well();
}

#[cfg(unix)]
#[test]
fn results_are_not_written_through_a_link_inside_the_folder() {
    let town = Town::without_intervals();
    fs::create_dir_all(town.path("out")).unwrap();
    fs::create_dir_all(town.path("elsewhere")).unwrap();
    town.write("elsewhere/cells.csv", "mine");
    std::os::unix::fs::symlink("../elsewhere", town.path("out/base")).unwrap();
    town.isokron("run study.toml").refused(1, &["out/base: is a link to another place"]);
    assert_eq!(town.read("elsewhere/cells.csv"), "mine");
    // The output folder itself may be a link.
    fs::remove_file(town.path("out/base")).unwrap();
    fs::remove_dir_all(town.path("out")).unwrap();
    std::os::unix::fs::symlink("elsewhere", town.path("out")).unwrap();
    town.isokron("run study.toml").well();
    assert!(Path::new(&town.path("elsewhere/manifest.json")).is_file());
}
