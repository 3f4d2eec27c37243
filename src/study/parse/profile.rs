//! `[[profile]]` → a person and how they travel.

use toml::de::{DeTable, DeValue};

use super::value::{number, text};
use super::walk::{Section, TableReader};
use crate::study::{BicycleSpec, CarSpec, ChainLimits, ChainSpec, Profile, mode};

pub(super) fn profile<'t>(walk: &mut TableReader<'t>, table: Option<&DeTable<'t>>, at: usize) -> Profile {
    let mut s = Section::open(walk, "profile", table, at);
    let mut person = Profile::default();
    s.fill(Profile::WHO, &mut person);
    let remedy = "write some of \"walk\", \"bicycle\", \"car\" and \"transit\": [\"walk\", \"transit\"]";
    let modes = s.list("modes", remedy, known_mode);
    let has = |mode: &mode::Mode| modes.contains(&mode.name);
    person.walk = has(&mode::WALK);
    let mut chains = ChainSpec {
        on_foot: has(&mode::TRANSIT) || has(&mode::WALKED),
        bicycle_left: has(&mode::BICYCLE_LEFT),
        bicycle_aboard: has(&mode::BICYCLE_ABOARD),
        park_and_ride: has(&mode::PARK_AND_RIDE),
        dropped_off: has(&mode::DROPPED_OFF),
        ..ChainSpec::default()
    };
    let chained = chains.cycles() || chains.drives();
    person.transit = chains.on_foot || chained;
    let (cycles, drives) = (has(&mode::BICYCLE), has(&mode::CAR));
    if !modes.is_empty() && !person.walk && (person.transit || !(cycles || drives)) {
        s.wrong("modes", "lacks \"walk\"", "transit is walked to: write [\"walk\", \"transit\"]");
    }
    let others = chains.on_foot || chains.bicycle_left || chains.drives();
    if chains.bicycle_aboard && others {
        s.wrong(
            "modes",
            "has \"bicycle>transit>bicycle\" beside other ways to public transport",
            "a bicycle that comes along needs trips that take it: give it a profile of its own, with \"walk\"",
        );
    }
    s.fill(Profile::PARAMETERS, &mut person);
    chains.bicycle = bicycle_of(&mut s, person.max_travel_time_s);
    person.bicycle = cycles.then_some(chains.bicycle);
    chains.car.max_direct_s = person.max_travel_time_s;
    s.fill(CarSpec::KEYS, &mut chains.car);
    person.car = drives.then_some(chains.car);
    s.fill(ChainLimits::KEYS, &mut chains.limits);
    person.chains = chained.then_some(chains);
    person
}

/// How a profile cycles, where it does.
fn bicycle_of(s: &mut Section<'_, '_>, max_travel_time_s: u32) -> BicycleSpec {
    let mut spec = BicycleSpec { max_direct_s: max_travel_time_s, ..BicycleSpec::default() };
    s.fill(BicycleSpec::KEYS, &mut spec);
    let remedy = "write km/h from 1 to 100, with at most three decimals: bicycle_speed_kmh = 16";
    let speed = s.read("bicycle_speed_kmh", remedy, |value| {
        let metres = number(value, &(1.0..=100.0))? * 1000.0;
        let whole = (metres - metres.round()).abs() < 1e-6;
        if whole { Ok(metres.round() as u32) } else { Err("has more than three decimals".to_string()) }
    });
    spec.speed_m_per_h = speed.unwrap_or(spec.kind.flat_m_per_h());
    spec
}

fn known_mode(value: &DeValue<'_>) -> std::result::Result<&'static str, String> {
    let name = text(value)?;
    if let Some(known) = mode::NAMES.iter().find(|known| **known == name) {
        return Ok(known);
    }
    if name.contains('>') {
        return Err(format!("is \"{name}\": isokron does not do this chain of modes"));
    }
    if mode::LATER_MODES.contains(&name.as_str()) {
        return Err(format!("is \"{name}\": isokron does not do {name} yet"));
    }
    Err(format!("is \"{name}\""))
}
