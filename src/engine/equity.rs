//! What `[equity]` asks for → figures and curves of every measure of a combination.

use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::error::{Error, Problem, Result};
use crate::base::executor::{Executor, try_collect};
use crate::base::near::nearest;
use crate::inputs::raw::{Column, RawPlaces};
use crate::measures::equity::register::indices;
use crate::measures::equity::{
    Bootstrap, CurveRow, EquityRow, Interval, Measure, People, Settings, curves, differences_from, equity,
    metres,
};
use crate::study::EquitySpec;

const FEW_BLOCKS: DiagnosticCode = DiagnosticCode {
    code: "equity_few_blocks",
    severity: Severity::Doubt,
    meaning: "intervals of equity figures from fewer than 20 blocks of cells: take them as rough",
    remedy: "smaller blocks, [equity] bootstrap = { block_m = … }, if access differs over such distances",
};
const UNUSED_STANDARD: DiagnosticCode = DiagnosticCode {
    code: "equity_unused_standard",
    severity: Severity::Doubt,
    meaning: "standards of a name that no measure has or begins with",
    remedy: "name a column of access.csv, or its beginning: jobs, jobs_30min",
};
const UNUSED_BOUNDS: DiagnosticCode = DiagnosticCode {
    code: "equity_unused_bounds",
    severity: Severity::Doubt,
    meaning: "bounds of a name that no measure has or begins with",
    remedy: "name a column of access.csv, or its beginning: jobs, jobs_30min",
};
const OUTSIDE_BOUNDS: DiagnosticCode = DiagnosticCode {
    code: "equity_outside_bounds",
    severity: Severity::Doubt,
    meaning: "cells with a value outside of the bounds given for the measure: the indices of Erreygers and Wagstaff are \
              blank if people live there",
    remedy: "correct [equity] bounds (--bounds), or leave them out",
};
/// Fewer blocks make intervals too narrow.
pub const FEW: f64 = 20.0;

/// The study's equity section as the measures want it.
#[derive(Clone)]
pub struct EquityContext {
    pub settings: Settings,
    groups: Vec<Column>,
    places_m: Vec<(f64, f64)>,
}

/// One measure of a combination.
pub struct MeasuredValues<'a> {
    pub name: &'a str,
    pub values: &'a [Option<f64>],
    pub less_is_better: bool,
}

impl<'a> MeasuredValues<'a> {
    fn measure<'m>(&self, standards: &'m [f64]) -> Measure<'m>
    where
        'a: 'm,
    {
        let MeasuredValues { name, values, less_is_better } = *self;
        Measure { name, values, less_is_better, standards }
    }
}

/// # Errors
/// Indices that are not in the register.
pub fn settings(spec: &EquitySpec) -> Result<Settings> {
    let plan = &spec.bootstrap;
    Ok(Settings {
        indices: named(&spec.indices, "[equity] indices")?,
        quantiles: spec.quantiles.clone(),
        atkinson: spec.atkinson.clone(),
        kolm: spec.kolm.clone(),
        kolm_kappa: spec.kolm_kappa,
        ge: spec.ge.clone(),
        kernel_m: f64::from(spec.kernel_m),
        // They are of a measure.
        bounds: None,
        income_groups: spec.income_groups as usize,
        bootstrap: Bootstrap {
            replicates: plan.replicates,
            seed: u64::from(plan.seed),
            block_m: f64::from(plan.block_m),
            interval: if plan.bca { Interval::Bca } else { Interval::Percentile },
            level: plan.level,
        },
    })
}

/// Names of indices, "all" opened.
///
/// # Errors
/// Unknown ones, each with the nearest.
pub fn named(names: &[String], place: &str) -> Result<Vec<String>> {
    let known = || indices().map(|index| index.name);
    let mut all: Vec<String> = Vec::new();
    let mut problems = Vec::new();
    for name in names {
        if name == "all" {
            all.extend(known().map(str::to_string));
        } else if known().any(|index| index == name) {
            all.push(name.clone());
        } else {
            let remedy = match nearest(name, known()) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("there are all, {}", known().collect::<Vec<_>>().join(", ")),
            };
            problems.push(Problem::new(place, format!("no index is called \"{name}\""), remedy));
        }
    }
    if problems.is_empty() { Ok(all) } else { Err(Error::Input(problems)) }
}

impl EquityContext {
    /// # Errors
    /// As [`settings`].
    pub fn new(spec: &EquitySpec, cells: &RawPlaces) -> Result<EquityContext> {
        let wanted = |group: &&Column| spec.groups.as_ref().is_none_or(|names| names.contains(&group.name));
        Ok(EquityContext {
            settings: settings(spec)?,
            groups: cells.groups.iter().filter(wanted).cloned().collect(),
            places_m: metres(&cells.points),
        })
    }

