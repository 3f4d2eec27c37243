//! `[access] contrasts`: lines such as `"adult / child"` and `"morning - night"` → pairs of results.

use toml::de::DeValue;

use super::value::text;
use super::walk::Section;
use crate::base::near::nearest;
use crate::study::{Against, Contrast, Period, Profile};

/// One side of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WrittenSide {
    Profile(usize),
    Period(usize),
    Both(usize, usize),
}

/// The contrasts of a study; each line may stand for several.
pub(super) fn contrasts(s: &mut Section<'_, '_>, profiles: &[Profile], periods: &[Period]) -> Vec<Contrast> {
    let lines =
        s.list("contrasts", "write lines such as [\"adult / child\", \"morning - night\"]", |value| {
            line(value, profiles, periods)
        });
    let mut all: Vec<Contrast> = Vec::new();
    for contrast in lines.into_iter().flatten() {
        if all.iter().all(|known| known.name != contrast.name) {
            all.push(contrast);
        }
    }
    let combination = |name: &str| {
        let of = |profile: &Profile| periods.iter().any(|p| format!("{}-{}", profile.name, p.name) == name);
        profiles.iter().any(of)
    };
    if let Some(taken) = all.iter().find(|contrast| combination(&contrast.name)) {
        let what = format!("would write into {}, which is a profile's and period's own folder", taken.name);
        s.wrong("contrasts", what, "rename the profile");
    }
    all
}

fn line(value: &DeValue<'_>, profiles: &[Profile], periods: &[Period]) -> Result<Vec<Contrast>, String> {
    let written = text(value)?;
    let split = |sign: &str, against| Some((written.split_once(sign)?, against));
    let Some(((first, second), against)) =
        split(" / ", Against::Ratio).or_else(|| split(" - ", Against::Difference))
    else {
        return Err(format!("is \"{written}\": two names with \" / \" or \" - \" between are wanted"));
    };
    let sides = [side(first.trim(), profiles, periods)?, side(second.trim(), profiles, periods)?];
    if sides[0] == sides[1] {
        return Err(format!("is \"{written}\": both are the same"));
    }
    let word = against.word();
    let pair = |name: String, first, second| Contrast { name, against, first, second };
    Ok(match sides {
        [WrittenSide::Profile(a), WrittenSide::Profile(b)] => {
            let of = |(t, period): (usize, &Period)| {
                let name = format!("{}_{word}_{}-{}", profiles[a].name, profiles[b].name, period.name);
                pair(name, (a, t), (b, t))
            };
            periods.iter().enumerate().map(of).collect()
        }
        [WrittenSide::Period(a), WrittenSide::Period(b)] => {
            let of = |(p, profile): (usize, &Profile)| {
                let name = format!("{}-{}_{word}_{}", profile.name, periods[a].name, periods[b].name);
                pair(name, (p, a), (p, b))
            };
            profiles.iter().enumerate().map(of).collect()
        }
        [WrittenSide::Both(p, t), WrittenSide::Both(q, u)] => {
            let both = |p: usize, t: usize| format!("{}-{}", profiles[p].name, periods[t].name);
            vec![pair(format!("{}_{word}_{}", both(p, t), both(q, u)), (p, t), (q, u))]
        }
        _ => {
            return Err(format!(
                "is \"{written}\": two profiles, two periods, or two of profile-period go together"
            ));
        }
    })
}

fn side(name: &str, profiles: &[Profile], periods: &[Period]) -> Result<WrittenSide, String> {
    let profile = |name: &str| profiles.iter().position(|profile| profile.name == name);
    let period = |name: &str| periods.iter().position(|period| period.name == name);
    match (profile(name), period(name)) {
        (Some(p), None) => return Ok(WrittenSide::Profile(p)),
        (None, Some(t)) => return Ok(WrittenSide::Period(t)),
        (Some(_), Some(_)) => {
            return Err(format!("names \"{name}\", which is a profile and a period: write profile-period"));
        }
        (None, None) => {}
    }
    if let Some((p, t)) = name.split_once('-')
        && let (Some(p), Some(t)) = (profile(p), period(t))
    {
        return Ok(WrittenSide::Both(p, t));
    }
    let known = || profiles.iter().map(|p| p.name.as_str()).chain(periods.iter().map(|t| t.name.as_str()));
    let near = nearest(name, known()).map_or(String::new(), |near| format!(" (did you mean {near}?)"));
    Err(format!("names \"{name}\", which is no profile, period or profile-period of this study{near}"))
}
