//! [`Study`]: all that its file says.

use std::path::PathBuf;

use super::access::AccessSpec;
use super::equity::EquitySpec;
use super::isochrones::IsochronesSpec;
use super::keys::declaration::Fallback::{Absent, Required, Value};
use super::keys::declaration::Shape::{Name, Text};
use super::keys::declaration::{Entry, key};
use super::network::NetworkSpec;
use super::outputs::OutputsSpec;
use super::period::Period;
use super::places::PlacesSpec;
use super::profile::Profile;
use super::scenario::Scenario;
use super::search::Search;
use super::written::WrittenMeasure;

/// A whole study. All paths are as written, relative to `folder`.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    pub name: String,
    /// The folder of the study file.
    pub folder: PathBuf,
    pub output: PathBuf,
    /// IANA name; `None`: the feeds', if all agree.
    pub time_zone: Option<String>,
    pub network: NetworkSpec,
    pub cells: PlacesSpec,
    /// Empty: the cells are the destinations.
    pub destinations: Vec<PlacesSpec>,
    pub periods: Vec<Period>,
    pub profiles: Vec<Profile>,
    pub access: AccessSpec,
    /// As written; `measures::spec` makes sense of them.
    pub measures: Vec<WrittenMeasure>,
    pub equity: EquitySpec,
    /// `None`: no isochrones.
    pub isochrones: Option<IsochronesSpec>,
    pub outputs: OutputsSpec,
    /// Beside "base".
    pub scenarios: Vec<Scenario>,
    /// Scenarios that are run many times.
    pub searches: Vec<Search>,
}

impl Study {
    pub const KEYS: &'static [Entry<Study>] = &[
        key("study", "name", Required, "\"porto_alegre\"", "a name, [a-z0-9_]+").takes(Name).apart(),
        key("study", "output", Value("\"out\""), "\"out\"", "folder of the results").takes(Text).apart(),
        key(
            "study",
            "time_zone",
            Absent("the feeds', if all agree"),
            "\"America/Sao_Paulo\"",
            "IANA zone of dates and windows",
        )
        .takes(Text)
        .apart(),
    ];

    /// All scenarios by whose names one may ask: those of variants, too.
    pub fn named_scenarios(&self) -> impl Iterator<Item = &Scenario> {
        let variants = self.searches.iter().filter(|search| !search.keep).flat_map(|search| &search.variants);
        self.scenarios.iter().chain(variants.map(|variant| &variant.scenario))
    }
}
