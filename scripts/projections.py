"""EPSG codes -> src/inputs/project/shifts.tsv and tests/library/projections.tsv, computed by PROJ through pyproj.

    pip install pyproj==3.7.2 && python3 scripts/projections.py DEFS.RS

DEFS.RS is src/defs.rs of the crate crs-definitions, whose codes are taken. The first table says for each code how its
datum is shifted to WGS 84 and how far that may be off; the second has points by PROJ that the tests hold the program to.

Of the shifts that EPSG has for the area of a code and that need no grid file, the one is taken that is nearest to PROJ's
own choice everywhere in the area. What is told is EPSG's accuracy, or the distance to PROJ's choice and a metre.
"""

import math
import re
import sys
import warnings

import pyproj
from pyproj import CRS, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.enums import TransformDirection
from pyproj.transformer import TransformerGroup

warnings.filterwarnings("ignore")
WGS84 = CRS.from_epsg(4326)
AS = math.pi / 180 / 3600
# EPSG has no shift for these. CGCS2000 is ITRF97 at epoch 2000, NAD83(CORS96) a realisation of NAD83, the sphere of Web
# Mercator's forerunner has WGS 84's degrees: taken as WGS 84, off by so much.
TAKEN_AS_WGS84 = {4490: 2.0, 6783: 4.0, 4055: 1.0}


def prime(crs):
    """The prime meridian, degrees east of Greenwich."""
    meridian = crs.prime_meridian
    return meridian.longitude * (0.9 if meridian.unit_name == "grad" else 1.0)


# Prime meridians that PROJ has names for.
PRIME = {name: prime(CRS.from_proj4(f"+proj=longlat +ellps=WGS84 +pm={name} +no_defs"))
         for name in "lisbon paris bogota madrid rome bern jakarta ferro brussels stockholm athens oslo".split()}
# What is said to be off by more is no shift at all.
MOST_M = 100.0


def product(a, b):
    return [[sum(a[i][k] * b[k][j] for k in range(3)) for j in range(3)] for i in range(3)]


def times(a, v):
    return [sum(a[i][k] * v[k] for k in range(3)) for i in range(3)]


def helmert(step, inverse):
    """(matrix with scale, translation) of one step, position vector: x' = M x + t."""
    p = dict(part.split("=") for part in step.split() if "=" in part)
    n = lambda key: float(p.get(key, 0))
    sign = -1 if p.get("convention") == "coordinate_frame" else 1
    rx, ry, rz = (sign * n(key) * AS for key in ("rx", "ry", "rz"))
    m = [[1, -rz, ry], [rz, 1, -rx], [-ry, rx, 1]]
    m = [[v * (1 + n("s") * 1e-6) for v in row] for row in m]
    t = [n("x"), n("y"), n("z")]
    if p["proj"] == "molobadekas":
        about = [n("px"), n("py"), n("pz")]
        t = [t[i] + about[i] - v for i, v in enumerate(times(m, about))]
    if inverse:
        det = (
            m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
            - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
            + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
        )
        c = lambda i, j: m[(i + 1) % 3][(j + 1) % 3] * m[(i + 2) % 3][(j + 2) % 3] - m[(i + 1) % 3][(j + 2) % 3] * m[(i + 2) % 3][(j + 1) % 3]
        m = [[c(j, i) / det for j in range(3)] for i in range(3)]
        t = [-v for v in times(m, t)]
    return m, t


def shift(definition, meridian):
    """The seven parameters of a pipeline of PROJ, as +towgs84 has them; None: it is of another kind, or turns the globe
    by something else than the prime meridian of its datum."""
    if definition.startswith("proj=noop"):
        return ()
    m, t = [[1, 0, 0], [0, 1, 0], [0, 0, 1]], [0, 0, 0]
    carts, turned = 0, 0.0
    for step in definition.split(" step ")[1:]:
        kind = re.search(r"proj=(\w+)", step).group(1)
        if kind in ("helmert", "molobadekas"):
            if re.search(r"\bd(x|y|z|rx|ry|rz|s)=|t_epoch", step):
                return None
            n, u = helmert(step, step.startswith("inv "))
            m, t = product(n, m), [a + b for a, b in zip(times(n, t), u)]
        elif kind == "cart":
            carts += 1
        elif kind == "longlat":
            pm = re.search(r"\bpm=(\S+)", step)
            pm = PRIME.get(pm.group(1), pm.group(1)) if pm else 0.0
            turned += float(pm) * (1 if step.startswith("inv ") else -1)
        elif kind not in ("unitconvert", "push", "pop"):
            return None
    if carts != 2 or abs(turned - meridian) > 1e-6:
        return None
    s = (m[0][0] + m[1][1] + m[2][2]) / 3
    r = ((m[2][1] - m[1][2]) / 2 / s / AS, (m[0][2] - m[2][0]) / 2 / s / AS, (m[1][0] - m[0][1]) / 2 / s / AS)
    return tuple(round(v, 6) + 0.0 for v in (*t, *r, (s - 1) * 1e6))


def metres(a, b):
    """Between two points in degrees, roughly."""
    east = ((a[0] - b[0] + 540) % 360 - 180) * math.cos(math.radians(a[1]))
    return math.hypot(east, a[1] - b[1]) * 111_320


def places(area, fractions):
    south, north = max(area.south, -85.0), min(area.north, 85.0)
    width = (area.east - area.west) % 360 or 360.0
    for fx, fy in fractions:
        lon = (area.west + fx * width + 180) % 360 - 180
        yield round(lon, 3), round(south + fy * (north - south), 3)


MESH = [(x / 8, y / 8) for x in (0, 2, 4, 6, 8) for y in (0, 2, 4, 6, 8)]
KEPT = [(0.03, 0.9), (0.5, 0.45), (0.97, 0.1)]
made = {}


