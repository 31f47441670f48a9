"""Mixing distributions: sparse weights times dense rows, one block of readers at a time."""

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from ecosystem.sampling import Floats

BLOCK = 8
CHUNK = 256
LANES = 8
"""BLAS adds up the columns past the last multiple of this in another order (by position)."""


def padded(rows: int) -> int:
    """Rows to allocate so that one more source rarely changes the shape of a product."""
    return -(-max(rows, 1) // 16) * 16


class Blend:
    """Row i of `weights @ rows`, computed when asked for, a block of rows at a time.

    Rows of the same weights have the same blend, made once. Blocks have a fixed, zero-padded
    height and hold the sources that they use, in their order; where these are more than a chunk,
    each row's own sources are added chunk by chunk: so the bits of one blend depend neither on
    how many there are nor on sources it does not use.

    Attributes:
        kind: (blends,) which distinct blend each row is, 0, 1, ... by first appearance.
        first: (distinct,) the first row of each.

    Args:
        weights: (blends, sources) sparse, CSR with sorted columns.
        rows: (sources, cells), C-contiguous.
    """

    def __init__(self, weights: sp.csr_array, rows: Floats) -> None:
        self.weights = weights
        self.rows = rows
        self.kind, self.first = _distinct(weights)
        self._made: tuple[int, Floats] = -1, np.empty((0, rows.shape[1]))

    def __getitem__(self, row: int) -> Floats:
        """One blend, (cells,); to be read only."""
        return self.distinct(int(self.kind[row]))

    def distinct(self, kind: int) -> Floats:
        """The blend of one kind, (cells,); to be read only."""
        block, place = divmod(kind, BLOCK)
        made = self._made
        if block != made[0]:  # two threads may both make it, and get the same
            made = block, self._mixed(self.first[block * BLOCK : (block + 1) * BLOCK])
            self._made = made
        return made[1][place]

    def take(self, rows: NDArray[np.int64]) -> Floats:
        """Several blends, (rows, cells)."""
        kinds, place = np.unique(self.kind[rows], return_inverse=True)
        return np.array([self.distinct(kind) for kind in kinds.tolist()])[place]

    def _mixed(self, rows: NDArray[np.int64]) -> Floats:
        indptr = self.weights.indptr
        spans = [slice(int(indptr[row]), int(indptr[row + 1])) for row in rows.tolist()]
        own = [self.weights.indices[span] for span in spans]
        used = np.unique(np.concatenate(own))
        mixed = np.zeros((BLOCK, self.rows.shape[1]))
        alike: dict[bytes, list[int]] = {}
        for place, sources in enumerate(own):  # what does not fit in one chunk: by its own sources
            which = b"" if used.size <= CHUNK else sources.tobytes()
            alike.setdefault(which, []).append(place)
        for places in alike.values():
            sources = used if used.size <= CHUNK else own[places[0]]
            dense = np.zeros((BLOCK, sources.size))
            for place in places:
                dense[place, np.searchsorted(sources, own[place])] = self.weights.data[spans[place]]
            for first in range(0, sources.size, CHUNK):
                chunk = sources[first : first + CHUNK]
                joined = int(chunk[-1] - chunk[0]) + 1 == chunk.size
                part = self.rows[chunk[0] : chunk[-1] + 1] if joined else self.rows[chunk]
                _add_product(mixed, np.ascontiguousarray(dense[:, first : first + CHUNK]), part)
        return mixed


def _add_product(mixed: Floats, dense: Floats, part: Floats) -> None:
    rest = part.shape[1] % LANES
    whole = part.shape[1] - rest
    mixed[:, :whole] += dense @ part[:, :whole]
    if rest:
        filled = np.pad(part[:, whole:], ((0, 0), (0, LANES - rest)))
        mixed[:, whole:] += (dense @ filled)[:, :rest]


def _distinct(weights: sp.csr_array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which distinct row each row is, by first appearance, and where each is first."""
    rows = weights.shape[0]
    length = weights.indices.size // max(rows, 1)
    if rows and np.all(np.diff(weights.indptr) == length):  # as when all read alike
        indices, data = weights.indices.reshape(rows, length), weights.data.reshape(rows, length)
        if np.all(indices == indices[0]) and np.all(data == data[0]):
            return np.zeros(rows, dtype=np.int64), np.zeros(1, dtype=np.int64)
    kinds: dict[tuple[bytes, bytes], int] = {}
    kind = np.empty(weights.shape[0], dtype=np.int64)
    first: list[int] = []
    ends = weights.indptr.tolist()
    for row in range(weights.shape[0]):
        span = slice(ends[row], ends[row + 1])
        key = (weights.indices[span].tobytes(), weights.data[span].tobytes())
        kind[row] = kinds.setdefault(key, len(first))
        if kind[row] == len(first):
            first.append(row)
    return kind, np.array(first, dtype=np.int64)
