//! Scenarios of a study for the commands: one of them by name, and what edits did, for the terminal and the manifest.

use serde_json::{Value, json};

use super::cache::Cache;
use super::load::{EditFiles, Loaded};
use super::matrix::choose;
use super::{Windowed, switches};
use crate::base::error::Result;
use crate::base::findings::{Findings, Kind, Severity};
use crate::base::units::LEAST_HEADWAY_S;
use crate::base::watch::Watch;
use crate::engine::profile_network::Ground;
use crate::engine::region::Region;
use crate::engine::scenario::Edited;
use crate::network::Network;
use crate::outputs::diagnostics::grouped;
use crate::scenario::{Figures, Report};
use crate::study::{AddLine, Departures, Edit, Profile, Scenario, SetHeadway, Study};

const SHORT_HEADWAY: Kind = Kind {
    code: "scenario_short_headway",
    severity: Severity::Doubt,
    meaning: "edits with a headway below 10 seconds: made as written",
    remedy: "headway_s is in seconds: 10 minutes are 600",
};

/// Says which edits of a study's scenarios look as if minutes stood for seconds.
pub fn doubt_headways(study: &Study, findings: &mut Findings) {
    for scenario in study.named_scenarios() {
        for placed in &scenario.edits {
            let (all_day, bands) = match &placed.edit {
                Edit::SetHeadway(SetHeadway { headway_s, bands, .. }) => (*headway_s, bands.as_slice()),
                Edit::AddLine(AddLine { departures: Departures::Bands(bands), .. }) => {
                    (None, bands.as_slice())
                }
                _ => continue,
            };
            let headways = all_day.into_iter().chain(bands.iter().map(|band| band.headway_s));
            for headway_s in headways.filter(|&headway_s| headway_s < LEAST_HEADWAY_S) {
                let what = format!("{}: headway_s = {headway_s}", placed.place);
                findings.add(SHORT_HEADWAY, &scenario.name, "", "", what);
            }
        }
    }
}

/// The name of the study without edits.
pub const BASE: &str = "base";

/// How many origins were routed for a scenario, for the terminal.
pub(super) fn routed(edited: &Edited<'_>, window: &Windowed<'_>, routed: usize, all: usize) -> String {
    let (name, profile, period) = (edited.name(), &window.profile.name, &window.period.name);
    let n = |number: usize| grouped(number as u64);
    format!("scenario {name}, {profile} × {period}: {} of {} origins routed", n(routed), n(all))
}

/// The study, a profile and its network in one scenario, by name; without a name, or in "base", as they are.
///
/// # Errors
/// There is no such scenario; as [`Edited::new`].
pub fn within(
    study: &Study,
    name: Option<&str>,
    base: &Loaded,
    profile: &Profile,
    zone: &str,
    cache: &Cache,
    watch: &dyn Watch,
) -> Result<(Region, Profile, Network)> {
    let network = base.network(profile, cache, watch)?;
    let Some(name) = name.filter(|name| *name != BASE) else {
        return Ok((base.region.clone(), profile.clone(), network));
    };
    let all: Vec<&Scenario> = study.named_scenarios().collect();
    let scenario = *choose("scenario", &all, |scenario| &scenario.name, Some(name))?;
    let files = EditFiles { study, watch };
    let edited = Edited::new(study, &base.region, scenario, zone, &files, switches::only_touched(), watch)?;
    let own = edited.profile(&profile.name).clone();
    let walks_of = |profile: &Profile| Ok(base.network(profile, cache, watch)?.walks);
    let ground = edited.ground(&base.region, &Ground::new(network, profile), &own, &walks_of, watch)?;
    Ok((edited.region, own, ground.network))
}

/// What an edit did, for the terminal.
pub fn said(report: &Report) -> String {
    let mut parts = Vec::new();
    for (number, what) in [
        (report.trips_added, "trips added"),
        (report.trips_removed, "removed"),
        (report.trips_changed, "changed"),
        (report.stops_added.len() as u64, "stops added"),
        (report.stops_moved.len() as u64, "stops moved"),
        (report.stops_left.len() as u64, "stops without service"),
        (report.places.len() as u64, "places changed"),
    ] {
        if number > 0 {
            parts.push(format!("{} {what}", grouped(number)));
        }
    }
    let (before, after) = (&report.before, &report.after);
    if before != after {
        parts.push(format!("{:+.0} vehicle km", after.vehicle_km - before.vehicle_km));
        parts.push(format!("{:+.1} vehicle hours", after.vehicle_h - before.vehicle_h));
    }
    let (added, removed) = (report.street_km_added, report.street_km_removed);
    if added > 0.0 || removed > 0.0 {
        let what = match (added > 0.0, removed > 0.0) {
            (true, true) => "walked otherwise",
            (true, false) => "added",
            _ => "closed",
        };
        parts.push(format!("{:.2} km of streets {what}", added.max(removed)));
    }
    if report.total_before != report.total_after {
        parts.push(format!("{:+.0} in all", report.total_after - report.total_before));
    }
    if !report.profiles.is_empty() {
        parts.push(format!("profiles {}", report.profiles.join(", ")));
    }
    let parts = if parts.is_empty() { "changes nothing".to_string() } else { parts.join(", ") };
    format!("  {} ({}): {parts}", report.kind, report.place)
}

/// A scenario and what each edit did, for the manifest.
pub fn as_json(edited: &Edited<'_>) -> Value {
    json!({ "name": edited.name(), "edits": edited.reports.iter().map(of_edit).collect::<Vec<_>>() })
}

fn of_edit(report: &Report) -> Value {
    let figures =
        |of: &Figures| json!({ "runs": of.runs, "vehicle_km": of.vehicle_km, "vehicle_h": of.vehicle_h });
    json!({
        "edit": report.kind, "place": &*report.place,
        "trips": {
            "added": report.trips_added, "removed": report.trips_removed, "changed": report.trips_changed,
            "before": figures(&report.before), "after": figures(&report.after),
        },
        "routes": report.routes,
        "stops": {
            "added": report.stops_added, "moved": report.stops_moved, "left": report.stops_left,
        },
        "places": report.places, "total_before": report.total_before, "total_after": report.total_after,
        "street_km": { "added": report.street_km_added, "removed": report.street_km_removed },
        "profiles": report.profiles,
    })
}
