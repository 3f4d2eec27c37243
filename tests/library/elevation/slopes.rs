//! How much streets rise: planes, a hill, bridges, gaps and inclines worked out by hand, and random hills beside a plain
//! formula.

use isokron::base::diagnostics::Diagnostics;
use isokron::base::executor::Quiet;
use isokron::base::ids::{EdgeId, Id};
use isokron::inputs::elevation::Rasters;
use isokron::inputs::raw::{RawNode, RawStreets, RawWay};
use isokron::network::slopes::Heights;
use isokron::network::streets::{self, PIECE_MM, Slopes, Streets};
use proptest::prelude::*;
use tiff::encoder::colortype::Gray64Float;

use super::Grid;

/// Nodes at (lon, lat) in thousandths of a degree, ways as (nodes, tags).
fn town(nodes: &[(f64, f64)], ways: &[(&[u32], &str)]) -> RawStreets {
    let node = |(i, &(x, y)): (usize, &(f64, f64))| RawNode {
        osm_id: i as i64 + 1,
        lon_e7: (x * 1e4).round() as i32,
        lat_e7: (y * 1e4).round() as i32,
        tags: Vec::new(),
    };
    let way = |(i, &(nodes, text)): (usize, &(&[u32], &str))| {
        let pair = |tag: &str| tag.split_once('=').map(|(k, v)| (k.to_string(), v.to_string())).unwrap();
        let mut tags: Vec<_> = text.split_whitespace().map(pair).collect();
        tags.sort();
        RawWay { osm_id: i as i64 + 101, nodes: nodes.to_vec(), tags }
    };
    RawStreets {
        nodes: nodes.iter().enumerate().map(node).collect(),
        ways: ways.iter().enumerate().map(way).collect(),
        ..RawStreets::default()
    }
}

fn built(raw: &RawStreets) -> Streets {
    streets::build(raw, 1, &mut Diagnostics::default())
}

fn slopes(raw: &RawStreets, heights: Option<Heights<'_>>) -> (Streets, Slopes, Diagnostics) {
    let streets = built(raw);
    let mut diagnostics = Diagnostics::default();
    let slopes = Slopes::new(&streets, raw, heights, &mut diagnostics, &Quiet).unwrap();
    assert!(slopes.check(&streets));
    (streets, slopes, diagnostics)
}

/// (length, rise) of the pieces of the first edge, mm.
fn first(raw: &RawStreets, heights: Option<Heights<'_>>) -> Vec<(u32, i32)> {
    let (streets, slopes, _) = slopes(raw, heights);
    slopes.along(EdgeId(0), streets.edge_mm[0], false).collect()
}

fn rises(raw: &RawStreets, heights: Option<Heights<'_>>) -> Vec<i32> {
    first(raw, heights).into_iter().map(|(_, rise)| rise).collect()
}

/// A street of 111.319 m on the equator, cut into 12 pieces of 9.277 m.
fn street(tags: &str) -> RawStreets {
    town(&[(0.0, 0.0), (1.0, 0.0)], &[(&[0, 1], tags)])
}

#[test]
fn a_plane_from_a_file() {
    // 12 m up for each 0.001° east, a metre down for each 0.001° north; 1,000 m at the origin. Every height between
    // pixels is the plane's own.
    let folder = tempfile::tempdir().unwrap();
    let grid = Grid::degrees(-0.002, -0.002, 0.006, 30);
    let plane = |lon: f64, lat: f64| 1000.0 + 12_000.0 * lon - 1000.0 * lat;
    let path = grid.write::<Gray64Float>(&folder.path().join("dem.tif"), &grid.values(plane));
    let rasters = Rasters::open(&[path], &mut Diagnostics::default()).unwrap();
    let heights = |points: &[(f64, f64)]| rasters.heights(points);
    let pieces = first(&street("highway=residential"), Some(&heights));
    assert_eq!(pieces.len(), 12);
    assert_eq!(pieces.iter().map(|(mm, _)| mm).sum::<u32>(), 111_319);
    // A metre a piece, to the millimetres that f32 leaves at 1,000 m.
    assert!(pieces.iter().all(|(mm, rise)| mm.abs_diff(9277) <= 1 && rise.abs_diff(1000) <= 1), "{pieces:?}");
    assert_eq!(pieces.iter().map(|(_, rise)| rise).sum::<i32>(), 12_000);
    // To the north 110.574 m are 12 pieces of 9.215 m, each a twelfth of a metre down.
    let north = town(&[(0.0, 0.0), (0.0, 1.0)], &[(&[0, 1], "highway=residential")]);
    let pieces = first(&north, Some(&heights));
    assert_eq!(pieces.iter().map(|(_, rise)| rise).sum::<i32>(), -1000);
    assert!(pieces.iter().all(|(_, rise)| (-84..=-83).contains(rise)), "{pieces:?}");
}

