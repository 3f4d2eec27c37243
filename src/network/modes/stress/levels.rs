//! What tables of stress share: levels by direction, numbers in texts.

/// Along a way and against it; 0 where a table does not rate it: nobody is kept from it.
pub type Levels = [u8; 2];

/// The first whole number in a text.
pub(super) fn first_number(text: &str) -> Option<u32> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let digits = text[start..].split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_texts() {
        assert_eq!(first_number("25 mph"), Some(25));
        assert_eq!(first_number("4;3"), Some(4));
        assert_eq!(first_number("1.5"), Some(1));
        assert_eq!(first_number("none"), None);
    }
}
