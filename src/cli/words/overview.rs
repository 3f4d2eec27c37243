//! What the results of a combination say, in a few lines.

use super::text;
use crate::engine::overview::{MeasureOverview, Overview};
use crate::outputs::diagnostics::grouped;

/// Lengths of bars, in characters.
const BAR: usize = 20;

pub fn lines(of: &Overview) -> Vec<String> {
    let mut line = format!("{}: {} cells", of.name, grouped(of.cells as u64));
    for (word, number) in &of.statuses {
        line += &format!(", {number} {word}");
    }
    let mut lines = vec![line];
    if !of.measures.is_empty() {
        lines.append(&mut measures(&of.measures));
    }
    if let Some((name, groups)) = &of.groups {
        lines.push(format!("  {name}, mean by group"));
        lines.append(&mut bars(groups));
    }
    if let Some(main) = &of.by_hour {
        lines.push(format!("  {}, mean by hour", main.measure));
        lines.append(&mut bars(&main.hours));
    }
    lines
}

fn measures(all: &[MeasureOverview]) -> Vec<String> {
    let shown = |value: f64| grouped(value.round() as u64);
    let mut rows = vec![["", "mean", "of all", "median", "Gini", ""].map(str::to_string).to_vec()];
    for MeasureOverview { name, mean, share, median, gini } in all {
        rows.push(vec![
            name.clone(),
            shown(*mean),
            format!("{:.1} %", 100.0 * share),
            median.map_or_else(String::new, shown),
            gini.map_or_else(String::new, |gini| format!("{gini:.3}")),
            text::bar(*share, BAR),
        ]);
    }
    text::aligned(&rows)
}

/// Names and numbers with a bar each, the largest full.
fn bars(values: &[(String, f64)]) -> Vec<String> {
    let most = values.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    let row = |(name, value): &(String, f64)| {
        let bar = text::bar(if most > 0.0 { value / most } else { 0.0 }, BAR);
        vec![format!("  {name}"), grouped(value.round() as u64), bar]
    };
    text::aligned(&values.iter().map(row).collect::<Vec<_>>())
}
