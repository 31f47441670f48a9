"""The least inbred mix: judged by the conditions of an optimum, and by trying every mix."""

from typing import Any

import numpy as np
import pytest

from analysis.answers.mix import answer_mix, told
from analysis.layers import Bools, Floats
from ecosystem.mixing import best_mix, best_single, expected_inbreeding, uniform_mix


def a_kinship(seed: int, k: int, rank: int | None = None) -> Floats:
    """Of k random sources that share ancestors; singular where the rank is below k."""
    rng = np.random.default_rng(seed)
    through = rng.dirichlet(np.full(rank or 2 * k, 0.3), size=k)
    own = np.zeros(k) if rank else rng.exponential(0.01, size=k)
    return np.asarray(
        through @ np.diag(rng.exponential(0.1, size=through.shape[1])) @ through.T
    ) + np.diag(own)


def gap_to_optimum(kinship: Floats, human: Bools, cap: float, w: Floats) -> float:
    """An upper bound on S - min S: grad (w - v) at the best corner v, by linear programming.

    S is convex, so it is 0 exactly where the conditions of Karush, Kuhn and Tucker hold.
    """
    slope = 2 * kinship @ w
    best_model = slope[~human].min(initial=np.inf)
    best_human = slope[human].min(initial=np.inf)
    if cap == 1:
        least = min(best_model, best_human)
    else:
        least = min(
            best_model, cap * best_human + (1 - cap) * best_model if human.any() else np.inf
        )
    return float(slope @ w - least)


CASES = [
    (k, people, cap)
    for k in (3, 12, 40)
    for people, cap in ((0, 1.0), (2, 0.0), (2, 0.02), (2, 0.5), (2, 1.0))
]


@pytest.mark.parametrize(("k", "people", "cap"), CASES)
def test_the_mix_meets_the_conditions_of_an_optimum(k: int, people: int, cap: float) -> None:
    for seed in range(10):
        kinship, human = a_kinship(seed, k), np.arange(k) < people
        if seed % 2:  # humans little akin to anybody, as they are
            kinship[human] *= 0.1
            kinship[:, human] *= 0.1
        w = best_mix(kinship, human, cap)
        s = expected_inbreeding(kinship, w)
        assert w.min() >= 0
        assert w.sum() == pytest.approx(1, abs=1e-14)
        assert w[human].sum() <= cap + 1e-14
        assert gap_to_optimum(kinship, human, cap, w) <= 1e-9 * s


@pytest.mark.parametrize("cap", [0.1, 0.37, 1.0])
def test_no_mix_of_three_on_a_grid_is_better(cap: float) -> None:
    steps = np.linspace(0, 1, 201)
    one, two = (axis.ravel() for axis in np.meshgrid(steps, steps))
    grid = np.stack([one, two, 1 - one - two])[:, one + two <= 1 + 1e-12]
    human = np.array([True, False, False])
    grid = grid[:, grid[0] <= cap + 1e-12]
    for seed in range(10):
        kinship = a_kinship(seed, 3)
        kinship[0] *= 0.2
        kinship[:, 0] *= 0.2
        every = np.einsum("ig,ij,jg->g", grid, kinship, grid)
        found = expected_inbreeding(kinship, best_mix(kinship, human, cap))
        assert found <= every.min() * (1 + 1e-12)
        assert found >= every.min() * 0.98  # and the grid is fine enough to come near it


def test_two_sources_are_mixed_by_hand() -> None:
    kinship = np.array([[0.3, 0.1], [0.1, 0.2]])
    human = np.array([False, False])
    # w1 = (b - c) / (a + b - 2c)
    assert best_mix(kinship, human) == pytest.approx([1 / 3, 2 / 3])
    # the kinless human up to the cap, the models left in their own best proportions
    three = np.pad(kinship, ((1, 0), (1, 0)))
    assert best_mix(three, np.array([True, False, False]), 0.1) == pytest.approx([0.1, 0.3, 0.6])


def test_kinless_sources_need_no_others() -> None:
    kinship = np.diag([0.0, 0.5, 0.5])
    assert best_mix(kinship, np.array([True, False, False])).tolist() == [1, 0, 0]
    assert best_mix(np.zeros((2, 2)), np.array([True, False]), 0.5).sum() == 1


