//! Days and clocks: which days a service runs, and what second of the world a wall clock's time is.
//! The time zone database is the one compiled in, so that equal inputs give equal answers on every machine.

use jiff::civil::{Date, Time, date};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use jiff::{Span, Timestamp, Unit};

use crate::base::csr::Csr;
use crate::inputs::raw::{RawCalendar, RawCalendarDate};

const DAY_S: i32 = 86_400;

/// Days since 1970-01-01.
pub fn day_number(date: Date) -> i32 {
    let days = EPOCH.until((Unit::Day, date)).map_or(0, |span: Span| span.get_days());
    debug_assert!(date_of(days) == Some(date));
    days
}

const EPOCH: Date = date(1970, 1, 1);

/// The date of a number of days since 1970-01-01; `None` beyond the calendar (years −9999 to 9999).
pub fn date_of(day: i32) -> Option<Date> {
    EPOCH.checked_add(Span::new().try_days(day).ok()?).ok()
}

/// Service → its days since 1970-01-01, sorted: its weekdays between its dates, and the days added and removed.
pub fn service_days(services: usize, calendars: &[RawCalendar], dates: &[RawCalendarDate]) -> Csr<i32> {
    let mut days: Vec<Vec<i32>> = vec![Vec::new(); services];
    for calendar in calendars {
        let (start, end) = (day_number(calendar.start), day_number(calendar.end));
        let monday_first = calendar.start.weekday().to_monday_zero_offset() as i32;
        let runs = (start..=end).filter(|day| calendar.weekdays[((day - start + monday_first) % 7) as usize]);
        days[calendar.service as usize].extend(runs);
    }
    for list in &mut days {
        list.sort_unstable();
        list.dedup();
    }
    for exception in dates {
        let list = &mut days[exception.service as usize];
        let day = day_number(exception.date);
        match (list.binary_search(&day), exception.added) {
            (Err(place), true) => list.insert(place, day),
            (Ok(place), false) => {
                list.remove(place);
            }
            _ => {}
        }
    }
    Csr::from_rows(days)
}

fn time_zone(zone: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(zone).ok()
}

/// Where the times of a service day are counted from: noon − 12 h in `zone`, as a Unix second. On the two days a year
/// when clocks change that is not midnight. `None` for an unknown zone.
///
/// ```
/// use isokron::network::calendar::{service_day_start, wall};
/// use jiff::civil::date;
///
/// let zone = "Europe/Stockholm";
/// // A usual day begins at midnight; the one on which clocks go forward an hour before.
/// let (saturday, sunday) = (date(2026, 3, 28), date(2026, 3, 29));
/// assert_eq!(service_day_start(zone, saturday).unwrap(), wall(zone, saturday, 0).unwrap());
/// assert_eq!(service_day_start(zone, sunday).unwrap(), wall(zone, saturday, 23 * 3600).unwrap());
/// ```
pub fn service_day_start(zone: &str, date: Date) -> Option<i64> {
    let noon = date.to_datetime(Time::midnight()).checked_add(Span::new().hours(12)).ok()?;
    let noon = time_zone(zone)?.to_ambiguous_timestamp(noon).compatible().ok()?;
    Some(noon.as_second() - i64::from(DAY_S / 2))
}

/// Why a time on the wall clock is not one second of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WallTime {
    /// Clocks are put forward over it.
    Skipped,
    /// The date is beyond the calendar (years −9999 to 9999).
    Beyond,
    /// Clocks are put back over it: it comes twice.
    Repeated,
    /// The time zone database does not know the zone.
    UnknownZone,
}

/// The Unix second at which a clock in `zone` shows `seconds` after midnight of `date`, by the clock's own reckoning;
/// 24 h and more mean the clock's time on a later date.
///
/// # Errors
/// [`WallTime`] where there is no such second, or two.
pub fn wall(zone: &str, date: Date, seconds: i32) -> Result<i64, WallTime> {
    let zone = time_zone(zone).ok_or(WallTime::UnknownZone)?;
    let date = date_of(day_number(date).saturating_add(seconds.div_euclid(DAY_S))).ok_or(WallTime::Beyond)?;
    let within = i64::from(seconds.rem_euclid(DAY_S));
    let clock = date.to_datetime(Time::midnight()).checked_add(Span::new().seconds(within));
    let moment = zone.to_ambiguous_timestamp(clock.map_err(|_| WallTime::Beyond)?);
    match moment.offset() {
        AmbiguousOffset::Unambiguous { .. } => {
            moment.compatible().map(|second| second.as_second()).map_err(|_| WallTime::Beyond)
        }
        AmbiguousOffset::Gap { .. } => Err(WallTime::Skipped),
        AmbiguousOffset::Fold { .. } => Err(WallTime::Repeated),
    }
}

