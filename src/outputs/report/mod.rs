//! `report.html`: a folder of results as one page that works without a network.
//!
//! The page is a function of the folder's files: `run` makes it when all others are there, `isokron report` makes it
//! anew. What it draws beside the tables stands in `map.json`, for tables do not hold streets. Its scripts are built by
//! `scripts/bundle_report`; here the data are put in.

mod codec;
mod path;
mod results;
mod shapes;
mod stress;
mod strokes;
mod water;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::base::error::Result;
use crate::base::executor::{Executor, try_collect};
use crate::outputs::formats;
pub use results::MOST_PAIRS;
pub use shapes::map;
pub use stress::Cycled;

/// Names in the folder of results.
pub const MAP: &str = "map.json";
pub const REPORT: &str = "report.html";

/// The page without data: markup, style and scripts, with [`FACTS`] and [`DATA`] where they come.
const PAGE: &str = include_str!("../../../web/report.html");
const FACTS: &str = "@@FACTS@@";
const DATA: &str = "@@DATA@@";
const TITLE: &str = "@@TITLE@@";
/// As everybody who uses the program is asked to cite it.
const CITATION: &str = include_str!("../../../CITATION.cff");
/// Rows of `diagnostics.csv` that are shown.
const SHOWN: usize = 500;

/// The page. `manifest`: what the folder's manifest says, or will say, with the files that are there in `outputs`.
///
/// # Errors
/// Files that are not there, or not as a run left them; `Stopped`.
pub fn page(root: &Path, manifest: &Value, executor: &dyn Executor) -> Result<String> {
    let listed = |value: &Value| value["path"].as_str().map(str::to_string);
    let files: Vec<String> =
        manifest["outputs"].as_array().into_iter().flatten().filter_map(listed).collect();
    let files: BTreeSet<&str> = files.iter().map(String::as_str).collect();
    let map = read_map(root)?;
    let ids: Vec<&str> = map["ids"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    // To other places than the cells there is nothing to colour.
    let to_cells = manifest["parameters"]["destinations"].as_array().is_none_or(Vec::is_empty);
    let of_folder = |folder: &str| results::of_folder(root, folder, &files, &ids, to_cells);
    let named: Vec<(String, [String; 3])> = combined(manifest, &files)
        .into_iter()
        .map(|names| (format!("{}/{}-{}", names[0], names[1], names[2]), names))
        .collect();
    let all = try_collect(executor, named.len(), |i| of_folder(&named[i].0))?;
    let mut combinations = Vec::new();
    for ((folder, [scenario, profile, period]), mut found) in named.iter().zip(all) {
        found["scenario"] = json!(scenario);
        found["profile"] = json!(profile);
        found["period"] = json!(period);
        found["folder"] = json!(folder);
        combinations.push(found);
    }
    let mut contrasts = Vec::new();
    for name in manifest["parameters"]["access"]["contrasts"].as_array().into_iter().flatten() {
        let name = name.as_str().unwrap_or_default();
        // In formats that are not read here alone there is nothing to draw.
        if !has_table(&files, &format!("base/{name}")) {
            continue;
        }
        let mut found = of_folder(&format!("base/{name}"))?;
        found["name"] = json!(name);
        contrasts.push(found);
    }
    let mut facts = Map::new();
    for key in ["program", "version", "study", "parameters", "inputs", "counts", "attribution"] {
        facts.insert(key.to_string(), manifest[key].clone());
    }
    facts.insert("citation".into(), json!(citation(manifest["version"].as_str().unwrap_or_default())));
    facts.insert("findings".into(), diagnostics(root)?);
    let title = manifest["study"].as_str().unwrap_or_default();
    let escaped = title.replace('&', "&amp;").replace('<', "&lt;");
    let data = json!({ "map": map, "results": combinations, "contrasts": contrasts });
    let (before, rest) = PAGE.split_once(FACTS).expect("the template has its places");
    let (between, after) = rest.split_once(DATA).expect("the template has its places");
    let before = before.replace(TITLE, &escaped);
    Ok([&before, &codec::inert(&Value::Object(facts)), between, &codec::inert(&data), after].concat())
}

fn read_map(root: &Path) -> Result<Value> {
    let shown = root.join(MAP).display().to_string();
    let bytes = std::fs::read(root.join(MAP))
        .map_err(|error| results::broken(&shown, format!("cannot be read: {error}")))?;
    let map: Option<Value> = serde_json::from_slice(&bytes).ok();
    map.filter(|map| map["ids"].is_array()).ok_or_else(|| results::broken(&shown, "is not one of isokron's"))
}

/// Whether a folder has a table of access in a format that is read here.
fn has_table(files: &BTreeSet<&str>, folder: &str) -> bool {
    formats::files("access", |format| format.drawn).any(|file| files.contains(&*format!("{folder}/{file}")))
}

/// Scenario, profile and period of each combination that has a table, the base before other scenarios.
fn combined(manifest: &Value, files: &BTreeSet<&str>) -> Vec<[String; 3]> {
    let names = |key: &str| -> Vec<String> {
        let of = manifest["parameters"][key].as_array().into_iter().flatten();
        of.filter_map(|one| one["name"].as_str().map(str::to_string)).collect()
    };
    let mut scenarios: Vec<&str> =
        files.iter().filter_map(|file| file.split_once('/')).map(|(scenario, _)| scenario).collect();
    scenarios.dedup();
    scenarios.sort_by_key(|&scenario| scenario != "base");
    let (profiles, periods) = (names("profile"), names("period"));
    let mut found = Vec::new();
    for scenario in scenarios {
        for profile in &profiles {
            for period in &periods {
                if has_table(files, &format!("{scenario}/{profile}-{period}")) {
                    found.push([scenario.to_string(), profile.clone(), period.clone()]);
                }
            }
        }
    }
    found
}

/// The rows of `diagnostics.csv` and how many there are.
fn diagnostics(root: &Path) -> Result<Value> {
    let Some(table) = results::table(root, "diagnostics.csv")? else {
        return Ok(json!({ "all": 0, "rows": [] }));
    };
    let row = |row: usize| -> Value { (0..table.headers().len()).map(|i| table.cell(row, i)).collect() };
    Ok(json!({ "all": table.len(), "rows": (0..table.len().min(SHOWN)).map(row).collect::<Vec<_>>() }))
}

/// Authors, title and version, as in `CITATION.cff`.
fn citation(version: &str) -> String {
    let value = |key: &str| {
        let line = CITATION.lines().find_map(|line| line.trim_start_matches([' ', '-']).strip_prefix(key));
        line.unwrap_or_default().trim().trim_matches('"')
    };
    format!("{}. {}. Version {version}.", value("name:"), value("title:"))
}
