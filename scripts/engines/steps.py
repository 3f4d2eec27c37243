"""Why another engine's times differ: the plain reading of a mode changed step by step into what that engine does.

After each step the times of the changed reading are held to the engine's: where they meet, the rules named are the whole
of the difference. What the engines do is told from their sources: cafein 0.29 (`_osm.py`), Valhalla 3.9 (`lua/graph.lua`).
"""

from dataclasses import replace

from copies import EVEN_KMH
from rules import PUSH, barrier_closes

PATHS = {"path", "footway", "pedestrian", "cycleway", "steps"}


def closed(where):
    """Nobody of the mode passes ways with such tags."""
    def step(reading):
        own = reading.way
        return replace(reading, way=lambda tags: (None, None) if where(tags) else own(tags))
    return step


def retagged(edit):
    """Ways are read as if they had other tags."""
    def step(reading):
        own = reading.way
        return replace(reading, way=lambda tags: own(edit(tags)))
    return step


def uses(change):
    """What ways allow is changed, along and against: (kind, through) -> the same or None; the tags come first."""
    def step(reading):
        own = reading.way
        return replace(reading, way=lambda tags: tuple(use and change(tags, *use) for use in own(tags)))
    return step


def with_(**fields):
    return lambda reading: replace(reading, **fields)


def without(tags, keys, values):
    return {key: value for key, value in tags.items() if not (key in keys and value in values)}


def is_area(tags):
    return tags.get("area") in ("yes", "true", "1")


def one_way_on_foot(tags):
    binds = tags.get("highway") in PATHS and "oneway" in tags and "oneway:foot" not in tags
    return tags | {"oneway:foot": tags["oneway"]} if binds else tags


def driven_track(tags):
    is_driven = tags.get("highway") == "track" and tags.get("tracktype") in ("grade1", "grade2")
    return tags | {"highway": "unclassified", "maxspeed": str(EVEN_KMH)} if is_driven else tags


def is_trunk(tags):
    return tags.get("highway", "").startswith("trunk")


PRIVATE = {"private", "delivery", "permit", "residents", "employees"}


def no_private(*keys):
    """Ways are closed whose most specific of these tags, the last, says that they are for some only."""
    def is_private(tags):
        return next((tags[key] in PRIVATE for key in reversed(keys) if key in tags), False)
    return "private ways are closed", closed(is_private)


NO_CYCLEWAYS = (
    "nobody walks on `highway=cycleway` without `foot`",
    closed(lambda tags: tags.get("highway") == "cycleway" and "foot" not in tags),
)
SPHERE = ("lengths are measured on a sphere", with_(sphere=True))
NO_TRAILS = ("`highway=trail` is none", closed(lambda tags: tags.get("highway") == "trail"))
ONE_FOR_BOTH = ("`access:backward` and the like are not read", retagged(
    lambda tags: {key: value for key, value in tags.items() if not key.endswith((":forward", ":backward"))}
))
OPEN_BARRIERS = ("nobody is stopped by a barrier", with_(closes=lambda tags, mode: False))
OPEN_GATES = ("gates that are private are open", with_(
    closes=lambda tags, mode: barrier_closes(without(tags, ("access", "motor_vehicle"), {"private"}), mode)
))
TRACKS = ("tracks of grades 1 and 2 are driven", retagged(driven_track))
NO_AREAS = ("nobody passes along the outline of an area", closed(is_area))
NO_PUSHING = ("nobody pushes a bicycle, but where `bicycle=dismount`", uses(
    lambda tags, kind, through: None if kind == PUSH and tags.get("bicycle") != "dismount" else (kind, through)
))
PASSED = ("one passes through what is only to begin or to end on", uses(lambda tags, kind, through: (kind, True)))


STEPS = {
    ("valhalla", "walk"): [
        NO_CYCLEWAYS,
        (
            "private ways are walked on",
            retagged(lambda tags: without(tags, ("access", "foot", "service"), {"private"})),
        ),
        OPEN_BARRIERS,
        ("one-way paths bind walkers, too", retagged(one_way_on_foot)),
        ("nobody walks along the outline of an area that is a road", closed(
            lambda tags: is_area(tags) and tags.get("highway") not in PATHS
        )),
        NO_TRAILS,
    ],
    ("cafein", "walk"): [
        SPHERE,
        NO_CYCLEWAYS,
        ("nobody walks on trunk roads without `foot`", closed(lambda tags: is_trunk(tags) and "foot" not in tags)),
        ("platforms and outlines of areas are left out", closed(lambda tags: is_area(tags) or "highway" not in tags)),
        OPEN_BARRIERS,
        NO_TRAILS,
    ],
    ("cafein", "bicycle"): [
        SPHERE,
        ("neither class nor surface nor smoothness slows anybody", with_(part=lambda tags: 1)),
        NO_PUSHING,
        ("nobody rides on trunk roads without `bicycle`", closed(lambda tags: is_trunk(tags) and "bicycle" not in tags)),
        no_private("access", "vehicle", "bicycle"),
        PASSED,
        NO_AREAS,
        OPEN_BARRIERS,
    ],
    ("cafein", "car"): [
        SPHERE,
        ("turn restrictions do not count, and one turns back anywhere", with_(turns=False)),
        no_private("access", "vehicle", "motor_vehicle", "motorcar"),
        PASSED,
        OPEN_BARRIERS,
        NO_AREAS,
        ONE_FOR_BOTH,
    ],
    # By length, for its turns and its preferences hide all else.
    ("valhalla", "length"): [ONE_FOR_BOTH, NO_AREAS, TRACKS, OPEN_GATES],
}
