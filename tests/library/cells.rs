//! Cells, destinations and grids: what comes out of good tables, what is said of bad ones.

use std::path::Path;

use geo::{Contains, LineString, Point, Polygon};
use isokron::base::diagnostics::Diagnostics;
use isokron::base::error::Result;
use isokron::inputs::cells::{read, would_swap_help};
use isokron::inputs::grid;
use isokron::inputs::project::Crs;
use isokron::inputs::raw::RawPlaces;
use isokron::study::{GroupsAre, PlacesSource, PlacesSpec};
use tempfile::TempDir;

use crate::common;

fn spec(source: PlacesSource) -> PlacesSpec {
    PlacesSpec {
        name: "cells".into(),
        source,
        population: None,
        opportunities: Vec::new(),
        groups: Vec::new(),
        groups_are: GroupsAre::Counts,
        income: None,
        population_se: None,
        income_se: None,
        joins: Vec::new(),
        interests: Vec::new(),
    }
}

fn file(name: &str) -> PlacesSpec {
    let source = PlacesSource::File {
        file: name.into(),
        id: "id".into(),
        x: "lon".into(),
        y: "lat".into(),
        crs: "EPSG:4326".into(),
    };
    spec(source)
}

fn projected(name: &str, crs: &str) -> PlacesSpec {
    let source = PlacesSource::File {
        file: name.into(),
        id: "id".into(),
        x: "x".into(),
        y: "y".into(),
        crs: crs.into(),
    };
    spec(source)
}

fn squares(size_m: u32, crs: &str, boundary: Option<&str>, values: Option<&str>) -> PlacesSpec {
    spec(PlacesSource::Grid {
        size_m,
        crs: crs.into(),
        boundary: boundary.map(Into::into),
        values: values.map(Into::into),
    })
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn places(spec: &PlacesSpec, text: &str) -> (Result<RawPlaces>, Diagnostics) {
    let PlacesSource::File { file, .. } = &spec.source else { panic!("a file") };
    let folder = folder(&[(file.to_str().unwrap(), text)]);
    let mut diagnostics = Diagnostics::default();
    let places = read(spec, folder.path(), None, &mut diagnostics);
    (places, diagnostics)
}

/// The message about a bad table; its exit code is 1.
fn wrong(spec: &PlacesSpec, text: &str) -> String {
    let error = places(spec, text).0.expect_err("this table is wrong");
    assert_eq!(error.exit_code(), 1);
    error.to_string()
}

#[test]
fn a_table_of_points() {
    let mut spec = file("c.csv");
    spec.population = Some("people".into());
    spec.opportunities = vec!["jobs".into()];
    spec.groups = vec!["poor".into()];
    spec.groups_are = GroupsAre::Shares;
    spec.income = Some("income".into());
    let text =
        "id;lat;lon;people;jobs;poor;income\r\n007;59.3;18.1;100;;0.25;\r\nb;59.4;18.2;8;3.5;1;-20\r\n";
    let (places, diagnostics) = places(&spec, text);
    let places = places.unwrap();
    assert_eq!((places.name.as_str(), &places.ids[..]), ("cells", &["007".to_string(), "b".to_string()][..]));
    assert_eq!(places.points, [(18.1, 59.3), (18.2, 59.4)]);
    assert_eq!(places.population.as_deref(), Some(&[100.0, 8.0][..]));
    assert_eq!(places.opportunities[0].values, [0.0, 3.5]);
    // Shares of the population: a quarter of 100, all of 8.
    assert_eq!((places.groups[0].name.as_str(), &places.groups[0].values[..]), ("poor", &[25.0, 8.0][..]));
    let income = places.income.unwrap();
    assert!(income[0].is_nan() && income[1] == -20.0);
    assert!(places.outlines.is_empty());
    assert_eq!((diagnostics.total("cells_blank_number"), diagnostics.total("cells_blank_income")), (1, 1));
    let blank = &diagnostics.kept()[0];
    assert_eq!((blank.input.as_str(), blank.at.as_str(), blank.what.as_str()), ("c.csv", "2", "jobs"));
}

#[test]
fn metres_become_degrees() {
    // Arithmetic by the definition of the projection is in `inputs::project`; here the way there and back.
    let (there, _) = places(&projected("c.csv", "EPSG:3006"), "id,x,y\na,674000,6580000\n");
    let (lon, lat) = there.unwrap().points[0];
    let (x, y) = Crs::parse("EPSG:3006").unwrap().from_lon_lat(lon, lat).unwrap();
    assert!((x - 674_000.0).abs() < 1e-6 && (y - 6_580_000.0).abs() < 1e-6);
    assert!((18.0..18.1).contains(&lon) && (59.3..59.4).contains(&lat));
}

#[test]
fn polygons_give_a_point_inside_and_keep_their_outline() {
    // A square, a U whose centroid lies in its mouth, and two squares of which the second is larger.
    let text = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","id":1,"properties":{"n":1},"geometry":{"type":"Polygon","coordinates":[[[0,0],[2,0],[2,2],[0,2],[0,0]]]}},
        {"type":"Feature","id":2,"properties":{"n":2},"geometry":{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[8,9],[8,1],[1,1],[1,9],[0,9],[0,0]]]}},
        {"type":"Feature","id":3,"properties":{},"geometry":{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[4,4],[8,4],[8,8],[4,8],[4,4]]]]}},
        {"type":"Feature","id":4,"properties":{},"geometry":{"type":"Point","coordinates":[5,6]}}]}"#;
    let (places, diagnostics) = places(&file("c.geojson"), text);
    let places = places.unwrap();
    assert_eq!((places.points[0], places.points[2], places.points[3]), ((1.0, 1.0), (6.0, 6.0), (5.0, 6.0)));
    let ring = |i: usize| Polygon::new(LineString::from(places.outlines[i][0].clone()), vec![]);
    assert!(ring(1).contains(&Point::from(places.points[1])));
    assert_eq!(places.outlines[2], [[(4.0, 4.0), (8.0, 4.0), (8.0, 8.0), (4.0, 8.0), (4.0, 4.0)]]);
    assert!(places.outlines[3].is_empty() && places.outlines.len() == 4);
    assert_eq!(diagnostics.total("cells_several_parts"), 1);
    assert_eq!(places.ids, ["1", "2", "3", "4"]);
}

