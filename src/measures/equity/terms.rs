//! What is asked of equity and what comes back: a measure, people, settings, rows.

use super::interval::Interval;
use super::register;
use crate::base::error::Problem;
use crate::inputs::raw::Column;

/// The highest |α| of generalised entropy: beyond it a power says nothing but who has most or least.
pub const MOST_GE: f64 = 10.0;

/// The group that means everybody.
pub const ALL: &str = "all";

/// One figure of the equity table. Intervals (`lower`, `upper`) are blank where none was asked for or can be told.
#[derive(Clone, Debug, PartialEq)]
pub struct EquityRow {
    pub measure: String,
    pub group: String,
    pub index: String,
    /// `None`: not defined, for there is nobody to take it over.
    pub value: Option<f64>,
    pub lower: Option<f64>,
    pub upper: Option<f64>,
}

/// One value a cell.
#[derive(Clone, Copy, Debug)]
pub struct Measure<'a> {
    pub name: &'a str,
    /// `None`: unknown; infinite: never reached.
    pub values: &'a [Option<f64>],
    /// Costs and times: small values are good, and the indices that tell good from bad are turned round.
    pub less_is_better: bool,
    /// Lines of sufficiency, above 0, in units of the measure.
    pub standards: &'a [f64],
}

/// Who lives in the cells; all of one length.
#[derive(Clone, Copy, Debug, Default)]
pub struct People<'a> {
    /// `None`: every cell weighs the same, and the people left out are not known.
    pub population: Option<&'a [f64]>,
    /// People by group; a cell can hold several.
    pub groups: &'a [Column],
    /// The cell's income, NaN where unknown.
    pub income: Option<&'a [f64]>,
    /// Standard errors of the two, if known.
    pub population_se: Option<&'a [f64]>,
    pub income_se: Option<&'a [f64]>,
    /// Where the cells are, in metres on a plane: for blocks. `None`: cells are drawn one by one.
    pub places_m: Option<&'a [(f64, f64)]>,
}

/// What to compute.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Names of the register.
    pub indices: Vec<String>,
    /// In percent.
    pub quantiles: Vec<f64>,
    /// Aversions ε to inequality, above 0.
    pub atkinson: Vec<f64>,
    /// Likewise, for Kolm's κ = ε Σ p A / Σ p A².
    pub kolm: Vec<f64>,
    /// κ at ε = 1; `None`: from the cells. To compare places, give both the same.
    pub kolm_kappa: Option<f64>,
    /// α of generalised entropy.
    pub ge: Vec<f64>,
    /// How far people count as near, for spatial dissimilarity, m.
    pub kernel_m: f64,
    /// Lowest and highest value that the measure can have, for Erreygers's and Wagstaff's indices.
    pub bounds: Option<(f64, f64)>,
    /// So many groups of equal population by income; 0: none.
    pub income_groups: usize,
    pub bootstrap: Bootstrap,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            indices: register::defaults(),
            quantiles: vec![10.0, 25.0, 75.0, 90.0],
            atkinson: vec![0.5, 1.0],
            kolm: vec![0.5],
            kolm_kappa: None,
            ge: vec![2.0],
            kernel_m: 1000.0,
            bounds: None,
            income_groups: 5,
            bootstrap: Bootstrap::default(),
        }
    }
}

impl Settings {
    /// What is wrong with them: unknown indices, parameters out of range.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let known = |name: &String| register::indices().any(|index| index.name == name);
        for name in self.indices.iter().filter(|name| !known(name)) {
            let all: Vec<&str> = register::indices().map(|index| index.name).collect();
            let remedy = format!("there are {}", all.join(", "));
            problems.push(Problem::new("equity", format!("no index is called \"{name}\""), remedy));
        }
        let plan = &self.bootstrap;
        let within = |q: &f64| *q > 0.0 && *q < 100.0;
        let above = |x: &f64| *x > 0.0 && x.is_finite();
        let faults = [
            (!self.quantiles.iter().all(within), "quantiles are percent above 0 and below 100"),
            (!self.atkinson.iter().all(above), "ε of atkinson is above 0"),
            (!self.kolm.iter().all(above), "ε of kolm is above 0"),
            (!self.ge.iter().all(|alpha| alpha.abs() <= MOST_GE), "α of ge is −10 to 10"),
            (!above(&self.kernel_m), "the kernel of spatial dissimilarity is above 0 m"),
            (
                self.bounds.is_some_and(|(low, high)| low.is_nan() || high.is_nan() || low >= high),
                "the lower bound is below the upper one",
            ),
            (!(plan.level > 0.0 && plan.level < 1.0), "the level of intervals is above 0 and below 1"),
            (!(plan.block_m >= 0.0 && plan.block_m.is_finite()), "blocks are 0 m or more"),
        ];
        for (_, rule) in faults.iter().filter(|(wrong, _)| *wrong) {
            problems.push(Problem::new("equity", format!("a parameter is out of range: {rule}"), ""));
        }
        problems
    }
}

/// How resamples are drawn and read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bootstrap {
    /// 0: no intervals.
    pub replicates: u32,
    pub seed: u64,
    /// Side of the square blocks, m; 0: single cells.
    pub block_m: f64,
    pub interval: Interval,
    /// Such as 0.95.
    pub level: f64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Bootstrap { replicates: 1000, seed: 1, block_m: 2000.0, interval: Interval::Bca, level: 0.95 }
    }
}

/// `atkinson_0_5`, `p2_5`, `ge_minus_1`.
pub(super) fn number_name(before: &str, number: f64) -> String {
    format!("{before}{number}").replace('.', "_").replace('-', "minus_")
}
