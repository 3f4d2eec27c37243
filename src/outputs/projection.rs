//! A projection for results: what files call it (well-known text, PROJJSON) and degrees → its x and y.
//!
//! The names come from the well-known text of `crs-definitions` (OGC 01-009, version 1), which leaves out the axes
//! where the authority has the northing first.

use serde_json::{Value, json};

use crate::base::diagnostics::Diagnostics;
use crate::inputs::project::Crs;

/// A coordinate reference system that results may be written in.
pub struct Projection {
    crs: Crs,
    wkt: &'static str,
    projjson: Value,
}

impl Projection {
    /// From `EPSG:3006`.
    ///
    /// # Errors
    /// In words: a code that is not known, or whose projection has no name that all readers know.
    pub fn parse(code: &str) -> Result<Projection, String> {
        let crs = Crs::parse(code)?;
        let wkt = crs_definitions::from_code(crs.code()).map_or("", |definition| definition.wkt);
        let projjson = read_wkt(wkt).and_then(|node| projjson(&node, crs.code()));
        let projjson = projjson.ok_or_else(|| format!("{crs} can be read, but not written"))?;
        Ok(Projection { crs, wkt, projjson })
    }

    pub fn code(&self) -> u16 {
        self.crs.code()
    }

    pub fn is_geographic(&self) -> bool {
        self.crs.is_geographic()
    }

    pub fn is_metric(&self) -> bool {
        self.crs.is_metric()
    }

    /// Its name, as `SWEREF99 TM`.
    pub fn name(&self) -> &str {
        self.projjson["name"].as_str().unwrap_or_default()
    }

    /// Well-known text, version 1.
    pub fn wkt(&self) -> &'static str {
        self.wkt
    }

    /// As GeoParquet names it (PROJJSON 0.7).
    pub fn projjson(&self) -> &Value {
        &self.projjson
    }

    /// As [`Crs::tell`].
    pub fn tell(&self, input: &str, diagnostics: &mut Diagnostics) {
        self.crs.tell(input, diagnostics);
    }

    /// x (east) and y (north) of a point in degrees, to the thousandth of a metre: a corner that has gone through
    /// degrees is a corner again.
    ///
    /// # Errors
    /// In words, where the point is outside the area that the projection is made for.
    pub fn place(&self, (lon, lat): (f64, f64)) -> Result<(f64, f64), String> {
        let (x, y) = self.crs.from_lon_lat(lon, lat)?;
        let rounded = |v: f64| (v * 1000.0).round() / 1000.0 + 0.0;
        Ok(if self.is_geographic() { (x, y) } else { (rounded(x), rounded(y)) })
    }
}

/// `NAME[item, …]` of a well-known text.
struct TextNode<'w> {
    name: &'w str,
    items: Vec<Item<'w>>,
}

enum Item<'w> {
    Text(&'w str),
    Number(f64),
    Node(TextNode<'w>),
}

impl<'w> TextNode<'w> {
    fn all<'n>(&'n self, name: &'n str) -> impl Iterator<Item = &'n TextNode<'w>> {
        self.items.iter().filter_map(move |item| match item {
            Item::Node(node) if node.name == name => Some(node),
            _ => None,
        })
    }

    fn one<'n>(&'n self, name: &'n str) -> Option<&'n TextNode<'w>> {
        self.all(name).next()
    }

    /// Its first item, a text.
    fn title(&self) -> Option<&'w str> {
        match self.items.first()? {
            Item::Text(text) => Some(text),
            _ => None,
        }
    }

    fn number(&self, at: usize) -> Option<f64> {
        match self.items.get(at)? {
            Item::Number(number) => Some(*number),
            _ => None,
        }
    }
}

fn read_wkt(text: &str) -> Option<TextNode<'_>> {
    let (node, rest) = node(text)?;
    rest.is_empty().then_some(node)
}

