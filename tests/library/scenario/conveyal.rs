//! Scenarios of Conveyal's: each type of modification by hand, ours there and back, and what is refused.

use isokron::base::error::Error;
use isokron::scenario::conveyal::{Exported, IdOf, Imported, Options, exported, read};
use isokron::scenario::edits::{add_line::AddLine, spec_as};
use isokron::scenario::line::{Pace, StopAt};
use isokron::scenario::written::edits_of;
use isokron::study::{HeldEdit, PlacedEdit, Scenario};
use serde_json::{Value, json};

fn import_with(modifications: Value, options: &Options) -> Result<Imported, String> {
    let text = json!({ "modifications": modifications }).to_string();
    match read(&text, "s.json", options) {
        Ok(imported) => Ok(imported),
        Err(Error::Input(problems)) => Err(problems.iter().map(|problem| format!("{problem}\n")).collect()),
        Err(other) => panic!("{other:?}"),
    }
}

/// The edits of one modification, of which nothing is left out.
fn edits(modification: Value) -> Vec<HeldEdit> {
    let imported = import_with(json!([modification]), &Options::default()).unwrap();
    assert_eq!(imported.left_out, [], "{}", imported.toml);
    edits_of(&imported.toml, "s.toml").unwrap().into_iter().map(|placed| placed.edit).collect()
}

fn left_out(modification: Value) -> String {
    let imported = import_with(json!([modification]), &Options::default()).unwrap();
    assert_eq!((imported.translated, imported.toml.as_str()), (0, ""));
    imported.left_out.iter().map(|problem| format!("{problem}\n")).collect()
}

/// What ours would be, as one writes it.
fn ours(toml: &str) -> Vec<HeldEdit> {
    edits_of(toml, "t.toml").unwrap().into_iter().map(|placed| placed.edit).collect()
}

/// A timetable that runs all week.
fn all_week(mut entry: Value) -> Value {
    for day in ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] {
        entry[day] = json!(true);
    }
    entry
}

