//! Keeps in-seat transfers valid: an edit must not make one between trips that were not consecutive in their block, nor
//! at an end of a trip that has moved.
//!
//! Blocks join trips that follow each other in time. When an edit takes a trip away or changes the order, two trips
//! become neighbours that were none. Such pairs are parted, as type 5 of transfers.txt does it. A pair that is new on
//! one of the study's days is parted on all days.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use super::draft::{Draft, DraftTrip};
use super::which::{Chosen, RowPart};
use crate::base::NONE;
use crate::network::calendar;
use crate::network::transit::InSeatTransfer;

/// The trips that an edit may change, and those in blocks with them, as they are before it.
pub(super) struct Seats {
    blocks: FxHashSet<u32>,
    pairs: BlockPairs,
    /// Key → first and last stop, of trips in these blocks or named by joins.
    ends: FxHashMap<u32, (u32, u32)>,
    joined: FxHashSet<u32>,
}

/// (from, to, day): neighbours in a block on one of the study's days.
type BlockPairs = BTreeSet<(u32, u32, i32)>;

/// A trip of a block: begins, arrives (unix seconds), key.
type BlockTrip = (i64, i64, u32);

impl Seats {
    pub fn before(draft: &Draft<'_>, chosen: &Chosen) -> Seats {
        let mut blocks = FxHashSet::default();
        for row in draft.rows.iter().filter(|row| row.trip.block != NONE) {
            if !blocks.contains(&row.trip.block) && !matches!(chosen.cut(draft, row), RowPart::Nothing) {
                blocks.insert(row.trip.block);
            }
        }
        let joined = draft.table.joins.iter().filter(|join| join.stay == 1);
        let joined: FxHashSet<u32> = joined.flat_map(|join| [join.from_trip, join.to_trip]).collect();
        let pairs = pairs(draft, &blocks);
        let ends = ends(&draft.rows, &blocks, &joined);
        Seats { blocks, pairs, ends, joined }
    }

    /// Parts what must not be joined after the edit, and drops type 4 where an end is elsewhere.
    pub fn keep(self, draft: &mut Draft<'_>) {
        if self.blocks.is_empty() && self.joined.is_empty() {
            return;
        }
        let ends = ends(&draft.rows, &self.blocks, &self.joined);
        let elsewhere = |from: u32, to: u32| {
            let last = |ends: &FxHashMap<u32, (u32, u32)>| ends.get(&from).map(|ends| ends.1);
            let first = |ends: &FxHashMap<u32, (u32, u32)>| ends.get(&to).map(|ends| ends.0);
            last(&ends) != last(&self.ends) || first(&ends) != first(&self.ends)
        };
        let mut joins = draft.table.joins.to_vec();
        joins.retain(|join| join.stay == 0 || !elsewhere(join.from_trip, join.to_trip));
        let after = pairs(draft, &self.blocks);
        let parted: BTreeSet<(u32, u32)> = after
            .iter()
            .filter(|pair| !self.pairs.contains(pair) || elsewhere(pair.0, pair.1))
            .map(|&(from, to, _)| (from, to))
            .collect();
        for (from_trip, to_trip) in parted {
            let join = InSeatTransfer { from_trip, to_trip, stay: 0 };
            if !joins.contains(&join) {
                joins.push(join);
            }
        }
        if draft.table.joins != joins {
            draft.table.joins = joins.into();
        }
    }
}

fn ends(
    rows: &[DraftTrip<'_>],
    blocks: &FxHashSet<u32>,
    joined: &FxHashSet<u32>,
) -> FxHashMap<u32, (u32, u32)> {
    let wanted = |row: &&DraftTrip<'_>| blocks.contains(&row.trip.block) || joined.contains(&row.key);
    let ends = |row: &DraftTrip<'_>| (row.key, (row.calls[0].stop, row.calls[row.calls.len() - 1].stop));
    rows.iter().filter(wanted).map(ends).collect()
}

fn pairs(draft: &Draft<'_>, blocks: &FxHashSet<u32>) -> BlockPairs {
    let start = |zone: &String, day: i32| calendar::service_day_start(zone, calendar::date_of(day)?);
    let days = draft.given.days;
    let starts: Vec<Vec<Option<i64>>> = match blocks.is_empty() {
        true => Vec::new(),
        false => {
            draft.table.zones.iter().map(|zone| days.iter().map(|&day| start(zone, day)).collect()).collect()
        }
    };
    let mut chains: BTreeMap<(u32, i32), Vec<BlockTrip>> = BTreeMap::new();
    for row in draft.rows.iter().filter(|row| blocks.contains(&row.trip.block)) {
        let shift = row.shifts.first().copied().unwrap_or(0);
        let ends = [row.calls[0].departure_s, row.calls[row.calls.len() - 1].arrival_s];
        let service = draft.table.services.row(row.trip.service as usize);
        let zone = draft.table.routes[row.trip.route as usize].zone as usize;
        for (which, &day) in days.iter().enumerate().filter(|(_, day)| service.binary_search(day).is_ok()) {
            let Some(start) = starts[zone][which] else { continue };
            let [begins, arrives] = ends.map(|time| start + i64::from(shift) + i64::from(time));
            chains.entry((row.trip.block, day)).or_default().push((begins, arrives, row.key));
        }
    }
    let mut pairs = BlockPairs::new();
    for ((_, day), mut chain) in chains {
        chain.sort_unstable();
        pairs.extend(chain.windows(2).map(|pair| (pair[0].2, pair[1].2, day)));
    }
    pairs
}
