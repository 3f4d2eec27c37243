//! An `.osm.pbf` file → where its data blocks lie, checked to the last byte; one block → its bytes, unpacked.
//!
//! `osmpbfreader` trusts a file and panics where it is cut or damaged, so we walk its frames (4-byte length,
//! header, blob) first, take only the message types from it and keep a guard around every parse.

use std::cell::Cell;
use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::path::Path;
use std::sync::Once;

use osmpbfreader::{fileformat, osmformat};
use protobuf::Message;

use crate::base::error::{Error, Problem, Result, unread};

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
}

/// Longest block header and longest blob, by the format's definition.
const MAX_HEADER: u32 = 64 * 1024;
const MAX_BLOB: usize = 32 * 1024 * 1024;

/// What a reader must know to read a file right; all else that a file asks for is refused.
const KNOWN_FEATURES: [&str; 2] = ["OsmSchema-V0.6", "DenseNodes"];

const AGAIN: &str = "get the file again, the copy is incomplete or damaged";

/// Runs `task`; a panic in it becomes `None` and prints nothing.
pub(super) fn guarded<T>(task: impl FnOnce() -> T) -> Option<T> {
    thread_local! {
        static SILENT: Cell<bool> = const { Cell::new(false) };
    }
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |info| {
            if !SILENT.get() {
                before(info);
            }
        }));
    });
    SILENT.set(true);
    let result = catch_unwind(AssertUnwindSafe(task));
    SILENT.set(false);
    result.ok()
}

/// A protobuf message from its bytes; `None` where they are damaged.
fn message<M: Message>(bytes: &[u8]) -> Option<M> {
    guarded(|| M::parse_from_bytes(bytes).ok()).flatten()
}

fn io_error(path: &Path, error: std::io::Error) -> Error {
    let place = path.display().to_string();
    match error.kind() {
        ErrorKind::IsADirectory => Error::input(place, "is a folder", "name the .osm.pbf file itself"),
        _ => unread(place, &error, "check the path in the study"),
    }
}

fn damaged(path: &Path, at: u64, what: &str) -> Error {
    Error::Input(vec![damage(path, at, what)])
}

/// What is wrong at a byte of a file.
pub(super) fn damage(path: &Path, at: u64, what: &str) -> Problem {
    Problem::new(path.display().to_string(), format!("{what} at byte {at}"), AGAIN)
}

fn not_pbf(path: &Path, start: &[u8]) -> Error {
    let remedy = match start {
        [b'<', ..] => {
            "this looks like XML or HTML: OSM XML becomes a PBF with `osmium cat in.osm -o out.osm.pbf`"
        }
        [0x1f, 0x8b, ..] | [b'B', b'Z', ..] | [b'P', b'K', ..] => "this is a packed file: unpack it first",
        _ => "give an OpenStreetMap extract in PBF format (.osm.pbf)",
    };
    Error::input(path.display().to_string(), "is not an OpenStreetMap PBF file (byte 0)", remedy)
}

