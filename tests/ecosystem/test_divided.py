"""Documents that are left, divided among what they were of: the multivariate hypergeometric."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import hypergeom

from ecosystem.piles import divided
from tests.theory.verdict import SEEDS, holds

COUNTS = hnp.arrays(
    np.float64, st.tuples(st.integers(1, 4), st.integers(1, 6)),
    elements=st.sampled_from([0.0, 1.0, 2.0, 30.0, 10.0**6, 3.0 * 10**9, 10.0**12]),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(COUNTS, st.integers(0, 2**32), st.floats(0, 1))
def test_every_part_keeps_what_it_can_and_nothing_is_made(
    parts: np.ndarray, seed: int, share: float
) -> None:
    left = np.floor(parts.sum(axis=0) * share)
    found = divided(np.random.Generator(np.random.Philox(seed)), left, parts)
    assert (found.sum(axis=0) == left).all()
    assert ((found >= 0) & (found <= parts)).all()
    assert (found == np.round(found)).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_each_part_is_left_as_many_as_of_a_draw_without_replacement(seed: int) -> None:
    """Means and variances by cell and part, against scipy's hypergeometric; one cell is huge."""
    parts = np.array([[3.0, 40.0, 2e9], [5.0, 0.0, 1e9], [2.0, 60.0, 1e9]])
    left = np.array([4.0, 30.0, 1e6])
    rng = np.random.Generator(np.random.Philox(seed))
    drawn = np.array([divided(rng, left, parts) for _ in range(3000)])
    family = {}
    for k in range(3):
        for i in range(3):
            if parts[i, k] == 0:
                assert not drawn[:, i, k].any()
                continue
            law = hypergeom(int(parts[:, k].sum()), int(parts[i, k]), int(left[k]))
            values = drawn[:, i, k]
            family[f"mean of part {i}, cell {k}"] = values, float(law.mean())
            family[f"variance of part {i}, cell {k}"] = (
                (values - law.mean()) ** 2,
                float(law.var()),
            )
    holds("divided", seed, family)
