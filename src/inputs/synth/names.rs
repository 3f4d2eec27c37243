//! Made-up Swedish names for streets and stops.

use super::lattice::Line;

const FRONTS: [&str; 56] = [
    "Björk",
    "Gran",
    "Tall",
    "Ek",
    "Ask",
    "Lind",
    "Rönn",
    "Hassel",
    "Slån",
    "Ljung",
    "Strand",
    "Brygg",
    "Sjö",
    "Vik",
    "Sund",
    "Holm",
    "Skär",
    "Kobb",
    "Fyr",
    "Båk",
    "Segel",
    "Mast",
    "Rorsmans",
    "Lots",
    "Fiskar",
    "Not",
    "Ankar",
    "Kajut",
    "Tran",
    "Mås",
    "Ejder",
    "Svan",
    "Tärn",
    "Häger",
    "Lax",
    "Gädd",
    "Kvarn",
    "Smed",
    "Skräddar",
    "Garvar",
    "Väv",
    "Bagar",
    "Skol",
    "Kyrk",
    "Torg",
    "Slotts",
    "Park",
    "Backe",
    "Ängs",
    "Åker",
    "Hage",
    "Kull",
    "Berg",
    "Dal",
    "Käll",
    "Måne",
];
const BACKS: [&str; 4] = ["gatan", "vägen", "gränd", "stigen"];

/// The name of a line's streets on an island: the same line bears another name on another island.
pub fn street(line: Line, island: u32) -> String {
    let turned = (line.index.rem_euclid(997) as u32) * 2 + u32::from(line.north);
    let mixed = turned.wrapping_mul(37).wrapping_add(island.wrapping_mul(101));
    let front = FRONTS[mixed as usize % FRONTS.len()];
    let back = BACKS[(mixed as usize / FRONTS.len() + usize::from(line.north)) % BACKS.len()];
    format!("{front}{back}")
}

/// The main street and what crosses it in the middle.
pub fn main_street(line: Line) -> Option<&'static str> {
    match (line.index, line.north) {
        (0, true) => Some("Storgatan"),
        (0, false) => Some("Drottninggatan"),
        _ => None,
    }
}

/// What a second or third stop of a name is told apart by.
pub const SIDES: [&str; 8] = ["norra", "södra", "skola", "kyrka", "torg", "park", "gård", "backe"];

const TAILS: [&str; 12] =
    ["torp", "by", "sta", "lund", "vik", "holm", "näs", "ås", "tuna", "berga", "hamra", "dal"];
const SIDES_OF_TOWN: [&str; 9] =
    ["", "Norra ", "Södra ", "Östra ", "Västra ", "Nya ", "Gamla ", "Stora ", "Lilla "];

/// The `n`-th name of a place; all differ.
pub fn place(n: u32) -> String {
    let kinds = (FRONTS.len() * TAILS.len()) as u32;
    // A step that shares no factor with the number of kinds meets each once.
    let mixed = ((n % kinds) * 389 % kinds) as usize;
    let round = (n / kinds) as usize;
    let name = format!("{}{}", FRONTS[mixed % FRONTS.len()], TAILS[mixed / FRONTS.len()]);
    match SIDES_OF_TOWN.get(round) {
        Some(&"") => name,
        Some(side) => format!("{side}{}", name.to_lowercase()),
        None => format!("{name} {round}"),
    }
}
