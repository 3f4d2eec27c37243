//! Lines and hours as GTFS tables: two feeds, in text.

use super::network::{Pattern, Platform, SynthNetwork};
use super::rules::{KnownTrips, transfers};
use super::text::line;
use super::timetable::{self, Days, FREQUENCIES};
use crate::base::units::clock;
use crate::inputs::synth::feed_text::FeedText;
use crate::inputs::synth::land::Globe;
use crate::inputs::synth::plan::{BusLine, Metro, Plan, Rail, Service, distance};

/// Weekdays in 2026 on which the weekend's timetable holds.
const HOLIDAYS: [&str; 10] = [
    "20260101", "20260106", "20260403", "20260406", "20260501", "20260514", "20260619", "20261224",
    "20261225", "20261231",
];
const ROUTES_HEADER: &str = "route_id,agency_id,route_short_name,route_long_name,route_type\n";
/// Seconds that a metro train stands at a station.
const METRO_HALT_S: i32 = 20;
/// Within this far from where it leads to the express only sets down (way in) or picks up (way out), m.
const EXPRESS_MIDDLE_M: f64 = 2200.0;

/// Tables that grow trip by trip.
struct TripWriter {
    trips: String,
    stop_times: String,
}

/// How a trip calls: `pickup_type`, `drop_off_type`.
type CallRules<'a> = &'a dyn Fn(usize) -> (u8, u8);

struct SynthTrip<'a> {
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

impl TripWriter {
    fn new() -> Self {
        TripWriter {
            trips: "route_id,service_id,trip_id,trip_headsign,direction_id,block_id\n".into(),
            stop_times:
                "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type,\
                         shape_dist_traveled\n"
                    .into(),
        }
    }

    /// Writes a trip and its calls; gives the arrival at each call.
    fn trip(
        &mut self,
        trip: &SynthTrip,
        pattern: &Pattern,
        platforms: &[Platform],
        rules: CallRules,
    ) -> Vec<i32> {
        let SynthTrip { id, route, headsign, block, .. } = trip;
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

/// The tables of metro and buses as they grow, line by line.
struct LandTables<'a> {
    network: &'a SynthNetwork,
    routes: String,
    frequencies: String,
    writer: TripWriter,
    known: KnownTrips,
    /// What goes on as another line.
    onward: Vec<OnwardBuses<'a>>,
}

/// Arrivals at the end of a line with their blocks, from where the same buses run another line.
struct OnwardBuses<'a> {
    line: &'a str,
    days: Days,
    arrivals: Vec<(i32, String)>,
}

impl<'a> LandTables<'a> {
    fn metro(&mut self, metro: &'a Metro, patterns: &[Pattern; 2]) {
        let ends = [&metro.stations[0].0, &metro.stations[metro.stations.len() - 1].0];
        let route_type = match metro.rail {
            Rail::Metro => 401,
            Rail::Train => 109,
            Rail::Intercity => 102,
        };
        line(
            &mut self.routes,
            format_args!("{0},SST,{0},{1}–{2},{route_type}", metro.name, ends[0], ends[1]),
        );
        for (days, back) in both_ways() {
            let pattern = &patterns[usize::from(back)];
            for (n, departure_s) in
                timetable::rail(metro.rail, days, 1 + u32::from(back)).into_iter().enumerate()
            {
                let trip = SynthTrip {
                    headsign: ends[usize::from(!back)],
                    halt_s: METRO_HALT_S,
                    ..plain(&metro.name, days, back, n, departure_s)
                };
                let arrivals = self.writer.trip(&trip, pattern, &self.network.platforms, &|_| (0, 0));
                if days == Days::Weekdays {
                    self.known.metro(&trip.id, pattern, &arrivals);
                }
            }
        }
    }

    fn bus(&mut self, bus: &'a BusLine, patterns: &[Pattern; 2]) {
        let route_type = match bus.service {
            Service::Express => 702,
            Service::Night => 705,
            Service::Frequency => 704,
            _ => 700,
        };
        line(&mut self.routes, format_args!("{0},SST,{0},{1}–{2},{route_type}", bus.name, bus.from, bus.to));
        for (days, back) in both_ways() {
            let pattern = &patterns[usize::from(back)];
            if pattern.platforms.len() > 1 {
                let arrivals = self.bus_trips(bus, pattern, days, back);
                if let Some(line) = bus.goes_on_as.as_deref().filter(|_| !back) {
                    self.onward.push(OnwardBuses { line, days, arrivals });
                }
            }
        }
    }

    /// Writes the trips of one direction; gives their last arrivals and blocks.
    fn bus_trips(&mut self, bus: &BusLine, pattern: &Pattern, days: Days, back: bool) -> Vec<(i32, String)> {
        let platforms = &self.network.platforms;
        let last = pattern.platforms.len() - 1;
        let middle = bus.via.last().copied().unwrap_or_default();
        let in_middle = |k: usize| distance(platforms[pattern.platforms[k]].at, middle) < EXPRESS_MIDDLE_M;
        let rules = |k: usize| match bus.service {
            Service::Express if in_middle(k) != back => (1, 0),
            Service::Express => (0, 1),
            Service::Rural if k > 0 && k < last => (3, 3),
            _ => (0, 0),
        };
        let mut arrivals = Vec::new();
        for (n, (departure_s, block)) in self.departures(bus, days, back).into_iter().enumerate() {
            let trip = SynthTrip {
                headsign: if back { &bus.from } else { &bus.to },
                block: block.clone(),
                traffic: timetable::traffic(departure_s),
                blank_times: bus.blank_times,
                ..plain(&bus.name, days, back, n, departure_s)
            };
            let calls = self.writer.trip(&trip, pattern, platforms, &rules);
            arrivals.push((calls[last], block));
            if bus.service == Service::Frequency {
                for (from, until, headway_s) in FREQUENCIES {
                    let (from, until) = (clock(from * 3600), clock(until * 3600));
                    line(&mut self.frequencies, format_args!("{},{from},{until},{headway_s},1", trip.id));
                }
            }
            if bus.service == Service::Night && !back && days == Days::Weekdays {
                self.known.night(&trip.id, departure_s, pattern);
            }
        }
        arrivals
    }

