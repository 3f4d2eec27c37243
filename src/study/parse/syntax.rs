//! Errors of TOML → what is told of them: of a broken text the first mistake alone, where it was made, for whatever
//! the parser stumbles over behind it may be well; of a text that only says things twice, each of these.

use toml::de::Error;

use super::walk::TableReader;

/// Tells what is wrong. True where the text is broken, so that nothing else can be known of it.
pub(super) fn told(walk: &mut TableReader<'_>, text: &str, errors: &[Error]) -> bool {
    let at = |error: &Error| error.span().map_or(0, |span| span.start);
    let twice = |error: &&Error| error.message().starts_with("duplicate key");
    let Some(first) = errors.iter().filter(|error| !twice(error)).min_by_key(|error| at(error)) else {
        for error in errors {
            let key = error.span().and_then(|span| text.get(span)).unwrap_or_default();
            let what = format!("{key} stands here for a second time");
            walk.wrong(at(error), what, "leave out one of the two: a key, or [section], stands once");
        }
        return false;
    };
    match open_list(text, at(first)) {
        Some(open) => walk.wrong(
            open,
            "is not TOML: the list that begins here is not closed",
            "write the missing ] at its end",
        ),
        None => {
            let what = format!("is not TOML: {}", first.message().replace('\n', "; "));
            walk.wrong(at(first), what, "correct this line");
        }
    }
    true
}

/// The bracket of a list that is still open at `at`, where a line begins that can be in no list: a key with its `=`,
/// the head of a section, or the end of the text.
fn open_list(text: &str, at: usize) -> Option<usize> {
    let (mut open, mut value) = (Vec::new(), false);
    let mut chars = text.char_indices().take_while(|&(i, _)| i < at).peekable();
    while let Some((i, c)) = chars.next() {
        match c {
            '#' => while chars.next_if(|&(_, c)| c != '\n').is_some() {},
            '"' | '\'' => {
                while let Some((_, inner)) = chars.next_if(|&(_, inner)| inner != '\n') {
                    if inner == c {
                        break;
                    }
                    if inner == '\\' && c == '"' {
                        chars.next();
                    }
                }
            }
            // Outside of values a bracket is a section's.
            '=' => value = true,
            '\n' if open.is_empty() => value = false,
            '[' | '{' if value => open.push((c, i)),
            ']' | '}' if value => {
                open.pop();
            }
            _ => {}
        }
    }
    // Within a table in the list a key may well begin a line.
    let &(_, first) = open.first().filter(|_| open.iter().all(|&(c, _)| c == '['))?;
    let begins = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let ends = text.get(at..)?.trim().is_empty();
    if first >= begins && !ends {
        return None;
    }
    let line = text[begins..].lines().next().unwrap_or_default().trim();
    let word = |c: char| c.is_alphanumeric() || "_-.\"' ".contains(c);
    let key = line.split_once('=').is_some_and(|(key, _)| !key.trim().is_empty() && key.chars().all(word));
    let head = line.split('#').next().unwrap_or_default().trim();
    let section = head.starts_with('[') && head.ends_with(']') && {
        let name = head.trim_start_matches('[').trim_end_matches(']');
        !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || "_.".contains(c))
    };
    (ends || key || section).then_some(first)
}
