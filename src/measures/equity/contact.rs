//! Whom the people of a group live among: their own, and each other group.

use super::cells::{Draw, RankedCells, dot};
use super::register::{BuiltFigures, Family, FigureRow, Index, IndexNeeds, IndexRange};
use super::terms::Settings;

pub(super) const FAMILY: Family = Family {
    indices: &[
        Index {
            name: "isolation",
            formula: "xPx = Σ (x/X)(x/t) over the cells, x of X people of the group, t all people of the cell",
            source: "Bell 1954; Lieberson 1981; Massey & Denton 1988",
            range: IndexRange::SHARE,
            needs: IndexNeeds::Groups,
            turned: "as it is: where people live, not what they reach",
            elsewhere: "PySAL `segregation`: `Isolation`. Not the correlation ratio η², which takes the group's share off",
            ..Index::PLAIN
        },
        Index {
            name: "exposure",
            rows: "`exposure_to_GROUP` of each group",
            formula: "xPy = Σ (x/X)(y/t) over the cells, y people of the other group",
            source: "Bell 1954; Lieberson 1981; Massey & Denton 1988",
            range: IndexRange::SHARE,
            needs: IndexNeeds::Groups,
            turned: "as it is: where people live, not what they reach",
            elsewhere: "the interaction index; PySAL `segregation`: `Interaction`, of all others together",
            ..Index::PLAIN
        },
    ],
    build,
};

/// Whose share of a cell's people is met by whom.
struct Met {
    by: usize,
    /// Cell → share.
    share: Vec<f64>,
}

fn build(cells: &RankedCells, _: &Settings) -> Option<BuiltFigures> {
    let groups = cells.own();
    let (mut figures, mut all) = (Vec::new(), Vec::new());
    for (by, (group, own)) in groups.iter().enumerate() {
        let mut add = |of: &'static str, row: String, other: &[f64]| {
            // Columns that do not fit together: never more than the whole cell.
            let share = |((other, own), all): ((&f64, &f64), &f64)| {
                if *other > 0.0 { other / all.max(*own).max(*other) } else { 0.0 }
            };
            let share = other.iter().zip(own).zip(&cells.everyone).map(share).collect();
            figures.push(FigureRow { of, group: group.clone(), row });
            all.push(Met { by, share });
        };
        add("isolation", "isolation".into(), own);
        for (name, other) in groups.iter().enumerate().filter(|(i, _)| *i != by).map(|(_, other)| other) {
            add("exposure", format!("exposure_to_{name}"), other);
        }
    }
    let evaluate = move |draw: &Draw<'_>, out: &mut Vec<f64>| {
        out.extend(all.iter().map(|met| {
            let crowd = &draw.groups[met.by];
            if crowd.total > 0.0 { dot(&crowd.weights, &met.share) / crowd.total } else { f64::NAN }
        }));
    };
    (!groups.is_empty()).then(|| BuiltFigures { figures, evaluate: Box::new(evaluate) })
}
