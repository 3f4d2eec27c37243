//! Scenarios: what a study writes, edits whose results are worked out by hand, and what holds of random edits of
//! random timetables.

mod conveyal;
mod hand;
mod land;
mod random;
mod streets;
mod vary;
mod written;
