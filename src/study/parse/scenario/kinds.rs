//! The register of edits: their names, what they mean, their keys; and those that wait for something. Parser, docs
//! and messages are made from it.

use crate::study::Profile;
use crate::study::parse::keys::Fallback::{self, Absent, Required, Value};
use crate::study::parse::keys::{Key, key};

/// A kind of edit, or a table within one.
#[derive(Debug)]
pub struct EditKind {
    pub name: &'static str,
    pub meaning: &'static str,
    /// Groups of keys; several kinds share some.
    pub keys: &'static [&'static [Key]],
}

impl EditKind {
    pub fn keys(&self) -> impl Iterator<Item = &'static Key> + use<> {
        self.keys.iter().flat_map(|group| group.iter())
    }
}

/// A kind that is refused with a word.
#[derive(Debug)]
pub struct LaterKind {
    pub name: &'static str,
    pub meaning: &'static str,
    /// What must be there first.
    pub needs: &'static str,
}

const KIND: &[Key] = &[key("every edit", "kind", Required, "\"shift\"", "what it does")];

const WHICH: &[Key] = &[
    key("which", "route", Absent("any"), "\"bus:T1\"", "route id; or routes, a list"),
    key("which", "routes", Absent("any"), "[\"T1\", \"T2\"]", "route ids"),
    key("which", "trips", Absent("any"), "[\"4711\"]", "trip ids"),
    key("which", "feeds", Absent("any"), "[\"bus\"]", "feeds, by name"),
    key(
        "which",
        "route_types",
        Absent("any"),
        "[3]",
        "GTFS route types; 3 means extended types of buses too, and so on",
    ),
    key("which", "headsigns", Absent("any"), "[\"Centrum\"]", "headsigns"),
    key(
        "which",
        "via",
        Absent("any"),
        "[\"A\", \"C\"]",
        "stops at which they call in this order: a direction",
    ),
    key(
        "which",
        "from",
        Absent("all day"),
        "\"06:00\"",
        "first departure at or after this time of the service day",
    ),
    key("which", "to", Absent("all day"), "\"09:00\"", "… and before this; hours may pass 24"),
];

const NEW_STOPS: &[Key] = &[
    key(
        "new stops",
        "stops",
        Required,
        "[\"A\", { id = \"new\", lon = 18.07, lat = 59.33 }]",
        "stop ids, or new stops with id, lon, lat and perhaps name",
    ),
    key(
        "new stops",
        "hop_s",
        Absent("speed_kmh"),
        "[120, 90]",
        "seconds from each departure to the next arrival",
    ),
    key(
        "new stops",
        "speed_kmh",
        Absent("hop_s"),
        "25",
        "speed along the straight line from stop to stop; times are rounded up to seconds",
    ),
    key(
        "new stops",
        "dwell_s",
        Value("0"),
        "20",
        "seconds from arrival to departure, one number or a list, stop by stop",
    ),
];

const ROUTES: &[Key] = &[
    key("routes", "route", Absent("routes"), "\"bus:T1\"", "route id"),
    key("routes", "routes", Absent("route"), "[\"T1\", \"T2\"]", "route ids"),
];

const STOPS: &[Key] =
    &[key("stops", "stops", Required, "[\"A\", \"B\"]", "stop ids; a station stands for all its stops")];

const PLACES: &[Key] =
    &[key("places", "places", Absent("where the column is"), "\"cells\"", "\"cells\" or \"destinations\"")];

const AREA: &[Key] = &[
    key("area", "ids", Absent("polygon or lon, lat"), "[\"cell7\"]", "ids of cells or places"),
    key(
        "area",
        "polygon",
        Absent("ids or lon, lat"),
        "[[18.0, 59.3], [18.1, 59.3], [18.1, 59.4]]",
        "corners in degrees: places with their point inside",
    ),
    key("area", "lon", Absent("ids or polygon"), "18.07", "degrees"),
    key("area", "lat", Absent("ids or polygon"), "59.33", "degrees"),
    key("area", "radius_m", Absent("the nearest place alone"), "400", "places so near to lon, lat"),
];

const FROM_TO: &[Key] = &[
    key("from_to", "share", Absent("number"), "0.5", "how much of what is there moves"),
    key("from_to", "number", Absent("share"), "1000", "or how many in all, in proportion to what is there"),
    key(
        "from_to",
        "from",
        Required,
        "{ ids = [\"cell7\"] }",
        "area with the keys ids, polygon, lon, lat, radius_m",
    ),
    key("from_to", "to", Required, "{ lon = 18.07, lat = 59.33 }", "likewise; they are shared evenly there"),
];

