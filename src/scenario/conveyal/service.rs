//! When new service runs, and how often, as modifications say it.

use super::fields::{ModificationFields, listed, time};
use super::options::DAYS;

/// The latest time that a study may write.
const LATEST_S: i64 = 72 * 3600;

fn seconds(m: &mut ModificationFields<'_>, key: &'static str) -> Option<i64> {
    let read = m.whole(key);
    let seconds = m.must(key, read)?;
    if (0..=LATEST_S).contains(&seconds) {
        return Some(seconds);
    }
    let what = format!("{} is {seconds}, not seconds from 0 to {LATEST_S}", m.named(key));
    m.wrong(what, "write seconds after midnight");
    None
}

/// Whether a timetable runs: every day, or on the one that was asked for.
pub fn runs(m: &mut ModificationFields<'_>) -> bool {
    let on: Vec<bool> = DAYS.iter().map(|day| m.flag(day, false)).collect();
    let days: Vec<&str> = DAYS.iter().zip(&on).filter(|(_, on)| **on).map(|(day, _)| *day).collect();
    let shown = if days.is_empty() { "no day".to_string() } else { days.join(", ") };
    match m.options.day {
        _ if days.len() == DAYS.len() => true,
        Some(day) => {
            if !on[day] {
                let what = m.named("");
                m.note(format!("{} left out, as it runs on {shown}", what.trim_end_matches('.')));
            }
            on[day]
        }
        None => {
            let what = format!("{} runs on {shown}", m.named("").trim_end_matches('.'));
            m.not_yet(
                what,
                "new service runs every day here: with --day tuesday, take what runs on that day",
            );
            true
        }
    }
}

/// From, to, headway; seconds.
pub type FromToHeadway = (i64, i64, i64);

#[derive(Clone, PartialEq)]
pub enum ServiceTimes {
    Bands(Vec<FromToHeadway>),
    Departures(Vec<i64>),
}

/// When a timetable runs, and nothing else of it.
pub fn times(entry: &mut ModificationFields<'_>) -> Option<ServiceTimes> {
    for key in ["phaseFromTimetable", "phaseAtStop", "phaseFromStop"] {
        if entry.text(key).is_some() {
            let what = format!("{} sets its departures by another line's", entry.named(key));
            entry.not_yet(what, "give it firstDepartures");
        }
    }
    entry.whole("phaseSeconds");
    if entry.has("firstDepartures") {
        // What is there beside departures is not used there either.
        for key in ["startTime", "endTime", "headwaySecs"] {
            entry.whole(key);
        }
        let list = entry.wholes("firstDepartures")?.into_iter().map(i64::from).collect();
        return Some(ServiceTimes::Departures(list));
    }
    entry.wholes("firstDepartures");
    let band = (seconds(entry, "startTime"), seconds(entry, "endTime"), seconds(entry, "headwaySecs"));
    Some(ServiceTimes::Bands(vec![(band.0?, band.1?, band.2?)]))
}

pub fn apart(bands: &[FromToHeadway]) -> bool {
    let mut bands = bands.to_vec();
    bands.sort_unstable();
    bands.windows(2).all(|pair| pair[0].1 <= pair[1].0)
}

pub fn headways(bands: &[FromToHeadway]) -> String {
    listed(bands, |&(from, to, headway)| {
        format!("{{ from = {}, to = {}, headway_s = {headway} }}", time(from), time(to))
    })
}

/// A name made of letters that need no quotes anywhere.
pub fn slug(text: &str) -> String {
    let safe = |c: char| if c.is_alphanumeric() || "_-.".contains(c) { c } else { '_' };
    text.trim().chars().map(safe).collect()
}
