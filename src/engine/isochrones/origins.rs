//! [`Origins`]: from where isochrones are asked for.

use crate::base::error::{Error, Problem, Result};
use crate::base::executor::Executor;
use crate::base::ids::{CellId, Id};
use crate::engine::region::Region;
use crate::network::links::{LinkRule, Linkage};
use crate::study::NetworkSpec;

/// From where.
#[derive(Default)]
pub struct Origins {
    pub ids: Vec<String>,
    pub points: Vec<(f64, f64)>,
    pub linked: Linkage,
    /// The cell that an origin is, or `NONE`.
    pub cell: Vec<CellId>,
}

impl Origins {
    /// Points by their (lon, lat).
    ///
    /// # Errors
    /// Those without a street, all at once; `Stopped`.
    pub fn of_points(
        points: &[(f64, f64)],
        region: &Region,
        network: &NetworkSpec,
        executor: &dyn Executor,
    ) -> Result<Origins> {
        let linked = region.link(LinkRule::from(network), points, executor)?;
        let astray = |i: usize| region.no_street(points[i], network.max_link_m);
        let problems: Vec<Problem> =
            (0..linked.len()).filter(|&i| !linked.has_street(i)).map(astray).collect();
        if !problems.is_empty() {
            return Err(Error::Input(problems));
        }
        let mut origins = Origins::default();
        origins.add(points.iter().map(|(lon, lat)| format!("{lon},{lat}")).collect(), points, &linked);
        Ok(origins)
    }

    /// Behind those that there are.
    pub fn add(&mut self, ids: Vec<String>, points: &[(f64, f64)], linked: &Linkage) {
        self.linked.append(linked);
        self.ids.extend(ids);
        self.points.extend(points);
        self.cell.resize(self.ids.len(), CellId::NONE);
    }

    /// All cells, behind those that there are.
    pub fn add_cells(&mut self, region: &Region) {
        let first = self.ids.len();
        self.add(region.cells.ids.clone(), &region.cells.points, &region.links.cells);
        self.cell.truncate(first);
        self.cell.extend((0..region.cells.ids.len() as u32).map(CellId));
    }
}
