//! Well-known binary (OGC 06-103r4, and the heights of EWKB) → points and polygons. No byte of it is trusted: numbers of
//! things are held against the bytes that are left.

use geo::{Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};

/// What is left of a shape's bytes.
struct ShapeBytes<'b> {
    left: &'b [u8],
}

/// How the numbers of a part are written.
#[derive(Clone, Copy)]
struct NumberOrder {
    little: bool,
    /// Numbers of a corner: x, y, perhaps z and m.
    numbers: usize,
}

/// Collections in collections beyond this are damage.
const DEEPEST: usize = 4;

/// # Errors
/// In words, what is wrong with the bytes, or the kind that is no place.
pub(super) fn read(bytes: &[u8]) -> Result<Geometry, String> {
    geometry(&mut ShapeBytes { left: bytes }, DEEPEST)
        .ok_or_else(|| "has no shape that can be read".to_string())?
}

/// `None` where the bytes do not add up.
fn geometry(bytes: &mut ShapeBytes<'_>, deepest: usize) -> Option<Result<Geometry, String>> {
    let little = match bytes.take(1)?[0] {
        0 => false,
        1 => true,
        _ => return None,
    };
    let mut order = NumberOrder { little, numbers: 2 };
    let code = bytes.count(order)?;
    // ISO counts heights in thousands of the code, EWKB in its highest bits; the third is a projection's number.
    let (plain, flags) = (code & 0x0fff_ffff, code >> 28);
    order.numbers += match plain / 1000 {
        0 => ((flags >> 3) + (flags >> 2 & 1)) as usize,
        1 | 2 if flags == 0 => 1,
        3 if flags == 0 => 2,
        _ => return None,
    };
    if flags & 0b10 != 0 {
        bytes.take(4)?;
    }
    let parts = |bytes: &mut ShapeBytes<'_>, wanted: &str| -> Option<Vec<Geometry>> {
        // Each part begins with its order and its kind.
        let count = bytes.at_most(order, 5)?;
        let part = |_| match geometry(bytes, deepest.checked_sub(1)?)?.ok()? {
            Geometry::Point(point) if wanted == "Point" => Some(Geometry::Point(point)),
            Geometry::Polygon(polygon) if wanted == "Polygon" => Some(Geometry::Polygon(polygon)),
            Geometry::LineString(line) if wanted == "LineString" => Some(Geometry::LineString(line)),
            _ => None,
        };
        (0..count).map(part).collect()
    };
    Some(match plain % 1000 {
        1 => Ok(Geometry::Point(Point(bytes.corner(order)?))),
        3 => Ok(Geometry::Polygon(polygon(bytes, order)?)),
        4 => {
            let points = parts(bytes, "Point")?.into_iter().filter_map(|part| Point::try_from(part).ok());
            Ok(Geometry::MultiPoint(MultiPoint(points.collect())))
        }
        6 => {
            let polygons =
                parts(bytes, "Polygon")?.into_iter().filter_map(|part| Polygon::try_from(part).ok());
            Ok(Geometry::MultiPolygon(MultiPolygon(polygons.collect())))
        }
        2 => Ok(Geometry::LineString(line(bytes, order)?)),
        5 => {
            let lines =
                parts(bytes, "LineString")?.into_iter().filter_map(|part| LineString::try_from(part).ok());
            Ok(Geometry::MultiLineString(MultiLineString(lines.collect())))
        }
        7 => Err("is a GeometryCollection".to_string()),
        8..=12 => Err("has curves".to_string()),
        _ => return None,
    })
}

fn line(bytes: &mut ShapeBytes<'_>, order: NumberOrder) -> Option<LineString> {
    let corners = bytes.at_most(order, 8 * order.numbers)?;
    (0..corners).map(|_| bytes.corner(order)).collect::<Option<Vec<Coord>>>().map(LineString)
}

