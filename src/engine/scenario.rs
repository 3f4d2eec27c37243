//! The scenarios of a study: its network and places with the edits of each, and which cells those can touch.

use std::path::Path;
use std::sync::Arc;

use super::profile_network::ProfileNetwork;
use super::region::{Links, Region, limits};
use super::vehicles::Vehicles;
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Result};
use crate::base::executor::Executor;
use crate::base::ids::{CellId, Id};
use crate::base::place::Place;
use crate::inputs::raw::{RawStreets, RawTraffic, StressLine, TrafficOn};
use crate::network::links::{LegEnds, LinkRule, Linker, legs, legs_again, relinked};
use crate::network::modes::car_speeds::law_of;
use crate::network::modes::car_traffic::Traffic;
use crate::network::rides::{RiddenPlaces, driven_streets};
use crate::network::streets::{self, RiddenStreets, Slopes, Streets};
use crate::network::transit::{Stops, Timetable};
use crate::network::{Network, StreetLegs};
use crate::routing::{ORIGINS_PER_REVERSE_PASS, ReverseSearch, affected};
use crate::scenario::edits::{StressLinesFile, TrafficTable, spec};
use crate::scenario::modes::Modes;
use crate::scenario::{
    EditReport, Given, astray, dates, edit_places, edit_profiles, edit_streets, edit_timetable, has_places,
    service_days,
};
use crate::study::{Concern, Profile, Scenario, Study};

/// What edits take from files, read by the caller.
pub trait FilesOfEdits: Sync {
    /// The timetable of one more feed.
    ///
    /// # Errors
    /// What is wrong in the feed; the machine's; `Stopped`.
    fn feed(&self, file: &Path, diagnostics: &mut Diagnostics) -> Result<Timetable>;

    /// The ways of the study's extracts, for the built streets no longer know theirs.
    ///
    /// # Errors
    /// As [`FilesOfEdits::feed`].
    fn ways(&self, diagnostics: &mut Diagnostics) -> Result<RawStreets>;

    /// The rows of a table of traffic.
    ///
    /// # Errors
    /// What is wrong in the table; the machine's.
    fn traffic(&self, table: &TrafficTable<'_>, diagnostics: &mut Diagnostics) -> Result<Vec<RawTraffic>>;

    /// The lines of a file with levels of traffic stress.
    ///
    /// # Errors
    /// What is wrong in the file; the machine's.
    fn stress_lines(&self, table: &StressLinesFile<'_>) -> Result<Vec<StressLine>>;

    /// How streets built from edited ways rise; `None`: no profile asks.
    ///
    /// # Errors
    /// What is wrong in the rasters; the machine's; `Stopped`.
    fn slopes(&self, streets: &Streets, raw: &RawStreets) -> Result<Option<Slopes>>;
}

/// Networks of profiles, made by the caller.
pub trait Networks {
    /// In the base.
    ///
    /// # Errors
    /// The machine's; `Stopped`.
    fn of_base(&self, profile: &Profile) -> Result<Network>;
}

/// What scenarios of a study are made of.
#[derive(Clone, Copy)]
pub struct EditMaker<'a> {
    pub study: &'a Study,
    pub base: &'a Region,
    /// What one rides and drives in the base.
    pub vehicles: &'a Vehicles,
    pub zone: &'a str,
    pub files: &'a dyn FilesOfEdits,
    /// Whether what no edit changes is taken from the base, and only affected origins are routed.
    pub only_affected: bool,
    pub executor: &'a dyn Executor,
}

impl EditMaker<'_> {
    /// # Errors
    /// As [`Edited::new`].
    pub fn make<'s>(&self, scenario: &'s Scenario) -> Result<Edited<'s>> {
        Edited::new(self, scenario)
    }
}

/// A scenario, all of its edits made.
pub struct Edited<'s> {
    pub scenario: &'s Scenario,
    pub region: Region,
    pub profiles: Vec<Profile>,
    pub reports: Vec<EditReport>,
    /// What one rides and drives: the base's, or on streets and with links of its own.
    vehicles: Vehicles,
    /// Trip → the base's trip that it was, or `NONE`.
    came_from: Vec<u32>,
    /// Stops that are new, elsewhere, or called at for the first time, sorted.
    to_link: Vec<u32>,
    /// Whether stops and walks that no edit changes are taken from the base.
    only_affected: bool,
}

