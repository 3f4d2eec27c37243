//! Lines and hours as GTFS tables: two feeds, in text.

use std::fmt::Write;

use super::timetable::{self, Days, FREQUENCIES};
use super::{Network, Pattern, Platform};
use crate::base::units::clock;
use crate::inputs::synth::FeedText;
use crate::inputs::synth::land::Globe;
use crate::inputs::synth::plan::{Plan, Service};
use crate::inputs::synth::streets::distance;

/// Weekdays in 2026 on which the weekend's timetable holds.
const HOLIDAYS: [&str; 10] = [
    "20260101", "20260106", "20260403", "20260406", "20260501", "20260514", "20260619", "20261224",
    "20261225", "20261231",
];
/// Seconds that a metro train stands at a station.
const METRO_HALT_S: i32 = 20;
/// Within this far from the middle the express only sets down (way in) or picks up (way out), m.
const EXPRESS_MIDDLE_M: f64 = 2200.0;

/// Tables that grow trip by trip.
struct Writer {
    trips: String,
    stop_times: String,
}

/// How a trip calls: `pickup_type`, `drop_off_type`.
type Rules<'a> = &'a dyn Fn(usize) -> (u8, u8);

struct Trip<'a> {
    id: String,
    route: &'a str,
    days: Days,
    headsign: &'a str,
    back: bool,
    block: String,
    departure_s: i32,
    /// How much longer hops take.
    traffic: f64,
    halt_s: i32,
    blank_times: bool,
}

impl Writer {
    fn new() -> Self {
        Writer {
            trips: "route_id,service_id,trip_id,trip_headsign,direction_id,block_id\n".into(),
            stop_times:
                "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type,\
                         shape_dist_traveled\n"
                    .into(),
        }
    }

    /// Writes a trip and its calls; gives the arrival at each call.
    fn trip(&mut self, trip: &Trip, pattern: &Pattern, platforms: &[Platform], rules: Rules) -> Vec<i32> {
        let Trip { id, route, headsign, block, .. } = trip;
        let (service, direction) = (trip.days.service_id(), u8::from(trip.back));
        line(&mut self.trips, format_args!("{route},{service},{id},{headsign},{direction},{block}"));
        let last = pattern.platforms.len() - 1;
        let mut arrivals = Vec::with_capacity(pattern.platforms.len());
        let mut now = trip.departure_s;
        for (k, &platform) in pattern.platforms.iter().enumerate() {
            now += (f64::from(pattern.hops_s[k]) * trip.traffic / 10.0).round() as i32 * 10;
            arrivals.push(now);
            let arrival = now;
            if k > 0 && k < last {
                now += trip.halt_s;
            }
            let timed = !trip.blank_times || k % 5 == 0 || k == last;
            let times = if timed { format!("{},{}", clock(arrival), clock(now)) } else { ",".into() };
            // Distances on the way out only: the way back is to be interpolated without.
            let along = match trip.blank_times && !trip.back {
                true => format!("{:.0}", pattern.along_m[k]),
                false => String::new(),
            };
            let [pickup, drop_off] = <[u8; 2]>::from(rules(k)).map(|rule| match rule {
                0 => String::new(),
                rule => rule.to_string(),
            });
            let stop = &platforms[platform].id;
            let row = format_args!("{id},{times},{stop},{},{pickup},{drop_off},{along}", k + 1);
            line(&mut self.stop_times, row);
        }
        arrivals
    }
}

