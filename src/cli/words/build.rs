//! What a build has found and done, for the terminal.

use super::facts;
use crate::outputs::diagnostics::{grouped, summary};
use crate::run::build::{BuildAnswer, ProfileBuilt, RideBuilt, SitesBuilt};
use crate::run::cache::Used;
use crate::study::StressTable;
use crate::study::fields::Choice;

pub fn lines(of: &BuildAnswer) -> Vec<String> {
    let mut lines: Vec<String> = of.facts.iter().flat_map(facts::lines).collect();
    lines.extend(of.profiles.iter().flat_map(profile));
    lines.extend(of.sites.as_ref().map(sites));
    lines.extend(summary(&of.diagnostics));
    lines.push(format!("network in {}: {}", of.folder.display(), parts(&of.parts)));
    if !of.removed.is_empty() {
        lines.push(format!("removed {} parts that are not used", of.removed.len()));
    }
    lines
}

fn profile(of: &ProfileBuilt) -> Vec<String> {
    let (name, n) = (&of.name, |number: usize| grouped(number as u64));
    let mut lines = Vec::new();
    for RideBuilt { streets, nodes, arcs, stress } in &of.rides {
        lines.push(format!("streets {streets} of {name}: {} nodes, {} arcs", n(*nodes), n(*arcs)));
        lines.extend(stress.as_ref().map(|(table, mm)| stress_line(name, *table, mm)));
    }
    let [to_stops, between_stops, direct] = of.walks.map(n);
    lines.push(format!(
        "walks of {name}: {to_stops} to stops, {between_stops} between stops, {direct} between places"
    ));
    lines.extend(of.lattice.as_ref().map(|lattice| {
        let (points, walks) = (n(lattice.points), n(lattice.walks));
        format!(
            "isochrones of {name}: {points} points {} m apart, {walks} walks to them from stops",
            lattice.grid_m
        )
    }));
    lines
}

/// "park-and-ride sites: 12, of which 10 say for how many cars: 1,240".
fn sites(of: &SitesBuilt) -> String {
    let n = |number: usize| grouped(number as u64);
    let cars = match of.known {
        0 => String::new(),
        known => format!(", of which {} say for how many cars: {}", n(known), grouped(of.cars as u64)),
    };
    format!("park-and-ride sites: {}{cars}", n(of.sites))
}

/// "traffic stress of adult by conveyal: 1 62.5 %, 2 …" of the length that one may ride, both directions counted.
fn stress_line(profile: &str, table: StressTable, mm: &[u64; 5]) -> String {
    let all = mm.iter().sum::<u64>().max(1) as f64;
    let share = |level: usize| format!("{:.1} %", 100.0 * mm[level] as f64 / all);
    let levels: Vec<String> = (1..=4).map(|level| format!("{level} {}", share(level))).collect();
    format!("traffic stress of {profile} by {}: {}, not rated {}", table.word(), levels.join(", "), share(0))
}

/// "built streets, links; kept timetable, walks; 61.2 MB".
fn parts(parts: &[Used]) -> String {
    let names = |made: bool| -> Vec<&str> {
        parts.iter().filter(|part| part.made == made).map(|part| part.name.as_str()).collect()
    };
    let mut words = Vec::new();
    for (word, names) in [("built", names(true)), ("kept", names(false))] {
        if !names.is_empty() {
            words.push(format!("{word} {}", names.join(", ")));
        }
    }
    let bytes: u64 = parts.iter().map(|part| part.bytes).sum();
    words.push(format!("{:.1} MB", bytes as f64 / 1e6));
    words.join("; ")
}
