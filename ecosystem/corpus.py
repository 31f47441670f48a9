"""Documents in bulk: what stands on a shelf, what a model trains on."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ecosystem import piles, sampling
from ecosystem.sampling import Floats, Generator


@dataclass(frozen=True)
class Batch:
    """Documents that are exchangeable: one author, one site, one step, one set of marks.

    The unit of publication. For a shelf (all documents of one site, origin and marks) author
    is empty.

    Attributes:
        domain: what it is about.
        site: where it stands.
        step: when it was published.
        author: who wrote it.
        synthetic: the true origin: written by a model.
        marks: what readers can see: a watermark, a signature, a detector's verdict.
        volume: documents (expected ones where the site's documents are unlimited).
    """

    domain: str
    site: str
    step: int
    synthetic: bool
    author: str = ""
    marks: frozenset[str] = frozenset()
    volume: float = 0.0


class Counts:
    """A corpus held as counts over the (items, values) things a document can say.

    Documents that count differently in training are held in layers, one for each weight.

    Args:
        documents: (items, values) documents; (layers, items, values) where weights are given.
        weights: (layers,) how much each document of a layer counts, above 0; 1 where not given.

    Attributes:
        layers: (layers, items, values) documents.
        weights: (layers,) how much each counts.
        weighted: whether any counts more or less than 1.
    """

    def __init__(self, documents: Floats, weights: Sequence[float] | None = None) -> None:
        self.weighted = weights is not None
        self.layers = documents[None] if weights is None else documents
        self.weights = np.array([1.0] if weights is None else weights)

    @cached_property
    def cells(self) -> Floats:
        """(items, values) documents, times their weight."""
        if not self.weighted:
            return self.layers[0]
        return np.asarray(np.einsum("l,lkv->kv", self.weights, self.layers))

    @cached_property
    def read(self) -> Floats:
        """(items,) documents read on each item, not weighted."""
        return sampling.totals(self.layers[0] if not self.weighted else self.layers.sum(axis=0))

    @cached_property
    def size(self) -> float:
        """Documents read."""
        return float(self.read.sum())

    def draw(self, n: int, rng: Generator, replace: bool = True) -> Self:
        """N documents with replacement, or distinct ones (all there are, where fewer)."""
        if replace:
            return self._of(self._drawn(n, self.layers, rng))
        return self._of(piles.without_replacement(rng, self.layers, n))

    def merge(self, other: Self, weight: float = 1.0) -> Self:
        """Both corpora in one, each document of the other counting `weight` times."""
        return self.joined([(self, 1.0), (other, weight)])

    @classmethod
    def joined(cls, parts: Sequence[tuple[Self, float]]) -> Self:
        """Corpora in one, the documents of each counting as many times as its weight says."""
        found: dict[float, Floats] = {}
        for part, weight in parts:
            for layer, own in zip(part.layers, part.weights.tolist(), strict=True):
                if layer.any():
                    found[weight * own] = found.get(weight * own, 0.0) + layer
        if not found:  # nothing at all
            return cls(np.zeros_like(parts[0][0].layers[0]))
        if list(found) == [1.0]:
            return cls(found[1.0])
        return cls(np.array(list(found.values())), list(found))

    @property
    def amounts(self) -> Floats:
        """(items, values) documents, times their weight."""
        return self.cells

    def thin(self, probability: float | Floats, rng: Generator) -> Self:
        """Each document kept independently with one probability, or that of its cell."""
        each = probability if isinstance(probability, float) else self._everywhere(probability)
        return self._of(sampling.thin(rng, self.layers, each))

    def select(self, pull: Floats, rng: Generator) -> Self:
        """As many documents, drawn from these with replacement in proportion to their pull.

        Args:
            pull: (items, values), not negative.
            rng: the stream to use.
        """
        wanted = self.layers * pull
        if not wanted.any():
            return self
        return self._of(self._drawn(round(self.size), wanted, rng))

    def capped(self, most: int, rng: Generator) -> Self:
        """At most so many documents of each cell; by lot which, where they weigh differently."""
        if not self.weighted:
            return self._of(np.minimum(self.layers, most))
        found = self.layers.copy()
        for item, value in np.argwhere(self.layers.sum(axis=0) > most).tolist():
            own = np.ascontiguousarray(self.layers[:, item, value])
            found[:, item, value] = piles.without_replacement(rng, own, most)
        return self._of(found)

    def without_highest(self, rank: Floats, share: float, rng: Generator) -> Self:
        """All but a share of the documents, those of the highest rank; ties go by lot.

        Args:
            rank: (items, values); may be infinite.
            share: 0 to 1 of the documents.
            rng: the stream to use.
        """
        live = np.flatnonzero(self.layers > 0)
        documents, ranks = self.layers.ravel()[live], self._everywhere(rank).ravel()[live]
        order = np.argsort(ranks, kind="stable")
        wanted = round(documents.sum() * (1 - share))
        upto = int(np.searchsorted(np.cumsum(documents[order]), wanted, side="right"))
        if upto == live.size:
            return self
        border = ranks[order[upto]]
        kept = np.where(ranks < border, documents, 0.0)
        left = wanted - round(kept.sum())
        if left:
            tied = np.where(ranks == border, documents, 0.0)
            kept += piles.without_replacement(rng, tied, left)
        found = np.zeros(self.layers.size)
        found[live] = kept
        return self._of(found.reshape(self.layers.shape))

    def _drawn(self, n: int, wanted: Floats, rng: Generator) -> Floats:
        """(layers, items, values) documents drawn in proportion to as many numbers."""
        rows = wanted.reshape(-1, wanted.shape[-1])
        return sampling.multinomial(rng, n, rows).reshape(wanted.shape)

    def _everywhere(self, cells: Floats) -> Floats:
        """The same (items, values) for every layer."""
        return np.broadcast_to(cells, self.layers.shape)

    def _of(self, documents: Floats) -> Self:
        """So many of these documents, by layer."""
        return (
            type(self)(documents, self.weights.tolist())
            if self.weighted
            else type(self)(documents[0])
        )


class Rows:
    """A corpus held document by document: vectors, labelled examples, arrays of tokens.

    Args:
        rows: (documents, width) one document a row.
        weights: (documents,) how much each counts in training, above 0; 1 where not given.
    """

    weighted = False

    def __init__(self, rows: NDArray[Any], weights: Floats | None = None) -> None:
        self.rows = rows
        if weights is not None and np.any(weights != 1):
            self.weights, self.weighted = weights, True

    @cached_property
    def weights(self) -> Floats:
        """(documents,) how much each counts in training."""
        return np.ones(len(self.rows))

    @property
    def size(self) -> float:
        """Documents read."""
        return float(len(self.rows))

    @property
    def amounts(self) -> Floats:
        """(documents,) one each, times its weight."""
        return self.weights

    def draw(self, n: int, rng: Generator, replace: bool = True) -> Self:
        """N documents with replacement, or distinct ones (all there are, where fewer)."""
        everything = len(self.rows)
        chosen = rng.integers(everything, size=n) if replace else rng.permutation(everything)[:n]
        return type(self)(self.rows[chosen], self.weights[chosen])

    def merge(self, other: Self, weight: float = 1.0) -> Self:
        """Both corpora in one, each document of the other counting `weight` times."""
        return self.joined([(self, 1.0), (other, weight)])

    @classmethod
    def joined(cls, parts: Sequence[tuple[Self, float]]) -> Self:
        """Corpora in one, the documents of each counting as many times as its weight says."""
        return cls(
            np.concatenate([part.rows for part, _ in parts]),
            np.concatenate([part.weights * weight for part, weight in parts]),
        )

    def thin(self, probability: float | Floats, rng: Generator) -> Self:
        """Each document kept independently with one probability, or its own, (documents,)."""
        return self._of(rng.random(len(self.rows)) < probability)

    def select(self, pull: Floats, rng: Generator) -> Self:
        """As many documents, drawn from these with replacement in proportion to their pull."""
        if not pull.any():
            return self
        return self._of(rng.choice(len(self.rows), size=len(self.rows), p=pull / pull.sum()))

    def capped(self, most: int, rng: Generator) -> Self:
        """At most so many documents that are alike to the last bit; by lot which."""
        mixed = rng.permutation(len(self.rows))
        _, kind = np.unique(self.rows[mixed], axis=0, return_inverse=True)
        order = np.argsort(kind, kind="stable")
        first = np.searchsorted(kind[order], kind[order])
        return self._of(np.sort(mixed[order[np.arange(len(order)) - first < most]]))

    def without_highest(self, rank: Floats, share: float, rng: Generator) -> Self:
        """All but a share of the documents, those of the highest rank; ties go by lot."""
        mixed = rng.permutation(len(self.rows))
        order = mixed[np.argsort(rank[mixed], kind="stable")]
        return self._of(np.sort(order[: len(order) - round(share * len(order))]))

    def _of(self, chosen: NDArray[Any]) -> Self:
        return type(self)(self.rows[chosen], self.weights[chosen])


Corpus = Counts | Rows
"""What a model trains on."""