/// The feed of metro and buses.
pub fn land(plan: &Plan, network: &Network, globe: &Globe) -> FeedText {
    let mut routes = String::from("route_id,agency_id,route_short_name,route_long_name,route_type\n");
    let mut frequencies = String::from("trip_id,start_time,end_time,headway_secs,exact_times\n");
    let mut writer = Writer::new();
    let mut known = Known::default();
    for (metro, patterns) in plan.metros.iter().zip(&network.metros) {
        let ends = [metro.stations[0].0, metro.stations[metro.stations.len() - 1].0];
        line(&mut routes, format_args!("{0},SST,{0},{1}–{2},401", metro.name, ends[0], ends[1]));
        for days in Days::ALL {
            for back in [false, true] {
                for (n, departure_s) in timetable::metro(days, 1 + u32::from(back)).into_iter().enumerate() {
                    let trip = Trip {
                        headsign: ends[usize::from(!back)],
                        halt_s: METRO_HALT_S,
                        ..plain(metro.name, days, back, n, departure_s)
                    };
                    let pattern = &patterns[usize::from(back)];
                    let arrivals = writer.trip(&trip, pattern, &network.platforms, &|_| (0, 0));
                    if days == Days::Weekdays {
                        known.metro(&trip.id, pattern, &arrivals);
                    }
                }
            }
        }
    }
    // What comes on as another line: (line, days, arrivals with their block).
    let mut goes_on: Vec<(&str, Days, Vec<(i32, String)>)> = Vec::new();
    for (bus, patterns) in plan.buses.iter().zip(&network.buses) {
        let route_type = match bus.service {
            Service::Express => 702,
            Service::Night => 705,
            Service::Frequency => 704,
            _ => 700,
        };
        line(&mut routes, format_args!("{0},SST,{0},{1}–{2},{route_type}", bus.name, bus.from, bus.to));
        for days in Days::ALL {
            for back in [false, true] {
                let pattern = &patterns[usize::from(back)];
                if pattern.platforms.len() < 2 {
                    continue;
                }
                let came = goes_on.iter().find(|(line, on, _)| !back && *line == bus.name && *on == days);
                let mut departures: Vec<(i32, String)> = match came {
                    Some((_, _, arrivals)) => {
                        arrivals.iter().map(|(at, block)| (at + 120, block.clone())).collect()
                    }
                    None => timetable::buses(bus.service, days, back, bus.offset_min)
                        .into_iter()
                        .map(|at| (at, String::new()))
                        .collect(),
                };
                let on_as = bus.goes_on_as.filter(|_| !back);
                if on_as.is_some() {
                    for (n, departure) in departures.iter_mut().enumerate() {
                        departure.1 = format!("v{}{}{n}", bus.name, letter(days));
                    }
                }
                let middle = |k: usize| {
                    distance(network.platforms[pattern.platforms[k]].at, (0.0, 0.0)) < EXPRESS_MIDDLE_M
                };
                let last = pattern.platforms.len() - 1;
                let rules = |k: usize| match bus.service {
                    Service::Express if middle(k) != back => (1, 0),
                    Service::Express => (0, 1),
                    Service::Rural if k > 0 && k < last => (3, 3),
                    _ => (0, 0),
                };
                let mut arrived = Vec::new();
                if bus.service == Service::Frequency {
                    departures = vec![(FREQUENCIES[0].0 * 3600, String::new())];
                }
                for (n, (departure_s, block)) in departures.into_iter().enumerate() {
                    let trip = Trip {
                        headsign: if back { bus.from } else { bus.to },
                        block: block.clone(),
                        traffic: timetable::traffic(departure_s),
                        blank_times: bus.blank_times,
                        ..plain(bus.name, days, back, n, departure_s)
                    };
                    let arrivals = writer.trip(&trip, pattern, &network.platforms, &rules);
                    arrived.push((arrivals[last], block));
                    if bus.service == Service::Frequency {
                        for (from, until, headway_s) in FREQUENCIES {
                            let (from, until) = (clock(from * 3600), clock(until * 3600));
                            line(&mut frequencies, format_args!("{},{from},{until},{headway_s},1", trip.id));
                        }
                    }
                    if bus.service == Service::Night && !back && days == Days::Weekdays {
                        known.night(&trip.id, departure_s, pattern);
                    }
                }
                if let Some(on_as) = on_as {
                    goes_on.push((on_as, days, arrived));
                }
            }
        }
    }
    let mut dates = String::from("service_id,date,exception_type\n");
    for date in HOLIDAYS {
        line(&mut dates, format_args!("vardag,{date},2"));
        line(&mut dates, format_args!("helg,{date},1"));
    }
    let calendar = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n\
                    vardag,1,1,1,1,1,0,0,20260101,20261231\n\
                    helg,0,0,0,0,0,1,1,20260101,20261231\n";
    let shore = &network.platforms[..network.ashore];
    FeedText {
        name: "town_gtfs".into(),
        tables: vec![
            ("agency.txt".into(), agency("SST", "Skärgårdsstads trafik")),
            ("stops.txt".into(), stops(network, shore, globe, true)),
            ("routes.txt".into(), routes),
            ("trips.txt".into(), writer.trips),
            ("stop_times.txt".into(), writer.stop_times),
            ("calendar.txt".into(), calendar.into()),
            ("calendar_dates.txt".into(), dates),
            ("frequencies.txt".into(), frequencies),
            ("transfers.txt".into(), transfers(plan, network, &known)),
        ],
    }
}

