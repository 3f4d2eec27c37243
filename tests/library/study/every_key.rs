//! Studies that between them write every key.

/// Three, none of their keys with its default.
pub const STUDIES: [&str; 3] = [
    r#"
[study]
name = "one"
output = "results"
time_zone = "America/Sao_Paulo"
[network]
osm = ["a.pbf", "b.pbf"]
gtfs = ["bus.zip", "tram.zip"]
elevation = ["dem.tif"]
park_and_ride = ["amenity=parking"]
park_and_ride_sites = "sites.csv"
country = "SE"
max_link_m = 500.5
min_island_nodes = 20
fragment_reach_m = 300
may_be_idle = ["tram"]
cache = "net"
phone_ahead = false
[cells]
file = "cells.gpkg"
layer = "squares"
id = "hex"
x = "east"
y = "north"
crs = "EPSG:32722"
population = "people"
opportunities = ["jobs"]
groups = ["poor", "rich"]
groups_are = "shares"
income = "pay"
population_se = "people_se"
income_se = "pay_se"
[[cells.join]]
file = "pay.csv"
by = "key"
key = "code"
on = "deso"
columns = ["Antal as people_2020"]
mean = ["height"]
[[cells.join]]
file = "zones.gpkg"
by = "points"
weights = "homes.csv"
weight = "rooms"
within_m = 150
crs = "EPSG:3006"
columns = ["beds"]
[[cells.points_of_interest]]
column = "schools"
tags = ["amenity=school", "shop & !disused"]
within_m = 99.5
[[destinations]]
name = "clinics"
file = "clinics.csv"
opportunities = ["beds"]
[[destinations]]
name = "pharmacies"
tags = ["amenity=pharmacy"]
[[period]]
name = "morning"
date = 2025-03-04
depart = "07:00/09:00"
every_s = 60
[[period]]
name = "evening"
date = 2025-03-04
arrive = "17:00/18:00"
departures = "exact"
[[profile]]
name = "slow"
modes = ["walk"]
walk_speed_mps = 0.875
max_walk_s = 900
max_direct_walk_s = 0
max_transfer_walk_s = 300
max_rides = 3
board_slack_s = 0
transfer_slack_s = 120
max_travel_time_s = 3600
[[profile]]
name = "walker"
walk_speed_mps = 1
[[profile]]
name = "cyclist"
modes = ["bicycle"]
bicycle_speed_kmh = 20.5
bicycle_type = "e-bike"
lts = "bna"
max_lts = 2
slopes = true
steps_factor = 2.5
max_direct_bicycle_s = 2700
[[profile]]
name = "driver"
modes = ["walk", "car", "car>transit>walk", "bicycle>transit>walk"]
car_speed_factor = 0.8
car_traffic_at = "08:00"
car_delays = "conveyal"
car_parking_s = 300
max_direct_car_s = 2400
max_bicycle_s = 1200
max_car_s = 1500
bicycle_parking_s = 30
park_and_ride_s = 120
bicycles_unknown = true
[access]
cutoffs_min = [10, 60]
percentiles = [5, 50, 99.5]
unlinked = "zero"
own_cell_s = 90
by_hour = true
[equity]
indices = ["all"]
groups = ["poor"]
income = false
income_groups = 4
quantiles = [20, 80.5]
atkinson = [0.75]
kolm = [0.25, 1]
kolm_kappa = 0.001
ge = [-1, 0.5]
kernel_m = 500
bounds = { jobs_10min = [0, 50000] }
standards = { jobs = [1000, 2500.5] }
material_change = { jobs = "5%", beds = 2 }
[equity.bootstrap]
replicates = 100
seed = 7
block_m = 0
interval = "percentile"
level = 0.9
[isochrones]
cells = true
at = [[-51.2, -30], [18.06, 59.33]]
origins = "points.csv"
cutoffs_min = [15, 30]
percentiles = [5, 80]
grid_m = 50
surfaces = true
[outputs]
tables = ["csv", "gpkg", "tif"]
crs = "cells"
matrix = "partitioned"
tidy = false
"#,
    r#"
[study]
name = "two"
[network]
osm = ["a.pbf"]
[cells]
size_m = 250
crs = "EPSG:3006"
boundary = "area.geojson"
values = "points.csv"
[isochrones]
departures_percent = [80]
[equity]
standards = [3]
bounds = [0, 1]
material_change = 0.5
[outputs]
crs = "EPSG:3006"
matrix = true
"#,
    r#"
[study]
name = "three"
[network]
gtfs = ["bus.zip"]
[cells]
file = "cells.csv"
lon = "x"
lat = "y"
[[period]]
name = "morning"
date = 2025-03-04
depart = "07:00/09:00"
[[scenario]]
name = "s"
include = []
attribute = "shapley"
[[scenario.edit]]
kind = "shift"
route = "T1"
by_s = 60
[[scenario]]
name = "t"
keep = true
[[scenario.edit]]
kind = "shift"
route = "T1"
by_s = 60
[[scenario.vary]]
edit = 1
key = "by_s"
values = [1, 2]
[scenario.rank]
by = "jobs_30min_p50"
index = "p10"
group = "all"
profile = "adult"
period = "morning"
best = "smallest"
[scenario.greedy]
k = 1
"#,
];
