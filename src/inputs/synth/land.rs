//! Land and water, heights, the coast; metres of the plan to degrees.

use proj4rs::Proj;
use rstar::RTree;
use rstar::primitives::GeomWithData;

use super::dice::Noise;
use super::plan::{Island, Mainland, Plan, Point, distance};

/// Where land is and how high.
pub struct Land<'a> {
    plan: &'a Plan,
    coast: Noise,
    hills: Noise,
    knolls: Noise,
    /// East and north, of the water between the parts of a mainland; and its width.
    turns: [Noise; 3],
    /// Parts of the mainland by their middles, and the nearest others of each.
    parts: RTree<GeomWithData<[f64; 2], usize>>,
    beside: Vec<Vec<usize>>,
}

/// Parts that may bound a part: more than touch it.
const BESIDE: usize = 24;

/// From water to where land is as high as it gets, m.
const SLOPE_M: f64 = 600.0;

impl<'a> Land<'a> {
    pub fn new(plan: &'a Plan, seed: u64) -> Self {
        let count = plan.mainland.as_ref().map_or(0, |mainland| mainland.parts);
        let middle = |part: usize| [plan.islands[part].middle.0, plan.islands[part].middle.1];
        let parts = RTree::bulk_load((0..count).map(|part| GeomWithData::new(middle(part), part)).collect());
        let beside = (0..count).map(|part| {
            let nearest = parts.nearest_neighbor_iter(&middle(part));
            nearest.map(|other| other.data).filter(|&other| other != part).take(BESIDE).collect()
        });
        Land {
            plan,
            beside: beside.collect(),
            parts,
            coast: Noise::new(seed, 10, 900.0),
            hills: Noise::new(seed, 11, 850.0),
            knolls: Noise::new(seed, 12, 330.0),
            turns: [(13, 2600.0), (14, 2600.0), (15, 5200.0)].map(|(stream, m)| Noise::new(seed, stream, m)),
        }
    }

    /// Above 0 on an island, 1 at most; 0 at its coast.
    fn inside(&self, island: usize, p: Point) -> f64 {
        if let Some(mainland) = self.plan.mainland.as_ref().filter(|mainland| island < mainland.parts) {
            return self.inside_part(mainland, island, p);
        }
        let island = &self.plan.islands[island];
        let (dx, dy) = ((p.0 - island.middle.0) / island.radii.0, (p.1 - island.middle.1) / island.radii.1);
        let square = dx * dx + dy * dy;
        if square > 1.4 {
            return -1.0;
        }
        1.0 - square + 0.3 * self.coast.at(p) * square
    }

    fn inside_part(&self, mainland: &Mainland, part: usize, p: Point) -> f64 {
        let turned = self.turned(p);
        let (x, y) = (turned.0 / mainland.radii.0, turned.1 / mainland.radii.1);
        let edge = (1.0 - (x * x + y * y).sqrt()) * mainland.radii.0.min(mainland.radii.1);
        let parts = &self.plan.islands[..mainland.parts];
        let from = |island: &Island| {
            let (dx, dy) = (turned.0 - island.middle.0, turned.1 - island.middle.1);
            dx * dx + dy * dy
        };
        let mine = from(&parts[part]);
        // Metres from the line half-way to each other part.
        let water = mainland.channel_m * (0.5 + 0.35 * self.turns[2].at(p));
        let others = self.beside[part].iter().map(|&other| {
            let other = &parts[other];
            (from(other) - mine) / (2.0 * distance(other.middle, parts[part].middle).max(1.0)) - water
        });
        (others.fold(edge, f64::min) / SLOPE_M).min(1.0)
    }

    fn turned(&self, p: Point) -> Point {
        (p.0 + 550.0 * self.turns[0].at(p), p.1 + 550.0 * self.turns[1].at(p))
    }

    /// The part of the mainland that a place belongs to, be it in the water.
    fn part(&self, p: Point) -> Option<usize> {
        let (x, y) = self.turned(p);
        self.parts.nearest_neighbor(&[x, y]).map(|found| found.data)
    }

