//! A window of more than an hour → what each hour of the day that it touches asks, and the means of what was measured.

use super::measured::Measures;
use super::region::Region;
use super::window::WindowQuery;
use crate::base::error::Result;
use crate::base::units::clock;
use crate::inputs::raw::RawPlaces;
use crate::measures::equity::{ALL, mean};
use crate::routing::KernelOptions;
use crate::study::{Period, Profile, Study};

const HOUR_S: i32 = 3600;

/// An hour of a period, cut to its window, and what it asks.
pub struct Hour {
    /// When it begins, `HH:MM`.
    pub name: String,
    pub asked: WindowQuery,
}

/// The hours of a period by the clock on the wall; none where the window is no longer than an hour.
///
/// ```
/// use isokron::engine::hours::pieces;
/// use isokron::study::{Period, WindowOf};
///
/// // 07:30 to 09:00.
/// let (start_s, end_s) = (27_000, 32_400);
/// let date = jiff::civil::date(2026, 3, 10);
/// let of = WindowOf::Departures;
/// let morning = Period { name: "morning".into(), date, of, start_s, end_s, every_s: 1 };
/// let hours: Vec<(i32, i32)> = pieces(&morning).iter().map(|hour| (hour.start_s, hour.end_s)).collect();
/// assert_eq!(hours, [(27_000, 28_800), (28_800, 32_400)]);
/// ```
pub fn pieces(period: &Period) -> Vec<Period> {
    if period.end_s - period.start_s <= HOUR_S {
        return Vec::new();
    }
    let hours = period.start_s.div_euclid(HOUR_S)..=(period.end_s - 1).div_euclid(HOUR_S);
    hours
        .map(|hour| Period {
            name: format!("{}, by hour", period.name),
            start_s: period.start_s.max(hour * HOUR_S),
            end_s: period.end_s.min((hour + 1) * HOUR_S),
            ..period.clone()
        })
        .collect()
}

/// What each hour asks. An hour without service is one: nobody rides.
///
/// # Errors
/// An hour that a clock change skips or repeats.
pub fn ask(
    region: &Region,
    zone: &str,
    period: &Period,
    profile: &Profile,
    how: KernelOptions,
) -> Result<Vec<Hour>> {
    let hour = |piece: &Period| {
        let text = clock(piece.start_s);
        let name = text.strip_suffix(":00").unwrap_or(&text).to_string();
        Ok(Hour { name, asked: WindowQuery::plainly(region, zone, piece, profile, how)? })
    };
    pieces(period).iter().map(hour).collect()
}

/// An hour, and what was measured in it.
pub struct MeasuredHour {
    pub name: String,
    pub measures: Measures,
}

/// The mean of a measure in an hour, over all people or over those of a group; `None` where somebody never arrives, as
/// among figures of equity.
pub struct HourMean {
    pub hour: String,
    pub measure: String,
    pub group: String,
    pub mean: Option<f64>,
}

/// Hour by hour the means of each measure: over all people, and over those of each group.
pub fn means(cells: &RawPlaces, hours: &[MeasuredHour]) -> Vec<HourMean> {
    let equal = vec![1.0; cells.ids.len()];
    let everybody = cells.population.as_deref().unwrap_or(&equal);
    let mut groups = vec![(ALL, everybody)];
    groups.extend(cells.groups.iter().map(|group| (group.name.as_str(), group.values.as_slice())));
    let mut means = Vec::new();
    for MeasuredHour { name, measures } in hours {
        for (measure, column) in measures {
            means.extend(groups.iter().map(|(group, weights)| HourMean {
                hour: name.clone(),
                measure: measure.clone(),
                group: group.to_string(),
                mean: mean(column, weights).filter(|mean| mean.is_finite()),
            }));
        }
    }
    means
}

/// The measure that says most, and its mean over all people in each hour where it has one.
#[derive(Clone, Debug)]
pub struct MainByHour {
    pub measure: String,
    pub hours: Vec<(String, f64)>,
}

/// Of the first opportunity at the middle cutoff and the first percentile. `measures`: those of any hour.
pub fn main_by_hour(
    study: &Study,
    region: &Region,
    measures: &Measures,
    means: &[HourMean],
) -> Option<MainByHour> {
    region.destinations().0.opportunities.first()?;
    let (cutoffs, percentiles) = (study.access.cutoffs_min.len(), study.access.percentiles.len());
    let (measure, _) = measures.get((cutoffs.max(1) - 1) / 2 * percentiles)?;
    let of_all = means.iter().filter(|row| row.group == ALL && row.measure == *measure);
    let hours = of_all.filter_map(|row| Some((row.hour.clone(), row.mean?))).collect();
    Some(MainByHour { measure: measure.clone(), hours })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::units::parse_clock;
    use crate::study::WindowOf;

    #[test]
    fn hours_are_cut_to_the_window() {
        let pieces = |from: &str, to: &str| -> Vec<(String, String)> {
            let at = |text| parse_clock(text).unwrap();
            let (date, of) = (jiff::civil::date(2025, 3, 4), WindowOf::Departures);
            let (start_s, end_s) = (at(from), at(to));
            let period = Period { name: "day".into(), date, of, start_s, end_s, every_s: 1 };
            super::pieces(&period).iter().map(|p| (clock(p.start_s), clock(p.end_s))).collect()
        };
        let pair = |a: &str, b: &str| (a.to_string(), b.to_string());
        assert_eq!(pieces("07:00", "08:00"), []);
        assert_eq!(pieces("07:30", "08:30"), []);
        assert_eq!(
            pieces("07:30", "09:00:01"),
            [pair("07:30:00", "08:00:00"), pair("08:00:00", "09:00:00"), pair("09:00:00", "09:00:01")]
        );
        let day = pieces("00:00", "24:00");
        assert_eq!((day.len(), day[23].clone()), (24, pair("23:00:00", "24:00:00")));
        assert_eq!(pieces("23:00", "25:00")[1], pair("24:00:00", "25:00:00"));
    }
}
