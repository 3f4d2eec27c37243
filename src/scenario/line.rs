//! Stops, hops and dwells as an edit writes them → calls: keys that edits share.

use rustc_hash::FxHashMap;

use super::draft::Draft;
use super::edit::WrittenPlaces;
use super::said::WrongEdit;
use crate::base::NONE;
use crate::network::streets::distance_mm;
use crate::network::transit::{ALIGHT, BOARD, Call, Timetable};

/// A stop of a line: one that there is, or a new one.
#[derive(Clone, Debug, PartialEq)]
pub enum StopAt {
    Known(String),
    New { id: String, name: String, lon: f64, lat: f64 },
}

/// How long vehicles take from stop to stop.
#[derive(Clone, Debug, PartialEq)]
pub enum Pace {
    /// Seconds from each departure to the next arrival.
    Hops(Vec<u32>),
    /// Along the straight line from stop to stop, rounded up to whole seconds.
    SpeedKmh(f64),
}

/// Seconds from arrival to departure.
#[derive(Clone, Debug, PartialEq)]
pub enum Dwell {
    /// At every stop.
    Each(u32),
    /// Stop by stop.
    List(Vec<u32>),
}

/// No hop is longer, s.
const MOST_S: f64 = 129_600.0;
/// Both ways through a stop.
pub(super) const OPEN: u32 = BOARD | ALIGHT;

/// Stops of the timetable, new ones named and not yet there.
pub(super) struct LineRoute<'e> {
    stops: Vec<At<'e>>,
}

#[derive(Clone, Copy)]
enum At<'e> {
    Known(u32),
    New(&'e str, &'e str, (f64, f64)),
}

impl<'e> LineRoute<'e> {
    /// Finds the known ones. A new stop is named again by its id; its id must be new to `feed`, where that is known.
    pub fn find(
        draft: &Draft<'_>,
        stops: &'e [StopAt],
        feed: Option<u32>,
        said: &mut WrongEdit,
    ) -> LineRoute<'e> {
        let mut made: FxHashMap<&str, At<'e>> = FxHashMap::default();
        for stop in stops {
            let StopAt::New { id, name, lon, lat } = stop else { continue };
            if made.insert(id, At::New(id, name, (*lon, *lat))).is_some() {
                said.wrong(format_args!("makes stop \"{id}\" twice"), "the second time write its id alone");
            }
            let stops = &draft.table.stops;
            let taken = |s: usize| feed == Some(stops.feed[s]) && stops.ids.get(s) == id;
            if (0..stops.ids.len()).any(taken) {
                said.wrong(
                    format_args!("makes stop \"{id}\", which is there already"),
                    "write its id alone, or another id",
                );
            }
        }
        let at = |stop: &'e StopAt| match stop {
            StopAt::Known(id) => match made.get(id.as_str()) {
                Some(&new) => Some(new),
                None => draft.stop(id, said).map(At::Known),
            },
            StopAt::New { id, .. } => made.get(id.as_str()).copied(),
        };
        LineRoute { stops: stops.iter().filter_map(at).collect() }
    }

    /// The feed of the first known stop.
    pub fn feed(&self, table: &Timetable) -> Option<u32> {
        self.stops.iter().find_map(|at| match at {
            At::Known(stop) => Some(table.stops.feed[*stop as usize]),
            At::New(..) => None,
        })
    }

    /// Makes the new ones, each once.
    pub fn make(&self, draft: &mut Draft<'_>, feed: u32) -> Vec<u32> {
        let mut made: FxHashMap<&str, u32> = FxHashMap::default();
        let stops = self.stops.iter().map(|at| match *at {
            At::Known(stop) => stop,
            At::New(id, name, place) => {
                *made.entry(id).or_insert_with(|| draft.add_stop(feed, id, name, place, NONE))
            }
        });
        stops.collect()
    }
}

/// Seconds of each hop along stops; `None` where a speed is given and a stop has no coordinates.
pub(super) fn hops(table: &Timetable, stops: &[u32], pace: &Pace) -> Option<Vec<i32>> {
    let kmh = match pace {
        Pace::Hops(hops) => return Some(hops.iter().map(|&s| s as i32).collect()),
        Pace::SpeedKmh(kmh) => *kmh,
    };
    let at = |stop: u32| (table.stops.lon[stop as usize], table.stops.lat[stop as usize]);
    let placed = |stop: &u32| at(*stop).0.is_finite() && at(*stop).1.is_finite();
    let seconds = |pair: &[u32]| {
        let mm = distance_mm(at(pair[0]), at(pair[1]));
        // 1 km/h is 10⁶ mm in 3600 s; a hair below, so that what is whole seconds stays so.
        (mm as f64 * 3600.0 / (kmh * 1e6) - 1e-9).ceil().clamp(0.0, MOST_S) as i32
    };
    stops.iter().all(placed).then(|| stops.windows(2).map(seconds).collect())
}

