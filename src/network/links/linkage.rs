//! [`Linkage`]: where points are linked to the streets.

use super::nearest::StreetHit;
use crate::base::array::Array;
use crate::base::ids::{EdgeId, Id};
use crate::network::reach::EdgePosition;
use crate::network::streets::Streets;

/// What became of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum LinkStatus {
    /// Linked to a kept component.
    Linked = 0,
    /// Only a small island that is not kept within reach: linked to that.
    Island = 1,
    /// No street within `max_link_m`, or a stop that no trip calls at.
    Unlinked = 2,
}

/// Points and their links, in the points' order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Linkage {
    /// Edge, or `NONE`.
    pub edge: Array<EdgeId>,
    /// Position along the edge, mm from its start.
    pub at_mm: Array<u32>,
    /// Straight line from the point to the street, mm.
    pub link_mm: Array<u32>,
    /// [`LinkStatus`] as a number.
    pub status: Array<u8>,
}

impl Linkage {
    /// Number of points.
    pub fn len(&self) -> usize {
        self.edge.len()
    }

    pub fn is_empty(&self) -> bool {
        self.edge.is_empty()
    }

    pub fn status(&self, point: usize) -> LinkStatus {
        match self.status[point] {
            0 => LinkStatus::Linked,
            1 => LinkStatus::Island,
            _ => LinkStatus::Unlinked,
        }
    }

    /// Whether a point is linked to any street.
    pub fn has_street(&self, point: usize) -> bool {
        self.edge[point] != EdgeId::NONE
    }

    /// Where a point is linked, or `None`.
    pub fn spot(&self, point: usize) -> Option<EdgePosition> {
        let edge = self.edge[point];
        self.has_street(point).then(|| EdgePosition {
            edge,
            at_mm: self.at_mm[point],
            link_mm: self.link_mm[point],
        })
    }

    /// Whether the arrays fit each other and the streets: what a file must pass before it is used.
    pub fn check(&self, streets: &Streets) -> bool {
        let len = self.len();
        let fits = |point: usize| match self.edge[point] {
            EdgeId::NONE => self.status[point] == LinkStatus::Unlinked as u8,
            edge => {
                self.status[point] < LinkStatus::Unlinked as u8
                    && streets.edge_mm.get(edge.index()).is_some_and(|&mm| self.at_mm[point] <= mm)
            }
        };
        [self.at_mm.len(), self.link_mm.len(), self.status.len()].iter().all(|&other| other == len)
            && (0..len).all(fits)
    }

    /// Some of the points, in the order given.
    pub fn some(&self, points: &[u32]) -> Linkage {
        Linkage {
            edge: points.iter().map(|&point| self.edge[point as usize]).collect(),
            at_mm: points.iter().map(|&point| self.at_mm[point as usize]).collect(),
            link_mm: points.iter().map(|&point| self.link_mm[point as usize]).collect(),
            status: points.iter().map(|&point| self.status[point as usize]).collect(),
        }
    }

    /// Adds more points at the end.
    pub fn append(&mut self, more: &Linkage) {
        self.edge.to_mut().extend_from_slice(&more.edge);
        self.at_mm.to_mut().extend_from_slice(&more.at_mm);
        self.link_mm.to_mut().extend_from_slice(&more.link_mm);
        self.status.to_mut().extend_from_slice(&more.status);
    }

    /// Takes a point of `other` for its own, which may be the next one.
    pub(super) fn set(&mut self, point: usize, other: &Linkage, at: usize) {
        fn put<T: Copy>(own: &mut Vec<T>, point: usize, value: T) {
            own.resize(own.len().max(point + 1), value);
            own[point] = value;
        }
        put(self.edge.to_mut(), point, other.edge[at]);
        put(self.at_mm.to_mut(), point, other.at_mm[at]);
        put(self.link_mm.to_mut(), point, other.link_mm[at]);
        let status = self.status.to_mut();
        status.resize(status.len().max(point + 1), 0);
        status[point] = other.status[at];
    }

    pub(super) fn push(&mut self, hit: Option<StreetHit>, status: LinkStatus) {
        self.edge.push(hit.map_or(EdgeId::NONE, |hit| hit.edge));
        self.at_mm.push(hit.map_or(0, |hit| hit.at_mm));
        // `max_link_m` is far below 2³² mm.
        self.link_mm.push(hit.map_or(0, |hit| u32::try_from(hit.link_mm).unwrap_or(u32::MAX)));
        self.status.push(status as u8);
    }
}
