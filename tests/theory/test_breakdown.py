"""A-30: an imperfect verifier is of use up to a sharp point, p* = 1 / (1 + psi / phi).

The law is a target, in `scenarios/published/verification.py`; here stands a near-miss.
"""

import pytest

from scenarios.published.verification import accuracy
from tests.theory.verdict import SEEDS

pytestmark = pytest.mark.theory


@pytest.mark.parametrize("seed", SEEDS)
def test_a_verifier_moves_the_point_from_one_half(seed: int) -> None:
    """Where .6 of labels are wrong, phi = .8 and psi = .2 make the difference."""
    checked, unchecked = (accuracy(seed, 0.6, *rates, 3).mean() for rates in ((0.8, 0.2), (1, 1)))
    assert checked > 2 * unchecked
