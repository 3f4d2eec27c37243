//! Every measure as the plainest formula over a dense matrix, and the engine's held to it on random matrices.

use isokron::measures::kinds::{Form, MEASURES};
use isokron::measures::rows::TimesInMemory;
use isokron::measures::spec::resolve;
use isokron::study::parse::measure_of_flag;

use super::{near, side, whole};

use crate::oracle::random::Dice;

/// Origins × destinations, seconds; infinite where not reached. With people at origins, opportunities at
/// destinations.
#[derive(Clone, Debug)]
pub struct Dense {
    pub cost_s: Vec<Vec<f64>>,
    pub people: Vec<f64>,
    pub jobs: Vec<f64>,
}

type Decay<'a> = &'a dyn Fn(f64) -> f64;

impl Dense {
    pub fn random(dice: &mut Dice) -> Dense {
        let (origins, destinations) = (dice.range(1, 9), dice.range(1, 9));
        let cost = |dice: &mut Dice| match dice.below(5) {
            0 => f64::INFINITY,
            1 => 300.0 * dice.below(8) as f64,
            _ => dice.below(40_000) as f64 / 10.0,
        };
        let cost_s = (0..origins).map(|_| (0..destinations).map(|_| cost(dice)).collect()).collect();
        let amounts = |dice: &mut Dice, n: usize| -> Vec<f64> {
            (0..n).map(|_| if dice.chance(25) { 0.0 } else { dice.below(500) as f64 / 4.0 }).collect()
        };
        Dense { cost_s, people: amounts(dice, origins), jobs: amounts(dice, destinations) }
    }

    pub fn matrix(&self) -> TimesInMemory {
        let mut pairs = Vec::new();
        for (i, row) in self.cost_s.iter().enumerate() {
            pairs.extend(row.iter().enumerate().map(|(j, &cost_s)| (i as u32, j as u32, cost_s)));
        }
        pairs.retain(|pair| pair.2.is_finite());
        TimesInMemory::new(self.people.len(), self.jobs.len(), pairs)
    }

    /// Origins as destinations, people as opportunities.
    fn turned(&self) -> Dense {
        let column = |j: usize| self.cost_s.iter().map(|row| row[j]).collect();
        let cost_s = (0..self.jobs.len()).map(column).collect();
        Dense { cost_s, people: self.jobs.clone(), jobs: self.people.clone() }
    }

    fn f(&self, decay: Decay<'_>, i: usize, j: usize) -> f64 {
        if self.cost_s[i][j].is_finite() { decay(self.cost_s[i][j]) } else { 0.0 }
    }

    fn sum_j(&self, term: impl Fn(usize) -> f64) -> f64 {
        (0..self.jobs.len()).map(term).sum()
    }

    fn sum_i(&self, term: impl Fn(usize) -> f64) -> f64 {
        (0..self.people.len()).map(term).sum()
    }

    fn within(&self, i: usize, limit_s: f64) -> f64 {
        self.sum_j(|j| if self.cost_s[i][j] <= limit_s { self.jobs[j] } else { 0.0 })
    }

    /// The least of the row's times that `enough` holds of.
    fn least(&self, i: usize, enough: impl Fn(f64) -> bool) -> f64 {
        let times = self.cost_s[i].iter().copied().filter(|time| time.is_finite() && enough(*time));
        times.fold(f64::INFINITY, f64::min)
    }

