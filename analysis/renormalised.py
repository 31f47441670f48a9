"""What contamination becomes under a blocklist, where other sources take the place of the blocked.

A crawl does not shrink because part of the web is shut: as many documents are drawn from what is
left. So the shares of what is left grow, and blocking can do harm where the rest is worse.
"""

from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from analysis.layers import Floats, Layers
from analysis.listed import Listed

TRIED = 100
"""Candidates that are tried for each pick, those first that most contamination comes through."""


class Refilled(NamedTuple):
    """One candidate blocked, and the contamination of the target once others are read instead."""

    name: str
    predicted: float


def renormalised(web: Listed, blocked: Collection[int]) -> Floats:
    """(n,) contamination of every node where the shares of what is left sum to 1 again.

    What stands on the web has a mass of text that is left, kept_v = sum_u w_vu kept_u with 1 at
    authors and 0 at gates that are shut, and its contamination counts in that mass. Where text is
    drawn the masses are divided by what is left, sum_u w_vu kept_u: c_v = own_v + passed_v
    sum_u w_vu c_u / sum_u w_vu kept_u. A take of all documents is not filled up: it becomes
    smaller among the takes of its diet. A take of which nothing is left gives its share to the
    others; a training set of which nothing is left is not made, and the model stays its former
    self.

    Exact to first order: for a world in which authors write as much, shelves hold as much, and
    each training set makes as much up, as the ledger says they did.
    """
    gates, layers = web.gates, web.gates.layers
    left = gates.left(blocked)
    kept = layers.forward(np.where(web.carries, 0.0, 1.0), np.where(web.carries, left, 0.0))
    # a take that finds anything is full, and then a training set may hold several
    for _ in range(2):
        found = np.where(web.draws, layers.parents(kept), 1.0)
        kept = np.where(web.draws, found > 0, kept)
    starved = np.flatnonzero((found == 0) & (web.former >= 0))
    passed = np.divide(gates.passed * left, found, out=np.zeros(layers.size), where=found > 0)
    passed[starved] = 1.0
    own = gates.own * left * (found > 0)
    if starved.size:
        child = np.repeat(np.arange(layers.size), np.diff(layers.matrix.indptr))
        fed = found[child] > 0
        layers = Layers(
            layers.size,
            np.concatenate([child[fed], starved]),
            np.concatenate([layers.matrix.indices[fed], web.former[starved]]),
            np.concatenate([layers.matrix.data[fed], np.ones(starved.size)]),
        )
    return layers.forward(own, passed)


def best_refilled(web: Listed, target: Floats, k: int) -> list[Refilled]:
    """Up to k candidates, each the one that leaves least once others take the place of its text.

    Unlike `analysis.blocking.greedy` it passes over sources that carry much only because they are
    read much. It has no bound, since what fills up may be worse: it stops where blocking one more
    would not help.

    Args:
        web: the web.
        target: (n,) weights.
        k: how many, 1 or more.
    """
    flow = web.gates.flow(target)
    order = np.argsort(-flow, kind="stable")[:TRIED]
    there = order[flow[order] > 0].tolist()
    chosen: list[int] = []
    picks: list[Refilled] = []
    least = float(target @ renormalised(web, ()))
    while len(picks) < k:
        left = {
            c: float(target @ renormalised(web, [*chosen, c])) for c in there if c not in chosen
        }
        best = min(left, key=lambda c: left[c], default=-1)
        if best < 0 or left[best] >= least:
            break
        least = left[best]
        chosen.append(best)
        picks.append(Refilled(web.gates.names[best], least))
    return picks
