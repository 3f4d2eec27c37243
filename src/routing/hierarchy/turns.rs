//! Turns that cost or are forbidden, between directed streets → all turns between directed chains. With turns, a vertex
//! of the hierarchy is a directed chain, and its label the time at which one is at the chain's start.

use super::fold::FoldedChains;
use super::graph::{CLOSED, INFINITE, StreetGraph};
use crate::base::NONE;
use crate::base::csr::Csr;
use crate::network::streets::{BACKWARD, FORWARD};

/// From the end of one directed street into another that begins there. A directed street is `2 × street`, or
/// `2 × street + 1` against the order of its ends.
///
/// Whoever turns otherwise than is listed does so at no cost; of a turn listed twice the first counts. To turn back into one's own street is allowed only where
/// every other turn is forbidden; a street that is closed by its cost counts as a way on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Turn {
    pub from: u32,
    pub into: u32,
}

impl Turn {
    /// Whether the two streets exist and meet.
    pub(super) fn is_sound(self, graph: &StreetGraph<'_>) -> bool {
        let streets = graph.from.len();
        let exists = |directed: u32| (directed as usize / 2) < streets;
        exists(self.from) && exists(self.into) && head(graph, self.from) == head(graph, self.into ^ 1)
    }
}

/// The junction that a directed street leads to.
pub(super) fn head(graph: &StreetGraph<'_>, directed: u32) -> u32 {
    let ends = if directed & 1 == 0 { graph.to } else { graph.from };
    ends[directed as usize / 2]
}

/// Turns between directed chains, numbered by that from which they are made.
#[derive(Clone, Debug)]
pub(super) struct Turns {
    /// Directed chain → (the one turned into, its place in the caller's list or `NONE`). Turning back is there, too.
    out: Csr<(u32, u32)>,
    /// Turns of the caller's list.
    listed: usize,
}

impl Turns {
    pub fn new(graph: &StreetGraph<'_>, chains: &FoldedChains, turns: &[Turn]) -> Turns {
        let directed_chains = 2 * chains.from.len() as u32;
        // Of the first and the last street of a chain, as one goes.
        let street = |directed: u32, last: bool| {
            let members = chains.members.row(directed as usize / 2);
            let at_end = last == (directed & 1 == 0);
            let member = if at_end { members[members.len() - 1] } else { members[0] };
            2 * member.street + (u32::from(member.against) ^ (directed & 1))
        };
        let open = |directed_street: u32| {
            let bit = if directed_street & 1 == 0 { FORWARD } else { BACKWARD };
            graph.directions[directed_street as usize / 2] & bit != 0
        };
        let mut starts = Vec::new();
        for directed in (0..directed_chains).filter(|&directed| open(street(directed, false))) {
            let chain = directed as usize / 2;
            let junction = if directed & 1 == 0 { chains.from[chain] } else { chains.to[chain] };
            starts.push((junction, directed));
        }
        let starts = Csr::from_pairs(chains.junctions.len(), &starts);
        let mut order: Vec<u32> = (0..turns.len() as u32).collect();
        order.sort_by_key(|&turn| turns[turn as usize]);
        let listed = |from: u32, into: u32| {
            let key = Turn { from, into };
            let at = order.partition_point(|&turn| turns[turn as usize] < key);
            order.get(at).copied().filter(|&turn| turns[turn as usize] == key).unwrap_or(NONE)
        };
        let out = Csr::from_rows((0..directed_chains).map(|directed| {
            let last = street(directed, true);
            let chain = directed as usize / 2;
            let junction = if directed & 1 == 0 { chains.to[chain] } else { chains.from[chain] };
            // Nobody comes to the end of what is not open.
            let into = if open(last) { starts.row(junction as usize) } else { &[] };
            into.iter().map(|&into| (into, listed(last, street(into, false)))).collect::<Vec<_>>()
        }));
        Turns { out, listed: turns.len() }
    }

    /// Turns of the caller's list.
    pub fn listed(&self) -> usize {
        self.listed
    }

    /// Directed chains that meet, each pair once a turn.
    pub fn pairs(&self) -> Vec<(u32, u32)> {
        let mut pairs = Vec::with_capacity(self.out.values().len());
        for (from, row) in self.out.rows().enumerate() {
            pairs.extend(row.iter().map(|&(into, _)| (from as u32, into)));
        }
        pairs
    }

    /// What each turn costs: `INFINITE` where it may not be made.
    pub fn costs(&self, listed_ms: &[u32]) -> Vec<u32> {
        let mut costs = Vec::with_capacity(self.out.values().len());
        for (from, row) in self.out.rows().enumerate() {
            let back = from as u32 ^ 1;
            let ms = |turn: u32| if turn == NONE { 0 } else { listed_ms[turn as usize] };
            let onward = row.iter().any(|&(into, turn)| into != back && ms(turn) != CLOSED);
            costs.extend(row.iter().map(|&(into, turn)| match ms(turn) {
                _ if into == back && onward => INFINITE,
                ms => ms.min(INFINITE),
            }));
        }
        costs
    }

    /// Turns from a directed chain: (the one turned into, ms).
    pub fn from<'a>(&'a self, directed: usize, costs: &'a [u32]) -> impl Iterator<Item = (u32, u32)> + 'a {
        let range = self.out.range(directed);
        self.out.row(directed).iter().zip(&costs[range]).map(|(&(into, _), &ms)| (into, ms))
    }
}
