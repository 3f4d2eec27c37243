//! `.osm.pbf` files → what a pass takes from each of their blocks, in the blocks' order.

use std::path::{Path, PathBuf};

use super::format::OsmBlock;
use super::frames::{self, Allowance, Frame};
use super::wire::BlockDamage;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::error::{Error, Problem, Result};
use crate::base::executor::{Executor, collect};

const UNKNOWN_BLOCK: DiagnosticCode = DiagnosticCode {
    code: "osm_unknown_block",
    severity: Severity::Dropped,
    meaning: "blocks of a type that is neither header nor data",
    remedy: "check the file with `osmium fileinfo -e`",
};

/// Damaged blocks that are named.
const MOST_PROBLEMS: usize = 10;

/// One block of one file.
#[derive(Clone, Copy)]
pub(super) struct FileBlock {
    pub file: usize,
    file_bytes: u64,
    frame: Frame,
}

/// The pieces in which something was found.
pub(super) fn kept<T>(pieces: &[FileBlock], found: &[T], test: impl Fn(&T) -> bool) -> Vec<FileBlock> {
    pieces.iter().zip(found).filter(|(_, found)| test(found)).map(|(piece, _)| *piece).collect()
}

/// A file's name as diagnostics have it.
fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// Reads files block by block.
pub(super) struct BlockReader<'a> {
    pub paths: &'a [PathBuf],
    pub executor: &'a dyn Executor,
}

impl BlockReader<'_> {
    pub fn name(&self, file: usize) -> String {
        name_of(&self.paths[file])
    }

    /// Stops where the caller wants that.
    pub fn go_on(&self) -> Result<()> {
        if self.executor.cancelled() { Err(Error::Stopped) } else { Ok(()) }
    }

    /// The blocks of all files, checked to their ends.
    pub fn pieces(&self, diagnostics: &mut Diagnostics) -> Result<Vec<FileBlock>> {
        let (mut pieces, mut problems) = (Vec::new(), Vec::new());
        for (file, path) in self.paths.iter().enumerate() {
            match frames::frames(path, self.executor) {
                Ok(frames) => {
                    for (at, kind) in frames.unknown {
                        diagnostics.add(
                            UNKNOWN_BLOCK,
                            &self.name(file),
                            "",
                            at,
                            format!("block type {kind:?}"),
                        );
                    }
                    let file_bytes = frames.bytes;
                    pieces.extend(frames.data.into_iter().map(|frame| FileBlock { file, file_bytes, frame }));
                }
                Err(Error::Input(mut more)) => problems.append(&mut more),
                Err(other) => return Err(other),
            }
        }
        if problems.is_empty() { Ok(pieces) } else { Err(Error::Input(problems)) }
    }

    /// Reads pieces and takes something from each, in their order.
    pub fn pass<T: Send>(
        &self,
        stage: &str,
        pieces: &[FileBlock],
        take: impl Fn(&OsmBlock<'_>) -> std::result::Result<T, BlockDamage> + Sync,
    ) -> Result<Vec<T>> {
        self.executor.begin(stage, pieces.len() as u64);
        let allowances: Vec<Allowance> = self.bytes(pieces).into_iter().map(Allowance::of).collect();
        let read_one = |i: usize| {
            let FileBlock { file, frame, .. } = pieces[i];
            let path = &self.paths[file];
            let taken = frames::unpacked(path, frame, &allowances[file]).and_then(|bytes| {
                let taken = OsmBlock::parse(&bytes).and_then(|block| take(&block));
                taken.map_err(|what| Error::Input(vec![frames::damage(path, frame.at, what)]))
            });
            self.executor.advance(1);
            taken
        };
        let results = collect(self.executor, pieces.len(), read_one)?;
        let mut taken = Vec::with_capacity(pieces.len());
        let mut problems: Vec<Problem> = Vec::new();
        for result in results {
            match result {
                Ok(one) => taken.push(one),
                Err(Error::Input(mut more)) => problems.append(&mut more),
                Err(other) => return Err(other),
            }
        }
        // Of a file that unpacks to too much, many blocks say so; and of many damaged ones the first tell enough.
        problems.dedup();
        problems.truncate(MOST_PROBLEMS);
        if problems.is_empty() { Ok(taken) } else { Err(Error::Input(problems)) }
    }

    /// File → its size, of those that have pieces.
    fn bytes(&self, pieces: &[FileBlock]) -> Vec<u64> {
        let mut bytes = vec![0; self.paths.len()];
        for piece in pieces {
            bytes[piece.file] = piece.file_bytes;
        }
        bytes
    }
}
