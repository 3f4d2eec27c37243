//! Tables of how fast cars are → [`RawTraffic`]: by way (`way_id`, `direction`), or by the area of a polygon (`priority`);
//! `speed_factor`, `speed_kmh` or `closed`; `from` and `to`, hours of the day.

use std::path::Path;

use geo::{Geometry, Polygon};

use super::columns::WrongRows;
use super::numbers::number;
use super::points;
use super::project::Crs;
use super::raw::{RawTraffic, TrafficColumns, TrafficOn, TrafficSpeed};
use super::tables::{self, Table};
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Problem, Result};
use crate::base::units::parse_clock;

const DAY_S: i32 = 24 * 3600;

/// Reads a table; `file` is the name to show.
///
/// # Errors
/// What is wrong in the file, all of it.
pub fn read(
    path: &Path,
    file: &str,
    columns: &TrafficColumns,
    diagnostics: &mut Diagnostics,
) -> Result<Vec<RawTraffic>> {
    let table = tables::read(path, file, diagnostics)?;
    let by_way = table.has("way_id");
    if !by_way && table.shapes().is_none() {
        let remedy = "add way_id, ids of ways in OpenStreetMap; or give polygons, as GeoJSON or GeoPackage";
        return Err(Error::input(file, "has neither way_id nor polygons", remedy));
    }
    let speeds = [&*columns.speed_factor, "speed_kmh", "closed"];
    if !speeds.iter().any(|name| table.has(name)) {
        let remedy = format!("add one of {}", speeds.join(", "));
        return Err(Error::input(file, "does not say how fast cars are", remedy));
    }
    let crs = match by_way {
        true => None,
        false => {
            let crs = table.own_crs()?;
            crs.tell(file, diagnostics);
            Some(crs)
        }
    };
    let (mut rows, mut wrong) = (Vec::new(), WrongRows::default());
    for row in 0..table.len() {
        match row_of(&TrafficRow { table: &table, columns, row }, crs.as_ref()) {
            Ok(read) => rows.push(read),
            Err((what, remedy)) => {
                wrong.add(file, "rows of traffic", Problem::new(table.place(row), what, remedy));
            }
        }
    }
    wrong.finish()?;
    Ok(rows)
}

/// What is wrong, and what to do.
type Wrong = (String, String);

fn wrong<T>(what: impl Into<String>, remedy: &str) -> std::result::Result<T, Wrong> {
    Err((what.into(), remedy.into()))
}

struct TrafficRow<'a> {
    table: &'a Table,
    columns: &'a TrafficColumns,
    row: usize,
}

impl TrafficRow<'_> {
    /// The text of a column; empty where there is none.
    fn text(&self, column: &str) -> &str {
        let at = self.table.headers().iter().position(|header| header == column);
        at.map_or("", |at| self.table.cell(self.row, at))
    }

    fn number(&self, column: &str) -> std::result::Result<Option<f64>, Wrong> {
        number(self.text(column)).map_err(|(what, remedy)| (format!("{column} {what}"), remedy))
    }

    fn is_true(&self, column: &str) -> std::result::Result<bool, Wrong> {
        match self.text(column).to_ascii_lowercase().as_str() {
            "" | "0" | "false" | "no" => Ok(false),
            "1" | "true" | "yes" => Ok(true),
            other => wrong(format!("{column} is \"{other}\""), "write true or false"),
        }
    }

    fn time(&self, column: &str) -> std::result::Result<Option<u32>, Wrong> {
        match self.text(column) {
            "" => Ok(None),
            text => match parse_clock(text).filter(|seconds| (0..=DAY_S).contains(seconds)) {
                Some(seconds) => Ok(Some(seconds as u32)),
                None => wrong(format!("{column} is \"{text}\""), "write a time of the day: 07:30"),
            },
        }
    }
}

fn row_of(row: &TrafficRow<'_>, crs: Option<&Crs>) -> std::result::Result<RawTraffic, Wrong> {
    let hours = match (row.time("from")?, row.time("to")?) {
        (None, None) => None,
        (Some(from), Some(to)) if from != to => Some((from, to)),
        (Some(_), Some(_)) => return wrong("from and to are one time", "leave both out, for all day"),
        _ => return wrong("only one of from and to is there", "write both, or neither"),
    };
    Ok(RawTraffic { on: on(row, crs)?, hours, speed: speed(row)? })
}

