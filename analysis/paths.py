"""The heaviest lines from an origin to a target, and the way each went."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import NamedTuple

import numpy as np

from analysis.ancestry import Ancestry
from analysis.finding import Target
from analysis.layers import Floats, Ints

TARGET, WRITTEN, MADE_UP = -1, -2, -3
"""In place of a node: where all lines begin, and the two ways in which they end."""
SHELVES = ("batch", "site", "thinned")


@dataclass(frozen=True)
class Line:
    """One way from an origin to a target.

    Attributes:
        nodes: indices of its nodes, from the origin to the target.
        share: of the target's documents.
        made_up: whether its first node made the text up.
    """

    nodes: tuple[int, ...]
    share: float
    made_up: bool


def paths(ancestry: Ancestry, target: Target, k: int, errors: bool = False) -> list[Line]:
    """The k heaviest lines of a target, the heaviest first; all where there are fewer.

    With `errors` only those that go back to an error that was made up.

    Exact up to the rounding of logarithms: lines whose shares agree to 12 digits may come in any
    order. One sweep finds the heaviest line of every node; each further one leaves those before
    it somewhere (recursive enumeration, Jimenez & Marzal 1999), so that lines of equal shares,
    however many, cost nothing.

    Raises:
        ValueError: k is below 1.
    """
    if k < 1:
        raise ValueError(f"k: given {k}, allowed 1 or more")
    heaviest = _Heaviest(ancestry, ancestry.find(target), errors)
    found: list[Line] = []
    while len(found) < k and heaviest.advance():
        found.append(heaviest.line(len(found)))
    return found


def stations(ancestry: Ancestry, lines: Sequence[Line]) -> list[tuple[str, ...]]:
    """Who wrote and where it stood on the way of each line, from its origin to the target.

    As in community-3, forum-3, model-B (generation 4), farm-1, model-C (generation 9). A model
    that inertia handed on through its own generations is named once, with the first and the last.
    """
    met = list({node for line in lines for node in line.nodes})
    columns = ancestry.nodes.loc[met, ["kind", "name", "site", "generation"]]
    known = dict(zip(met, columns.itertuples(index=False, name=None), strict=True))
    found = []
    for line in lines:
        way: list[tuple[str, int, int]] = []
        for kind, name, site, generation in map(known.__getitem__, line.nodes):
            where = site if kind in SHELVES else name
            if way and way[-1][0] == where:
                way[-1] = (where, way[-1][1], generation)
            elif kind != "sample":
                way.append((where, generation, generation))
        found.append(tuple(_station(*each) for each in way))
    return found


def _station(name: str, first: int, last: int) -> str:
    if last < 0:  # not a model
        return name
    return f"{name} (generation{f's {first} to' if last > first else ''} {last})"


class _Way(NamedTuple):
    """One line from a node on.

    Attributes:
        cost: minus the logarithm of its share.
        edge: of that, what its first edge costs.
        node: the node it goes to, or how it ends.
        rank: which of that node's lines it follows, 0 the heaviest.
    """

    cost: float
    edge: float
    node: int
    rank: int


class _Heaviest:
    """The heaviest lines from each node on, as far as they were needed.

    Attributes:
        found: by node its heaviest lines in order.
        waiting: by node a heap of the lines that may come next.
    """

    def __init__(self, ancestry: Ancestry, weights: Floats, errors: bool) -> None:
        self.matrix = ancestry.layers.matrix
        with np.errstate(divide="ignore"):
            self.begun = -np.log(weights)
            self.passed = -np.log(ancestry.passed)
            self.written = -np.log(ancestry.origin * (1.0 - ancestry.invented) * (not errors))
            self.invented = -np.log(ancestry.errors if errors else ancestry.invented)
        ends = -np.minimum(self.written, self.invented)
        self.best = -ancestry.layers.heaviest(ends, -self.passed)
        self.found: dict[int, list[_Way]] = {}
        self.waiting: dict[int, list[_Way]] = {}

    def advance(self) -> bool:
        """Find the next line of the target; whether there is one."""
        known = len(self.found.get(TARGET, ()))
        chain = [TARGET]
        # after the last line of a node comes perhaps the one that follows the next of its next
        while chain[-1] in self.found:
            last = self.found[chain[-1]][-1]
            if last.node < 0 or len(self.found[last.node]) > last.rank + 1:
                break
            chain.append(last.node)
        for node in reversed(chain):
            self._next(node)
        return len(self.found[TARGET]) > known

    def line(self, rank: int) -> Line:
        """One of the target's lines that were found."""
        cost, nodes = self.found[TARGET][rank].cost, []
        way = self.found[TARGET][rank]
        while way.node >= 0:
            nodes.append(way.node)
            way = self.found[way.node][way.rank]
        return Line(tuple(reversed(nodes)), exp(-cost), way.node == MADE_UP)

    def _next(self, node: int) -> None:
        """Find one more line from a node on, if there is one."""
        if node in self.found:
            last = self.found[node][-1]
            further = self.found[last.node][last.rank + 1 :] if last.node >= 0 else []
            if further:
                cost = last.edge + further[0].cost
                heapq.heappush(self.waiting[node], _Way(cost, last.edge, last.node, last.rank + 1))
        else:
            self._open(node)
        while self.waiting[node]:
            way = heapq.heappop(self.waiting[node])
            self.found[node].append(way)
            if way.node < 0 or way.node in self.found:
                break
            node = way.node
            self._open(node)

    def _open(self, node: int) -> None:
        """The heaviest lines over each parent of a node, and those that end at it."""
        ways: list[_Way] = []
        if node == TARGET:
            parents: Ints = np.flatnonzero(np.isfinite(self.begun))
            edges = self.begun[parents]
        else:
            span = slice(*self.matrix.indptr[node : node + 2].tolist())
            parents = self.matrix.indices[span].astype(np.int64)
            edges = self.passed[node] - np.log(self.matrix.data[span])
            ends = ((self.written[node], WRITTEN), (self.invented[node], MADE_UP))
            ways += [_Way(cost, cost, end, 0) for cost, end in ends]
        costs = edges + self.best[parents]
        each = zip(costs.tolist(), edges.tolist(), parents.tolist(), strict=True)
        ways += [_Way(cost, edge, parent, 0) for cost, edge, parent in each]
        self.waiting[node] = [way for way in ways if np.isfinite(way.cost)]
        heapq.heapify(self.waiting[node])
        self.found[node] = []
