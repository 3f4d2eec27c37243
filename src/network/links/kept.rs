//! [`KeptComponents`]: which components of the streets places may be linked to.

use super::linkage::{LinkStatus, Linkage};
use crate::base::ids::{EdgeId, Id};
use crate::network::streets::Streets;

/// Components that points may be linked to: 1 for each that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptComponents(pub(super) Vec<u8>);

impl KeptComponents {
    /// What [`super::Linker::keep`] decided, told from the links of the stops: one that a component is kept for is linked to
    /// that, and nobody has the status [`LinkStatus::Linked`] on a component that is not kept.
    pub fn of(streets: &Streets, stops: &Linkage) -> KeptComponents {
        let mut kept = streets.component_large.to_vec();
        for stop in 0..stops.len() {
            if let Some(component) = kept_component(streets, stops, stop) {
                kept[component] = 1;
            }
        }
        KeptComponents(kept)
    }

    pub(super) fn flags(&self) -> &[u8] {
        &self.0
    }

    /// Without some small components.
    pub(super) fn without(mut self, components: &[usize]) -> KeptComponents {
        components.iter().for_each(|&component| self.0[component] = 0);
        self
    }
}

/// The kept component that a stop is linked to.
fn kept_component(streets: &Streets, stops: &Linkage, stop: usize) -> Option<usize> {
    let edge = stops.edge[stop];
    (edge != EdgeId::NONE && stops.status(stop) == LinkStatus::Linked)
        .then(|| streets.edge_component[edge.index()] as usize)
}

/// The small component that is kept and that a stop is linked to.
pub(super) fn kept_island(streets: &Streets, stops: &Linkage, stop: usize) -> Option<usize> {
    kept_component(streets, stops, stop).filter(|&component| streets.component_large[component] == 0)
}
