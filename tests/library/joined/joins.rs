//! Columns of other tables in cells, by key, by area, by points. Cells are squares of 100 m, so that shares are whole.

use proptest::prelude::*;

use super::*;

fn column<'p>(places: &'p RawPlaces, name: &str) -> &'p [f64] {
    &places.opportunities.iter().find(|column| column.name == name).unwrap().values
}

fn what(diagnostics: &Diagnostics, code: &str) -> String {
    diagnostics
        .kept()
        .iter()
        .find(|found| found.kind.code == code)
        .map_or(String::new(), |found| found.what.clone())
}

#[test]
fn by_key() {
    let folder = tempfile::tempdir().unwrap();
    two_squares(&folder);
    write(&folder, "i.csv", "ruta;antal;inkomst\nb;10;300\nx;5;1\n");
    let (places, diagnostics) = good(
        &folder,
        "file = \"cells.gpkg\"\npopulation = \"people\"\nincome = \"inkomst\"\n\
         [[cells.join]]\nfile = \"i.csv\"\nkey = \"ruta\"\ncolumns = [\"antal as people\"]\nmean = [\"inkomst\"]",
    );
    assert_eq!(places.population.as_deref(), Some(&[0.0, 10.0][..]));
    let income = places.income.unwrap();
    assert!(income[0].is_nan() && income[1] == 300.0);
    assert_eq!((diagnostics.total("join_cells_without_row"), diagnostics.total("join_outside")), (1, 1));
    assert_eq!(what(&diagnostics, "join_sums"), "people 10 of 15");
    assert_eq!(what(&diagnostics, "join_outside"), "people 5");
}

#[test]
fn what_is_no_number_is_told_where_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    two_squares(&folder);
    // A row that no cell takes may hold anything.
    write(&folder, "i.csv", "ruta,antal\nx,..\nb,many\n");
    let cells = "file = \"cells.gpkg\"\npopulation = \"antal\"\n\
         [[cells.join]]\nfile = \"i.csv\"\nkey = \"ruta\"\ncolumns = [\"antal\"]";
    wrong(&folder, cells, &["i.csv:3", "antal", "many"]);
}

#[test]
fn by_a_column_of_the_cells() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "c.csv", "id,lon,lat,deso\n1,18,59,A\n2,18.1,59,A\n3,18.2,59,\n");
    write(&folder, "d.csv", "deso,income,people\nA,250,7\n");
    let join = "file = \"c.csv\"\nincome = \"income\"\nopportunities = [\"people\"]\n\
        [[cells.join]]\nfile = \"d.csv\"\nkey = \"deso\"\non = \"deso\"\n";
    let (places, diagnostics) = good(&folder, &format!("{join}mean = [\"income\", \"people\"]"));
    let income = places.income.unwrap();
    assert!(income[..2] == [250.0, 250.0] && income[2].is_nan());
    assert_eq!(diagnostics.total("join_amounts_repeated"), 0, "figures may be the same in several cells");
    let (_, diagnostics) = good(&folder, &format!("{join}mean = [\"income\"]\ncolumns = [\"people\"]"));
    assert_eq!(diagnostics.total("join_amounts_repeated"), 1, "amounts would be there twice");
}

