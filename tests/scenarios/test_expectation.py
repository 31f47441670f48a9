"""Expectations: kept with a scenario, checked after a run, refused before one."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenarios.complaints import ScenarioError
from scenarios.expectation import Expectation, checked, readable
from scenarios.scenario import Scenario
from tests.scenarios.view.small import small

ROOT = Path(__file__).parents[2]


def expecting(*expectations: Any, **fields: Any) -> Scenario:
    return small(expectations=expectations, steps=4, lineage=0, **fields)


def test_it_is_kept_in_a_scenarios_file(tmp_path: Path) -> None:
    wanted = Expectation("facts.hill_1", 15.0, 0.5, "a law", step=2)
    scenario = expecting(wanted)
    (tmp_path / "mine.toml").write_text(scenario.to_toml(), encoding="utf-8")
    again = Scenario.from_toml(tmp_path / "mine.toml")
    assert again.plain() == scenario.plain() and again.expectations == (wanted,)


def test_the_control_is_not_held_to_it() -> None:
    wanted = Expectation("facts.hill_1", 15.0, 0.5, "a law")
    control = expecting(wanted, control={"models.*.volume": 0}).controlled()
    assert control is not None and control.expectations == ()


def test_it_is_the_mean_over_replicates_within_the_tolerance() -> None:
    scenario = expecting()
    runs = [scenario.run(replicate) for replicate in range(3)]
    values = [float(run.metrics["facts.hill_1"].iloc[2]) for run in runs]
    mean = float(np.mean(values))
    told = [
        Expectation("facts.hill_1", mean + gap, 0.1, "itself", step=2) for gap in (0, 0.09, 0.11)
    ]
    found = checked(scenario.with_(expectations=told), runs)
    assert [each.passed for each in found] == [True, True, False]
    assert found[0].observed == pytest.approx(mean)
    assert found[0].error == pytest.approx(np.std(values, ddof=1) / np.sqrt(3))
    assert "3 replicates" in str(found[0]) and str(found[2]).startswith("FAIL")


def test_what_is_not_defined_fails() -> None:
    early = {"meter": "facts.recovery", "value": 0, "tolerance": 99, "source": "x", "step": 0}
    scenario = expecting(early)
    readable(scenario)
    (found,) = checked(scenario, [scenario.run()])
    assert np.isnan(found.observed) and not found.passed


@pytest.mark.parametrize(
    ("expectation", "said"),
    [
        ({"meter": "facts.hil_1"}, "expectations.0.meter: given 'facts.hil_1'"),
        ({"meter": "birds.hill_1"}, "which this scenario does not measure"),
        ({"meter": "facts.hill_1.mean"}, "did you mean 'facts.hill_1'"),
        ({"step": 5}, "expectations.0.step: given 5, allowed a step that is measured, up to 4"),
    ],
)
def test_what_cannot_be_read_is_refused_before_the_run(
    expectation: dict[str, Any], said: str
) -> None:
    base = {"meter": "facts.hill_1", "value": 1, "tolerance": 1, "source": "x"}
    with pytest.raises(ScenarioError, match=said):
        readable(expecting(base | expectation))
    with pytest.raises(ScenarioError, match="expects nothing"):
        readable(expecting())


@pytest.mark.parametrize(
    ("expectation", "said"),
    [
        ({"tolerance": -1}, "expectations.0.tolerance"),
        ({"source": ""}, "expectations.0.source"),
        ({"value": float("nan")}, "expectations.0.value"),
        ({"sauce": "x"}, "sauce"),
    ],
)
def test_a_bad_one_is_a_plain_sentence(expectation: dict[str, Any], said: str) -> None:
    base = {"meter": "facts.hill_1", "value": 1, "tolerance": 1, "source": "x"}
    with pytest.raises(ScenarioError, match=said):
        expecting(base | expectation)


@pytest.mark.parametrize(("tolerance", "code"), [(1000, 0), (0, 1)])
def test_the_command_says_so_by_its_exit_code(tolerance: float, code: int, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    wanted = Expectation("facts.hill_1", 1.0, tolerance, "nobody")
    file.write_text(expecting(wanted).to_toml(), encoding="utf-8")
    command = ["run.py", "run", str(file), "--out", str(tmp_path / "out"), "--check", "--quiet"]
    done = subprocess.run(
        [sys.executable, *command, "--no-report"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == code, done.stderr
    assert ("pass" if code == 0 else "FAIL") + "  facts.hill_1 at step 4" in done.stdout
