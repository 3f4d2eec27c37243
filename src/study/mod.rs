//! What to compute: the study as types, with every default resolved. `parse` makes it from text.

use std::path::PathBuf;

use keys::Fallback::{Absent, Required, Value};
use keys::Shape::{Name, Text};
use keys::{Entry, key};

mod access;
mod car;
mod chains;
mod contrast;
mod equity;
pub mod fields;
mod format;
mod isochrones;
mod joined;
pub mod keys;
mod layer;
pub mod mode;
mod network;
mod outputs;
#[cfg(feature = "native")]
pub mod parse;
mod period;
mod places;
mod profile;
mod scenario;
mod search;
mod written;

pub use written::{Written, WrittenKey, WrittenMeasure};

pub use access::{AccessSpec, Unlinked};
pub use car::{COUNTRIES, CarDelays, CarSpec};
pub use chains::{ChainLimits, ChainSpec};
pub use contrast::{Against, Contrast};
pub use equity::{BootstrapSpec, EquitySpec, Material};
pub use format::TableFormat;
pub use isochrones::IsochronesSpec;
pub use joined::{InterestSpec, JoinBy, JoinSpec, TagCondition, TagFilter, Taken};
pub use layer::{split_layer, with_layer};
pub use network::NetworkSpec;
pub use outputs::{Matrix, OutputCrs, OutputsSpec};
pub use period::{Period, WindowOf};
pub use places::{GroupsAre, PlacesSource, PlacesSpec};
pub use profile::{BicycleSpec, Profile};
pub use scenario::*;
pub use search::{Attribute, MAX_SHAPLEY, RankSpec, Search, Variant};

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
