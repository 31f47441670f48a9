"""Two sets of runs side by side: paired differences with Student's interval."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.comparison import comparison, comparison_text, interval
from analysis.run import Run

finite = st.floats(-1e6, 1e6)


def run(
    values: Sequence[float], replicate: int = 0, seed: int = 1, **meters: Sequence[float]
) -> Run:
    """A run whose meter `d.x` has these values from step 0 on."""
    table: dict[str, Any] = {
        "step": range(len(values)),
        "date": ["2020-01-01"] * len(values),
        "d.x": values,
        **{name.replace("_", ".", 1): list(column) for name, column in meters.items()},
    }
    return Run(
        scenario={"name": "x", "domains": {}, "seed": seed},
        manifest={"replicate": replicate},
        metrics=pd.DataFrame(table),
        agents=pd.DataFrame(),
    )


def row(table: pd.DataFrame, meter: str = "d.x") -> Any:
    return table.set_index("meter").loc[meter]


@given(pairs=st.lists(st.tuples(finite, finite), min_size=2, max_size=6))
@settings(max_examples=25, deadline=None)
def test_differences_are_paired_and_their_interval_is_students(
    pairs: list[tuple[float, float]],
) -> None:
    one = [run([0, a], r) for r, (a, _) in enumerate(pairs)]
    other = [run([9, b], r) for r, (_, b) in enumerate(pairs)]
    found = row(comparison(one, other))
    gaps = [b - a for a, b in pairs]
    assert found["pairs"] == len(pairs)
    assert found["one"] == pytest.approx(np.mean([a for a, _ in pairs]), abs=1e-6)
    assert found["difference"] == pytest.approx(np.mean(gaps), abs=1e-6)
    if np.ptp(gaps) > 1e-6:
        low, high = stats.ttest_1samp(gaps, 0).confidence_interval(0.95)
        assert (found["low"], found["high"]) == pytest.approx((low, high), rel=1e-6, abs=1e-6)


def test_an_interval_by_hand() -> None:
    low, high = interval(np.array([1.0, 2.0, 3.0]))
    assert (low, high) == pytest.approx((2 - 4.302653 / 3**0.5, 2 + 4.302653 / 3**0.5))
    assert interval(np.array([2.0, 2.0])) == (2, 2)


def test_an_interval_covers_the_truth_as_often_as_it_says() -> None:
    draws = np.random.default_rng(7).normal(1.0, 3.0, (1500, 5))
    ends = np.array([interval(sample) for sample in draws])
    covered = float(((ends[:, 0] <= 1) & (ends[:, 1] >= 1)).mean())
    z = (covered - 0.95) / math.sqrt(0.95 * 0.05 / 1500)
    assert abs(z) < 3, f"R=1500 seed=7 observed={covered:.4f} expected=0.95 z={z:+.2f}"


def test_a_single_pair_has_a_difference_and_no_interval() -> None:
    found = row(comparison([run([0, 2])], [run([0, 5])]))
    assert found["difference"] == 3
    assert math.isnan(found["low"])
    assert math.isnan(found["high"])


def test_what_is_undefined_in_one_run_has_no_difference() -> None:
    found = row(comparison([run([0, math.nan]), run([0, 1], 1)], [run([0, 1]), run([0, 2], 1)]))
    assert math.isnan(found["difference"])
    assert math.isnan(found["low"])


def test_the_last_step_that_all_have_is_compared_unless_another_is_asked_for() -> None:
    one, other = [run([1, 2, 3, 4])], [run([10, 20, 30])]
    table = comparison(one, other)
    assert table.attrs["step"] == 2
    assert row(table)["difference"] == 27
    assert row(comparison(one, other, step=0))["difference"] == 9


def test_only_meters_that_both_have_are_compared() -> None:
    table = comparison([run([1], d_y=[1])], [run([2], d_z=[1])])
    assert table["meter"].tolist() == ["d.x"]


def test_replicates_are_paired_by_their_number() -> None:
    one = [run([value], r) for r, value in enumerate([1, 2, 3])]
    other = [run([value], r) for r, value in [(1, 20), (2, 30)]]
    found = row(comparison(one, other))
    assert found["pairs"] == 2
    assert found["one"] == 2.5
    assert found["difference"] == 22.5


def test_replicates_in_another_order_are_still_paired_by_number() -> None:
    one = [run([value], r) for r, value in enumerate([1, 2, 3])]
    other = [run([value + 1], r) for r, value in reversed(list(enumerate([1, 2, 3])))]
    found = row(comparison(one, other))
    assert (found["low"], found["high"]) == (1, 1)


@pytest.mark.parametrize(
    ("one", "other", "step"),
    [([run([1])], [run([1])], 5), ([], [run([1])], None), ([], [], None)],
    ids=["no such step", "no first run", "no run"],
)
def test_what_cannot_be_compared_is_refused_in_one_sentence(
    one: list[Run], other: list[Run], step: int | None
) -> None:
    with pytest.raises(ValueError, match="compare: ") as caught:
        comparison(one, other, step)
    assert "\n" not in str(caught.value)


def test_runs_of_other_domains_have_no_meter_in_common() -> None:
    stranger = run([1])
    stranger.metrics = stranger.metrics.rename(columns={"d.x": "e.x"})
    with pytest.raises(ValueError, match="no meter in common"):
        comparison([run([1])], [stranger])


def test_the_text_says_how_many_pairs_at_which_step_and_leaves_ranges_out() -> None:
    table = comparison(
        [run([1, 2]), run([1, 3], 1)],
        [run([1, 4]), run([1, math.nan], 1)],
    )
    ranges = pd.concat([table, table.assign(meter="d.x.max")], ignore_index=True)
    ranges.attrs = table.attrs
    text = comparison_text(ranges, "first.toml", "second.toml")
    assert "step 1, 2 pair(s)" in text
    assert "first.toml" in text
    assert "second.toml" in text
    assert "undefined" in text
    assert "d.x.max" not in text
    assert "d.x.max" in comparison_text(ranges, "a", "b", every=True)


def test_runs_of_unlike_seeds_are_said_not_to_share_their_draws() -> None:
    same, unlike = (comparison([run([0, 1])], [run([0, 2], seed=s)]) for s in (1, 2))
    assert "same random draws" not in comparison_text(same, "a", "b")
    assert "not on the same random draws" in comparison_text(unlike, "a", "b")
