//! What an edge costs by direction, in whole milliseconds, rounded up.
//!
//! A place on an edge lies `total × at ÷ length` of them from its start, rounded up, and the rest of the whole from its
//! end, in both directions.

use crate::base::ids::{EdgeId, Id};
use crate::base::units::SpeedMmPerS;
use crate::network::modes::car_traffic::{DrivenPart, TravelledEdge};
use crate::network::modes::hills::{self, lengthened};
use crate::network::modes::{bicycle, stress};
use crate::network::reach::EdgePosition;
use crate::network::streets::{BACKWARD, DirectedEdge, FORWARD, RiddenStreets};
use crate::study::{BicycleKind, CarDelays, StressTable};

pub(super) const MS_PER_S: u64 = 1000;
const S_PER_H: u64 = 3600;

/// The cost of a direction that nobody may go.
pub const CLOSED: u32 = u32::MAX;

/// How fast one rides and pushes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speeds {
    /// On a good surface on the flat, metres an hour.
    pub ride_m_per_h: u32,
    pub push: SpeedMmPerS,
    pub kind: BicycleKind,
    /// Slopes count, where they are known.
    pub slopes: bool,
    pub stress: StressTable,
    /// Streets of more stress are pushed along.
    pub max_stress: u8,
}

impl Speeds {
    /// An ordinary bicycle, whatever the slopes and the traffic.
    pub const fn plain(ride_m_per_h: u32, push: SpeedMmPerS) -> Speeds {
        let (kind, stress) = (BicycleKind::Standard, StressTable::Conveyal);
        Speeds { ride_m_per_h, push, kind, slopes: false, stress, max_stress: 4 }
    }
}

/// How fast one drives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CarSpeeds {
    /// Of the speed that the streets have, thousandths.
    pub permille: u32,
    pub delays: CarDelays,
    /// The time of the day whose traffic there is, s; `None`: what holds at all hours.
    pub traffic_at_s: Option<u32>,
    /// Along a link, from the door to the street.
    pub walk: SpeedMmPerS,
}

/// Costs of edges, ms, along them and against them: at least 1, or [`CLOSED`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeCosts {
    pub ms: [Vec<u32>; 2],
}

impl EdgeCosts {
    fn of(streets: &RiddenStreets, ms: impl Fn(EdgeId, usize) -> u64) -> EdgeCosts {
        let cost = |edge: EdgeId, direction: usize| {
            let bit = [FORWARD, BACKWARD][direction];
            match streets.streets.edge_directions[edge.index()] & bit {
                0 => CLOSED,
                _ => u32::try_from(ms(edge, direction).max(1)).unwrap_or(CLOSED),
            }
        };
        let edges = || streets.streets.edge_ids();
        EdgeCosts { ms: [0, 1].map(|direction| edges().map(|edge| cost(edge, direction)).collect()) }
    }

    /// The same for every edge that is open.
    pub(super) fn even(streets: &RiddenStreets) -> EdgeCosts {
        EdgeCosts::of(streets, |_, _| 1)
    }

    /// Of those who cycle, and push where they may not ride or the traffic is too much for them.
    pub fn bicycle(streets: &RiddenStreets, speeds: Speeds) -> EdgeCosts {
        let slopes = streets.slopes.as_ref().filter(|_| speeds.slopes);
        let (table, hills) = (stress::number(speeds.stress), hills::of_kind(speeds.kind));
        let ride = u64::from(speeds.ride_m_per_h.max(1));
        let ridden_ms = |edge: EdgeId, direction: usize| {
            let (mm, bit) = (streets.streets.edge_mm[edge.index()], [FORWARD, BACKWARD][direction]);
            let pieces = slopes.map(|slopes| slopes.along(edge, mm, direction == 1));
            let (way, rides) = (streets.way(edge), streets.edge_ridden[edge.index()] & bit != 0);
            let is_calm = way.stress[table][direction] <= speeds.max_stress;
            if !(rides && is_calm) {
                return match pieces {
                    _ if rides && way.pushed & u16::from(bit) == 0 => u64::MAX,
                    Some(pieces) => {
                        ms(lengthened(pieces, hills::on_foot), u64::from(speeds.push.0) * S_PER_H)
                    }
                    None => on_foot_ms(speeds.push, mm),
                };
            }
            // What is left of the speed, m/h by the whole.
            let here = ride * u64::from(bicycle::part(way.kind()));
            let whole = u64::from(bicycle::WHOLE_PART);
            match pieces {
                Some(pieces) => {
                    // As how many millionths of a ride on the flat pushing counts there.
                    let push_mm_per_h = u64::from(speeds.push.0) * S_PER_H * whole;
                    let foot = here * 1000 * hills::FLAT / push_mm_per_h.max(1);
                    let longer = |mm: u32, rise: i32| hills.riding(mm, rise, here / whole, foot);
                    ms(lengthened(pieces, longer) * u128::from(whole), here * 1000)
                }
                // mm · (3,600 ms·m / mm·h) / (m/h).
                None => (u64::from(mm) * S_PER_H * whole).div_ceil(here),
            }
        };
        EdgeCosts::of(streets, |edge, direction| {
            let ms = u128::from(ridden_ms(edge, direction)) * u128::from(streets.permille(edge));
            u64::try_from(ms.div_ceil(1000)).unwrap_or(u64::MAX)
        })
    }

