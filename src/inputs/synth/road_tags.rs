//! What a street says of riding and driving: limits of speed, directions, lanes for bicycles, surfaces; by how dense it is
//! around it, and by its line.

use super::field::DistrictFields;
use super::plan::Plan;
use super::streets::{Class, StreetEdge, SynthStreets};
use crate::base::NONE;

/// People (and 0.4 times jobs) per km² above which a place is in the middle of a city.
const MIDDLE_KM2: f64 = 4000.0;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Density {
    Outside,
    BuiltUp,
    Middle,
}

/// What lies around each node of the streets.
pub struct RoadTags(Vec<Density>);

impl RoadTags {
    pub fn new(plan: &Plan, streets: &SynthStreets) -> Self {
        let fields = DistrictFields::new(plan);
        let around = streets.nodes.iter().map(|node| {
            let here = fields.at(node.at);
            match here.people_km2 + 0.4 * here.jobs_km2 {
                dense if dense > MIDDLE_KM2 => Density::Middle,
                dense if dense > plan.fine[1] => Density::BuiltUp,
                _ => Density::Outside,
            }
        });
        RoadTags(around.collect())
    }

    /// A small street that is a way for people on foot and on bicycles.
    pub fn is_cycleway(&self, edge: &StreetEdge) -> bool {
        edge.class == Class::Residential
            && edge.bridge == NONE
            && edge.line.index.rem_euclid(32) == 14
            && self.around(edge) > Density::Outside
    }

    /// Whether cars may go a street both ways.
    pub fn is_two_way(&self, edge: &StreetEdge) -> bool {
        edge.class != Class::Footway && !self.is_cycleway(edge) && self.direction(edge).is_none()
    }

    /// In the middle of a city small streets alternate; farther out one of four is one-way.
    fn direction(&self, edge: &StreetEdge) -> Option<&'static str> {
        if edge.class != Class::Residential || edge.bridge != NONE {
            return None;
        }
        match (self.around(edge), edge.line.index.rem_euclid(8)) {
            (Density::Middle, 1 | 5) | (Density::BuiltUp, 1) => Some("yes"),
            (Density::Middle, 3 | 7) | (Density::BuiltUp, 5) => Some("-1"),
            _ => None,
        }
    }

    fn around(&self, edge: &StreetEdge) -> Density {
        self.0[edge.from as usize].max(self.0[edge.to as usize])
    }

    /// SynthTags of a street on which cars are driven.
    pub fn tags(&self, edge: &StreetEdge) -> Vec<(&'static str, &'static str)> {
        let around = self.around(edge);
        let by_around = |[middle, built_up, outside]: [&'static str; 3]| match around {
            Density::Middle => middle,
            Density::BuiltUp => built_up,
            Density::Outside => outside,
        };
        let line = edge.line.index;
        // One small street in three has no limit of its own: what the law says counts.
        let unsaid = edge.class == Class::Residential && line.rem_euclid(3) == 0;
        let limit = match edge.class {
            Class::Primary => by_around(["50", "60", "80"]),
            Class::Secondary => by_around(["40", "50", "70"]),
            Class::Tertiary => by_around(["30", "40", ""]),
            Class::Residential if !unsaid => by_around(["30", "30", ""]),
            Class::Residential | Class::Footway => "",
        };
        let mut tags = vec![("maxspeed", limit)];
        tags.extend(self.direction(edge).map(|direction| ("oneway", direction)));
        if self.direction(edge).is_some() && matches!(line.rem_euclid(16), 1..8) {
            tags.push(("oneway:bicycle", "no"));
        }
        tags.extend(match (edge.class, around) {
            (Class::Primary, Density::Middle) => Some(("cycleway:both", "lane")),
            (Class::Primary | Class::Secondary, Density::BuiltUp) => Some(("cycleway:both", "track")),
            (Class::Secondary, Density::Middle) => Some(("cycleway:right", "lane")),
            (Class::Tertiary, Density::Middle | Density::BuiltUp) if line.rem_euclid(16) == 4 => {
                Some(("cycleway:both", "lane"))
            }
            _ => None,
        });
        let surface = match (edge.class, around) {
            (Class::Residential, Density::Outside) => "gravel",
            (Class::Residential, Density::Middle) if line.rem_euclid(16) == 6 => "sett",
            (Class::Residential | Class::Footway, _) => "",
            _ => "asphalt",
        };
        tags.push(("surface", surface));
        tags.push((
            "lanes",
            if edge.class == Class::Primary && around > Density::Outside { "4" } else { "" },
        ));
        tags.retain(|(_, value)| !value.is_empty());
        tags
    }
}
