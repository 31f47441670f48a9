"""The encyclopedia learner: how often each item is read about, and what is believed of it."""

from collections.abc import Hashable, Sequence
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from agents.counting import Stack
from agents.decoding import decode
from agents.learners.learner import Learner, LearnerOptions, Speak, Streams
from ecosystem.corpus import Counts
from ecosystem.domains.domain import Domain
from ecosystem.mechanism import Mechanism
from ecosystem.parameter import FREE, Share, about
from ecosystem.sampling import Floats, Generator

STACKED_CELLS = 2**15


class FrequenciesOptions(LearnerOptions):
    """Options of `Frequencies`."""

    kind: Literal["frequencies"] = "frequencies"
    estimator: Literal["maximum_likelihood", "additive", "good_turing"] = Field(
        default="maximum_likelihood",
        description="topic shares: what was read; with pseudo-counts; or with N1/n of the mass "
        "for items not seen",
        json_schema_extra=about("none", "law A-01 (maximum likelihood); Good 1953 (good_turing)"),
    )
    additive: float = Field(
        default=1.0,
        gt=0,
        le=1e9,
        description="documents added to each item by `additive`",
        json_schema_extra=about("documents", "convention: 1 is Laplace's rule"),
    )
    unseen: Literal["previous", "uniform"] = Field(
        default="previous",
        description="how good_turing spreads its mass over unseen items: as the previous self "
        "spoke of them, or equally",
        json_schema_extra=about("none", FREE),
    )
    inertia: Annotated[Share, Mechanism("inertia", off=0.0)] = Field(
        default=0.0,
        description="share kept of the previous self",
        json_schema_extra=about("share", FREE),
    )
    capacity: Annotated[int | None, Mechanism("capacity", off=None)] = Field(
        default=None,
        ge=1,
        description="most frequent items kept; all where not given",
        json_schema_extra=about("items", FREE),
    )
    vocabulary: Annotated[Literal["open", "closed"], Mechanism("closed vocabulary", off="open")] = (
        Field(
            default="open",
            description="closed: an item that its former self could not write is never perceived",
            json_schema_extra=about("none", FREE),
        )
    )
    hallucination: Annotated[
        Literal["evidence", "calibrated", "constant", "off", "never"],
        Mechanism("hallucination", off=lambda rule: "off" if rule == "off" else "never"),
    ] = Field(
        default="off",
        description="evidence: alpha = N1/seen; calibrated: alpha solved so that N1/n of the "
        "documents are invented; constant: `floor` on every item; off: none on seen items; "
        "never: none at all",
        json_schema_extra=about("none", "Kalai & Vempala 2024; law A-32 (constant)"),
    )
    floor: Share = Field(
        default=0.0,
        description="least chance of inventing a value",
        json_schema_extra=about("share", "free: swept in studies; law A-32"),
    )


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

    Attributes:
        topics: (K,) share of each item in what it knows, sum 1.
        beliefs: (K, V) share of each value in what it believes of an item, rows sum to 1.
    """

    kind: ClassVar[str] = "frequencies"
    Options = FrequenciesOptions

    def __init__(self, domain: Domain, options: Any, decoding: Any) -> None:
        super().__init__(domain, options, decoding)
        items, values = domain.shape
        self.topics: Floats = np.zeros(items)
        self.beliefs: Floats = np.zeros((items, values))
        self._kept = 0.0

    def begin(self, voice: Floats) -> None:
        topics = voice.sum(axis=1)
        self.beliefs = voice / np.where(topics > 0, topics, 1.0)[:, None]
        self.topics = topics / topics.sum()
        self.invented = 0.0

    def fit(self, corpus: Counts, rng: Generator, previous: Self | None = None) -> None:
        if previous is not None:
            self.load(previous.state())
        self.fit_together([self], [corpus], lambda _: rng, lambda _, voice: None)

    def voice(self) -> Floats:
        if self.blank:
            return np.zeros(self.domain.shape)
        return np.array(decode(self.topics[None], self.beliefs[None], [self.decoding])[0])

    @property
    def blank(self) -> bool:
        return not self.topics.any()

    def surprise(self, corpus: Counts) -> Floats:
        """(K, V) -log of the chance that a document of this model says each thing."""
        with np.errstate(divide="ignore"):
            return np.asarray(-np.log(self.topics[:, None] * self.beliefs))

    def perceived(self) -> NDArray[np.bool_]:
        """(K,) items that it perceives in this training; all, where it knows nothing yet."""
        if self.reopened or self.blank:
            return np.ones(self.topics.shape, dtype=bool)
        return self.topics > 0

    def state(self) -> dict[str, Floats]:
        return {
            "topics": self.topics,
            "beliefs": self.beliefs,
            "invented": np.array(self.invented),
        }

    def load(self, state: dict[str, Floats]) -> None:
        self.topics = np.array(state["topics"])
        self.beliefs = np.array(state["beliefs"])
        self.invented = float(state["invented"])

    @property
    def kept(self) -> float:
        return self._kept

    @property
    def cohort(self) -> Hashable:
        o = self.options
        return (type(self), o.estimator, o.unseen, o.vocabulary, o.hallucination)

    @classmethod
    def fit_together(
        cls,
        learners: Sequence[Self],
        corpora: Sequence[Counts],
        streams: Streams,
        speak: Speak,
    ) -> None:
        """Fit a cohort in stacks of about `STACKED_CELLS` cells, which stay in cache."""
        items, values = learners[0].domain.shape
        height = max(1, STACKED_CELLS // (items * values))
        for first in range(0, len(learners), height):
            part = learners[first : first + height]
            stack = Stack(part, corpora[first : first + height], _from(streams, first))
            invented, kept = stack.invented.tolist(), stack.kept.tolist()
            for i, (learner, topics, beliefs) in enumerate(
                zip(part, stack.topics, stack.beliefs, strict=True)
            ):
                if learner.asked is not None:
                    learner.sources = stack.sources(i, *learner.asked)
                learner.topics, learner.beliefs = topics, beliefs
                learner.invented, learner._kept = invented[i], kept[i]
            decoded = decode(stack.topics, stack.beliefs, [each.decoding for each in part])
            for i, voice in enumerate(decoded):
                speak(first + i, voice)


def _from(streams: Streams, first: int) -> Streams:
    return lambda i: streams(first + i)
