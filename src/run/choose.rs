//! The profile or period that a command line means.

use crate::base::error::{Error, Problem, Result};

/// The one that is meant: by name, or the only one.
pub fn choose<'a, T>(
    what: &str,
    all: &'a [T],
    name: impl Fn(&T) -> &str,
    asked: Option<&str>,
) -> Result<&'a T> {
    let names = all.iter().map(&name).collect::<Vec<_>>().join(", ");
    let problem = |text: String| {
        let remedy = match all {
            [] => format!("add a [[{what}]] to the study"),
            _ => format!("choose one with --{what}: {names}"),
        };
        Err(Error::Usage(Problem::new("", text, remedy)))
    };
    match (asked, all) {
        (Some(asked), _) => match all.iter().find(|one| name(one) == asked) {
            Some(one) => Ok(one),
            None => problem(format!("the study has no {what} {asked}")),
        },
        (None, [one]) => Ok(one),
        (None, []) => problem(format!("the study has no {what}")),
        (None, _) => problem(format!("the study has several {what}s")),
    }
}
