//! `[isochrones]`: from where, and how far.

use std::path::PathBuf;

use super::keys::declaration::Fallback::{Absent, Value};
use super::keys::declaration::Shape::{File, Filled, Flag, Whole};
use super::keys::declaration::{Entry, key};
use super::keys::shapes::{MINUTES, PERCENTILES, POINT};

/// From where, and how far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IsochronesSpec {
    /// From every cell.
    pub cells: bool,
    /// From these points, (lon, lat) in degrees.
    pub at: Vec<(f64, f64)>,
    /// From the places of a file, whose columns are called as those of the cells.
    pub origins: Option<PathBuf>,
    /// Rising.
    pub cutoffs_min: Vec<u32>,
    /// 0 < p ≤ 100.
    pub percentiles: Vec<f64>,
    /// Between the points that are contoured, m.
    pub grid_m: u32,
    /// Also the times at these points, as a raster.
    pub surfaces: bool,
}

impl IsochronesSpec {
    pub const KEYS: &'static [Entry<IsochronesSpec>] = &[
        key(
            "isochrones",
            "cells",
            Absent("true where neither at nor origins is given"),
            "true",
            "isochrones of every cell",
        )
        .takes(Flag)
        .apart(),
        key(
            "isochrones",
            "at",
            Absent("no points"),
            "[[18.06, 59.33]]",
            "of these points, [lon, lat] in degrees",
        )
        .takes(Filled(&POINT))
        .apart(),
        key(
            "isochrones",
            "origins",
            Absent("no file"),
            "\"points.csv\"",
            "of the places of a file, its id and coordinate columns called as those of the cells",
        )
        .takes(File)
        .fills(|spec| &mut spec.origins),
        key(
            "isochrones",
            "cutoffs_min",
            Absent("those of [access]"),
            "[15, 30]",
            "limits of travel time, minutes",
        )
        .takes(MINUTES)
        .fills(|spec| &mut spec.cutoffs_min),
        key(
            "isochrones",
            "percentiles",
            Absent("those of [access]"),
            "[50]",
            "percentiles of travel time over the window",
        )
        .takes(PERCENTILES)
        .fills(|spec| &mut spec.percentiles),
        key(
            "isochrones",
            "departures_percent",
            Absent("percentiles"),
            "[80]",
            "the same under another name: within the limit in so many percent of the departures",
        )
        .takes(PERCENTILES)
        .apart(),
        key("isochrones", "grid_m", Value("100"), "100", "between the points that are contoured, m")
            .takes(Whole(10, 5000))
            .fills(|spec| &mut spec.grid_m),
        key(
            "isochrones",
            "surfaces",
            Value("false"),
            "true",
            "write the times at these points as well, as surfaces.tif: a band for each origin and percentile",
        )
        .takes(Flag)
        .fills(|spec| &mut spec.surfaces),
    ];
}
