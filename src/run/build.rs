//! The network's files alone: what is missing or out of date is built, what is there is kept.

use std::path::{Path, PathBuf};

use super::cache::{Cache, Used};
use super::load::StudyData;
use super::progress::Progress;
use super::{check, elements, given, told};
use crate::base::error::Result;
use crate::network::modes::stress;
use crate::network::rides::Vehicle;
use crate::network::streets::RiddenStreets;
use crate::outputs::diagnostics::{self, grouped};
use crate::study::StressTable;
use crate::study::fields::Choice;

/// How to build.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Every part, though it is there.
    pub anew: bool,
    /// Afterwards remove all parts that this study does not use.
    pub prune: bool,
}

/// What a build says and did.
#[derive(Debug)]
pub struct BuildAnswer {
    pub lines: Vec<String>,
    pub parts: Vec<Used>,
    pub removed: Vec<PathBuf>,
}

/// Builds the network's files and nothing else.
///
/// # Errors
/// What is wrong in the study and its files; the machine's; `Stopped`.
pub fn build(file: &Path, options: Options, executor: &Progress) -> Result<BuildAnswer> {
    let study = given::travel(file)?;
    let folder = study.folder.join(&study.network.cache);
    let mut cache = Cache::new(&folder);
    cache.anew = options.anew;
    let mut loaded = StudyData::load(&study, &cache, executor)?;
    let mut lines = check::network_lines(&loaded);
    for profile in &study.profiles {
        let network = loaded.network(profile, &cache, executor)?;
        let legs = &network.legs;
        for ride in &network.rides {
            let graph = ride.graph();
            lines.push(format!(
                "streets {} of {}: {} nodes, {} arcs",
                ride.limits().by.on_streets(),
                profile.name,
                grouped(graph.nodes() as u64),
                grouped(graph.arcs().head.len() as u64),
            ));
            if let Vehicle::Bicycle(speeds) = ride.limits().by {
                lines.push(stress_line(&profile.name, &ride.places().streets, speeds.stress));
            }
        }
        lines.push(format!(
            "walks of {}: {} to stops, {} between stops, {} between places",
            profile.name,
            grouped(legs.access.values().len() as u64),
            grouped(legs.footpaths.values().len() as u64),
            grouped(legs.direct.values().len() as u64),
        ));
        if let Some(spec) = study.isochrones.as_ref().filter(|_| !profile.has_vehicle()) {
            let lattice = loaded.lattice(&study, spec.grid_m, profile, &cache, executor)?;
            lines.push(format!(
                "isochrones of {}: {} points {} m apart, {} walks to them from stops",
                profile.name,
                grouped(lattice.surface.nodes.len() as u64),
                spec.grid_m,
                grouped(lattice.from_stops.values().len() as u64),
            ));
        }
    }
    elements::water(&study, &cache, &loaded.osm_key, &mut loaded.diagnostics, executor)?;
    let parts = cache.parts();
    let removed = if options.prune { cache.clean(true)? } else { cache.clean_up(executor) };
    executor.end();
    lines.extend(diagnostics::summary(&loaded.diagnostics));
    told::remember(&loaded.diagnostics, &cache, executor);
    lines.push(format!("network in {}: {}", folder.display(), said(&parts)));
    if !removed.is_empty() {
        lines.push(format!("removed {} parts that are not used", removed.len()));
    }
    Ok(BuildAnswer { lines, parts, removed })
}

/// "traffic stress of adult by conveyal: 1 62.5 %, 2 …" of the length that one may ride, both directions counted.
fn stress_line(profile: &str, streets: &RiddenStreets, table: StressTable) -> String {
    let mm = streets.ridden_mm_by_stress(stress::number(table));
    let all = mm.iter().sum::<u64>().max(1) as f64;
    let share = |level: usize| format!("{:.1} %", 100.0 * mm[level] as f64 / all);
    let levels: Vec<String> = (1..=4).map(|level| format!("{level} {}", share(level))).collect();
    format!("traffic stress of {profile} by {}: {}, not rated {}", table.word(), levels.join(", "), share(0))
}

/// "built streets, links; kept timetable, walks; 61.2 MB".
fn said(parts: &[Used]) -> String {
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
