//! `[isochrones]`: from where, how far, and on which lattice.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::access::within_travel_time;
use super::value::degrees;
use super::walk::{Section, TableReader};
use crate::base::extent::Axis;
use crate::study::{AccessSpec, IsochronesSpec, Profile};

/// What holds where a study has no `[isochrones]`.
pub fn isochrones_unset(access: &AccessSpec) -> IsochronesSpec {
    isochrones(&mut TableReader::new("", "", Path::new("")), None, 0, access, &[])
}

pub(super) fn isochrones<'t>(
    walk: &mut TableReader<'t>,
    table: Option<&DeTable<'t>>,
    at: usize,
    access: &AccessSpec,
    profiles: &[Profile],
) -> IsochronesSpec {
    let mut s = Section::open(walk, "isochrones", table, at);
    let mut spec = IsochronesSpec::default();
    s.fill(IsochronesSpec::KEYS, &mut spec);
    let named = s.has("at") || s.has("origins");
    spec.at = s.list("at", "write points as [[lon, lat], …] in degrees, such as [[18.06, 59.33]]", point);
    let empty = |list: &DeValue<'_>| list.as_array().is_some_and(|points| points.is_empty());
    if s.written("at").is_some_and(empty) {
        s.wrong("at", "is empty", "write at least one, or leave the key out");
    }
    spec.cells = if s.has("cells") { s.flag("cells") } else { !named };
    if !spec.cells && !named {
        s.wrong("cells", "is false, and there are no other points", "write at, origins, or cells = true");
    }
    if s.has("percentiles") && s.has("departures_percent") {
        s.wrong(
            "departures_percent",
            "stands beside percentiles, and means the same",
            "leave out one of the two",
        );
    }
    if let Some(shares) = s.get("departures_percent") {
        spec.percentiles = shares;
    }
    if spec.percentiles.is_empty() {
        spec.percentiles.clone_from(&access.percentiles);
    }
    within_travel_time(&mut s, &spec.cutoffs_min, profiles);
    if spec.cutoffs_min.is_empty() {
        spec.cutoffs_min.clone_from(&access.cutoffs_min);
    }
    spec.cutoffs_min.sort_unstable();
    spec
}

fn point(value: &DeValue<'_>) -> Result<(f64, f64), String> {
    match value.as_array().map(|pair| pair.iter().collect::<Vec<_>>()).as_deref() {
        Some([lon, lat]) => {
            let lon = degrees(lon.get_ref(), Axis::Lon).map_err(|what| format!("lon {what}"))?;
            let lat = degrees(lat.get_ref(), Axis::Lat).map_err(|what| format!("lat {what}"))?;
            Ok((lon, lat))
        }
        _ => Err("is no [lon, lat]".into()),
    }
}
