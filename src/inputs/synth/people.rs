//! People, incomes, jobs, schools and health care in cells of 250 m, parted as real towns are: rich at the
//! water, poor in the outer estates, jobs in the middle and in one business park.

use super::dice::{Dice, Noise};
use super::field::DistrictFields;
use super::land::{Globe, Land};
use super::plan::{Plan, Point};
use crate::inputs::raw::{Column, RawPlaces};

/// Side of a cell, m.
const CELL_M: i64 = 250;
/// Cells with fewer people are left out, as where numbers could point at a person.
const FEWEST: f64 = 4.0;
/// Mean income of each group, SEK a year.
const INCOMES: [f64; 3] = [185_000.0, 340_000.0, 640_000.0];

/// The populated cells, row by row from the south-west; ids as Statistics Sweden writes them (easting and
/// northing of the lower left corner, m).
pub fn cells(plan: &Plan, land: &Land, globe: &Globe, seed: u64) -> RawPlaces {
    let fields = DistrictFields::new(plan);
    let mut dice = Dice::new(seed, 40);
    let patches = Noise::new(seed, 41, 600.0);
    let mut places = RawPlaces { name: "cells".into(), ..RawPlaces::default() };
    let (mut population, mut income) = (Vec::new(), Vec::new());
    let mut groups: [Vec<f64>; 3] = Default::default();
    let mut opportunities: [Vec<f64>; 3] = Default::default();
    let mut due = [0.0; 2];
    let half = ((plan.half.0 as i64) / CELL_M, (plan.half.1 as i64) / CELL_M);
    for j in -half.1..half.1 {
        for step in 0..2 * half.0 {
            let i = step - half.0;
            let corner = ((i * CELL_M) as f64, (j * CELL_M) as f64);
            let side = CELL_M as f64;
            let middle = (corner.0 + side / 2.0, corner.1 + side / 2.0);
            let here = fields.at(middle);
            // Nobody lives in most squares of a country: no need to look for land there.
            let inhabited = here.people_km2 > 0.0 || !plan.hermits.is_empty();
            let share = if inhabited { land_share(land, corner, side) } else { 0.0 };
            let km2 = side * side / 1e6 * if share < 0.25 { 0.0 } else { share };
            let unevenness = 1.0 + 0.5 * patches.at(middle) + 0.2 * dice.both();
            let mut people = (here.people_km2 * km2 * unevenness + dice.unit()).floor();
            if people < FEWEST {
                people = 0.0;
            }
            for (place, number) in &plan.hermits {
                let inside = |at: f64, low: f64| (low..low + side).contains(&at);
                if inside(place.0, corner.0) && inside(place.1, corner.1) {
                    people = f64::from(*number);
                }
            }
            if people == 0.0 {
                continue;
            }
            let waterside = if share > 0.05 && near_water(land, middle) { 0.35 } else { 0.0 };
            let affluence = (here.affluence + waterside + 0.15 * dice.both()).clamp(-1.0, 1.2);
            let parts = part(people, affluence);
            let mean = parts.iter().zip(INCOMES).map(|(n, each)| n * each).sum::<f64>() / people;
            let jobs =
                (here.jobs_km2 * km2 * (1.0 + 0.4 * dice.both()) + people * 0.07 * dice.unit()).round();
            // A school for every 1,500 people and a health centre for every 5,000, in the cells' order.
            due[0] += people / 1500.0;
            due[1] += people / 5000.0;
            let open = |due: &mut f64| {
                let opens = *due >= 1.0 && people > 60.0;
                if opens {
                    *due -= 1.0;
                }
                f64::from(u8::from(opens))
            };
            let services = [jobs, open(&mut due[0]), open(&mut due[1])];

            let (east, north) = (plan.middle.0 + i * CELL_M, plan.middle.1 + j * CELL_M);
            places.ids.push(format!("{east}{north}"));
            let (lon, lat) = globe.e7(middle);
            // Six decimals in the table: 0.1 m.
            let degrees = |e7: i32| (f64::from(e7) / 10.0).round() / 1e6;
            places.points.push((degrees(lon), degrees(lat)));
            population.push(people);
            income.push((mean * (1.0 + 0.04 * dice.both()) / 1000.0).round() * 1000.0);
            for (column, value) in groups.iter_mut().zip(parts).chain(opportunities.iter_mut().zip(services))
            {
                column.push(value);
            }
        }
    }
    let named = |names: [&str; 3], columns: [Vec<f64>; 3]| {
        names.into_iter().zip(columns).map(|(name, values)| Column { name: name.into(), values }).collect()
    };
    places.population = Some(population);
    places.income = Some(income);
    places.groups = named(["low_income", "middle_income", "high_income"], groups);
    places.opportunities = named(["jobs", "schools", "healthcare"], opportunities);
    places
}

/// People with low, middle and high incomes; whole numbers that sum to all.
fn part(people: f64, affluence: f64) -> [f64; 3] {
    let low = (people * (0.33 - 0.29 * affluence).clamp(0.04, 0.75)).round();
    let high = (people * (0.25 + 0.30 * affluence).clamp(0.03, 0.65)).round().min(people - low);
    [low, people - low - high, high]
}

fn land_share(land: &Land, corner: Point, side: f64) -> f64 {
    let mut hits = 0;
    for k in 0..16 {
        let (u, v) = (f64::from(k % 4) + 0.5, f64::from(k / 4) + 0.5);
        hits += u32::from(land.island((corner.0 + side * u / 4.0, corner.1 + side * v / 4.0), 0.0).is_some());
    }
    f64::from(hits) / 16.0
}

/// Water within 280 m in one of eight directions.
fn near_water(land: &Land, p: Point) -> bool {
    [(1.0, 0.0), (0.7, 0.7), (0.0, 1.0), (-0.7, 0.7), (-1.0, 0.0), (-0.7, -0.7), (0.0, -1.0), (0.7, -0.7)]
        .iter()
        .any(|(dx, dy)| land.island((p.0 + dx * 280.0, p.1 + dy * 280.0), 0.0).is_none())
}
