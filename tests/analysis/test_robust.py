"""Regret, worst cases and fronts, by hand and by their definitions."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.pareto import Pareto, dominates, pareto
from analysis.robust import Robust, Rule, regrets, robust
from tests.analysis.study_tables import comparison

small = st.floats(-100, 100).map(lambda x: round(x, 3))


def rule(found: Robust, name: str) -> Rule:
    return next(one for one in found["rules"] if one["rule"] == name)


def worlds(better: str = "higher", spread: float = 0.0) -> Robust:
    """Payoffs, world by world: nothing 0 0, safe 2 2, bold 9 -3, sly 4 1; two replicates."""
    payoff = {"safe": (2, 2), "bold": (9, -3), "sly": (4, 1)}
    sign = 1 if better == "higher" else -1
    values = {
        (arm, world): [sign * (each[i] - spread), sign * (each[i] + spread)]
        for i, world in enumerate(("calm", "rough"))
        for arm, each in payoff.items()
    }
    return robust(comparison(values), "y", better)


@pytest.mark.parametrize("better", ["higher", "lower"])
def test_a_robust_choice_by_hand(better: str) -> None:
    found = worlds(better)
    assert found["arms"] == ["baseline", "safe", "bold", "sly"]
    assert found["regret"] == [[9, 2], [7, 0], [0, 5], [5, 1]]
    assert rule(found, "minimax regret")["score"] == [9, 7, 5, 5]
    assert rule(found, "minimax regret")["choice"] == ["bold", "sly"], "they are equal"
    assert rule(found, "mean regret")["choice"] == ["bold"]
    assert rule(found, "maximin")["choice"] == ["safe"]
    assert found["value"][2] == ([9, -3] if better == "higher" else [-9, 3])


def test_equal_arms_share_the_choice_in_the_bootstrap() -> None:
    assert rule(worlds(), "minimax regret")["chosen"] == {"bold": 0.5, "sly": 0.5}
    assert rule(worlds(), "maximin")["chosen"] == {"safe": 1.0}


def test_the_bootstrap_says_how_often_chance_decides() -> None:
    one = [0.0, 0.0, 0.0, 3.0]  # better by one replicate in four only
    found = robust(comparison({("one", "w"): one, ("other", "w"): [0.5] * 4}), "y")
    assert rule(found, "maximin")["choice"] == ["one"]
    chosen = rule(found, "maximin")["chosen"]
    # the mean of `one` is above .5 as soon as its fourth replicate is drawn: 1 - .75^4
    assert chosen["one"] == pytest.approx(1 - 0.75**4, abs=0.05)
    assert sum(chosen.values()) == pytest.approx(1)


def test_replicates_are_drawn_for_all_arms_and_worlds_together() -> None:
    luck = np.array([-3.0, 1.0, 2.0, 0.5])  # shared by arms: one is better by .1 in every draw
    table = comparison({("one", "w"): (luck + 10).tolist(), ("more", "w"): (luck + 10.1).tolist()})
    assert rule(robust(table, "y"), "maximin")["chosen"] == {"more": 1.0}
    # shared by worlds: what one arm loses in the first it has in the second, in every draw
    swung = {("swung", "u"): (luck + 0.1).tolist(), ("swung", "v"): (0.1 - luck).tolist()}
    assert rule(robust(comparison(swung), "y"), "mean regret")["chosen"] == {"swung": 1.0}


@pytest.mark.parametrize("unit", [1e-10, 1.0, 1e6])
def test_what_is_equal_does_not_hang_on_the_unit(unit: float) -> None:
    values = {("a", "w"): [1 * unit], ("b", "w"): [9 * unit], ("twin", "w"): [(9 - 1e-12) * unit]}
    for name in ("minimax regret", "mean regret", "maximin"):
        assert rule(robust(comparison(values), "y"), name)["choice"] == ["b", "twin"]


def test_one_replicate_says_nothing_of_chance() -> None:
    found = robust(comparison({("a", "w"): [1.0], ("b", "w"): [2.0]}), "y")
    assert rule(found, "maximin")["chosen"] == {}


def test_an_arm_without_a_run_in_some_world_is_left_out() -> None:
    table = comparison({("a", "u"): [1.0], ("a", "v"): [1.0], ("b", "u"): [5.0]})
    found = robust(table, "y")
    assert (found["arms"], found["left_out"]) == (["baseline", "a"], ["b"])


def test_nothing_to_choose_among_is_refused_in_one_sentence() -> None:
    with pytest.raises(ValueError, match="y: given no replicate that has every arm in every world"):
        robust(comparison({("a", "u"): [1.0], ("b", "v"): [1.0]}), "y")
    with pytest.raises(ValueError, match="outcome: given 'z'"):
        robust(comparison({("a", "u"): [1.0]}), "z")


@given(st.lists(st.lists(small, min_size=3, max_size=3), min_size=1, max_size=6))
@settings(max_examples=50, deadline=None)
def test_regret_is_0_for_the_best_of_each_world_and_never_less(payoff: list[list[float]]) -> None:
    lost = regrets(np.array(payoff))
    assert (lost >= 0).all()
    assert (lost.min(axis=0) == 0).all()


@given(st.lists(st.tuples(small, small), min_size=2, max_size=6))
@settings(max_examples=50, deadline=None)
def test_no_arm_has_less_of_a_score_than_the_choice(payoffs: list[tuple[float, float]]) -> None:
    values = {
        (f"arm {i}", w): [p]
        for i, both in enumerate(payoffs)
        for w, p in zip("uv", both, strict=True)
    }
    for one in robust(comparison(values), "y")["rules"]:
        least = min(one["score"])
        scores = dict(zip(robust(comparison(values), "y")["arms"], one["score"], strict=True))
        assert all(scores[arm] == pytest.approx(least, abs=1e-6) for arm in one["choice"])


# ---------------------------------------------------------------------- fronts


def front(found: Pareto) -> list[str]:
    return [one["arm"] for one in found["members"] if one["front"]]


def test_a_front_by_hand() -> None:
    values = {
        ("cheap", ""): [1.0, 1.2],
        ("twin", ""): [1.2, 1.0],  # the same gain at the same cost
        ("dear", ""): [3.0, 3.2],
        ("waste", ""): [0.5, 0.6],  # gains less than cheap, costs more
        ("rival", ""): [2.9, 3.2],  # hardly less than dear, at its cost
    }
    cost = {"cheap": 1.0, "twin": 1.0, "dear": 5.0, "waste": 2.0, "rival": 5.0}
    found = pareto(comparison(values, cost=cost), "y")
    assert front(found) == ["baseline", "cheap", "twin", "dear"]
    by = {one["arm"]: one for one in found["members"]}
    assert by["waste"]["beaten_by"] in ("cheap", "twin")
    assert by["rival"]["beaten_by"] == "dear"
    assert not by["rival"]["settled"], "two replicates do not tell .05 from 0"
    assert by["cheap"]["gain"] == pytest.approx(1.1)


def test_domination_is_settled_by_the_paired_difference() -> None:
    luck = np.array([-5.0, 0.0, 5.0, 8.0])  # shared, so that it cancels
    values = {
        ("better", ""): (luck + 1.1).tolist(),
        ("worse", ""): (luck + np.array([0, 0.1, 0, 0.1])).tolist(),
    }
    by = {one["arm"]: one for one in pareto(comparison(values), "y")["members"]}
    assert by["worse"]["settled"]
    assert by["worse"]["low"] < 0 < by["worse"]["high"]


def test_the_same_gain_at_less_cost_is_settled() -> None:
    values = {("a", ""): [1.0, 2.0], ("b", ""): [1.0, 2.0]}
    by = {m["arm"]: m for m in pareto(comparison(values, cost={"a": 1, "b": 2}), "y")["members"]}
    assert by["b"]["settled"]
    assert by["b"]["beaten_by"] == "a"


def test_a_replicate_counts_where_an_arm_has_it_in_every_world() -> None:
    found = pareto(comparison({("a", "u"): [1.0, 1.0], ("a", "v"): [5.0, np.nan]}), "y")
    by = {one["arm"]: one for one in found["members"]}
    assert by["a"]["gain"] == 3


def test_doing_nothing_costs_what_the_baseline_costs() -> None:
    cost = {"baseline": 6000.0, "dear": 6015.0, "cheap": 5000.0}
    found = pareto(comparison({("dear", ""): [3.0], ("cheap", ""): [-1.0]}, cost=cost), "y")
    assert {one["arm"]: one["cost"] for one in found["members"]} == cost
    assert [one["front"] for one in found["members"]] == [True, True, True]


def test_gains_that_differ_by_the_same_in_few_replicates_do_not_settle_a_domination() -> None:
    for n, settled in ((2, False), (6, True)):
        values = {("a", ""): [3.0] * n, ("b", ""): [2.0] * n}
        by = {one["arm"]: one for one in pareto(comparison(values), "y")["members"]}
        assert by["b"]["settled"] is settled


def test_less_is_more_where_lower_is_better() -> None:
    found = pareto(comparison({("a", ""): [-2.0], ("b", ""): [3.0]}), "y", "lower")
    assert front(found) == ["a"]
    assert math.isnan(found["members"][0]["low"])


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 3)), min_size=1, max_size=12))
@settings(max_examples=100, deadline=None)
def test_a_front_beats_all_others_and_nothing_beats_it(arms: list[tuple[int, int]]) -> None:
    gain, cost = np.array(arms, dtype=float).T
    beats = dominates(gain, cost)
    on = ~beats.any(axis=0)
    assert on.any()
    assert not beats.diagonal().any()
    assert beats[on][:, ~on].any(axis=0).all(), "whatever is beaten, the front beats"
    names = {(f"arm {i}", ""): [float(g)] for i, g in enumerate(gain)}
    costs = {f"arm {i}": float(c) for i, c in enumerate(cost)}
    for one in pareto(comparison(names, cost=costs), "y")["members"]:
        worse = [g > one["gain"] and c <= one["cost"] for g, c in zip(gain, cost, strict=True)]
        assert not (one["front"] and any(worse))
        assert one["front"] == (one["beaten_by"] is None)
