"""New nodes of the ledger and what they were drawn from, as sparse rows over live ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
HUMANS = ("founder", "learning")
"""Kinds of nodes of communities: what they know by themselves, or believe who asked a model."""
MODELS = ("start", "training", "model")
AUTHORS = (*HUMANS, *MODELS)
"""Kinds of nodes that give on a distribution; others hold documents."""


@dataclass(frozen=True)
class Born:
    """Nodes as they join: what the rules need to know of each.

    Attributes:
        numbers: (nodes,) rising, and above those of all nodes that came before.
        kind: (nodes,) of the ledger.
        law: (nodes,) how each was drawn.
        documents: (nodes,) how many it holds; infinite for what is no sample.
        invented: (nodes,) share of it that was made up, 0 to 1: new originals.
        novel: (nodes,) share of what is written on new items, 0 to 1: originals of a topic too.
        site: (nodes,) where each stands, "" nowhere.
        degrees: (nodes,) parents of each; founders have none.
        parents: (edges,) their numbers, those of each node in turn.
        shares: (edges,) above 0; those of a node sum to 1.
        topics: what founders write about, (items,) by number.
    """

    numbers: Ints
    kind: NDArray[np.str_]
    law: NDArray[np.str_]
    documents: Floats
    invented: Floats
    novel: Floats
    site: NDArray[np.str_]
    degrees: Ints
    parents: Ints
    shares: Floats
    topics: Mapping[int, Floats]


class Rows:
    """Sparse rows over so many slots; those alike are multiplied once.

    Attributes:
        slots, weights: (edges,) of each row in turn.
        node: (edges,) the row.
        size: the number of rows.
    """

    def __init__(self, slots: Ints, weights: Floats, degrees: Ints, width: int) -> None:
        self.slots, self.weights, self.size = slots, weights, degrees.size
        self.node = np.repeat(np.arange(degrees.size), degrees)
        ends = np.concatenate([[0], np.cumsum(degrees)])
        kinds: dict[bytes, int] = {}
        spans: list[slice] = []
        self._kind = np.empty(degrees.size, dtype=np.int64)
        for row, (start, stop) in enumerate(pairwise(ends.tolist())):
            which = slots[start:stop].tobytes() + weights[start:stop].tobytes()
            if which not in kinds:
                kinds[which] = len(spans)
                spans.append(slice(start, stop))
            self._kind[row] = kinds[which]
        at = np.concatenate([np.empty(0, np.int64), *(np.arange(s.start, s.stop) for s in spans)])
        ends = np.cumsum([0, *(s.stop - s.start for s in spans)])
        # not sorted: sums go in the order of the parents, wherever these have their slots
        distinct = weights[at], slots[at], ends
        self._distinct = sp.csr_array(distinct, shape=(len(spans), width))

    def __matmul__(self, matrix: Floats) -> Floats:
        """(rows, k) of a (slots, k) matrix."""
        return np.asarray(self._distinct @ matrix)[self._kind]


class Groups(NamedTuple):
    """Stocks that new nodes were drawn from without replacement.

    Attributes:
        node: (groups,) which of the new nodes.
        held: (groups,) documents of the stock.
        rows: (groups, slots) the shares of its shelves in the node.
        nodes: how many new nodes there are.
    """

    node: Ints
    held: Floats
    rows: Rows
    nodes: int

    def correction(self, phi: Floats, copied: Floats) -> Floats:
        """(nodes,) sum over stocks of (w^2 - S) / (n - 1), by which no document is drawn twice."""
        rows, groups = self.rows, self.node.size
        square = copied[self.node] ** 2
        reached = (rows @ phi)[rows.node, rows.slots]
        together = np.bincount(rows.node, rows.weights * reached, groups)
        share = np.bincount(rows.node, rows.weights, groups)
        several = self.held > 1  # of a single document no two are distinct
        per_pair = square * np.divide(
            share**2 - together, self.held - 1, out=together.copy(), where=several
        )
        return np.bincount(self.node, per_pair, self.nodes).astype(np.float64)


def together(born: Sequence[Born]) -> Born:
    """Several groups of new nodes as one."""
    if len(born) == 1:
        return born[0]
    joined: dict[str, Any] = {
        field.name: np.concatenate([getattr(each, field.name) for each in born])
        for field in fields(Born)
        if field.name != "topics"
    }
    return Born(**joined, topics={n: own for each in born for n, own in each.topics.items()})
