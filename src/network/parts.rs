//! Streets, timetable, links, walks and findings as parts of the network's files: which sections they have, and what must hold of them.

use std::collections::BTreeMap;

use super::StreetLegs;
use super::format::{Damage, Reader, Writer, check_indices};
use super::links::Linkage;
use super::streets::{RiddenStreets, Slopes, Streets};
use super::surface::{Lattice, Surface};
use super::transit::{Feed, Route, Stops, Timetable, Trip};
use crate::base::array::Array;
use crate::base::csr::{Csr, TimedArc};
use crate::base::diagnostics::{Diagnostic, DiagnosticCode, Diagnostics, Severity};
use crate::inputs::raw::{RawElement, RawWater};

/// Places of interest by column.
pub fn write_elements<'a>(columns: &'a [Vec<RawElement>], to: &mut Writer<'a>) {
    let all = || columns.iter().flatten();
    to.made("counts", &columns.iter().map(|column| column.len() as u64).collect::<Vec<_>>());
    to.made("kinds", &all().map(|element| element.kind).collect::<Vec<_>>());
    to.made("ids", &all().map(|element| element.osm_id).collect::<Vec<_>>());
    to.made("lon", &all().map(|element| element.lon).collect::<Vec<_>>());
    to.made("lat", &all().map(|element| element.lat).collect::<Vec<_>>());
}

/// # Errors
/// `Damage` where a section is missing or their lengths differ.
pub fn read_elements(from: &Reader, columns: usize) -> Result<Vec<Vec<RawElement>>, Damage> {
    let counts: Array<u64> = from.array("counts")?;
    let kinds: Array<u8> = from.array("kinds")?;
    let ids: Array<i64> = from.array("ids")?;
    let (lon, lat): (Array<f64>, Array<f64>) = (from.array("lon")?, from.array("lat")?);
    let all = counts.iter().try_fold(0_u64, |all, &count| all.checked_add(count));
    let same = [ids.len(), lon.len(), lat.len()].iter().all(|&length| length == kinds.len());
    if counts.len() != columns || all != Some(kinds.len() as u64) || !same {
        return Err(Damage::Damaged("columns of places of interest differ in length".into()));
    }
    let mut elements =
        (0..kinds.len()).map(|i| RawElement { kind: kinds[i], osm_id: ids[i], lon: lon[i], lat: lat[i] });
    Ok(counts.iter().map(|&count| elements.by_ref().take(count as usize).collect()).collect())
}

/// Water by its rings and lines.
pub fn write_water<'a>(water: &'a RawWater, to: &mut Writer<'a>) {
    let rings = || water.areas.iter().flatten();
    let length = |line: &Vec<(f64, f64)>| line.len() as u64;
    let places = || rings().chain(&water.lines).flatten();
    to.made("areas", &water.areas.iter().map(|rings| rings.len() as u64).collect::<Vec<_>>());
    to.made("rings", &rings().map(length).collect::<Vec<_>>());
    to.made("lines", &water.lines.iter().map(length).collect::<Vec<_>>());
    to.made("lon", &places().map(|place| place.0).collect::<Vec<_>>());
    to.made("lat", &places().map(|place| place.1).collect::<Vec<_>>());
}

/// # Errors
/// `Damage` where a section is missing or lengths do not fit each other.
pub fn read_water(from: &Reader) -> Result<RawWater, Damage> {
    let counts = |name| from.array(name) as Result<Array<u64>, Damage>;
    let (areas, rings, lines) = (counts("areas")?, counts("rings")?, counts("lines")?);
    let (lon, lat): (Array<f64>, Array<f64>) = (from.array("lon")?, from.array("lat")?);
    fn sum<'a>(mut counts: impl Iterator<Item = &'a u64>) -> Option<u64> {
        counts.try_fold(0_u64, |all, &count| all.checked_add(count))
    }
    let points = sum(rings.iter().chain(lines.iter()));
    let fits = lon.len() == lat.len() && points == Some(lon.len() as u64);
    if !fits || sum(areas.iter()) != Some(rings.len() as u64) {
        return Err(Damage::Damaged("rings and lines of water do not fit their places".into()));
    }
    let mut places = lon.iter().copied().zip(lat.iter().copied());
    let mut take = |count: &u64| places.by_ref().take(*count as usize).collect::<Vec<_>>();
    let rings: Vec<_> = rings.iter().map(&mut take).collect();
    let lines = lines.iter().map(&mut take).collect();
    let mut rings = rings.into_iter();
    let areas = areas.iter().map(|&count| rings.by_ref().take(count as usize).collect()).collect();
    Ok(RawWater { areas, lines })
}

