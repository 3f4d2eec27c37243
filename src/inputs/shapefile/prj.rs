//! The text of a `.prj` (WKT, in ESRI's words mostly) → an EPSG code, where one can be told.

/// Names without codes, as ESRI, GDAL and QGIS write them: what is left without case, spaces and signs.
const NAMES: [(&str, u16); 34] = [
    ("gcswgs1984", 4326),
    ("wgs84", 4326),
    ("gcsetrs1989", 4258),
    ("etrs89", 4258),
    ("gcssweref99", 4619),
    ("sweref99", 4619),
    ("sweref99tm", 3006),
    ("sweref991200", 3007),
    ("sweref991330", 3008),
    ("sweref991500", 3009),
    ("sweref991630", 3010),
    ("sweref991800", 3011),
    ("sweref991415", 3012),
    ("sweref991545", 3013),
    ("sweref991715", 3014),
    ("sweref991845", 3015),
    ("sweref992015", 3016),
    ("sweref992145", 3017),
    ("sweref992315", 3018),
    ("rt9025gonv", 3021),
    ("eureffintm35fin", 3067),
    ("etrs1989tm35fin", 3067),
    ("etrs89tm35fin", 3067),
    ("etrs1989gk25fin", 3879),
    ("etrsgk25", 3879),
    ("etrs1989laea", 3035),
    ("etrs1989laeaeurope", 3035),
    ("etrs89laeaeurope", 3035),
    ("etrs89extendedlaeaeurope", 3035),
    ("wgs1984webmercatorauxiliarysphere", 3857),
    ("wgs84pseudomercator", 3857),
    ("rgf1993lambert93", 2154),
    ("rgf93lambert93", 2154),
    ("britishnationalgrid", 27700),
];

/// UTM zones: how the name begins, the code of zone 0, whether the south has its own 100 further on, the zones.
const ZONES: [(&str, u16, Option<u16>, std::ops::RangeInclusive<u16>); 7] = [
    ("wgs1984utmzone", 32_600, Some(32_700), 1..=60),
    ("wgs84utmzone", 32_600, Some(32_700), 1..=60),
    ("etrs1989utmzone", 25_800, None, 28..=38),
    ("etrs89utmzone", 25_800, None, 28..=38),
    ("nad1983utmzone", 26_900, None, 1..=23),
    ("nad83utmzone", 26_900, None, 1..=23),
    ("sirgas2000utmzone", 31_954, Some(31_960), 11..=25),
];
/// Of SIRGAS 2000 some zones are named in the north alone, others in the south.
const NORTH_OF_SIRGAS: std::ops::RangeInclusive<u16> = 31_965..=31_976;
const SOUTH_OF_SIRGAS: std::ops::RangeInclusive<u16> = 31_977..=31_985;

/// # Errors
/// The name of the projection, where its code cannot be told.
pub(super) fn code(wkt: &str) -> Result<u16, String> {
    let name = wkt.split('"').nth(1).unwrap_or("nothing").trim();
    authority(wkt).or_else(|| by_name(name)).ok_or_else(|| name.to_string())
}

/// The code of `AUTHORITY["EPSG","3006"]` or `ID["EPSG",3006]` of the whole, not of one of its parts.
fn authority(wkt: &str) -> Option<u16> {
    let (mut depth, mut quoted, mut word) = (0, false, 0);
    let mut found = None;
    for (at, byte) in wkt.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'[' | b'(' => {
                let keyword = wkt.get(word..at).unwrap_or("").trim().to_ascii_uppercase();
                if depth == 1 && (keyword == "AUTHORITY" || keyword == "ID") {
                    let mut parts =
                        wkt[at + 1..].split([',', ']', ')']).map(|part| part.trim().trim_matches('"'));
                    if parts.next().is_some_and(|by| by.eq_ignore_ascii_case("EPSG")) {
                        found = parts.next().and_then(|code| code.parse().ok());
                    }
                }
                (depth, word) = (depth + 1, at + 1);
            }
            b']' | b')' => (depth, word) = (depth - 1, at + 1),
            b',' => word = at + 1,
            _ => {}
        }
    }
    found
}

fn by_name(name: &str) -> Option<u16> {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    if let Some((_, code)) = NAMES.iter().find(|(known, _)| *known == plain) {
        return Some(*code);
    }
    ZONES.iter().find_map(|(start, north, south, zones)| {
        let zone = plain.strip_prefix(start)?;
        let base = match south {
            Some(south) if zone.ends_with('s') => south,
            _ if zone.ends_with('n') => north,
            _ => return None,
        };
        let number = zone[..zone.len() - 1].parse().ok().filter(|zone| zones.contains(zone))?;
        let code: u16 = base + number;
        let range = if zone.ends_with('n') { NORTH_OF_SIRGAS } else { SOUTH_OF_SIRGAS };
        Some(code).filter(|code| !start.starts_with("sirgas") || range.contains(code))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names() {
        let esri = r#"PROJCS["SWEREF99_TM",GEOGCS["GCS_SWEREF99",DATUM["D_SWEREF99",SPHEROID["GRS_1980",6378137.0,298.257222101]]],UNIT["Meter",1.0]]"#;
        assert_eq!(code(esri), Ok(3006));
        // The codes of parts are not the whole's.
        let ogc = r#"PROJCS["my own",GEOGCS["WGS 84",AUTHORITY["EPSG","4326"]],AUTHORITY["EPSG","3879"]]"#;
        assert_eq!(code(ogc), Ok(3879));
        let part = r#"PROJCS["my own",GEOGCS["WGS 84",AUTHORITY["EPSG","4326"]]]"#;
        assert_eq!(code(part), Err("my own".to_string()));
        assert_eq!(code(r#"PROJCRS["x",BASEGEOGCRS["y",ID["EPSG",4619]],ID["EPSG",3006]]"#), Ok(3006));
        for (name, found) in [
            ("WGS_1984_UTM_Zone_22S", 32_722),
            ("WGS 84 / UTM zone 33N", 32_633),
            ("ETRS_1989_UTM_Zone_35N", 25_835),
            // EPSG: SIRGAS 2000 / UTM zone 22S is 31982, zone 18N 31972.
            ("SIRGAS_2000_UTM_Zone_22S", 31_982),
            ("SIRGAS_2000_UTM_Zone_18N", 31_972),
            ("SWEREF99 18 00", 3011),
            ("GCS_WGS_1984", 4326),
        ] {
            assert_eq!(by_name(name), Some(found), "{name}");
        }
        assert_eq!(by_name("WGS_1984_UTM_Zone_61N"), None);
        // EPSG 31977 is zone 17S, and there is no zone 23N.
        assert_eq!(by_name("SIRGAS_2000_UTM_Zone_17S"), Some(31_977));
        assert_eq!(by_name("SIRGAS_2000_UTM_Zone_23N"), None);
        assert_eq!(code(""), Err("nothing".to_string()));
    }
}
