//! Areas: keys that edits of places share, and the places within.

use geo::{Intersects, LineString, Point, Polygon};

use super::edit::WrittenPlaces;
use super::said::{NamedThing, WrongEdit, hint};
use crate::base::extent::Extent;
use crate::base::meridian::ring_onwards;
use crate::inputs::raw::RawPlaces;
use crate::network::streets::distance_mm;

/// Cells or other places.
#[derive(Clone, Debug, PartialEq)]
pub enum Area {
    Ids(Vec<String>),
    /// Those whose points lie inside; a closed ring of (lon, lat).
    Polygon(Vec<(f64, f64)>),
    /// Those within `radius_m` of the point; `None`: the nearest one.
    Point {
        lon: f64,
        lat: f64,
        radius_m: Option<f64>,
    },
}

/// The places of an area, in their order.
pub(super) fn within(places: &RawPlaces, area: &Area, said: &mut WrongEdit) -> Option<Vec<usize>> {
    let all = 0..places.ids.len();
    let far = |i: usize, lon: f64, lat: f64| distance_mm(places.points[i], (lon, lat));
    let mut found: Vec<usize> = match area {
        Area::Ids(ids) => {
            let mut find = |id: &String| {
                let found = places.ids.iter().position(|known| known == id);
                if found.is_none() {
                    let named = places.ids.iter().map(|id| NamedThing { index: 0, feed: "", id, name: "" });
                    said.wrong(
                        format_args!("names \"{id}\", which is none of the {}", places.name),
                        hint(id, named),
                    );
                }
                found
            };
            let found: Vec<Option<usize>> = ids.iter().map(&mut find).collect();
            found.into_iter().collect::<Option<Vec<usize>>>()?
        }
        Area::Polygon(ring) => {
            let (ring, opened) = ring_onwards(ring);
            let polygon = Polygon::new(LineString::from(ring), Vec::new());
            let point = |(lon, lat): (f64, f64)| Point::new(opened.lon(lon), lat);
            all.filter(|&i| polygon.intersects(&point(places.points[i]))).collect()
        }
        Area::Point { lon, lat, radius_m: Some(radius_m) } => {
            all.filter(|&i| far(i, *lon, *lat) as f64 <= radius_m * 1000.0).collect()
        }
        Area::Point { lon, lat, radius_m: None } => {
            // The nearest place is a place of the region, or none that is meant.
            let region = Extent::around(&places.points.iter().copied());
            if let Some(Err(astray)) = region.map(|region| region.near((*lon, *lat))) {
                let what = format!("has the point {lon}, {lat}, which {}", astray.what);
                said.wrong(what, astray.remedy);
                return None;
            }
            all.min_by_key(|&i| far(i, *lon, *lat)).into_iter().collect()
        }
    };
    found.sort_unstable();
    if found.is_empty() {
        said.wrong(
            format_args!("matches none of the {}", places.name),
            "are lon and lat in that order? Or widen the area",
        );
        return None;
    }
    Some(found)
}

/// The places that an area writes; `name` says which area it is.
pub(super) fn coordinates(name: &str, area: &Area) -> Option<WrittenPlaces> {
    match area {
        Area::Ids(_) => None,
        Area::Polygon(ring) => {
            Some((format!("{name} corner"), ring[..ring.len().saturating_sub(1)].to_vec()))
        }
        Area::Point { lon, lat, .. } => Some((format!("{name} point"), vec![(*lon, *lat)])),
    }
}

/// Reading areas.
#[cfg(feature = "native")]
pub(super) mod written {
    use toml::de::DeValue;

    use super::Area;
    use crate::scenario::reading::{
        Above, Absent, InnerTable, Key, KeyGroup, LAT, LON, POINTS, ReadResult, Section, Shape, TEXTS,
        degrees_lat, degrees_lon, group, items, key, limits, lon_lat, number, points, positive, text,
    };

    const RADIUS: Shape = Above(0.0, 1e6);

    pub const KEYS: &[Key] = &[
        key("ids", TEXTS, Absent("polygon or lon, lat"), "[\"cell7\"]", "ids of cells or places"),
        key(
            "polygon",
            POINTS,
            Absent("ids or lon, lat"),
            "[[18.0, 59.3], [18.1, 59.3], [18.1, 59.4]]",
            "corners in degrees: places with their point inside",
        ),
        key("lon", LON, Absent("ids or polygon"), "18.07", "degrees"),
        key("lat", LAT, Absent("ids or polygon"), "59.33", "degrees"),
        key("radius_m", RADIUS, Absent("the nearest place alone"), "400", "places so near to lon, lat"),
    ];

    pub const AREA: KeyGroup = group("area", KEYS);

    /// The area that a section's own keys tell.
    pub fn area(s: &mut Section<'_, '_>) -> Area {
        let wrongs = s.walk.wrongs();
        let ids = s.texts("ids");
        let polygon = s.read("polygon", "write corners [[lon, lat], …]", |value| points(value, true));
        let point = lon_lat(s);
        let radius_m = positive(s, "radius_m");
        match area_of(ids, polygon, point, radius_m) {
            Ok(area) => area,
            // What is there and wrong is not missing.
            Err(_) if s.walk.wrongs() > wrongs => Area::Ids(Vec::new()),
            Err(what) => {
                s.wrong("ids", what, "say where: ids, or polygon, or lon and lat with radius_m");
                Area::Ids(Vec::new())
            }
        }
    }

    /// The area in a table of its own: `from = { … }`.
    pub fn area_in(s: &mut Section<'_, '_>, key: &str) -> Area {
        let read = |value: &DeValue<'_>| {
            let fields = InnerTable::open(value, key, KEYS)?;
            let ids = fields.get("ids", |value| items(value, text))?.unwrap_or_default();
            let polygon = fields.get("polygon", |value| points(value, true))?;
            let lon = fields.get("lon", degrees_lon)?;
            let lat = fields.get("lat", degrees_lat)?;
            let radius_m = fields.get("radius_m", |value| number(value, &(0.001..=*limits(RADIUS).end())))?;
            area_of(ids, polygon, lon.zip(lat), radius_m)
        };
        let remedy = "say where: { ids = [\"cell7\"] }, { polygon = … } or { lon = 18.07, lat = 59.33 }";
        s.read(key, remedy, read).unwrap_or(Area::Ids(Vec::new()))
    }

    fn area_of(
        ids: Vec<String>,
        polygon: Option<Vec<(f64, f64)>>,
        point: Option<(f64, f64)>,
        radius_m: Option<f64>,
    ) -> ReadResult<Area> {
        match (ids.is_empty(), polygon, point) {
            (false, None, None) => Ok(Area::Ids(ids)),
            (true, Some(polygon), None) => Ok(Area::Polygon(polygon)),
            (true, None, Some((lon, lat))) => Ok(Area::Point { lon, lat, radius_m }),
            (true, None, None) => Err("is missing, and so are polygon and lon, lat".into()),
            _ => Err("stands beside another way to say where".into()),
        }
    }
}
