//! A made-up feed before it is packed.

/// A GTFS feed as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedText {
    /// The zip's name without its ending.
    pub name: String,
    /// (file name, text), in the order to be written.
    pub tables: Vec<(String, String)>,
}
