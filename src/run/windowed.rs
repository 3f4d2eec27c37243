//! What a run asks: a profile in a period.

use crate::engine::hours::Hour;
use crate::engine::window::WindowQuery;
use crate::study::{Period, Profile};

/// A profile × period and what is asked of it.
pub(super) struct Windowed<'a> {
    pub profile: &'a Profile,
    pub period: &'a Period,
    pub asked: WindowQuery,
    pub hours: Vec<Hour>,
}
