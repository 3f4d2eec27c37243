"""OSM tags -> who may pass how, and how fast: docs/streets.md written down a second time.

It shares no code with the program. For each mode a function gives what a way allows along and against: None, or (kind,
through). The kind is WALK, RIDE, PUSH or DRIVE; through is False where one may only begin or end a journey.
"""

WALK, RIDE, PUSH, DRIVE = "walk", "ride", "push", "drive"

ROADS = {
    "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link",
    "unclassified", "residential", "living_street", "service", "road",
}
MOTORWAYS = {"motorway", "motorway_link"}
PATHS = {"track", "path", "cycleway", "trail"}
FEET = {"footway", "pedestrian", "bridleway", "steps", "corridor", "elevator", "platform"}
NOT_THERE = {None, "construction", "proposed"}
TO_ONE_PLACE = {"parking_aisle", "driveway", "drive-through", "private"}

OPEN = {"yes", "designated", "permissive", "official", "public"}
ENDS = {"private", "destination", "customers", "delivery", "residents", "permit", "employees"}
CLOSED = {"no", "agricultural", "forestry", "military", "emergency", "psv", "bus", "use_sidepath", "dismount"}
# Of those to begin or to end at, what walkers do pass.
WALKED_THROUGH = {"destination", "customers", "delivery"}
# What closes a way to drivers alone.
OF_DRIVERS = {"psv", "bus"}


def verdict(tags, keys, suffix="", unheard=frozenset()):
    """What the most specific of `keys` (last first) says: (OPEN, ENDS, CLOSED or None, its key, its word)."""
    for key in reversed(keys):
        for name in (key + suffix, key) if suffix else (key,):
            for word in tags.get(name, "").split(";"):
                word = word.strip()
                for words in (OPEN, ENDS, CLOSED):
                    if word in words and word not in unheard:
                        return words, key, word
    return None, None, None


def kind_of(tags):
    """The class of way, or None where it is no street."""
    is_platform = "platform" in (tags.get("railway"), tags.get("public_transport")) or tags.get("man_made") == "pier"
    return tags.get("highway") or ("platform" if is_platform else None)


def has_sidewalk(tags):
    sides = (tags.get(key) for key in ("sidewalk", "sidewalk:both", "sidewalk:left", "sidewalk:right"))
    return any(side in ("yes", "both", "left", "right") for side in sides)


def on_foot(tags):
    kind = kind_of(tags)
    if kind in NOT_THERE:
        return None, None
    walks = kind in ROADS | PATHS | FEET and tags.get("motorroad") != "yes"
    if kind.startswith("trunk") and tags.get("sidewalk") in ("no", "none", "separate"):
        walks = False
    walks = walks or has_sidewalk(tags)
    says, key, word = verdict(tags, ["access", "foot"], unheard=OF_DRIVERS)
    if says is CLOSED or (says is ENDS and word not in WALKED_THROUGH):
        walks = False
    elif key == "foot":
        walks = True
    elif tags.get("service") == "private":
        walks = False
    use = (WALK, True) if walks else None
    return (use if tags.get("oneway:foot") != "-1" else None), (use if tags.get("oneway:foot") != "yes" else None)


DIRECTIONS = {
    "yes": (True, False), "true": (True, False), "1": (True, False), "-1": (False, True), "reverse": (False, True),
    "reversible": (False, False), "alternating": (False, False),
    "no": (True, True), "false": (True, True), "0": (True, True),
}


def one_way(tags, keys):
    """(whether vehicles go along, whether they go against) by the first of the keys that says it."""
    said = next((DIRECTIONS[tags[key]] for key in keys if tags.get(key) in DIRECTIONS), None)
    implied = tags.get("junction") in ("roundabout", "circular") or kind_of(tags) in MOTORWAYS
    return said or (True, not implied)


def contraflow(tags):
    """Whether a facility for bicycles runs against a one-way street."""
    sides = ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both")
    return any(
        tags.get(side, "").startswith("opposite") or tags.get(side + ":oneway") in ("no", "-1") for side in sides
    )


def by_bicycle(tags):
    kind = kind_of(tags)
    if kind in NOT_THERE:
        return None, None
    pushes = [bool(use) for use in on_foot(tags)]
    if kind == "steps":
        says, _, word = verdict(tags, ["bicycle"])
        has_ramp = "yes" in (tags.get("ramp"), tags.get("ramp:bicycle")) or says is OPEN or word == "dismount"
        return tuple((PUSH, True) if push and has_ramp else None for push in pushes)
    directions = one_way(tags, ["oneway:bicycle", "oneway"])
    if contraflow(tags) and tags.get("oneway:bicycle") not in DIRECTIONS:
        directions = True, True
    uses = []
    for step, suffix in enumerate((":forward", ":backward")):
        says, key, _ = verdict(tags, ["access", "vehicle", "bicycle"], suffix, OF_DRIVERS)
        by_class = kind in ROADS | PATHS and tags.get("motorroad") != "yes"
        if key == "access" and not by_class:
            says = None
        rides = (says in (OPEN, ENDS) if says else by_class) and directions[step]
        through = says is not ENDS and not (says is None and tags.get("service") == "private")
        uses.append((RIDE if rides else PUSH, through) if rides or pushes[step] else None)
    return tuple(uses)


def by_car(tags):
    kind = kind_of(tags)
    if kind not in ROADS | MOTORWAYS | PATHS | FEET or kind in ("steps", "corridor", "elevator", "platform"):
        return None, None
    by_class = kind in ROADS | MOTORWAYS and tags.get("service") != "emergency_access"
    directions = one_way(tags, ["oneway:motor_vehicle", "oneway"])
    uses = []
    for step, suffix in enumerate((":forward", ":backward")):
        says, key, _ = verdict(tags, ["access", "vehicle", "motor_vehicle", "motorcar"], suffix)
        is_of_cars = key not in (None, "access")
        drives = says is not CLOSED and (by_class or is_of_cars) and directions[step]
        to_one_place = tags.get("service") in TO_ONE_PLACE and not (says is OPEN and is_of_cars)
        uses.append((DRIVE, says is not ENDS and not to_one_place) if drives else None)
    return tuple(uses)


# Barriers about which no tag says anything: what no bicycle gets through, and what every car does.
NOT_RIDDEN = {"stile", "turnstile", "kissing_gate", "full-height_turnstile"}
DRIVEN_THROUGH = {
    "gate", "lift_gate", "swing_gate", "toll_booth", "border_control", "entrance", "cattle_grid", "kerb", "sally_port",
    "height_restrictor", "no",
}


def barrier_closes(tags, mode):
    """Whether a node with these tags lets nobody of the mode pass."""
    if mode == "walk":
        says, _, word = verdict(tags, ["access", "foot"])
        return says is CLOSED or (says is ENDS and word not in WALKED_THROUGH)
    if mode == "bicycle":
        says, key, word = verdict(tags, ["access", "vehicle", "bicycle"])
        if tags["barrier"] in NOT_RIDDEN and not (says is OPEN and key == "bicycle"):
            return True
        return not (says is OPEN or word == "dismount") and barrier_closes(tags, "walk")
    says, _, _ = verdict(tags, ["access", "vehicle", "motor_vehicle", "motorcar"])
    return says in (CLOSED, ENDS) or (says is None and tags["barrier"] not in DRIVEN_THROUGH)


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
