//! How many trips run on which day → the day that a study takes: a usual weekday, neither a holiday nor a fair.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};

/// Runs near the streets, by feed.
pub type RunsByFeed = BTreeMap<Date, Vec<u64>>;

/// A day, and why it is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usual {
    pub date: Date,
    /// "the median of 61 weekdays (12 to 1,450 trips)".
    pub why: String,
}

/// Of the weekdays on which most feeds run the one with the median number of trips: half of them have as many or fewer.
/// Holidays have few trips and days of fairs many, so neither is it. Of several with that number it is the first Tuesday,
/// Wednesday or Thursday, else the first. Where nothing runs from Monday to Friday, all days stand for weekdays.
pub fn usual_day(service: &RunsByFeed) -> Option<Usual> {
    let feeds = |trips: &[u64]| trips.iter().filter(|trips| **trips > 0).count();
    let days = |of_week: bool| -> Vec<(Date, &Vec<u64>)> {
        let on = |date: Date| !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        let some = service.iter().filter(|(date, trips)| feeds(trips) > 0 && (!of_week || on(**date)));
        let some: Vec<(Date, &Vec<u64>)> = some.map(|(date, trips)| (*date, trips)).collect();
        let most = some.iter().map(|(_, trips)| feeds(trips)).max().unwrap_or(0);
        some.into_iter().filter(|(_, trips)| feeds(trips) == most).collect()
    };
    let (mut some, mut word) = (days(true), "weekday");
    if some.is_empty() {
        (some, word) = (days(false), "day");
    }
    let mut sums: Vec<u64> = some.iter().map(|(_, trips)| trips.iter().sum()).collect();
    sums.sort_unstable();
    let median = *sums.get(sums.len().checked_sub(1)? / 2)?;
    let usual = some.iter().filter(|(_, trips)| trips.iter().sum::<u64>() == median);
    let usual: Vec<Date> = usual.map(|(date, _)| *date).collect();
    let amid =
        |date: &&Date| matches!(date.weekday(), Weekday::Tuesday | Weekday::Wednesday | Weekday::Thursday);
    let date = *usual.iter().find(amid).or(usual.first())?;
    let why = match (sums.len(), sums.first()?, sums.last()?) {
        (1, ..) => format!("the only {word} with service"),
        (number, least, most) if least == most => format!("as on each of {number} {word}s"),
        (number, least, most) => format!("the median of {number} {word}s ({least} to {most} trips)"),
    };
    Some(Usual { date, why })
}
