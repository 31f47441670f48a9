"""Learners of examples: they fit a scikit-learn estimator to what others have worked out."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from agents.estimators import Parameters, Task, check
from agents.learners.learner import Learner, LearnerOptions
from ecosystem.corpus import Rows
from ecosystem.domains.domain import RowsDomain
from ecosystem.mechanism import Mechanism
from ecosystem.parameter import FREE, Share, about
from ecosystem.sampling import Floats, Generator

SEEDS = 2**31
MOST_KEPT = 0.99


class ExampleOptions(LearnerOptions):
    """Options of every learner of examples."""

    task: ClassVar[Task]

    estimator: str = Field(
        description="a scikit-learn class, of those listed in agents/estimators.py",
        json_schema_extra=about("none", "Pedregosa et al. 2011 (scikit-learn)"),
    )
    parameters: Parameters = Field(
        default={},
        description="its parameters by name, all but random_state, n_jobs, verbose, warm_start",
        json_schema_extra=about("none", FREE),
    )
    inertia: Annotated[Share, Mechanism("inertia", off=0.0)] = Field(
        default=0.0,
        description="share of its training set that is written by its former self",
        json_schema_extra=about("share", FREE),
    )

    @model_validator(mode="after")
    def _can_be_made(self) -> Self:
        check(self.task, self.estimator, self.parameters)
        if MOST_KEPT < self.inertia < 1:
            raise ValueError(
                f"inertia: given {self.inertia}, which asks for more than "
                f"{MOST_KEPT / (1 - MOST_KEPT):.0f} documents of its former self for one that it "
                f"reads; allowed 0 to {MOST_KEPT}, or 1"
            )
        return self


class ExampleLearner(Learner):
    """Fits scikit-learn estimators to rows whose last number is the answer.

    All that it learns follows from its training set and one seed for the estimators that draw;
    that is its state, and it is fitted anew when the state is loaded. With inertia s it adds so
    many documents of its former self that they are a share s of what it fits (s = 1: nothing
    else). Weights of documents are those of scikit-learn; an estimator that takes none is
    fitted to as many documents drawn by weight, which is an approximation.

    Attributes:
        rows: (documents, width) what it is fitted to.
        weights: (documents,) how much each counts.
    """

    domain: RowsDomain

    def __init__(self, domain: Any, options: Any, decoding: Any) -> None:
        super().__init__(domain, options, decoding)
        self.rows: Floats = np.zeros((0, domain.width))
        self.weights: Floats = np.zeros(0)
        self._seed = 0
        self._kept = 0.0
        self._voice: Any = None

    @abstractmethod
    def study(self, seed: int) -> None:
        """Fit the estimators to `rows` and `weights`."""

    @abstractmethod
    def speak(self) -> Any:
        """What it writes from now on; not changed by later fits."""

    def fit(self, corpus: Rows, rng: Generator, previous: Self | None = None) -> None:
        if previous is not None:
            self.load(previous.state())
        order = rng.permutation(len(corpus.rows))  # some estimators break ties by position
        rows, weights = corpus.rows[order], corpus.weights[order]
        self._kept = 0.0 if self.blank else self.options.inertia
        if self._kept:
            many, s = len(rows), self._kept
            own = self.write(max(1, round(many * s / (1 - s)) if s < 1 else many), rng).rows
            typical = np.full(len(own), weights.mean())
            rows = own if s == 1 else np.concatenate([rows, own])
            weights = typical if s == 1 else np.concatenate([weights, typical])
        self._learn(rows, weights, int(rng.integers(SEEDS)))

    def _learn(self, rows: Floats, weights: Floats, seed: int) -> None:
        self.rows, self.weights, self._seed, self._voice = rows, weights, seed, None
        self.study(seed)

    @property
    def blank(self) -> bool:
        return not len(self.rows)

    @property
    def kept(self) -> float:
        return self._kept

    def voice(self) -> Any:
        if self.blank:
            raise ValueError(f"a learner of kind {self.kind!r} that was never fitted has no voice")
        if self._voice is None:
            self._voice = self.speak()
        return self._voice

    def write(self, n: int, rng: Generator) -> Rows:
        written: Rows = self.voice().write(n, rng)
        return written

    def surprise(self, corpus: Rows) -> Floats:
        """(documents,) -log probability, or density, of each answer given its problem."""
        return -self.densities(corpus.rows)

    @abstractmethod
    def densities(self, rows: Floats) -> Floats:
        """(documents,) log probability of each answer given its problem, before decoding."""

    def state(self) -> dict[str, NDArray[Any]]:
        if self.blank:
            return {}
        return {"rows": self.rows, "weights": self.weights, "seed": np.array(self._seed)}

    def load(self, state: Mapping[str, NDArray[Any]]) -> None:
        self.rows, self._voice = np.zeros((0, self.domain.width)), None
        if state:
            rows, weights = np.array(state["rows"]), np.array(state["weights"])
            self._learn(rows, weights, int(state["seed"]))
