//! Values that edits share: clock times, stops, headways, areas, which trips.

use serde_json::{Map, Value, json};
use toml::de::{DeTable, DeValue};

use super::kinds;
use crate::base::extent::Axis;
use crate::base::units::parse_clock;
use crate::study::parse::walk::{Section, degrees, nearest, number, text, whole};
use crate::study::parse::{MAX_CLOCK_S, MAX_SECONDS};
use crate::study::{Area, Band, Dwell, Pace, StopAt, Which};

type Read<T> = std::result::Result<T, String>;

/// Which trips, from the keys that all edits of trips share.
pub fn which(s: &mut Section<'_, '_>) -> Which {
    let between_s = match (clock(s, "from"), clock(s, "to")) {
        (None, None) => None,
        (from, to) => Some((from.unwrap_or(i32::MIN), to.unwrap_or(i32::MAX))),
    };
    if between_s.is_some_and(|(from, to)| from >= to) {
        s.wrong("to", "is not later than from", "past midnight write hours above 24, such as \"26:00\"");
    }
    Which {
        routes: routes(s),
        trips: s.texts("trips"),
        feeds: s.texts("feeds"),
        route_types: s
            .list("route_types", "write GTFS route types, such as [3]", |value| whole(value, &(0..=1999))),
        headsigns: s.texts("headsigns"),
        via: s.texts("via"),
        between_s,
    }
}

/// `route` or `routes`.
pub fn routes(s: &mut Section<'_, '_>) -> Vec<String> {
    if s.has("route") && s.has("routes") {
        s.wrong("routes", "stands beside route", "leave out one of the two");
    }
    if s.has("routes") { s.texts("routes") } else { s.text("route").into_iter().collect() }
}

/// A time of the service day, seconds.
pub fn clock(s: &mut Section<'_, '_>, key: &str) -> Option<i32> {
    s.read(key, "write a time of the service day, such as \"06:30\"; hours may pass 24", clock_of)
}

/// Times of the service day, in any order.
pub fn clocks(s: &mut Section<'_, '_>, key: &str) -> Vec<i32> {
    s.list(key, "write times such as [\"07:00\", \"07:20\"]", clock_of)
}

fn clock_of(value: &DeValue<'_>) -> Read<i32> {
    let written = text(value)?;
    let seconds = parse_clock(&written).ok_or_else(|| format!("is \"{written}\", which is no time"))?;
    if seconds > MAX_CLOCK_S { Err(format!("is \"{written}\", later than 72:00")) } else { Ok(seconds) }
}

/// A whole number that may be below 0.
pub fn signed(s: &mut Section<'_, '_>, key: &str, most: u32) -> Option<i32> {
    let remedy = format!("write whole seconds from -{most} to {most}");
    let bound = f64::from(most);
    let seconds = s.read(key, &remedy, |value| {
        let number = number(value, &(-bound..=bound))?;
        if number.fract() == 0.0 { Ok(number) } else { Err(format!("is {number}")) }
    })?;
    Some(seconds as i32)
}

/// A number above 0.
pub fn positive(s: &mut Section<'_, '_>, key: &str, most: f64) -> Option<f64> {
    s.read(key, &format!("write a number above 0, up to {most}"), |value| {
        let number = number(value, &(0.0..=most))?;
        if number > 0.0 { Ok(number) } else { Err("is 0".into()) }
    })
}

/// Items of a list, of which some may be equal.
fn items<T>(value: &DeValue<'_>, read: impl Fn(&DeValue<'_>) -> Read<T>) -> Read<Vec<T>> {
    let items = value.as_array().ok_or("is not a list")?;
    let nth = |(i, item): (usize, &toml::Spanned<DeValue<'_>>)| {
        read(item.get_ref()).map_err(|what| format!("[{}] {what}", i + 1))
    };
    items.iter().enumerate().map(nth).collect()
}

/// A table within an edit: the values of its keys, or what is wrong with them.
struct Fields<'v, 't> {
    table: &'v DeTable<'t>,
}

impl<'v, 't> Fields<'v, 't> {
    fn open(value: &'v DeValue<'t>, name: &str) -> Read<Self> {
        let table = value.as_table().ok_or_else(|| format!("is not a table {{ … }} of {name}"))?;
        let known = || kinds::keys_of(name).map(|key| key.name);
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
        Ok(Fields { table })
    }