#[test]
fn h3_ids_give_hexagons_and_centres() {
    // The first cell of Porto Alegre's grid and its published centre; the second is too far away from its id's.
    let text =
        "id,lon,lat\n89a901291abffff,-51.1582459466033,-30.0538460280879\n89a9012a3cfffff,-51.1,-30.1\n";
    let (found, _) = places(&file("c.csv"), text);
    let found = found.unwrap();
    assert_eq!((found.outlines[0][0].len(), found.outlines[1].len()), (7, 0));
    let hexagon = Polygon::new(LineString::from(found.outlines[0][0].clone()), vec![]);
    assert!(hexagon.contains(&Point::from(found.points[0])));
    let (found, diagnostics) = places(&file("c.csv"), "id\n89a901291abffff\n");
    let centre = found.unwrap().points[0];
    // To some ten metres.
    assert!((centre.0 + 51.158_245_946_603_3).abs() < 1e-4 && (centre.1 + 30.053_846_028_087_9).abs() < 1e-4);
    assert_eq!(diagnostics.total("cells_from_h3"), 1);
}

#[test]
fn bad_tables_are_explained() {
    for (text, said) in [
        ("", "c.csv: is empty\n  → give a table with a header"),
        ("id,lon,lat\n", "c.csv: has no rows"),
        ("id,n\na,1\n", "c.csv: has no coordinates: no column \"lon\", no column \"lat\""),
        ("id,lon,y\na,1,2\n", "c.csv: has no column \"lat\" (lat)"),
        ("id,lon,lat\na,1,2\nb,,2\nc,x,2\n", "c.csv:3: lon is blank\n  → give each place its coordinates"),
        ("id,lon,lat\na,1,2\nb,,2\nc,x,2\n", "c.csv:4: lon is \"x\", not a number"),
        ("id,lon,lat\na,1,NaN\n", "c.csv:2: lat is NaN"),
        ("id,lon,lat\na,1,inf\n", "c.csv:2: lat is inf, which is infinite"),
        ("id,lon,lat\na,\"1,5\",2\n", "c.csv:2: lon is 1,5, with a decimal comma\n"),
        ("id,lon,lat\na,1,2\nb,3,4\na,5,6\n", "c.csv:4: the id a stands in c.csv:2 already"),
        ("id,lon,lat\na,1,2\n,3,4\n", "c.csv:3: has no id"),
        (
            "ID,lon,lat\na,1,2\n",
            "has no column \"id\" (id)\n  → did you mean id = \"ID\"? its columns are ID, lon",
        ),
        ("code,lon,lat\na,1,2\n", "  → set id in the study: its columns are code, lon, lat"),
        (
            "id,lon,lat\na,674000,6580000\n",
            "674000, 6580000 is no longitude and latitude\n  → longitudes are",
        ),
        ("id,lon,lat\na,59.3,118\n", "59.3, 118 is outside the area of EPSG:4326, and 118, 59.3 is not"),
        ("id,lon,lat\na,59.3,118\n", "lon and lat look exchanged: exchange them in the study"),
        ("id,lon,lat,lat\na,1,2,3\n", "c.csv: has two columns called \"lat\""),
    ] {
        let text = wrong(&file("c.csv"), text);
        assert!(text.contains(said), "{said}\n--\n{text}");
    }
    let mut people = file("c.csv");
    people.population = Some("n".into());
    for (cell, said) in [
        ("-1", "c.csv:2: n is -1, below 0\n  → give 0 or more"),
        ("NaN", "c.csv:2: n is NaN\n  → leave it blank"),
        ("inf", "c.csv:2: n is inf, which is infinite"),
        ("1;5", "c.csv:2: n is \"1;5\", not a number"),
    ] {
        let text = wrong(&people, &format!("id,lon,lat,n\na,1,2,{cell}\n"));
        assert!(text.contains(said), "{text}");
    }
    people.groups = vec!["n".into()];
    people.groups_are = GroupsAre::Shares;
    assert!(wrong(&people, "id,lon,lat,n\na,1,2,35\n").contains("n is 35, not a share from 0 to 1"));
    people.groups = vec!["m".into()];
    assert!(wrong(&people, "id,lon,lat,n\na,1,2,35\n").contains("has no column \"m\" (groups)"));
    let swapped = wrong(&projected("c.csv", "EPSG:3006"), "id,x,y\na,6580000,674000\n");
    assert!(swapped.contains("x and y look exchanged"), "{swapped}");
    assert!(wrong(&projected("c.csv", "EPSG:9"), "id,x,y\na,1,2\n").contains("EPSG:9 is not known"));
    // All at once, the first five of a sort in full.
    let many = format!("id,lon,lat,n\n{}", "a,1,2,-3\n".repeat(9));
    people.groups.clear();
    let text = wrong(&people, &many);
    assert_eq!((text.matches("below 0").count(), text.matches("already").count()), (5, 5), "{text}");
    assert!(text.contains("c.csv: and 4 more: bad numbers in n"), "{text}");
    assert!(text.contains("c.csv: and 3 more: ids that stand there twice"), "{text}");
    let mut diagnostics = Diagnostics::default();
    let missing = read(&file("no.csv"), Path::new("/nowhere"), None, &mut diagnostics).unwrap_err();
    assert_eq!(missing.exit_code(), 1);
    assert!(missing.to_string().starts_with("no.csv: there is no such file"));
}

