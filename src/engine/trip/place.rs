//! [`TripPlace`]: where a journey begins or ends, by its name.

use crate::base::error::{Error, Problem, Result};
use crate::base::extent::lon_lat;
use crate::engine::region::Region;
use crate::network::transit::Timetable;

/// Where a journey begins or ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TripPlace {
    /// Index in the cells.
    Cell(usize),
    Point(f64, f64),
    Stop(u32),
}

impl TripPlace {
    /// What `text` means: an id, `LON,LAT`, `stop:ID` or `stop:FEED:ID`. `goal`: the study's other destinations have ids as
    /// well.
    ///
    /// # Errors
    /// It means nothing, or a stop without trips.
    pub fn named(region: &Region, text: &str, goal: bool) -> Result<TripPlace> {
        if let Some(id) = text.strip_prefix("stop:") {
            return stop(&region.timetable, id).map(TripPlace::Stop);
        }
        if let Some(places) = region.others.as_ref().filter(|_| goal)
            && let Some(i) = places.ids.iter().position(|id| id == text)
        {
            let (lon, lat) = places.points[i];
            return Ok(TripPlace::Point(lon, lat));
        }
        if let Some(cell) = region.cells.ids.iter().position(|id| id == text) {
            return Ok(TripPlace::Cell(cell));
        }
        let wrong = |hint: String| {
            // What has a comma is meant as a place on the map.
            let remedy = match text.contains(',') {
                true => format!("{hint}; or give an id, stop:ID or stop:FEED:ID"),
                false => "give an id, LON,LAT in degrees, stop:ID or stop:FEED:ID".to_string(),
            };
            Error::Usage(Problem::new(text, "is no id of a cell or destination, and not LON,LAT", remedy))
        };
        lon_lat(text).map(|(lon, lat)| TripPlace::Point(lon, lat)).map_err(wrong)
    }

    /// Where a place is on the map; a stop nowhere, for it needs no street.
    pub(super) fn point(&self, region: &Region) -> (f64, f64) {
        match self {
            TripPlace::Cell(cell) => region.cells.points[*cell],
            TripPlace::Point(lon, lat) => (*lon, *lat),
            TripPlace::Stop(_) => (f64::NAN, f64::NAN),
        }
    }
}

fn stop(timetable: &Timetable, id: &str) -> Result<u32> {
    let stops = &timetable.stops;
    let of = |feed: Option<&str>, id: &str| -> Vec<u32> {
        let named = |s: &u32| {
            let name = &timetable.feeds[stops.feed[*s as usize] as usize].name;
            stops.ids.get(*s as usize) == id && feed.is_none_or(|feed| feed == name)
        };
        (0..stops.ids.len() as u32).filter(named).collect()
    };
    let mut found = of(None, id);
    if found.is_empty()
        && let Some((feed, rest)) = id.split_once(':')
    {
        found = of(Some(feed), rest);
    }
    match found.as_slice() {
        [one] if stops.called[*one as usize] != 0 => Ok(*one),
        [one] => {
            let children = (0..stops.ids.len()).filter(|&s| stops.station[s] == *one && stops.called[s] != 0);
            let children: Vec<String> = children.map(|s| format!("stop:{}", stops.ids.get(s))).collect();
            let remedy = match children.as_slice() {
                [] => "choose another stop".to_string(),
                some => format!("name one of its stops: {}", some.join(", ")),
            };
            Err(Error::Usage(Problem::new(format!("stop:{id}"), "no trip calls here", remedy)))
        }
        [] => Err(Error::Usage(Problem::new(
            format!("stop:{id}"),
            "no feed has this stop",
            "look in stops.txt",
        ))),
        _ => Err(Error::Usage(Problem::new(
            format!("stop:{id}"),
            "several feeds have this stop",
            "say which feed: stop:FEED:ID",
        ))),
    }
}
