//! The plan of the demo town, by hand.

use crate::inputs::synth::dice::Dice;
use crate::inputs::synth::plan::{
    Bridge, BridgeKind, BusLine, District, Ferry, Island, Metro, Plan, Point, Rail, Service, Ways,
};

/// An archipelago town of some sixty thousand people on four joined islands, with two more in the sea.
pub fn town(seed: u64) -> Plan {
    let mut dice = Dice::new(seed, 1);
    let mut near = |x: f64, y: f64| ((x + dice.both() * 60.0).round(), (y + dice.both() * 60.0).round());
    let island = |name: &str, middle, radii, ways| Island { name: name.into(), middle, radii, ways };
    let islands = vec![
        island("Stadsholmen", near(0.0, 0.0), (2600.0, 1900.0), Ways::Streets),
        island("Norrvik", near(-400.0, 4250.0), (4600.0, 1850.0), Ways::Streets),
        island("Söderö", near(-700.0, -4100.0), (3000.0, 1650.0), Ways::Streets),
        island("Lyckö", near(4600.0, -500.0), (1450.0, 1700.0), Ways::Streets),
        island("Utterö", near(7000.0, -4000.0), (1000.0, 750.0), Ways::Streets),
        island("Kobbholmen", near(8300.0, 600.0), (330.0, 280.0), Ways::Paths),
        island("Yttergrund", near(-6300.0, -1500.0), (230.0, 190.0), Ways::Nothing),
    ];
    let skerry = islands[6].middle;
    let district = |name: &str, x: f64, y: f64, radius_m, people_km2, affluence, jobs_km2| District {
        name: name.into(),
        middle: (x, y),
        radius_m,
        people_km2,
        affluence,
        jobs_km2,
    };
    let districts = vec![
        district("Gamla staden", 0.0, 0.0, 1500.0, 6500.0, 0.45, 13_000.0),
        district("Västermalm", -1500.0, 250.0, 1300.0, 4200.0, 0.2, 1800.0),
        district("Hamnen", 1100.0, -900.0, 1100.0, 3300.0, 0.1, 3200.0),
        district("Österstrand", 1800.0, 500.0, 1000.0, 2800.0, 0.6, 600.0),
        district("Björkhöjden", -2400.0, 4600.0, 1300.0, 5400.0, -0.85, 350.0),
        district("Norrtorp", -300.0, 4200.0, 1300.0, 2500.0, -0.25, 900.0),
        district("Kvarnberget", 1900.0, 4300.0, 1200.0, 1500.0, 0.05, 500.0),
        district("Teknikbyn", 2900.0, 3600.0, 900.0, 150.0, 0.3, 9500.0),
        district("Granskogen", -3900.0, 4200.0, 900.0, 700.0, -0.1, 100.0),
        district("Söderby", -300.0, -3700.0, 1200.0, 2500.0, -0.1, 700.0),
        district("Ekängen", -1900.0, -4200.0, 1200.0, 4500.0, -0.7, 300.0),
        district("Fiskeläget", 1000.0, -4500.0, 900.0, 1000.0, 0.35, 150.0),
        district("Lyckostrand", 4000.0, 0.0, 1200.0, 1300.0, 0.85, 200.0),
        district("Villastaden", 4700.0, -1100.0, 1200.0, 900.0, 1.0, 120.0),
        district("Utterö by", 6900.0, -4000.0, 700.0, 420.0, 0.15, 80.0),
        district("Kobbholmen", islands[5].middle.0, islands[5].middle.1, 420.0, 260.0, 0.3, 0.0),
    ];
    let bridge = |name: &str, a, b, near, kind| Bridge { name: name.into(), islands: (a, b), near, kind };
    let bridges = vec![
        bridge("Norrbron", 0, 1, (0.0, 2100.0), BridgeKind::Road),
        bridge("Långbron", 0, 1, (1200.0, 2100.0), BridgeKind::Road),
        bridge("Söderbron", 0, 2, (-300.0, -2200.0), BridgeKind::Road),
        bridge("Ekbron", 0, 2, (-1100.0, -2200.0), BridgeKind::FootAndCycle),
        bridge("Lyckobron", 0, 3, (2800.0, -200.0), BridgeKind::Road),
    ];
    let metros = vec![Metro {
        name: "T1".into(),
        rail: Rail::Metro,
        stations: [
            ("Björkhöjden", (-2600.0, 4700.0)),
            ("Norrtorp västra", (-1300.0, 4500.0)),
            ("Norrtorp", (-200.0, 4200.0)),
            ("Norrbro", (-100.0, 2900.0)),
            ("Slottsbacken", (-100.0, 1100.0)),
            ("Centralen", (0.0, 0.0)),
            ("Hamntorget", (500.0, -1000.0)),
            ("Söderby", (-300.0, -3600.0)),
            ("Ekängen", (-1800.0, -4200.0)),
        ]
        .map(|(name, at): (&str, Point)| (name.to_owned(), at))
        .to_vec(),
    }];
    Plan {
        name: "town",
        title: "Skärgårdsstad",
        middle: (693_500, 6_578_000),
        half: (9000.0, 6500.0),
        block_m: 100.0,
        fine: [4400.0, 700.0, 100.0],
        wild: 3,
        mainland: None,
        islands,
        districts,
        bridges,
        stop_spacing_m: 420.0,
        metros,
        buses: town_buses(),
        ferries: town_ferries(),
        hermits: vec![(skerry, 3)],
        detailed: false,
        motorway: Some(((-2300.0, 3300.0), (-1700.0, 900.0))),
        freight: Some(((900.0, -1300.0), (700.0, -3300.0))),
    }
}

