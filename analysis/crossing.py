"""Where a curve that is known at some places goes through 0."""

from collections.abc import Sequence

import numpy as np

Bracket = tuple[float, float]


def brackets(at: Sequence[float], value: Sequence[float]) -> list[Bracket]:
    """Neighbouring places between which a curve passes from above 0 to 0 or below, or back.

    Args:
        at: places, rising.
        value: the curve there; places at which it is not defined do not count.
    """
    x, y = _known(at, value)
    changes = np.flatnonzero((y[1:] > 0) != (y[:-1] > 0))
    return [(float(x[i]), float(x[i + 1])) for i in changes]


def interpolated(at: Sequence[float], value: Sequence[float], last: bool = False) -> float:
    """The first (or last) place at which the curve is 0, straight between places; NaN if none."""
    x, y = _known(at, value)
    found = brackets(x.tolist(), y.tolist())
    if not found:
        return float("nan")
    a, b = found[-1 if last else 0]
    one, other = y[x == a][0], y[x == b][0]
    return float(a + (b - a) * one / (one - other))


def _known(at: Sequence[float], value: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    x, y = np.asarray(at, dtype=np.float64), np.asarray(value, dtype=np.float64)
    there = np.isfinite(y)
    return x[there], y[there]
