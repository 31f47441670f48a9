"""Tipping points: the value of a lever at which an outcome crosses a threshold, by bisection.

At every value tried all replicates are run, on the same streams, and give the mean of the outcome
(or of its paired difference from the baseline) with Student's 95 % interval. First some values are
tried evenly over the range. Where the mean is on one side of the threshold at one value and on the
other at the next, the gap is halved until it is narrow enough. The interval of the tipping point
is all values at which Student's interval holds the threshold (inversion of the test, as Fieller's):
its two ends are where the ends of Student's interval cross, bisected in the same way.

Runs are those of the study, stored by their content: none is made twice, and a search that was
stopped goes on.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypedDict

import numpy as np

from analysis.comparison import interval
from analysis.crossing import Bracket, brackets
from analysis.layers import Floats
from analysis.study_array import array
from analysis.wording import counted, number
from scenarios import campaign
from scenarios.designs import Tipping
from scenarios.study import Arm, Case, Study


class Tried(TypedDict):
    """One value of the lever: mean of the outcome over replicates, with its 95 % interval."""

    at: float
    mean: float
    low: float
    high: float
    replicates: int


class Own(TypedDict):
    """Between which of the values tried one replicate crosses by itself; None if nowhere."""

    replicate: int
    bracket: Bracket | None


class TippingPoint(TypedDict):
    """Where an outcome crosses a threshold, in one world.

    Attributes:
        lever: its title or path.
        outcome: which.
        of: "value" or "difference".
        threshold: what is crossed.
        world: which.
        range: of the lever.
        value: the tipping point: the middle of the bracket, or for whole numbers the first on the
            other side; None if there is none.
        bracket: values between which the mean crosses, no further apart than the tolerance.
        low: of the 95 % interval of the tipping point; None where it reaches out of the range.
        high: of the same.
        tried: every value tried, rising.
        own: the crossing of each replicate, as far as the values tried tell.
        says: all of it in sentences.
    """

    lever: str
    outcome: str
    of: str
    threshold: float
    world: str
    range: Bracket
    value: float | None
    bracket: Bracket | None
    low: float | None
    high: float | None
    tried: list[Tried]
    own: list[Own]
    says: list[str]


Evaluate = Callable[[Sequence[float]], None]


def tipping_points(
    study: Study,
    out: Path,
    executor: Executor | None = None,
    workers: int = 1,
    progress: campaign.Progress | None = None,
) -> list[TippingPoint]:
    """Every tipping point that a study asks for, in each of its worlds.

    Args:
        study: what is asked.
        out: its folder, where runs are stored.
        executor: where runs are made; by default `workers` processes of this machine.
        workers: how many run at once.
        progress: called with the runs done and those to do, of each round of the search.

    Raises:
        ScenarioError: a lever that there is not, or the folder is that of something else.
    """
    campaign.open_folder(study, out)
    found = []
    for asked in study.tipping:
        for base in study.baselines():

            def run(cases: Sequence[Case], asked: Tipping = asked, base: Case = base) -> Floats:
                planned = campaign.plan(study, [base, *cases])
                campaign.fill(out, planned, executor, workers, progress=progress)
                table = campaign.comparison(study, out, planned)
                if table.empty:
                    return np.full((len(cases), study.replicates), np.nan)
                arms = [case.arm for case in cases]
                wide = np.full((len(cases), study.replicates), np.nan)
                known = array(table, asked.outcome, asked.of, arms, [base.world])[:, 0]
                wide[:, np.sort(table["replicate"].unique())] = known
                return wide

            search = Search(asked, base, run)
            search.whole()
            found.append(search.result())
    return found


@dataclass
class Search:
    """A search for one tipping point.

    Attributes:
        asked: what is sought.
        base: the baseline that the lever is tried on.
        run: from cases (values replicates) of the outcome; NaN where a run failed.
    """

    asked: Tipping
    base: Case
    run: Callable[[Sequence[Case]], Floats]

    def __post_init__(self) -> None:
        """Start with nothing tried."""
        self.seen: dict[float, Floats] = {}

    def whole(self) -> None:
        """Try values until every gap that matters is narrow enough."""
        even = np.linspace(self.asked.low, self.asked.high, self.asked.scan)
        self._try([self._valid(float(at)) for at in even])
        while wanted := self._wanted():
            self._try(wanted)

    def _valid(self, at: float) -> float:
        return float(round(at)) if self.asked.lever.whole else at

    def _try(self, values: Sequence[float]) -> None:
        new = [at for at in dict.fromkeys(values) if at not in self.seen]
        cases = []
        for at in new:
            arm = Arm(
                policies=self.asked.policies, set={**self.asked.set, **self.asked.lever.at(at)}
            )
            cases.append(self.base.changed(f"{self._lever} {number(at)}", arm, {}))
        names = [f"{case.arm} ({i})" for i, case in enumerate(cases)]  # none is like another
        cases = [
            Case(c.world, name, c.says, c.scenario, c.levers)
            for c, name in zip(cases, names, strict=True)
        ]
        for at, row in zip(new, self.run(cases), strict=True):
            self.seen[at] = row

    @property
    def _lever(self) -> str:
        lever = self.asked.lever
        path = lever.path if isinstance(lever.path, str) else lever.path[0]
        return lever.title or path

    def tried(self) -> list[Tried]:
        """Every value tried, rising."""
        found = []
        for at in sorted(self.seen):
            known = self.seen[at][np.isfinite(self.seen[at])]
            low, high = interval(known)
            mean = float(known.mean()) if known.size else float("nan")
            found.append(Tried(at=at, mean=mean, low=low, high=high, replicates=int(known.size)))
        return found

    def _over(self, which: str) -> tuple[list[float], list[float]]:
        """Places, and how far the mean, or an end of its interval, is above the threshold."""
        tried = self.tried()
        above = [float(t[which]) - self.asked.crossed for t in tried]  # type: ignore[literal-required]
        return [t["at"] for t in tried], above

    def _gaps(self) -> dict[str, Bracket | None]:
        """Where the mean first crosses; where the interval first and last holds the threshold."""
        at, mean = self._over("mean")
        crossed = brackets(at, mean)
        if not crossed:
            return {"mean": None, "low": None, "high": None}
        known = [value for value in mean if np.isfinite(value)]
        # the end of Student's interval that meets the threshold first on the way from low to high
        first, last = ("low", "high") if known[0] > 0 else ("high", "low")
        left, right = brackets(*self._over(first)), brackets(*self._over(last))
        return {
            "mean": crossed[0],
            "low": left[0] if left and self._outside(0) else None,
            "high": right[-1] if right and self._outside(-1) else None,
        }

    def _outside(self, end: int) -> bool:
        """Whether Student's interval at an end of the range leaves the threshold out."""
        one = self.tried()[end]
        return not one["low"] <= self.asked.crossed <= one["high"]

    def _wanted(self) -> list[float]:
        """The middles of all gaps that are too wide and can be halved."""
        found = []
        for gap in self._gaps().values():
            if gap is not None and gap[1] - gap[0] > self.asked.width * (1 + 1e-9):
                middle = self._valid((gap[0] + gap[1]) / 2)
                if middle not in self.seen:
                    found.append(middle)
        return found

    def result(self) -> TippingPoint:
        """What was found."""
        gaps, asked = self._gaps(), self.asked
        mean, low, high = gaps["mean"], gaps["low"], gaps["high"]
        return TippingPoint(
            lever=self._lever,
            outcome=asked.outcome,
            of=asked.of,
            threshold=asked.crossed,
            world=self.base.world,
            range=(asked.low, asked.high),
            value=self._middle(mean),
            bracket=mean,
            low=self._middle(low),
            high=self._middle(high),
            tried=self.tried(),
            own=self._own(),
            says=self._says(mean, low, high),
        )

    def _middle(self, gap: Bracket | None) -> float | None:
        if gap is None:
            return None
        return gap[1] if self.asked.lever.whole else (gap[0] + gap[1]) / 2

    def _own(self) -> list[Own]:
        at = sorted(self.seen)
        rows = np.array([self.seen[a] for a in at]) - self.asked.crossed
        found = []
        for replicate in range(rows.shape[1]):
            gaps = brackets(at, rows[:, replicate].tolist())
            found.append(Own(replicate=replicate, bracket=gaps[0] if gaps else None))
        return found

    def _says(self, mean: Bracket | None, low: Bracket | None, high: Bracket | None) -> list[str]:
        what = (
            f"{self.asked.outcome}"
            if self.asked.of == "value"
            else (f"the difference in {self.asked.outcome}")
        )
        level = number(self.asked.crossed)
        tried = [t for t in self.tried() if np.isfinite(t["mean"])]
        if not tried:
            return ["No run succeeded: nothing is known."]
        first, last = tried[0], tried[-1]
        ends = f"{number(first['at'])} to {number(last['at'])}"
        if mean is None:
            side = "above" if first["mean"] > self.asked.crossed else "at or below"
            return [
                f"No crossing from {ends}: {what} stays {side} {level} at all of the "
                f"{len(tried)} values tried ({number(first['mean'])} at {number(first['at'])}, "
                f"{number(last['mean'])} at {number(last['at'])})."
            ]
        way = "falls below" if first["mean"] > self.asked.crossed else "rises above"
        value = self._middle(mean)
        assert value is not None
        said = [
            f"{what[0].upper() + what[1:]} {way} {level} at {self._lever} = {number(value)} "
            f"(between {number(mean[0])} and {number(mean[1])}; {self._interval(low, high)})."
        ]
        at, above = self._over("mean")
        if len(gaps := brackets(at, above)) > 1:
            others = ", ".join(f"{number(a)} to {number(b)}" for a, b in gaps[1:])
            said.append(f"It is not the only crossing: the mean crosses again between {others}.")
        elif turns := self._turns():
            a, b = turns[0]
            said.append(
                f"In what was seen it is not monotone: it turns back between {number(a)} and "
                f"{number(b)}, beyond chance."
            )
        alone = [one["replicate"] for one in self._own() if one["bracket"] is None]
        if alone:
            said.append(f"{counted(len(alone), 'replicate')} by itself never crosses.")
        return said

    def _interval(self, low: Bracket | None, high: Bracket | None) -> str:
        if all(np.isnan(t["low"]) for t in self.tried()):
            return "one replicate has no interval"
        ends = [
            f"below {number(self.asked.low)}" if low is None else number(self._middle(low) or 0.0),
            f"above {number(self.asked.high)}" if high is None else number(self._middle(high) or 0),
        ]
        return f"95 % interval {ends[0]} to {ends[1]}"

    def _turns(self) -> list[Bracket]:
        """Neighbours between which the paired change goes against the whole, beyond chance."""
        at = [a for a in sorted(self.seen) if np.isfinite(self.seen[a]).sum() > 1]
        if len(at) < 2:
            return []
        whole = np.sign(np.nanmean(self.seen[at[-1]]) - np.nanmean(self.seen[at[0]]))
        found = []
        for a, b in pairwise(at):
            change = (self.seen[b] - self.seen[a]) * whole
            low, high = interval(change[np.isfinite(change)])
            if high < 0 and high - low > 0:
                found.append((a, b))
        return found
