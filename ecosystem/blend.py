"""Mixing distributions: sparse weights times dense rows, one block of rows at a time."""

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from ecosystem.sampling import Floats

BLOCK = 8
SPARSE_BLOCK = 512
DENSE_LIMIT = 256


def padded(rows: int) -> int:
    """Rows to allocate so that one more source rarely changes the shape of a product."""
    return -(-max(rows, 1) // 16) * 16


class Blend:
    """Row i of `weights @ rows`, computed when asked for, a block at a time.

    Blocks have a fixed, zero-padded height, so that the bits of one reader's blend do not
    depend on how many readers there are. Above `DENSE_LIMIT` sources the product is sparse.

    Args:
        weights: (readers, sources) sparse.
        rows: (sources, cells), C-contiguous.
    """

    def __init__(self, weights: sp.csr_array, rows: Floats) -> None:
        self.weights = weights
        self.rows = rows
        self._sparse = rows.shape[0] > DENSE_LIMIT
        self._height = SPARSE_BLOCK if self._sparse else BLOCK
        self._first = -1
        self._block: Floats = np.empty((0, rows.shape[1]))

    def __getitem__(self, reader: int) -> Floats:
        """The blend of one reader, (cells,); overwritten when another block is asked for."""
        first = reader - reader % self._height
        if first != self._first:
            self._first = first
            part = self.weights[first : first + self._height]
            if self._sparse:
                self._block = part @ self.rows
            else:
                dense = np.zeros((BLOCK, self.rows.shape[0]))
                dense[: part.shape[0]] = part.toarray()
                self._block = dense @ self.rows
        return self._block[reader - first]

    def take(self, readers: NDArray[np.int64]) -> Floats:
        """The blends of several readers, (readers, cells)."""
        if self._sparse:
            return np.asarray(self.weights[readers] @ self.rows)
        return np.array([self[reader] for reader in readers.tolist()])
