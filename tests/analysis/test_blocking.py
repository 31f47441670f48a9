"""Greedy blocking: close to the optimum found by trying everything, and exact in what it says."""

from itertools import combinations

import numpy as np
import pytest

from analysis.blocking import Gates, greedy
from analysis.layers import Layers
from tests.analysis.webs import DenseWeb, random_web

SEEDS = range(50)


@pytest.mark.parametrize("grouped", [False, True], ids=["nodes", "groups"])
def test_two_picks_remove_nearly_as_much_as_the_best_two_of_50_webs(grouped: bool) -> None:
    ratios = []
    for seed in SEEDS:
        web = random_web(seed, grouped)
        picks = greedy(web.gates(), web.target, 2)
        ratios.append(sum(pick.removed for pick in picks) / web.optimum(2))
    print(f"greedy over optimum: mean {np.mean(ratios):.4f}, least {np.min(ratios):.4f}")
    assert min(ratios) >= 1 - 1 / np.e
    assert max(ratios) <= 1 + 1e-12


@pytest.mark.parametrize("grouped", [False, True], ids=["nodes", "groups"])
@pytest.mark.parametrize("seed", range(5))
def test_each_pick_removes_most_and_what_it_says(seed: int, grouped: bool) -> None:
    web = random_web(seed, grouped)
    before: list[int] = []
    for pick in greedy(web.gates(), web.target, 3):
        others = [c for c in range(len(web.names)) if c not in before]
        gains = web.removed([[*before, c] for c in others]) - web.removed([before])
        assert pick.removed == pytest.approx(gains.max(), rel=1e-12)
        assert pick.removed == pytest.approx(gains[others.index(pick.candidate)], rel=1e-12)
        assert pick.name == web.names[pick.candidate]
        before.append(pick.candidate)
    assert len(before) == 3


@pytest.mark.parametrize("grouped", [False, True], ids=["nodes", "groups"])
def test_loads_with_gates_shut_are_those_of_dense_algebra(grouped: bool) -> None:
    web = random_web(7, grouped)
    choices = list(combinations(range(6), 2))
    gates = web.gates()
    target = np.where(np.arange(56) == 55, 1.0, 0.0)
    if grouped:  # the last node is of the last group
        choices = [pair for pair in choices if 6 not in pair]
    np.testing.assert_allclose(gates.loads(choices, target), web.without(choices), rtol=1e-13)
    np.testing.assert_allclose(
        [target @ gates.load(pair) for pair in choices], web.without(choices), rtol=1e-13
    )


@pytest.mark.parametrize("grouped", [False, True], ids=["nodes", "groups"])
def test_what_comes_out_of_gates_bounds_what_blocking_removes(grouped: bool) -> None:
    web = random_web(3, grouped)
    target = web.target
    gates = Gates(*(vars(web.gates()) | {"gate": np.where(target > 0, -1, web.gate)}).values())
    for blocked in ([], [1], [1, 4]):
        flow = gates.flow(target, blocked)
        gains = web.removed([[*blocked, c] for c in range(len(web.names))]) - web.removed([blocked])
        assert (flow >= gains - 1e-15).all()
        if not grouped:  # no line comes through a node twice
            np.testing.assert_allclose(
                flow, np.where(np.isin(range(55), blocked), 0, gains), atol=1e-15
            )


def test_candidates_swept_in_many_blocks_give_the_same_choice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    web = random_web(11, grouped=False)
    whole = greedy(web.gates(), web.target, 5)
    monkeypatch.setattr("analysis.blocking.CELLS", 56 * 3)
    assert [pick.name for pick in greedy(web.gates(), web.target, 5)] == [p.name for p in whole]


def two_in_a_row() -> DenseWeb:
    """B reads b, which reads a, which made everything up."""
    shares = np.zeros((3, 3))
    shares[1, 0] = shares[2, 1] = 1.0
    invented = np.array([1.0, 0.0, 0.0])
    return DenseWeb(shares, invented, np.array([0, 1, -1]), ("a", "b"))


def test_it_stops_when_nothing_is_left_to_remove() -> None:
    web = two_in_a_row()
    (pick,) = greedy(web.gates(), web.target, 2)
    assert pick.removed == 1.0


@pytest.mark.parametrize("k", [0, -1, 3])
def test_a_number_that_cannot_be_blocked_is_refused(k: int) -> None:
    web = two_in_a_row()
    with pytest.raises(ValueError, match=f"block: given {k}, allowed 1 to 2"):
        greedy(web.gates(), web.target, k)


def test_a_target_without_contamination_is_refused() -> None:
    web = two_in_a_row()
    clean = DenseWeb(web.shares, np.zeros(3), web.gate, web.names)
    with pytest.raises(ValueError, match="nothing comes through those"):
        greedy(clean.gates(), clean.target, 1)


def test_the_target_is_not_blocked_for_its_own_sake() -> None:
    layers = Layers(3, np.array([1, 2]), np.array([0, 1]), np.ones(2))
    gates = Gates(layers, np.array([0.1, 0.0, 0.5]), np.ones(3), np.array([0, 1, 1]), ("a", "B"))
    picks = greedy(gates, np.array([0.0, 0, 1]), 2)
    assert sum(pick.removed for pick in picks) == pytest.approx(0.1)
