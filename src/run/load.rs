//! A study's files → a network: read, built, linked; or taken from the cache where nothing has changed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::cache::{Cache, Key};
use super::elements::Elements;
use crate::base::error::{Error, Problem, Result, unread};
use crate::base::findings::{Findings, Kind, Severity};
use crate::base::watch::{Watch, collect};
use crate::inputs::raw::{Column, RawPlaces, RawStreets};
use crate::inputs::{cells, gtfs, osm, tables};
use crate::network::links::{Limits, Link, Linked, Linker, walks};
use crate::network::streets::{self, Streets};
use crate::network::timetable;
use crate::network::transit::Timetable;
use crate::network::{Network, Walks};
use crate::outputs::manifest::InputFile;
use crate::scenario::EditedPlaces;
use crate::study::{JoinSpec, PlacesSource, PlacesSpec, Profile, Study, split_layer};

const FAR_CELLS: Kind = Kind {
    code: "cells_far_from_streets",
    severity: Severity::Doubt,
    meaning: "places without a street within [network] max_link_m: their values are blank",
    remedy: "are the streets and the places of the same area? Or raise max_link_m",
};
const FAR_STOPS: Kind = Kind {
    code: "stops_far_from_streets",
    severity: Severity::Doubt,
    meaning: "stops with trips, but without a street within [network] max_link_m: nobody walks to or from them",
    remedy: "do the streets cover the whole area of the feed? Or raise max_link_m",
};
const CELLS_COUNTED: Kind = Kind {
    code: "cells_are_counted",
    severity: Severity::Note,
    meaning: "no columns of opportunities: the cells within reach are counted",
    remedy: "[cells] opportunities = [\"…\"], or [[destinations]]",
};

/// What is wrong with the inputs, all of it and not the first alone.
#[derive(Default)]
struct Wrong(Vec<Problem>);

