//! What to set side by side: profiles, periods, or a profile in a period and another.

/// How one result stands against another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// First ÷ second.
    Ratio,
    /// First − second.
    Difference,
}

impl Against {
    /// The word in a folder's name.
    pub fn word(self) -> &'static str {
        match self {
            Against::Ratio => "over",
            Against::Difference => "minus",
        }
    }
}

/// Two results of the study, each a profile and a period by their positions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contrast {
    /// `adult_over_child-morning`.
    pub name: String,
    pub against: Against,
    pub first: (usize, usize),
    pub second: (usize, usize),
}
