"""Exact bulk sampling of documents: cost depends on distinct contents, never on documents.

Cells are the (items, values) things a document of a domain can say, as float64 arrays that
hold whole numbers of documents exactly up to 2^53. Each function is exact in law; one draw
supports up to 10^12 documents (beyond some 10^15, numpy's rounding leaks documents).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

Floats = NDArray[np.float64]
Generator = np.random.Generator

NUMPY_HYPERGEOMETRIC_LIMIT = 10**9
DIRECT_DRAWS = 64


class Urn:
    """Documents to draw from with replacement, made ready once for any number of draws.

    Where most cells are empty the others are drawn from at once; else items are drawn first,
    then the values within each item: the same law (a multinomial's conditional is a
    multinomial) and faster. numpy gives the rounding leftover
    of a draw to its last cell, so the likeliest must stand there: of the values that is the
    truth, slot 0, nearly always, so the values are held in reverse; where it is another, the
    two are swapped.

    Args:
        weights: (items, values), not negative, sum above 0; need not be normalised.
    """

    def __init__(self, weights: Floats) -> None:
        self.weights = weights
        self._flat: _Cells | None = None
        if 2 * np.count_nonzero(weights > 0) < weights.size:
            self._flat = _Cells(weights.ravel())
            return
        self._totals = totals(weights)
        self._items = _Cells(self._totals)
        self._prepared: _Values | None = None

    def draw(self, rng: Generator, n: int, out: Floats | None = None) -> Floats:
        """Counts (items, values) of N documents, 0 to 10^12; into `out` where given."""
        counts = np.empty(self.weights.shape) if out is None else out
        if self._flat is not None:
            counts[:] = self._flat.draw(rng, n).reshape(counts.shape)
            return counts
        per_item = self._items.draw(rng, n)
        if counts.shape[1] == 1:
            counts[:, 0] = per_item
            return counts
        live = np.flatnonzero(per_item)
        if 2 * live.size < per_item.size:
            counts[:] = 0.0
            counts[live] = within_items(rng, per_item[live], self.weights[live])
            return counts
        if self._prepared is None:
            self._prepared = _Values(self.weights, self._totals)
        counts[:] = self._prepared.draw(rng, per_item)
        return counts


class _Cells:
    """One vector of weights, the likeliest cell last; without the empty ones if they are many."""

    def __init__(self, weights: Floats) -> None:
        self.size = weights.size
        live = np.flatnonzero(weights > 0)
        self.live = live if 2 * live.size < weights.size else None
        self.shares = (weights if self.live is None else weights[live]) / weights.sum()
        self.lead = int(self.shares.argmax())
        self._swap(self.shares)

    def draw(self, rng: Generator, n: int) -> NDArray[np.int64]:
        counts = rng.multinomial(n, self.shares)
        self._swap(counts)
        if self.live is None:
            return counts
        spread = np.zeros(self.size, dtype=np.int64)
        spread[self.live] = counts
        return spread

    def _swap(self, cells: NDArray[Any]) -> None:
        cells[self.lead], cells[-1] = cells[-1], cells[self.lead]


class _Values:
    """The values of each item in reverse, the likeliest last; see `Urn`."""

    def __init__(self, weights: Floats, of_item: Floats) -> None:
        whole = np.where(of_item > 0, of_item, 1.0)
        self.shares = np.empty(weights.shape)
        np.divide(weights[:, ::-1], whole[:, None], out=self.shares)
        self.rows = np.flatnonzero((self.shares[:, -1] < 0.5) & (of_item > 0))
        self.lead = self.shares[self.rows].argmax(axis=1)
        self._swap(self.shares)

    def draw(self, rng: Generator, per_item: NDArray[np.int64]) -> NDArray[np.int64]:
        drawn = rng.multinomial(per_item, self.shares)
        self._swap(drawn)
        return drawn[:, ::-1]

    def _swap(self, cells: NDArray[Any]) -> None:
        rows, lead = self.rows, self.lead
        cells[rows, lead], cells[rows, -1] = cells[rows, -1], cells[rows, lead]


def multinomial(rng: Generator, n: int, weights: Floats) -> Floats:
    """N documents drawn with replacement from cells in proportion to their weights.

    Args:
        rng: the stream to use.
        n: documents, 0 to 10^12.
        weights: (items, values), not negative, sum above 0; need not be normalised.

    Returns:
        (items, values) counts that sum to n.
    """
    return Urn(weights).draw(rng, n)


def within_items(rng: Generator, per_item: NDArray[np.int64], weights: Floats) -> Floats:
    """The values of documents whose items are drawn already: (items, values) counts.

    Args:
        rng: the stream to use.
        per_item: (items,) documents on each item, 0 where an item's weights are all 0.
        weights: (items, values); need not be normalised.
    """
    return _Values(weights, totals(weights)).draw(rng, per_item).astype(np.float64)


def categorical(rng: Generator, n: int, weights: Floats) -> NDArray[np.int64]:
    """N draws with replacement over a vector of weights; counts that sum to n."""
    return _Cells(weights).draw(rng, n)


def totals(cells: Floats) -> Floats:
    """Sums over the last axis, the same bits for a row whatever stands beside it."""
    return np.einsum("...v->...", cells)


def thin(rng: Generator, counts: Floats, probability: float) -> Floats:
    """Each document kept independently with one probability (binomial thinning)."""
    if probability >= 1.0:
        return counts
    kept = np.zeros(counts.size)
    if probability > 0.0:
        cells = counts.ravel()
        live = np.flatnonzero(cells > 0)
        kept[live] = rng.binomial(cells[live].astype(np.int64), probability)
    return kept.reshape(counts.shape)


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
        self._cells: _Cells | None = None

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
            self._cells = _Cells(self._counts.astype(np.float64))
        return _until_distinct(rng, self._cells, self._counts, n)


def without_replacement(rng: Generator, counts: Floats, n: int) -> Floats:
    """N distinct documents out of a finite stock, all of it where it holds fewer; see `Pile`.

    Args:
        rng: the stream to use.
        counts: whole numbers of documents, any shape.
        n: documents asked for.
    """
    return Pile(counts).draw(rng, n)


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
    rng: Generator, cells: _Cells, counts: NDArray[np.int64], n: int
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
    by the gamma function where c is small, else by the powers of 1/c, which lose nothing there.
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


def nucleus(weights: Floats, top_p: float) -> Floats:
    """The smallest set of entries along the last axis that holds at least `top_p` (top-p).

    Entries are taken from the largest down, ties by position; the rest become 0; what is kept
    is not renormalised.

    Args:
        weights: (..., k), not negative.
        top_p: above 0, at most 1 (1 keeps everything).
    """
    if top_p >= 1.0:
        return weights
    ranked = -np.sort(-weights, axis=-1)
    before = np.cumsum(ranked, axis=-1) - ranked
    total = weights.sum(axis=-1, keepdims=True)
    kept = np.count_nonzero(before < top_p * total - 1e-12 * total, axis=-1, keepdims=True)
    kept = np.maximum(kept, 1)  # the largest stays even where top_p is below the tolerance
    least = np.take_along_axis(ranked, kept - 1, axis=-1)
    above = weights > least
    tied = weights == least
    left = kept - np.count_nonzero(above, axis=-1, keepdims=True)
    if np.any(np.count_nonzero(tied, axis=-1, keepdims=True) > left):
        tied &= np.cumsum(tied, axis=-1) <= left
    return np.where(above | tied, weights, 0.0)


def whole_parts(total: int, shares: Floats) -> NDArray[np.int64]:
    """`total` split into whole numbers by shares, largest remainder first (quota)."""
    exact = shares / shares.sum() * total
    parts = np.floor(exact).astype(np.int64)
    rest = total - int(parts.sum())
    parts[np.argsort(-(exact - parts), kind="stable")[:rest]] += 1
    return parts