/// A node at the start of `text`, and what follows it.
fn node(text: &str) -> Option<(TextNode<'_>, &str)> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    let (name, mut rest) = text.split_at(end);
    let mut items = Vec::new();
    if name.is_empty() {
        return None;
    }
    let Some(mut inside) = rest.strip_prefix('[') else { return Some((TextNode { name, items }, rest)) };
    loop {
        let item;
        (item, rest) = if let Some(quoted) = inside.strip_prefix('"') {
            let (text, rest) = quoted.split_once('"')?;
            (Item::Text(text), rest)
        } else if inside.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let (inner, rest) = node(inside)?;
            (Item::Node(inner), rest)
        } else {
            let (number, rest) = inside.split_at(inside.find([',', ']'])?);
            (Item::Number(number.parse().ok()?), rest)
        };
        items.push(item);
        match rest.strip_prefix(',') {
            Some(more) => inside = more,
            None => return Some((TextNode { name, items }, rest.strip_prefix(']')?)),
        }
    }
}

/// Methods by their name in well-known text, with that of the EPSG registry; last: whether the origin is a false one.
const METHODS: [(&str, &str, bool); 8] = [
    ("Transverse_Mercator", "Transverse Mercator", false),
    ("Lambert_Conformal_Conic_2SP", "Lambert Conic Conformal (2SP)", true),
    ("Lambert_Conformal_Conic_1SP", "Lambert Conic Conformal (1SP)", false),
    ("Lambert_Azimuthal_Equal_Area", "Lambert Azimuthal Equal Area", false),
    ("Mercator_1SP", "Mercator (variant A)", false),
    ("Albers_Conic_Equal_Area", "Albers Equal Area", true),
    ("Oblique_Stereographic", "Oblique Stereographic", false),
    ("Cassini_Soldner", "Cassini-Soldner", false),
];
const WEB_MERCATOR: u16 = 3857;

/// What EPSG calls a parameter of well-known text.
fn parameter(name: &str, false_origin: bool) -> Option<&'static str> {
    Some(match (name, false_origin) {
        ("latitude_of_origin" | "latitude_of_center", false) => "Latitude of natural origin",
        ("latitude_of_origin" | "latitude_of_center", true) => "Latitude of false origin",
        ("central_meridian" | "longitude_of_center", false) => "Longitude of natural origin",
        ("central_meridian" | "longitude_of_center", true) => "Longitude of false origin",
        ("scale_factor", _) => "Scale factor at natural origin",
        ("false_easting", false) => "False easting",
        ("false_easting", true) => "Easting at false origin",
        ("false_northing", false) => "False northing",
        ("false_northing", true) => "Northing at false origin",
        ("standard_parallel_1", _) => "Latitude of 1st standard parallel",
        ("standard_parallel_2", _) => "Latitude of 2nd standard parallel",
        _ => return None,
    })
}

fn projjson(node: &TextNode<'_>, code: u16) -> Option<Value> {
    let mut json = match node.name {
        "GEOGCS" => geographic(node)?,
        "PROJCS" => projected(node, code)?,
        _ => return None,
    };
    json["$schema"] = json!("https://proj.org/schemas/v0.7/projjson.schema.json");
    json["id"] = json!({ "authority": "EPSG", "code": code });
    Some(json)
}

fn geographic(node: &TextNode<'_>) -> Option<Value> {
    let datum = node.one("DATUM")?;
    let ellipsoid = datum.one("SPHEROID")?;
    let (axis, flattening) = (ellipsoid.number(1)?, ellipsoid.number(2)?);
    let mut shape = json!({ "name": ellipsoid.title()?, "semi_major_axis": axis });
    match flattening {
        0.0 => shape["semi_minor_axis"] = json!(axis),
        _ => shape["inverse_flattening"] = json!(flattening),
    }
    let mut frame = json!({ "type": "GeodeticReferenceFrame", "name": datum.title()?.replace('_', " "), "ellipsoid": shape });
    let meridian = node.one("PRIMEM")?;
    if meridian.number(1)? != 0.0 {
        frame["prime_meridian"] = json!({ "name": meridian.title()?, "longitude": meridian.number(1)? });
    }
    if node.one("UNIT")?.title()? != "degree" {
        return None;
    }
    let axis = |name: &str, short: &str, direction: &str| json!({ "name": name, "abbreviation": short, "direction": direction, "unit": "degree" });
    Some(json!({
        "type": "GeographicCRS",
        "name": node.title()?,
        "datum": frame,
        "coordinate_system": {
            "subtype": "ellipsoidal",
            "axis": [
                axis("Geodetic latitude", "Lat", "north"),
                axis("Geodetic longitude", "Lon", "east"),
            ],
        },
    }))
}

