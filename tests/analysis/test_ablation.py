"""Effects of mechanisms are paired differences, and the section says them as they are."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.ablation import Ablation, Difference, effect, total
from analysis.ablation_section import section, settings_changed
from analysis.pictures.subjects import subject
from analysis.report import environment
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
    ("low", "high", "settled"),
    [(1, 2, True), (-2, -1, True), (-1, 2, False), (3, 3, False), (0.1, 0.1 + 1e-16, False)],
)
def test_settled_is_an_interval_that_leaves_out_0(low: float, high: float, settled: bool) -> None:
    assert Difference((low + high) / 2, low, high, 5).settled is settled


def test_what_moves_a_meter_the_same_in_6_pairs_is_settled_and_rounding_is_nothing() -> None:
    for pairs, settled in ((5, False), (6, True)):
        full = [run(r, [100, 40 + r], [0.9, 0.5 + 1e-13 * r]) for r in range(pairs)]
        without = [run(r, [100, 45 + r], [0.9, 0.5]) for r in range(pairs)]
        assert effect(full, without, "d.hill_1").level.settled is settled
        rounding = effect(full, without, "d.tail_coverage").level
        assert (rounding.mean, rounding.settled, rounding.wide) == (0, False, False)


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


def moved(size: float, *tail: float) -> list[Run]:
    """The replicates without what takes `size` items and these shares of the tail."""
    return [
        run(i, [100, one.metrics["d.hill_1"].iloc[-1] + size], [0.8, 0.5 + share])
        for i, (one, share) in enumerate(zip(FULL, tail, strict=True))
    ]


def test_a_meter_that_moves_by_rounding_only_is_named_and_left_out() -> None:
    ablation = Ablation(FULL, {"mild": moved(10, 1e-16, 0, 2e-16)})
    assert ablation.measured("d") == ["hill_1"]
    assert ablation.unmoved("d") == ["tail_coverage"]
    told = section(ablation)
    assert told is not None
    (domain,) = told["domains"]
    assert [head.what.column for head in domain["heads"]] == ["hill_1"]
    assert domain["unmoved"] == [subject("tail_coverage").title]


def test_a_meter_that_moved_in_one_replicate_or_lost_its_value_is_kept() -> None:
    assert "tail_coverage" in Ablation(FULL, {"a": moved(1, 0, 0.1, 0)}).measured("d")
    assert "tail_coverage" in Ablation(FULL, {"a": moved(1, 0.1, -0.1, 0)}).measured("d")
    assert "tail_coverage" in Ablation(FULL, {"a": moved(1, 0, float("nan"), 0)}).measured("d")


def named(found: list[dict[str, Any]], unit: str, pairs: int) -> str:
    """Mechanisms in a sentence, as the page has them."""
    made = environment().get_template("ablation.html.jinja").make_module({"picture": None})
    return str(vars(made)["named"](found, unit, pairs))


def test_sentences_name_what_is_settled_first_and_by_size() -> None:
    without = {
        "wild": moved(0, 0.9, -0.1, 0.1),
        "agreed": moved(0, 0.25, 0.25, 0.25),
        "small": moved(0, 0.010, 0.011, 0.012),
        "large": moved(0, 0.020, 0.021, 0.022),
    }
    told = section(Ablation(FULL, without))
    assert told is not None
    (head,) = told["domains"][0]["heads"]
    assert [(one["name"], one["settled"]) for one in head.grown] == [
        ("large", True),
        ("small", True),
        ("wild", False),
    ]
    said = " ".join(re.sub(r"<[^>]+>", "", named(head.grown, "points", 3)).split())
    assert (
        said == f"large {MINUS}2.1, small {MINUS}1.1 points; not settled: wild {MINUS}30.0 points."
    )
    alone = " ".join(re.sub(r"<[^>]+>", "", named(head.grown[2:], "points", 1)).split())
    assert alone == f"wild {MINUS}30.0 points."


def test_intervals_are_counted_and_what_chance_makes_of_them() -> None:
    told = section(taken())
    assert told is not None
    # items: mild at the end and since the start, level at the end; others have no width
    assert (told["intervals"], told["by_chance"]) == (3, "0.2")


def test_policies_that_were_switched_off_are_told_in_words() -> None:
    def having(runs: list[Run], *kinds: str) -> list[Run]:
        policies = [{"kind": kind} for kind in kinds]
        return [replace(one, scenario={**one.scenario, "policies": policies}) for one in runs]

    less = having(MILD, "nothing")
    full = having(FULL, "nothing", "detector", "detector")
    told = section(Ablation(full, {"policy detector": less}))
    assert told is not None
    words = "the policies are nothing, detector, detector; without it: nothing"
    assert told["settings"] == [("policy detector", [("policies", words)])]


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
