"""Travel times by isokron: a study of the places, and its matrices."""

import resource
import subprocess
from pathlib import Path

import numpy
import pyarrow.parquet

STUDY = """
[study]
name = "compared"
time_zone = "{zone}"

[network]
osm = ["{osm}"]
gtfs = [{gtfs}]

[cells]
file = "places.csv"

[[period]]
name = "day"
date = {date}
depart = "08:00/08:01"
every_s = 60
"""

LIMITS = "max_travel_time_s = 14400"
PROFILES = {
    "walk": 'modes = ["walk"]\nmax_direct_walk_s = 14400',
    "bicycle": 'modes = ["bicycle"]',
    "car": 'modes = ["car"]\ncar_delays = "none"',
    # As slow as cafein walks and rides, which nobody can change there.
    "walk_1": 'modes = ["walk"]\nmax_direct_walk_s = 14400\nwalk_speed_mps = 1.0',
    "bicycle_4": 'modes = ["bicycle"]\nbicycle_speed_kmh = 14.4\nwalk_speed_mps = 1.0',
}
# Long walks: cafein may join two at a stop, and so walks for longer than it is told.
TRANSIT = """modes = ["walk", "transit"]
max_direct_walk_s = 7200
max_walk_s = 7200
max_transfer_walk_s = 900
board_slack_s = 0"""


def write_places(path, places):
    rows = ["id,lon,lat"] + [f"{name},{lon:.7f},{lat:.7f}" for name, lon, lat in places]
    path.write_text("\n".join(rows) + "\n")


class Isokron:
    """A study in a folder of its own, of an extract and perhaps a feed."""

    def __init__(self, program, folder, osm, places, profiles, zone, date="2024-05-06", gtfs=None):
        self.program, self.folder = program, Path(folder)
        self.folder.mkdir(parents=True)
        self.names = [name for name, _, _ in places]
        write_places(self.folder / "places.csv", places)
        text = STUDY.format(osm=osm, zone=zone, date=date, gtfs=f'"{gtfs}"' if gtfs else "")
        for name, keys in profiles.items():
            text += f'\n[[profile]]\nname = "{name}"\n{keys}\n{LIMITS}\n'
        (self.folder / "study.toml").write_text(text)
        self.run("build", "study.toml")

    def run(self, *arguments):
        subprocess.run([self.program, *arguments, "--quiet", "--threads", "1"], cwd=self.folder, check=True)

    def matrix(self, profile, origins=None, destinations=None):
        """(seconds, nan where there is no way; CPU ms an origin, the start of the program included)."""
        rows = [name for name, _, _ in origins] if origins else self.names
        columns = [name for name, _, _ in destinations] if destinations else self.names
        wanted = []
        for role, given in (("origins", origins), ("destinations", destinations)):
            if given:
                write_places(self.folder / f"{role}.csv", given)
                wanted += [f"--{role}", f"{role}.csv"]
        before = cpu_s()
        self.run("matrix", "study.toml", "--profile", profile, *wanted, "-o", "times.parquet")
        spent_ms = (cpu_s() - before) * 1000 / len(rows)
        table = pyarrow.parquet.read_table(self.folder / "times.parquet")
        at = [{name: number for number, name in enumerate(names)} for names in (rows, columns)]
        seconds = numpy.full((len(rows), len(columns)), numpy.nan)
        pairs = zip(table["from_id"].to_pylist(), table["to_id"].to_pylist())
        where = numpy.array([(at[0][a], at[1][b]) for a, b in pairs]).reshape(-1, 2)
        seconds[where[:, 0], where[:, 1]] = table["travel_time_s"].to_numpy()
        return seconds, spent_ms


def cpu_s():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