fn speed(row: &TrafficRow<'_>) -> std::result::Result<TrafficSpeed, Wrong> {
    let (factor, kmh, closed) =
        (row.number(&row.columns.speed_factor)?, row.number("speed_kmh")?, row.is_true("closed")?);
    match (factor, kmh, closed) {
        (None, None, true) => Ok(TrafficSpeed::Closed),
        (Some(factor), None, false) if (0.01..=10.0).contains(&factor) => Ok(TrafficSpeed::Factor(factor)),
        (Some(factor), None, false) => wrong(
            format!("speed_factor is {factor}"),
            "write a part of the speed, from 0.01 to 10; closed = true for none",
        ),
        (None, Some(kmh), false) if (1.0..=200.0).contains(&kmh) => Ok(TrafficSpeed::Kmh(kmh)),
        (None, Some(kmh), false) => {
            wrong(format!("speed_kmh is {kmh}"), "write km/h, from 1 to 200; closed = true for none")
        }
        (None, None, false) => {
            wrong("says nothing of the speed", "fill in one of speed_factor, speed_kmh, closed")
        }
        _ => wrong(
            "says several things of the speed",
            "leave all but one of speed_factor, speed_kmh, closed blank",
        ),
    }
}

fn on(row: &TrafficRow<'_>, crs: Option<&Crs>) -> std::result::Result<TrafficOn, Wrong> {
    let Some(crs) = crs else {
        let text = row.text("way_id");
        let Some(osm_id) = text.parse::<i64>().ok().filter(|&id| id > 0) else {
            return wrong(
                format!("way_id is \"{text}\""),
                "write the id of a way in OpenStreetMap, a whole number",
            );
        };
        let (forward, backward) = match row.text("direction") {
            "" | "both" => (true, true),
            "forward" => (true, false),
            "backward" => (false, true),
            other => return wrong(format!("direction is \"{other}\""), "write forward, backward or both"),
        };
        return Ok(TrafficOn::Way { osm_id, forward, backward });
    };
    let shape = &row.table.shapes().expect("read above")[row.row];
    let parts: &[Polygon] = match shape {
        Geometry::Polygon(polygon) => std::slice::from_ref(polygon),
        Geometry::MultiPolygon(parts) => &parts.0,
        _ => return wrong("is not a polygon", "give areas, or ways by way_id"),
    };
    let polygons =
        parts.iter().map(|polygon| points::rings(polygon, crs)).collect::<std::result::Result<_, _>>();
    let polygons = polygons.map_err(|what| (what, "export it in WGS 84 (EPSG:4326)".to_string()))?;
    Ok(TrafficOn::Area { polygons, priority: row.number(&row.columns.priority)?.unwrap_or(0.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &str, name: &str) -> std::result::Result<Vec<RawTraffic>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        read(&path, name, &TrafficColumns::default(), &mut Diagnostics::default())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn rows_by_way() {
        let text = "way_id,direction,speed_kmh,speed_factor,closed,from,to\n\
                    7,,30,,,,\n8,forward,,0.5,,07:00,09:00\n9,backward,,,true,22:00,06:00\n";
        let way = |osm_id, forward, backward| TrafficOn::Way { osm_id, forward, backward };
        let row = |on, hours, speed| RawTraffic { on, hours, speed };
        assert_eq!(
            of(text, "t.csv").unwrap(),
            [
                row(way(7, true, true), None, TrafficSpeed::Kmh(30.0)),
                row(way(8, true, false), Some((25_200, 32_400)), TrafficSpeed::Factor(0.5)),
                row(way(9, false, true), Some((79_200, 21_600)), TrafficSpeed::Closed),
            ]
        );
    }

    #[test]
    fn rows_by_area() {
        let text = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"speed_factor":0.7,"priority":2},
            "geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}]}"#;
        let rows = of(text, "t.geojson").unwrap();
        let ring = vec![(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)];
        let area = TrafficOn::Area { polygons: vec![vec![ring]], priority: 2.0 };
        assert_eq!(rows, [RawTraffic { on: area, hours: None, speed: TrafficSpeed::Factor(0.7) }]);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let text = "way_id,direction,speed_kmh,speed_factor,from,to\n\
                    x,,30,,,\n7,north,30,,,\n7,,0,,,\n7,,30,0.5,,\n7,,,,,\n7,,30,,07:00,\n7,,30,,25:00,26:00\n7,,30,,07:00,07:00\n";
        let said = of(text, "t.csv").unwrap_err();
        for what in [
            "t.csv:2",
            "way_id is \"x\"",
            "direction is \"north\"",
            "speed_kmh is 0",
            "several things of the speed",
            "nothing of the speed",
        ] {
            assert!(said.contains(what), "{what}: {said}");
        }
        for (text, what) in [
            ("way_id,speed_kmh,from,to\n7,30,07:00,\n", "only one of from and to"),
            ("way_id,speed_kmh,from,to\n7,30,25:00,26:00\n", "from is \"25:00\""),
            ("way_id,speed_kmh,from,to\n7,30,07:00,07:00\n", "are one time"),
            ("id,speed_kmh\n7,30\n", "neither way_id nor polygons"),
            ("way_id,kmh\n7,30\n", "how fast cars are"),
        ] {
            let said = of(text, "t.csv").unwrap_err();
            assert!(said.contains(what), "{what}: {said}");
        }
    }
}
