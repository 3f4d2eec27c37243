//! Random small networks, drawn so that what is rare in the world is common here: ties, hops of no length, loops,
//! overtaking, midnight, clock changes, rules of transfer in every form.

use isokron::inputs::raw::*;
use jiff::ToSpan;
use jiff::civil::Date;
use proptest::strategy::Strategy;

use super::hand::day;
use super::random_rules::{blocks, join, rules};
use super::runs::{day_zero, runs_on, window};
use super::shrink::Cases;
use super::{Case, Query, Ways};

/// How large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// At most three trips: journeys can be enumerated.
    Tiny,
    /// A few stops in up to three feeds, a dozen trips, mostly few origins.
    Small,
}

/// Small random cases that shrink.
pub fn case() -> impl Strategy<Value = Case> {
    Cases(Size::Small)
}

/// Tiny ones.
pub fn tiny_case() -> impl Strategy<Value = Case> {
    Cases(Size::Tiny)
}

/// SplitMix64 (Steele, Lea, Flood 2014): a few lines, and the same everywhere.
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 … n − 1.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    /// `low` … `high`, both included.
    pub fn range(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// True in `percent` of 100 throws.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// What the parts of one case share.
pub(super) struct World {
    pub(super) size: Size,
    pub(super) date: Date,
    /// The window's start, seconds since 1970.
    pub(super) start: i64,
    pub(super) length: i64,
    pub(super) horizon: i64,
    /// Times are whole multiples of this, so that many are equal.
    pub(super) unit: i64,
    pub(super) zones: Vec<&'static str>,
    /// All lines run from the west into a hub or from the hub to the east, and so do the journeys: whoever arrives
    /// has changed there.
    pub(super) hub: bool,
}

/// The stops of a feed with a hub, by their places in it.
const WEST: [u32; 2] = [0, 1];
pub(super) const HUB: [u32; 2] = [2, 3];
const EAST: [u32; 2] = [4, 5];

/// Whether a window can be asked for: wall times that exist once, in order, and not too many departures.
pub fn askable(query: &Query) -> bool {
    let zone = jiff::tz::TimeZone::get(&query.zone).expect("a known zone");
    let once = |wall: i32| {
        let date = query.date.checked_add(i64::from(wall.div_euclid(86_400)).days()).expect("near");
        let s = wall.rem_euclid(86_400);
        let clock = date.at((s / 3600) as i8, (s / 60 % 60) as i8, (s % 60) as i8, 0);
        zone.to_ambiguous_timestamp(clock).unambiguous().is_ok()
    };
    if !once(query.start_s) || !once(query.end_s) {
        return false;
    }
    let length = window(query).1;
    length > 0 && length / i64::from(query.every_s) <= 700
}

/// The case of a seed.
pub fn make(seed: u64, size: Size) -> Case {
    let mut dice = Dice(seed);
    let d = &mut dice;
    let unit = d.pick(&[1, 5, 10, 30, 60]);
    let hub = d.chance(50);
    let (query, zones) = query(d, size, unit, hub);
    let (start, length) = window(&query);
    let horizon = length + i64::from(query.max_travel_time_s);
    let world = World { size, date: query.date, start, length, horizon, unit, zones, hub };
    let number = if size == Size::Tiny { 1 } else { d.pick(&[1, 1, 2, 2, 3]) };
    let feeds: Vec<RawFeed> = (0..number).map(|i| feed(d, &world, i, number)).collect();
    let departures = length / i64::from(query.every_s);
    let ways = ways(d, &world, &feeds, departures);
    Case { feeds, ways, query }
}

fn query(d: &mut Dice, size: Size, unit: i64, hub: bool) -> (Query, Vec<&'static str>) {
    const NORTH: [&str; 3] = ["Europe/Stockholm", "Europe/London", "Europe/Helsinki"];
    let hour = 3600;
    // Date, window's start, study's zone, agencies' zones.
    let (date, start_s, zone, zones): (&str, i32, &str, Vec<&str>) = match d.below(10) {
        0 => ("2025-05-14", 24 * hour - 60, NORTH[0], vec![NORTH[0]]),
        1 => ("2025-05-14", 24 * hour + 600, NORTH[0], vec![NORTH[0], NORTH[2]]),
        2 => ("2025-05-14", 0, NORTH[0], vec![NORTH[0]]),
        3 => ("2025-05-16", 8 * hour, NORTH[0], NORTH.to_vec()),
        // 2025-03-30, 02:00: clocks go forward by an hour; 2025-10-26, 03:00: back by one.
        4 => ("2025-03-30", 2 * hour - 30, NORTH[0], vec![NORTH[0], NORTH[1]]),
        5 => ("2025-10-25", 27 * hour, NORTH[0], vec![NORTH[0]]),
        6 => ("2025-10-26", hour + 3500, NORTH[0], vec![NORTH[0]]),
        7 => ("2025-05-14", 7 * hour, "America/Sao_Paulo", vec!["America/Sao_Paulo"]),
        _ => ("2025-05-14", 8 * hour, NORTH[0], vec![NORTH[0]]),
    };
    let length = match size {
        Size::Tiny => d.pick(&[1, 7, 20, 40]),
        Size::Small => d.pick(&[1, 2, 7, 30, 60, 61, 90, 180, 255, 256, 300, 600]),
    };
    // Now and then a change takes so long that only seats and rules help.
    let tight = hub && d.chance(35);
    let transfer_unit =
        if tight { 15 * unit as u32 } else { d.pick(&[0, 0, 1, unit as u32, 2 * unit as u32]) };
    let board_slack_s = d.pick(&[0, 0, 1, unit as u32]);
    let mut query = Query {
        date: day(date),
        zone: zone.into(),
        start_s,
        end_s: start_s + length,
        every_s: if d.chance(60) { 1 } else { d.pick(&[2, 3, 7, 10, 60]) },
        board_slack_s,
        transfer_slack_s: if !tight && d.chance(40) { board_slack_s } else { transfer_unit },
        max_rides: if d.chance(50) { None } else { Some(d.range(if hub { 2 } else { 1 }, 4) as u32) },
        max_travel_time_s: unit as u32 * d.pick(&[if hub { 12 } else { 4 }, 10, 20, 40, 60]),
        phone_ahead: d.chance(70),
    };
    if !askable(&query) {
        // Across the clock change: an hour skipped costs nothing, an hour repeated is sampled.
        query.end_s = 3 * 3600 + 30 + length.min(60);
        if !askable(&query) {
            query.every_s = 60;
        }
    }
    (query, zones)
}

fn feed(d: &mut Dice, world: &World, index: usize, feeds: usize) -> RawFeed {
    let mut feed = RawFeed { name: format!("feed{index}"), ..RawFeed::default() };
    let agencies = if world.zones.len() > 1 && d.chance(50) { 2 } else { 1 };
    for a in 0..agencies {
        let timezone = d.pick(&world.zones).to_string();
        feed.agencies.push(RawAgency { id: format!("agency{a}"), timezone, ..RawAgency::default() });
    }
    for r in 0..d.range(1, 3) {
        let agency = d.below(agencies) as u32;
        feed.routes.push(RawRoute { id: format!("route{r}"), agency, route_type: 3, ..RawRoute::default() });
    }
    stops(d, world, &mut feed, feeds);
    services(d, world, &mut feed);
    lines(d, world, &mut feed, feeds);
    blocks(d, world, &mut feed);
    rules(d, world, &mut feed);
    if d.chance(65) {
        for _ in 0..d.range(1, 4) {
            join(d, world, &mut feed);
        }
    }
    feed
}

/// Two to six stops within a kilometre, some at one place, some without coordinates, some in stations.
fn stops(d: &mut Dice, world: &World, feed: &mut RawFeed, feeds: usize) {
    let mut number = d.pick(&[2, 3, 3, 4, if feeds == 1 { 6 } else { 4 }]);
    let mut stations = d.pick(&[0, 0, 1, 1, 2]);
    if world.hub {
        (number, stations) = (6, 1);
    }
    for i in 0..number + stations {
        let place = (18.0 + d.below(20) as f64 * 0.001, 59.3 + d.below(20) as f64 * 0.001);
        let lon_lat = match d.below(10) {
            0 if i > 0 => feed.stops[i - 1].lon_lat,
            1 if d.chance(40) => None,
            _ => Some(place),
        };
        let location_type = u8::from(i >= number);
        feed.stops.push(RawStop { id: format!("s{i}"), lon_lat, location_type, ..RawStop::default() });
    }
    for i in 0..number {
        let in_hub = HUB.contains(&(i as u32));
        if stations > 0 && d.chance(if !world.hub || in_hub { 60 } else { 0 }) {
            feed.stops[i].parent = Some((number + d.below(stations)) as u32);
        }
    }
}

fn services(d: &mut Dice, world: &World, feed: &mut RawFeed) {
    let date = world.date;
    let near = |days: i64| date.checked_add(days.days()).expect("near");
    for s in 0..d.range(1, 3) {
        feed.services.push(format!("service{s}"));
        let service = s as u32;
        let today = date.weekday().to_monday_zero_offset() as usize;
        let mut weekdays = [false; 7];
        for (i, on) in weekdays.iter_mut().enumerate() {
            *on = d.chance(50) || (i == today && d.chance(80));
        }
        let style = d.below(5);
        if style != 0 {
            let (start, end) =
                d.pick(&[(-30, 30), (-30, 30), (-30, 30), (0, 0), (-1, 0), (0, 1), (-30, -1), (1, 30)]);
            feed.calendars.push(RawCalendar {
                service,
                weekdays,
                start: near(start),
                end: near(end),
                line: 0,
            });
        }
        for days in -1..=1 {
            if style == 0 || d.chance(15) {
                let added = d.chance(70);
                feed.calendar_dates.push(RawCalendarDate { service, date: near(days), added, line: 0 });
            }
        }
    }
}

/// Lines: a sequence of stops and trips along it whose hops differ, so that they overtake and coincide.
fn lines(d: &mut Dice, world: &World, feed: &mut RawFeed, feeds: usize) {
    let tiny = world.size == Size::Tiny;
    let max_trips = if tiny { 3 } else { 12 / feeds + 3 };
    let platforms: Vec<u32> = (0..feed.stops.len() as u32)
        .filter(|&s| feed.stops[s as usize].location_type == 0 || d.chance(5))
        .collect();
    while feed.trips.len() < max_trips && (feed.trips.is_empty() || d.chance(85)) {
        let length = if tiny { d.range(2, 4) } else { d.pick(&[2, 2, 3, 3, 4, 6]) };
        let mut along: Vec<u32> = Vec::new();
        let eastward = d.chance(50);
        for i in 0..length {
            if world.hub {
                let in_hub = eastward == (i < d.range(1, length - 1).min(2));
                along.push(if in_hub { d.pick(&HUB) } else { d.pick(if eastward { &EAST } else { &WEST }) });
                continue;
            }
            // Mostly a stop that is new to the line; else a loop, or the same stop twice running.
            let mut stop = d.pick(&platforms);
            for _ in 0..2 {
                if along.contains(&stop) && !d.chance(20) {
                    stop = d.pick(&platforms);
                }
            }
            along.push(stop);
        }
        let gates: Vec<(u8, u8)> = along
            .iter()
            .map(|_| {
                if d.chance(if world.hub { 92 } else { 80 }) {
                    (0, 0)
                } else {
                    (d.below(4) as u8, d.below(4) as u8)
                }
            })
            .collect();
        let distances = distances(d, length);
        let route = d.below(feed.routes.len()) as u32;
        let mut service = d.below(feed.services.len()) as u32;
        for _ in 0..3 {
            if !near_days(world, feed, service).contains(&0) {
                service = d.below(feed.services.len()) as u32;
            }
        }
        for _ in 0..d.range(1, 4) {
            if feed.trips.len() < max_trips {
                let service = if d.chance(80) { service } else { d.below(feed.services.len()) as u32 };
                trip(d, world, feed, route, service, &along, &gates, &distances);
            }
        }
    }
}

/// `shape_dist_traveled` along a line: none, sound, of no length, falling, or with a hole.
fn distances(d: &mut Dice, length: usize) -> Vec<Option<f64>> {
    if d.chance(50) {
        return vec![None; length];
    }
    let mut at = 0.0;
    let mut list: Vec<Option<f64>> = (0..length)
        .map(|_| {
            at += d.pick(&[0.0, 0.5, 1.0, 3.0]);
            Some(at)
        })
        .collect();
    match d.below(4) {
        0 => list[d.below(length)] = None,
        1 => list[d.below(length)] = Some(0.25),
        _ => {}
    }
    list
}

/// On which of yesterday, today and tomorrow a service runs: −1, 0, 1.
fn near_days(world: &World, feed: &RawFeed, service: u32) -> Vec<i64> {
    (-1..=1).filter(|&n| runs_on(feed, service, world.date.checked_add(n.days()).expect("near"))).collect()
}

#[allow(clippy::too_many_arguments)] // all that a trip is made of
fn trip(
    d: &mut Dice,
    world: &World,
    feed: &mut RawFeed,
    route: u32,
    service: u32,
    along: &[u32],
    gates: &[(u8, u8)],
    distances: &[Option<f64>],
) {
    let unit = world.unit;
    let id = feed.trips.len() as u32;
    // A start shortly before the window or in the first half of what can be reached, on a day of the service if
    // there is one, so that the trip matters.
    let steps = ((world.length + world.horizon) / 2 / unit + 3).min(if world.hub { 12 } else { 30 }) as usize;
    let start = (d.below(steps) as i64 - 2) * unit + if d.chance(10) { d.below(5) as i64 } else { 0 };
    let zone = &feed.agencies[feed.routes[route as usize].agency as usize].timezone;
    let mut days = near_days(world, feed, service);
    days.push(0);
    days.push(-1);
    let on_day =
        |n: i64| world.start + start - day_zero(world.date.checked_add(n.days()).expect("near"), zone);
    let first = days.iter().map(|&n| on_day(n)).filter(|t| (0..48 * 3600).contains(t)).collect::<Vec<_>>();
    let mut now = if first.is_empty() { on_day(-1) } else { first[d.below(first.len().min(2))] } as i32;
    let unit = unit as i32;
    let zero_length = d.chance(15);
    let (blanks, halves, open_end) = (d.chance(25), d.chance(15), d.chance(3));
    for (i, &stop) in along.iter().enumerate() {
        if i > 0 && !zero_length {
            now += unit * d.pick(&[0, 1, 1, 1, 2, 2, 3]);
        }
        let arrival = now;
        if !zero_length {
            now += d.pick(&[0, 0, 0, 1, unit, 2 * unit]);
        }
        let end = i == 0 || i + 1 == along.len();
        let mut row = RawStopTime {
            trip: id,
            stop,
            sequence: i as u32 + 1,
            arrival_s: Some(arrival),
            departure_s: Some(now),
            pickup_type: gates[i].0,
            drop_off_type: gates[i].1,
            shape_dist_traveled: distances[i],
            line: 0,
        };
        if (blanks && !end && d.chance(70)) || (open_end && i == 0) {
            (row.arrival_s, row.departure_s) = (None, None);
        } else if halves && d.chance(50) {
            *(if d.chance(50) { &mut row.arrival_s } else { &mut row.departure_s }) = None;
        } else if d.chance(1) {
            // Falls, unless the next is as late: such a trip cannot run.
            row.departure_s = Some(now + 2 * unit);
        }
        feed.stop_times.push(row);
    }
    feed.trips.push(RawTrip { id: format!("trip{id}"), route, service, ..RawTrip::default() });
    if d.chance(12) {
        frequencies(d, world, feed, id);
    }
}

/// One or two bands near the template's own start; they may overlap, repeat each other or be empty.
fn frequencies(d: &mut Dice, world: &World, feed: &mut RawFeed, trip: u32) {
    let first = feed.stop_times.iter().find(|r| r.trip == trip).expect("just made");
    let Some(first) = first.departure_s.or(first.arrival_s) else { return };
    let unit = world.unit as i32;
    let runs = if world.size == Size::Tiny { 2 } else { 4 };
    for _ in 0..d.range(1, 2) {
        let start_s = (first + unit * (d.below(4) as i32 - 1)).max(0);
        let headway_s = d.pick(&[unit, 2 * unit, 7]) as u32;
        let end_s = start_s + headway_s as i32 * d.range(0, runs) as i32 - i32::from(d.chance(50));
        let exact = d.chance(60);
        feed.frequencies.push(RawFrequency { trip, start_s, end_s, headway_s, exact, line: 0 });
    }
}

/// Walks of a few lengths; transfers may lack, differ by direction, or take no time.
fn ways(d: &mut Dice, world: &World, feeds: &[RawFeed], departures: i64) -> Ways {
    let unit = world.unit as u32;
    let tiny = world.size == Size::Tiny;
    let mut called: Vec<u32> = Vec::new();
    let (mut near_home, mut near_goal) = (Vec::new(), Vec::new());
    let mut first = 0;
    for feed in feeds {
        let mut of_feed: Vec<u32> = feed.stop_times.iter().map(|r| first + r.stop).collect();
        of_feed.sort();
        of_feed.dedup();
        let ends = |ends: [u32; 2]| of_feed.iter().copied().filter(move |&s| ends.contains(&(s - first)));
        if world.hub {
            near_home.extend(ends(WEST));
            near_goal.extend(ends(EAST));
        }
        called.extend(&of_feed);
        first += feed.stops.len() as u32;
    }
    for list in [&mut near_home, &mut near_goal] {
        if list.is_empty() || d.chance(10) {
            *list = called.clone();
        }
    }
    let mut ways = Ways {
        origins: if tiny {
            2
        } else if departures > 100 {
            d.pick(&[1, 2, 3, 5])
        } else {
            d.pick(&[1, 1, 2, 3, 4, 7, 16, 31, 32, 33, 64, 65, 128, 130])
        },
        destinations: if tiny { 3 } else { d.pick(&[1, 2, 3, 4, 6, 17]) },
        ..Ways::default()
    };
    let lengths = [0, 1, unit / 2, unit, 2 * unit];
    for &a in &called {
        for &b in called.iter().filter(|&&b| b > a) {
            if d.chance(35) {
                let seconds = d.pick(&lengths);
                ways.transfers.insert((a, b), seconds);
                match d.below(10) {
                    0 => {}
                    1 | 2 => drop(ways.transfers.insert((b, a), d.pick(&lengths))),
                    _ => drop(ways.transfers.insert((b, a), seconds)),
                }
            }
        }
    }
    for origin in 0..ways.origins {
        for _ in 0..d.pick(&[0, 1, 1, 2, 2, 3, 3]) {
            ways.access.insert((origin, d.pick(&near_home)), d.pick(&[0, 0, 1, unit / 2, unit, 3 * unit]));
        }
    }
    for destination in 0..ways.destinations {
        for _ in 0..d.pick(&[0, 1, 1, 2, 2, 3]) {
            ways.egress.insert((d.pick(&near_goal), destination), d.pick(&[0, 0, 1, unit, 2 * unit]));
        }
        for origin in 0..ways.origins {
            if d.chance(if world.hub { 8 } else { 20 }) {
                ways.direct
                    .insert((origin, destination), d.pick(&[0, 3 * unit, 8 * unit, 15 * unit, 60 * unit]));
            }
        }
    }
    ways
}
