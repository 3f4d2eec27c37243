//! One door-to-door journey of a study, explained leg by leg.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::{Date, DateTime};

use super::cache::Cache;
use super::choose::choose;
use super::debug_environment;
use super::given;
use super::load::StudyData;
use super::progress::Progress;
use super::scenarios::within;
use crate::base::NONE;
use crate::base::csr::TimedArc;
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Problem, Result};
use crate::base::extent::lon_lat;
use crate::base::units::{SpeedMmPerS, clock, parse_clock};
use crate::engine::region::{Region, limits};
use crate::engine::window::{self, WindowQuery};
use crate::network::links::{LinkRule, Linker, legs};
use crate::network::rides::{By, Chains, RiddenPlaces, RiddenTimes, Vehicle};
use crate::network::transit::Timetable;
use crate::network::{StreetLegs, calendar};
use crate::routing::Query;
use crate::routing::journey::{Ends, Journey, Leg, Scanner};
use crate::study::{Period, Profile, Study, WindowOf, mode};

/// What the command line asks for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub from: String,
    pub to: String,
    pub of: WindowOf,
    /// When to leave, or to be there: `HH:MM[:SS]` on the period's date, or `YYYY-MM-DDTHH:MM[:SS]`.
    pub at: String,
    pub period: Option<String>,
    pub profile: Option<String>,
    /// `None`: the base.
    pub scenario: Option<String>,
}

/// A journey in words, and as data.
#[derive(Debug)]
pub struct Answer {
    pub lines: Vec<String>,
    pub json: serde_json::Value,
}

/// Where a journey begins or ends.
enum Place {
    /// Index in the cells.
    Cell(usize),
    Point(f64, f64),
    Stop(u32),
}

/// Finds and tells the journey.
///
/// # Errors
/// A place or time that cannot be understood; what [`StudyData::load`] meets.
pub fn trip(file: &Path, options: &Options, executor: &Progress) -> Result<Answer> {
    let study = given::travel(file)?;
    let profile =
        choose("profile", &study.profiles, |p: &Profile| &p.name, options.profile.as_deref())?.clone();
    let period = at_time(&study, options)?;
    let cache = Cache::new(&study.folder.join(&study.network.cache));
    let mut loaded = StudyData::load(&study, &cache, executor)?;
    let zone = window::zone(&study, &loaded.timetable)?;
    let mut diagnostics = std::mem::take(&mut loaded.diagnostics);
    let how = debug_environment::how()?;
    let mut asked = window::ask(&study, &loaded, &zone, &period, &profile, how, &mut diagnostics)?;
    let scenario = options.scenario.as_deref();
    let (region, profile, network) = within(&study, scenario, &loaded, &profile, &zone, &cache, executor)?;
    if scenario.is_some() {
        asked = WindowQuery::plainly(&region, &zone, &period, &profile, how)?;
    }
    let (from, to) = (place(&region, &options.from, false)?, place(&region, &options.to, true)?);
    check_linked(&study, &region, [(&from, &options.from), (&to, &options.to)])?;
    let mut ends = ends(&study, &region, &network.legs, &profile, &from, &to, executor)?;
    let mut legs_by = LegsBy::default();
    if let Some(chains) = &network.chains {
        legs_by = chained(&study, &region, chains, [&from, &to], &mut ends, executor)?;
    }
    let mut vehicle = None;
    for ride in &network.rides {
        let ridden_s = ridden_s(&study, &region, ride, &from, &to, executor)?;
        if ridden_s.is_some_and(|ride| ends.direct_s.is_none_or(|direct| ride < direct)) {
            (ends.direct_s, vehicle) = (ridden_s, Some(ride.limits().by));
        }
    }
    executor.end();
    let query = asked.span();
    let scanner = Scanner::new(&region.timetable, &network.legs, &asked.service, query);
    let teller = JourneyRenderer {
        timetable: &region.timetable,
        of: asked.of,
        query,
        date: period.date,
        zone: &zone,
        speed: profile.walk_speed,
        vehicle,
        legs_by,
    };
    let at = whole_minute(period.start_s, Round::Nearest);
    let (journey, when) = match asked.of {
        WindowOf::Departures => (scanner.journey(&ends, 0), format!("leaving {at} or later")),
        WindowOf::ArrivalProfile => {
            let latest = scanner.latest_s(&ends, teller.by_s(), profile.max_travel_time_s);
            (latest.and_then(|latest| scanner.journey(&ends, latest)), format!("being there by {at}"))
        }
    };
    Ok(match journey {
        Some(journey) => teller.tell(&journey),
        None => Answer {
            lines: vec![format!(
                "No journey from {} to {} within {}, {when}.",
                options.from,
                options.to,
                minutes(i64::from(profile.max_travel_time_s))
            )],
            json: serde_json::Value::Null,
        },
    })
}

