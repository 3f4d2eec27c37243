//! Plans of any size, by rule: centres with districts that thin out around them, on land that water parts.

use super::centre::{Centre, towards};
use super::lines::{self, Stations};
use crate::inputs::synth::dice::{Dice, Noise};
use crate::inputs::synth::land::Land;
use crate::inputs::synth::names;
use crate::inputs::synth::plan::{
    Bridge, BridgeKind, District, Island, Mainland, Plan, Point, Ways, distance,
};

/// How far districts lie apart, m.
const APART_M: f64 = 2000.0;

/// How far the sides of a city, and quarters beside each other, are apart in affluence. With these the index of
/// dissimilarity (Duncan and Duncan 1955) by cells of 250 m is some 0.33 between people with low incomes and all
/// others, and 0.43 between low and high incomes (`tests/library/synth`). In European capitals it is mostly 0.2 to 0.4
/// between the lowest and the highest incomes (Musterd, Marcińczak, van Ham and Tammaru 2017), by neighbourhoods,
/// which are larger than our cells: smaller ones raise it.
const SIDES: f64 = 1.2;
const QUARTERS: f64 = 0.5;

/// What is said of a region as a whole.
struct Outline {
    name: &'static str,
    title: &'static str,
    middle: (i64, i64),
    half: (f64, f64),
    mainland: (f64, f64),
    channel_m: f64,
    stop_spacing_m: f64,
    wild: u32,
}

/// A city of some 3,000 cells.
pub fn city(seed: u64) -> Plan {
    let centre = Centre {
        name: "Mälarstad".into(),
        at: (0.0, 0.0),
        radius_m: 7900.0,
        core_m: 1600.0,
        people_km2: 7500.0,
        parts: 3,
        metros: 2,
        trains: 1,
    };
    let outline = Outline {
        name: "city",
        title: "Mälarstad",
        middle: (584_000, 6_608_000),
        half: (12_000.0, 9000.0),
        mainland: (7900.0, 7900.0),
        channel_m: 150.0,
        stop_spacing_m: 330.0,
        wild: 3,
    };
    plan(outline, &[centre], seed)
}

/// A capital's region of some 30,000 cells.
pub fn stockholm(seed: u64) -> Plan {
    let centre = Centre {
        name: "Storholmen".into(),
        at: (0.0, 0.0),
        radius_m: 25_000.0,
        core_m: 3200.0,
        people_km2: 11_000.0,
        parts: 6,
        metros: 4,
        trains: 3,
    };
    let outline = Outline {
        name: "stockholm",
        title: "Storholmen",
        middle: (674_000, 6_580_000),
        half: (29_500.0, 26_000.0),
        mainland: (25_000.0, 25_000.0),
        channel_m: 260.0,
        stop_spacing_m: 370.0,
        wild: 3,
    };
    plan(outline, &[centre], seed)
}

/// Cities of all sizes with woods and railways between them, some 300,000 cells.
pub fn country(seed: u64) -> Plan {
    let mut dice = Dice::new(seed, 2);
    // (columns, rows) of places that are 60 km apart at most; the largest three in the middle.
    let mut centres = Vec::new();
    let large = [(0.0, 0.0, 1.0), (-78_000.0, 24_000.0, 0.85), (70_000.0, -46_000.0, 0.85)];
    let mut add = |at: Point, scale: f64| {
        let number = centres.len() as u32;
        let parts = if scale > 0.8 { 6 } else { 3 };
        let (metros, trains) = if scale > 0.8 { (4, 3) } else { (1 + u32::from(scale > 0.35), 1) };
        centres.push(Centre {
            name: format!("{}stad", names::place(5000 + number)),
            at,
            radius_m: 27_000.0 * scale,
            core_m: 3200.0 * scale,
            people_km2: 8000.0 + 3000.0 * scale,
            parts,
            metros,
            trains,
        });
    };
    for (x, y, scale) in large {
        add((x, y), scale);
    }
    for j in -3..=3 {
        for i in -4..=4 {
            let at = (
                (f64::from(i) * 38_000.0 + dice.both() * 6000.0).round(),
                (f64::from(j) * 34_000.0 + dice.both() * 6000.0).round(),
            );
            // Many small towns, few larger.
            let draw = dice.unit();
            let scale = 0.2 + 0.3 * draw * draw;
            let room = large.iter().all(|l| distance((l.0, l.1), at) > 27_000.0 * (l.2 + scale) - 2000.0);
            if room {
                add(at, scale);
            }
        }
    }
    let outline = Outline {
        name: "country",
        title: "Landet",
        middle: (560_000, 6_600_000),
        half: (178_000.0, 128_000.0),
        mainland: (230_000.0, 170_000.0),
        channel_m: 180.0,
        stop_spacing_m: 370.0,
        wild: 6,
    };
    plan(outline, &centres, seed)
}

