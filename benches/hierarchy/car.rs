//! The contest with turns.

use isokron::network::streets::{BACKWARD, FORWARD};
use isokron::routing::hierarchy::{CLOSED, Hierarchy, StreetPlace, Turn};

use crate::clock::cost;
use crate::dijkstra::Graph;
use crate::threads::Rehearsal;
use crate::{Contest, Options, Town, prepared};

/// Turns cost so many ms at the most, and so many in a hundred are forbidden.
const DEAREST_MS: u64 = 5_000;
const FORBIDDEN: u64 = 3;

pub fn car(town: &Town<'_>, options: &Options) {
    let (turns, turns_ms) = turns(town);
    let by = [Rehearsal::default(), Rehearsal::default()];
    let (build, hierarchy) =
        cost(|| Hierarchy::with_turns(&town.graph(), &turns, &by[0]).expect("nobody stops it"));
    let customise = || hierarchy.customise_with_turns(&town.costs(), &turns_ms, &by[1]);
    let (customise, customised) = cost(|| customise().expect("nobody stops it"));
    let (plan, targets) = cost(|| customised.targets(&town.spots()));
    let costs = [build, customise, plan];
    println!("car, {} turns: {}", turns.len(), prepared(costs, &by, &hierarchy, &customised));
    let allowed = allowed(town, &turns, &turns_ms);
    let ms = |directed: u32| town.directed_ms(directed);
    let mut arcs = Vec::new();
    for (from, turns) in allowed.iter().enumerate() {
        arcs.extend(turns.iter().map(|&(into, turn_ms)| (from as u32, into, ms(from as u32) + turn_ms)));
    }
    let plain = Graph::new(allowed.len(), arcs);
    let both = |place: &StreetPlace| {
        [(2 * place.street, place.forward_ms), (2 * place.street + 1, place.backward_ms)]
    };
    let leave = |place: &StreetPlace| {
        let mut seeds = Vec::new();
        for (directed, gone_ms) in both(place).into_iter().filter(|&(directed, _)| ms(directed) != CLOSED) {
            let rest_ms = ms(directed) - gone_ms;
            seeds.extend(allowed[directed as usize].iter().map(|&(into, turn_ms)| (into, rest_ms + turn_ms)));
        }
        seeds
    };
    let arrive = |place: &StreetPlace| {
        let open = both(place).into_iter().filter(|&(directed, _)| ms(directed) != CLOSED);
        open.collect::<Vec<_>>()
    };
    let (leave, arrive) = (&leave, &arrive);
    Contest { town, customised: &customised, targets: &targets, plain: &plain, leave, arrive }.all(options);
}

/// Every turn at a junction of three directed streets or more, with its ms.
fn turns(town: &Town<'_>) -> (Vec<Turn>, Vec<u32>) {
    let leaving = leaving(town);
    let mut list = Vec::new();
    for from in (0..2 * town.from.len() as u32).filter(|&from| town.directed_ms(from) != CLOSED) {
        let onward = &leaving[town.head(from) as usize];
        for &into in onward.iter().filter(|_| onward.len() > 2) {
            // Fibonacci hashing (Knuth): the same turns in every run.
            let dice = (u64::from(from) << 32 | u64::from(into)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
            let ms = if dice % 100 < FORBIDDEN { CLOSED } else { (dice / 100 % DEAREST_MS) as u32 };
            list.push((Turn { from, into }, ms));
        }
    }
    list.into_iter().unzip()
}

/// Junction → directed streets that leave it.
fn leaving(town: &Town<'_>) -> Vec<Vec<u32>> {
    let mut leaving = vec![Vec::new(); town.lon_e7.len()];
    for directed in (0..2 * town.from.len() as u32).filter(|&directed| town.directed_ms(directed) != CLOSED) {
        leaving[town.head(directed ^ 1) as usize].push(directed);
    }
    leaving
}

/// Directed street → turns that may be made, with their ms: back only where no other is left.
fn allowed(town: &Town<'_>, turns: &[Turn], turns_ms: &[u32]) -> Vec<Vec<(u32, u32)>> {
    let leaving = leaving(town);
    let mut listed = turns.iter().zip(turns_ms).peekable();
    let mut allowed = Vec::new();
    for from in 0..2 * town.from.len() as u32 {
        let onward = &leaving[town.head(from) as usize];
        let mut turns: Vec<(u32, u32)> = Vec::new();
        if town.directed_ms(from) != CLOSED && onward.len() <= 2 {
            turns.extend(onward.iter().map(|&into| (into, 0)));
        }
        // The list is in the order of those who turn.
        while let Some((turn, &ms)) = listed.next_if(|(turn, _)| turn.from == from) {
            turns.extend((ms != CLOSED).then_some((turn.into, ms)));
        }
        if turns.iter().any(|&(into, _)| into != from ^ 1) {
            turns.retain(|&(into, _)| into != from ^ 1);
        }
        allowed.push(turns);
    }
    allowed
}

impl Town<'_> {
    /// Of a directed street: `2 × street`, or `2 × street + 1` backward.
    fn directed_ms(&self, directed: u32) -> u32 {
        let street = directed as usize / 2;
        let (bit, costs) =
            [(FORWARD, &self.forward_ms), (BACKWARD, &self.backward_ms)][directed as usize % 2];
        if self.directions[street] & bit == 0 { CLOSED } else { costs[street] }
    }

    fn head(&self, directed: u32) -> u32 {
        [self.to, self.from][directed as usize % 2][directed as usize / 2]
    }
}
