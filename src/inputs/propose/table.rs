//! Which columns of a table of places are what: guessed from names and values, for `init` to write down.

use std::collections::HashSet;
use std::path::PathBuf;

use crate::base::error::{Error, Result};
use crate::inputs::columns::number;
use crate::inputs::project::{Crs, utm_for};
use crate::inputs::tables::Table;
use crate::study::GroupsAre;

/// What was found in a table of places.
#[derive(Clone, Debug, PartialEq)]
pub struct CellsFacts {
    pub file: PathBuf,
    pub rows: usize,
    pub id: String,
    pub coordinates: Coordinates,
    pub population: Option<String>,
    pub opportunities: Vec<String>,
    pub groups: Vec<String>,
    pub groups_are: GroupsAre,
    pub income: Option<String>,
    /// Other columns of numbers.
    pub others: Vec<String>,
}

/// Where a table's coordinates are.
#[derive(Clone, Debug, PartialEq)]
pub enum Coordinates {
    /// Shapes in the file, or ids that are H3 cells.
    Own,
    /// Columns of degrees.
    LonLat(String, String),
    /// Columns of metres, and their EPSG code.
    XY(String, String, String),
    /// Shapes in metres, and their EPSG code.
    Shapes(String),
}

const IDS: [&str; 17] = [
    "id",
    "cell_id",
    "cell",
    "h3",
    "h3_address",
    "hex",
    "hex_id",
    "ruta",
    "rut_id",
    "rutid",
    "grid_id",
    "zone_id",
    "zone",
    "code",
    "kod",
    "geoid",
    "gid",
];
const LON: [&str; 5] = ["lon", "longitude", "lng", "long", "lon_wgs84"];
const LAT: [&str; 4] = ["lat", "latitude", "lat_wgs84", "ycoord_wgs84"];
const X: [&str; 7] = ["x", "easting", "east", "e", "x_coord", "xcoord", "euref_x"];
const Y: [&str; 7] = ["y", "northing", "north", "n", "y_coord", "ycoord", "euref_y"];
const PEOPLE: [&str; 11] = [
    "population",
    "pop",
    "befolkning",
    "inhabitants",
    "residents",
    "people",
    "persons",
    "total_population",
    "pop_total",
    "totpop",
    "einwohner",
];
/// Starts of names that mean people of a kind.
const GROUPS: [&str; 14] = [
    "group_",
    "low_income",
    "middle_income",
    "mid_income",
    "high_income",
    "women",
    "men",
    "children",
    "elderly",
    "age_",
    "foreign_born",
    "native_born",
    "car_free",
    "carless",
];
const INCOMES: [&str; 5] = ["income", "median_income", "mean_income", "income_per_capita", "inkomst"];
/// Words in names of numbers that cannot be added up, or describe the cell itself.
const NO_AMOUNTS: [&str; 26] = [
    "income",
    "decile",
    "quintile",
    "quantile",
    "rank",
    "area",
    "perimeter",
    "elevation",
    "altitude",
    "density",
    "share",
    "pct",
    "percent",
    "ratio",
    "mean",
    "median",
    "index",
    "code",
    "year",
    "id",
    "fid",
    "lon",
    "lat",
    "km2",
    "m2",
    "x",
];

/// Parts of names of what can be reached, in the order in which planners look at it: work, then learning, care, daily
/// goods, leisure. In the languages of the tables that we know.
const REACHED: [&[&str]; 5] = [
    &[
        "job",
        "employ",
        "workplace",
        "work_place",
        "emprego",
        "empleo",
        "emploi",
        "trabalho",
        "trabajo",
        "arbeitspl",
        "arbetspl",
        "arbeidspl",
        "arbejdspl",
        "arbetsst",
        "dagbef",
        "työpaik",
        "tyopaik",
        "lavoro",
        "addetti",
        "banen",
    ],
    &[
        "school",
        "educat",
        "universit",
        "college",
        "escola",
        "escuela",
        "ecole",
        "école",
        "schule",
        "skol",
        "scuol",
    ],
    &[
        "health",
        "hospital",
        "clinic",
        "doctor",
        "physician",
        "pharmac",
        "saude",
        "saúde",
        "salud",
        "santé",
        "sante",
        "vård",
        "apotek",
        "sjukhus",
        "krankenh",
        "arzt",
        "care",
    ],
    &["shop", "supermarket", "grocer", "food", "retail", "store", "butik", "mercado", "livsmedel"],
    &["park", "sport", "library", "bibliot", "culture", "leisure", "playground"],
];
/// Words that turn a name of work into its lack.
const LACKING: [&str; 4] = ["unemploy", "jobless", "desempleo", "desemprego"];

/// How early one looks at a column of this name.
fn rank(name: &str) -> usize {
    let name = name.to_lowercase();
    let lacking = LACKING.iter().any(|part| name.contains(part));
    let of = |parts: &&[&str]| parts.iter().any(|part| name.contains(part));
    if lacking { REACHED.len() } else { REACHED.iter().position(of).unwrap_or(REACHED.len()) }
}