    /// The island at a place, if it is at least `margin` (0 … 1 of the way inwards) from the sea.
    pub fn island(&self, p: Point, margin: f64) -> Option<usize> {
        let mainland = self.plan.mainland.as_ref();
        let part = mainland.and_then(|_| self.part(p));
        let skerries = mainland.map_or(0, |mainland| mainland.parts)..self.plan.islands.len();
        part.into_iter().chain(skerries).find(|&island| self.inside(island, p) > margin)
    }

    /// Height above the sea, m.
    pub fn height_m(&self, p: Point) -> f64 {
        let Some(island) = self.island(p, 0.0) else { return 0.0 };
        let rise = (self.inside(island, p) * 2.0).min(1.0);
        rise * (26.0 + 32.0 * self.hills.at(p) + 15.0 * self.knolls.at(p)).max(2.0)
    }

    /// The coast of an island as a closed ring, counter-clockwise: land on the left.
    pub fn ring(&self, island: usize, points: u32) -> Vec<Point> {
        let mut ring: Vec<Point> = (0..points).map(|k| self.shore(island, direction(k, points))).collect();
        ring.push(ring[0]);
        ring
    }

    /// The coast of an island towards a place.
    pub fn shore_towards(&self, island: usize, p: Point) -> Point {
        let middle = self.plan.islands[island].middle;
        let (dx, dy) = (p.0 - middle.0, p.1 - middle.1);
        let length = (dx * dx + dy * dy).sqrt().max(1.0);
        self.shore(island, (dx / length, dy / length))
    }

    fn shore(&self, island: usize, (ux, uy): Point) -> Point {
        let of = &self.plan.islands[island];
        let at = |r: f64| (of.middle.0 + ux * r, of.middle.1 + uy * r);
        let (mut land, mut sea) = (0.0, of.radii.0.max(of.radii.1) * 1.3);
        for _ in 0..40 {
            let half = (land + sea) / 2.0;
            if self.inside(island, at(half)) > 0.0 { land = half } else { sea = half }
        }
        at(land)
    }
}

/// The `k`-th of `n` unit vectors once around, nearly even: t ↦ ((1 − t²), 2t) / (1 + t²) in each quarter.
pub fn direction(k: u32, n: u32) -> Point {
    let turn = f64::from(k) / f64::from(n) * 4.0;
    let quarter = turn.floor();
    // tan(π/4 · t) is close to t·(0.785 + 0.215·t²), so the quarter is cut nearly evenly.
    let t = (turn - quarter) * (0.785 + 0.215 * (turn - quarter) * (turn - quarter));
    let (c, s) = ((1.0 - t * t) / (1.0 + t * t), 2.0 * t / (1.0 + t * t));
    match quarter as u32 {
        0 => (c, s),
        1 => (-s, c),
        2 => (-c, -s),
        _ => (s, -c),
    }
}

/// From the plan's metres through SWEREF 99 TM to WGS 84.
pub struct Globe {
    grid: Proj,
    degrees: Proj,
    middle: (f64, f64),
}

impl Globe {
    pub fn new(plan: &Plan) -> Self {
        let definition = |text| Proj::from_proj_string(text).expect("a known definition");
        Globe {
            grid: definition(crs_definitions::EPSG_3006.proj4),
            degrees: definition("+proj=longlat +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +no_defs"),
            middle: (plan.middle.0 as f64, plan.middle.1 as f64),
        }
    }

    /// (lon, lat) in 1e-7 degrees: rounding hides what differs between machines in the last bits.
    pub fn e7(&self, p: Point) -> (i32, i32) {
        let mut place = (self.middle.0 + p.0, self.middle.1 + p.1, 0.0);
        proj4rs::transform::transform(&self.grid, &self.degrees, &mut place).expect("inside the zone");
        let e7 = |radians: f64| (radians.to_degrees() * 1e7).round() as i32;
        (e7(place.0), e7(place.1))
    }
}
