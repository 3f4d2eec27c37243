//! Ids of one table and the rows that they name.

use rustc_hash::FxHashMap;

use crate::base::NONE;

/// What an id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IdNames {
    /// A row, by its index.
    Row(u32),
    /// A row that was dropped, for a reason counted there.
    Dropped,
    /// Nothing.
    Unknown,
}

impl IdNames {
    pub fn row(self) -> Option<u32> {
        match self {
            IdNames::Row(index) => Some(index),
            IdNames::Dropped | IdNames::Unknown => None,
        }
    }
}

/// Id → index of the row that it names.
#[derive(Default)]
pub(super) struct RowsById {
    /// [`NONE`]: a row that is not kept.
    rows: FxHashMap<Box<str>, u32>,
}

impl RowsById {
    /// Notes the id of row `index`; `false` if it is taken.
    pub fn add(&mut self, id: &str, index: usize) -> bool {
        self.insert(id, u32::try_from(index).unwrap_or(NONE))
    }

    /// Notes the id of a row that is not kept, unless it names one that is.
    pub fn add_dropped(&mut self, id: &str) {
        self.insert(id, NONE);
    }

    fn insert(&mut self, id: &str, row: u32) -> bool {
        if self.rows.contains_key(id) {
            return false;
        }
        self.rows.insert(id.into(), row);
        true
    }

    pub fn get(&self, id: &str) -> IdNames {
        match self.rows.get(id) {
            Some(&NONE) => IdNames::Dropped,
            Some(&index) => IdNames::Row(index),
            None => IdNames::Unknown,
        }
    }

    /// The index of `id`, added to `list` if it is new.
    pub fn intern(&mut self, id: &str, list: &mut Vec<String>) -> u32 {
        if let Some(index) = self.get(id).row() {
            return index;
        }
        // Tables have fewer rows than 2^32 − 1.
        let index = u32::try_from(list.len()).unwrap_or(NONE);
        list.push(id.to_string());
        self.rows.insert(id.into(), index);
        index
    }
}
