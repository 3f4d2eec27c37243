//! Scenarios: named lists of edits to a study's timetable, streets, places and profiles, as types. Names in them
//! are as written; `scenario` finds out what they are names of.

use std::path::{Path, PathBuf};

use super::Attribute;
use super::fields::KeyValue;
use crate::base::place::Place;

/// A scenario; "base", without any edit, is always there and never in a list of these.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    pub name: String,
    /// `study.toml:41:1`.
    pub place: Place,
    /// Files of edits, relative to the study's folder; their edits come before the scenario's own.
    pub include: Vec<PathBuf>,
    /// In the order in which they are applied.
    pub edits: Vec<PlacedEdit>,
    /// Which edit did how much is computed, too.
    pub attribute: Option<Attribute>,
}

/// An edit, where it stands, and how it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedEdit {
    /// `study.toml:44:1`, or `tram.toml:1:1` for one of an included file.
    pub place: Place,
    pub edit: Edit,
    /// Its keys as JSON, for the manifest.
    pub written: String,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    AddLine(AddLine),
    RemoveTrips(Which),
    RemoveRoutes(RemoveRoutes),
    RemoveStops(RemoveStops),
    SetHeadway(SetHeadway),
    SetSpeed(SetSpeed),
    SetDwell(SetDwell),
    Shift(Shift),
    Reroute(Reroute),
    Extend(Extend),
    CutShort(CutShort),
    MoveStop(MoveStop),
    SetPickupDropoff(SetPickupDropoff),
    AddFeed(AddFeed),
    ReplaceFeed(ReplaceFeed),
    SetAmounts(SetAmounts),
    MoveAmounts(MoveAmounts),
    AddStreet(AddStreet),
    CloseStreets(Streets),
    ChangeStreets(ChangeStreets),
    SetProfile(SetProfile),
}

/// Which trips an edit is for: those of which all holds that is given here. Lists name any of their items.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Which {
    pub routes: Vec<String>,
    pub trips: Vec<String>,
    pub feeds: Vec<String>,
    pub route_types: Vec<u32>,
    pub headsigns: Vec<String>,
    /// Stops at which a trip calls in this order.
    pub via: Vec<String>,
    /// Runs whose first departure is in this half-open band, seconds of the service day.
    pub between_s: Option<(i32, i32)>,
}

/// A stop of a line: one that there is, or a new one.
#[derive(Clone, Debug, PartialEq)]
pub enum StopAt {
    Known(String),
    New { id: String, name: String, lon: f64, lat: f64 },
}

/// How long vehicles take from stop to stop.
#[derive(Clone, Debug, PartialEq)]
pub enum Pace {
    /// Seconds from each departure to the next arrival.
    Hops(Vec<u32>),
    /// Along the straight line from stop to stop, rounded up to whole seconds.
    SpeedKmh(f64),
}

/// Seconds from arrival to departure.
#[derive(Clone, Debug, PartialEq)]
pub enum Dwell {
    /// At every stop.
    Each(u32),
    /// Stop by stop.
    List(Vec<u32>),
}