impl Wrong {
    fn keep<T>(&mut self, found: Result<T>) -> Result<Option<T>> {
        match found {
            Ok(found) => Ok(Some(found)),
            Err(Error::Input(more)) => {
                self.0.extend(more);
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }
}

/// All that a study names, read and built; what does not depend on a profile or period.
pub struct Loaded {
    pub streets: Arc<Streets>,
    pub timetable: Arc<Timetable>,
    pub cells: RawPlaces,
    /// Other places than the cells, all lists of the study in one; `None`: the cells.
    pub others: Option<RawPlaces>,
    pub links: Links,
    pub findings: Findings,
    pub inputs: Vec<InputFile>,
    /// `run` routes these cells only; `None`: all.
    pub only: Option<Vec<u32>>,
    /// Hash of all that walks depend on beside the profile.
    pub(super) key: Key,
    /// Hash of the extracts.
    pub(super) osm_key: Key,
}

/// Where cells, destinations and stops are linked to the streets.
#[derive(Clone)]
pub struct Links {
    pub cells: Linked,
    pub others: Linked,
    pub stops: Linked,
}

impl Loaded {
    /// Reads and builds.
    ///
    /// # Errors
    /// What is wrong in the files, what the machine cannot do, `Stopped`.
    pub fn load(study: &Study, cache: &Cache, watch: &dyn Watch) -> Result<Loaded> {
        let inputs = input_files(study, cache, watch)?;
        let hashes = |paths: &[PathBuf], key: Key| {
            let of = |path: &Path| inputs.iter().find(|file| file.path == shown(path));
            paths
                .iter()
                .filter_map(|path| of(path))
                .fold(key, |key, file| key.and(&file.path).and(&file.blake3))
        };
        let streets_key =
            hashes(&study.network.osm, Key::begin().and("streets").and(study.network.min_island_nodes));
        let timetable_key =
            hashes(&study.network.gtfs, Key::begin().and("timetable").and(study.network.phone_ahead));
        // Side by side: neither needs the other.
        let streets = || {
            let mut findings = Findings::default();
            let make = |findings: &mut Findings| {
                let streets = read_streets(study, findings, watch)?;
                cache.unchanged(&paths(study, &study.network.osm)).map(|()| streets)
            };
            let (read, write) = (Streets::read, Streets::write);
            let part = cache.part("streets", &streets_key, &mut findings, watch, read, make, write);
            (part, findings)
        };
        let timetable = || {
            let mut findings = Findings::default();
            let make = |findings: &mut Findings| {
                let timetable = read_timetable(study, findings, watch)?;
                cache.unchanged(&paths(study, &study.network.gtfs)).map(|()| timetable)
            };
            let (read, write) = (Timetable::read, Timetable::write);
            let part = cache.part("timetable", &timetable_key, &mut findings, watch, read, make, write);
            (part, findings)
        };
        let ((streets, mut findings), (timetable, of_timetable)) = rayon::join(streets, timetable);
        findings.append(of_timetable);
        let mut wrong = Wrong::default();
        let (streets, timetable) = (wrong.keep(streets)?, wrong.keep(timetable)?);
        let nodes = streets.as_ref().filter(|_| needs_nodes(study)).map(street_points);
        let osm_key = hashes(&study.network.osm, Key::begin());
        let elements = wrong.keep(Elements::read(study, cache, &osm_key, &mut findings, watch))?;
        let (mut cells, mut others) = (None, None);
        if let Some(elements) = elements.filter(|_| streets.is_some() || !needs_nodes(study)) {
            let own = elements.of_cells(study);
            let read = cells::read_with(&study.cells, &study.folder, nodes.as_deref(), own, &mut findings);
            cells = wrong.keep(read)?;
            others = wrong.keep(read_others(study, nodes.as_deref(), &elements, &mut findings))?;
        }
        let (Some(streets), Some(timetable), Some(mut cells), Some(others)) =
            (streets, timetable, cells, others)
        else {
            return Err(Error::Input(wrong.0));
        };
        if others.is_none() && cells.opportunities.is_empty() {
            let values = vec![1.0; cells.ids.len()];
            cells.opportunities.push(Column { name: "cells".to_string(), values });
            findings.count(CELLS_COUNTED, "cells", 1, "");
        }

        let links_key = Key::begin()
            .and("links")
            .and(streets_key.hex())
            .and(timetable_key.hex())
            .and(study.network.max_link_m)
            .and_points(&cells.points)
            .and_points(others.as_ref().map_or(&[][..], |places| &places.points));
        let links = cache.part(
            "links",
            &links_key,
            &mut findings,
            watch,
            |reader| {
                Ok(Links {
                    cells: Linked::read("cells", reader, &streets)?,
                    others: Linked::read("others", reader, &streets)?,
                    stops: Linked::read("stops", reader, &streets)?,
                })
            },
            |findings| {
                check_apart(&streets, &cells)?;
                let linker = Linker::new(&streets, study.network.max_link_m);
                let kept = linker.keep(&timetable.stops, findings, watch)?;
                Ok(Links {
                    cells: linker.link(&kept, &cells.points, watch)?,
                    others: linker.link(&kept, others.as_ref().map_or(&[][..], |p| &p.points), watch)?,
                    stops: linker.link_stops(&kept, &timetable.stops, watch)?,
                })
            },
            |links, writer| {
                links.cells.write("cells", writer);
                links.others.write("others", writer);
                links.stops.write("stops", writer);
            },
        )?;
        report_unlinked(&cells, &links.cells, &mut findings);
        if let Some(places) = &others {
            report_unlinked(places, &links.others, &mut findings);
        }
        if streets.edges() > 0 {
            report_far_stops(&timetable, &links.stops, &mut findings);
        }
        cache.save();
        Ok(Loaded {
            streets: Arc::new(streets),
            timetable: Arc::new(timetable),
            cells,
            others,
            links,
            findings,
            inputs,
            only: None,
            key: links_key,
            osm_key,
        })
    }

    /// The same places on another network, and with other amounts.
    pub fn with(
        &self,
        streets: Arc<Streets>,
        timetable: Arc<Timetable>,
        links: Links,
        places: EditedPlaces,
    ) -> Loaded {
        Loaded {
            streets,
            timetable,
            cells: places.cells,
            others: places.others,
            links,
            findings: Findings::default(),
            inputs: Vec::new(),
            only: None,
            key: self.key.clone(),
            osm_key: self.osm_key.clone(),
        }
    }

    /// The places that travel goes to, and where they are linked.
    pub fn destinations(&self) -> (&RawPlaces, &Linked) {
        match &self.others {
            Some(places) => (places, &self.links.others),
            None => (&self.cells, &self.links.cells),
        }
    }

    /// The network with the walks of a profile.
    ///
    /// # Errors
    /// As [`Loaded::load`]; and that no cell is linked.
    pub fn network(&mut self, profile: &Profile, cache: &Cache, watch: &dyn Watch) -> Result<Network> {
        let limits = limits(profile);
        let key = self.key.clone().and("walks").and(format!("{limits:?}"));
        let (streets, timetable) = (self.streets.clone(), self.timetable.clone());
        let (places, linked) = self.destinations();
        let counts = (self.cells.points.len(), places.points.len(), timetable.stops.ids.len());
        let mut found = Findings::default();
        let walked = cache.part(
            "walks",
            &key,
            &mut found,
            watch,
            |reader| Walks::read(reader, counts.0, counts.1, counts.2),
            |_| {
                let same = self.others.is_none();
                let (cells, stops) = (&self.links.cells, &self.links.stops);
                walks(&streets, cells, linked, same, stops, &timetable.stops, limits, watch)
            },
            Walks::write,
        )?;
        self.findings.append(found);
        cache.save();
        Ok(Network { timetable, walks: Arc::new(walked) })
    }
}

/// The walking limits of a profile.
pub fn limits(profile: &Profile) -> Limits {
    Limits {
        speed: profile.walk_speed,
        max_walk_s: profile.max_walk_s,
        max_transfer_walk_s: profile.max_transfer_walk_s,
        max_direct_walk_s: profile.max_direct_walk_s,
    }
}

/// Streets from the study's OSM files; none where it names none.
pub fn read_streets(study: &Study, findings: &mut Findings, watch: &dyn Watch) -> Result<Streets> {
    if study.network.osm.is_empty() {
        return Ok(Streets::default());
    }
    let raw = read_osm(study, findings, watch)?;
    Ok(streets::build(&raw, study.network.min_island_nodes, findings))
}

/// The ways of the study's OSM files.
pub fn read_osm(study: &Study, findings: &mut Findings, watch: &dyn Watch) -> Result<RawStreets> {
    osm::read(&paths(study, &study.network.osm), findings, watch)
}

/// The timetable of the study's feeds. Everything that is wrong in any of them is said at once.
pub fn read_timetable(study: &Study, findings: &mut Findings, watch: &dyn Watch) -> Result<Timetable> {
    let mut feeds = Vec::new();
    let mut problems: Vec<Problem> = Vec::new();
    watch.begin("timetables", study.network.gtfs.len() as u64);
    for path in &study.network.gtfs {
        match gtfs::read(&study.folder.join(path), findings) {
            Ok(feed) => feeds.push(feed),
            Err(Error::Input(more)) => problems.extend(more),
            Err(other) => return Err(other),
        }
        watch.advance(1);
    }
    if !problems.is_empty() {
        return Err(Error::Input(problems));
    }
    timetable::check_names(feeds.iter().map(|feed| feed.name.as_str()))?;
    Ok(timetable::build(&feeds, study.network.phone_ahead, findings))
}

/// The timetable of one more feed of a scenario.
pub fn read_feed(study: &Study, file: &Path, findings: &mut Findings) -> Result<Timetable> {
    let feed = gtfs::read(&study.folder.join(file), findings)?;
    Ok(timetable::build(&[feed], study.network.phone_ahead, findings))
}

/// Files of a study, from where we stand.
pub(super) fn paths(study: &Study, files: &[PathBuf]) -> Vec<PathBuf> {
    files.iter().map(|path| study.folder.join(path)).collect()
}

/// Every file that the study names, with its hash, in the order of the study.
///
/// # Errors
/// Names all that cannot be read.
pub fn input_files(study: &Study, cache: &Cache, watch: &dyn Watch) -> Result<Vec<InputFile>> {
    let named = named_files(study);
    let hashed =
        collect(watch, named.len(), |i| cache.input(&shown(&named[i]), &study.folder.join(&named[i])))?;
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    for file in hashed {
        match file {
            Ok(file) => files.push(file),
            Err(Error::Input(more)) => problems.extend(more),
            Err(other) => return Err(other),
        }
    }
    if problems.is_empty() { Ok(files) } else { Err(Error::Input(problems)) }
}

/// Every file that the study names, and what belongs to it beside it, in the order of the study.
pub fn named_files(study: &Study) -> Vec<PathBuf> {
    let of_places = |spec: &PlacesSpec| {
        let own: Vec<&PathBuf> = match &spec.source {
            PlacesSource::File { file, .. } => vec![file],
            PlacesSource::Grid { boundary, values, .. } => boundary.iter().chain(values).collect(),
            PlacesSource::Elements { .. } => Vec::new(),
        };
        let joined = spec.joins.iter().flat_map(JoinSpec::files);
        own.into_iter().chain(joined).cloned().collect::<Vec<_>>()
    };
    let network = study.network.osm.iter().chain(&study.network.gtfs).cloned();
    let places = std::iter::once(&study.cells).chain(&study.destinations).flat_map(of_places);
    let edits = study.named_scenarios().flat_map(|scenario| scenario.files()).map(Path::to_path_buf);
    let mut named: Vec<PathBuf> = Vec::new();
    let origins = study.isochrones.iter().filter_map(|spec| spec.origins.clone());
    for path in network.chain(places).chain(origins).chain(edits) {
        let (path, _) = split_layer(&path);
        let beside = tables::companions(&study.folder.join(&path));
        let beside = beside.iter().filter_map(|file| Some(path.with_file_name(file.file_name()?)));
        for path in std::iter::once(path.clone()).chain(beside) {
            if !named.contains(&path) {
                named.push(path);
            }
        }
    }
    named
}

/// Files of the command line are there.
///
/// # Errors
/// Names those that are not.
pub fn must_be_there<'a>(files: impl IntoIterator<Item = &'a Path>) -> Result<()> {
    let mut problems = Vec::new();
    for file in files {
        match split_layer(file).0.metadata().map_err(|error| unread(shown(file), &error, "check the path")) {
            Err(Error::Input(mut more)) => problems.append(&mut more),
            other => drop(other?),
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Input(problems)) }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// A grid without a boundary lies where the streets are.
fn needs_nodes(study: &Study) -> bool {
    let open = |spec: &PlacesSpec| matches!(spec.source, PlacesSource::Grid { boundary: None, .. });
    open(&study.cells) || study.destinations.iter().any(open)
}

/// Points of all streets of components that are not small islands, in degrees.
fn street_points(streets: &Streets) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    for edge in 0..streets.edges() as u32 {
        if streets.component_large[streets.edge_component[edge as usize] as usize] != 0 {
            for i in streets.shape(edge) {
                let degrees = |e7: i32| f64::from(e7) / 1e7;
                points.push((degrees(streets.shape_lon_e7[i]), degrees(streets.shape_lat_e7[i])));
            }
        }
    }
    points
}

/// All lists of other destinations in one: columns side by side, 0 where a list does not have them.
fn read_others(
    study: &Study,
    nodes: Option<&[(f64, f64)]>,
    elements: &Elements,
    findings: &mut Findings,
) -> Result<Option<RawPlaces>> {
    if study.destinations.is_empty() {
        return Ok(None);
    }
    let several = study.destinations.len() > 1;
    let mut all = RawPlaces { name: "destinations".to_string(), ..RawPlaces::default() };
    for (i, spec) in study.destinations.iter().enumerate() {
        let own = elements.of_list(study, i);
        let mut list = cells::read_with(spec, &study.folder, nodes, own, findings)?;
        if list.opportunities.is_empty() {
            // Without a column of its own each place counts once.
            list.opportunities.push(Column { name: spec.name.clone(), values: vec![1.0; list.ids.len()] });
        }
        let (before, after) = (all.ids.len(), all.ids.len() + list.ids.len());
        for column in &mut all.opportunities {
            column.values.resize(after, 0.0);
        }
        for column in list.opportunities {
            let taken = all.opportunities.iter().any(|known| known.name == column.name);
            let name = if taken { format!("{}_{}", spec.name, column.name) } else { column.name };
            let mut values = vec![0.0; before];
            values.extend(column.values);
            all.opportunities.push(Column { name, values });
        }
        // With several lists an id tells which one it is from.
        let prefix = if several { format!("{}:", spec.name) } else { String::new() };
        all.ids.extend(list.ids.iter().map(|id| format!("{prefix}{id}")));
        all.points.extend(list.points);
    }
    Ok(Some(all))
}

/// Cells that lie elsewhere than the streets: lon and lat exchanged, mostly.
fn check_apart(streets: &Streets, cells: &RawPlaces) -> Result<()> {
    let (lon, lat) = (&streets.shape_lon_e7, &streets.shape_lat_e7);
    let (Some(west), Some(east), Some(south), Some(north)) =
        (lon.iter().min(), lon.iter().max(), lat.iter().min(), lat.iter().max())
    else {
        return Ok(());
    };
    let degrees = |e7: &i32| f64::from(*e7) / 1e7;
    let bbox = (degrees(west), degrees(south), degrees(east), degrees(north));
    if cells::would_swap_help(&cells.points, bbox) {
        return Err(Error::input(
            &cells.name,
            "the cells lie far from the streets, and would lie on them with lon and lat exchanged",
            "exchange the columns in [cells]: lon = \"…\", lat = \"…\"",
        ));
    }
    Ok(())
}

pub(super) fn report_unlinked(places: &RawPlaces, linked: &Linked, findings: &mut Findings) {
    for (i, id) in places.ids.iter().enumerate() {
        if linked.status(i) == Link::Unlinked {
            let (lon, lat) = places.points[i];
            findings.add(FAR_CELLS, &places.name, "", id, format!("{id} at {lon:.5}, {lat:.5}"));
        }
    }
}

fn report_far_stops(timetable: &Timetable, linked: &Linked, findings: &mut Findings) {
    let stops = &timetable.stops;
    let called = (0..linked.len()).filter(|&stop| stops.called[stop] != 0);
    for stop in called.filter(|&stop| linked.status(stop) == Link::Unlinked) {
        let feed = &timetable.feeds[stops.feed[stop] as usize].name;
        let (id, lon, lat) = (stops.ids.get(stop), stops.lon[stop], stops.lat[stop]);
        findings.add(FAR_STOPS, feed, "stops.txt", id, format!("stop {id} at {lon:.5}, {lat:.5}"));
    }
}