#[test]
fn each_type_by_hand() {
    let band = |from: u32, to: u32| {
        all_week(json!({
            "startTime": from, "endTime": to, "headwaySecs": 600, "hopTimes": [120, 90], "dwellTimes": [0, 20, 0],
            "entryId": "e",
        }))
    };
    // 25200 s is 07:00, 32400 s 09:00, 93600 s 26:00.
    let tram = json!({
        "type": "add-trips", "comment": "Tram A", "mode": 0, "color": "#fff", "directionId": 0,
        "stops": [{ "id": "f:1" }, { "name": "New", "lon": 18.1, "lat": 59.2 }, { "lon": 18.2, "lat": 59.3 }],
        "frequencies": [band(25_200, 32_400), band(61_200, 93_600)],
    });
    let line = "[[edit]]\nkind = \"add_line\"\nid = \"Tram_A\"\nname = \"Tram A\"\nroute_type = 0\nhop_s = [120, 90]\n\
                dwell_s = [0, 20, 0]\nstops = [\"f:1\", { id = \"New\", lon = 18.1, lat = 59.2 }, \
                { id = \"Tram_A_stop_3\", lon = 18.2, lat = 59.3 }]\n\
                headways = [{ from = \"07:00\", to = \"09:00\", headway_s = 600 }, \
                { from = \"17:00\", to = \"26:00\", headway_s = 600 }]\n";
    assert_eq!(edits(tram.clone()), ours(line));

    // A second pace is a second line on the same stops.
    let mut two = tram;
    two["frequencies"][1]["hopTimes"] = json!([200, 90]);
    let found = edits(two);
    let lines: Vec<&AddLine> = found.iter().filter_map(spec_as).collect();
    let [first, second] = lines[..] else { panic!("{found:?}") };
    assert_eq!((first.id.as_str(), second.id.as_str()), ("Tram_A", "Tram_A_2"));
    assert_eq!(second.stops[1], StopAt::Known("New".into()));
    assert_eq!((&first.pace, &second.pace), (&Pace::Hops(vec![120, 90]), &Pace::Hops(vec![200, 90])));

    let departures =
        all_week(json!({ "firstDepartures": [25_200, 27_000], "hopTimes": [60], "dwellTimes": [5, 5] }));
    let one_way = json!({
        "type": "add-trips", "bidirectional": false, "stops": [{ "id": "a" }, { "id": "b", "lon": 0.0, "lat": 0.0 }],
        "frequencies": [departures],
    });
    let line = "[[edit]]\nkind = \"add_line\"\nid = \"line_1\"\nstops = [\"a\", \"b\"]\nhop_s = [60]\ndwell_s = 5\n\
                both_directions = false\ndepartures = [\"07:00\", \"07:30\"]\n";
    assert_eq!(edits(one_way), ours(line));

    let entry = |trip: &str| {
        all_week(json!({ "sourceTrip": trip, "startTime": 25_200, "endTime": 32_400, "headwaySecs": 300 }))
    };
    let often = json!({
        "type": "adjust-frequency", "route": "f:R", "entries": [entry("f:out"), entry("f:back")],
        "retainTripsOutsideFrequencyEntries": true,
    });
    let headway = "[[edit]]\nkind = \"set_headway\"\nroute = \"f:R\"\ntemplates = [\"f:out\", \"f:back\"]\n\
                   headways = [{ from = \"07:00\", to = \"09:00\", headway_s = 300 }]\n";
    assert_eq!(edits(often.clone()), ours(headway));
    // R5 removes what is outside unless told otherwise.
    let mut rest_goes = often;
    rest_goes["retainTripsOutsideFrequencyEntries"] = Value::Null;
    assert_eq!(edits(rest_goes), ours(&format!("{headway}retain_outside = false\n")));

    let cases = [
        (
            json!({ "type": "adjust-dwell-time", "routes": ["f:R"], "stops": ["f:1"], "dwellSecs": 30, "scale": -1 }),
            "kind = \"set_dwell\"\nroutes = [\"f:R\"]\nstops = [\"f:1\"]\ndwell_s = 30",
        ),
        (
            json!({ "type": "adjust-dwell-time", "trips": ["f:t"], "dwellSecs": -1, "scale": 0.5 }),
            "kind = \"set_dwell\"\ntrips = [\"f:t\"]\nscale = 0.5",
        ),
        (
            json!({ "type": "adjust-speed", "routes": ["f:R"], "scale": 2, "hops": [["f:1", "f:2"]] }),
            "kind = \"set_speed\"\nroutes = [\"f:R\"]\nscale = 2.0\nhops = [[\"f:1\", \"f:2\"]]",
        ),
        (
            json!({ "type": "adjust-speed", "trips": ["f:t"], "scale": 1.5, "scaleDwells": true }),
            "kind = \"set_speed\"\ntrips = [\"f:t\"]\nscale = 1.5\nscale_dwells = true",
        ),
        (
            json!({ "type": "remove-stops", "routes": ["f:R"], "stops": ["f:2"], "secondsSavedAtEachStop": 15 }),
            "kind = \"remove_stops\"\nroutes = [\"f:R\"]\nstops = [\"f:2\"]\nseconds_saved = 15",
        ),
        (
            json!({ "type": "remove-trips", "routes": ["f:R"] }),
            "kind = \"remove_routes\"\nroutes = [\"f:R\"]",
        ),
        (json!({ "type": "remove-trips", "trips": ["f:t"] }), "kind = \"remove_trips\"\ntrips = [\"f:t\"]"),
        (
            json!({
                "type": "reroute", "routes": ["f:R"], "fromStop": "f:1", "toStop": "f:3", "stops": [{ "id": "f:9" }],
                "hopTimes": [70, 80], "dwellTimes": [0, 10, 0],
            }),
            "kind = \"reroute\"\nroutes = [\"f:R\"]\nfrom_stop = \"f:1\"\nto_stop = \"f:3\"\nstops = [\"f:9\"]\n\
             hop_s = [70, 80]\ndwell_s = 10",
        ),
        (
            json!({
                "type": "add-streets", "lineStrings": [[[18.1, 59.1], [18.2, 59.2]]], "allowedModes": ["WALK", "CAR"],
                "walkTimeFactor": 1.5, "carSpeedKph": 50, "linkable": true,
            }),
            "kind = \"add_street\"\nline = [[18.1, 59.1], [18.2, 59.2]]\nmodes = [\"walk\", \"car\"]\nwalk_factor = 1.5\ncar_speed_kmh = 50.0",
        ),
        (
            json!({
                "type": "road-congestion", "polygonLayer": "5f3a", "scalingAttribute": "scale", "priorityAttribute": "rank",
                "nameAttribute": "name", "defaultScaling": 0.9,
            }),
            "kind = \"road_congestion\"\nfile = \"5f3a.geojson\"\nspeed_factor_column = \"scale\"\npriority_column = \"rank\"\ndefault_speed_factor = 0.9",
        ),
        (
            json!({ "type": "shapefile-lts", "dataSourceId": "7b", "ltsAttribute": "LTS" }),
            "kind = \"set_stress\"\nfile = \"7b.shp\"\ncolumn = \"LTS\"",
        ),
        (
            json!({ "type": "raster-cost", "dataSourceId": "9c", "costFunction": "TOBLER", "inputScale": 1 }),
            "kind = \"set_profile\"\nslopes = true",
        ),
        (
            json!({ "type": "modify-streets", "polygons": [[[1, 1], [2, 1], [2, 2], [1, 1]]], "allowedModes": [] }),
            "kind = \"close_streets\"\npolygon = [[1, 1], [2, 1], [2, 2]]",
        ),
        (
            json!({ "type": "modify-streets", "polygons": [[[1, 1], [2, 1], [2, 2]]], "walkTimeFactor": 2 }),
            "kind = \"change_streets\"\npolygon = [[1, 1], [2, 1], [2, 2]]\nwalk_factor = 2.0",
        ),
        (
            json!({
                "type": "modify-streets", "polygons": [[[1, 1], [2, 1], [2, 2]]], "allowedModes": ["BICYCLE", "WALK"],
                "bikeTimeFactor": 0.5, "bikeLts": 1,
            }),
            "kind = \"change_streets\"\npolygon = [[1, 1], [2, 1], [2, 2]]\nmodes = [\"walk\", \"bicycle\"]\nbicycle_factor = 0.5\nstress = 1",
        ),
    ];
    for (theirs, toml) in cases {
        assert_eq!(edits(theirs.clone()), ours(&format!("[[edit]]\n{toml}\n")), "{theirs}");
    }
}

