//! One plain connection scan per departure (Dibbelt, Pajor, Strasser & Wagner 2013): earliest arrivals at stops,
//! then at cells. Connections lie in one sorted array, and the scratch is used again.

use isokron::base::csr::TimedArc;

use super::plain::Plain;
use super::sink::Counts;

const NEVER: i32 = i32::MAX;

#[derive(Clone, Copy)]
struct Connection {
    departure_s: i32,
    arrival_s: i32,
    run: u32,
    from: u32,
    to: u32,
    boards: bool,
    alights: bool,
}

/// The connections in order, and one thread's scratch.
pub struct Scan<'a> {
    plain: &'a Plain<'a>,
    connections: Vec<Connection>,
    /// Stop → when one may board; when the first vehicle comes in.
    ready_s: Vec<i32>,
    arrived_s: Vec<i32>,
    aboard: Vec<bool>,
    /// What is to be cleaned.
    readied: Vec<u32>,
    arrived: Vec<u32>,
    boarded: Vec<u32>,
    cell_s: Vec<i32>,
    reached: Vec<u32>,
}

impl<'a> Scan<'a> {
    pub fn new(plain: &'a Plain<'a>) -> Scan<'a> {
        let mut connections = Vec::new();
        for (run, visits) in plain.runs.rows().enumerate() {
            for pair in visits.windows(2) {
                connections.push(Connection {
                    departure_s: pair[0].departure_s,
                    arrival_s: pair[1].arrival_s,
                    run: run as u32,
                    from: pair[0].stop,
                    to: pair[1].stop,
                    boards: pair[0].boards,
                    alights: pair[1].alights,
                });
            }
        }
        // Stable: the hops of a run stay in order.
        connections.sort_by_key(|c| (c.departure_s, c.arrival_s));
        Scan {
            plain,
            connections,
            ready_s: vec![NEVER; plain.stops],
            arrived_s: vec![NEVER; plain.stops],
            aboard: vec![false; plain.runs.len()],
            readied: Vec::new(),
            arrived: Vec::new(),
            boarded: Vec::new(),
            cell_s: vec![NEVER; plain.cells],
            reached: Vec::new(),
        }
    }

    pub fn connections(&self) -> usize {
        self.connections.len()
    }

    /// Every `step`-th departure of the window from one origin.
    pub fn window(&mut self, origin: u32, step: u32, counts: &mut Counts) {
        for k in (0..self.plain.query.window.count()).step_by(step as usize) {
            self.departure(origin, k, counts);
        }
    }

    fn departure(&mut self, origin: u32, k: u32, counts: &mut Counts) {
        let plain = self.plain;
        let query = &plain.query;
        let leaves_s = plain.leaves_s(k);
        let latest_s = leaves_s + query.longest_s as i32;
        let slack_s = query.transfer_slack_s as i32;
        let mut first_s = NEVER;
        for walk in plain.legs.access.row(origin as usize) {
            let at = leaves_s + (walk.seconds + query.board_slack_s) as i32;
            self.ready(walk.to, at);
            first_s = first_s.min(at);
        }
        let first = self.connections.partition_point(|c| c.departure_s < first_s);
        for i in first..self.connections.len() {
            let c = self.connections[i];
            if c.departure_s > latest_s {
                break;
            }
            if !self.aboard[c.run as usize] {
                if !c.boards || self.ready_s[c.from as usize] > c.departure_s {
                    continue;
                }
                self.aboard[c.run as usize] = true;
                self.boarded.push(c.run);
            }
            if c.alights && c.arrival_s < self.arrived_s[c.to as usize] {
                if self.arrived_s[c.to as usize] == NEVER {
                    self.arrived.push(c.to);
                }
                self.arrived_s[c.to as usize] = c.arrival_s;
                self.ready(c.to, c.arrival_s + slack_s);
                for &TimedArc { to, seconds } in plain.legs.footpaths.row(c.to as usize) {
                    self.ready(to, c.arrival_s + seconds as i32 + slack_s);
                }
            }
        }
        for &stop in &self.arrived {
            for walk in plain.cells_of.row(stop as usize) {
                let at = self.arrived_s[stop as usize] + walk.seconds as i32;
                let cell = &mut self.cell_s[walk.to as usize];
                if at < *cell {
                    if *cell == NEVER {
                        self.reached.push(walk.to);
                    }
                    *cell = at;
                }
            }
        }
        for cell in self.reached.drain(..) {
            counts.piece(cell, k, k, std::mem::replace(&mut self.cell_s[cell as usize], NEVER));
        }
        self.readied.drain(..).for_each(|stop| self.ready_s[stop as usize] = NEVER);
        self.arrived.drain(..).for_each(|stop| self.arrived_s[stop as usize] = NEVER);
        self.boarded.drain(..).for_each(|run| self.aboard[run as usize] = false);
    }

    #[inline]
    fn ready(&mut self, stop: u32, at_s: i32) {
        let ready = &mut self.ready_s[stop as usize];
        if at_s < *ready {
            if *ready == NEVER {
                self.readied.push(stop);
            }
            *ready = at_s;
        }
    }
}
