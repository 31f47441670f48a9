"""A-36: models that a verifier checks converge to what it takes for right, not to the truth.

The law is a target, in `scenarios/published/verification.py`; here stand near-misses, and models
that none checks.
"""

import pytest

from scenarios.published.verification import believed, off, truth
from tests.theory.verdict import SEEDS, fails, holds

pytestmark = pytest.mark.theory
R = 60


@pytest.mark.parametrize("seed", SEEDS)
def test_they_do_not_converge_to_the_truth(seed: int) -> None:
    policy = {"kind": "biased_verifier", "bias": 0.3, "tolerance": 1.0}
    seen, centre = believed(seed, policy, 30, 600, (15,), R)
    along = (seen[15] - truth()) @ (centre - truth()) / 0.3
    fails("A-36, convergence to the truth", seed, {"bias": (along, 0.0)})


@pytest.mark.parametrize("seed", SEEDS)
def test_they_move_at_all(seed: int) -> None:
    policy = {"kind": "biased_verifier", "bias": 0.1, "tolerance": 1.5}
    seen, centre = believed(seed, policy, 20_000, 1500, (4,), R)
    left = (centre - seen[4]) @ (centre - truth()) / 0.1**2
    fails("A-36, as if nothing were checked", seed, {"left t=4": (left, 1.0)})


@pytest.mark.parametrize("seed", SEEDS[:1])
def test_without_a_verifier_the_error_grows(seed: int) -> None:
    """A-21: by 10 / (n - 11) in each generation."""
    seen, _ = believed(seed, None, 100, 200, (0, 4, 15), R)
    family = {f"E t={t}": (off(seen[t]), 10 / 89 + t * 10 / 189) for t in (0, 4, 15)}
    holds("A-21, no verifier", seed, family)
