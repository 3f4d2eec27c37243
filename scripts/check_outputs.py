"""Opens the results of a run with other people's software and checks that they agree.

    pip install pandas pyarrow geopandas
    python scripts/check_outputs.py fixtures/skargard/out

Nothing in the build, the tests or the demo needs this.
"""

import json
import sys
from pathlib import Path

import geopandas
import pandas


def same(left, right, what):
    """Fails unless the tables are equal, blank for blank and number for number."""
    pandas.testing.assert_frame_equal(
        pandas.DataFrame(left), pandas.DataFrame(right), check_dtype=False, check_exact=True, obj=what
    )


def check_access(csv):
    ids = {"id": str, "status": str}
    table = pandas.read_csv(csv, dtype=ids, keep_default_na=False, na_values={c: [""] for c in header(csv) if c not in ids})
    parquet, geojson = csv.with_suffix(".parquet"), csv.with_suffix(".geojson")
    if parquet.exists():
        places = geopandas.read_parquet(parquet)
        assert places.crs == "OGC:CRS84", places.crs
        assert places.geometry.is_valid.all()
        same(table, places.drop(columns="geometry"), f"{csv} and Parquet")
        if geojson.exists():
            shapes = geopandas.read_file(geojson).set_crs("OGC:CRS84", allow_override=True)
            assert shapes.geom_equals_exact(places.geometry, 1e-7).all()
    if geojson.exists():
        features = json.loads(geojson.read_text())["features"]
        same(table, pandas.DataFrame([f["properties"] for f in features]), f"{csv} and GeoJSON")
    print(f"{csv}: {len(table)} cells agree")


def header(csv):
    return pandas.read_csv(csv, nrows=0).columns


def main(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    for output in manifest["outputs"]:
        assert (folder / output["path"]).stat().st_size == output["bytes"], output["path"]
    print(f"{len(manifest['outputs'])} files have the size that the manifest gives")
    for csv in sorted(folder.rglob("access.csv")):
        check_access(csv)
    for parquet in sorted(folder.rglob("matrix.parquet")):
        print(f"{parquet}: {len(pandas.read_parquet(parquet))} pairs")


main(Path(sys.argv[1]))
