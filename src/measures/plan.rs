//! Measures as asked for + the columns of origins and destinations → what to compute, by name.

use super::decay::Weights;
use super::kinds::{Doubt, Form, Over};
use super::rows::{TimesRow, TimesRows, by_row};
use super::spec::MeasureSpec;
use crate::base::error::{Error, Problem, Result};
use crate::base::executor::Executor;
use crate::inputs::raw::MOST;

/// Places with their columns.
#[derive(Clone, Debug, Default)]
pub struct PlacesSide<'a> {
    pub places: usize,
    /// Columns by name; "population" are the people.
    pub columns: Vec<(&'a str, &'a [f64])>,
    /// How many of the first columns are taken where `of` says nothing.
    pub usual: usize,
}

impl<'a> PlacesSide<'a> {
    fn find(&self, name: &str) -> Option<&'a [f64]> {
        self.columns.iter().find(|column| column.0 == name).map(|column| column.1)
    }

    fn names(&self) -> String {
        match self.columns.is_empty() {
            true => "there are none".to_string(),
            false => self.columns.iter().map(|column| column.0).collect::<Vec<_>>().join(", "),
        }
    }
}

/// A measure with its columns.
#[derive(Debug)]
pub struct BoundMeasure<'a> {
    pub asked: &'a MeasureSpec,
    /// Columns of what is reached.
    columns: Vec<&'a [f64]>,
    /// People at the places that results are for.
    demand: Option<&'a [f64]>,
    /// Names without the percentile: column by column, words by words.
    pub stems: Vec<String>,
    /// Of sums: the decay functions, with their words.
    pub weights: Vec<Weights>,
}

/// Ties measures to columns. `longest_s`: travel times up to it are looked up.
///
/// # Errors
/// Columns that are not there, or too large to be added up, all of them; two results of one name.
pub fn bind<'a>(
    asked: &'a [MeasureSpec],
    origins: &PlacesSide<'a>,
    destinations: &PlacesSide<'a>,
    longest_s: u32,
) -> Result<Vec<BoundMeasure<'a>>> {
    let mut problems = Vec::new();
    let mut bound = Vec::new();
    for asked in asked {
        let (here, there) = if asked.passive { (destinations, origins) } else { (origins, destinations) };
        let mut find = |key: &str, side: &PlacesSide<'a>, name: &str| {
            let found = side.find(name);
            if found.is_none() {
                let of_whom = if std::ptr::eq(side, origins) { "origins" } else { "destinations" };
                problems.push(Problem::new(
                    &asked.place,
                    format!("{}: {key} names \"{name}\", which is no column of the {of_whom}", asked.name),
                    format!("their columns: {}", side.names()),
                ));
            }
            found.filter(|values| {
                let sum: f64 = values.iter().sum();
                if sum <= MOST {
                    return true;
                }
                problems.push(Problem::new(
                    &asked.place,
                    format!("{}: {key} names \"{name}\", which adds up to {sum:e}: more than can be reckoned with", asked.name),
                    "are these amounts? Correct the column",
                ));
                false
            })
        };
        let usual: Vec<String> = match (&asked.of, asked.passive) {
            (Some(names), _) => names.clone(),
            (None, true) => vec!["population".to_string()],
            (None, false) => there.columns[..there.usual].iter().map(|column| column.0.to_string()).collect(),
        };
        let columns: Vec<&[f64]> = usual.iter().filter_map(|name| find("of", there, name)).collect();
        let demand = asked.kind.demand.then(|| asked.demand.as_deref().unwrap_or("population"));
        let demand = demand.and_then(|name| find("demand", here, name));
        if usual.is_empty() {
            problems.push(Problem::new(
                &asked.place,
                format!("{}: there are no opportunities to reach", asked.name),
                "name their columns",
            ));
        }
        let words: Vec<String> = asked.form.words().iter().map(|words| asked.unit.words(words)).collect();
        let joined = |parts: [&str; 3]| {
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_")
        };
        let stems = match asked.form.across() {
            true => words.iter().map(|words| joined([&asked.name, words, ""])).collect(),
            false => usual
                .iter()
                .flat_map(|column| words.iter().map(move |words| (column, words)))
                .map(|(column, words)| joined([column, &asked.name, words]))
                .collect(),
        };
        bound.push((asked, columns, demand, stems));
    }
    let mut names: Vec<&String> = bound.iter().flat_map(|(_, _, _, stems)| stems).collect();
    names.sort();
    if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        problems.push(Problem::new(
            "measures",
            format!("two results would be called {}", twice[0]),
            "give the measures other names",
        ));
    }
    if !problems.is_empty() {
        return Err(Error::Input(problems));
    }
    let ready = |(asked, columns, demand, stems): (&'a MeasureSpec, _, _, _)| {
        let sums = asked.form.sums().into_iter().flatten();
        let weights = sums.map(|(_, decay)| Weights::new(decay, longest_s)).collect();
        BoundMeasure { asked, columns, demand, stems, weights }
    };
    Ok(bound.into_iter().map(ready).collect())
}

