//! Projections: EPSG code → metres and degrees, both ways, each result checked by the way back.
//!
//! The arithmetic is `proj4rs`, the parameters are `crs-definitions`, the shift between datums is `datum`. Each code
//! says how far it may be off; a code whose datum cannot be shifted is refused. ETRS89, SWEREF 99 and WGS 84 are one.

mod datum;
mod fitting;

use std::fmt;

use proj4rs::Proj;
use proj4rs::transform::transform;

use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use datum::{DatumShift, KnownDatum, around};
pub use fitting::{fitting, utm_for};

const APPROXIMATE: DiagnosticCode = DiagnosticCode {
    code: "projection_approximate",
    severity: Severity::Doubt,
    meaning: "projections of an older datum, which is shifted to WGS 84 without a grid file: places may lie some metres aside",
    remedy: "where metres matter, let a GIS with grid files convert the table to longitude and latitude",
};
/// What is less is not told, m: ETRS89 and WGS 84 are no nearer to each other.
const TOLD_M: f64 = 1.0;

/// The way there and back may differ by so much, m.
const MAX_ROUND_TRIP_M: f64 = 1e-3;
/// Metres in a degree of a meridian, roughly.
const METRES_A_DEGREE: f64 = 111_320.0;
/// Transverse Mercator is trusted so far from its meridian, degrees.
const MAX_FROM_MERIDIAN: f64 = 15.0;
/// Other projections are trusted so far from their centre, degrees.
const MAX_FROM_CENTRE: f64 = 60.0;
/// Projections around a pole are trusted so far beyond the equator, degrees.
const MAX_BEYOND_EQUATOR: f64 = 10.0;
/// Web Mercator ends here, degrees.
const MAX_MERCATOR_LAT: f64 = 85.06;

/// Codes, out of use mostly, whose parameters `crs-definitions` has otherwise than EPSG: wrong signs, zones and origins.
const UNSOUND: [u16; 10] = [2156, 3167, 3973, 3974, 3975, 6141, 6200, 6996, 6997, 26591];
/// Krovak's axes run south and west, which `crs-definitions` leaves out.
const SOUTH_WEST: [u16; 2] = [2065, 5513];

/// A coordinate reference system by its EPSG code. Coordinates are x (east), y (north), whatever the
/// authority's order.
#[derive(Clone, Debug)]
pub struct Crs {
    code: u16,
    /// Without its datum: from degrees on its own ellipsoid.
    proj: Proj,
    degrees: Proj,
    shift: DatumShift,
    domain: Domain,
}

/// Where a projection means something.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Domain {
    World,
    Mercator,
    /// Near a meridian, degrees.
    Meridian(f64),
    /// Near a point, degrees.
    Centre(f64, f64),
    /// The half of the globe around the north (1) or south pole (−1).
    Pole(f64),
}

impl fmt::Display for Crs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EPSG:{}", self.code)
    }
}

