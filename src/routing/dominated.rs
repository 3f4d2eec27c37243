//! Affected origins → those that stay affected: an origin is taken out when each of its contacts (see `affected`) is
//! dominated, because the other network reaches the same stop strictly earlier.
//!
//! A contact is *dominated* if three things hold: its instance is in one network alone; at its stop all who arrive have
//! the same ways on, in both networks; and the other network brings the origin to that stop strictly earlier, without
//! leaving earlier. Claim: if all contacts of an origin are dominated, its answers are the same. Proof: take a journey
//! of one network and the last of its contacts. What follows the contact is possible in both networks, and the other
//! network has a way to the contact's stop that arrives earlier. Both parts together are a journey of the other network
//! that takes no longer. So neither network has an answer that the other lacks. (With a limit on rides the other way
//! may need one ride too many; then nothing is taken out.)
//!
//! The reverse searches may find too many contacts, which only costs time; each dominating journey that they find can
//! be travelled. The earliest contact after each departure is enough: the same journey dominates later contacts, and
//! earlier departures to the same contact.

use super::contacts::{NetworkSide, in_contact};
use super::events::Arrival;
use super::ids::InstanceId;
use super::reverse_search::{Goals, Within, in_time, is_earlier};
use crate::base::NONE;
use crate::base::error::Result;
use crate::base::executor::{Executor, collect};
use crate::base::ids::{Id, IdVec, StopId};

/// How many stops one pass looks for.
const LANES: usize = 8;

/// Takes origins out of `affected` whose contacts are all dominated, where the passes for them pay.
/// `of_themselves`: origins that stay in; `marked`: contacts that cannot be dominated; `alike`: stops where all who
/// arrive go on alike and in both networks in the same way.
pub(super) fn spare(
    affected: &mut Vec<bool>,
    sides: [NetworkSide<'_>; 2],
    of_themselves: &[bool],
    marked: &(impl Fn(&Arrival) -> bool + Sync),
    alike: impl Fn(StopId) -> bool,
    a_look: usize,
    executor: &dyn Executor,
) -> Result<()> {
    let contested = sides.map(|side| Contested::new(side, &alike));
    let look = |side: usize| (0..contested[side].stops).step_by(LANES).map(move |first| (side, first));
    let looks: Vec<(usize, u32)> = (0..2).flat_map(look).collect();
    let doubtful = affected.iter().zip(of_themselves).filter(|(affected, own)| **affected && !**own).count();
    if looks.is_empty() || (2 * looks.len()).saturating_mul(a_look) > doubtful {
        return Ok(());
    }
    let contested = &contested;
    let rest = [0, 1].map(|i| {
        let own = move |arrival: &Arrival| sides[i].is_own(arrival) && contested[i].number(arrival).is_none();
        move |arrival: &Arrival| own(arrival) || marked(arrival)
    });
    let stay = in_contact(sides, &rest, of_themselves, executor)?;
    // One after the other: the contacts of a pass, and what may dominate them.
    let fronts = collect(executor, 2 * looks.len(), |n| {
        let (side, first) = looks[n / 2];
        let goals = |number: Option<u32>| -> Goals<LANES> {
            std::array::from_fn(|lane| number == Some(first + lane as u32))
        };
        let (here, there) = (sides[side], sides[1 - side]);
        match n % 2 {
            0 => here.network.fronts(Within::Repeated, |arrival| {
                goals(contested[side].number(arrival).filter(|_| here.is_own(arrival)))
            }),
            _ => there.network.fronts(Within::Once, |arrival| {
                goals(contested[side].number_of(arrival.stop).filter(|_| arrival.alights))
            }),
        }
    })?;
    let all_dominated = |origin: usize| {
        looks.iter().zip(fronts.chunks(2)).all(|(&(side, _), fronts)| {
            let (here, there) = (sides[side].network, sides[1 - side].network);
            let access = there.network.legs.access.row(origin);
            fronts[0].iter().zip(&fronts[1]).all(|(contacts, others)| {
                in_time(here.network.legs.access.row(origin), contacts, &here.query)
                    .all(|contact| is_earlier(access, others, &there.query, contact))
            })
        })
    };
    *affected = collect(executor, affected.len(), |origin| {
        affected[origin] && (stay[origin] || !all_dominated(origin))
    })?;
    Ok(())
}

/// The stops where runs of one network alone bring somebody, and where the other network may dominate them.
struct Contested {
    /// Stop → its number among them, or `NONE`.
    number: Vec<u32>,
    stops: u32,
    /// Instance → whether its riders may stay seated into another: that is no change, and not dominated.
    goes_on: IdVec<InstanceId, bool>,
}

impl Contested {
    fn new(side: NetworkSide<'_>, alike: &impl Fn(StopId) -> bool) -> Contested {
        let network = &side.network.network;
        let mut goes_on = IdVec::new(false, network.service.instances.len());
        network.service.joins.iter().for_each(|&(from, _)| goes_on[from] = true);
        let number = vec![NONE; network.timetable.stops.ids.len()];
        let mut contested = Contested { number, stops: 0, goes_on };
        for arrival in side.network.arrivals().iter().filter(|arrival| side.is_own(arrival)) {
            let number = &mut contested.number[arrival.stop.index()];
            let may_be = arrival.alights && !contested.goes_on[arrival.instance];
            if may_be && *number == NONE && alike(arrival.stop) {
                *number = contested.stops;
                contested.stops += 1;
            }
        }
        contested
    }

    fn number_of(&self, stop: StopId) -> Option<u32> {
        self.number.get(stop.index()).copied().filter(|&number| number != NONE)
    }

    /// Of an arrival of the network's own instance that may be dominated.
    fn number(&self, arrival: &Arrival) -> Option<u32> {
        let may_be = arrival.alights && !self.goes_on[arrival.instance];
        self.number_of(arrival.stop).filter(|_| may_be)
    }
}
