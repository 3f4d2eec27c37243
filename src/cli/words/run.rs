//! What a run has found, for the terminal.

use super::{comparison, edits, overview, searches};
use crate::measures::equity::EquityRow;
use crate::outputs::diagnostics::grouped;
use crate::run::summary::{ContrastSummary, ScenarioSummary, Summary};
use crate::study::Against;

/// The results of the base, scenario by scenario, and what searches found.
pub fn lines(of: &Summary) -> Vec<String> {
    let results = of.results.iter().flat_map(overview::lines);
    let contrasts = of.contrasts.iter().flat_map(contrast);
    let scenarios = of.scenarios.iter().flat_map(scenario);
    let rankings = of.rankings.iter().flat_map(searches::ranking);
    let attributions = of.attributions.iter().flat_map(searches::attribution);
    results.chain(contrasts).chain(scenarios).chain(rankings).chain(attributions).collect()
}

fn scenario(of: &ScenarioSummary) -> Vec<String> {
    let n = |number: usize| grouped(number as u64);
    let mut lines = vec![format!("scenario {}", of.name)];
    lines.extend(of.reports.iter().flat_map(edits::lines));
    for window in &of.routed {
        let (profile, period) = (&window.profile, &window.period);
        let (routed, all) = (n(window.routed), n(window.all));
        lines.push(format!("scenario {}, {profile} × {period}: {routed} of {all} origins routed", of.name));
    }
    for compared in &of.compared {
        lines.push(format!("{} against {}", compared.after, compared.before));
        lines.extend(comparison::lines(&compared.found, 4));
    }
    lines.extend(of.contrasts.iter().flat_map(contrast));
    lines
}

/// The mean of the first measure and of the last of its kind, with their intervals.
fn contrast(of: &ContrastSummary) -> Vec<String> {
    let number = |value: f64| match of.against {
        Against::Ratio => format!("{value:.3}"),
        Against::Difference if value < 0.0 => format!("−{}", grouped(-value.round() as u64)),
        Against::Difference => grouped(value.round() as u64),
    };
    let line = |row: &EquityRow| {
        let range = match (row.lower, row.upper) {
            (Some(lower), Some(upper)) => format!(" ({} to {})", number(lower), number(upper)),
            _ => String::new(),
        };
        let value = row.value.map_or("unknown".to_string(), number);
        format!("  {}: {value}{range} on average", row.measure)
    };
    std::iter::once(of.name.clone()).chain(of.means.iter().take(3).map(line)).collect()
}
