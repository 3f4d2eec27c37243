//! Turns that may not be made, where larger streets cross: by the junction, by a way between two junctions, and those of
//! which one is the only one.

use super::dice::Dice;
use super::road_tags::RoadTags;
use super::streets::{Class, SynthStreets};
use crate::base::NONE;

/// So many edges of a street at the most lie between two turns of which the second is forbidden after the first.
const BETWEEN: usize = 8;

/// One that is planned; its members are edges of the streets.
pub struct Forbidden {
    /// As `restriction` has it.
    pub kind: &'static str,
    pub from: u32,
    pub via: Via,
    pub to: u32,
    /// Bicycles may.
    pub spares_bicycles: bool,
}

pub enum Via {
    Node(u32),
    /// One after the other.
    Edges(Vec<u32>),
}

/// The edges around a node, as one looks from it.
#[derive(Clone, Copy)]
struct Crossing {
    east: u32,
    west: u32,
    north: u32,
    south: u32,
}

/// Plans them: at three junctions of larger streets in ten.
pub fn plan(streets: &SynthStreets, road_tags: &RoadTags, seed: u64) -> Vec<Forbidden> {
    let mut dice = Dice::new(seed, 61);
    let nowhere = Crossing { east: NONE, west: NONE, north: NONE, south: NONE };
    let mut around = vec![nowhere; streets.nodes.len()];
    for (number, edge) in (0..).zip(&streets.edges) {
        if edge.class > Class::Tertiary || !road_tags.is_two_way(edge) {
            continue;
        }
        let (from, to) = (edge.from as usize, edge.to as usize);
        if edge.line.north {
            (around[from].north, around[to].south) = (number, number);
        } else {
            (around[from].east, around[to].west) = (number, number);
        }
    }
    let mut planned = Vec::new();
    for (node, here) in (0..).zip(&around) {
        let Crossing { east, west, north, south } = *here;
        let (draw, spares_bicycles) = (dice.below(100), dice.below(2) == 0);
        let mut add = |kind, from: u32, via, to: u32| {
            if from != NONE && to != NONE {
                planned.push(Forbidden { kind, from, via, to, spares_bicycles });
            }
        };
        match draw {
            0..7 => add("no_left_turn", south, Via::Node(node), west),
            7..14 => add("no_left_turn", east, Via::Node(node), south),
            14..18 => add("no_right_turn", north, Via::Node(node), west),
            18..21 => add("only_straight_on", west, Via::Node(node), east),
            // Back by the next street: where two carriageways are, on a real map.
            21..30 => {
                let mut edges = vec![east];
                while let Some(&last) = edges.last().filter(|&&last| last != NONE) {
                    let next = around[streets.edges[last as usize].to as usize];
                    if next.south != NONE {
                        add("no_u_turn", south, Via::Edges(edges), next.south);
                        break;
                    }
                    if edges.len() == BETWEEN {
                        break;
                    }
                    edges.push(next.east);
                }
            }
            _ => {}
        }
    }
    planned
}

/// Whether a way ends at each node, for it is where one of these begins, goes over, or ends.
pub fn ends(streets: &SynthStreets, planned: &[Forbidden]) -> Vec<bool> {
    let mut ends = vec![false; streets.nodes.len()];
    for forbidden in planned {
        match &forbidden.via {
            Via::Node(node) => ends[*node as usize] = true,
            Via::Edges(edges) => {
                let (first, last) = (edges[0] as usize, edges[edges.len() - 1] as usize);
                ends[streets.edges[first].from as usize] = true;
                ends[streets.edges[last].to as usize] = true;
            }
        }
    }
    ends
}
