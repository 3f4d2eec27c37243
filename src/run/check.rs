//! (to come)
use super::load::Loaded;
pub fn network_lines(_: &Loaded) -> Vec<String> { Vec::new() }
