"""The encyclopedia learner: how often each item is read about, and what is believed of it."""

from collections.abc import Hashable, Sequence
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from agents.decoding import decode
from agents.learners.learner import Learner, LearnerOptions, Streams
from ecosystem.corpus import Counts
from ecosystem.domains.domain import Domain
from ecosystem.mechanism import Mechanism
from ecosystem.sampling import Floats, Generator

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
STACKED_CELLS = 2**16


class FrequenciesOptions(LearnerOptions):
    """Options of `Frequencies`."""

    kind: Literal["frequencies"] = "frequencies"
    estimator: Literal["maximum_likelihood", "additive", "good_turing"] = Field(
        default="maximum_likelihood",
        description="topic shares: what was read; with pseudo-counts; or with N1/n of the mass "
        "for items not seen",
    )
    additive: float = Field(
        default=1.0, gt=0, le=1e9, description="documents added to each item by `additive`"
    )
    unseen: Literal["previous", "uniform"] = Field(
        default="previous",
        description="how good_turing spreads its mass over unseen items: as the previous self "
        "spoke of them, or equally",
    )
    inertia: Annotated[Share, Mechanism("inertia", off=0.0)] = Field(
        default=0.0, description="share kept of the previous self"
    )
    capacity: Annotated[int | None, Mechanism("capacity", off=None)] = Field(
        default=None, ge=1, description="most frequent items kept"
    )
    vocabulary: Annotated[Literal["open", "closed"], Mechanism("closed vocabulary", off="open")] = (
        Field(default="open", description="closed: an item once not seen is never perceived again")
    )
    hallucination: Annotated[
        Literal["evidence", "calibrated", "constant", "off", "never"],
        Mechanism("hallucination", off=lambda rule: "off" if rule == "off" else "never"),
    ] = Field(
        default="off",
        description="evidence: alpha = N1/seen; calibrated: alpha solved so that N1/n of the "
        "documents are invented; constant: `floor` on every item; off: none on seen items; "
        "never: none at all",
    )
    floor: Share = Field(default=0.0, description="least chance of inventing a value")


