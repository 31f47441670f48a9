"""`python scenarios/NAME.py` does what `python run.py run NAME` does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.run import Run
from scenarios.script import ROOT
from scenarios.store import load, same_table


def python(file: str, *options: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(ROOT / file), *options]
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def test_a_script_runs_its_scenario_from_any_folder(tmp_path: Path) -> None:
    options = ("--steps", "3", "--seed", "4", "--no-report", "--quiet")
    found: list[Run] = []
    for name, command in (("one", ("run.py", "run", "wright_fisher")),
                          ("other", ("scenarios/wright_fisher.py",))):  # fmt: skip
        out = tmp_path / name
        done = python(*command, *options, "--out", str(out), cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        found += load(out)
    assert same_table(found[0].metrics, found[1].metrics)
    assert found[0].metrics["step"].max() == 3


@pytest.mark.parametrize("file", ["scenarios/wright_fisher.py", "scenarios/published/ouroboros.py"])
def test_a_script_refuses_as_the_command_does(file: str, tmp_path: Path) -> None:
    done = python(file, "--set", "steps=0", cwd=tmp_path)
    assert done.returncode == 2
    assert "steps" in done.stderr
    assert list(tmp_path.iterdir()) == []
