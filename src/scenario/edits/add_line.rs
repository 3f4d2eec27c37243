//! A new line: a route, its stops, and a trip in each direction that runs at all its departures.

use std::borrow::Cow;

use crate::base::NONE;
use crate::network::transit::{BICYCLES_UNKNOWN_OR_YES, Call, FREQUENCY, Feed, Route, Trip};
use crate::scenario::bands::{Band, laid_out, least};
#[cfg(feature = "native")]
use crate::scenario::conveyal::ids::{ConveyalIds, Translated};
use crate::scenario::doubts;
use crate::scenario::draft::{Draft, DraftTrip};
use crate::scenario::edit::{EditSpec, Target, TimetableEdit, WrittenPlaces};
use crate::scenario::line::{self, Dwell, Pace, StopAt, calls, dwells, hops, longest, new_ids, new_places};
use crate::scenario::said::WrongEdit;

const NAME: &str = "add_line";

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
    pub departures: LineDepartures,
    pub both_directions: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum LineDepartures {
    Bands(Vec<Band>),
    /// Seconds of the service day; of the way back the same where that has none of its own.
    Times {
        out_s: Vec<i32>,
        back_s: Option<Vec<i32>>,
    },
}

impl EditSpec for AddLine {
    fn kind(&self) -> &'static str {
        NAME
    }

    fn target(&self) -> Target<'_> {
        Target::Timetable(self)
    }

    fn coordinates(&self) -> Vec<WrittenPlaces> {
        new_places(&self.stops)
    }

    #[cfg(feature = "native")]
    fn to_conveyal(&self, ids: &mut ConveyalIds<'_>) -> Translated {
        written::to_conveyal(self, ids)
    }
}

impl TimetableEdit for AddLine {
    fn apply(&self, draft: &mut Draft<'_>, said: &mut WrongEdit) {
        let mut feed = self.feed.as_ref().and_then(|name| draft.feed(name, said));
        let route = line::LineRoute::find(draft, &self.stops, feed, said);
        if self.feed.is_none() {
            feed = route.feed(&draft.table).or((draft.table.feeds.len() == 1).then_some(0));
        }
        if feed.is_none() && said.is_well() && !draft.table.feeds.is_empty() {
            let feeds: Vec<&str> = draft.table.feeds.iter().map(|feed| feed.name.as_str()).collect();
            said.wrong(
                "joins no feed: all its stops are new",
                format!("write feed = one of {}", feeds.join(", ")),
            );
        }
        let mut routes = draft.table.routes.iter().enumerate();
        if routes.any(|(r, route)| Some(route.feed) == feed && draft.table.route_ids.get(r) == self.id) {
            said.wrong(
                format_args!("makes route \"{}\", which is there already", self.id),
                "write another id",
            );
        }
        if !said.is_well() {
            return;
        }
        let feed = feed.unwrap_or_else(|| {
            draft.table.feeds.push(Feed { name: "scenario".into(), agencies: Vec::new() });
            0
        });
        let stops = route.make(draft, feed);
        let Some(mut hops) = hops(&draft.table, &stops, &self.pace) else {
            said.wrong("has a stop without coordinates, and a speed", "write hop_s");
            return;
        };
        let mut dwells = dwells(&self.dwell, stops.len());
        let (out_s, back_s) = match &self.departures {
            LineDepartures::Bands(bands) => (laid_out(bands), None),
            LineDepartures::Times { out_s, back_s } => (out_s.clone(), back_s.clone()),
        };
        let number = add_route(draft, feed, self);
        let service = draft.service(draft.given.days);
        let add = |draft: &mut Draft<'_>, way: &str, calls: Vec<Call>, mut shifts: Vec<i32>| {
            shifts.sort_unstable();
            shifts.dedup();
            let last = calls[calls.len() - 1].stop as usize;
            let headsign = draft.table.stops.names.get(last).to_string();
            let row = DraftTrip {
                key: draft.new_key(),
                edit: draft.edit,
                trip: Trip {
                    feed,
                    route: number,
                    service,
                    block: NONE,
                    flags: FREQUENCY | BICYCLES_UNKNOWN_OR_YES,
                },
                text: draft.add_text(&format!("{}_{way}", self.id), &headsign),
                calls: Cow::Owned(calls),
                shifts: Cow::Owned(shifts),
            };
            draft.add(row);
        };
        add(draft, "out", calls(&stops, &hops, &dwells), out_s.clone());
        if self.both_directions {
            let stops: Vec<u32> = stops.iter().rev().copied().collect();
            hops.reverse();
            dwells.reverse();
            add(draft, "back", calls(&stops, &hops, &dwells), back_s.unwrap_or(out_s));
        }
    }

    fn new_ids(&self) -> Vec<&str> {
        std::iter::once(self.id.as_str()).chain(new_ids(&self.stops)).collect()
    }

    fn doubts(&self) -> Vec<String> {
        let shortest = match &self.departures {
            LineDepartures::Bands(bands) => least(bands),
            LineDepartures::Times { .. } => None,
        };
        doubts::headway(shortest).into_iter().chain(doubts::dwell(longest(&self.dwell))).collect()
    }

    fn makes_hops(&self) -> bool {
        true
    }
}

