"""The direction of the arrows: run.py -> scenarios -> analysis -> agents -> ecosystem.

Each may import from itself and from those to its right, wherever the import stands: at the top
of a file, inside a function, under TYPE_CHECKING or through importlib with a literal name.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ARROWS = ("tests", "run", "scenarios", "analysis", "agents", "ecosystem")
PACKAGES = ("scenarios", "analysis", "agents", "ecosystem")


def source_files() -> list[str]:
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    found += [ROOT / "run.py"] if (ROOT / "run.py").exists() else []
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def imported(source: str, file: str) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of every import; `file` is the path from the root."""
    folder = file.split("/")[:-1]
    for node in ast.walk(ast.parse(source, filename=file)):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=module, level=0):
                yield node.lineno, module
            case ast.ImportFrom(module=module, names=names, level=level):
                above = folder[: len(folder) - level + 1]
                tails = [module] if module else [alias.name for alias in names]
                yield from ((node.lineno, ".".join([*above, tail])) for tail in tails)
            case ast.Call(
                func=ast.Name(id="__import__" | "import_module")
                | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield node.lineno, name


def against_the_arrows(source: str, file: str) -> list[str]:
    """Every import in `source` that points to the left of the folder `file` is in."""
    here = file.split("/")[0].removesuffix(".py")
    forbidden = ARROWS[: ARROWS.index(here)]
    return [
        f"{file}:{line} imports {name}"
        for line, name in imported(source, file)
        if name.split(".")[0] in forbidden
    ]


@pytest.mark.parametrize("file", source_files())
def test_imports_follow_the_arrows(file: str) -> None:
    source = (ROOT / file).read_text(encoding="utf-8")
    assert against_the_arrows(source, file) == []


@pytest.mark.parametrize(
    "source",
    [
        "import analysis",
        "import numpy, analysis.meters as meters",
        "from scenarios.store import save",
        "def late():\n    from analysis import report",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import scenarios",
        "from ...analysis import report",
        "from ... import analysis",
        "import importlib\nimportlib.import_module('analysis.report')",
        "__import__('run')",
        "import tests.theory",
    ],
)
def test_an_import_to_the_left_is_found(source: str) -> None:
    assert len(against_the_arrows(source, "agents/learners/made_up.py")) == 1


@pytest.mark.parametrize(
    "source",
    [
        "import agents",
        "from ecosystem.corpus import Counts",
        "from .gaussian import Gaussian",
        "from . import analysis",
        "from .analysis import thing",
        "from ..model_agent import ModelAgent",
        "import analysis_of_variance",
        "import numpy as np",
    ],
)
def test_an_import_to_the_right_or_within_is_allowed(source: str) -> None:
    assert against_the_arrows(source, "agents/learners/made_up.py") == []


def test_the_command_line_may_import_everything_but_the_tests() -> None:
    source = "import scenarios, analysis, agents, ecosystem"
    assert against_the_arrows(source, "run.py") == []
    assert against_the_arrows("import tests", "run.py") == ["run.py:1 imports tests"]
