//! How much longer a metre takes uphill and downhill, on foot and by bicycle: whole millionths of the flat.
//!
//! Pieces of an edge are (length mm, rise mm) in the order of travel ([`crate::network::slopes`]).

use crate::study::BicycleKind;
use crate::study::fields::Choice;

/// A metre on the flat.
pub const FLAT: u64 = 1_000_000;
/// Steeper pieces count as if they were no steeper.
const STEEPEST: f64 = 1.0;

/// Rise by length, within ± 100 %.
fn slope(mm: u32, rise_mm: i32) -> f64 {
    if mm == 0 { 0.0 } else { (f64::from(rise_mm) / f64::from(mm)).clamp(-STEEPEST, STEEPEST) }
}

fn millionths(longer: f64) -> u64 {
    (longer * FLAT as f64).round() as u64
}

/// On foot: Tobler's hiking function, 6·exp(−3.5·|s + 0.05|) km/h at a slope s (Tobler 1993, "Three presentations on
/// geographical analysis and modeling", NCGIA 93-1), scaled so that it is 1 on the flat.
pub fn on_foot(mm: u32, rise_mm: i32) -> u64 {
    let slope = slope(mm, rise_mm);
    if slope == 0.0 { FLAT } else { millionths((3.5 * ((slope + 0.05).abs() - 0.05)).exp()) }
}

/// No metre on foot takes less: at a slope of −5 %.
pub const FASTEST_ON_FOOT: u64 = 839_457;

/// Speed by slope of a kind of bicycle, as a part of that on the flat.
#[derive(Debug)]
pub struct HillSpeeds {
    pub kind: BicycleKind,
    /// What a hundredth of slope takes from the speed uphill.
    pub uphill: f64,
    /// No faster uphill, m/h; `None`: as fast as it goes.
    pub assisted_m_per_h: Option<u32>,
    pub meaning: &'static str,
}

/// Uphill in Oslo a cyclist is 42.7 % slower at 9 %, roughly in proportion (Flügel et al. 2019, "Empirical speed models
/// for cycling in the Oslo road network", Transportation 46: 1395–1419; TØI report 1557/2017).
const OSLO_UPHILL: f64 = 0.427 / 9.0;
/// Downhill: 25 km/h at −3 % beside 22 on the flat (Parkin & Rotheram 2010, "Design speeds and acceleration
/// characteristics of bicycle traffic", Transport Policy 17: 335–341), no faster down to −6 %, and slower from there on,
/// as in Oslo; that at −9 % one brakes to the speed on the flat is our own assumption.
const DOWNHILL: [(f64, f64); 4] = [(0.0, 1.0), (-0.03, 25.0 / 22.0), (-0.06, 25.0 / 22.0), (-0.09, 1.0)];

/// Kinds of bicycles; the first is the default.
pub const KINDS: &[HillSpeeds] = &[
    HillSpeeds {
        kind: BicycleKind::Standard,
        uphill: OSLO_UPHILL,
        assisted_m_per_h: None,
        meaning: "an ordinary bicycle",
    },
    HillSpeeds {
        kind: BicycleKind::EBike,
        // OpenTripPlanner's slope sensitivity of electric bicycles.
        uphill: OSLO_UPHILL * 0.3,
        assisted_m_per_h: Some(25_000),
        meaning: "electric assistance up to 25 km/h (pedelec)",
    },
    HillSpeeds {
        kind: BicycleKind::Cargo,
        // What is lifted at the same power: rider 75 kg, bicycle 40, load 50 beside 75 + 20.
        uphill: OSLO_UPHILL * 165.0 / 95.0,
        assisted_m_per_h: None,
        meaning: "a box bike with a load of 50 kg, without assistance",
    },
];

/// The speeds of a kind.
pub fn of_kind(kind: BicycleKind) -> &'static HillSpeeds {
    KINDS.iter().find(|row| row.kind == kind).unwrap_or(&KINDS[0])
}

impl HillSpeeds {
    /// The part of the speed on the flat that is left at a slope; 0 where nothing is.
    pub fn part(&self, slope: f64) -> f64 {
        if slope >= 0.0 {
            return (1.0 - self.uphill * slope * 100.0).max(0.0);
        }
        let mut from = DOWNHILL[0];
        for to in &DOWNHILL[1..] {
            if slope > to.0 {
                return from.1 + (to.1 - from.1) * (slope - from.0) / (to.0 - from.0);
            }
            from = *to;
        }
        from.1
    }