/// A vehicle every `headway_s`, the first at `from_s`, all before `to_s`; seconds of the service day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    pub from_s: i32,
    pub to_s: i32,
    pub headway_s: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Departures {
    Bands(Vec<Band>),
    /// Seconds of the service day; of the way back the same where that has none of its own.
    Times {
        out_s: Vec<i32>,
        back_s: Option<Vec<i32>>,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub struct AddLine {
    pub id: String,
    pub name: String,
    /// `None`: that of its first known stop, or the only one.
    pub feed: Option<String>,
    pub route_type: u32,
    pub stops: Vec<StopAt>,
    pub pace: Pace,
    pub dwell: Dwell,
    pub departures: Departures,
    pub both_directions: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct RemoveRoutes {
    pub routes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct RemoveStops {
    pub which: Which,
    pub stops: Vec<String>,
    /// Beside the dwell, at each stop that is passed.
    pub seconds_saved: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SetHeadway {
    pub routes: Vec<String>,
    /// All day: from the first departure to the last, in each direction.
    pub headway_s: Option<u32>,
    /// Or by time of day.
    pub bands: Vec<Band>,
    /// Trips that the new ones are like; empty: chosen.
    pub templates: Vec<String>,
    /// Every sequence of stops gets the headway; else one in each direction does, and the others go.
    pub each_pattern: bool,
    /// Whether trips outside the bands stay.
    pub retain_outside: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SetSpeed {
    pub which: Which,
    /// 2: twice as fast.
    pub scale: f64,
    /// Pairs of neighbouring stops, in the order of travel; empty: all.
    pub hops: Vec<(String, String)>,
    pub scale_dwells: bool,
}

/// Seconds, or a multiple of what there is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DwellChange {
    Seconds(u32),
    Scale(f64),
}

#[derive(Clone, Debug, PartialEq)]
pub struct SetDwell {
    pub which: Which,
    /// Empty: all.
    pub stops: Vec<String>,
    pub change: DwellChange,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Shift {
    pub which: Which,
    /// Below 0: earlier.
    pub by_s: i32,
}

/// What is between `from_stop` and `to_stop` is replaced; without the one the head is, without the other the tail.
#[derive(Clone, Debug, PartialEq)]
pub struct Reroute {
    pub which: Which,
    pub from_stop: Option<String>,
    pub to_stop: Option<String>,
    /// The new stops between the two; may be empty where both are given.
    pub stops: Vec<StopAt>,
    pub pace: Pace,
    pub dwell: Dwell,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Extend {
    pub which: Which,
    /// Trips that end here go on …
    pub after: Option<String>,
    /// … or those that begin here begin earlier.
    pub before: Option<String>,
    pub stops: Vec<StopAt>,
    pub pace: Pace,
    pub dwell: Dwell,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CutShort {
    pub which: Which,
    pub start_at: Option<String>,
    pub end_at: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct MoveStop {
    pub stop: String,
    pub lon: f64,
    pub lat: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SetPickupDropoff {
    pub which: Which,
    pub stops: Vec<String>,
    pub pickup: Option<bool>,
    pub dropoff: Option<bool>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct AddFeed {
    /// Relative to the study's folder.
    pub file: PathBuf,
    /// Its name: that of the file without its ending.
    pub name: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ReplaceFeed {
    pub feed: String,
    pub file: PathBuf,
}

/// Cells or other places.
#[derive(Clone, Debug, PartialEq)]
pub enum Area {
    Ids(Vec<String>),
    /// Those whose points lie inside; a closed ring of (lon, lat).
    Polygon(Vec<(f64, f64)>),
    /// Those within `radius_m` of the point; `None`: the nearest one.
    Point {
        lon: f64,
        lat: f64,
        radius_m: Option<f64>,
    },
}

/// Which list of places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Cells,
    /// All `[[destinations]]` together.
    Destinations,
}

/// What an amount is of.
#[derive(Clone, Debug, PartialEq)]
pub enum Amount {
    /// A column of opportunities.
    Of(String),
    /// People, and with them their groups.
    People,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AmountChange {
    /// To all of the area together, evenly; below 0: taken from what is there, in proportion.
    Add(f64),
    Scale(f64),
    /// In each place.
    Set(f64),
}

#[derive(Clone, Debug, PartialEq)]
pub struct SetAmounts {
    /// `None`: where the amount is found.
    pub places: Option<Whose>,
    pub amount: Amount,
    pub area: Area,
    pub change: AmountChange,
}

/// From one area to another; what there is in all stays the same.
#[derive(Clone, Debug, PartialEq)]
pub struct MoveAmounts {
    pub places: Option<Whose>,
    pub amount: Amount,
    pub from: Area,
    pub to: Area,
    pub moved: Moved,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Moved {
    /// 0 < share ≤ 1.
    Share(f64),
    Number(f64),
}

#[derive(Clone, Debug, PartialEq)]
pub struct AddStreet {
    /// (lon, lat); its two ends are joined to the streets there.
    pub line: Vec<(f64, f64)>,
    /// Walking takes this many times longer than its length says.
    pub walk_factor: f64,
    /// Walked in its direction only.
    pub oneway: bool,
}

/// Which streets: those of which all holds that is given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Streets {
    /// OSM ids of ways.
    pub ways: Vec<i64>,
    /// A closed ring of (lon, lat).
    pub polygon: Vec<(f64, f64)>,
    /// A tag, `highway=steps`.
    pub tag: Option<(String, String)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ChangeStreets {
    pub streets: Streets,
    /// Walking takes so many times longer; above 0.
    pub walk_factor: f64,
}

/// What replaces a profile's parameters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SetProfile {
    /// Empty: all of the study's.
    pub profiles: Vec<String>,
    /// Parameters, by their keys, and their new values; others stay as they are.
    pub to: Vec<(&'static str, KeyValue)>,
}

impl Edit {
    /// The name of its kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Edit::AddLine(_) => "add_line",
            Edit::RemoveTrips(_) => "remove_trips",
            Edit::RemoveRoutes(_) => "remove_routes",
            Edit::RemoveStops(_) => "remove_stops",
            Edit::SetHeadway(_) => "set_headway",
            Edit::SetSpeed(_) => "set_speed",
            Edit::SetDwell(_) => "set_dwell",
            Edit::Shift(_) => "shift",
            Edit::Reroute(_) => "reroute",
            Edit::Extend(_) => "extend",
            Edit::CutShort(_) => "cut_short",
            Edit::MoveStop(_) => "move_stop",
            Edit::SetPickupDropoff(_) => "set_pickup_dropoff",
            Edit::AddFeed(_) => "add_feed",
            Edit::ReplaceFeed(_) => "replace_feed",
            Edit::SetAmounts(SetAmounts { amount: Amount::People, .. }) => "set_population",
            Edit::SetAmounts(_) => "set_opportunities",
            Edit::MoveAmounts(MoveAmounts { amount: Amount::People, .. }) => "move_population",
            Edit::MoveAmounts(_) => "move_opportunities",
            Edit::AddStreet(_) => "add_street",
            Edit::CloseStreets(_) => "close_streets",
            Edit::ChangeStreets(_) => "change_streets",
            Edit::SetProfile(_) => "set_profile",
        }
    }

    /// What it changes.
    pub fn concerns(&self) -> Concern {
        match self {
            Edit::SetAmounts(_) | Edit::MoveAmounts(_) => Concern::Places,
            Edit::AddStreet(_) | Edit::CloseStreets(_) | Edit::ChangeStreets(_) => Concern::Streets,
            Edit::SetProfile(_) => Concern::Profiles,
            _ => Concern::Timetable,
        }
    }

    /// The feed's file that must be read before the edit can be applied.
    pub fn feed_file(&self) -> Option<&Path> {
        match self {
            Edit::AddFeed(AddFeed { file, .. }) | Edit::ReplaceFeed(ReplaceFeed { file, .. }) => Some(file),
            _ => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern {
    Timetable,
    Streets,
    Places,
    Profiles,
}

impl Scenario {
    /// All files that it depends on, relative to the study's folder, each once.
    pub fn files(&self) -> Vec<&Path> {
        let feeds = self.edits.iter().filter_map(|placed| placed.edit.feed_file());
        let mut files: Vec<&Path> = Vec::new();
        for file in self.include.iter().map(PathBuf::as_path).chain(feeds) {
            if !files.contains(&file) {
                files.push(file);
            }
        }
        files
    }

    /// Whether people may travel otherwise than in the base.
    pub fn travels(&self) -> bool {
        self.edits.iter().any(|placed| placed.edit.concerns() != Concern::Places)
    }

    /// Whether any of its edits changes this.
    pub fn changes(&self, what: Concern) -> bool {
        self.edits.iter().any(|placed| placed.edit.concerns() == what)
    }
}
