//! What the results of a combination say in short: statuses, the means of a few measures, and how groups differ.

use super::hours::MainByHour;
use super::measured::Measures;
use super::region::Region;
use crate::inputs::raw::Column;
use crate::measures::equity::{ALL, EquityRow};
use crate::study::Study;

/// A combination in short.
#[derive(Debug)]
pub struct Overview {
    /// `base/adult-morning`.
    pub name: String,
    pub cells: usize,
    /// What became of cells that are not as they should be, with their number.
    pub statuses: Vec<(&'static str, usize)>,
    pub measures: Vec<MeasureOverview>,
    /// A measure, and its mean in each group, where there are several.
    pub groups: Option<(String, Vec<(String, f64)>)>,
    pub by_hour: Option<MainByHour>,
}

/// A measure over all people.
#[derive(Debug)]
pub struct MeasureOverview {
    pub name: String,
    pub mean: f64,
    /// The mean as a share of all that there is; 0 where there is nothing.
    pub share: f64,
    pub median: Option<f64>,
    pub gini: Option<f64>,
}

/// Most measures that are told of.
const MOST: usize = 6;

impl Overview {
    /// Of the first opportunity at each cutoff and the first percentile, which says most; and by group at one of them.
    pub fn new(
        study: &Study,
        region: &Region,
        name: &str,
        status: &[&'static str],
        (measures, equity): (&Measures, &[EquityRow]),
        by_hour: Option<MainByHour>,
    ) -> Overview {
        let number = |word: &'static str| (word, status.iter().filter(|&&of| of == word).count());
        let statuses = ["no_service", "island", "unlinked"].map(number);
        let statuses = statuses.into_iter().filter(|(_, number)| *number > 0).collect();
        let (name, cells) = (name.to_string(), status.len());
        let mut overview = Overview { name, cells, statuses, measures: Vec::new(), groups: None, by_hour };
        let Some(column) = region.destinations().0.opportunities.first() else { return overview };
        let total: f64 = column.values.iter().sum();
        let (cutoffs, percentiles) = (study.access.cutoffs_min.len(), study.access.percentiles.len());
        let names = measures.iter().take(cutoffs * percentiles).step_by(percentiles).take(MOST);
        let names: Vec<&str> = names.map(|(name, _)| name.as_str()).collect();
        let value = |name: &str, group: &str, index: &str| {
            let row = |row: &&EquityRow| row.measure == name && row.group == group && row.index == index;
            equity.iter().find(row).and_then(|row| row.value)
        };
        let measure = |&name: &&str| {
            let mean = value(name, ALL, "mean")?;
            let share = if total > 0.0 { mean / total } else { 0.0 };
            let [median, gini] = ["median", "gini"].map(|index| value(name, ALL, index));
            Some(MeasureOverview { name: name.to_string(), mean, share, median, gini })
        };
        overview.measures = names.iter().filter_map(measure).collect();
        if !overview.measures.is_empty() {
            let name = names[(names.len() - 1) / 2];
            let of_group = |group: &Column| Some((group.name.clone(), value(name, &group.name, "mean")?));
            let groups: Vec<(String, f64)> = region.cells.groups.iter().filter_map(of_group).collect();
            overview.groups = (groups.len() > 1).then(|| (name.to_string(), groups));
        }
        overview
    }
}
