//! `[[scenario.vary]]`, `[scenario.rank]`, `[scenario.greedy]` and `attribute` → variants, or every mistake.

use std::path::Path;

use isokron::base::error::Error;
use isokron::scenario::area::Area;
use isokron::scenario::edits::{set_amounts::SetAmounts, spec_as};
use isokron::scenario::written::parse;
use isokron::study::parse::resolved;
use isokron::study::*;

const SMALL: &str = "[study]\nname = \"s\"\n[network]\ngtfs = [\"bus.zip\"]\n[cells]\nfile = \"cells.csv\"\n[[period]]\n\
                     name = \"am\"\ndate = 2025-03-04\ndepart = \"07:00/08:00\"\n";
const HEADWAY: &str =
    "[[scenario]]\nname = \"tram\"\n[[scenario.edit]]\nkind = \"set_headway\"\nroute = \"5\"\n";

fn study(scenarios: &str) -> Result<Study, String> {
    match parse(&format!("{SMALL}{scenarios}"), "study.toml", Path::new(".")) {
        Ok(study) => Ok(study),
        Err(Error::Input(problems)) => {
            Err(problems.iter().map(|p| format!("{}: {} -> {}\n", p.place, p.what, p.remedy)).collect())
        }
        Err(other) => panic!("{other:?}"),
    }
}

#[track_caller]
fn refused(scenarios: &str, words: &[&str]) -> String {
    let said = study(scenarios).unwrap_err();
    words.iter().for_each(|word| assert!(said.contains(word), "no {word:?} in {said}"));
    said
}

/// A variant is what would be read had its values stood in the edit, where one was or none.
#[test]
fn a_variant_is_an_ordinary_scenario() {
    let vary = "[[scenario.vary]]\nkey = \"headway_s\"\nvalues = [300, 600, 900]\n";
    for written in ["", "headway_s = 600\n"] {
        let found = study(&format!("{HEADWAY}{written}{vary}")).unwrap();
        assert!(found.scenarios.is_empty());
        let search = &found.searches[0];
        assert_eq!(
            (search.keys.join(","), search.varied, search.greedy, search.keep),
            ("headway_s".into(), 0, 0, false)
        );
        for (variant, s) in search.variants.iter().zip([300, 600, 900]) {
            let alone = study(&format!("{HEADWAY}headway_s = {s}\n")).unwrap();
            assert_eq!(variant.scenario.name, format!("tram_{s}"));
            assert_eq!(variant.scenario.edits[0].edit, alone.scenarios[0].edits[0].edit);
            assert_eq!(variant.values, [s.to_string()]);
        }
        assert_eq!(search.variants.len(), 3);
    }
    let kept = study(&format!("{}{vary}", HEADWAY.replace("\"tram\"\n", "\"tram\"\nkeep = true\n"))).unwrap();
    let names: Vec<&str> = kept.scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
    assert_eq!(names, ["tram_300", "tram_600", "tram_900"]);
    assert_eq!(kept.named_scenarios().count(), 3);
    assert_eq!(resolved(&kept)["scenario"][3]["vary"][0]["values"][2], 900);
}

/// Two edits, two keys: all pairs, the last running fastest; values of any type.
#[test]
fn several_make_a_grid() {
    let found = study(&format!(
        "{HEADWAY}[[scenario.edit]]\nkind = \"set_opportunities\"\ncolumn = \"jobs\"\nadd = 5\n\
         [[scenario.vary]]\nedit = 1\nkey = \"headway_s\"\nvalues = [300, 600]\n\
         [[scenario.vary]]\nedit = 2\nkey = \"ids\"\nvalues = [[\"a\"], [\"b\"], [\"a\", \"b\"]]\n\
         [scenario.rank]\nindex = \"gini\"\nbest = \"smallest\"\nprofile = \"adult\"\n"
    ))
    .unwrap();
    let search = &found.searches[0];
    let names: Vec<&str> = search.variants.iter().map(|variant| variant.scenario.name.as_str()).collect();
    // The third value is two ids: ["a","b"] is a_b.
    assert_eq!(
        names,
        ["tram_300_a", "tram_300_b", "tram_300_a_b", "tram_600_a", "tram_600_b", "tram_600_a_b"]
    );
    assert_eq!(search.variants[2].values, ["300", "[\"a\",\"b\"]"]);
    let amounts = spec_as::<SetAmounts>(&search.variants[5].scenario.edits[1].edit);
    let amounts = amounts.unwrap_or_else(|| panic!("{search:?}"));
    assert_eq!(amounts.area, Area::Ids(vec!["a".into(), "b".into()]));
    assert_eq!(
        (search.rank.index.as_str(), search.rank.group.as_str(), search.rank.largest),
        ("gini", "all", Some(false))
    );
}

