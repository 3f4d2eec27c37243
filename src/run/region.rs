//! The region of a study, from what is loaded; and what is said of places that are not in it.

use super::load::Loaded;
use crate::base::error::{Error, Problem, Result};
use crate::base::region::Region;
use crate::inputs::cells::would_swap_help;
use crate::inputs::raw::RawPlaces;
use crate::network::streets::Streets;
use crate::network::transit::Stops;

impl Loaded {
    /// The box around streets, cells and destinations; stops with trips may lie far outside, and what is near those is of
    /// the region too. `None` where there is nothing.
    pub(super) fn region(&self) -> Option<Region> {
        let others = self.others.iter().flat_map(|places| &places.points);
        let places = of_streets(&self.streets).chain(self.cells.points.iter().chain(others).copied());
        let Stops { called, lon, lat, .. } = &self.timetable.stops;
        let stops = (0..called.len()).filter(|&stop| called[stop] != 0).map(|stop| (lon[stop], lat[stop]));
        Region::around(&places).map(|region| region.reaching(stops))
    }

    /// What is wrong with a place that has no street near.
    pub(super) fn no_street(&self, (lon, lat): (f64, f64), max_link_m: f64) -> Problem {
        let what = format!("no street within {max_link_m} m");
        let place = format!("{lon},{lat}");
        match self.region().filter(|region| region.near((lon, lat)).is_err()) {
            Some(region) => {
                let astray = region.astray((lon, lat));
                let remedy = format!("is it LON,LAT, in this order? {}", astray.remedy);
                Problem::new(place, format!("{what}: it {}", astray.what), remedy)
            }
            None => Problem::new(place, what, "is it LON,LAT, in this order? Or raise [network] max_link_m"),
        }
    }
}

fn of_streets(streets: &Streets) -> impl Iterator<Item = (f64, f64)> + Clone + '_ {
    let degrees = |&e7: &i32| f64::from(e7) / 1e7;
    streets.shape_lon_e7.iter().map(degrees).zip(streets.shape_lat_e7.iter().map(degrees))
}

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
    let Some(region) = Region::around(&of_streets(streets)) else { return Ok(()) };
    match region.mostly_meant(&places.points) {
        Some(astray) => {
            let what = format!("the {name} lie far from the streets: the first {}", astray.what);
            Err(Error::input(name, what, astray.remedy))
        }
        None => Ok(()),
    }
}
