//! What a key of the study is: its one declaration, from which the parser takes names, limits and defaults, `init` its
//! comments, the schema what editors check, the docs their table and the manifest its order. Each section's keys stand
//! beside its type, in a file of `study/`; [`keys`] has them all.

use super::fields::Field;
use super::{
    AccessSpec, BicycleSpec, BootstrapSpec, CarSpec, ChainLimits, EquitySpec, InterestSpec, IsochronesSpec,
    JoinSpec, NetworkSpec, OutputsSpec, Period, PlacesSpec, Profile, Study, search,
};

/// A day and a half: no walk, slack or journey is longer.
pub const MAX_SECONDS: u32 = 129_600;

/// What holds where a key is not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// It must be written.
    Required,
    /// Nothing, or what the words say.
    Absent(&'static str),
    /// What this other key of the section says.
    As(&'static str),
    /// This value, as TOML.
    Value(&'static str),
}

impl Fallback {
    /// For a table of keys.
    pub fn shown(self) -> String {
        match self {
            Fallback::Required => "(must be given)".to_string(),
            Fallback::Absent(words) | Fallback::As(words) => words.to_string(),
            Fallback::Value(text) => format!("`{text}`"),
        }
    }

    /// What holds instead, where that is no value.
    pub fn otherwise(self) -> Option<&'static str> {
        match self {
            Fallback::Absent(words) | Fallback::As(words) => Some(words),
            Fallback::Required | Fallback::Value(_) => None,
        }
    }
}

/// What a value may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// A text that is not blank.
    Text,
    /// A name of `[a-z0-9_]+`.
    Name,
    /// The path of a file that must be there.
    File,
    /// A text of this form, as a regular expression.
    Form(&'static str),
    /// One of a few words.
    Words(&'static [&'static str]),
    /// An index of equity, or "all".
    Index,
    Flag,
    /// A whole number, from and to.
    Whole(i64, i64),
    /// A number, from and to.
    Number(f64, f64),
    /// A number above the first, up to the second.
    Above(f64, f64),
    /// A speed above 0, up to this, m/s; whole mm/s.
    Speed(f64),
    /// A number between the two, both excluded.
    Between(f64, f64),
    /// Any number of items.
    List(&'static Shape),
    /// One or more items.
    Filled(&'static Shape),
    /// So many items.
    Exactly(usize, &'static Shape),
    Either(&'static [Shape]),
    /// A table with the keys of this section, kind of edit, or table within one.
    Table(&'static str),
    /// A table with keys of any name.
    Map(&'static Shape),
    /// One of the kinds of edits.
    Edit,
    Any,
}

/// Shapes that several sections have.
pub mod shapes {
    use super::MAX_SECONDS;
    use super::Shape::{self, Above, Exactly, File, Filled, Form, List, Number, Text, Whole};

    /// No number of a study is larger.
    pub const LARGE: f64 = f64::MAX;
    pub const POSITIVE: Shape = Above(0.0, LARGE);
    pub const SECONDS: Shape = Whole(0, MAX_SECONDS as i64);
    pub const SOME_SECONDS: Shape = Whole(1, MAX_SECONDS as i64);
    /// Cutoffs.
    pub const MINUTES: Shape = Filled(&Whole(1, MAX_SECONDS as i64 / 60));
    pub const PERCENTILES: Shape = Filled(&Above(0.0, 100.0));
    /// How far something may lie, m.
    pub const NEAR: Shape = Number(0.0, 100_000.0);
    pub const LON: Shape = Number(-180.0, 180.0);
    /// Longitude and latitude; that the second is within 90° the parser says.
    pub const POINT: Shape = Exactly(2, &LON);
    pub const EPSG: Shape = Form(r"^\s*[Ee][Pp][Ss][Gg]:[0-9]+\s*$");
    pub const TEXTS: Shape = List(&Text);
    pub const FILES: Shape = List(&File);
}

/// A key of the study file.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    pub section: &'static str,
    pub name: &'static str,
    pub takes: Shape,
    pub default: Fallback,
    /// A value as one would write it, as TOML.
    pub example: &'static str,
    pub meaning: &'static str,
}

/// A key that takes anything; [`Key::takes`] says less.
pub const fn key(
    section: &'static str,
    name: &'static str,
    default: Fallback,
    example: &'static str,
    meaning: &'static str,
) -> Key {
    Key { section, name, takes: Shape::Any, default, example, meaning }
}

impl Key {
    pub const fn takes(self, takes: Shape) -> Key {
        Key { takes, ..self }
    }

    /// The same key in another section, with another default.
    pub const fn of(self, section: &'static str, default: Fallback) -> Key {
        Key { section, default, ..self }
    }

    /// With the field that it fills.
    pub const fn fills<S>(self, field: FieldOf<S>) -> Entry<S> {
        Entry { key: self, field: Some(field) }
    }

    /// The section's own code reads it, and writes it into the manifest.
    pub const fn apart<S>(self) -> Entry<S> {
        Entry { key: self, field: None }
    }
}

/// Where in a section's type a key's value lies.
pub type FieldOf<S> = fn(&mut S) -> &mut dyn Field;

/// A key of a section whose type is `S`.
pub struct Entry<S> {
    pub key: Key,
    pub field: Option<FieldOf<S>>,
}

/// The sections: name, and whether there may be several (`[[name]]`).
pub const SECTIONS: &[(&str, bool)] = &[
    ("study", false),
    ("network", false),
    ("cells", false),
    ("destinations", true),
    ("period", true),
    ("profile", true),
    ("access", false),
    ("measure", true),
    ("equity", false),
    ("isochrones", false),
    ("outputs", false),
    ("scenario", true),
];

/// What is planned but not done: section ("" for a whole section), key, what it would be.
pub const LATER: &[(&str, &str, &str)] = &[
    ("", "fares", "fares"),
    ("", "emissions", "emissions"),
    ("network", "elevation", "elevation"),
    ("network", "pathways", "pathways in stations"),
    ("network", "zones", "on-demand zones"),
    ("network", "congestion", "congestion"),
    ("destinations", "population", "people at destinations"),
    ("destinations", "groups", "people at destinations"),
    ("destinations", "groups_are", "people at destinations"),
    ("destinations", "income", "people at destinations"),
    ("destinations", "population_se", "people at destinations"),
    ("destinations", "income_se", "people at destinations"),
    ("profile", "max_stress", "stress of cycling"),
    ("profile", "wheelchair", "wheelchair access"),
    ("profile", "step_free", "step-free travel"),
    ("profile", "max_fare", "fares"),
    ("scenario", "profile", "profiles of one scenario by that name (write kind = \"set_profile\")"),
];

/// The keys of all sections, in the order of the docs.
pub fn keys() -> impl Iterator<Item = &'static Key> {
    fn of<S>(entries: &'static [Entry<S>]) -> impl Iterator<Item = &'static Key> {
        entries.iter().map(|entry| &entry.key)
    }
    of(Study::KEYS)
        .chain(of(NetworkSpec::KEYS))
        .chain(of(PlacesSpec::KEYS))
        .chain(of(JoinSpec::KEYS))
        .chain(of(InterestSpec::KEYS))
        .chain(of(PlacesSpec::OF_DESTINATIONS))
        .chain(of(Period::KEYS))
        .chain(of(Profile::WHO))
        .chain(of(Profile::PARAMETERS))
        .chain(of(BicycleSpec::KEYS))
        .chain(of(CarSpec::KEYS))
        .chain(of(ChainLimits::KEYS))
        .chain(of(AccessSpec::KEYS))
        .chain(of(EquitySpec::KEYS))
        .chain(of(BootstrapSpec::KEYS))
        .chain(of(IsochronesSpec::KEYS))
        .chain(of(OutputsSpec::KEYS))
        .chain(search::KEYS)
}

/// All keys as a Markdown table: section, key, default, meaning.
pub fn defaults_table() -> String {
    let mut table = String::from("| section | key | default | meaning |\n| --- | --- | --- | --- |\n");
    for key in keys() {
        let default = key.default.shown();
        table += &format!("| {} | `{}` | {default} | {} |\n", key.section, key.name, key.meaning);
    }
    table
}
