"""A-01: a model on nothing but its own output loses diversity as H0 (1 - 1/n)^t.

Option sets with one sampling a generation: unlimited documents and n drawn; or exactly n
finite documents, all of them taken, or n distinct ones. Source: Seddik 2404.05090;
Wright-Fisher. Each near-miss that samples twice, blends in its former self, or keeps what it
wrote obeys another law, which is held here as well.
"""

import numpy as np
import pytest

from scenarios.replicated import (
    FINITE,
    Floats,
    Plain,
    equal,
    heterozygosity,
    lineages,
    topics,
    watch,
)
from tests.theory.verdict import SEEDS, fails, holds

pytestmark = pytest.mark.theory
N = 100
R = 300
MIXED = {"weights": [0.2] + [0.02] * 40}
"""One word of share .2, whose 2 p (1 - p) is the H of the table, and forty rare ones."""


def diversity(shares: Floats) -> Floats:
    return heterozygosity(shares)


def word_against_rest(shares: Floats) -> Floats:
    return 2 * shares[:, 0] * (1 - shares[:, 0])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("site", "take"),
    [(FINITE, {"all": True})],
    ids=["finite-all"],
)
def test_diversity_decays_geometrically(seed: int, site: Plain, take: Plain) -> None:
    run = lineages(seed, 100, R, N, MIXED, site, take)
    seen = watch(run, (10, 50, 100), lambda world: topics(world, "m"))
    start = 1 - 0.2**2 - 40 * 0.02**2
    table = {10: 0.2894, 100: 0.1171}
    for t, printed in table.items():
        assert 0.32 * (1 - 1 / N) ** t == pytest.approx(printed, abs=5e-5)
    holds(
        "A-01",
        seed,
        {f"H t={t}": (diversity(seen[t]), start * (1 - 1 / N) ** t) for t in seen}
        | {f"H of one word t={t}": (word_against_rest(seen[t]), table[t]) for t in table},
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_distinct_documents_of_a_larger_stock_are_one_sampling(seed: int) -> None:
    steps, items, n = 10, 50, 20
    take = {"k": n, "replace": False}
    run = lineages(seed, steps, R, n, equal(items), FINITE, take, volume=2 * n)
    shares = watch(run, [steps], lambda world: topics(world, "m"))[steps]
    holds("A-01", seed, {"H": (diversity(shares), (1 - 1 / items) * (1 - 1 / n) ** steps)})


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("times", [1, 2])
def test_a_finite_stock_crawled_with_replacement_is_two_samplings(seed: int, times: int) -> None:
    steps, items, n = 20, 50, 40
    run = lineages(seed, steps, R, n, equal(items), FINITE, volume=times * n)
    shares = watch(run, [steps], lambda world: topics(world, "m"))[steps]
    start = 1 - 1 / items
    twice = start * ((1 - 1 / (times * n)) * (1 - 1 / n)) ** steps
    holds("two samplings a generation", seed, {"H": (diversity(shares), twice)})
    fails("A-01", seed, {"H": (diversity(shares), start * (1 - 1 / n) ** steps)})


@pytest.mark.parametrize("seed", SEEDS)
def test_inertia_slows_drift_by_the_square_of_what_is_new(seed: int) -> None:
    steps, items, kept, n = 40, 50, 0.3, 40
    learner = {"kind": "frequencies", "inertia": kept}
    run = lineages(seed, steps, R, n, equal(items), learner=learner)
    shares = watch(run, [steps], lambda world: topics(world, "m"))[steps]
    slower = (1 - 1 / items) * (1 - (1 - kept) ** 2 / n) ** steps
    holds("drift with inertia", seed, {"H": (diversity(shares), slower)})
    fails("A-01", seed, {"H": (diversity(shares), (1 - 1 / items) * (1 - 1 / n) ** steps)})


@pytest.mark.parametrize("seed", SEEDS)
def test_a_fitted_start_is_one_generation_ahead(seed: int) -> None:
    items, n = 50, 10
    run = lineages(seed, 5, 1000, n, equal(items), start="fitted")
    seen = watch(run, (0, 5), lambda world: topics(world, "m"))
    law = (1 - 1 / items) * (1 - 1 / n) ** np.arange(7)
    holds("A-01", seed, {f"H row {t}": (diversity(seen[t]), law[t + 1]) for t in seen})
    fails("A-01", seed, {f"H row {t}": (diversity(seen[t]), law[t]) for t in seen})


@pytest.mark.parametrize("seed", SEEDS)
def test_keeping_everything_written_leaves_a_positive_limit(seed: int) -> None:
    """The counterpart of A-15: H_t = H0 prod (1 - 1/(n t^2)), toward sin(x)/x, x = pi/sqrt n."""
    items, n, steps = 50, 10, 25
    site = {**FINITE, "retention": "everything"}
    run = lineages(seed, steps, R, n, equal(items), site, {"all": True})
    seen = watch(run, (1, 2, 5, steps), lambda world: topics(world, "m"))
    law = (1 - 1 / items) * np.cumprod(1 - 1 / (n * np.arange(1, steps + 1) ** 2))
    x = np.pi / np.sqrt(n)
    assert law[-1] / (1 - 1 / items) == pytest.approx(np.sin(x) / x, abs=5e-3)
    holds("A-15 for words", seed, {f"H t={t}": (diversity(seen[t]), law[t - 1]) for t in seen})


@pytest.mark.parametrize("seed", SEEDS)
def test_the_meter_of_hill_numbers_reads_the_same_law(seed: int) -> None:
    steps, items, n = 20, 20, 50
    run = lineages(seed, steps, R, n, equal(items)).with_(meters=["hill"]).run()
    last = run.agents[run.agents["step"] == steps]
    observed = 1 - 1 / last["topics.hill_2"].to_numpy()
    holds("A-01", seed, {"H": (observed, (1 - 1 / items) * (1 - 1 / n) ** steps)})
