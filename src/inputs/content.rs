//! What a file is by its first bytes, whatever its name says: so that a reader can name the file that it was given in
//! place of its own. And that it is a file at all: a pipe would be waited for without end.

use std::fs::{File, Metadata};
use std::io::{Read, Seek};
use std::path::Path;

use crate::base::error::{Error, Result, unread};

/// What the first bytes of a file tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// A zip; which of the two kinds of `in_zip` says more.
    Zip,
    OsmPbf,
    O5m,
    OsmXml,
    Html,
    Xml,
    Gzip,
    Bzip2,
    Xz,
    Zstd,
    SevenZip,
    Rar,
    Sqlite,
    Parquet,
    Json,
    Tiff,
    Pdf,
    /// Text with commas, semicolons or tabs in its first line.
    Table,
    Unknown,
}

/// How many bytes [`Content::of`] looks at.
pub const ENOUGH: usize = 512;

impl Content {
    /// From the first [`ENOUGH`] bytes, or all of a shorter file.
    pub fn of(start: &[u8]) -> Content {
        const MARKS: [(&[u8], Content); 14] = [
            (b"PK\x03\x04", Content::Zip),
            (b"PK\x05\x06", Content::Zip),
            (b"\xff\xe0\x04o5", Content::O5m),
            (b"\x1f\x8b", Content::Gzip),
            (b"BZh", Content::Bzip2),
            (b"\xfd7zXZ\0", Content::Xz),
            (b"\x28\xb5\x2f\xfd", Content::Zstd),
            (b"7z\xbc\xaf\x27\x1c", Content::SevenZip),
            (b"Rar!", Content::Rar),
            (b"SQLite format 3\0", Content::Sqlite),
            (b"PAR1", Content::Parquet),
            (b"II*\0", Content::Tiff),
            (b"MM\0*", Content::Tiff),
            (b"%PDF", Content::Pdf),
        ];
        if let Some((_, content)) = MARKS.iter().find(|(mark, _)| start.starts_with(mark)) {
            return *content;
        }
        // A block's length, then its header, whose first field is the type.
        if start.get(4..).is_some_and(|header| header.starts_with(b"\x0a\x09OSMHeader")) {
            return Content::OsmPbf;
        }
        Self::of_text(start)
    }

    fn of_text(start: &[u8]) -> Content {
        let text = String::from_utf8_lossy(start).to_lowercase();
        let text = text.trim_start_matches('\u{feff}').trim_start();
        if text.contains('\0') {
            return Content::Unknown;
        }
        match text.chars().next() {
            Some('<') if text.contains("<osm") => Content::OsmXml,
            Some('<') if text.contains("<html") || text.contains("<!doctype html") => Content::Html,
            Some('<') => Content::Xml,
            Some('{' | '[') => Content::Json,
            Some(_) if text.lines().next().is_some_and(|line| line.contains([',', ';', '\t'])) => {
                Content::Table
            }
            _ => Content::Unknown,
        }
    }

