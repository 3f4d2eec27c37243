//! The Suits index: whether access goes with income more than income itself is spread.

use super::cells::{Draw, RankedCells};
use super::register::{BuiltFigures, Family, FigureRow, Index, IndexNeeds, IndexRange};
use super::terms::{ALL, Settings};

pub(super) const FAMILY: Family = Family {
    indices: &[Index {
        name: "suits",
        rows: "`suits`; `suits_turned`",
        formula: "1 − Σₖ (Tₖ + Tₖ₋₁)(Yₖ − Yₖ₋₁), T and Y the cumulative shares of A and of income, by income, ties as \
                  one; blank where an income is below 0",
        source: "Suits 1977",
        range: IndexRange::SIGNED,
        needs: IndexNeeds::Income,
        turned: "times −1 (Suits's own sign is that of a tax: above 0 where the rich bear more)",
        elsewhere: "positive here: the rich have more than their share of income. Suits's own sign for a tax is that of \
                    the burden: minus `suits_turned`",
        ..Index::PLAIN
    }],
    build,
};

fn build(cells: &RankedCells, _: &Settings) -> Option<BuiltFigures> {
    if !cells.has_income() {
        return None;
    }
    let turned = cells.less_is_better;
    let row = if turned { "suits_turned" } else { "suits" };
    let figures = vec![FigureRow { of: "suits", group: ALL.to_string(), row: row.into() }];
    let below_zero = cells.below_zero;
    let evaluate = move |draw: &Draw<'_>, out: &mut Vec<f64>| {
        let index = if below_zero { f64::NAN } else { suits(draw) };
        out.push(if turned { -index } else { index });
    };
    Some(BuiltFigures { figures, evaluate: Box::new(evaluate) })
}

fn suits(draw: &Draw<'_>) -> f64 {
    let (incomes, values) = draw.by_income();
    let crowd = &draw.income;
    let (mut held, mut earned, mut area) = (0.0, 0.0, 0.0);
    let mut i = 0;
    while i < incomes.len() {
        let income = incomes[i];
        let (mut people, mut more) = (0.0, 0.0);
        while i < incomes.len() && incomes[i] == income {
            let weight = crowd.weights[i];
            if weight > 0.0 {
                people += weight;
                more += weight * values[i];
            }
            i += 1;
        }
        if people > 0.0 {
            if income < 0.0 {
                return f64::NAN;
            }
            area += people * income * (held + held + more);
            earned += people * income;
            held += more;
        }
    }
    if crowd.total > 0.0 && held == 0.0 && earned > 0.0 {
        // Nobody has anything: as if all had alike of it, which no index of shares can tell.
        return f64::NAN;
    }
    if earned > 0.0 { 1.0 - area / (held * earned) } else { f64::NAN }
}
