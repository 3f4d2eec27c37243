//! Streets → an order of their junctions, good for all speeds → arcs with times, for one set of costs.

use std::sync::Arc;

use super::chordal::Chordal;
use super::dissection::{Separator, order, plane};
use super::fold::FoldedChains;
#[cfg(doc)]
use super::graph::CLOSED;
use super::graph::{StreetCosts, StreetGraph};
use super::map::VertexMap;
use super::place::PlacesOnChains;
use super::turns::{Turn, Turns, head};
use super::weights::SearchGraph;
use crate::base::error::Result;
use crate::base::executor::Executor;

/// What depends on the map alone: chains of streets, the order of junctions, and the arcs between them.
#[derive(Clone, Debug)]
pub struct Hierarchy {
    map: Arc<VertexMap>,
}

impl Hierarchy {
    /// Finds the order of junctions; that takes seconds for a large region, and is good for all speeds.
    ///
    /// # Errors
    /// `Stopped` when `executor` wants to stop.
    ///
    /// # Panics
    /// When the graph's arrays do not fit each other.
    pub fn build(graph: &StreetGraph<'_>, executor: &dyn Executor) -> Result<Hierarchy> {
        Hierarchy::of(graph, None, executor)
    }

    /// As [`Hierarchy::build`], where turns matter: it costs several times as much to build and to ask.
    ///
    /// # Errors
    /// `Stopped` when `executor` wants to stop.
    ///
    /// # Panics
    /// When the graph's arrays do not fit each other, or a turn is between streets that do not meet.
    pub fn with_turns(graph: &StreetGraph<'_>, turns: &[Turn], executor: &dyn Executor) -> Result<Hierarchy> {
        Hierarchy::of(graph, Some(turns), executor)
    }

    fn of(graph: &StreetGraph<'_>, turns: Option<&[Turn]>, executor: &dyn Executor) -> Result<Hierarchy> {
        assert!(graph.is_sound(), "the arrays of the street graph fit each other");
        let mut kept = vec![false; graph.lon_e7.len()];
        graph.gates.iter().for_each(|&gate| kept[gate as usize] = true);
        for turn in turns.into_iter().flatten() {
            assert!(turn.is_sound(graph), "one turns where two streets meet");
            kept[head(graph, turn.from) as usize] = true;
        }
        let chains = FoldedChains::fold(graph, kept);
        let of_junctions = |coordinates: &[i32]| -> Vec<i32> {
            chains.junctions.iter().map(|&node| coordinates[node as usize]).collect()
        };
        let (lon_e7, lat_e7) = (of_junctions(graph.lon_e7), of_junctions(graph.lat_e7));
        let plane = plane(&lon_e7, &lat_e7);
        let ends: Vec<(u32, u32)> = chains.ends().collect();
        let turns = turns.map(|turns| Turns::new(graph, &chains, turns));
        let chordal = match &turns {
            None => {
                let order = order(&ends, &plane, Separator::Junctions, executor)?;
                Chordal::complete(&ends, &order, executor)?
            }
            Some(turns) => {
                let order = order(&ends, &plane, Separator::Streets, executor)?;
                // UpAndDown directions side by side.
                let order: Vec<u32> = order.iter().flat_map(|&chain| [2 * chain, 2 * chain + 1]).collect();
                Chordal::complete(&turns.pairs(), &order, executor)?
            }
        };
        let degrees = |e7: i32| f64::from(e7) / 1e7;
        let points = lon_e7.iter().zip(&lat_e7).map(|(&lon, &lat)| (degrees(lon), degrees(lat))).collect();
        Ok(Hierarchy { map: Arc::new(VertexMap { chains, chordal, turns, points }) })
    }

    /// Gives all arcs their times: a second for a large region, and again whenever speeds change or streets close.
    ///
    /// # Errors
    /// `Stopped` when `executor` wants to stop.
    ///
    /// # Panics
    /// When there are other streets than at [`Hierarchy::build`], or turns were listed there.
    pub fn customise(&self, costs: &StreetCosts<'_>, executor: &dyn Executor) -> Result<Customised> {
        self.customise_with_turns(costs, &[], executor)
    }

    /// As [`Hierarchy::customise`], with what the turns cost that were listed at [`Hierarchy::with_turns`], in that order;
    /// [`CLOSED`] for those that are forbidden.
    ///
    /// # Errors
    /// `Stopped` when `executor` wants to stop.
    ///
    /// # Panics
    /// When there are other streets or turns than there.
    pub fn customise_with_turns(
        &self,
        costs: &StreetCosts<'_>,
        turns_ms: &[u32],
        executor: &dyn Executor,
    ) -> Result<Customised> {
        let streets = self.map.chains.chain_of.len();
        assert!(costs.forward_ms.len() == streets && costs.backward_ms.len() == streets, "a cost a street");
        assert_eq!(turns_ms.len(), self.map.turns.as_ref().map_or(0, Turns::listed), "a cost a turn");
        let turn_ms = self.map.turns.as_ref().map_or(Vec::new(), |turns| turns.costs(turns_ms));
        let places = PlacesOnChains::new(self.map.clone(), costs, turn_ms);
        let search = SearchGraph::of(&self.map.chordal, places.arcs(), executor)?;
        Ok(Customised { places: Arc::new(places), search: Arc::new(search), against: false })
    }

    /// RankArcs between junctions, those that the order adds among them: what decides over time and memory.
    pub fn arcs(&self) -> usize {
        self.map.chordal.head.len()
    }

    /// Junctions that are left when chains are one street each.
    pub fn junctions(&self) -> usize {
        self.map.chains.junctions.len()
    }
}

/// What a hierarchy is for one set of costs.
#[derive(Clone, Debug)]
pub struct Customised {
    pub(super) places: Arc<PlacesOnChains>,
    pub(super) search: Arc<SearchGraph>,
    /// Whether origins are where one gets to, and targets where one sets out.
    pub(super) against: bool,
}

impl Customised {
    /// The same seen from the goals: origins are where one gets to, and targets are where one sets out.
    pub fn against(&self) -> Customised {
        Customised { against: !self.against, ..self.clone() }
    }

    /// RankArcs that searches need.
    pub fn arcs(&self) -> usize {
        self.search.up.arcs.len() + self.search.down.arcs.len()
    }
}