/// Two areas over the squares a (0–100 m) and b (100–200 m): one from 50 to 150 m, half in each; one from 150 to
/// 350 m, a quarter in b, the rest outside.
#[test]
fn by_area() {
    let folder = tempfile::tempdir().unwrap();
    two_squares(&folder);
    let areas = [
        ("p", Some(80.0), Some(rectangle(50.0, 0.0, 100.0, 100.0))),
        ("q", Some(40.0), Some(rectangle(150.0, 0.0, 200.0, 100.0))),
    ];
    Package::new(&folder.path().join("d.gpkg")).layer("d", 3006, &areas);
    let join = "file = \"cells.gpkg\"\nopportunities = [\"people\"]\nincome = \"level\"\n\
        [[cells.join]]\nfile = \"d.gpkg\"\nby = \"area\"\ncolumns = [\"n as people\"]\nmean = [\"n as level\"]\n";
    let (places, diagnostics) = good(&folder, join);
    // a: 80 / 2. b: 80 / 2 + 40 / 4. Outside: 30 of 120.
    let close = |found: &[f64], by_hand: [f64; 2]| {
        assert!(
            found.iter().zip(by_hand).all(|(found, by_hand)| (found - by_hand).abs() < 1e-9),
            "{found:?}"
        );
    };
    close(column(&places, "people"), [40.0, 50.0]);
    assert_eq!(what(&diagnostics, "join_sums"), "people 90 of 120");
    assert_eq!(
        (diagnostics.total("join_outside"), what(&diagnostics, "join_outside")),
        (1, "people 30".to_string())
    );
    // By area b is half p and half q: 60. By people, 40 of p's and 10 of q's: (40 · 80 + 10 · 40) / 50 = 72.
    close(places.income.as_deref().unwrap(), [80.0, 60.0]);
    let (places, _) = good(&folder, &format!("{join}weight = \"n\""));
    close(places.income.as_deref().unwrap(), [80.0, 72.0]);
}

/// The same in longitude and latitude: squares of a hundredth of a degree on one parallel have equal areas.
#[test]
fn by_area_in_degrees() {
    let folder = tempfile::tempdir().unwrap();
    let square = |x: f64, width: f64| {
        format!("[[[{x},59],[{},59],[{},59.01],[{x},59.01],[{x},59]]]", x + width, x + width)
    };
    let feature = |id: &str, x: f64, width: f64| {
        let shape = square(x, width);
        format!(
            "{{\"type\":\"Feature\",\"properties\":{{\"id\":\"{id}\",\"n\":100}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":{shape}}}}}"
        )
    };
    let file = |features: &[String]| {
        format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", features.join(","))
    };
    write(&folder, "c.geojson", &file(&[feature("a", 18.0, 0.01), feature("b", 18.01, 0.01)]));
    write(&folder, "d.geojson", &file(&[feature("d", 18.0, 0.04)]));
    let (places, _) = good(
        &folder,
        "file = \"c.geojson\"\nopportunities = [\"m\"]\n[[cells.join]]\nfile = \"d.geojson\"\nby = \"area\"\ncolumns = [\"n as m\"]",
    );
    assert!(column(&places, "m").iter().all(|m| (m - 25.0).abs() < 1e-9), "{:?}", places.opportunities);
}

/// Dwellings at 10, 20 and 120 m (weights 1, 1, 2) in the area of 0 to 200 m; one more beyond, at 250 m.
#[test]
fn over_points() {
    let folder = tempfile::tempdir().unwrap();
    two_squares(&folder);
    let areas = [
        ("p", Some(80.0), Some(rectangle(0.0, 0.0, 200.0, 100.0))),
        ("q", Some(40.0), Some(rectangle(200.0, 0.0, 100.0, 100.0))),
        ("r", Some(9.0), Some(rectangle(900.0, 0.0, 100.0, 100.0))),
    ];
    Package::new(&folder.path().join("d.gpkg")).layer("d", 3006, &areas);
    write(
        &folder,
        "w.csv",
        "x,y,flats\n674010,6580050,1\n674020,6580050,1\n674120,6580050,2\n674250,6580050,3\n",
    );
    let join = |more: &str| {
        format!(
            "file = \"cells.gpkg\"\nopportunities = [\"people\"]\n[[cells.join]]\nfile = \"d.gpkg\"\n\
             by = \"points\"\nweights = \"w.csv\"\ncrs = \"EPSG:3006\"\ncolumns = [\"n as people\"]\n{more}"
        )
    };
    let (places, diagnostics) = good(&folder, &join("weight = \"flats\""));
    // p: 20 to each of the first two, 40 to the third; q has a point, but in no cell; r has none.
    assert_eq!(column(&places, "people"), [40.0, 40.0]);
    assert_eq!((diagnostics.total("join_area_without_points"), diagnostics.total("join_outside")), (1, 2));
    assert_eq!(what(&diagnostics, "join_sums"), "people 80 of 129");
    // Each point as one: 80 / 3 each.
    let (places, _) = good(&folder, &join(""));
    assert!((column(&places, "people")[0] - 160.0 / 3.0).abs() < 1e-9);
}

