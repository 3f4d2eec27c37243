//! Turn restrictions → sequences of directed edges that nobody drives: `[from, …, to]`, those of via ways between them.
//!
//! What only one turn is allowed for (`only_*`) forbids all others there. Restrictions of some hours or days are counted
//! and not applied; so are those whose members the files lack, or do not meet in one way.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use super::directed::DirectedEdge;
use super::table::{BACKWARD, FORWARD, Streets};
use crate::base::csr::Csr;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity, kind};
use crate::base::ids::{EdgeId, Id, JunctionId};
use crate::inputs::raw::{RawRestriction, RawStreets};
use crate::network::modes::Tags;

const CONDITIONAL: DiagnosticCode = kind(
    "turn_conditional",
    Severity::Dropped,
    "turn restrictions that hold at some hours, on some days or for some vehicles only: not applied",
    "",
);
const INCOMPLETE: DiagnosticCode = kind(
    "turn_incomplete",
    Severity::Dropped,
    "turn restrictions with a member that no file has, as at the edge of an extract: not applied",
    "",
);
const UNCLEAR: DiagnosticCode = kind(
    "turn_unclear",
    Severity::Dropped,
    "turn restrictions whose members do not meet, or of which it is not clear from where to where they hold: not applied",
    "",
);
const APPLIED: DiagnosticCode =
    kind("turn_restrictions", Severity::Note, "turn restrictions that hold for cars: applied", "");

/// What a restriction says to those who drive a car.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    No,
    Only,
    /// It does not concern them.
    Nothing,
    AtTimes,
}

/// From the most specific.
const KEYS: [&str; 4] =
    ["restriction:motorcar", "restriction:motor_vehicle", "restriction:vehicle", "restriction"];

fn says(tags: &Tags) -> Says {
    let value = |key: &str| tags.iter().find(|(k, _)| k == key).map(|(_, value)| value.as_str());
    let excepted = value("except").unwrap_or("").split(';').map(str::trim);
    if excepted.into_iter().any(|who| matches!(who, "motorcar" | "motor_vehicle" | "vehicle")) {
        return Says::Nothing;
    }
    let said = KEYS.iter().find_map(|key| value(key));
    let at_times = ["hour_on", "day_on"].iter().any(|key| value(key).is_some());
    match said {
        Some(_) if at_times => Says::AtTimes,
        Some(said) if said.starts_with("no_") => Says::No,
        Some(said) if said.starts_with("only_") => Says::Only,
        Some(_) => Says::Nothing,
        None if tags.iter().any(|(key, _)| key.ends_with("conditional")) => Says::AtTimes,
        None => Says::Nothing,
    }
}

/// Nodes at which restricted turns are made (sorted): no edge may run past them.
pub(super) fn via_nodes(raw: &RawStreets) -> Vec<u32> {
    let mut nodes: Vec<u32> = raw.restrictions.iter().flat_map(|r| r.via_nodes.iter().copied()).collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}

/// No way of more edges lies between the two streets of a restriction.
const MOST_VIA: usize = 32;

/// Edges as restrictions name them.
struct NamedEdges<'a> {
    streets: &'a Streets,
    edge_way: &'a [u32],
    /// Junction → directed edges that leave it.
    leaving: Csr<DirectedEdge>,
    /// Node of the plain table → junctions.
    junctions: FxHashMap<u32, Vec<JunctionId>>,
    /// Way of the plain table → its directed edges.
    of_way: FxHashMap<u32, Vec<DirectedEdge>>,
}

impl<'a> NamedEdges<'a> {
    fn new(streets: &'a Streets, edge_way: &'a [u32], junction_node: &[u32]) -> NamedEdges<'a> {
        let mut leaving = Vec::new();
        let mut of_way: FxHashMap<u32, Vec<DirectedEdge>> = FxHashMap::default();
        for (edge, &way) in edge_way.iter().enumerate() {
            for (bit, side) in [(FORWARD, 0), (BACKWARD, 1)] {
                if streets.edge_directions[edge] & bit != 0 {
                    let directed = DirectedEdge::new(EdgeId(edge as u32), side);
                    leaving.push((streets.tail(directed), directed));
                    of_way.entry(way).or_default().push(directed);
                }
            }
        }
        let mut junctions: FxHashMap<u32, Vec<JunctionId>> = FxHashMap::default();
        for (junction, &node) in junction_node.iter().enumerate() {
            junctions.entry(node).or_default().push(JunctionId(junction as u32));
        }
        NamedEdges {
            streets,
            edge_way,
            leaving: Csr::from_pairs(streets.nodes(), &leaving),
            junctions,
            of_way,
        }
    }

    fn way(&self, directed: DirectedEdge) -> u32 {
        self.edge_way[directed.edge().index()]
    }

    fn of_way(&self, way: u32) -> &[DirectedEdge] {
        self.of_way.get(&way).map_or(&[], Vec::as_slice)
    }

    /// The ways in which a restriction can be driven, as sequences. More than one where a member runs on through the place
    /// where the members meet.
    fn readings(&self, from: u32, to: u32, restriction: &RawRestriction) -> Vec<Vec<DirectedEdge>> {
        if !restriction.via_ways.is_empty() {
            return self.over_ways(from, to, &restriction.via_ways);
        }
        let mut readings = Vec::new();
        let at = restriction.via_nodes.iter().filter_map(|node| self.junctions.get(node)).flatten();
        for &junction in at {
            for &first in self.of_way(from).iter().filter(|&&d| self.streets.head(d) == junction) {
                let onward = self.leaving.row(junction.index()).iter();
                let into = onward.filter(|&&d| self.way(d) == to && (from != to || d == first.turned()));
                readings.extend(into.map(|&last| vec![first, last]));
            }
        }
        readings
    }

    /// The shortest sequences over some ways.
    fn over_ways(&self, from: u32, to: u32, via: &[u32]) -> Vec<Vec<DirectedEdge>> {
        let mut before: FxHashMap<DirectedEdge, DirectedEdge> = FxHashMap::default();
        let mut queue: VecDeque<(DirectedEdge, usize)> = VecDeque::new();
        for &first in self.of_way(from) {
            before.insert(first, DirectedEdge::NONE);
            queue.push_back((first, 0));
        }
        let (mut found, mut shortest) = (Vec::new(), usize::MAX);
        while let Some((here, length)) = queue.pop_front() {
            if length > shortest || length > MOST_VIA {
                break;
            }
            for &next in self.leaving.row(self.streets.head(here).index()) {
                if next == here.turned() {
                    continue;
                }
                if length > 0 && self.way(next) == to {
                    shortest = length;
                    let mut path = vec![next, here];
                    let mut at = here;
                    while let Some(&previous) =
                        before.get(&at).filter(|&&previous| previous != DirectedEdge::NONE)
                    {
                        path.push(previous);
                        at = previous;
                    }
                    path.reverse();
                    found.push(path);
                } else if via.contains(&self.way(next)) && !before.contains_key(&next) {
                    before.insert(next, here);
                    queue.push_back((next, length + 1));
                }
            }
        }
        found
    }
}

