//! Travel times, origin by origin.

pub mod arrive;
pub mod lanes;
pub mod plain;
pub mod pulls;
pub mod sweep;
pub mod unroll;
