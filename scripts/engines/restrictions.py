"""Turn restrictions of OpenStreetMap for cars -> which streets one may turn into, from the middle of which restrictions.

A restriction becomes rows of directed streets, (street, 0 along or 1 against): who has driven the row but its last may
not (`no_*`), or must (`only_*`), go on with the last.
"""

from collections import defaultdict

KEYS = ("restriction:motorcar", "restriction:motor_vehicle", "restriction:vehicle", "restriction")
DRIVERS = {"motorcar", "motor_vehicle", "vehicle"}


def wanted(extract):
    """(relation, value, from ways, via nodes, via ways, to ways) of those that hold for cars at all hours."""
    for relation, tags, members in extract.restrictions:
        value = next((tags[key] for key in KEYS if key in tags), "")
        if not value.startswith(("no_", "only_")) or "hour_on" in tags or "day_on" in tags:
            continue
        if DRIVERS & {word.strip() for word in tags.get("except", "").split(";")}:
            continue
        of = lambda role, kind: [ref for k, ref, r in members if r == role and k == kind]
        yield relation, value, of("from", "w"), of("via", "n"), of("via", "w"), of("to", "w")


class Turns:
    def __init__(self, extract, streets):
        self.streets = streets
        self.leaving = defaultdict(list)  # end -> directed streets that lead away
        self.begins = defaultdict(list)  # (way, node) -> directed streets that begin there
        for number, street in enumerate(streets):
            for step in (0, 1):
                if street.seconds[step] is not None:
                    self.leaving[street.ends[step]].append((number, step))
                    self.begins[street.way, street.nodes[-step]].append((number, step))
        self.rows = []  # (relation, only, row)
        for relation, value, starts, nodes, ways, goals in wanted(extract):
            for start in starts:
                for goal in goals:
                    for row in self.rows_of(value, start, nodes, ways, goal):
                        self.rows.append((relation, value.startswith("only_"), row))
        self.first = defaultdict(set)
        for number, (_, _, row) in enumerate(self.rows):
            self.first[row[0]].add((number, 0))

    def head(self, directed):
        number, step = directed
        return self.streets[number].nodes[step - 1]

    def rows_of(self, value, start, nodes, ways, goal):
        comes = [
            (number, step)
            for number, street in enumerate(self.streets)
            if street.way == start
            for step in (0, 1)
            if street.seconds[step] is not None
        ]
        if nodes:
            for node in nodes:
                for come in (directed for directed in comes if self.head(directed) == node):
                    for go in self.begins[goal, node]:
                        # A U-turn is back along the same street, or into the other carriageway; nothing else is back.
                        if go[0] != come[0] or "u_turn" in value:
                            yield come, go
        else:
            for come in comes:
                yield from self.along([come], ways, goal)

    def along(self, row, ways, goal):
        """Rows that go on over the whole of the via ways, in their order, and end with the first street of the last way."""
        node = self.head(row[-1])
        if not ways:
            for go in self.begins[goal, node]:
                if go[0] != row[-1][0]:
                    yield tuple(row + [go])
            return
        for go in self.begins[ways[0], node]:
            if all(go[0] != before[0] for before in row):
                longer = row + [go]
                yield from self.along(longer, ways[1:], goal)
                yield from self.along(longer, ways, goal)

    def entered(self, go):
        """What one is in the middle of who sets out along a directed street."""
        return frozenset(self.first[go])

    def after(self, come, active):
        """(directed street, what one is then in the middle of) for every turn; back only where there is no other."""
        allowed, back = [], []
        number, step = come
        for go in self.leaving[self.streets[number].ends[1 - step]]:
            then, must, is_forbidden = set(self.entered(go)), {}, False
            for row_number, at in active:
                relation, only, row = self.rows[row_number]
                is_last = at + 2 == len(row)
                follows = row[at + 1] == go
                if follows and not is_last:
                    then.add((row_number, at + 1))
                if only and is_last:
                    must[relation] = must.get(relation, False) or follows
                elif follows and is_last:
                    is_forbidden = True
            if is_forbidden or not all(must.values()):
                continue
            (back if go[0] == number else allowed).append((go, frozenset(then)))
        return allowed or back
