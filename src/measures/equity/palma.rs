//! The access of the rich over that of the poor.

use super::cells::{Crowd, Draw, RankedCells, dot};
use super::ratios::over;
use super::register::{BuiltFigures, Family, FigureRow, Index, IndexNeeds};
use super::terms::{ALL, Settings};

pub(super) const FAMILY: Family = Family {
    indices: &[
        Index {
            name: "palma",
            rows: "`palma`; `palma_turned`",
            formula: "mean A of the people with an income above its 90th percentile over the mean of those up to its \
                      40th",
            source: "after Palma 2011",
            needs: IndexNeeds::Income,
            turned: "the poor's mean over the rich's; blank where either never arrive",
            elsewhere: "R `accessibility`: interpolated quantiles, people as counts: `palma_interpolated`. In income \
                        statistics the ratio of *shares* of the measure itself: `palma_own`",
            by_default: true,
            ..Index::PLAIN
        },
        Index {
            name: "palma_interpolated",
            rows: "`palma_interpolated`; `palma_interpolated_turned`",
            formula: "the same with percentiles interpolated, people as counts, as R's Hmisc::wtd.quantile has them",
            source: "as the R package accessibility",
            needs: IndexNeeds::Income,
            turned: "likewise",
            ..Index::PLAIN
        },
    ],
    build,
};

fn build(cells: &RankedCells, _: &Settings) -> Option<BuiltFigures> {
    if !cells.has_income() {
        return None;
    }
    let turned = cells.less_is_better;
    let end = if turned { "_turned" } else { "" };
    let figures = ["palma", "palma_interpolated"].map(|of| FigureRow {
        of,
        group: ALL.to_string(),
        row: format!("{of}{end}"),
    });
    let evaluate = move |draw: &Draw<'_>, out: &mut Vec<f64>| {
        let (incomes, values) = draw.by_income();
        let crowd = &draw.income;
        for quantile in [nearest, between] {
            let (poor, rich) = (quantile(crowd, incomes, 0.4), quantile(crowd, incomes, 0.9));
            out.push(palma(crowd, incomes, values, poor, rich, turned));
        }
    };
    Some(BuiltFigures { figures: figures.into(), evaluate: Box::new(evaluate) })
}

/// The income up to which the share `q` of the people lives.
pub(super) fn nearest(crowd: &Crowd, incomes: &[f64], q: f64) -> f64 {
    crowd.quantile_at(q).map_or(f64::NAN, |i| incomes[i])
}

/// Mean of those with an income above `rich` over that of those up to `poor`; NaN where one is nobody, or a mean is
/// infinite: where somebody among the rich never arrives, a ratio of 0 would say that the poor are infinitely better
/// off, though it may be one person in a thousand.
pub(super) fn palma(
    crowd: &Crowd,
    incomes: &[f64],
    values: &[f64],
    poor: f64,
    rich: f64,
    turned: bool,
) -> f64 {
    if poor.is_nan() || rich.is_nan() {
        return f64::NAN;
    }
    let (end, start) = (incomes.partition_point(|&i| i <= poor), incomes.partition_point(|&i| i <= rich));
    let below = over(dot(&crowd.weights[..end], &values[..end]), crowd.people_before(end));
    let above = over(dot(&crowd.weights[start..], &values[start..]), crowd.people_from(start));
    if !(below.is_finite() && above.is_finite()) {
        return f64::NAN;
    }
    if turned { over(below, above) } else { over(above, below) }
}

/// The quantile of incomes that lies between two neighbours, each person counted: position 1 + (n − 1)·q, n the
/// people (type 7 of Hyndman & Fan 1996, for weights).
pub(super) fn between(crowd: &Crowd, incomes: &[f64], q: f64) -> f64 {
    if crowd.total < 1.0 {
        return f64::NAN;
    }
    let position = 1.0 + (crowd.total - 1.0) * q;
    let low = position.floor().max(1.0);
    let high = (low + 1.0).min(crowd.total);
    let at = |person: f64| crowd.quantile_at(person / crowd.total).map_or(f64::NAN, |i| incomes[i]);
    // Written so that two equal neighbours give exactly what they are.
    at(low) + position.fract() * (at(high) - at(low))
}
