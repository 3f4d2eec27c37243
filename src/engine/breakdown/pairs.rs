//! A window of departures → of each pair the journeys of the departures that have its travel times.
//!
//! The kernel says which departure has the time of a percentile; one plain scan of the connections finds that departure's
//! journey, as `isokron trip` does. LegPortions of legs that several pairs share are measured once a task.

use std::borrow::Cow;
use std::collections::HashMap;

use super::parts::{Breakdown, Portion};
use crate::base::NONE;
use crate::base::csr::TimedArc;
use crate::base::error::Result;
use crate::base::executor::{Executor, collect};
use crate::base::ids::CellId;
use crate::engine::matrix::Matrix;
use crate::engine::trip::{Drawing, EndSpots, FoundTrip, LegMode, LegsBy};
use crate::measures::times::{TimesAt, ranks};
use crate::network::rides::{By, Chains, Vehicle};
use crate::network::streets::Streets;
use crate::network::{Network, StreetLegs};
use crate::routing::journey::{JourneyEnds, Leg, Scanner};
use crate::study::Profile;

/// A pair that has a travel time at one percentile at least.
#[derive(Clone, Debug)]
pub struct PairParts {
    pub to: usize,
    /// On foot all the way.
    pub walk_s: Option<u32>,
    /// Percentile by percentile.
    pub at: Vec<Option<Breakdown>>,
}

/// Takes pairs, origin by origin.
pub trait BreakdownSink {
    /// # Errors
    /// The sink's.
    fn push(&mut self, from: usize, pairs: Vec<PairParts>) -> Result<()>;
}

/// Origins whose pairs are held at once, and destinations in a task.
const HELD: usize = 128;
const CHUNK: usize = 32;

/// Breaks down the times of all pairs of a window of departures.
///
/// # Errors
/// Those of `sink`; `Stopped`.
pub fn fill(
    matrix: Matrix<'_>,
    profile: &Profile,
    sink: &mut impl BreakdownSink,
    executor: &dyn Executor,
) -> Result<()> {
    let Matrix { study, region, ground, asked, .. } = matrix;
    let (cells, goals) = (&region.cells.points, &region.destinations().0.points);
    let own_s = region.others.is_none().then_some(study.access.own_cell_s);
    ground.prepare(cells.len(), asked, executor)?;
    let router = ground.router(asked, asked.query.longest_s, cells, goals, own_s, None, executor)?;
    let ranks = ranks(&study.access.percentiles, asked.query.window.count());
    let network = &ground.network;
    // The legs of chains are not walks alone.
    let walks: Cow<'_, StreetLegs> = match &network.chains {
        None => Cow::Borrowed(&network.legs),
        Some(_) => Cow::Owned(region.legs(profile, executor)?),
    };
    let streets = region.walked_streets(profile);
    let scanner = Scanner::new(&region.timetable, &network.legs, &asked.service, asked.span());
    let pairs = Pairs { matrix, profile, network, walks: &walks, streets: &streets, scanner: &scanner };
    let egress = pairs.egress(goals.len(), executor)?;
    executor.begin("breakdown", cells.len() as u64);
    let all: Vec<u32> = (0..cells.len() as u32).collect();
    for stretch in all.chunks(HELD) {
        let linked = |cell: &&u32| ground.is_linked(region, CellId(**cell));
        let origins: Vec<u32> = stretch.iter().filter(linked).copied().collect();
        let listen = |batch: crate::routing::Batch<'_>| TimesAt::listen(&ranks, goals.len(), batch);
        let rows: Vec<(u32, u32)> = router.route(&origins, asked.how, listen, executor)?.concat();
        let starts = collect(executor, origins.len(), |i| pairs.start(origins[i] as usize))?;
        let chunks = goals.len().div_ceil(CHUNK);
        let found = collect(executor, origins.len() * chunks, |task| {
            let (i, first) = (task / chunks, task % chunks * CHUNK);
            let row = &rows[i * goals.len() * ranks.len()..][..goals.len() * ranks.len()];
            let to = first..(first + CHUNK).min(goals.len());
            pairs.of_chunk(&starts[i], &egress, to, row, ranks.len())
        })?;
        let mut found = found.into_iter();
        for &cell in stretch {
            let is_routed = origins.binary_search(&cell).is_ok();
            let own = if is_routed { found.by_ref().take(chunks).flatten().collect() } else { Vec::new() };
            sink.push(cell as usize, own)?;
        }
    }
    Ok(())
}

