"""A-08: a fixed set of N human documents bounds the drift of a model that never gives it up.

Option set: an archive of each replicate's own (finite, exact, no writers), taken whole in
every generation, and exactly n documents of the model's last self (unlimited). Nothing is
published before step 2, so that row 1 is the model fitted to the archive: row m is generation
m of the law. Setting: Seddik 2404.05090 ("partially synthetic"); formula derived here.
"""

from collections.abc import Sequence

import numpy as np
import pytest

from scenarios.replicated import (
    UNLIMITED,
    Floats,
    Plain,
    equal,
    heterozygosity,
    humans,
    scenario,
    topics,
    watch,
)
from scenarios.scenario import Scenario
from tests.theory.verdict import SEEDS, fails, holds

pytestmark = pytest.mark.theory
R, ITEMS, REAL, N, STEPS = 300, 20, 100, 50, 12
ROWS = (1, 2, 3, 5, STEPS)


def partly_synthetic(seed: int, archive_take: Plain) -> Scenario:
    takes = [
        {"source": "archive-{i}", **archive_take},
        {"source": "own-{i}", "k": N},
    ]
    return scenario(
        seed,
        STEPS,
        equal(ITEMS),
        [
            {
                "name": "archive",
                "count": R,
                "start": REAL,
                "volume": "exact",
                "writers": ["people"],
            },
            {"name": "own", "count": R, **UNLIMITED},
        ],
        [
            {
                "name": "m",
                "count": R,
                "start": "truth",
                "volume": {"kind": "table", "steps": [1, 2], "values": [0, N]},
                "writes": {"own-{i}": 1},
                "diet": {"takes": takes},
            }
        ],
        humans=[humans()],
    )


def drift(real: float, synthetic: float, n: int, steps: int, h1: float) -> Floats:
    """(steps,) D_m = E|p_m - p_1|^2 of generation 1, 2, ...; h1 = E(1 - J_1)."""
    alpha = synthetic / (real + synthetic)
    d = np.zeros(steps)
    for m in range(1, steps):
        d[m] = alpha**2 * ((1 - 1 / n) * d[m - 1] + h1 / n)
    return d


def observed(given: Scenario, rows: Sequence[int]) -> tuple[Floats, dict[int, Floats]]:
    """H of every replicate's generation 1, and |p_m - p_1|^2 by row."""
    seen = watch(given, rows, lambda world: topics(world, "m"))
    first = seen[1]
    return heterozygosity(first), {m: np.square(seen[m] - first).sum(axis=1) for m in rows}


@pytest.mark.parametrize("seed", SEEDS)
def test_drift_from_the_first_model_follows_the_recursion_to_its_limit(seed: int) -> None:
    h1 = (1 - 1 / REAL) * (1 - 1 / ITEMS)
    law = drift(REAL, N, N, STEPS, h1)
    alpha = N / (REAL + N)
    limit = h1 * (alpha**2 / N) / (1 - alpha**2 * (1 - 1 / N))
    assert law[-1] == pytest.approx(limit, rel=1e-6)
    first, seen = observed(partly_synthetic(seed, {"all": True}), ROWS)
    assert not seen[1].any()
    holds(
        "A-08",
        seed,
        {"H of generation 1": (first, h1)}
        | {f"D m={m}": (seen[m], law[m - 1]) for m in ROWS if m > 1},
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_weighting_the_real_set_twice_is_the_law_of_a_set_twice_as_large(seed: int) -> None:
    h1 = (1 - 1 / REAL) * (1 - 1 / ITEMS)
    law = drift(2 * REAL, N, N, STEPS, h1)
    _, seen = observed(partly_synthetic(seed, {"all": True, "weight": 2}), ROWS)
    holds("A-08 weighted", seed, {f"D m={m}": (seen[m], law[m - 1]) for m in ROWS if m > 1})
    fails("A-08", seed, {f"D m={STEPS}": (seen[STEPS], drift(REAL, N, N, STEPS, h1)[-1])})


@pytest.mark.parametrize("seed", SEEDS)
def test_an_archive_drawn_from_anew_each_time_is_another_law(seed: int) -> None:
    """Drawing REAL documents with replacement resamples the set, which adds to the drift.

    In step 1 nobody has written yet and the archive is asked for all REAL + N documents, so
    generation 1 is already D_1 away from the set itself; E p_m is the set throughout.
    """
    set_h = (1 - 1 / REAL) * (1 - 1 / ITEMS)
    alpha = N / (REAL + N)
    first = set_h / (REAL + N)
    away = first
    for _ in range(1, STEPS):
        away = alpha**2 * ((1 - 1 / N) * away + set_h / N) + (1 - alpha) ** 2 * set_h / REAL
    resampled = away + first * (1 - 2 * alpha ** (STEPS - 1))
    _, seen = observed(partly_synthetic(seed, {"k": REAL}), (1, STEPS))
    holds("an archive resampled", seed, {f"D m={STEPS}": (seen[STEPS], resampled)})
    fails("A-08", seed, {f"D m={STEPS}": (seen[STEPS], drift(REAL, N, N, STEPS, set_h)[-1])})
