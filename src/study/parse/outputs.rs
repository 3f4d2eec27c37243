//! `[outputs]` → formats of tables and maps.

use toml::de::DeTable;

use super::tables::single;
use super::value::text;
use super::walk::{Section, TableReader};
use crate::study::{MatrixOutput, OutputCrs, OutputsSpec, TableFormat};

pub(super) fn outputs<'t>(walk: &mut TableReader<'t>, document: &DeTable<'t>) -> OutputsSpec {
    let (table, at) = single(document, "outputs");
    let mut s = Section::open(walk, "outputs", table, at);
    let names = TableFormat::NAMES.join("\", \"");
    let tables = s.list("tables", &format!("write some of \"{names}\""), |value| {
        let name = text(value)?;
        TableFormat::named(&name).ok_or_else(|| format!("is \"{name}\""))
    });
    let crs = s.read(
        "crs",
        "write an EPSG code, such as \"EPSG:3006\", or \"cells\": that of the cells",
        |value| {
            let written = text(value)?;
            let code = written.to_uppercase();
            match code.strip_prefix("EPSG:").is_some_and(|number| number.parse::<u16>().is_ok()) {
                true => Ok(OutputCrs::Code(code)),
                false if written == "cells" => Ok(OutputCrs::Cells),
                false => Err(format!("is \"{written}\"")),
            }
        },
    );
    let matrix = s.read("matrix", "write true, false or \"partitioned\"", |value| {
        match (value.as_bool(), value.as_str()) {
            (Some(whole), _) => Ok(if whole { MatrixOutput::Whole } else { MatrixOutput::None }),
            (None, Some("partitioned")) => Ok(MatrixOutput::Partitioned),
            (None, _) => Err(text(value).map_or_else(|what| what, |word| format!("is \"{word}\""))),
        }
    });
    OutputsSpec {
        tables: TableFormat::ALL.iter().copied().filter(|format| tables.contains(format)).collect(),
        crs: crs.unwrap_or_default(),
        matrix: matrix.unwrap_or_default(),
        breakdown: s.flag("breakdown"),
        tidy: s.flag("tidy"),
    }
}
