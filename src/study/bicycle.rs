//! How somebody cycles: keys of `[[profile]]`.

use super::fields::Choice;
use super::keys::declaration::Fallback::Absent;
use super::keys::declaration::Shape::{Number, Whole, Words};
use super::keys::declaration::{Entry, key};
use super::keys::shapes::SECONDS;

/// How somebody cycles from door to door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BicycleSpec {
    /// On a good surface on the flat, metres an hour.
    pub speed_m_per_h: u32,
    pub kind: BicycleKind,
    pub stress: StressTable,
    /// Where the level of stress is above it, one pushes.
    pub max_stress: u32,
    /// 0: not at all.
    pub max_direct_s: u32,
}

impl Default for BicycleSpec {
    fn default() -> Self {
        BicycleSpec {
            speed_m_per_h: BicycleKind::default().flat_m_per_h(),
            kind: BicycleKind::default(),
            stress: StressTable::default(),
            max_stress: 4,
            max_direct_s: 0,
        }
    }
}

/// What is ridden; what each means is for `network::modes::hills` to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BicycleKind {
    #[default]
    Standard,
    EBike,
    Cargo,
}

impl BicycleKind {
    /// Where the profile says no speed, metres an hour. 16 km/h is between the defaults of R5 (14.4) and OpenTripPlanner
    /// (18). Riders of e-bikes went 17.4 km/h where others went 15.3 (Schleinitz et al. 2017, "The German Naturalistic
    /// Cycling Study", Safety Science 92: 290–297).
    pub fn flat_m_per_h(self) -> u32 {
        match self {
            BicycleKind::Standard | BicycleKind::Cargo => 16_000,
            BicycleKind::EBike => 18_000,
        }
    }
}

impl Choice for BicycleKind {
    const WORDS: &'static [&'static str] = &["standard", "e-bike", "cargo"];
    const ALL: &'static [Self] = &[BicycleKind::Standard, BicycleKind::EBike, BicycleKind::Cargo];
}

/// A table of levels of traffic stress; what each means is for `network::modes::stress` to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StressTable {
    #[default]
    Conveyal,
    Bna,
    OsmLts,
}

impl Choice for StressTable {
    const WORDS: &'static [&'static str] = &["conveyal", "bna", "osm_lts"];
    const ALL: &'static [Self] = &[StressTable::Conveyal, StressTable::Bna, StressTable::OsmLts];
}

impl BicycleSpec {
    /// Of `[[profile]]`, too; scenarios leave them alone.
    pub const KEYS: &'static [Entry<BicycleSpec>] = &[
        key(
            "profile",
            "bicycle_type",
            Absent("\"standard\", where one cycles"),
            "\"e-bike\"",
            "what is ridden: speed on the flat and on slopes (docs/streets.md)",
        )
        .takes(Words(BicycleKind::WORDS))
        .fills(|spec| &mut spec.kind),
        key(
            "profile",
            "bicycle_speed_kmh",
            Absent("16, of an e-bike 18"),
            "16",
            "cycling speed on the flat and a good surface, km/h",
        )
        .takes(Number(1.0, 100.0))
        .apart(),
        key(
            "profile",
            "lts",
            Absent("\"conveyal\", where one cycles"),
            "\"bna\"",
            "table of levels of traffic stress by way (docs/streets.md); an lts tag wins",
        )
        .takes(Words(StressTable::WORDS))
        .fills(|spec| &mut spec.stress),
        key(
            "profile",
            "max_lts",
            Absent("4, where one cycles"),
            "2",
            "streets of more traffic stress are pushed along, 1 to 4; 4: none",
        )
        .takes(Whole(1, 4))
        .fills(|spec| &mut spec.max_stress),
        key(
            "profile",
            "max_direct_bicycle_s",
            Absent("max_travel_time_s"),
            "3600",
            "longest ride by bicycle from door to door; 0: none",
        )
        .takes(SECONDS)
        .fills(|spec| &mut spec.max_direct_s),
    ];
}
