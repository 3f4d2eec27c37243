//! A GTFS feed in place of another.

use std::path::{Path, PathBuf};

use crate::scenario::draft::{Draft, Fate};
use crate::scenario::edit::{EditSpec, Target, TimetableEdit};
use crate::scenario::feeds::{append, read};
use crate::scenario::said::WrongEdit;
use crate::scenario::which::Chosen;

const NAME: &str = "replace_feed";

#[derive(Clone, Debug, PartialEq)]
pub struct ReplaceFeed {
    pub feed: String,
    pub file: PathBuf,
}

impl EditSpec for ReplaceFeed {
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

impl TimetableEdit for ReplaceFeed {
    /// Stops of equal ids stay the same stops, so that walks to those that stand where they stood stay too; stops that
    /// the new feed lacks stay without service.
    fn apply(&self, draft: &mut Draft<'_>, said: &mut WrongEdit) {
        let number = draft.feed(&self.feed, said);
        let more = read(draft, &self.file, said);
        let (Some(number), Some(more)) = (number, more) else { return };
        draft.change(&Chosen::of_feed(number), said, |_, _| Fate::Gone);
        let feed_of = draft.table.stops.feed.to_vec();
        if draft.table.rules.iter().any(|rule| feed_of[rule.from_stop as usize] == number) {
            draft.table.rules.to_mut().retain(|rule| feed_of[rule.from_stop as usize] != number);
        }
        draft.table.feeds[number as usize].agencies =
            more.feeds.iter().flat_map(|feed| feed.agencies.iter().cloned()).collect();
        append(draft, more, number);
    }
}

#[cfg(feature = "native")]
pub(super) mod written {
    use super::{NAME, ReplaceFeed};
    use crate::scenario::feeds::written::FEED_FILE;
    use crate::scenario::reading::{EditKind, KeyGroup, Required, Text, feed_file, group, key};
    use crate::scenario::written::Registered;

    pub const KIND: Registered = Registered {
        kind: EditKind {
            name: NAME,
            meaning: "a GTFS feed in place of another",
            groups: &[&KEYS, &FEED_FILE],
            read: |s, base| {
                ReplaceFeed { feed: s.text("feed").unwrap_or_default(), file: feed_file(s, base) }.into()
            },
        },
        modifications: &[],
    };

    const KEYS: KeyGroup =
        group(NAME, &[key("feed", Text, Required, "\"bus\"", "the feed that goes, by name")]);
}
