"""Streets by plain rules: cut at junctions, with seconds along and against, and places on them."""

import math
from collections import defaultdict
from dataclasses import dataclass

import rules
import shapely
from extract import SPHERE, WGS84, length_m


@dataclass(frozen=True)
class Reading:
    """How an extract is read for a mode: what ways allow, and what counts."""

    mode: str
    way: object  # tags -> (along, against) as in rules.py
    walk_mps: float = 1.2
    bicycle_kmh: float = 16.0
    part: object = rules.ridden_part  # tags -> the part of the cycling speed that is left
    closes: object = rules.barrier_closes  # (tags of a barrier, mode) -> whether nobody gets through
    turns: bool = True  # by car: turn restrictions count, and one turns back only where there is no other turn
    sphere: bool = False  # lengths are measured on a sphere


READINGS = {
    "walk": Reading("walk", rules.on_foot),
    "bicycle": Reading("bicycle", rules.by_bicycle),
    "car": Reading("car", rules.by_car),
}


@dataclass
class Street:
    """A stretch of one way between two junctions; seconds along and against it, None where it is closed."""

    way: int
    tags: dict
    nodes: list
    ends: tuple
    length_m: float
    seconds: tuple
    through: bool  # False: only to begin or to end there


@dataclass
class Place:
    """A point on a street: which, how far along (0 to 1), and the metres of the straight link."""

    street: int
    along: float
    link_m: float = 0.0


def seconds_of(reading, kind, tags, length, suffix):
    if kind in (rules.WALK, rules.PUSH):
        return length / reading.walk_mps
    if kind == rules.RIDE:
        return length / (reading.bicycle_kmh * reading.part(tags) / 3.6)
    return length / (rules.driven_kmh(tags, suffix) / 3.6)


def build(extract, reading):
    """The streets of a reading, cut at junctions and at barriers that let nobody of the mode pass."""
    ways = []
    uses = defaultdict(int)
    for way, tags, nodes in extract.ways:
        along, against = reading.way(tags)
        if not (along or against) or len(nodes) < 2:
            continue
        ways.append((way, tags, nodes, along, against))
        for node in nodes + [nodes[0], nodes[-1]]:
            uses[node] += 1
    closed = {node for node, tags in extract.barriers.items() if reading.closes(tags, reading.mode)}
    streets = []
    for way, tags, nodes, along, against in ways:
        begin = 0
        for position in range(1, len(nodes)):
            node = nodes[position]
            if position < len(nodes) - 1 and uses[node] < 2 and node not in closed:
                continue
            stretch = nodes[begin:position + 1]
            begin = position
            length = length_m(extract, stretch, SPHERE if reading.sphere else WGS84)
            # Who comes to a closed barrier comes to an end of his own.
            ends = tuple(
                (end, len(streets), side) if end in closed else end
                for side, end in enumerate((stretch[0], stretch[-1]))
            )
            seconds = tuple(
                seconds_of(reading, use[0], tags, length, suffix) if use else None
                for use, suffix in ((along, ":forward"), (against, ":backward"))
            )
            streets.append(Street(way, tags, stretch, ends, length, seconds, (along or against)[1]))
    return streets


def middle(extract, street):
    """The middle of a street's longest straight piece, to 7 decimals: (lon, lat), and how far along it is."""
    nodes = street.nodes
    pieces = [length_m(extract, pair) for pair in zip(nodes, nodes[1:])]
    longest = max(range(len(pieces)), key=pieces.__getitem__)
    (lon, lat), (to_lon, to_lat) = extract.at[nodes[longest]], extract.at[nodes[longest + 1]]
    along = (sum(pieces[:longest]) + pieces[longest] / 2) / max(sum(pieces), 1e-9)
    return (round((lon + to_lon) / 2, 7), round((lat + to_lat) / 2, 7)), along


def plane(lat):
    """(metres by degree of longitude, of latitude) about a latitude: a plane that touches the ellipsoid there."""
    return (
        WGS84.line_length([0, 0.001], [lat, lat]) * 1000,
        WGS84.line_length([0, 0], [lat - 0.0005, lat + 0.0005]) * 1000,
    )


def flat(extract, street, scale):
    return shapely.LineString([(lon * scale[0], lat * scale[1]) for lon, lat in map(extract.at.get, street.nodes)])


def link(extract, streets, candidates, points, max_link_m=1000):
    """The nearest place on the candidates (numbers of streets) for each (lon, lat); None beyond `max_link_m`."""
    scale = plane(sum(lat for _, lat in points) / len(points))
    lines = [flat(extract, streets[number], scale) for number in candidates]
    tree = shapely.STRtree(lines)
    places = []
    for lon, lat in points:
        point = shapely.Point(lon * scale[0], lat * scale[1])
        nearest = tree.nearest(point)
        far_m = math.inf if nearest is None else lines[nearest].distance(point)
        place = None
        if far_m <= max_link_m:
            place = Place(candidates[nearest], lines[nearest].project(point, normalized=True), far_m)
        places.append(place)
    return places