@pytest.mark.parametrize("seed", range(5))
def test_copies_of_sources_are_no_obstacle(seed: int) -> None:
    kinship = a_kinship(seed, 6, rank=3)
    human = np.zeros(6, dtype=bool)
    w = best_mix(kinship, human)
    assert gap_to_optimum(kinship, human, 1.0, w) <= 1e-9 * expected_inbreeding(kinship, w)


def test_uniform_keeps_to_the_cap() -> None:
    human = np.array([True, True, False, False, False])
    assert uniform_mix(human).tolist() == pytest.approx([0.2] * 5)
    assert uniform_mix(human, 0.1).tolist() == pytest.approx([0.05, 0.05, 0.3, 0.3, 0.3])
    assert uniform_mix(human, 0.9).tolist() == pytest.approx([0.2] * 5)


def test_the_best_single_source_is_one_that_may_be_all() -> None:
    kinship, human = np.diag([0.1, 0.3, 0.2]), np.array([True, False, False])
    assert best_single(kinship, human) == 0
    assert best_single(kinship, human, 0.5) == 2


def test_an_answer_puts_the_best_mix_beside_others() -> None:
    kinship = np.pad(np.array([[0.3, 0.1], [0.1, 0.2]]), ((1, 0), (1, 0)))
    human = np.array([True, False, False])
    current = np.array([0.05, 0.7, 0.25])
    found = answer_mix(kinship, ("people", "a", "b"), human, 0.1, current)
    names = ["best", "current", "uniform", "best single source"]
    assert [mix["name"] for mix in found["mixes"]] == names
    expected = [
        expected_inbreeding(kinship, w)
        for w in (np.array([0.1, 0.3, 0.6]), current, np.array([0.1, 0.45, 0.45]), np.eye(3)[2])
    ]
    assert [mix["inbreeding"] for mix in found["mixes"]] == pytest.approx(expected)
    assert [mix["human"] for mix in found["mixes"]] == pytest.approx([0.1, 0.05, 0.1, 0])
    b = found["sources"][2]
    assert (b["name"], b["human"], b["kinship"]) == ("b", False, 0.2)
    assert [b["shares"][name] for name in names] == pytest.approx([0.6, 0.25, 0.45, 1])
    text = told(found)
    assert "best                     0.135   10.0% human" in text
    assert text.index("  b ") < text.index("  a ") < text.index("  people ")
    many = answer_mix(np.eye(14), [f"m{i}" for i in range(14)], np.zeros(14, dtype=bool))
    assert "current" not in told(many)
    assert told(many).endswith("and 2 more")


NOBODY = np.zeros(2, dtype=bool)
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "not square": ({"kinship": np.ones((2, 3))}, r"kinship: given a matrix of shape \(2, 3\)"),
    "empty": ({"kinship": np.ones((0, 0))}, r"kinship: given a matrix of shape \(0, 0\)"),
    "not finite": ({"kinship": np.full((2, 2), np.nan)}, "not finite"),
    "not symmetric": ({"kinship": np.array([[1.0, 0], [0.5, 1]])}, "not symmetric"),
    "not semidefinite": ({"kinship": np.array([[0.0, 1], [1, 0]])}, "the eigenvalue -1, allowed"),
    "cap above 1": ({"cap": 1.5}, "cap: given 1.5, allowed 0 to 1"),
    "cap below 0": ({"cap": -0.1}, "cap: given -0.1, allowed 0 to 1"),
    "all human": ({"human": ~NOBODY, "cap": 0.5}, "cap: given 0.5 where every source is human"),
    "wrong size": ({"human": np.zeros(3, dtype=bool)}, r"human: given shape \(3,\)"),
    "names": ({"names": ["a"]}, "names: given 1, allowed 2"),
    "current size": ({"current": np.ones(3) / 3}, "current: allowed 2 shares"),
    "current sum": ({"current": np.ones(2)}, "current: allowed 2 shares"),
    "current sign": ({"current": np.array([1.5, -0.5])}, "current: allowed 2 shares"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_said_in_a_sentence(name: str) -> None:
    given, said = BAD[name]
    asked = {"kinship": np.eye(2), "names": ["a", "b"], "human": NOBODY, **given}
    with pytest.raises(ValueError, match=said):
        answer_mix(**asked)
