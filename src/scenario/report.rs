//! What an edit changed, for the manifest and the terminal.

use crate::base::place::Place;

/// Service on the periods' dates together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ServiceFigures {
    /// Vehicles' journeys from their first stop to their last.
    pub runs: u64,
    /// Along straight lines from stop to stop; a hop to or from a stop without coordinates counts nothing.
    pub vehicle_km: f64,
    /// From first departure to last arrival.
    pub vehicle_h: f64,
}

/// The same in whole numbers, so that what is taken off again leaves nothing behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub runs: u64,
    pub mm: u64,
    pub seconds: u64,
}

impl Tally {
    pub fn add(&mut self, more: Tally) {
        self.runs += more.runs;
        self.mm += more.mm;
        self.seconds += more.seconds;
    }

    /// Of what was added before; a stop that was moved in between may have made it longer.
    pub fn take(&mut self, less: Tally) {
        self.runs = self.runs.saturating_sub(less.runs);
        self.mm = self.mm.saturating_sub(less.mm);
        self.seconds = self.seconds.saturating_sub(less.seconds);
    }

    pub fn figures(self) -> ServiceFigures {
        ServiceFigures {
            runs: self.runs,
            vehicle_km: self.mm as f64 / 1e6,
            vehicle_h: self.seconds as f64 / 3600.0,
        }
    }
}

/// All service of a route that an edit changed, and not its changed trips alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RouteService {
    /// `feed:id`.
    pub route: String,
    /// What people call it; may be empty.
    pub name: String,
    pub before: ServiceFigures,
    pub after: ServiceFigures,
}

/// What an edit changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EditReport {
    /// Where the edit stands: `study.toml:44:1`.
    pub place: Place,
    pub kind: &'static str,
    /// Trips of the timetable (one of frequencies.txt is one): new, gone, otherwise than before.
    pub trips_added: u64,
    pub trips_removed: u64,
    pub trips_changed: u64,
    /// Of those trips, before and after.
    pub before: ServiceFigures,
    pub after: ServiceFigures,
    /// Their routes, as `feed:id`, in the timetable's order.
    pub routes: Vec<String>,
    /// The service of these routes, one for one.
    pub services: Vec<RouteService>,
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
    /// Rows of traffic.
    pub traffic_rows: u64,
    /// Profiles that changed.
    pub profiles: Vec<String>,
    /// What can be meant, but hardly is, in words.
    pub doubts: Vec<String>,
}

impl EditReport {
    /// The service of all its routes together, before and after.
    pub fn service(&self) -> [ServiceFigures; 2] {
        let sum = |of: fn(&RouteService) -> &ServiceFigures| {
            self.services.iter().map(of).fold(ServiceFigures::default(), |sum, more| ServiceFigures {
                runs: sum.runs + more.runs,
                vehicle_km: sum.vehicle_km + more.vehicle_km,
                vehicle_h: sum.vehicle_h + more.vehicle_h,
            })
        };
        [sum(|service| &service.before), sum(|service| &service.after)]
    }
}
