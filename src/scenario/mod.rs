//! A timetable, places, profiles and edits → those of a scenario, with a report on what each edit changed. Nothing
//! that is given is changed; arrays that no edit touches are shared.
//!
//! `draft` holds a timetable under way as rows, one a trip; `names` and `which` find what edits name, `blocks` keeps
//! who stays seated sound, `finish` lays the rows out again. Each kind of edit has a file in `edits`; what several
//! have in common (`which`, `line`, `bands`, `area`, `amounts`, `streets`, `feeds`) has its keys with it, too.

use std::path::Path;

use crate::base::error::{Error, Problem, Result};
use crate::network::calendar::day_number;
use crate::network::transit::Timetable;
use crate::study::{Period, PlacedEdit};

pub mod amounts;
pub mod area;
pub mod bands;
mod between;
mod blocks;
#[cfg(feature = "native")]
pub mod conveyal;
mod doubts;
mod draft;
pub mod edits;
mod feeds;
mod finish;
pub mod line;
mod names;
mod places;
mod profiles;
#[cfg(feature = "native")]
mod reading;
mod region;
mod report;
pub mod streets;
mod timing;
pub mod which;
#[cfg(feature = "native")]
pub mod written;

pub use places::{EditedPlaces, edit_places};
pub use profiles::edit_profiles;
pub use region::{astray, has_places};
pub use report::{Figures, Report, RouteService};
pub use streets::edit_streets;

use draft::Draft;
use edits::{Target, spec};
use names::Said;

/// What edits of a timetable need to know beside it.
#[derive(Clone, Copy, Debug)]
pub struct Given<'g> {
    /// Days since 1970-01-01 on which new service runs, sorted: see [`service_days`].
    pub days: &'g [i32],
    /// The days that figures in reports are of, sorted: the periods' dates.
    pub dates: &'g [i32],
    /// The study's zone, for a line where there is no feed.
    pub zone: &'g str,
    /// Feeds that edits add, by their file as in the edit, each read and built alone.
    pub feeds: &'g [(&'g Path, Timetable)],
}

/// A timetable after edits.
#[derive(Clone, Debug)]
pub struct Edited {
    /// Its stops are those before, in their order, and new ones behind them; a stop is never taken out.
    pub timetable: Timetable,
    /// Trip → the trip before the edits that it is or was made from, or [`crate::base::NONE`]. Never falls but for
    /// `NONE`s. Of a trip of frequencies.txt two may be made: each has some of its runs.
    pub came_from: Vec<u32>,
    /// Stops of before that are elsewhere now, sorted.
    pub moved_stops: Vec<u32>,
    /// One for each edit of the timetable, in their order.
    pub reports: Vec<Report>,
}

impl Edited {
    /// Stops whose walks are not those of before, sorted: new, elsewhere, or called at for the first time (stops that no
    /// trip calls at are not linked).
    pub fn stops_to_link(&self, base: &Timetable) -> Vec<u32> {
        let called = &self.timetable.stops.called;
        let differs = |stop: &u32| match base.stops.called.get(*stop as usize) {
            Some(&before) => before == 0 && called[*stop as usize] != 0 || self.moved_stops.contains(stop),
            None => true,
        };
        (0..called.len() as u32).filter(differs).collect()
    }
}

/// Days on which service can matter to periods: from two days before each date, for trips past midnight and zones
/// to the east, to two days after the window's last.
pub fn service_days(periods: &[Period]) -> Vec<i32> {
    let days = periods.iter().flat_map(|period| {
        let date = day_number(period.date);
        date - 2..=date + period.end_s.div_euclid(86_400) + 3
    });
    let mut days: Vec<i32> = days.collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// The periods' dates as days since 1970-01-01, sorted, each once.
pub fn dates(periods: &[Period]) -> Vec<i32> {
    let mut dates: Vec<i32> = periods.iter().map(|period| day_number(period.date)).collect();
    dates.sort_unstable();
    dates.dedup();
    dates
}

/// Applies the edits that concern a timetable, in their order: each sees what those before it have made. Others are
/// passed over.
///
/// # Errors
/// [`Error::Input`] with all that is wrong with all edits: names of nothing, edits that match nothing.
pub fn edit_timetable(base: &Timetable, edits: &[PlacedEdit], given: &Given) -> Result<Edited> {
    let mut draft = Draft::new(base, given);
    let mut reports = Vec::new();
    let mut problems: Vec<Problem> = Vec::new();
    for placed in edits {
        let Target::Timetable(edit) = spec(&placed.edit).target() else { continue };
        let mut said = Said::new(&placed.place, placed.edit.kind());
        edit.apply(&mut draft, &mut said);
        let mut doubts = if said.is_well() { edit.doubts() } else { Vec::new() };
        if said.is_well() && edit.makes_hops() {
            doubts.extend(doubts::speeds(&mut draft));
        }
        let report = draft.report(&placed.place, placed.edit.kind());
        if said.is_well() {
            reports.push(Report { doubts, ..report });
        } else {
            draft.expect(edit.new_ids());
            problems.append(&mut said.problems);
        }
    }
    if !problems.is_empty() {
        return Err(Error::Input(problems));
    }
    Ok(draft.finish(reports))
}
