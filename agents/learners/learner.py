"""What every learner can do: fit a training set, write, score, give and take its state."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from agents.decoding import Decoding
from ecosystem.corpus import Counts
from ecosystem.domains.domain import Domain
from ecosystem.sampling import Floats, Generator

Streams = Callable[[int], Generator]
Speak = Callable[[int, Any], None]


class LearnerOptions(BaseModel):
    """Settings of one learner class; a subclass adds its own fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: str

    def pretrained_from(self) -> dict[str, str]:
        """Pretrained models that learning starts from, by name, and the sha256 of their files."""
        return {}


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
        reopened: whether its vocabulary, where it has a closed one, is open in this step.
        asked: (items, slots) of claims of which it is to say where its belief in them comes from.
        sources: (3, claims) the answer, of its latest fit: how much of what it believes of the
            item is that claim made up, read, and kept of its former self; None where it was not
            asked or cannot tell.
    """

    kind: ClassVar[str] = ""
    Options: ClassVar[type[LearnerOptions]] = LearnerOptions
    learns: ClassVar[tuple[str, ...]] = ("counts",)
    """Forms of documents that it can learn (see `Domain.form`)."""
    from_truth: ClassVar[bool] = True
    """Whether it can `begin` as a distribution, with nothing to be fitted to."""

    @classmethod
    def able(cls, domain: type[Domain]) -> bool:
        """Whether it learns such domains."""
        return domain.form in cls.learns

    def __init__(self, domain: Domain, options: Any, decoding: Decoding) -> None:
        self.domain = domain
        self.options = options
        self.decoding = decoding
        self.invented = 0.0
        self.reopened = False
        self.asked: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None
        self.sources: Floats | None = None

    def try_out(self) -> None:
        """Find out before a run whether it can be fitted to its domain with these settings.

        Raises:
            ValueError: it cannot, in one sentence.
        """
        return

    def begin(self, voice: Floats) -> None:
        """Start as the exact distribution `voice`, (K, V), that nothing was fitted to.

        To be overridden where `from_truth`.

        Raises:
            ValueError: it cannot; it has to be fitted.
        """
        raise ValueError(
            f"start: a learner of kind {self.kind!r} cannot be the truth itself; allowed 'fitted'"
        )

    @property
    @abstractmethod
    def blank(self) -> bool:
        """Whether it knows nothing yet, and so writes nothing."""

    @abstractmethod
    def fit(self, corpus: Any, rng: Generator, previous: Self | None = None) -> None:
        """Learn from a training set; `previous` is the former self (itself, by default)."""

    @abstractmethod
    def voice(self) -> Any:
        """What the model writes after decoding.

        In a domain of counts (K, V) probabilities, sum 1; in one of rows an object that can
        `write`, which later fits leave alone.
        """

    @abstractmethod
    def surprise(self, corpus: Any) -> Floats:
        """-log probability (or density) of documents, in nats, before decoding.

        In a domain of counts (K, V), of every thing a document can say; in one of rows
        (documents,). Infinite where a document is impossible.
        """

    def score(self, corpus: Any) -> float:
        """Mean log-likelihood per document, in nats, before decoding; -inf where impossible."""
        live = corpus.amounts > 0
        weights, found = corpus.amounts[live], self.surprise(corpus)[live]
        return -float(weights @ found / weights.sum())

    def reopen(self) -> None:
        """In this step's training it perceives what its closed vocabulary does not hold."""
        self.reopened = True

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

    def voice_of(self, state: Mapping[str, NDArray[Any]]) -> Any:
        """A voice from its `state`: a learner of rows needs it, so that a run can be resumed."""
        raise NotImplementedError(f"a learner of kind {self.kind!r} has no voice_of")

    def write(self, n: int, rng: Generator) -> Any:
        """N documents of this model."""
        voice = self.voice()
        return voice.write(n, rng) if hasattr(voice, "write") else Counts(voice).draw(n, rng)

    @property
    def cohort(self) -> Hashable:
        """Learners of one cohort may be fitted together."""
        return type(self)

    @classmethod
    def fit_together(
        cls,
        learners: Sequence[Self],
        corpora: Sequence[Any],
        streams: Streams,
        speak: Speak,
    ) -> None:
        """Fit each learner to its corpus and say what it writes from now on.

        `streams(i)` gives learner i's random stream, valid until the next call; `speak(i, voice)`
        takes its voice.
        """
        for i, (learner, corpus) in enumerate(zip(learners, corpora, strict=True)):
            learner.fit(corpus, streams(i))
            speak(i, learner.voice())
