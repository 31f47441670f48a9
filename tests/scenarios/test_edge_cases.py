"""The story of `edge_cases`: rare cases go, common ones stay, and neither without models' text."""

from typing import Any

import pytest

from analysis import worked
from analysis.run import Run
from scenarios.scenario import Scenario

BARE: dict[str, Any] = {"meters": ["capability"], "ledger": False, "measure_every": 24, "steps": 24}


@pytest.fixture(scope="module", params=[1, 2])
def both(request: pytest.FixtureRequest) -> tuple[Run, Run]:
    """The scenario, and its control."""
    given = Scenario.load("edge_cases").with_({**BARE, "seed": request.param})
    other = given.controlled()
    assert other is not None
    return given.run(), other.run()


def fall(run: Run, column: str) -> float:
    values = run.metrics[f"exercises.{column}"]
    return float(values.iloc[0] - values.iloc[-1])


def test_edge_cases_go_first_and_common_ones_mostly_stay(both: tuple[Run, Run]) -> None:
    told, _ = both
    assert fall(told, "accuracy_edge") > 0.1
    assert fall(told, "accuracy_common") < 0.5 * fall(told, "accuracy_edge")
    assert told.metrics["exercises.branches_lost"].iloc[-1] >= 1
    wrong = told.metrics[["exercises.web_wrong", "exercises.web_wrong_edge"]].iloc[-1]
    assert wrong.iloc[1] > 5 * wrong.iloc[0]


def test_without_models_text_they_stay(both: tuple[Run, Run]) -> None:
    told, control = both
    assert abs(fall(control, "accuracy_edge")) < 0.1
    assert fall(control, "accuracy_edge") < fall(told, "accuracy_edge") - 0.1
    ends = [run.metrics["exercises.web_wrong_edge"].iloc[-1] for run in both]
    assert ends[0] > ends[1] + 0.05


def test_what_is_lost_is_rare(both: tuple[Run, Run]) -> None:
    found = worked.branches([both[0]], "exercises")
    assert found is not None
    assert found["lost"]
    assert all(row["edge"] for row in found["lost"])


def test_checking_what_is_read_does_not_bring_back_what_is_rare(both: tuple[Run, Run]) -> None:
    """Wrong examples are thrown out, not put right: rare cases get rarer still in what is read."""
    seed = both[0].scenario["seed"]
    given = Scenario.load("edge_cases").with_({**BARE, "seed": seed})
    checked = given.with_(policies=[{"kind": "verification"}]).run()
    assert fall(checked, "accuracy_edge") > 0.1
