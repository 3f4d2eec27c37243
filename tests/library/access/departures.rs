//! Matrices with a row for each departure: percentiles and means over them, by hand.

use super::command::result_with;

const LAND: &str = "id,population,jobs\na,10,4\nb,20,8\nc,0,1\n";

/// Four departures. a → b takes 10, 20 and 30 minutes and does not arrive at 7:15; a → c only once; a → a always.
const TIMES: &str = "from_id,to_id,departure,travel_time\n\
    a,a,07:00,0\na,a,07:05,0\na,a,07:10,0\na,a,07:15,0\n\
    a,b,07:05,20\na,b,07:00,30\na,b,07:10,10\na,b,07:15,\n\
    a,c,07:00,5\nb,b,07:00,0\nb,b,07:05,0\nb,b,07:10,0\nb,b,07:15,0\n";

#[test]
fn percentiles_and_means_over_departures() {
    let flags = [
        "-m",
        "cumulative:cutoffs_min=20,of=jobs,percentiles=25+50+75+100,mean=true",
        "-m",
        "nearest:of=jobs,n=2",
        "-m",
        "mean_time:within_min=60,of=jobs,percentiles=75,mean=true",
        "-m",
        "cumulative:name=who,direction=passive,cutoffs_min=20,percentiles=50,mean=true",
    ];
    let text = result_with(LAND, TIMES, &flags).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    let column = |name: &str| {
        let at = rows[0].iter().position(|of| *of == name).unwrap_or_else(|| panic!("{name}: {:?}", rows[0]));
        rows[1..].iter().map(|row| row[at]).collect::<Vec<_>>()
    };
    // a → b by nearest rank of four: 10, 20, 30, never. a → c: 5, never, never, never.
    assert_eq!(column("jobs_cumulative_20min_p25"), ["13", "8", "0"]);
    assert_eq!(column("jobs_cumulative_20min_p50"), ["12", "8", "0"]);
    assert_eq!(column("jobs_cumulative_20min_p75"), ["4", "8", "0"]);
    assert_eq!(column("jobs_cumulative_20min_p100"), ["4", "8", "0"]);
    // 4 always, 8 at two of four (20 and 10), 1 at one of four.
    assert_eq!(column("jobs_cumulative_20min_mean"), ["8.25", "8", "0"]);
    // Where no percentile is named, the median; the second place of a is b at 20 minutes.
    assert_eq!(column("jobs_nearest_2_s_p50"), ["1200", "inf", "inf"]);
    // At 75 %: a itself at 0, b at 30 minutes, c never: 8·30/12 minutes of 12 of 13 jobs.
    let share = (12.0f64 / 13.0).to_string();
    let found: f64 = column("jobs_mean_time_arriving_s_p75")[0].parse().unwrap();
    assert!((found - 1200.0).abs() < 1e-9, "{found}");
    assert_eq!(column("jobs_mean_time_arriving_share_p75")[0], share);
    assert_eq!(column("jobs_mean_time_s_p75")[0], "inf");
    // Over jobs and departures: (8·(10 + 20 + 30) + 1·5) minutes of 4·4 + 8·3 + 1 that arrive, of 4·13.
    let found: f64 = column("jobs_mean_time_arriving_s_mean")[0].parse().unwrap();
    assert!((found - 60.0 * 485.0 / 41.0).abs() < 1e-9, "{found}");
    let found: f64 = column("jobs_mean_time_arriving_share_mean")[0].parse().unwrap();
    assert!((found - 41.0 / 52.0).abs() < 1e-12, "{found}");
    assert_eq!(column("jobs_mean_time_s_mean")[0], "inf");
    // Who reaches b within 20: its own 20 people always, the 10 of a at two of four.
    assert_eq!(column("population_who_20min_p50"), ["10", "30", "0"]);
    assert_eq!(column("population_who_20min_mean"), ["10", "25", "2.5"]);
}

/// As r5r writes an expanded matrix: minutes of departure, and draws of services by headway within them.
#[test]
fn draws_part_departures_further() {
    let matrix = "from_id,to_id,departure_time,draw_number,total_time\n\
        a,b,08:00:00,1,10\na,b,08:00:00,2,14\na,b,08:01:00,1,12\na,b,08:01:00,2,16\n";
    let flags = [
        "-m",
        "nearest:of=jobs,percentiles=75",
        "-m",
        "gravity:decay=linear_from_start,cutoff_min=20,of=jobs,mean=true",
    ];
    let text = result_with(LAND, matrix, &flags).unwrap();
    // 14 minutes; 8 jobs with weights (1/2 + 3/10 + 4/10 + 2/10)/4.
    let first = text.lines().nth(1).unwrap();
    let values: Vec<f64> = first.split(',').skip(1).map(|value| value.parse().unwrap()).collect();
    assert_eq!(values[0], 840.0);
    assert!((values[2] - 8.0 * 0.35).abs() < 1e-12 && (values[1] - 8.0 * 0.4).abs() < 1e-12, "{text}");
}

#[test]
fn what_is_wrong_with_departures_is_said() {
    let jobs = ["-m", "cumulative:cutoffs_min=20,of=jobs"];
    for (matrix, said) in [
        (
            "from_id,to_id,departure,travel_time\na,b,7,1\na,b,7,2\n",
            "the pair a → b is there twice at one departure",
        ),
        ("from_id,to_id,departure,travel_time\na,b,7,1\na,b,,2\n", "m.csv:3: has no departure"),
        ("from_id,to_id,departure,travel_time_p50\na,b,7,1\n", "has departures and a column of p50"),
        (
            "from_id,to_id,departure,travel_time,duration\na,b,7,1,1\n",
            "several columns of times: travel_time, duration",
        ),
        ("from_id,to_id,when,travel_time\na,b,7,1\na,b,8,2\n", "name their column with --departure"),
    ] {
        let (code, text) = result_with(LAND, matrix, &jobs).unwrap_err();
        assert!(code == Some(1) && text.contains(said), "{text}");
    }
    let named = ["--departure", "when", "-m", "nearest:of=jobs,percentiles=100"];
    let text = result_with(LAND, "from_id,to_id,when,travel_time\na,b,7,1\na,b,8,2\n", &named).unwrap();
    assert_eq!(text, "id,jobs_nearest_1_s_p100\na,120\nb,inf\nc,inf\n");
}
