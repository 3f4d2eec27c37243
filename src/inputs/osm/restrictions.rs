//! Turn restrictions: ids become indices of what was kept.

use super::blocks::{IdRestriction, IdWay};
use crate::inputs::raw::{RawNode, RawRestriction};

/// Restrictions sorted by id, of equal ids the first; `ways` and `nodes` sorted by id. A way that comes in several forms is
/// its first.
pub(super) fn joined(
    mut found: Vec<IdRestriction>,
    ways: &[IdWay],
    nodes: &[RawNode],
) -> Vec<RawRestriction> {
    found.sort_by_key(|restriction| restriction.id);
    found.dedup_by_key(|restriction| restriction.id);
    let way = |id: i64| {
        let at = ways.partition_point(|way| way.id < id);
        ways.get(at).filter(|way| way.id == id).map(|_| at as u32)
    };
    let node = |id: i64| nodes.binary_search_by_key(&id, |node| node.osm_id).ok().map(|at| at as u32);
    found
        .into_iter()
        .map(|IdRestriction { id, tags, ways, nodes }| {
            let mut joined = RawRestriction { osm_id: id, tags, ..RawRestriction::default() };
            let RawRestriction { from, via_ways, to, via_nodes, missing, .. } = &mut joined;
            let mut put = |into: Option<&mut Vec<u32>>, index: Option<u32>| match (into, index) {
                (Some(into), Some(index)) => into.push(index),
                (Some(_), None) => *missing += 1,
                // A role that restrictions do not have, such as `location_hint`.
                (None, _) => {}
            };
            for (id, role) in ways {
                let into = match role.as_str() {
                    "from" => Some(&mut *from),
                    "via" => Some(&mut *via_ways),
                    "to" => Some(&mut *to),
                    _ => None,
                };
                put(into, way(id));
            }
            for (id, role) in nodes {
                put((role == "via").then_some(&mut *via_nodes), node(id));
            }
            joined
        })
        .collect()
}
