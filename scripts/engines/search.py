"""Travel times over the plain streets, by igraph.

On foot and by bicycle a vertex is a junction; by car it is a directed street that one has driven, together with the turn
restrictions that one is in the middle of. Streets only to begin or to end on are in layers of their own: before the first
street for all, and after the last.
"""

import math
from collections import defaultdict

import igraph
import numpy
import plain
from restrictions import Turns

BEGIN, FREE, END = 0, 1, 2
MIN_ISLAND_NODES = 40


class Graph:
    """A directed graph whose vertices are named by anything that can be hashed."""

    def __init__(self):
        self.names = {}
        self.arcs, self.weights, self.ways = [], [], []

    def vertex(self, name):
        return self.names.setdefault(name, len(self.names))

    def arc(self, tail, head, weight=1.0, way=None):
        self.arcs.append((self.vertex(tail), self.vertex(head)))
        self.weights.append(weight)
        self.ways.append(way)

    def igraph(self):
        return igraph.Graph(n=len(self.names), edges=self.arcs, directed=True)

    def seconds(self, sources, targets):
        sources, targets = ([self.vertex(name) for name in names] for names in (sources, targets))
        return numpy.array(self.igraph().distances(sources, targets, weights=self.weights, mode="out"))

    def pieces(self, mode):
        """Vertex name -> number of its connected component, "weak" or "strong"."""
        number = self.igraph().connected_components(mode=mode).membership
        return {name: number[vertex] for name, vertex in self.names.items()}

    def spread(self, labels, backwards=False):
        """Vertex name -> the label that comes to it along arcs, or against them, from the nearest name that has one."""
        onward = defaultdict(list)
        for tail, head in self.arcs:
            a, b = (head, tail) if backwards else (tail, head)
            onward[a].append(b)
        found = {self.names[name]: label for name, label in labels.items()}
        waiting = list(found)
        for vertex in waiting:
            for after in onward[vertex]:
                if after not in found:
                    found[after] = found[vertex]
                    waiting.append(after)
        return {name: found[vertex] for name, vertex in self.names.items() if vertex in found}


def layers_of(street):
    return (FREE,) if street.through else (BEGIN, END)


def directed(street):
    """(0 or 1, where it begins, where it leads, seconds) in the directions in which it is open."""
    for step in (0, 1):
        if street.seconds[step] is not None:
            yield step, street.ends[step], street.ends[1 - step], street.seconds[step]


def part_before(place, step):
    return 1 - place.along if step else place.along


