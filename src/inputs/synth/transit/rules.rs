//! Rules of changing: `transfers.txt`.

use super::tables::line;
use super::{Network, Pattern, Platform};
use crate::inputs::synth::plan::{Plan, Service};
use crate::inputs::synth::streets::distance;

/// Trips that a rule names: the last metro that reaches the station at which a night bus starts, and that bus.
#[derive(Default)]
pub struct Known {
    /// (trip, platform, arrival).
    metro: Vec<(String, usize, i32)>,
    /// (trip, platform, departure).
    night: Vec<(String, usize, i32)>,
}

impl Known {
    pub fn metro(&mut self, trip: &str, pattern: &Pattern, arrivals: &[i32]) {
        for (&platform, &arrival) in pattern.platforms.iter().zip(arrivals) {
            self.metro.push((trip.to_owned(), platform, arrival));
        }
    }

    pub fn night(&mut self, trip: &str, departure_s: i32, pattern: &Pattern) {
        self.night.push((trip.to_owned(), pattern.platforms[0], departure_s));
    }
}

/// A few rules of each kind, where a real feed has them.
pub fn transfers(plan: &Plan, network: &Network, known: &Known) -> String {
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