impl Timetable {
    pub fn write<'a>(&'a self, to: &mut Writer<'a>) {
        to.made_texts("feeds", self.feeds.iter().map(|f| f.name.as_str()));
        let agencies: Vec<(u32, &str)> = self
            .feeds
            .iter()
            .enumerate()
            .flat_map(|(f, feed)| feed.agencies.iter().map(move |name| (f as u32, name.as_str())))
            .collect();
        to.made("agency_feed", &agencies.iter().map(|a| a.0).collect::<Vec<_>>());
        to.made_texts("agencies", agencies.iter().map(|a| a.1));
        to.made_texts("zones", &self.zones);
        to.texts("stop_ids", &self.stops.ids);
        to.texts("stop_names", &self.stops.names);
        to.array("stop_feed", &self.stops.feed);
        to.array("stop_lon", &self.stops.lon);
        to.array("stop_lat", &self.stops.lat);
        to.array("stop_station", &self.stops.station);
        to.array("stop_called", &self.stops.called);
        to.array("routes", &self.routes);
        to.texts("route_ids", &self.route_ids);
        to.texts("route_names", &self.route_names);
        to.csr("services", &self.services);
        to.array("trips", &self.trips);
        to.texts("trip_ids", &self.trip_ids);
        to.texts("headsigns", &self.headsigns);
        to.csr("calls", &self.calls);
        to.csr("shifts", &self.shifts);
        to.array("rules", &self.rules);
        to.array("joins", &self.joins);
    }

    /// # Errors
    /// `Damage` where a section is missing or an index points outside its table.
    pub fn read(from: &Reader) -> Result<Timetable, Damage> {
        let names = from.all_texts("feeds")?;
        let mut feeds: Vec<Feed> =
            names.iter().map(|name| Feed { name: name.to_string(), agencies: Vec::new() }).collect();
        let agency_feed: Array<u32> = from.array("agency_feed")?;
        check_indices("agencies", agency_feed.iter().copied(), feeds.len(), false)?;
        let agencies = from.texts("agencies", agency_feed.len())?;
        for (&feed, name) in agency_feed.iter().zip(agencies.iter()) {
            feeds[feed as usize].agencies.push(name.to_string());
        }
        let zones: Vec<String> = from.all_texts("zones")?.iter().map(str::to_string).collect();
        let ids = from.all_texts("stop_ids")?;
        let n = ids.len();
        let stops = Stops {
            names: from.texts("stop_names", n)?,
            feed: from.array("stop_feed")?,
            lon: from.array("stop_lon")?,
            lat: from.array("stop_lat")?,
            station: from.array("stop_station")?,
            called: from.array("stop_called")?,
            ids,
        };
        let columns =
            [stops.feed.len(), stops.lon.len(), stops.lat.len(), stops.station.len(), stops.called.len()];
        if columns.iter().any(|&length| length != n) {
            return Err(Damage::Damaged("columns of stops differ in length".into()));
        }
        let routes: Array<Route> = from.array("routes")?;
        let trips: Array<Trip> = from.array("trips")?;
        let service_rows = from.array::<u32>("services.at")?.len().saturating_sub(1);
        let timetable = Timetable {
            route_ids: from.texts("route_ids", routes.len())?,
            route_names: from.texts("route_names", routes.len())?,
            services: from.csr("services", service_rows)?,
            trip_ids: from.texts("trip_ids", trips.len())?,
            headsigns: from.texts("headsigns", trips.len())?,
            calls: from.csr("calls", trips.len())?,
            shifts: from.csr("shifts", trips.len())?,
            rules: from.array("rules")?,
            joins: from.array("joins")?,
            feeds,
            zones,
            stops,
            routes,
            trips,
        };
        if !from.is_known() {
            timetable.check()?;
        }
        Ok(timetable)
    }

    fn check(&self) -> Result<(), Damage> {
        let (stops, routes, trips, feeds) =
            (self.stops.ids.len(), self.routes.len(), self.trips.len(), self.feeds.len());
        check_indices("stops", self.stops.feed.iter().copied(), feeds, false)?;
        check_indices("stations", self.stops.station.iter().copied(), stops, true)?;
        check_indices("routes", self.routes.iter().map(|r| r.feed), feeds, false)?;
        check_indices("zones of routes", self.routes.iter().map(|r| r.zone), self.zones.len(), false)?;
        check_indices("trips", self.trips.iter().map(|t| t.route), routes, false)?;
        check_indices("feeds of trips", self.trips.iter().map(|t| t.feed), feeds, false)?;
        check_indices("services of trips", self.trips.iter().map(|t| t.service), self.services.len(), false)?;
        check_indices("calls", self.calls.values().iter().map(|c| c.stop), stops, false)?;
        check_indices("rules", self.rules.iter().flat_map(|r| [r.from_stop, r.to_stop]), stops, false)?;
        check_indices(
            "routes of rules",
            self.rules.iter().flat_map(|r| [r.from_route, r.to_route]),
            routes,
            true,
        )?;
        check_indices(
            "trips of rules",
            self.rules.iter().flat_map(|r| [r.from_trip, r.to_trip]),
            trips,
            true,
        )?;
        check_indices("joins", self.joins.iter().flat_map(|j| [j.from_trip, j.to_trip]), trips, false)?;
        if self.calls.rows().any(|calls| calls.len() < 2) {
            return Err(Damage::Damaged("a trip has fewer than two calls".into()));
        }
        Ok(())
    }
}

