//! A scenario → the JSON of Conveyal Analysis and R5, edit by edit where there is one that means the same.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::base::error::Problem;
use crate::study::*;

/// What an id is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IdOf {
    Route,
    Stop,
    Trip,
}

/// A scenario as it is there.
#[derive(Debug)]
pub struct Exported {
    pub json: Value,
    /// Edits that are in it.
    pub written: usize,
    /// Edits that are not, and why.
    pub left_out: Vec<Problem>,
}

/// Why an edit cannot be written, and what to do.
type Not = (String, &'static str);

/// `scoped`: an id as the study writes it → `feed:id`, or why that is not known.
pub fn exported(scenario: &Scenario, scoped: &dyn Fn(IdOf, &str) -> Result<String, String>) -> Exported {
    let mut ids = Ids { scoped, new: BTreeMap::new() };
    let (mut modifications, mut left_out, mut written) = (Vec::new(), Vec::new(), 0);
    for placed in &scenario.edits {
        match modification(&mut ids, &placed.edit) {
            Ok(more) => {
                modifications.extend(more);
                written += 1;
            }
            Err((what, remedy)) => {
                let what = format!("{}: {what}", placed.edit.kind());
                left_out.push(Problem::new(&placed.place, what, remedy));
            }
        }
    }
    let json = json!({ "description": scenario.name, "modifications": modifications });
    Exported { json, written, left_out }
}

struct Ids<'a> {
    scoped: &'a dyn Fn(IdOf, &str) -> Result<String, String>,
    /// New stops of earlier edits, which have no ids there.
    new: BTreeMap<String, Value>,
}

impl Ids<'_> {
    fn one(&self, of: IdOf, id: &str) -> Result<String, Not> {
        (self.scoped)(of, id).map_err(|what| (what, "there only what is in a feed of the study can be named"))
    }

    fn all(&self, of: IdOf, ids: &[String]) -> Result<Vec<String>, Not> {
        ids.iter().map(|id| self.one(of, id)).collect()
    }

    fn stops(&mut self, stops: &[StopAt]) -> Result<Vec<Value>, Not> {
        let one = |stop: &StopAt| match stop {
            StopAt::New { id, name, lon, lat } => {
                let value = json!({ "lon": lon, "lat": lat, "name": name });
                self.new.insert(id.clone(), value.clone());
                Ok(value)
            }
            StopAt::Known(id) => match self.new.get(id) {
                Some(new) => Ok(new.clone()),
                None => self.one(IdOf::Stop, id).map(|id| json!({ "id": id })),
            },
        };
        stops.iter().map(one).collect()
    }
}

fn modification(ids: &mut Ids<'_>, edit: &Edit) -> Result<Vec<Value>, Not> {
    let one = match edit {
        Edit::AddLine(edit) => add_line(ids, edit)?,
        Edit::RemoveTrips(which) => of_which(ids, "remove-trips", which)?,
        Edit::RemoveRoutes(edit) => {
            json!({ "type": "remove-trips", "routes": ids.all(IdOf::Route, &edit.routes)? })
        }
        Edit::RemoveStops(edit) => {
            let mut value = of_which(ids, "remove-stops", &edit.which)?;
            value["stops"] = json!(ids.all(IdOf::Stop, &edit.stops)?);
            value["secondsSavedAtEachStop"] = json!(edit.seconds_saved);
            value
        }
        Edit::SetHeadway(edit) => set_headway(ids, edit)?,
        Edit::SetSpeed(edit) => {
            let mut value = of_which(ids, "adjust-speed", &edit.which)?;
            value["scale"] = json!(edit.scale);
            if !edit.hops.is_empty() {
                let pair = |(a, b): &(String, String)| ids.all(IdOf::Stop, &[a.clone(), b.clone()]);
                value["hops"] = json!(edit.hops.iter().map(pair).collect::<Result<Vec<_>, _>>()?);
            }
            value["scaleDwells"] = json!(edit.scale_dwells);
            value
        }
        Edit::SetDwell(edit) => {
            let mut value = of_which(ids, "adjust-dwell-time", &edit.which)?;
            if !edit.stops.is_empty() {
                value["stops"] = json!(ids.all(IdOf::Stop, &edit.stops)?);
            }
            match edit.change {
                DwellChange::Seconds(seconds) => value["dwellSecs"] = json!(seconds),
                DwellChange::Scale(scale) => value["scale"] = json!(scale),
            }
            value
        }
        Edit::Reroute(edit) => reroute(ids, edit)?,
        Edit::AddStreet(edit) => {
            if edit.oneway {
                return Err(("a street in one direction is not there".into(), "leave oneway out"));
            }
            factor_there(edit.walk_factor)?;
            json!({
                "type": "add-streets", "lineStrings": [line(&edit.line)], "allowedModes": ["WALK"],
                "walkTimeFactor": edit.walk_factor, "linkable": true,
            })
        }
        Edit::CloseStreets(streets) => {
            json!({ "type": "modify-streets", "polygons": [polygon(streets)?], "allowedModes": [] })
        }
        Edit::ChangeStreets(edit) => {
            factor_there(edit.walk_factor)?;
            json!({
                "type": "modify-streets", "polygons": [polygon(&edit.streets)?],
                "walkTimeFactor": edit.walk_factor,
            })
        }
        _ => return Err(("there is no such modification".into(), "leave it out")),
    };
    Ok(vec![one])
}

