//! What to compute: the study as types, with every default resolved. `parse` makes it from text.

mod access;
mod attribute;
mod bicycle;
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
mod whole;
mod written;

pub use access::{AccessSpec, Unlinked};
pub use attribute::{Attribute, MAX_SHAPLEY};
pub use bicycle::{BicycleKind, BicycleSpec, StressTable};
pub use car::{COUNTRIES, CarDelays, CarSpec};
pub use chains::{ChainLimits, ChainSpec};
pub use contrast::{Against, Contrast};
pub use equity::{BootstrapSpec, EquitySpec, Material};
pub use format::TableFormat;
pub use isochrones::IsochronesSpec;
pub use joined::{InterestSpec, JoinBy, JoinSpec, TagCondition, TagFilter, Taken};
pub use layer::{split_layer, with_layer};
pub use network::NetworkSpec;
pub use outputs::{MatrixOutput, OutputCrs, OutputsSpec};
pub use period::{Period, WindowOf};
pub use places::{GroupsAre, PlacesSource, PlacesSpec};
pub use profile::Profile;
pub use scenario::*;
pub use search::{RankSpec, Search, Variant};
pub use whole::Study;
pub use written::{WrittenKey, WrittenMeasure, WrittenValue};
