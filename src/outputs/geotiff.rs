//! Numbers on a grid as GeoTIFF 1.1 (OGC 19-008r4): tiles of 256 × 256, Deflate with a predictor, a name and a value for
//! "nothing" in each band; a BigTIFF where 4 GB might not do.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::marker::PhantomData;
use std::path::Path;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::staging::{StagedPath, WrittenFile, failed};
use crate::base::error::Result;

const TILE: usize = 256;
/// Bands are counted in 16 bits.
pub const MOST_BANDS: usize = 65_535;
/// Larger files than this might outgrow offsets of 32 bits.
const MOST_STANDARD: u64 = 4_000_000_000;

/// Where the pixels lie: the upper left corner, and their sides, in the units of the projection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PixelExtent {
    pub west: f64,
    pub north: f64,
    pub pixel_x: f64,
    pub pixel_y: f64,
    pub columns: usize,
    pub rows: usize,
    pub epsg: u16,
    pub geographic: bool,
}

/// A number of a band.
pub trait Pixel: Copy {
    const BITS: u16;
    /// 2: signed whole numbers; 3: floating point.
    const FORMAT: u16;
    /// 2: differences; 3: differences of the bytes of floating point.
    const PREDICTOR: u16;
    const NOTHING: Self;
    /// `NOTHING` as text.
    const NODATA: &'static str;
    fn is_nothing(self) -> bool;
    /// A row of a tile as the predictor has it (TIFF 6.0, section 14; Adobe's technical note 3 of 2005).
    fn predicted(row: &[Self], out: &mut Vec<u8>);
}

impl Pixel for i32 {
    const BITS: u16 = 32;
    const FORMAT: u16 = 2;
    const PREDICTOR: u16 = 2;
    const NOTHING: i32 = -1;
    const NODATA: &'static str = "-1";

    fn is_nothing(self) -> bool {
        self == Self::NOTHING
    }

    fn predicted(row: &[i32], out: &mut Vec<u8>) {
        let mut last = 0i32;
        for &value in row {
            out.extend(value.wrapping_sub(last).to_le_bytes());
            last = value;
        }
    }
}

impl Pixel for f64 {
    const BITS: u16 = 64;
    const FORMAT: u16 = 3;
    const PREDICTOR: u16 = 3;
    const NOTHING: f64 = f64::NAN;
    const NODATA: &'static str = "nan";

    fn is_nothing(self) -> bool {
        self.is_nan()
    }

    fn predicted(row: &[f64], out: &mut Vec<u8>) {
        let start = out.len();
        for byte in 0..8 {
            out.extend(row.iter().map(|value| value.to_be_bytes()[byte]));
        }
        // From the end, so that each difference is to what stood there.
        for at in (start + 1..out.len()).rev() {
            out[at] = out[at].wrapping_sub(out[at - 1]);
        }
    }
}

/// A GeoTIFF on its way, band by band; it appears under its name at [`GeoTiff::finish`].
pub struct GeoTiff<P: Pixel> {
    staged: StagedPath,
    out: BufWriter<File>,
    /// Bytes written so far.
    at: u64,
    big: bool,
    extent: PixelExtent,
    names: Vec<String>,
    tiles: Vec<PixelTile>,
    /// The tile of nothing: all share one.
    blank: Option<PixelTile>,
    pixel: PhantomData<P>,
}

/// Where a tile stands.
#[derive(Clone, Copy)]
struct PixelTile {
    at: u64,
    bytes: u64,
}

impl<P: Pixel> GeoTiff<P> {
    /// `bands`: how many there will be, at most [`MOST_BANDS`].
    ///
    /// # Errors
    /// The machine's.
    pub fn create(path: &Path, extent: PixelExtent, bands: usize) -> Result<GeoTiff<P>> {
        let mut staged = StagedPath::create(path)?;
        let most = (extent.columns * extent.rows) as u64 * bands as u64 * u64::from(P::BITS / 8);
        let big = most > MOST_STANDARD;
        let begin = |staged: &mut StagedPath| -> io::Result<BufWriter<File>> {
            let mut out = BufWriter::with_capacity(1 << 18, staged.file().try_clone()?);
            out.write_all(&header(big, 0))?;
            Ok(out)
        };
        let out = begin(&mut staged).map_err(|error| failed(path, &error))?;
        let at = header(big, 0).len() as u64;
        let (names, tiles, blank) = (Vec::new(), Vec::new(), None);
        Ok(GeoTiff { staged, out, at, big, extent, names, tiles, blank, pixel: PhantomData })
    }