impl<'s> Edited<'s> {
    /// Makes the edits of a scenario.
    ///
    /// # Errors
    /// All that is wrong with them; the machine's; `Stopped`.
    pub fn new(maker: &EditMaker<'_>, scenario: &'s Scenario) -> Result<Edited<'s>> {
        let EditMaker { study, base, vehicles, zone, files, only_affected, executor } = *maker;
        let extent = has_places(&scenario.edits).then(|| base.extent()).flatten();
        let mut problems = extent.map_or_else(Vec::new, |extent| astray(&scenario.edits, &extent));
        let said: Vec<Place> = problems.iter().map(|problem| problem.place.clone()).collect();
        let mut kept = |error| match error {
            Error::Input(more) => {
                // Where a place is wrong, the rest of its edit follows from that.
                problems.extend(more.into_iter().filter(|problem| !said.contains(&problem.place)));
                Ok(())
            }
            other => Err(other),
        };
        let mut diagnostics = Diagnostics::default();
        let mut feeds: Vec<(&Path, Timetable)> = Vec::new();
        for file in scenario.edits.iter().filter_map(|placed| placed.edit.feed_file()) {
            match files.feed(file, &mut diagnostics) {
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
        let streets = edited_streets(maker, scenario);
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
        let EditedStreets { walked, slopes, bicycle, car, reports: of_streets } = streets;
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
        let links = links(study, base, &walked, &timetable.stops, only_affected, executor)?;
        let region = base.with(walked, slopes, timetable, links, places);
        let rule = LinkRule::from(&study.network);
        let moved = !(has_links_of(&region, base) && to_link.is_empty());
        let vehicles = vehicles.within((bicycle, car), &region, moved, rule, executor)?;
        Ok(Edited { scenario, region, profiles, reports, vehicles, came_from, to_link, only_affected })
    }

    pub fn name(&self) -> &str {
        &self.scenario.name
    }

    /// Its version of a profile of the study.
    pub fn profile(&self, name: &str) -> &Profile {
        self.profiles.iter().find(|profile| profile.name == name).expect("edits leave names as they are")
    }

    /// Whether it has amounts of its own.
    pub fn has_land(&self) -> bool {
        self.scenario.changes(Concern::Places)
    }

    /// Whether a profile travels as in the base: on its network, with its parameters.
    pub fn travels_as(&self, maker: &EditMaker<'_>, profile: &Profile, of_base: &Profile) -> bool {
        let base = maker.base;
        Arc::ptr_eq(&self.region.timetable, &base.timetable)
            && Arc::ptr_eq(&self.region.streets, &base.streets)
            && (!profile.has_vehicle() || self.vehicles.has_streets_of(maker.vehicles))
            && profile == of_base
    }

    /// The ground of a profile; `ground` is the base's of the same name.
    ///
    /// # Errors
    /// Those of `networks`; `Stopped`.
    pub fn ground(
        &self,
        maker: &EditMaker<'_>,
        ground: &ProfileNetwork,
        profile: &Profile,
        networks: &dyn Networks,
    ) -> Result<ProfileNetwork> {
        let (region, EditMaker { base, executor, .. }) = (&self.region, *maker);
        let links = &region.links;
        let walked_alike = Arc::ptr_eq(&region.streets, &base.streets) && has_links_of(region, base);
        let ridden_alike = !profile.has_vehicle() || self.vehicles.has_streets_of(maker.vehicles);
        let changed = self.changed_stops(base);
        if walked_alike && ridden_alike && changed.is_empty() {
            let timetable = Arc::clone(&region.timetable);
            let of_base = match ground.has_legs_of(profile) && ground.rides_as(profile) {
                true => ground.network.clone(),
                false => networks.of_base(profile)?,
            };
            return Ok(ProfileNetwork::new(Network { timetable, ..of_base }, profile));
        }
        // Of this scenario alone, and so not kept.
        let table = union(&base.timetable.stops, &region.timetable.stops);
        let linked = region.destinations().1;
        let streets = region.walked_streets(profile);
        let legs = if !profile.walk {
            StreetLegs::none(links.cells.len(), linked.len(), links.stops.len())
        } else if walked_alike
            && ground.has_legs_of(profile)
            && profile.chains.is_none()
            && self.only_affected
        {
            let ends = LegEnds {
                streets: &streets,
                origins: &links.cells,
                points: &region.cells.points,
                destinations: linked,
                stops: &links.stops,
                table: &table,
            };
            legs_again(&ground.network.legs, &changed, ends, limits(profile), executor)?
        } else {
            let same = region.others.is_none();
            let limits = limits(profile);
            legs(&streets, &links.cells, linked, same, &links.stops, &table, limits, executor)?
        };
        let network = self.vehicles.network(profile, region, Arc::new(legs), executor)?;
        Ok(ProfileNetwork::new(network, profile))
    }

    /// Stops that are new, elsewhere, or linked otherwise.
    fn changed_stops(&self, base: &Region) -> Vec<u32> {
        let (old, new) = (&base.links.stops, &self.region.links.stops);
        let changed = |stop: &u32| {
            self.to_link.binary_search(stop).is_ok() || old.spot(*stop as usize) != new.spot(*stop as usize)
        };
        (0..new.len() as u32).filter(changed).collect()
    }

    /// The cells whose answers may differ from those of the base, sorted; `None`: all, for it cannot be told.
    pub fn affected(
        &self,
        before: &ReverseSearch<'_>,
        after: &ReverseSearch<'_>,
        executor: &dyn Executor,
    ) -> Result<Option<Vec<CellId>>> {
        if before.query() != after.query() {
            return Ok(None);
        }
        let affected = affected(before, after, &self.came_from, ORIGINS_PER_REVERSE_PASS, executor)?;
        Ok(Some((0..affected.len() as u32).map(CellId).filter(|cell| affected[cell.index()]).collect()))
    }
}

/// All scenarios of a study.
///
/// # Errors
/// As [`Edited::new`], of all of them.
pub fn all<'s>(edits: &EditMaker<'s>) -> Result<Vec<Edited<'s>>> {
    let (mut all, mut problems) = (Vec::new(), Vec::new());
    for scenario in &edits.study.scenarios {
        edits.executor.begin(&format!("scenario {}", scenario.name), 0);
        match edits.make(scenario) {
            Ok(edited) => all.push(edited),
            Err(Error::Input(more)) => problems.extend(more),
            Err(other) => return Err(other),
        }
    }
    if problems.is_empty() { Ok(all) } else { Err(Error::Input(problems)) }
}

