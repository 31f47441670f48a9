"""Whom to block: which few candidates carry most of what a target's text has of contamination.

Every measure here is additive along lines (`analysis.ancestry`): each node adds something of its
own to a document, and passes on what came from its parents, c_v = own_v + passed_v (W c)_v. To
block a candidate is to shut its gates, so that no line goes on through them. What that removes is
f(S) = c(target) - c(target without S), as a mass: nothing takes the place of what is gone (for what
does, see `analysis.renormalised`). f counts every line that meets S once, with its weight, so it is
monotone and submodular, and the greedy choice removes at least 1 - 1/e of the most that any k
candidates do (Nemhauser, Wolsey & Fisher 1978; contamination.md, section 2).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from analysis.layers import Floats, Ints, Layers

CELLS = 4_000_000
"""Numbers held for candidates that are swept together."""
TOGETHER = 64
NEGLIGIBLE = 1e-12
"""Share of the contamination below which nothing is left to remove."""


@dataclass(frozen=True)
class Gates:
    """A web with gates in it: nodes that lines stop at once somebody is blocked.

    Attributes:
        layers: the shares between its n nodes.
        own: (n,) contamination that a node adds to its documents, 0 or more.
        passed: (n,) factor on what comes from its parents, 0 to 1.
        gate: (n,) the candidate whose gate a node is, -1 where it is none.
        names: of the candidates.
    """

    layers: Layers
    own: Floats
    passed: Floats
    gate: Ints
    names: tuple[str, ...]

    def load(self, blocked: Collection[int] = ()) -> Floats:
        """(n,) contamination c = (I - diag(passed) W)^-1 own with the gates of some shut."""
        left = self.left(blocked)
        return self.layers.forward(self.own * left, self.passed * left)

    def left(self, blocked: Collection[int]) -> Floats:
        """(n,) 0 at the gates of those blocked, 1 elsewhere."""
        open_ = np.ones(len(self.names) + 1)  # the last: of what is nobody's gate
        open_[list(blocked)] = 0.0
        return open_[self.gate]

    def loads(self, blocked: Sequence[Collection[int]], target: Floats) -> Floats:
        """(choices,) contamination of a target, (n,) weights, under each of several choices."""
        found = []
        for start, stop in blocks(len(blocked), self.layers.size):
            left = np.stack([self.left(each) for each in blocked[start:stop]], axis=1)
            load = self.layers.forward(self.own[:, None] * left, self.passed[:, None] * left)
            found.append(target @ load)
        return np.concatenate([*found, np.zeros(0)])

    def flow(self, target: Floats, blocked: Collection[int] = ()) -> Floats:
        """(candidates,) contamination of a target that comes out of each one's gates.

        The sum over edges that leave its gates of g_v passed_v w_vu f_u, f forwards, g backwards:
        what blocking it would remove if no line came out of it twice, and never less than that.
        """
        left = self.left(blocked)
        passed = self.passed * left
        load = self.layers.forward(self.own * left, passed)
        reach = self.layers.backward(target, passed) * passed
        child, parent, share = self.out
        flow = reach[child] * share * load[parent]
        return np.bincount(self.gate[parent], flow, minlength=len(self.names)).astype(np.float64)

    @cached_property
    def out(self) -> tuple[Ints, Ints, Floats]:
        """The edges that leave the gates of each candidate: child, parent, share."""
        matrix = self.layers.matrix
        child = np.repeat(np.arange(self.layers.size), np.diff(matrix.indptr))
        parent = matrix.indices
        out = (self.gate[parent] >= 0) & (self.gate[parent] != self.gate[child])
        return child[out], parent[out], matrix.data[out]


class Pick(NamedTuple):
    """One candidate blocked: its number and name, and what that removes beyond those before."""

    candidate: int
    name: str
    removed: float


def greedy(gates: Gates, target: Floats, k: int) -> list[Pick]:
    """Up to k candidates, each the one that removes most from a target once those before are gone.

    Exact gains, by a sweep for each candidate that could be the best, many at once. Gains only
    fall as more is blocked, so those of earlier rounds, and `Gates.flow`, are upper bounds, and
    candidates whose bound is not above the best gain found are left out (lazy greedy, Minoux
    1978): the choice is the same. Of equal gains one within rounding is taken.

    Args:
        gates: the web; nodes of the target are not gates to it.
        target: (n,) weights.
        k: 1 up to the number of candidates that any of the target's contamination comes through.

    Returns:
        k picks, fewer where nothing is left to remove.

    Raises:
        ValueError: nothing of the target's contamination comes through a candidate; k is not what
            is allowed.
    """
    gates = towards(gates, target)
    bound = gates.flow(target)
    there = int(np.count_nonzero(bound > 0))
    if not there:
        raise ValueError(
            "block: given a target of whose contamination nothing comes through those who can be "
            "blocked, allowed others: models, communities, sites or nodes"
        )
    if not 1 <= k <= there:
        raise ValueError(
            f"block: given {k}, allowed 1 to {there}, as many as contamination of the target "
            "comes through"
        )
    chosen: list[int] = []
    picks: list[Pick] = []
    whole = left = float(target @ gates.load())
    while len(picks) < k:
        best = _best(gates, target, chosen, left, bound)
        if bound[best] <= NEGLIGIBLE * whole:
            break
        picks.append(Pick(best, gates.names[best], float(bound[best])))
        chosen.append(best)
        left = float(target @ gates.load(chosen))
        bound = np.minimum(bound, gates.flow(target, chosen))
    return picks


def towards(gates: Gates, target: Floats) -> Gates:
    """The same web, in which nodes of the target are nobody's gates: none is blocked for itself."""
    gate = np.where(target > 0, -1, gates.gate)
    return Gates(gates.layers, gates.own, gates.passed, gate, gates.names)


def _best(gates: Gates, target: Floats, chosen: list[int], whole: float, bound: Floats) -> int:
    """The candidate of the largest gain; the bounds of those tried become their gains."""
    order = np.argsort(-bound, kind="stable")
    best = -1
    for start, stop in blocks(order.size, gates.layers.size):
        if best >= 0 and bound[order[start]] <= bound[best]:
            break
        some = order[start:stop]
        bound[some] = whole - gates.loads([[*chosen, c] for c in some.tolist()], target)
        top = int(some[np.argmax(bound[some])])
        best = top if best < 0 or bound[top] > bound[best] else best
    return best


def blocks(many: int, size: int) -> list[tuple[int, int]]:
    """Where to cut so many columns of that size into blocks that are swept at once."""
    width = max(1, min(TOGETHER, CELLS // max(size, 1)))
    return [(start, min(start + width, many)) for start in range(0, many, width)]
