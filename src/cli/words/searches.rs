//! What searches found, for the terminal.

use super::comparison::signed;
use crate::engine::search::Valued;
use crate::measures::shapley::Share;
use crate::run::summary::{AttributionSummary, FigureName, RankingSummary};

/// Variants that are named.
const TOLD: usize = 10;

pub fn ranking(of: &RankingSummary) -> Vec<String> {
    let RankingSummary { name, figure, profile, period, variants, choices } = of;
    let mut lines =
        vec![format!("{name}: {} variants by {}, {profile} × {period}", variants.len(), title(figure))];
    for (rank, (variant, found)) in (1..).zip(variants).take(TOLD) {
        let Valued { value, change, lower, upper } = *found;
        let interval = lower
            .zip(upper)
            .map_or_else(String::new, |(lower, upper)| format!(" ({} to {})", signed(lower), signed(upper)));
        let change = change.map_or("unknown".to_string(), signed);
        lines.push(format!("  {rank}. {variant}: {}, {change}{interval}", plain(value)));
    }
    if variants.len() > TOLD {
        lines.push(format!("  … {} more in {name}/ranking.csv", variants.len() - TOLD));
    }
    for (round, choice) in (1..).zip(choices) {
        let next = choice.next.as_ref();
        let next = next
            .map_or_else(String::new, |(value, figure)| format!("; next best {value}: {}", plain(*figure)));
        lines.push(format!("  choice {round}: {}: {}{next}", choice.value, plain(choice.figure)));
    }
    lines
}

fn title(figure: &FigureName) -> String {
    let of = if figure.group == "all" { String::new() } else { format!(" of {}", figure.group) };
    format!("{} {}{of}", figure.row, figure.measure)
}

fn plain(value: Option<f64>) -> String {
    value.map_or("unknown".to_string(), |value| format!("{value:.3}"))
}

pub fn attribution(of: &AttributionSummary) -> Vec<String> {
    let AttributionSummary { scenario, measure, profile, period, whole, edits, every } = of;
    let signed = |value: Option<f64>| value.map_or("unknown".to_string(), signed);
    let mut lines = vec![format!(
        "{scenario}: {measure} on average by edit, {profile} × {period}, of {}",
        signed(*whole)
    )];
    for (edit, share) in edits {
        let share = |of: fn(&Share) -> Option<f64>| signed(share.as_ref().and_then(of));
        let mut line = format!(
            "  {edit}: {} alone, {} last",
            share(|share| Some(share.alone)),
            share(|share| Some(share.last))
        );
        if *every {
            line += &format!(", {} as its share", share(|share| share.shapley));
        }
        lines.push(line);
    }
    lines
}