/// Whether places are linked where they are in another region.
fn has_links_of(region: &Region, base: &Region) -> bool {
    region.links.cells == base.links.cells && region.links.others == base.links.others
}

/// The streets of a scenario by mode: those of the base where no edit changes them.
struct EditedStreets {
    walked: Arc<Streets>,
    /// How `walked` rise.
    slopes: Option<Arc<Slopes>>,
    /// `None`: no profile cycles, or drives.
    bicycle: Option<Arc<RiddenStreets>>,
    car: Option<Arc<RiddenStreets>>,
    reports: Vec<EditReport>,
}

/// The streets with a scenario's edits: made anew from the extract's ways, for the built ones no longer know theirs.
fn edited_streets(maker: &EditMaker<'_>, scenario: &Scenario) -> Result<EditedStreets> {
    let EditMaker { study, base, vehicles, files, .. } = *maker;
    let of = |places: &Option<RiddenPlaces>| places.as_ref().map(|places| Arc::clone(&places.streets));
    let (bicycle, car) = (of(&vehicles.bicycle), of(&vehicles.car));
    if !scenario.changes(Concern::Streets) {
        let (walked, slopes) = (Arc::clone(&base.streets), base.slopes.clone());
        return Ok(EditedStreets { walked, slopes, bicycle, car, reports: Vec::new() });
    }
    let mut unsaid = Diagnostics::default();
    let mut raw = files.ways(&mut unsaid)?;
    let used = Modes { walk: true, bicycle: bicycle.is_some(), car: car.is_some() };
    let mut reports = edit_streets(&mut raw, &scenario.edits, used, &|table| files.stress_lines(table))?;
    let added = added_traffic(scenario, files, &mut reports)?;
    let (least, law) = (study.network.min_island_nodes, study.network.country.as_deref().and_then(law_of));
    let mut walked = Arc::new(streets::build(&raw, least, &mut unsaid));
    let mut slopes = base.slopes.clone();
    if walked == base.streets {
        walked = Arc::clone(&base.streets);
    } else if base.slopes.is_some() {
        slopes = files.slopes(&walked, &raw)?.map(Arc::new);
    }
    let again = |before: Option<Arc<RiddenStreets>>, make: &dyn Fn() -> RiddenStreets| {
        let Some(before) = before else { return Ok(None) };
        let mut made = make();
        (made.slopes, made.traffic) = (before.slopes.clone(), with_traffic(before.traffic.as_ref(), &added));
        if made == *before {
            return Ok(Some(before));
        }
        if before.slopes.is_some() {
            made.slopes = files.slopes(&made.streets, &raw)?.map(Arc::new);
        }
        Ok(Some(Arc::new(made)))
    };
    let bicycle = again(bicycle, &|| RiddenStreets::bicycle(&raw, least, &mut Diagnostics::default()))?;
    let car = again(car, &|| driven_streets(&raw, law, least, &mut Diagnostics::default()))?;
    Ok(EditedStreets { walked, slopes, bicycle, car, reports })
}

