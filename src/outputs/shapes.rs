//! Places on the map: their shapes and boxes, the same in all formats.

use std::borrow::Cow;
use std::io;

use geo::{BooleanOps, BoundingRect, Coord, LineString, MapCoords, MultiPolygon, Polygon, Rect};
use h3o::{CellIndex, LatLng};

use super::projection::Projection;
use super::tables::ResultTable;
use crate::base::meridian::wrapped;
use crate::inputs::raw::RawPlaces;

/// Least x, least y, largest x, largest y.
pub(super) type Bounds = [f64; 4];

/// A row's shape as well-known binary (OGC 06-103r4), little-endian, and its box; infinite where there is nothing.
pub(super) struct Placed {
    pub wkb: Vec<u8>,
    pub bounds: Bounds,
}

/// A place on the map: its outline where it has one, else its point.
pub(super) enum PlaceShape {
    Point(Coord),
    /// Closed rings, the shell counter-clockwise, holes clockwise. Where it crosses the antimeridian its longitudes go on
    /// behind ±180°.
    Polygon(Polygon),
    /// On both sides of the antimeridian, cut there (RFC 7946, section 3.1.9).
    Parts(MultiPolygon),
}

/// Outlines as given; else hexagons where every id is the H3 cell that its point lies in; else points.
pub(super) fn shapes(places: &RawPlaces) -> Vec<PlaceShape> {
    let point = |i: usize| PlaceShape::Point(Coord { x: places.points[i].0, y: places.points[i].1 });
    let n = places.ids.len();
    if places.outlines.len() == n && n > 0 {
        return (0..n)
            .map(|i| {
                let outline = onwards(&places.outlines[i], places.points[i].0);
                polygon(&outline).map_or_else(|| point(i), PlaceShape::Polygon)
            })
            .collect();
    }
    let hexagons: Option<Vec<Polygon>> =
        places.ids.iter().zip(&places.points).map(|(id, &point)| hexagon(id, point)).collect();
    match hexagons {
        Some(hexagons) => hexagons.into_iter().map(PlaceShape::Polygon).collect(),
        None => (0..n).map(point).collect(),
    }
}

/// Rings that cross the antimeridian with longitudes that go on behind it, on the side of `lon`.
fn onwards(rings: &[Vec<(f64, f64)>], lon: f64) -> Cow<'_, [Vec<(f64, f64)>]> {
    let crosses = |ring: &Vec<(f64, f64)>| ring.windows(2).any(|two| (two[1].0 - two[0].0).abs() > 180.0);
    if !rings.iter().any(crosses) {
        return Cow::Borrowed(rings);
    }
    let corner = |&(x, y): &(f64, f64)| (lon + wrapped(x - lon), y);
    rings.iter().map(|ring| ring.iter().map(corner).collect()).collect()
}

/// A polygon in degrees, cut at the antimeridian where it crosses it.
pub(super) fn cut(shape: PlaceShape) -> PlaceShape {
    let PlaceShape::Polygon(whole) = &shape else { return shape };
    let Some(around) = whole.bounding_rect().filter(|r| r.min().x < -180.0 || r.max().x > 180.0) else {
        return shape;
    };
    let mut parts = Vec::new();
    for turn in [-360.0_f64, 0.0, 360.0] {
        let (west, east) = ((turn - 180.0).max(around.min().x), (turn + 180.0).min(around.max().x));
        if west >= east {
            continue;
        }
        let side = Rect::new((west, around.min().y - 1.0), (east, around.max().y + 1.0));
        for part in whole.intersection(&side.to_polygon()).0 {
            let ring = |ring: &LineString| -> Vec<(f64, f64)> {
                ring.0.iter().map(|at| ((at.x - turn).clamp(-180.0, 180.0), at.y)).collect()
            };
            let rings: Vec<_> = std::iter::once(part.exterior()).chain(part.interiors()).map(ring).collect();
            parts.extend(polygon(&rings));
        }
    }
    match parts.len() {
        0 => shape,
        1 => PlaceShape::Polygon(parts.remove(0)),
        _ => PlaceShape::Parts(MultiPolygon(parts)),
    }
}

/// The outline of H3 cell `id` if `point` (lon, lat) lies in it.
fn hexagon(id: &str, (lon, lat): (f64, f64)) -> Option<Polygon> {
    let cell: CellIndex = id.parse().ok()?;
    if LatLng::new(lat, lon).ok()?.to_cell(cell.resolution()) != cell {
        return None;
    }
    let ring: Vec<(f64, f64)> = cell.boundary().iter().map(|corner| (corner.lng(), corner.lat())).collect();
    polygon(&onwards(&[ring], lon))
}

/// Rings as a polygon, closed, the shell counter-clockwise and holes clockwise; none without an area.
fn polygon(rings: &[Vec<(f64, f64)>]) -> Option<Polygon> {
    let (shell, holes) = rings.split_first()?;
    let shell = ring(shell, true)?;
    let holes = holes.iter().filter_map(|hole| ring(hole, false)).collect();
    Some(Polygon::new(shell, holes))
}

fn ring(corners: &[(f64, f64)], counter_clockwise: bool) -> Option<LineString> {
    let mut ring = LineString::from(corners.to_vec());
    ring.close();
    // Twice the signed area from the first corner (Gauss's shoelace): positive is counter-clockwise.
    let at = |i: usize| (ring.0[i].x - ring.0[0].x, ring.0[i].y - ring.0[0].y);
    let area: f64 = (1..ring.0.len())
        .map(|i| {
            let ((ax, ay), (bx, by)) = (at(i - 1), at(i));
            ax * by - bx * ay
        })
        .sum();
    if ring.0.len() < 4 || area == 0.0 || !area.is_finite() {
        return None;
    }
    if (area > 0.0) != counter_clockwise {
        ring.0.reverse();
    }
    Some(ring)
}

