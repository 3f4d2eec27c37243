//! One door-to-door journey, leg by leg: a plain connection scan with parents (after Dibbelt, Pajor, Strasser & Wagner
//! 2013) over the same trip instances, legs and rules as the kernel, without any pruning.
//!
//! For a departure time it finds the journey that arrives first; among equals the one that leaves last, then the one
//! with fewest rides, then with least walking, then the first in the order of the feeds. For an arrival time it finds
//! the one that leaves last; among equals the one that arrives first, and then as above.

use std::collections::BTreeMap;

use super::events::{Event, Events, last_arrival, stops_in_use};
use super::expand::ActiveTrips;
use super::ids::{ArrivalId, ArrivalPlace, BoardingPlace, DepartureId, InstanceId, NamedQueue};
use super::query::Query;
use super::transfers::TransferPlaces;
use crate::base::NONE;
use crate::base::csr::TimedArc;
use crate::base::executor::Quiet;
use crate::base::ids::{Id, IdVec, StopId, TripId, ids};
use crate::network::StreetLegs;
use crate::network::transit::Timetable;

/// Where a journey may begin and end: walks from home to stops, from stops to the goal, and all the way.
#[derive(Clone, Debug, Default)]
pub struct JourneyEnds {
    pub access: Vec<TimedArc>,
    pub egress: Vec<TimedArc>,
    pub direct_s: Option<u32>,
}

/// A leg; times are seconds from the query's start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leg {
    /// From home (`None`) or a stop to a stop or the goal (`None`).
    Street { from: Option<StopId>, to: Option<StopId>, starts_s: i32, seconds: u32 },
    /// `seated`: the rider stayed in the vehicle of the ride before; no new ride.
    Ride { trip: TripId, from: StopId, departs_s: i32, to: StopId, arrives_s: i32, seated: bool },
}

/// A journey from leaving home to being there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journey {
    pub departs_s: i32,
    pub arrives_s: i32,
    pub rides: u32,
    pub legs: Vec<Leg>,
}

/// All that a scan needs of one query, expanded once.
pub struct Scanner<'a> {
    timetable: &'a Timetable,
    legs: &'a StreetLegs,
    service: &'a ActiveTrips,
    query: Query,
    events: Events,
    places: TransferPlaces,
    boarding_place: IdVec<DepartureId, BoardingPlace>,
    named_queue: IdVec<DepartureId, NamedQueue>,
}

ids! {
    /// How somebody came aboard an instance.
    LabelId;
}

/// How one came to be where a label says.
#[derive(Clone, Copy, Debug)]
enum CameFrom {
    /// On foot from home to a departure.
    Home { departure: DepartureId, walk_s: u32 },
    /// From an arrival, on foot or not, to a departure.
    Change { arrival: ArrivalId, departure: DepartureId },
    /// Seated, from an instance's last arrival.
    Seated { arrival: ArrivalId },
}

#[derive(Clone, Copy, Debug)]
struct Aboard {
    walked_s: u32,
    from: CameFrom,
    /// Label of the ride before; `NONE` from home.
    before: LabelId,
}

/// All labels of a scan.
type ScanLabels = IdVec<LabelId, Aboard>;

/// Somebody who waits: from when, how far walked, from which arrival and label.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    ready_s: i32,
    walked_s: u32,
    arrival: ArrivalId,
    label: LabelId,
}

/// The end of a journey: arrival event and label, or on foot all the way.
type JourneyEnd = (i32, u32, Option<(ArrivalId, LabelId)>);

