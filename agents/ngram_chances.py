"""The chance of a next word after the last few: counted, smoothed, and drawn from."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from agents.ngram_tables import Ints, Level, found, levels
from ecosystem.sampling import Floats

Smoothing = Literal["maximum_likelihood", "jelinek_mercer", "witten_bell", "absolute_discount"]
FEW = 2**16
"""So many possible contexts can be looked up in a table of all of them."""


@dataclass(frozen=True, eq=False)
class Step:
    """The chances of words after contexts of one length, c of them, with e n-grams.

    Attributes:
        level: the n-grams.
        reach: number of contexts there could be.
        share: (e,) chance of each word beyond what the context below gives it.
        fall: (c,) chance that the next word comes from the context below.
        words: (e,) the last word of each.
    """

    level: Level
    reach: int
    share: Floats
    fall: Floats
    words: Ints

    def context(self, history: Ints) -> Ints:
        """Place of each history's context; -1 where it was never met."""
        short = history % self.reach
        return self.level.context(short) if self._places is None else self._places.take(short)

    @cached_property
    def _places(self) -> Ints | None:
        if self.reach > FEW:
            return None
        places = np.full(self.reach, -1)
        places[self.level.contexts] = np.arange(self.level.contexts.size)
        return places

    @cached_property
    def own(self) -> Floats:
        """(c + 1,) chance that the next word is from a context; 0 for one never met."""
        return np.append(1.0 - self.fall, 0.0)

    @cached_property
    def last(self) -> Ints:
        """(c,) the last n-gram of each context."""
        return np.asarray(self.level.first[1:] - 1)

    @cached_property
    def reached(self) -> Floats:
        """(e,) cumulated shares of all contexts, one after the other."""
        return np.asarray(np.cumsum(self.share))

    @cached_property
    def before(self) -> Floats:
        """(c,) what is cumulated before each context."""
        return np.append(0.0, self.reached)[self.level.first[:-1]]


@dataclass(frozen=True, eq=False)
class Chances:
    """The chances of all next words after all histories, before top-p.

    A history is the number of the last words (see `ngram_tables.counted`), 0 at the beginning of
    a document.

    Attributes:
        alone: (V,) chance of each word where nothing is known of those before it.
        steps: contexts of one word, of two, ...
    """

    alone: Floats
    steps: tuple[Step, ...]

    @property
    def tokens(self) -> int:
        """V, with the unknown word and the end."""
        return self.alone.size

    def given(self, history: Ints, words: Ints) -> Floats:
        """Chance of each word after each history."""
        chance = self.alone[words]
        for step in self.steps:
            place = found(step.level.codes, history % step.reach * self.tokens + words)
            chance = (1.0 - step.own)[step.context(history)] * chance
            chance += np.where(place >= 0, step.share[place], 0.0)
        return chance

    def first(self) -> Floats:
        """(V,) chance of each word at the beginning of a document, where all have one context."""
        chance = self.alone.copy()
        for step in self.steps:
            if step.level.contexts[0] == 0:
                chance *= step.fall[0]
                begun = slice(step.level.first[0], step.level.first[1])
                chance[step.words[begun]] += step.share[begun]
        return chance

    def drawn(self, history: Ints, uniform: Floats) -> Ints:
        """A next word for each history: from its longest context, or from what is below it."""
        parts, left, at = [], [], np.arange(history.size)
        for step in reversed(self.steps):
            context = step.context(history)
            own = step.own.take(context)
            here = uniform < own
            everyone = here.all()
            if not everyone:
                rest = ~here
                left.append(at[here])
                at, history = at[rest], history[rest]
                uniform, below = uniform[here], (uniform[rest] - own[rest]) / (1.0 - own[rest])
                context = context[here]
            place = step.reached.searchsorted(step.before.take(context) + uniform, side="right")
            place = np.minimum(place, step.last.take(context))  # where rounding went too far
            parts.append(step.words.take(place))
            if everyone:
                break
            uniform = below
        else:
            place = self._reached.searchsorted(uniform * self._reached[-1], side="right")
            parts.append(np.minimum(place, self.tokens - 1))
        if not left:
            return parts[0]
        words = np.empty(sum(part.size for part in parts), dtype=np.int64)
        words[np.concatenate([*left, at])] = np.concatenate(parts)
        return words

    @cached_property
    def _reached(self) -> Floats:
        return np.asarray(np.cumsum(self.alone))


def chances(
    codes: Ints,
    counts: Floats,
    base: NDArray[np.bool_],
    order: int,
    smoothing: Smoothing,
    weight: float,
    temperature: float,
) -> Chances:
    """Smooth counted n-grams, then P^(1/temperature); see `NgramVoice`.

    What a context shares with the one below it stays shared after the power: the n-grams met
    get P^(1/T) less what the context below gives them, all other words that. So nothing is ever
    held for a word that was not met.
    """
    tokens, power = base.size, 1.0 / temperature
    met, longer = levels(codes, counts, order, tokens)
    every, kinds = np.array([met.sum()]), np.array([np.count_nonzero(met)])
    own, rest = _split(met, every, kinds, np.zeros(tokens, dtype=np.int64), smoothing, weight)
    plain = own + rest[0] * base / np.count_nonzero(base)
    alone = plain**power
    sums = np.array([alone.sum()])
    steps = []
    for length, level in enumerate(longer, start=2):
        every = level.sums(level.counts)
        own, rest = _split(level.counts, every, level.kinds, level.of, smoothing, weight)
        passed = rest[level.of] * plain[level.parent]
        plain = own + passed
        share = own if power == 1 else np.maximum(0.0, plain**power - passed**power)
        below = rest**power * sums[level.below]
        sums = level.sums(share) + below
        share, fall = share / sums[level.of], below / sums
        steps.append(Step(level, tokens ** (length - 1), share, fall, level.codes % tokens))
    return Chances(alone / alone.sum(), tuple(steps))


def _split(
    met: Floats, every: Floats, kinds: Ints, of: Ints, smoothing: Smoothing, weight: float
) -> tuple[Floats, Floats]:
    """A of each n-gram and g of each context.

    Args:
        met: (e,) counts.
        every: (c,) their sums.
        kinds: (c,) different words met.
        of: (e,) the context of each.
        smoothing: the rule.
        weight: of it.
    """
    if smoothing == "maximum_likelihood":
        return met / every[of], np.zeros(every.size)
    if smoothing == "jelinek_mercer":
        return weight * met / every[of], np.full(every.size, 1.0 - weight)
    if smoothing == "witten_bell":
        whole = every + kinds
        return met / whole[of], kinds / whole
    taken = np.minimum(met, weight)
    return (met - taken) / every[of], np.bincount(of, taken, every.size).astype(np.float64) / every
