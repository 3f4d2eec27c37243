//! The library: what it reads, routes, measures, compares and writes, against results worked out by hand, against
//! independent sources, and against oracles on random networks. One program, so that it is linked once.

mod common;
mod engine;
mod oracle;
mod parquet_files;

mod access;
mod cells;
mod elevation;
mod equity;
mod formats;
mod grid_town;
mod gtfs;
mod gtfs_data;
mod hierarchy;
mod intervals;
mod isochrones;
mod joined;
mod kernel;
mod keys;
mod laws;
mod mmri;
mod oracle_random;
mod oracle_self;
mod osm;
mod outputs;
mod pages;
mod pairs;
mod partial;
mod parts;
mod places;
mod projections;
mod propose;
mod published;
mod rides;
mod scenario;
mod schema;
mod stops;
mod streets;
mod study;
mod synth;
mod tidy;
mod timetable_oracle;
mod towns;
mod towns_rules;
mod walks;
