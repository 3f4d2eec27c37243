//! `[access]` → cutoffs, percentiles and contrasts.

use toml::de::DeTable;

use super::contrasts;
use super::tables::single;
use super::walk::{Section, TableReader};
use crate::study::{AccessSpec, Period, Profile};

pub(super) fn access<'t>(
    walk: &mut TableReader<'t>,
    document: &DeTable<'t>,
    profiles: &[Profile],
    periods: &[Period],
) -> AccessSpec {
    let (table, at) = single(document, "access");
    let mut s = Section::open(walk, "access", table, at);
    let mut spec = AccessSpec::default();
    s.fill(AccessSpec::KEYS, &mut spec);
    within_travel_time(&mut s, &spec.cutoffs_min, profiles);
    spec.contrasts = contrasts::contrasts(&mut s, profiles, periods);
    spec
}

/// No cutoff is above a profile's longest time.
pub(super) fn within_travel_time(s: &mut Section<'_, '_>, cutoffs_min: &[u32], profiles: &[Profile]) {
    for profile in profiles {
        let most = profile.max_travel_time_s;
        let over: Vec<String> =
            cutoffs_min.iter().filter(|cutoff| **cutoff * 60 > most).map(u32::to_string).collect();
        // A wrong limit is 0 here and reported already.
        if most > 0 && !over.is_empty() {
            let (over, name) = (over.join(", "), &profile.name);
            let remedy =
                format!("raise max_travel_time_s, or write [{}] cutoffs_min with lower limits", s.name);
            s.wrong(
                "cutoffs_min",
                format!("has {over} min, above max_travel_time_s = {most} of profile {name}"),
                remedy,
            );
        }
    }
}
