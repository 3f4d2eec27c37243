//! Cells, streets and stops → what the page draws: coordinates as differences of whole quanta.

use std::borrow::Cow;

use geo::{BoundingRect, Coord, LineString, Polygon, Translate};
use serde_json::{Value, json};

use super::codec::{column, varint, zigzag};
use super::path::Path;
use super::stress::{self, Cycled};
use super::strokes::{self, Stroke};
use super::water;
use crate::base::meridian::Opened;
use crate::inputs::raw::{RawPlaces, RawWater};
use crate::network::streets::Streets;
use crate::network::transit::Stops;
use crate::outputs::shapes::{PlaceShape, shapes};

/// A cell's corners may be off by so much of its size.
const TOLERANCE: f64 = 1.0 / 256.0;
/// So many of the last outlines are looked through for one that a cell shares.
const REMEMBERED: usize = 48;
/// Streets and stops are drawn so far around the cells, in parts of their extent.
const AROUND: f64 = 0.15;

/// What the page draws beside the values, and who lives there: the contents of `map.json`. `cycled`: `None` where nobody
/// cycles.
pub fn map(
    cells: &RawPlaces,
    streets: &Streets,
    cycled: Option<Cycled<'_>>,
    stops: &Stops,
    water: &RawWater,
) -> Value {
    // Over the antimeridian longitudes go on, so that the map is one.
    let opened = Opened::around(cells.points.iter().map(|point| point.0));
    let shapes: Vec<PlaceShape> = shapes(cells).into_iter().map(|shape| onwards(shape, &opened)).collect();
    let around = MapExtent::of(&shapes).grown(AROUND);
    let numbers = |values: &[f64]| column(&values.iter().map(|&v| Some(v)).collect::<Vec<_>>());
    let groups: Vec<Value> =
        cells.groups.iter().map(|g| json!({ "name": g.name, "values": numbers(&g.values) })).collect();
    let mut map = json!({
        "ids": cells.ids,
        "cells": outlines(&shapes),
        "population": cells.population.as_deref().map(numbers),
        "income": cells.income.as_deref().map(numbers),
        "groups": groups,
        "streets": lines(streets, &opened, &around),
        "stops": named(stops, &opened, &around),
        "water": water::drawn(&water_onwards(water, &opened), (around.low, around.high)),
    });
    if let Some(cycled) = cycled {
        let frame = (around.tolerance(), around.low);
        map["stress"] = stress::drawn(&cycled, &opened, frame, |line| around.sees(line));
    }
    map
}

fn onwards(shape: PlaceShape, opened: &Opened) -> PlaceShape {
    match shape {
        PlaceShape::Point(at) => PlaceShape::Point(Coord { x: opened.lon(at.x), y: at.y }),
        // By its middle, for it may reach over by itself.
        PlaceShape::Polygon(polygon) => {
            let middle = polygon.bounding_rect().map_or(0.0, |rect| rect.center().x);
            PlaceShape::Polygon(polygon.translate(opened.lon(middle) - middle, 0.0))
        }
        parts => parts,
    }
}

fn water_onwards<'w>(water: &'w RawWater, opened: &Opened) -> Cow<'w, RawWater> {
    if !opened.is_elsewhere() {
        return Cow::Borrowed(water);
    }
    let line = |line: &Vec<(f64, f64)>| line.iter().map(|&(lon, lat)| (opened.lon(lon), lat)).collect();
    Cow::Owned(RawWater {
        areas: water.areas.iter().map(|area| area.iter().map(line).collect()).collect(),
        lines: water.lines.iter().map(line).collect(),
    })
}

/// Degrees; empty where it lies inside out.
struct MapExtent {
    low: (f64, f64),
    high: (f64, f64),
}

impl MapExtent {
    fn of(shapes: &[PlaceShape]) -> MapExtent {
        let mut extent = MapExtent { low: (f64::MAX, f64::MAX), high: (f64::MIN, f64::MIN) };
        for shape in shapes {
            let (low, high) = bounds(shape);
            extent.low = (extent.low.0.min(low.x), extent.low.1.min(low.y));
            extent.high = (extent.high.0.max(high.x), extent.high.1.max(high.y));
        }
        extent
    }

    fn grown(self, share: f64) -> MapExtent {
        let (dx, dy) = (share * (self.high.0 - self.low.0), share * (self.high.1 - self.low.1));
        MapExtent { low: (self.low.0 - dx, self.low.1 - dy), high: (self.high.0 + dx, self.high.1 + dy) }
    }

    fn holds(&self, x: f64, y: f64) -> bool {
        self.low.0 <= x && x <= self.high.0 && self.low.1 <= y && y <= self.high.1
    }

    fn sees(&self, line: &Stroke) -> bool {
        line.iter().any(|&(x, y)| self.holds(x, y))
    }

    /// By how much streets may be off, degrees of latitude.
    fn tolerance(&self) -> f64 {
        (self.height() / 10_000.0).clamp(3e-5, 2e-4)
    }

    fn height(&self) -> f64 {
        (self.high.1 - self.low.1).max(0.0)
    }
}

