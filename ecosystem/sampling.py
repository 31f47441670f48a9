"""Exact bulk sampling of documents: cost depends on distinct contents, never on documents.

Cells are the (items, values) things a document of a domain can say, as float64 arrays that
hold whole numbers of documents exactly up to 2^53. Each function is exact in law; one draw
supports up to 10^12 documents (beyond some 10^15, numpy's rounding leaks documents).
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Generator = np.random.Generator

NUMPY_HYPERGEOMETRIC_LIMIT = 10**9
DIRECT_DRAWS = 64


def multinomial(rng: Generator, n: int, weights: Floats) -> Floats:
    """N documents drawn with replacement from cells in proportion to their weights.

    Items are drawn first, then the values within each item: the same law as one flat draw
    (a multinomial's conditional is a multinomial) and faster.

    Args:
        rng: the stream to use.
        n: documents, 0 to 10^12.
        weights: (items, values), not negative, sum above 0; need not be normalised.

    Returns:
        (items, values) counts that sum to n.
    """
    if weights.shape[1] == 1:
        return categorical(rng, n, weights[:, 0]).astype(np.float64)[:, None]
    per_item = categorical(rng, n, weights.sum(axis=1))
    counts = np.zeros_like(weights)
    live = np.flatnonzero(per_item)
    counts[live] = within_items(rng, per_item[live], weights[live])
    return counts


def within_items(rng: Generator, per_item: NDArray[np.int64], weights: Floats) -> Floats:
    """The values of documents whose items are drawn already: (items, values) counts.

    Args:
        rng: the stream to use.
        per_item: (items,) documents on each item.
        weights: (items, values), each row with a sum above 0; need not be normalised.
    """
    # numpy gives the rounding leftover to the last cell, so the likeliest must stand there:
    # the truth, slot 0, nearly always is; where it is not, the likeliest is swapped in.
    shares = np.ascontiguousarray(weights[:, ::-1] / weights.sum(axis=1, keepdims=True))
    rows = np.flatnonzero(shares[:, -1] < 0.5)
    lead = shares[rows].argmax(axis=1)
    shares[rows, lead], shares[rows, -1] = shares[rows, -1], shares[rows, lead]
    drawn = rng.multinomial(per_item, shares)
    drawn[rows, lead], drawn[rows, -1] = drawn[rows, -1], drawn[rows, lead]
    return drawn[:, ::-1].astype(np.float64)


def categorical(rng: Generator, n: int, weights: Floats) -> NDArray[np.int64]:
    """N draws with replacement over a vector of weights; counts that sum to n."""
    shares = weights / weights.sum()
    lead = int(shares.argmax())
    shares[lead], shares[-1] = shares[-1], shares[lead]
    counts = rng.multinomial(n, shares)
    counts[lead], counts[-1] = counts[-1], counts[lead]
    return counts


def thin(rng: Generator, counts: Floats, probability: float) -> Floats:
    """Each document kept independently with one probability (binomial thinning)."""
    if probability >= 1.0:
        return counts
    kept = np.zeros_like(counts)
    if probability > 0.0:
        live = np.nonzero(counts)
        kept[live] = rng.binomial(counts[live].astype(np.int64), probability)
    return kept


def without_replacement(rng: Generator, counts: Floats, n: int) -> Floats:
    """N distinct documents out of a finite stock; all of it where it holds fewer.

    Multivariate hypergeometric. numpy's own stops at populations of 10^9; above, every cell
    is thinned with probability n/N and the surplus removed from the drawn (or the shortage
    added from the rest) by the same rule: given the thinned total the documents kept are a
    uniform subset, so the result is exact.

    Args:
        rng: the stream to use.
        counts: whole numbers of documents, any shape.
        n: documents asked for.

    Returns:
        Counts drawn, same shape, sum min(n, stock).
    """
    stock = int(counts.sum())
    if n >= stock:
        return counts.copy()
    if n <= 0:
        return np.zeros_like(counts)
    flat = counts.ravel()
    live = np.flatnonzero(flat)
    drawn = np.zeros_like(flat)
    drawn[live] = _subset(rng, flat[live].astype(np.int64), n)
    return drawn.reshape(counts.shape)


def _subset(rng: Generator, counts: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    stock = int(counts.sum())
    if n == 0:
        return np.zeros_like(counts)
    if n > stock - n:
        return counts - _subset(rng, counts, stock - n)
    if n <= DIRECT_DRAWS:
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
    positions: set[int] = set()
    while len(positions) < n:
        positions.update(rng.integers(stock, size=1).tolist())
    cells = np.searchsorted(np.cumsum(counts), np.fromiter(positions, np.int64), side="right")
    return np.bincount(cells, minlength=counts.size)


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
    order = np.argsort(-weights, axis=-1, kind="stable")
    ranked = np.take_along_axis(weights, order, axis=-1)
    before = np.cumsum(ranked, axis=-1) - ranked
    total = weights.sum(axis=-1, keepdims=True)
    keep = np.zeros(weights.shape, dtype=bool)
    # the largest stays even where top_p is below the tolerance
    within = (before < top_p * total - 1e-12 * total) | (before == 0)
    np.put_along_axis(keep, order, within, axis=-1)
    return np.where(keep, weights, 0.0)


def whole_parts(total: int, shares: Floats) -> NDArray[np.int64]:
    """`total` split into whole numbers by shares, largest remainder first (quota)."""
    exact = shares / shares.sum() * total
    parts = np.floor(exact).astype(np.int64)
    rest = total - int(parts.sum())
    parts[np.argsort(-(exact - parts), kind="stable")[:rest]] += 1
    return parts
