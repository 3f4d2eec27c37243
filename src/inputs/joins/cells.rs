//! The cells that columns are added to, and which of them holds a point.

use std::cell::OnceCell;

use geo::{Distance, Geodesic, Geometry, Point};
use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree};

use crate::base::error::{Error, Result};
use crate::inputs::areas::{Areas, Plane, RingsOfArea};
use crate::inputs::points::LonLatRing;
use crate::inputs::project::Crs;

/// The cells that columns are added to.
pub(in crate::inputs) struct JoinCells<'a> {
    pub points: &'a [(f64, f64)],
    outlines: &'a [Vec<LonLatRing>],
    /// As they are written in the file.
    shapes: Option<(&'a [Geometry], &'a Crs)>,
    pub plane: Plane,
    areas: OnceCell<Option<Areas>>,
    tree: OnceCell<RTree<GeomWithData<[f64; 2], usize>>>,
}

impl<'a> JoinCells<'a> {
    /// Points and outlines in degrees; shapes in `crs`, where the file has them.
    pub fn new(
        points: &'a [(f64, f64)],
        outlines: &'a [Vec<LonLatRing>],
        shapes: Option<&'a [Geometry]>,
        crs: Option<&'a Crs>,
    ) -> JoinCells<'a> {
        let plane = Plane::new(crs, points.get(points.len() / 2).copied().unwrap_or_default());
        JoinCells {
            points,
            outlines,
            shapes: shapes.zip(crs),
            plane,
            areas: OnceCell::new(),
            tree: OnceCell::new(),
        }
    }

    /// Their areas, where each has one.
    pub fn areas(&self) -> Option<&Areas> {
        let made = || {
            let of_shapes = self.shapes.and_then(|(shapes, crs)| {
                shapes
                    .iter()
                    .map(|shape| RingsOfArea::of_shape(shape, crs, &self.plane))
                    .collect::<Option<Vec<_>>>()
            });
            let of_outlines = || {
                let outlines =
                    self.outlines.iter().map(|outline| RingsOfArea::of_outline(outline, &self.plane));
                outlines.collect::<Option<Vec<_>>>().filter(|areas| areas.len() == self.points.len())
            };
            of_shapes.or_else(of_outlines).map(Areas::new)
        };
        self.areas.get_or_init(made).as_ref()
    }

    /// The cell that holds a point in degrees; where cells are points, the nearest one within so many metres.
    pub fn holder(&self, point: (f64, f64), within_m: Option<f64>) -> Option<usize> {
        if let Some(areas) = self.areas() {
            return areas.holder(self.plane.at_degrees(point)?);
        }
        let tree = self.tree.get_or_init(|| {
            let at = |(i, &(lon, lat)): (usize, &(f64, f64))| GeomWithData::new([lon, lat], i);
            RTree::bulk_load(self.points.iter().enumerate().map(at).collect())
        });
        let within_m = within_m?;
        // A box that surely holds the circle.
        let lat = 1.01 * within_m / 110_500.0;
        let lon = lat / point.1.to_radians().cos().abs().max(0.01);
        let around = AABB::from_corners([point.0 - lon, point.1 - lat], [point.0 + lon, point.1 + lat]);
        let distance = |cell: usize| Geodesic.distance(Point::from(point), Point::from(self.points[cell]));
        tree.locate_in_envelope_intersecting(&around)
            .map(|found| (distance(found.data), found.data))
            .filter(|&(metres, _)| metres <= within_m)
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
            .map(|(_, cell)| cell)
    }
}

/// # Errors
/// Where cells are points and nobody says how far from them is near.
pub(super) fn must_hold(cells: &JoinCells<'_>, within_m: Option<f64>, place: &str) -> Result<()> {
    if within_m.is_some() || cells.areas().is_some() {
        return Ok(());
    }
    let remedy = "say how far from a cell's point something still belongs to it: within_m = 200";
    Err(Error::input(place, "the cells have no outlines that could hold a point", remedy))
}
