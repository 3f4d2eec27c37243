//! `isokron access` as its users meet it: tables of other tools, in the forms that these write.

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use tempfile::TempDir;

const LAND: &str = "id,population,jobs\na,10,5\nb,20,0\nc,0,7.5\n";

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("isokron").unwrap();
    command.current_dir(folder).arg("access").args(arguments).output().unwrap()
}

fn town(land: &str, matrix: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("land.csv"), land).unwrap();
    std::fs::write(folder.path().join("m.csv"), matrix).unwrap();
    folder
}

/// What is written, or the exit code and what is said.
type Answer = Result<String, (Option<i32>, String)>;

fn result(matrix: &str, arguments: &[&str]) -> Answer {
    result_with(LAND, matrix, arguments)
}

/// The answer for a table of land use.
pub fn result_with(land: &str, matrix: &str, arguments: &[&str]) -> Answer {
    let folder = town(land, matrix);
    let mut all = vec!["m.csv", "--land-use", "land.csv", "-o", "out.csv"];
    all.extend(arguments);
    let output = run(folder.path(), &all);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    match output.status.success() {
        true => Ok(std::fs::read_to_string(folder.path().join("out.csv")).unwrap()),
        false => Err((output.status.code(), said)),
    }
}

const JOBS: [&str; 2] = ["-m", "cumulative:cutoffs_min=10,of=jobs"];

#[test]
fn the_same_from_every_tool() {
    let expected = "id,jobs_cumulative_10min\na,12.5\nb,5\nc,7.5\n";
    // r5py (minutes), isokron (seconds), OpenTripPlanner (seconds, and ; between).
    for matrix in [
        "from_id,to_id,travel_time\na,a,0\na,c,10\nb,a,9.5\nb,c,10.1\nc,c,0\n",
        "from_id,to_id,travel_time_s\na,a,0\na,c,600\nb,a,570\nb,c,601\nb,b,\nc,c,0\n",
        "fromPlace;toPlace;duration\na;a;0\na;c;600\nb;a;570\nb;c;601\nc;c;0\n",
    ] {
        assert_eq!(result(matrix, &JOBS).unwrap(), expected);
    }
    // r5r, with two percentiles.
    let r5r = "from_id,to_id,travel_time_p25,travel_time_p50\na,a,0,0\na,c,10,11\nb,a,9,NA\nc,c,0,0\n";
    let both = "id,jobs_cumulative_10min_p25,jobs_cumulative_10min_p50\na,12.5,5\nb,5,0\nc,7.5,7.5\n";
    assert_eq!(result(r5r, &JOBS).unwrap(), both);
    let other = "o,d,cost\na,a,0\na,c,10\nb,a,9\nc,c,0\n";
    let told = ["--from", "o", "--to", "d", "--time", "cost", "--unit", "min", JOBS[0], JOBS[1]];
    assert_eq!(result(other, &told).unwrap(), expected);
}

