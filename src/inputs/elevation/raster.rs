//! One GeoTIFF → where its pixels are, and their values, a strip or tile at a time.
//!
//! The crate `tiff` unpacks; what makes a TIFF a GeoTIFF (OGC 19-008r4, "GeoTIFF 1.1") is read here.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Mutex;

use tiff::decoder::ifd::Value;
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError};

use crate::base::error::{Error, Result, machine_behind, unread};
use crate::inputs::project::Crs;

const PIXEL_SCALE: Tag = Tag::Unknown(33_550);
const TIE_POINT: Tag = Tag::Unknown(33_922);
const TRANSFORMATION: Tag = Tag::Unknown(34_264);
const GEO_KEYS: Tag = Tag::Unknown(34_735);
/// GDAL's, as text.
const METADATA: Tag = Tag::Unknown(42_112);
const NO_DATA: Tag = Tag::Unknown(42_113);

const GEOGRAPHIC_KEY: u16 = 2048;
const PROJECTED_KEY: u16 = 3072;
const RASTER_TYPE_KEY: u16 = 1025;
const VERTICAL_UNIT_KEY: u16 = 4099;
const PIXEL_IS_POINT: u16 = 2;
const USER_DEFINED: u16 = 32_767;
/// EPSG codes of units, and metres.
const FEET: [(u16, f64); 2] = [(9002, 0.3048), (9003, 1200.0 / 3937.0)];

/// No strip or tile is unpacked that takes more bytes.
const MOST_BYTES: usize = 256 << 20;

const WHOLE: &str = "is the file whole? Download or export it once more";
const REWRITE: &str =
    "write it anew, such as by gdal_translate -co TILED=YES -co COMPRESS=DEFLATE in.tif out.tif";
const REPROJECT: &str =
    "give it a projection that has an EPSG code, such as by gdalwarp -t_srs EPSG:4326 in.tif out.tif";

/// A raster of heights, open.
pub(super) struct Raster {
    name: String,
    pub crs: Crs,
    decoder: Mutex<Decoder<BufReader<File>>>,
    pub columns: u32,
    pub rows: u32,
    /// Columns and rows of a strip or tile.
    chunk: (u32, u32),
    /// Centre of the first pixel, and the steps to the next column (east) and row (south), in the raster's units.
    first: (f64, f64),
    step: (f64, f64),
    no_data: Option<f64>,
    /// Metres in a unit of height.
    unit_m: f64,
}

/// A strip or tile: heights in m, NaN where there is none, row by row.
pub(super) struct Chunk {
    columns: u32,
    heights: Vec<f32>,
}

impl Chunk {
    pub fn bytes(&self) -> usize {
        self.heights.len() * size_of::<f32>()
    }
}

