//! Points and stops → where they are linked to the streets; and which components of the streets are kept.

use super::reach::Spot;
use super::streets::Streets;
use super::transit::Stops;
use crate::base::NONE;
use crate::base::array::Array;
use crate::base::error::Result;
use crate::base::findings::{Findings, Kind, Severity};
use crate::base::watch::{Watch, collect};

mod again;
mod around;
mod nearest;
mod walks;

pub use again::{Ends, links_again, walks_again};
pub use around::Around;
use nearest::{Hit, Index};
pub use walks::{Limits, outward, to_places, walks};

const ISLAND: Kind = Kind {
    code: "street_island",
    severity: Severity::Dropped,
    meaning: "small islands of streets without a stop: cells link to them only where nothing else is near",
    remedy: "[network] min_island_nodes sets what is small",
};
const KEPT_FOR_STOP: Kind = Kind {
    code: "street_island_with_stop",
    severity: Severity::Note,
    meaning: "small islands of streets that are kept, for a stop is nearest to them",
    remedy: "",
};

/// What became of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Link {
    /// Linked to a kept component.
    Linked = 0,
    /// Only a small island within reach: linked to that.
    Island = 1,
    /// No street within `max_link_m`, or a stop that no trip calls at.
    Unlinked = 2,
}

/// Points and their links, in the points' order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Linked {
    /// Edge, or `NONE`.
    pub edge: Array<u32>,
    /// Position along the edge, mm from its start.
    pub at_mm: Array<u32>,
    /// Straight line from the point to the street, mm.
    pub link_mm: Array<u32>,
    /// [`Link`] as a number.
    pub status: Array<u8>,
}

impl Linked {
    /// Number of points.
    pub fn len(&self) -> usize {
        self.edge.len()
    }

    pub fn is_empty(&self) -> bool {
        self.edge.is_empty()
    }

    pub fn status(&self, point: usize) -> Link {
        match self.status[point] {
            0 => Link::Linked,
            1 => Link::Island,
            _ => Link::Unlinked,
        }
    }

    /// Where a point is linked, or `None`.
    pub fn spot(&self, point: usize) -> Option<Spot> {
        let edge = self.edge[point];
        (edge != NONE).then(|| Spot { edge, at_mm: self.at_mm[point], link_mm: self.link_mm[point] })
    }

    /// Whether the arrays fit each other and the streets: what a file must pass before it is used.
    pub fn check(&self, streets: &Streets) -> bool {
        let len = self.len();
        let fits = |point: usize| match self.edge[point] {
            NONE => self.status[point] == Link::Unlinked as u8,
            edge => {
                self.status[point] < Link::Unlinked as u8
                    && streets.edge_mm.get(edge as usize).is_some_and(|&mm| self.at_mm[point] <= mm)
            }
        };
        [self.at_mm.len(), self.link_mm.len(), self.status.len()].iter().all(|&other| other == len)
            && (0..len).all(fits)
    }

    /// Adds more points at the end.
    pub fn append(&mut self, more: &Linked) {
        self.edge.to_mut().extend_from_slice(&more.edge);
        self.at_mm.to_mut().extend_from_slice(&more.at_mm);
        self.link_mm.to_mut().extend_from_slice(&more.link_mm);
        self.status.to_mut().extend_from_slice(&more.status);
    }

    /// Takes a point of `other` for its own, which may be the next one.
    fn set(&mut self, point: usize, other: &Linked, at: usize) {
        let put = |own: &mut Vec<u32>, value| {
            own.resize(own.len().max(point + 1), value);
            own[point] = value;
        };
        put(self.edge.to_mut(), other.edge[at]);
        put(self.at_mm.to_mut(), other.at_mm[at]);
        put(self.link_mm.to_mut(), other.link_mm[at]);
        let status = self.status.to_mut();
        status.resize(status.len().max(point + 1), 0);
        status[point] = other.status[at];
    }

    fn push(&mut self, hit: Option<Hit>, status: Link) {
        self.edge.push(hit.map_or(NONE, |hit| hit.edge));
        self.at_mm.push(hit.map_or(0, |hit| hit.at_mm));
        // `max_link_m` is far below 2³² mm.
        self.link_mm.push(hit.map_or(0, |hit| u32::try_from(hit.link_mm).unwrap_or(u32::MAX)));
        self.status.push(status as u8);
    }
}

/// Components that points may be linked to: 1 for each that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept(Vec<u8>);

impl Kept {
    /// What [`Linker::keep`] decided, told from the links of the stops: each is linked to the component that is kept
    /// for it.
    pub fn of(streets: &Streets, stops: &Linked) -> Kept {
        let mut kept = streets.component_large.to_vec();
        for &edge in stops.edge.iter().filter(|&&edge| edge != NONE) {
            kept[streets.edge_component[edge as usize] as usize] = 1;
        }
        Kept(kept)
    }
}

