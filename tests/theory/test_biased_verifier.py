"""A-36: models that a verifier checks converge to what it takes for right, not to the truth.

Option set: lineages of least squares on their own output, noise 1, ten numbers in a problem, n
documents a generation of which the verifier keeps those within a tolerance a of its own answer.
Setting: Yi et al. 2025 (arXiv 2510.16657, abstract); the rate is that of a truncated normal's mean,
derived for this project.
"""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import norm

from ecosystem.ecosystem import Ecosystem
from ecosystem.policies.biased_verifier import BiasedVerifier
from scenarios.execution import Execution
from scenarios.replicated import DOMAIN, Floats, Plain, lineages, watch
from scenarios.target import mean_of
from tests.theory.verdict import SEEDS, fails, holds

pytestmark = pytest.mark.theory
WIDTH, R = 10, 60
PROBLEMS: Plain = {"kind": "regression", "dimensions": WIDTH}
LEAST_SQUARES: Plain = {"kind": "regressor", "noise": 1}
ROWS = (0, 1, 2, 4, 15)


def shrinkage(a: float) -> float:
    """Variance of a standard normal cut at -a and a: the slope of its mean in the middle."""
    return float(1 - 2 * a * norm.pdf(a) / (2 * norm.cdf(a) - 1))


def lines(world: Ecosystem) -> Floats:
    """(R, WIDTH) the coefficients of every model."""
    return np.array([model.learners[DOMAIN].coefficients()[:-1] for model in world.models()])


def run(
    seed: int, policy: Plain | None, fitted: int, n: int = 600, rows: tuple[int, ...] = ROWS
) -> tuple[dict[int, Floats], Floats, Callable[[Floats], Floats]]:
    """Coefficients by row, the verifier's, and the squared distance from the truth."""
    given = lineages(
        seed,
        max(rows),
        R,
        n,
        PROBLEMS,
        learner=LEAST_SQUARES,
        start={"kind": "fitted", "documents": fitted},
    ).with_(policies=[policy] if policy else [])
    world = Execution(given).world
    truth = np.full(WIDTH, WIDTH**-0.5)
    centre = truth
    if world.policies:
        (bound,) = world.policies
        assert isinstance(bound, BiasedVerifier)
        centre = bound.centre(world.domains[DOMAIN])
    return watch(given, rows, lines), centre, lambda w: np.square(w - truth).sum(axis=1)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_early_gain_then_the_verifiers_bias(seed: int) -> None:
    """Fitted to 30 human documents; the verifier is off by .3, its tolerance 1."""
    policy = {"kind": "biased_verifier", "bias": 0.3, "tolerance": 1.0}
    seen, centre, off = run(seed, policy, fitted=30)
    first, gained = off(seen[0]), off(seen[2])
    mean, se, _ = mean_of(gained - first)
    print(f"A-36 early gain, seed {seed}: {mean:.3f} +- {se:.3f}")
    assert mean < -3 * se
    way = (centre - WIDTH**-0.5) / 0.3
    late = (seen[15] - WIDTH**-0.5) @ way  # how far it has come along the verifier's bias
    others = (seen[15] - centre) @ np.linalg.svd(way[None])[2][1]
    holds("A-36 limit", seed, {"bias": (late, 0.3), "across": (others, 0.0)})
    fails("A-36, convergence to the truth", seed, {"bias": (late, 0.0)})


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("a", [0.8, 1.5])
def test_the_distance_to_the_verifier_shrinks_as_a_cut_normal_does(seed: int, a: float) -> None:
    """Small distances: those in generation t are rho^t of the first, on average."""
    policy = {"kind": "biased_verifier", "bias": 0.1, "tolerance": a}
    seen, centre, _ = run(seed, policy, fitted=20_000, n=1500, rows=(1, 2, 4))
    way = (centre - WIDTH**-0.5) / 0.1
    left = {t: (centre - seen[t]) @ way / 0.1 for t in (1, 2, 4)}
    rho = shrinkage(a)
    holds(f"A-36 rate, a = {a}", seed, {f"left t={t}": (left[t], rho**t) for t in left})
    fails("A-36, as if nothing were checked", seed, {"left t=4": (left[4], 1.0)})


@pytest.mark.parametrize("seed", SEEDS[:1])
def test_without_a_verifier_the_error_grows(seed: int) -> None:
    """A-21: by 10 / (n - 11) in each generation."""
    seen, _, off = run(seed, None, fitted=100, n=200)
    family = {f"E t={t}": (off(seen[t]), 10 / 89 + t * 10 / 189) for t in (0, 4, 15)}
    holds("A-21, no verifier", seed, family)
