"""How a stack of models learns from counts: topics, doubt and beliefs, all models at once."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecosystem.corpus import Counts
from ecosystem.sampling import Floats, Generator, totals


class Stack:
    """What m models of one cohort know after reading their corpora; see `Frequencies`.

    Every model gets the bits it would get alone.

    Attributes:
        topics: (m, K) shares of items, before decoding.
        beliefs: (m, K, V) shares of each item's values; read-only where V = 1.
        invented: (m,) share of documents, before decoding, whose value is made up.
        kept: (m,) share of what each knows that is its former self's.

    Args:
        learners: m of one cohort, with their former `topics` and `beliefs`.
        corpora: what each read.
        streams: `streams(i)` gives learner i's random stream, valid until the next call.
    """

    def __init__(
        self,
        learners: Sequence[Any],
        corpora: Sequence[Counts],
        streams: Callable[[int], Generator],
    ) -> None:
        self.learners = learners
        self.domain = learners[0].domain
        self.options = learners[0].options
        self.former = _stacked([learner.topics for learner in learners])
        cells = _stacked([corpus.cells for corpus in corpora])
        evidence = cells[:, :, 0] if cells.shape[2] == 1 else totals(cells)
        weighted = any(corpus.weighted for corpus in corpora)
        read = _stacked([corpus.read for corpus in corpora]) if weighted else evidence
        if self.options.vocabulary == "closed":
            perceived = self._perceived
            cells, evidence = cells * perceived[:, :, None], evidence * perceived
            read = read * perceived
        blind = np.flatnonzero(read.sum(axis=1) == 0)
        if blind.size:  # they stay as they were; anything will do until then
            cells, evidence, read = cells.copy(), evidence.copy(), read.copy()
            cells[blind], evidence[blind], read[blind] = 1.0, cells.shape[2], 1.0
        self._cells, self._evidence, self._blind = cells, evidence, blind
        self._guesses: dict[int, NDArray[np.int64]] = {}
        self.topics = self._topics(evidence, read)
        if cells.shape[2] == 1:
            self.beliefs = np.broadcast_to(np.ones(1), cells.shape)
            self.invented = np.zeros(len(learners))
        else:
            self._doubts = doubt = self._doubt(evidence, read)
            self.beliefs = self._beliefs(cells, evidence, doubt, streams)
            self.invented = (self.topics * doubt).sum(axis=1)
        self._keep_frequent()
        self._mix_former()
        for i in blind.tolist():
            self.topics[i], self.kept[i] = learners[i].topics, 1.0
            self.invented[i] = learners[i].invented
            if cells.shape[2] > 1:
                self.beliefs[i] = learners[i].beliefs

    def _column(self, option: str) -> Floats:
        """An option's value in every model, (m, 1)."""
        values = [getattr(learner.options, option) for learner in self.learners]
        return np.array(values)[:, None]

    @cached_property
    def _perceived(self) -> NDArray[np.bool_]:
        """(m, K) items in a closed vocabulary."""
        return np.array([learner.perceived() for learner in self.learners])

    def _topics(self, evidence: Floats, read: Floats) -> Floats:
        """Topic shares (m, K) by the cohort's estimator."""
        closed = self.options.vocabulary == "closed"
        total = evidence.sum(axis=1, keepdims=True)
        if self.options.estimator == "maximum_likelihood":
            return evidence / total
        if self.options.estimator == "additive":
            smoothed = evidence + self._column("additive")
            if closed:
                smoothed *= self._perceived
            return np.asarray(smoothed / smoothed.sum(axis=1, keepdims=True))
        unseen = evidence == 0
        known = self.former * unseen if self.options.unseen == "previous" else unseen * 1.0
        if closed:
            known *= self._perceived
        spare = known.sum(axis=1, keepdims=True)
        n = read.sum(axis=1, keepdims=True)
        missing = np.where(spare > 0, np.minimum(_once(read), n - 1) / n, 0.0)
        known *= missing / np.where(spare > 0, spare, 1.0)
        known += evidence * ((1 - missing) / total)
        return known

    def _doubt(self, evidence: Floats, read: Floats) -> Floats:
        """Chance (m, K) that a model invents the value when it writes on an item."""
        rule = self.options.hallucination
        if rule == "never":
            return np.zeros_like(evidence)
        floor = 0.0 if rule == "off" else self._column("floor")
        seen = evidence > 0
        if rule in ("evidence", "calibrated"):
            if rule == "evidence":
                alpha = _once(read) / np.maximum(seen.sum(axis=1, keepdims=True), 1)
            else:
                alpha = calibrated(
                    evidence, self.topics, _once(read) / read.sum(axis=1, keepdims=True)
                )
            thin = alpha / (np.where(seen, evidence, 1.0) + alpha)
            doubt = np.where(seen, floor + (1 - floor) * thin, 1.0)
        else:
            doubt = np.where(seen, floor, 1.0)
        return np.asarray(doubt * self.domain.fallible)

    def _beliefs(
        self,
        cells: Floats,
        evidence: Floats,
        doubt: Floats,
        streams: Callable[[int], Generator],
    ) -> Floats:
        """Observed shares mixed with one wrong guess per item: (m, K, V)."""
        seen = evidence > 0
        beliefs = cells * ((1 - doubt) / np.where(seen, evidence, 1.0))[:, :, None]
        each = np.arange(cells.shape[1])
        for i in np.flatnonzero(doubt.any(axis=1)).tolist():
            uniform = streams(i).random(each.size)
            guess = (self.domain.guesses > uniform[:, None]).argmax(axis=1)
            beliefs[i, each, guess] += doubt[i]
            self._guesses[i] = guess
        beliefs[:, :, 0] += ~seen & (doubt == 0)
        if self.options.hallucination == "never":
            for i, learner in enumerate(self.learners):  # the former self's belief is kept
                kept = ~seen[i] & learner.beliefs.any(axis=1)
                beliefs[i, kept] = learner.beliefs[kept]
        return beliefs

    def _keep_frequent(self) -> None:
        """Forget all but the most frequent items, where capacity is limited."""
        for i, learner in enumerate(self.learners):
            capacity = learner.options.capacity
            if capacity is not None and capacity < self.topics.shape[1]:
                self.topics[i, np.argsort(-self.topics[i], kind="stable")[capacity:]] = 0.0
                self.topics[i] /= self.topics[i].sum()

    def _mix_former(self) -> None:
        """Mix with the documents of the former selves: inertia.

        Documents are mixed, not beliefs: on an item the former self hardly spoke of, it counts
        hardly at all. What knows nothing yet has no former self.
        """
        share = self._column("inertia") * (self.former.sum(axis=1, keepdims=True) > 0)
        self.kept = share[:, 0]
        if not share.any():
            return
        kept = share * self.former
        new = (1 - share) * self.topics
        self.topics = new + kept
        if self.beliefs.shape[2] == 1:
            return
        whole = np.where(self.topics > 0, self.topics, 1.0)
        own = np.where(self.topics > 0, new / whole, 1.0)
        self.beliefs *= own[:, :, None]
        former = _stacked([learner.beliefs for learner in self.learners])
        self.beliefs += former * (kept / whole)[:, :, None]

    def sources(self, i: int, items: NDArray[np.int64], slots: NDArray[np.int64]) -> Floats:
        """How much of what a learner believes of items it made up, read, and kept, for claims.

        To be asked before the learner has become its next self.

        Args:
            i: the learner.
            items: (claims,) what they are about.
            slots: (claims,) the value that each asserts.

        Returns:
            (3, claims), which sum to `beliefs` of the claims.
        """
        former = self.learners[i].beliefs[items, slots]
        evidence, doubt = self._evidence[i, items], self._doubts[i, items]
        seen = evidence > 0
        guessed = self._guesses[i][items] == slots if i in self._guesses else False
        read = (1 - doubt) * self._cells[i, items, slots] / np.where(seen, evidence, 1.0)
        unread = former * (~seen & (self.options.hallucination == "never"))
        whole, kept = self.topics[i, items], self.kept[i] * self.former[i, items]
        own = np.where(whole > 0, (whole - kept) / np.where(whole > 0, whole, 1.0), 1.0)
        if i in self._blind:
            own = np.zeros_like(own)
        return np.array([own * doubt * guessed, own * read, own * unread + (1 - own) * former])