const CHANGE: &[Key] = &[
    key(
        "amounts",
        "add",
        Absent("scale or set"),
        "5000",
        "so many more in all, shared evenly; below 0: less, in proportion",
    ),
    key("amounts", "scale", Absent("add or set"), "1.2", "times what is there"),
    key("amounts", "set", Absent("add or scale"), "300", "this in each place"),
];

const COLUMN: &[Key] = &[key("column", "column", Required, "\"jobs\"", "a column of opportunities")];

const STREETS: &[Key] = &[
    key("streets", "ways", Absent("any"), "[4040404]", "OSM ids of ways"),
    key(
        "streets",
        "polygon",
        Absent("anywhere"),
        "[[18.0, 59.3], [18.1, 59.3], [18.1, 59.4]]",
        "corners in degrees: streets that touch it",
    ),
    key("streets", "tag", Absent("any"), "\"highway=steps\"", "a tag of OSM"),
];

const ADD_LINE: &[Key] = &[
    key("add_line", "id", Required, "\"tram_7\"", "id of the new route"),
    key("add_line", "name", Absent("the id"), "\"Tram 7\"", "its name"),
    key(
        "add_line",
        "feed",
        Absent("that of its first known stop, or the only one"),
        "\"bus\"",
        "feed that it joins",
    ),
    key(
        "add_line",
        "route_type",
        Value("3"),
        "0",
        "GTFS route type: 0 tram, 1 metro, 2 rail, 3 bus, 4 ferry",
    ),
    key(
        "add_line",
        "headways",
        Absent("departures"),
        "[{ from = \"06:00\", to = \"22:00\", headway_s = 600 }]",
        "a departure at from, and then every headway_s before to",
    ),
    key("add_line", "departures", Absent("headways"), "[\"07:00\", \"07:20\"]", "or these"),
    key("add_line", "departures_back", Absent("departures"), "[\"07:10\"]", "those of the way back"),
    key("add_line", "both_directions", Value("true"), "false", "also back, with hops and dwells in reverse"),
];

const SET_HEADWAY: &[Key] = &[
    key("set_headway", "headway_s", Absent("headways"), "300", "from the first departure to the last"),
    key(
        "set_headway",
        "headways",
        Absent("headway_s"),
        "[{ from = \"07:00\", to = \"09:00\", headway_s = 300 }]",
        "or by time of day: a departure at from, and then every headway_s before to",
    ),
    key(
        "set_headway",
        "templates",
        Absent("of the most frequent stops, the departure nearest to the middle of the band"),
        "[\"4711\"]",
        "trips to take stops and times of",
    ),
    key(
        "set_headway",
        "patterns",
        Value("\"main\""),
        "\"each\"",
        "\"main\": one sequence of stops in each direction gets the headway, the others go; \"each\": all get it",
    ),
    key("set_headway", "retain_outside", Value("true"), "false", "trips outside the bands stay"),
];

const SET_SPEED: &[Key] = &[
    key("set_speed", "scale", Required, "1.2", "1.2: a fifth faster; the first departure stays"),
    key(
        "set_speed",
        "hops",
        Absent("all"),
        "[[\"A\", \"B\"]]",
        "pairs of neighbouring stops, in the order of travel",
    ),
    key("set_speed", "scale_dwells", Value("false"), "true", "dwells become shorter too"),
];

const SET_DWELL: &[Key] = &[
    key("set_dwell", "stops", Absent("all"), "[\"A\"]", "stop ids"),
    key("set_dwell", "dwell_s", Absent("scale"), "20", "seconds from arrival to departure"),
    key("set_dwell", "scale", Absent("dwell_s"), "0.5", "or times what there is"),
];

const SHIFT: &[Key] = &[key("shift", "by_s", Required, "-60", "seconds; below 0: earlier")];

const REMOVE_STOPS: &[Key] = &[key(
    "remove_stops",
    "seconds_saved",
    Value("0"),
    "15",
    "beside the dwell, at each stop that is passed",
)];

const REROUTE: &[Key] = &[
    key("reroute", "from_stop", Absent("the head is replaced"), "\"A\"", "last stop before what is replaced"),
    key("reroute", "to_stop", Absent("the tail is replaced"), "\"D\"", "first stop after it"),
];

