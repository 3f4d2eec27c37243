//! How somebody drives: keys of `[[profile]]`.

use super::fields::{Choice, TimeOfDay};
use super::keys::declaration::Fallback::Absent;
use super::keys::declaration::Shape::{Form, Number, Words};
use super::keys::declaration::{Entry, key};
use super::keys::shapes::SECONDS;

/// How somebody drives from door to door.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CarSpec {
    /// Of the speed that streets have: their limit, or what is usual.
    pub speed_factor: f64,
    pub delays: CarDelays,
    /// The hour whose traffic there is; `None`: what holds at all hours alone.
    pub traffic_at: Option<TimeOfDay>,
    /// To find a place to park and to walk from there.
    pub parking_s: u32,
    /// 0: not at all.
    pub max_direct_s: u32,
}

impl Default for CarSpec {
    fn default() -> Self {
        CarSpec {
            speed_factor: 1.0,
            delays: CarDelays::Helsinki,
            traffic_at: None,
            parking_s: 0,
            max_direct_s: 0,
        }
    }
}

/// What crossings and turns cost; what each means is for `network::modes::car_delays` to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CarDelays {
    #[default]
    Helsinki,
    HelsinkiRush,
    HelsinkiMidday,
    Conveyal,
    None,
}

impl Choice for CarDelays {
    const WORDS: &'static [&'static str] =
        &["helsinki_2013", "helsinki_2013_rush", "helsinki_2013_midday", "conveyal", "none"];
    const ALL: &'static [Self] = &[
        CarDelays::Helsinki,
        CarDelays::HelsinkiRush,
        CarDelays::HelsinkiMidday,
        CarDelays::Conveyal,
        CarDelays::None,
    ];
}

impl CarSpec {
    /// Of `[[profile]]`, too; scenarios leave them alone.
    pub const KEYS: &'static [Entry<CarSpec>] = &[
        key(
            "profile",
            "car_speed_factor",
            Absent("1, where one drives"),
            "0.8",
            "what is driven, as a part of the speed limit, or of what is usual where none is known",
        )
        .takes(Number(0.05, 2.0))
        .fills(|spec| &mut spec.speed_factor),
        key(
            "profile",
            "car_delays",
            Absent("\"helsinki_2013\", where one drives"),
            "\"none\"",
            "table of delays at junctions (docs/streets.md)",
        )
        .takes(Words(CarDelays::WORDS))
        .fills(|spec| &mut spec.delays),
        key(
            "profile",
            "car_traffic_at",
            Absent("rows of [network] traffic without hours alone"),
            "\"08:00\"",
            "time of the day whose traffic there is, in all periods (docs/streets.md)",
        )
        .takes(Form(r"^\s*[0-9]{1,2}:[0-5][0-9](:[0-5][0-9])?\s*$"))
        .fills(|spec| &mut spec.traffic_at),
        key(
            "profile",
            "car_parking_s",
            Absent("0, where one drives"),
            "300",
            "time to find a place to park at the end of each drive and to walk from there, s",
        )
        .takes(SECONDS)
        .fills(|spec| &mut spec.parking_s),
        key(
            "profile",
            "max_direct_car_s",
            Absent("max_travel_time_s"),
            "3600",
            "longest drive from door to door, parking included; 0: none",
        )
        .takes(SECONDS)
        .fills(|spec| &mut spec.max_direct_s),
    ];
}

/// Countries whose law on speed is known, for `[network] country`.
pub const COUNTRIES: &[&str] = &[
    "AT", "AU", "BE", "BR", "CH", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "IE", "IT", "NL", "NO",
    "NZ", "PL", "PT", "SE", "US",
];
