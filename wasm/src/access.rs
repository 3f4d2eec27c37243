//! A message → the cumulative access of every cell.

use std::sync::Arc;

use isokron::base::array::Bytes;
use isokron::base::hilbert::hilbert_order;
use isokron::base::units::SpeedMmPerS;
use isokron::base::executor::Quiet;
use isokron::engine::profile_network::ProfileNetwork;
use isokron::engine::region::{Links, Region};
use isokron::engine::window::WindowQuery;
use isokron::inputs::raw::{Column, RawPlaces};
use isokron::measures::access::Cumulative;
use isokron::network::format::Reader;
use isokron::network::streets::Streets;
use isokron::network::transit::Timetable;
use isokron::network::{Network, StreetLegs};
use isokron::routing::KernelOptions;
use isokron::study::{Period, Profile, WindowOf};
use serde_json::json;

use crate::request::{Parts, Request, Traveller};

/// What goes wrong is said in words.
type Answer<T> = Result<T, String>;

/// The answer's text.
pub fn answer(message: &[u8]) -> Answer<String> {
    let short = "the message is cut off";
    let (length, rest) = message.split_at_checked(4).ok_or(short)?;
    let length = u32::from_le_bytes(length.try_into().expect("split off as four")) as usize;
    let request: Request =
        serde_json::from_slice(rest.get(..length).ok_or(short)?).map_err(|error| error.to_string())?;
    let mut at = (4 + length).next_multiple_of(8);
    let mut part = |bytes: usize| -> Answer<Reader> {
        let found = message.get(at..at + bytes).ok_or(short)?;
        at = (at + bytes).next_multiple_of(8);
        Reader::open(aligned(found)).map_err(|damage| damage.to_string())
    };
    let Parts { streets, timetable, links, legs } = request.parts;
    let parts = [part(streets)?, part(timetable)?, part(links)?, part(legs)?];
    access(&request, &parts).map_err(|error| error.to_string())
}

/// Bytes on a border of eight.
fn aligned(bytes: &[u8]) -> Bytes {
    struct Words(Vec<u64>, usize);
    impl AsRef<[u8]> for Words {
        fn as_ref(&self) -> &[u8] {
            &bytemuck::cast_slice(&self.0)[..self.1]
        }
    }
    let mut words = vec![0u64; bytes.len().div_ceil(8)];
    bytemuck::cast_slice_mut(&mut words)[..bytes.len()].copy_from_slice(bytes);
    Arc::new(Words(words, bytes.len()))
}

fn access(request: &Request, [streets, timetable, links, legs]: &[Reader; 4]) -> Answer<String> {
    let words = |error: &dyn std::fmt::Display| error.to_string();
    let streets = Streets::read(streets).map_err(|error| words(&error))?;
    let timetable = Arc::new(Timetable::read(timetable).map_err(|error| words(&error))?);
    let links = Links::read(links, &streets).map_err(|error| words(&error))?;
    let cells = request.lon.len();
    let legs = StreetLegs::read(legs, cells, cells, timetable.stops.ids.len()).map_err(|error| words(&error))?;
    let column = |o: &crate::request::Opportunity| Column { name: o.name.clone(), values: o.values.clone() };
    let cells = RawPlaces {
        points: request.lon.iter().copied().zip(request.lat.iter().copied()).collect(),
        opportunities: request.opportunities.iter().map(column).collect(),
        ..RawPlaces::default()
    };
    if request.lat.len() != request.lon.len() || cells.opportunities.iter().any(|o| o.values.len() != cells.points.len()) {
        return Err("columns of cells differ in length".into());
    }
    let region = Region { streets: Arc::new(streets), slopes: None, timetable, cells, others: None, links };
    let profile = profile(&request.traveller)?;
    let period = Period {
        name: "asked".into(),
        date: request.date.parse().map_err(|error: jiff::Error| words(&error))?,
        of: WindowOf::Departures,
        start_s: request.start_s,
        end_s: request.end_s,
        every_s: request.every_s,
    };
    let asked = WindowQuery::plainly(&region, &request.zone, &period, &profile, KernelOptions::best()).map_err(|e| words(&e))?;
    let network = Network { timetable: Arc::clone(&region.timetable), legs: Arc::new(legs), rides: Vec::new(), chains: None };
    let ground = ProfileNetwork::new(network, &profile);
    let what = Cumulative {
        columns: &region.cells.opportunities,
        cutoffs_min: &request.cutoffs_min,
        percentiles: &request.percentiles,
        departures: asked.query.window.count(),
        destinations: region.cells.points.len(),
    };
    let points = &region.cells.points;
    let longest_s = request.cutoffs_min.iter().max().map_or(0, |minutes| minutes * 60);
    let router = ground
        .router(&asked, longest_s, points, points, Some(request.own_cell_s), None, &Quiet)
        .map_err(|e| words(&e))?;
    let mut order = hilbert_order(points);
    order.retain(|&cell| region.links.cells.has_street(cell as usize));
    let batches = router.route(&order, asked.how, |batch| what.listen(batch), &Quiet).map_err(|e| words(&e))?;
    let mut values = vec![vec![None; points.len()]; what.names().len()];
    for (&cell, row) in order.iter().zip(batches.iter().flatten()) {
        for (column, &value) in values.iter_mut().zip(row) {
            column[cell as usize] = Some(value);
        }
    }
    Ok(json!({ "names": what.names(), "values": values }).to_string())
}

fn profile(traveller: &Traveller) -> Answer<Profile> {
    let speed = SpeedMmPerS::from_mps(traveller.walk_speed_mps);
    Ok(Profile {
        name: "traveller".into(),
        walk: true,
        transit: traveller.transit,
        bicycle: None,
        car: None,
        chains: None,
        slopes: false,
        steps_factor: 1.0,
        walk_speed: speed.ok_or("walk_speed_mps is above 0 and at most 100, in whole mm/s")?,
        max_walk_s: traveller.max_walk_s,
        max_direct_walk_s: traveller.max_direct_walk_s,
        max_transfer_walk_s: traveller.max_transfer_walk_s,
        max_rides: traveller.max_rides,
        board_slack_s: traveller.board_slack_s,
        transfer_slack_s: traveller.transfer_slack_s,
        max_travel_time_s: traveller.max_travel_time_s,
    })
}
