//! A text of a table → a number, or what it is in its place and how to write it.
//!
//! What people write between thousands (1,008; 1 008; 1.008.000; 12'345) is never taken for a decimal mark in what is
//! advised: that would divide people by a thousand.

/// What is wrong and what to do.
pub(super) type Fault = (String, String);

/// What an amount may be: above, sums of many would lose whole ones, and squares would overflow.
pub(super) const MOST_AMOUNT: f64 = 1e15;

/// The remedy for what stands for nothing.
pub(super) const BLANK: &str = "leave it blank where nothing is known";
const PLAIN: &str =
    "write numbers in plain digits, with a decimal point and without separators between thousands";

/// How R, Python, Excel and people write what is not known.
const UNKNOWN: [&str; 9] = ["na", "n/a", "#n/a", "nan", "null", "none", "-", ".", "?"];

/// A finite number, or nothing where the text is blank.
pub(super) fn number(text: &str) -> Result<Option<f64>, Fault> {
    if text.is_empty() {
        return Ok(None);
    }
    let blank = || BLANK.to_string();
    match text.parse::<f64>() {
        Ok(value) if value.is_nan() => Err(("is NaN".into(), blank())),
        Ok(value) if value.is_infinite() => Err((format!("is {text}, which is infinite"), blank())),
        Ok(value) => Ok(Some(value)),
        Err(_) if UNKNOWN.contains(&text.to_lowercase().as_str()) => {
            Err((format!("is \"{text}\", not a number"), blank()))
        }
        Err(_) => Err(match read(text) {
            Some(NumberText::Thousands(plain)) => (
                format!("is {text}, with separators between thousands"),
                format!("write it without them: {plain}"),
            ),
            Some(NumberText::Comma(plain)) => {
                (format!("is {text}, with a decimal comma"), format!("write it with a point: {plain}"))
            }
            Some(NumberText::Either(plain)) => (
                format!("is {text}: its comma may stand between thousands or before decimals"),
                format!("if it stands between thousands write {plain}; decimals are written with a point"),
            ),
            None => (format!("is \"{text}\", not a number"), PLAIN.to_string()),
        }),
    }
}

/// What the marks in a text are, with the number in plain digits.
#[derive(Debug, PartialEq)]
enum NumberText {
    Thousands(String),
    Comma(String),
    /// One comma before three digits; as thousands.
    Either(String),
}

/// A number in one of the ways in which people write it; `None`: it is none.
fn read(text: &str) -> Option<NumberText> {
    let (sign, digits) = match text.strip_prefix(['-', '−', '+']) {
        Some(rest) => (if text.starts_with('+') { "" } else { "-" }, rest),
        None => ("", text),
    };
    let marks: Vec<char> = digits.chars().filter(|c| !c.is_ascii_digit()).collect();
    let parts: Vec<&str> = digits.split(|c: char| !c.is_ascii_digit()).collect();
    let (&first, &last) = (marks.first()?, marks.last()?);
    let plain = |parts: &[&str], decimals: Option<&str>| {
        let point = decimals.map_or(String::new(), |decimals| format!(".{decimals}"));
        format!("{sign}{}{point}", parts.concat())
    };
    if !marks.iter().all(|&mark| is_mark(mark)) || parts.iter().any(|part| part.is_empty()) {
        return None;
    }
    let (whole, decimals) = parts.split_at(parts.len() - 1);
    // All but the last mark are the same, and the last is another that can stand before decimals: 1.008,5.
    if marks.len() > 1 && last != first && ".,".contains(last) {
        let same = marks[..marks.len() - 1].iter().all(|mark| *mark == first);
        return (same && grouped(whole))
            .then(|| NumberText::Thousands(plain(whole, decimals.first().copied())));
    }
    if !marks.iter().all(|mark| *mark == first) {
        return None;
    }
    match (first, marks.len(), grouped(&parts)) {
        // 0,125 has no thousands.
        (',', 1, true) if parts[0] != "0" => Some(NumberText::Either(plain(&parts, None))),
        (',', 1, _) => Some(NumberText::Comma(plain(whole, decimals.first().copied()))),
        (_, _, true) => Some(NumberText::Thousands(plain(&parts, None))),
        _ => None,
    }
}

