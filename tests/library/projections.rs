//! Every EPSG code that is accepted, against points by PROJ (`projections.tsv`, made by scripts/projections.py).

use isokron::base::diagnostics::Diagnostics;
use isokron::inputs::project::Crs;

const POINTS: &str = include_str!("projections.tsv");

/// Metres between two points in degrees.
fn apart(a: (f64, f64), b: (f64, f64)) -> f64 {
    let east = ((a.0 - b.0 + 540.0).rem_euclid(360.0) - 180.0) * a.1.to_radians().cos();
    east.hypot(a.1 - b.1) * 111_320.0
}

/// Code by code: both ways within two centimetres of PROJ by the same shift (a quarter of a metre where there is a shift), and
/// within what is told of PROJ's own choice.
#[test]
fn every_code_is_where_proj_has_it() {
    let mut wrong = Vec::new();
    let (mut codes, mut points, mut refused) = (0, 0, 0);
    // PROJ drops the height that a shift makes on its way to the datum, which on the way back is some centimetres more where
    // the ellipsoids lie hundreds of metres apart. Codes that are taken as WGS 84 have no such room.
    const SHIFTED_M: f64 = 0.25;
    for line in POINTS.lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('\t');
        let code = format!("EPSG:{}", fields.next().unwrap());
        let crs = match Crs::parse(&code) {
            Ok(crs) => crs,
            // What the arithmetic does not have is refused with its reason.
            Err(what) if what.contains("isokron does not compute") || what.contains("not the degree") => {
                refused += 1;
                continue;
            }
            Err(what) => {
                wrong.push(what);
                continue;
            }
        };
        codes += 1;
        for point in fields.filter(|point| !point.is_empty()) {
            points += 1;
            let n: Vec<f64> = point.split(',').map(|number| number.parse().unwrap()).collect();
            let (place, x, y) = ((n[0], n[1]), n[2], n[3]);
            match crs.to_lon_lat(x, y) {
                Ok(found) if apart(found, place) > if crs.is_shifted() { SHIFTED_M } else { 0.02 } => {
                    wrong.push(format!("{code} {point}: {found:?}, {} m", apart(found, place)))
                }
                Ok(_) => {}
                Err(what) => wrong.push(format!("{code} {point}: {what}")),
            }
            match crs
                .from_lon_lat(place.0, place.1)
                .and_then(|(x, y)| crs.to_lon_lat(x, y).map(|back| (x, y, back)))
            {
                // The same in units, which may be feet; degrees have eight decimals.
                Ok((fx, fy, back)) => {
                    let off = (fx - x).hypot(fy - y);
                    let most = match (crs.is_geographic(), crs.is_shifted()) {
                        (true, false) => 3e-7,
                        (true, true) => 3e-6,
                        (false, false) => 0.07,
                        (false, true) => 0.8,
                    };
                    if off > most || apart(back, place) > 1e-3 {
                        wrong.push(format!("{code} {point}: {fx} {fy}, back {} m", apart(back, place)));
                    }
                }
                Err(what) => wrong.push(format!("{code} {point}: {what}")),
            }
            if let [x, y] = n[4..] {
                match crs.to_lon_lat(x, y) {
                    Ok(found) if apart(found, place) <= crs.off_m() => {}
                    found => wrong.push(format!(
                        "{code} {point}: by PROJ's own choice {found:?}, and told {} m",
                        crs.off_m()
                    )),
                }
            }
        }
    }
    let shown: Vec<&String> = wrong.iter().take(3000).collect();
    assert!(wrong.is_empty(), "{} of {points} points in {codes} codes: {shown:#?}", wrong.len());
    assert!(
        codes > 4_900 && points > 14_000 && refused < 20,
        "{codes} codes, {points} points, {refused} refused"
    );
}

/// Places in the official grids of Britain, Switzerland and Romania, by PROJ 9.5.1; Swedish codes are at home.
#[test]
fn national_grids_and_what_is_told_of_them() {
    for (code, x, y, place, off_m) in [
        ("EPSG:27700", 530_591.166, 179_571.065, (-0.12, 51.5), 2.0),
        ("EPSG:2056", 2_683_186.286, 1_247_156.744, (8.54, 47.37), 1.0),
        ("EPSG:3844", 587_700.429, 326_177.222, (26.1, 44.43), 3.0),
    ] {
        let crs = Crs::parse(code).unwrap();
        let found = crs.to_lon_lat(x, y).unwrap();
        assert!(apart(found, place) < 0.1, "{code}: {found:?}");
        assert_eq!(crs.off_m(), off_m, "{code}");
        let mut diagnostics = Diagnostics::default();
        crs.tell("cells.csv", &mut diagnostics);
        assert_eq!(diagnostics.total("projection_approximate"), u64::from(off_m > 1.0), "{code}");
    }
    for code in (3006..=3018).chain([2400, 3021, 4124, 3024, 4619, 4976]) {
        let known = Crs::parse(&format!("EPSG:{code}"));
        // SWEREF 99 in three dimensions has heights; the others are at home.
        assert_eq!(known.is_ok(), code != 4976, "{code}: {:?}", known.err());
    }
}

/// What cannot be placed is refused for what it is.
#[test]
fn refusals_say_why() {
    for (code, why) in [
        ("EPSG:2327", "no sure shift from the datum Xian 1980 is known"),
        ("EPSG:2027", "the datum North American Datum 1927 1976 is shifted with a grid file only"),
        ("EPSG:4978", "its coordinates are not two"),
        ("EPSG:5845", "its coordinates are not two"),
        ("EPSG:1", "EPSG:1 is not known"),
    ] {
        let said = Crs::parse(code).unwrap_err();
        assert!(said.contains(why), "{said}");
    }
}
