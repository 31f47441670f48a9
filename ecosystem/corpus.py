"""Documents in bulk: what stands on a shelf, what a model trains on."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

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
        return type(self)(self.cells + weight * other.cells, self.read + other.read)

    def thin(self, probability: float, rng: Generator) -> Self:
        """Each document kept independently with one probability."""
        return type(self)(sampling.thin(rng, self.cells, probability))
