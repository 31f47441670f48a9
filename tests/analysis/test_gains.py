"""Who complies, who gains: group means by hand, replicates as the unit."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.gains import gains

FLOATS = st.floats(-100, 100, allow_nan=False)


def models(rows: list[tuple[int, bool, float]]) -> pd.DataFrame:
    """Of one arm: replicate, whether a model takes part, and its difference."""
    return pd.DataFrame(
        [
            {
                "world": "", "arm": "a", "policy": "p", "side": "comply", "outcome": "m",
                "replicate": replicate, "model": f"model-{i}", "inside": inside,
                "baseline": 10.0, "value": 10.0 + difference,
            }
            for i, (replicate, inside, difference) in enumerate(rows)
        ]
    )  # fmt: skip


def test_groups_are_averaged_in_each_replicate_before_replicates_are() -> None:
    given = models([(0, True, 1), (0, True, 3), (0, False, 5), (1, True, 8), (1, False, 1)])
    (row,) = gains(given).to_dict("records")
    assert row["inside"] == (2 + 8) / 2  # not the mean of 1, 3 and 8
    assert row["outside"] == (5 + 1) / 2
    assert row["apart"] == ((2 - 5) + (8 - 1)) / 2
    assert row["share"] == (2 / 3 + 1 / 2) / 2


def test_intervals_are_students_over_replicates() -> None:
    inside, outside = [1.0, 2.0, 4.0], [0.5, 0.0, 1.0]
    rows = [(r, True, inside[r]) for r in range(3)] + [(r, False, outside[r]) for r in range(3)]
    (row,) = gains(models(rows)).to_dict("records")
    for side, values in (("inside", inside), ("apart", np.subtract(inside, outside))):
        low, high = stats.t.interval(0.95, 2, np.mean(values), stats.sem(values))
        assert (row[f"{side}_low"], row[f"{side}_high"]) == pytest.approx((low, high))


def test_a_replicate_without_anybody_on_a_side_counts_for_the_other_only() -> None:
    (row,) = gains(models([(0, True, 1), (0, False, 2), (1, True, 3)])).to_dict("records")
    assert (row["inside_pairs"], row["outside_pairs"], row["apart_pairs"]) == (2, 1, 1)
    assert (row["inside"], row["outside"], row["apart"]) == (2, 2, -1)
    assert np.isnan(row["outside_low"])


def test_where_all_take_part_nobody_is_outside() -> None:
    (row,) = gains(models([(0, True, 1), (1, True, 2)])).to_dict("records")
    assert row["share"] == 1
    assert np.isnan(row["outside"])
    assert np.isnan(row["apart"])


def test_models_without_a_value_do_not_count() -> None:
    (row,) = gains(models([(0, True, 1), (0, True, float("nan")), (0, False, 2)])).to_dict(
        "records"
    )
    assert (row["inside"], row["share"]) == (1, 0.5)
    assert gains(pd.DataFrame()).empty


@given(st.lists(st.tuples(st.booleans(), FLOATS), min_size=1, max_size=20))
def test_in_one_replicate_groups_make_up_the_whole(rows: list[tuple[bool, float]]) -> None:
    (row,) = gains(models([(0, *each) for each in rows])).to_dict("records")
    whole = np.mean([difference for _, difference in rows])
    parts = row["share"] * np.nan_to_num(row["inside"]) + (1 - row["share"]) * np.nan_to_num(
        row["outside"]
    )
    assert parts == pytest.approx(whole, abs=1e-9)
