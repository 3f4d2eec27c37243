//! The region of a study, a box of longitudes and latitudes → whether a coordinate that somebody wrote can be meant, and
//! if not, what may be.

use super::meridian::Opened;

/// What lies so far outside the box, or a quarter of its diagonal, is of the region all the same: the next village.
const NEAR_M: f64 = 5_000.0;
const NEAR_SHARE: f64 = 0.25;
/// What lies farther cannot be of the region, whatever is meant.
const FAR_M: f64 = 100_000.0;
/// The Earth's mean radius (IUGG).
const EARTH_M: f64 = 6_371_008.8;

/// A box around places, in degrees; over the antimeridian longitudes go on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    opened: Opened,
    inner: BoxSides,
    /// With places that may lie far outside: what is near them is of the region as well.
    outer: BoxSides,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct BoxSides {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

impl BoxSides {
    const NONE: BoxSides = BoxSides {
        west: f64::INFINITY,
        south: f64::INFINITY,
        east: f64::NEG_INFINITY,
        north: f64::NEG_INFINITY,
    };

    fn with(self, (lon, lat): (f64, f64)) -> BoxSides {
        BoxSides {
            west: self.west.min(lon),
            south: self.south.min(lat),
            east: self.east.max(lon),
            north: self.north.max(lat),
        }
    }

    /// Metres from the box (on a sphere), 0 within.
    fn beyond_m(&self, (lon, lat): (f64, f64)) -> f64 {
        let nearest = |lon: f64| (lon.clamp(self.west, self.east), lat.clamp(self.south, self.north));
        // From the side that is nearer round the Earth.
        let turned = [lon - 360.0, lon, lon + 360.0].into_iter();
        turned.map(|lon| distance_m((lon, lat), nearest(lon))).fold(f64::INFINITY, f64::min)
    }
}

/// What is wrong with a coordinate, after the words "lies" or the like, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Astray {
    pub what: String,
    pub remedy: String,
}

impl Extent {
    /// The box of places (lon, lat); `None` without any. Places that are not finite are passed over.
    pub fn around(places: &(impl Iterator<Item = (f64, f64)> + Clone)) -> Option<Extent> {
        let known = || places.clone().filter(|(lon, lat)| lon.is_finite() && lat.is_finite());
        let opened = Opened::around(known().map(|place| place.0));
        let sides = known().fold(BoxSides::NONE, |sides, (lon, lat)| sides.with((opened.lon(lon), lat)));
        (sides.west <= sides.east).then_some(Extent { opened, inner: sides, outer: sides })
    }

    /// With other places, which may lie far outside.
    pub fn reaching(mut self, places: impl Iterator<Item = (f64, f64)>) -> Extent {
        for (lon, lat) in places.filter(|(lon, lat)| lon.is_finite() && lat.is_finite()) {
            self.outer = self.outer.with((self.opened.lon(lon), lat));
        }
        self
    }

    /// Whether a place can be of the region: it lies in the box or near it, or at least not far (100 km) from it, unless
    /// the place that one gets by exchanging lon and lat or turning a sign lies in the box.
    ///
    /// # Errors
    /// It cannot.
    pub fn held(&self, place: (f64, f64)) -> Result<(), Astray> {
        let may = self.outer.beyond_m(place) <= FAR_M && self.meant(place).is_none();
        if may { Ok(()) } else { self.near(place) }
    }

    /// Whether a place lies in the box or near it.
    ///
    /// # Errors
    /// It does not.
    pub fn near(&self, place: (f64, f64)) -> Result<(), Astray> {
        if self.beyond_m(place) <= self.near_m() { Ok(()) } else { Err(self.astray(place)) }
    }

