//! What searches found → `ranking.csv`, a row a variant, best first; `greedy.csv`, a row a round; `attribution.csv`.

use crate::engine::search::{Choices, Ranked, Ranking, Shared, SharedRow, Valued};
use crate::measures::ranking::Pick;
use crate::outputs::tables::{ColumnData, ResultTable};

/// `rank, variant`, a column a key, then the figure.
pub fn ranking(of: &Ranked<'_>, Ranking { order, found, .. }: &Ranking) -> ResultTable {
    let variants = &of.search.variants;
    let mut table = ResultTable::default();
    table.push("rank", ColumnData::Integer((1..=order.len() as i64).map(Some).collect()));
    let names = order.iter().map(|&i| variants[i].scenario.name.clone());
    table.push("variant", ColumnData::Text(names.collect()));
    for (k, key) in of.search.keys.iter().enumerate() {
        let values = order.iter().map(|&i| variants[i].values[k].clone());
        table.push(key.clone(), ColumnData::Text(values.collect()));
    }
    let numbers = |figure: fn(&Valued) -> Option<f64>| {
        ColumnData::Number(order.iter().map(|&i| figure(&found[i])).collect())
    };
    table.push("value", numbers(|found| found.value));
    table.push("change", numbers(|found| found.change));
    table.push("lower", numbers(|found| found.lower));
    table.push("upper", numbers(|found| found.upper));
    table.of(columns(of))
}

/// `round`, the value chosen, the figure with it and all before it, what it gains, and the second best.
pub fn choices(of: &Ranked<'_>, Choices { start, picks }: &Choices) -> ResultTable {
    let value = |i: usize| of.search.variants[i].values[0].clone();
    let mut table = ResultTable::default();
    table.push("round", ColumnData::Integer((1..=picks.len() as i64).map(Some).collect()));
    let chosen = picks.iter().map(|pick| value(pick.chosen));
    table.push(of.search.keys[0].clone(), ColumnData::Text(chosen.collect()));
    let figures: Vec<Option<f64>> = picks.iter().map(|pick| pick.figure).collect();
    let earlier = std::iter::once(*start).chain(figures.iter().copied());
    let gain = |(figure, before): (&Option<f64>, Option<f64>)| Some((*figure)? - before?);
    let gains = figures.iter().zip(earlier).map(gain).collect();
    table.push("value", ColumnData::Number(figures));
    table.push("gain", ColumnData::Number(gains));
    let runner_up = |pick: &Pick| pick.runner_up.map_or(String::new(), |(i, _)| value(i));
    table.push("runner_up", ColumnData::Text(picks.iter().map(runner_up).collect()));
    let figure = |pick: &Pick| pick.runner_up.and_then(|(_, figure)| figure);
    table.push("runner_up_value", ColumnData::Number(picks.iter().map(figure).collect()));
    table.of(columns(of))
}

/// The columns that say what a search is of.
fn columns<'a>(of: &Ranked<'a>) -> [(&'static str, &'a str); 3] {
    [("scenario", &of.search.name), ("profile", of.profile), ("period", of.period)]
}

/// A row for each window, measure, group and edit.
pub fn attribution(shared: &Shared<'_>) -> ResultTable {
    let text = |of: &dyn Fn(&SharedRow) -> String| ColumnData::Text(shared.rows.iter().map(of).collect());
    let number =
        |of: &dyn Fn(&SharedRow) -> Option<f64>| ColumnData::Number(shared.rows.iter().map(of).collect());
    let mut table = ResultTable::default();
    table.push("profile", text(&|row| row.profile.clone()));
    table.push("period", text(&|row| row.period.clone()));
    table.push("measure", text(&|row| row.measure.clone()));
    table.push("group", text(&|row| row.group.clone()));
    let edits = shared.rows.iter().map(|row| Some(row.edit as i64 + 1));
    table.push("edit", ColumnData::Integer(edits.collect()));
    table.push("kind", text(&|row| shared.scenario.edits[row.edit].edit.kind().to_string()));
    table.push("change", number(&|row| row.whole));
    table.push("alone", number(&|row| row.share.map(|share| share.alone)));
    table.push("last", number(&|row| row.share.map(|share| share.last)));
    table.push("shapley", number(&|row| row.share.and_then(|share| share.shapley)));
    table.of([("scenario", &*shared.scenario.name)])
}
