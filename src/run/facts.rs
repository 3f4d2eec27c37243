//! What is in the inputs of a study, or in bare files: fact by fact.

use crate::base::units::clock;
use crate::network::links::LinkStatus;
use crate::network::streets::Streets;
use crate::network::transit::{FREQUENCY, Timetable};
use crate::network::{calendar, span};
use crate::run::load::StudyData;
use crate::scenario::EditReport;

/// Something that was found.
#[derive(Debug)]
pub enum Fact {
    Streets(StreetsFact),
    Feed(FeedFact),
    /// Stops with trips, and those with a street.
    Stops {
        called: usize,
        linked: usize,
    },
    /// Cells by what became of them.
    Cells {
        all: usize,
        linked: usize,
        on_islands: usize,
        unlinked: usize,
    },
    /// People and opportunities in all cells together, by name.
    Sums(Vec<(String, f64)>),
    /// Destinations that are no cells.
    Destinations(usize),
    /// What a profile asks in a period: departures to board between two times of the day.
    Departures {
        profile: String,
        period: String,
        number: u64,
        from: String,
        until: String,
        zone: String,
    },
    /// The same of those who board nothing: how they travel.
    OnStreets {
        profile: String,
        period: String,
        ways: Vec<&'static str>,
    },
    /// A scenario, and what its edits did.
    Edits {
        scenario: String,
        reports: Vec<EditReport>,
    },
    Variants {
        scenario: String,
        number: usize,
    },
    Table {
        name: String,
        rows: usize,
        crs: Option<String>,
        columns: Vec<String>,
    },
}

/// Streets of a file or a study.
#[derive(Debug)]
pub struct StreetsFact {
    pub name: String,
    pub km: u64,
    pub junctions: usize,
    pub edges: usize,
    pub components: usize,
    /// The share of all nodes that lies in the largest component.
    pub largest: f64,
}

impl StreetsFact {
    pub fn new(name: &str, streets: &Streets) -> StreetsFact {
        StreetsFact {
            name: name.to_string(),
            km: (streets.total_mm() / 1_000_000) as u64,
            junctions: streets.nodes(),
            edges: streets.edges(),
            components: streets.components(),
            largest: streets.largest_share(),
        }
    }
}

/// A feed of a timetable.
#[derive(Debug)]
pub struct FeedFact {
    pub name: String,
    /// With trips.
    pub stops: usize,
    pub routes: usize,
    pub trips: usize,
    /// Of the trips, those of `frequencies.txt`.
    pub by_headway: usize,
    /// `None`: it never runs.
    pub runs: Option<FeedRuns>,
}

/// When a feed runs.
#[derive(Debug)]
pub struct FeedRuns {
    pub first: String,
    pub last: String,
    /// The day with most trips, their number, and between which times they run.
    pub most_on: String,
    pub trips: usize,
    pub hours: Option<(String, String)>,
}

impl FeedFact {
    /// Of each feed.
    pub fn all(timetable: &Timetable) -> Vec<FeedFact> {
        (0..timetable.feeds.len()).map(|feed| FeedFact::new(timetable, feed)).collect()
    }

    fn new(timetable: &Timetable, feed: usize) -> FeedFact {
        let (number, stops) = (feed as u32, &timetable.stops);
        let trips = || timetable.trips.iter().filter(|trip| trip.feed == number);
        let date = |day: i32| calendar::date_of(day).map_or_else(String::new, |date| date.to_string());
        let runs = |span: span::ServiceSpan| FeedRuns {
            first: date(span.first),
            last: date(span.last),
            most_on: date(span.best),
            trips: span.trips,
            hours: span::hours(timetable, number, span.best).map(|(from, until)| (clock(from), clock(until))),
        };
        FeedFact {
            name: timetable.feeds[feed].name.clone(),
            stops: (0..stops.feed.len())
                .filter(|&stop| stops.feed[stop] == number && stops.called[stop] != 0)
                .count(),
            routes: timetable.routes.iter().filter(|route| route.feed == number).count(),
            trips: trips().count(),
            by_headway: trips().filter(|trip| trip.flags & FREQUENCY != 0).count(),
            runs: span::service_span(timetable, number).map(runs),
        }
    }
}

/// Streets, feeds and cells of a study.
pub fn of_network(loaded: &StudyData) -> Vec<Fact> {
    let mut facts = Vec::new();
    if loaded.streets.edges() > 0 {
        facts.push(Fact::Streets(StreetsFact::new("streets", &loaded.streets)));
    }
    facts.extend(FeedFact::all(&loaded.timetable).into_iter().map(Fact::Feed));
    let stops = &loaded.links.stops;
    let called = loaded.timetable.stops.called.iter().filter(|&&called| called != 0).count();
    let linked = (0..stops.len()).filter(|&stop| stops.status(stop) != LinkStatus::Unlinked).count();
    if called > 0 {
        facts.push(Fact::Stops { called, linked });
    }
    let (links, cells) = (&loaded.links.cells, &loaded.cells);
    let number = |status: LinkStatus| (0..links.len()).filter(|&cell| links.status(cell) == status).count();
    facts.push(Fact::Cells {
        all: links.len(),
        linked: number(LinkStatus::Linked),
        on_islands: number(LinkStatus::Island),
        unlinked: number(LinkStatus::Unlinked),
    });
    let people = cells.population.iter().map(|people| ("population", people));
    let columns = cells.opportunities.iter().chain(&cells.groups);
    let columns = columns.map(|column| (column.name.as_str(), &column.values));
    let sum = |(name, values): (&str, &Vec<f64>)| (name.to_string(), values.iter().sum());
    let sums: Vec<(String, f64)> = people.chain(columns).map(sum).collect();
    if !sums.is_empty() {
        facts.push(Fact::Sums(sums));
    }
    facts.extend(loaded.others.as_ref().map(|places| Fact::Destinations(places.ids.len())));
    facts
}
