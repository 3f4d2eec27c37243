//! What changed between two results → tables.

use crate::engine::compare::Comparison;
use crate::measures::equity::EquityRow;
use crate::measures::winners::WinnersRow;
use crate::outputs::tables::{self, ColumnData, ResultTable};

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