#[test]
fn points_in_cells() {
    let folder = tempfile::tempdir().unwrap();
    two_squares(&folder);
    // On the line between a and b, and on b's far corner: each in one cell. One outside.
    write(&folder, "p.csv", "x,y,jobs\n674100,6580050,1\n674200,6580100,10\n674500,6580050,100\n");
    let join =
        "[[cells.join]]\nfile = \"p.csv\"\nby = \"points\"\ncrs = \"EPSG:3006\"\ncolumns = [\"jobs\"]\n";
    let (places, diagnostics) =
        good(&folder, &format!("file = \"cells.gpkg\"\nopportunities = [\"jobs\"]\n{join}"));
    assert_eq!(column(&places, "jobs"), [1.0, 10.0]);
    assert_eq!(what(&diagnostics, "join_outside"), "jobs 100");
    // Cells that are points take what is near: 674050 is 50 m from the first, 674300 is 100 m from the second.
    write(&folder, "c.csv", "id,x,y\na,674050,6580050\nb,674300,6580100\n");
    let cells = format!("file = \"c.csv\"\ncrs = \"EPSG:3006\"\nopportunities = [\"jobs\"]\n{join}");
    wrong(&folder, &cells, &["the cells have no outlines", "within_m"]);
    assert_eq!(column(&good(&folder, &format!("{cells}within_m = 60")).0, "jobs"), [1.0, 0.0]);
    assert_eq!(column(&good(&folder, &format!("{cells}within_m = 101")).0, "jobs"), [1.0, 10.0]);
}

/// A grid has no table of its own: values are summed, areas joined, side by side in the study's order.
#[test]
fn a_grid_takes_joined_columns() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "v.csv", "x,y,shops\n674050,6580050,3\n");
    two_squares(&folder);
    let grid = "size_m = 100\ncrs = \"EPSG:3006\"\nboundary = \"cells.gpkg\"\n";
    let join =
        "[[cells.join]]\nfile = \"cells.gpkg\"\nby = \"area\"\ncolumns = [\"n\"]\nmean = [\"n as income\"]\n";
    let (places, _) = good(
        &folder,
        &format!("{grid}values = \"v.csv\"\nopportunities = [\"n\", \"shops\"]\nincome = \"income\"\n{join}"),
    );
    assert_eq!(places.ids, ["6740006580000", "6741006580000"]);
    let names: Vec<&str> = places.opportunities.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["n", "shops"]);
    assert_eq!((column(&places, "n"), column(&places, "shops")), (&[1.0, 2.0][..], &[3.0, 0.0][..]));
    assert_eq!(places.income.as_deref(), Some(&[1.0, 2.0][..]));
    wrong(&folder, &format!("{grid}population = \"people\"\n{join}"), &["nothing joined has", "n, income"]);
}

#[test]
fn what_is_wrong_with_a_join() {
    let folder = tempfile::tempdir().unwrap();
    two_squares(&folder);
    write(&folder, "d.csv", "id,n\na,1\na,2\n");
    write(&folder, "e.csv", "id,m\nz,1\n");
    let of = |join: &str| format!("file = \"cells.gpkg\"\n[[cells.join]]\n{join}");
    for (join, said) in [
        ("file = \"d.csv\"\ncolumns = [\"n\"]", "cells.join.file does not say how it is joined"),
        ("file = \"d.csv\"\nkey = \"id\"", "cells.join.columns is missing, and so is mean"),
        (
            "file = \"d.csv\"\nby = \"area\"\nkey = \"id\"\nmean = [\"n\"]",
            "cells.join.key is not for a join by area",
        ),
        ("file = \"d.csv\"\nby = \"near\"\nmean = [\"n\"]", "cells.join.by is \"near\""),
        ("file = \"d.csv\"\nkey = \"id\"\nmeans = [\"n\"]", "did you mean mean?"),
        ("file = \"d.csv\"\nkey = \"id\"\ncolumns = [\"n\"]\nmean = [\"n\"]", "makes two columns called n"),
        (
            "file = \"d.csv\"\nkey = \"id\"\nmean = [\"n as m\"]",
            "d.csv:3: the key a stands in d.csv:2 already",
        ),
        (
            "file = \"e.csv\"\nkey = \"id\"\nmean = [\"m\"]",
            "no key fits any cell: they look like \"z\", and the cells have \"a\"",
        ),
        ("file = \"e.csv\"\nkey = \"id\"\nmean = [\"o\"]", "has no column \"o\" (mean)"),
        ("file = \"e.csv\"\nby = \"area\"\nmean = [\"m\"]", "has no polygons to spread"),
        ("file = \"cells.gpkg\"\nby = \"area\"\nmean = [\"n\"]", "has a column n already"),
    ] {
        wrong(&folder, &of(join), &[said]);
    }
    write(&folder, "c.csv", "id,lon,lat\na,18,59\n");
    let area = "file = \"c.csv\"\n[[cells.join]]\nfile = \"cells.gpkg\"\nby = \"area\"\nmean = [\"n\"]";
    wrong(&folder, area, &["cannot be spread by area: the cells have no outlines"]);
}

