//! Travel times of all pairs in a window, origin by origin.

use std::collections::HashMap;
use std::ops::Range;

use super::profile_network::ProfileNetwork;
use super::region::Region;
use super::spill::Rooms;
use super::task::linked;
use super::turning::Turning;
use super::window::WindowQuery;
use crate::base::NONE;
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::base::ids::{CellId, Id};
use crate::measures::times::{BatchTimes, ranks};
use crate::routing::{KernelOptions, Router};
use crate::study::{Study, WindowOf};

/// A network and a question whose whole matrix is wanted.
#[derive(Clone, Copy)]
pub struct Matrix<'a> {
    pub study: &'a Study,
    pub region: &'a Region,
    pub ground: &'a ProfileNetwork,
    pub asked: &'a WindowQuery,
    /// Origin → the destination that is the same place, or `NONE`; empty where the router knows.
    pub twins: &'a [u32],
}

/// Times held between two writes: origins enough for every thread, and at most 200 MB.
pub const HELD: usize = 50_000_000;

/// Where a matrix goes, origin by origin.
pub trait MatrixSink {
    /// Writes origin `from`: `time(to, k)` is the time to destination `to` at percentile `k`, `walk(to)` that on foot,
    /// in seconds.
    ///
    /// # Errors
    /// The sink's.
    fn push(
        &mut self,
        from: usize,
        time: impl Fn(usize, usize) -> Option<u32>,
        walk: impl Fn(usize) -> Option<u32>,
    ) -> Result<()>;
}

/// The cells as they come.
pub fn in_order(matrix: Matrix<'_>) -> Vec<CellId> {
    (0..matrix.region.cells.ids.len() as u32).map(CellId).collect()
}

/// Routes all cells and hands over their rows in `order`. `rooms`: for windows of arrivals whose times are too many to
/// be held.
///
/// # Errors
/// Those of `sink` and `rooms`; `Stopped`.
pub fn fill(
    matrix: Matrix<'_>,
    order: &[CellId],
    sink: &mut impl MatrixSink,
    rooms: &dyn Rooms,
    executor: &dyn Executor,
) -> Result<()> {
    let Matrix { study, region, ground, asked, .. } = matrix;
    let (cells, (places, links)) = (&region.cells.points, region.destinations());
    let own_s = region.others.is_none().then_some(study.access.own_cell_s);
    let from = if asked.of == WindowOf::Arrivals { places.points.len() } else { cells.len() };
    ground.prepare(from, asked, executor)?;
    let router = ground.router(asked, asked.query.longest_s, cells, &places.points, own_s, None, executor)?;
    let ranks = ranks(&study.access.percentiles, asked.query.window.count());
    match asked.of {
        WindowOf::Departures => {
            let width = places.points.len() * ranks.len();
            executor.begin("travel times", cells.len() as u64);
            for stretch in stretches(cells.len(), width) {
                let (stretch, goals) = (&order[stretch], places.points.len());
                let origins: Vec<CellId> =
                    stretch.iter().copied().filter(|&cell| ground.is_linked(region, cell)).collect();
                let routed = bytemuck::cast_slice(&origins);
                let batches = times(&router, asked.how, &ranks, goals, routed, executor)?;
                let mut rows = batches.iter().flat_map(|batch| batch.chunks(width.max(1)));
                let mut origins = origins.iter().peekable();
                for &cell in stretch {
                    let routed = origins.next_if_eq(&&cell).is_some();
                    push(&matrix, sink, cell.index(), if routed { rows.next() } else { None })?;
                }
            }
        }
        WindowOf::Arrivals => {
            // The mirror's come destination by destination.
            let width = cells.len() * ranks.len();
            let in_memory = places.points.len() * width <= HELD;
            let mut turning = Turning::new(cells.len(), (!in_memory).then_some(rooms))?;
            executor.begin("travel times", places.points.len() as u64);
            for stretch in stretches(places.points.len(), width) {
                let all: Vec<u32> = stretch.clone().map(|goal| goal as u32).collect();
                let goals = linked(&all, links);
                let batches = times(&router, asked.how, &ranks, cells.len(), &goals, executor)?;
                let from: Vec<&[u32]> = batches.iter().flat_map(|batch| batch.chunks(width.max(1))).collect();
                let wide = stretch.len() * ranks.len();
                let mut block = vec![u32::MAX; cells.len() * wide];
                for (&cell, row) in order.iter().zip(block.chunks_mut(wide.max(1))) {
                    for (&goal, times) in goals.iter().zip(&from) {
                        let to = (goal as usize - stretch.start) * ranks.len();
                        let times = &times[cell.index() * ranks.len()..][..ranks.len()];
                        row[to..to + ranks.len()].copy_from_slice(times);
                    }
                }
                turning.add(wide, block)?;
            }
            let width = places.points.len() * ranks.len();
            for stretch in stretches(cells.len(), width) {
                let rows = turning.rows(stretch.clone())?;
                for (&cell, row) in order[stretch].iter().zip(rows.chunks(width.max(1))) {
                    let linked = ground.is_linked(region, cell);
                    push(&matrix, sink, cell.index(), linked.then_some(row))?;
                }
            }
        }
    }
    Ok(())
}

/// Stretches of `all` places, whose rows of `width` values are held at once.
fn stretches(all: usize, width: usize) -> impl Iterator<Item = Range<usize>> {
    let most = (HELD / width.max(1)).clamp(128, 1024);
    (0..all).step_by(most).map(move |first| first..(first + most).min(all))
}

/// The times of some of the router's origins, batch by batch.
fn times(
    router: &Router<'_>,
    how: KernelOptions,
    ranks: &[u32],
    goals: usize,
    origins: &[u32],
    executor: &dyn Executor,
) -> Result<Vec<Vec<u32>>> {
    router.route(origins, how, |batch| BatchTimes::listen(ranks, goals, batch), executor)
}

/// Hands over a cell's row; `None`: no street, and no time.
fn push(matrix: &Matrix<'_>, sink: &mut impl MatrixSink, cell: usize, row: Option<&[u32]>) -> Result<()> {
    let percentiles = matrix.study.access.percentiles.len();
    let twin = matrix.twins.get(cell).map_or(usize::MAX, |&to| to as usize);
    let time = |to: usize, p: usize| {
        let time = |row: &[u32]| match to == twin {
            true => matrix.study.access.own_cell_s,
            false => row[to * percentiles + p],
        };
        row.map(time).filter(|&time| time != u32::MAX)
    };
    let legs = matrix.ground.network.legs.direct.row(cell);
    let walk = |to: usize| match to == twin || matrix.region.others.is_none() && to == cell {
        true => row.map(|_| matrix.study.access.own_cell_s),
        false => legs.binary_search_by_key(&(to as u32), |walk| walk.to).ok().map(|at| legs[at].seconds),
    };
    sink.push(cell, time, walk)
}

/// Cell → the destination of the same id at the same point: from a place to itself is no walk to the street.
pub fn twins(region: &Region) -> Vec<u32> {
    let (cells, places) = (&region.cells, region.destinations().0);
    let by_id: HashMap<&str, usize> = places.ids.iter().enumerate().map(|(i, id)| (id.as_str(), i)).collect();
    let twin = |(id, point): (&String, &(f64, f64))| match by_id.get(id.as_str()) {
        Some(&place) if places.points[place] == *point => place as u32,
        _ => NONE,
    };
    cells.ids.iter().zip(&cells.points).map(twin).collect()
}