/// What all pairs share.
struct Pairs<'a> {
    matrix: Matrix<'a>,
    profile: &'a Profile,
    network: &'a Network,
    walks: &'a StreetLegs,
    streets: &'a Streets,
    scanner: &'a Scanner<'a>,
}

/// How one sets out from an origin.
struct PairStart {
    cell: usize,
    spots: EndSpots,
    access: Vec<(TimedArc, By)>,
    /// Destination → seconds by the fastest vehicle all the way.
    ridden: HashMap<u32, (u32, Vehicle)>,
}

/// How one comes to a destination.
struct PairGoal {
    spots: EndSpots,
    egress: Vec<(TimedArc, By)>,
}

/// Leg by its ends, in so many seconds → what it is made of.
type LegPortions = HashMap<(Option<u32>, Option<u32>, u32), Vec<Portion>>;

impl Pairs<'_> {
    fn start(&self, cell: usize) -> PairStart {
        let spots = EndSpots::of_region(self.matrix.region, self.network, true)(cell);
        let mut ridden: HashMap<u32, (u32, Vehicle)> = HashMap::new();
        for ride in &self.network.rides {
            let by = ride.limits().by;
            ride.from_origin(cell, |to, seconds| {
                let known = ridden.entry(to).or_insert((seconds, by));
                if seconds < known.0 {
                    *known = (seconds, by);
                }
            });
        }
        let access = ways(self.network.chains.as_deref(), &spots, self.walks.access.row(cell), true);
        PairStart { cell, spots, access, ridden }
    }

    fn egress(&self, goals: usize, executor: &dyn Executor) -> Result<Vec<PairGoal>> {
        let spots = EndSpots::of_region(self.matrix.region, self.network, false);
        collect(executor, goals, |to| {
            let spots = spots(to);
            let egress = ways(self.network.chains.as_deref(), &spots, self.walks.egress.row(to), false);
            PairGoal { spots, egress }
        })
    }

    /// The pairs of an origin with some destinations; `row` has the times and departures of all.
    fn of_chunk(
        &self,
        start: &PairStart,
        goals: &[PairGoal],
        to: std::ops::Range<usize>,
        row: &[(u32, u32)],
        percentiles: usize,
    ) -> Vec<PairParts> {
        let mut to_stops = LegPortions::default();
        let mut pairs = Vec::new();
        for to in to {
            let found = &row[to * percentiles..(to + 1) * percentiles];
            let is_twin =
                self.matrix.twins.get(start.cell).is_some_and(|&twin| twin != NONE && twin as usize == to);
            if !is_twin && found.iter().all(|(time_s, _)| *time_s == u32::MAX) {
                continue;
            }
            let ends = self.ends(start, &goals[to], to, is_twin);
            let mut known: HashMap<u32, Breakdown> = HashMap::new();
            let at = found.iter().map(|&(time_s, departure)| {
                let is_there = time_s != u32::MAX || is_twin;
                is_there.then(|| {
                    let of = || self.journey(start, &goals[to], &ends, departure, &mut to_stops);
                    known.entry(departure).or_insert_with(of).clone()
                })
            });
            let at = at.collect();
            pairs.push(PairParts { to, walk_s: self.walk_s(start.cell, to, is_twin), at });
        }
        pairs
    }

    /// On foot all the way, and from a place to itself.
    fn walk_s(&self, cell: usize, to: usize, is_twin: bool) -> Option<u32> {
        let Matrix { study, region, .. } = self.matrix;
        if is_twin || region.others.is_none() && to == cell {
            return Some(study.access.own_cell_s);
        }
        let row = self.walks.direct.row(cell);
        row.binary_search_by_key(&(to as u32), |walk| walk.to).ok().map(|at| row[at].seconds)
    }

    /// The legs at both ends, and the vehicle of the direct one.
    fn ends(
        &self,
        start: &PairStart,
        goal: &PairGoal,
        to: usize,
        is_twin: bool,
    ) -> (JourneyEnds, Option<Vehicle>) {
        let own = is_twin || self.matrix.region.others.is_none() && to == start.cell;
        let mut direct = (self.walk_s(start.cell, to, is_twin), None);
        if let Some(&(ridden_s, by)) = start.ridden.get(&(to as u32)).filter(|_| !own)
            && direct.0.is_none_or(|walk_s| ridden_s < walk_s)
        {
            direct = (Some(ridden_s), Some(by));
        }
        if is_twin {
            // Whatever else there is: it is the place itself.
            return (JourneyEnds { direct_s: direct.0, ..JourneyEnds::default() }, None);
        }
        let legs = |ways: &[(TimedArc, By)]| ways.iter().map(|(leg, _)| *leg).collect();
        (
            JourneyEnds { access: legs(&start.access), egress: legs(&goal.egress), direct_s: direct.0 },
            direct.1,
        )
    }

    /// The journey of a departure, counted in steps, in its parts.
    fn journey(
        &self,
        start: &PairStart,
        goal: &PairGoal,
        (ends, vehicle): &(JourneyEnds, Option<Vehicle>),
        departure: u32,
        to_stops: &mut LegPortions,
    ) -> Breakdown {
        let departs_s = (departure * self.matrix.asked.query.window.every_s) as i32;
        let journey = self.scanner.journey(ends, departs_s);
        let legs_by = LegsBy { access: by_stop(&start.access), egress: by_stop(&goal.egress) };
        let trip = FoundTrip { journey, vehicle: *vehicle, legs_by };
        let Some(journey) = &trip.journey else {
            return Breakdown { departs_s, ..Breakdown::default() };
        };
        let (region, network) = (self.matrix.region, self.network);
        let ends = [start.spots, goal.spots];
        let drawing = Drawing { region, network, profile: self.profile, streets: self.streets, ends };
        let portions = |leg: &Leg| {
            let drawn = || -> Vec<Portion> {
                let legs = drawing.leg(&trip, leg).into_iter();
                legs.map(|leg| (leg.mode, (leg.ends_s - leg.starts_s) as u32, leg.mm)).collect()
            };
            match *leg {
                // Those that other destinations share.
                Leg::Street { from, to: Some(to), seconds, .. } => to_stops
                    .entry((from.map(|from| from.0), Some(to.0), seconds))
                    .or_insert_with(drawn)
                    .clone(),
                _ => drawn(),
            }
        };
        Breakdown::new(&trip, journey, departs_s, portions)
    }
}

/// The fastest ways between a place and the stops.
fn ways(
    chains: Option<&Chains>,
    spots: &EndSpots,
    on_foot: &[TimedArc],
    access: bool,
) -> Vec<(TimedArc, By)> {
    match chains {
        None => on_foot.iter().map(|&leg| (leg, By::OnFoot)).collect(),
        Some(chains) => {
            let spot = |by: By| spots.by(if by == By::Bicycle { LegMode::Bicycle } else { LegMode::Car });
            chains.ways(spot, on_foot, access)
        }
    }
}

fn by_stop(ways: &[(TimedArc, By)]) -> std::collections::BTreeMap<u32, By> {
    let others = ways.iter().filter(|(_, by)| *by != By::OnFoot);
    others.map(|(leg, by)| (leg.to, *by)).collect()
}
