"""Linear regression: exercises with numbers for answers, the toy with theory."""

import hashlib
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from ecosystem.domains.domain import Ints, RowsDomain
from ecosystem.parameter import about
from ecosystem.sampling import Floats, Generator

TESTS = 1000


class RegressionSpec(BaseModel):
    """Problems of normal numbers, answered by their weighted sum and noise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["regression"] = "regression"
    dimensions: int = Field(
        default=10,
        ge=1,
        le=1000,
        description="numbers in a problem",
        json_schema_extra=about("numbers", "law A-21"),
    )
    noise: float = Field(
        default=1.0,
        ge=0,
        le=1e6,
        allow_inf_nan=False,
        description="standard deviation of an answer around what is right",
        json_schema_extra=about("units of the answer", "law A-21"),
    )


class Regression(RowsDomain):
    """Problems x, of independent standard normal numbers, with answers x w + noise.

    All coefficients w are 1 / sqrt(dimensions), so that right answers have variance 1: what is
    learnt by least squares does not depend on them. A document is a row: x, then the answer.
    There is one item, and nothing false to say of it: an answer is near or far.

    Attributes:
        spec: its settings.
        coefficients: (dimensions,) w.
    """

    kind: ClassVar[str] = "regression"
    form: ClassVar[str] = "regression"
    Spec = RegressionSpec

    def __init__(self, name: str, spec: RegressionSpec, folder: Path | None = None) -> None:
        self.name = name
        self.spec = spec
        self.items = ("problem",)
        self.topics = np.ones(1)
        self.groups = self.items
        self.group_of: Ints = np.zeros(1, dtype=np.int64)
        self.confusion = np.zeros((1, 1))
        self.width = spec.dimensions + 1
        self.coefficients: Floats = np.full(spec.dimensions, spec.dimensions**-0.5)

    @property
    def digest(self) -> str:
        """sha256 of the coefficients and the noise."""
        made = np.append(self.coefficients, self.spec.noise)
        return hashlib.sha256(made.tobytes()).hexdigest()

    def label(self, item: int, slot: int) -> str:
        """What is said of a problem."""
        return "its answer"

    def human(self, cell: int, n: int, rng: Generator) -> Floats:
        problems = rng.standard_normal((n, self.spec.dimensions))
        answers = problems @ self.coefficients + self.spec.noise * rng.standard_normal(n)
        return np.column_stack([problems, answers])

    def reference(self) -> Floats:
        """A thousand problems with their right answers, without noise."""
        rng = np.random.Generator(np.random.Philox(4))
        problems = rng.standard_normal((TESTS, self.spec.dimensions))
        return np.column_stack([problems, problems @ self.coefficients])
