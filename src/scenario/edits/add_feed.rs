//! A GTFS feed more.

use std::path::{Path, PathBuf};

use crate::network::transit::Feed;
use crate::scenario::draft::Draft;
use crate::scenario::edit::{EditSpec, Target, TimetableEdit};
use crate::scenario::feeds::{append, read};
use crate::scenario::said::WrongEdit;

const NAME: &str = "add_feed";

#[derive(Clone, Debug, PartialEq)]
pub struct AddFeed {
    /// Relative to the study's folder.
    pub file: PathBuf,
    /// Its name: that of the file without its ending.
    pub name: String,
}

impl EditSpec for AddFeed {
    fn kind(&self) -> &'static str {
        NAME
    }

    fn target(&self) -> Target<'_> {
        Target::Timetable(self)
    }

    fn feed_file(&self) -> Option<&Path> {
        Some(&self.file)
    }
}

impl TimetableEdit for AddFeed {
    fn apply(&self, draft: &mut Draft<'_>, said: &mut WrongEdit) {
        if draft.table.feeds.iter().any(|feed| feed.name == self.name) {
            said.wrong(
                format_args!("adds feed \"{}\", and there is one of that name", self.name),
                "rename the file: a feed is called after it; or write kind = \"replace_feed\"",
            );
        }
        let Some(more) = read(draft, &self.file, said) else { return };
        let agencies = more.feeds.iter().flat_map(|feed| feed.agencies.iter().cloned()).collect();
        draft.table.feeds.push(Feed { name: self.name.clone(), agencies });
        let number = draft.table.feeds.len() as u32 - 1;
        append(draft, more, number);
    }
}

#[cfg(feature = "native")]
pub(super) mod written {
    use super::{AddFeed, NAME};
    use crate::scenario::feeds::written::FEED_FILE;
    use crate::scenario::reading::{EditKind, feed_file};
    use crate::scenario::written::Registered;
    use crate::study::parse::feed_name;

    pub const KIND: Registered = Registered {
        kind: EditKind {
            name: NAME,
            meaning: "a GTFS feed more",
            groups: &[&FEED_FILE],
            read: |s, base| {
                let file = feed_file(s, base);
                AddFeed { name: feed_name(&file), file }.into()
            },
        },
        modifications: &[],
    };
}
