"""A-21, A-22, A-23, A-24: linear regression learnt from its own kind.

The laws are targets, in `scenarios/published/regression.py`; here stand near-misses.
"""

import numpy as np
import pytest

from scenarios.published.regression import accumulated, edited, mixed, replaced
from scenarios.target import mean_of
from tests.theory.verdict import SEEDS, fails

pytestmark = pytest.mark.theory


@pytest.mark.parametrize("seed", SEEDS)
def test_an_error_that_does_not_grow_is_refuted_where_data_are_replaced(seed: int) -> None:
    seen = replaced(seed, (20,), 60)
    fails("A-21 without a growing error", seed, {"generation 20": (seen[20], 1.0)})


@pytest.mark.parametrize("seed", SEEDS)
def test_accumulated_data_do_not_err_as_replaced_ones_do(seed: int) -> None:
    again = accumulated(seed, "again", (5,), 50)
    fails("A-22 as where data are replaced", seed, {"generation 5": (again[5], 5.0)})


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bound_on_edited_data_is_broken_where_more_than_half_is_edited(seed: int) -> None:
    """Documents enter least squares one by one, so that for d << T (ours) E / U ->
    (1 + 2 p (1 - p)) / (1 - p^2): the bound of 2 is that of p = 1/2. Beyond, it does not hold in
    this setting, where edits do not get fewer from generation to generation.
    """
    p, within = 0.25, edited(seed, 25, (21,), 60)[21]
    limit = (1 + 2 * p * (1 - p)) / (1 - p * p)
    assert float(np.mean(within)) == pytest.approx(limit, rel=0.2)
    mean, se, _ = mean_of(edited(seed, 75, (21,), 60)[21])
    print(f"A-23 three quarters edited, generation 21: E / U = {mean:.4f} +- {se:.4f}")
    assert mean - 3 * se > 2


@pytest.mark.parametrize("seed", SEEDS)
def test_a_fixed_synthetic_share_does_not_average_out(seed: int) -> None:
    old, new = mixed(seed, 0.5, 40_000, 10)
    fails("A-24 without a floor", seed, {"p = .5": (new / old, 0.0)})
