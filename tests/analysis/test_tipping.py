"""Where a curve known at some values crosses, what its interval is, and what is said of it."""

import numpy as np
import pytest

from analysis.tipping import Curve, TippingPoint, middles, tipping_point
from analysis.wording import number
from tests.analysis.study_tables import spanning


def curve(threshold: float, seen: dict[float, list[float]], whole: bool = False) -> Curve:
    return Curve(threshold, whole, {at: np.array(each) for at, each in seen.items()})


def point(given: Curve) -> TippingPoint:
    return tipping_point(given, "dose", "y", "value", "", (min(given.seen), max(given.seen)))


def test_the_interval_of_a_straight_line_with_a_shift_of_each_replicate_is_students() -> None:
    shifts = np.array([-0.2, 0.0, 0.1, 0.1])
    given = Curve(0.0, seen={float(at): at - 5 + shifts for at in (0, 10)})
    while wanted := middles(given, 1e-3):
        given.seen |= {at: at - 5 + shifts for at in wanted}
    found = point(given)
    half = 3.182446 * shifts.std(ddof=1) / 2
    assert found["value"] == pytest.approx(5, abs=1e-3)
    assert (found["low"], found["high"]) == pytest.approx((5 - half, 5 + half), abs=1e-3)
    own = [gap for gap in found["own"] if gap]
    for (a, b), shift in zip(own, shifts, strict=True):
        assert a <= 5 - shift <= b


def test_a_falling_curve_is_as_good_as_a_rising_one() -> None:
    rising = curve(0.0, {0: [-3, -2], 1: [-0.5, 0.4], 2: [2, 3]})
    falling = curve(0.0, {at: (-row).tolist() for at, row in rising.seen.items()})
    one, other = rising.gaps(), falling.gaps()
    assert one == other
    assert "rises above" in point(rising)["says"][0]
    assert "falls to or below" in point(falling)["says"][0]


def test_an_interval_that_reaches_out_of_the_range_is_said_to() -> None:
    found = point(curve(0.0, {0: [-3, 1], 1: [1, 1.1], 2: [2, 2.1]}))
    assert (found["low"], found["high"]) == (None, 0.5)
    assert "95 % interval below 0 to 0.5" in found["says"][0]
    found = point(curve(0.0, {0: [-3, 1], 1: [-1, 4]}))
    assert (found["low"], found["high"]) == (None, None)
    assert "the 95 % interval is wider than all that was tried" in found["says"][0]


def test_an_outcome_goes_by_its_title_where_it_has_one() -> None:
    given = curve(0.0, {0: [-3, -2], 1: [2, 3]})
    said = tipping_point(given, "dose", "d.kl", "difference", "", (0, 1), "distance")["says"][0]
    assert said.startswith("difference in distance rises above 0 at dose = 0.5")


def over(*intervals: tuple[float, float]) -> Curve:
    """At 0, 1, 2, ... means with these intervals."""
    return curve(0.0, {at: spanning(*each) for at, each in enumerate(intervals)})


@pytest.mark.parametrize("sign", [1, -1])
def test_an_interval_reaches_from_the_first_to_the_last_that_may_be_the_crossing(sign: int) -> None:
    rising = [(-3, -1), (-3, 1), (-3, -0.5), (-2, 2.5), (0.5, 2), (-0.5, 3), (1, 3)]
    gaps = over(*(tuple(sorted((sign * a, sign * b))) for a, b in rising)).gaps()  # type: ignore[misc]
    assert gaps == ((2, 3), (0, 1), (5, 6))


def test_an_interval_that_holds_the_threshold_at_an_end_reaches_out_of_the_range() -> None:
    begun = over((-3, 1), (-3, -1), (-2, 2.5), (1, 3)).gaps()
    assert (begun.mean, begun.low, begun.high) == ((1, 2), None, (2, 3))
    ended = over((-3, -1), (-2, 2.5), (1, 3), (-1, 3)).gaps()
    assert (ended.mean, ended.low, ended.high) == ((0, 1), (0, 1), None)


def test_whole_numbers_tip_at_the_first_on_the_other_side() -> None:
    given = curve(0.5, {0: [0, 0], 8: [1, 1]}, whole=True)
    while wanted := middles(given, 1.0):
        given.seen |= {at: np.full(2, float(at >= 3)) for at in wanted}
    assert point(given)["value"] == 3
    assert point(given)["bracket"] == (2, 3)


@pytest.mark.parametrize(("level", "side"), [(-1.0, "above"), (9.0, "at or below")])
def test_no_crossing_is_said_with_its_side(level: float, side: str) -> None:
    found = point(curve(level, {0: [1, 2], 4: [3, 4]}))
    assert found["value"] is None
    assert found["bracket"] is None
    assert f"No crossing from 0 to 4: y stays {side} {number(level)}" in found["says"][0]


def test_a_second_crossing_is_said() -> None:
    said = point(curve(0, {0: [-1, -1], 1: [2, 2.1], 2: [-1, -1.1], 3: [2, 2.1]}))["says"]
    assert said[1].startswith("Not monotone in what was seen: it crosses again between 1 and 2 and")


def test_turning_back_beyond_chance_is_said_and_chance_is_not() -> None:
    turning = {0: [-5.0, -5.0], 1: [-4.0, -4.1], 2: [-4.5, -4.61], 3: [2.0, 2.1]}
    assert "turns back, beyond chance, between 1 and 2" in point(curve(0, turning))["says"][1]
    turning[2] = [-3.0, -5.5]
    assert len(point(curve(0, turning))["says"]) == 1


def test_replicates_that_never_cross_are_counted() -> None:
    found = point(curve(0, {0: [-1, -1, -1], 1: [3, 3, -0.5]}))
    assert found["own"][2] is None
    assert found["says"][-1] == "By itself 1 replicate of 3 never crosses."


def test_missing_runs_are_left_out_and_one_replicate_has_no_interval() -> None:
    found = point(curve(0, {0: [-1, np.nan], 1: [np.nan, np.nan], 2: [1, np.nan]}))
    assert found["bracket"] == (0, 2)
    assert "one replicate has no interval" in found["says"][0]
    assert point(curve(0, {0: [np.nan], 1: [np.nan]}))["says"] == [
        "No run succeeded: nothing is known."
    ]
