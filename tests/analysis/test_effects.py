"""Effects of arms: the numbers beside those of scipy and by hand."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.stats import binomtest

from analysis.effects import abreast, effects, helping, pairing, settling
from analysis.effects_told import told
from analysis.told_study import ToldStudy, Wanted

FLOATS = st.floats(-1e3, 1e3).map(lambda x: round(x, 3))
"""Numbers whose differences are not lost in rounding."""


def table(
    differences: list[float],
    baseline: list[float] | None = None,
    cost: float = 6.0,
    nothing: float = 0.0,
) -> pd.DataFrame:
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
            "baseline_cost": nothing,
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
    assert row["settled"]


def test_where_lower_is_better_a_fall_helps_and_costs_by_what_it_gains() -> None:
    (row,) = effects(table([-1.0, -2.0, 0.0, 1.0]), {"m": -1.0}).to_dict("records")
    assert row["helps"] == (2 + 0.5) / 4
    assert row["cost_per_unit"] == pytest.approx(6 / 0.5)
    assert not row["settled"]
    (worse,) = effects(table([1.0, 2.0]), {"m": -1.0}).to_dict("records")
    assert np.isnan(worse["cost_per_unit"])


def test_the_cost_of_a_unit_is_of_what_an_arm_costs_above_the_baseline() -> None:
    (row,) = effects(table([1.0, 2.75], cost=6015, nothing=6000), {"m": 1.0}).to_dict("records")
    assert (row["cost"], row["cost_per_unit"]) == (6015, 8)
    for cost in (6000.0, 5000.0):  # no more than the baseline, or less: nothing is paid for a gain
        (row,) = effects(table([1.0, 3.0], cost=cost, nothing=6000), {"m": 1.0}).to_dict("records")
        assert np.isnan(row["cost_per_unit"])


def test_a_study_without_arms_has_the_columns_of_one_with_arms_and_no_row() -> None:
    some = table([1.0, 2.0])
    none = effects(some.iloc[:0], {"m": 1.0})
    assert none.empty
    assert list(none.columns) == list(effects(some, {"m": 1.0}).columns)
    assert told(none, {"m": "how good"}, {"m": 1.0}) == ""


def test_a_replicate_that_is_not_defined_does_not_count_and_is_counted() -> None:
    holed = table([1.0, np.nan, 4.0, 2.0, np.inf], [0.0, 9.0, 1.0, 3.0, 9.0])
    (row,) = effects(holed, {"m": 1.0}).to_dict("records")
    (whole,) = effects(holed.iloc[[0, 2, 3]], {"m": 1.0}).to_dict("records")
    assert row | {"undefined": 0} == whole
    assert (row["pairs"], row["undefined"], whole["undefined"]) == (3, 2, 0)
    text = told(effects(holed, {"m": 1.0}), {"m": "how good"}, {"m": 1.0})
    assert "helps in 3 of 3; not defined in 2 more" in text


def test_an_arm_without_any_defined_pair_has_its_cost_and_nothing_else() -> None:
    both = pd.concat([table([np.nan, np.nan]), table([1.0, 2.0]).assign(arm="b")])
    row, _ = effects(both, {"m": 1.0}).to_dict("records")
    assert (row["pairs"], row["undefined"], row["cost"], row["settled"]) == (0, 2, 6, False)
    assert all(np.isnan(row[name]) for name in ("difference", "low", "helps", "settles"))
    lines = told(effects(both, {"m": 1.0}), {"m": "how good"}, {"m": 1.0}).splitlines()
    assert lines[1].split() == ["baseline", "0.5"]
    assert lines[3].split() == ["a", "not", "defined"]


def test_a_single_pair_has_no_interval() -> None:
    (row,) = effects(table([1.0]), {"m": 1.0}).to_dict("records")
    assert all(np.isnan(row[name]) for name in ("low", "high", "settles", "unpaired"))
    assert not row["settled"]


@given(st.lists(FLOATS, min_size=2, max_size=20))
def test_as_many_replicates_settle_a_sign_as_its_interval_needs(values: list[float]) -> None:
    differences = np.array(values)
    found, mean, spread = settling(differences), abs(differences.mean()), differences.std(ddof=1)

    def half(n: float) -> float:
        return float(stats.t.ppf(0.975, n - 1) * spread / np.sqrt(n))

    if mean > 0 and np.ptp(differences) == 0:
        assert found == 6
    elif np.isfinite(found):
        assert half(found) < mean
        assert found == 2 or half(found - 1) >= mean
    else:
        assert mean == 0 or half(10**6) >= mean * 0.9


def test_what_never_moves_is_never_settled() -> None:
    assert settling(np.zeros(4)) == float("inf")
    assert np.isnan(settling(np.array([1.0])))
    assert settling(np.array([1.0, np.nan, 1.2])) == settling(np.array([1.0, 1.2]))


@pytest.mark.parametrize("pairs", [2, 5, 6, 9])
def test_pairs_that_all_agree_are_settled_by_their_sign_from_6_on(pairs: int) -> None:
    assert [binomtest(n, n).pvalue < 0.05 for n in (5, 6)] == [False, True]
    for size in (-2.0, 1e-12):
        (row,) = effects(table([size] * pairs, [0.0] * pairs), {"m": 1.0}).to_dict("records")
        assert row["low"] == row["high"] == size
        assert row["settled"] == (pairs >= 6)
        assert row["settles"] == 6
    (row,) = effects(table([0.0] * pairs), {"m": 1.0}).to_dict("records")
    assert not row["settled"]


WHOLE = st.integers(-1000, 1000).map(float)
"""Numbers that are equal or far apart: next to equal ones the identity is lost in rounding."""


@given(st.lists(st.tuples(WHOLE, WHOLE), min_size=2, max_size=20))
def test_pairing_saves_what_the_covariance_says(pairs: list[tuple[float, float]]) -> None:
    a, b = np.array(pairs).T
    found = pairing(a, b)
    both = np.cov(a, b)
    apart, together = both[0, 0] + both[1, 1], both[0, 0] + both[1, 1] - 2 * both[0, 1]
    if np.isfinite(found):
        assert found == pytest.approx(apart / together, rel=1e-5)
    else:
        assert np.isclose(together, 0, atol=1e-9) or np.isnan(found)


def test_pairing_where_nothing_varies_or_all_pairs_agree() -> None:
    assert np.isnan(pairing(np.ones(3), np.ones(3)))
    assert pairing(np.arange(3.0), np.arange(3.0) + 1) == float("inf")
    holed = np.array([1.0, np.nan, 3.0, 7.0]), np.array([2.0, 1.0, np.inf, 5.0])
    assert pairing(*holed) == pairing(np.array([1.0, 7.0]), np.array([2.0, 5.0]))


def test_helping_is_of_what_is_defined() -> None:
    assert helping(np.array([1.0, np.nan, 0.0])) == 0.75
    assert np.isnan(helping(np.array([np.nan])))


def test_the_text_names_the_best_first() -> None:
    both = pd.concat([table([1.0, 2.0]), table([3.0, 5.0]).assign(arm="better one")])
    found = effects(both, {"m": 1.0})
    text = told(found, {"m": "how good"}, {"m": 1.0})
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


def test_the_best_is_best_by_effects_and_abreast_alike_where_replicates_are_not_defined() -> None:
    nan = float("nan")
    both = by_arm(a=[1.0, 2.0, 1.5, nan], b=[3.0, nan, 3.6, 3.1], c=[nan] * 4)
    (best, *rest), table = abreast(both, {"m": 1.0})["", "m"], effects(both, {"m": 1.0})
    assert best == table.loc[table["difference"].idxmax(), "arm"] == "b"
    assert rest == [], "over the pairs that both have, b is ahead by 2 and 2.1"


def test_arms_whose_gains_differ_by_the_same_in_few_replicates_are_abreast() -> None:
    few, many = (by_arm(a=[3.0, 2.0] * n, b=[2.0, 1.0] * n) for n in (1, 3))
    assert abreast(few, {"m": 1.0})["", "m"] == ["a", "b"]
    assert abreast(many, {"m": 1.0})["", "m"] == ["a"]


def test_what_pairing_saves_is_told_of_arms_that_change_anything() -> None:
    still = table([0.0, 0.0, 0.0]).assign(arm="nothing")
    moving = table([1.0, 2.0, 4.0])
    one = Wanted("m", "m", 1.0, "", "", "at the end")
    told_of = partial(ToldStudy, "", "", "", "", [], [""], [one])
    (own,) = effects(moving, {"m": 1.0})["unpaired"]
    assert told_of(pd.concat([still, moving])).pairing() == [(one, own)]
    assert told_of(still).pairing() == [(one, np.inf)]
