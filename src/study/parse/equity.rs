//! `[equity]`: indices, their parameters, standards and intervals.

use toml::de::{DeTable, DeValue};

use super::value::number;
use super::walk::{Section, TableReader};
use crate::base::near::nearest;
use crate::study::{BootstrapSpec, EquitySpec, Material, PlacesSpec};

const MATERIAL: &str = "write a number in units of the measure, or a share of what was such as \"5%\", for all measures \
                        or { jobs = \"5%\" } by name";
const STANDARDS: &str =
    "write numbers above 0, [1000, 5000] for all measures or { jobs_30min = [1000] } by name";
const BOUNDS: &str =
    "write the lowest and the highest value, [0, 1] for all measures or { jobs_30min = [0, 50000] } by name";

pub(super) fn equity<'t>(
    walk: &mut TableReader<'t>,
    table: Option<&DeTable<'t>>,
    at: usize,
    cells: &PlacesSpec,
) -> EquitySpec {
    let mut s = Section::open(walk, "equity", table, at);
    let mut spec = EquitySpec::default();
    s.fill(EquitySpec::KEYS, &mut spec);
    for group in spec.groups.iter().flatten().filter(|group| !cells.groups.contains(group)) {
        let near = nearest(group, cells.groups.iter().map(String::as_str));
        let remedy = match near {
            Some(near) => format!("did you mean {near}?"),
            None => format!("[cells] groups has {}", cells.groups.join(", ")),
        };
        s.wrong("groups", format!("names \"{group}\", which is no group of the cells"), remedy);
    }
    if s.has("income") && cells.income.is_none() && spec.income {
        s.wrong("income", "is true, but the cells have none", "name the column with [cells] income");
    }
    let (inner, inner_at) = nested(table, "bootstrap");
    if s.has("bootstrap") && inner.is_none() {
        s.wrong("bootstrap", "is not a table", "write bootstrap = { replicates = 1000 }");
    }
    spec.bounds = s.read("bounds", BOUNDS, |value| by_measure(value, ends)).unwrap_or_default();
    spec.standards = s.read("standards", STANDARDS, |value| by_measure(value, lines)).unwrap_or_default();
    let least = |value: &DeValue<'_>| by_measure(value, |one| least(one).map(Some));
    spec.material_change = s.read("material_change", MATERIAL, least).unwrap_or_default();
    spec.bootstrap = bootstrap(walk, inner, inner_at);
    spec
}

fn bootstrap<'t>(walk: &mut TableReader<'t>, table: Option<&DeTable<'t>>, at: usize) -> BootstrapSpec {
    let mut s = Section::open(walk, "equity.bootstrap", table, at);
    let mut spec = BootstrapSpec::default();
    s.fill(BootstrapSpec::KEYS, &mut spec);
    spec.bca = s.word("interval") == Some(1);
    spec
}

fn nested<'d, 't>(table: Option<&'d DeTable<'t>>, name: &str) -> (Option<&'d DeTable<'t>>, usize) {
    let found = table.and_then(|table| table.iter().find(|(key, _)| key.get_ref() == name));
    found.map_or((None, 0), |(key, value)| (value.get_ref().as_table(), key.span().start))
}

/// What holds for all measures, or a table by measure; `None`: as if nothing were given.
fn by_measure<T>(
    value: &DeValue<'_>,
    one: fn(&DeValue<'_>) -> Result<Option<T>, String>,
) -> Result<Vec<(String, T)>, String> {
    let Some(table) = value.as_table() else {
        return Ok(one(value)?.map(|all| (String::new(), all)).into_iter().collect());
    };
    let mut found = Vec::new();
    for (name, value) in table {
        let name = name.get_ref();
        let of = one(value.get_ref()).map_err(|what| format!(".{name} {what}"))?;
        found.extend(of.map(|of| (name.to_string(), of)));
    }
    Ok(found)
}

fn lines(value: &DeValue<'_>) -> Result<Option<Vec<f64>>, String> {
    let items = value.as_array().ok_or("is not a list")?;
    let lines = items.iter().map(|item| positive(item.get_ref())).collect::<Result<Vec<f64>, String>>()?;
    Ok((!lines.is_empty()).then_some(lines))
}

fn ends(value: &DeValue<'_>) -> Result<Option<(f64, f64)>, String> {
    let items = value.as_array().ok_or("is not a list")?;
    let ends = items.iter().map(|item| any(item.get_ref())).collect::<Result<Vec<f64>, String>>()?;
    match ends.as_slice() {
        [] => Ok(None),
        &[low, high] if low < high => Ok(Some((low, high))),
        _ => Err("is not a lower and an upper value".into()),
    }
}

fn positive(value: &DeValue<'_>) -> Result<f64, String> {
    let x = any(value)?;
    if x > 0.0 { Ok(x) } else { Err(format!("is {x}")) }
}

fn any(value: &DeValue<'_>) -> Result<f64, String> {
    number(value, &(f64::MIN..=f64::MAX))
}

fn least(value: &DeValue<'_>) -> Result<Material, String> {
    let Some(text) = value.as_str() else { return number(value, &(0.0..=f64::MAX)).map(Material::Absolute) };
    let percent = text.trim().strip_suffix('%').and_then(|percent| percent.trim().parse::<f64>().ok());
    let share = percent.filter(|percent| (0.0..=1e6).contains(percent)).map(|percent| percent / 100.0);
    share.map(Material::Share).ok_or_else(|| format!("is \"{text}\""))
}