/// What stands between thousands is never advised to be a decimal mark; what else a number may look like.
#[test]
fn hints_never_divide_people_by_a_thousand() {
    let mut people = file("c.csv");
    people.population = Some("n".into());
    let said = |text: &str| wrong(&people, &format!("id;lon;lat;n\na;1;2;{text}\n"));
    for text in ["1,008", "1 008", "1\u{a0}008", "1\u{202f}008", "1'008", "1’008"] {
        let said = said(text);
        assert!(said.contains("1008") && !said.contains("1.008"), "{said}");
    }
    assert!(said("1.008.000").contains("write it without them: 1008000"));
    assert!(said("12,5").contains("write it with a point: 12.5"));
    assert!(said("1e308").contains("n is 1e308, more than 1e15"), "{}", said("1e308"));
    // What reads as a thousandth is read, and doubted.
    let (found, diagnostics) = places(&people, "id,lon,lat,n\na,1,2,1.008\nb,1,2.1,12.345\nc,1,2.2,850\n");
    assert_eq!(found.unwrap().population.as_deref(), Some(&[1.008, 12.345, 850.0][..]));
    assert_eq!(diagnostics.total("cells_points_before_thousands"), 1);
    let (_, diagnostics) = places(&people, "id,lon,lat,n\na,1,2,1.008\nb,1,2.1,12.34\n");
    assert_eq!(diagnostics.total("cells_points_before_thousands"), 0);
    // Too many fields by a comma between thousands.
    let said = wrong(&people, "id,lon,lat,n\na,1,2,1,008\n");
    assert!(said.contains("without separators between thousands"), "{said}");
}