    /// "an OpenStreetMap extract (PBF)"; `None` for what has no name of its own.
    pub fn name(self) -> Option<&'static str> {
        Some(match self {
            Content::Zip => "a zip file",
            Content::OsmPbf => "an OpenStreetMap extract (PBF)",
            Content::O5m => "an OpenStreetMap extract in the o5m format",
            Content::OsmXml => "an OpenStreetMap extract in XML",
            Content::Html => "a web page (HTML), such as a server's error message",
            Content::Xml => "an XML file",
            Content::Gzip => "packed with gzip",
            Content::Bzip2 => "packed with bzip2",
            Content::Xz => "packed with xz",
            Content::Zstd => "packed with zstd",
            Content::SevenZip => "a 7z archive",
            Content::Rar => "a RAR archive",
            Content::Sqlite => "an SQLite database, such as a GeoPackage",
            Content::Parquet => "a Parquet file",
            Content::Json => "a JSON file, such as GeoJSON",
            Content::Tiff => "a TIFF image",
            Content::Pdf => "a PDF document",
            Content::Table => "a table as text",
            Content::Unknown => return None,
        })
    }

    /// What to do so that it can be used, whoever was given it; `None` where that depends on the reader.
    pub fn remedy(self) -> Option<&'static str> {
        Some(match self {
            Content::OsmPbf => "an extract is given as streets: [network] osm, or --osm",
            Content::O5m => "write it as PBF first: `osmconvert in.o5m -o=out.osm.pbf`",
            Content::OsmXml => "write it as PBF first: `osmium cat in.osm -o out.osm.pbf`",
            Content::Html => "open it in a browser: it may say why; then download the file itself again",
            Content::Gzip => "unpack it first (`gunzip`)",
            Content::Bzip2 => {
                "unpack it first (`bunzip2`); an .osm.bz2 becomes a PBF with `osmium cat in.osm.bz2 -o out.osm.pbf`"
            }
            Content::Xz => "unpack it first (`unxz`)",
            Content::Zstd => "unpack it first (`unzstd`)",
            Content::SevenZip | Content::Rar => "unpack it first, and give what is in it",
            Content::Sqlite | Content::Parquet | Content::Json | Content::Table | Content::Tiff => {
                "tables of places are given as cells or destinations"
            }
            _ => return None,
        })
    }
}

/// The first bytes of a file, wherever it was read last; it is left at its beginning.
///
/// # Errors
/// As reading goes.
pub fn start_of(file: &mut File) -> std::io::Result<Vec<u8>> {
    let mut start = Vec::with_capacity(ENOUGH);
    file.rewind()?;
    file.by_ref().take(ENOUGH as u64).read_to_end(&mut start)?;
    file.rewind()?;
    Ok(start)
}

/// What the system says of a file that is about to be read; `instead` says what to give in place of a folder.
///
/// # Errors
/// There is none, or it is a folder, a pipe or a device; the machine's.
pub fn regular(path: &Path, instead: &str) -> Result<Metadata> {
    let place = path.display().to_string();
    let metadata = std::fs::metadata(path).map_err(|error| failed(path, error))?;
    if metadata.is_dir() {
        return Err(Error::input(place, "is a folder", instead));
    }
    if !metadata.is_file() {
        return Err(no_file(path));
    }
    Ok(metadata)
}

/// That there is no pipe or device in place of a file, which one would wait for without end.
///
/// # Errors
/// There is. (Whether there is anything at all is for whoever opens it to say.)
pub fn no_pipe(path: &Path) -> Result<()> {
    match std::fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() && !metadata.is_dir() => Err(no_file(path)),
        _ => Ok(()),
    }
}

fn no_file(path: &Path) -> Error {
    let remedy = "it is read more than once: write what comes out of it to a file, and give that";
    Error::input(path.display().to_string(), "is a pipe or a device, not a file", remedy)
}

/// An error of opening or reading a file of the study.
pub fn failed(path: &Path, error: std::io::Error) -> Error {
    unread(path.display().to_string(), &error, "check the path")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_by_their_first_bytes() {
        for (start, content) in [
            (&b"PK\x03\x04\x14\0"[..], Content::Zip),
            (b"\0\0\0\x0d\x0a\x09OSMHeader\x18\x7c", Content::OsmPbf),
            (b"\xff\xe0\x04o5m2\xff", Content::O5m),
            (b"\xef\xbb\xbf<?xml version='1.0'?>\n<osm version='0.6'>", Content::OsmXml),
            (b"\n<!DOCTYPE HTML><title>404", Content::Html),
            (b"<?xml version='1.0'?><PublicationDelivery>", Content::Xml),
            (b"BZh91AY&SY", Content::Bzip2),
            (b"  {\"type\": \"FeatureCollection\"", Content::Json),
            (b"id;lon;lat\n1;2;3", Content::Table),
            (b"hello\nthere, you", Content::Unknown),
            (b"a,b\0", Content::Unknown),
            (b"", Content::Unknown),
        ] {
            assert_eq!(Content::of(start), content, "{}", String::from_utf8_lossy(start));
        }
    }
}
