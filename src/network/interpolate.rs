//! The stop times of a trip, some of them blank, become an arrival and a departure at each of its calls.

use geo::{Distance, Geodesic, Point};
use rustc_hash::FxHashMap;

use crate::inputs::raw::{RawStop, RawStopTime};

/// Why a trip cannot be used; with the line in stop_times.txt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    /// Fewer than two calls.
    TooShort,
    /// Its first or last stop has no time.
    UntimedEnd(u32),
    /// A time is earlier than the one before it.
    Falling(u32),
}

/// Arrival and departure at each call, seconds.
pub(super) type CallTimes = Vec<(i32, i32)>;

/// How many calls were interpolated, by what told the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Filled {
    /// `shape_dist_traveled`.
    pub by_shape: u64,
    /// Straight lines from stop to stop.
    pub by_ground: u64,
    /// Nothing: the time is shared out evenly.
    pub evenly: u64,
    /// Of all these: calls whose `shape_dist_traveled` is there, and says nothing.
    pub idle_shape: u64,
}

impl Filled {
    pub fn all(&self) -> u64 {
        self.by_shape + self.by_ground + self.evenly
    }

    pub fn add(&mut self, more: Filled) {
        self.by_shape += more.by_shape;
        self.by_ground += more.by_ground;
        self.evenly += more.evenly;
        self.idle_shape += more.idle_shape;
    }
}

/// Fills the blanks of one trip (design, section 4) into `times`. Says how many calls were interpolated.
///
/// One of arrival and departure blank takes the other. Between timed stops time runs from the last departure to the
/// next arrival in proportion to the way, in whole seconds, half up.
///
/// # Errors
/// [`Unusable`].
pub(super) fn times(
    rows: &[RawStopTime],
    distances: &mut Distances,
    times: &mut CallTimes,
) -> Result<Filled, Unusable> {
    times.clear();
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Err(Unusable::TooShort) };
    if rows.len() < 2 {
        return Err(Unusable::TooShort);
    }
    for end in [first, last] {
        known(end).ok_or(Unusable::UntimedEnd(end.line))?;
    }
    // The last call with a time.
    let mut from = 0;
    let mut filled = Filled::default();
    for (index, row) in rows.iter().enumerate() {
        let Some((arrival, departure)) = known(row) else { continue };
        let before = times.last().map_or(arrival, |&(_, departure)| departure);
        if arrival < before || departure < arrival {
            return Err(Unusable::Falling(row.line));
        }
        if index > from + 1 {
            let gap = &rows[from..=index];
            let way = way(gap, distances, &mut filled);
            let total = way.last().copied().unwrap_or(1);
            for &along in &way[1..way.len() - 1] {
                let time = before + share(arrival - before, along, total);
                times.push((time, time));
            }
        }
        times.push((arrival, departure));
        from = index;
    }
    Ok(filled)
}

/// Arrival and departure, if the row has either.
fn known(row: &RawStopTime) -> Option<(i32, i32)> {
    let arrival = row.arrival_s.or(row.departure_s)?;
    Some((arrival, row.departure_s.unwrap_or(arrival)))
}

/// `span · along / total` to the nearest whole number, half up, exactly.
fn share(span: i32, along: i128, total: i128) -> i32 {
    let rounded = (2 * i128::from(span) * along + total).div_euclid(2 * total);
    i32::try_from(rounded).expect("not above the span")
}

/// The way from the gap's first stop to each of its stops; the last is above 0.
fn way(gap: &[RawStopTime], distances: &mut Distances, filled: &mut Filled) -> Vec<i128> {
    let calls = gap.len() as u64 - 2;
    let some_length = |way: &Vec<i128>| way.last() > Some(&0);
    if let Some(way) = by_shape(gap, distances).filter(some_length) {
        filled.by_shape += calls;
        return way;
    }
    if gap.iter().all(|row| row.shape_dist_traveled.is_some()) {
        filled.idle_shape += calls;
    }
    if let Some(way) = by_geodesic(gap, distances).filter(some_length) {
        filled.by_ground += calls;
        return way;
    }
    filled.evenly += calls;
    (0..gap.len() as i128).collect()
}