def calibrated(evidence: Floats, topics: Floats, target: Floats) -> Floats:
    """Alpha (m, 1) with u + sum over seen q alpha/(e + alpha) = target.

    The left side is concave and rises with alpha, so Newton's steps from 0 rise to the root.

    Args:
        evidence: (m, K) documents e on each item.
        topics: (m, K) shares q; u is their sum over items without evidence.
        target: (m, 1) share of documents to be invented, 0 to 1.
    """
    seen = evidence > 0
    unseen = (topics * ~seen).sum(axis=1, keepdims=True)
    alpha = np.zeros_like(target)
    reachable = (target > unseen) & (target < 1)
    alpha[(target > unseen) & (target >= 1)] = 1e100  # nothing read twice: all is invented
    if not reachable.any():
        return alpha
    weight = topics * seen
    base = np.where(seen, evidence, 1.0)
    for _ in range(100):
        held = weight / (base + alpha)
        gap = target - unseen - alpha * held.sum(axis=1, keepdims=True)
        slope = (held * base / (base + alpha)).sum(axis=1, keepdims=True)
        step = np.where(reachable & (gap > 1e-14), gap / np.maximum(slope, 1e-300), 0.0)
        alpha = alpha + step
        if np.all(step <= 1e-13 * (1 + alpha)):
            break
    return alpha


def _once(read: Floats) -> NDArray[np.int64]:
    """(m, 1) items read exactly once."""
    return np.count_nonzero(read == 1, axis=1, keepdims=True)


def _stacked(arrays: Sequence[Floats]) -> Floats:
    """Arrays of one shape as one, not copied where there is a single one."""
    if len(arrays) == 1:
        return arrays[0][None]
    return np.concatenate(arrays).reshape(len(arrays), *arrays[0].shape)
