//! Two networks that differ in some runs and walks → the origins whose answers may differ; all others' are the same.
//!
//! A *contact* is an arrival that only one of the two networks has, or after which they go on differently: of a run
//! that is not in both, or at a stop from which the walks differ. Claim: an origin whose own walks are the same, and
//! which in neither network can be in contact within the longest time from a departure of the window, has the same
//! answers in both. For take a journey of one network, no longer than that, which the other has not. Somewhere it
//! first does what the other network does not allow: it rides a run that is not there, walks from a stop otherwise,
//! or stays seated otherwise. Up to there it is a journey of both, and the ride that brings it there ends in contact,
//! no later than the journey does. (Walks from home and all the way are the origin's own; rules between runs and
//! stops of both are compared before, and where they differ every origin is touched.)
//!
//! The earliest contact after boarding at a departure comes from one pass over the events backwards in time. It goes
//! by the static pushes, unlimited rides, and departures behind a push in its place's queue: of a change that has no
//! push, a later arrival of its run makes a better one (see `changes`), so no contact is missed. What it finds too
//! much only costs time.

use rustc_hash::FxHashMap;

use super::Question;
use super::events::{Event, last_arrival};
use super::flow::Flow;
use super::unroll::{Run, Service, alights, boards};
use crate::base::NONE;
use crate::base::csr::{Csr, Walk};
use crate::base::watch::{Watch, collect};
use crate::network::Walks;
use crate::network::transit::{Rule, Timetable};

/// One of two networks.
#[derive(Clone, Copy, Debug)]
pub struct Network<'a> {
    pub timetable: &'a Timetable,
    pub walks: &'a Walks,
    pub service: &'a Service,
}

/// A network's flow for a question, to be looked through backwards: for one scenario after another.
#[derive(Debug)]
pub struct Backwards<'a> {
    network: Network<'a>,
    question: Question,
    flow: Flow,
}

impl<'a> Backwards<'a> {
    pub fn new(network: Network<'a>, question: &Question, watch: &dyn Watch) -> Backwards<'a> {
        let Network { timetable, walks, service } = network;
        // Changes are those of unlimited rides.
        let unlimited = Question { max_rides: None, ..*question };
        let flow = Flow::new(timetable, walks, service, &unlimited, watch);
        Backwards { network, question: *question, flow }
    }

    pub fn question(&self) -> &Question {
        &self.question
    }

    /// What it looks through, for a router of the same network and question.
    pub fn flow(&self) -> &Flow {
        &self.flow
    }
}

/// No contact.
const NEVER: i32 = i32::MAX;

/// Origin → whether its answers to one question may differ between two networks; the stops of `after` are those of
/// `before`, in their order, and perhaps more behind them. `came_from`: trip of `after` → the trip of `before` that it
/// was, or `NONE`.
pub fn touched(
    before: &Backwards<'_>,
    after: &Backwards<'_>,
    came_from: &[u32],
    watch: &dyn Watch,
) -> Vec<bool> {
    let (base, other) = (&before.network, &after.network);
    let origins = base.walks.access.len();
    let common = Common::new(base, other, came_from);
    if !common.rules_are_equal(base, other, came_from) {
        return vec![true; origins];
    }
    let leads = [common.leads(base, &common.of_base), common.leads(other, &common.of_other)];
    let differ = Differ::new(base.walks, other.walks, &leads);
    let mut touched: Vec<bool> = differ.origins;
    for (side, runs) in [(before, &common.of_base), (after, &common.of_other)] {
        let contacts = side.contacts(runs, &differ.stops);
        let access = &side.network.walks.access;
        let reached = collect(watch, origins, |origin| meets(access.row(origin), &contacts, &side.question));
        touched.iter_mut().zip(reached).for_each(|(touched, reached)| *touched |= reached);
    }
    touched
}

/// Which runs are in both networks, call by call.
struct Common {
    /// Run → whether it is in both.
    of_base: Vec<bool>,
    of_other: Vec<bool>,
    /// Trip of `base` → whether some trip of `other` is the same, for rules that name it.
    kept_trips: Vec<bool>,
}

impl Common {
    fn new(base: &Network<'_>, other: &Network<'_>, came_from: &[u32]) -> Common {
        let same = |t: usize| {
            let from = came_from[t];
            from != NONE
                && base.timetable.calls.row(from as usize) == other.timetable.calls.row(t)
                && base.timetable.trips[from as usize].route == other.timetable.trips[t].route
        };
        let same: Vec<bool> = (0..came_from.len()).map(same).collect();
        let mut kept_trips = vec![false; base.timetable.trips.len()];
        for (t, _) in same.iter().enumerate().filter(|(_, same)| **same) {
            kept_trips[came_from[t] as usize] = true;
        }
        let at: FxHashMap<(u32, i32), usize> =
            base.service.runs.iter().enumerate().map(|(r, run)| ((run.trip, run.shift_s), r)).collect();
        let twin = |run: &Run| {
            let from = same[run.trip as usize].then(|| came_from[run.trip as usize])?;
            at.get(&(from, run.shift_s)).copied()
        };
        let twins: Vec<Option<usize>> = other.service.runs.iter().map(twin).collect();
        let mut of_base = vec![false; base.service.runs.len()];
        twins.iter().flatten().for_each(|&r| of_base[r] = true);
        let mut of_other: Vec<bool> = twins.iter().map(Option::is_some).collect();
        // Who stays seated otherwise than before is on another run.
        let joins = |service: &Service, twin: &dyn Fn(u32) -> Option<u32>| -> Vec<(u32, u32)> {
            let mut pairs: Vec<(u32, u32)> =
                service.joins.iter().filter_map(|&(from, to)| Some((twin(from)?, twin(to)?))).collect();
            pairs.sort_unstable();
            pairs
        };
        let before = joins(base.service, &|r| of_base[r as usize].then_some(r));
        let after = joins(other.service, &|r| twins[r as usize].map(|twin| twin as u32));
        let unlike = before.iter().filter(|pair| after.binary_search(pair).is_err());
        let unlike: Vec<u32> = unlike
            .chain(after.iter().filter(|pair| before.binary_search(pair).is_err()))
            .map(|pair| pair.0)
            .collect();
        for from in unlike {
            of_base[from as usize] = false;
            twins
                .iter()
                .zip(&mut of_other)
                .filter(|(twin, _)| **twin == Some(from as usize))
                .for_each(|(_, of_other)| *of_other = false);
        }
        Common { of_base, of_other, kept_trips }
    }

