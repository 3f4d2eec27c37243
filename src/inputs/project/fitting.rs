//! A place → the code of a projection in metres that fits it.

use geo::{Contains, Coord, LineString, Polygon};

/// The EPSG code of the UTM zone (WGS 84) of a point, degrees, with the exceptions of southern Norway and
/// Svalbard (U.S. Defense Mapping Agency, TM 8358.2, 1989).
pub fn utm_for(lon: f64, lat: f64) -> u16 {
    let plain = ((lon + 180.0) / 6.0).floor().rem_euclid(60.0) as u16 + 1;
    let zone = if (56.0..64.0).contains(&lat) && (3.0..12.0).contains(&lon) {
        32
    } else if (72.0..=84.0).contains(&lat) && (0.0..42.0).contains(&lon) {
        match lon {
            l if l < 9.0 => 31,
            l if l < 21.0 => 33,
            l if l < 33.0 => 35,
            _ => 37,
        }
    } else {
        plain
    };
    if lat < 0.0 { 32_700 + zone } else { 32_600 + zone }
}

/// The EPSG code of a projection in metres that fits a place: SWEREF 99 TM in Sweden, else its UTM zone.
pub fn fitting(lon: f64, lat: f64) -> u16 {
    let sweden = Polygon::new(SWEDEN.iter().map(|&(x, y)| Coord { x, y }).collect::<LineString>(), vec![]);
    if sweden.contains(&Coord { x: lon, y: lat }) { 3006 } else { utm_for(lon, lat) }
}

/// Sweden with its waters, drawn by hand to some ten kilometres.
const SWEDEN: [(f64, f64); 49] = [
    (12.75, 55.25),
    (12.8, 55.6),
    (12.65, 55.95),
    (12.4, 56.4),
    (11.5, 57.0),
    (10.95, 58.0),
    (10.9, 58.95),
    (11.25, 59.08),
    (11.45, 58.88),
    (11.75, 58.9),
    (11.8, 59.3),
    (11.7, 59.6),
    (11.9, 59.85),
    (12.5, 60.1),
    (12.3, 61.0),
    (12.85, 61.35),
    (12.15, 61.7),
    (12.3, 62.3),
    (12.05, 63.0),
    (12.0, 63.3),
    (12.7, 64.0),
    (14.1, 64.45),
    (13.65, 64.6),
    (14.5, 65.3),
    (14.5, 66.1),
    (15.5, 66.3),
    (16.4, 67.05),
    (16.1, 67.4),
    (16.75, 67.9),
    (18.1, 68.2),
    (18.1, 68.55),
    (19.95, 68.35),
    (20.0, 69.05),
    (20.55, 69.06),
    (22.45, 68.45),
    (23.65, 67.95),
    (23.7, 67.4),
    (23.95, 66.8),
    (23.6, 66.4),
    (24.14, 65.83),
    (24.1, 65.5),
    (22.0, 64.4),
    (20.8, 63.5),
    (19.3, 61.5),
    (19.1, 60.2),
    (19.8, 58.9),
    (19.5, 57.0),
    (17.0, 55.7),
    (14.3, 55.25),
];

#[cfg(test)]
mod tests {
    use super::fitting;

    #[test]
    fn a_projection_that_fits() {
        for (lon, lat, code) in [
            (18.07, 59.33, 3006),  // Stockholm
            (13.0, 55.6, 3006),    // Malmö
            (11.97, 57.7, 3006),   // Gothenburg
            (20.2, 67.85, 3006),   // Kiruna
            (18.3, 57.64, 3006),   // Visby
            (24.13, 65.83, 3006),  // Haparanda
            (12.57, 55.68, 32633), // Copenhagen
            (10.75, 59.91, 32632), // Oslo
            (14.9, 55.1, 32633),   // Bornholm
            (19.94, 60.1, 32634),  // Åland
            (24.94, 60.17, 32635), // Helsinki
            (5.32, 60.39, 32632),  // Bergen, an exception
            (15.6, 78.2, 32633),   // Svalbard, an exception
            (-51.2, -30.03, 32722),
            (-8.61, 41.15, 32629),
            (180.0, 10.0, 32601),
        ] {
            assert_eq!(fitting(lon, lat), code, "{lon} {lat}");
        }
    }
}