class Frequencies(Learner):
    """Counts what it reads; where evidence is thin it guesses (hallucination).

    With e_k documents on item k among n, N1 items read exactly once and `seen` items read at
    all: alpha = N1 / seen, h_k = floor + (1 - floor) alpha / (e_k + alpha), and

        belief_k = (1 - h_k) x observed shares of k's values + h_k x guess_k.

    An item never seen is guessed wholly (h = 1). The guess is one wrong value, never the truth,
    drawn per model, generation and item from the domain's confusion table. `evidence` makes
    the share of invented documents close to N1/n + (1 - N1/n) floor (Kalai & Vempala 2024,
    arXiv 2311.14648; a little low). `calibrated` solves alpha >= 0 in

        u + sum over seen of q_k alpha / (e_k + alpha) = N1 / n,

    q_k the topic shares before decoding and u the share of unseen items; the floor comes on
    top; where u >= N1/n, alpha = 0. N1 = 0 gives alpha = 0. `constant` sets h = floor on seen
    items (law A-32). `never` invents nothing at all: on an item not seen it says what the
    former self said, or the truth where that said nothing. A model that read nothing it can
    perceive stays as it was. Capacity, then inertia, then decoding act after this rule. Inertia
    s mixes the documents of the new self with a share s of those of the former one, so a former
    self can hand down what this generation did not see.
    """

    kind: ClassVar[str] = "frequencies"
    Options = FrequenciesOptions

    def __init__(self, domain: Domain, options: Any, decoding: Any) -> None:
        super().__init__(domain, options, decoding)
        items, values = domain.shape
        self.topics: Floats = np.zeros(items)
        self.beliefs: Floats = np.zeros((items, values))
        self._voice: Floats = np.zeros((items, values))

    def begin(self, voice: Floats) -> None:
        topics = voice.sum(axis=1)
        beliefs = np.divide(
            voice, topics[:, None], out=np.zeros_like(voice), where=topics[:, None] > 0
        )
        self._take(topics / topics.sum(), beliefs)
        self.invented = 0.0

    def fit(self, corpus: Counts, rng: Generator, previous: Self | None = None) -> None:
        if previous is not None:
            self.load(previous.state())
        self.fit_together([self], [corpus], lambda _: rng)

    def voice(self) -> Floats:
        return self._voice

    def score(self, corpus: Counts) -> float:
        """Mean log-likelihood per document in nats; -inf where a document is impossible."""
        live = corpus.cells > 0
        chance = (self.topics[:, None] * self.beliefs)[live]
        if np.any(chance == 0):
            return float("-inf")
        weights = corpus.cells[live]
        return float(weights @ np.log(chance) / weights.sum())

    def state(self) -> dict[str, Floats]:
        return {
            "topics": self.topics,
            "beliefs": self.beliefs,
            "invented": np.array(self.invented),
        }

    def load(self, state: dict[str, Floats]) -> None:
        self._take(np.array(state["topics"]), np.array(state["beliefs"]))
        self.invented = float(state["invented"])

    @property
    def kept(self) -> float:
        return float(self.options.inertia)

    @property
    def cohort(self) -> Hashable:
        o = self.options
        return (type(self), o.estimator, o.unseen, o.vocabulary, o.hallucination)

    def _take(self, topics: Floats, beliefs: Floats) -> None:
        self.topics, self.beliefs = topics, beliefs
        self._voice = decode(topics[None], beliefs[None], [self.decoding])[0]

    @classmethod
    def fit_together(
        cls, learners: Sequence[Self], corpora: Sequence[Counts], streams: Streams
    ) -> list[Floats]:
        """Fit a cohort in stacks of about `STACKED_CELLS` cells, which stay in cache."""
        items, values = learners[0].domain.shape
        stack = max(1, STACKED_CELLS // (items * values))
        voices: list[Floats] = []
        for first in range(0, len(learners), stack):
            part = learners[first : first + stack]
            cells = np.stack([corpus.cells for corpus in corpora[first : first + stack]])
            read = np.stack([corpus.read for corpus in corpora[first : first + stack]])
            topics, beliefs, invented = _fit(part, cells, read, _from(streams, first))
            decoded = decode(topics, beliefs, [learner.decoding for learner in part])
            for i, learner in enumerate(part):
                learner.topics, learner.beliefs = topics[i], beliefs[i]
                learner._voice, learner.invented = decoded[i], float(invented[i])
            voices.extend(decoded)
        return voices


def _from(streams: Streams, first: int) -> Streams:
    return lambda i: streams(first + i)


def _fit(
    learners: Sequence[Frequencies], cells: Floats, read: Floats, streams: Streams
) -> tuple[Floats, Floats, Floats]:
    """Topics (m, K), beliefs (m, K, V) and invented shares (m,) of a stack of m models."""
    options = learners[0].options
    before = np.stack([learner.topics for learner in learners])
    if options.vocabulary == "closed":
        perceived = _perceived(before)
        cells = cells * perceived[:, :, None]
        read = read * perceived
    blind = np.flatnonzero(read.sum(axis=1) == 0).tolist()
    cells[blind], read[blind] = 1.0, 1.0
    evidence = cells.sum(axis=2)
    topics = _topics(learners, evidence, read, before)
    inertia = np.array([learner.options.inertia for learner in learners])
    inertia *= before.sum(axis=1) > 0  # what knows nothing yet has no former self
    if cells.shape[2] == 1:
        beliefs = np.ones_like(cells)
        doubt = np.zeros_like(evidence)
    else:
        doubt = _doubt(learners, evidence, read, topics)
        beliefs = _beliefs(learners[0].domain, cells, evidence, doubt, streams)
        if options.hallucination == "never":
            _remember(learners, beliefs, evidence)
    invented = (topics * doubt).sum(axis=1)
    for i, learner in enumerate(learners):
        capacity = learner.options.capacity
        if capacity is not None and capacity < topics.shape[1]:
            topics[i, np.argsort(-topics[i], kind="stable")[capacity:]] = 0.0
            topics[i] /= topics[i].sum()
    for i in np.flatnonzero(inertia > 0).tolist():
        topics[i], beliefs[i] = _shrunk(topics[i], beliefs[i], learners[i], float(inertia[i]))
    for i in blind:
        topics[i], beliefs[i] = learners[i].topics, learners[i].beliefs
    return topics, beliefs, invented


def _shrunk(
    topics: Floats, beliefs: Floats, former: Frequencies, share: float
) -> tuple[Floats, Floats]:
    """What a mixture of the new self and the former one knows: (K,) topics, (K, V) beliefs.

    Documents are mixed, not beliefs: on an item the former self hardly spoke of, it counts
    hardly at all.
    """
    kept = share * former.topics
    mixed = (1 - share) * topics + kept
    own = np.divide((1 - share) * topics, mixed, out=np.ones_like(mixed), where=mixed > 0)
    theirs = np.divide(kept, mixed, out=np.zeros_like(mixed), where=mixed > 0)
    return mixed, own[:, None] * beliefs + theirs[:, None] * former.beliefs


def _perceived(before: Floats) -> NDArray[np.bool_]:
    """(m, K) items in a closed vocabulary; a model that knows nothing yet perceives all."""
    return (before > 0) | (before.sum(axis=1, keepdims=True) == 0)


def _topics(
    learners: Sequence[Frequencies], evidence: Floats, read: Floats, before: Floats
) -> Floats:
    """Topic shares (m, K) by the cohort's estimator, before inertia."""
    options = learners[0].options
    total = evidence.sum(axis=1, keepdims=True)
    if options.estimator == "maximum_likelihood":
        return evidence / total
    if options.estimator == "additive":
        added = np.array([[learner.options.additive] for learner in learners])
        closed = options.vocabulary == "closed"
        allowed = _perceived(before) if closed else np.ones_like(evidence)
        smoothed = (evidence + added) * allowed
        return smoothed / smoothed.sum(axis=1, keepdims=True)
    n = read.sum(axis=1, keepdims=True)
    unseen = evidence == 0
    known = np.where(unseen, before, 0.0) if options.unseen == "previous" else unseen * 1.0
    if options.vocabulary == "closed":
        known = known * _perceived(before)
    spare = known.sum(axis=1, keepdims=True)
    once = (read == 1).sum(axis=1, keepdims=True)
    missing = np.where(spare > 0, np.minimum(once, n - 1) / n, 0.0)
    known = np.divide(known, spare, out=np.zeros_like(known), where=spare > 0)
    return (1 - missing) * evidence / total + missing * known


def _doubt(
    learners: Sequence[Frequencies], evidence: Floats, read: Floats, topics: Floats
) -> Floats:
    """Chance (m, K) that a model invents the value when it writes on an item."""
    rule = learners[0].options.hallucination
    if rule == "never":
        return np.zeros_like(evidence)
    floor = np.array([[learner.options.floor] for learner in learners])
    seen = evidence > 0
    once = (read == 1).sum(axis=1, keepdims=True)
    if rule == "evidence":
        alpha = once / np.maximum(seen.sum(axis=1, keepdims=True), 1)
    elif rule == "calibrated":
        alpha = _calibrated(evidence, topics, once / read.sum(axis=1, keepdims=True))
    else:
        alpha = np.zeros_like(floor)
    if rule == "off":
        floor = np.zeros_like(floor)
    thin = np.divide(alpha, evidence + alpha, out=np.zeros_like(evidence), where=seen)
    doubt = np.where(seen, floor + (1 - floor) * thin, 1.0)
    doubt[:, learners[0].domain.confusion.sum(axis=1) == 0] = 0.0
    return np.asarray(doubt)


def _remember(learners: Sequence[Frequencies], beliefs: Floats, evidence: Floats) -> None:
    """Put what each former self believed of items not seen into (m, K, V) beliefs."""
    for i, learner in enumerate(learners):
        kept = (evidence[i] == 0) & (learner.beliefs.sum(axis=1) > 0)
        beliefs[i, kept] = learner.beliefs[kept]


def _calibrated(evidence: Floats, topics: Floats, target: Floats) -> Floats:
    """Alpha (m, 1) with u + sum over seen q alpha/(e + alpha) = target.

    The left side is concave and rises with alpha, so Newton's steps from 0 rise to the root.
    """
    seen = evidence > 0
    unseen = np.where(seen, 0.0, topics).sum(axis=1, keepdims=True)
    weight = np.where(seen, topics, 0.0)
    base = np.where(seen, evidence, 1.0)
    alpha = np.zeros_like(target)
    reachable = (target > unseen) & (target < 1)
    alpha[(target > unseen) & (target >= 1)] = 1e100  # nothing read twice: all is invented
    for _ in range(100):
        gap = target - unseen - (weight * alpha / (base + alpha)).sum(axis=1, keepdims=True)
        slope = (weight * base / (base + alpha) ** 2).sum(axis=1, keepdims=True)
        step = np.where(reachable & (gap > 1e-14), gap / np.maximum(slope, 1e-300), 0.0)
        alpha = alpha + step
        if np.all(step <= 1e-13 * (1 + alpha)):
            break
    return alpha


def _beliefs(
    domain: Domain, cells: Floats, evidence: Floats, doubt: Floats, streams: Streams
) -> Floats:
    """Observed shares mixed with one wrong guess per item: (m, K, V)."""
    trust = np.divide(1 - doubt, evidence, out=np.zeros_like(doubt), where=evidence > 0)
    beliefs = cells * trust[:, :, None]
    cumulative = np.cumsum(domain.confusion, axis=1)
    cumulative /= np.maximum(cumulative[:, -1:], 1e-300)
    for i in range(cells.shape[0]):
        wanted = np.flatnonzero(doubt[i] > 0)
        draws = np.asarray(streams(i).random(evidence.shape[1]))[wanted, None]
        guess = (cumulative[wanted] <= draws).sum(axis=1)
        beliefs[i, wanted, guess] += doubt[i, wanted]
    lost = (evidence == 0) & (doubt == 0)
    beliefs[:, :, 0] += lost
    return beliefs