    fn get<T>(&self, key: &str, read: impl Fn(&DeValue<'_>) -> Read<T>) -> Read<Option<T>> {
        let found = self.table.iter().find(|(name, _)| name.get_ref() == key);
        found.map(|(_, value)| read(value.get_ref()).map_err(|what| format!("{key} {what}"))).transpose()
    }

    fn must<T>(&self, key: &str, read: impl Fn(&DeValue<'_>) -> Read<T>) -> Read<T> {
        self.get(key, read)?.ok_or_else(|| format!("lacks {key}"))
    }
}

fn degrees_lon(value: &DeValue<'_>) -> Read<f64> {
    degrees(value, Axis::Lon)
}

fn degrees_lat(value: &DeValue<'_>) -> Read<f64> {
    degrees(value, Axis::Lat)
}

/// `lon` and `lat` of a section, degrees.
pub fn lon_lat(s: &mut Section<'_, '_>) -> Option<(f64, f64)> {
    let lon = s.read("lon", "write degrees, from -180 to 180", degrees_lon);
    let lat = s.read("lat", "write degrees, from -90 to 90", degrees_lat);
    lon.zip(lat)
}

/// Stops of a line.
pub fn stops(s: &mut Section<'_, '_>, key: &str) -> Vec<StopAt> {
    let one = |value: &DeValue<'_>| {
        if value.as_str().is_some() {
            return text(value).map(StopAt::Known);
        }
        let fields = Fields::open(value, "new stop")?;
        let id = fields.must("id", text)?;
        let name = fields.get("name", text)?.unwrap_or_else(|| id.clone());
        let (lon, lat) = (fields.must("lon", degrees_lon)?, fields.must("lat", degrees_lat)?);
        Ok(StopAt::New { id, name, lon, lat })
    };
    let remedy = "write stop ids, and new stops as { id = \"new\", lon = 18.07, lat = 59.33 }";
    s.read(key, remedy, |value| items(value, one)).unwrap_or_default()
}

/// `hop_s` or `speed_kmh`; `hops` says how many there are to be.
pub fn pace(s: &mut Section<'_, '_>, hops: usize) -> Pace {
    match (s.has("hop_s"), s.has("speed_kmh")) {
        (true, true) => s.wrong("speed_kmh", "stands beside hop_s", "leave out one of the two"),
        (false, false) => s.wrong("hop_s", "is missing, and so is speed_kmh", "write one of the two"),
        _ => {}
    }
    if s.has("speed_kmh") {
        return Pace::SpeedKmh(positive(s, "speed_kmh", 1000.0).unwrap_or(1.0));
    }
    let remedy = "write whole seconds, one for each hop, such as [120, 90]";
    let list = s.read("hop_s", remedy, |value| items(value, |item| whole(item, &(0..=MAX_SECONDS))));
    if let Some(list) = list.as_ref().filter(|list| list.len() != hops) {
        s.wrong("hop_s", format!("has {} numbers", list.len()), format!("write {hops}: one for each hop"));
    }
    Pace::Hops(list.unwrap_or_default())
}

/// `dwell_s`, one for all or `stops` of them.
pub fn dwell(s: &mut Section<'_, '_>, stops: usize) -> Dwell {
    let seconds = |value: &DeValue<'_>| whole(value, &(0..=MAX_SECONDS));
    let remedy = "write whole seconds, or a list of them, stop by stop";
    let read = |value: &DeValue<'_>| match value {
        DeValue::Array(_) => items(value, seconds).map(Dwell::List),
        _ => seconds(value).map(Dwell::Each),
    };
    let dwell = s.read("dwell_s", remedy, read).unwrap_or(Dwell::Each(0));
    if let Dwell::List(list) = &dwell
        && list.len() != stops
    {
        s.wrong(
            "dwell_s",
            format!("has {} numbers", list.len()),
            format!("write {stops}: one for each stop"),
        );
    }
    dwell
}

