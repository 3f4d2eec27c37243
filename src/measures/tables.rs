//! The registers of measures and decay functions as text: tables for the docs, lists for `--help`.

use super::decay::DECAYS;
use super::kinds::MEASURES;
use super::parameters::Param;
use super::spec::COMMON;

/// What every measure takes, then the parameters of each kind, as a Markdown table.
pub fn keys() -> String {
    let mut table = String::from("| kind | key | default | meaning |\n| --- | --- | --- | --- |\n");
    let mut rows = |kind: &str, params: &[Param]| {
        for param in params {
            let name = param.name;
            table += &format!("| {kind} | `{name}` | {} | {} |\n", param.unset.shown(), param.meaning);
        }
    };
    rows("any", COMMON);
    for kind in MEASURES {
        rows(kind.name, kind.parameters);
        if kind.decay {
            rows(kind.name, &[super::spec::DECAY]);
        }
        if kind.demand {
            rows(kind.name, &[super::spec::DEMAND]);
        }
    }
    for kind in DECAYS {
        rows(&format!("decay {}", kind.name), kind.parameters);
    }
    table
}

/// The measures as a Markdown table.
pub fn measures() -> String {
    let mut table = String::from(
        "| kind | formula | author, year | unit | when | elsewhere |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for kind in MEASURES {
        table += &format!(
            "| `{}` | {} | {} | {} | {} | {} |\n",
            kind.name,
            escaped(kind.formula),
            kind.source,
            kind.unit,
            kind.purpose,
            escaped(kind.elsewhere)
        );
    }
    table
}

/// The decay functions as a Markdown table.
pub fn decays() -> String {
    let mut table = String::from(
        "| decay | weight at travel time c, in minutes | author, year | parameters | elsewhere |\n\
         | --- | --- | --- | --- | --- |\n",
    );
    for kind in DECAYS {
        let parameters: Vec<String> =
            kind.parameters.iter().map(|param| format!("`{}`", param.name)).collect();
        table += &format!(
            "| `{}` | {} | {} | {} | {} |\n",
            kind.name,
            escaped(kind.formula),
            kind.source,
            parameters.join(", "),
            escaped(kind.elsewhere)
        );
    }
    table
}

/// Measures and decay functions with their keys, a line each.
pub fn help() -> String {
    let keys = |params: &[Param]| params.iter().map(|param| param.name).collect::<Vec<_>>().join(", ");
    let mut text = String::from("Measures, with their keys:\n");
    for kind in MEASURES {
        let decay = if kind.decay { "decay" } else { "" };
        let demand = if kind.demand { "demand" } else { "" };
        let all: Vec<String> = [keys(kind.parameters), decay.into(), demand.into()].into();
        let all: Vec<&str> = all.iter().map(String::as_str).filter(|keys| !keys.is_empty()).collect();
        text += &format!("  {:<22} {}\n", kind.name, all.join(", "));
    }
    text +=
        &format!("  any of them            {}\n\nDecay functions, with their keys:\n", keys(&COMMON[1..]));
    for kind in DECAYS {
        text += &format!("  {:<22} {}\n", kind.name, keys(kind.parameters));
    }
    text
}

fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}