impl Streets {
    pub fn write<'a>(&'a self, to: &mut Writer<'a>) {
        to.array("arc_offsets", &self.arc_offsets);
        to.array("arc_to", &self.arc_to);
        to.array("arc_mm", &self.arc_mm);
        to.array("edge_from", &self.edge_from);
        to.array("edge_to", &self.edge_to);
        to.array("edge_mm", &self.edge_mm);
        to.array("edge_directions", &self.edge_directions);
        to.array("edge_component", &self.edge_component);
        to.array("shape_offsets", &self.shape_offsets);
        to.array("shape_lon_e7", &self.shape_lon_e7);
        to.array("shape_lat_e7", &self.shape_lat_e7);
        to.array("shape_mm", &self.shape_mm);
        to.array("component_nodes", &self.component_nodes);
        to.array("component_mm", &self.component_mm);
        to.array("component_large", &self.component_large);
    }

    /// # Errors
    /// `Damage` where a section is missing or the arrays do not fit each other.
    pub fn read(from: &Reader) -> Result<Streets, Damage> {
        let streets = Streets {
            arc_offsets: from.array("arc_offsets")?,
            arc_to: from.array("arc_to")?,
            arc_mm: from.array("arc_mm")?,
            edge_from: from.array("edge_from")?,
            edge_to: from.array("edge_to")?,
            edge_mm: from.array("edge_mm")?,
            edge_directions: from.array("edge_directions")?,
            edge_component: from.array("edge_component")?,
            walked_mm: Default::default(),
            shape_offsets: from.array("shape_offsets")?,
            shape_lon_e7: from.array("shape_lon_e7")?,
            shape_lat_e7: from.array("shape_lat_e7")?,
            shape_mm: from.array("shape_mm")?,
            component_nodes: from.array("component_nodes")?,
            component_mm: from.array("component_mm")?,
            component_large: from.array("component_large")?,
        };
        let sound = from.is_known() || streets.check();
        sound.then_some(streets).ok_or_else(|| Damage::Damaged("the arrays of the streets do not fit".into()))
    }
}

impl Slopes {
    pub fn write<'a>(&'a self, to: &mut Writer<'a>) {
        to.array("first_piece", &self.first_piece);
        to.array("rise_mm", &self.rise_mm);
        to.array("steps_mm", &self.steps_mm);
    }

    /// # Errors
    /// `Damage` where a section is missing or does not fit the streets.
    pub fn read(from: &Reader, streets: &Streets) -> Result<Slopes, Damage> {
        let slopes = Slopes {
            first_piece: from.array("first_piece")?,
            rise_mm: from.array("rise_mm")?,
            steps_mm: from.array("steps_mm")?,
        };
        let sound = from.is_known() || slopes.check(streets);
        sound.then_some(slopes).ok_or_else(|| Damage::Damaged("slopes do not fit the streets".into()))
    }
}

