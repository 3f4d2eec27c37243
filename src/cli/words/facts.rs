//! What is in the inputs, for the terminal: a line or two each.

use super::edits;
use crate::base::diagnostics::{Diagnostics, Severity};
use crate::outputs::diagnostics::{self, counted, grouped};
use crate::run::facts::{Fact, FeedFact, FeedRuns, StreetsFact};

pub fn lines(of: &Fact) -> Vec<String> {
    let n = |number: usize| grouped(number as u64);
    vec![match of {
        Fact::Streets(streets) => self::streets(streets),
        Fact::Feed(feed) => return self::feed(feed).to_vec(),
        Fact::Stops { called, linked } => {
            format!("stops: {} with trips, {} linked to streets", n(*called), n(*linked))
        }
        Fact::Cells { all, linked, on_islands, unlinked } => format!(
            "cells: {}, {} linked, {on_islands} on small islands, {unlinked} without a street",
            n(*all),
            n(*linked)
        ),
        Fact::Sums(sums) => {
            let sum = |(name, sum): &(String, f64)| format!("{name} {}", grouped(sum.round() as u64));
            format!("  in all: {}", sums.iter().map(sum).collect::<Vec<_>>().join(", "))
        }
        Fact::Destinations(number) => format!("other destinations: {}", n(*number)),
        Fact::Departures { profile, period, number, from, until, zone } => {
            let number = grouped(*number);
            format!("{profile} × {period}: {number} departures to board between {from} and {until} ({zone})")
        }
        Fact::OnStreets { profile, period, ways } => match ways.as_slice() {
            [one] => format!("{profile} × {period}: {one} only"),
            several => format!("{profile} × {period}: {}", several.join(" or ")),
        },
        Fact::Edits { scenario, reports } => {
            let title = std::iter::once(format!("scenario {scenario}"));
            return title.chain(reports.iter().flat_map(edits::lines)).collect();
        }
        Fact::Variants { scenario, number } => format!("scenario {scenario}: {number} variants"),
        Fact::Table { name, rows, crs, columns } => {
            let crs = crs.as_ref().map_or_else(String::new, |crs| format!(" in {crs}"));
            format!("{name}: {} rows{crs}; columns {}", n(*rows), columns.join(", "))
        }
    }]
}

fn streets(of: &StreetsFact) -> String {
    format!(
        "{}: {} km to walk, {} junctions, {} edges, {} ({:.1} % of the nodes in the largest)",
        of.name,
        grouped(of.km),
        grouped(of.junctions as u64),
        grouped(of.edges as u64),
        counted(of.components, "component"),
        100.0 * of.largest,
    )
}

fn feed(of: &FeedFact) -> [String; 2] {
    let by_headway = match of.by_headway {
        0 => String::new(),
        number => format!(" ({} by frequencies.txt)", grouped(number as u64)),
    };
    let what = format!(
        "feed {}: {} with trips, {}, {}{by_headway}",
        of.name,
        counted(of.stops, "stop"),
        counted(of.routes, "route"),
        counted(of.trips, "trip"),
    );
    let when = match &of.runs {
        None => "  never runs".to_string(),
        Some(FeedRuns { first, last, most_on, trips, hours }) => {
            let hours =
                hours.as_ref().map_or_else(String::new, |(from, until)| format!(", {from} to {until}"));
            format!("  runs {first} to {last}; most on {most_on}: {}{hours}", counted(*trips, "trip"))
        }
    };
    [what, when]
}

/// The diagnostics by input and what became of them; of all but mere notes an example each.
pub fn findings(of: &Diagnostics) -> Vec<String> {
    let mut lines = Vec::new();
    for told in diagnostics::told(of) {
        lines.push(told.line);
        if let Some(example) = told.example.filter(|_| told.severity != Severity::Note) {
            lines.push(format!("    e.g. {example}"));
        }
    }
    lines
}
