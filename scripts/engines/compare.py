"""Travel times of isokron beside those of other engines, on real cities: Markdown on standard output.

    scripts/compare_engines [CITY …]      (which installs the engines; without a city: all)

Cities are read from $ISOKRON_DATA, or ../shared/data beside the repository.
"""

import importlib.metadata
import os
import random
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import by_cafein
import by_valhalla
import copies
import extract as extracts
import numpy
import places as grids
import stress
from agreement import HEADER, agreement, different, ratios, worst
from by_isokron import PROFILES, TRANSIT, Isokron
from plain import READINGS, seconds_of
from search import Network
from steps import STEPS

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("ISOKRON_DATA") or ROOT.parent / "shared" / "data")
CITIES = {
    "oslo": {"osm": "oslo_east/oslo_east.osm.pbf", "zone": "Europe/Oslo"},
    "portland": {
        "osm": "portland/portland_central.osm.pbf", "zone": "America/Los_Angeles",
        "gtfs": "portland/trimet_2routes.zip", "date": "2021-10-25",
    },
}
SIZE_M = 300
DRAWN = 300  # pairs whose ways are looked at one by one
WORST = 10
MODES = ("walk", "bicycle", "car")
ENGINES = ("pyvalhalla", "cafein", "igraph", "osm-lts", "osmium")


def told(text):
    print(text, file=sys.stderr, flush=True)


class City:
    """A city's extract as all engines read it, places in it, and the engines themselves."""

    def __init__(self, name, program, folder):
        settings = CITIES[name]
        self.folder, self.program, self.settings = Path(folder), program, settings
        source = DATA / settings["osm"]
        # By car every way says its speed, so that engines differ in what they do with it and not in what they guess.
        self.osm = {part: self.folder / f"{part}.osm.pbf" for part in ("walk", "car", "length")}
        copies.copy(source, self.osm["walk"])
        copies.copy(source, self.osm["car"], copies.with_speeds)
        copies.copy(source, self.osm["length"], copies.as_fast_everywhere)
        self.read = {part: extracts.read(path) for part, path in self.osm.items()}
        self.osm["bicycle"], self.read["bicycle"] = self.osm["walk"], self.read["walk"]
        self.places, self.middles = grids.places(self.read["walk"], SIZE_M)
        self.points = [(lon, lat) for _, lon, lat in self.places]

    def isokron(self, part, osm, profiles, **more):
        folder = self.folder / part
        return Isokron(self.program, folder, osm, self.places, profiles, self.settings["zone"], **more)

    def network(self, reading, part=None):
        """A reading's streets, in a copy of the extract (by default the mode's own), and the places on them."""
        network = Network(self.read[part or reading.mode], reading)
        return network, network.linked(self.points)


def table(header, rows):
    columns = header.count("|") + 1
    print(f"| {header} |\n|{' --- |' * columns}")
    for row in rows:
        print(f"| {row} |")
    print()


def compare(name, program):
    with tempfile.TemporaryDirectory() as folder:
        city = City(name, program, folder)
        told(f"{name}: {len(city.places)} places")
        print(f"## {name.title()}\n\n{len(city.places)} places, {len(city.places) ** 2:,} pairs.\n")
        times, spent = measured(city)
        print("### How many pairs agree\n")
        table(f"mode | engine | {HEADER}", [
            f"{mode} | {engine} | {agreement(times[profile, 'isokron'], theirs).row()}"
            for (mode, engine), (profile, theirs) in others(times).items()
        ])
        twins(times)
        explained(city, times)
        turned(city, times)
        farthest(city, times)
        print("### CPU, ms an origin\n")
        engines = ("isokron", "igraph", "valhalla", "cafein")
        table("mode | " + " | ".join(engines), [
            f"{mode} | " + " | ".join(f"{spent[mode, engine]:.2f}" for engine in engines) for mode in MODES
        ])
        if "gtfs" in city.settings:
            by_transit(city)
        by_stress(city)


