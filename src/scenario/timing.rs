//! Trips with other dwells and hops.

use crate::network::transit::Call;

/// Half up.
pub(super) fn rounded(seconds: f64) -> i32 {
    (seconds + 0.5).floor() as i32
}

/// Calls with other dwells (at all but the last) and hops after them. The first departure stays.
pub(super) fn retimed(calls: &[Call], mut times: impl FnMut(usize, i32, i32) -> (i32, i32)) -> Vec<Call> {
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
