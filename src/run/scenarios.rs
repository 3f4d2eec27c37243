//! The scenarios of a study: its network and places with the edits of each, and which cells those can touch.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use super::cache::Cache;
use super::ground::Ground;
use super::load::{Links, Loaded, limits, read_feed, read_osm};
use super::matrix::choose;
use super::{Windowed, switches};
use crate::base::error::{Error, Problem, Result};
use crate::base::findings::Findings;
use crate::base::watch::Watch;
use crate::network::Network;
use crate::network::links::{Ends, Linker, links_again, walks, walks_again};
use crate::network::streets::{self, Streets};
use crate::network::transit::{Stops, Timetable};
use crate::outputs::diagnostics::grouped;
use crate::routing::{A_LOOK, Backwards, touched};
use crate::scenario::{
    Figures, Given, Report, dates, edit_places, edit_profiles, edit_streets, edit_timetable, service_days,
};
use crate::study::{Concern, Profile, Scenario, Study};

/// The name of the study without edits.
pub const BASE: &str = "base";

/// A scenario, all of its edits made.
pub struct Edited<'s> {
    pub scenario: &'s Scenario,
    pub loaded: Loaded,
    pub profiles: Vec<Profile>,
    pub reports: Vec<Report>,
    /// Trip → the base's trip that it was, or `NONE`.
    came_from: Vec<u32>,
    /// Stops that are new, elsewhere, or called at for the first time, sorted.
    to_link: Vec<u32>,
}