/// Every kind of edit that is there, written there and read again.
#[test]
fn there_and_back() {
    let all = r#"
[[edit]]
kind = "add_line"
id = "tram"
route_type = 0
stops = ["f:1", { id = "new one", lon = 18.123456789, lat = 59.2 }, { id = "other", lon = 18.2, lat = 59.3 }]
hop_s = [120, 90]
dwell_s = [0, 20, 0]
headways = [{ from = "07:00", to = "09:00", headway_s = 600 }, { from = "09:00", to = "25:00", headway_s = 900 }]
[[edit]]
kind = "add_line"
id = "express"
name = "express"
stops = ["f:1", "f:2"]
hop_s = [300]
dwell_s = 15
departures = ["06:30", "07:00:30"]
both_directions = false
[[edit]]
kind = "remove_routes"
routes = ["f:R", "f:S"]
[[edit]]
kind = "remove_trips"
trips = ["f:t"]
[[edit]]
kind = "remove_stops"
routes = ["f:R"]
stops = ["f:1", "f:2"]
seconds_saved = 20
[[edit]]
kind = "set_headway"
route = "f:R"
headways = [{ from = "07:00", to = "09:00", headway_s = 300 }, { from = "15:00", to = "18:00", headway_s = 400 }]
templates = ["f:t", "f:u"]
retain_outside = false
[[edit]]
kind = "set_speed"
routes = ["f:R"]
scale = 1.25
hops = [["f:1", "f:2"], ["f:2", "f:1"]]
scale_dwells = true
[[edit]]
kind = "set_dwell"
trips = ["f:t"]
stops = ["f:1"]
dwell_s = 0
[[edit]]
kind = "set_dwell"
routes = ["f:R"]
scale = 0.5
[[edit]]
kind = "reroute"
routes = ["f:R"]
from_stop = "f:1"
to_stop = "f:2"
stops = ["f:3", { id = "third", lon = 18.0, lat = 59.0 }]
hop_s = [60, 70, 80]
dwell_s = [10, 20]
[[edit]]
kind = "reroute"
routes = ["f:R"]
to_stop = "f:2"
stops = ["f:3"]
hop_s = [60]
[[edit]]
kind = "add_street"
line = [[18.1, 59.1], [18.15, 59.1], [18.2, 59.2]]
walk_factor = 1.5
[[edit]]
kind = "close_streets"
polygon = [[1.0, 1.0], [2.0, 1.0], [2.0, 2.0]]
[[edit]]
kind = "change_streets"
polygon = [[1.0, 1.0], [2.0, 1.0], [2.0, 2.0]]
walk_factor = 0.5
[[edit]]
kind = "change_streets"
polygon = [[1.0, 1.0], [2.0, 1.0], [2.0, 2.0]]
modes = ["walk", "bicycle"]
bicycle_factor = 0.9
stress = 1
[[edit]]
kind = "change_streets"
polygon = [[1.0, 1.0], [2.0, 1.0], [2.0, 2.0]]
car_speed_kmh = 30
[[edit]]
kind = "add_street"
line = [[18.1, 59.1], [18.2, 59.2]]
modes = ["bicycle", "car"]
"#;
    let edits = edits_of(all, "all.toml").unwrap();
    let before: Vec<HeldEdit> = edits.iter().map(|placed| placed.edit.clone()).collect();
    let there = export(edits, &|_, id| Ok(id.replacen("f:", "theirs:", 1)));
    assert_eq!((there.written, there.left_out.len()), (before.len(), 0), "{:?}", there.left_out);
    assert!(there.json.to_string().contains("\"theirs:R\"") && !there.json.to_string().contains("\"f:"));
    let options = Options { feeds: vec![("theirs".into(), "f".into())], day: None };
    let back = read(&there.json.to_string(), "back.json", &options).unwrap();
    assert_eq!((back.translated, back.left_out.len()), (before.len(), 0), "{:?}", back.left_out);
    assert_eq!(ours(&back.toml), before);
}

