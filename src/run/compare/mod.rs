//! Two results on the same cells → a table of what changed in each cell, who gains and who loses, and figures of
//! equity of the one less those of the other.

use crate::base::error::Result;
use crate::base::executor::{Executor, try_collect};
use crate::engine::measured::Measures;
use crate::measures::equity::{ALL, EquityRow, People};
use crate::measures::winners::{WinnersRow, winners};
use crate::outputs::diagnostics::grouped;
use crate::outputs::tables::{self, ColumnData, ResultTable};
use crate::outputs::text;
use crate::study::Material;

pub mod folders;

/// Results before and after, measure by measure; those of one alone are passed over.
pub(super) struct Sides<'a> {
    pub before: &'a Measures,
    pub after: &'a Measures,
}

/// What there is to say.
#[derive(Default)]
pub(super) struct Comparison {
    /// For each measure what was, what is, the difference and the difference as a share of what was.
    pub columns: Vec<(String, Vec<Option<f64>>)>,
    pub winners: Vec<WinnersRow>,
    pub figures: Vec<EquityRow>,
    /// What each figure was before, where it is a difference of figures.
    pub from: Vec<Option<f64>>,
}

/// Compares. `material`: the least change of a measure that counts; `figures`: the equity figures of a measure after less
/// before, each with that before.
///
/// # Errors
/// Those of `figures`; `Stopped`.
pub(super) fn compare(
    sides: &Sides<'_>,
    people: &People<'_>,
    less_is_better: impl Fn(&str) -> bool + Sync,
    material: impl Fn(&str) -> Material + Sync,
    figures: impl Fn(&str, [&[Option<f64>]; 2]) -> Result<Vec<(EquityRow, Option<f64>)>> + Sync,
    executor: &dyn Executor,
) -> Result<Comparison> {
    let of_measure = |(name, after): &(String, Vec<Option<f64>>)| {
        let mut found = Comparison::default();
        let Some((_, before)) = sides.before.iter().find(|(other, _)| other == name) else {
            return Ok(found);
        };
        let pairs = || before.iter().zip(after);
        let change = |(before, after): (&Option<f64>, &Option<f64>)| {
            before.zip(*after).map(|(before, after)| after - before).filter(|change| change.is_finite())
        };
        let relative = |(before, after): (&Option<f64>, &Option<f64>)| {
            before.zip(*after).map(|(before, after)| (after - before) / before).filter(|x| x.is_finite())
        };
        found.columns.push((format!("{name}_before"), before.clone()));
        found.columns.push((format!("{name}_after"), after.clone()));
        found.columns.push((format!("{name}_change"), pairs().map(change).collect()));
        found.columns.push((format!("{name}_relative"), pairs().map(relative).collect()));
        found.winners = winners(name, [before, after], less_is_better(name), material(name), people);
        (found.figures, found.from) = figures(name, [before, after])?.into_iter().unzip();
        Ok(found)
    };
    let mut all = Comparison::default();
    for mut found in try_collect(executor, sides.after.len(), |i| of_measure(&sides.after[i]))? {
        all.columns.append(&mut found.columns);
        all.winners.append(&mut found.winners);
        all.figures.append(&mut found.figures);
        all.from.append(&mut found.from);
    }
    Ok(all)
}

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