impl Crs {
    /// From `EPSG:3006` (the prefix in any case).
    ///
    /// # Errors
    /// In words, where the code is not one that isokron knows or can place.
    pub fn parse(text: &str) -> Result<Crs, String> {
        let upper = text.trim().to_uppercase();
        let code = upper.strip_prefix("EPSG:").and_then(|code| code.parse::<u16>().ok());
        let code = code.ok_or_else(|| format!("\"{text}\" is no EPSG code"))?;
        let known = crs_definitions::from_code(code).ok_or_else(|| format!("EPSG:{code} is not known"))?;
        let unusable = |why: &str| {
            format!(
                "EPSG:{code} cannot be used ({why}): let a GIS convert the coordinates to longitude and latitude"
            )
        };
        let name = |keyword: &str| {
            let named =
                known.wkt.split(&format!("{keyword}[\"")).nth(1).and_then(|rest| rest.split('"').next());
            named.unwrap_or("its datum").replace('_', " ")
        };
        let (seven, off_m) = match datum::known(code) {
            Some(KnownDatum::Shift { seven, off_m }) => (seven, off_m),
            Some(KnownDatum::WithGrid) => {
                return Err(unusable(&format!(
                    "the datum {} is shifted with a grid file only",
                    name("DATUM")
                )));
            }
            Some(KnownDatum::Unknown) => {
                return Err(unusable(&format!("no sure shift from the datum {} is known", name("DATUM"))));
            }
            None => {
                return Err(unusable(
                    "its coordinates are not two: it has heights, or counts from the Earth's centre",
                ));
            }
        };
        let made = |definition: &str| {
            Proj::from_proj_string(definition).map_err(|error| unusable(&error.to_string()))
        };
        let axes = if SOUTH_WEST.contains(&code) { " +axis=swu" } else { "" };
        let definition = on_its_ellipsoid(known.proj4) + axes;
        let other = "its projection is one that isokron does not compute";
        if known.wkt.starts_with("GEOGCS") && !known.wkt.contains("UNIT[\"degree\"") {
            return Err(unusable("its unit is not the degree"));
        }
        let proj = Proj::from_proj_string(&definition).ok().filter(|_| !UNSOUND.contains(&code));
        let proj = proj.ok_or_else(|| unusable(other))?;
        let both_ways = proj.has_inverse() && proj.has_forward();
        if !(proj.is_latlong() || both_ways) {
            return Err(unusable("no way back"));
        }
        // A sphere in place of an ellipsoid, as of Web Mercator, has the degrees of WGS 84.
        let shift = DatumShift::new(seven, proj.ellipse_parameters(), off_m);
        let degrees = made("+proj=longlat +ellps=WGS84 +no_defs")?;
        Ok(Crs { code, domain: domain(&definition, &proj), proj, degrees, shift })
    }

    /// Places may lie so far aside, as nobody reads grid files here, m.
    pub fn off_m(&self) -> f64 {
        self.shift.off_m
    }

    /// Whether its datum is another than WGS 84.
    pub fn is_shifted(&self) -> bool {
        self.shift.is_some()
    }

    /// Says in the diagnostics how far the places of `input` may lie aside.
    pub fn tell(&self, input: &str, diagnostics: &mut Diagnostics) {
        if self.off_m() > TOLD_M {
            diagnostics.add(APPROXIMATE, input, "", "", format!("{self}, up to {} m", self.off_m()));
        }
    }

    pub fn code(&self) -> u16 {
        self.code
    }

    /// Whether coordinates are degrees.
    pub fn is_geographic(&self) -> bool {
        self.proj.is_latlong()
    }

    /// Whether coordinates are metres.
    pub fn is_metric(&self) -> bool {
        !self.is_geographic() && self.proj.to_meter() == 1.0
    }

    /// Degrees on WGS 84 from x and y.
    ///
    /// # Errors
    /// In words, where the point is outside the area that the projection is made for.
    pub fn to_lon_lat(&self, x: f64, y: f64) -> Result<(f64, f64), String> {
        let (lon, lat) = self.inverse(x, y).ok_or_else(|| self.outside(x, y))?;
        let back = self.forward(lon, lat).filter(|_| self.domain.holds(lon, lat));
        let scale = if self.is_geographic() { METRES_A_DEGREE } else { self.proj.to_meter() };
        match back {
            Some((bx, by)) if self.eastward(bx, x).hypot(by - y) * scale <= MAX_ROUND_TRIP_M => {
                Ok((lon, lat))
            }
            _ => Err(self.outside(x, y)),
        }
    }

    /// x and y from degrees on WGS 84.
    ///
    /// # Errors
    /// In words, where the point is outside the area that the projection is made for.
    pub fn from_lon_lat(&self, lon: f64, lat: f64) -> Result<(f64, f64), String> {
        let there = self.forward(lon, lat).filter(|_| self.domain.holds(lon, lat));
        let (x, y) = there.ok_or_else(|| self.outside(lon, lat))?;
        match self.inverse(x, y) {
            Some((blon, blat))
                if around(blon - lon).hypot(blat - lat) * METRES_A_DEGREE <= MAX_ROUND_TRIP_M =>
            {
                Ok((x, y))
            }
            _ => Err(self.outside(lon, lat)),
        }
    }

