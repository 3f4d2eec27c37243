"""Opens the results of runs with other people's software and checks that all readers agree with the CSV.

    scripts/check_outputs            (which installs the readers)
    python scripts/check_outputs.py OUT …

pyarrow, geopandas, pyogrio (GDAL), rasterio (GDAL), DuckDB and SQLite read the same numbers; projections are compared
with those of PROJ, shapes with those of the GeoJSON, pixels with the cells under them. Columns of counts are whole
numbers in every form, and the one long table of a run holds what its tables of access hold.
"""

import json
import math
import sqlite3
import sys
from pathlib import Path

import duckdb
import geopandas
import numpy
import pandas
import pyarrow.dataset
import pyarrow.parquet
import pyogrio
import pyproj
import rasterio
import shapely

NAMES = ["scenario", "profile", "period"]
TEXTS = {"id": str, "status": str} | {name: str for name in NAMES}


def same(left, right, what):
    """Fails unless the tables are equal, blank for blank and number for number."""
    pandas.testing.assert_frame_equal(
        pandas.DataFrame(left), pandas.DataFrame(right), check_dtype=False, check_exact=True, obj=what
    )


def read_csv(csv):
    header = pandas.read_csv(csv, nrows=0).columns
    blank = {column: [""] for column in header if column not in TEXTS}
    return pandas.read_csv(csv, dtype=TEXTS, keep_default_na=False, na_values=blank)


def spatial():
    """DuckDB with its extension for shapes, or nothing where it cannot be had."""
    database = duckdb.connect()
    try:
        database.execute("INSTALL spatial; LOAD spatial")
        return database
    except duckdb.Error as error:
        print(f"skipped: DuckDB's extension spatial cannot be installed ({str(error).splitlines()[0][:90]})")
        return None


def check_crs(crs, wanted, what):
    """`crs` is `wanted`, by its code and by what PROJ knows of it."""
    wanted = pyproj.CRS(wanted)
    assert crs == wanted, f"{what}: {crs} is not {wanted}"
    assert crs.to_authority() == wanted.to_authority(), what


def check_geoparquet(path, table, shapes, wanted, database):
    places = geopandas.read_parquet(path)
    check_crs(places.crs, wanted or "OGC:CRS84", path)
    same(table, places.drop(columns="geometry"), f"{path} by geopandas")
    assert places.geometry.is_valid.all(), path
    check_shapes(places, shapes, path)
    meta = json.loads(pyarrow.parquet.read_metadata(path).metadata[b"geo"])
    column = meta["columns"]["geometry"]
    assert meta["version"] == "1.1.0"
    assert numpy.allclose(column["bbox"], places.total_bounds, rtol=0, atol=0)
    boxes = pyarrow.parquet.read_table(path, columns=[column["covering"]["bbox"]["xmin"][0]]).column(0)
    boxes = pandas.DataFrame(boxes.combine_chunks().to_pylist())[["xmin", "ymin", "xmax", "ymax"]]
    known = ~places.geometry.is_empty
    assert (boxes[known].to_numpy() == places.geometry[known].bounds.to_numpy()).all(), path
    # By box: the westernmost quarter.
    west, south, east, north = places.total_bounds
    part = geopandas.read_parquet(path, bbox=(west, south, west + (east - west) / 4, north))
    assert len(part) == (places.geometry.bounds.minx <= west + (east - west) / 4).sum(), path
    columns = ", ".join(f'"{name}"' for name in table.columns)
    same(table, duckdb.sql(f"select {columns} from '{path}'").df(), f"{path} by DuckDB")
    if database:
        query = f"select ST_XMin(ST_Extent_Agg(geometry)), count(*) from '{path}'"
        least, count = database.sql(query).fetchone()
        assert count == len(table) and math.isclose(least, west, rel_tol=0, abs_tol=1e-9 * max(1, abs(west))), path


def check_shapes(places, shapes, what):
    """The shapes are those of the GeoJSON, seen in their projection: to a centimetre, which is what that is written to."""
    there = shapes.to_crs(places.crs)
    tolerance = 2e-7 if places.crs.is_geographic else 0.03
    for ours, theirs in zip(places.geometry, there.geometry, strict=True):
        if ours.is_empty and theirs.is_empty:
            continue
        assert shapely.hausdorff_distance(ours, theirs) <= tolerance, f"{what}: {ours.centroid}"