/// An id, a population and opportunities that are wrong, and no coordinates: all in one go.
#[test]
fn all_columns_are_looked_at_before_anything_is_said() {
    let mut spec = file("c.csv");
    spec.population = Some("people".into());
    spec.opportunities = vec!["jobs".into(), "schools".into()];
    let said = wrong(&spec, "ident,n,jobs\na,1,x\n");
    for part in [
        "no column \"id\"",
        "has no coordinates",
        "no column \"people\"",
        "no column \"schools\"",
        "jobs is \"x\"",
    ] {
        assert!(said.contains(part), "{part}\n--\n{said}");
    }
}

/// A quotation mark that is left open takes in rows: said with its lines, wherever it closes.
#[test]
fn open_quotation_marks_swallow_nothing() {
    for (text, said) in [
        (
            "id,lon,lat,name\na,1,2,\"x\nb,1,2.1,y\nc,1,2.2,z\n",
            "c.csv:2: has a quotation mark that is not closed in its row: it takes in all up to line 5",
        ),
        (
            "id,lon,lat,name\na,1,2,\"x\nb,1,2.1,y\nc,1,2.2,\"z\"\n",
            "c.csv:2: has a quotation mark that is not closed in its row: it takes in all up to line 4",
        ),
        ("id;name;lon;lat\r\na;\"x;1;2\r\nb;y;1;2.1\r\nc;z\";1;2.2\r\n", "c.csv:2: has a quotation mark"),
        ("id,lon,lat,name\na,1,2,\"x", "c.csv:2: has a quotation mark that is not closed"),
    ] {
        let found = wrong(&file("c.csv"), text);
        assert!(found.contains(said), "{said}\n--\n{found}");
    }
    let (found, diagnostics) =
        places(&file("c.csv"), "id,lon,lat,name\na,1,2,\"two\nlines\"\nb,1,2.1,\"a \"\"b\"\"\"\n");
    assert_eq!((found.unwrap().ids.len(), diagnostics.total("table_line_breaks")), (2, 1));
}

/// One typo among sound rows is no exchange of columns.
#[test]
fn exchange_is_advised_where_most_rows_need_it() {
    let said = wrong(&file("c.csv"), "id,lon,lat\na,59,18\nb,59,95\nc,59.1,18.1\n");
    assert!(said.contains("c.csv:3") && !said.contains("exchange"), "{said}");
    let said = wrong(&file("c.csv"), "id,lon,lat\na,-27,153\nb,-27.1,153.1\nc,-27,89\n");
    assert!(said.contains("exchange them"), "{said}");
}

