//! Results as Parquet, with shapes as GeoParquet 1.1: the geometry as WKB in the column `geometry`, its box in `bbox`.

use std::io;
use std::ops::Range;

use parquet::basic::Type as Physical;
use parquet::data_type::{ByteArray, DoubleType, Int32Type, Int64Type};
use serde_json::json;

use super::super::columnar::{self, ColumnarWriter, Geometry, ROW_GROUP};
use super::super::isochrones::{self, IsochroneFile};
use super::super::matrix::{MatrixSpec, PairsFile, WALK, time_columns};
use super::super::projection::Projection;
use super::super::shapes::{self, Bounds, PlaceShape};
use super::super::staging::{Staged, WrittenFile, failed, write_atomically};
use super::super::tables::ResultTable;
use super::super::tidy::{COLUMNS, Series};
use super::holds::{FormatWriters, NOTHING, Placing};
use crate::base::error::Result;
use crate::measures::isochrone::Polygon;

pub(super) static WRITERS: FormatWriters = FormatWriters {
    places: Some(|path, table, placing| write_atomically(path, |out| places(table, placing, out))),
    rows: Some(|table, out| columnar::write(table, None, out)),
    series: Some(series),
    isochrones: Some(|path, like, projection| {
        let file = ParquetIsochrones::new(Staged::create(path)?, like, projection);
        Ok(Box::new(file.map_err(|error| failed(path, &error))?))
    }),
    pairs: Some(|out, spec| Ok(Box::new(ParquetPairs::new(out, spec)?))),
    drawn: true,
    ..NOTHING
};

fn places(table: &ResultTable, placing: &Placing<'_>, out: &mut Staged) -> io::Result<()> {
    let projection = placing.projection;
    let shapes = shapes::projected(shapes::shapes(placing.places), projection).map_err(io::Error::other)?;
    let placed = shapes::placed(&shapes)?;
    let any = |is: fn(&PlaceShape) -> bool| shapes.iter().any(is);
    let types = [
        ("Point", any(|shape| matches!(shape, PlaceShape::Point(_)))),
        ("Polygon", any(|shape| matches!(shape, PlaceShape::Polygon(_)))),
        ("MultiPolygon", any(|shape| matches!(shape, PlaceShape::Parts(_)))),
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
    let mut fields = COLUMNS[..5].iter().map(|name| columnar::text(name)).collect::<io::Result<Vec<_>>>()?;
    fields.push(columnar::blankable(COLUMNS[5], Physical::INT64)?);
    for name in &COLUMNS[6..] {
        fields.push(columnar::blankable(name, Physical::DOUBLE)?);
    }
    let mut writer = ColumnarWriter::new(out, fields, None)?;
    for spans in spans(all) {
        let rows = || spans.iter().flat_map(|(series, rows)| rows.clone().map(|row| (*series, row)));
        let texts = |of: for<'s> fn(&'s Series<'_>) -> &'s str| {
            let words = move |(series, rows): &(&Series<'_>, Range<usize>)| {
                std::iter::repeat_n(ByteArray::from(of(series)), rows.len())
            };
            spans.iter().flat_map(words)
        };
        writer.group(|group| {
            group.texts(texts(|series| &series.of.scenario))?;
            group.texts(texts(|series| &series.of.profile))?;
            group.texts(texts(|series| &series.of.period))?;
            group.texts(rows().map(|(series, row)| ByteArray::from(series.ids[row].as_str())))?;
            group.texts(texts(|series| &series.measure))?;
            group.optional::<Int64Type>(rows().map(|(series, _)| series.cutoff.map(i64::from)))?;
            group.optional::<DoubleType>(rows().map(|(series, _)| series.percentile))?;
            group.optional::<DoubleType>(rows().map(|(series, row)| columnar::known(series.values[row])))
        })?;
    }
    writer.finish()?;
    Ok(())
}

/// The rows of all series one after the other, in row groups: a row group's are stretches of series.
fn spans<'a>(all: &'a [Series<'a>]) -> Vec<Vec<(&'a Series<'a>, Range<usize>)>> {
    let (mut groups, mut room) = (Vec::new(), 0);
    for series in all {
        let mut from = 0;
        while from < series.values.len() {
            if room == 0 {
                groups.push(Vec::new());
                room = ROW_GROUP;
            }
            let to = (from + room).min(series.values.len());
            groups.last_mut().expect("pushed above").push((series, from..to));
            (from, room) = (to, room - (to - from));
        }
    }
    groups
}

/// Multipolygons on their way.
struct ParquetIsochrones<'p> {
    writer: ColumnarWriter<Staged>,
    projection: Option<&'p Projection>,
    box_column: String,
    around: Option<Bounds>,
}

