"""A-17, A-18: what synthetic data are worth beside human data, fresh ones or always the same.

Option set: points of mean 0 and variance 1 in one dimension, unlimited documents, exactly n_r
human documents and n_s of the model's own last self by two `k` takes (A-17), or an archive of
each replicate's own taken whole (A-18). Unbiased variances. Both laws are for a known variance of
1; here models learn it as well, which the exact recursions below take in. Derived for this
project.
"""

from typing import Any

import pytest

from scenarios.replicated import UNLIMITED, humans, scenario, watch
from tests.theory.test_normal import POINTS, UNBIASED, fits
from tests.theory.verdict import SEEDS, fails, holds

pytestmark = pytest.mark.theory
R = 600
PRESS = {"name": "press", **UNLIMITED}


def own(count: int) -> dict[str, Any]:
    return {"name": "own", "count": count, **UNLIMITED}


def models(count: int, *takes: dict[str, Any], **fields: Any) -> list[dict[str, Any]]:
    given = {"start": "truth", "volume": 1, "writes": {"own-{i}": 1}, "learner": UNBIASED}
    return [{"name": "m", "count": count, **given, **fields, "diet": {"takes": list(takes)}}]


def fresh(real: int, made: int) -> tuple[float, float]:
    """Stationary E mean^2 and E variance of models on `real` fresh and `made` own documents."""
    n, f = real + made, real / (real + made)
    drift, spread = 0.0, 1.0
    for _ in range(10_000):
        apart = 1 / real + spread / made + drift
        squares = (real - 1) + (made - 1) * spread + real * made / n * apart
        drift, spread = f / n + (1 - f) ** 2 * (drift + spread / made), squares / (n - 1)
    return drift, spread


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("real", [80, 200])
def test_pooling_own_documents_is_worth_less_than_doubling_the_human_ones(
    seed: int, real: int
) -> None:
    """A-17: n_e / n_r = 2 - f with f = n_r / n; never above 2."""
    n, steps, f = 400, 16, real / 400
    drift, spread = fresh(real, n - real)
    assert 1 / (drift * real) == pytest.approx(2 - f, rel=0.01)
    given = scenario(
        seed,
        steps,
        POINTS,
        [PRESS, own(R)],
        models(R, {"source": "press", "k": real}, {"source": "own-{i}", "k": n - real}),
        humans=[humans(volume=1000, writes={"press": 1})],
    )
    means, variances = watch(given, [steps], fits())[steps]
    family = {"1 / n_e": (means**2, drift), "variance": (variances, spread)}
    holds(f"A-17 f = {f:g}", seed, family)
    fails("A-17: worth nothing", seed, {"1 / n_r": (means**2, 1 / real)})


def fixed(n: int, w: float) -> tuple[float, float]:
    """Stationary E mean^2 and E variance on a fixed real set of weight w and n own documents."""
    wander, spread = 0.0, 1.0
    for _ in range(10_000):
        apart = wander + spread / n
        inside = (1 - 1 / n) * (w + (1 - w) * spread) + w * (1 - w) * apart
        wander = (1 - w) ** 2 * (wander + spread / n)
        spread = inside / (1 - (w**2 + (1 - w) ** 2) / n)
    return 1 / n + wander, spread


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("weight", [1, 4])
def test_own_documents_never_help_a_model_whose_human_ones_stay_the_same(
    seed: int, weight: int
) -> None:
    """A-18: E mean^2 is (1 + (1-w)^2 / (w (2-w))) / n: above 1/n, that of the real set alone."""
    n, count, steps, w = 40, 150, 14, weight / (1 + weight)
    error, spread = fixed(n, w)
    assert error * n == pytest.approx(1 + (1 - w) ** 2 / (w * (2 - w)), rel=0.02)
    archive = {
        "name": "archive",
        "count": count,
        "start": n,
        "volume": "exact",
        "writers": ["people"],
    }
    takes = {"source": "archive-{i}", "all": True, "weight": weight}, {"source": "own-{i}", "k": n}
    silent = {"kind": "table", "steps": [1, 2], "values": [0, n]}
    given = scenario(
        seed,
        steps,
        POINTS,
        [archive, own(count)],
        models(count, *takes, volume=silent),
        humans=[humans()],
    )
    seen = watch(given, [1, steps], fits())
    real, found = seen[1][0] ** 2, seen[steps][0] ** 2
    holds(
        f"A-18 w = {w:g}",
        seed,
        {
            "real alone": (real, 1 / n),
            "with own": (found, error),
            "own less real": (found - real, error - 1 / n),
            "variance": (seen[steps][1], spread),
        },
    )