def check_gpkg(path, table, shapes, wanted, database):
    assert list(map(tuple, pyogrio.list_layers(path)))[0][0] == path.stem
    info = pyogrio.read_info(path)
    assert info["driver"] == "GPKG" and info["features"] == len(table), info
    places = geopandas.read_file(path, engine="pyogrio")
    check_crs(places.crs, wanted or "EPSG:4326", path)
    same(table, places.drop(columns="geometry"), f"{path} by pyogrio")
    assert places.geometry.is_valid.all(), path
    check_shapes(places, shapes, path)
    west, south, east, north = places.total_bounds
    part = geopandas.read_file(path, bbox=(west, south, west + (east - west) / 4, north))
    assert len(part) == (places.geometry.bounds.minx <= west + (east - west) / 4).sum(), path
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    assert db.execute("pragma integrity_check").fetchone() == ("ok",)
    assert db.execute("pragma foreign_key_check").fetchall() == []
    assert db.execute("pragma application_id").fetchone()[0] == int.from_bytes(b"GPKG", "big")
    content = db.execute("select table_name, min_x, min_y, max_x, max_y from gpkg_contents").fetchone()
    assert content[0] == path.stem and numpy.array_equal(content[1:], places.total_bounds), content
    (entries,) = db.execute(f'select count(*) from "rtree_{path.stem}_geom"').fetchone()
    assert entries == (~places.geometry.is_empty).sum(), f"{path}: {entries} entries in the R-tree"
    db.close()
    if database:
        count = database.sql(f"select count(*) from ST_Read('{path}')").fetchone()[0]
        assert count == len(table), path


def check_edit(path):
    """A row that GDAL adds gets into the R-tree, through the triggers."""
    copy = path.with_name("edited.gpkg")
    copy.write_bytes(path.read_bytes())
    places = geopandas.read_file(copy, rows=1)
    pyogrio.write_dataframe(places, copy, layer=path.stem, append=True)
    db = sqlite3.connect(copy)
    (entries,) = db.execute(f'select count(*) from "rtree_{path.stem}_geom"').fetchone()
    assert entries == db.execute(f'select count(*) from "{path.stem}"').fetchone()[0], path
    db.close()
    copy.unlink()


def check_tif(path, table):
    with rasterio.open(path) as tif:
        assert tif.crs.to_epsg() == 3006 and tif.transform.a == 250 and tif.transform.e == -250, tif.profile
        assert tif.profile["tiled"] and tif.profile["compress"] == "deflate" and math.isnan(tif.nodata)
        numbers = [name for name in table.columns if name not in TEXTS and name not in ("lon", "lat")]
        assert list(tif.descriptions) == numbers, tif.descriptions
        to = pyproj.Transformer.from_crs("EPSG:4326", tif.crs, always_xy=True)
        points = list(zip(*to.transform(table.lon, table.lat), strict=True))
        values = numpy.array(list(tif.sample(points)))
        numpy.testing.assert_array_equal(values, table[numbers].to_numpy(dtype=float))
        # Elsewhere nothing.
        filled = numpy.isfinite(tif.read(numbers.index("population") + 1)).sum()
        assert filled == table.population.notna().sum(), path


def check_types(csv, features):
    """Whole numbers are whole numbers in all forms: by Parquet's schema, SQLite's, GDAL's, JSON's and the text itself."""
    schema = pyarrow.parquet.read_schema(csv.with_suffix(".parquet"))
    whole = {field.name for field in schema if str(field.type) == "int64"}
    double = {field.name for field in schema if str(field.type) == "double"}
    assert {"lon", "lat", "link_m"} <= double and whole, schema
    db = sqlite3.connect(f"file:{csv.with_suffix('.gpkg')}?mode=ro", uri=True)
    declared = {name: kind for _, name, kind, *_ in db.execute(f"pragma table_info({csv.stem})")}
    db.close()
    fields = dict(zip(*(lambda info: (info["fields"], info["dtypes"]))(pyogrio.read_info(csv.with_suffix(".gpkg")))))
    texts = pandas.read_csv(csv, dtype=str, keep_default_na=False)
    for name in whole | double:
        wanted = ("INTEGER", "int64") if name in whole else ("REAL", "float64")
        assert (declared[name], fields[name]) == wanted, (csv, name, declared[name], fields[name])
    for name in whole:
        assert texts[name].str.fullmatch(r"-?[0-9]*").all(), f"{csv}: {name}"
        assert all(type(f["properties"][name]) in (int, type(None)) for f in features), f"{csv}: {name} in GeoJSON"


def check_tidy(folder):
    """Every value of every table of access, and no other, by pandas and by DuckDB."""
    tidy = pandas.read_csv(folder / "results.csv", dtype=TEXTS | {"measure": str})
    same(tidy, pandas.read_parquet(folder / "results.parquet"), f"{folder}/results by pyarrow")
    same(tidy, duckdb.sql(f"select * from '{folder}/results.parquet'").df(), f"{folder}/results by DuckDB")
    values = 0
    for csv in sorted(folder.rglob("access.csv")):
        table = read_csv(csv)
        if not set(NAMES) <= set(table.columns):
            continue
        of = tidy[(tidy[NAMES] == table[NAMES].iloc[0]).all(axis="columns")]
        measures = [name for name in table.columns if name not in [*TEXTS, "lon", "lat", "link_m", "population"]]
        assert len(of) == len(table) * len(measures), csv
        for nth, name in enumerate(measures):
            part = of.iloc[nth * len(table) : (nth + 1) * len(table)]
            numpy.testing.assert_array_equal(part.value.to_numpy(float), table[name].to_numpy(float), name)
            assert list(part.id) == list(table.id) and name.startswith(part.measure.iloc[0]), name
            if not math.isnan(part.cutoff.iloc[0]):
                assert f"_{int(part.cutoff.iloc[0])}min_" in name, name
        values += len(of)
    assert values == len(tidy), folder
    print(f"{folder}: {values} values of all tables of access are the same in results.csv and results.parquet")


