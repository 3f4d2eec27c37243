//! A period and a profile → the question that routing answers, and whether there is any service to answer with.
//! Of a window of arrivals that question is about the arrivals; what can lead to them spans more.

use jiff::civil::Date;

use super::region::Region;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::error::{Error, Problem, Result};
use crate::base::ids::Id;
use crate::base::units::{Window, clock};
use crate::network::calendar::{self, WallTime};
use crate::network::links::LinkStatus;
use crate::network::span;
use crate::network::transit::{BICYCLES, BICYCLES_UNKNOWN_OR_YES, Timetable, Trip};
use crate::routing::{ActiveTrips, KernelOptions, Needs, Query, before};
use crate::study::{Period, Profile, Study, WindowOf};

const IDLE_FEED: DiagnosticCode = DiagnosticCode {
    code: "feed_without_service",
    severity: Severity::Doubt,
    meaning: "feeds without service in the window, which [network] may_be_idle allows",
    remedy: "",
};
const NO_BICYCLES: DiagnosticCode = DiagnosticCode {
    code: "feed_without_bicycles",
    severity: Severity::Doubt,
    meaning: "feeds none of whose trips takes bicycles: profiles with a bicycle aboard do not ride there",
    remedy: "where the feed does not say (`bikes_allowed` blank or 0), bicycles_unknown = true counts those trips",
};
const OVERLAPPING_BLOCKS: DiagnosticCode = DiagnosticCode {
    code: "gtfs_block_overlaps",
    severity: Severity::Doubt,
    meaning: "trips of a block that start before the last one has arrived: nobody stays seated there",
    remedy: "",
};
const BACKWARD_JOINS: DiagnosticCode = DiagnosticCode {
    code: "gtfs_join_back_in_time",
    severity: Severity::Dropped,
    meaning: "in-seat transfers (type 4) to a trip that has left already",
    remedy: "",
};
const INEXACT: DiagnosticCode = DiagnosticCode {
    code: "gtfs_inexact_frequencies",
    severity: Severity::Doubt,
    meaning: "departures by headway with exact_times = 0, laid out as if the first left at start_time",
    remedy: "read the results as those of one possible timetable",
};

/// The zone in which a study's times are meant: its own, or the feeds', if all agree.
///
/// # Errors
/// Names the feeds' zones where they differ, or a zone that does not exist.
pub fn zone(study: &Study, timetable: &Timetable) -> Result<String> {
    if let Some(zone) = &study.time_zone {
        return Ok(zone.clone());
    }
    let mut used: Vec<(&str, &str)> = timetable
        .routes
        .iter()
        .map(|r| (timetable.zones[r.zone as usize].as_str(), timetable.feeds[r.feed as usize].name.as_str()))
        .collect();
    used.sort_unstable();
    used.dedup();
    let mut zones: Vec<&str> = used.iter().map(|(zone, _)| *zone).collect();
    zones.dedup();
    match zones.as_slice() {
        [] => Ok("UTC".to_string()),
        [zone] => Ok(zone.to_string()),
        _ => {
            let list: Vec<String> = used.iter().map(|(zone, feed)| format!("{feed}: {zone}")).collect();
            Err(Error::input(
                "[study] time_zone",
                format!("the feeds lie in several time zones ({})", list.join("; ")),
                "say in which one the study's times are meant: time_zone = \"Europe/Stockholm\"",
            ))
        }
    }
}

/// What a period and a profile ask, with the runs that can matter.
pub struct WindowQuery {
    pub of: WindowOf,
    /// Its window is the period's, of departures or of arrivals.
    pub query: Query,
    /// Unrolled for [`WindowQuery::span`].
    pub service: ActiveTrips,
    /// How the kernel goes about it.
    pub how: KernelOptions,
}

impl WindowQuery {
    /// Asks without looking whether there is any service.
    ///
    /// # Errors
    /// As [`query`].
    pub fn plainly(
        region: &Region,
        zone: &str,
        period: &Period,
        profile: &Profile,
        how: KernelOptions,
    ) -> Result<WindowQuery> {
        let query = query(zone, period, profile, profile.max_travel_time_s)?;
        let mut asked = WindowQuery { of: period.of, query, service: ActiveTrips::default(), how };
        if profile.transit {
            asked.service = ActiveTrips::expand(&region.timetable, &asked.span());
        }
        Ok(asked)
    }

    /// All that can matter: from the window's start, or from the longest time before it, to the last arrival.
    pub fn span(&self) -> Query {
        match self.of {
            WindowOf::Departures => self.query,
            WindowOf::Arrivals => before(&self.query),
        }
    }