    /// The results of a measure, stem by stem, for origin `i`; `f`: its decay.
    fn plain(&self, kind: &str, f: Decay<'_>, i: usize) -> Vec<f64> {
        let n = self.people.len();
        let share = |x: f64, y: f64| if y > 0.0 { x / y } else { 0.0 };
        let f = |i: usize, j: usize| self.f(f, i, j);
        let (o, p) = (&self.jobs, &self.people);
        match kind {
            "cumulative" => vec![self.within(i, 600.0), self.within(i, 1800.0)],
            "interval" => {
                let mut all: Vec<f64> =
                    (0..8).map(|k| self.within(i, 300.0 + 300.0 * f64::from(k))).collect();
                all.sort_by(f64::total_cmp);
                vec![(all[3] + all[4]) / 2.0]
            }
            "gravity" => vec![self.sum_j(|j| o[j] * f(i, j))],
            "nearest" => {
                let mut times: Vec<f64> =
                    (0..o.len()).filter(|&j| o[j] > 0.0).map(|j| self.cost_s[i][j]).collect();
                times.sort_by(f64::total_cmp);
                [1, 3].map(|n| times.get(n - 1).copied().unwrap_or(f64::INFINITY)).to_vec()
            }
            "dual" => [30.0, 150.0].map(|x| self.least(i, |limit| self.within(i, limit) >= x)).to_vec(),
            "balancing" => {
                let grid = (0..100).map(|k| 120.0 * f64::from(k));
                let enough = |limit: &f64| p[i] == 0.0 || self.within(i, *limit) >= p[i];
                vec![grid.into_iter().find(enough).unwrap_or(f64::INFINITY)]
            }
            "completeness" => {
                let there = f64::from(u8::from(self.within(i, 900.0) >= 1.0));
                vec![there, there]
            }
            "logsum" => {
                let sum = self.sum_j(|j| {
                    if self.cost_s[i][j].is_finite() {
                        o[j] * (-0.1 * self.cost_s[i][j] / 60.0).exp()
                    } else {
                        0.0
                    }
                });
                vec![sum.ln() / 2.0]
            }
            "2sfca" | "e2sfca" => {
                let r = |j: usize| share(o[j], self.sum_i(|k| p[k] * f(k, j)));
                vec![self.sum_j(|j| r(j) * f(i, j))]
            }
            "m2sfca" => {
                let r = |j: usize| share(o[j], self.sum_i(|k| p[k] * f(k, j)));
                vec![self.sum_j(|j| r(j) * f(i, j) * f(i, j))]
            }
            "mean_time" => {
                let arrive = |j: usize| if self.cost_s[i][j] <= 1500.0 { o[j] } else { 0.0 };
                let times = |j: usize| if arrive(j) > 0.0 { o[j] * self.cost_s[i][j] } else { 0.0 };
                let (all, arriving) = (self.sum_j(|j| o[j]), self.sum_j(arrive));
                let mean = if arriving > 0.0 { self.sum_j(times) / arriving } else { f64::INFINITY };
                let of_all = if (0..o.len()).all(|j| o[j] == arrive(j)) { mean } else { f64::INFINITY };
                vec![of_all, mean, share(arriving, all)]
            }
            "3sfca" => {
                let there = |i: usize, k: usize| if o[k] > 0.0 { f(i, k) } else { 0.0 };
                let g = |i: usize, j: usize| share(f(i, j), self.sum_j(|k| there(i, k)));
                let r = |j: usize| share(o[j], self.sum_i(|k| g(k, j) * p[k] * f(k, j)));
                vec![self.sum_j(|j| g(i, j) * r(j) * f(i, j))]
            }
            "bfca" => {
                let u = |i: usize, j: usize| share(f(i, j), self.sum_j(|k| f(i, k)));
                let v = |i: usize, j: usize| share(f(i, j), self.sum_i(|k| f(k, j)));
                let r = |j: usize| share(o[j], self.sum_i(|k| p[k] * u(k, j)));
                vec![self.sum_j(|j| r(j) * v(i, j))]
            }
            "spatial_availability" => {
                let drawn = |i: usize, j: usize| p[i].powf(0.5) * f(i, j);
                vec![self.sum_j(|j| share(o[j] * drawn(i, j), self.sum_i(|k| drawn(k, j))))]
            }
            "singly_constrained" => {
                vec![self.sum_j(|j| share(o[j] * p[i] * f(i, j), self.sum_i(|k| p[k] * f(k, j))))]
            }
            "total_constrained" => {
                let row = |i: usize| self.sum_j(|j| o[j] * f(i, j));
                vec![share(self.sum_j(|j| o[j]) * row(i), (0..n).map(row).sum())]
            }
            other => panic!("no plain formula for {other}"),
        }
    }
}

/// A flag for each kind, with the parameters that `plain` has; `None`: its own test.
fn flag(kind: &str, decay: &str) -> Option<String> {
    let parameters = match kind {
        "cumulative" => "cutoffs_min=10+30",
        "interval" => "from_min=5,to_min=40,step_min=5",
        "nearest" => "n=1+3",
        "dual" => "amounts=30+150",
        "balancing" => "step_min=2",
        "completeness" => "cutoffs_min=15",
        "mean_time" => "within_min=25",
        "logsum" => "rate_per_min=0.05,scale=2",
        "2sfca" => "catchment_min=30",
        "spatial_availability" => return Some(format!("{kind}:decay={decay},alpha=0.5,of=jobs")),
        "doubly_constrained" => return None,
        _ => return Some(format!("{kind}:decay={decay},of=jobs")),
    };
    Some(format!("{kind}:{parameters},of=jobs"))
}

#[test]
fn measures_are_their_plain_formulas() {
    let mut dice = Dice(7);
    let decays = [
        "exponential,rate_per_min=0.1",
        "stepped,steps_min=5+10+30,weights=0.7+0.3+0",
        "step,cutoff_min=20",
        "power,exponent=1.3",
    ];
    for round in 0..400 {
        let dense = Dense::random(&mut dice);
        let decay = decays[round % decays.len()];
        for kind in MEASURES {
            let Some(flag) = flag(kind.name, decay) else { continue };
            let named = if kind.name == "2sfca" { "step,cutoff_min=30" } else { decay };
            let gravity = resolve(&[measure_of_flag(&format!("gravity:decay={named}")).unwrap()]).unwrap();
            let Form::Sums(sums) = &gravity[0].form else { panic!("gravity is a sum") };
            let f = |seconds: f64| sums[0].1.weight(seconds);
            // Turned round, jobs are at origins and people at destinations.
            for passive in [false, true] {
                let mut flag = flag.clone();
                let mut of = dense.clone();
                if passive {
                    flag = flag.replace("of=jobs", "of=population,direction=passive");
                    flag += if kind.demand { ",demand=jobs" } else { "" };
                    of = dense.turned();
                }
                let origins = side(&[("population", &dense.people)], 0);
                let destinations = side(&[("jobs", &dense.jobs)], 1);
                let found = whole(&flag, &dense.matrix(), &origins, &destinations);
                for i in 0..of.people.len() {
                    for (found, plain) in found.iter().zip(of.plain(kind.name, &f, i)) {
                        assert!(
                            near(found[i], plain, 1e-9),
                            "{flag}: {} at {i}, plainly {plain}\n{dense:?}",
                            found[i]
                        );
                    }
                }
            }
        }
    }
}