const EXTEND: &[Key] = &[
    key("extend", "after", Absent("before"), "\"D\"", "trips that end here go on to the stops"),
    key("extend", "before", Absent("after"), "\"A\"", "trips that begin here begin at the stops"),
];

const CUT_SHORT: &[Key] = &[
    key("cut_short", "start_at", Absent("where they start"), "\"B\"", "trips begin here"),
    key("cut_short", "end_at", Absent("where they end"), "\"C\"", "trips end here"),
];

const MOVE_STOP: &[Key] = &[
    key("move_stop", "stop", Required, "\"A\"", "stop id; a station takes its stops along"),
    key("move_stop", "lon", Required, "18.07", "degrees"),
    key("move_stop", "lat", Required, "59.33", "degrees"),
];

const PICKUP: &[Key] = &[
    key("set_pickup_dropoff", "pickup", Absent("as it is"), "false", "whether one may board"),
    key("set_pickup_dropoff", "dropoff", Absent("as it is"), "true", "whether one may alight"),
];

const FEED_FILE: &[Key] =
    &[key("feeds", "file", Required, "\"new.zip\"", "a GTFS feed, named after its file")];

const REPLACED: &[Key] = &[key("replace_feed", "feed", Required, "\"bus\"", "the feed that goes, by name")];

const WALK_FACTOR: &[Key] =
    &[key("change_streets", "walk_factor", Required, "1.5", "walking takes so many times longer")];

const ADD_STREET: &[Key] = &[
    key(
        "add_street",
        "line",
        Required,
        "[[18.07, 59.33], [18.08, 59.33]]",
        "points in degrees; the two ends are joined to the nearest streets",
    ),
    key("add_street", "walk_factor", Value("1"), "1.5", "walking takes so many times longer"),
    key("add_street", "oneway", Value("false"), "true", "walked in its direction only"),
];

/// And all parameters of a profile.
const SET_PROFILE: &[Key] = &{
    let profiles = key("set_profile", "profiles", Absent("all"), "[\"adult\"]", "profiles of the study");
    let mut keys = [profiles; 1 + Profile::PARAMETERS.len()];
    let mut i = 1;
    while i < keys.len() {
        keys[i] = Profile::PARAMETERS[i - 1].key.of("set_profile", SAME);
        i += 1;
    }
    keys
};
const SAME: Fallback = Absent("as it is");

const fn edit(name: &'static str, meaning: &'static str, keys: &'static [&'static [Key]]) -> EditKind {
    EditKind { name, meaning, keys }
}

/// All kinds that there are.
pub const EDITS: &[EditKind] = &[
    edit(
        "add_line",
        "a new line on known or new stops, by headways or departures, every day",
        &[KIND, ADD_LINE, NEW_STOPS],
    ),
    edit("remove_trips", "trips go, or with from and to the runs of a time of day", &[KIND, WHICH]),
    edit("remove_routes", "all trips of routes go", &[KIND, ROUTES]),
    edit(
        "remove_stops",
        "trips pass stops: the dwell there and seconds_saved are gained",
        &[KIND, WHICH, STOPS, REMOVE_STOPS],
    ),
    edit(
        "set_headway",
        "routes get another headway, all day or by time of day",
        &[KIND, ROUTES, SET_HEADWAY],
    ),
    edit("set_speed", "trips run faster or slower", &[KIND, WHICH, SET_SPEED]),
    edit("set_dwell", "trips stand shorter or longer at stops on their way", &[KIND, WHICH, SET_DWELL]),
    edit("shift", "trips run earlier or later", &[KIND, WHICH, SHIFT]),
    edit(
        "reroute",
        "what trips do between two stops, before one or after one is replaced by other stops",
        &[KIND, WHICH, REROUTE, NEW_STOPS],
    ),
    edit(
        "extend",
        "trips go on after their last stop, or begin before their first",
        &[KIND, WHICH, EXTEND, NEW_STOPS],
    ),
    edit("cut_short", "trips end or begin at a stop on their way", &[KIND, WHICH, CUT_SHORT]),
    edit("move_stop", "a stop is elsewhere; times of trips stay", &[KIND, MOVE_STOP]),
    edit("set_pickup_dropoff", "whether one may board or alight at stops", &[KIND, WHICH, STOPS, PICKUP]),
    edit("add_feed", "a GTFS feed more", &[KIND, FEED_FILE]),
    edit("replace_feed", "a GTFS feed in place of another", &[KIND, REPLACED, FEED_FILE]),
    edit(
        "set_opportunities",
        "more, fewer, or other opportunities: a work hub, a school",
        &[KIND, PLACES, COLUMN, AREA, CHANGE],
    ),
    edit("move_opportunities", "opportunities are elsewhere", &[KIND, PLACES, COLUMN, FROM_TO]),
    edit("close_opportunities", "opportunities are gone", &[KIND, PLACES, COLUMN, AREA]),
    edit("set_population", "more or fewer people, and of each group in proportion", &[KIND, AREA, CHANGE]),
    edit("move_population", "people live elsewhere, in the groups that they are in", &[KIND, FROM_TO]),
    edit("add_street", "a new way to walk: a bridge", &[KIND, ADD_STREET]),
    edit("close_streets", "streets that nobody walks: a bridge out", &[KIND, STREETS]),
    edit("change_streets", "streets that are walked more slowly, or faster", &[KIND, STREETS, WALK_FACTOR]),
    edit("set_profile", "another person: parameters of profiles", &[KIND, SET_PROFILE]),
];

