"""Studies made up from numbers, as a report is told of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.told_study import Curve, ToldStudy, Wanted
from tests.analysis.study_tables import comparison

SHARE = Wanted(
    "d.tail_coverage", "rare items a model knows", 1.0, "Share of the rarest half.", "share", "end"
)
ERRORS = Wanted("d.kl", "distance from the truth", -1.0, "Divergence.", "nats", "at the end")


def told(
    differences: Mapping[tuple[str, str], Sequence[float]],
    also: Mapping[tuple[str, str], Sequence[float]] | None = None,
    cost: Mapping[str, float] | None = None,
    levers: Mapping[str, Mapping[str, Any]] | None = None,
    **fields: Any,
) -> ToldStudy:
    """By (arm, world) the differences of the replicates in the first outcome, and in the second."""
    replicates = max(map(len, differences.values()))
    base = np.linspace(0.5, 0.52, replicates)

    def table(given: Mapping[tuple[str, str], Sequence[float]], key: str) -> pd.DataFrame:
        values = {k: (base[: len(v)] + np.array(v)).tolist() for k, v in given.items()}
        return comparison(values, base.tolist(), cost, levers, key)

    arms = list(dict.fromkeys(arm for arm, _ in differences))
    outcomes = [SHARE, ERRORS] if also else [SHARE]
    tables = [table(differences, SHARE.key)] + ([table(also, ERRORS.key)] if also else [])
    given: dict[str, Any] = {
        "title": "A study",
        "question": "Which?",
        "leaves_out": "Much.",
        "baseline": "the scenario small",
        "arms": [
            {"name": a, "says": f"does {a}", "how": a, "cost": (cost or {}).get(a, 0.0)}
            for a in arms
        ],
        "worlds": list(dict.fromkeys(world for _, world in differences)),
        "outcomes": outcomes,
        "comparison": pd.concat(tables),
        "levers": {name: f"lever {name}" for each in (levers or {}).values() for name in each},
        "replicates": replicates,
        "again": "python run.py study x",
    }
    return ToldStudy(**(given | fields))


def many(arms: int, replicates: int = 4, seed: int = 1, **fields: Any) -> ToldStudy:
    """So many arms with means from -.1 to .2, in one world, with costs and a course."""
    rng = np.random.default_rng(seed)
    means = np.linspace(0.2, -0.1, arms)
    found = {
        (f"arm number {i}", ""): (mean + rng.normal(0, 0.02, replicates)).tolist()
        for i, mean in enumerate(means)
    }
    times = pd.DataFrame({"step": range(9), "date": [f"20{20 + i}-12-31" for i in range(9)]})
    base = np.tile(np.linspace(0.6, 0.5, 9), (replicates, 1))
    names = [arm for arm, _ in found]
    course = {
        name: base + np.linspace(0, 0.1 * (i - 1), 9) + rng.normal(0, 0.01, base.shape)
        for i, name in enumerate(dict.fromkeys([*names[:2], names[-1]]))
    }
    cost = {arm: float(rng.integers(0, 50)) * 100 for arm, _ in found}
    curves = {("", SHARE.key): Curve(times, base, course)}
    return told(found, cost=cost, **({"curves": curves} | fields))