    /// Where it is going to stand.
    pub fn path(&self) -> &Path {
        self.staged.path()
    }

    /// Writes the next band: a value for each pixel, row by row from the north-west.
    ///
    /// # Errors
    /// The machine's.
    pub fn push(&mut self, name: &str, values: &[P]) -> Result<()> {
        let PixelExtent { columns, rows, .. } = self.extent;
        assert_eq!(values.len(), columns * rows, "a value for each pixel");
        self.names.push(name.to_string());
        for top in (0..rows).step_by(TILE) {
            for left in (0..columns).step_by(TILE) {
                let tile = self.tile(values, left, top);
                let tile = tile.map_err(|error| failed(self.path(), &error))?;
                self.tiles.push(tile);
            }
        }
        Ok(())
    }

    fn tile(&mut self, values: &[P], left: usize, top: usize) -> io::Result<PixelTile> {
        let PixelExtent { columns, rows, .. } = self.extent;
        let (mut bytes, mut is_blank) = (Vec::with_capacity(TILE * TILE * 8), true);
        for row in top..top + TILE {
            let mut line = [P::NOTHING; TILE];
            if row < rows {
                let part = &values[row * columns + left..row * columns + (left + TILE).min(columns)];
                line[..part.len()].copy_from_slice(part);
                is_blank &= part.iter().all(|value| value.is_nothing());
            }
            P::predicted(&line, &mut bytes);
        }
        if let Some(blank) = self.blank.filter(|_| is_blank) {
            return Ok(blank);
        }
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::new(6));
        packed.write_all(&bytes)?;
        let packed = packed.finish()?;
        let tile = PixelTile { at: self.at, bytes: packed.len() as u64 };
        self.write(&packed)?;
        if is_blank {
            self.blank = Some(tile);
        }
        Ok(tile)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.at += bytes.len() as u64;
        self.out.write_all(bytes)
    }

    /// # Errors
    /// The machine's.
    pub fn finish(mut self) -> Result<WrittenFile> {
        let mut end = || {
            if !self.at.is_multiple_of(2) {
                self.write(&[0])?;
            }
            let at = self.at;
            let directory = directory(&self.fields(), at, self.big);
            self.write(&directory)?;
            self.out.seek(SeekFrom::Start(0))?;
            self.out.write_all(&header(self.big, at))?;
            self.out.flush()
        };
        end().map_err(|error| failed(self.staged.path(), &error))?;
        self.staged.finish()
    }

    /// The fields of the directory, rising.
    fn fields(&self) -> Vec<DirectoryField> {
        let PixelExtent { west, north, pixel_x, pixel_y, columns, rows, epsg, geographic } = self.extent;
        let bands = self.names.len();
        let planes = if bands > 1 { 2 } else { 1 };
        let (model, key) = if geographic { (2, 2048) } else { (1, 3072) };
        // Key, place, number, value: model, pixel is area, code.
        let keys = [1, 1, 0, 3, 1024, 0, 1, model, 1025, 0, 1, 1, key, 0, 1, epsg];
        let mut fields = vec![
            longs(256, &[columns as u32]),
            longs(257, &[rows as u32]),
            shorts(258, &vec![P::BITS; bands]),
            shorts(259, &[8]),
            shorts(262, &[1]),
            shorts(277, &[bands as u16]),
            shorts(284, &[planes]),
            shorts(317, &[P::PREDICTOR]),
            longs(322, &[TILE as u32]),
            longs(323, &[TILE as u32]),
            self.places(324, |tile| tile.at),
            self.places(325, |tile| tile.bytes),
        ];
        if bands > 1 {
            fields.push(shorts(338, &vec![0; bands - 1]));
        }
        fields.extend([
            shorts(339, &vec![P::FORMAT; bands]),
            doubles(33_550, &[pixel_x, pixel_y, 0.0]),
            doubles(33_922, &[0.0, 0.0, 0.0, west, north, 0.0]),
            shorts(34_735, &keys),
            text(42_112, &descriptions(&self.names)),
            text(42_113, P::NODATA),
        ]);
        fields
    }

    fn places(&self, tag: u16, of: impl Fn(&PixelTile) -> u64) -> DirectoryField {
        let places = self.tiles.iter().map(of);
        if self.big {
            let bytes = places.flat_map(u64::to_le_bytes).collect();
            return DirectoryField { tag, kind: 16, count: self.tiles.len(), bytes };
        }
        longs(tag, &places.map(|place| place as u32).collect::<Vec<_>>())
    }
}

