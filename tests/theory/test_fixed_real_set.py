"""A-08 with other takes: a fixed human set weighted twice, and one that is drawn from anew.

Option set: an archive of each replicate's own (finite, exact, no writers), and exactly n documents
of the model's last self (unlimited). Nothing is published before step 2, so that row m is
generation m of the law. The law itself is a target (`scenarios/published/fresh_data.py`).
"""

import pytest

from analysis.oracles import partly_synthetic
from scenarios.published.fresh_data import beside_archive, drifts
from scenarios.replicated import Plain, equal
from scenarios.scenario import Scenario
from tests.theory.verdict import SEEDS, fails, holds

pytestmark = pytest.mark.theory
R, ITEMS, REAL, N, STEPS = 300, 20, 100, 50, 12
ROWS = (2, 3, 5, STEPS)


def taking(seed: int, take: Plain) -> Scenario:
    return beside_archive(seed, STEPS, R, equal(ITEMS), REAL, N, take)


@pytest.mark.parametrize("seed", SEEDS)
def test_weighting_the_real_set_twice_is_the_law_of_a_set_twice_as_large(seed: int) -> None:
    h1 = (1 - 1 / REAL) * (1 - 1 / ITEMS)
    law = partly_synthetic(2 * REAL, N, N, STEPS, h1)
    _, seen = drifts(taking(seed, {"all": True, "weight": 2}), ROWS)
    holds("A-08 weighted", seed, {f"D m={m}": (seen[m], law[m - 1]) for m in ROWS})
    once = partly_synthetic(REAL, N, N, STEPS, h1)[-1]
    fails("A-08", seed, {f"D m={STEPS}": (seen[STEPS], once)})


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
    _, seen = drifts(taking(seed, {"k": REAL}), [STEPS])
    holds("an archive resampled", seed, {f"D m={STEPS}": (seen[STEPS], resampled)})
    whole = partly_synthetic(REAL, N, N, STEPS, set_h)[-1]
    fails("A-08", seed, {f"D m={STEPS}": (seen[STEPS], whole)})
