"""Which program it is that makes a run: results of two are not mixed."""

import ast
import hashlib
import importlib.metadata
import platform
from collections.abc import Iterator
from pathlib import Path

from scenarios.manifest import PACKAGES, extras

ROOT = Path(__file__).resolve().parent.parent
FOUND_BY_NAME = ("agents", "analysis/meters", "ecosystem")
"""Folders whose modules are not imported by name; all of them count."""
ENTRY = "scenarios/execution.py"
"""What makes a run."""
ENDS = ("analysis/run.py", "scenarios/lineage.py", "scenarios/progress.py")
"""Where the numbers are there already: what tells them, or listens in a second pass."""


def program() -> str:
    """SHA-256 of what decides the numbers of a run: the project's sources, and the packages."""
    digest = hashlib.sha256(platform.python_version().encode())
    known = {package: importlib.metadata.version(package) for package in PACKAGES} | extras()
    for package, version in known.items():
        digest.update(f"{package} {version}\n".encode())
    for path in sources():
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def sources() -> list[Path]:
    """The modules that numbers depend on: what a run imports, however deep, sorted.

    How they are asked for and told (studies, reports, the command line) is not among them.
    """
    waiting = [ROOT / ENTRY]
    for folder in FOUND_BY_NAME:
        waiting += (ROOT / folder).rglob("*.py")
    found: set[Path] = set()
    ends = {ROOT / end for end in ENDS}
    while waiting:
        path = waiting.pop()
        if path not in found and path not in ends:
            found.add(path)
            waiting += _imported(path)
    return sorted(found)


def _imported(path: Path) -> Iterator[Path]:
    """Modules of the project that a module imports, at its top or later."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [f"{node.module}.{name.name}" for name in node.names]
        for name in names:
            at = ROOT
            for part in name.split("."):
                at = at / part  # a package on the way is loaded too
                for place in (at.with_suffix(".py"), at / "__init__.py"):
                    if place.is_file():
                        yield place
