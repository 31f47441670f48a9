"""Effects of arms: the numbers beside those of scipy and by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.effects import abreast, effects, effects_text, helping, pairing, settled, settling

FLOATS = st.floats(-1e3, 1e3, allow_nan=False)


def table(differences: list[float], baseline: list[float] | None = None, cost: float = 6.0):  # type: ignore[no-untyped-def]
    base = np.array(baseline or np.arange(len(differences)), dtype=float)
    return pd.DataFrame(
        {
            "world": "",
            "arm": "a",
            "lever:x": 0.5,
            "replicate": range(len(differences)),
            "outcome": "m",
            "baseline": base,
            "value": base + differences,
            "difference": differences,
            "cost": cost,
        }
    )


def test_an_effect_is_the_mean_difference_with_students_interval() -> None:
    differences = [1.0, 2.0, 4.0, 3.0]
    (row,) = effects(table(differences), {"m": 1.0}).to_dict("records")
    low, high = stats.t.interval(0.95, 3, np.mean(differences), stats.sem(differences))
    assert row["low"] == pytest.approx(low)
    assert row["high"] == pytest.approx(high)
    assert (row["difference"], row["median"], row["pairs"], row["lever:x"]) == (2.5, 2.5, 4, 0.5)
    assert (row["baseline"], row["value"], row["helps"]) == (1.5, 4.0, 1.0)
    assert row["cost_per_unit"] == pytest.approx(6 / 2.5)
    assert settled(row)


def test_where_lower_is_better_a_fall_helps_and_costs_by_what_it_gains() -> None:
    (row,) = effects(table([-1.0, -2.0, 0.0, 1.0]), {"m": -1.0}).to_dict("records")
    assert row["helps"] == (2 + 0.5) / 4
    assert row["cost_per_unit"] == pytest.approx(6 / 0.5)
    assert not settled(row)
    (worse,) = effects(table([1.0, 2.0]), {"m": -1.0}).to_dict("records")
    assert np.isnan(worse["cost_per_unit"])


def test_a_single_pair_has_no_interval() -> None:
    (row,) = effects(table([1.0]), {"m": 1.0}).to_dict("records")
    assert all(np.isnan(row[name]) for name in ("low", "high", "settles", "unpaired"))
    assert not settled(row)


@given(st.lists(FLOATS, min_size=2, max_size=20))
def test_as_many_replicates_settle_a_sign_as_its_interval_needs(values: list[float]) -> None:
    differences = np.array(values)
    found, mean, spread = settling(differences), abs(differences.mean()), differences.std(ddof=1)

    def half(n: float) -> float:
        return float(stats.t.ppf(0.975, n - 1) * spread / np.sqrt(n))

    if np.isfinite(found):
        assert half(found) < mean
        assert found == 2 or half(found - 1) >= mean
    else:
        assert mean == 0 or half(10**6) >= mean * 0.9


def test_what_never_moves_is_never_settled() -> None:
    assert settling(np.zeros(4)) == float("inf")
    assert settling(np.full(4, 2.0)) == 2
    assert np.isnan(settling(np.array([1.0])))


@given(st.lists(st.tuples(FLOATS, FLOATS), min_size=2, max_size=20))
def test_pairing_saves_what_the_covariance_says(pairs: list[tuple[float, float]]) -> None:
    a, b = np.array(pairs).T
    found = pairing(a, b)
    both = np.cov(a, b)
    apart, together = both[0, 0] + both[1, 1], both[0, 0] + both[1, 1] - 2 * both[0, 1]
    if np.isfinite(found) and together > 1e-9 * apart:
        assert found == pytest.approx(apart / together, rel=1e-5)


def test_pairing_where_nothing_varies_or_all_pairs_agree() -> None:
    assert np.isnan(pairing(np.ones(3), np.ones(3)))
    assert pairing(np.arange(3.0), np.arange(3.0) + 1) == float("inf")
    assert np.isnan(helping(np.array([1.0, np.nan])))


def test_the_text_names_the_best_first() -> None:
    both = pd.concat([table([1.0, 2.0]), table([3.0, 5.0]).assign(arm="better one")])
    found = effects(both, {"m": 1.0})
    text = effects_text(found, {"m": "how good"}, {"m": 1.0})
    assert text.index("better one") < text.index("  a ")
    assert "how good [m; higher is better]" in text
    assert "helps in 2 of 2" in text


def by_arm(**arms: list[float]) -> pd.DataFrame:
    return pd.concat([table(values).assign(arm=name) for name, values in arms.items()])


def test_abreast_of_the_best_are_arms_that_pairs_cannot_tell_from_it() -> None:
    both = by_arm(best=[3.0, 5.0, 7.0], near=[2.9, 5.2, 6.8], far=[1.0, 3.1, 4.9])
    assert abreast(both, {"m": 1.0}) == {("", "m"): ["best", "near"]}
    # the spread of each is larger than what they differ by: only pairs tell them apart
    low, _ = stats.t.interval(0.95, 2, 2.0, stats.sem([2.0, 1.9, 2.1]))
    assert low > 0


def test_where_lower_is_better_the_lowest_is_best_and_a_single_pair_tells_none_apart() -> None:
    assert abreast(by_arm(a=[1.0], b=[-5.0]), {"m": -1.0}) == {("", "m"): ["b", "a"]}


def test_an_outcome_that_is_nowhere_defined_has_no_best_arm() -> None:
    assert abreast(by_arm(a=[float("nan")] * 2), {"m": 1.0}) == {}
