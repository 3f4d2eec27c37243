//! OpenStreetMap tags → who may use a way, mode by mode and direction by direction, and who may pass a node. A file a
//! mode; here what they share.

pub mod bicycle;
pub mod car;
pub mod car_delays;
pub mod car_speeds;
pub mod car_traffic;
pub mod hills;
pub mod stress;
pub mod walk;

/// Tags, sorted by key.
pub type Tags = [(String, String)];

/// How one gets along a way in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    No,
    /// On foot, beside the vehicle where there is one.
    OnFoot,
    /// Riding.
    Riding,
}

/// What a mode may do along a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Along {
    /// In the order of the way's nodes.
    pub forward: Use,
    pub backward: Use,
    /// Only to begin or to end there: nobody passes through.
    pub ends_only: bool,
}

impl Along {
    pub const NO: Along = Along { forward: Use::No, backward: Use::No, ends_only: false };
}

/// What the tags mean to one mode.
#[derive(Clone, Copy)]
pub struct ModeRules {
    /// As findings have it.
    pub input: &'static str,
    pub way: fn(&Tags) -> Along,
    /// Whether nobody gets through a node with these tags.
    pub blocks: fn(&Tags) -> bool,
    /// Whether an edge of the streets must not run on from one way into another, for costs differ.
    pub by_way: bool,
}

/// The value of a tag.
fn value<'a>(tags: &'a Tags, key: &str) -> Option<&'a str> {
    let at = tags.binary_search_by(|(k, _)| k.as_str().cmp(key)).ok()?;
    Some(&tags[at].1)
}

/// Of a list such as `yes;customers` the first word that says something.
fn first_word<T>(tags: &Tags, key: &str, says: impl Fn(&str) -> Option<T>) -> Option<T> {
    value(tags, key)?.split(';').find_map(|word| says(word.trim()))
}

/// What a value says.
type OfValue<T> = fn(&str) -> Option<T>;

/// What is said of one direction alone, by keys from the most specific; `None`: what is said of both counts. What a key says of
/// both goes before what less specific ones say of one.
fn in_direction<T>(tags: &Tags, keys: &[(&str, OfValue<T>)], suffix: &str) -> Option<T> {
    for (key, says) in keys {
        let own = first_word(tags, &format!("{key}{suffix}"), says);
        if own.is_some() || first_word(tags, key, says).is_some() {
            return own;
        }
    }
    None
}

/// What a value of `oneway` says: whether one may go in the order of the nodes, and against it.
fn oneway(value: &str) -> Option<[bool; 2]> {
    match value {
        "yes" | "1" | "true" => Some([true, false]),
        "-1" | "reverse" => Some([false, true]),
        "no" | "0" | "false" => Some([true, true]),
        "reversible" | "alternating" => Some([false, false]),
        _ => None,
    }
}

/// Tags of a text such as `highway=path foot=no`, for tests.
#[cfg(test)]
fn tags(text: &str) -> Vec<(String, String)> {
    let mut tags: Vec<_> = text
        .split_whitespace()
        .map(|tag| tag.split_once('=').unwrap())
        .map(|(k, v)| (k.to_string(), v.to_string()))
        .collect();
    tags.sort();
    tags
}