/// Looks at the columns of a table. `centre`: (lon, lat) of the streets or stops, to tell a projection by.
///
/// # Errors
/// Where no column tells the rows apart, or where the coordinates are not found.
pub fn look(table: &Table, file: PathBuf, centre: Option<(f64, f64)>) -> Result<CellsFacts> {
    let named = |names: &[&str]| {
        names.iter().find_map(|name| table.headers().iter().find(|header| header.eq_ignore_ascii_case(name)))
    };
    let id = find_id(table).ok_or_else(|| {
        Error::input(
            &table.file,
            "has no column that tells its rows apart",
            "add a column id, each value once",
        )
    })?;
    let coordinates = coordinates(table, &id, &named, centre)?;
    let taken: Vec<&str> = match &coordinates {
        Coordinates::LonLat(x, y) | Coordinates::XY(x, y, _) => vec![&id, x, y],
        _ => vec![&id],
    };
    let numbers: Vec<(&String, Vec<f64>)> = table
        .headers()
        .iter()
        .enumerate()
        .filter(|(_, header)| !header.is_empty() && !taken.contains(&header.as_str()))
        .filter(|(_, header)| table.column(header, "").is_ok())
        .filter_map(|(i, header)| Some((header, amounts(table, i)?)))
        .collect();
    let is_number = |name: &&String| numbers.iter().any(|(header, _)| header == name);
    let population = named(&PEOPLE).filter(is_number).cloned();
    let people =
        numbers.iter().find(|(name, _)| Some(*name) == population.as_ref()).map(|(_, values)| values);
    let (groups, groups_are) = groups(&numbers, people);
    let income = named(&INCOMES).filter(is_number).cloned();
    let mut rest: Vec<&String> = numbers.iter().map(|(name, _)| *name).collect();
    rest.retain(|name| {
        !groups.contains(name) && Some(*name) != population.as_ref() && Some(*name) != income.as_ref()
    });
    let amounts = |name: &&String| {
        let name = name.to_lowercase();
        let no_amount = name.split(|c: char| !c.is_alphanumeric()).any(|word| NO_AMOUNTS.contains(&word));
        !no_amount && !starts_like_group(&name)
    };
    let (opportunities, others): (Vec<&String>, Vec<&String>) = rest.into_iter().partition(amounts);
    let sum = |name: &String| {
        let values = numbers.iter().find(|(header, _)| *header == name).map(|(_, values)| values);
        values.map_or(0.0, |values| values.iter().sum::<f64>())
    };
    let mut opportunities: Vec<String> = opportunities.into_iter().cloned().collect();
    // Largest first within what is looked at first: the sums are of what the name says, not of parts of it.
    opportunities.sort_by(|a, b| rank(a).cmp(&rank(b)).then(sum(b).total_cmp(&sum(a))));
    let others = others.into_iter().cloned().collect();
    Ok(CellsFacts {
        file,
        rows: table.len(),
        id,
        coordinates,
        population,
        opportunities,
        groups,
        groups_are,
        income,
        others,
    })
}

fn find_id(table: &Table) -> Option<String> {
    let unique = |header: &&String| {
        let Ok(column) = table.column(header, "id") else { return false };
        let mut seen = HashSet::new();
        (0..table.len())
            .all(|row| !table.cell(row, column).is_empty() && seen.insert(table.cell(row, column)))
    };
    let known = IDS.iter().find_map(|name| {
        table.headers().iter().filter(|header| header.eq_ignore_ascii_case(name)).find(unique)
    });
    known.or_else(|| table.headers().iter().find(unique)).cloned()
}

/// The numbers of a column, blanks as 0; none where it holds anything else, a negative, or zeros alone.
fn amounts(table: &Table, column: usize) -> Option<Vec<f64>> {
    let value = |row| match number(table.cell(row, column)) {
        Ok(value) => Some(value.unwrap_or(0.0)).filter(|value| *value >= 0.0),
        Err(_) => None,
    };
    let values: Vec<f64> = (0..table.len()).map(value).collect::<Option<_>>()?;
    values.iter().any(|value| *value > 0.0).then_some(values)
}

fn starts_like_group(name: &str) -> bool {
    GROUPS.iter().any(|start| name.starts_with(start))
}

