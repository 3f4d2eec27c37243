//! The tables by name, the levels of a way by each of them, and what the docs show of them.

use super::levels::Levels;
use super::{bna, conveyal, osm_lts};
use crate::network::modes::{Tags, value};
use crate::study::StressTable;
use crate::study::fields::Choice;

/// A table.
#[derive(Debug)]
pub struct NamedTable {
    pub name: StressTable,
    pub levels: fn(&Tags) -> Levels,
    pub source: &'static str,
}

/// All tables, the default first.
pub const TABLES: &[NamedTable] = &[
    NamedTable {
        name: StressTable::Conveyal,
        levels: conveyal::levels,
        source: "R5's `LevelOfTrafficStressLabeler` (conveyal/r5 at 06bc4d3), without its rule for junctions",
    },
    NamedTable {
        name: StressTable::Bna,
        levels: bna::levels,
        source: "Bicycle Network Analysis, segments (PeopleForBikes/brokenspoke-analyzer at 04598ad and 4ec7a30)",
    },
    NamedTable {
        name: StressTable::OsmLts,
        levels: osm_lts::levels,
        source: "osm-lts 0.5.1 (PyPI), numbers without a unit as km/h",
    },
];

/// A table's number in [`TABLES`].
pub fn number(name: StressTable) -> usize {
    TABLES.iter().position(|table| table.name == name).unwrap_or(0)
}

/// The levels of a way by each of [`TABLES`].
pub fn levels(tags: &Tags) -> [Levels; TABLES.len()] {
    let tagged = value(tags, "lts").and_then(|text| text.trim().parse::<f64>().ok());
    match tagged.filter(|level| (1.0..5.0).contains(level)) {
        Some(level) => [[level as u8; 2]; TABLES.len()],
        None => std::array::from_fn(|table| (TABLES[table].levels)(tags)),
    }
}

/// Tables as Markdown.
pub fn tables_table() -> String {
    let mut table = String::from("| `lts` | rules of |\n| --- | --- |\n");
    for row in TABLES {
        table += &format!("| `{}` | {} |\n", row.name.word(), row.source);
    }
    table
}

/// Ways whose levels show how the tables differ.
const EXAMPLES: &[&str] = &[
    "highway=cycleway",
    "highway=path",
    "highway=living_street",
    "highway=service",
    "highway=residential",
    "highway=residential maxspeed=30",
    "highway=residential maxspeed=40",
    "highway=residential maxspeed=50",
    "highway=unclassified maxspeed=50",
    "highway=tertiary",
    "highway=tertiary maxspeed=30 lanes=2",
    "highway=tertiary maxspeed=50 cycleway=lane",
    "highway=tertiary maxspeed=30 lanes=2 cycleway=lane",
    "highway=secondary maxspeed=50",
    "highway=secondary maxspeed=50 cycleway:both=lane",
    "highway=secondary maxspeed=50 cycleway:both=track",
    "highway=primary maxspeed=50 cycleway=lane",
    "highway=primary maxspeed=50 lanes=4",
    "highway=trunk",
    "highway=primary lts=2",
];

/// The levels of the examples as Markdown.
pub fn examples_table() -> String {
    let mut table = String::from("| tags |");
    let mut rule = String::from("| --- |");
    for named in TABLES {
        table += &format!(" `{}` |", named.name.word());
        rule += " --- |";
    }
    table += &format!("\n{rule}\n");
    for text in EXAMPLES {
        let mut tags: Vec<(String, String)> = text
            .split(' ')
            .filter_map(|tag| tag.split_once('='))
            .map(|(key, value)| (key.to_string(), value.to_string()))
            .collect();
        tags.sort();
        let shown: Vec<String> = text.split(' ').map(|tag| format!("`{tag}`")).collect();
        table += &format!("| {} |", shown.join(" "));
        for [along, against] in levels(&tags) {
            table += &match (along, against) {
                (0, 0) => " not rated |".to_string(),
                (a, b) if a == b => format!(" {a} |"),
                (a, b) => format!(" {a} along, {b} against |"),
            };
        }
        table += "\n";
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::modes::tags;

    #[test]
    fn a_tag_goes_before_all_tables() {
        assert_eq!(levels(&tags("highway=primary lts=2")), [[2; 2]; 3]);
        // Some shapefiles have fractions; what is none of the four is no level.
        assert_eq!(levels(&tags("highway=primary lts=3.0")), [[3; 2]; 3]);
        let without = levels(&tags("highway=primary"));
        for odd in ["0", "5", "high", "-1"] {
            assert_eq!(levels(&tags(&format!("highway=primary lts={odd}"))), without, "{odd}");
        }
    }
}
