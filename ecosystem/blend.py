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
    """Row i of `weights @ rows`, computed when asked for, a block of readers at a time.

    Blocks have a fixed, zero-padded height, and sources are added in chunks of a fixed size in
    their order, chunks that nobody in the block reads left out: so the bits of one reader's
    blend depend neither on how many readers there are nor on sources it does not read.

    Args:
        weights: (readers, sources) sparse, CSR with sorted columns.
        rows: (sources, cells), C-contiguous.
    """

    def __init__(self, weights: sp.csr_array, rows: Floats) -> None:
        self.weights = weights
        self.rows = rows
        self._first = -1
        self._block: Floats = np.empty((0, rows.shape[1]))

    def __getitem__(self, reader: int) -> Floats:
        """The blend of one reader, (cells,); overwritten when another block is asked for."""
        first = reader - reader % BLOCK
        if first != self._first:
            self._first = first
            self._block = self._product(first)
        return self._block[reader - first]

    def take(self, readers: NDArray[np.int64]) -> Floats:
        """The blends of several readers, (readers, cells)."""
        return np.array([self[reader] for reader in readers.tolist()])

    def _product(self, first: int) -> Floats:
        indptr = self.weights.indptr[first : first + BLOCK + 1]
        span = slice(int(indptr[0]), int(indptr[-1]))
        sources, data = self.weights.indices[span], self.weights.data[span]
        readers = np.repeat(np.arange(indptr.size - 1), np.diff(indptr))
        block = np.zeros((BLOCK, self.rows.shape[1]))
        rest = self.rows.shape[1] % LANES
        whole = self.rows.shape[1] - rest
        for chunk in np.unique(sources // CHUNK).tolist():
            here = sources // CHUNK == chunk
            part = self.rows[chunk * CHUNK : (chunk + 1) * CHUNK]
            dense = np.zeros((BLOCK, part.shape[0]))
            dense[readers[here], sources[here] - chunk * CHUNK] = data[here]
            block[:, :whole] += dense @ part[:, :whole]
            if rest:
                filled = np.pad(part[:, whole:], ((0, 0), (0, LANES - rest)))
                block[:, whole:] += (dense @ filled)[:, :rest]
        return block
