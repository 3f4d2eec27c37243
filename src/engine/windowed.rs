//! What a run asks: a profile in a period.

use super::hours::Hour;
use super::window::WindowQuery;
use crate::study::{Period, Profile};

/// A profile × period and what is asked of it.
pub struct Windowed<'a> {
    pub profile: &'a Profile,
    pub period: &'a Period,
    pub asked: WindowQuery,
    pub hours: Vec<Hour>,
}
