"""What every learner can do: fit a training set, write, score, give and take its state."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Sequence
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

from agents.decoding import Decoding
from ecosystem.corpus import Counts
from ecosystem.domains.domain import Domain
from ecosystem.sampling import Floats, Generator

Streams = Callable[[int], Generator]


class LearnerOptions(BaseModel):
    """Settings of one learner class; a subclass adds its own fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: str


class Learner(ABC):
    """One model's knowledge of one domain.

    A new learner is one file with one class that has a `kind` and a pydantic class of options
    (`Options`); it is found by its folder and the contract tests then run on it. `fit` is
    enough; `fit_together` may be overridden where many models fit faster at once. It must give
    each model the same bits as fitting it alone.

    Attributes:
        domain: what there is to know.
        options: its settings.
        decoding: how it turns what it knows into what it writes.
        invented: share of documents before decoding whose value the model made up.
    """

    kind: ClassVar[str] = ""
    Options: ClassVar[type[LearnerOptions]] = LearnerOptions

    def __init__(self, domain: Domain, options: Any, decoding: Decoding) -> None:
        self.domain = domain
        self.options = options
        self.decoding = decoding
        self.invented = 0.0

    @abstractmethod
    def begin(self, voice: Floats) -> None:
        """Start as the exact distribution `voice`, (K, V), that nothing was fitted to."""

    @abstractmethod
    def fit(self, corpus: Counts, rng: Generator, previous: Self | None = None) -> None:
        """Learn from a training set; `previous` is the former self (itself, by default)."""

    @abstractmethod
    def voice(self) -> Floats:
        """What the model writes after decoding: (K, V) probabilities, sum 1."""

    @abstractmethod
    def score(self, corpus: Counts) -> float:
        """Mean log-likelihood per document, in nats, before decoding; -inf where impossible."""

    @abstractmethod
    def state(self) -> dict[str, Floats]:
        """Everything learnt, as arrays."""

    @abstractmethod
    def load(self, state: dict[str, Floats]) -> None:
        """Restore what `state` gave."""

    @property
    def kept(self) -> float:
        """Share of what the latest fit left of the former self, 0 to 1 (see inertia)."""
        return 0.0

    def write(self, n: int, rng: Generator) -> Counts:
        """N documents of this model."""
        return Counts(self.voice()).draw(n, rng)

    @property
    def cohort(self) -> Hashable:
        """Learners of one cohort may be fitted together."""
        return type(self)

    @classmethod
    def fit_together(
        cls,
        learners: Sequence[Self],
        corpora: Sequence[Counts],
        streams: Streams,
        voices: Sequence[Floats],
    ) -> None:
        """Fit each learner to its corpus and write its voice, (K, V), into its place.

        `streams(i)` gives learner i's random stream, valid until the next call.
        """
        for i, (learner, corpus) in enumerate(zip(learners, corpora, strict=True)):
            learner.fit(corpus, streams(i))
            voices[i][:] = learner.voice()
