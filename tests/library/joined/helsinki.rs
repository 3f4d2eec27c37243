//! Helsinki's YKR squares as they are published, by the program itself.

use assert_cmd::Command;

use super::*;

use crate::common::data;

fn isokron(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_isokron"));
    let output = command.current_dir(folder).args(arguments).args(["--threads", "1"]).output().unwrap();
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{arguments:?}: {}{}", said(&output.stdout), said(&output.stderr));
    said(&output.stdout)
}

/// The grid's README: 92 squares, 71,724 people. `osmium tags-filter -R` finds 3 schools, closed ways all, and shops on
/// 508 nodes, 4 closed ways, 1 multipolygon and 2 relations that are streets and so no areas.
#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn ykr_squares_with_people_and_schools() {
    let grid = data("helsinki/population_grid_2020.gpkg");
    let osm = data("helsinki/helsinki_centre.osm.pbf");
    let feed = data("helsinki/helsinki_gtfs.zip");
    let folder = tempfile::tempdir().unwrap();
    for (from, name) in [(grid, "ykr.gpkg"), (osm, "streets.osm.pbf"), (feed, "hsl.zip")] {
        std::fs::copy(from, folder.path().join(name)).unwrap();
    }
    let said = isokron(folder.path(), &["check", "ykr.gpkg"]);
    assert_eq!(said.trim(), "ykr.gpkg: 92 rows in EPSG:4326; columns fid, id, population");
    write(
        &folder,
        "study.toml",
        "[study]\nname = \"helsinki\"\n[network]\nosm = [\"streets.osm.pbf\"]\ngtfs = [\"hsl.zip\"]\n\
         [cells]\nfile = \"ykr.gpkg\"\npopulation = \"population\"\n\
         [[cells.points_of_interest]]\ncolumn = \"schools\"\ntags = [\"amenity=school\", \"amenity=kindergarten\"]\n\
         [[cells.points_of_interest]]\ncolumn = \"shops\"\ntags = [\"shop\"]\n\
         [[cells.join]]\nfile = \"ykr.gpkg\"\nby = \"area\"\ncolumns = [\"population as again\"]\n\
         [[period]]\nname = \"morning\"\ndate = 2022-02-22\ndepart = \"08:00/08:05\"\n\
         [[profile]]\nname = \"adult\"\n[access]\ncutoffs_min = [30]\n[outputs]\ntables = [\"csv\"]\n",
    );
    let said = isokron(folder.path(), &["check", "study.toml"]);
    assert!(said.contains("population 71,724"), "{said}");
    // Spread over themselves, the squares keep their people.
    assert!(said.contains("again 71724 of 71724"), "{said}");
    assert!(said.contains("(3 found, 0 in no cell)") && said.contains("(513 found, "), "{said}");
    // From the network's files it says the same.
    assert_eq!(isokron(folder.path(), &["check", "study.toml"]), said);
    isokron(folder.path(), &["run", "study.toml"]);
    let table = std::fs::read_to_string(folder.path().join("out/base/adult-morning/access.csv")).unwrap();
    assert_eq!(table.lines().count(), 93);
    assert!(table.starts_with("id,lon,lat,status,link_m,population,schools_30min_p50,shops_30min_p50"));
    let manifest = std::fs::read_to_string(folder.path().join("out/manifest.json")).unwrap();
    assert!(manifest.contains("\"ykr.gpkg\"") && manifest.contains("amenity=kindergarten"));
}

/// `osmium tags-filter -R nwr/amenity=pharmacy` finds 6 nodes; each is a destination, under its id in OpenStreetMap.
#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn pharmacies_are_destinations() {
    let grid = data("helsinki/population_grid_2020.gpkg");
    let osm = data("helsinki/helsinki_centre.osm.pbf");
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(grid, folder.path().join("ykr.gpkg")).unwrap();
    std::fs::copy(osm, folder.path().join("streets.osm.pbf")).unwrap();
    let study = |tag: &str| {
        format!(
            "[study]\nname = \"helsinki\"\n[network]\nosm = [\"streets.osm.pbf\"]\n[cells]\nfile = \"ykr.gpkg\"\n\
             [[destinations]]\nname = \"pharmacies\"\ntags = [\"{tag}\"]\n[[profile]]\nmodes = [\"walk\"]\n"
        )
    };
    write(&folder, "study.toml", &study("amenity=pharmacy"));
    let said = isokron(folder.path(), &["check", "study.toml"]);
    assert!(said.contains("other destinations: 6"), "{said}");
    isokron(folder.path(), &["matrix", "study.toml", "-o", "m.csv"]);
    let table = std::fs::read_to_string(folder.path().join("m.csv")).unwrap();
    // One of the six, "Apteekki Eliel".
    assert!(table.contains(",n1369465553,"), "{table}");
    // Tags that nothing has are a mistake.
    write(&folder, "none.toml", &study("amenity=dragon_stable"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_isokron"));
    let output = command.current_dir(folder.path()).args(["check", "none.toml"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.code() == Some(1) && said.contains("nothing in the extract is amenity=dragon_stable"),
        "{said}"
    );
}

#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn init_finds_what_a_package_has() {
    let grid = data("helsinki/population_grid_2020.gpkg");
    let osm = data("helsinki/helsinki_centre.osm.pbf");
    let folder = tempfile::tempdir().unwrap();
    let (grid, osm) = (grid.display().to_string(), osm.display().to_string());
    let layer = format!("{grid}:population_grid_2020");
    isokron(folder.path(), &["init", "s.toml", "--osm", &osm, "--cells", &layer]);
    let text = std::fs::read_to_string(folder.path().join("s.toml")).unwrap();
    assert!(
        text.contains(".gpkg:population_grid_2020\"") && text.contains("\npopulation = \"population\""),
        "{text}"
    );
    isokron(folder.path(), &["check", "s.toml"]);
}
