//! What a run measured → one long table of it all, and which of its columns hold whole numbers.

use std::collections::BTreeSet;

use super::results::Results;
use crate::base::error::Result;
use crate::engine::region::Region;
use crate::inputs::raw::{Column, RawPlaces};
use crate::measures::access::percentile_name;
use crate::measures::spec::MeasureSpec;
use crate::outputs::folder::OutputFolder;
use crate::outputs::tables::is_whole;
use crate::outputs::tidy::Series;
use crate::study::{Study, TableFormat};

/// Writes `results.csv` and `results.parquet`, as the study asks for tables: every column of every table of access.
///
/// # Errors
/// The machine's.
pub(super) fn write(
    study: &Study,
    wanted: &[MeasureSpec],
    region: &Region,
    results: &[&Results],
    folder: &mut OutputFolder,
) -> Result<()> {
    if !study.outputs.tidy {
        return Ok(());
    }
    let labels = cumulative(study, region);
    let mut all: Vec<Series<'_>> = Vec::new();
    for found in results {
        for (name, values) in &found.measures {
            let known = labels.iter().find(|label| label.0 == *name);
            let (measure, cutoff, percentile) = match known {
                Some((_, label)) => label.clone(),
                None => label(study, wanted, found, name),
            };
            let (of, ids) = (&found.of, &region.cells.ids);
            all.push(Series { of, ids, measure, cutoff, percentile, values });
        }
    }
    for (format, write) in folder.formats().holding_or(TableFormat::Csv, |format| format.series) {
        folder.write(&format.file("results"), |out| write(&all, out))?;
    }
    Ok(())
}

/// What a column is, beside its name: measure, cutoff in minutes, percentile.
type ColumnLabel = (String, Option<u32>, Option<f64>);

/// The columns that `[access]` asks for.
fn cumulative(study: &Study, region: &Region) -> Vec<(String, ColumnLabel)> {
    let mut labels = Vec::new();
    for column in &region.destinations().0.opportunities {
        for &cutoff in &study.access.cutoffs_min {
            for &p in &study.access.percentiles {
                let name = format!("{}_{cutoff}min_{}", column.name, percentile_name(p));
                labels.push((name, (column.name.clone(), Some(cutoff), Some(p))));
            }
        }
    }
    labels
}

/// A column of a `[[measure]]`. What has no place of its own in the table stays in the measure's name: `_mean`, a cutoff
/// of half a minute.
fn label(study: &Study, wanted: &[MeasureSpec], found: &Results, name: &str) -> ColumnLabel {
    let at = |p: &f64| Some((name.strip_suffix(&format!("_{}", percentile_name(*p)))?, *p));
    let Some((stem, percentile)) = study.access.percentiles.iter().find_map(at) else {
        return (name.to_string(), None, None);
    };
    let of_slot = || {
        let slot = found.slots.iter().find(|slot| slot.name == name)?;
        let words = wanted.get(slot.measure)?.form.words();
        let words = &words[slot.result % words.len()];
        let cutoff = words.strip_suffix("min")?.parse().ok()?;
        Some((stem.strip_suffix(words.as_str())?.strip_suffix('_')?, cutoff))
    };
    match of_slot() {
        Some((measure, cutoff)) => (measure.to_string(), Some(cutoff), Some(percentile)),
        None => (stem.to_string(), None, Some(percentile)),
    }
}

/// Names of the columns of counts: of the places, where every value is whole in all of `lands`; of what is summed from
/// such columns within a cutoff, before, after, and as a change.
pub(super) fn whole(study: &Study, wanted: &[MeasureSpec], lands: &[&Region]) -> BTreeSet<String> {
    let counted = |values: &[f64]| {
        values.iter().all(|&value| value.is_nan() || is_whole(value))
            && values.iter().filter(|value| !value.is_nan()).map(|value| value.abs()).sum::<f64>() < 9e15
    };
    let column = |columns: &[Column], name: &str| {
        columns.iter().find(|column| column.name == name).is_some_and(|column| counted(&column.values))
    };
    let everywhere = |test: &dyn Fn(&Region) -> bool| lands.iter().all(|region| test(region));
    let mut whole = BTreeSet::new();
    let Some(first) = lands.first() else { return whole };
    type Figures = fn(&RawPlaces) -> &Option<Vec<f64>>;
    let figures: [Figures; 4] = [|p| &p.population, |p| &p.population_se, |p| &p.income, |p| &p.income_se];
    for (name, of) in ["population", "population_se", "income", "income_se"].into_iter().zip(figures) {
        if everywhere(&|region| of(&region.cells).as_deref().is_none_or(counted)) {
            whole.insert(name.to_string());
        }
    }
    for group in first.cells.groups.iter().chain(&first.cells.opportunities) {
        let name = &group.name;
        let cells =
            |region: &Region| column(&region.cells.groups, name) || column(&region.cells.opportunities, name);
        if everywhere(&cells) {
            whole.insert(name.clone());
        }
    }
    // Sums of people and things that are counted are counts.
    let columns = |region: &Region| -> Vec<(String, bool)> {
        let (places, cells) = (region.destinations().0, &region.cells);
        let named = places.opportunities.iter().chain(&cells.groups).chain(&cells.opportunities);
        let named = named.map(|column| (column.name.clone(), counted(&column.values)));
        let people = cells.population.iter().map(|people| ("population".to_string(), counted(people)));
        named.chain(people).collect()
    };
    let all: Vec<(String, bool)> = lands.iter().flat_map(|region| columns(region)).collect();
    let broken = |name: &str| all.iter().any(|(known, counted)| known == name && !counted);
    let mut measures = Vec::new();
    for (name, _) in columns(first).iter().filter(|(name, _)| !broken(name)) {
        measures.extend(study.access.cutoffs_min.iter().map(|cutoff| format!("{name}_{cutoff}min")));
        for wanted in wanted.iter().filter(|wanted| wanted.kind.name == "cumulative") {
            let words = wanted.form.words();
            measures.extend(words.iter().map(|words| format!("{name}_{}_{words}", wanted.name)));
        }
    }
    let ends = ["", "_before", "_after", "_change"];
    for measure in measures {
        for p in &study.access.percentiles {
            let name = format!("{measure}_{}", percentile_name(*p));
            whole.extend(ends.iter().map(|end| format!("{name}{end}")));
        }
    }
    whole
}