/// By `shape_dist_traveled`, in billionths of its unit; `None` unless it is given throughout, never falls, and rises
/// between stops that lie apart: zeros in place of distances say nothing of the way.
fn by_shape(gap: &[RawStopTime], distances: &mut Distances) -> Option<Vec<i128>> {
    let given: Option<Vec<f64>> = gap.iter().map(|row| row.shape_dist_traveled).collect();
    let given = given.filter(|given| given.is_sorted() && given.iter().all(|value| value.abs() <= 1e12))?;
    let way: Vec<i128> = given.iter().map(|value| ((value - given[0]) * 1e9).round() as i128).collect();
    let mut hops = way.windows(2).zip(gap.windows(2));
    let stands = hops.any(|(way, rows)| {
        way[0] == way[1] && distances.mm(rows[0].stop, rows[1].stop).is_some_and(|apart| apart > 0)
    });
    (!stands).then_some(way)
}

/// By geodesic distance from stop to stop, in millimetres; `None` where a stop has no coordinates.
fn by_geodesic(gap: &[RawStopTime], distances: &mut Distances) -> Option<Vec<i128>> {
    let mut way = vec![0];
    for pair in gap.windows(2) {
        let hop = distances.mm(pair[0].stop, pair[1].stop)?;
        way.push(way[way.len() - 1] + i128::from(hop));
    }
    Some(way)
}

/// Geodesic distances between the stops of a feed (WGS 84; Karney, 2013), each worked out once.
pub(super) struct Distances<'s> {
    stops: &'s [RawStop],
    known: FxHashMap<(u32, u32), Option<u64>>,
}

impl<'s> Distances<'s> {
    pub fn new(stops: &'s [RawStop]) -> Self {
        Distances { stops, known: FxHashMap::default() }
    }

