//! How many live and work at a place, and how well off they are: the districts' sum, found by a grid.

use super::plan::{Plan, Point};

/// Side of a square of the grid, m.
const SQUARE_M: f64 = 1000.0;

/// What the districts make of a place.
#[derive(Clone, Copy, Default)]
pub struct DistrictField {
    pub people_km2: f64,
    pub jobs_km2: f64,
    /// −1 … 1, by the people of each district.
    pub affluence: f64,
}

/// The districts by the squares that they touch, each square's in the plan's order.
pub struct DistrictFields<'a> {
    plan: &'a Plan,
    size: (usize, usize),
    squares: Vec<Vec<u32>>,
}

impl<'a> DistrictFields<'a> {
    pub fn new(plan: &'a Plan) -> Self {
        let size = [plan.half.0, plan.half.1].map(|half| (half * 2.0 / SQUARE_M).ceil() as usize + 1);
        let mut fields =
            DistrictFields { plan, size: (size[0], size[1]), squares: vec![Vec::new(); size[0] * size[1]] };
        for (index, district) in plan.districts.iter().enumerate() {
            let (at, r) = (district.middle, district.radius_m);
            let (low, high) = (fields.square((at.0 - r, at.1 - r)), fields.square((at.0 + r, at.1 + r)));
            for j in low.1..=high.1 {
                for i in low.0..=high.0 {
                    fields.squares[j * fields.size.0 + i].push(index as u32);
                }
            }
        }
        fields
    }

    /// Places beyond the edge belong to the squares at it.
    fn square(&self, p: Point) -> (usize, usize) {
        let along =
            |at: f64, half: f64, most: usize| (((at + half) / SQUARE_M).max(0.0) as usize).min(most - 1);
        (along(p.0, self.plan.half.0, self.size.0), along(p.1, self.plan.half.1, self.size.1))
    }

    /// That nobody lives or works within a square's side, nor in the place's own square.
    pub fn far(&self, p: Point) -> bool {
        let low = self.square((p.0 - SQUARE_M, p.1 - SQUARE_M));
        let high = self.square((p.0 + SQUARE_M, p.1 + SQUARE_M));
        (low.1..=high.1).all(|j| (low.0..=high.0).all(|i| self.squares[j * self.size.0 + i].is_empty()))
    }

    pub fn at(&self, p: Point) -> DistrictField {
        let square = self.square(p);
        let mut sum = DistrictField::default();
        let mut weight = 0.0;
        for &index in &self.squares[square.1 * self.size.0 + square.0] {
            let district = &self.plan.districts[index as usize];
            let (dx, dy) = (p.0 - district.middle.0, p.1 - district.middle.1);
            let far = (dx * dx + dy * dy) / (district.radius_m * district.radius_m);
            if far < 1.0 {
                let near = (1.0 - far) * (1.0 - far);
                sum.people_km2 += district.people_km2 * near;
                sum.jobs_km2 += district.jobs_km2 * near * near;
                sum.affluence += district.affluence * district.people_km2 * near;
                weight += district.people_km2 * near;
            }
        }
        if weight > 0.0 {
            sum.affluence /= weight;
        }
        sum
    }
}
