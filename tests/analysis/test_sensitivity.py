"""Indices of sensitivity against functions whose indices are known in closed form."""

import math
from typing import Any

import numpy as np
import pytest

from analysis.sensitivity import Sensitivity, ranked, sensitivity, told
from analysis.study_array import array
from scenarios.designs import Design
from tests.analysis.study_tables import over_points

PI = math.pi


def design(plan: str, size: int, **bounds: tuple[float, float]) -> Design:
    levers = {n: {"path": n, "low": low, "high": high} for n, (low, high) in bounds.items()}
    return Design.model_validate({"levers": levers, "plan": plan, "size": size})


def found(plan: Design, values: np.ndarray, **more: Any) -> Sensitivity:
    """Through a comparison, as a study has it."""
    names = [f"point {i}" for i in range(len(values))]
    read = array(over_points(values), "y", "difference", names, [""])[:, 0]
    return sensitivity(read, plan.problem, plan.sample(), plan.plan, **more)  # type: ignore[arg-type]


def ishigami(x: np.ndarray) -> np.ndarray:
    a, b, c = x.T
    return np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)


ISHIGAMI = design("sobol", 1024, a=(-PI, PI), b=(-PI, PI), c=(-PI, PI))
FIRST = {"a": 0.3139, "b": 0.4424, "c": 0.0}
TOTAL = {"a": 0.5576, "b": 0.4424, "c": 0.2437}
"""Ishigami & Homma 1990, a = 7, b = .1: V = a^2/8 + b pi^4/5 + b^2 pi^8/18 + 1/2."""


def test_ishigamis_indices_lie_in_their_intervals() -> None:
    got = found(ISHIGAMI, ishigami(ISHIGAMI.sample())[:, None])
    assert (got["blocks"], got["left_out"]) == (1024, 0)
    for one in got["levers"]:
        assert one["first"] == pytest.approx(FIRST[one["lever"]], abs=0.03)
        assert one["total"] == pytest.approx(TOTAL[one["lever"]], abs=0.03)
        assert abs(one["first"] - FIRST[one["lever"]]) < 1.6 * one["first_half"]
        assert abs(one["total"] - TOTAL[one["lever"]]) < 1.6 * one["total_half"]
    assert [one["lever"] for one in ranked(got)] == ["a", "b", "c"]


def test_intervals_are_the_same_every_time() -> None:
    values = ishigami(ISHIGAMI.sample())[:, None]
    assert found(ISHIGAMI, values)["levers"] == found(ISHIGAMI, values)["levers"]
    other = found(ISHIGAMI, values, seed=2)["levers"][0]
    assert other["first"] == found(ISHIGAMI, values)["levers"][0]["first"]
    assert other["first_half"] != found(ISHIGAMI, values)["levers"][0]["first_half"]


def test_elementary_effects_of_a_line_are_its_slopes_over_the_range() -> None:
    plan = design("morris", 10, a=(0, 1), b=(10, 30), c=(-1, 1))
    a, b, c = plan.sample().T
    got = {one["lever"]: one for one in found(plan, (2 * a - 0.5 * b + 0 * c)[:, None])["levers"]}
    for name, slope in {"a": 2.0, "b": -10.0, "c": 0.0}.items():
        assert got[name]["mu"] == pytest.approx(slope, abs=1e-9)
        assert got[name]["mu_star"] == pytest.approx(abs(slope), abs=1e-9)
        assert got[name]["sigma"] == pytest.approx(0, abs=1e-9)
        assert got[name]["first"] is None


def test_interaction_shows_as_sigma() -> None:
    plan = design("morris", 20, a=(0, 1), b=(0, 1), c=(0, 1))
    a, b, c = plan.sample().T
    got = {one["lever"]: one for one in found(plan, (a * b + c)[:, None])["levers"]}
    assert got["a"]["sigma"] > 0.2
    assert got["c"]["sigma"] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("plan", ["sobol", "morris"])
def test_what_all_replicates_share_adds_nothing_to_any_index(plan: str) -> None:
    chosen = design(plan, 64, a=(0, 1), b=(0, 1))
    a, b = chosen.sample().T
    exact = (a + 2 * b)[:, None]
    shared = exact + np.array([0.0, 5.0, -3.0])
    got = found(chosen, shared)
    key = "total" if plan == "sobol" else "mu_star"
    for one, other in zip(got["levers"], found(chosen, exact)["levers"], strict=True):
        assert one[key] == pytest.approx(other[key], abs=1e-9)  # type: ignore[literal-required]
    assert got["noise"] == pytest.approx(0, abs=1e-9)


def test_chance_adds_to_total_indices_as_much_as_is_said() -> None:
    plan = design("sobol", 1024, a=(0, 1), idle=(0, 1))
    a, _ = plan.sample().T
    chance = np.random.default_rng(5).normal(0, 0.5, (len(a), 4))
    got = found(plan, a[:, None] + chance)
    share = 0.0625 / (1 / 12 + 0.0625)  # s^2 / R over the whole variance
    line, idle = got["levers"]
    assert got["noise"] == pytest.approx(share, abs=0.03)
    assert got["floor"] == got["noise"]
    assert idle["total"] == pytest.approx(share, abs=0.05)
    assert line["first"] == pytest.approx(1 - share, abs=0.1)
    assert f"{100 * got['noise']:.2g} %" in told(got)[1]


def test_chance_adds_to_elementary_effects_as_much_as_is_said() -> None:
    plan = design("morris", 400, idle=(0, 1), other=(0, 1))
    chance = np.random.default_rng(6).normal(0, 0.5, (len(plan.sample()), 4))
    got = found(plan, chance)
    for one in got["levers"]:
        assert one["mu_star"] == pytest.approx(got["floor"], rel=0.1)
    assert got["floor"] == pytest.approx(math.sqrt(4 / PI) * 0.25 * 1.5, rel=0.05)


def test_a_block_counts_with_the_replicates_that_it_has_whole() -> None:
    plan = design("sobol", 8, a=(0, 1), b=(0, 1))
    a, b = plan.sample().T
    values = np.repeat((a + b)[:, None], 2, axis=1)
    whole = found(plan, values)["levers"]
    values[0, 0] = np.nan  # of the first block the other replicate is left
    got = found(plan, values)
    assert (got["blocks"], got["left_out"], got["levers"]) == (8, 0, whole)
    values[5] = np.nan  # of the second block nothing is left
    got = found(plan, values)
    assert (got["blocks"], got["left_out"]) == (7, 1)
    assert "1 base samples are left out" in told(got)[1]


def test_the_spread_is_that_of_the_base_samples_or_of_all_points_of_trajectories() -> None:
    values = np.array([[0.0], [50.0], [2.0], [4.0], [50.0], [6.0]])
    sobol = found(design("sobol", 2, a=(0, 1)), values)
    assert sobol["spread"] == np.std([0, 2, 4, 6]), "points between A and B count for none"
    morris = found(design("morris", 3, a=(0, 1)), values)
    assert morris["spread"] == np.std(values)


def test_too_few_points_are_refused_in_one_sentence() -> None:
    plan = design("sobol", 2, a=(0, 1))
    values = np.zeros((6, 1))
    values[0] = np.nan
    with pytest.raises(ValueError, match=r"sobol: given 1 whole block\(s\) of points, allowed 2"):
        found(plan, values)


def test_an_outcome_that_never_changes_has_no_indices() -> None:
    plan = design("sobol", 4, a=(0, 1), b=(0, 1))
    got = found(plan, np.ones((16, 2)))
    assert all(math.isnan(one["total"] or 0.0) for one in got["levers"])
    assert "the same at every point" in told(got)[-1]
