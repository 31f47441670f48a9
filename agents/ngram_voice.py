"""What an n-gram model writes: the next word given the last few, smoothed, then decoded."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from agents.ngram_tables import Ints, Level, found, levels, numbered
from ecosystem import corpus
from ecosystem.domains.prose import END
from ecosystem.sampling import Floats, Generator

Smoothing = Literal["maximum_likelihood", "jelinek_mercer", "witten_bell", "absolute_discount"]
TIE = 1 + 1e-12
"""Chances of which one is not more than so many times the other are alike."""
HALVINGS = 60
FEW = 2**16


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

    def write(self, n: int, rng: Generator) -> corpus.Rows:
        """N documents, (n, width) tokens."""
        rows = np.zeros((n, self.width), dtype=np.int32)
        words = np.searchsorted(self._opening, rng.random(n), side="right")
        rows[:, 0] = words
        alive, history = np.arange(n), words % self._reach
        for place in range(1, self.width):
            words = self._next(history, rng)
            rows[alive, place] = words
            goes_on = words != END
            alive = alive[goes_on]
            if not alive.size:
                break
            history = (history[goes_on] * self.tokens + words[goes_on]) % self._reach
        return corpus.Rows(rows)

    def chances(self, rows: NDArray[Any]) -> Floats:
        """(documents, width) chance of each token given those before; 1 after the end."""
        numbers, live = numbered(rows, self.order, self.tokens)
        live[:, 0] = False
        words = rows[live].astype(np.int64)
        history = numbers[live] // self.tokens
        chance = self._given(history, words)
        if self.top_p < 1:
            kinds, of = np.unique(history, return_inverse=True)
            least, whole = self._kept(kinds)
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

    @property
    def tokens(self) -> int:
        """V, with the unknown word and the end."""
        return self.base.size

    # ------------------------------------------------------------------ one word

    def _next(self, history: Ints, rng: Generator) -> Ints:
        """A next word for each history, drawn again while it is outside of top-p."""
        words = self._drawn(history, rng.random(history.size))
        if self.top_p == 1:
            return words
        open_ = np.arange(history.size)
        while True:
            open_ = open_[self._outside(history[open_], words[open_])]
            if not open_.size:
                return words
            words[open_] = self._drawn(history[open_], rng.random(open_.size))

    def _drawn(self, history: Ints, uniform: Floats) -> Ints:
        """Next words before top-p: from the n-grams of a context, or from what is below it."""
        parts, left, at = [], [], np.arange(history.size)
        for step in reversed(self._steps):
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
            shares = self._words_reached
            parts.append(shares.searchsorted(uniform * shares[-1], side="right"))
        if not left:
            return parts[0]
        words = np.empty(sum(part.size for part in parts), dtype=np.int64)
        words[np.concatenate([*left, at])] = np.concatenate(parts)
        return words

    def _given(self, history: Ints, words: Ints) -> Floats:
        """Chance of each word after each history, before top-p."""
        chance = self._alone[words]
        for step in self._steps:
            place = found(step.level.codes, history % step.reach * self.tokens + words)
            chance = (1.0 - step.own)[step.context(history)] * chance
            chance += np.where(place >= 0, step.share[place], 0.0)
        return chance

    # ------------------------------------------------------------------ top-p

    def _lists(self, history: Ints) -> tuple[Ints, Ints, Floats]:
        """The words met after the histories, and the share of all other words after each.

        Returns:
            (entries,) the history's place and (entries,) the word; (histories,) the factor by
            which the chance of every other word is that of the word alone.
        """
        owners, words = [], []
        factor = np.ones(history.size)
        open_ = np.arange(history.size)
        for step in reversed(self._steps):
            context = step.context(history[open_])
            seen = context >= 0
            factor[open_[seen]] *= step.fall[context[seen]]
            done = seen & ((step.fall[context] == 0) | (step is self._steps[0]))
            lengths = step.level.kinds[context[done]]
            starts = np.cumsum(lengths) - lengths
            entries = np.repeat(step.level.first[context[done]] - starts, lengths)
            entries += np.arange(entries.size)
            owners.append(np.repeat(open_[done], lengths))
            words.append(step.words[entries])
            open_ = open_[~done]
        nothing = np.zeros(0, dtype=np.int64)
        return np.concatenate([nothing, *owners]), np.concatenate([nothing, *words]), factor

    def _mass(self, history: Ints) -> "_Mass":
        owner, words, factor = self._lists(history)
        return _Mass(self, owner, self._given(history[owner], words), self._alone[words], factor)

    def _outside(self, history: Ints, words: Ints) -> NDArray[np.bool_]:
        """Whether words that are likelier than this one hold top-p already."""
        chance = self._given(history, words) * TIE
        if self.order <= 2:
            return np.asarray(chance < self._least[history])
        return np.asarray(self._mass(history).above(chance) >= self.top_p)

    def _kept(self, history: Ints) -> tuple[Floats, Floats]:
        """Least chance inside of top-p after each history, and the share that it holds."""
        mass = self._mass(history)
        low, high = np.full(history.size, -50.0), np.full(history.size, 1e-9)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            enough = mass.above(np.exp(middle)) >= self.top_p
            low, high = np.where(enough, middle, low), np.where(enough, high, middle)
        least = np.exp(low)
        return least, mass.above(least)

    # ------------------------------------------------------------------ made ready once

    @cached_property
    def _ranked(self) -> tuple[Floats, Floats]:
        """Chances of words alone, sorted, and the sum of those from each one on, and 0."""
        ordered = np.sort(self._alone)
        return ordered, np.append(np.cumsum(ordered[::-1])[::-1], 0.0)

    @cached_property
    def _least(self) -> Floats:
        """(histories,) least chance inside of top-p, where few enough histories are possible."""
        every = np.arange(self._reach)
        alike = np.ones(every.size, dtype=bool)  # what was never met is followed by words alone
        for step in self._steps:
            alike[step.level.contexts] = False
        asked = np.append(np.flatnonzero(~alike), np.flatnonzero(alike)[:1])
        least = np.empty(every.size)
        found, _ = self._kept(asked)
        least[alike] = found[-1]
        least[asked] = found
        return least

    @cached_property
    def _opening(self) -> Floats:
        """(V,) cumulated chances of the first word, to 1."""
        chance = self._alone.copy()
        for step in self._steps:  # a document begins after ends, which is the first context
            if step.level.contexts[0] == 0:
                chance *= step.fall[0]
                begun = slice(step.level.first[0], step.level.first[1])
                chance[step.words[begun]] += step.share[begun]
        chance[END] = 0.0
        ranked = -np.sort(-chance)
        before = np.cumsum(ranked) - ranked
        kept = ranked[before < self.top_p * ranked.sum()]
        chance *= chance * TIE >= kept[-1]
        cumulated = np.cumsum(chance)
        cumulated /= cumulated[-1]
        return np.asarray(cumulated)

    @cached_property
    def _reach(self) -> int:
        """Number of histories: only the last order - 1 words matter."""
        return int(self.tokens ** (self.order - 1))

    @cached_property
    def _alone(self) -> Floats:
        """(V,) chance of each word where nothing is known of those before it."""
        return self._made[0]

    @property
    def _steps(self) -> "list[_Step]":
        """Contexts of one word, of two, ..."""
        return self._made[1]

    @cached_property
    def _words_reached(self) -> Floats:
        return np.asarray(np.cumsum(self._alone))

    @cached_property
    def _made(self) -> "tuple[Floats, list[_Step]]":
        power = 1.0 / self.temperature
        met, longer = levels(self.codes, self.counts, self.order, self.tokens)
        kinds, every = np.array([np.count_nonzero(met)]), np.array([met.sum()])
        own, rest = self._split(met, every, kinds, np.zeros(met.size, dtype=np.int64))
        if self.smoothing == "absolute_discount":
            rest = 1.0 - own.sum(keepdims=True)
        plain = own + rest[0] * self.base / np.count_nonzero(self.base)
        alone = plain**power
        sums = alone.sum(keepdims=True)
        steps = []
        for length, level in enumerate(longer, start=2):
            own, rest = self._split(
                level.counts, level.sums(level.counts), level.kinds, level.of
            )
            if self.smoothing == "absolute_discount":
                rest = np.maximum(0.0, 1.0 - level.sums(own))
            passed = rest[level.of] * plain[level.parent]
            plain = own + passed
            share = np.maximum(0.0, plain**power - passed**power) if power != 1 else own
            below = rest**power * sums[level.below]
            sums = level.sums(share) + below
            steps.append(
                _Step(level, self.tokens ** (length - 1), share / sums[level.of], below / sums,
                      level.codes % self.tokens)
            )
        return alone / alone.sum(), steps

    def _split(self, met: Floats, every: Floats, kinds: Ints, of: Ints) -> tuple[Floats, Floats]:
        """a of each n-gram and g of each context; see the class."""
        if self.smoothing == "maximum_likelihood":
            return met / every[of], np.zeros(every.size)
        if self.smoothing == "jelinek_mercer":
            return self.weight * met / every[of], np.full(every.size, 1.0 - self.weight)
        if self.smoothing == "witten_bell":
            whole = every + kinds
            return met / whole[of], kinds / whole
        return np.maximum(met - self.weight, 0.0) / every[of], np.zeros(every.size)


@dataclass(frozen=True, eq=False)
class _Step:
    """The chances of words after contexts of one length, after temperature.

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
        if self._places is None:
            return self.level.context(short)
        return self._places.take(short)

    @cached_property
    def _places(self) -> Ints | None:
        """The place of every context, where there are few that could be."""
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
class _Mass:
    """How much of what follows each history is likelier than a bound.

    Attributes:
        voice: whose histories.
        owner: (entries,) to which history a word met after it belongs.
        chance: (entries,) its chance there.
        alone: (entries,) its chance where nothing is known.
        factor: (histories,) what all other words keep of theirs.
    """

    voice: NgramVoice
    owner: Ints
    chance: Floats
    alone: Floats
    factor: Floats

    def above(self, bound: Floats) -> Floats:
        """(histories,) sum of the chances above the bound of each."""
        size = bound.size
        likelier = self.chance > bound[self.owner]
        sums = np.bincount(self.owner, self.chance * likelier, minlength=size)
        if not self.factor.any():
            return sums
        least = bound / np.maximum(self.factor, 1e-300)
        ordered, from_ = self.voice._ranked
        others = from_[np.searchsorted(ordered, least, side="right")]
        counted = self.alone * (self.alone > least[self.owner])
        others = others - np.bincount(self.owner, counted, minlength=size)
        return np.asarray(sums + self.factor * np.maximum(others, 0.0))
