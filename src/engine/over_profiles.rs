//! Measures over modes, with a profile for each mode → one value a cell.

use super::measured::Measures;
use crate::measures::spec::MeasureSpec;
use crate::measures::stream::OutputColumn;

/// One profile's results: which measure each is of, and all columns by name.
pub type OfProfile<'a> = (&'a [OutputColumn], &'a Measures);

/// Those of the first profile's columns that are of a measure over modes, each over all `profiles`; blank for cells where
/// it is not known of one. None where there is one profile.
pub fn over_profiles(asked: &[MeasureSpec], profiles: &[OfProfile<'_>]) -> Measures {
    let [(slots, _), _, ..] = profiles else { return Vec::new() };
    let column = |slot: &OutputColumn| {
        let find = |&(_, columns): &OfProfile<'_>| columns.iter().position(|column| column.0 == slot.name);
        let known = profiles.iter().map(|of| Some(&of.1[find(of)?].1));
        let modes: Vec<&Vec<Option<f64>>> = known.collect::<Option<_>>()?;
        let form = &asked[slot.measure].form;
        form.over_modes(&[])?;
        let at = |cell: usize| {
            let known: Option<Vec<f64>> = modes.iter().map(|mode| mode[cell]).collect();
            form.over_modes(&known?)
        };
        Some((slot.name.clone(), (0..modes[0].len()).map(at).collect()))
    };
    slots.iter().filter_map(column).collect()
}