impl<'a> Scanner<'a> {
    pub fn new(
        timetable: &'a Timetable,
        legs: &'a StreetLegs,
        service: &'a ActiveTrips,
        query: Query,
    ) -> Scanner<'a> {
        let events = Events::new(timetable, service, query.horizon_s());
        let (stops, _) = stops_in_use(timetable, &events);
        let places = TransferPlaces::new(timetable, legs, service, &query, &events, stops.values(), &Quiet);
        let places = places.expect("nobody stops what is quiet");
        let (boarding_place, named_queue) = places.of_departure();
        let boarding_place = boarding_place.clone();
        Scanner { timetable, legs, service, query, events, places, boarding_place, named_queue }
    }

    /// The best journey that leaves at `departs_s` (from the question's start) or later.
    pub fn journey(&self, ends: &JourneyEnds, departs_s: i32) -> Option<Journey> {
        let most = self.query.max_rides;
        let (arrives_s, _, _) = self.scan(ends, departs_s, most, None).0?;
        if arrives_s - departs_s > self.query.longest_s as i32 {
            return None;
        }
        // The latest departure that arrives then: whoever leaves later never arrives earlier.
        let (mut low, mut high) = (departs_s, arrives_s + 1);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            match self.scan(ends, middle, most, None).0 {
                Some((at, _, _)) if at <= arrives_s => low = middle,
                _ => high = middle,
            }
        }
        let limit = most.unwrap_or(u32::MAX);
        let rides = (0..=limit).find(|&rides| {
            self.scan(ends, low, Some(rides), None).0.is_some_and(|(at, _, _)| at <= arrives_s)
        })?;
        let (found, labels) = self.scan(ends, low, Some(rides), Some(arrives_s));
        Some(self.explain(ends, low, found?, &labels))
    }

    /// The latest departure, at most `within_s` before `by_s`, with which one is there by `by_s`.
    pub fn latest_s(&self, ends: &JourneyEnds, by_s: i32, within_s: u32) -> Option<i32> {
        let in_time = |departs_s: i32| {
            let found = self.scan(ends, departs_s, self.query.max_rides, None).0;
            found.is_some_and(|(arrives_s, _, _)| arrives_s <= by_s)
        };
        // Whoever leaves later never arrives earlier.
        let (mut low, mut high) = (by_s - within_s as i32, by_s + 1);
        if !in_time(low) {
            return None;
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if in_time(middle) { low = middle } else { high = middle }
        }
        Some(low)
    }

    /// Travel time for one departure, s; `None` if it is above the longest.
    pub fn time_s(&self, ends: &JourneyEnds, departs_s: i32) -> Option<u32> {
        let (arrives_s, _, _) = self.scan(ends, departs_s, self.query.max_rides, None).0?;
        let time = (arrives_s - departs_s) as u32;
        (time <= self.query.longest_s).then_some(time)
    }

    /// Earliest arrival; or, with `by_s`, the least walking of all that arrive by then.
    fn scan(
        &self,
        ends: &JourneyEnds,
        departs_s: i32,
        max_rides: Option<u32>,
        by_s: Option<i32>,
    ) -> (Option<JourneyEnd>, ScanLabels) {
        let mut scan = Scan::new(self, ends, departs_s, max_rides, by_s);
        scan.run();
        (scan.found, scan.labels)
    }

    fn explain(&self, ends: &JourneyEnds, departs_s: i32, found: JourneyEnd, labels: &ScanLabels) -> Journey {
        let (arrives_s, _, end) = found;
        let Some((arrival, label)) = end else {
            let seconds = ends.direct_s.unwrap_or(0);
            let legs =
                vec![Leg::Street { from: None, to: None, starts_s: arrives_s - seconds as i32, seconds }];
            return Journey { departs_s, arrives_s, rides: 0, legs };
        };
        let mut legs = Vec::new();
        let mut rides = 0;
        let (mut arrival, mut label) = (arrival, label);
        let at = self.events.arrivals[arrival];
        if let Some(walk) = ends.egress.iter().find(|w| StopId(w.to) == at.stop).filter(|w| w.seconds > 0) {
            legs.push(Leg::Street {
                from: Some(at.stop),
                to: None,
                starts_s: at.time_s,
                seconds: walk.seconds,
            });
        }
        loop {
            let to = self.events.arrivals[arrival];
            let instance = self.service.instances[to.instance];
            let trip = instance.trip;
            let aboard = labels[label];
            let ride = |from: StopId, departs_s: i32, seated: bool| Leg::Ride {
                trip,
                from,
                departs_s,
                to: to.stop,
                arrives_s: to.time_s,
                seated,
            };
            match aboard.from {
                CameFrom::Home { departure, walk_s } => {
                    let from = self.events.departures[departure];
                    rides += 1;
                    legs.push(ride(from.stop, from.time_s, false));
                    if walk_s > 0 {
                        let (starts_s, seconds) = (departs_s, walk_s);
                        legs.push(Leg::Street { from: None, to: Some(from.stop), starts_s, seconds });
                    }
                    break;
                }
                CameFrom::Change { arrival: before, departure } => {
                    let from = self.events.departures[departure];
                    let earlier = self.events.arrivals[before];
                    rides += 1;
                    legs.push(ride(from.stop, from.time_s, false));
                    if earlier.stop != from.stop {
                        legs.push(Leg::Street {
                            from: Some(earlier.stop),
                            to: Some(from.stop),
                            starts_s: earlier.time_s,
                            seconds: self.walk_s(earlier.stop, from.stop),
                        });
                    }
                    arrival = before;
                }
                CameFrom::Seated { arrival: before } => {
                    let call = self.service.calls(self.timetable, to.instance)[0];
                    let departs_s = instance.day_offset_s + call.departure_s;
                    legs.push(ride(StopId(call.stop), departs_s, true));
                    arrival = before;
                }
            }
            label = aboard.before;
        }
        legs.reverse();
        Journey { departs_s, arrives_s, rides, legs }
    }

    /// The street walk of a change; 0 where a rule stands for it.
    fn walk_s(&self, a: StopId, b: StopId) -> u32 {
        let row = self.legs.footpaths.row(a.index());
        row.binary_search_by_key(&b.number(), |walk| walk.to).map_or(0, |i| row[i].seconds)
    }
}

