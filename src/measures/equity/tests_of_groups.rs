//! Indices of where groups live, by hand and as PySAL has them.

use super::tests::{all, close, figure, measure, some};
use super::*;
use crate::base::executor::Quiet;
use crate::inputs::raw::Column;

fn column(name: &str, values: &[f64]) -> Column {
    Column { name: name.into(), values: values.to_vec() }
}

fn figures(people: &People<'_>, settings: &Settings) -> Vec<EquityRow> {
    let cells = people.groups[0].values.len();
    equity(&measure(&some(&vec![1.0; cells])), people, settings, &Quiet).unwrap()
}

/// Two cells: 3 of a with 1 of b, and 1 of a with 3 of b.
#[test]
fn contact_by_hand() {
    let groups = [column("a", &[3.0, 1.0]), column("b", &[1.0, 3.0])];
    let people = People { population: Some(&[4.0, 4.0]), groups: &groups, ..People::default() };
    let rows = figures(&people, &all());
    close(figure(&rows, "a", "dissimilarity"), 0.5);
    // ¾ of a live where ¾ are a, a quarter where a quarter are.
    close(figure(&rows, "a", "isolation"), 0.625);
    close(figure(&rows, "a", "exposure_to_b"), 0.375);
    // E = ln 2; in both cells ¾ ln 4/3 + ¼ ln 4.
    let mixed = 0.75 * (4.0f64 / 3.0).ln() + 0.25 * 4f64.ln();
    for group in ["a", "b", "by_group"] {
        close(figure(&rows, group, "entropy"), 1.0 - mixed / 2f64.ln());
    }
    // Of two groups it is Duncan's.
    close(figure(&rows, "by_group", "dissimilarity_multigroup"), 0.5);
    // Without a population those who live in a cell are its groups.
    let without = figures(&People { population: None, ..people }, &all());
    for (group, index) in
        [("a", "dissimilarity"), ("b", "isolation"), ("a", "exposure_to_b"), ("b", "entropy")]
    {
        assert_eq!(figure(&rows, group, index), figure(&without, group, index), "{group} {index}");
    }
    // No places, no surfaces.
    assert!(rows.iter().all(|row| row.index != "dissimilarity_spatial"));
}

/// Sixteen cells 500 m apart, three groups; PySAL `segregation` 2.5.4 gave these: `Dissim`, `Isolation`, `Entropy`,
/// `Interaction`, `MultiDissim`, `MultiInfoTheory`, and `MinMax` with weights (1 − (d/1200)²)² and the people times 10⁹,
/// since it rounds smoothed counts to whole ones.
#[test]
fn segregation_as_pysal_has_it() {
    let cells = || 0..16;
    let of = |number: fn(usize) -> usize| cells().map(|i| number(i) as f64).collect::<Vec<f64>>();
    let groups = [
        column("a", &of(|i| i * 7 % 13)),
        column("b", &of(|i| i * i % 17 + 1)),
        column("c", &of(|i| (i * 5 + 3) % 11)),
    ];
    let population: Vec<f64> = cells().map(|i| groups.iter().map(|group| group.values[i]).sum()).collect();
    let places: Vec<(f64, f64)> = cells().map(|i| ((i % 4 * 500) as f64, (i / 4 * 500) as f64)).collect();
    let people = People {
        population: Some(&population),
        groups: &groups,
        places_m: Some(&places),
        ..People::default()
    };
    let rows = figures(&people, &Settings { kernel_m: 1200.0, ..all() });
    for (group, dissimilarity, isolation, entropy, spatial) in [
        ("a", 0.3077041286753406, 0.362733445249801, 0.11696976956660673, 0.19405074440696302),
        ("b", 0.2703376665849072, 0.5593090949740668, 0.11841837397975669, 0.14629495806861292),
        ("c", 0.27048634243837444, 0.3069995924418583, 0.08113231966688648, 0.09009061555917319),
    ] {
        close(figure(&rows, group, "dissimilarity"), dissimilarity);
        close(figure(&rows, group, "isolation"), isolation);
        close(figure(&rows, group, "entropy"), entropy);
        let found = figure(&rows, group, "dissimilarity_spatial").unwrap();
        assert!((found - spatial).abs() < 1e-9, "{group}: {found} {spatial}");
    }
    // `Interaction` is with all others together.
    let met = ["exposure_to_b", "exposure_to_c"].map(|row| figure(&rows, "a", row).unwrap());
    close(Some(met[0] + met[1]), 0.6372665547501991);
    close(figure(&rows, "by_group", "dissimilarity_multigroup"), 0.28214723530550356);
    close(figure(&rows, "by_group", "entropy"), 0.11894926402358998);
    // No other cell near: the same as Duncan's, on the scale of S (PySAL's `MinMax` without a distance).
    let alone = figures(&people, &Settings { kernel_m: 400.0, ..all() });
    close(figure(&alone, "a", "dissimilarity_spatial"), 0.4706020604018958);
}

#[test]
fn odd_groups_have_an_answer() {
    // One group that is everybody, and one that is nobody: nothing to tell apart.
    let groups = [column("all_of_them", &[2.0, 3.0]), column("nobody", &[0.0, 0.0])];
    let places = [(0.0, 0.0), (100.0, 0.0)];
    let people = People {
        population: Some(&[2.0, 3.0]),
        groups: &groups,
        places_m: Some(&places),
        ..People::default()
    };
    let rows = figures(&people, &all());
    for (group, index) in [
        ("all_of_them", "dissimilarity"),
        ("all_of_them", "dissimilarity_spatial"),
        ("all_of_them", "entropy"),
        ("by_group", "entropy"),
        ("by_group", "dissimilarity_multigroup"),
        ("nobody", "isolation"),
        ("nobody", "exposure_to_all_of_them"),
        ("nobody", "dissimilarity_spatial"),
    ] {
        assert_eq!(figure(&rows, group, index), None, "{group} {index}");
    }
    assert_eq!(figure(&rows, "all_of_them", "isolation"), Some(1.0));
    assert_eq!(figure(&rows, "all_of_them", "exposure_to_nobody"), Some(0.0));
    // Columns that do not fit together: a group larger than its cell is at most all of it.
    let groups = [column("a", &[5.0, 0.0]), column("b", &[0.0, 3.0])];
    let rows = figures(&People { groups: &groups, ..people }, &all());
    assert_eq!((figure(&rows, "a", "isolation"), figure(&rows, "a", "entropy")), (Some(1.0), Some(1.0)));
}