/// Walks all frames of a file and reads its header block.
///
/// Errors: no such file, not a PBF, cut or damaged (with the byte), a feature that we cannot read.
pub(super) fn frames(path: &Path) -> Result<Frames> {
    let mut file = File::open(path).map_err(|e| io_error(path, e))?;
    let metadata = file.metadata().map_err(|e| io_error(path, e))?;
    if metadata.is_dir() {
        return Err(io_error(path, ErrorKind::IsADirectory.into()));
    }
    let len = metadata.len();
    if len == 0 {
        return Err(Error::input(path.display().to_string(), "is empty (0 bytes)", AGAIN));
    }
    let mut frames = Frames::default();
    let mut at = 0;
    while at < len {
        let cut = || damaged(path, at, "cut off in the block that begins");
        let foreign = |start: &[u8], what: &str| {
            if at == 0 { not_pbf(path, start) } else { damaged(path, at, what) }
        };
        if len - at < 4 {
            return Err(if at == 0 { not_pbf(path, &[]) } else { damaged(path, at, "stray bytes") });
        }
        let mut start = [0; 4];
        file.read_exact(&mut start).map_err(|e| io_error(path, e))?;
        let header_len = u32::from_be_bytes(start);
        if !(1..=MAX_HEADER).contains(&header_len) {
            return Err(foreign(&start, "damaged block length"));
        }
        let blob_at = at + 4 + u64::from(header_len);
        if blob_at > len {
            return Err(cut());
        }
        let mut bytes = vec![0; header_len as usize];
        file.read_exact(&mut bytes).map_err(|e| io_error(path, e))?;
        let header: fileformat::BlobHeader =
            message(&bytes).ok_or_else(|| foreign(&start, "damaged block header"))?;
        let blob_len = usize::try_from(header.datasize()).unwrap_or(usize::MAX);
        if blob_len > MAX_BLOB {
            return Err(foreign(&start, "damaged block size"));
        }
        if blob_at + blob_len as u64 > len {
            return Err(cut());
        }
        let frame = Frame { at, blob_at, blob_len };
        match header.type_() {
            "OSMHeader" => check_header(path, frame)?,
            _ if at == 0 => return Err(not_pbf(path, &start)),
            "OSMData" => frames.data.push(frame),
            other => frames.unknown.push((at, other.chars().take(40).collect())),
        }
        at = blob_at + blob_len as u64;
        file.seek(SeekFrom::Start(at)).map_err(|e| io_error(path, e))?;
    }
    Ok(frames)
}

fn check_header(path: &Path, frame: Frame) -> Result<()> {
    let bytes = unpacked(path, frame)?;
    let header: osmformat::HeaderBlock =
        message(&bytes).ok_or_else(|| damaged(path, frame.at, "damaged header block"))?;
    let strange: Vec<&str> = header
        .required_features
        .iter()
        .map(String::as_str)
        .filter(|feature| !KNOWN_FEATURES.contains(feature))
        .collect();
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
/// Errors: damaged, or packed otherwise than raw or zlib; the file can no longer be read.
pub(super) fn unpacked(path: &Path, frame: Frame) -> Result<Vec<u8>> {
    let mut file = File::open(path).map_err(|e| io_error(path, e))?;
    file.seek(SeekFrom::Start(frame.blob_at)).map_err(|e| io_error(path, e))?;
    let mut bytes = vec![0; frame.blob_len];
    file.read_exact(&mut bytes).map_err(|e| io_error(path, e))?;
    let mut blob: fileformat::Blob =
        message(&bytes).ok_or_else(|| damaged(path, frame.at, "damaged block"))?;
    let unpacked = if let Some(raw) = blob.raw.take() {
        raw
    } else if let Some(packed) = blob.zlib_data.take() {
        let mut unpacked = Vec::new();
        let mut decoder = flate2::read::ZlibDecoder::new(&packed[..]).take(MAX_BLOB as u64 + 1);
        guarded(|| decoder.read_to_end(&mut unpacked).ok())
            .flatten()
            .ok_or_else(|| damaged(path, frame.at, "damaged packing in the block that begins"))?;
        unpacked
    } else {
        let what = format!("the block at byte {} is packed otherwise than raw or zlib", frame.at);
        let remedy = "write the file anew with `osmium cat -f pbf,pbf_compression=zlib`";
        return Err(Error::input(path.display().to_string(), what, remedy));
    };
    let announced = blob.raw_size.and_then(|size| usize::try_from(size).ok()).unwrap_or(unpacked.len());
    if unpacked.len() > MAX_BLOB || announced != unpacked.len() {
        return Err(damaged(path, frame.at, "wrong size of the block that begins"));
    }
    Ok(unpacked)
}

/// A data block, parsed. Errors: as [`unpacked`].
pub(super) fn block(path: &Path, frame: Frame) -> Result<osmformat::PrimitiveBlock> {
    let bytes = unpacked(path, frame)?;
    message(&bytes).ok_or_else(|| damaged(path, frame.at, "damaged data in the block that begins"))
}
