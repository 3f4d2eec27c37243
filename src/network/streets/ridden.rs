//! Streets of those who ride: as those of walkers, each edge of one way, with what its cost depends on.

use std::sync::Arc;

use bytemuck::{Pod, Zeroable};

use super::directed::DirectedEdge;
use super::slopes::Slopes;
use super::table::{BACKWARD, FORWARD, Streets};
use crate::base::array::Array;
use crate::base::ids::{EdgeId, Id};
use crate::network::modes::car_traffic::Traffic;
use crate::network::modes::{bicycle, car_speeds, stress};

/// What is kept of a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct RiddenWay {
    pub osm_id: i64,
    /// Row of [`bicycle::CLASSES`].
    pub class: u16,
    /// Row of [`bicycle::SURFACES`].
    pub surface: u16,
    /// Row of [`bicycle::SMOOTHNESS`].
    pub smoothness: u16,
    /// 1: only to begin or to end there.
    pub ends_only: u16,
    /// The directions in which one may push a bicycle, [`FORWARD`] | [`BACKWARD`].
    pub pushed: u16,
    /// By each of [`stress::TABLES`], along it and against it.
    pub stress: [stress::Levels; stress::TABLES.len()],
}

impl RiddenWay {
    /// For [`bicycle::part`].
    pub fn kind(&self) -> [u16; 3] {
        [self.class, self.surface, self.smoothness]
    }
}

/// What is kept of a way for cars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct DrivenWay {
    /// What is driven along it and against it, metres an hour: above 0.
    pub m_per_h: [u32; 2],
    /// Row of [`car_speeds::CLASSES`].
    pub class: u16,
    /// 1: a roundabout.
    pub is_round: u16,
    /// 1: a tag says how fast, in both directions.
    pub is_signed: u32,
}

/// Streets to ride on, or to push a bicycle along, or to drive.
///
/// Their arcs are not kept: a [`crate::network::rides::RideGraph`] has its own. A component is a *strongly connected* one: from
/// everywhere in it one gets everywhere. Streets that are only to begin or to end on count to the component that they lead
/// to and come from; one-way streets that lead from one component into another are of none that is large.
#[derive(Clone, Debug, PartialEq)]
pub struct RiddenStreets {
    pub streets: Streets,
    /// Edge → the directions in which one rides, [`FORWARD`] | [`BACKWARD`]; in the others that its directions allow one
    /// pushes.
    pub edge_ridden: Array<u8>,
    /// Edge → 1 where it runs in the order of its way's nodes, 0 against it.
    pub edge_along: Array<u8>,
    /// Edge → its way in `ways`.
    pub edge_way: Array<u32>,
    /// In the order of the edges that lie on them first.
    pub ways: Array<RiddenWay>,
    /// Way → as how long it takes by bicycle, in thousandths, in a scenario; empty: as it does.
    pub way_permille: Array<u32>,
    /// How they rise; `None`: no profile asks. A part of its own in the network's files.
    pub slopes: Option<Arc<Slopes>>,
    /// How fast cars are by the study's tables; `None`: there are none, or nobody drives. Not kept with the network's files.
    pub traffic: Option<Arc<Traffic>>,
    /// Way → what cars need of it; empty for bicycles.
    pub driven: Array<DrivenWay>,
    /// 1 where cars drive on the left; empty or 0: on the right.
    pub left: Array<u8>,
    /// Sequences of directed edges that nobody drives: offsets, edges.
    pub forbidden_offsets: Array<u32>,
    pub forbidden: Array<DirectedEdge>,
}

impl Default for RiddenStreets {
    fn default() -> Self {
        RiddenStreets {
            streets: Streets::default(),
            edge_ridden: Array::default(),
            edge_along: Array::default(),
            edge_way: Array::default(),
            ways: Array::default(),
            way_permille: Array::default(),
            slopes: None,
            traffic: None,
            driven: Array::default(),
            left: Array::default(),
            forbidden_offsets: vec![0].into(),
            forbidden: Array::default(),
        }
    }
}

