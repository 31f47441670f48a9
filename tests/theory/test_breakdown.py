"""A-30: an imperfect verifier is of use up to a sharp point, p* = 1 / (1 + psi / phi).

Feng et al. 2024 (arXiv 2406.07515, Thm 4.2; the formula from a secondary source). A share p of the
worked exercises read is wrong, each by one mistake; a verifier passes right ones with phi, wrong
ones with psi. A learner that goes by the majority is right where (1 - p) phi > p psi, and follows
the mistake beyond. Option set: humans alone write, the classifier's trees have many documents to a
leaf; nothing is fed back (the recursive version is A-31).
"""

import numpy as np
import pytest

from scenarios.replicated import scenario
from tests.theory.verdict import SEEDS

pytestmark = pytest.mark.theory
FAMILIES = ["days in a month", "kinds of triangle"]


def accuracy(seed: int, p: float, phi: float, psi: float) -> float:
    """Share of the common branches' problems that models get right, over that of error 0."""
    given = scenario(
        seed,
        1,
        {"kind": "exercises", "families": FAMILIES},
        [{"name": "press", "documents": "unlimited", "retention": "latest"}],
        [
            {
                "name": "m",
                "count": 3,
                "start": {"kind": "fitted", "documents": 50},
                "learner": {"kind": "classifier", "parameters": {"min_samples_leaf": 100}},
                "diet": {"n": 12_000},
            }
        ],
        humans=[{"name": "people", "volume": 100, "error": p, "writes": {"press": 1}}],
        policies=[{"kind": "verification", "true_pass": phi, "false_pass": psi}],
        meters=["capability"],
    )
    return float(given.run().metrics["topics.accuracy_common"].iloc[-1])


@pytest.mark.parametrize(("phi", "psi"), [(0.8, 0.2), (0.9, 0.6), (1.0, 1.0)])
@pytest.mark.parametrize("seed", SEEDS)
def test_accuracy_breaks_down_within_two_points_of_the_law(
    seed: int, phi: float, psi: float
) -> None:
    point = 1 / (1 + psi / phi)
    clean = accuracy(seed, 0.0, 1.0, 0.0)
    before, after = (accuracy(seed, point + d, phi, psi) / clean for d in (-0.02, 0.02))
    print(f"A-30 phi={phi}, psi={psi}, p*={point:.3f}: {before:.3f} before, {after:.3f} after")
    assert before > 0.5 > after
    assert np.isfinite(clean)
