//! An `.osm.pbf` file → where its data blocks lie, checked to the last byte; one block → its bytes, unpacked.
//!
//! Every length is held to the format's limits, and what unpacks to far more than it is packed is refused.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use super::format::{Blob, BlobHeader, Packing, required_features};
use crate::base::error::{Error, Problem, Result};
use crate::base::executor::Executor;
use crate::inputs::content::{self, Content};

/// A data block: where its frame begins (for messages), where its blob lies.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Frame {
    pub at: u64,
    blob_at: u64,
    blob_len: usize,
}

/// The frames of a file.
#[derive(Debug, Default)]
pub(super) struct Frames {
    pub data: Vec<Frame>,
    /// (byte, type) of blocks that are neither header nor data.
    pub unknown: Vec<(u64, String)>,
    /// How many bytes the file has.
    pub bytes: u64,
}

/// How many bytes of a file have been unpacked in a pass, and how many may be.
pub(super) struct Allowance {
    unpacked: AtomicU64,
    most: u64,
}

/// A block may always unpack to so many bytes, and a file to so many …
const FREE_BLOCK: usize = 1 << 20;
const FREE_FILE: u64 = 64 << 20;
/// … and beyond these to so many times their packed size. Extracts come to 2 to 4, and deflate ends at 1,032.
const MOST_RATIO: usize = 20;

impl Allowance {
    pub fn of(bytes: u64) -> Allowance {
        let most = FREE_FILE.max(bytes.saturating_mul(MOST_RATIO as u64));
        Allowance { unpacked: AtomicU64::new(0), most }
    }

    /// Whether there is room for so many more bytes.
    fn take(&self, bytes: usize) -> bool {
        let bytes = bytes as u64;
        self.unpacked.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes) <= self.most
    }
}

/// Longest block header and longest blob, by the format's definition.
const MAX_HEADER: u32 = 64 * 1024;
const MAX_BLOB: usize = 32 * 1024 * 1024;

/// What a reader must know to read a file right; all else that a file asks for is refused.
const KNOWN_FEATURES: [&str; 2] = ["OsmSchema-V0.6", "DenseNodes"];

const AGAIN: &str = "get the file again, the copy is incomplete or damaged";

fn io_error(path: &Path, error: std::io::Error) -> Error {
    match error.kind() {
        // It was long enough when its length was asked for.
        ErrorKind::UnexpectedEof => {
            Error::input(path.display().to_string(), "was cut off while it was read", "run again")
        }
        _ => content::failed(path, error),
    }
}

fn damaged(path: &Path, at: u64, what: &str) -> Error {
    Error::Input(vec![damage(path, at, what)])
}

/// What is wrong at a byte of a file.
pub(super) fn damage(path: &Path, at: u64, what: &str) -> Problem {
    Problem::new(path.display().to_string(), format!("{what} at byte {at}"), AGAIN)
}

fn not_pbf(path: &Path, file: &mut File) -> Error {
    const EXTRACT: &str = "give an OpenStreetMap extract in PBF format (.osm.pbf)";
    let content = match content::start_of(file) {
        Ok(start) => Content::of(&start),
        Err(error) => return content::failed(path, error),
    };
    let remedy = match content {
        Content::Zip => {
            "if it is a GTFS feed, give it as one: [network] gtfs, or --gtfs; an extract unpack first"
        }
        // It begins as a PBF does, and is none.
        Content::OsmPbf => AGAIN,
        _ => content.remedy().unwrap_or(EXTRACT),
    };
    let is = content.name().filter(|_| content != Content::OsmPbf);
    let is = is.map_or_else(String::new, |name| format!(": it is {name}"));
    Error::input(path.display().to_string(), format!("is not an OpenStreetMap PBF file (byte 0){is}"), remedy)
}

/// How many frames are walked between two looks at whether to stop.
const LOOK_EVERY: usize = 256;

