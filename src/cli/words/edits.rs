//! What the edits of a scenario did, for the terminal.

use super::text::aligned;
use crate::outputs::diagnostics::grouped;
use crate::scenario::{EditReport, ServiceFigures};

/// What an edit did: lines, not longer than a terminal where it can be helped.
pub fn lines(report: &EditReport) -> Vec<String> {
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
