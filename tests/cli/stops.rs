//! Signals: whatever a command does, it ends within a second, with exit code 3 and words, and leaves nothing half-done.
#![cfg(unix)]

use std::fs;
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::libc;
use nix::sys::signal::{SigHandler, Signal};

use crate::town::{Dice, Town};

/// How a command ended that got a signal after some time.
struct Ended {
    code: Option<i32>,
    /// From the signal on.
    took: Duration,
    err: String,
}

fn signalled(town: &Town, words: &str, after: Duration, signals: &[Signal]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_isokron"));
    command.args(words.split_whitespace()).current_dir(town.root());
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    // Under nohup the tests would hand on that SIGHUP is ignored.
    // Safety: between fork and exec nothing but a call that signals allow for.
    unsafe {
        command.pre_exec(|| {
            nix::sys::signal::signal(Signal::SIGHUP, SigHandler::SigDfl).map(|_| ()).map_err(Into::into)
        });
    }
    let mut child = command.spawn().unwrap();
    // Until the handler is set a signal ends any program at once.
    let begun = Instant::now();
    while !is_listening(child.id()) && begun.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(1));
    }
    std::thread::sleep(after);
    let sent = Instant::now();
    for &signal in signals {
        // It may have ended before.
        // Safety: it only sends a signal, to a child that was not waited for yet.
        unsafe { libc::kill(child.id() as i32, signal as i32) };
    }
    let code = child.wait().unwrap().code();
    let took = sent.elapsed();
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    Ended { code, took, err }
}

/// Whether a process catches signals, or is gone; where the system does not tell, it is taken to.
fn is_listening(process: u32) -> bool {
    let Ok(status) = fs::read_to_string(format!("/proc/{process}/status")) else { return true };
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let mask = caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    let is_gone = status.lines().any(|line| line.starts_with("State:") && line.contains('Z'));
    is_gone || mask & (1 << (Signal::SIGINT as u32 - 1)) != 0
}

/// No temporary file, no claim.
#[track_caller]
fn nothing_half_done(town: &Town) {
    for name in town.files("").into_keys() {
        assert!(!name.contains(".isokron-") && !name.contains(".work"), "{name} is left");
    }
}

#[test]
fn a_signal_at_any_moment_ends_with_code_3_and_nothing_half_done() {
    let town = Town::new();
    let commands = [
        "run study.toml",
        "matrix study.toml -o m.csv",
        "isochrone study.toml --cells --grid-m 50 --cutoffs-min 30 -o i.geojson",
        "build study.toml --anew",
        "equity cells.csv --value jobs,schools,healthcare --population population --replicates 20000 -o e.csv",
        "synth --size city -o made",
    ];
    let rounds: usize = std::env::var("ISOKRON_SIGNALS").ok().and_then(|n| n.parse().ok()).unwrap_or(36);
    let signals = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP];
    let mut dice = Dice(4_711);
    let mut stopped = [0; 6];
    for round in 0..rounds {
        let command = commands[round % commands.len()];
        let after = Duration::from_millis(60 + dice.below(900) as u64);
        let ended = signalled(&town, command, after, &[signals[round / commands.len() % 3]]);
        let told = format!("{command} after {after:?}: {:?} {}", ended.code, ended.err);
        assert!(matches!(ended.code, Some(0 | 3)), "{told}");
        // Within a second, on a machine that does nothing else.
        assert!(ended.took < Duration::from_secs(5), "{told}: took {:?}", ended.took);
        if ended.code == Some(3) {
            stopped[round % commands.len()] += 1;
            assert_eq!(ended.err.matches("stopped").count(), 1, "{told}");
        }
        nothing_half_done(&town);
    }
    assert!(stopped.iter().sum::<i32>() > 0, "no signal came in time: {stopped:?}");
    // What was stopped says no more than that.
    town.isokron("run study.toml").well();
    town.isokron("verify study.toml --origins 2").well();
}

#[test]
fn what_blocks_for_ever_is_ended_within_a_second_and_a_second_signal_ends_at_once() {
    let town = Town::new();
    assert!(Command::new("mkfifo").arg(town.path("pipe.toml")).status().unwrap().success());
    let wait = Duration::from_millis(400);
    let once = signalled(&town, "run pipe.toml", wait, &[Signal::SIGTERM]);
    assert_eq!((once.code, once.err.matches("stopped").count()), (Some(3), 1), "{}", once.err);
    assert!(once.took < Duration::from_secs(3), "{:?}", once.took);
    nothing_half_done(&town);
    let told = signalled(&town, "run pipe.toml --json", wait, &[Signal::SIGINT]);
    assert_eq!(told.code, Some(3));
    nothing_half_done(&town);
}

#[test]
fn the_earlier_results_outlive_a_stop() {
    let town = Town::new();
    town.isokron("run study.toml").well();
    let before = town.files("out");
    let mut dice = Dice(99);
    for _ in 0..4 {
        let after = Duration::from_millis(100 + dice.below(600) as u64);
        let ended = signalled(&town, "run study.toml", after, &[Signal::SIGINT]);
        assert!(matches!(ended.code, Some(0 | 3)), "{:?} {}", ended.code, ended.err);
        let mut now = town.files("out");
        // Of a run that was done before the signal the log is another one.
        now.insert("run.log".into(), before["run.log"].clone());
        now.insert("network/known.tsv".into(), before["network/known.tsv"].clone());
        assert!(now == before, "{:?}", now.keys());
    }
}

#[test]
fn under_nohup_a_hang_up_is_ignored() {
    let town = Town::without_intervals();
    let script = format!(
        "trap '' HUP; '{}' run study.toml & run=$!; sleep 0.3; kill -HUP $run; wait $run",
        env!("CARGO_BIN_EXE_isokron")
    );
    let status = Command::new("sh").arg("-c").arg(script).current_dir(town.root()).output().unwrap();
    assert_eq!(status.status.code(), Some(0), "{}", String::from_utf8_lossy(&status.stderr));
    assert!(fs::exists(town.path("out/manifest.json")).unwrap());
}
