"""The record inside every result from which it can be run again."""

import contextlib
import importlib.metadata
import platform
import resource
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosystem.ecosystem import Ecosystem

if TYPE_CHECKING:
    from scenarios.scenario import Scenario

VERSION = "0.1.0"
PACKAGES = (
    *("mesa", "numpy", "scipy", "pandas", "pyarrow", "networkx", "pydantic"),
    "scikit-learn",
)

LLM = ("torch", "transformers", "tokenizers", "peft", "gguf")
"""Of the extra `llm`."""


def manifest(
    scenario: "Scenario", replicate: int, world: Ecosystem, seconds: float
) -> dict[str, Any]:
    """Scenario, seed, versions, git revision, data hashes, time and peak memory."""
    return {
        "habsburg": VERSION,
        "scenario": scenario.plain(),
        "seed": scenario.seed,
        "replicate": replicate,
        "steps": world.steps,
        "data": {name: domain.digest for name, domain in world.domains.items()},
        "pretrained": pretrained(world),
        "versions": dict(_versions()) | _loaded(),
        "git": _git_revision(),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
        "peak_memory_mib": round(_peak_mib(), 1),
    }


@cache
def _versions() -> dict[str, str]:
    """Of Python and packages, read once: what is loaded stays as it is."""
    return {"python": platform.python_version()} | {
        package: importlib.metadata.version(package) for package in PACKAGES
    }


def extras() -> dict[str, str]:
    """Versions of the packages of the extra `llm` that are installed."""
    found = {}
    for package in LLM:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[package] = importlib.metadata.version(package)
    return found


def _loaded() -> dict[str, str]:
    """Those of them that this process has used."""
    return extras() if "torch" in sys.modules else {}


def pretrained(world: Ecosystem) -> dict[str, str]:
    """Pretrained models that learners start from, by name, and the sha256 of their files."""
    learners = [each for model in world.models() for each in model.learners.values()]
    return {
        name: digest for each in learners for name, digest in each.options.pretrained_from().items()
    }


@cache
def _git_revision() -> str:
    """The project's revision, with a + where files differ from it; empty outside a checkout.

    As it was when first asked for: what is loaded does not change with the files.
    """
    here = Path(__file__).resolve().parent.parent
    try:
        revision = _git(here, "rev-parse", "HEAD")
        return revision + ("+" if _git(here, "status", "--porcelain", "-uno") else "")
    except (OSError, subprocess.SubprocessError):
        return ""


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=10,
    )
    return done.stdout.strip()


def _peak_mib() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10
