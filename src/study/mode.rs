//! Ways to travel: their names in `modes` of a profile. Parser, schema and docs read them here.

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

pub const WALKED: Mode = Mode { name: "walk>transit>walk", meaning: "the same as `transit`" };
pub const BICYCLE_LEFT: Mode = Mode {
    name: "bicycle>transit>walk",
    meaning: "by bicycle to the first stop, where it is left, and on foot from the last",
};
pub const BICYCLE_ABOARD: Mode = Mode {
    name: "bicycle>transit>bicycle",
    meaning: "by bicycle to the first stop and from the last: it comes along, in trips that take bicycles",
};
pub const PARK_AND_RIDE: Mode = Mode {
    name: "car>transit>walk",
    meaning: "by car to a park-and-ride site, on foot to the stop and from the last (park and ride)",
};
pub const DROPPED_OFF: Mode = Mode {
    name: "dropped_off>transit>walk",
    meaning: "by car to the street of the first stop, where nobody parks, and on foot from the last (kiss and ride)",
};

/// All that there are.
pub const MODES: &[Mode] =
    &[WALK, BICYCLE, CAR, TRANSIT, WALKED, BICYCLE_LEFT, BICYCLE_ABOARD, PARK_AND_RIDE, DROPPED_OFF];

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
