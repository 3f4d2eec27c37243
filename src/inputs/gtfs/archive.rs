//! A zip file becomes its GTFS tables: members found in whatever folder, each once, ready to be unpacked piece by piece.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom};

use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::decode::{TOO_LARGE, TableLines};
use super::report::FeedReport;
use crate::base::diagnostics::{DiagnosticCode, Severity, kind};
use crate::base::error::{Error, Result};
use crate::inputs::content::Content;

const OTHER_CASE: DiagnosticCode = kind(
    "gtfs_file_in_capitals",
    Severity::Repaired,
    "tables whose file is written in capitals: read all the same",
    "GTFS writes them in small letters, and other programs may not find them",
);
const OTHER_CASE_BESIDE: DiagnosticCode = kind(
    "gtfs_file_beside_a_table",
    Severity::Doubt,
    "files named as a table, but in other capitals, beside the table itself: not read",
    "see which of the two is meant, and take the other one out of the zip",
);
const OTHER_FOLDER: DiagnosticCode = kind(
    "gtfs_file_in_another_folder",
    Severity::Doubt,
    "tables in another folder of the zip than the rest of the feed: not read",
    "put them beside the others if they belong to the feed",
);

/// The tables that tell in which folder of a zip a feed lies.
const CORE: [&str; 7] = [
    "agency.txt",
    "stops.txt",
    "routes.txt",
    "trips.txt",
    "stop_times.txt",
    "calendar.txt",
    "calendar_dates.txt",
];
/// The others that are read.
const MORE: [&str; 2] = ["frequencies.txt", "transfers.txt"];

/// A table may always unpack to so many bytes …
const FREE: u64 = 64 << 20;
/// … and beyond these to so many times its packed size. Timetables come to 5 to 50, and deflate ends at 1,032.
const MOST_RATIO: u64 = 100;
/// No table is larger unpacked, in bytes.
const MOST_BYTES: u64 = 32 << 30;

/// What a zip is read from.
pub(super) trait ZipSource: Read + Seek {}
impl<T: Read + Seek> ZipSource for T {}

/// An opened feed.
pub(super) struct Archive<'s> {
    zip: ZipArchive<Box<dyn ZipSource + 's>>,
    /// File name without folder, as GTFS writes it → the member.
    members: BTreeMap<String, ZipMember>,
    /// Files of no use, for the report.
    strays: Vec<(DiagnosticCode, String)>,
}

#[derive(Clone, Debug)]
struct ZipMember {
    index: usize,
    /// As in the zip, with its folder.
    path: String,
    /// How often the zip has this very path.
    times: usize,
}

/// Whether a table is there to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TableState {
    Missing,
    Empty,
    Filled,
    /// It cannot be read: a problem is noted.
    Unreadable,
}