def default(a, b, ballpark):
    """The way that PROJ takes by itself; None: there is none."""
    try:
        return Transformer.from_crs(a, b, always_xy=True, allow_ballpark=ballpark)
    except pyproj.exceptions.ProjError:
        return None


def choice(base, area):
    """(parameters, metres told, transformer of PROJ) or the reason why there is none."""
    key = (base.to_wkt(), area.bounds)
    if key not in made:
        made[key] = chosen(base, area)
    return made[key]


def chosen(base, area):
    if base.to_epsg() in TAKEN_AS_WGS84:
        told = TAKEN_AS_WGS84[base.to_epsg()]
        return (), told, None
    box = AreaOfInterest(*area.bounds)
    group = TransformerGroup(base, WGS84, always_xy=True, area_of_interest=box, allow_ballpark=False)
    own = default(base, WGS84, False)
    meridian, best = prime(base), None
    for transformer in group.transformers:
        parameters, accuracy = shift(transformer.definition, meridian), transformer.accuracy
        if parameters is None or not 0 <= accuracy <= MOST_M:
            continue
        off = 0.0
        for place in places(area, MESH + KEPT):
            ours = transformer.transform(*place)
            by_proj = own.transform(*place) if own else ours
            if math.isfinite(by_proj[0]) and math.isfinite(ours[0]):
                off = max(off, metres(by_proj, ours))
        told = max(accuracy, math.ceil(off + 1)) if off > 0.05 else accuracy
        if told <= MOST_M and (best is None or told < best[1]):
            best = (parameters, told, transformer)
    return best or ("grid" if group.unavailable_operations else "none")


def ranges(codes):
    runs = []
    for code in sorted(codes):
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return " ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in runs)


def number(value, digits):
    text = f"{value:.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-0", "0") if float(text) == 0 else (
        text.rstrip("0").rstrip(".") if "." in text else text)


def main():
    text = open(sys.argv[1]).read()
    codes = [int(code) for code in re.findall(r"^EPSG_(\d+)\|", text, re.M)]
    fractions = MESH if "--mesh" in sys.argv else KEPT
    shifts, points, names = {}, [], {}
    for code in codes:
        crs = CRS.from_epsg(code)
        if crs.type_name not in ("Projected CRS", "Geographic 2D CRS"):
            # Read off by the program from the definition itself.
            continue
        base = crs if crs.is_geographic else crs.geodetic_crs
        found = choice(base, crs.area_of_use)
        if isinstance(found, str):
            shifts.setdefault((None, found), []).append(code)
            names[code] = base.name
            continue
        parameters, told, transformer = found
        project = None if crs.is_geographic else default(base, crs, True)
        if project is None and not crs.is_geographic:
            # A method that PROJ itself does not compute.
            print("not by PROJ:", code, crs.name)
            shifts.setdefault((None, "none"), []).append(code)
            continue
        by_proj = default(WGS84, crs, base.to_epsg() in TAKEN_AS_WGS84)
        digits = 8 if crs.is_geographic else 2
        unit = 111_320 if crs.is_geographic else crs.axis_info[0].unit_conversion_factor
        row = []
        for lon, lat in places(crs.area_of_use, fractions):
            there = (lon, lat)
            if transformer is not None and "noop" not in transformer.definition:
                there = transformer.transform(lon, lat, direction=TransformDirection.INVERSE)
            there = project.transform(*there) if project else there
            own = by_proj.transform(lon, lat) if by_proj else there
            if not all(map(math.isfinite, there)):
                continue
            item = [number(lon, 3), number(lat, 3), number(there[0], digits), number(there[1], digits)]
            apart = math.hypot(there[0] - own[0], there[1] - own[1])
            if math.isfinite(apart) and apart > (1e-7 if crs.is_geographic else 0.02):
                item += [number(own[0], digits), number(own[1], digits)]
                # Which shift PROJ takes may hang on the projection, too.
                told = max(told, math.ceil(apart * unit + 1)) if apart * unit > told else told
            row.append(",".join(item))
        shifts.setdefault((parameters, told), []).append(code)
        points.append(f"{code}\t" + "\t".join(row))
    versions = f"pyproj {pyproj.__version__}, PROJ {pyproj.proj_version_str}, EPSG {pyproj.database.get_database_metadata('EPSG.VERSION')}"
    with open("src/inputs/project/shifts.tsv", "w") as out:
        out.write(f"# Made by scripts/projections.py ({versions}). How a datum is shifted to WGS 84: metres that it may be off;\n")
        out.write("# x y z (m), rotations (arc seconds, position vector), scale (parts per million), nothing if it is taken as\n")
        out.write("# WGS 84; EPSG codes. Instead of metres: \"grid\", there is a shift with a grid file only; \"none\", there is none.\n")
        for (parameters, told), of in sorted(shifts.items(), key=lambda pair: min(pair[1])):
            if parameters is None:
                out.write(f"{told}\t\t{ranges(of)}\n")
            else:
                seven = " ".join(number(v, 6) for v in parameters)
                out.write(f"{number(told, 2)}\t{seven}\t{ranges(of)}\n")
    name = "/tmp/pj/mesh.tsv" if "--mesh" in sys.argv else "tests/library/projections.tsv"
    with open(name, "w") as out:
        out.write(f"# Made by scripts/projections.py ({versions}). EPSG code, then points: lon, lat (WGS 84), x (east), y (north) by PROJ\n")
        out.write("# with the shift of src/inputs/project/shifts.tsv; then x, y by PROJ's own choice, where that is another.\n")
        out.write("\n".join(points) + "\n")
    print(len(points), "codes;", {k[1]: len(v) for k, v in shifts.items() if k[0] is None})


main()
