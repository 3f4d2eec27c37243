//! One raster, however it is written; several; and what is damaged.

use std::fs;

use isokron::base::diagnostics::Diagnostics;
use isokron::base::error::Error;
use isokron::inputs::elevation::Rasters;
use isokron::inputs::project::Crs;
use isokron::outputs::geotiff::{GeoTiff, PixelExtent};
use tiff::encoder::colortype::{Gray8, Gray16, Gray32Float, Gray64Float, GrayI16, GrayI32, RGB8};
use tiff::encoder::{Compression, DeflateLevel, Predictor};

use super::Grid;

fn open(paths: &[std::path::PathBuf]) -> Result<Rasters, Error> {
    Rasters::open(paths, &mut Diagnostics::default())
}

/// What is wrong with a file, in one line.
fn wrong(path: &std::path::Path) -> String {
    let opened = open(&[path.to_path_buf()]).and_then(|rasters| rasters.heights(&[(0.5, 0.5)]));
    match opened.expect_err("it is damaged") {
        Error::Input(problems) => problems[0].what.clone(),
        other => panic!("{other:?}"),
    }
}

/// A degree with ten pixels a side, 10 m higher each to the east, a metre each to the north.
fn ramp(lon: f64, lat: f64) -> f64 {
    100.0 * lon + 10.0 * lat
}

#[test]
fn between_the_centres_of_pixels() {
    let folder = tempfile::tempdir().unwrap();
    let grid = Grid::degrees(0.0, 0.0, 1.0, 10);
    let path = grid.write::<Gray64Float>(&folder.path().join("dem.tif"), &grid.values(ramp));
    let rasters = open(&[path]).unwrap();
    let points = [
        (0.25, 0.35), // the centre of a pixel
        (0.3, 0.4),   // the corner of four
        (0.27, 0.35),
        (0.95, 0.95), // the last centre
        (0.99, 0.99), // in the outer half of a pixel its own height holds: that of 0.95, 0.95
        (1.01, 0.5),  // outside
        (f64::NAN, 0.5),
    ];
    let heights = rasters.heights(&points).unwrap();
    for (height, expected) in heights.iter().zip([28.5, 34.0, 30.5, 104.5, 104.5]) {
        assert!((f64::from(*height) - expected).abs() < 1e-4, "{height} is not {expected}");
    }
    assert!(heights[5].is_nan() && heights[6].is_nan());
}

#[test]
fn whatever_the_numbers_and_the_packing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dem.tif");
    let whole = |lon, lat| ramp(lon, lat).floor();
    let points: Vec<(f64, f64)> =
        (0..40).map(|i| (f64::from(i * 7 % 40) / 40.0, f64::from(i) / 40.0)).collect();
    let mut expected = None;
    let packings = [
        ("none", Compression::Uncompressed),
        ("lzw", Compression::Lzw),
        ("deflate", Compression::Deflate(DeflateLevel::Fast)),
        ("packbits", Compression::Packbits),
    ];
    for (name, compression) in packings {
        for predictor in [Predictor::None, Predictor::Horizontal] {
            if predictor == Predictor::Horizontal && name == "none" {
                continue;
            }
            let grid = Grid { compression, predictor, ..Grid::degrees(0.0, 0.0, 1.0, 10) };
            let mut check = |what: &str| {
                let heights = open(std::slice::from_ref(&path)).unwrap().heights(&points).unwrap();
                assert_eq!(&heights, expected.get_or_insert(heights.clone()), "{what}, {name}");
            };
            grid.write::<Gray8>(&path, &grid.values(|x, y| whole(x, y) as u8));
            check("u8");
            grid.write::<Gray16>(&path, &grid.values(|x, y| whole(x, y) as u16));
            check("u16");
            grid.write::<GrayI16>(&path, &grid.values(|x, y| whole(x, y) as i16));
            check("i16");
            grid.write::<GrayI32>(&path, &grid.values(|x, y| whole(x, y) as i32));
            check("i32");
            if predictor == Predictor::None {
                grid.write::<Gray32Float>(&path, &grid.values(|x, y| whole(x, y) as f32));
                check("f32");
                grid.write::<Gray64Float>(&path, &grid.values(whole));
                check("f64");
            }
        }
    }
}

