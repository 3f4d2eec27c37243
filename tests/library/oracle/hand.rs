//! Small networks by hand, in as few words as a test can be read with.

use isokron::base::units::parse_clock;
use isokron::inputs::raw::*;
use jiff::civil::Date;

use super::{Case, Query, Ways};

/// A feed in the making: one agency, one route, one service that runs every day from 2020 to 2030.
pub struct Hand {
    pub feed: RawFeed,
}

impl Hand {
    pub fn new(name: &str, zone: &str) -> Self {
        let mut feed = RawFeed { name: name.into(), ..RawFeed::default() };
        feed.agencies.push(RawAgency { id: "agency".into(), timezone: zone.into(), ..RawAgency::default() });
        let mut hand = Hand { feed };
        hand.route("R");
        hand.service("daily", [true; 7]);
        hand
    }

    pub fn route(&mut self, id: &str) -> u32 {
        self.feed.routes.push(RawRoute { id: id.into(), route_type: 3, ..RawRoute::default() });
        self.feed.routes.len() as u32 - 1
    }

    pub fn service(&mut self, id: &str, weekdays: [bool; 7]) -> u32 {
        let service = self.feed.services.len() as u32;
        self.feed.services.push(id.into());
        let (start, end) = (day("2020-01-01"), day("2030-12-31"));
        self.feed.calendars.push(RawCalendar { service, weekdays, start, end, line: 0 });
        service
    }

    /// The stop's index; made without coordinates where it is new.
    pub fn stop(&mut self, id: &str) -> u32 {
        if let Some(i) = self.feed.stops.iter().position(|s| s.id == id) {
            return i as u32;
        }
        self.feed.stops.push(RawStop { id: id.into(), ..RawStop::default() });
        self.feed.stops.len() as u32 - 1
    }

    pub fn station(&mut self, id: &str, children: &[&str]) -> u32 {
        let station = self.stop(id);
        self.feed.stops[station as usize].location_type = 1;
        for child in children {
            let child = self.stop(child) as usize;
            self.feed.stops[child].parent = Some(station);
        }
        station
    }

    /// A trip of the first route and service: `"A 08:00 B 08:10/08:12 C - D 08:20"`, `-` for a blank time.
    pub fn trip(&mut self, id: &str, calls: &str) -> u32 {
        let trip = self.feed.trips.len() as u32;
        self.feed.trips.push(RawTrip { id: id.into(), ..RawTrip::default() });
        let words: Vec<&str> = calls.split_whitespace().collect();
        for (i, pair) in words.chunks(2).enumerate() {
            let stop = self.stop(pair[0]);
            let (arrival, departure) = pair[1].split_once('/').unwrap_or((pair[1], pair[1]));
            self.feed.stop_times.push(RawStopTime {
                trip,
                stop,
                sequence: i as u32 + 1,
                arrival_s: parse_clock(arrival),
                departure_s: parse_clock(departure),
                ..RawStopTime::default()
            });
        }
        trip
    }

    /// The stop time of a trip's call.
    pub fn call(&mut self, trip: u32, call: usize) -> &mut RawStopTime {
        self.feed.stop_times.iter_mut().filter(|r| r.trip == trip).nth(call).expect("such a call")
    }

    /// A rule between two stops; more columns are for the caller to set.
    pub fn rule(&mut self, from: &str, to: &str, kind: u8, min_s: Option<u32>) -> &mut RawTransfer {
        let (from, to) = (self.stop(from), self.stop(to));
        self.feed.transfers.push(RawTransfer {
            from_stop: Some(from),
            to_stop: Some(to),
            transfer_type: kind,
            min_transfer_time_s: min_s,
            ..RawTransfer::default()
        });
        self.feed.transfers.last_mut().expect("just pushed")
    }

    /// Type 4 or 5 between two trips.
    pub fn join(&mut self, from: u32, to: u32, kind: u8) {
        self.feed.transfers.push(RawTransfer {
            from_trip: Some(from),
            to_trip: Some(to),
            transfer_type: kind,
            ..RawTransfer::default()
        });
    }
}

pub fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

/// A question about feeds, exact departures, in the first feed's zone: no slack, no limits, no walks yet.
pub fn ask(feeds: Vec<RawFeed>, date: &str, from: &str, to: &str) -> Case {
    let query = Query {
        date: day(date),
        zone: feeds[0].agencies[0].timezone.clone(),
        start_s: parse_clock(from).expect("a time"),
        end_s: parse_clock(to).expect("a time"),
        every_s: 1,
        board_slack_s: 0,
        transfer_slack_s: 0,
        max_rides: None,
        max_travel_time_s: 4 * 3600,
        phone_ahead: true,
    };
    Case { feeds, ways: Ways::default(), query }
}

impl Case {
    /// A stop's number among all stops.
    pub fn stop(&self, id: &str) -> u32 {
        self.feeds.iter().flat_map(|f| &f.stops).position(|s| s.id == id).expect("such a stop") as u32
    }

    pub fn access(mut self, origin: u32, stop: &str, seconds: u32) -> Self {
        self.ways.origins = self.ways.origins.max(origin + 1);
        self.ways.access.insert((origin, self.stop(stop)), seconds);
        self
    }

    pub fn egress(mut self, stop: &str, destination: u32, seconds: u32) -> Self {
        self.ways.destinations = self.ways.destinations.max(destination + 1);
        self.ways.egress.insert((self.stop(stop), destination), seconds);
        self
    }

    pub fn transfer(mut self, from: &str, to: &str, seconds: u32) -> Self {
        self.ways.transfers.insert((self.stop(from), self.stop(to)), seconds);
        self
    }

    pub fn direct(mut self, origin: u32, destination: u32, seconds: u32) -> Self {
        self.ways.direct.insert((origin, destination), seconds);
        self
    }
}
