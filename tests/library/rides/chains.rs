//! Ways to stops by bicycle and car.
//!
//! ```text
//!  A─────S═════T      ─ a street, ═ a footpath; 0.001° (111.319 m) each. The stop is at T, a park-and-ride site at S.
//!        │
//!        B            0.001° further south (110.574 m)
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use isokron::base::csr::{Csr, TimedArc};
use isokron::base::error::Result;
use isokron::base::executor::Quiet;
use isokron::base::units::SpeedMmPerS;
use isokron::engine::feeders::swept_rows;
use isokron::inputs::raw::RawStreets;
use isokron::network::StreetLegs;
use isokron::network::links::{LinkRule, Linkage, Linker};
use isokron::network::rides::{By, CarSpeeds, Chains, Feeder, FeederParts, OnwardWalks, Speeds, Vehicle};
use isokron::network::streets::RiddenStreets;
use isokron::network::transit::Stops;
use isokron::routing::SimdLevel;
use isokron::study::CarDelays;

use super::{bicycle, car, linked, town};

const WALK: SpeedMmPerS = SpeedMmPerS(1000);

fn streets() -> RawStreets {
    let nodes = [(0.0, 0.0, ""), (1.0, 0.0, ""), (2.0, 0.0, ""), (1.0, -1.0, "")];
    town(
        &nodes,
        &[
            (&[0, 1], "highway=residential maxspeed=36"),
            (&[1, 2], "highway=footway"),
            (&[1, 3], "highway=residential maxspeed=36"),
        ],
    )
}

const A: (f64, f64) = (0.0, 0.0);
const S: (f64, f64) = (1.0, 0.0);
const T: (f64, f64) = (2.0, 0.0);
const B: (f64, f64) = (1.0, -1.0);

fn parts(by: By, vehicle: Vehicle, streets: RiddenStreets, places: Linkage, to: Linkage) -> FeederParts {
    FeederParts {
        by,
        vehicle,
        streets: Arc::new(streets),
        places: Arc::new(places),
        to: Arc::new(to),
        limit_s: 1000,
        extra_s: 0,
        onward: None,
        from_stops: false,
    }
}

/// From A and B to the stop by bicycle: ridden at a metre a second, pushed along the footpath at half of that, and 60 s to
/// lock it.
fn cycled() -> FeederParts {
    let streets = bicycle::built(&streets(), 1);
    let (places, stops) = (linked(&streets, &[A, B]), linked(&streets, &[T]));
    let speeds = Speeds::plain(3600, SpeedMmPerS(500));
    FeederParts { extra_s: 60, ..parts(By::Bicycle, Vehicle::Bicycle(speeds), streets, places, stops) }
}

/// By car to S at ten metres a second, 60 s to park, and on foot at a metre a second.
fn parked() -> FeederParts {
    let streets = car::built(&streets(), 1);
    let (places, sites) = (linked(&streets, &[A, B]), linked(&streets, &[S]));
    let speeds = CarSpeeds { permille: 1000, delays: CarDelays::None, traffic_at_s: None, walk: WALK };
    let on_foot = Csr::from_rows([[TimedArc { to: 0, seconds: 112 }]]);
    FeederParts {
        extra_s: 60,
        onward: Some(Arc::new(OnwardWalks { walks: on_foot, ..OnwardWalks::default() })),
        ..parts(By::ParkAndRide, Vehicle::Car { speeds, parking_s: 0 }, streets, places, sites)
    }
}

/// Walks of A and B to the stop: 223 and 222 s; no others.
fn walked() -> StreetLegs {
    let access = Csr::from_rows([[TimedArc { to: 0, seconds: 223 }], [TimedArc { to: 0, seconds: 222 }]]);
    let egress = access.clone();
    StreetLegs { access, egress, ..StreetLegs::default() }
}

/// A search a place, and the hierarchy: the same.
fn rows(feeder: &Feeder) -> Result<Csr<TimedArc>> {
    let searched = feeder.rows(&Quiet)?;
    let swept = swept_rows(feeder, SimdLevel::best(), &Quiet)?;
    let least = |rows: &Csr<TimedArc>| -> Vec<BTreeMap<u32, u32>> {
        let of = |row: &[TimedArc]| {
            let mut least = BTreeMap::new();
            for leg in row {
                let known = least.entry(leg.to).or_insert(leg.seconds);
                *known = leg.seconds.min(*known);
            }
            least
        };
        rows.rows().map(of).collect()
    };
    assert_eq!(least(&searched), least(&swept));
    Ok(searched)
}

