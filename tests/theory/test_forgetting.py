"""A-03, A-04, A-05, A-27: which words are left after k generations on one's own output.

Option set: start at the truth, unlimited documents, n drawn, maximum likelihood; with finite
documents, all taken, the same. Sources: Suresh 2412.17646 (Theorem 1, Corollary 1 and the
authors' notebook); Tale of Tails (Dohmatob 2402.07043) for the facts. A word's survival is a
binomial chain whatever the other words do, so every word of a run is tested at once; words
of one replicate are not independent, replicates are.
"""

import numpy as np
import pytest

from analysis.oracles import growth, survival
from scenarios.replicated import FINITE, Floats, Plain, equal, lineages, topics
from scenarios.replicated import watch as watch_rows
from tests.theory.verdict import SEEDS, fails, holds

pytestmark = pytest.mark.theory
MANDELBROT = {"zipf": {"items": 1000, "exponent": 1, "shift": 2.7}}


def alive(world: object) -> Floats:
    return (topics(world, "m") > 0).astype(np.float64)  # type: ignore[arg-type]


def bounds(n: int, p: float, k: int) -> tuple[float, float]:
    """Suresh's Theorem 1: the least and the greatest chance of survival to generation k."""
    gone = np.exp(-n * p * growth(k)[-1])
    return 1 - gone, 1 - (1 - 3 * n * p**2 - 3 * k * p) * gone


def test_the_survival_oracle_gives_the_numbers_of_the_table() -> None:
    small = survival(100, np.array([0.01]), 50)[:, 0]
    large = survival(10_000, np.array([0.001]), 50, top=400)[:, 0]
    for k, exact, low in zip(
        (1, 5, 10, 20, 50),
        (0.6340, 0.2710, 0.1614, 0.0909, 0.0411),
        (0.6321, 0.2681, 0.1582, 0.0876, 0.0376),
        strict=True,
    ):
        assert small[k - 1] == pytest.approx(exact, abs=5e-5)
        assert bounds(100, 0.01, k)[0] == pytest.approx(low, abs=5e-5)
    for k, exact in zip((5, 10, 20, 50), (0.9559, 0.8216, 0.6003, 0.3190), strict=True):
        assert large[k - 1] == pytest.approx(exact, abs=5e-5)
    for n, p, curve in ((100, 0.01, small), (10_000, 0.001, large)):
        for k in range(1, 51):
            low, high = bounds(n, p, k)
            assert low <= curve[k - 1] <= high


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("n", "site", "take", "replicates"),
    [(100, FINITE, {"all": True}, 100)],
    ids=["n100-finite-all"],
)
def test_a_word_survives_with_the_exact_probability_and_within_the_bounds(
    seed: int, n: int, site: Plain, take: Plain, replicates: int
) -> None:
    words = 100 if n == 100 else 1000
    p, rows = 1 / words, (1, 5, 10, 20, 50)
    seen = watch_rows(lineages(seed, 50, replicates, n, equal(words), site, take), rows, alive)
    exact = survival(n, np.array([p]), 50, top=min(n, 400))[:, 0]
    holds("A-03", seed, {f"k={k}": (seen[k].mean(axis=1), exact[k - 1]) for k in rows})
    for k in rows:
        low, high = bounds(n, p, k)
        mean = seen[k].mean(axis=1)
        error = mean.std(ddof=1) / np.sqrt(replicates)
        assert low - 3 * error <= mean.mean() <= high + 3 * error, f"k={k}, seed {seed}"


@pytest.mark.parametrize("seed", SEEDS)
def test_words_of_a_finite_stock_crawled_with_replacement_die_sooner(seed: int) -> None:
    n, k = 100, 10
    seen = watch_rows(lineages(seed, k, 100, n, equal(100), FINITE), [k], alive)[k].mean(axis=1)
    fails("A-03", seed, {"k=10": (seen, survival(n, np.array([0.01]), k)[-1, 0])})
    twice = survival(n, np.array([0.01]), 2 * k)[-1, 0]
    holds("two samplings a generation", seed, {"k=10": (seen, twice)})


@pytest.mark.parametrize("seed", SEEDS)
def test_a_fitted_start_has_its_words_one_generation_earlier(seed: int) -> None:
    n = 1000
    p = (np.arange(1, 1001) + 2.7) ** -1.0
    exact = survival(n, np.asarray(p / p.sum(), dtype=np.float64), 2).sum(axis=1)
    run = lineages(seed, 1, 100, n, MANDELBROT, start="fitted")
    seen = watch_rows(run, (0, 1), lambda world: alive(world).sum(axis=1))
    holds("A-05", seed, {f"row {t}": (seen[t], exact[t]) for t in (0, 1)})
    fails("A-05", seed, {"row 1": (seen[1], exact[0])})


def test_good_turing_never_loses_a_word() -> None:
    learner = {"kind": "frequencies", "estimator": "good_turing"}
    run = lineages(SEEDS[0], 3, 20, 1000, MANDELBROT, learner=learner)
    assert watch_rows(run, [3], alive)[3].all()
