//! OSM nodes and ways → [`RiddenStreets`]: edges of one way each, the ways' kinds and speeds, restricted turns, strongly
//! connected components.

use bytemuck::Zeroable;

use super::build::{BuiltStreets, built};
use super::built_up::BuiltUp;
use super::restricted::{forbidden, via_nodes};
use super::ridden::{DrivenWay, RiddenStreets, RiddenWay};
use super::strong::set_components;
use super::table::{BACKWARD, FORWARD};
use crate::base::NONE;
use crate::base::array::Array;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity, kind};
use crate::inputs::raw::{RawStreets, RawWay};
use crate::network::modes::{bicycle, car, car_speeds, stress};

const UNSIGNED: DiagnosticCode = kind(
    "street_without_speed_limit",
    Severity::Note,
    "streets to drive on have no maxspeed on this share of their length: the law counts, or what is usual on their class",
    "",
);

/// A speed where driving takes so many thousandths as long: 1 m/h at least.
fn slower(m_per_h: u32, permille: u32) -> u32 {
    u32::try_from(u64::from(m_per_h) * 1000 / u64::from(permille.max(1))).unwrap_or(u32::MAX).max(1)
}

impl RiddenStreets {
    /// Builds the streets of those who cycle. `min_island_nodes`: components with fewer OSM nodes are small islands.
    pub fn bicycle(raw: &RawStreets, min_island_nodes: u32, diagnostics: &mut Diagnostics) -> RiddenStreets {
        let made = built(raw, bicycle::RULES, &[], min_island_nodes, diagnostics);
        let kept = |way: &RawWay| {
            let [class, surface, smoothness] = bicycle::kind(&way.tags);
            let [along, against] = bicycle::pushed(&way.tags);
            let bit = |pushes: bool, bit: u8| if pushes { u16::from(bit) } else { 0 };
            RiddenWay {
                osm_id: way.osm_id,
                class,
                surface,
                smoothness,
                ends_only: u16::from(bicycle::way(&way.tags).ends_only),
                pushed: bit(along, FORWARD) | bit(against, BACKWARD),
                stress: stress::levels(&way.tags),
            }
        };
        let (mut ridden, rows) = RiddenStreets::of(raw, made, min_island_nodes, kept);
        if !raw.changed.is_empty() {
            ridden.way_permille = rows.iter().map(|&way| raw.change(way).bicycle_permille).collect();
        }
        ridden
    }

    /// Builds the streets of those who drive; `law`: the speeds where no sign stands.
    pub fn car(
        raw: &RawStreets,
        law: Option<&car_speeds::Law>,
        min_island_nodes: u32,
        diagnostics: &mut Diagnostics,
    ) -> RiddenStreets {
        let made = built(raw, car::RULES, &via_nodes(raw), min_island_nodes, diagnostics);
        let forbidden = forbidden(raw, &made.streets, &made.edge_way, &made.junction_node, diagnostics);
        let kept = |way: &RawWay| {
            let ends_only = u16::from(car::way(&way.tags).ends_only);
            RiddenWay { osm_id: way.osm_id, ends_only, ..RiddenWay::zeroed() }
        };
        let (mut ridden, rows) = RiddenStreets::of(raw, made, min_island_nodes, kept);
        let built_up = BuiltUp::new(raw);
        let mut mm = [0u64; 2];
        ridden.driven = rows
            .iter()
            .map(|&way| {
                let (permille, way) = (raw.change(way).car_permille, &raw.ways[way as usize]);
                let (m_per_h, is_signed) = car_speeds::speeds(&way.tags, law, built_up.holds(raw, way));
                let m_per_h = m_per_h.map(|speed| slower(speed, permille));
                let is_round = way.tags.iter().any(|(key, value)| {
                    key == "junction" && matches!(value.as_str(), "roundabout" | "circular")
                });
                let (is_round, is_signed) = (u16::from(is_round), u32::from(is_signed));
                DrivenWay { m_per_h, class: car_speeds::class(&way.tags), is_round, is_signed }
            })
            .collect();
        for edge in 0..ridden.streets.edges() {
            let signed = ridden.driven[ridden.edge_way[edge] as usize].is_signed;
            mm[signed as usize] += u64::from(ridden.streets.edge_mm[edge]);
        }
        let unsigned = mm[0] * 100 / (mm[0] + mm[1]).max(1);
        diagnostics.count(UNSIGNED, car::RULES.input, u64::from(mm[0] > 0), format!("{unsigned} %"));
        let mut offsets = vec![0];
        for sequence in &forbidden {
            offsets.push(offsets[offsets.len() - 1] + sequence.len() as u32);
        }
        ridden.left = vec![u8::from(law.is_some_and(car_speeds::Law::drives_left))].into();
        ridden.forbidden_offsets = offsets.into();
        ridden.forbidden = forbidden.concat().into();
        ridden
    }

    /// From what was built, and what is `kept` of a way; and the ways (of the plain table) that its own are.
    fn of(
        raw: &RawStreets,
        made: BuiltStreets,
        min_island_nodes: u32,
        kept: impl Fn(&RawWay) -> RiddenWay,
    ) -> (RiddenStreets, Vec<u32>) {
        let (mut ways, mut rows) = (Vec::new(), Vec::new());
        let mut row = vec![NONE; raw.ways.len()];
        let mut edge_way = Vec::with_capacity(made.edge_way.len());
        for &way in &made.edge_way {
            let row = &mut row[way as usize];
            if *row == NONE {
                *row = ways.len() as u32;
                ways.push(kept(&raw.ways[way as usize]));
                rows.push(way);
            }
            edge_way.push(*row);
        }
        let mut ridden = RiddenStreets {
            streets: made.streets,
            edge_ridden: made.edge_ridden.into(),
            edge_along: made.edge_along.into(),
            edge_way: edge_way.into(),
            ways: ways.into(),
            ..RiddenStreets::default()
        };
        set_components(&mut ridden, min_island_nodes);
        let junctions = ridden.streets.nodes();
        ridden.streets.arc_offsets = vec![0; junctions + 1].into();
        ridden.streets.arc_to = Array::default();
        ridden.streets.arc_mm = Array::default();
        (ridden, rows)
    }
}
