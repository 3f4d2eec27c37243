//! `[isochrones]`: from where, how far, and on which lattice.

use toml::de::{DeTable, DeValue};

use super::walk::{Section, TableReader, degrees};
use super::{cutoffs, is_empty_list, percentiles, within_travel_time};
use crate::base::extent::Axis;
use crate::study::{AccessSpec, IsochronesSpec, Profile};

pub(super) fn isochrones<'t>(
    walk: &mut TableReader<'t>,
    table: Option<&DeTable<'t>>,
    at: usize,
    access: &AccessSpec,
    profiles: &[Profile],
) -> IsochronesSpec {
    let mut s = Section::open(walk, "isochrones", table, at);
    for key in ["at", "cutoffs_min", "percentiles", "departures_percent"] {
        if table.is_some_and(|table| is_empty_list(table, key)) {
            s.wrong(key, "is empty", "write at least one, or leave the key out");
        }
    }
    let named = s.has("at") || s.has("origins");
    let at = s.list("at", "write points as [[lon, lat], …] in degrees, such as [[18.06, 59.33]]", point);
    let origins = if s.has("origins") { s.file("origins") } else { None };
    let cells = if s.has("cells") { s.flag("cells") } else { !named };
    if !cells && !named {
        s.wrong("cells", "is false, and there are no other points", "write at, origins, or cells = true");
    }
    if s.has("percentiles") && s.has("departures_percent") {
        s.wrong(
            "departures_percent",
            "stands beside percentiles, and means the same",
            "leave out one of the two",
        );
    }
    let shares = percentiles(&mut s, "departures_percent");
    let asked = if shares.is_empty() { percentiles(&mut s, "percentiles") } else { shares };
    let mut cutoffs_min = cutoffs(&mut s);
    within_travel_time(&mut s, &cutoffs_min, profiles);
    if cutoffs_min.is_empty() {
        cutoffs_min.clone_from(&access.cutoffs_min);
    }
    cutoffs_min.sort_unstable();
    IsochronesSpec {
        cells,
        at,
        origins,
        cutoffs_min,
        percentiles: if asked.is_empty() { access.percentiles.clone() } else { asked },
        grid_m: s.whole("grid_m", 10..=5000).unwrap_or_default(),
        surfaces: s.flag("surfaces"),
    }
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
