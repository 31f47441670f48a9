"""A program is known by what its numbers depend on, and by nothing else."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import scenarios.program
from scenarios.manifest import PACKAGES
from scenarios.program import ROOT, program, sources

LOADED = """
import sys
from scenarios.execution import Execution
from scenarios.scenario import Scenario
Execution(Scenario.load("habsburg").with_(steps=2)).advance()
for module in list(sys.modules.values()):
    print(getattr(module, "__file__", ""))
"""


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's sources elsewhere, to be changed."""
    for folder in ("agents", "analysis", "ecosystem", "scenarios"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.setattr(scenarios.program, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "changed",
    ["ecosystem/policies/watermark.py", "agents/learners/ngram.py", "analysis/meters/truth.py",
     "analysis/view.py", "scenarios/build.py", "ecosystem/domains/mine.py"],
)  # fmt: skip
def test_what_makes_numbers_makes_another_program(copy: Path, changed: str) -> None:
    before = program()
    with (copy / changed).open("a") as file:
        file.write("\n# changed\n")
    assert program() != before


@pytest.mark.parametrize(
    "changed",
    ["analysis/study_report.py", "analysis/run.py", "scenarios/cli_study.py",
     "scenarios/studies/sensors.py", "scenarios/habsburg.py", "analysis/pictures/arms.py",
     "scenarios/progress.py"],
)  # fmt: skip
def test_what_tells_them_does_not(copy: Path, changed: str) -> None:
    before = program()
    with (copy / changed).open("a") as file:
        file.write("\n# changed\n")
    assert program() == before


def test_all_that_a_run_loads_is_known() -> None:
    """Of the project, but for what tells a run; seen from a process that makes one."""
    said = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    own = {Path(line) for line in said if line.startswith(f"{ROOT}/") and "/.venv/" not in line}
    assert ROOT / "scenarios" / "build.py" in own
    told = {"analysis/run.py", "analysis/checked.py", "scenarios/progress.py"}
    its_scenario_is_hashed = {"scenarios/habsburg.py"}
    assert {p.relative_to(ROOT).as_posix() for p in own - set(sources())} == (
        told | its_scenario_is_hashed
    )


def test_all_packages_that_numbers_come_from_are_known() -> None:
    """What only writes text or limits threads is not among them."""
    found: set[str] = set()
    for path in sources():
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                found |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    own = {path.name for path in ROOT.iterdir() if path.is_dir()}
    makes_no_number = {"pydantic_core", "threadpoolctl", "tomli_w"}
    foreign = found - own - makes_no_number - set(sys.stdlib_module_names)
    assert {"scikit-learn" if name == "sklearn" else name for name in foreign} == set(PACKAGES)
