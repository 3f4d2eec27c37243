//! What to say of how access is shared.

/// `[equity]`.
#[derive(Clone, Debug, PartialEq)]
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
#[derive(Clone, Copy, Debug, PartialEq)]
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

fn unused<'a, T>(named: &'a [(String, T)], measures: &'a [&str]) -> impl Iterator<Item = &'a str> {
    let used = |name: &str| measures.iter().any(|measure| is_of(name, measure));
    named.iter().map(|(name, _)| name.as_str()).filter(move |name| !used(name))
}

fn is_of(name: &str, measure: &str) -> bool {
    name.is_empty() || measure.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}
