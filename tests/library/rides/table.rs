//! The tables of `docs/streets.md`: which tags count, by mode, as the rules themselves answer.

use isokron::network::modes::bicycle::{self, CLASSES, SURFACES, WHOLE};
use isokron::network::modes::{Along, Use, walk};

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

fn rows(text: &mut String, asked: &[&str], answers: [&dyn Fn(&str) -> String; 2]) {
    for tags in asked {
        let shown: Vec<String> = tags.split(' ').map(|tag| format!("`{tag}`")).collect();
        *text += &format!("| {} | {} | {} |\n", shown.join(" "), answers[0](tags), answers[1](tags));
    }
}

fn tables() -> String {
    let mut text = "| tags of a way | on foot | by bicycle |\n| --- | --- | --- |\n".to_string();
    for (about, asked) in WAYS {
        text += &format!("| *{about}* | | |\n");
        rows(&mut text, asked, [&walks, &cycles]);
    }
    text += "\n| tags of a node | on foot | by bicycle |\n| --- | --- | --- |\n";
    let answer = |closed: bool| if closed { "closed" } else { "open" }.to_string();
    let walks = |text: &str| answer(walk::blocks(&tags(text)));
    let cycles = |text: &str| answer(bicycle::blocks(&tags(text)));
    rows(&mut text, NODES, [&walks, &cycles]);
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

#[test]
fn docs_say_what_the_rules_say() {
    let docs = include_str!("../../../docs/streets.md");
    for table in [tables(), speeds()] {
        assert!(docs.contains(&table), "docs/streets.md lacks:\n{table}");
    }
}