/// Two or more columns named like groups, each a part of the people in every row: counts or shares.
fn groups(numbers: &[(&String, Vec<f64>)], people: Option<&Vec<f64>>) -> (Vec<String>, GroupsAre) {
    let Some(people) = people else { return (Vec::new(), GroupsAre::Counts) };
    let named: Vec<&(&String, Vec<f64>)> =
        numbers.iter().filter(|(name, _)| starts_like_group(&name.to_lowercase())).collect();
    let all = |test: &dyn Fn(f64, f64) -> bool| {
        named.iter().all(|(_, values)| values.iter().zip(people).all(|(value, people)| test(*value, *people)))
    };
    let names = named.iter().map(|(name, _)| (*name).clone()).collect();
    let fractions = named.iter().any(|(_, values)| values.iter().any(|value| value.fract() != 0.0));
    if named.len() >= 2 && fractions && all(&|value, _| value <= 1.0) {
        (names, GroupsAre::Shares)
    } else if named.len() >= 2 && all(&|value, people| value <= people + 0.5) {
        (names, GroupsAre::Counts)
    } else {
        (Vec::new(), GroupsAre::Counts)
    }
}

fn coordinates<'a>(
    table: &'a Table,
    id: &str,
    named: &dyn Fn(&[&str]) -> Option<&'a String>,
    centre: Option<(f64, f64)>,
) -> Result<Coordinates> {
    if let Some(shapes) = table.shapes() {
        use geo::BoundingRect;
        let corner = shapes.iter().find_map(|shape| shape.bounding_rect()).map(|rect| rect.min());
        let (x, y) = corner.map_or((0.0, 0.0), |corner| (corner.x, corner.y));
        return match (&table.crs, in_degrees(x, y)) {
            (None, false) => Ok(Coordinates::Shapes(projection(table, x, y, centre)?)),
            _ => Ok(Coordinates::Own),
        };
    }
    let mean = |x: &str, y: &str| -> Option<(f64, f64)> {
        let (x, y) = (table.column(x, "x").ok()?, table.column(y, "y").ok()?);
        let values = |column| -> Option<Vec<f64>> {
            let values = (0..table.len()).map(|row| number(table.cell(row, column)).ok());
            values.collect::<Option<Vec<Option<f64>>>>().map(|values| values.into_iter().flatten().collect())
        };
        let (x, y) = (values(x)?, values(y)?);
        let middle = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
        (!x.is_empty() && !y.is_empty()).then(|| (middle(&x), middle(&y)))
    };
    if let (Some(lon), Some(lat)) = (named(&LON), named(&LAT)) {
        return Ok(Coordinates::LonLat(lon.clone(), lat.clone()));
    }
    if let (Some(x), Some(y)) = (named(&X), named(&Y)) {
        return match mean(x, y) {
            Some((mx, my)) if in_degrees(mx, my) => Ok(Coordinates::LonLat(x.clone(), y.clone())),
            Some((mx, my)) => Ok(Coordinates::XY(x.clone(), y.clone(), projection(table, mx, my, centre)?)),
            None => Err(Error::input(
                &table.file,
                format!("{x} and {y} are not numbers"),
                "correct the coordinates",
            )),
        };
    }
    let column = table.column(id, "id").map_err(|problem| Error::Input(vec![problem]))?;
    let h3 = (0..table.len()).all(|row| table.cell(row, column).parse::<h3o::CellIndex>().is_ok());
    if h3 {
        return Ok(Coordinates::Own);
    }
    Err(Error::input(
        &table.file,
        "has no coordinates that isokron recognises",
        format!("call them lon and lat, or x and y; its columns are {}", table.headers().join(", ")),
    ))
}

fn in_degrees(x: f64, y: f64) -> bool {
    (-180.0..=180.0).contains(&x) && (-90.0..=90.0).contains(&y)
}

/// The projection in which a point of the table lies nearest to the streets, of those that are likely.
fn projection(table: &Table, x: f64, y: f64, centre: Option<(f64, f64)>) -> Result<String> {
    // Farther than this, in degrees, no projection is the right one.
    const NEAR: f64 = 2.0;
    let unknown = || {
        Error::input(
            &table.file,
            format!("its coordinates ({x}, {y}) are metres, and no projection puts them near the streets"),
            "give lon and lat in degrees, or write the study by hand with x, y and crs",
        )
    };
    let centre = centre.ok_or_else(unknown)?;
    let utm = utm_for(centre.0, centre.1);
    // ETRS89 zones are those of WGS 84 with 25800 in place of 32600, and differ by less than a metre.
    let likely = [3006, utm, utm - 1, utm + 1, 3035, 3857, 3067, 2154];
    let distance = |code: &u16| {
        let (lon, lat) = Crs::parse(&format!("EPSG:{code}")).ok()?.to_lon_lat(x, y).ok()?;
        Some(((lon - centre.0) * centre.1.to_radians().cos()).hypot(lat - centre.1))
    };
    let near = likely
        .iter()
        .filter_map(|code| Some((distance(code)?, code)))
        .filter(|(distance, _)| *distance < NEAR)
        // The first of equals: SWEREF 99 TM before its twin, zone 33.
        .reduce(|best, next| if next.0 < best.0 - 1e-5 { next } else { best });
    near.map(|(_, code)| format!("EPSG:{code}")).ok_or_else(unknown)
}
