//! Scenarios of a study for the commands: one of them by name, and what edits did, for the terminal and the manifest.

use serde_json::{Value, json};

use super::cache::Cache;
use super::choose::choose;
use super::debug_environment;
use super::load::{EditFiles, StudyData, StudyNetworks};
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::engine::profile_network::ProfileNetwork;
use crate::engine::region::Region;
use crate::engine::scenario::{EditMaker, Edited};
use crate::engine::setting::BASE;
use crate::engine::windowed::Windowed;
use crate::network::Network;
use crate::outputs::diagnostics::grouped;
use crate::outputs::text::aligned;
use crate::scenario::{EditReport, ServiceFigures};
use crate::study::{Profile, Scenario, Study};

const UNLIKELY: DiagnosticCode = DiagnosticCode {
    code: "edit_unlikely",
    severity: Severity::Doubt,
    meaning: "edits with numbers that are hardly meant: headways of seconds, speeds of aircraft, dwells of hours",
    remedy: "look at the units: seconds, metres, km/h",
};

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
    base: &StudyData,
    profile: &Profile,
    zone: &str,
    cache: &Cache,
    executor: &dyn Executor,
) -> Result<(Region, Profile, Network)> {
    let network = base.network(profile, cache, executor)?;
    let Some(name) = name.filter(|name| *name != BASE) else {
        return Ok((base.region.clone(), profile.clone(), network));
    };
    let all: Vec<&Scenario> = study.named_scenarios().collect();
    let scenario = *choose("scenario", &all, |scenario| &scenario.name, Some(name))?;
    let (files, only_affected) =
        (EditFiles { study, base, cache, executor }, debug_environment::only_affected());
    let edits = EditMaker {
        study,
        base: &base.region,
        vehicles: &base.vehicles,
        zone,
        files: &files,
        only_affected,
        executor,
    };
    let edited = edits.make(scenario)?;
    let own = edited.profile(&profile.name).clone();
    let networks = StudyNetworks { study, base, cache, executor };
    let ground = edited.ground(&edits, &ProfileNetwork::new(network, profile), &own, &networks)?;
    Ok((edited.region, own, ground.network))
}

/// What the edits of a scenario did, for the terminal: lines, not longer than a terminal where it can be helped.
pub fn said(report: &EditReport) -> Vec<String> {
    let mut parts = Vec::new();
    for (number, what) in [
        (report.trips_added, "trips added"),
        (report.trips_removed, "removed"),
        (report.trips_changed, "changed"),
        (report.stops_added.len() as u64, "stops added"),
        (report.stops_moved.len() as u64, "stops moved"),
        (report.stops_left.len() as u64, "stops without service"),
        (report.places.len() as u64, "places changed"),
        (report.traffic_rows, "rows of traffic"),
    ] {
        if number > 0 {
            parts.push(format!("{} {what}", grouped(number)));
        }
    }
    let (added, removed) = (report.street_km_added, report.street_km_removed);
    if added > 0.0 || removed > 0.0 {
        let what = match (added > 0.0, removed > 0.0) {
            (true, true) => "changed",
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
    let mut lines = vec![format!("  {} ({}): {parts}", report.kind, report.place)];
    lines.append(&mut services(report));
    lines.extend(report.doubts.iter().map(|doubt| format!("    is that meant? {doubt}")));
    lines
}

/// Of so many routes each is said.
const MOST_ROUTES: usize = 6;

/// The service of the routes that an edit changed, before → after: all of them, and one by one where they are few.
fn services(report: &EditReport) -> Vec<String> {
    let all = report.service();
    let routes = &report.services;
    if routes.is_empty() {
        return Vec::new();
    }
    let heads = ["  before → after", "runs", "vehicle h", "vehicle km"];
    let mut table = vec![heads.map(str::to_string).to_vec()];
    let row = |name: String, [before, after]: [&ServiceFigures; 2]| {
        let of = |before: f64, after: f64, shown: fn(f64) -> String| {
            let (before, after) = (shown(before), shown(after));
            if before == after { before } else { format!("{before} → {after}") }
        };
        vec![
            name,
            of(before.runs as f64, after.runs as f64, |runs| grouped(runs as u64)),
            of(before.vehicle_h, after.vehicle_h, |hours| format!("{hours:.1}")),
            of(before.vehicle_km, after.vehicle_km, |km| grouped(km.round() as u64)),
        ]
    };
    for service in routes.iter().take(if routes.len() > MOST_ROUTES { 0 } else { MOST_ROUTES }) {
        let id = service.route.rsplit(':').next().unwrap_or_default();
        let name = match service.name.as_str() {
            name if name.is_empty() || name == id => format!("  {}", service.route),
            name => format!("  {name}"),
        };
        table.push(row(name, [&service.before, &service.after]));
    }
    if routes.len() > 1 {
        table.push(row(format!("  all {} routes", grouped(routes.len() as u64)), [&all[0], &all[1]]));
    }
    aligned(&table)
}

/// Counts what is doubtful in edits.
pub fn doubts(edited: &[Edited<'_>], diagnostics: &mut Diagnostics) {
    for report in edited.iter().flat_map(|edited| &edited.reports) {
        for doubt in &report.doubts {
            diagnostics.add(UNLIKELY, "scenarios", "", &*report.place, format!("{}: {doubt}", report.kind));
        }
    }
}

/// A scenario and what each edit did, for the manifest.
pub fn as_json(edited: &Edited<'_>) -> Value {
    json!({ "name": edited.name(), "edits": edited.reports.iter().map(of_edit).collect::<Vec<_>>() })
}

fn of_edit(report: &EditReport) -> Value {
    let figures = |of: &ServiceFigures| json!({ "runs": of.runs, "vehicle_km": of.vehicle_km, "vehicle_h": of.vehicle_h });
    let [before, after] = report.service();
    let routes = report.services.iter().map(|of| {
        json!({
            "route": of.route, "name": of.name, "before": figures(&of.before), "after": figures(&of.after),
        })
    });
    json!({
        "edit": report.kind, "place": &*report.place,
        "trips": {
            "added": report.trips_added, "removed": report.trips_removed, "changed": report.trips_changed,
            "before": figures(&report.before), "after": figures(&report.after),
        },
        "service": {
            "before": figures(&before), "after": figures(&after), "routes": routes.collect::<Vec<_>>(),
        },
        "routes": report.routes,
        "stops": {
            "added": report.stops_added, "moved": report.stops_moved, "left": report.stops_left,
        },
        "places": report.places, "total_before": report.total_before, "total_after": report.total_after,
        "street_km": { "added": report.street_km_added, "removed": report.street_km_removed },
        "traffic_rows": report.traffic_rows,
        "profiles": report.profiles,
        "doubts": report.doubts,
    })
}
