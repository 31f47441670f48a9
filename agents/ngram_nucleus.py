"""Top-p over the next word of an n-gram model, without a list of all words for every history."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from agents.ngram_chances import Chances
from agents.ngram_tables import Ints
from ecosystem.sampling import Floats

TIE = 1 + 1e-12
ROUNDING = 1e-12
"""Chances of which one is not more than so many times the other are alike."""
HALVINGS = 60


@dataclass(frozen=True, eq=False)
class Nucleus:
    """The smallest set of next words that holds a share top-p, after each history.

    Words as likely as the last one kept are kept too. After a history some words have chances
    of their own, since they were met after its last word; those of all others are those of words
    alone times one factor. So what is likelier than a bound is a sum over the few and one look
    into the sorted chances of words alone.

    Attributes:
        chances: of all words.
        top_p: below 1.
    """

    chances: Chances
    top_p: float

    def outside(self, history: Ints, words: Ints) -> NDArray[np.bool_]:
        """Whether words that are likelier than this one hold top-p already."""
        chance = self.chances.given(history, words) * TIE
        if len(self.chances.steps) <= 1:
            return np.asarray(chance < self._least[history])
        return np.asarray(self._mass(history).above(chance) >= self.top_p - ROUNDING)

    def kept(self, history: Ints) -> tuple[Floats, Floats]:
        """Least chance inside of top-p after each history, and the share that it holds."""
        mass = self._mass(history)
        low, high = np.full(history.size, -50.0), np.full(history.size, 1e-9)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            enough = mass.above(np.exp(middle)) >= self.top_p - ROUNDING
            low, high = np.where(enough, middle, low), np.where(enough, high, middle)
        least = np.exp(low) / TIE  # what differs by rounding stays together
        return least, mass.above(least)

    def first(self, chance: Floats) -> Floats:
        """(V,) chances at the beginning of a document, those outside set to 0."""
        ranked = -np.sort(-chance)
        before = np.cumsum(ranked) - ranked
        least = ranked[before < (self.top_p - ROUNDING) * ranked.sum()][-1]
        return np.where(chance * TIE >= least, chance, 0.0)

    @cached_property
    def _least(self) -> Floats:
        """(histories,) least chance inside, where a history is one word or none."""
        reach = self.chances.steps[0].reach if self.chances.steps else 1
        alike = np.ones(reach, dtype=bool)  # what was never met is followed by words alone
        for step in self.chances.steps:
            alike[step.level.contexts] = False
        asked = np.append(np.flatnonzero(~alike), np.flatnonzero(alike)[:1])
        found, _ = self.kept(asked)
        least = np.full(reach, found[-1])
        least[asked] = found
        return least

    @cached_property
    def _ranked(self) -> tuple[Floats, Floats]:
        """Chances of words alone, sorted, and the sum of those from each one on, and 0."""
        ordered = np.sort(self.chances.alone)
        return ordered, np.append(np.cumsum(ordered[::-1])[::-1], 0.0)

    def _mass(self, history: Ints) -> "_Mass":
        owners, words = [], []
        factor = np.ones(history.size)
        steps, open_ = self.chances.steps, np.arange(history.size)
        for step in reversed(steps):
            context = step.context(history[open_])
            seen = context >= 0
            factor[open_[seen]] *= step.fall[context[seen]]
            done = seen & ((step.fall[context] == 0) | (step is steps[0]))
            lengths = step.level.kinds[context[done]]
            starts = np.cumsum(lengths) - lengths
            entries = np.repeat(step.level.first[context[done]] - starts, lengths)
            entries += np.arange(entries.size)
            owners.append(np.repeat(open_[done], lengths))
            words.append(step.words[entries])
            open_ = open_[~done]
        nothing = np.zeros(0, dtype=np.int64)
        owner, met = np.concatenate([nothing, *owners]), np.concatenate([nothing, *words])
        chance = self.chances.given(history[owner], met)
        return _Mass(owner, chance, self.chances.alone[met], factor, *self._ranked)


@dataclass(frozen=True, eq=False)
class _Mass:
    """How much of what follows each history is likelier than a bound.

    Attributes:
        owner: (entries,) to which history a word met after it belongs.
        chance: (entries,) its chance there.
        alone: (entries,) its chance where nothing is known.
        factor: (histories,) what all other words keep of theirs.
        ordered, beyond: see `Nucleus._ranked`.
    """

    owner: Ints
    chance: Floats
    alone: Floats
    factor: Floats
    ordered: Floats
    beyond: Floats

    def above(self, bound: Floats) -> Floats:
        """(histories,) sum of the chances above the bound of each."""
        likelier = self.chance > bound[self.owner]
        sums = np.bincount(self.owner, self.chance * likelier, bound.size).astype(np.float64)
        if not self.factor.any():
            return sums
        least = bound / np.maximum(self.factor, 1e-300)
        others = self.beyond[np.searchsorted(self.ordered, least, side="right")]
        counted = self.alone * (self.alone > least[self.owner])
        others = others - np.bincount(self.owner, counted, minlength=bound.size)
        return np.asarray(sums + self.factor * np.maximum(others, 0.0))
