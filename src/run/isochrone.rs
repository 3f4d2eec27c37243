//! Isochrones: from some points, or from every cell. Times are those of the kernel to every point of a lattice over
//! the streets, at each percentile; `measures::isochrone` contours them.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use super::cache::Cache;
use super::choose::choose;
use super::debug_environment;
use super::given;
use super::guard;
use super::load::StudyData;
use super::origins::{Options, Origins, asked_for};
use super::progress::Progress;
use super::scenarios::BASE;
use super::surface::Fine;
use super::told;
use crate::base::NONE;
use crate::base::csr::{Csr, TimedArc};
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::error::{Error, Problem, Result};
use crate::base::executor::Executor;
use crate::base::hilbert::hilbert_order;
use crate::engine::profile_network::ProfileNetwork;
use crate::engine::region::{Region, limits};
use crate::engine::window::{self, WindowQuery};
use crate::measures::isochrone::{Isochrone, Isochrones, Polygon, Reach, Wanted};
use crate::measures::times::ranks;
use crate::network::StreetLegs;
use crate::network::links::{Around, outward};
use crate::outputs::diagnostics::{grouped, summary};
use crate::outputs::folder::OutputFolder;
use crate::outputs::formats::{OutputFormats, chosen};
use crate::outputs::isochrones::IsochroneFile;
use crate::outputs::raster::Surfaces;
use crate::outputs::staging::Written;
use crate::outputs::tables::{ColumnData, Combination, ResultTable, is_whole};
use crate::routing::{Query, Router};
use crate::study::{IsochronesSpec, OutputsSpec, Period, Profile, Study, TableFormat, WindowOf};

/// Origins whose isochrones are held at once.
const HELD: usize = 1024;
/// Of so many isochrones at most each is said.
const SAID: usize = 24;

const OF_ARRIVALS: DiagnosticCode = DiagnosticCode {
    code: "isochrones_of_arrivals",
    severity: Severity::Note,
    meaning: "periods of arrivals: isochrones are made of departures only",
    remedy: "add a period with depart = \"…\"",
};
const OF_BICYCLES: DiagnosticCode = DiagnosticCode {
    code: "isochrones_of_bicycle",
    severity: Severity::Note,
    meaning: "profiles that cycle: isochrones are made of those who walk and take public transport only",
    remedy: "",
};

/// What is said of isochrones: lines, and the same as data.
#[derive(Debug)]
pub struct Answer {
    pub lines: Vec<String>,
    pub json: Value,
}

/// Makes isochrones into the file `to`.
///
/// # Errors
/// As [`super::run`]; points, periods and profiles that are not there or not clear.
pub fn isochrone(file: &Path, options: &Options, to: &Path, executor: &Progress) -> Result<Answer> {
    let mut study = given::travel(file)?;
    let period = choose("period", &study.periods, |p: &Period| &p.name, options.period.as_deref())?.clone();
    let profile =
        choose("profile", &study.profiles, |p: &Profile| &p.name, options.profile.as_deref())?.clone();
    if period.of == WindowOf::ArrivalProfile {
        let what =
            format!("period {} is a window of arrivals: isochrones are made of departures", period.name);
        return Err(Error::Usage(Problem::new("", what, "choose a period with depart = \"…\"")));
    }
    if profile.has_vehicle() {
        let what = format!(
            "profile {} rides or drives: isochrones are of those who walk and take public transport only",
            profile.name
        );
        return Err(Error::Usage(Problem::new(
            "",
            what,
            "choose a profile without \"bicycle\" and \"car\" in its modes",
        )));
    }
    let spec = asked_for(&study, options, &profile)?;
    let outputs = || std::iter::once(to).chain(options.surface.as_deref());
    guard::spares_study(outputs(), file, &study)?;
    study.isochrones = Some(spec.clone());
    guard::spares_study(outputs(), file, &study)?;
    let cache = Cache::new(&study.folder.join(&study.network.cache));
    let mut loaded = StudyData::load(&study, &cache, executor)?;
    let zone = window::zone(&study, &loaded.timetable)?;
    let mut diagnostics = std::mem::take(&mut loaded.diagnostics);
    let asked =
        window::ask(&study, &loaded, &zone, &period, &profile, debug_environment::how()?, &mut diagnostics)?;
    let origins = Origins::new(&study, &spec, &loaded, &mut diagnostics, executor)?;
    let outputs = OutputsSpec { crs: study.outputs.crs.clone(), ..OutputsSpec::default() };
    let formats = OutputFormats::of(&outputs, &loaded.cells, None, &mut diagnostics)?;
    let ground = ProfileNetwork::new(loaded.network(&profile, &cache, executor)?, &profile);
    let fine = loaded.fine(&study, spec.grid_m, &profile, &cache, executor)?;
    let of = Combination::new(BASE, &profile.name, &period.name);
    let mut work = Work::new(&study, &spec, &loaded, &fine, &origins, of);
    let (_, begin) = chosen(options.format, to, TableFormat::GeoJson, |format| format.isochrones)?;
    let mut files = vec![begin(to, &work.table(&[]), formats.projection.as_ref())?];
    let surface = options.surface.as_deref();
    work.write(&ground, &profile, &asked, &mut files, surface, executor)?;
    files.into_iter().try_for_each(|file| file.finish().map(drop))?;
    executor.end();
    let mut lines = told::news(&diagnostics, &cache, file, None, executor);
    let all = summary(&diagnostics);
    let json = json!({ "output": to, "isochrones": work.rows, "origins": origins.ids.len(), "said": all,
        "first": work.said.iter().map(|said| said.1.clone()).collect::<Vec<_>>() });
    if work.rows <= SAID {
        lines.extend(work.said.iter().map(|said| said.0.clone()));
    }
    lines.push(format!("{} isochrones in {}", grouped(work.rows as u64), to.display()));
    Ok(Answer { lines, json })
}