    /// Whole millimetres, the same both ways; `None` where either stop has no coordinates.
    pub fn mm(&mut self, a: u32, b: u32) -> Option<u64> {
        let (a, b) = (a.min(b), a.max(b));
        let stops = self.stops;
        *self.known.entry((a, b)).or_insert_with(|| {
            let point = |stop: u32| stops[stop as usize].lon_lat.map(|(lon, lat)| Point::new(lon, lat));
            let (a, b) = (point(a)?, point(b)?);
            Some((Geodesic.distance(a, b) * 1000.0).round() as u64)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(stop: u32, time: Option<i32>, distance: Option<f64>) -> RawStopTime {
        let line = stop + 2;
        RawStopTime {
            stop,
            arrival_s: time,
            departure_s: time,
            shape_dist_traveled: distance,
            line,
            ..Default::default()
        }
    }

    /// Stops on the equator at these thousandths of a degree.
    fn stops(thousandths: &[f64]) -> Vec<RawStop> {
        let stop = |lon: &f64| RawStop { lon_lat: Some((lon / 1000.0, 0.0)), ..Default::default() };
        thousandths.iter().map(stop).collect()
    }

    fn filled(rows: &[RawStopTime], stops: &[RawStop]) -> Result<Vec<(i32, i32)>, Unusable> {
        let mut times = Vec::new();
        super::times(rows, &mut Distances::new(stops), &mut times)?;
        Ok(times)
    }

    fn arrivals(rows: &[RawStopTime], stops: &[RawStop]) -> Vec<i32> {
        filled(rows, stops).expect("a usable trip").iter().map(|&(arrival, _)| arrival).collect()
    }

    #[test]
    fn by_distance_on_the_ground() {
        // 1 and 4 of 5 parts of 100 s.
        let rows = [row(0, Some(0), None), row(1, None, None), row(2, None, None), row(3, Some(100), None)];
        assert_eq!(arrivals(&rows, &stops(&[0.0, 1.0, 4.0, 5.0])), [0, 20, 80, 100]);
        // There and back: the way counts, not the crow's flight from the start.
        assert_eq!(arrivals(&rows, &stops(&[0.0, 2.0, 1.0, 0.0])), [0, 50, 75, 100]);
    }

    #[test]
    fn by_shape_distance_where_it_is_whole() {
        let ground = stops(&[0.0, 1.0, 4.0, 5.0]);
        let at = |distances: [Option<f64>; 4]| {
            let times = [Some(0), None, None, Some(100)];
            let rows: Vec<_> = (0..4).map(|i| row(i as u32, times[i], distances[i])).collect();
            arrivals(&rows, &ground)
        };
        assert_eq!(at([Some(7.0), Some(7.3), Some(7.6), Some(8.0)]), [0, 30, 60, 100]);
        // Missing at one of the gap's ends, or falling: the ground again.
        assert_eq!(at([None, Some(7.3), Some(7.6), Some(8.0)]), [0, 20, 80, 100]);
        assert_eq!(at([Some(7.0), Some(7.6), Some(7.3), Some(8.0)]), [0, 20, 80, 100]);
        // No length, or none between two stops that lie apart: the ground again.
        assert_eq!(at([Some(7.0); 4]), [0, 20, 80, 100]);
        assert_eq!(at([Some(0.0), Some(0.0), Some(0.0), Some(8.0)]), [0, 20, 80, 100]);
        assert_eq!(at([Some(7.0), Some(7.5), Some(7.5), Some(8.0)]), [0, 20, 80, 100]);
        // Two stops at one place may share a distance; all four there share the time evenly, 33⅓ and 66⅔.
        let times = [Some(0), None, None, Some(100)];
        let rows =
            |given: [f64; 4]| (0..4).map(|i| row(i as u32, times[i], Some(given[i]))).collect::<Vec<_>>();
        assert_eq!(arrivals(&rows([0.0, 2.0, 2.0, 8.0]), &stops(&[0.0, 1.0, 1.0, 5.0])), [0, 25, 25, 100]);
        assert_eq!(arrivals(&rows([7.0; 4]), &stops(&[1.0; 4])), [0, 33, 67, 100]);
    }

    #[test]
    fn it_is_counted_what_told_the_way() {
        let ground = stops(&[0.0, 1.0, 4.0, 5.0]);
        let counted = |given: Option<f64>, ground: &[RawStop]| {
            let rows: Vec<_> = (0..4)
                .map(|i| {
                    row(
                        i,
                        [Some(0), None, None, Some(100)][i as usize],
                        given.map(|step| step * f64::from(i)),
                    )
                })
                .collect();
            let found =
                super::times(&rows, &mut Distances::new(ground), &mut CallTimes::new()).expect("usable");
            (found.by_shape, found.by_ground, found.evenly, found.idle_shape)
        };
        assert_eq!(counted(Some(1.0), &ground), (2, 0, 0, 0));
        assert_eq!(counted(Some(0.0), &ground), (0, 2, 0, 2));
        assert_eq!(counted(None, &ground), (0, 2, 0, 0));
        assert_eq!(counted(None, &stops(&[1.0; 4])), (0, 0, 2, 0));
    }

    #[test]
    fn halves_go_up_and_dwell_counts() {
        // From the departure at 10 to the arrival at 15: 12.5 becomes 13.
        let mut rows = vec![row(0, Some(0), None), row(1, None, None), row(2, Some(15), None)];
        rows[0].departure_s = Some(10);
        assert_eq!(filled(&rows, &stops(&[0.0, 1.0, 2.0])), Ok(vec![(0, 10), (13, 13), (15, 15)]));
    }

    #[test]
    fn one_of_two_times() {
        let mut rows = vec![row(0, Some(5), None), row(1, Some(9), None)];
        (rows[0].arrival_s, rows[1].departure_s) = (None, None);
        assert_eq!(filled(&rows, &stops(&[0.0, 1.0])), Ok(vec![(5, 5), (9, 9)]));
    }

    #[test]
    fn stops_without_coordinates_share_evenly() {
        let mut ground = stops(&[0.0, 1.0, 9.0]);
        ground[1].lon_lat = None;
        let rows = [row(0, Some(0), None), row(1, None, None), row(2, Some(60), None)];
        assert_eq!(arrivals(&rows, &ground), [0, 30, 60]);
    }

    #[test]
    fn what_cannot_be_used() {
        let ground = stops(&[0.0, 1.0, 2.0]);
        assert_eq!(filled(&[row(0, Some(0), None)], &ground), Err(Unusable::TooShort));
        assert_eq!(
            filled(&[row(0, None, None), row(1, Some(1), None)], &ground),
            Err(Unusable::UntimedEnd(2))
        );
        assert_eq!(
            filled(&[row(0, Some(0), None), row(1, None, None)], &ground),
            Err(Unusable::UntimedEnd(3))
        );
        let falling = [row(0, Some(9), None), row(1, None, None), row(2, Some(8), None)];
        assert_eq!(filled(&falling, &ground), Err(Unusable::Falling(4)));
    }
}