#[test]
fn doubts_are_counted() {
    let mut spec = file("c.csv");
    spec.population = Some("n".into());
    spec.opportunities = vec!["jobs".into()];
    let (_, diagnostics) = places(&spec, "id,lon,lat,n,jobs\na,0,0,0,0\n");
    for code in ["cells_at_zero", "cells_no_people", "cells_no_opportunities"] {
        assert_eq!(diagnostics.total(code), 1, "{code}");
    }
}

#[test]
fn exchanged_coordinates_are_guessed() {
    let stockholm = (17.9, 59.2, 18.2, 59.4);
    assert!(would_swap_help(&[(59.3, 18.0), (59.35, 18.1), (0.0, 0.0)], stockholm));
    assert!(!would_swap_help(&[(18.0, 59.3)], stockholm));
    assert!(!would_swap_help(&[(13.0, 55.6)], stockholm));
    assert!(!would_swap_help(&[], stockholm));
}

/// Two and a half squares of 250 m by one: the third square's centre is on the edge, which is outside.
const AREA: &str = r#"{"type":"Polygon","crs":{"type":"name","properties":{"name":"EPSG:3006"}},
    "coordinates":[[[674000,6580000],[674625,6580000],[674625,6580250],[674000,6580250],[674000,6580000]]]}"#;

#[test]
fn squares_of_statistics_sweden() {
    let folder = folder(&[("area.geojson", AREA)]);
    let spec = squares(250, "EPSG:3006", Some("area.geojson"), None);
    let places = read(&spec, folder.path(), None, &mut Diagnostics::default()).unwrap();
    assert_eq!(places.ids, ["6740006580000", "6742506580000"]);
    let crs = Crs::parse("EPSG:3006").unwrap();
    let (x, y) = crs.from_lon_lat(places.points[0].0, places.points[0].1).unwrap();
    assert!((x - 674_125.0).abs() < 1e-6 && (y - 6_580_125.0).abs() < 1e-6);
    let corners: Vec<(i64, i64)> = places.outlines[1][0]
        .iter()
        .map(|&(lon, lat)| crs.from_lon_lat(lon, lat).unwrap())
        .map(|(x, y)| (x.round() as i64, y.round() as i64))
        .collect();
    let (w, e, s, n) = (674_250, 674_500, 6_580_000, 6_580_250);
    assert_eq!(corners, [(w, s), (e, s), (e, n), (w, n), (w, s)]);
    // The example of Statistics Netherlands (2023) for the European id, less its country prefix.
    let id = grid::id(&Crs::parse("EPSG:3035").unwrap(), 1000, 3_858_000, 3_150_000);
    assert_eq!(id, "CRS3035RES1000mN3150000E3858000");
    assert_eq!(grid::id(&crs, 100, 99_900, 6_100_000), "0999006100000");
}