/// Writes the isochrones of a window, in the formats that the study has and that hold shapes of their own.
#[allow(clippy::too_many_arguments)] // one step of `run`, named
pub fn write_below(
    study: &Study,
    loaded: &StudyData,
    origins: &Origins,
    cache: &Cache,
    ground: &ProfileNetwork,
    (of, profile, period, asked): (&Combination, &Profile, &Period, &WindowQuery),
    folder: &mut OutputFolder,
    diagnostics: &mut Diagnostics,
    executor: &dyn Executor,
) -> Result<()> {
    let Some(spec) = &study.isochrones else { return Ok(()) };
    if asked.of == WindowOf::ArrivalProfile {
        diagnostics.count(OF_ARRIVALS, &period.name, 1, "");
        return Ok(());
    }
    if profile.has_vehicle() {
        diagnostics.count(OF_BICYCLES, &profile.name, 1, "");
        return Ok(());
    }
    let fine = loaded.fine(study, spec.grid_m, profile, cache, executor)?;
    let mut work = Work::new(study, spec, loaded, &fine, origins, of.clone());
    let (mut files, mut names, name) = (Vec::new(), Vec::new(), of.folder());
    let (formats, like) = (folder.formats(), work.table(&[]));
    for (format, begin) in formats.holding_or(TableFormat::GeoJson, |format| format.isochrones) {
        let name = format.file(&format!("{name}/isochrones"));
        files.push(begin(&folder.place(&name)?, &like, formats.projection.as_ref())?);
        names.push(name);
    }
    let surfaces = format!("{name}/surfaces.tif");
    let path = spec.surfaces.then(|| folder.place(&surfaces)).transpose()?;
    let surface = work.write(ground, profile, asked, &mut files, path.as_deref(), executor)?;
    let written: Vec<(Written, String)> =
        files.into_iter().zip(names).map(|(file, name)| Ok((file.finish()?, name))).collect::<Result<_>>()?;
    for (written, name) in written.into_iter().chain(surface.map(|written| (written, surfaces))) {
        folder.record(&name, written);
    }
    Ok(())
}

/// The isochrones of one window on their way into files.
struct Work<'a> {
    study: &'a Study,
    spec: &'a IsochronesSpec,
    region: &'a Region,
    fine: &'a Fine,
    origins: &'a Origins,
    /// What lies within is summed: a name, the first of its places and their values.
    columns: Vec<(String, usize, &'a [f64])>,
    /// Those of them that are counted.
    whole: BTreeSet<String>,
    of: Combination,
    rows: usize,
    said: Vec<(String, Value)>,
}

