"""Places to compare engines at: one in each square of a grid, in the middle of a street that all modes may use.

So near a street no engine has a choice of where to link a place, and links take no time.
"""

import math

import plain
import shapely
from plain import flat, middle, plane
from search import Network

CLASSES = {"residential", "unclassified", "tertiary", "secondary", "living_street"}
LONG_M, APART_M = 30, 6


def places(extract, size_m):
    """[(id, lon, lat)] in the order of the squares, and the middles of the same squares, likewise."""
    networks = {mode: Network(extract, plain.READINGS[mode]) for mode in plain.READINGS}
    linkable = {mode: set(network.linkable()) for mode, network in networks.items()}
    in_all = set.intersection(
        *({network.streets[number].way for number in linkable[mode]} for mode, network in networks.items())
    )
    scale = plane(sum(lat for _, lat in extract.at.values()) / len(extract.at))
    streets = networks["car"].streets
    around = networks["walk"].streets + streets
    tree = shapely.STRtree([flat(extract, street, scale) for street in around])
    best = {}
    for number in sorted(linkable["car"]):
        street = streets[number]
        fits = (
            street.way in in_all
            and street.through
            and None not in street.seconds
            and street.tags.get("highway") in CLASSES
            and street.length_m >= LONG_M
        )
        if not fits:
            continue
        (lon, lat), _ = middle(extract, street)
        x, y = lon * scale[0], lat * scale[1]
        near = tree.query(shapely.Point(x, y), predicate="dwithin", distance=APART_M)
        if any(around[other].way != street.way for other in near):
            continue
        square = (int(x // size_m), int(y // size_m))
        off = math.hypot(x - (square[0] + 0.5) * size_m, y - (square[1] + 0.5) * size_m)
        best[square] = min(best.get(square, (math.inf,)), (off, lon, lat))
    found = sorted(best.items())
    middles = [((square[0] + 0.5) * size_m / scale[0], (square[1] + 0.5) * size_m / scale[1]) for square, _ in found]
    named = lambda points: [(f"p{n}", round(lon, 7), round(lat, 7)) for n, (lon, lat) in enumerate(points)]
    return named((lon, lat) for _, (_, lon, lat) in found), named(middles)
