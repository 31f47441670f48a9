"""Sums of normal distributions: what they know and what they write, by closed form."""

import numpy as np
import pytest
from scipy.stats import chi2

from agents.normal_parts import NormalParts
from ecosystem.sampling import Floats
from tests.theory.verdict import holds

SEED = 21


def second_moments(parts: NormalParts, mean: Floats) -> Floats:
    """(documents, width, width) of what it writes, around a mean."""
    apart = parts.write(40_000, np.random.default_rng(SEED)).rows - mean
    return np.asarray(apart[:, :, None] * apart[:, None, :])


@pytest.mark.parametrize("width", [1, 3])
def test_temperature_and_top_p_together_multiply_the_variance_by_both_factors(width: int) -> None:
    """By T P(chi2(d + 2) < r^2) / top_p, with r^2 = chi2(d).ppf(top_p)."""
    temperature, top_p = 0.6, 0.8
    factor = temperature * chi2.cdf(chi2.ppf(top_p, width), width + 2) / top_p
    mean = np.arange(1.0, width + 1)
    covariance = 2 * np.eye(width) + 1
    parts = NormalParts.of(np.ones(1), mean[None], covariance[None], temperature, top_p)
    known = parts.moments()
    np.testing.assert_allclose(known[0], mean)
    np.testing.assert_allclose(known[1], factor * covariance)
    written = second_moments(parts, mean)
    family = {
        f"covariance {j} {k}": (written[:, j, k], factor * float(covariance[j, k]))
        for j in range(width)
        for k in range(j, width)
    }
    holds(f"temperature .6 and top-p .8, width {width}", SEED, family)


def test_every_part_in_one_dimension_has_its_own_spread() -> None:
    """Variance: that within the parts, .3 x .1^2 + .7 x 2^2, and that between, .3 x .7 x 5^2."""
    weights, means = np.array([0.3, 0.7]), np.array([[0.0], [5.0]])
    parts = NormalParts.of(weights, means, np.array([0.1, 2.0])[:, None, None] ** 2)
    mean, within, between = 0.7 * 5, 0.3 * 0.01 + 0.7 * 4, 0.3 * 0.7 * 25
    known = parts.moments()
    assert known[0] == pytest.approx([mean])
    assert known[1] == pytest.approx(np.array([[within + between]]))
    written = second_moments(parts, np.array([mean]))[:, 0, 0]
    holds("two parts in one dimension", SEED, {"variance": (written, within + between)})