    /// Of those who drive.
    pub fn car(streets: &RiddenStreets, speeds: &CarSpeeds) -> EdgeCosts {
        EdgeCosts::of(streets, |edge, direction| {
            let mm = u64::from(streets.streets.edge_mm[edge.index()]);
            // The way's speeds are in the order of its nodes.
            let of_way = if streets.edge_along[edge.index()] == 1 { direction } else { 1 - direction };
            let m_per_h = u64::from(streets.driven_way(edge).m_per_h[of_way]);
            let driven = |m_per_h: u64| (m_per_h * u64::from(speeds.permille)).max(1);
            match stretches(streets, edge, of_way == 0, m_per_h, speeds.traffic_at_s) {
                None => (mm * S_PER_H * 1000).div_ceil(driven(m_per_h)),
                // In thousandths of milliseconds, rounded up once.
                Some(stretches) => {
                    let us = stretches.iter().map(|&(mm, m_per_h)| {
                        m_per_h.map(|m_per_h| (u64::from(mm) * S_PER_H * 1_000_000).div_ceil(driven(m_per_h)))
                    });
                    us.sum::<Option<u64>>().map_or(u64::MAX, |us| us.div_ceil(1000))
                }
            }
        })
    }

    /// From an edge's start (in the direction of travel) to its end.
    pub fn edge_ms(&self, edge: EdgeId, backward: bool) -> Option<u32> {
        Some(self.ms[usize::from(backward)][edge.index()]).filter(|&ms| ms != CLOSED)
    }

    /// The same of an edge with its direction.
    pub fn directed_ms(&self, directed: DirectedEdge) -> Option<u32> {
        self.edge_ms(directed.edge(), directed.is_backward())
    }

    /// Where a place lies on its edge.
    pub fn place(&self, edge_mm: u32, at: EdgePosition) -> PlaceMs {
        let whole = [false, true].map(|backward| self.edge_ms(at.edge, backward).map(u64::from));
        let part = |whole: u64| match at.at_mm {
            0 => 0,
            mm if mm >= edge_mm => whole,
            // Short of its ends, however near to them.
            mm => (whole * u64::from(mm)).div_ceil(u64::from(edge_mm)).min(whole - 1),
        };
        let gone = [whole[0].map(part), whole[1].map(|whole| whole - part(whole))];
        let left = [0, 1].map(|d: usize| Some(whole[d]? - gone[d]?));
        // Where the one direction begins the other ends.
        let at_start = [0, 1].map(|d: usize| gone[d] == Some(0) || left[1 - d] == Some(0));
        PlaceMs {
            gone,
            from_start: [0, 1].map(|d: usize| if at_start[d] { Some(0) } else { gone[d] }),
            to_end: [0, 1].map(|d: usize| if at_start[1 - d] { Some(0) } else { left[d] }),
        }
    }
}

/// Milliseconds between a place and the ends of its edge, along the edge and against it; `None` where nobody goes that
/// way. At its very end a place is at the junction, whatever the directions of the edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaceMs {
    /// From where one enters the edge, in a direction that is open.
    pub gone: [Option<u64>; 2],
    /// From where one enters the edge.
    pub from_start: [Option<u64>; 2],
    /// To where one leaves it.
    pub to_end: [Option<u64>; 2],
}

/// How fast an edge is driven where the study's tables of traffic say so.
fn stretches(
    streets: &RiddenStreets,
    edge: EdgeId,
    is_forward: bool,
    m_per_h: u64,
    at_s: Option<u32>,
) -> Option<Vec<DrivenPart>> {
    let (traffic, table) = (streets.traffic.as_ref()?, &streets.streets);
    let degrees = |e7: i32| f64::from(e7) / 1e7;
    let segments = || {
        let points = table.shape(edge);
        (points.start + 1..points.end).map(|i| {
            let middle = |e7: &[i32]| (degrees(e7[i - 1]) + degrees(e7[i])) / 2.0;
            let mm = table.shape_mm[i] - table.shape_mm[i - 1];
            (mm, [middle(&table.shape_lon_e7), middle(&table.shape_lat_e7)])
        })
    };
    let (way, mm) = (streets.way(edge).osm_id, table.edge_mm[edge.index()]);
    traffic.along(&TravelledEdge { way, is_forward, m_per_h, mm, segments: &segments }, at_s)
}

/// Milliseconds for mm · 10⁶ at a speed in mm/h, rounded up.
fn ms(mm_millionths: u128, mm_per_h: u64) -> u64 {
    let all = mm_millionths * u128::from(S_PER_H * MS_PER_S);
    u64::try_from(all.div_ceil(u128::from(mm_per_h) * u128::from(hills::FLAT))).unwrap_or(u64::MAX)
}

/// Milliseconds on foot, rounded up.
pub(super) fn on_foot_ms(speed: SpeedMmPerS, mm: u32) -> u64 {
    (u64::from(mm) * MS_PER_S).div_ceil(u64::from(speed.0))
}