/// Bands with their headways, none over another.
pub fn bands(s: &mut Section<'_, '_>, key: &str) -> Vec<Band> {
    let one = |value: &DeValue<'_>| {
        let fields = Fields::open(value, "headways")?;
        let (from_s, to_s) = (fields.must("from", clock_of)?, fields.must("to", clock_of)?);
        let headway_s = fields.must("headway_s", |value| whole(value, &(1..=MAX_SECONDS)))?;
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

/// Pairs of texts.
pub fn pairs(s: &mut Section<'_, '_>, key: &str) -> Vec<(String, String)> {
    let one = |value: &DeValue<'_>| match items(value, text)?.as_slice() {
        [from, to] => Ok((from.clone(), to.clone())),
        other => Err(format!("has {} names, not two", other.len())),
    };
    s.list(key, "write pairs of stops, such as [[\"A\", \"B\"]]", one)
}

/// Points in degrees; `closed`: the corners of a polygon, of which the first is repeated at the end.
pub fn points(value: &DeValue<'_>, closed: bool) -> Read<Vec<(f64, f64)>> {
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

/// The area that a section's own keys tell.
pub fn area(s: &mut Section<'_, '_>) -> Area {
    let wrongs = s.walk.wrongs();
    let ids = s.texts("ids");
    let polygon = s.read("polygon", "write corners [[lon, lat], …]", |value| points(value, true));
    let point = lon_lat(s);
    let radius_m = positive(s, "radius_m", 1e6);
    match area_of(ids, polygon, point, radius_m) {
        Ok(area) => area,
        // What is there and wrong is not missing.
        Err(_) if s.walk.wrongs() > wrongs => Area::Ids(Vec::new()),
        Err(what) => {
            s.wrong("ids", what, "say where: ids, or polygon, or lon and lat with radius_m");
            Area::Ids(Vec::new())
        }
    }
}

/// The area in a table of its own: `from = { … }`.
pub fn area_in(s: &mut Section<'_, '_>, key: &str) -> Area {
    let read = |value: &DeValue<'_>| {
        let fields = Fields::open(value, key)?;
        let ids = fields.get("ids", |value| items(value, text))?.unwrap_or_default();
        let polygon = fields.get("polygon", |value| points(value, true))?;
        let lon = fields.get("lon", degrees_lon)?;
        let lat = fields.get("lat", degrees_lat)?;
        let radius_m = fields.get("radius_m", |value| number(value, &(0.001..=1e6)))?;
        area_of(ids, polygon, lon.zip(lat), radius_m)
    };
    let remedy = "say where: { ids = [\"cell7\"] }, { polygon = … } or { lon = 18.07, lat = 59.33 }";
    s.read(key, remedy, read).unwrap_or(Area::Ids(Vec::new()))
}

fn area_of(
    ids: Vec<String>,
    polygon: Option<Vec<(f64, f64)>>,
    point: Option<(f64, f64)>,
    radius_m: Option<f64>,
) -> Read<Area> {
    match (ids.is_empty(), polygon, point) {
        (false, None, None) => Ok(Area::Ids(ids)),
        (true, Some(polygon), None) => Ok(Area::Polygon(polygon)),
        (true, None, Some((lon, lat))) => Ok(Area::Point { lon, lat, radius_m }),
        (true, None, None) => Err("is missing, and so are polygon and lon, lat".into()),
        _ => Err("stands beside another way to say where".into()),
    }
}

/// A value as written, for the manifest.
pub fn json(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => json!(text),
        DeValue::Boolean(flag) => json!(flag),
        DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) => json!(number),
            Err(_) => json!(integer.as_str()),
        },
        DeValue::Float(float) => float.as_str().parse::<f64>().map_or(Value::Null, |number| json!(number)),
        DeValue::Datetime(time) => json!(time.to_string()),
        DeValue::Array(items) => Value::Array(items.iter().map(|item| json(item.get_ref())).collect()),
        DeValue::Table(table) => {
            // In the order in which they stand.
            let mut keys: Vec<_> = table.iter().collect();
            keys.sort_by_key(|(key, _)| key.span().start);
            let entry = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
                let key: &std::borrow::Cow<'_, str> = key.get_ref();
                (key.to_string(), json(value.get_ref()))
            };
            Value::Object(keys.into_iter().map(entry).collect::<Map<_, _>>())
        }
    }
}