fn town_buses() -> Vec<BusLine> {
    let centre = (0.0, 0.0);
    let line = |name: &str, from: &str, to: &str, via: &[Point], service, offset_min| BusLine {
        name: name.into(),
        from: from.into(),
        to: to.into(),
        via: via.to_vec(),
        service,
        blank_times: false,
        offset_min,
        goes_on_as: None,
    };
    use Service::{Express, Frequency, Local, Night, Rural, Trunk};
    let mut lines = vec![
        line(
            "1",
            "Kvarnberget",
            "Söderby",
            &[
                (2300.0, 4500.0),
                (1400.0, 3600.0),
                (900.0, 900.0),
                centre,
                (-300.0, -1200.0),
                (-400.0, -3900.0),
            ],
            Trunk,
            2,
        ),
        line(
            "2",
            "Västermalm",
            "Lyckostrand",
            &[(-2200.0, 200.0), (-1000.0, 100.0), centre, (1700.0, 300.0), (3700.0, 100.0), (4400.0, 500.0)],
            Trunk,
            5,
        ),
        line(
            "3",
            "Centrumringen",
            "Centralen",
            &[
                centre,
                (1300.0, 600.0),
                (1500.0, -700.0),
                (400.0, -1200.0),
                (-1000.0, -900.0),
                (-1600.0, 300.0),
                (-700.0, 900.0),
                centre,
            ],
            Frequency,
            0,
        ),
        line(
            "4",
            "Centralen",
            "Norrtorp",
            &[centre, (-300.0, 1200.0), (-200.0, 3000.0), (-900.0, 4600.0)],
            Local,
            7,
        ),
        line(
            "5",
            "Villastaden",
            "Centralen",
            &[(4900.0, -1500.0), (4200.0, -300.0), (2000.0, -100.0), centre],
            Local,
            3,
        ),
        line("6", "Centralen", "Västra hamnen", &[centre, (-900.0, -700.0), (-2000.0, -600.0)], Local, 9),
        line(
            "7",
            "Granskogen",
            "Teknikbyn",
            &[(-4100.0, 4200.0), (-2500.0, 4500.0), (-800.0, 4300.0), (1200.0, 4000.0), (2900.0, 3600.0)],
            Local,
            11,
        ),
        line(
            "8",
            "Ekängen",
            "Fiskeläget",
            &[(-2300.0, -4400.0), (-1200.0, -3800.0), (-200.0, -3600.0), (1100.0, -4600.0)],
            Local,
            4,
        ),
        line(
            "9",
            "Centralen",
            "Österstrand",
            &[centre, (700.0, -800.0), (1500.0, -300.0), (1900.0, 800.0)],
            Local,
            13,
        ),
        line(
            "10",
            "Björkhöjden",
            "Kvarnberget",
            &[(-2900.0, 5100.0), (-1600.0, 5000.0), (200.0, 5000.0), (1800.0, 4900.0), (2300.0, 4200.0)],
            Local,
            6,
        ),
        line(
            "21",
            "Söderby",
            "Söderö västra",
            &[(-300.0, -3600.0), (-1500.0, -3400.0), (-2800.0, -3700.0), (-3000.0, -4500.0)],
            Rural,
            12,
        ),
        line(
            "51X",
            "Granskogen",
            "Centralen",
            &[(-4100.0, 4200.0), (-2500.0, 4700.0), (-200.0, 3300.0), (-100.0, 1100.0), centre],
            Express,
            10,
        ),
        line(
            "91",
            "Centralen",
            "Björkhöjden",
            &[centre, (-200.0, 1500.0), (-200.0, 3500.0), (-1400.0, 4500.0), (-2600.0, 4700.0)],
            Night,
            45,
        ),
    ];
    for line in &mut lines {
        line.blank_times = line.name == "7";
        line.goes_on_as = (line.name == "5").then(|| "6".to_owned());
    }
    lines
}

fn town_ferries() -> Vec<Ferry> {
    vec![
        Ferry {
            name: "Utteröfärjan".into(),
            route_type: 1000,
            piers: vec![
                ("Hamnen färjeläge".into(), 0, (1500.0, -1600.0)),
                ("Villastadens brygga".into(), 3, (5000.0, -1900.0)),
                ("Utterö brygga".into(), 4, (6500.0, -3700.0)),
            ],
            minutes_between: 14,
            headway_min: 30,
        },
        Ferry {
            name: "Sundsbåten".into(),
            route_type: 4,
            piers: vec![
                ("Hamnen färjeläge".into(), 0, (1500.0, -1600.0)),
                ("Fiskelägets brygga".into(), 2, (1400.0, -3400.0)),
            ],
            minutes_between: 9,
            headway_min: 20,
        },
    ]
}
