//! Measures asked for wrongly: every mistake named, with what to do. And the docs, which hold the registers' tables.

use isokron::measures::plan::bind;
use isokron::measures::spec::resolve;
use isokron::measures::tables;
use isokron::scenario::written::parse;
use isokron::study::parse::{measure_of_flag, measures_of_toml};

use super::{asked, side};

fn wrong(flag: &str) -> String {
    let spec = match measure_of_flag(flag) {
        Ok(spec) => spec,
        Err(error) => return error.to_string(),
    };
    resolve(&[spec]).map(|_| String::new()).unwrap_or_else(|error| error.to_string())
}

#[test]
fn bad_parameters_are_explained() {
    for (flag, said) in [
        (
            "gravty",
            "measure.kind is \"gravty\"\n  → did you mean gravity? The measures are cumulative, interval",
        ),
        ("cost_to_closest", "the nearest places: nearest; the time to so many opportunities: dual"),
        ("gravity", "measure.decay is missing"),
        ("gravity:decay=linear", "two things go by that name: linear_from_start"),
        ("gravity:decay=steep", "did you mean step? The decay functions are step, step_below"),
        ("gravity:decay=exponential", "but how fast?\n  → write rate_per_min = 0.05 or half_life_min = 20"),
        ("gravity:decay=exponential,rate_per_min=1,half_life_min=2", "stands beside rate_per_min"),
        (
            "gravity:decay=exponential,half_life_min=-3",
            "measure.half_life_min is -3\n  → write a number above 0",
        ),
        ("gravity:decay=exponential,half_life_min=fast", "measure.half_life_min is a text"),
        (
            "gravity:decay=step,cutoff_min=20,width_min=3",
            "unknown key measure.width_min\n  → this measure knows: ",
        ),
        ("gravity:decay=stepped,steps_min=10+20,weights=1", "has 1, and steps_min has 2"),
        ("gravity:decay=stepped,steps_min=20+10,weights=1+0.5", "measure.steps_min does not rise"),
        (
            "gravity:decay=table,at_min=0+10,weights=1+2",
            "measure.weights has 2\n  → each is a number from 0 to 1",
        ),
        ("gravity:decay=linear_around_cutoff,cutoff_min=10,width_min=30", "more than twice the cutoff"),
        ("cumulative", "measure.cutoffs_min is missing"),
        ("cumulative:cutoffs_min=30+30", "has 30 twice"),
        ("interval:from_min=30,to_min=20", "measure.to_min is 20, below from_min"),
        ("interval:from_min=10,to_min=20,mean=true", "over departures is not defined for this interval"),
        ("dual:amounts=0", "measure.amounts has 0"),
        ("nearest:n=1.5", "write whole numbers"),
        ("balancing:rule=most", "write one of \"at_least\", \"more_than\""),
        ("2sfca:catchment_min=30,direction=passive", "say which column of the destinations wants it"),
        ("gravity:decay=step,cutoff_min=9,name=Jobs", "measure.name is \"Jobs\""),
        ("gravity:decay=step,cutoff_min=9,percentiles=0", "measure.percentiles has 0"),
        ("gravity:decay", "\"decay\" is no key=value"),
    ] {
        assert!(wrong(flag).contains(said), "{flag}:\n{}", wrong(flag));
    }
    // All of them at once, each with its line.
    let text = "[[measure]]\nkind = \"dual\"\namounts = \"many\"\n\n[[measure]]\nkind = \"nearest\"\nx = 1979-05-27\n";
    let specs = measures_of_toml(text, "m.toml").unwrap();
    let said = resolve(&specs).unwrap_err().to_string();
    assert!(
        said.contains("m.toml:3:11: measure.amounts has a text") && said.contains("m.toml:7:5: unknown key"),
        "{said}"
    );
    let twice = ["nearest", "nearest"].map(|flag| measure_of_flag(flag).unwrap());
    assert!(resolve(&twice).unwrap_err().to_string().contains("two measures called nearest"));
    assert!(measures_of_toml("[measure]\nkind = \"dual\"\n", "m.toml").is_err());
    assert!(measures_of_toml("", "m.toml").unwrap_err().to_string().contains("there is no [[measure]]"));
}

#[test]
fn columns_must_be_there() {
    let (people, jobs) = ([1.0, 2.0], [3.0]);
    let (origins, destinations) = (side(&[("people", &people)], 0), side(&[("jobs", &jobs)], 1));
    let asked = asked(&["balancing:of=shops", "gravity:decay=step,cutoff_min=9,direction=passive"]);
    let said = bind(&asked, &origins, &destinations, 100).unwrap_err().to_string();
    for part in [
        "of names \"shops\", which is no column of the destinations\n  → their columns: jobs",
        "demand names \"population\", which is no column of the origins\n  → their columns: people",
        "passive_gravity: of names \"population\"",
    ] {
        assert!(said.contains(part), "{said}");
    }
}

#[test]
fn a_study_has_measures() {
    let study = "[study]\nname = \"a\"\n[network]\ngtfs = [\"b.zip\"]\n[cells]\nfile = \"c.csv\"\n[[period]]\nname = \"m\"\n\
         date = 2025-03-04\ndepart = \"7:00/9:00\"\n[[measure]]\nkind = \"dual\"\namounts = [10, 100]\nof = [\"jobs\"]\n";
    let study = parse(study, "study.toml", std::path::Path::new(".")).unwrap();
    let asked = resolve(&study.measures).unwrap();
    assert_eq!((asked.len(), asked[0].name.as_str()), (1, "dual"));
    let json = isokron::study::parse::resolved(&study);
    assert_eq!(json["measure"][0]["amounts"], serde_json::json!([10.0, 100.0]));
}

/// A new line in a register is in the docs and in the help as soon as the tables are copied here.
#[test]
fn the_docs_have_the_registers_tables() {
    let docs = include_str!("../../../docs/measures.md");
    let tables = [tables::measures(), tables::decays(), tables::keys()];
    let lacking: Vec<&String> = tables.iter().filter(|table| !docs.contains(*table)).collect();
    assert!(
        lacking.is_empty(),
        "docs/measures.md lacks:\n{}",
        lacking.into_iter().cloned().collect::<String>()
    );
    for word in ["spatial_availability", "alpha", "gaussian_catchment", "sd_min", "demand", "direction"] {
        assert!(tables::help().contains(word));
    }
}