/// Tiles, deflate and the predictor of floating-point numbers, as isokron itself writes them.
#[test]
fn tiles_of_metres() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dem.tif");
    // 300 × 300 pixels of 100 m: four tiles of 256, three of them cut.
    let extent = PixelExtent {
        west: 600_000.0,
        north: 6_600_000.0,
        pixel_x: 100.0,
        pixel_y: 100.0,
        columns: 300,
        rows: 300,
        epsg: 3006,
        geographic: false,
    };
    let mut tiff = GeoTiff::<f64>::create(&path, extent, 1).unwrap();
    let values: Vec<f64> =
        (0..300 * 300).map(|at| f64::from(at % 300) + 1000.0 * f64::from(at / 300)).collect();
    tiff.push("height", &values).unwrap();
    tiff.finish().unwrap();
    let rasters = open(&[path]).unwrap();
    let crs = Crs::parse("EPSG:3006").unwrap();
    // Column 255.75, row 255.5 from the centre of the first pixel: between all four tiles.
    let point = crs.to_lon_lat(600_000.0 + 25_625.0, 6_600_000.0 - 25_600.0).unwrap();
    let height = rasters.heights(&[point]).unwrap()[0];
    assert!((f64::from(height) - (255.75 + 255_500.0)).abs() < 0.05, "{height}");
}

#[test]
fn pixels_without_data() {
    let folder = tempfile::tempdir().unwrap();
    // The pixel at column 2, row 2 (its centre 0.25, 0.75) has none.
    let hole = |lon: f64, lat: f64| if (lon - 0.25).hypot(lat - 0.75) < 0.01 { -9999.0 } else { 5.0 };
    let grid = Grid { no_data: Some("-9999"), ..Grid::degrees(0.0, 0.0, 1.0, 10) };
    let first =
        grid.write::<Gray32Float>(&folder.path().join("a.tif"), &grid.values(|x, y| hole(x, y) as f32));
    let grid = Grid::degrees(0.0, 0.0, 2.0, 20);
    let second = grid.write::<GrayI16>(&folder.path().join("b.tif"), &grid.values(|_, _| 7));
    // At the hole; nearer to it than to its neighbour; nearer to the neighbour, whose height holds; beyond the first.
    let points = [(0.25, 0.75), (0.29, 0.75), (0.31, 0.75), (1.5, 1.5)];
    let of_first = open(std::slice::from_ref(&first)).unwrap().heights(&points).unwrap();
    assert!(of_first[0].is_nan() && of_first[1].is_nan() && of_first[3].is_nan());
    assert_eq!(of_first[2], 5.0);
    // Of several the first that has data counts.
    assert_eq!(open(&[first, second]).unwrap().heights(&points).unwrap(), [7.0, 7.0, 5.0, 7.0]);
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dem.tif");
    let grid = Grid::degrees(0.0, 0.0, 1.0, 10);
    assert_eq!(wrong(&path), "there is no such file");
    fs::write(&path, "id,lon,lat\n").unwrap();
    assert!(wrong(&path).starts_with("cannot be read as a GeoTIFF"), "{}", wrong(&path));
    grid.write::<RGB8>(&path, &[0; 300]);
    assert_eq!(
        wrong(&path),
        "is no raster of heights: its pixels are RGB(8), not one number of 8 to 64 bits"
    );
    Grid { code: 32_767, ..grid.clone() }.write::<Gray8>(&path, &[0; 100]);
    assert_eq!(wrong(&path), "does not say its projection as an EPSG code");
    Grid { code: 1, ..grid.clone() }.write::<Gray8>(&path, &[0; 100]);
    assert_eq!(wrong(&path), "EPSG:1 is not known");
    Grid { step: 0.0, ..grid.clone() }.write::<Gray8>(&path, &[0; 100]);
    assert_eq!(wrong(&path), "does not say where its pixels are");
    // All that is wrong at once.
    let both = [path.clone(), folder.path().join("none.tif")];
    assert!(matches!(open(&both), Err(Error::Input(problems)) if problems.len() == 2));
}

/// Whatever byte is damaged, and wherever the file ends: heights, or an error; never a panic.
#[test]
fn damage_is_an_error_or_a_height() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dem.tif");
    for compression in [Compression::Uncompressed, Compression::Lzw, Compression::Deflate(DeflateLevel::Fast)]
    {
        let grid = Grid { compression, ..Grid::degrees(0.0, 0.0, 1.0, 10) };
        grid.write::<GrayI16>(&path, &grid.values(|x, y| ramp(x, y) as i16));
        let bytes = fs::read(&path).unwrap();
        let points = [(0.05, 0.05), (0.5, 0.5), (0.95, 0.95)];
        for at in 0..bytes.len() {
            for damage in [1 << (at % 8), 0xff] {
                let mut damaged = bytes.clone();
                damaged[at] ^= damage;
                fs::write(&path, &damaged).unwrap();
                let _ = open(std::slice::from_ref(&path)).and_then(|rasters| rasters.heights(&points));
            }
            if at % 4 == 0 {
                fs::write(&path, &bytes[..at]).unwrap();
                let _ = open(std::slice::from_ref(&path)).and_then(|rasters| rasters.heights(&points));
            }
        }
    }
}
