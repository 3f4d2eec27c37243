//! Results as Parquet, with shapes as GeoParquet 1.1: the geometry as WKB in the column `geometry`, its box in `bbox`.

use std::io;
use std::sync::Arc;

use arrow_array::types::UInt32Type;
use arrow_array::{
    ArrayRef, BinaryArray, DictionaryArray, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray,
    UInt32Array,
};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::KeyValue;
use serde_json::json;

use super::super::columnar::{self, BATCH, Geometry};
use super::super::isochrones::{self, IsochroneFile};
use super::super::matrix::{MatrixSpec, PairsFile, WALK, time_columns};
use super::super::projection::Projection;
use super::super::shapes::{self, Bounds, Shape};
use super::super::staging::{Staged, Written, failed, write_atomically};
use super::super::tables::{Combination, ResultTable};
use super::super::tidy::{COLUMNS, Series};
use super::holds::{FormatWriters, NOTHING, Placing};
use crate::base::error::Result;
use crate::measures::isochrone::Polygon;

pub(super) static WRITERS: FormatWriters = FormatWriters {
    places: Some(|path, table, placing| write_atomically(path, |out| places(table, placing, out))),
    rows: Some(|table, out| columnar::write(table, None, out)),
    series: Some(series),
    isochrones: Some(|path, like, projection| {
        let file = Isochrones::new(Staged::create(path)?, like, projection);
        Ok(Box::new(file.map_err(|error| failed(path, &error))?))
    }),
    pairs: Some(|out, spec| Ok(Box::new(Pairs::new(out, spec)?))),
    drawn: true,
    ..NOTHING
};

fn places(table: &ResultTable, placing: &Placing<'_>, out: &mut Staged) -> io::Result<()> {
    let projection = placing.projection;
    let shapes = shapes::projected(shapes::shapes(placing.places), projection).map_err(io::Error::other)?;
    let placed = shapes::placed(&shapes)?;
    let any = |is: fn(&Shape) -> bool| shapes.iter().any(is);
    let types = [
        ("Point", any(|shape| matches!(shape, Shape::Point(_)))),
        ("Polygon", any(|shape| matches!(shape, Shape::Polygon(_)))),
        ("MultiPolygon", any(|shape| matches!(shape, Shape::Parts(_)))),
    ];
    let types = types.into_iter().filter(|of| of.1).map(|of| of.0);
    let around = shapes::around(placed.iter().map(|shape| shape.bounds));
    let box_column = shapes::free_name(table, "bbox");
    let metadata = geo_metadata(&types.collect::<Vec<_>>(), around, &box_column, projection);
    columnar::write(table, Some(&Geometry { placed: &placed, box_column, metadata }), out)
}

/// The value of key `geo` in GeoParquet 1.1; without `crs` it is longitude and latitude (OGC:CRS84).
fn geo_metadata(
    types: &[&str],
    around: Option<Bounds>,
    box_column: &str,
    projection: Option<&Projection>,
) -> String {
    let mut column = json!({ "encoding": "WKB", "geometry_types": types });
    if let Some(projection) = projection {
        column["crs"] = projection.projjson().clone();
    }
    if types.iter().any(|of| of.ends_with("Polygon")) {
        column["orientation"] = json!("counterclockwise");
    }
    if let Some(around) = around {
        column["bbox"] = json!(around);
    }
    let side = |name: &str| json!([box_column, name]);
    column["covering"] = json!({ "bbox": {
        "xmin": side("xmin"), "ymin": side("ymin"), "xmax": side("xmax"), "ymax": side("ymax"),
    } });
    json!({ "version": "1.1.0", "primary_column": "geometry", "columns": { "geometry": column } }).to_string()
}

/// As Parquet: texts, `cutoff` a whole number, `percentile` and `value` doubles.
fn series(all: &[Series<'_>], out: &mut Staged) -> io::Result<()> {
    let text = DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8));
    let mut fields: Vec<Field> =
        COLUMNS[..5].iter().map(|name| Field::new(*name, text.clone(), false)).collect();
    fields.push(Field::new(COLUMNS[5], DataType::Int64, true));
    fields.extend(COLUMNS[6..].iter().map(|name| Field::new(*name, DataType::Float64, true)));
    let schema = Arc::new(Schema::new(fields));
    let mut writer = columnar::writer(out, &schema, None)?;
    for series in all {
        let ids = Arc::new(StringArray::from_iter_values(series.ids));
        for from in (0..series.values.len()).step_by(BATCH) {
            let rows = from..(from + BATCH).min(series.values.len());
            let n = rows.len();
            let words = |words: &str| -> io::Result<ArrayRef> {
                dictionary(vec![0; n], &Arc::new(StringArray::from_iter_values([words])))
            };
            let Combination { scenario, profile, period } = series.of;
            let keys = rows.clone().map(|row| row as u32).collect();
            let known = |value: &Option<f64>| value.filter(|value| !value.is_nan()).map(|value| value + 0.0);
            let arrays: Vec<ArrayRef> = vec![
                words(scenario)?,
                words(profile)?,
                words(period)?,
                dictionary(keys, &ids)?,
                words(&series.measure)?,
                Arc::new(Int64Array::from(vec![series.cutoff.map(i64::from); n])),
                Arc::new(Float64Array::from(vec![series.percentile; n])),
                Arc::new(series.values[rows].iter().map(known).collect::<Float64Array>()),
            ];
            let batch = RecordBatch::try_new(schema.clone(), arrays).map_err(io::Error::other)?;
            writer.write(&batch).map_err(columnar::io_error)?;
        }
    }
    writer.close().map_err(columnar::io_error)?;
    Ok(())
}

