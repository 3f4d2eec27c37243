//! `[[period]]` → a date and a window.

use jiff::civil::Date;
use toml::de::{DeTable, DeValue};

use super::value::text;
use super::walk::{Section, TableReader};
use crate::base::units::parse_clock;
use crate::study::{Period, WindowOf};

/// A day at every second.
const MAX_DEPARTURES: u32 = 86_400;
/// Windows end within two days after the date's midnight.
pub(crate) const MAX_CLOCK_S: i32 = 72 * 3600;

/// Where nothing rides every second is like every other.
pub(super) fn any_time() -> Period {
    let date = jiff::civil::date(2000, 1, 1);
    Period { name: "any_time".to_string(), date, of: WindowOf::Departures, start_s: 0, end_s: 1, every_s: 1 }
}

pub(super) fn period<'t>(walk: &mut TableReader<'t>, table: &DeTable<'t>, at: usize) -> Period {
    let mut s = Section::open(walk, "period", Some(table), at);
    let name = s.name();
    let date = s.read("date", "write a day that exists, such as date = 2025-03-04", date).unwrap_or_default();
    let (of, key) = match (s.has("depart"), s.has("arrive")) {
        (_, false) => (WindowOf::Departures, "depart"),
        (_, true) => (WindowOf::Arrivals, "arrive"),
    };
    if s.has("depart") && s.has("arrive") {
        s.wrong("arrive", "stands beside depart", "leave out one of the two, or write two periods");
    } else if !s.has(key) {
        s.wrong(key, "is missing, and so is arrive", "write one of them, such as depart = \"07:00/09:00\"");
    }
    let remedy = format!("write start and end, such as {key} = \"07:00/09:00\"; hours may pass 24");
    let (start_s, end_s) = s.read(key, &remedy, window).unwrap_or((0, 1));
    let exact = s.word("departures").is_some();
    if exact && s.has("every_s") {
        s.wrong("every_s", "stands beside departures = \"exact\"", "leave out one of the two");
    }
    let every_s = s.get("every_s").unwrap_or(1);
    let departures = (end_s - start_s).unsigned_abs().div_ceil(every_s);
    if departures > MAX_DEPARTURES {
        s.wrong(
            key,
            format!("holds {departures} seconds, and {MAX_DEPARTURES}, those of 24 h, are the most"),
            "shorten the window, or sample it with every_s = 60",
        );
    }
    Period { name, date, of, start_s, end_s, every_s }
}

fn date(value: &DeValue<'_>) -> std::result::Result<Date, String> {
    if let Some(datetime) = value.as_datetime() {
        let date = datetime.date.filter(|_| datetime.time.is_none() && datetime.offset.is_none());
        let date = date.ok_or("is not a day alone")?;
        let unknown = |_| format!("is {date}, and there is no such day");
        let (month, day) = (date.month as i8, date.day as i8);
        return Date::new(date.year as i16, month, day).map_err(unknown);
    }
    let written = text(value)?;
    written.parse().map_err(|_| format!("is \"{written}\", and there is no such day"))
}

fn window(value: &DeValue<'_>) -> std::result::Result<(i32, i32), String> {
    window_of(&text(value)?)
}

/// A window such as `07:00/09:00`, seconds from midnight; or what is wrong with it.
pub fn window_of(written: &str) -> std::result::Result<(i32, i32), String> {
    let (start, end) = written.split_once('/').ok_or(format!("is \"{written}\""))?;
    let clock = |part: &str| parse_clock(part).ok_or(format!("is \"{written}\": \"{part}\" is no time"));
    let (start, end) = (clock(start)?, clock(end)?);
    if end <= start {
        return Err(format!(
            "is \"{written}\": the end must be later than the start (past midnight is 24:30)"
        ));
    }
    if end > MAX_CLOCK_S {
        return Err(format!("is \"{written}\": later than 72:00; take a later date"));
    }
    Ok((start, end))
}
