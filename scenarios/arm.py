"""Arms of a study: what is done differently from a baseline, and the scenarios that makes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic import Field

from analysis.robust import BASELINE as BASELINE
from scenarios.complaints import ScenarioError
from scenarios.designs import Tipping, label
from scenarios.parts import Part
from scenarios.paths import overlap, parse_policy
from scenarios.scenario import Scenario


class Arm(Part):
    """What is done differently from the baseline."""

    says: str = Field(default="", description="the same in plain words, for the report")
    policies: tuple[dict[str, Any] | str, ...] = Field(
        default=(),
        description="policies added to those of the baseline: tables, or NAME:KEY=VALUE,...",
    )
    set: dict[str, Any] = Field(default={}, description="settings by path, as --set takes them")

    def plus(self, other: "Arm") -> "Arm":
        """Both at once.

        Raises:
            ValueError: they set the same to unlike values.
        """
        for path, value in self.set.items():
            for its, given in other.set.items():
                if overlap(path, its) and (path, value) != (its, given):
                    raise ValueError(
                        f"set: given {path} = {label(value)} and {its} = {label(given)}, allowed "
                        "together what does not touch the same"
                    )
        says = "; ".join(filter(None, (self.says, other.says)))
        return Arm(says=says, policies=self.policies + other.policies, set=self.set | other.set)

    def applied(self, scenario: Scenario) -> Scenario:
        """The scenario with what this arm does differently.

        Raises:
            ValueError: a policy or a setting that there is not.
        """
        given = [parse_policy(p) if isinstance(p, str) else dict(p) for p in self.policies]
        changes: dict[str, Any] = {}
        if given:
            changes["policies"] = [*scenario.plain()["policies"], *given]
        changed = scenario.with_(changes) if changes else scenario
        return changed.with_(self.set) if self.set else changed


def tipped(asked: Tipping, at: float) -> Arm:
    """The arm in which the lever of a tipping point has a value."""
    return Arm(policies=asked.policies, set={**asked.set, **asked.lever.at(at)})


@dataclass(frozen=True)
class Case:
    """One arm in one world, ready to be run.

    Attributes:
        world: name of the world.
        arm: name of the arm; "baseline" for the baseline itself.
        says: the arm in plain words.
        levers: values of the levers, by name: those of the world and of the arm.
        scenario: what is run.
        cost: of its policies over the whole run, in their units.
    """

    world: str
    arm: str
    says: str
    scenario: Scenario
    levers: Mapping[str, Any] = field(default_factory=dict)

    def changed(self, name: str, arm: Arm, levers: Mapping[str, Any]) -> "Case":
        """What an arm makes of this baseline.

        Raises:
            ScenarioError: a policy or a setting that there is not.
        """
        try:
            scenario = arm.applied(self.scenario)
        except ValueError as error:
            raise ScenarioError(f"arms.{name}: {error}") from error
        return Case(self.world, name, arm.says, scenario, {**self.levers, **levers})

    def __str__(self) -> str:
        return f"{self.arm} in {self.world}" if self.world else self.arm

    @cached_property
    def cost(self) -> float:
        """Of its policies over the run: cost a step times the steps in which they act."""
        steps = range(1, self.scenario.steps + 1)
        return float(
            sum(p.cost * sum(map(p.acts, steps)) for p in self.scenario.policies if p.cost)
        )
