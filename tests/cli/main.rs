//! The program as its users meet it: the real binary on copies of the demo town, what it writes, says and returns.

#[path = "../library/common.rs"]
mod common;
#[expect(dead_code, reason = "the library's tests need more of it")]
#[path = "../library/parquet_files.rs"]
mod parquet_files;

mod antimeridian;
mod bad;

mod contrasts;
mod demo;
mod equity;
mod examples;
mod feed_faults;
mod hills;
mod init;
mod isochrones;
mod kept;
mod machine;
mod measures;
mod modes;
mod network;
mod old;
mod report;
mod scenarios;
mod searches;
mod stops;
mod street_edits;
mod tables;
mod terminal;
mod town;
mod trips;
mod windows;
mod words;
