//! What the times of a matrix are made of, as a table.

use std::path::Path as FilePath;

use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::base::units::clock;
use crate::engine::breakdown::{Breakdown, BreakdownSink, PairParts, fill};
use crate::engine::matrix::Matrix;
use crate::network::calendar;
use crate::outputs::formats;
use crate::outputs::matrix::{WALK, time_columns};
use crate::outputs::staging::{Staged, failed};
use crate::outputs::tables::{ColumnData, ResultTable};
use crate::study::{Period, Profile, TableFormat};

/// All pairs of a matrix, by their origins.
#[derive(Default)]
struct HeldPairs(Vec<(usize, PairParts)>);

impl BreakdownSink for HeldPairs {
    fn push(&mut self, from: usize, pairs: Vec<PairParts>) -> Result<()> {
        self.0.extend(pairs.into_iter().map(|pair| (from, pair)));
        Ok(())
    }
}

/// What a breakdown is of, beside its matrix.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub profile: &'a Profile,
    pub period: &'a Period,
    pub zone: &'a str,
}

/// Computes the table.
///
/// # Errors
/// `Stopped`.
pub(super) fn broken_down(matrix: Matrix<'_>, of: Asked<'_>, executor: &dyn Executor) -> Result<ResultTable> {
    let mut held = HeldPairs::default();
    fill(matrix, of.profile, &mut held, executor)?;
    Ok(table(matrix, &held.0, of))
}

/// Computes and writes the table; says how many pairs it has.
///
/// # Errors
/// A format without tables; the machine's; `Stopped`.
pub(super) fn write(
    matrix: Matrix<'_>,
    of: Asked<'_>,
    format: Option<TableFormat>,
    to: &FilePath,
    executor: &dyn Executor,
) -> Result<u64> {
    let (_, write) = formats::chosen(format, to, TableFormat::Csv, |format| format.rows)?;
    let mut out = Staged::create(to)?;
    let table = broken_down(matrix, of, executor)?;
    write(&table, &mut out).map_err(|error| failed(to, &error))?;
    out.finish()?;
    Ok(table.rows() as u64)
}

fn table(matrix: Matrix<'_>, pairs: &[(usize, PairParts)], of: Asked<'_>) -> ResultTable {
    let Asked { period, zone, .. } = of;
    let (region, percentiles) = (matrix.region, &matrix.study.access.percentiles);
    let to_ids = &region.destinations().0.ids;
    let mut table = ResultTable::default();
    let text = |of: &dyn Fn(&(usize, PairParts)) -> String| ColumnData::Text(pairs.iter().map(of).collect());
    let whole = |of: &dyn Fn(&(usize, PairParts)) -> Option<u64>| {
        ColumnData::Integer(pairs.iter().map(|pair| of(pair).and_then(|n| i64::try_from(n).ok())).collect())
    };
    table.push("from_id", text(&|pair| region.cells.ids[pair.0].clone()));
    table.push("to_id", text(&|pair| to_ids[pair.1.to].clone()));
    for (k, name) in time_columns(percentiles).into_iter().enumerate() {
        table.push(name, whole(&|pair| pair.1.at[k].as_ref().map(|made| made.seconds().into())));
    }
    table.push(WALK, whole(&|pair| pair.1.walk_s.map(u64::from)));
    let start_unix_s = matrix.asked.query.start_unix_s;
    let departs = |made: &Breakdown| {
        let at = calendar::on_the_wall(zone, period.date, start_unix_s + i64::from(made.departs_s));
        at.map_or_else(String::new, clock)
    };
    let timetable = &region.timetable;
    let route = |trip: u32| timetable.route_names.get(timetable.trips[trip as usize].route as usize);
    let routes = |made: &Breakdown| {
        let names: Vec<&str> = made.trips.iter().map(|&trip| route(trip)).collect();
        names.join(" > ")
    };
    for k in 0..percentiles.len() {
        // As in the names of the times.
        let name = |what: &str, unit: &str| match &percentiles[..] {
            [_] => format!("{what}{unit}"),
            several => format!("{what}_p{}{unit}", several[k].to_string().replace('.', "_")),
        };
        let words = |of: &dyn Fn(&Breakdown) -> String| {
            text(&|pair| pair.1.at[k].as_ref().map_or_else(String::new, of))
        };
        let number = |of: &dyn Fn(&Breakdown) -> u64| whole(&|pair| pair.1.at[k].as_ref().map(of));
        let metres = |of: &dyn Fn(&Breakdown) -> u64| number(&|made| (of(made) + 500) / 1000);
        table.push(name("departs", ""), words(&departs));
        table.push(name("way", ""), words(&|made| made.way.to_string()));
        table.push(name("walking", "_s"), number(&|made| made.walking_s.into()));
        table.push(name("cycling", "_s"), number(&|made| made.cycling_s.into()));
        table.push(name("driving", "_s"), number(&|made| made.driving_s.into()));
        table.push(name("waiting", "_s"), number(&|made| made.waiting_s.into()));
        table.push(name("riding", "_s"), number(&|made| made.riding_s.into()));
        table.push(name("changing", "_s"), number(&|made| made.changing_s.into()));
        table.push(name("rides", ""), number(&|made| made.rides.into()));
        table.push(name("routes", ""), words(&routes));
        table.push(name("walked", "_m"), metres(&|made| made.walked_mm));
        table.push(name("cycled", "_m"), metres(&|made| made.cycled_mm));
        table.push(name("driven", "_m"), metres(&|made| made.driven_mm));
        table.push(name("ridden", "_m"), metres(&|made| made.ridden_mm));
    }
    table
}
