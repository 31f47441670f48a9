"""A scenario's control runs beside it, on the same draws, and stands in its report."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from scenarios.cli import app
from scenarios.job import Job, execute
from scenarios.scenario import Scenario
from scenarios.store import control, load, replay, same_table

TINY = {"steps": 3, "costly_every": 3, "meters": ["variance", "modes", "web"]}


def tiny(**fields: Any) -> Scenario:
    return Scenario.load("average_face").with_({**TINY, **fields})


def test_a_control_is_the_scenario_under_its_settings() -> None:
    found = tiny().controlled()
    assert found is not None
    assert found.name == "average_face_control"
    assert found.controlled() is None
    by_hand = tiny().with_({"models.*.decoding.temperature": 1, "control": {}}, name=found.name)
    assert found.plain() == by_hand.plain()
    assert Scenario.load("wright_fisher").controlled() is None


def test_a_setting_that_cannot_be_is_refused_in_one_sentence() -> None:
    with pytest.raises(ValueError, match=r"control: models.*temperature"):
        tiny(control={"models.*.decoding.temperature": -1})
    with pytest.raises(ValueError, match=r"control: .*no_such_field"):
        tiny(control={"no_such_field": 1})


def test_it_is_run_beside_the_run_and_stands_in_the_report(tmp_path: Path) -> None:
    out = tmp_path / "run"
    done: list[tuple[int, int]] = []
    execute(tiny(), Job(out), lambda at, total: done.append((at, total)))
    assert done == [(i, 6) for i in range(1, 7)]
    (beside,) = control(out)["control"]
    found = tiny().controlled()
    assert found is not None
    assert same_table(beside.metrics, found.run().metrics)
    assert all(replay(out / "control").values())
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "This run minus control" in page
    assert "models.*.decoding.temperature = 1" in page
    (run,) = load(out)
    variance = [r.metrics["digits.variance"].iloc[-1] for r in (run, beside)]
    assert variance[0] < variance[1]
    said = CliRunner().invoke(app, ["report", str(out)])
    assert said.exit_code == 0
    assert "This run minus control" in (out / "report.html").read_text(encoding="utf-8")


def test_it_is_left_out_where_it_is_not_asked_for(tmp_path: Path) -> None:
    execute(tiny(), Job(tmp_path / "bare", report=False))
    execute(tiny(), Job(tmp_path / "alone", control=False))
    assert not control(tmp_path / "bare")
    assert not control(tmp_path / "alone")
    page = (tmp_path / "alone" / "report.html").read_text(encoding="utf-8")
    assert "It was not run." in page
    execute(tiny(), Job(tmp_path / "alone", force=True))
    assert control(tmp_path / "alone")


def test_the_control_of_replicates_is_paired_with_each(tmp_path: Path) -> None:
    execute(tiny(), Job(tmp_path / "two", replicates=2))
    beside = control(tmp_path / "two")["control"]
    assert [run.manifest["replicate"] for run in beside] == [0, 1]
    assert "2 pairs of runs" in (tmp_path / "two" / "report.html").read_text(encoding="utf-8")
