//! Places that lie elsewhere than the streets: what was meant.

use crate::base::error::{Error, Result};
use crate::base::extent::Extent;
use crate::engine::extent::of_streets;
use crate::inputs::cells::would_swap_help;
use crate::inputs::raw::RawPlaces;
use crate::network::streets::Streets;

/// Places that lie elsewhere than the streets: lon and lat exchanged, mostly, or a minus sign that is missing.
///
/// # Errors
/// More than half of them do, and would lie on the streets otherwise.
pub(super) fn check_apart(streets: &Streets, places: &RawPlaces) -> Result<()> {
    let (lon, lat) = (&streets.shape_lon_e7, &streets.shape_lat_e7);
    let (Some(west), Some(east), Some(south), Some(north)) =
        (lon.iter().min(), lon.iter().max(), lat.iter().min(), lat.iter().max())
    else {
        return Ok(());
    };
    let name = &places.name;
    let degrees = |e7: &i32| f64::from(*e7) / 1e7;
    if would_swap_help(&places.points, (degrees(west), degrees(south), degrees(east), degrees(north))) {
        let what =
            format!("the {name} lie far from the streets, and would lie on them with lon and lat exchanged");
        return Err(Error::input(
            name,
            what,
            format!("exchange the columns in [{name}]: lon = \"…\", lat = \"…\""),
        ));
    }
    let Some(extent) = Extent::around(&of_streets(streets)) else { return Ok(()) };
    match extent.mostly_meant(&places.points) {
        Some(astray) => {
            let what = format!("the {name} lie far from the streets: the first {}", astray.what);
            Err(Error::input(name, what, astray.remedy))
        }
        None => Ok(()),
    }
}