impl Raster {
    /// # Errors
    /// It is not there, no GeoTIFF, or one that cannot be used: said with its name.
    pub fn open(path: &Path) -> Result<Raster> {
        let name = path.display().to_string();
        let file = File::open(path).map_err(|error| unread(name.as_str(), &error, "check the path"))?;
        let mut limits = Limits::default();
        limits.decoding_buffer_size = MOST_BYTES;
        limits.intermediate_buffer_size = MOST_BYTES;
        let decoder = Decoder::new(BufReader::new(file)).map_err(|error| damaged(&name, &error))?;
        let mut decoder = decoder.with_limits(limits);
        let failed = |error: &TiffError| damaged(&name, error);
        let unusable = |what: String, remedy: &str| Error::input(name.as_str(), what, remedy);
        let (columns, rows) = decoder.dimensions().map_err(|error| failed(&error))?;
        match decoder.colortype().map_err(|error| failed(&error))? {
            ColorType::Gray(8 | 16 | 32 | 64) => {}
            other => {
                return Err(unusable(
                    format!(
                        "is no raster of heights: its pixels are {other:?}, not one number of 8 to 64 bits"
                    ),
                    "choose the band of heights, such as by gdal_translate -b 1 in.tif out.tif",
                ));
            }
        }
        let mut tags = ImageTags { name: &name, decoder: &mut decoder };
        let keys = tags.keys()?;
        let key = |wanted: u16| keys.iter().find(|(key, _)| *key == wanted).map(|&(_, value)| value);
        let code = [PROJECTED_KEY, GEOGRAPHIC_KEY].into_iter().find_map(key);
        let code = code
            .filter(|&code| code != USER_DEFINED && code != 0)
            .ok_or_else(|| unusable("does not say its projection as an EPSG code".to_string(), REPROJECT))?;
        let crs = Crs::parse(&format!("EPSG:{code}")).map_err(|why| unusable(why, REPROJECT))?;
        let centre = if key(RASTER_TYPE_KEY) == Some(PIXEL_IS_POINT) { 0.0 } else { 0.5 };
        let (first, step) = tags.place(centre)?;
        let (no_data, scaled) = (tags.text(NO_DATA)?, tags.text(METADATA)?);
        if scaled.is_some_and(|text| text.contains("role=\"scale\"") || text.contains("role=\"offset\"")) {
            return Err(unusable(
                "holds heights with a scale or offset".to_string(),
                "unscale them, such as by gdal_translate -unscale -ot Float32 in.tif out.tif",
            ));
        }
        let no_data = no_data.and_then(|text| text.trim().parse::<f64>().ok());
        let unit = key(VERTICAL_UNIT_KEY).and_then(|unit| FEET.iter().find(|(code, _)| *code == unit));
        let unit_m = unit.map_or(1.0, |&(_, metres)| metres);
        let chunk = decoder.chunk_dimensions();
        if columns == 0 || rows == 0 || chunk.0 == 0 || chunk.1 == 0 {
            return Err(unusable("has no pixels".to_string(), WHOLE));
        }
        let decoder = Mutex::new(decoder);
        Ok(Raster { name, crs, decoder, columns, rows, chunk, first, step, no_data, unit_m })
    }

    /// Where a point of its projection lies, in columns and rows from the centre of the first pixel; `None` beyond the
    /// outer pixels. Within half a pixel of the border the outer pixels hold.
    pub fn position(&self, (x, y): (f64, f64)) -> Option<(f64, f64)> {
        let column = (x - self.first.0) / self.step.0;
        let row = (self.first.1 - y) / self.step.1;
        let inside = |at: f64, pixels: u32| (-0.5..=f64::from(pixels) - 0.5).contains(&at);
        (inside(column, self.columns) && inside(row, self.rows)).then(|| {
            let clamped = |at: f64, pixels: u32| at.clamp(0.0, f64::from(pixels - 1));
            (clamped(column, self.columns), clamped(row, self.rows))
        })
    }

    /// The strip or tile of a pixel.
    pub fn chunk_of(&self, column: u32, row: u32) -> u32 {
        let across = self.columns.div_ceil(self.chunk.0);
        row / self.chunk.1 * across + column / self.chunk.0
    }

    /// A pixel of the strip or tile that holds it.
    pub fn pixel(&self, chunk: &Chunk, column: u32, row: u32) -> f32 {
        let at = (row % self.chunk.1) as usize * chunk.columns as usize + (column % self.chunk.0) as usize;
        chunk.heights.get(at).copied().unwrap_or(f32::NAN)
    }

    /// Unpacks a strip or tile.
    ///
    /// # Errors
    /// Damaged, or packed in a way that is not read.
    pub fn unpack(&self, chunk: u32) -> Result<Chunk> {
        let mut decoder = self.decoder.lock().expect("nobody panics with it");
        let (columns, _) = decoder.chunk_data_dimensions(chunk);
        let values = decoder.read_chunk(chunk).map_err(|error| damaged(&self.name, &error))?;
        let of = |value: f64| {
            let is_none = self.no_data.is_some_and(|none| value == none || value as f32 == none as f32);
            if is_none || !value.is_finite() { f32::NAN } else { (value * self.unit_m) as f32 }
        };
        let heights: Vec<f32> = match values {
            DecodingResult::U8(values) => values.into_iter().map(|v| of(v.into())).collect(),
            DecodingResult::U16(values) => values.into_iter().map(|v| of(v.into())).collect(),
            DecodingResult::U32(values) => values.into_iter().map(|v| of(v.into())).collect(),
            DecodingResult::U64(values) => values.into_iter().map(|v| of(v as f64)).collect(),
            DecodingResult::I8(values) => values.into_iter().map(|v| of(v.into())).collect(),
            DecodingResult::I16(values) => values.into_iter().map(|v| of(v.into())).collect(),
            DecodingResult::I32(values) => values.into_iter().map(|v| of(v.into())).collect(),
            DecodingResult::I64(values) => values.into_iter().map(|v| of(v as f64)).collect(),
            DecodingResult::F16(values) => values.into_iter().map(|v| of(v.to_f64())).collect(),
            DecodingResult::F32(values) => values.into_iter().map(|v| of(v.into())).collect(),
            DecodingResult::F64(values) => values.into_iter().map(of).collect(),
        };
        Ok(Chunk { columns, heights })
    }
}

