"""Outcomes of a study: what is compared, and how it is read from a run."""

import json
from collections.abc import Iterable, Sequence
from typing import Literal

import pandas as pd
from pydantic import Field

from analysis.collector import costly, definitions
from ecosystem.discovery import nearest
from scenarios.arm import BASELINE, Case
from scenarios.build import MOST_KIN
from scenarios.complaints import ScenarioError
from scenarios.execution import Execution
from scenarios.parts import Part
from scenarios.scenario import Scenario

COLUMNS = [
    *("world", "arm", "replicate", "outcome", "baseline", "value", "difference", "cost"),
    "baseline_cost",
]
"""Of the table of comparison, beside the levers (`scenarios.pairs`)."""


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
    def column(self) -> str:
        """The column that defines it: without its domain, and what follows it (`.median`)."""
        if self.meter.startswith("web."):
            return self.meter
        name = self.meter.partition(".")[2]
        return name if name in definitions() else name.rpartition(".")[0]

    @property
    def sign(self) -> float:
        """1 where higher is better, -1 where lower is."""
        return 1.0 if self.better == "higher" else -1.0


def values(outcomes: Sequence[Outcome], metrics: pd.DataFrame) -> dict[str, float]:
    """The outcomes of one run, by key."""
    found = {}
    for outcome in outcomes:
        column = metrics[outcome.meter]
        if outcome.when == "end":
            value = column.iloc[-1]
        elif outcome.when == "mean":
            value = column[metrics["step"] > 0].mean()
        else:
            value = column[metrics["step"] == outcome.when].iloc[0]
        found[outcome.key] = float(value)
    return found


def measured(scenario: Scenario) -> list[str]:
    """Columns of numbers in the metrics of a scenario, as the row of its start has them."""
    return list(Execution(scenario).result().metrics.select_dtypes("number").columns)


def check(outcomes: Sequence[Outcome], cases: Iterable[Case]) -> None:
    """See that every case measures all outcomes, and when; cases that measure alike are tried once.

    Raises:
        ScenarioError: one does not, named.
    """
    seen: dict[str, list[str]] = {}
    for case in cases:
        alike = _measuring(case.scenario)
        if alike not in seen:
            seen[alike] = measured(case.scenario)
        where = "" if case.arm == BASELINE and not case.world else f", in {case}"
        for outcome in outcomes:
            if outcome.meter not in seen[alike]:
                raise ScenarioError(
                    f"outcomes: given {outcome.meter!r}{where}; "
                    f"{nearest(outcome.meter, seen[alike])}"
                )
            if isinstance(outcome.when, int):
                _check_step(outcome, case.scenario, where)


def _check_step(outcome: Outcome, scenario: Scenario, where: str) -> None:
    """Raise where an outcome is not measured at its step."""
    every = scenario.measure_every * (scenario.costly_every if costly(outcome.column) else 1)
    step = int(outcome.when)
    if 0 <= step <= scenario.steps and (step % every == 0 or step == scenario.steps):
        return
    multiples = f" in steps of {every}, and the last" if every > 1 else ""
    raise ScenarioError(
        f"outcomes: given step {step} of {outcome.meter}{where}, allowed 0 to {scenario.steps}"
        f"{multiples}"
    )


def _measuring(scenario: Scenario) -> str:
    """What decides which columns the metrics of a scenario have."""
    authors = sum(group.count for group in (*scenario.humans, *scenario.models))
    few = authors + 2 * sum(site.count for site in scenario.sites) <= MOST_KIN
    decides = (
        {name: domain.kind for name, domain in scenario.domains.items()},
        *(scenario.meters, scenario.ledger, scenario.kinship, few),
        any(policy.needs_kinship for policy in scenario.policies),
    )
    return json.dumps(decides, sort_keys=True)
