//! [`LegMode`]: by what somebody goes.

use crate::base::ids::TripId;

/// By what somebody goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegMode {
    Walk,
    Bicycle,
    Car,
    /// `seated`: in the vehicle of the leg before.
    Transit {
        trip: TripId,
        seated: bool,
    },
}