def measured(city):
    """Times by (profile, engine), and CPU by (mode, engine)."""
    times, spent = {}, {}
    slow = {name: keys for name, keys in PROFILES.items() if name != "car"}
    isokron = {
        "walk": city.isokron("isokron", city.osm["walk"], slow),
        "car": city.isokron("isokron_car", city.osm["car"], {"car": PROFILES["car"]}),
        "length": city.isokron("isokron_length", city.osm["length"], {"length": PROFILES["car"]}),
    }
    isokron["bicycle"] = isokron["walk"]
    actors = {
        "walk": by_valhalla.prepare(city.osm["walk"], city.folder / "valhalla", "timedistancematrix"),
        "car": by_valhalla.prepare(city.osm["car"], city.folder / "valhalla_car", "costmatrix"),
    }
    actors["bicycle"] = actors["walk"]
    streets = {part: by_cafein.streets(city.osm[part]) for part in ("walk", "car")}
    streets["bicycle"] = streets["walk"]
    for mode in MODES:
        told(f"  {mode}")
        times[mode, "isokron"], spent[mode, "isokron"] = isokron[mode].matrix(mode)
        seconds, metres, spent[mode, "valhalla"] = by_valhalla.matrix(actors[mode], mode, city.places)
        times[mode, "valhalla"] = metres / READINGS[mode].walk_mps if mode == "walk" else seconds
        profile = as_slow_as_cafein(mode)
        if profile != mode:
            times[profile, "isokron"], _ = isokron[mode].matrix(profile)
        times[profile, "cafein"], spent[mode, "cafein"] = by_cafein.matrix(streets[mode], mode, city.places)
        network, linked = city.network(READINGS[mode])
        before = os.times().user
        times[mode, "igraph"] = network.matrix(linked, linked)
        spent[mode, "igraph"] = (os.times().user - before) * 1000 / len(linked)
        # The same from square to square: how places are linked counts here.
        away = network.linked([(lon, lat) for _, lon, lat in city.middles])
        times[mode, "squares"] = network.matrix(away, away), isokron[mode].matrix(mode, city.middles, city.middles)[0]
    told("  car by length")
    actors["length"] = actors["car"]
    times["length", "isokron"], _ = isokron["length"].matrix("length")
    _, metres, _ = by_valhalla.matrix(actors["length"], "length", city.places)
    times["length", "valhalla"] = metres / (copies.EVEN_KMH / 3.6)
    city.actors = actors
    return times, spent


def as_slow_as_cafein(mode):
    return {"walk": "walk_1", "bicycle": "bicycle_4"}.get(mode, mode)


def others(times):
    """(mode, engine) -> (the profile of isokron that it is held to, its times)."""
    found = {}
    for mode in MODES:
        found[mode, "valhalla"] = mode, times[mode, "valhalla"]
        found[mode, "cafein"] = as_slow_as_cafein(mode), times[as_slow_as_cafein(mode), "cafein"]
    # By car all ways are as fast here, and turns free: what is compared is who may drive and turn where.
    found["length", "valhalla"] = "length", times["length", "valhalla"]
    return found


def twins(times):
    print("### To the second: igraph\n")
    rows = []
    for mode in MODES:
        for words, ours, theirs in (
            ("in the middle of streets", times[mode, "isokron"], times[mode, "igraph"]),
            ("in the middles of squares", *times[mode, "squares"]),
        ):
            off = abs(ours - theirs)[different(len(ours))]
            known = off[numpy.isfinite(off)]
            alone = (numpy.isfinite(ours) != numpy.isfinite(theirs)).sum()
            rows.append(
                f"{mode} | {words} | {len(known):,} | {alone:,} | {(known <= 1.5).mean():.3%} | "
                f"{(known <= 10).mean():.3%} | {known.max():.0f} s"
            )
    table("mode | places | pairs | only one has a time | within 1.5 s | within 10 s | farthest", rows)


def reading_of(engine, mode):
    mode = "car" if mode == "length" else mode
    if engine == "cafein" and mode != "car":
        return replace(READINGS[mode], walk_mps=1.0, bicycle_kmh=14.4)
    return READINGS[mode]


def explained(city, times):
    print("### Why: the plain reading changed step by step\n")
    rows = []
    for (engine, mode), changes in STEPS.items():
        theirs = others(times)[mode, engine][1]
        reading = reading_of(engine, mode)
        for words, change in [("as isokron", lambda reading: reading)] + changes:
            reading = change(reading)
            network, linked = city.network(reading, mode)
            found = agreement(network.matrix(linked, linked), theirs)
            rows.append(
                f"{engine} | {mode} | {words} | {found.median:.3f} | {found.within_1:.1%} | {found.within_5:.1%}"
            )
    table("engine | mode | and then | median | within 1 % | within 5 %", rows)


def turned(city, times):
    """Valhalla's ways by isokron's speeds: beside its own seconds without those for turning, and beside isokron's ways."""
    print(f"### Valhalla's ways by isokron's speeds ({DRAWN} pairs drawn)\n")
    rows = []
    for mode in ("bicycle", "car"):
        reading, ours, drawn = READINGS[mode], times[mode, "isokron"], random.Random(1)
        tags_of = {way: tags for way, tags, _ in city.read[mode].ways}
        turns, speeds, ways = [], [], []
        while len(ways) < DRAWN:
            a, b = drawn.sample(range(len(city.places)), 2)
            if not ours[a, b] >= 120:
                continue
            route = by_valhalla.route(city.actors[mode], mode, city.points[a], city.points[b])
            uses = [next(filter(None, reading.way(tags_of[edge[0]])), None) for edge in route]
            if None in uses:
                continue
            here = sum(
                seconds_of(reading, use[0], tags_of[way], metres, ":forward")
                for use, (way, _, _, metres) in zip(uses, route)
            )
            whole, turning = (sum(edge[at] for edge in route) for at in (1, 2))
            turns.append(turning / whole)
            speeds.append(here / (whole - turning))
            ways.append(ours[a, b] / here)
        rows.append(" | ".join([mode] + [
            ", ".join(f"{value:.3f}" for value in numpy.quantile(found, [0.1, 0.5, 0.9])) for found in (turns, speeds, ways)
        ]))
    table(
        "mode (10 %, median, 90 %) | turns' share of Valhalla's times | isokron's speeds ÷ Valhalla's, without turns | "
        "isokron's own way ÷ Valhalla's, both by isokron's speeds", rows,
    )


