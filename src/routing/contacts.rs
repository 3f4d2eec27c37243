//! Arrivals that matter in two networks (see `affected`) → the origins that may be there in time.

use super::events::Arrival;
use super::ids::InstanceId;
use super::reverse_search::{ReverseSearch, Within, in_time};
use crate::base::error::Result;
use crate::base::executor::{Executor, collect};
use crate::base::ids::IdVec;

/// One of two networks, and which of its trip instances are in both.
#[derive(Clone, Copy)]
pub(super) struct NetworkSide<'a> {
    pub network: &'a ReverseSearch<'a>,
    pub common: &'a IdVec<InstanceId, bool>,
}

impl NetworkSide<'_> {
    /// Whether an arrival's instance is in this network alone.
    pub fn is_own(&self, arrival: &Arrival) -> bool {
        !self.common[arrival.instance]
    }
}

/// The origins whose own legs differ, or which may reach a contact in either network.
pub(super) fn in_contact(
    sides: [NetworkSide<'_>; 2],
    contacts: &[impl Fn(&Arrival) -> bool + Sync; 2],
    of_themselves: &[bool],
    executor: &dyn Executor,
) -> Result<Vec<bool>> {
    let fronts = collect(executor, 2, |i| {
        sides[i].network.fronts(Within::Repeated, |arrival| [contacts[i](arrival)]).pop()
    })?;
    let meets = |origin: usize| {
        sides.iter().zip(&fronts).any(|(side, front)| {
            let (access, query) = (side.network.network.legs.access.row(origin), &side.network.query);
            front.as_ref().is_some_and(|front| in_time(access, front, query).next().is_some())
        })
    };
    collect(executor, of_themselves.len(), |origin| of_themselves[origin] || meets(origin))
}
