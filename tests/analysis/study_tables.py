"""Comparisons of studies made up from numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit


def comparison(
    values: Mapping[tuple[str, str], Sequence[float]],
    baseline: Mapping[str, Sequence[float]] | Sequence[float] = (),
    cost: Mapping[str, float] | None = None,
    levers: Mapping[str, Mapping[str, Any]] | None = None,
    outcome: str = "y",
) -> pd.DataFrame:
    """By (arm, world) the values of the replicates; by world those of the baseline, or 0."""
    rows = []
    for (arm, world), each in values.items():
        base = baseline[world] if isinstance(baseline, Mapping) else baseline
        for replicate, value in enumerate(each):
            nothing = base[replicate] if len(base) else 0.0
            rows.append(
                {
                    "world": world,
                    "arm": arm,
                    **{f"lever:{k}": v for k, v in (levers or {}).get(arm, {}).items()},
                    "replicate": replicate,
                    "outcome": outcome,
                    "baseline": nothing,
                    "value": value,
                    "difference": value - nothing,
                    "cost": (cost or {}).get(arm, 0.0),
                    "baseline_cost": (cost or {}).get("baseline", 0.0),
                }
            )
    return pd.DataFrame(rows)


def spanning(low: float, high: float) -> list[float]:
    """Two values whose mean has this 95 % interval by Student."""
    apart = (high - low) / 2 / float(stdtrit(1, 0.975))
    return [(low + high) / 2 - apart, (low + high) / 2 + apart]


def over_points(values: np.ndarray) -> pd.DataFrame:
    """A study of `point 0`, `point 1`, ...; (points, replicates)."""
    return comparison({(f"point {i}", ""): row for i, row in enumerate(values.tolist())})
