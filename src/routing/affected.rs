//! Two networks that differ in some trip instances and street legs → the origins whose answers may differ. All other
//! origins have the same answers in both.
//!
//! A *contact* is an arrival that only one of the networks has, or after which a traveller can go on in only one of
//! them: the arrival of an instance that one network lacks, or an arrival at a stop from which the street legs differ.
//! Claim: an origin whose own legs are the same, and which in neither network reaches a contact within the longest time
//! from a departure of the window, has the same answers in both. Proof: take a journey of one network, no longer than
//! that, which the other network does not have. At some point it first does what the other network does not allow: it
//! rides an instance that is missing there, walks a leg that differs, or stays seated where the other network has no
//! in-seat transfer. Up to that point both networks have it, and the ride that ends there is a contact no later than
//! the journey's end. (Access and direct legs are the origin's own. Transfer rules between instances and stops of both
//! networks are compared first; where they differ, every origin is affected.)
//!
//! `reverse_search` finds contacts by reverse searches over the event graph. It may report too many; that costs time,
//! never correctness. `dominated` takes out those that change nothing.

use rustc_hash::FxHashMap;

use super::contacts::{NetworkSide, in_contact};
use super::dominated::spare;
use super::events::Arrival;
use super::expand::{ActiveTrips, TripInstance, alights, boards};
use super::ids::InstanceId;
use super::reverse_search::{AffectedNetwork, ReverseSearch};
use crate::base::NONE;
use crate::base::csr::{Csr, TimedArc};
use crate::base::error::Result;
use crate::base::executor::{Executor, collect};
use crate::base::ids::{Id, IdVec, StopId, TripId};
use crate::network::StreetLegs;
use crate::network::transit::TransferRule;

/// One reverse pass costs about as much as routing so many origins (measured on a city with 1,000 departures a minute).
pub const ORIGINS_PER_REVERSE_PASS: usize = 128;

/// Origin → whether its answers to one question may differ between two networks; the stops of `after` are those of
/// `before`, in their order, and perhaps more behind them. `came_from`: trip of `after` → the trip of `before` that it
/// was, or `NONE`. `a_look`: how many origins are routed in the time of a look through a flow, more or less ([`ORIGINS_PER_REVERSE_PASS`]).
pub fn affected(
    before: &ReverseSearch<'_>,
    after: &ReverseSearch<'_>,
    came_from: &[u32],
    a_look: usize,
    executor: &dyn Executor,
) -> Result<Vec<bool>> {
    let (base, other) = (&before.network, &after.network);
    let origins = base.legs.access.len();
    let common = CommonInstances::new(base, other, came_from);
    if !common.rules_are_equal(base, other, came_from) {
        return Ok(vec![true; origins]);
    }
    let sides = [(before, &common.of_base), (after, &common.of_other)];
    let sides = sides.map(|(network, common)| NetworkSide { network, common });
    let leads: Vec<Leads> =
        collect(executor, 2, |i| common.leads(&sides[i].network.network, sides[i].common))?;
    let differ = Differ::new(base.legs, other.legs, &leads);
    let marked = |arrival: &Arrival| arrival.alights && differ.stops.get(arrival.stop.index()) == Some(&true);
    let contacts = [0, 1].map(|i| move |arrival: &Arrival| sides[i].is_own(arrival) || marked(arrival));
    let mut affected = in_contact(sides, &contacts, &differ.origins, executor)?;
    // Where all who arrive go on alike, and as before.
    let alike = sides.map(|side| side.network.go_on_alike(side.common));
    let alike = |stop: StopId| {
        let are_alike = alike.iter().all(|alike| alike.get(stop.index()) == Some(&true));
        are_alike && differ.stops.get(stop.index()) != Some(&true)
    };
    if before.query.max_rides.is_none() {
        spare(&mut affected, sides, &differ.origins, &marked, alike, a_look, executor)?;
    }
    Ok(affected)
}

/// Which trip instances are in both networks, call by call.
struct CommonInstances {
    /// Instance → whether it is in both.
    of_base: IdVec<InstanceId, bool>,
    of_other: IdVec<InstanceId, bool>,
    /// Trip of `base` → whether some trip of `other` is the same, for rules that name it.
    kept_trips: Vec<bool>,
}