    /// From one easting to another, degrees by the shorter way.
    fn eastward(&self, a: f64, b: f64) -> f64 {
        if self.is_geographic() { around(a - b) } else { a - b }
    }

    fn outside(&self, x: f64, y: f64) -> String {
        format!("{x}, {y} is outside the area of {self}")
    }

    fn forward(&self, lon: f64, lat: f64) -> Option<(f64, f64)> {
        if !(-180.0..=180.0).contains(&lon) || !(-90.0..=90.0).contains(&lat) {
            return None;
        }
        let (lon, lat) = self.shift.to_datum((lon, lat));
        let mut point = (lon.to_radians(), lat.to_radians(), 0.0);
        transform(&self.degrees, &self.proj, &mut point).ok()?;
        self.written(point)
    }

    fn inverse(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        let mut point =
            if self.is_geographic() { (x.to_radians(), y.to_radians(), 0.0) } else { (x, y, 0.0) };
        transform(&self.proj, &self.degrees, &mut point).ok()?;
        let (lon, lat) = self.shift.to_wgs84((point.0.to_degrees(), point.1.to_degrees()));
        let lon = if lon.abs() > 180.0 { around(lon) } else { lon };
        (lon.is_finite() && lat.is_finite()).then_some((lon, lat))
    }

    fn written(&self, point: (f64, f64, f64)) -> Option<(f64, f64)> {
        let (x, y) = if self.is_geographic() {
            (point.0.to_degrees(), point.1.to_degrees())
        } else {
            (point.0, point.1)
        };
        (x.is_finite() && y.is_finite()).then_some((x, y))
    }
}

impl Domain {
    fn holds(self, lon: f64, lat: f64) -> bool {
        let from = |meridian: f64| around(lon - meridian).abs();
        match self {
            Domain::World => true,
            Domain::Mercator => lat.abs() <= MAX_MERCATOR_LAT,
            Domain::Pole(sign) => lat * sign >= -MAX_BEYOND_EQUATOR,
            Domain::Meridian(meridian) => from(meridian) <= MAX_FROM_MERIDIAN,
            Domain::Centre(lon0, lat0) => {
                let (a, b, d) = (lat.to_radians(), lat0.to_radians(), from(lon0).to_radians());
                let cosine = a.sin() * b.sin() + a.cos() * b.cos() * d.cos();
                cosine >= MAX_FROM_CENTRE.to_radians().cos()
            }
        }
    }
}

/// A definition without the shift of its datum, which `datum` has.
fn on_its_ellipsoid(definition: &str) -> String {
    let kept = definition.split_whitespace().filter_map(|part| {
        let shift = ["+towgs84=", "+nadgrids=", "+geoidgrids=", "+vunits="];
        if shift.iter().any(|key| part.starts_with(key)) {
            return None;
        }
        // Datums that PROJ has a name for, with their ellipsoids.
        Some(match part.strip_prefix("+datum=") {
            None => part,
            Some("NAD83" | "GGRS87") => "+ellps=GRS80",
            Some("NAD27") => "+ellps=clrk66",
            Some("potsdam" | "hermannskogel") => "+ellps=bessel",
            Some("carthage") => "+ellps=clrk80ign",
            Some("ire65") => "+ellps=mod_airy",
            Some("nzgd49") => "+ellps=intl",
            Some("OSGB36") => "+ellps=airy",
            Some(_) => "+ellps=WGS84",
        })
    });
    kept.collect::<Vec<_>>().join(" ")
}