#[test]
fn forth_and_back_over_a_hill() {
    // Up by 4 m to the middle, and down again.
    let hill = |points: &[(f64, f64)]| -> isokron::base::error::Result<Vec<f32>> {
        Ok(points.iter().map(|(lon, _)| (4.0 - 8000.0 * (lon - 0.0005).abs()) as f32).collect())
    };
    let raw = street("highway=residential");
    let (streets, slopes, _) = slopes(&raw, Some(&hill));
    let forth: Vec<(u32, i32)> = slopes.along(EdgeId(0), streets.edge_mm[0], false).collect();
    let mut back: Vec<(u32, i32)> = slopes.along(EdgeId(0), streets.edge_mm[0], true).collect();
    // The hill is the same from both sides; its top of one height is a spike, and goes to the height beside it.
    let rises: Vec<i32> = forth.iter().map(|(_, rise)| *rise).collect();
    assert_eq!(rises, [667, 666, 667, 667, 666, 0, 0, -666, -667, -667, -666, -667]);
    back.reverse();
    let turned: Vec<(u32, i32)> = back.into_iter().map(|(mm, rise)| (mm, -rise)).collect();
    assert_eq!(turned, forth);
}

/// A valley 50 m deep between 0.001° and 0.002°, its sides 10 m and 22 m high.
fn valley(points: &[(f64, f64)]) -> isokron::base::error::Result<Vec<f32>> {
    let height = |lon: f64| match lon {
        _ if lon <= 0.001_000_01 => 10.0,
        _ if lon >= 0.001_999_99 => 22.0,
        _ => -40.0,
    };
    Ok(points.iter().map(|&(lon, _)| height(lon)).collect())
}

#[test]
fn bridges_and_tunnels_are_straight() {
    // A street, a bridge of two ways with a stair at its middle, and a street.
    let nodes = [(0.0, 0.0), (1.0, 0.0), (1.5, 0.0), (2.0, 0.0), (3.0, 0.0), (1.5, -0.5)];
    for tags in ["highway=residential bridge=yes", "highway=residential tunnel=yes layer=-1"] {
        let ways: [(&[u32], &str); 5] = [
            (&[0, 1], "highway=residential"),
            (&[1, 2], tags),
            (&[3, 2], tags),
            (&[3, 4], "highway=residential"),
            (&[5, 2], "highway=steps"),
        ];
        let (streets, slopes, _) = slopes(&town(&nodes, &ways), Some(&valley));
        // By the rise of the whole edge: from the west and from the east to the middle 6 m up, and down; the stairs from
        // the ground to the deck of 16 m.
        let mut totals: Vec<(i32, u32)> = streets
            .edge_ids()
            .map(|edge| {
                let rise: i32 =
                    slopes.along(edge, streets.edge_mm[edge.index()], false).map(|(_, rise)| rise).sum();
                (rise.abs(), slopes.steps_mm[edge.index()])
            })
            .collect();
        totals.sort_unstable();
        assert_eq!(totals, [(6000, 0), (6000, 0), (32_767, 55_287)], "{tags}");
    }
    // Without the tag the street goes down into the valley.
    let ways: [(&[u32], &str); 1] = [(&[0, 1, 3, 4], "highway=residential bridge=no")];
    assert!(rises(&town(&nodes, &ways), Some(&valley)).contains(&-32_767));
    // One edge over all three: level to the bridge, evenly up 12 m over it, level again.
    let ways: [(&[u32], &str); 3] = [
        (&[0, 1], "highway=residential"),
        (&[1, 3], "highway=residential bridge=viaduct"),
        (&[3, 4], "highway=residential"),
    ];
    let all = rises(&town(&nodes, &ways), Some(&valley));
    assert_eq!((all.len(), all.iter().sum::<i32>()), (34, 12_000));
    // 333.958 m in 34 pieces of 9.822 m: the bridge begins in the 12th and ends in the 23rd. 12 m over 111.319 m are
    // 1.059 m a piece.
    assert!(all[..11].iter().all(|&rise| rise == 0) && all[23..].iter().all(|&rise| rise == 0), "{all:?}");
    assert!(all[12..22].iter().all(|&rise| rise.abs_diff(1059) <= 1), "{all:?}");
}

#[test]
fn what_has_no_heights_is_flat_and_counted() {
    let nothing = |points: &[(f64, f64)]| -> isokron::base::error::Result<Vec<f32>> {
        Ok(vec![f32::NAN; points.len()])
    };
    let (_, slopes, diagnostics) = slopes(&street("highway=residential"), Some(&nothing));
    assert_eq!(&slopes.rise_mm[..], [0; 12]);
    let counts: Vec<_> = diagnostics.counts().map(|(kind, _, count)| (kind.code, count)).collect();
    assert_eq!(counts, [("slope_unknown", 1)]);
    assert_eq!(diagnostics.kept()[0].what, "111 m in all");
    // The last height of the western half, at the end of the fifth piece, holds to the end.
    let half = |points: &[(f64, f64)]| -> isokron::base::error::Result<Vec<f32>> {
        let height = |lon: f64| if lon < 0.000_48 { (12_000.0 * lon) as f32 } else { f32::NAN };
        Ok(points.iter().map(|&(lon, _)| height(lon)).collect())
    };
    assert_eq!(
        rises(&street("highway=residential"), Some(&half)),
        [1000, 1000, 1000, 1000, 1000, 0, 0, 0, 0, 0, 0, 0]
    );
}

