//! Sequences of directed edges that nobody drives → states: where one drives, and as much of the way there as matters
//! for what is forbidden next. (Aho & Corasick 1975, "Efficient string matching": the states of a matcher of all
//! sequences at once.)

use rustc_hash::{FxHashMap, FxHashSet};

use super::ids::DriveState;
use crate::base::ids::Id;
use crate::network::streets::DirectedEdge;

/// States are numbered: first each directed edge, then the longer beginnings of forbidden sequences.
#[derive(Clone, Debug, Default)]
pub(super) struct States {
    edges: u32,
    /// Of the longer ones: the edge that they end with, and the longest shorter state that they end with.
    last: Vec<DirectedEdge>,
    shorter: Vec<DriveState>,
    /// How many edges they have: 2 or more.
    length: Vec<u32>,
    /// (State, next edge) → the longer state.
    longer: FxHashMap<(DriveState, DirectedEdge), DriveState>,
    /// (State, next edge) that completes a sequence.
    completes: FxHashSet<(DriveState, DirectedEdge)>,
}

impl States {
    /// For so many directed edges.
    pub fn new<'a>(edges: u32, forbidden: impl Iterator<Item = &'a [DirectedEdge]>) -> States {
        let mut states = States { edges, ..States::default() };
        for sequence in forbidden {
            let Some((&last, before)) = sequence.split_last().filter(|(_, before)| !before.is_empty()) else {
                continue;
            };
            let mut at = DriveState::of_edge(before[0]);
            for (length, &next) in (2..).zip(&before[1..]) {
                let new = DriveState(edges + states.last.len() as u32);
                let state = *states.longer.entry((at, next)).or_insert(new);
                if state == new {
                    states.last.push(next);
                    states.shorter.push(DriveState::NONE);
                    states.length.push(length);
                }
                at = state;
            }
            states.completes.insert((at, last));
        }
        // A state's shorter one is shorter than it, and is found by way of the state before: shortest first.
        let mut by_length: Vec<(DriveState, DriveState, DirectedEdge)> =
            states.longer.iter().map(|(&(before, next), &state)| (state, before, next)).collect();
        by_length.sort_unstable_by_key(|&(state, _, _)| (states.length[(state.0 - edges) as usize], state));
        for (state, before, next) in by_length {
            let shorter = match states.shorter(before) {
                Some(shorter) => states.step(shorter, next),
                None => DriveState::of_edge(next),
            };
            states.shorter[(state.0 - edges) as usize] = shorter;
        }
        states
    }

    /// Number of states.
    pub fn len(&self) -> usize {
        self.edges as usize + self.last.len()
    }

    pub fn ids(&self) -> impl Iterator<Item = DriveState> + use<> {
        (0..self.len() as u32).map(DriveState)
    }

    /// The directed edge that one drives along in a state.
    pub fn edge(&self, state: DriveState) -> DirectedEdge {
        match state.0.checked_sub(self.edges) {
            None => DirectedEdge(state.0),
            Some(longer) => self.last[longer as usize],
        }
    }

    fn shorter(&self, state: DriveState) -> Option<DriveState> {
        state.0.checked_sub(self.edges).map(|longer| self.shorter[longer as usize])
    }

    /// Whether one may drive on into an edge.
    pub fn allows(&self, state: DriveState, next: DirectedEdge) -> bool {
        let mut at = Some(state);
        while let Some(state) = at {
            if self.completes.contains(&(state, next)) {
                return false;
            }
            at = self.shorter(state);
        }
        true
    }

    /// The state after driving on into an edge.
    pub fn step(&self, state: DriveState, next: DirectedEdge) -> DriveState {
        let mut at = Some(state);
        while let Some(state) = at {
            if let Some(&longer) = self.longer.get(&(state, next)) {
                return longer;
            }
            at = self.shorter(state);
        }
        DriveState::of_edge(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a way is allowed, by the states.
    fn allowed(states: &States, way: &[DirectedEdge]) -> bool {
        let mut at = DriveState::of_edge(way[0]);
        for &next in &way[1..] {
            if !states.allows(at, next) {
                return false;
            }
            at = states.step(at, next);
            assert_eq!(states.edge(at), next);
        }
        true
    }

    #[test]
    fn sequences_that_overlap_are_all_seen() {
        let forbidden: [&[u32]; 5] = [&[0, 1], &[1, 2, 3], &[2, 3, 4, 5], &[3, 4, 0], &[1, 2, 4]];
        let forbidden =
            forbidden.map(|sequence| sequence.iter().copied().map(DirectedEdge).collect::<Vec<_>>());
        let states = States::new(6, forbidden.iter().map(Vec::as_slice));
        // All ways of five edges out of six: allowed where none of the sequences lies in them.
        for number in 0..6u32.pow(5) {
            let way: Vec<DirectedEdge> =
                (0..5).map(|place| DirectedEdge(number / 6u32.pow(place) % 6)).collect();
            let holds =
                |sequence: &Vec<DirectedEdge>| way.windows(sequence.len()).any(|part| part == sequence);
            assert_eq!(allowed(&states, &way), !forbidden.iter().any(holds), "{way:?}");
        }
    }
}
