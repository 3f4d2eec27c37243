//! The keys of the study. Each section's stand beside its type, in a file of `study/`; [`keys`] has them all.

pub(super) mod declaration;
pub mod shapes;

use super::search;
use super::{
    AccessSpec, BicycleSpec, BootstrapSpec, CarSpec, ChainLimits, EquitySpec, InterestSpec, IsochronesSpec,
    JoinSpec, NetworkSpec, OutputsSpec, Period, PlacesSpec, Profile, Study,
};
pub use declaration::{Entry, Fallback, FieldOf, Key, MAX_SECONDS, Shape, key};

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
    ("network", "pathways", "pathways in stations"),
    ("network", "zones", "on-demand zones"),
    ("network", "congestion", "congestion"),
    ("destinations", "population", "people at destinations"),
    ("destinations", "groups", "people at destinations"),
    ("destinations", "groups_are", "people at destinations"),
    ("destinations", "income", "people at destinations"),
    ("destinations", "population_se", "people at destinations"),
    ("destinations", "income_se", "people at destinations"),
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