/// Tables within edits.
pub const TABLES: &[EditKind] = &[
    edit(
        "headways",
        "",
        &[&[
            key("headways", "from", Required, "\"06:00\"", "first departure"),
            key("headways", "to", Required, "\"09:00\"", "no departure at or after this"),
            key("headways", "headway_s", Required, "600", "seconds between departures"),
        ]],
    ),
    edit(
        "new stop",
        "",
        &[&[
            key("new stop", "id", Required, "\"new\"", "its id"),
            key("new stop", "name", Absent("the id"), "\"New\"", "its name"),
            key("new stop", "lon", Required, "18.07", "degrees"),
            key("new stop", "lat", Required, "59.33", "degrees"),
        ]],
    ),
    edit("from", "", &[AREA]),
    edit("to", "", &[AREA]),
];

const fn later(name: &'static str, meaning: &'static str, needs: &'static str) -> LaterKind {
    LaterKind { name, meaning, needs }
}

/// Kinds that wait for something.
pub const LATER_EDITS: &[LaterKind] = &[
    later("pickup_delay", "waiting for on-demand vehicles, by zone", "on-demand zones"),
    later("road_congestion", "slower cars, by zone", "cars"),
    later("set_car_speed", "speeds of cars, by street", "cars"),
    later("set_bicycle_streets", "bicycle speeds and stress, by street", "bicycles"),
    later("shapefile_lts", "stress of cycling from a file", "bicycles"),
    later("raster_cost", "slopes or sun from a raster", "elevation"),
    later("set_docks", "new or closed docks of shared vehicles", "shared vehicles"),
    later("set_fares", "fares of a scenario", "fares"),
    later("set_fare_calculator", "fares of a scenario", "fares"),
    later("set_emissions", "emission factors of a scenario", "emissions"),
    later("set_parking", "parking and what it costs", "cars"),
];

/// The keys of a kind or of a table within one.
pub(in crate::study::parse) fn keys_of(name: &str) -> impl Iterator<Item = &'static Key> + use<> {
    let name = name.to_string();
    EDITS.iter().chain(TABLES).filter(move |kind| kind.name == name).flat_map(EditKind::keys)
}

/// What edits there are, their keys, and those to come, as Markdown tables.
pub fn edits_tables() -> String {
    let mut text = String::from("| kind | what it does | its keys |\n| --- | --- | --- |\n");
    let mut groups: Vec<&'static [Key]> = Vec::new();
    for kind in EDITS {
        let of: Vec<&str> = kind.keys[1..].iter().map(|group| group[0].section).collect();
        text += &format!("| `{}` | {} | {} |\n", kind.name, kind.meaning, of.join(", "));
        for group in kind.keys {
            if !groups.iter().any(|known| std::ptr::eq(*known, *group)) {
                groups.push(group);
            }
        }
    }
    groups.sort_by_key(|group| EDITS.iter().any(|kind| kind.name == group[0].section));
    text += "\n| keys | key | default | meaning |\n| --- | --- | --- | --- |\n";
    for key in groups.into_iter().flatten() {
        let default = key.default.shown();
        text += &format!("| {} | `{}` | {default} | {} |\n", key.section, key.name, key.meaning);
    }
    text += "\n| not yet | what it would do | needs |\n| --- | --- | --- |\n";
    for kind in LATER_EDITS {
        text += &format!("| `{}` | {} | {} |\n", kind.name, kind.meaning, kind.needs);
    }
    text
}
