//! Where a region lies, and what is said of places that are not in it.

use super::region::Region;
use crate::base::error::Problem;
use crate::base::extent::Extent;
use crate::network::streets::Streets;
use crate::network::transit::Stops;

impl Region {
    /// The box around streets, cells and destinations; stops with trips may lie far outside, and what is near those is of
    /// the region too. `None` where there is nothing.
    pub fn extent(&self) -> Option<Extent> {
        let others = self.others.iter().flat_map(|places| &places.points);
        let places = of_streets(&self.streets).chain(self.cells.points.iter().chain(others).copied());
        let Stops { called, lon, lat, .. } = &self.timetable.stops;
        let stops = (0..called.len()).filter(|&stop| called[stop] != 0).map(|stop| (lon[stop], lat[stop]));
        Extent::around(&places).map(|extent| extent.reaching(stops))
    }

    /// What is wrong with a place that has no street near.
    pub fn no_street(&self, (lon, lat): (f64, f64), max_link_m: f64) -> Problem {
        let what = format!("no street within {max_link_m} m");
        let place = format!("{lon},{lat}");
        match self.extent().filter(|extent| extent.near((lon, lat)).is_err()) {
            Some(extent) => {
                let astray = extent.astray((lon, lat));
                let remedy = format!("is it LON,LAT, in this order? {}", astray.remedy);
                Problem::new(place, format!("{what}: it {}", astray.what), remedy)
            }
            None => Problem::new(place, what, "is it LON,LAT, in this order? Or raise [network] max_link_m"),
        }
    }
}

/// Every point of the streets, (lon, lat) in degrees.
pub fn of_streets(streets: &Streets) -> impl Iterator<Item = (f64, f64)> + Clone + '_ {
    let degrees = |&e7: &i32| f64::from(e7) / 1e7;
    streets.shape_lon_e7.iter().map(degrees).zip(streets.shape_lat_e7.iter().map(degrees))
}
