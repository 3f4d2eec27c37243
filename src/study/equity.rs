//! What to say of how access is shared.

use super::keys::declaration::Fallback::{Absent, Value};
use super::keys::declaration::Shape::{
    self, Any, Between, Either, Exactly, Flag, Form, Index, List, Map, Number, Table, Whole, Words,
};
use super::keys::declaration::{Entry, key};
use super::keys::shapes::{LARGE, POSITIVE, TEXTS};

const BOUNDS: Shape = Exactly(2, &Number(-LARGE, LARGE));
const NONE: Shape = Exactly(0, &Any);
const LEAST: Shape = Number(0.0, LARGE);
const SHARE: Shape = Form(r"^\s*[0-9]+(\.[0-9]+)?\s*%\s*$");

/// `[equity]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EquitySpec {
    /// Names of the register of `measures::equity`, or "all".
    pub indices: Vec<String>,
    /// Of the cells' groups; `None`: all.
    pub groups: Option<Vec<String>>,
    /// Whether to use the cells' income, where there is one.
    pub income: bool,
    pub income_groups: u32,
    /// In percent.
    pub quantiles: Vec<f64>,
    pub atkinson: Vec<f64>,
    pub kolm: Vec<f64>,
    pub kolm_kappa: Option<f64>,
    /// α of generalised entropy.
    pub ge: Vec<f64>,
    /// How far people count as near, for spatial dissimilarity.
    pub kernel_m: u32,
    /// Measures, named as in `standards`, and the lowest and highest value that they can have.
    pub bounds: Vec<(String, (f64, f64))>,
    /// Measures whose names are this, or begin with this and `_` ("" for all), and their lines of sufficiency.
    pub standards: Vec<(String, Vec<f64>)>,
    /// Measures likewise, and changes that are none.
    pub material_change: Vec<(String, Material)>,
    pub bootstrap: BootstrapSpec,
}

/// `[equity] material_change`: who changes less neither gains nor loses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Material {
    /// In units of the measure.
    Absolute(f64),
    /// Of what was before.
    Share(f64),
}

impl Material {
    /// Whether a change is one that counts; one of 0 never is.
    pub fn is_reached(self, before: f64, change: f64) -> bool {
        let least = match self {
            Material::Absolute(least) => least,
            Material::Share(share) => share * before.abs(),
        };
        change != 0.0 && change.abs() >= least
    }
}

impl std::fmt::Display for Material {
    /// As it is written in a study.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Material::Absolute(least) => write!(f, "{least}"),
            // Without the digits that times and by 100 make.
            Material::Share(share) => write!(f, "{}%", (share * 1e8).round() / 1e6),
        }
    }
}

/// `[equity] bootstrap`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BootstrapSpec {
    /// 0: no intervals.
    pub replicates: u32,
    pub seed: u32,
    /// Side of the blocks; 0: cells one by one.
    pub block_m: u32,
    /// Else plain percentiles.
    pub bca: bool,
    pub level: f64,
}

