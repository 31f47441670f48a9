"""Pictures, or points of any dimension: documents that differ by more or less.

Real material: the 1,797 handwritten digits, 8 x 8, that scikit-learn ships. A toy with theory:
points from one normal distribution.
"""

import hashlib
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from ecosystem.domains.domain import Ints, RowsDomain
from ecosystem.parameter import FREE, about
from ecosystem.sampling import Floats, Generator

DIGITS = 10


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


class Portraits(RowsDomain):
    """Pictures that humans take, and that models learn to make.

    Digits: an item is a digit, and a human document of it is one of its pictures, drawn with
    replacement; shades from 0 (paper) to 1 (ink). Points: one item, of mean 0 and covariance 1.

    Attributes:
        spec: its settings.
    """

    kind: ClassVar[str] = "portraits"
    Spec = PortraitsSpec

    def __init__(self, name: str, spec: PortraitsSpec, folder: Path | None = None) -> None:
        self.name = name
        self.spec = spec
        if isinstance(spec.pictures, Normal):
            self.width = spec.pictures.dimensions
            self.items: tuple[str, ...] = ("point",)
            self.topics = np.ones(1)
        else:
            self.width = self._pictures.shape[1]
            self.items = tuple(f"digit {digit}" for digit in range(DIGITS))
            self.topics = np.bincount(self._labels, minlength=DIGITS) / self._labels.size
        self.groups = self.items
        self.group_of: Ints = np.arange(len(self.items), dtype=np.int64)
        self.confusion = np.zeros((len(self.items), 1))

    @property
    def digest(self) -> str:
        """sha256 of the pictures."""
        content = self._pictures if self.spec.pictures == "digits" else np.zeros((1, self.width))
        return hashlib.sha256(np.ascontiguousarray(content).tobytes()).hexdigest()

    def label(self, item: int, slot: int) -> str:
        """What a picture shows."""
        return self.items[item]

    def rarest(self, share: float) -> Ints:
        """Items of the rarest share, rarest first."""
        order = np.argsort(self.topics, kind="stable")
        return order[: max(1, round(share * order.size))].astype(np.int64)

    def human(self, cell: int, n: int, rng: Generator) -> Floats:
        if isinstance(self.spec.pictures, Normal):
            return rng.standard_normal((n, self.width))
        own = self._of_digit[cell]
        return self._pictures[own[rng.integers(own.size, size=n)]]

    def reference(self) -> Floats:
        if isinstance(self.spec.pictures, Normal):
            return np.random.default_rng(0).standard_normal((2000, self.width))
        return self._pictures

    def labels(self) -> Ints:
        """(documents,) the item of each document of `reference`."""
        if isinstance(self.spec.pictures, Normal):
            return np.zeros(2000, dtype=np.int64)
        return self._labels

    def moments(self, shares: Floats) -> tuple[Floats, Floats]:
        if isinstance(self.spec.pictures, Normal):
            return np.zeros(self.width), np.eye(self.width)
        weights = (shares / np.bincount(self._labels))[self._labels]
        mean = weights @ self._pictures
        centred = self._pictures - mean
        return mean, centred.T @ (weights[:, None] * centred)

    @cached_property
    def _digits(self) -> Any:
        from sklearn.datasets import load_digits

        return load_digits()

    @cached_property
    def _pictures(self) -> Floats:
        return np.asarray(self._digits.data / 16.0)

    @cached_property
    def _labels(self) -> Ints:
        return np.asarray(self._digits.target, dtype=np.int64)

    @cached_property
    def _of_digit(self) -> list[NDArray[np.int64]]:
        return [np.flatnonzero(self._labels == digit) for digit in range(DIGITS)]