fn export(edits: Vec<PlacedEdit>, scoped: &dyn Fn(IdOf, &str) -> Result<String, String>) -> Exported {
    let (name, place) = ("s".into(), "s:1".into());
    exported(&Scenario { name, place, include: Vec::new(), edits, attribute: None }, scoped)
}

/// A stop that an earlier edit made has no id there: it is written as a place again.
#[test]
fn what_is_not_there() {
    let text = "[[edit]]\nkind = \"add_line\"\nid = \"a\"\nstops = [\"1\", { id = \"n\", lon = 1.0, lat = 2.0 }]\n\
                hop_s = [60]\ndepartures = [\"07:00\"]\n\
                [[edit]]\nkind = \"add_line\"\nid = \"b\"\nstops = [\"n\", \"1\"]\nhop_s = [60]\n\
                departures = [\"07:00\"]\n";
    let there = export(edits_of(text, "t.toml").unwrap(), &|_, id| Ok(format!("f:{id}")));
    assert_eq!(there.json["modifications"][1]["stops"][0], json!({ "lon": 1.0, "lat": 2.0, "name": "n" }));

    for (edit, words) in [
        ("kind = \"shift\"\nroute = \"R\"\nby_s = 60", "shift: there is no such modification"),
        (
            "kind = \"set_speed\"\nroute = \"R\"\nscale = 2\nfrom = \"07:00\"",
            "trips are chosen there by routes",
        ),
        ("kind = \"set_headway\"\nroute = \"R\"\nheadway_s = 300", "from one time to another"),
        ("kind = \"close_streets\"\nways = [7]", "by a polygon alone"),
        ("kind = \"remove_routes\"\nroute = \"gone\"", "no gone"),
        ("kind = \"set_opportunities\"\ncolumn = \"jobs\"\nids = [\"1\"]\nadd = 5", "no such modification"),
    ] {
        let scoped = |_, id: &str| if id == "gone" { Err("no gone".into()) } else { Ok(format!("f:{id}")) };
        let there = export(edits_of(&format!("[[edit]]\n{edit}\n"), "t.toml").unwrap(), &scoped);
        assert_eq!(there.written, 0, "{edit}");
        assert!(there.left_out[0].what.contains(words), "{:?}", there.left_out);
        assert_eq!(there.left_out[0].place, "t.toml:1:1");
    }
}

#[test]
fn what_waits_is_named() {
    for (kind, needs) in [("pickup-delay", "on-demand zones"), ("set-fare-calculator", "fares")] {
        let said = left_out(json!({ "type": kind, "anything": 1 }));
        assert!(said.contains(&format!("s.json: modification 1 ({kind}): is not supported yet: ")), "{said}");
        assert!(said.contains(&format!("needs {needs}")), "{said}");
    }
    let said = left_out(json!({ "type": "add-tram" }));
    assert!(said.contains("modification 1 (add-tram): is of a type that is not known"), "{said}");
    let said = left_out(json!({ "type": "remove-trips", "patterns": ["f:t"] }));
    assert!(said.contains("patterns are chosen by an example trip"), "{said}");
    let said = left_out(json!({ "type": "remove-trips", "routes": ["f:R"], "wheelchairs": true }));
    assert!(said.contains("wheelchairs has no counterpart here"), "{said}");
    // Two trips with hours over each other: the second edit would remove what the first made.
    let entry = |trip: &str, from: u32| {
        all_week(json!({ "sourceTrip": trip, "startTime": from, "endTime": 32_400, "headwaySecs": 300 }))
    };
    let said = left_out(json!({
        "type": "adjust-frequency", "route": "f:R", "retainTripsOutsideFrequencyEntries": true,
        "entries": [entry("a", 25_200), entry("b", 28_800)],
    }));
    assert!(said.contains("entries over each other"), "{said}");
}