impl<'p> ParquetIsochrones<'p> {
    fn new(
        out: Staged,
        like: &ResultTable,
        projection: Option<&'p Projection>,
    ) -> io::Result<ParquetIsochrones<'p>> {
        let box_column = shapes::free_name(like, "bbox");
        let fields = columnar::fields(like, Some(&box_column))?;
        let writer = ColumnarWriter::new(out, fields, None)?;
        Ok(ParquetIsochrones { writer, projection, box_column, around: None })
    }

    fn write(&mut self, table: &ResultTable, shapes: &[&[Polygon]]) -> io::Result<()> {
        if table.rows() == 0 {
            return Ok(());
        }
        let placed = isochrones::placed(shapes, self.projection)?;
        let known = placed.iter().map(|shape| shape.bounds).filter(|of| of[0] <= of[2]);
        self.around = shapes::around(self.around.into_iter().chain(known));
        self.writer.group(|group| group.rows(table, 0..table.rows(), Some(&placed)))
    }

    fn end(mut self) -> io::Result<Staged> {
        let metadata = geo_metadata(&["MultiPolygon"], self.around, &self.box_column, self.projection);
        self.writer.explain("geo", metadata);
        self.writer.finish()
    }
}

impl IsochroneFile for ParquetIsochrones<'_> {
    fn push(&mut self, table: &ResultTable, shapes: &[&[Polygon]]) -> Result<()> {
        self.write(table, shapes).map_err(|error| failed(self.writer.inner().path(), &error))
    }

    fn finish(self: Box<Self>) -> Result<WrittenFile> {
        let path = self.writer.inner().path().to_path_buf();
        self.end().map_err(|error| failed(&path, &error))?.finish()
    }
}

/// Rows gather in `from`, `to`, `times` until a row group is full: ids as indices.
struct ParquetPairs {
    writer: ColumnarWriter<Staged>,
    from_ids: Vec<ByteArray>,
    to_ids: Vec<ByteArray>,
    from: Vec<u32>,
    to: Vec<u32>,
    times: Vec<Vec<Option<i32>>>,
}

impl ParquetPairs {
    fn new(out: Staged, spec: &MatrixSpec) -> io::Result<Self> {
        let mut fields = vec![columnar::text("from_id")?, columnar::text("to_id")?];
        // One schema, whoever writes and whichever pairs are kept.
        for name in time_columns(spec.percentiles).iter().map(String::as_str).chain([WALK]) {
            fields.push(columnar::blankable(name, Physical::INT32)?);
        }
        let times = fields.len() - 2;
        let ids = |ids: &[String]| ids.iter().map(|id| ByteArray::from(id.as_str())).collect();
        Ok(ParquetPairs {
            writer: ColumnarWriter::new(out, fields, None)?,
            from_ids: ids(spec.from_ids),
            to_ids: ids(spec.to_ids),
            from: Vec::new(),
            to: Vec::new(),
            times: vec![Vec::new(); times],
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.from.is_empty() {
            return Ok(());
        }
        self.writer.group(|group| {
            group.texts(self.from.iter().map(|&from| self.from_ids[from as usize].clone()))?;
            group.texts(self.to.iter().map(|&to| self.to_ids[to as usize].clone()))?;
            self.times.iter().try_for_each(|times| group.optional::<Int32Type>(times.iter().copied()))
        })?;
        self.from.clear();
        self.to.clear();
        self.times.iter_mut().for_each(Vec::clear);
        Ok(())
    }
}

impl PairsFile for ParquetPairs {
    fn push(&mut self, from: usize, to: usize, times: &[Option<u32>]) -> io::Result<()> {
        self.from.push(from as u32);
        self.to.push(to as u32);
        for (column, time) in self.times.iter_mut().zip(times) {
            column.push(time.map(|seconds| i32::try_from(seconds).unwrap_or(i32::MAX)));
        }
        if self.from.len() == ROW_GROUP { self.flush() } else { Ok(()) }
    }

    fn end_group(&mut self) -> io::Result<()> {
        self.flush()
    }

    fn finish(mut self: Box<Self>) -> io::Result<Staged> {
        self.flush()?;
        self.writer.finish()
    }
}