fn projected(node: &TextNode<'_>, code: u16) -> Option<Value> {
    let of = node.one("PROJECTION")?.title()?;
    let &(_, method, false_origin) = METHODS.iter().find(|method| method.0 == of)?;
    let unit = match node.one("UNIT")? {
        metre if metre.number(1)? == 1.0 => json!("metre"),
        other => {
            json!({ "type": "LinearUnit", "name": other.title()?, "conversion_factor": other.number(1)? })
        }
    };
    let mut parameters = Vec::new();
    let parameter_of =
        |name: &str, value: f64, unit: Value| json!({ "name": name, "value": value, "unit": unit });
    // Mercator's origin is the equator, and not always said.
    if of == "Mercator_1SP" && node.all("PARAMETER").all(|p| p.title() != Some("latitude_of_origin")) {
        parameters.push(parameter_of("Latitude of natural origin", 0.0, json!("degree")));
    }
    for of in node.all("PARAMETER") {
        let (name, value) = (of.title()?, of.number(1)?);
        let unit = match name {
            "scale_factor" if code == WEB_MERCATOR => continue,
            "scale_factor" => json!("unity"),
            "false_easting" | "false_northing" => unit.clone(),
            _ => json!("degree"),
        };
        parameters.push(parameter_of(parameter(name, false_origin)?, value, unit));
    }
    let axis = |name: &str, short: &str, direction: &str| json!({ "name": name, "abbreviation": short, "direction": direction, "unit": unit });
    let (east, north) = (axis("Easting", "E", "east"), axis("Northing", "N", "north"));
    let method = if code == WEB_MERCATOR { "Popular Visualisation Pseudo Mercator" } else { method };
    Some(json!({
        "type": "ProjectedCRS",
        "name": node.title()?,
        "base_crs": geographic(node.one("GEOGCS")?)?,
        "conversion": { "name": node.title()?, "method": { "name": method }, "parameters": parameters },
        "coordinate_system": {
            "subtype": "Cartesian",
            "axis": if node.one("AXIS").is_some() { [east, north] } else { [north, east] },
        },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projections_have_the_names_that_others_know() {
        let sweref = Projection::parse("EPSG:3006").unwrap();
        let json = sweref.projjson();
        assert_eq!((sweref.name(), sweref.code(), sweref.is_metric()), ("SWEREF99 TM", 3006, true));
        assert_eq!(json["id"], json!({ "authority": "EPSG", "code": 3006 }));
        assert_eq!(json["conversion"]["method"]["name"], "Transverse Mercator");
        let meridian = &json["conversion"]["parameters"][1];
        assert_eq!(
            (&meridian["name"], &meridian["value"]),
            (&json!("Longitude of natural origin"), &json!(15.0))
        );
        // Of SWEREF 99 TM the northing comes first, of UTM the easting (EPSG dataset).
        let first = |code: &str| {
            let json = Projection::parse(code).unwrap().projjson.clone();
            json["coordinate_system"]["axis"][0]["direction"].as_str().unwrap().to_string()
        };
        assert_eq!((first("EPSG:3006"), first("EPSG:32633")), ("north".into(), "east".into()));
        assert_eq!((first("EPSG:3035"), first("EPSG:4326")), ("north".into(), "north".into()));
        let web = Projection::parse("EPSG:3857").unwrap();
        assert_eq!(web.projjson["conversion"]["method"]["name"], "Popular Visualisation Pseudo Mercator");
    }

    #[test]
    fn what_cannot_be_written_is_said() {
        let error = |code: &str| Projection::parse(code).err().unwrap();
        assert_eq!(error("EPSG:1"), "EPSG:1 is not known");
        // A projection with a height.
        assert!(error("EPSG:5845").starts_with("EPSG:5845 cannot be used (its coordinates are not two"));
    }

    #[test]
    fn a_corner_is_a_corner_again() {
        let sweref = Projection::parse("EPSG:3006").unwrap();
        let (lon, lat) = Crs::parse("EPSG:3006").unwrap().to_lon_lat(674_000.0, 6_580_250.0).unwrap();
        assert_eq!(sweref.place((lon, lat)), Ok((674_000.0, 6_580_250.0)));
    }
}
