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

    Args:
        cells: (items, values) documents, times their weight where the diet gives one.
        read: (items,) documents read on each item, unweighted; by default the sums of cells.
        size: documents read; by default their sum.

    Attributes:
        weighted: whether `read` differs from the sums of cells.
    """

    def __init__(
        self, cells: Floats, read: Floats | None = None, size: float | None = None
    ) -> None:
        self.cells = cells
        self.weighted = read is not None
        if read is not None:
            self.read = read
        if size is not None:
            self.size = size

    @cached_property
    def read(self) -> Floats:
        """(items,) documents read on each item, unweighted."""
        return sampling.totals(self.cells)

    @cached_property
    def size(self) -> float:
        """Documents read."""
        return float(self.read.sum())

    def draw(self, n: int, rng: Generator, replace: bool = True) -> Self:
        """N documents with replacement, or distinct ones (all there are, where fewer)."""
        if replace:
            return type(self)(sampling.multinomial(rng, n, self.cells))
        return type(self)(piles.without_replacement(rng, self.cells, n))

    def merge(self, other: Self, weight: float = 1.0) -> Self:
        """Both corpora in one, each document of the other counting `weight` times."""
        return self.joined([(self, 1.0), (other, weight)])

    @classmethod
    def joined(cls, parts: Sequence[tuple[Self, float]]) -> Self:
        """Corpora in one, the documents of each counting as many times as its weight says."""
        cells, read = np.zeros_like(parts[0][0].cells), np.zeros_like(parts[0][0].read)
        for part, weight in parts:
            cells, read = cells + weight * part.cells, read + part.read
        weighted = any(part.weighted or (weight != 1 and part.size) for part, weight in parts)
        return cls(cells, read) if weighted else cls(cells)

    @property
    def amounts(self) -> Floats:
        """(items, values) documents, times their weight."""
        return self.cells

    def thin(self, probability: float | Floats, rng: Generator) -> Self:
        """Each document kept independently with one probability, or that of its cell.

        Here and below weighted documents of one cell are taken to weigh alike; exact where they
        do, an approximation where they do not.
        """
        return self._of(sampling.thin(rng, self._documents, probability))

    def select(self, pull: Floats, rng: Generator) -> Self:
        """As many documents, drawn from these with replacement in proportion to their pull.

        Args:
            pull: (items, values), not negative.
            rng: the stream to use.
        """
        wanted = self._documents * pull
        if not wanted.any():
            return self
        return self._of(sampling.multinomial(rng, round(self._documents.sum()), wanted))

    def without_highest(self, rank: Floats, share: float, rng: Generator) -> Self:
        """All but a share of the documents, those of the highest rank; ties go by lot.

        Args:
            rank: (items, values); may be infinite.
            share: 0 to 1 of the documents.
            rng: the stream to use.
        """
        live = np.flatnonzero(self._documents > 0)
        documents, ranks = self._documents.ravel()[live], rank.ravel()[live]
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
        found = np.zeros(self.cells.size)
        found[live] = kept
        return self._of(found.reshape(self.cells.shape))

    @cached_property
    def _documents(self) -> Floats:
        """(items, values) whole documents, not weighted."""
        if not self.weighted:
            return self.cells
        each = _ratio(sampling.totals(self.cells), self.read)[:, None]
        return np.ceil(_ratio(self.cells, each + 0 * self.cells) - 1e-9)

    def _of(self, documents: Floats) -> Self:
        """So many of these documents."""
        if not self.weighted:
            return type(self)(documents)
        return type(self)(
            documents * _ratio(self.cells, self._documents), sampling.totals(documents)
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

    def without_highest(self, rank: Floats, share: float, rng: Generator) -> Self:
        """All but a share of the documents, those of the highest rank; ties go by lot."""
        mixed = rng.permutation(len(self.rows))
        order = mixed[np.argsort(rank[mixed], kind="stable")]
        return self._of(np.sort(order[: len(order) - round(share * len(order))]))

    def _of(self, chosen: NDArray[Any]) -> Self:
        return type(self)(self.rows[chosen], self.weights[chosen])


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Part over whole, 0 where there is none."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


Corpus = Counts | Rows
"""What a model trains on."""
