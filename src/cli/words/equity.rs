//! Figures of equity, for the terminal.

use super::text::{aligned, bar, cut};
use crate::measures::equity::{ALL, Bootstrap, EquityRow};
use crate::outputs::diagnostics::grouped;

/// The figures of one measure for 80 columns. `plan`: how intervals were drawn; `blocks`: by blocks of cells.
pub fn figures(rows: &[EquityRow], plan: &Bootstrap, blocks: bool) -> Vec<String> {
    let Some(first) = rows.first() else { return Vec::new() };
    let count = |index: &str| {
        let row = rows.iter().find(|row| row.group == ALL && row.index == index);
        row.and_then(|row| row.value)
    };
    let mut lines = vec![first.measure.clone()];
    let drawn = count("blocks").unwrap_or(0.0);
    if plan.replicates > 0 && drawn >= 2.0 {
        let what = match blocks && plan.block_m > 0.0 {
            true => format!("blocks of {} m", plan.block_m),
            false => "single cells".to_string(),
        };
        let (replicates, drawn) = (grouped(u64::from(plan.replicates)), grouped(drawn as u64));
        lines.push(
            format!("  {:.4} % intervals: {replicates} resamples of {drawn} {what}", 100.0 * plan.level)
                .replace(".0000", ""),
        );
    }
    lines.push(format!("  {:<34} {:>12} {:>12} {:>12}", "", "value", "lower", "upper"));
    let mut group = "";
    for row in rows {
        if row.group != group {
            group = &row.group;
            lines.push(format!("  {}", cut(group, 76)));
        }
        let [value, lower, upper] = [row.value, row.lower, row.upper].map(short);
        let line = format!("    {:<32} {value:>12} {lower:>12} {upper:>12}", cut(&row.index, 32));
        lines.push(line.trim_end().to_string());
    }
    lines.append(&mut means(rows));
    lines
}

/// The mean of each group with a bar, where there are several groups and no mean is below 0.
fn means(rows: &[EquityRow]) -> Vec<String> {
    let of = |row: &EquityRow| Some((row.group.clone(), row.value.filter(|value| *value >= 0.0)?));
    let means = rows.iter().filter(|row| row.index == "mean").map(of).collect::<Option<Vec<_>>>();
    let means = means.filter(|means| means.len() > 2).unwrap_or_default();
    let most = means.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    if most == 0.0 {
        return Vec::new();
    }
    let row = |(group, value): &(String, f64)| {
        vec![format!("  {group}"), short(Some(*value)), bar(value / most, 30)]
    };
    let chart = aligned(&means.iter().map(row).collect::<Vec<_>>());
    std::iter::once("  mean by group".to_string()).chain(chart).collect()
}

/// Four digits or so; thousands in groups.
fn short(value: Option<f64>) -> String {
    match value {
        None => "-".to_string(),
        Some(value) if value.abs() >= 1e12 => format!("{value:.3e}"),
        Some(value) if value.abs() >= 1000.0 => {
            let sign = if value < 0.0 { "-" } else { "" };
            format!("{sign}{}", grouped(value.abs().round() as u64))
        }
        Some(value) if value.fract() == 0.0 => format!("{value}"),
        Some(value) => format!("{value:.4}"),
    }
}
