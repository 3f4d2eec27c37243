//! A study's files → a network: read, built, linked; or taken from the cache where nothing has changed.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::apart::check_apart;
use super::cache::{Cache, PartKey, SLOPES};
use super::elements::Elements;
use super::extract::extract as read_extract;
use super::files::paths;
use super::link_diagnostics::{report_places, report_stops};
use super::slopes;
use super::vehicles::VehicleParts;
use crate::base::array::Array;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::error::{Error, Problem, Result, unread};
use crate::base::executor::{Executor, collect};
use crate::base::ids::{CellId, Id};
use crate::engine::region::{Links, Region, limits, walk_lengths};
use crate::engine::scenario::FilesOfEdits;
use crate::engine::scenario::Networks;
use crate::engine::streamed;
use crate::engine::vehicles::Vehicles;
use crate::inputs::raw::{Column, RawPlaces, RawStreets, RawTraffic, StressLine};
use crate::inputs::{cells, gtfs, osm, stress_lines, tables, traffic};
use crate::network::format::Damage;
use crate::network::links::{LinkRule, Linker};
use crate::network::slopes::WalkLengths;
use crate::network::streets::{self, Slopes, Streets};
use crate::network::timetable;
use crate::network::transit::Timetable;
use crate::network::{Network, StreetLegs};
use crate::outputs::manifest::InputFile;
use crate::scenario::edits::{StressLinesFile, TrafficTable};
use crate::study::{JoinSpec, NetworkSpec, PlacesSource, PlacesSpec, Profile, Study, split_layer};

const CELLS_COUNTED: DiagnosticCode = DiagnosticCode {
    code: "cells_are_counted",
    severity: Severity::Note,
    meaning: "no columns of opportunities: the cells within reach are counted",
    remedy: "[cells] opportunities = [\"…\"], or [[destinations]]",
};

/// What is wrong with the inputs, all of it and not the first alone.
#[derive(Default)]
pub(super) struct WrongInputs(pub Vec<Problem>);

