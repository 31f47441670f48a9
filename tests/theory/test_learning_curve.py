"""A-25, A-26: what is seldom written is learnt last, and not at all once it is cut off.

The laws are targets, in `scenarios/published/tale_of_tails.py`; here stands a near-miss.
"""

import numpy as np
import pytest

from analysis.oracles import unread
from scenarios.published.tale_of_tails import pupils, zipf
from tests.theory.verdict import SEEDS, fails

pytestmark = pytest.mark.theory


@pytest.mark.parametrize("seed", SEEDS)
def test_no_reading_mends_what_the_teacher_cut(seed: int) -> None:
    domain, p = zipf(20_000, 1.5)
    n = 1_000_000
    seen = pupils(seed, domain, float(p[:100].sum()), n, 12)
    fails("A-26: as if nothing were cut", seed, {"T = 10^6": (seen, float(unread(p, [n])[0]))})


def test_the_unread_mass_of_two_items_is_that_of_a_coin_never_seen_on_one_side() -> None:
    half = np.array([0.5, 0.5])
    np.testing.assert_allclose(unread(half, [0, 1, 2]), [1, 0.5, 0.25])