/// The feed of the ferries' company: another range of dates, and no boats on holidays.
pub fn ferries(plan: &Plan, network: &Network, globe: &Globe) -> FeedText {
    let mut routes = String::from("route_id,agency_id,route_short_name,route_long_name,route_type\n");
    let mut writer = Writer::new();
    for (number, (ferry, patterns)) in plan.ferries.iter().zip(&network.ferries).enumerate() {
        let route = format!("f{}", number + 1);
        let ends = [ferry.piers[0].0, ferry.piers[ferry.piers.len() - 1].0];
        line(
            &mut routes,
            format_args!("{route},BL,{},{}–{},{}", ferry.name, ends[0], ends[1], ferry.route_type),
        );
        for days in Days::ALL {
            for back in [false, true] {
                let offset_min = if back { ferry.headway_min / 2 + 1 } else { 0 };
                for (n, departure_s) in
                    timetable::ferry(days, ferry.headway_min, offset_min).into_iter().enumerate()
                {
                    let trip = Trip {
                        headsign: ends[usize::from(!back)],
                        halt_s: 120,
                        ..plain(&route, days, back, n, departure_s)
                    };
                    writer.trip(&trip, &patterns[usize::from(back)], &network.platforms, &|_| (0, 0));
                }
            }
        }
    }
    let mut dates = String::from("service_id,date,exception_type\n");
    for date in HOLIDAYS.into_iter().filter(|date| ("20260107"..="20261218").contains(date)) {
        line(&mut dates, format_args!("vardag,{date},2"));
    }
    let calendar = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n\
                    vardag,1,1,1,1,1,0,0,20260107,20261218\n\
                    helg,0,0,0,0,0,1,1,20260110,20261220\n";
    FeedText {
        name: "town_ferry".into(),
        tables: vec![
            ("agency.txt".into(), agency("BL", "Båtlinjen i Skärgårdsstad")),
            ("stops.txt".into(), stops(network, &network.platforms[network.ashore..], globe, false)),
            ("routes.txt".into(), routes),
            ("trips.txt".into(), writer.trips),
            ("stop_times.txt".into(), writer.stop_times),
            ("calendar.txt".into(), calendar.into()),
            ("calendar_dates.txt".into(), dates),
        ],
    }
}

fn plain<'a>(route: &'a str, days: Days, back: bool, n: usize, departure_s: i32) -> Trip<'a> {
    Trip {
        id: format!("{route}{}{}{n}", ["u", "i"][usize::from(back)], letter(days)),
        route,
        days,
        headsign: "",
        back,
        block: String::new(),
        departure_s,
        traffic: 1.0,
        halt_s: 0,
        blank_times: false,
    }
}

fn letter(days: Days) -> char {
    match days {
        Days::Weekdays => 'v',
        Days::Weekend => 'h',
    }
}

fn line(table: &mut String, row: std::fmt::Arguments) {
    // Writing to a string cannot fail.
    let _ = writeln!(table, "{row}");
}

fn agency(id: &str, name: &str) -> String {
    format!(
        "agency_id,agency_name,agency_url,agency_timezone,agency_lang\n\
         {id},{name},https://skargardsstad.example,Europe/Stockholm,sv\n"
    )
}

