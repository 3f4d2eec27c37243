//! A case printed for a person.

use std::fmt;

use isokron::base::units::clock;
use isokron::inputs::raw::{RawFeed, RawTransfer};

use super::{Case, Ways};

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let q = &self.query;
        writeln!(
            f,
            "\n{} {}/{} ({}) every {} s",
            q.date,
            clock(q.start_s),
            clock(q.end_s),
            q.zone,
            q.every_s
        )?;
        writeln!(
            f,
            "  board slack {}, transfer slack {}, rides {:?}, at most {} s, phone ahead {}",
            q.board_slack_s, q.transfer_slack_s, q.max_rides, q.max_travel_time_s, q.phone_ahead
        )?;
        for (i, feed) in self.feeds.iter().enumerate() {
            show_feed(f, feed, self.first_stop(i))?;
        }
        write!(f, "{:?}", self.ways)
    }
}

impl fmt::Debug for Ways {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "walks from {} origins to {} destinations, s", self.origins, self.destinations)?;
        for (name, legs) in [
            ("origin → stop", &self.access),
            ("stop → destination", &self.egress),
            ("stop → stop", &self.transfers),
            ("origin → destination", &self.direct),
        ] {
            write!(f, "  {name}:")?;
            for ((from, to), s) in legs {
                write!(f, " {from}→{to} {s},")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

fn show_feed(f: &mut fmt::Formatter<'_>, feed: &RawFeed, first_stop: u32) -> fmt::Result {
    writeln!(f, "feed {}", feed.name)?;
    for (i, stop) in feed.stops.iter().enumerate() {
        write!(f, "  stop {} at {:?}", first_stop + i as u32, stop.lon_lat)?;
        match (stop.location_type, stop.parent) {
            (1, _) => writeln!(f, ", a station")?,
            (_, Some(p)) => writeln!(f, " of station {}", first_stop + p)?,
            _ => writeln!(f)?,
        }
    }
    for (i, service) in feed.services.iter().enumerate() {
        write!(f, "  service {i} {service}:")?;
        for c in feed.calendars.iter().filter(|c| c.service as usize == i) {
            let days: String = c.weekdays.iter().map(|&d| if d { 'x' } else { '.' }).collect();
            write!(f, " {days} {}–{}", c.start, c.end)?;
        }
        for x in feed.calendar_dates.iter().filter(|x| x.service as usize == i) {
            write!(f, " {}{}", if x.added { '+' } else { '-' }, x.date)?;
        }
        writeln!(f)?;
    }
    for (t, trip) in feed.trips.iter().enumerate() {
        let zone = &feed.agencies[feed.routes[trip.route as usize].agency as usize].timezone;
        write!(f, "  trip {t} of route {} service {} ({zone})", trip.route, trip.service)?;
        if !trip.block_id.is_empty() {
            write!(f, " block {}", trip.block_id)?;
        }
        write!(f, ":")?;
        for row in feed.stop_times.iter().filter(|r| r.trip as usize == t) {
            let time = |t: Option<i32>| t.map_or("-".to_string(), clock);
            write!(f, " | {} {}", first_stop + row.stop, time(row.arrival_s))?;
            if row.departure_s != row.arrival_s {
                write!(f, "/{}", time(row.departure_s))?;
            }
            if (row.pickup_type, row.drop_off_type) != (0, 0) {
                write!(f, " pick-up {} drop-off {}", row.pickup_type, row.drop_off_type)?;
            }
            if let Some(d) = row.shape_dist_traveled {
                write!(f, " at {d}")?;
            }
        }
        writeln!(f)?;
        for row in feed.frequencies.iter().filter(|r| r.trip as usize == t) {
            let exact = if row.exact { "" } else { ", not exact" };
            writeln!(
                f,
                "    from {} to {} every {} s{exact}",
                clock(row.start_s),
                clock(row.end_s),
                row.headway_s
            )?;
        }
    }
    for rule in &feed.transfers {
        write!(f, "  rule of type {}:", rule.transfer_type)?;
        show_rule(f, rule, first_stop)?;
    }
    Ok(())
}

fn show_rule(f: &mut fmt::Formatter<'_>, rule: &RawTransfer, first_stop: u32) -> fmt::Result {
    let mut side = |word: &str, stop: Option<u32>, route: Option<u32>, trip: Option<u32>| {
        write!(f, " {word}")?;
        stop.map_or(Ok(()), |s| write!(f, " stop {}", first_stop + s))?;
        route.map_or(Ok(()), |r| write!(f, " route {r}"))?;
        trip.map_or(Ok(()), |t| write!(f, " trip {t}"))
    };
    side("from", rule.from_stop, rule.from_route, rule.from_trip)?;
    side("to", rule.to_stop, rule.to_route, rule.to_trip)?;
    rule.min_transfer_time_s.map_or(Ok(()), |s| write!(f, ", {s} s"))?;
    writeln!(f)
}
