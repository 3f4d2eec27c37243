//! The tables of `docs/streets.md` about hills, smoothness and traffic stress, as the rules themselves answer.

use isokron::network::modes::bicycle::{SMOOTHNESS, WHOLE_PART};
use isokron::network::modes::{hills, stress};

fn walking() -> String {
    let mut text = String::from("| slope | time on foot |\n| --- | --- |\n");
    for percent in [-20, -10, -5, -2, 0, 2, 5, 10, 20] {
        let millionths = hills::on_foot(10_000, percent * 100);
        let sign = if percent > 0 { "+" } else { "" };
        text += &format!(
            "| {} % | × {:.2} |\n",
            format!("{sign}{percent}").replace('-', "−"),
            millionths as f64 / 1e6
        );
    }
    text
}

fn smoothness() -> String {
    let mut text = String::from("| tag | part of the speed | at 16 km/h |\n| --- | --- | --- |\n");
    for (value, hundredths) in SMOOTHNESS {
        let tag =
            if value.is_empty() { "other `smoothness`".to_string() } else { format!("`smoothness={value}`") };
        let kmh = 16.0 * f64::from(*hundredths) / 100.0;
        text += &format!("| {tag} | {hundredths}/100 | {kmh:.1} km/h |\n");
    }
    text
}

#[test]
fn docs_say_what_the_rules_say() {
    let docs = include_str!("../../../docs/streets.md");
    let tables =
        [walking(), hills::kinds_table(), smoothness(), stress::tables_table(), stress::examples_table()];
    let missing: Vec<String> = tables.into_iter().filter(|table| !docs.contains(table)).collect();
    assert!(missing.is_empty(), "docs/streets.md lacks:\n{}", missing.join("\n"));
    assert_eq!(WHOLE_PART, 1500);
}