    /// Stops where a run of both departs, or brings somebody.
    fn leads(&self, network: &Network<'_>, common: &[bool]) -> Leads {
        let n = network.timetable.stops.ids.len();
        let mut leads = Leads { departs: vec![false; n], arrives: vec![false; n] };
        for (r, _) in common.iter().enumerate().filter(|(_, common)| **common) {
            let calls = network.service.calls(network.timetable, r);
            for (i, call) in calls.iter().enumerate() {
                leads.departs[call.stop as usize] |= boards(call, i, calls.len());
                leads.arrives[call.stop as usize] |= alights(call, i);
            }
        }
        leads
    }

    /// Whether the rules of transfer that concern runs of both are the same: those that name trips which only one of
    /// the networks has, or stops that are new, are about other changes.
    fn rules_are_equal(&self, base: &Network<'_>, other: &Network<'_>, came_from: &[u32]) -> bool {
        let stops = base.timetable.stops.ids.len() as u32;
        let kept = |trip: u32| trip == NONE || self.kept_trips[trip as usize];
        let before = base.timetable.rules.iter().filter(|rule| kept(rule.from_trip) && kept(rule.to_trip));
        let moved = |trip: u32| match trip {
            NONE => Some(NONE),
            _ => {
                Some(came_from[trip as usize]).filter(|&from| from != NONE && self.kept_trips[from as usize])
            }
        };
        let of_both = |rule: &Rule| {
            let (from_trip, to_trip) = (moved(rule.from_trip)?, moved(rule.to_trip)?);
            (rule.from_stop < stops && rule.to_stop < stops).then_some(Rule { from_trip, to_trip, ..*rule })
        };
        before.copied().eq(other.timetable.rules.iter().filter_map(of_both))
    }
}

struct Leads {
    departs: Vec<bool>,
    arrives: Vec<bool>,
}

/// Where the walks of two networks differ in a way that matters to runs of both.
struct Differ {
    /// Origins whose walks to stops, or all the way, differ.
    origins: Vec<bool>,
    /// Stops from which walks to other stops or to destinations differ.
    stops: Vec<bool>,
}

impl Differ {
    fn new(base: &Walks, other: &Walks, [before, after]: &[Leads; 2]) -> Differ {
        let departs = |stop: u32| {
            let at = |leads: &Leads| leads.departs.get(stop as usize).copied().unwrap_or(false);
            at(before) || at(after)
        };
        let arrives = |stop: usize| {
            let at = |leads: &Leads| leads.arrives.get(stop).copied().unwrap_or(false);
            at(before) || at(after)
        };
        let row = |walks: &Csr<Walk>, of: usize| -> Vec<Walk> {
            if of < walks.len() { walks.row(of).to_vec() } else { Vec::new() }
        };
        let onward = |walks: &Csr<Walk>, of: usize| -> Vec<Walk> {
            let mut row = row(walks, of);
            row.retain(|walk| departs(walk.to));
            row
        };
        let origins = (0..base.access.len()).map(|origin| {
            base.direct.row(origin) != other.direct.row(origin)
                || base.access.row(origin) != other.access.row(origin)
                    && onward(&base.access, origin) != onward(&other.access, origin)
        });
        let stops = base.transfers.len().max(other.transfers.len());
        let mut differ = Differ { origins: origins.collect(), stops: vec![false; stops] };
        for stop in (0..stops).filter(|&stop| arrives(stop)) {
            differ.stops[stop] = onward(&base.transfers, stop) != onward(&other.transfers, stop);
        }
        for destination in 0..base.egress.len() {
            let (one, two) = (base.egress.row(destination), other.egress.row(destination));
            if one != two {
                let unlike = one.iter().filter(|walk| !two.contains(walk));
                for walk in unlike.chain(two.iter().filter(|walk| !one.contains(walk))) {
                    differ.stops[walk.to as usize] = true;
                }
            }
        }
        differ
    }
}

impl Backwards<'_> {
    /// Stop of the timetable → (departure, earliest contact after boarding it), s, where there is any.
    fn contacts(&self, common: &[bool], marked: &[bool]) -> Vec<Vec<(i32, i32)>> {
        let Network { timetable, service, .. } = self.network;
        let Flow { events, changes, segments, .. } = &self.flow;
        // From the end backwards: what riding on brings, of each run; and of whoever waits at a boarding place.
        let mut riding = vec![NEVER; service.runs.len()];
        let mut waiting = vec![NEVER; changes.boarding_places];
        let mut boarded = vec![NEVER; events.departures.len()];
        let mut waited = vec![NEVER; events.departures.len()];
        let joined = |run: u32| {
            let from = service.joins.partition_point(|join| join.0 < run);
            service.joins[from..].iter().take_while(move |join| join.0 == run).map(|join| join.1)
        };
        for segment in segments.iter().rev() {
            let mut changed = true;
            while changed {
                changed = false;
                for at in segment.ops.clone().rev() {
                    match events.order[at as usize] {
                        Event::Arrival(a) => {
                            let arrival = &events.arrivals[a as usize];
                            let run = arrival.run as usize;
                            let mut earliest = riding[run];
                            let differs = arrival.alights && marked.get(arrival.stop as usize) == Some(&true);
                            if !common[run] || differs {
                                earliest = earliest.min(arrival.time_s);
                            }
                            for &d in changes.pushes.row(a as usize) {
                                earliest = earliest.min(waited[d as usize]);
                            }
                            for &d in changes.directs.row(a as usize) {
                                earliest = earliest.min(boarded[d as usize]);
                            }
                            if last_arrival(events, arrival.run) == Some(a) {
                                joined(arrival.run)
                                    .for_each(|to| earliest = earliest.min(riding[to as usize]));
                            }
                            changed |= segment.repeats && earliest < riding[run];
                            riding[run] = earliest;
                        }
                        Event::Departure(d) => {
                            let run = events.departures[d as usize].run as usize;
                            let place = &mut waiting[changes.boarding_place[d as usize] as usize];
                            *place = riding[run].min(*place);
                            let d = d as usize;
                            changed |= segment.repeats && (riding[run] < boarded[d] || *place < waited[d]);
                            (boarded[d], waited[d]) = (riding[run], *place);
                        }
                    }
                }
            }
        }
        let mut of_stop = vec![Vec::new(); timetable.stops.ids.len()];
        for (departure, &contact_s) in events.departures.iter().zip(&boarded) {
            if contact_s != NEVER {
                of_stop[departure.stop as usize].push((departure.time_s, contact_s));
            }
        }
        of_stop
    }
}

/// Whether somebody who walks to stops like this can be in contact in time.
fn meets(access: &[Walk], contacts: &[Vec<(i32, i32)>], question: &Question) -> bool {
    let last_s = question.last_departure_s() as i32;
    access.iter().any(|walk| {
        let before_s = walk.seconds.saturating_add(question.board_slack_s);
        contacts[walk.to as usize].iter().any(|&(departs_s, contact_s)| {
            // Leaving as late as that departure and the window allow.
            let leaves_s = departs_s.saturating_sub_unsigned(before_s).min(last_s);
            leaves_s >= 0 && (contact_s - leaves_s) as u32 <= question.longest_s
        })
    })
}
