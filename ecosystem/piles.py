"""Exact bulk sampling without replacement, from piles of any size."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from ecosystem.sampling import Cells, Floats, Generator

NUMPY_HYPERGEOMETRIC_LIMIT = 10**9
DIRECT_DRAWS = 64


class Pile:
    """Documents to draw from without replacement, made ready once for any number of draws.

    Multivariate hypergeometric. numpy's own stops at populations of 10^9. Above, a sample so
    small that its documents are probably distinct anyway (n^2 < N) is drawn with replacement
    until they are. For a larger one every cell is thinned with probability n/N and the surplus
    removed from the drawn (or the shortage added from the rest) by the same rule: given the
    thinned total the documents kept are a uniform subset. Both are exact.

    Attributes:
        size: documents there are.

    Args:
        counts: whole numbers of documents, any shape.
    """

    def __init__(self, counts: Floats) -> None:
        self.shape = counts.shape
        flat = counts.ravel()
        self._live = np.flatnonzero(flat > 0)
        self._counts = flat[self._live].astype(np.int64)
        self.size = int(self._counts.sum())
        self._cells: Cells | None = None

    def draw(self, rng: Generator, n: int) -> Floats:
        """N distinct documents, all there are where fewer: counts of the same shape."""
        drawn = np.zeros(self.shape)
        if n > 0:
            drawn.ravel()[self._live] = self._drawn(rng, n)
        return drawn

    def _drawn(self, rng: Generator, n: int) -> NDArray[np.int64]:
        if n >= self.size:
            return self._counts
        if self.size < NUMPY_HYPERGEOMETRIC_LIMIT or n * n >= self.size:
            return _subset(rng, self._counts, n)
        if self._cells is None:
            self._cells = Cells(self._counts.astype(np.float64))
        return _until_distinct(rng, self._cells, self._counts, n)


def without_replacement(rng: Generator, counts: Floats, n: int) -> Floats:
    """N distinct documents out of a finite stock, all of it where it holds fewer; see `Pile`.

    Args:
        rng: the stream to use.
        counts: whole numbers of documents, any shape.
        n: documents asked for.
    """
    return Pile(counts).draw(rng, n)


def divided(rng: Generator, left: Floats, parts: Floats) -> Floats:
    """What is left of each part of a stock, of which so many documents of every cell are left.

    Every document of a cell is as likely to be left: multivariate hypergeometric over the parts.

    Args:
        rng: the stream to use.
        left: (cells,) whole numbers of documents that are left, at most those of all parts.
        parts: (parts, cells) whole numbers of documents.

    Returns:
        (parts, cells), which sum to `left` over the parts.
    """
    found = np.zeros_like(parts)
    left, others = left.copy(), parts.sum(axis=0)
    for part, kept in zip(parts[:-1], found[:-1], strict=True):
        others = others - part
        live = np.flatnonzero((part > 0) & (left > 0))
        kept[live] = _of_the_first(rng, part[live], others[live], left[live])
        left -= kept
    found[-1] = left
    return found


def _of_the_first(rng: Generator, first: Floats, second: Floats, n: Floats) -> Floats:
    """(k,) of n documents drawn without replacement from two kinds, how many are of the first."""
    huge = np.maximum(first, second) >= NUMPY_HYPERGEOMETRIC_LIMIT
    found = np.zeros(first.size)
    few = [each[~huge].astype(np.int64) for each in (first, second, n)]
    found[~huge] = rng.hypergeometric(*few)
    for at in np.flatnonzero(huge).tolist():
        found[at] = without_replacement(rng, np.array([first[at], second[at]]), round(n[at]))[0]
    return found


def _subset(rng: Generator, counts: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    stock = int(counts.sum())
    if n == 0:
        return np.zeros_like(counts)
    if n > stock - n:
        return counts - _subset(rng, counts, stock - n)
    if n <= max(DIRECT_DRAWS, counts.size // 16):
        return _by_position(rng, counts, stock, n)
    if stock < NUMPY_HYPERGEOMETRIC_LIMIT:
        return rng.multivariate_hypergeometric(counts, n, method="marginals")
    drawn: NDArray[np.int64] = rng.binomial(counts, n / stock)
    surplus = int(drawn.sum()) - n
    if surplus > 0:
        return drawn - _subset(rng, drawn, surplus)
    return drawn + _subset(rng, counts - drawn, -surplus)


def _by_position(
    rng: Generator, counts: NDArray[np.int64], stock: int, n: int
) -> NDArray[np.int64]:
    """N distinct positions among the documents in a row, by rejection of repeats."""
    positions = np.empty(0, dtype=np.int64)
    while positions.size < n:
        more = rng.integers(stock, size=n - positions.size)
        positions = np.unique(np.concatenate([positions, more]))
    cells = np.searchsorted(np.cumsum(counts), positions, side="right")
    return np.bincount(cells, minlength=counts.size)


def _until_distinct(
    rng: Generator, cells: Cells, counts: NDArray[np.int64], n: int
) -> NDArray[np.int64]:
    """N documents with replacement, drawn anew until all are distinct.

    Given how many fell on each cell, they are distinct with the probability of `_distinct`: so
    a draw is kept with that probability, and its documents need not be told apart.
    """
    while True:
        drawn = cells.draw(rng, n)
        if rng.random() < np.exp(_distinct(drawn, counts)):
            return drawn


def _distinct(drawn: NDArray[np.int64], counts: NDArray[np.int64]) -> float:
    """Log of the chance that draws with replacement from cells are all distinct.

    The sum over cells of ln (1 - 1/c) + ... + ln (1 - (m - 1)/c) for m draws from c documents:
    by the gamma function where c is small, else by the first powers of 1/c: a sample with n^2 < N
    has so few documents in such a cell that the others lose nothing.
    """
    several = drawn > 1
    m, c = drawn[several].astype(np.float64), counts[several].astype(np.float64)
    if np.any(m > c):
        return -np.inf
    few = c < 1e6
    chance = np.empty_like(m)
    k, size = m[few], c[few]
    chance[few] = gammaln(size + 1) - gammaln(size - k + 1) - k * np.log(size)
    k, size = m[~few], c[~few]
    pairs = k * (k - 1) / 2
    squares = pairs * (2 * k - 1) / 3
    chance[~few] = -pairs / size - squares / (2 * size**2) - pairs**2 / (3 * size**3)
    return float(chance.sum())
