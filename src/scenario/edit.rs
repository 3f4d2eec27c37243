//! What an edit is: its specification, what it changes, and what makes the change. A study holds edits without knowing
//! what they do.

use std::any::Any;
use std::fmt::Debug;
use std::path::Path;

use super::draft::Draft;
use super::edited_places::EditedPlaces;
use super::modes::Modes;
use super::report::EditReport;
use super::said::WrongEdit;
use crate::inputs::raw::{RawStreets, StressLine, TrafficColumns};
use crate::study::{Concern, EditObject, HeldEdit, Profile};

/// An edit: what it is to do, as written. Names in it are found when it is made.
pub trait EditSpec: Any + Same + Debug + Send + Sync {
    /// The name of its kind.
    fn kind(&self) -> &'static str;

    /// What it changes, and how.
    fn target(&self) -> Target<'_>;

    /// The feed's file that must be read before it can be made.
    fn feed_file(&self) -> Option<&Path> {
        None
    }

    /// Another table that must be read.
    fn table_file(&self) -> Option<&Path> {
        None
    }

    /// The rows of traffic that it adds to the study's.
    fn traffic(&self) -> Option<TrafficTable<'_>> {
        None
    }

    /// The places that it writes, each list with what it is; none is repeated.
    fn coordinates(&self) -> Vec<WrittenPlaces> {
        Vec::new()
    }

    /// The modification of Conveyal's that means the same.
    ///
    /// # Errors
    /// Why there is none, and what to do.
    #[cfg(feature = "native")]
    fn to_conveyal(
        &self,
        _ids: &mut super::conveyal::ids::ConveyalIds<'_>,
    ) -> super::conveyal::ids::Translated {
        Err(("there is no such modification".into(), "leave it out"))
    }
}

/// Lines with levels of traffic stress.
pub struct StressLinesFile<'e> {
    /// Relative to the study's folder.
    pub file: &'e Path,
    /// Of the levels.
    pub column: &'e str,
}

/// A table of traffic.
pub struct TrafficTable<'e> {
    /// Relative to the study's folder.
    pub file: &'e Path,
    pub columns: &'e TrafficColumns,
    /// Where no row holds, cars are so many times as fast.
    pub elsewhere: f64,
}

/// What places are, and their longitudes and latitudes.
pub type WrittenPlaces = (String, Vec<(f64, f64)>);

/// What an edit changes, and what makes the change.
pub enum Target<'e> {
    Timetable(&'e dyn TimetableEdit),
    Streets(&'e dyn StreetsEdit),
    Places(&'e dyn PlacesEdit),
    Profiles(&'e dyn ProfilesEdit),
}

/// An edit of a timetable.
pub trait TimetableEdit {
    /// Makes it. An edit that has said something has changed nothing.
    fn apply(&self, draft: &mut Draft<'_>, said: &mut WrongEdit);

    /// Ids that it makes: where it is wrong they are not held against edits after it.
    fn new_ids(&self) -> Vec<&str> {
        Vec::new()
    }

    /// What can be meant, but hardly is, in words.
    fn doubts(&self) -> Vec<String> {
        Vec::new()
    }

    /// Whether hops are new or take another time, so that speeds along them are looked at.
    fn makes_hops(&self) -> bool {
        false
    }
}

/// An edit of streets.
pub trait StreetsEdit {
    /// Whose streets it is about.
    fn modes(&self) -> Modes;

    /// The lines that it needs.
    fn stress(&self) -> Option<StressLinesFile<'_>> {
        None
    }

    /// Makes it, as far as it is about the modes that are `used`; `lines`: those of [`StreetsEdit::stress`]. An edit that has
    /// said something has changed nothing.
    fn apply(&self, raw: &mut RawStreets, used: Modes, lines: &[StressLine], said: &mut WrongEdit)
    -> Lengths;

    /// What can be meant, but hardly is, in words.
    fn doubts(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Length of streets that are new or changed, and of those that are closed or changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lengths {
    pub added_mm: u64,
    pub removed_mm: u64,
}

/// An edit of places.
pub trait PlacesEdit {
    /// Makes it: which places changed, and by how much; `None` where something is wrong, which is said.
    fn apply(&self, places: &mut EditedPlaces, said: &mut WrongEdit) -> Option<EditReport>;
}

/// An edit of profiles.
pub trait ProfilesEdit {
    /// Makes it, and says which profiles changed. No journey may become shorter than `longest_cutoff_s`.
    fn apply(&self, profiles: &mut [Profile], longest_cutoff_s: u32, said: &mut WrongEdit) -> Vec<String>;

    /// What can be meant, but hardly is, in words.
    fn doubts(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Equality with a value of any type.
pub trait Same {
    fn is_same(&self, other: &dyn Any) -> bool;
}

impl<T: PartialEq + Any> Same for T {
    fn is_same(&self, other: &dyn Any) -> bool {
        other.downcast_ref::<T>().is_some_and(|other| self == other)
    }
}

/// An edit as a study holds it.
#[derive(Debug)]
struct Edit(Box<dyn EditSpec>);

impl EditObject for Edit {
    fn kind(&self) -> &'static str {
        self.0.kind()
    }

    fn concerns(&self) -> Concern {
        match self.0.target() {
            Target::Timetable(_) => Concern::Timetable,
            Target::Streets(_) => Concern::Streets,
            Target::Places(_) => Concern::Places,
            Target::Profiles(_) => Concern::Profiles,
        }
    }

    fn feed_file(&self) -> Option<&Path> {
        self.0.feed_file()
    }

    fn table_file(&self) -> Option<&Path> {
        self.0.table_file()
    }

    fn is_same(&self, other: &dyn Any) -> bool {
        other.downcast_ref::<Edit>().is_some_and(|other| self.0.is_same(&*other.0))
    }
}

impl<T: EditSpec> From<T> for HeldEdit {
    fn from(spec: T) -> HeldEdit {
        HeldEdit::new(Edit(Box::new(spec)))
    }
}

/// What an edit of a study is to do.
pub fn spec(edit: &HeldEdit) -> &dyn EditSpec {
    &*edit.as_any().downcast_ref::<Edit>().expect("nothing else is made to be held by a study").0
}

/// The same, where it is of this type.
pub fn spec_as<T: EditSpec>(edit: &HeldEdit) -> Option<&T> {
    let spec: &dyn Any = spec(edit);
    spec.downcast_ref()
}