    /// Departures with their blocks (empty: none). A bus that came as another line goes on two minutes later.
    fn departures(&self, bus: &BusLine, days: Days, back: bool) -> Vec<(i32, String)> {
        let came = |onward: &&OnwardBuses| !back && onward.line == bus.name && onward.days == days;
        if let Some(onward) = self.onward.iter().find(came) {
            return onward.arrivals.iter().map(|(at, block)| (at + 120, block.clone())).collect();
        }
        let starts = match bus.service {
            Service::Frequency => vec![FREQUENCIES[0].0 * 3600],
            service => timetable::buses(service, days, back, bus.offset_min),
        };
        let goes_on = bus.goes_on_as.is_some() && !back;
        let block =
            |n: usize| if goes_on { format!("v{}{}{n}", bus.name, letter(days)) } else { String::new() };
        starts.into_iter().enumerate().map(|(n, at)| (at, block(n))).collect()
    }
}

fn both_ways() -> impl Iterator<Item = (Days, bool)> {
    Days::ALL.into_iter().flat_map(|days| [(days, false), (days, true)])
}

/// The feed of metro and buses.
pub fn land(plan: &Plan, network: &SynthNetwork, globe: &Globe) -> FeedText {
    let mut tables = LandTables {
        network,
        routes: String::from(ROUTES_HEADER),
        frequencies: String::from("trip_id,start_time,end_time,headway_secs,exact_times\n"),
        writer: TripWriter::new(),
        known: KnownTrips::default(),
        onward: Vec::new(),
    };
    for (metro, patterns) in plan.metros.iter().zip(&network.metros) {
        tables.metro(metro, patterns);
    }
    for (bus, patterns) in plan.buses.iter().zip(&network.buses) {
        tables.bus(bus, patterns);
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
        name: format!("{}_gtfs", plan.name),
        tables: vec![
            ("agency.txt".into(), agency("SST", &format!("{}s trafik", plan.title))),
            ("stops.txt".into(), stops(network, shore, globe, true)),
            ("routes.txt".into(), tables.routes),
            ("trips.txt".into(), tables.writer.trips),
            ("stop_times.txt".into(), tables.writer.stop_times),
            ("calendar.txt".into(), calendar.into()),
            ("calendar_dates.txt".into(), dates),
            ("frequencies.txt".into(), tables.frequencies),
            ("transfers.txt".into(), transfers(plan, network, &tables.known)),
        ],
    }
}

/// The feed of the ferries' company: another range of dates, and no boats on holidays.
pub fn ferries(plan: &Plan, network: &SynthNetwork, globe: &Globe) -> FeedText {
    let mut routes = String::from(ROUTES_HEADER);
    let mut writer = TripWriter::new();
    for (number, (ferry, patterns)) in plan.ferries.iter().zip(&network.ferries).enumerate() {
        let route = format!("f{}", number + 1);
        let ends = [&ferry.piers[0].0, &ferry.piers[ferry.piers.len() - 1].0];
        line(
            &mut routes,
            format_args!("{route},BL,{},{}–{},{}", ferry.name, ends[0], ends[1], ferry.route_type),
        );
        for (days, back) in both_ways() {
            let offset_min = if back { ferry.headway_min / 2 + 1 } else { 0 };
            for (n, departure_s) in
                timetable::ferry(days, ferry.headway_min, offset_min).into_iter().enumerate()
            {
                let trip = SynthTrip {
                    headsign: ends[usize::from(!back)],
                    halt_s: 120,
                    ..plain(&route, days, back, n, departure_s)
                };
                writer.trip(&trip, &patterns[usize::from(back)], &network.platforms, &|_| (0, 0));
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
        name: format!("{}_ferry", plan.name),
        tables: vec![
            ("agency.txt".into(), agency("BL", &format!("Båtlinjen i {}", plan.title))),
            ("stops.txt".into(), stops(network, &network.platforms[network.ashore..], globe, false)),
            ("routes.txt".into(), routes),
            ("trips.txt".into(), writer.trips),
            ("stop_times.txt".into(), writer.stop_times),
            ("calendar.txt".into(), calendar.into()),
            ("calendar_dates.txt".into(), dates),
        ],
    }
}

fn plain<'a>(route: &'a str, days: Days, back: bool, n: usize, departure_s: i32) -> SynthTrip<'a> {
    SynthTrip {
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

fn agency(id: &str, name: &str) -> String {
    format!(
        "agency_id,agency_name,agency_url,agency_timezone,agency_lang\n\
         {id},{name},https://skargardsstad.example,Europe/Stockholm,sv\n"
    )
}

fn stops(network: &SynthNetwork, platforms: &[Platform], globe: &Globe, with_stations: bool) -> String {
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
