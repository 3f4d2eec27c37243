//! The legs of chains at both ends of a journey, and by what each is.

use std::collections::BTreeMap;

use super::place::TripPlace;
use crate::base::diagnostics::Diagnostics;
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::engine::region::Region;
use crate::network::links::{LinkRule, Linkage, Linker};
use crate::network::reach::EdgePosition;
use crate::network::rides::{By, Chains, kept};
use crate::network::streets::RiddenStreets;
use crate::routing::journey::JourneyEnds;
use crate::study::Study;

/// How one gets to each stop otherwise than on foot, and from each.
#[derive(Debug, Default)]
pub struct LegsBy {
    pub access: BTreeMap<u32, By>,
    pub egress: BTreeMap<u32, By>,
}

/// Where a place that is no stop lies on streets to ride or drive on; `known` are the region's origins there, or its
/// destinations.
pub(super) fn ridden_spot(
    study: &Study,
    region: &Region,
    streets: &RiddenStreets,
    known: &Linkage,
    place: &TripPlace,
    is_start: bool,
    executor: &dyn Executor,
) -> Result<Option<EdgePosition>> {
    if let TripPlace::Cell(cell) = place
        && (is_start || region.others.is_none())
    {
        return Ok(known.spot(*cell));
    }
    let linker = Linker::new(&streets.streets, LinkRule::from(&study.network));
    let stops = &region.timetable.stops;
    let kept = kept(&linker, streets, stops, &mut Diagnostics::default(), executor)?;
    Ok(linker.link(&kept, &[place.point(region)], executor)?.spot(0))
}

/// Puts the legs of a profile's chains in place of the walks at both ends.
pub(super) fn chained(
    study: &Study,
    region: &Region,
    chains: &Chains,
    places: [&TripPlace; 2],
    ends: &mut JourneyEnds,
    executor: &dyn Executor,
) -> Result<LegsBy> {
    let mut legs_by = LegsBy::default();
    for (place, access) in places.into_iter().zip([true, false]) {
        if let TripPlace::Stop(_) = place {
            continue;
        }
        let mut spots = BTreeMap::new();
        for by in [By::Bicycle, By::ParkAndRide, By::DroppedOff] {
            let Some((known, streets)) = chains.linkage(by, access).zip(chains.streets(by)) else { continue };
            let spot = ridden_spot(study, region, streets, known, place, access, executor)?;
            spots.extend(spot.map(|spot| (by, spot)));
        }
        let row = if access { &mut ends.access } else { &mut ends.egress };
        let ways = chains.ways(|by| spots.get(&by).copied(), row, access);
        let by = if access { &mut legs_by.access } else { &mut legs_by.egress };
        by.extend(ways.iter().filter(|(_, by)| *by != By::OnFoot).map(|(leg, by)| (leg.to, *by)));
        *row = ways.into_iter().map(|(leg, _)| leg).collect();
    }
    Ok(legs_by)
}