/// The state of one scan: `levels` of "with at most so many rides", or one without a limit.
struct Scan<'a> {
    on: &'a Scanner<'a>,
    departs_s: i32,
    by_s: Option<i32>,
    levels: usize,
    limited: bool,
    /// Level × instance → label.
    aboard: Vec<LabelId>,
    labels: ScanLabels,
    /// Level × boarding place, and then named queue → who waits.
    waiting: Vec<Vec<Waiting>>,
    queues: usize,
    places: usize,
    access_s: IdVec<StopId, u32>,
    egress_s: IdVec<StopId, u32>,
    /// Slots of `aboard` that riders stayed seated into in this second.
    joined_now: Vec<(usize, LabelId)>,
    /// Whether somebody became ready within the second.
    again: bool,
    found: Option<JourneyEnd>,
}

impl<'a> Scan<'a> {
    fn new(
        on: &'a Scanner<'a>,
        ends: &JourneyEnds,
        departs_s: i32,
        max_rides: Option<u32>,
        by_s: Option<i32>,
    ) -> Scan<'a> {
        let stops = on.timetable.stops.ids.len();
        let spread = |legs: &[TimedArc]| {
            let mut out = IdVec::new(NONE, stops);
            legs.iter().for_each(|walk| out[StopId(walk.to)] = walk.seconds);
            out
        };
        let (places, named) = on.places.counts();
        let levels = max_rides.map_or(1, |rides| rides as usize);
        Scan {
            on,
            departs_s,
            by_s,
            levels,
            limited: max_rides.is_some(),
            aboard: vec![LabelId::NONE; levels * on.service.instances.len()],
            labels: IdVec::default(),
            waiting: vec![Vec::new(); levels * (places + named)],
            queues: places + named,
            places,
            access_s: spread(&ends.access),
            egress_s: spread(&ends.egress),
            joined_now: Vec::new(),
            again: false,
            found: ends.direct_s.map(|direct| (departs_s + direct as i32, direct, None)),
        }
    }

    fn run(&mut self) {
        let events = &self.on.events;
        let mut at = events.first_from(self.departs_s);
        while at < events.order.len() {
            let second = events.time_s(at);
            // Nobody who arrives later is better.
            if self.by_s.or(self.found.map(|(best_s, _, _)| best_s)).is_some_and(|last_s| second > last_s) {
                break;
            }
            let end = at
                + events.order[at..]
                    .iter()
                    .enumerate()
                    .take_while(|(i, _)| events.time_s(at + i) == second)
                    .count();
            self.second(at..end);
            at = end;
        }
    }

    /// Hops of no length can carry somebody back within the second: then it is gone over again, with every
    /// instance as it was before, and those who wait as they are now.
    fn second(&mut self, range: std::ops::Range<usize>) {
        let mut before: BTreeMap<usize, LabelId> = BTreeMap::new();
        loop {
            self.again = false;
            self.joined_now.clear();
            for at in range.clone() {
                let instance = match self.on.events.order[at] {
                    Event::Departure(d) => self.on.events.departures[d].instance,
                    Event::Arrival(a) => self.on.events.arrivals[a].instance,
                };
                for level in 0..self.levels {
                    let slot = self.slot(level, instance);
                    before.entry(slot).or_insert(self.aboard[slot]);
                    match self.on.events.order[at] {
                        Event::Departure(d) => self.depart(level, d),
                        Event::Arrival(a) => self.arrive(level, a),
                    }
                }
            }
            for (slot, label) in std::mem::take(&mut self.joined_now) {
                if let Some(known) = before.get_mut(&slot)
                    && self.better(*known, self.labels[label].walked_s)
                {
                    *known = label;
                    self.again = true;
                }
            }
            if !self.again {
                break;
            }
            before.iter().for_each(|(&slot, &label)| self.aboard[slot] = label);
        }
    }

    /// Where in `aboard` an instance stands.
    fn slot(&self, level: usize, instance: InstanceId) -> usize {
        level * self.on.service.instances.len() + instance.index()
    }

    /// Whether to have walked so far is better than what is aboard, which may be `NONE`.
    fn better(&self, known: LabelId, walked_s: u32) -> bool {
        known == LabelId::NONE || (self.by_s.is_some() && walked_s < self.labels[known].walked_s)
    }

    /// Puts somebody aboard an instance if that is new, or less walked.
    fn board(&mut self, level: usize, instance: InstanceId, aboard: Aboard) {
        let slot = self.slot(level, instance);
        if self.better(self.aboard[slot], aboard.walked_s) {
            self.aboard[slot] = self.labels.push(aboard);
        }
    }

    fn depart(&mut self, level: usize, d: DepartureId) {
        let departure = self.on.events.departures[d];
        let walk_s = self.access_s[departure.stop];
        let slack = self.on.query.board_slack_s;
        if walk_s != NONE && self.departs_s + (walk_s + slack) as i32 <= departure.time_s {
            let from = CameFrom::Home { departure: d, walk_s };
            self.board(level, departure.instance, Aboard { walked_s: walk_s, from, before: LabelId::NONE });
        }
        let Some(from_level) = (if self.limited { level.checked_sub(1) } else { Some(level) }) else {
            return;
        };
        let named = self.on.named_queue[d];
        let named = (named != NamedQueue::NONE).then(|| self.places + named.index());
        for queue in [Some(self.on.boarding_place[d].index()), named].into_iter().flatten() {
            let waiting = &self.waiting[from_level * self.queues + queue];
            let best = waiting.iter().filter(|w| w.ready_s <= departure.time_s).min_by_key(|w| w.walked_s);
            if let Some(&w) = best {
                let from = CameFrom::Change { arrival: w.arrival, departure: d };
                self.board(level, departure.instance, Aboard { walked_s: w.walked_s, from, before: w.label });
            }
        }
    }

    fn arrive(&mut self, level: usize, a: ArrivalId) {
        let arrival = self.on.events.arrivals[a];
        let label = self.aboard[self.slot(level, arrival.instance)];
        if label == LabelId::NONE {
            return;
        }
        let walked_s = self.labels[label].walked_s;
        let place = self.on.places.arrival_place[a];
        if place != ArrivalPlace::NONE {
            let on = self.on;
            let onward = &on.places.onward[place];
            let named = self.places;
            let easier = onward.easier.iter().map(|&(queue, need, _)| (named + queue.index(), need));
            for (queue, need) in
                onward.places.iter().map(|&(place, need)| (place.index(), need)).chain(easier)
            {
                let slack = on.query.transfer_slack_s;
                let waiting = Waiting {
                    ready_s: arrival.time_s.saturating_add_unsigned(need),
                    walked_s: walked_s + need.saturating_sub(slack),
                    arrival: a,
                    label,
                };
                let new = self.wait(level * self.queues + queue, waiting);
                self.again |= new && need == 0;
            }
            self.goal(arrival.stop, arrival.time_s, walked_s, a, label);
        }
        if last_arrival(&self.on.events, arrival.instance) == Some(a) {
            let on = self.on;
            let first = on.service.joins.partition_point(|&(from, _)| from < arrival.instance);
            for &(_, to) in
                on.service.joins[first..].iter().take_while(|&&(from, _)| from == arrival.instance)
            {
                self.board(
                    level,
                    to,
                    Aboard { walked_s, from: CameFrom::Seated { arrival: a }, before: label },
                );
                let slot = self.slot(level, to);
                if self.aboard[slot] != LabelId::NONE {
                    self.joined_now.push((slot, self.aboard[slot]));
                }
            }
        }
    }

    /// Adds somebody who waits, unless another is ready as early with as little walked.
    fn wait(&mut self, queue: usize, who: Waiting) -> bool {
        let covers = |w: &Waiting, other: &Waiting| {
            w.ready_s <= other.ready_s && (self.by_s.is_none() || w.walked_s <= other.walked_s)
        };
        if self.waiting[queue].iter().any(|w| covers(w, &who)) {
            return false;
        }
        let mut kept = std::mem::take(&mut self.waiting[queue]);
        kept.retain(|w| !covers(&who, w));
        kept.push(who);
        self.waiting[queue] = kept;
        true
    }

    fn goal(&mut self, stop: StopId, time_s: i32, walked_s: u32, arrival: ArrivalId, label: LabelId) {
        let egress_s = self.egress_s[stop];
        if egress_s == NONE {
            return;
        }
        let arrives_s = time_s.saturating_add_unsigned(egress_s);
        let walked_s = walked_s + egress_s;
        let better = match (self.found, self.by_s) {
            (None, None) => true,
            (Some((best, _, _)), None) => arrives_s < best,
            (_, Some(by)) if arrives_s > by => false,
            (None, Some(_)) => true,
            (Some((best, least, _)), Some(by)) => best > by || walked_s < least,
        };
        if better {
            self.found = Some((arrives_s, walked_s, Some((arrival, label))));
        }
    }
}