/// The start of a file whose directory stands at `at`.
fn header(big: bool, at: u64) -> Vec<u8> {
    let mut bytes = b"II".to_vec();
    if big {
        bytes.extend([43, 0, 8, 0, 0, 0]);
        bytes.extend(at.to_le_bytes());
    } else {
        bytes.extend([42, 0]);
        bytes.extend((at as u32).to_le_bytes());
    }
    bytes
}

/// A field of the directory (TIFF 6.0, section 2).
struct DirectoryField {
    tag: u16,
    kind: u16,
    count: usize,
    bytes: Vec<u8>,
}

fn shorts(tag: u16, values: &[u16]) -> DirectoryField {
    DirectoryField {
        tag,
        kind: 3,
        count: values.len(),
        bytes: values.iter().flat_map(|v| v.to_le_bytes()).collect(),
    }
}

fn longs(tag: u16, values: &[u32]) -> DirectoryField {
    DirectoryField {
        tag,
        kind: 4,
        count: values.len(),
        bytes: values.iter().flat_map(|v| v.to_le_bytes()).collect(),
    }
}

fn doubles(tag: u16, values: &[f64]) -> DirectoryField {
    DirectoryField {
        tag,
        kind: 12,
        count: values.len(),
        bytes: values.iter().flat_map(|v| v.to_le_bytes()).collect(),
    }
}

fn text(tag: u16, text: &str) -> DirectoryField {
    let mut bytes = text.as_bytes().to_vec();
    bytes.push(0);
    DirectoryField { tag, kind: 2, count: bytes.len(), bytes }
}

/// The directory as it stands at `at`, what does not fit into it behind it.
fn directory(fields: &[DirectoryField], at: u64, big: bool) -> Vec<u8> {
    let (head, each, inside) = if big { (8, 20, 8) } else { (2, 12, 4) };
    let number = |value: u64, bytes: &mut Vec<u8>| {
        if big { bytes.extend(value.to_le_bytes()) } else { bytes.extend((value as u32).to_le_bytes()) }
    };
    let mut behind = at + (head + each * fields.len() + inside) as u64;
    let (mut bytes, mut rest) = (Vec::new(), Vec::new());
    if big {
        bytes.extend((fields.len() as u64).to_le_bytes());
    } else {
        bytes.extend((fields.len() as u16).to_le_bytes());
    }
    for field in fields {
        bytes.extend(field.tag.to_le_bytes());
        bytes.extend(field.kind.to_le_bytes());
        number(field.count as u64, &mut bytes);
        if field.bytes.len() <= inside {
            bytes.extend(&field.bytes);
            bytes.resize(bytes.len() + inside - field.bytes.len(), 0);
        } else {
            number(behind, &mut bytes);
            rest.extend(&field.bytes);
            // Values begin at even places.
            rest.resize(rest.len().next_multiple_of(2), 0);
            behind += field.bytes.len().next_multiple_of(2) as u64;
        }
    }
    // No further directory.
    number(0, &mut bytes);
    bytes.extend(rest);
    bytes
}

/// The bands' names, as GDAL reads them.
fn descriptions(names: &[String]) -> String {
    let mut xml = String::from("<GDALMetadata>\n");
    for (band, name) in names.iter().enumerate() {
        let name = name.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        xml +=
            &format!("  <Item name=\"DESCRIPTION\" sample=\"{band}\" role=\"description\">{name}</Item>\n");
    }
    xml + "</GDALMetadata>\n"
}
