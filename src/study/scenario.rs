//! Scenarios: named lists of edits to a study's timetable, streets, places and profiles. What an edit is and does
//! stands in `scenario`; a study holds edits and asks of them only what it must know itself.

use std::any::Any;
use std::fmt::{Debug, Formatter};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::attribute::Attribute;
use crate::base::place::Place;

/// A scenario; "base", without any edit, is always there and never in a list of these.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    pub name: String,
    /// `study.toml:41:1`.
    pub place: Place,
    /// Files of edits, relative to the study's folder; their edits come before the scenario's own.
    pub include: Vec<PathBuf>,
    /// In the order in which they are applied.
    pub edits: Vec<PlacedEdit>,
    /// Which edit did how much is computed, too.
    pub attribute: Option<Attribute>,
}

/// An edit, where it stands, and how it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedEdit {
    /// `study.toml:44:1`, or `tram.toml:1:1` for one of an included file.
    pub place: Place,
    pub edit: HeldEdit,
    /// Its keys as JSON, for the manifest.
    pub written: String,
}

/// An edit of any kind, as a study holds it: [`crate::scenario::edits`] makes one of a specification, and gives the
/// specification back.
#[derive(Clone)]
pub struct HeldEdit(Arc<dyn EditObject>);

/// What a study asks of an edit.
pub(crate) trait EditObject: Any + Debug + Send + Sync {
    /// The name of its kind.
    fn kind(&self) -> &'static str;

    /// What it changes.
    fn concerns(&self) -> Concern;

    /// The feed's file that must be read before the edit can be applied.
    fn feed_file(&self) -> Option<&Path>;
    fn table_file(&self) -> Option<&Path>;

    fn is_same(&self, other: &dyn Any) -> bool;
}

impl HeldEdit {
    pub(crate) fn new(edit: impl EditObject) -> HeldEdit {
        HeldEdit(Arc::new(edit))
    }

    pub(crate) fn as_any(&self) -> &dyn Any {
        &*self.0
    }

    /// The name of its kind.
    pub fn kind(&self) -> &'static str {
        self.0.kind()
    }

    /// What it changes.
    pub fn concerns(&self) -> Concern {
        self.0.concerns()
    }

    /// The feed's file that must be read before the edit can be applied.
    pub fn feed_file(&self) -> Option<&Path> {
        self.0.feed_file()
    }

    /// Another table that must be read.
    pub fn table_file(&self) -> Option<&Path> {
        self.0.table_file()
    }
}

impl PartialEq for HeldEdit {
    fn eq(&self, other: &HeldEdit) -> bool {
        self.0.is_same(other.as_any())
    }
}

impl Debug for HeldEdit {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern {
    Timetable,
    Streets,
    Places,
    Profiles,
}

impl Scenario {
    /// All files that it depends on, relative to the study's folder, each once.
    pub fn files(&self) -> Vec<&Path> {
        let edits = self.edits.iter().map(|placed| &placed.edit);
        let read = edits.flat_map(|edit| edit.feed_file().into_iter().chain(edit.table_file()));
        let mut files: Vec<&Path> = Vec::new();
        for file in self.include.iter().map(PathBuf::as_path).chain(read) {
            if !files.contains(&file) {
                files.push(file);
            }
        }
        files
    }

    /// Whether people may travel otherwise than in the base.
    pub fn travels(&self) -> bool {
        self.edits.iter().any(|placed| placed.edit.concerns() != Concern::Places)
    }

    /// Whether any of its edits changes this.
    pub fn changes(&self, what: Concern) -> bool {
        self.edits.iter().any(|placed| placed.edit.concerns() == what)
    }
}
