//! A window of more than an hour → the measures of each hour of the day that it touches.

use super::results;
use crate::base::diagnostics::Diagnostics;
use crate::base::error::Result;
use crate::engine::hours::Hour;
use crate::engine::measured::Measures;
use crate::engine::profile_network::ProfileNetwork;
use crate::engine::region::Region;
use crate::engine::setting::{Journal, Setting};
use crate::engine::task::Question;
use crate::engine::whole::measured;
use crate::measures::equity::{ALL, mean};
use crate::outputs::folder::OutputFolder;
use crate::outputs::log::RunLog;
use crate::outputs::tables::{ColumnData, Combination, ResultTable};
use crate::study::{Study, TableFormat};

/// Computes each hour as a window of its own and writes `access_by_hour` and `means_by_hour` below `name`.
#[allow(clippy::too_many_arguments)] // one step of `run`, named
pub fn write(
    setting: &Setting<'_>,
    region: &Region,
    ground: &ProfileNetwork,
    hours: &[Hour],
    of: &Combination,
    folder: &mut OutputFolder,
    log: &mut RunLog,
    diagnostics: &mut Diagnostics,
) -> Result<Vec<String>> {
    let Setting { edits, wanted, only, rooms, .. } = *setting;
    let (study, executor) = (edits.study, edits.executor);
    let (mut found, name) = (Vec::new(), of.folder());
    for hour in hours {
        let what = format!("{name} {}", hour.name);
        let question = Question { study, wanted, ground, asked: &hour.asked, only, lands: &[region] };
        let task = question.task(&of.scenario, &of.profile, &format!("{} {}", of.period, hour.name));
        let (mut measured, effort) = measured(&question, &task, None, rooms, executor)?;
        log.measured(&what, &effort);
        let measured = measured.remove(0);
        measured.tell(&what, diagnostics);
        found.push((hour.name.as_str(), measured.measures));
    }
    let said = said(study, region, &found);
    let means = means(region, &found).of(of.columns());
    folder.write(&format!("{name}/means_by_hour.csv"), |out| means.write_csv(out))?;
    let table = table(&region.cells.ids, found).counted(&folder.formats().whole).of(of.columns());
    let formats = folder.formats().holding_or(TableFormat::Csv, |format| format.rows);
    folder.write_rows(&format!("{name}/access_by_hour"), &table, formats)?;
    Ok(said)
}

/// A row for each cell and hour, hour by hour: `id`, `hour`, and the measures.
fn table(ids: &[String], found: Vec<(&str, Measures)>) -> ResultTable {
    let mut columns: Measures = Vec::new();
    let (mut id, mut hours) = (Vec::new(), Vec::new());
    for (hour, measures) in found {
        id.extend_from_slice(ids);
        hours.resize(id.len(), hour.to_string());
        if columns.is_empty() {
            columns = measures;
        } else {
            columns.iter_mut().zip(measures).for_each(|(column, (_, more))| column.1.extend(more));
        }
    }
    let mut table = ResultTable::default();
    table.push("id", ColumnData::Text(id));
    table.push("hour", ColumnData::Text(hours));
    for (name, values) in columns {
        table.push(name, ColumnData::Number(values));
    }
    table
}

/// The mean over all people, hour by hour, with bars: of the first column and percentile at the middle cutoff.
fn said(study: &Study, region: &Region, found: &[(&str, Measures)]) -> Vec<String> {
    let Some((_, first)) = found.first().filter(|_| !region.destinations().0.opportunities.is_empty()) else {
        return Vec::new();
    };
    let (cutoffs, percentiles) = (study.access.cutoffs_min.len(), study.access.percentiles.len());
    let Some((name, _)) = first.get((cutoffs.max(1) - 1) / 2 * percentiles) else { return Vec::new() };
    let cells = &region.cells;
    let equal = vec![1.0; cells.ids.len()];
    let everybody = cells.population.as_deref().unwrap_or(&equal);
    let of_hour = |(hour, measures): &(&str, Measures)| {
        let (_, values) = measures.iter().find(|(other, _)| other == name)?;
        Some((hour.to_string(), finite_mean(values, everybody)?))
    };
    let hours: Vec<(String, f64)> = found.iter().filter_map(of_hour).collect();
    let title = format!("  {name}, mean by hour");
    std::iter::once(title).chain(results::bars(&hours)).collect()
}

/// Blank where somebody never arrives, as in `equity.csv`.
fn finite_mean(values: &[Option<f64>], weights: &[f64]) -> Option<f64> {
    mean(values, weights).filter(|mean| mean.is_finite())
}

/// `hour, measure, group, mean`: weighted by all people, and by those of each group.
fn means(region: &Region, found: &[(&str, Measures)]) -> ResultTable {
    let cells = &region.cells;
    let equal = vec![1.0; cells.ids.len()];
    let everybody = cells.population.as_deref().unwrap_or(&equal);
    let mut groups = vec![(ALL, everybody)];
    groups.extend(cells.groups.iter().map(|group| (group.name.as_str(), group.values.as_slice())));
    let (mut hours, mut names, mut of, mut values) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (hour, measures) in found {
        for (name, column) in measures {
            for (group, weights) in &groups {
                hours.push(hour.to_string());
                names.push(name.clone());
                of.push(group.to_string());
                values.push(finite_mean(column, weights));
            }
        }
    }
    let mut table = ResultTable::default();
    table.push("hour", ColumnData::Text(hours));
    table.push("measure", ColumnData::Text(names));
    table.push("group", ColumnData::Text(of));
    table.push("mean", ColumnData::Number(values));
    table
}
