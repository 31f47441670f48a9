"""How late is too late: what is left of the gain of a policy when it starts later.

With g_r(s) the paired difference of replicate r at a start s, counted so that more is better, and
s_0 the earliest start tried:

    gain(s) = mean of g_r(s)
    left(s) = gain(s) / gain(s_0)

The interval of `left` is Fieller's (1954, J. Roy. Stat. Soc. B 16, 175-185): all t for which
Student's interval of g_r(s) - t g_r(s_0) holds 0. The last start at which half is left is where the
mean of h_r(s) = g_r(s) - g_r(s_0) / 2 falls through 0, straight between the starts tried; its
interval reaches from where the lower end of Student's interval of h_r falls through 0 to where the
upper end does. Nothing is said of what is left where the gain at s_0 is not settled.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from analysis.comparison import ahead, interval, settled
from analysis.crossing import interpolated
from analysis.layers import Floats
from analysis.study_array import arms_of, array
from analysis.wording import number


class Start(TypedDict):
    """One start: the gain and what it is of that of the earliest, with 95 % intervals."""

    start: float
    gain: float
    low: float
    high: float
    left: float
    left_low: float
    left_high: float
    replicates: int


class Half(TypedDict):
    """Until when half of the gain of the earliest start is left.

    Attributes:
        tried: the last start tried that comes before the gain falls below half; NaN if unknown.
        at: the start at which it does, between those tried; NaN if it never does.
        low: of the interval of `at`; NaN where too few replicates are there to tell.
        high: of the same; NaN also where it lies beyond the last start tried.
    """

    tried: float
    at: float
    low: float
    high: float


class TooLate(TypedDict):
    """Gain against start, of one outcome in one world, the other levers held.

    Attributes:
        outcome: which.
        better: "higher" or "lower".
        lever: that is the start.
        world: which.
        held: the other levers and their values.
        starts: from the earliest on.
        half: until when half is left.
        says: the same in sentences.
    """

    outcome: str
    better: str
    lever: str
    world: str
    held: dict[str, Any]
    starts: list[Start]
    half: Half
    says: list[str]


def too_late(
    table: pd.DataFrame, outcome: str, lever: str, better: str = "higher"
) -> list[TooLate]:
    """Gain against start in every world, at every combination of the other levers.

    Args:
        table: the comparison of a study with a column `lever:NAME`.
        outcome: which.
        lever: the name of that which is the start.
        better: "higher" or "lower".
    """
    column = f"lever:{lever}"
    others = [c for c in table if str(c).startswith("lever:") and c != column]
    rows = table[(table["outcome"] == outcome) & table[column].notna()]
    found = []
    for world, there in rows.groupby("world", sort=False):
        # a lever of another arm is not given here: it is held as well
        keys = there[others].astype(object).where(there[others].notna(), None)
        labels = pd.Series([repr(list(row)) for row in keys.to_numpy()], index=there.index)
        for _, group in there.groupby(labels, sort=False):
            if group[column].nunique() < 2:
                continue
            first = keys.loc[group.index[0]] if others else {}
            held = {str(c).removeprefix("lever:"): first[c] for c in others if first[c] is not None}
            found.append(_one(group, outcome, lever, better, str(world), held))
    return found


def _one(
    group: pd.DataFrame,
    outcome: str,
    lever: str,
    better: str,
    world: str,
    held: Mapping[str, Any],
) -> TooLate:
    arms = arms_of(group.sort_values(f"lever:{lever}", kind="stable"))
    when = group.groupby("arm")[f"lever:{lever}"].first().astype(float)
    at = [float(when[arm]) for arm in arms]
    sign = 1.0 if better == "higher" else -1.0
    gains = sign * array(group, outcome, "difference", arms, [world])[:, 0]
    sure = ahead(gains[0][np.isfinite(gains[0])])
    of = gains[0] if sure else np.full_like(gains[0], np.nan)
    starts = [_start(s, row, of) for s, row in zip(at, gains, strict=True)]
    half = _half(at, gains) if sure else Half(tried=np.nan, at=np.nan, low=np.nan, high=np.nan)
    return TooLate(
        outcome=outcome,
        better=better,
        lever=lever,
        world=world,
        held=dict(held),
        starts=starts,
        half=half,
        says=_says(starts, half),
    )


def _start(start: float, gains: Floats, first: Floats) -> Start:
    known = gains[np.isfinite(gains)]
    both = np.isfinite(gains) & np.isfinite(first)
    low, high = interval(known)
    left, left_low, left_high = ratio(gains[both], first[both])
    return Start(
        start=start,
        gain=float(known.mean()) if known.size else float("nan"),
        low=low,
        high=high,
        left=left,
        left_low=left_low,
        left_high=left_high,
        replicates=int(known.size),
    )


def ratio(one: Floats, other: Floats, level: float = 0.95) -> tuple[float, float, float]:
    """Ratio of two means over the same replicates, with Fieller's interval.

    All NaN where the interval of the mean of `other` does not leave out 0.
    """
    n = one.size
    if n < 2:
        return float("nan"), float("nan"), float("nan")
    a, b = float(one.mean()), float(other.mean())
    t = float(stdtrit(n - 1, 0.5 + level / 2))
    (va, c), (_, vb) = t**2 * np.cov(one, other) / n
    if b**2 <= vb or b == 0:
        return float("nan"), float("nan"), float("nan")
    middle, square = a * b - c, b**2 - vb
    root = np.sqrt(max(0.0, middle**2 - square * (a**2 - va)))
    return a / b, float((middle - root) / square), float((middle + root) / square)


def _half(at: Sequence[float], gains: Floats) -> Half:
    """Where the mean of gain less half of the first gain, and the ends of its interval, are 0."""
    rest = [row[np.isfinite(row)] for row in gains - gains[0] / 2]
    lows, highs = zip(*map(interval, rest), strict=True)
    mean = [float(row.mean()) if row.size else float("nan") for row in rest]
    crossed = interpolated(at, mean)
    return Half(
        tried=max(s for s in at if not s > crossed),
        at=crossed,
        low=interpolated(at, lows),
        high=float("nan") if highs[-1] > 0 else interpolated(at, highs, last=True),
    )


def _says(starts: Sequence[Start], half: Half) -> list[str]:
    first, last = starts[0], starts[-1]
    if not np.isfinite(first["low"]):
        return ["One replicate has no interval: nothing is said of what is left."]
    if not settled(first["low"], first["high"], first["replicates"]):
        return [
            "The gain of the earliest start is not settled: nothing can be said of what is left "
            "of it."
        ]
    if first["gain"] < 0:
        return ["Already the earliest start does harm: there is nothing to be late for."]
    begin = f"Of the gain of a start at step {number(first['start'])}"
    if not np.isfinite(half["at"]):
        said = f"{begin} more than half is left even at {number(last['start'])}, the last tried"
        early = f", though by chance it may be less from {number(half['low'])} on"
        return [f"{said}{'' if np.isnan(half['low']) else early}."]
    if np.isnan(half["low"]) or not np.isfinite(last["low"]):
        band = "too few replicates at the later starts for an interval"
    else:
        high = "beyond the last tried" if np.isnan(half["high"]) else number(half["high"])
        band = f"95 % interval {number(half['low'])} to {high}"
    return [
        f"{begin} half is left until about step {number(half['at'])} ({band}); of the starts "
        f"tried, {number(half['tried'])} is the last before that."
    ]
