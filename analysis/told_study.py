"""What a report says of a study, gathered as plain data by whoever has the study at hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from analysis.effects import settled
from analysis.wording import number, signed


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
        arms: name, says (in words) and how (policies and settings that differ) of each arm.
        worlds: their names; one empty name where there is only one.
        outcomes: in the order of the study, the first first.
        levers: title and values of each swept lever, by name.
        effects: see `analysis.effects.effects`.
        curves: by world and outcome.
        gains: who complies, who gains (`analysis.gains`); empty where nobody complies in part.
        failed: runs that failed: world, arm, replicate, cause.
        replicates: asked for.
        again: the command that repeats it.
    """

    title: str
    question: str
    leaves_out: str
    baseline: str
    arms: Sequence[Mapping[str, Any]]
    worlds: Sequence[str]
    outcomes: Sequence[Wanted]
    levers: Mapping[str, str]
    effects: pd.DataFrame
    curves: Mapping[tuple[str, str], Curve]
    gains: pd.DataFrame = field(default_factory=pd.DataFrame)
    failed: Sequence[Mapping[str, Any]] = ()
    replicates: int = 1
    again: str = ""

    def ranked(self, world: str, outcome: Wanted) -> pd.DataFrame:
        """The effects on an outcome in a world, the best arm first."""
        own = self.effects[
            (self.effects["world"] == world) & (self.effects["outcome"] == outcome.key)
        ]
        gain = outcome.sign * own["difference"]
        return own.assign(gain=gain).sort_values("gain", ascending=False, kind="stable")

    def answers(self) -> list[str]:
        """For every world the arm that does most for the first outcome, in a sentence."""
        found = []
        for world in self.worlds:
            said = self._answer(world)
            where = f"In the world “{world}”: {said[0].lower()}" if world else said[0]
            found.append(where + said[1:])
        return found

    def _answer(self, world: str) -> str:
        outcome = self.outcomes[0]
        ranked = self.ranked(world, outcome)
        if ranked.empty:
            return "No pair of runs succeeded."
        best = ranked.iloc[0]
        change = signed(best["difference"], outcome.unit)
        without = number(best["baseline"], outcome.unit)
        what = f"{outcome.title}: {without} without, {change} with it"
        if best["gain"] <= 0:
            return f"Nothing that was tried helps ({outcome.title}; at best {change})."
        if settled(best):
            low, high = (signed(best[end], outcome.unit) for end in ("low", "high"))
            return (
                f"Most is done for the first outcome by “{best['arm']}” ({what} [{low}, {high}])."
            )
        needed = best["settles"]
        more = (
            f"; {number(needed)} replicates would settle it, were the spread as it is"
            if np.isfinite(needed)
            else ""
        )
        return (
            f"Most promising is “{best['arm']}” ({what}), but with {best['pairs']} "
            f"replicate{'s' if best['pairs'] != 1 else ''} not even its sign is settled{more}."
        )

    def pairing(self) -> list[tuple[Wanted, float]]:
        """By outcome the median over arms of what pairing saves (`analysis.effects.pairing`)."""
        found = []
        for outcome in self.outcomes:
            own = self.effects.loc[self.effects["outcome"] == outcome.key, "unpaired"].dropna()
            found.append((outcome, float(own.median()) if len(own) else float("nan")))
        return found
