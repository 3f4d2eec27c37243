//! Heights from GeoTIFFs, written here with the crate `tiff`, and the slopes of streets on hills made by formula.

mod raster;
mod slopes;
mod tables;
mod travel;

use std::path::{Path, PathBuf};

use tiff::encoder::colortype::ColorType;
use tiff::encoder::{Compression, Predictor, TiffEncoder, TiffValue};
use tiff::tags::Tag;

/// How a raster lies, and is written.
#[derive(Clone)]
struct Grid {
    columns: u32,
    rows: u32,
    /// The western and northern border, and the size of a pixel.
    west: f64,
    north: f64,
    step: f64,
    code: u16,
    no_data: Option<&'static str>,
    compression: Compression,
    predictor: Predictor,
}

impl Grid {
    /// In degrees: the square of `size` degrees with its south-west corner at a place.
    fn degrees(west: f64, south: f64, size: f64, pixels: u32) -> Grid {
        Grid {
            columns: pixels,
            rows: pixels,
            west,
            north: south + size,
            step: size / f64::from(pixels),
            code: 4326,
            no_data: None,
            compression: Compression::Uncompressed,
            predictor: Predictor::None,
        }
    }

    /// Heights at the centres of the pixels.
    fn values<T>(&self, height: impl Fn(f64, f64) -> T) -> Vec<T> {
        let centre = |(column, row): (u32, u32)| {
            let x = self.west + (f64::from(column) + 0.5) * self.step;
            height(x, self.north - (f64::from(row) + 0.5) * self.step)
        };
        let pixels = (0..self.rows).flat_map(|row| (0..self.columns).map(move |column| (column, row)));
        pixels.map(centre).collect()
    }

    fn write<C: ColorType>(&self, path: &Path, values: &[C::Inner]) -> PathBuf
    where
        [C::Inner]: TiffValue,
    {
        let file = std::fs::File::create(path).unwrap();
        let mut encoder =
            TiffEncoder::new(file).unwrap().with_compression(self.compression).with_predictor(self.predictor);
        let mut image = encoder.new_image::<C>(self.columns, self.rows).unwrap();
        image.rows_per_strip(3).unwrap();
        let tags = image.encoder();
        let (model, key) = if self.code == 4326 { (2, 2048) } else { (1, 3072) };
        let keys: [u16; 16] = [1, 1, 0, 3, 1024, 0, 1, model, 1025, 0, 1, 1, key, 0, 1, self.code];
        tags.write_tag(Tag::Unknown(33_550), &[self.step, self.step, 0.0][..]).unwrap();
        tags.write_tag(Tag::Unknown(33_922), &[0.0, 0.0, 0.0, self.west, self.north, 0.0][..]).unwrap();
        tags.write_tag(Tag::Unknown(34_735), &keys[..]).unwrap();
        if let Some(text) = self.no_data {
            tags.write_tag(Tag::Unknown(42_113), text).unwrap();
        }
        image.write_data(values).unwrap();
        path.to_path_buf()
    }
}