/// Finds the nearest streets.
pub struct Linker<'a> {
    streets: &'a Streets,
    index: Index<'a>,
    max_mm: u64,
}

/// So many points are linked in one task.
const CHUNK: usize = 256;

impl<'a> Linker<'a> {
    /// Makes the index. A point farther than `max_link_m` from a street is not linked.
    pub fn new(streets: &'a Streets, max_link_m: f64) -> Self {
        // A float cast saturates; u32 mm is what `Linked` can hold.
        let max_mm = ((max_link_m * 1000.0).round() as u64).min(u64::from(u32::MAX));
        Linker { streets, index: Index::new(streets, |_| true), max_mm }
    }

    /// As [`Linker::new`], for these points alone: only the streets around them are gone through.
    pub fn around(streets: &'a Streets, max_link_m: f64, points: &[(f64, f64)]) -> Self {
        let max_mm = ((max_link_m * 1000.0).round() as u64).min(u64::from(u32::MAX));
        let near = Around::new(points, max_link_m);
        Linker { streets, index: Index::new(streets, |edge| near.may_touch(streets, edge)), max_mm }
    }

    /// Decides which components are kept: the large ones, and those that hold the nearest edge within
    /// `max_link_m` of a stop that some trip calls at. The others are reported.
    ///
    /// Errors: stopped by `watch`.
    pub fn keep(&self, stops: &Stops, findings: &mut Findings, watch: &dyn Watch) -> Result<Kept> {
        let large = Kept(self.streets.component_large.to_vec());
        let Kept(kept) = self.keep_also(large, &called_points(stops), watch)?;
        let report = |is: &dyn Fn(usize) -> bool| {
            let (mut number, mut nodes, mut mm) = (0, 0u64, 0i64);
            for component in (0..kept.len()).filter(|&c| is(c)) {
                number += 1;
                nodes += u64::from(self.streets.component_nodes[component]);
                mm += self.streets.component_mm[component];
            }
            (number, format!("{nodes} nodes and {} m in all", mm / 1000))
        };
        let (islands, what) = report(&|c| kept[c] == 0);
        findings.count(ISLAND, "osm", islands, what);
        let (saved, what) = report(&|c| kept[c] == 1 && self.streets.component_large[c] == 0);
        findings.count(KEPT_FOR_STOP, "osm", saved, what);
        Ok(Kept(kept))
    }

    /// Keeps the components with the nearest edges of stops at `points` as well.
    fn keep_also(&self, kept: Kept, points: &[(f64, f64)], watch: &dyn Watch) -> Result<Kept> {
        let Kept(mut kept) = kept;
        let all = vec![1; self.streets.components()];
        for hit in self.hits(points, &all, watch)?.into_iter().filter_map(|(hit, _)| hit) {
            kept[self.streets.edge_component[hit.edge as usize] as usize] = 1;
        }
        Ok(Kept(kept))
    }

    /// Links points (lon, lat in degrees). Errors: stopped by `watch`.
    pub fn link(&self, kept: &Kept, points: &[(f64, f64)], watch: &dyn Watch) -> Result<Linked> {
        let mut linked = Linked::default();
        for (hit, island) in self.hits(points, &kept.0, watch)? {
            let status = match (hit, island) {
                (Some(_), _) => Link::Linked,
                (None, Some(_)) => Link::Island,
                (None, None) => Link::Unlinked,
            };
            linked.push(hit.or(island), status);
        }
        Ok(linked)
    }

    /// Links the stops that trips call at; the others stay unlinked. Errors: stopped by `watch`.
    pub fn link_stops(&self, kept: &Kept, stops: &Stops, watch: &dyn Watch) -> Result<Linked> {
        self.link(kept, &called_points(stops), watch)
    }

    fn hits(
        &self,
        points: &[(f64, f64)],
        kept: &[u8],
        watch: &dyn Watch,
    ) -> Result<Vec<(Option<Hit>, Option<Hit>)>> {
        let chunks: Vec<&[(f64, f64)]> = points.chunks(CHUNK).collect();
        let nearest = |&point: &(f64, f64)| self.index.nearest(point, kept, self.max_mm);
        let hits = collect(watch, chunks.len(), |i| chunks[i].iter().map(nearest).collect::<Vec<_>>())?;
        Ok(hits.into_iter().flatten().collect())
    }
}

/// The stops' points; NaN, which links nowhere, for stops that no trip calls at.
fn called_points(stops: &Stops) -> Vec<(f64, f64)> {
    let point = |stop: usize| match stops.called[stop] {
        0 => (f64::NAN, f64::NAN),
        _ => (stops.lon[stop], stops.lat[stop]),
    };
    (0..stops.called.len()).map(point).collect()
}