    /// Riding along a piece at `m_per_h` on the flat; whoever walks faster (`foot`: the millionths of the flat ride that
    /// pushing takes on the flat) gets off, but not for the surface's sake.
    pub fn riding(&self, mm: u32, rise_mm: i32, m_per_h: u64, foot: u64) -> u64 {
        let slope = slope(mm, rise_mm);
        if slope == 0.0 {
            return FLAT;
        }
        let part = self.part(slope);
        let mut ridden = if part > 0.0 { millionths(1.0 / part) } else { u64::MAX };
        if slope > 0.0
            && let Some(assisted) = self.assisted_m_per_h
        {
            ridden = ridden.max((m_per_h * FLAT).div_ceil(u64::from(assisted)));
        }
        if ridden <= FLAT {
            return ridden;
        }
        let pushed = u128::from(foot) * u128::from(on_foot(mm, rise_mm)) / u128::from(FLAT);
        ridden.min(u64::try_from(pushed).unwrap_or(u64::MAX).max(FLAT))
    }
}

/// The length of pieces, each so many millionths of itself: mm · 10⁶.
pub fn lengthened(pieces: impl Iterator<Item = (u32, i32)>, millionths: impl Fn(u32, i32) -> u64) -> u128 {
    pieces.map(|(mm, rise)| u128::from(mm) * u128::from(millionths(mm, rise))).sum()
}

/// Kinds of bicycles as a Markdown table.
pub fn kinds_table() -> String {
    let mut table = String::from(
        "| `bicycle_type` | what it is | flat | −9 % | −6 % | −3 % | +3 % | +6 % | +9 % |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for row in KINDS {
        let flat = f64::from(row.kind.flat_m_per_h()) / 1000.0;
        table += &format!("| `{}` | {} | {flat:.1} |", row.kind.word(), row.meaning);
        for slope in [-9, -6, -3, 3, 6, 9] {
            let kmh = flat * row.part(f64::from(slope) / 100.0);
            table += &format!(" {kmh:.1} |");
        }
        table += "\n";
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tobler_on_the_flat_up_and_down() {
        assert_eq!(on_foot(10_000, 0), FLAT);
        // exp(−3.5·0.05) = 0.839457 at −5 %; at −10 % it is the flat again.
        assert_eq!(on_foot(10_000, -500), FASTEST_ON_FOOT);
        assert_eq!(on_foot(10_000, -1000), FLAT);
        // exp(3.5·0.1) = 1.419068 at 10 %; 1.190146 = exp(3.5·0.05^…) at 5 %: exp(0.175) = 1.191246.
        assert_eq!(on_foot(10_000, 1000), 1_419_068);
        assert_eq!(on_foot(10_000, 500), 1_191_246);
        assert_eq!(on_foot(0, 500), FLAT);
        // Cliffs are no steeper than 100 %.
        assert_eq!(on_foot(10, 30_000), on_foot(10, 10));
    }

    #[test]
    fn bicycles_by_slope() {
        let standard = of_kind(BicycleKind::Standard);
        for (slope, part) in [
            (0.0, 1.0),
            (0.09, 0.573),
            (0.045, 0.7865),
            (0.3, 0.0),
            (-0.015, 1.0 + 1.5 / 22.0),
            (-0.03, 25.0 / 22.0),
            (-0.05, 25.0 / 22.0),
            (-0.075, 1.0 + 1.5 / 22.0),
            (-0.5, 1.0),
        ] {
            assert!((standard.part(slope) - part).abs() < 1e-9, "{slope}: {}", standard.part(slope));
        }
        // A third and more of the effect, and 165/95 of it.
        assert!((of_kind(BicycleKind::EBike).part(0.09) - (1.0 - 0.427 * 0.3)).abs() < 1e-9);
        assert!((of_kind(BicycleKind::Cargo).part(0.03) - (1.0 - 0.427 / 3.0 * 165.0 / 95.0)).abs() < 1e-9);
    }

    #[test]
    fn whoever_walks_faster_gets_off() {
        let standard = of_kind(BicycleKind::Standard);
        // At 16 km/h and 1.2 m/s = 4.32 km/h pushing takes 3.703704 times as long on the flat.
        let foot = 3_703_704;
        assert_eq!(standard.riding(10_000, 900, 16_000, foot), 1_745_201);
        // At 20 %: riding 1/(1 − 0.94889) = 19.57; pushing 3.703704 · exp(0.7) = 7.458345 (2.013753 in millionths).
        assert_eq!(standard.riding(10_000, 2000, 16_000, foot), 7_458_345);
        // On a bad surface, where one walks faster on the flat, a hill changes that no further than to the flat.
        // (Half of the flat ride; at 9 % 0.5 · exp(0.315) = 0.685.)
        assert_eq!(standard.riding(10_000, 900, 2_160, 500_000), FLAT);
        assert_eq!(standard.riding(10_000, 0, 2_160, 500_000), FLAT);
    }

    #[test]
    fn assistance_ends_at_25() {
        let electric = of_kind(BicycleKind::EBike);
        // 30 km/h on the flat: uphill no faster than 25.
        assert_eq!(electric.riding(10_000, 1, 30_000, 10_000_000), 1_200_000);
        assert_eq!(electric.riding(10_000, 0, 30_000, 10_000_000), FLAT);
        assert_eq!(electric.riding(10_000, 900, 18_000, 10_000_000), millionths(1.0 / (1.0 - 0.427 * 0.3)));
    }
}
