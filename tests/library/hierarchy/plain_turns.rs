//! The slow twin with turns: Dijkstra's algorithm over directed streets as they are, every turn looked up in the list.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use isokron::network::streets::{BACKWARD, FORWARD};
use isokron::routing::hierarchy::{CLOSED, StreetPlace, Turn};

use super::Streets;

/// A town and the turns in it.
pub struct Town<'a> {
    pub streets: &'a Streets,
    pub turns: &'a [Turn],
    pub turns_ms: &'a [u32],
}

impl Town<'_> {
    /// Origin by origin, target by target: ms, or `CLOSED` beyond the limit.
    pub fn times(&self, origins: &[StreetPlace], targets: &[StreetPlace], limit_ms: u32) -> Vec<Vec<u32>> {
        let turned: Vec<Vec<(u32, u32)>> =
            (0..2 * self.streets.from.len() as u32).map(|d| self.turned(d)).collect();
        origins.iter().map(|origin| self.row(&turned, origin, targets, limit_ms)).collect()
    }

    fn may(&self, directed: u32) -> bool {
        self.streets.directions[directed as usize / 2] & [FORWARD, BACKWARD][directed as usize % 2] != 0
    }

    fn cost(&self, directed: u32) -> Option<u32> {
        let costs = [&self.streets.forward_ms, &self.streets.backward_ms][directed as usize % 2];
        let ms = costs[directed as usize / 2];
        (self.may(directed) && ms != CLOSED).then_some(ms.max(1))
    }

    fn head(&self, directed: u32) -> u32 {
        [&self.streets.to, &self.streets.from][directed as usize % 2][directed as usize / 2]
    }

    /// Turns from a directed street that may be made, with what they cost.
    fn turned(&self, from: u32) -> Vec<(u32, u32)> {
        let listed = |into: u32| {
            let place = self.turns.iter().position(|turn| *turn == Turn { from, into });
            place.map_or(0, |place| self.turns_ms[place])
        };
        let all = (0..2 * self.streets.from.len() as u32)
            .filter(|&into| self.may(from) && self.may(into) && self.head(into ^ 1) == self.head(from));
        let allowed: Vec<(u32, u32)> =
            all.map(|into| (into, listed(into))).filter(|&(_, ms)| ms != CLOSED).collect();
        let onward = allowed.iter().any(|&(into, _)| into != from ^ 1);
        allowed.into_iter().filter(|&(into, _)| !onward || into != from ^ 1).collect()
    }

    /// How far a place lies from the start of its street, as one goes in a direction; at its very ends it is at the
    /// junctions.
    fn along_ms(&self, place: &StreetPlace, side: u32) -> Option<u32> {
        let (there, back) = (self.cost(2 * place.street + side), self.cost(2 * place.street + (side ^ 1)));
        let gone = [place.forward_ms, place.backward_ms];
        let (gone, gone_back) = (gone[side as usize], gone[side as usize ^ 1]);
        if back == Some(gone_back) { Some(0) } else { there.map(|_| gone) }
    }

    fn to_end(&self, place: &StreetPlace, side: u32) -> Option<u32> {
        let (there, back) = (self.cost(2 * place.street + side), self.cost(2 * place.street + (side ^ 1)));
        let gone = [place.forward_ms, place.backward_ms];
        let (gone, gone_back) = (gone[side as usize], gone[side as usize ^ 1]);
        if back.is_some() && gone_back == 0 { Some(0) } else { there.map(|cost| cost - gone) }
    }

    fn row(
        &self,
        turned: &[Vec<(u32, u32)>],
        origin: &StreetPlace,
        targets: &[StreetPlace],
        limit_ms: u32,
    ) -> Vec<u32> {
        // When one is at the start of a directed street.
        let mut start: Vec<Option<u64>> = vec![None; turned.len()];
        let mut heap = BinaryHeap::new();
        for side in 0..2 {
            if let Some(rest) = self.to_end(origin, side) {
                for &(into, ms) in &turned[(2 * origin.street + side) as usize] {
                    heap.push(Reverse((u64::from(rest) + u64::from(ms), into)));
                }
            }
        }
        while let Some(Reverse((ms, here))) = heap.pop() {
            if start[here as usize].is_some() {
                continue;
            }
            start[here as usize] = Some(ms);
            if let Some(cost) = self.cost(here) {
                for &(into, turn_ms) in &turned[here as usize] {
                    heap.push(Reverse((ms + u64::from(cost) + u64::from(turn_ms), into)));
                }
            }
        }
        let time = |target: &StreetPlace| {
            let mut least = None;
            for side in 0..2 {
                let there = self.along_ms(target, side).map(u64::from);
                let round =
                    start[(2 * target.street + side) as usize].zip(there).map(|(ms, there)| ms + there);
                let own =
                    self.along_ms(origin, side).map(u64::from).filter(|_| origin.street == target.street);
                let along =
                    own.zip(there).filter(|(own, there)| own <= there).map(|(own, there)| there - own);
                least = [least, round, along].into_iter().flatten().min();
            }
            let ms = least.map(|ms| ms + u64::from(origin.link_ms) + u64::from(target.link_ms));
            ms.filter(|&ms| ms <= u64::from(limit_ms)).map_or(CLOSED, |ms| ms as u32)
        };
        targets.iter().map(time).collect()
    }
}