/// The period with its window moved to the time asked for.
fn at_time(study: &Study, options: &Options) -> Result<Period> {
    let wrong = || {
        Error::Usage(Problem::new(
            match options.of {
                WindowOf::Departures => "--depart",
                WindowOf::ArrivalProfile => "--arrive",
            },
            format!("{} is no time", options.at),
            "give HH:MM or HH:MM:SS (on the period's date), or 2026-03-10T07:30",
        ))
    };
    // Nameless: it is none of the study's.
    let moved = |date, start_s: i32| Period {
        name: String::new(),
        date,
        of: options.of,
        start_s,
        end_s: start_s + 1,
        every_s: 1,
    };
    if let Ok(at) = options.at.parse::<DateTime>()
        && options.at.contains('T')
    {
        let start_s = i32::from(at.hour()) * 3600 + i32::from(at.minute()) * 60 + i32::from(at.second());
        return Ok(moved(at.date(), start_s));
    }
    let start_s = parse_clock(&options.at).ok_or_else(wrong)?;
    let period = choose("period", &study.periods, |p: &Period| &p.name, options.period.as_deref())?;
    Ok(moved(period.date, start_s))
}

/// What `text` means; `goal`: the study's other destinations have ids as well.
fn place(region: &Region, text: &str, goal: bool) -> Result<Place> {
    if let Some(id) = text.strip_prefix("stop:") {
        return stop(&region.timetable, id).map(Place::Stop);
    }
    if let Some(places) = region.others.as_ref().filter(|_| goal)
        && let Some(i) = places.ids.iter().position(|id| id == text)
    {
        let (lon, lat) = places.points[i];
        return Ok(Place::Point(lon, lat));
    }
    if let Some(cell) = region.cells.ids.iter().position(|id| id == text) {
        return Ok(Place::Cell(cell));
    }
    let wrong = |hint: String| {
        // What has a comma is meant as a place on the map.
        let remedy = match text.contains(',') {
            true => format!("{hint}; or give an id, stop:ID or stop:FEED:ID"),
            false => "give an id, LON,LAT in degrees, stop:ID or stop:FEED:ID".to_string(),
        };
        Error::Usage(Problem::new(text, "is no id of a cell or destination, and not LON,LAT", remedy))
    };
    lon_lat(text).map(|(lon, lat)| Place::Point(lon, lat)).map_err(wrong)
}

