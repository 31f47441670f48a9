"""What an n-gram model writes: the next word given the last few, smoothed, then decoded."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.ngram_chances import Chances, Smoothing, chances
from agents.ngram_nucleus import TIE, Nucleus
from agents.ngram_tables import Ints, numbered
from ecosystem.corpus import Rows
from ecosystem.domains.prose import END
from ecosystem.sampling import Floats, Generator


@dataclass(frozen=True, eq=False)
class NgramVoice:
    """Writes documents word by word, each given the last `order` - 1.

    Before decoding, with c(h, w) the count of a word after a context h, c(h) their sum, T(h) the
    different words after it and h' the context without its first word,

        P(w | h) = a(h, w) + g(h) P(w | h'),

    down to P(w) = a(w) + g / V over the V words of the vocabulary:

    maximum_likelihood  a = c(h, w) / c(h), g = 0
    jelinek_mercer      a = weight c(h, w) / c(h), g = 1 - weight (Jelinek & Mercer 1980)
    witten_bell         a = c(h, w) / (c(h) + T(h)), g = T(h) / (c(h) + T(h)) (Witten & Bell 1991)
    absolute_discount   a = max(c(h, w) - weight, 0) / c(h), g the rest (Ney, Essen & Kneser 1994)

    A context never met is read without its first word, until one is met. Decoding: P^(1/T),
    then the smallest set of next words that holds top-p; words as likely as the last one kept
    are kept too. A document has at least one word: at its beginning the end is left out before
    top-p. All of it is exact; what is held grows with the n-grams met, not with V x contexts.

    Attributes:
        codes, counts: the n-grams of `order` words; see `ngram_tables.counted`.
        base: (V,) the words over which what is left is spread, all alike.
        width: most words in a document.
        order: words that matter for the next, itself counted.
    """

    codes: Ints
    counts: Floats
    base: NDArray[np.bool_]
    width: int
    order: int
    smoothing: Smoothing = "maximum_likelihood"
    weight: float = 1.0
    temperature: float = 1.0
    top_p: float = 1.0

    def write(self, n: int, rng: Generator) -> Rows:
        """N documents, (n, width) tokens."""
        rows = np.zeros((n, self.width), dtype=np.int32)
        tokens, reach = self.base.size, self.base.size ** (self.order - 1)
        words = np.searchsorted(self._opening, rng.random(n), side="right")
        rows[:, 0] = words
        alive, history = np.arange(n), words % reach
        for place in range(1, self.width):
            words = self._next(history, rng)
            rows[alive, place] = words
            goes_on = words != END
            alive = alive[goes_on]
            if not alive.size:
                break
            history = (history[goes_on] * tokens + words[goes_on]) % reach
        return Rows(rows)

    def chances(self, rows: NDArray[Any]) -> Floats:
        """(documents, width) chance of each token given those before; 1 after the end."""
        numbers, live = numbered(rows, self.order, self.base.size)
        live[:, 0] = False
        history = numbers[live] // self.base.size
        chance = self._plain.given(history, rows[live].astype(np.int64))
        if self._nucleus is not None:
            kinds, of = np.unique(history, return_inverse=True)
            least, whole = self._nucleus.kept(kinds)
            chance = np.where(chance * TIE >= least[of], chance / whole[of], 0.0)
        found = np.ones(rows.shape)
        found[live] = chance
        found[:, 0] = np.diff(self._opening, prepend=0.0)[rows[:, 0]]
        return found

    def state(self) -> dict[str, NDArray[Any]]:
        """What differs between voices of one learner, as arrays."""
        decoding = np.array([self.temperature, self.top_p])
        known = {"codes": self.codes, "counts": self.counts, "base": self.base}
        return {**known, "decoding": decoding}

    def _next(self, history: Ints, rng: Generator) -> Ints:
        """A next word for each history, drawn again while it is outside of top-p."""
        words = self._plain.drawn(history, rng.random(history.size))
        if self._nucleus is None:
            return words
        again = np.arange(history.size)
        while True:
            again = again[self._nucleus.outside(history[again], words[again])]
            if not again.size:
                return words
            words[again] = self._plain.drawn(history[again], rng.random(again.size))

    @cached_property
    def _plain(self) -> Chances:
        return chances(
            self.codes,
            self.counts,
            self.base,
            self.order,
            self.smoothing,
            self.weight,
            self.temperature,
        )

    @cached_property
    def _nucleus(self) -> Nucleus | None:
        return Nucleus(self._plain, self.top_p) if self.top_p < 1 else None

    @cached_property
    def _opening(self) -> Floats:
        """(V,) cumulated chances of the first word, to 1."""
        chance = self._plain.first()
        chance[END] = 0.0
        if self._nucleus is not None:
            chance = self._nucleus.first(chance)
        cumulated = np.cumsum(chance)
        cumulated /= cumulated[-1]
        return np.asarray(cumulated)
