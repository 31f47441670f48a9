"""What a report says of a study, gathered as plain data by whoever has the study at hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis.effects import abreast, effects
from analysis.pareto import Pareto, pareto
from analysis.wording import PER_CENT, number, signed

MOST_ARMS, MOST_WORLDS = 80, 4
"""So many of a study are told one by one."""


@dataclass(frozen=True)
class Wanted:
    """One outcome.

    Attributes:
        key: names it in tables.
        title: in a few words.
        sign: 1 where higher is better, -1 where lower is.
        text: the definition of its meter.
        unit: what it is counted in.
        when: at which step, in words.
    """

    key: str
    title: str
    sign: float
    text: str
    unit: str
    when: str

    @property
    def scale(self) -> float:
        """By what differences are multiplied to be told: shares are told in points."""
        return 100.0 if self.unit in PER_CENT else 1.0

    @property
    def of_differences(self) -> str:
        """What differences are counted in."""
        return "percentage points" if self.unit in PER_CENT else self.unit

    def change(self, value: float) -> str:
        """A difference with its sign, shares in points without saying so."""
        return signed(value * self.scale)

    def band(self, low: float, high: float) -> str:
        """The interval of a difference."""
        return f"[{self.change(low)}, {self.change(high)}]"

    @property
    def better(self) -> str:
        """Which way is wanted."""
        return "higher" if self.sign > 0 else "lower"


@dataclass(frozen=True)
class Curve:
    """An outcome's meter over time: (replicates, rows) of the baseline and of some arms, paired."""

    times: pd.DataFrame
    baseline: np.ndarray
    arms: Mapping[str, np.ndarray]


@dataclass(frozen=True)
class ToldStudy:
    """A study and what came of it.

    Attributes:
        title, question, leaves_out: as the study says.
        baseline: the scenario, in words.
        arms: name, says (in words), how (policies and settings that differ) and cost of each arm.
        policies: in one line each, by kind.
        worlds: their names; one empty name where there is only one.
        settings: what differs in each world, in one line, by name.
        outcomes: in the order of the study, the first first.
        levers: title of each swept lever, by name.
        comparison: a row a world, arm, replicate and outcome (see `analysis.effects.effects`).
        curves: by world and outcome.
        gains: who complies, who gains (`analysis.gains.gains`); empty where no models do in part.
        others: policies that communities or sites comply with in part: world, arm, policy, who,
            inside, asked.
        findings: what goes beyond single arms, by kind.
        failed: runs that failed: world, arm, replicate, cause.
        replicates: asked for.
        again: the command that repeats it.
        budget: the most that an arm may cost above the baseline.
        too_dear: arms that were left out for it.
    """

    title: str
    question: str
    leaves_out: str
    baseline: str
    arms: Sequence[Mapping[str, Any]]
    worlds: Sequence[str]
    outcomes: Sequence[Wanted]
    comparison: pd.DataFrame
    policies: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    levers: Mapping[str, str] = field(default_factory=dict)
    curves: Mapping[tuple[str, str], Curve] = field(default_factory=dict)
    gains: pd.DataFrame = field(default_factory=pd.DataFrame)
    others: pd.DataFrame = field(default_factory=pd.DataFrame)
    findings: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    failed: Sequence[Mapping[str, Any]] = ()
    replicates: int = 1
    again: str = ""
    budget: float | None = None
    too_dear: Sequence[str] = ()

    @cached_property
    def signs(self) -> dict[str, float]:
        """By outcome which way is wanted."""
        return {outcome.key: outcome.sign for outcome in self.outcomes}

    @cached_property
    def effects(self) -> pd.DataFrame:
        """See `analysis.effects.effects`."""
        return effects(self.comparison, self.signs)

    @cached_property
    def abreast(self) -> dict[tuple[str, str], list[str]]:
        """See `analysis.effects.abreast`."""
        return abreast(self.comparison, self.signs)

    @cached_property
    def costly(self) -> bool:
        """Whether any arm costs more or less than the baseline."""
        return bool((self.comparison["cost"] != self.comparison["baseline_cost"]).any())

    def priced(self, outcome: Wanted) -> Pareto | None:
        """Gain against cost; None where nothing costs, or no arm has a value in every world."""
        if not self.costly:
            return None
        try:
            return pareto(self.comparison, outcome.key, outcome.better)
        except ValueError:
            return None

    def ranked(self, world: str, outcome: Wanted) -> pd.DataFrame:
        """The effects on an outcome in a world, the best arm first; those without a value left out.

        Beside the columns of `effects`: gain (the difference, counted so that more is better) and
        name (of the arm; points of a sampling plan by the values of their levers).
        """
        there = (self.effects["world"] == world) & (self.effects["outcome"] == outcome.key)
        own = self.effects[there & self.effects["difference"].notna()]
        names = [self._name(row) for row in own.to_dict("records")]
        found = own.assign(gain=outcome.sign * own["difference"], name=names)
        return found.sort_values("gain", ascending=False, kind="stable")

    def _name(self, row: Mapping[Any, Any]) -> str:
        arm = str(row["arm"])
        known = {lever: row[f"lever:{lever}"] for lever in self.levers}
        if not arm.startswith("point ") or not 0 < len(known) <= 4:
            return arm
        return ", ".join(f"{lever} {number(value)}" for lever, value in known.items())

    def pairing(self) -> list[tuple[Wanted, float]]:
        """By outcome the median over arms of what pairing saves (`analysis.effects.pairing`).

        Of the arms whose pairs do not agree exactly; infinite where all do.
        """
        found = []
        for outcome in self.outcomes:
            own = self.effects.loc[self.effects["outcome"] == outcome.key, "unpaired"]
            own = own.astype(np.float64).dropna()
            apart = own[np.isfinite(own)] if np.isfinite(own).any() else own
            found.append((outcome, float(apart.median()) if len(apart) else float("nan")))
        return found