fn plan(outline: Outline, centres: &[Centre], seed: u64) -> Plan {
    let mut dice = Dice::new(seed, 3);
    let (islands, bridges) = ground(&outline, centres, &mut dice);
    let parts = centres.iter().map(|centre| centre.parts + 1).sum();
    let mut plan = Plan {
        name: outline.name,
        title: outline.title,
        middle: outline.middle,
        half: outline.half,
        block_m: 75.0,
        fine: [740.0, 110.0, 40.0],
        wild: outline.wild,
        mainland: Some(Mainland { parts, radii: outline.mainland, channel_m: outline.channel_m }),
        islands,
        districts: Vec::new(),
        bridges,
        stop_spacing_m: outline.stop_spacing_m,
        metros: Vec::new(),
        buses: Vec::new(),
        ferries: Vec::new(),
        hermits: Vec::new(),
        detailed: true,
        motorway: None,
        freight: None,
    };
    let land = Land::new(&plan, seed);
    let mut stations = Stations::default();
    let mut districts = Vec::new();
    // Which districts and stations are whose.
    let mut of_centre = Vec::new();
    for centre in centres {
        let first = (districts.len(), stations.all.len());
        stations.lay(centre, &land, &mut dice);
        let around = &stations.all[first.1..];
        districts.extend(self::districts(centre, around, &land, seed, first.0 as u32, &mut dice));
        of_centre.push((first.0..districts.len(), first.1..stations.all.len()));
    }
    for (index, island) in plan.islands.iter().enumerate().skip(parts) {
        districts.push(District {
            name: island.name.clone(),
            middle: island.middle,
            radius_m: island.radii.0,
            people_km2: 250.0 + 30.0 * (index % 5) as f64,
            affluence: 0.3,
            jobs_km2: 30.0,
        });
    }
    stations.between(centres);
    let mut buses = Vec::new();
    for (centre, (mine, stops)) in centres.iter().zip(&of_centre) {
        let area = lines::BusArea {
            centre,
            land: &land,
            districts: &districts[mine.clone()],
            stations: &stations.all[stops.clone()],
            bridges: &plan.bridges,
        };
        lines::buses(&area, &mut buses, &mut dice);
    }
    let ferries = lines::ferries(&plan, &centres[0]);
    let ends = plan.bridges.first().map(|bridge| {
        let (dx, dy) = (bridge.near.0 - centres[0].at.0, bridge.near.1 - centres[0].at.1);
        let (length, out) = (distance(bridge.near, centres[0].at).max(1.0), centres[0].ring_m() * 0.3);
        let at = |m: f64| (bridge.near.0 + dx / length * m, bridge.near.1 + dy / length * m);
        (at(out), at(-out))
    });
    plan.districts = districts;
    plan.metros = stations.lines;
    plan.buses = buses;
    plan.ferries = ferries;
    plan.motorway = ends;
    plan
}

/// Land parted by water, bridges over it, and islands before the coast in the east.
fn ground(outline: &Outline, centres: &[Centre], dice: &mut Dice) -> (Vec<Island>, Vec<Bridge>) {
    let (mut islands, mut bridges) = (Vec::new(), Vec::<Bridge>::new());
    let mut add_bridge = |islands: (usize, usize), near: Point, kind| {
        let name = format!("{}bron", names::place(4000 + bridges.len() as u32));
        bridges.push(Bridge { name, islands, near, kind });
    };
    // Per centre: its parts around the middle.
    let mut rings: Vec<Vec<(usize, Point)>> = Vec::new();
    for centre in centres {
        let middle = islands.len();
        let island = |name: String, middle| Island {
            name,
            middle,
            radii: (outline.mainland.0 * 1.2, outline.mainland.0 * 1.2),
            ways: Ways::Streets,
        };
        islands.push(island(centre.name.clone(), centre.at));
        let share = 3600 / centre.parts as i64;
        let turns: Vec<i64> = (0..centre.parts as i64)
            .map(|k| k * share + 200 + (dice.both() * share as f64 * 0.2) as i64)
            .collect();
        let mut ring = Vec::new();
        for (k, &turn) in turns.iter().enumerate() {
            let at = towards(centre.at, turn, centre.ring_m());
            let near = towards(centre.at, turn, centre.ring_m() / 2.0);
            let aside = |quarter: i64| towards(near, turn + quarter, centre.ring_m() * 0.18);
            let part = middle + 1 + k;
            add_bridge((middle, part), aside(900), BridgeKind::Road);
            add_bridge((middle, part), aside(-900), BridgeKind::Road);
            if k % 2 == 0 {
                add_bridge((middle, part), near, BridgeKind::FootAndCycle);
            }
            let after = (k + 1) % turns.len();
            let next = turns[after] + if after == 0 { 3600 } else { 0 };
            for out in [0.36, 0.58, 0.82] {
                let across = (part, middle + 1 + after);
                add_bridge(
                    across,
                    towards(centre.at, (turn + next) / 2, centre.radius_m * out),
                    BridgeKind::Road,
                );
            }
            islands.push(island(names::place(3000 + islands.len() as u32), at));
            ring.push((part, at));
        }
        rings.push(ring);
    }
    for (a, b) in lines::neighbours(centres) {
        let nearest = |ring: &[(usize, Point)], to: Point| {
            ring.iter().copied().min_by_key(|part| distance(part.1, to) as u64).unwrap_or_default()
        };
        let (from, to) = (nearest(&rings[a], centres[b].at), nearest(&rings[b], centres[a].at));
        let half = ((from.1.0 + to.1.0) / 2.0, (from.1.1 + to.1.1) / 2.0);
        add_bridge((from.0, to.0), half, BridgeKind::Road);
        add_bridge((from.0, to.0), (half.0 + 5000.0, half.1 + 5000.0), BridgeKind::Road);
    }
    if let [centre] = centres {
        let count = (centre.radius_m / 4500.0) as i64;
        for k in 0..count {
            let side = (2 * k - count + 1) as f64;
            let at = (outline.mainland.0 + 2100.0 - side.abs() * 250.0, side * 1500.0);
            islands.push(Island {
                name: names::place(2000 + k as u32),
                middle: at,
                radii: (1100.0 + 150.0 * dice.unit(), 800.0 + 150.0 * dice.unit()),
                ways: Ways::Streets,
            });
        }
    }
    (islands, bridges)
}