/// Monday's service is left out where nobody says which day is meant, and taken on a Monday.
#[test]
fn days() {
    let line = json!([{
        "type": "add-trips", "stops": [{ "id": "a" }, { "id": "b" }],
        "frequencies": [
            { "monday": true, "firstDepartures": [25_200], "hopTimes": [60], "dwellTimes": [0, 0] },
            { "sunday": true, "firstDepartures": [28_800], "hopTimes": [60], "dwellTimes": [0, 0] },
        ],
    }]);
    let any = import_with(line.clone(), &Options::default()).unwrap();
    assert!(any.left_out[0].what.contains("frequencies[1] runs on monday"), "{:?}", any.left_out);
    let on = |day| import_with(line.clone(), &Options { day: Some(day), ..Options::default() }).unwrap();
    let monday = on(0);
    assert!(
        monday.toml.contains("departures = [\"07:00:00\"]") && !monday.toml.contains("08:00"),
        "{}",
        monday.toml
    );
    assert!(monday.notes[0].contains("frequencies[2] left out, as it runs on sunday"), "{:?}", monday.notes);
    assert_eq!(on(1).toml, "");
}

#[test]
fn what_is_malformed() {
    let refused = |modification: Value, words: &[&str]| {
        let said = import_with(
            json!([{ "type": "remove-trips", "routes": ["f:R"] }, modification]),
            &Options::default(),
        );
        let said = said.unwrap_err();
        for word in words {
            assert!(said.contains(word), "no {word:?} in: {said}");
        }
    };
    refused(json!(7), &["s.json: modification 2 (no type): is no object"]);
    refused(json!({ "routes": ["f:R"] }), &["modification 2 (no type): type is missing"]);
    refused(json!({ "type": "remove-trips" }), &["modification 2 (remove-trips): routes is missing"]);
    refused(json!({ "type": "remove-trips", "routes": "f:R" }), &["routes is not a list of ids"]);
    refused(
        json!({ "type": "remove-trips", "routes": ["a"], "trips": ["b"] }),
        &["routes and trips stand beside"],
    );
    refused(json!({ "type": "adjust-speed", "routes": ["a"] }), &["(adjust-speed): scale is missing"]);
    refused(json!({ "type": "adjust-speed", "routes": ["a"], "scale": 0 }), &["(adjust-speed): ", "scale"]);
    refused(json!({ "type": "adjust-dwell-time", "routes": ["a"] }), &["needs one of dwellSecs and scale"]);
    refused(
        json!({
            "type": "add-trips", "stops": [{ "id": "a" }, { "lon": 1.0 }],
            "frequencies": [{ "startTime": -5, "endTime": "9:00", "hopTimes": [60, 60], "dwellTimes": [0, 0] }],
        }),
        &[
            "(add-trips): stops[2].lat is missing",
            "frequencies[1].startTime is -5",
            "frequencies[1].endTime is not a whole number",
            "frequencies[1].headwaySecs is missing",
        ],
    );
    refused(
        json!({ "type": "reroute", "routes": ["a"], "fromStop": "x", "stops": [], "hopTimes": [1], "dwellTimes": [] }),
        &["hopTimes has 1 numbers", "write 0"],
    );
    refused(json!({ "type": "modify-streets", "allowedModes": ["FLY"] }), &["polygons is missing", "FLY"]);

    let text = |text: &str| match read(text, "s.json", &Options::default()) {
        Err(Error::Input(problems)) => problems[0].to_string(),
        other => panic!("{other:?}"),
    };
    assert!(
        text("{\"modifications\": [}").starts_with("s.json:1:20: is not JSON"),
        "{}",
        text("{\"modifications\": [}")
    );
    assert!(text("{}").contains("has no list of modifications"));
    assert!(text("[[[").contains("is not JSON"));
}