/// Sequences of directed edges that nobody drives, sorted, each once.
pub(super) fn forbidden(
    raw: &RawStreets,
    streets: &Streets,
    edge_way: &[u32],
    junction_node: &[u32],
    diagnostics: &mut Diagnostics,
) -> Vec<Vec<DirectedEdge>> {
    // Pieces of a way count as that way.
    let edge_way: Vec<u32> = edge_way.iter().map(|&way| raw.change(way).of).collect();
    let named = NamedEdges::new(streets, &edge_way, junction_node);
    let mut sequences: FxHashSet<Vec<DirectedEdge>> = FxHashSet::default();
    let mut applied = 0;
    for restriction in &raw.restrictions {
        let says = says(&restriction.tags);
        let mut tell = |kind| diagnostics.add(kind, "osm, car", "", restriction.osm_id, "relation");
        match says {
            Says::Nothing => continue,
            Says::AtTimes => {
                tell(CONDITIONAL);
                continue;
            }
            Says::No | Says::Only => {}
        }
        let no_via = restriction.via_nodes.is_empty() && restriction.via_ways.is_empty();
        if restriction.missing > 0 || restriction.from.is_empty() || restriction.to.is_empty() || no_via {
            tell(INCOMPLETE);
            continue;
        }
        // What cannot be driven at all, as against a one-way street, need not be forbidden.
        let driven = |ways: &[u32]| ways.iter().any(|&way| !named.of_way(way).is_empty());
        if !driven(&restriction.from) || !driven(&restriction.to) {
            continue;
        }
        let pairs =
            restriction.from.iter().flat_map(|&from| restriction.to.iter().map(move |&to| (from, to)));
        let readings: Vec<Vec<Vec<DirectedEdge>>> =
            pairs.map(|(from, to)| named.readings(from, to, restriction)).collect();
        let is_u_turn = restriction.from == restriction.to;
        if readings.iter().any(|of_pair| of_pair.len() > 1 && !is_u_turn) {
            tell(UNCLEAR);
            continue;
        }
        if readings.iter().all(Vec::is_empty) {
            if restriction.via_nodes.iter().all(|node| !named.junctions.contains_key(node)) {
                tell(UNCLEAR);
            }
            continue;
        }
        applied += 1;
        for sequence in readings.into_iter().flatten() {
            if says == Says::No {
                sequences.insert(sequence);
                continue;
            }
            let (&last, before) = sequence.split_last().expect("a sequence has two edges or more");
            let here = before[before.len() - 1];
            for &other in named.leaving.row(streets.head(here).index()) {
                if other != last && other != here.turned() {
                    sequences.insert([before, &[other]].concat());
                }
            }
        }
    }
    diagnostics.count(APPLIED, "osm, car", applied, "");
    let mut sequences: Vec<Vec<DirectedEdge>> = sequences.into_iter().collect();
    sequences.sort_unstable();
    sequences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_restriction_says() {
        let said = |text: &str| {
            let mut tags: Vec<(String, String)> = text
                .split_whitespace()
                .map(|tag| tag.split_once('=').expect("key=value"))
                .map(|(key, value)| (key.to_string(), value.to_string()))
                .collect();
            tags.sort();
            says(&tags)
        };
        for (text, expected) in [
            ("restriction=no_left_turn", Says::No),
            ("restriction=only_straight_on", Says::Only),
            ("restriction=no_left_turn except=bicycle", Says::No),
            ("restriction=no_left_turn except=psv;motorcar", Says::Nothing),
            ("restriction:bicycle=no_left_turn", Says::Nothing),
            ("restriction:motorcar=no_u_turn", Says::No),
            ("restriction=no_left_turn restriction:motorcar=only_right_turn", Says::Only),
            ("restriction:conditional=no_left_turn_@_(07:00-09:00)", Says::AtTimes),
            ("restriction=no_left_turn restriction:conditional=x", Says::No),
            ("restriction=no_left_turn hour_on=07:00", Says::AtTimes),
            ("except=bicycle", Says::Nothing),
        ] {
            assert_eq!(said(text), expected, "{text}");
        }
    }
}