impl RiddenStreets {
    pub fn write<'a>(&'a self, to: &mut Writer<'a>) {
        self.streets.write(to);
        to.array("edge_ridden", &self.edge_ridden);
        to.array("edge_along", &self.edge_along);
        to.array("edge_way", &self.edge_way);
        to.array("ways", &self.ways);
        to.array("way_permille", &self.way_permille);
        to.array("driven", &self.driven);
        to.array("left", &self.left);
        to.array("forbidden_offsets", &self.forbidden_offsets);
        to.array("forbidden", &self.forbidden);
    }

    /// # Errors
    /// `Damage` where a section is missing or the arrays do not fit each other.
    pub fn read(from: &Reader) -> Result<RiddenStreets, Damage> {
        let ridden = RiddenStreets {
            streets: Streets::read(from)?,
            edge_ridden: from.array("edge_ridden")?,
            edge_along: from.array("edge_along")?,
            edge_way: from.array("edge_way")?,
            ways: from.array("ways")?,
            way_permille: from.array("way_permille")?,
            slopes: None,
            traffic: None,
            driven: from.array("driven")?,
            left: from.array("left")?,
            forbidden_offsets: from.array("forbidden_offsets")?,
            forbidden: from.array("forbidden")?,
        };
        let sound = from.is_known() || ridden.check();
        sound.then_some(ridden).ok_or_else(|| Damage::Damaged("the arrays of the streets do not fit".into()))
    }
}

impl Linkage {
    /// Writes under `name`: a part holds several.
    pub fn write<'a>(&'a self, name: &str, to: &mut Writer<'a>) {
        to.array(&format!("{name}_edge"), &self.edge);
        to.array(&format!("{name}_at_mm"), &self.at_mm);
        to.array(&format!("{name}_link_mm"), &self.link_mm);
        to.array(&format!("{name}_status"), &self.status);
    }

    /// # Errors
    /// `Damage` where a section is missing or does not fit the streets.
    pub fn read(name: &str, from: &Reader, streets: &Streets) -> Result<Linkage, Damage> {
        let linked = Linkage {
            edge: from.array(&format!("{name}_edge"))?,
            at_mm: from.array(&format!("{name}_at_mm"))?,
            link_mm: from.array(&format!("{name}_link_mm"))?,
            status: from.array(&format!("{name}_status"))?,
        };
        let sound = from.is_known() || linked.check(streets);
        sound
            .then_some(linked)
            .ok_or_else(|| Damage::Damaged(format!("links of {name} do not fit the streets")))
    }
}

impl Surface {
    pub fn write<'a>(&'a self, to: &mut Writer<'a>) {
        let Lattice { west_e7, south_e7, step_lon_e7, step_lat_e7, columns, rows } = self.lattice;
        to.made("lattice", &[west_e7, south_e7, step_lon_e7, step_lat_e7]);
        to.made("lattice_size", &[columns, rows]);
        to.array("nodes", &self.nodes);
        self.linked.write("nodes", to);
    }

    /// # Errors
    /// `Damage` where a section is missing or does not fit the streets.
    pub fn read(from: &Reader, streets: &Streets) -> Result<Surface, Damage> {
        let (lattice, size): (Array<i32>, Array<u32>) = (from.array("lattice")?, from.array("lattice_size")?);
        let (&[west_e7, south_e7, step_lon_e7, step_lat_e7], &[columns, rows]) = (&lattice[..], &size[..])
        else {
            return Err(Damage::Damaged("the lattice is none".into()));
        };
        let lattice = Lattice { west_e7, south_e7, step_lon_e7, step_lat_e7, columns, rows };
        let surface =
            Surface { lattice, nodes: from.array("nodes")?, linked: Linkage::read("nodes", from, streets)? };
        let sound = from.is_known() || surface.check();
        sound.then_some(surface).ok_or_else(|| Damage::Damaged("the points of the lattice do not fit".into()))
    }
}