fn bounds(shape: &PlaceShape) -> (Coord, Coord) {
    match shape {
        PlaceShape::Point(at) => (*at, *at),
        PlaceShape::Polygon(polygon) => {
            polygon.bounding_rect().map_or_else(Default::default, |rect| (rect.min(), rect.max()))
        }
        PlaceShape::Parts(parts) => {
            parts.bounding_rect().map_or_else(Default::default, |rect| (rect.min(), rect.max()))
        }
    }
}

/// Cell by cell: the middle of its box; then 0 for a point, 1 for an outline around the middle that follows (rings,
/// corners of each, differences), 2 and more for an outline that is shared: the first that followed is 2.
fn outlines(shapes: &[PlaceShape]) -> Value {
    let mut heights: Vec<f64> = shapes
        .iter()
        .map(|shape| {
            let (low, high) = bounds(shape);
            high.y - low.y
        })
        .filter(|&height| height > 0.0)
        .collect();
    heights.sort_by(f64::total_cmp);
    // Of cells of several sizes, a small one decides.
    let size = heights.get(heights.len() / 10).copied().unwrap_or(0.0);
    let quantum = if size > 0.0 { (size * TOLERANCE).clamp(1e-7, 1e-4) } else { 1e-6 };
    let extent = MapExtent::of(shapes);
    let origin = if shapes.is_empty() { (0.0, 0.0) } else { extent.low };
    let mut path = Path::new(quantum, origin);
    let mut known: Vec<Vec<Vec<(i64, i64)>>> = Vec::new();
    for shape in shapes {
        let (low, high) = bounds(shape);
        let middle = ((low.x + high.x) / 2.0, (low.y + high.y) / 2.0);
        path.go(middle);
        match shape {
            // Shapes of the map are whole.
            PlaceShape::Point(_) | PlaceShape::Parts(_) => varint(0, &mut path.bytes),
            PlaceShape::Polygon(polygon) => {
                let outline = around(polygon, middle, quantum);
                let first = known.len().saturating_sub(REMEMBERED);
                match known[first..].iter().rposition(|other| is_near(other, &outline)) {
                    Some(at) => varint((first + at + 2) as u64, &mut path.bytes),
                    None => {
                        varint(1, &mut path.bytes);
                        write_outline(&outline, &mut path.bytes);
                        known.push(outline);
                    }
                }
            }
        }
    }
    let mut json = path.json();
    json["n"] = json!(shapes.len());
    json
}

/// Corners of the rings, without the last that closes them, in quanta from `middle`.
fn around(polygon: &Polygon, middle: (f64, f64), quantum: f64) -> Vec<Vec<(i64, i64)>> {
    let whole = |at: &Coord| {
        (((at.x - middle.0) / quantum).round() as i64, ((at.y - middle.1) / quantum).round() as i64)
    };
    let ring = |ring: &LineString| ring.0[..ring.0.len().saturating_sub(1)].iter().map(whole).collect();
    std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect()
}

fn is_near(one: &[Vec<(i64, i64)>], other: &[Vec<(i64, i64)>]) -> bool {
    let near = |(a, b): (&(i64, i64), &(i64, i64))| (a.0 - b.0).abs() <= 1 && (a.1 - b.1).abs() <= 1;
    one.len() == other.len()
        && one.iter().zip(other).all(|(a, b)| a.len() == b.len() && a.iter().zip(b).all(near))
}

fn write_outline(outline: &[Vec<(i64, i64)>], out: &mut Vec<u8>) {
    varint(outline.len() as u64, out);
    let mut last = (0, 0);
    for ring in outline {
        varint(ring.len() as u64, out);
        for corner in ring {
            varint(zigzag(corner.0 - last.0), out);
            varint(zigzag(corner.1 - last.1), out);
            last = *corner;
        }
    }
}

/// The longest streets, in levels for small, middle and large scales: line by line its points' number and places.
fn lines(streets: &Streets, opened: &Opened, around: &MapExtent) -> Value {
    let tolerance = around.tolerance();
    let mut levels = Vec::new();
    for level in strokes::levels(streets, opened, tolerance, |line| around.sees(line)) {
        let mut path = Path::new(tolerance / 4.0, around.low);
        level.iter().for_each(|line| path.line(line));
        levels.push(path.json());
    }
    json!(levels)
}

/// Stops with trips, of one name and neighbourhood the first.
fn named(stops: &Stops, opened: &Opened, around: &MapExtent) -> Value {
    let mut path = Path::new(1e-5, around.low);
    let mut names: Vec<&str> = Vec::new();
    let mut known = std::collections::BTreeSet::new();
    for stop in 0..stops.called.len() {
        let (lon, lat) = (opened.lon(stops.lon[stop]), stops.lat[stop]);
        let name = stops.names.get(stop);
        let place = ((lon * 300.0).floor() as i64, (lat * 600.0).floor() as i64);
        if stops.called[stop] != 0 && around.holds(lon, lat) && known.insert((name, place)) {
            names.push(name);
            path.go((lon, lat));
        }
    }
    let mut json = path.json();
    json["names"] = json!(names);
    json
}
