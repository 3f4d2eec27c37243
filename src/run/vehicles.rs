//! The parts of the network's files for those who ride or drive: streets, links, park-and-ride sites.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::cache::{
    BICYCLE, BICYCLE_LINKS, BICYCLE_SLOPES, CAR, CAR_LINKS, Cache, PartKey, SITES as SITES_PART,
};
use super::debug_environment;
use super::extract::extract;
use super::files::paths;
use super::slopes;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity, kind};
use crate::base::error::{Error, Result};
use crate::base::executor::Executor;
use crate::engine::region::Region;
use crate::engine::vehicles::{Sites, Vehicles};
use crate::inputs::raw::{RawElement, RawStreets, TrafficColumns};
use crate::inputs::sites::{self, RawSites};
use crate::inputs::{osm, traffic};
use crate::network::links::{LinkRule, Linkage, Linker};
use crate::network::modes::car_speeds::law_of;
use crate::network::modes::car_traffic::Traffic;
use crate::network::modes::{bicycle, car};
use crate::network::parts::{read_elements, write_elements};
use crate::network::rides::{RiddenPlaces, SiteList, driven_streets, kept};
use crate::network::streets::{RiddenStreets, Slopes, Streets};
use crate::study::{NetworkSpec, Profile, StressTable, Study, TagFilter};

const SITES: DiagnosticCode = kind(
    "park_and_ride_sites",
    Severity::Note,
    "park-and-ride sites that a street leads to and a path from",
    "",
);
const NO_SITES: DiagnosticCode = kind(
    "park_and_ride_without_sites",
    Severity::Doubt,
    "no park-and-ride site with a street and a path, though a profile parks and rides",
    "say by [network] park_and_ride which tags such sites have there, or name a table in park_and_ride_sites",
);

const UNKNOWN_WAYS: DiagnosticCode = kind(
    "traffic_unknown_way",
    Severity::Dropped,
    "ways in tables of traffic that are no streets to drive on here",
    "are the ids of the same date as the extract?",
);

/// What one rides or drives, as far as the network's files differ by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ridden {
    Bicycle,
    Car,
}

impl Ridden {
    /// Those of a study's profiles.
    fn of(study: &Study) -> Vec<Ridden> {
        let any = |has: &dyn Fn(&Profile) -> bool| study.profiles.iter().any(has);
        let cycles = any(&|profile| profile.cycles_as().is_some()).then_some(Ridden::Bicycle);
        let drives = any(&|profile| profile.drives_as().is_some()).then_some(Ridden::Car);
        cycles.into_iter().chain(drives).collect()
    }

    /// Names of the parts: streets, links.
    fn parts(self) -> [&'static str; 2] {
        match self {
            Ridden::Bicycle => [BICYCLE, BICYCLE_LINKS],
            Ridden::Car => [CAR, CAR_LINKS],
        }
    }
}

/// The tables of traffic stress that the study's profiles ask, each once.
pub(super) fn stress_tables(study: &Study) -> Vec<StressTable> {
    let mut tables = Vec::new();
    for spec in study.profiles.iter().filter_map(Profile::cycles_as) {
        if !tables.contains(&spec.stress) {
            tables.push(spec.stress);
        }
    }
    tables
}

/// The parts of the network's files for those who ride or drive.
pub(super) struct VehicleParts<'a> {
    pub study: &'a Study,
    pub cache: &'a Cache,
    pub executor: &'a dyn Executor,
    /// Where the walkers' streets were made just now; else read when it is asked for.
    pub extract: OnceLock<RawStreets>,
    /// Hash of the extracts.
    pub osm_key: &'a PartKey,
    /// Hash of the rasters of heights.
    pub elevation: String,
}

