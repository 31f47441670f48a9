"""Volumes over time: how many documents an author writes at each step."""

import itertools
import math
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ecosystem.parameter import FREE, about

Volume = Annotated[float, Field(ge=0, le=1e15, allow_inf_nan=False)]
Step = Annotated[int, Field(ge=-(10**9), le=10**9)]
Rate = Annotated[float, Field(ge=-10, le=10, allow_inf_nan=False)]
MAXIMUM = 1e15


class _Schedule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def at(self, step: int) -> float:
        """Documents written at a step."""
        raise TypeError(f"{type(self).__name__} has no formula")

    def undiminished(self) -> "_Schedule":
        """The same without its decline: as high as it has ever been since step 0."""
        raise TypeError(f"{type(self).__name__} has no formula")


class Constant(_Schedule):
    """The same volume at every step."""

    kind: Literal["constant"] = "constant"
    value: Volume = Field(
        description="the volume", json_schema_extra=about("documents per step", FREE)
    )

    def at(self, step: int) -> float:
        return self.value

    def undiminished(self) -> _Schedule:
        return self


class Linear(_Schedule):
    """value + slope x (step - start) from step `start` on, never below 0."""

    kind: Literal["linear"] = "linear"
    value: Volume = Field(
        description="the volume up to `start`",
        json_schema_extra=about("documents per step", FREE),
    )
    slope: Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False)] = Field(
        description="added at every step after `start`",
        json_schema_extra=about("documents per step", FREE),
    )
    start: int = Field(
        default=0, ge=0, description="last level step", json_schema_extra=about("steps", FREE)
    )

    def at(self, step: int) -> float:
        return min(MAXIMUM, max(0.0, self.value + self.slope * max(0, step - self.start)))

    def undiminished(self) -> _Schedule:
        return self if self.slope >= 0 else self.model_copy(update={"slope": 0.0})


class Exponential(_Schedule):
    """value x e^(rate x (step - start)) from step `start` on, constant before."""

    kind: Literal["exponential"] = "exponential"
    value: Volume = Field(
        description="the volume up to `start`",
        json_schema_extra=about("documents per step", FREE),
    )
    rate: Rate = Field(
        description="growth, or decline where below 0",
        json_schema_extra=about("per step", FREE),
    )
    start: int = Field(
        default=0, ge=0, description="last level step", json_schema_extra=about("steps", FREE)
    )

    def at(self, step: int) -> float:
        return min(MAXIMUM, self.value * math.exp(min(700, self.rate * max(0, step - self.start))))

    def undiminished(self) -> _Schedule:
        return self if self.rate >= 0 else self.model_copy(update={"rate": 0.0})


class Logistic(_Schedule):
    """ceiling / (1 + e^(-rate x (step - midpoint)))."""

    kind: Literal["logistic"] = "logistic"
    ceiling: Volume = Field(
        description="the volume it tends to",
        json_schema_extra=about("documents per step", FREE),
    )
    midpoint: Annotated[float, Field(allow_inf_nan=False)] = Field(
        description="step at which half of the ceiling is reached",
        json_schema_extra=about("steps", FREE),
    )
    rate: Rate = Field(
        description="steepness; falls where below 0", json_schema_extra=about("per step", FREE)
    )

    def at(self, step: int) -> float:
        return self.ceiling / (1 + math.exp(min(700, -self.rate * (step - self.midpoint))))

    def undiminished(self) -> _Schedule:
        return self if self.rate >= 0 else Constant(value=self.at(0))


class Table(_Schedule):
    """Given volumes at given steps, linear in between, constant before and after."""

    kind: Literal["table"] = "table"
    steps: Sequence[Step] = Field(
        min_length=1, description="rising", json_schema_extra=about("steps", FREE)
    )
    values: Sequence[Volume] = Field(
        min_length=1,
        description="the volume at each of these steps",
        json_schema_extra=about("documents per step", FREE),
    )

    @model_validator(mode="after")
    def _matched(self) -> "Table":
        if len(self.steps) != len(self.values):
            raise ValueError(
                f"steps and values: given {len(self.steps)} and {len(self.values)} of them, "
                "allowed as many of one as of the other"
            )
        if any(b <= a for a, b in zip(self.steps, self.steps[1:], strict=False)):
            raise ValueError(f"steps: given {list(self.steps)}, allowed rising steps")
        return self

    def at(self, step: int) -> float:
        return float(np.interp(step, self.steps, self.values))

    def undiminished(self) -> _Schedule:
        """At every step the highest value from step 0 to it."""
        steps = [0, *(step for step in self.steps if step > 0)]
        highest = np.maximum.accumulate([self.at(step) for step in steps]).tolist()
        if highest == [self.at(step) for step in steps]:
            return self
        for (a, b), high in zip(itertools.pairwise(steps), highest, strict=False):
            low, top = self.at(a), self.at(b)
            if low < high < top:  # a rise passes the former peak between two whole steps
                crossed = a + math.floor((high - low) / (top - low) * (b - a))
                steps = [*steps, crossed, crossed + 1]
        steps = sorted(set(steps))
        highest = np.maximum.accumulate([self.at(step) for step in steps]).tolist()
        return Table(steps=steps, values=highest)


def _number_is_constant(given: Any) -> Any:
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        return {"kind": "constant", "value": given}
    return given


Kinds = Annotated[Constant | Linear | Exponential | Logistic | Table, Field(discriminator="kind")]
Schedule = Annotated[
    Kinds, BeforeValidator(_number_is_constant, json_schema_input_type=Volume | Kinds)
]
"""A volume schedule; a bare number is a constant."""
