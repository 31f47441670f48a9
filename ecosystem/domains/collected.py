"""Documents that somebody collected: real vectors, of each of which it is known what it shows.

A domain of such documents needs to say where they are from, and no more; what humans write, and
the moments of it, follow.
"""

import hashlib
from abc import abstractmethod
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ecosystem.domains.domain import Ints, RowsDomain
from ecosystem.sampling import Floats, Generator


@dataclass(frozen=True, eq=False)
class Collection:
    """N documents of K items.

    Attributes:
        documents: (n, width) numbers.
        labels: (n,) the item that each document shows, 0 to K - 1; each item has one.
        items: (K,) names of the items.
    """

    documents: Floats
    labels: Ints
    items: tuple[str, ...]


class CollectedDomain(RowsDomain):
    """A field of collected vectors: people write on an item by taking one of its documents.

    Documents of an item are drawn with replacement; items are as frequent as in the collection,
    each is its own group, and nothing can be wrong. A subclass says what was collected.

    Attributes:
        spec: its settings.
    """

    form: ClassVar[str] = "vectors"

    def __init__(self, name: str, spec: Any, folder: Path | None = None) -> None:
        self.name = name
        self.spec = spec
        self.width = self.collected.documents.shape[1]
        self.items: tuple[str, ...] = tuple(self.collected.items)
        known = self.collected.labels
        self.topics = np.bincount(known, minlength=len(self.items)) / known.size
        self.groups = self.items
        self.group_of: Ints = np.arange(len(self.items), dtype=np.int64)
        self.confusion = np.zeros((len(self.items), 1))

    @abstractmethod
    def collection(self) -> Collection:
        """What was collected; asked for once."""

    @property
    def digest(self) -> str:
        """sha256 of the documents, of what each shows, and of the items."""
        found = hashlib.sha256("\n".join(self.items).encode())
        for array in (self.collected.documents, self.collected.labels):
            found.update(np.ascontiguousarray(array).tobytes())
        return found.hexdigest()

    def label(self, item: int, slot: int) -> str:
        """What a document shows."""
        return self.items[item]

    def human(self, cell: int, n: int, rng: Generator) -> Floats:
        own = self._of_item[cell]
        return self.collected.documents[own[rng.integers(own.size, size=n)]]

    def reference(self) -> Floats:
        return self.collected.documents

    def labels(self) -> Ints:
        """(documents,) the item of each document of `reference`."""
        return self.collected.labels

    def moments(self, shares: Floats) -> tuple[Floats, Floats]:
        documents, known = self.collected.documents, self.collected.labels
        weights = (shares / np.bincount(known))[known]
        mean = weights @ documents
        centred = documents - mean
        return mean, centred.T @ (weights[:, None] * centred)

    @cached_property
    def collected(self) -> Collection:
        """What was collected."""
        return self.collection()

    @cached_property
    def _of_item(self) -> list[NDArray[np.int64]]:
        known = self.collected.labels
        return [np.flatnonzero(known == item) for item in range(len(self.items))]