/// Cells over each other would get people twice.
#[test]
fn overlapping_cells_are_said() {
    let folder = tempfile::tempdir().unwrap();
    let square = || Some(rectangle(0.0, 0.0, 100.0, 100.0));
    Package::new(&folder.path().join("c.gpkg")).layer(
        "c",
        3006,
        &[("a", None, square()), ("b", None, square())],
    );
    Package::new(&folder.path().join("d.gpkg")).layer("d", 3006, &[("p", Some(5.0), square())]);
    let join = "[[cells.join]]\nfile = \"d.gpkg\"\nby = \"area\"\ncolumns = [\"n as m\"]";
    let (places, diagnostics) = good(&folder, &format!("file = \"c.gpkg\"\nopportunities = [\"m\"]\n{join}"));
    assert_eq!((column(&places, "m"), diagnostics.total("join_cells_overlap")), (&[5.0, 5.0][..], 1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Whatever the areas, triangles with one corner anywhere, what goes in comes out: in cells of a lattice that
    /// covers them all, nothing is outside; in a part of it, no cell gets another amount than before.
    #[test]
    fn nothing_is_lost_between_areas_and_cells(
        corners in prop::collection::vec(
            (0.0..500.0_f64, 0.0..500.0_f64, 1.0..200.0_f64, 1.0..200.0_f64, 0.0..1000.0_f64), 1..12),
        kept in 1_usize..49,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let ids: Vec<String> = (0..49).map(|i| i.to_string()).collect();
        let lattice: Vec<_> = (0..49)
            .map(|i| (ids[i].as_str(), None, Some(rectangle((i % 7) as f64 * 100.0, (i / 7) as f64 * 100.0, 100.0, 100.0))))
            .collect();
        Package::new(&folder.path().join("all.gpkg")).layer("c", 3006, &lattice);
        Package::new(&folder.path().join("some.gpkg")).layer("c", 3006, &lattice[..kept]);
        let areas: Vec<_> = corners
            .iter()
            .map(|&(x, y, w, h, n)| {
                let (x, y) = (674_000.0 + x, 6_580_000.0 + y);
                ("p", Some(n), Some(polygon(3006, &[(x, y), (x + w, y + h / 3.0), (x + w / 4.0, y + h)])))
            })
            .collect();
        Package::new(&folder.path().join("d.gpkg")).layer("d", 3006, &areas);
        let join = "opportunities = [\"m\"]\n[[cells.join]]\nfile = \"d.gpkg\"\nby = \"area\"\ncolumns = [\"n as m\"]";
        let (all, diagnostics) = good(&folder, &format!("file = \"all.gpkg\"\n{join}"));
        let total: f64 = corners.iter().map(|corner| corner.4).sum();
        let sum: f64 = column(&all, "m").iter().sum();
        prop_assert!((sum - total).abs() <= 1e-9 * total, "{sum} of {total}");
        prop_assert_eq!(diagnostics.total("join_outside"), 0);
        if let (Ok(some), _) = places(folder.path(), &format!("file = \"some.gpkg\"\n{join}")) {
            for (some, all) in column(&some, "m").iter().zip(column(&all, "m")) {
                prop_assert!((some - all).abs() <= 1e-9 * total);
            }
        }
    }
}
