//! How far groups live apart when what is near counts too: surfaces of people, smoothed over the cells around, and how
//! much two of them overlap.

use std::collections::BTreeMap;

use super::cells::{Draw, RankedCells};
use super::register::{BuiltFigures, Family, FigureRow, Index, IndexNeeds, IndexRange};
use super::terms::Settings;

pub(super) const FAMILY: Family = Family {
    indices: &[Index {
        name: "dissimilarity_spatial",
        formula: "S = 1 − Σ min(x̃/X̃, õ/Õ) / Σ max(x̃/X̃, õ/Õ) over the cells, x̃ and õ the people of the group and all \
                  others within kernel_m, weighted by (1 − (d/kernel_m)²)²",
        source: "O'Sullivan & Wong 2007",
        range: IndexRange::SHARE,
        needs: IndexNeeds::GroupsInPlaces,
        parameters: "`kernel_m`",
        turned: "as it is: where people live, not what they reach",
        elsewhere: "PySAL `segregation`: `MinMax` with the kernel `quartic`. Where no two cells are within kernel_m it is 2 D / \
                    (1 + D) of `dissimilarity` D. Wong's D(s) (1993) needs shared borders, which points have not",
        ..Index::PLAIN
    }],
    build,
};

fn build(cells: &RankedCells, settings: &Settings) -> Option<BuiltFigures> {
    let places = cells.places_m.as_ref()?;
    let row = "dissimilarity_spatial";
    let near = near(places, settings.kernel_m);
    let smooth = |people: &dyn Fn(usize) -> f64| -> Vec<f64> {
        near.iter()
            .map(|near| near.iter().map(|&(cell, weight)| people(cell as usize) * weight).sum())
            .collect()
    };
    let surfaces = |(_, group): &(String, Vec<f64>)| {
        [smooth(&|cell| group[cell]), smooth(&|cell| (cells.everyone[cell] - group[cell]).max(0.0))]
    };
    let figure = |(name, _): &(String, Vec<f64>)| FigureRow { of: row, group: name.clone(), row: row.into() };
    let figures: Vec<FigureRow> = cells.own().iter().map(figure).collect();
    let all: Vec<[Vec<f64>; 2]> = cells.own().iter().map(surfaces).collect();
    // A draw takes cells with the surroundings that they have.
    let evaluate = move |draw: &Draw<'_>, out: &mut Vec<f64>| {
        out.extend(all.iter().map(|[group, others]| apart(draw.factors(), group, others)));
    };
    (!figures.is_empty()).then(|| BuiltFigures { figures, evaluate: Box::new(evaluate) })
}

/// Cell → the cells within `kernel_m`, itself too, in their order, with their weights.
fn near(places: &[(f64, f64)], kernel_m: f64) -> Vec<Vec<(u32, f64)>> {
    let square = |&(x, y): &(f64, f64)| ((x / kernel_m).floor() as i64, (y / kernel_m).floor() as i64);
    let mut squares: BTreeMap<(i64, i64), Vec<u32>> = BTreeMap::new();
    for (cell, place) in places.iter().enumerate() {
        squares.entry(square(place)).or_default().push(cell as u32);
    }
    let around = |place: &(f64, f64)| {
        let (column, row) = square(place);
        let mut found: Vec<(u32, f64)> = Vec::new();
        for other in (column - 1..=column + 1).flat_map(|x| (row - 1..=row + 1).map(move |y| (x, y))) {
            for &cell in squares.get(&other).into_iter().flatten() {
                let (x, y) = places[cell as usize];
                let (x, y) = ((x - place.0) / kernel_m, (y - place.1) / kernel_m);
                let closeness = 1.0 - (x * x + y * y);
                if closeness > 0.0 {
                    found.push((cell, closeness * closeness));
                }
            }
        }
        found.sort_unstable_by_key(|(cell, _)| *cell);
        found
    };
    places.iter().map(around).collect()
}

/// NaN where one of the two is nobody.
fn apart(factors: &[f64], first: &[f64], second: &[f64]) -> f64 {
    let total = |surface: &[f64]| super::cells::dot(factors, surface);
    let totals = (total(first), total(second));
    if totals.0 <= 0.0 || totals.1 <= 0.0 {
        return f64::NAN;
    }
    let (mut shared, mut covered) = (0.0, 0.0);
    for ((factor, a), b) in factors.iter().zip(first).zip(second) {
        let (a, b) = (a / totals.0, b / totals.1);
        shared += factor * a.min(b);
        covered += factor * a.max(b);
    }
    1.0 - shared / covered
}
