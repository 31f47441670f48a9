"""A-10, A-11, A-12, A-13, A-14, A-15, A-16, A-19, A-20, A-46: vectors trained on their own kind.

Option set where not said otherwise: points of mean 0 and variance 1 in one dimension, unlimited
documents, replace, start at the truth, so that row t is generation t. Sources stand with each.
"""

from collections.abc import Callable
from math import sqrt
from typing import Any

import numpy as np
import pytest
from scipy.special import gammaln, psi
from scipy.stats import norm

from analysis.meters.frechet import distance
from ecosystem.ecosystem import Ecosystem
from scenarios.replicated import DOMAIN, FINITE, Floats, Plain, lineages, scenario, watch
from tests.theory.verdict import SEEDS, fails, holds

pytestmark = pytest.mark.theory
POINTS: Plain = {"kind": "portraits", "pictures": {"dimensions": 1}}
BIASED: Plain = {"kind": "gaussian"}
UNBIASED: Plain = {"kind": "gaussian", "estimator": "unbiased"}
Moments = tuple[Floats, Floats]


def fits(group: str = "m") -> Callable[[Ecosystem], Moments]:
    """Reads mean (R,) and variance (R,) that every model of a group has learnt, in 1-D."""

    def read(world: Ecosystem) -> Moments:
        own = [m for m in world.models() if m.name.rpartition("-")[0] == group]
        found = [model.learners[DOMAIN].parts().moments() for model in own]
        return np.array([m[0] for m, _ in found]), np.array([c[0, 0] for _, c in found])

    return read


def run(seed: int, rows: tuple[int, ...], replicates: int, n: int, **model: Any) -> Any:
    """R models on their own output; mean and variance at some rows."""
    given = lineages(seed, max(rows), replicates, n, POINTS, **model)
    return watch(given, rows, fits())


@pytest.mark.parametrize("seed", SEEDS)
def test_lost_variance_is_the_drift_of_the_mean(seed: int) -> None:
    """A-14 (Kazdan et al. 2024): E s^2 = (1 - 1/n)^t, E mean^2 = 1 - (1 - 1/n)^t."""
    n, rows = 20, (1, 5, 20)
    seen = run(seed, rows, 1000, n, learner=BIASED)
    left = {t: (1 - 1 / n) ** t for t in rows}
    holds(
        "A-14 variance and drift, n = 20",
        seed,
        {f"variance {t}": (seen[t][1], left[t]) for t in rows}
        | {f"drift {t}": (seen[t][0] ** 2, 1 - left[t]) for t in rows},
    )
    fails("A-14 with an unbiased variance", seed, {"variance 20": (seen[20][1], 1.0)})


@pytest.mark.parametrize("seed", SEEDS)
def test_risk_and_spread_with_an_unbiased_variance(seed: int) -> None:
    """A-10 (Shumailov et al. 2023), A-12 (Suresh et al. 2024), A-13.

    E s = a^t with a = E chi_{n-1} / sqrt(n - 1); E ln s falls by a constant; E s^2 stays 1;
    E W2^2 = E mean^2 + E (s - 1)^2 = t/n + 2 - 2 a^t, near (3/2) t/n.
    """
    n, rows = 10, (1, 5, 10)
    seen = run(seed, rows, 2000, n, learner=UNBIASED)
    a = sqrt(2 / (n - 1)) * np.exp(gammaln(n / 2) - gammaln((n - 1) / 2))
    assert a == pytest.approx(0.972659, abs=1e-6)
    fall = (psi((n - 1) / 2) + np.log(2 / (n - 1))) / 2
    assert fall == pytest.approx(-0.05760, abs=1e-5)
    family = {}
    for t in rows:
        mean, variance = seen[t]
        spread = np.sqrt(variance)
        family |= {
            f"E s, {t}": (spread, a**t),
            f"E ln s, {t}": (np.log(spread), fall * t),
            f"E W2^2, {t}": (mean**2 + (spread - 1) ** 2, t / n + 2 - 2 * a**t),
            f"E s^2, {t}": (variance, 1.0),
        }
    holds("A-10, A-12, A-13, n = 10", seed, family)
    assert np.median(seen[10][1]) < 0.5 * np.mean(seen[10][1])


@pytest.mark.parametrize("seed", SEEDS)
def test_sharpened_sampling_loses_variance_at_the_rate_of_its_temperature(seed: int) -> None:
    """A-11 (Alemohammad et al. 2023): E S_t = L^t, the mean a martingale of step L S / n."""
    n, rows, factor = 20, (1, 4, 8), 0.8
    sharp = {"temperature": factor}
    seen = run(seed, rows, 1000, n, learner=UNBIASED, decoding=sharp)
    drift = {t: factor / n * sum(factor**s for s in range(t)) for t in rows}
    holds(
        "A-11 temperature .8, n = 20",
        seed,
        {f"variance {t}": (seen[t][1], factor**t) for t in rows}
        | {f"drift {t}": (seen[t][0] ** 2, drift[t]) for t in rows},
    )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("cut", [1.0, 2.0, 3.0])
def test_a_cut_tail_shrinks_variance_each_generation(seed: int, cut: float) -> None:
    """A-20: factor 1 - 2c phi(c) / (2 Phi(c) - 1), times 1 - 1/n of maximum likelihood."""
    n, rows = 20, (1, 4)
    share = 2 * norm.cdf(cut) - 1
    factor = (1 - 2 * cut * norm.pdf(cut) / share) * (1 - 1 / n)
    seen = run(seed, rows, 800, n, learner=BIASED, decoding={"top_p": share})
    family = {f"variance {t}": (seen[t][1], factor**t) for t in rows}
    holds(f"A-20 cut at {cut:g}", seed, family)


