"""OSM tags -> who may pass how, and how fast: docs/streets.md read once more, by hand, without a look at the program.

For each mode a function gives what a way allows along and against: None, or (kind, through). The kind is WALK, RIDE,
PUSH or DRIVE; through is False where one may only begin or end a journey.
"""

WALK, RIDE, PUSH, DRIVE = "walk", "ride", "push", "drive"

ROADS = {
    "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link",
    "unclassified", "residential", "living_street", "service", "road",
}
PATHS = {"track", "path", "cycleway", "trail"}
FEET = {"footway", "pedestrian", "bridleway", "steps", "corridor", "elevator", "platform"}
OPEN = {"yes", "designated", "permissive", "official", "public", "allowed"}
ENDS = {"private", "destination", "customers", "delivery", "residents", "permit", "employees"}
CLOSED = {"no", "agricultural", "forestry", "military", "emergency", "psv", "bus", "use_sidepath", "dismount"}


def verdict(tags, keys, suffix=""):
    """The word of the most specific of `keys` (last first) that says something: "open", "ends", "closed" or None."""
    for key in reversed(keys):
        values = [tags[name] for name in (key + suffix, key) if suffix and name in tags] or [tags.get(key, "")]
        for value in values:
            for word in value.split(";"):
                word = word.strip()
                if word in OPEN:
                    return "open", key, word
                if word in ENDS:
                    return "ends", key, word
                if word in CLOSED:
                    return "closed", key, word
    return None, None, None


def kind_of(tags):
    """The class of way, or None where it is no street."""
    highway = tags.get("highway")
    if highway:
        return highway
    if tags.get("railway") == "platform" or tags.get("public_transport") == "platform":
        return "platform"
    if tags.get("man_made") == "pier":
        return "platform"
    return None


def on_foot(tags):
    kind = kind_of(tags)
    if kind not in ROADS | PATHS | FEET or tags.get("motorroad") == "yes":
        default = False
        if kind is None or kind in ("construction", "proposed", "motorway", "motorway_link"):
            return None, None
    else:
        default = not (kind.startswith("trunk") and tags.get("sidewalk") in ("no", "none"))
    said, key, word = verdict(tags, ["access", "foot"])
    if tags.get("service") == "private" and key != "foot":
        return None, None
    passes = default
    if word in ("psv", "bus") and key == "access":
        said = None
    if said == "open":
        passes = default or key == "foot"
    elif said == "ends":
        passes = default and word in ("destination", "customers", "delivery")
    elif said == "closed":
        passes = False
    if not passes:
        return None, None
    both = (WALK, True)
    if tags.get("oneway:foot") == "yes":
        return both, None
    if tags.get("oneway:foot") == "-1":
        return None, both
    return both, both


def one_way(tags):
    """1, -1 or 0: in which direction of the way alone vehicles go; 2: reversible."""
    value = tags.get("oneway")
    if value in ("yes", "true", "1"):
        return 1
    if value in ("-1", "reverse"):
        return -1
    if value in ("reversible", "alternating"):
        return 2
    if value in ("no", "false", "0"):
        return 0
    if tags.get("junction") in ("roundabout", "circular") or kind_of(tags) in ("motorway", "motorway_link"):
        return 1
    return 0


def contraflow(tags, against):
    """Whether bicycles may go against the one-way street; `against` is :forward or :backward."""
    if tags.get("oneway:bicycle") in ("no", "false", "0"):
        return True
    for side in ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both"):
        if tags.get(side, "").startswith("opposite"):
            return True
        along = tags.get(side + ":oneway")
        if along in ("no", "-1") and against == ":backward" and tags.get(side) not in (None, "no", "separate"):
            return True
    return False


def by_bicycle(tags):
    kind = kind_of(tags)
    if kind is None or kind in ("construction", "proposed", "motorway", "motorway_link", "busway"):
        return None, None
    walk = on_foot(tags)
    ridden = kind in ROADS | PATHS and tags.get("motorroad") != "yes"
    result = []
    direction = one_way(tags)
    for step, suffix in ((0, ":forward"), (1, ":backward")):
        push = (PUSH, True) if walk[step] else None
        if kind == "steps" and tags.get("ramp") not in ("yes",) and tags.get("ramp:bicycle") != "yes":
            said, key, word = verdict(tags, ["bicycle"])
            result.append(push if said == "open" or word == "dismount" else None)
            continue
        if kind == "steps":
            result.append(push)
            continue
        said, key, word = verdict(tags, ["access", "vehicle", "bicycle"], suffix)
        if tags.get("service") == "private" and said is None:
            said, word = "ends", "private"
        rides, through = ridden, said != "ends"
        if said in ("open", "ends"):
            rides = True
        elif said == "closed" and not (word in ("psv", "bus") and key == "access"):
            rides = False
        against = (direction == 1 and step == 1) or (direction == -1 and step == 0)
        if rides and (direction == 2 or against and not contraflow(tags, suffix)):
            rides = False
        if rides and tags.get("oneway:bicycle") in ("yes", "1") and step == 1:
            rides = False
        if rides and tags.get("oneway:bicycle") == "-1" and step == 0:
            rides = False
        result.append((RIDE if rides else PUSH, through) if rides or push else None)
    return tuple(result)