fn add_route(draft: &mut Draft<'_>, feed: u32, edit: &AddLine) -> u32 {
    let table = &mut draft.table;
    let of_feed = table.routes.iter().find(|route| route.feed == feed).map(|route| route.zone);
    let zone = of_feed.unwrap_or_else(|| {
        let zone = draft.given.zone;
        let known = table.zones.iter().position(|known| known == zone);
        known.unwrap_or_else(|| {
            table.zones.push(zone.to_string());
            table.zones.len() - 1
        }) as u32
    });
    table.routes.push(Route { feed, zone, route_type: edit.route_type });
    table.route_ids.push(&edit.id);
    table.route_names.push(&edit.name);
    table.routes.len() as u32 - 1
}

#[cfg(feature = "native")]
pub(super) mod written {
    use serde_json::{Value as Json, json};

    use super::{AddLine, LineDepartures, NAME};
    use crate::scenario::bands::written::{HEADWAYS, band_there, bands};
    use crate::scenario::conveyal::fields::{EditToml, ModificationFields, listed, quoted, time};
    use crate::scenario::conveyal::ids::{ConveyalIds, Translated, every_day};
    use crate::scenario::conveyal::service::{self, ServiceTimes};
    use crate::scenario::line::written::{
        NEW_STOPS, dwell, dwells_there, dwells_toml, hops_there, pace, stops, stops_there, stops_toml,
    };
    use crate::scenario::reading::{
        Absent, CLOCK, EditKind, Filled, Flag, KeyGroup, List, ROUTE_TYPE, Required, Section, Table, Text,
        Value, clock_of, key, whole_of,
    };
    use crate::scenario::written::Registered;

    pub const KIND: Registered = Registered {
        kind: EditKind {
            name: NAME,
            meaning: "a new line on known or new stops, by headways or departures, every day",
            groups: &[&KEYS, &NEW_STOPS],
            read: |s, _| read(s).into(),
        },
        modifications: &[("add-trips", from_conveyal)],
    };

    const KEYS: KeyGroup = KeyGroup {
        name: NAME,
        keys: &[
            key("id", Text, Required, "\"tram_7\"", "id of the new route"),
            key("name", Text, Absent("the id"), "\"Tram 7\"", "its name"),
            key(
                "feed",
                Text,
                Absent("that of its first known stop, or the only one"),
                "\"bus\"",
                "feed that it joins",
            ),
            key(
                "route_type",
                ROUTE_TYPE,
                Value("3"),
                "0",
                "GTFS route type: 0 tram, 1 metro, 2 rail, 3 bus, 4 ferry",
            ),
            key(
                "headways",
                Filled(&Table(HEADWAYS.name)),
                Absent("departures"),
                "[{ from = \"06:00\", to = \"22:00\", headway_s = 600 }]",
                "a departure at from, and then every headway_s before to",
            ),
            key("departures", Filled(&CLOCK), Absent("headways"), "[\"07:00\", \"07:20\"]", "or these"),
            key(
                "departures_back",
                List(&CLOCK),
                Absent("departures"),
                "[\"07:10\"]",
                "those of the way back",
            ),
            key(
                "both_directions",
                Flag,
                Value("true"),
                "false",
                "also back, with hops and dwells in reverse",
            ),
        ],
        tables: &[HEADWAYS],
        later: &[("bicycles", "bicycles aboard"), ("wheelchairs", "wheelchair access")],
    };

    fn read(s: &mut Section<'_, '_>) -> AddLine {
        let id = s.text("id").unwrap_or_default();
        let stops = stops(s, "stops");
        if stops.len() == 1 || (stops.is_empty() && s.has("stops")) {
            s.wrong("stops", "are fewer than two", "a line needs two stops or more");
        }
        let both_directions = s.flag("both_directions");
        if s.has("departures_back") && !both_directions {
            s.wrong("departures_back", "stands beside both_directions = false", "leave out one of the two");
        }
        let departures = match (s.has("headways"), s.has("departures")) {
            (true, false) => {
                if s.has("departures_back") {
                    s.wrong("departures_back", "stands beside headways", "write departures, or leave it out");
                }
                LineDepartures::Bands(bands(s, "headways"))
            }
            (false, true) => {
                let out_s = clocks(s, "departures");
                if out_s.is_empty() {
                    s.wrong("departures", "holds nothing", "write times such as [\"07:00\", \"07:20\"]");
                }
                let back_s = s.has("departures_back").then(|| clocks(s, "departures_back"));
                LineDepartures::Times { out_s, back_s }
            }
            (true, true) => {
                s.wrong("departures", "stands beside headways", "leave out one of the two");
                LineDepartures::Bands(Vec::new())
            }
            (false, false) => {
                s.wrong("headways", "is missing, and so is departures", "write one of the two");
                LineDepartures::Bands(Vec::new())
            }
        };
        AddLine {
            name: s.text("name").unwrap_or_else(|| id.clone()),
            id,
            feed: s.text("feed"),
            route_type: whole_of(s, "route_type").unwrap_or_default(),
            pace: pace(s, stops.len().saturating_sub(1)),
            dwell: dwell(s, stops.len()),
            stops,
            departures,
            both_directions,
        }
    }