fn polygon(bytes: &mut ShapeBytes<'_>, order: NumberOrder) -> Option<Polygon> {
    let rings = bytes.at_most(order, 4)?;
    let mut rings: Vec<LineString> = (0..rings).map(|_| line(bytes, order)).collect::<Option<_>>()?;
    let shell = if rings.is_empty() { LineString(Vec::new()) } else { rings.remove(0) };
    Some(Polygon::new(shell, rings))
}

impl<'b> ShapeBytes<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, left) = self.left.split_at_checked(count)?;
        self.left = left;
        Some(taken)
    }

    fn count(&mut self, order: NumberOrder) -> Option<u32> {
        let four = self.take(4)?.try_into().ok()?;
        Some(if order.little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) })
    }

    /// A number of things of which each takes so many bytes or more, if so many are left.
    fn at_most(&mut self, order: NumberOrder, each: usize) -> Option<usize> {
        let count = self.count(order)? as usize;
        (count <= self.left.len() / each).then_some(count)
    }

    fn corner(&mut self, order: NumberOrder) -> Option<Coord> {
        let mut numbers = [0.0; 2];
        for at in 0..order.numbers {
            let eight = self.take(8)?.try_into().ok()?;
            let number = if order.little { f64::from_le_bytes(eight) } else { f64::from_be_bytes(eight) };
            if let Some(kept) = numbers.get_mut(at) {
                *kept = number;
            }
        }
        Some(Coord { x: numbers[0], y: numbers[1] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ring of a triangle with heights, behind the code of its kind.
    fn triangle(code: u32, little: bool, heights: bool) -> Vec<u8> {
        let mut bytes = vec![u8::from(little)];
        let whole = |n: u32| if little { n.to_le_bytes() } else { n.to_be_bytes() };
        let float = |n: f64| if little { n.to_le_bytes() } else { n.to_be_bytes() };
        bytes.extend([code, 1, 4].map(whole).concat());
        for (x, y) in [(0.0, 0.0), (2.0, 0.0), (0.0, 2.0), (0.0, 0.0)] {
            bytes.extend(float(x));
            bytes.extend(float(y));
            if heights {
                bytes.extend(float(7.0));
            }
        }
        bytes
    }

    #[test]
    fn both_orders_and_heights() {
        let plain = read(&triangle(3, true, false)).unwrap();
        let Geometry::Polygon(polygon) = &plain else { panic!("{plain:?}") };
        assert_eq!((polygon.exterior().0.len(), polygon.exterior().0[1]), (4, Coord { x: 2.0, y: 0.0 }));
        for (code, little) in
            [(3, false), (1003, true), (2003, true), (0x8000_0003, false), (0x4000_0003, true)]
        {
            assert_eq!(read(&triangle(code, little, code != 3)), Ok(plain.clone()), "{code}");
        }
    }

    #[test]
    fn damage_and_other_kinds_are_said() {
        let whole = triangle(3, true, false);
        for cut in 0..whole.len() {
            assert_eq!(read(&whole[..cut]).unwrap_err(), "has no shape that can be read");
        }
        // Four thousand million rings, corners, parts.
        for at in [5, 9] {
            let mut bytes = whole.clone();
            bytes[at..at + 4].fill(0xff);
            assert!(read(&bytes).is_err());
        }
        let mut parts = vec![1, 6, 0, 0, 0];
        parts.extend(u32::MAX.to_le_bytes());
        assert!(read(&parts).is_err());
        // A line from (0, 0) to (1, 2), alone and as the one part of several.
        let mut line = vec![1, 2, 0, 0, 0, 2, 0, 0, 0];
        [0.0, 0.0, 1.0, 2.0_f64].iter().for_each(|number| line.extend(number.to_le_bytes()));
        let expected = LineString::from(vec![(0.0, 0.0), (1.0, 2.0)]);
        assert_eq!(read(&line), Ok(Geometry::LineString(expected.clone())));
        let several = [&[1, 5, 0, 0, 0, 1, 0, 0, 0], &line[..]].concat();
        assert_eq!(read(&several), Ok(Geometry::MultiLineString(MultiLineString(vec![expected]))));
        assert!(read(&line[..line.len() - 1]).is_err());
    }
}