/// Diagnostics go with the part whose making they came from, so that a run from files says the same.
pub fn write_diagnostics(diagnostics: &Diagnostics, to: &mut Writer<'_>) {
    let kinds: Vec<DiagnosticCode> = diagnostics.counts().map(|(kind, _, _)| *kind).collect();
    let inputs: Vec<&str> = diagnostics.counts().map(|(_, input, _)| input).collect();
    let number: Vec<u64> = diagnostics.counts().map(|(_, _, number)| number).collect();
    to.made("finding_number", &number);
    to.made("finding_severity", &kinds.iter().map(|k| severity_number(k.severity)).collect::<Vec<_>>());
    to.made_texts("finding_code", kinds.iter().map(|k| k.code));
    to.made_texts("finding_meaning", kinds.iter().map(|k| k.meaning));
    to.made_texts("finding_remedy", kinds.iter().map(|k| k.remedy));
    to.made_texts("finding_input", &inputs);
    // A kept diagnostic's kind and input are those of a count.
    let row_of = |finding: &Diagnostic| {
        let row =
            diagnostics.counts().position(|(kind, input, _)| *kind == finding.kind && input == finding.input);
        row.expect("what is kept is counted") as u32
    };
    let kept = diagnostics.kept();
    to.made("kept_row", &kept.iter().map(row_of).collect::<Vec<_>>());
    to.made_texts("kept_file", kept.iter().map(|f| f.file.as_str()));
    to.made_texts("kept_at", kept.iter().map(|f| f.at.as_str()));
    to.made_texts("kept_what", kept.iter().map(|f| f.what.as_str()));
}

/// # Errors
/// `Damage` where a section is missing or does not fit.
pub fn read_diagnostics(from: &Reader) -> Result<Diagnostics, Damage> {
    let number: Array<u64> = from.array("finding_number")?;
    let n = number.len();
    let severity: Array<u8> = from.array("finding_severity")?;
    let (codes, meanings) = (from.texts("finding_code", n)?, from.texts("finding_meaning", n)?);
    let (remedies, inputs) = (from.texts("finding_remedy", n)?, from.texts("finding_input", n)?);
    if severity.len() != n || severity.iter().any(|&s| s as usize >= Severity::ALL.len()) {
        return Err(Damage::Damaged("severities of findings do not fit".into()));
    }
    let mut known = BTreeMap::new();
    let mut fixed = |text: &str| *known.entry(text.to_string()).or_insert_with(|| fixed_text(text));
    let mut counts = Vec::new();
    for row in 0..n {
        let kind = DiagnosticCode {
            code: fixed(codes.get(row)),
            severity: Severity::ALL[severity[row] as usize],
            meaning: fixed(meanings.get(row)),
            remedy: fixed(remedies.get(row)),
        };
        counts.push((kind, inputs.get(row).to_string(), number[row]));
    }
    let rows: Array<u32> = from.array("kept_row")?;
    check_indices("findings", rows.iter().copied(), n, false)?;
    let (files, ats) = (from.texts("kept_file", rows.len())?, from.texts("kept_at", rows.len())?);
    let whats = from.texts("kept_what", rows.len())?;
    let kept = rows.iter().enumerate().map(|(i, &row)| Diagnostic {
        kind: counts[row as usize].0,
        input: counts[row as usize].1.clone(),
        file: files.get(i).to_string(),
        at: ats.get(i).to_string(),
        what: whats.get(i).to_string(),
    });
    Ok(Diagnostics::restore(kept.collect(), counts.clone()))
}

/// Words of a kind live as long as the program; there are a few dozen kinds, and each is read once a part.
fn fixed_text(text: &str) -> &'static str {
    Box::leak(text.to_string().into_boxed_str())
}

fn severity_number(severity: Severity) -> u8 {
    Severity::ALL.iter().position(|&s| s == severity).expect("all are listed") as u8
}

impl StreetLegs {
    pub fn write<'a>(&'a self, to: &mut Writer<'a>) {
        to.csr("access", &self.access);
        to.csr("egress", &self.egress);
        to.csr("transfers", &self.footpaths);
        to.csr("direct", &self.direct);
    }

    /// # Errors
    /// `Damage` where a section is missing or does not fit the numbers of places and stops.
    pub fn read(
        from: &Reader,
        origins: usize,
        destinations: usize,
        stops: usize,
    ) -> Result<StreetLegs, Damage> {
        let legs = StreetLegs {
            access: from.csr("access", origins)?,
            egress: from.csr("egress", destinations)?,
            footpaths: from.csr("transfers", stops)?,
            direct: from.csr("direct", origins)?,
        };
        if from.is_known() {
            return Ok(legs);
        }
        let check = |what: &str, csr: &Csr<TimedArc>, end: usize| {
            check_indices(what, csr.values().iter().map(|walk| walk.to), end, false)
        };
        check("walks to stops", &legs.access, stops)?;
        check("walks from stops", &legs.egress, stops)?;
        check("walks between stops", &legs.footpaths, stops)?;
        check("direct walks", &legs.direct, destinations)?;
        Ok(legs)
    }
}