#[test]
fn inclines_count_where_there_are_no_heights() {
    // 10 % of 111.319 m are 11.132 m: 928 mm a piece.
    let up = rises(&street("highway=residential incline=10%"), None);
    assert!(up.iter().all(|rise| (927..=928).contains(rise)) && up.iter().sum::<i32>() == 11_132, "{up:?}");
    let down: Vec<i32> = up.iter().map(|rise| -rise).collect();
    assert_eq!(rises(&street("highway=residential incline=-10"), None), down);
    // In the order of the way's nodes, whatever that of the edge.
    let turned = town(&[(0.0, 0.0), (1.0, 0.0)], &[(&[1, 0], "highway=residential incline=10%")]);
    let (streets, slopes, _) = slopes(&turned, None);
    let from_west = streets.shape_lon_e7[0] == 0;
    assert_eq!(
        slopes.along(EdgeId(0), streets.edge_mm[0], false).map(|(_, rise)| rise).sum::<i32>() < 0,
        from_west
    );
    // Heights go before inclines.
    let level =
        |points: &[(f64, f64)]| -> isokron::base::error::Result<Vec<f32>> { Ok(vec![3.0; points.len()]) };
    assert_eq!(rises(&street("highway=residential incline=10%"), Some(&level)), [0; 12]);
}

#[test]
fn inclines_in_words_are_counted() {
    let (_, slopes, diagnostics) = slopes(&street("highway=steps incline=up"), None);
    assert_eq!((&slopes.rise_mm[..], slopes.steps_mm[0]), (&[0; 12][..], 111_319));
    let counts: Vec<_> = diagnostics.counts().map(|(kind, _, count)| (kind.code, count)).collect();
    assert_eq!(counts, [("slope_incline_no_number", 1)]);
}

proptest! {
    /// Smooth hills, as a formula: every piece rises by what the formula says of its ends, but where a median of five
    /// says otherwise, which this computes by itself.
    #[test]
    fn as_a_plain_formula_says(
        turns in prop::collection::vec((-2.0..2.0f64, -2.0..2.0f64), 2..6),
        (high, wide, shift) in (0.0..300.0f64, 200.0..4000.0f64, 0.0..6.0f64),
    ) {
        let hills = |lon: f64, lat: f64| high * (lon * wide + shift).sin() * (lat * wide).cos();
        let heights = |points: &[(f64, f64)]| -> isokron::base::error::Result<Vec<f32>> {
            Ok(points.iter().map(|&(lon, lat)| hills(lon, lat) as f32).collect())
        };
        let nodes: Vec<u32> = (0..turns.len() as u32).collect();
        let raw = town(&turns, &[(&nodes, "highway=residential")]);
        let (streets, slopes, _) = slopes(&raw, Some(&heights));
        for edge in streets.edge_ids() {
            let mm = streets.edge_mm[edge.index()];
            let n = mm.div_ceil(PIECE_MM).max(1);
            let shape: Vec<usize> = streets.shape(edge).collect();
            let at = |k: u32| -> f64 {
                let place = (u64::from(mm) * u64::from(k) / u64::from(n)) as f64;
                // The first segment that reaches so far.
                let s = shape[..shape.len() - 1].iter().copied()
                    .find(|&s| f64::from(streets.shape_mm[s + 1]) >= place).unwrap();
                let (a, b) = (f64::from(streets.shape_mm[s]), f64::from(streets.shape_mm[s + 1]));
                let t = if b > a { (place - a) / (b - a) } else { 0.0 };
                let t = if k == n { 1.0 } else { t };
                let mix = |e7: &[i32]| {
                    let (from, to) = (f64::from(e7[s]) / 1e7, f64::from(e7[s + 1]) / 1e7);
                    from + t * (to - from)
                };
                f64::from(hills(mix(&streets.shape_lon_e7), mix(&streets.shape_lat_e7)) as f32)
            };
            let all: Vec<f64> = (0..=n).map(at).collect();
            let smooth = |k: usize| {
                let reach = [k, all.len() - 1 - k, 2].into_iter().min().unwrap();
                let mut near: Vec<f64> = all[k - reach..=k + reach].to_vec();
                near.sort_by(|a, b| a.partial_cmp(b).unwrap());
                (near[reach] * 1000.0).round() as i64
            };
            for (k, (_, rise)) in slopes.along(edge, mm, false).enumerate() {
                let expected = (smooth(k + 1) - smooth(k)).clamp(-32_767, 32_767);
                prop_assert_eq!(i64::from(rise), expected, "piece {} of edge {}", k, edge.0);
            }
        }
    }
}