impl BoundMeasure<'_> {
    /// The results of one row, in the order of `stems`. Not for measures over all rows.
    pub fn row(&self, from: u32, row: TimesRow<'_>, out: &mut Vec<f64>) {
        let first = out.len();
        self.unclosed(from, row, out);
        if let Form::OfSums(of_sums) = &self.asked.form {
            for (sums, values) in out[first..].chunks_mut(self.weights.len()).zip(&self.columns) {
                of_sums.close(sums, values.iter().sum());
            }
        }
    }

    /// As [`BoundMeasure::row`], but sums of which something is made are left as they are, to be added to others.
    pub(super) fn unclosed(&self, from: u32, row: TimesRow<'_>, out: &mut Vec<f64>) {
        match &self.asked.form {
            Form::Sums(_) | Form::OfSums(_) => {
                for values in &self.columns {
                    for weights in &self.weights {
                        out.push(super::kinds::weighted(row, weights, values));
                    }
                }
            }
            Form::Row(of_row) => {
                let demand = self.demand.map_or(f64::NAN, |demand| demand[from as usize]);
                match of_row.across() {
                    true => of_row.row(row, &self.columns, demand, out),
                    false => {
                        for values in &self.columns {
                            of_row.row(row, std::slice::from_ref(values), demand, out);
                        }
                    }
                }
            }
            Form::All(_) => {}
        }
    }

    /// Column by column, decay by decay: what reached places hold, and how they are weighed.
    pub fn sums(&self) -> impl Iterator<Item = (&[f64], usize)> {
        self.columns.iter().flat_map(|values| (0..self.weights.len()).map(move |w| (*values, w)))
    }

    /// Sums by place, one list for each of `stems`, → results, where these are made of sums.
    pub fn close(&self, sums: &mut [Vec<f64>]) {
        let Form::OfSums(of_sums) = &self.asked.form else { return };
        let words = self.weights.len();
        let mut here = vec![0.0; words];
        for (sums, values) in sums.chunks_mut(words).zip(&self.columns) {
            let all = values.iter().sum();
            for place in 0..sums[0].len() {
                here.iter_mut().zip(sums.iter()).for_each(|(here, sums)| *here = sums[place]);
                of_sums.close(&mut here, all);
                here.iter().zip(sums.iter_mut()).for_each(|(here, sums)| sums[place] = *here);
            }
        }
    }

    /// The plain formula over a stored matrix: for each of `stems` the values by origin (passive: rows are turned
    /// round by the caller, so that origins are destinations); NaN where there is no row. What is to be said of them
    /// is added to `doubts`.
    ///
    /// # Errors
    /// As [`TimesRows::part`]; `Stopped`.
    pub fn whole(
        &self,
        rows: &dyn TimesRows,
        executor: &dyn Executor,
        doubts: &mut Vec<Doubt>,
    ) -> Result<Vec<Vec<f64>>> {
        let Form::All(of_all) = &self.asked.form else {
            return by_row(rows, executor, self.stems.len(), |from, row, out| self.row(from, row, out));
        };
        let nobody = vec![1.0; rows.origins()];
        let mut results = Vec::new();
        let demand = self.demand.unwrap_or(&nobody);
        for (column, supply) in self.columns.iter().enumerate() {
            let first = doubts.len();
            results.append(&mut of_all.all(&Over { rows, supply, demand, executor }, doubts)?);
            let stem = &self.stems[column * self.stems.len() / self.columns.len()];
            doubts[first..].iter_mut().for_each(|doubt| doubt.what = format!("{stem}: {}", doubt.what));
        }
        Ok(results)
    }
}
