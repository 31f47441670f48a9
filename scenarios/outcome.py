"""Outcomes of a study: what is compared, and how it is read from a run."""

from collections.abc import Sequence
from typing import Literal

import pandas as pd
from pydantic import Field

from ecosystem.discovery import nearest
from scenarios.arm import Case
from scenarios.complaints import ScenarioError
from scenarios.execution import Execution
from scenarios.parts import Part
from scenarios.scenario import Scenario


class Outcome(Part):
    """What is compared: a column of the metrics, at a step or over all of them."""

    meter: str = Field(description="a column of the metrics, such as birds.tail_coverage")
    when: int | Literal["end", "mean"] = Field(
        default="end",
        description="the last step, a step, or the mean over all steps after the start",
    )
    better: Literal["higher", "lower"] = Field(default="higher", description="what is wanted")
    title: str = Field(default="", description="in a few words, for the report")

    @property
    def key(self) -> str:
        """Names it in tables."""
        at = self.when if isinstance(self.when, str) else f"step {self.when}"
        return self.meter if at == "end" else f"{self.meter} ({at})"

    @property
    def sign(self) -> float:
        """1 where higher is better, -1 where lower is."""
        return 1.0 if self.better == "higher" else -1.0


def values(outcomes: Sequence[Outcome], metrics: pd.DataFrame) -> dict[str, float]:
    """The outcomes of one run, by key; NaN where a step was not measured."""
    found = {}
    for outcome in outcomes:
        column = metrics[outcome.meter]
        if outcome.when == "end":
            value = column.iloc[-1]
        elif outcome.when == "mean":
            value = column[metrics["step"] > 0].mean()
        else:
            at = column[metrics["step"] == outcome.when]
            value = at.iloc[0] if len(at) else float("nan")
        found[outcome.key] = float(value)
    return found


def measured(scenario: Scenario) -> list[str]:
    """Columns of the metrics of a scenario, as its first rows have them."""
    return list(Execution(scenario.with_(steps=1)).result().metrics.columns)


def check(outcomes: Sequence[Outcome], cases: Sequence[Case]) -> None:
    """See that all outcomes are among what the runs measure.

    Raises:
        ScenarioError: one is not.
    """
    steps = min(case.scenario.steps for case in cases)
    columns = measured(cases[0].scenario)
    for outcome in outcomes:
        if outcome.meter not in columns:
            raise ScenarioError(
                f"outcomes: given {outcome.meter!r}; {nearest(outcome.meter, columns)}"
            )
        if isinstance(outcome.when, int) and not 0 <= outcome.when <= steps:
            raise ScenarioError(
                f"outcomes: given step {outcome.when} of {outcome.meter}, allowed 0 to {steps}"
            )
