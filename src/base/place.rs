//! Where something stands that a message is about: in words, and where it stands in a text, the line itself.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

/// File, line or entity: `study.toml:12:5`, `poa_eptc.zip/stops.txt:4`, `cell 17`. It is used like its words; two
/// places are equal if these are.
#[derive(Clone, Debug, Default)]
pub struct Place {
    words: Arc<str>,
    spot: Option<Arc<Spot>>,
}

/// A stretch of a line in a text file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Its path, as one would open it from where the command was given.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// The whole line.
    pub text: String,
    /// What is meant, in bytes of `text`.
    pub marked: Range<usize>,
}

impl Place {
    pub fn new(words: impl Into<Arc<str>>, spot: Spot) -> Place {
        Place { words: words.into(), spot: Some(Arc::new(spot)) }
    }

    /// `None` where the place is no line of a text, or of one that is not at hand.
    pub fn spot(&self) -> Option<&Spot> {
        self.spot.as_deref()
    }
}

impl Spot {
    /// What begins at byte `at` of a text: a header, a value, a key or another word, up to its line's end.
    pub fn of(file: String, text: &str, at: usize) -> Spot {
        let at = (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or_default();
        let before = &text[..at];
        let begin = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = text[begin..].split(['\n', '\r']).next().unwrap_or_default();
        let start = (at - begin).min(line.len());
        Spot {
            file,
            line: before.matches('\n').count() + 1,
            column: line[..start].chars().count() + 1,
            text: line.to_string(),
            marked: start..start + length(&line[start..], start == 0),
        }
    }
}

/// How many bytes of `rest` what it begins with takes. `whole`: `rest` is a whole line, and may be a header.
fn length(rest: &str, whole: bool) -> usize {
    let first = rest.chars().next().unwrap_or(' ');
    if whole && first == '[' {
        return rest.split('#').next().unwrap_or_default().trim_end().len();
    }
    match first {
        '"' | '\'' => quoted(rest, first),
        '[' | '{' => bracketed(rest),
        _ => rest.find(|c: char| c.is_whitespace() || "=,]}#".contains(c)).unwrap_or(rest.len()),
    }
}

/// A text in quotes; of one that goes on in the next line what is in this one.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            _ if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    rest.trim_end().len()
}

/// A list or table; of one that goes on in the next line what is in this one.
fn bracketed(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while let Some(c) = rest[at..].chars().next() {
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' => depth -= 1,
            '"' | '\'' => {
                at += quoted(&rest[at..], c);
                continue;
            }
            '#' => return rest[..at].trim_end().len(),
            _ => {}
        }
        at += c.len_utf8();
        if depth == 0 {
            return at;
        }
    }
    rest.trim_end().len()
}

impl Deref for Place {
    type Target = str;

    fn deref(&self) -> &str {
        &self.words
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Place) -> bool {
        self.words == other.words
    }
}

impl Eq for Place {}

impl PartialEq<str> for Place {
    fn eq(&self, other: &str) -> bool {
        &*self.words == other
    }
}

impl PartialEq<&str> for Place {
    fn eq(&self, other: &&str) -> bool {
        &*self.words == *other
    }
}

impl From<&str> for Place {
    fn from(words: &str) -> Place {
        Place { words: words.into(), spot: None }
    }
}

impl From<String> for Place {
    fn from(words: String) -> Place {
        Place { words: words.into(), spot: None }
    }
}

impl From<&String> for Place {
    fn from(words: &String) -> Place {
        Place::from(words.as_str())
    }
}

impl From<&Place> for Place {
    fn from(place: &Place) -> Place {
        place.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::Spot;

    /// What is underlined of a line where the mark `^` stands before it.
    #[track_caller]
    fn marked(line: &str, wanted: &str) {
        let at = line.find('^').expect("a mark");
        let text = format!("first = 1\n{}\nlast = 1\n", line.replacen('^', "", 1));
        let spot = Spot::of("study.toml".into(), &text, 10 + at);
        assert_eq!(&spot.text[spot.marked.clone()], wanted, "{line}");
        assert_eq!((spot.line, spot.column), (2, line[..at].chars().count() + 1), "{line}");
        assert_eq!(spot.text, line.replacen('^', "", 1));
    }

    #[test]
    fn the_stretch_is_what_begins_there() {
        marked("^[[period]] # when", "[[period]]");
        marked("[^output]", "output");
        marked("^max_walks = 3", "max_walks");
        marked("key = ^\"a # \\\" b\" # c", "\"a # \\\" b\"");
        marked("key = ^'a\\' # c", "'a\\'");
        marked("key = ^[\"]\", [1], 2] # c", "[\"]\", [1], 2]");
        marked("key = ^{ a = [1], b = 2 }", "{ a = [1], b = 2 }");
        marked("key = ^[1, # goes on", "[1,");
        marked("list = [^15, 30]", "15");
        marked("åäö = ^2025-03-04 # ö", "2025-03-04");
        marked("key =^", "");
    }

    #[test]
    fn the_end_of_a_text_is_a_place_too() {
        let spot = Spot::of("a".into(), "x = 1\r\ny = \"ö", 99);
        assert_eq!((spot.line, spot.column, &*spot.text, spot.marked), (2, 7, "y = \"ö", 7..7));
    }
}