impl RiddenStreets {
    /// The sequences of directed edges that nobody drives.
    pub fn forbidden_sequences(&self) -> impl Iterator<Item = &[DirectedEdge]> {
        self.forbidden_offsets.windows(2).map(|pair| &self.forbidden[pair[0] as usize..pair[1] as usize])
    }

    /// The way of an edge.
    pub fn way(&self, edge: EdgeId) -> &RiddenWay {
        &self.ways[self.edge_way[edge.index()] as usize]
    }

    /// As how long a way takes by bicycle, in thousandths.
    pub fn permille(&self, edge: EdgeId) -> u32 {
        self.way_permille.get(self.edge_way[edge.index()] as usize).copied().unwrap_or(1000)
    }

    /// Whether cars drive on the left.
    pub fn drives_left(&self) -> bool {
        self.left.first() == Some(&1)
    }

    /// What cars need of an edge's way.
    pub fn driven_way(&self, edge: EdgeId) -> &DrivenWay {
        &self.driven[self.edge_way[edge.index()] as usize]
    }

    /// Length of the directions in which one rides by level of stress, 0 (not rated) to 4, mm; a row of
    /// [`stress::TABLES`].
    pub fn ridden_mm_by_stress(&self, table: usize) -> [u64; 5] {
        let mut mm = [0; 5];
        for edge in self.streets.edge_ids() {
            let levels = self.way(edge).stress[table];
            for (direction, bit) in [FORWARD, BACKWARD].into_iter().enumerate() {
                if self.edge_ridden[edge.index()] & bit != 0 {
                    mm[levels[direction] as usize] += u64::from(self.streets.edge_mm[edge.index()]);
                }
            }
        }
        mm
    }

    /// Whether an edge is only to begin or to end on.
    pub fn is_ends_only(&self, edge: EdgeId) -> bool {
        self.way(edge).ends_only != 0
    }

    /// Whether the arrays fit each other: what a file must pass before it is used.
    pub fn check(&self) -> bool {
        let edges = self.streets.edges();
        let known = |way: &RiddenWay| {
            (way.class as usize) < bicycle::CLASSES.len()
                && (way.surface as usize) < bicycle::SURFACES.len()
                && (way.smoothness as usize) < bicycle::SMOOTHNESS.len()
                && way.pushed <= u16::from(FORWARD | BACKWARD)
                && way.stress.iter().flatten().all(|&level| level <= 4)
                && way.ends_only <= 1
        };
        self.streets.check()
            && [self.edge_ridden.len(), self.edge_along.len(), self.edge_way.len()]
                .iter()
                .all(|&len| len == edges)
            && self.edge_ridden.iter().all(|&ridden| ridden <= FORWARD | BACKWARD)
            && self.edge_along.iter().all(|&along| along <= 1)
            && self.edge_way.iter().all(|&way| (way as usize) < self.ways.len())
            && self.ways.iter().all(known)
            && (self.way_permille.is_empty() || self.way_permille.len() == self.ways.len())
            && self.way_permille.iter().all(|&permille| permille > 0)
            && self.cars_are_sound()
    }

    fn cars_are_sound(&self) -> bool {
        let (offsets, edges) = (&self.forbidden_offsets, 2 * self.streets.edges());
        let known = |way: &DrivenWay| {
            way.m_per_h.iter().all(|&speed| speed > 0)
                && (way.class as usize) < car_speeds::CLASSES.len()
                && way.is_round <= 1
                && way.is_signed <= 1
        };
        (self.driven.is_empty() || self.driven.len() == self.ways.len())
            && self.driven.iter().all(known)
            && offsets.first() == Some(&0)
            && offsets.is_sorted()
            && offsets.last().is_some_and(|&last| last as usize == self.forbidden.len())
            && self.forbidden.iter().all(|directed| directed.index() < edges)
            && self.forbidden_sequences().all(|sequence| sequence.len() >= 2)
    }
}
