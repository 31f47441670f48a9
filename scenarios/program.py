"""Which program it is that makes a run: results of two are not mixed."""

import hashlib
import importlib.metadata
import platform
from pathlib import Path

from scenarios.manifest import PACKAGES

SOURCES = (
    "agents",
    "analysis/collector.py",
    "analysis/meters",
    "analysis/view.py",
    "ecosystem",
    "scenarios",
)
"""What the numbers of a run depend on; how they are told is elsewhere."""


def program() -> str:
    """SHA-256 of what decides the numbers of a run: the project's sources, and the packages."""
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256(platform.python_version().encode())
    for package in PACKAGES:
        digest.update(f"{package} {importlib.metadata.version(package)}\n".encode())
    for source in SOURCES:
        at = root / source
        for path in sorted(at.rglob("*.py")) if at.is_dir() else [at]:
            content = path.read_bytes()
            digest.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()
