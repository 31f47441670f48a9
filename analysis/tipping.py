"""Tipping points: where on a lever an outcome crosses a threshold, from values that were tried.

At every value all replicates were run on the same streams. They give the mean of the outcome (or of
its paired difference from the baseline) with Student's 95 % interval. The tipping point lies where
the mean first crosses. Its interval is all values at which Student's interval holds the threshold
(a test inverted, as in Fieller's theorem): it begins and ends where the ends of that one cross.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple, TypedDict

import numpy as np

from analysis.comparison import interval, settled
from analysis.crossing import Bracket, brackets
from analysis.layers import Floats
from analysis.wording import MINUS, counted, number


class Tried(TypedDict):
    """One value of the lever: mean of the outcome over replicates, with its 95 % interval."""

    at: float
    mean: float
    low: float
    high: float
    replicates: int


class TippingPoint(TypedDict):
    """Where an outcome crosses a threshold, in one world.

    Attributes:
        lever: its title or path.
        outcome: which.
        title: of the outcome.
        of: "value" or "difference".
        threshold: what is crossed.
        world: which.
        range: of the lever.
        value: the tipping point: the middle of the bracket, or for whole numbers the first on the
            other side; None if there is none.
        bracket: values tried between which the mean crosses, no further apart than the tolerance.
        low: of the 95 % interval of the tipping point; None where it reaches out of the range.
        high: of the same.
        tried: every value tried, rising.
        own: by replicate the values between which it crosses by itself; None if nowhere.
        says: all of it in sentences.
    """

    lever: str
    outcome: str
    title: str
    of: str
    threshold: float
    world: str
    range: Bracket
    value: float | None
    bracket: Bracket | None
    low: float | None
    high: float | None
    tried: list[Tried]
    own: list[Bracket | None]
    says: list[str]


class Gaps(NamedTuple):
    """Between which values the mean crosses, and its interval begins and ends to do so."""

    mean: Bracket | None = None
    low: Bracket | None = None
    high: Bracket | None = None


@dataclass
class Curve:
    """An outcome over the values of a lever.

    Attributes:
        threshold: what is crossed.
        whole: whether the lever takes whole numbers only.
        seen: by value (replicates,) the outcome, NaN where there is none.
    """

    threshold: float
    whole: bool = False
    seen: dict[float, Floats] = field(default_factory=dict)

    def tried(self) -> list[Tried]:
        """Every value, rising."""
        found = []
        for at in sorted(self.seen):
            known = self.seen[at][np.isfinite(self.seen[at])]
            low, high = interval(known)
            mean = float(known.mean()) if known.size else float("nan")
            found.append(Tried(at=at, mean=mean, low=low, high=high, replicates=int(known.size)))
        return found

    def gaps(self) -> Gaps:
        """Neighbouring values with the threshold between."""
        tried = self.tried()
        at = [one["at"] for one in tried]
        means, lows, highs = (
            [each - self.threshold for each in column]
            for column in zip(*((t["mean"], t["low"], t["high"]) for t in tried), strict=True)
        )
        crossed = brackets(at, means)
        if not crossed:
            return Gaps()
        begins = next(mean for mean in means if np.isfinite(mean)) > 0
        # the end of Student's interval that meets the threshold first on the way up the lever
        first, last = (lows, highs) if begins else (highs, lows)
        left, right = brackets(at, first), brackets(at, last)
        return Gaps(
            crossed[0],
            left[0] if left and lows[0] * highs[0] > 0 else None,
            right[-1] if right and lows[-1] * highs[-1] > 0 else None,
        )

    def crossings(self) -> list[Bracket]:
        """All gaps in which the mean crosses."""
        tried = self.tried()
        return brackets([t["at"] for t in tried], [t["mean"] - self.threshold for t in tried])

    def own(self) -> list[Bracket | None]:
        """By replicate where it first crosses by itself, as far as the values tell."""
        at = sorted(self.seen)
        each = np.array([self.seen[a] for a in at]).T - self.threshold
        return [next(iter(brackets(at, row.tolist())), None) for row in each]

    def turns(self) -> list[Bracket]:
        """Neighbours between which the paired change goes against the whole, beyond chance."""
        at = [a for a in sorted(self.seen) if np.isfinite(self.seen[a]).sum() > 1]
        if len(at) < 2:
            return []
        whole = np.sign(np.nanmean(self.seen[at[-1]]) - np.nanmean(self.seen[at[0]]))
        found = []
        for a, b in pairwise(at):
            change = (self.seen[b] - self.seen[a]) * whole
            change = change[np.isfinite(change)]
            low, high = interval(change)
            if high < 0 and settled(low, high, change.size):
                found.append((a, b))
        return found

    def point(self, gap: Bracket | None) -> float | None:
        """The one value that stands for a gap."""
        if gap is None:
            return None
        return gap[1] if self.whole else (gap[0] + gap[1]) / 2


def tipping_point(
    curve: Curve, lever: str, outcome: str, of: str, world: str, among: Bracket, title: str = ""
) -> TippingPoint:
    """What the values tried say of a tipping point; the title is what the outcome is called."""
    gaps = curve.gaps()
    found = TippingPoint(
        lever=lever,
        outcome=outcome,
        title=title or outcome,
        of=of,
        threshold=curve.threshold,
        world=world,
        range=among,
        value=curve.point(gaps.mean),
        bracket=gaps.mean,
        low=curve.point(gaps.low),
        high=curve.point(gaps.high),
        tried=curve.tried(),
        own=curve.own(),
        says=[],
    )
    found["says"] = _says(found, curve)
    return found


def _says(found: TippingPoint, curve: Curve) -> list[str]:
    what = found["title"] if found["of"] == "value" else f"difference in {found['title']}"
    level = number(found["threshold"])
    known = [one for one in found["tried"] if np.isfinite(one["mean"])]
    if not known:
        return ["No run succeeded: nothing is known."]
    first, last = known[0], known[-1]
    above = first["mean"] > found["threshold"]
    if found["bracket"] is None:
        return [
            f"No crossing from {number(found['range'][0])} to {number(found['range'][1])}: "
            f"{what} stays {'above' if above else 'at or below'} {level} at all of the "
            f"{counted(len(known), 'value')} tried ({number(first['mean'])} at "
            f"{number(first['at'])}, {number(last['mean'])} at {number(last['at'])})."
        ]
    a, b = found["bracket"]
    exact = _places(found["bracket"], curve.whole)
    said = [
        f"{what} {'falls to or below' if above else 'rises above'} {level} at {found['lever']} = "
        f"{exact(found['value'] or 0.0)} (between {exact(a)} and {exact(b)}; "
        f"{_interval(found, exact)})."
    ]
    if len(crossings := curve.crossings()) > 1:
        others = " and between ".join(f"{number(a)} and {number(b)}" for a, b in crossings[1:])
        said.append(f"Not monotone in what was seen: it crosses again between {others}.")
    elif turns := curve.turns():
        a, b = turns[0]
        said.append(
            f"Not monotone in what was seen: it turns back, beyond chance, between {number(a)} and "
            f"{number(b)}, without crossing there."
        )
    if alone := found["own"].count(None):
        said.append(
            f"By itself {counted(alone, 'replicate')} of {len(found['own'])} never crosses."
        )
    return said


def _places(gap: Bracket, whole: bool) -> Callable[[float], str]:
    """Writes values of the lever to as many decimals as a gap tells apart."""
    decimals = 0 if whole else max(0, 1 - math.floor(math.log10(gap[1] - gap[0])))
    return lambda at: f"{at:,.{decimals}f}".replace("-", MINUS)


def _interval(found: TippingPoint, exact: Callable[[float], str]) -> str:
    if not any(np.isfinite(one["low"]) for one in found["tried"]):
        return "one replicate has no interval"
    low, high = found["low"], found["high"]
    if low is None and high is None:
        return "the 95 % interval is wider than all that was tried"
    begin = f"below {number(found['range'][0])}" if low is None else exact(low)
    end = f"above {number(found['range'][1])}" if high is None else exact(high)
    return f"95 % interval {begin} to {end}"


def middles(curve: Curve, width: float) -> Sequence[float]:
    """The middles, not yet tried, of the gaps that are wider than they may be."""
    found = []
    for gap in curve.gaps():
        if gap is not None and gap[1] - gap[0] > width * (1 + 1e-9):
            middle = (gap[0] + gap[1]) / 2
            middle = float(round(middle)) if curve.whole else middle
            if middle not in curve.seen:
                found.append(middle)
    return found
