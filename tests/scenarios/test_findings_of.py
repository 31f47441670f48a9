"""What small studies say, from the runs on: derived from how they are asked."""

import json
from pathlib import Path
from typing import Any

import pytest

from scenarios.campaign import carry_out
from scenarios.findings_of import findings, told
from tests.scenarios.small_study import small

LEVERS = {
    "temperature": {
        "path": "models.m.decoding.temperature",
        "low": 0.5,
        "high": 1.2,
        "title": "temperature of models",
    },
    "read": {"path": "models.m.diet.n", "low": 50, "high": 400, "whole": True},
}


def said(out: Path, **fields: Any) -> tuple[dict[str, Any], str]:
    study = small(**{"replicates": 2, **fields})
    found = findings(study, out, carry_out(study, out)[0])
    assert json.loads(json.dumps(found, allow_nan=False)) == found, "plain data"
    return found, told(found)


@pytest.mark.parametrize(("plan", "size", "blocks"), [("sobol", 8, 8), ("morris", 5, 5)])
def test_a_plan_for_indices_gives_them(tmp_path: Path, plan: str, size: int, blocks: int) -> None:
    design = {"levers": LEVERS, "plan": plan, "size": size}
    found, text = said(
        tmp_path / "out",
        arms={},
        design=design,
        outcomes=[{"meter": "d.hill_1", "title": "Hill 1"}],
    )
    (one,) = found["sensitivity"]
    assert (one["blocks"], one["left_out"], one["outcome"]) == (blocks, 0, "d.hill_1")
    assert one["titles"] == {"temperature": "temperature of models", "read": "read"}
    by = {index["lever"]: index for index in one["levers"]}
    key = "total" if plan == "sobol" else "mu_star"
    assert by["temperature"][key] > by["read"][key], "a web of sharp models narrows"
    assert "What matters: Hill 1" in text
    assert text.index("temperature of models") < text.index("  read")
    assert "Chance between replicates" in text
    assert not found["robust"]
    assert not found["pareto"]


def test_levers_of_the_worlds_give_indices_for_every_arm(tmp_path: Path) -> None:
    worlds = {"levers": {"t": LEVERS["temperature"]}, "plan": "sobol", "size": 2}
    found, text = said(tmp_path / "out", worlds=worlds, outcomes=[{"meter": "d.hill_1"}])
    assert [one["arm"] for one in found["sensitivity"]] == ["detector", "few models"]
    assert "What matters: d.hill_1, detector" in text
    (choice,) = found["robust"]
    assert len(choice["worlds"]) == 6


def test_worlds_give_a_robust_choice_and_costs_a_front(tmp_path: Path) -> None:
    worlds = {"few": {"humans.people.volume": 100}, "many": {"humans.people.volume": 900}}
    found, text = said(tmp_path / "out", worlds=worlds, outcomes=[{"meter": "d.hill_1"}])
    (choice,), (front,) = found["robust"], found["pareto"]
    assert choice["arms"] == ["baseline", "detector", "few models"]
    assert choice["worlds"] == ["few", "many"]
    costs = {one["arm"]: one["cost"] for one in front["members"]}
    assert costs == {"baseline": 0, "few models": 0, "detector": 15}
    assert "Not knowing the world: d.hill_1; higher is better" in text
    assert "Gain against cost" in text


def test_what_the_baseline_costs_is_where_the_front_begins(tmp_path: Path) -> None:
    found, _ = said(
        tmp_path / "out",
        set={"policies": [{"kind": "nothing", "cost": 10}]},
        arms={"detector": {"policies": ["detector:start=2,cost=3"]}},
        outcomes=[{"meter": "d.hill_1"}],
    )
    costs = {one["arm"]: one["cost"] for one in found["pareto"][0]["members"]}
    assert costs == {"baseline": 6 * 10, "detector": 6 * 10 + 5 * 3}


def test_starts_of_a_policy_say_how_late_is_too_late(tmp_path: Path) -> None:
    start = {"path": "policies.detector.start", "values": [1, 3, 5], "title": "first step"}
    design = {"levers": {"start": start}, "policies": ["detector"]}
    found, text = said(
        tmp_path / "out", arms={}, design=design, outcomes=[{"meter": "d.hill_1"}], replicates=3
    )
    (late,) = found["too_late"]
    assert late["lever"] == "first step"
    assert [one["start"] for one in late["starts"]] == [1, 3, 5]
    assert late["dates"] == ["2023-03-31", "2023-09-30", "2024-03-31"]
    assert "How late is too late: d.hill_1" in text


def test_a_tipping_point_may_be_all_that_is_asked(tmp_path: Path) -> None:
    asked = {
        "lever": LEVERS["temperature"],
        "outcome": "d.hill_1",
        "of": "difference",
        "tolerance": 0.1,
        "scan": 2,
    }
    found, text = said(
        tmp_path / "out",
        arms={},
        tipping=[asked],
        outcomes=[{"meter": "d.hill_1", "title": "Hill"}],
    )
    (tip,) = found["tipping"]
    # the baseline writes at a temperature of .9, where the difference is 0 draw for draw
    assert tip["bracket"][0] <= 0.9 <= tip["bracket"][1] + 0.05
    assert "Tipping point: Hill" in text
    assert "at temperature of models = " in text


def test_a_study_of_plain_arms_says_no_more_than_its_differences(tmp_path: Path) -> None:
    arms = {"few models": {"set": {"models.m.count": 2}}}
    found, text = said(tmp_path / "out", arms=arms, replicates=1)
    assert not any(found.values())
    assert text == ""


def test_what_cannot_be_found_is_said(tmp_path: Path) -> None:
    design = {"levers": LEVERS, "plan": "morris", "size": 1}
    found, text = said(
        tmp_path / "out", arms={}, design=design, outcomes=[{"meter": "d.hill_1"}], replicates=1
    )
    assert found["left_out"] == [
        "sensitivity: morris: given 1 whole block(s) of points, allowed 2 or more: run more "
        "points, or those that failed"
    ]
    assert text.startswith("Not found:")
