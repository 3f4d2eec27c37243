//! Partials in order → the measures of every cell: the bytes of one run, however the places were split.

use super::measured::{Measured, Measures};
use super::partial::{Effort, OfLand, Partial};
use super::streamed;
use super::task::Question;
use crate::base::error::{Error, Result};
use crate::base::executor::Executor;
use crate::base::ids::Id;
use crate::study::Unlinked;

/// Merges partials that together are of all places, and follow each other. What was measured for each of the question's
/// lands, and what it took.
///
/// # Errors
/// A range is missing, or there twice; those of the room where travel times are kept; `Stopped`.
pub fn merge(
    question: &Question<'_>,
    partials: impl IntoIterator<Item = Partial>,
    executor: &dyn Executor,
) -> Result<(Vec<Measured>, Effort)> {
    let order = question.order();
    let mut partials = partials.into_iter();
    let mut whole = partials.next().ok_or_else(|| Error::machine("partial results", "there are none"))?;
    partials.try_for_each(|next| whole.append(next))?;
    if whole.range != (0..order.len()) || whole.lands.len() != question.lands.len() {
        let (there, all) = (&whole.range, order.len());
        let what = format!("they are of places {} to {}, and not of all {all}", there.start, there.end);
        return Err(Error::machine("partial results", what));
    }
    let (whats, bound) = (question.whats(), question.bound()?);
    let listeners = question.listeners(&bound);
    let unlinked = question.study.access.unlinked;
    let blank = match unlinked {
        Unlinked::Blank => None,
        Unlinked::Zero => Some(0.0),
    };
    let (all_cells, cells) = (question.lands[0].cells.ids.len(), question.cells());
    let mut results = Vec::new();
    for (land, OfLand { access, access_sums, measures }) in whole.lands.into_iter().enumerate() {
        let (region, bound, names) = (question.lands[land], &bound[land], whats[land].names());
        let sums = access_sums.all().unwrap_or_else(|| vec![0.0; names.len() * all_cells]);
        let column = |(i, name): (usize, String)| {
            let mut column = vec![blank; all_cells];
            match question.mirrored() {
                true => cells.iter().for_each(|&cell| {
                    column[cell.index()] = Some(sums[i * all_cells + cell.index()]);
                }),
                false => order.iter().zip(&access[i]).for_each(|(&cell, &value)| {
                    column[cell as usize] = Some(value);
                }),
            }
            (name, column)
        };
        let mut own: Measures = names.into_iter().enumerate().map(column).collect();
        let (found, doubts) = measures.finish(&listeners[land], &order, question.sides(), executor)?;
        let columns = |passive| streamed::columns(region, bound, &found, unlinked, passive);
        own.append(&mut columns(false));
        let mut passive = columns(true);
        if region.others.is_none() {
            own.append(&mut passive);
        }
        let slots = found.into_iter().map(|(slot, _)| slot).collect();
        results.push(Measured { measures: own, passive, slots, doubts });
    }
    Ok((results, whole.effort))
}
