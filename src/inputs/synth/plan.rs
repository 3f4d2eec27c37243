//! The plan of a region: islands, districts, bridges and lines, before any street is laid. All that a size
//! decides is in here; what builds streets, timetables and people from it knows no size.

/// Metres east and north of the region's middle.
pub type Point = (f64, f64);

pub fn distance(a: Point, b: Point) -> f64 {
    let (dx, dy) = (a.0 - b.0, a.1 - b.1);
    (dx * dx + dy * dy).sqrt()
}

/// What a region is made from.
pub struct Plan {
    /// What its files' names begin with.
    pub name: &'static str,
    /// Its name in texts, and for addresses.
    pub title: &'static str,
    /// Middle of the region in SWEREF 99 TM (EPSG:3006), m; a corner of the 250 m grid.
    pub middle: (i64, i64),
    /// Half the region's width and height, m.
    pub half: (f64, f64),
    /// Side of the finest street block, m.
    pub block_m: f64,
    /// People (and 0.4 times jobs) per km² above which streets lie at every, every second, every fourth line.
    pub fine: [f64; 3],
    /// Rank of the lines that are laid where nobody lives.
    pub wild: u32,
    /// How the first islands are cut out of one land, where they are.
    pub mainland: Option<Mainland>,
    pub islands: Vec<Island>,
    pub districts: Vec<District>,
    pub bridges: Vec<Bridge>,
    /// Metres of road between two stops of a bus.
    pub stop_spacing_m: f64,
    pub metros: Vec<Metro>,
    pub buses: Vec<BusLine>,
    pub ferries: Vec<Ferry>,
    /// People in cells that no street reaches: (place, people).
    pub hermits: Vec<(Point, u32)>,
    /// Whether its map is one to ride and drive on: streets bend, and say limits, directions, cycleways, surfaces and turns
    /// that are forbidden; and there are heights. (The town's is not: the guide and its tests tell its numbers.)
    pub detailed: bool,
    /// Ends of a motorway with a bridge of its own.
    pub motorway: Option<(Point, Point)>,
    /// Ends of a freight railway that crosses streets on the level, and water.
    pub freight: Option<(Point, Point)>,
}

/// One land, parted by water half-way between the middles of its islands.
pub struct Mainland {
    /// The first so many islands are its parts.
    pub parts: usize,
    /// Half its width and height, m.
    pub radii: (f64, f64),
    /// Width of the water between its parts, on average, m.
    pub channel_m: f64,
}

pub struct Island {
    pub name: String,
    pub middle: Point,
    pub radii: (f64, f64),
    pub ways: Ways,
}

/// What may be laid on an island.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ways {
    Streets,
    Paths,
    Nothing,
}

/// A part of the region where people live or work; all fades to nothing at the radius.
pub struct District {
    pub name: String,
    pub middle: Point,
    pub radius_m: f64,
    /// People per km² in its middle.
    pub people_km2: f64,
    /// −1 poor … 1 rich.
    pub affluence: f64,
    /// Jobs per km² in its middle.
    pub jobs_km2: f64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum BridgeKind {
    Road,
    FootAndCycle,
}

/// A bridge between two islands (indices), where the water is narrow, near a place.
pub struct Bridge {
    pub name: String,
    pub islands: (usize, usize),
    pub near: Point,
    pub kind: BridgeKind,
}

pub struct Metro {
    pub name: String,
    pub rail: Rail,
    /// (name, place) from end to end.
    pub stations: Vec<(String, Point)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Rail {
    /// Every 5 minutes in the rush.
    Metro,
    /// Every quarter of an hour; faster.
    Train,
    /// Between cities, every half hour; faster still.
    Intercity,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Every 8 minutes in the rush.
    Trunk,
    /// Every 15 minutes in the rush.
    Local,
    /// Every hour, half hour in the rush; the driver lets people off where they ask.
    Rural,
    /// In the rush only; picks up in the outskirts, sets down in the middle (back: the other way).
    Express,
    /// After the metro has closed.
    Night,
    /// Laid out from `frequencies.txt`, exact.
    Frequency,
}

pub struct BusLine {
    pub name: String,
    pub from: String,
    pub to: String,
    pub via: Vec<Point>,
    pub service: Service,
    /// Only every fifth stop has times.
    pub blank_times: bool,
    /// Minutes past the hour of the first departure.
    pub offset_min: u32,
    /// The line that its vehicles go on as at the end of the way in.
    pub goes_on_as: Option<String>,
}

pub struct Ferry {
    pub name: String,
    pub route_type: u16,
    /// (name, island, place): the pier is at the shore of the island nearest to the place.
    pub piers: Vec<(String, usize, Point)>,
    pub minutes_between: u32,
    pub headway_min: u32,
}