fn stops(network: &Network, platforms: &[Platform], globe: &Globe, with_stations: bool) -> String {
    let mut table =
        String::from("stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,platform_code\n");
    // Six decimals: 0.1 m.
    let degrees = |at| {
        let (lon, lat) = globe.e7(at);
        let text = |e7: i32| format!("{:.6}", (f64::from(e7) / 10.0).round() / 1e6);
        format!("{},{}", text(lat), text(lon))
    };
    if with_stations {
        for station in &network.stations {
            line(&mut table, format_args!("{},{},{},1,,", station.id, station.name, degrees(station.at)));
        }
    }
    for stop in platforms {
        let Platform { id, name, at, station, code } = stop;
        line(&mut table, format_args!("{id},{name},{},0,{station},{code}", degrees(*at)));
    }
    table
}

/// Trips that a rule names: the last metro that reaches the station at which a night bus starts, and that bus.
#[derive(Default)]
struct Known {
    /// (trip, platform, arrival).
    metro: Vec<(String, usize, i32)>,
    /// (trip, platform, departure).
    night: Vec<(String, usize, i32)>,
}

impl Known {
    fn metro(&mut self, trip: &str, pattern: &Pattern, arrivals: &[i32]) {
        for (&platform, &arrival) in pattern.platforms.iter().zip(arrivals) {
            self.metro.push((trip.to_owned(), platform, arrival));
        }
    }

    fn night(&mut self, trip: &str, departure_s: i32, pattern: &Pattern) {
        self.night.push((trip.to_owned(), pattern.platforms[0], departure_s));
    }
}

/// A few rules of each kind, where a real feed has them.
fn transfers(plan: &Plan, network: &Network, known: &Known) -> String {
    let mut table =
        String::from("from_stop_id,to_stop_id,transfer_type,min_transfer_time,from_trip_id,to_trip_id\n");
    let platforms = &network.platforms;
    let buses_at = |station: &str| -> Vec<&Platform> {
        platforms[..network.ashore]
            .iter()
            .filter(|p| p.station == station && !p.id.starts_with('T'))
            .collect()
    };
    for (index, station) in network.stations.iter().enumerate() {
        let tracks = [1, 2].map(|track| format!("{}-{track}", station.id));
        for bus in buses_at(&station.id) {
            for track in &tracks {
                match index % 2 {
                    // Down the escalators: three minutes, whatever the map says.
                    1 => {
                        line(&mut table, format_args!("{track},{},2,180,,", bus.id));
                        line(&mut table, format_args!("{},{track},2,180,,", bus.id));
                    }
                    _ => line(&mut table, format_args!("{track},{},0,,,", bus.id)),
                }
            }
        }
        // Nobody rides back from where the line has just come.
        if index > 0 && index + 1 < network.stations.len() {
            line(&mut table, format_args!("{},{},3,,,", tracks[0], tracks[1]));
        }
    }
    // The rural bus waits for the trunk line.
    for (rural, patterns) in
        plan.buses.iter().zip(&network.buses).filter(|(bus, _)| bus.service == Service::Rural)
    {
        let trunks = plan.buses.iter().zip(&network.buses).filter(|(bus, _)| bus.service == Service::Trunk);
        for (_, trunk) in trunks.filter(|(trunk, _)| trunk.to == rural.from || trunk.from == rural.from) {
            let ends = [&trunk[0], &trunk[1]].map(|pattern| pattern.platforms[pattern.platforms.len() - 1]);
            let first = patterns[0].platforms[0];
            for end in
                ends.into_iter().filter(|&end| distance(platforms[end].at, platforms[first].at) < 900.0)
            {
                line(&mut table, format_args!("{},{},1,,,", platforms[end].id, platforms[first].id));
            }
        }
    }
    // A night bus waits for the last train before it.
    for (night, from, departure) in &known.night {
        let near = |(_, platform, arrival): &&(String, usize, i32)| {
            *arrival <= *departure && distance(platforms[*platform].at, platforms[*from].at) < 300.0
        };
        if let Some((metro, platform, _)) =
            known.metro.iter().filter(near).max_by_key(|(_, _, arrival)| *arrival)
        {
            line(
                &mut table,
                format_args!("{},{},1,,{metro},{night}", platforms[*platform].id, platforms[*from].id),
            );
        }
    }
    table
}
