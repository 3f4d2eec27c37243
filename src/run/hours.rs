//! A window of more than an hour → the measures of each hour of the day that it touches.

use crate::base::diagnostics::Diagnostics;
use crate::base::error::Result;
use crate::engine::hours::{Hour, HourMean, MainByHour, MeasuredHour, main_by_hour, means};
use crate::engine::measured::Measures;
use crate::engine::profile_network::ProfileNetwork;
use crate::engine::region::Region;
use crate::engine::setting::{Journal, Setting};
use crate::engine::task::Question;
use crate::engine::whole::measured;
use crate::outputs::folder::OutputFolder;
use crate::outputs::log::RunLog;
use crate::outputs::tables::{ColumnData, Combination, ResultTable};
use crate::study::TableFormat;

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
) -> Result<Option<MainByHour>> {
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
        found.push(MeasuredHour { name: hour.name.clone(), measures: measured.measures });
    }
    let means = means(&region.cells, &found);
    let main = found.first().and_then(|hour| main_by_hour(study, region, &hour.measures, &means));
    let rows = means_table(means).of(of.columns());
    folder.write(&format!("{name}/means_by_hour.csv"), |out| rows.write_csv(out))?;
    let table = table(&region.cells.ids, found).counted(&folder.formats().whole).of(of.columns());
    let formats = folder.formats().holding_or(TableFormat::Csv, |format| format.rows);
    folder.write_rows(&format!("{name}/access_by_hour"), &table, formats)?;
    Ok(main)
}

/// A row for each cell and hour, hour by hour: `id`, `hour`, and the measures.
fn table(ids: &[String], found: Vec<MeasuredHour>) -> ResultTable {
    let mut columns: Measures = Vec::new();
    let (mut id, mut hours) = (Vec::new(), Vec::new());
    for MeasuredHour { name, measures } in found {
        id.extend_from_slice(ids);
        hours.resize(id.len(), name);
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

/// `hour, measure, group, mean`.
fn means_table(means: Vec<HourMean>) -> ResultTable {
    let text = |of: fn(&HourMean) -> &String| ColumnData::Text(means.iter().map(of).cloned().collect());
    let mut table = ResultTable::default();
    table.push("hour", text(|row| &row.hour));
    table.push("measure", text(|row| &row.measure));
    table.push("group", text(|row| &row.group));
    table.push("mean", ColumnData::Number(means.iter().map(|row| row.mean).collect()));
    table
}
