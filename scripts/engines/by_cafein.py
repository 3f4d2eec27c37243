"""Travel times by cafein: along its streets by mode, and by public transport."""

import datetime
import time
import warnings

import cafein
import geopandas
import numpy


def points(places):
    names, lons, lats = zip(*places)
    return geopandas.GeoDataFrame({"id": names}, geometry=geopandas.points_from_xy(lons, lats), crs=4326)


def streets(extract):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return cafein.StreetNetwork.from_osm(str(extract), modes=("walk", "bicycle", "car"))


def matrix(network, mode, places):
    """(seconds between all places, nan where there is no way; CPU ms an origin)."""
    asked = {"transport_mode": mode, "max_street_time": 240}
    return filled(network, places, asked)


def transit(extract, feed, places, departure):
    """The same by public transport and on foot, for one departure."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        network = cafein.TransportNetwork.from_gtfs(
            str(feed), osm_pbf=str(extract), walking_speed_kmph=4.32, max_walking_time=datetime.timedelta(seconds=900),
            snap_distance=1000,
        )
    asked = {
        "departure": departure, "walking_speed_kmph": 4.32, "max_walking_time": datetime.timedelta(seconds=7200),
        "snap_distance": 1000, "max_rides": 8,
    }
    return filled(network, places, asked)


def filled(network, places, asked):
    at = {name: number for number, (name, _, _) in enumerate(places)}
    here = points(places)
    before = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = cafein.TravelTimeMatrix(network, here, here, output_time_units="seconds", workers=1, **asked)
    spent_ms = (time.process_time() - before) * 1000 / len(places)
    seconds = numpy.full((len(places), len(places)), numpy.nan)
    column = next(name for name in table.columns if name.startswith("travel_time"))
    seconds[[at[name] for name in table["from_id"]], [at[name] for name in table["to_id"]]] = table[column]
    return seconds, spent_ms