/// The other way: what a clock in `zone` shows at a Unix second, counted from midnight of `date`; 24 h and more on a
/// later date. `None` for an unknown zone, or beyond the calendar.
pub fn on_the_wall(zone: &str, date: Date, unix_s: i64) -> Option<i32> {
    let shown = time_zone(zone)?.to_datetime(Timestamp::from_second(unix_s).ok()?);
    let days = day_number(shown.date()) - day_number(date);
    let time = shown.time();
    let within = i32::from(time.hour()) * 3600 + i32::from(time.minute()) * 60 + i32::from(time.second());
    days.checked_mul(DAY_S)?.checked_add(within)
}

/// A Unix second as RFC 3339 writes it in `zone`: `2026-03-10T07:30:00+01:00`. `None` as in [`on_the_wall`].
pub fn moment(zone: &str, unix_s: i64) -> Option<String> {
    let zoned = Timestamp::from_second(unix_s).ok()?.to_zoned(time_zone(zone)?);
    Some(zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_from_1970() {
        assert_eq!(day_number(date(1970, 1, 1)), 0);
        // 2000-03-01: 30 years with 7 leap days, and 31 + 29 days.
        assert_eq!(day_number(date(2000, 3, 1)), 30 * 365 + 7 + 60);
        assert_eq!(date_of(-1), Some(date(1969, 12, 31)));
        assert_eq!(date_of(i32::MAX), None);
    }

    #[test]
    fn services_run_on_their_days() {
        // Wed 2024-05-01 to Tue 05-14, Wednesdays and Sundays; 05-08 removed, Thu 05-09 added.
        let calendar = RawCalendar {
            service: 1,
            weekdays: [false, false, true, false, false, false, true],
            start: date(2024, 5, 1),
            end: date(2024, 5, 14),
            line: 2,
        };
        let exception = |day, added| RawCalendarDate { service: 1, date: date(2024, 5, day), added, line: 0 };
        let days = service_days(2, &[calendar], &[exception(9, true), exception(8, false)]);
        let first = day_number(date(2024, 5, 1));
        assert!(days.row(0).is_empty());
        assert_eq!(days.row(1), [first, first + 4, first + 8, first + 11]);
    }

    #[test]
    fn summer_time() {
        let zone = "Europe/Stockholm";
        // 2024-03-31: 02:00 becomes 03:00. Noon is 10:00 UTC; 12 h before it is 22:00 UTC, 23:00 on the wall.
        let start = service_day_start(zone, date(2024, 3, 31)).unwrap();
        assert_eq!(start, 1_711_836_000);
        assert_eq!(wall(zone, date(2024, 3, 31), 0), Ok(start + 3600));
        assert_eq!(wall(zone, date(2024, 3, 31), 9000), Err(WallTime::Skipped));
        assert_eq!(wall(zone, date(2024, 3, 31), 7 * 3600), Ok(start + 7 * 3600));
        assert_eq!(wall(zone, date(2024, 3, 30), 26 * 3600 + 1800), Err(WallTime::Skipped));
        // 2024-10-27: 03:00 becomes 02:00. Noon is 11:00 UTC; 12 h before it is 01:00 on the wall.
        let start = service_day_start(zone, date(2024, 10, 27)).unwrap();
        assert_eq!(wall(zone, date(2024, 10, 27), 0), Ok(start - 3600));
        assert_eq!(wall(zone, date(2024, 10, 27), 9000), Err(WallTime::Repeated));
        assert_eq!(wall(zone, date(2024, 10, 26), 24 * 3600 + 3 * 3600), Ok(start + 3 * 3600));
        assert_eq!(wall(zone, date(9999, 12, 31), 24 * 3600), Err(WallTime::Beyond));
        assert_eq!(wall("Europe/Atlantis", date(2024, 1, 1), 0), Err(WallTime::UnknownZone));
        // An hour after 01:30 the clock shows 03:30; seen from the day before, 27:30.
        let half_past_one = wall(zone, date(2024, 3, 31), 5400).unwrap();
        assert_eq!(on_the_wall(zone, date(2024, 3, 31), half_past_one + 3600), Some(12_600));
        assert_eq!(on_the_wall(zone, date(2024, 3, 30), half_past_one + 3600), Some(99_000));
        assert_eq!(on_the_wall("Europe/Atlantis", date(2024, 1, 1), 0), None);
    }
}
