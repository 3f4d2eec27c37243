//! A window of more than an hour → the measures of each hour of the day that it touches.

use super::ground::Ground;
use super::load::Loaded;
use super::measured::{Measures, Routed, measured};
use super::periods::Asked;
use super::results;
use crate::base::error::Result;
use crate::base::findings::Findings;
use crate::base::units::clock;
use crate::base::watch::Watch;
use crate::measures::asked::Asked as Wanted;
use crate::measures::equity::{ALL, mean};
use crate::outputs::folder::OutputFolder;
use crate::outputs::geo;
use crate::outputs::log::RunLog;
use crate::outputs::tables::{ColumnData, ResultTable};
use crate::study::{OutputsSpec, Period, Profile, Study};

const HOUR_S: i32 = 3600;

/// An hour of a period, cut to its window, and what it asks.
pub struct Hour {
    /// When it begins, `HH:MM`.
    pub name: String,
    pub asked: Asked,
}

/// The hours of a period by the clock on the wall; none where the window is no longer than an hour.
pub fn pieces(period: &Period) -> Vec<Period> {
    if period.end_s - period.start_s <= HOUR_S {
        return Vec::new();
    }
    let hours = period.start_s.div_euclid(HOUR_S)..=(period.end_s - 1).div_euclid(HOUR_S);
    hours
        .map(|hour| Period {
            name: format!("{}, by hour", period.name),
            start_s: period.start_s.max(hour * HOUR_S),
            end_s: period.end_s.min((hour + 1) * HOUR_S),
            ..period.clone()
        })
        .collect()
}

/// What each hour asks. An hour without service is one: nobody rides.
///
/// # Errors
/// An hour that a clock change skips or repeats.
pub fn ask(loaded: &Loaded, zone: &str, period: &Period, profile: &Profile) -> Result<Vec<Hour>> {
    let hour = |piece: &Period| {
        let text = clock(piece.start_s);
        let name = text.strip_suffix(":00").unwrap_or(&text).to_string();
        Ok(Hour { name, asked: Asked::plainly(loaded, zone, piece, profile)? })
    };
    pieces(period).iter().map(hour).collect()
}

/// Computes each hour as a window of its own and writes `access_by_hour` and `means_by_hour` below `name`.
#[allow(clippy::too_many_arguments)] // one step of `run`, named
pub fn write(
    study: &Study,
    loaded: &Loaded,
    wanted: &[Wanted],
    ground: &Ground,
    hours: &[Hour],
    name: &str,
    folder: &mut OutputFolder,
    watch: &dyn Watch,
    log: &mut RunLog,
    findings: &mut Findings,
) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for hour in hours {
        let what = format!("{name} {}", hour.name);
        let routed = Routed {
            study,
            wanted,
            ground,
            asked: &hour.asked,
            name: &what,
            only: loaded.only.as_deref(),
            flow: None,
        };
        let measured = measured(routed, &[loaded], watch, log)?.remove(0);
        measured.tell(&what, findings);
        found.push((hour.name.as_str(), measured.measures));
    }
    let said = said(study, loaded, &found);
    let means = means(loaded, &found);
    folder.write(&format!("{name}/means_by_hour.csv"), |out| means.write_csv(out))?;
    let table = table(&loaded.cells.ids, found);
    let OutputsSpec { csv, parquet, .. } = study.outputs;
    if csv || !parquet {
        folder.write(&format!("{name}/access_by_hour.csv"), |out| table.write_csv(out))?;
    }
    if parquet {
        folder.write(&format!("{name}/access_by_hour.parquet"), |out| geo::write_parquet(&table, out))?;
    }
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
fn said(study: &Study, loaded: &Loaded, found: &[(&str, Measures)]) -> Vec<String> {
    let Some((_, first)) = found.first().filter(|_| !loaded.destinations().0.opportunities.is_empty()) else {
        return Vec::new();
    };
    let (cutoffs, percentiles) = (study.access.cutoffs_min.len(), study.access.percentiles.len());
    let Some((name, _)) = first.get((cutoffs.max(1) - 1) / 2 * percentiles) else { return Vec::new() };
    let cells = &loaded.cells;
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
fn means(loaded: &Loaded, found: &[(&str, Measures)]) -> ResultTable {
    let cells = &loaded.cells;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::units::parse_clock;
    use crate::study::WindowOf;

    #[test]
    fn hours_are_cut_to_the_window() {
        let pieces = |from: &str, to: &str| -> Vec<(String, String)> {
            let at = |text| parse_clock(text).unwrap();
            let (date, of) = (jiff::civil::date(2025, 3, 4), WindowOf::Departures);
            let (start_s, end_s) = (at(from), at(to));
            let period = Period { name: "day".into(), date, of, start_s, end_s, every_s: 1 };
            super::pieces(&period).iter().map(|p| (clock(p.start_s), clock(p.end_s))).collect()
        };
        let pair = |a: &str, b: &str| (a.to_string(), b.to_string());
        assert_eq!(pieces("07:00", "08:00"), []);
        assert_eq!(pieces("07:30", "08:30"), []);
        assert_eq!(
            pieces("07:30", "09:00:01"),
            [pair("07:30:00", "08:00:00"), pair("08:00:00", "09:00:00"), pair("09:00:00", "09:00:01")]
        );
        let day = pieces("00:00", "24:00");
        assert_eq!((day.len(), day[23].clone()), (24, pair("23:00:00", "24:00:00")));
        assert_eq!(pieces("23:00", "25:00")[1], pair("24:00:00", "25:00:00"));
    }
}
