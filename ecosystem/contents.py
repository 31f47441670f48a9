"""What stands behind the columns of a stock of rows: human cells, voices, documents."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ecosystem.corpus import Rows
from ecosystem.domains.domain import RowsDomain
from ecosystem.sampling import Generator

Ints = NDArray[np.int64]


def roomy(size: int) -> int:
    """Columns to allocate for so many, so that they need not grow often."""
    return size + size // 2


class Voice(Protocol):
    """What a model writes, as it was when it wrote: never changed afterwards."""

    def write(self, n: int, rng: Generator) -> Rows:
        """N documents, exchangeable: their order says nothing."""

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything it is, as arrays, from which its learner's `voice_of` brings it back."""


class Contents:
    """The things of which a stock of rows counts documents, one a column.

    First the cells of human writing (items by values), which stay. Then, in the order in which
    they came, voices (where documents are unlimited: a reader of n of them gets n new draws)
    and written documents (where they are finite: the very rows).

    Attributes:
        human: number of columns of human cells.
        voices: by column, the voice behind it; documents where it has none.

    Args:
        domain: what human cells hold.
    """

    def __init__(self, domain: RowsDomain) -> None:
        self.domain = domain
        self.human = domain.shape[0] * domain.shape[1]
        self.voices: dict[int, tuple[int, Voice]] = {}
        self._size = self.human
        self._rows: NDArray[Any] = np.zeros(
            (self.human, domain.width), dtype=domain.dtype
        )  # with room for more

    def __len__(self) -> int:
        """Number of columns."""
        return self._size

    @property
    def rows(self) -> NDArray[Any]:
        """(columns, width) the document behind each column that is one."""
        return self._rows[: self._size]

    @rows.setter
    def rows(self, rows: NDArray[Any]) -> None:
        self._rows, self._size = rows.copy(), len(rows)

    def add_voice(self, author: int, voice: Voice) -> int:
        """The column of an author's voice, a new one."""
        none: NDArray[Any] = np.zeros((1, self.domain.width), dtype=self.domain.dtype)
        (column,) = self.add_documents(none).tolist()
        self.voices[column] = author, voice
        return int(column)

    def add_documents(self, rows: NDArray[Any]) -> Ints:
        """The columns of documents just written, in their order."""
        first, self._size = self._size, self._size + len(rows)
        if self._size > len(self._rows):
            larger = np.empty((roomy(self._size), self._rows.shape[1]), dtype=self._rows.dtype)
            larger[:first] = self._rows[:first]
            self._rows = larger
        self._rows[first : self._size] = rows
        return np.arange(first, self._size)

    def written(self, columns: Ints, counts: Ints, rng: Generator) -> NDArray[Any]:
        """The documents that so many draws of columns give: (sum of counts, width).

        In the order of the columns, which rise; a column of one document gives it as often as it
        was drawn.
        """
        first = int(np.searchsorted(columns, self.human))
        each = zip(columns[:first].tolist(), counts[:first].tolist(), strict=True)
        parts = [self.domain.human(column, count, rng) for column, count in each]
        documents, times = columns[first:], counts[first:]
        if self.voices:
            spoken = np.isin(documents, list(self.voices))
            said = zip(documents[spoken].tolist(), times[spoken].tolist(), strict=True)
            parts += [self.voices[column][1].write(count, rng).rows for column, count in said]
            documents, times = documents[~spoken], times[~spoken]
        parts.append(self.rows[np.repeat(documents, times)])
        return np.concatenate(parts)

    def keep(self, live: NDArray[np.bool_]) -> Ints:
        """Drop columns of which nothing stands any more; the old columns that stay, in order."""
        live = live.copy()
        live[: self.human] = True
        stay = np.flatnonzero(live)
        place = np.cumsum(live) - 1
        self.voices = {int(place[old]): said for old, said in self.voices.items() if live[old]}
        self._rows[: stay.size] = self._rows[stay]  # what room there was stays
        self._size = stay.size
        return stay

    def by_author(self) -> Sequence[tuple[int, int, Voice]]:
        """Column, author and voice of every voice, in the order of the columns."""
        return [(column, *found) for column, found in self.voices.items()]
