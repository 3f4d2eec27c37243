//! Two places and a window of one second → the journey between them.

use std::sync::Arc;

use super::chained::{LegsBy, chained};
use super::place::TripPlace;
use crate::base::csr::TimedArc;
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Result};
use crate::base::executor::Executor;
use crate::engine::region::{Region, limits};
use crate::engine::window::WindowQuery;
use crate::network::links::{LinkRule, Linker, legs};
use crate::network::rides::{RiddenPlaces, RiddenTimes, Vehicle, kept};
use crate::network::{Network, StreetLegs};
use crate::routing::journey::{Journey, JourneyEnds, Scanner};
use crate::study::{Profile, Study, WindowOf};

/// A journey, if there is one.
#[derive(Debug)]
pub struct FoundTrip {
    pub journey: Option<Journey>,
    /// With what all the way without a ride is; `None`: on foot.
    pub vehicle: Option<Vehicle>,
    pub legs_by: LegsBy,
}

/// Finds the journey that [`Scanner`] prefers: leaving at the window's second or later, or being there by it. The places
/// are given with what they were called.
///
/// # Errors
/// A place without a street; `Stopped`.
pub fn find(
    study: &Study,
    region: &Region,
    network: &Network,
    profile: &Profile,
    asked: &WindowQuery,
    [(from, from_name), (to, to_name)]: [(&TripPlace, &str); 2],
    executor: &dyn Executor,
) -> Result<FoundTrip> {
    check_linked(study, region, [(from, from_name), (to, to_name)])?;
    let mut ends = ends(study, region, &network.legs, profile, from, to, executor)?;
    let mut legs_by = LegsBy::default();
    if let Some(chains) = &network.chains {
        legs_by = chained(study, region, chains, [from, to], &mut ends, executor)?;
    }
    let mut vehicle = None;
    for ride in &network.rides {
        let ridden_s = ridden_s(study, region, ride, from, to, executor)?;
        if ridden_s.is_some_and(|ride| ends.direct_s.is_none_or(|direct| ride < direct)) {
            (ends.direct_s, vehicle) = (ridden_s, Some(ride.limits().by));
        }
    }
    let query = asked.span();
    let scanner = Scanner::new(&region.timetable, &network.legs, &asked.service, query);
    let journey = match asked.of {
        WindowOf::Departures => scanner.journey(&ends, 0),
        WindowOf::Arrivals => {
            let latest = scanner.latest_s(&ends, query.horizon_s(), profile.max_travel_time_s);
            latest.and_then(|latest| scanner.journey(&ends, latest))
        }
    };
    Ok(FoundTrip { journey, vehicle, legs_by })
}

/// # Errors
/// A cell without a street: there is no journey to tell of, the time to itself included.
fn check_linked(study: &Study, region: &Region, ends: [(&TripPlace, &str); 2]) -> Result<()> {
    for (place, text) in ends {
        if let TripPlace::Cell(cell) = place
            && !region.links.cells.has_street(*cell)
        {
            let what = format!("this cell has no street within {} m", study.network.max_link_m);
            return Err(Error::input(format!("cell {text}"), what, "its values are blank in every table"));
        }
    }
    Ok(())
}

/// The walks at both ends: those of the matrix for cells, new ones for points, none for stops.
fn ends(
    study: &Study,
    region: &Region,
    known: &StreetLegs,
    profile: &Profile,
    from: &TripPlace,
    to: &TripPlace,
    executor: &dyn Executor,
) -> Result<JourneyEnds> {
    let mut between_cells = None;
    if let (TripPlace::Cell(a), TripPlace::Cell(b), None) = (from, to, &region.others) {
        let direct = known.direct.row(*a).iter().find(|walk| walk.to == *b as u32).map(|walk| walk.seconds);
        let direct_s = if a == b { Some(study.access.own_cell_s) } else { direct };
        between_cells = Some(direct_s);
        // Those of chains are not walks alone.
        if profile.chains.is_none() {
            let (access, egress) = (known.access.row(*a).to_vec(), known.egress.row(*b).to_vec());
            return Ok(JourneyEnds { access, egress, direct_s });
        }
    }
    let link =
        |place: &TripPlace| region.link(LinkRule::from(&study.network), &[place.point(region)], executor);
    let (a, b) = (link(from)?, link(to)?);
    for (place, linked) in [(from, &a), (to, &b)] {
        if !matches!(place, TripPlace::Stop(_)) && !linked.has_street(0) {
            return Err(Error::Usage(region.no_street(place.point(region), study.network.max_link_m)));
        }
    }
    let table = &region.timetable.stops;
    if !profile.walk {
        return Ok(JourneyEnds { access: Vec::new(), egress: Vec::new(), direct_s: None });
    }
    let streets = region.walked_streets(profile);
    let walked = legs(&streets, &a, &b, false, &region.links.stops, table, limits(profile), executor)?;
    let at_stop = |place: &TripPlace, row: &[TimedArc]| match place {
        TripPlace::Stop(stop) => vec![TimedArc { to: *stop, seconds: 0 }],
        _ => row.to_vec(),
    };
    let to_stop =
        |row: &[TimedArc], stop: &u32| row.iter().find(|walk| walk.to == *stop).map(|walk| walk.seconds);
    let direct_s = match (from, to) {
        (TripPlace::Stop(a), TripPlace::Stop(b)) if a == b => Some(0),
        (TripPlace::Stop(a), TripPlace::Stop(b)) => to_stop(known.footpaths.row(*a as usize), b),
        (_, TripPlace::Stop(b)) => to_stop(walked.access.row(0), b),
        (TripPlace::Stop(a), _) => to_stop(walked.egress.row(0), a),
        _ => walked.direct.row(0).first().map(|walk| walk.seconds),
    };
    Ok(JourneyEnds {
        access: at_stop(from, walked.access.row(0)),
        egress: at_stop(to, walked.egress.row(0)),
        direct_s: between_cells.unwrap_or(direct_s),
    })
}

/// Seconds by bicycle or car from door to door: those of the matrix between cells, new ones between points; none to or
/// from stops.
fn ridden_s(
    study: &Study,
    region: &Region,
    known: &RiddenTimes,
    from: &TripPlace,
    to: &TripPlace,
    executor: &dyn Executor,
) -> Result<Option<u32>> {
    let time = |times: &RiddenTimes, from: usize, to: usize| {
        let mut time = None;
        times.from_origin(from, |place, seconds| {
            if place as usize == to {
                time = Some(seconds);
            }
        });
        time
    };
    match (from, to) {
        (TripPlace::Cell(a), TripPlace::Cell(b)) if region.others.is_none() => {
            return Ok(if a == b { None } else { time(known, *a, *b) });
        }
        (TripPlace::Stop(_), _) | (_, TripPlace::Stop(_)) => return Ok(None),
        _ => {}
    }
    let streets = &known.places().streets;
    let linker = Linker::new(&streets.streets, LinkRule::from(&study.network));
    let stops = &region.timetable.stops;
    let kept = kept(&linker, streets, stops, &mut Diagnostics::default(), executor)?;
    let link = |place: &TripPlace| linker.link(&kept, &[place.point(region)], executor).map(Arc::new);
    let (streets, stops) = (Arc::clone(streets), Arc::default());
    let places = RiddenPlaces { streets, origins: link(from)?, destinations: link(to)?, stops };
    Ok(time(&RiddenTimes::new(places, known.limits()), 0, 0))
}
