//! `[[period]]`: when people travel.

use jiff::civil::Date;

use super::keys::declaration::Fallback::{Absent, Required};
use super::keys::declaration::Shape::{self, Form, Name, Whole, Words};
use super::keys::declaration::{Entry, key};

const WINDOW: Shape =
    Form(r"^\s*[0-9]{1,3}:[0-5][0-9](:[0-5][0-9])?\s*/\s*[0-9]{1,3}:[0-5][0-9](:[0-5][0-9])?\s*$");

/// What a window is a window of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WindowOf {
    #[default]
    Departures,
    /// Per second of arrival the latest departure.
    Arrivals,
}

/// A window of departures or arrivals on a date, wall-clock time in the study's zone.
#[derive(Clone, Debug, PartialEq)]
pub struct Period {
    pub name: String,
    pub date: Date,
    pub of: WindowOf,
    /// Seconds from the date's midnight by the clock on the wall; both may pass 24 h; start < end.
    pub start_s: i32,
    pub end_s: i32,
    /// 1: exact.
    pub every_s: u32,
}

impl Period {
    pub const KEYS: &'static [Entry<Period>] = &[
        key("period", "name", Required, "\"morning\"", "a name, [a-z0-9_]+").takes(Name).apart(),
        key("period", "date", Required, "2025-03-04", "day of travel")
            .takes(Form("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))
            .apart(),
        key(
            "period",
            "depart",
            Absent("arrive: one of the two"),
            "\"07:00/09:00\"",
            "window of departures on the clock of the study's zone, half open, up to 24 h; may pass 24:00",
        )
        .takes(WINDOW)
        .apart(),
        key(
            "period",
            "arrive",
            Absent("depart: one of the two"),
            "\"07:00/08:00\"",
            "window of arrivals in its place: for every second of arrival the latest departure",
        )
        .takes(WINDOW)
        .apart(),
        key("period", "departures", Absent("\"exact\""), "\"exact\"", "every second of the window")
            .takes(Words(&["exact"]))
            .apart(),
        key(
            "period",
            "every_s",
            Absent("every second"),
            "60",
            "in place of departures: one departure (or arrival) every so many seconds",
        )
        .takes(Whole(1, 86_400))
        .apart(),
    ];
}
