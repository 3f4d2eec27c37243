//! GeoJSON, as it is now and as it was before RFC 7946.

use std::collections::HashMap;

use geo::{Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
use geojson::{GeoJson, GeometryValue, Position};

use super::room::Room;
use super::shapes::WrongShapes;
use super::table::Table;
use crate::base::error::{Error, Result};
use crate::base::strings::StringColumn;

/// What the library leaves out.
#[derive(serde::Deserialize)]
struct CollectionHead {
    #[serde(default)]
    crs: serde_json::Value,
}

pub(super) fn geojson(text: &str, file: &str) -> Result<Table> {
    let broken = |what: String| Error::input(file, format!("is not GeoJSON ({what})"), "export it once more");
    let head: CollectionHead = serde_json::from_str(text).map_err(|error| broken(error.to_string()))?;
    let crs = old_crs(&head.crs, file)?;
    let features = match text.parse::<GeoJson>().map_err(|error| broken(error.to_string()))? {
        GeoJson::FeatureCollection(collection) => collection.features,
        GeoJson::Feature(feature) => vec![feature],
        GeoJson::Geometry(geometry) => vec![geojson::Feature::from(geometry)],
    };
    let mut headers: Vec<String> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for key in features.iter().filter_map(|feature| feature.properties.as_ref()).flat_map(|map| map.keys()) {
        if !known.contains_key(key) {
            known.insert(key.clone(), headers.len());
            headers.push(key.clone());
        }
    }
    // A feature's own id is a column where no property of that name is.
    let own_ids = !known.contains_key("id") && features.iter().any(|feature| feature.id.is_some());
    if own_ids {
        headers.push("id".into());
    }
    let mut room = Room::new(file, text.len() as u64);
    room.columns(headers.len())?;
    let (mut cells, mut shapes, mut wrong) = (StringColumn::default(), Vec::new(), WrongShapes::default());
    for (i, feature) in features.iter().enumerate() {
        room.row(headers.len(), 0)?;
        for header in headers.iter().take(headers.len() - usize::from(own_ids)) {
            let value = feature.properties.as_ref().and_then(|map| map.get(header));
            match value {
                None | Some(serde_json::Value::Null) => cells.push(""),
                Some(serde_json::Value::String(text)) => cells.push(text.trim()),
                Some(other) => cells.push(&other.to_string()),
            }
        }
        if own_ids {
            cells.push(&match &feature.id {
                None => String::new(),
                Some(geojson::feature::Id::String(text)) => text.trim().to_string(),
                Some(geojson::feature::Id::Number(number)) => number.to_string(),
            });
        }
        let place = || format!("{file}, feature {}", i + 1);
        let shape = match &feature.geometry {
            Some(geometry) => shape(&geometry.value),
            None => Err("has no geometry".to_string()),
        };
        shapes.push(wrong.usable(shape, place));
    }
    wrong.finish(file)?;
    let rows = features.len();
    let table = Table::of_rows(file, headers, cells, rows, Some(shapes), crs);
    Ok(Table { lines: Vec::new(), ..table })
}

/// A point, an area or a line; else what is wrong with it.
fn shape(value: &GeometryValue) -> std::result::Result<Geometry, String> {
    type Rings = [Vec<Position>];
    let corner = |position: &Position| match *position.as_slice() {
        [x, y, ..] => Ok(Coord { x, y }),
        _ => Err("has a position of fewer than two numbers".to_string()),
    };
    let ring = |ring: &Vec<Position>| {
        ring.iter().map(corner).collect::<std::result::Result<Vec<_>, _>>().map(LineString)
    };
    let polygon = |rings: &Rings| {
        let mut rings = rings.iter().map(ring).collect::<std::result::Result<Vec<_>, _>>()?;
        let shell = if rings.is_empty() { LineString(Vec::new()) } else { rings.remove(0) };
        Ok::<_, String>(Polygon::new(shell, rings))
    };
    Ok(match value {
        GeometryValue::Point { coordinates } => Geometry::Point(Point(corner(coordinates)?)),
        GeometryValue::MultiPoint { coordinates } => {
            let points = coordinates.iter().map(|position| corner(position).map(Point));
            Geometry::MultiPoint(MultiPoint(points.collect::<std::result::Result<_, _>>()?))
        }
        GeometryValue::Polygon { coordinates } => Geometry::Polygon(polygon(coordinates)?),
        GeometryValue::MultiPolygon { coordinates } => {
            let parts = coordinates.iter().map(|rings| polygon(rings));
            Geometry::MultiPolygon(MultiPolygon(parts.collect::<std::result::Result<_, _>>()?))
        }
        GeometryValue::LineString { coordinates } => Geometry::LineString(ring(coordinates)?),
        GeometryValue::MultiLineString { coordinates } => {
            let parts = coordinates.iter().map(ring);
            Geometry::MultiLineString(MultiLineString(parts.collect::<std::result::Result<_, _>>()?))
        }
        GeometryValue::GeometryCollection { .. } => return Err("is a GeometryCollection".to_string()),
    })
}

/// The `crs` member that GeoJSON had before RFC 7946, where it names an EPSG code or plain degrees.
fn old_crs(crs: &serde_json::Value, file: &str) -> Result<Option<String>> {
    if crs.is_null() {
        return Ok(None);
    }
    let name = crs["properties"]["name"].as_str().unwrap_or_default();
    let upper = name.to_uppercase();
    if upper.contains("CRS84") {
        return Ok(None);
    }
    let code = upper.rsplit(':').next().and_then(|code| code.parse::<u16>().ok());
    match code.filter(|_| upper.contains("EPSG")) {
        Some(code) => Ok(Some(format!("EPSG:{code}"))),
        None => Err(Error::input(
            file,
            format!(
                "has a crs that isokron does not know: {}",
                if name.is_empty() { "(no name)" } else { name }
            ),
            "export it in WGS 84 (EPSG:4326) or with an EPSG code",
        )),
    }
}
