//! Scenarios of a study for the commands: one of them by name, and what edits did, for the manifest.

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
use crate::network::Network;
use crate::scenario::{EditReport, ServiceFigures};
use crate::study::{Profile, Scenario, Study};

const UNLIKELY: DiagnosticCode = DiagnosticCode {
    code: "edit_unlikely",
    severity: Severity::Doubt,
    meaning: "edits with numbers that are hardly meant: headways of seconds, speeds of aircraft, dwells of hours",
    remedy: "look at the units: seconds, metres, km/h",
};

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
