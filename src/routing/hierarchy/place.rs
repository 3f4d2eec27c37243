//! Places on streets → what it costs to get from them to the junctions at their chain's ends, and from there to them.

use std::sync::Arc;

use super::graph::{CLOSED, INFINITE, StreetCosts, plus};
use super::map::VertexMap;
use crate::base::NONE;

/// Where a place is linked to the streets.
///
/// At a street's very end a place is at the junction, whatever the directions of the street; where turns matter, it
/// still comes and goes by these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreetPlace {
    pub street: u32,
    /// Along the street from its `from` end, at its forward cost; of no meaning where that is closed.
    pub forward_ms: u32,
    /// From its `to` end, at its backward cost; of no meaning where that is closed.
    pub backward_ms: u32,
    /// Between the place and the street, paid at the start and at the end of each way.
    pub link_ms: u32,
}

/// How a place meets the graph: on a street, or at vertices, for what lies around the graph.
///
/// A vertex is a junction; where turns matter it is a directed street as [`super::Turn`] has it, the first of its chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GraphSpot {
    pub on: Option<StreetPlace>,
    /// More vertices that one comes to, with ms.
    pub out: Vec<(u32, u32)>,
    /// More vertices that one comes from, with ms.
    pub into: Vec<(u32, u32)>,
}

impl From<StreetPlace> for GraphSpot {
    fn from(place: StreetPlace) -> GraphSpot {
        GraphSpot { on: Some(place), ..GraphSpot::default() }
    }
}

/// A chain's directions: along it, and against it.
const DIRECTIONS: [usize; 2] = [0, 1];

/// A place on its chain; links are not in these times. Each is by direction: along the chain, against it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Located {
    pub chain: u32,
    /// Place of the street in the chain.
    at: u32,
    /// To the street's end, and to it from the street's start (as the direction goes).
    to_end_ms: [u32; 2],
    from_start_ms: [u32; 2],
    pub link_ms: u32,
}

/// What places need to know of the streets and their costs.
#[derive(Clone, Debug)]
pub(super) struct PlacesOnChains {
    pub map: Arc<VertexMap>,
    forward_ms: Vec<u32>,
    backward_ms: Vec<u32>,
    /// By turn; nothing where turns cost nothing.
    turn_ms: Vec<u32>,
}

impl PlacesOnChains {
    /// A direction that nobody may go is closed, whatever it costs.
    pub fn new(map: Arc<VertexMap>, costs: &StreetCosts<'_>, turn_ms: Vec<u32>) -> PlacesOnChains {
        let (mut forward_ms, mut backward_ms) = (costs.forward_ms.to_vec(), costs.backward_ms.to_vec());
        for (members, open) in map.chains.members.rows().zip(&map.chains.open) {
            for member in members {
                for side in DIRECTIONS.into_iter().filter(|&side| !open[side]) {
                    let closed =
                        if (side == 1) ^ member.against { &mut backward_ms } else { &mut forward_ms };
                    closed[member.street as usize] = CLOSED;
                }
            }
        }
        PlacesOnChains { map, forward_ms, backward_ms, turn_ms }
    }

