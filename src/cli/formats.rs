//! `--format`: the formats that can hold what a command writes.

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::outputs::formats::{FormatWriters, that};
use crate::study::TableFormat;

/// Takes the names of the formats that hold it, and lists them in `--help`, first the one that is taken where nothing
/// says which.
pub fn format_that(
    first: TableFormat,
    holds: fn(&FormatWriters) -> bool,
) -> impl TypedValueParser<Value = TableFormat> {
    let others = that(holds).filter(|format| *format != first);
    PossibleValuesParser::new(std::iter::once(first).chain(others).map(TableFormat::name))
        .try_map(|name| TableFormat::named(&name).ok_or("is no format"))
}