/// A modification with its trips, by routes or by trips.
fn of_which(ids: &Ids<'_>, kind: &str, which: &Which) -> Result<Value, Not> {
    let Which { routes, trips, .. } = which;
    let plain = Which { routes: routes.clone(), trips: trips.clone(), ..Which::default() };
    if *which != plain || routes.is_empty() == trips.is_empty() {
        let what = "trips are chosen there by routes, or by trips, and by nothing else";
        return Err((what.into(), "write routes or trips alone"));
    }
    let mut value = Map::from_iter([("type".to_string(), json!(kind))]);
    if routes.is_empty() {
        value.insert("trips".into(), json!(ids.all(IdOf::Trip, trips)?));
    } else {
        value.insert("routes".into(), json!(ids.all(IdOf::Route, routes)?));
    }
    Ok(Value::Object(value))
}

fn hops(pace: &Pace) -> Result<&[u32], Not> {
    match pace {
        Pace::Hops(hops) => Ok(hops),
        Pace::SpeedKmh(_) => Err(("times are given there hop by hop".into(), "write hop_s")),
    }
}

fn dwells(dwell: &Dwell, stops: usize) -> Vec<u32> {
    match dwell {
        Dwell::Each(seconds) => vec![*seconds; stops],
        Dwell::List(list) => list.clone(),
    }
}

/// A timetable that runs every day.
fn every_day(mut value: Value) -> Value {
    for day in ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] {
        value[day] = json!(true);
    }
    value
}

fn band(band: &Band) -> Value {
    json!({ "startTime": band.from_s, "endTime": band.to_s, "headwaySecs": band.headway_s })
}

fn add_line(ids: &mut Ids<'_>, edit: &AddLine) -> Result<Value, Not> {
    let times = match &edit.departures {
        Departures::Bands(bands) => bands.iter().map(band).collect(),
        Departures::Times { out_s, back_s: None } => vec![json!({ "firstDepartures": out_s })],
        Departures::Times { .. } => {
            let what = "the way back has the departures of the way out there";
            return Err((what.into(), "write two lines with both_directions = false"));
        }
    };
    let (hops, dwells) = (hops(&edit.pace)?, dwells(&edit.dwell, edit.stops.len()));
    let timetable = |mut value: Value| {
        value["hopTimes"] = json!(hops);
        value["dwellTimes"] = json!(dwells);
        every_day(value)
    };
    Ok(json!({
        "type": "add-trips", "comment": edit.name, "stops": ids.stops(&edit.stops)?, "mode": edit.route_type,
        "bidirectional": edit.both_directions, "frequencies": times.into_iter().map(timetable).collect::<Vec<_>>(),
    }))
}

fn set_headway(ids: &Ids<'_>, edit: &SetHeadway) -> Result<Value, Not> {
    let [route] = edit.routes.as_slice() else {
        return Err(("it is for one route there".into(), "write an edit for each route"));
    };
    if edit.headway_s.is_some() {
        return Err(("a headway holds there from one time to another".into(), "write headways"));
    }
    if edit.each_pattern {
        return Err(("patterns = \"each\" is not there".into(), "write a template of each pattern"));
    }
    if edit.templates.is_empty() {
        return Err(("needs trips to be like there".into(), "write templates, one for each direction"));
    }
    let mut entries = Vec::new();
    for trip in ids.all(IdOf::Trip, &edit.templates)? {
        entries.extend(edit.bands.iter().map(|of| {
            let mut entry = band(of);
            entry["sourceTrip"] = json!(trip);
            every_day(entry)
        }));
    }
    Ok(json!({
        "type": "adjust-frequency", "route": ids.one(IdOf::Route, route)?, "entries": entries,
        "retainTripsOutsideFrequencyEntries": edit.retain_outside,
    }))
}

/// Dwells at the two stops that stay are 0 there: what they were is each trip's own.
fn reroute(ids: &mut Ids<'_>, edit: &Reroute) -> Result<Value, Not> {
    let mut value = of_which(ids, "reroute", &edit.which)?;
    let mut dwells = dwells(&edit.dwell, edit.stops.len());
    if let Some(stop) = &edit.from_stop {
        value["fromStop"] = json!(ids.one(IdOf::Stop, stop)?);
        dwells.insert(0, 0);
    }
    if let Some(stop) = &edit.to_stop {
        value["toStop"] = json!(ids.one(IdOf::Stop, stop)?);
        dwells.push(0);
    }
    value["stops"] = json!(ids.stops(&edit.stops)?);
    value["hopTimes"] = json!(hops(&edit.pace)?);
    value["dwellTimes"] = json!(dwells);
    Ok(value)
}

fn line(points: &[(f64, f64)]) -> Vec<[f64; 2]> {
    points.iter().map(|&(lon, lat)| [lon, lat]).collect()
}

fn polygon(streets: &Streets) -> Result<Vec<[f64; 2]>, Not> {
    if streets.polygon.is_empty() || !streets.ways.is_empty() || streets.tag.is_some() {
        return Err((
            "streets are chosen there by a polygon alone".into(),
            "write polygon, without ways and tag",
        ));
    }
    Ok(line(&streets.polygon))
}

fn factor_there(factor: f64) -> Result<(), Not> {
    if factor <= 10.0 { Ok(()) } else { Err(("walkTimeFactor is at most 10 there".into(), "write less")) }
}
