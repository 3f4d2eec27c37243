"""An OpenStreetMap extract -> ways, nodes and turn restrictions as plain tables, read by pyosmium.

Shares nothing with isokron but the file.
"""

from dataclasses import dataclass

import osmium
import pyproj

WGS84 = pyproj.Geod(ellps="WGS84")
SPHERE = pyproj.Geod(a=6371008.8, b=6371008.8)


@dataclass
class Extract:
    ways: list  # (id, tags, node ids)
    at: dict  # node id -> (lon, lat)
    barriers: dict  # node id -> tags, of nodes with barrier=*
    restrictions: list  # (id, tags, members as (type, ref, role))


def read(path):
    """What matters for streets: ways with highway, railway or man_made, and the nodes that they name."""
    ways, at, barriers, restrictions = [], {}, {}, []
    for thing in osmium.FileProcessor(str(path)):
        if thing.is_node():
            at[thing.id] = (thing.location.lon, thing.location.lat)
            if "barrier" in thing.tags:
                barriers[thing.id] = dict((tag.k, tag.v) for tag in thing.tags)
        elif thing.is_way():
            tags = dict((tag.k, tag.v) for tag in thing.tags)
            if any(key in tags for key in ("highway", "railway", "public_transport", "man_made")):
                ways.append((thing.id, tags, [node.ref for node in thing.nodes]))
        elif thing.tags.get("type") == "restriction":
            tags = dict((tag.k, tag.v) for tag in thing.tags)
            restrictions.append((thing.id, tags, [(m.type, m.ref, m.role) for m in thing.members]))
    for way, tags, nodes in ways:
        nodes[:] = [node for node in nodes if node in at]
    return Extract(ways, at, barriers, restrictions)


def length_m(extract, nodes, surface=WGS84):
    """The length of a line over these nodes, along geodesics."""
    lons, lats = zip(*(extract.at[node] for node in nodes))
    return surface.line_length(lons, lats)
