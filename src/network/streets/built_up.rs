//! Where a country's urban speed limit holds: where residential streets lie close together. Signs at a town's limits are
//! not in the data; the threshold is ours.

use rustc_hash::FxHashMap;

use super::build::distance_mm;
use crate::base::NONE;
use crate::inputs::raw::{RawNode, RawStreets, RawWay};

/// Cells of so many 1e-7 degrees of latitude (500 m), and as far east to west.
const CELL_E7: i64 = 45_000;
/// Residential streets in a cell and the eight around it (2.25 km²), mm: 4 km.
const BUILT_UP_MM: u64 = 4_000_000;

/// Length of residential streets by cell.
pub(super) struct BuiltUp {
    residential_mm: FxHashMap<(i64, i64), u64>,
}

fn cell(node: &RawNode) -> (i64, i64) {
    let row = i64::from(node.lat_e7).div_euclid(CELL_E7);
    // All of a row is as wide.
    let latitude = (row as f64 + 0.5) * CELL_E7 as f64 / 1e7;
    let width = (CELL_E7 as f64 / latitude.to_radians().cos().max(0.01)).round() as i64;
    (row, i64::from(node.lon_e7).div_euclid(width))
}

impl BuiltUp {
    pub fn new(raw: &RawStreets) -> BuiltUp {
        let mut residential_mm: FxHashMap<(i64, i64), u64> = FxHashMap::default();
        let is_residential = |way: &&RawWay| {
            way.tags.iter().any(|(key, value)| {
                key == "highway" && matches!(value.as_str(), "residential" | "living_street")
            })
        };
        let degrees = |node: &RawNode| (f64::from(node.lon_e7) / 1e7, f64::from(node.lat_e7) / 1e7);
        for way in raw.ways.iter().filter(is_residential) {
            for pair in way.nodes.windows(2) {
                let (Some(a), Some(b)) = (raw.nodes.get(pair[0] as usize), raw.nodes.get(pair[1] as usize))
                else {
                    continue;
                };
                *residential_mm.entry(cell(a)).or_default() += distance_mm(degrees(a), degrees(b));
            }
        }
        BuiltUp { residential_mm }
    }

    /// Whether the middle node of a way lies in a built-up area.
    pub fn holds(&self, raw: &RawStreets, way: &RawWay) -> bool {
        let middle = way.nodes.get(way.nodes.len() / 2).filter(|&&node| node != NONE);
        let Some(node) = middle.and_then(|&node| raw.nodes.get(node as usize)) else { return false };
        let (row, column) = cell(node);
        let around = (row - 1..=row + 1).flat_map(|row| (column - 1..=column + 1).map(move |c| (row, c)));
        let mm: u64 = around.filter_map(|cell| self.residential_mm.get(&cell)).sum();
        mm >= BUILT_UP_MM
    }
}
