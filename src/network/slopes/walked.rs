//! Streets and their slopes → the streets of those who walk uphill and downhill: edges are as long, by direction, as the
//! flat that takes the same time.

use crate::base::ids::{EdgeId, Id};
use crate::network::modes::hills::{FLAT, lengthened, on_foot};
use crate::network::streets::{Slopes, Streets};

/// What makes a metre on foot longer than one on the flat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WalkLengths {
    pub slopes: bool,
    /// As how many thousandths of a metre one of steps counts, beside its slope: 1,000 and more.
    pub steps_permille: u32,
}

impl WalkLengths {
    /// All metres are equal.
    pub const PLAIN: WalkLengths = WalkLengths { slopes: false, steps_permille: 1000 };
}

impl Slopes {
    /// The streets with lengths by direction, in whole mm, rounded up. Places keep their positions along edges.
    pub fn walked(&self, streets: &Streets, lengths: WalkLengths) -> Streets {
        let walked = |backward: bool| -> Vec<u32> {
            streets.edge_ids().map(|edge| self.walked_mm(streets, edge, backward, lengths)).collect()
        };
        let mut hilly = streets.clone();
        hilly.walked_mm = [walked(false).into(), walked(true).into()];
        hilly.set_arcs(streets.nodes());
        hilly
    }

    fn walked_mm(&self, streets: &Streets, edge: EdgeId, backward: bool, lengths: WalkLengths) -> u32 {
        let mm = streets.edge_mm[edge.index()];
        let flat = u128::from(FLAT);
        let on_slopes = match lengths.slopes {
            true => lengthened(self.along(edge, mm, backward), on_foot).div_ceil(flat),
            false => u128::from(mm),
        };
        let more_permille = u128::from(lengths.steps_permille.saturating_sub(1000));
        let steps = (u128::from(self.steps_mm[edge.index()]) * more_permille).div_ceil(1000);
        u32::try_from(on_slopes + steps).unwrap_or(u32::MAX)
    }
}
