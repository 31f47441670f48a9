"""Two runs, or two sets of replicates, side by side: paired differences with intervals."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from analysis.run import Run

NOISE = 1e-9
"""Differences up to this are rounding, relative to what they are of."""
AGREEING = 6
"""Pairs that settle a sign by all being the same: 2^(1 - 6) < 0.05."""


def comparison(one: Sequence[Run], other: Sequence[Run], step: int | None = None) -> pd.DataFrame:
    """Every meter at a step (by default the last that both have), other minus one.

    Replicates are paired by number where both have them; the 95 % interval is Student's over
    the paired differences, NaN for a single pair.

    Returns:
        Columns meter, one, other (means), difference, low, high, pairs; `attrs` say the step and
        whether the draws are the same (the seeds are) or unlike.

    Raises:
        ValueError: the runs share no step or no meter.
    """
    one, other = paired(one, other)
    pairs = len(one)
    rows = []
    shared = set.intersection(*(set(run.metrics["step"]) for run in [*one, *other]))
    if step is None and shared:
        step = max(shared)
    if step not in shared:
        raise ValueError(f"compare: the runs have no step {step} in common")
    left, right = (
        pd.DataFrame([run.metrics.set_index("step").loc[step] for run in runs])
        for runs in (one, other)
    )
    meters = [m for m in left.columns if m in right.columns and m != "date"]
    if not meters:
        raise ValueError("compare: the runs have no meter in common")
    for meter in meters:
        a = left[meter].to_numpy(dtype=np.float64)
        b = right[meter].to_numpy(dtype=np.float64)
        low, high = interval(b - a)
        rows.append((meter, a.mean(), b.mean(), (b - a).mean(), low, high, pairs))
    columns = ["meter", "one", "other", "difference", "low", "high", "pairs"]
    table = pd.DataFrame(rows, columns=columns)
    table.attrs["step"] = step
    seeds = [run.scenario["seed"] for run in (one[0], other[0])]
    table.attrs["draws"] = "the same" if seeds[0] == seeds[1] else "unlike"
    return table


def paired(one: Sequence[Run], other: Sequence[Run]) -> tuple[list[Run], list[Run]]:
    """The runs whose replicate numbers both sides have, in order of the number.

    By position where a side has runs without a number of their own.

    Raises:
        ValueError: they have none in common.
    """
    left, right = ({run.manifest.get("replicate"): run for run in runs} for runs in (one, other))
    if None in left or None in right or len(left) < len(one) or len(right) < len(other):
        both = min(len(one), len(other))
        numbers: list[int] = list(range(both))
        left, right = dict(enumerate(one)), dict(enumerate(other))
    else:
        numbers = sorted(number for number in left if number is not None and number in right)
    if not numbers:
        raise ValueError(
            f"compare: given the replicates {list(left)} and {list(right)}, allowed runs with a "
            "replicate in common"
        )
    return [left[n] for n in numbers], [right[n] for n in numbers]


def interval(differences: np.ndarray, level: float = 0.95) -> tuple[float, float]:
    """Student's interval of a mean; NaN for fewer than two values or where one is undefined."""
    n = differences.size
    if n < 2 or np.isnan(differences).any():
        return float("nan"), float("nan")
    half = stdtrit(n - 1, 0.5 + level / 2) * differences.std(ddof=1) / np.sqrt(n)
    return float(differences.mean() - half), float(differences.mean() + half)


def wide(low: float, high: float) -> bool:
    """Whether there is an interval, and it has a width beyond rounding."""
    return bool(high - low > NOISE * max(abs(low), abs(high)))


def settled(low: float, high: float, pairs: int) -> bool:
    """Whether the sign of a mean difference is beyond chance: its interval leaves out 0.

    An interval without a width, of pairs that all agree, says nothing of chance: meters that count
    rare things often agree by accident, and two such pairs would pass for certain. Of those only
    the sign is tested: without an effect n pairs have all the same sign with a probability of
    2^(1 - n) at most, below 5 % from 6 pairs on. So a world without chance is settled too.
    """
    return bool((low > 0 or high < 0) and (wide(low, high) or pairs >= AGREEING))


def ahead(gains: np.ndarray) -> bool:
    """Whether the mean of paired gains is above 0 beyond chance."""
    low, high = interval(gains)
    return low > 0 and settled(low, high, gains.size)


def comparison_text(table: pd.DataFrame, one: str, other: str, every: bool = False) -> str:
    """The comparison as plain text; medians and ranges over models only where `every`."""
    shown = table
    if not every:
        shown = table[~table["meter"].str.endswith((".median", ".min", ".max"))]
    unlike = "; not on the same random draws: the seeds differ"
    lines = [
        f"last common step {table.attrs['step']}, {int(table['pairs'].iloc[0])} pair(s); "
        "difference = second - first, 95 % interval over pairs"
        f"{unlike if table.attrs['draws'] == 'unlike' else ''}",
        f"first: {one}    second: {other}",
        f"{'meter':34} {'first':>12} {'second':>12} {'difference':>12}  interval",
    ]
    for row in shown.to_dict("records"):
        band = "" if np.isnan(row["low"]) else f"{row['low']:.4g} to {row['high']:.4g}"
        values = " ".join(_number(row[c]) for c in ("one", "other", "difference"))
        lines.append(f"{row['meter']:34} {values}  {band}")
    return "\n".join(lines)


def _number(value: float) -> str:
    return f"{'undefined':>12}" if np.isnan(value) else f"{value:12.4g}"
