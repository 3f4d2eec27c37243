//! Ways to travel: their names in `modes` of a profile. Parser, schema and docs read them here.

use super::chains;

/// A way to travel.
#[derive(Debug)]
pub struct Mode {
    pub name: &'static str,
    pub meaning: &'static str,
}

pub const WALK: Mode = Mode { name: "walk", meaning: "on foot along streets" };
pub const BICYCLE: Mode = Mode { name: "bicycle", meaning: "by bicycle along streets, from door to door" };
pub const CAR: Mode = Mode { name: "car", meaning: "by car along streets, from door to door" };
pub const TRANSIT: Mode =
    Mode { name: "transit", meaning: "by public transport, walking to the first stop and from the last" };

/// All that there are.
pub const MODES: &[Mode] = &[
    WALK,
    BICYCLE,
    CAR,
    TRANSIT,
    chains::WALKED,
    chains::BICYCLE_LEFT,
    chains::BICYCLE_ABOARD,
    chains::PARK_AND_RIDE,
    chains::DROPPED_OFF,
];

/// Their names.
pub const NAMES: &[&str] = &{
    let mut names = [""; MODES.len()];
    let mut i = 0;
    while i < names.len() {
        names[i] = MODES[i].name;
        i += 1;
    }
    names
};

/// Those that are planned, refused with a word.
pub const LATER_MODES: &[&str] = &["park-and-ride"];

/// Modes as a Markdown table.
pub fn modes_table() -> String {
    let mut table = String::from("| mode | what it is |\n| --- | --- |\n");
    for mode in MODES {
        table += &format!("| `{}` | {} |\n", mode.name, mode.meaning);
    }
    table
}
