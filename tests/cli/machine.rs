//! Where the machine fails, and not the study: exit code 4 and the true reason.
#![cfg(unix)]

use std::process::Command;

use crate::town::{Said, Town};

/// Runs the program under a limit of the shell's.
fn limited(town: &Town, limit: &str, words: &str) -> Said {
    let script = format!("ulimit {limit}; exec '{}' {words}", env!("CARGO_BIN_EXE_isokron"));
    let output = Command::new("sh").arg("-c").arg(script).current_dir(town.root()).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) }
}

#[track_caller]
fn of_the_machine(said: &Said, what: &str) {
    assert_eq!(said.code, 4, "{what}: {said:?}");
    for hint in ["check the path", "did you mean", "there is no file", "there is no such file"] {
        assert!(!said.err.contains(hint), "{what}: {said:?}");
    }
    assert!(said.err.contains("error: "), "{what}: {said:?}");
}

/// Every number of open files up to where all goes well, one after the other.
#[test]
fn too_few_open_files() {
    let town = Town::without_intervals();
    town.write("times.csv", "from_id,to_id,travel_time_s\na,b,60\n");
    town.write("land.csv", "id,jobs\na,1\nb,2\n");
    let access = "access times.csv --land-use land.csv -m cumulative:cutoffs_min=30,of=jobs -o a.csv";
    for command in
        ["run study.toml", "equity cells.csv --value jobs --replicates 0", access, "check study.toml"]
    {
        let mut well = false;
        for files in 4..40 {
            let said = limited(&town, &format!("-n {files}"), &format!("{command} --threads 2"));
            well = said.code == 0;
            if well {
                break;
            }
            // Below that the system's loader cannot start the program.
            if said.code != 127 {
                of_the_machine(&said, &format!("{command} with {files} files"));
            }
        }
        assert!(well, "{command}");
    }
}

/// Memory that is refused, at many sizes: words and code 4, or the results.
#[test]
fn too_little_memory() {
    let town = Town::without_intervals();
    town.isokron("build study.toml").well();
    let mut refused = 0;
    for mib in (24..=400).step_by(24) {
        let limit = format!("-v {}", mib * 1024);
        // Below that there is no room for the program itself.
        if limited(&town, &limit, "--version").code != 0 {
            continue;
        }
        let said = limited(&town, &limit, "run study.toml --threads 1");
        if said.code != 0 {
            of_the_machine(&said, &format!("{mib} MiB"));
            refused += 1;
        }
    }
    assert!(refused > 0, "memory was enough everywhere");
    town.isokron("run study.toml").well();
}

/// A disk that is full, if we may mount one.
#[test]
fn a_full_disk() {
    let town = Town::without_intervals();
    std::fs::create_dir(town.path("out")).unwrap();
    town.isokron("run study.toml").well();
    let needed: usize = town.files("out").values().map(Vec::len).sum();
    let before = town.files("out");
    let mount = |size: usize| {
        let options = format!("size={size}");
        let target = town.path("small");
        std::fs::create_dir_all(&target).unwrap();
        Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(&target).output()
    };
    if !mount(2 * needed).is_ok_and(|done| done.status.success()) {
        eprintln!("skipped: only root may mount a small disk");
        return;
    }
    let unmount = || drop(Command::new("umount").arg(town.path("small")).output());
    town.edit("study.toml", "output = \"out\"", "output = \"small/out\"");
    let first = town.isokron("run study.toml");
    let mut codes = Vec::new();
    let mut lost = Vec::new();
    if first.code == 0 {
        let whole = town.files("small/out");
        for kept in (0..needed).step_by(needed / 8) {
            // All but a little of what is left is taken.
            let free = 2usize.saturating_mul(needed).saturating_sub(used(&town)).saturating_sub(kept);
            town.write("small/filler", vec![0; free.saturating_sub(8192)]);
            let said = town.isokron("run study.toml");
            codes.push((said.code, said.err.clone()));
            let mut now = town.files("small/out");
            now.insert("run.log".into(), whole["run.log"].clone());
            now.retain(|name, _| !name.ends_with("known.tsv"));
            let mut then = whole.clone();
            then.retain(|name, _| !name.ends_with("known.tsv"));
            lost.push(now != then);
            town.remove("small/filler");
        }
    }
    unmount();
    assert_eq!(first.code, 0, "{}", first.err);
    assert!(
        codes.iter().all(|(code, err)| *code == 0 || (*code == 4 && err.contains("make room"))),
        "{codes:?}"
    );
    assert!(codes.iter().any(|(code, _)| *code == 4), "{codes:?}");
    assert!(lost.iter().all(|lost| !lost), "{lost:?} {codes:?}");
    drop(before);
}

fn used(town: &Town) -> usize {
    town.files("small").values().map(|bytes| bytes.len().div_ceil(4096) * 4096).sum()
}

/// A folder that may not be written to, also by root: mounted so.
#[test]
fn a_folder_without_permission() {
    let town = Town::without_intervals();
    std::fs::create_dir(town.path("closed")).unwrap();
    let bound = |words: &[&str]| Command::new("mount").args(words).arg(town.path("closed")).output();
    if !bound(&["-t", "tmpfs", "-o", "ro", "tmpfs"]).is_ok_and(|done| done.status.success()) {
        eprintln!("skipped: only root may mount a folder that nobody can write to");
        return;
    }
    town.isokron("build study.toml").well();
    let said = [
        "matrix study.toml -o closed/m.csv",
        "isochrone study.toml --cells --cutoffs-min 15 -o closed/i.geojson",
        "equity cells.csv --value jobs --replicates 0 -o closed/e.csv",
        "synth -o closed/town",
        "init closed/study.toml --osm town.osm.pbf --gtfs town_gtfs.zip --cells cells.csv",
        "man closed/man",
    ]
    .map(|words| (words, town.isokron(words)));
    drop(Command::new("umount").arg(town.path("closed")).output());
    for (words, said) in said {
        of_the_machine(&said, words);
        assert!(said.err.contains("closed"), "{words}: {said:?}");
    }
}

#[test]
fn standard_output_that_takes_nothing() {
    let town = Town::without_intervals();
    let script = format!("exec '{}' check study.toml > /dev/full", env!("CARGO_BIN_EXE_isokron"));
    let output = Command::new("sh").arg("-c").arg(script).current_dir(town.root()).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&output.stderr).contains("standard output"));
}
