"""What the author of a scenario expects to come out of it, and whether it did."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field
from pydantic.dataclasses import dataclass as validated

from analysis.collector import definitions
from ecosystem.discovery import nearest
from ecosystem.parameter import NAMED, about
from scenarios.complaints import ScenarioError
from scenarios.target import mean_of

if TYPE_CHECKING:
    from analysis.run import Run
    from scenarios.scenario import Scenario

OVER_MODELS = ("median", "min", "max")


@validated(frozen=True, config={"extra": "forbid"})
class Expectation:
    """A meter is expected to come to a value; `python run.py run --check` says whether it does."""

    meter: str = Field(
        description="column of the table of steps, such as birds.hill_1 or web.synthetic_share",
        json_schema_extra=about("none", NAMED),
    )
    value: float = Field(
        allow_inf_nan=False,
        description="what it should come to, mean over replicates",
        json_schema_extra=about("the meter's", NAMED),
    )
    tolerance: float = Field(
        ge=0,
        allow_inf_nan=False,
        description="how far from it the mean may be",
        json_schema_extra=about("the meter's", NAMED),
    )
    source: str = Field(
        min_length=1,
        description="who says so: a paper, a law, a measurement",
        json_schema_extra=about("none", NAMED),
    )
    step: int | None = Field(
        default=None,
        ge=0,
        description="the step it is read at; the last where not given",
        json_schema_extra=about("steps", NAMED),
    )


@dataclass(frozen=True)
class Checked:
    """What came of an expectation.

    Attributes:
        expectation: what was expected.
        step: it was read at.
        observed: mean over replicates.
        error: its standard error; 0, unknown, of a single replicate.
        replicates: how many.
    """

    expectation: Expectation
    step: int
    observed: float
    error: float
    replicates: int

    @property
    def passed(self) -> bool:
        """Whether it is within the tolerance; what is not defined is not."""
        return abs(self.observed - self.expectation.value) <= self.expectation.tolerance

    def __str__(self) -> str:
        e = self.expectation
        return (
            f"{'pass' if self.passed else 'FAIL'}  {e.meter} at step {self.step}: expected "
            f"{e.value:g} +- {e.tolerance:g} ({e.source}), observed {self.observed:.6g} "
            + (
                "(1 replicate)"
                if self.replicates == 1
                else f"+- {self.error:.2g} ({self.replicates} replicates)"
            )
        )


def readable(scenario: "Scenario") -> None:
    """See, before anything is run, that all that is expected will be measured.

    Raises:
        ScenarioError: nothing is expected, or of a meter or a step that is not read.
    """
    if not scenario.expectations:
        raise ScenarioError(
            f"check: given {scenario.name}, which expects nothing; allowed a scenario with "
            "expectations (meter, value, tolerance, source)"
        )
    known = definitions(scenario.meters)
    names = {name for name in known if name.startswith("web.")}
    names |= {f"{d}.{name}" for d in scenario.domains for name in known if "." not in name}
    for i, expectation in enumerate(scenario.expectations):
        meter = expectation.meter
        column, _, part = meter.rpartition(".")
        if meter not in names and not (part in OVER_MODELS and column in names):
            raise ScenarioError(
                f"expectations.{i}.meter: given {meter!r}, which this scenario does not measure; "
                f"{nearest(meter, names)}"
            )
        step, steps = expectation.step, scenario.steps
        if step is not None and (step > steps or (step % scenario.measure_every and step != steps)):
            raise ScenarioError(
                f"expectations.{i}.step: given {step}, allowed a step that is measured, up to "
                f"{steps}"
            )


def checked(scenario: "Scenario", runs: "Sequence[Run]") -> list[Checked]:
    """What came of each expectation in the replicates of a run."""
    found = []
    for expectation in scenario.expectations:
        step = scenario.steps if expectation.step is None else expectation.step
        values = [_value(run, expectation.meter, step) for run in runs]
        mean, error, size = mean_of(values)
        found.append(Checked(expectation, step, mean, error, size))
    return found


def _value(run: "Run", meter: str, step: int) -> float:
    table: Any = run.metrics
    if meter not in table.columns:  # of a domain that has no such meter
        return np.nan
    return float(table.loc[table["step"] == step, meter].iloc[0])
