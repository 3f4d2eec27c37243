//! What searches found, for the terminal.

use crate::engine::search::{Figure, Ranked, Ranking, Shared, Valued, named};
use crate::measures::ranking::Pick;
use crate::measures::shapley::Share;
use crate::run::compare::signed;
use crate::study::Search;

/// Variants named on the terminal.
const TOLD: usize = 10;

pub fn ranking(of: &Ranked<'_>, Ranking { order, found, .. }: &Ranking) -> Vec<String> {
    let Search { name, variants, .. } = of.search;
    let title = title(&of.figure);
    let mut lines = vec![format!(
        "{name}: {} variants by {title}, {}",
        variants.len(),
        format_args!("{} × {}", of.profile, of.period)
    )];
    for (rank, &i) in order.iter().take(TOLD).enumerate() {
        let Valued { value, change, lower, upper } = found[i];
        let interval = lower
            .zip(upper)
            .map_or_else(String::new, |(lower, upper)| format!(" ({} to {})", signed(lower), signed(upper)));
        let change = change.map_or("unknown".to_string(), signed);
        let value = plain(value);
        lines.push(format!("  {}. {}: {value}, {change}{interval}", rank + 1, variants[i].scenario.name));
    }
    if order.len() > TOLD {
        lines.push(format!("  … {} more in {name}/ranking.csv", order.len() - TOLD));
    }
    lines
}

pub fn choices(of: &Ranked<'_>, picks: &[Pick]) -> Vec<String> {
    let value = |i: usize| &of.search.variants[i].values[0];
    let line = |(round, pick): (usize, &Pick)| {
        let next = pick
            .runner_up
            .map_or_else(String::new, |(i, figure)| format!("; next best {}: {}", value(i), plain(figure)));
        format!("  choice {}: {}: {}{next}", round + 1, value(pick.chosen), plain(pick.figure))
    };
    picks.iter().enumerate().map(line).collect()
}

/// What it is called, for the terminal.
fn title(figure: &Figure) -> String {
    let of = if figure.group == "all" { String::new() } else { format!(" of {}", figure.group) };
    format!("{} {}{of}", figure.row, figure.measure)
}

fn plain(value: Option<f64>) -> String {
    value.map_or("unknown".to_string(), |value| format!("{value:.3}"))
}

/// What there is to say of the first measure of a scenario whose change is shared among its edits.
pub fn attribution(shared: &Shared<'_>) -> Vec<String> {
    let Some(first) = shared.rows.first() else { return Vec::new() };
    let signed = |value: Option<f64>| value.map_or("unknown".to_string(), signed);
    let mut lines = vec![format!(
        "{}: {} on average by edit, {} × {}, of {}",
        shared.scenario.name,
        first.measure,
        first.profile,
        first.period,
        signed(first.whole)
    )];
    for row in &shared.rows[..shared.scenario.edits.len()] {
        let share = |of: fn(&Share) -> Option<f64>| signed(row.share.as_ref().and_then(of));
        let mut line = format!(
            "  {}: {} alone, {} last",
            named(shared.scenario, row.edit),
            share(|share| Some(share.alone)),
            share(|share| Some(share.last))
        );
        if shared.every {
            line += &format!(", {} as its share", share(|share| share.shapley));
        }
        lines.push(line);
    }
    lines
}
