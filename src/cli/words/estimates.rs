//! What a study will cost, for the terminal.

use crate::outputs::diagnostics::grouped;
use crate::run::estimate::{Estimate, size};

pub fn lines(of: &Estimate) -> Vec<String> {
    let n = |number: usize| grouped(number as u64);
    let memory = of.memory().map_or_else(String::new, |bytes| format!(", {} of memory", size(bytes)));
    let (cells, stops, events, pushes) = (n(of.cells), n(of.stops), n(of.events), n(of.pushes));
    vec![
        format!("{}: {cells} cells, {stops} stops, {events} events, {pushes} pushes", of.name),
        format!("  about {} on {} threads ({} of CPU){memory}", time(of.wall_s), of.threads, time(of.cpu_s)),
    ]
}

fn time(seconds: f64) -> String {
    match seconds {
        s if s < 10.0 => format!("{s:.1} s"),
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 7200.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn times_for_a_person() {
        assert_eq!([time(1.26), time(61.0), time(600.0), time(9000.0)], ["1.3 s", "61 s", "10 min", "2.5 h"]);
    }
}
