//! A journey in words, leg by leg, and as data.

use serde_json::{Value, json};

use super::Said;
use crate::base::ids::{Id, StopId};
use crate::base::units::clock;
use crate::engine::window;
use crate::network::calendar;
use crate::network::rides::{By, Vehicle};
use crate::routing::journey::{Journey, Leg};
use crate::run::trip::TripAnswer;
use crate::study::{WindowOf, mode};

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

/// A journey, and as data; without one, what there is none of. `from` and `to` are as they were asked for.
pub(super) fn said(answer: &TripAnswer, from: &str, to: &str) -> Said {
    let Some(journey) = &answer.journey else {
        let at = whole_minute(answer.period.start_s, Round::Nearest);
        let when = match answer.of {
            WindowOf::Departures => format!("leaving {at} or later"),
            WindowOf::Arrivals => format!("being there by {at}"),
        };
        let most = minutes(i64::from(answer.profile.max_travel_time_s));
        return Said {
            lines: vec![format!("No journey from {from} to {to} within {most}, {when}.")],
            json: Value::Null,
        };
    };
    JourneyRenderer(answer).tell(journey)
}

/// Puts a journey into words.
struct JourneyRenderer<'a>(&'a TripAnswer);

impl JourneyRenderer<'_> {
    fn tell(&self, journey: &Journey) -> Said {
        let rides = match journey.rides {
            0 => self.0.vehicle.map_or("on foot", Vehicle::by).to_string(),
            1 => "1 ride".to_string(),
            n => format!("{n} rides"),
        };
        let (departs, arrives) = (self.clock(journey.departs_s), self.clock(journey.arrives_s));
        // Waiting counts: after the time asked for, or until it.
        let (from_s, to_s) = match self.0.of {
            WindowOf::Departures => (0, journey.arrives_s),
            WindowOf::Arrivals => (journey.departs_s, self.by_s()),
        };
        let ends = match self.0.of {
            WindowOf::Departures => {
                format!("leaving at {} is early enough", self.said(journey.departs_s, Round::Down))
            }
            WindowOf::Arrivals => format!("there at {}", self.said(journey.arrives_s, Round::Nearest)),
        };
        let mut lines = vec![format!(
            "{} → {} ({}): {}, {rides}; {ends}",
            self.said(from_s, Round::Down),
            self.said(to_s, Round::Nearest),
            &self.0.zone,
            minutes(i64::from(to_s - from_s)),
        )];
        let mut legs = Vec::new();
        for leg in &journey.legs {
            let (line, json) = self.leg(leg);
            lines.push(line);
            legs.push(json);
        }
        let json = json!({
            "departs": departs,
            "arrives": arrives,
            "travel_time_s": to_s - from_s,
            "on_the_way_s": journey.arrives_s - journey.departs_s,
            "rides": journey.rides,
            "start_unix_s": self.0.query.start_unix_s,
            "legs": legs,
        });
        Said { lines, json }
    }

    /// The one arrival asked for.
    fn by_s(&self) -> i32 {
        self.0.query.horizon_s()
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
        calendar::on_the_wall(&self.0.zone, self.0.period.date, self.0.query.start_unix_s + i64::from(s))
    }

    fn stop(&self, stop: StopId) -> String {
        let stops = &self.0.timetable.stops;
        format!("{} ({})", stops.names.get(stop.index()), stops.ids.get(stop.index()))
    }

    /// A leg to a stop or from it, otherwise than on foot.
    fn chained_leg(&self, by: By, from: &str, to: &str, starts_s: i32, seconds: u32) -> (String, Value) {
        let (kind, verb) = match by {
            By::OnFoot => (mode::WALK.name, "walk"),
            By::Bicycle => (mode::BICYCLE.name, "cycle"),
            By::ParkAndRide => ("park_and_ride", "drive, park and walk"),
            By::DroppedOff => ("dropped_off", "be driven"),
        };
        let (starts, took) = (self.said(starts_s, Round::Down), minutes(i64::from(seconds)));
        let json = json!({ "kind": kind, "starts": self.clock(starts_s), "seconds": seconds,
            "from": from, "to": to });
        (format!("  {starts:>5}  {verb} {took}: {from} → {to}"), json)
    }

    fn leg(&self, leg: &Leg) -> (String, Value) {
        match leg {
            Leg::Street { from: None, to: None, starts_s, seconds } if let Some(vehicle) = self.0.vehicle => {
                let (kind, verb) = match vehicle {
                    Vehicle::Bicycle(_) => (mode::BICYCLE.name, "cycle"),
                    Vehicle::Car { .. } => (mode::CAR.name, "drive"),
                };
                let (starts, took) = (self.said(*starts_s, Round::Down), minutes(i64::from(*seconds)));
                let json = json!({ "kind": kind, "starts": self.clock(*starts_s),
                    "seconds": seconds, "from": "start", "to": "goal" });
                (format!("  {starts:>5}  {verb} {took}: start → goal"), json)
            }
            Leg::Street { from: None, to: Some(stop), starts_s, seconds }
                if let Some(&by) = self.0.legs_by.access.get(&stop.0) =>
            {
                self.chained_leg(by, "start", &self.stop(*stop), *starts_s, *seconds)
            }
            Leg::Street { from: Some(stop), to: None, starts_s, seconds }
                if let Some(&by) = self.0.legs_by.egress.get(&stop.0) =>
            {
                self.chained_leg(by, &self.stop(*stop), "goal", *starts_s, *seconds)
            }
            Leg::Street { from, to, starts_s, seconds } => {
                let end =
                    |stop: &Option<StopId>, else_: &str| stop.map_or(else_.to_string(), |s| self.stop(s));
                let (from, to) = (end(from, "start"), end(to, "goal"));
                // Seconds are rounded up, so that this may be a step too long.
                let mm = self.0.profile.walk_speed.reach_mm(*seconds);
                let (starts, took) = (self.said(*starts_s, Round::Down), minutes(i64::from(*seconds)));
                let line = format!("  {starts:>5}  walk {took} ({}): {from} → {to}", metres(mm));
                let json = json!({ "kind": "walk", "starts": self.clock(*starts_s),
                    "seconds": seconds, "metres": (mm + 500) / 1000, "from": from, "to": to });
                (line, json)
            }
            Leg::Ride { trip, from, departs_s, to, arrives_s, seated } => {
                let timetable = &self.0.timetable;
                let route = timetable.trips[trip.index()].route as usize;
                let feed = &timetable.feeds[timetable.trips[trip.index()].feed as usize].name;
                let verb = if *seated { "stay seated in" } else { "ride" };
                let name = timetable.route_names.get(route);
                let headsign = timetable.headsigns.get(trip.index());
                let towards =
                    if headsign.is_empty() { String::new() } else { format!(" towards {headsign}") };
                let line = format!(
                    "  {:>5}  {verb} {name}{towards}, {}: {} → {} at {} [trip {}, {feed}]",
                    self.said(*departs_s, Round::Down),
                    minutes(i64::from(arrives_s - departs_s)),
                    self.stop(*from),
                    self.stop(*to),
                    self.said(*arrives_s, Round::Down),
                    timetable.trip_ids.get(trip.index()),
                );
                let json = json!({ "kind": "ride", "route": name, "feed": feed,
                    "trip_id": timetable.trip_ids.get(trip.index()), "stayed_seated": seated,
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