impl VehicleParts<'_> {
    /// All that the study's profiles ride or drive on.
    ///
    /// # Errors
    /// What is wrong in the files, what the machine cannot do, `Stopped`.
    pub fn all(
        &self,
        region: &Region,
        streets_key: &PartKey,
        links_key: &PartKey,
        diagnostics: &mut Diagnostics,
    ) -> Result<Vehicles> {
        let how = debug_environment::how()?;
        let swept = how.hierarchy.then_some(how.path);
        let mut all = Vehicles { swept, ..Vehicles::default() };
        for one in Ridden::of(self.study) {
            let places = self.places(one, region, streets_key, links_key, diagnostics)?;
            match one {
                Ridden::Bicycle => all.bicycle = Some(places),
                Ridden::Car => all.car = Some(places),
            }
        }
        let parks = |profile: &Profile| profile.chains.as_ref().is_some_and(|chains| chains.park_and_ride);
        if let Some(car) = all.car.as_ref().filter(|_| self.study.profiles.iter().any(parks)) {
            all.sites = Some(self.sites(region, car, diagnostics)?);
        }
        Ok(all)
    }

    /// Park-and-ride sites of the extracts, where they are linked.
    fn sites(&self, region: &Region, car: &RiddenPlaces, diagnostics: &mut Diagnostics) -> Result<Sites> {
        let VehicleParts { study, cache, executor, osm_key, .. } = *self;
        let mut filters = Vec::new();
        for text in &study.network.park_and_ride {
            let filter = TagFilter::parse(text).map_err(|what| {
                let remedy = "write tags as in tags = [\"amenity=parking & park_ride\"]";
                Error::input("[network] park_and_ride", what, remedy)
            });
            filters.push(filter?);
        }
        let files = paths(study, &study.network.osm);
        let columns = [filters];
        let key = osm_key.clone().and(SITES_PART).and(study.network.park_and_ride.join("\n"));
        let make = |diagnostics: &mut Diagnostics| {
            let found = osm::elements(&files, &columns, diagnostics, executor)?;
            cache.unchanged(&files).map(|()| found)
        };
        let read = |from: &_| read_elements(from, 1);
        let found = cache.part(SITES_PART, &key, diagnostics, executor, read, make, |found, to| {
            write_elements(found, to);
        })?;
        let of_extracts = found.iter().flatten();
        let mut list = SiteList {
            ids: of_extracts.clone().map(RawElement::id).collect(),
            points: of_extracts.clone().map(|site| (site.lon, site.lat)).collect(),
            capacity: of_extracts.clone().map(|_| None).collect(),
            price: of_extracts.map(|_| None).collect(),
        };
        if let Some(file) = &study.network.park_and_ride_sites {
            let RawSites { ids, points, capacity, price } = sites::read(file, &study.folder, diagnostics)?;
            list.ids.extend(ids);
            list.points.extend(points);
            list.capacity.extend(capacity);
            list.price.extend(price);
        }
        let of = list.ids.len();
        let list = Arc::new(list);
        let rule = LinkRule::from(&study.network);
        let sites = Sites::linked(list, &car.streets, region, rule, executor)?;
        let linked =
            (0..of).filter(|&site| sites.by_car.spot(site).is_some() && sites.on_foot.spot(site).is_some());
        let linked = linked.count() as u64;
        diagnostics.count(SITES, car::RULES.input, linked, format!("of {of}"));
        if linked == 0 {
            diagnostics.count(NO_SITES, car::RULES.input, 1, study.network.park_and_ride.join(", "));
        }
        Ok(sites)
    }

    fn extract(&self) -> Result<&RawStreets> {
        if let Some(raw) = self.extract.get() {
            return Ok(raw);
        }
        // What is to be said of the extract the walkers' streets say.
        let unsaid = &mut Diagnostics::default();
        let raw = extract(self.study, self.cache, self.osm_key, unsaid, self.executor)?;
        Ok(self.extract.get_or_init(|| raw))
    }

    /// How streets rise that a part with a key holds, where somebody asks.
    pub fn slopes(
        &self,
        name: &str,
        streets_key: &PartKey,
        streets: &Streets,
        diagnostics: &mut Diagnostics,
    ) -> Result<Option<Arc<Slopes>>> {
        if !slopes::asked(self.study) {
            return Ok(None);
        }
        let key = streets_key.clone().and(name).and(&self.elevation);
        let given = (self.study, self.cache);
        let made = slopes::slopes(name, &key, streets, || self.extract(), given, diagnostics, self.executor)?;
        Ok(Some(Arc::new(made)))
    }

    fn build(&self, ridden: Ridden, diagnostics: &mut Diagnostics) -> Result<RiddenStreets> {
        let NetworkSpec { min_island_nodes, country, .. } = &self.study.network;
        let raw = self.extract()?;
        Ok(match ridden {
            Ridden::Bicycle => RiddenStreets::bicycle(raw, *min_island_nodes, diagnostics),
            Ridden::Car => {
                let law = country.as_deref().and_then(law_of);
                driven_streets(raw, law, *min_island_nodes, diagnostics)
            }
        })
    }

    /// The study's tables of traffic; read each time, for they are small.
    fn traffic(
        &self,
        streets: &RiddenStreets,
        diagnostics: &mut Diagnostics,
    ) -> Result<Option<Arc<Traffic>>> {
        let (study, mut rows) = (self.study, Vec::new());
        if study.network.traffic.is_empty() {
            return Ok(None);
        }
        let mut problems = Vec::new();
        for file in &study.network.traffic {
            match traffic::read(
                &study.folder.join(file),
                &file.display().to_string(),
                &TrafficColumns::default(),
                diagnostics,
            ) {
                Ok(read) => rows.extend(read),
                Err(Error::Input(more)) => problems.extend(more),
                Err(other) => return Err(other),
            }
        }
        if !problems.is_empty() {
            return Err(Error::Input(problems));
        }
        let made = Traffic::new(rows);
        let known: BTreeSet<i64> = streets.ways.iter().map(|way| way.osm_id).collect();
        for way in made.ways().into_iter().filter(|way| !known.contains(way)) {
            diagnostics.add(UNKNOWN_WAYS, "traffic", "", way, "way");
        }
        Ok(Some(Arc::new(made)))
    }

    /// The streets to ride or drive on, and where the places of a region are linked to them.
    fn places(
        &self,
        ridden: Ridden,
        region: &Region,
        streets_key: &PartKey,
        links_key: &PartKey,
        diagnostics: &mut Diagnostics,
    ) -> Result<RiddenPlaces> {
        let VehicleParts { study, cache, executor, .. } = *self;
        let [streets_part, links_part] = ridden.parts();
        let (mut key, mut links_key) =
            (streets_key.clone().and(streets_part), links_key.clone().and(links_part));
        let mut input = bicycle::RULES.input;
        if ridden == Ridden::Car {
            key = key.and(format!("{:?}", study.network.country));
            links_key = links_key.and(format!("{:?}", study.network.country));
            input = car::RULES.input;
        }
        let make = |diagnostics: &mut Diagnostics| {
            let streets = self.build(ridden, diagnostics)?;
            cache.unchanged(&paths(study, &study.network.osm)).map(|()| streets)
        };
        let (read, write) = (RiddenStreets::read, RiddenStreets::write);
        let mut streets = cache.part(streets_part, &key, diagnostics, executor, read, make, write)?;
        if ridden == Ridden::Bicycle {
            // What is to be said of slopes those of the walkers' streets say.
            let unsaid = &mut Diagnostics::default();
            streets.slopes = self.slopes(BICYCLE_SLOPES, &key, &streets.streets, unsaid)?;
        }
        if ridden == Ridden::Car {
            streets.traffic = self.traffic(&streets, diagnostics)?;
        }
        let (origins, others, stops) = cache.part(
            links_part,
            &links_key,
            diagnostics,
            executor,
            |reader| {
                let read = |name: &str| Linkage::read(name, reader, &streets.streets);
                Ok((read("cells")?, read("others")?, read("stops")?))
            },
            |diagnostics| {
                let rule = LinkRule::from(&study.network);
                let linker = Linker::new(&streets.streets, rule).named(input);
                let kept = kept(&linker, &streets, &region.timetable.stops, diagnostics, executor)?;
                let others = region.others.as_ref().map_or(&[][..], |places| &places.points);
                Ok((
                    linker.link(&kept, &region.cells.points, executor)?,
                    linker.link(&kept, others, executor)?,
                    linker.link_stops(&kept, &region.timetable.stops, executor)?,
                ))
            },
            |(origins, others, stops), writer| {
                origins.write("cells", writer);
                others.write("others", writer);
                stops.write("stops", writer);
            },
        )?;
        let origins = Arc::new(origins);
        let destinations = match region.others {
            Some(_) => Arc::new(others),
            None => Arc::clone(&origins),
        };
        Ok(RiddenPlaces { streets: Arc::new(streets), origins, destinations, stops: Arc::new(stops) })
    }
}
