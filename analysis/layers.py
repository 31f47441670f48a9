"""The ledger's edges as one sparse matrix in time order, swept forwards and backwards.

Row v of W holds the shares of v's parents. Parents were recorded before their children, so W is
strictly lower triangular, and a linear system in I - W is solved by one sweep over the edges:
forwards for one quantity of every node, backwards for the whole ancestry of one.
"""

from functools import cached_property
from itertools import pairwise

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Layers:
    """Shares of parents, (nodes, nodes), and the order in which they can be swept.

    A layer is a run of nodes none of which is a parent of another; each is swept at once.

    Args:
        size: number of nodes n, which are 0 to n - 1 in the order of recording.
        child, parent: (edges,) with parent < child, in any order.
        share: (edges,) above 0.

    Raises:
        ValueError: an edge whose parent was not recorded before its child; a share of 0 or less.
    """

    def __init__(self, size: int, child: Ints, parent: Ints, share: Floats) -> None:
        if child.size and ((parent >= child).any() or parent.min() < 0 or child.max() >= size):
            raise ValueError(
                "edges: given a parent not recorded before its child, allowed earlier nodes only"
            )
        if not (share > 0).all():
            raise ValueError(f"edges: given a share of {share.min():g}, allowed above 0")
        if child.size and np.any(child[1:] < child[:-1]):
            order = np.argsort(child, kind="stable")
            child, parent, share = child[order], parent[order], share[order]
        self.size = size
        ends = np.concatenate([[0], np.cumsum(np.bincount(child, minlength=size))])
        index = np.int32 if max(size, child.size) < 2**31 else np.int64
        self.matrix = sp.csr_array(
            (share, parent.astype(index), ends.astype(index)), shape=(size, size)
        )

    @cached_property
    def bounds(self) -> list[int]:
        """Where the layers begin, and the end of the last."""
        latest = np.full(self.size, -1, dtype=np.int64)
        degrees = np.diff(self.matrix.indptr)
        fed = np.flatnonzero(degrees)
        if fed.size:
            latest[fed] = np.maximum.reduceat(self.matrix.indices, self.matrix.indptr[fed])
        bounds, start = [0], 0
        while start < self.size:
            # layers are long or many; look ahead in growing strides
            stop, stride = start + 1, 64
            while stop < self.size:
                ahead = latest[stop : stop + stride] >= start
                if ahead.any():
                    stop += int(ahead.argmax())
                    break
                stop, stride = min(stop + stride, self.size), 2 * stride
            bounds.append(stop)
            start = stop
        return bounds

    @cached_property
    def _parts(self) -> list[tuple[int, int, sp.csr_array]]:
        return _rows(self.matrix, self.bounds)

    @cached_property
    def _children(self) -> list[tuple[int, int, sp.csr_array]]:
        """The same of the transpose: row u holds the shares of u in its children."""
        return _rows(sp.csr_array(self.matrix.T), self.bounds)

    def parents(self, of: Floats) -> Floats:
        """(n,) mean over the parents of each node by their shares, 0 where it has none: W x."""
        return np.asarray(self.matrix @ of, dtype=np.float64)

    def forward(self, own: Floats, passed: Floats | float = 1.0) -> Floats:
        """Solve x_v = own_v + passed_v x (sum over parents u of w_vu x_u).

        Args:
            own: (n,) or (n, k) what a node has of itself.
            passed: factor on what comes from the parents of each node, (n,), or one for all;
                (n, k) where the columns of `own` differ in it.

        Returns:
            Like `own`: (I - diag(passed) W)^-1 own.
        """
        found = np.array(own, dtype=np.float64)
        factor = _beside(passed, found)
        for start, stop, rows in self._parts:
            if rows.nnz:
                found[start:stop] += factor[start:stop] * (rows @ found)
        return found

    def backward(self, target: Floats, passed: Floats | float = 1.0) -> Floats:
        """Solve g_u = target_u + sum over children v of passed_v w_vu g_v.

        With `target` 1 at one node B: the chance that a line walked back from a document of B
        comes through u (each line visits a node at most once).

        Args:
            target: (n,) or (n, k).
            passed: as in `forward`.

        Returns:
            Like `target`: (I - W' diag(passed))^-1 target.
        """
        found = np.array(target, dtype=np.float64)
        factor = _beside(passed, found)
        sent = np.zeros_like(found)
        for start, stop, rows in reversed(self._children):
            if rows.nnz:
                found[start:stop] += rows @ sent
            sent[start:stop] = factor[start:stop] * found[start:stop]
        return found

    def heaviest(self, own: Floats, passed: Floats) -> Floats:
        """Solve x_v = max(own_v, passed_v x max over parents u of w_vu x_u), in logarithms.

        Products of many shares would be too small for a number; their logarithms are not.

        Args:
            own: (n,) logarithm of what a node has of itself, minus infinity for nothing.
            passed: (n,) logarithm of the factor on what comes from its parents.

        Returns:
            (n,) log x.
        """
        found = np.array(own, dtype=np.float64)
        for start, _, rows in self._parts:
            fed = np.flatnonzero(np.diff(rows.indptr))
            if fed.size:
                each = np.log(rows.data) + found[rows.indices]
                most = passed[start + fed] + np.maximum.reduceat(each, rows.indptr[fed])
                found[start + fed] = np.maximum(found[start + fed], most)
        return found

    def ancestors(self, of: Bools, through: Bools) -> Bools:
        """Whether a line walked back from one of some nodes can come to each; to these it can.

        Exact: no shares are multiplied, however small.

        Args:
            of: (n,) or (n, k) where lines begin.
            through: like `of`, which nodes they go on from.

        Returns:
            Like `of`.
        """
        found, sent = of.astype(np.float64), np.zeros(of.shape)
        for start, stop, rows in reversed(self._children):
            if rows.nnz:
                found[start:stop] = np.maximum(found[start:stop], rows @ sent > 0)
            sent[start:stop] = through[start:stop] * found[start:stop]
        return found > 0

    def descendants(self, of: Bools, through: Bools) -> Bools:
        """Whether a line walked back from each node can come to one of some; from these it can.

        Args:
            of: (n,) or (n, k) where lines are to come to.
            through: like `of`, which nodes they go on from.

        Returns:
            Like `of`.
        """
        found = of.astype(np.float64)
        for start, stop, rows in self._parts:
            if rows.nnz:
                came = (rows @ found > 0) & through[start:stop]
                found[start:stop] = np.maximum(found[start:stop], came)
        return found > 0


def _beside(passed: Floats | float, found: Floats) -> Floats:
    """Factors in the shape of what they are multiplied with."""
    factor = np.asarray(passed, dtype=np.float64)
    if factor.ndim == 1 and found.ndim == 2:
        factor = factor[:, None]
    return np.broadcast_to(factor, found.shape)


def _rows(matrix: sp.csr_array, bounds: list[int]) -> list[tuple[int, int, sp.csr_array]]:
    """The rows of each layer, without copying."""
    parts = []
    for start, stop in pairwise(bounds):
        ends = matrix.indptr[start : stop + 1]
        span = slice(int(ends[0]), int(ends[-1]))
        part = sp.csr_array((stop - start, matrix.shape[1]), dtype=np.float64)
        part.data, part.indices, part.indptr = (
            matrix.data[span],
            matrix.indices[span],
            ends - ends[0],
        )
        parts.append((start, stop, part))
    return parts
