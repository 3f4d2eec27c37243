//! How fast cars are by a study's tables of traffic: by way, by area, by hour.
//!
//! Of a way's rows the last that holds at an hour counts, and before every area. Of areas the one of the greatest priority
//! in which the middle of a segment lies counts for the segment (as Conveyal's road congestion has it, by segment).

use geo::{BoundingRect, Contains, LineString, Point, Polygon};
use rstar::{AABB, RTree, RTreeObject};
use rustc_hash::FxHashMap;

use crate::inputs::raw::{RawTraffic, TrafficOn, TrafficSpeed};

/// Rows of tables of traffic, ready to be asked.
#[derive(Debug)]
pub struct Traffic {
    rows: Vec<RawTraffic>,
    /// Way → its rows.
    of_ways: FxHashMap<i64, Vec<u32>>,
    areas: RTree<TrafficArea>,
}

impl PartialEq for Traffic {
    /// All else follows from the rows.
    fn eq(&self, other: &Traffic) -> bool {
        self.rows == other.rows
    }
}

#[derive(Debug)]
struct TrafficArea {
    row: u32,
    priority: f64,
    polygon: Polygon,
    bounds: AABB<[f64; 2]>,
}

impl RTreeObject for TrafficArea {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> AABB<[f64; 2]> {
        self.bounds
    }
}

/// A part of an edge, mm, and the metres an hour along it; `None`: closed.
pub type DrivenPart = (u32, Option<u64>);

/// An edge in a direction of travel.
pub struct TravelledEdge<'a, S> {
    pub way: i64,
    /// The direction is that of the way's nodes.
    pub is_forward: bool,
    /// What it is driven at otherwise.
    pub m_per_h: u64,
    pub mm: u32,
    /// Its segments: mm, and the middle in degrees.
    pub segments: &'a dyn Fn() -> S,
}

impl Traffic {
    /// From the rows of a study's tables, in their order.
    pub fn new(rows: Vec<RawTraffic>) -> Traffic {
        let mut of_ways: FxHashMap<i64, Vec<u32>> = FxHashMap::default();
        let mut areas = Vec::new();
        for (number, row) in (0..).zip(&rows) {
            match &row.on {
                TrafficOn::Way { osm_id, .. } => of_ways.entry(*osm_id).or_default().push(number),
                TrafficOn::Area { polygons, priority } => {
                    areas.extend(polygons.iter().filter_map(|rings| area(number, *priority, rings)));
                }
            }
        }
        Traffic { rows, of_ways, areas: RTree::bulk_load(areas) }
    }

    pub fn rows(&self) -> &[RawTraffic] {
        &self.rows
    }

    /// The ways that rows name, sorted.
    pub fn ways(&self) -> Vec<i64> {
        let mut ways: Vec<i64> = self.of_ways.keys().copied().collect();
        ways.sort_unstable();
        ways
    }

    /// All that it holds, for a hash.
    pub fn words(&self) -> String {
        format!("{:?}", self.rows)
    }

    /// How fast an edge is driven at a time of the day, where it is not as otherwise all along; `None`: it is.
    pub fn along<S: Iterator<Item = (u32, [f64; 2])>>(
        &self,
        edge: &TravelledEdge<'_, S>,
        at_s: Option<u32>,
    ) -> Option<Vec<DrivenPart>> {
        let of_way = self.of_ways.get(&edge.way);
        let holds = |&&number: &&u32| {
            let row = &self.rows[number as usize];
            let in_direction = match row.on {
                TrafficOn::Way { forward, .. } if edge.is_forward => forward,
                TrafficOn::Way { backward, .. } => backward,
                TrafficOn::Area { .. } => true,
            };
            in_direction && is_at(row.hours, at_s)
        };
        if let Some(&row) = of_way.into_iter().flatten().rev().find(holds) {
            return Some(vec![(edge.mm, self.speed(row, edge.m_per_h))]);
        }
        if self.areas.size() == 0 {
            return None;
        }
        let mut is_touched = false;
        let stretch = |(mm, middle)| {
            let row = self.area_at(middle, at_s);
            is_touched |= row.is_some();
            (mm, row.map_or(Some(edge.m_per_h), |row| self.speed(row, edge.m_per_h)))
        };
        let stretches = (edge.segments)().map(stretch).collect();
        is_touched.then_some(stretches)
    }

    /// The row of the area that counts at a point.
    fn area_at(&self, point: [f64; 2], at_s: Option<u32>) -> Option<u32> {
        let at = Point::new(point[0], point[1]);
        let here = self.areas.locate_in_envelope_intersecting(&AABB::from_point(point));
        let holds = |area: &&TrafficArea| {
            is_at(self.rows[area.row as usize].hours, at_s) && area.polygon.contains(&at)
        };
        let before =
            |a: &&TrafficArea, b: &&TrafficArea| a.priority.total_cmp(&b.priority).then(b.row.cmp(&a.row));
        here.filter(holds).max_by(before).map(|area| area.row)
    }

    fn speed(&self, row: u32, m_per_h: u64) -> Option<u64> {
        match self.rows[row as usize].speed {
            TrafficSpeed::Factor(factor) => Some(((m_per_h as f64 * factor).round() as u64).max(1)),
            TrafficSpeed::Kmh(kmh) => Some(((kmh * 1000.0).round() as u64).max(1)),
            TrafficSpeed::Closed => None,
        }
    }
}

fn area(row: u32, priority: f64, rings: &[Vec<(f64, f64)>]) -> Option<TrafficArea> {
    let mut rings = rings.iter().map(|ring| LineString::from(ring.clone()));
    let polygon = Polygon::new(rings.next()?, rings.collect());
    let bounds = polygon.bounding_rect()?;
    let corner = |at: geo::Coord| [at.x, at.y];
    let bounds = AABB::from_corners(corner(bounds.min()), corner(bounds.max()));
    Some(TrafficArea { row, priority, polygon, bounds })
}

/// Whether hours hold at a time of the day.
fn is_at(hours: Option<(u32, u32)>, at_s: Option<u32>) -> bool {
    match (hours, at_s) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some((from, to)), Some(at)) if from < to => (from..to).contains(&at),
        // Over midnight.
        (Some((from, to)), Some(at)) => at >= from || at < to,
    }
}
