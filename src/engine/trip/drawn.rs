//! A journey → its legs on the map: by what, from where to where, how long, how far, and along which line.

use super::find::FoundTrip;
use super::mode::LegMode;
use super::spots::EndSpots;
use crate::base::ids::{Id, StopId, TripId};
use crate::engine::region::Region;
use crate::network::Network;
use crate::network::paths::{StreetPath, walked};
use crate::network::reach::EdgePosition;
use crate::network::rides::{By, Chains, OnwardWalks, RideGraph, Vehicle};
use crate::network::streets::{RiddenStreets, Streets, distance_mm};
use crate::network::transit::Call;
use crate::routing::journey::Leg;
use crate::study::Profile;

/// Where a leg begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegEnd {
    Start,
    Goal,
    Stop(StopId),
    /// A park-and-ride site, by its index.
    Site(usize),
}

/// A leg on the map; times are seconds from the query's start.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawnLeg {
    pub mode: LegMode,
    pub from: LegEnd,
    pub to: LegEnd,
    pub starts_s: i32,
    pub ends_s: i32,
    /// Of these, seconds beside the way: to park a car, to lock a bicycle.
    pub parking_s: u32,
    /// Along the streets, links included; in public transport straight from stop to stop.
    pub mm: u64,
    /// (lon, lat) in degrees.
    pub line: Vec<(f64, f64)>,
    /// OSM ways that are ridden or driven along, each once in a row.
    pub ways: Vec<i64>,
}

/// What the legs of a journey are drawn on.
pub struct Drawing<'a> {
    pub region: &'a Region,
    pub network: &'a Network,
    pub profile: &'a Profile,
    /// As the profile walks them.
    pub streets: &'a Streets,
    /// Start and goal.
    pub ends: [EndSpots; 2],
}

