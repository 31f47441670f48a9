"""Pictures, or points of any dimension: documents that differ by more or less.

Real material: the 1,797 handwritten digits, 8 x 8, that scikit-learn ships. A toy with theory:
points from one normal distribution.
"""

import hashlib
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from ecosystem.domains.collected import CollectedDomain, Collection
from ecosystem.parameter import FREE, about
from ecosystem.sampling import Floats, Generator

DIGITS = 10
POINTS = 2000
"""Points to measure against."""


class Normal(BaseModel):
    """Points from a normal distribution with mean 0 and the identity as covariance."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dimensions: int = Field(
        default=1,
        ge=1,
        le=1000,
        description="numbers in a point",
        json_schema_extra=about("numbers", FREE),
    )


class PortraitsSpec(BaseModel):
    """What there is to portray."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["portraits"] = "portraits"
    pictures: Annotated[Literal["digits"] | Normal, Field(union_mode="left_to_right")] = Field(
        default="digits",
        description="handwritten digits, or points from a normal distribution",
        json_schema_extra=about("none", "Alpaydin & Kaynak 1998 (scikit-learn); law A-10"),
    )


class Portraits(CollectedDomain):
    """Pictures that humans take, and that models learn to make.

    Digits: an item is a digit, and a human document of it is one of its pictures, drawn with
    replacement; shades from 0 (paper) to 1 (ink). Points: one item, of mean 0 and covariance 1.
    """

    kind: ClassVar[str] = "portraits"
    Spec = PortraitsSpec

    def collection(self) -> Collection:
        pictures = self.spec.pictures
        if isinstance(pictures, Normal):
            points = np.random.default_rng(0).standard_normal((POINTS, pictures.dimensions))
            return Collection(points, np.zeros(POINTS, dtype=np.int64), ("point",))
        from sklearn.datasets import load_digits  # takes long to load

        digits: Any = load_digits()
        names = tuple(f"digit {digit}" for digit in range(DIGITS))
        return Collection(digits.data / 16.0, np.asarray(digits.target, dtype=np.int64), names)

    @property
    def digest(self) -> str:
        """sha256 of the pictures."""
        if isinstance(self.spec.pictures, Normal):
            return hashlib.sha256(np.zeros((1, self.width)).tobytes()).hexdigest()
        return super().digest

    def human(self, cell: int, n: int, rng: Generator) -> Floats:
        if isinstance(self.spec.pictures, Normal):
            return rng.standard_normal((n, self.width))
        return super().human(cell, n, rng)

    def moments(self, shares: Floats) -> tuple[Floats, Floats]:
        if isinstance(self.spec.pictures, Normal):
            return np.zeros(self.width), np.eye(self.width)
        return super().moments(shares)
