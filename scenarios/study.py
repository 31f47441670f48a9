"""A study: a baseline, arms that differ from it, in one world or several, on the same draws.

Every arm is run with the replicates of the baseline, and compared with it replicate by replicate:
both draw from the same streams, so that what no policy touches is the same in both.
"""

import hashlib
import importlib
import json
import pkgutil
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, model_validator

from ecosystem.discovery import nearest
from scenarios.complaints import ScenarioError, sentence
from scenarios.designs import Design, Tipping, points
from scenarios.paths import parse_policy
from scenarios.scenario import Scenario, shipped

Name = Annotated[str, Field(min_length=1, max_length=80)]
BASELINE = "baseline"
MOST_RUNS = 200_000
PLUS = " + "


class Part(BaseModel):
    """Frozen, without fields that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Arm(Part):
    """What is done differently from the baseline."""

    says: str = Field(default="", description="the same in plain words, for the report")
    policies: tuple[dict[str, Any] | str, ...] = Field(
        default=(),
        description="policies added to those of the baseline: tables, or NAME:KEY=VALUE,...",
    )
    set: dict[str, Any] = Field(default={}, description="settings by path, as --set takes them")

    def plus(self, other: "Arm") -> "Arm":
        """Both at once."""
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

    @cached_property
    def cost(self) -> float:
        """Of its policies over the run: cost a step times the steps in which they act."""
        steps = range(1, self.scenario.steps + 1)
        return float(
            sum(p.cost * sum(map(p.acts, steps)) for p in self.scenario.policies if p.cost)
        )


class Study(Part):
    """A question, the baseline that it is asked of, and the arms that may answer it."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=80)
    title: str = Field(default="", description="heading of the report")
    question: str = Field(default="", description="what is asked")
    leaves_out: str = Field(default="", description="what the model leaves out, for the report")
    scenario: str | dict[str, Any] = Field(
        description="the baseline: a shipped name, a TOML file, or a scenario as a table"
    )
    domains: tuple[str, ...] = Field(default=(), description="of its domains; all if not given")
    set: dict[str, Any] = Field(default={}, description="changes to the baseline, by path")
    arms: dict[Name, Arm] = Field(default={}, description="what is done differently, by name")
    combine: int = Field(
        default=1, ge=1, le=10, description="arms that act together at most: 2 adds all pairs"
    )
    design: Design | None = Field(
        default=None, description="levers swept: every point is an arm of its own"
    )
    worlds: Design | dict[Name, dict[str, Any]] = Field(
        default={},
        description="uncertain worlds, by levers or by name and settings; in each the arms are "
        "compared with the baseline of that world",
    )
    outcomes: tuple[Outcome, ...] = Field(min_length=1, description="what is compared")
    tipping: tuple[Tipping, ...] = Field(
        default=(), description="values of a lever at which an outcome crosses a threshold"
    )
    replicates: int = Field(default=5, ge=1, le=100_000)
    _folder: Path | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _something_to_do(self) -> Self:
        if not self.arms and self.design is None and not self.tipping:
            raise ValueError(
                "given neither arms nor a design nor tipping points, allowed a study of something"
            )
        if BASELINE in self.arms:
            raise ValueError(f"arms: given {BASELINE!r}, which is what arms are compared with")
        if len({outcome.key for outcome in self.outcomes}) < len(self.outcomes):
            raise ValueError("outcomes: given one twice, allowed each once")
        for asked in self.tipping:
            if asked.outcome not in (known := [outcome.key for outcome in self.outcomes]):
                raise ValueError(
                    f"tipping: given {asked.outcome!r}; {nearest(asked.outcome, known)}"
                )
        return self

    # ------------------------------------------------------------------ from where

    @classmethod
    def parse(cls, given: Mapping[str, Any], folder: Path | None = None) -> Self:
        """A study from plain data; paths in it are beside `folder`.

        Raises:
            ScenarioError: it is none.
        """
        try:
            made = cls.model_validate(given)
        except ValidationError as error:
            raise ScenarioError(sentence(error, cls)) from error
        made._folder = folder
        return made

    @classmethod
    def load(cls, name: str) -> Self:
        """A shipped study by its name, or one in a TOML file.

        Raises:
            ScenarioError: there is none.
        """
        path = Path(name)
        if path.suffix == ".toml":
            if not path.is_file():
                raise ScenarioError(f"study: given {name}, which is no file")
            try:
                given = tomllib.loads(path.read_text(encoding="utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise ScenarioError(f"{name}: not a TOML file ({error})") from error
            return cls.parse(given, path.parent)
        known = shipped_studies()
        if name not in known:
            raise ScenarioError(
                f"study: given {name!r} (a file ends in .toml); {nearest(name, known)}"
            )
        module = importlib.import_module(f"scenarios.studies.{name}")
        return cls.parse(module.study())

    def with_(self, **fields: Any) -> Self:
        """A copy with other values."""
        made = self.parse(self.model_dump(mode="json") | fields, self._folder)
        return made

    @property
    def digest(self) -> str:
        """Says which study it is, whatever its replicates and what else is asked of its runs."""
        given = self.model_dump(mode="json", exclude={"replicates", "tipping"})
        return hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()

    # ------------------------------------------------------------------ what is run

    @cached_property
    def baseline(self) -> Scenario:
        """The baseline in the first world, before what is kept of runs is cut down."""
        if isinstance(self.scenario, str):
            file = self.scenario.endswith(".toml")
            name = str((self._folder or Path()) / self.scenario) if file else self.scenario
            if not file and name not in shipped():
                raise ScenarioError(f"scenario: given {name!r}; {nearest(name, shipped())}")
            chosen = Scenario.load(name)
        else:
            chosen = Scenario.parse(self.scenario, self._folder)
        if self.domains:
            chosen = chosen.only(*self.domains)
        return chosen.with_(self.set) if self.set else chosen

    @cached_property
    def named_arms(self) -> dict[str, tuple[Arm, dict[str, Any]]]:
        """Every arm with the values of its levers: those given, combined, and those swept."""
        found: dict[str, tuple[Arm, dict[str, Any]]] = {}
        for size in range(1, self.combine + 1):
            for names in combinations(self.arms, size):
                together = self.arms[names[0]]
                for name in names[1:]:
                    together = together.plus(self.arms[name])
                found[PLUS.join(names)] = together, {}
        if self.design is not None:
            for name, values, changes in points(self.design):
                policies = tuple(self.design.policies)
                found[name] = Arm(policies=policies, set=changes), values
        return found

    @cached_property
    def named_worlds(self) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
        """Every world: its settings by path, and the values of its levers."""
        if isinstance(self.worlds, Design):
            return {name: (changes, values) for name, values, changes in points(self.worlds)}
        return {name: (changes, {}) for name, changes in self.worlds.items()} or {"": ({}, {})}

    def cases(self) -> Iterator[Case]:
        """Every arm in every world, each world's baseline first; all valid.

        Raises:
            ScenarioError: an arm or a world that cannot be, named; too many runs.
        """
        many = len(self.named_worlds) * (1 + len(self.named_arms)) * self.replicates
        if many > MOST_RUNS:
            raise ScenarioError(f"study: given {many:,} runs, allowed at most {MOST_RUNS:,}")
        for base in self.baselines():
            yield base
            for name, (arm, levers) in self.named_arms.items():
                yield base.changed(name, arm, levers)

    def baselines(self) -> Iterator[Case]:
        """The baseline of every world.

        Raises:
            ScenarioError: a world that cannot be, named.
        """
        for world, (changes, values) in self.named_worlds.items():
            try:
                base = self._slim(self.baseline.with_(changes) if changes else self.baseline)
            except ValueError as error:
                raise ScenarioError(f"worlds.{world or BASELINE}: {error}") from error
            yield Case(world, BASELINE, "nothing is done", base, values)

    def check(self) -> list[Case]:
        """All cases; the outcomes are among what their runs measure.

        Raises:
            ScenarioError: something cannot be run, or an outcome is not measured.
        """
        cases = list(self.cases())
        steps = min(case.scenario.steps for case in cases)
        measured = _measured(cases[0].scenario)
        for outcome in self.outcomes:
            if outcome.meter not in measured:
                raise ScenarioError(
                    f"outcomes: given {outcome.meter!r}; {nearest(outcome.meter, measured)}"
                )
            if isinstance(outcome.when, int) and not 0 <= outcome.when <= steps:
                raise ScenarioError(
                    f"outcomes: given step {outcome.when} of {outcome.meter}, allowed 0 to {steps}"
                )
        for asked in self.tipping:
            for at in (asked.low, asked.high):
                try:
                    tipped(asked, at).applied(cases[0].scenario)
                except ValueError as error:
                    raise ScenarioError(f"tipping: {error}") from error
        return cases

    def _slim(self, scenario: Scenario) -> Scenario:
        """Without what no outcome is read from; the numbers are the same to the bit."""
        return scenario.with_(items=False, lineage=0, control={}, ledger=self._ledger)

    @cached_property
    def _ledger(self) -> bool:
        """Whether an outcome is measured only where a ledger is kept."""
        measured = _measured(self.baseline.with_(ledger=False, lineage=0))
        return not {outcome.meter for outcome in self.outcomes} <= set(measured)


def _measured(scenario: Scenario) -> list[str]:
    """Columns of the metrics of a scenario, as its first row has them."""
    from scenarios.execution import Execution

    return list(Execution(scenario.with_(steps=1)).result().metrics.columns)


def shipped_studies() -> dict[str, str]:
    """Shipped studies: name and first line of the script's docstring."""
    import scenarios.studies

    found = {}
    for module in pkgutil.iter_modules(scenarios.studies.__path__):
        path = Path(scenarios.studies.__path__[0]) / f"{module.name}.py"
        text = path.read_text(encoding="utf-8")
        if "\ndef study(" in text:
            found[module.name] = text.split('"""')[1].strip().splitlines()[0]
    return found
