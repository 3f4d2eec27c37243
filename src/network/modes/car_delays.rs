//! How long cars take to turn at junctions: named tables.

use crate::study::CarDelays;
use crate::study::fields::Choice;

/// What a turn costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delays {
    /// By the class of the street that one comes from, ms: large roads, secondary and tertiary ones, small ones.
    ByClass([u32; 3]),
    /// By the angle, ms: to the side of oncoming traffic (left where one drives on the right), to the other, back.
    ByAngle { across: u32, along: u32, back: u32 },
}

/// A table.
#[derive(Debug)]
pub struct NamedDelays {
    pub name: CarDelays,
    pub delays: Option<Delays>,
    pub meaning: &'static str,
}

const fn helsinki(name: CarDelays, by_class: [u32; 3], meaning: &'static str) -> NamedDelays {
    NamedDelays { name, delays: Some(Delays::ByClass(by_class)), meaning }
}

/// All tables, the default first. Helsinki's are measured with floating cars (Jaakkola 2013), seconds a crossing; a
/// crossing is a junction of three streets or more. Those of Conveyal R5 are `TurnCostCalculator` of R5 7.
pub const TABLES: &[NamedDelays] = &[
    helsinki(
        CarDelays::Helsinki,
        [11_300, 9_400, 9_400],
        "a crossing takes 11.3 s from large roads, 9.4 s from others: the mean of a day",
    ),
    helsinki(
        CarDelays::HelsinkiRush,
        [12_200, 11_200, 10_600],
        "the same in the rush hours: 12.2, 11.2 and 10.6 s",
    ),
    helsinki(CarDelays::HelsinkiMidday, [10_000, 6_700, 7_800], "the same at midday: 10.0, 6.7 and 7.8 s"),
    NamedDelays {
        name: CarDelays::Conveyal,
        delays: Some(Delays::ByAngle { across: 30_000, along: 10_000, back: 90_000 }),
        meaning: "as Conveyal R5: across the oncoming traffic 30 s, to the other side 10 s, back 90 s",
    },
    NamedDelays { name: CarDelays::None, delays: None, meaning: "turns take no time" },
];

/// What a table holds.
pub fn delays(name: CarDelays) -> Option<Delays> {
    TABLES.iter().find(|table| table.name == name).and_then(|table| table.delays)
}

/// The tables as Markdown.
pub fn table() -> String {
    let mut table = String::from("| `car_delays` | |\n| --- | --- |\n");
    for row in TABLES {
        table += &format!("| `{}` | {} |\n", row.name.word(), row.meaning);
    }
    table
}

/// Large roads, secondary and tertiary ones, small ones; `None` where streets meet without crossing: motorways and
/// ramps.
fn size(class: &str) -> Option<usize> {
    match class {
        "motorway" | "motorway_link" | "trunk_link" => None,
        "trunk" | "primary" | "primary_link" => Some(0),
        "secondary" | "secondary_link" | "tertiary" | "tertiary_link" => Some(1),
        _ => Some(2),
    }
}

/// What one turn is.
#[derive(Clone, Copy, Debug)]
pub struct TurnKind<'a> {
    /// `highway` of the street that one comes from.
    pub class: &'a str,
    /// Three streets or more meet there.
    pub is_crossing: bool,
    /// Along a roundabout, or into it, or out of it.
    pub is_round: bool,
    /// Counter-clockwise from straight on, degrees, 0 … 360.
    pub angle: f64,
    pub drives_left: bool,
}

impl Delays {
    /// Milliseconds.
    pub fn ms(self, turn: TurnKind<'_>) -> u32 {
        match self {
            Delays::ByClass(_) if !turn.is_crossing || turn.is_round => 0,
            Delays::ByClass(rows) => size(turn.class).map_or(0, |row| rows[row]),
            Delays::ByAngle { across, along, back } => {
                let [left, right] = if turn.drives_left { [along, across] } else { [across, along] };
                match turn.angle {
                    angle if !(27.0..333.0).contains(&angle) => 0,
                    angle if angle < 153.0 => left,
                    angle if angle < 207.0 => back,
                    _ => right,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TURN: TurnKind<'_> =
        TurnKind { class: "primary", is_crossing: true, is_round: false, angle: 90.0, drives_left: false };

    #[test]
    fn by_class() {
        let ms = |turn| delays(CarDelays::Helsinki).map(|delays| delays.ms(turn));
        assert_eq!(ms(TURN), Some(11_300));
        assert_eq!(ms(TurnKind { class: "residential", ..TURN }), Some(9_400));
        assert_eq!(ms(TurnKind { class: "motorway", ..TURN }), Some(0));
        assert_eq!(ms(TurnKind { is_crossing: false, ..TURN }), Some(0));
        assert_eq!(ms(TurnKind { is_round: true, ..TURN }), Some(0));
    }

    #[test]
    fn by_angle() {
        let ms = |turn| delays(CarDelays::Conveyal).map(|delays| delays.ms(turn));
        assert_eq!(ms(TURN), Some(30_000));
        assert_eq!(ms(TurnKind { angle: 270.0, ..TURN }), Some(10_000));
        assert_eq!(ms(TurnKind { angle: 180.0, ..TURN }), Some(90_000));
        assert_eq!(ms(TurnKind { angle: 10.0, ..TURN }), Some(0));
        assert_eq!(ms(TurnKind { drives_left: true, ..TURN }), Some(10_000));
    }
}
