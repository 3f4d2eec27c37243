//! The shortest time within which enough is found.

use crate::measures::rows::TimesRow;

/// Seconds in a slot: enough is first looked for slot by slot, then in one slot alone.
const SLOT_S: f64 = 64.0;
/// Most slots: they are longer where costs are large, as metres are.
const SLOTS: f64 = 4096.0;

/// The least of the row's times within which `enough` holds of the sum of `values`; infinite if it never does.
/// Of a greater sum `enough` must hold too.
pub(super) fn time_until(row: TimesRow<'_>, values: &[f64], enough: impl Fn(f64) -> bool) -> f64 {
    let longest_s = row.cost_s.iter().copied().fold(0.0, f64::max);
    let slot_s = SLOT_S.max(longest_s / SLOTS);
    let slot = |cost_s: f64| (cost_s / slot_s) as usize;
    let mut slots: Vec<f64> = Vec::new();
    for (to, cost_s) in row.iter() {
        if slot(cost_s) >= slots.len() {
            slots.resize(slot(cost_s) + 1, 0.0);
        }
        slots[slot(cost_s)] += values[to];
    }
    let mut before = 0.0;
    for (s, &more) in slots.iter().enumerate() {
        if !enough(before + more) {
            before += more;
            continue;
        }
        let mut inside: Vec<(f64, f64)> = row
            .iter()
            .filter(|&(to, cost_s)| slot(cost_s) == s && values[to] > 0.0)
            .map(|(to, cost_s)| (cost_s, values[to]))
            .collect();
        inside.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (cost_s, value) in &inside {
            before += value;
            if enough(before) {
                return *cost_s;
            }
        }
        // Summed in another order it may fall short by a rounding.
        return inside.last().map_or(s as f64 * slot_s, |last| last.0);
    }
    f64::INFINITY
}
