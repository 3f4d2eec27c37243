//! What origins reach → tables with shapes, in one or more files, and a raster of the times.

use std::collections::BTreeSet;
use std::path::Path;

use crate::base::error::Result;
use crate::engine::isochrones::{Origins, ReachSink, SummedColumn};
use crate::measures::isochrone::{Isochrone, Polygon, Reach};
use crate::network::surface::Lattice;
use crate::outputs::isochrones::IsochroneFile;
use crate::outputs::raster::Surfaces;
use crate::outputs::staging::WrittenFile;
use crate::outputs::tables::{ColumnData, Combination, ResultTable, is_whole};
use crate::study::IsochronesSpec;

/// Of so many isochrones the figures are given back.
const FIRST: usize = 24;

/// What an isochrone holds.
#[derive(Clone, Debug)]
pub struct IsochroneFigures {
    pub id: String,
    pub cutoff_min: u32,
    pub percentile: f64,
    /// `None`: no street is near.
    pub within: Option<AreaAndSums>,
}

/// The area of an isochrone, and what lies in it.
#[derive(Clone, Debug)]
pub struct AreaAndSums {
    pub area_km2: f64,
    /// By the names of people and opportunities.
    pub sums: Vec<(String, f64)>,
}

/// The isochrones of one window on their way into files.
pub(super) struct Sheets<'a> {
    spec: &'a IsochronesSpec,
    origins: &'a Origins,
    summed: &'a [SummedColumn<'a>],
    /// Columns that are counted.
    whole: BTreeSet<String>,
    of: Combination,
    pub files: Vec<Box<dyn IsochroneFile + 'a>>,
    /// Where the raster of the times is to be, if anywhere.
    pub surface_to: Option<&'a Path>,
    surfaces: Option<Surfaces>,
    rows: usize,
    first: Vec<IsochroneFigures>,
}

/// All files, whole.
pub(super) struct Finished {
    pub rows: usize,
    pub first: Vec<IsochroneFigures>,
    pub files: Vec<WrittenFile>,
    pub surface: Option<WrittenFile>,
}

/// Origin, which of its isochrones (percentile by percentile, cutoff by cutoff), and that; `None` without a street.
type IsochroneRow<'r> = (usize, usize, Option<&'r Isochrone>);

impl<'a> Sheets<'a> {
    pub fn new(
        spec: &'a IsochronesSpec,
        origins: &'a Origins,
        summed: &'a [SummedColumn<'a>],
        of: Combination,
    ) -> Sheets<'a> {
        let counted = summed.iter().filter(|of| of.values.iter().all(|&value| is_whole(value)));
        let whole = counted.map(column).collect();
        let (files, first) = (Vec::new(), Vec::new());
        Sheets { spec, origins, summed, whole, of, files, surface_to: None, surfaces: None, rows: 0, first }
    }

    /// # Errors
    /// The machine's.
    pub fn finish(self) -> Result<Finished> {
        let surface = self.surfaces.map(Surfaces::finish).transpose()?;
        let files = self.files.into_iter().map(|file| file.finish()).collect::<Result<_>>()?;
        Ok(Finished { rows: self.rows, first: self.first, files, surface })
    }

    /// `id, lon, lat, cutoff_min, percentile, area_km2`, what lies within, and of what it is.
    pub fn table(&self, rows: &[IsochroneRow<'_>]) -> ResultTable {
        let number =
            |of: &dyn Fn(&IsochroneRow<'_>) -> Option<f64>| ColumnData::Number(rows.iter().map(of).collect());
        let mut table = ResultTable::default();
        table.push("id", ColumnData::Text(rows.iter().map(|row| self.origins.ids[row.0].clone()).collect()));
        table.push("lon", number(&|row| Some(self.origins.points[row.0].0)));
        table.push("lat", number(&|row| Some(self.origins.points[row.0].1)));
        let cutoff = |row: &IsochroneRow<'_>| Some(i64::from(self.which(row.1).0));
        table.push("cutoff_min", ColumnData::Integer(rows.iter().map(cutoff).collect()));
        table.push("percentile", number(&|row| Some(self.which(row.1).1)));
        table.push("area_km2", number(&|row| row.2.map(area_km2)));
        for (c, of) in self.summed.iter().enumerate() {
            table.push(column(of), number(&|row| row.2.map(|found| found.sums[c])));
        }
        table.counted(&self.whole).of(self.of.columns())
    }

    /// The cutoff and the percentile of an origin's isochrone.
    fn which(&self, isochrone: usize) -> (u32, f64) {
        let cutoffs = &self.spec.cutoffs_min;
        (cutoffs[isochrone % cutoffs.len()], self.spec.percentiles[isochrone / cutoffs.len()])
    }

    fn figures(&self, &(origin, isochrone, found): &IsochroneRow<'_>) -> IsochroneFigures {
        let (cutoff_min, percentile) = self.which(isochrone);
        let names = self.summed.iter().map(|of| of.name.clone());
        let within = found.map(|found| AreaAndSums {
            area_km2: area_km2(found),
            sums: names.zip(found.sums.iter().copied()).collect(),
        });
        IsochroneFigures { id: self.origins.ids[origin].clone(), cutoff_min, percentile, within }
    }
}

impl ReachSink for Sheets<'_> {
    fn begin(&mut self, lattice: &Lattice, nodes: &[u32]) -> Result<()> {
        let bands = self.origins.ids.len() * self.spec.percentiles.len();
        let create = |path| Surfaces::create(path, lattice, nodes, bands);
        self.surfaces = self.surface_to.map(create).transpose()?;
        Ok(())
    }

    fn push(&mut self, first: usize, reached: &[Option<Reach>]) -> Result<()> {
        let each = self.spec.percentiles.len() * self.spec.cutoffs_min.len();
        let rows: Vec<IsochroneRow<'_>> = reached
            .iter()
            .enumerate()
            .flat_map(|(i, found)| {
                (0..each).map(move |k| (first + i, k, found.as_ref().map(|found| &found.isochrones[k])))
            })
            .collect();
        let table = self.table(&rows);
        let shapes: Vec<&[Polygon]> =
            rows.iter().map(|(_, _, found)| found.map_or(&[][..], |found| &found.polygons)).collect();
        for file in &mut self.files {
            file.push(&table, &shapes)?;
        }
        self.rows += rows.len();
        let some = rows.iter().take(FIRST.saturating_sub(self.first.len()));
        let some: Vec<IsochroneFigures> = some.map(|row| self.figures(row)).collect();
        self.first.extend(some);
        if let Some(surfaces) = &mut self.surfaces {
            for (id, reach) in self.origins.ids[first..].iter().zip(reached) {
                surfaces.push(id, &self.spec.percentiles, reach.as_ref())?;
            }
        }
        Ok(())
    }
}

/// What the sums are called in tables.
fn column(of: &SummedColumn<'_>) -> String {
    format!("{}_within", of.name)
}

/// To the square metre.
fn area_km2(isochrone: &Isochrone) -> f64 {
    isochrone.area_m2.round() / 1e6
}
