"""Volumes over time: how many documents an author writes at each step."""

import math
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Volume = Annotated[float, Field(ge=0, le=1e15, allow_inf_nan=False)]
Step = Annotated[int, Field(ge=-(10**9), le=10**9)]
Rate = Annotated[float, Field(ge=-10, le=10, allow_inf_nan=False)]
MAXIMUM = 1e15


class _Schedule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def at(self, step: int) -> float:
        """Documents written at a step."""
        raise TypeError(f"{type(self).__name__} has no formula")


class Constant(_Schedule):
    """The same volume at every step."""

    kind: Literal["constant"] = "constant"
    value: Volume

    def at(self, step: int) -> float:
        return self.value


class Linear(_Schedule):
    """value + slope x (step - start) from step `start` on, never below 0."""

    kind: Literal["linear"] = "linear"
    value: Volume
    slope: Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False)]
    start: int = Field(default=0, ge=0)

    def at(self, step: int) -> float:
        return min(MAXIMUM, max(0.0, self.value + self.slope * max(0, step - self.start)))


class Exponential(_Schedule):
    """value x e^(rate x (step - start)) from step `start` on, constant before."""

    kind: Literal["exponential"] = "exponential"
    value: Volume
    rate: Rate
    start: int = Field(default=0, ge=0)

    def at(self, step: int) -> float:
        return min(MAXIMUM, self.value * math.exp(min(700, self.rate * max(0, step - self.start))))


class Logistic(_Schedule):
    """ceiling / (1 + e^(-rate x (step - midpoint)))."""

    kind: Literal["logistic"] = "logistic"
    ceiling: Volume
    midpoint: Annotated[float, Field(allow_inf_nan=False)]
    rate: Rate

    def at(self, step: int) -> float:
        return self.ceiling / (1 + math.exp(min(700, -self.rate * (step - self.midpoint))))


class Table(_Schedule):
    """Given volumes at given steps, linear in between, constant before and after."""

    kind: Literal["table"] = "table"
    steps: Sequence[Step] = Field(min_length=1)
    values: Sequence[Volume] = Field(min_length=1)

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


def _number_is_constant(given: Any) -> Any:
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        return {"kind": "constant", "value": given}
    return given


Kinds = Annotated[Constant | Linear | Exponential | Logistic | Table, Field(discriminator="kind")]
Schedule = Annotated[
    Kinds, BeforeValidator(_number_is_constant, json_schema_input_type=Volume | Kinds)
]
"""A volume schedule; a bare number is a constant."""
