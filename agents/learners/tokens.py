"""Learners of words: they learn from documents of tokens, and write documents word by word."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from agents.learners.learner import Learner, LearnerOptions
from ecosystem.contents import Voice
from ecosystem.corpus import Rows
from ecosystem.domains.prose import END, Prose
from ecosystem.mechanism import Mechanism
from ecosystem.parameter import FREE, Share, about
from ecosystem.sampling import Floats, Generator


class TokenVoice(Voice, Protocol):
    """A voice that knows the chance of every word."""

    def chances(self, rows: NDArray[Any]) -> Floats:
        """(documents, width) chance of each token given those before it; 1 after the end."""


class TokenOptions(LearnerOptions):
    """Options of every learner of words."""

    inertia: Annotated[Share, Mechanism("inertia", off=0.0)] = Field(
        default=0.0,
        description="share of what it learns from that is its previous self's",
        json_schema_extra=about("share", FREE),
    )


class TokenLearner(Learner):
    """Learns the chance of the next word.

    Temperature and top-p act on the next word; claim temperature and claim top-p do nothing here.
    A training set of nothing but empty documents teaches nothing.
    """

    learns: ClassVar[tuple[str, ...]] = ("prose",)
    from_truth: ClassVar[bool] = False

    domain: Prose

    def __init__(self, domain: Any, options: Any, decoding: Any) -> None:
        super().__init__(domain, options, decoding)
        self._kept = 0.0

    @abstractmethod
    def learn(self, rows: NDArray[Any], weights: Floats, rng: Generator, kept: float) -> None:
        """Learn from (documents, width) tokens, a share `kept` of it the former self's."""

    @abstractmethod
    def plain(self) -> TokenVoice:
        """What it has learnt, before decoding."""

    @abstractmethod
    def voice_of(self, state: Mapping[str, NDArray[Any]]) -> TokenVoice:
        """A voice from its state."""

    def fit(self, corpus: Rows, rng: Generator, previous: Self | None = None) -> None:
        if previous is not None:
            self.load(previous.state())
        said = corpus.rows[:, 0] != END
        if not said.any():
            self._kept = 1.0
            return
        self._kept = 0.0 if self.blank else self.options.inertia
        self.learn(corpus.rows[said], corpus.weights[said], rng, self._kept)

    @property
    def kept(self) -> float:
        return self._kept

    def write(self, n: int, rng: Generator) -> Rows:
        written: Rows = self.voice().write(n, rng)
        return written

    def surprise(self, corpus: Rows) -> Floats:
        with np.errstate(divide="ignore"):
            return np.asarray(-np.log(self.plain().chances(corpus.rows)).sum(axis=1))
