//! The plain tables that `network` is built from. Readers fill them; tests fill them by hand.
//! References between rows are resolved to indices; whatever could not be resolved is gone and counted.

use std::collections::BTreeMap;

use jiff::civil::Date;

/// OpenStreetMap nodes and ways that may matter for travel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawStreets {
    pub nodes: Vec<RawNode>,
    pub ways: Vec<RawWay>,
    /// Way (index of `ways`) → what a scenario makes of it beside its tags; no reader fills it.
    pub changed: BTreeMap<u32, WayChange>,
    /// Sorted by id.
    pub restrictions: Vec<RawRestriction>,
}

impl RawStreets {
    /// What a scenario makes of a way.
    pub fn change(&self, way: u32) -> WayChange {
        self.changed.get(&way).copied().unwrap_or(WayChange::none(way))
    }
}

/// What a scenario makes of a way beside its tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WayChange {
    /// The way of the extract that it was cut out of, or itself: restrictions of turns name that one.
    pub of: u32,
    /// As how long it takes on foot, by bicycle, by car, in thousandths.
    pub walk_permille: u32,
    pub bicycle_permille: u32,
    pub car_permille: u32,
}

impl WayChange {
    /// A way as it is.
    pub fn none(way: u32) -> WayChange {
        WayChange { of: way, walk_permille: 1000, bicycle_permille: 1000, car_permille: 1000 }
    }
}

/// A node; coordinates in 1e-7 degrees, WGS 84.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawNode {
    pub osm_id: i64,
    pub lon_e7: i32,
    pub lat_e7: i32,
    /// Only tags that may matter (barriers), mostly none; sorted by key.
    pub tags: Vec<(String, String)>,
}

/// A way, as in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawWay {
    pub osm_id: i64,
    /// Indices of `RawStreets::nodes`; [`crate::base::NONE`] for a node that the file lacks: the way is cut there.
    pub nodes: Vec<u32>,
    /// Sorted by key.
    pub tags: Vec<(String, String)>,
}

/// A turn restriction (a relation with `type=restriction`). Members that the files lack are absent, and counted in
/// `missing`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawRestriction {
    pub osm_id: i64,
    /// Sorted by key.
    pub tags: Vec<(String, String)>,
    /// Indices of `RawStreets::ways`, in the relation's order.
    pub from: Vec<u32>,
    pub via_ways: Vec<u32>,
    pub to: Vec<u32>,
    /// Indices of `RawStreets::nodes`.
    pub via_nodes: Vec<u32>,
    pub missing: u32,
}

/// A line with a level of traffic stress, 1 to 4; (lon, lat), degrees.
#[derive(Clone, Debug, PartialEq)]
pub struct StressLine {
    pub level: u8,
    pub points: Vec<(f64, f64)>,
}

/// Columns of a table of traffic that may be called otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct TrafficColumns {
    pub speed_factor: String,
    pub priority: String,
}

impl Default for TrafficColumns {
    fn default() -> Self {
        TrafficColumns { speed_factor: "speed_factor".to_string(), priority: "priority".to_string() }
    }
}

/// How fast cars are somewhere, at some hours.
#[derive(Clone, Debug, PartialEq)]
pub struct RawTraffic {
    pub on: TrafficOn,
    /// From, included, to, excluded, seconds of the day; where it ends before it begins, over midnight. `None`: always.
    pub hours: Option<(u32, u32)>,
    pub speed: TrafficSpeed,
}

