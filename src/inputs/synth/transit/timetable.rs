//! When lines run: by the hour of the day, on weekdays and at weekends.

use crate::inputs::synth::plan::{Rail, Service};

/// The days that a trip runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Days {
    Weekdays,
    Weekend,
}

impl Days {
    pub const ALL: [Days; 2] = [Days::Weekdays, Days::Weekend];

    pub fn service_id(self) -> &'static str {
        match self {
            Days::Weekdays => "vardag",
            Days::Weekend => "helg",
        }
    }
}

/// (from, until, minutes between departures); from and until in hours of the service day, which may pass 24.
type Hours = &'static [(f64, f64, f64)];

const METRO: Hours = &[
    (5.0, 6.5, 10.0),
    (6.5, 9.0, 5.0),
    (9.0, 15.0, 7.5),
    (15.0, 18.5, 5.0),
    (18.5, 22.0, 10.0),
    (22.0, 25.0, 15.0),
];
const METRO_WEEKEND: Hours = &[(6.0, 9.0, 15.0), (9.0, 19.0, 10.0), (19.0, 25.0, 15.0)];
const TRAIN: Hours = &[(5.0, 22.0, 15.0), (22.0, 25.0, 30.0)];
const TRAIN_WEEKEND: Hours = &[(6.0, 25.0, 30.0)];
const INTERCITY: Hours = &[(5.5, 22.0, 30.0)];
const INTERCITY_WEEKEND: Hours = &[(7.0, 21.0, 60.0)];
const TRUNK: Hours = &[
    (5.0, 6.5, 15.0),
    (6.5, 9.0, 8.0),
    (9.0, 15.0, 12.0),
    (15.0, 18.0, 8.0),
    (18.0, 21.0, 15.0),
    (21.0, 24.6, 30.0),
];
const TRUNK_WEEKEND: Hours = &[(6.5, 9.0, 30.0), (9.0, 19.0, 15.0), (19.0, 24.6, 30.0)];
const LOCAL: Hours =
    &[(5.5, 6.5, 30.0), (6.5, 9.0, 15.0), (9.0, 15.0, 30.0), (15.0, 18.5, 15.0), (18.5, 23.0, 30.0)];
const LOCAL_WEEKEND: Hours = &[(8.0, 20.0, 30.0), (20.0, 23.0, 60.0)];
const RURAL: Hours = &[(5.5, 8.5, 30.0), (8.5, 15.0, 60.0), (15.0, 18.0, 30.0), (18.0, 22.0, 60.0)];
const RURAL_WEEKEND: Hours = &[(8.0, 20.0, 120.0)];
const EXPRESS_IN: Hours = &[(6.0, 8.75, 15.0)];
const EXPRESS_OUT: Hours = &[(15.5, 18.0, 15.0)];
/// The first before midnight, the others after it, all of the day that has begun.
const NIGHT: Hours = &[(23.0, 26.0, 45.0)];

/// What the frequency line's trips are laid out from: (from, until, seconds between), in hours.
pub const FREQUENCIES: [(i32, i32, i32); 4] = [(6, 9, 480), (9, 15, 600), (15, 18, 480), (18, 22, 900)];

/// Departures of a bus line, seconds of the service day; `back` is the second direction.
pub fn buses(service: Service, days: Days, back: bool, offset_min: u32) -> Vec<i32> {
    let hours = match (service, days) {
        (Service::Trunk, Days::Weekdays) => TRUNK,
        (Service::Trunk, Days::Weekend) => TRUNK_WEEKEND,
        (Service::Local, Days::Weekdays) => LOCAL,
        (Service::Local, Days::Weekend) => LOCAL_WEEKEND,
        (Service::Rural, Days::Weekdays) => RURAL,
        (Service::Rural, Days::Weekend) => RURAL_WEEKEND,
        (Service::Express, Days::Weekdays) if back => EXPRESS_OUT,
        (Service::Express, Days::Weekdays) => EXPRESS_IN,
        (Service::Night, _) => NIGHT,
        (Service::Express, Days::Weekend) | (Service::Frequency, _) => &[],
    };
    departures(hours, offset_min)
}

pub fn rail(rail: Rail, days: Days, offset_min: u32) -> Vec<i32> {
    let hours = match (rail, days) {
        (Rail::Metro, Days::Weekdays) => METRO,
        (Rail::Metro, Days::Weekend) => METRO_WEEKEND,
        (Rail::Train, Days::Weekdays) => TRAIN,
        (Rail::Train, Days::Weekend) => TRAIN_WEEKEND,
        (Rail::Intercity, Days::Weekdays) => INTERCITY,
        (Rail::Intercity, Days::Weekend) => INTERCITY_WEEKEND,
    };
    departures(hours, offset_min)
}

pub fn ferry(days: Days, headway_min: u32, offset_min: u32) -> Vec<i32> {
    let headway = f64::from(headway_min);
    match days {
        Days::Weekdays => departures(&[(5.75, 23.5, headway)], offset_min),
        Days::Weekend => departures(&[(8.0, 22.0, headway * 2.0)], offset_min),
    }
}

fn departures(hours: &[(f64, f64, f64)], offset_min: u32) -> Vec<i32> {
    let mut all = Vec::new();
    for &(from, until, minutes) in hours {
        let (mut at, until) = ((from * 3600.0) as i32, (until * 3600.0) as i32);
        let step = (minutes * 60.0) as i32;
        while at < until {
            all.push(at + (offset_min as i32 * 60) % step);
            at += step;
        }
    }
    all
}

/// Traffic: how much longer a bus takes that leaves now.
pub fn traffic(departure_s: i32) -> f64 {
    match departure_s / 1800 {
        // Half hours: 7 to 9 and 15:30 to 18.
        14..=17 | 31..=35 => 1.2,
        12..=41 => 1.0,
        _ => 0.9,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::units::clock;

    #[test]
    fn hours_of_the_day() {
        let night: Vec<String> =
            buses(Service::Night, Days::Weekdays, false, 45).into_iter().map(clock).collect();
        assert_eq!(night, ["23:00:00", "23:45:00", "24:30:00", "25:15:00"]);
        let trunk = buses(Service::Trunk, Days::Weekdays, false, 2);
        assert!(trunk.windows(2).all(|pair| pair[0] < pair[1]));
        let per_hour = |hour: i32| trunk.iter().filter(|at| **at / 3600 == hour).count();
        assert!(per_hour(7) == 7 && per_hour(12) == 5 && per_hour(22) == 2, "frequent in the rush");
    }
}
