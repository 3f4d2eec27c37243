//! Measures of access: against published values, against plain formulas over random matrices, against what must
//! hold of them, and streamed from routing against the same over stored times.

mod asking;
mod balancing;
mod command;
mod costs;
mod decays;
mod departures;
mod laws;
mod plain;
mod published;
mod streamed;

use isokron::base::executor::Quiet;
use isokron::measures::plan::{PlacesSide, bind};
use isokron::measures::rows::TimesInMemory;
use isokron::measures::spec::{MeasureSpec, resolve};
use isokron::study::parse::measure_of_flag;

/// Measures from flags, as on the command line.
pub fn asked(flags: &[&str]) -> Vec<MeasureSpec> {
    let specs: Vec<_> = flags.iter().map(|flag| measure_of_flag(flag).expect("a flag")).collect();
    resolve(&specs).unwrap_or_else(|error| panic!("{error}"))
}

/// The columns of one place a number.
fn side<'a>(columns: &[(&'a str, &'a [f64])], usual: usize) -> PlacesSide<'a> {
    PlacesSide {
        places: columns.first().map_or(0, |column| column.1.len()),
        columns: columns.to_vec(),
        usual,
    }
}

/// One measure over a matrix, whose origins and destinations may be others: stem by stem.
fn whole(
    flag: &str,
    matrix: &TimesInMemory,
    origins: &PlacesSide<'_>,
    destinations: &PlacesSide<'_>,
) -> Vec<Vec<f64>> {
    let asked = asked(&[flag]);
    let bound = bind(&asked, origins, destinations, 100).unwrap_or_else(|error| panic!("{flag}: {error}"));
    let turned = matrix.transposed();
    let rows = if asked[0].passive { &turned } else { matrix };
    bound[0].whole(rows, &Quiet, &mut Vec::new()).expect("nobody stops it")
}

fn near(a: f64, b: f64, relative: f64) -> bool {
    a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= relative * a.abs().max(b.abs())
}