/// What the crate has found wrong.
fn damaged(name: &str, error: &TiffError) -> Error {
    if let Some(machine) = machine_behind(name, error) {
        return machine;
    }
    match error {
        TiffError::UnsupportedError(what) => Error::input(name, format!("cannot be read: {what}"), REWRITE),
        TiffError::LimitsExceeded => {
            Error::input(name, "has strips or tiles of more than 256 MB, or tags of more than 1 MB", REWRITE)
        }
        other => Error::input(name, format!("cannot be read as a GeoTIFF ({other})"), WHOLE),
    }
}

/// The tags of the first image.
struct ImageTags<'a> {
    name: &'a str,
    decoder: &'a mut Decoder<BufReader<File>>,
}

impl ImageTags<'_> {
    fn value(&mut self, tag: Tag) -> Result<Option<Value>> {
        self.decoder.find_tag(tag).map_err(|error| damaged(self.name, &error))
    }

    fn numbers(&mut self, tag: Tag) -> Result<Option<Vec<f64>>> {
        let value = self.value(tag)?.map(Value::into_f64_vec).transpose();
        value.map_err(|error| damaged(self.name, &error))
    }

    /// A text, without the zeros at its end.
    fn text(&mut self, tag: Tag) -> Result<Option<String>> {
        let text = self.value(tag)?.map(Value::into_string).transpose();
        let text = text.map_err(|error| damaged(self.name, &error))?;
        Ok(text.map(|text| text.trim_end_matches('\0').to_string()))
    }

    /// The geo keys whose values are numbers.
    fn keys(&mut self) -> Result<Vec<(u16, u16)>> {
        let numbers = self.value(GEO_KEYS)?.map(Value::into_u16_vec).transpose();
        let numbers = numbers.map_err(|error| damaged(self.name, &error))?.unwrap_or_default();
        let entries = numbers.get(4..).unwrap_or_default().chunks_exact(4);
        Ok(entries.filter(|entry| entry[1] == 0).map(|entry| (entry[0], entry[3])).collect())
    }

    /// The centre of the first pixel, and the steps east and south; a pixel's centre lies `centre` pixels from what
    /// the tags speak of.
    fn place(&mut self, centre: f64) -> Result<((f64, f64), (f64, f64))> {
        let name = self.name;
        let (scale, tie) = (self.numbers(PIXEL_SCALE)?, self.numbers(TIE_POINT)?);
        let unusable = |what: &str, remedy: &str| Error::input(name, what, remedy);
        let (origin, step) = match (scale.as_deref(), tie.as_deref()) {
            (Some(&[sx, sy, ..]), Some(&[i, j, _, x, y, _, ..])) => ((x - i * sx, y + j * sy), (sx, sy)),
            _ => match self.numbers(TRANSFORMATION)?.as_deref() {
                Some(&[a, b, _, x, c, d, _, y, ..]) if b == 0.0 && c == 0.0 => ((x, y), (a, -d)),
                Some(_) => return Err(unusable("is a turned raster", REPROJECT)),
                None => return Err(unusable("does not say where its pixels are", REPROJECT)),
            },
        };
        let all = [origin.0, origin.1, step.0, step.1];
        if all.iter().any(|number| !number.is_finite()) || step.0 <= 0.0 || step.1 <= 0.0 {
            return Err(unusable("does not say where its pixels are", REPROJECT));
        }
        Ok(((origin.0 + centre * step.0, origin.1 - centre * step.1), step))
    }
}
