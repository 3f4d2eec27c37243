//! Numbers as text that a page unpacks fast: decimals as whole numbers, differences in few bytes, base64.

use serde_json::{Value, json};

/// Codes before the differences: blank, infinite, infinite below zero.
const SPECIAL: u64 = 3;
/// Digits of the largest value that are kept where decimals have no end.
const DIGITS: i32 = 7;
/// Whole numbers beyond are not exact after the page's sums.
const LARGEST: f64 = (1_u64 << 40) as f64;

/// A column as the page reads it: `d` decimals, `r` present if they were rounded, `b` the bytes in base64.
///
/// Values are whole numbers of 10^-d. `k` "2": two bytes each, from `o` on, 65535 blank, 65534 infinite, 65533
/// infinite below zero. `k` "v": variable length (LEB128), 0 blank, 1 and 2 infinite, else 3 more than the zigzag
/// difference to the last number.
pub(super) fn column(values: &[Option<f64>]) -> Value {
    let finite = || values.iter().flatten().copied().filter(|value| value.is_finite());
    let exact = (0..=6).find(|&d| finite().all(|value| is_exact(value, d)));
    let largest = finite().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    let rounded = || (DIGITS - 1 - largest.max(1e-9).log10().floor() as i32).clamp(0, 15);
    let decimals = exact.unwrap_or_else(rounded);
    let scale = 10_f64.powi(decimals);
    let whole = |value: f64| (value * scale).round().clamp(-LARGEST, LARGEST) as i64;
    let (low, high) = finite().map(whole).fold((i64::MAX, i64::MIN), |(l, h), v| (l.min(v), h.max(v)));

    let mut varied = Vec::with_capacity(2 * values.len());
    let mut last = 0;
    for value in values {
        match value.filter(|value| !value.is_nan()) {
            None => varint(0, &mut varied),
            Some(value) if value.is_infinite() => varint(if value > 0.0 { 1 } else { 2 }, &mut varied),
            Some(value) => {
                let now = whole(value);
                varint(zigzag(now - last) + SPECIAL, &mut varied);
                last = now;
            }
        }
    }
    let fits = low <= high && high - low < 65533;
    let mut coded = if fits && varied.len() > 2 * values.len() {
        let two = |value: &Option<f64>| match value.filter(|value| !value.is_nan()) {
            None => 65535,
            Some(value) if value.is_infinite() => 65533 + u16::from(value > 0.0),
            Some(value) => (whole(value) - low) as u16,
        };
        let bytes: Vec<u8> = values.iter().flat_map(|value| two(value).to_le_bytes()).collect();
        json!({ "k": "2", "d": decimals, "o": low, "b": base64(&bytes) })
    } else {
        json!({ "k": "v", "d": decimals, "b": base64(&varied) })
    };
    if exact.is_none() {
        coded["r"] = json!(1);
    }
    coded
}

/// Whether `value` is a whole number of 10^-decimals, read back as the same.
fn is_exact(value: f64, decimals: i32) -> bool {
    let scale = 10_f64.powi(decimals);
    let whole = (value * scale).round();
    whole.abs() < LARGEST && whole / scale == value
}

/// Small numbers of either sign → small numbers.
pub(super) fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// Appends a number, seven bits a byte, the lowest first (LEB128).
pub(super) fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 128 {
        out.push(value as u8 | 128);
        value >>= 7;
    }
    out.push(value as u8);
}

/// RFC 4648, with padding.
pub(super) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let at = |i: usize| u32::from(three.get(i).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for i in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * i)) as usize & 63];
            text.push(if i <= three.len() { letter as char } else { '=' });
        }
    }
    text
}

/// JSON that may stand in a page: no `<`, so that no text ends the script that it is in.
pub(super) fn inert(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        // RFC 4648, section 10.
        let of = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"];
        for (length, text) in of.into_iter().enumerate() {
            assert_eq!(base64(&b"foobar"[..length]), text);
        }
    }

    #[test]
    fn few_decimals_are_exact_and_many_are_rounded() {
        // 61, blank, 51, infinite: zigzag(61) + 3 = 125, 0, zigzag(-10) + 3 = 22, 1.
        let some = column(&[Some(61.0), None, Some(51.0), Some(f64::INFINITY)]);
        assert_eq!(some, json!({ "k": "v", "d": 0, "b": base64(&[125, 0, 22, 1]) }));
        assert_eq!(column(&[Some(9.313), Some(57.1)])["d"], 3);
        // 7 digits of the largest value, 33.33333.
        let endless = column(&[Some(100.0 / 3.0), Some(1.0)]);
        assert_eq!((&endless["d"], &endless["r"]), (&json!(5), &json!(1)));
        assert_eq!(column(&[None, None])["b"], base64(&[0, 0]));
    }

    #[test]
    fn restless_columns_take_two_bytes_each() {
        // 0 and 60,000 in turns: three bytes each as differences (zigzag 120,000 > 2^14).
        let values: Vec<Option<f64>> = (0..10).map(|i| Some(f64::from(i % 2) * 60_000.0)).collect();
        let coded = column(&values);
        assert_eq!((&coded["k"], &coded["o"]), (&json!("2"), &json!(0)));
        assert_eq!(coded["b"].as_str().map(str::len), Some(28), "20 bytes are 27 letters, with padding 28");
    }
}
