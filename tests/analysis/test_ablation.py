"""Effects of mechanisms are paired differences, and the section says them as they are."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.ablation import Ablation, Difference, effect, total
from analysis.ablation_section import section, settings_changed
from analysis.run import Run
from analysis.wording import MINUS, aligned, places

METERS = ("d.hill_1", "d.tail_coverage")


def run(replicate: int, hill: Sequence[float], tail: Sequence[float] = (0.8, 0.5)) -> Run:
    """A run with two meters, at its start and end."""
    table = {"step": [0, 9], "d.hill_1": hill, "d.tail_coverage": tail}
    scenario: dict[str, Any] = {"name": "x", "domains": {"d": {}}, "rate": hill[0]}
    manifest = {"replicate": replicate, "git": "abc"}
    return Run(scenario, manifest, pd.DataFrame(table), pd.DataFrame())


FULL = [run(0, [100, 40]), run(1, [100, 44]), run(2, [100, 39])]
MILD = [run(0, [100, 50]), run(1, [100, 53]), run(2, [100, 52])]
"""Without a mechanism that takes 10, 9 and 13 of the items, all since the start."""
LEVEL = [
    run(0, [150, 90], [0.9, 0.6]),
    run(1, [151, 95], [0.9, 0.6]),
    run(2, [149, 88], [0.9, 0.6]),
]
"""Without a mechanism that takes about 50 items, all of them from the start on."""


def taken(**others: Any) -> Ablation:
    return Ablation(FULL, {"mild": MILD, "level": LEVEL, "idle": FULL}, **others)


def test_an_effect_is_the_paired_difference_with_minus_without() -> None:
    found = effect(FULL, MILD[::-1], "d.hill_1")
    gaps = np.array([-10.0, -9.0, -13.0])
    low, high = stats.ttest_1samp(gaps, 0).confidence_interval(0.95)
    assert found.level.mean == pytest.approx(gaps.mean())
    assert (found.level.low, found.level.high) == pytest.approx((low, high))
    assert found.trend == found.level
    assert found.start.mean == 0


def test_a_trend_is_what_came_after_row_0() -> None:
    found = effect(FULL, LEVEL, "d.hill_1")
    assert found.start.mean == -50
    assert found.level.mean == -50
    assert found.trend.mean == pytest.approx(0, abs=1e-12)


def test_a_single_pair_has_no_interval_and_settles_nothing() -> None:
    found = effect(FULL[:1], MILD, "d.hill_1")
    assert found.level.mean == -10
    assert np.isnan(found.level.low) and not found.level.settled


@pytest.mark.parametrize(
    ("low", "high", "settled"), [(1, 2, True), (-2, -1, True), (-1, 2, False), (3, 3, False)]
)
def test_settled_is_an_interval_that_leaves_out_0(low: float, high: float, settled: bool) -> None:
    assert Difference((low + high) / 2, low, high).settled is settled


def test_the_strongest_comes_first_and_what_changed_nothing_is_left_out() -> None:
    ablation = taken()
    assert ablation.names == ["level", "mild"]
    assert ablation.idle == ["idle"]
    assert list(ablation.effects("d.hill_1")) == ["level", "mild"]
    assert ablation.change("d.hill_1").mean == pytest.approx(-59)


def test_the_sum_is_of_means() -> None:
    found = total(taken().effects("d.hill_1").values())
    assert found.level.mean == pytest.approx(-50 - 32 / 3)
    assert np.isnan(found.level.low)
    assert total([]).trend.mean == 0


def test_the_section_says_what_was_measured() -> None:
    told = section(taken(missing=("later",), together=LEVEL))
    assert told is not None
    assert told["names"] == ["level", "mild"] and told["idle"] == ["idle"]
    assert told["missing"] == ["later"] and told["pairs"] == 3
    assert told["revisions"] is False
    (domain,) = told["domains"]
    assert [head.what.column for head in domain["heads"]] == ["hill_1", "tail_coverage"]
    rows = dict(domain["tables"]["level"])
    assert list(rows) == ["level", "mild", "sum of these", "all of these at once"]
    items, share = rows["level"]
    assert items["mean"] == f"{MINUS}50.0" and items["settled"]
    assert share["mean"] == f"{MINUS}10.0"
    assert domain["heads"][1].unit == "points"
    assert dict(domain["tables"]["trend"])["level"][0]["mean"] == "0.0"
    assert [one["name"] for one in domain["heads"][0].grown] == ["mild"]
    assert [one["name"] for one in domain["heads"][0].given] == ["level"]


def test_there_is_no_section_where_nothing_was_measured() -> None:
    assert section(None) is None
    assert section(Ablation(FULL, {}, missing=("mild",))) is None


def test_runs_of_different_revisions_are_pointed_out() -> None:
    later = [Run(r.scenario, {**r.manifest, "git": "def"}, r.metrics, r.agents) for r in MILD]
    told = section(Ablation(FULL, {"mild": later}))
    assert told is not None and told["revisions"] is True


def test_a_meter_without_a_value_at_the_end_is_left_out() -> None:
    bare = [run(0, [100, 40], [0.8, float("nan")])]
    assert Ablation(bare, {"mild": MILD[:1]}).measured("d") == ["hill_1"]


def test_changed_settings_are_named_by_their_path() -> None:
    one = {"kind": "a", "list": [{"x": 0.5, "y": 1}, {"x": 0.7, "y": 1}], "s": {"kind": "rise"}}
    other = {"kind": "a", "list": [{"x": 1.0, "y": 1}, {"x": 1.0}], "s": {"kind": "level"}}
    runs = [[Run(s, {}, pd.DataFrame(), pd.DataFrame())] for s in (one, other)]
    assert settings_changed(*runs) == [
        ("list.*.x", "0.5 to 0.7 → 1"),
        ("list.*.y", "1 → none"),
        ("s", "rise → level"),
    ]


def test_figures_of_a_column_have_the_same_decimals() -> None:
    assert places([0.01234, -0.0003]) == 4
    assert places([123.4, 0.5]) == 0
    assert places([2.5], "items") == 1
    assert places([]) == places([0.0, float("nan")]) == 0
    assert [aligned(v, 2) for v in (1.234, -0.5, 0.001, -0.001, 1234.5)] == [
        "+1.23",
        f"{MINUS}0.50",
        "0.00",
        "0.00",
        "+1,234.50",
    ]