/// The dwell at each of `n` stops.
pub(super) fn dwells(dwell: &Dwell, n: usize) -> Vec<i32> {
    match dwell {
        Dwell::Each(seconds) => vec![*seconds as i32; n],
        Dwell::List(list) => list.iter().map(|&s| s as i32).collect(),
    }
}

/// Calls that begin at second 0 and end with the last arrival: dwells at both ends do not count.
pub(super) fn calls(stops: &[u32], hops: &[i32], dwells: &[i32]) -> Vec<Call> {
    let (mut calls, mut now) = (Vec::with_capacity(stops.len()), 0);
    for (i, &stop) in stops.iter().enumerate() {
        let arrival_s = if i == 0 { 0 } else { now + hops[i - 1] };
        let stays = i > 0 && i + 1 < stops.len();
        let departure_s = arrival_s + if stays { dwells[i] } else { 0 };
        calls.push(Call { stop, arrival_s, departure_s, flags: OPEN });
        now = departure_s;
    }
    calls
}

/// The places of new stops.
pub(super) fn new_places(stops: &[StopAt]) -> Vec<WrittenPlaces> {
    let new = stops.iter().filter_map(|stop| match stop {
        StopAt::New { id, lon, lat, .. } => Some((format!("new stop \"{id}\" at"), vec![(*lon, *lat)])),
        StopAt::Known(_) => None,
    });
    new.collect()
}

/// The ids of new stops.
pub(super) fn new_ids(stops: &[StopAt]) -> impl Iterator<Item = &str> {
    stops.iter().filter_map(|stop| match stop {
        StopAt::New { id, .. } => Some(id.as_str()),
        StopAt::Known(_) => None,
    })
}

/// The longest dwell.
pub(super) fn longest(dwell: &Dwell) -> Option<u32> {
    match dwell {
        Dwell::Each(seconds) => Some(*seconds),
        Dwell::List(list) => list.iter().copied().max(),
    }
}

/// Reading stops, hops and dwells, and both translations.
#[cfg(feature = "native")]
pub(super) mod written {
    use serde_json::{Value, json};
    use toml::de::DeValue;

    use super::{Dwell, Pace, StopAt};
    use crate::scenario::conveyal::fields::{ModificationFields, listed, quoted};
    use crate::scenario::conveyal::ids::{ConveyalIds, IdOf, Not};
    use crate::scenario::reading::{
        Above, Absent, Either, Fallback, Filled, InnerTable, KeyGroup, KeyTable, LAT, LON, List, Required,
        SECONDS, Section, Table, Text, degrees_lat, degrees_lon, items, key, positive, text, whole, wholes,
    };

    pub const NEW_STOPS: KeyGroup = KeyGroup {
        name: "new stops",
        keys: &[
            key(
                "stops",
                Filled(&Either(&[Text, Table(NEW_STOP.name)])),
                Required,
                "[\"A\", { id = \"new\", lon = 18.07, lat = 59.33 }]",
                "stop ids, or new stops with id, lon, lat and perhaps name",
            ),
            key(
                "hop_s",
                List(&SECONDS),
                Absent("speed_kmh"),
                "[120, 90]",
                "seconds from each departure to the next arrival",
            ),
            key(
                "speed_kmh",
                Above(0.0, 1000.0),
                Absent("hop_s"),
                "25",
                "speed along the straight line from stop to stop; times are rounded up to seconds",
            ),
            key(
                "dwell_s",
                Either(&[SECONDS, List(&SECONDS)]),
                Fallback::Value("0"),
                "20",
                "seconds from arrival to departure, one number or a list, stop by stop",
            ),
        ],
        tables: &[NEW_STOP],
        later: &[],
    };

    const NEW_STOP: KeyTable = KeyTable {
        name: "new stop",
        keys: &[
            key("id", Text, Required, "\"new\"", "its id"),
            key("name", Text, Absent("the id"), "\"New\"", "its name"),
            key("lon", LON, Required, "18.07", "degrees"),
            key("lat", LAT, Required, "59.33", "degrees"),
        ],
    };

