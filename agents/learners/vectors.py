"""Learners of vectors: they fit a sum of normal distributions, and write from it."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from agents.learners.learner import Learner, LearnerOptions
from agents.normal_parts import NormalParts
from ecosystem.corpus import Rows
from ecosystem.domains.domain import RowsDomain
from ecosystem.mechanism import Mechanism
from ecosystem.parameter import FREE, Share, about
from ecosystem.sampling import Floats, Generator


class VectorOptions(LearnerOptions):
    """Options of every learner of vectors."""

    inertia: Annotated[Share, Mechanism("inertia", off=0.0)] = Field(
        default=0.0,
        description="share of its documents that it would still write as its previous self",
        json_schema_extra=about("share", FREE),
    )


class VectorLearner(Learner):
    """Fits a sum of normal distributions to vectors.

    Temperature and top-p are those of `NormalParts`; claim temperature and claim top-p do
    nothing here. With inertia s a share s of what it fits is written by its former self.

    Attributes:
        weights, means, covariances: of the parts; see `NormalParts.of`.
    """

    learns: ClassVar[tuple[str, ...]] = ("vectors",)
    from_truth: ClassVar[bool] = False

    domain: RowsDomain

    def __init__(self, domain: Any, options: Any, decoding: Any) -> None:
        super().__init__(domain, options, decoding)
        self._parts: NormalParts | None = None
        self._kept = 0.0

    @abstractmethod
    def fitted(self, rows: Floats, weights: Floats, rng: Generator) -> NormalParts:
        """The parts, not decoded, that fit (documents, width) rows of given weights."""

    def fit(self, corpus: Rows, rng: Generator, previous: Self | None = None) -> None:
        if previous is not None:
            self.load(previous.state())
        former = self._parts
        self._kept = 0.0 if former is None else self.options.inertia
        if former is None or not self._kept:
            self._parts = self.fitted(corpus.rows, corpus.weights, rng)
        else:
            self._parts = self.mixed(former, corpus.rows, corpus.weights, rng)

    def mixed(
        self, former: NormalParts, rows: Floats, weights: Floats, rng: Generator
    ) -> NormalParts:
        """What fits the rows and as many documents of its former self, at the share of inertia."""
        own = former.write(len(rows), rng).rows
        shares = (
            (1 - self._kept) * weights / weights.sum(),
            np.full(len(own), self._kept / len(own)),
        )
        return self.fitted(np.concatenate([rows, own]), np.concatenate(shares), rng)

    @property
    def blank(self) -> bool:
        return self._parts is None

    @property
    def kept(self) -> float:
        return self._kept

    def voice(self) -> NormalParts:
        parts = self.parts()
        return NormalParts(
            parts.weights, parts.means, parts.roots, self.decoding.temperature, self.decoding.top_p
        )

    def voice_of(self, state: Mapping[str, NDArray[Any]]) -> NormalParts:
        """A voice from its state."""
        weights, means, roots = (state[name] for name in ("weights", "means", "roots"))
        temperature, top_p = state["decoding"].tolist()
        return NormalParts(weights, means, roots, temperature, top_p)

    def parts(self) -> NormalParts:
        """What it has learnt, before decoding."""
        if self._parts is None:
            raise ValueError(f"a learner of kind {self.kind!r} that was never fitted has no voice")
        return self._parts

    def write(self, n: int, rng: Generator) -> Rows:
        return self.voice().write(n, rng)

    def surprise(self, corpus: Rows) -> Floats:
        return -self.densities(corpus.rows)

    @abstractmethod
    def densities(self, rows: Floats) -> Floats:
        """(documents,) log densities before decoding; -inf where there is none."""

    def state(self) -> dict[str, NDArray[Any]]:
        if self._parts is None:
            return {}
        parts = self._parts
        return {"weights": parts.weights, "means": parts.means, "roots": parts.roots}

    def load(self, state: Mapping[str, NDArray[Any]]) -> None:
        self._parts = None
        if state:
            weights, means, roots = (np.array(state[n]) for n in ("weights", "means", "roots"))
            self._parts = NormalParts(weights, means, roots)