#[test]
fn infinite_stays_infinite_and_modes_add_up() {
    let matrix = "from_id,to_id,travel_time_s\na,a,60\na,c,600\nc,c,60\n";
    let flags = ["-m", "dual:amounts=6,of=jobs", "-m", "logsum:rate_per_min=1,of=jobs"];
    let text = result(matrix, &flags).unwrap();
    // ln(5·e⁻¹ + 7.5·e⁻¹⁰).
    let a = (5.0 * (-1f64).exp() + 7.5 * (-10f64).exp()).ln();
    let c = (7.5 * (-1f64).exp()).ln();
    assert_eq!(text, format!("id,jobs_dual_6_s,jobs_logsum\na,600,{a}\nb,inf,-inf\nc,60,{c}\n"));
    // The same matrix as two modes: twice the sum, so ln 2 more.
    let folder = town(LAND, matrix);
    std::fs::copy(folder.path().join("m.csv"), folder.path().join("bus.csv")).unwrap();
    let all = [
        "m.csv",
        "bus.csv",
        "--land-use",
        "land.csv",
        "-o",
        "out.parquet",
        "-m",
        "logsum:rate_per_min=1,of=jobs",
    ];
    assert!(run(folder.path(), &all).status.success());
    let table = isokron::inputs::rows::LongTable::open(&folder.path().join("out.parquet")).unwrap();
    assert_eq!(table.headers, ["id", "jobs_logsum", "jobs_logsum_m", "jobs_logsum_bus"]);
    let mut logsums = Vec::new();
    let take = |_: &dyn Fn() -> String, fields: &[isokron::inputs::rows::RowField]| {
        logsums.push(format!("{:?}", fields[0]));
        Ok(())
    };
    table.rows(&[1], take).unwrap();
    assert_eq!(logsums[1], "Number(-inf)");
    let first: f64 = logsums[0].trim_start_matches("Number(").trim_end_matches(')').parse().unwrap();
    assert!((first - (a + 2f64.ln())).abs() < 1e-12);
}

#[test]
fn what_is_wrong_is_said() {
    let good = "from_id,to_id,travel_time_s\na,a,0\n";
    for (matrix, arguments, said) in [
        ("x,y,z\na,b,1\n", &JOBS[..], "m.csv: which column is which? Its columns are x, y, z"),
        ("from_id,to_id,cost\na,b,1\n", &JOBS, "which column holds the times?"),
        ("from_id,to_id,travel_time\na,b,7200\n", &JOBS, "a time of 7200 minutes is above 48 hours"),
        ("from_id,to_id,travel_time_s\na,b,-1\n", &JOBS, "m.csv:2: a time of -1, below 0"),
        ("from_id,to_id,travel_time_s\na,b,far\n", &JOBS, "m.csv:2: the time is \"far\", not a number"),
        ("from_id,to_id,travel_time_s\na,b,1\na,b,2\n", &JOBS, "the pair a → b is there twice"),
        (
            "from_id,to_id,travel_time_s\nx,y,1\n",
            &JOBS,
            "no travel time between places of the land-use table",
        ),
        (good, &[], "there is no measure"),
        (good, &["-m", "gravity:decay=step,cutoff_min=9"], "gravity: of what?"),
        (good, &["-m", "cumulative:cutoffs_min=9,of=jbs"], "did you mean of = jobs?"),
        (
            good,
            &["-m", "cumulative:cutoffs_min=9,of=jobs,mean=true"],
            "the matrix has no departures to take a mean over",
        ),
        (good, &["-m", "cumulative:cutoffs_min=9,of=jobs,percentiles=50"], "the matrix has no column of p50"),
        (good, &["--time", "cost", "-m", JOBS[1]], "has no column \"cost\""),
    ] {
        let (code, text) = result(matrix, arguments).unwrap_err();
        assert!(code == Some(1) && text.contains(said), "{text}");
    }
    let (code, _) = result(good, &["-m", "gravity:decay"]).unwrap_err();
    assert_eq!(code, Some(2));
    // Pairs with strangers are left out, and said.
    let folder = town(LAND, "from_id,to_id,travel_time_s\na,a,0\na,zz,5\n");
    let all = ["m.csv", "--land-use", "land.csv", "-o", "out.csv", JOBS[0], JOBS[1]];
    let text = String::from_utf8(run(folder.path(), &all).stdout).unwrap();
    assert!(text.contains("pairs with a place that the land-use table lacks"), "{text}");
    assert!(text.contains("that the matrix has no time from"), "{text}");
    assert!(text.contains("1 columns of 3 places in out.csv"), "{text}");
    std::fs::write(folder.path().join("land.csv"), "id,population,jobs\na,10,-5\n").unwrap();
    let text = String::from_utf8(run(folder.path(), &all).stderr).unwrap();
    assert!(text.contains("land.csv:2: jobs is -5, below 0"), "{text}");
}