impl WrongInputs {
    pub fn keep<T>(&mut self, found: Result<T>) -> Result<Option<T>> {
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

/// All that a study names, read and built, and where it came from.
pub struct StudyData {
    pub region: Region,
    pub diagnostics: Diagnostics,
    pub inputs: Vec<InputFile>,
    /// `run` routes these cells only; `None`: all.
    pub only: Option<Vec<CellId>>,
    /// Where one cycles, and drives.
    pub vehicles: Vehicles,
    /// Hash of all that walks depend on beside the profile.
    pub(super) key: PartKey,
    /// Hash of the extracts.
    pub(super) osm_key: PartKey,
    /// Hash of the rasters of heights.
    elevation_key: PartKey,
}

impl Deref for StudyData {
    type Target = Region;

    fn deref(&self) -> &Region {
        &self.region
    }
}

impl StudyData {
    /// Reads and builds.
    ///
    /// # Errors
    /// What is wrong in the files, what the machine cannot do, `Stopped`.
    pub fn load(study: &Study, cache: &Cache, executor: &dyn Executor) -> Result<StudyData> {
        let inputs = input_files(study, cache, executor)?;
        let hashes = |paths: &[PathBuf], key: PartKey| {
            let of = |path: &Path| inputs.iter().find(|file| file.path == shown(path));
            paths
                .iter()
                .filter_map(|path| of(path))
                .fold(key, |key, file| key.and(&file.path).and(&file.blake3))
        };
        let streets_key =
            hashes(&study.network.osm, PartKey::begin().and("streets").and(study.network.min_island_nodes));
        let timetable_key =
            hashes(&study.network.gtfs, PartKey::begin().and("timetable").and(study.network.phone_ahead));
        let rides = study.profiles.iter().any(Profile::has_vehicle);
        let osm_key = hashes(&study.network.osm, PartKey::begin());
        // One reading serves all modes.
        let extract: OnceLock<RawStreets> = OnceLock::new();
        // Side by side: neither needs the other.
        let streets = || {
            let mut diagnostics = Diagnostics::default();
            let make = |diagnostics: &mut Diagnostics| {
                let raw = read_extract(study, cache, &osm_key, diagnostics, executor)?;
                let streets = match study.network.osm.is_empty() {
                    true => Streets::default(),
                    false => streets::build(&raw, study.network.min_island_nodes, diagnostics),
                };
                if rides || slopes::asked(study) {
                    extract.get_or_init(|| raw);
                }
                cache.unchanged(&paths(study, &study.network.osm)).map(|()| streets)
            };
            let (read, write) = (Streets::read, Streets::write);
            let part = cache.part("streets", &streets_key, &mut diagnostics, executor, read, make, write);
            (part, diagnostics)
        };
        let timetable = || {
            let mut diagnostics = Diagnostics::default();
            let make = |diagnostics: &mut Diagnostics| {
                let timetable = read_timetable(study, diagnostics, executor)?;
                cache.unchanged(&paths(study, &study.network.gtfs)).map(|()| timetable)
            };
            let (read, write) = (Timetable::read, Timetable::write);
            let part = cache.part("timetable", &timetable_key, &mut diagnostics, executor, read, make, write);
            (part, diagnostics)
        };
        let ((streets, mut diagnostics), (timetable, of_timetable)) = rayon::join(streets, timetable);
        diagnostics.append(of_timetable);
        let mut wrong = WrongInputs::default();
        let (streets, timetable) = (wrong.keep(streets)?, wrong.keep(timetable)?);
        let nodes = streets.as_ref().filter(|_| needs_nodes(study)).map(street_points);
        let elements = wrong.keep(Elements::read(study, cache, &osm_key, &mut diagnostics, executor))?;
        let (mut cells, mut others) = (None, None);
        if let Some(elements) = elements.filter(|_| streets.is_some() || !needs_nodes(study)) {
            let own = elements.of_cells(study);
            let read = cells::read_with(&study.cells, &study.folder, nodes.as_deref(), own, &mut diagnostics);
            cells = wrong.keep(read)?;
            others = wrong.keep(read_others(study, nodes.as_deref(), &elements, &mut diagnostics))?;
        }
        if let (Some(cells), Some(None)) = (&mut cells, &others)
            && cells.opportunities.is_empty()
        {
            let values = vec![1.0; cells.ids.len()];
            cells.opportunities.push(Column { name: "cells".to_string(), values });
            diagnostics.count(CELLS_COUNTED, "cells", 1, "");
        }
        let (streets, timetable, cells, others) = match (streets, timetable, cells, others) {
            (Some(streets), Some(timetable), Some(cells), Some(others)) => {
                (streets, timetable, cells, others)
            }
            (_, _, cells, others) => {
                // What measures ask of the places can be told without the rest.
                if let (Some(cells), Some(others)) = (&cells, &others) {
                    let asked = streamed::asked(study)?;
                    wrong.keep(streamed::bind_places(cells, others.as_ref(), &asked, 0).map(|_| ()))?;
                }
                return Err(Error::Input(wrong.0));
            }
        };

        let links_key = PartKey::begin()
            .and("links")
            .and(streets_key.hex())
            .and(timetable_key.hex())
            .and(study.network.max_link_m)
            .and(study.network.fragment_reach_m)
            .and_points(&cells.points)
            .and_points(others.as_ref().map_or(&[][..], |places| &places.points));
        let (links, passed_mm) = cache.part(
            "links",
            &links_key,
            &mut diagnostics,
            executor,
            |reader| {
                let links = Links::read(reader, &streets)?;
                let passed_mm: Array<u32> = reader.array("stops.passed_mm")?;
                if passed_mm.len() != links.stops.len() {
                    return Err(Damage::Damaged("columns of the stops' links differ in length".into()));
                }
                Ok((links, passed_mm))
            },
            |diagnostics| {
                check_apart(&streets, &cells)?;
                others.as_ref().map_or(Ok(()), |places| check_apart(&streets, places))?;
                let linker = Linker::new(&streets, LinkRule::from(&study.network));
                let kept = linker.keep(&timetable.stops, diagnostics, executor)?;
                let links = Links {
                    cells: linker.link(&kept, &cells.points, executor)?,
                    others: linker.link(&kept, others.as_ref().map_or(&[][..], |p| &p.points), executor)?,
                    stops: linker.link_stops(&kept, &timetable.stops, executor)?,
                };
                let passed_mm = linker.passed(&timetable.stops, &links.stops, executor)?;
                Ok((links, passed_mm.into()))
            },
            |(links, passed_mm), writer| {
                links.write(writer);
                writer.array("stops.passed_mm", passed_mm);
            },
        )?;
        report_places(&cells, &links.cells, &mut diagnostics);
        if let Some(places) = &others {
            report_places(places, &links.others, &mut diagnostics);
        }
        if streets.edges() > 0 {
            report_stops(&streets, &timetable, &links.stops, &passed_mm, &cells, &mut diagnostics);
        }
        let (streets, timetable) = (Arc::new(streets), Arc::new(timetable));
        let elevation_key = hashes(&study.network.elevation, PartKey::begin());
        let elevation = elevation_key.hex();
        let parts = VehicleParts { study, cache, executor, extract, osm_key: &osm_key, elevation };
        let slopes = parts.slopes(SLOPES, &streets_key, &streets, &mut diagnostics)?;
        let region = Region { streets, slopes, timetable, cells, others, links };
        let vehicles = parts.all(&region, &streets_key, &links_key, &mut diagnostics)?;
        cache.save();
        let (only, key) = (None, links_key);
        Ok(StudyData { region, diagnostics, inputs, only, vehicles, key, osm_key, elevation_key })
    }

    /// A key of walks of a profile from that of what they are between.
    pub(super) fn walks_key(&self, of: &PartKey, profile: &Profile) -> PartKey {
        let key = of.clone().and("walks");
        match walk_lengths(profile) {
            WalkLengths::PLAIN => key,
            lengths => key.and(format!("{lengths:?}")).and(self.elevation_key.hex()),
        }
    }

    /// The network with the walks of a profile, taken from the cache where nothing has changed.
    ///
    /// # Errors
    /// As [`StudyData::load`].
    pub fn network(&self, profile: &Profile, cache: &Cache, executor: &dyn Executor) -> Result<Network> {
        let limits = limits(profile);
        let key = self.walks_key(&self.key, profile).and(format!("{limits:?}"));
        let region = &self.region;
        let stops = region.timetable.stops.ids.len();
        let counts = (region.cells.points.len(), region.destinations().0.points.len(), stops);
        if !profile.walk {
            let legs = Arc::new(region.legs(profile, executor)?);
            return self.vehicles.network(profile, region, legs, executor);
        }
        let walked = cache.part(
            "walks",
            &key,
            &mut Diagnostics::default(),
            executor,
            |reader| StreetLegs::read(reader, counts.0, counts.1, counts.2),
            |_| region.legs(profile, executor),
            StreetLegs::write,
        )?;
        cache.save();
        self.vehicles.network(profile, region, Arc::new(walked), executor)
    }
}

/// Networks of a study's profiles, for its scenarios.
pub struct StudyNetworks<'a> {
    pub study: &'a Study,
    pub base: &'a StudyData,
    pub cache: &'a Cache,
    pub executor: &'a dyn Executor,
}

impl Networks for StudyNetworks<'_> {
    fn of_base(&self, profile: &Profile) -> Result<Network> {
        self.base.network(profile, self.cache, self.executor)
    }
}