fn domain(definition: &str, proj: &Proj) -> Domain {
    let parameter = |name: &str| {
        definition
            .split_whitespace()
            .find_map(|part| part.strip_prefix('+')?.strip_prefix(name)?.strip_prefix('='))
    };
    let meridian = (proj.longitude_of_origin() + proj.from_greenwich()).to_degrees();
    let latitude = proj.latitude_of_origin().to_degrees();
    match parameter("proj") {
        Some("longlat" | "eqc" | "cea" | "eqearth") => Domain::World,
        Some("merc") => Domain::Mercator,
        Some("utm") => {
            let zone: f64 = parameter("zone").and_then(|zone| zone.parse().ok()).unwrap_or(0.0);
            Domain::Meridian(zone * 6.0 - 183.0)
        }
        Some("tmerc" | "etmerc") => Domain::Meridian(meridian),
        // Cones touch the globe at their parallels, wherever their origin is.
        Some("lcc" | "aea") => {
            let parallel = |name: &str| parameter(name)?.parse::<f64>().ok();
            let first = parallel("lat_1").unwrap_or(latitude);
            Domain::Centre(meridian, (first + parallel("lat_2").unwrap_or(first)) / 2.0)
        }
        // A hemisphere and somewhat more.
        Some("laea" | "stere") if latitude.abs() > 89.0 => Domain::Pole(latitude.signum()),
        _ => Domain::Centre(meridian, latitude),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crs(code: &str) -> Crs {
        Crs::parse(code).unwrap()
    }

    /// x, y from lon, lat and back again, to within `metres` there and 10⁻⁶ m back.
    fn check(code: &str, lon_lat: (f64, f64), x_y: (f64, f64), metres: f64) {
        let crs = crs(code);
        let (x, y) = crs.from_lon_lat(lon_lat.0, lon_lat.1).unwrap();
        assert!((x - x_y.0).abs() <= metres && (y - x_y.1).abs() <= metres, "{code}: {x} {y}");
        let (lon, lat) = crs.to_lon_lat(x, y).unwrap();
        let off = (lon - lon_lat.0).hypot(lat - lon_lat.1) * METRES_A_DEGREE;
        assert!(off < 1e-6, "{code}: {off} m off on the way back");
    }

    /// 6° 12′ 30″.
    fn dms(degrees: f64, minutes: f64, seconds: f64) -> f64 {
        degrees + minutes / 60.0 + seconds / 3600.0
    }

    #[test]
    fn published_control_points() {
        // EPSG Guidance Note 7-2, ETRS89-LAEA Europe: 50° N 5° E, to its centimetres.
        check("EPSG:3035", (5.0, 50.0), (3_962_799.45, 2_999_718.85), 0.01);
        // The same note, Popular Visualisation Pseudo-Mercator: 24°22′54.433″ N 100°20′00.000″ W.
        let mexico = (-dms(100.0, 20.0, 0.0), dms(24.0, 22.0, 54.433));
        check("EPSG:3857", mexico, (-11_169_055.58, 2_800_000.00), 0.01);
        // On its own meridian a UTM zone's easting is the false one; the northing is the arc of the meridian
        // times 0.9996 (Snyder, Map Projections: A Working Manual, 1987, eq. 3-21, summed below).
        check("EPSG:3006", (15.0, 60.0), (500_000.0, 0.9996 * arc_grs80(60.0)), 1e-4);
        check("EPSG:32633", (15.0, 60.0), (500_000.0, 0.9996 * arc_grs80(60.0)), 1e-3);
        check("EPSG:32722", (-51.0, -30.0), (500_000.0, 10_000_000.0 - 0.9996 * arc_grs80(30.0)), 1e-3);
        check("EPSG:4326", (18.0686, 59.3293), (18.0686, 59.3293), 1e-12);
    }

    /// Length of the meridian from the equator on GRS 80, m (Snyder 1987, eq. 3-21), to a tenth of a millimetre.
    fn arc_grs80(lat: f64) -> f64 {
        let (a, f): (f64, f64) = (6_378_137.0, 1.0 / 298.257_222_101);
        let (e2, phi) = (f * (2.0 - f), f64::to_radians(lat));
        let (e4, e6, e8) = (e2 * e2, e2.powi(3), e2.powi(4));
        a * ((1.0 - e2 / 4.0 - 3.0 * e4 / 64.0 - 5.0 * e6 / 256.0 - 175.0 * e8 / 16_384.0) * phi
            - (3.0 * e2 / 8.0 + 3.0 * e4 / 32.0 + 45.0 * e6 / 1024.0 + 105.0 * e8 / 4096.0)
                * (2.0 * phi).sin()
            + (15.0 * e4 / 256.0 + 45.0 * e6 / 1024.0 + 525.0 * e8 / 16_384.0) * (4.0 * phi).sin()
            - (35.0 * e6 / 3072.0 + 175.0 * e8 / 12_288.0) * (6.0 * phi).sin()
            + 315.0 * e8 / 131_072.0 * (8.0 * phi).sin())
    }

    /// The worked example in "Gauss Conformal Projection (Transverse Mercator): Krüger's formulas"
    /// (Lantmäteriet, the Swedish land survey, 2008), with the projection that it uses:
    /// 66° 0′ 0″ N 24° 0′ 0″ E is N 1 135 809.413 803 E 555 304.016 555.
    #[test]
    fn the_land_surveys_worked_example() {
        let proj = Proj::from_proj_string(
            "+proj=tmerc +lat_0=0 +lon_0=13.58547 +k=1.00000254 +x_0=84182.879 +y_0=-6226307.864 +ellps=GRS80",
        )
        .unwrap();
        // 13° 35′ 7.692″.
        assert!((dms(13.0, 35.0, 7.692) - 13.58547).abs() < 1e-12);
        let degrees = Proj::from_proj_string("+proj=longlat +ellps=GRS80").unwrap();
        let mut point = (24_f64.to_radians(), 66_f64.to_radians(), 0.0);
        transform(&degrees, &proj, &mut point).unwrap();
        let (easting, northing) = (point.0, point.1);
        assert!((northing - 1_135_809.413_803).abs() < 1e-5, "{northing}");
        assert!((easting - 555_304.016_555).abs() < 1e-5, "{easting}");
    }

    #[test]
    fn far_points_are_refused() {
        for (code, lon, lat) in [
            ("EPSG:3006", -160.0, 60.0),
            ("EPSG:3006", 51.0, 60.0),
            ("EPSG:3035", -100.0, 24.0),
            ("EPSG:3857", 18.0, 89.0),
            ("EPSG:32633", f64::NAN, 60.0),
            ("EPSG:4326", 181.0, 0.0),
        ] {
            let error = crs(code).from_lon_lat(lon, lat).unwrap_err();
            assert!(error.ends_with(&format!("is outside the area of {code}")), "{error}");
        }
        // Northing and easting exchanged; degrees where metres belong are near the equator, which is "there".
        assert!(crs("EPSG:3006").to_lon_lat(6_580_000.0, 674_000.0).is_err());
        assert!(crs("EPSG:3006").to_lon_lat(1e12, 1e12).is_err());
        assert!(crs("EPSG:3006").to_lon_lat(f64::INFINITY, 0.0).is_err());
    }

    #[test]
    fn every_zone_is_known() {
        for zone in 1..=60_u16 {
            let lon = f64::from(zone) * 6.0 - 183.0 + 1.5;
            for (lat, base) in [(48.0, 32_600), (-33.0, 32_700)] {
                assert_eq!(utm_for(lon, lat), base + zone);
                let crs = crs(&format!("EPSG:{}", base + zone));
                let (x, y) = crs.from_lon_lat(lon, lat).unwrap();
                assert!(crs.is_metric() && (500_000.0..700_000.0).contains(&x), "{crs}: {x} {y}");
                let (blon, blat) = crs.to_lon_lat(x, y).unwrap();
                assert!((blon - lon).hypot(blat - lat) * METRES_A_DEGREE < 1e-6);
            }
        }
    }

    #[test]
    fn unknown_codes_are_said() {
        assert_eq!(Crs::parse("EPSG:1").unwrap_err(), "EPSG:1 is not known");
        assert_eq!(Crs::parse("SWEREF").unwrap_err(), "\"SWEREF\" is no EPSG code");
        assert!(Crs::parse("EPSG:3006").unwrap().is_metric());
    }
}