impl CommonInstances {
    fn new(base: &AffectedNetwork<'_>, other: &AffectedNetwork<'_>, came_from: &[u32]) -> CommonInstances {
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
        let instances = base.service.instances.iter();
        let at: FxHashMap<(TripId, i32), InstanceId> =
            instances.map(|(id, instance)| ((instance.trip, instance.day_offset_s), id)).collect();
        let twin = |instance: &TripInstance| {
            let trip = instance.trip.index();
            let from = same[trip].then(|| TripId(came_from[trip]))?;
            at.get(&(from, instance.day_offset_s)).copied()
        };
        // Of `other` in `base`.
        let twins: IdVec<InstanceId, Option<InstanceId>> =
            other.service.instances.values().iter().map(twin).collect();
        let mut of_base = IdVec::new(false, base.service.instances.len());
        twins.values().iter().flatten().for_each(|&twin| of_base[twin] = true);
        let mut of_other: IdVec<InstanceId, bool> = twins.values().iter().map(Option::is_some).collect();
        // Who stays seated otherwise than before is on another instance.
        type Joins = Vec<(InstanceId, InstanceId)>;
        let joins = |service: &ActiveTrips, twin: &dyn Fn(InstanceId) -> Option<InstanceId>| -> Joins {
            let mut pairs: Joins =
                service.joins.iter().filter_map(|&(from, to)| Some((twin(from)?, twin(to)?))).collect();
            pairs.sort_unstable();
            pairs
        };
        let before = joins(base.service, &|instance| of_base[instance].then_some(instance));
        let after = joins(other.service, &|instance| twins[instance]);
        let unlike = before.iter().filter(|pair| after.binary_search(pair).is_err());
        let unlike: Vec<InstanceId> = unlike
            .chain(after.iter().filter(|pair| before.binary_search(pair).is_err()))
            .map(|pair| pair.0)
            .collect();
        for from in unlike {
            of_base[from] = false;
            let same = twins.iter().filter(|(_, twin)| **twin == Some(from));
            same.for_each(|(instance, _)| of_other[instance] = false);
        }
        CommonInstances { of_base, of_other, kept_trips }
    }

    /// Stops where an instance of both departs, or brings somebody.
    fn leads(&self, network: &AffectedNetwork<'_>, common: &IdVec<InstanceId, bool>) -> Leads {
        let n = network.timetable.stops.ids.len();
        let mut leads = Leads { departs: vec![false; n], arrives: vec![false; n] };
        for (instance, _) in common.iter().filter(|(_, common)| **common) {
            let calls = network.service.calls(network.timetable, instance);
            for (i, call) in calls.iter().enumerate() {
                leads.departs[call.stop as usize] |= boards(network.service.needs, call, i, calls.len());
                leads.arrives[call.stop as usize] |= alights(network.service.needs, call, i);
            }
        }
        leads
    }

    /// Whether the rules of transfer that concern runs of both are the same: those that name trips which only one of
    /// the networks has, or stops that are new, are about other changes.
    fn rules_are_equal(
        &self,
        base: &AffectedNetwork<'_>,
        other: &AffectedNetwork<'_>,
        came_from: &[u32],
    ) -> bool {
        let stops = base.timetable.stops.ids.len() as u32;
        let kept = |trip: u32| trip == NONE || self.kept_trips[trip as usize];
        let before = base.timetable.rules.iter().filter(|rule| kept(rule.from_trip) && kept(rule.to_trip));
        let moved = |trip: u32| match trip {
            NONE => Some(NONE),
            _ => {
                Some(came_from[trip as usize]).filter(|&from| from != NONE && self.kept_trips[from as usize])
            }
        };
        let of_both = |rule: &TransferRule| {
            let (from_trip, to_trip) = (moved(rule.from_trip)?, moved(rule.to_trip)?);
            (rule.from_stop < stops && rule.to_stop < stops).then_some(TransferRule {
                from_trip,
                to_trip,
                ..*rule
            })
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
    fn new(base: &StreetLegs, other: &StreetLegs, leads: &[Leads]) -> Differ {
        let departs = |stop: u32| leads.iter().any(|leads| leads.departs.get(stop as usize) == Some(&true));
        let arrives = |stop: usize| leads.iter().any(|leads| leads.arrives.get(stop) == Some(&true));
        let row = |legs: &Csr<TimedArc>, of: usize| -> Vec<TimedArc> {
            if of < legs.len() { legs.row(of).to_vec() } else { Vec::new() }
        };
        let onward = |legs: &Csr<TimedArc>, of: usize| -> Vec<TimedArc> {
            let mut row = row(legs, of);
            row.retain(|walk| departs(walk.to));
            row
        };
        let origins = (0..base.access.len()).map(|origin| {
            base.direct.row(origin) != other.direct.row(origin)
                || base.access.row(origin) != other.access.row(origin)
                    && onward(&base.access, origin) != onward(&other.access, origin)
        });
        let stops = base.footpaths.len().max(other.footpaths.len());
        let mut differ = Differ { origins: origins.collect(), stops: vec![false; stops] };
        for stop in (0..stops).filter(|&stop| arrives(stop)) {
            differ.stops[stop] = onward(&base.footpaths, stop) != onward(&other.footpaths, stop);
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