    /// What is to be said of the first of some places, where most of them lie outside and would not with lon and lat
    /// exchanged or other signs.
    pub fn mostly_meant(&self, places: &[(f64, f64)]) -> Option<Astray> {
        let outside = |place: &&(f64, f64)| self.near(**place).is_err();
        let astray: Vec<&(f64, f64)> = places.iter().filter(outside).collect();
        let meant = astray.iter().filter(|place| self.meant(***place).is_some()).count();
        let first = astray.iter().find(|place| self.meant(***place).is_some())?;
        (2 * meant > places.len()).then(|| self.astray(**first))
    }

    /// What is to be said of a place that is not where it should be.
    pub fn astray(&self, place: (f64, f64)) -> Astray {
        let far_m = self.beyond_m(place);
        let far = match far_m / 1000.0 {
            km if km >= 10.0 => format!("{km:.0} km"),
            km => format!("{km:.1} km"),
        };
        let what = if far_m > 0.0 {
            format!("lies {far} outside of the region ({self})")
        } else {
            format!("lies in the region ({self}), but not where it is needed")
        };
        let remedy = match self.meant(place) {
            Some((how, (lon, lat))) => format!("{how}: {lon}, {lat} (longitude, latitude) would lie in it"),
            None => "write longitude, then latitude, in decimal degrees (WGS 84)".to_string(),
        };
        Astray { what, remedy }
    }

    /// A place of the box that one gets by exchanging lon and lat, by other signs, or both; and how.
    fn meant(&self, (lon, lat): (f64, f64)) -> Option<(&'static str, (f64, f64))> {
        const EXCHANGED: &str = "longitude and latitude look exchanged";
        const SIGN: &str = "a minus sign looks wrong or missing";
        const BOTH: &str = "longitude and latitude look exchanged, and a minus sign wrong or missing";
        let tries = [
            (EXCHANGED, (lat, lon)),
            (SIGN, (-lon, lat)),
            (SIGN, (lon, -lat)),
            (SIGN, (-lon, -lat)),
            (BOTH, (-lat, lon)),
            (BOTH, (lat, -lon)),
            (BOTH, (-lat, -lon)),
        ];
        tries.into_iter().find(|(_, place)| place.1.abs() <= 90.0 && self.beyond_m(*place) == 0.0)
    }

    fn near_m(&self) -> f64 {
        let BoxSides { west, south, east, north } = self.inner;
        let diagonal = distance_m((west, south), (east, north));
        (NEAR_SHARE * diagonal).max(NEAR_M)
    }

    fn beyond_m(&self, (lon, lat): (f64, f64)) -> f64 {
        self.inner.beyond_m((self.opened.lon(lon), lat))
    }
}

impl std::fmt::Display for Extent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lon = super::meridian::wrapped;
        let BoxSides { west, south, east, north } = self.inner;
        write!(f, "longitude {:.2} to {:.2}, latitude {south:.2} to {north:.2}", lon(west), lon(east))
    }
}

/// Along a great circle of a sphere (haversine formula).
fn distance_m(a: (f64, f64), b: (f64, f64)) -> f64 {
    let half = |from: f64, to: f64| ((to - from).to_radians() / 2.0).sin();
    let (across, up) = (half(a.0, b.0), half(a.1, b.1));
    let h = up * up + a.1.to_radians().cos() * b.1.to_radians().cos() * across * across;
    2.0 * EARTH_M * h.sqrt().min(1.0).asin()
}

/// One of two coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    Lon,
    Lat,
}

impl Axis {
    pub fn most(self) -> f64 {
        match self {
            Axis::Lon => 180.0,
            Axis::Lat => 90.0,
        }
    }
}

