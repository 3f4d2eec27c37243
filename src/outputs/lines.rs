//! Lines with properties as GeoJSON (RFC 7946).

use serde_json::{Map, Value, json};

/// A line and what is said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct LineFeature {
    /// (lon, lat) in degrees; fewer than two points are no line, and the geometry is null.
    pub line: Vec<(f64, f64)>,
    pub properties: Map<String, Value>,
}

/// A FeatureCollection; coordinates to 7 decimals. Lines over the antimeridian are cut there.
pub fn feature_collection(features: &[LineFeature]) -> Value {
    let feature = |feature: &LineFeature| {
        let parts = parts(&feature.line);
        let geometry = match parts.as_slice() {
            [] => Value::Null,
            [line] => json!({ "type": "LineString", "coordinates": line }),
            lines => json!({ "type": "MultiLineString", "coordinates": lines }),
        };
        json!({ "type": "Feature", "geometry": geometry, "properties": feature.properties })
    };
    let features: Vec<Value> = features.iter().map(feature).collect();
    json!({ "type": "FeatureCollection", "features": features })
}

/// The pieces of a line on each side of the antimeridian.
fn parts(line: &[(f64, f64)]) -> Vec<Vec<[f64; 2]>> {
    let rounded = |degrees: f64| (degrees * 1e7).round() / 1e7 + 0.0;
    let mut parts: Vec<Vec<[f64; 2]>> = vec![Vec::new()];
    let mut before: Option<(f64, f64)> = None;
    for &(lon, lat) in line {
        if let Some((lon_before, lat_before)) = before.filter(|(before, _)| (lon - before).abs() > 180.0) {
            // The shorter way leads over the antimeridian.
            let (end, turn) = if lon_before > 0.0 { (180.0, 360.0) } else { (-180.0, -360.0) };
            let along = (end - lon_before) / (lon + turn - lon_before);
            let lat_there = rounded(lat_before + (lat - lat_before) * along);
            parts.last_mut().expect("one to begin with").push([end, lat_there]);
            parts.push(vec![[-end, lat_there]]);
        }
        parts.last_mut().expect("one to begin with").push([rounded(lon), rounded(lat)]);
        before = Some((lon, lat));
    }
    parts.retain(|part| part.len() >= 2);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_at_the_antimeridian() {
        let of = |line: &[(f64, f64)]| {
            let line = LineFeature { line: line.to_vec(), properties: Map::new() };
            feature_collection(&[line])["features"][0]["geometry"].clone()
        };
        assert_eq!(of(&[(18.0, 59.0)]), Value::Null);
        assert_eq!(
            of(&[(18.0, 59.0), (18.5, 59.123_456_78)]),
            json!({ "type": "LineString", "coordinates": [[18.0, 59.0], [18.5, 59.1234568]] })
        );
        // From 179.9° to −179.7°: a quarter of the way is gone at the antimeridian.
        let east = json!([[179.9, -18.0], [180.0, -17.9]]);
        let west = json!([[-180.0, -17.9], [-179.7, -17.6]]);
        assert_eq!(
            of(&[(179.9, -18.0), (-179.7, -17.6)]),
            json!({ "type": "MultiLineString", "coordinates": [east, west] })
        );
        let back = json!([[-179.7, -17.6], [-180.0, -17.9]]);
        assert_eq!(of(&[(-179.7, -17.6), (179.9, -18.0)])["coordinates"][0], back);
    }
}
