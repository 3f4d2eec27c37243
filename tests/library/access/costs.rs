//! Costs other than time: keys, columns and results in the unit that the user names.

use super::command::result_with;

const LAND: &str = "id,population,jobs\na,10,5\nb,20,0\nc,0,7.5\n";

/// a → a 0, a → c 900 m, b → a 1,250.5 m, c → c 0.
const METRES: &str = "from_id,to_id,distance\na,a,0\na,c,900\nb,a,1250.5\nc,c,0\n";

#[test]
fn distances_are_counted_in_metres() {
    let flags = [
        "--cost",
        "distance",
        "--unit",
        "m",
        "-m",
        "cumulative:cutoffs_m=899.5+900,of=jobs",
        "-m",
        "gravity:decay=exponential,half_life_m=900,of=jobs",
        "-m",
        "nearest:of=jobs,n=1+2",
        "-m",
        "dual:amounts=6,of=jobs",
        "-m",
        "balancing:of=jobs,step_m=400",
        "-m",
        "mean_time:within_m=1000,of=jobs",
        "-m",
        "completeness:cutoffs_m=900,of=jobs",
    ];
    let text = result_with(LAND, METRES, &flags).unwrap();
    let mut lines = text.lines();
    assert_eq!(
        lines.next().unwrap(),
        "id,jobs_cumulative_899_5m,jobs_cumulative_900m,jobs_gravity,jobs_nearest_1_m,jobs_nearest_2_m,jobs_dual_6_m,\
         jobs_balancing_m,jobs_mean_time_m,jobs_mean_time_arriving_m,jobs_mean_time_arriving_share,completeness_900m_count,\
         completeness_900m_share"
    );
    // a: 5 at 0 and 7.5 at one half-life; the mean of 5 at 0 and 7.5 at 900. 10 people want 10 jobs: 900, on the grid 1,200.
    assert_eq!(lines.next().unwrap(), "a,5,12.5,8.75,0,900,900,1200,540,540,1,1,1");
    // b: 5 jobs at 1,250.5 m, beyond the 1,000 of the mean; 2^(−1250.5/900).
    let weight = (-1250.5f64 * 60.0 / 54_000.0).exp2();
    assert_eq!(lines.next().unwrap(), format!("b,0,0,{},1250.5,inf,inf,inf,inf,inf,0,0,0", 5.0 * weight));
    // c: its own 7.5, 5 of 12.5 are not reached; nobody lives there.
    assert_eq!(lines.next().unwrap(), "c,7.5,7.5,7.5,0,inf,0,0,inf,0,0.6,1,1");
}

#[test]
fn money_and_catchments() {
    // Two of 10 and 20 people within 2.80 of one place of 6: 0.2 each; by hand with a decay that is 0.5 from 1 on.
    let fares = "from_id,to_id,fare\na,a,0\nb,a,2.8\n";
    let land = "id,population,jobs\na,10,6\nb,20,0\n";
    let flags = [
        "--time",
        "fare",
        "--unit",
        "eur",
        "-m",
        "2sfca:catchment_eur=2.8,of=jobs",
        "-m",
        "m2sfca:decay=stepped,steps_eur=1,weights=0.5,of=jobs",
    ];
    let text = result_with(land, fares, &flags).unwrap();
    // m2sfca: 6 / (10·1 + 20·0.5) = 0.3, times 1² and 0.5².
    assert_eq!(text, "id,jobs_2sfca,jobs_m2sfca\na,0.2,0.3\nb,0.2,0.075\n");
}

#[test]
fn units_are_explained() {
    let flags =
        |unit: &'static str, measure: &'static str| ["--cost", "distance", "--unit", unit, "-m", measure];
    let wrong = |unit, measure| result_with(LAND, METRES, &flags(unit, measure)).unwrap_err();
    let (code, said) = wrong("m", "cumulative:cutoffs_min=900,of=jobs");
    assert!(code == Some(1) && said.contains("unknown key measure.cutoffs_min"), "{said}");
    assert!(said.contains("measure.cutoffs_m is missing"), "{said}");
    let (_, said) = wrong("m", "gravity:decay=exponential,of=jobs");
    assert!(said.contains("write rate_per_m = 0.05 or half_life_m = 20"), "{said}");
    let (code, said) = wrong("k m", "nearest:of=jobs");
    assert!(code == Some(2) && said.contains("\"k m\" is no unit: s, min, or a word"), "{said}");
    let (_, said) = result_with(LAND, METRES, &["--cost", "distance", "-m", "nearest:of=jobs"]).unwrap_err();
    assert!(said.contains("other costs as --unit m, --unit eur"), "{said}");
    // Costs beyond any number are no reason to fall over.
    let far = "from_id,to_id,distance\na,a,1e300\n";
    let (code, said) =
        result_with(LAND, far, &["--cost", "distance", "--unit", "m", "-m", "nearest:of=jobs"]).unwrap_err();
    assert!(
        code == Some(1) && said.contains("m.csv:2: a cost of 1e300: more than can be reckoned with"),
        "{said}"
    );
}

/// Amounts whose sum no number holds are refused, not written as inf.
#[test]
fn amounts_that_cannot_be_added_up_are_refused() {
    let land = "id,population,jobs\na,10,1e15\nb,20,1e308\n";
    let matrix = "from_id,to_id,travel_time_s\na,a,0\na,b,60\n";
    for measure in
        ["cumulative:cutoffs_min=5,of=jobs", "spatial_availability:decay=step,cutoff_min=5,of=jobs"]
    {
        let (code, said) = result_with(land, matrix, &["-m", measure]).unwrap_err();
        assert!(code == Some(1) && said.contains("land.csv:3: jobs is 1e308, more than 1e15"), "{said}");
    }
}