    /// Times of the service day, in any order.
    fn clocks(s: &mut Section<'_, '_>, key: &str) -> Vec<i32> {
        s.list(key, "write times such as [\"07:00\", \"07:20\"]", clock_of)
    }

    fn from_conveyal(m: &mut ModificationFields<'_>, number: usize) -> Vec<EditToml> {
        let name = m.comment().map_or(format!("line_{number}"), |comment| comment.trim().to_string());
        let line = service::slug(&name);
        let stops = stops_there(m, &line);
        if stops.len() < 2 {
            m.wrong("stops are fewer than two", "a line needs two stops or more");
        }
        let mode = m.whole("mode").unwrap_or(3);
        let both = m.flag("bidirectional", true);
        // Which of two directions it is, of a route that is new.
        m.whole("directionId");
        let hops = stops.len().saturating_sub(1);
        let entries = m.objects("frequencies", |entry| {
            let runs = service::runs(entry);
            let times = service::times(entry);
            let (hop_s, dwell_s) = (entry.wholes("hopTimes"), entry.wholes("dwellTimes"));
            let (hop_s, dwell_s) = (entry.must("hopTimes", hop_s), entry.must("dwellTimes", dwell_s));
            let (hop_s, dwell_s) = (hop_s?, dwell_s?);
            for (key, has, must) in [("hopTimes", hop_s.len(), hops), ("dwellTimes", dwell_s.len(), hops + 1)]
            {
                if has != must {
                    let what = format!("{} has {has} numbers", entry.named(key));
                    entry.wrong(what, &format!("write {must}"));
                }
            }
            Some((runs, hop_s, dwell_s, times?))
        });
        if !m.has("frequencies") {
            m.wrong("frequencies is missing or empty", "say when it runs");
        }
        // Bands of one pace become one line, where none is over another.
        let mut lines: Vec<(Vec<u32>, Vec<u32>, ServiceTimes)> = Vec::new();
        for (_, hop_s, dwell_s, times) in entries.into_iter().filter(|entry| entry.0) {
            let known = lines.iter_mut().find_map(|(hops, dwells, known)| match (known, &times) {
                (ServiceTimes::Bands(known), ServiceTimes::Bands(new))
                    if *hops == hop_s && *dwells == dwell_s =>
                {
                    service::apart(&[&known[..], &new[..]].concat()).then_some((known, new))
                }
                _ => None,
            });
            match known {
                Some((known, new)) => known.extend(new),
                None => lines.push((hop_s, dwell_s, times)),
            }
        }
        let line_of = |(n, (hop_s, dwell_s, times)): (usize, &(Vec<u32>, Vec<u32>, ServiceTimes))| {
            let id = if n == 0 { line.clone() } else { format!("{line}_{}", n + 1) };
            let edit = EditToml::new(NAME)
                .put("id", quoted(&id))
                .maybe("name", (name != id).then(|| quoted(&name)))
                .put("route_type", mode)
                .put("stops", stops_toml(&stops, n > 0))
                .put("hop_s", listed(hop_s, u32::to_string))
                .put("dwell_s", dwells_toml(dwell_s))
                .put("both_directions", both);
            match times {
                ServiceTimes::Bands(bands) => edit.put("headways", service::headways(bands)),
                ServiceTimes::Departures(list) => edit.put("departures", listed(list, |&s| time(s))),
            }
        };
        lines.iter().enumerate().map(line_of).collect()
    }

    pub fn to_conveyal(edit: &AddLine, ids: &mut ConveyalIds<'_>) -> Translated {
        let times = match &edit.departures {
            LineDepartures::Bands(bands) => bands.iter().map(band_there).collect(),
            LineDepartures::Times { out_s, back_s: None } => vec![json!({ "firstDepartures": out_s })],
            LineDepartures::Times { .. } => {
                let what = "the way back has the departures of the way out there";
                return Err((what.into(), "write two lines with both_directions = false"));
            }
        };
        let (hops, dwells) = (hops_there(&edit.pace)?, dwells_there(&edit.dwell, edit.stops.len()));
        let timetable = |mut value: Json| {
            value["hopTimes"] = json!(hops);
            value["dwellTimes"] = json!(dwells);
            every_day(value)
        };
        Ok(json!({
            "type": "add-trips", "comment": edit.name, "stops": ids.stops(&edit.stops)?, "mode": edit.route_type,
            "bidirectional": edit.both_directions, "frequencies": times.into_iter().map(timetable).collect::<Vec<_>>(),
        }))
    }
}
