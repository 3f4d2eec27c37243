//! OSM nodes and ways → [`RiddenStreets`]: edges of one way each, the ways' kinds, strongly connected components.

use super::build::built;
use super::ridden::{RiddenStreets, RiddenWay};
use super::strong::set_components;
use crate::base::NONE;
use crate::base::array::Array;
use crate::base::diagnostics::Diagnostics;
use crate::inputs::raw::RawStreets;
use crate::network::modes::bicycle;

impl RiddenStreets {
    /// Builds the streets of those who cycle. `min_island_nodes`: components with fewer OSM nodes are small islands.
    pub fn bicycle(raw: &RawStreets, min_island_nodes: u32, diagnostics: &mut Diagnostics) -> RiddenStreets {
        let made = built(raw, bicycle::RULES, min_island_nodes, diagnostics);
        let mut ways: Vec<RiddenWay> = Vec::new();
        let mut row = vec![NONE; raw.ways.len()];
        let mut edge_way = Vec::with_capacity(made.edge_way.len());
        for &way in &made.edge_way {
            let row = &mut row[way as usize];
            if *row == NONE {
                *row = ways.len() as u32;
                let tags = &raw.ways[way as usize].tags;
                let ([class, surface], along) = (bicycle::kind(tags), bicycle::way(tags));
                let ends_only = u32::from(along.ends_only);
                ways.push(RiddenWay { osm_id: raw.ways[way as usize].osm_id, class, surface, ends_only });
            }
            edge_way.push(*row);
        }
        let mut ridden = RiddenStreets {
            streets: made.streets,
            edge_ridden: made.edge_ridden.into(),
            edge_way: edge_way.into(),
            ways: ways.into(),
        };
        set_components(&mut ridden, min_island_nodes);
        let junctions = ridden.streets.nodes();
        ridden.streets.arc_offsets = vec![0; junctions + 1].into();
        ridden.streets.arc_to = Array::default();
        ridden.streets.arc_mm = Array::default();
        ridden
    }
}