impl Drawing<'_> {
    /// The legs of a journey; none where there is none.
    pub fn legs(&self, trip: &FoundTrip) -> Vec<DrawnLeg> {
        let legs = trip.journey.iter().flat_map(|journey| &journey.legs);
        legs.flat_map(|leg| self.leg(trip, leg)).collect()
    }

    /// One leg of a journey: two where somebody parks and rides.
    pub fn leg(&self, trip: &FoundTrip, leg: &Leg) -> Vec<DrawnLeg> {
        match *leg {
            Leg::Ride { trip, from, departs_s, to, arrives_s, seated } => {
                vec![self.ride((trip, seated), (from, departs_s), (to, arrives_s))]
            }
            Leg::Street { from, to, starts_s, seconds } => {
                let ends = (end(from, LegEnd::Start), end(to, LegEnd::Goal));
                self.street(trip, ends, (starts_s, starts_s + seconds as i32))
            }
        }
    }

    fn street(&self, trip: &FoundTrip, (from, to): (LegEnd, LegEnd), span: (i32, i32)) -> Vec<DrawnLeg> {
        let by = match (from, to) {
            (LegEnd::Start, LegEnd::Goal) => {
                return vec![match trip.vehicle {
                    Some(vehicle) => self.door_to_door(vehicle, span),
                    None => self.walk((from, to), span),
                }];
            }
            (LegEnd::Start, LegEnd::Stop(stop)) => trip.legs_by.access.get(&stop.0),
            (LegEnd::Stop(stop), LegEnd::Goal) => trip.legs_by.egress.get(&stop.0),
            _ => None,
        };
        match (by, &self.network.chains) {
            (Some(&by), Some(chains)) => self.chained(by, chains, (from, to), span),
            _ => vec![self.walk((from, to), span)],
        }
    }

    /// By bicycle or car all the way.
    fn door_to_door(&self, vehicle: Vehicle, span: (i32, i32)) -> DrawnLeg {
        let (mode, parking_s) = match vehicle {
            Vehicle::Bicycle(_) => (LegMode::Bicycle, 0),
            Vehicle::Car { parking_s, .. } => (LegMode::Car, parking_s),
        };
        let mut leg = DrawnLeg { mode, parking_s, ..self.straight((LegEnd::Start, LegEnd::Goal), span) };
        let [from, to] = self.ends.map(|end| end.by(mode));
        if let Some(ride) = self.network.rides.iter().find(|ride| ride.limits().by == vehicle)
            && let (Some(from), Some(to)) = (from, to)
        {
            self.ridden(&mut leg, ride.graph(), (from, to), &ride.places().streets);
        }
        leg
    }

    /// A leg of a chain, to a stop or from one.
    fn chained(
        &self,
        by: By,
        chains: &Chains,
        (from, to): (LegEnd, LegEnd),
        (starts_s, ends_s): (i32, i32),
    ) -> Vec<DrawnLeg> {
        let access = from == LegEnd::Start;
        let mode = if by == By::Bicycle { LegMode::Bicycle } else { LegMode::Car };
        let parking_s = chains.extra_s(by, access);
        let mut leg = DrawnLeg { mode, parking_s, ..self.straight((from, to), (starts_s, ends_s)) };
        let ((LegEnd::Stop(stop), _) | (_, LegEnd::Stop(stop))) = (from, to) else { return vec![leg] };
        let (Some(graph), Some(streets), Some(linked_to), Some(spot)) = (
            chains.graph(by),
            chains.streets(by),
            chains.linked_to(by),
            self.ends[usize::from(!access)].by(mode),
        ) else {
            return vec![leg];
        };
        // Where one leaves the streets of the vehicle: at the stop, or at a site.
        let (mut off, mut onward) = (stop.index(), None);
        if by == By::ParkAndRide {
            let Some((site, walk_s)) = chains.site(spot, stop.0) else { return vec![leg] };
            let (site, parked_s) = (site as usize, ends_s - walk_s as i32);
            off = site;
            onward = Some(self.walk((LegEnd::Site(site), to), (parked_s, ends_s)));
            let driven = self.straight((from, LegEnd::Site(site)), (starts_s, parked_s));
            leg = DrawnLeg { mode, parking_s, ..driven };
        }
        if let Some(other) = linked_to.spot(off) {
            let ends = if access { (spot, other) } else { (other, spot) };
            self.ridden(&mut leg, graph, ends, streets);
        }
        std::iter::once(leg).chain(onward).collect()
    }

    fn walk(&self, (from, to): (LegEnd, LegEnd), span: (i32, i32)) -> DrawnLeg {
        let mut leg = self.straight((from, to), span);
        let itself = (from, to) == (LegEnd::Start, LegEnd::Goal) && self.ends[0].point == self.ends[1].point;
        let spots = self.walked_spot(from).zip(self.walked_spot(to)).filter(|_| !itself);
        let path = spots.and_then(|(from, to)| walked(self.streets, from, to));
        // Stops of one station may be joined by a straight walk that is shorter.
        let took_s = (span.1 - span.0) as u32;
        let is_it = |mm: u64| !between_stops(from, to) || self.profile.walk_speed.seconds(mm) == took_s;
        if let Some((_, path)) = path.filter(|(mm, _)| is_it(*mm)) {
            self.along(&mut leg, &path, self.streets);
        }
        leg
    }

    fn walked_spot(&self, end: LegEnd) -> Option<EdgePosition> {
        match end {
            LegEnd::Stop(stop) => self.region.links.stops.spot(stop.index()),
            LegEnd::Site(site) => self.onward()?.on_foot.spot(site),
            LegEnd::Start => self.ends[0].on_foot,
            LegEnd::Goal => self.ends[1].on_foot,
        }
    }

    /// A leg by public transport.
    fn ride(
        &self,
        (trip, seated): (TripId, bool),
        (from, departs_s): (StopId, i32),
        (to, arrives_s): (StopId, i32),
    ) -> DrawnLeg {
        let mut leg = DrawnLeg {
            mode: LegMode::Transit { trip, seated },
            ..self.straight((LegEnd::Stop(from), LegEnd::Stop(to)), (departs_s, arrives_s))
        };
        let calls = self.region.timetable.calls.row(trip.index());
        let passed = between(calls, (from, to), arrives_s - departs_s);
        let known = passed.iter().map(|call| self.stop(StopId(call.stop)));
        let points: Vec<(f64, f64)> = known.filter(|(lon, lat)| lon.is_finite() && lat.is_finite()).collect();
        if points.len() >= 2 {
            leg.mm = points.windows(2).map(|pair| distance_mm(pair[0], pair[1])).sum();
            leg.line = points;
        }
        leg
    }

    /// A walk straight from end to end.
    fn straight(&self, (from, to): (LegEnd, LegEnd), (starts_s, ends_s): (i32, i32)) -> DrawnLeg {
        let ends = [from, to].map(|end| self.point(end));
        let known: Vec<(f64, f64)> =
            ends.into_iter().filter(|(lon, lat)| lon.is_finite() && lat.is_finite()).collect();
        let mm = if known.len() == 2 { distance_mm(ends[0], ends[1]) } else { 0 };
        let (mode, line, ways) = (LegMode::Walk, known, Vec::new());
        DrawnLeg { mode, from, to, starts_s, ends_s, parking_s: 0, mm, line, ways }
    }

    /// Lets a leg go along the streets of a vehicle.
    fn ridden(
        &self,
        leg: &mut DrawnLeg,
        graph: &RideGraph,
        (from, to): (EdgePosition, EdgePosition),
        streets: &RiddenStreets,
    ) {
        if let Some((_, path)) = graph.way(from, to) {
            self.along(leg, &path, &streets.streets);
            leg.ways = path.stretches.iter().map(|stretch| streets.way(stretch.edge).osm_id).collect();
            leg.ways.dedup();
        }
    }

    /// Lets a leg go along streets.
    fn along(&self, leg: &mut DrawnLeg, path: &StreetPath, streets: &Streets) {
        let mut line = vec![self.point(leg.from)];
        line.extend(path.line(streets));
        line.push(self.point(leg.to));
        line.retain(|(lon, lat)| lon.is_finite() && lat.is_finite());
        line.dedup();
        (leg.mm, leg.line) = (path.mm(), line);
    }

    fn onward(&self) -> Option<&OnwardWalks> {
        self.network.chains.as_ref()?.onward()
    }

    fn stop(&self, stop: StopId) -> (f64, f64) {
        let stops = &self.region.timetable.stops;
        (stops.lon[stop.index()], stops.lat[stop.index()])
    }

    fn point(&self, end: LegEnd) -> (f64, f64) {
        match end {
            LegEnd::Stop(stop) => self.stop(stop),
            LegEnd::Site(site) => {
                self.onward().map_or((f64::NAN, f64::NAN), |onward| onward.sites.points[site])
            }
            LegEnd::Start => self.ends[0].point,
            LegEnd::Goal => self.ends[1].point,
        }
    }
}

fn end(stop: Option<StopId>, other: LegEnd) -> LegEnd {
    stop.map_or(other, LegEnd::Stop)
}

fn between_stops(from: LegEnd, to: LegEnd) -> bool {
    matches!((from, to), (LegEnd::Stop(_), LegEnd::Stop(_)))
}

/// The calls of a trip from one stop to another that is reached so much later; a trip may come by a stop twice.
fn between(calls: &[Call], (from, to): (StopId, StopId), seconds: i32) -> &[Call] {
    for (i, first) in calls.iter().enumerate().filter(|(_, call)| call.stop == from.0) {
        let last = calls[i..]
            .iter()
            .position(|call| call.stop == to.0 && call.arrival_s - first.departure_s == seconds);
        if let Some(last) = last.filter(|&last| last > 0) {
            return &calls[i..=i + last];
        }
    }
    &[]
}
