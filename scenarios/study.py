"""A study: a baseline, arms that differ from it, in one world or several, on the same draws.

Every arm is run with the replicates of the baseline, and compared with it replicate by replicate:
both draw from the same streams, so that what no policy touches is the same in both.
"""

import hashlib
import importlib
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, reduce
from itertools import chain, combinations
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self, TypeVar

from pydantic import Field, PrivateAttr, ValidationError, model_validator

from ecosystem.discovery import nearest
from scenarios import outcome, study_check
from scenarios.arm import BASELINE, Arm, Case, tipped
from scenarios.complaints import ScenarioError, sentence
from scenarios.designs import Design, Tipping, points
from scenarios.inventory import shipped_studies
from scenarios.outcome import Outcome
from scenarios.parts import Part
from scenarios.scenario import Scenario, shipped

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from scenarios.progress import Progress
    from scenarios.study_run import StudyRun

Name = Annotated[str, Field(max_length=80, pattern=r"^\S(.*\S)?$")]
MOST_RUNS = 200_000
T = TypeVar("T")
PLUS = " + "
WORDS = {"title", "question", "leaves_out", "notes"}
LEVERS = {"levers": {"__all__": {"title"}}}
UNNAMED: Any = {
    **dict.fromkeys({"replicates", "tipping", *WORDS}, True),
    **{"scenario": WORDS, "arms": {"__all__": {"says"}}, "outcomes": {"__all__": {"title"}}},
    **{"design": LEVERS, "worlds": LEVERS},
}
"""What does not say which study it is."""


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
    budget: float | None = Field(
        default=None,
        ge=0,
        allow_inf_nan=False,
        description="the most that an arm may cost above the baseline, over the whole run; dearer "
        "ones are left out",
    )
    design: Design | None = Field(
        default=None, description="levers swept: every point is an arm of its own"
    )
    worlds: Design | dict[Name, dict[str, Any]] = Field(
        default={},
        union_mode="left_to_right",
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
    def _consistent(self) -> Self:
        study_check.consistent(self)
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
        """Says which study it is: its name, its runs, and what is read from them.

        Not how often it is repeated, where else it tips, or in which words it is told.
        """
        given = self.model_dump(mode="json", exclude=UNNAMED)
        return hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()

    def run(
        self,
        out: Path | None = None,
        executor: "Executor | None" = None,
        workers: int = 1,
        strict: bool = False,
        progress: "Progress | None" = None,
    ) -> "StudyRun":
        """Carry it out, and compare: `study.run(workers=2).compare("birds.tail_coverage")`.

        Args:
            out: its folder, where a study that was stopped goes on; without one nothing is kept.
            executor: where runs are made; by default `workers` processes of this machine.
            workers: how many run at once.
            strict: stop at the first run that fails; else it is left out.
            progress: called with the runs done and those to do.

        Raises:
            ScenarioError: something cannot be run, or the folder is that of something else.
            RuntimeError: a run failed and `strict`; or none succeeded.
        """
        from scenarios.study_run import run

        return run(self, out, executor, workers, strict, progress)

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
        """Every arm with the values of its levers: those given, combined, and those swept.

        Raises:
            ScenarioError: a name that two would have; arms that cannot be combined.
        """
        return _by_name("arms", self._arms())

    def _arms(self) -> Iterator[tuple[str, tuple[Arm, dict[str, Any]]]]:
        for size in range(1, self.combine + 1):
            for names in combinations(self.arms, size):
                name = PLUS.join(names)
                try:
                    yield name, (reduce(Arm.plus, (self.arms[one] for one in names)), {})
                except ValueError as error:
                    raise ScenarioError(f"arms.{name}: {error}") from error
        if self.design is not None:
            for name, values, changes in points(self.design):
                yield name, (Arm(policies=self.design.policies, set=changes), values)

    @cached_property
    def named_worlds(self) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
        """Every world: its settings by path, and the values of its levers."""
        if isinstance(self.worlds, Design):
            given = ((name, (changes, values)) for name, values, changes in points(self.worlds))
            return _by_name("worlds", given)
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
            arms = [base.changed(name, *arm) for name, arm in self.named_arms.items()]
            kept = [case for case in arms if not self.too_dear(case, base)]
            if arms and not kept:
                least = min(case.cost for case in arms) - base.cost
                raise ScenarioError(
                    f"budget: given {self.budget:g}, which no arm keeps to; the cheapest costs "
                    f"{least:g}"
                )
            yield from kept

    def too_dear(self, case: Case, base: Case) -> bool:
        """Whether an arm costs more above the baseline of its world than the budget allows."""
        return self.budget is not None and case.cost - base.cost > self.budget

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
        self._check_design()
        cases = list(self.cases())
        outcome.check(self.outcomes, chain(cases, self._ends()))
        return cases

    def _check_design(self) -> None:
        """Raise where a sampled lever cannot take its least or its greatest value."""
        if self.design is None or self.design.plan == "grid":
            return
        base, levers = next(self.baselines()), self.design.levers
        least = {k: v for lever in levers.values() for k, v in lever.at(lever.low).items()}
        for name, lever in levers.items():
            for end, value in (("low", lever.low), ("high", lever.high)):
                arm = Arm(policies=self.design.policies, set=least | lever.at(value))
                try:
                    arm.applied(base.scenario)
                except ValueError as error:
                    raise ScenarioError(f"design.levers.{name}.{end}: {error}") from error

    def _ends(self) -> Iterator[Case]:
        """The least and the greatest value of the lever of every tipping point, in every world."""
        for base in self.baselines() if self.tipping else ():
            for asked in self.tipping:
                for at in (asked.low, asked.high):
                    try:
                        yield base.changed("tipping", tipped(asked, at), {})
                    except ScenarioError as error:
                        raise ScenarioError(str(error).removeprefix("arms.")) from error

    def _slim(self, scenario: Scenario) -> Scenario:
        """Without what no outcome is read from; the numbers are the same to the bit."""
        return scenario.with_(items=False, lineage=0, control={}, ledger=self._ledger)

    @cached_property
    def _ledger(self) -> bool:
        """Whether an outcome is measured only where a ledger is kept."""
        measured = outcome.measured(self.baseline.with_(ledger=False, lineage=0))
        return not {one.meter for one in self.outcomes} <= set(measured)


def _by_name(what: str, given: Iterable[tuple[str, T]]) -> dict[str, T]:
    """What is given, by name; no name twice."""
    found: dict[str, T] = {}
    for name, one in given:
        if name in found:
            raise ScenarioError(f"{what}: given {name!r} twice, allowed names of their own")
        found[name] = one
    return found
