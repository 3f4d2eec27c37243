//! The tables of `docs/streets.md`: which tags count, by mode, as the rules themselves answer.

use isokron::network::modes::bicycle::{self, CLASSES, SURFACES, WHOLE};
use isokron::network::modes::{Along, Use, car, car_delays, car_speeds, walk};

use super::tags;

/// What is asked of the rules, by what it is about.
const WAYS: &[(&str, &[&str])] = &[
    (
        "classes of way",
        &[
            "highway=motorway",
            "highway=trunk",
            "highway=trunk sidewalk=no",
            "highway=trunk motorroad=yes",
            "highway=primary",
            "highway=residential",
            "highway=living_street",
            "highway=service",
            "highway=track",
            "highway=path",
            "highway=cycleway",
            "highway=footway",
            "highway=pedestrian",
            "highway=bridleway",
            "highway=steps",
            "highway=steps ramp:bicycle=yes",
            "highway=busway",
            "highway=construction",
            "railway=platform",
            "man_made=pier",
            "route=ferry",
        ],
    ),
    (
        "access: the most specific tag wins",
        &[
            "highway=service access=no",
            "highway=service access=no bicycle=yes",
            "highway=service access=private",
            "highway=service service=private",
            "highway=residential access=destination",
            "highway=service access=customers",
            "highway=service access=delivery",
            "highway=residential vehicle=no",
            "highway=residential vehicle=destination",
            "highway=track vehicle=forestry",
            "highway=track motor_vehicle=no",
            "highway=track motor_vehicle=yes",
            "highway=residential motor_vehicle=no",
            "highway=residential motor_vehicle=destination",
            "highway=service service=parking_aisle",
            "highway=service service=driveway",
            "highway=service service=emergency_access",
            "highway=service access=psv",
            "highway=footway bicycle=yes",
            "highway=path bicycle=no",
            "highway=path bicycle=dismount",
            "highway=primary bicycle=use_sidepath",
            "highway=cycleway foot=no",
            "highway=residential foot=no",
        ],
    ),
    (
        "directions",
        &[
            "highway=residential oneway=yes",
            "highway=residential oneway=-1",
            "highway=residential oneway=yes oneway:bicycle=no",
            "highway=residential oneway=yes cycleway=opposite",
            "highway=residential oneway=yes cycleway:left=opposite_lane",
            "highway=residential oneway=yes cycleway:left:oneway=-1",
            "highway=residential bicycle:backward=no",
            "highway=residential motor_vehicle:backward=no",
            "highway=residential oneway=yes oneway:motor_vehicle=no",
            "highway=residential oneway=reversible",
            "highway=motorway_link",
            "highway=tertiary junction=roundabout",
            "highway=footway oneway:foot=yes",
        ],
    ),
];

const NODES: &[&str] = &[
    "barrier=gate",
    "barrier=gate access=no",
    "barrier=gate access=private",
    "barrier=gate access=private foot=yes",
    "barrier=gate access=no bicycle=yes",
    "barrier=bollard",
    "barrier=bollard motor_vehicle=yes",
    "barrier=lift_gate",
    "barrier=cycle_barrier bicycle=no",
    "barrier=stile",
    "barrier=turnstile",
];

fn walks(text: &str) -> String {
    let walk = walk::way(&tags(text));
    match (walk.forward, walk.backward) {
        (true, true) => "yes",
        (true, false) => "along only",
        (false, true) => "against only",
        (false, false) => "no",
    }
    .to_string()
}

fn cycles(text: &str) -> String {
    let Along { forward, backward, ends_only } = bicycle::way(&tags(text));
    let word = |used| match used {
        Use::No => "no",
        Use::OnFoot => "push",
        Use::Riding => "ride",
    };
    let ends = if ends_only { "; only to begin or to end there" } else { "" };
    match forward == backward {
        true => format!("{}{ends}", word(forward)),
        false => format!("{} along, {} against{ends}", word(forward), word(backward)),
    }
}

fn drives(text: &str) -> String {
    let Along { forward, backward, ends_only } = car::way(&tags(text));
    let ends = if ends_only { "; only to begin or to end there" } else { "" };
    match (forward != Use::No, backward != Use::No) {
        (true, true) => format!("drive{ends}"),
        (true, false) => format!("drive along{ends}"),
        (false, true) => format!("drive against{ends}"),
        (false, false) => "no".to_string(),
    }
}

fn rows(text: &mut String, asked: &[&str], answers: [&dyn Fn(&str) -> String; 3]) {
    for tags in asked {
        let shown: Vec<String> = tags.split(' ').map(|tag| format!("`{tag}`")).collect();
        let answers = answers.map(|answer| answer(tags));
        *text += &format!("| {} | {} |\n", shown.join(" "), answers.join(" | "));
    }
}

fn tables() -> String {
    let mut text =
        "| tags of a way | on foot | by bicycle | by car |\n| --- | --- | --- | --- |\n".to_string();
    for (about, asked) in WAYS {
        text += &format!("| *{about}* | | | |\n");
        rows(&mut text, asked, [&walks, &cycles, &drives]);
    }
    text += "\n| tags of a node | on foot | by bicycle | by car |\n| --- | --- | --- | --- |\n";
    let answer = |closed: bool| if closed { "closed" } else { "open" }.to_string();
    let walks = |text: &str| answer(walk::blocks(&tags(text)));
    let cycles = |text: &str| answer(bicycle::blocks(&tags(text)));
    let drives = |text: &str| answer(car::blocks(&tags(text)));
    rows(&mut text, NODES, [&walks, &cycles, &drives]);
    text
}

fn speeds() -> String {
    let mut text = "| tag | part of the speed | at 16 km/h |\n| --- | --- | --- |\n".to_string();
    for (key, table) in [("highway", CLASSES), ("surface", SURFACES)] {
        for (value, part) in table {
            let tag = if value.is_empty() { format!("other `{key}`") } else { format!("`{key}={value}`") };
            let kmh = 16.0 * f64::from(*part) / f64::from(WHOLE);
            text += &format!("| {tag} | {part}/{WHOLE} | {kmh:.1} km/h |\n");
        }
    }
    text
}

/// Speeds of cars where no sign stands: by country, and by class.
fn car_tables() -> [String; 2] {
    let mut laws = "| country | living street | built-up | elsewhere | motor road | motorway |\n".to_string();
    laws += "| --- | --- | --- | --- | --- | --- |\n";
    for law in car_speeds::LAWS {
        let car_speeds::Law { country, living_street, urban, rural, trunk, motorway } = law;
        laws += &format!("| {country} | {living_street} | {urban} | {rural} | {trunk} | {motorway} |\n");
    }
    let mut classes = "| `highway` | km/h |\n| --- | --- |\n".to_string();
    for (class, kmh) in car_speeds::CLASSES {
        let class = if class.is_empty() { "other".to_string() } else { format!("`{class}`") };
        classes += &format!("| {class} | {kmh} |\n");
    }
    [laws, classes]
}

#[test]
fn a_study_names_the_countries_whose_law_is_known() {
    let known: Vec<&str> = car_speeds::LAWS.iter().map(|law| law.country).collect();
    assert_eq!(known, isokron::study::COUNTRIES);
}

#[test]
fn docs_say_what_the_rules_say() {
    let docs = include_str!("../../../docs/streets.md");
    let [laws, classes] = car_tables();
    for table in [tables(), speeds(), laws, classes, car_delays::table()] {
        assert!(docs.contains(&table), "docs/streets.md lacks:\n{table}");
    }
}
