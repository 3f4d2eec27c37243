//! Names that edits write → indices: ids of stops, routes, trips and feeds, bare where that is clear, or `feed:id`.

use rustc_hash::FxHashSet;

use super::draft::Draft;
use super::said::{NamedThing, WrongEdit, hint};

impl Draft<'_> {
    pub fn stop(&self, written: &str, said: &mut WrongEdit) -> Option<u32> {
        let stops = &self.table.stops;
        let named = |s: usize| NamedThing {
            index: s as u32,
            feed: &self.table.feeds[stops.feed[s] as usize].name,
            id: stops.ids.get(s),
            name: stops.names.get(s),
        };
        self.find("stop", written, (0..stops.ids.len()).map(named), said)
    }

    /// Stops by their names, those of stations included.
    pub fn stops(&self, written: &[String], said: &mut WrongEdit) -> FxHashSet<u32> {
        written
            .iter()
            .filter_map(|name| self.stop(name, said))
            .flat_map(|stop| self.with_platforms(stop))
            .collect()
    }

    /// A stop, and those whose station it is.
    pub fn with_platforms(&self, stop: u32) -> Vec<u32> {
        let stations = self.table.stops.station.iter().enumerate();
        let platforms = stations.filter(|&(_, &station)| station == stop).map(|(s, _)| s as u32);
        std::iter::once(stop).chain(platforms).collect()
    }

    pub fn route(&self, written: &str, said: &mut WrongEdit) -> Option<u32> {
        let table = &self.table;
        let named = |r: usize| NamedThing {
            index: r as u32,
            feed: &table.feeds[table.routes[r].feed as usize].name,
            id: table.route_ids.get(r),
            name: table.route_names.get(r),
        };
        self.find("route", written, (0..table.routes.len()).map(named), said)
    }

    pub fn feed(&self, written: &str, said: &mut WrongEdit) -> Option<u32> {
        let feeds = self.table.feeds.iter().enumerate();
        let named = feeds.map(|(f, feed)| NamedThing { index: f as u32, feed: "", id: &feed.name, name: "" });
        self.find("feed", written, named, said)
    }

    /// The key of a trip's rows.
    pub fn trip(&self, written: &str, said: &mut WrongEdit) -> Option<u32> {
        let table = &self.table;
        let named = self.rows.iter().map(|row| NamedThing {
            index: row.key,
            feed: &table.feeds[row.trip.feed as usize].name,
            id: table.trip_ids.get(row.text as usize),
            name: "",
        });
        self.find("trip", written, named, said)
    }

    /// The one thing that is called so; what there is instead is said.
    fn find<'n>(
        &self,
        what: &str,
        written: &str,
        all: impl Iterator<Item = NamedThing<'n>> + Clone,
        said: &mut WrongEdit,
    ) -> Option<u32> {
        let mut found: Vec<NamedThing<'_>> = Vec::new();
        for named in all.clone().filter(|named| named.is(written)) {
            if found.iter().all(|known| known.index != named.index) {
                found.push(named);
            }
        }
        match found.as_slice() {
            [one] => Some(one.index),
            [] if self.expected.contains(written) => {
                said.waits = true;
                None
            }
            [] => {
                said.wrong(
                    format_args!("names {what} \"{written}\", which there is none of"),
                    hint(written, all),
                );
                None
            }
            several => {
                let all: Vec<String> =
                    several.iter().take(3).map(|n| format!("{}:{}", n.feed, n.id)).collect();
                said.wrong(
                    format_args!("names {what} \"{written}\", which {} are called", several.len()),
                    format!("write {}", all.join(" or ")),
                );
                None
            }
        }
    }
}
