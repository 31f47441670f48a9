"""`humans_only`: no trend in any meter over 60 steps.

Over eight replicates a straight line is fitted to each meter from step 10 on (a burn-in of
about two half-lives of the web and five of the models' inertia) and the mean slope judged by
Student's t over replicates, by the family rule, which with eight replicates sees large trends
only; so the main meters must besides move by less than 3 % of their level over the run (the
tolerance that the prototype argued for Good-Turing smoothing and inertia). The same rules find
trends in `habsburg`, so they can fail.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from scenarios.scenario import Scenario

pytestmark = pytest.mark.theory
REPLICATES, STEPS, BURN_IN = 8, 60, 10
MAIN = (
    "hill_0",
    "hill_1",
    "tail_coverage",
    "divergence_groups",
    "leading_false",
    "web_false_share",
)
STILL = 0.03


def runs(name: str, replicates: int, steps: int) -> list[pd.DataFrame]:
    birds = Scenario.load(name).only("birds")
    scenario = birds.with_(steps=steps, items=False, ledger=False)
    return [scenario.run(replicate).metrics for replicate in range(replicates)]


def trends(tables: list[pd.DataFrame]) -> tuple[dict[str, tuple[float, float]], float]:
    """By meter the mean change over the run and its t; and the family's critical t."""
    found = {}
    for column in tables[0].columns:
        if column in ("step", "date") or column.endswith((".median", ".min", ".max")):
            continue
        parts = [table.loc[table["step"] >= BURN_IN, ["step", column]] for table in tables]
        if any(part[column].isna().any() or part[column].std() == 0 for part in parts):
            continue
        slopes = np.array([np.polyfit(p["step"], p[column], 1)[0] for p in parts])
        error = slopes.std(ddof=1) / np.sqrt(slopes.size)
        length = tables[0]["step"].max() - BURN_IN
        found[column] = (float(slopes.mean() * length), float(slopes.mean() / error))
    critical = float(stats.t.ppf(1 - 0.0027 / len(found) / 2, len(tables) - 1))
    return found, critical


def test_nothing_moves_while_only_humans_write() -> None:
    tables = runs("humans_only", REPLICATES, STEPS)
    found, critical = trends(tables)
    assert len(found) > 25
    for name in MAIN:
        level = np.mean([table[f"birds.{name}"].mean() for table in tables])
        change = found[f"birds.{name}"][0] / level
        assert abs(change) < STILL, f"birds.{name}: {change:.2%} over the run, R={REPLICATES}"
    moved = {c: v for c, v in found.items() if abs(v[1]) > critical}
    assert not moved, f"R={REPLICATES} seed=1 critical t={critical:.2f}: {moved}"


def test_the_same_rule_sees_the_main_scenario_move() -> None:
    found, critical = trends(runs("habsburg", 4, 40))
    moved = {c for c, (_, t) in found.items() if abs(t) > critical}
    assert {"birds.hill_1", "web.synthetic_share", "birds.depth"} & moved, found
