//! GeoTIFFs → the heights of points, by bilinear interpolation between the centres of pixels.
//!
//! Strips and tiles are unpacked when a point lies in them; those used last are kept, as many as fit a bound.

mod raster;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Result};
use crate::inputs::project::Crs;
use raster::{Chunk, Raster};

/// So many bytes of unpacked strips and tiles are kept.
const KEPT_BYTES: usize = 256 << 20;
/// Points near each other share a few of them.
const AT_HAND: usize = 8;

/// Rasters of heights, in the order in which they are asked.
pub struct Rasters {
    rasters: Vec<Raster>,
    /// Raster → its projection in `systems`.
    system: Vec<usize>,
    systems: Vec<Crs>,
    kept: Mutex<KeptChunks>,
}

/// The number of a raster, and of a strip or tile of it.
type ChunkId = (usize, u32);

#[derive(Default)]
struct KeptChunks {
    /// With when they were used last.
    chunks: HashMap<ChunkId, (Arc<Chunk>, u64)>,
    uses: u64,
    bytes: usize,
}

impl Rasters {
    /// Opens GeoTIFFs.
    ///
    /// # Errors
    /// All that cannot be used, each with its reason.
    pub fn open(paths: &[PathBuf], diagnostics: &mut Diagnostics) -> Result<Rasters> {
        let (mut rasters, mut problems) = (Vec::new(), Vec::new());
        for path in paths {
            match Raster::open(path) {
                Ok(raster) => rasters.push(raster),
                Err(Error::Input(more)) => problems.extend(more),
                Err(other) => return Err(other),
            }
        }
        if !problems.is_empty() {
            return Err(Error::Input(problems));
        }
        let mut systems: Vec<Crs> = Vec::new();
        let mut system = Vec::new();
        for raster in &rasters {
            let known = systems.iter().position(|crs| crs.code() == raster.crs.code());
            system.push(known.unwrap_or(systems.len()));
            if known.is_none() {
                raster.crs.tell("elevation", diagnostics);
                systems.push(raster.crs.clone());
            }
        }
        Ok(Rasters { rasters, system, systems, kept: Mutex::default() })
    }

    /// Heights of points (lon, lat in degrees), m; NaN where no raster has one. Of several rasters the first that has one
    /// counts. The weights of pixels without data go to the others of the four, where these have at least half.
    ///
    /// # Errors
    /// A strip or tile is damaged.
    pub fn heights(&self, points: &[(f64, f64)]) -> Result<Vec<f32>> {
        let mut at_hand: Vec<(ChunkId, Arc<Chunk>)> = Vec::new();
        let mut projected: Vec<Option<Option<(f64, f64)>>> = Vec::new();
        let mut heights = Vec::with_capacity(points.len());
        for &(lon, lat) in points {
            projected.clear();
            projected.resize(self.systems.len(), None);
            let mut height = f32::NAN;
            for (number, raster) in self.rasters.iter().enumerate() {
                let system = self.system[number];
                let point = *projected[system]
                    .get_or_insert_with(|| self.systems[system].from_lon_lat(lon, lat).ok());
                if let Some(position) = point.and_then(|point| raster.position(point)) {
                    height = self.interpolated(number, position, &mut at_hand)?;
                }
                if !height.is_nan() {
                    break;
                }
            }
            heights.push(height);
        }
        Ok(heights)
    }

    fn interpolated(
        &self,
        number: usize,
        (column, row): (f64, f64),
        at_hand: &mut Vec<(ChunkId, Arc<Chunk>)>,
    ) -> Result<f32> {
        let raster = &self.rasters[number];
        let (left, top) = (column.floor(), row.floor());
        let (right_part, lower_part) = (column - left, row - top);
        let (mut sum, mut weights) = (0.0, 0.0);
        for (down, part_y) in [(0, 1.0 - lower_part), (1, lower_part)] {
            for (right, part_x) in [(0, 1.0 - right_part), (1, right_part)] {
                let weight = part_x * part_y;
                if weight == 0.0 {
                    continue;
                }
                let (column, row) = (left as u32 + right, top as u32 + down);
                let chunk = self.chunk((number, raster.chunk_of(column, row)), at_hand)?;
                let height = f64::from(raster.pixel(&chunk, column, row));
                if !height.is_nan() {
                    sum += weight * height;
                    weights += weight;
                }
            }
        }
        Ok(if weights >= 0.5 { (sum / weights) as f32 } else { f32::NAN })
    }

    fn chunk(&self, id: ChunkId, at_hand: &mut Vec<(ChunkId, Arc<Chunk>)>) -> Result<Arc<Chunk>> {
        if let Some((_, chunk)) = at_hand.iter().find(|(known, _)| *known == id) {
            return Ok(Arc::clone(chunk));
        }
        let known = self.kept.lock().expect("nobody panics with it").get(id);
        let chunk = match known {
            Some(chunk) => chunk,
            None => {
                let chunk = Arc::new(self.rasters[id.0].unpack(id.1)?);
                self.kept.lock().expect("nobody panics with it").put(id, &chunk);
                chunk
            }
        };
        if at_hand.len() == AT_HAND {
            at_hand.remove(0);
        }
        at_hand.push((id, Arc::clone(&chunk)));
        Ok(chunk)
    }
}

impl KeptChunks {
    fn get(&mut self, id: ChunkId) -> Option<Arc<Chunk>> {
        self.uses += 1;
        let (chunk, used) = self.chunks.get_mut(&id)?;
        *used = self.uses;
        Some(Arc::clone(chunk))
    }

    fn put(&mut self, id: ChunkId, chunk: &Arc<Chunk>) {
        self.uses += 1;
        if self.chunks.insert(id, (Arc::clone(chunk), self.uses)).is_none() {
            self.bytes += chunk.bytes();
        }
        while self.bytes > KEPT_BYTES && self.chunks.len() > 1 {
            let oldest = self.chunks.iter().min_by_key(|(_, (_, used))| *used).map(|(&id, _)| id);
            if let Some((chunk, _)) = oldest.and_then(|id| self.chunks.remove(&id)) {
                self.bytes -= chunk.bytes();
            }
        }
    }
}
