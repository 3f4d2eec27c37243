//! Kinds of edits. Each stands in a file of its own and in one line of [`REGISTER`]: what it holds, its keys, how it is
//! read, what it concerns, how it is made, and what it is in Conveyal's scenarios. The parser of studies, the schema,
//! the docs and both translations follow from there.

pub use super::edit::{
    EditSpec, Lengths, PlacesEdit, ProfilesEdit, Same, StreetsEdit, StressLinesFile, Target, TimetableEdit,
    TrafficTable, WrittenPlaces, spec, spec_as,
};

pub mod add_feed;
pub mod add_line;
pub mod add_street;
pub mod change_streets;
pub mod close_streets;
pub mod cut_short;
pub mod extend;
pub mod move_amounts;
pub mod move_stop;
pub mod remove_routes;
pub mod remove_stops;
pub mod remove_trips;
pub mod replace_feed;
pub mod reroute;
pub mod road_congestion;
pub mod set_amounts;
pub mod set_dwell;
pub mod set_headway;
pub mod set_pickup_dropoff;
pub mod set_profile;
pub mod set_speed;
pub mod set_stress;
pub mod shift;

/// All kinds of edits, in the order of the docs.
#[cfg(feature = "native")]
pub(super) const REGISTER: &[&super::written::Registered] = &[
    &add_line::written::KIND,
    &remove_trips::written::KIND,
    &remove_routes::written::KIND,
    &remove_stops::written::KIND,
    &set_headway::written::KIND,
    &set_speed::written::KIND,
    &set_dwell::written::KIND,
    &shift::written::KIND,
    &reroute::written::KIND,
    &extend::written::KIND,
    &cut_short::written::KIND,
    &move_stop::written::KIND,
    &set_pickup_dropoff::written::KIND,
    &add_feed::written::KIND,
    &replace_feed::written::KIND,
    &set_amounts::written::OPPORTUNITIES,
    &move_amounts::written::OPPORTUNITIES,
    &set_amounts::written::CLOSED,
    &set_amounts::written::POPULATION,
    &move_amounts::written::POPULATION,
    &add_street::written::KIND,
    &close_streets::written::KIND,
    &change_streets::written::KIND,
    &road_congestion::written::KIND,
    &set_stress::written::KIND,
    &set_profile::written::KIND,
];