/// # Errors
/// A cell without a street: there is no journey to tell of, the time to itself included.
fn check_linked(study: &Study, region: &Region, ends: [(&Place, &String); 2]) -> Result<()> {
    for (place, text) in ends {
        if let Place::Cell(cell) = place
            && region.links.cells.edge[*cell] == NONE
        {
            let what = format!("this cell has no street within {} m", study.network.max_link_m);
            return Err(Error::input(format!("cell {text}"), what, "its values are blank in every table"));
        }
    }
    Ok(())
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

/// The walks at both ends: those of the matrix for cells, new ones for points, none for stops.
fn ends(
    study: &Study,
    region: &Region,
    known: &StreetLegs,
    profile: &Profile,
    from: &Place,
    to: &Place,
    executor: &Progress,
) -> Result<Ends> {
    let mut between_cells = None;
    if let (Place::Cell(a), Place::Cell(b), None) = (from, to, &region.others) {
        let direct = known.direct.row(*a).iter().find(|walk| walk.to == *b as u32).map(|walk| walk.seconds);
        let direct_s = if a == b { Some(study.access.own_cell_s) } else { direct };
        between_cells = Some(direct_s);
        // Those of chains are not walks alone.
        if profile.chains.is_none() {
            let (access, egress) = (known.access.row(*a).to_vec(), known.egress.row(*b).to_vec());
            return Ok(Ends { access, egress, direct_s });
        }
    }
    let link = |place: &Place| region.link(LinkRule::from(&study.network), &[point(region, place)], executor);
    let (a, b) = (link(from)?, link(to)?);
    for (place, linked) in [(from, &a), (to, &b)] {
        if !matches!(place, Place::Stop(_)) && linked.edge[0] == NONE {
            return Err(Error::Usage(region.no_street(point(region, place), study.network.max_link_m)));
        }
    }
    let table = &region.timetable.stops;
    if !profile.walk {
        return Ok(Ends { access: Vec::new(), egress: Vec::new(), direct_s: None });
    }
    let walked = legs(&region.streets, &a, &b, false, &region.links.stops, table, limits(profile), executor)?;
    let at_stop = |place: &Place, row: &[TimedArc]| match place {
        Place::Stop(stop) => vec![TimedArc { to: *stop, seconds: 0 }],
        _ => row.to_vec(),
    };
    let to_stop =
        |row: &[TimedArc], stop: &u32| row.iter().find(|walk| walk.to == *stop).map(|walk| walk.seconds);
    let direct_s = match (from, to) {
        (Place::Stop(a), Place::Stop(b)) if a == b => Some(0),
        (Place::Stop(a), Place::Stop(b)) => to_stop(known.footpaths.row(*a as usize), b),
        (_, Place::Stop(b)) => to_stop(walked.access.row(0), b),
        (Place::Stop(a), _) => to_stop(walked.egress.row(0), a),
        _ => walked.direct.row(0).first().map(|walk| walk.seconds),
    };
    Ok(Ends {
        access: at_stop(from, walked.access.row(0)),
        egress: at_stop(to, walked.egress.row(0)),
        direct_s: between_cells.unwrap_or(direct_s),
    })
}

/// Seconds by bicycle or car from door to door: those of the matrix between cells, new ones between points; none to or
/// from stops.
fn ridden_s(
    study: &Study,
    region: &Region,
    known: &RiddenTimes,
    from: &Place,
    to: &Place,
    executor: &Progress,
) -> Result<Option<u32>> {
    let time = |times: &RiddenTimes, from: usize, to: usize| {
        let mut time = None;
        times.from_origin(from, |place, seconds| {
            if place as usize == to {
                time = Some(seconds);
            }
        });
        time
    };
    match (from, to) {
        (Place::Cell(a), Place::Cell(b)) if region.others.is_none() => {
            return Ok(if a == b { None } else { time(known, *a, *b) });
        }
        (Place::Stop(_), _) | (_, Place::Stop(_)) => return Ok(None),
        _ => {}
    }
    let streets = &known.places().streets;
    let linker = Linker::new(&streets.streets, LinkRule::from(&study.network));
    let kept = linker.keep(&region.timetable.stops, &mut Diagnostics::default(), executor)?;
    let link = |place: &Place| linker.link(&kept, &[point(region, place)], executor).map(Arc::new);
    let (streets, stops) = (Arc::clone(streets), Arc::default());
    let places = RiddenPlaces { streets, origins: link(from)?, destinations: link(to)?, stops };
    Ok(time(&RiddenTimes::new(places, known.limits()), 0, 0))
}

/// How one gets to each stop otherwise than on foot, and from each.
#[derive(Default)]
struct LegsBy {
    access: BTreeMap<u32, By>,
    egress: BTreeMap<u32, By>,
}

/// Puts the legs of a profile's chains in place of the walks at both ends.
fn chained(
    study: &Study,
    region: &Region,
    chains: &Chains,
    places: [&Place; 2],
    ends: &mut Ends,
    executor: &Progress,
) -> Result<LegsBy> {
    let mut legs_by = LegsBy::default();
    for (place, access) in places.into_iter().zip([true, false]) {
        if let Place::Stop(_) = place {
            continue;
        }
        let mut spots = BTreeMap::new();
        for by in [By::Bicycle, By::ParkAndRide, By::DroppedOff] {
            let Some((known, streets)) = chains.linkage(by, access).zip(chains.streets(by)) else { continue };
            let spot = match place {
                Place::Cell(cell) if access || region.others.is_none() => known.spot(*cell),
                _ => {
                    let at = [point(region, place)];
                    let linker = Linker::around(&streets.streets, LinkRule::from(&study.network), &at);
                    let kept = linker.keep(&region.timetable.stops, &mut Diagnostics::default(), executor)?;
                    linker.link(&kept, &at, executor)?.spot(0)
                }
            };
            spots.extend(spot.map(|spot| (by, spot)));
        }
        let row = if access { &mut ends.access } else { &mut ends.egress };
        let ways = chains.ways(|by| spots.get(&by).copied(), row, access);
        let by = if access { &mut legs_by.access } else { &mut legs_by.egress };
        by.extend(ways.iter().filter(|(_, by)| *by != By::OnFoot).map(|(leg, by)| (leg.to, *by)));
        *row = ways.into_iter().map(|(leg, _)| leg).collect();
    }
    Ok(legs_by)
}

/// Where a place is on the map; a stop nowhere, for it needs no street.
fn point(region: &Region, place: &Place) -> (f64, f64) {
    match place {
        Place::Cell(cell) => region.cells.points[*cell],
        Place::Point(lon, lat) => (*lon, *lat),
        Place::Stop(_) => (f64::NAN, f64::NAN),
    }
}

/// Puts a journey into words.
struct JourneyRenderer<'a> {
    timetable: &'a Timetable,
    of: WindowOf,
    query: Query,
    /// The date that the clock's hours count from.
    date: Date,
    zone: &'a str,
    speed: SpeedMmPerS,
    /// With what all the way without a ride is; `None`: on foot.
    vehicle: Option<Vehicle>,
    legs_by: LegsBy,
}

