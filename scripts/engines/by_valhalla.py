"""Travel times by Valhalla (pyvalhalla): tiles from an extract, and matrices whose costs are set as plain as it lets one."""

import json
import subprocess
import time
from pathlib import Path

import numpy
import valhalla

# No preferences: what counts is time.
NEUTRAL = {
    "maneuver_penalty": 0, "service_penalty": 0, "service_factor": 1, "gate_cost": 0, "gate_penalty": 0,
    "private_access_penalty": 0, "destination_only_penalty": 0, "country_crossing_cost": 0, "country_crossing_penalty": 0,
    "use_ferry": 0,
}
COSTING = {
    # `shortest`: the way by length; its time is still Valhalla's.
    "walk": ("pedestrian", NEUTRAL | {
        "walking_speed": 4.32, "walkway_factor": 1, "sidewalk_factor": 1, "alley_factor": 1, "driveway_factor": 1,
        "step_penalty": 0, "elevator_penalty": 0, "max_hiking_difficulty": 6, "shortest": True,
    }),
    # isokron's cyclists are bound by no turn restriction.
    "bicycle": ("bicycle", NEUTRAL | {
        "bicycle_type": "City", "cycling_speed": 16, "use_roads": 1, "use_hills": 1, "avoid_bad_surfaces": 0,
        "use_living_streets": 1, "ignore_restrictions": True,
    }),
    "car": ("auto", NEUTRAL | {
        "use_highways": 0.5, "use_tolls": 0.5, "use_living_streets": 0.5, "use_tracks": 0, "top_speed": 252,
        "toll_booth_cost": 0, "toll_booth_penalty": 0, "speed_types": [],
    }),
}
COSTING["length"] = ("auto", COSTING["car"][1] | {"shortest": True})
BLOCK = 50


def prepare(extract, folder, algorithm):
    """An Actor over the tiles of an extract (with positive ids), made in `folder`.

    `timedistancematrix` searches from an origin until the last target is reached: exact on foot and by bicycle, where the
    default gives up early and now and then misses the best way; by car it does not see turn restrictions over several
    ways, which the default, `costmatrix`, does.
    """
    folder = Path(folder)
    tiles = folder / "tiles"
    tiles.mkdir(parents=True)
    config = valhalla.get_config(tile_extract="", tile_dir=str(tiles))
    config["mjolnir"] |= {"concurrency": 1, "pedestrian_areas": True}
    config["thor"]["source_to_target_algorithm"] = algorithm
    for costing, _ in COSTING.values():
        config["service_limits"][costing]["max_matrix_location_pairs"] = 10_000_000
    path = folder / "valhalla.json"
    path.write_text(json.dumps(config))
    program = Path(valhalla.PYVALHALLA_DIR) / "bin" / "valhalla_build_tiles"
    subprocess.run([program, "-c", path, extract], check=True, capture_output=True)
    return valhalla.Actor(str(path))


def matrix(actor, mode, places):
    """(seconds, metres between all places, nan where there is no way; CPU ms an origin)."""
    costing, settings = COSTING[mode]
    where = [{"lon": lon, "lat": lat} for _, lon, lat in places]
    seconds = numpy.full((len(places), len(places)), numpy.nan)
    metres = seconds.copy()
    before = time.process_time()
    for begin in range(0, len(places), BLOCK):
        answer = actor.matrix({
            "sources": where[begin:begin + BLOCK], "targets": where, "costing": costing,
            "costing_options": {costing: settings}, "verbose": False,
        })["sources_to_targets"]
        rows = slice(begin, begin + BLOCK)
        seconds[rows] = numpy.array(answer["durations"], dtype=float)
        metres[rows] = numpy.array(answer["distances"], dtype=float) * 1000
    return seconds, metres, (time.process_time() - before) * 1000 / len(places)


def route(actor, mode, start, goal):
    """The way from one (lon, lat) to another: [(way id, seconds, of these for turning at its end, metres)]."""
    costing, settings = COSTING[mode]
    asked = {"costing": costing, "costing_options": {costing: settings}}
    locations = [{"lon": lon, "lat": lat} for lon, lat in (start, goal)]
    found = actor.route(asked | {"locations": locations, "directions_type": "none"})
    shape = found["trip"]["legs"][0]["shape"]
    traced = actor.trace_attributes(asked | {"encoded_polyline": shape, "shape_match": "walk_or_snap"})
    edges, before = [], 0.0
    for edge in traced["edges"]:
        end = edge["end_node"]
        seconds = end["elapsed_time"] - before
        edges.append((edge["way_id"], seconds, end.get("transition_time", 0.0), edge["length"] * 1000))
        before = end["elapsed_time"]
    return edges