/// What a number may be that is no degrees of this axis, for an error.
pub fn no_degrees(axis: Axis, number: f64) -> String {
    let size = number.abs();
    let (whole, minutes) = ((size / 100.0).floor(), size % 100.0);
    if axis == Axis::Lat && size <= 180.0 {
        "latitudes are -90 to 90: longitude and latitude look exchanged".to_string()
    } else if (whole <= axis.most()) && minutes < 60.0 && size < 20_000.0 && size > 360.0 {
        let degrees = (whole + minutes / 60.0).copysign(number);
        format!("is it degrees and minutes in one? Write decimal degrees: {degrees:.5}")
    } else if size >= 1000.0 {
        "it looks like metres of a projection (or degrees, minutes and seconds in one): write decimal degrees (WGS 84)"
            .to_string()
    } else {
        format!("write decimal degrees, from -{0} to {0}", axis.most())
    }
}

/// The degrees of a text such as `59°19'48"N`, `18 4 6 E` or `-33° 51.5'`; `None` for plain numbers and all else.
pub fn from_minutes(text: &str) -> Option<f64> {
    let trimmed = text.trim();
    let (rest, sign) = match trimmed.char_indices().last()? {
        (at, 'N' | 'n' | 'E' | 'e') => (&trimmed[..at], 1.0),
        (at, 'S' | 's' | 'W' | 'w') => (&trimmed[..at], -1.0),
        _ => (trimmed, 1.0),
    };
    let marks = ['°', '\'', '"', '′', '″', '’', '”', ' ', ':'];
    let parts: Vec<&str> = rest.split(marks).map(str::trim).filter(|part| !part.is_empty()).collect();
    if rest == trimmed && parts.len() == 1 && !rest.contains(marks) {
        return None;
    }
    let mut numbers = [0.0; 3];
    if parts.is_empty() || parts.len() > 3 {
        return None;
    }
    for (number, part) in numbers.iter_mut().zip(&parts) {
        *number = part.parse::<f64>().ok().filter(|number| number.is_finite())?;
    }
    let [degrees, minutes, seconds] = numbers;
    if !(0.0..60.0).contains(&minutes) || !(0.0..60.0).contains(&seconds) {
        return None;
    }
    // Without the digits that sums of fractions make; 1e-9 degrees are a tenth of a millimetre.
    let size = ((degrees.abs() + minutes / 60.0 + seconds / 3600.0) * 1e9).round() / 1e9;
    Some(if degrees.is_sign_negative() { -size } else { size } * sign)
}

