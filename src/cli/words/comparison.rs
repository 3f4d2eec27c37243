//! Who gains and who loses, for the terminal.

use super::text;
use crate::engine::compare::Comparison;
use crate::measures::equity::ALL;
use crate::outputs::diagnostics::grouped;
use crate::study::Material;

/// A table for 80 columns: of all people the first `most` measures, the mean change with its interval, and a bar of
/// who loses and who gains.
pub fn lines(found: &Comparison, most: usize) -> Vec<String> {
    let heads = ["", "gain", "lose", "change", "", "", "lose│gain"];
    let mut table = vec![heads.map(str::to_string).to_vec()];
    for row in found.winners.iter().filter(|row| row.group == ALL).take(most) {
        let of_all = |people: f64| people / row.people.max(f64::MIN_POSITIVE);
        let percent = |people: f64| format!("{:.1} %", 100.0 * of_all(people));
        let change = row.before.zip(row.after).map(|(before, after)| signed(after - before));
        let share = row.before.zip(row.after).map(|(before, after)| (after - before) / before.abs());
        let relative = share.filter(|share| share.is_finite() && *share != 0.0);
        let relative = relative.map(|share| signed_percent(100.0 * share));
        let interval = found.mean(&row.measure, ALL).and_then(|figure| figure.lower.zip(figure.upper));
        table.push(vec![
            row.measure.clone(),
            percent(row.gain),
            percent(row.lose),
            change.unwrap_or_else(|| "unknown".to_string()),
            relative.unwrap_or_default(),
            interval.map_or_else(String::new, |(low, high)| format!("({} to {})", signed(low), signed(high))),
            text::balance(of_all(row.lose), of_all(row.gain), 4),
        ]);
    }
    let mut lines = text::aligned(&table);
    let mut least: Vec<String> = Vec::new();
    for row in found.winners.iter().filter(|row| row.group == ALL && row.material != Material::Absolute(0.0))
    {
        let said = row.material.to_string();
        if !least.contains(&said) {
            least.push(said);
        }
    }
    if !least.is_empty() {
        lines.push(format!("  who changes by less than {} neither gains nor loses", least.join(" or ")));
    }
    lines
}

fn signed_percent(percent: f64) -> String {
    let sign = if percent < 0.0 { "−" } else { "+" };
    format!("{sign}{:.1} %", percent.abs())
}

/// A change, with its sign.
pub fn signed(value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "+" };
    match value.abs() {
        size if size >= 100.0 => format!("{sign}{}", grouped(size.round() as u64)),
        size if size >= 1.0 || size == 0.0 => format!("{sign}{size:.1}"),
        size => format!("{sign}{size:.3}"),
    }
}
