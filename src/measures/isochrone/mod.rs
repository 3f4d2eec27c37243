//! Travel times to the points of a fine lattice → isochrones: polygons, their areas, and what lies within.

use crate::network::surface::Lattice;
use crate::routing::{ArrivalProfile, Batch, Label, Listener};

mod area;
mod contour;

pub use area::area_m2;
pub use contour::{Polygon, TimeField};

/// What is asked of every origin.
pub struct IsochroneQuestion<'a> {
    pub lattice: &'a Lattice,
    /// The first destinations are these points of the lattice; the others are places.
    pub nodes: &'a [u32],
    /// Column → value of each of the places, in their order.
    pub columns: &'a [Vec<f64>],
    /// Nearest ranks of the percentiles among the departures.
    pub ranks: &'a [u32],
    pub cutoffs_s: &'a [u32],
    /// Time to walk from a point of the lattice to the next, s.
    pub walk_s: u32,
    /// Whether the times themselves are wanted, up to the largest cutoff.
    pub surfaces: bool,
}

/// What an origin reaches.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reach {
    /// Percentile by percentile, cutoff by cutoff.
    pub isochrones: Vec<Isochrone>,
    /// By percentile, where wanted: point of the lattice and time, s.
    pub surfaces: Vec<Vec<(u32, u32)>>,
}

/// What can be reached from an origin within a cutoff at a percentile.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Isochrone {
    pub polygons: Vec<Polygon>,
    pub area_m2: f64,
    /// Column by column the sum over the places whose own time is within the cutoff.
    pub sums: Vec<f64>,
}

/// The isochrones of a batch.
pub struct Isochrones<'a> {
    wanted: &'a IsochroneQuestion<'a>,
    lanes: usize,
    heard: Vec<u32>,
    /// Destination as heard → percentile → lane, s.
    times_s: Vec<u32>,
}

impl<'a> Isochrones<'a> {
    pub fn listen(wanted: &'a IsochroneQuestion<'a>, batch: Batch<'_>) -> Isochrones<'a> {
        Isochrones { wanted, lanes: batch.origins.len(), heard: Vec::new(), times_s: Vec::new() }
    }
}

impl Listener for Isochrones<'_> {
    /// Origin by origin.
    type Output = Vec<Reach>;

    #[inline(always)]
    fn arrivals<T: Label, const N: usize>(&mut self, destination: u32, arrivals: &ArrivalProfile<'_, T, N>) {
        self.heard.push(destination);
        for &rank in self.wanted.ranks {
            self.times_s.extend_from_slice(&arrivals.ranked(rank)[..self.lanes]);
        }
    }

    fn finish(self) -> Self::Output {
        let IsochroneQuestion { lattice, nodes, columns, ranks, cutoffs_s, walk_s, surfaces } = *self.wanted;
        let most_s = cutoffs_s.iter().copied().max().unwrap_or_default();
        // In the order of the destinations, for that of the sums.
        let mut heard: Vec<(u32, usize)> = self.heard.iter().copied().zip(0..).collect();
        heard.sort_unstable();
        let (points, places) = heard.split_at(heard.partition_point(|&(d, _)| (d as usize) < nodes.len()));
        let of_lane = |lane: usize| {
            let mut found = Reach::default();
            for rank in 0..ranks.len() {
                let time_s = |at: usize| self.times_s[(at * ranks.len() + rank) * self.lanes + lane];
                let reached = points.iter().map(|&(d, at)| (nodes[d as usize], time_s(at)));
                if surfaces {
                    found.surfaces.push(reached.clone().filter(|&(_, time_s)| time_s <= most_s).collect());
                }
                let field =
                    TimeField::new(lattice, walk_s, reached.filter(|&(_, time_s)| time_s != u32::MAX));
                for &cutoff_s in cutoffs_s {
                    let polygons = field.within(cutoff_s);
                    let within = || places.iter().filter(|&&(_, at)| time_s(at) <= cutoff_s);
                    let sum =
                        |column: &Vec<f64>| within().map(|&(d, _)| column[d as usize - nodes.len()]).sum();
                    let area_m2 = polygons.iter().map(area_m2).sum();
                    found.isochrones.push(Isochrone {
                        polygons,
                        area_m2,
                        sums: columns.iter().map(sum).collect(),
                    });
                }
            }
            found
        };
        (0..self.lanes).map(of_lane).collect()
    }
}
