//! Random rules of transfer, blocks and joins, aimed at the pairs of calls and trips where they matter.

use isokron::inputs::raw::{RawFeed, RawStopTime, RawTransfer};

use super::random::{Dice, HUB, World};

/// Rules of types 0–3, mostly about pairs of calls where someone may change; now and then a second one on the same
/// pair, or one that names too little.
pub fn rules(d: &mut Dice, world: &World, feed: &mut RawFeed) {
    let number = if d.chance(20) { 0 } else { d.range(1, 12) };
    for _ in 0..number {
        let (mut from, mut to) = (d.below(feed.stop_times.len()), d.below(feed.stop_times.len()));
        for _ in 0..60 {
            // A change that is nearly or just possible is worth a rule.
            let wait = clock(&feed.stop_times[to]) - clock(&feed.stop_times[from]);
            if (0..=3 * world.unit as i32).contains(&wait)
                && feed.stop_times[from].trip != feed.stop_times[to].trip
                && (!world.hub || [from, to].iter().all(|&i| HUB.contains(&feed.stop_times[i].stop)))
                && (feed.stop_times[from].stop == feed.stop_times[to].stop || d.chance(30))
            {
                break;
            }
            (from, to) = (d.below(feed.stop_times.len()), d.below(feed.stop_times.len()));
        }
        let (from_stop, from_route, from_trip) = side(d, feed, from);
        let (to_stop, to_route, to_trip) = side(d, feed, to);
        let unit = world.unit as u32;
        let transfer_type = d.pick(&[0, 0, 1, 1, 2, 2, 2, 3, 3]);
        let mut rule = RawTransfer {
            from_stop,
            to_stop,
            from_route,
            to_route,
            from_trip,
            to_trip,
            transfer_type,
            min_transfer_time_s: None,
            line: 0,
        };
        if transfer_type == 2 && d.chance(85) {
            rule.min_transfer_time_s = Some(d.pick(&[0, 1, unit / 2, unit, unit + 1, 3 * unit]));
        }
        if d.chance(15) {
            let mut again = rule.clone();
            again.transfer_type = d.pick(&[0, 1, 3]);
            feed.transfers.push(again);
        }
        feed.transfers.push(rule);
    }
}

/// The time that a row has, or 0.
fn clock(row: &RawStopTime) -> i32 {
    row.departure_s.or(row.arrival_s).unwrap_or(0)
}

/// One side of a rule about a call, as (stop, route, trip): its stop or station, rarely none; any trip, those of a
/// route, one trip, or a trip with its route.
fn side(d: &mut Dice, feed: &RawFeed, call: usize) -> (Option<u32>, Option<u32>, Option<u32>) {
    let row = &feed.stop_times[call];
    let (mut stop, trip) = (Some(row.stop), row.trip);
    let station = feed.stops[row.stop as usize].parent;
    if station.is_some() && d.chance(40) {
        stop = station;
    } else if d.chance(10) {
        stop = if d.chance(30) { None } else { Some(d.below(feed.stops.len()) as u32) };
    }
    let route = feed.trips[trip as usize].route;
    match d.below(12) {
        0..=5 => (stop, None, None),
        6 | 7 => (stop, Some(route), None),
        8 => (stop, Some(d.below(feed.routes.len()) as u32), None),
        9 => (stop, Some(route), Some(trip)),
        _ => (stop, None, Some(trip)),
    }
}

/// A rule of type 4 or 5 between two trips, mostly such as could follow each other.
pub fn join(d: &mut Dice, world: &World, feed: &mut RawFeed) {
    let kind = d.pick(&[4, 5]);
    let block = |t: u32| feed.trips[t as usize].block_id.as_str();
    let mut pairs = followers(world, feed);
    if kind == 5 {
        pairs.retain(|&(a, b)| block(a) == block(b) && !block(a).is_empty());
    }
    let any = (d.below(feed.trips.len()) as u32, d.below(feed.trips.len()) as u32);
    let (from, to) = if pairs.is_empty() || d.chance(10) { any } else { d.pick(&pairs) };
    if from == to {
        return;
    }
    let mut rule = RawTransfer {
        from_trip: Some(from),
        to_trip: Some(to),
        transfer_type: kind,
        ..RawTransfer::default()
    };
    if d.chance(30) {
        // The stops where it happens; sometimes wrong ones, and then a type 4 says nothing.
        rule.from_stop = feed.stop_times.iter().rfind(|r| r.trip == from).map(|r| r.stop);
        rule.to_stop = feed.stop_times.iter().find(|r| r.trip == to).map(|r| r.stop);
        if kind == 4 && d.chance(20) {
            rule.from_stop = Some(d.below(feed.stops.len()) as u32);
        }
    }
    feed.transfers.push(rule);
}

/// Whether one trip starts soon after the other has ended, by the same service.
fn may_follow(world: &World, feed: &RawFeed, from: u32, to: u32) -> bool {
    let end = feed.stop_times.iter().rfind(|r| r.trip == from).map_or(0, clock);
    let start = feed.stop_times.iter().find(|r| r.trip == to).map_or(0, clock);
    let service = |t: u32| feed.trips[t as usize].service;
    from != to && (0..=8 * world.unit as i32).contains(&(start - end)) && service(from) == service(to)
}

/// Pairs of trips that could follow each other.
fn followers(world: &World, feed: &RawFeed) -> Vec<(u32, u32)> {
    let trips = 0..feed.trips.len() as u32;
    let pairs = trips.clone().flat_map(|a| trips.clone().map(move |b| (a, b)));
    pairs.filter(|&(a, b)| may_follow(world, feed, a, b)).collect()
}

/// Gives some trips a block; mostly such as follow each other.
pub fn blocks(d: &mut Dice, world: &World, feed: &mut RawFeed) {
    let pairs = followers(world, feed);
    for (chance, block) in [(75, "b1"), (50, "b2"), (30, "b3")] {
        if !d.chance(chance) || pairs.is_empty() {
            continue;
        }
        let (first, mut last) = d.pick(&pairs);
        feed.trips[first as usize].block_id = block.into();
        feed.trips[last as usize].block_id = block.into();
        while d.chance(40) {
            let next: Vec<u32> = pairs.iter().filter(|p| p.0 == last).map(|p| p.1).collect();
            // One that does not fit, now and then.
            last = if next.is_empty() || d.chance(10) {
                d.below(feed.trips.len()) as u32
            } else {
                d.pick(&next)
            };
            feed.trips[last as usize].block_id = block.into();
        }
    }
}