@pytest.mark.parametrize("seed", SEEDS)
def test_kernels_widen(seed: int) -> None:
    """A-19: variance times (1 - 1/n)(1 + n^(-2/5)) a generation, after the first blur."""
    n, rows = 100, (0, 2, 5)
    start = {"kind": "fitted", "documents": n}
    seen = run(seed, rows, 300, n, learner={"kind": "kernel"}, start=start)
    factor = (1 - 1 / n) * (1 + n ** (-2 / 5))
    family = {f"variance {t}": (seen[t][1], factor ** (t + 1)) for t in rows}
    holds("A-19 Scott, n = 100", seed, family)


@pytest.mark.parametrize("seed", SEEDS)
def test_accumulated_data_leave_a_limit(seed: int) -> None:
    """A-15 (Kazdan et al. 2024): E s_T^2 = prod over t <= T of 1 - 1/(n t^2), mean^2 the rest.

    Finite documents that the site keeps; the first training is on n human ones.
    """
    n, rows, replicates = 10, (0, 1, 4, 9), 80
    people = {"name": "people", "count": replicates, "writes": {"own-{i}": 1}, "volume": 0}
    given = lineages(
        seed,
        max(rows),
        replicates,
        n,
        POINTS,
        {**FINITE, "retention": "everything", "start": n},
        {"all": True},
        learner=BIASED,
        start={"kind": "fitted", "source": "diet", "rounds": 1},
    ).with_(humans=[people])
    seen = watch(given, rows, fits())
    left = {t: float(np.prod([1 - 1 / (n * s * s) for s in range(1, t + 2)])) for t in rows}
    holds(
        "A-15 accumulate, n = 10",
        seed,
        {f"variance {t}": (seen[t][1], left[t]) for t in rows}
        | {f"drift {t}": (seen[t][0] ** 2, 1 - left[t]) for t in rows},
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_models_that_share_a_pool_lose_together(seed: int) -> None:
    """A-46: M models, every document from one of them at random, maximum likelihood."""
    models, n, steps, webs = 4, 20, 15, 250
    given = scenario(
        seed,
        steps,
        POINTS,
        [{"name": "page", "count": webs, "retention": "latest", "documents": "unlimited"}],
        [
            {
                "name": f"m{j}",
                "count": webs,
                "start": "truth",
                "volume": n,
                "writes": {"page-{i}": 1},
                "diet": {"n": n, "takes": [{"source": "page-{i}", "share": 1}]},
                "learner": BIASED,
            }
            for j in range(models)
        ],
    )
    rows = (1, 5, steps)
    read = [fits(f"m{j}") for j in range(models)]
    seen = watch(given, rows, lambda world: np.array([one(world) for one in read]))
    within, crossed, own = 1.0, 0.0, 0.0
    expected = {}
    for t in range(1, steps + 1):
        whole = within + own
        shared = own / models + crossed * (1 - 1 / models)
        own, crossed = whole / n + (1 - 1 / n) * shared, shared
        within = whole - own
        expected[t] = within, own, (1 - 1 / models) * (own - crossed)
    family = {}
    for t in rows:
        means, variances = seen[t][:, 0], seen[t][:, 1]
        family |= {
            f"within {t}": (variances.mean(axis=0), expected[t][0]),
            f"drift {t}": (np.square(means).mean(axis=0), expected[t][1]),
            f"between {t}": (means.var(axis=0), expected[t][2]),
        }
    holds("A-46 four models, n = 20", seed, family)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("start", [100, 1000])
def test_fresh_data_forget_the_start_and_gain_by_unbiased_synthetic_data(
    seed: int, start: int
) -> None:
    """A-16 (Alemohammad et al. 2023, figure 10): W2^2 near 12.5 from both starts; 31.9 without.

    100 dimensions, every generation 100 human documents and 900 of the last model.
    """
    steps, replicates = 30, 3
    given = scenario(
        seed,
        steps,
        {"kind": "portraits", "pictures": {"dimensions": 100}},
        [
            {"name": "press", "documents": "unlimited", "retention": "latest"},
            {"name": "own", "count": replicates, "documents": "unlimited", "retention": "latest"},
        ],
        [
            {
                "name": "m",
                "count": replicates,
                "volume": 1000,
                "writes": {"own-{i}": 1},
                "learner": UNBIASED,
                "start": {"kind": "fitted", "documents": start},
                "diet": {"takes": [{"source": "press", "k": 100}, {"source": "own-{i}", "k": 900}]},
            }
        ],
        humans=[{"name": "people", "volume": 1000, "writes": {"press": 1}}],
    )
    truth = np.zeros(100), np.eye(100)

    def risk(world: Ecosystem) -> Floats:
        learnt = [m.learners[DOMAIN].parts().moments() for m in world.models()]
        return np.array([distance(*moments, *truth, truth[1]) for moments in learnt])

    seen = watch(given, range(20, steps + 1, 2), risk)
    found = np.array(list(seen.values())).mean()
    print(f"A-16 start {start}, seed {seed}: W2^2 {found:.3f}, expected 12.5 within 5 %")
    assert found == pytest.approx(12.5, rel=0.05)