/// The files of a study that only scenarios ask for.
pub struct EditFiles<'a> {
    pub study: &'a Study,
    pub base: &'a StudyData,
    pub cache: &'a Cache,
    pub executor: &'a dyn Executor,
}

impl FilesOfEdits for EditFiles<'_> {
    fn feed(&self, file: &Path, diagnostics: &mut Diagnostics) -> Result<Timetable> {
        let feed = gtfs::read(&self.study.folder.join(file), diagnostics, self.executor)?;
        Ok(timetable::build(&[feed], self.study.network.phone_ahead, diagnostics))
    }

    fn ways(&self, diagnostics: &mut Diagnostics) -> Result<RawStreets> {
        read_extract(self.study, self.cache, &self.base.osm_key, diagnostics, self.executor)
    }

    fn traffic(&self, table: &TrafficTable<'_>, diagnostics: &mut Diagnostics) -> Result<Vec<RawTraffic>> {
        traffic::read(&self.study.folder.join(table.file), &shown(table.file), table.columns, diagnostics)
    }

    fn stress_lines(&self, table: &StressLinesFile<'_>) -> Result<Vec<StressLine>> {
        let unsaid = &mut Diagnostics::default();
        stress_lines::read(&self.study.folder.join(table.file), &shown(table.file), table.column, unsaid)
    }

    fn slopes(&self, streets: &Streets, raw: &RawStreets) -> Result<Option<Slopes>> {
        slopes::of_edited(self.study, streets, raw, self.executor)
    }
}

