//! A question and a range of places → the name of what a task finds: a hash of all that determines it. Who runs the same
//! task again under the same name finds the same bytes; who changes an input, a setting or isokron gets another name.

use std::fmt::Debug;
use std::ops::Range;

use super::partial;
use super::task::Question;
use crate::base::format;
use crate::base::ids::CellId;
use crate::inputs::raw::{Column, RawPlaces};
use crate::network::format::Writer;
use crate::network::links::Linkage;

/// BLAKE3, in hex.
pub type Name = String;

impl Question<'_> {
    /// The name of what a task over `places` finds. What the kernel may do one way or another does not count, for the
    /// answers are the same; nor do the names of scenario, profile and period.
    pub fn name(&self, places: &Range<usize>) -> Name {
        let mut hashed = Hashed(blake3::Hasher::new());
        let versions = (env!("CARGO_PKG_VERSION"), format::RESULTS, partial::VERSION);
        hashed.debug("isokron", &versions);
        hashed.text("network", self.ground.digest());
        hashed.debug("window", &(self.asked.of, self.asked.query, self.asked.service.departures));
        let access = &self.study.access;
        hashed.debug("access", &(&access.cutoffs_min, &access.percentiles, access.own_cell_s));
        for measure in self.wanted {
            let asked = (&measure.name, measure.kind.name, &measure.form, &measure.of, &measure.demand);
            hashed.debug("measure", &asked);
            hashed.debug("view", &(measure.passive, &measure.percentiles, measure.mean, &measure.unit));
        }
        for region in self.lands {
            let cells = (&region.cells, &region.links.cells);
            let others = region.others.as_ref().map(|places| (places, &region.links.others));
            [Some(cells), others].into_iter().for_each(|side| hashed.places(side));
        }
        hashed.debug("only", &self.only.map(bytemuck::cast_slice::<CellId, u32>));
        hashed.debug("places", places);
        hashed.0.finalize().to_hex().to_string()
    }
}

/// What was hashed so far: each piece with its name and length, so that no two lists of pieces read the same.
struct Hashed(blake3::Hasher);

impl Hashed {
    fn text(&mut self, name: &str, text: &str) {
        for piece in [name, text] {
            self.0.update(&(piece.len() as u64).to_le_bytes());
            self.0.update(piece.as_bytes());
        }
    }

    /// All fields of a type by their names: one that is added later counts by itself. Numbers are exact.
    fn debug(&mut self, name: &str, what: &dyn Debug) {
        self.text(name, &format!("{what:?}"));
    }

    /// Where places lie, which have a street, and their amounts.
    fn places(&mut self, side: Option<(&RawPlaces, &Linkage)>) {
        let Some((places, links)) = side else { return self.text("places", "none") };
        let mut part = Writer::default();
        let (lon, lat): (Vec<f64>, Vec<f64>) = places.points.iter().copied().unzip();
        part.made("lon", &lon);
        part.made("lat", &lat);
        part.array("edge", &links.edge);
        let mut columns: Vec<(&str, &[f64])> = Vec::new();
        let named = |column: &'_ Column| (column.name.clone(), column.values.len());
        self.debug("opportunities", &places.opportunities.iter().map(named).collect::<Vec<_>>());
        self.debug("groups", &places.groups.iter().map(named).collect::<Vec<_>>());
        self.debug("people", &places.population.is_some());
        columns.extend(places.population.iter().map(|people| ("people", &people[..])));
        let amounts = places.opportunities.iter().chain(&places.groups);
        columns.extend(amounts.map(|column| ("amount", &column.values[..])));
        columns.into_iter().for_each(|(name, values)| part.array(name, values));
        self.text("places", &part.finish().digest);
    }
}