fn seconds(legs: &Csr<TimedArc>) -> Vec<Vec<(u32, u32)>> {
    legs.rows().map(|row| row.iter().map(|leg| (leg.to, leg.seconds)).collect()).collect()
}

#[test]
fn the_fastest_way_to_each_stop_counts() {
    let of = |on_foot: bool, access: Vec<FeederParts>| {
        let access = access.into_iter().map(Feeder::new).collect();
        let chains = Chains { on_foot, access, egress: Vec::new() };
        let legs = chains.legs(walked(), &rows, &Quiet).unwrap();
        assert_eq!(seconds(&legs.egress), seconds(&walked().egress));
        seconds(&legs.access)
    };
    // By bicycle A: 111.319 + 2 · 111.319 = 333.957 s and 60; B: 110.574 + 222.638 = 333.212 s and 60.
    assert_eq!(of(false, vec![cycled()]), [[(0, 394)], [(0, 394)]]);
    // By car and on foot A: 11.1319 s, rounded up to 12, and 60, and 112; B the same.
    assert_eq!(of(false, vec![parked()]), [[(0, 184)], [(0, 184)]]);
    assert_eq!(of(true, vec![cycled()]), [[(0, 223)], [(0, 222)]]);
    assert_eq!(of(true, vec![cycled(), parked()]), [[(0, 184)], [(0, 184)]]);
    // A limit is one of the ride alone.
    let short = FeederParts { limit_s: 333, ..cycled() };
    assert_eq!(of(false, vec![short]), [Vec::new(), Vec::new()]);
}

#[test]
fn a_trip_hears_which_way_it_was() {
    let chains = Chains {
        on_foot: true,
        access: vec![Feeder::new(cycled()), Feeder::new(parked())],
        egress: Vec::new(),
    };
    let spot = |by: By| chains.linkage(by, true).and_then(|places| places.spot(0));
    let ways = chains.ways(spot, walked().access.row(0), true);
    assert_eq!(ways, [(TimedArc { to: 0, seconds: 184 }, By::ParkAndRide)]);
    let back = chains.ways(spot, walked().egress.row(0), false);
    assert_eq!(back, [(TimedArc { to: 0, seconds: 223 }, By::OnFoot)]);
}

#[test]
fn legs_from_stops_go_with_the_traffic() {
    // A one-way street from the stop T to A: there by car, not back.
    let raw =
        town(&[(0.0, 0.0, ""), (1.0, 0.0, "")], &[(&[0, 1], "highway=residential maxspeed=36 oneway=yes")]);
    let streets = car::built(&raw, 1);
    let rule = LinkRule { max_link_m: 100.0, fragment_reach_m: 250.0 };
    let linker = Linker::new(&streets.streets, rule);
    let kept = linker.keep(&Stops::default(), &mut Default::default(), &Quiet).unwrap();
    let link = |lon: f64| linker.link(&kept, &[(lon / 1000.0, 0.0)], &Quiet).unwrap();
    let speeds = CarSpeeds { permille: 1000, delays: CarDelays::None, traffic_at_s: None, walk: WALK };
    let vehicle = Vehicle::Car { speeds, parking_s: 0 };
    let (stop, place) = (link(0.1), link(0.9));
    let of = |from_stops: bool| {
        let parts = parts(By::DroppedOff, vehicle, streets.clone(), place.clone(), stop.clone());
        let feeder = Feeder::new(FeederParts { from_stops, ..parts });
        let chains = Chains { on_foot: false, access: Vec::new(), egress: vec![feeder] };
        let none = Csr::from_rows([Vec::new()]);
        let walked = StreetLegs { access: none.clone(), egress: none, ..StreetLegs::default() };
        seconds(&chains.legs(walked, &rows, &Quiet).unwrap().egress)
    };
    // 0.8 · 11.1319 = 8.9 s.
    assert_eq!(of(true), [[(0, 9)]]);
    assert_eq!(of(false), [Vec::new()]);
}
