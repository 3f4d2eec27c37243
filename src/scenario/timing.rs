//! Trips run earlier, later, faster or slower, or stand longer.

use rustc_hash::FxHashSet;

use super::draft::{Draft, Fate};
use super::names::Said;
use crate::network::transit::{Call, FREQUENCY};
use crate::study::{DwellChange, SetDwell, SetSpeed, Shift};

/// Trips of frequencies.txt keep their calls and run at other shifts.
pub(super) fn shift(draft: &mut Draft<'_>, edit: &Shift, said: &mut Said) {
    let chosen = draft.chosen(&edit.which, said);
    draft.change_some(&chosen, said, |_, row| {
        if edit.by_s == 0 {
            return Fate::Same;
        }
        if row.trip.flags & FREQUENCY != 0 {
            row.shifts.to_mut().iter_mut().for_each(|shift| *shift += edit.by_s);
        } else {
            for call in row.calls.to_mut() {
                call.arrival_s += edit.by_s;
                call.departure_s += edit.by_s;
            }
        }
        Fate::Changed
    });
}

/// Each hop's seconds are divided by the scale, rounded half up; the first departure stays.
pub(super) fn speed(draft: &mut Draft<'_>, edit: &SetSpeed, said: &mut Said) {
    let chosen = draft.chosen(&edit.which, said);
    let mut set = |name: &String| draft.stops(std::slice::from_ref(name), said);
    let pairs: Vec<(FxHashSet<u32>, FxHashSet<u32>)> =
        edit.hops.iter().map(|(from, to)| (set(from), set(to))).collect();
    let mut met = vec![false; pairs.len()];
    let times = |seconds: i32| rounded(f64::from(seconds) / edit.scale);
    draft.change_some(&chosen, said, |_, row| {
        let mut any = false;
        let scaled = retimed(&row.calls, |i, dwell_s, hop_s| {
            let (from, to) = (row.calls[i].stop, row.calls[i + 1].stop);
            let pair = pairs.iter().position(|pair| pair.0.contains(&from) && pair.1.contains(&to));
            pair.into_iter().for_each(|pair| met[pair] = true);
            let meant = pairs.is_empty() || pair.is_some();
            any |= meant;
            let dwell_s = if edit.scale_dwells && meant { times(dwell_s) } else { dwell_s };
            (dwell_s, if meant { times(hop_s) } else { hop_s })
        });
        // Hops that none of the trips makes are said below.
        if any || !pairs.is_empty() { Fate::of_calls(row, scaled) } else { Fate::Other }
    });
    if said.is_well() {
        for ((from, to), _) in edit.hops.iter().zip(met).filter(|(_, met)| !met) {
            said.wrong(
                format_args!("names the hop {from} → {to}, which no trip that it is for makes"),
                "hops go from each stop to the next, in the order of travel",
            );
        }
    }
}

/// Dwells at stops on the way; those at both ends of a trip do not matter.
pub(super) fn dwell(draft: &mut Draft<'_>, edit: &SetDwell, said: &mut Said) {
    let chosen = draft.chosen(&edit.which, said);
    let stops = draft.stops(&edit.stops, said);
    draft.change_some(&chosen, said, |_, row| {
        let mut any = false;
        let changed = retimed(&row.calls, |i, dwell_s, hop_s| {
            if i == 0 || !(edit.stops.is_empty() || stops.contains(&row.calls[i].stop)) {
                return (dwell_s, hop_s);
            }
            any = true;
            let dwell_s = match edit.change {
                DwellChange::Seconds(seconds) => seconds as i32,
                DwellChange::Scale(scale) => rounded(f64::from(dwell_s) * scale),
            };
            (dwell_s, hop_s)
        });
        if any { Fate::of_calls(row, changed) } else { Fate::Other }
    });
}

/// Half up.
fn rounded(seconds: f64) -> i32 {
    (seconds + 0.5).floor() as i32
}

/// Calls with other dwells (at all but the last) and hops after them. The first departure stays.
fn retimed(calls: &[Call], mut times: impl FnMut(usize, i32, i32) -> (i32, i32)) -> Vec<Call> {
    let mut changed = calls.to_vec();
    let mut later = 0;
    for i in 0..calls.len() - 1 {
        let (dwell_s, hop_s) = times(
            i,
            calls[i].departure_s - calls[i].arrival_s,
            calls[i + 1].arrival_s - calls[i].departure_s,
        );
        if i > 0 {
            changed[i].departure_s = changed[i].arrival_s + dwell_s;
        }
        changed[i + 1].arrival_s = changed[i].departure_s + hop_s;
        later = changed[i + 1].arrival_s - calls[i + 1].arrival_s;
    }
    if let Some(last) = changed.last_mut() {
        last.departure_s += later;
    }
    changed
}
