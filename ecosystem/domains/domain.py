"""What every domain knows: the things a document can say, and the truth."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from ecosystem.corpus import Corpus, Counts, Rows
from ecosystem.discovery import nearest
from ecosystem.sampling import Floats, Generator

Ints = NDArray[np.int64]


class Domain(ABC):
    """A field of knowledge with a known truth.

    A new domain is a file with one class that has a `kind` and a pydantic class of settings
    (`Spec`); it is built as `Class(name, spec, folder)`.

    Attributes:
        form: what its documents are. Learners say which forms they learn, and views which they
            show: "counts" of what can be said; "vectors" of numbers; or a form of its own.
        name: the domain's name in the scenario.
        items: (K,) names of what a document can be about.
        topics: (K,) share of true human writing on each item, sums to 1.
        groups: (G,) names of the groups of items.
        group_of: (K,) the group of each item.
        confusion: (K, V) probability of each value given that it is wrong; column 0, the
            truth, is 0; rows sum to 1, or to 0 where an item has no wrong value.
    """

    kind: ClassVar[str] = ""
    form: ClassVar[str] = "counts"
    Spec: ClassVar[type[BaseModel]]

    name: str
    items: tuple[str, ...]
    topics: Floats
    groups: tuple[str, ...]
    group_of: Ints
    confusion: Floats

    @classmethod
    def own_file(cls, spec: Any) -> str | None:
        """The field of its settings that names a file of the user's own, if one does."""
        return None

    @property
    def shape(self) -> tuple[int, int]:
        """(items K, values V): V - 1 is the most wrong values any item has."""
        return self.confusion.shape[0], self.confusion.shape[1]

    @cached_property
    def fallible(self) -> NDArray[np.bool_]:
        """(K,) whether anything wrong can be said of an item."""
        return np.asarray(self.confusion.any(axis=1))

    @cached_property
    def guesses(self) -> Floats:
        """(K, V) cumulated confusion, to 1: a uniform number falls on the slot guessed."""
        cumulated = np.cumsum(self.confusion, axis=1)
        return np.asarray(cumulated / np.where(self.fallible, cumulated[:, -1], 1.0)[:, None])

    @property
    @abstractmethod
    def digest(self) -> str:
        """sha256 of what the domain was made from, for manifests."""

    @abstractmethod
    def label(self, item: int, slot: int) -> str:
        """The value that a slot of an item stands for, in words."""

    def rarest(self, share: float) -> Ints:
        """Indices of the rarest `share` (above 0, to 1) of the items humans write about.

        Rarest first, ties by index; at least one. Items of weight 0 are not counted: nobody
        could keep what no human writes.
        """
        if not 0 < share <= 1:
            raise ValueError(f"share is {share}; it must be above 0 and at most 1.")
        written = np.flatnonzero(self.topics)
        order = written[np.argsort(self.topics[written], kind="stable")]
        return order[: max(1, round(share * len(written)))].astype(np.int64)

    def truth(self, error: float = 0.0, topics: Floats | None = None) -> Floats:
        """What humans write: (K, V) probabilities, with an error rate per document.

        An item without wrong values is never wrong.
        """
        cells = self.confusion * error
        cells[:, 0] = np.maximum(0.0, 1.0 - cells.sum(axis=1))
        return cells * (self.topics if topics is None else topics)[:, None]

    def documents(self, counts: Floats, rng: Generator) -> Corpus:
        """Documents as humans write them, so many of each of the K x V cells: (K, V)."""
        return Counts(counts)

    def correct(self, corpus: Any) -> NDArray[np.bool_] | None:
        """Whether documents are right: (K, V) of what can be said, the truth being slot 0.

        In a domain of rows (documents,) of the corpus; None where nothing can be wrong.
        """
        return np.broadcast_to(np.arange(self.shape[1]) == 0, self.shape)

    def tilt(self, weights: Mapping[str, float]) -> Floats:
        """Relative weights by group, spread over items: (K,), 1 for groups not named."""
        factors = np.ones(len(self.groups))
        for group, weight in weights.items():
            if group not in self.groups:
                raise ValueError(
                    f"topics of {self.name}: given the group {group!r}, "
                    f"{nearest(group, self.groups)}"
                )
            factors[self.groups.index(group)] = weight
        return factors[self.group_of]


class RowsDomain(Domain):
    """A field whose documents are rows of numbers, of which no two need be alike.

    What humans write falls into cells as in every domain (items by values): an item is a kind of
    document, such as a digit or a branch of a problem. What a document of a cell holds is drawn
    by `human`. Models learn from rows, and write rows of which nobody knows the cell.

    Of the form "vectors", it also has `moments`, and `labels()`: (documents,) the item of each
    document of `reference`. `CollectedDomain` has all of this for documents that are at hand.

    Attributes:
        width: numbers in a document.
        dtype: of these numbers.
    """

    form: ClassVar[str] = "rows"
    width: int
    dtype: ClassVar[type] = np.float64

    @abstractmethod
    def human(self, cell: int, n: int, rng: Generator) -> NDArray[Any]:
        """N human documents of one of the K x V cells: (n, width)."""

    @abstractmethod
    def reference(self) -> NDArray[Any]:
        """(documents, width) human documents to measure against, the same every time."""

    def documents(self, counts: Floats, rng: Generator) -> Corpus:
        cells = np.flatnonzero(counts)
        each = counts.ravel()[cells].astype(np.int64)
        parts = [self.human(c, n, rng) for c, n in zip(cells.tolist(), each.tolist(), strict=True)]
        return Rows(np.concatenate([np.zeros((0, self.width), dtype=self.dtype), *parts]))

    def correct(self, corpus: Any) -> NDArray[np.bool_] | None:
        return None

    def moments(self, shares: Floats) -> tuple[Floats, Floats]:
        """Mean (width,) and covariance (width, width) of what humans write, exactly.

        Args:
            shares: (K x V,) of each cell, sum 1.

        Raises:
            ValueError: this domain does not know them.
        """
        raise ValueError(f"{self.name}: its exact moments are not known; allowed a fitted start")