#[test]
fn mistakes_say_which_variant() {
    let vary = |keys: &str| format!("{HEADWAY}headway_s = 600\n[[scenario.vary]]\n{keys}\n");
    // Said where the value stands: line 19 of the study.
    let said = refused(
        &vary("key = \"headway_s\"\nvalues = [300, \"often\", 0]"),
        &["variant tram_often", "variant tram_0"],
    );
    let places: Vec<&str> = said.lines().filter_map(|line| line.split(": ").next()).collect();
    assert_eq!(places, ["study.toml:19:16", "study.toml:19:25"], "{said}");
    // What is wrong with all is said once, and of none.
    let said = refused(
        &vary("key = \"headway_s\"\nvalues = [1, 2]").replace("route", "rote"),
        &["did you mean route"],
    );
    assert!(!said.contains("variant") && said.lines().count() <= 2, "{said}");
    refused(
        &vary("key = \"headway\"\nvalues = [300]"),
        &["set_headway does not have", "did you mean headways?"],
    );
    refused(&vary("key = \"kind\"\nvalues = [\"shift\"]"), &["a scenario for each kind"]);
    refused(&vary("key = \"headway_s\"\nvalues = []"), &["values holds nothing"]);
    refused(&vary("key = \"headway_s\"\nvalues = 300"), &["values is not a list"]);
    refused(&vary("key = \"headway_s\""), &["values is missing"]);
    refused(&vary("key = \"headway_s\"\nvalues = [1]\nedit = 2"), &["edit is 2", "there are 1 edits"]);
    refused(&vary("key = \"headway_s\"\nvalue = [1]\nvalues = [1]"), &["did you mean values?"]);
    refused(
        "[[scenario]]\nname = \"a\"\nedit = []\n[[scenario.vary]]\nkey = \"x\"\nvalues = [1]\n",
        &["no edit of its own"],
    );
    let many: Vec<String> = (1..=40).map(|s| s.to_string()).collect();
    let many = many.join(", ");
    refused(
        &vary(&format!(
            "key = \"headway_s\"\nvalues = [{many}]\n[[scenario.vary]]\nkey = \"route\"\nvalues = [{many}]"
        )),
        &["makes 1600 variants, and 1000 are the most"],
    );
    let twice = "key = \"headway_s\"\nvalues = [300]\n";
    refused(&vary(&format!("{twice}[[scenario.vary]]\n{twice}")), &["headway_s varies twice"]);
    let taken =
        "[[scenario]]\nname = \"tram_300\"\n[[scenario.edit]]\nkind = \"remove_routes\"\nroute = \"5\"\n";
    refused(&format!("{}{taken}", vary(twice)), &["a variant called tram_300"]);
    refused(&vary(&format!("{twice}[scenario.greedy]\nk = 2")), &["k is 2, and there are 1 values"]);
    refused(
        &vary(&format!(
            "{twice}[[scenario.vary]]\nkey = \"route\"\nvalues = [\"5\"]\n[scenario.greedy]\nk = 1"
        )),
        &["stands beside 2 vary tables"],
    );
    refused(&vary(&format!("{twice}[scenario.rank]\nbest = \"most\"")), &["\"largest\", \"smallest\""]);
}

#[test]
fn attribution_is_read() {
    let with = |word: &str, edits: usize| {
        let edit = "[[scenario.edit]]\nkind = \"shift\"\nroute = \"5\"\nby_s = 60\n";
        study(&format!("[[scenario]]\nname = \"a\"\nattribute = \"{word}\"\n{}", edit.repeat(edits)))
    };
    assert_eq!(with("shapley", 6).unwrap().scenarios[0].attribute, Some(Attribute::Shapley));
    let found = with("one_at_a_time", 9).unwrap();
    assert_eq!(found.scenarios[0].attribute, Some(Attribute::OneAtATime));
    assert_eq!(resolved(&found)["scenario"][0]["attribute"], "one_at_a_time");
    assert!(with("shapley", 7).unwrap_err().contains("there are 7 edits: it takes 6 at most"));
    assert!(with("shaply", 1).unwrap_err().contains("\"one_at_a_time\", \"shapley\""));
    refused(
        &format!("{HEADWAY}headway_s = 5\n[scenario.greedy]\nk = 1\n"),
        &["greedy chooses among variants"],
    );
    let beside = HEADWAY.replace("\"tram\"\n", "\"tram\"\nattribute = \"shapley\"\n");
    refused(
        &format!("{beside}[[scenario.vary]]\nkey = \"headway_s\"\nvalues = [300]\n"),
        &["attribute stands beside vary"],
    );
}