    /// The first and the last second that can matter, on the clock of the period.
    pub fn between(&self, period: &Period) -> (i32, i32) {
        let span = self.span();
        let start_s = period.start_s - (self.query.start_unix_s - span.start_unix_s) as i32;
        (start_s, start_s + span.horizon_s())
    }
}

/// A time of a period's day; before its midnight it is one of the day before.
///
/// ```
/// use isokron::engine::window::time_of_day;
///
/// assert_eq!(time_of_day(25_509), "07:05:09");
/// assert_eq!(time_of_day(-60), "23:59:00 the day before");
/// ```
pub fn time_of_day(seconds: i32) -> String {
    if seconds >= 0 {
        return clock(seconds);
    }
    let days = seconds.div_euclid(86_400);
    let which = if days == -1 { "the day before".to_string() } else { format!("{} days before", -days) };
    format!("{} {which}", clock(seconds.rem_euclid(86_400)))
}

/// How messages call a period; the one of a `trip` has no name.
fn named(period: &Period) -> String {
    match (period.name.is_empty(), period.of) {
        (false, _) => format!("[[period]] {}", period.name),
        (true, WindowOf::Departures) => "--depart".to_string(),
        (true, WindowOf::Arrivals) => "--arrive".to_string(),
    }
}

/// The question of a period and a profile, with travel times up to `longest_s`.
///
/// # Errors
/// A window that a clock change skips or repeats, or a date beyond the calendar.
pub fn query(zone: &str, period: &Period, profile: &Profile, longest_s: u32) -> Result<Query> {
    let place = named(period);
    let wall = |seconds: i32| {
        calendar::wall(zone, period.date, seconds).map_err(|error| {
            let time = clock(seconds);
            let (what, remedy) = match error {
                WallTime::Skipped => {
                    ("does not exist: the clocks go forward over it", "choose a time outside that hour")
                }
                WallTime::Repeated => {
                    ("comes twice: the clocks go back over it", "choose a time outside that hour")
                }
                WallTime::Beyond => ("is beyond the calendar", "choose a date nearer to today"),
                WallTime::UnknownZone => {
                    ("cannot be told: no such time zone", "give an IANA name in [study] time_zone")
                }
            };
            Error::input(&place, format!("{time} on {} in {zone} {what}", period.date), remedy)
        })
    };
    let (start, end) = (wall(period.start_s)?, wall(period.end_s)?);
    if end <= start {
        return Err(Error::input(&place, "the window ends before it begins", "the clocks go back within it"));
    }
    Ok(Query {
        start_unix_s: start,
        window: Window { length_s: (end - start) as u32, every_s: period.every_s },
        board_slack_s: profile.board_slack_s,
        transfer_slack_s: profile.transfer_slack_s,
        max_rides: profile.max_rides,
        longest_s,
        needs: needs(profile),
    })
}

/// What a profile needs of trips: those who take a bicycle along, that it may.
fn needs(profile: &Profile) -> Needs {
    let aboard = profile.chains.as_ref().filter(|chains| chains.bicycle_aboard);
    let trips = aboard.map_or(0, |chains| match chains.limits.bicycles_unknown {
        true => BICYCLES_UNKNOWN_OR_YES,
        false => BICYCLES,
    });
    Needs { trips, ..Needs::default() }
}

/// Asks, reports what is doubtful in the timetable, and refuses a window without service, feed by feed.
///
/// # Errors
/// As [`query`]; feeds without service.
pub fn ask(
    study: &Study,
    region: &Region,
    zone: &str,
    period: &Period,
    profile: &Profile,
    how: KernelOptions,
    diagnostics: &mut Diagnostics,
) -> Result<WindowQuery> {
    let asked = WindowQuery::plainly(region, zone, period, profile, how)?;
    if !profile.transit {
        return Ok(asked);
    }
    let (timetable, service) = (&*region.timetable, &asked.service);
    // By profile and period: horizons differ.
    let input = format!("{} × {}", profile.name, period.name);
    diagnostics.count(OVERLAPPING_BLOCKS, &input, service.overlapping_blocks, "");
    diagnostics.count(BACKWARD_JOINS, &input, service.backward_joins, "");
    let share = 100.0 * service.inexact_departures as f64 / service.departures.max(1) as f64;
    let what = format!("{share:.1} % of the departures");
    diagnostics.count(INEXACT, &input, service.inexact_departures, what);
    let idle = idle_feeds(region, service, &asked.span());
    let mut problems = Vec::new();
    for feed in idle {
        let name = &timetable.feeds[feed].name;
        let needed = asked.query.needs.trips;
        let suits = |trip: &Trip| trip.feed == feed as u32 && trip.flags & needed == needed;
        if needed != 0 && !timetable.trips.iter().any(suits) {
            diagnostics.add(NO_BICYCLES, name, "", &profile.name, "no trip takes bicycles");
        } else if study.network.may_be_idle.contains(name) {
            diagnostics.add(IDLE_FEED, name, "", &period.name, format!("no departure on {}", period.date));
        } else {
            problems.push(no_service(region, diagnostics, feed as u32, period, &asked));
        }
    }
    if problems.is_empty() { Ok(asked) } else { Err(Error::Input(problems)) }
}

