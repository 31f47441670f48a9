"""Designs: the points at which levers are tried, on a grid or by a sampling plan of SALib."""

import json
import warnings
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from scenarios.parts import Part

MOST_POINTS = 100_000
FINEST = 2**20
"""Parts of the range of a lever to one of which a tipping point is found at the finest."""


class Lever(Part):
    """A field of a scenario that is varied."""

    path: str | tuple[str, ...] = Field(
        description="the field, or several that get the same value, by path; a policy's by "
        "policies.KIND.FIELD"
    )
    values: tuple[Any, ...] = Field(default=(), description="those to try")
    low: float | None = Field(
        default=None, allow_inf_nan=False, description="least value, where sampled"
    )
    high: float | None = Field(
        default=None, allow_inf_nan=False, description="greatest value, where sampled"
    )
    whole: bool = Field(default=False, description="rounded to whole numbers")
    title: str = Field(default="", description="in a few words, for the report")

    @model_validator(mode="after")
    def _values_or_range(self) -> "Lever":
        ranged = self.low is not None and self.high is not None
        if not self.values and self.low is None and self.high is None:
            raise ValueError("given no values, allowed one or more, or low and high")
        if bool(self.values) == ranged or (self.low is None) != (self.high is None):
            raise ValueError("given not one of both, allowed values, or low and high")
        if ranged and not self.low < self.high:  # type: ignore[operator]
            raise ValueError(f"given low {self.low:g} and high {self.high:g}, allowed low < high")
        said = [label(value) for value in self.values]
        for text in said:
            if said.count(text) > 1:
                raise ValueError(f"values: given {text} twice, allowed each once")
        return self

    def at(self, value: Any) -> dict[str, Any]:
        """The settings by path that give it a value."""
        if self.whole:
            value = round(float(value))
        paths = (self.path,) if isinstance(self.path, str) else self.path
        return dict.fromkeys(paths, value)


class Design(Part):
    """Levers and the plan by which their values are tried together."""

    levers: dict[Annotated[str, Field(min_length=1, max_length=40)], Lever] = Field(min_length=1)
    plan: Literal["grid", "latin_hypercube", "sobol", "morris"] = Field(
        default="grid",
        description="grid: every combination of values; others sample between low and high",
    )
    size: int = Field(
        default=0,
        ge=0,
        le=MOST_POINTS,
        description="points (latin_hypercube), base samples N (sobol: N x (levers + 2) points, a "
        "power of 2), trajectories (morris: x (levers + 1) points)",
    )
    seed: int = Field(default=1, ge=0, lt=2**32, description="of the sampling plan")
    policies: tuple[dict[str, Any] | str, ...] = Field(
        default=(), description="policies that the levers are of, added at every point"
    )

    @model_validator(mode="after")
    def _whole_plan(self) -> "Design":
        for name, lever in self.levers.items():
            if self.plan == "grid" and not lever.values:
                raise ValueError(f"levers.{name}: given no values, allowed one or more on a grid")
            if self.plan != "grid" and lever.values:
                raise ValueError(f"levers.{name}: given values, allowed low and high: {self.plan}")
        if self.plan != "grid" and self.size < 1:
            raise ValueError(f"size: given {self.size}, allowed 1 or more for {self.plan}")
        if self.plan == "sobol" and self.size & (self.size - 1):
            raise ValueError(f"size: given {self.size}, allowed a power of 2 for sobol")
        return self

    @property
    def problem(self) -> dict[str, Any]:
        """As SALib names it; of levers that are sampled."""
        return {
            "num_vars": len(self.levers),
            "names": list(self.levers),
            "bounds": [[lever.low, lever.high] for lever in self.levers.values()],
        }

    def sample(self) -> NDArray[np.float64]:
        """(points, levers) of a sampling plan, the same every time."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from SALib.sample import latin, morris, sobol

            if self.plan == "latin_hypercube":
                found = latin.sample(self.problem, self.size, seed=self.seed)
            elif self.plan == "sobol":
                found = sobol.sample(
                    self.problem, self.size, calc_second_order=False, seed=self.seed
                )
            else:
                found = morris.sample(self.problem, self.size, seed=self.seed)
        return np.asarray(found, dtype=np.float64)


class Tipping(Part):
    """A question for the value of a lever at which an outcome crosses a threshold."""

    lever: Lever = Field(description="what is varied, between its low and high")
    policies: tuple[dict[str, Any] | str, ...] = Field(
        default=(), description="policies that the lever is of, added at every value"
    )
    set: dict[str, Any] = Field(default={}, description="other settings by path, at every value")
    outcome: str = Field(description="one of the outcomes of the study")
    of: Literal["value", "difference"] = Field(
        default="value", description="the outcome itself, or its difference from the baseline"
    )
    threshold: float | None = Field(
        default=None,
        allow_inf_nan=False,
        description="what is crossed; for a difference 0 if not given",
    )
    tolerance: float | None = Field(
        default=None,
        gt=0,
        allow_inf_nan=False,
        description="width at which the search ends; 1/64 of the range if not",
    )
    scan: int = Field(
        default=5, ge=2, le=1000, description="values first tried, evenly from low to high"
    )

    @model_validator(mode="after")
    def _whole_question(self) -> "Tipping":
        if self.lever.low is None:
            raise ValueError("lever: given values, allowed low and high")
        if self.threshold is None and self.of == "value":
            raise ValueError("threshold: given none, allowed a number where it is of the value")
        if self.tolerance is not None and self.tolerance >= self.high - self.low:
            raise ValueError(
                f"tolerance: given {self.tolerance:g}, allowed less than the range, "
                f"{self.high - self.low:g}"
            )
        least = (self.high - self.low) / FINEST
        if self.tolerance is not None and self.tolerance < least:
            raise ValueError(f"tolerance: given {self.tolerance:g}, allowed at least {least:g}")
        return self

    @property
    def low(self) -> float:
        """Least value of the lever."""
        return float(self.lever.low or 0.0)

    @property
    def high(self) -> float:
        """Greatest value of the lever."""
        return float(self.lever.high or 0.0)

    @property
    def crossed(self) -> float:
        """The threshold."""
        return 0.0 if self.threshold is None else self.threshold

    @property
    def width(self) -> float:
        """Width of a bracket that is narrow enough."""
        width = self.tolerance or (self.high - self.low) / 64
        return max(1.0, width) if self.lever.whole else width


def points(design: Design) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Name, values of the levers, and settings by path of every point of a design."""
    names = list(design.levers)
    combined: Sequence[Sequence[Any]]
    if design.plan == "grid":
        combined = list(product(*(lever.values for lever in design.levers.values())))
    else:
        combined = design.sample().tolist()
    for number, values in enumerate(combined):
        given = dict(zip(names, values, strict=True))
        for name, lever in design.levers.items():
            if lever.whole:
                given[name] = round(float(given[name]))
        changes: dict[str, Any] = {}
        for name, lever in design.levers.items():
            changes |= lever.at(given[name])
        if design.plan == "grid":
            named = ", ".join(f"{name} {label(value)}" for name, value in given.items())
        else:
            named = f"point {number}"
        yield named, given, changes


def label(value: Any) -> str:
    """A value in names and tables: unlike for unlike values; what is no number or text, as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        short = f"{value:g}"
        return short if float(short) == value else repr(value)
    return json.dumps(value, sort_keys=True)
