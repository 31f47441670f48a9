"""Counted n-grams: how often each word followed each context, for contexts of every length."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecosystem.domains.prose import END
from ecosystem.sampling import Floats

Ints = NDArray[np.int64]
Rows = NDArray[Any]


def counted(rows: Rows, weights: Floats, order: int, tokens: int) -> tuple[Ints, Floats]:
    """The n-grams of documents as numbers, sorted, and how often each was met.

    The number of words w1 ... wn is w1 tokens^(n-1) + ... + wn. Before its first word a document
    has ends, after its last word one end is counted (none where it fills the row).

    Args:
        rows: (documents, width) tokens.
        weights: (documents,) how much each counts.
        order: n, words in an n-gram.
        tokens: V, at most 55,000, so that four of them fit into 63 bits.

    Returns:
        (e,) numbers and (e,) counts above 0.
    """
    numbers, live = numbered(rows, order, tokens)
    if np.all(weights == 1):
        codes, counts = np.unique(numbers[live], return_counts=True)
        return codes, counts.astype(np.float64)
    codes, place = np.unique(numbers[live], return_inverse=True)
    each = np.broadcast_to(weights[:, None], live.shape)[live]
    return codes, np.bincount(place, each, codes.size).astype(np.float64)


def numbered(rows: Rows, order: int, tokens: int) -> tuple[Ints, NDArray[np.bool_]]:
    """(documents, width) the n-gram that ends at each token, and whether the token is written."""
    before = np.full((len(rows), order - 1), END, dtype=np.int64)
    padded = np.concatenate([before, rows.astype(np.int64)], axis=1)
    width = rows.shape[1]
    numbers = np.zeros(rows.shape, dtype=np.int64)
    for place in range(order):
        numbers *= tokens
        numbers += padded[:, place : place + width]
    live = np.ones(rows.shape, dtype=bool)
    live[:, 1:] = rows[:, :-1] != END
    return numbers, live


@dataclass(frozen=True, eq=False)
class Level:
    """All n-grams of one length above 1: e of them, in c contexts.

    Attributes:
        codes: (e,) their numbers, sorted, so that those of one context stand together.
        counts: (e,) how often each was met.
        parent: (e,) place of the n-gram without its first word one level below.
        contexts: (c,) numbers of the words before the last one, sorted.
        first: (c + 1,) where the n-grams of each context begin, and e.
        of: (e,) the context of each.
        below: (c,) the context without its first word, one level below.
    """

    codes: Ints
    counts: Floats
    parent: Ints
    contexts: Ints
    first: Ints
    of: Ints
    below: Ints

    def context(self, numbers: Ints) -> Ints:
        """Place of each context among `contexts`; -1 where it was never met."""
        return found(self.contexts, numbers)

    def sums(self, values: Floats) -> Floats:
        """(c,) sums over the n-grams of each context."""
        return np.add.reduceat(values, self.first[:-1])

    @property
    def kinds(self) -> Ints:
        """(c,) different words met after each context."""
        return np.diff(self.first)


def levels(codes: Ints, counts: Floats, order: int, tokens: int) -> tuple[Floats, list[Level]]:
    """How often each word was met, (V,), and the n-grams of 2 to `order` words.

    The counts of shorter n-grams are sums over those of longer ones, since every word that is
    counted has a context of full length.
    """
    lengths: list[tuple[Ints, Floats, Ints]] = []
    for length in range(order, 1, -1):
        short = codes % tokens ** (length - 1)
        if length == 2:
            parent = short
            below, sums = np.arange(tokens), np.bincount(short, counts, tokens)
        else:
            below, parent = np.unique(short, return_inverse=True)
            sums = np.bincount(parent, counts, below.size)
        lengths.append((codes, counts, parent))
        codes, counts = below.astype(np.int64), sums.astype(np.float64)
    words = counts if order > 1 else np.bincount(codes, counts, tokens).astype(np.float64)
    made: list[Level] = []
    for own, met, parent in reversed(lengths):
        before = own // tokens
        starts = np.flatnonzero(np.diff(before, prepend=-1))
        of = np.cumsum(np.diff(before, prepend=-1) != 0) - 1
        lower = made[-1].of[parent[starts]] if made else np.zeros(starts.size, dtype=np.int64)
        first = np.append(starts, own.size)
        made.append(Level(own, met, parent, before[starts], first, of, lower))
    return words, made


def found(known: Ints, wanted: Ints) -> Ints:
    """Place of each number in a sorted list; -1 where it is not there."""
    at = np.searchsorted(known, wanted)
    at[at == known.size] = 0
    return np.where(known[at] == wanted, at, -1) if known.size else np.full(wanted.shape, -1)