/// `LON,LAT` in degrees, as the command line has it.
///
/// # Errors
/// It is none; with what it may be.
pub fn lon_lat(text: &str) -> Result<(f64, f64), String> {
    const FORM: &str = "give LON,LAT in decimal degrees, such as -51.2177,-30.0331";
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let &[first, second] = parts.as_slice() else { return Err(FORM.to_string()) };
    match (first.parse::<f64>(), second.parse::<f64>()) {
        (Ok(lon), Ok(lat)) if lon.is_finite() && lat.is_finite() => {
            for (axis, number) in [(Axis::Lon, lon), (Axis::Lat, lat)] {
                if number.abs() > axis.most() {
                    return Err(no_degrees(axis, number));
                }
            }
            Ok((lon, lat))
        }
        _ => {
            let decimal = |part: &str| part.parse().ok().or_else(|| from_minutes(part));
            let is_lat = |part: &str| part.ends_with(['N', 'S', 'n', 's']);
            match (decimal(first), decimal(second)) {
                (Some(a), Some(b)) if is_lat(first) => {
                    Err(format!("write decimal degrees, longitude first: {b:.6},{a:.6}"))
                }
                (Some(a), Some(b)) => Err(format!("write decimal degrees: {a:.6},{b:.6}")),
                _ => Err(FORM.to_string()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(places: &[(f64, f64)]) -> Extent {
        Extent::around(&places.iter().copied()).unwrap()
    }

    #[test]
    fn what_is_meant() {
        let stockholm = region(&[(17.9, 59.2), (18.3, 59.5)]);
        assert_eq!(stockholm.held((18.07, 59.33)), Ok(()));
        // Uppsala, 60 km away, may be meant; Porto Alegre cannot.
        assert_eq!((stockholm.held((17.64, 59.86)), stockholm.near((17.64, 59.86)).is_err()), (Ok(()), true));
        let said = |region: &Extent, place| region.held(place).unwrap_err();
        let exchanged = said(&stockholm, (59.33, 18.07));
        assert!(
            exchanged
                .what
                .contains("outside of the region (longitude 17.90 to 18.30, latitude 59.20 to 59.50)")
        );
        assert_eq!(
            exchanged.remedy,
            "longitude and latitude look exchanged: 18.07, 59.33 (longitude, latitude) would lie in it"
        );
        let porto_alegre = region(&[(-51.3, -30.2), (-51.0, -29.9)]);
        for (written, words) in [
            ((51.2, -30.0), "a minus sign looks wrong or missing: -51.2, -30 "),
            ((51.2, 30.0), "a minus sign looks wrong or missing: -51.2, -30 "),
            ((-30.0, -51.2), "longitude and latitude look exchanged: -51.2, -30 "),
            (
                (30.0, 51.2),
                "longitude and latitude look exchanged, and a minus sign wrong or missing: -51.2, -30 ",
            ),
            ((18.07, 59.33), "write longitude, then latitude, in decimal degrees"),
        ] {
            let said = said(&porto_alegre, written).remedy;
            assert!(said.starts_with(words), "{said}");
        }
    }

    /// A degree of latitude is 111.195 km on the sphere; of longitude at 60° half of that.
    #[test]
    fn how_far_beyond() {
        let town = region(&[(10.0, 60.0), (10.1, 60.1)]);
        assert_eq!(town.beyond_m((10.05, 60.02)), 0.0);
        assert!((town.beyond_m((10.05, 61.1)) - 111_195.0).abs() < 1.0);
        assert!((town.beyond_m((8.0, 60.0)) - 2.0 * 55_597.0).abs() < 20.0);
        // Over the antimeridian: half a degree on either side at the equator.
        let fiji = region(&[(179.5, 0.0), (-179.5, 0.0)]);
        assert_eq!((fiji.beyond_m((180.0, 0.0)), fiji.beyond_m((-179.75, 0.0))), (0.0, 0.0));
        assert!((fiji.beyond_m((179.0, 0.0)) - 55_597.0).abs() < 1.0);
        assert!((fiji.beyond_m((-179.0, 0.0)) - 55_597.0).abs() < 1.0);
        assert_eq!(fiji.to_string(), "longitude 179.50 to -179.50, latitude 0.00 to 0.00");
    }

    #[test]
    fn what_numbers_and_texts_may_be() {
        // 59° 20.5' = 59 + 20.5/60.
        assert!(no_degrees(Axis::Lat, 5920.5).ends_with("59.34167"));
        assert!(no_degrees(Axis::Lat, 6_580_000.0).contains("metres of a projection"));
        assert!(no_degrees(Axis::Lat, -118.2).contains("exchanged"));
        assert!(no_degrees(Axis::Lon, 674_000.0).contains("metres of a projection"));
        assert!(no_degrees(Axis::Lon, 200.0).contains("from -180 to 180"));
        // 59 + 19/60 + 48/3600 = 59.33.
        assert_eq!(from_minutes("59°19'48\"N"), Some(59.33));
        assert_eq!(from_minutes("18°6'W"), Some(-18.1));
        assert_eq!(from_minutes("-33° 30'"), Some(-33.5));
        assert_eq!((from_minutes("18.07"), from_minutes("x°"), from_minutes("")), (None, None, None));
        assert_eq!(lon_lat("-51.2, -30.0"), Ok((-51.2, -30.0)));
        assert_eq!(
            lon_lat("59°19'48\"N,18°6'E"),
            Err("write decimal degrees, longitude first: 18.100000,59.330000".to_string())
        );
        assert!(lon_lat("18,59,3").is_err() && lon_lat("674000,6580000").unwrap_err().contains("metres"));
    }
}
