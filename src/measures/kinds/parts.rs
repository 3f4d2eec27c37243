//! Which places hang together: parts of a region between which nobody can go.

use super::Over;
use crate::base::NONE;
use crate::base::error::Result;
use crate::measures::decay::Weights;
use crate::measures::rows::by_part;

/// Origins and destinations by the part that they are in, `NONE` for those that take part in nothing: no people, no
/// opportunities, or no way to the other side.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parts {
    pub from: Vec<u32>,
    pub to: Vec<u32>,
    pub number: u32,
}

/// The connected components of the pairs with people at the one end, opportunities at the other, and a weight above 0.
/// Numbered by their first destination.
///
/// # Errors
/// As `TimesRows::part`; `Stopped`.
pub(super) fn parts(over: &Over<'_>, weights: &Weights) -> Result<Parts> {
    let Over { rows, supply, demand, .. } = *over;
    let destinations = rows.destinations();
    let mut all = Forest::new(destinations);
    let mut first = vec![NONE; rows.origins()];
    // Of each part of the rows only the pairs that join something are handed on.
    let task = |part: usize| {
        let mut own = Forest::new(destinations);
        let (mut joins, mut firsts) = (Vec::new(), Vec::new());
        rows.part(part, &mut |origin, row| {
            if demand[origin as usize] <= 0.0 {
                return;
            }
            let mut reached = row.iter().filter(|&(to, cost_s)| supply[to] > 0.0 && weights.at(cost_s) > 0.0);
            let Some((one, _)) = reached.next() else { return };
            firsts.push((origin, one as u32));
            for (other, _) in reached {
                if own.join(one as u32, other as u32) {
                    joins.push((one as u32, other as u32));
                }
            }
        })?;
        Ok((joins, firsts))
    };
    by_part(rows, over.executor, task, |(joins, firsts)| {
        for (one, other) in joins {
            all.join(one, other);
        }
        for (origin, one) in firsts {
            first[origin as usize] = one;
        }
    })?;
    let mut reached = vec![false; destinations];
    for &one in first.iter().filter(|&&one| one != NONE) {
        let root = all.root(one);
        reached[root as usize] = true;
    }
    let mut names = vec![NONE; destinations];
    let mut found = Parts { from: first, to: vec![NONE; destinations], number: 0 };
    for to in 0..destinations as u32 {
        let root = all.root(to) as usize;
        if !reached[root] {
            continue;
        }
        if names[root] == NONE {
            names[root] = found.number;
            found.number += 1;
        }
        found.to[to as usize] = names[root];
    }
    for from in found.from.iter_mut().filter(|from| **from != NONE) {
        *from = names[all.root(*from) as usize];
    }
    Ok(found)
}

/// Trees of joined places (Galler & Fischer 1964), the lowest number at the root.
struct Forest {
    above: Vec<u32>,
}

impl Forest {
    fn new(places: usize) -> Forest {
        Forest { above: (0..places as u32).collect() }
    }

    fn root(&mut self, mut place: u32) -> u32 {
        while self.above[place as usize] != place {
            let next = self.above[self.above[place as usize] as usize];
            self.above[place as usize] = next;
            place = next;
        }
        place
    }

    /// Whether they were apart before.
    fn join(&mut self, one: u32, other: u32) -> bool {
        let (one, other) = (self.root(one), self.root(other));
        self.above[one.max(other) as usize] = one.min(other);
        one != other
    }
}
