//! Streets → chains: what lies between two junctions where one can turn off is one street. Junctions and chains are
//! numbered anew.

use super::graph::{StreetCosts, StreetGraph, at_least_1, plus};
use crate::base::NONE;
use crate::base::csr::Csr;
use crate::network::streets::{BACKWARD, FORWARD};

/// Chains of streets.
#[derive(Clone, Debug)]
pub(super) struct FoldedChains {
    /// The junctions that are left, as the caller numbers them.
    pub junctions: Vec<u32>,
    /// The junctions at a chain's ends, as numbered here.
    pub from: Vec<u32>,
    pub to: Vec<u32>,
    /// Whether one may go a chain along it, and against it.
    pub open: Vec<[bool; 2]>,
    /// Chain → its streets from end to end.
    pub members: Csr<ChainStreet>,
    /// Street → chain, and where in it; `NONE` where nobody may go.
    pub chain_of: Vec<u32>,
    pub at: Vec<u32>,
}

/// A street of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ChainStreet {
    pub street: u32,
    /// Its `to` lies towards the chain's start.
    pub against: bool,
}

impl ChainStreet {
    /// What it costs along the chain, and against it.
    pub fn cost_ms(self, costs: &StreetCosts<'_>) -> [u32; 2] {
        let street = self.street as usize;
        let both = [at_least_1(costs.forward_ms[street]), at_least_1(costs.backward_ms[street])];
        if self.against { [both[1], both[0]] } else { both }
    }
}

impl FoldedChains {
    /// Folds where two streets meet and no third, and one may go on from each into the other, or from neither: then
    /// nobody who may enter is lost, and nothing but a change of costs tells the two apart.
    /// `kept` says which junctions stay whatever meets there.
    pub fn fold(graph: &StreetGraph<'_>, mut kept: Vec<bool>) -> FoldedChains {
        let streets = graph.from.len();
        let nodes = graph.lon_e7.len();
        let usable = |street: usize| graph.directions[street] & (FORWARD | BACKWARD) != 0;
        let mut incidences = Vec::with_capacity(2 * streets);
        for street in (0..streets).filter(|&street| usable(street)) {
            // A loop comes twice: its junction stays.
            incidences.push((graph.from[street], 2 * street as u32));
            incidences.push((graph.to[street], 2 * street as u32 + 1));
        }
        let around = Csr::from_pairs(nodes, &incidences);
        // An incidence is a street and an end of it; who comes in by it goes towards that end.
        let enters = |incidence: u32| {
            let bit = if incidence & 1 == 1 { FORWARD } else { BACKWARD };
            graph.directions[incidence as usize / 2] & bit != 0
        };
        let passed = |node: u32| match around.row(node as usize) {
            &[a, b] => a / 2 != b / 2 && enters(a) == enters(b ^ 1) && enters(b) == enters(a ^ 1),
            _ => false,
        };
        for (node, kept) in kept.iter_mut().enumerate() {
            *kept |= !passed(node as u32);
        }
        let mut chains = FoldedChains {
            junctions: Vec::new(),
            from: Vec::new(),
            to: Vec::new(),
            open: Vec::new(),
            members: Csr::default(),
            chain_of: vec![NONE; streets],
            at: vec![NONE; streets],
        };
        for street in (0..streets).filter(|&street| usable(street)) {
            // Rings without a junction get one where they are first met, once everything else is a chain: two rounds.
            if kept[graph.from[street] as usize] {
                chains.follow(graph, &around, &kept, 2 * street as u32);
            }
            if kept[graph.to[street] as usize] {
                chains.follow(graph, &around, &kept, 2 * street as u32 + 1);
            }
        }
        for street in (0..streets).filter(|&street| usable(street)) {
            if chains.chain_of[street] == NONE {
                kept[graph.from[street] as usize] = true;
                chains.follow(graph, &around, &kept, 2 * street as u32);
            }
        }
        chains.number_junctions(nodes);
        chains
    }

    /// The chain that begins with an incidence at a junction that stays.
    fn follow(&mut self, graph: &StreetGraph<'_>, around: &Csr<u32>, kept: &[bool], start: u32) {
        if self.chain_of[start as usize / 2] != NONE {
            return;
        }
        let end = |incidence: u32| {
            let ends = if incidence & 1 == 1 { graph.to } else { graph.from };
            ends[incidence as usize / 2]
        };
        let chain = self.from.len() as u32;
        let mut members = Vec::new();
        let mut here = start;
        let last = loop {
            let street = here / 2;
            self.chain_of[street as usize] = chain;
            self.at[street as usize] = members.len() as u32;
            members.push(ChainStreet { street, against: here & 1 == 1 });
            let reached = end(here ^ 1);
            if kept[reached as usize] {
                break reached;
            }
            // The other street there; both ends of one street never meet at a junction that is folded.
            let next = around.row(reached as usize).iter().find(|&&incidence| incidence / 2 != street);
            here = *next.expect("two streets meet where a chain goes on");
        };
        let directions = graph.directions[start as usize / 2];
        let mut open = [directions & FORWARD != 0, directions & BACKWARD != 0];
        if start & 1 == 1 {
            open.swap(0, 1);
        }
        self.open.push(open);
        self.from.push(end(start));
        self.to.push(last);
        self.members.push_row(members);
    }

    fn number_junctions(&mut self, nodes: usize) {
        let mut number = vec![NONE; nodes];
        for &node in self.from.iter().chain(&self.to) {
            number[node as usize] = 0;
        }
        for (node, number) in number.iter_mut().enumerate().filter(|(_, number)| **number != NONE) {
            *number = self.junctions.len() as u32;
            self.junctions.push(node as u32);
        }
        for end in self.from.iter_mut().chain(&mut self.to) {
            *end = number[*end as usize];
        }
    }

    pub fn ends(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.from.iter().copied().zip(self.to.iter().copied())
    }

    /// What a chain costs along it, and against it.
    pub fn cost_ms(&self, chain: usize, costs: &StreetCosts<'_>) -> [u32; 2] {
        self.members.row(chain).iter().fold([0, 0], |sum, member| {
            let [along, against] = member.cost_ms(costs);
            [plus(sum[0], along), plus(sum[1], against)]
        })
    }
}