impl EquitySpec {
    pub const KEYS: &'static [Entry<EquitySpec>] = &[
        key(
        "equity",
        "indices",
        Value(
            "[\"mean\", \"median\", \"quantiles\", \"gini\", \"lorenz\", \"fgt\", \"share\", \"palma\", \"concentration\"]",
        ),
        "[\"all\"]",
        "names from docs/measures.md, or [\"all\"]",
    ).takes(List(&Index)).fills(|spec| &mut spec.indices),
        key("equity", "groups", Absent("all of [cells] groups"), "[\"low_income\"]", "the groups to compare").takes(TEXTS).fills(|spec| &mut spec.groups),
        key("equity", "income", Value("true"), "true", "use the cells' income, where there is one").takes(Flag).fills(|spec| &mut spec.income),
        key("equity", "income_groups", Value("5"), "5", "so many groups of equal population by income; 0: none").takes(Whole(0, 100)).fills(|spec| &mut spec.income_groups),
        key("equity", "quantiles", Value("[10, 25, 75, 90]"), "[10, 90]", "quantiles, percent of the people").takes(List(&Between(0.0, 100.0))).fills(|spec| &mut spec.quantiles),
        key("equity", "atkinson", Value("[0.5, 1]"), "[0.5, 1]", "aversions to inequality ε of atkinson").takes(List(&POSITIVE)).fills(|spec| &mut spec.atkinson),
        key("equity", "kolm", Value("[0.5]"), "[0.5]", "aversions to inequality ε of kolm").takes(List(&POSITIVE)).fills(|spec| &mut spec.kolm),
        key(
        "equity",
        "kolm_kappa",
        Absent("from the cells, Σ p A / Σ p A²"),
        "0.0001",
        "κ of kolm at ε = 1, the same for what is compared",
    ).takes(POSITIVE).fills(|spec| &mut spec.kolm_kappa),
        key("equity", "ge", Value("[2]"), "[-1, 0.5, 2]", "α of generalised entropy ge, −10 to 10").takes(List(&Number(-10.0, 10.0))).fills(|spec| &mut spec.ge),
        key(
        "equity",
        "kernel_m",
        Value("1000"),
        "500",
        "how far people count as near, for dissimilarity_spatial, m",
    ).takes(Whole(1, 100_000)).fills(|spec| &mut spec.kernel_m),
        key(
        "equity",
        "bounds",
        Absent("the lowest and highest where people live"),
        "{ jobs_30min = [0, 50000] }",
        "values between which a measure lies, for the indices of Erreygers and Wagstaff: two numbers for all measures, \
         or by (the beginning of) their name, of which the longest counts",
    ).takes(Either(&[BOUNDS, NONE, Map(&Either(&[BOUNDS, NONE]))])).apart(),
        key(
        "equity",
        "standards",
        Value("[]"),
        "{ jobs_30min = [1000] }",
        "lines of sufficiency, for all measures or by (the beginning of) their name",
    ).takes(Either(&[List(&POSITIVE), Map(&List(&POSITIVE))])).apart(),
        key(
        "equity",
        "material_change",
        Value("0"),
        "{ jobs = \"5%\" }",
        "the least change that makes a winner or loser: a number, or a share of what was, for all or by name",
    ).takes(Either(&[LEAST, SHARE, Map(&Either(&[LEAST, SHARE]))])).apart(),
        key(
        "equity",
        "bootstrap",
        Absent("its keys below have their defaults"),
        "{ replicates = 1000 }",
        "intervals by resampling blocks of cells",
    ).takes(Table("equity.bootstrap")).apart(),
    ];

    /// The lines of sufficiency of a measure.
    pub fn standards_of(&self, measure: &str) -> Vec<f64> {
        let own = self.standards.iter().filter(|(name, _)| is_of(name, measure));
        let mut lines = Vec::new();
        for &line in own.flat_map(|(_, lines)| lines) {
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines
    }

    /// The bounds of a measure: those of the longest name that it has or begins with.
    pub fn bounds_of(&self, measure: &str) -> Option<(f64, f64)> {
        let own = self.bounds.iter().filter(|(name, _)| is_of(name, measure));
        own.max_by_key(|(name, _)| name.len()).map(|(_, bounds)| *bounds)
    }

    /// The least change of a measure that counts: that of the longest name which is its, or with which it begins.
    pub fn material_of(&self, measure: &str) -> Material {
        let own = self.material_change.iter().filter(|(name, _)| is_of(name, measure));
        own.max_by_key(|(name, _)| name.len()).map_or(Material::Absolute(0.0), |(_, least)| *least)
    }

    /// The names in `standards` that no measure has or begins with.
    pub fn unused_standards<'a>(&'a self, measures: &'a [&str]) -> impl Iterator<Item = &'a str> {
        unused(&self.standards, measures)
    }

    /// Likewise in `bounds`.
    pub fn unused_bounds<'a>(&'a self, measures: &'a [&str]) -> impl Iterator<Item = &'a str> {
        unused(&self.bounds, measures)
    }
}

impl BootstrapSpec {
    pub const KEYS: &'static [Entry<BootstrapSpec>] = &[
        key("equity.bootstrap", "replicates", Value("1000"), "1000", "resamples; 0: no intervals")
            .takes(Either(&[Whole(0, 0), Whole(100, 1_000_000)]))
            .fills(|spec| &mut spec.replicates),
        key("equity.bootstrap", "seed", Value("1"), "1", "another seed draws other resamples")
            .takes(Whole(0, u32::MAX as i64))
            .fills(|spec| &mut spec.seed),
        key(
            "equity.bootstrap",
            "block_m",
            Value("2000"),
            "2000",
            "side of the squares drawn as one, m; 0: cells one by one",
        )
        .takes(Whole(0, 1_000_000))
        .fills(|spec| &mut spec.block_m),
        key("equity.bootstrap", "interval", Value("\"bca\""), "\"bca\"", "\"bca\" or \"percentile\"")
            .takes(Words(&["percentile", "bca"]))
            .apart(),
        key("equity.bootstrap", "level", Value("0.95"), "0.95", "of the intervals")
            .takes(Between(0.0, 1.0))
            .fills(|spec| &mut spec.level),
    ];
}

fn unused<'a, T>(named: &'a [(String, T)], measures: &'a [&str]) -> impl Iterator<Item = &'a str> {
    let used = |name: &str| measures.iter().any(|measure| is_of(name, measure));
    named.iter().map(|(name, _)| name.as_str()).filter(move |name| !used(name))
}

fn is_of(name: &str, measure: &str) -> bool {
    name.is_empty() || measure.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}