impl<'s> Edited<'s> {
    /// Makes the edits of a scenario.
    ///
    /// # Errors
    /// All that is wrong with them; the machine's; `Stopped`.
    pub fn new(
        study: &Study,
        base: &Loaded,
        scenario: &'s Scenario,
        zone: &str,
        watch: &dyn Watch,
    ) -> Result<Edited<'s>> {
        let mut problems: Vec<Problem> = Vec::new();
        let mut kept = |error| match error {
            Error::Input(more) => {
                problems.extend(more);
                Ok(())
            }
            other => Err(other),
        };
        let mut findings = Findings::default();
        let mut feeds: Vec<(&Path, Timetable)> = Vec::new();
        for file in scenario.edits.iter().filter_map(|placed| placed.edit.feed_file()) {
            match read_feed(study, file, &mut findings) {
                Ok(feed) => feeds.push((file, feed)),
                Err(error) => kept(error)?,
            }
        }
        let (days, dates) = (service_days(&study.periods), dates(&study.periods));
        let given = Given { days: &days, dates: &dates, zone, feeds: &feeds };
        let edits = &scenario.edits;
        let longest_cutoff_s = study.access.cutoffs_min.iter().max().map_or(0, |minutes| minutes * 60);
        // A copy of the timetable is not made for nothing.
        let rides = scenario.changes(Concern::Timetable);
        let timetable = rides.then(|| edit_timetable(&base.timetable, edits, &given)).transpose();
        let streets = edited_streets(study, base, scenario, watch);
        let places = edit_places(&base.cells, base.others.as_ref(), edits);
        let profiles = edit_profiles(&study.profiles, edits, longest_cutoff_s);
        let (timetable, streets, mut places, profiles) = match (timetable, streets, places, profiles) {
            (Ok(timetable), Ok(streets), Ok(places), Ok(profiles)) => (timetable, streets, places, profiles),
            (timetable, streets, places, profiles) => {
                streets.err().map_or(Ok(()), &mut kept)?;
                timetable.err().map_or(Ok(()), &mut kept)?;
                places.err().map_or(Ok(()), &mut kept)?;
                profiles.err().map_or(Ok(()), &mut kept)?;
                return Err(Error::Input(problems));
            }
        };
        if !problems.is_empty() {
            return Err(Error::Input(problems));
        }
        let (of_timetable, came_from, to_link, timetable) = match timetable {
            Some(made) => {
                let to_link = made.stops_to_link(&base.timetable);
                (made.reports, made.came_from, to_link, Arc::new(made.timetable))
            }
            None => {
                let came_from = (0..base.timetable.trips.len() as u32).collect();
                (Vec::new(), came_from, Vec::new(), Arc::clone(&base.timetable))
            }
        };
        let mut of_timetable = of_timetable.into_iter();
        let mut of_places = std::mem::take(&mut places.reports).into_iter();
        let (streets, of_streets) = streets;
        let mut of_streets = of_streets.into_iter();
        let (profiles, of_profiles) = profiles;
        let mut of_profiles = of_profiles.into_iter();
        let reports = edits.iter().filter_map(|placed| match placed.edit.concerns() {
            Concern::Timetable => of_timetable.next(),
            Concern::Places => of_places.next(),
            Concern::Profiles => of_profiles.next(),
            Concern::Streets => of_streets.next(),
        });
        let reports = reports.collect();
        let links = links(study, base, &streets, &timetable.stops, watch)?;
        let loaded = base.with(streets, timetable, links, places);
        Ok(Edited { scenario, loaded, profiles, reports, came_from, to_link })
    }

    pub fn name(&self) -> &str {
        &self.scenario.name
    }

    /// Its version of a profile of the study.
    pub fn profile(&self, name: &str) -> &Profile {
        self.profiles.iter().find(|profile| profile.name == name).expect("edits leave names as they are")
    }

    /// How many origins were routed for it, for the terminal.
    pub(super) fn routed(&self, window: &Windowed<'_>, routed: usize, all: usize) -> String {
        let (name, profile, period) = (self.name(), &window.profile.name, &window.period.name);
        let n = |number: usize| grouped(number as u64);
        format!("scenario {name}, {profile} × {period}: {} of {} origins routed", n(routed), n(all))
    }

    /// Whether it has amounts of its own.
    pub fn has_land(&self) -> bool {
        self.scenario.changes(Concern::Places)
    }

    /// Whether a profile travels as in the base: on its network, with its parameters.
    pub fn travels_as(&self, base: &Loaded, profile: &Profile, of_base: &Profile) -> bool {
        Arc::ptr_eq(&self.loaded.timetable, &base.timetable)
            && Arc::ptr_eq(&self.loaded.streets, &base.streets)
            && profile == of_base
    }

    /// The ground of a profile; `ground` is the base's of the same name.
    ///
    /// # Errors
    /// As [`Loaded::network`].
    pub fn ground(
        &mut self,
        base: &Loaded,
        ground: &Ground,
        profile: &Profile,
        cache: &Cache,
        watch: &dyn Watch,
    ) -> Result<Ground> {
        let (loaded, timetable) = (&self.loaded, Arc::clone(&self.loaded.timetable));
        let links = &loaded.links;
        let same_places = links.cells == base.links.cells && links.others == base.links.others;
        let changed = self.changed_stops(base);
        if !(same_places && changed.is_empty()) {
            // Of this scenario alone, and so not kept.
            let table = union(&base.timetable.stops, &timetable.stops);
            let linked = loaded.destinations().1;
            let walks = if same_places && ground.walks_as(profile) && switches::only_touched() {
                let ends = Ends {
                    streets: &loaded.streets,
                    origins: &links.cells,
                    points: &loaded.cells.points,
                    destinations: linked,
                    stops: &links.stops,
                    table: &table,
                };
                walks_again(&ground.network.walks, &changed, ends, limits(profile), watch)?
            } else {
                let same = loaded.others.is_none();
                let limits = limits(profile);
                walks(&loaded.streets, &links.cells, linked, same, &links.stops, &table, limits, watch)?
            };
            return Ok(Ground::new(Network { timetable, walks: Arc::new(walks) }, profile));
        }
        let walks = if ground.walks_as(profile) {
            Arc::clone(&ground.network.walks)
        } else {
            self.loaded.network(profile, cache, watch)?.walks
        };
        Ok(Ground::new(Network { timetable, walks }, profile))
    }

    /// Stops that are new, elsewhere, or linked otherwise.
    fn changed_stops(&self, base: &Loaded) -> Vec<u32> {
        let (old, new) = (&base.links.stops, &self.loaded.links.stops);
        let changed = |stop: &u32| {
            self.to_link.binary_search(stop).is_ok() || old.spot(*stop as usize) != new.spot(*stop as usize)
        };
        (0..new.len() as u32).filter(changed).collect()
    }

    /// The cells whose answers may differ from those of the base, sorted; `None`: all, for it cannot be told.
    pub fn touched(
        &self,
        before: &Backwards<'_>,
        after: &Backwards<'_>,
        watch: &dyn Watch,
    ) -> Result<Option<Vec<u32>>> {
        if before.question() != after.question() {
            return Ok(None);
        }
        let touched = touched(before, after, &self.came_from, A_LOOK, watch)?;
        Ok(Some((0..touched.len() as u32).filter(|&cell| touched[cell as usize]).collect()))
    }
}

