"""A-31: errors made anew in every generation, and a verifier that lets some of them through.

The law is a target, in `scenarios/published/verification.py`; here stands a near-miss.
"""

import pytest

from scenarios.published.verification import erring
from tests.theory.verdict import SEEDS, fails

pytestmark = pytest.mark.theory


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("phi", "psi"), [(0.9, 0.3), (0.9, 0.8), (0.45, 0.44)])
def test_a_verifier_lets_less_through_than_none(seed: int, phi: float, psi: float) -> None:
    eps, steps = 0.05, 5
    seen = erring(seed, [steps], 40, eps, phi, psi)
    fails("A-31: nothing checked", seed, {"error": (seen[steps], 1 - (1 - eps) ** steps)})
