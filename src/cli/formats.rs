//! `--format`: the formats that can hold what a command writes.

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::outputs::formats::{FormatWriters, that};
use crate::study::TableFormat;

/// Takes the names of the formats that hold it, and lists them in `--help`.
pub fn format_that(holds: fn(&FormatWriters) -> bool) -> impl TypedValueParser<Value = TableFormat> {
    PossibleValuesParser::new(that(holds).map(TableFormat::name))
        .try_map(|name| TableFormat::named(&name).ok_or("is no format"))
}