    /// Stops of a line.
    pub fn stops(s: &mut Section<'_, '_>, key: &str) -> Vec<StopAt> {
        let one = |value: &DeValue<'_>| {
            if value.as_str().is_some() {
                return text(value).map(StopAt::Known);
            }
            let fields = InnerTable::open(value, NEW_STOP.name, NEW_STOP.keys)?;
            let id = fields.must("id", text)?;
            let name = fields.get("name", text)?.unwrap_or_else(|| id.clone());
            let (lon, lat) = (fields.must("lon", degrees_lon)?, fields.must("lat", degrees_lat)?);
            Ok(StopAt::New { id, name, lon, lat })
        };
        let remedy = "write stop ids, and new stops as { id = \"new\", lon = 18.07, lat = 59.33 }";
        s.read(key, remedy, |value| items(value, one)).unwrap_or_default()
    }

    /// `hop_s` or `speed_kmh`; `hops` says how many there are to be.
    pub fn pace(s: &mut Section<'_, '_>, hops: usize) -> Pace {
        match (s.has("hop_s"), s.has("speed_kmh")) {
            (true, true) => s.wrong("speed_kmh", "stands beside hop_s", "leave out one of the two"),
            (false, false) => s.wrong("hop_s", "is missing, and so is speed_kmh", "write one of the two"),
            _ => {}
        }
        if s.has("speed_kmh") {
            return Pace::SpeedKmh(positive(s, "speed_kmh").unwrap_or(1.0));
        }
        let remedy = "write whole seconds, one for each hop, such as [120, 90]";
        let list = s.read("hop_s", remedy, |value| items(value, |item| whole(item, &wholes(SECONDS))));
        if let Some(list) = list.as_ref().filter(|list| list.len() != hops) {
            s.wrong(
                "hop_s",
                format!("has {} numbers", list.len()),
                format!("write {hops}: one for each hop"),
            );
        }
        Pace::Hops(list.unwrap_or_default())
    }

    /// `dwell_s`, one for all or `stops` of them.
    pub fn dwell(s: &mut Section<'_, '_>, stops: usize) -> Dwell {
        let seconds = |value: &DeValue<'_>| whole(value, &wholes(SECONDS));
        let remedy = "write whole seconds, or a list of them, stop by stop";
        let read = |value: &DeValue<'_>| match value {
            DeValue::Array(_) => items(value, seconds).map(Dwell::List),
            _ => seconds(value).map(Dwell::Each),
        };
        let dwell = s.read("dwell_s", remedy, read).unwrap_or(Dwell::Each(0));
        if let Dwell::List(list) = &dwell
            && list.len() != stops
        {
            s.wrong(
                "dwell_s",
                format!("has {} numbers", list.len()),
                format!("write {stops}: one for each stop"),
            );
        }
        dwell
    }

    /// A stop of a modification.
    pub enum StopThere {
        Known(String),
        New { id: String, name: Option<String>, at: [f64; 2] },
    }

    /// Stops of a line; new ones are named after it where they have no name of their own.
    pub fn stops_there(m: &mut ModificationFields<'_>, line: &str) -> Vec<StopThere> {
        let mut stops = m.objects("stops", |stop| {
            let id = stop.text("id").map(|id| stop.id(id));
            let name = stop.text("name").map(str::to_string);
            let (lon, lat) = (stop.number("lon"), stop.number("lat"));
            match id {
                // Coordinates of 0 are how an object without any is written there.
                Some(id) if lon.unwrap_or(0.0) == 0.0 && lat.unwrap_or(0.0) == 0.0 => {
                    Some(StopThere::Known(id))
                }
                Some(_) => {
                    stop.wrong(
                        "a stop has both id and place",
                        "a known stop has an id alone, a new one a place",
                    );
                    None
                }
                None => {
                    let (lon, lat) = (stop.must("lon", lon), stop.must("lat", lat));
                    Some(StopThere::New { id: String::new(), name, at: [lon?, lat?] })
                }
            }
        });
        let mut taken: Vec<String> = Vec::new();
        for (n, stop) in stops.iter_mut().enumerate() {
            if let StopThere::New { id, name, .. } = stop {
                *id = name
                    .clone()
                    .filter(|name| !taken.contains(name))
                    .unwrap_or(format!("{line}_stop_{}", n + 1));
                taken.push(id.clone());
            }
        }
        stops
    }

    /// Stops in TOML; `made`: new ones are there already.
    pub fn stops_toml(stops: &[StopThere], made: bool) -> String {
        listed(stops, |stop| match stop {
            StopThere::Known(id) => quoted(id),
            StopThere::New { id, .. } if made => quoted(id),
            StopThere::New { id, name, at: [lon, lat] } => {
                let name = name.as_ref().filter(|name| *name != id);
                let name = name.map_or(String::new(), |name| format!("name = {}, ", quoted(name)));
                format!("{{ id = {}, {name}lon = {lon:?}, lat = {lat:?} }}", quoted(id))
            }
        })
    }

    /// Seconds stop by stop: one number where all are equal.
    pub fn dwells_toml(list: &[u32]) -> String {
        match list {
            [first, rest @ ..] if rest.iter().all(|dwell| dwell == first) => first.to_string(),
            [] => "0".to_string(),
            _ => listed(list, u32::to_string),
        }
    }

    /// Hops as they are there.
    pub fn hops_there(pace: &Pace) -> Result<&[u32], Not> {
        match pace {
            Pace::Hops(hops) => Ok(hops),
            Pace::SpeedKmh(_) => Err(("times are given there hop by hop".into(), "write hop_s")),
        }
    }

    /// Dwells as they are there.
    pub fn dwells_there(dwell: &Dwell, stops: usize) -> Vec<u32> {
        match dwell {
            Dwell::Each(seconds) => vec![*seconds; stops],
            Dwell::List(list) => list.clone(),
        }
    }

    impl ConveyalIds<'_> {
        /// Stops as they are there.
        pub fn stops(&mut self, stops: &[StopAt]) -> Result<Vec<Value>, Not> {
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
}
