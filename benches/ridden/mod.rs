//! A study's streets by bicycle and by car, for the benches.

use std::path::Path;
use std::sync::Arc;

use isokron::base::executor::Quiet;
use isokron::network::rides::RiddenTimes;
use isokron::run::cache::Cache;
use isokron::run::load::StudyData;
use isokron::scenario::written::parse;

/// What is ridden, as `modes` has it.
pub const MODES: [&str; 2] = ["bicycle", "car"];

/// Times from door to door by a mode within so many minutes, in the region of the study in `file`: with turn restrictions
/// and what a profile has where it says no more.
pub fn times(file: &Path, mode: &str, minutes: u32) -> Result<Arc<RiddenTimes>, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let limit_s = 60 * minutes;
    let profile = format!(
        "\n[[profile]]\nname = \"bench_{mode}\"\nmodes = [\"{mode}\"]\nmax_travel_time_s = {limit_s}\n"
    );
    let folder = file.parent().unwrap_or(Path::new("."));
    let study =
        parse(&format!("{text}{profile}"), "study.toml", folder).map_err(|error| error.to_string())?;
    let profile = study.profiles.last().ok_or("a profile was added")?;
    let cache = tempfile::tempdir().map_err(|error| error.to_string())?;
    let cache = Cache::new(cache.path());
    let loaded = StudyData::load(&study, &cache, &Quiet).map_err(|error| error.to_string())?;
    let network = loaded.network(profile, &cache, &Quiet).map_err(|error| error.to_string())?;
    network.rides.first().map(Arc::clone).ok_or_else(|| format!("nobody goes by {mode}"))
}