/// Streets from the study's OSM files; none where it names none.
pub fn read_streets(
    study: &Study,
    diagnostics: &mut Diagnostics,
    executor: &dyn Executor,
) -> Result<Streets> {
    if study.network.osm.is_empty() {
        return Ok(Streets::default());
    }
    let raw = osm::read(&paths(study, &study.network.osm), diagnostics, executor)?;
    Ok(streets::build(&raw, study.network.min_island_nodes, diagnostics))
}

/// The timetable of the study's feeds. Everything that is wrong in any of them is said at once.
pub fn read_timetable(
    study: &Study,
    diagnostics: &mut Diagnostics,
    executor: &dyn Executor,
) -> Result<Timetable> {
    let mut feeds = Vec::new();
    let mut problems: Vec<Problem> = Vec::new();
    executor.begin("timetables", study.network.gtfs.len() as u64);
    for path in &study.network.gtfs {
        match gtfs::read(&study.folder.join(path), diagnostics, executor) {
            Ok(feed) => feeds.push(feed),
            Err(Error::Input(more)) => problems.extend(more),
            Err(other) => return Err(other),
        }
        executor.advance(1);
    }
    if !problems.is_empty() {
        return Err(Error::Input(problems));
    }
    timetable::check_names(feeds.iter().map(|feed| feed.name.as_str()))?;
    Ok(timetable::build(&feeds, study.network.phone_ahead, diagnostics))
}

/// Every file that the study names, with its hash, in the order of the study.
///
/// # Errors
/// Names all that cannot be read.
pub fn input_files(study: &Study, cache: &Cache, executor: &dyn Executor) -> Result<Vec<InputFile>> {
    let named = named_files(study);
    let hashed =
        collect(executor, named.len(), |i| cache.input(&shown(&named[i]), &study.folder.join(&named[i])))?;
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
    let NetworkSpec { osm, gtfs, elevation, traffic, park_and_ride_sites, .. } = &study.network;
    let network = osm.iter().chain(gtfs).chain(elevation).chain(traffic).chain(park_and_ride_sites).cloned();
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
            Err(other) => return Err(other),
            Ok(_) => {}
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
pub(super) fn street_points(streets: &Streets) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    for edge in streets.edge_ids() {
        if streets.component_large[streets.edge_component[edge.index()] as usize] != 0 {
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
    diagnostics: &mut Diagnostics,
) -> Result<Option<RawPlaces>> {
    if study.destinations.is_empty() {
        return Ok(None);
    }
    let several = study.destinations.len() > 1;
    let mut all = RawPlaces { name: "destinations".to_string(), ..RawPlaces::default() };
    for (i, spec) in study.destinations.iter().enumerate() {
        let own = elements.of_list(study, i);
        let mut list = cells::read_with(spec, &study.folder, nodes, own, diagnostics)?;
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
