//! What the files of edits have in common to declare keys and to read their values: limits stand with the key alone.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use crate::base::extent::Axis;
use crate::base::units::parse_clock;
use crate::study::keys;
pub(super) use crate::study::keys::Fallback::{self, Absent, Required, Value};
pub(super) use crate::study::keys::Key;
pub(super) use crate::study::keys::Shape::{
    self, Above, Either, Exactly, Filled, Flag, Form, List, Number, Table, Text, Whole, Words,
};
use crate::study::keys::shapes::POINT;
pub(super) use crate::study::keys::shapes::{LON, SECONDS, SOME_SECONDS, TEXTS};
pub(super) use crate::study::parse::{EditKind, KeyGroup, KeyTable, Section, number, text, whole};
use crate::study::parse::{MAX_CLOCK_S, degrees, nearest};

pub(super) const CLOCK: Shape = Form(r"^\s*[0-9]{1,3}:[0-5][0-9](:[0-5][0-9])?\s*$");
pub(super) const LAT: Shape = Number(-90.0, 90.0);
pub(super) const POINTS: Shape = List(&POINT);
/// How many times longer something takes.
pub(super) const FACTOR: Shape = Above(0.0, 100.0);
pub(super) const ROUTE_TYPE: Shape = Whole(0, 1999);

pub(super) type ReadResult<T> = std::result::Result<T, String>;

/// A key of an edit. Its group has the name that other keys have of their section.
pub(super) const fn key(
    name: &'static str,
    shape: Shape,
    default: Fallback,
    example: &'static str,
    meaning: &'static str,
) -> Key {
    keys::key("", name, default, example, meaning).takes(shape)
}

/// Keys that only edits of one kind have.
pub(super) const fn group(name: &'static str, keys: &'static [Key]) -> KeyGroup {
    KeyGroup { name, keys, tables: &[], later: &[] }
}

/// The least and the largest number of a shape.
pub(super) fn limits(shape: Shape) -> RangeInclusive<f64> {
    match shape {
        Whole(least, most) => least as f64..=most as f64,
        Number(least, most) | Above(least, most) => least..=most,
        _ => f64::MIN..=f64::MAX,
    }
}

/// The whole numbers of a shape.
pub(super) fn wholes(shape: Shape) -> RangeInclusive<u32> {
    let limits = limits(shape);
    *limits.start() as u32..=*limits.end() as u32
}

/// A whole number within the limits of its key.
pub(super) fn whole_of(s: &mut Section<'_, '_>, key: &str) -> Option<u32> {
    s.whole(key, wholes(s.shape(key)))
}

/// A number within the limits of its key.
pub(super) fn number_of(s: &mut Section<'_, '_>, key: &str) -> Option<f64> {
    s.number(key, limits(s.shape(key)))
}

/// One of the words of its key, by position.
pub(super) fn word_of(s: &mut Section<'_, '_>, key: &str) -> Option<usize> {
    match s.shape(key) {
        Words(words) => s.choice(key, words),
        _ => None,
    }
}

/// A number above 0, up to the limit of its key.
pub(super) fn positive(s: &mut Section<'_, '_>, key: &str) -> Option<f64> {
    let limits = limits(s.shape(key));
    s.read(key, &format!("write a number above 0, up to {}", limits.end()), |value| {
        let number = number(value, &limits)?;
        if number > 0.0 { Ok(number) } else { Err("is 0".into()) }
    })
}

/// A whole number that may be below 0.
pub(super) fn signed(s: &mut Section<'_, '_>, key: &str) -> Option<i32> {
    let limits = limits(s.shape(key));
    let remedy = format!("write whole seconds from {} to {}", limits.start(), limits.end());
    let seconds = s.read(key, &remedy, |value| {
        let number = number(value, &limits)?;
        if number.fract() == 0.0 { Ok(number) } else { Err(format!("is {number}")) }
    })?;
    Some(seconds as i32)
}

/// A time of the service day, seconds.
pub(super) fn clock(s: &mut Section<'_, '_>, key: &str) -> Option<i32> {
    s.read(key, "write a time of the service day, such as \"06:30\"; hours may pass 24", clock_of)
}

pub(super) fn clock_of(value: &DeValue<'_>) -> ReadResult<i32> {
    let written = text(value)?;
    let seconds = parse_clock(&written).ok_or_else(|| format!("is \"{written}\", which is no time"))?;
    if seconds > MAX_CLOCK_S { Err(format!("is \"{written}\", later than 72:00")) } else { Ok(seconds) }
}