/// Walks all frames of a file and reads its header block.
///
/// Errors: no such file, not a PBF, cut or damaged (with the byte), a feature that we cannot read; stopped.
pub(super) fn frames(path: &Path, executor: &dyn Executor) -> Result<Frames> {
    let len = content::regular(path, "name the .osm.pbf file itself")?.len();
    if len == 0 {
        return Err(Error::input(path.display().to_string(), "is empty (0 bytes)", AGAIN));
    }
    let mut file = File::open(path).map_err(|e| io_error(path, e))?;
    let mut frames = Frames { bytes: len, ..Frames::default() };
    let mut at = 0;
    while at < len {
        if (frames.data.len() + frames.unknown.len()).is_multiple_of(LOOK_EVERY) && executor.cancelled() {
            return Err(Error::Stopped);
        }
        let cut = || damaged(path, at, "cut off in the block that begins");
        let foreign = |file: &mut File, what: &str| {
            if at == 0 { not_pbf(path, file) } else { damaged(path, at, what) }
        };
        if len - at < 4 {
            return Err(foreign(&mut file, "stray bytes"));
        }
        let mut start = [0; 4];
        file.read_exact(&mut start).map_err(|e| io_error(path, e))?;
        let header_len = u32::from_be_bytes(start);
        if !(1..=MAX_HEADER).contains(&header_len) {
            return Err(foreign(&mut file, "damaged block length"));
        }
        let blob_at = at + 4 + u64::from(header_len);
        if blob_at > len {
            return Err(cut());
        }
        let mut bytes = vec![0; header_len as usize];
        file.read_exact(&mut bytes).map_err(|e| io_error(path, e))?;
        let Ok(header) = BlobHeader::parse(&bytes) else {
            return Err(foreign(&mut file, "damaged block header"));
        };
        let blob_len = usize::try_from(header.size).unwrap_or(usize::MAX);
        if blob_len > MAX_BLOB {
            return Err(foreign(&mut file, "damaged block size"));
        }
        if blob_at + blob_len as u64 > len {
            return Err(cut());
        }
        let frame = Frame { at, blob_at, blob_len };
        match header.kind {
            b"OSMHeader" => check_header(path, frame, &Allowance::of(len))?,
            _ if at == 0 => return Err(not_pbf(path, &mut file)),
            b"OSMData" => frames.data.push(frame),
            other => {
                let name = String::from_utf8_lossy(other);
                frames.unknown.push((at, name.chars().take(40).collect()));
            }
        }
        at = blob_at + blob_len as u64;
        file.seek(SeekFrom::Start(at)).map_err(|e| io_error(path, e))?;
    }
    Ok(frames)
}

fn check_header(path: &Path, frame: Frame, allowance: &Allowance) -> Result<()> {
    let bytes = unpacked(path, frame, allowance)?;
    let features = required_features(&bytes).map_err(|_| damaged(path, frame.at, "damaged header block"))?;
    let strange: Vec<&str> =
        features.iter().map(String::as_str).filter(|feature| !KNOWN_FEATURES.contains(feature)).collect();
    if strange.is_empty() {
        return Ok(());
    }
    let remedy = if strange.contains(&"HistoricalInformation") {
        "a history file: cut it to one date first, with `osmium time-filter`"
    } else {
        "write the file anew with `osmium cat in.osm.pbf -o out.osm.pbf`"
    };
    let what = format!("asks for what isokron cannot read: {}", strange.join(", "));
    Err(Error::input(path.display().to_string(), what, remedy))
}

/// The unpacked bytes of a block.
///
/// Errors: damaged, packed otherwise than raw or zlib, or far larger than it is packed; the file can no longer be read.
pub(super) fn unpacked(path: &Path, frame: Frame, allowance: &Allowance) -> Result<Vec<u8>> {
    let mut file = File::open(path).map_err(|e| io_error(path, e))?;
    file.seek(SeekFrom::Start(frame.blob_at)).map_err(|e| io_error(path, e))?;
    let mut bytes = vec![0; frame.blob_len];
    file.read_exact(&mut bytes).map_err(|e| io_error(path, e))?;
    let blob = Blob::parse(&bytes).map_err(|_| damaged(path, frame.at, "damaged block"))?;
    let announced = blob.size.map(|size| usize::try_from(size).unwrap_or(usize::MAX));
    let wrong_size = || damaged(path, frame.at, "wrong size of the block that begins");
    if announced.is_some_and(|size| size > MAX_BLOB) {
        return Err(wrong_size());
    }
    let most = match blob.packing {
        Packing::Raw => MAX_BLOB,
        Packing::Zlib => MAX_BLOB.min(FREE_BLOCK.max(blob.data.len().saturating_mul(MOST_RATIO))),
        Packing::Other(name) => {
            let what =
                format!("the block at byte {} is packed by {name}, otherwise than raw or zlib", frame.at);
            let remedy = "write the file anew with `osmium cat -f pbf,pbf_compression=zlib`";
            return Err(Error::input(path.display().to_string(), what, remedy));
        }
    };
    let bomb = |what: String| {
        let remedy =
            "extracts come to 2 to 4 times: the file is damaged, or made to fill the memory. Get it anew";
        Error::input(path.display().to_string(), what, remedy)
    };
    let too_dense = || {
        let what = "unpacks to more than";
        bomb(format!("the block at byte {} {what} {MOST_RATIO} times its size", frame.at))
    };
    if announced.is_some_and(|size| size > most) {
        return Err(too_dense());
    }
    let unpacked = if blob.packing == Packing::Raw {
        blob.data.to_vec()
    } else {
        let mut unpacked = Vec::with_capacity(announced.unwrap_or(0));
        let mut decoder = flate2::read::ZlibDecoder::new(blob.data).take(most as u64 + 1);
        decoder
            .read_to_end(&mut unpacked)
            .map_err(|_| damaged(path, frame.at, "damaged packing in the block that begins"))?;
        unpacked
    };
    if unpacked.len() > most {
        return Err(if most < MAX_BLOB { too_dense() } else { wrong_size() });
    }
    if announced.is_some_and(|size| size != unpacked.len()) {
        return Err(wrong_size());
    }
    if !allowance.take(unpacked.len()) {
        return Err(bomb(format!("its blocks unpack to more than {MOST_RATIO} times the file's size")));
    }
    Ok(unpacked)
}
