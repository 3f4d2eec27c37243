//! transfers.txt → how long a change takes: from which trip at which stop, to which trip at which stop.
//! The most specific rule wins, in GTFS's order.

use std::collections::BTreeMap;

use crate::base::NONE;
use crate::base::csr::Csr;
use crate::base::ids::{Id, StopId, TripId};
use crate::network::transit::{Timetable, TransferRule};

/// The trip and route of an arrival or departure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rider {
    pub trip: TripId,
    pub route: u32,
}

/// How well a rule fits: smaller wins. (specificity, to side only, from station, to station, order in the files)
type Rank = (u8, bool, bool, bool, u32);

#[derive(Clone, Copy, Debug)]
struct RuleOfPair {
    rule: TransferRule,
    rank: Rank,
}

/// All rules of types 0–3, spread over the pairs of stops that they stand for.
pub struct TransferRules {
    /// (from stop, to stop) → its rules, best rank first.
    pairs: BTreeMap<(StopId, StopId), Vec<RuleOfPair>>,
    slack_s: u32,
}

impl TransferRules {
    /// `backwards`: the rules' sides have changed places, and the to side is the one that counts first.
    pub fn new(timetable: &Timetable, transfer_slack_s: u32, backwards: bool) -> TransferRules {
        let stops = &timetable.stops;
        let with_parent: Vec<(u32, u32)> = (0..stops.station.len() as u32)
            .filter(|&s| stops.station[s as usize] != NONE)
            .map(|s| (stops.station[s as usize], s))
            .collect();
        let children = Csr::from_pairs(stops.station.len(), &with_parent);
        // A station stands for its stops, and for itself where trips call at it.
        let members = |stop: u32| -> Vec<(StopId, bool)> {
            let own = (stops.called[stop as usize] != 0).then_some((StopId(stop), false));
            let below = children.row(stop as usize).iter().filter(|&&c| stops.called[c as usize] != 0);
            own.into_iter().chain(below.map(|&c| (StopId(c), true))).collect()
        };
        let mut pairs: BTreeMap<(StopId, StopId), Vec<RuleOfPair>> = BTreeMap::new();
        for (order, rule) in timetable.rules.iter().enumerate() {
            for &(from, from_station) in &members(rule.from_stop) {
                for &(to, to_station) in &members(rule.to_stop) {
                    let (specificity, from_names, to_names) = specificity(rule);
                    let rank = if backwards {
                        (specificity, to_names < from_names, to_station, from_station, order as u32)
                    } else {
                        (specificity, from_names < to_names, from_station, to_station, order as u32)
                    };
                    pairs.entry((from, to)).or_default().push(RuleOfPair { rule: *rule, rank });
                }
            }
        }
        for entries in pairs.values_mut() {
            entries.sort_by_key(|entry| entry.rank);
        }
        TransferRules { pairs, slack_s: transfer_slack_s }
    }

    /// Seconds from arriving at `a` to the earliest departure from `b` that can be caught; `None`: no change.
    /// `walk_s` is the walk from `a` to `b`, 0 for the same stop, `None` where there is none.
    pub fn need_s(&self, a: StopId, b: StopId, walk_s: Option<u32>, from: Rider, to: Rider) -> Option<u32> {
        let entries = self.pairs.get(&(a, b)).map_or(&[][..], Vec::as_slice);
        let best = entries.iter().find(|e| from_matches(&e.rule, from) && to_matches(&e.rule, to));
        self.of_rule(best.map(|e| &e.rule), walk_s)
    }

    /// As [`TransferRules::need_s`], by the rules alone that do not name the departure.
    fn plain_needs(&self, a: StopId, b: StopId, walk_s: Option<u32>) -> impl Iterator<Item = Option<u32>> {
        let entries = self.pairs.get(&(a, b)).map_or(&[][..], Vec::as_slice);
        let open =
            entries.iter().filter(|e| !names_to(&e.rule)).map(move |e| self.of_rule(Some(&e.rule), walk_s));
        open.chain([self.of_rule(None, walk_s)])
    }

    fn of_rule(&self, rule: Option<&TransferRule>, walk_s: Option<u32>) -> Option<u32> {
        match rule.map_or(0, |r| r.kind) {
            1 => walk_s,
            2 => rule.map(|r| r.min_s),
            3 => None,
            _ => walk_s.map(|w| w + self.slack_s),
        }
    }