impl<'s> Archive<'s> {
    /// Finds the one feed in the zip; `place` is its name for messages.
    pub fn open(place: &str, mut source: Box<dyn ZipSource + 's>) -> Result<Archive<'s>> {
        let mut start = Vec::new();
        let read = source.by_ref().take(crate::inputs::content::ENOUGH as u64).read_to_end(&mut start);
        let read = read.and_then(|_| source.rewind());
        read.map_err(|error| Error::machine(place, error))?;
        let zip = ZipArchive::new(&mut source).map_err(|error| no_zip(place, error, &start))?;
        let at = zip.central_directory_start();
        let paths = directory(&mut source, at).map_err(|error| Error::machine(place, error))?;
        let mut zip = ZipArchive::new(source).map_err(|error| no_zip(place, error, &start))?;
        // Folder → its files, by their names in small letters.
        let mut folders: BTreeMap<String, BTreeMap<String, Vec<ZipMember>>> = BTreeMap::new();
        for index in 0..zip.len() {
            let times = match zip.by_index_raw(index) {
                Ok(raw) => paths.get(raw.name_raw()).copied().unwrap_or(1),
                Err(_) => 1,
            };
            let Some(path) = zip.name_for_index(index) else { continue };
            let path = path.replace('\\', "/");
            let bare = path.trim_start_matches("./");
            let (folder, file) = bare.rsplit_once('/').unwrap_or(("", bare));
            // Macs add a shadow file `__MACOSX/._x` for every `x`.
            let shadow = folder.split('/').any(|part| part == "__MACOSX") || file.starts_with("._");
            if !file.is_empty() && !shadow {
                let names = folders.entry(folder.to_string()).or_default();
                let member = ZipMember { index, path: path.clone(), times };
                names.entry(file.to_ascii_lowercase()).or_default().push(member);
            }
        }
        let has = |files: &BTreeMap<_, _>, names: &[&str]| names.iter().any(|&name| files.contains_key(name));
        let (feeds, others): (BTreeMap<_, _>, BTreeMap<_, _>) =
            folders.into_iter().partition(|(_, files)| has(files, &CORE));
        if feeds.len() > 1 {
            let list = feeds.keys().map(|f| format!("{f}/")).collect::<Vec<_>>().join(" and ");
            return Err(Error::input(
                place,
                format!("holds more than one feed (in {list})"),
                "make a zip of each and name them all in the study; where one is a leftover, take it out",
            ));
        }
        let Some(files) = feeds.into_values().next() else {
            return Err(no_feed(place, others.values().flat_map(BTreeMap::keys)));
        };
        let aside = others.into_values().flatten().filter(|(name, _)| MORE.contains(&name.as_str()));
        let mut strays: Vec<(DiagnosticCode, String)> =
            aside.flat_map(|(_, members)| members).map(|member| (OTHER_FOLDER, member.path)).collect();
        let members = one_of_each(place, files, &mut strays)?;
        Ok(Archive { zip, members, strays })
    }

    /// Says what of the zip is not read, or read although it is named oddly.
    pub fn say_strays(&self, report: &mut FeedReport) {
        for (kind, path) in &self.strays {
            report.find(*kind, path, "", "");
        }
    }

    pub fn has(&self, file: &str) -> bool {
        self.members.contains_key(file)
    }

    /// Looks whether a table has anything in it; notes a problem where it cannot be unpacked.
    pub fn state(&mut self, file: &'static str, report: &mut FeedReport) -> TableState {
        if !self.has(file) {
            return TableState::Missing;
        }
        match self.lines(file, report).map(|lines| lines.any_rows(report)) {
            Some(Some(true)) => TableState::Filled,
            Some(Some(false)) => TableState::Empty,
            Some(None) | None => TableState::Unreadable,
        }
    }

    /// A table, line by line; `None` where there is none, or (a problem is noted) it cannot be unpacked.
    pub fn lines(&mut self, file: &'static str, report: &mut FeedReport) -> Option<TableLines<'_>> {
        let index = self.members.get(file)?.index;
        let method = match self.zip.by_index_raw(index) {
            Ok(raw) if raw.encrypted() => Err(("is encrypted".to_string(), ENCRYPTED)),
            Ok(raw) => {
                let by = raw.compression();
                if matches!(by, CompressionMethod::Stored | CompressionMethod::Deflated) {
                    Ok((raw.compressed_size(), raw.size()))
                } else {
                    Err((format!("is packed by {}", name_of(by)), REPACK))
                }
            }
            Err(error) => {
                report.cannot_unpack(file, error.into());
                return None;
            }
        };
        let (packed, unpacked) = match method {
            Ok(sizes) => sizes,
            Err((what, remedy)) => {
                report.problem(file, what, remedy);
                return None;
            }
        };
        let most = FREE.max(packed.saturating_mul(MOST_RATIO)).min(MOST_BYTES);
        if unpacked > most {
            report.problem(file, too_large(packed, most), TOO_LARGE);
            return None;
        }
        match self.zip.by_index(index) {
            Ok(member) => Some(TableLines::new(file, Box::new(member), most, too_large(packed, most))),
            Err(error) => {
                report.cannot_unpack(file, error.into());
                None
            }
        }
    }
}

const ENCRYPTED: &str = "unpack it with its password, and zip the tables anew without one";
const REPACK: &str = "isokron unpacks zips by deflate, and unpacked ones: unpack it, and zip the tables anew";

fn too_large(packed: u64, most: u64) -> String {
    let mib = |bytes: u64| bytes.div_ceil(1 << 20);
    format!(
        "unpacks to more than {} MiB, packed {} MiB: above {MOST_RATIO} times, or {} GiB",
        mib(most),
        mib(packed),
        MOST_BYTES >> 30
    )
}

fn name_of(method: CompressionMethod) -> String {
    const NAMES: [(CompressionMethod, &str); 8] = [
        (CompressionMethod::SHRINK, "shrink"),
        (CompressionMethod::IMPLODE, "implode"),
        (CompressionMethod::DEFLATE64, "deflate64"),
        (CompressionMethod::BZIP2, "bzip2"),
        (CompressionMethod::LZMA, "LZMA"),
        (CompressionMethod::ZSTD, "zstd"),
        (CompressionMethod::XZ, "xz"),
        (CompressionMethod::PPMD, "PPMd"),
    ];
    let named = NAMES.iter().find(|(known, _)| *known == method);
    named.map_or_else(
        || format!("a method that isokron does not know ({method})"),
        |(_, name)| name.to_string(),
    )
}

/// One member for each table: the one that GTFS's own name has.
fn one_of_each(
    place: &str,
    files: BTreeMap<String, Vec<ZipMember>>,
    strays: &mut Vec<(DiagnosticCode, String)>,
) -> Result<BTreeMap<String, ZipMember>> {
    let mut members = BTreeMap::new();
    let mut problems = Vec::new();
    for (name, found) in files {
        if !CORE.contains(&name.as_str()) && !MORE.contains(&name.as_str()) {
            continue;
        }
        let is_exact = |member: &ZipMember| member.path.rsplit('/').next() == Some(name.as_str());
        let (mut exact, others): (Vec<ZipMember>, Vec<ZipMember>) = found.into_iter().partition(is_exact);
        let chosen = if exact.is_empty() { others.clone() } else { std::mem::take(&mut exact) };
        let times: usize = chosen.iter().map(|member| member.times).sum();
        if times > 1 {
            let mut list: Vec<&str> = chosen.iter().map(|member| member.path.as_str()).collect();
            list.dedup();
            let which = if list.len() > 1 { format!(" ({})", list.join(", ")) } else { String::new() };
            problems.push(crate::base::error::Problem::new(
                format!("{place}/{name}"),
                format!("is in the zip {times} times{which}: which one counts cannot be told"),
                "take all but the right one out of the zip",
            ));
            continue;
        }
        let Some(member) = chosen.into_iter().next() else { continue };
        if is_exact(&member) {
            strays.extend(others.into_iter().map(|other| (OTHER_CASE_BESIDE, other.path)));
        } else {
            strays.push((OTHER_CASE, member.path.clone()));
        }
        members.insert(name, member);
    }
    if problems.is_empty() { Ok(members) } else { Err(Error::Input(problems)) }
}

/// How often the zip's directory has each path, as bytes. (The zip crate keeps the last of equal names, without a word.)
fn directory(source: &mut dyn ZipSource, at: u64) -> io::Result<BTreeMap<Vec<u8>, usize>> {
    const ENTRY: &[u8] = b"PK\x01\x02";
    const HEAD: usize = 46;
    source.seek(SeekFrom::Start(at))?;
    let mut source = io::BufReader::new(source);
    let mut times = BTreeMap::new();
    let mut head = [0; HEAD];
    while whole(source.read_exact(&mut head))? && head.starts_with(ENTRY) {
        let length = |at: usize| usize::from(u16::from_le_bytes([head[at], head[at + 1]]));
        let (name, more) = (length(28), length(30) + length(32));
        let mut rest = vec![0; name + more];
        if !whole(source.read_exact(&mut rest))? {
            break;
        }
        rest.truncate(name);
        *times.entry(rest).or_insert(0) += 1;
    }
    Ok(times)
}

/// Whether all was there to be read.
fn whole(read: io::Result<()>) -> io::Result<bool> {
    match read {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// Why a file is no zip: what it is, where its first bytes tell.
fn no_zip(place: &str, error: ZipError, start: &[u8]) -> Error {
    let error = match error {
        ZipError::Io(error) if error.raw_os_error().is_some() => return Error::machine(place, error),
        other => other,
    };
    let content = Content::of(start);
    match content.name() {
        Some(name) if content != Content::Zip => {
            let what = format!("is not a readable zip file: it is {name}, not a GTFS feed");
            Error::input(place, what, content.remedy().unwrap_or(WHOLE))
        }
        _ => Error::input(place, format!("is not a readable zip file ({error})"), WHOLE),
    }
}

const WHOLE: &str = "give the GTFS feed as the zip that its publisher offers, whole";

/// What a zip without a table of a feed holds.
fn no_feed<'f>(place: &str, files: impl Iterator<Item = &'f String>) -> Error {
    let files: Vec<&String> = files.collect();
    let ends =
        |endings: &[&str]| files.iter().any(|file| endings.iter().any(|ending| file.ends_with(ending)));
    let (what, remedy) = if ends(&[".pbf", ".osm", ".o5m", ".bz2"]) {
        (
            "is a zip with an OpenStreetMap extract, not a GTFS feed",
            "unpack it, and give the extract as streets: [network] osm, or --osm",
        )
    } else if ends(&[".shp", ".gpkg", ".geojson", ".csv"]) {
        (
            "is a zip with tables of places, not a GTFS feed",
            "unpack it, and give them as cells or destinations",
        )
    } else if ends(&[".zip"]) {
        ("is a zip of zips, not a GTFS feed", "unpack it, and name each feed in it in the study")
    } else if ends(&[".xml"]) {
        ("is a zip of XML files (NeTEx or TransXChange?), not a GTFS feed", "GTFS is read only: ask for that")
    } else {
        ("is a zip, but holds no table of a GTFS feed (stops.txt, trips.txt …)", "is it the right file?")
    };
    Error::input(place, what, remedy)
}
