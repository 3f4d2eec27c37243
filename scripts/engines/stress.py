"""isokron's table `osm_lts` of traffic stress beside the package osm-lts, way by way.

isokron tells no level by way, but its times do: two points 20 m apart on a straight piece of a way are ridden between
with `max_lts = k` if the way's level is at most k, and else pushed between or, where nobody may walk, not at all.
"""

from collections import Counter

import numpy
import osm_lts
import shapely
from by_isokron import Isokron
from extract import length_m
from plain import READINGS, flat, plane
from rules import RIDE
from search import Network

APART_M, ALONE_M = 20, 8
STRICT = "modes = [\"bicycle\"]\nlts = \"osm_lts\"\nmax_lts = {level}\nmax_direct_bicycle_s = 60"


def probes(extract):
    """[(way, tags, start, goal)] on ridden ways: 20 m about the middle of their longest straight piece, alone there."""
    reading = READINGS["bicycle"]
    network = Network(extract, reading)
    streets = network.streets
    scale = plane(sum(lat for _, lat in extract.at.values()) / len(extract.at))
    lines = [flat(extract, street, scale) for street in streets]
    tree = shapely.STRtree(lines)
    longest = {}
    for street in (streets[number] for number in network.linkable()):
        is_ridden = all(use and use[0] == RIDE for use in reading.way(street.tags))
        if street.tags.get("highway") in osm_lts.EXCLUDED_HIGHWAYS or not is_ridden or not street.through:
            continue
        for pair in zip(street.nodes, street.nodes[1:]):
            length = length_m(extract, pair)
            if length >= 1.5 * APART_M:
                longest[street.way] = max(longest.get(street.way, (0, None, None)), (length, pair, street.tags))
    found = []
    for way, (length, pair, tags) in sorted(longest.items()):
        (lon, lat), (to_lon, to_lat) = (extract.at[node] for node in pair)
        ends = []
        for part in (0.5 - APART_M / length / 2, 0.5 + APART_M / length / 2):
            ends.append((lon + part * (to_lon - lon), lat + part * (to_lat - lat)))
        stretch = shapely.LineString([(x * scale[0], y * scale[1]) for x, y in ends])
        if all(streets[near].way == way for near in tree.query(stretch, predicate="dwithin", distance=ALONE_M)):
            found.append((way, tags, *ends))
    return found


def levels(program, folder, osm, probed, zone):
    """Way -> the least k with which it is ridden, both ways."""
    starts, goals = ([(f"w{row[0]}", *row[end]) for row in probed] for end in (2, 3))
    names = ("lts_1", "lts_2", "lts_3", "lts_4")
    profiles = {name: STRICT.format(level=name[-1]) for name in names}
    isokron = Isokron(program, folder, osm, starts, profiles, zone)
    times = {name: numpy.diagonal(isokron.matrix(name, starts, goals)[0]) for name in names}
    free = times["lts_4"]
    return {
        row[0]: next(number for number, name in enumerate(names, 1) if times[name][at] == free[at])
        for at, row in enumerate(probed)
        if numpy.isfinite(free[at])
    }


def with_unit(tags):
    """A bare number is km/h, as OpenStreetMap has it; the package takes it for mph."""
    return {
        key: f"{value} km/h" if key == "maxspeed" and value.strip().isdigit() else value for key, value in tags.items()
    }


def table(ours, probed, read):
    """(isokron's level, the package's) -> ways; and examples of ways that differ."""
    counts, examples = Counter(), {}
    for way, tags, _, _ in probed:
        if way in ours:
            theirs = osm_lts.classify(read(tags))
            pair = (ours[way], max(int(theirs or 1), 1))
            counts[pair] += 1
            if pair[0] != pair[1]:
                examples.setdefault(pair, []).append((way, tags))
    return counts, examples