class Network:
    """The streets of a reading as a graph."""

    def __init__(self, extract, reading):
        self.extract, self.reading = extract, reading
        self.streets = plain.build(extract, reading)
        self.turns = Turns(extract, self.streets) if reading.mode == "car" and reading.turns else None

    def linked(self, points):
        """The place on the streets of each (lon, lat)."""
        return plain.link(self.extract, self.streets, self.linkable(), points)

    def graph(self, origins, destinations):
        """With vertices ("from", n) and ("to", n) for the places."""
        graph = Graph()
        places = [("from", n, p) for n, p in enumerate(origins)] + [("to", n, p) for n, p in enumerate(destinations)]
        on = defaultdict(list)
        for role, number, place in places:
            graph.vertex((role, number))
            if place:
                on[place.street].append((role, number, place))
        for number, here in on.items():
            along_one_street(graph, self.streets[number], here)
        (self.over_turns if self.turns else self.over_junctions)(graph, on)
        return graph

    def ways(self, origin, destination):
        """Way ids -> seconds on them, of the fastest way from place to place."""
        graph = self.graph([origin], [destination])
        ends = (graph.vertex(("from", 0)), graph.vertex(("to", 0)))
        spent = defaultdict(float)
        for arc in graph.igraph().get_shortest_path(*ends, weights=graph.weights, output="epath"):
            if graph.ways[arc]:
                spent[graph.ways[arc]] += graph.weights[arc]
        return spent

    def matrix(self, origins, destinations):
        """Seconds from place to place, links included: nan where there is no way, or where a place is None."""
        graph = self.graph(origins, destinations)
        times = graph.seconds([("from", n) for n in range(len(origins))], [("to", n) for n in range(len(destinations))])
        link = [
            numpy.array([place.link_m / self.reading.walk_mps if place else math.inf for place in side])
            for side in (origins, destinations)
        ]
        times += link[0][:, None] + link[1][None, :]
        return numpy.where(numpy.isfinite(times), times, numpy.nan)

    def over_junctions(self, graph, on):
        junctions = set()
        for number, street in enumerate(self.streets):
            junctions.update(street.ends)
            for step, tail, head, seconds in directed(street):
                for layer in layers_of(street):
                    graph.arc((tail, layer), (head, layer), seconds, street.way)
                    for role, n, place in on[number]:
                        before = seconds * part_before(place, step)
                        if role == "to":
                            graph.arc((tail, layer), (role, n), before, street.way)
                        elif layer != END:
                            graph.arc((role, n), (head, layer), seconds - before, street.way)
        for junction in junctions:
            graph.arc((junction, BEGIN), (junction, FREE), 0.0)
            graph.arc((junction, FREE), (junction, END), 0.0)

    def over_turns(self, graph, on):
        waiting = []
        seen = set()

        def vertex(go, active, layer):
            name = (go, active, layer)
            if name not in seen:
                seen.add(name)
                waiting.append(name)
            return name

        for number, street in enumerate(self.streets):
            for step, _, _, seconds in directed(street):
                go = (number, step)
                first = vertex(go, self.turns.entered(go), layers_of(street)[0])
                for role, n, place in on[number]:
                    if role == "from":
                        graph.arc((role, n), first, seconds * (1 - part_before(place, step)), street.way)
        while waiting:
            come, active, layer = name = waiting.pop()
            for go, then in self.turns.after(come, active):
                street = self.streets[go[0]]
                for after in layers_of(street):
                    if after < layer or (layer, after) == (BEGIN, END):
                        continue
                    seconds = street.seconds[go[1]]
                    graph.arc(name, vertex(go, then, after), seconds, street.way)
                    for role, n, place in on[go[0]]:
                        if role == "to":
                            graph.arc(name, (role, n), seconds * part_before(place, go[1]), street.way)

    def linkable(self):
        """Numbers of the streets that places are linked to: those of pieces of 40 OSM nodes and more.

        By vehicle a piece is what one can leave and come back to by streets for all, with the streets to begin or to end on
        that one comes to from it and gets to it from. Cars link to no motorway, and to nothing that turns lead not out of
        and into.
        """
        graph, private = Graph(), Graph()
        for street in self.streets:
            for _, tail, head, _ in directed(street):
                (graph if street.through else private).arc(tail, head)
        piece = graph.pieces("weak" if self.reading.mode == "walk" else "strong")
        nodes = defaultdict(set)
        for street in self.streets:
            if street.through:
                for end in street.ends:
                    nodes[piece[end]].add(end)
                if piece[street.ends[0]] == piece[street.ends[1]]:
                    nodes[piece[street.ends[0]]].update(street.nodes[1:-1])
        large = {number for number, members in nodes.items() if len(members) >= MIN_ISLAND_NODES}
        seeds = {junction: piece[junction] for junction in private.names if piece.get(junction) in large}
        near = [private.spread(seeds, backwards) for backwards in (False, True)]
        chosen = []
        traps = self.traps() if self.turns else set()
        for number, street in enumerate(self.streets):
            if number in traps or street.tags.get("highway", "").startswith("motorway"):
                continue
            if street.through:
                keeps = piece[street.ends[0]] == piece[street.ends[1]] and piece[street.ends[0]] in large
            else:
                comes = {near[0].get(tail) for _, tail, _, _ in directed(street)}
                leaves = {near[1].get(head) for _, _, head, _ in directed(street)}
                keeps = bool((comes & leaves) - {None})
            if keeps:
                chosen.append(number)
        return chosen

    def traps(self):
        """Streets that allowed turns do not lead out of, or into, from and to the largest part that hangs together."""
        graph = Graph()
        self.over_turns(graph, defaultdict(list))
        free = Graph()
        back = {vertex: name for name, vertex in graph.names.items()}
        for tail, head in graph.arcs:
            if back[tail][2] == back[head][2] == FREE:
                free.arc(back[tail], back[head])
        piece = free.pieces("strong")
        counts = defaultdict(int)
        for number in piece.values():
            counts[number] += 1
        largest = max(counts, key=counts.__getitem__)
        core = {name: largest for name, number in piece.items() if number == largest}
        comes = {name[0][0] for name in graph.spread(core)}
        leaves = {name[0][0] for name in graph.spread(core, backwards=True)}
        return set(range(len(self.streets))) - (comes & leaves)


def along_one_street(graph, street, here):
    """Straight along the street, where it has both places."""
    for role, n, place in here:
        for other_role, m, other in here:
            if (role, other_role) != ("from", "to"):
                continue
            for step, _, _, seconds in directed(street):
                part = part_before(other, step) - part_before(place, step)
                if part >= 0:
                    graph.arc((role, n), (other_role, m), seconds * part, street.way)
