"""Copies of an extract that suit every engine: ids are positive and rise, and every driven way may say its speed.

Editors give new things negative ids, which Valhalla refuses. With speeds said as `maxspeed`, in whole km/h, no engine has
to fall back on what it takes for usual; with one speed everywhere the fastest way is the shortest.
"""

import osmium
import rules

KINDS = {"n": osmium.osm.NODE, "w": osmium.osm.WAY, "r": osmium.osm.RELATION}


def copy(source, target, retagged=lambda kind, tags: tags):
    ids = {
        kind: sorted(thing.id for thing in osmium.FileProcessor(str(source), entities)) for kind, entities in KINDS.items()
    }
    positive = {kind: {number: ids[kind][-1] - number for number in ids[kind] if number < 0} for kind in KINDS}
    new = lambda kind, number: positive[kind].get(number, number)
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        for kind, entities in KINDS.items():
            things = [made(thing, kind, new, retagged) for thing in osmium.FileProcessor(str(source), entities)]
            for thing in sorted(things, key=lambda thing: thing.id):
                writer.add(thing)


def made(thing, kind, new, retagged):
    tags = retagged(kind, dict((tag.k, tag.v) for tag in thing.tags))
    common = {"id": new(kind, thing.id), "version": 1, "tags": tags}
    if kind == "n":
        return osmium.osm.mutable.Node(location=(thing.location.lon, thing.location.lat), **common)
    if kind == "w":
        return osmium.osm.mutable.Way(nodes=[new("n", node.ref) for node in thing.nodes], **common)
    members = [(member.type, new(member.type, member.ref), member.role) for member in thing.members]
    return osmium.osm.mutable.Relation(members=members, **common)


EVEN_KMH = 10  # no faster than a parking aisle, so that no rule makes anything slower


def with_speeds(kind, tags):
    """A way that is driven says its speed by docs/streets.md, the same both ways, and nothing else about speed."""
    return saying(kind, tags, lambda: round(rules.driven_kmh(tags, ":forward")))


def as_fast_everywhere(kind, tags):
    """A way that is driven says the one speed of all: times are lengths."""
    return saying(kind, tags, lambda: EVEN_KMH)


def saying(kind, tags, kmh):
    if kind != "w" or not any(rules.by_car(tags)):
        return tags
    kept = {key: value for key, value in tags.items() if not any(word in key for word in ("maxspeed", "zone:traffic"))}
    return kept | {"maxspeed": str(kmh())}
