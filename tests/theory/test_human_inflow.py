"""A-40: a trickle of fresh human documents holds diversity at a level given by n and its share.

Option set: unlimited documents throughout; exactly k human documents by two `k` takes (a
quota of whole numbers is the same), or each document human with probability f by two shares
drawn at random. H is relative to H0 in the table. Formula derived for this project.
"""

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
ITEMS = 20
J0 = 1 / ITEMS


def fed(seed: int, steps: int, replicates: int, diet: Plain) -> Scenario:
    """R lineages on their own site, and one inexhaustible human site for all."""
    return scenario(
        seed,
        steps,
        equal(ITEMS),
        [{"name": "people's", **UNLIMITED}, {"name": "own", "count": replicates, **UNLIMITED}],
        [
            {
                "name": "m",
                "count": replicates,
                "start": "truth",
                "volume": 7,
                "writes": {"own-{i}": 1},
                "diet": diet,
            }
        ],
        humans=[humans(volume=3, writes={"people's": 1})],
    )


def exactly(n: int, k: int) -> Plain:
    return {"takes": [{"source": "people's", "k": k}, {"source": "own-{i}", "k": n - k}]}


def shared(n: int, f: float, allocation: str = "random") -> Plain:
    takes = [{"source": "people's", "share": f}, {"source": "own-{i}", "share": 1 - f}]
    return {"n": n, "takes": takes, "allocation": allocation}


def exact_k(n: int, k: int, steps: int) -> Floats:
    """(steps + 1,) E H / H0 by generation with exactly k human documents."""
    j = np.full(steps + 1, J0)
    for t in range(steps):
        old = (n - k) * (n - k - 1) * j[t]
        j[t + 1] = (n + (k * (k - 1) + 2 * k * (n - k)) * J0 + old) / n**2
    return (1 - j) / (1 - J0)


def random_f(n: int, f: float, steps: int) -> Floats:
    """(steps + 1,) the same with each document human with probability f."""
    j = np.full(steps + 1, J0)
    for t in range(steps):
        j[t + 1] = 1 / n + (1 - 1 / n) * ((1 - f) ** 2 * j[t] + (1 - (1 - f) ** 2) * J0)
    return (1 - j) / (1 - J0)


def limit_k(n: int, k: int) -> float:
    held = k * (2 * n - k - 1)
    return held / (held + n)


def limit_f(n: int, f: float) -> float:
    return (1 - (1 - f) ** 2) * (1 - 1 / n) / (1 - (1 - f) ** 2 * (1 - 1 / n))


def relative(given: Scenario, early: int) -> dict[str, Floats]:
    """H / H0 of every replicate in an early row, and its mean over the last half of the run."""
    steps = given.steps
    rows = {early, *range(steps // 2, steps + 1)}
    seen = watch(given, rows, lambda world: heterozygosity(topics(world, "m")) / (1 - J0))
    late = np.mean([seen[t] for t in range(steps // 2, steps + 1)], axis=0)
    return {f"t={early}": seen[early], f"t={steps // 2}..{steps}": late}


def family(seen: dict[str, Floats], law: Floats, early: int) -> dict[str, tuple[Floats, float]]:
    steps = law.size - 1
    expected = (law[early], law[steps // 2 :].mean())
    return {
        name: (values, float(e)) for (name, values), e in zip(seen.items(), expected, strict=True)
    }


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("n", "k", "how", "printed"),
    [(50, 5, "k", 0.9038), (50, 5, "quota", 0.9038), (200, 20, "k", 0.9743)],
)
def test_exactly_k_human_documents(seed: int, n: int, k: int, how: str, printed: float) -> None:
    steps = 60
    assert limit_k(n, k) == pytest.approx(printed, abs=5e-5)
    law = exact_k(n, k, steps)
    assert law[-1] == pytest.approx(printed, abs=2e-4)
    diet = exactly(n, k) if how == "k" else shared(n, k / n, "quota")
    holds(f"A-40 ({n}, {k})", seed, family(relative(fed(seed, steps, 100, diet), 5), law, 5))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("n", "f", "steps", "printed"), [(100, 0.1, 60, 0.9495), (50, 0.02, 160, 0.6599)]
)
def test_a_random_share_of_human_documents(
    seed: int, n: int, f: float, steps: int, printed: float
) -> None:
    assert limit_f(n, f) == pytest.approx(printed, abs=5e-5)
    law = random_f(n, f, steps)
    assert law[-1] == pytest.approx(printed, abs=2e-4)
    holds(
        f"A-40 ({n}, {f})", seed, family(relative(fed(seed, steps, 200, shared(n, f)), 5), law, 5)
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_a_quota_and_a_random_share_are_two_laws(seed: int) -> None:
    n, k, steps = 4, 2, 40
    quota, drawn = exact_k(n, k, steps), random_f(n, k / n, steps)
    by_quota = relative(fed(seed, steps, 200, exactly(n, k)), 5)
    at_random = relative(fed(seed, steps, 200, shared(n, k / n)), 5)
    holds("A-40 quota", seed, family(by_quota, quota, 5))
    holds("A-40 random", seed, family(at_random, drawn, 5))
    late = f"t={steps // 2}..{steps}"
    fails("A-40 random", seed, {late: family(by_quota, drawn, 5)[late]})
    fails("A-40 quota", seed, {late: family(at_random, quota, 5)[late]})