/// All scenarios of a study.
///
/// # Errors
/// As [`Edited::new`], of all of them.
pub fn all<'s>(study: &'s Study, base: &Loaded, zone: &str, watch: &dyn Watch) -> Result<Vec<Edited<'s>>> {
    let (mut all, mut problems) = (Vec::new(), Vec::new());
    for scenario in &study.scenarios {
        watch.begin(&format!("scenario {}", scenario.name), 0);
        match Edited::new(study, base, scenario, zone, watch) {
            Ok(edited) => all.push(edited),
            Err(Error::Input(more)) => problems.extend(more),
            Err(other) => return Err(other),
        }
    }
    if problems.is_empty() { Ok(all) } else { Err(Error::Input(problems)) }
}

/// The study, a profile and its network in one scenario, by name; without a name, or in "base", as they are.
///
/// # Errors
/// There is no such scenario; as [`Edited::new`].
pub fn within(
    study: &Study,
    name: Option<&str>,
    mut base: Loaded,
    profile: &Profile,
    zone: &str,
    cache: &Cache,
    watch: &dyn Watch,
) -> Result<(Loaded, Profile, Network)> {
    let network = base.network(profile, cache, watch)?;
    let Some(name) = name.filter(|name| *name != BASE) else { return Ok((base, profile.clone(), network)) };
    let all: Vec<&Scenario> = study.named_scenarios().collect();
    let scenario = *choose("scenario", &all, |scenario| &scenario.name, Some(name))?;
    let mut edited = Edited::new(study, &base, scenario, zone, watch)?;
    let own = edited.profile(&profile.name).clone();
    let ground = edited.ground(&base, &Ground::new(network, profile), &own, cache, watch)?;
    Ok((edited.loaded, own, ground.network))
}

/// The streets with a scenario's edits: read anew, for the built ones no longer know their ways.
fn edited_streets(
    study: &Study,
    base: &Loaded,
    scenario: &Scenario,
    watch: &dyn Watch,
) -> Result<(Arc<Streets>, Vec<Report>)> {
    if !scenario.changes(Concern::Streets) {
        return Ok((Arc::clone(&base.streets), Vec::new()));
    }
    let mut unsaid = Findings::default();
    let mut raw = read_osm(study, &mut unsaid, watch)?;
    let reports = edit_streets(&mut raw, &scenario.edits)?;
    Ok((Arc::new(streets::build(&raw, study.network.min_island_nodes, &mut unsaid)), reports))
}

/// The links of the base with stops that are new or elsewhere, or that trips call at for the first time. A stop that
/// nobody calls at any more stays linked: nothing leaves from there, so it changes nothing.
fn links(
    study: &Study,
    base: &Loaded,
    streets: &Arc<Streets>,
    stops: &Stops,
    watch: &dyn Watch,
) -> Result<Links> {
    let table = union(&base.timetable.stops, stops);
    let before = &base.timetable.stops;
    let same_streets = Arc::ptr_eq(streets, &base.streets);
    if same_streets && table.called == before.called && table.lon == before.lon && table.lat == before.lat {
        return Ok(base.links.clone());
    }
    let max_link_m = study.network.max_link_m;
    if same_streets && switches::only_touched() {
        let at = |stops: &Stops, stop: usize| (stops.called[stop], stops.lon[stop], stops.lat[stop]);
        let old = before.ids.len();
        let changed =
            (0..table.ids.len()).filter(|&stop| stop >= old || at(before, stop) != at(&table, stop));
        let changed: Vec<u32> = changed.map(|stop| stop as u32).collect();
        if let Some(stops) = links_again(streets, max_link_m, &base.links.stops, &table, &changed, watch)? {
            return Ok(Links { stops, ..base.links.clone() });
        }
    }
    // Other streets; or a stop on an island of streets, which keeps that island.
    let linker = Linker::new(streets, max_link_m);
    let now = linker.keep(&table, &mut Findings::default(), watch)?;
    let stops = linker.link_stops(&now, &table, watch)?;
    let others = base.others.as_ref().map_or(&[][..], |places| &places.points);
    Ok(Links {
        cells: linker.link(&now, &base.cells.points, watch)?,
        others: linker.link(&now, others, watch)?,
        stops,
    })
}

/// The stops of a scenario, called at where the base's are, too.
fn union(base: &Stops, stops: &Stops) -> Stops {
    let mut union = stops.clone();
    let called = union.called.to_mut();
    called.iter_mut().zip(base.called.iter()).for_each(|(called, before)| *called |= before);
    union
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
