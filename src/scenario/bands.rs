//! Headways by time of day: keys that edits share, and the departures that they mean.

/// A vehicle every `headway_s`, the first at `from_s`, all before `to_s`; seconds of the service day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    pub from_s: i32,
    pub to_s: i32,
    pub headway_s: u32,
}

/// Departures of bands as those of frequencies.txt: from the start, strictly before the end.
pub(super) fn laid_out(bands: &[Band]) -> Vec<i32> {
    bands.iter().flat_map(|band| (band.from_s..band.to_s).step_by(band.headway_s as usize)).collect()
}

/// The shortest headway.
pub(super) fn least(bands: &[Band]) -> Option<u32> {
    bands.iter().map(|band| band.headway_s).min()
}

/// Reading bands, and both translations.
#[cfg(feature = "native")]
pub(super) mod written {
    use serde_json::{Value, json};
    use toml::de::DeValue;

    use super::Band;
    use crate::scenario::reading::{
        CLOCK, InnerTable, KeyTable, Required, SOME_SECONDS, Section, clock_of, items, key, whole, wholes,
    };

    pub const HEADWAYS: KeyTable = KeyTable {
        name: "headways",
        keys: &[
            key("from", CLOCK, Required, "\"06:00\"", "first departure"),
            key("to", CLOCK, Required, "\"09:00\"", "no departure at or after this"),
            key("headway_s", SOME_SECONDS, Required, "600", "seconds between departures"),
        ],
    };

    /// Bands with their headways, none over another.
    pub fn bands(s: &mut Section<'_, '_>, key: &str) -> Vec<Band> {
        let one = |value: &DeValue<'_>| {
            let fields = InnerTable::open(value, HEADWAYS.name, HEADWAYS.keys)?;
            let (from_s, to_s) = (fields.must("from", clock_of)?, fields.must("to", clock_of)?);
            let headway_s = fields.must("headway_s", |value| whole(value, &wholes(SOME_SECONDS)))?;
            if to_s <= from_s {
                return Err("to is not later than from (past midnight is 24:30)".into());
            }
            Ok(Band { from_s, to_s, headway_s })
        };
        let remedy = "write [{ from = \"06:00\", to = \"09:00\", headway_s = 600 }]";
        let mut bands = s.read(key, remedy, |value| items(value, one)).unwrap_or_default();
        bands.sort_by_key(|band| (band.from_s, band.to_s));
        if bands.windows(2).any(|pair| pair[1].from_s < pair[0].to_s) {
            s.wrong(
                key,
                "has bands over each other",
                "let each band begin where the one before it ends, or later",
            );
        }
        if s.has(key) && bands.is_empty() {
            s.wrong(key, "holds nothing", remedy);
        }
        bands
    }

    /// A band as it is there.
    pub fn band_there(band: &Band) -> Value {
        json!({ "startTime": band.from_s, "endTime": band.to_s, "headwaySecs": band.headway_s })
    }
}
