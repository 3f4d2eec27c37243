//! Decay functions at points where their values are known.

use isokron::measures::decay::DECAYS;
use isokron::measures::kinds::Form;
use isokron::measures::spec::resolve;
use isokron::study::parse::measure_of_flag;

/// Weights at so many minutes.
fn weights(decay: &str, minutes: &[f64]) -> Vec<f64> {
    let spec = measure_of_flag(&format!("gravity:decay={decay}")).unwrap();
    let asked = resolve(&[spec]).unwrap_or_else(|error| panic!("{decay}: {error}"));
    let Form::Sums(sums) = &asked[0].form else { panic!("gravity is a sum") };
    minutes.iter().map(|minutes| sums[0].1.weight(60.0 * minutes)).collect()
}

fn check(decay: &str, points: &[(f64, f64)], off: f64) {
    let minutes: Vec<f64> = points.iter().map(|point| point.0).collect();
    for (weight, (at, expected)) in weights(decay, &minutes).iter().zip(points) {
        assert!((weight - expected).abs() <= off, "{decay} at {at}: {weight}, not {expected}");
    }
}

/// The R package accessibility's own tests, tests/testthat/test-decay_*.R of version 1.5.0.
#[test]
fn published_weights() {
    check("step,cutoff_min=45", &[(20.0, 1.0), (45.0, 1.0), (45.1, 0.0), (60.0, 0.0)], 0.0);
    let linear = [(0.0, 1.0), (5.0, 0.75), (10.0, 0.5), (20.0, 0.0), (60.0, 0.0)];
    check("linear_from_start,cutoff_min=20", &linear, 1e-12);
    check("linear_from_start,cutoff_min=30", &[(10.0, 2.0 / 3.0), (15.0, 0.5)], 1e-12);
    let e = |x: f64| (-x).exp();
    check("exponential,rate_per_min=0.1", &[(10.0, e(1.0)), (20.0, e(2.0)), (60.0, e(6.0))], 1e-12);
    check("power,exponent=0.5", &[(0.0, 1.0), (0.5, 1.0), (1.0, 1.0), (16.0, 0.25), (64.0, 0.125)], 1e-12);
    check("power,exponent=0.25", &[(16.0, 0.5), (256.0, 0.25)], 1e-12);
    check("logistic,cutoff_min=20,sd_min=2", &[(20.0, 0.5)], 1e-4);
    check("logistic,cutoff_min=30,sd_min=10", &[(30.0, 0.502)], 1e-3);
    let stepped = [(0.0, 1.0), (10.0, 0.75), (20.0, 0.5), (30.0, 0.25), (40.0, 0.0)];
    check("stepped,steps_min=10+20+30+40,weights=0.75+0.5+0.25+0", &stepped, 0.0);
}

/// By hand.
#[test]
fn weights_by_hand() {
    check("step_below,cutoff_min=45", &[(44.9, 1.0), (45.0, 0.0)], 0.0);
    // R5's: 1 to 25 minutes, 0 from 35 on.
    let around = [(0.0, 1.0), (25.0, 1.0), (27.5, 0.75), (30.0, 0.5), (35.0, 0.0)];
    check("linear_around_cutoff,cutoff_min=30,width_min=10", &around, 1e-12);
    check("exponential,half_life_min=20", &[(0.0, 1.0), (20.0, 0.5), (40.0, 0.25)], 1e-12);
    // R5's fixed exponential with λ = 0.001 a second.
    check("exponential,rate_per_min=0.06", &[(10.0, (-0.6f64).exp())], 1e-12);
    check("gaussian,sd_min=10", &[(0.0, 1.0), (10.0, (-0.5f64).exp()), (20.0, (-2.0f64).exp())], 1e-12);
    check("gaussian_catchment,cutoff_min=30", &[(0.0, 1.0), (30.0, 0.0), (40.0, 0.0)], 1e-12);
    let half = ((-0.125f64).exp() - (-0.5f64).exp()) / (1.0 - (-0.5f64).exp());
    check("gaussian_catchment,cutoff_min=30", &[(15.0, half)], 1e-12);
    // ln(e²) = 2, squared 4.
    let e2 = 2.0f64.exp();
    check("log_normal,rate=0.1", &[(0.0, 1.0), (1.0, 1.0), (e2, (-0.4f64).exp())], 1e-12);
    let table = [(0.0, 0.9), (10.0, 0.9), (15.0, 0.7), (20.0, 0.5), (20.1, 0.0)];
    check("table,at_min=10+20,weights=0.9+0.5", &table, 1e-12);
}

/// Whatever the function: from 0 to 1, never rising, and nothing beyond its reach.
#[test]
fn weights_fall() {
    let parameters = |name: &str| match name {
        "exponential" => "rate_per_min=0.05",
        "power" => "exponent=0.7",
        "logistic" => "cutoff_min=30,sd_min=8",
        "stepped" => "steps_min=10+20+30,weights=0.6+0.2+0",
        "gaussian" => "sd_min=15",
        "log_normal" => "rate=0.2",
        "table" => "at_min=0+10+60,weights=1+0.4+0.1",
        "linear_around_cutoff" => "cutoff_min=30,width_min=20",
        _ => "cutoff_min=30",
    };
    let minutes: Vec<f64> = (0..=1200).map(|tenth| f64::from(tenth) / 10.0).collect();
    for kind in DECAYS {
        let decay = format!("{},{}", kind.name, parameters(kind.name));
        let weights = weights(&decay, &minutes);
        assert!(weights.iter().all(|weight| (0.0..=1.0).contains(weight)), "{decay}");
        assert!(weights.windows(2).all(|two| two[0] >= two[1]), "{decay}");
        let asked = resolve(&[measure_of_flag(&format!("gravity:decay={decay}")).unwrap()]).unwrap();
        let reach_min = asked[0].form.reach_s() / 60.0;
        assert!(
            minutes.iter().zip(&weights).all(|(at, weight)| *at <= reach_min || *weight == 0.0),
            "{decay}"
        );
    }
}