def check_matrix(folder, ids):
    whole = pyarrow.dataset.dataset(folder).to_table().to_pandas()
    parts = sorted(folder.glob("*.parquet"))
    assert len(parts) > 1 and whole.from_id.is_monotonic_increasing
    row = whole[whole.from_id == ids[7]].reset_index(drop=True)
    found = duckdb.sql(f"select * from '{folder}/*.parquet' where from_id = '{ids[7]}'").df()
    same(row, found, f"{folder} by DuckDB")
    # Statistics leave one file, and in it a row group or two, for one origin.
    ranges = []
    for part in parts:
        meta = pyarrow.parquet.read_metadata(part)
        groups = [meta.row_group(i).column(0).statistics for i in range(meta.num_row_groups)]
        ranges += [(group.min, group.max) for group in groups]
    assert sum(low <= ids[7] <= high for low, high in ranges) <= 2, ranges
    print(f"{folder}: {len(whole)} pairs in {len(parts)} parts")


def check_surfaces(path, isochrones):
    with rasterio.open(path) as tif:
        assert tif.crs.to_epsg() == 4326 and tif.nodata == -1 and tif.dtypes[0] == "int32"
        assert tif.count == isochrones.id.nunique(), tif.descriptions
        for band, (place, of) in enumerate(isochrones.groupby("id", sort=False), start=1):
            assert tif.descriptions[band - 1].startswith(place), tif.descriptions
            seconds = tif.read(band)
            rows, columns = numpy.nonzero((seconds >= 0) & (seconds <= 60 * 15))
            xs, ys = rasterio.transform.xy(tif.transform, rows, columns)
            area = of[of.cutoff_min == 15].geometry.iloc[0]
            # What is reached within the cutoff lies within its isochrone, the drawn line itself included.
            assert shapely.intersects_xy(area.buffer(1e-7), xs, ys).all(), path
            assert len(rows) > 10, path


def check_places(csv, wanted, database):
    table = read_csv(csv)
    geojson = csv.with_suffix(".geojson")
    shapes = geopandas.read_file(geojson).set_crs("OGC:CRS84", allow_override=True)
    features = json.loads(geojson.read_text())["features"]
    same(table, pandas.DataFrame([f["properties"] for f in features], columns=table.columns), f"{csv} and GeoJSON")
    check_geoparquet(csv.with_suffix(".parquet"), table, shapes, wanted, database)
    check_gpkg(csv.with_suffix(".gpkg"), table, shapes, wanted, database)
    check_types(csv, features)
    check_edit(csv.with_suffix(".gpkg"))
    check_tif(csv.with_suffix(".tif"), table)
    print(f"{csv}: {len(table)} cells are the same in GeoParquet, GeoJSON, GeoPackage and GeoTIFF")
    return table


def check_isochrones(geojson, wanted, database):
    shapes = geopandas.read_file(geojson).set_crs("OGC:CRS84", allow_override=True)
    table = pandas.DataFrame(shapes.drop(columns="geometry"))
    check_geoparquet(geojson.with_suffix(".parquet"), table, shapes, wanted, database)
    check_gpkg(geojson.with_suffix(".gpkg"), table, shapes, wanted, database)
    check_surfaces(geojson.with_name("surfaces.tif"), shapes)
    print(f"{geojson}: {len(table)} isochrones are the same in GeoParquet and GeoPackage, and agree with the surfaces")


def main(folder, database):
    manifest = json.loads((folder / "manifest.json").read_text())
    for output in manifest["outputs"]:
        assert (folder / output["path"]).stat().st_size == output["bytes"], output["path"]
    wanted = manifest["parameters"]["outputs"]["crs"]
    for csv in sorted(folder.rglob("access.csv")):
        ids = list(check_places(csv, wanted, database).id)
        if (csv.parent / "matrix").is_dir():
            check_matrix(csv.parent / "matrix", ids)
    if (folder / "results.parquet").is_file():
        check_tidy(folder)
    for geojson in sorted(folder.rglob("isochrones.geojson")):
        check_isochrones(geojson, wanted, database)


database = spatial()
for folder in sys.argv[1:]:
    main(Path(folder), database)