def farthest(city, times):
    print(f"### The {WORST} pairs that differ most\n")
    for engine, mode in STEPS:
        profile, theirs = others(times)[mode, engine]
        changed = reading_of(engine, mode)
        own, places = city.network(changed, mode)
        for _, change in STEPS[engine, mode]:
            changed = change(changed)
        other, other_places = city.network(changed, mode)
        ours = times[profile, "isokron"]
        rows = []
        for a, b in worst(ours, theirs, WORST):
            ways = own.ways(places[a], places[b])
            if engine == "valhalla":
                route = by_valhalla.route(city.actors[mode], mode, city.points[a], city.points[b])
                theirs_ways = {way: sum(edge[1] for edge in route if edge[0] == way) for way, *_ in route}
            else:
                theirs_ways = other.ways(other_places[a], other_places[b])
            again = other.matrix([other_places[a]], [other_places[b]])[0, 0]
            rows.append(
                f"{at(city.points[a])} → {at(city.points[b])} | {ours[a, b]:.0f} | {theirs[a, b]:.0f} | {again:.0f} | "
                f"{only(ways, theirs_ways)} | {only(theirs_ways, ways)}"
            )
        print(f"{engine}, {mode}:\n")
        table("from → to | isokron | the other | the reading, all steps | isokron's ways | the other's ways", rows)


def at(point):
    return f"{point[1]:.5f}, {point[0]:.5f}"


def only(these, those):
    """The ways of the most seconds that only these go along."""
    longest = sorted(((seconds, way) for way, seconds in these.items() if way not in those), reverse=True)[:3]
    return ", ".join(f"{way} ({seconds:.0f} s)" for seconds, way in longest) or "the same"


def by_transit(city):
    told("  transit")
    feed, date = DATA / city.settings["gtfs"], city.settings["date"]
    isokron = city.isokron("transit", city.osm["walk"], {"transit": TRANSIT}, gtfs=feed, date=date)
    ours, our_ms = isokron.matrix("transit")
    theirs, their_ms = by_cafein.transit(city.osm["walk"], feed, city.places, f"{date} 08:00")
    print("### Public transport and on foot, leaving at 08:00\n")
    table(f"engine | its CPU, ms an origin | isokron's | {HEADER}", [
        f"cafein | {their_ms:.2f} | {our_ms:.2f} | {agreement(ours, theirs).row()}"
    ])
    rode = ours < isokron_walks(city)
    both = numpy.isfinite(ratios(ours, theirs)) & rode
    off = (ours - theirs)[both]
    print(
        f"Of {both.sum():,} pairs that ride: within 60 s {(abs(off) <= 60).mean():.1%}, within 120 s "
        f"{(abs(off) <= 120).mean():.1%}, median {numpy.median(off):+.0f} s.\n"
    )


def isokron_walks(city):
    """Seconds on foot all the way, and a few less: who is faster than that rides."""
    network, linked = city.network(READINGS["walk"])
    return network.matrix(linked, linked) - 5


def by_stress(city):
    told("  traffic stress")
    probed = stress.probes(city.read["bicycle"])
    ours = stress.levels(city.program, city.folder / "stress", city.osm["bicycle"], probed, city.settings["zone"])
    print("### Traffic stress: ways by level\n")
    readings = (("Numbers without a unit are km/h", stress.with_unit), ("They are mph, as the package has them", dict))
    for words, read in readings:
        counts, examples = stress.table(ours, probed, read)
        print(f"{words}:\n")
        table("isokron | osm-lts 1 or none | 2 | 3 | 4", [
            f"{level} | " + " | ".join(str(counts[level, their]) for their in range(1, 5)) for level in range(1, 5)
        ])
        if read is stress.with_unit and examples:
            print("\n".join(f"- {pair}: {found[:5]}" for pair, found in sorted(examples.items())) + "\n")


def main():
    program = Path(os.environ.get("ISOKRON") or ROOT / "target" / "release" / "isokron").resolve()
    names = sys.argv[1:] or list(CITIES)
    missing = [path for path in [program] + [DATA / CITIES[name]["osm"] for name in names] if not path.exists()]
    if missing:
        sys.exit(f"not there: {', '.join(map(str, missing))} (cargo build --release; ISOKRON_DATA; ISOKRON)")
    print(", ".join(f"{name} {importlib.metadata.version(name)}" for name in ENGINES) + "\n")
    for name in names:
        compare(name, program)


if __name__ == "__main__":
    main()