    /// Stops that rules join to `a`, on its from side.
    pub fn partners(&self, a: StopId) -> impl Iterator<Item = StopId> {
        self.pairs.range((a, StopId(0))..=(a, StopId::NONE)).map(|(&(_, b), _)| b)
    }

    /// The rules from stop `a` that name the arriving trip or route: arrivals with the same list are alike.
    pub fn arrival_signature(&self, a: StopId, from: Rider) -> Vec<u32> {
        let entries = self.pairs.range((a, StopId(0))..=(a, StopId::NONE)).flat_map(|(_, entries)| entries);
        let mut rules: Vec<u32> = entries
            .filter(|e| names_from(&e.rule) && from_matches(&e.rule, from))
            .map(|e| e.rank.4)
            .collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }
}

/// The rules that name departures from a stop, by the stop pairs that they stand for.
pub struct NamingRules<'a> {
    rules: &'a TransferRules,
    /// To stop → from stops whose pairs have rules that name the departure.
    sources: BTreeMap<StopId, Vec<StopId>>,
}

impl<'a> NamingRules<'a> {
    pub fn new(rules: &'a TransferRules) -> NamingRules<'a> {
        let mut sources: BTreeMap<StopId, Vec<StopId>> = BTreeMap::new();
        for (&(a, b), entries) in &rules.pairs {
            if entries.iter().any(|e| names_to(&e.rule)) {
                sources.entry(b).or_default().push(a);
            }
        }
        NamingRules { rules, sources }
    }

    /// The rules that name a departure of `to` from stop `b`, sorted; and whether one of them can make a change
    /// harder than it would be without them. `walk_s(a, b)` is the walk.
    pub fn departure_signature(
        &self,
        b: StopId,
        to: Rider,
        walk_s: &dyn Fn(StopId, StopId) -> Option<u32>,
    ) -> (Vec<u32>, bool) {
        let mut signature = Vec::new();
        let mut harder = false;
        for &a in self.sources.get(&b).map_or(&[][..], Vec::as_slice) {
            let walk = walk_s(a, b);
            let easiest = self
                .rules
                .plain_needs(a, b, walk)
                .map(|need| need.unwrap_or(u32::MAX))
                .min()
                .unwrap_or(u32::MAX);
            let entries = &self.rules.pairs[&(a, b)];
            for e in entries.iter().filter(|e| names_to(&e.rule) && to_matches(&e.rule, to)) {
                signature.push(e.rank.4);
                harder |= self.rules.of_rule(Some(&e.rule), walk).unwrap_or(u32::MAX) > easiest;
            }
        }
        signature.sort_unstable();
        signature.dedup();
        (signature, harder)
    }

    /// Whether any rule names a departure from `b`.
    pub fn any(&self, b: StopId) -> bool {
        self.sources.contains_key(&b)
    }
}

/// (rank by GTFS's order, how much the from side names, how much the to side): both trips; trip and route; one trip; both routes;
/// one route; stops only.
fn specificity(rule: &TransferRule) -> (u8, u8, u8) {
    let side = |trip: u32, route: u32| match (trip != NONE, route != NONE) {
        (true, _) => 2,
        (false, true) => 1,
        (false, false) => 0,
    };
    let (from, to) = (side(rule.from_trip, rule.from_route), side(rule.to_trip, rule.to_route));
    let rank = match (from.max(to), from.min(to)) {
        (2, 2) => 0,
        (2, 1) => 1,
        (2, _) => 2,
        (1, 1) => 3,
        (1, _) => 4,
        _ => 5,
    };
    (rank, from, to)
}

fn matches(trip: u32, route: u32, rider: Rider) -> bool {
    (trip == NONE || TripId(trip) == rider.trip) && (route == NONE || route == rider.route)
}

fn from_matches(rule: &TransferRule, rider: Rider) -> bool {
    matches(rule.from_trip, rule.from_route, rider)
}

fn to_matches(rule: &TransferRule, rider: Rider) -> bool {
    matches(rule.to_trip, rule.to_route, rider)
}

fn names_from(rule: &TransferRule) -> bool {
    rule.from_trip != NONE || rule.from_route != NONE
}

fn names_to(rule: &TransferRule) -> bool {
    rule.to_trip != NONE || rule.to_route != NONE
}
