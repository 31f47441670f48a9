"""What is left of a gain by its start: shares, Fieller's interval, the last start for half."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.crossing import brackets, interpolated
from analysis.too_late import TooLate, ratio, too_late
from tests.analysis.study_tables import comparison, spanning


def late(gains: dict[int, Sequence[float]], better: str = "higher") -> TooLate:
    values = {(f"start {s}", ""): each for s, each in gains.items()}
    levers = {f"start {s}": {"start": s} for s in gains}
    (found,) = too_late(comparison(values, levers=levers), "y", "start", better)
    return found


FALLING = {0: [10.0, 12.0, 14.0], 4: [8.0, 9.0, 10.0], 8: [3.0, 4.0, 5.0], 12: [0.0, 0.1, 0.2]}


@pytest.mark.parametrize("better", ["higher", "lower"])
def test_what_is_left_and_the_last_start_for_half_by_hand(better: str) -> None:
    sign = 1 if better == "higher" else -1
    shuffled = {s: [sign * g for g in FALLING[s]] for s in (8, 0, 12, 4)}
    found = late(shuffled, better)
    assert [one["start"] for one in found["starts"]] == [0, 4, 8, 12]
    assert [one["gain"] for one in found["starts"]] == pytest.approx([12, 9, 4, 0.1])
    assert [one["left"] for one in found["starts"]] == pytest.approx([1, 0.75, 1 / 3, 1 / 120])
    # gain less half of the first: 3 at 4, -2 at 8
    assert found["half"]["at"] == pytest.approx(4 + 4 * 3 / 5)
    assert found["half"]["tried"] == 4
    assert 0 < found["half"]["low"] <= found["half"]["at"] <= found["half"]["high"] < 12
    assert "half is left until about step 6.4" in found["says"][0]


def test_the_interval_of_half_is_where_students_interval_crosses() -> None:
    found = late(FALLING)
    rest = {s: np.array(g) - np.array(FALLING[0]) / 2 for s, g in FALLING.items()}
    low = [stats.ttest_1samp(r, 0).confidence_interval().low for r in rest.values()]
    assert found["half"]["low"] == pytest.approx(interpolated([0, 4, 8, 12], low))


def halved(*intervals: tuple[float, float]) -> TooLate:
    """After a gain of 10 at 0, at 4, 8, ... half of it and means with these intervals."""
    first = spanning(8, 12)
    later = [[a + b / 2 for a, b in zip(spanning(*each), first, strict=True)] for each in intervals]
    return late({0: first, **{4 * (i + 1): each for i, each in enumerate(later)}})


def test_the_interval_of_half_ends_where_its_upper_end_falls_through_0_for_the_last_time() -> None:
    half = halved((-4, -2), (-3, 1), (-3, -1))["half"]
    assert half["high"] == pytest.approx(8 + 4 / 2)
    assert half["low"] == pytest.approx(4 * 4 / (4 + 4))


def test_the_interval_of_half_has_no_end_where_at_the_last_start_half_may_be_left() -> None:
    found = halved((-4, -2), (-3, 1))
    assert math.isnan(found["half"]["high"])
    assert "to beyond the last tried)" in found["says"][0]


def test_where_too_few_replicates_are_left_later_there_is_no_interval_of_half() -> None:
    nan = float("nan")
    found = late({0: [10.0, 12.0, 14.0], 9: [1.0, nan, nan]})
    assert found["half"]["at"] < 9
    assert "(too few replicates at the later starts for an interval)" in found["says"][0]


def test_a_gain_that_is_the_same_in_few_replicates_is_not_settled() -> None:
    for n, settled in ((3, False), (6, True)):
        found = late({0: [4.0] * n, 9: [1.0] * n})
        assert math.isfinite(found["half"]["at"]) is settled
        assert ("not settled" in found["says"][0]) is not settled


def test_the_first_start_is_all_that_is_left_of_itself() -> None:
    first = late(FALLING)["starts"][0]
    assert (first["left"], first["left_low"], first["left_high"]) == pytest.approx((1, 1, 1))


def test_fiellers_interval_is_where_students_interval_holds_0() -> None:
    rng = np.random.default_rng(3)
    one, other = rng.normal(2, 1, 8), rng.normal(5, 1, 8)
    value, low, high = ratio(one, other)
    assert value == one.mean() / other.mean()
    for end in (low, high):
        assert stats.ttest_1samp(one - end * other, 0).pvalue == pytest.approx(0.05)


def test_fiellers_interval_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(4)
    shared = rng.normal(0, 1, (1500, 6))
    ends = [ratio(3 + row + rng.normal(0, 1, 6), 6 + row) for row in shared]
    covered = np.mean([low <= 0.5 <= high for _, low, high in ends if np.isfinite(low)])
    assert covered == pytest.approx(0.95, abs=3 * math.sqrt(0.95 * 0.05 / 1500))


def test_nothing_is_said_of_what_is_left_of_chance() -> None:
    found = late({0: [-1.0, 1.5, 0.2], 5: [0.1, 0.2, 0.3]})
    assert math.isnan(found["half"]["at"])
    assert math.isnan(found["starts"][1]["left"])
    assert "not settled" in found["says"][0]


def test_a_gain_that_lasts_and_a_policy_that_harms_are_said() -> None:
    lasting = late({0: [4.0, 4.2], 9: [3.9, 4.1]})
    assert "more than half is left even at 9, the last tried" in lasting["says"][0]
    assert lasting["half"]["tried"] == 9
    harm = late({0: [-4.0, -4.1], 9: [0.0, 0.1]})
    assert "does harm" in harm["says"][0]
    assert math.isnan(harm["starts"][0]["left"]), "nothing is left of a gain that is none"
    assert "One replicate" in late({0: [4.0], 9: [1.0]})["says"][0]


def test_other_levers_are_held() -> None:
    values, levers = {}, {}
    for start in (0, 8):
        for share in (0.5, 1.0):
            arm = f"start {start}, share {share:g}"
            values[arm, ""] = [share * (9 - start), share * (9.5 - start)]
            levers[arm] = {"start": start, "share": share}
    found = too_late(comparison(values, levers=levers), "y", "start")
    assert [one["held"] for one in found] == [{"share": 0.5}, {"share": 1.0}]
    assert found[1]["starts"][0]["gain"] == 9.25


@given(st.lists(st.floats(-9, 9), min_size=2, max_size=9))
@settings(max_examples=50, deadline=None)
def test_every_change_of_side_is_a_gap_and_the_curve_is_0_in_it(curve: list[float]) -> None:
    at = list(range(len(curve)))
    gaps = brackets(at, curve)
    assert len(gaps) == sum((a > 0) != (b > 0) for a, b in pairwise(curve))
    where = interpolated(at, curve)
    assert math.isnan(where) if not gaps else gaps[0][0] <= where <= gaps[0][1]
    if gaps:
        assert np.interp(where, at, curve) == pytest.approx(0, abs=1e-9)
