//! What costs are counted in. Measures are written in minutes and computed in seconds; costs in a unit of the user's
//! (metres, money, generalised minutes) go the same way, one unit for a minute, under names of their own.

use std::borrow::Cow;

/// The unit of a matrix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// Keys end in `_min`, results are seconds.
    #[default]
    Time,
    /// A word a-z0-9: keys and results end in it.
    Other(String),
}

/// Of one unit of cost, as of one minute.
pub const HELD: f64 = 60.0;

impl Unit {
    /// A unit by its name.
    ///
    /// # Errors
    /// Where it could not stand in the name of a column.
    pub fn other(name: &str) -> Result<Unit, String> {
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        match name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(good) {
            true => Ok(Unit::Other(name.to_string())),
            false => Err(format!(
                "\"{name}\" is no unit: s, min, or a word of small letters and digits: m, km, eur"
            )),
        }
    }

    /// A key as its users write it: `cutoffs_min`, `cutoffs_km`.
    pub fn key<'a>(&self, key: &'a str) -> Cow<'a, str> {
        match (self, key.strip_suffix("_min")) {
            (Unit::Other(unit), Some(stem)) => format!("{stem}_{unit}").into(),
            _ => key.into(),
        }
    }

    /// Words that name keys.
    pub fn text(&self, text: String) -> String {
        match self {
            Unit::Time => text,
            Unit::Other(unit) => text.replace("_min", &format!("_{unit}")),
        }
    }

    /// The words of a result: `30min` as `30km`, `s` as `km`.
    pub fn words(&self, words: &str) -> String {
        let Unit::Other(unit) = self else { return words.to_string() };
        let number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let word = |part: &str| match part.strip_suffix("min") {
            Some(cutoff) if number(cutoff) => format!("{cutoff}{unit}"),
            _ if part == "s" => unit.clone(),
            _ => part.to_string(),
        };
        words.split('_').map(word).collect::<Vec<_>>().join("_")
    }

    /// A result that is a cost, from the seconds that it was held as; to six decimals, as costs are read.
    pub fn result(&self, seconds: f64) -> f64 {
        match self {
            Unit::Time => seconds,
            Unit::Other(_) if seconds.is_finite() => (seconds / HELD * 1e6).round() / 1e6,
            Unit::Other(_) => seconds,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Unit;

    #[test]
    fn names_have_the_unit() {
        let km = Unit::other("km").expect("a unit");
        assert_eq!(km.key("cutoffs_min"), "cutoffs_km");
        assert_eq!(km.key("amounts"), "amounts");
        let words = ["30min", "2_5min_share", "100_s", "s", "arriving_share", "cost_s", ""];
        let named = ["30km", "2_5km_share", "100_km", "km", "arriving_share", "cost_km", ""];
        assert_eq!(words.map(|words| km.words(words)), named);
        assert_eq!(words.map(|words| Unit::Time.words(words)), words);
        assert_eq!((km.result(74_074.02), Unit::Time.result(7.5)), (1234.567, 7.5));
        for bad in ["", "Km", "k m", "2m", "kr/min"] {
            assert!(Unit::other(bad).is_err(), "{bad}");
        }
    }
}