/// Items of a list, of which some may be equal.
pub(super) fn items<T>(
    value: &DeValue<'_>,
    read: impl Fn(&DeValue<'_>) -> ReadResult<T>,
) -> ReadResult<Vec<T>> {
    let items = value.as_array().ok_or("is not a list")?;
    let nth = |(i, item): (usize, &toml::Spanned<DeValue<'_>>)| {
        read(item.get_ref()).map_err(|what| format!("[{}] {what}", i + 1))
    };
    items.iter().enumerate().map(nth).collect()
}

pub(super) fn degrees_lon(value: &DeValue<'_>) -> ReadResult<f64> {
    degrees(value, Axis::Lon)
}

pub(super) fn degrees_lat(value: &DeValue<'_>) -> ReadResult<f64> {
    degrees(value, Axis::Lat)
}

/// `lon` and `lat` of a section, degrees.
pub(super) fn lon_lat(s: &mut Section<'_, '_>) -> Option<(f64, f64)> {
    let lon = s.read("lon", "write degrees, from -180 to 180", degrees_lon);
    let lat = s.read("lat", "write degrees, from -90 to 90", degrees_lat);
    lon.zip(lat)
}

/// Points in degrees; `closed`: the corners of a polygon, of which the first is repeated at the end.
pub(super) fn points(value: &DeValue<'_>, closed: bool) -> ReadResult<Vec<(f64, f64)>> {
    let one = |value: &DeValue<'_>| {
        let pair = value.as_array().map(|pair| pair.iter().collect::<Vec<_>>()).unwrap_or_default();
        let [lon, lat] = pair.as_slice() else { return Err("is not [longitude, latitude]".to_string()) };
        let longitude = degrees_lon(lon.get_ref()).map_err(|what| format!("longitude {what}"))?;
        Ok((longitude, degrees_lat(lat.get_ref()).map_err(|what| format!("latitude {what}"))?))
    };
    let mut points = items(value, one)?;
    let least = if closed { 3 } else { 2 };
    if closed && points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    if points.len() < least {
        return Err(format!("has {} points, fewer than {least}", points.len()));
    }
    if closed {
        points.push(points[0]);
    }
    Ok(points)
}

/// A GTFS feed's file, seen from the study's folder; `base` is that of the file in which it is written.
pub(super) fn feed_file(s: &mut Section<'_, '_>, base: &Path) -> PathBuf {
    let Some(file) = s.file("file") else { return PathBuf::new() };
    let file = if base.as_os_str().is_empty() { file } else { base.join(file) };
    // The study's list of files holds it as seen from the study's folder.
    if let Some(last) = s.walk.files.last_mut() {
        last.1.clone_from(&file);
    }
    file
}

/// A table within an edit: the values of its keys, or what is wrong with them.
pub(super) struct InnerTable<'v, 't> {
    table: &'v DeTable<'t>,
}

impl<'v, 't> InnerTable<'v, 't> {
    /// `name`: as messages call it.
    pub fn open(value: &'v DeValue<'t>, name: &str, keys: &[Key]) -> ReadResult<Self> {
        let table = value.as_table().ok_or_else(|| format!("is not a table {{ … }} of {name}"))?;
        let known = || keys.iter().map(|key| key.name);
        for (key, _) in table.iter() {
            let key = key.get_ref().as_ref();
            if !known().any(|name| name == key) {
                let hint = match nearest(key, known()) {
                    Some(near) => format!("did you mean {near}?"),
                    None => format!("known here: {}", known().collect::<Vec<_>>().join(", ")),
                };
                return Err(format!("has the unknown key {key}: {hint}"));
            }
        }
        Ok(InnerTable { table })
    }

    pub fn get<T>(&self, key: &str, read: impl Fn(&DeValue<'_>) -> ReadResult<T>) -> ReadResult<Option<T>> {
        let found = self.table.iter().find(|(name, _)| name.get_ref() == key);
        found.map(|(_, value)| read(value.get_ref()).map_err(|what| format!("{key} {what}"))).transpose()
    }

    pub fn must<T>(&self, key: &str, read: impl Fn(&DeValue<'_>) -> ReadResult<T>) -> ReadResult<T> {
        self.get(key, read)?.ok_or_else(|| format!("lacks {key}"))
    }
}
