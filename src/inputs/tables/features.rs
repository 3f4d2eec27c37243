//! GeoJSON, as it is now and as it was before RFC 7946.

use std::collections::HashMap;

use geo::Geometry;
use geojson::GeoJson;

use super::{Table, WrongShapes};
use crate::base::error::{Error, Result};
use crate::base::texts::Texts;

pub(super) fn geojson(text: &str, file: &str) -> Result<Table> {
    let broken = |what: String| Error::input(file, format!("is not GeoJSON ({what})"), "export it once more");
    let value: serde_json::Value = serde_json::from_str(text).map_err(|error| broken(error.to_string()))?;
    let crs = old_crs(&value, file)?;
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
    let (mut cells, mut shapes, mut wrong) = (Texts::default(), Vec::new(), WrongShapes::default());
    for (i, feature) in features.iter().enumerate() {
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
        let shape = match feature.geometry.as_ref().map(Geometry::<f64>::try_from) {
            Some(shape) => shape.map_err(|error| format!("is broken ({error})")),
            None => Err("has no geometry".to_string()),
        };
        shapes.push(wrong.usable(shape, place));
    }
    wrong.finish(file)?;
    let rows = features.len();
    let table = Table::of_rows(file, headers, cells, rows, Some(shapes), crs);
    Ok(Table { lines: Vec::new(), ..table })
}

/// The `crs` member that GeoJSON had before RFC 7946, where it names an EPSG code or plain degrees.
fn old_crs(value: &serde_json::Value, file: &str) -> Result<Option<String>> {
    let crs = &value["crs"];
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
