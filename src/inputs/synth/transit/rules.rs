//! Rules of changing: `transfers.txt`.

use std::collections::BTreeMap;

use super::network::{Pattern, Platform, SynthNetwork};
use super::text::line;
use crate::inputs::synth::plan::{Plan, Service, distance};

/// Trips that a rule names: the last metro that reaches the station at which a night bus starts, and that bus.
#[derive(Default)]
pub struct KnownTrips {
    /// Per platform: (arrival, number among all calls, trip).
    metro: BTreeMap<usize, Vec<(i32, usize, String)>>,
    calls: usize,
    /// (trip, platform, departure).
    night: Vec<(String, usize, i32)>,
}

impl KnownTrips {
    pub fn metro(&mut self, trip: &str, pattern: &Pattern, arrivals: &[i32]) {
        for (&platform, &arrival) in pattern.platforms.iter().zip(arrivals) {
            self.metro.entry(platform).or_default().push((arrival, self.calls, trip.to_owned()));
            self.calls += 1;
        }
    }

    pub fn night(&mut self, trip: &str, departure_s: i32, pattern: &Pattern) {
        self.night.push((trip.to_owned(), pattern.platforms[0], departure_s));
    }
}

/// A few rules of each kind, where a real feed has them.
pub fn transfers(plan: &Plan, network: &SynthNetwork, known: &KnownTrips) -> String {
    let mut table =
        String::from("from_stop_id,to_stop_id,transfer_type,min_transfer_time,from_trip_id,to_trip_id\n");
    let platforms = &network.platforms;
    let mut buses_at: BTreeMap<&str, Vec<&Platform>> = BTreeMap::new();
    for platform in platforms[..network.ashore].iter().filter(|p| !p.id.starts_with('T')) {
        buses_at.entry(&platform.station).or_default().push(platform);
    }
    for (index, station) in network.stations.iter().enumerate() {
        let tracks = [1, 2].map(|track| format!("{}-{track}", station.id));
        for bus in buses_at.get(station.id.as_str()).into_iter().flatten() {
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
        let near = known
            .metro
            .iter()
            .filter(|(platform, _)| distance(platforms[**platform].at, platforms[*from].at) < 300.0);
        let calls = near.flat_map(|(platform, calls)| calls.iter().map(move |call| (call, *platform)));
        let last = calls.filter(|((arrival, ..), _)| arrival <= departure);
        if let Some(((_, _, metro), platform)) =
            last.max_by_key(|((arrival, number, _), _)| (*arrival, *number))
        {
            line(
                &mut table,
                format_args!("{},{},1,,{metro},{night}", platforms[platform].id, platforms[*from].id),
            );
        }
    }
    table
}
