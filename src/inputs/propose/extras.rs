//! What else a study can hold → sections behind `#`, each an example with this study's own names: whoever takes the marks
//! away has a study that runs.

use std::fmt::Write;

use super::facts::Facts;
use super::table::{CellsFacts, Coordinates};
use super::texts::{quoted, relative};

/// Lines of code, each with what it means, as a block behind `#`.
fn block(text: &mut String, lines: &[(String, &str)]) {
    text.push('\n');
    for (code, meaning) in lines {
        let line = format!("# {code}");
        let line = if meaning.is_empty() { line } else { format!("{line:<31} # {meaning}") };
        let _ = writeln!(text, "{line}");
    }
}

fn line(code: impl Into<String>, meaning: &str) -> (String, &str) {
    (code.into(), meaning)
}

/// Tables of the cells, and other destinations.
pub(super) fn places(text: &mut String, facts: &Facts, grid_crs: Option<&str>) {
    if let Some(cells) = &facts.cells
        && let Some(column) = cells.opportunities.iter().chain(&cells.population).chain(&cells.others).next()
    {
        block(
            text,
            &[
                line("[[cells.join]]", "columns of another table: here, to show how, of the cells' own"),
                line(format!("file = {}", path(facts, cells)), "name yours"),
                line(format!("key = {}", quoted(&cells.id)), "its column that is equal to the cells' id"),
                line(
                    format!("columns = [{}]", quoted(&format!("{column} as joined_{column}"))),
                    "amounts; for figures such as incomes: mean = [\"…\"]",
                ),
            ],
        );
    }
    if !facts.osm.is_empty() {
        block(
            text,
            &[
                line("[[cells.points_of_interest]]", "what OpenStreetMap has in each cell, as opportunities"),
                line("column = \"osm_schools\"", "the column that is made"),
                line(
                    "tags = [\"amenity=school\"]",
                    "one of them is enough; an extract of streets alone has none",
                ),
                line("within_m = 500", "where cells are points: at the nearest one, not farther"),
            ],
        );
    }
    let mut lines = vec![
        line("[[destinations]]", "other places than the cells, with the keys of [cells]: name yours"),
        line("name = \"others\"", ""),
    ];
    match (&facts.cells, grid_crs) {
        (Some(cells), _) => {
            lines.push(line(format!("file = {}", path(facts, cells)), ""));
            lines.push(line(format!("id = {}", quoted(&cells.id)), ""));
            match &cells.coordinates {
                Coordinates::Own => {}
                Coordinates::LonLat(lon, lat) => {
                    lines.push(line(format!("lon = {}", quoted(lon)), ""));
                    lines.push(line(format!("lat = {}", quoted(lat)), ""));
                }
                Coordinates::XY(x, y, crs) => {
                    lines.push(line(format!("x = {}", quoted(x)), ""));
                    lines.push(line(format!("y = {}", quoted(y)), ""));
                    lines.push(line(format!("crs = {}", quoted(crs)), ""));
                }
                Coordinates::Shapes(crs) => lines.push(line(format!("crs = {}", quoted(crs)), "")),
            }
        }
        (None, Some(crs)) => {
            lines.push(line("size_m = 500", "or file = \"…\", or tags = [\"amenity=hospital\"]"));
            lines.push(line(format!("crs = {}", quoted(crs)), ""));
        }
        (None, None) => return,
    }
    block(text, &lines);
}

fn path(facts: &Facts, cells: &CellsFacts) -> String {
    quoted(&relative(&cells.file, &facts.folder))
}

/// Another person, with whom the first can be set against.
pub(super) fn profile(text: &mut String) {
    block(
        text,
        &[
            line("[[profile]]", "another person; [access] contrasts sets two against each other"),
            line("name = \"slow\"", ""),
            line("walk_speed_mps = 0.8", ""),
        ],
    );
}

/// Measures, equity, isochrones, scenarios.
pub(super) fn analyses(text: &mut String, facts: &Facts, first: &str) {
    block(
        text,
        &[
            line("[[measure]]", "more than [access]: docs/measures.md has all kinds and decay functions"),
            line("kind = \"gravity\"", ""),
            line("decay = \"exponential\"", ""),
            line("half_life_min = 15", "after so many minutes a thing counts half"),
        ],
    );
    block(
        text,
        &[line("[[measure]]", "how long to the nearest place that has any"), line("kind = \"nearest\"", "")],
    );
    let mut equity = vec![
        line("[equity]", "figures of how access is shared, which are computed without it too"),
        line("indices = [\"all\"]", "names from docs/measures.md; without it the usual ones"),
    ];
    if let Some(groups) = facts.cells.as_ref().map(|cells| &cells.groups).filter(|groups| !groups.is_empty())
    {
        let groups: Vec<String> = groups.iter().map(|group| quoted(group)).collect();
        equity.push(line(format!("groups = [{}]", groups.join(", ")), "the groups to compare"));
    }
    equity.extend([
        line("income_groups = 5", "so many groups of equal population by income; 0: none"),
        line("quantiles = [10, 25, 75, 90]", "percent of the people"),
        line(
            format!("standards = {{ {first}_30min = [1000] }}"),
            "lines of sufficiency, by the beginning of a measure's name",
        ),
        line(
            "bootstrap = { replicates = 1000, block_m = 2000 }",
            "intervals by resampling blocks of cells; 0: none",
        ),
    ]);
    block(text, &equity);
    if let Some((lon, lat)) = facts.street {
        block(
            text,
            &[
                line("[isochrones]", "areas within a time; without at of every cell"),
                line(format!("at = [[{lon:.5}, {lat:.5}]]"), "lon, lat"),
                line("cutoffs_min = [15, 30]", ""),
                line("grid_m = 100", "between the points that are contoured, m"),
            ],
        );
    }
    let mut scenario =
        vec![line("[[scenario]]", "the study with edits, set against it: docs/scenarios.md has all kinds")];
    match &facts.route {
        Some((route, name)) => scenario.extend([
            line("name = \"every_ten\"", ""),
            line("[[scenario.edit]]", ""),
            line("kind = \"set_headway\"", ""),
            line(format!("route = {}", quoted(route)), name),
            line("headway_s = 600", "from its first departure to its last"),
        ]),
        None => scenario.extend([
            line("name = \"slower\"", ""),
            line("[[scenario.edit]]", ""),
            line("kind = \"set_profile\"", ""),
            line("walk_speed_mps = 0.9", ""),
        ]),
    }
    block(text, &scenario);
}
