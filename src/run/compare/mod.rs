//! What changed between two results → tables, and words for the terminal.

use crate::engine::compare::Comparison;
use crate::measures::equity::{ALL, EquityRow};
use crate::measures::winners::WinnersRow;
use crate::outputs::diagnostics::grouped;
use crate::outputs::tables::{self, ColumnData, ResultTable};
use crate::outputs::text;
use crate::study::Material;

pub mod folders;

/// `id, lon, lat, status, population`, and the columns of a comparison; what is not known of all cells is left out.
pub(super) fn changes_table(
    ids: &[String],
    points: &[(f64, f64)],
    status: Option<Vec<String>>,
    population: Option<&[f64]>,
    found: &Comparison,
) -> ResultTable {
    let mut table = ResultTable::default();
    table.push("id", ColumnData::Text(ids.to_vec()));
    if points.len() == ids.len() {
        table.push("lon", ColumnData::Number(points.iter().map(|&(lon, _)| Some(lon)).collect()));
        table.push("lat", ColumnData::Number(points.iter().map(|&(_, lat)| Some(lat)).collect()));
    }
    if let Some(status) = status {
        table.push("status", ColumnData::Text(status));
    }
    let people =
        population.map_or_else(|| vec![None; ids.len()], |all| all.iter().map(|&n| Some(n)).collect());
    table.push("population", ColumnData::Number(people));
    for (name, values) in &found.columns {
        table.push(name.clone(), ColumnData::Number(values.clone()));
    }
    table
}

/// As [`tables::equity_table`]; `before`, what the figure was, and `relative`, the difference as a share of that.
pub(super) fn differences_table(found: &Comparison) -> ResultTable {
    let mut table = tables::equity_table(&found.figures);
    let relative = |(row, from): (&EquityRow, &Option<f64>)| {
        row.value.zip(*from).map(|(value, from)| value / from.abs()).filter(|share| share.is_finite())
    };
    table.push("before", ColumnData::Number(found.from.clone()));
    table.push("relative", ColumnData::Number(found.figures.iter().zip(&found.from).map(relative).collect()));
    table
}

/// `measure, group, people, gain, lose, same, unknown, before, after, change`, the interval of the change, the change as a
/// share of what was, and the least change that counts.
pub(super) fn winners_table(found: &Comparison) -> ResultTable {
    let rows = &found.winners;
    let text =
        |of: fn(&WinnersRow) -> &str| ColumnData::Text(rows.iter().map(|row| of(row).to_string()).collect());
    let number = |of: &dyn Fn(&WinnersRow) -> Option<f64>| ColumnData::Number(rows.iter().map(of).collect());
    let mean = |row: &WinnersRow| found.mean(&row.measure, &row.group);
    let mut table = ResultTable::default();
    table.push("measure", text(|row| &row.measure));
    table.push("group", text(|row| &row.group));
    table.push("people", number(&|row| Some(row.people)));
    table.push("gain", number(&|row| Some(row.gain)));
    table.push("lose", number(&|row| Some(row.lose)));
    table.push("same", number(&|row| Some(row.same)));
    table.push("unknown", number(&|row| Some(row.unknown)));
    table.push("before", number(&|row| row.before));
    table.push("after", number(&|row| row.after));
    table.push("change", number(&|row| row.before.zip(row.after).map(|(before, after)| after - before)));
    table.push("lower", number(&|row| mean(row).and_then(|figure| figure.lower)));
    table.push("upper", number(&|row| mean(row).and_then(|figure| figure.upper)));
    let relative = |row: &WinnersRow| {
        let (before, after) = row.before.zip(row.after)?;
        Some((after - before) / before.abs()).filter(|share| share.is_finite())
    };
    table.push("relative", number(&relative));
    table
        .push("material_change", ColumnData::Text(rows.iter().map(|row| row.material.to_string()).collect()));
    table
}

impl Comparison {
    fn mean(&self, measure: &str, group: &str) -> Option<&EquityRow> {
        let is = |row: &&EquityRow| row.index == "mean" && row.group == group && row.measure == measure;
        self.figures.iter().find(is)
    }

    /// A table for 80 columns: of all people the first `most` measures, the mean change with its interval, and a bar of
    /// who loses and who gains.
    pub fn said(&self, most: usize) -> Vec<String> {
        let heads = ["", "gain", "lose", "change", "", "", "lose│gain"];
        let mut table = vec![heads.map(str::to_string).to_vec()];
        for row in self.winners.iter().filter(|row| row.group == ALL).take(most) {
            let of_all = |people: f64| people / row.people.max(f64::MIN_POSITIVE);
            let percent = |people: f64| format!("{:.1} %", 100.0 * of_all(people));
            let change = row.before.zip(row.after).map(|(before, after)| signed(after - before));
            let share = row.before.zip(row.after).map(|(before, after)| (after - before) / before.abs());
            let relative = share.filter(|share| share.is_finite() && *share != 0.0);
            let relative = relative.map(|share| signed_percent(100.0 * share));
            let interval = self.mean(&row.measure, ALL).and_then(|figure| figure.lower.zip(figure.upper));
            table.push(vec![
                row.measure.clone(),
                percent(row.gain),
                percent(row.lose),
                change.unwrap_or_else(|| "unknown".to_string()),
                relative.unwrap_or_default(),
                interval
                    .map_or_else(String::new, |(low, high)| format!("({} to {})", signed(low), signed(high))),
                text::balance(of_all(row.lose), of_all(row.gain), 4),
            ]);
        }
        let mut lines = text::aligned(&table);
        let mut least: Vec<String> = Vec::new();
        for row in
            self.winners.iter().filter(|row| row.group == ALL && row.material != Material::Absolute(0.0))
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
}

fn signed_percent(percent: f64) -> String {
    let sign = if percent < 0.0 { "−" } else { "+" };
    format!("{sign}{:.1} %", percent.abs())
}

/// A change for the terminal, with its sign.
pub(super) fn signed(value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "+" };
    match value.abs() {
        size if size >= 100.0 => format!("{sign}{}", grouped(size.round() as u64)),
        size if size >= 1.0 || size == 0.0 => format!("{sign}{size:.1}"),
        size => format!("{sign}{size:.3}"),
    }
}