#[test]
fn squares_where_streets_are() {
    let crs = Crs::parse("EPSG:32722").unwrap();
    let at = |x: f64, y: f64| crs.to_lon_lat(x, y).unwrap();
    // Two nodes in one square, one to its east, one to its north.
    let nodes = [
        at(480_010.0, 6_670_010.0),
        at(480_090.0, 6_670_090.0),
        at(480_150.0, 6_670_010.0),
        at(480_010.0, 6_670_101.0),
    ];
    let spec = squares(100, "EPSG:32722", None, None);
    let places = read(&spec, Path::new("."), Some(&nodes), &mut Diagnostics::default()).unwrap();
    assert_eq!(places.ids, ["E480000N6670100", "E480000N6670000", "E480100N6670000"]);
    let none = read(&spec, Path::new("."), None, &mut Diagnostics::default()).unwrap_err();
    assert!(none.to_string().contains("a grid needs a boundary or streets"));
    for (crs, said) in [("EPSG:4326", "EPSG:4326 is not in metres"), ("EPSG:9", "EPSG:9 is not known")] {
        let error =
            read(&squares(9, crs, None, None), Path::new("."), Some(&nodes), &mut Diagnostics::default());
        let error = error.unwrap_err();
        assert_eq!(error.exit_code(), 1);
        assert!(error.to_string().contains(said), "{error}");
    }
    let far = read(
        &squares(100, "EPSG:3006", None, None),
        Path::new("."),
        Some(&nodes),
        &mut Diagnostics::default(),
    );
    assert!(far.unwrap_err().to_string().contains("none of 4 street nodes lies in the area of EPSG:3006"));
    let mut diagnostics = Diagnostics::default();
    read(&squares(100, "EPSG:3857", None, None), Path::new("."), Some(&nodes), &mut diagnostics).unwrap();
    assert_eq!(diagnostics.total("grid_stretched"), 1);
}

#[test]
fn values_are_summed_into_squares() {
    let crs = Crs::parse("EPSG:3006").unwrap();
    let mut text = String::from("lon,lat,n,jobs,poor\n");
    for (x, y, row) in [
        (674_001.0, 6_580_001.0, "10,1,0.5"),
        (674_200.0, 6_580_200.0, "20,2,0.25"),
        (674_250.5, 6_580_001.0, "40,4,1"),
        (675_000.0, 6_580_000.0, "80,8,1"),
    ] {
        let (lon, lat) = crs.to_lon_lat(x, y).unwrap();
        text += &format!("{lon},{lat},{row}\n");
    }
    let metres = "x,y,n,jobs,poor\n674001,6580001,10,1,0.5\n674000,6580000,20,2,0.25\n674250,6580000,40,4,1\n674500,6580000,80,8,1\n";
    let folder = folder(&[("area.geojson", AREA), ("p.csv", &text), ("m.csv", metres)]);
    for values in ["p.csv", "m.csv"] {
        let mut spec = squares(250, "EPSG:3006", Some("area.geojson"), Some(values));
        spec.population = Some("n".into());
        spec.opportunities = vec!["jobs".into()];
        spec.groups = vec!["poor".into()];
        spec.groups_are = GroupsAre::Shares;
        let mut diagnostics = Diagnostics::default();
        let places = read(&spec, folder.path(), None, &mut diagnostics).unwrap();
        assert_eq!(places.population.as_deref(), Some(&[30.0, 40.0][..]));
        assert_eq!(places.opportunities[0].values, [3.0, 4.0]);
        assert_eq!(places.groups[0].values, [10.0, 40.0]);
        assert_eq!(diagnostics.total("grid_values_outside"), 1);
        assert_eq!(diagnostics.kept()[0].what, "1 points with population 80, jobs 8");
    }
}