impl RawTraffic {
    /// Everywhere that no other row holds, so many times as fast.
    pub fn everywhere(factor: f64) -> RawTraffic {
        let ring = vec![(-180.0, -90.0), (180.0, -90.0), (180.0, 90.0), (-180.0, 90.0), (-180.0, -90.0)];
        let on = TrafficOn::Area { polygons: vec![vec![ring]], priority: f64::NEG_INFINITY };
        RawTraffic { on, hours: None, speed: TrafficSpeed::Factor(factor) }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum TrafficOn {
    /// A way by its id in OSM, in the order of its nodes and against it.
    Way { osm_id: i64, forward: bool, backward: bool },
    /// Polygons in degrees, shells first. Of areas over each other the one of the greatest priority counts, of equal ones
    /// the first.
    Area { polygons: Vec<Vec<Vec<(f64, f64)>>>, priority: f64 },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TrafficSpeed {
    /// So many times what it is otherwise; above 0.
    Factor(f64),
    /// Above 0.
    Kmh(f64),
    Closed,
}

/// One GTFS feed. `line` is the physical line in its file, 1-based; 0 where there is none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawFeed {
    /// The feed's scope: the zip's name without its ending.
    pub name: String,
    pub agencies: Vec<RawAgency>,
    pub stops: Vec<RawStop>,
    pub routes: Vec<RawRoute>,
    /// Ids of services, from calendar.txt and calendar_dates.txt.
    pub services: Vec<String>,
    pub calendars: Vec<RawCalendar>,
    pub calendar_dates: Vec<RawCalendarDate>,
    pub trips: Vec<RawTrip>,
    /// Sorted by (trip, sequence); of equal sequences the first in the file only.
    pub stop_times: Vec<RawStopTime>,
    pub frequencies: Vec<RawFrequency>,
    pub transfers: Vec<RawTransfer>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawAgency {
    pub id: String,
    pub name: String,
    /// An IANA name that the time zone database knows.
    pub timezone: String,
    pub line: u32,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawStop {
    pub id: String,
    pub name: String,
    /// Degrees, WGS 84; `None` where the feed has no usable coordinates.
    pub lon_lat: Option<(f64, f64)>,
    /// GTFS `location_type`: 0 stop or platform, 1 station, 2 entrance, 3 generic node, 4 boarding area.
    pub location_type: u8,
    /// Index of the parent station in `stops`.
    pub parent: Option<u32>,
    pub line: u32,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawRoute {
    pub id: String,
    pub short_name: String,
    pub long_name: String,
    /// Index in `agencies`; the only agency where the feed leaves it out.
    pub agency: u32,
    /// As in the feed, extended types included.
    pub route_type: u16,
    pub line: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub struct RawCalendar {
    /// Index in `services`.
    pub service: u32,
    /// Monday … Sunday.
    pub weekdays: [bool; 7],
    pub start: Date,
    /// Included.
    pub end: Date,
    pub line: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub struct RawCalendarDate {
    pub service: u32,
    pub date: Date,
    /// `exception_type` 1: added; 2: removed.
    pub added: bool,
    pub line: u32,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawTrip {
    pub id: String,
    /// Indices in `routes` and `services`.
    pub route: u32,
    pub service: u32,
    pub headsign: String,
    /// Empty where there is none.
    pub block_id: String,
    /// GTFS `bikes_allowed`: 1 yes, 2 no, 0 where the feed does not say.
    pub bikes_allowed: u8,
    pub line: u32,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawStopTime {
    /// Indices in `trips` and `stops`.
    pub trip: u32,
    pub stop: u32,
    pub sequence: u32,
    /// Seconds from noon − 12 h of the service day; `None` where blank.
    pub arrival_s: Option<i32>,
    pub departure_s: Option<i32>,
    /// GTFS values 0–3; blank is 0.
    pub pickup_type: u8,
    pub drop_off_type: u8,
    pub shape_dist_traveled: Option<f64>,
    pub line: u32,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawFrequency {
    pub trip: u32,
    pub start_s: i32,
    pub end_s: i32,
    /// Above 0.
    pub headway_s: u32,
    pub exact: bool,
    pub line: u32,
}

/// A rule of transfers.txt; `None` where a column is blank. Stops may be stations.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawTransfer {
    pub from_stop: Option<u32>,
    pub to_stop: Option<u32>,
    pub from_route: Option<u32>,
    pub to_route: Option<u32>,
    pub from_trip: Option<u32>,
    pub to_trip: Option<u32>,
    /// GTFS values 0–5; blank is 0.
    pub transfer_type: u8,
    pub min_transfer_time_s: Option<u32>,
    pub line: u32,
}

/// Cells or other places, in the file's order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawPlaces {
    /// As the study names it: "cells", or a `[[destinations]]` name.
    pub name: String,
    pub ids: Vec<String>,
    /// (lon, lat) in degrees: the point that travel starts from or ends at.
    pub points: Vec<(f64, f64)>,
    /// Outlines as closed rings of (lon, lat) — first the shell, then holes —, empty where places are points.
    pub outlines: Vec<Vec<Vec<(f64, f64)>>>,
    /// `EPSG:n`, where they came in another system than longitude and latitude on WGS 84.
    pub crs: Option<String>,
    /// `None` where the study names no population column: equal weights.
    pub population: Option<Vec<f64>>,
    pub opportunities: Vec<Column>,
    /// People per cell and group (shares are already multiplied by the population).
    pub groups: Vec<Column>,
    /// NaN where blank.
    pub income: Option<Vec<f64>>,
    /// Standard errors of the two, 0 where blank.
    pub population_se: Option<Vec<f64>>,
    pub income_se: Option<Vec<f64>>,
}

/// Something on the map that counts as a place.
#[derive(Clone, Debug, PartialEq)]
pub struct RawElement {
    /// `n`, `w` or `r`: node, way, relation.
    pub kind: u8,
    pub osm_id: i64,
    /// Degrees, WGS 84: of an area its centroid.
    pub lon: f64,
    pub lat: f64,
}

impl RawElement {
    /// Kind and number, as in `w42`.
    pub fn id(&self) -> String {
        format!("{}{}", char::from(self.kind), self.osm_id)
    }
}

/// Water for a map's backdrop, degrees on WGS 84.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawWater {
    /// Areas by their rings: what lies in an even number of them is land.
    pub areas: Vec<Vec<Vec<(f64, f64)>>>,
    pub lines: Vec<Vec<(f64, f64)>>,
}

/// The most that the people or the opportunities of a column may add up to: products and quotients of two such sums must
/// be numbers.
pub const MOST: f64 = 1e100;

/// A named column of numbers, one per place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Column {
    pub name: String,
    pub values: Vec<f64>,
}