    /// With these indices alone, and without intervals unless they are wanted.
    pub fn only(mut self, indices: Vec<String>, intervals: bool) -> EquityContext {
        self.settings.indices = indices;
        if !intervals {
            self.settings.bootstrap.replicates = 0;
        }
        self
    }

    pub fn people<'a>(&'a self, spec: &EquitySpec, cells: &'a RawPlaces) -> People<'a> {
        People {
            population: cells.population.as_deref(),
            groups: &self.groups,
            income: cells.income.as_deref().filter(|_| spec.income),
            population_se: cells.population_se.as_deref(),
            income_se: cells.income_se.as_deref().filter(|_| spec.income),
            places_m: Some(&self.places_m),
        }
    }

    /// What to compute of one measure.
    fn settings_of(&self, spec: &EquitySpec, measure: &str) -> Settings {
        Settings { bounds: spec.bounds_of(measure), ..self.settings.clone() }
    }

    /// Figures of one measure in the first combination minus those in the second, with paired intervals.
    pub fn differences(
        &self,
        spec: &EquitySpec,
        cells: &RawPlaces,
        [first, second]: &[MeasuredValues<'_>; 2],
        executor: &dyn Executor,
    ) -> Result<Vec<EquityRow>> {
        let rows = self.differences_from(spec, cells, &[first, second], executor)?;
        Ok(rows.into_iter().map(|(row, _)| row).collect())
    }

    /// As [`EquityContext::differences`], each with the figure in the second combination.
    pub fn differences_from(
        &self,
        spec: &EquitySpec,
        cells: &RawPlaces,
        [first, second]: &[&MeasuredValues<'_>; 2],
        executor: &dyn Executor,
    ) -> Result<Vec<(EquityRow, Option<f64>)>> {
        let standards = spec.standards_of(first.name);
        let [a, b] = [first, second].map(|found| found.measure(&standards));
        let settings = self.settings_of(spec, first.name);
        differences_from(first.name, &a, &b, &self.people(spec, cells), &settings, executor)
    }

    /// All figures and curves of a combination.
    pub fn measure(
        &self,
        spec: &EquitySpec,
        cells: &RawPlaces,
        found: &[MeasuredValues<'_>],
        diagnostics: &mut Diagnostics,
        executor: &dyn Executor,
    ) -> Result<(Vec<EquityRow>, Vec<CurveRow>)> {
        let people = self.people(spec, cells);
        let names: Vec<&str> = found.iter().map(|found| found.name).collect();
        for name in spec.unused_standards(&names) {
            diagnostics.add(UNUSED_STANDARD, "[equity] standards", "", name, "");
        }
        for name in spec.unused_bounds(&names) {
            diagnostics.add(UNUSED_BOUNDS, "[equity] bounds", "", name, "");
        }
        for found in found {
            outside_bounds(
                found.name,
                found.values,
                spec.bounds_of(found.name),
                "[equity] bounds",
                diagnostics,
            );
        }
        let one = |found: &MeasuredValues<'_>| {
            let standards = spec.standards_of(found.name);
            let measure = found.measure(&standards);
            let of_measure = equity(&measure, &people, &self.settings_of(spec, found.name), executor)?;
            executor.advance(1);
            Ok::<_, Error>((of_measure, curves(&measure, &people)))
        };
        let (mut rows, mut points) = (Vec::new(), Vec::new());
        for (mut figures, mut curves) in try_collect(executor, found.len(), |i| one(&found[i]))? {
            rows.append(&mut figures);
            points.append(&mut curves);
        }
        few_blocks(&rows, "[equity]", diagnostics);
        Ok((rows, points))
    }
}

/// Says how many cells have a value that the bounds rule out.
pub fn outside_bounds(
    name: &str,
    values: &[Option<f64>],
    bounds: Option<(f64, f64)>,
    place: &str,
    diagnostics: &mut Diagnostics,
) {
    let Some((low, high)) = bounds else { return };
    let outside = |value: &&f64| value.is_finite() && !(low..=high).contains(*value);
    let cells = values.iter().flatten().filter(outside).count();
    diagnostics.count(OUTSIDE_BOUNDS, place, cells as u64, name);
}

/// Says once if there were few blocks to draw from.
pub fn few_blocks(rows: &[EquityRow], place: &str, diagnostics: &mut Diagnostics) {
    let blocks = rows.iter().filter(|row| row.index == "blocks").filter_map(|row| row.value);
    if let Some(fewest) = blocks.reduce(f64::min).filter(|&fewest| fewest < FEW) {
        diagnostics.count(FEW_BLOCKS, place, 1, format!("{fewest}"));
    }
}