/// To which whole minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Round {
    /// When to leave, and all on the way: nobody is to come too late.
    Down,
    /// When one is there.
    Nearest,
}

/// A time on the wall as `H:MM`, as timetables have it.
fn whole_minute(s: i32, round: Round) -> String {
    let up = match round {
        Round::Down => 0,
        Round::Nearest => 30,
    };
    let minute = (s + up).div_euclid(60) * 60;
    let said = window::time_of_day(minute);
    // Without the seconds, and the hour's zero.
    let (clock, day) = said.split_once(' ').map_or((said.as_str(), None), |(clock, day)| (clock, Some(day)));
    let clock = clock.strip_suffix(":00").unwrap_or(clock);
    let clock = clock.strip_prefix('0').unwrap_or(clock);
    day.map_or_else(|| clock.to_string(), |day| format!("{clock} {day}"))
}

/// A duration to whole minutes.
fn minutes(s: i64) -> String {
    match (s + 30).div_euclid(60) {
        0 if s > 0 => "under 1 min".to_string(),
        minutes => format!("{minutes} min"),
    }
}

/// A way on foot; to ten metres, and from a kilometre on to a hundred.
fn metres(mm: u64) -> String {
    match mm {
        ..950_000 => format!("{} m", (mm + 5_000) / 10_000 * 10),
        _ => format!("{:.1} km", mm as f64 / 1e6),
    }
}