/// The rows of traffic of a scenario's edits, in their order; the reports of edits of streets are told of them.
fn added_traffic(
    scenario: &Scenario,
    files: &dyn FilesOfEdits,
    reports: &mut [EditReport],
) -> Result<Vec<RawTraffic>> {
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    let of_streets = scenario.edits.iter().filter(|placed| placed.edit.concerns() == Concern::Streets);
    for (placed, report) in of_streets.zip(reports) {
        let Some(table) = spec(&placed.edit).traffic() else { continue };
        match files.traffic(&table, &mut Diagnostics::default()) {
            Ok(read) => {
                report.traffic_rows = read.len() as u64;
                rows.extend(read);
            }
            Err(Error::Input(more)) => problems.extend(more),
            Err(other) => return Err(other),
        }
        if table.elsewhere != 1.0 {
            rows.push(RawTraffic::everywhere(table.elsewhere));
        }
    }
    if problems.is_empty() { Ok(rows) } else { Err(Error::Input(problems)) }
}

/// Traffic with more rows. Areas of a scenario go before those of the base of the same priority, rows of ways after
/// (of these the last counts).
fn with_traffic(before: Option<&Arc<Traffic>>, added: &[RawTraffic]) -> Option<Arc<Traffic>> {
    if added.is_empty() {
        return before.cloned();
    }
    let is_area = |row: &&RawTraffic| matches!(row.on, TrafficOn::Area { .. });
    let areas = added.iter().filter(is_area);
    let ways = added.iter().filter(|row| !is_area(row));
    let rows = areas.chain(before.into_iter().flat_map(|traffic| traffic.rows())).chain(ways);
    Some(Arc::new(Traffic::new(rows.cloned().collect())))
}

/// The links of the base with stops that are new or elsewhere, or that trips call at for the first time. A stop that
/// nobody calls at any more stays linked: nothing leaves from there, so it changes nothing.
fn links(
    study: &Study,
    base: &Region,
    streets: &Arc<Streets>,
    stops: &Stops,
    only_affected: bool,
    executor: &dyn Executor,
) -> Result<Links> {
    let table = union(&base.timetable.stops, stops);
    let before = &base.timetable.stops;
    let same_streets = Arc::ptr_eq(streets, &base.streets);
    if same_streets && table.called == before.called && table.lon == before.lon && table.lat == before.lat {
        return Ok(base.links.clone());
    }
    let rule = LinkRule::from(&study.network);
    if same_streets && only_affected {
        let at = |stops: &Stops, stop: usize| (stops.called[stop], stops.lon[stop], stops.lat[stop]);
        let old = before.ids.len();
        let changed =
            (0..table.ids.len()).filter(|&stop| stop >= old || at(before, stop) != at(&table, stop));
        let changed: Vec<u32> = changed.map(|stop| stop as u32).collect();
        if let Some(stops) = relinked(streets, rule, &base.links.stops, &table, &changed, executor)? {
            return Ok(Links { stops, ..base.links.clone() });
        }
    }
    // Other streets; or a stop on an island of streets, which keeps that island.
    let linker = Linker::new(streets, rule);
    let now = linker.keep(&table, &mut Diagnostics::default(), executor)?;
    let stops = linker.link_stops(&now, &table, executor)?;
    let others = base.others.as_ref().map_or(&[][..], |places| &places.points);
    Ok(Links {
        cells: linker.link(&now, &base.cells.points, executor)?,
        others: linker.link(&now, others, executor)?,
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