fn dictionary(keys: Vec<u32>, values: &Arc<StringArray>) -> io::Result<ArrayRef> {
    let keys = UInt32Array::from(keys);
    let array = DictionaryArray::<UInt32Type>::try_new(keys, values.clone()).map_err(io::Error::other)?;
    Ok(Arc::new(array))
}

/// Multipolygons on their way.
struct Isochrones<'p> {
    writer: ArrowWriter<Staged>,
    schema: Arc<Schema>,
    projection: Option<&'p Projection>,
    box_column: String,
    around: Option<Bounds>,
}

impl<'p> Isochrones<'p> {
    fn new(
        out: Staged,
        like: &ResultTable,
        projection: Option<&'p Projection>,
    ) -> io::Result<Isochrones<'p>> {
        let mut fields: Vec<Field> =
            like.columns().iter().map(|(name, data)| columnar::field(name, data)).collect();
        let box_column = shapes::free_name(like, "bbox");
        fields.extend(columnar::geometry_fields(&box_column));
        let schema = Arc::new(Schema::new(fields));
        let writer = columnar::writer(out, &schema, None)?;
        Ok(Isochrones { writer, schema, projection, box_column, around: None })
    }

    fn write(&mut self, table: &ResultTable, shapes: &[&[Polygon]]) -> io::Result<()> {
        let placed = isochrones::placed(shapes, self.projection)?;
        let known = placed.iter().map(|shape| shape.bounds).filter(|of| of[0] <= of[2]);
        self.around = shapes::around(self.around.into_iter().chain(known));
        let mut arrays: Vec<ArrayRef> =
            table.columns().iter().map(|(_, data)| columnar::array(data, 0..table.rows())).collect();
        arrays.push(Arc::new(BinaryArray::from_iter_values(placed.iter().map(|shape| &shape.wkb))));
        arrays.push(columnar::box_array(&placed));
        let batch = RecordBatch::try_new(self.schema.clone(), arrays).map_err(io::Error::other)?;
        self.writer.write(&batch).map_err(columnar::io_error)?;
        self.writer.flush().map_err(columnar::io_error)
    }

    fn end(mut self) -> io::Result<Staged> {
        let metadata = geo_metadata(&["MultiPolygon"], self.around, &self.box_column, self.projection);
        self.writer.append_key_value_metadata(KeyValue::new("geo".to_string(), metadata));
        self.writer.into_inner().map_err(columnar::io_error)
    }
}

impl IsochroneFile for Isochrones<'_> {
    fn push(&mut self, table: &ResultTable, shapes: &[&[Polygon]]) -> Result<()> {
        self.write(table, shapes).map_err(|error| failed(self.writer.inner().path(), &error))
    }

    fn finish(self: Box<Self>) -> Result<Written> {
        let path = self.writer.inner().path().to_path_buf();
        self.end().map_err(|error| failed(&path, &error))?.finish()
    }
}

/// Rows gather in `from`, `to`, `times` until a batch is full: ids as indices into a dictionary.
struct Pairs {
    writer: ArrowWriter<Staged>,
    schema: Arc<Schema>,
    from_ids: Arc<StringArray>,
    to_ids: Arc<StringArray>,
    from: Vec<u32>,
    to: Vec<u32>,
    times: Vec<Vec<Option<i32>>>,
}

impl Pairs {
    fn new(out: Staged, spec: &MatrixSpec) -> io::Result<Self> {
        let id = DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8));
        let mut fields = vec![Field::new("from_id", id.clone(), false), Field::new("to_id", id, false)];
        // One schema, whoever writes and whichever pairs are kept.
        let times = time_columns(spec.percentiles).into_iter().chain([WALK.to_string()]);
        fields.extend(times.map(|name| Field::new(name, DataType::Int32, true)));
        let times = fields.len() - 2;
        let schema = Arc::new(Schema::new(fields));
        Ok(Pairs {
            writer: columnar::writer(out, &schema, None)?,
            schema,
            from_ids: Arc::new(StringArray::from_iter_values(spec.from_ids)),
            to_ids: Arc::new(StringArray::from_iter_values(spec.to_ids)),
            from: Vec::with_capacity(BATCH),
            to: Vec::with_capacity(BATCH),
            times: vec![Vec::with_capacity(BATCH); times],
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.from.is_empty() {
            return Ok(());
        }
        let ids = |keys: &mut Vec<u32>, values: &Arc<StringArray>| -> io::Result<ArrayRef> {
            let keys = UInt32Array::from(std::mem::take(keys));
            let array =
                DictionaryArray::<UInt32Type>::try_new(keys, values.clone()).map_err(io::Error::other)?;
            Ok(Arc::new(array))
        };
        let mut arrays = vec![ids(&mut self.from, &self.from_ids)?, ids(&mut self.to, &self.to_ids)?];
        for column in &mut self.times {
            arrays.push(Arc::new(Int32Array::from(std::mem::take(column))));
        }
        let batch = RecordBatch::try_new(self.schema.clone(), arrays).map_err(io::Error::other)?;
        self.writer.write(&batch).map_err(columnar::io_error)
    }
}

impl PairsFile for Pairs {
    fn push(&mut self, from: usize, to: usize, times: &[Option<u32>]) -> io::Result<()> {
        self.from.push(from as u32);
        self.to.push(to as u32);
        for (column, time) in self.times.iter_mut().zip(times) {
            column.push(time.map(|seconds| i32::try_from(seconds).unwrap_or(i32::MAX)));
        }
        if self.from.len() == BATCH { self.flush() } else { Ok(()) }
    }

    fn end_group(&mut self) -> io::Result<()> {
        self.flush()?;
        self.writer.flush().map_err(columnar::io_error)
    }

    fn finish(mut self: Box<Self>) -> io::Result<Staged> {
        self.flush()?;
        self.writer.into_inner().map_err(columnar::io_error)
    }
}
