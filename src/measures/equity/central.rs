//! Means, medians and quantiles of all people and of each group.

use super::cells::RankedCells;
use super::register::{BuiltFigures, Family, FigureRow, Index, IndexRange};
use super::terms::{ALL, Settings, number_name};

pub(super) const FAMILY: Family = Family {
    indices: &[
        Index {
            name: "mean",
            formula: "μ = Σ p A",
            source: "–",
            unit: "the measure's",
            range: IndexRange::Measure,
            by_default: true,
            ..Index::PLAIN
        },
        Index {
            name: "median",
            formula: "the smallest A with at least half of the people at or below it",
            source: "–",
            unit: "the measure's",
            range: IndexRange::Measure,
            by_default: true,
            ..Index::PLAIN
        },
        Index {
            name: "quantiles",
            rows: "`p10`, `p25`, …",
            formula: "the smallest A with at least that share of the people at or below it",
            source: "Hyndman & Fan 1996, type 1",
            unit: "the measure's",
            range: IndexRange::Measure,
            parameters: "`quantiles`",
            by_default: true,
            ..Index::PLAIN
        },
    ],
    build,
};

fn build(cells: &RankedCells, settings: &Settings) -> Option<BuiltFigures> {
    let quantiles = settings.quantiles.clone();
    let mut figures = Vec::new();
    for group in std::iter::once(ALL).chain(cells.group_names()) {
        let mut figure =
            |of: &'static str, row: String| figures.push(FigureRow { of, group: group.to_string(), row });
        figure("mean", "mean".into());
        figure("median", "median".into());
        for &q in &quantiles {
            figure("quantiles", number_name("p", q));
        }
    }
    let evaluate = move |draw: &super::cells::Draw<'_>, out: &mut Vec<f64>| {
        for crowd in std::iter::once(&draw.all).chain(&draw.groups) {
            let at = |q: f64| crowd.quantile_at(q).map_or(f64::NAN, |i| draw.cells.values[i]);
            out.push(crowd.mean().unwrap_or(f64::NAN));
            out.push(at(0.5));
            out.extend(quantiles.iter().map(|q| at(q / 100.0)));
        }
    };
    Some(BuiltFigures { figures, evaluate: Box::new(evaluate) })
}