def by_car(tags):
    kind = kind_of(tags)
    driven = kind in ROADS | {"motorway", "motorway_link"}
    if kind not in ROADS | PATHS | FEET | {"motorway", "motorway_link"}:
        return None, None
    if tags.get("service") == "emergency_access":
        driven = False
    direction = one_way(tags)
    if tags.get("oneway:motor_vehicle") in ("no", "false", "0"):
        direction = 0
    result = []
    for step, suffix in ((0, ":forward"), (1, ":backward")):
        said, key, _ = verdict(tags, ["access", "vehicle", "motor_vehicle", "motorcar"], suffix)
        opens = key in ("vehicle", "motor_vehicle", "motorcar")
        drives, through = driven, True
        if said == "open":
            drives = driven or opens
        elif said == "ends":
            drives, through = driven or opens, False
        elif said == "closed":
            drives = False
        if tags.get("service") in ("parking_aisle", "driveway", "drive-through", "private"):
            through = through and said == "open" and opens
        if direction == 2 or (direction == 1 and step == 1) or (direction == -1 and step == 0):
            drives = False
        result.append((DRIVE, through) if drives else None)
    return tuple(result)


# What passes where a barrier says nothing, by bicycle and by car.
NOT_RIDDEN = {"stile", "turnstile", "kissing_gate", "full-height_turnstile"}
DRIVEN_THROUGH = {
    "gate", "lift_gate", "swing_gate", "toll_booth", "border_control", "entrance", "cattle_grid", "kerb", "sally_port",
    "height_restrictor", "no",
}


def barrier_closes(tags, mode):
    """Whether a node with these tags lets nobody of the mode pass."""
    barrier = tags["barrier"]
    if mode == "walk":
        said, _, word = verdict(tags, ["access", "foot"])
        return said == "closed" or word in ("private", "residents", "permit", "employees")
    if mode == "bicycle":
        said, key, word = verdict(tags, ["access", "vehicle", "bicycle"])
        if barrier in NOT_RIDDEN and not (said == "open" and key == "bicycle"):
            return True
        return not (said == "open" or word == "dismount") and barrier_closes(tags, "walk")
    said, key, word = verdict(tags, ["access", "vehicle", "motor_vehicle", "motorcar"])
    return said in ("closed", "ends") or said is None and barrier not in DRIVEN_THROUGH


CLASS_PARTS = {"track": 12 / 15, "path": 13 / 15}
SURFACE_PARTS = {
    "wood": 10 / 15, "metal": 10 / 15, "cobblestone:flattened": 10 / 15, "paving_stones": 10 / 15, "compacted": 10 / 15,
    "cobblestone": 7 / 15, "unpaved": 6 / 15, "fine_gravel": 10 / 15, "gravel": 6 / 15, "pebblestone": 6 / 15,
    "grass_paver": 6 / 15, "ground": 10 / 15, "dirt": 8 / 15, "earth": 6 / 15, "grass": 6 / 15, "mud": 3 / 15,
    "sand": 3 / 15, "woodchips": 3 / 15, "sett": 9 / 15,
}
SMOOTHNESS_PARTS = {
    "intermediate": 0.9, "bad": 0.7, "very_bad": 0.4, "horrible": 0.3, "very_horrible": 0.1, "impassable": 0.1,
}


def ridden_part(tags):
    """The part of the cycling speed that class, surface and smoothness leave."""
    return min(
        CLASS_PARTS.get(kind_of(tags), 1),
        SURFACE_PARTS.get(tags.get("surface"), 1),
        SMOOTHNESS_PARTS.get(tags.get("smoothness"), 1),
    )


CAR_KMH = {
    "motorway": 90, "motorway_link": 75, "trunk": 85, "trunk_link": 70, "primary": 65, "primary_link": 60,
    "secondary": 55, "secondary_link": 50, "tertiary": 40, "tertiary_link": 30, "unclassified": 25, "residential": 25,
    "living_street": 10, "service": 15, "track": 15,
}
ZONES_KMH = {"NO:urban": 50}


def limit_kmh(text):
    """km/h of a value of maxspeed, or None."""
    text = text.split(";")[0].strip()
    if text == "none":
        return 140.0
    if text == "walk":
        return 5.0
    if text in ZONES_KMH:
        return float(ZONES_KMH[text])
    if ":zone" in text:
        text = text.split(":zone")[1].lstrip(":")
    number = text.removesuffix("mph").removesuffix("knots").removesuffix("km/h").strip()
    try:
        value = float(number)
    except ValueError:
        return None
    return value * (1.609344 if text.endswith("mph") else 1.852 if text.endswith("knots") else 1.0)


def driven_kmh(tags, suffix):
    """The speed by car along (":forward") or against (":backward") the way."""
    limit = None
    for key in ("maxspeed", "maxspeed:type", "source:maxspeed", "zone:maxspeed", "zone:traffic"):
        for name in (key + suffix, key):
            if limit is None and name in tags:
                limit = limit_kmh(tags[name])
    kind = kind_of(tags)
    speed = limit if limit is not None else CAR_KMH.get(kind, 25)
    if kind != "service":
        return speed
    return min(speed, 10 if tags.get("service") in ("parking_aisle", "driveway", "drive-through") else 30)