/// Shapes as they are written.
pub(super) fn placed(shapes: &[PlaceShape]) -> io::Result<Vec<Placed>> {
    shapes.iter().map(|shape| Ok(Placed { wkb: shape_wkb(shape)?, bounds: bounds(shape) })).collect()
}

fn shape_wkb(shape: &PlaceShape) -> io::Result<Vec<u8>> {
    let options = wkb::writer::WriteOptions { endianness: wkb::Endianness::LittleEndian };
    let mut bytes = Vec::new();
    match shape {
        PlaceShape::Point(at) => wkb::writer::write_point(&mut bytes, &geo::Point(*at), &options),
        PlaceShape::Polygon(polygon) => wkb::writer::write_polygon(&mut bytes, polygon, &options),
        PlaceShape::Parts(parts) => wkb::writer::write_multi_polygon(&mut bytes, parts, &options),
    }
    .map_err(io::Error::other)?;
    Ok(bytes)
}

/// The box around a shape.
fn bounds(shape: &PlaceShape) -> Bounds {
    let corners: Vec<&[Coord]> = match shape {
        PlaceShape::Point(at) => vec![std::slice::from_ref(at)],
        PlaceShape::Polygon(polygon) => vec![&polygon.exterior().0],
        PlaceShape::Parts(parts) => parts.0.iter().map(|part| &part.exterior().0[..]).collect(),
    };
    let empty = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let around = |b: Bounds, at: &Coord| [b[0].min(at.x), b[1].min(at.y), b[2].max(at.x), b[3].max(at.y)];
    corners.into_iter().flatten().fold(empty, around)
}

/// The box of all boxes; none without corners.
pub(super) fn around(all: impl IntoIterator<Item = Bounds>) -> Option<Bounds> {
    let of = all.into_iter().reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]);
    of.filter(|of| of.iter().all(|side| side.is_finite()))
}

/// `name`, with a number if a column of the table has it, in whatever case.
pub(super) fn free_name(table: &ResultTable, name: &str) -> String {
    let taken = |name: &str| table.columns().iter().any(|(column, _)| column.eq_ignore_ascii_case(name));
    let numbered = (2..).map(|k| format!("{name}_{k}"));
    std::iter::once(name.to_string()).chain(numbered).find(|name| !taken(name)).expect("numbers do not end")
}

/// Shapes in a projection; without one in degrees, cut at the antimeridian.
///
/// # Errors
/// In words, where one lies outside its area.
pub(super) fn projected(
    mut shapes: Vec<PlaceShape>,
    projection: Option<&Projection>,
) -> Result<Vec<PlaceShape>, String> {
    let Some(projection) = projection else { return Ok(shapes.into_iter().map(cut).collect()) };
    let place = |at: Coord| projection.place((wrapped(at.x), at.y)).map(|(x, y)| Coord { x, y });
    if projection.is_geographic() {
        shapes = shapes.into_iter().map(cut).collect();
    }
    for shape in &mut shapes {
        *shape = match shape {
            PlaceShape::Point(at) => PlaceShape::Point(place(*at)?),
            PlaceShape::Polygon(polygon) => PlaceShape::Polygon(polygon.try_map_coords(place)?),
            PlaceShape::Parts(parts) => PlaceShape::Parts(parts.try_map_coords(place)?),
        };
    }
    Ok(shapes)
}

#[cfg(test)]
mod tests {
    use geo::Area;

    use super::*;

    /// A square of 0.2° with a hole, a tenth of a degree beyond the antimeridian on each side: 0.1 × 0.2 less half of the
    /// hole of 0.1 × 0.1 on either.
    #[test]
    fn what_lies_on_both_sides_is_cut() {
        for (lon, other) in [(179.9, -179.9), (-179.9, 179.9)] {
            let square = vec![(179.9, 0.0), (-179.9, 0.0), (-179.9, 0.2), (179.9, 0.2), (179.9, 0.0)];
            let hole = vec![(179.95, 0.05), (179.95, 0.15), (-179.95, 0.15), (-179.95, 0.05), (179.95, 0.05)];
            let rings = [square, hole];
            let whole = polygon(&onwards(&rings, lon)).unwrap();
            let PlaceShape::Parts(parts) = cut(PlaceShape::Polygon(whole)) else { panic!("in one piece") };
            assert_eq!(parts.0.len(), 2, "{other}");
            for part in &parts.0 {
                let corners = || part.exterior().0.iter();
                assert!(corners().all(|at| (179.9 - 1e-9..=180.0).contains(&at.x.abs())), "{part:?}");
                assert!(corners().all(|at| at.x.signum() == part.exterior().0[0].x.signum()));
                assert!((part.signed_area() - (0.02 - 0.005)).abs() < 1e-9, "{}", part.signed_area());
            }
        }
        // Elsewhere nothing is touched, wide ones neither.
        let wide = polygon(&[vec![(-170.0, 0.0), (0.0, 0.0), (170.0, 0.0), (0.0, 9.0)]]).unwrap();
        assert!(matches!(cut(PlaceShape::Polygon(wide)), PlaceShape::Polygon(_)));
    }
}
