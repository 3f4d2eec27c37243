//! What became of each cell in a window.

use super::profile_network::ProfileNetwork;
use super::region::Region;
use super::window::WindowQuery;
use crate::base::ids::StopId;
use crate::network::links::LinkStatus;

/// A cell's status, the first that holds: `unlinked`, `island`, `no_service`, `ok`. `asked`: of a profile that rides.
pub fn statuses(region: &Region, ground: &ProfileNetwork, asked: Option<&WindowQuery>) -> Vec<&'static str> {
    let legs = &ground.network.legs;
    let boardable = asked.map(|asked| asked.service.boardable_stops(&region.timetable, &asked.span()));
    let served = |cell: usize| {
        boardable.as_ref().is_none_or(|stops| legs.access.row(cell).iter().any(|walk| stops[StopId(walk.to)]))
    };
    (0..region.links.cells.len())
        .map(|cell| match ground.link_status(region, cell) {
            LinkStatus::Unlinked => "unlinked",
            LinkStatus::Island => "island",
            LinkStatus::Linked if served(cell) => "ok",
            LinkStatus::Linked => "no_service",
        })
        .collect()
}
