//! `[[measure]]` tables as written → measures made and checked; every mistake is found in one go.

use super::kinds::{Form, MEASURES, MeasureKind};
use super::parameters::{Param, ParameterRange, Parameters, Unset, param};
use super::unit::Unit;
use crate::base::error::{Error, Problem, Result};
use crate::base::near::nearest;
use crate::base::place::Place;
use crate::study::WrittenMeasure;

/// What every measure takes.
pub const COMMON: &[Param] = &[
    param("kind", Unset::Must, "which measure"),
    param(
        "name",
        Unset::Words("the kind, with passive_ before it where it is that"),
        "its name in columns, [a-z0-9_]+",
    ),
    param(
        "of",
        Unset::Words("all opportunity columns; passive: \"population\""),
        "columns of what is reached; passive: of who reaches, \"population\" or any column of the cells",
    ),
    param(
        "direction",
        Unset::Word("active"),
        "active: what each cell reaches; passive: who reaches each destination: the same formula with origins and \
         destinations, and their columns, exchanged",
    ),
    param(
        "percentiles",
        Unset::Words("[access] percentiles"),
        "of travel time over the departures, one result each; [] for none",
    ),
    param(
        "mean",
        Unset::Words("false"),
        "also the mean of the access over the departures (sums only, and mean_time)",
    ),
];

pub const DEMAND: Param = param(
    "demand",
    Unset::Words("\"population\"; passive: must be given"),
    "column of who wants it, at the place that the result is for",
);

/// A measure as asked for: made, but not yet tied to columns.
#[derive(Debug)]
pub struct MeasureSpec {
    pub name: String,
    /// Where it was asked for, for messages.
    pub place: Place,
    pub kind: &'static MeasureKind,
    pub form: Form,
    pub of: Option<Vec<String>>,
    pub demand: Option<String>,
    pub passive: bool,
    pub percentiles: Option<Vec<f64>>,
    pub mean: bool,
    /// What its limits and rates are in.
    pub unit: Unit,
}

/// Makes all measures, of travel times.
///
/// # Errors
/// Everything that is wrong in them.
pub fn resolve(specs: &[WrittenMeasure]) -> Result<Vec<MeasureSpec>> {
    resolve_in(specs, &Unit::Time)
}

/// Makes all measures, of costs in a unit.
///
/// # Errors
/// As [`resolve`].
pub fn resolve_in(specs: &[WrittenMeasure], unit: &Unit) -> Result<Vec<MeasureSpec>> {
    let mut asked: Vec<MeasureSpec> = Vec::new();
    let mut problems = Vec::new();
    for spec in specs {
        let mut given = Parameters::new(spec, unit);
        let made = one(&mut given, &spec.place, unit);
        problems.append(&mut given.problems);
        let Some(made) = made else { continue };
        if asked.iter().any(|known| known.name == made.name) {
            problems.push(Problem::new(
                &spec.place,
                format!("there are two measures called {}", made.name),
                "give each a name of its own: name = \"…\"",
            ));
        }
        asked.push(made);
    }
    if problems.is_empty() { Ok(asked) } else { Err(Error::Input(problems)) }
}

fn one(given: &mut Parameters<'_>, place: &Place, unit: &Unit) -> Option<MeasureSpec> {
    given.knows(COMMON);
    let word = given.text("kind", "\"gravity\"")?;
    let Some(kind) = MEASURES.iter().find(|kind| kind.name == word) else {
        let all = MEASURES.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", ");
        let remedy = match word.as_str() {
            "cost_to_closest" => {
                "the nearest places: nearest; the time to so many opportunities: dual".into()
            }
            "floating_catchment_area" => "choose 2sfca, e2sfca, m2sfca, 3sfca or bfca".into(),
            _ => match nearest(&word, MEASURES.iter().map(|kind| kind.name)) {
                Some(near) => format!("did you mean {near}? The measures are {all}"),
                None => format!("the measures are {all}"),
            },
        };
        given.wrong("kind", format!("is \"{word}\""), remedy);
        return None;
    };
    given.knows(kind.parameters);
    if kind.demand {
        given.knows(&[DEMAND]);
    }
    if kind.decay {
        given.knows(&[DECAY]);
    }
    let form = (kind.make)(given);
    let passive = given.choice("direction", &["active", "passive"]) == Some(1);
    let name = given.text("name", "\"jobs_near\"");
    if let Some(name) = &name {
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !name.chars().all(good) {
            given.wrong("name", format!("is \"{name}\""), "use small letters a-z, digits and _ only");
        }
    }
    let prefix = if passive { "passive_" } else { "" };
    let name = name.unwrap_or_else(|| format!("{prefix}{}", kind.name));
    let percentiles = given.numbers("percentiles", ParameterRange::Percentile, true);
    let mean = given.flag("mean");
    let of = given.texts("of");
    let demand = if kind.demand { given.text("demand", "\"population\"") } else { None };
    if passive && kind.demand && !given.has("demand") {
        given.wrong("demand", "is missing", "passive, say which column of the destinations wants it");
    }
    given.check_keys();
    let form = form?;
    if mean && form.sums().is_none() {
        let sums = "cumulative, gravity, mean_time and interval with summary = \"mean\" have it";
        given.wrong("mean", format!("over departures is not defined for this {word}"), sums);
    }
    if !mean && percentiles.as_ref().is_some_and(Vec::is_empty) {
        given.wrong("percentiles", "is empty", "write at least one, or mean = true");
    }
    let (place, unit) = (place.clone(), unit.clone());
    Some(MeasureSpec { name, place, kind, form, of, demand, passive, percentiles, mean, unit })
}

/// The key that names a decay function.
pub const DECAY: Param = param("decay", Unset::Must, "the decay function, whose parameters stand beside it");

impl MeasureSpec {
    /// Whether an origin's value depends on that origin alone.
    pub fn is_of_one_origin(&self) -> bool {
        !self.passive && !matches!(self.form, Form::All(_))
    }

    /// The measure's own percentiles, or those of the study.
    pub fn percentiles<'a>(&'a self, otherwise: &'a [f64]) -> &'a [f64] {
        self.percentiles.as_deref().unwrap_or(otherwise)
    }

    /// The longest travel time that matters to any of `asked`, s; `most` where it has no end.
    pub fn longest_s(asked: &[MeasureSpec], most: u32) -> u32 {
        let reach = asked.iter().map(|asked| asked.form.reach_s()).fold(0.0, f64::max);
        reach.min(f64::from(most)) as u32
    }
}