/// Districts on a shaken lattice and around stations; poor estates at some stations, jobs in the middle and
/// at some others.
fn districts(
    centre: &Centre,
    stations: &[(String, Point)],
    land: &Land,
    seed: u64,
    first: u32,
    dice: &mut Dice,
) -> Vec<District> {
    // Rich and poor sides of the city, as wide apart in a small one by its size.
    let sides = Noise::new(seed, 4, (centre.radius_m * 0.36).clamp(2500.0, 9000.0));
    let mut all = vec![
        District {
            name: centre.name.clone(),
            middle: centre.at,
            radius_m: centre.core_m * 0.9,
            people_km2: centre.people_km2 * 0.4,
            affluence: 0.45,
            jobs_km2: centre.people_km2 * 3.4,
        },
        District {
            name: format!("{} city", centre.name),
            middle: towards(centre.at, 2200, centre.core_m * 0.5),
            radius_m: centre.core_m * 0.7,
            people_km2: centre.people_km2 * 0.2,
            affluence: 0.3,
            jobs_km2: centre.people_km2 * 2.5,
        },
    ];
    let name = |all: &Vec<District>| names::place(first + all.len() as u32);
    for (k, (station, at)) in stations.iter().enumerate() {
        let fall = centre.fall(*at);
        if distance(*at, centre.at) < centre.core_m * 0.5 {
            continue;
        }
        let estate = fall < 0.35 && dice.unit() < 0.4;
        let park = k % 6 == 3;
        let people_km2 = (centre.people_km2 * fall * 0.7 + 900.0) * if estate { 2.1 } else { 1.0 };
        all.push(District {
            name: station.clone(),
            middle: *at,
            radius_m: 1300.0,
            people_km2: if park { people_km2 * 0.3 } else { people_km2 },
            affluence: if estate { -0.85 - 0.3 * dice.unit() } else { SIDES * sides.at(*at) + 0.05 },
            jobs_km2: if park { 9000.0 } else { people_km2 * 0.35 + if k % 4 == 1 { 2500.0 } else { 0.0 } },
        });
    }
    let rows = (centre.radius_m / APART_M) as i32;
    for j in -rows..=rows {
        for i in -rows..=rows {
            let shake = |dice: &mut Dice| dice.both() * APART_M * 0.3;
            let at = (
                centre.at.0 + f64::from(i) * APART_M + shake(dice),
                centre.at.1 + f64::from(j) * APART_M + shake(dice),
            );
            let draw = dice.unit();
            if distance(at, centre.at) > centre.radius_m * 0.99 || land.island(at, 0.0).is_none() {
                continue;
            }
            let fall = centre.fall(at);
            // Green wedges between the built-up ones.
            let part = if fall < 0.3 && draw < 0.2 { 0.12 } else { 0.45 + draw };
            let people_km2 = centre.people_km2 * fall * 0.85 * part + 35.0;
            all.push(District {
                name: name(&all),
                middle: at,
                radius_m: APART_M * 1.15,
                people_km2,
                affluence: SIDES * sides.at(at) + QUARTERS * dice.both() + 0.2 * fall - 0.02,
                jobs_km2: people_km2 * (0.2 + 0.35 * fall),
            });
        }
    }
    all
}
