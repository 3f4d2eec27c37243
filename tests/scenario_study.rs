//! `[[scenario]]` in a study and files of edits → scenarios, or every mistake at once with its place.

use std::path::Path;

use isokron::base::error::Error;
use isokron::study::parse::{EDITS, LATER_EDITS, edits_tables, parse, read};
use isokron::study::*;

const SMALL: &str = "[study]\nname = \"s\"\n[network]\ngtfs = [\"bus.zip\"]\n[cells]\nfile = \"cells.csv\"\n[[period]]\n\
                     name = \"am\"\ndate = 2025-03-04\ndepart = \"07:00/08:00\"\n";

fn edit_of(keys: &str) -> Result<Edit, String> {
    let text = format!("{SMALL}[[scenario]]\nname = \"a\"\n[[scenario.edit]]\n{keys}\n");
    match parse(&text, "study.toml", Path::new(".")) {
        Ok(study) => Ok(study.scenarios[0].edits[0].edit.clone()),
        Err(Error::Input(problems)) => {
            Err(problems.iter().map(|p| format!("{}: {} -> {}\n", p.place, p.what, p.remedy)).collect())
        }
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn the_docs_have_the_register() {
    assert!(include_str!("../docs/scenarios.md").ends_with(&edits_tables()), "{}", edits_tables());
}