#[test]
fn a_boundary_must_be_polygons() {
    let folder = folder(&[
        ("points.csv", "id,lon,lat\na,18,59\n"),
        ("point.geojson", r#"{"type":"Point","coordinates":[18,59]}"#),
        (
            "speck.geojson",
            r#"{"type":"Polygon","coordinates":[[[18,59],[18.00001,59],[18,59.00001],[18,59]]]}"#,
        ),
        ("far.geojson", r#"{"type":"Polygon","coordinates":[[[-51,-30],[-50,-30],[-51,-29],[-51,-30]]]}"#),
        ("wide.geojson", r#"{"type":"Polygon","coordinates":[[[12,56],[20,56],[20,66],[12,56]]]}"#),
    ]);
    for (boundary, size, said) in [
        ("points.csv", 250, "points.csv: has no polygons"),
        ("point.geojson", 250, "point.geojson, feature 1: is not a polygon"),
        ("speck.geojson", 250, "speck.geojson: holds the centre of no square"),
        ("far.geojson", 250, "is outside the area of EPSG:3006"),
        ("wide.geojson", 50, "wide.geojson: makes more than 5000000 squares"),
        ("none.geojson", 250, "none.geojson: there is no such file"),
    ] {
        let spec = squares(size, "EPSG:3006", Some(boundary), None);
        let error = read(&spec, folder.path(), None, &mut Diagnostics::default()).unwrap_err();
        assert_eq!(error.exit_code(), 1);
        assert!(error.to_string().contains(said), "{error}");
    }
}

/// Squares chosen row by row against `geo`'s point in polygon, on crooked polygons with holes.
#[test]
fn squares_lie_in_the_boundary() {
    let mut state = 7_u64;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / (1_u64 << 24) as f64
    };
    for _ in 0..20 {
        // Two stars about one centre, the inner one a hole.
        let mut star = |radius: f64| -> Vec<(f64, f64)> {
            let mut ring: Vec<(f64, f64)> = (0..24)
                .map(|i| {
                    let (angle, r) = (f64::from(i) / 24.0 * std::f64::consts::TAU, radius * (0.5 + random()));
                    (600_000.0 + r * angle.cos(), 6_600_000.0 + r * angle.sin())
                })
                .collect();
            ring.push(ring[0]);
            ring
        };
        let (shell, hole) = (star(3000.0), star(900.0));
        let polygon = Polygon::new(LineString::from(shell.clone()), vec![LineString::from(hole.clone())]);
        let text = format!(
            r#"{{"type":"Polygon","crs":{{"type":"name","properties":{{"name":"EPSG:3006"}}}},"coordinates":{}}}"#,
            serde_json::json!([shell, hole])
        );
        let folder = folder(&[("b.geojson", &text)]);
        let spec = squares(100, "EPSG:3006", Some("b.geojson"), None);
        let places = read(&spec, folder.path(), None, &mut Diagnostics::default()).unwrap();
        let mut expected = Vec::new();
        for row in (0..120).rev() {
            for column in 0..120 {
                let (x, y) = (594_000 + column * 100, 6_594_000 + row * 100);
                if polygon.contains(&Point::new(f64::from(x) + 50.0, f64::from(y) + 50.0)) {
                    expected.push(format!("{x:06}{y:07}"));
                }
            }
        }
        assert!(places.ids == expected, "{} squares, {} by geo", places.ids.len(), expected.len());
    }
}

/// Figures of the data's README: sums of people, schools, jobs, healthcare and blank cells.
#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn real_grids() {
    for (name, cells, sums, blank) in [
        ("porto_alegre/poa_hexgrid.csv", 1227, [812_935.0, 194.0, 337_921.0, 141.0], 10),
        ("sao_paulo/spo_hexgrid.csv", 323, [517_570.0, 59.0, 625_298.0, 58.0], 0),
    ] {
        let path = common::data(name);
        let mut spec = file(path.file_name().unwrap().to_str().unwrap());
        spec.population = Some("population".into());
        spec.opportunities = ["schools", "jobs", "healthcare"].map(String::from).into();
        let mut diagnostics = Diagnostics::default();
        let places = read(&spec, path.parent().unwrap(), None, &mut diagnostics).unwrap();
        assert_eq!((places.ids.len(), places.outlines.len()), (cells, cells));
        assert!(places.outlines.iter().all(|rings| rings.len() == 1 && rings[0].len() == 7));
        let mut found = vec![places.population.unwrap().iter().sum::<f64>()];
        found.extend(places.opportunities.iter().map(|column| column.values.iter().sum::<f64>()));
        assert_eq!(found, sums);
        assert_eq!(diagnostics.total("cells_blank_number"), blank);
    }
    let path = common::data("newport/newport_supermarkets.csv");
    let mut spec = file("newport_supermarkets.csv");
    spec.opportunities = vec!["supermarkets".into()];
    let places = read(&spec, path.parent().unwrap(), None, &mut Diagnostics::default()).unwrap();
    assert_eq!((places.ids.len(), places.outlines.len()), (22, 0));
}
