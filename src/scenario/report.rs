//! What an edit changed, for the manifest and the terminal.

use crate::base::place::Place;

/// Service on the periods' dates together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// Vehicles' journeys from their first stop to their last.
    pub runs: u64,
    /// Along straight lines from stop to stop; a hop to or from a stop without coordinates counts nothing.
    pub vehicle_km: f64,
    /// From first departure to last arrival.
    pub vehicle_h: f64,
}

impl Figures {
    pub(super) fn add(&mut self, more: &Figures) {
        self.runs += more.runs;
        self.vehicle_km += more.vehicle_km;
        self.vehicle_h += more.vehicle_h;
    }

    /// Of what was added before.
    pub(super) fn take(&mut self, less: &Figures) {
        self.runs -= less.runs;
        self.vehicle_km -= less.vehicle_km;
        self.vehicle_h -= less.vehicle_h;
    }
}

/// What an edit changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Where the edit stands: `study.toml:44:1`.
    pub place: Place,
    pub kind: &'static str,
    /// Trips of the timetable (one of frequencies.txt is one): new, gone, otherwise than before.
    pub trips_added: u64,
    pub trips_removed: u64,
    pub trips_changed: u64,
    /// Of those trips, before and after.
    pub before: Figures,
    pub after: Figures,
    /// Their routes, as `feed:id`, in the timetable's order.
    pub routes: Vec<String>,
    /// Stops, as `feed:id`, in the timetable's order: new, elsewhere, no longer called at by any trip.
    pub stops_added: Vec<String>,
    pub stops_moved: Vec<String>,
    pub stops_left: Vec<String>,
    /// Cells or other places whose amounts changed, by id, and the total before and after.
    pub places: Vec<String>,
    pub total_before: f64,
    pub total_after: f64,
    /// Length of streets that are new or changed, and of those that are closed or changed.
    pub street_km_added: f64,
    pub street_km_removed: f64,
    /// Profiles that changed.
    pub profiles: Vec<String>,
}
