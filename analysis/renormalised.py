"""What contamination becomes under a blocklist, where other sources take the place of the blocked.

A crawl does not shrink because part of the web is shut: as many documents are drawn from what is
left. So the shares of what is left grow, and blocking can do harm where the rest is worse.
"""

from collections.abc import Collection

import numpy as np

from analysis.layers import Floats, Layers
from analysis.listed import Listed


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
        found = np.where(web.draws, np.asarray(layers.matrix @ kept), 1.0)
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