impl<'a> Work<'a> {
    fn new(
        study: &'a Study,
        spec: &'a IsochronesSpec,
        region: &'a Region,
        fine: &'a Fine,
        origins: &'a Origins,
        of: Combination,
    ) -> Work<'a> {
        let cells = fine.surface.nodes.len();
        let (places, others) = match &region.others {
            Some(places) => (places, cells + region.cells.ids.len()),
            None => (&region.cells, cells),
        };
        // Where people are what is reached, they have a column already.
        let named = places.opportunities.iter().any(|column| column.name == "population");
        let people = region.cells.population.iter().filter(|_| !named);
        let people = people.map(|people| ("population".to_string(), cells, &people[..]));
        let things = places.opportunities.iter().map(|c| (c.name.clone(), others, &c.values[..]));
        let columns = people.chain(things).map(|(name, at, values)| (format!("{name}_within"), at, values));
        let columns: Vec<(String, usize, &[f64])> = columns.collect();
        let counts = |values: &[f64]| values.iter().all(|&value| is_whole(value));
        let whole = columns.iter().filter(|c| counts(c.2)).map(|c| c.0.clone()).collect();
        Work { study, spec, region, fine, origins, columns, whole, of, rows: 0, said: Vec::new() }
    }

    /// Routes all origins and writes what they reach, origin by origin.
    fn write(
        &mut self,
        ground: &ProfileNetwork,
        profile: &Profile,
        asked: &WindowQuery,
        files: &mut [Box<dyn IsochroneFile + '_>],
        surfaces: Option<&Path>,
        executor: &dyn Executor,
    ) -> Result<Option<Written>> {
        let Work { spec, region, fine, origins, .. } = *self;
        let cutoffs_s: Vec<u32> = spec.cutoffs_min.iter().map(|minutes| minutes * 60).collect();
        let ranks = ranks(&spec.percentiles, asked.query.window.count());
        let walk_s = profile.walk_speed.seconds(u64::from(spec.grid_m) * 1000);
        // The boundary lies between times within the cutoff and later ones.
        let longest_s = cutoffs_s.iter().max().map_or(0, |&s| s.saturating_add(2 * walk_s));
        let query = Query { longest_s: longest_s.min(asked.query.longest_s), ..asked.query };
        let how = asked.how;

        let reach_m = profile.walk_speed.reach_mm(profile.max_direct_walk_s) as f64 / 1000.0;
        let around = Around::new(&origins.points, reach_m);
        let points = self.points();
        let wanted = |place: usize| around.holds(points[place]);
        let (stops, limits) = (&region.links.stops, limits(profile));
        let (access, direct) =
            outward(&region.streets, &origins.linked, stops, &fine.places, wanted, limits, executor)?;
        let footpaths = ground.network.legs.footpaths.clone();
        let outset = StreetLegs { access, footpaths, ..StreetLegs::default() };
        let timetable = &ground.network.timetable;
        let router = Router::aimless(timetable, &outset, &asked.service, query, executor)?;
        let linked = |&origin: &u32| origins.linked.edge[origin as usize] != NONE;
        let all: Vec<u32> = (0..origins.ids.len() as u32).filter(linked).collect();
        let near = router.stops_near(&all, how);
        let reached = self.reached(&near, &direct, query.longest_s);
        let legs = StreetLegs {
            egress: self.egress(&near, &reached),
            direct: self.direct(&direct, &reached),
            ..outset.clone()
        };
        let points: Vec<(f64, f64)> = reached.places.iter().map(|&place| points[place as usize]).collect();
        let router = router.towards(&legs, &points);

        let of_lattice = reached.places.partition_point(|&place| (place as usize) < fine.surface.nodes.len());
        let nodes: Vec<u32> =
            reached.places[..of_lattice].iter().map(|&place| fine.surface.nodes[place as usize]).collect();
        let value = |&(_, first, values): &(String, usize, &[f64]), place: u32| {
            (place as usize).checked_sub(first).and_then(|at| values.get(at)).copied().unwrap_or(0.0)
        };
        let of_places = &reached.places[of_lattice..];
        let columns: Vec<Vec<f64>> =
            self.columns.iter().map(|c| of_places.iter().map(|&place| value(c, place)).collect()).collect();
        let lattice = &fine.surface.lattice;
        let wanted = Wanted {
            lattice,
            nodes: &nodes,
            columns: &columns,
            ranks: &ranks,
            cutoffs_s: &cutoffs_s,
            walk_s,
            surfaces: surfaces.is_some(),
        };
        let bands = origins.ids.len() * ranks.len();
        let mut surfaces = surfaces.map(|path| Surfaces::create(path, lattice, &nodes, bands)).transpose()?;
        executor.begin("isochrones", all.len() as u64);
        for first in (0..origins.ids.len()).step_by(HELD) {
            let stretch = first..(first + HELD).min(origins.ids.len());
            let curve = hilbert_order(&origins.points[stretch.clone()]);
            let order: Vec<u32> = curve.into_iter().map(|i| i + first as u32).filter(linked).collect();
            let found =
                router.route_few(&order, how, |batch| Isochrones::listen(&wanted, batch), executor)?;
            let mut of: Vec<Option<Reach>> = vec![None; stretch.len()];
            for (&origin, reach) in order.iter().zip(found.into_iter().flatten()) {
                of[origin as usize - first] = Some(reach);
            }
            self.push(first, &of, files)?;
            if let Some(surfaces) = &mut surfaces {
                for (id, reach) in origins.ids[stretch].iter().zip(&of) {
                    surfaces.push(id, &spec.percentiles, reach.as_ref())?;
                }
            }
        }
        surfaces.map(Surfaces::finish).transpose()
    }

    /// All places' (lon, lat).
    fn points(&self) -> Vec<(f64, f64)> {
        let mut points = self.fine.surface.points();
        points.extend(&self.region.cells.points);
        points.extend(self.region.others.iter().flat_map(|places| &places.points));
        points
    }

    /// The place that an origin itself is.
    fn itself(&self, origin: usize) -> Option<u32> {
        let cell = self.origins.cell[origin];
        (cell != NONE && self.origins.linked.edge[origin] != NONE)
            .then(|| self.fine.surface.nodes.len() as u32 + cell)
    }

    /// The places that somebody may get to: on foot all the way, or from one of the stops.
    fn reached(&self, stops: &[u32], direct: &Csr<TimedArc>, longest_s: u32) -> Reached {
        let mut new = vec![NONE; self.fine.places.len()];
        let from_stops = stops.iter().flat_map(|&stop| self.fine.from_stops.row(stop as usize));
        for walk in from_stops.chain(direct.values()).filter(|walk| walk.seconds <= longest_s) {
            new[walk.to as usize] = 0;
        }
        (0..self.origins.ids.len())
            .filter_map(|origin| self.itself(origin))
            .for_each(|p| new[p as usize] = 0);
        let mut places = Vec::new();
        for (place, new) in new.iter_mut().enumerate().filter(|(_, new)| **new != NONE) {
            *new = places.len() as u32;
            places.push(place as u32);
        }
        Reached { places, new }
    }

    /// Place that is reached → stops from which it is.
    fn egress(&self, stops: &[u32], reached: &Reached) -> Csr<TimedArc> {
        let legs = || {
            let row =
                |&stop: &u32| self.fine.from_stops.row(stop as usize).iter().map(move |walk| (stop, walk));
            stops.iter().flat_map(row).filter_map(|(stop, walk)| {
                let place = reached.new[walk.to as usize];
                (place != NONE).then_some((place as usize, TimedArc { to: stop, seconds: walk.seconds }))
            })
        };
        let mut offsets = vec![0u32; reached.places.len() + 1];
        legs().for_each(|(place, _)| offsets[place + 1] += 1);
        for place in 0..reached.places.len() {
            offsets[place + 1] += offsets[place];
        }
        let mut next = offsets.clone();
        let mut values = vec![TimedArc { to: 0, seconds: 0 }; offsets[reached.places.len()] as usize];
        for (place, walk) in legs() {
            values[next[place] as usize] = walk;
            next[place] += 1;
        }
        Csr::from_parts(offsets, values).expect("counted above")
    }

    /// Origin → places on foot; from a cell to itself it takes as long as the study says.
    fn direct(&self, direct: &Csr<TimedArc>, reached: &Reached) -> Csr<TimedArc> {
        let own_s = self.study.access.own_cell_s;
        Csr::from_rows(direct.rows().enumerate().map(|(origin, row)| {
            let itself = self.itself(origin);
            let others = row.iter().filter(|walk| Some(walk.to) != itself).copied();
            let mut row: Vec<TimedArc> =
                others.chain(itself.map(|to| TimedArc { to, seconds: own_s })).collect();
            row.retain(|walk| reached.new[walk.to as usize] != NONE);
            row.iter_mut().for_each(|walk| walk.to = reached.new[walk.to as usize]);
            row.sort_unstable();
            row
        }))
    }

    /// Writes the origins from `first` on; `None`: one without a street.
    fn push(
        &mut self,
        first: usize,
        of: &[Option<Reach>],
        files: &mut [Box<dyn IsochroneFile + '_>],
    ) -> Result<()> {
        let each = self.spec.percentiles.len() * self.spec.cutoffs_min.len();
        let rows: Vec<Row<'_>> = of
            .iter()
            .enumerate()
            .flat_map(|(i, found)| {
                (0..each).map(move |k| (first + i, k, found.as_ref().map(|found| &found.isochrones[k])))
            })
            .collect();
        let table = self.table(&rows);
        let shapes: Vec<&[Polygon]> =
            rows.iter().map(|(_, _, found)| found.map_or(&[][..], |found| &found.polygons)).collect();
        for file in files {
            file.push(&table, &shapes)?;
        }
        self.rows += rows.len();
        for row in rows.iter().take(SAID.saturating_sub(self.said.len())) {
            let said = self.say(row);
            self.said.push(said);
        }
        Ok(())
    }

    /// `id, lon, lat, cutoff_min, percentile, area_km2`, what lies within, and of what it is.
    fn table(&self, rows: &[Row<'_>]) -> ResultTable {
        let cutoffs = &self.spec.cutoffs_min;
        let number = |of: &dyn Fn(&Row<'_>) -> Option<f64>| ColumnData::Number(rows.iter().map(of).collect());
        let mut table = ResultTable::default();
        table.push("id", ColumnData::Text(rows.iter().map(|row| self.origins.ids[row.0].clone()).collect()));
        table.push("lon", number(&|row| Some(self.origins.points[row.0].0)));
        table.push("lat", number(&|row| Some(self.origins.points[row.0].1)));
        let cutoff = |row: &(usize, usize, _)| Some(i64::from(cutoffs[row.1 % cutoffs.len()]));
        table.push("cutoff_min", ColumnData::Integer(rows.iter().map(cutoff).collect()));
        table.push("percentile", number(&|row| Some(self.spec.percentiles[row.1 / cutoffs.len()])));
        table.push("area_km2", number(&|row| row.2.map(area_km2)));
        for (c, (name, _, _)) in self.columns.iter().enumerate() {
            table.push(name.clone(), number(&|row| row.2.map(|found| found.sums[c])));
        }
        table.counted(&self.whole).of(self.of.columns())
    }

    fn say(&self, &(origin, k, found): &Row<'_>) -> (String, Value) {
        let cutoffs = &self.spec.cutoffs_min;
        let (cutoff, percentile) = (cutoffs[k % cutoffs.len()], self.spec.percentiles[k / cutoffs.len()]);
        let id = &self.origins.ids[origin];
        let mut line = format!("{id}: {cutoff} min, p{percentile}: ");
        let mut json = json!({ "id": id, "cutoff_min": cutoff, "percentile": percentile });
        match found {
            None => line += "no street near",
            Some(found) => {
                line += &format!("{:.2} km²", area_km2(found));
                json["area_km2"] = json!(area_km2(found));
                for ((name, _, _), sum) in self.columns.iter().zip(&found.sums) {
                    let what = name.strip_suffix("_within").unwrap_or(name);
                    line += &format!(", {} {what}", grouped(sum.round().max(0.0) as u64));
                    json[name] = json!(sum);
                }
            }
        }
        (line, json)
    }
}

/// Origin, which of its isochrones (percentile by percentile, cutoff by cutoff), and that; `None` without a street.
type Row<'r> = (usize, usize, Option<&'r Isochrone>);

/// To the square metre.
fn area_km2(isochrone: &Isochrone) -> f64 {
    isochrone.area_m2.round() / 1e6
}

/// Places that may be reached, rising, and place → its index among them, or `NONE`.
struct Reached {
    places: Vec<u32>,
    new: Vec<u32>,
}