/// Feeds without a departure that may be boarded at a linked stop within the window and what follows it.
fn idle_feeds(region: &Region, service: &ActiveTrips, query: &Query) -> Vec<usize> {
    let timetable = &*region.timetable;
    let mut busy = vec![false; timetable.feeds.len()];
    let boardable = service.boardable_stops(timetable, query);
    for stop in boardable.iter().filter(|(_, boardable)| **boardable).map(|(stop, _)| stop.index()) {
        // Without streets no stop is linked, and all count.
        let linked = region.streets.edges() == 0 || region.links.stops.status(stop) != LinkStatus::Unlinked;
        busy[timetable.stops.feed[stop] as usize] |= linked;
    }
    (0..busy.len()).filter(|&feed| !busy[feed]).collect()
}

fn no_service(
    region: &Region,
    diagnostics: &Diagnostics,
    feed: u32,
    period: &Period,
    asked: &WindowQuery,
) -> Problem {
    let timetable = &*region.timetable;
    if let Some(problem) = never(region, diagnostics, feed) {
        return problem;
    }
    let name = &timetable.feeds[feed as usize].name;
    let (from, until) = asked.between(period);
    let side = match asked.of {
        WindowOf::Departures => "after",
        WindowOf::Arrivals => "before",
    };
    let what = format!(
        "no departure that may be boarded at a linked stop on {} from {} to {}, the time of {} and \
         max_travel_time_s {side} it",
        period.date,
        time_of_day(from),
        time_of_day(until),
        named(period)
    );
    let date = |day: i32| calendar::date_of(day).map_or_else(String::new, |date: Date| date.to_string());
    let runs = span::service_span(timetable, feed).map_or_else(String::new, |s| {
        let hours = span::hours(timetable, feed, s.best);
        let hours = hours.map_or_else(String::new, |(a, b)| format!(", from {} to {}", clock(a), clock(b)));
        format!(
            "it runs from {} to {}; most trips on {} ({}{hours}). ",
            date(s.first),
            date(s.last),
            date(s.best),
            s.trips
        )
    });
    let remedy = format!("{runs}Choose another date or window, or {}", allowed(name));
    Problem::new(name, what, remedy)
}

fn allowed(feed: &str) -> String {
    format!("allow it: [network] may_be_idle = [\"{feed}\"]")
}

/// What no other date or window would mend: a feed without trips, without days, or far from all streets.
fn never(region: &Region, diagnostics: &Diagnostics, feed: u32) -> Option<Problem> {
    let timetable = &*region.timetable;
    let name = &timetable.feeds[feed as usize].name;
    let trips = timetable.trips.iter().filter(|trip| trip.feed == feed).count();
    let dropped = diagnostics.dropped(name);
    let dropped = dropped.map_or_else(String::new, |list| format!("; left out: {list}"));
    if trips == 0 {
        let remedy =
            format!("see what isokron check says of it, and put the feed right, or {}", allowed(name));
        return Some(Problem::new(name, format!("has no trip that can run{dropped}"), remedy));
    }
    if span::service_span(timetable, feed).is_none() {
        let what = format!("none of its {trips} trips runs on any day{dropped}");
        let remedy = format!("look at its calendar.txt and calendar_dates.txt, or {}", allowed(name));
        return Some(Problem::new(name, what, remedy));
    }
    let stops = &timetable.stops;
    let called: Vec<usize> =
        (0..stops.feed.len()).filter(|&stop| stops.feed[stop] == feed && stops.called[stop] != 0).collect();
    let near = |stop: &usize| region.links.stops.status(*stop) != LinkStatus::Unlinked;
    if region.streets.edges() == 0 || called.iter().any(near) {
        return None;
    }
    let what = format!("none of its {} stops with trips is near a street of the study", called.len());
    let remedy = format!(
        "give an extract and feeds of the same area, raise [network] max_link_m, or {}",
        allowed(name)
    );
    Some(Problem::new(name, what, remedy))
}
