//! Cells: what is a time, a date, a number, an id, and what can be understood although it is written oddly.

use std::borrow::Cow;

use crate::base::units::parse_clock;

/// Any text.
pub(super) fn any(cell: &str) -> Option<Cow<'_, str>> {
    Some(Cow::Borrowed(cell))
}

/// Any text but a blank.
pub(super) fn filled(cell: &str) -> Option<Cow<'_, str>> {
    (!cell.is_empty()).then_some(Cow::Borrowed(cell))
}

/// `0` or `1`.
pub(super) fn flag(cell: &str) -> Option<Cow<'_, str>> {
    matches!(cell, "0" | "1").then_some(Cow::Borrowed(cell))
}

/// `0`, `1` or `2`: unknown, yes, no.
pub(super) fn allowed(cell: &str) -> Option<Cow<'_, str>> {
    whole(cell, 2)
}

/// A whole number of `0..=most`; `1.0` is 1.
fn whole(cell: &str, most: u32) -> Option<Cow<'_, str>> {
    if cell.len() <= 9 && !cell.is_empty() && cell.bytes().all(|byte| byte.is_ascii_digit()) {
        return (cell.parse::<u32>().ok()? <= most).then_some(Cow::Borrowed(cell));
    }
    let value: f64 = cell.parse().ok()?;
    (value.fract() == 0.0 && (0.0..=f64::from(most)).contains(&value)).then(|| Cow::Owned(format!("{value}")))
}

/// `route_type`: every number is kept, known or not (`gtfs-structures` holds it in 16 bits).
pub(super) fn route_type(cell: &str) -> Option<Cow<'_, str>> {
    whole(cell, i16::MAX as u32)
}

/// `location_type` 0–4.
pub(super) fn location_type(cell: &str) -> Option<Cow<'_, str>> {
    whole(cell, 4)
}

/// `exception_type` 1 or 2.
pub(super) fn exception_type(cell: &str) -> Option<Cow<'_, str>> {
    whole(cell, 2).filter(|value| value != "0")
}

/// `transfer_type` 0–5.
pub(super) fn transfer_type(cell: &str) -> Option<Cow<'_, str>> {
    whole(cell, 5)
}

/// A number of seconds.
pub(super) fn seconds(cell: &str) -> Option<Cow<'_, str>> {
    whole(cell, 10_000_000)
}

/// What the cells of a column take, in words; empty for ids and texts.
pub(super) fn takes(column: &str) -> &'static str {
    match column {
        "headway_secs" | "min_transfer_time" => "whole seconds, 0 to 10,000,000",
        "route_type" => "whole numbers, 0 to 32,767",
        "location_type" => "0 to 4",
        "transfer_type" => "0 to 5",
        "bikes_allowed" => "0, 1 or 2",
        "exception_type" => "1 or 2",
        "stop_lat" => "degrees, -90 to 90",
        "stop_lon" => "degrees, -180 to 180",
        "date" | "start_date" | "end_date" => "dates of the calendar as YYYYMMDD, 00010101 to 99991231",
        "start_time" | "end_time" => "times as H:MM:SS, up to 999:59:59",
        "exact_times" => "0 or 1",
        day if day.ends_with("day") => "0 or 1",
        _ => "",
    }
}

/// Degrees north.
pub(super) fn latitude(cell: &str) -> Option<Cow<'_, str>> {
    degrees(cell, 90.0)
}

/// Degrees east.
pub(super) fn longitude(cell: &str) -> Option<Cow<'_, str>> {
    degrees(cell, 180.0)
}

fn degrees(cell: &str, most: f64) -> Option<Cow<'_, str>> {
    let good = |cell: &str| cell.parse::<f64>().is_ok_and(|value| value.abs() <= most);
    if good(cell) {
        return Some(Cow::Borrowed(cell));
    }
    let point = cell.replace(',', ".");
    good(&point).then_some(Cow::Owned(point))
}

/// `YYYYMMDD`; with `-`, `.` or `/` between the parts it can be meant in one way only.
pub(super) fn date(cell: &str) -> Option<Cow<'_, str>> {
    let digits: String = match cell.as_bytes() {
        [_, _, _, _, a, _, _, b, _, _] if a == b && matches!(a, b'-' | b'.' | b'/') => {
            cell.chars().filter(|&c| c != char::from(*a)).collect()
        }
        _ => cell.to_string(),
    };
    if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let year: i16 = digits[..4].parse().ok()?;
    let (month, day) = (digits[4..6].parse().ok()?, digits[6..].parse().ok()?);
    let real = year >= 1 && jiff::civil::Date::new(year, month, day).is_ok();
    real.then(|| if digits == cell { Cow::Borrowed(cell) } else { Cow::Owned(digits) })
}

/// `H:MM:SS`; `H:MM` is understood.
pub(super) fn clock(cell: &str) -> Option<Cow<'_, str>> {
    match (time(cell), parse_clock(cell)) {
        (Some(_), _) => Some(Cow::Borrowed(cell)),
        (None, Some(seconds)) => Some(Cow::Owned(crate::base::units::clock(seconds))),
        _ => None,
    }
}

/// Seconds of `H:MM:SS` with one to three digits of hours; as in [`parse_clock`], but fast and nothing else.
pub(super) fn time(cell: &str) -> Option<i32> {
    let (hours, rest) = cell.as_bytes().split_at_checked(cell.len().checked_sub(6)?)?;
    let [b':', m1, m2, b':', s1, s2] = *rest else { return None };
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i32::from(byte - b'0'));
    if hours.is_empty() || hours.len() > 3 {
        return None;
    }
    let mut h = 0;
    for &byte in hours {
        h = 10 * h + digit(byte)?;
    }
    let (m, s) = (10 * digit(m1)? + digit(m2)?, 10 * digit(s1)? + digit(s2)?);
    (m < 60 && s < 60).then_some(h * 3600 + m * 60 + s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        assert_eq!(time("6:00:00"), Some(21_600));
        assert_eq!(time("125:00:09"), Some(450_009));
        for bad in
            ["8h10", "08:99:99", "9999999:00:00", "08:00", "", ":00:00", "-1:00:00", "ö:00:00", "1:0\u{e9}:0"]
        {
            assert_eq!(time(bad), None, "{bad}");
        }
        assert_eq!(clock("8:05").as_deref(), Some("08:05:00"));
    }

    #[test]
    fn dates() {
        assert_eq!(date("20240229").as_deref(), Some("20240229"));
        assert_eq!(date("2007-06-04").as_deref(), Some("20070604"));
        assert_eq!(date("2007.01.01").as_deref(), Some("20070101"));
        assert_eq!((date("99991231").as_deref(), date("00010101").is_some()), (Some("99991231"), true));
        for bad in ["20230229", "00000101", "99990229", "2007-06.04", "bad_date!", "", "04062007", "٢٠٢٤"]
        {
            assert_eq!(date(bad), None, "{bad}");
        }
    }

    #[test]
    fn numbers() {
        assert_eq!(route_type("1501").as_deref(), Some("1501"));
        assert_eq!(route_type("3.0").as_deref(), Some("3"));
        assert_eq!((route_type("-1"), route_type("x"), location_type("9")), (None, None, None));
        assert_eq!((latitude("912"), latitude("nan"), longitude("inf")), (None, None, None));
        assert_eq!(longitude("18,05").as_deref(), Some("18.05"));
    }
}