/// What stands between thousands: commas, points, apostrophes, low lines, and blanks of any width.
fn is_mark(c: char) -> bool {
    c.is_whitespace() || ",.'’ʼ´`_٬\u{2007}".contains(c)
}

/// Whether parts are groups of three digits behind one to three; in India the first ones are of two.
fn grouped(parts: &[&str]) -> bool {
    let Some((last, before)) = parts.split_last() else { return false };
    let Some((first, within)) = before.split_first() else { return parts[0].len() <= 3 };
    let three = within.iter().all(|part| part.len() == 3);
    let two = within.iter().all(|part| part.len() == 2) && first.len() <= 2;
    last.len() == 3 && first.len() <= 3 && (three || two)
}

/// Whether a text may be whole thousands that are written with points, as 1.008: then the number is a thousandth.
pub(super) fn may_be_thousands(text: &str) -> bool {
    text.split_once('.').is_some_and(|(whole, decimals)| {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        (1..=3).contains(&whole.len())
            && !whole.starts_with('0')
            && digits(whole)
            && decimals.len() == 3
            && digits(decimals)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_what_is_none() {
        assert_eq!(number("12.5"), Ok(Some(12.5)));
        assert_eq!(number("1e3"), Ok(Some(1000.0)));
        assert_eq!(number(""), Ok(None));
        for (text, said) in [
            ("NaN", "is NaN"),
            ("inf", "is inf, which is infinite"),
            ("1e999", "is 1e999, which is infinite"),
            ("12,5", "is 12,5, with a decimal comma"),
            ("NA", "is \"NA\", not a number"),
            ("1 200", "is 1 200, with separators between thousands"),
            ("35 %", "is \"35 %\", not a number"),
        ] {
            assert_eq!(number(text).unwrap_err().0, said);
        }
        assert!(
            number("NA").unwrap_err().1.contains("blank") && !number("35 %").unwrap_err().1.contains("blank")
        );
    }

    /// As people write a thousand and eight, a million, twelve thousand: never a thousandth of it is advised.
    #[test]
    fn thousands_stay_thousands() {
        for (text, plain) in [
            ("1 008", "1008"),
            ("1\u{a0}008", "1008"),
            ("1\u{202f}008", "1008"),
            ("1\u{2009}008\u{2009}500", "1008500"),
            ("1.008.000", "1008000"),
            ("12'345", "12345"),
            ("12’345", "12345"),
            ("1_008", "1008"),
            ("1,008,000", "1008000"),
            ("1,00,008", "100008"),
            ("1.008,5", "1008.5"),
            ("1,008.25", "1008.25"),
            ("1 008,5", "1008.5"),
            ("1'008.5", "1008.5"),
            ("-1 008", "-1008"),
        ] {
            assert_eq!(read(text), Some(NumberText::Thousands(plain.to_string())), "{text}");
            assert_eq!(number(text).unwrap_err().1, format!("write it without them: {plain}"));
        }
        for (text, plain) in [("1,008", "1008"), ("12,345", "12345"), ("-1,008", "-1008")] {
            assert_eq!(read(text), Some(NumberText::Either(plain.to_string())));
            let remedy = number(text).unwrap_err().1;
            assert!(remedy.contains(plain) && !remedy.contains('.'), "{remedy}");
        }
        for (text, plain) in
            [("12,5", "12.5"), ("0,125", "0.125"), ("1,0085", "1.0085"), ("1234,567", "1234.567")]
        {
            assert_eq!(read(text), Some(NumberText::Comma(plain.to_string())));
        }
        for text in ["1,00", "x", "1;008", "10 08", "1.0.0", ",", "1,,008", "18,07,12", "2024-01-01", "é1"] {
            assert!(!matches!(read(text), Some(NumberText::Thousands(_) | NumberText::Either(_))), "{text}");
        }
    }

    #[test]
    fn thousandths_that_may_be_thousands() {
        assert!(["1.008", "12.345", "850.000"].iter().all(|text| may_be_thousands(text)));
        assert!(
            !["0.125", "1.5", "1.0085", "1008", "1.008.0", "", ".125", "1234.567"]
                .iter()
                .any(|text| may_be_thousands(text))
        );
    }
}
