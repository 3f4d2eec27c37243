//! Tables of a document by their names.

use std::collections::BTreeSet;

use toml::de::{DeTable, DeValue};

use super::walk::TableReader;

pub(super) fn single<'d, 't>(document: &'d DeTable<'t>, name: &str) -> (Option<&'d DeTable<'t>>, usize) {
    let found = document.iter().find(|(key, _)| key.get_ref() == name);
    found.map_or((None, 0), |(key, value)| (value.get_ref().as_table(), key.span().start))
}

pub(super) fn several<'d, 't>(
    document: &'d DeTable<'t>,
    name: &str,
) -> impl Iterator<Item = (&'d DeTable<'t>, usize)> {
    let found = document.iter().find(|(key, _)| key.get_ref() == name);
    let items = found.and_then(|(_, value)| value.get_ref().as_array());
    items.into_iter().flat_map(|items| items.iter()).filter_map(|item| {
        let table = item.get_ref().as_table()?;
        // An item's span may begin at its first key; its header is what one looks for.
        Some((table, item.span().start))
    })
}

/// # Errors
/// Where the name stands, if what it names is no list of tables.
pub(super) fn single_list(document: &DeTable<'_>, name: &str) -> std::result::Result<(), usize> {
    let found = document.iter().find(|(key, _)| key.get_ref() == name);
    let tables = |value: &DeValue<'_>| {
        value.as_array().is_some_and(|items| items.iter().all(|item| item.get_ref().is_table()))
    };
    found.map_or(Ok(()), |(key, value)| if tables(value.get_ref()) { Ok(()) } else { Err(key.span().start) })
}

pub(super) fn table_missing(document: &DeTable<'_>, name: &str) -> bool {
    document.iter().all(|(key, _)| key.get_ref() != name)
}

pub(super) fn unique<'n>(
    walk: &mut TableReader<'_>,
    document: &DeTable<'_>,
    section: &str,
    names: impl Iterator<Item = &'n str>,
) {
    let mut seen = BTreeSet::new();
    for (name, (_, at)) in names.zip(several(document, section)) {
        if !name.is_empty() && !seen.insert(name) {
            walk.wrong(
                at,
                format!("there are two [[{section}]] called {name}"),
                "give each a name of its own",
            );
        }
    }
}
