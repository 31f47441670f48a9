"""Run directories: what may be overwritten, what is in them, reading and replaying them.

A run directory holds `manifest.json`, `scenario.toml`, the tables as Parquet, `report.html`,
`figures/`, and `data/` with any file of the user's own, so that it can be run again anywhere.
One of replicates holds `0/`, `1/`, ... instead, each a run directory, and one report.
`ablation/` holds the same scenario without each of its mechanisms (`scenarios.ablation`),
`control/` the one under its control.
"""

import json
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

import ecosystem.domains
from analysis.run import TABLES, Run
from ecosystem.discovery import discover
from ecosystem.domains.domain import Domain
from scenarios.complaints import ScenarioError
from scenarios.execution import Execution
from scenarios.manifest import pretrained
from scenarios.progress import Progress
from scenarios.scenario import Scenario

LINKS = "web.links"  # no domain may be called web
ABLATION = "ablation"
CONTROL = "control"
OURS = {
    "manifest.json",
    "scenario.toml",
    "report.html",
    "figures",
    "data",
    ABLATION,
    CONTROL,
    *(f"{table}.parquet" for table in TABLES),
}


def check_free(out: Path, force: bool) -> None:
    """Refuse an output folder that is taken or cannot be, before anything is run."""
    if not out.name or out.name in (".", ".."):
        raise ScenarioError(f"out: given {str(out)!r}, allowed a folder with a name of its own")
    for parent in out.parents:
        if parent.exists() and not parent.is_dir():
            raise ScenarioError(f"out: given {out}, but {parent} is a file; allowed a folder")
    if out.is_symlink():
        raise ScenarioError(f"out: given {out}, which is a link; allowed a folder")
    if not out.exists():
        return
    if not out.is_dir():
        raise ScenarioError(f"out: given {out}, which is a file; allowed a folder to make")
    if not any(out.iterdir()):
        return
    if not is_run(out):
        raise ScenarioError(
            f"out: given {out}, which exists and is not a run; allowed a new folder, or a run "
            "with --force"
        )
    if not force:
        raise ScenarioError(
            f"out: given {out}, which holds a run already; allowed a new folder, or --force to "
            "replace it"
        )
    strange = sorted(p.name for p in out.iterdir() if p.name not in OURS and not p.name.isdigit())
    if strange:
        raise ScenarioError(
            f"out: given {out} with --force, but {strange[0]!r} in it is not the run's; move it "
            "away first"
        )


def is_run(folder: Path) -> bool:
    """Whether a folder is a run directory, or one of replicates."""
    return (folder / "manifest.json").is_file() or (folder / "0" / "manifest.json").is_file()


def parts(folder: Path) -> list[Path]:
    """The run directory itself, or those of its replicates in order.

    Raises:
        ScenarioError: it is neither.
    """
    if not folder.is_dir():
        raise ScenarioError(f"run: given {folder}, which is not a folder")
    if (folder / "manifest.json").is_file():
        return [folder]
    numbered = [p for p in folder.iterdir() if p.name.isdigit() and is_run(p)]
    if not numbered:
        raise ScenarioError(f"run: given {folder}, which is not a run directory")
    return sorted(numbered, key=lambda p: int(p.name))


def load(folder: Path) -> list[Run]:
    """The run, or the replicates, of a directory."""
    return [loaded(part) for part in parts(folder)]


def control(folder: Path) -> dict[str, list[Run]]:
    """The control beside a run, as a baseline by its name; none where there is none."""
    beside = folder / CONTROL
    return {CONTROL: load(beside)} if beside.is_dir() and is_run(beside) else {}


def write(run: Run, scenario: Scenario, folder: Path) -> None:
    """Write one run directory, without its report, into a folder that is new or empty."""
    run.save(folder)
    files = {}
    for name, field in _own_files(scenario).items():
        source = getattr(scenario.domains[name], field)
        files[name + "".join(Path(source).suffixes[-2:]).lower()] = source
    links = scenario.web.links.file
    if links is not None and scenario.web.attention == "pagerank":
        files[LINKS + Path(links).suffix.lower()] = links
    for name, source in files.items():
        (folder / "data").mkdir(exist_ok=True)
        shutil.copyfile((scenario._folder or Path()) / source, folder / "data" / name)
    here = scenario_of(run, folder)
    (folder / "scenario.toml").write_text(here.to_toml(), encoding="utf-8")


def replay(folder: Path, progress: Progress | None = None) -> dict[str, bool]:
    """Re-run the manifest of a run directory; for every table whether it came out equal."""
    stored = loaded(folder)
    scenario = scenario_of(stored, folder)
    execution = Execution(scenario, int(stored.manifest.get("replicate", 0)))
    for name, domain in execution.world.domains.items():
        if stored.manifest.get("data", {}).get(name) != domain.digest:
            raise ScenarioError(
                f"replay: the table of domain {name!r} is not the one this run was made from"
            )
    known = stored.manifest.get("pretrained", {})
    for name, digest in pretrained(execution.world).items():
        if known.get(name) != digest:
            raise ScenarioError(
                f"replay: the pretrained model {name!r} is not the one this run was made from"
            )
    again = execution.finish(progress)
    return {name: same_table(getattr(stored, name), getattr(again, name)) for name in TABLES}


def same_table(one: Any, other: Any) -> bool:
    """Whether two tables hold the same columns and values, bit for bit; NaN equals NaN."""
    left, right = (t.to_pandas() if isinstance(t, pa.Table) else t for t in (one, other))
    if left.empty and right.empty and list(left) == list(right):
        return True  # pandas gives tables without columns indexes of several types
    try:
        pd.testing.assert_frame_equal(
            left,
            right,
            check_dtype=False,
            check_exact=True,
            check_categorical=False,
            check_column_type="equiv" if len(left.columns) else False,
        )
    except AssertionError:
        return False
    return True


def scenario_of(run: Run, folder: Path) -> Scenario:
    """The scenario of a stored run, the user's own files taken from the run directory."""
    given: dict[str, Any] = json.loads(json.dumps(run.scenario))
    for name, field in _own_files(Scenario.parse(given, folder)).items():
        for file in sorted((folder / "data").glob(f"{name}.*")):
            given["domains"][name][field] = f"data/{file.name}"
    for file in sorted((folder / "data").glob(f"{LINKS}.*")) if (folder / "data").is_dir() else []:
        given["web"]["links"]["file"] = f"data/{file.name}"
    return Scenario.parse(given, folder)


def _own_files(scenario: Scenario) -> dict[str, str]:
    """By domain, the field of its settings that names a file of the user's own."""
    kinds: dict[str, Any] = discover(ecosystem.domains, Domain)
    found = {n: kinds[spec.kind].own_file(spec) for n, spec in scenario.domains.items()}
    return {name: field for name, field in found.items() if field is not None}


def loaded(folder: Path, tables: Collection[str] = TABLES) -> Run:
    """The run of one run directory, with these of its tables.

    Raises:
        ScenarioError: it is none, or damaged.
    """
    try:
        return Run.load(folder, tables)
    except ValueError as error:
        raise ScenarioError(str(error)) from error
