"""Exact bulk sampling of documents: cost depends on distinct contents, never on documents.

Cells are the (items, values) things a document of a domain can say, as float64 arrays that
hold whole numbers of documents exactly up to 2^53. Each function is exact in law; one draw
supports up to 10^12 documents (beyond some 10^15, numpy's rounding leaks documents).
"""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Generator = np.random.Generator


class Urn:
    """Documents to draw from with replacement, made ready once for any number of draws.

    Where most cells are empty the others are drawn from at once; else items are drawn first,
    then the values within each item: the same law (a multinomial's conditional is a
    multinomial) and faster. numpy gives the rounding leftover of a draw to its last cell, so
    the likeliest must stand there: of the values that is the truth, slot 0, nearly always, so
    the values are held in reverse; where it is another, the two are swapped.

    Args:
        weights: (items, values), not negative, sum above 0; need not be normalised.
        dense: False draws from the cells that are not empty at once, however few are: then the
            draws do not depend on empty ones.
    """

    def __init__(self, weights: Floats, dense: bool = True) -> None:
        self.weights = weights
        self._flat: Cells | None = None
        if not dense or 2 * np.count_nonzero(weights > 0) < weights.size:
            self._flat = Cells(weights.ravel(), dense)
            return
        self._totals = totals(weights)
        self._items = Cells(self._totals)
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

    def some(self, rng: Generator, n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The cells, items by values, that a draw of n falls on, and how often: not all cells."""
        if self._flat is None:
            raise ValueError("only an urn that is not dense draws some cells")
        return self._flat.some(rng, n)


class Cells:
    """One vector of weights, the likeliest cell last; without the empty ones if they are many.

    Args:
        weights: not negative, sum above 0.
        dense: False leaves out the empty ones always, and draws few documents out of many cells
            one by one: the same law, at a cost that hardly depends on the number of cells.
    """

    def __init__(self, weights: Floats, dense: bool = True) -> None:
        self.size = weights.size
        self._dense = dense
        live = np.flatnonzero(weights > 0)
        self.live = live if not dense or 2 * live.size < weights.size else None
        self.shares = (weights if self.live is None else weights[live]) / weights.sum()
        self.lead = int(self.shares.argmax())
        self._swap(self.shares)

    def draw(self, rng: Generator, n: int) -> NDArray[np.int64]:
        """(cells,) counts that sum to n."""
        if self._few(n):
            counts = np.zeros(self.size, dtype=np.int64)
            cells, times = self.some(rng, n)
            counts[cells] = times
            return counts
        counts = rng.multinomial(n, self.shares)
        self._swap(counts)
        if self.live is None:
            return counts
        spread = np.zeros(self.size, dtype=np.int64)
        spread[self.live] = counts
        return spread

    def some(self, rng: Generator, n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The cells that a draw of n falls on, in their order, and how often."""
        if not self._few(n):
            counts = self.draw(rng, n)
            cells = np.flatnonzero(counts)
            return cells, counts[cells]
        place = np.searchsorted(self._bounds, np.sort(rng.random(n)), side="right")
        return np.unique(self._where[place], return_counts=True)

    def _few(self, n: int) -> bool:
        """Whether so few documents are best drawn one by one."""
        return not self._dense and 2 * n <= self.shares.size

    @cached_property
    def _where(self) -> NDArray[np.int64]:
        """The cell of each share."""
        where = np.arange(self.size) if self.live is None else self.live.copy()
        self._swap(where)
        return where

    @cached_property
    def _bounds(self) -> Floats:
        """Cumulated shares, to 1: a uniform number falls on the cell drawn."""
        cumulated = np.cumsum(self.shares)
        return np.asarray(cumulated / cumulated[-1])

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


def multinomial(rng: Generator, n: int, weights: Floats, dense: bool = True) -> Floats:
    """N documents drawn with replacement from cells in proportion to their weights.

    Args:
        rng: the stream to use.
        n: documents, 0 to 10^12.
        weights: (items, values), not negative, sum above 0; need not be normalised.
        dense: see `Urn`.

    Returns:
        (items, values) counts that sum to n.
    """
    return Urn(weights, dense).draw(rng, n)


def within_items(rng: Generator, per_item: NDArray[np.int64], weights: Floats) -> Floats:
    """The values of documents whose items are drawn already: (items, values) counts.

    Args:
        rng: the stream to use.
        per_item: (items,) documents on each item, 0 where an item's weights are all 0.
        weights: (items, values); need not be normalised.
    """
    return _Values(weights, totals(weights)).draw(rng, per_item).astype(np.float64)


def categorical(rng: Generator, n: int, weights: Floats, dense: bool = True) -> NDArray[np.int64]:
    """N draws with replacement over a vector of weights; counts that sum to n. See `Cells`."""
    return Cells(weights, dense).draw(rng, n)


def totals(cells: Floats) -> Floats:
    """Sums over the last axis, the same bits for a row whatever stands beside it."""
    return np.einsum("...v->...", cells)


def thin(rng: Generator, counts: Floats, probability: float | Floats) -> Floats:
    """Each document kept independently with one probability, or that of its cell (binomial)."""
    if np.all(np.asarray(probability) >= 1.0):
        return counts
    kept = np.zeros(counts.size)
    if np.any(probability):
        cells = counts.ravel()
        live = np.flatnonzero(cells > 0)
        each = probability if isinstance(probability, float) else np.ravel(probability)[live]
        kept[live] = rng.binomial(cells[live].astype(np.int64), each)
    return kept.reshape(counts.shape)


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