impl JourneyRenderer<'_> {
    fn tell(&self, journey: &Journey) -> Answer {
        let rides = match journey.rides {
            0 => self.vehicle.map_or("on foot", Vehicle::by).to_string(),
            1 => "1 ride".to_string(),
            n => format!("{n} rides"),
        };
        let (departs, arrives) = (self.clock(journey.departs_s), self.clock(journey.arrives_s));
        // Waiting counts: after the time asked for, or until it.
        let (from_s, to_s) = match self.of {
            WindowOf::Departures => (0, journey.arrives_s),
            WindowOf::ArrivalProfile => (journey.departs_s, self.by_s()),
        };
        let ends = match self.of {
            WindowOf::Departures => {
                format!("leaving at {} is early enough", self.said(journey.departs_s, Round::Down))
            }
            WindowOf::ArrivalProfile => format!("there at {}", self.said(journey.arrives_s, Round::Nearest)),
        };
        let mut lines = vec![format!(
            "{} → {} ({}): {}, {rides}; {ends}",
            self.said(from_s, Round::Down),
            self.said(to_s, Round::Nearest),
            self.zone,
            minutes(i64::from(to_s - from_s)),
        )];
        let mut legs = Vec::new();
        for leg in &journey.legs {
            let (line, json) = self.leg(leg);
            lines.push(line);
            legs.push(json);
        }
        let json = serde_json::json!({
            "departs": departs,
            "arrives": arrives,
            "travel_time_s": to_s - from_s,
            "on_the_way_s": journey.arrives_s - journey.departs_s,
            "rides": journey.rides,
            "start_unix_s": self.query.start_unix_s,
            "legs": legs,
        });
        Answer { lines, json }
    }

    /// The one arrival asked for.
    fn by_s(&self) -> i32 {
        self.query.horizon_s()
    }

    /// What the clocks show then, which may change on the way; hours pass 24 on later dates, and are below 0 on
    /// earlier ones.
    fn clock(&self, s: i32) -> String {
        self.on_the_wall(s).map_or_else(String::new, clock)
    }

    /// The same for the eyes.
    fn said(&self, s: i32, round: Round) -> String {
        self.on_the_wall(s).map_or_else(String::new, |s| whole_minute(s, round))
    }

    fn on_the_wall(&self, s: i32) -> Option<i32> {
        calendar::on_the_wall(self.zone, self.date, self.query.start_unix_s + i64::from(s))
    }

    fn stop(&self, stop: u32) -> String {
        let stops = &self.timetable.stops;
        format!("{} ({})", stops.names.get(stop as usize), stops.ids.get(stop as usize))
    }

    /// A leg to a stop or from it, otherwise than on foot.
    fn chained_leg(
        &self,
        by: By,
        from: &str,
        to: &str,
        starts_s: i32,
        seconds: u32,
    ) -> (String, serde_json::Value) {
        let (kind, verb) = match by {
            By::OnFoot => ("walk", "walk"),
            By::Bicycle => ("bicycle", "cycle"),
            By::ParkAndRide => ("park_and_ride", "drive, park and walk"),
            By::DroppedOff => ("dropped_off", "be driven"),
        };
        let (starts, took) = (self.said(starts_s, Round::Down), minutes(i64::from(seconds)));
        let json = serde_json::json!({ "kind": kind, "starts": self.clock(starts_s), "seconds": seconds,
            "from": from, "to": to });
        (format!("  {starts:>5}  {verb} {took}: {from} → {to}"), json)
    }

    fn leg(&self, leg: &Leg) -> (String, serde_json::Value) {
        match leg {
            Leg::TimedArc { from: None, to: None, starts_s, seconds } if let Some(vehicle) = self.vehicle => {
                let (kind, verb) = match vehicle {
                    Vehicle::Bicycle(_) => (mode::BICYCLE.name, "cycle"),
                    Vehicle::Car { .. } => (mode::CAR.name, "drive"),
                };
                let (starts, took) = (self.said(*starts_s, Round::Down), minutes(i64::from(*seconds)));
                let json = serde_json::json!({ "kind": kind, "starts": self.clock(*starts_s),
                    "seconds": seconds, "from": "start", "to": "goal" });
                (format!("  {starts:>5}  {verb} {took}: start → goal"), json)
            }
            Leg::TimedArc { from: None, to: Some(stop), starts_s, seconds }
                if let Some(&by) = self.legs_by.access.get(stop) =>
            {
                self.chained_leg(by, "start", &self.stop(*stop), *starts_s, *seconds)
            }
            Leg::TimedArc { from: Some(stop), to: None, starts_s, seconds }
                if let Some(&by) = self.legs_by.egress.get(stop) =>
            {
                self.chained_leg(by, &self.stop(*stop), "goal", *starts_s, *seconds)
            }
            Leg::TimedArc { from, to, starts_s, seconds } => {
                let end = |stop: &Option<u32>, else_: &str| stop.map_or(else_.to_string(), |s| self.stop(s));
                let (from, to) = (end(from, "start"), end(to, "goal"));
                // Seconds are rounded up, so that this may be a step too long.
                let mm = self.speed.reach_mm(*seconds);
                let (starts, took) = (self.said(*starts_s, Round::Down), minutes(i64::from(*seconds)));
                let line = format!("  {starts:>5}  walk {took} ({}): {from} → {to}", metres(mm));
                let json = serde_json::json!({ "kind": "walk", "starts": self.clock(*starts_s),
                    "seconds": seconds, "metres": (mm + 500) / 1000, "from": from, "to": to });
                (line, json)
            }
            Leg::Ride { trip, from, departs_s, to, arrives_s, seated } => {
                let timetable = self.timetable;
                let route = timetable.trips[*trip as usize].route as usize;
                let feed = &timetable.feeds[timetable.trips[*trip as usize].feed as usize].name;
                let verb = if *seated { "stay seated in" } else { "ride" };
                let name = timetable.route_names.get(route);
                let headsign = timetable.headsigns.get(*trip as usize);
                let towards =
                    if headsign.is_empty() { String::new() } else { format!(" towards {headsign}") };
                let line = format!(
                    "  {:>5}  {verb} {name}{towards}, {}: {} → {} at {} [trip {}, {feed}]",
                    self.said(*departs_s, Round::Down),
                    minutes(i64::from(arrives_s - departs_s)),
                    self.stop(*from),
                    self.stop(*to),
                    self.said(*arrives_s, Round::Down),
                    timetable.trip_ids.get(*trip as usize),
                );
                let json = serde_json::json!({ "kind": "ride", "route": name, "feed": feed,
                    "trip_id": timetable.trip_ids.get(*trip as usize), "stayed_seated": seated,
                    "from": self.stop(*from), "departs": self.clock(*departs_s),
                    "to": self.stop(*to), "arrives": self.clock(*arrives_s) });
                (line, json)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_ways_for_people() {
        // 7:33:44 to leave is 7:33, to be there 7:34; the night before, and after midnight.
        let s = 7 * 3600 + 33 * 60 + 44;
        assert_eq!([Round::Down, Round::Nearest].map(|round| whole_minute(s, round)), ["7:33", "7:34"]);
        assert_eq!(whole_minute(12 * 3600, Round::Nearest), "12:00");
        assert_eq!(whole_minute(24 * 3600 + 310, Round::Down), "24:05");
        assert_eq!(whole_minute(-600, Round::Down), "23:50 the day before");
        assert_eq!([0, 20, 89, 90, 7200].map(minutes), ["0 min", "under 1 min", "1 min", "2 min", "120 min"]);
        assert_eq!([4_000, 87_000, 949_000, 1_502_600].map(metres), ["0 m", "90 m", "950 m", "1.5 km"]);
    }
}
