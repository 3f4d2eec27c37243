//! Problems on the terminal: with the line that they are about, what is wrong in it underlined; and as JSON.

use std::io::IsTerminal;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde_json::{Value, json};

use crate::base::error::{Error, Problem};
use crate::base::place::Spot;

/// Columns of what is printed; longer lines of a study are cut around what is underlined.
const COLUMNS: usize = 120;

/// Whether standard error shows colours: a terminal, unless NO_COLOR is set (no-color.org).
pub fn coloured() -> bool {
    let asked_not = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    std::io::stderr().is_terminal() && !asked_not && !dumb
}

/// An error in words, without the last line's end.
pub fn words(error: &Error, coloured: bool) -> String {
    let problems = of(error);
    if problems.iter().all(|problem| problem.place.spot().is_none()) {
        return format!("error: {error}");
    }
    let renderer = if coloured { Renderer::styled() } else { Renderer::plain() }.term_width(COLUMNS);
    let one = |problem: &Problem| match problem.place.spot() {
        Some(spot) => renderer.render(&[shown(problem, spot)]),
        None => format!("error: {problem}"),
    };
    problems.iter().map(one).collect::<Vec<_>>().join("\n\n")
}

fn shown<'p>(problem: &'p Problem, spot: &'p Spot) -> Group<'p> {
    let marked = AnnotationKind::Primary.span(spot.marked.clone());
    let source = Snippet::source(&spot.text).line_start(spot.line).path(&spot.file).annotation(marked);
    let group = Level::ERROR.primary_title(&problem.what).element(source);
    if problem.remedy.is_empty() { group } else { group.element(Level::HELP.message(&problem.remedy)) }
}

fn of(error: &Error) -> &[Problem] {
    match error {
        Error::Input(problems) => problems,
        Error::Usage(problem) | Error::Machine(problem) => std::slice::from_ref(problem),
        Error::Stopped => &[],
    }
}

/// An error for machines: its kind and exit code, and every problem with its place; `null` where it has none.
pub fn json(error: &Error) -> Value {
    let code = match error {
        Error::Input(_) => "input",
        Error::Usage(_) => "usage",
        Error::Stopped => "stopped",
        Error::Machine(_) => "machine",
    };
    let one = |problem: &Problem| {
        let spot = problem.place.spot();
        let columns = spot.map(|spot| spot.text[spot.marked.clone()].chars().count());
        json!({
            "code": code,
            "place": &*problem.place,
            "file": spot.map(|spot| &spot.file),
            "line": spot.map(|spot| spot.line),
            "column": spot.map(|spot| spot.column),
            "end_column": spot.zip(columns).map(|(spot, columns)| spot.column + columns),
            "message": problem.what,
            "remedy": problem.remedy,
        })
    };
    let problems: Vec<Value> = of(error).iter().map(one).collect();
    json!({ "error": code, "exit_code": error.exit_code(), "problems": problems })
}