    fn costs(&self) -> StreetCosts<'_> {
        StreetCosts { forward_ms: &self.forward_ms, backward_ms: &self.backward_ms }
    }

    /// The arcs of what is searched: (tail, head, ms).
    pub fn arcs(&self) -> Box<dyn Iterator<Item = (u32, u32, u32)> + '_> {
        let costs = self.costs();
        let chains = &self.map.chains;
        let both =
            chains.ends().enumerate().map(move |(chain, ends)| (chain, ends, chains.cost_ms(chain, &costs)));
        match &self.map.turns {
            None => Box::new(
                both.flat_map(|(_, (from, to), [along, against])| [(from, to, along), (to, from, against)]),
            ),
            Some(turns) => Box::new(both.flat_map(move |(chain, _, ms)| {
                (0..2).flat_map(move |side| {
                    let directed = 2 * chain + side;
                    let turned = turns.from(directed, &self.turn_ms);
                    turned.map(move |(into, turn_ms)| (directed as u32, into, plus(ms[side], turn_ms)))
                })
            })),
        }
    }

    /// The rank of a vertex; `None` where it is none.
    pub fn rank(&self, vertex: u32) -> Option<u32> {
        let chains = &self.map.chains;
        let at = match self.map.turns {
            None => chains.junctions.binary_search(&vertex).ok()? as u32,
            Some(_) => {
                let street = vertex as usize / 2;
                let chain = *chains.chain_of.get(street).filter(|&&chain| chain != NONE)?;
                let (at, members) = (chains.at[street], chains.members.row(chain as usize));
                let side = u32::from(members[at as usize].against) ^ (vertex & 1);
                let first = if side == 0 { 0 } else { members.len() as u32 - 1 };
                (at == first).then_some(2 * chain + side)?
            }
        };
        Some(self.map.chordal.rank_of[at as usize])
    }

    /// Vertices with ms, as ranks.
    pub fn ranks<'a>(&'a self, vertices: &'a [(u32, u32)]) -> impl Iterator<Item = (u32, u32)> + 'a {
        vertices.iter().filter_map(|&(vertex, ms)| Some((self.rank(vertex)?, ms.min(INFINITE))))
    }

    /// Where it is, roughly (lon, lat); not a number for what is on no street.
    pub fn point(&self, spot: &GraphSpot) -> (f64, f64) {
        match spot.on.and_then(|place| self.locate(&place)) {
            Some(located) => self.map.points[self.map.chains.from[located.chain as usize] as usize],
            None => (f64::NAN, f64::NAN),
        }
    }

    /// `None` on a street that nobody may go, or does not exist.
    pub fn locate(&self, place: &StreetPlace) -> Option<Located> {
        let chain = *self.map.chains.chain_of.get(place.street as usize)?;
        if chain == NONE {
            return None;
        }
        let at = self.map.chains.at[place.street as usize];
        let member = self.map.chains.members.row(chain as usize)[at as usize];
        let cost = member.cost_ms(&self.costs());
        let mut gone = [place.forward_ms, place.backward_ms];
        if member.against {
            gone.swap(0, 1);
        }
        let open = DIRECTIONS.map(|d| cost[d] < INFINITE);
        // How far it is to the ends, by either direction.
        let at_start = DIRECTIONS.map(|d| {
            let other = 1 - d;
            (open[d] && gone[d] == 0) || (open[other] && gone[other] >= cost[other])
        });
        let from_start_ms = DIRECTIONS.map(|d| {
            let along = if open[d] { gone[d].min(cost[d]) } else { INFINITE };
            if at_start[d] { 0 } else { along }
        });
        let to_end_ms = DIRECTIONS.map(|d| {
            let rest = if open[d] { cost[d] - gone[d].min(cost[d]) } else { INFINITE };
            // Where the one direction ends the other starts.
            if at_start[1 - d] { 0 } else { rest }
        });
        Some(Located { chain, at, to_end_ms, from_start_ms, link_ms: place.link_ms.min(INFINITE) })
    }

    /// What some members of a chain cost together, gone in a direction.
    fn between(&self, chain: u32, from: u32, to: u32, direction: usize) -> u32 {
        let members = &self.map.chains.members.row(chain as usize)[from as usize..to as usize];
        let costs = self.costs();
        members.iter().fold(0, |sum, member| plus(sum, member.cost_ms(&costs)[direction]))
    }

    /// From the place to the end of its chain, along it and against it; link included.
    pub fn leave(&self, place: &Located) -> [u32; 2] {
        let last = self.map.chains.members.row(place.chain as usize).len() as u32;
        let along = plus(place.to_end_ms[0], self.between(place.chain, place.at + 1, last, 0));
        let against = plus(place.to_end_ms[1], self.between(place.chain, 0, place.at, 1));
        [plus(along, place.link_ms), plus(against, place.link_ms)]
    }

    /// To the place from where one enters its chain, along it and against it; link included.
    pub fn arrive(&self, place: &Located) -> [u32; 2] {
        let last = self.map.chains.members.row(place.chain as usize).len() as u32;
        let along = plus(self.between(place.chain, 0, place.at, 0), place.from_start_ms[0]);
        let against = plus(self.between(place.chain, place.at + 1, last, 1), place.from_start_ms[1]);
        [plus(along, place.link_ms), plus(against, place.link_ms)]
    }

    /// Where a search from the place begins: (rank, ms).
    pub fn seeds(&self, place: &Located) -> Vec<(u32, u32)> {
        let (chain, rank_of) = (place.chain as usize, &self.map.chordal.rank_of);
        let [along, against] = self.leave(place);
        let Some(turns) = &self.map.turns else {
            let (from, to) = (self.map.chains.from[chain], self.map.chains.to[chain]);
            return vec![(rank_of[to as usize], along), (rank_of[from as usize], against)];
        };
        let mut seeds = Vec::new();
        for (side, ms) in [along, against].into_iter().enumerate() {
            for (into, turn_ms) in turns.from(2 * chain + side, &self.turn_ms) {
                seeds.push((rank_of[into as usize], plus(ms, turn_ms)));
            }
        }
        seeds
    }

    /// Where a search gets to the place: (rank, ms from there).
    pub fn exits(&self, place: &Located) -> [(u32, u32); 2] {
        let (chain, rank_of) = (place.chain as usize, &self.map.chordal.rank_of);
        let [along, against] = self.arrive(place);
        let [a, b] = match self.map.turns {
            Some(_) => [2 * place.chain, 2 * place.chain + 1],
            None => [self.map.chains.from[chain], self.map.chains.to[chain]],
        };
        [(rank_of[a as usize], along), (rank_of[b as usize], against)]
    }

    /// From one place to another along their chain, not leaving it; links included.
    pub fn direct_ms(&self, from: &Located, to: &Located) -> u32 {
        let links = plus(from.link_ms, to.link_ms);
        let by = |direction: usize| {
            let (first, then) = if direction == 0 { (from.at, to.at) } else { (to.at, from.at) };
            // With turns a place at a junction within the chain goes no way that its street does not.
            let may = self.map.turns.is_none() || self.map.chains.open[from.chain as usize][direction];
            if first < then && may {
                let between = self.between(from.chain, first + 1, then, direction);
                plus(plus(from.to_end_ms[direction], between), to.from_start_ms[direction])
            } else if first == then && from.from_start_ms[direction] <= to.from_start_ms[direction] {
                match to.from_start_ms[direction] {
                    INFINITE => INFINITE,
                    there => there - from.from_start_ms[direction],
                }
            } else {
                INFINITE
            }
        };
        plus(by(0).min(by(1)), links)
    }
}
