//! No output over an input. Whatever a command is told to write is held to what it reads, before anything is computed:
//! under any name, through links, `..` and other ways to the same place.

use std::path::{Component, Path, PathBuf};

use super::load::named_files;
use crate::base::error::{Error, Problem, Result};
use crate::engine::setting::BASE;
use crate::outputs::folder::earlier;
use crate::outputs::formats;
use crate::outputs::report::{MAP, REPORT};
use crate::outputs::staging::{self, identity, real_place};
use crate::study::{Study, split_layer};

/// What a run writes beside the folders of its scenarios, and `results` in some formats.
const FILES: [&str; 5] = ["manifest.json", "run.log", "diagnostics.csv", MAP, REPORT];

/// The files that `outputs` name may be written: none is one of `inputs`, a folder or a device.
///
/// # Errors
/// Names all that are.
pub fn spares<'p>(
    outputs: impl IntoIterator<Item = &'p Path>,
    inputs: impl IntoIterator<Item = PathBuf>,
) -> Result<()> {
    let inputs: Vec<PathBuf> = inputs.into_iter().map(|file| split_layer(&file).0).collect();
    let mut problems = Vec::new();
    let mut before: Vec<&Path> = Vec::new();
    for output in outputs {
        staging::tidied(output);
        match real_place(output) {
            Err(Error::Input(mut more)) => problems.append(&mut more),
            other => drop(other?),
        }
        let shown = output.display().to_string();
        if let Some(input) = inputs.iter().find(|input| is_over(output, input)) {
            let what = format!("the output would take the place of an input, {}", input.display());
            problems.push(Problem::new(&*shown, what, "name another file to write to"));
        } else if let Some(other) = before.iter().find(|other| is_same(output, other)) {
            let what = format!("two outputs would be written to one file, {}", other.display());
            problems.push(Problem::new(&*shown, what, "name another file to write to"));
        }
        before.push(output);
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Input(problems)) }
}

/// As [`spares`], where the inputs are a study and the files that it names.
///
/// # Errors
/// As [`spares`].
pub fn spares_study<'p>(
    outputs: impl IntoIterator<Item = &'p Path>,
    file: &Path,
    study: &Study,
) -> Result<()> {
    spares(outputs, files_of(file, study))
}

/// The study file and all that it names.
fn files_of(file: &Path, study: &Study) -> Vec<PathBuf> {
    let named = named_files(study).into_iter().map(|named| study.folder.join(named));
    std::iter::once(file.to_path_buf()).chain(named).collect()
}

/// The output folder of a run may be filled: no input lies where results go, or where those of an earlier run, which
/// it takes away, lie.
///
/// # Errors
/// Names all inputs that do.
pub fn of_run(file: &Path, study: &Study) -> Result<()> {
    let root = study.folder.join(&study.output);
    // Without a folder there is nothing in it.
    if !root.is_dir() {
        return Ok(());
    }
    let real_root = resolved(&root);
    let listed: Vec<PathBuf> = earlier(&root)?.into_iter().map(|file| root.join(file.path)).collect();
    let tables = formats::files("results", |format| format.series.is_some());
    let fixed: Vec<PathBuf> =
        FILES.iter().map(|name| name.to_string()).chain(tables).map(|name| root.join(name)).collect();
    let mut folders: Vec<&str> = vec![BASE];
    folders.extend(study.named_scenarios().map(|scenario| scenario.name.as_str()));
    folders.extend(study.searches.iter().map(|search| search.name.as_str()));
    let mut problems = Vec::new();
    for input in files_of(file, study) {
        let (input, _) = split_layer(&input);
        let first = resolved(&input).strip_prefix(&real_root).ok().and_then(first_of);
        let in_results = first.is_some_and(|first| folders.contains(&first.as_str()));
        if in_results || fixed.iter().chain(&listed).any(|output| is_same(output, &input)) {
            let what = format!("lies where the run writes its results, in {}", root.display());
            let remedy = "move it, or choose another output folder in the study, `[study] output`";
            problems.push(Problem::new(input.display().to_string(), what, remedy));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Input(problems)) }
}

fn first_of(path: &Path) -> Option<String> {
    let first = path.components().next()?;
    matches!(first, Component::Normal(_)).then(|| first.as_os_str().to_string_lossy().into_owned())
}

/// Whether the output is the input, or lies in it where that is a folder.
fn is_over(output: &Path, input: &Path) -> bool {
    is_same(output, input) || (input.is_dir() && resolved(output).starts_with(resolved(input)))
}

/// Whether two names are of one file, or would be.
pub fn is_same(a: &Path, b: &Path) -> bool {
    if let (Ok(a), Ok(b)) = (std::fs::metadata(a), std::fs::metadata(b))
        && let (Some(a), Some(b)) = (identity(&a), identity(&b))
    {
        return a == b;
    }
    resolved(a) == resolved(b)
}

/// The path without links and `..`, as far as it is there.
fn resolved(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut behind = Vec::new();
    for above in absolute.ancestors() {
        if let Ok(mut real) = std::fs::canonicalize(above) {
            real.extend(behind.iter().rev());
            return real;
        }
        behind.push(above.file_name().unwrap_or_default());
    }
    absolute
}
